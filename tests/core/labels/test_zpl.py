"""Labels for label printers, read as the printer's manual says."""

import re

import pytest

from lot_serial_trace.core.gs1 import build_element_string
from lot_serial_trace.core.labels import Style, goods_label, pallet_label, write_zpl

GTIN = "09521234543213"
SSCC = "395212340000000014"


def told(label, **style):
    """The text for the printer."""
    return "".join(write_zpl([(label, 1)], Style(**{"dpi": 203, **style})))


def datamatrix(text):
    """What the printer encodes for ``^BX``: FNC1 as GS, without the first."""
    data = re.search(r"\^BXN,\d+,200,,,,_\^FD(.*?)\^FS", text)[1]
    plain = re.sub("_(.)", lambda found: {"1": "\x1d", "_": "_"}[found[1]], data)
    assert plain[0] == "\x1d"
    return plain[1:]


def test_squares_have_fnc1_first_and_between():
    label = goods_label("Device", "A_1", GTIN, serial=True, batch="B_7")
    expected = build_element_string({"01": GTIN, "10": "B_7", "21": "A_1"})
    assert datamatrix(told(label)) == expected


def test_bars_have_fnc1_first_and_between():
    label = goods_label("Device", "AB", GTIN, serial=True, batch="B7")
    text = told(label, code128=True, datamatrix=False)
    assert f">;>801{GTIN}10>6B7>821AB^FS" in text
    assert "^BCN,73,N,N,N^FD" in text


def test_no_name_commands_the_printer():
    text = told(goods_label("^XZ^XA~JR_5E\\\n", "L-1", ""))
    assert text.count("^XA") == text.count("^XZ") == 1
    assert "_5EXZ_5EXA_7EJR_5F5E_5C" in text


def test_an_internal_number_commands_nothing_either():
    text = told(goods_label("Thing", "^XZ_~", ""))
    assert "^FH\\^FD\\5EXZ__\\7E^FS" in text


def test_text_is_utf8():
    text = told(goods_label("Mleko świeże", "L-1", GTIN))
    assert "^CI28" in text
    assert "Mleko świeże" in text


@pytest.mark.parametrize(("dpi", "across"), [(203, 400), (300, 591)])
def test_measures_are_the_printers_dots(dpi, across):
    text = told(goods_label("Milk", "L-1", GTIN), size="50x30", dpi=dpi)
    assert f"^PW{across}" in text


def test_copies_are_the_printers_work():
    text = "".join(write_zpl([(goods_label("Milk", "L-1", GTIN), 500)], Style(dpi=203)))
    assert "^PQ500^XZ" in text
    assert text.count("^XA") == 1


def test_a_pallet():
    text = told(pallet_label("Milk", SSCC), size="a6", dpi=300)
    assert f"^FD>;>800{SSCC}^FS" in text


def test_a_link():
    text = told(goods_label("Milk", "L_1", GTIN), link=True)
    assert f"^FDMA,https://id.gs1.org/01/{GTIN}/10/L_5F1^FS" in text
