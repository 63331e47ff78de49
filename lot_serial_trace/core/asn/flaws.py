"""What is wrong inside a notice that could be read.

Codes here are about the document alone. What a notice says compared with order
and goods is in ``core/reconcile.py``.
"""

from collections import Counter
from dataclasses import dataclass, field

from ..findings import Kind


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


@dataclass(frozen=True, slots=True)
class FlawKind(Kind):
    """A :class:`~..findings.Kind` that may quote the rule of a published profile.

    :param rule: the rule's id, such as ``PEPPOL-T16-R004`` [OpenPEPPOL
        poacc-upgrade-3, transaction T16]; empty for own checks
    """

    rule: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw at one place.

    :param code: key of :data:`FLAWS`
    :param values: dict for the kind's message
    :param line: line in the file, from 1; 0 when the thing is missing altogether
    :param path: element path from the document's root, ``DespatchLine[2]/Item/Name``
    """

    code: str
    values: dict = field(default_factory=dict)
    line: int = 0
    path: str = ""

    @property
    def kind(self):
        """The :class:`FlawKind` behind the code."""
        return FLAWS[self.code]

    @property
    def text(self):
        """The English sentence."""
        return self.kind.message % self.values

    @property
    def where(self):
        """``line 14, DespatchLine[2]/Item/Name``, or as much of it as is known."""
        place = f"line {self.line}" if self.line else ""
        return ", ".join(part for part in (place, self.path) if part)


class FlawLog:
    """Collects flaws without letting one repeated flaw fill the memory.

    100,000 wrong serial numbers are one problem, not 100,000: of each code the
    first :attr:`CAP` are kept in full, all are counted.

    :ivar flaws: the kept :class:`Flaw` objects, in file order
    :ivar counts: ``Counter`` code -> how often
    """

    CAP = 100

    def __init__(self):
        self.flaws = []
        self.counts = Counter()

    def add(self, code, line=0, path="", **values):
        """Record a flaw; see :class:`Flaw` for the parameters."""
        self.counts[code] += 1
        if self.counts[code] <= self.CAP:
            self.flaws.append(Flaw(code, values, line, path))


_TELL = _("Go on receiving; tell the supplier so that the next notice is right.")
_LABEL = _("The field was left empty. Read it from the label when the goods arrive.")
_COUNT = _("Count the goods when they arrive.")
_CHOOSE = _("Choose the product on the line and press Match again.")

FLAWS = {
    kind.code: kind
    for kind in (
        FlawKind(
            "encoding",
            _("Wrong encoding"),
            _("The file says it is UTF-8 but is not; it was read as Windows-1252"),
            _("Check names with accents; tell the supplier."),
            "note",
        ),
        FlawKind(
            "no_number",
            _("No document number"),
            _("The notice has no number of its own"),
            _TELL,
            "warn",
        ),
        FlawKind("no_issue_date", _("No issue date"), _("The notice has no date"), _TELL, "note"),
        FlawKind(
            "profile",
            _("Unknown profile"),
            _("Profile is Peppol's but the customization is %(value)s"),
            _TELL,
            "note",
            "PEPPOL-T16-R011",
        ),
        FlawKind(
            "no_supplier",
            _("No supplier"),
            _("The notice does not say who sent the goods"),
            _("Choose the supplier on the notice and press Match again."),
            "warn",
        ),
        FlawKind(
            "no_ship_to",
            _("No ship-to"),
            _("The notice does not say where the goods go"),
            _("Choose the warehouse on the notice."),
            "note",
        ),
        FlawKind(
            "buyer_unnamed",
            _("Nameless buyer"),
            _("The buyer has neither name nor identifier"),
            _TELL,
            "note",
            "PEPPOL-T16-R008",
        ),
        FlawKind(
            "seller_unnamed",
            _("Nameless seller"),
            _("The seller has neither name nor identifier"),
            _TELL,
            "note",
            "PEPPOL-T16-R009",
        ),
        FlawKind(
            "originator_unnamed",
            _("Nameless originator"),
            _("The originator has neither name nor identifier"),
            _TELL,
            "note",
            "PEPPOL-T16-R010",
        ),
        FlawKind(
            "no_order_reference",
            _("No order named"),
            _("Neither the notice nor line %(line_id)s names an order"),
            _("Choose the receipt on the notice."),
            "note",
        ),
        FlawKind(
            "order_conflict",
            _("Two orders named"),
            _("The notice is for order %(header)s, but line %(line_id)s for %(order)s"),
            _("The line's order is used. Tell the supplier."),
            "note",
        ),
        FlawKind(
            "no_lines",
            _("No lines"),
            _("The notice lists no goods"),
            _("Ask the supplier for a complete notice."),
            "warn",
        ),
        FlawKind(
            "line_count",
            _("Lines missing"),
            _("The notice announces %(announced)s lines but has %(count)s"),
            _("Ask the supplier whether the notice is complete."),
            "warn",
        ),
        FlawKind(
            "no_line_id",
            _("No line number"),
            _("Line %(line_id)s has no number; its place in the file is used"),
            _TELL,
            "note",
        ),
        FlawKind(
            "duplicate_line",
            _("Line number twice"),
            _("Line number %(line_id)s is used more than once"),
            _TELL,
            "note",
        ),
        FlawKind(
            "no_item_id",
            _("No product code"),
            _("Line %(line_id)s has neither a GTIN nor the supplier's code"),
            _CHOOSE,
            "note",
            "PEPPOL-T16-R003",
        ),
        FlawKind(
            "no_item_name",
            _("No product name"),
            _("Line %(line_id)s does not name the product"),
            _TELL,
            "note",
            "PEPPOL-T16-R004",
        ),
        FlawKind(
            "no_quantity",
            _("No quantity"),
            _("Line %(line_id)s does not say how much was sent"),
            _COUNT,
            "warn",
            "PEPPOL-T16-R005",
        ),
        FlawKind(
            "negative_quantity",
            _("Negative quantity"),
            _("Line %(line_id)s says %(value)s were sent"),
            _COUNT,
            "warn",
            "PEPPOL-T16-R006",
        ),
        FlawKind(
            "no_outstanding_reason",
            _("No reason for the rest"),
            _("Line %(line_id)s: %(value)s come later, without a reason"),
            _TELL,
            "note",
            "PEPPOL-T16-R007",
        ),
        FlawKind(
            "no_unit",
            _("No unit"),
            _("Line %(line_id)s: the quantity has no unit of measure"),
            _("The unit of the order line is assumed. Count when the goods arrive."),
            "note",
        ),
        FlawKind(
            "bad_number",
            _("Not a number"),
            _("%(field)s is %(value)s, which is not a number"),
            _("The field was left empty. Count the goods when they arrive."),
            "warn",
        ),
        FlawKind(
            "bad_date",
            _("Not a date"),
            _("%(field)s is %(value)s, which is not a date"),
            _LABEL,
            "warn",
        ),
        FlawKind(
            "bad_gtin",
            _("Bad GTIN"),
            _("Line %(line_id)s: %(value)s is not 8, 12, 13 or 14 digits with a right check digit"),
            _("The product is looked up by the other codes. Tell the supplier."),
            "warn",
        ),
        FlawKind(
            "bad_sscc",
            _("Bad SSCC"),
            _("SSCC %(value)s is not 18 digits with a right check digit"),
            _("Scan the label on the pallet; it counts. Tell the supplier."),
            "warn",
        ),
        FlawKind(
            "bad_gln",
            _("Bad GLN"),
            _("%(party)s: GLN %(value)s is not 13 digits with a right check digit"),
            _TELL,
            "note",
        ),
        FlawKind(
            "serial_count",
            _("Serials and quantity differ"),
            _("Line %(line_id)s lists %(count)s serial numbers for a quantity of %(quantity)s"),
            _COUNT,
            "warn",
        ),
        FlawKind(
            "duplicate_serial",
            _("Serial number twice"),
            _("Serial number %(serial)s of %(item)s is listed more than once"),
            _("Compare with the labels when the goods arrive."),
            "warn",
        ),
        FlawKind(
            "lot_quantity",
            _("Lots without quantity"),
            _("Line %(line_id)s lists %(count)s lots but not how much there is of each"),
            _COUNT,
            "note",
        ),
        FlawKind(
            "packing_loop",
            _("Packed in itself"),
            _("%(inner)s cannot be in %(outer)s: it would hold itself, or too many are nested"),
            _("The packages are shown apart. Look at the labels when the goods arrive."),
            "warn",
        ),
        FlawKind(
            "lot_conflict",
            _("Two lot numbers"),
            _("Batch number %(lot)s and lot number %(other)s are given for the same goods"),
            _("The batch number is used. Compare with the labels when the goods arrive."),
            "warn",
        ),
        FlawKind(
            "lot_unit",
            _("Lot in another unit"),
            _("Line %(line_id)s: a lot's quantity is in %(theirs)s, the line's in %(unit)s"),
            _COUNT,
            "note",
        ),
        FlawKind(
            "part_of_line",
            _("Part of a line"),
            _("Line %(line_id)s is part of line %(parent)s; both are expected"),
            _COUNT,
            "note",
        ),
        FlawKind(
            "lot_sum",
            _("Lots do not add up"),
            _("Line %(line_id)s: the lots add up to %(sum)s, the line says %(quantity)s"),
            _COUNT,
            "warn",
        ),
        FlawKind(
            "lot_two_dates",
            _("Lot with two dates"),
            _("Lot %(lot)s of %(item)s expires on %(first)s and on %(second)s"),
            _("Trust the label when the goods arrive; tell the supplier."),
            "warn",
        ),
        FlawKind(
            "expired_at_issue",
            _("Expired when sent"),
            _("%(number)s (line %(line_id)s) expired on %(date)s, before the notice of %(issued)s"),
            _("Read the label when the goods arrive. Send expired goods back."),
            "warn",
        ),
        FlawKind(
            "date_order",
            _("Expires before it was made"),
            _("%(number)s on line %(line_id)s: made on %(made)s, expires on %(date)s"),
            _("Trust the label when the goods arrive; tell the supplier."),
            "warn",
        ),
        FlawKind(
            "too_long",
            _("Text too long"),
            _("%(field)s %(value)s… has %(length)s characters and was cut after %(limit)s"),
            _TELL,
            "warn",
        ),
        FlawKind(
            "bad_trace",
            _("Unreadable trace id"),
            _("Product trace id %(value)s (UDI): %(reason)s"),
            _("Trust the label when the goods arrive; tell the supplier."),
            "note",
        ),
        FlawKind(
            "trace_conflict",
            _("Trace id says otherwise"),
            _("Line %(line_id)s: %(field)s is %(value)s, but %(traced)s in the product trace id"),
            _("Compare with the label when the goods arrive; tell the supplier."),
            "warn",
        ),
        FlawKind(
            "serial_range",
            _("Range of serials"),
            _("Line %(line_id)s: %(value)s was read as a range of %(count)s serial numbers"),
            _("Compare with the labels when the goods arrive."),
            "note",
        ),
    )
}
