"""SQL of the mass balance of recalled lots.

What went through the doors is the ledger's word, what lies in the house is the stock's; see
``trace_question_balance.py``, which balances a question in the same way.
"""

from odoo.tools import SQL

from .trace_question_balance import NOTHING
from .trace_question_sql import latest

#: Where goods of a lot came from.
CAME = ("received_qty", "made_qty", "opening_qty", "from_other_qty")
#: Where they are or went; those with a minus came back.
WENT = (
    "on_hand_qty",
    "in_transit_qty",
    "delivered_qty",
    "came_back_qty",
    "consumed_qty",
    "destroyed_qty",
    "sent_back_qty",
    "handed_over_qty",
    "adjusted_qty",
)
#: What else is told of them; the parts of the goods on hand and of those at customers'.
TOLD = (
    "quarantine_qty",
    "reserved_qty",
    "unknown_qty",
    "reported_qty",
    "planned_qty",
    "disposed_qty",
    "open_qty",
    "difference_qty",
    "unaccounted_qty",
    "leeway_qty",
)
QUANTITIES = (*CAME, *WENT, *TOLD)
#: Documents that are told of a difference of a lot; the ledger has them all.
DOCUMENTS = 20


def refresh(recall_ids, quarantine, reported):
    """Statement that writes the balance of all lots of cases: one, whatever their number.

    :param quarantine: ids of quarantine places
    :param reported: SQL of ``(scope_id, quantity)``: what those who have goods have answered
    """
    columns = SQL(", ").join(SQL.identifier(name) for name in QUANTITIES)
    fresh = SQL(", ").join(
        SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
        for name in (*QUANTITIES, "state", "lines", "counted_at", "product_id", "lot_name")
    )
    return SQL(
        """
        WITH %(tables)s
        INSERT INTO trace_recall_balance (scope_id, recall_id, lot_id, company_id, product_id,
            lot_name, %(columns)s, state, lines, counted_at)
        SELECT scope_id, recall_id, lot_id, company_id, product_id, lot_name, %(columns)s,
            %(state)s, lines, now() AT TIME ZONE 'UTC'
        FROM judged
        ON CONFLICT (scope_id) DO UPDATE SET %(fresh)s
        """,
        tables=_tables(recall_ids, quarantine, reported),
        columns=columns,
        state=_state(),
        fresh=fresh,
    )


def _tables(recall_ids, quarantine, reported):
    return SQL(", ").join(
        SQL("%s AS MATERIALIZED (%s)", SQL.identifier(name), query)
        for name, query in (
            ("scope", _scope(recall_ids)),
            ("told", _told()),
            ("door", _doors()),
            ("place", _places(quarantine)),
            ("house", _house()),
            ("paper", _papers()),
            ("fate", _fates(reported)),
            ("was", _was(recall_ids)),
            ("summed", _summed()),
            ("judged", _judged()),
        )
    )


def _scope(recall_ids):
    return SQL(
        """
        SELECT s.id AS scope_id, s.recall_id, s.lot_id, s.company_id, s.product_id, s.lot_name,
            s.state = 'released' AS released, COALESCE(r.is_drill, FALSE) AS drill,
            COALESCE(r.tolerance_percent, 0) AS percent,
            COALESCE(r.tolerance_quantity, 0) AS least
        FROM trace_recall_lot s JOIN trace_recall r ON r.id = s.recall_id
        WHERE s.recall_id = ANY(%s) AND s.lot_id IS NOT NULL AND s.state != 'excluded'
        """,
        list(recall_ids),
    )


def _told():
    """Movements as they are told last; ``opening``: counts that found the goods first of all."""
    return SQL(
        """
        SELECT scope.scope_id, e.id, e.event_time, e.quantity, e.source_id, e.dest_id,
            e.source_usage, e.dest_usage, e.biz_step, e.partner_id, e.document, e.document_model,
            e.document_id, e.user_name, e.move_line_id,
            bool_and(e.source_usage = 'inventory')
                OVER (PARTITION BY scope.scope_id ORDER BY e.event_time, e.id) AS opening
        FROM scope JOIN trace_event e
            ON e.lot_id = scope.lot_id AND e.company_id = scope.company_id
        WHERE e.kind IN ('movement', 'correction') AND e.source_id != e.dest_id
            AND e.quantity != 0 AND %s
        """,
        latest(),
    )


