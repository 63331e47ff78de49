"""A shipping notice out of events: who is in what at the moment of shipping, in every syntax."""

from datetime import date
from decimal import Decimal

import pytest
from asn_build import read_one, refusal
from epcis_build import (
    BUYER,
    CASE,
    FORMS,
    GTIN,
    MAKER,
    OTHER_CASE,
    PALLET,
    as_json,
    as_old_xml,
    as_xml,
    event,
    item,
    lot,
    make,
    pack,
    serial,
    ship,
)

from lot_serial_trace.core import asn

SSCC = {PALLET: "040123450000000016", CASE: "040123450000000023", OTHER_CASE: "040123450000000030"}
A, B, C = serial("A"), serial("B"), serial("C")


@pytest.fixture(params=FORMS)
def write(request):
    return FORMS[request.param]


def notice(*events, write=as_json, **options):
    read = read_one(write(*events, **options))
    assert all(flaw.text for flaw in read.flaws)
    return read


def serials(read):
    return [unit.serial for line in read.lines for unit in line.units]


def codes(*events, **options):
    return dict(notice(*events, **options).flaw_counts)


def test_pallet_of_two_cases(write):
    read = notice(
        make(A, B, C, lotNumber="L/1", itemExpirationDate="2028-01-31"),
        pack(CASE, A, B),
        pack(OTHER_CASE, C),
        pack(PALLET, CASE, OTHER_CASE, at=15),
        ship(PALLET, orders=("P00042", "P00043")),
        write=write,
    )
    assert (read.format, read.number, read.action) == ("epcis", "DA-1", "original")
    assert (read.issued, read.despatched) == (date(2026, 11, 20), date(2026, 11, 19))
    assert read.orders == ["P00042", "P00043"]
    assert (read.supplier.gln, read.ship_to.gln) == ("4012345000009", "4023333000017")
    assert read.buyer.gln == "4023333000000"
    pallet, first, second = read.packages
    assert [package.sscc for package in read.packages] == list(SSCC.values())
    assert [package.parent for package in read.packages] == [None, pallet.key, pallet.key]
    (line,) = read.lines
    assert (line.quantity, line.unit, line.gtin, line.gtin_sent) == (3, "EA", GTIN, GTIN)
    assert line.packages == [first.key, second.key]
    assert [(u.serial, u.package, u.quantity) for u in line.units] == [
        ("A", first.key, 1),
        ("B", first.key, 1),
        ("C", second.key, 1),
    ]
    assert {(u.lot, u.expiry) for u in line.units} == {("L/1", date(2028, 1, 31))}
    assert all(unit.source_line for unit in line.units)
    assert not read.flaws


def test_order_is_that_of_time_and_not_of_the_file(write):
    events = [
        ship(PALLET, at=50),
        pack(PALLET, A, at=40),
        pack(PALLET, A, at=30, action="DELETE"),
        pack(PALLET, A, B, at=20),
        make(A, B, at=10, lotNumber="L"),
    ]
    read = notice(*events, write=write)
    assert sorted(serials(read)) == ["A", "B"]
    assert not read.flaws


def test_time_zones_are_minded():
    early = pack(PALLET, A) | {"eventTime": "2026-11-19T10:30:00+09:00"}  # 01:30 in Greenwich
    late = pack(PALLET, A, action="DELETE") | {"eventTime": "2026-11-19T02:00:00+01:00"}
    assert serials(notice(early, late, ship(PALLET, at=600))) == ["A"]


def test_local_day_of_shipping():
    evening = {"eventTime": "2026-11-19T23:30:00Z", "eventTimeZoneOffset": "+02:00"}
    assert notice(ship(A) | evening).despatched == date(2026, 11, 20)
    nowhere = {"eventTime": "2026-11-19T23:30:00", "eventTimeZoneOffset": "+02:00"}
    assert notice(ship(A) | nowhere).despatched == date(2026, 11, 19)


def test_same_things_under_other_names():
    link = "https://id.gs1.org/01/4012345000016/21/A"
    link_of_pallet = "https://id.example.test/some/path/00/040123450000000016"
    read = notice(make(A, lotNumber="L"), pack(PALLET, link), ship(link_of_pallet))
    assert (serials(read), read.lines[0].units[0].lot) == (["A"], "L")
    assert not read.flaws


