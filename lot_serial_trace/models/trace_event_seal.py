from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class TraceEvent(models.Model):
    """In which block an event is sealed: known from its id, so sealing writes nothing here."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.event"

    block_number = fields.Integer(
        "Sealed in Block",
        compute="_compute_block_number",
        aggregator=None,
        help="Empty: not sealed yet. Events are sealed within a minute or two.",
    )

    @api.depends_context("uid")
    def _compute_block_number(self):
        numbers = self.env["trace.block"]._blocks_of(self.ids)
        for event in self:
            event.block_number = numbers.get(event.id, 0)

    def action_verify_seal(self):
        """Verify the event with its block, and show what was found."""
        self.ensure_one()
        if not self.block_number:
            raise UserError(self.env._("This event is not sealed yet. Try again in a minute."))
        check = self.env["trace.seal.check"]._ask("range", self.id, self.id)
        return check._get_records_action(name=self.env._("Verification"))

    @api.model
    def _company_of(self, event_ids):
        """Map event id -> id of its company: one query."""
        return dict(
            self.env.execute_query(
                SQL("SELECT id, company_id FROM trace_event WHERE id = ANY(%s)", list(event_ids))
            )
        )
