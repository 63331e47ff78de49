"""Kinds of flaws that only tables can have.

Importing this module adds them to :data:`~.flaws.FLAWS`.
"""

from .flaws import FLAWS, FlawKind


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


_COUNT = _("Count the goods when they arrive.")

_KINDS = (
    FlawKind(
        "sheet_number",
        _("Stored as a number"),
        _("%(field)s %(value)s is stored as a number: zeros in front of it may be lost"),
        _("Compare with the label. Ask the supplier to format the column as text."),
        "note",
    ),
    FlawKind(
        "sheet_cut",
        _("Digits cut off"),
        _("%(field)s is %(value)s: a spreadsheet program cut off its digits"),
        _("The field was left empty. Ask the supplier to format the column as text."),
        "warn",
    ),
    FlawKind(
        "sheet_date",
        _("Turned into a date"),
        _("%(field)s became the date %(value)s in a spreadsheet program"),
        _("The field was left empty. Read it from the label when the goods arrive."),
        "warn",
    ),
    FlawKind(
        "lost_zeros",
        _("Zeros lost"),
        _("%(field)s %(value)s had lost zeros in front; it was read as %(mended)s"),
        _("Ask the supplier to format the column as text."),
        "note",
    ),
    FlawKind(
        "ambiguous_date",
        _("Day or month?"),
        _("%(field)s %(value)s may be %(first)s or %(second)s, and no other row tells"),
        _("The field was left empty. Say the order of dates in the supplier's column mapping."),
        "warn",
    ),
    FlawKind(
        "ambiguous_number",
        _("Comma or thousand?"),
        _("%(field)s %(value)s may be meant with decimals or with thousands"),
        _("Count the goods. Say the decimal mark in the supplier's column mapping."),
        "warn",
    ),
    FlawKind(
        "total_differs",
        _("Total differs"),
        _("The file says %(total)s in total, its rows add up to %(sum)s"),
        _COUNT,
        "warn",
    ),
    FlawKind(
        "row_unread",
        _("Row not read"),
        _("This row names no product, number or quantity: %(value)s"),
        _("Read it yourself; if goods are meant, ask the supplier."),
        "note",
    ),
    FlawKind(
        "column_unread",
        _("Columns not read"),
        _("These columns were not read: %(value)s"),
        _("If one matters, say what it is in the supplier's column mapping."),
        "note",
    ),
    FlawKind(
        "range_count",
        _("Range and quantity differ"),
        _("%(value)s would be %(count)s numbers for a quantity of %(quantity)s"),
        _("It was kept as it is written. Scan the labels when the goods arrive."),
        "warn",
    ),
)
FLAWS.update({kind.code: kind for kind in _KINDS})
