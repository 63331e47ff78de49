"""The SQL that finds what expires: two statements for half a million lots.

It says in SQL what ``core/expiry.py`` says in Python; a test compares both. Rules
are not in it: what they come to is joined by class of goods and place
(``core/expiry_classes.py``).
"""

from odoo.tools import SQL

#: Columns of a row of ``found``, in order; those of the table ``trace_expiry_due``, too.
FOUND = (
    "lot_id",
    "location_id",
    "product_id",
    "company_id",
    "warehouse_id",
    "user_id",
    "rule_id",
    "quantity",
    "reserved",
    "value",
    "stage",
    "hint",
    "due_day",
    "last_day",
)

#: A table of the transaction: what is near a boundary. A table and not a part of one statement,
#: because the database then knows how little it is.
NEAR = SQL("trace_expiry_near")

#: No id is higher.
LAST_ID = 2**31 - 1


def table(name, columns, rows):
    """SQL of a CTE that holds ``rows``; ``columns`` maps their names to types."""
    arrays = list(zip(*rows, strict=True)) or [()] * len(columns)
    return SQL(
        "%s AS MATERIALIZED (SELECT * FROM unnest(%s) AS t(%s))",
        SQL.identifier(name),
        SQL(", ").join(
            SQL("%s::%s[]", list(array), SQL(type_))
            for array, type_ in zip(arrays, columns.values(), strict=True)
        ),
        SQL(", ").join(map(SQL.identifier, columns)),
    )


def near(tables, now, first=0, last=LAST_ID):
    """SQL of the lots above ``first`` up to ``last`` that are near a boundary, with their dates.

    Most lots are far from every boundary: they are left out before stock and days are looked
    at. What is found may be past one or not; what is not found is not.

    :param tables: SQL of the CTEs ``place``, ``categ``, ``named`` and ``won``, see
        ``trace.expiry.run``
    :param now: the moment (UTC) whose local days count
    """
    return SQL(
        """
        WITH %(tables)s,
        reach AS (
            SELECT goods, max(most_days) AS days, max(most_percent) / 100 AS part,
                bool_or(warn_rule IS NULL) AS by_alert
            FROM won GROUP BY goods),
        goods AS MATERIALIZED (
            SELECT p.id, t.responsible_id, p.standard_price, t.shelf, t.use_time, t.removal_time,
                reach.goods, reach.part, reach.by_alert,
                %(now)s::timestamp + make_interval(days => 3 + GREATEST(
                    reach.days, ceil(reach.part * t.shelf)::int)) AS until
            FROM product_product p
            JOIN (SELECT id, categ_id, responsible_id, COALESCE(expiration_time, 0) AS shelf,
                    COALESCE(use_time, 0) AS use_time, COALESCE(removal_time, 0) AS removal_time
                FROM product_template WHERE use_expiration_date) t ON t.id = p.product_tmpl_id
            LEFT JOIN named n ON n.product_id = p.id
            LEFT JOIN categ c ON c.categ_id = t.categ_id
            JOIN reach ON reach.goods = COALESCE(n.goods, c.goods, 0)),
        horizon AS MATERIALIZED (
            SELECT GREATEST(max(until), %(now)s::timestamp) AS until,
                COALESCE(max(part), 0) AS part,
                COALESCE(max(part) FILTER (WHERE shelf = 0), 0) AS part_of_unknown
            FROM goods),
        -- First without products: a life that a product does not know may be longer than its own.
        close AS MATERIALIZED (
            SELECT l.id, l.product_id, l.trace_made AS made, l.standard_price AS lot_price,
                l.create_date, l.expiration_date, l.use_date, l.removal_date, l.alert_date,
                LEAST(l.expiration_date, l.use_date, l.removal_date) AS first_date,
                GREATEST(l.expiration_date, l.use_date, l.removal_date)
                    - COALESCE(l.trace_made, l.create_date) AS life
            FROM stock_lot l, horizon
            WHERE l.id > %(first)s AND l.id <= %(last)s AND (
                l.expiration_date < horizon.until OR l.use_date < horizon.until
                OR l.removal_date < horizon.until OR l.alert_date < horizon.until
                OR l.expiration_date IS NULL
                OR ((l.trace_made IS NOT NULL OR horizon.part_of_unknown > 0)
                    AND LEAST(l.expiration_date, l.use_date, l.removal_date)
                        - (GREATEST(l.expiration_date, l.use_date, l.removal_date)
                            - COALESCE(l.trace_made, l.create_date)) * horizon.part
                        < %(now)s::timestamp + interval '3 days')))
        SELECT l.id AS lot_id, l.product_id, l.made, l.lot_price, l.create_date,
            l.expiration_date, l.use_date, l.removal_date, l.alert_date, goods.goods,
            goods.shelf, goods.use_time, goods.removal_time, goods.responsible_id,
            goods.standard_price
        FROM close l
        JOIN goods ON goods.id = l.product_id
        WHERE l.first_date IS NULL OR l.first_date < goods.until
            OR ((l.made IS NOT NULL OR goods.shelf = 0) AND l.first_date - l.life * goods.part
                < %(now)s::timestamp + interval '3 days')
            OR (goods.by_alert AND l.alert_date < %(now)s::timestamp + interval '2 days')
        """,
        tables=tables,
        now=now,
        first=first,
        last=last,
    )


