"""A factory's three years, for benchmarks: from raw lots to what customers have in their hands.

A story is played step by step in the order of time, and what each step would have left in the
database is copied into the tables of plain Odoo. Nothing of the add-on is written here: its
history is read by the add-on itself.

* Raw lots are received and made into a first level, that into a second, that into finished
  goods: each order takes five lots, each lot goes into twenty orders, so one raw lot ends in about
  8,000 units. Every other finished order makes 20 serial numbers, the others one lot of 20.
* Units are packed, sent to another warehouse through transit, and delivered or sold at a till, one
  by one. Trade goods are received, sent on and delivered.
* One in a hundred serial numbers comes back: it is delivered again, taken apart (its parts go
  into other goods: a cycle) or repaired.
* One raw lot went into two hundred orders (``mega``); one lot was moved two thousand times
  (``long``).

About 72 lines for each finished order. The database is for the benchmark alone: indexes and foreign
keys are taken off its tables meanwhile, and put back.
"""

import heapq
from datetime import datetime, timedelta
from itertools import count
from random import Random
from types import SimpleNamespace

from trace_tables import TABLES, Table, bare, settle

#: Lines of movements for each finished order.
LINES = 72
DAY = 86400
SPAN = 900 * DAY
START = datetime(2024, 1, 1)
#: When the first finished order is made; what it is made of is older.
FIRST = 90 * DAY
#: Units of a finished order, lots that an order takes, and how much of each.
UNITS, INPUTS, TAKEN = 20, 5, 10
#: The part of what was made that has been delivered.
DELIVERED = 0.95
SHELVES, SUPPLIERS, CUSTOMERS = 20, 50, 2000
#: One delivered serial number of so many comes back.
RETURNED = 100


def fill(env, lines):
    """Write the history of about ``lines`` movements; commits.

    :return: what there is to ask about: ids of the lots ``serial`` (delivered), ``raw``, ``mega``
        and ``long``, and how many ``lines`` and ``lots`` there are now
    """
    story = Story(env, lines)
    with bare(env.cr, TABLES):
        story.play()
        for table in story.tables.values():
            table.close()
    settle(env.cr, story.lines[0])
    env.cr.commit()
    return story.told()


# -- places, products, people ----------------------------------------------------


def world(env):
    """Three warehouses with shelves, products of each level, suppliers and customers."""
    env = env(context={**env.context, "tracking_disable": True})
    company = env.company
    first = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
    east, west = (
        env["stock.warehouse"].create({"name": f"Bench {name}", "code": f"B{name[0]}"})
        for name in ("East", "West")
    )
    shelves = env["stock.location"].create(
        [
            {"name": f"Bench {n:02}", "location_id": first.lot_stock_id.id, "usage": "internal"}
            for n in range(SHELVES)
        ]
    )
    types = env["stock.picking.type"]
    till = types.search([("sequence_code", "=", "POS"), ("company_id", "=", company.id)], limit=1)
    mending = types.search([("code", "=", "repair_operation")], limit=1)
    making = env["stock.location"].search(
        [("usage", "=", "production"), ("company_id", "=", company.id)], limit=1
    )
    partners = env["res.partner"]
    return SimpleNamespace(
        company=company.id,
        uom=env.ref("uom.product_uom_unit").id,
        currency=company.currency_id.id,
        warehouse=east.id,
        stock=first.lot_stock_id.id,
        east=east.lot_stock_id.id,
        west=west.lot_stock_id.id,
        arrival=first.wh_input_stock_loc_id.id,
        shelves=shelves.ids,
        transit=company.internal_transit_location_id.id,
        production=making.id,
        supplier=env.ref("stock.stock_location_suppliers").id,
        customer=env.ref("stock.stock_location_customers").id,
        receiving=first.in_type_id.id,
        storing=first.int_type_id.id,
        sending=first.out_type_id.id,
        making=first.manu_type_id.id,
        mending=mending.id,
        east_in=east.in_type_id.id,
        east_out=east.out_type_id.id,
        west_in=west.in_type_id.id,
        west_out=west.out_type_id.id,
        till=till.id,
        suppliers=partners.create(
            [{"name": f"Bench supplier {n:03}", "is_company": True} for n in range(SUPPLIERS)]
        ).ids,
        customers=partners.create(
            [{"name": f"Bench customer {n:04}"} for n in range(CUSTOMERS)]
        ).ids,
        raw=products(env, "raw", 40),
        first=products(env, "first", 20),
        second=products(env, "second", 20),
        unit=products(env, "unit", 10, "serial"),
        batch=products(env, "batch", 10),
        trade=products(env, "trade", 20),
    )


