"""The certificate of contents of a shipment, as PDF.

Rows are drawn one by one: a table of reportlab's would measure ten thousand rows first.
"""

from typing import NamedTuple

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ..condense import plain

MARGIN = 12 * mm
ROW = 3.6 * mm
SIZE = 6.5


class Words(NamedTuple):
    """What is printed, in the reader's language.

    :param title: heading; ``subtitles``: list of ``(caption, text)`` below it
    :param columns: names of the columns, as many as :data:`WIDTHS`
    :param page: how pages are counted, with ``%(page)s``
    :param footer: list of small lines at the foot of every page
    :param day: how dates are written
    """

    title: str
    subtitles: list
    columns: list
    page: str
    footer: list
    day: object


#: Widths of the columns in millimetres: package, GTIN, product, lot, serial, use by, best before,
#: produced, quantity, order, origin.
WIDTHS = (38, 25, 55, 28, 32, 17, 17, 17, 18, 24)


def write_certificate(shipment, words, fonts, out):
    """Draw the certificate into a binary file."""
    page = landscape(A4)
    canvas = Canvas(out, pagesize=page, pageCompression=1)
    canvas.setTitle(words.title)
    pen = _Pen(canvas, words, fonts, page)
    pen.heading()
    for unit in shipment.units:
        pen.row(unit)
    pen.finish()


class _Pen:
    """Where the next row goes."""

    def __init__(self, canvas, words, fonts, page):
        self._canvas, self._words, self._fonts = canvas, words, fonts
        self._width, self._height = page
        self._page = 1
        self._y = self._height - MARGIN

    def heading(self):
        """Title, what it is about, names of columns."""
        self._write(MARGIN, self._words.title, 14, bold=True)
        self._y -= 8 * mm
        half = (self._width - 2 * MARGIN) / 2
        for index, (caption, text) in enumerate(self._words.subtitles):
            x = MARGIN + index % 2 * half
            self._write(x, f"{caption}: {self._fonts.fit(text, 8, half - 40 * mm)}", 8)
            self._y -= index % 2 * 4 * mm
        self._y -= 6 * mm
        self._columns()

    def row(self, unit):
        """A unit."""
        if self._y < MARGIN + (len(self._words.footer) + 1) * 3.2 * mm:
            self._foot()
            self._canvas.showPage()
            self._page += 1
            self._y = self._height - MARGIN
            self._columns()
        quantity = f"{plain(unit.quantity)} {unit.uom}".strip()
        day = self._words.day
        self._cells(
            (
                " > ".join(unit.packages), unit.gtin, unit.product, unit.lot, unit.serial,
                day(unit.expires), day(unit.best_before), day(unit.made), quantity,
                unit.order or unit.sale,
            )
        )  # fmt: skip

    def finish(self):
        """The last page."""
        self._foot()
        self._canvas.save()

    def _columns(self):
        self._cells(self._words.columns, bold=True)
        self._canvas.setLineWidth(0.2 * mm)
        y = self._y + ROW - 1.2 * mm
        self._canvas.line(MARGIN, y, self._width - MARGIN, y)

    def _cells(self, texts, bold=False):
        x = MARGIN
        for text, width in zip(texts, WIDTHS, strict=True):
            if text:
                self._write(x, self._fit(text, (width - 1.5) * mm, bold), SIZE, bold)
            x += width * mm
        self._y -= ROW

    def _fit(self, text, width, bold):
        # Most texts are far from too wide, and measuring takes most of the time.
        return text if len(text) * SIZE * 0.7 < width else self._fonts.fit(text, SIZE, width, bold)

    def _foot(self):
        self._y = MARGIN
        for line in reversed(self._words.footer):
            self._write(MARGIN, line, 6)
            self._y += 3 * mm
        self._y = MARGIN
        self._write(self._width - MARGIN - 25 * mm, self._words.page % {"page": self._page}, 6)

    def _write(self, x, text, size, bold=False):
        self._canvas.setFont(self._fonts.name(text, bold), size)
        self._canvas.drawString(x, self._y, text)
