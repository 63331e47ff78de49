"""The SQL behind the server's word on numbers at a till: a number is a product id and a text."""

from odoo.tools import SQL

from .trace_till_sql import EPSILON, about, sessions, sold_numbers, waits


def pairs(keys):
    """SQL of a table of (product_id, number) pairs."""
    products, numbers = zip(*sorted(keys), strict=True) if keys else ((), ())
    return SQL(
        "(SELECT * FROM unnest(%s::int[], %s::varchar[]) AS t(product_id, number))",
        list(products),
        list(numbers),
    )


def lots_of(keys, company_id):
    """SQL of the lots of numbers: product id, number, lot id, expiry; a company's own last."""
    return SQL(
        """
        SELECT l.product_id, l.name, l.id, l.expiration_date
        FROM %s c JOIN stock_lot l ON l.product_id = c.product_id AND l.name = c.number
        WHERE l.company_id IS NULL OR l.company_id = %s
        ORDER BY l.company_id NULLS FIRST
        """,
        pairs(keys),
        company_id,
    )


def strangers(numbers, company_id):
    """SQL of the products that have numbers of that text: number, product id."""
    return SQL(
        """
        SELECT DISTINCT l.name, l.product_id FROM stock_lot l
        WHERE l.name = ANY(%s) AND (l.company_id IS NULL OR l.company_id = %s)
        ORDER BY l.name, l.product_id
        """,
        sorted(numbers),
        company_id,
    )


def waiting_sales(company_id, lots):
    """SQL of what was sold at any till of a company and is not booked: lot id, an order."""
    return SQL(
        """
        SELECT lot.id, max(o.name) FROM %s
        WHERE o.session_id IN (%s) AND %s AND %s
        GROUP BY lot.id HAVING sum(l.qty) > %s
        """,
        sold_numbers(),
        sessions(company_id),
        about(lots),
        waits(),
        EPSILON,
    )


def others(keys, company_id, order_uuid):
    """SQL of numbers on other open orders: product id, number, quantity, orders.

    On orders that the server has, and kept for orders that it has not. Till and order are named,
    so that a cashier knows whom to ask.
    """
    return SQL(
        """
        WITH asked AS MATERIALIZED (SELECT * FROM %(pairs)s t),
        used AS (
            SELECT l.product_id, k.lot_name AS number, o.uuid, 0 AS rank,
                concat_ws(' ', COALESCE(NULLIF(o.floating_order_name, ''), NULLIF(o.name, '/'),
                    o.pos_reference), '(' || g.name || ')') AS name,
                CASE WHEN t.tracking = 'serial' THEN 1 ELSE l.qty END AS quantity
            FROM asked
            JOIN pos_pack_operation_lot k ON k.lot_name = asked.number
            JOIN pos_order_line l ON l.id = k.pos_order_line_id AND l.product_id = asked.product_id
            JOIN pos_order o ON o.id = l.order_id
            LEFT JOIN pos_config g ON g.id = o.config_id
            JOIN product_product p ON p.id = l.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id
            WHERE o.state = 'draft' AND l.qty > 0 AND o.company_id = %(company)s
            UNION ALL
            SELECT c.product_id, c.number, c.order_uuid, 1,
                CASE WHEN c.order_name IS NULL THEN g.name
                    ELSE c.order_name || ' (' || g.name || ')' END, c.quantity
            FROM asked
            JOIN trace_till_claim c USING (product_id, number)
            JOIN pos_config g ON g.id = c.config_id
            WHERE c.company_id = %(company)s AND c.until > now() AT TIME ZONE 'UTC'
                AND NOT EXISTS (SELECT FROM pos_order o
                    WHERE o.uuid = c.order_uuid AND o.state != 'draft')),
        orders AS (
            SELECT product_id, number, uuid, rank, name, sum(quantity) AS quantity,
                row_number() OVER (PARTITION BY product_id, number, uuid ORDER BY rank) AS place
            FROM used WHERE uuid IS DISTINCT FROM %(mine)s
            GROUP BY product_id, number, uuid, rank, name)
        SELECT product_id, number, sum(quantity)::float8, string_agg(name, ', ' ORDER BY name)
        FROM orders WHERE place = 1 GROUP BY product_id, number
        """,
        pairs=pairs(keys),
        company=company_id,
        mine=order_uuid,
    )
