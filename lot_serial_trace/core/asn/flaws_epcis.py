"""Kinds of flaws that only events can have.

Importing this module adds them to :data:`~.flaws.FLAWS`.
"""

from .flaws import FLAWS, FlawKind


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


_TELL = _("Go on receiving; tell the supplier so that the next notice is right.")
_LABEL = _("The field was left empty. Read it from the label when the goods arrive.")
_COUNT = _("Count the goods when they arrive.")
_CHOOSE = _("Choose the product on the line and press Match again.")

_KINDS = (
    FlawKind(
        "event_field",
        _("Event not as the standard says"),
        _("%(event)s: %(field)s is missing or not allowed: %(value)s"),
        _TELL,
        "note",
    ),
    FlawKind(
        "no_context",
        _("No JSON-LD context"),
        _("The document has no @context, which EPCIS 2.0 requires"),
        _TELL,
        "note",
    ),
    FlawKind(
        "event_later",
        _("Event after the document"),
        _("%(event)s happened on %(date)s, after the document was made"),
        _("A clock is wrong at the supplier's. What is packed in what may be wrong, too."),
        "warn",
    ),
    FlawKind(
        "event_void",
        _("Event declared an error"),
        _("%(event)s is declared to be an error and was left out"),
        _TELL,
        "note",
    ),
    FlawKind(
        "bad_epc",
        _("Bad identifier"),
        _("%(value)s (line %(line_id)s) is not a valid product or SSCC identifier"),
        _CHOOSE,
        "warn",
    ),
    FlawKind(
        "made_twice",
        _("Commissioned twice"),
        _("%(item)s was commissioned more than once"),
        _("Compare with the labels when the goods arrive: a serial number exists once."),
        "warn",
    ),
    FlawKind(
        "not_made",
        _("Never commissioned"),
        _("%(item)s was packed or shipped, but never commissioned"),
        _("Compare with the labels when the goods arrive; tell the supplier."),
        "warn",
    ),
    FlawKind(
        "not_there",
        _("Decommissioned before"),
        _("%(item)s was packed or shipped after it had been taken out of use"),
        _("Put it aside when it arrives and ask the supplier."),
        "warn",
    ),
    FlawKind(
        "two_parents",
        _("In two packages"),
        _("%(inner)s is packed into %(second)s, but was not taken out of %(first)s"),
        _("The later one is taken. Look at the labels when the goods arrive."),
        "warn",
    ),
    FlawKind(
        "not_packed",
        _("Unpacked, never packed"),
        _("%(outer)s is unpacked, but nothing was packed into it"),
        _TELL,
        "note",
    ),
    FlawKind(
        "not_in",
        _("Unpacked from elsewhere"),
        _("%(inner)s is taken out of %(outer)s, but was not in it"),
        _TELL,
        "note",
    ),
    FlawKind(
        "left_parent",
        _("Shipped without its package"),
        _("%(inner)s is shipped, but the package %(outer)s that it is in is not"),
        _("Look at the labels when the goods arrive; tell the supplier."),
        "warn",
    ),
    FlawKind(
        "packed_late",
        _("Packed after shipping"),
        _("%(outer)s was shipped before anything was packed into it; it was taken as full"),
        _("A clock is wrong at the supplier's. Compare with the labels."),
        "note",
    ),
    FlawKind(
        "empty_package",
        _("Package without content"),
        _("%(outer)s is shipped, but nothing says what is in it"),
        _("Scan what is in it when it arrives; ask the supplier for the packing events."),
        "warn",
    ),
    FlawKind(
        "shipped_again",
        _("Shipped before"),
        _("%(count)s packages or items had been shipped before; the last shipment counts"),
        _("Nothing to do: the file tells the whole way from the maker."),
        "note",
    ),
    FlawKind(
        "sum_differs",
        _("Sum and serials differ"),
        _("%(count)s serial numbers of %(item)s are listed, but a quantity of %(quantity)s"),
        _COUNT,
        "warn",
    ),
    FlawKind(
        "no_lot_told",
        _("Serials without lot"),
        _("Line %(line_id)s: neither lot nor expiry of %(count)s serial numbers is told"),
        _LABEL,
        "note",
    ),
)

FLAWS.update({kind.code: kind for kind in _KINDS})