def test_escapes():
    assert serials(notice(ship(serial("A%2FB%26%22")))) == ['A/B&"']
    link = "https://id.gs1.org/01/04012345000016/10/L%2F1/21/S%2F1"
    (unit,) = notice(ship(link)).lines[0].units
    assert (unit.serial, unit.lot) == ("S/1", "L/1")
    assert codes(ship(link)) == {}


@pytest.mark.parametrize(
    ("prefix", "reference", "gtin"),
    [
        ("401234", "0000001", "04012340000011"),
        ("401234500001", "1", "14012345000013"),
        ("4012345", "700001", "74012345000015"),
    ],
)
def test_company_prefixes_of_every_length(prefix, reference, gtin):
    assert notice(ship(serial("1", reference, prefix))).lines[0].gtin == gtin


def test_lots_by_quantity(write):
    read = notice(
        make(quantities=[(lot("L1"), 200)], itemExpirationDate="2027-05-31"),
        pack(PALLET, quantities=[(lot("L1"), 200), (lot("L2"), "12.5", "KGM")]),
        ship(PALLET, quantities=[(item("000002"), 5)]),
        write=write,
    )
    by_unit = {(line.gtin, line.unit): line for line in read.lines}
    pieces = by_unit[GTIN, "EA"]
    assert [(u.lot, u.quantity, u.expiry) for u in pieces.units] == [("L1", 200, date(2027, 5, 31))]
    kilos = by_unit[GTIN, "KGM"]
    assert [(u.lot, u.quantity) for u in kilos.units] == [("L2", Decimal("12.5"))]
    assert (kilos.quantity, kilos.packages) == (Decimal("12.5"), [0])
    loose = by_unit["04012345000023", "EA"]
    assert (loose.quantity, loose.units, loose.packages) == (5, [], [])


def test_quantities_taken_out_again():
    read = notice(
        pack(PALLET, quantities=[(lot("L"), 20)]),
        pack(PALLET, at=12, action="DELETE", quantities=[(lot("L"), 5)]),
        ship(PALLET),
    )
    assert read.lines[0].quantity == 15


def test_sum_beside_serials_is_not_counted_again():
    twice = ship(A, B, quantities=[(item(), 2), (item(), "14.5", "LBR")])
    read = notice(twice)
    assert [(line.quantity, line.unit) for line in read.lines] == [(2, "EA")]
    assert codes(ship(A, B, quantities=[(item(), 3)]))["sum_differs"] == 1
    told = notice(ship(A, B, quantities=[(lot("L9"), 2)]))
    assert {unit.lot for unit in told.lines[0].units} == {"L9"}
    beside = notice(ship(A, quantities=[(lot("L9"), 2)]))
    assert beside.lines[0].quantity == 3


def test_case_with_a_serial_is_a_package():
    case = serial("77", "100001")
    read = notice(make(A, B, lotNumber="L"), pack(case, A, B), ship(case))
    assert [(p.number, p.sscc) for p in read.packages] == [("(01)14012345000013(21)77", "")]
    assert serials(read) == ["A", "B"]
    assert serials(notice(ship(case))) == ["77"], "unopened, as nothing tells what is in it"


def test_unpacked_things_stay_behind(write):
    events = (make(A, B, C, lotNumber="L"), pack(PALLET, A, B))
    some = pack(PALLET, B, at=12, action="DELETE")
    assert serials(notice(*events, some, ship(PALLET), write=write)) == ["A"]
    everything = pack(PALLET, at=12, action="DELETE")
    read = notice(*events, everything, pack(PALLET, C, at=14), ship(PALLET), write=write)
    assert serials(read) == ["C"]


def test_what_is_observed_in_a_package_is_in_it():
    seen = pack(PALLET, B, C, at=12, action="OBSERVE")
    assert sorted(serials(notice(pack(PALLET, A, B), seen, ship(PALLET)))) == ["B", "C"]


def test_transformed_goods_have_the_data_of_the_new(write):
    cut = event(
        "TransformationEvent",
        5,
        inputEPCList=[C],
        outputEPCList=[A],
        bizStep="commissioning",
        ilmd={"cbvmda:lotNumber": "NEW"},
    )
    read = notice(make(C), cut, ship(A), write=write)
    assert read.lines[0].units[0].lot == "NEW"


