from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import findings
from ..models.trace_pass import OVERRIDE_GROUP
from ..models.trace_policy import SEVERITIES
from ..models.trace_till import Override

#: So many findings are listed; a person reads no more.
LONGEST = 100


class TraceGateWizard(models.TransientModel):
    """Tells a person who validates what the gate found.

    Warnings are confirmed with one click. Blocks can be let pass by Quality with a
    reason, which goes into the ledger; everybody else goes back to the transfer.
    """

    _name = "trace.gate.wizard"
    _description = "Findings Before Validation"

    picking_ids = fields.Many2many("stock.picking")
    line_ids = fields.One2many("trace.gate.wizard.line", "wizard_id")
    blocked = fields.Boolean()
    more = fields.Integer(help="Findings that are not listed")
    may_override = fields.Boolean(compute="_compute_may_override")
    reason = fields.Text()

    def _compute_may_override(self):
        self.may_override = self.env.user.has_group(OVERRIDE_GROUP)

    @api.model
    def _ask(self, pickings, lines):
        """Return the action that shows findings about ``pickings``.

        :param lines: list of values of ``trace.gate.wizard.line``
        """
        wizard = self.create(
            {
                "picking_ids": [(6, 0, pickings.ids)],
                "blocked": any(line["severity"] == "block" for line in lines),
                "line_ids": [(0, 0, line) for line in sorted(lines, key=self._gravity)[:LONGEST]],
                "more": max(len(lines) - LONGEST, 0),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Please look at this first"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": dict(self.env.context),
        }

    @api.model
    def _gravity(self, line):
        return -findings.SEVERITIES.index(line["severity"])

    def action_continue(self):
        """Validate after all: warnings confirmed, blocks let pass with a reason."""
        self.ensure_one()
        context = {"trace_confirmed": True}
        if self.blocked:
            context["trace_override"] = self._override()
        return self.picking_ids.with_context(**context).button_validate()

    def _override(self):
        if not self.env.user.has_group(OVERRIDE_GROUP):
            raise AccessError(self.env._("Only Quality can let blocked goods pass."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why these goods may pass: it is kept in the ledger."))
        return Override(self.reason.strip(), self.env.uid)


class TraceGateWizardLine(models.TransientModel):
    """One finding in the dialog."""

    _name = "trace.gate.wizard.line"
    _description = "Finding Before Validation"

    wizard_id = fields.Many2one("trace.gate.wizard", required=True, ondelete="cascade")
    severity = fields.Selection(SEVERITIES)
    message = fields.Char()
    remedy = fields.Char()
    why = fields.Char(help="Which policy made it so")
