"""Papers for authorities: drawn as reports of recalls are, without a code to check them."""

from ..certificate_pdf import ROW
from ..paper import MARGIN
from ..recall_pdf import Certificate, Listing, RecallPages, Says, write_certificate

#: Lines of a sentence: what a person wrote is read to its end.
LINES = 10_000


class RegulatorPages(RecallPages):
    """Pages of a paper for an authority."""

    def draw(self, certificate):
        """All of it."""
        self._certificate, self._page = certificate, 1
        y = self._title(self._letterhead() - 14)
        for part in certificate.parts:
            if part.rows:
                y = self._part(part, y - 9)
        self._paragraphs(y - 5)
        self._end()

    def _says(self, part, y):
        for text in part.rows:
            for line in self._wrap(text, 9.5, MARGIN, LINES) or [""]:
                y = self._room(y, ROW)
                self._text(MARGIN, y, line, 9.5)
                y -= ROW
            y -= 0.8
        return y


def write_paper(paper, letterhead, fonts, icc, moment):
    """A paper as ``(PDF, whether it is PDF/A)``.

    :param paper: :class:`certificate_pdf.Certificate` whose parts may be those of ``recall_pdf``
    """
    return write_certificate(paper, letterhead, fonts, icc, moment, RegulatorPages)


__all__ = ["Certificate", "Listing", "Says", "write_paper"]
