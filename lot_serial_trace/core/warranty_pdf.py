"""The warranty certificate: a page for each unit, with a code that leads to it."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from .paper import GREY, MARGIN, Sheet


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


def write_certificates(certificates, letterhead, fonts):
    """The certificates as one PDF.

    :param letterhead: see :class:`paper.Letterhead`
    """
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    page = _Page(canvas, letterhead, fonts)
    for certificate in certificates:
        canvas.setTitle(certificate.title)
        page.draw(certificate)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Page(Sheet):
    """All of a certificate."""

    def draw(self, certificate):
        """From top to bottom."""
        y = self._letterhead()
        y = self._title(certificate, y - 16)
        y = self._rows(certificate, y - 12)
        y = self._paragraphs(certificate, y - 6)
        if certificate.link:
            self._code(certificate.link, certificate.under_link, y - 6)
        self._foot()

    def _title(self, certificate, y):
        self._text(MARGIN, y, certificate.title, 22, True, self._color)
        if certificate.stamp:
            self._stamp(certificate.stamp, y)
        y -= 5
        for line in self._wrap(certificate.product, 13):
            y -= 6
            self._text(MARGIN, y, line, 13)
        y -= 10
        self._text(MARGIN, y, certificate.caption, 10, color=GREY)
        y -= 8
        self._text(MARGIN, y, self._fit(certificate.number, 17), 17, True)
        return y

    def _rows(self, certificate, y):
        for caption, text in certificate.rows:
            self._text(MARGIN, y, caption, 10, color=GREY)
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
