from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .trace_guard import refuse_forgery
from .trace_recall_balance_sql import CAME, QUANTITIES, refresh, told_of_scope

QUANTITY = "Product Unit"
STATES = [
    ("off", "Does not balance"),
    ("open", "To decide"),
    ("planned", "Under way"),
    ("within", "Within tolerance"),
    ("accepted", "Explained"),
    ("balanced", "Balanced"),
]
#: States in which nothing is left to do about a lot.
OVER = ("within", "accepted", "balanced")
#: So many lots are named in a sentence; the others are counted.
NAMED = 3


class TraceRecallBalance(models.Model):
    """The mass balance of a recalled lot: all that came or was made is somewhere.

    What came (received, made, found at the first count) is what is on hand, with customers less
    what came back, used up, destroyed, sent back and handed over to another company, and what
    counts have lost. Where the ledger says that more lies in a place than the stock says is the
    difference. Difference and losses together are what is not accounted for: more than the
    tolerance of the case keeps it from being closed, until somebody who may says why and accepts
    it.

    All rows of a case are written by one statement (``_refresh``): when a disposition is done,
    when goods of the case move (``cron_recall_balance``), when somebody looks. With the case they
    are closed: they stay as they were then.
    """

    _name = "trace.recall.balance"
    _description = "Mass Balance of a Recalled Lot"
    _order = "recall_id, product_id, lot_name, id"
    _rec_name = "lot_name"
    _log_access = False

    recall_id = fields.Many2one(
        "trace.recall", required=True, readonly=True, index=True, ondelete="cascade"
    )
    scope_id = fields.Many2one("trace.recall.lot", required=True, readonly=True, ondelete="cascade")
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lot_name = fields.Char("Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    company_id = fields.Many2one("res.company", readonly=True)
    state = fields.Selection(STATES, readonly=True, required=True)
    counted_at = fields.Datetime("As Of", readonly=True)

    received_qty = fields.Float("Received", digits=QUANTITY, readonly=True)
    made_qty = fields.Float("Made", digits=QUANTITY, readonly=True)
    opening_qty = fields.Float(
        "Opening Stock",
        digits=QUANTITY,
        readonly=True,
        help="Found at counts before anything else happened to the lot.",
    )
    from_other_qty = fields.Float("From Another Company", digits=QUANTITY, readonly=True)
    on_hand_qty = fields.Float("On Hand", digits=QUANTITY, readonly=True)
    quarantine_qty = fields.Float("In Quarantine", digits=QUANTITY, readonly=True)
    reserved_qty = fields.Float("Reserved", digits=QUANTITY, readonly=True)
    in_transit_qty = fields.Float("On the Way", digits=QUANTITY, readonly=True)
    delivered_qty = fields.Float("Sold or Delivered", digits=QUANTITY, readonly=True)
    came_back_qty = fields.Float("Came Back", digits=QUANTITY, readonly=True)
    unknown_qty = fields.Float(
        "With Unknown Consumers",
        digits=QUANTITY,
        readonly=True,
        help="Sold to somebody whose name nobody knows, and not come back.",
    )
    reported_qty = fields.Float(
        "Reported",
        digits=QUANTITY,
        readonly=True,
        help="Those who got the goods have said what became of so much.",
    )
    consumed_qty = fields.Float("Used Up", digits=QUANTITY, readonly=True)
    destroyed_qty = fields.Float("Destroyed", digits=QUANTITY, readonly=True)
    sent_back_qty = fields.Float("Sent Back", digits=QUANTITY, readonly=True)
    handed_over_qty = fields.Float("To Another Company", digits=QUANTITY, readonly=True)
    adjusted_qty = fields.Float(
        "Lost at Counts", digits=QUANTITY, readonly=True, help="Below zero: more was found."
    )
    difference_qty = fields.Float(
        "Difference",
        digits=QUANTITY,
        readonly=True,
        help="What lies in the house by the ledger, less what the stock says.",
    )
    planned_qty = fields.Float("Under Way", digits=QUANTITY, readonly=True)
    disposed_qty = fields.Float("Disposed of by the Case", digits=QUANTITY, readonly=True)
    open_qty = fields.Float(
        "To Decide",
        digits=QUANTITY,
        readonly=True,
        help="On hand, and nothing is decided: return, destroy, rework or release it.",
    )
    unaccounted_qty = fields.Float(
        "Not Accounted For",
        digits=QUANTITY,
        readonly=True,
        help="The difference and what counts have lost.",
    )
    leeway_qty = fields.Float("Tolerance", digits=QUANTITY, readonly=True)
    lines = fields.Json(readonly=True, help="The documents behind what is not accounted for")
    explained = fields.Text("Explanation", readonly=True)
    explained_qty = fields.Float(digits=QUANTITY, readonly=True)
    explained_by_id = fields.Many2one("res.users", readonly=True)
    explained_at = fields.Datetime(readonly=True)
    came_qty = fields.Float("Came", digits=QUANTITY, compute="_compute_came_qty")
    says = fields.Text("What Explains It", compute="_compute_says")

    _one_per_lot = models.UniqueIndex("(scope_id)")
    _state_idx = models.Index("(recall_id, state)")

    @api.depends(*CAME)
    def _compute_came_qty(self):
        for row in self:
            row.came_qty = sum(row[name] for name in CAME)

    # -- counting -------------------------------------------------------------

    @api.model
    def _refresh(self, recalls):
        """Write the balance of all lots of cases anew: constant queries, whatever their number.

        Closed cases keep the balance with which they were closed.
        """
        ids = recalls.filtered(lambda recall: recall.state not in ("closed", "cancelled")).ids
        if not ids:
            return
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM trace_recall_balance b USING trace_recall_lot s "
            "WHERE s.id = b.scope_id AND s.state = 'excluded' AND b.recall_id = ANY(%s)",
            [ids],
        )
        quarantine = self.env["stock.location"].sudo()._trace_quarantine_paths()
        self.env.cr.execute(refresh(ids, quarantine, self._sql_reported(ids)))
        self.env.cr.execute(told_of_scope(ids))
        self.invalidate_model()
        self.env["trace.recall.lot"].invalidate_model()

    # -- telling --------------------------------------------------------------

    @api.depends("lines", "explained")
    def _compute_says(self):
        for row in self:
            said = [row._say(line) for line in row.lines or ()]
            if row.explained:
                said.append(row._say_explained())
            row.says = "\n".join(said)

    def _say(self, line):
        """A document of a difference, in a sentence."""
        unit = self.uom_id.name or ""
        quantity = f"{self._shown(line['quantity'])} {unit}".strip()
        if line["what"] == "place":
            return self.env._(
                "%(place)s: the ledger says %(ledger)s, the stock %(stock)s.",
                place=line["place"],
                ledger=self._shown(line["ledger"]),
                stock=f"{self._shown(line['stock'])} {unit}".strip(),
            )
        words = {
            "lost": self.env._("Lost at a count"),
            "found": self.env._("Found at a count"),
            "scrapped": self.env._("Scrapped outside of the case"),
        }
        return self.env._(
            "%(what)s: %(quantity)s with %(document)s on %(at)s UTC by %(by)s.",
            what=words[line["what"]],
            quantity=quantity,
            document=line["document"] or "?",
            at=line["at"],
            by=line["by"] or "?",
        )

    def _say_explained(self):
        return self.env._(
            "Accepted by %(who)s: %(why)s", who=self.explained_by_id.name, why=self.explained
        )

    def _shown(self, quantity):
        return self._figure(self.product_id, quantity)

    @api.model
    def _figure(self, product, quantity):
        """A quantity without zeros that say nothing."""
        rounded = product.uom_id.round(quantity) if product.uom_id else quantity
        return f"{rounded:.6f}".rstrip("0").rstrip(".") if rounded else "0"

    @api.model
    def _came(self, quantities):
        return sum(quantities[name] for name in CAME)

    def _named(self):
        """The lots of these rows for a sentence: the first few, and how many there are."""
        names = ", ".join(self[:NAMED].mapped("lot_name"))
        if len(self) <= NAMED:
            return names
        return self.env._("%(lots)s, … (%(count)s lots)", lots=names, count=len(self))

    def _summed(self, name):
        """A quantity of these rows by unit, for a sentence."""
        return ", ".join(
            f"{self._figure(rows[0].product_id, sum(rows.mapped(name)))} {unit.name}"
            for unit, rows in self.grouped("uom_id").items()
        )

    @api.model
    def _totals(self, recall):
        """Sums by product and unit: list of dicts of the quantities, with ``product``, ``uom``,
        ``lots`` and ``states`` (dict state -> lots). Two queries, whatever the number of lots.
        """
        domain = [("recall_id", "=", recall.id)]
        sums = [f"{name}:sum" for name in QUANTITIES]
        groups = self._read_group(domain, ["product_id"], ["__count", *sums])
        states = defaultdict(dict)
        for product, state, count in self._read_group(domain, ["product_id", "state"], ["__count"]):
            states[product][state] = count
        return [
            {
                "product": product,
                "uom": product.uom_id,
                "lots": count,
                "states": states[product],
                **dict(zip(QUANTITIES, quantities, strict=True)),
            }
            for product, count, *quantities in groups
        ]

    # -- deciding -------------------------------------------------------------

    @api.model
    def _check_right(self):
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_recall"):
            raise AccessError(self.env._("Only a recall manager accepts a difference."))

    def write(self, vals):
        """Nothing of it is for people to write."""
        refuse_forgery(self, vals, ())
        return super().write(vals)

    def _explain(self, reason):
        """Accept what is not accounted for: it is told in the report, and who said so.

        :param reason: sentence
        """
        self._check_right()
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why goods are missing: an auditor will read it."))
        if any(recall.state in ("closed", "cancelled") for recall in self.recall_id):
            raise UserError(self.env._("The case is over: its balance is kept as it was."))
        open_ones = self.filtered(lambda row: row.state not in OVER)
        self.flush_model()
        self.env.cr.execute(
            "UPDATE trace_recall_balance SET explained = %s, explained_qty = unaccounted_qty, "
            "explained_by_id = %s, explained_at = now() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
            (reason, self.env.uid, open_ones.ids),
        )
        self.invalidate_model()
        for recall, rows in open_ones.grouped("recall_id").items():
            says = self.env._(
                "Difference of %(count)s lots accepted: %(why)s", count=len(rows), why=reason
            )
            recall._note("explained", says, lots=rows.lot_id.ids[:1000])
        self.recall_id.sudo()._look_at_balance()

    # -- buttons --------------------------------------------------------------

    def action_explain(self):
        """Open the dialog that asks why goods are missing."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept the Difference"),
            "res_model": "trace.recall.explain",
            "view_mode": "form",
            "target": "new",
            "context": {"default_balance_ids": [(6, 0, self.ids)]},
        }

    def action_dispose(self):
        """Open the dialog that asks what is to be done with these lots."""
        return self.env["trace.recall.dispose"]._ask(self.recall_id, self.scope_id)

    def action_events(self):
        """Open what the ledger says of the lot."""
        self.ensure_one()
        actions = self.env["ir.actions.act_window"]
        action = actions._for_xml_id("lot_serial_trace.action_trace_event")
        domain = [("lot_id", "=", self.lot_id.id), ("company_id", "=", self.company_id.id)]
        return {**action, "domain": domain, "context": {}}
