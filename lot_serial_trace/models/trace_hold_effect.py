from odoo import api, fields, models
from odoo.exceptions import UserError

from .trace_hold_sql import insert


class TraceHoldEffect(models.Model):
    """What placing a hold did: read by those who are short now, and by the release, to undo it.

    * ``freed``: goods were reserved for a movement and are not any more; ``short``: so much of
      it no other stock could replace;
    * ``picked``: goods are in somebody's hands for a document. They stay there, the gate stops
      them, and the document was told to take them out;
    * ``moved``: goods were put on a transfer to quarantine; ``back``: on one back, by release;
    * ``told``: somebody else was told, a till for example.

    Rows are made by ``INSERT ... SELECT``, ten thousand at once, and never change but for
    ``undone_at``. Who placed the hold and when, the hold tells: each further reference to
    another table is one more look-up for each row.
    """

    _name = "trace.hold.effect"
    _description = "Effect of a Hold"
    _order = "hold_id, id"
    _rec_name = "document"
    _log_access = False

    hold_id = fields.Many2one(
        "trace.hold", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", required=True, readonly=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    kind = fields.Selection(
        [
            ("freed", "Reservation given up"),
            ("short", "Short now"),
            ("picked", "Picked already"),
            ("moved", "To quarantine"),
            ("back", "Back from quarantine"),
            ("told", "Told"),
        ],
        required=True,
        readonly=True,
    )
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="In the product's unit of measure"
    )
    move_id = fields.Many2one(
        "stock.move", "Movement", readonly=True, index="btree_not_null", ondelete="set null"
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    location_id = fields.Many2one(
        "stock.location", "Place", readonly=True, help="Where the goods were", ondelete="restrict"
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", readonly=True)
    document = fields.Char(readonly=True, help="What it was called at that time")
    undone_at = fields.Datetime(readonly=True, help="When a release undid it")

    _document_idx = models.Index("(res_model, res_id)")

    def init(self):
        """Drop the index over what is not undone: that over lots finds the same."""
        self.env.cr.execute("DROP INDEX IF EXISTS trace_hold_effect_open_idx")

    @api.model
    def _insert(self, rows):
        """Write effects: one query, also for ten thousand. ``rows``: dicts of values."""
        if rows:
            insert(self, rows)
            self.env["trace.hold"].invalidate_model(["effect_ids"])

    def action_open_document(self):
        """Open the document that was affected, as far as it still exists."""
        self.ensure_one()
        model = self.res_model if self.res_model in self.env else None
        record = self.env[model].browse(self.res_id).exists() if model else None
        if not record:
            raise UserError(self.env._("%s no longer exists.", self.document or ""))
        return record._get_records_action()
