"""Pieces of the SQL that writes the ledger."""

from odoo.tools import SQL

from ..core import steps

#: What a packing event takes from the movement that it belongs to.
KEPT = (
    "recorded",
    "event_time",
    "record_time",
    "company_id",
    "company_name",
    "product_id",
    "product_name",
    "product_code",
    "gtin",
    "tracking",
    "lot_id",
    "lot_name",
    "batch",
    "expiration_date",
    "quantity",
    "uom",
    "document",
    "document_model",
    "document_id",
    "origin",
    "move_line_id",
    "user_id",
    "user_name",
)


def plain_name(column):
    """SQL of a translated name in English, or in the language that there is."""
    return SQL(
        "COALESCE(%(c)s->>'en_US', (SELECT value FROM jsonb_each_text(%(c)s) LIMIT 1))",
        c=SQL(column),
    )


def product_name(variants=True):
    """SQL of the name of a product (``p``, template ``t``) with what makes the variant.

    :param variants: False: there are none, so there is nothing to look up
    """
    if not variants:
        return SQL("concat(%s)", plain_name("t.name"))
    return SQL(
        """
        concat(%s, CASE WHEN p.combination_indices != '' THEN (
            SELECT format(' (%%s)', string_agg(%s, ', ' ORDER BY tv.id))
            FROM product_variant_combination c
            JOIN product_template_attribute_value tv
                ON tv.id = c.product_template_attribute_value_id
            JOIN product_attribute_value av ON av.id = tv.product_attribute_value_id
            WHERE c.product_product_id = p.id
        ) END)
        """,
        plain_name("t.name"),
        plain_name("av.name"),
    )


def gtin(column, barcodes=True):
    """SQL of a barcode as 14-digit GTIN, NULL if it is none: its check digit must be right.

    :param barcodes: False: there are none, so there is nothing to check
    """
    if not barcodes:
        return SQL("NULL::varchar")
    return SQL(
        """
        CASE WHEN %(c)s ~ '^([0-9]{8}|[0-9]{12,14})$' AND (
            SELECT sum(substr(lpad(%(c)s, 14, '0'), i, 1)::int * (1 + i %% 2 * 2))
            FROM generate_series(1, 14) AS i) %% 10 = 0
        THEN lpad(%(c)s, 14, '0') END
        """,
        c=SQL(column),
    )


def sale(till):
    """SQL joins of the sale behind a line: ``sale`` (an order), ``session``, both or neither.

    While a sale is being booked only the till knows it; afterwards the transfer does. One
    transfer of a closing stands for many orders: the number tells which one, unless several
    orders sold of the same lot. Orders that are shipped later happen when they are shipped.
    """
    order_id = till.res_id if till and till.model == "pos.order" else None
    session_id = till.res_id if till and till.model == "pos.session" else None
    return SQL(
        """
        LEFT JOIN pos_session session ON session.id = COALESCE(
            %(session)s, CASE WHEN pi.pos_order_id IS NULL THEN pi.pos_session_id END)
        LEFT JOIN LATERAL (
            SELECT o.id, o.name, o.date_order, o.partner_id FROM pos_order o
            WHERE o.id = COALESCE(%(order)s, pi.pos_order_id) AND o.shipping_date IS NULL
            UNION ALL
            SELECT min(o.id), min(o.name), min(o.date_order), min(o.partner_id)
            FROM pos_pack_operation_lot n
            JOIN pos_order_line ol ON ol.id = n.pos_order_line_id
            JOIN pos_order o ON o.id = ol.order_id
            WHERE session.id IS NOT NULL AND o.session_id = session.id
                AND n.lot_name = COALESCE(lot.name, l.lot_name) AND ol.product_id = l.product_id
                AND (ol.qty > 0) = (b.usage = 'customer')
            HAVING count(DISTINCT o.id) = 1
        ) sale ON TRUE
        """,
        order=order_id,
        session=session_id,
    )


