"""SQL behind the public product page: a product by its GTIN, and what is known of a number.

Both statements ask the same of every number, known or not, sold or not: who measures how long an
answer takes learns nothing that the answer does not say.
"""

from odoo.tools import SQL

from .trace_question_sql import told

#: So many cases are told on a page.
CASES = 5


def product_of(barcodes, companies):
    """Rows of product, company (or NULL) and how it is tracked: the first one that is public.

    :param companies: ids, the dearest first
    """
    return SQL(
        """
        SELECT p.id, c.id AS company_id, t.tracking
        FROM product_product p
        JOIN product_template t ON t.id = p.product_tmpl_id
        JOIN res_company c ON c.id = ANY(%(companies)s)
            AND (t.company_id IS NULL OR t.company_id = c.id)
        LEFT JOIN LATERAL (
            SELECT up.trace_page AS says FROM product_category own
            JOIN product_category up ON own.parent_path LIKE up.parent_path || '%%'
            WHERE own.id = t.categ_id AND up.trace_page IS NOT NULL
            ORDER BY length(up.parent_path) DESC LIMIT 1
        ) category ON TRUE
        WHERE p.barcode = ANY(%(barcodes)s) AND COALESCE(t.trace_page, category.says,
            CASE c.trace_page_goods WHEN 'all' THEN 'public' END) = 'public'
        ORDER BY p.active DESC, array_position(%(companies)s, c.id), p.id
        LIMIT 1
        """,
        barcodes=barcodes,
        companies=companies,
    )


def number_of(product, tracking, number, companies):
    """What is known of a number: one row, also where there is none (with NULL as its id)."""
    return SQL(
        """
        SELECT l.id, l.company_id, l.trace_batch, l.expiration_date, l.use_date,
            COALESCE(sold.is_out, FALSE) AS is_sold, warranty."end" AS warranty_end, cases.ids
        FROM (SELECT 1) one
        LEFT JOIN stock_lot l ON l.product_id = %(product)s AND l.name = %(number)s
            AND (l.company_id IS NULL OR l.company_id = ANY(%(companies)s))
        LEFT JOIN LATERAL (%(sold)s) sold ON TRUE
        LEFT JOIN LATERAL (
            SELECT w."end" FROM trace_warranty w
            WHERE w.lot_id = COALESCE(l.id, 0) AND w.closed_as IS NULL AND %(is_serial)s
            ORDER BY w.id DESC LIMIT 1
        ) warranty ON TRUE
        LEFT JOIN LATERAL (
            SELECT array_agg(DISTINCT s.recall_id) AS ids FROM trace_recall_lot s
            JOIN trace_recall r ON r.id = s.recall_id AND %(published)s
            LEFT JOIN trace_hold h ON h.id = s.hold_id
            WHERE s.lot_id = COALESCE(l.id, 0) AND s.state != 'excluded'
                -- it came back, was let go again and sold again: it is not meant any more
                AND NOT (%(is_serial)s AND s.state = 'released'
                    AND COALESCE(sold.at > h.released_at, FALSE))
        ) cases ON TRUE
        ORDER BY cases.ids IS NOT NULL DESC, is_sold DESC, l.id
        LIMIT 1
        """,
        product=product,
        number=number,
        companies=companies,
        is_serial=tracking == "serial",
        sold=_last_sale(companies) if tracking == "serial" else _any_sale(companies),
        published=published("r", companies),
    )


def _last_sale(companies):
    """Whether a unit was last seen on its way to a customer, and when."""
    return SQL(
        """
        SELECT e.dest_usage = 'customer' AS is_out, e.event_time AS at FROM trace_event e
        WHERE e.lot_id = COALESCE(l.id, 0) AND %s
            AND (e.dest_usage = 'customer') != (e.source_usage = 'customer')
            AND (e.dest_usage = 'customer' OR e.source_usage = 'customer')
        ORDER BY e.event_time DESC, e.id DESC LIMIT 1
        """,
        told(companies),
    )


def _any_sale(companies):
    """Whether anything of a lot went to a customer."""
    return SQL(
        """
        SELECT TRUE AS is_out, e.event_time AS at FROM trace_event e
        WHERE e.lot_id = COALESCE(l.id, 0) AND %s
            AND e.dest_usage = 'customer' AND e.source_usage != 'customer'
        LIMIT 1
        """,
        told(companies),
    )


def published(alias, companies):
    """Condition: strangers may read of the case."""
    return SQL(
        "%(r)s.published_at IS NOT NULL AND %(r)s.state IN ('running', 'closed') "
        "AND NOT COALESCE(%(r)s.is_drill, FALSE) AND EXISTS (SELECT FROM "
        "res_company_trace_recall_rel x WHERE x.trace_recall_id = %(r)s.id "
        "AND x.res_company_id = ANY(%(companies)s) UNION ALL SELECT WHERE "
        "%(r)s.company_id = ANY(%(companies)s))",
        r=SQL.identifier(alias),
        companies=companies,
    )


def cases_of(product, companies):
    """Ids of the published cases that are about some number of a product, the newest first."""
    return SQL(
        """
        SELECT r.id FROM trace_recall r
        WHERE %(published)s AND r.state = 'running' AND EXISTS (
            SELECT FROM trace_recall_lot s WHERE s.recall_id = r.id
                AND s.product_id = %(product)s AND s.state != 'excluded')
        ORDER BY r.id DESC LIMIT %(most)s
        """,
        published=published("r", companies),
        product=product,
        most=CASES,
    )
