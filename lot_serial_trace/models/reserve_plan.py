"""Reservations of many movements, out of stock that is read once.

For each movement that Odoo reserves it reads all that is free of the product, twice. Where ten
thousand lots are in stock and two hundred deliveries wait for them, that is most of the time.
Here what is free is read once for all movements that may take the same goods; each takes its
part in the order of the removal strategy and with Odoo's rounding, and the lines are made
together. What is out of the ordinary is left to Odoo. Who uses it: ``stock_move_together.py``;
whom it answers: ``stock_quant_batch.py`` and ``stock_move_line_batch.py``.
"""

from contextlib import contextmanager
from itertools import islice

from odoo.tools.float_utils import float_round

from .marks import FROM_QUARANTINE
from .quant_batch import open_batch

#: What makes quants one, beside the product, as columns and as values of a line.
KEY = ("location_id", "lot_id", "package_id", "owner_id")
COLUMNS = ("id", *KEY, "quantity", "reserved_quantity")
#: Dates of a quant, where they are recorded.
DATES = ("removal_date", "expiration_date")
#: So many seconds share the local day, wherever they are.
QUARTER = 15 * 60


def open_plan(env):
    """The plan by which movements are reserved now, or None."""
    plan = open_batch(env)
    return plan if isinstance(plan, ReservePlan) else None


class FreeStock:
    """A quant, and what is free of it."""

    __slots__ = ("expires", "id", "key", "quantity", "removed", "reserved")

    def __init__(self, row):
        self.id = row[0]
        self.key = tuple(value or False for value in row[1:5])
        self.quantity = float(row[5] or 0)
        self.reserved = float(row[6] or 0)
        self.removed, self.expires = row[7:] or (None, None)

    @property
    def free(self):
        """What is neither gone nor promised."""
        return self.quantity - self.reserved

    def fits(self, fresh_until, expires_after):
        """Whether it is fresh enough; an empty date keeps for ever."""
        return not (
            (fresh_until and self.removed and self.removed < fresh_until)
            or (expires_after and self.expires and self.expires <= expires_after)
        )


class Pool:
    """What movements may take of a product, in the order in which it is taken."""

    def __init__(self, unit, stock):
        self.unit = unit
        self.stock = stock
        self.start = 0

    def plain(self):
        """Whether each number is there once, and none less than not at all."""
        negative = any(one.free < 0 and self.unit.compare(one.free, 0) < 0 for one in self.stock)
        return not negative and len({one.key for one in self.stock}) == len(self.stock)

    def first(self, need, *fresh):
        """The first quants up to a quantity, and how much of each; and what they do not cover."""
        parts = []
        for one in self._free():
            if one.fits(*fresh):
                part = min(one.free, need)
                parts.append((one, part))
                need -= part
                if self.unit.is_zero(need):
                    return parts, 0.0
        return parts, need

    def _free(self):
        """What is not used up; what was used up at the beginning is not looked at again."""
        compare = self.unit.compare
        while self.start < len(self.stock) and compare(self.stock[self.start].free, 0) <= 0:
            self.start += 1
        for one in islice(self.stock, self.start, None):
            if compare(one.free, 0) > 0:
                yield one


