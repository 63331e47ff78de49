from odoo import fields, models

from .trace_exception import READERS


class StockLot(models.Model):
    """From a number to its certificates."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    trace_certificate_ids = fields.One2many(
        "trace.certificate", "lot_id", "Certificates", readonly=True, groups=READERS
    )

    def action_trace_certify(self):
        """Ask how the certificates of the selected numbers are to be."""
        return self.env["trace.certificate.wizard"]._ask(self)
