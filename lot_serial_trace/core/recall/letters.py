"""Letters to consignees who have no mail address: one PDF, each letter on pages of its own."""

from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ..paper import CODE, FOOT, GREY, MARGIN, RED, Sheet

#: The lowest line of a page, and the height of a row, in millimetres.
BOTTOM, ROW = FOOT + 8, 5


@dataclass(frozen=True)
class Letter:
    """What a letter says.

    :param address: lines of whom it goes to
    :param reference: small line: case and date
    :param stamp: printed large and red, e.g. "Recall"
    :param subject: one line, bold
    :param text: list of ``(heading or "", text)``; texts keep their lines
    :param columns: list of ``(name, share of the width)`` of the table of goods
    :param rows: list of tuples of texts
    :param link, under_link: where to answer, as code and text; "": no code
    :param closing: lines at the end
    """

    address: list
    reference: str
    stamp: str
    subject: str
    text: list
    columns: list
    rows: list
    link: str = ""
    under_link: str = ""
    closing: list = field(default_factory=list)


def write_letters(letters, letterhead, fonts, out, page="%s"):
    """Write letters to a binary file; an iterator will do, they are drawn one by one.

    :param letterhead: see :class:`paper.Letterhead`
    :param page: how pages of a letter are counted, with ``%s``
    """
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    sheet = _Letter(canvas, letterhead, fonts, page)
    for letter in letters:
        sheet.draw(letter)
    canvas.save()


class _Letter(Sheet):
    """A letter, on as many pages as it needs."""

    def __init__(self, canvas, letterhead, fonts, page):
        super().__init__(canvas, letterhead, fonts)
        self._page_text = page

    def draw(self, letter):
        """From the address to the closing."""
        self._letter, self._page = letter, 1
        self._y = self._letterhead() - 10
        self._address(letter)
        for heading, text in letter.text:
            self._paragraph(heading, text)
        self._table(letter)
        if letter.link:
            self._room(CODE + 4)
            self._code(letter.link, letter.under_link, self._y)
            self._y -= CODE + 6
        for line in letter.closing:
            self._line(line)
        self._end()

    def _address(self, letter):
        for index, line in enumerate(letter.address[:6]):
            text = self._fit(line, 10.5, 85)
            self._text(MARGIN, self._y - index * 5, text, 10.5, index == 0)
        self._stamp(letter.stamp, self._y - 4)
        self._y -= 5 * max(len(letter.address[:6]), 4) + 6
        self._text(MARGIN, self._y, letter.reference, 8.5, color=GREY)
        self._y -= 8
        for line in self._wrap(letter.subject, 13):
            self._text(MARGIN, self._y, self._fit(line, 13), 13, True, RED)
            self._y -= 6
        self._y -= 3

    def _paragraph(self, heading, text):
        if heading and text:
            self._room(12)
            self._text(MARGIN, self._y, heading, 10.5, True)
            self._y -= 5
        for piece in text.splitlines():
            for line in self._wrap(piece, 10, lines=2000):
                self._line(line)
        self._y -= 3

    def _line(self, text):
        self._room(ROW)
        self._text(MARGIN, self._y, text, 10)
        self._y -= 4.8

    def _table(self, letter):
        if not letter.rows:
            return
        self._room(3 * ROW)
        self._row([name for name, _share in letter.columns], True)
        self._rule(self._y + 3.4, 0.2)
        for row in letter.rows:
            if self._room(ROW):
                self._row([name for name, _share in letter.columns], True)
            self._row(row)
        self._y -= 4

    def _row(self, cells, bold=False):
        whole = sum(share for _name, share in self._letter.columns)
        x, width = MARGIN, self._width - 2 * MARGIN
        for cell, (_name, share) in zip(cells, self._letter.columns, strict=True):
            mine = width * share / whole
            self._text(x, self._y, self._fit(cell or "", 9, mine - 2), 9, bold)
            x += mine
        self._y -= ROW

    def _room(self, height):
        """Begin a page where the height is not there; says whether it did."""
        if self._y - height > BOTTOM:
            return False
        self._end()
        self._page += 1
        self._y = self._height - 20
        return True

    def _end(self):
        self._foot()
        text = self._page_text % self._page
        width = self._fonts.width(text, 7.5) / mm
        self._text(self._width - MARGIN - width, 15.5 + ROW, text, 7.5, color=GREY)
        self._canvas.showPage()
