"""Ordered, advised, captured: what differs, per lot and serial number.

Pure and set-based: :func:`reconcile` looks at each unit a constant number of times,
so that 10,000 serial numbers take milliseconds and the scan screen may ask after
every scan.

Numbers are compared exactly: ``abc`` is not ``ABC``, ``0042`` is not ``42``. Where two
numbers differ only in letter case, spaces or signs, the findings say so.
"""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .condense import plain
from .findings import Finding
from .tolerance import Tolerance


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


_SIMILAR = _("%(similar)s is the other number: only letter case, spaces or signs differ.")


@dataclass(frozen=True, slots=True)
class Item:
    """So much of one product, under one number.

    :param product: key of the product; compared exactly
    :param number: lot or serial number; ``""`` when none is given: any number will do
    :param quantity: in the product's own unit; ``None`` when a notice does not say how
        much is in this lot, or (without number) sets no limit
    :param expiry: local date
    :param serial: the product is tracked by serial number: one piece per number
    :param label: how to call the product in a sentence
    :param source: the notice's number, for advised items
    :param ref: the caller's key; findings hand the item back
    """

    product: Hashable
    number: str = ""
    quantity: Decimal | None = None
    expiry: date | None = None
    serial: bool = False
    label: str = ""
    source: str = ""
    ref: object = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a number before it was captured.

    :param place: where this serial number is in stock already
    :param sold: this serial number is with a customer
    :param hold: why the number is on hold
    :param recalled: it is on hold for a recall
    """

    place: str = ""
    sold: bool = False
    hold: str = ""
    recalled: bool = False


def reconcile(advised, captured, ordered=None, tolerances=None, today=None, known=None):
    """Compare what was advised with what was captured.

    :param advised: iterable of :class:`Item`, from one or several notices. An item
        without number stands for so much of the product under any number.
    :param captured: iterable of :class:`Item` of the receipt
    :param ordered: iterable of :class:`Item` (number ignored); ``None`` when the order
        is not known
    :param tolerances: dict product -> :class:`~.tolerance.Tolerance`; ``None`` as key for all
        others
    :param today: local date from which remaining life counts; ``None``: not looked at
    :param known: dict (product, number) -> :class:`Known`
    :return: list of :class:`~.findings.Finding`; ``ref`` is the captured :class:`Item`
        (the latest of its number), or the advised one where nothing was captured. Codes:
        ``asn_missing``, ``asn_unexpected``, ``asn_over``, ``asn_under``, ``asn_duplicate``,
        ``asn_wrong_product``, ``asn_expiry_mismatch``, ``short_life``, ``captured_twice``,
        ``asn_unit_mismatch``, ``asn_recalled``, ``asn_held``, ``asn_in_stock``,
        ``asn_sold_before``, ``not_ordered``, ``over_order``
    """
    return _Comparison(advised, captured, ordered, tolerances or {}, today, known or {}).findings()


class _Sum:
    """Items of one product and number, added up.

    :ivar item: the latest of them
    :ivar quantity: ``None`` as long as no item says how much
    """

    __slots__ = ("count", "expiry", "item", "quantity", "sources")

    def __init__(self, item):
        self.item = item
        self.count = 0
        self.quantity = None
        self.expiry = None
        self.sources = {}

    def add(self, item):
        self.item = item
        self.count += 1
        if item.quantity is not None:
            self.quantity = (self.quantity or Decimal(0)) + item.quantity
        self.expiry = self.expiry or item.expiry
        if item.source:
            self.sources[item.source] = True

    @property
    def amount(self):
        return self.quantity or Decimal(0)


def _sums(items):
    """dict (product, number) -> :class:`_Sum`, in the order of first appearance."""
    sums = {}
    for item in items:
        key = item.product, item.number
        if key not in sums:
            sums[key] = _Sum(item)
        sums[key].add(item)
    return sums


class _Comparison:
    """One run of :func:`reconcile`: three sets of sums, and the findings so far."""

    def __init__(self, advised, captured, ordered, tolerances, today, known):
        self._advised = _sums(advised)
        self._captured = _sums(captured)
        self._ordered = None if ordered is None else _sums(ordered)
        self._tolerances = tolerances
        self._default = tolerances.get(None, Tolerance())
        self._today = today
        self._known = known
        self._found = []
        sources = (source for total in self._advised.values() for source in total.sources)
        self._notices = ", ".join(dict.fromkeys(sources))

    def findings(self):
        """Compare in the order in which the results build on each other."""
        self._duplicates()
        pool = self._open_pool()
        missing, unexpected = self._by_number(pool)
        self._pool_rest(pool)
        self._wrong_products(missing, unexpected)
        similar = self._similar(missing, unexpected)
        for key, total in missing.items():
            self._add("asn_missing", total, similar.get(key))
        for key, quantity in unexpected.items():
            self._add("asn_unexpected", self._captured[key], similar.get(key), quantity=quantity)
        self._lives()
        self._histories()
        self._order()
        return self._found

    def _tolerance(self, product):
        return self._tolerances.get(product, self._default)

    def _add(self, code, total, similar=None, **values):
        item = total.item
        values = {
            "lot": item.number or "–",
            "product": item.label or str(item.product),
            "quantity": plain(total.amount),
            "asn": ", ".join(total.sources) or self._notices,
            **{
                name: plain(value) if isinstance(value, Decimal) else value
                for name, value in values.items()
            },
        }
        if similar:
            values["similar"] = similar
        hint = _SIMILAR if similar else ""
        self._found.append(Finding(code, values, ref=item, hint=hint))

    def _duplicates(self):
        """A serial number listed twice counts once; captured twice is a wrong label."""
        for code, totals in (("asn_duplicate", self._advised), ("captured_twice", self._captured)):
            for total in totals.values():
                item = total.item
                if item.serial and item.number and (total.count > 1 or total.amount > 1):
                    self._add(code, total, times=max(total.count, int(total.amount)))
                    total.quantity = min(total.amount, Decimal(1))

    def _open_pool(self):
        """dict product -> advised quantity that is not bound to a number; ``None``: any."""
        return {
            product: total.quantity
            for (product, number), total in self._advised.items()
            if not number
        }

    def _by_number(self, pool):
        """Match numbers; captured quantities that no number explains draw on ``pool``.

        :return: ``(missing, unexpected)``: dict key -> :class:`_Sum`, dict key -> quantity
        """
        missing = {
            key: total
            for key, total in self._advised.items()
            if key[1] and not self._match(key, total, pool)
        }
        unexpected = {}
        for key, total in self._captured.items():
            if total.amount and (not key[1] or key not in self._advised):
                rest = self._draw(pool, key[0], total.amount)
                if rest:
                    unexpected[key] = rest
        return missing, unexpected

    def _match(self, key, total, pool):
        """Compare one advised number with what was captured of it; false if nothing was."""
        captured = self._captured.get(key)
        if captured is None or not captured.amount:
            return False
        self._compare_expiry(total, captured)
        surplus = captured.amount - total.amount
        if surplus <= 0 or self._draw(pool, key[0], surplus):
            self._compare_quantity(key, total, captured)
        return True

    def _compare_quantity(self, key, total, captured):
        if total.quantity is not None:
            code, values = self._judge(key[0], captured.amount, total.amount)
            if code:
                self._add(code, captured, asn=", ".join(total.sources), **values)

    def _judge(self, product, captured, advised):
        """``(code, values)`` of what is wrong with a captured quantity; code None: nothing."""
        tolerance = self._tolerance(product)
        code = None
        if tolerance.excess(captured, advised):
            code = "asn_over"
        elif tolerance.shortage(captured, advised):
            code = "asn_under" if captured else "asn_missing"
        pack = code and tolerance.pack(captured, advised)
        if pack:
            return "asn_unit_mismatch", {"advised": advised, "pack": pack}
        return code, {"advised": advised}

    def _compare_expiry(self, total, captured):
        if total.expiry and captured.expiry and total.expiry != captured.expiry:
            self._add(
                "asn_expiry_mismatch",
                captured,
                captured=captured.expiry,
                advised=total.expiry,
                asn=", ".join(total.sources),
            )

    def _draw(self, pool, product, quantity):
        """Take ``quantity`` from the pool; returns what the pool did not cover.

        The pool may go below zero within tolerance; :meth:`_pool_rest` judges it.
        """
        if product not in pool:
            return quantity
        if pool[product] is not None:
            pool[product] -= quantity
        return 0

    def _pool_rest(self, pool):
        for product, rest in pool.items():
            if rest is None:
                continue
            total = self._advised[product, ""]
            captured = total.amount - rest
            code, values = self._judge(product, captured, total.amount)
            if code:
                self._add(code, total, quantity=captured or total.amount, **values)

    def _wrong_products(self, missing, unexpected):
        """A number advised for one product and captured for another is one finding."""
        homes = {number: (product, number) for product, number in missing}
        for key in list(unexpected):
            home = homes.pop(key[1], None)
            if not home:
                continue
            advised = missing.pop(home)
            self._add(
                "asn_wrong_product",
                self._captured[key],
                quantity=unexpected.pop(key),
                advised=advised.item.label or str(home[0]),
                asn=", ".join(advised.sources),
            )

    def _similar(self, missing, unexpected):
        """dict key -> the number on the other side that looks alike."""
        looks = defaultdict(list)
        for key in missing:
            looks[key[0], look(key[1])].append(key)
        similar = {}
        for key in unexpected:
            for twin in looks.get((key[0], look(key[1])), ()):
                similar.setdefault(key, twin[1])
                similar.setdefault(twin, key[1])
        return similar

    def _lives(self):
        if self._today is None:
            return
        for key, total in self._captured.items():
            wanted = self._tolerance(key[0]).wanted_days
            advised = self._advised.get(key)
            expiry = total.expiry or (advised.expiry if advised else None)
            if not (wanted and expiry and total.amount):
                continue
            days = (expiry - self._today).days
            if days < wanted:
                self._add("short_life", total, date=expiry, days=days, wanted=wanted)

    def _histories(self):
        """What was known of a number before: the gravest only."""
        for key, known in self._known.items():
            total = self._captured.get(key)
            if total is None or not total.amount:
                continue
            if known.hold:
                code = "asn_recalled" if known.recalled else "asn_held"
                self._add(code, total, reason=known.hold)
            elif known.place and total.item.serial:
                self._add("asn_in_stock", total, location=known.place)
            elif known.sold and total.item.serial:
                self._add("asn_sold_before", total)

    def _order(self):
        if self._ordered is None:
            return
        ordered = _per_product(self._ordered)
        for product, total in _per_product(self._captured).items():
            if product not in ordered:
                self._add("not_ordered", total)
                continue
            wanted = ordered[product].amount
            if self._tolerance(product).surplus(total.amount, wanted):
                self._add("over_order", total, ordered=wanted)


def _per_product(totals):
    """dict product -> :class:`_Sum` over all its numbers, where there is any quantity."""
    products = {}
    for (product, _number), total in totals.items():
        if total.amount:
            item = replace(total.item, number="", quantity=total.amount)
            products.setdefault(product, _Sum(item)).add(item)
    return products


def look(number):
    """What a number looks like at a glance: letters and digits without case.

    >>> look("ab-12 c")
    'AB12C'
    """
    return "".join(filter(str.isalnum, number)).upper()
