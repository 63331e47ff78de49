"""Which font writes a text, and how wide it gets."""

from functools import lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont

PLAIN = ("Helvetica", "Helvetica-Bold")
#: First and last letter of scripts, and the font every PDF reader has for them.
_EASTERN = (
    ("\u3040", "\u30ff", "HeiseiKakuGo-W5"),
    ("\uac00", "\ud7af", "HYGothic-Medium"),
    ("\u2e80", "\uffef", "STSong-Light"),
)


class Fonts:
    """A regular and a bold font for Western scripts; others where a text needs them.

    :param regular, bold: paths of TrueType fonts; None: Helvetica, which has Latin-1 only
    """

    def __init__(self, regular=None, bold=None):
        own = [_register(path) for path in (regular, bold or regular) if path]
        self.own = own if len(own) == 2 and all(own) else None

    def name(self, text, bold=False):
        """The font for a text."""
        own = self.own and self.own[bold]
        if own and _has(own, text):
            return own
        if _is_latin(text):
            return PLAIN[bold]
        for first, last, name in _EASTERN:
            if any(first <= character <= last for character in text):
                return _eastern(name)
        return own or PLAIN[bold]

    def embeds(self, text, bold=False):
        """Whether all of a text is written in a font that goes into the file."""
        own = self.own and self.own[bold]
        return bool(own) and _has(own, text)

    def width(self, text, size, bold=False):
        """Width of a text in the unit of ``size``."""
        return stringWidth(text, self.name(text, bold), size)

    def fit(self, text, size, width, bold=False):
        """The text, cut with an ellipsis where it is too wide."""
        if self.width(text, size, bold) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + "…", size, bold) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"

    def wrap(self, text, size, width, lines, bold=False):
        """The text in at most so many lines, broken at spaces."""
        words, done = text.split(), []
        while words and len(done) < lines - 1:
            row = words.pop(0)
            while words and self.width(f"{row} {words[0]}", size, bold) <= width:
                row += " " + words.pop(0)
            done.append(self.fit(row, size, width, bold))
        return [*done, self.fit(" ".join(words), size, width, bold)] if words else done


def _has(font, text):
    return pdfmetrics.getFont(font).face.charToGlyph.keys() >= set(map(ord, text))


def _is_latin(text):
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(16)
def _register(path):
    """Make a TrueType font known to reportlab; None if it is not to be had."""
    name = "Trace-" + path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    try:
        pdfmetrics.registerFont(TTFont(name, path))
    except (OSError, TTFError):
        return None
    return name


@lru_cache(8)
def _eastern(name):
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name
