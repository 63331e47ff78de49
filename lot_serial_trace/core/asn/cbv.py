"""Words of the Core Business Vocabulary [GS1 CBV 2.0, chapter 7], in any spelling.

EPCIS 1.x writes URNs (``urn:epcglobal:cbv:bizstep:shipping``), 2.0 bare words or web
addresses (``https://ref.gs1.org/cbv/BizStep-shipping``).
"""

import re

_PREFIX = re.compile(r"(?:bizstep|disp|btt|sdt|er)-", re.IGNORECASE)

STEPS = frozenset(
    "accepting arriving assembling collecting commissioning consigning creating_class_instance "
    "cycle_counting decommissioning departing destroying disassembling dispensing encoding "
    "entering_exiting holding inspecting installing killing loading other packing picking "
    "receiving removing repackaging repairing replacing reserving retail_selling sampling "
    "sensor_reporting shipping staging_outbound stock_taking stocking storing transporting "
    "unloading unpacking void_shipping".split()
)
DISPOSITIONS = frozenset(
    "active available completeness_inferred completeness_verified conformant container_closed "
    "container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit "
    "inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement "
    "no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved "
    "retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable "
    "unknown".split()
)
ACTIONS = frozenset(("ADD", "OBSERVE", "DELETE"))
#: Events that say what they do to the goods by an action.
WITH_ACTION = frozenset(("ObjectEvent", "AggregationEvent", "TransactionEvent"))
EVENTS = WITH_ACTION | {"TransformationEvent", "AssociationEvent"}


def word(text):
    """The bare word of a vocabulary identifier.

    >>> word("urn:epcglobal:cbv:btt:po"), word("https://ref.gs1.org/cbv/BizStep-shipping")
    ('po', 'shipping')
    """
    return _PREFIX.sub("", re.split(r"[:/#]", text)[-1]).casefold()


def is_own(text):
    """Whether an identifier is one that somebody else may define: a URI that is not CBV's."""
    return ":" in text and "cbv" not in text.casefold()
