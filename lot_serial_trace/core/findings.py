"""The words in which the gate, the readers and the desk speak.

A finding is one thing that somebody should know: a code, the values that belong
into its sentence, and where it was seen. Whether it stops anybody is not said
here: severity comes from policy (``models/trace_policy.py``).

Sentences are English templates marked for translation; a model turns them into
the user's language with ``env._(kind.message, **finding.values)``.
"""

from dataclasses import dataclass, field


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: Severities, mildest first. ``off``: not looked at. ``note``: recorded.
#: ``warn``: recorded and confirmed by a person. ``quarantine``: goods go in, the
#: lot is held; out they do not go. ``block``: refused unless overridden with a reason.
SEVERITIES = ("off", "note", "warn", "quarantine", "block")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a finding code means.

    :param code: stable key, used in policies, exceptions and APIs
    :param title: two or three words for lists and filters
    :param message: sentence with ``%(name)s`` placeholders for the finding's values
    :param remedy: what the reader should do now
    :param severity: severity where no policy says otherwise
    """

    code: str
    title: str
    message: str
    remedy: str
    severity: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about one thing.

    :param code: key into :data:`KINDS`
    :param values: dict for the kind's message
    :param where: position in the source (``"line 14, cbc:LotNumberID"``), if any
    :param ref: the caller's own key of the thing (a unit's index, a move line id)
    :param hint: one more sentence for this case, a template like the kind's message
    """

    code: str
    values: dict = field(default_factory=dict)
    where: str = ""
    ref: object = None
    hint: str = ""

    @property
    def kind(self):
        """The :class:`Kind` behind the code."""
        return KINDS[self.code]

    @property
    def text(self):
        """The English sentence, for logs, tests and machines."""
        return ". ".join(text % self.values for text in (self.kind.message, self.hint) if text)


