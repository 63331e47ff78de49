from odoo import fields, models


class PosConfig(models.Model):
    """Shops that cannot scan every item may have lots inferred; off unless somebody wants it."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.config"

    trace_infer_lots = fields.Boolean(
        "Infer Lots",
        help="Where a cashier captured no lot, take the one that expires first when the goods are "
        "booked. It is marked as inferred wherever it is shown, and never counts as scanned. "
        "Serial numbers are never inferred.",
    )


class ResConfigSettings(models.TransientModel):
    """The same among the settings of tills."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    pos_trace_infer_lots = fields.Boolean(
        related="pos_config_id.trace_infer_lots", readonly=False, string="Infer Lots (POS)"
    )
