"""SQL of the checks: what each kind of flaw looks like.

Each function gives a query of :data:`COLUMNS`, read by index for the numbers or movements among
which it looks. ``among`` is a function that makes the condition, given the column.
"""

from odoo.tools import SQL

from .trace_edge import PLACES

#: Quantities that differ by less are the same.
ROUNDING = 0.00001
#: What a check tells, in this order; NULL where it does not apply.
COLUMNS = (
    "kind",
    "company_id",
    "lot_ref",
    "lot_name",
    "product_id",
    "location_id",
    "move_line_id",
    "quantity",
    "date",
    "document",
    "document_model",
    "document_id",
    "other",
)

#: Done lines that moved something.
DONE = SQL("l.state = 'done' AND l.quantity_product_uom != 0")
#: The document of a line: transfer, or else the move.
DOCUMENT = SQL(
    """COALESCE(pi.name, m.reference) AS document,
    CASE WHEN pi.id IS NOT NULL THEN 'stock.picking' WHEN m.id IS NOT NULL THEN 'stock.move' END
        AS document_model, COALESCE(pi.id, m.id) AS document_id"""
)
BEHIND = SQL(
    """LEFT JOIN stock_move m ON m.id = l.move_id
    LEFT JOIN stock_picking pi ON pi.id = l.picking_id"""
)


def no_number(among):
    """Done movements of tracked products without a number."""
    return SQL(
        """
        SELECT 'no_number' AS kind, l.company_id, NULL::int AS lot_ref, NULL::varchar AS lot_name,
            l.product_id, l.location_id, l.id AS move_line_id, l.quantity_product_uom AS quantity,
            l.date, %(document)s, NULL::varchar AS other
        FROM stock_move_line l
        JOIN product_product p ON p.id = l.product_id
        JOIN product_template t ON t.id = p.product_tmpl_id AND t.tracking IN ('lot', 'serial')
        %(behind)s
        WHERE %(among)s AND l.lot_id IS NULL AND %(done)s
        """,
        document=DOCUMENT,
        behind=BEHIND,
        among=among("l.id"),
        done=DONE,
    )


def receipts(among, asns):
    """Goods whose sender nobody named, and numbers that the sender's notice does not have.

    :param asns: SQL of the table of notices and receipts, ``(asn_id, picking_id)``
    """
    return SQL(
        """
        SELECT CASE WHEN COALESCE(pi.partner_id, m.partner_id) IS NULL THEN 'no_supplier'
                ELSE 'no_supplier_number' END AS kind, l.company_id, l.lot_id AS lot_ref,
            lot.name AS lot_name, l.product_id, l.location_dest_id AS location_id,
            l.id AS move_line_id, l.quantity_product_uom AS quantity, l.date, %(document)s,
            NULL::varchar AS other
        FROM stock_move_line l
        JOIN stock_location a ON a.id = l.location_id AND a.usage = 'supplier'
        JOIN stock_location b ON b.id = l.location_dest_id AND b.usage != 'supplier'
        JOIN stock_lot lot ON lot.id = l.lot_id
        %(behind)s
        WHERE %(among)s AND %(done)s AND (
            COALESCE(pi.partner_id, m.partner_id) IS NULL AND NOT EXISTS (
                SELECT FROM trace_event e
                WHERE e.move_line_id = l.id AND e.supplier_id IS NOT NULL)
            OR EXISTS (
                SELECT FROM %(asns)s told
                JOIN trace_asn_line al ON al.asn_id = told.asn_id AND al.product_id = l.product_id
                JOIN trace_asn_unit u ON u.line_id = al.id AND u.name IS NOT NULL
                WHERE told.picking_id = l.picking_id
            ) AND NOT EXISTS (
                SELECT FROM %(asns)s told
                JOIN trace_asn_line al ON al.asn_id = told.asn_id AND al.product_id = l.product_id
                JOIN trace_asn_unit u ON u.line_id = al.id
                WHERE told.picking_id = l.picking_id
                    AND (lot.name IN (u.name, u.serial, u.lot) OR lot.trace_batch = u.lot
                        OR lot.ref IN (u.name, u.serial, u.lot))))
        """,
        document=DOCUMENT,
        behind=BEHIND,
        among=among("l.lot_id"),
        done=DONE,
        asns=asns,
    )


