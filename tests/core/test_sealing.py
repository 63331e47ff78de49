"""Headers, keys and what is said of blocks that do not hold."""

import base64
import json
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lot_serial_trace.core import merkle, seal_check, sealing

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PUBLIC, OTHER_PUBLIC = map(sealing.public_of, (KEY, OTHER))
NAME, OTHER_NAME = map(sealing.fingerprint, (PUBLIC, OTHER_PUBLIC))


def block(before=None, ids=(), key=None, announces=""):
    """The next block of a chain with one leaf for each id."""
    packed = b"".join(number.to_bytes(4, "big") for number in ids)
    leaves = b"".join(merkle.leaf_hash(str(number).encode()) for number in ids)
    first = before.header.last_id + 1 if before else 1
    peaks = before.after() if before else b""
    header = sealing.Header(
        number=before.header.number + 1 if before else 1,
        version=1,
        first_id=first,
        last_id=ids[-1] if ids else first - 1,
        events=len(ids),
        ids=sha256(packed).hexdigest(),
        root=merkle.root(leaves).hex(),
        blocks=merkle.peaks_root(peaks).hex(),
        previous=before.hash if before else sealing.NOTHING,
        sealed_at="2026-01-31T12:00:00Z",
        key=sealing.fingerprint(sealing.public_of(key)) if key else "",
        announces=announces,
    )
    signature = sealing.sign(key, header.text) if key else ""
    return seal_check.Block(header, header.hash, signature, leaves, packed, peaks)


def chain(*lengths):
    """A chain of blocks with so many events each."""
    blocks, last = [], 0
    for length in lengths:
        ids = list(range(last + 1, last + 1 + length))
        blocks.append(block(blocks[-1] if blocks else None, ids))
        last += length
    return blocks


def faults(blocks):
    """What is wrong with blocks as they follow each other."""
    found, before = [], None
    for one in blocks:
        found += seal_check.content_faults(one) + seal_check.chain_faults(one, before)
        before = one
    return [(fault.kind, fault.block) for fault in found]


# -- headers ------------------------------------------------------------------------


def test_header_is_written_in_one_way():
    """Known answer: whoever checks proofs relies on these bytes."""
    header = sealing.Header(1, 1, 1, 2, 2, "aa", "bb", "cc", "dd", "2026-01-31T12:00:00Z")
    assert header.text == (
        '{"announces":"","blocks":"cc","events":2,"fields":"'
        + sealing.fields_hash(1)
        + '","first_id":1,"format":"lot_serial_trace.block/1","ids":"aa","key":"","last_id":2,'
        '"number":1,"previous":"dd","root":"bb","sealed_at":"2026-01-31T12:00:00Z","version":1}'
    )
    assert header.hash == sha256(header.text.encode()).hexdigest()


def test_text_with_another_id():
    """As PostgreSQL writes it: names in their own letters, control characters escaped."""
    values = [None] * len(sealing.FIELDS[1])
    values[sealing.FIELDS[1].index("id")] = "7"
    values[0] = 'Käse "a\\b" \n\x01 名'
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    assert '"Käse \\"a\\\\b\\" \\n\\u0001 名"' in text
    assert sealing.with_id(text, 1, 7) == text
    assert sealing.with_id(text, 1, 8) == text.replace('"7"', '"8"')


def test_ids_are_unpacked():
    assert sealing.unpacked_ids(b"\x00\x00\x00\x05\x7f\xff\xff\xff") == [5, 2**31 - 1]


# -- keys ---------------------------------------------------------------------------


def pem(key, password=None):
    encryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )


def test_signature():
    signature = sealing.sign(KEY, "text")
    assert sealing.signed(PUBLIC, signature, "text")
    assert not sealing.signed(PUBLIC, signature, "Text")
    assert not sealing.signed(OTHER_PUBLIC, signature, "text")
    for wrong in ("", "A", "AAAA", "%%", None):
        assert not sealing.signed(PUBLIC, wrong, "text")
        assert not sealing.signed(wrong, signature, "text")


def test_signature_known_answer():
    """RFC 8032, 7.1, test 2: the same bytes as of any other program."""
    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    key = Ed25519PrivateKey.from_private_bytes(secret)
    assert base64.b64decode(sealing.public_of(key)) == public
    assert base64.b64decode(sealing.sign(key, "r")) == signature


def test_keys_are_read():
    assert sealing.public_of(sealing.private_key(pem(KEY))) == PUBLIC
    assert sealing.public_key(sealing.public_pem(PUBLIC)) == PUBLIC
    assert sealing.public_key(f" {PUBLIC}\n") == PUBLIC


def test_locked_key():
    with pytest.raises(sealing.KeyProblem, match="locked by a password"):
        sealing.private_key(pem(KEY, b"secret"))


@given(st.binary(max_size=60))
def test_any_bytes_are_no_key(content):
    with pytest.raises(sealing.KeyProblem):
        sealing.private_key(content)


@given(st.text(max_size=60))
def test_any_text_is_no_public_key(text):
    with pytest.raises(sealing.KeyProblem):
        sealing.public_key(text)


# -- blocks -------------------------------------------------------------------------


@given(st.lists(st.integers(0, 9), max_size=20))
def test_chain_holds(lengths):
    blocks = chain(*lengths)
    assert faults(blocks) == []
    hashes = b"".join(merkle.leaf_hash(bytes.fromhex(one.hash)) for one in blocks)
    if blocks:
        assert merkle.peaks_root(blocks[-1].after()) == merkle.root(hashes)