def corrected(column):
    """SQL of a column of the event that a correction corrects: the line's latest."""
    return SQL(
        "(SELECT e.%s FROM trace_event e WHERE e.move_line_id = l.id "
        "AND e.kind IN ('movement', 'correction') ORDER BY e.id DESC LIMIT 1)",
        SQL.identifier(column),
    )


def steps_table(ways=None):
    """SQL ``VALUES`` of core/steps.py, named ``s``.

    :param ways: set of (usage of the source, usage of the destination); None: all there are
    """
    table = steps.table()
    rows = [row for row in table if ways is None or row[:2] in ways] or table
    return SQL(
        "(VALUES %s) AS s(source, dest, way, event_type, action, biz_step, disposition)",
        SQL(", ").join(SQL("%s", row) for row in rows),
    )


#: Movements, and what corrections among them take back.
_WITH_TAKEN_BACK = SQL(
    """
    SELECT *, FALSE AS taken_back FROM moved
    WHERE NOT EXISTS (SELECT FROM trace_event o WHERE o.id = moved.corrects_id
        AND (o.package_id, o.result_package_id, o.quantity, o.lot_id)
        IS NOT DISTINCT FROM
        (moved.package_id, moved.result_package_id, moved.quantity, moved.lot_id))
    UNION ALL
    SELECT o.*, TRUE FROM trace_event o JOIN moved ON moved.corrects_id = o.id
    WHERE (o.package_id, o.result_package_id, o.quantity, o.lot_id)
        IS DISTINCT FROM
        (moved.package_id, moved.result_package_id, moved.quantity, moved.lot_id)
    """
)


def packing_of(corrections=True):
    """SQL that inserts what the movements in ``moved`` did to packages.

    Goods that leave a package without it are one event, goods that reach one are another. A
    correction first takes back what the corrected event said, if it said something else.

    :param corrections: False: there is none among them
    """
    kept = SQL(", ").join(SQL.identifier("e", name) for name in KEPT)
    return SQL(
        """
        INSERT INTO trace_event (%(names)s, kind, event_type, action, biz_step, disposition,
            dest_id, dest_name, dest_gln, container_id, container_name, corrects_id, reason)
        SELECT %(kept)s, 'packing', 'AggregationEvent', s.action, s.biz_step, s.disposition,
            s.place_id, s.place_name, s.place_gln, s.container_id, s.container_name,
            CASE WHEN e.taken_back THEN e.id END, e.reason
        FROM (
            %(moved)s
        ) e
        JOIN LATERAL (
            SELECT *, CASE WHEN (side = 'in') != e.taken_back THEN %(add)s ELSE %(delete)s END
                    AS action,
                CASE WHEN (side = 'in') != e.taken_back THEN %(packing)s ELSE %(unpacking)s END
                    AS biz_step,
                %(disposition)s AS disposition
            FROM (VALUES
                ('out', e.source_id, e.source_name, e.source_gln, e.package_id, e.package_name),
                ('in', e.dest_id, e.dest_name, e.dest_gln, e.result_package_id,
                    e.result_package_name)
            ) AS v(side, place_id, place_name, place_gln, container_id, container_name)
        ) s ON s.container_id IS NOT NULL
        WHERE e.package_id IS DISTINCT FROM e.result_package_id AND e.quantity != 0
        ORDER BY e.id, e.taken_back DESC, s.side DESC
        """,
        names=SQL(", ").join(SQL.identifier(name) for name in KEPT),
        kept=kept,
        moved=_WITH_TAKEN_BACK if corrections else SQL("SELECT *, FALSE AS taken_back FROM moved"),
        add=steps.PACKED.action,
        delete=steps.UNPACKED.action,
        packing=steps.PACKED.biz_step,
        unpacking=steps.UNPACKED.biz_step,
        disposition=steps.PACKED.disposition,
    )
