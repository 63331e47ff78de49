"""Quants of many movements, changed in memory and written together.

Odoo changes quants movement by movement: read, lock, write or insert, read again. For 10,000
serial numbers that is 20,000 inserts. The classes here do the same arithmetic, in the same
order and with the same rounding, on plain values: read once, locked once, written once. Who
uses them: ``stock_quant_batch.py`` (what a quant is asked) and ``stock_move_line_batch.py``
(where a batch begins and ends).
"""

from collections import defaultdict
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from odoo import fields
from odoo.fields import Domain
from odoo.tools.float_utils import float_round

from odoo.addons.stock.models.stock_quant import StockQuant as OdooQuant

#: Key of the cursor's cache, which is emptied by commit and roll-back: the open batch. Not the
#: context, where each look-up of an environment would compare it.
OPEN = "lot_serial_trace.quants"
#: Where batches are switched off: movements are then Odoo's own business.
ONE_BY_ONE = "lot_serial_trace.one_by_one"
#: What batches stand in for, by model. An add-on that changes one of these gets Odoo's own way.
STANDS_IN = {
    "stock.quant": {
        "_gather",
        "_get_available_quantity",
        "_get_gather_domain",
        "_get_quants_by_products_locations",
        "_update_available_quantity",
        "_update_reserved_quantity",
        "create",
    },
    "stock.move.line": {"_create_and_assign_production_lot", "_synchronize_quant"},
}
#: Add-ons whose versions of these are known here.
KNOWN = ("stock", "lot_serial_trace")
#: What was found out about the class of a model, by its bases: it is asked for each line that is
#: made, and another add-on brings another base.
_overrides = WeakKeyDictionary()


def in_batches(env):
    """Whether movements may be booked in batches: switched on, and nobody else changes them."""
    if env["ir.config_parameter"].sudo().get_param(ONE_BY_ONE):
        return False
    return not any(changed_elsewhere(env[model], names) for model, names in STANDS_IN.items())


def changed_elsewhere(model, names, known=KNOWN):
    """Whether an add-on that is not known here overrides one of the methods ``names``."""
    answers = _overrides.setdefault(type(model), {})
    bases = type(model).__mro__
    key = frozenset(names), known, tuple(map(id, bases))
    if key not in answers:
        answers[key] = any(
            not names.isdisjoint(vars(base)) for base in bases if _unknown(base, known)
        )
    return answers[key]


def _unknown(base, known):
    where = base.__module__.split(".")
    return where[:2] == ["odoo", "addons"] and where[2] not in known


def open_batch(env):
    """The batch in which quants are changed now, or None."""
    return env.cr.cache.get(OPEN)


@contextmanager
def together(batch):
    """Change quants in ``batch`` until the end of the block; they are written there, or before.

    Of batches in batches only one that is ``lasting`` goes on when the inner one is over.
    """
    cache = batch.env.cr.cache
    outer = cache.get(OPEN)
    if outer:
        outer.close()
    cache[OPEN] = batch
    try:
        yield batch
        batch.close()
    finally:
        if cache.get(OPEN) is batch:
            del cache[OPEN]
        if outer and outer.lasting:
            cache.setdefault(OPEN, outer)


def key_of(product, location, lot, package, owner):
    """What makes quants one: their sum is what is in stock of it."""
    return (
        product.id,
        location.id,
        lot.id if lot else False,
        package.id if package else False,
        owner.id if owner else False,
    )


def one_of_each_kind(records):
    """Records that stand for all of ``records`` where companies are compared with each other.

    Two are of one kind if they are of one company and linked to the same records; of lots only
    the company counts, because each line has another one.
    """
    if len(records) < 2 or not in_batches(records.env):
        return records
    if changed_elsewhere(records.env["stock.lot"], {"_check_company_domain"}):
        return records
    names = [n for n, field in records._fields.items() if field.relational and field.check_company]
    kinds = {}
    for record in records.sudo():
        linked = [
            record[name].company_id.id if name == "lot_id" else record[name]._ids for name in names
        ]
        kinds.setdefault((record.company_id.id, *linked), record.id)
    return records.browse(kinds.values())