class ReservePlan:
    """Movements take what they need in memory; their lines are made when somebody looks.

    It is open as a batch is (``quant_batch.together``), and goes on after batches that are
    opened meanwhile, with what it reads anew.
    """

    lasting = True

    def __init__(self, env):
        self.env = env
        self.digits = env["decimal.precision"].precision_get("Product Unit")
        self.move = None
        self.busy = False
        self.rows = []
        self.quant_ids = []
        self.taken = {}
        self.alike = {}
        self.forget()

    def forget(self):
        """Read all anew: somebody else has changed quants."""
        self.pools = {}
        self.known = {}

    def close(self):
        """Make the lines; whoever opens another batch may change quants."""
        self.write()
        self.forget()

    def meet_reader(self):
        """Somebody is about to read quants: let the database know what is reserved."""
        if not self.busy:
            self.write()

    def meet_change(self, key):
        """Somebody changes a quant, unless it is what the movement has just taken."""
        if not self.busy and not (self.move and key in self.taken):
            self.forget()

    # -- reserving ------------------------------------------------------------

    @contextmanager
    def reserving(self, move):
        """Let a movement take goods until the end of the block."""
        self.move, self.taken, self.alike = move, {}, {}
        try:
            yield
        finally:
            self.move = None

    def take(self, quants, product, location, need, uom):
        """As ``_get_reserve_quantity``: list of (quant, quantity); None where Odoo has to do it.

        :param quants: ``stock.quant`` with the context of the question
        """
        pool = self._pool(quants, product, location)
        if not pool:
            return None
        fresh = _fresh(quants.env.context)
        parts, missing = pool.first(need, *fresh)
        covered = need if not missing else sum(part for _one, part in parts)
        wanted = self._in_units(product, uom, covered)
        if product.uom_id.compare(wanted, 0) <= 0:
            return []
        if wanted != covered:
            parts, _missing = pool.first(wanted, *fresh)
        return self._reserved(quants, parts)

    def _in_units(self, product, uom, quantity):
        """As much of a quantity as can be reserved, as Odoo rounds it."""
        if uom and product.uom_id != uom:
            theirs = product.uom_id._compute_quantity(quantity, uom, rounding_method="DOWN")
            quantity = uom._compute_quantity(theirs, product.uom_id, rounding_method="HALF-UP")
        if product.tracking == "serial" and product.uom_id.compare(quantity, int(quantity)):
            return 0.0
        return quantity

    def _reserved(self, quants, parts):
        """Take the parts: list of (quant, quantity)."""
        for one, part in parts:
            one.reserved = float_round(one.reserved + part, precision_digits=self.digits)
            self.taken[one.key] = one.id
        taken = quants.browse(one.id for one, _part in parts)
        # Odoo asks the quants what they are: to let it read them would have the lines made.
        for place, name in enumerate(KEY):
            values = [one.key[place] or None for one, _part in parts]
            quants._fields[name]._insert_cache(taken, values)
        return list(zip(taken, (part for _one, part in parts), strict=True))

    # -- reading --------------------------------------------------------------

    def _pool(self, quants, product, location):
        """What a movement may take; None where that is no matter of taking the first ones."""
        key = (product.id, location.id, *_asked(quants.env))
        if key not in self.pools:
            self.busy = True
            try:
                pool = Pool(product.uom_id, self._read(quants.sudo(), product, location))
            finally:
                self.busy = False
            self.pools[key] = pool if pool.plain() else None
        return self.pools[key]

    def _read(self, quants, product, location):
        """Quants in the order of ``_gather``: one query. Dates that differ are looked at later."""
        quants = quants.with_context(with_expiration=False, trace_fresh=_rules(quants.env.context))
        strategy = quants._get_removal_strategy(product, location)
        order = quants._get_removal_strategy_order(strategy)
        query = quants._search(
            quants._get_gather_domain(product, location), order=order or quants._order
        )
        names = (*COLUMNS, *(name for name in DATES if name in quants._fields))
        columns = [quants._field_to_sql(query.table, name, query) for name in names]
        rows = self.env.execute_query(query.select(*columns))
        # Another pool may have it, too, and have taken of it what no line tells yet.
        stock = [self.known.setdefault(row[0], FreeStock(row)) for row in rows]
        if strategy == "closest":
            places = quants.env["stock.location"].browse({one.key[0] for one in stock})
            names = {place.id: place.complete_name for place in places}
            stock.sort(key=lambda one: (names[one.key[0]], -one.id))
        return sorted(stock, key=lambda one: not one.key[1])

    # -- writing --------------------------------------------------------------

    def values(self, quantity, quant, prepare):
        """Values of a line of the movement; they are prepared once, the goods differ."""
        goods = {name: quant[name].id for name in KEY}
        kind = quantity, bool(goods["lot_id"])
        if kind not in self.alike:
            self.alike[kind] = prepare(quantity=quantity, reserved_quant=quant)
            return dict(self.alike[kind])
        if "trace_reserved_lot_id" in self.alike[kind]:
            goods["trace_reserved_lot_id"] = goods["lot_id"]
        return {**self.alike[kind], **goods}

    def postpone(self, vals_list):
        """Keep the lines of what the movement has taken; False if they are not all of that."""
        if not self.move or self.busy:
            return False
        keys = [tuple(vals.get(name) or False for name in KEY) for vals in vals_list]
        if not all(key in self.taken for key in keys):
            return False
        self.rows += vals_list
        self.quant_ids += [self.taken[key] for key in keys]
        return True

    def write(self):  # no model's  pylint: disable=method-required-super
        """Make the lines."""
        rows, self.rows = self.rows, []
        quant_ids, self.quant_ids = self.quant_ids, []
        if not rows:
            return
        busy, self.busy = self.busy, True
        try:
            self.env["stock.move.line"]._trace_reserve_rows(rows, quant_ids)
        finally:
            self.busy = busy


def _asked(env):
    """What the answer depends on beside product and place."""
    rules = _rules(env.context)
    if rules:
        moment = int(rules.date.timestamp()) // QUARTER
        rules = (rules.partners._ids, moment, frozenset(rules.codes), rules.company.id)
    return env.company.id, rules, env.context.get("trace_from_quarantine") is FROM_QUARANTINE


def _rules(context):
    """How fresh goods must be by rules; that they must not expire is looked at one by one."""
    fresh = context.get("trace_fresh")
    codes = fresh.codes - {"expired"} if fresh else ()
    return fresh._replace(codes=codes) if codes else None


def _fresh(context):
    """Until when goods must be fresh by Odoo, and after which moment they may expire by us."""
    fresh = context.get("trace_fresh")
    return context.get(
        "with_expiration"
    ), fresh.date if fresh and "expired" in fresh.codes else None
