"""Papers for authorities: drawn as reports of recalls are, without a code to check them by."""

from ..recall_pdf import Certificate, Listing, RecallPages, Says, write_certificate


class RegulatorPages(RecallPages):
    """Pages of a paper for an authority: long lists, and a line to sign at the end."""

    def draw(self, certificate):
        """All of it."""
        self._certificate, self._page = certificate, 1
        y = self._title(self._letterhead() - 14)
        for part in certificate.parts:
            if part.rows:
                y = self._part(part, y - 9)
        self._paragraphs(y - 5)
        self._end()


def write_paper(paper, letterhead, fonts, icc, moment):
    """A paper as ``(PDF, whether it is PDF/A)``.

    :param paper: :class:`certificate_pdf.Certificate` whose parts may be those of ``recall_pdf``
    """
    return write_certificate(paper, letterhead, fonts, icc, moment, RegulatorPages)


__all__ = ["Certificate", "Listing", "Says", "write_paper"]
