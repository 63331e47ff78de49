"""Pieces of the ledger's SQL that depend on which apps are installed."""

from odoo.tools import SQL

#: Not what a customer bought at a till and has sent to him: that is a delivery.
_OVER_THE_COUNTER = SQL(
    """pi.pos_session_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM pos_order later
        WHERE later.id = pi.pos_order_id AND later.shipping_date IS NOT NULL)"""
)


def way(env, till):
    """SQL of how a movement came about (``core.steps.WAYS``); the first that is true is it.

    Joined are ``l`` (line), ``m`` (move), ``a``, ``b`` (places), ``aw``, ``bw`` (their
    warehouses), ``pi`` (transfer), ``co`` (company), ``t`` (product template).
    """
    columns = env["stock.move"]._fields
    cases = [
        (SQL("m.is_inventory AND 'inventory' IN (a.usage, b.usage)"), "count"),
        (SQL("%s OR %s", bool(till), _OVER_THE_COUNTER), "till"),
    ]
    if "repair_id" in columns:
        cases += [
            (SQL("m.repair_id IS NOT NULL AND m.repair_line_type = 'add'"), "part_in"),
            (SQL("m.repair_id IS NOT NULL AND m.repair_line_type IS NOT NULL"), "part_out"),
            (SQL("m.repair_id IS NOT NULL"), "repaired"),
        ]
    if "unbuild_id" in columns:
        cases.append((SQL("COALESCE(m.unbuild_id, m.consume_unbuild_id) IS NOT NULL"), "unbuild"))
    cases.append((SQL("a.usage = 'production' AND t.tracking = 'lot'"), "batch"))
    cases += [
        (SQL("a.id = b.id AND l.result_package_id != COALESCE(l.package_id, 0)"), "pack"),
        (SQL("a.id = b.id AND l.package_id IS NOT NULL AND rpk.id IS NULL"), "unpack"),
    ]
    if "subcontracting_location_id" in env["res.company"]._fields:
        there = "co.subcontracting_location_id"
        cases += [(SQL("%s AND NOT %s", _in("b", there), _in("a", there)), "send")]
        cases += [(SQL("%s AND NOT %s", _in("a", there), _in("b", there)), "fetch")]
    cases += [
        (SQL("%s AND NOT %s", _quarantine(env, "b"), _quarantine(env, "a")), "hold"),
        (SQL("a.warehouse_id != b.warehouse_id"), "across"),
        (_in("b", "bw.wh_qc_stock_loc_id"), "inspect"),
        (
            SQL(
                "%s OR %s AND %s",
                _in("b", "bw.wh_pack_stock_loc_id"),
                _in("b", "bw.wh_output_stock_loc_id"),
                _in("a", "bw.lot_stock_id"),
            ),
            "pick",
        ),
        (_in("b", "bw.wh_output_stock_loc_id"), "stage"),
    ]
    return SQL(
        "CASE %s ELSE 'move' END",
        SQL(" ").join(SQL("WHEN %s THEN %s", condition, name) for condition, name in cases),
    )


def _in(place, zone):
    """SQL: whether a place is the zone or lies in it."""
    return SQL(
        "(position('/' || %s || '/' IN '/' || %s) > 0)",
        SQL(zone),
        SQL.identifier(place, "parent_path"),
    )


def _quarantine(env, place):
    """SQL: whether a place is quarantine or lies in one."""
    return SQL(
        "%s = ANY(%s)",
        SQL.identifier(place, "id"),
        list(env["stock.location"]._trace_quarantine_paths()),
    )


#: Fields of a move that name the order behind it, beside its transfer.
ORDERS = (
    "scrap_id",
    "raw_material_production_id",
    "production_id",
    "unbuild_id",
    "consume_unbuild_id",
    "repair_id",
)


def move_orders(moves):
    """The orders behind moves, one set of records for each app that is installed."""
    return [moves[name] for name in ORDERS if name in moves._fields]


#: Fields of a move that lead to an order, by the alias under which it is joined.
ORDER_FIELDS = {
    "scrap": ("scrap_id",),
    "made": ("raw_material_production_id", "production_id"),
    "unmade": ("unbuild_id", "consume_unbuild_id"),
    "repair": ("repair_id",),
}


def order_joins(env, gone=frozenset()):
    """SQL joins of the order behind a move, beside sales and transfers: ``made`` etc.

    :param gone: aliases that are left out
    """
    found = {"scrap": SQL("LEFT JOIN stock_scrap scrap ON scrap.id = m.scrap_id")}
    columns = env["stock.move"]._fields
    if "unbuild_id" in columns:
        found["made"] = SQL(
            "LEFT JOIN mrp_production made "
            "ON made.id = COALESCE(m.raw_material_production_id, m.production_id)"
        )
        found["unmade"] = SQL(
            "LEFT JOIN mrp_unbuild unmade "
            "ON unmade.id = COALESCE(m.unbuild_id, m.consume_unbuild_id)"
        )
    if "repair_id" in columns:
        found["repair"] = SQL("LEFT JOIN repair_order repair ON repair.id = m.repair_id")
    return SQL(" ").join(join for alias, join in found.items() if alias not in gone)


def documents(env):
    """What a movement belongs to: list of ``(alias, model)``, the first that is there is it."""
    found = [("sale", "pos.order"), ("session", "pos.session"), ("scrap", "stock.scrap")]
    columns = env["stock.move"]._fields
    if "unbuild_id" in columns:
        found += [("unmade", "mrp.unbuild"), ("made", "mrp.production")]
    if "repair_id" in columns:
        found.append(("repair", "repair.order"))
    return [*found, ("pi", "stock.picking")]


def document_columns(env):
    """Columns ``document``, ``document_model`` and ``document_id`` of a movement."""
    found = documents(env)
    names = SQL(", ").join(SQL.identifier(alias, "name") for alias, _model in found)
    ids = SQL(", ").join(SQL.identifier(alias, "id") for alias, _model in found)
    models = SQL(" ").join(
        SQL("WHEN %s IS NOT NULL THEN %s", SQL.identifier(alias, "id"), model)
        for alias, model in found
    )
    return [
        ("document", SQL("COALESCE(%s, m.reference)", names)),
        (
            "document_model",
            SQL("CASE %s WHEN m.id IS NOT NULL THEN 'stock.move' END", models),
        ),
        ("document_id", SQL("COALESCE(%s, m.id)", ids)),
    ]
