"""Events as EPCIS 2.0 JSON-LD, piece by piece: a document is never whole in memory."""

import json
from datetime import UTC, datetime

from .event import document_context

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def document(events, created=None, context=None):
    """Yield an ``EPCISDocument`` as pieces of text.

    :param events: iterable of events
    :param created: when it was made, UTC
    """
    yield from _wrapped(
        _head("EPCISDocument", created, context), '"epcisBody":{"eventList":[', events, "]}}"
    )


def query_document(events, name="SimpleEventQuery", created=None, context=None):
    """Yield an ``EPCISQueryDocument``: the answer to a query."""
    start = (
        f'"epcisBody":{{"queryResults":{{"queryName":{_dumps(name)},"resultsBody":{{"eventList":['
    )
    yield from _wrapped(_head("EPCISQueryDocument", created, context), start, events, "]}}}}")


def _head(kind, created, context):
    return {
        "@context": context or document_context(),
        "type": kind,
        "schemaVersion": "2.0",
        "creationDate": (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _wrapped(head, start, events, end):
    yield _dumps(head)[:-1] + "," + start
    comma = ""
    for event in events:
        yield comma + _dumps(event)
        comma = ","
    yield end


def chunks(pieces, size=1 << 16):
    """Pieces of text as bytes of about ``size``: fewer and bigger writes."""
    held, length = [], 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(held).encode()
            held, length = [], 0
    if held:
        yield "".join(held).encode()
