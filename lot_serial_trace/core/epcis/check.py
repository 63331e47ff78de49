"""Whether a captured event is as EPCIS 2.0 has it: the rules of GS1's JSON schema.

Said by hand instead of by the schema, because a sender must be told which field of which event is
wrong and what belongs there; that the answers are the schema's own is for the tests to show. The
check puts right what has one meaning only: web addresses of vocabulary words become the words, and
numbers become numbers.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from ..asn.safe_json import Number
from . import words
from .flaws import flaw

DEPTH = 24
#: Identifiers of one event.
GOODS = 50_000
#: Flaws of one event that are told.
TOLD = 20
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", re.A)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.A)
_OFFSET = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.A)
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_HEX = re.compile(r"[A-Fa-f0-9]+")
_UNFIT = re.compile("[\0\ud800-\udfff]")

_COMMON = {
    "@context": "any", "type": "any", "eventTime": "time", "recordTime": "time",
    "eventTimeZoneOffset": "offset", "eventID": "uri", "certificationInfo": "uri or uris",
    "errorDeclaration": "error", "bizStep": "bizStep", "disposition": "disposition",
    "readPoint": "place", "bizLocation": "place", "bizTransactionList": "transactions",
    "sourceList": "sources", "destinationList": "destinations", "sensorElementList": "sensors",
}  # fmt: skip
_PACKED = {
    "action": "action", "parentID": "uri", "childEPCs": "uris", "childQuantityList": "quantities",
}  # fmt: skip
#: Type -> its fields and what each must be.
_FIELDS = {
    "ObjectEvent": {
        "action": "action", "epcList": "each once", "quantityList": "quantities",
        "persistentDisposition": "dispositions", "ilmd": "own",
    },
    "AggregationEvent": _PACKED,
    "AssociationEvent": _PACKED,
    "TransactionEvent": {
        "action": "action", "parentID": "uri", "epcList": "uris", "quantityList": "quantities",
    },
    "TransformationEvent": {
        "inputEPCList": "each once", "inputQuantityList": "quantities",
        "outputEPCList": "each once", "outputQuantityList": "quantities",
        "transformationID": "uri",
        "persistentDisposition": "dispositions", "ilmd": "own",
    },
}  # fmt: skip
_REQUIRED = {
    "ObjectEvent": ("action",),
    "AggregationEvent": ("action",),
    "AssociationEvent": ("action", "parentID"),
    "TransactionEvent": ("action", "bizTransactionList"),
    "TransformationEvent": (),
}
_METADATA = {
    "time": "time", "startTime": "time", "endTime": "time", "deviceID": "uri",
    "deviceMetadata": "uri", "rawData": "uri", "dataProcessingMethod": "uri", "bizRules": "uri",
}  # fmt: skip
_REPORT = {
    "type": "measurement", "exception": "alert", "deviceID": "uri", "deviceMetadata": "uri",
    "rawData": "uri", "dataProcessingMethod": "uri", "bizRules": "uri", "time": "time",
    "microorganism": "uri", "chemicalSubstance": "uri", "coordinateReferenceSystem": "uri",
    "value": "number", "component": "component", "stringValue": "text", "booleanValue": "boolean",
    "hexBinaryValue": "hex", "uriValue": "uri", "minValue": "number", "maxValue": "number",
    "meanValue": "number", "sDev": "number", "percRank": "number", "percValue": "number",
    "uom": "text",
}  # fmt: skip
_QUANTITY = {"epcClass": "uri", "quantity": "number", "uom": "unit"}
_ERROR = {"declarationTime": "time", "reason": "reason", "correctiveEventIDs": "uris"}
#: List -> fields of its objects; which of them must be there; whether others may be, too.
_OBJECTS = {
    "quantities": (_QUANTITY, ("epcClass",), False),
    "transactions": ({"type": "transaction", "bizTransaction": "uri"}, ("bizTransaction",), False),
    "sources": ({"type": "party", "source": "uri"}, ("type", "source"), False),
    "destinations": ({"type": "party", "destination": "uri"}, ("type", "destination"), False),
    "reports": (_REPORT, ("type",), True),
    "sensors": (
        {"sensorMetadata": "metadata", "sensorReport": "reports"}, ("sensorReport",), True,
    ),
}  # fmt: skip
_OBJECT = {
    "place": ({"id": "uri"}, ("id",), None),
    "error": (_ERROR, ("declarationTime",), True),
    "metadata": (_METADATA, (), True),
}
_PATTERNS = {"uri": _URI, "time": _TIME, "offset": _OFFSET, "unit": _UNIT, "hex": _HEX}
_SENSED = {
    "measurement": words.MEASUREMENTS, "alert": words.ALERTS, "component": words.COMPONENTS,
}  # fmt: skip
#: How words of the vocabulary begin; JSON has the bare word.
_TAKEN = ("urn:epcglobal:cbv", "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/")
_VOCABULARY = ("bizStep", "disposition", "transaction", "party", "reason")


def checked(event, index=0, line=0):
    """An event put right, and what is wrong with it.

    :param event: as it came; numbers are :class:`~..asn.safe_json.Number`
    :returns: ``(event, flaws)``; with flaws the event is not to be used
    """
    check = _Check(index, line)
    if deeper_than(event, DEPTH):
        check.add("too_deep", limit=DEPTH)
        return event, check.flaws
    if not isinstance(event, dict):
        check.add("not_allowed", "event", value=_shown(event), wanted="object")
        return event, check.flaws
    found = check.event(event)
    return found, check.flaws


def deeper_than(value, limit):
    """Whether objects and lists are nested deeper than ``limit``; without recursion."""
    level = [value]
    for _depth in range(limit + 1):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def moment(text):
    """A time as UTC without zone, or None."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def is_uri(text):
    """Whether a value is a URI."""
    return isinstance(text, str) and _URI.fullmatch(text) is not None


