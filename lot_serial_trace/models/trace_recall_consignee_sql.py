"""SQL that finds out whom the goods of a recall have reached."""

from odoo.tools import SQL

from . import trace_recall_owner_sql as owner_sql
from .trace_event_sql import plain_name
from .trace_question_sql import contact, goods, told

#: Documents that are named for each lot of a consignee.
DOCUMENTS = 5
#: The table of a transaction in which the goods are gathered by who has them.
REACHED = "trace_recall_reached"


def gather(recall, companies):
    """Who has how much of which lot: a table ``REACHED`` that lives as long as the transaction.

    A row is of one key (who it is), company and lot. Keys: ``p7`` partner 7, ``n...`` a name of
    the ledger without a partner, ``t3`` unknown buyers at till 3, ``w4`` those of warehouse 4,
    ``u`` those nobody knows where, ``h4`` goods that lie in warehouse 4, ``o5`` the registered
    owner 5.
    """
    return SQL(
        "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s UNION ALL %s UNION ALL %s",
        SQL.identifier(REACHED),
        _delivered(recall, companies),
        _lying(recall, companies),
        owner_sql.owned(scope_of(recall), companies, bool(recall.is_drill)),
    )


def scope_of(recall):
    """The lots of the case, each with the moment since when it is concerned.

    A hold that was released sets goods on hand free; what was delivered is called back all the
    same, until the lot is taken out of the scope.
    """
    return SQL(
        """(SELECT lot_id, min(COALESCE(tainted_at, '-infinity')) AS at FROM trace_recall_lot
            WHERE recall_id = %s AND lot_id IS NOT NULL AND state != 'excluded'
            GROUP BY lot_id) scope""",
        recall.id,
    )


def _delivered(recall, companies):
    """What went to customers and other companies, less what came back from them."""
    return SQL(
        """
        SELECT m.company_id, m.key, min(m.partner_id) AS partner_id,
            (array_agg(m.partner_name ORDER BY m.event_time DESC))[1] AS partner_name,
            min(m.config_id) AS config_id, min(m.warehouse_id) AS warehouse_id,
            bool_and(m.at_till) AS at_till, FALSE AS in_stock, m.lot_id,
            max(m.lot_name) AS lot_name, max(m.product_id) AS product_id,
            max(m.product_name) AS product_name, max(m.uom) AS uom,
            COALESCE(sum(m.quantity) FILTER (WHERE m.went), 0) AS delivered,
            COALESCE(sum(m.quantity) FILTER (WHERE NOT m.went), 0) AS returned,
            GREATEST(sum(m.sales) FILTER (WHERE m.went), 0) AS sales,
            array_to_string((array_agg(DISTINCT m.document) FILTER (WHERE m.went))
                [1:%(documents)s], ', ') AS documents,
            min(m.event_time) AS first_time, max(m.event_time) AS last_time
        FROM (
            WITH told AS MATERIALIZED (
                SELECT e.*, s.id AS session_id, s.config_id, place.warehouse_id, at_till,
                    CASE WHEN e.partner_id IS NOT NULL THEN 'p' || e.partner_id
                        WHEN e.partner_name IS NOT NULL THEN 'n' || md5(e.partner_name)
                        WHEN s.config_id IS NOT NULL THEN 't' || s.config_id
                        ELSE COALESCE('w' || place.warehouse_id, 'u') END AS key, 1 AS sales
                FROM (%(moved)s) e
                CROSS JOIN LATERAL (
                    SELECT e.document_model IN ('pos.order', 'pos.session') AS at_till) d
                LEFT JOIN pos_order o ON e.document_model = 'pos.order' AND o.id = e.document_id
                LEFT JOIN pos_session s ON s.id = CASE e.document_model
                    WHEN 'pos.session' THEN e.document_id ELSE o.session_id END
                LEFT JOIN stock_location place ON place.id = e.place_id
            )
            SELECT %(columns)s FROM told
            UNION ALL %(known)s
        ) m
        GROUP BY m.company_id, m.key, m.lot_id
        HAVING bool_or(left(m.key, 1) != 't') OR abs(sum(m.quantity) FILTER (WHERE m.went)) > 1e-6
            OR abs(sum(m.quantity) FILTER (WHERE NOT m.went)) > 1e-6
        """,
        documents=DOCUMENTS,
        moved=_moved(recall, companies),
        columns=SQL(", ").join(SQL.identifier(name) for name in TOLD),
        known=_known_at_closing(),
    )


