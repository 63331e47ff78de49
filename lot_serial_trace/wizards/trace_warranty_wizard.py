from odoo import api, fields, models
from odoo.exceptions import UserError

WHAT = [("claim", "Claim"), ("exchange", "Exchange"), ("void", "Void")]


class TraceWarrantyWizard(models.TransientModel):
    """Takes a claim, moves a warranty to another unit, or voids it: each with its reason.

    A claim goes to the desk (kind ``warranty_claim``) with what the customer says and pictures of
    the unit; there it is decided. Who only works on exceptions takes claims; Quality moves and
    voids.
    """

    _name = "trace.warranty.wizard"
    _description = "Warranty: Claim, Exchange or Void"

    what = fields.Selection(WHAT, required=True)
    warranty_ids = fields.Many2many("trace.warranty", string="Warranties", required=True)
    sentence = fields.Char(compute="_compute_sentence")
    reason = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Pictures")
    user_id = fields.Many2one("res.users", "Owner", domain="[('share', '=', False)]")
    lot_id = fields.Many2one("stock.lot", "Unit Given for It")
    company_id = fields.Many2one("res.company", compute="_compute_sentence")

    @api.model
    def _ask(self, warranties, what):
        if what != "claim":
            self.env["trace.warranty"]._check_right()
        wizard = self.create({"what": what, "warranty_ids": [(6, 0, warranties.ids)]})
        names = {
            "claim": self.env._("Warranty claim"),
            "exchange": self.env._("Move the warranty to another unit"),
            "void": self.env._("Void the warranty"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": names[what],
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.depends("warranty_ids")
    def _compute_sentence(self):
        for wizard in self:
            wizard.sentence = "; ".join(
                f"{one.number}: {one._sentence()}" for one in wizard.warranty_ids[:5]
            )
            wizard.company_id = wizard.warranty_ids.company_id[:1]

    def action_confirm(self):
        """Do what was asked for."""
        self.ensure_one()
        if self.what != "exchange" and not (self.reason or "").strip():
            raise UserError(self.env._("Say why: an auditor will read the reason."))
        return getattr(self, f"_confirm_{self.what}")()

    def _confirm_claim(self):
        self.warranty_ids.check_access("read")
        for one in self.warranty_ids:
            claim = one._claim(self.reason.strip(), self.user_id)
            self._tell(claim, one)
        return self.warranty_ids.action_open_claims()

    def _tell(self, claim, one):
        """Keep what the customer says and the pictures with the claim, and note it here."""
        pictures = [
            picture.copy({"res_model": claim._name, "res_id": claim.id}).id
            for picture in self.attachment_ids
        ]
        claim.message_post(body=self.reason.strip(), attachment_ids=pictures)
        one.sudo().message_post(body=self.env._("Claim: %s", self.reason.strip()))

    def _confirm_exchange(self):
        self.env["trace.warranty"]._check_right()
        self.warranty_ids.check_access("read")
        old = self.warranty_ids
        if len(old) != 1 or not self.lot_id:
            raise UserError(self.env._("Choose one warranty and the unit given for it."))
        new = old._move_to(self.lot_id)
        if not new:
            raise UserError(
                self.env._(
                    "Nothing of %(number)s can be moved. %(sentence)s.",
                    number=old.number,
                    sentence=old._sentence(),
                )
            )
        return new._get_records_action()

    def _confirm_void(self):
        self.env["trace.warranty"]._check_right()
        self.warranty_ids.check_access("read")
        self.warranty_ids.filtered(lambda one: not one.closed_as)._void(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
