from collections import namedtuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.condense import condense
from .trace_asn_comparing import Difference
from .trace_asn_receiving import OPEN

#: What was found before goods came in, for when they are in.
Check = namedtuple("Check", "pickings comparisons differences")

#: Findings whose number is on the notice and came, but not as advised.
DIFFERING = (
    "asn_over",
    "asn_under",
    "asn_unit_mismatch",
    "asn_expiry_mismatch",
    "asn_wrong_product",
)


class TraceAsnSettling(models.AbstractModel):
    """What follows from differences between notices and goods.

    Every road to a done receipt passes ``stock.move._action_done``: before the goods
    are in, :meth:`_before` compares and refuses what policy blocks; afterwards
    :meth:`_after` opens exceptions, puts on hold what policy quarantines, and notes on
    the advised numbers whether they came. A person who validates has read the same
    differences in the dialog of the gate (:meth:`_ask`).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn.receiving"

    # -- before ---------------------------------------------------------------

    @api.model
    def _ask(self, pickings):
        """The differences of receipts that a person wants to validate now: for the dialog.

        :return: list of :class:`Difference`, those about many numbers joined
        """
        pickings = self._noticed(pickings)
        if not pickings:
            return []
        closing = pickings.filtered(
            lambda picking: not self._leaves_rest(picking, self._cancels_rest(picking))
        )
        return self._condensed(self._examine(self._compare(pickings, closing)))

    @api.model
    def _before(self, moves, cancel_backorder):
        """Compare receipts before their goods are in; refuse what policy blocks.

        :return: :class:`Check` for :meth:`_after`, or None
        """
        pickings = self._noticed(moves.picking_id)
        if not pickings:
            return None
        closing = pickings.filtered(
            lambda picking: not self._leaves_rest(picking, cancel_backorder, moves)
        )
        comparisons = self._compare(pickings, closing)
        check = Check(pickings, comparisons, self._examine(comparisons))
        self._refuse(check)
        return check

    @api.model
    def _cancels_rest(self, picking):
        """Whether what is not picked will be given up, as the button decides it."""
        kind = picking.picking_type_id.create_backorder
        chosen = self.env.context.get("picking_ids_not_to_backorder") or ()
        return kind == "never" or (kind != "always" and picking.id in chosen)

    @api.model
    def _leaves_rest(self, picking, cancels, moves=None):
        """Whether something of a receipt is still to come after ``moves`` are done."""
        left = picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if moves is not None and left - moves:
            return True
        return not cancels and any(
            move.product_uom.compare(move._get_picked_quantity(), move.product_uom_qty) < 0
            for move in left
        )

    @api.model
    def _refuse(self, check):
        """Raise if something is blocked and nobody with the right let it pass."""
        gate = self.env["trace.gate"]
        if gate._at_till() or gate._override():
            return
        blocked = self._condensed([d for d in check.differences if d.severity == "block"])
        if blocked:
            raise UserError(
                self.env._("This cannot be received:")
                + "\n\n"
                + "\n".join(f"• {self._sentence(d)} {self._remedy(d)}" for d in blocked[:20])
                + ("\n…" if len(blocked) > 20 else "")
            )

    # -- after ----------------------------------------------------------------

    @api.model
    def _after(self, check):
        """Put differences on the desk, hold what policy quarantines, note outcomes.

        :param check: what :meth:`_before` returned
        :return: the exceptions
        """
        done = check.pickings.filtered(lambda picking: picking.state == "done")
        override = self.env["trace.gate"]._override()
        passed = [one for one in check.differences if override and one.severity == "block"]
        others = [one for one in check.differences if not override or one.severity != "block"]
        exceptions = self._open(self._condensed(others))
        if passed:
            let = self._open(self._condensed(passed))
            let._let_pass(override.reason, override.user_id)
            exceptions |= let
        self._quarantine([d for d in check.differences if d.severity == "quarantine"])
        self._record_override(check)
        self._note_outcomes(check.comparisons)
        asns = (done or check.pickings).trace_asn_ids
        asns = asns.filtered(lambda asn: asn.state in OPEN)
        asns._note_arrival()
        asns._received()
        return exceptions

    @api.model
    def _settle(self, pickings):
        """Compare receipts that are done already with their notices.

        :return: the exceptions
        """
        pickings = self._noticed(pickings)
        if not pickings:
            return self.env["trace.exception"]
        comparisons = self._compare(pickings)
        return self._after(Check(pickings, comparisons, self._examine(comparisons)))

    @api.model
    def _condensed(self, differences):
        """Differences with those about many numbers of a product joined."""
        groups = {}
        for one in differences:
            groups.setdefault((one.severity, one.rule, one.picking), []).append(one.finding)
        return [
            Difference(finding, *key)
            for key, findings in groups.items()
            for finding in condense(findings)
        ]

    @api.model
    def _open(self, differences):
        lines = self._lines_of(differences)
        return self.env["trace.exception"]._open_many(
            [
                {
                    **self._exception(one.picking, one.finding, lines),
                    "severity": one.severity,
                    "policy_id": one.rule.id if one.rule else False,
                }
                for one in differences
            ]
        )

    @api.model
    def _lines_of(self, differences):
        """dict id -> move line that is still there, of those that differences are about."""
        ids = {self._line_id(one.finding) for one in differences} - {None}
        return {line.id: line for line in self.env["stock.move.line"].browse(ids).exists()}

    @api.model
    def _exception(self, picking, finding, lines):
        item = finding.ref
        asns = picking.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        asn = asns.filtered(lambda asn: asn.name == item.source) or asns
        line = lines.get(self._line_id(finding), self.env["stock.move.line"])
        return {
            "kind": finding.code,
            "values": self.env["trace.asn"]._localise(finding.values),
            "hint": finding.hint,
            "company_id": picking.company_id.id,
            "partner_id": picking.partner_id.id,
            "picking_id": picking.id,
            "asn_id": asn[:1].id,
            "product_id": item.product,
            "lot_id": line.lot_id.id,
            "lot_name": finding.values["lot"] if finding.values["lot"] != "–" else False,
            "quantity": float(finding.values["quantity"]),
        }

    @api.model
    def _quarantine(self, differences):
        """Put the differing lots on hold, with the difference as the reason.

        Where a difference is about a product and not a number nobody can tell which of its
        lots is the wrong one: all that came with the receipt are held. Of a lot of which only
        the surplus went to quarantine, only that is held.
        """
        numbers = self._lots_by_number(differences)
        reasons = {}
        for one in differences:
            for lot in self._lots_of(one, numbers):
                key = one.picking.company_id, self._held_in(one, lot)
                reasons.setdefault(key, {})[lot] = self._sentence(one)
        holds = self.env["trace.hold"].sudo()
        # Those that are held everywhere first: that says more than a place.
        for (company, place), by_lot in sorted(reasons.items(), key=lambda item: item[0][1].id):
            free = holds._not_held(self.env["stock.lot"].union(*by_lot), company, place)
            if free:
                texts = {lot.id: by_lot[lot] for lot in free}
                holds._place(free, texts, "asn", company=company, location=place or None)

    @api.model
    def _held_in(self, difference, lot):
        """The place in which a lot is held; none where all of it differs."""
        nowhere = self.env["stock.location"]
        if difference.finding.code != "asn_over":
            return nowhere
        lines = difference.picking.move_line_ids.filtered(lambda line: line.lot_id == lot)
        apart = lines.filtered(lambda line: line.move_id.trace_instead_id)
        return apart[:1].location_dest_id if lines - apart else nowhere

    @api.model
    def _lots_by_number(self, differences):
        """dict (receipt, product id) -> dict number -> lot, of what came."""
        pickings = self.env["stock.picking"].union(*(one.picking for one in differences))
        numbers = {}
        for line in pickings.move_line_ids:
            if line.state == "done" and line.lot_id:
                key = line.picking_id, line.product_id.id
                numbers.setdefault(key, {})[line.lot_id.name] = line.lot_id
        return numbers

    @api.model
    def _lots_of(self, difference, numbers):
        """The lots that came and that a difference is about."""
        finding = difference.finding
        if finding.code in ("asn_missing", "asn_duplicate"):
            return []
        lots = numbers.get((difference.picking, finding.ref.product), {})
        number = finding.ref.number
        return [lots[number]] if number in lots else [] if number else list(lots.values())

    @api.model
    def _record_override(self, check):
        """Keep in the ledger who let blocked goods pass, and why."""
        override = self.env["trace.gate"]._override()
        blocked = [one for one in check.differences if one.severity == "block"]
        numbers = self._lots_by_number(blocked) if override else {}
        lots = self.env["stock.lot"].union(
            *(x for one in blocked for x in self._lots_of(one, numbers))
        )
        if lots:
            self.env["trace.event"]._record_notes(
                "override",
                lots,
                override.reason,
                document=blocked[0].picking.name,
                company_id=blocked[0].picking.company_id.id,
            )

    @api.model
    def _note_outcomes(self, comparisons):
        """Write on the advised numbers whether they came, and came as advised."""
        outcomes = {"received": [], "differs": [], "missing": []}
        for comparison in comparisons:
            came = {(i.product, i.number) for items in comparison.captured.values() for i in items}
            odd = {
                (f.ref.product, f.ref.number) for f in comparison.findings if f.code in DIFFERING
            }
            elsewhere = {f.ref.number for f in comparison.findings if f.code == "asn_wrong_product"}
            for item in comparison.advised:
                key = item.product, item.number
                if key in came:
                    outcomes["differs" if key in odd else "received"].append(item.ref)
                elif item.number in elsewhere:
                    outcomes["differs"].append(item.ref)
                elif comparison.last:
                    outcomes["missing"].append(item.ref)
        for outcome, ids in outcomes.items():
            self._note_outcome(outcome, list(filter(None, ids)))

    @api.model
    def _note_outcome(self, outcome, unit_ids):
        """A number that came with an earlier receipt is not missing."""
        unless = SQL("AND outcome IS NULL") if outcome == "missing" else SQL()
        self.env.cr.execute(
            SQL(
                "UPDATE trace_asn_unit SET outcome = %s WHERE id = ANY(%s) %s",
                outcome,
                unit_ids,
                unless,
            )
        )
        self.env["trace.asn.unit"].invalidate_model(["outcome"])

    # -- words ----------------------------------------------------------------

    @api.model
    def _dialog_lines(self, differences):
        """Differences as the dialog before validation shows them."""
        why = self.env["trace.policy"]._explain(one.rule for one in differences)
        return [
            {
                "severity": one.severity,
                "message": self._sentence(one),
                "remedy": self._remedy(one),
                "why": why[one.rule.id if one.rule else False],
            }
            for one in differences
        ]

    @api.model
    def _sentence(self, difference):
        """A difference in the user's language."""
        finding = difference.finding
        values = self.env["trace.asn"]._localise(finding.values)
        texts = [self.env._(finding.kind.message)]
        if finding.hint:
            texts.append(self.env._(finding.hint))
        return ". ".join(text % values for text in texts).rstrip(".") + "."

    @api.model
    def _remedy(self, difference):
        return self.env._(difference.finding.kind.remedy)
