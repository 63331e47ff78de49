"""Business steps: what a movement between two kinds of places means.

GS1 Core Business Vocabulary 2.0 (CBV) terms, bare words as EPCIS 2.0 JSON wants
them. The mapping follows EPCIS 2.0 section 7 and CBV 2.0 sections 7.1 (business
steps) and 7.2 (dispositions).

The table is finite on purpose: the ledger joins it as ``VALUES`` in one SQL
statement, for one receipt or for five million lines of history.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product

#: Where goods can be (Odoo's ``stock.location.usage``; ``view`` holds nothing).
USAGES = ("supplier", "internal", "transit", "customer", "production", "inventory")

#: How the movement came about or where in the house it ended, beside its two places.
WAYS = (
    "move",  # none of those that follow
    "count",  # inventory adjustment
    "till",  # sale at the POS
    "batch",  # a lot (not a serial number) is made: more of the same lot may be made later
    "unbuild",
    "part_in",  # repair: a part goes into the unit
    "part_out",  # repair: a part comes out of the unit
    "repaired",  # repair: the unit itself
    "pack",  # into a package, in its place
    "unpack",  # out of a package, in its place
    "hold",  # into a quarantine place
    "inspect",  # to the warehouse's quality control
    "pick",  # to the warehouse's packing zone, or by a picking operation to its output
    "stage",  # to the warehouse's output
    "across",  # to another warehouse, without a stop between them
    "send",  # to a subcontractor
    "fetch",  # from a subcontractor
)


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: The CBV business steps that are used here, in the words of a warehouse.
BIZ_STEPS = (
    ("receiving", _("Received")),
    ("storing", _("Stored")),
    ("picking", _("Picked")),
    ("packing", _("Packed")),
    ("unpacking", _("Unpacked")),
    ("staging_outbound", _("Ready to ship")),
    ("transporting", _("Transported")),
    ("departing", _("Departed")),
    ("arriving", _("Arrived")),
    ("shipping", _("Shipped")),
    ("returning", _("Sent back")),
    ("retail_selling", _("Sold at the till")),
    ("commissioning", _("Made or consumed")),
    ("creating_class_instance", _("Made")),
    ("disassembling", _("Taken apart")),
    ("installing", _("Put in")),
    ("removing", _("Taken out")),
    ("repairing", _("Repaired")),
    ("cycle_counting", _("Counted")),
    ("destroying", _("Scrapped")),
    ("holding", _("Put on hold")),
    ("inspecting", _("Inspected or released")),
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
    ("destroyed", _("Destroyed")),
    ("available", _("Back in service")),
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


def _made(biz_step, disposition):
    return Step("TransformationEvent", "", biz_step, disposition)


def _part(action, biz_step):
    return Step("AssociationEvent", action, biz_step, "")


_MADE_OF = _only("production")
_LOST = _only("inventory")
_HOUSE = _only("internal")

#: From, to, way, step: the first that fits is it.
_RULES = (
    (_ANY, _ANY, _only("part_in"), _part("ADD", "installing")),
    (_ANY, _ANY, _only("part_out"), _part("DELETE", "removing")),
    (_ANY, _ANY, _only("repaired"), _object("OBSERVE", "repairing", "available")),
    (_ANY, _MADE_OF, _only("unbuild"), _made("disassembling", "inactive")),
    (_MADE_OF, _ANY, _only("unbuild"), _made("disassembling", "active")),
    (_ANY, _MADE_OF, _ALWAYS, _made("commissioning", "inactive")),
    (_MADE_OF, _ANY, _only("batch"), _made("creating_class_instance", "active")),
    (_MADE_OF, _ANY, _ALWAYS, _made("commissioning", "active")),
    (_LOST, _ANY, _only("count"), _object("OBSERVE", "cycle_counting")),
    (_ANY, _LOST, _only("count"), _object("OBSERVE", "cycle_counting")),
    (_ANY, _LOST, _ALWAYS, _object("DELETE", "destroying", "destroyed")),
    (_LOST, _ANY, _ALWAYS, _object("ADD", "commissioning", "active")),
    (_ANY, _only("supplier"), _ALWAYS, _object("OBSERVE", "returning", "returned")),
    (_ANY, _only("customer"), _only("till"), _object("OBSERVE", "retail_selling", "retail_sold")),
    (_ANY, _only("customer"), _ALWAYS, _object("OBSERVE", "shipping", "in_transit")),
    (_only("customer"), _ANY, _ALWAYS, _object("OBSERVE", "receiving", "returned")),
    (
        _only("supplier", "transit"),
        _HOUSE,
        _only("hold"),
        _object("OBSERVE", "receiving", "non_sellable_other"),
    ),
    (_only("supplier"), _ANY, _ALWAYS, _object("OBSERVE", "receiving", "in_progress")),
    (_STOCK, _STOCK, _only("unpack"), _object("OBSERVE", "unpacking", "in_progress")),
    (_STOCK, _STOCK, _only("pack"), _object("OBSERVE", "packing", "in_progress")),
    (_HOUSE, _only("transit"), _ALWAYS, _object("OBSERVE", "shipping", "in_transit")),
    (_only("transit"), _HOUSE, _ALWAYS, _object("OBSERVE", "receiving", "in_progress")),
    (_only("transit"), _only("transit"), _ALWAYS, _object("OBSERVE", "transporting", "in_transit")),
    (_HOUSE, _HOUSE, _only("send"), _object("OBSERVE", "shipping", "in_transit")),
    (_HOUSE, _HOUSE, _only("fetch"), _object("OBSERVE", "receiving", "in_progress")),
    (_HOUSE, _HOUSE, _only("hold"), _object("OBSERVE", "holding", "non_sellable_other")),
    (_HOUSE, _HOUSE, _only("across"), _object("OBSERVE", "arriving", "in_progress")),
    (_HOUSE, _HOUSE, _only("inspect"), _object("OBSERVE", "inspecting", "in_progress")),
    (_HOUSE, _HOUSE, _only("pick"), _object("OBSERVE", "picking", "in_progress")),
    (_HOUSE, _HOUSE, _only("stage"), _object("OBSERVE", "staging_outbound", "in_progress")),
    (_HOUSE, _HOUSE, _ALWAYS, _object("OBSERVE", "storing", "sellable_not_accessible")),
)

#: A package gets or loses content: what it is, not where it goes.
PACKED = Step("AggregationEvent", "ADD", "packing", "in_progress")
UNPACKED = Step("AggregationEvent", "DELETE", "unpacking", "in_progress")


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


@cache
def table():
    """Return every ``(source, dest, way, event_type, action, biz_step, disposition)``."""
    rows = []
    for source, dest, way in product(USAGES, USAGES, WAYS):
        step = business_step(source, dest, way)
        rows.append(
            (source, dest, way, step.event_type, step.action, step.biz_step, step.disposition)
        )
    return tuple(rows)