class Slot:
    """What one quant holds; ``quant`` is empty until it is in the database."""

    __slots__ = ("changed", "in_date", "key", "quant", "quantity", "reserved_quantity")

    def __init__(self, key, quant=None):
        self.key = key
        self.quant = quant
        self.quantity = quant.quantity if quant else 0.0
        self.reserved_quantity = quant.reserved_quantity if quant else 0.0
        self.in_date = quant.in_date if quant else None
        self.changed = set()

    def put(self, name, value):
        """Change a value; what stays the same is not written."""
        if name == "in_date" and self.in_date == value:
            return
        setattr(self, name, value)
        self.changed.add(name)

    @property
    def available(self):
        """What is neither gone nor promised."""
        return self.quantity - self.reserved_quantity

    def values(self):
        """What is to be written."""
        return {name: getattr(self, name) for name in sorted(self.changed)}


class QuantBatch:
    """Quants of some products, places and lots; answers as ``stock.quant`` would.

    It begins empty: ``load`` fills it. Whoever asks the database for quants while there is
    something to write closes the batch, and Odoo goes on from there with its own means.
    """

    lasting = False

    def __init__(self, env):
        self.env = env(su=True)
        self.loaded = False
        self.closed = False
        self.reading = False
        self.found = {}
        self.slots = {}
        self.pending = {}
        self.locked = set()
        self.digits = env["decimal.precision"].precision_get("Product Unit")

    def load(self, found, keys):
        """Take over the quants to work with.

        :param found: dict key -> quants in the order in which they are used up; new quants are
            added, because it may be Odoo's own cache of quants
        :param keys: keys that will be changed; their first quants are locked, in one query
        """
        self.found = found
        self.products = {key[0] for key in keys}
        self.places = {key[1] for key in keys}
        self.lots = {key[2] for key in keys} | {False}
        first = self.env["stock.quant"].browse(
            quants[0].id for quants in map(found.get, keys) if quants
        )
        self.locked = set(first.try_lock_for_update(allow_referencing=True)._ids)
        self.loaded = True
        for key in keys:
            self._of(key)
            self._of(_unnumbered(key))

    def covers(self, product, location, lot):
        """Whether all quants of the product, place and lot are known here."""
        return (
            self.loaded
            and not self.closed
            and product.id in self.products
            and location.id in self.places
            and (lot.id if lot else False) in self.lots
        )

    def meet_reader(self):
        """Somebody is about to read quants: let the database know what has changed."""
        if self.pending and not self.reading:
            self.close()

    def close(self):
        """Write what has changed; from now on quants are Odoo's business."""
        if not self.closed:
            self.closed = True
            if self.env.cr.cache.get(OPEN) is self:
                del self.env.cr.cache[OPEN]
            self.write()

    # -- as in stock.quant ----------------------------------------------------

    def update(self, product, location, quantity, reserved, lot, package, owner, in_date):
        """As ``_update_available_quantity``: returns what is available now, and since when."""
        key = key_of(product, location, lot, package, owner)
        slots = self._candidates(product, key, quantity)
        in_date = self._since(product, location, slots, in_date)
        slot = self._lock(slots) or self._new(key)
        if quantity:
            slot.put("quantity", self._round(slot.quantity + quantity))
        if reserved:
            slot.put("reserved_quantity", self._round(max(0, slot.reserved_quantity + reserved)))
        slot.put("in_date", in_date)
        self.pending[id(slot)] = slot
        return self.available(product, key), in_date

    def available(self, product, key, allow_negative=True):
        """As ``_get_available_quantity`` with ``strict``."""
        slots = self._of(key)
        if product.tracking == "none":
            if key[2]:
                slots = slots + self._of(_unnumbered(key))
            quantity = sum(slot.quantity for slot in slots)
            quantity -= sum(slot.reserved_quantity for slot in slots)
        else:
            quantity = sum((slot.available for slot in slots), 0.0)
        sign = product.uom_id.compare(quantity, 0)
        if allow_negative or sign > 0 or (sign == 0 and product.tracking == "none"):
            return quantity
        return 0.0

    def _candidates(self, product, key, quantity):
        """Quants that may be changed, in order: those of the lot before those without one."""
        own = self._of(key)
        if not key[2]:
            return own
        if product.uom_id.compare(quantity, 0) > 0:
            return own
        compare = product.uom_id.compare
        loose = self._of(_unnumbered(key))
        return own + [slot for slot in loose if compare(slot.quantity, 0) > 0]

    def _since(self, product, location, slots, in_date):
        """When the oldest of the goods came in; now, if there are none."""
        dates = [in_date] if in_date else []
        if not location.should_bypass_reservation():
            compare = product.uom_id.compare
            dates += [s.in_date for s in slots if s.in_date and compare(s.quantity, 0) > 0]
        return min(dates) if dates else fields.Datetime.now()

    def _of(self, key):
        if key not in self.slots:
            self.reading = True
            try:
                self.slots[key] = [
                    Slot(key, quant.with_env(self.env)) for quant in self.found.get(key, ())
                ]
            finally:
                self.reading = False
        return self.slots[key]

    def _lock(self, slots):
        """The first quant that nobody else is changing, as Odoo takes it."""
        for slot in slots:
            if not slot.quant or slot.quant.id in self.locked:
                return slot
            if slot.quant.try_lock_for_update(allow_referencing=True):
                self.locked.add(slot.quant.id)
                return slot
        return None

    def _new(self, key):
        slot = Slot(key)
        self._of(key).append(slot)
        return slot

    def _round(self, value):
        return float_round(float(value), precision_digits=self.digits)

    # -- writing --------------------------------------------------------------

    def write(self):  # no model's  pylint: disable=method-required-super
        """Write all changes: one insert, and one update for each set of equal values."""
        pending, self.pending = list(self.pending.values()), {}
        self._insert([slot for slot in pending if not slot.quant])
        alike = defaultdict(list)
        for slot in pending:
            values = slot.values()
            slot.changed = set()
            if values:
                alike[tuple(values.items())].append(slot.quant.id)
        for values, ids in alike.items():
            self.env["stock.quant"].browse(ids).write(dict(values))

    def _insert(self, slots):
        if not slots:
            return
        names = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
        rows = [
            {**dict(zip(names, s.key, strict=True)), "inventory_quantity_set": False, **s.values()}
            for s in slots
        ]
        self.env["stock.quant"]._trace_meet_holds(rows)
        # Odoo's own create inserts row by row; it has nothing else to do outside of counting.
        # pylint: disable-next=super-method-mismatch
        quants = super(OdooQuant, self.env["stock.quant"]).create(rows)
        for slot, quant in zip(slots, quants, strict=True):
            slot.quant = quant
            slot.changed = set()
            self.found[slot.key] = self.found.get(slot.key, quant.browse()) | quant


