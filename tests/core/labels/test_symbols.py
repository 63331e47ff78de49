"""What is printed is read back by a decoder that knows nothing of this code (zxing-cpp)."""

import datetime as dt
import io

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lot_serial_trace.core.gs1 import build_element_string
from lot_serial_trace.core.labels import (
    SIZES,
    LabelError,
    Style,
    goods_label,
    pallet_label,
    write_pdf,
)
from lot_serial_trace.core.labels.code128 import FNC1, bar_widths, codewords, zpl_data
from lot_serial_trace.core.labels.symbols import gs1_datamatrix, plain_datamatrix, qr_code

GTIN = "09521234543213"
SSCC = "395212340000000014"
#: What may stand in a batch or serial number.
ALLOWED = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
NUMBERS = st.text(ALLOWED, min_size=1, max_size=20)


def picture(rows, module=4, quiet=4):
    """A symbol as an image."""
    image = Image.new(
        "L", ((len(rows[0]) + 2 * quiet) * module, (len(rows) + 2 * quiet) * module), 255
    )
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                box = ((x + quiet) * module, (y + quiet) * module)
                image.paste(0, (*box, box[0] + module, box[1] + module))
    return image


def bars(text):
    """A Code 128 as an image."""
    row = []
    for index, width in enumerate(bar_widths(text)):
        row += [index % 2 == 0] * width
    return picture([row] * 30, module=2, quiet=20)


def read(image):
    """dict symbology identifier -> text, of all that a scanner sees."""
    plain = zxingcpp.TextMode.Plain  # with the separators, as a scanner sends them
    codes = zxingcpp.read_barcodes(image, text_mode=plain)
    return {code.symbology_identifier: code.text for code in codes}


def printed(label, **style):
    """What a scanner reads from the first page of the PDF."""
    document = pypdfium2.PdfDocument(write_pdf([(label, 1)], Style(**style)))
    image = document[0].render(scale=300 / 72).to_pil()
    return sorted(
        (found.symbology_identifier, found.text) for found in zxingcpp.read_barcodes(image)
    )


@settings(max_examples=60, deadline=None)
@given(NUMBERS, NUMBERS)
def test_any_lot_and_serial_comes_back_from_a_gs1_datamatrix(lot, serial):
    sent = build_element_string({"01": GTIN, "10": lot, "21": serial})
    assert read(picture(gs1_datamatrix(sent))) == {"]d2": sent}


@settings(max_examples=60, deadline=None)
@given(NUMBERS)
def test_any_serial_comes_back_from_a_gs1_128(serial):
    sent = build_element_string({"01": GTIN, "10": serial, "37": "12"})
    assert read(bars(FNC1 + sent)) == {"]C1": sent}


def test_an_sscc_takes_as_few_codewords_as_there_are():
    # start C, FNC1, ten pairs of digits, check, stop
    assert len(codewords(FNC1 + "00" + SSCC)) == 14
    assert zpl_data(FNC1 + "00" + SSCC) == ">;>800" + SSCC


def test_what_commands_a_printer_is_spelled_in_its_own_way():
    assert zpl_data("A>^~1") == ">:A>0><>=1"


def test_internal_symbols_are_no_gs1_symbols():
    assert read(picture(plain_datamatrix("größe 12"))) == {"]d1": "größe 12"}
    assert read(bars("LOT 12")) == {"]C0": "LOT 12"}
    assert read(picture(qr_code("https://id.gs1.org/01/" + GTIN))) == {
        "]Q1": "https://id.gs1.org/01/" + GTIN
    }


@pytest.mark.parametrize("size", SIZES)
def test_a_label_of_each_size_is_read_from_the_paper(size):
    label = goods_label(
        "Milk", "L-1", GTIN, expiry=dt.date(2026, 12, 31), best_before=dt.date(2026, 12, 1)
    )
    assert printed(label, size=size) == [("]d2", f"(01){GTIN}(15)261201(17)261231(10)L-1")]