def serial_quantity(among):
    """Movements of more than one unit under one serial number."""
    return SQL(
        """
        SELECT 'serial_quantity' AS kind, l.company_id, l.lot_id AS lot_ref, lot.name AS lot_name,
            l.product_id, l.location_dest_id AS location_id, l.id AS move_line_id,
            l.quantity_product_uom AS quantity, l.date, %(document)s, NULL::varchar AS other
        FROM stock_move_line l
        JOIN product_product p ON p.id = l.product_id
        JOIN product_template t ON t.id = p.product_tmpl_id AND t.tracking = 'serial'
        JOIN stock_lot lot ON lot.id = l.lot_id
        %(behind)s
        WHERE %(among)s AND %(done)s AND l.quantity_product_uom > 1 + %(rounding)s
        """,
        document=DOCUMENT,
        behind=BEHIND,
        among=among("l.lot_id"),
        done=DONE,
        rounding=ROUNDING,
    )


def time_reversal(among):
    """Places that a lot had left when it came: at some moment there was less than nothing there.

    What never came is another flaw. At the same second goods come before they go.
    """
    return SQL(
        """
        SELECT DISTINCT ON (f.lot_id, f.place_id) 'time_reversal' AS kind, f.company_id,
            f.lot_id AS lot_ref, lot.name AS lot_name, f.product_id, f.place_id AS location_id,
            f.line_id AS move_line_id, -f.quantity AS quantity, f.date, %(document)s,
            NULL::varchar AS other
        FROM (
            SELECT flow.*, sum(quantity) OVER (PARTITION BY lot_id, place_id
                    ORDER BY date, way DESC, line_id) AS there,
                sum(quantity) OVER (PARTITION BY lot_id, place_id) AS in_the_end
            FROM (%(flow)s) flow
        ) f
        JOIN stock_lot lot ON lot.id = f.lot_id
        JOIN stock_move_line l ON l.id = f.line_id
        %(behind)s
        WHERE f.there < -%(rounding)s AND f.in_the_end >= -%(rounding)s
        ORDER BY f.lot_id, f.place_id, f.date, f.line_id
        """,
        flow=_flow(among),
        document=DOCUMENT,
        behind=BEHIND,
        rounding=ROUNDING,
    )


def _flow(among):
    """SQL of what came to and left places in the house, a row for each line and place."""
    return SQL(
        """
        SELECT l.lot_id, s.place_id, s.way, s.way * l.quantity_product_uom AS quantity, l.date,
            l.id AS line_id, l.company_id, l.product_id
        FROM stock_move_line l
        JOIN LATERAL (VALUES (l.location_dest_id, 1), (l.location_id, -1)) AS s(place_id, way)
            ON l.location_id != l.location_dest_id
        JOIN stock_location a ON a.id = s.place_id AND a.usage IN ('internal', 'transit')
        WHERE %s AND %s
        """,
        among("l.lot_id"),
        DONE,
    )


