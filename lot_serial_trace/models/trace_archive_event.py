from odoo import fields, models


class TraceArchiveEvent(models.Model):
    """An entry that was read back from a copy of the ledger, to be looked at.

    It has the fields of the ledger and its guards, and is not the ledger: nothing that asks the
    ledger asks here.
    """

    _name = "trace.archive.event"
    _inherit = "trace.event"
    _description = "Entry Read Back"

    archive_id = fields.Many2one(
        "trace.archive", "Copy", required=True, readonly=True, index=True, ondelete="restrict"
    )

    def init(self):
        """Leave the trigger to the ledger."""