def test_transaction_event_that_ships():
    events = ship(A) | {"type": "TransactionEvent"}
    assert serials(notice(events)) == ["A"]


def test_departing_counts_only_where_nobody_ships(write):
    leaving = ship(A, step="departing")
    assert serials(notice(leaving, write=write)) == ["A"]
    assert serials(notice(ship(B), leaving, write=write)) == ["B"]


def test_one_notice_per_despatch_advice(write):
    data = write(ship(A), ship(B, number="DA-2", at=30), ship(C, at=31))
    first, second = asn.read(data)
    assert (first.number, serials(first)) == ("DA-1", ["A", "C"])
    assert (second.number, serials(second)) == ("DA-2", ["B"])


def test_notices_without_a_number_get_different_ones():
    data = as_json(
        ship(A, number="", orders=("1",)),
        ship(B, number="", orders=("2",)),
        instanceIdentifier="M-7",
    )
    assert [read.number for read in asn.read(data)] == ["M-7", "M-7/2"]
    with_id = ship(A, number="") | {"eventID": "urn:uuid:1"}
    assert notice(with_id).number == "urn:uuid:1"
    assert "no_number" in codes(ship(A, number=""))


def test_only_the_last_shipment_of_a_long_way_counts(write):
    read = notice(
        make(A, lotNumber="L"),
        pack(PALLET, A),
        ship(PALLET, number="MAKER-1"),
        ship(PALLET, number="DA-1", at=90),
        write=write,
    )
    assert (read.number, serials(read)) == ("DA-1", ["A"])
    assert read.flaw_counts == {"shipped_again": 1}


# errors and cancellations


WRONG = {"reason": "incorrect_data", "correctiveEventIDs": ["urn:uuid:new"]}


def test_declared_errors_are_left_out(write):
    wrong = pack(PALLET, B, at=11) | {"eventID": "urn:uuid:1"}
    declared = wrong | {"errorDeclaration": {"reason": "did_not_occur"}}
    read = notice(pack(PALLET, A), wrong, declared, ship(PALLET), write=write)
    assert serials(read) == ["A"]
    assert read.flaw_counts["event_void"] == 1


def test_declared_errors_without_identifier_are_found_by_what_they_say():
    wrong = pack(PALLET, B, at=11)
    declared = wrong | {"errorDeclaration": {"reason": "did_not_occur"}}
    assert serials(notice(pack(PALLET, A), wrong, declared, ship(PALLET))) == ["A"]


def test_shipment_declared_an_error_is_a_cancellation(write):
    old = ship(A) | {"eventID": "urn:uuid:old", "errorDeclaration": {"reason": "did_not_occur"}}
    read = notice(old, write=write)
    assert (read.action, read.number) == ("cancel", "DA-1")


def test_corrected_shipment_replaces(write):
    old = ship(A, B) | {"eventID": "urn:uuid:old", "errorDeclaration": WRONG}
    new = ship(A) | {"eventID": "urn:uuid:new"}
    read = notice(old, new, write=write)
    assert (read.action, serials(read)) == ("replace", ["A"])


def test_voided_shipping(write):
    back = ship(PALLET, at=30, step="void_shipping")
    read = notice(pack(PALLET, A), ship(PALLET), back, write=write)
    assert read.action == "cancel"
    part = ship(A, at=30, step="void_shipping")
    assert serials(notice(ship(A, B), part)) == ["B"]
    again = ship(A, at=40)
    read = notice(ship(A), part, again, write=write)
    assert (read.action, serials(read)) == ("replace", ["A"])


def test_voided_shipping_beside_another(write):
    other = ship(B, number="DA-2", at=25)
    good, gone = asn.read(write(ship(A), other, ship(A, at=30, step="void_shipping")))
    assert (good.number, good.action, gone.number, gone.action) == (
        "DA-2",
        "original",
        "DA-1",
        "cancel",
    )


def test_voided_shipping_of_quantities():
    sent = ship(quantities=[(lot("L"), 5)])
    read = notice(sent, sent | {"bizStep": "void_shipping"})
    assert (read.action, read.number) == ("cancel", "DA-1")


