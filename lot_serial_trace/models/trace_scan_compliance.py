from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..core.capture import SCANNED
from ..core.figures import FIGURES
from .trace_scan import MOVED_METHODS

DEFINITION = FIGURES["scan"].definition


class TraceScanCompliance(models.Model):
    """Scan Compliance Rate: one row for each number that moved, whoever forgot to scan it.

    Counted in the movements, so that a skipped scan counts against the rate. The id of a
    row is the id of its move line.
    """

    _name = "trace.scan.compliance"
    _description = "Scan Compliance"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lot_id"

    move_line_id = fields.Many2one("stock.move.line", readonly=True)
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    picking_type_id = fields.Many2one("stock.picking.type", "Operation Type", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    config_id = fields.Many2one("pos.config", "Shop", readonly=True)
    location_id = fields.Many2one(
        "stock.location", "Place", readonly=True, help="Our place where the number was captured"
    )
    partner_id = fields.Many2one("res.partner", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, help="Who captured the number, or validated without"
    )
    method = fields.Selection([*MOVED_METHODS, ("none", "Without a scan")], readonly=True)
    required = fields.Boolean("Scan Required", readonly=True)
    scanned = fields.Boolean(readonly=True)
    capture_count = fields.Integer("Captures", readonly=True, aggregator="sum")
    scanned_count = fields.Integer("Scanned Captures", readonly=True, aggregator="sum")
    rate = fields.Float("Scan Compliance Rate", readonly=True, aggregator="avg", help=DEFINITION)

    _depends = {
        "stock.move.line": [
            "state",
            "date",
            "product_id",
            "lot_id",
            "picking_id",
            "trace_method",
            "trace_required",
            "trace_user_id",
        ],
        "stock.move": ["picking_type_id"],
    }

    def init(self):
        """Create the view; each filter reaches the move lines and their indexes."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %s AS
                SELECT l.id, l.id AS move_line_id, l.date, l.company_id, l.product_id, t.categ_id,
                    l.lot_id, l.picking_id, m.picking_type_id, k.partner_id,
                    kind.warehouse_id, session.config_id,
                    CASE WHEN source.usage IN ('internal', 'transit') THEN l.location_id
                        ELSE l.location_dest_id END AS location_id,
                    COALESCE(l.trace_user_id, l.write_uid) AS user_id,
                    COALESCE(l.trace_method, 'none') AS method,
                    l.trace_required AS required, 1 AS capture_count,
                    COALESCE(l.trace_method IN %s, FALSE) AS scanned,
                    CASE WHEN l.trace_method IN %s THEN 1 ELSE 0 END AS scanned_count,
                    CASE WHEN l.trace_method IN %s THEN 1.0 ELSE 0.0 END AS rate
                FROM stock_move_line l
                JOIN stock_move m ON m.id = l.move_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN stock_location source ON source.id = l.location_id
                LEFT JOIN stock_picking_type kind ON kind.id = m.picking_type_id
                LEFT JOIN stock_picking k ON k.id = l.picking_id
                LEFT JOIN pos_session session ON session.id = k.pos_session_id
                WHERE l.state = 'done' AND m.picking_type_id IS NOT NULL
                    AND (l.lot_id IS NOT NULL OR l.trace_required)
                """,
                SQL.identifier(self._table),
                SCANNED,
                SCANNED,
                SCANNED,
            )
        )

    @api.model
    def _rate(self, domain=()):
        """The rate over ``domain``, as a fraction; None where nothing was required."""
        [(rate,)] = self._read_group([("required", "=", True), *domain], aggregates=["rate:avg"])
        return None if rate is False else rate

    def action_open_lines(self):
        """Open the move lines behind the rows."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move Lines"),
            "res_model": "stock.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
            "context": {"create": False},
        }
