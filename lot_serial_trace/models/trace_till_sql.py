"""The SQL of the book of a till: what is in a shop, and what changed there.

Goods in the shop are those in its places, quarantine aside, without what tills have sold of
them that no done transfer has taken out yet (:func:`unbooked`): sales of a session that books
at closing, sales to be shipped later, and sales whose transfer could not be done.
"""

from odoo.tools import SQL

#: Quantities closer than this are the same.
EPSILON = 1e-6

#: When the oldest transaction under way began (epoch, microseconds), a day ago at most. Copies of
#: the database being made take long, too, and change nothing. One second for those who write a
#: time without its fractions.
OLDEST_BEGIN = SQL(
    """
    SELECT (extract(epoch FROM GREATEST(now() - interval '1 day',
        LEAST(now(), min(xact_start)) - interval '1 second')) * 1e6)::bigint
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
        AND application_name != 'pg_dump'
    """
)


def sessions(company_id, path=""):
    """SQL of the ids of sessions whose sales may not be booked yet.

    Those that are open, and those with transfers that are not done.

    :param path: only of tills whose place lies in this one, or around it
    """
    return SQL(
        """
        SELECT s.id FROM pos_session s
        JOIN pos_config c ON c.id = s.config_id
        JOIN stock_picking_type k ON k.id = c.picking_type_id
        JOIN stock_location a ON a.id = k.default_location_src_id
        WHERE c.company_id = %(company)s
            AND (a.parent_path LIKE %(path)s || '%%' OR %(path)s LIKE a.parent_path || '%%')
            AND (s.state != 'closed' OR s.id IN (
                SELECT pos_session_id FROM stock_picking
                WHERE state IN ('draft', 'waiting', 'confirmed', 'assigned')
                    AND pos_session_id IS NOT NULL))
        """,
        company=company_id,
        path=path,
    )


def sold_numbers():
    """SQL of the numbers on paid orders ``o`` of sessions ``s``: lines ``l``, lots ``lot``."""
    return SQL(
        """
        pos_order o
        JOIN pos_session s ON s.id = o.session_id
        JOIN pos_order_line l ON l.order_id = o.id
        JOIN product_product p ON p.id = l.product_id
        JOIN product_template t ON t.id = p.product_tmpl_id AND t.tracking IN ('lot', 'serial')
        JOIN pos_pack_operation_lot k ON k.pos_order_line_id = l.id
        JOIN stock_lot lot ON lot.id = COALESCE(k.lot_id, (
            SELECT x.id FROM stock_lot x
            WHERE x.product_id = l.product_id AND x.name = k.lot_name
                AND (x.company_id IS NULL OR x.company_id = o.company_id)
            ORDER BY x.company_id LIMIT 1))
        """
    )


def about(lots):
    """SQL condition: the number of :func:`sold_numbers` is one of ``lots`` (ids)."""
    return SQL(
        """
        lot.id = ANY(%(lots)s) AND (k.lot_id = ANY(%(lots)s) OR k.lot_id IS NULL
            AND k.lot_name IN (SELECT name FROM stock_lot WHERE id = ANY(%(lots)s)))
        """,
        lots=lots,
    )


def waits():
    """SQL condition: no done transfer has taken the number of :func:`sold_numbers` out yet.

    Written as looking for one, ``(SELECT ... LIMIT 1)``: for a few orders the planner would rather
    read all transfers there are than answer EXISTS for each.
    """
    own = SQL("pi.pos_order_id = o.id")
    of_session = SQL("pi.pos_session_id = o.session_id AND pi.pos_order_id IS NULL")
    return SQL(
        """
        o.state IN ('paid', 'done') AND CASE
            WHEN (SELECT TRUE FROM stock_picking pi WHERE %s AND pi.state != 'cancel' LIMIT 1)
                THEN %s
            WHEN s.state != 'closed' THEN s.update_stock_at_closing
            ELSE %s END
        """,
        own,
        _left(own),
        _left(of_session),
    )


def _left(mine):
    """A transfer that is not done has the product, and none that is done the number."""
    return SQL(
        """
        ((SELECT TRUE FROM stock_move m JOIN stock_picking pi ON pi.id = m.picking_id
            WHERE %(mine)s AND m.product_id = l.product_id AND m.state NOT IN ('done', 'cancel')
            LIMIT 1) IS TRUE
        AND (SELECT TRUE FROM stock_move_line d JOIN stock_picking pi ON pi.id = d.picking_id
            WHERE %(mine)s AND d.lot_id = lot.id AND d.state = 'done' LIMIT 1) IS NOT TRUE)
        """,
        mine=mine,
    )


def unbooked(shop, lots=None, without=()):
    """SQL of what was sold (or, below zero, came back) and is not booked: lot_id, quantity.

    :param lots: ids that are of interest; None: all
    :param without: ids of orders that do not count
    """
    return SQL(
        """
        SELECT lot.id AS lot_id,
            sum(CASE WHEN t.tracking = 'serial' THEN sign(l.qty) ELSE l.qty END) AS quantity
        FROM %s
        WHERE o.session_id IN (%s) AND %s AND %s AND o.id != ALL(%s)
        GROUP BY lot.id HAVING abs(sum(l.qty)) > %s
        """,
        sold_numbers(),
        sessions(shop.company.id, shop.path),
        about(lots) if lots is not None else SQL("TRUE"),
        waits(),
        list(without),
        EPSILON,
    )


