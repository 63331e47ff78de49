"""Parameters of a query of events -> conditions, and tokens of pages.

Names and meaning are those of EPCIS 2.0, 8.2.7.1. What is not supported is refused by name, as
the standard wants it (``QueryParameterException``): an answer that left a condition out would be
wrong without anybody seeing it.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import words

PER_PAGE, MOST_PER_PAGE = 30, 1000
#: Parameters that are times -> (column, operator).
_TIMES = {
    "GE_eventTime": ("event_time", ">="),
    "LT_eventTime": ("event_time", "<"),
    "GE_recordTime": ("record_time", ">="),
    "LT_recordTime": ("record_time", "<"),
}
#: Parameters that are lists of words -> (column, kind of word).
_WORDS = {
    "EQ_action": ("action", None),
    "EQ_bizStep": ("biz_step", "bizStep"),
    "EQ_disposition": ("disposition", "disposition"),
}
#: Parameters that are lists of identifiers: the model finds what they name.
_NAMES = (
    "EQ_readPoint",
    "EQ_bizLocation",
    "MATCH_epc",
    "MATCH_anyEPC",
    "MATCH_epcClass",
    "MATCH_anyEPCClass",
    "MATCH_parentID",
)
_ORDERS = {"eventTime": "event_time", "recordTime": "record_time"}
#: What the ledger calls otherwise than events do: its own words by column and word of EPCIS.
_LEDGER = {
    "biz_step": {"shipping": ("shipping", "returning")},
    "event_type": {"ObjectEvent": ("ObjectEvent", "AssociationEvent"), "AssociationEvent": ()},
}


class Problem(Exception):
    """A query that cannot be answered.

    :param kind: the standard's name of the exception
    """

    def __init__(self, kind, detail, status=400):
        super().__init__(detail)
        self.kind, self.detail, self.status = kind, detail, status


@dataclass
class Query:
    """A query.

    :ivar conditions: list of ``(column, operator, value)`` on events
    :ivar names: list of ``(parameter, identifiers)``
    :ivar wrong_only: only events that were declared wrong
    :ivar order: column, or ``id``: as they were learned of, our own in front of partners'
    :ivar after: where the page before ended: value of the order's column, part (0: ledger,
        1: partners' events) and id of its last row; or None
    :ivar until: ids of the last rows of both parts that the first page could see, or None
    """

    conditions: list = field(default_factory=list)
    names: list = field(default_factory=list)
    wrong_only: bool = False
    order: str = "id"
    descending: bool = False
    per_page: int = PER_PAGE
    after: list | None = None
    until: list | None = None
    mark: str = ""

    @property
    def ledger(self):
        """The conditions in the ledger's own words."""
        return [
            (column, operator, _own_words(column, value) if operator == "in" else value)
            for column, operator, value in self.conditions
        ]

    def token(self, value, part, row_id, until):
        """The token of the page behind a row."""
        text = json.dumps({"after": [value, part, row_id], "until": until, "of": self.mark})
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def parse(parameters):
    """Read a query.

    >>> parse({"EQ_action": "ADD|OBSERVE"}).conditions
    [('action', 'in', ['ADD', 'OBSERVE'])]

    :param parameters: dict of name -> text
    :rtype: Query
    :raises Problem: a parameter is unknown or not as it must be
    """
    query = Query()
    given = dict(parameters)
    token = given.pop("nextPageToken", None)
    query.per_page = _page_size(given.pop("perPage", None))
    query.mark = hashlib.sha256(json.dumps(sorted(given.items())).encode()).hexdigest()[:16]
    _order(query, given.pop("orderBy", None), given.pop("orderDirection", None))
    for name, text in given.items():
        _condition(query, name, text)
    if token:
        _turn_to(query, token)
    return query


def _condition(query, name, text):
    if name in _TIMES:
        column, operator = _TIMES[name]
        query.conditions.append((column, operator, _time(name, text)))
    elif name in _WORDS:
        column, kind = _WORDS[name]
        found = [words.bare(kind, one) if kind else one for one in _several(name, text)]
        query.conditions.append((column, "in", found))
    elif name == "eventType":
        found = [_type(one) for one in _several(name, text)]
        query.conditions.append(("event_type", "in", found))
    elif name in _NAMES:
        query.names.append((name, _several(name, text)))
    elif name == "EXISTS_errorDeclaration":
        query.wrong_only = True
    else:
        raise _refused(f"The parameter {name[:80]} is not supported here.")


def _type(name):
    if name not in words.EVENTS:
        raise _refused(f"{name[:80]} is no type of event.")
    return name


def _own_words(column, found):
    return [own for one in found for own in _LEDGER.get(column, {}).get(one, (one,))]


def _several(name, text):
    found = [one for one in text.split("|") if one]
    if not found or len(found) > 500 or len(text) > 50_000:
        raise _refused(f"{name} wants one to 500 values, with | between them.")
    return found


def _time(name, text):
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _refused(f"{name} wants a date and time with a zone, such as 2026-01-31T00:00:00Z.")
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise _refused(f"{name} is a time that no calendar has.") from None


def _page_size(text):
    if text is None:
        return PER_PAGE
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_PER_PAGE):
        raise _refused(f"perPage wants a number from 1 to {MOST_PER_PAGE}.")
    return int(text)


def _order(query, name, direction):
    if name is not None and name not in _ORDERS:
        raise _refused("orderBy wants eventTime or recordTime.")
    if direction not in (None, "ASC", "DESC"):
        raise _refused("orderDirection wants ASC or DESC.")
    query.order = _ORDERS.get(name, "id")
    query.descending = direction == "DESC" or (direction is None and name is not None)


def _turn_to(query, token):
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        found = json.loads(text)
        value, part, row_id = found["after"]
        first, second = found["until"]
        value = row_id if query.order == "id" else datetime.fromisoformat(value)
        numbers = (row_id, first, second)
        right = found["of"] == query.mark and part in (0, 1)
        right = right and all(type(one) is int and abs(one) < 2**31 for one in numbers)
    except (binascii.Error, ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise _refused("nextPageToken is none of this query.")
    query.after, query.until = [value, part, row_id], [first, second]


def named(definition):
    """The parameters of a named query, as those of a request: lists with ``|`` between values.

    >>> named({"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping", "receiving"]})
    {'eventType': 'ObjectEvent', 'EQ_bizStep': 'shipping|receiving'}

    :raises Problem: it is no query that could be asked here
    """
    if not isinstance(definition, dict):
        raise _invalid("query wants an object of parameters.")
    found = {}
    for name, value in definition.items():
        values = value if isinstance(value, list) else [value]
        if name in ("nextPageToken", "perPage"):
            raise _invalid(f"{name} belongs to a request, not to a query.")
        if not all(isinstance(one, str | bool) for one in values):
            raise _invalid(f"{name[:80]} wants texts.")
        if any("|" in one for one in values if isinstance(one, str)):
            raise _invalid(f"{name[:80]} has a value with | in it, which stands between values.")
        found[name] = "|".join(one if isinstance(one, str) else str(one).lower() for one in values)
    parse(found)
    return found


def _refused(detail):
    return Problem("QueryParameterException", detail)


def _invalid(detail):
    return Problem("QueryValidationException", detail)
