"""Reports of recalls and drills are read back by libraries that did not write them."""

import io
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
import reportlab
import zxingcpp
from PIL import ImageCms

from lot_serial_trace.core.certificate_pdf import Facts, Table
from lot_serial_trace.core.labels.fonts import Fonts
from lot_serial_trace.core.paper import Letterhead
from lot_serial_trace.core.pdfa import Inside
from lot_serial_trace.core.recall_pdf import (
    Certificate,
    Clock,
    Listing,
    Says,
    Verdict,
    write_report,
)

LINK = "https://example.com/trace/check/" + "B" * 43
VERA = Path(reportlab.__file__).parent / "fonts"
FONTS = Fonts(str(VERA / "Vera.ttf"), str(VERA / "VeraBd.ttf"))
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
VERDICT = Verdict(
    "Verdict",
    "Not passed",
    False,
    [("Time on the clock: 5.5 h, at most 4 h wanted", False), ("Balance closed: 100 %", True)],
)
CLOCK = Clock(
    "Clock",
    [
        ("Traced back", 0.01, None, "36 s"),
        ("Units found", 5.5, 4, "5 h 30 min"),
        ("All accounted for", None, 24, "not yet"),
    ],
    "Times are counted from the start.",
)


def written(*parts, **values):
    report = Certificate(
        **{
            "title": "Recall Drill",
            "subject": "Honey 500 g",
            "caption": "Drill",
            "number": "RD/2026/0001",
            "reference": "TC-00000007",
            "parts": list(parts),
            "link": LINK,
            "under_link": "Scan this code",
            "page": "Page %s",
            "inside": [Inside("report.json", b"{}", "application/json", "For machines")],
            **values,
        }
    )
    head = Letterhead("Honey & Co", ["Street 1"], None, "#714b67", ["Foot"])
    return write_report(report, head, FONTS, ICC, datetime(2026, 11, 23, 4, 5, 6))


def texts(content):
    return [
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(content))
    ]


def colors(page):
    """Number of dots that are red, and that are green, as they are seen."""
    picture = page.render(scale=2).to_pil().convert("RGB")
    found = {"red": 0, "green": 0}
    for count, (red, green, blue) in picture.getcolors(1 << 24):
        found["red"] += count * (red > 150 and green < 80 and blue < 90)
        found["green"] += count * (green > 90 and red < 80 and blue < 90)
    return found


def test_a_drill():
    says = Says("Effectiveness", ["Told: 3 of 4.", "One bounced."])
    content, is_pdfa = written(VERDICT, CLOCK, Facts("Which lot", [("Lot", "HON-2601")]), says)
    assert is_pdfa
    [text] = texts(content)
    for word in (
        "Not passed",
        "5.5 h",
        "5 h 30 min",
        "not yet",
        "HON-2601",
        "RD/2026/0001",
        "One bounced",
    ):
        assert word in text
    page = pypdfium2.PdfDocument(content)[0]
    assert [one.text for one in zxingcpp.read_barcodes(page.render(scale=3).to_pil())] == [LINK]
    assert colors(page)["red"] > 500


def test_good_news_is_green_and_has_no_red():
    good = Verdict("Verdict", "Passed", True, [("Time on the clock: 0.5 h", True)])
    content, _ok = written(good, Clock("Clock", [("Traced", 0.5, 4, "30 min")]))
    seen = colors(pypdfium2.PdfDocument(content)[0])
    assert seen["green"] > 200
    assert seen["red"] == 0


def test_nothing_is_cut_off():
    """Cells are read to the end, long lists go on over pages, each with the columns' names."""
    says = " ".join(f"word{number}" for number in range(30))
    rows = [(f"R{number:03}", says) for number in range(120)]
    listing = Listing("What happened", [("When", 1), ("What", 3)], rows, frozenset({5}), "and more")
    content, _ok = written(listing)
    found = texts(content)
    everything = " ".join(" ".join(found).split())
    assert len(found) > 3
    assert all(row[0] in everything for row in rows)
    assert everything.count("word29") == 120
    assert all("What happened" in text or "When" in text for text in found[:-1])
    assert "and more" in everything


@pytest.mark.parametrize("part", [Listing("L", [("A", 1)], []), Clock("C", []), Table("T", [], [])])
def test_empty_parts_are_left_out(part):
    content, _ok = written(part)
    assert len(texts(content)) == 1


def test_a_clock_without_times():
    content, _ok = written(Clock("Clock", [("Closed", None, None, "not yet")]))
    assert "not yet" in texts(content)[0]


def test_a_limit_beyond_all_times_stays_on_the_page():
    content, _ok = written(Clock("Clock", [("Held", 0.0001, 10_000, "at once")]))
    page = pypdfium2.PdfDocument(content)[0]
    picture = page.render(scale=1).to_pil().convert("L")
    edge = [picture.getpixel((picture.width - 5, y)) for y in range(picture.height)]
    assert min(edge) > 200, "nothing at the very edge"
