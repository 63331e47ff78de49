"""Every authority's shape becomes one form, and nothing of it is lost."""

import notice_shapes as shapes
import pytest
from notice_shapes import as_json

from lot_serial_trace.core import notices
from lot_serial_trace.core.notices import NoticeError, read
from lot_serial_trace.core.notices.changes import differences

GTIN = "00012345678905"


def values(notice, *kinds):
    return [(mark.value, mark.last) if mark.last else mark.value for mark in notice.marks(*kinds)]


def test_openfda():
    page = read(as_json(shapes.OPENFDA), "openfda_food", "page.json")
    first, second = page.notices
    assert (first.number, first.severity, first.published) == ("F-9001-2026", "I", "2026-06-10")
    assert first.initiated == "2026-05-28" and first.firms == ["Imaginary Apiaries LLC"]
    assert values(first, "gtin") == [GTIN]
    assert values(first, "lot_range") == [("HX220", "HX224")]
    assert values(first, "date") == ["2026-08-15"]
    assert page.total == 3
    # without a number it is known by its event and what it is about; the flaws say where
    assert second.number.startswith("99002/") and second.marks("none")
    assert {flaw.code for flaw in second.flaws} == {"no_number", "bad_date"}
    flaw = next(flaw for flaw in second.flaws if flaw.code == "bad_date")
    assert flaw.text.startswith("page.json, notice 2, line 1, recall_initiation_date: 20260599")


def test_openfda_nothing_found_is_no_trouble():
    page = read(b'{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}', "openfda_drug")
    assert page.notices == []
    with pytest.raises(NoticeError, match="API_KEY_INVALID"):
        read(b'{"error": {"code": "API_KEY_INVALID", "message": "no"}}', "openfda_drug")


def test_ires_says_400_when_all_is_well():
    (notice,) = read(as_json(shapes.IRES), "openfda_food").notices
    assert notice.source == "openfda_device"  # the record tells
    assert (notice.number, notice.severity, notice.initiated) == ("Z-9067-2026", "II", "2026-04-14")
    assert values(notice, "gtin") == ["09521234543213"] and values(notice, "lot") == ["33F25M"]
    with pytest.raises(NoticeError, match="denied"):
        read(as_json({"STATUSCODE": 401, "MESSAGE": "denied", "RESULT": []}), "openfda_food")


@pytest.mark.parametrize("listed", [False, True])
def test_fsis_before_and_since_june_2026(listed):
    (notice,) = read(as_json([shapes.fsis(listed)]), "fsis").notices
    assert notice.number == "019-020-2026" and notice.severity == "I"
    assert notice.lang == ("es" if listed else "en")
    assert notice.title == "Imaginary Farms Recalls Chicken & Wings"
    chicken, wings = notice.items
    assert chicken.brands == ["Imaginary Farms CHICKEN"]
    assert [mark.value for mark in chicken.of_kind("lot")] == ["24304", "24318"]
    assert [mark.value for mark in chicken.of_kind("date")] == ["2026-12-15"]
    assert [mark.value for mark in chicken.of_kind("gtin")] == [GTIN]
    # the establishment of the summary counts for all; the day of the press release for none
    assert [mark.value for mark in wings.marks] == ["51205"]


def test_fsis_english_and_spanish_are_two():
    page = read(as_json([shapes.fsis(True), shapes.fsis(False)]), "fsis")
    assert len({notice.key for notice in page.notices}) == 2


def test_cpsc():
    (notice,) = read(as_json([shapes.CPSC]), "cpsc").notices
    assert notice.number == "26-999" and notice.firms == ["Imaginary Imports LLC"]
    assert values(notice, "model") == ["IK-100", "IK-200"]
    assert values(notice, "serial_prefix") == ["K57"]
    assert values(notice, "lot_range") == [("2101", "2352")]
    assert values(notice, "gtin") == [GTIN] and notice.images == ["https://www.cpsc.gov/k.png"]


