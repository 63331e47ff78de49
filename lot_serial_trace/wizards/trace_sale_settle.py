from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: What can become of a sale, with how the exceptions about it end.
WAYS = [
    ("swap", "Another number was handed over"),
    ("refund", "The buyer brings it back: refund"),
    ("write_off", "The unit cannot be found: correct the stock"),
    ("accept", "It is all right as it is"),
]
#: What is likeliest, by kind of exception; otherwise another number was handed over.
LIKELY = {"pos_held_sale": "refund", "pos_expired_sale": "refund"}
RESOLUTION = {
    "swap": "corrected",
    "refund": "corrected",
    "write_off": "corrected",
    "accept": "accepted",
}


class TraceSaleSettle(models.TransientModel):
    """Guides through a conflict about a sold number: who has the unit, and what becomes of it.

    ``swap``: the numbers that were really handed over are put on the order and on its transfer,
    which is done then; the warranty is theirs. ``refund``: a refund of just this unit is opened
    at the till's session. ``write_off``: what waits is given up, and a quantity below zero in the
    shop is counted away.
    ``accept``: nothing changes. Each ends the exceptions about the number and the order.
    """

    _name = "trace.sale.settle"
    _description = "Settle a Sale"

    exception_id = fields.Many2one("trace.exception", required=True, readonly=True)
    name = fields.Char(related="exception_id.name")
    remedy = fields.Text(related="exception_id.remedy")
    lot_name = fields.Char(related="exception_id.lot_name")
    product_id = fields.Many2one("product.product", compute="_compute_subject")
    picking_id = fields.Many2one("stock.picking", "Waiting Transfer", compute="_compute_subject")
    order_id = fields.Many2one("pos.order", compute="_compute_subject")
    sold_at = fields.Datetime("Sold", related="order_id.date_order")
    cashier_id = fields.Many2one("res.users", "Cashier", related="order_id.user_id")
    partner_id = fields.Many2one("res.partner", "Buyer", compute="_compute_subject")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    way = fields.Selection(
        WAYS,
        "What becomes of it?",
        required=True,
        compute="_compute_way",
        precompute=True,
        store=True,
        readonly=False,
    )
    effect = fields.Char("What happens then", compute="_compute_effect")
    wanted = fields.Integer(compute="_compute_subject")
    new_lot_ids = fields.Many2many(
        "stock.lot", string="Really Handed Over", domain="[('product_id', '=', product_id)]"
    )
    reason = fields.Text("Why")

    @api.depends("exception_id")
    def _compute_subject(self):
        for wizard in self:
            about = wizard.exception_id.sudo()
            picking = about.picking_id
            waits = picking if picking.state not in ("done", "cancel") else picking.browse()
            moves = waits.move_ids
            wizard.picking_id = waits
            wizard.order_id = about.pos_order_id
            wizard.partner_id = about.partner_id or about.pos_order_id.partner_id
            wizard.product_id = about.product_id or (
                moves.product_id if len(moves.product_id) == 1 else False
            )
            wizard.wanted = 1 if about.lot_name else int(sum(moves.mapped("product_uom_qty")))

    @api.depends("exception_id")
    def _compute_way(self):
        for wizard in self:
            wizard.way = LIKELY.get(wizard.exception_id.kind, "swap")

    @api.depends("way", "exception_id")
    def _compute_effect(self):
        for wizard in self:
            wizard.effect = wizard._effect() if wizard.way else False

    def _effect(self):
        """What the button will do, in a sentence."""
        names = {"transfer": self.picking_id.name, "order": self.order_id.name or "–"}
        sentences = {
            "swap": self.env._(
                "The number is put on %(order)s and on %(transfer)s, which is done then. "
                "A warranty goes with it.",
                **names,
            )
            if self.picking_id
            else self.env._(
                "%(order)s and the movement that is done are corrected; the ledger tells so. "
                "A warranty goes with it.",
                **names,
            ),
            "refund": self.env._(
                "A refund of this unit alone opens. The money is paid back there, and the goods "
                "come in."
            ),
            "write_off": self.env._("%(transfer)s is given up: no goods move by it.", **names)
            if self.picking_id
            else self.env._("What is below zero of it in the shop is counted away."),
            "accept": self.env._("Nothing changes. The reason stays with the exception."),
        }
        return sentences[self.way]

    # -- buttons --------------------------------------------------------------

    def action_settle(self):
        """Do what was chosen, and end the exceptions."""
        self.ensure_one()
        self.exception_id.check_access("write")
        action = getattr(self, f"_{self.way}")()
        self._end()
        return action or {"type": "ir.actions.act_window_close"}

    def action_mail(self):
        """Write to the buyer."""
        self.ensure_one()
        if not self.partner_id.email:
            raise UserError(self.env._("There is no e-mail address of the buyer."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "trace.exception",
                "default_res_ids": self.exception_id.ids,
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.env._("About %s", self.product_id.display_name),
            },
        }

    def _end(self):
        """Resolve the exception and, where it is settled, the others about the same thing."""
        about = self.exception_id
        others = about.browse()
        if self.way != "accept":
            same = [("state", "!=", "resolved"), ("lot_name", "=", about.lot_name)]
            same += [("pos_order_id", "=", about.pos_order_id.id), ("kind", "=like", "pos_%")]
            others = about.search(same) if about.pos_order_id and about.lot_name else others
            stranded = [("kind", "=", "pos_stranded"), ("picking_id", "=", about.picking_id.id)]
            if about.picking_id.state in ("done", "cancel"):
                others |= about.search([("state", "!=", "resolved"), *stranded])
        way = dict(self._fields["way"]._description_selection(self.env))[self.way]
        reason = f"{way}: {self.reason}" if self.reason else way
        (about | others)._resolve(RESOLUTION[self.way], reason)

    # -- swap -----------------------------------------------------------------

    def _swap(self):
        lots = self.new_lot_ids
        if len(lots) != self.wanted:
            raise UserError(self.env._("Choose the numbers that were handed over: %s", self.wanted))
        # First the order and the warranty: what is booked then finds them as they should be.
        self.env["trace.warranty"]._renumber(self._rename_packs(lots))
        if self.picking_id:
            self._swap_waiting(lots)
        elif self.exception_id.lot_name:
            self._swap_done(lots)

    def _swap_waiting(self, lots):
        """Put the numbers on the transfer that waits, and do it."""
        picking = self.picking_id.sudo()
        name = self.exception_id.lot_name
        lines = picking.move_line_ids
        mine = lines.filtered(lambda line: name in (line.lot_id.name, line.lot_name))
        if name and mine:
            if lines - mine:
                picking = picking._trace_split_lines(mine[:1])
            mine[:1].write({"lot_id": lots.id, "lot_name": False})
        else:
            move = picking.move_ids.filtered(lambda one: one.product_id == self.product_id)[:1]
            move.move_line_ids.unlink()
            move.write({"move_line_ids": [Command.create(self._line(move, lot)) for lot in lots]})
        picking.move_ids.picked = True
        picking._action_done()
        self.exception_id.sudo().write({"picking_id": picking.id})

    def _line(self, move, lot):
        quantity = 1 if move.product_id.tracking == "serial" else move.product_uom_qty
        return {**move._prepare_move_line_vals(quantity), "lot_id": lot.id, "picked": True}

    def _swap_done(self, lots):
        """Correct the number on the movement that is done: the ledger tells it as a correction."""
        lines = self._lines_done()
        if lines:
            lines[:1].write({"lot_id": lots.id})

    def _lines_done(self):
        about = self.exception_id.sudo()
        if about.kind == "pos_kit_guess":  # of a sale, or of a refund
            return about.picking_id.move_line_ids.filtered(lambda one: one.lot_id == about.lot_id)
        order = about.pos_order_id
        domain = [
            ("lot_id", "=", about.lot_id.id or self._lot_of_name().id),
            ("state", "=", "done"),
            ("location_dest_id.usage", "=", "customer"),
            "|",
            ("picking_id.pos_order_id", "=", order.id),
            ("picking_id.pos_session_id", "=", order.session_id.id),
        ]
        return self.env["stock.move.line"].sudo().search(domain, order="id desc")

    def _lot_of_name(self):
        about = self.exception_id
        named = [("product_id", "=", about.product_id.id), ("name", "=", about.lot_name)]
        return self.env["stock.lot"].sudo().search(named, limit=1)

    def _rename_packs(self, lots):
        """The order says what was handed over: returns the numbers that say so now."""
        lines = self.order_id.sudo().lines.filtered(lambda one: one.product_id == self.product_id)
        old = lines.pack_lot_ids.filtered(lambda pack: pack.lot_name == self.lot_name)
        if self.lot_name and old:
            old[-1].write({"lot_name": lots.name, "lot_id": lots.id})
            return old[-1]
        if lines and not self.lot_name:
            return old.create(
                [
                    {"pos_order_line_id": lines[:1].id, "lot_name": lot.name, "lot_id": lot.id}
                    for lot in lots
                ]
            )
        return old.browse()

    # -- refund ---------------------------------------------------------------

    def _refund(self):
        """Open a refund of this unit and of nothing else."""
        order = self.order_id
        if not order:
            raise UserError(self.env._("This names no order. Refund it at the till."))
        refund = order._refund()
        lines = refund.lines.filtered(lambda one: one.product_id == self.product_id)
        if self.lot_name:
            lines = lines.filtered(lambda one: self.lot_name in one.pack_lot_ids.mapped("lot_name"))
        line = lines[:1]
        (refund.lines - line).unlink()
        if self.lot_name and line:
            packs = line.pack_lot_ids.filtered(lambda pack: pack.lot_name == self.lot_name)
            (line.pack_lot_ids - packs[:1]).unlink()
            if line.product_id.tracking == "serial":
                line.qty = -1
        line._onchange_amount_line_all()
        refund._compute_prices()
        return refund._get_records_action()

    # -- write off ------------------------------------------------------------

    def _write_off(self):
        """Give up what waits for the number, and count away what is below zero in the shop."""
        picking = self.picking_id.sudo()
        name = self.exception_id.lot_name
        if picking:
            mine = picking.move_line_ids.filtered(
                lambda line: name in (line.lot_id.name, line.lot_name)
            )
            if name and picking.move_line_ids - mine:
                picking = picking._trace_split_lines(mine[:1]) if mine else picking.browse()
            picking.action_cancel()
            self.exception_id.sudo().write({"picking_id": picking.id})
        lot = self.exception_id.lot_id or self._lot_of_name()
        quants = lot.sudo().quant_ids.filtered(
            lambda quant: quant.location_id.usage == "internal" and quant.quantity < 0
        )
        for quant in quants.with_context(inventory_mode=True):
            quant.inventory_quantity = 0
        quants.action_apply_inventory()

    def _accept(self):
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why it is all right: an auditor will read it."))
