"""SQL that makes registered owners consignees of a recall.

An owner is counted apart: his unit is among the goods of whoever sold it to him already.
"""

from odoo.tools import SQL

from .trace_question_sql import goods


def concerned(scope, companies):
    """FROM and WHERE of the owners ``o`` of lots in a scope.

    Who had registered before a lot became dangerous has a unit from before: it is not meant.

    :param scope: FROM item ``scope`` of ``lot_id`` and ``at``
    """
    return SQL(
        """
        FROM %s JOIN trace_ownership o ON o.lot_id = scope.lot_id AND o.state = 'confirmed'
            AND o.confirmed_at >= scope.at AND o.company_id = ANY(%s)
        """,
        scope,
        companies,
    )


def owned(scope, companies, is_drill):
    """Rows of ``trace_recall_reached``: one unit each. A drill has no use for them."""
    return SQL(
        """
        SELECT o.company_id, 'o' || o.id, NULL::int, NULL::varchar, NULL::int, NULL::int, FALSE,
            FALSE, l.id, l.name, l.product_id, g.product_name, g.uom, 1, 0, 0, NULL::text,
            o.confirmed_at, o.confirmed_at
        %(concerned)s
        JOIN stock_lot l ON l.id = o.lot_id
        %(goods)s
        WHERE %(wanted)s
        """,
        concerned=concerned(scope, companies),
        goods=goods(),
        wanted=not is_drill,
    )


def put_owners(recall, reached, words):
    """Insert who is new, with the address that he has confirmed.

    :param words: what stands before the number, in place of a name that nobody knows
    """
    return SQL(
        """
        INSERT INTO trace_recall_consignee (recall_id, company_id, key, kind, role, name, email,
            lang, channel, state, create_uid, create_date, write_uid, write_date)
        SELECT %(recall)s, r.company_id, r.key, 'owner', 'owner', %(words)s || ' ' || r.lot_name,
            o.email, o.lang, 'mail', 'to_notify', %(user)s, now() AT TIME ZONE 'UTC', %(user)s,
            now() AT TIME ZONE 'UTC'
        FROM %(reached)s r JOIN trace_ownership o ON r.key = 'o' || o.id
        WHERE left(r.key, 1) = 'o'
        ON CONFLICT (recall_id, company_id, key) DO NOTHING
        """,
        recall=recall.id,
        user=recall.env.uid,
        reached=SQL.identifier(reached),
        words=words,
    )


def new_owners(recall, scope, companies):
    """Whether there is an owner whom the case does not know yet."""
    return SQL(
        """
        SELECT EXISTS (SELECT %s WHERE NOT EXISTS (SELECT FROM trace_recall_consignee c
            WHERE c.recall_id = %s AND c.key = 'o' || o.id))
        """,
        concerned(scope, companies),
        recall.id,
    )
