"""Lots, serials, GTINs, dates and models out of the prose of recall notices.

``Lot# 101613-108, Exp Date 1/16/2014; Lots V220 through V241; UPC 0 12345 67890 5``. What
was understood is taken out of the text before the next kind is looked for, so that no
digits are read twice. A range is a range only if both ends are alike; a hyphen may be
part of a lot. Every mark keeps the words that it was read from.
"""

import re

from ..gs1.dates import read_date
from ..gs1.keys import is_digits, normalise_gtin
from ..ranges import Range
from .form import Mark
from .lot_list import CODE, read_codes
from .numbers import digits_of, read_gtin
from .text_dates import find_dates

#: Characters of one field that are looked at.
LIMIT = 60_000
_TAKEN = "\x01"  # stands for what was read already

_AI = re.compile(r"\((01|10|11|15|17|21)\)\s?([^\s(),;]{1,30})")
_UPC = re.compile(
    r"\b(?:U\.?P\.?C\.?s?|E\.?A\.?N\.?|GTIN|bar\s?codes?|USPC)(?:[- ]?1[234])?(?![a-z])"
    r"(?:[\s:#=.,(\"“]|/PLU|\b(?:codes?|no|nos|numbers?|is|are|of|A|with|bar))*",
    re.IGNORECASE,
)
_UPC_DIGITS = re.compile(r"\d(?:[ .-]{0,2}\d){5,13}(?![\d])")
_UPC_NEXT = re.compile(r"(?:[\s,;&|\"”)]|\b(?:and|or))+(?=\d(?:[ .-]?\d){7,13}\b)", re.IGNORECASE)
_PRINTED = re.compile(  # as under a barcode, or in one piece
    r"(?<![\w/.-])(?:\d{1,2}[ -]\d{5}[ -]\d{5}[ -]\d|\d[ -]\d{6}[ -]\d{6}|\d{12,14})(?![\w/-])"
)
_NDC = re.compile(r"\bNDC(?:\s*(?:codes?|no\.?|numbers?|#))*\s*[:#]?\s*(\d{4,5}-\d{3,4}-\d{1,2})")
_ESTABLISHMENT = re.compile(
    r"\b(?:EST(?:ABLISHMENT)?\.?\s*(?:(?:numbers?|no\.?|#)\s*)*[\"“”'’:]*\s*(?:EST\.?\s*)?"
    r"|(?=[MPG]-?\d{2,6}[A-Z]?\b[\"“”'’]?\s*inside the USDA))"
    r"([MPVGI]?-?'?\d{1,6}[A-Z]?)\b",
    re.IGNORECASE,
)
_EU_MARK = re.compile(
    r"\b([A-Z]{2}[ -]?\d{2,3}[.\s-]\d{3}[.\s-]\d{3}[ -]?(?:CE|EC|EG))\b", re.IGNORECASE
)
_ALL = re.compile(
    r"^\W*(?:all|tous|toutes)\b(?!\s+natural)|\b(?:all|tous\s+les|toutes\s+les|todos\s+los)\s+"
    r"(?:\w+\s+)?(?:lots?|codes?|products?|dates?|units|batch(?:es)?|items|sizes|lotes|serials?|"
    r"serial\s+numbers?|expiry|expiration|best|sell|use|models)\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\b(?:with|distributed|produced|manufactured|sold|between|within|through|thru|up\s+to|bearing|"
    r"before|after|prior|shipped|purchased|made|packed|from|ending|beginning|starting)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\W*(?:none|n\W?a|tbd|no\s+(?:lot\s+)?cod\w*|not\s+(?:applicable|coded|available|known)|unknown|"
    r"under\s+investigation|(?:the\s+)?produc?t\s+is\s*n\W?o?t\s+coded|not\s+yet\s+known|"
    r"non\s+concerné|inconnue?|sans\s+objet|bulk\s+product|no\s+lot\s+numbers?)\W*",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\W*(?:none\b|no\b|there\s+(?:is|are)\s+no\b|(?:the\s+)?produc?ts?\s+(?:has|have|with)\s+no\b|"
    r"firm\s+did\s+not|codes?\b.{0,80}\bnot\b|aucun)",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"\b(?:models?|model/catalog|catalog(?:ue)?|items?|part|REF|cohort|style|product|vehicle)\s*"
    r"(?:information|codes?|numbers?|nos?\.?|#'?s?|name|\(REF\)|:|/)+\W{0,4}(?:(?:is|are|include\w*)\b)?\W{0,4}"
    r"|\bmodels?\s+[\"“]?(?=[A-Z]{1,6}-?\d)|\bREF\W{1,3}(?=[A-Z0-9-]*\d)",
    re.IGNORECASE,
)
_SERIAL = re.compile(
    r"\b(?:serials?|S/N|SN(?=\W)|VIN)(?:\s*(?:codes?|numbers?|nos?\.?|#'?s?|ranges?))*(?=\W)",
    re.IGNORECASE,
)
_LOT = re.compile(
    r"\b(?:lots?|batch(?:es)?|bath|lotes?|charges?(?=[\s-]n)|(?:case|date|production|manufacturing|"
    r"packaging|identifying|identification|time|load|julian|product(?:ion)?\s+identif\w+)[\s-]*"
    r"(?:date[\s-]*)?(?:codes?|numbers?|nos?\.?)|"
    r"julian\s+dates?|codes?(?=\s+(?:[A-Z]*\d|[\"“(:#]|number))|code[\s-]dates?|(?<=\s)L\s?N°)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_BARE_SKIP = re.compile(
    r"\b(?:item|product|formula|sku|plu|upc|net|wt|size|pack)\b\W*\w*$", re.IGNORECASE
)


class _Text:
    """A text of which what was read is taken out."""

    def __init__(self, text, field):
        self.whole = text
        self.rest = text
        self.field = field
        self.marks = []

    def take(self, start, end, *marks):
        """Note what was read at a place, and take the place out."""
        words = " ".join(self.whole[start:end].split())[:200]
        self.marks += [
            Mark(kind, value, last, words, self.field, meaning)
            for kind, value, last, meaning in marks
        ]
        self.rest = self.rest[:start] + _TAKEN * (end - start) + self.rest[end:]


def read_text(text, field="", codes=False, day_first=False, year=None):
    """What a text tells about which goods are meant.

    :param str field: where the text was published
    :param bool codes: the field is for codes: what no word explains may be one
    :param bool day_first: whether 05/06 is the fifth of June
    :param int year: of dates without a year
    :returns: list of :class:`.form.Mark`, in no order
    """
    text = _Text((text or "")[:LIMIT], field)
    if not text.whole.strip():
        return []
    if codes and _NONE.fullmatch(text.whole):
        text.take(0, len(text.whole), ("none", "", "", ""))
        return text.marks
    _read_elements(text)
    _read_gtins(text)
    _read_simple(text)
    _read_dates(text, day_first, year)
    for pattern, kind in ((_SERIAL, "serial"), (_MODEL, "model"), (_LOT, "lot")):
        _read_labelled(text, pattern, kind)
    _read_all(text)
    if codes:
        _read_bare(text)
    if codes and not text.marks and _NOTHING.match(text.whole):
        text.take(0, len(text.whole), ("none", "", "", ""))
    return list(dict.fromkeys(text.marks))


# -- one kind after the other ------------------------------------------------


def _read_elements(text):
    """GS1 application identifiers in brackets."""
    for match in _AI.finditer(text.rest):
        ai, value = match.groups()
        if ai == "01":
            gtin = len(value) == 14 and normalise_gtin(value)
            mark = ("gtin", gtin, "", "") if gtin else None
        elif ai in ("10", "21"):
            mark = ("lot" if ai == "10" else "serial", value, "", "")
        else:
            mark = _element_day(value, "made" if ai == "11" else "best_by")
        if mark:
            text.take(*match.span(), mark)


def _element_day(value, meaning):
    day = read_date(value[:6], 2030, day_zero=True) if len(value) == 6 else None
    return day and ("date", day.isoformat(), "", meaning)


def _read_gtins(text):
    for label in _UPC.finditer(text.rest):
        at = label.end()
        while match := _UPC_DIGITS.match(text.rest, at):
            _take_gtin(text, match)
            after = _UPC_NEXT.match(text.rest, match.end())
            at = after.end() if after else match.end()
            if not after:
                break
    for match in _PRINTED.finditer(text.rest):
        if normalise_gtin(match[0]):
            _take_gtin(text, match)


def _take_gtin(text, match):
    kind, value = read_gtin(match[0])
    meaning = "" if kind == "gtin" or value else "incomplete"
    text.take(*match.span(), (kind, value or digits_of(match[0]), "", meaning))


def _read_simple(text):
    for match in _NDC.finditer(text.rest):
        text.take(*match.span(), ("ndc", match[1], "", ""))
    for match in _EU_MARK.finditer(text.rest):
        text.take(*match.span(), ("establishment", match[1].upper(), "", ""))
    for match in _ESTABLISHMENT.finditer(text.rest):
        text.take(*match.span(), ("establishment", match[1].upper(), "", ""))


def _read_dates(text, day_first, year):
    for span in find_dates(text.rest, day_first, year):
        if _is_part_of_code(text.rest, span):
            continue
        if span.is_range:
            mark = ("date_range", span.first, span.last, span.meaning)
        else:
            mark = ("date", span.first, "", span.meaning)
        text.take(span.start, span.end, mark)


def _is_part_of_code(text, span):
    """``10-270-2013`` behind the word lot is a lot; ``8/6/2012`` is a date anywhere."""
    words = text[span.start : span.end]
    return (
        "-" in words
        and is_digits(words.replace("-", ""))
        and bool(
            re.search(
                r"\blots?\s*(?:#|no\.?|numbers?|codes?)?\s*:?\s*[\"“]?$", text[: span.start], re.I
            )
        )
        and len(words) not in (8, 10)
    )


def _read_labelled(text, pattern, kind):
    at = 0
    while label := pattern.search(text.rest, at):
        codes, at = read_codes(text.rest, label, kind)
        at = max(at, label.end())
        for code in codes:
            text.take(code.start, code.end, *_marks_of(code, kind))


def _marks_of(code, kind):
    """Marks of a code, a range of codes, or what may be either."""
    if code.prefix:
        return [(f"{kind}_prefix", code.first, "", "")] if kind != "model" else []
    if kind == "model":
        return [("model", one, "", "") for one in (code.first, code.last) if one]
    if code.last:
        return [(f"{kind}_range", code.first, code.last, "")]
    parts = code.first.split("-")
    if len(parts) == 2 and len(parts[0]) == len(parts[1]) > 3:
        span = Range.between(*parts)
        if span and span.count <= 100_000:  # 12201-12207: one number or a range
            return [(kind, code.first, "", ""), (f"{kind}_range", *parts, "maybe")]
    return [(kind, code.first, "", "")]


def _read_all(text):
    match = _ALL.search(text.whole)
    if match:
        sentence = re.split(r"[.;\n]", text.whole[match.start() : match.start() + 200])[0]
        limited = _LIMITED.search(sentence) or any(
            mark.kind != "gtin" and mark.kind != "upc" for mark in text.marks
        )
        text.take(match.start(), match.end(), ("all", "", "", "limited" if limited else ""))


def _read_bare(text):
    """Codes that no word explains, in a field that is for codes."""
    for match in CODE.finditer(text.rest):
        before = text.rest[max(0, match.start() - 20) : match.start()]
        if not _looks_like_code(match[0]) or _BARE_SKIP.search(before):
            continue
        text.take(*match.span(), ("lot", match[0].strip("."), "", "bare"))


def _looks_like_code(word):
    digits = sum(map(str.isdigit, word))
    return digits >= 3 and len(word) >= 4 and word.upper() == word or digits >= 4
