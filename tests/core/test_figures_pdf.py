"""The charts of the report of figures are on the paper, and read back by another library."""

import io
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
import reportlab
from PIL import ImageCms

from lot_serial_trace.core.figures_pdf import PLOT, Certificate, Plot, Trend, Trends, write_figures
from lot_serial_trace.core.labels.fonts import Fonts
from lot_serial_trace.core.paper import Letterhead

VERA = Path(reportlab.__file__).parent / "fonts"
FONTS = Fonts(str(VERA / "Vera.ttf"), str(VERA / "VeraBd.ttf"))
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def trend(values, title="Scan Compliance Rate", target=0.98):
    return Trend(
        title=title,
        value="97.1 %",
        beside="target 98 %, before: 95 %",
        values=values,
        span=(0.9, 1.0),
        ends=("90 %", "100 %"),
        days=("10/01/2026", "10/30/2026"),
        target=target,
    )


def written(*trends, color="#ffe680"):
    report = Certificate(
        title="Traceability Figures",
        subject="Measured",
        caption="Time",
        number="2026-10-01 – 2026-10-30",
        reference="made on 2026-10-30 UTC",
        parts=[Trends("Trend", list(trends), "Dashed: the target.")],
        link="https://example.com/odoo/traceability",
        under_link="Scan this code",
    )
    head = Letterhead("Measured", [], None, color, [])
    content, is_pdfa = write_figures(report, head, FONTS, ICC, datetime(2026, 10, 30))
    assert is_pdfa
    return pypdfium2.PdfDocument(io.BytesIO(content))


def text(document):
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def darkness(document, part):
    """How many dots of a part of the first page are nearly black; ``part`` in shares of it."""
    picture = document[0].render(scale=2).to_pil().convert("L")
    box = [round(share * picture.size[place % 2]) for place, share in enumerate(part)]
    return sum(count for grey, count in enumerate(picture.crop(box).histogram()) if grey < 100)


def test_words_of_each_chart():
    said = text(written(trend([0.95, None, 0.99]), trend([1.0], "Inventory Accuracy Rate")))
    for words in (
        "Scan Compliance Rate",
        "Inventory Accuracy Rate",
        "97.1 %",
        "target 98 %, before: 95 %",
        "10/01/2026",
        "90 %",
        "Dashed: the target.",
    ):
        assert words in said


def test_lines_are_dark_on_any_paper():
    """A company whose colour is a light yellow prints in black and white, too."""
    plot = (0.1, 0.4, 0.5, 0.56)
    drawn = darkness(written(trend([0.95, 0.97, 0.91, 0.99])), plot)
    nothing = darkness(written(trend([None, None, None, None], target=None)), plot)
    assert drawn > nothing + 150


def test_a_gap_is_no_zero():
    plot = Plot(trend([0.95, None, 1.0]), 10, 100, 50)
    assert plot.points[1] is None
    assert plot.points[0] == pytest.approx((10, 100 + PLOT / 2))
    assert plot.points[2] == pytest.approx((60, 100 + PLOT))
    assert plot.target == pytest.approx(100 + 0.8 * PLOT)


def test_nothing_leaves_the_chart():
    """Values beyond the ends stay at the edge; one point alone is at the beginning."""
    assert Plot(trend([0.2, 1.4]), 0, 0, 50).points == [(0, 0), (50, PLOT)]
    assert Plot(trend([1.0]), 7, 0, 50).points == [(7, PLOT)]


def test_many_charts_go_on_the_next_page():
    document = written(*(trend([0.9, 1.0], f"Figure {number}") for number in range(14)))
    assert len(document) > 1
    said = text(document)
    assert all(f"Figure {number}" in said for number in range(14))
