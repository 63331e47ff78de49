"""Events as XML, piece by piece: EPCIS 1.2, and 2.0 for who asks the web service for XML.

Version 1.2 hides what it added to 1.0 in ``extension`` and ``baseExtension`` elements; 2.0 has
none of them. It wants EPC URNs, too, for which the length of the company prefix must be known
(:class:`.links.Prefixes`); where it is not the identifier stays a Digital Link, which 1.2 takes as
any URI. What 1.2 has no element for (sensors, associations) is left out there.
"""

import re
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from . import words
from .check import is_uri
from .links import Prefixes, prefixes

#: Names that XML can have; those of others come from their JSON.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_EPCS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_PAIRS = {"bizTransactionList": "bizTransaction", "sourceList": "source"}
#: Elements of an event in the order of the schemas, behind its times and before extensions.
_ORDER = {
    "ObjectEvent": ("epcList", "action"),
    "AggregationEvent": ("parentID", "childEPCs", "action"),
    "TransactionEvent": ("bizTransactionList", "parentID", "epcList", "action"),
    "AssociationEvent": ("parentID", "childEPCs", "childQuantityList", "action"),
    "TransformationEvent": (
        "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList",
        "transformationID",
    ),
}  # fmt: skip
_COMMON = ("bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList")
_LATER = ("quantityList", "childQuantityList", "sourceList", "destinationList")
_NEWEST = ("sensorElementList", "persistentDisposition", "ilmd")
#: Lists that must be there in XML, even if they are empty.
_REQUIRED = {
    "ObjectEvent": "epcList",
    "AggregationEvent": "childEPCs",
    "TransactionEvent": "epcList",
}
_TIMES = ("eventTime", "recordTime", "eventTimeZoneOffset")
_BASE = ("eventID", "errorDeclaration", "certificationInfo")
_KNOWN = frozenset((*_TIMES, *_BASE, *_COMMON, *_LATER, *_NEWEST, "type", "@context"))
_NAMESPACE = {"1.2": "urn:epcglobal:epcis:xsd:1", "2.0": "urn:epcglobal:epcis:xsd:2"}
_QUERY_NAMESPACE = {
    "1.2": "urn:epcglobal:epcis-query:xsd:1",
    "2.0": "urn:epcglobal:epcis-query:xsd:2",
}


def document(events, version="1.2", created=None, prefixes=None, namespaces=None):
    """Yield an EPCIS document as pieces of text.

    :param events: iterable of events
    :param prefixes: :class:`.links.Prefixes` for URNs, or None
    :param namespaces: dict of prefix -> namespace of extensions, beside our own
    """
    writer = Writer(version, prefixes, namespaces)
    yield writer.opening("EPCISDocument", _NAMESPACE[version], "epcis", created)
    yield "<EPCISBody><EventList>"
    yield from map(writer.event, events)
    yield "</EventList></EPCISBody></epcis:EPCISDocument>\n"


def query_document(events, name="SimpleEventQuery", version="2.0", prefixes=None, namespaces=None):
    """Yield the answer to a query."""
    writer = Writer(version, prefixes, namespaces)
    yield writer.opening("EPCISQueryDocument", _QUERY_NAMESPACE[version], "epcisq")
    yield f"<EPCISBody><epcisq:QueryResults><queryName>{escape(name)}</queryName>"
    yield "<resultsBody><EventList>"
    yield from map(writer.event, events)
    yield "</EventList></resultsBody></epcisq:QueryResults></EPCISBody>"
    yield "</epcisq:EPCISQueryDocument>\n"


