"""The certificate of a lot, a serial number or a shipment: what is known of it, for third parties.

A page or more on the company's paper, as PDF/A-3b with what it says as JSON and the proof of the
ledger inside, see :mod:`pdfa`.
"""

from dataclasses import dataclass, field
from io import BytesIO

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4

from .paper import CODE, FOOT, GREY, MARGIN, Sheet
from .pdfa import Archive

#: Width of captions, in millimetres, and where the text beside them begins.
CAPTION = 46
#: The lowest line of a page.
BOTTOM = FOOT + 7
ROW = 4.4


@dataclass(frozen=True)
class Facts:
    """A part of a certificate: captions with texts.

    :param title: heading
    :param rows: list of ``(caption, text)``
    """

    title: str
    rows: list


@dataclass(frozen=True)
class Table:
    """A part of a certificate: rows under names of columns.

    :param title: heading
    :param columns: list of ``(name, share of the width)``
    :param rows: list of tuples of texts
    :param more: sentence below it, e.g. that there are more rows than are shown
    """

    title: str
    columns: list
    rows: list
    more: str = ""


@dataclass(frozen=True)
class Certificate:
    """What a certificate says.

    :param title: what it is
    :param subject: of what: the product, or the customer of a shipment
    :param caption, number: what the number is, and the number, printed large
    :param reference: the certificate's own number and date, small, on every page
    :param parts: list of :class:`Facts` and :class:`Table`
    :param link: where it can be checked, for the code
    :param under_link: what is printed beside the code
    :param text: list of paragraphs
    :param stamp: printed across the title, e.g. "On hold"
    :param page: how pages are counted, with ``%s``
    :param inside: list of :class:`pdfa.Inside`
    :param language: e.g. ``en-US``
    """

    title: str
    subject: str
    caption: str
    number: str
    reference: str
    parts: list
    link: str
    under_link: str
    text: list = field(default_factory=list)
    stamp: str = ""
    page: str = "%s"
    inside: list = field(default_factory=list)
    language: str = "en"


def write_certificate(certificate, letterhead, fonts, icc, moment, pages=None):
    """The certificate as ``(PDF, whether it is PDF/A)``.

    :param letterhead: see :class:`paper.Letterhead`
    :param icc: ICC profile for RGB as bytes
    :param moment: when it is issued, UTC
    :param pages: class of the pages, where others than :class:`Pages` are drawn
    """
    out = BytesIO()
    about = f"{certificate.caption} {certificate.number}, {certificate.subject}"
    archive = Archive(
        out,
        f"{certificate.title} {certificate.reference}",
        letterhead.name,
        about,
        moment,
        icc,
        fonts,
        certificate.language,
    )
    archive.canvas.setPageSize(A4)
    pages = (pages or Pages)(archive.canvas, letterhead, fonts)
    pages.draw(certificate)
    for inside in certificate.inside:
        archive.put_inside(inside)
    is_pdfa = archive.save(pages.embedded)
    return out.getvalue(), is_pdfa


class Pages(Sheet):
    """Parts one below the other, on as many pages as they need."""

    #: Whether all letters so far were in a font that goes into the file.
    embedded = True

    def draw(self, certificate):
        """All of it."""
        self._certificate, self._page = certificate, 1
        y = self._title(self._letterhead() - 14)
        for part in certificate.parts:
            if part.rows:
                y = self._part(part, y - 9)
        y = self._paragraphs(y - 5)
        y = self._room(y - 4, CODE + 2)
        self._code(certificate.link, certificate.under_link, y)
        self._end()

    def _title(self, y):
        one = self._certificate
        self._text(MARGIN, y, self._fit(one.title, 20), 20, True, self._color)
        if one.stamp:
            self._stamp(one.stamp, y)
        self._text(MARGIN, y - 6, self._fit(one.reference, 9), 9, color=GREY)
        y -= 10
        for line in self._wrap(one.subject, 13):
            y -= 6
            self._text(MARGIN, y, line, 13)
        self._text(MARGIN, y - 8, one.caption, 10, color=GREY)
        self._text(MARGIN, y - 15.5, self._fit(one.number, 17), 17, True)
        return y - 15.5

    def _part(self, part, y):
        y = self._room(y, 20)
        self._text(MARGIN, y, part.title, 11.5, True, self._color)
        return self._drawer(part)(part, y - 6)

    def _drawer(self, part):
        return self._facts if isinstance(part, Facts) else self._table

    def _facts(self, part, y):
        for caption, text in part.rows:
            lines = self._wrap(text, 9.5, MARGIN + CAPTION, 6) or [""]
            y = self._room(y, len(lines) * ROW)
            self._text(MARGIN, y, self._fit(caption, 9, CAPTION - 2), 9, color=GREY)
            for line in lines:
                self._text(MARGIN + CAPTION, y, line, 9.5)
                y -= ROW
            y -= 0.8
        return y

    def _table(self, part, y):
        whole = sum(share for _name, share in part.columns)
        width = self._width - 2 * MARGIN
        widths = [share * width / whole for _name, share in part.columns]
        names = [name for name, _share in part.columns]
        y = self._head_row(names, widths, y)
        for row in part.rows:
            if y < BOTTOM:
                y = self._head_row(names, widths, self._turn())
            self._cells(row, widths, y, False)
            y -= ROW
        if part.more:
            y = self._room(y, ROW)
            self._text(MARGIN, y, self._fit(part.more, 8.5), 8.5, color=GREY)
            y -= ROW
        return y

    def _head_row(self, names, widths, y):
        self._cells(names, widths, y, True)
        self._rule(y - 1.4, 0.2)
        return y - ROW - 1

    def _cells(self, texts, widths, y, bold):
        x = MARGIN
        for text, width in zip(texts, widths, strict=True):
            if text:
                self._text(x, y, self._fit(text, 8.2, width - 1.5), 8.2, bold)
            x += width

    def _paragraphs(self, y):
        for text in self._certificate.text:
            lines = self._wrap(text, 9, lines=12)
            y = self._room(y, len(lines) * ROW)
            for line in lines:
                self._text(MARGIN, y, line, 9)
                y -= ROW
            y -= 1.5
        return y

    def _room(self, y, height):
        """Where to go on: here, or on the next page if there is no room for so much."""
        return y if y - height >= BOTTOM - ROW else self._turn()

    def _turn(self):
        self._end()
        self._page += 1
        one = self._certificate
        y = self._height - 18
        self._text(MARGIN, y, self._fit(f"{one.title}: {one.number}", 10), 10, True, self._color)
        self._text(MARGIN, y - 4.5, self._fit(one.reference, 8.5), 8.5, color=GREY)
        self._rule(y - 7, 0.3)
        return y - 14

    def _end(self):
        self._foot()
        text = self._certificate.page % self._page
        width = self._fonts.width(text, 7.5) / 72 * 25.4
        self._text(self._width - MARGIN - width, FOOT + 1.5, text, 7.5, color=GREY)
        self._canvas.showPage()

    def _text(self, x, y, text, size, bold=False, color=black):
        # Dates are written with spaces that few fonts have.
        text = " ".join(text.split())
        self.embedded = self.embedded and self._fonts.embeds(text, bold)
        super()._text(x, y, text, size, bold, color)
