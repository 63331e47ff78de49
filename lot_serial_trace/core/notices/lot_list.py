"""The list of codes behind a word: ``lot codes 24304, 24318 and 24326 through 24346``."""

import re
from dataclasses import dataclass

#: A code: letters and digits with signs between them.
CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./_+-]*[A-Za-z0-9])?")
_LONGEST = 30
_MOST = 2_000  # codes behind one word

_FILLER = re.compile(
    r"(?:[\s:#=.,;\"“”„'’‘`()*•·\[\]?-]|n°|nº|\x01|\b(?:codes?|nos?|numbers?|num|numéros?|ids?|are|is|of|the|"
    r"following|with|an?|one|either|any|exp|expir\w+|dates?|best|by|before|use|printed|include[sd]?|"
    r"including|affected|batch(?:es)?|lots?|s|bears?|bearing|in|ranges?|ranging|which|all|serial|"
    r"identified|as|marked|stamped|reads?|contain\w*|listed|below|on|label|de|du|des|et|sont|julian|"
    r"code\(s\)|product|package|case|have|has|having|they|"
    r"recalled|units?|only|various)\b){0,40}",
    re.IGNORECASE,
)
_BETWEEN_CODES = r"[\s,;&|•·*\"“”„'’‘`()\[\]=:#]|/(?=\s)|\x01|n°|\b(?:and|or|et|ou|y|und|also)\b"
_SEPARATOR = re.compile(rf"(?:{_BETWEEN_CODES}){{0,60}}", re.IGNORECASE)
_LOT_SEPARATOR = re.compile(
    rf"(?:{_BETWEEN_CODES}|\b(?:exp(?:iration|iry|ires?)?|dates?|used?|best|sell|if|by|before|thru|"
    r"lots?|codes?|no|numbers?|batch(?:es)?|bbe?|bbd|mfg)\b\.?){0,60}",
    re.IGNORECASE,
)
_TO = re.compile(
    r"[\"“”'’]?(?:\s+(?:-|–|—)\s+|\s*[–—]\s*|\s*,?\s*(?:\bto\b|\bthru\b|\bthrough\b|\buntil\b|\bà\b|\bau\b)\s*"
    r"(?:and\s+including\s*)?)(?:(?:lots?|batch|serial|numbers?|no\.?|code|#)\s*)*[\"“”'’]?",
    re.IGNORECASE,
)
_AND = re.compile(r"[\"“”'’]?\s*,?\s*and\s*[\"“”'’]?", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|from|range\w*\W*(?:of|from)?)\W*$", re.IGNORECASE)
_BETWEEN_WORD = re.compile(r"\s*\W{0,2}\b(?:between|from)\b\W{0,3}", re.IGNORECASE)
_PREFIX = re.compile(
    r"[^.;\n\x01]{0,80}?\b(?:begin|start|commenc)\w*\s+with\s+(?:the\s+)?(?:(?:numbers?|letters?|digits?|and|or)\s+)*"
    r"[\"“”'’]*",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\d{1,5}(?:[.,/]\d+)?-?(?:oz|ounces?|lbs?|pounds?|k?gs?|m?ls?|ct|pk|packs?|in|inch|mm|cm|mg|fl|mah)",
    re.IGNORECASE,
)
_UNIT_BEHIND = re.compile(
    r"[\s-]*(?:oz\b|ounces?|lbs?\b|pounds?|k?gs?\b|grams?|m?l\b|lit\w+|count|ct\b|packs?\b|inch\w*|mg\b|fl\b|"
    r"%|bottles?|bags?|cases?\b(?!\s*code)|boxes|units|cartons?|pieces|degrees|°|pm\b|am\b|hours?|years?|days?)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"-(?:EXP|BB|USE|SELL|BEST)\w*$", re.IGNORECASE)  # LOT # 32214-EXP DATE
_WORDS = frozenset(
    "ALL NONE NA N/A TBD UPC EXP CODE CODES NUMBER NUMBERS LOT LOTS DATE DATES NOT NO THE AND BEST "
    "UNKNOWN USE SN SELL BY WITH IS ARE OF MODEL ITEM PRODUCT SERIAL PRINTED ON FOR THAT "
    "FROM".split()
)


@dataclass(slots=True)
class Code:
    """A code in a text, or a range of codes.

    :param last: of a range its end
    :param prefix: numbers that begin so
    """

    first: str
    start: int
    end: int
    last: str = ""
    prefix: bool = False


def read_codes(text, label, kind):
    """The codes behind a word that announces them.

    :param label: the match of the word
    :param kind: ``lot``, ``serial`` or ``model``
    :returns: list of :class:`Code`, and where reading ended
    """
    prefix = _PREFIX.match(text, label.end()) if kind != "model" else None
    at = prefix.end() if prefix else _FILLER.match(text, label.end()).end()
    between = _BETWEEN_WORD.match(text, at)
    at = between.end() if between else at
    separator = _LOT_SEPARATOR if kind == "lot" else _SEPARATOR
    found = []
    while len(found) < _MOST and (code := _code_at(text, at, not found and label)):
        if prefix:
            code.prefix = True
        else:
            _stretch(text, code, bool(between) and not found)
        found.append(code)
        at = separator.match(text, code.end).end()
    return found, (found[-1].end if found else label.end())


def _code_at(text, at, label, short=False):
    """The code that begins at a place, or None.

    :param label: the match of the word right in front, if it is the first code
    :param short: whether two digits are one, as the end of a range
    """
    match = CODE.match(text, at)
    if not match or len(match[0]) > _LONGEST:
        return None
    word = _TAIL.sub("", match[0])
    digits = sum(map(str.isdigit, word))
    if not digits and not (label and _is_name(word, text[label.end() : at])):
        return None
    if _QUANTITY.fullmatch(word) or (digits == len(word) and _UNIT_BEHIND.match(text, match.end())):
        return None
    if len(word) < 2 or (
        len(word) == 2 and digits == 2 and not short and not _is_marked(text, at, label)
    ):
        return None
    if digits and word[0].islower() and word[1:3].islower() and digits < 3:  # a word and a footnote
        return None
    return Code(word, match.start(), match.start() + len(word))


def _is_name(word, between):
    """A lot of letters only, right behind ``lot:`` or ``lot #``."""
    marked = any(mark in between for mark in ':#"“')
    return marked and word.isupper() and 2 <= len(word) <= 12 and word not in _WORDS


def _is_marked(text, at, label):
    return bool(label) and any(mark in text[label.start() : at] for mark in ":#°")


def _stretch(text, code, between):
    """Make a range of a code when another end follows."""
    match = _TO.match(text, code.end) or (between and _AND.match(text, code.end)) or None
    other = match and _code_at(text, match.end(), None, short=True)
    if not other or not _alike(code.first, other.first):
        return
    code.last = _whole_end(code.first, other.first)
    code.end = other.end


def _alike(first, last):
    """Whether two codes can be the ends of a range, or the second the end of its digits."""
    if len(first) == len(last):
        return _shape(first) == _shape(last) and first <= last
    if last.isdigit() and len(last) < len(first):
        tail = first[-len(last) :]
        return tail.isdigit() and tail < last
    return first.isdigit() and last.isdigit() and int(first) < int(last)


def _whole_end(first, last):
    """``0264SDL0315 through 19`` ends with ``0264SDL0319``."""
    if last.isdigit() and len(last) < len(first):
        return first[: -len(last)] + last
    return last


def _shape(code):
    return re.sub(r"[A-Za-z]", "A", re.sub(r"[0-9]", "0", code))