# contradictions


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ((make(A, lotNumber="L"), make(A, at=2, lotNumber="L"), ship(A)), "made_twice"),
        ((make(A, lotNumber="L"), pack(PALLET, A, B), ship(PALLET)), "not_made"),
        ((make(A, lotNumber="L"), ship(B)), "not_made"),
        ((pack(PALLET, A), pack(CASE, A, at=12), ship(CASE)), "two_parents"),
        ((pack(PALLET, A), ship(A)), "left_parent"),
        ((pack(CASE, A), pack(PALLET, CASE), ship(CASE)), "left_parent"),
        ((pack(PALLET, action="DELETE"), ship(A)), "not_packed"),
        ((pack(PALLET, A), pack(PALLET, B, at=12, action="DELETE"), ship(PALLET)), "not_in"),
        ((pack(CASE, PALLET), pack(PALLET, CASE, at=12), ship(CASE)), "packing_loop"),
        ((pack(PALLET, PALLET), ship(PALLET)), "packing_loop"),
        ((ship(PALLET),), "empty_package"),
        ((ship(A, at=20), pack(PALLET, B, at=60), ship(PALLET, at=30)), "packed_late"),
        ((ship(serial("1", "12")),), "bad_epc"),
        ((ship("https://id.gs1.org/01/04012345000017/21/1"),), "bad_epc"),
        ((ship(A, at=0) | {"eventTime": "2026-11-25T00:00:00Z"},), "event_later"),
        ((ship(A) | {"eventTime": "yesterday"},), "event_field"),
        ((ship(A) | {"action": "SEND"},), "event_field"),
        ((ship(A) | {"disposition": "gone_fishing"},), "event_field"),
        ((make(A, itemExpirationDate="soon"), ship(A)), "bad_date"),
        ((ship(quantities=[(lot("L"), "twenty")]),), "bad_number"),
        ((ship(A),), "no_lot_told"),
    ],
)
def test_contradictions(events, code, write):
    read = notice(*events, write=write)
    assert code in read.flaw_counts
    assert read.lines or read.flaw_counts["empty_package"]


def test_decommissioned_goods():
    dead = event(at=5, action="DELETE", bizStep="decommissioning", epcList=[A])
    assert "not_there" in codes(make(A, lotNumber="L"), dead, ship(A))
    assert "not_there" in codes(make(A, lotNumber="L"), dead, pack(PALLET, A), ship(PALLET))
    again = make(A, at=6, lotNumber="L2")
    assert codes(make(A, lotNumber="L"), dead, again, ship(A)) == {}


def test_in_two_packages_the_later_counts():
    read = notice(pack(PALLET, A), pack(CASE, A, at=12), ship(PALLET, CASE))
    assert [unit.package for unit in read.lines[0].units] == [1]
    assert read.packages[1].sscc == SSCC[CASE]


def test_contents_listed_beside_their_package_count_once(write):
    read = notice(pack(CASE, A), pack(PALLET, CASE), ship(PALLET, CASE, A), write=write)
    assert (serials(read), len(read.packages)) == (["A"], 2)
    assert set(read.flaw_counts) == {"no_lot_told"}


def test_ten_levels():
    levels = [f"urn:epc:id:sscc:4012345.1{n:09d}" for n in range(10)]
    chain = [pack(outer, inner) for outer, inner in zip(levels, levels[1:], strict=False)]
    read = notice(*chain, pack(levels[-1], A), ship(levels[0]))
    assert [package.parent for package in read.packages] == [None, *range(9)]
    assert read.lines[0].units[0].package == 9


@pytest.mark.parametrize("downwards", [True, False])
def test_endless_nesting_is_cut(downwards):
    levels = [f"urn:epc:id:sscc:4012345.1{n:09d}" for n in range(400)]
    chain = [pack(outer, inner) for outer, inner in zip(levels, levels[1:], strict=False)]
    read = notice(*(chain if downwards else chain[::-1]), pack(levels[-1], A), ship(levels[0], A))
    assert 99 <= len(read.packages) <= 101
    assert "packing_loop" in read.flaw_counts


# documents