class _Check:
    """Checks one event."""

    def __init__(self, index, line):
        self._place = (index, line)
        self.flaws = []

    def add(self, code, field="", **values):
        if len(self.flaws) < TOLD:
            self.flaws.append(flaw(code, *self._place, field, **values))

    def event(self, event):
        kind = event.get("type")
        if not isinstance(kind, str) or kind not in _FIELDS:
            self._refuse("type", kind, "type") if kind else self.add("missing", "type")
            return event
        fields = _COMMON | _FIELDS[kind]
        needed = ("eventTime", "eventTimeZoneOffset", *_REQUIRED[kind])
        found = self._object("", event, fields, needed, True)
        if not self.flaws:
            self._whole(kind, found)
        return found

    def _whole(self, kind, event):
        """Rules about several fields."""
        if not _names_goods(kind, event):
            self.add("no_goods")
        if "ilmd" in event and kind == "ObjectEvent" and event["action"] != "ADD":
            self.add("master_data", "ilmd")
        if kind == "TransactionEvent" and not event["bizTransactionList"]:
            self.add("missing", "bizTransactionList")
        if sum(len(each) for each in event.values() if isinstance(each, list)) > GOODS:
            self.add("many_goods", limit=GOODS)

    # -- values -----------------------------------------------------------------

    def _value(self, path, kind, value):
        if kind == "any":
            return value
        if kind in _PATTERNS:
            return self._pattern(path, kind, value)
        if kind in _SENSED:
            return self._sensed(path, value, _SENSED[kind])
        if kind in _VOCABULARY:
            return self._word(path, kind, value)
        if kind in _OBJECTS:
            return self._objects(path, value, *_OBJECTS[kind])
        if kind in _OBJECT:
            return self._object(path, value, *_OBJECT[kind])
        return getattr(self, "_" + kind.replace(" ", "_"))(path, value)

    def _pattern(self, path, kind, value):
        right = isinstance(value, str) and not isinstance(value, Number)
        right = right and _PATTERNS[kind].fullmatch(value)
        if not right or (kind == "time" and moment(value) is None):
            self._refuse(path, value, kind)
        return value

    def _word(self, path, kind, value):
        if not isinstance(value, str):
            self._refuse(path, value, "word")
            return value
        word = words.bare(kind, value)
        own = is_uri(word) and not word.startswith(_TAKEN)
        if not own and word not in words.VOCABULARIES[kind][0]:
            self._refuse(path, value, "word")
        return word

    def _sensed(self, path, value, known):
        if not isinstance(value, str) or not (value in known or is_uri(value)):
            self._refuse(path, value, "sensed")
        return value

    def _action(self, path, value):
        if not isinstance(value, str) or value not in words.ACTIONS:
            self._refuse(path, value, "action")
        return value

    def _uris(self, path, value):
        if not isinstance(value, list):
            self._refuse(path, value, "uris")
            return value
        for place, each in enumerate(value, 1):
            if not is_uri(each):
                self._refuse(f"{path}[{place}]", each, "uri")
        return value

    def _each_once(self, path, value):
        self._uris(path, value)
        if not self.flaws and len(set(value)) < len(value):
            seen = set()
            self._refuse(path, next(one for one in value if one in seen or seen.add(one)), "uris")
        return value

    def _uri_or_uris(self, path, value):
        if isinstance(value, list):
            return self._uris(path, value)
        return self._pattern(path, "uri", value)

    def _dispositions(self, path, value):
        if not isinstance(value, dict) or not value or set(value) - {"set", "unset"}:
            self._refuse(path, value, "object")
            return value
        return {name: self._states(f"{path}.{name}", found) for name, found in value.items()}

    def _states(self, path, value):
        if not isinstance(value, list) or not value:
            self._refuse(path, value, "objects")
            return value
        return [self._word(path, "disposition", each) for each in value]

    def _number(self, path, value):
        found = number(value) if isinstance(value, Number) else value
        if found is None or isinstance(found, bool) or not isinstance(found, int | float):
            self._refuse(path, value, "number")
        return found

    def _boolean(self, path, value):
        if not isinstance(value, bool):
            self._refuse(path, value, "boolean")
        return value

    def _text(self, path, value):
        if not isinstance(value, str) or isinstance(value, Number) or _UNFIT.search(value):
            self._refuse(path, value, "text")
        return value

    def _own(self, path, value):
        return self._object(path, value, {}, (), True)

    # -- objects ----------------------------------------------------------------

    def _objects(self, path, value, *kind):
        if not isinstance(value, list):
            self._refuse(path, value, "objects")
            return value
        return [self._object(f"{path}[{n}]", each, *kind) for n, each in enumerate(value, 1)]

    def _object(self, path, value, fields, needed, others):
        """An object with its fields; ``others``: names with a prefix, too, or (None) any."""
        if not isinstance(value, dict):
            self._refuse(path, value, "object")
            return value
        start = f"{path}." if path else ""
        for name in needed:
            if name not in value:
                self.add("missing", start + name)
        found = {}
        for name, each in value.items():
            if name in fields:
                found[name] = self._value(start + name, fields[name], each)
            elif others is None or (others and is_uri(name)):
                found[name] = self._strange(start + name, each)
            else:
                self.add("unknown_field", start + name)
        return found

    def _strange(self, path, value):
        """What somebody added: any JSON that a database can hold."""
        if isinstance(value, Number):
            return self._number(path, value)
        if isinstance(value, str):
            return self._text(path, value)
        if isinstance(value, list):
            return [self._strange(path, each) for each in value]
        if isinstance(value, dict):
            if any(_UNFIT.search(name) for name in value):
                self._refuse(path, "�", "text")
            return {name: self._strange(f"{path}.{name}", each) for name, each in value.items()}
        return value

    def _refuse(self, path, value, wanted):
        self.add("not_allowed", path, value=_shown(value), wanted=wanted)


