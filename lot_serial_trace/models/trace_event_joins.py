"""Which tables the ledger's SQL joins: those that the movements at hand cannot have are left out.

For one unit, planning twenty joins takes longer than all the rest of the ledger. What stands in
for a table is a row of NULLs, which costs the planner nothing.
"""

from odoo.tools import SQL

from .trace_event_sql import sale
from .trace_event_way import ORDER_FIELDS, order_joins

#: Columns of a table that stands for another one, by alias; the others have a name and an id.
COLUMNS = {
    "sale": "id int, name varchar, date_order timestamp, partner_id int",
    "rs": "id int, name varchar, complete_name varchar",
}


def absent(lines, till):
    """Aliases of the tables in which nothing belongs to ``lines``, as far as memory knows."""
    lines = lines.sudo()
    moves, pickings = lines.move_id, lines.picking_id
    there = {
        "pk": lines.package_id,
        "rpk": lines.result_package_id,
        "sale": till or pickings.pos_session_id or pickings.pos_order_id,
        "rs": any(place.usage == "supplier" for place in lines.location_id),
    }
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
        _one("pk", "LEFT JOIN stock_package pk ON pk.id = l.package_id", gone),
        _one("rpk", "LEFT JOIN stock_package rpk ON rpk.id = l.result_package_id", gone),
        SQL("%s %s", stub("session"), stub("sale")) if "sale" in gone else sale(till),
        order_joins(env, {alias: stub(alias) for alias in gone}),
        SQL(
            """
            LEFT JOIN res_partner r ON r.id = COALESCE(sale.partner_id,
                CASE WHEN a.usage = 'supplier' AND b.usage = 'customer' THEN m.partner_id END,
                pi.partner_id, m.partner_id)
            """
        ),
        _one(
            "rs",
            "LEFT JOIN res_partner rs "
            "ON a.usage = 'supplier' AND rs.id = COALESCE(pi.partner_id, m.partner_id)",
            gone,
        ),
    ]
    if not live:
        pieces.append(
            SQL(
                "LEFT JOIN res_users ru ON ru.id = l.write_uid "
                "LEFT JOIN res_partner rup ON rup.id = ru.partner_id"
            )
        )
    return SQL(" ").join(pieces)


def _one(alias, join, gone):
    return stub(alias) if alias in gone else SQL(join)


def stub(alias):
    """SQL that joins one row of NULLs under the name of a table."""
    columns = COLUMNS.get(alias, "id int, name varchar").split(", ")
    nulls = (column.split() for column in columns)
    return SQL(
        "CROSS JOIN (SELECT %s) %s",
        SQL(", ").join(SQL(f"NULL::{kind} AS {name}") for name, kind in nulls),
        SQL.identifier(alias),
    )
