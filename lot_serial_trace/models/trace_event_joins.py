"""Which tables the ledger's SQL joins: those that the movements at hand cannot have are left out.

For one unit, planning twenty joins takes longer than all the rest of the ledger. What is asked of
a table that is left out is written as NULL: a row of NULLs in its place would cost the planner as
much as the table.
"""

import re

from odoo.tools import SQL

from .trace_event_sql import sale
from .trace_event_way import ORDER_FIELDS, order_joins

#: Columns that are neither ids nor text.
MOMENTS = {"date_order"}


def absent(lines, till):
    """Aliases of the tables in which nothing belongs to ``lines``, as far as memory knows."""
    lines = lines.sudo()
    moves, pickings = lines.move_id, lines.picking_id
    there = {
        "pk": lines.package_id,
        "rpk": lines.result_package_id,
        "sale": till or pickings.pos_session_id or pickings.pos_order_id,
        "rs": any(place.usage == "supplier" for place in lines.location_id),
        "aw": lines.location_id.warehouse_id,
        "bw": lines.location_dest_id.warehouse_id,
    }
    there["r"] = there["sale"] or pickings.partner_id or moves.partner_id
    there["session"] = there["sale"]
    for alias, names in ORDER_FIELDS.items():
        there[alias] = any(moves[name] for name in names if name in moves._fields)
    return {alias for alias, found in there.items() if not found}


def joins(env, till, live, gone=frozenset()):
    """SQL of the joins behind a move line, its product and places.

    :param live: who did it is known, and not read from the line
    :param gone: aliases that are absent
    """
    pieces = [
        _one("aw", "LEFT JOIN stock_warehouse aw ON aw.id = a.warehouse_id", gone),
        _one("bw", "LEFT JOIN stock_warehouse bw ON bw.id = b.warehouse_id", gone),
        _one("pk", "LEFT JOIN stock_package pk ON pk.id = l.package_id", gone),
        _one("rpk", "LEFT JOIN stock_package rpk ON rpk.id = l.result_package_id", gone),
        SQL() if "sale" in gone else sale(till),
        order_joins(env, gone),
        _one(
            "r",
            """
            LEFT JOIN res_partner r ON r.id = COALESCE(sale.partner_id,
                CASE WHEN a.usage = 'supplier' AND b.usage = 'customer' THEN m.partner_id END,
                pi.partner_id, m.partner_id)
            """,
            gone,
        ),
        _one(
            "rs",
            "LEFT JOIN res_partner rs "
            "ON a.usage = 'supplier' AND rs.id = COALESCE(pi.partner_id, m.partner_id)",
            gone,
        ),
    ]
    if not live:
        pieces.append(SQL("LEFT JOIN users ru ON ru.id = l.write_uid"))
    return SQL(" ").join(pieces)


def _one(alias, join, gone):
    return SQL() if alias in gone else SQL(join)


def without(query, gone):
    """SQL in which all that is asked of the tables ``gone`` is NULL."""
    if not gone:
        return query
    aliases = "|".join(sorted(gone))
    asked = rf'(?<![\w.])"?(?:{aliases})"?\."?(\w+)"?'
    return SQL(re.sub(asked, _nothing, query.code), *query.params)


def _nothing(asked):
    column = asked[1]
    if column in MOMENTS:
        return "NULL::timestamp"
    return "NULL::int" if column.endswith("id") else "NULL::varchar"
