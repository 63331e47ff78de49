from odoo import fields, models


class StockLot(models.Model):
    """Lots of listed foods: who assigned the code, and what the farm or vessel has told."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    trace_tlc_source_id = fields.Many2one(
        "res.partner",
        "Lot Code Assigned by",
        index="btree_not_null",
        copy=False,
        help="Traceability lot code source. Empty: the own place for what was made here, or else "
        "as the supplier's form says.",
    )
    trace_tlc_url = fields.Char(
        "Source Reference", copy=False, help="Web address or number that leads to the source"
    )
    trace_farm_id = fields.Many2one("res.partner", "Farm", copy=False, help="Where it was grown")
    trace_field = fields.Char(
        "Field or Growing Area",
        copy=False,
        help="Of fish: where it was caught, or the pond, pool, tank or cage in which it grew",
    )
    trace_harvester = fields.Char("Harvester", copy=False, help="Business name and telephone")
    trace_harvest_from = fields.Date("Harvested", copy=False)
    trace_harvest_to = fields.Date("Harvested Until", copy=False)
    trace_cooled_id = fields.Many2one("res.partner", "Cooled by", copy=False)
    trace_cooled_on = fields.Date("Cooled On", copy=False)
    trace_seed_ids = fields.One2many("trace.seed", "lot_id", "Seeds for Sprouting")
    trace_fsma_made = fields.Selection(related="product_id.trace_fsma_made")

    _trace_harvest_idx = models.Index("(trace_harvest_from) WHERE trace_harvest_from IS NOT NULL")
