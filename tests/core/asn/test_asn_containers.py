"""Archives are opened as far as is safe, and office documents are not taken apart."""

import gzip
import io
import random
import zipfile

import pytest

from lot_serial_trace.core.asn.containers import Bounds, is_container, unpack
from lot_serial_trace.core.asn.errors import AsnError


def zipped(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def refused(data, **bounds):
    with pytest.raises(AsnError) as caught:
        unpack(data, "x.zip", Bounds(**bounds))
    assert caught.value.text
    return caught.value.code


def test_files_come_out_in_order_without_folders():
    data = zipped(**{"day/b.xml": b"<b/>", "a.edi": b"UNA", "..\\..\\etc\\c.csv": b"1"})
    found = [(member.name, member.data) for member in unpack(data)]
    assert found == [("b.xml", b"<b/>"), ("a.edi", b"UNA"), ("c.csv", b"1")]


def test_litter_is_left_out():
    data = zipped(**{"a.xml": b"<a/>", "__MACOSX/._a.xml": b"x", "day/": b"", ".DS_Store": b"x"})
    assert [member.name for member in unpack(data)] == ["a.xml"]


def test_gzip():
    (member,) = unpack(gzip.compress(b"<a/>"), "notice.xml.gz")
    assert (member.name, member.data) == ("notice.xml", b"<a/>")


def test_what_is_a_container():
    assert is_container(zipped(a=b"1"))
    assert is_container(zipped())
    assert is_container(gzip.compress(b""))
    assert not is_container(zipped(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}))
    assert not is_container(zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"))
    assert not is_container(b"<a/>")
    assert is_container(b"PK\x03\x04 cut off"), "damaged: unpacking says so"


def test_refusals():
    good = zipped(**{"a.xml": b"<a/>" * 1000})
    assert refused(zipped()) == "empty_archive"
    assert refused(good[:-30]) == "broken_archive"
    assert refused(gzip.compress(b"<a/>" * 1000)[:-20]) == "broken_archive"
    assert refused(zipped(a=b"1", b=b"2"), members=1) == "many_members"


def test_a_flipped_byte_is_noticed():
    noise = random.Random(1).randbytes(1000)
    data = bytearray(zipped(a=noise))
    data[500] ^= 1
    assert refused(bytes(data)) == "broken_archive"


def test_bombs_do_not_unfold():
    assert refused(zipped(a=b"0" * 50_000_000)) == "archive_too_big"
    assert refused(gzip.compress(b"0" * 50_000_000)) == "archive_too_big"
    assert refused(zipped(a=b"0" * 900, b=b"0" * 900), size=1000) == "archive_too_big"


def test_a_locked_archive():
    data = bytearray(zipped(a=b"secret"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert refused(bytes(data)) == "locked_archive"
