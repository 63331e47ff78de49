from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .trace_guard import refuse_forgery

#: Kind of evidence -> what people call it.
KINDS = {
    "gtin": "GTIN",
    "upc": "UPC (completed)",
    "level": "GTIN of another packing",
    "restricted": "Number of a shop",
    "ndc": "NDC",
    "model": "Model",
    "supplier_code": "Supplier's code",
    "brand": "Brand",
    "firm": "Supplier",
    "words": "Words",
    "lot": "Lot",
    "lot_like": "Lot, written otherwise",
    "lot_range": "In a range of lots",
    "lot_prefix": "Begins like its lots",
    "date": "Best-before date",
    "date_range": "Best before in the time",
    "all": "All lots",
    "no_lot": "None of our lots is among them",
}


class TraceNoticeMatch(models.Model):
    """That a product of ours, or one lot of it, may be what a notice is about.

    Proposed with a score and the very words on both sides; a person confirms or refuses it. What
    was refused is not proposed again: not for the same notice, and not for another one whose only
    evidence are the same words.
    """

    _name = "trace.notice.match"
    _description = "Match of a Recall Notice"
    _order = "notice_id, state_order, score desc, id"

    notice_id = fields.Many2one(
        "trace.notice", required=True, readonly=True, ondelete="cascade", index=True
    )
    item_id = fields.Many2one("trace.notice.item", readonly=True, ondelete="set null", index=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="cascade"
    )
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    lot_name = fields.Char("Number", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    on_hand = fields.Float(compute="_compute_on_hand", digits="Product Unit")
    score = fields.Integer(readonly=True)
    evidence = fields.Json(readonly=True)
    evidence_html = fields.Html("Why", compute="_compute_evidence_html")
    signature = fields.Char(readonly=True, index="btree_not_null")
    state = fields.Selection(
        [("proposed", "Proposed"), ("confirmed", "Ours"), ("refused", "Not Ours")],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
    )
    state_order = fields.Integer(compute="_compute_state_order", store=True)
    decided_by_id = fields.Many2one("res.users", "Judged By", readonly=True)
    decided_at = fields.Datetime("Judged", readonly=True)
    reason = fields.Text(readonly=True)
    published_at = fields.Datetime(related="notice_id.published_at")
    severity_class = fields.Selection(related="notice_id.severity_class")

    _one_match = models.UniqueIndex("(notice_id, product_id, (COALESCE(lot_id, 0)))")

    @api.depends("state")
    def _compute_state_order(self):
        order = {"confirmed": 0, "proposed": 1, "refused": 2}
        for match in self:
            match.state_order = order[match.state]

    @api.depends("product_id", "lot_name", "score")
    def _compute_display_name(self):
        for match in self:
            names = (match.product_id.display_name, match.lot_name)
            match.display_name = " / ".join(filter(None, names))

    @api.depends("product_id", "lot_id")
    def _compute_on_hand(self):
        quants = self.env["stock.quant"].sudo()
        own = [
            ("location_id.usage", "in", ("internal", "transit")),
            ("product_id", "in", self.product_id.ids),
        ]
        rows = quants._read_group(own, ["product_id", "lot_id"], ["quantity:sum"])
        by_lot = {lot.id: quantity for _product, lot, quantity in rows if lot}
        by_product = {}
        for product, _lot, quantity in rows:
            by_product[product.id] = by_product.get(product.id, 0) + quantity
        for match in self:
            if match.lot_id:
                match.on_hand = by_lot.get(match.lot_id.id, 0)
            else:
                match.on_hand = by_product.get(match.product_id.id, 0)

    @api.depends("evidence")
    def _compute_evidence_html(self):
        row = Markup(
            "<div><span class='text-muted'>%s</span> <mark>%s</mark>%s"
            "<span class='text-muted'>%s</span></div>"
        )
        for match in self:
            match.evidence_html = Markup().join(
                row
                % (
                    KINDS.get(piece["kind"], piece["kind"]),
                    piece.get("theirs", ""),
                    Markup(" = <b>%s</b>") % piece["ours"] if piece.get("ours") else "",
                    f" ({piece['field']})" if piece.get("field") else "",
                )
                for piece in match.evidence or []
            )

    # -- judging --------------------------------------------------------------

    def action_confirm(self):
        """It is ours; a case is opened by another button."""
        self._judge("confirmed", False)

    def action_refuse(self):
        """Ask why it is not ours."""
        if not self:
            raise UserError(self.env._("Nothing is proposed."))
        self.notice_id._check_judge()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Ours"),
            "res_model": "trace.notice.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_match_ids": self.ids},
        }

    def action_reconsider(self):
        """Take a judgement back."""
        self._judge("proposed", False)

    def _judge(self, state, reason):
        """The one writer of ``state``.

        :param reason: text for an auditor; required to refuse
        """
        self.notice_id._check_judge()
        if state == "refused" and not (reason or "").strip():
            raise UserError(self.env._("Say why: an auditor will read the reason."))
        done = state != "proposed"
        self.sudo().write(
            {
                "state": state,
                "reason": (reason or "").strip() or False,
                "decided_by_id": self.env.uid if done else False,
                "decided_at": fields.Datetime.now() if done else False,
            }
        )
        words = {
            "confirmed": self.env._("Ours: %s", self._named()),
            "refused": self.env._("Not ours: %(goods)s. %(why)s", goods=self._named(), why=reason),
            "proposed": self.env._("To judge again: %s", self._named()),
        }[state]
        for notice in self.notice_id:
            notice.sudo().message_post(body=words, author_id=self.env.user.partner_id.id)
        self.notice_id._follow()

    def _named(self):
        names = self.mapped("display_name")
        return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")

    # -- guards ---------------------------------------------------------------

    def write(self, vals):
        """What was found stays; what becomes of it is for the buttons."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        """Machinery proposes; a person who knows better opens a case."""
        if not self.env.su:
            raise UserError(self.env._("Matches are proposed by comparing."))
        return super().create(vals_list)