def products(env, name, number, tracking="lot"):
    """Ids of new products."""
    values = {"is_storable": True, "tracking": tracking, "type": "consu"}
    rows = [{"name": f"Bench {name} {n:02}", **values} for n in range(number)]
    return env["product.product"].create(rows).ids


# -- the story --------------------------------------------------------------------


class Lot:
    """A lot or serial number, and where the story finds it again."""

    __slots__ = ("id", "name", "place", "product")

    def __init__(self, lot_id, name, product):
        self.id = lot_id
        self.name = name
        self.product = product


class Made:
    """A finished order: its id, what went into it, its lots, and the package they are in."""

    def __init__(self, number, order, taken):
        self.number = number
        self.order = order
        self.taken = taken
        self.package = None


class Story:
    """Steps that wait for their time; each writes its documents and has others follow.

    ``move`` and ``line`` write what every step consists of; ``now`` is the time of the step.
    """

    def __init__(self, env, lines):
        self.world = world(env)
        env.flush_all()
        same = vars(self.world)
        self.tables = {
            name: Table(env.cr, name, varying, {k: same.get(v, v) for k, v in fixed.items()})
            for name, (varying, fixed) in TABLES.items()
        }
        self.random = Random(19)
        self.queue, self.order = [], count()
        self.finished = max(64, lines // LINES)
        self.seconds = self.finished // 4 + INPUTS
        self.firsts = self.finished // 16 + INPUTS
        self.raws = self.finished // 64 + INPUTS + 1
        self.trades = self.finished // 2
        self.lots = {"raw": [], "first": [], "second": []}
        self.mega = self.long = self.serial = None
        self.lines = [next(self.tables["stock_move_line"].ids), 0]
        self.plan()

    def plan(self):
        """All orders and receipts, each at its time."""
        self.at(self.raw_at(0), self.receive_mega)
        for number in range(self.raws):
            self.at(self.raw_at(number), self.receive_raw)
        for number in range(self.firsts):
            self.at(self.first_at(number), self.make, "first", "raw", number)
        for number in range(self.seconds):
            self.at(self.second_at(number), self.make, "second", "first", number)
        for number in range(self.finished):
            self.at(self.made_at(number), self.make_units, number)
        for number in range(self.trades):
            self.at(FIRST + number * SPAN // self.trades - 20 * DAY, self.receive_trade, number)
        self.at(FIRST - 20 * DAY, self.receive_long)

    def play(self):
        """Do step by step what waits."""
        while self.queue:
            self.seconds_now, _order, step, args = heapq.heappop(self.queue)
            self.now = str(START + timedelta(seconds=self.seconds_now))
            step(*args)

    def told(self):
        """What ``fill`` returns."""
        raw = self.lots["raw"]
        return SimpleNamespace(
            serial=self.serial.id,
            raw=raw[len(raw) // 2].id,
            mega=self.mega.id,
            long=self.long.id,
            lines=next(self.tables["stock_move_line"].ids) - self.lines[0],
            lots=next(self.tables["stock_lot"].ids),
        )

    # -- time ----------------------------------------------------------------------

    def at(self, seconds, step, *args):
        """Have a step done at a time, in seconds after ``START``."""
        heapq.heappush(self.queue, (int(seconds), next(self.order), step, args))

    def after(self, seconds, step, *args):
        """Have a step done so much later than this one."""
        self.at(self.seconds_now + seconds, step, *args)

    def made_at(self, number):
        """When a finished order is made."""
        return FIRST + min(number, self.finished) * SPAN // self.finished

    def second_at(self, number):
        """When an order of the second level is made: before the first that takes of it."""
        return self.made_at(4 * max(number - 4, 0)) - 5 * DAY

    def first_at(self, number):
        """The same for the first level."""
        return self.second_at(4 * max(number - 4, 0)) - 5 * DAY

    def raw_at(self, number):
        """The same for raw lots."""
        return self.first_at(4 * max(number - 4, 0)) - 10 * DAY

    # -- documents -----------------------------------------------------------------

    def lot(self, kind, product):
        """A new lot or serial number."""
        table = self.tables["stock_lot"]
        lot_id = next(table.ids)
        name = f"{kind}{lot_id:08}"
        table.add(lot_id, name, product, self.now, self.now, None, None)
        return Lot(lot_id, name, product)

    def move(self, reference, lot, source, dest, quantity, picking=None, kind=None, **links):
        """A done movement of the product of a lot; returns its id."""
        return self.tables["stock_move"].new(
            reference,
            lot.product,
            source,
            dest,
            dest,
            picking,
            kind or self.world.making,
            links.get("partner"),
            quantity,
            quantity,
            quantity,
            self.now,
            self.now,
            links.get("production"),
            links.get("raw_production"),
            links.get("unbuild"),
            links.get("consume_unbuild"),
            links.get("repair"),
            links.get("part"),
            links.get("returned"),
            links.get("sale_line"),
            links.get("purchase_line"),
        )

    def line(self, move, picking, lot, source, dest, quantity, package=None, into=None):
        """A done line of a movement; returns its id."""
        self.lines[1] += 1
        return self.tables["stock_move_line"].new(
            move,
            picking,
            lot.product,
            lot.id,
            source,
            dest,
            package,
            into,
            quantity,
            quantity,
            self.now,
            self.now,
        )

    def transfer(self, name, kind, source, dest, goods, packages=(None, None), **links):
        """A transfer with one movement and a line for each of ``goods``.

        :param goods: list of (lot, quantity, source, destination), all of one product
        :param packages: out of which the goods come, and into which they go
        :return: ids of the transfer and of its movement
        """
        table = self.tables["stock_picking"]
        picking = next(table.ids)
        reference = f"{name}/{picking:08}"
        table.add(
            picking,
            reference,
            source,
            dest,
            kind,
            links.get("partner"),
            self.now,
            self.now,
            self.now,
            links.get("origin"),
            links.get("sale"),
            links.get("pos_order"),
            links.get("return_of"),
        )
        quantity = sum(one[1] for one in goods)
        move = self.move(reference, goods[0][0], source, dest, quantity, picking, kind, **links)
        for lot, part, come, go in goods:
            self.line(move, picking, lot, come, go, part, *packages)
        if links.get("follows"):
            self.tables["stock_move_move_rel"].add(links["follows"], move)
        return picking, move

    def named(self, table, name, *values):
        """A new order with a name; returns its id and name."""
        order = next(self.tables[table].ids)
        self.tables[table].add(order, f"{name}{order:08}", *values)
        return order, f"{name}{order:08}"

    def shelf(self, lot, further=0):
        """One of the shelves for a lot."""
        return self.world.shelves[(lot.id + further) % SHELVES]

    # -- goods that come ----------------------------------------------------------

    def receive(self, kind, product, shares, then=None):
        """Goods come from a supplier and are put away on as many shelves as there are shares."""
        world = self.world
        lot = self.lot(kind, product)
        partner = self.random.choice(world.suppliers)
        order, name = self.named("purchase_order", "P", partner, self.now)
        line = self.tables["purchase_order_line"].new(
            order, product, partner, sum(shares), sum(shares), self.now
        )
        goods = [(lot, sum(shares), world.supplier, world.arrival)]
        _picking, move = self.transfer(
            "WH/IN",
            world.receiving,
            world.supplier,
            world.arrival,
            goods,
            partner=partner,
            purchase_line=line,
            origin=name,
        )
        lot.place = self.shelf(lot)
        self.after(7200, self.store, lot, shares, move, then)
        return lot

    def store(self, lot, shares, follows, then):
        """Put away what was received."""
        world = self.world
        goods = [
            (lot, share, world.arrival, self.shelf(lot, place))
            for place, share in enumerate(shares)
        ]
        self.transfer("WH/STOR", world.storing, world.arrival, world.stock, goods, follows=follows)
        if then:
            self.after(DAY, then, lot)

    def receive_raw(self):
        """A raw lot."""
        raw = self.lots["raw"]
        raw.append(self.receive("RAW-", self.world.raw[len(raw) % 40], (600, 400)))

    def receive_mega(self):
        """The raw lot that goes into many orders."""
        self.mega = self.receive("RAW-MEGA-", self.world.raw[0], (600, 400))

    def receive_long(self):
        """The lot that is moved on and on."""
        self.long = self.receive("TRADE-LONG-", self.world.trade[0], (12, 8))
        moves = max(50, min(2000, self.finished * LINES // 50))
        for number in range(moves):
            self.after((number + 1) * SPAN // moves, self.shift)

    def shift(self):
        """Move the long lot to another shelf."""
        source = self.long.place
        shelves = self.world.shelves
        self.long.place = shelves[(shelves.index(source) + 3) % SHELVES]
        goods = [(self.long, 12, source, self.long.place)]
        self.transfer("WH/INT", self.world.storing, source, self.long.place, goods)

    # -- goods that are made ------------------------------------------------------

    def inputs(self, level, number):
        """The lots that an order takes: each lot goes into twenty orders."""
        lots = self.lots[level]
        return [lots[min(number // 4 + 4 - part, len(lots) - 1)] for part in range(INPUTS)]

    def begin(self, product, quantity, lots):
        """A manufacturing order that takes lots: its id, name, and the lines that took them."""
        world = self.world
        quantities = (quantity,) * 3
        order, name = self.named(
            "mrp_production", "WH/MO/", product, *quantities, self.now, self.now, self.now
        )
        taken = []
        for lot, part in lots:
            move = self.move(name, lot, world.stock, world.production, part, raw_production=order)
            taken.append(self.line(move, None, lot, lot.place, world.production, part))
        return order, name, taken

    def end(self, order, name, lots, quantity, taken):
        """The lots that an order has made, each of ``quantity``."""
        world = self.world
        total = quantity * len(lots)
        move = self.move(name, lots[0], world.production, world.stock, total, production=order)
        for lot in lots:
            line = self.line(move, None, lot, world.production, world.stock, quantity)
            self.tables["mrp_production_stock_lot_rel"].add(order, lot.id)
            for component in taken:
                self.tables["stock_move_line_consume_rel"].add(line, component)

    def make(self, level, below, number):
        """An order of the first or second level."""
        products_ = vars(self.world)[level]
        lots = [(lot, TAKEN) for lot in self.inputs(below, number)]
        start = self.firsts // 3
        if level == "first" and start <= number < start + max(4, min(200, self.firsts // 4)):
            lots.append((self.mega, 2))
        product = products_[number % len(products_)]
        begun = self.begin(product, 220, lots)
        self.after(3600, self.made, level, product, *begun)

    def made(self, level, product, order, name, taken):
        """What comes of it is put on a shelf."""
        lot = self.lot(level.upper() + "-", product)
        self.end(order, name, [lot], 220, taken)
        self.lots[level].append(lot)
        lot.place = self.shelf(lot)
        stock = self.world.stock
        self.after(3600, self.put, lot, 220, stock)

    def put(self, lot, quantity, stock):
        """Put a lot on its shelf."""
        goods = [(lot, quantity, stock, lot.place)]
        self.transfer("WH/INT", self.world.storing, stock, stock, goods)

    def make_units(self, number):
        """A finished order: serial numbers, or a lot."""
        kind = "batch" if number % 2 else "unit"
        products_ = vars(self.world)[kind]
        product = products_[number // 2 % 10]
        lots = self.inputs("second", number)
        begun = self.begin(product, UNITS, [(lot, TAKEN) for lot in lots])
        self.after(3600, self.finish, kind, product, number, lots, *begun)

    def finish(self, kind, product, number, inputs, order, name, taken):
        """Its units are there, and leave for other warehouses the next day."""
        made = Made(number, order, inputs)
        if kind == "batch":
            lot = self.lot("BATCH-", product)
            self.end(order, name, [lot], UNITS, taken)
            self.after(DAY, self.send_batch, made, lot)
        else:
            lots = [self.lot("SN", product) for _unit in range(UNITS)]
            self.end(order, name, lots, 1, taken)
            self.after(DAY, self.send_units, made, lots)

    # -- goods that leave -----------------------------------------------------------

    def send_units(self, made, lots):
        """Pack serial numbers and send them to another warehouse; every fourth time to a shop."""
        world = self.world
        package, name = next(self.tables["stock_package"].ids), f"BENCH{made.number:08}"
        self.tables["stock_package"].add(package, name, name)
        made.package = package
        goods = [(lot, 1, world.stock, world.transit) for lot in lots]
        _picking, move = self.transfer(
            "WH/OUT", world.sending, world.stock, world.transit, goods, (None, package)
        )
        self.after(DAY, self.arrive_units, made, lots, move)

    def arrive_units(self, made, lots, follows):
        """They arrive, packed, and are delivered one by one."""
        world = self.world
        shop = made.number // 2 % 4 == 3
        place, kind = (world.west, world.west_in) if shop else (world.east, world.east_in)
        goods = [(lot, 1, world.transit, place) for lot in lots]
        packages = (made.package, made.package)
        self.transfer("B/IN", kind, world.transit, place, goods, packages, follows=follows)
        if made.number < self.finished * DELIVERED:
            for lot in lots:
                self.soon(self.sell if shop else self.deliver_unit, made, lot)

    def send_batch(self, made, lot):
        """A lot is divided between two warehouses."""
        world = self.world
        for quantity, place, arriving, leaving in (
            (12, world.east, world.east_in, world.east_out),
            (8, world.west, world.west_in, world.west_out),
        ):
            goods = [(lot, quantity, world.stock, world.transit)]
            _picking, move = self.transfer(
                "WH/OUT", world.sending, world.stock, world.transit, goods
            )
            sold = made.number < self.finished * DELIVERED
            self.after(DAY, self.arrive, lot, quantity, place, arriving, leaving, move, sold)

    def arrive(self, lot, quantity, place, arriving, leaving, follows, sold=True):
        """A part of a lot arrives and is delivered unit by unit."""
        world = self.world
        goods = [(lot, quantity, world.transit, place)]
        self.transfer("B/IN", arriving, world.transit, place, goods, follows=follows)
        for number in range(quantity if sold else 0):
            self.soon(self.deliver, lot, place, leaving, number % 2 == 0)

    def soon(self, step, *args):
        """Within the next weeks."""
        self.after(DAY + self.random.randrange(25 * DAY), step, *args)

    def deliver(self, lot, place, kind, ordered, package=None):
        """One unit goes to a customer; returns ids of transfer and movement, and the customer."""
        partner = self.random.choice(self.world.customers)
        links = {"partner": partner}
        if ordered:
            links |= self.sale(lot, partner)
        goods = [(lot, 1, place, self.world.customer)]
        done = self.transfer(
            "B/OUT", kind, place, self.world.customer, goods, (package, None), **links
        )
        return *done, partner

    def sale(self, lot, partner):
        """A sale order of one unit, as links of its delivery."""
        order, name = self.named(
            "sale_order", "S", partner, partner, partner, self.now, self.now, self.world.warehouse
        )
        line = self.tables["sale_order_line"].new(order, lot.product, partner)
        return {"sale": order, "sale_line": line, "origin": name}

    def deliver_unit(self, made, lot):
        """A serial number goes to a customer; some come back."""
        ordered = lot.id % 2 == 0
        place, kind = self.world.east, self.world.east_out
        done = self.deliver(lot, place, kind, ordered, made.package)
        if self.serial is None and made.number >= self.finished // 2:
            self.serial = lot
        elif lot.id % RETURNED == 0:
            self.after(60 * DAY, self.come_back, made, lot, *done)

    def sell(self, made, lot):
        """A serial number is sold over the counter."""
        world = self.world
        partner = self.random.choice(world.customers)
        order, name = self.named("pos_order", "POS", partner, self.now, self.now)
        line = self.tables["pos_order_line"].new(order, lot.product)
        self.tables["pos_pack_operation_lot"].new(line, lot.name)
        self.transfer(
            "POS",
            world.till,
            world.west,
            world.customer,
            [(lot, 1, world.west, world.customer)],
            (made.package, None),
            partner=partner,
            pos_order=order,
            origin=name,
        )

    def receive_trade(self, number):
        """Goods that are only traded."""
        product = self.world.trade[number % 20]
        sold = number < self.trades * DELIVERED
        then = self.send_trade if sold else None
        self.receive("TRADE-", product, (12, 8), then)

    def send_trade(self, lot):
        """They are fetched from both shelves and sent on."""
        world = self.world
        goods = [
            (lot, share, self.shelf(lot, place), world.transit)
            for place, share in enumerate((12, 8))
        ]
        _picking, move = self.transfer("WH/OUT", world.sending, world.stock, world.transit, goods)
        self.after(DAY, self.arrive, lot, 20, world.west, world.west_in, world.west_out, move)

    # -- goods that come back -------------------------------------------------------

    def come_back(self, made, lot, picking, move, partner):
        """A customer returns a serial number; then it is delivered again, or something is done."""
        world = self.world
        self.transfer(
            "B/RET",
            world.east_in,
            world.customer,
            world.east,
            [(lot, 1, world.customer, world.east)],
            partner=partner,
            return_of=picking,
            returned=move,
        )
        step = (self.deliver_again, self.unbuild, self.deliver_again, self.repair)
        self.after(5 * DAY, step[lot.id // RETURNED % 4], made, lot)

    def deliver_again(self, _made, lot):
        """To another customer."""
        self.deliver(lot, self.world.east, self.world.east_out, False)

    def unbuild(self, made, lot):
        """Take a unit apart: parts of what it was made of are in stock again."""
        world = self.world
        order, name = self.named(
            "mrp_unbuild",
            "UB/",
            lot.product,
            lot.id,
            made.order,
            world.east,
            world.stock,
            self.now,
        )
        move = self.move(name, lot, world.east, world.production, 1, consume_unbuild=order)
        used = self.line(move, None, lot, world.east, world.production, 1)
        for part in made.taken:
            move = self.move(name, part, world.production, world.stock, 1, unbuild=order)
            line = self.line(move, None, part, world.production, part.place, 1)
            self.tables["stock_move_line_consume_rel"].add(line, used)

    def repair(self, _made, lot):
        """Put another part into a unit."""
        world = self.world
        part = self.lots["first"][-1]
        places = (world.east, world.east, world.east, world.east, world.east)
        order, name = self.named("repair_order", "RO/", lot.product, lot.id, *places, self.now)
        move = self.move(name, part, world.stock, world.production, 1, repair=order, part="add")
        used = self.line(move, None, part, part.place, world.production, 1)
        move = self.move(name, lot, world.east, world.east, 1, repair=order)
        line = self.line(move, None, lot, world.east, world.east, 1)
        self.tables["stock_move_line_consume_rel"].add(line, used)
