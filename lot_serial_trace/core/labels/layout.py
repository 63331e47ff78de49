"""Where things stand on a label, in millimetres from its upper left corner.

Symbols get modules as large as there is room for, within GS1's limits; what would come out
smaller than a scanner reads is refused. The layout of logistic labels follows the GS1 Logistic
Label Guideline: addresses on top, texts in the middle, bars below, the SSCC lowest.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from ..gs1 import Gs1Error, build_bracketed, build_digital_link
from ..gs1.digital_link import CANONICAL_STEM
from .code128 import FNC1, bar_widths, is_encodable
from .fonts import Fonts
from .label import LabelError
from .symbols import gs1_datamatrix, plain_datamatrix, qr_code

#: Modules: smallest that is printed, and largest that is useful.
SMALLEST, LARGEST = 0.25, 0.5
#: Quiet zones in modules: left and right of bars, around Data Matrix, around QR.
BAR_QUIET, MATRIX_QUIET, QR_QUIET = 10, 1, 4
#: Longest GS1-128, in characters.
BAR_LONGEST = 48
#: Data titles as GS1 prints them on logistic labels.
TITLES = {
    "00": "SSCC",
    "02": "CONTENT",
    "10": "BATCH/LOT",
    "15": "BEST BEFORE",
    "17": "USE BY",
    "37": "COUNT",
}


class Size(NamedTuple):
    """A label, and how many of them are on a sheet."""

    name: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1


SIZES = {
    "50x30": Size("50 × 30 mm", 50, 30),
    "100x50": Size("100 × 50 mm", 100, 50),
    "a6": Size("A6, 105 × 148 mm", 105, 148),
    "a5": Size("A5, 148 × 210 mm", 148, 210),
    "sheet": Size("A4 sheet, 24 labels of 70 × 37 mm", 70, 37, 3, 8),
}


@dataclass(frozen=True)
class Style:
    """How labels are to look.

    :param size: key of :data:`SIZES`
    :param link: a QR code with a GS1 Digital Link
    :param stem: of the links
    :param dpi: of a label printer, whose dots modules are made of; None: any module
    """

    size: str = "100x50"
    datamatrix: bool = True
    code128: bool = False
    link: bool = False
    stem: str = CANONICAL_STEM
    dpi: int | None = None
    fonts: Fonts = field(default_factory=Fonts)

    @property
    def label(self):
        """The label's measures."""
        return SIZES[self.size]

    def module(self, wanted):
        """A module of at most the width wanted that the printer can print."""
        wanted = min(wanted, LARGEST)
        if not self.dpi:
            return wanted
        dot = 25.4 / self.dpi
        return int(wanted / dot + 1e-6) * dot