def _doors():
    return SQL(
        """
        SELECT scope_id,
            sum(quantity) FILTER (WHERE source_usage = 'supplier') AS received_qty,
            sum(quantity) FILTER (WHERE source_usage = 'production') AS made_qty,
            sum(quantity) FILTER (WHERE opening) AS opening_qty,
            sum(quantity) FILTER (WHERE dest_usage = 'customer') AS delivered_qty,
            sum(quantity) FILTER (WHERE source_usage = 'customer') AS came_back_qty,
            sum(quantity) FILTER (WHERE dest_usage = 'production') AS consumed_qty,
            sum(quantity) FILTER (WHERE dest_usage = 'inventory' AND biz_step = 'destroying')
                AS destroyed_qty,
            COALESCE(sum(quantity) FILTER (WHERE dest_usage = 'inventory'
                    AND biz_step IS DISTINCT FROM 'destroying'), 0)
                - COALESCE(sum(quantity) FILTER (WHERE source_usage = 'inventory'
                    AND NOT opening), 0) AS adjusted_qty,
            sum(quantity) FILTER (WHERE dest_usage = 'supplier') AS sent_back_qty,
            COALESCE(sum(quantity) FILTER (WHERE dest_usage = 'customer'
                    AND partner_id IS NULL), 0)
                - COALESCE(sum(quantity) FILTER (WHERE source_usage = 'customer'
                    AND partner_id IS NULL), 0) AS unknown_qty
        FROM told GROUP BY scope_id
        """
    )


def _places(quarantine):
    """What lies in each place by the ledger and by the stock.

    Of a place that is no company's ours is what our ledger gave to it, as far as it is there.
    """
    return SQL(
        """
        SELECT scope_id, place_id, a.complete_name AS name, a.usage,
            a.company_id IS NULL AS shared, a.id = ANY(%s) AS quarantine,
            COALESCE(ledger.quantity, 0) AS ledger, COALESCE(stock.reserved, 0) AS reserved,
            CASE WHEN a.company_id IS NOT NULL THEN COALESCE(stock.quantity, 0)
                ELSE LEAST(GREATEST(ledger.quantity, 0), COALESCE(stock.quantity, 0))
                END AS stock
        FROM (
            SELECT scope_id, place_id, sum(quantity) AS quantity FROM (
                SELECT scope_id, dest_id AS place_id, quantity FROM told
                WHERE dest_usage IN ('internal', 'transit')
                UNION ALL
                SELECT scope_id, source_id, -quantity FROM told
                WHERE source_usage IN ('internal', 'transit')
            ) shift GROUP BY scope_id, place_id
        ) ledger FULL JOIN (
            SELECT scope.scope_id, q.location_id AS place_id, sum(q.quantity) AS quantity,
                sum(q.reserved_quantity) AS reserved
            FROM scope JOIN stock_quant q ON q.lot_id = scope.lot_id
            JOIN stock_location a ON a.id = q.location_id
            WHERE a.usage IN ('internal', 'transit')
                AND (a.company_id IS NULL OR a.company_id = scope.company_id)
            GROUP BY scope.scope_id, q.location_id
        ) stock USING (scope_id, place_id)
        JOIN stock_location a ON a.id = place_id
        """,
        list(quarantine),
    )


def _house():
    return SQL(
        """
        SELECT scope_id, sum(stock) FILTER (WHERE usage = 'internal') AS on_hand_qty,
            sum(stock) FILTER (WHERE usage = 'transit') AS in_transit_qty,
            sum(stock) FILTER (WHERE usage = 'internal' AND quarantine) AS quarantine_qty,
            sum(reserved) FILTER (WHERE NOT shared) AS reserved_qty,
            sum(ledger - stock) FILTER (WHERE shared AND ledger > 0) AS handed_over_qty,
            sum(-ledger) FILTER (WHERE shared AND ledger < 0) AS from_other_qty,
            sum(ledger - stock) FILTER (WHERE NOT shared) AS difference_qty,
            jsonb_agg(jsonb_build_object('what', 'place', 'place', name, 'ledger', ledger::float,
                'stock', stock::float, 'quantity', (ledger - stock)::float)
                ORDER BY name, place_id)
                FILTER (WHERE NOT shared AND abs(ledger - stock) > %s) AS lines
        FROM place GROUP BY scope_id
        """,
        NOTHING,
    )