class ReservationBatch:
    """Reservations that are asked for one by one and made together, in the order of asking."""

    lasting = False

    def __init__(self, env):
        self.env = env
        self.asks = []

    def add(self, *ask):
        """Keep ``(product, location, quantity, lot, package, owner)`` for later."""
        self.asks.append(ask)

    def close(self):
        """Make the reservations."""
        asks, self.asks = self.asks, []
        if not asks:
            return
        batch = QuantBatch(self.env)
        keys = [key_of(p, place, lot, package, owner) for p, place, _q, lot, package, owner in asks]
        batch.load(self._find(asks), keys)
        for product, location, quantity, lot, package, owner in asks:
            batch.update(product, location, False, quantity, lot, package, owner, None)
        batch.write()

    #: Readers find the reservations made, too.
    meet_reader = close

    def _find(self, asks):
        """The quants concerned, by key, in the order of the removal strategies."""
        model = self.env["stock.quant"].sudo()
        by_order = defaultdict(list)
        for ask in asks:
            by_order[model._get_removal_strategy(ask[0], ask[1])].append(ask)
        found = {}
        for strategy, some in by_order.items():
            quants = model.search(
                self._domain(some), order=model._get_removal_strategy_order(strategy)
            )
            if strategy == "closest":
                quants = quants.sorted(lambda quant: -quant.id)
            for quant in quants:
                key = key_of(
                    quant.product_id,
                    quant.location_id,
                    quant.lot_id,
                    quant.package_id,
                    quant.owner_id,
                )
                found.setdefault(key, []).append(quant)
        return found

    def _domain(self, asks):
        domain = (
            Domain("product_id", "in", {ask[0].id for ask in asks})
            & Domain("location_id", "in", {ask[1].id for ask in asks})
            & Domain("lot_id", "in", {ask[3].id for ask in asks if ask[3]} | {False})
        )
        fresh = self.env.context.get("with_expiration")
        if fresh:
            domain &= Domain("removal_date", ">=", fresh) | Domain("removal_date", "=", False)
        return domain


def _unnumbered(key):
    return (key[0], key[1], False, *key[3:])
