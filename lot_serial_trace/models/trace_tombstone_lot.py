from odoo import fields, models


class TraceTombstoneLot(models.Model):
    """How much of a lot's history a purge took out: what an answer about the lot must say."""

    _name = "trace.tombstone.lot"
    _description = "Purged Lot"
    _log_access = False
    _order = "until desc, id"
    _rec_name = "lot_name"

    tombstone_id = fields.Many2one(
        "trace.tombstone", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    lot_id = fields.Integer("Lot ID", required=True, readonly=True, index=True, aggregator=None)
    lot_name = fields.Char("Lot/Serial", readonly=True)
    product_id = fields.Integer("Product ID", readonly=True, aggregator=None)
    product_name = fields.Char("Product", readonly=True)
    count = fields.Integer("Entries", readonly=True)
    since = fields.Datetime("From", readonly=True)
    until = fields.Datetime("Up To", readonly=True)

    _once_idx = models.UniqueIndex("(tombstone_id, lot_id)")
