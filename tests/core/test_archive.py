"""Copies of the ledger: where they lie, what they say of themselves, what Parquet keeps."""

import csv
import io
import os
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lot_serial_trace.core import archive, parquet, sealing

NAMES = [name for name, _kind in archive.columns()]
HASH = "ab" * 32


def refused(code, action, *args, **options):
    with pytest.raises(archive.ArchiveTrouble) as caught:
        action(*args, **options)
    assert caught.value.code == code, caught.value.text
    assert "%(" not in caught.value.text
    return caught.value.text


# -- where --------------------------------------------------------------------------


def test_places_are_read_as_values():
    assert archive.place(3, date(2026, 3, 9), 1) == (
        "company=3/month=2026-03",
        "ledger-3-2026-03.parquet",
    )
    assert archive.place(3, date(2026, 3, 1), 2)[1] == "ledger-3-2026-03-2.parquet"
    assert archive.manifest_name("ledger-3-2026-03.parquet") == "ledger-3-2026-03.manifest.json"


@pytest.mark.parametrize("parts", [("..", "x"), ("/etc/passwd",), ("a/../../x",), ("..",)])
def test_nothing_leads_out_of_the_folder(tmp_path, parts):
    refused("outside", archive.below, tmp_path, *parts)


def test_no_link_leads_out_of_the_folder(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "link").symlink_to(outside)
    refused("outside", archive.below, inside, "link/file")
    assert archive.below(inside, "a", "b") == inside / "a/b"


@pytest.mark.parametrize("folder", ["", "relative", "/no/such/folder"])
def test_the_folder_must_be_there(folder):
    refused("no_folder", archive.below, folder, "x")


# -- what a copy says of itself -----------------------------------------------------


def test_the_same_facts_make_the_same_manifest():
    one = archive.manifest(rows=1, company={"id": 1, "name": "Käse"})
    assert one == archive.manifest(company={"name": "Käse", "id": 1}, rows=1)
    says = archive.read_manifest(one, "x", archive.digest(one))
    assert says["schema_version"] == archive.SCHEMA_VERSION
    assert [column["name"] for column in says["columns"]] == NAMES


def test_a_changed_manifest_is_refused():
    one = archive.manifest(rows=1)
    refused(
        "manifest_hash", archive.read_manifest, one.replace(b"1", b"2"), "x", archive.digest(one)
    )


def test_a_manifest_of_a_later_version_is_refused():
    one = archive.manifest(schema_version=archive.SCHEMA_VERSION + 1)
    refused("schema", archive.read_manifest, one, "x", archive.digest(one))


def test_a_changed_file_is_refused(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"content")
    wanted = archive.file_digest(file)
    assert wanted == archive.digest(b"content")
    archive.check_file(file, "file", wanted)
    file.write_bytes(b"Content")
    assert wanted in refused("file_hash", archive.check_file, file, "file", wanted)
    file.unlink()
    refused("missing", archive.check_file, file, "file", wanted)


def test_all_that_is_sealed_is_copied():
    """What a copy leaves out could never be proven from it."""
    for version, names in sealing.FIELDS.items():
        assert set(names) <= set(NAMES), version


# -- Parquet ------------------------------------------------------------------------


def row(**values):
    """A row of CSV as PostgreSQL writes it; None is NULL."""
    values = {"id": 1, archive.SCALE: 0, archive.LEAF: HASH, **values}
    return ",".join(_cell(values.get(name)) for name in NAMES) + "\n"


def _cell(value):
    if value is None:
        return ""
    text = str(value)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if isinstance(value, str) else text


@pytest.fixture
def arrow():
    return pytest.importorskip("pyarrow.parquet")


def written(tmp_path, *rows):
    path = tmp_path / "file.parquet"
    path.unlink(missing_ok=True)
    count = parquet.write(path, lambda sink: sink.write("".join(rows).encode()))
    assert count == len(rows)
    return path


def test_values_come_back_as_they_were(tmp_path, arrow):
    when = "2026-03-09 10:11:12.000001"
    path = written(
        tmp_path,
        row(
            lot_name='L "1", 2\nthree; é 漢 😀',
            reason="",
            origin=None,
            quantity=Decimal("0.33333333333333333333"),
            event_time=when,
            company_id=2147483647,
        ),
    )
    table = arrow.read_table(path)
    (one,) = table.to_pylist()
    assert one["lot_name"] == 'L "1", 2\nthree; é 漢 😀'
    assert (one["reason"], one["origin"]) == ("", None)
    assert one["quantity"] == Decimal("0.33333333333333333333")
    assert one["event_time"] == datetime(2026, 3, 9, 10, 11, 12, 1, tzinfo=UTC)
    assert one["company_id"] == 2147483647
    assert one[archive.LEAF] == bytes.fromhex(HASH)
    assert table.schema.equals(parquet.schema())


