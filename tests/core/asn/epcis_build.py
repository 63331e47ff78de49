"""Small EPCIS documents for tests, the same one in XML 1.2, XML 2.0 and JSON."""

import json
from xml.sax.saxutils import escape, quoteattr

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
MAKER, BUYER, DOCK = (
    "urn:epc:id:sgln:4012345.00000.0",
    "urn:epc:id:sgln:4023333.00000.0",
    "urn:epc:id:sgln:4023333.00001.0",
)
PALLET, CASE, OTHER_CASE = (f"urn:epc:id:sscc:4012345.0{n:09d}" for n in (1, 2, 3))
GTIN = "04012345000016"


def serial(number, reference="000001", prefix="4012345"):
    return f"urn:epc:id:sgtin:{prefix}.{reference}.{number}"


def lot(number, reference="000001", prefix="4012345"):
    return f"urn:epc:class:lgtin:{prefix}.{reference}.{number}"


def item(reference="000001", prefix="4012345"):
    return f"urn:epc:idpat:sgtin:{prefix}.{reference}.*"


def event(kind="ObjectEvent", at=0, **values):
    """An event in the shape of EPCIS 2.0 JSON; ``at`` is a minute of the day."""
    return {
        "type": kind,
        "eventTime": f"2026-11-19T{at // 60:02d}:{at % 60:02d}:00Z",
        "eventTimeZoneOffset": "+00:00",
        **values,
    }


def make(*epcs, at=0, quantities=(), **ilmd):
    values = {"action": "ADD", "bizStep": "commissioning"}
    if ilmd:
        values["ilmd"] = {f"cbvmda:{name}": text for name, text in ilmd.items()}
    if quantities:
        values["quantityList"] = amounts(quantities)
    return event(at=at, epcList=list(epcs), **values)


def pack(parent, *epcs, at=10, action="ADD", quantities=()):
    values = {"childQuantityList": amounts(quantities)} if quantities else {}
    return event(
        "AggregationEvent", at, action=action, bizStep="packing", parentID=parent,
        childEPCs=list(epcs), **values,
    )  # fmt: skip


def amounts(quantities):
    names = ("epcClass", "quantity", "uom")
    return [dict(zip(names, found, strict=False)) for found in quantities]


def ship(*epcs, at=20, number="DA-1", orders=("P00042",), quantities=(), step="shipping", **more):
    transactions = [{"type": "po", "bizTransaction": f"http://buyer.test/po/{o}"} for o in orders]
    if number:
        desadv = f"urn:epcglobal:cbv:bt:4012345000009:{number}"
        transactions.append({"type": "desadv", "bizTransaction": desadv})
    values = {
        "bizTransactionList": transactions,
        "sourceList": [{"type": "owning_party", "source": MAKER}],
        "destinationList": [
            {"type": "owning_party", "destination": BUYER},
            {"type": "location", "destination": DOCK},
        ],
        **more,
    }
    if quantities:
        values["quantityList"] = amounts(quantities)
    return event(at=at, action="OBSERVE", bizStep=step, epcList=list(epcs), **values)


def as_json(*events, **root):
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **root,
    }
    return json.dumps(document, indent=1).encode()


def as_xml(*events, version="2.0", header="", prefix="epcis:"):
    namespace = f"urn:epcglobal:epcis:xsd:{version[0]}"
    inside = "\n".join(_event(each, version) for each in events)
    declared = f'xmlns{":" + prefix[:-1] if prefix else ""}="{namespace}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}EPCISDocument {declared} '
        f'xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="{version}" '
        f'creationDate="2026-11-20T08:00:00Z">{header}<EPCISBody><EventList>\n{inside}\n'
        f"</EventList></EPCISBody></{prefix}EPCISDocument>"
    ).encode()


def as_old_xml(*events, **options):
    return as_xml(*events, version="1.2", **options)


FORMS = {"json": as_json, "xml 2.0": as_xml, "xml 1.2": as_old_xml}
_CBV = {"bizStep": "bizstep", "disposition": "disp"}
_EXTENDED = ("quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd")


def _event(found, version):
    kind = found["type"]
    plain, extended, base = [], [], []
    for name, value in found.items():
        if name == "type":
            continue
        old = version != "2.0"
        into = extended if old and name in _EXTENDED and kind != "TransformationEvent" else plain
        into = base if old and name in ("eventID", "errorDeclaration") else into
        into.append(_element(name, value))
    inside = "".join(plain)
    inside += f"<baseExtension>{''.join(base)}</baseExtension>" if base else ""
    inside += f"<extension>{''.join(extended)}</extension>" if extended else ""
    text = f"<{kind}>{inside}</{kind}>"
    wrap = version != "2.0" and kind == "TransformationEvent"
    return f"<extension>{text}</extension>" if wrap else text


def _element(name, value):
    if name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
        inside = "\n".join(f"<epc>{escape(epc)}</epc>" for epc in value)
    elif name == "correctiveEventIDs":
        inside = "".join(_element("correctiveEventID", each) for each in value)
    elif name in ("bizTransactionList", "sourceList", "destinationList"):
        inside = "".join(_typed(name.removesuffix("List"), each) for each in value)
    elif isinstance(value, list):
        inside = "".join(_element("quantityElement", each) for each in value)
    elif isinstance(value, dict):
        inside = "".join(_element(key, each) for key, each in value.items())
    else:
        prefix = f"urn:epcglobal:cbv:{_CBV[name]}:" if name in _CBV else ""
        inside = escape(prefix + str(value))
    return f"<{name}>{inside}</{name}>"


def _typed(name, found):
    kind = {"bizTransaction": "btt"}.get(name, "sdt")
    mark = quoteattr(f"urn:epcglobal:cbv:{kind}:{found['type']}")
    return f"<{name} type={mark}>{escape(found[name])}</{name}>"