def test_cpsc_as_xml_and_as_tables():
    (notice,) = read(shapes.CPSC_XML, "cpsc").notices
    assert [item.product for item in notice.items] == ["Kettles", "Pots"]
    assert values(notice, "serial_range")[:1] == [("A1000", "A1999")]
    (old,) = read(shapes.CPSC_OLD, "cpsc").notices
    assert [item.product for item in old.items] == ["Bottles", "Jars"] and old.number == "10187"
    (row,) = read(shapes.CPSC_TABLE, "cpsc").notices
    assert row.published == "2026-02-19" and values(row, "lot") == ["7654"]
    assert row.hazard == "They & burn" and values(row, "model") == ["L-5"]


def test_safety_gate():
    page = read(as_json(shapes.SAFETY_GATE), "safety_gate", "a.json")
    (notice,) = page.notices
    assert notice.number == "SR/00999/26" and notice.title.startswith("Soft toy – Imaginary")
    assert notice.modified == "2026-03-28T21:30:00"  # UTC
    assert values(notice, "gtin") == [GTIN]
    assert values(notice, "date_range") == [("2025-07-28", "2025-12-19")]
    assert values(notice, "lot") == ["B-77A", "B-78A"]
    assert [flaw.code for flaw in notice.flaws] == ["bad_check_digit"]
    assert page.listing == []


def test_safety_gate_list_names_what_to_ask_for():
    rows = [{"id": 777, "reference": "SR/1", "publicationDate": "2026-03-27"}]
    page = read(as_json({"content": rows, "totalElements": 1}), "safety_gate")
    assert page.listing == ["777"] and page.total == 1


def test_uk_fsa():
    (notice,) = read(as_json(shapes.UK_FSA), "uk_fsa").notices
    assert notice.number == "FSA-PRIN-99-2026" and notice.klass == "Product recall"
    assert notice.urls[0] == "https://alerts.food.gov.uk/alert/fsa-prin-99-2026"
    assert values(notice, "date") == ["2026-08-09", "2026-09-06"]
    (until,) = notice.marks("date_range")
    assert (until.value, until.last, until.meaning) == ("", "2026-12-03", "best_by")
    assert values(notice, "lot") == ["L2345A"] and notice.marks("all")
    assert notice.hazard == "Glass.\nMilk" and notice.area == "England"


def test_health_canada():
    first, second = read(as_json(shapes.HEALTH_CANADA), "health_canada").notices
    assert first.title == "Imaginary Lounge Sets recalled" and first.severity == "I"
    assert values(first, "gtin") == [GTIN] and values(first, "model") == ["KHK-190"]
    assert values(first, "lot") == ["2026.JA.15", "00635256"]
    assert (second.severity, second.klass, second.published) == ("none", "", "2026-07-03")


def test_rappelconso():
    page = read(as_json(shapes.RAPPELCONSO), "rappelconso")
    first, second = page.notices
    assert first.version == "2" and first.lang == "fr" and page.total == 250
    assert values(first, "gtin") == ["03760171283370"]  # twice the same is once
    assert values(first, "lot") == ["2017006"] and values(first, "date") == ["2026-12-05"]
    assert values(first, "date_range") == [("2026-08-01", "2026-08-06")]
    assert values(first, "establishment") == ["FR 35.022.001 CE"]
    assert values(second, "lot") == ["2014", "21188"] and second.marks("all")


def test_rasff():
    (notice,) = read(shapes.RASFF, "rasff").notices
    assert notice.number == "2026.5195" and notice.published == "2026-06-21"
    assert notice.hazard == "mercury, cadmium" and notice.marks("lot", "gtin") == []


def test_any_table_and_news_feed():
    (row,) = read(shapes.TABLE, name="r.csv").notices
    assert (row.source, row.number, row.title) == ("generic", "R-1", "Honig 250 g")
    assert values(row, "gtin") == ["03760171283370"]
    assert values(row, "lot") == ["HON-2601", "HON-2602"]
    assert values(row, "date") == ["2026-12-31"] and row.firms == ["Imkerei Beispiel"]
    first, second = read(shapes.RSS).notices
    assert first.number == "http://example.com/yam" and first.published == "2026-07-06"
    assert values(first, "lot") == ["YAM-001", "YAM-002"]
    assert second.title == "No link" and second.number  # nothing is left out


EVERY = {
    "openfda_food": shapes.OPENFDA,
    "fsis": [shapes.fsis(True)],
    "cpsc": [shapes.CPSC],
    "safety_gate": shapes.SAFETY_GATE,
    "uk_fsa": shapes.UK_FSA,
    "health_canada": shapes.HEALTH_CANADA,
    "rappelconso": shapes.RAPPELCONSO,
}


