"""SQL of holds: what one covers, and writing many rows at once.

A hold of a lot everywhere covers all of the lot that its company has in stock. A hold of a
lot in a place covers what lies at or below that place, and what lies in quarantine: that is
where the goods of the place are taken, and there they must not become free.
"""

from odoo import fields
from odoo.tools import SQL

#: Types of columns as arrays, by type of field.
_TYPES = {
    "boolean": "boolean[]",
    "char": "varchar[]",
    "selection": "varchar[]",
    "integer": "int[]",
    "float": "numeric[]",
    "many2one": "int[]",
    "many2one_reference": "int[]",
    "datetime": "timestamp[]",
}


def covers(env, hold, place):
    """Condition: the hold with alias ``hold`` covers goods at the location with alias ``place``.

    Lot and company are for the caller to compare.
    """
    return SQL(
        """(%(hold)s.location_id IS NULL OR %(place)s.id = ANY(%(quarantine)s) OR EXISTS (
            SELECT FROM stock_location top WHERE top.id = %(hold)s.location_id
                AND %(place)s.parent_path LIKE top.parent_path || '%%'))""",
        hold=SQL.identifier(hold),
        place=SQL.identifier(place),
        quarantine=list(env["stock.location"]._trace_quarantine_paths()),
    )


def may_go(env, source, dest):
    """Condition: held goods in stock may go that way; ``core.gate`` has it, too."""
    return SQL(
        """(%(dest)s.usage IN ('supplier', 'inventory') OR %(source)s.id = %(dest)s.id
            OR %(dest)s.id = ANY(%(quarantine)s))""",
        source=SQL.identifier(source),
        dest=SQL.identifier(dest),
        quarantine=list(env["stock.location"]._trace_quarantine_paths()),
    )


def free(*owner):
    """Free quantity of the quant ``q``: what is neither gone nor reserved, on it or beside it.

    Odoo makes another quant to reserve where somebody has the first one in his hands: until it
    joins them, what one has free the other has promised. For a query over all quants of the
    goods, which leaves out afterwards where nothing is free.

    :param owner: columns that quants are read for, several of which may read the same ones
    """
    names = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
    goods = SQL(", ").join([SQL.identifier("q", name) for name in names] + list(owner))
    net = SQL("COALESCE(q.quantity, 0) - COALESCE(q.reserved_quantity, 0)")
    own = SQL("GREATEST(%s, 0)", net)
    return SQL(
        """LEAST(%(own)s, sum(%(net)s) OVER (PARTITION BY %(goods)s)
            - sum(%(own)s) OVER (PARTITION BY %(goods)s ORDER BY q.id) + %(own)s)::float""",
        net=net,
        own=own,
        goods=goods,
    )


def flush(env):
    """Send to the database what these conditions read."""
    env["trace.hold"].flush_model(["lot_id", "company_id", "location_id", "state", "source"])
    env["stock.location"].flush_model(["parent_path", "usage"])


def can_insert(model, names):
    """Whether :func:`insert` knows the fields ``names``."""
    fields_ = [model._fields[name] for name in names]
    return all(field.store and field.column_type and field.type in _TYPES for field in fields_)


def insert(model, rows):
    """Insert rows by one query, where the ORM takes one for each hundred.

    :param rows: dicts of the values of stored fields, all with the same keys; ids for records
    :return: the records, in the order of ``rows``
    """
    columns = {
        name: [
            row[name] if model._fields[name].type == "boolean" else row[name] or None
            for row in rows
        ]
        for name in rows[0]
    }
    arrays = [
        SQL("%s::" + _TYPES[model._fields[name].type], values) for name, values in columns.items()
    ]
    names = SQL(", ").join(SQL.identifier(name) for name in columns)
    stamps, values = SQL(), SQL()
    if model._log_access:
        stamps = SQL(", create_uid, create_date, write_uid, write_date")
        who_and_when = (model.env.uid, fields.Datetime.now())
        values = SQL(", %s, %s, %s, %s", *who_and_when, *who_and_when)
    ids = model.env.execute_query(
        SQL(
            """
            INSERT INTO %(table)s (%(names)s%(stamps)s) SELECT %(names)s%(values)s
            FROM unnest(%(arrays)s) WITH ORDINALITY AS c(%(names)s, place)
            ORDER BY place RETURNING id
            """,
            table=SQL.identifier(model._table),
            names=names,
            stamps=stamps,
            values=values,
            arrays=SQL(", ").join(arrays),
        )
    )
    model.invalidate_model()
    return model.browse(row_id for (row_id,) in ids)
