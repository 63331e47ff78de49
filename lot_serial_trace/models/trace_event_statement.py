"""The statement that writes movements into the ledger.

Movements at hand have a shape: what their statement depends on. Statements of one shape are the
same but for what is ``Given``, so they are put together once (``trace.event._statement``). They
cannot be planned once as well: Odoo has its connections forget all plans between two requests.
"""

from collections import namedtuple

from odoo.tools import SQL

from .trace_event_joins import absent, joins, without
from .trace_event_sql import corrected, gtin, packing_of, plain_name, product_name, steps_table
from .trace_event_way import document_columns, way
from .trace_till import Till

#: A value that a statement is given when it is executed.
Given = namedtuple("Given", "name")
#: The lines that a live statement is about: FROM items, ``l`` and what is told beside it, ``c``.
LINES = SQL(
    "unnest(%s::int[], %s::text[], %s::bool[], %s::timestamp[]) "
    "AS c(line_id, reason, redated, date) JOIN stock_move_line l ON l.id = c.line_id",
    *map(Given, ("lines", "reasons", "redated", "dates")),
)
#: SQL of the name of the user: nobody else needs it, so it is not read before.
NAME = SQL("(SELECT name FROM res_partner WHERE id = %s)", Given("user's partner"))
#: SQL of the name of a product's unit.
UOM = SQL("(SELECT %s FROM uom_uom u WHERE u.id = t.uom_id)", plain_name("u.name"))
#: Joins of the product and the places of a line.
GOODS = SQL(
    "JOIN product_product p ON p.id = l.product_id "
    "JOIN product_template t ON t.id = p.product_tmpl_id "
    "JOIN stock_location a ON a.id = l.location_id "
    "JOIN stock_location b ON b.id = l.location_dest_id"
)
#: The same for history, see :func:`known`.
KNOWN = SQL(
    "JOIN goods p ON p.id = l.product_id CROSS JOIN LATERAL (SELECT p.tracking) t "
    "JOIN places a ON a.id = l.location_id JOIN places b ON b.id = l.location_dest_id"
)
#: What a statement depends on: kind of event, whether it is live, the model that sells at a till,
#: aliases of tables with nothing in them, usages of places, whether there are variants, barcodes.
#: As it stands here it is that of history, of which nothing is known.
Shape = namedtuple(
    "Shape",
    "kind live till gone ways variants barcodes",
    defaults=(False, None, frozenset(), None, True, True),
)


def shape_of(lines, kind, till):
    """The shape of lines at hand."""
    sudo = lines.sudo()
    places = {(line.location_id, line.location_dest_id) for line in sudo}
    products = sudo.product_id
    return Shape(
        kind,
        True,
        till.model if till else None,
        frozenset(absent(lines, till)),
        frozenset((source.usage, dest.usage) for source, dest in places),
        any(product.combination_indices for product in products),
        any(product.barcode for product in products),
    )


def filled(query, given):
    """A statement with its values."""
    values = [given[v.name] if isinstance(v, Given) else v for v in query.params]
    return SQL(query.code, *values)


def statement(env, shape, lines):
    """SQL that inserts the events of ``lines``, see :data:`LINES`.

    The joins are written in the order in which they are to be made.
    """
    till = Till("", shape.till, Given("till")) if shape.till else None
    packed = shape.kind == "correction" or shape.live and not {"pk", "rpk"} <= shape.gone
    columns = _columns(env, shape)
    tables = [] if shape.live else known(lines)
    if packed:
        tables.append(SQL("moved AS ("))
    query = SQL(
        """
        %(head)s
        INSERT INTO trace_event (%(names)s)
        SELECT %(values)s
        FROM %(lines)s
        %(goods)s
        LEFT JOIN stock_move m ON m.id = l.move_id
        LEFT JOIN stock_picking pi ON pi.id = l.picking_id
        LEFT JOIN stock_lot lot ON lot.id = l.lot_id
        LEFT JOIN res_company co ON co.id = l.company_id
        %(joins)s
        LEFT JOIN %(steps)s ON s.source = a.usage AND s.dest = b.usage AND s.way = %(way)s
        WHERE l.lot_id IS NOT NULL OR t.tracking IN ('lot', 'serial')
        ORDER BY l.id
        ON CONFLICT (move_line_id) WHERE kind = 'movement' DO NOTHING
        %(tail)s
        """,
        names=SQL(", ").join(SQL.identifier(name) for name, _value in columns),
        values=SQL(", ").join(value for _name, value in columns),
        lines=lines,
        goods=GOODS if shape.live else KNOWN,
        joins=joins(env, till, shape.live, shape.gone),
        steps=steps_table(shape.ways),
        way=way(env, till),
        head=SQL("WITH %s", SQL(", ").join(tables)) if tables else SQL(),
        tail=SQL("RETURNING *) %s", packing_of()) if packed else SQL(),
    )
    return without(query, shape.gone)