@pytest.mark.parametrize("kind", EVERY)
def test_a_file_tells_itself_whose_it_is(kind):
    data = as_json(EVERY[kind])
    assert notices.kind_of(data) == kind
    assert {notice.source for notice in read(data).notices} == {kind}


def test_an_edited_record_has_another_digest():
    before, after = dict(shapes.CPSC), dict(shapes.CPSC, Description="Corrected.")
    (one,), (same,), (other,) = (
        read(as_json([value]), "cpsc").notices for value in (before, dict(before), after)
    )
    assert one.digest == same.digest != other.digest and one.key == other.key


# -- what strangers send -----------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \xef\xbb\xbf ", "empty"),
        (b"<!DOCTYPE html><html><title>Access Denied</title></html>", "page"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "dtd"),
        (b'[{"a": ', "broken_json"),
        (b"[" * 100_000, "too_deep"),
        (b"\x00\x01\x02\x03", "unknown_format"),
        (b"just words", "unknown_format"),
        (b'[{"foo": 1}]', "wrong_shape"),
        (b"a,b\n1,2\n", "no_columns"),
        (b"<a><b>1</b></a>", "wrong_shape"),
    ],
)
def test_what_is_no_notice_is_told(data, code):
    with pytest.raises(NoticeError) as caught:
        read(data)
    assert caught.value.code == code, caught.value.text
    assert caught.value.text


def test_what_stands_in_front_of_a_fault_is_read():
    whole = as_json([shapes.CPSC, dict(shapes.CPSC, RecallNumber="26-998")])
    page = read(whole[:-40], "cpsc", "cut.json")
    assert [notice.number for notice in page.notices] == ["26-999"]
    assert [flaw.code for flaw in page.flaws] == ["cut_off"]
    assert page.flaws[0].text.startswith("cut.json")


def test_lines_of_json_survive_a_bad_one():
    line = as_json(shapes.CPSC)
    page = read(line + b"\n{broken\n" + line.replace(b"26-999", b"26-997") + b"\n", "cpsc")
    assert [notice.number for notice in page.notices] == ["26-999", "26-997"]
    assert [(flaw.code, flaw.line) for flaw in page.flaws] == [("cut_off", 2)]


def test_odd_records_are_told_and_the_rest_is_read():
    page = read(as_json([shapes.CPSC, "words", {"x": 1}, None]), "cpsc", "f")
    assert len(page.notices) == 1
    assert [(flaw.code, flaw.record) for flaw in page.flaws] == [
        ("not_a_record", 2),
        ("not_a_record", 3),
        ("not_a_record", 4),
    ]


@pytest.mark.parametrize("odd", [None, "", [], {}, 5, True, ["a", None, {}], {"x": {"y": 1}}])
def test_a_field_may_be_anything(odd):
    """Each field of each shape is replaced in turn: nothing raises, no notice is lost."""
    for kind, value in EVERY.items():
        record = value["results"][0] if isinstance(value, dict) and "results" in value else value
        record = record["items"][0] if isinstance(record, dict) and "items" in record else record
        record = record[0] if isinstance(record, list) else record
        for name in record:
            source = notices.SOURCES[kind]
            data = {**record, name: odd}
            if source.fits(data):
                assert len(read(as_json([data]), kind).notices) == 1, (kind, name)


def test_halves_of_characters_are_kept_out():
    data = as_json([dict(shapes.CPSC, Title="A \ud800 B \0")])
    (notice,) = read(data, "cpsc").notices
    assert len(notice.digest) == 64 and notice.original.encode()
    assert differences({"a": "\ud800\0"}, {"a": "b"}) == [("a", "?\ufffd", "b")]


def test_huge_texts_are_cut_and_told():
    data = as_json([dict(shapes.CPSC, Description="x " * 200_000)])
    (notice,) = read(data, "cpsc").notices
    assert "long_text" in {flaw.code for flaw in notice.flaws}
    with pytest.raises(NoticeError, match="bytes"):
        read(data, "cpsc", limits=notices.files.Limits(size=1000))
