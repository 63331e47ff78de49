"""The identifier of an event that is made of what it says: CBV 2.0, chapter 8.9.

All that an event tells is strung together in the order of the standard, in canonical form: times
in UTC, numbers without needless zeros, GS1 keys as Digital Links, words as web addresses, lists
sorted. The SHA-256 of it is the event's ``eventID``; whoever gets the event, in JSON or in XML,
with URNs or with links, comes to the same one. What the identifier is made of leaves out the
identifier, when a repository recorded the event and whether it was declared wrong.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from . import words
from .links import canonical

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_QUANTITY = ("epcClass", "quantity", "uom")
_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
    "dataProcessingMethod", "bizRules",
)  # fmt: skip
_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time",
    "microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue",
    "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank",
    "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
_IGNORED = frozenset(
    ("@context", "type", "eventID", "recordTime", "errorDeclaration", "rdfs:comment", "comment")
)


def event_id(event, prefixes=None):
    """The identifier of an event.

    :param event: as JSON-LD has it
    :param prefixes: dict of prefix -> namespace that its document defines
    """
    text = prehash(event, prefixes)
    return f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"


def prehash(event, prefixes=None):
    """The text of which the identifier is made."""
    return _Writer(prefixes).event(event)


class _Writer:
    def __init__(self, prefixes):
        own = {words.OWN_PREFIX: words.OWN_NAMESPACE}
        self._prefixes = {**words.PREFIXES, **own, **(prefixes or {})}

    def event(self, event):
        parts = [f"eventType={event['type']}"]
        done = set(_IGNORED)
        for name, write in _ORDER:
            done.add(name)
            if event.get(name) not in (None, "", [], {}):
                parts.append(write(self, name, event[name]))
        rest = {name: value for name, value in event.items() if name not in done}
        return "".join(parts) + self._extensions(rest)

    # -- values ---------------------------------------------------------------

    def _value(self, name, value):
        return f"{name}={plain(value)}"

    def _values(self, name, found):
        found = found if isinstance(found, list) else [found]
        return "".join(sorted(self._value(name, value) for value in found))

    def _word(self, name, value):
        return self._value(name, words.web(name, value))

    def _list(self, name, found):
        return name + "".join(sorted(self._value("epc", value) for value in found))

    def _ordered(self, name, found, order):
        """The members of an object that the standard knows, and the others behind them."""
        known = "".join(
            self._values(key, found[key]) for key in order if found.get(key) not in (None, "")
        )
        rest = {key: value for key, value in found.items() if key not in order}
        return name + known + self._extensions(rest)

    def _quantities(self, name, found):
        return name + "".join(
            sorted(self._ordered("quantityElement", each, _QUANTITY) for each in found)
        )

    def _place(self, name, found):
        return self._ordered(name, {"id": found} if isinstance(found, str) else found, ("id",))

    def _pairs(self, name, found):
        field = {"bizTransactionList": "bizTransaction", "sourceList": "source"}.get(
            name, "destination"
        )
        kind = "transaction" if field == "bizTransaction" else "party"
        texts = []
        for each in found:
            text = f"type={words.web(kind, each['type'])}" if each.get("type") else ""
            texts.append(text + self._value(field, each[field]))
        return name + "".join(sorted(texts))

    def _dispositions(self, name, found):
        parts = []
        for key in ("set", "unset"):
            texts = found.get(key) or []
            texts = [texts] if isinstance(texts, str) else texts
            parts += sorted(f"{key}={words.web('disposition', text)}" for text in texts)
        return name + "".join(parts)

    # -- sensors --------------------------------------------------------------

    def _sensors(self, name, found):
        return name + "".join(sorted(self._sensor(each) for each in found))

    def _sensor(self, each):
        parts = ["sensorElement"]
        if each.get("sensorMetadata"):
            parts.append(self._sensed("sensorMetadata", each["sensorMetadata"], _METADATA))
        reports = each.get("sensorReport") or []
        reports = reports if isinstance(reports, list) else [reports]
        parts += sorted(self._sensed("sensorReport", report, _REPORT) for report in reports)
        rest = {k: v for k, v in each.items() if k not in ("sensorMetadata", "sensorReport")}
        return "".join(parts) + self._extensions(rest)

    def _sensed(self, name, found, order):
        """Members in the order of the standard; what others added stands behind them."""
        texts = [name]
        for key in order:
            value = found.get(key)
            if value in (None, ""):
                continue
            if key == "type" and ":" not in str(value):
                value = words.PREFIXES["gs1"] + value
            elif key == "type" and str(value).startswith("gs1:"):
                value = words.PREFIXES["gs1"] + value[4:]
            texts.append(self._value(key, value))
        rest = {key: value for key, value in found.items() if key not in order}
        return "".join(texts) + self._extensions(rest)

    # -- what others added ----------------------------------------------------

    def _master(self, name, found):
        return name + self._extensions(found)

    def _extensions(self, found):
        return "".join(sorted(self._extension(name, value) for name, value in found.items()))

    def _extension(self, name, value):
        if name in _IGNORED or name.startswith("@") or value is None:
            return ""
        key = self._key(name)
        if isinstance(value, list):
            return "".join(sorted(self._extension(name, each) for each in value))
        if isinstance(value, dict):
            if set(value) <= {"@value", "@type"} and "@value" in value:
                return self._value(key, value["@value"])
            return key + self._extensions(value)
        return self._value(key, self._spelled(value))

    def _spelled(self, value):
        """A value that is a name with a known prefix, in full."""
        if isinstance(value, str) and ":" in value:
            prefix, _, rest = value.partition(":")
            if prefix in self._prefixes and not rest.startswith("//"):
                return self._prefixes[prefix] + rest
        return value

    def _key(self, name):
        """A name with its namespace in braces, as XML tools write it."""
        if name.startswith("{"):
            return name
        prefix, _, local = name.partition(":")
        if local and prefix in self._prefixes:
            space = self._prefixes[prefix]
            return f"{{{space.rstrip(':') if space.startswith('urn:') else space}}}{local}"
        return name


_ORDER = (
    ("eventTime", _Writer._value),
    ("eventTimeZoneOffset", _Writer._value),
    ("certificationInfo", _Writer._values),
    ("epcList", _Writer._list),
    ("parentID", _Writer._value),
    ("inputEPCList", _Writer._list),
    ("childEPCs", _Writer._list),
    ("quantityList", _Writer._quantities),
    ("childQuantityList", _Writer._quantities),
    ("inputQuantityList", _Writer._quantities),
    ("outputEPCList", _Writer._list),
    ("outputQuantityList", _Writer._quantities),
    ("action", _Writer._value),
    ("transformationID", _Writer._value),
    ("bizStep", _Writer._word),
    ("disposition", _Writer._word),
    ("persistentDisposition", _Writer._dispositions),
    ("readPoint", _Writer._place),
    ("bizLocation", _Writer._place),
    ("bizTransactionList", _Writer._pairs),
    ("sourceList", _Writer._pairs),
    ("destinationList", _Writer._pairs),
    ("sensorElementList", _Writer._sensors),
    ("ilmd", _Writer._master),
)


def plain(value):
    """A value in canonical form.

    >>> plain("2020-03-04T11:00:30.1234+01:00"), plain(452.0), plain("+1.50"), plain(True)
    ('2020-03-04T10:00:30.123Z', '452', '1.5', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip()
    if text[:1].isdigit() and _TIME.fullmatch(text):
        return _time(text)
    if text[:1] in "+-.0123456789" and _NUMBER.fullmatch(text):
        return _number(text)
    return canonical(text)


def _time(text):
    """UTC in milliseconds."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    rest = moment.microsecond % 1000
    moment += timedelta(microseconds=1000 - rest if rest >= 500 else -rest)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(text):
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if abs(number.adjusted()) > 60:
        return text
    found = f"{number:f}"
    found = found.rstrip("0").rstrip(".") if "." in found else found
    return "0" if found in ("-0", "") else found
