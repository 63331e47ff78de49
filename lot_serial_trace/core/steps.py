"""Business steps: what a movement between two kinds of places means.

GS1 Core Business Vocabulary 2.0 (CBV) terms, bare words as EPCIS 2.0 JSON wants
them. The mapping follows EPCIS 2.0 section 7 and CBV 2.0 sections 7.1 (business
steps) and 7.2 (dispositions).

The table is finite on purpose: the ledger joins it as ``VALUES`` in one SQL
statement, for one receipt or for five million lines of history.
"""

from dataclasses import dataclass
from itertools import product

#: Where goods can be (Odoo's ``stock.location.usage``; ``view`` holds nothing).
USAGES = ("supplier", "internal", "transit", "customer", "production", "inventory")

#: How the movement came about, beside its two places.
#: ``move`` an ordinary movement, ``count`` an inventory adjustment, ``till`` a sale at the POS.
WAYS = ("move", "count", "till")


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: The CBV business steps that are used here, in the words of a warehouse.
BIZ_STEPS = (
    ("receiving", _("Received")),
    ("storing", _("Stored")),
    ("departing", _("Departed")),
    ("arriving", _("Arrived")),
    ("shipping", _("Shipped")),
    ("retail_selling", _("Sold at the till")),
    ("commissioning", _("Made or consumed")),
    ("cycle_counting", _("Counted")),
    ("destroying", _("Scrapped")),
    ("holding", _("Put on hold")),
    ("inspecting", _("Released")),
)

#: The CBV dispositions that are used here.
DISPOSITIONS = (
    ("in_progress", _("In progress")),
    ("sellable_not_accessible", _("In stock")),
    ("sellable_accessible", _("Free to sell")),
    ("in_transit", _("On the way")),
    ("retail_sold", _("Sold")),
    ("returned", _("Returned")),
    ("active", _("Made")),
    ("inactive", _("Used up")),
    ("disposed", _("Disposed of")),
    ("non_sellable_other", _("Not to be sold")),
)


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


_ANY = frozenset(USAGES)
_STOCK = frozenset({"internal", "transit"})
_ALWAYS = frozenset(WAYS)


def _only(*names):
    return frozenset(names)


#: From, to, way, step: the first that fits is it.
_RULES = (
    (
        _ANY,
        _only("production"),
        _ALWAYS,
        Step("TransformationEvent", "", "commissioning", "inactive"),
    ),
    (
        _only("production"),
        _ANY,
        _ALWAYS,
        Step("TransformationEvent", "", "commissioning", "active"),
    ),
    (_only("inventory"), _ANY, _only("count"), _object("OBSERVE", "cycle_counting")),
    (_ANY, _only("inventory"), _only("count"), _object("OBSERVE", "cycle_counting")),
    (_ANY, _only("inventory"), _ALWAYS, _object("DELETE", "destroying", "disposed")),
    (_only("inventory"), _ANY, _ALWAYS, _object("ADD", "commissioning", "active")),
    (_ANY, _only("supplier"), _ALWAYS, _object("OBSERVE", "shipping", "returned")),
    (
        _ANY,
        _only("customer"),
        _only("till"),
        _object("OBSERVE", "retail_selling", "retail_sold"),
    ),
    (_ANY, _only("customer"), _ALWAYS, _object("OBSERVE", "shipping", "in_transit")),
    (_only("customer"), _ANY, _ALWAYS, _object("OBSERVE", "receiving", "returned")),
    (_only("supplier"), _ANY, _ALWAYS, _object("OBSERVE", "receiving", "in_progress")),
    (
        _only("internal"),
        _only("transit"),
        _ALWAYS,
        _object("OBSERVE", "departing", "in_transit"),
    ),
    (
        _only("transit"),
        _only("internal"),
        _ALWAYS,
        _object("OBSERVE", "arriving", "in_progress"),
    ),
    (_STOCK, _STOCK, _ALWAYS, _object("OBSERVE", "storing", "sellable_not_accessible")),
)


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
    return next(
        step
        for sources, dests, ways, step in _RULES
        if source in sources and dest in dests and way in ways
    )


def table():
    """Return every ``(source, dest, way, event_type, action, biz_step, disposition)``."""
    rows = []
    for source, dest, way in product(USAGES, USAGES, WAYS):
        step = business_step(source, dest, way)
        rows.append(
            (source, dest, way, step.event_type, step.action, step.biz_step, step.disposition)
        )
    return rows