KINDS = {
    kind.code: kind
    for kind in (
        # gate: may this number move?
        Kind(
            "on_hold",
            _("On hold"),
            _("%(lot)s of %(product)s is on hold: %(reason)s"),
            _("Take another unit. Quality can release the hold or let it pass with a reason."),
            "block",
        ),
        Kind(
            "outside_case",
            _("Outside the recall"),
            _("%(lot)s of %(product)s is recalled (%(recall)s) and leaves without a disposition"),
            _(
                "Enter in the case how it is returned or destroyed, with witness and proof if they "
                "are wanted: the case makes the transfer."
            ),
            "block",
        ),
        Kind(
            "expired",
            _("Expired"),
            _("%(lot)s of %(product)s expired on %(date)s"),
            _("Take another unit and put this one aside for scrap or return."),
            "off",
        ),
        # asked where an expiry rule says so, see core/gate_life.py
        Kind(
            "past_stop_sale",
            _("Past last day of sale"),
            _("%(lot)s of %(product)s was to be sold until %(date)s"),
            _("Take another unit. Put this one aside: the pull list says where it goes."),
            "warn",
        ),
        Kind(
            "short_life_customer",
            _("Too short a life for the customer"),
            _(
                "%(lot)s of %(product)s has %(days)s days left on %(day)s, "
                "%(customer)s wants %(wanted)s"
            ),
            _("Take a unit that expires later. This one is for customers who want less."),
            "warn",
        ),
        Kind(
            "unknown_number",
            _("Unknown number"),
            _("%(lot)s of %(product)s is not on hand in %(location)s"),
            _("Scan the unit again. If the number is right, count its place first."),
            "off",
        ),
        Kind(
            "duplicate_serial",
            _("Serial number twice"),
            _("Serial number %(lot)s of %(product)s is already in %(location)s"),
            _("Compare both units. One of them carries a wrong label."),
            "off",
        ),
        Kind(
            "known_number",
            _("Number exists already"),
            _("%(lot)s of %(product)s comes from the supplier, but the number exists already"),
            _(
                "Compare the label with the history of the number: it may be in use twice, "
                "or a unit came back."
            ),
            "off",
        ),
        Kind(
            "no_number",
            _("No number captured"),
            _("%(product)s is tracked, but no lot or serial number was given"),
            _("Scan or type the number, or give a reason why there is none."),
            "off",
        ),
        # holds: who counted on the goods
        Kind(
            "hold_short",
            _("Short by a hold"),
            _("%(document)s lacks %(goods)s: put on hold, and there is no other stock"),
            _("Get other goods, or tell who waits for them. Quality can release the hold."),
            "warn",
        ),
        Kind(
            "hold_picked",
            _("On hold in somebody's hands"),
            _("%(document)s has %(goods)s picked, which was put on hold since"),
            _("Take it out of the document and put it aside: it is refused at validation."),
            "warn",
        ),
        Kind(
            "hold_arrived",
            _("Came in on hold"),
            _("%(lot)s of %(product)s came in with %(document)s and is on hold: %(reason)s"),
            _("Put it aside. It cannot leave until Quality releases the hold."),
            "warn",
        ),
        # storage: where a place says what it takes and mixes
        Kind(
            "wrong_storage",
            _("Wrong storage"),
            _("%(lot)s of %(product)s needs %(needs)s, but %(location)s takes %(takes)s"),
            _("Choose a place that takes it, and see that it was not kept wrong for long."),
            "warn",
        ),
        Kind(
            "wrong_neighbour",
            _("Must not lie together"),
            _("%(lot)s of %(product)s (%(needs)s) must not lie beside %(other)s in %(location)s"),
            _("Choose another place, away from it."),
            "warn",
        ),
        Kind(
            "mixed_lots",
            _("Lots mixed"),
            _("%(lot)s of %(product)s would lie in %(location)s with %(other)s"),
            _("Choose another place: only one lot may lie in this one."),
            "warn",
        ),
        Kind(
            "mixed_dates",
            _("Dates mixed"),
            _(
                "%(lot)s of %(product)s (%(date)s) would lie in %(location)s with %(other)s "
                "(%(other_date)s)"
            ),
            _("Choose another place: dates that far apart may not lie together in this one."),
            "warn",
        ),
        # shipping notice against order and capture
        Kind(
            "asn_missing",
            _("Advised, not received"),
            _("%(lot)s of %(product)s (%(quantity)s) was advised on %(asn)s but not received"),
            _(
                "Look for it in the truck and on the dock. "
                "If it is not there, claim it from the supplier."
            ),
            "warn",
        ),
        Kind(
            "asn_unexpected",
            _("Received, not advised"),
            _("%(lot)s of %(product)s (%(quantity)s) was received but is not on %(asn)s"),
            _("Keep it if the order covers it and tell the supplier; otherwise send it back."),
            "warn",
        ),
        Kind(
            "asn_over",
            _("More than advised"),
            _("%(lot)s of %(product)s: received %(quantity)s, advised %(advised)s on %(asn)s"),
            _("Count again. Accept the surplus or send it back."),
            "warn",
        ),
        Kind(
            "asn_under",
            _("Less than advised"),
            _("%(lot)s of %(product)s: received %(quantity)s, advised %(advised)s on %(asn)s"),
            _("Count again. Claim the rest from the supplier."),
            "warn",
        ),
        Kind(
            "asn_expiry_mismatch",
            _("Expiry differs"),
            _("%(lot)s of %(product)s: label says %(captured)s, %(asn)s says %(advised)s"),
            _("Trust the label, correct the lot's date if needed, tell the supplier."),
            "warn",
        ),
        Kind(
            "short_life",
            _("Expires too soon"),
            _("%(lot)s of %(product)s expires on %(date)s: %(days)s days left, %(wanted)s wanted"),
            _("Accept it for quick sale or send it back."),
            "warn",
        ),
        Kind(
            "asn_wrong_product",
            _("Number of another product"),
            _("%(lot)s was received as %(product)s but is on %(asn)s as %(advised)s"),
            _("Look at the label and correct the product."),
            "warn",
        ),
        Kind(
            "asn_duplicate",
            _("Advised twice"),
            _("Serial number %(lot)s of %(product)s is %(times)s times on %(asn)s"),
            _("Read the labels; one of the numbers is wrong. Tell the supplier."),
            "warn",
        ),
        Kind(
            "captured_twice",
            _("Captured twice"),
            _("Serial number %(lot)s of %(product)s was captured %(times)s times"),
            _("Compare both units. One of them carries a wrong label or was scanned twice."),
            "warn",
        ),
        Kind(
            "asn_unit_mismatch",
            _("Packs for pieces"),
            _(
                "%(lot)s of %(product)s: received %(quantity)s, advised %(advised)s on %(asn)s; "
                "a pack holds %(pack)s"
            ),
            _(
                "One side counts packs, the other pieces. Count again, "
                "then tell the supplier which unit the order has."
            ),
            "warn",
        ),
        Kind(
            "asn_in_stock",
            _("Received, in stock already"),
            _("Serial number %(lot)s of %(product)s is already in %(location)s"),
            _("Compare both units. One of them carries a wrong label or was never booked out."),
            "warn",
        ),
        Kind(
            "asn_sold_before",
            _("Received, sold before"),
            _("Serial number %(lot)s of %(product)s was sold before and has not come back"),
            _("Compare the label with the sold unit. The supplier may have sent a used one."),
            "warn",
        ),
        Kind(
            "asn_held",
            _("Received on hold"),
            _("%(lot)s of %(product)s comes in on hold: %(reason)s"),
            _("Put it aside. It cannot leave until Quality releases the hold."),
            "warn",
        ),
        Kind(
            "asn_recalled",
            _("Received recalled"),
            _("%(lot)s of %(product)s is recalled: %(reason)s"),
            _("Put it into quarantine and tell Quality. Do not unpack."),
            "warn",
        ),
        Kind(
            "asn_accepted",
            _("Taken in as advised"),
            _(
                "%(quantity)s of %(product)s were taken in as %(asn)s says, "
                "%(checks)s of them checked"
            ),
            _("Nothing, if you trust the supplier. Otherwise count a pallet now and then."),
            "block",
        ),
        Kind(
            "spot_check_open",
            _("Spot check open"),
            _("%(package)s: %(lot)s of %(product)s must still be seen"),
            _("Scan these units, or say on the spot check that they are not there."),
            "warn",
        ),
        Kind(
            "spot_check_wrong",
            _("Spot check failed"),
            _("%(package)s is not as advised: %(reason)s. %(count)s lines were taken out again"),
            _("Scan each unit of it. Tell the supplier; think about trusting less."),
            "warn",
        ),
        Kind(
            "not_ordered",
            _("Not ordered"),
            _("%(product)s (%(quantity)s) was received but is not on the order"),
            _("Send it back, or add it to the order."),
            "warn",
        ),
        Kind(
            "over_order",
            _("More than ordered"),
            _("%(product)s: received %(quantity)s, ordered %(ordered)s"),
            _("Accept the surplus or send it back."),
            "warn",
        ),
        # shipping notice: document
        Kind(
            "asn_unknown_supplier",
            _("Unknown supplier"),
            _("%(asn)s comes from %(supplier)s, who is not among your contacts"),
            _("Choose the supplier on the notice and press Match again: it is remembered."),
            "warn",
        ),
        Kind(
            "asn_unknown_product",
            _("Unknown product"),
            _("Line %(line)s of %(asn)s: %(item)s matches no product"),
            _(
                "Choose the product on the line and press Match again, "
                "or add the code to the product."
            ),
            "warn",
        ),
        Kind(
            "asn_no_order",
            _("No order"),
            _("%(asn)s names order %(order)s, which is not an open order with this supplier"),
            _("Choose the receipt on the notice, or confirm the order and press Match again."),
            "warn",
        ),
        Kind(
            "asn_unknown_unit",
            _("Unknown unit"),
            _("Line %(line)s of %(asn)s: unit %(unit)s cannot be converted for %(item)s"),
            _("Count the goods. Add the packaging to the product so that next time it is known."),
            "note",
        ),
        Kind(
            "asn_bad_gtin",
            _("Bad GTIN"),
            _("%(asn)s: %(count)s GTIN are not 8, 12, 13 or 14 digits with a right check digit"),
            _("Check the products on the lines. Tell the supplier: the labels may be wrong, too."),
            "warn",
        ),
        Kind(
            "asn_bad_sscc",
            _("Bad SSCC"),
            _("%(asn)s: %(count)s SSCC are not 18 digits with a right check digit"),
            _("These pallets cannot be taken in by one scan. Scan what is in them."),
            "warn",
        ),
        Kind(
            "asn_cancelled",
            _("Cancellation"),
            _("%(asn)s cancels a shipment of which no notice is here; nothing is expected from it"),
            _(
                "If a notice of another number is meant, reject that one and then this one. "
                "When the notice arrives later, press Match again."
            ),
            "warn",
        ),
        Kind(
            "asn_cancelled_late",
            _("Cancelled too late"),
            _(
                "%(asn)s cancels %(earlier)s, but receiving has begun: "
                "%(count)s of its numbers are in"
            ),
            _(
                "Ask the supplier what is in the truck. Then reject this cancellation, "
                "or send the goods back and reject the notice."
            ),
            "warn",
        ),
        Kind(
            "asn_corrected_late",
            _("Corrected too late"),
            _(
                "%(asn)s corrects %(earlier)s, but receiving has begun: "
                "%(count)s of its numbers are in"
            ),
            _(
                "Compare both. Press Use This Version to check the goods against the correction, "
                "or reject it."
            ),
            "warn",
        ),
        Kind(
            "asn_wrong_ship_to",
            _("Wrong ship-to"),
            _("%(asn)s is for %(place)s (GLN %(gln)s), not for %(here)s"),
            _(
                "Ask the supplier before you receive it here. If the place is right, "
                "choose it as ship-to on the notice: it is remembered."
            ),
            "warn",
        ),
        Kind(
            "asn_unreadable",
            _("Unreadable notice"),
            _("%(file)s could not be read: %(error)s"),
            _(
                "The original is kept with the arrival: read it again there, dismiss it, or ask "
                "the supplier for a corrected file."
            ),
            "warn",
        ),
        Kind(
            "asn_flaw",
            _("Flaw in the notice"),
            _("%(asn)s: %(error)s"),
            _("Go on receiving; tell the supplier so that the next notice is right."),
            "note",
        ),
        # scan screens
        Kind(
            "unexpected_product",
            _("Product not on the transfer"),
            _("%(product)s is not on %(transfer)s"),
            _("Put it aside and ask the office."),
            "block",
        ),
        Kind(
            "other_number",
            _("Another number than reserved"),
            _("%(lot)s of %(product)s is taken instead of %(reserved)s"),
            _("Take the reserved one if it can be reached."),
            "off",
        ),
        Kind(
            "later_expiry",
            _("Another expires earlier"),
            _("%(lot)s of %(product)s is taken, but %(reserved)s expires earlier, on %(date)s"),
            _("Take the one that expires first."),
            "warn",
        ),
        Kind(
            "not_scanned",
            _("Not scanned"),
            _("%(lot)s of %(product)s was not scanned (%(how)s)"),
            _("Scan the label. If that cannot be, type the number and say why."),
            "off",
        ),
        Kind(
            "typed_no_reason",
            _("Typed without a reason"),
            _("%(lot)s of %(product)s was typed without a reason"),
            _("Scan the label, or say why it cannot be scanned."),
            "off",
        ),
        # ledger
        Kind(
            "ledger_gap",
            _("Gap in the ledger"),
            _("%(count)s movements are not in the ledger as they are, the first of %(since)s UTC"),
            _(
                "Open Trace > Ledger Check: look at what moved past the ledger and who did it, "
                "then press Record Now."
            ),
            "warn",
        ),
        # what breaks a trace, see health.py
        Kind(
            "trace_health",
            _("Traces have flaws"),
            _(
                "%(count)s flaws break or weaken traces: %(share)s %% of the movements can be "
                "traced end to end"
            ),
            _(
                "Open Trace > Health: each flaw says what to do. "
                "It closes itself once nothing is left."
            ),
            "warn",
        ),
        Kind(
            "seal_broken",
            _("Seal broken"),
            _("%(count)s records of the ledger are not as they were sealed. The first: %(first)s"),
            _(
                "Somebody went past Odoo. Open Trace > Seals > Verifications, keep a copy of the "
                "database as it is, and find out who had access to it since the last good one."
            ),
            "block",
        ),
        Kind(
            "seal_waiting",
            _("Sealing waits"),
            _("Events of the ledger are not being sealed: %(why)s"),
            _("Set up the key. What happened meanwhile is sealed as soon as it is there."),
            "warn",
        ),
        # expiry
        Kind(
            "past_pull",
            _("Past the pull date"),
            _("%(count)s lots are past their pull date (%(rule)s)"),
            _("Open the list and pull, donate or scrap them. It closes itself once none is left."),
            "warn",
        ),
        # warranty
        Kind(
            "warranty_claim",
            _("Warranty claim"),
            _("%(lot)s of %(product)s is claimed under warranty by %(customer)s: %(reason)s"),
            _("Look at the unit and decide: repair, exchange or refund it, or refuse the claim."),
            "warn",
        ),
        # asked at the till before payment; "block" there wants a customer
        Kind(
            "customer_wanted",
            _("Customer wanted"),
            _("%(lot)s of %(product)s was sold without a customer to call if it is recalled"),
            _("Ask for the customer at the till. Those who want none keep the receipt."),
            "off",
        ),
        # till: may this number be sold here, on this order? See till.py
        Kind(
            "not_in_shop",
            _("Not in this shop"),
            _("%(lot)s of %(product)s is not in this shop but in %(location)s"),
            _("Compare the number on the unit. If it is right, have the unit booked in first."),
            "warn",
        ),
        Kind(
            "sold_already",
            _("Sold already"),
            _("%(lot)s of %(product)s was sold before: %(order)s"),
            _("Compare the number on the unit. One of the two units carries a wrong label."),
            "warn",
        ),
        Kind(
            "in_other_order",
            _("On another order"),
            _("%(lot)s of %(product)s is on another open order: %(order)s"),
            _("Compare the number on the unit, or take it off the other order."),
            "warn",
        ),
        Kind(
            "wrong_product",
            _("Wrong product"),
            _("%(lot)s is a number of %(other)s and not of %(product)s"),
            _("Look at the unit and change the product on the order."),
            "warn",
        ),
        Kind(
            "too_few_left",
            _("Too few left"),
            _(
                "%(quantity)s of %(lot)s of %(product)s are wanted, "
                "but %(left)s are left in %(location)s"
            ),
            _("Count what is there. Take the rest from another lot."),
            "warn",
        ),
        Kind(
            "twice_on_order",
            _("Twice on the order"),
            _("%(lot)s of %(product)s is on this order twice"),
            _("Scan the other unit: each has a number of its own."),
            "warn",
        ),
        # till: sold all the same, see till_sale.py
        Kind(
            "pos_double_sale",
            _("Sold twice"),
            _("%(lot)s of %(product)s was sold at %(till)s, not for the first time: %(reason)s"),
            _(
                "One of two units carries a wrong label, or a number was typed wrong. "
                "Find out which number was handed over, and correct it."
            ),
            "warn",
        ),
        Kind(
            "pos_held_sale",
            _("Sold on hold"),
            _("%(lot)s of %(product)s was sold at %(till)s although: %(reason)s"),
            _("The buyer has it. Tell the buyer and take it back, or say why it may stay."),
            "warn",
        ),
        Kind(
            "pos_expired_sale",
            _("Sold too old"),
            _("%(lot)s of %(product)s was sold at %(till)s although: %(reason)s"),
            _("Tell the buyer and offer another one, or say why it was good enough."),
            "warn",
        ),
        Kind(
            "pos_unknown_sale",
            _("Sold, unknown here"),
            _("%(lot)s of %(product)s was sold at %(till)s although: %(reason)s"),
            _("Choose the number that was handed over, or count the place it came from."),
            "warn",
        ),
        Kind(
            "pos_conflict",
            _("Sold against a rule"),
            _("%(lot)s of %(product)s was sold at %(till)s although: %(reason)s"),
            _("The sale stands. Find the unit or its buyer and settle it."),
            "warn",
        ),
        Kind(
            "pos_stranded",
            _("Sold, not booked out"),
            _("%(till)s is paid, but the goods of %(transfer)s did not move: %(reason)s"),
            _("Correct the numbers on the transfer and validate it."),
            "warn",
        ),
        Kind(
            "pos_kit_guess",
            _("Number in a kit, guessed"),
            _("%(lot)s of %(product)s was booked for a kit at %(till)s, but nobody captured it"),
            _(
                "Say which number was handed over, if anybody knows. Until then a recall of this "
                "number may call the wrong customer."
            ),
            "warn",
        ),
        # returns at the till, see core/returns.py
        Kind(
            "return_unknown",
            _("Never sold by us"),
            _("%(lot)s of %(product)s was never sold by us"),
            _(
                "Compare the number with the label and the receipt. "
                "If it is right, ask a manager before money is paid out."
            ),
            "warn",
        ),
        Kind(
            "returned_already",
            _("Returned already"),
            _("%(lot)s of %(product)s came back already, with %(order)s on %(date)s"),
            _("Do not pay again. Compare the number with the label; call a manager."),
            "warn",
        ),
        Kind(
            "return_other_customer",
            _("Sold to somebody else"),
            _("%(lot)s of %(product)s was sold to %(buyer)s, and %(customer)s brings it back"),
            _("Ask for the receipt. A gift may come back; money goes the way it came."),
            "warn",
        ),
        Kind(
            "return_faulty",
            _("Returned faulty"),
            _("%(lot)s of %(product)s came back faulty at %(till)s: %(reason)s"),
            _("Look at it in quarantine: release the hold, repair it, claim it or scrap it."),
            "quarantine",
        ),
        Kind(
            "return_expired",
            _("Returned too old to sell"),
            _("%(lot)s of %(product)s came back at %(till)s, good until %(date)s"),
            _("Scrap it or send it back. It does not belong on the shelf."),
            "quarantine",
        ),
        # what standing recall rules catch, see recall/criteria.py
        Kind(
            "recall_found",
            _("Recall rule: in stock"),
            _("%(lot)s of %(product)s is in stock, and recall rule %(rule)s means it: %(reason)s"),
            _("Put it on hold or open a recall case, or correct the rule."),
            "warn",
        ),
        Kind(
            "recall_arrived",
            _("Recall rule: came in"),
            _("%(lot)s of %(product)s came in with %(document)s, %(rule)s means it: %(reason)s"),
            _("Put it aside. The rule says why, and who made it."),
            "warn",
        ),
        Kind(
            "recall_sold",
            _("Recall rule: sold"),
            _("%(lot)s of %(product)s was sold with %(document)s, %(rule)s means it: %(reason)s"),
            _("The buyer has it: tell the buyer and take it back, or say why it may stay."),
            "warn",
        ),
        # the public product page, see product_page.py
        Kind(
            "many_places",
            _("Asked for in many places"),
            _("%(lot)s of %(product)s was looked up from %(places)s places within %(days)s days"),
            _(
                "Its label may have been copied. Ask those who have units with this number where "
                "they bought them, and warn your customers if there is more than one."
            ),
            "warn",
        ),
        # public recall notices, see core/notices
        Kind(
            "notice_match",
            _("Recall notice"),
            _("%(notice)s may be about %(goods)s (score %(score)s): %(title)s"),
            _(
                "Compare the words on the notice with the labels. Confirm what is ours and open a "
                "case, or say why it is not ours."
            ),
            "warn",
        ),
        Kind(
            "notice_unreadable",
            _("Recall notices not read"),
            _("%(file)s: %(error)s"),
            _("Open the arrival: it says what to do. The original is kept and can be read again."),
            "warn",
        ),
    )
}
