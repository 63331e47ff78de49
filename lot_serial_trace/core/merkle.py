"""The hash tree of RFC 9162, section 2.1: many hashes under one, and short proofs of it.

A leaf is hashed with 0x00 before it and a node with 0x01, so that neither passes for the
other. The tree over n leaves splits at the largest power of two below n. Seen from below: the
hashes of a level are joined in pairs, and an odd one at the end goes up as it is.

Hashes that belong together are kept packed, 32 bytes each, one after another: a block's leaves
are one value in the database, and a tree over a million of them is made in a second.

Twice there is such a tree: over the events of a block, and over the blocks (``grow``), so that a
proof that a block is part of the archive is short, however long the archive is.
"""

from hashlib import sha256

SIZE = 32
LEAF, NODE = b"\x00", b"\x01"
#: Root of the tree without leaves.
EMPTY = sha256(b"").digest()


def leaf_hash(data):
    """Return the hash of a leaf's content."""
    return sha256(LEAF + data).digest()


def node_hash(left, right):
    """Return the hash of two hashes."""
    return sha256(NODE + left + right).digest()


def split(packed):
    """Return packed hashes as a list."""
    return [packed[start : start + SIZE] for start in range(0, len(packed), SIZE)]


def root(leaves):
    """Return the root over packed leaf hashes (MTH)."""
    return levels(leaves)[-1] if leaves else EMPTY


def levels(leaves):
    """Return all levels of the tree, each packed: the leaves first, the root last."""
    found = [bytes(leaves)]
    while len(found[-1]) > SIZE:
        found.append(_above(found[-1]))
    return found


def _above(level):
    pairs = len(level) - len(level) % (2 * SIZE)
    joined = [
        sha256(NODE + level[start : start + 2 * SIZE]).digest()
        for start in range(0, pairs, 2 * SIZE)
    ]
    return b"".join(joined) + level[pairs:]


# -- a leaf is in the tree ----------------------------------------------------------


def inclusion(tree, index):
    """Return the hashes beside the way from a leaf up to the root (RFC 9162, 2.1.3.1).

    :param tree: what ``levels`` returned
    :param index: position of the leaf, from 0
    """
    if not 0 <= index < len(tree[0]) // SIZE:
        raise IndexError(f"no leaf {index} in a tree of {len(tree[0]) // SIZE}")
    path = []
    for level in tree[:-1]:
        beside = (index ^ 1) * SIZE
        if beside < len(level):
            path.append(level[beside : beside + SIZE])
        index >>= 1
    return path


def includes(leaf, index, size, path, top):
    """Whether ``path`` leads from a leaf hash at ``index`` of ``size`` to the root ``top``.

    RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for beside in path:
        if not last:
            return False
        if node & 1 or node == last:
            current = node_hash(beside, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, beside)
        node, last = node >> 1, last >> 1
    return not last and current == top


# -- a tree goes on from an earlier one ---------------------------------------------


def consistency(leaves, first):
    """Return the proof that the tree over the first leaves is a beginning of the whole one.

    RFC 9162, 2.1.4.1.

    :param leaves: packed leaf hashes of the whole tree
    :param first: number of leaves of the earlier tree, at least one
    """
    size = len(leaves) // SIZE
    if not 0 < first <= size:
        raise IndexError(f"no tree of {first} within one of {size}")
    return _consistency(leaves, first, known=True)


def _consistency(leaves, first, known):
    size = len(leaves) // SIZE
    if first == size:
        return [] if known else [root(leaves)]
    half = _half(size)
    left, right = leaves[: half * SIZE], leaves[half * SIZE :]
    if first <= half:
        return [*_consistency(left, first, known), root(right)]
    return [*_consistency(right, first - half, known=False), root(left)]


def _half(size):
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def consistent(first, first_root, second, second_root, path):
    """Whether the tree over ``second`` leaves begins with that over ``first`` of them.

    RFC 9162, 2.1.4.2.
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    hashes = [*path] if first & (first - 1) else [first_root, *path]
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not hashes:
        return False
    old = new = hashes[0]
    for beside in hashes[1:]:
        if not last:
            return False
        if node & 1 or node == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        node, last = node >> 1, last >> 1
    return not last and old == first_root and new == second_root


# -- a tree that grows --------------------------------------------------------------


def grow(peaks, size, leaf):
    """Add a leaf hash to a tree of which only the peaks are kept; returns the new peaks.

    The peaks are the roots of the complete trees that a tree is made of, the largest first: one
    for each bit of its size. From them alone its root is known and its next leaf is added.

    :param peaks: packed
    :param size: number of leaves before this one
    """
    while size & 1:
        peaks, leaf = peaks[:-SIZE], node_hash(peaks[-SIZE:], leaf)
        size >>= 1
    return peaks + leaf


def peaks_root(peaks):
    """Return the root of a tree of which the peaks are known."""
    if not peaks:
        return EMPTY
    *larger, current = split(peaks)
    for peak in reversed(larger):
        current = node_hash(peak, current)
    return current
