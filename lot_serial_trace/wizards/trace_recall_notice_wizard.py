from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceRecallNoticeWizard(models.TransientModel):
    """Shows a notice as somebody will get it, and sends it to oneself."""

    _name = "trace.recall.notice.wizard"
    _description = "Notice of a Recall"

    recall_id = fields.Many2one("trace.recall", required=True, readonly=True)
    role = fields.Selection(
        [
            ("business", "Business"),
            ("consumer", "Consumer"),
            ("shop", "Shop"),
            ("owner", "Registered owner"),
        ],
        required=True,
        default="business",
    )
    consignee_id = fields.Many2one(
        "trace.recall.consignee",
        "As Seen By",
        domain="[('recall_id', '=', recall_id), ('role', '=', role)]",
        compute="_compute_consignee_id",
        store=True,
        readonly=False,
    )
    subject = fields.Char(compute="_compute_notice")
    body = fields.Html(compute="_compute_notice", sanitize=False)

    @api.depends("recall_id", "role")
    def _compute_consignee_id(self):
        for one in self:
            one.consignee_id = self.env["trace.recall.consignee"].search(
                [("recall_id", "=", one.recall_id.id), ("role", "=", one.role)], limit=1
            )

    @api.depends("consignee_id", "role")
    def _compute_notice(self):
        for one in self:
            one.subject, one.body = one._rendered()

    def _rendered(self):
        """Subject and body for the consignee, in his language."""
        someone = self.consignee_id
        if not someone:
            return self.env._("The case has no consignee of this kind."), False
        template = self.recall_id._template_for(self.role).with_company(someone.company_id)
        subject = template._render_field("subject", someone.ids, compute_lang=True)
        body = template._render_field("body_html", someone.ids, compute_lang=True)
        return subject[someone.id], body[someone.id]

    def action_send_test(self):
        """Send this notice to oneself; its link shows the page, and takes no answer."""
        self.ensure_one()
        self.recall_id._check_right()
        to = self.env.user.email
        if not to:
            raise UserError(self.env._("You have no mail address: set one in your preferences."))
        if not self.consignee_id:
            raise UserError(self.env._("The case has no consignee of this kind."))
        self.consignee_id.sudo()._send_test(to)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("Sent to %s.", to)},
        }