def _known_at_closing():
    """Buyers whom the cashier has chosen, where a till moves the goods of all when it closes.

    The orders of the session say who got how much. Each is a row of his own, and another one that
    takes it off what unknown buyers got.
    """
    return SQL(
        """
        SELECT b.company_id, CASE WHEN turn = 1 THEN 'p' || b.partner_id ELSE b.key END,
            CASE WHEN turn = 1 THEN b.partner_id END,
            CASE WHEN turn = 1 THEN COALESCE(p.complete_name, p.name) END, b.config_id,
            b.warehouse_id, TRUE, b.lot_id, b.lot_name, b.product_id, b.product_name, b.uom,
            b.quantity * turn, b.went, b.sales * turn,
            CASE WHEN turn = 1 THEN b.documents ELSE b.document END, b.event_time
        FROM (
            SELECT t.company_id, t.key, t.config_id, t.warehouse_id, t.lot_id, t.lot_name,
                t.product_id, t.product_name, t.uom, t.went, t.document, t.event_time,
                o.partner_id, string_agg(DISTINCT COALESCE(o.pos_reference, o.name), ', ')
                    AS documents, count(DISTINCT o.id) AS sales,
                sum(abs(CASE WHEN pt.tracking = 'serial' THEN sign(l.qty) ELSE l.qty / (
                    SELECT count(*) FROM pos_pack_operation_lot n
                    WHERE n.pos_order_line_id = l.id) END)) AS quantity
            FROM (
                SELECT company_id, key, config_id, session_id, lot_id, went,
                    min(warehouse_id) AS warehouse_id, max(lot_name) AS lot_name,
                    max(product_id) AS product_id, max(product_name) AS product_name,
                    max(uom) AS uom, max(document) AS document, max(event_time) AS event_time
                FROM told WHERE document_model = 'pos.session' AND left(key, 1) = 't'
                GROUP BY company_id, key, config_id, session_id, lot_id, went
            ) t
            JOIN pos_order o ON o.session_id = t.session_id AND o.partner_id IS NOT NULL
                AND o.state IN ('paid', 'done')
            JOIN pos_order_line l ON l.order_id = o.id AND l.product_id = t.product_id
                AND l.qty != 0 AND (l.qty > 0) = t.went
            JOIN product_product pp ON pp.id = l.product_id
            JOIN product_template pt ON pt.id = pp.product_tmpl_id
            JOIN pos_pack_operation_lot k ON k.pos_order_line_id = l.id
                AND COALESCE(k.lot_id = t.lot_id, k.lot_name = t.lot_name)
            WHERE NOT EXISTS (SELECT FROM stock_picking own
                WHERE own.pos_order_id = o.id AND own.state != 'cancel')
            GROUP BY t.company_id, t.key, t.config_id, t.warehouse_id, t.lot_id, t.lot_name,
                t.product_id, t.product_name, t.uom, t.went, t.document, t.event_time,
                o.partner_id
        ) b
        JOIN res_partner p ON p.id = b.partner_id
        CROSS JOIN (VALUES (1), (-1)) twice(turn)
        """
    )


