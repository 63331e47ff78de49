"""The report of the figures: pages as reports of recalls have, with a small chart for each figure.

Everything is black on white: a line that is the figure, a dashed one that is its target, and a dot
for each point that was counted. What was not counted is a gap, never a zero.
"""

from dataclasses import dataclass

from reportlab.lib.colors import black, toColor
from reportlab.lib.units import mm

from .certificate_pdf import ROW, Certificate, Facts, write_certificate
from .figures import SECONDS
from .paper import GREY, MARGIN
from .recall_pdf import Listing, RecallPages, Says

#: Charts side by side, the room between them, and the height of one with its words.
ACROSS, BETWEEN, HIGH = 2, 8, 44
#: Of a chart: the words above, the words left of it, and the height of what is drawn.
ABOVE, LEFT, PLOT = 10, 17, 24
FAINT = toColor("#b0b0b0")
#: Shares are shown from a whole tenth on, so that the best of them differ to the eye.
TENTH = 0.1


@dataclass(frozen=True)
class Trend:
    """How one figure went.

    :param title, value: the figure, and what it is in the whole time, in words
    :param beside: its target and what it was before, in words
    :param values: its points, None where nothing was counted
    :param span: the lowest and the highest value of the chart
    :param ends: the same in words
    :param days: the first and the last day, in words
    :param target: None without one
    """

    title: str
    value: str
    beside: str
    values: list
    span: tuple
    ends: tuple
    days: tuple
    target: float | None = None


@dataclass(frozen=True)
class Trends:
    """Small charts.

    :param rows: list of :class:`Trend`
    :param more: sentence below them
    """

    title: str
    rows: list
    more: str = ""


def span(unit, values, target=None):
    """The lowest and the highest value of a chart.

    Times begin at nothing; shares end at all of it.

    >>> span("share", [0.97, None, 1.0], 0.95), span("share", []), span("seconds", [30, None], 60)
    ((0.9, 1.0), (0.9, 1.0), (0.0, 60))
    """
    shown = [value for value in (*values, target) if value is not None]
    if unit == SECONDS:
        return 0.0, max(shown, default=0) or 1.0
    tenths = int(min(shown, default=1) / TENTH + 1e-9)
    return min(max(tenths, 0), 9) / 10, 1.0


def write_figures(report, letterhead, fonts, icc, moment):
    """A report as ``(PDF, whether it is PDF/A)``.

    :param report: :class:`certificate_pdf.Certificate` whose parts may be :class:`Trends`
    """
    return write_certificate(report, letterhead, fonts, icc, moment, FigurePages)


class FigurePages(RecallPages):
    """The pages of the report."""

    def _drawer(self, part):
        return self._trends if isinstance(part, Trends) else super()._drawer(part)

    def _trends(self, part, y):
        width = (self._width - 2 * MARGIN - (ACROSS - 1) * BETWEEN) / ACROSS
        for first in range(0, len(part.rows), ACROSS):
            y = self._room(y, HIGH)
            for place, trend in enumerate(part.rows[first : first + ACROSS]):
                self._trend(trend, MARGIN + place * (width + BETWEEN), y, width)
            y -= HIGH + 2
        return self._after(part.more, y)

    def _trend(self, trend, x, y, width):
        """One chart; ``y`` is the line of its title."""
        said = self._fonts.width(trend.value, 10, True) / mm
        self._text(x, y, self._fit(trend.title, 9, width - said - 3), 9, True)
        self._text(x + width - said, y, trend.value, 10, True)
        self._text(x, y - ROW, self._fit(trend.beside, 8, width), 8, color=GREY)
        left, bottom = x + LEFT, y - ABOVE - PLOT
        plot = Plot(trend, left, bottom, width - LEFT)
        self._grid(trend, plot)
        self._target(plot)
        self._curve(plot)

    def _grid(self, trend, plot):
        """Where it begins and ends, with the words for it."""
        for place, text in enumerate(trend.ends):
            level = plot.bottom + place * PLOT
            self._stroke(FAINT, 0.15)
            self._line((plot.left, level), (plot.left + plot.width, level))
            self._right(plot.left - 1.5, level - 1, text)
        self._text(plot.left, plot.bottom - 3.8, trend.days[0], 7, color=GREY)
        self._right(plot.left + plot.width, plot.bottom - 3.8, trend.days[1])

    def _target(self, plot):
        if plot.target is None:
            return
        self._stroke(black, 0.25)
        self._canvas.setDash(3, 2)
        self._line((plot.left, plot.target), (plot.left + plot.width, plot.target))
        self._canvas.setDash()

    def _curve(self, plot):
        self._stroke(black, 0.45)
        for before, after in zip(plot.points, plot.points[1:], strict=False):
            if before and after:
                self._line(before, after)
        self._canvas.setFillColor(black)
        for x, y in filter(None, plot.points):
            self._canvas.circle(x * mm, y * mm, 0.55 * mm, stroke=0, fill=1)

    def _stroke(self, color, thick):
        self._canvas.setStrokeColor(color)
        self._canvas.setLineWidth(thick * mm)

    def _line(self, one, other):
        self._canvas.line(*(value * mm for value in (*one, *other)))

    def _right(self, x, y, text):
        """Small words that end at ``x``."""
        width = self._fonts.width(text, 7) / mm
        self._text(x - width, y, text, 7, color=GREY)


class Plot:
    """Where on the paper the values of a trend are."""

    def __init__(self, trend, left, bottom, width):
        self.left, self.bottom, self.width = left, bottom, width
        self._span = trend.span
        steps = max(len(trend.values) - 1, 1)
        self.points = [
            None if value is None else (left + place * width / steps, self._level(value))
            for place, value in enumerate(trend.values)
        ]
        self.target = None if trend.target is None else self._level(trend.target)

    def _level(self, value):
        low, high = self._span
        return self.bottom + min(max((value - low) / (high - low), 0), 1) * PLOT


__all__ = [
    "Certificate",
    "Facts",
    "Listing",
    "Says",
    "Trend",
    "Trends",
    "span",
    "write_figures",
]