def stock(among):
    """What the stock says that cannot be, or that movements do not say."""
    return SQL(
        """
        WITH held AS MATERIALIZED (
            SELECT q.lot_id, a.id AS place_id, a.usage, a.company_id, q.product_id,
                sum(q.quantity) AS quantity
            FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
            WHERE %(quants)s AND a.usage IN ('internal', 'transit', 'customer')
            GROUP BY q.lot_id, a.id, q.product_id
        ), moved AS MATERIALIZED (
            SELECT lot_id, place_id, max(product_id) AS product_id, max(company_id) AS company_id,
                sum(quantity) AS quantity
            FROM (%(flow)s) flow GROUP BY lot_id, place_id
        ), ours AS MATERIALIZED (
            SELECT lot_id, place_id, COALESCE(h.product_id, m.product_id) AS product_id,
                COALESCE(h.company_id, m.company_id) AS company_id,
                COALESCE(h.quantity, 0) AS quantity,
                COALESCE(h.quantity, 0) - COALESCE(m.quantity, 0) AS difference
            FROM (SELECT * FROM held WHERE usage != 'customer') h
            FULL JOIN moved m USING (lot_id, place_id)
        ), orphan AS MATERIALIZED (
            SELECT DISTINCT ON (lot_id) o.* FROM ours o
            WHERE quantity > %(rounding)s AND NOT EXISTS (
                SELECT FROM stock_move_line l JOIN stock_location a ON a.id = l.location_id
                WHERE l.lot_id = o.lot_id AND %(done)s AND a.usage NOT IN ('internal', 'transit'))
            ORDER BY lot_id, quantity DESC, place_id
        ), found AS (
            SELECT 'negative_stock' AS kind, lot_id, place_id, product_id, company_id, quantity
            FROM ours WHERE quantity < -%(rounding)s
            UNION ALL
            SELECT 'no_origin', lot_id, place_id, product_id, company_id, quantity FROM orphan
            UNION ALL
            SELECT 'unexplained', o.lot_id, place_id, product_id, company_id, difference
            FROM ours o
            WHERE abs(difference) > %(rounding)s AND o.lot_id NOT IN (SELECT lot_id FROM orphan)
            UNION ALL
            SELECT 'serial_twice', h.lot_id,
                (array_agg(place_id ORDER BY usage = 'customer', h.quantity DESC, place_id))[1],
                h.product_id, max(h.company_id), sum(h.quantity)
            FROM held h
            JOIN product_product p ON p.id = h.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id AND t.tracking = 'serial'
            WHERE h.quantity > %(rounding)s
            GROUP BY h.lot_id, h.product_id HAVING sum(h.quantity) > 1 + %(rounding)s
        )
        SELECT f.kind, COALESCE(f.company_id, last.company_id) AS company_id, f.lot_id AS lot_ref,
            lot.name AS lot_name, f.product_id, f.place_id AS location_id,
            NULL::int AS move_line_id, f.quantity, last.date, NULL::varchar AS document,
            NULL::varchar AS document_model, NULL::int AS document_id, NULL::varchar AS other
        FROM found f
        JOIN stock_lot lot ON lot.id = f.lot_id
        JOIN product_product p ON p.id = f.product_id
        JOIN product_template t ON t.id = p.product_tmpl_id
        LEFT JOIN LATERAL (
            SELECT l.company_id, l.date FROM stock_move_line l
            WHERE l.lot_id = f.lot_id AND l.state = 'done' ORDER BY l.date DESC LIMIT 1
        ) last ON TRUE
        WHERE f.kind != 'unexplained' OR t.is_storable
        """,
        quants=among("q.lot_id"),
        flow=_flow(among),
        done=DONE,
        rounding=ROUNDING,
    )


def names(among):
    """Numbers that are called otherwise in the ledger, and those that were deleted."""
    return SQL(
        """
        SELECT CASE WHEN lot.id IS NULL THEN 'deleted_lot' WHEN lot.name != e.last_name
                THEN 'renamed_past' ELSE 'renamed' END AS kind,
            e.company_id, e.lot_id AS lot_ref, COALESCE(lot.name, e.last_name) AS lot_name,
            e.product_id, NULL::int AS location_id, NULL::int AS move_line_id,
            NULL::float AS quantity, e.last_time AS date, NULL::varchar AS document,
            NULL::varchar AS document_model, NULL::int AS document_id,
            CASE WHEN lot.name != e.last_name THEN e.last_name ELSE e.other END AS other
        FROM (
            SELECT ev.lot_id, max(ev.company_id) AS company_id, max(ev.product_id) AS product_id,
                max(ev.event_time) AS last_time,
                (array_agg(ev.lot_name ORDER BY ev.id DESC))[1] AS last_name,
                (array_agg(ev.lot_name ORDER BY ev.id DESC)
                    FILTER (WHERE ev.lot_name != now_called.name))[1] AS other,
                bool_or(ev.kind = 'movement' AND ev.quantity != 0) AS moved
            FROM trace_event ev
            LEFT JOIN stock_lot now_called ON now_called.id = ev.lot_id
            WHERE %s AND ev.lot_name IS NOT NULL
            GROUP BY ev.lot_id, now_called.id
            HAVING now_called.id IS NULL OR bool_or(ev.lot_name != now_called.name)
        ) e
        LEFT JOIN stock_lot lot ON lot.id = e.lot_id
        WHERE e.moved
        """,
        among("ev.lot_id"),
    )


