"""Business steps: what a movement between two kinds of places means.

GS1 Core Business Vocabulary 2.0 (CBV) terms, bare words as EPCIS 2.0 JSON wants
them. The mapping follows EPCIS 2.0 section 7 and CBV 2.0 sections 7.1 (business
steps) and 7.2 (dispositions).

The table is finite on purpose: the ledger joins it as ``VALUES`` in one SQL
statement, for one receipt or for five million lines of history.
"""

from dataclasses import dataclass

#: Where goods can be (Odoo's ``stock.location.usage``; ``view`` holds nothing).
USAGES = ("supplier", "internal", "transit", "customer", "production", "inventory")

#: How the movement came about, beside its two places.
#: ``move`` an ordinary movement, ``count`` an inventory adjustment, ``till`` a sale at the POS.
WAYS = ("move", "count", "till")


@dataclass(frozen=True, slots=True)
class Step:
    """A movement in EPCIS terms.

    :param event_type: EPCIS event type
    :param action: ``ADD``, ``OBSERVE`` or ``DELETE``; empty for transformations
    :param biz_step: CBV business step
    :param disposition: CBV disposition, or empty where CBV has none that is true
    """

    event_type: str
    action: str
    biz_step: str
    disposition: str


def _object(action, biz_step, disposition=""):
    return Step("ObjectEvent", action, biz_step, disposition)


_CONSUMED = Step("TransformationEvent", "", "commissioning", "inactive")
_PRODUCED = Step("TransformationEvent", "", "commissioning", "active")
_STOCK = ("internal", "transit")


def business_step(source, dest, way="move"):
    """Return the :class:`Step` of a movement.

    :param source: usage of the place the goods leave, one of :data:`USAGES`
    :param dest: usage of the place they reach
    :param way: one of :data:`WAYS`

    >>> business_step("supplier", "internal").biz_step
    'receiving'
    >>> business_step("internal", "customer", "till").disposition
    'retail_sold'
    """
    if dest == "production":
        return _CONSUMED
    if source == "production":
        return _PRODUCED
    if way == "count" and "inventory" in (source, dest):
        return _object("OBSERVE", "cycle_counting")
    if dest == "inventory":
        return _object("DELETE", "destroying", "disposed")
    if source == "inventory":
        return _object("ADD", "commissioning", "active")
    if dest == "supplier":
        return _object("OBSERVE", "shipping", "returned")
    if dest == "customer":
        if way == "till":
            return _object("OBSERVE", "retail_selling", "retail_sold")
        return _object("OBSERVE", "shipping", "in_transit")
    if source == "customer":
        return _object("OBSERVE", "receiving", "returned")
    if source == "supplier":
        return _object("OBSERVE", "receiving", "in_progress")
    if source == "internal" and dest == "transit":
        return _object("OBSERVE", "departing", "in_transit")
    if source == "transit" and dest == "internal":
        return _object("OBSERVE", "arriving", "in_progress")
    return _object("OBSERVE", "storing", "sellable_not_accessible")


def table():
    """Return every ``(source, dest, way, event_type, action, biz_step, disposition)``."""
    rows = []
    for source in USAGES:
        for dest in USAGES:
            for way in WAYS:
                step = business_step(source, dest, way)
                rows.append(
                    (source, dest, way, step.event_type, step.action, step.biz_step, step.disposition)
                )
    return rows
