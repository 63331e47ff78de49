"""What device identifiers say is taken where the notice is silent, and compared elsewhere."""

from datetime import date

import pytest
from asn_build import advice, el, instance, line, quantity, read_one

from lot_serial_trace.core.asn.udi import Trace, read_trace

GTIN = "09521234543213"
BRACKETED = f"(01){GTIN}(11)250131(17)280131(10)A/1(21)S-7"
ALL = Trace(GTIN, "A/1", "S-7", date(2028, 1, 31), date(2025, 1, 31))


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        (BRACKETED, ALL),
        (f"(01){GTIN}(11)250131(17)280131(21)S-7(10)A/1", ALL),
        (f"01{GTIN}172801311125013110A/1", ALL._replace(serial="")),
        (f"https://id.gs1.org/01/{GTIN}/10/A%2F1/21/S-7?17=280131&11=250131", ALL),
        (f"(01){GTIN}(21)S", Trace(GTIN, serial="S")),
        # examples of the standard, with their check characters
        ("+A99912345/$$52001510X33", Trace(lot="10X3", expiry=date(2020, 1, 15))),
        (
            "+A99912345/$$52001510X3/16D20111212/S77DE1G45-",
            Trace("", "10X3", "77DE1G45", date(2020, 1, 15), date(2011, 12, 12)),
        ),
        ("+A99912345/$10X3/16D20111212/14D20200131/S77DEFG45", Trace()),
        ("+A99912345/$$52001510X4", Trace()),
        ("=/A9999XYZ100T0944=,000025=A99971312345600", Trace()),
        ("our own 17", Trace()),
    ],
)
def test_reading(text, trace):
    assert read_trace(text) == trace


def hibc(text):
    """With its check character [ANSI/HIBC 2.6, appendix B]."""
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
    return text + characters[sum(map(characters.index, text)) % 43]


@pytest.mark.parametrize(
    ("secondary", "trace"),
    [
        ("$LOT1", Trace(lot="LOT1")),
        ("$+SN1", Trace(serial="SN1")),
        ("$$0228LOT1", Trace(lot="LOT1", expiry=date(2028, 2, 29))),
        ("$$1228LOT1", Trace(lot="LOT1", expiry=date(2028, 12, 31))),
        ("$$2013128LOT1", Trace(lot="LOT1", expiry=date(2028, 1, 31))),
        ("$$3280131LOT1", Trace(lot="LOT1", expiry=date(2028, 1, 31))),
        ("$$428013123LOT1", Trace(lot="LOT1", expiry=date(2028, 1, 31))),
        ("$$528031LOT1", Trace(lot="LOT1", expiry=date(2028, 1, 31))),
        ("$$62803112LOT1", Trace(lot="LOT1", expiry=date(2028, 1, 31))),
        ("$$7LOT1", Trace(lot="LOT1")),
        ("$$8503280131LOT1", Trace(lot="LOT1", expiry=date(2028, 1, 31))),
        ("$$900100" + "3280131LOT1", Trace(lot="LOT1", expiry=date(2028, 1, 31))),
        ("$$+3280131SN1", Trace(serial="SN1", expiry=date(2028, 1, 31))),
        ("$L/SSN1/14D20280131/16D20250131", ALL._replace(gtin="", lot="L", serial="SN1")),
        ("$$3289931LOT1", Trace(lot="LOT1")),
    ],
)
def test_hibc(secondary, trace):
    assert read_trace(hibc(f"+A99912345/{secondary}")) == trace


def traced(text, **more):
    return instance(extra=el("cbc:ProductTraceID", text), **more)


def test_the_trace_id_fills_in():
    read = read_one(advice(line(quantity=quantity(1), instances=traced(BRACKETED))))
    (sent,) = read.lines
    (unit,) = sent.units
    assert (sent.gtin, sent.gtin_sent) == (GTIN, GTIN)
    assert (unit.lot, unit.serial, unit.expiry, unit.made) == ALL[1:5]
    assert unit.trace_id == BRACKETED
    assert not read.flaws


def test_the_elements_win_and_conflicts_are_told():
    item = (
        "<cbc:Name>N</cbc:Name><cac:StandardItemIdentification>"
        "<cbc:ID>4012345000016</cbc:ID></cac:StandardItemIdentification>"
    )
    mine = traced(BRACKETED, lot="L2", serial="S-7", expiry="2028-02-29")
    read = read_one(advice(line(quantity=quantity(1), item=item, instances=mine)))
    unit = read.lines[0].units[0]
    assert (unit.lot, unit.expiry) == ("L2", date(2028, 2, 29))
    assert sorted(flaw.values["field"] for flaw in read.flaws) == ["expiry", "gtin", "lot"]
    assert read.flaws[0].text == "Line 1: lot is L2, but A/1 in the product trace id"
    assert all(flaw.line for flaw in read.flaws)


def test_a_bad_trace_id_is_kept_and_told():
    read = read_one(advice(line(instances=traced(f"(01){GTIN}(17)289901(10)A"))))
    assert read.lines[0].units[0].trace_id
    (flaw,) = read.flaws
    assert flaw.code == "bad_trace"
    assert "(17)" in flaw.text


def test_units_without_other_numbers_than_the_trace_id():
    read = read_one(advice(line(quantity=quantity(2), instances=traced("X1") + traced("X2"))))
    assert [unit.trace_id for unit in read.lines[0].units] == ["X1", "X2"]
