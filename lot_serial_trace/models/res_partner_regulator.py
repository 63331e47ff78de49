from odoo import fields, models


class ResPartner(models.Model):
    """Trading partners: who assigned the lot codes of what they send, and numbers of the FDA."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    trace_tlc_source_id = fields.Many2one(
        "res.partner",
        "Lot Codes Assigned by",
        index="btree_not_null",
        help="Traceability lot code source of what this supplier sends, where the lot does not "
        "say otherwise: the place where it was packed, landed or made. It may be the supplier.",
    )
    trace_ffrn = fields.Char("FDA Registration", help="Food facility registration number (FFRN)")
    trace_ggn = fields.Char("GGN", help="GLOBALG.A.P. number")
    trace_source_url = fields.Char(
        "Lot Code Look-up", help="Web address that tells the traceability lot code source"
    )
    trace_fsma_exempt = fields.Boolean(
        "Exempt from FSMA 204",
        help="The rule does not apply to this supplier, a small farm for instance: lots get their "
        "traceability lot code from whoever receives them (21 CFR 1.1345(b)).",
    )
    trace_aquaculture = fields.Boolean(
        "Aquaculture Farm",
        help="What its lots call the field is the pond, pool, tank or cage (21 CFR 1.1325).",
    )
    trace_vessel = fields.Boolean(
        "Fishing Vessel", help="What comes from it is landed here first (21 CFR 1.1335)."
    )
