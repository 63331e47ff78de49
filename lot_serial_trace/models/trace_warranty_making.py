import json
from collections import namedtuple

from odoo import api, models, tools
from odoo.tools import SQL

from ..core import expiry
from ..core.warranty import last_day, take_back

#: A unit sold: the columns of a new warranty with their types, and where they come from.
COLUMNS = {
    "product_id": "int",
    "number": "varchar",
    "lot_id": "int",
    "quantity": "numeric",
    "company_id": "int",
    "partner_id": "int",
    "start": "date",
    "end": "date",
    "months": "int",
    "start_by": "varchar",
    "document": "varchar",
    "document_model": "varchar",
    "document_id": "int",
    "pack_id": "int",
    "move_line_id": "int",
}
Cover = namedtuple("Cover", COLUMNS)
#: Units that come back: what says so (kept with the warranty), which number, how many, of which
#: sales they probably are (ids of warranties' lines), whose, and in which document.
Back = namedtuple("Back", "key product_id number quantity sold_by partner_id document day")


class TraceWarranty(models.Model):
    """Where warranties come from: set-wise, a constant number of queries for any number of units.

    Without months on any product or category, and without any warranty, nothing is asked of the
    database.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.warranty"

    @api.model
    @tools.ormcache()
    def _offered(self):
        """Whether there is anything to do: months are set somewhere, or were."""
        self.env["product.template"].flush_model(["trace_warranty_months"])
        self.env["product.category"].flush_model(["trace_warranty_months"])
        self.flush_model()
        [(offered,)] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (SELECT FROM product_template WHERE trace_warranty_months > 0)
                    OR EXISTS (SELECT FROM product_category WHERE trace_warranty_months > 0)
                    OR EXISTS (SELECT FROM trace_warranty)
                """
            )
        )
        return offered

    # -- movements ------------------------------------------------------------

    @api.model
    def _cover_lines(self, lines):
        """Goods have moved: begin what was delivered, end what came back."""
        if not self._offered():
            return
        lines = lines.sudo().filtered(lambda line: line.lot_id and line.quantity_product_uom > 0)
        out = lines.filtered(_delivered)
        back = lines.filtered(_brought_back)
        self = self.sudo()
        if out:
            self._cover_delivered(out)
        if back:
            self._take_back([ask for line in back for ask in self._back_of_line(line)])

    @api.model
    def _cover_delivered(self, lines):
        terms = lines.product_id._trace_warranty_terms()
        lines = lines.filtered(lambda line: terms[line.product_id].months)
        tills = {line: self._till_order(line) for line in lines}
        of_till = lines.filtered(lambda line: tills[line] is not None)
        linked = self._link(of_till, tills) if of_till else set()
        fresh = lines.filtered(
            lambda line: line.id not in linked and (tills[line] is None or tills[line])
        )
        if not fresh:
            return
        self._void_mistaken(fresh & of_till, tills)
        sales = fresh.move_id.sale_line_id.order_id
        sales.fetch(["name", "date_order", "partner_id"])
        self._insert(
            self._cover_of_line(line, terms[line.product_id], tills[line]) for line in fresh
        )

    @api.model
    def _till_order(self, line):
        """The order at the till that a line belongs to.

        :return: None for goods of no till; empty where a closing moved goods of many orders
        """
        orders = self.env["pos.order"]
        till = self.env.context.get("trace_till")
        if till:
            return orders.browse(till.res_id if till.model == orders._name else ())
        picking = line.picking_id
        return picking.pos_order_id if picking.pos_order_id or picking.pos_session_id else None

    @api.model
    def _cover_of_line(self, line, terms, till_order):
        order = till_order or line.move_id.sale_line_id.order_id
        document = order or line.picking_id or line.move_id
        partner = order.partner_id or (
            line.move_id.partner_id
            if line.location_id.usage == "supplier"
            else line.picking_id.partner_id or line.move_id.partner_id
        )
        moment = order.date_order if terms.start == "sale" and order else line.date
        # Goods that a supplier sends leave from no place of ours.
        place = line.location_id if line.location_id.usage == "internal" else None
        return self._cover(
            line.product_id,
            terms,
            self._day(moment, place, line.company_id),
            number=line.lot_id.name,
            lot_id=line.lot_id.id,
            quantity=line.quantity_product_uom,
            company_id=line.company_id.id,
            partner_id=partner.id or None,
            document=document.display_name or line.reference,
            document_model=document._name,
            document_id=document.id,
            move_line_id=line.id,
        )

    @api.model
    def _cover(self, product, terms, start, **values):
        return Cover(
            **{
                "lot_id": None,
                "pack_id": None,
                "move_line_id": None,
                **values,
                "product_id": product.id,
                "start": start,
                "end": last_day(start, terms.months),
                "months": terms.months,
                "start_by": terms.start,
            }
        )

    @api.model
    def _day(self, moment, place, company):
        """The local day of a sale."""
        rules = self.env["trace.expiry.rule"]
        zone = rules._place_zone(place) if place else rules._zone(company)
        return expiry.day_of(moment, zone)

    @api.model
    def _insert(self, covers):
        """Begin warranties: one statement. A sale that is known already is left alone."""
        covers = list(covers)
        if not covers:
            return
        self.flush_model()
        columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
        arrays = SQL(", ").join(
            SQL("%s::%s[]", list(values), SQL(kind))
            for values, kind in zip(zip(*covers, strict=True), COLUMNS.values(), strict=True)
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_warranty (
                    %(columns)s, returned, create_uid, create_date, write_uid, write_date)
                SELECT %(columns)s, 0, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                    now() AT TIME ZONE 'UTC'
                FROM unnest(%(arrays)s) AS c(%(columns)s)
                ON CONFLICT DO NOTHING
                """,
                columns=columns,
                arrays=arrays,
                uid=self.env.uid,
            )
        )
        self.invalidate_model()

    # -- the till -------------------------------------------------------------

    @api.model
    def _cover_orders(self, orders):
        """Orders at the till are paid: begin what was sold, end what was refunded.

        What is shipped later begins when it is shipped, because the number may still change.
        """
        if not self._offered():
            return
        self = self.sudo()
        lines = orders.sudo().lines.filtered("pack_lot_ids")
        back = lines.filtered(lambda line: line.qty < 0)
        # First what comes back: an exchange may give the same unit again.
        if back:
            self._take_back([ask for line in back for ask in self._back_of_order_line(line)])
        self._cover_sold(lines - back)

    @api.model
    def _cover_sold(self, lines):
        """Begin what went over the counter by lines of paid orders."""
        lines = lines.filtered(lambda line: not line.order_id.shipping_date)
        terms = lines.product_id._trace_warranty_terms()
        lines = lines.filtered(lambda line: terms[line.product_id].months)
        if lines:
            self._insert(self._covers_of_order_lines(lines, terms))

    @api.model
    def _covers_of_order_lines(self, lines, terms):
        lots = self._lots_of(lines)
        kept = self._bought_before(lines)
        for line in lines:
            order = line.order_id
            place = order.config_id.picking_type_id.default_location_src_id
            for pack, quantity in _numbers_of(line):
                key = (line.product_id.id, pack.lot_name)
                if (*key, order.partner_id.id) in kept:
                    continue
                yield self._cover(
                    line.product_id,
                    terms[line.product_id],
                    self._day(order.date_order, place, order.company_id),
                    number=pack.lot_name,
                    lot_id=lots.get(key),
                    quantity=quantity,
                    company_id=order.company_id.id,
                    partner_id=order.partner_id.id or None,
                    document=order.name,
                    document_model=order._name,
                    document_id=order.id,
                    pack_id=pack.id,
                )

    @api.model
    def _lots_of(self, lines):
        """dict (product id, number) -> lot id, of the numbers that exist: one query."""
        pairs = [(pack.product_id.id, pack.lot_name) for pack in lines.pack_lot_ids]
        lots = self.with_context(allowed_company_ids=lines.company_id.ids).env["stock.lot"]
        return {(lot.product_id.id, lot.name): lot.id for lot in lots._trace_named(pairs)}

    @api.model
    def _bought_before(self, lines):
        """Serial numbers that the same customer has already: delivered first, then paid here."""
        named = lines.filtered(
            lambda line: line.product_id.tracking == "serial" and line.order_id.partner_id
        )
        if not named:
            return set()
        known = self.search(
            [
                ("product_id", "in", named.product_id.ids),
                ("number", "in", named.pack_lot_ids.mapped("lot_name")),
                ("partner_id", "in", named.order_id.partner_id.ids),
                ("company_id", "in", named.company_id.ids),
                ("closed_as", "=", False),
                ("pack_id", "=", False),
            ]
        )
        return {(one.product_id.id, one.number, one.partner_id.id) for one in known}

    @api.model
    def _link(self, lines, tills):
        """Goods of a till were booked: link their warranties with lots and movements.

        :return: ids of the lines that have one
        """
        self.flush_model()
        rows = [
            (line.id, line.product_id.id, line.lot_id.id, line.lot_id.name)
            + (line.product_id.tracking == "serial", tills[line].id or None, line.company_id.id)
            for line in lines
        ]
        found = self.env.execute_query(
            SQL(
                """
                WITH done AS (
                    SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::varchar[],
                        %s::bool[], %s::int[], %s::int[])
                    AS c(line_id, product_id, lot_id, number, serial, order_id, company_id)),
                -- One unit is one movement; of a lot, one movement may be many sales.
                found AS (
                    SELECT DISTINCT ON (CASE WHEN done.serial THEN done.line_id ELSE -w.id END)
                        w.id, done.*
                    FROM done JOIN trace_warranty w ON w.product_id = done.product_id
                        AND w.number = done.number AND w.company_id = done.company_id
                    WHERE w.document_model = 'pos.order' AND w.closed_as IS DISTINCT FROM 'void'
                        AND w.move_line_id IS NULL
                        AND (done.order_id IS NULL OR w.document_id = done.order_id)
                    ORDER BY CASE WHEN done.serial THEN done.line_id ELSE -w.id END, w.id),
                one AS (SELECT DISTINCT ON (id) * FROM found ORDER BY id, line_id)
                UPDATE trace_warranty w SET lot_id = COALESCE(w.lot_id, one.lot_id),
                    move_line_id = CASE WHEN one.serial THEN one.line_id END
                FROM one WHERE one.id = w.id
                RETURNING one.product_id, one.lot_id
                """,
                *map(list, zip(*rows, strict=True)),
            )
        )
        self.invalidate_model()
        linked = set(found)
        return {line.id for line in lines if (line.product_id.id, line.lot_id.id) in linked}

    # -- goods that come back -------------------------------------------------

    @api.model
    def _back_of_line(self, line):
        origin = line.move_id.origin_returned_move_id.move_line_ids
        in_kit = line.move_id._trace_parts()
        if not origin and not in_kit and self._till_order(line) is not None:
            return  # told by the refund
        yield Back(
            f"line:{line.id}",
            line.product_id.id,
            line.lot_id.name,
            line.quantity_product_uom,
            {("move_line_id", one.id) for one in origin},
            (line.picking_id.partner_id or line.move_id.partner_id).commercial_partner_id.id,
            line.picking_id.name or line.reference or "",
            self._day(line.date, None, line.company_id),
        )

    @api.model
    def _back_of_order_line(self, line):
        order = line.order_id
        sold = line.refunded_orderline_id.pack_lot_ids
        for pack, quantity in _numbers_of(line):
            yield Back(
                f"pack:{pack.id}",
                line.product_id.id,
                pack.lot_name,
                quantity,
                {("pack_id", one.id) for one in sold},
                order.partner_id.commercial_partner_id.id,
                order.name,
                self._day(order.date_order, None, order.company_id),
            )

    @api.model
    def _take_back(self, asks):
        """End the warranties of units that came back: two statements."""
        if not asks:
            return
        known = self.search(
            [
                ("product_id", "in", [ask.product_id for ask in asks]),
                ("number", "in", [ask.number for ask in asks]),
                ("closed_as", "in", (False, "returned")),
            ]
        )
        by_number = known.grouped(lambda one: (one.product_id.id, one.number))
        told = {key for one in known for key in one.returns or ()}
        returns = {one: dict(one.returns or {}) for one in known}
        last = {}
        for ask in asks:
            if ask.key in told:
                continue
            sales = _likely_first(by_number.get((ask.product_id, ask.number), ()), ask)
            left = [(one, one.quantity - sum(returns[one].values())) for one in sales]
            for one, units in take_back(left, ask.quantity).items():
                returns[one][ask.key] = units
                last[one] = ask
        self._write_returns({one: (returns[one], last[one]) for one in last})

    @api.model
    def _write_returns(self, changes):
        """Write ``returns`` and what they come to: one statement."""
        if not changes:
            return
        reasons = {ask.document for _returns, ask in changes.values()}
        said = {text: self.env._("Returned with %s", text) for text in reasons}
        rows = [
            (one.id, json.dumps(back), sum(back.values()))
            + ((ask.day, said[ask.document]) if sum(back.values()) >= one.quantity else (None,) * 2)
            for one, (back, ask) in changes.items()
        ]
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_warranty w SET returns = c.returns, returned = c.returned,
                    closed_as = CASE WHEN c.day IS NOT NULL THEN 'returned' END,
                    closed_on = c.day, closed_reason = c.reason,
                    write_date = now() AT TIME ZONE 'UTC', write_uid = %s
                FROM unnest(%s::int[], %s::jsonb[], %s::numeric[], %s::date[], %s::varchar[])
                    AS c(id, returns, returned, day, reason)
                WHERE w.id = c.id
                """,
                self.env.uid,
                *map(list, zip(*rows, strict=True)),
            )
        )
        self.invalidate_model()

    # -- corrections ----------------------------------------------------------

    @api.model
    def _correct_lines(self, lines):
        """Done movements say something else now: so do the warranties that they began or ended."""
        if not self._offered() or not lines:
            return
        self = self.sudo()
        lines = lines.sudo()
        began = self.search([("move_line_id", "in", lines.ids), ("closed_as", "=", False)])
        by_id = {line.id: line for line in lines}
        same = began.filtered(lambda one: _says_the_same(one, by_id[one.move_line_id]))
        for one in same:
            one.write(self._told_again(one, by_id[one.move_line_id]))
        (began - same)._void(self.env._("The delivery was corrected"))
        self._give_back(lines)
        kept = set(same.mapped("move_line_id"))
        self._cover_lines(lines.filtered(lambda line: line.id not in kept))

    @api.model
    def _told_again(self, one, line):
        """Quantity and days of a warranty, as the movement says them now."""
        start = one.start
        if one.start_by == "delivery" or one.document_model.startswith("stock."):
            place = line.location_id if line.location_id.usage == "internal" else None
            start = self._day(line.date, place, line.company_id)
        end = one.end if start == one.start else last_day(start, one.months)
        return {"quantity": line.quantity_product_uom, "start": start, "end": end}

    @api.model
    def _give_back(self, lines):
        """What came back by ``lines`` did not, or not so: it counts again."""
        self.flush_model()
        keys = [f"line:{line.id}" for line in lines]
        rows = self.env.execute_query(
            SQL("SELECT id FROM trace_warranty WHERE returns IS NOT NULL AND returns ?| %s", keys)
        )
        for one in self.browse(one for (one,) in rows):
            back = {key: units for key, units in one.returns.items() if key not in keys}
            open_again = one.closed_as == "returned" and {
                "closed_as": False,
                "closed_on": False,
                "closed_reason": False,
            }
            one.write({"returns": back, "returned": sum(back.values()), **(open_again or {})})


def _delivered(line):
    return line.location_dest_id.usage == "customer" and line.location_id.usage != "customer"


def _brought_back(line):
    return line.location_id.usage == "customer" and line.location_dest_id.usage != "customer"


def _numbers_of(line):
    """The numbers of an order's line with their quantities: each once.

    Odoo keeps no quantity with a number; units of one lot may have it several times.
    """
    packs = line.pack_lot_ids.filtered("lot_name")
    each = 1.0 if line.product_id.tracking == "serial" else abs(line.qty) / (len(packs) or 1)
    return [(same[:1], each * len(same)) for same in packs.grouped("lot_name").values()]


def _likely_first(sales, ask):
    """Warranties of a number, that by which the unit was probably sold first."""

    def likely(one):
        lines = {("move_line_id", one.move_line_id), ("pack_id", one.pack_id)}
        same_partner = one.partner_id.commercial_partner_id.id == ask.partner_id
        return (bool(ask.sold_by & lines), same_partner, one.id)

    return sorted(sales, key=likely, reverse=True)


def _says_the_same(one, line):
    return (
        _delivered(line)
        and line.quantity_product_uom > 0
        and (one.lot_id, one.product_id) == (line.lot_id, line.product_id)
    )
