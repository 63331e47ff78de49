from odoo import api, fields, models
from odoo.tools import SQL

from .trace_event_sql import product_name

#: Fields of a movement that name its operation, as far as the apps are installed.
OPERATIONS = ("raw_material_production_id", "production_id", "unbuild_id", "repair_id")
#: Joins of the places between which a line moves.
PLACES = SQL(
    "JOIN stock_location a ON a.id = l.location_id "
    "JOIN stock_location b ON b.id = l.location_dest_id"
)


class TraceEdge(models.Model):
    """Which lots went into an operation and which came out of it.

    One row per operation, side and lot; no product of inputs and outputs, so an
    order of 20 units from 5 lots is 25 rows and not 100. Kept set-wise when move
    lines are done, by rebuilding the rows of the operations that were touched:
    the same call serves live work, corrections and history.

    Operations come from whatever is installed: manufacturing and unbuild orders
    (``mrp``), repairs (``repair``). A repair is two operations, so that a part
    that was put in is not taken for the origin of the part that was taken out:
    ``repair_in`` (new part -> unit) and ``repair_out`` (unit -> old part). A kit is no
    operation: its parts move as themselves. Nor is a return or another package.

    Goods without a number that came out of an operation with lots may hold of them, and so
    may what is made of these goods. They have rows, too, with the id of their product as a
    negative ``lot_id``: there the trace has a gap, and can say so.

    Times are UTC; quantities are in the product's unit.
    """

    _name = "trace.edge"
    _description = "Lot Genealogy Edge"
    _log_access = False
    _rec_name = "operation_name"

    operation = fields.Selection(
        [
            ("production", "Manufacturing"),
            ("unbuild", "Unbuild"),
            ("repair_in", "Repair: part added"),
            ("repair_out", "Repair: part removed"),
        ],
        required=True,
        readonly=True,
    )
    operation_id = fields.Integer("Operation ID", required=True, readonly=True)
    operation_name = fields.Char("Operation Reference", readonly=True)
    side = fields.Selection([("in", "Input"), ("out", "Output")], required=True, readonly=True)
    lot_id = fields.Integer(
        "Lot ID",
        required=True,
        readonly=True,
        help="Negative: the ID of a product, where goods had no lot or serial number.",
    )
    lot_name = fields.Char("Lot/Serial", readonly=True)
    product_id = fields.Integer("Product ID", readonly=True)
    product_name = fields.Char("Product", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    first_time = fields.Datetime(readonly=True)
    last_time = fields.Datetime(readonly=True)
    company_id = fields.Integer("Company ID", readonly=True)

    # What the walk asks of an operation is read from the index alone, as is what it asks of a lot.
    _operation_idx = models.UniqueIndex(
        "(operation_id, operation, side, lot_id) INCLUDE (first_time, last_time, company_id)"
    )
    _lot_idx = models.Index(
        "(lot_id, side) INCLUDE (operation, operation_id, first_time, last_time)"
    )

    # -- keeping --------------------------------------------------------------

    @api.model
    def _rebuild_lines(self, lines):
        """Rebuild the edges of the operations that ``lines`` belong to: at most two queries, and
        none where they belong to no operation.

        :param lines: ``stock.move.line`` records, flushed; they count as done
        """
        lines = lines.filtered(_in_operation)
        if lines:
            self._rebuild(SQL("l.id = ANY(%s)", lines.ids), lines.ids)

    @api.model
    def _rebuild_range(self, first, last):
        """Rebuild the edges of the operations of the done move lines in an id range."""
        self._rebuild(SQL("l.id BETWEEN %s AND %s AND l.state = 'done'", first, last), [])

    @api.model
    def _rebuild(self, touched, as_done):
        sources = self._operation_sources()
        if not sources:
            return
        operations = self.env.execute_query(
            SQL(
                "SELECT DISTINCT s.operation, s.operation_id FROM stock_move_line l "
                "JOIN stock_move m ON m.id = l.move_id AND COALESCE(%s) IS NOT NULL "
                "%s JOIN LATERAL (%s) s ON TRUE WHERE %s",
                self._operation_columns(),
                PLACES,
                SQL(" UNION ALL ").join(sources),
                touched,
            )
        )
        if operations:
            # Other lines of the operation may be done in memory only.
            self.env["stock.move.line"].flush_model(["state", "date", "quantity_product_uom"])
            self._replace(operations, sources, as_done)

    @api.model
    def _replace(self, operations, sources, as_done):
        """Replace all rows of the given ``(operation, operation_id)`` pairs in one statement."""
        kinds, ids = zip(*operations, strict=True)
        self.env.cr.execute(
            SQL(
                """
                WITH op AS (
                    SELECT * FROM unnest(%(kinds)s::varchar[], %(ids)s::int[])
                        AS o(operation, operation_id)
                ), moved AS (
                    SELECT s.operation, s.operation_id, s.side,
                        COALESCE(l.lot_id, -l.product_id) AS lot_id,
                        max(m.reference) AS operation_name, max(lot.name) AS lot_name,
                        max(l.product_id) AS product_id, max(%(product)s) AS product_name,
                        sum(l.quantity_product_uom) AS quantity,
                        min(l.date) AS first_time, max(l.date) AS last_time,
                        max(l.company_id) AS company_id
                    FROM stock_move m
                    JOIN stock_move_line l ON l.move_id = m.id
                    %(places)s
                    JOIN LATERAL (%(sources)s) s ON TRUE
                    JOIN op ON op.operation = s.operation AND op.operation_id = s.operation_id
                    LEFT JOIN stock_lot lot ON lot.id = l.lot_id
                    JOIN product_product p ON p.id = l.product_id
                    JOIN product_template t ON t.id = p.product_tmpl_id
                    WHERE (%(moves)s) AND (l.state = 'done' OR l.id = ANY(%(as_done)s))
                        AND l.quantity_product_uom != 0  -- zero: corrected away
                    GROUP BY 1, 2, 3, 4
                ), fed AS (
                    SELECT *, bool_or(side = 'in' AND known)
                        OVER (PARTITION BY operation, operation_id) AS by_lots
                    FROM (
                        SELECT *, lot_id > 0 OR side = 'in' AND (
                            EXISTS (SELECT FROM moved o
                                WHERE o.lot_id = moved.lot_id AND o.side = 'out')
                            OR EXISTS (SELECT FROM trace_edge e
                                WHERE e.lot_id = moved.lot_id AND e.side = 'out')) AS known
                        FROM moved
                    ) m
                ), fresh AS (
                    SELECT operation, operation_id, side, lot_id, operation_name, lot_name,
                        product_id, product_name, quantity, first_time, last_time, company_id
                    FROM fed WHERE known OR side = 'out' AND by_lots
                ), gone AS (
                    DELETE FROM trace_edge e USING op
                    WHERE e.operation = op.operation AND e.operation_id = op.operation_id
                    AND NOT EXISTS (SELECT FROM fresh f WHERE f.operation = e.operation
                        AND f.operation_id = e.operation_id
                        AND f.side = e.side AND f.lot_id = e.lot_id)
                )
                INSERT INTO trace_edge (operation, operation_id, side, lot_id, operation_name,
                    lot_name, product_id, product_name, quantity, first_time, last_time, company_id)
                SELECT * FROM fresh
                ON CONFLICT (operation, operation_id, side, lot_id) DO UPDATE SET
                    quantity = excluded.quantity, first_time = excluded.first_time,
                    last_time = excluded.last_time, lot_name = excluded.lot_name
                """,
                kinds=list(kinds),
                ids=list(ids),
                product=product_name(),
                places=PLACES,
                sources=SQL(" UNION ALL ").join(sources),
                moves=self._operation_moves(list(ids)),
                as_done=as_done,
            )
        )
        self.invalidate_model()

    @api.model
    def _rename(self, lots):
        """Call lots by their new names: one query."""
        self.env.cr.execute(
            SQL(
                "UPDATE trace_edge e SET lot_name = l.name FROM stock_lot l "
                "WHERE l.id = e.lot_id AND l.id = ANY(%s)",
                lots.ids,
            )
        )
        self.invalidate_model(["lot_name"])

    @api.model
    def _operation_sources(self):
        """SQL of ``operation, operation_id, side`` of move ``m`` between the places ``a`` and
        ``b``, per installed app.

        In manufacturing and unbuild what goes to a production place is an input
        and what comes from there an output.
        """
        move_fields = self.env["stock.move"]._fields
        side = SQL(
            "CASE WHEN b.usage = 'production' THEN 'in' ELSE 'out' END AS side "
            "WHERE 'production' IN (a.usage, b.usage)"
        )
        sources = []
        if "raw_material_production_id" in move_fields:
            for operation, key in (
                ("production", "COALESCE(m.raw_material_production_id, m.production_id)"),
                ("unbuild", "m.unbuild_id"),
            ):
                sources.append(
                    SQL(
                        "SELECT %s::varchar AS operation, %s AS operation_id, %s "
                        "AND %s IS NOT NULL",
                        operation,
                        SQL(key),
                        side,
                        SQL(key),
                    )
                )
        if "repair_line_type" in move_fields:
            # The repaired unit itself has no line type; it stands on both operations.
            for operation, line_types, part_side, unit_side in (
                ("repair_in", ("add",), "in", "out"),
                ("repair_out", ("remove", "recycle"), "out", "in"),
            ):
                sources.append(
                    SQL(
                        "SELECT %s::varchar AS operation, m.repair_id AS operation_id, "
                        "CASE WHEN m.repair_line_type IS NULL THEN %s ELSE %s END AS side "
                        "WHERE m.repair_id IS NOT NULL "
                        "AND (m.repair_line_type IS NULL OR m.repair_line_type IN %s)",
                        operation,
                        unit_side,
                        part_side,
                        line_types,
                    )
                )
        return sources

    @api.model
    def _operation_columns(self):
        """SQL of the columns of move ``m`` that name an operation."""
        columns = [name for name in OPERATIONS if name in self.env["stock.move"]._fields]
        return SQL(", ").join(SQL.identifier("m", column) for column in columns)

    @api.model
    def _operation_moves(self, ids):
        """SQL condition that finds the moves of operations by their indexed columns."""
        move_fields = self.env["stock.move"]._fields
        columns = [column for column in OPERATIONS if column in move_fields]
        return SQL(" OR ").join(
            SQL("%s = ANY(%s)", SQL.identifier("m", column), ids) for column in columns
        )


def _in_operation(line):
    """Whether a line is part of an operation that can have edges: asked of memory."""
    move = line.move_id.sudo()
    return any(move[name] for name in OPERATIONS if name in move._fields)