def test_names_from_master_data():
    vocabulary = [
        {
            "type": "urn:epcglobal:epcis:vtype:EPCClass",
            "vocabularyElementList": [
                {
                    "id": item(),
                    "attributes": [
                        {"id": "cbvmda:regulatedProductName", "attribute": "Pill"},
                        {"id": "cbvmda:additionalTradeItemIdentification", "attribute": "0001-1"},
                    ],
                },
                {"id": MAKER, "attributes": [{"id": "cbvmda:name", "attribute": "Maker"}]},
            ],
        }
    ]
    header = {"epcisMasterData": {"vocabularyList": vocabulary}}
    as_text = (
        "<EPCISHeader><extension><EPCISMasterData><VocabularyList><Vocabulary "
        'type="x"><VocabularyElementList>'
        f'<VocabularyElement id="{item()}">'
        '<attribute id="urn:epcglobal:cbv:mda#regulatedProductName">Pill</attribute>'
        '<attribute id="urn:epcglobal:cbv:mda#additionalTradeItemIdentification">0001-1'
        f'</attribute></VocabularyElement><VocabularyElement id="{MAKER}">'
        '<attribute id="urn:epcglobal:cbv:mda#name">Maker</attribute></VocabularyElement>'
        "</VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension>"
        '<h:guidelineVersion xmlns:h="http://epcis.gs1us.org/hc/ns">R1.3</h:guidelineVersion>'
        "</EPCISHeader>"
    )
    for read in (
        notice(ship(A), epcisHeader=header),
        notice(ship(A), write=as_old_xml, header=as_text),
    ):
        assert (read.lines[0].name, read.lines[0].supplier_code) == ("Pill", "0001-1")
        assert (read.supplier.name, read.supplier.gln) == ("Maker", "4012345000009")
    assert read.profile == "R1.3"


def test_parties_without_sources_and_destinations():
    plain = ship(A, sourceList=[], destinationList=[], readPoint={"id": MAKER})
    assert notice(plain).supplier.gln == "4012345000009"
    read = notice(plain, sender=BUYER, receiver=MAKER)
    assert (read.supplier.gln, read.ship_to.gln) == ("4023333000000", "4012345000009")
    private = [{"type": "owning_party", "source": "https://maker.test/site/1"}]
    assert notice(ship(A, sourceList=private)).supplier.label == "https://maker.test/site/1"


@pytest.mark.parametrize("prefix", ["epcis:", "n0:", ""])
def test_prefixes(prefix):
    assert serials(notice(ship(A), write=as_xml, prefix=prefix)) == ["A"]


def test_query_results():
    document = {"epcisBody": {"queryResults": {"resultsBody": {"eventList": [ship(A)]}}}}
    assert serials(notice(type="EPCISQueryDocument", **document)) == ["A"]
    data = as_xml(ship(A)).replace(b"EPCISDocument", b"EPCISQueryDocument")
    data = data.replace(b"epcis:xsd:2", b"epcis-query:xsd:2")
    data = data.replace(b"<EventList>", b"<QueryResults><resultsBody><EventList>")
    data = data.replace(b"</EventList>", b"</EventList></resultsBody></QueryResults>")
    assert serials(read_one(data)) == ["A"]


@pytest.mark.parametrize("step", ["shipping", "https://ref.gs1.org/cbv/BizStep-shipping"])
def test_words_in_every_spelling(step):
    assert serials(notice(ship(A, step=step))) == ["A"]


def test_documents_that_ship_nothing(write):
    error = refusal(write(make(A), pack(PALLET, A)))
    assert error.code == "wrong_document"
    assert "without a shipping event (it tells of commissioning, packing)" in error.text
    error = refusal(write(make(A) | {"action": "REMOVE", "bizStep": "gluing"}))
    assert "action is missing or not allowed: REMOVE" in error.text
    assert "bizStep is missing or not allowed" in error.text


def test_units_are_read_where_they_were_packed():
    data = as_xml(pack(PALLET, A, B), ship(PALLET))
    for unit in read_one(data).lines[0].units:
        assert f">{serial(unit.serial)}<" in data.decode().splitlines()[unit.source_line - 1]
    data = as_json(make(A), ship(A, number="DA-1 "))
    (flaw,) = [flaw for flaw in read_one(data).flaws if flaw.code == "no_lot_told"]
    assert data.decode().splitlines()[flaw.line - 1].strip() == "{"
    assert flaw.path == "eventList[2]"


def test_many_serials_are_one_line():
    many = [serial(f"{n:06d}") for n in range(2000)]
    for write in FORMS.values():
        read = notice(make(*many, lotNumber="L"), pack(PALLET, *many), ship(PALLET), write=write)
        assert (len(read.lines), len(read.lines[0].units)) == (1, 2000)
        assert not read.flaws