def known(lines):
    """Common tables of what is to be told of each product, place and user: found out once for all
    of many lines, where it would take longer than to write them.
    """
    goods = SQL(
        """
        goods AS MATERIALIZED (
            SELECT p.id, p.default_code, t.tracking, %s AS name, %s AS gtin, %s AS uom
            FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
            WHERE p.id IN (SELECT l.product_id FROM %s))
        """,
        product_name(),
        gtin("p.barcode"),
        UOM,
        lines,
    )
    places = SQL(
        """
        places AS MATERIALIZED (
            SELECT a.id, a.usage, a.complete_name, a.parent_path, a.warehouse_id,
                COALESCE(a.trace_gln, r.global_location_number) AS gln
            FROM stock_location a
            LEFT JOIN stock_warehouse w ON w.id = a.warehouse_id
            LEFT JOIN res_partner r ON r.id = w.partner_id)
        """
    )
    users = SQL(
        """
        users AS MATERIALIZED (
            SELECT u.id, COALESCE(r.name, u.login) AS name
            FROM res_users u LEFT JOIN res_partner r ON r.id = u.partner_id)
        """
    )
    return [goods, places, users]


def packing_after(last_id):
    """SQL that inserts what movements did to packages that have just been read from history.

    :param last_id: the last id of the ledger before: what is seen after it is of this transaction
    """
    return SQL(
        """
        WITH moved AS (
            SELECT * FROM trace_event e WHERE id > %s AND kind = 'movement'
                AND package_id IS DISTINCT FROM result_package_id
        ) %s
        """,
        last_id,
        packing_of(corrections=False),
    )


def _columns(env, shape):
    """Pairs of a column of the ledger and its SQL."""
    kind, live = shape.kind, shape.live
    # The till tells when a sale was made. A correction says anew what happened then.
    moved = SQL("c.date") if live else SQL("l.date")
    when = SQL("sale.date_order, %s", moved)
    if kind == "correction":
        when = SQL("CASE WHEN NOT c.redated THEN %s END, %s", corrected("event_time"), moved)
    return [
        ("kind", SQL("%s", kind)),
        ("recorded", SQL("%s", "live" if live else "history")),
        ("event_time", SQL("COALESCE(%s, now() AT TIME ZONE 'UTC')", when)),
        ("record_time", SQL("now() AT TIME ZONE 'UTC'")),
        ("event_type", SQL("s.event_type")),
        ("action", SQL("NULLIF(s.action, '')")),
        ("biz_step", SQL("s.biz_step")),
        ("disposition", SQL("NULLIF(s.disposition, '')")),
        ("company_id", SQL("l.company_id")),
        ("company_name", SQL("co.name")),
        ("product_id", SQL("p.id")),
        ("product_name", product_name(shape.variants) if live else SQL("p.name")),
        ("product_code", SQL("p.default_code")),
        ("gtin", gtin("p.barcode", shape.barcodes) if live else SQL("p.gtin")),
        ("tracking", SQL("t.tracking")),
        ("lot_id", SQL("lot.id")),
        ("lot_name", SQL("COALESCE(lot.name, l.lot_name)")),
        ("batch", SQL("lot.trace_batch")),
        ("expiration_date", SQL("lot.expiration_date")),
        ("quantity", SQL("l.quantity_product_uom")),
        ("uom", UOM if live else SQL("p.uom")),
        ("source_id", SQL("a.id")),
        ("source_name", SQL("a.complete_name")),
        ("source_usage", SQL("a.usage")),
        ("source_gln", _gln("a") if live else SQL("a.gln")),
        ("dest_id", SQL("b.id")),
        ("dest_name", SQL("b.complete_name")),
        ("dest_usage", SQL("b.usage")),
        ("dest_gln", _gln("b") if live else SQL("b.gln")),
        ("package_id", SQL("pk.id")),
        ("package_name", SQL("pk.name")),
        ("result_package_id", SQL("rpk.id")),
        ("result_package_name", SQL("rpk.name")),
        ("supplier_id", SQL("rs.id")),
        ("supplier_name", SQL("COALESCE(rs.complete_name, rs.name)")),
        ("partner_id", SQL("r.id")),
        ("partner_name", SQL("COALESCE(r.complete_name, r.name)")),
        ("partner_gln", SQL("r.global_location_number")),
        *document_columns(env),
        ("origin", SQL("COALESCE(pi.origin, m.origin)")),
        ("move_line_id", SQL("l.id")),
        ("corrects_id", corrected("id") if kind == "correction" else SQL("NULL::int")),
        ("reason", SQL("c.reason")),
        ("user_id", SQL("%s", Given("user")) if live else SQL("l.write_uid")),
        ("user_name", NAME if live else SQL("ru.name")),
    ]


def _gln(place):
    """SQL of the GLN of a place (``a`` or ``b``): its own, or its warehouse's."""
    return SQL(
        "COALESCE(%s, (SELECT global_location_number FROM res_partner WHERE id = %s))",
        SQL.identifier(place, "trace_gln"),
        SQL.identifier(f"{place}w", "partner_id"),
    )
