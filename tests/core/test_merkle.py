"""The hash tree of RFC 9162: known answers, and what must hold for any tree.

The leaves and roots are those that implementations of certificate transparency have tested
themselves with since RFC 6962.
"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lot_serial_trace.core import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
#: Roots of the trees over the first 1, 2, ... 8 of them.
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
#: (leaf, size) -> hashes beside its way up
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
#: (first, second) -> the proof that one goes on from the other
GOES_ON = {
    (1, 1): [],
    (1, 8): PATHS[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def packed(contents):
    return b"".join(map(merkle.leaf_hash, contents))


def reference(contents):
    """MTH as RFC 9162 writes it down, over contents."""
    if not contents:
        return sha256(b"").digest()
    if len(contents) == 1:
        return sha256(b"\x00" + contents[0]).digest()
    half = 1
    while half * 2 < len(contents):
        half *= 2
    return sha256(b"\x01" + reference(contents[:half]) + reference(contents[half:])).digest()


def test_nothing():
    assert merkle.root(b"").hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size):
    assert merkle.root(packed(LEAVES[:size])).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_known_ways(index, size):
    tree = merkle.levels(packed(LEAVES[:size]))
    path = merkle.inclusion(tree, index)
    assert [one.hex() for one in path] == PATHS[index, size]
    leaf = merkle.leaf_hash(LEAVES[index])
    assert merkle.includes(leaf, index, size, path, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("first", "second"), GOES_ON)
def test_known_continuations(first, second):
    path = merkle.consistency(packed(LEAVES[:second]), first)
    assert [one.hex() for one in path] == GOES_ON[first, second]
    roots = [bytes.fromhex(ROOTS[size - 1]) for size in (first, second)]
    assert merkle.consistent(first, roots[0], second, roots[1], path)


contents = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


@given(contents)
def test_root_is_that_of_the_definition(found):
    assert merkle.root(packed(found)) == reference(found)


@given(contents, st.data())
def test_each_leaf_is_proven_and_no_other(found, data):
    index = data.draw(st.integers(0, len(found) - 1))
    tree = merkle.levels(packed(found))
    top, path = tree[-1], merkle.inclusion(tree, index)
    leaf = merkle.leaf_hash(found[index])
    size = len(found)
    assert merkle.includes(leaf, index, size, path, top)
    assert not merkle.includes(merkle.leaf_hash(found[index] + b"!"), index, size, path, top)
    assert not merkle.includes(leaf, index, size, [*path, leaf], top)
    assert not merkle.includes(leaf, size, size, path, top)
    assert not merkle.includes(leaf, -1, size, path, top)
    if path:
        spoilt = data.draw(st.integers(0, len(path) - 1))
        other = [bytes(32) if step == spoilt else one for step, one in enumerate(path)]
        assert not merkle.includes(leaf, index, size, other, top)
        assert not merkle.includes(leaf, index, size, path[:-1], top)


@given(contents, st.data())
def test_a_tree_goes_on_from_each_of_its_beginnings(found, data):
    first = data.draw(st.integers(1, len(found)))
    leaves = packed(found)
    path = merkle.consistency(leaves, first)
    begun, whole = merkle.root(leaves[: 32 * first]), merkle.root(leaves)
    assert merkle.consistent(first, begun, len(found), whole, path)
    changed = packed([found[0] + b"!", *found[1:]])
    assert not merkle.consistent(first, merkle.root(changed[: 32 * first]), len(found), whole, path)
    assert not merkle.consistent(first, begun, len(found), merkle.root(changed), path)
    assert not merkle.consistent(first, begun, len(found), whole, [*path, bytes(32)])


@given(contents)
def test_peaks_are_enough_to_grow(found):
    peaks = b""
    for size, content in enumerate(found):
        assert merkle.peaks_root(peaks) == merkle.root(packed(found[:size]))
        peaks = merkle.grow(peaks, size, merkle.leaf_hash(content))
    assert merkle.peaks_root(peaks) == merkle.root(packed(found))
    assert len(merkle.split(peaks)) == len(found).bit_count()


def test_no_such_leaf():
    tree = merkle.levels(packed(LEAVES))
    for index in (-1, 8):
        with pytest.raises(IndexError):
            merkle.inclusion(tree, index)
    for first in (0, 9):
        with pytest.raises(IndexError):
            merkle.consistency(packed(LEAVES), first)