def test_what_was_read_back_is_what_was_written(tmp_path, arrow):
    lines = [
        row(id=1, lot_name="1,0", quantity=Decimal("-1.50000000000000000000"), reason=""),
        row(id=2, lot_name="NULL", event_time="0001-01-01 00:00:00.000000"),
        row(id=3, lot_name='\\N"\r\n', record_time="2026-03-09 10:11:12.999999"),
    ]
    path = written(tmp_path, *lines)
    text = b"".join(parquet.to_csv(path, "x")).decode()
    found = list(csv.DictReader(io.StringIO(text, newline=""), NAMES))
    assert [one["lot_name"] for one in found] == ["1,0", "NULL", '\\N"\r\n']
    assert Decimal(found[0]["quantity"]) == Decimal("-1.5")
    assert found[1]["event_time"].startswith("0001-01-01 00:00:00")
    assert found[2]["record_time"] == "2026-03-09 10:11:12.999999"
    assert found[2][archive.LEAF] == HASH
    # NULL is nothing, an empty text is two quotation marks
    first = text.splitlines()[0]
    assert first.count('""') == 1


def test_a_month_without_entries(tmp_path, arrow):
    path = written(tmp_path)
    assert parquet.count(path, "x") == 0
    assert list(parquet.leaves(path, "x")) == []


def test_groups(tmp_path, arrow, monkeypatch):
    """Many rows are written and read group by group, and none is lost between them."""
    monkeypatch.setattr(parquet, "GROUP", 100)
    monkeypatch.setattr(parquet, "_BLOCK", 8_192)
    rows = [
        row(id=number, archive_hash=None, leaf_hash=f"{number:064x}") for number in range(1, 951)
    ]
    path = written(tmp_path, *rows)
    file = arrow.ParquetFile(path)
    assert file.metadata.num_row_groups > 5
    ids, leaves = [], b""
    for some, hashes in parquet.leaves(path, "x"):
        assert len(some) <= 100
        ids += some
        leaves += hashes
    assert ids == list(range(1, 951))
    assert leaves == b"".join(number.to_bytes(32, "big") for number in ids)


def test_what_cannot_be_written_is_said(tmp_path, arrow):
    with pytest.raises(Exception, match="(?i)conver|invalid"):
        written(tmp_path, row(company_id=Decimal("1.5")))
    with pytest.raises(ZeroDivisionError):
        parquet.write(tmp_path / "other", lambda sink: 1 / 0)


def test_a_writer_that_never_ends_is_stopped_by_a_bad_row(tmp_path, arrow):
    """The end that writes learns that nobody reads any more."""

    def produce(sink):
        for _turn in range(1_000_000):
            sink.write(row(company_id="none").encode() * 100)

    with pytest.raises(Exception, match="(?i)conver|invalid"):
        parquet.write(tmp_path / "file", produce)


def test_a_damaged_file_is_refused(tmp_path, arrow):
    path = written(tmp_path, *(row(id=number, lot_name=f"L{number}") for number in range(2_000)))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refused("unreadable", parquet.count, path, "x")
    path.write_bytes(content[:100] + os.urandom(2_000) + content[2_100:])
    refused("unreadable", lambda: list(parquet.to_csv(path, "x")))
    path.unlink()
    refused("missing", parquet.count, path, "x")


def test_without_the_library_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "pyarrow", None)
    assert not parquet.available()
    text = refused("no_pyarrow", parquet.write, tmp_path / "x", lambda sink: None)
    assert "pip install pyarrow" in text
    refused("no_pyarrow", parquet.count, tmp_path / "x", "x")


def test_duckdb_reads_it(tmp_path, arrow):
    duckdb = pytest.importorskip("duckdb")
    folder = tmp_path / "company=1/month=2026-03"
    folder.mkdir(parents=True)
    written(folder, row(id=1, quantity=Decimal("1.5")), row(id=2, quantity=Decimal("2.25")))
    files = f"read_parquet('{tmp_path}/**/*.parquet')"
    found = duckdb.sql(f"SELECT month, count(*), sum(quantity) FROM {files} GROUP BY 1").fetchall()
    assert [(str(month), rows, total) for month, rows, total in found] == [
        ("2026-03", 2, Decimal("3.75"))
    ]


def test_the_questions_in_the_manual_can_be_asked(tmp_path, arrow):
    duckdb = pytest.importorskip("duckdb")
    folder = tmp_path / "company=1/month=2026-03"
    folder.mkdir(parents=True)
    sale = {"kind": "movement", "dest_usage": "customer", "product_code": "MILK-400"}
    written(folder, row(lot_name="SN-0001", quantity=Decimal(2), partner_name="Ann", **sale))
    manual = (Path(__file__).parents[2] / "docs/archive.md").read_text()
    questions = re.findall(r"```sql\n(.*?)```", manual, re.DOTALL)
    assert len(questions) == 3
    for question in questions:
        assert "/srv/ledger/mydb/" in question
        rows = duckdb.sql(question.replace("/srv/ledger/mydb", str(tmp_path))).fetchall()
        assert len(rows) == 1, question
