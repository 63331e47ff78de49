"""What every notice is checked for, whatever format it came in."""

from collections import Counter, defaultdict
from decimal import Decimal

from .tidy import tidy
from .units import PIECES

#: Without a unit, pieces are meant as a rule.
_COUNTED = PIECES | {""}


def check(advice, log):
    """Complete ``advice`` with what follows from it and record what is wrong.

    :param form.Advice advice: as read
    :param flaws.FlawLog log: where findings go
    """
    tidy(advice, log)
    _header(advice, log)
    numbers = Counter(_line_key(advice, line) for line in advice.lines)
    orders = set(advice.orders)
    for line in advice.lines:
        _line(advice, line, numbers[_line_key(advice, line)], orders, log)
        share_out(line)
        _unit_counts(line, log)
    _unit_dates(advice, log)
    _numbers_once(advice, log)


def _header(advice, log):
    if not advice.number:
        log.add("no_number")
    if not advice.issued and not log.counts["bad_date"]:
        log.add("no_issue_date")
    if not (advice.supplier and advice.supplier.label):
        log.add("no_supplier")
    if not (advice.ship_to and advice.ship_to.label):
        log.add("no_ship_to")
    for role in ("buyer", "seller", "originator"):
        party = getattr(advice, role)
        if party and not party.label:
            log.add(f"{role}_unnamed")
    if not advice.lines:
        log.add("no_lines")


def _line_key(advice, line):
    """What must be unique; some formats count lines anew in each logistic unit."""
    return line.number, tuple(line.packages) if advice.format in ("gs1_xml", "xml") else ()


def _line(advice, line, same_number, orders, log):
    def add(code, **values):
        log.add(code, line.source_line, line.source_path, line_id=line.number, **values)

    if same_number > 1:
        add("duplicate_line")
    if not line.name and (advice.format == "ubl" or not line.gtin):
        add("no_item_name")
    if not (line.gtin_sent or line.supplier_code):
        add("no_item_id")
    if not (line.order or advice.orders):
        add("no_order_reference")
    if line.order and orders and line.order not in orders:
        add("order_conflict", header=", ".join(advice.orders[:10]), order=line.order)
    _line_quantity(line, add)


def _line_quantity(line, add):
    if line.quantity is None:
        add("no_quantity")
    elif line.quantity < 0:
        add("negative_quantity", value=line.quantity)
    elif not line.unit:
        add("no_unit")
    if line.outstanding and not line.outstanding_reason:
        add("no_outstanding_reason", value=line.outstanding)


def share_out(line):
    """Give each unit of ``line`` its quantity, where only one answer is possible.

    A serial number is one piece. A single lot holds the whole line. Where lots are
    repeated once per piece, they are merged and counted. Otherwise the quantity of
    a lot stays unknown.
    """
    serials = [unit for unit in line.units if unit.serial]
    lots = [unit for unit in line.units if not unit.serial]
    if line.unit in _COUNTED or len(serials) == line.quantity:
        for unit in serials:
            unit.quantity = unit.quantity or Decimal(1)
    elif serials and len(line.units) == 1:  # one numbered wheel of cheese, sold by weight
        serials[0].quantity = line.quantity
    if any(unit.quantity is not None for unit in lots) or not lots:
        return
    rest = None if line.quantity is None else line.quantity - len(serials)
    merged = _merge(lots)
    for unit, count in merged:
        if len(merged) == 1:
            unit.quantity = rest
        elif line.unit in _COUNTED and len(lots) == rest:
            unit.quantity = Decimal(count)
    line.units = serials + [unit for unit, _count in merged]


def _merge(lots):
    """Equal lots as ``[(first unit, how many)]``."""
    same = defaultdict(list)
    for unit in lots:
        key = unit.lot, unit.expiry, unit.best_before, unit.made, unit.trace_id, unit.package
        same[key].append(unit)
    return [(units[0], len(units)) for units in same.values()]


def _unit_counts(line, log):
    def add(code, **values):
        log.add(code, line.source_line, line.source_path, line_id=line.number, **values)

    serials = sum(1 for unit in line.units if unit.serial)
    unknown = sum(1 for unit in line.units if unit.lot and unit.quantity is None)
    if serials and line.unit in _COUNTED and line.quantity not in (None, serials):
        add("serial_count", count=serials, quantity=line.quantity)
    if unknown > 1:
        add("lot_quantity", count=unknown)
    _lot_sum(line, serials, add)


def _lot_sum(line, serials, add):
    """Where each lot has its quantity, they add up to the line's."""
    quantities = [unit.quantity for unit in line.units]
    if serials or not quantities or None in quantities or line.quantity is None:
        return
    if sum(quantities) != line.quantity:
        add("lot_sum", sum=sum(quantities), quantity=line.quantity)


def _unit_dates(advice, log):
    for line, unit in _units(advice):
        last_day = unit.last_day
        if not last_day:
            continue
        values = {"line_id": line.number, "number": unit.number or line.item, "date": last_day}
        place = unit.source_line, line.source_path
        if unit.made and unit.made > last_day:
            log.add("date_order", *place, made=unit.made, **values)
        if advice.issued and last_day < advice.issued:
            log.add("expired_at_issue", *place, issued=advice.issued, **values)


def _numbers_once(advice, log):
    """A serial number may come once per product, a lot with one date."""
    serials, dates = set(), {}
    for line, unit in _units(advice):
        item = line.gtin or line.supplier_code or line.buyer_code or line.name
        place = unit.source_line, line.source_path
        if unit.serial:
            if (item, unit.serial) in serials:
                log.add("duplicate_serial", *place, serial=unit.serial, item=line.item)
            serials.add((item, unit.serial))
        if unit.lot and unit.last_day:
            first = dates.setdefault((item, unit.lot), unit.last_day)
            if first != unit.last_day:
                values = {"lot": unit.lot, "item": line.item, "first": first}
                log.add("lot_two_dates", *place, second=unit.last_day, **values)


def _units(advice):
    for line in advice.lines:
        for unit in line.units:
            yield line, unit
