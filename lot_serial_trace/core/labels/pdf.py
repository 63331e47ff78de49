"""Labels as PDF: one a page, or many on a sheet."""

from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .layout import Bars, Rule, Squares, Text, lay_out


def write_pdf(labels, style, out=None):
    """Draw labels one by one: what is finished is kept packed, ready for the file.

    :param labels: iterable of ``(Label, how many)``
    :param out: file to write to; None: the bytes are returned
    """
    target = out or BytesIO()
    size = style.label
    page = (size.width * size.columns * mm, size.height * size.rows * mm)
    canvas = Canvas(target, pagesize=page, pageCompression=1)
    place = 0
    for label, copies in labels:
        ops = lay_out(label, style)
        for _copy in range(copies):
            if place and place % (size.columns * size.rows) == 0:
                canvas.showPage()
            _draw(canvas, ops, style, place % (size.columns * size.rows))
            place += 1
    canvas.save()
    return None if out else target.getvalue()


def _draw(canvas, ops, style, place):
    size = style.label
    left = place % size.columns * size.width
    top = (size.rows - place // size.columns) * size.height
    for op in ops:
        _DRAW[type(op)](canvas, op, left, top, style)


def _text(canvas, op, left, top, style):
    canvas.setFont(style.fonts.name(op.text, op.bold), op.size * mm)
    canvas.drawString((left + op.x) * mm, (top - op.y - op.size * 0.8) * mm, op.text)


def _rule(canvas, op, left, top, _style):
    canvas.setLineWidth(0.3 * mm)
    y = (top - op.y) * mm
    canvas.line((left + op.x) * mm, y, (left + op.x + op.width) * mm, y)


def _bars(canvas, op, left, top, _style):
    x, rectangles = 0, []
    for index, width in enumerate(op.widths):
        if index % 2 == 0:
            rectangles.append(f"{x} 0 {width} 1 re")
        x += width
    where = (left + op.x, top - op.y - op.height)
    _fill(canvas, rectangles, where, op.module, op.height)


def _squares(canvas, op, left, top, _style):
    draw_squares(canvas, op.rows, (left + op.x, top - op.y), op.module)


def draw_squares(canvas, rows, where, module):
    """Draw a symbol of dark and light modules.

    :param where: its upper left corner in millimetres from the lower left one of the page
    :param module: size of a module in millimetres
    """
    last = len(rows) - 1
    rectangles = [
        f"{start} {last - number} {length} 1 re"
        for number, row in enumerate(rows)
        for start, length in _runs(row)
    ]
    x, y = where
    _fill(canvas, rectangles, (x, y - len(rows) * module), module, module)


def _fill(canvas, rectangles, where, across, up):
    """Fill rectangles that are given in whole modules: formatting each number takes longer."""
    x, y = (coordinate * mm for coordinate in where)
    matrix = f"{across * mm:.4f} 0 0 {up * mm:.4f} {x:.3f} {y:.3f}"
    canvas.addLiteral(f"q {matrix} cm {' '.join(rectangles)} f Q")


def _runs(row):
    """Dark modules side by side: ``(first, how many)``."""
    start = None
    for index, dark in enumerate([*row, False]):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            yield start, index - start
            start = None


_DRAW = {Text: _text, Rule: _rule, Bars: _bars, Squares: _squares}