def _papers():
    """The documents behind what was lost, found or destroyed, and whether the case made them."""
    return SQL(
        """
        SELECT scope_id, jsonb_agg(jsonb_build_object('what', what, 'document', document,
            'model', document_model, 'id', document_id, 'by', user_name,
            'at', to_char(event_time, 'YYYY-MM-DD HH24:MI:SS'), 'quantity', quantity::float)
            ORDER BY event_time, id) AS papers
        FROM (
            SELECT t.*, CASE WHEN t.dest_usage != 'inventory' THEN 'found'
                    WHEN t.biz_step = 'destroying' THEN 'scrapped' ELSE 'lost' END AS what,
                row_number() OVER (PARTITION BY t.scope_id ORDER BY t.event_time, t.id) AS turn
            FROM told t
            LEFT JOIN stock_move_line l ON l.id = t.move_line_id
            LEFT JOIN stock_move m ON m.id = l.move_id
            WHERE 'inventory' IN (t.source_usage, t.dest_usage) AND NOT t.opening
                AND m.trace_recall_id IS NULL
        ) one WHERE turn <= %s GROUP BY scope_id
        """,
        DOCUMENTS,
    )


def _fates(reported):
    """What was decided: planned, done by the case, and reported from customers."""
    return SQL(
        """
        SELECT scope_id, sum(planned) AS planned_qty, sum(disposed) AS disposed_qty,
            sum(reported) AS reported_qty
        FROM (
            SELECT scope_id,
                CASE WHEN side = 'stock' AND state = 'planned' AND kind != 'claim'
                    THEN quantity END AS planned,
                CASE WHEN side = 'stock' AND state = 'done' AND kind IN ('return', 'destroy')
                    THEN quantity END AS disposed,
                CASE WHEN side = 'customer' AND state = 'done' THEN quantity END AS reported
            FROM trace_recall_disposition
            WHERE scope_id IN (SELECT scope_id FROM scope)
            UNION ALL
            SELECT a.scope_id, NULL, NULL, a.quantity FROM (%s) a(scope_id, quantity)
        ) f GROUP BY scope_id
        """,
        reported,
    )


def _was(recall_ids):
    """What was explained before."""
    return SQL(
        "SELECT scope_id, explained_qty, explained_at FROM trace_recall_balance "
        "WHERE recall_id = ANY(%s) AND explained_at IS NOT NULL",
        list(recall_ids),
    )


#: What each part tells of a lot beside its quantities, with the type of its column.
BESIDE = {
    "scope": {
        "recall_id": "int",
        "lot_id": "int",
        "company_id": "int",
        "product_id": "int",
        "lot_name": "varchar",
        "released": "bool",
        "drill": "bool",
        "percent": "numeric",
        "least": "numeric",
    },
    "house": {"lines": "jsonb"},
    "paper": {"papers": "jsonb"},
    "was": {"explained_qty": "numeric", "explained_at": "timestamp"},
}
#: The quantities that each part tells.
PARTS = {
    "scope": (),
    "door": (
        *("received_qty", "made_qty", "opening_qty", "delivered_qty", "came_back_qty"),
        *("consumed_qty", "destroyed_qty", "adjusted_qty", "sent_back_qty", "unknown_qty"),
    ),
    "house": (
        *("on_hand_qty", "in_transit_qty", "quarantine_qty", "reserved_qty"),
        *("handed_over_qty", "from_other_qty", "difference_qty"),
    ),
    "paper": (),
    "fate": ("planned_qty", "disposed_qty", "reported_qty"),
    "was": (),
}


def _summed():
    """All parts of a lot in one row, without the noise of sums.

    They are put one below the other and grouped, not joined: nobody tells the planner how many
    rows a part has, and a join that it takes for small goes through all lots for each lot.
    """
    beside = {name: kind for part in BESIDE.values() for name, kind in part.items()}
    quantities = [name for names in PARTS.values() for name in names]
    columns = [SQL("%s AS %s", _first(name, kind), _id(name)) for name, kind in beside.items()]
    columns += [
        SQL("round(COALESCE(sum(%s), 0)::numeric, 6) AS %s", _id(name), _id(name))
        for name in quantities
    ]
    return SQL(
        "SELECT scope_id, %s FROM (%s) part GROUP BY scope_id HAVING max(recall_id) IS NOT NULL",
        SQL(", ").join(columns),
        SQL(" UNION ALL ").join(_part(part, beside, quantities) for part in PARTS),
    )


