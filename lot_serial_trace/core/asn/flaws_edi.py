"""Kinds of flaws that only EDIFACT, X12 and other flat messages can have.

Importing this module adds them to :data:`~.flaws.FLAWS`.
"""

from .flaws import FLAWS, FlawKind


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


_TELL = _("Go on receiving; tell the supplier so that the next notice is right.")
_COMPLETE = _("Ask the supplier whether the notice is complete.")
_COUNT = _("Count the goods when they arrive.")
_LABEL = _("Compare with the labels when the goods arrive.")

_KINDS = (
    # how it is written
    FlawKind(
        "charset",
        _("Wrong encoding"),
        _("The file says its characters are %(declared)s but they are not; read as %(used)s"),
        _("Check names with accents; tell the supplier."),
        "note",
    ),
    FlawKind(
        "annotation",
        _("Text in between"),
        _("This text is no part of the message and was left out: %(text)s"),
        _("If it matters, write it into the notes of the notice."),
        "note",
    ),
    FlawKind(
        "no_terminator",
        _("Segment without end"),
        _("A segment does not end with %(sign)s; the line's end was taken for it"),
        _TELL,
        "note",
    ),
    FlawKind(
        "cut_off",
        _("Cut off"),
        _("The file ends in the middle of the notice"),
        _("Something is missing. Ask the supplier to send the notice again."),
        "warn",
    ),
    FlawKind(
        "segment_count",
        _("Segments missing"),
        _("The notice announces %(announced)s segments but has %(count)s"),
        _COMPLETE,
        "warn",
    ),
    FlawKind(
        "message_count",
        _("Messages missing"),
        _("The file announces %(announced)s messages but has %(count)s"),
        _("Ask the supplier whether another notice was sent."),
        "warn",
    ),
    FlawKind(
        "control_number",
        _("Two control numbers"),
        _("The control number is %(start)s at the beginning and %(end)s at the end"),
        _TELL,
        "note",
    ),
    FlawKind(
        "other_messages",
        _("Other messages"),
        _("The file also holds %(found)s, which is not a shipping notice and was not read"),
        _("Pass the file on to whom it concerns."),
        "note",
    ),
    FlawKind(
        "test_message",
        _("A test"),
        _("The sender has marked the message as a test"),
        _("Ask the supplier whether goods are on their way before you act on it."),
        "warn",
    ),
    FlawKind(
        "unknown_function",
        _("New or changed?"),
        _("%(value)s does not say whether the notice is new; it was taken as new"),
        _("If there was an earlier one, ask the supplier which one counts."),
        "note",
    ),
    FlawKind(
        "date_format",
        _("Unknown date format"),
        _("%(field)s: %(value)s was read as %(date)s, though its format %(format)s is unknown"),
        _LABEL,
        "note",
    ),
    # numbers
    FlawKind(
        "range_too_long",
        _("Range too long"),
        _("%(first)s to %(last)s are %(count)s numbers, too many to be meant; none was read"),
        _("Scan the goods when they arrive; ask the supplier for the right numbers."),
        "warn",
    ),
    FlawKind(
        "range_unclear",
        _("Unclear range"),
        _("%(first)s to %(last)s: what lies between cannot be told; only these two were read"),
        _("Scan the goods when they arrive; ask the supplier for the single numbers."),
        "warn",
    ),
    FlawKind(
        "dates_unclear",
        _("Dates without lot"),
        _("Line %(line_id)s has %(lots)s lots but %(dates)s dates; none was taken"),
        _("Read them from the labels when the goods arrive."),
        "warn",
    ),
    FlawKind(
        "sell_by",
        _("Sell-by date"),
        _("Line %(line_id)s is to be sold by %(date)s; its expiry is not told"),
        _("Read the expiry from the label when the goods arrive."),
        "note",
    ),
    # packages
    FlawKind(
        "package_cycle",
        _("Package in itself"),
        _("Package level %(value)s is said to be inside itself"),
        _TELL,
        "note",
    ),
    FlawKind(
        "level_parent",
        _("Level without parent"),
        _("Level %(value)s is said to be below %(parent)s, which does not exist"),
        _("It was put where it stands in the file. Compare with the labels."),
        "note",
    ),
    FlawKind(
        "package_count",
        _("Package numbers missing"),
        _("%(announced)s packages are announced but %(count)s numbers given"),
        _("Scan the labels when the goods arrive."),
        "note",
    ),
    FlawKind(
        "package_lot",
        _("Lot of a mixed package"),
        _("Lot %(lot)s is given for a package with %(count)s lines; it was taken for none"),
        _("Read the lots from the labels when the goods arrive."),
        "warn",
    ),
    # quantities
    FlawKind(
        "quantity_kind",
        _("Not marked as sent"),
        _("Line %(line_id)s: %(value)s is not marked as sent (%(mark)s), but was taken so"),
        _COUNT,
        "note",
    ),
    FlawKind(
        "free_goods",
        _("Free goods"),
        _("Line %(line_id)s: %(value)s free goods come on top"),
        _COUNT,
        "note",
    ),
    FlawKind(
        "sub_line",
        _("Part of another line"),
        _("Line %(line_id)s is what line %(parent)s consists of"),
        _("Receive either the whole or its parts."),
        "note",
    ),
    FlawKind(
        "hash_total",
        _("Sum differs"),
        _("The notice announces a sum of %(announced)s but its lines add up to %(count)s"),
        _COMPLETE,
        "note",
    ),
)

FLAWS.update({kind.code: kind for kind in _KINDS})