def edges(among, sources, columns, models):
    """Operations whose links are not there, or say something else than the movements.

    :param sources: list of SQL, see ``trace.edge._operation_sources``
    :param columns: fields of a move that name its operation
    :param models: dict operation -> model of its document
    """
    return SQL(
        """
        SELECT CASE WHEN e.lot_id IS NULL THEN 'no_edge' ELSE 'stray_edge' END AS kind,
            COALESCE(d.company_id, e.company_id) AS company_id, lot_id AS lot_ref,
            COALESCE(lot.name, e.lot_name) AS lot_name, COALESCE(d.product_id, e.product_id)
                AS product_id, NULL::int AS location_id, NULL::int AS move_line_id,
            COALESCE(d.quantity, e.quantity) AS quantity, COALESCE(d.date, e.last_time) AS date,
            COALESCE(d.reference, e.operation_name) AS document, o.model AS document_model,
            operation_id AS document_id, operation || ' ' || side AS other
        FROM (
            SELECT s.operation, s.operation_id, s.side, l.lot_id, max(l.company_id) AS company_id,
                max(m.reference) AS reference, max(l.product_id) AS product_id,
                max(l.date) AS date, sum(l.quantity_product_uom) AS quantity
            FROM stock_move_line l
            JOIN stock_move m ON m.id = l.move_id AND COALESCE(%(columns)s) IS NOT NULL
            %(places)s
            JOIN LATERAL (%(sources)s) s ON TRUE
            WHERE %(lines)s AND %(done)s
            GROUP BY 1, 2, 3, 4
        ) d
        FULL JOIN (SELECT * FROM trace_edge WHERE %(edges)s) e
            USING (operation, operation_id, side, lot_id)
        LEFT JOIN stock_lot lot ON lot.id = lot_id
        LEFT JOIN (VALUES %(models)s) AS o(operation, model) USING (operation)
        WHERE e.id IS NULL OR d.reference IS NULL AND d.date IS NULL
            OR abs(d.quantity - e.quantity) > %(rounding)s
        """,
        columns=SQL(", ").join(SQL.identifier("m", column) for column in columns),
        places=PLACES,
        sources=SQL(" UNION ALL ").join(sources),
        lines=among("l.lot_id"),
        done=DONE,
        edges=among("lot_id"),
        models=SQL(", ").join(SQL("%s", row) for row in models.items()),
        rounding=ROUNDING,
    )


def chain_broken():
    """Untracked products that are made of tracked goods and go into tracked goods."""
    return SQL(
        """
        SELECT 'chain_broken' AS kind, u.company_id, NULL::int AS lot_ref,
            NULL::varchar AS lot_name, u.product_id, NULL::int AS location_id,
            NULL::int AS move_line_id, u.quantity, u.date, NULL::varchar AS document,
            NULL::varchar AS document_model, NULL::int AS document_id, NULL::varchar AS other
        FROM (
            SELECT m.product_id, m.company_id, sum(m.product_qty) AS quantity, max(m.date) AS date
            FROM stock_move m
            JOIN product_product p ON p.id = m.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id AND t.tracking = 'none'
            WHERE m.raw_material_production_id IS NOT NULL AND m.state = 'done'
                AND EXISTS (SELECT FROM trace_edge e WHERE e.operation = 'production'
                    AND e.operation_id = m.raw_material_production_id AND e.side = 'out')
            GROUP BY 1, 2
        ) u
        WHERE EXISTS (
            SELECT FROM stock_move m
            JOIN trace_edge e ON e.operation = 'production' AND e.side = 'in'
                AND e.operation_id = m.production_id
            WHERE m.product_id = u.product_id AND m.company_id = u.company_id
                AND m.production_id IS NOT NULL AND m.state = 'done')
        """
    )


