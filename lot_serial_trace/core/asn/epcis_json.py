"""EPCIS 2.0 in JSON and JSON-LD.

Read without a JSON-LD processor: contexts are never fetched. The names that EPCIS
defines are the same in every context; others are looked at by their last part.
"""

import re

from . import cbv
from .epcis import Document, Event, advices
from .epcis_event import EventBuilder, key_of, local_name, parse_created
from .errors import AsnError
from .safe_json import JsonReader, Number, text_of

NAME = "EPCIS 2.0 shipping events (JSON)"
_START = re.compile(rb"[\xef\xbb\xbf\xff\xfe\0 \t\r\n]*[{\[]")
_BODY = ("epcisBody",)
_RESULTS = (*_BODY, "queryResults", "resultsBody")
_MASTER = ("epcisHeader", "epcisMasterData", "vocabularyList")
_EVENTS = ((*_BODY, "eventList"), (*_RESULTS, "eventList"), ("eventList",), ())
_INSIDE = {
    _BODY,
    _RESULTS[:2],
    _RESULTS,
    *_EVENTS,
    *(_MASTER[:length] for length in (1, 2, 3)),
    (*_MASTER, "*"),
    (*_MASTER, "*", "vocabularyElementList"),
}
_VOCABULARY = (*_MASTER, "*", "vocabularyElementList", "*")
_RAW = ("eventTime", "eventTimeZoneOffset", "action", "bizStep", "disposition")


def recognises(data):
    """Whether the first character begins a JSON object or array."""
    return _START.match(data[:200]) is not None


def read(data, filename, limits, mappings):
    """Read the shipping notices out of an EPCIS document.

    :returns: list of :class:`~.form.Advice`
    :raises errors.AsnError: it is no JSON, or nothing was shipped
    """
    source = JsonReader(data, limits, _INSIDE)
    reader = _Reader()
    for path, value, line in source.values():
        reader.value(path, value, line)
    if source.lied:
        reader.document.log.add("encoding", 1)
    return advices(reader.finish())


class _Reader:
    """Takes the document's values one by one and fills a :class:`Document`."""

    def __init__(self):
        self.document = Document()
        self._build = EventBuilder(self.document)
        self._root = {}
        self._begun = 0  # line of the first value

    def value(self, path, value, line):
        """Take a value that the document's walk came to."""
        self._begun = self._begun or line
        if path[-1:] == ("*",) and path[:-1] in _EVENTS:
            self._on_event(value, line)
        elif path == _VOCABULARY:
            self._on_vocabulary(value)
        elif len(path) == 1:
            self._root[path[0]] = value

    def finish(self):
        """The document.

        :raises AsnError: it is not EPCIS
        """
        root, document = self._root, self.document
        kind = local_word(root.get("type", root.get("isA", root.get("@type"))))
        if kind in cbv.EVENTS:  # an event without a document around
            self._on_event(root, self._begun)
        elif not kind.startswith("EPCIS") and all(
            e.kind not in cbv.EVENTS for e in document.events
        ):
            raise AsnError("wrong_document", found="a JSON file of another kind")
        elif "@context" not in root:
            document.log.add("no_context", self._begun)
        document.version = root.get("schemaVersion") or ""
        document.version = text_of(document.version)
        document.created = parse_created(text_of(root.get("creationDate")))
        document.sender = text_of(root.get("sender"))
        document.receiver = text_of(root.get("receiver"))
        document.number = text_of(root.get("instanceIdentifier"))
        return document

    def _on_vocabulary(self, found):
        attributes = _dicts(found.get("attributes")) if isinstance(found, dict) else ()
        told = {
            local_name(text_of(each.get("id"))): text_of(each.get("attribute"))
            for each in attributes
        }
        if told and text_of(found.get("id")):
            self.document.names[key_of(text_of(found["id"]))] = told

    # events --------------------------------------------------------------------

    def _on_event(self, found, line):
        if not isinstance(found, dict):
            found = {}
        place = len(self.document.events) + 1
        kind = local_word(found.get("type", found.get("isA", found.get("@type"))))
        event = Event(kind, line, f"eventList[{place}]")
        event.id = text_of(found.get("eventID"))
        parent = text_of(found.get("parentID"))
        event.parent = self._build.epc(parent) if parent else None
        self._goods(event, found)
        event.transactions = _typed(found, "bizTransactionList", "bizTransaction")
        event.sources = _typed(found, "sourceList", "source")
        event.destinations = _typed(found, "destinationList", "destination")
        event.place = text_of(found.get("readPoint")) or text_of(found.get("bizLocation"))
        ilmd = found.get("ilmd")
        if isinstance(ilmd, dict):
            pairs = ((name, text_of(value)) for name, value in ilmd.items())
            event.ilmd = self._build.ilmd(event, pairs)
        self._error(event, found.get("errorDeclaration"))
        if kind not in cbv.EVENTS:
            values = {"event": event.path, "field": "type", "value": kind[:80] or "-"}
            self.document.log.add("event_field", line, event.path, **values)
        self._build.complete(event, {name: text_of(found.get(name)) for name in _RAW})

    def _goods(self, event, found):
        for name in ("epcList", "childEPCs", "outputEPCList"):
            event.epcs += [(epc, 0) for epc in self._epcs(found.get(name))]
        event.inputs = self._epcs(found.get("inputEPCList"))
        for name in ("quantityList", "childQuantityList", "outputQuantityList"):
            for each in _dicts(found.get(name)):
                event.quantities.append(
                    (
                        self._build.epc(text_of(each.get("epcClass"))),
                        self._amount(event, each.get("quantity")),
                        text_of(each.get("uom")),
                    )
                )

    def _amount(self, event, value):
        text = text_of(value)
        if text and not isinstance(value, Number):
            values = {"event": event.path, "field": "quantity", "value": f'"{text[:80]}"'}
            self.document.log.add("event_field", event.line, event.path, **values)
        return self._build.amount(event, text)

    def _epcs(self, found):
        texts = map(text_of, found) if isinstance(found, list) else ()
        return [self._build.epc(text) for text in texts if text]

    def _error(self, event, error):
        if isinstance(error, dict):
            event.void = True
            found = error.get("correctiveEventIDs")
            event.corrected_by = (
                [text_of(each) for each in found] if isinstance(found, list) else []
            )


def local_word(value):
    """A type without prefix or namespace."""
    return text_of(value).rpartition("/")[2].rpartition(":")[2]


def _dicts(found):
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _typed(found, name, field):
    """Objects with a type: list of ``(type, identifier)``."""
    pairs = (
        (cbv.word(text_of(each.get("type"))), text_of(each.get(field)))
        for each in _dicts(found.get(name))
    )
    return [(kind, value) for kind, value in pairs if value]
