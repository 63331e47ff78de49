"""Papers for authorities say all that was written, to the last word."""

import io
from datetime import datetime
from pathlib import Path

import pypdfium2
import reportlab
from PIL import ImageCms

from lot_serial_trace.core.labels.fonts import Fonts
from lot_serial_trace.core.paper import Letterhead
from lot_serial_trace.core.regulator.ndc import ndc_of, udi
from lot_serial_trace.core.regulator.pages import Certificate, Listing, Says, write_paper

VERA = Path(reportlab.__file__).parent / "fonts"
FONTS = Fonts(str(VERA / "Vera.ttf"), str(VERA / "VeraBd.ttf"))
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
HEAD = Letterhead("Our Company", ["1 Main St"], None, "#333333", ["foot"])


def text_of(*parts):
    paper = Certificate(
        "Traceability Plan", "Our Company", "Version", "3", "1.1315", list(parts), "", "",
        page="Page %s",
    )  # fmt: skip
    content, is_pdfa = write_paper(paper, HEAD, FONTS, ICC, datetime(2026, 1, 2))
    assert is_pdfa
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return len(document), "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_procedure_of_many_pages_is_printed_to_its_end():
    words = " ".join(f"word{number}" for number in range(2_000))
    pages, text = text_of(Says("1. How records are kept", [words, "", "the end"]))
    assert pages > 3
    for number in range(2_000):
        assert f"word{number}" in text
    assert "the end" in text


def test_lists_go_on_on_the_next_page_under_their_heads():
    rows = [(f"Lot {number}", f"{number} kg") for number in range(120)]
    pages, text = text_of(Listing("Lots", [("Lot code", 3), ("Quantity", 1)], rows))
    assert pages >= 3
    assert text.count("Lot code") == pages
    assert "119 kg" in text


def test_nothing_to_check_by_is_nothing_drawn():
    _pages, text = text_of(Says("1", ["one"]))
    assert "http" not in text


def test_numbers_of_medicines_and_devices():
    assert ndc_of("00312345678906") == "1234567890"
    assert ndc_of("10312345678903") == "1234567890", "another packaging level"
    assert ndc_of("09501101530003") is None
    assert ndc_of("0031234567890") is None, "no GTIN-14"
    made, expires = datetime(2026, 1, 2), datetime(2029, 12, 31)
    assert udi("09501101530003", "S1", "L1", expires, made) == (
        "(01)09501101530003(11)260102(17)291231(10)L1(21)S1"
    )
    assert udi("09501101530003") == "(01)09501101530003"