def unsealed(before):
    """Events that should have been sealed by now, one row for each company."""
    return SQL(
        """
        SELECT 'unsealed' AS kind, e.company_id, NULL::int AS lot_ref, NULL::varchar AS lot_name,
            NULL::int AS product_id, NULL::int AS location_id, NULL::int AS move_line_id,
            count(*)::float AS quantity, min(e.record_time) AS date, NULL::varchar AS document,
            NULL::varchar AS document_model, NULL::int AS document_id, NULL::varchar AS other
        FROM trace_event e
        WHERE e.id > (SELECT COALESCE(max(last_id), 0) FROM trace_block)
        GROUP BY e.company_id HAVING min(e.record_time) < %s
        """,
        before,
    )


def trust(since, line_weights, lot_weights, product_weights, produced):
    """SQL of the score's parts: company, movements and trust, of all and since a moment.

    :param line_weights, lot_weights, product_weights: lists of ``(kind, weight)``
    :param produced: whether there is manufacturing, so that a product may break a chain
    """

    def weighed(key, pairs):
        return SQL(
            "SELECT f.%(key)s, max(w.weight) AS weight FROM trace_health_finding f "
            "JOIN (VALUES %(pairs)s) AS w(kind, weight) ON w.kind = f.kind "
            "WHERE f.%(key)s IS NOT NULL GROUP BY f.%(key)s",
            key=SQL.identifier(key),
            pairs=SQL(", ").join(SQL("%s", pair) for pair in pairs),
        )

    made = SQL("SELECT NULL::int AS lot_id, 0.0 AS weight WHERE FALSE")
    if produced:
        made = SQL(
            """
            SELECT e.lot_id, max(f.weight) AS weight
            FROM (%s) f
            JOIN stock_move m ON m.product_id = f.product_id AND m.state = 'done'
                AND m.raw_material_production_id IS NOT NULL
            JOIN trace_edge e ON e.operation = 'production' AND e.side = 'out'
                AND e.operation_id = m.raw_material_production_id
            GROUP BY e.lot_id
            """,
            weighed("product_id", product_weights),
        )
    return SQL(
        """
        SELECT company_id, count(*), sum(1 - weight), count(*) FILTER (WHERE lately),
            COALESCE(sum(1 - weight) FILTER (WHERE lately), 0)
        FROM (
            SELECT l.company_id, l.date >= %(since)s AS lately,
                greatest(a.weight, b.weight, c.weight, CASE WHEN g.id IS NOT NULL THEN 1 END, 0)
                    AS weight
            FROM stock_move_line l
            JOIN product_product p ON p.id = l.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id
            LEFT JOIN (%(lines)s) a ON a.move_line_id = l.id
            LEFT JOIN (%(lots)s) b ON b.lot_ref = l.lot_id
            LEFT JOIN (%(made)s) c ON c.lot_id = l.lot_id
            LEFT JOIN trace_ledger_gap g ON g.move_line_id = l.id
            WHERE %(done)s AND (l.lot_id IS NOT NULL OR t.tracking IN ('lot', 'serial'))
        ) weighed
        GROUP BY company_id
        """,
        since=since,
        lines=weighed("move_line_id", line_weights),
        lots=weighed("lot_ref", lot_weights),
        made=made,
        done=DONE,
    )
