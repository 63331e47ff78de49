"""Reports of recalls and drills: pages that an auditor reads, on the company's paper.

Drawn as certificates are (:mod:`certificate_pdf`), with three more parts: the verdict of a drill,
bars of a clock beside their limits, and lists whose cells are read to the end.
"""

from dataclasses import dataclass

from reportlab.lib.colors import black, toColor
from reportlab.lib.units import mm

from .certificate_pdf import BOTTOM, CAPTION, ROW, Certificate, Pages, write_certificate
from .paper import GREY, MARGIN, RED

GREEN = toColor("#1b6e20")
#: Width of the words right of a bar, in millimetres.
BESIDE = 52
#: Lines of a cell.
CELL_LINES = 8


@dataclass(frozen=True)
class Verdict:
    """Whether it passed, in a frame.

    :param title: heading
    :param word: e.g. "Passed"
    :param good: whether it is good news
    :param rows: list of ``(text, whether it is good)``: what the word is made of
    """

    title: str
    word: str
    good: bool
    rows: list


@dataclass(frozen=True)
class Clock:
    """Times since the beginning, as bars.

    :param rows: list of ``(caption, hours or None, limit in hours or None, text)``
    :param more: sentence below it
    """

    title: str
    rows: list
    more: str = ""


@dataclass(frozen=True)
class Listing:
    """Rows under names of columns, whose cells have as many lines as they need.

    :param columns: list of ``(name, share of the width)``
    :param rows: list of tuples of texts
    :param red: places in ``rows`` of those that are bad news
    :param more: sentence below it, e.g. that there are more rows than are shown
    """

    title: str
    columns: list
    rows: list
    red: frozenset = frozenset()
    more: str = ""


@dataclass(frozen=True)
class Says:
    """Sentences under a heading."""

    title: str
    rows: list


def write_report(report, letterhead, fonts, icc, moment):
    """A report as ``(PDF, whether it is PDF/A)``.

    :param report: :class:`certificate_pdf.Certificate` whose parts may be those of this module
    """
    return write_certificate(report, letterhead, fonts, icc, moment, RecallPages)


class RecallPages(Pages):
    """The pages of a report."""

    def _drawer(self, part):
        drawers = {
            Verdict: self._verdict,
            Clock: self._clock,
            Listing: self._listing,
            Says: self._says,
        }
        return drawers.get(type(part)) or super()._drawer(part)

    # -- verdict --------------------------------------------------------------

    def _verdict(self, part, y):
        lines = [
            (line, good)
            for text, good in part.rows
            for line in self._wrap(text, 9.5, MARGIN + 8, CELL_LINES)
        ]
        color = GREEN if part.good else RED
        height = 13 + len(lines) * 5
        y = self._room(y, height + 4) + 3
        self._frame(y, height, color)
        self._text(MARGIN + 4, y - 8, part.word, 15, True, color)
        y -= 14
        for line, good in lines:
            self._text(MARGIN + 4, y, line, 9.5, False, black if good else RED)
            y -= 5
        return y - 1

    def _frame(self, y, height, color):
        self._canvas.setStrokeColor(color)
        self._canvas.setLineWidth(0.5 * mm)
        width = self._width - 2 * MARGIN
        self._canvas.roundRect(MARGIN * mm, (y - height) * mm, width * mm, height * mm, 1.5 * mm)

    # -- clock ----------------------------------------------------------------

    def _clock(self, part, y):
        hours = [value for row in part.rows for value in row[1:3] if value]
        most = max(hours, default=0) or 1
        left = MARGIN + CAPTION
        scale = (self._width - MARGIN - BESIDE - left) / most
        for caption, value, limit, text in part.rows:
            lines = self._within(text, BESIDE - 3)
            y = self._room(y, len(lines) * ROW)
            self._text(MARGIN, y, self._fit(caption, 9, CAPTION - 2), 9, color=GREY)
            self._bar(left, y, value, limit, scale)
            for line in lines:
                self._text(self._width - MARGIN - BESIDE + 3, y, line, 8.5)
                y -= ROW
            y -= 1.2
        return self._after(part.more, y)

    def _bar(self, left, y, value, limit, scale):
        if value is not None:
            late = limit is not None and value > limit
            self._canvas.setFillColor(RED if late else self._color)
            width = max(value * scale, 0.4)
            self._canvas.rect(left * mm, (y - 0.4) * mm, width * mm, 3 * mm, stroke=0, fill=1)
        if limit is not None:
            x = (left + limit * scale) * mm
            self._canvas.setStrokeColor(black)
            self._canvas.setLineWidth(0.3 * mm)
            self._canvas.line(x, (y - 1.2) * mm, x, (y + 3.4) * mm)

    # -- sentences ------------------------------------------------------------

    def _says(self, part, y):
        for text in part.rows:
            for line in self._wrap(text, 9.5, MARGIN, CELL_LINES):
                y = self._room(y, ROW)
                self._text(MARGIN, y, line, 9.5)
                y -= ROW
            y -= 0.8
        return y

    # -- lists ----------------------------------------------------------------

    def _listing(self, part, y):
        whole = sum(share for _name, share in part.columns)
        widths = [share * (self._width - 2 * MARGIN) / whole for _name, share in part.columns]
        names = [name for name, _share in part.columns]
        y = self._head_row(names, widths, y)
        for place, row in enumerate(part.rows):
            cells = [
                self._within(text, width - 1.5) for text, width in zip(row, widths, strict=True)
            ]
            height = ROW * max(map(len, cells))
            if y - height < BOTTOM - ROW:
                y = self._head_row(names, widths, self._turn())
            self._lines(cells, widths, y, RED if place in part.red else black)
            y -= height + 0.6
        return self._after(part.more, y)

    def _lines(self, cells, widths, y, color):
        x = MARGIN
        for lines, width in zip(cells, widths, strict=True):
            for place, line in enumerate(lines):
                self._text(x, y - place * ROW, line, 8.2, False, color)
            x += width

    def _within(self, text, width):
        """A text in lines of so many millimetres: one at least."""
        return self._fonts.wrap(text or "", 8.2, width * mm, CELL_LINES) or [""]

    def _after(self, text, y):
        for line in self._wrap(text, 8.5, MARGIN, CELL_LINES) if text else ():
            y = self._room(y, ROW)
            self._text(MARGIN, y, line, 8.5, color=GREY)
            y -= ROW
        return y


__all__ = ["Certificate", "Clock", "Listing", "Says", "Verdict", "write_report"]