def lots(shop, products, stop, after=0, ids=None, limit=None):
    """SQL of lots in the shop, in the order of their ids.

    Columns: id, name, product, quantity (0: sold, not booked), expires, stop, made.

    :param products: ids of what tills sell
    :param stop: SQL of the last days of sale, see :func:`last_days`; None where no rule sets one
    :param ids: lots that are of interest; None: all
    """
    mine = SQL("AND q.lot_id = ANY(%s)", ids) if ids is not None else SQL()
    return SQL(
        """
        WITH goods AS (
            SELECT q.lot_id, q.quantity::float8 AS quantity, 0 AS sold FROM stock_quant q
            WHERE q.location_id = ANY(%(places)s) AND q.lot_id > %(after)s
                AND q.product_id = ANY(%(products)s) %(mine)s
            UNION ALL
            SELECT u.lot_id, -u.quantity::float8, u.quantity FROM (%(unbooked)s) u
            WHERE u.lot_id > %(after)s),
        page AS MATERIALIZED (
            SELECT lot_id, sum(quantity) AS quantity FROM goods GROUP BY lot_id
            HAVING sum(quantity) > %(epsilon)s OR sum(sold) > %(epsilon)s
            ORDER BY lot_id LIMIT %(limit)s)
        SELECT l.id, l.name, l.product_id, GREATEST(page.quantity, 0),
            (l.expiration_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date - date '1970-01-01',
            %(stop)s,
            l.trace_made - date '1970-01-01'
        FROM page JOIN stock_lot l ON l.id = page.lot_id
        %(stops)s
        WHERE l.product_id = ANY(%(products)s)
        ORDER BY l.id
        """,
        places=shop.places,
        zone=shop.zone.key,
        products=products,
        after=after,
        mine=mine,
        unbooked=unbooked(shop, ids),
        epsilon=EPSILON,
        limit=limit,
        stop=SQL("stops.day") if stop else SQL("NULL"),
        stops=SQL("LEFT JOIN (%s) stops ON stops.lot_id = l.id", stop) if stop else SQL(),
    )


def changed(shop, since, after, limit):
    """SQL of the ids of lots about which something changed, in their order.

    Movements are told by the ledger, dates and names by the lot itself, sales by their orders. A
    correction may be about a place that it no longer names.
    """
    return SQL(
        """
        SELECT lot_id FROM (
            SELECT e.lot_id FROM trace_event e
            WHERE e.record_time >= %(since)s AND e.recorded = 'live' AND (e.kind = 'correction'
                OR e.kind = 'movement'
                    AND (e.source_id = ANY(%(places)s) OR e.dest_id = ANY(%(places)s)))
            UNION
            SELECT l.id FROM stock_lot l
            WHERE l.write_date >= %(since)s AND EXISTS (SELECT FROM stock_quant q
                WHERE q.lot_id = l.id AND q.location_id = ANY(%(places)s))
            UNION
            SELECT lot.id FROM %(sold)s
            WHERE o.session_id IN (%(sessions)s) AND o.write_date >= %(since)s
        ) c
        WHERE lot_id > %(after)s ORDER BY lot_id LIMIT %(limit)s
        """,
        since=since,
        places=shop.places,
        sold=sold_numbers(),
        sessions=sessions(shop.company.id, shop.path),
        after=after,
        limit=limit,
    )


def last_ways(lots):
    """SQL: how lots were moved last: lot id, usage of the place they went to, document.

    As far as is recorded: a sale made without a network is told of when others came in between.
    """
    return SQL(
        """
        SELECT DISTINCT ON (lot_id) lot_id, dest_usage, document FROM trace_event
        WHERE lot_id = ANY(%s) AND kind IN ('movement', 'correction')
        ORDER BY lot_id, recorded = 'live' DESC, id DESC
        """,
        lots,
    )


def holds(shop, products, lots=None):
    """SQL of the holds that mean the shop: lot id, number, product id, reasons, last hold.

    Those for everywhere, for a place that the shop lies in, and for a place in the shop that has
    goods of the lot: which of them a customer brings to the till nobody can tell.
    """
    return SQL(
        """
        SELECT h.lot_id, l.name, l.product_id, string_agg(h.reason, '; ' ORDER BY h.id),
            max(h.id)
        FROM trace_hold h
        JOIN stock_lot l ON l.id = h.lot_id
        LEFT JOIN stock_location top ON top.id = h.location_id
        WHERE h.state = 'active' AND h.company_id = %(company)s
            AND l.product_id = ANY(%(products)s) AND %(mine)s
            AND (h.location_id IS NULL OR %(path)s LIKE top.parent_path || '%%'
                OR top.parent_path LIKE %(path)s || '%%' AND EXISTS (
                    SELECT FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
                    WHERE q.lot_id = h.lot_id AND q.quantity > 0
                        AND a.parent_path LIKE top.parent_path || '%%'))
        GROUP BY h.lot_id, l.name, l.product_id ORDER BY h.lot_id
        """,
        company=shop.company.id,
        path=shop.path,
        products=products,
        mine=SQL("h.lot_id = ANY(%s)", lots) if lots is not None else SQL("TRUE"),
    )
