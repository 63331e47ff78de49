from odoo import fields, models

from ..core.seal_check import KINDS


class TraceSealFault(models.Model):
    """One thing that a verification found not as it was sealed."""

    _name = "trace.seal.fault"
    _description = "Fault in the Ledger"
    _order = "block, event_id, id"
    _rec_name = "says"

    check_id = fields.Many2one(
        "trace.seal.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    block = fields.Integer("Seal Block", readonly=True, aggregator=None)
    event_id = fields.Integer(readonly=True, aggregator=None)
    kind = fields.Selection(
        lambda self: [(kind, self.env._(label)) for kind, label in KINDS.items()],
        required=True,
        readonly=True,
    )
    says = fields.Char("What is wrong", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="cascade", help="Whose event it is."
    )

    def action_open_event(self):
        """Open the event, as far as it is still there."""
        self.ensure_one()
        return self.env["trace.event"]._open_record("trace.event", self.event_id)