def _moved(recall, companies):
    """Deliveries and returns, also by the way between companies, where Odoo books it so."""
    return SQL(
        """
        SELECT e.company_id, e.partner_id, e.partner_name, e.lot_id, e.lot_name, e.product_id,
            e.product_name, e.uom, e.quantity, e.event_time, e.document, e.document_model,
            e.document_id, e.dest_usage IN ('customer', 'transit') AS went,
            CASE WHEN e.dest_usage IN ('customer', 'transit') THEN e.source_id ELSE e.dest_id END
                AS place_id
        FROM %(scope)s
        JOIN trace_event e ON e.lot_id = scope.lot_id AND e.event_time >= scope.at
        WHERE (
                e.dest_usage = 'customer' AND e.source_usage != 'customer'
                OR e.source_usage = 'customer' AND e.dest_usage != 'customer'
                OR (e.dest_usage = 'transit' OR e.source_usage = 'transit')
                    AND e.partner_id IS NOT NULL AND EXISTS (
                        SELECT FROM res_partner p JOIN res_company c
                            ON c.partner_id = p.commercial_partner_id
                        WHERE p.id = e.partner_id AND c.id != e.company_id)
            ) AND %(told)s
        """,
        scope=scope_of(recall),
        told=told(companies),
    )


def _lying(recall, companies):
    """What lies in places of one's own, by warehouse."""
    return SQL(
        """
        SELECT a.company_id, 'h' || COALESCE(a.warehouse_id, 0) AS key, NULL::int, NULL::varchar,
            NULL::int, a.warehouse_id, FALSE, TRUE, l.id, max(l.name), l.product_id,
            max(g.product_name), max(g.uom), sum(q.quantity), 0, 0, NULL::text, min(q.in_date),
            max(q.in_date)
        FROM %(scope)s
        JOIN stock_quant q ON q.lot_id = scope.lot_id AND q.quantity > 0
        JOIN stock_location a ON a.id = q.location_id
            AND a.usage IN ('internal', 'transit') AND a.company_id = ANY(%(companies)s)
        JOIN stock_lot l ON l.id = scope.lot_id
        %(goods)s
        GROUP BY a.company_id, a.warehouse_id, l.id
        """,
        scope=scope_of(recall),
        companies=companies,
        goods=goods(),
    )


