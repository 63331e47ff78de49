"""Lots, numbers and dates are found in the prose of notices, as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lot_serial_trace.core.notices.lot_text import read_text
from lot_serial_trace.core.notices.text_dates import find_dates, last_day

#: text, what is found: kind, first, last
PROSE = [
    ("Lots V220 through V241", [("lot_range", "V220", "V241")]),
    ("Lot numbers 12201 thru 12207", [("lot_range", "12201", "12207")]),
    (
        "Lot# 101613-108, Exp Date 1/16/2026",
        [("lot", "101613-108", ""), ("date", "2026-01-16", "")],
    ),
    ("LOT # 32214-EXP DATE 5/18/2026", [("lot", "32214", ""), ("date", "2026-05-18", "")]),
    ('a lot number between "10-270" and "10-335."', [("lot_range", "10-270", "10-335")]),
    ("case codes “0264SDL0315 through 19”", [("lot_range", "0264SDL0315", "0264SDL0319")]),
    (
        "Bath Numbers: 1aDLS020714; 1bDLS020714",
        [("lot", "1aDLS020714", ""), ("lot", "1bDLS020714", "")],
    ),
    ("Lot No. 02814V, 02914V", [("lot", "02814V", ""), ("lot", "02914V", "")]),
    ("serial numbers A1000 to A1999", [("serial_range", "A1000", "A1999")]),
    ("serial numbers beginning with “57V”", [("serial_prefix", "57V", "")]),
    ("model numbers NS-RG1 and NS-RG2", [("model", "NS-RG1", ""), ("model", "NS-RG2", "")]),
    ("UPC 0 12345 67890 5", [("gtin", "00012345678905", "")]),
    ("UPC/PLU: 012345678905", [("gtin", "00012345678905", "")]),
    ("UPC 0-12345-67890", [("upc", "00012345678905", "")]),
    ("establishment number “EST. 51205” inside", [("establishment", "51205", "")]),
    (
        "(01)09521234543213(17)270531(10)33F25",
        [("gtin", "09521234543213", ""), ("date", "2027-05-31", ""), ("lot", "33F25", "")],
    ),
    ("lots n° 2014 et 21188", [("lot", "2014", ""), ("lot", "21188", "")]),
    ("NDC 70710-1592-07", [("ndc", "70710-1592-07", "")]),
    ("Lot: KLM", [("lot", "KLM", "")]),
    ("lot codes are on the lid", []),
    ("sold in packs of 100 for about $16", []),
    ("12-oz. bags, 10 lb. cases with case code", []),
    ("may contain milk; march on", []),
]


@pytest.mark.parametrize(("text", "found"), PROSE)
def test_prose(text, found):
    marks = {(mark.kind, mark.value, mark.last) for mark in read_text(text)}
    assert marks == set(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Use by dates 10/24/13-12/09/13.", ("2013-10-24", "2013-12-09")),
        ("between May 1, 2026 and September 24, 2026", ("2026-05-01", "2026-09-24")),
        ("Sold between June 1 and July 21, 2026", ("2026-06-01", "2026-07-21")),
        ("sell by dates on or before 15-Sep", ("", "2026-09-15")),
        ("prior to and including Feb 20", ("", "2026-02-20")),
        ("7/24/2026 or later", ("2026-07-24", "")),
        ("expiration date of May 20th and prior", ("", "2026-05-20")),
        ("Use Before 3/4/2026", ("2026-03-04", "2026-03-04")),
        ("Feb2513", ("2013-02-25", "2013-02-25")),
        ("with sell by dates 11/2026", ("2026-11", "2026-11")),
        ("Best By JUL 2026", ("2026-07", "2026-07")),
        ("Best If Used By date of “03 23 25”", ("2025-03-23", "2025-03-23")),
        ("18 FEB 26", ("2026-02-18", "2026-02-18")),
        ("14-Mar-2026", ("2026-03-14", "2026-03-14")),
        ("16/3/2026", ("2026-03-16", "2026-03-16")),
        ("Exp 12/26", ("2026-12", "2026-12")),
        ("10 AGO 2026", ("2026-08-10", "2026-08-10")),
        ("5 décembre 2026", ("2026-12-05", "2026-12-05")),
    ],
)
def test_dates(text, found):
    (span,) = find_dates(text, year=2026)
    assert (span.first, span.last) == found


def test_dates_of_other_countries():
    assert find_dates("03/04/2026")[0].first == "2026-03-04"
    assert find_dates("03/04/2026", day_first=True)[0].first == "2026-04-03"
    assert find_dates("99/99/2026") == [] and find_dates("31.02.2026") == []
    assert last_day("2026-02") == "2026-02-28"


def test_what_dates_mean():
    text = "Use By dates 5/4/2026, 7/5/2026; produced 1/2/2026; sold through 3/2/2026"
    assert [span.meaning for span in find_dates(text)] == ["best_by", "best_by", "made", "sold"]


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("ALL codes", "all", ""),
        ("All Lots distributed on or after October 17, 2026", "all", "limited"),
        ("none", "none", ""),
        ("N/A", "none", ""),
        ("Produt is not coded", "none", ""),
        ("under investigation", "none", ""),
        ("no codes assigned", "none", ""),
        ("8311203", "lot", "bare"),
    ],
)
def test_fields_for_codes(text, kind, meaning):
    marks = [mark for mark in read_text(text, "code_info", codes=True) if mark.kind == kind]
    assert marks and marks[0].meaning == meaning


def test_one_number_or_a_range():
    marks = {(mark.kind, mark.value, mark.last) for mark in read_text("Lots 12201-12207")}
    assert marks == {("lot", "12201-12207", ""), ("lot_range", "12201", "12207")}


def test_the_words_are_kept():
    (mark,) = read_text("see Lots  V220\nthrough V241.", "code_info")
    assert (mark.text, mark.field) == ("V220 through V241", "code_info")


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    for mark in read_text(text, codes=True, year=2026):
        assert mark.kind and len(mark.text) <= 200


@given(
    st.lists(
        st.from_regex(r"[GHKQW]{2}[0-9]{3,8}[GHKQW]?", fullmatch=True),
        min_size=1,
        max_size=30,
        unique=True,
    )
)
def test_every_code_of_a_list_is_found(codes):
    found = {mark.value for mark in read_text("lot codes " + ", ".join(codes))}
    assert found == set(codes)


@pytest.mark.parametrize("words", ["lot ", "UPC 1-", "A1 to ", "serial numbers x ", "all ", "0"])
def test_endless_texts_end(words):
    """What would be read again from each word takes no longer than the text is long."""
    read_text(words * (60_000 // len(words)), codes=True)
