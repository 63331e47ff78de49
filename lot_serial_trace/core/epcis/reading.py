"""Events out of a document from somebody else, one by one: EPCIS 2.0 JSON-LD, 1.x and 2.0 XML.

A document is gone through twice. First only its frame is looked at and its events are counted
(:func:`examine`): the sender is told at once what is wrong with the whole. Then the events are
read (:func:`events`), one in memory at a time. Contexts are never fetched.
"""

import re
from dataclasses import dataclass, field

from ..asn.errors import AsnError
from ..asn.safe_json import JsonReader, text_of
from ..asn.safe_xml import LIMITS, document_name, open_xml, records
from . import words
from .check import checked
from .digest import event_id
from .flaws import Refused, flaw
from .links import prefixes
from .xml_reading import CUT, KNOWN, Converter

#: Events of one document, and bytes.
EVENTS, SIZE = 100_000, LIMITS.size
_VALUES = 5_000_000
_KINDS = ("EPCISDocument", "EPCISQueryDocument")
_BODY = ("epcisBody",)
_RESULTS = (*_BODY, "queryResults", "resultsBody")
_LISTS = ((*_BODY, "eventList"), (*_RESULTS, "eventList"))
_INSIDE = {(), _BODY, _RESULTS[:2], _RESULTS, *_LISTS}
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_VERSION = re.compile(r"1(\.[0-2])?|2\.0(\.\d+)?")
#: Contexts of EPCIS itself: they say nothing that is not known.
_EPCIS_CONTEXT = re.compile(
    r"https?://(ref\.gs1\.org/standards/epcis|gs1\.github\.io/EPCIS)/.*|https?://ref\.gs1\.org/epcis.*"
)


@dataclass
class Frame:
    """What a document says besides its events.

    :ivar media: ``json`` or ``xml``
    :ivar context: JSON-LD contexts that are not EPCIS's own
    :ivar count: how many events it has
    """

    media: str
    version: str = ""
    created: str = ""
    sender: str = ""
    context: list = field(default_factory=list)
    count: int = 0


@dataclass
class Found:
    """One event of a document.

    :ivar event: put right, with its ``eventID``
    :ivar digest: identifier by content
    :ivar context: contexts of its own names, for who writes it again
    :ivar flaws: what is wrong; then nothing else counts
    """

    index: int
    line: int
    event: dict
    digest: str = ""
    context: list = field(default_factory=list)
    flaws: list = field(default_factory=list)


def examine(data, most=EVENTS):
    """Look at the frame of a document and count its events.

    :rtype: Frame
    :raises Refused: it is no document of EPCIS, is damaged or too big
    """
    if len(data) > SIZE:
        raise Refused("too_big", limit=SIZE)
    try:
        frame = _xml_frame(data, most) if _XML.match(data[:200]) else _json_frame(data, most)
    except AsnError as error:
        raise _refused(error) from None
    if not frame.version or not _VERSION.fullmatch(frame.version):
        raise Refused("not_allowed", value=frame.version, wanted="version", field="schemaVersion")
    return frame


def events(data, frame, start=0):
    """Yield the events of a document that was examined.

    :param start: so many are left out: they were taken in before
    :rtype: iterator of Found
    """
    source = _xml_events(data) if frame.media == "xml" else _json_events(data)
    for index, (event, line, own) in enumerate(source, 1):
        if index > start:
            yield _found(event, index, line, own or frame.context)


def single(data):
    """The event of a request that is one event, in JSON.

    :rtype: Found
    :raises Refused: it is none
    """
    try:
        reader = _json(data, ())
        found = [(value, line) for _path, value, line in reader.values()]
    except AsnError as error:
        raise _refused(error) from None
    event, line = found[0]
    if not isinstance(event, dict) or event.get("type") in _KINDS:
        raise Refused("not_event")
    if "@context" not in event:
        raise Refused("missing", line, field="@context")
    return _found(event, 1, line, [])


def _refused(error):
    return Refused("unreadable", error.line, reason=error.message % error.values)