def put_consignees(recall, companies):
    """Insert who is new; whoever has not been told yet is reached as he is reached now."""
    columns, joins = contact(companies)
    return SQL(
        """
        INSERT INTO trace_recall_consignee (recall_id, company_id, key, kind, role, partner_id,
            warehouse_id, name, email, phone, address, lang, channel, state, create_uid,
            create_date, write_uid, write_date)
        SELECT %(recall)s, w.company_id, w.key, k.kind, v.role, c.id, w.warehouse_id, v.name,
            v.email, v.phone, v.address, v.lang,
            CASE WHEN k.kind = 'unknown' THEN 'public' WHEN v.email IS NOT NULL THEN 'mail'
                WHEN v.address IS NOT NULL OR v.phone IS NULL THEN 'letter' ELSE 'call' END,
            'to_notify', %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
        FROM (
            SELECT r.company_id, r.key, bool_and(at_till) AS at_till,
                bool_or(in_stock) AS in_stock,
                (array_agg(partner_name ORDER BY last_time DESC))[1] AS partner_name,
                min(config_id) AS config_id,
                CASE WHEN left(r.key, 1) IN ('w', 'h', 't') THEN min(r.warehouse_id) END
                    AS warehouse_id,
                COALESCE(min(r.partner_id), CASE WHEN bool_or(in_stock)
                    THEN min(COALESCE(wh.partner_id, own.partner_id)) END) AS partner_id,
                min(own.partner_id) AS own_partner_id
            FROM %(reached)s r
            JOIN res_company own ON own.id = r.company_id
            LEFT JOIN stock_warehouse wh ON wh.id = r.warehouse_id
            WHERE left(r.key, 1) != 'o'
            GROUP BY r.company_id, r.key
        ) w
        LEFT JOIN pos_config config ON config.id = w.config_id
        LEFT JOIN stock_warehouse shop ON shop.id = w.warehouse_id
        LEFT JOIN res_partner mine ON mine.id = w.own_partner_id
        %(joins)s
        CROSS JOIN LATERAL (SELECT %(columns)s) told
        CROSS JOIN LATERAL (SELECT CASE
            WHEN w.in_stock THEN 'place'
            WHEN cp.id IN (SELECT partner_id FROM res_company)
                AND (c.id = cp.id OR c.type != 'contact') THEN 'place'
            WHEN left(w.key, 1) NOT IN ('p', 'n') THEN 'unknown'
            WHEN w.at_till THEN 'till' ELSE 'customer' END AS kind) k
        CROSS JOIN LATERAL (SELECT
            CASE WHEN k.kind IN ('place', 'unknown') THEN 'shop'
                WHEN c.is_company OR cp.is_company THEN 'business' ELSE 'consumer' END AS role,
            CASE WHEN w.in_stock THEN COALESCE(shop.name, mine.name)
                WHEN k.kind = 'unknown' THEN COALESCE(%(config)s, shop.name, mine.name)
                ELSE COALESCE(c.complete_name, c.name, w.partner_name, '?') END AS name,
            CASE WHEN k.kind != 'unknown' THEN NULLIF(told.email, '') END AS email,
            CASE WHEN k.kind != 'unknown' THEN NULLIF(told.phone, '') END AS phone,
            CASE WHEN k.kind != 'unknown' THEN told.address END AS address,
            COALESCE(told.lang, mine.lang) AS lang) v
        ON CONFLICT (recall_id, company_id, key) DO UPDATE SET partner_id = EXCLUDED.partner_id,
            name = EXCLUDED.name, email = EXCLUDED.email, phone = EXCLUDED.phone,
            address = EXCLUDED.address, lang = EXCLUDED.lang, channel = EXCLUDED.channel,
            kind = EXCLUDED.kind, role = EXCLUDED.role
        WHERE trace_recall_consignee.state = 'to_notify'
            AND trace_recall_consignee.notified_at IS NULL
            AND trace_recall_consignee.by_hand IS NOT TRUE
            AND (trace_recall_consignee.partner_id, trace_recall_consignee.name,
                trace_recall_consignee.email, trace_recall_consignee.phone,
                trace_recall_consignee.address, trace_recall_consignee.lang,
                trace_recall_consignee.kind, trace_recall_consignee.role)
            IS DISTINCT FROM (EXCLUDED.partner_id, EXCLUDED.name, EXCLUDED.email, EXCLUDED.phone,
                EXCLUDED.address, EXCLUDED.lang, EXCLUDED.kind, EXCLUDED.role)
        """,
        recall=recall.id,
        user=recall.env.uid,
        reached=SQL.identifier(REACHED),
        joins=joins,
        columns=columns,
        config=config_name(recall.env),
    )


def config_name(env):
    """The name of a till, which some versions translate."""
    translated = env["pos.config"]._fields["name"].translate
    return plain_name("config.name") if translated else SQL("config.name")


def put_lines(recall):
    """Insert the goods of each consignee, or correct them."""
    return SQL(
        """
        INSERT INTO trace_recall_consignee_line (consignee_id, recall_id, company_id, lot_id,
            lot_name, product_id, product_name, uom, delivered, returned, quantity, sales,
            documents, first_time, last_time, in_stock)
        SELECT c.id, c.recall_id, c.company_id, r.lot_id, r.lot_name, r.product_id,
            r.product_name, r.uom, r.delivered, r.returned, r.delivered - r.returned, r.sales,
            r.documents, r.first_time, r.last_time, r.in_stock
        FROM %s r
        JOIN trace_recall_consignee c ON c.recall_id = %s AND c.company_id = r.company_id
            AND c.key = r.key
        ON CONFLICT (consignee_id, lot_id) DO UPDATE SET delivered = EXCLUDED.delivered,
            returned = EXCLUDED.returned, quantity = EXCLUDED.quantity, sales = EXCLUDED.sales,
            documents = EXCLUDED.documents, first_time = EXCLUDED.first_time,
            last_time = EXCLUDED.last_time
        WHERE NOT EXCLUDED.in_stock AND (trace_recall_consignee_line.delivered,
            trace_recall_consignee_line.returned, trace_recall_consignee_line.sales)
            IS DISTINCT FROM (EXCLUDED.delivered, EXCLUDED.returned, EXCLUDED.sales)
        """,
        SQL.identifier(REACHED),
        recall.id,
    )


