from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import number_list
from ..core.asn import AsnError
from ..models.trace_recall_disposition import KINDS, METHODS

#: Up to so many lots are shown one by one, with quantities that can be changed.
ONE_BY_ONE = 100
#: What a balance tells of how much a kind is about.
LEFT = {"claim": "came_qty"}


class TraceRecallDispose(models.TransientModel):
    """Asks what becomes of goods of a recall, for one lot or for ten thousand.

    Which: all that nothing is decided about, the lots that were selected, or numbers that are
    scanned or pasted, one a line, with quantities where only a part goes. A hundred lots are
    shown with quantities that can be changed; of more there is a count.
    """

    _name = "trace.recall.dispose"
    _description = "Decide About Recalled Goods"

    recall_id = fields.Many2one("trace.recall", required=True, readonly=True)
    kind = fields.Selection(KINDS, "What", required=True, default="destroy")
    side = fields.Selection(
        [("stock", "In stock"), ("customer", "At a customer's, as reported")],
        "Where",
        required=True,
        default="stock",
    )
    which = fields.Selection(
        [
            ("open", "All that is to be decided"),
            ("chosen", "The selected lots"),
            ("numbers", "Scan or paste numbers"),
        ],
        required=True,
        default="open",
    )
    product_ids = fields.Many2many("product.product", string="Only Products")
    scope_ids = fields.Many2many("trace.recall.lot", string="Lots")
    numbers = fields.Text(help="One a line; a quantity beside it where only a part goes.")
    line_ids = fields.One2many("trace.recall.dispose.line", "wizard_id", "Quantities")
    facts = fields.Char("Goods", compute="_compute_facts")
    flaws = fields.Text("Left Out", compute="_compute_facts")
    twice = fields.Text(compute="_compute_facts")

    partner_id = fields.Many2one("res.partner", "To or From")
    location_dest_id = fields.Many2one(
        "stock.location", "Scrap Place", domain="[('usage', '=', 'inventory')]"
    )
    document_ref = fields.Reference(selection="_selection_documents", string="Order")
    reference = fields.Char(help="Number of the return, the test or the order")
    method = fields.Selection(METHODS)
    witness = fields.Char("Witnesses", help="Names, with commas between them")
    happened_at = fields.Datetime("When", default=fields.Datetime.now)
    happened = fields.Boolean("It Has Happened", help="Otherwise the transfer waits to be done.")
    test_result = fields.Char(help="What was tested, and what was found")
    extra_cost = fields.Float("Further Costs", digits="Product Price")
    extra_text = fields.Char("For What", help="e.g. transport, destruction, notices")
    remark = fields.Char()
    proof_ids = fields.Many2many("ir.attachment")

    @api.model
    def _selection_documents(self):
        models_ = [name for name in ("mrp.production", "repair.order") if name in self.env]
        return [(name, self.env[name]._description) for name in models_]

    @api.model
    def _ask(self, recall, scopes=None, **values):
        """The action that opens the dialog.

        :param scopes: ``trace.recall.lot`` that were selected
        """
        recall.ensure_one()
        deeds = self.env["trace.recall.disposition"]
        deeds._check_right()
        deeds._check_running(recall)
        recall.sudo()._look_at_balance()
        chosen = {"which": "chosen", "scope_ids": [(6, 0, scopes.ids)]} if scopes else {}
        wizard = self.create({"recall_id": recall.id, **chosen, **values})
        wizard._onchange_which()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide About Goods: %s", recall.name),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # -- which goods ----------------------------------------------------------

    @api.depends(
        "which", "kind", "side", "scope_ids", "product_ids", "numbers", "line_ids.quantity"
    )
    def _compute_facts(self):
        for wizard in self:
            wanted, flaws = wizard._wanted()
            wizard.facts = wizard._in_short(wanted)
            wizard.flaws = "\n".join(flaws[:20]) or False
            wizard.twice = wizard._paid_twice(wanted)

    def _paid_twice(self, wanted):
        """Whether the supplier would pay a second time for these goods."""
        scopes = self.env["trace.recall.lot"].union(*wanted)
        if self.side == "customer" or not scopes:
            return False
        return self.env["trace.recall.disposition"]._paid_twice(self.kind, scopes)

    @api.onchange("which", "kind", "side", "product_ids", "numbers", "scope_ids")
    def _onchange_which(self):
        """Show the lots one by one, where there are few."""
        wanted, _flaws = self._asked()
        few = wanted if len(wanted) <= ONE_BY_ONE else {}
        left = self._left(few)
        lines = [(5,)]
        for scope, quantity in few.items():
            there = left.get(scope.id, 0.0)
            shown = 0.0 if quantity is None and self.side == "customer" else there
            lines.append(
                (
                    0,
                    0,
                    {
                        "scope_id": scope.id,
                        "open_qty": there,
                        "quantity": shown if quantity is None else quantity,
                    },
                )
            )
        self.line_ids = lines

    def _wanted(self):
        """``(dict lot of the case -> quantity, None for all, sentences about what is left out)``"""
        wanted, flaws = self._asked()
        for line in self.line_ids:
            scope = line.scope_id._origin
            unit = scope.product_id.uom_id
            if scope not in wanted:
                continue
            if unit.is_zero(line.quantity):
                del wanted[scope]
            elif self.side == "customer" or unit.compare(line.quantity, line.open_qty):
                wanted[scope] = line.quantity
        return wanted, flaws

    def _asked(self):
        """The same without the quantities that were changed."""
        if self.which == "numbers":
            return self._from_numbers()
        if self.which == "chosen":
            return dict.fromkeys(self.scope_ids._origin), []
        rows = self._open_rows()
        return dict.fromkeys(rows.scope_id), []

    def _open_rows(self):
        """Balances of the lots that there is something to decide about."""
        domain = [("recall_id", "=", self.recall_id.id)]
        if self.product_ids:
            domain.append(("product_id", "in", self.product_ids.ids))
        if self.side == "customer":
            domain.append(("delivered_qty", ">", 0))
        elif self.kind != "claim":
            domain.append(("open_qty", ">", 0))
        return self.env["trace.recall.balance"].search(domain)

    def _left(self, wanted):
        """dict lot of the case -> how much there is to decide about."""
        scopes = self.env["trace.recall.lot"].union(*wanted)
        rows = self.env["trace.recall.balance"].search([("scope_id", "in", scopes.ids)])
        if self.side == "customer":
            return {
                row.scope_id.id: row.delivered_qty - row.came_back_qty - row.reported_qty
                for row in rows
            }
        return {row.scope_id.id: row[LEFT.get(self.kind, "open_qty")] for row in rows}

    def _from_numbers(self):
        """Lots of the case by the numbers of the list: one query."""
        try:
            entries = number_list.read_text(self.numbers or "", True, "lot")
        except AsnError as error:
            return {}, [self.env["stock.picking"]._trace_list_error(error)]
        known = self._known([entry.number for entry in entries])
        wanted, flaws = {}, []
        for entry in entries:
            scopes = known.get(entry.number, self.env["trace.recall.lot"])
            if entry.flaw or len(scopes) != 1:
                flaws.append(self._flaw(entry, scopes))
            elif entry.quantity and scopes in wanted:
                wanted[scopes] = (wanted[scopes] or 0) + entry.quantity
            else:
                wanted[scopes] = entry.quantity
        return wanted, flaws

    def _known(self, numbers):
        domain = [("recall_id", "=", self.recall_id.id), ("lot_name", "in", numbers)]
        if self.product_ids:
            domain.append(("product_id", "in", self.product_ids.ids))
        scopes = self.env["trace.recall.lot"].search([*domain, ("state", "!=", "excluded")])
        return scopes.grouped("lot_name")

    def _flaw(self, entry, scopes):
        if entry.flaw:
            return self.env._(
                "Line %(line)s: %(number)s cannot be read.", line=entry.line, number=entry.number
            )
        if scopes:
            return self.env._(
                "Line %(line)s: %(number)s is a number of several products or companies: choose "
                "the product.",
                line=entry.line,
                number=entry.number,
            )
        return self.env._(
            "Line %(line)s: %(number)s is not in this case.", line=entry.line, number=entry.number
        )

    def _in_short(self, wanted):
        """How many lots, and how much by unit."""
        left = self._left(wanted)
        sums = Counter()
        for scope, quantity in wanted.items():
            amount = left.get(scope.id, 0.0) if quantity is None else quantity
            sums[scope.product_id.uom_id.name or ""] += amount
        units = ", ".join(f"{round(amount, 6):g} {unit}" for unit, amount in sums.items())
        return self.env._("%(count)s lots: %(units)s", count=len(wanted), units=units or "0")

    # -- doing ----------------------------------------------------------------

    def action_do(self):
        """Enter it; what has happened is done at once."""
        self.ensure_one()
        wanted, _flaws = self._wanted()
        if not wanted:
            raise UserError(self.env._("Choose at least one lot with something to decide about."))
        deeds = self.env["trace.recall.disposition"]
        rows = deeds._enter(self.recall_id, self.kind, wanted, self.side, **self._said())
        if self.happened and self.kind in ("destroy", "return") and self.side == "stock":
            rows._finish()
        return self._answer(rows)

    def _said(self):
        """What was said beside the lots, as ``_enter`` takes it."""
        destroyed = self.kind == "destroy"
        tested = self.kind == "release"
        told = self.happened or tested or self.side == "customer"
        return {
            "partner": self.partner_id,
            "place": self.location_dest_id if destroyed else None,
            "document": self.document_ref if self.kind == "rework" else None,
            "reference": self.reference,
            "method": self.method if destroyed else None,
            "witness": self.witness if destroyed else None,
            "happened_at": self.happened_at if told else None,
            "test_result": self.test_result if tested else None,
            "extra_cost": self.extra_cost if self.kind == "claim" else None,
            "extra_text": self.extra_text,
            "remark": self.remark,
            "proof": self.proof_ids,
        }

    def _answer(self, rows):
        if rows.claim_id.has_access("read") and rows.claim_id:
            return rows.claim_id._get_records_action()
        planned = rows.filtered(lambda row: row.state == "planned").picking_id
        if len(planned) == 1 and planned.has_access("read"):
            return planned._get_records_action()
        return self.recall_id.action_dispositions()
