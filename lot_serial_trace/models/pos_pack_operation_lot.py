from odoo import models


class PosPackOperationLot(models.Model):
    """Numbers captured at the till, found by number."""

    _inherit = "pos.pack.operation.lot"

    _trace_lot_name_idx = models.Index("(lot_name)")