def found(tables, first=0, last=LAST_ID):
    """SQL of the CTEs up to ``found``: what of the table :data:`NEAR` is past a boundary.

    :param tables: as for :func:`near`
    """
    return SQL(
        """
        %(tables)s,
        stock AS MATERIALIZED (
            SELECT q.lot_id, q.location_id,
                sum(q.quantity) AS quantity, sum(q.reserved_quantity) AS reserved
            FROM %(near)s n
            JOIN stock_quant q ON q.lot_id = n.lot_id
            WHERE q.lot_id > %(first)s AND q.lot_id <= %(last)s
            GROUP BY 1, 2 HAVING sum(q.quantity) > 0),
        days AS MATERIALIZED (
            SELECT n.*, s.location_id, s.quantity, s.reserved, place.place, place.company_id,
                place.warehouse_id, place.user_id AS keeper_id, place.today, %(days)s,
                shelf = 0 AND abs(extract(epoch FROM expiration_date - create_date)) < 3600
                    AS by_chance
            FROM stock s
            JOIN %(near)s n ON n.lot_id = s.lot_id
            JOIN place ON place.location_id = s.location_id),
        dues AS MATERIALIZED (
            SELECT days.*, COALESCE(expiration, use, removal) AS end_day, warn_rule, stop_rule,
                pull_rule, warn_kind, stop_kind, pull_kind,
                %(warn)s AS warn_due, %(stop)s AS stop_due, %(pull)s AS pull_due
            FROM days JOIN won ON won.goods = days.goods AND won.place = days.place),
        staged AS MATERIALIZED (
            SELECT dues.*, CASE
                WHEN end_day IS NULL OR by_chance THEN 'undated'
                WHEN end_day < today THEN 'expired'
                WHEN pull_due <= today THEN 'pull'
                WHEN stop_due <= today THEN 'stop'
                WHEN warn_due <= today THEN 'warn'
                WHEN warn_rule IS NULL AND alert <= today THEN 'warn' END AS stage
            FROM dues),
        ruled AS (
            SELECT staged.*, CASE stage
                WHEN 'expired' THEN COALESCE(pull_rule, stop_rule, warn_rule)
                WHEN 'pull' THEN pull_rule
                WHEN 'stop' THEN stop_rule
                WHEN 'warn' THEN warn_rule END AS rule_id
            FROM staged WHERE stage IS NOT NULL),
        found AS MATERIALIZED (
            SELECT r.lot_id, r.location_id, r.product_id, r.company_id, r.warehouse_id,
                COALESCE(rule.user_id, r.keeper_id,
                    (r.responsible_id->>r.company_id::text)::int) AS user_id,
                r.rule_id, r.quantity, r.reserved,
                r.quantity * COALESCE((r.lot_price->>r.company_id::text)::numeric,
                    (r.standard_price->>r.company_id::text)::numeric, 0) AS value,
                r.stage,
                CASE WHEN by_chance THEN 'by_chance' WHEN end_day IS NULL THEN 'empty' END AS hint,
                CASE r.stage WHEN 'expired' THEN end_day + 1 WHEN 'pull' THEN pull_due
                    WHEN 'stop' THEN stop_due
                    WHEN 'warn' THEN COALESCE(warn_due, alert) END AS due_day,
                CASE WHEN r.stage = 'undated' THEN NULL ELSE CASE r.stage
                    WHEN 'pull' THEN %(pull_last)s WHEN 'stop' THEN %(stop_last)s
                    WHEN 'warn' THEN %(warn_last)s ELSE end_day END END AS last_day
            FROM ruled r
            LEFT JOIN trace_expiry_rule rule ON rule.id = r.rule_id)
        """,
        tables=tables,
        near=NEAR,
        first=first,
        last=last,
        days=SQL(", ").join(
            SQL(
                "(%s AT TIME ZONE 'UTC' AT TIME ZONE zone)::date AS %s",
                SQL(column),
                SQL(name),
            )
            for name, column in (
                ("expiration", "expiration_date"),
                ("use", "use_date"),
                ("removal", "removal_date"),
                ("alert", "alert_date"),
                ("received", "create_date"),
            )
        ),
        warn=due("warn"),
        stop=due("stop"),
        pull=due("pull"),
        warn_last=_last("warn"),
        stop_last=_last("stop"),
        pull_last=_last("pull"),
    )


def _last(boundary):
    """SQL of the last good day by the date that counts for ``boundary``."""
    return SQL(
        "CASE %s WHEN 'use' THEN COALESCE(use, expiration, removal)"
        " WHEN 'removal' THEN COALESCE(removal, expiration, use)"
        " ELSE COALESCE(expiration, use, removal) END",
        SQL(f"{boundary}_kind"),
    )


def due(boundary):
    """SQL of the first day on which ``boundary`` is passed; NULL if it never is."""
    last, kind = _last(boundary), SQL(f"{boundary}_kind")
    shelf = SQL(
        "shelf - CASE %s WHEN 'use' THEN use_time WHEN 'removal' THEN removal_time ELSE 0 END",
        kind,
    )
    return SQL(
        """
        CASE WHEN %(days)s IS NOT NULL THEN %(last)s - %(days)s + 1
        WHEN %(percent)s IS NOT NULL THEN %(last)s + 1 - ceil(round((%(percent)s / 100 * CASE
            WHEN made IS NOT NULL THEN GREATEST(%(last)s - made, 0)
            WHEN %(shelf)s > 0 THEN %(shelf)s
            ELSE GREATEST(%(last)s - received, 0) END)::numeric, 6))::int END
        """,
        days=SQL(f"{boundary}_days"),
        percent=SQL(f"{boundary}_percent"),
        last=last,
        shelf=shelf,
    )
