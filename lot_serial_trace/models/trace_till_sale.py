from collections import namedtuple
from datetime import UTC, datetime

from odoo import api, models
from odoo.tools import SQL

from ..core import expiry, gate_life, permits, till
from ..core.findings import KINDS, Finding
from ..core.till_sale import STOPPING, desk_kind, told
from .trace_till_sql import last_ways, unbooked

#: A finding about a sold number: its pack (or order line, where none was captured), the severity
#: by policy with the rule, and what the cashier had been told about it.
Word = namedtuple("Word", "finding pack severity rule said")


class TraceTillSale(models.AbstractModel):
    """Looks at the numbers of an order when it is paid, and puts on the desk what is wrong.

    The sale stands: nothing is refused here, and nothing raises. Each reason why a number would
    have been refused, by what is known now, is an exception of its own kind, as of the moment at
    which the cashier made the sale. What somebody let pass at the till is closed as *Let pass*,
    with an event; it was decided already. A constant number of queries per order, and none for
    orders without lots and serial numbers.
    """

    _name = "trace.till.sale"
    _description = "Judgement on a Sale"

    @api.model
    def _judge(self, order):
        """Put what is wrong with the numbers of ``order``, which is just being paid, on the desk.

        :return: the exceptions
        """
        order = order.sudo()
        lines = order.lines.filtered(lambda one: one.qty > 0 and one.product_id.tracking != "none")
        if not lines:
            return self.env["trace.exception"]
        packs = lines.pack_lot_ids.filtered("lot_name")
        packs._trace_link_lots()
        self.env.flush_all()
        return self._open(order, self._words(order, lines, packs))

    @api.model
    def _open(self, order, words):
        """Open the exceptions of an order, and close those about what somebody let pass."""
        desk = self.env["trace.exception"]
        passed = [word for word in words if word.said and _passed_by(word.pack)]
        others = [word for word in words if word not in passed]
        opened = desk._open_many([self._vals(order, word) for word in others])
        for (by, reason), some in _grouped(passed, lambda word: _passed_by(word.pack)).items():
            let = desk._open_many([self._vals(order, word) for word in some])
            reason = self.env._("%(reason)s (let pass at the till by %(by)s)", reason=reason, by=by)
            self._record_passes(order, some, reason)
            let._let_pass(reason, self.env.uid)
            opened |= let
        return opened

    @api.model
    def _record_passes(self, order, words, reason):
        """One event in the ledger for each number that was let pass."""
        rows = {
            (
                word.pack.lot_id.id or None,
                word.pack.product_id.id,
                reason,
                order.name,
                "pos.order",
                order.id,
            ): None
            for word in words
        }
        self.env["trace.event"]._insert_notes("override", list(rows), order.company_id)

    # -- what is wrong --------------------------------------------------------

    @api.model
    def _words(self, order, lines, packs):
        """What is to be said: findings of now, and what stopped the cashier then."""
        subjects = {pack.id: pack for pack in packs}
        short = {-line.id: line for line in lines if _is_short(line)}
        said = {pack.id: told(pack.trace_said) for pack in packs if pack.trace_said}
        found = self._findings(order, packs, short)
        known = {(one.ref, one.code) for one in found}
        found += [
            Finding(code, {"lot": subjects[ref].lot_name}, ref=ref)
            for ref, codes in said.items()
            for code, severity in codes.items()
            if severity in STOPPING and (ref, code) not in known
        ]
        answers = self._severities(order, found, subjects | short)
        words = []
        for finding, (severity, rule) in zip(found, answers, strict=True):
            heard = said.get(finding.ref, {}).get(finding.code)
            if heard in STOPPING:
                severity = "block"
            if severity != "off":
                pack = subjects.get(finding.ref) or short[finding.ref]
                words.append(Word(finding, pack, severity, rule, heard))
        return self._without_permits(order, words)

    @api.model
    def _without_permits(self, order, words):
        """Words without those that a permission lets pass: that is told when the goods move."""
        blocked = [one for one in words if one.severity in STOPPING and not one.said]
        mine = blocked and self.env["trace.pass"]._in_force(order.company_id.ids)
        if not mine:
            return words
        latest = self._latest_holds(order, blocked)
        found = mine._admit_blocked([self._blocked(order, word, latest) for word in blocked])
        passed = [blocked[place] for place in found]
        return [one for one in words if one not in passed]

    @api.model
    def _latest_holds(self, order, words):
        """dict lot id -> id of its last hold in force."""
        held = {one.pack.lot_id.id for one in words if one.finding.code == "on_hold"}
        groups = self.env["trace.hold"]._read_group(
            [
                ("lot_id", "in", list(held)),
                ("state", "=", "active"),
                ("company_id", "=", order.company_id.id),
            ],
            ["lot_id"],
            ["id:max"],
        )
        return {lot.id: latest for lot, latest in groups}

    @api.model
    def _blocked(self, order, word, latest):
        partner, pack = order.partner_id, word.pack
        captured = pack._name == "pos.pack.operation.lot"
        return permits.Blocked(
            ref=word.finding.ref,
            code=word.finding.code,
            company_id=order.company_id.id,
            number=(pack.product_id.id, pack.lot_name if captured else ""),
            picking_id=None,
            picking_type_id=order.config_id.picking_type_id.id,
            partner_ids=(partner.id, partner.commercial_partner_id.id),
            dest_path=order.config_id._trace_customers().parent_path or "",
            quantity=_quantity(pack),
            hold_id=latest.get(pack.lot_id.id, 0) if captured else 0,
        )

    @api.model
    def _severities(self, order, found, subjects):
        config = order.config_id
        place, customers = config._trace_shop(), config._trace_customers()
        return self.env["trace.policy"]._resolve(
            [
                {
                    "code": finding.code,
                    "company_id": order.company_id.id,
                    "product_id": subjects[finding.ref].product_id.id,
                    "partner_id": order.partner_id.id,
                    "picking_type_id": config.picking_type_id.id,
                    "location_ids": (place.id, customers.id),
                }
                for finding in found
            ]
        )

    @api.model
    def _findings(self, order, packs, short):
        """What the server finds, as of the moment of the sale: see ``core/till.py``."""
        shop = self.env["trace.till.shop"].sudo()._shop(order.config_id)
        zone = self.env["trace.expiry.rule"]._place_zone(shop.place)
        sold_at = min(order.date_order, datetime.now(UTC).replace(tzinfo=None))
        today = expiry.day_of(sold_at, zone)
        asks = self._asks(order, packs, shop)
        asks += [
            till.Ask(line_id, line.product_id.display_name, line.product_id.tracking, "")
            for line_id, line in short.items()
        ]
        found = till.examine(asks, today)
        return found + gate_life.examine(self._life_asks(order, packs, shop, today))

    @api.model
    def _asks(self, order, packs, shop):
        """The facts about the numbers: one query each for lots, stock and what is not booked;
        two more for those that are not there.
        """
        gate = self.env["trace.gate"]
        lots = gate._lots(packs)
        ids = packs.lot_id.ids
        stock = gate._stock(set(ids))
        waiting = dict(self.env.execute_query(unbooked(shop, ids, order.ids))) if ids else {}
        asks = [self._ask(pack, lots, stock, waiting, shop) for pack in packs]
        gone = [ask for ask in asks if ask.known and ask.here <= till.EPSILON]
        by_id = {pack.id: pack for pack in packs}
        sold = self._sold(order, [by_id[ask.ref].lot_id.id for ask in gone])
        for ask in gone:
            ask.sold = sold.get(by_id[ask.ref].lot_id.id, "") if ask.tracking == "serial" else ""
        return self._of_other_products(order, asks)

    @api.model
    def _ask(self, pack, lots, stock, waiting, shop):
        company = shop.company.id
        product, lot_id = pack.product_id, pack.lot_id.id
        lot = lots.get(lot_id) or {}
        places = [
            place for place in stock.get(lot_id, ()) if place["company_id"] in (None, company)
        ]
        inside = [place for place in places if place["path"].startswith(shop.path)]
        outside = [place["name"] for place in places if place not in inside]
        serial = product.tracking == "serial"
        holds = (lot.get("holds") or {}).get(str(company), ())
        return till.Ask(
            ref=pack.id,
            product=product.display_name,
            tracking=product.tracking,
            number=pack.lot_name,
            quantity=1.0 if serial else pack.pos_order_line_id.qty,
            shop=shop.place.display_name,
            key=(product.id, pack.lot_name),
            known=bool(lot),
            here=float(sum(place["quantity"] for place in inside)) - float(waiting.get(lot_id, 0)),
            elsewhere=outside[0] if outside else "",
            hold=_reasons(holds, [shop.path, *(place["path"] for place in inside)]),
            expires=expiry.day_of(lot.get("expires"), shop.zone),
        )

    @api.model
    def _sold(self, order, lot_ids):
        """dict lot id -> document by which a serial number left for a customer last."""
        if not lot_ids:
            return {}
        self.env["pos.order"].flush_model(["state", "name", "date_order"])
        ways = self.env.execute_query(last_ways(lot_ids))
        sold = {lot: document or "" for lot, usage, document in ways if usage == "customer"}
        for lot_id, name, quantity in self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (k.lot_id) k.lot_id, o.name, l.qty
                FROM pos_pack_operation_lot k
                JOIN pos_order_line l ON l.id = k.pos_order_line_id
                JOIN pos_order o ON o.id = l.order_id
                WHERE k.lot_id = ANY(%s) AND o.state IN ('paid', 'done') AND o.id != %s
                ORDER BY k.lot_id, o.date_order DESC, o.id DESC
                """,
                lot_ids,
                order.id,
            )
        ):
            if quantity > 0:
                sold[lot_id] = name
        return sold

    @api.model
    def _of_other_products(self, order, asks):
        """Name the product whose number an unknown one is."""
        unknown = {ask.number for ask in asks if not ask.known}
        if unknown:
            lots = self.env["stock.lot"].sudo()
            found = lots.search_fetch(
                [
                    ("name", "in", sorted(unknown)),
                    ("company_id", "in", (False, order.company_id.id)),
                ],
                ["name", "product_id"],
            )
            others = {lot.name: lot.product_id.display_name for lot in found}
            for ask in asks:
                ask.other = others.get(ask.number, "") if not ask.known else ""
        return asks

    @api.model
    def _life_asks(self, order, packs, shop, today):
        """What rules say of the remaining life; nothing, and no query, without rules."""
        if not self.env["trace.life"]._has_rules():
            return []
        dates = self.env["trace.expiry.rule"]._dates(packs.lot_id, shop.company)
        partners = order.partner_id
        return [
            gate_life.LifeAsk(
                ref=pack.id,
                product=pack.product_id.display_name,
                lot=pack.lot_name,
                customer=partner.display_name or self.env._("the customer"),
                dates=dates[pack.lot_id.id],
                today=today,
                day=today,
                limits=limits,
            )
            for pack in packs
            if pack.lot_id
            for partner, limits in self.env["trace.life"]._for_partners(
                pack.product_id.id, shop.path, partners, shop.company.id
            )
        ]

    # -- what the desk gets ---------------------------------------------------

    @api.model
    def _vals(self, order, word):
        finding, pack = word.finding, word.pack
        captured = pack._name == "pos.pack.operation.lot"
        kind = KINDS[finding.code]
        sentence = self.env._(kind.message)
        reason = sentence % finding.values if len(finding.values) > 1 else ""
        return {
            "kind": desk_kind(finding.code),
            "cause": finding.code,
            "values": {
                "product": pack.product_id.display_name,
                **finding.values,
                "till": order.name,
                "reason": reason or self.env._(kind.title),
                "told": self._told(word),
            },
            "hint": "%(told)s",
            "severity": word.severity,
            "company_id": order.company_id.id,
            "lot_id": pack.lot_id.id if captured else False,
            "lot_name": pack.lot_name if captured else False,
            "product_id": pack.product_id.id,
            "quantity": _quantity(pack),
            "pos_order_id": order.id,
            "partner_id": order.partner_id.id,
            "location_id": order.config_id._trace_shop().id,
            "policy_id": word.rule.id if word.rule else False,
        }

    @api.model
    def _told(self, word):
        """What the cashier had heard of it."""
        names = dict(self.env["trace.policy"]._fields["severity"]._description_selection(self.env))
        if word.said:
            return self.env._("The till had told the cashier (%s).", names[word.said])
        return self.env._("The till had not told the cashier.")


def _reasons(holds, paths):
    """Why goods at one of ``paths`` are on hold."""
    return "; ".join(
        reason
        for reason, path in holds
        if path is None or any(here.startswith(path) for here in paths)
    )


def _is_short(line):
    """Whether a line has fewer numbers than pieces."""
    numbers = len(line.pack_lot_ids.filtered("lot_name"))
    wanted = line.qty if line.product_id.tracking == "serial" else 1
    return numbers < wanted


def _quantity(pack):
    line = pack if pack._name == "pos.order.line" else pack.pos_order_line_id
    serial = line.product_id.tracking == "serial"
    return 1.0 if serial and pack != line else line.qty


def _passed_by(pack):
    """Who let a number pass at the till and why; None if nobody did."""
    if pack._name != "pos.pack.operation.lot" or not pack.trace_pass_by:
        return None
    return pack.trace_pass_by, pack.trace_pass_reason or "–"


def _grouped(words, key):
    groups = {}
    for word in words:
        groups.setdefault(key(word), []).append(word)
    return groups
