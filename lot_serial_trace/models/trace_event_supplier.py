from odoo import models


class TraceEvent(models.Model):
    """What a supplier has sent is found without reading the whole ledger."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.event"

    # Receipts only: what else moves does not pay for it.
    _supplier_idx = models.Index("(supplier_id) WHERE source_usage = 'supplier'")
