from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.trace_certificate import AT_ONCE


class TraceCertificateWizard(models.TransientModel):
    """Asks for whom certificates are, and makes them: a few at once, many in the background."""

    _name = "trace.certificate.wizard"
    _description = "Issue Certificates"

    lot_ids = fields.Many2many("stock.lot", string="Lots/Serial Numbers", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Shipment", readonly=True)
    count = fields.Integer(compute="_compute_count")
    in_background = fields.Boolean(compute="_compute_count")
    public = fields.Boolean(
        "For Everybody",
        help="Names of customers are left out, and the proof of the ledger, which has them.",
    )

    @api.depends("lot_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.lot_ids)
            wizard.in_background = wizard.count > AT_ONCE

    @api.model
    def _ask(self, lots=None, picking=None):
        """Open the dialog."""
        self.env["trace.certificate"]._may_issue()
        if picking and (len(picking) != 1 or picking.state != "done"):
            raise UserError(self.env._("Choose one transfer that is done."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Issue Certificates"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_lot_ids": lots.ids if lots else [],
                "default_picking_id": picking.id if picking else False,
            },
        }

    def action_issue(self):
        """Make them, or have them made."""
        self.ensure_one()
        certificates = self.env["trace.certificate"]
        if self.picking_id:
            issuer = certificates.with_company(self.picking_id.company_id)
            return issuer._issue_shipment(self.picking_id, self.public)._get_records_action()
        if self.in_background:
            job = self.env["trace.certificate.job"]._ask(self.lot_ids, self.public)
            return job._get_records_action()
        made = certificates._issue(self.lot_ids, self.public)
        return made._get_records_action(name=self.env._("Certificates"))
