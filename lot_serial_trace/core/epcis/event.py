"""A row of the ledger as an EPCIS event.

One row, one event, so that an event is as unchangeable as its row and has one identifier for
ever. What went into an operation and what came out of it are several rows; they share a
``transformationID``, as EPCIS 2.0 (7.4.6) provides for what is not known at once.

A correction is two events: the one that it corrects once more, with an ``errorDeclaration`` that
names the other, and what is true instead, unless nothing is (:func:`declared`).
"""

from ..asn.units import PIECES, UOM_XMLIDS
from . import words
from .digest import event_id

#: Ledger entries that EPCIS has no word for.
UNSAID = ("number", "override", "purge", "disposition")
#: Steps of the ledger that CBV 2.0 calls otherwise.
_STEPS = {"returning": "shipping"}
#: Steps of goods that go away: where they were read is where they come from.
_LEAVING = frozenset(("shipping", "retail_selling", "departing", "destroying", "picking"))
#: Steps between two parties: who hands over and who takes.
_TAKEN, _GIVEN = "receiving", "shipping"
#: Models of documents, by which way the goods go -> CBV's type of business transaction.
_DOCUMENTS = {
    ("stock.picking", _TAKEN): "recadv",
    ("stock.picking", _GIVEN): "desadv",
    ("mrp.production", None): "prodorder",
}
#: Names of units in English -> UN/ECE Recommendation 20; "" are pieces, which need no unit.
UOM_CODES = {
    "units": "", "unit": "", "unit(s)": "", "pieces": "", "dozens": "DZN", "dozen": "DZN",
    "kg": "KGM", "g": "GRM", "t": "TNE", "lb": "LBR", "oz": "ONZ", "l": "LTR", "ml": "MLT",
    "m³": "MTQ", "fl oz (us)": "OZA", "qt (us)": "QTL", "gal (us)": "GLL", "in³": "INQ",
    "ft³": "FTQ", "mm": "MMT", "cm": "CMT", "m": "MTR", "km": "KMT", "in": "INH", "ft": "FOT",
    "yd": "YRD", "mi": "SMI", "m²": "MTK", "ft²": "FTK", "hours": "HUR", "days": "DAY",
}  # fmt: skip


def event(row, names, entry):
    """The event that a row tells, with its identifier.

    :param row: mapping of the columns of ``trace.event``
    :param names: :class:`.names.Names` of the row's company
    :param entry: which ledger it is a row of: the database's identifier
    :rtype: dict
    """
    kind = _kind(row)
    step = _STEPS.get(row["biz_step"], row["biz_step"])
    found = {
        "type": kind,
        "eventTime": moment(row["event_time"]),
        "eventTimeZoneOffset": "+00:00",
        **_things(kind, row, names),
    }
    if kind != "TransformationEvent":
        found["action"] = _action(row)
    found["bizStep"] = step
    if row["disposition"]:
        found["disposition"] = row["disposition"]
    found |= _places(row, step, names) | _papers(row, step, names) | _parties(row, step, names)
    found |= _master_data(kind, row)
    found["trace:entry"] = f"{entry}/{row['id']}"
    return _identified(found)


def declared(row, names, entry, declaration):
    """The event of a row that turned out to be wrong, as EPCIS has it said.

    :param declaration: mapping with ``record_time`` and ``corrective`` (the event that is true,
        or None if nothing of it happened)
    """
    found = event(row, names, entry)
    corrective = declaration["corrective"]
    error = {"declarationTime": moment(declaration["record_time"])}
    error["reason"] = "incorrect_data" if corrective else "did_not_occur"
    if corrective:
        error["correctiveEventIDs"] = [corrective["eventID"]]
    first = ("type", "eventID")
    return {
        **{name: found[name] for name in first},
        "errorDeclaration": error,
        **{name: value for name, value in found.items() if name not in first},
    }


def moment(when):
    """A naive UTC time as EPCIS writes it.

    >>> from datetime import datetime
    >>> moment(datetime(2026, 1, 2, 3, 4, 5))
    '2026-01-02T03:04:05.000Z'
    """
    return when.isoformat(timespec="milliseconds") + "Z"


def _identified(found):
    return {"type": found["type"], "eventID": event_id(found), **found}


def _kind(row):
    """A part that goes into a unit: the ledger's row does not say into which one."""
    return "ObjectEvent" if row["event_type"] == "AssociationEvent" else row["event_type"]


def _action(row):
    return "OBSERVE" if row["event_type"] == "AssociationEvent" else row["action"]


# -- what -----------------------------------------------------------------------