@pytest.mark.parametrize("size", ["100x50", "a6", "a5", "sheet"])
def test_bars_and_squares_and_link_on_one_label(size):
    label = goods_label("Device", "S/1", GTIN, serial=True, batch="B7")
    found = printed(label, size=size, code128=True, link=True)
    texts = "".join(text for kind, text in found if kind == "]C1")
    assert texts == f"(01){GTIN}(10)B7(21)S/1", "bars may take two rows"
    assert ("]d2", f"(01){GTIN}(10)B7(21)S/1") in found
    assert ("]Q1", f"https://id.gs1.org/01/{GTIN}/10/B7/21/S%2F1") in found


@pytest.mark.parametrize("size", ["a6", "a5"])
def test_a_logistic_label_says_what_is_on_the_pallet(size):
    label = pallet_label(
        "Milk", SSCC, gtin=GTIN, count=480, lot="L-1", best_before=dt.date(2026, 12, 31)
    )
    found = printed(label, size=size)
    assert ("]C1", f"(00){SSCC}") in found
    assert "".join(text for kind, text in found if kind == "]C1" and SSCC not in text) in (
        f"(02){GTIN}(15)261231(37)480(10)L-1",
        f"(10)L-1(02){GTIN}(15)261231(37)480",
    )
    assert ("]d2", f"(00){SSCC}(02){GTIN}(15)261231(37)480(10)L-1") in found


def test_a_mixed_pallet_says_its_number_only():
    assert printed(pallet_label("3 products", SSCC), size="a6", datamatrix=False) == [
        ("]C1", f"(00){SSCC}")
    ]


def test_a_weight_is_told_to_the_gram():
    label = goods_label("Cheese", "L-1", GTIN, kilograms=12.5)
    assert ("3103", "012500") in label.fields
    heavy = goods_label("Cheese", "L-1", GTIN, kilograms=1234.5)
    assert ("3102", "123450") in heavy.fields


def test_without_gtin_it_is_an_internal_label():
    label = goods_label("Thing", "L-1", "", note="Internal")
    assert not label.is_gs1
    assert printed(label, size="50x30") == [("]d1", "L-1")]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("X" * 21, "has 21 characters; a GS1 label takes 20 at most"),
        ("LOT 1", "' '"),
        ("Größe", "'ß', 'ö'"),
        ("A#1", "'#'"),
        ("A\t1", "U\\+0009"),
    ],
)
def test_numbers_that_no_gs1_label_carries_are_named(number, sentence):
    with pytest.raises(LabelError, match=sentence) as caught:
        goods_label("Milk", number, GTIN)
    assert number in str(caught.value)
    assert "Milk" in str(caught.value)


def test_bars_that_no_scanner_could_read_are_refused():
    label = goods_label("Device", "ABCDEFGHIJKLMNOPQRST", GTIN, serial=True)
    with pytest.raises(LabelError, match="ABCDEFGHIJKLMNOPQRST does not fit on a label of 50"):
        write_pdf([(label, 1)], Style(size="50x30", code128=True))
    with pytest.raises(LabelError, match="is no SSCC"):
        pallet_label("Milk", "PACK0001")


def test_a_name_in_any_script_does_not_stop_printing():
    for name in ("Молоко", "牛奶", "우유", "牛乳ミルク", "حليب", "🧀", ""):
        assert write_pdf([(goods_label(name, "L-1", GTIN), 1)], Style())


def test_a_sheet_is_filled_before_the_next_one():
    label = goods_label("Milk", "L-1", GTIN)
    pages = pypdfium2.PdfDocument(write_pdf([(label, 20), (label, 5)], Style(size="sheet")))
    assert len(pages) == 2


def test_a_file_can_be_written_to():
    out = io.BytesIO()
    assert write_pdf([(goods_label("Milk", "L-1", GTIN), 2)], Style(), out) is None
    assert len(pypdfium2.PdfDocument(out.getvalue())) == 2
