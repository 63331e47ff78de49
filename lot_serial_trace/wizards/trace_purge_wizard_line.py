from odoo import fields, models

OUTCOMES = [
    ("go", "Would go"),
    ("no_copy", "No checked copy yet"),
    ("unsealed", "Not sealed yet"),
    ("legal", "Legal hold"),
    ("hold", "On hold"),
    ("exception", "Open exception"),
    ("stock", "Goods are still here"),
    ("recall", "Recall"),
    ("parted", "Another entry about the same movement stays"),
]


class TracePurgeWizardLine(models.TransientModel):
    """A class and month: how many entries would go, or stay, and why."""

    _name = "trace.purge.wizard.line"
    _description = "What Would Go"
    _order = "month, class_id, outcome"

    wizard_id = fields.Many2one("trace.purge.wizard", required=True, ondelete="cascade")
    class_id = fields.Many2one("trace.retention", readonly=True, ondelete="cascade")
    month = fields.Date(readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    events = fields.Integer("Entries", readonly=True)
    lots = fields.Integer(readonly=True, aggregator=None)