def _part(part, beside, quantities):
    """The rows of a part with all columns; what it does not tell is NULL."""
    told = {*BESIDE.get(part, ()), *PARTS[part]}
    kinds = {**beside, **dict.fromkeys(quantities, "numeric")}
    return SQL(
        "SELECT scope_id, %s FROM %s",
        SQL(", ").join(
            SQL("%s::%s AS %s", _id(name) if name in told else SQL("NULL"), SQL(kind), _id(name))
            for name, kind in kinds.items()
        ),
        _id(part),
    )


def _first(name, kind):
    """SQL of what the one part that tells it says."""
    if kind == "bool":
        return SQL("bool_or(%s)", _id(name))
    if kind == "jsonb":
        return SQL("(array_agg(%s) FILTER (WHERE %s IS NOT NULL))[1]", _id(name), _id(name))
    return SQL("max(%s)", _id(name))


def _id(name):
    return SQL.identifier(name)


def _judged():
    """What is open, what is missing, and how much may be; quantities at customers are capped."""
    names = [name for name in QUANTITIES if name not in JUDGED]
    return SQL(
        """
        SELECT scope_id, recall_id, lot_id, company_id, product_id, lot_name,
            COALESCE(lines, '[]') || COALESCE(papers, '[]') AS lines, explained_qty,
            explained_at, %s,
            GREATEST(LEAST(unknown_qty, delivered_qty - came_back_qty), 0) AS unknown_qty,
            GREATEST(LEAST(reported_qty, delivered_qty - came_back_qty), 0) AS reported_qty,
            CASE WHEN released OR drill THEN 0
                ELSE GREATEST(on_hand_qty + in_transit_qty - planned_qty, 0) END AS open_qty,
            difference_qty + adjusted_qty AS unaccounted_qty,
            round(GREATEST(least, percent / 100.0
                * (received_qty + made_qty + opening_qty + from_other_qty))::numeric, 6)
                AS leeway_qty
        FROM summed
        """,
        SQL(", ").join(SQL.identifier(name) for name in names),
    )


#: Quantities that :func:`_judged` makes.
JUDGED = ("unknown_qty", "reported_qty", "open_qty", "unaccounted_qty", "leeway_qty")


def _state():
    """How a lot stands. An explanation counts for the quantity that it was given for."""
    return SQL(
        """
        CASE WHEN abs(unaccounted_qty) > leeway_qty + %(nothing)s
                AND NOT (%(explained)s) THEN 'off'
            WHEN open_qty > %(nothing)s THEN 'open'
            WHEN planned_qty > %(nothing)s THEN 'planned'
            WHEN abs(unaccounted_qty) > %(nothing)s
                THEN CASE WHEN %(explained)s THEN 'accepted' ELSE 'within' END
            ELSE 'balanced' END
        """,
        nothing=NOTHING,
        explained=SQL(
            "explained_at IS NOT NULL AND abs(explained_qty - unaccounted_qty) <= %s", NOTHING
        ),
    )


def told_of_scope(recall_ids):
    """Statement that writes the quantities of the balance to the lots of cases, too."""
    return SQL(
        """
        UPDATE trace_recall_lot s
        SET received_qty = b.received_qty + b.opening_qty, made_qty = b.made_qty,
            from_other_qty = b.from_other_qty, on_hand_qty = b.on_hand_qty,
            in_transit_qty = b.in_transit_qty, delivered_qty = b.delivered_qty,
            returned_qty = b.came_back_qty, consumed_qty = b.consumed_qty,
            destroyed_qty = b.destroyed_qty, adjusted_qty = b.adjusted_qty,
            sent_back_qty = b.sent_back_qty, handed_over_qty = b.handed_over_qty,
            balance_qty = b.unaccounted_qty
        FROM trace_recall_balance b
        WHERE b.scope_id = s.id AND b.recall_id = ANY(%s)
        """,
        list(recall_ids),
    )
