from odoo import fields, models


class ResCompany(models.Model):
    """Companies: since when which traceability law counts for them, and how soon they answer.

    Dates of law move. They are settings, so that nothing has to be rebuilt when they do; as they
    come they are what was known when this was written.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    trace_fsma_from = fields.Date(
        "FSMA 204 Enforced From",
        default="2028-07-20",
        help="21 CFR part 1, subpart S. Congress has the FDA not enforce it before this day.",
    )
    trace_fsma_hours = fields.Integer(
        "FSMA 204: Hours to Answer", default=24, help="21 CFR 1.1455(c)"
    )
    trace_fsma_years = fields.Integer(
        "FSMA 204: Years Looked at",
        default=2,
        help="So long records are kept (21 CFR 1.1455(d)): gaps are looked for since then.",
    )
    trace_food_from = fields.Date(
        "EU Food Law From", default="2005-01-01", help="Regulation (EC) 178/2002, article 18"
    )
    trace_food_hours = fields.Integer(
        "EU Food Law: Hours to Answer",
        default=4,
        help="The regulation says: on demand. Four hours is what certification schemes test.",
    )
    trace_dscsa_from = fields.Date(
        "DSCSA From",
        default="2026-11-27",
        help="Tracing of packages, small dispensers included; larger partners were earlier.",
    )
    trace_dscsa_th_until = fields.Date(
        "DSCSA: Transaction History Until",
        default="2023-11-27",
        help="Until this day a transaction history went with the goods. It is no longer required.",
    )
    trace_mdr_from = fields.Date("EU MDR From", default="2021-05-26", help="Regulation 2017/745")

    _trace_regulator_positive = models.Constraint(
        "CHECK(COALESCE(trace_fsma_hours, 0) >= 0 AND COALESCE(trace_food_hours, 0) >= 0 "
        "AND COALESCE(trace_fsma_years, 0) BETWEEN 0 AND 50)",
        "Hours to answer and years to keep are not negative.",
    )


class ResConfigSettings(models.TransientModel):
    """Settings of the Traceability app: dates of law."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    trace_fsma_from = fields.Date(related="company_id.trace_fsma_from", readonly=False)
    trace_fsma_hours = fields.Integer(related="company_id.trace_fsma_hours", readonly=False)
    trace_fsma_years = fields.Integer(related="company_id.trace_fsma_years", readonly=False)
    trace_food_from = fields.Date(related="company_id.trace_food_from", readonly=False)
    trace_food_hours = fields.Integer(related="company_id.trace_food_hours", readonly=False)
    trace_dscsa_from = fields.Date(related="company_id.trace_dscsa_from", readonly=False)
    trace_dscsa_th_until = fields.Date(related="company_id.trace_dscsa_th_until", readonly=False)
    trace_mdr_from = fields.Date(related="company_id.trace_mdr_from", readonly=False)