def _things(kind, row, names):
    if kind == "AggregationEvent":
        parent = names.package(row["container_name"] or "", row["container_id"])
        return {"parentID": parent, **_children(row, names)}
    if kind != "TransformationEvent":
        return _listed(row, names, "epcList", "quantityList")
    side = "input" if row["dest_usage"] == "production" else "output"
    operation = names.operation(row["document_model"], row["document_id"])
    found = _listed(row, names, f"{side}EPCList", f"{side}QuantityList")
    return {**found, "transformationID": operation}


def _children(row, names):
    if row["content_id"]:
        return {"childEPCs": [names.package(row["content_name"] or "", row["content_id"])]}
    return _listed(row, names, "childEPCs", "childQuantityList")


def _listed(row, names, units, quantities):
    """The goods of a row: a unit with a serial number, or an amount of a lot."""
    gtin, product, number = row["gtin"], row["product_id"], row["lot_name"]
    if number and row["tracking"] == "serial":
        return {units: [names.serial(gtin, product, number)]}
    of_class = names.lot(gtin, product, number) if number else names.product(gtin, product)
    return {quantities: [{"epcClass": of_class} | _amount(row)]}


def _amount(row):
    """Quantity and unit; nothing where the unit has no code: without one it would be pieces."""
    code = unit_code(row["uom"] or "units")
    if row["quantity"] is None or code is None:
        return {}
    amount = round(row["quantity"], 6)
    amount = int(amount) if amount == int(amount) else amount
    return {"quantity": amount, "uom": code} if code else {"quantity": amount}


def unit_code(name):
    """The code of a unit; ``""`` for pieces, None if there is none."""
    if name in PIECES:
        return ""
    return name if name in UOM_XMLIDS else UOM_CODES.get(name.casefold())


# -- where, why and who ---------------------------------------------------------


def _places(row, step, names):
    leaving = step in _LEAVING and row["kind"] != "packing"
    side = "source" if leaving and row["source_id"] else "dest"
    if not row[f"{side}_id"]:
        return {}
    place = (row[f"{side}_gln"], row[f"{side}_id"])
    found = {"readPoint": {"id": names.place(*place)}}
    stays = side == "dest" and row["dest_usage"] in ("internal", "transit")
    return {**found, "bizLocation": {"id": names.site(*place)}} if stays else found


def _papers(row, step, names):
    found = []
    if row["document"]:
        model = row["document_model"]
        kind = _DOCUMENTS.get((model, step)) or _DOCUMENTS.get((model, None))
        found.append(_typed(kind, "bizTransaction", names.document(row["document"])))
    if row["origin"] and row["origin"] != row["document"]:
        kind = "po" if row["source_usage"] == "supplier" else None
        found.append(_typed(kind, "bizTransaction", names.document(row["origin"])))
    return {"bizTransactionList": found} if found else {}


def _typed(kind, name, value):
    return {"type": kind, name: value} if kind else {name: value}


def _parties(row, step, names):
    """Between whom goods went, where somebody outside the house was part of it."""
    outside = _outside(row)
    if step == _TAKEN and row["source_usage"] in ("supplier", "customer") and outside:
        giver, taker = names.party(*outside), names.company
        here = "destination"
    elif step == _GIVEN and row["dest_usage"] in ("supplier", "customer") and outside:
        giver, taker = names.company, names.party(*outside)
        here = "source"
    else:
        return {}
    found = {
        "sourceList": [_typed("owning_party", "source", giver)],
        "destinationList": [_typed("owning_party", "destination", taker)],
    }
    side = "dest" if here == "destination" else "source"
    gln = row[f"{side}_gln"]
    if gln:
        found[f"{here}List"].append(_typed("location", here, names.site(gln, None)))
    return found


def _outside(row):
    """GLN and id of the partner, or of the supplier where the transfer names nobody."""
    if row["partner_id"]:
        return row["partner_gln"], row["partner_id"]
    return ("", row["supplier_id"]) if row["supplier_id"] else None


def _master_data(kind, row):
    """What is known of the units: master data of what came to be here, else our own fields."""
    made = kind == "TransformationEvent" and row["source_usage"] == "production"
    new = made or (kind == "ObjectEvent" and row["action"] == "ADD")
    serial = row["tracking"] == "serial"
    lot = row["batch"] if serial else row["lot_name"]
    expiry = row["expiration_date"]
    day = f"{expiry:%Y-%m-%d}" if expiry else ""
    if new:
        found = {"cbvmda:lotNumber": lot, "cbvmda:itemExpirationDate": day}
        found = {name: value for name, value in found.items() if value}
        return {"ilmd": found} if found else {}
    found = {"trace:lotNumber": lot if serial else "", "trace:itemExpirationDate": day}
    return {name: value for name, value in found.items() if value}


def document_context():
    """The ``@context`` of documents with these events."""
    return [words.CONTEXT, {words.OWN_PREFIX: words.OWN_NAMESPACE}]