def number(text):
    """A JSON number of which no digit gets lost, or None.

    >>> number("12.50"), number("7"), number("1e999"), number("0.12345678901234567")
    (12.5, 7, None, None)
    """
    try:
        exact = Decimal(text) if len(text) <= 40 else None
    except InvalidOperation:  # an exponent that no computer has
        return None
    if exact is None or abs(exact.adjusted()) > 30:
        return None
    found = int(exact) if exact == exact.to_integral_value() else float(exact)
    if isinstance(found, int):
        return found if abs(found) < 10**15 else None
    return found if Decimal(repr(found)) == exact else None


def _shown(value):
    """A value as a person may read it."""
    if isinstance(value, Number | str):
        return _UNFIT.sub("�", value)[:80]
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


def _names_goods(kind, event):
    """Whether an event says what it is about; what the lists may be depends on the type."""
    if kind == "ObjectEvent":
        sensed = event.get("sensorElementList") and event.get("readPoint")
        return "epcList" in event or event.get("quantityList") or sensed
    if kind == "TransactionEvent":
        return "epcList" in event or event.get("quantityList") or event["action"] == "DELETE"
    if kind == "TransformationEvent":
        return _transforms(event)
    packed = event.get("childEPCs") or event.get("childQuantityList")
    return packed or event["action"] == "DELETE"


def _transforms(event):
    inputs = event.get("inputEPCList") or event.get("inputQuantityList")
    outputs = event.get("outputEPCList") or event.get("outputQuantityList")
    return (inputs and outputs) or (event.get("transformationID") and (inputs or outputs))