class Writer:
    """Writes events of one document."""

    def __init__(self, version="1.2", prefixes=None, namespaces=None):
        self._old = version == "1.2"
        self._version = version
        self._prefixes = prefixes or Prefixes()
        own = {words.OWN_PREFIX: words.OWN_NAMESPACE, "cbvmda": "urn:epcglobal:cbv:mda"}
        self._namespaces = {**(namespaces or {}), **own}

    def opening(self, kind, namespace, prefix, created=None):
        """The XML declaration and the start of the document element."""
        spaces = {prefix: namespace, **self._namespaces}
        declared = "".join(f" xmlns:{name}={quoteattr(uri)}" for name, uri in spaces.items())
        day = (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}:{kind}{declared} '
            f'schemaVersion="{self._version}" creationDate="{day}">'
        )

    def event(self, event):
        """One event; ``""`` for what the version does not know."""
        kind = event["type"]
        if kind not in _ORDER or (self._old and kind == "AssociationEvent"):
            return ""
        spaces = prefixes(event.get("@context") or ())
        spaces = {name: uri for name, uri in spaces.items() if _is_prefix(name) and is_uri(uri)}
        if spaces:
            return Writer(self._version, self._prefixes, spaces)._within(kind, event, spaces)
        return self._within(kind, event, {})

    def _within(self, kind, event, spaces):
        """An event with the namespaces that it alone has."""
        inner = "".join(self._parts(kind, event))
        declared = "".join(f" xmlns:{name}={quoteattr(uri)}" for name, uri in spaces.items())
        text = f"<{kind}{declared}>{inner}</{kind}>"
        return (
            f"<extension>{text}</extension>"
            if self._old and kind == "TransformationEvent"
            else text
        )

    def _parts(self, kind, event):
        first = _ORDER[kind]
        yield from (self._element(name, event) for name in _TIMES)
        base = "".join(self._element(name, event) for name in _BASE if self._has(name))
        yield f"<baseExtension>{base}</baseExtension>" if self._old and base else base
        for name in (*first, *(name for name in _COMMON if name not in first)):
            required = name == _REQUIRED.get(kind) and name not in event
            yield f"<{name}/>" if required else self._element(name, event)
        later = [name for name in (*_LATER, *_NEWEST) if self._has(name) and name not in first]
        extended = "".join(self._element(name, event) for name in later)
        hidden = self._old and kind != "TransformationEvent"
        yield f"<extension>{extended}</extension>" if hidden and extended else extended
        known = _KNOWN.union(first)
        yield from (self._extension(n, value) for n, value in event.items() if n not in known)

    def _has(self, name):
        newer = ("sensorElementList", "persistentDisposition", "certificationInfo")
        return not (self._old and name in newer)

    # -- elements ---------------------------------------------------------------

    def _element(self, name, event):
        value = event.get(name)
        if value in (None, "", [], {}):
            return ""
        if name in _EPCS:
            inner = "".join(_tag("epc", self._id(each)) for each in value)
        elif name in _QUANTITIES:
            inner = "".join(map(self._quantity, value))
        elif name in ("bizTransactionList", "sourceList", "destinationList"):
            inner = "".join(self._pair(name, each) for each in value)
        else:
            write = getattr(self, f"_{name}", None)
            return write(value) if write else self._plain(name, value)
        return f"<{name}>{inner}</{name}>"

    def _plain(self, name, value):
        if isinstance(value, list):
            return "".join(self._plain(name, each) for each in value)
        if name == "parentID":
            value = self._id(value)
        return _tag(name, value)

    def _id(self, text):
        return self._prefixes.urn(text) if self._old else text

    def _word(self, kind, text):
        return (words.urn if self._old else words.web)(kind, text)

    def _bizStep(self, value):
        return _tag("bizStep", self._word("bizStep", value))

    def _disposition(self, value):
        return _tag("disposition", self._word("disposition", value))

    def _persistentDisposition(self, value):
        inner = "".join(
            _tag(name, self._word("disposition", text))
            for name in ("set", "unset")
            for text in value.get(name) or ()
        )
        return f"<persistentDisposition>{inner}</persistentDisposition>"

    def _readPoint(self, value):
        return self._place("readPoint", value)

    def _bizLocation(self, value):
        return self._place("bizLocation", value)

    def _place(self, name, value):
        more = "".join(self._extension(key, each) for key, each in value.items() if key != "id")
        more = f"<extension>{more}</extension>" if self._old and more else more
        return f"<{name}>{_tag('id', self._id(value['id']))}{more}</{name}>"

    def _quantity(self, each):
        parts = _tag("epcClass", self._id(each["epcClass"]))
        parts += "".join(_tag(n, each[n]) for n in ("quantity", "uom") if n in each)
        return f"<quantityElement>{parts}</quantityElement>"

    def _pair(self, name, each):
        field = _PAIRS.get(name, "destination")
        kind = "transaction" if field == "bizTransaction" else "party"
        typed = f" type={quoteattr(self._word(kind, each['type']))}" if each.get("type") else ""
        return f"<{field}{typed}>{_text(self._id(each[field]))}</{field}>"

    def _errorDeclaration(self, value):
        parts = _tag("declarationTime", value["declarationTime"])
        if value.get("reason"):
            parts += _tag("reason", self._word("reason", value["reason"]))
        ids = "".join(
            _tag("correctiveEventID", one) for one in value.get("correctiveEventIDs") or ()
        )
        parts += f"<correctiveEventIDs>{ids}</correctiveEventIDs>" if ids else ""
        known = ("declarationTime", "reason", "correctiveEventIDs")
        parts += "".join(self._extension(n, each) for n, each in value.items() if n not in known)
        return f"<errorDeclaration>{parts}</errorDeclaration>"

    def _ilmd(self, value):
        inner = "".join(self._extension(name, each) for name, each in value.items())
        return f"<ilmd>{inner}</ilmd>" if inner else ""

    def _sensorElementList(self, value):
        return f"<sensorElementList>{''.join(map(self._sensor, value))}</sensorElementList>"

    def _sensor(self, each):
        metadata = self._attributes("sensorMetadata", each.get("sensorMetadata") or {})
        reports = each.get("sensorReport") or []
        reports = "".join(self._attributes("sensorReport", report) for report in reports)
        known = ("sensorMetadata", "sensorReport")
        more = "".join(self._extension(n, one) for n, one in each.items() if n not in known)
        return f"<sensorElement>{metadata}{reports}{more}</sensorElement>"

    def _attributes(self, name, found):
        pairs = [(key, one) for key, one in found.items() if self._may_be(key)]
        inner = "".join(f" {key}={quoteattr(_plain_text(one))}" for key, one in pairs)
        return f"<{name}{inner}/>" if pairs else ""

    # -- what others added --------------------------------------------------------

    def _may_be(self, name):
        prefix, _, local = name.partition(":")
        return local == "" or (prefix in self._namespaces and _NAME.fullmatch(local) is not None)

    def _extension(self, name, value):
        """An element of somebody's own; without a namespace for its prefix there can be none."""
        if name.startswith("@") or ":" not in name or not self._may_be(name):
            return ""
        if isinstance(value, list):
            return "".join(self._extension(name, each) for each in value)
        if isinstance(value, dict):
            inner = "".join(self._extension(key, each) for key, each in value.items())
            return f"<{name}>{inner}</{name}>"
        return _tag(name, value)


def _is_prefix(name):
    return _NAME.fullmatch(name) is not None and not name.lower().startswith("xml")


def _tag(name, value):
    return f"<{name}>{_text(_plain_text(value))}</{name}>"


def _plain_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(value):
    """Text for XML, without the characters that XML cannot hold at all."""
    if value.isprintable():
        return escape(value)
    return escape("".join(char for char in value if char.isprintable() or char in "\t\n"))
