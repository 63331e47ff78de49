"""Dates and spans of dates out of prose, with what they mean.

Authorities write ``10/24/13-12/09/13``, ``Feb2513``, ``11/2013``, ``on or before 15-Sep``.
A day is ISO; a month alone stays a month (``2013-11``); an open end of a span is empty.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    ("jan", "janv", "enero", "ene"),
    ("feb", "fev", "fév", "febrero"),
    ("mar", "mars", "marzo"),
    ("apr", "avr", "abr", "abril"),
    ("may", "mai", "mayo"),
    ("jun", "juin", "junio"),
    ("jul", "juil", "julio"),
    ("aug", "aou", "aoû", "ago", "agosto"),
    ("sep", "sept", "septiembre"),
    ("oct", "octubre"),
    ("nov", "noviembre"),
    ("dec", "déc", "dic", "diciembre"),
)
_LONG = (
    "january february march april june july august september october november december "
    "janvier février fevrier avril juillet août aout septembre octobre novembre décembre decembre"
).split()
_NUMBER = {name: at for at, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = r"(?:{})\.?".format("|".join(sorted([*_NUMBER, *_LONG], key=len, reverse=True)))
_EDGE, _END = r"(?<![\w/])(?<!\d[.-])", r"(?![\w/])(?![.-]\d)"
_ORD = r"(?:st|nd|rd|th|er)?"

#: Ways to write a date, the most certain first; each names what its groups are.
_DE = r"(?:of\s+|de\s+)?"
_FORMS = (
    ("ymd", r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"),
    ("num", r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})"),
    ("dmy", rf"(\d{{1,2}}){_ORD}[\s-]*{_DE}({_MONTH})[,.]?[\s-]*(?:de\s+)?(\d{{4}}|\d{{2}})"),
    ("mdy", rf"({_MONTH})[\s-]*(\d{{1,2}}){_ORD}[\s,.-]+(\d{{4}}|'?\d{{2}}(?!\s*,\s*\d{{4}}))"),
    ("my", rf"({_MONTH}),?[\s-]*((?:19|20)\d\d)"),
    ("mdy4", rf"({_MONTH})(\d\d)(\d\d)"),
    ("dm", rf"(\d{{1,2}}){_ORD}[\s-]*{_DE}({_MONTH})"),
    ("md", rf"({_MONTH})[\s-]*(\d{{1,2}}){_ORD}"),
    ("m/y", r"(\d{1,2})[/.-]((?:19|20)\d\d)"),
)
_COMPILED = tuple((name, re.compile(_EDGE + form + _END, re.IGNORECASE)) for name, form in _FORMS)

BEST_BY = (
    r"best[\s-]*(?:by|before|thru|through|if[\s-]*used[\s-]*(?:by|before))|(?:use|sell|enjoy|freeze)[\s-]*"
    r"(?:or\s+freeze\s+|thru\s*|through\s*)?(?:by|before|thru|through)?(?=\W)|exp(?:\b|ir\w*)|"
    r"\bBB[DE]?\b|\bddm\b|\bdlc\b|durabilit|consommation|consumir|caduc|usar\s+antes|"
    r"date\s+codes?|code\s+dates?|within\s+expiry|freshness|pull\s+date"
)
# after a word only
_SHORT = re.compile(_EDGE + r"(\d{1,2})/(\d{1,2})" + _END)
_SPACED = re.compile(_EDGE + r"(\d\d) (\d\d) ((?:20)?\d\d)" + _END)
_PACKED = re.compile(_EDGE + r"(\d\d)(\d\d)(\d\d)" + _END)
_LABELLED = re.compile(rf"(?:{BEST_BY})[^\d;\n]{{0,25}}$", re.IGNORECASE)
_MEANINGS = (
    ("best_by", re.compile(BEST_BY, re.IGNORECASE)),
    (
        "made",
        re.compile(
            r"\b(?:produc(?:ed|tion)|manufactur\w*|mfg|made|pack(?:ed|aging|age)\s*(?:on|date|"
            r"between|from)|packed|baked|slaughter\w*|fabri\w+|julian)",
            re.IGNORECASE,
        ),
    ),
    (
        "sold",
        re.compile(
            r"\b(?:sold|distributed|purchased|shipped|sale|sales|bought|available|commerciali\w+|"
            r"vend\w+|received|delivered)\b",
            re.IGNORECASE,
        ),
    ),
)
_TO = re.compile(
    r"\s*(?:,?\s*(?:and|et)\s+)?(?:-|–|—|to|thru|through|until|till|au|al|hasta|up\s+to)"
    r"(?:\s+and\s+including)?\s*(?:the\s+|le\s+)?\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*,?\s*(?:and|et|y|&)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|entre|from|du)(?:\s+the|\s+dates?)*\W*$", re.IGNORECASE)
_UNTIL_BEFORE = re.compile(
    r"(?:on\s+or\s+(?:before|prior\s+to)|prior\s+to(?:\s+and\s+including)?|before|up\s+to"
    r"(?:\s+and\s+including)?|up\s+until|through|thru|until|earlier\s+than|jusqu\W?au)"
    r"(?:\s+and\s+including)?\W*$",
    re.IGNORECASE,
)
_NO_SPAN = re.compile(
    r"(?:use|best|sell|freeze|enjoy|consume|used)\s*(?:if\s+used\s+)?(?:before|thru|through|until)"
    r"\W*(?:date\w*\W*)?$",
    re.IGNORECASE,
)
_SINCE_BEFORE = re.compile(
    r"(?:on\s+or\s+after|after|since|later\s+than|starting|beginning|as\s+of|à\s+partir\s+du)\W*$",
    re.IGNORECASE,
)
_UNTIL_AFTER = re.compile(
    r"\W*(?:and|or|&)\s+(?:prior|earlier|before|sooner|older)\b", re.IGNORECASE
)
_SINCE_AFTER = re.compile(
    r"\W*(?:and|or|&)\s+(?:later|after|beyond|newer|thereafter)\b", re.IGNORECASE
)
_GAP = re.compile(r"[\s,;&|•/\"“”'’().-]*(?:\b(?:and|or|et|ou|y)\b)?[\s\"“”'’]*", re.IGNORECASE)
_TIGHT = re.compile(r"(?<=\d)-(?=\d{1,2}([/.])\d{1,2}\1\d)")  # 10/24/13-12/09/13
_REACH = 70  # characters in front of a date in which its word is looked for


@dataclass(frozen=True, slots=True)
class Span:
    """A date, or a span of dates, in a text.

    :param first: ISO day or month; empty: from ever
    :param last: the same as ``first`` for one day; empty: for ever
    """

    first: str
    last: str
    start: int
    end: int
    meaning: str = ""
    is_range: bool = False


@dataclass(slots=True)
class _Day:
    value: str
    start: int
    end: int
    vague: tuple = ()  # (month, day) of a date without a year


def find_dates(text, day_first=False, year=None):
    """Every date and span in a text, in order.

    :param bool day_first: whether 05/06 is the fifth of June
    :param int year: of dates that tell none; without it those are left out
    :rtype: list of :class:`Span`
    """
    text = _TIGHT.sub("–", text)  # of the same length: places stay
    days = _days(text, day_first, year)
    _give_years(days, text, year)
    return _with_meanings(_spans([day for day in days if day.value], text), text)


def _days(text, day_first, year):
    found, taken = [], bytearray(len(text))
    for name, pattern in _COMPILED:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            value, vague = _value(name, match, day_first)
            if value or vague:
                found.append(_Day(value, match.start(), match.end(), vague))
                taken[match.start() : match.end()] = b"\1" * len(match[0])
    found += [*_short_days(text, taken), *_bare_days(text, taken, day_first, year)]
    return sorted(found, key=lambda day: day.start)


def _short_days(text, taken):
    """``12/16``: only after a word that tells a date; a month of a year if that fits alone."""
    for match in _SHORT.finditer(text):
        before = text[max(0, match.start() - 30) : match.start()]
        if any(taken[match.start() : match.end()]) or not _MEANINGS[0][1].search(before):
            continue
        first, second = int(match[1]), int(match[2])
        if 1 <= first <= 12 and (second > 31 or (second >= 12 and "exp" in before.lower())):
            yield _Day(f"{2000 + second}-{first:02}", *match.span())
        elif 1 <= first <= 12 and 1 <= second <= 31:
            yield _Day("", *match.span(), (first, second))


def _bare_days(text, taken, day_first, year):
    """``03 23 25`` and ``060720``: only right behind a word that tells a date."""
    for pattern in (_SPACED, _PACKED):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 60) : match.start()]
            if any(taken[match.start() : match.end()]) or not _LABELLED.search(before):
                continue
            readings = {_numeric(*match.groups(), day_first)}
            if pattern is _PACKED:
                readings.add(_iso(*match.groups()))
            readings = {one for one in readings if one and _likely(one, year)}
            if len(readings) == 1:
                yield _Day(readings.pop(), *match.span())


def _likely(day, year):
    return not year or abs(int(day[:4]) - year) <= 6


def _value(name, match, day_first):
    """ISO text, and (month, day) when there is no year."""
    parts = match.groups()
    if name == "ymd":
        return _iso(parts[0], parts[2], parts[3]), ()
    if name == "num":
        return _numeric(parts[0], parts[2], parts[3], day_first), ()
    if name == "my":
        return f"{parts[1]}-{_month(parts[0]):02}", ()
    if name == "m/y":
        return (f"{parts[1]}-{int(parts[0]):02}" if 1 <= int(parts[0]) <= 12 else ""), ()
    if name == "mdy4":
        return _iso(parts[2], _month(parts[0]), parts[1]), ()
    if name in ("dmy", "dm"):
        month, day = _month(parts[1]), parts[0]
    else:
        month, day = _month(parts[0]), parts[1]
    if name in ("dmy", "mdy"):
        return _iso(parts[2].strip("'"), month, day), ()
    return "", ((month, int(day)) if 1 <= int(day) <= 31 else ())


def _month(text):
    text = text.lower().rstrip(".")
    for size in (5, 4, 3):
        if text[:size] in _NUMBER:
            return _NUMBER[text[:size]]
    return _NUMBER[{"jui": "juin"}.get(text[:3], text[:3])]


def _numeric(first, second, year, day_first):
    day, month = (first, second) if day_first else (second, first)
    return _iso(year, month, day) or _iso(year, day, month)


def _iso(year, month, day):
    """The day as ISO text, or nothing when there is no such day."""
    year, month, day = int(year), int(month), int(day)
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, day).isoformat() if 1950 <= year <= 2100 else ""
    except ValueError:
        return ""


def _give_years(days, text, year):
    """``January 1 and July 21, 2014``: the year of the one behind, else the one in front."""
    for at, day in reversed(list(enumerate(days))):
        if day.vague:
            near = days[at + 1 : at + 2] + days[at - 1 : at] if at else days[at + 1 : at + 2]
            close = [one for one in near if one.value and _near(day, one, text)]
            told = int(close[0].value[:4]) if close else year
            if told:
                day.value = _iso(told, *day.vague)


def _near(one, other, text):
    between = text[min(one.end, other.end) : max(one.start, other.start)]
    return len(between) < 25 and "\n\n" not in between


def _spans(days, text):
    at = 0
    while at < len(days):
        day, later = days[at], days[at + 1] if at + 1 < len(days) else None
        before = text[max(0, day.start - 40) : day.start]
        if later and _joined(before, text[day.end : later.start]) and day.value <= later.value:
            yield Span(day.value, later.value, day.start, later.end, is_range=True)
            at += 2
            continue
        yield _open_span(day, before, text[day.end : day.end + 25])
        at += 1


def _joined(before, between):
    return bool(_TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(before)))


def _open_span(day, before, after):
    """A day, or everything until or since it."""
    until = _UNTIL_AFTER.match(after) or (
        _UNTIL_BEFORE.search(before) and not _NO_SPAN.search(before)
    )
    since = _SINCE_AFTER.match(after) or _SINCE_BEFORE.search(before)
    if until:
        return Span("", day.value, day.start, day.end, is_range=True)
    if since:
        return Span(day.value, "", day.start, day.end, is_range=True)
    return Span(day.value, day.value, day.start, day.end)


def _with_meanings(spans, text):
    """A date of a list means what the one in front means."""
    found, end, meaning = [], 0, ""
    for span in spans:
        gap = text[end : span.start]
        words = _meaning(gap[-_REACH:])
        if words or not (found and (_GAP.fullmatch(gap) or len(gap) < 30)):
            meaning = words or _meaning_behind(text[span.end : span.end + 30])
        found.append(Span(span.first, span.last, span.start, span.end, meaning, span.is_range))
        end = span.end
    return found


def _meaning(words):
    """The meaning whose word stands nearest to the date behind the words."""
    nearest = [
        (match.end(), name) for name, pattern in _MEANINGS for match in pattern.finditer(words)
    ]
    return max(nearest)[1] if nearest else ""


def _meaning_behind(words):
    match = re.match(
        r"[^\w.\n]*(?:exp|best[\s-]*by|use[\s-]*by|sell[\s-]*by)", words, re.IGNORECASE
    )
    return "best_by" if match else ""


def first_day(value):
    """The first day of an ISO day or month; empty stays empty."""
    return f"{value}-01" if len(value) == 7 else value


def last_day(value):
    """The last day of an ISO day or month; empty stays empty."""
    if len(value) != 7:
        return value
    year, month = int(value[:4]), int(value[5:])
    return f"{value}-{monthrange(year, month)[1]:02}"