@given(st.data())
def test_no_part_can_be_changed(data):
    blocks = chain(3, 1, 4, 2)
    at = data.draw(st.integers(0, 3))
    name = data.draw(st.sampled_from(["first_id", "last_id", "events", "root", "ids", "blocks"]))
    value = getattr(blocks[at].header, name)
    other = value + 1 if isinstance(value, int) else "0" * 64
    changed = replace(blocks[at], header=replace(blocks[at].header, **{name: other}))
    assert ("chain", at + 1) in faults([*blocks[:at], changed, *blocks[at + 1 :]])


def test_missing_blocks_are_named():
    blocks = chain(1, 1, 1, 1, 1)
    [fault] = seal_check.chain_faults(blocks[4], blocks[1])
    assert fault.message % fault.values == "The blocks 3 to 4 are missing."
    [fault] = seal_check.chain_faults(blocks[2], blocks[0])
    assert fault.message % fault.values == "Block 2 is missing."
    [fault] = seal_check.chain_faults(blocks[1], blocks[1])
    assert "twice" in fault.message


def test_block_made_anew_breaks_the_chain():
    blocks = chain(1, 1, 1)
    forged = block(blocks[0], [2, 3])
    assert ("chain", 3) in faults([blocks[0], forged, blocks[2]])


# -- who signed ---------------------------------------------------------------------


def signers_say(*blocks, anew=()):
    signers = seal_check.Signers()
    return [fault.block for one in blocks for fault in signers.faults(one, anew)]


def test_first_key_announces_itself():
    first = block()
    second = block(first, [1], KEY, PUBLIC)
    assert signers_say(first, second, block(second, [2], KEY)) == []
    assert signers_say(first, block(first, [1], KEY)) == [2]


def test_announced_key_takes_over_and_the_old_one_ends():
    first = block(None, [1], KEY, PUBLIC)
    said = block(first, [], KEY, OTHER_PUBLIC)
    still = block(said, [2], KEY)
    new = block(still, [3], OTHER)
    assert signers_say(first, said, still, new) == []
    assert signers_say(first, said, still, new, block(new, [4], KEY)) == [5]
    assert signers_say(first, still, new) == [4]


def test_key_that_announces_only_itself():
    first = block(None, [1], KEY, PUBLIC)
    forged = block(first, [2], OTHER, OTHER_PUBLIC)
    assert signers_say(first, forged) == [2]
    assert signers_say(first, forged, anew={OTHER_NAME}) == []


def test_unsigned_after_signed():
    first = block(None, [1], KEY, PUBLIC)
    assert signers_say(first, block(first, [2])) == [2]


def test_broken_announcement_is_no_crash():
    first = block(None, [1], KEY, PUBLIC)
    assert signers_say(first, replace(first, header=replace(first.header, announces="%"))) == [1]


# -- events -------------------------------------------------------------------------


def said(sealed, found, texts=None):
    texts = texts or {}

    def moved(at, there):
        return texts.get((at, there))

    return [(fault.kind, fault.event_id) for fault in seal_check.compare(7, sealed, found, moved)]


def test_what_happened_to_events():
    sealed = {1: b"a", 2: b"b", 3: b"c"}
    assert said(sealed, sealed) == []
    assert said(sealed, {1: b"a", 2: b"x", 3: b"c"}) == [("changed", 2)]
    assert said(sealed, {1: b"a", 3: b"c"}) == [("deleted", 2)]
    assert said(sealed, {**sealed, 9: b"x"}) == [("inserted", 9)]


def test_events_that_changed_places():
    sealed = {1: b"a", 2: b"b"}
    swapped = {(1, 2): b"b", (2, 1): b"a"}
    assert said(sealed, {1: b"x", 2: b"y"}, swapped) == [("reordered", 1), ("reordered", 2)]
    assert said(sealed, {1: b"a", 9: b"y"}, {(9, 2): b"b"}) == [("reordered", 9)]


# -- anchors ------------------------------------------------------------------------


def test_anchor():
    blocks = chain(1, 1, 1)
    header = blocks[1].header
    file = seal_check.anchor_file(header.text, "sig", url="http://x")
    anchor = seal_check.read_anchor(json.dumps(file))
    assert anchor == seal_check.read_anchor(file)
    assert (anchor.number, anchor.hash) == (2, blocks[1].hash)
    assert seal_check.anchor_faults(anchor, blocks[1].hash, 3) == []
    kinds = [
        [fault.kind for fault in seal_check.anchor_faults(anchor, *now)]
        for now in (("0" * 64, 3), (None, 1), (None, 0), (None, 3))
    ]
    assert kinds == [["chain"], ["truncated"], ["truncated"], ["chain"]]


@given(st.one_of(st.text(max_size=50), st.binary(max_size=50)))
def test_any_file_is_no_anchor(content):
    with pytest.raises(seal_check.AnchorProblem):
        seal_check.read_anchor(content)


def test_anchor_that_was_changed():
    file = seal_check.anchor_file(block().header.text, "")
    for name, value in (("hash", "0" * 64), ("header", "{}"), ("header", None), ("header", "[")):
        with pytest.raises(seal_check.AnchorProblem):
            seal_check.read_anchor({**file, name: value})
    with pytest.raises(seal_check.AnchorProblem):
        seal_check.read_anchor("[" * 90_000)
