from collections import Counter, namedtuple
from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, models

from ..core import expiry, gate_life, till
from ..core.findings import KINDS
from . import trace_till_check_sql as check_sql
from . import trace_till_sql as sql
from .stock_lot import LONGEST_NAME

EPOCH = date(1970, 1, 1)
#: So many characters of what a till calls an order are kept.
LONGEST_ORDER = 60

#: The order for which a till asks: as the till made its uuid, and calls it.
Asking = namedtuple("Asking", "uuid name")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of the numbers that a till asks about; ``place`` in its list."""

    place: int
    product: models.BaseModel
    number: str
    quantity: float

    @property
    def key(self):
        """What makes two of them the same number."""
        return self.product.id, self.number


class TraceTillCheck(models.AbstractModel):
    """The server's word on the numbers of an order, before it is paid.

    The rules are those of the till (``core/till.py``); the server knows more: where a number is
    that is not in the shop, who sold it, which other order has it, and how long a life the
    customer wants. What it lets pass it keeps for the order (``trace.till.claim``). Queries do
    not grow with the numbers.
    """

    _name = "trace.till.check"
    _inherit = "trace.till.shop"
    _description = "The Server's Word on Numbers at a Till"

    @api.model
    def _word(self, config, numbers, order_uuid, partner_id, order_name=""):
        """See ``pos.config.trace_check``."""
        company = config.sudo().company_id
        check = self.sudo().with_company(company)
        partner = check._customer(partner_id, company)
        order = Asking(str(order_uuid or ""), order_name.strip()[:LONGEST_ORDER])
        return check._word_about(config.id, numbers, order, partner)

    @api.model
    def _customer(self, partner_id, company):
        """The customer, if it is one that the company may know."""
        partner = self.env["res.partner"].browse(partner_id or []).exists()
        return partner.filtered(lambda one: one.company_id in (company, company.browse()))

    @api.model
    def _word_about(self, config_id, numbers, order, partner):
        self.env.flush_all()
        shop = self._shop(self.env["pos.config"].browse(config_id))
        wanted = self._wanted(shop, numbers)
        words = [[] for _one in numbers]
        if not wanted:
            return words
        keys = {one.key for one in wanted if one.number}
        if order.uuid:
            self.env["trace.till.claim"]._meet(keys)
        facts = self._facts(shop, wanted, keys, order.uuid, partner)
        found = till.examine(self._asks(shop, wanted, facts), shop.today)
        for finding, severity in self._weighed(shop, wanted, found, facts, partner):
            if severity != "off":
                words[finding.ref].append(self._said(finding, severity))
        if order.uuid:
            self._keep_numbers(shop, wanted, found, order)
        return words

    @api.model
    def _wanted(self, shop, numbers):
        """What can be understood of a till's question; what comes back is not asked about."""
        products = self.env["product.product"].browse(
            {one["product_id"] for one in numbers if isinstance(one.get("product_id"), int)}
        )
        products = products.exists().with_context(display_default_code=False)
        known = {one.id: one for one in products if one.tracking != "none"}
        if not self._numbers_asked(shop):
            return []
        wanted = []
        for place, one in enumerate(numbers):
            product, number = known.get(one.get("product_id")), one.get("number")
            number = number.strip()[:LONGEST_NAME] if isinstance(number, str) else ""
            quantity = one.get("quantity", 1.0)
            if product and isinstance(quantity, (int, float)) and quantity > 0:
                wanted.append(Wanted(place, product, number, quantity))
        return wanted

    # -- facts ----------------------------------------------------------------

    @api.model
    def _asks(self, shop, wanted, facts):
        """The numbers with the facts about them."""
        total = Counter()
        for one in wanted:
            total[one.key] += one.quantity
        return [self._ask(shop, one, total[one.key], facts) for one in wanted]

    @api.model
    def _facts(self, shop, wanted, keys, order_uuid, partner):
        """What the database knows of the numbers: see :class:`Facts`."""
        company = shop.company.id
        lots = {
            (product_id, number): (lot_id, expires)
            for product_id, number, lot_id, expires in self._rows(check_sql.lots_of(keys, company))
        }
        ids = [lot_id for lot_id, _expires in lots.values()]
        products = _products(wanted)
        stop = self._stop_sql(shop, products)
        rows = self._rows(sql.lots(shop, products.ids, stop, ids=ids))
        here = {row[0]: (row[3], row[5]) for row in rows}
        ways = self._rows(sql.last_ways([one for one in ids if not here.get(one, (0,))[0]]))
        others = self._rows(check_sql.others(keys, company, order_uuid))
        return Facts(
            lots=lots,
            here=here,
            waiting=dict(self._rows(check_sql.waiting_sales(company, ids))),
            gone={lot_id: document for lot_id, usage, document in ways if usage == "customer"},
            elsewhere=self._elsewhere(shop, ids),
            held={row[0]: row[3:] for row in self._rows(sql.holds(shop, products.ids, ids))},
            others={(row[0], row[1]): row[2:] for row in others},
            strangers=self._strangers(shop, keys - lots.keys()),
            short=self._short(shop, ids, partner),
        )

    @api.model
    def _ask(self, shop, one, total, facts):
        lot_id, expires = facts.lots.get(one.key, (None, None))
        here, stop = facts.here.get(lot_id, (0.0, None))
        sold = facts.waiting.get(lot_id, "")
        serial = one.product.tracking == "serial"
        if serial and sold:
            here = 0.0  # The only one there is, whichever till sold it.
        taken, order = facts.others.get(one.key, (0.0, ""))
        return till.Ask(
            ref=one.place,
            key=one.key,
            product=one.product.display_name,
            tracking=one.product.tracking,
            number=one.number,
            quantity=one.quantity if serial else total,
            shop=shop.place.display_name,
            known=bool(lot_id),
            other=facts.strangers.get(one.number, "") if not lot_id else "",
            here=here,
            taken=taken,
            order=order,
            sold=sold or facts.gone.get(lot_id, ""),
            elsewhere=facts.elsewhere.get(lot_id, ""),
            hold=facts.held.get(lot_id, ("",))[0],
            expires=expiry.day_of(expires, shop.zone),
            stop=None if stop is None else EPOCH + timedelta(days=stop),
            short=facts.short.get(lot_id),
        )

    @api.model
    def _elsewhere(self, shop, lots):
        """Where else the company has lots: dict lot id -> name of a place."""
        inside = set(shop.places)
        found = {}
        for lot_id, places in self.env["trace.gate"]._stock(lots).items():
            for place in places:
                mine = place["company_id"] in (None, shop.company.id)
                if mine and int(place["path"].split("/")[-2]) not in inside:
                    found.setdefault(lot_id, place["name"])
        return found

    @api.model
    def _strangers(self, shop, keys):
        """The products that have numbers which those asked about have not: dict number -> names."""
        numbers = {number for _product, number in keys}
        if not numbers:
            return {}
        found = {}
        rows = self._rows(check_sql.strangers(numbers, shop.company.id))
        products = self.env["product.product"].browse({product_id for _number, product_id in rows})
        names = {product.id: product.display_name for product in products}
        for number, product_id in rows:
            found.setdefault(number, []).append(names[product_id])
        return {number: ", ".join(some[:3]) for number, some in found.items()}

    @api.model
    def _short(self, shop, lots, partner):
        """Lots that the customer wants to last longer: dict lot id -> values for the sentence."""
        rules = self.env["trace.expiry.rule"]
        if not partner or not any(rule.min_life_unit for rule in rules._rules()):
            return {}
        records = self.env["stock.lot"].browse(lots)
        dates = rules._dates(records, shop.company)
        limits = rules._limits(
            [(lot.product_id.id, shop.path, partner.id, shop.company.id) for lot in records]
        )
        asks = [
            gate_life.LifeAsk(
                ref=lot.id,
                product=lot.product_id.display_name,
                lot=lot.name,
                customer=partner.display_name,
                dates=dates[lot.id],
                today=shop.today,
                day=shop.today,
                limits=limit,
            )
            for lot, limit in zip(records, limits, strict=True)
        ]
        found = gate_life.examine(asks)
        return {one.ref: one.values for one in found if one.code == "short_life_customer"}

    @api.model
    def _rows(self, query):
        return self.env.execute_query(query)

    # -- the word -------------------------------------------------------------

    @api.model
    def _weighed(self, shop, wanted, found, facts, partner):
        """The findings with their severities; what a permission lets pass is a note."""
        severities = self._severities(shop, _products(wanted), partner.id)
        places = {one.place: one for one in wanted}
        weighed = [[one, severities[places[one.ref].product][one.code]] for one in found]
        stopped = [pair for pair in weighed if pair[1] == "block"]
        asked = [(one.code, places[one.ref]) for one, _severity in stopped]
        passed = self._passed(
            shop,
            [
                (code, one.product.id, one.number, one.quantity, facts.last_hold(one.key))
                for code, one in asked
            ],
            partner,
        )
        for place in passed:
            stopped[place][1] = "note"
        return weighed

    @api.model
    def _said(self, finding, severity):
        """A finding as a till hears of it."""
        kind = KINDS[finding.code]
        sentence = self.env._(kind.message)
        return {
            "code": finding.code,
            "severity": severity,
            "title": self.env._(kind.title),
            "text": sentence % finding.values,
            "remedy": self.env._(kind.remedy),
        }

    @api.model
    def _keep_numbers(self, shop, wanted, found, order):
        """Keep for the order what nobody else has."""
        taken = {one.ref for one in found if one.code in ("in_other_order", "sold_already")}
        quantities = Counter()
        for one in wanted:
            if one.number and one.place not in taken:
                quantities[one.key] += one.quantity
        self.env["trace.till.claim"]._keep(shop.config, order.uuid, quantities, order.name)


@dataclass(slots=True)
class Facts:
    """What the database knows of numbers; ``key`` is a product id and a number.

    :param lots: key -> lot id, expiry
    :param here: lot id -> quantity in the shop, last day of sale (epoch days)
    :param waiting: lot id -> order that sold it and is not booked
    :param gone: lot id -> document by which it went to a customer, if that was last
    :param elsewhere: lot id -> another place that has it
    :param held: lot id -> why it is on hold, last hold
    :param others: key -> quantity on other open orders, their names
    :param strangers: number -> products that have it
    :param short: lot id -> values for a customer who wants a longer life
    """

    lots: dict
    here: dict
    waiting: dict
    gone: dict
    elsewhere: dict
    held: dict
    others: dict
    strangers: dict
    short: dict

    def last_hold(self, key):
        """Id of the last hold on a number, 0 if there is none."""
        lot_id, _expires = self.lots.get(key, (None, None))
        return self.held.get(lot_id, ("", 0))[1]


def _products(wanted):
    return wanted[0].product.union(*(one.product for one in wanted))
