"""A sheet of a company's paper: logo and address on top, small lines at the foot, and a pen."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from reportlab.lib.colors import HexColor, black, toColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from .labels.pdf import draw_squares
from .labels.symbols import qr_code

MARGIN = 22
GREY, RED = toColor("#606060"), toColor("#b00020")
#: Greatest size of the logo and size of the code, in millimetres.
LOGO = (60, 22)
CODE = 34
#: A logo has no more dots than 300 an inch need.
_DOTS = (710, 260)
#: Where the foot begins.
FOOT = 20


@dataclass(frozen=True)
class Letterhead:
    """Whose paper it is.

    :param name: company
    :param lines: its address, beside the logo
    :param logo: image as bytes, or None
    :param color: of titles and rules, ``#rrggbb``
    :param footer: small lines at the foot
    """

    name: str
    lines: list
    logo: bytes | None
    color: str
    footer: list


class Sheet:
    """A page, written from top to bottom; places in millimetres from the lower left corner."""

    def __init__(self, canvas, letterhead, fonts):
        self._canvas, self._head, self._fonts = canvas, letterhead, fonts
        self._width, self._height = A4[0] / mm, A4[1] / mm
        self._color = _color(letterhead.color)
        self._image = logo_image(letterhead.logo)

    def _letterhead(self):
        top = self._height - 16
        self._logo(top)
        lines = [(self._head.name, True), *((line, False) for line in self._head.lines)]
        for index, (text, bold) in enumerate(lines):
            size = 10 if bold else 8.5
            width = self._fonts.width(text, size, bold) / mm
            self._text(self._width - MARGIN - width, top - 3 - index * 4.2, text, size, bold)
        y = top - max(LOGO[1], 3 + 4.2 * len(lines)) - 3
        self._rule(y, 0.6)
        return y

    def _logo(self, top):
        if not self._image:
            return
        width, height = self._image.getSize()
        scale = min(LOGO[0] / width, LOGO[1] / height)
        width, height = width * scale, height * scale
        self._canvas.drawImage(
            self._image, MARGIN * mm, (top - height) * mm, width * mm, height * mm, mask="auto"
        )

    def _stamp(self, text, y):
        """A word in a red frame at the right margin."""
        width = self._fonts.width(text, 16, True) / mm
        x = self._width - MARGIN - width - 6
        self._canvas.setStrokeColor(RED)
        self._canvas.setLineWidth(0.5 * mm)
        self._canvas.roundRect(x * mm, (y - 2.5) * mm, (width + 6) * mm, 9 * mm, 1.5 * mm)
        self._text(x + 3, y, text, 16, True, RED)

    def _code(self, link, says, y):
        """A QR code that leads to ``link``, with a sentence beside it."""
        rows = qr_code(link)
        draw_squares(self._canvas, rows, (MARGIN, y), CODE / len(rows))
        x = MARGIN + CODE + 6
        for index, line in enumerate(self._wrap(says, 9.5, x, 4)):
            self._text(x, y - 5 - index * 4.8, line, 9.5)
        for index, line in enumerate(_pieces(link, 70)):
            self._text(x, y - CODE + 5 - index * 3.6, line, 7.5, color=GREY)

    def _foot(self):
        self._rule(FOOT, 0.3)
        for index, text in enumerate(filter(None, self._head.footer)):
            width = self._fonts.width(text, 7.5) / mm
            x = max((self._width - width) / 2, MARGIN)
            self._text(x, 15.5 - index * 3.6, self._fit(text, 7.5), 7.5, color=GREY)

    def _rule(self, y, thick):
        self._canvas.setStrokeColor(self._color)
        self._canvas.setLineWidth(thick * mm)
        self._canvas.line(MARGIN * mm, y * mm, (self._width - MARGIN) * mm, y * mm)

    def _wrap(self, text, size, left=MARGIN, lines=3):
        width = (self._width - MARGIN - left) * mm
        return self._fonts.wrap(text or "", size, width, lines)

    def _fit(self, text, size, width=None):
        width = (self._width - 2 * MARGIN) if width is None else width
        return self._fonts.fit(text, size, width * mm, True)

    def _text(self, x, y, text, size, bold=False, color=black):
        self._canvas.setFillColor(color)
        self._canvas.setFont(self._fonts.name(text, bold), size)
        self._canvas.drawString(x * mm, y * mm, text)
        self._canvas.setFillColor(black)


def logo_image(logo):
    """A logo that can be drawn, in colours of a screen.

    None for none, and for what is no picture made of pixels.
    """
    if not logo:
        return None
    try:
        picture = Image.open(BytesIO(logo))
        if picture.mode not in ("RGB", "RGBA", "L"):
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        picture.thumbnail(_DOTS)
        return ImageReader(picture)
    except Exception:  # reportlab and PIL say it in many ways
        return None


def _color(text):
    try:
        return HexColor(text)
    except (TypeError, ValueError):
        return HexColor("#333333")


def _pieces(text, length):
    return [text[at : at + length] for at in range(0, len(text), length)]
