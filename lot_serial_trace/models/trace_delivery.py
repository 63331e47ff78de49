from odoo import fields, models, tools
from odoo.tools import SQL

from .trace_question_sql import latest


class TraceDelivery(models.Model):
    """Who got what: one row for each delivery, sale and return, corrections applied.

    Read from the ledger by its indexes over customers and lots, so that both questions are
    quick: which lots did this customer get, and which customers got this lot. Returns count
    below zero: the sum is what the customer has. The id of a row is the id of its event.
    """

    _name = "trace.delivery"
    _description = "Delivered Lot"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lot_name"

    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Open Lot", readonly=True)
    lot_name = fields.Char("Lot/Serial", readonly=True)
    product_id = fields.Many2one("product.product", "Open Product", readonly=True)
    product_name = fields.Char("Product", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    partner_name = fields.Char("Customer Then", readonly=True)
    kind = fields.Selection([("delivered", "Delivered"), ("returned", "Came Back")], readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="Returns are below zero")
    uom = fields.Char("Unit", readonly=True)
    expiration_date = fields.Datetime("Expires", readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Integer("Document ID", readonly=True, aggregator=None)
    origin = fields.Char("Source Document", readonly=True)

    _depends = {"trace.event": ["lot_id", "partner_id", "quantity", "dest_usage", "source_usage"]}

    def init(self):
        """Create the view: nothing is summed, so that filters reach the indexes."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %s AS
                SELECT e.id, e.event_time AS date, e.company_id, e.lot_id, e.lot_name,
                    e.product_id, e.product_name, e.partner_id, e.partner_name,
                    CASE e.dest_usage WHEN 'customer' THEN 'delivered' ELSE 'returned' END AS kind,
                    CASE e.dest_usage WHEN 'customer' THEN e.quantity ELSE -e.quantity END
                        AS quantity,
                    e.uom, e.expiration_date, e.document, e.document_model, e.document_id, e.origin
                FROM trace_event e
                WHERE (e.dest_usage = 'customer' OR e.source_usage = 'customer')
                    AND e.quantity != 0 AND %s
                """,
                SQL.identifier(self._table),
                latest(),
            )
        )

    def action_open_document(self):
        """Open the document of the delivery, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record(self.document_model, self.document_id)
