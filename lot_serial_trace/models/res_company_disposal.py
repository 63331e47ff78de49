from odoo import fields, models


class ResCompany(models.Model):
    """Companies: what is wanted when recalled goods are destroyed, and what may be missing."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    trace_recall_witnesses = fields.Integer(
        "Witnesses of a Destruction",
        default=1,
        help="So many names are wanted before recalled goods are destroyed. 0: none.",
    )
    trace_recall_proof = fields.Boolean(
        "Proof of a Destruction",
        help="A photo or the disposer's receipt is wanted before recalled goods are destroyed.",
    )
    trace_recall_tolerance_percent = fields.Float(
        "Recalls: Tolerance (%)", digits=(16, 3), help="Of what came of a lot may be missing."
    )
    trace_recall_tolerance_quantity = fields.Float(
        "Recalls: Tolerance",
        digits="Product Unit",
        help="So much of a lot may be missing. The larger of the two counts.",
    )

    _trace_recall_not_negative = models.Constraint(
        "CHECK(COALESCE(trace_recall_witnesses, 0) BETWEEN 0 AND 9 "
        "AND COALESCE(trace_recall_tolerance_percent, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(trace_recall_tolerance_quantity, 0) >= 0)",
        "Recalls: 0 to 9 witnesses, 0 to 100 %, and quantities from 0.",
    )


class ResConfigSettings(models.TransientModel):
    """Settings of the Traceability app: how recalled goods end."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    trace_recall_witnesses = fields.Integer(
        related="company_id.trace_recall_witnesses", readonly=False
    )
    trace_recall_proof = fields.Boolean(related="company_id.trace_recall_proof", readonly=False)
    trace_recall_tolerance_percent = fields.Float(
        related="company_id.trace_recall_tolerance_percent", readonly=False
    )
    trace_recall_tolerance_quantity = fields.Float(
        related="company_id.trace_recall_tolerance_quantity", readonly=False
    )
