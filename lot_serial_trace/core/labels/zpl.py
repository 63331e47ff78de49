"""Labels for label printers, in ZPL II.

The printer makes the symbols: it is told the data with FNC1 where GS1 wants it (``_1`` in a
Data Matrix, ``>8`` in a Code 128). Texts are UTF-8 and escaped, so that no product name can
command the printer.
"""

from ..gs1.tables import GS
from .code128 import zpl_data
from .layout import Bars, Rule, Squares, Text, lay_out

#: Dots per inch of the printers there are.
DPI = (203, 300)
#: What would be read as a command or an escape.
_SPECIAL = {ord(c): f"_{ord(c):02X}" for c in "_^~\\"} | {
    code: f"_{code:02X}" for code in (*range(32), 127)
}


def write_zpl(labels, style):
    """Labels as a text for the printer; ``style.dpi`` is needed.

    :param labels: iterable of ``(Label, how many)``
    :return: iterator of one ``^XA…^XZ`` for each label
    """
    dots = style.dpi / 25.4
    size = style.label
    head = f"^XA^CI28^PW{round(size.width * dots)}^LL{round(size.height * dots)}^LH0,0"
    for label, copies in labels:
        body = "\n".join(_DRAW[type(op)](op, dots) for op in lay_out(label, style))
        yield f"{head}\n{body}\n^PQ{copies}^XZ\n"


def escape(text):
    """A text for a field with ``^FH``: what commands the printer is written in hexadecimal."""
    return text.translate(_SPECIAL)


def _at(op, dots):
    return f"^FO{round(op.x * dots)},{round(op.y * dots)}"


def _text(op, dots):
    height = max(round(op.size * dots), 10)
    return f"{_at(op, dots)}^A0N,{height},{height}^FH^FD{escape(op.text)}^FS"


def _rule(op, dots):
    return f"{_at(op, dots)}^GB{round(op.width * dots)},2,2^FS"


def _bars(op, dots):
    module = round(op.module * dots)
    command = f"^BY{module}^BCN,{round(op.height * dots)},N,N,N"
    return f"{_at(op, dots)}{command}^FD{zpl_data(op.data)}^FS"


def _squares(op, dots):
    module = round(op.module * dots)
    if op.kind == "qr":
        return f"{_at(op, dots)}^BQN,2,{min(module, 10)}^FH^FDMA,{escape(op.data)}^FS"
    command = f"{_at(op, dots)}^BXN,{module},200,,,,_"
    if op.kind == "gs1":
        data = "_1" + op.data.replace("_", "__").replace(GS, "_1")
        return f"{command}^FD{data}^FS"
    data = op.data.replace("_", "__")
    return f"{command}^FH\\^FD{_hexed(data)}^FS"


def _hexed(data):
    """As :func:`escape`, with a backslash before the codes: the underscore is the symbol's own."""
    special = {ord(c): f"\\{ord(c):02X}" for c in "^~\\"}
    return data.translate(special | {code: f"\\{code:02X}" for code in (*range(32), 127)})


_DRAW = {Text: _text, Rule: _rule, Bars: _bars, Squares: _squares}
