from odoo import api, models
from odoo.tools import SQL

from .trace_question_sql import CONTACT, DOCUMENT, LOT, PARTNER, contact, goods, lot_columns, unit
from .trace_till_sql import sessions, sold_numbers, waits

_OPEN = (*LOT, "quantity", "uom", "event_time", *PARTNER, *DOCUMENT, "status")
_ORDERS = (
    *PARTNER,
    *CONTACT,
    "product_id",
    "product_name",
    "quantity",
    "uom",
    "event_time",
    *DOCUMENT,
    "status",
    "lot_count",
)


class TraceQuestion(models.AbstractModel):
    """What is promised or under way with lots: reservations, production, sales not booked yet.

    Orders are those of whatever is installed. ``status`` is what would be hit: ``incoming``,
    ``outgoing``, ``internal`` and so on (the kind of the transfer), ``production``, ``repair``,
    ``till`` (sold, and taken off the stock when the session is closed).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.question"

    @api.model
    def _sections(self):
        return {
            **super()._sections(),
            "reserved": (self._sql_reserved, _OPEN),
            "production": (self._sql_production, _OPEN),
            "open_orders": (self._sql_open_orders, _ORDERS),
        }

    @api.model
    def _sql_reserved(self, scope, page):
        """What is promised, by lot and document."""
        return self._sql_by_lot(scope, page, SQL("w.status != 'till'"))

    @api.model
    def _sql_production(self, scope, page):
        """What goes into or comes out of operations that are under way."""
        return self._sql_by_lot(scope, page, SQL("w.status IN ('production', 'repair')"))

    @api.model
    def _sql_by_lot(self, scope, page, condition):
        return SQL(
            """
            SELECT %(lot)s, w.quantity::float AS quantity, %(uom)s, w.event_time, w.partner_id,
                COALESCE(c.complete_name, c.name) AS partner_name, w.document, w.document_model,
                w.document_id, w.origin, w.status
            FROM (
                SELECT lot_id, sum(quantity) AS quantity, min(event_time) AS event_time,
                    max(partner_id) AS partner_id, max(document) AS document, document_model,
                    document_id, max(origin) AS origin, max(status) AS status
                FROM (%(open)s) o GROUP BY lot_id, document_model, document_id
            ) w
            JOIN stock_lot l ON l.id = w.lot_id
            %(goods)s
            LEFT JOIN res_partner c ON c.id = w.partner_id
            WHERE %(condition)s
            ORDER BY w.event_time, w.document, w.document_id, l.name, l.id %(page)s
            """,
            lot=lot_columns(),
            uom=unit(),
            open=self._sql_open(scope),
            goods=goods(),
            condition=condition,
            page=page,
        )

    @api.model
    def _sql_open_orders(self, scope, page):
        """Documents that would be hit, with whom to call."""
        columns, joins = contact(scope.companies)
        return SQL(
            """
            SELECT w.partner_id, COALESCE(c.complete_name, c.name) AS partner_name, %(contact)s,
                w.product_id, l.product_name, w.quantity::float AS quantity, l.uom, w.event_time,
                w.document, w.document_model, w.document_id, w.origin, w.status,
                w.lot_count::int AS lot_count
            FROM (
                SELECT max(partner_id) AS partner_id, product_id, sum(quantity) AS quantity,
                    min(event_time) AS event_time, max(document) AS document, document_model,
                    document_id, max(origin) AS origin, max(status) AS status,
                    count(DISTINCT lot_id) AS lot_count, min(lot_id) AS lot_id
                FROM (%(open)s) o GROUP BY document_model, document_id, product_id
            ) w
            JOIN LATERAL (SELECT %(lot)s, %(uom)s FROM stock_lot l %(goods)s
                WHERE l.id = w.lot_id) l ON TRUE
            %(joins)s
            ORDER BY w.event_time, w.document, w.document_id, w.product_id %(page)s
            """,
            contact=columns,
            lot=lot_columns(),
            uom=unit(),
            goods=goods(),
            open=self._sql_open(scope),
            joins=joins,
            page=page,
        )

    @api.model
    def _sql_open(self, scope):
        """SQL of what is open: movements that have their numbers, and sales that are not booked."""
        return SQL("%s UNION ALL %s", self._sql_open_moves(scope), self._sql_unbooked(scope))

    @api.model
    def _sql_open_moves(self, scope):
        orders = self._open_orders_of_moves()
        models_ = SQL(" ").join(
            SQL("WHEN m.%s IS NOT NULL THEN %s", column, model)
            for column, _join, model, _status in orders
        )
        statuses = SQL(" ").join(
            SQL("WHEN m.%s IS NOT NULL THEN %s", column, status)
            for column, _join, _model, status in orders
        )
        names = SQL("").join(SQL("%s.name, ", SQL(model[1])) for _c, model, _m, _s in orders)
        ids = SQL("").join(SQL("m.%s, ", column) for column, _join, _model, _status in orders)
        joins = SQL(" ").join(SQL(join[0]) for _column, join, _model, _status in orders)
        return SQL(
            """
            SELECT reach.lot_id, l.product_id, l.quantity_product_uom AS quantity,
                m.date AS event_time, COALESCE(pi.partner_id, m.partner_id) AS partner_id,
                COALESCE(%(names)s pi.name, m.reference) AS document,
                CASE %(models)s WHEN pi.id IS NOT NULL THEN 'stock.picking' ELSE 'stock.move' END
                    AS document_model,
                COALESCE(%(ids)s pi.id, m.id) AS document_id,
                COALESCE(pi.origin, m.origin) AS origin,
                CASE %(statuses)s ELSE COALESCE(k.code, 'internal') END AS status
            FROM stock_move m
            JOIN stock_move_line l ON l.move_id = m.id AND l.quantity_product_uom != 0
            JOIN %(ahead)s ON reach.lot_id = l.lot_id
            LEFT JOIN stock_picking pi ON pi.id = m.picking_id
            LEFT JOIN stock_picking_type k ON k.id = COALESCE(pi.picking_type_id, m.picking_type_id)
            %(joins)s
            WHERE m.state IN ('draft', 'waiting', 'confirmed', 'partially_available', 'assigned')
                AND m.company_id = ANY(%(companies)s)
            """,
            names=names,
            models=models_,
            ids=ids,
            statuses=statuses,
            ahead=scope.ahead,
            joins=joins,
            companies=scope.companies,
        )

    @api.model
    def _open_orders_of_moves(self):
        """Orders behind moves, per installed app: (column, (join, alias), model, status)."""
        known = self.env["stock.move"]._fields
        orders = []
        for column, table, alias, model, status in (
            (
                "raw_material_production_id",
                "mrp_production",
                "made",
                "mrp.production",
                "production",
            ),
            ("production_id", "mrp_production", "out", "mrp.production", "production"),
            ("unbuild_id", "mrp_unbuild", "apart", "mrp.unbuild", "production"),
            ("repair_id", "repair_order", "repair", "repair.order", "repair"),
        ):
            if column in known:
                join = f"LEFT JOIN {table} {alias} ON {alias}.id = m.{column}"
                orders.append((SQL.identifier(column), (join, alias), model, status))
        return orders

    @api.model
    def _sql_unbooked(self, scope):
        """What tills have sold, and no done transfer has taken off the stock yet."""
        open_sessions = SQL(" UNION ").join(
            SQL("(%s)", sessions(company_id)) for company_id in scope.companies
        )
        return SQL(
            """
            SELECT lot.id, l.product_id,
                CASE WHEN t.tracking = 'serial' THEN sign(l.qty) ELSE l.qty END, o.date_order,
                o.partner_id, o.name, 'pos.order', o.id, o.pos_reference, 'till'
            FROM %(numbers)s
            WHERE o.session_id IN (%(sessions)s) AND %(waits)s
                AND lot.id IN (SELECT lot_id FROM %(ahead)s)
            """,
            numbers=sold_numbers(),
            sessions=open_sessions,
            waits=waits(),
            ahead=scope.ahead,
        )
