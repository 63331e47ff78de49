"""Lists and ranges of lot and serial numbers, as people paste and suppliers write them.

A range is only a shorter way to write its numbers (``ranges.py``). What is not such a
range is a number: lots have hyphens, slashes and blanks in them.
"""

import re

from .capture import GARBLED, LONGEST
from .gs1.keys import has_check_digit, is_digits
from .ranges import Range

#: Numbers in one range, and in one list: more is a slip of the pen.
MOST_IN_RANGE = 100_000
MOST_IN_LIST = 200_000

#: Words that only mean a range, and the hyphens that can also be part of a number.
_SURE = re.compile(
    r"\s*(?:\.\.\.?|…|→)\s*|\s+(?:to|thru|through|bis|jusqu'à|a|à|al|tot|até|do)\s+", re.IGNORECASE
)
_HYPHEN = re.compile(r"\s*[-–—]\s*")
_COUNTED = re.compile(r"(?P<first>\S.*?)\s*(?:\*|×|\s[xX]\s?|\+\+)\s*(?P<count>\d{1,6})")


def parse_range(text, most=MOST_IN_RANGE, hyphens=True):
    """The range that a text is, or None if it is a number.

    >>> parse_range("SN001-SN050").count, parse_range("LOT-2024-7")
    (50, None)

    :param int most: longer ranges are no ranges
    :param bool hyphens: a hyphen may mean a range, too
    :rtype: ranges.Range | None
    """
    if text.isalnum():  # nothing in it that could mean a range; most numbers are like that
        return None
    for separator in (_SURE, _HYPHEN) if hyphens else (_SURE,):
        for match in separator.finditer(text):
            first, last = text[: match.start()].strip(), text[match.end() :].strip()
            found = Range.between(first, last) if first and last else None
            if not found or (separator is _HYPHEN and _may_be_a_lot(first, last)):
                continue
            if 1 < found.count <= most:
                return found
    match = _COUNTED.fullmatch(text)
    if match and 1 < int(match["count"]) <= most:
        return _counted(match["first"], int(match["count"]))
    return None


def _may_be_a_lot(first, last):
    """A hyphen between ends of other lengths, or short bare ones, may be in a lot: 2024-2025."""
    return len(first) != len(last) or (first.isdigit() and len(first) < 5)


def _counted(first, count):
    """The range of ``count`` numbers from the first, if its digits suffice."""
    parts = re.fullmatch(r"(.*?)(\d{1,18})(\D{0,10})", first, re.DOTALL)
    if not parts:
        return None
    last = str(int(parts[2]) + count - 1).zfill(len(parts[2]))
    if len(last) > len(parts[2]):
        return None
    return Range.between(first, f"{parts[1]}{last}{parts[3]}")


def split_list(text, count=None):
    """The numbers of one cell: list of texts, ranges not expanded.

    Line breaks and semicolons always part numbers, commas and bars if something stands
    on both sides; blanks only where all parts look like numbers of one kind, or where
    ``count`` says that there are so many.

    >>> split_list("SN1, SN2\\nSN3"), split_list("LOT 7")
    (['SN1', 'SN2', 'SN3'], ['LOT 7'])
    """
    if text.isalnum():
        return [text]
    parts = [part.strip() for part in re.split(r"[;\n\r|,\t]+", text)]
    parts = [part for part in parts if part]
    if len(parts) != 1 or parse_range(parts[0]):
        return parts
    words = parts[0].split()
    if len(words) > 1 and (len(words) == count or _alike(words)):
        return words
    return parts


def _alike(words):
    """Whether words are serial numbers of one kind: equally long, and mostly digits."""
    return len({len(word) for word in words}) == 1 and all(
        len(word) >= 5 and sum(char.isdigit() for char in word) * 2 >= len(word) for word in words
    )


# -- what may be wrong with a number ------------------------------------------


def flaw_of(number, gtin=False):
    """What is wrong with a number by itself: key of :data:`FLAWS`, or ``""``.

    :param gtin: digits of a GTIN's length are meant as one
    """
    if not number:
        return "empty"
    if len(number) > LONGEST:
        return "too_long"
    if not number.isprintable() or number != number.strip():
        return "invisible"
    if GARBLED.search(number):
        return "garbled"
    if re.fullmatch(r"\d[.,]\d+E\+\d+", number, re.IGNORECASE):
        return "spreadsheet"
    if gtin and is_digits(number) and len(number) in (13, 14) and has_check_digit(number):
        return "product_code"
    return ""


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


FLAWS = {
    "empty": _("There is no number."),
    "too_long": _("Too long for a number. Is something missing that parts two numbers?"),
    "invisible": _("It has a character in it that cannot be seen or printed."),
    "garbled": _("This is a part of a label, not a number."),
    "spreadsheet": _("A spreadsheet program cut off its digits. Export the column as text."),
    "product_code": _("This is the barcode of a product, not a number of one piece."),
}
