"""Letters are read back by decoders that know nothing of this code."""

from io import BytesIO

import pypdfium2
import zxingcpp

from lot_serial_trace.core.labels.fonts import Fonts
from lot_serial_trace.core.paper import Letterhead
from lot_serial_trace.core.recall.letters import Letter, write_letters

HEAD = Letterhead("Hive & Honey", ["Bee Street 1"], None, "#884400", ["Hive & Honey, Bee Street 1"])


def letter(rows=1, **more):
    return Letter(
        **{
            "address": ["Corner Shop", "Main Street 3", "12345 Town"],
            "reference": "RC/2026/0001",
            "stamp": "RECALL",
            "subject": "Honey 500 g: glass in the jar",
            "text": [("Why", "Glass.\nIn jars."), ("The danger", "")],
            "columns": [("Product", 3), ("Lot", 2)],
            "rows": [("Honey", f"HON-{number}") for number in range(rows)],
            "link": "https://example.com/recall/answer/" + "x" * 43,
            "under_link": "Please answer.",
            "closing": ["Hive & Honey"],
            **more,
        }
    )


def pages(letters):
    """The text of each page, and the picture of each as a function."""
    out = BytesIO()
    write_letters(letters, HEAD, Fonts(), out, "Page %s")
    return list(pypdfium2.PdfDocument(out.getvalue()))


def text(page):
    return page.get_textpage().get_text_range()


def test_what_a_letter_says():
    [page] = pages([letter()])
    for word in ("Corner Shop", "12345 Town", "RECALL", "glass in the jar", "In jars.", "HON-0"):
        assert word in text(page)
    assert "The danger" not in text(page), "there is none to tell of"
    [code] = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert code.text == letter().link


def test_a_page_for_each():
    assert len(pages([letter(), letter(), letter()])) == 3


def test_many_lots_go_on_over_pages():
    found = pages([letter(200)])
    assert len(found) > 3
    together = "".join(map(text, found))
    assert all(f"HON-{number}" in together for number in range(200))
    assert "Page 2" in text(found[1])
    assert "Product" in text(found[1]), "the head of the table is there again"


def test_without_link_and_goods():
    assert len(pages([letter(0, link="", text=[])])) == 1


def test_long_texts_go_on_over_pages():
    assert len(pages([letter(text=[("What to do", "word " * 4000)])])) >= 2


def test_letters_are_drawn_one_by_one():
    assert len(pages(letter() for _number in range(4))) == 4
