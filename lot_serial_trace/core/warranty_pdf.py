"""The warranty certificate: a page for each unit, with a code that leads to it."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor, black, toColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from .labels.pdf import draw_squares
from .labels.symbols import qr_code

MARGIN = 22
_GREY, _RED = toColor("#606060"), toColor("#b00020")
#: Greatest size of the logo and size of the code, in millimetres.
LOGO = (60, 22)
CODE = 34


@dataclass(frozen=True)
class Certificate:
    """What a certificate says.

    :param title: what it is
    :param product: what is covered
    :param caption: what the number is
    :param number: which unit, printed large
    :param rows: list of ``(caption, text)``
    :param link: web address of the unit, for the code; "": no code
    :param under_link: what is printed beside the code
    :param text: list of paragraphs
    :param stamp: printed across the title where it counts no more, e.g. "Void"
    """

    title: str
    product: str
    caption: str
    number: str
    rows: list
    link: str = ""
    under_link: str = ""
    text: tuple = ()
    stamp: str = ""


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


def write_certificates(certificates, letterhead, fonts):
    """The certificates as one PDF."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    for certificate in certificates:
        canvas.setTitle(certificate.title)
        _Page(canvas, letterhead, fonts).draw(certificate)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Page:
    """A sheet, written from top to bottom; places in millimetres from the lower left corner."""

    def __init__(self, canvas, letterhead, fonts):
        self._canvas, self._head, self._fonts = canvas, letterhead, fonts
        self._width, self._height = A4[0] / mm, A4[1] / mm
        self._color = _color(letterhead.color)

    def draw(self, certificate):
        """All of it."""
        y = self._letterhead()
        y = self._title(certificate, y - 16)
        y = self._rows(certificate, y - 12)
        y = self._paragraphs(certificate, y - 6)
        if certificate.link:
            self._code(certificate, y - 6)
        self._foot()

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
        image = _image(self._head.logo)
        if not image:
            return
        width, height = image.getSize()
        scale = min(LOGO[0] / width, LOGO[1] / height)
        width, height = width * scale, height * scale
        self._canvas.drawImage(
            image, MARGIN * mm, (top - height) * mm, width * mm, height * mm, mask="auto"
        )

    def _title(self, certificate, y):
        self._text(MARGIN, y, certificate.title, 22, True, self._color)
        if certificate.stamp:
            width = self._fonts.width(certificate.stamp, 16, True) / mm
            x = self._width - MARGIN - width - 6
            self._canvas.setStrokeColor(_RED)
            self._canvas.setLineWidth(0.5 * mm)
            self._canvas.roundRect(x * mm, (y - 2.5) * mm, (width + 6) * mm, 9 * mm, 1.5 * mm)
            self._text(x + 3, y, certificate.stamp, 16, True, _RED)
        y -= 5
        for line in self._wrap(certificate.product, 13):
            y -= 6
            self._text(MARGIN, y, line, 13)
        y -= 10
        self._text(MARGIN, y, certificate.caption, 10, color=_GREY)
        y -= 8
        self._text(MARGIN, y, self._fit(certificate.number, 17), 17, True)
        return y

    def _rows(self, certificate, y):
        for caption, text in certificate.rows:
            self._text(MARGIN, y, caption, 10, color=_GREY)
            for line in self._wrap(text, 10, MARGIN + 48):
                self._text(MARGIN + 48, y, line, 10)
                y -= 5
            y -= 2
        return y

    def _paragraphs(self, certificate, y):
        for text in certificate.text:
            for line in self._wrap(text, 9.5, lines=12):
                self._text(MARGIN, y, line, 9.5)
                y -= 4.8
            y -= 2
        return y

    def _code(self, certificate, y):
        rows = qr_code(certificate.link)
        draw_squares(self._canvas, rows, (MARGIN, y), CODE / len(rows))
        x = MARGIN + CODE + 6
        for index, line in enumerate(self._wrap(certificate.under_link, 9.5, x, 4)):
            self._text(x, y - 5 - index * 4.8, line, 9.5)
        for index, line in enumerate(_pieces(certificate.link, 70)):
            self._text(x, y - CODE + 5 - index * 3.6, line, 7.5, color=_GREY)

    def _foot(self):
        self._rule(20, 0.3)
        for index, text in enumerate(filter(None, self._head.footer)):
            width = self._fonts.width(text, 7.5) / mm
            x = max((self._width - width) / 2, MARGIN)
            self._text(x, 15.5 - index * 3.6, self._fit(text, 7.5), 7.5, color=_GREY)

    def _rule(self, y, thick):
        self._canvas.setStrokeColor(self._color)
        self._canvas.setLineWidth(thick * mm)
        self._canvas.line(MARGIN * mm, y * mm, (self._width - MARGIN) * mm, y * mm)

    def _wrap(self, text, size, left=MARGIN, lines=3):
        width = (self._width - MARGIN - left) * mm
        return self._fonts.wrap(text or "", size, width, lines)

    def _fit(self, text, size):
        return self._fonts.fit(text, size, (self._width - 2 * MARGIN) * mm, True)

    def _text(self, x, y, text, size, bold=False, color=black):
        self._canvas.setFillColor(color)
        self._canvas.setFont(self._fonts.name(text, bold), size)
        self._canvas.drawString(x * mm, y * mm, text)
        self._canvas.setFillColor(black)


def _color(text):
    try:
        return HexColor(text)
    except (TypeError, ValueError):
        return HexColor("#333333")


def _image(logo):
    """A logo that can be drawn; None for none, and for what is no picture made of pixels."""
    if not logo:
        return None
    try:
        return ImageReader(BytesIO(logo))
    except Exception:  # reportlab and PIL say it in many ways
        return None


def _pieces(text, length):
    return [text[at : at + length] for at in range(0, len(text), length)]