def _found(event, index, line, context):
    """An event checked, and with its identifiers."""
    event, flaws = checked(event, index, line)
    if flaws:
        return Found(index, line, {}, flaws=flaws)
    if "@context" in event:
        own = _contexts(event.pop("@context"))
        if own is None:
            wrong = flaw("not_allowed", index, line, "@context", value="…", wanted="context")
            return Found(index, line, {}, flaws=[wrong])
        context = [*context, *own]
    names = prefixes(context)
    used = _used(event, names)
    return Found(index, line, event, event_id(event, names), [used] if used else [])


def _used(value, names):
    """The prefixes that names and texts of an event begin with."""
    used, level = {}, [value]
    while level and names:
        each = level.pop()
        if isinstance(each, dict):
            level += [*each, *each.values()]
        elif isinstance(each, list):
            level += each
        elif isinstance(each, str):
            prefix = each.partition(":")[0]
            if prefix in names and names[prefix] != words.PREFIXES.get(prefix):
                used[prefix] = names[prefix]
    return used


def _contexts(value):
    """Contexts that are not EPCIS's own, or None where a value is no context."""
    value = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str | dict) for each in value):
        return None
    return [each for each in value if isinstance(each, dict) or not _EPCIS_CONTEXT.match(each)]


# -- JSON -----------------------------------------------------------------------------


def _json(data, inside):
    reader = JsonReader(data, LIMITS, inside, _VALUES)
    if reader.lied:
        raise Refused("not_unicode")
    return reader


def _json_frame(data, most):
    root, count = {}, 0
    for path, value, line in _json(data, _INSIDE).values():
        if path[:-1] in _LISTS and path[-1] == "*":
            count += 1
            if count > most:
                raise Refused("many_events", line, limit=most)
        elif len(path) == 1:
            root[path[0]] = value
    kind = text_of(root.get("type"))
    if kind not in _KINDS:
        raise Refused("not_epcis")
    needed = ("@context", "schemaVersion", "creationDate")
    missing = [name for name in needed if name not in root and kind == _KINDS[0]]
    missing += ["@context"] if "@context" not in root and not missing else []
    if missing:
        raise Refused("missing", 1, field=missing[0])
    context = _contexts(root["@context"])
    if context is None:
        raise Refused("not_allowed", 1, field="@context", value="…", wanted="context")
    return Frame(
        "json",
        text_of(root.get("schemaVersion")) or "2.0",
        text_of(root.get("creationDate")),
        text_of(root.get("sender")),
        context,
        count,
    )


def _json_events(data):
    for path, value, line in _json(data, _INSIDE).values():
        if path[:-1] in _LISTS and path[-1] == "*":
            yield value, line, []


# -- XML ------------------------------------------------------------------------------


def _xml_frame(data, most):
    source = open_xml(data)
    if source.lied:
        raise Refused("not_unicode")
    name = document_name(source)
    if name.local not in _KINDS or not name.namespace.startswith("urn:epcglobal:epcis"):
        raise Refused("not_epcis")
    frame = Frame(
        "xml", name.attributes.get("schemaVersion", ""), name.attributes.get("creationDate", "")
    )
    for node in records(source, name, KNOWN, CUT):
        if _is_event(node):
            frame.count += 1
            if frame.count > most:
                raise Refused("many_events", node.line, limit=most)
        elif node.tag == "EPCISHeader":
            header = "StandardBusinessDocumentHeader/Sender/Identifier"
            frame.sender = (node.findtext(header) or "").strip()
    return frame


def _xml_events(data):
    source = open_xml(data)
    converter = Converter()
    for node in records(source, document_name(source), KNOWN, CUT):
        if _is_event(node):
            event, context = converter.event(node)
            yield event, node.line, context


def _is_event(node):
    """Whether a record stands where events do; version 1 wraps newer types."""
    around = node.path[-3:-1]
    wrapped = around == ("EventList", "extension")
    return wrapped or (around[-1:] == ("EventList",) and node.tag != "extension")
