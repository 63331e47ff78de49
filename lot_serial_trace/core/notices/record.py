"""Tolerant access to one published record.

Fields turn from text to list to null overnight, booleans are ``"True"``, texts hold HTML
twice escaped. Whatever comes, a field gives text, a list, or a day, and a flaw that names
file, record and field where something could not be used.
"""

import html
import re
from datetime import UTC, datetime

from .form import TEXT_LIMIT, VALUES_LIMIT, Flaw
from .text_dates import find_dates

_DROP = re.compile(
    r"<(script|style)\b[^>]{0,500}>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_BREAK = re.compile(r"<(?:br|/?p|/?li|/?div|/?tr|/?ul|/?h\d)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_TEXT_KEYS = ("label", "prefLabel", "name", "Name", "value", "_text", "@value", "commonName", "@id")
_CLASS = re.compile(r"\b(?:class|type)\s*(I{1,3}|[123])\b", re.IGNORECASE)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)$")
_RSS = "%a, %d %b %Y %H:%M:%S"


def plain(text):
    """A text without markup, entities and control characters, its lines kept."""
    text = str(text)
    if "<" in text:
        text = _DROP.sub(" ", text)
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", _BREAK.sub("\n", _DROP.sub(" ", text)))
    if not text.isascii():  # escapes can hide half characters
        text = text.encode("utf-8", "replace").decode()
    text = "".join(one for one in text.replace("\xa0", " ") if one >= " " or one in "\n\t")
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def scalar(value):
    """A value as text: of a list its parts, of an object its name."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(dict.fromkeys(filter(None, map(scalar, value[:VALUES_LIMIT]))))
    if isinstance(value, dict):
        return next((scalar(value[key]) for key in _TEXT_KEYS if value.get(key)), "")
    return plain(value)


def severity(text):
    """Class ``I``, ``II`` or ``III`` of a classification; the gravest if there are several.

    >>> severity("Type I - Type II"), severity("High - Class I"), severity("--")
    ('I', 'I', 'none')
    """
    found = [
        match.upper().replace("3", "III").replace("2", "II").replace("1", "I")
        for match in _CLASS.findall(text or "")
    ]
    return min(found, key=len, default="none")


def iso_time(text, day_first=False):
    """A date or time as ISO text in UTC, or an empty text."""
    text = text.strip()
    match = _ISO.match(text)
    if match:
        return _checked(match)
    match = _COMPACT.match(text)
    if match:
        return _day("-".join(match.groups()))
    try:
        return datetime.strptime(text[:25].strip(), _RSS).date().isoformat()
    except ValueError:
        spans = find_dates(text, day_first)
    return spans[0].first if spans and len(spans[0].first) == 10 else ""


def _checked(match):
    day = _day("-".join(match.groups()[:3]))
    if not day or not match[4]:
        return day
    zone = (match[6] or "Z").replace("Z", "+00:00")
    try:
        when = datetime.fromisoformat(f"{day}T{match[4]}{match[5] or ':00'}{zone}")
    except ValueError:
        return day
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _day(text):
    try:
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        return ""


class Record:
    """A record of a file, with the flaws found while it is read.

    :param dict data: as published
    :param str file: name of the file
    :param int number: which record of the file, from 1
    """

    def __init__(self, data, file="", number=0, line=0):
        self.data = data
        self.file = file
        self.number = number
        self.line = line
        self.flaws = []

    def __contains__(self, name):
        return name in self.data

    def flaw(self, code, field="", **values):
        """Note what could not be used."""
        self.flaws.append(Flaw(code, self.file, self.number, self.line, field, values))

    def raw(self, path):
        """The value at a dotted path; lists on the way give their first element."""
        value = self.data
        for name in path.split("."):
            if isinstance(value, list):
                value = value[0] if value else None
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def text(self, *paths):
        """The first of the fields that says something."""
        for path in paths:
            found = scalar(self.raw(path))
            if len(found) > TEXT_LIMIT:
                self.flaw("long_text", path, size=len(found), limit=TEXT_LIMIT)
            if found:
                return found[:TEXT_LIMIT]
        return ""

    def line_of(self, *paths):
        """The text in one line."""
        return " ".join(self.text(*paths).split())

    def many(self, path, *inside):
        """The field as a list, whatever it is.

        :param inside: names to look through, as XML wraps lists: ``Products.Product``
        """
        value = self.raw(path)
        for name in inside:
            if isinstance(value, dict) and name in value:
                value = value[name]
        values = value if isinstance(value, list) else [value]
        values = [one for one in values if one not in (None, "", {}, [])]
        if len(values) > VALUES_LIMIT:
            self.flaw("many_values", path, size=len(values), limit=VALUES_LIMIT)
        return values[:VALUES_LIMIT]

    def texts(self, path, *inside, split=None):
        """The field as texts.

        :param split: pattern at which a text is several
        """
        found = []
        for value in self.many(path, *inside):
            one = scalar(value)
            found += re.split(split, one) if split else [one]
        return list(dict.fromkeys(filter(None, (" ".join(one.split()) for one in found))))

    def records(self, path, *inside):
        """The objects of a list field; what is none becomes a flaw."""
        for value in self.many(path, *inside):
            if isinstance(value, dict):
                part = Record(value, self.file, self.number, self.line)
                part.flaws = self.flaws
                yield part
            else:
                self.flaw("wrong_type", path, value=scalar(value)[:80])

    def when(self, *paths, day_first=False):
        """The first of the fields that is a date."""
        for path in paths:
            text = self.line_of(path)
            found = text and iso_time(text, day_first)
            if found:
                return found
            if text and text.lower() not in ("none", "null", "n/a", "-", "--"):
                self.flaw("bad_date", path, value=text[:80])
        return ""

    def urls(self, *paths):
        """Web addresses of fields; others are left out."""
        found = []
        for path in paths:
            for value in self.many(path):
                text = (
                    scalar(value.get("@id") or value.get("URL") or value)
                    if isinstance(value, dict)
                    else scalar(value)
                )
                found += [
                    one
                    for one in re.split(r"[\s|]+", text)
                    if one.lower().startswith(("http://", "https://"))
                ]
        return list(dict.fromkeys(found))[:200]