def empty_lines(recall):
    """What the ledger does not tell any more (a correction, a narrower scope) counts nothing."""
    return SQL(
        """
        UPDATE trace_recall_consignee_line l SET delivered = 0, returned = 0, quantity = 0,
            sales = 0
        FROM trace_recall_consignee c
        WHERE l.recall_id = %(recall)s AND c.id = l.consignee_id AND c.parent_id IS NULL
            AND (l.quantity != 0 OR l.sales != 0)
            AND NOT EXISTS (SELECT FROM %(reached)s r WHERE r.key = c.key
                AND r.company_id = c.company_id AND r.lot_id = l.lot_id)
            AND (NOT l.in_stock OR NOT EXISTS (SELECT FROM trace_recall_lot s
                WHERE s.recall_id = l.recall_id AND s.lot_id = l.lot_id
                    AND s.state != 'excluded'))
        """,
        recall=recall.id,
        reached=SQL.identifier(REACHED),
    )


def sum_up(recall, depth):
    """Sums of the goods, and who has nothing, has more than he was told, or lies beyond.

    :return: rows of who is to be told again
    """
    return SQL(
        """
        WITH unit AS (
            SELECT consignee_id, COALESCE(uom, '') AS uom,
                trim_scale(round(sum(quantity)::numeric, 6)) AS quantity
            FROM trace_recall_consignee_line WHERE recall_id = %(recall)s GROUP BY 1, 2
        ), goods AS (
            SELECT consignee_id, jsonb_object_agg(uom, quantity) AS quantities,
                sum(quantity) AS quantity, string_agg(quantity || ' ' || uom, ', ' ORDER BY uom)
                    FILTER (WHERE quantity != 0) AS quantity_text
            FROM unit GROUP BY consignee_id
        ), sums AS (
            SELECT l.consignee_id, count(*) FILTER (WHERE l.quantity != 0) AS lots,
                sum(l.sales) AS sales, sum(l.delivered) AS delivered,
                max(l.last_time) AS last_time,
                array_to_string((array_agg(l.documents ORDER BY l.last_time DESC)
                    FILTER (WHERE l.documents != ''))[1:%(documents)s], ', ') AS documents
            FROM trace_recall_consignee_line l WHERE l.recall_id = %(recall)s
            GROUP BY l.consignee_id
        ), fresh AS (
            SELECT c.id, goods.*, sums.lots, sums.sales, sums.last_time, sums.documents,
                NOT c.role = ANY(%(roles)s) AS is_beyond,
                CASE WHEN goods.quantity > 0 AND c.state = 'void' THEN 'to_notify'
                    WHEN goods.quantity > c.told_quantity AND c.notified_at IS NOT NULL
                        AND c.state != 'sending' THEN 'to_notify'
                    WHEN goods.quantity > 0 OR c.state = ANY(%(over)s) THEN c.state
                    -- told and all given back since: that is what the notice was for
                    WHEN c.notified_at IS NOT NULL AND sums.delivered > 0 THEN 'done'
                    ELSE 'void' END AS state
            FROM trace_recall_consignee c
            JOIN goods ON goods.consignee_id = c.id
            JOIN sums ON sums.consignee_id = c.id
            WHERE c.recall_id = %(recall)s AND c.parent_id IS NULL
        )
        UPDATE trace_recall_consignee c SET quantities = fresh.quantities,
            quantity = fresh.quantity, quantity_text = fresh.quantity_text,
            lot_count = fresh.lots, sales = fresh.sales, last_time = fresh.last_time,
            documents = fresh.documents, is_beyond = fresh.is_beyond, state = fresh.state,
            is_effective = CASE WHEN fresh.state = c.state THEN c.is_effective
                ELSE fresh.state = 'done' END,
            reached_at = CASE WHEN fresh.state = 'done' AND c.state != 'done'
                THEN COALESCE(c.reached_at, now() AT TIME ZONE 'UTC') ELSE c.reached_at END,
            answered_at = CASE WHEN fresh.state = 'to_notify' THEN NULL ELSE c.answered_at END,
            to_call = c.to_call AND fresh.state = c.state
        FROM fresh WHERE fresh.id = c.id
            AND (c.quantities, c.sales, c.is_beyond, c.state, c.documents) IS DISTINCT FROM
                (fresh.quantities, fresh.sales::int, fresh.is_beyond, fresh.state,
                fresh.documents)
        RETURNING c.id
        """,
        recall=recall.id,
        documents=DOCUMENTS,
        roles=list(ROLES[depth]),
        over=["sending", "answered", "done", "void"],
    )