class Text(NamedTuple):
    """A line of text; ``y`` is its upper edge."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False


class Squares(NamedTuple):
    """A two-dimensional symbol; ``kind`` is ``gs1``, ``plain`` or ``qr``."""

    x: float
    y: float
    module: float
    kind: str
    data: str
    rows: list


class Bars(NamedTuple):
    """A Code 128; GS1-128 if the data begin with FNC1."""

    x: float
    y: float
    module: float
    height: float
    data: str
    widths: list


class Rule(NamedTuple):
    """A horizontal line."""

    x: float
    y: float
    width: float


def lay_out(label, style):
    """What to draw: list of Text, Squares, Bars and Rule.

    :raise LabelError: if a barcode does not fit
    """
    if label.is_pallet and style.label.height > 100:
        return _logistic(label, style)
    return _small(label, style)


# -- labels for goods ------------------------------------------------------------


def _small(label, style):
    """Texts on the left, squares on the right, bars below."""
    width, height = style.label.width, style.label.height
    margin = 1.5 if height < 35 else 3
    unit = height / 30 if height < 60 else 2
    ops, floor = [], height - margin
    if style.code128:
        only = ("00",) if label.is_pallet else None
        for data, printed in reversed(_bar_rows(label, style, width - 2 * margin, only)):
            floor -= 2 * unit
            ops.append(
                Text(
                    margin,
                    floor,
                    1.8 * unit,
                    style.fonts.fit(printed, 1.8 * unit, width - 2 * margin),
                )
            )
            floor -= 6 * unit
            ops.append(_bars(data, margin, floor, width - 2 * margin, 5.5 * unit, label, style))
    right = width - margin
    room = min(floor - margin, (right - margin) * 0.62)
    squares = _symbols(label, style)
    for kind, data, rows in squares:
        quiet = QR_QUIET if kind == "qr" else MATRIX_QUIET
        across = len(rows[0]) + 2 * quiet
        side = min(room, (right - margin) * 0.62 / len(squares), LARGEST * 1.6 * across)
        module = _checked(style.module(side / across), label, style)
        x = right - module * (across - quiet)
        ops.append(Squares(x, margin + quiet * module, module, kind, data, rows))
        right = x - quiet * module
    return ops + _words(label, style, margin, right - margin - unit, floor, unit)


def _words(label, style, x, width, floor, unit):
    """Title, number, lines and the barcode in plain text, as far as there is room."""
    fonts, ops, y = style.fonts, [], x
    title = [(row, 2.6, True) for row in fonts.wrap(label.title, 2.6 * unit, width, 2, bold=True)]
    number = [(row, 3.0, True) for row in _pieces(label.number, 3.0 * unit, width, fonts)]
    lines = [
        (f"{caption}: {text}" if caption else text, 2.2, False) for caption, text in label.lines
    ]
    printed = [] if style.code128 else _plain(label, fonts, 1.7 * unit, width)
    small = [(row, 1.7, False) for row in printed]
    note = [(row, 1.7, False) for row in fonts.wrap(label.note, 1.7 * unit, width, 2)]
    for text, size, bold in title + number + lines + note + small:
        step = size * unit
        if y + step > floor:
            break
        ops.append(Text(x, y, step, fonts.fit(text, step, width, bold), bold))
        y += step * 1.2
    return ops


def _pieces(number, size, width, fonts):
    """A number in as many lines as it needs: it is never cut."""
    rows, rest = [], number
    while rest:
        end = len(rest)
        while end > 1 and fonts.width(rest[:end], size, True) > width:
            end -= 1
        rows.append(rest[:end])
        rest = rest[end:]
    return rows


def _plain(label, fonts, size, width):
    """The barcode in plain text, a field or more a line."""
    rows = []
    for ai, value in label.fields:
        text = build_bracketed({ai: value})
        if rows and fonts.width(f"{rows[-1]} {text}", size) <= width:
            rows[-1] += " " + text
        else:
            rows.append(text)
    return rows


def _symbols(label, style):
    """Squares that are wanted: list of ``(kind, data, rows)``."""
    wanted = []
    link = _link(label, style) if style.link else ""
    bars = style.code128 and (label.is_gs1 or is_encodable(label.number))
    if style.datamatrix or not (bars or link):
        data = label.element_string() if label.is_gs1 else label.number
        maker = gs1_datamatrix if label.is_gs1 else plain_datamatrix
        wanted.append(("gs1" if label.is_gs1 else "plain", data, maker(data)))
    if link:
        wanted.append(("qr", link, qr_code(link)))
    return wanted


def _link(label, style):
    """The Digital Link of a label, "" where there can be none."""
    fields = {ai: v for ai, v in label.fields if not label.is_pallet or ai == "00"}
    try:
        return build_digital_link(fields, stem=style.stem) if fields else ""
    except Gs1Error:
        return ""


# -- bars ------------------------------------------------------------------------


def _bar_rows(label, style, width, only=None):
    """The fields in as few rows of bars as fit: list of ``(data, printed text)``."""
    if not label.is_gs1:
        return [(label.number, label.number)] if is_encodable(label.number) else []
    rows = []
    for ai, value in label.fields:
        if only and ai not in only:
            continue
        joined = {**rows[-1], ai: value} if rows else {ai: value}
        if rows and ai != "00" and "00" not in rows[-1] and _fits(label, joined, style, width):
            rows[-1] = joined
        else:
            rows.append({ai: value})
    return [(FNC1 + label.element_string(tuple(row)), build_bracketed(row)) for row in rows]


def _fits(label, row, style, width):
    data = label.element_string(tuple(row))
    if len(data) > BAR_LONGEST:
        return False
    across = sum(bar_widths(FNC1 + data)) + 2 * BAR_QUIET
    return style.module(width / across) >= SMALLEST


def _bars(data, x, y, width, height, label, style):
    widths = bar_widths(data)
    across = sum(widths) + 2 * BAR_QUIET
    module = _checked(style.module(width / across), label, style)
    return Bars(x + BAR_QUIET * module, y, module, height, data, widths)


def _checked(module, label, style):
    if module < SMALLEST - 1e-6:
        raise LabelError("too_small", number=label.number, size=style.label.name)
    return module


# -- logistic labels ---------------------------------------------------------------


def _logistic(label, style):
    width, height = style.label.width, style.label.height
    margin, unit = 5, width / 105
    room = width - 2 * margin
    rows = _bar_rows(label, style, room)
    # The SSCC is lowest, whatever else there is.
    rows = [*rows[1:], rows[0]]
    tall = min(32, (height * 0.62) / len(rows) - 6)
    ops, floor = [], height - margin
    for data, printed in reversed(rows):
        floor -= 4
        ops.append(Text(margin + 3, floor, 3.4, style.fonts.fit(printed, 3.4, room)))
        floor -= tall + 1
        ops.append(_bars(data, margin, floor, room, tall, label, style))
        floor -= 1
    ops.append(Rule(margin, floor, room))
    return ops + _logistic_texts(label, style, margin, room, floor, unit)


def _logistic_texts(label, style, margin, room, floor, unit):
    ops, fonts, y = [], style.fonts, margin
    for index, (caption, lines) in enumerate((("From", label.sender), ("To", label.receiver))):
        x = margin + index * room / 2
        if lines:
            ops.append(Text(x, y, 2.2 * unit, caption))
        for row, line in enumerate(lines[:4]):
            size = 2.6 * unit
            ops.append(
                Text(
                    x,
                    y + (row + 1) * size * 1.2,
                    size,
                    fonts.fit(line, size, room / 2 - 2),
                    not row,
                )
            )
    if label.sender or label.receiver:
        y += 5 * 2.6 * unit * 1.2 + 1
        ops.append(Rule(margin, y, room))
        y += 1.5
    right = room
    wanted = _symbols(label, style) if style.datamatrix or style.link else ()
    for kind, data, rows in wanted:
        quiet = QR_QUIET if kind == "qr" else MATRIX_QUIET
        across = len(rows[0]) + 2 * quiet
        side = min(floor - y - 1, room * 0.27)
        module = style.module(side / across)
        if module < SMALLEST - 1e-6:
            continue
        x = margin + right - module * (across - quiet)
        ops.append(Squares(x, y + quiet * module, module, kind, data, rows))
        right -= module * across + 1
    return ops + _logistic_fields(label, style, margin, right - 2, y, floor, unit)


def _logistic_fields(label, style, x, width, y, floor, unit):
    """Title of the goods, the SSCC, then two fields a row with GS1's titles above them."""
    ops, size, small = [], 3.2 * unit, 1.9 * unit
    if label.title:
        ops.append(Text(x, y, size, style.fonts.fit(label.title, size, width, True), True))
        y += size * 1.3
    fields = [(TITLES[ai], _readable(ai, value)) for ai, value in label.fields] + [*label.lines]
    rows = [fields[:1]] + [fields[at : at + 2] for at in range(1, len(fields), 2)]
    for row in rows:
        if y + small + size > floor:
            break
        share = width / len(row)
        for column, (caption, text) in enumerate(row):
            left = x + column * share
            ops.append(Text(left, y, small, style.fonts.fit(caption, small, share - 1)))
            printed = style.fonts.fit(text, size, share - 1, True)
            ops.append(Text(left, y + small * 1.05, size, printed, True))
        y += small * 1.05 + size * 1.25
    return ops


def _readable(ai, value):
    """A value as people read it: dates as year, month and day."""
    return f"20{value[:2]}-{value[2:4]}-{value[4:]}" if ai in ("15", "17") else value