def take_over(recall, other):
    """Statements by which a case takes over the consignees of another one.

    Who is in both keeps one row, with the notices, answers and calls of both.
    """
    both = SQL(
        """trace_recall_consignee mine, trace_recall_consignee theirs
        WHERE mine.recall_id = %s AND theirs.recall_id = %s AND mine.key = theirs.key
            AND mine.company_id = theirs.company_id""",
        recall.id,
        other.id,
    )
    for table in ("trace_recall_letter", "trace_recall_answer", "trace_recall_call"):
        yield SQL(
            "UPDATE %s t SET consignee_id = mine.id FROM %s AND t.consignee_id = theirs.id",
            SQL.identifier(table),
            both,
        )
    yield SQL(
        """UPDATE trace_recall_consignee t SET parent_id = mine.id FROM %s
            AND t.parent_id = theirs.id""",
        both,
    )
    kept = SQL(", ").join(
        SQL("%s = theirs.%s", SQL.identifier(name), SQL.identifier(name)) for name in TAKEN
    )
    yield SQL(
        """UPDATE trace_recall_consignee t SET %s FROM %s AND t.id = mine.id
            AND mine.notified_at IS NULL AND theirs.notified_at IS NOT NULL""",
        kept,
        both,
    )
    yield SQL(
        """UPDATE trace_recall_consignee SET state = 'void', to_call = FALSE WHERE id IN (
            SELECT theirs.id FROM %s)""",
        both,
    )
    for table, mine in (
        ("trace_recall_consignee_line", SQL("consignee_id")),
        ("trace_recall_consignee", SQL("id")),
    ):
        yield SQL(
            """UPDATE %(table)s t SET recall_id = %(recall)s
                WHERE t.recall_id = %(other)s AND t.%(mine)s NOT IN (SELECT theirs.id FROM %(both)s)
            """,
            table=SQL.identifier(table),
            recall=recall.id,
            other=other.id,
            mine=mine,
            both=both,
        )


#: Columns of what was delivered, from which goods are gathered.
TOLD = (
    *("company_id", "key", "partner_id", "partner_name", "config_id", "warehouse_id", "at_till"),
    *("lot_id", "lot_name", "product_id", "product_name", "uom", "quantity", "went", "sales"),
    *("document", "event_time"),
)
#: What a consignee takes over of himself in another case.
TAKEN = (
    "state",
    "email",
    "phone",
    "address",
    "channel",
    "by_hand",
    "notified_at",
    "told_quantity",
    "reminded_at",
    "reminders",
    "opened_at",
    "reached_at",
    "answered_at",
    "refused",
    "found_qty",
    "sold_on_qty",
    "destroyed_qty",
    "returned_qty",
    "answered_quantities",
    "has_none",
    "remark",
)
#: Who is told, by the depth of the case.
ROLES = {
    "consumer": ("business", "shop", "consumer", "owner"),
    "retail": ("business", "shop"),
    "wholesale": ("business",),
}
