"""The notices, lines, units and packages that the rows of a table make."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from ..gs1.keys import is_digits, normalise_gtin
from ..numbers import MOST_IN_RANGE, parse_range, split_list
from .cells import amount, code, day, lots_with_quantities, mend_gtin, text_of
from .columns import plain
from .errors import AsnError
from .flaws import FlawLog
from .form import Advice, Line, Package, Party, PartyId, Unit
from .values import is_gln, reference, sscc18

#: Lot and serial numbers of one file: ranges make long lists of short files.
MOST_NUMBERS = 1_000_000
_ONE = Decimal(1)

#: Words for units, as :func:`columns.plain` writes them -> UNECE codes.
_UNIT_WORDS = {
    word: unit
    for unit, words in {
        "C62": (
            "ea each eaches unit units piece pieces pza pz pezzi pezzo pieza piezas unidad "
            "unidades ud uds uni un u stuck stueck stk stck st pce pces pc pcs ks szt kpl "
            "kus kom stycken uvc ve1 qty item items unite unites stuks"
        ),
        "KGM": "kg kgs kgm kilo kilos kilogram kilograms kilogramm kilogramme",
        "GRM": "g gr gram grams gramm gramme",
        "LBR": "lb lbs pound pounds",
        "ONZ": "oz ounce ounces",
        "TNE": "t to ton tonne tonnes",
        "LTR": "l ltr liter litre liters litres litro litros",
        "MTR": "m mtr meter metre meters metres",
        "DZN": "dz dzn dozen dutzend douzaine",
        "CS": "cs cse case cases caisse caisses cassa",
        "CT": (
            "ct ctn ctns carton cartons karton kartons krt cartone cartoni colis colli caja "
            "cajas doos"
        ),
        "BX": "bx box boxes",
        "PX": "plt pal pallet pallets palette paletten",
        "PK": "pk pack packs pkg package packung pckg",
        "BG": "bag bags sack",
        "RO": "roll rolls rolle rollen",
    }.items()
    for word in words.split()
}
#: What tells of the parties.
_PARTIES = ("supplier", "supplier_gln", "ship_to", "ship_to_gln", "carrier", "tracking")
#: What makes a row belong to a line.
_LINE = ("order", "order_line", "gtin", "supplier_code", "code", "buyer_code", "name")
#: What says how much there is, the best first, with the unit where none is named.
_AMOUNTS = {"quantity": "", "cases": "CS", "weight": "KGM"}
_KINDS_OF_DATE = (
    (("pack", "harvest", "prod", "mfg", "manufact", "landing"), "made"),
    (("best", "sell"), "best_before"),
    (("use", "exp"), "expiry"),
)


def unit_code(text):
    """A unit of measure as UNECE code, or as sent when nobody knows it."""
    word = plain(text)
    return _UNIT_WORDS.get(word) or _UNIT_WORDS.get(word.removesuffix("s")) or text.strip().upper()


def place(sheet, index, row=None):
    """Where a cell is, as spreadsheet programs say it: ``Sheet1!C12``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    cell = f"{letters}{row or ''}"
    return f"{sheet}!{cell}" if sheet else cell


@dataclass(slots=True)
class Settings:
    """What was decided for the columns of a table.

    :param index: field -> column
    :param repeated: fields that have several columns
    :param marks: field -> decimal mark
    :param dates: field -> :class:`~.cells.DateColumn`
    :param units: field -> unit that its header names
    """

    sheet: str = ""
    texts: list = field(default_factory=list)
    index: dict = field(default_factory=dict)
    repeated: set = field(default_factory=set)
    marks: dict = field(default_factory=dict)
    dates: dict = field(default_factory=dict)
    epoch: int = 1900
    unit: str = ""
    order: str = ""
    supplier: str = ""
    supplier_gln: str = ""
    units: dict = field(default_factory=dict)


class Notices:
    """Sorts the rows of tables into notices."""

    def __init__(self, format_):
        self.format = format_
        self._found = {}  # number -> _Notice
        self._done = None
        self._numbers = 0

    def begin(self, settings, titles):
        """Start a table; ``titles``: field -> (cell, row), what is written above it."""
        self.settings = settings
        self.titles = titles
        self._pending = []
        self._sum = Decimal(0)
        self._last = None
        self._cache = {}

    def end(self):
        """The table is over: what was said about all of it goes to its notices."""
        notices = list(self._found.values()) or [self._notice("")]
        for code_, row, path, values in self._pending:
            for notice in notices:
                notice.log.add(code_, row, path, **values)

    def finish(self):
        """List of (advice, log)."""
        for notice in self._found.values():
            said = {"supplier": self.settings.supplier, "supplier_gln": self.settings.supplier_gln}
            notice.set_parties(said)
        if self._done is None:
            self._done = [notice.finish() for notice in self._found.values()]
        return self._done

    def log_all(self, code_, row=0, path="", **values):
        """Record a flaw of the whole table."""
        self._pending.append((code_, row, path, values))

    # -- rows -----------------------------------------------------------------

    def take(self, row, values):
        """Take a row of goods: field -> cell, more columns of a field as (field, index)."""
        notice = self._notice(text_of(values.get("number") or self._title("number")))
        _Row(self, notice, row, values).take()
        self._last = notice

    def _notice(self, number):
        number = reference(number.strip())
        if number not in self._found:
            self._found[number] = notice = Notice(self.format, number)
            self._head(notice)
        return self._found[number]

    def _title(self, name):
        return self.titles.get(name, ("",))[0]

    def _head(self, notice):
        """Fill what is written above the table into a notice."""
        advice = notice.advice
        order = reference(text_of(self._title("order"))) or self.settings.order
        advice.orders = [order] if order else []
        for name in ("issued", "despatched", "expected"):
            if name in self.titles:
                cell, row = self.titles[name]
                read = day(cell, self.settings.epoch)
                dates = set(read.choices.values()) if read else set()
                if len(dates) == 1:
                    notice.set_date(name, dates.pop())
                elif read:
                    notice.log.add("ambiguous_date", row, "", **_two(name, cell, dates))
        notice.set_parties({name: text_of(cell) for name, (cell, _row) in self.titles.items()})

    def total(self, row, values):
        """A row that says how much there is in all."""
        said = values.get("quantity")
        read = amount(said, self.settings.marks.get("quantity", "")) if said is not None else None
        if read and self._last and read.value not in (self._sum, self._last.sum):
            self._last.log.add("total_differs", row, "", total=read.value, sum=self._sum)

    def unread(self, row, cells):
        """A row that is no goods."""
        shown = " | ".join(text_of(cell) for cell in cells if cell is not None)[:200]
        (self._last.log.add if self._last else self.log_all)(
            "row_unread", row, self.settings.sheet, value=shown
        )

    def count(self, more):
        """Bound the numbers of a file."""
        self._numbers += more
        if self._numbers > MOST_NUMBERS:
            raise AsnError("too_many_numbers", limit=MOST_NUMBERS)

    def cached(self, name, cell, function):
        """The same cell of a column means the same."""
        key = name, type(cell), cell
        if key not in self._cache:
            self._cache[key] = function()
        return self._cache[key]


def _two(name, cell, dates):
    first, second, *_rest = sorted(dates)
    return {"field": name, "value": text_of(cell), "first": first, "second": second}


class Notice:
    """One advice in the making."""

    def __init__(self, format_, number):
        self.advice = Advice(format="table", version=format_, number=number)
        self.log = FlawLog()
        self.sum = Decimal(0)
        self.lines = {}
        self.known = {}  # cells of a row -> (key, line)
        self.packages = {}
        self.lots = {}  # (line, lot, dates, package) -> Unit
        self.counts = defaultdict(list)  # line -> quantities of rows with one serial
        self.weights = Counter()

    def set_date(self, name, value):
        """Set the notice's own date, once."""
        advice = self.advice
        if name == "expected":
            advice.expected_from = advice.expected_from or value
            advice.expected_until = advice.expected_until or value
        elif not getattr(advice, name):
            setattr(advice, name, value)

    def set_parties(self, texts):
        """Set who sent, who gets and who carries, from field -> text."""
        advice = self.advice
        for role in ("supplier", "ship_to"):
            name, gln = texts.get(role) or "", texts.get(f"{role}_gln") or ""
            if not getattr(advice, role) and (name or gln):
                ids = [PartyId("gln", "", gln)] if gln else []
                setattr(advice, role, Party(name=name, gln=gln, ids=ids))
                if gln and not is_gln(gln):
                    self.log.add("bad_gln", party=name or role, value=gln)
        advice.carrier = advice.carrier or texts.get("carrier", "")
        advice.tracking = advice.tracking or texts.get("tracking", "")

    def package(self, number, row, parent=None):
        """Key of the package of this number, made if it is new."""
        if number not in self.packages:
            package = Package(
                len(self.packages), number, sscc18(number), parent=parent, source_line=row
            )
            self.packages[number] = package
            digits = number.replace(" ", "")
            if not package.sscc and is_digits(digits) and len(digits) in (18, 20):
                self.log.add("bad_sscc", row, "", value=number)
        return self.packages[number].key

    def finish(self):
        """``(advice, log)``; see :mod:`.checks` for what follows."""
        advice = self.advice
        advice.packages = list(self.packages.values())
        advice.lines = list(self.lines.values())
        advice.issued = advice.issued or None
        for key, line in self.lines.items():
            self._repeated_total(line, self.counts.get(key, ()))
            if key in self.weights:
                line.note = f"Net weight: {self.weights[key]}"
        return advice, self.log

    def _repeated_total(self, line, counts):
        """The line's total may be written in the row of each of its serial numbers."""
        serials = sum(1 for unit in line.units if unit.serial)
        if serials > 1 and len(counts) == serials == len(line.units) and set(counts) == {serials}:
            line.quantity = Decimal(serials)


class _Row:
    """One row of goods on its way into a notice."""

    def __init__(self, notices, notice, row, values):
        self.notices = notices
        self.settings = notices.settings
        self.notice = notice
        self.row = row
        self.values = values

    def log(self, code_, name, **values):
        path = place(self.settings.sheet, self.settings.index.get(name, 0), self.row)
        self.notice.log.add(code_, self.row, path, **values)

    def header(self, name):
        index = self.settings.index.get(name)
        texts = self.settings.texts
        return (texts[index] if index is not None and index < len(texts) else "") or name

    def take(self):
        self._head()
        quantity, unit = self._quantity()
        # Rows of one product have the same cells in these columns, as a rule.
        same = unit, *map(self.values.get, _LINE)
        key, line = self.notice.known.get(same) or self._line(unit)
        self.notice.known[same] = key, line
        units = self._units(quantity)
        self._add_quantity(key, line, quantity, units)
        package = self._package()
        if package is not None and package not in line.packages:
            line.packages.append(package)
        dates = {name: self._date(name) for name in ("expiry", "best_before", "made")}
        self._date_code(dates)
        self._add_units(key, line, units, dates, package)

    def _head(self):
        for name in ("issued", "despatched", "expected"):
            if name in self.values:
                self.notice.set_date(name, self._date(name))
        if not self.values.keys().isdisjoint(_PARTIES):
            texts = {name: text_of(self.values[name]) for name in _PARTIES if name in self.values}
            self.notice.set_parties(texts)

    # -- product and line -----------------------------------------------------

    def _line(self, unit):
        gtin = self._gtin()
        unsaid = self._text("code")
        supplier = self._text("supplier_code") or unsaid
        # A code that nobody explains may be the supplier's or ours.
        buyer = self._text("buyer_code") or unsaid
        order, order_line = reference(self._text("order")), reference(self._text("order_line"))
        name = text_of(self.values.get("name"))
        key = (
            order,
            order_line if "order_line" in self.settings.index else "",
            gtin,
            supplier,
            buyer,
            name,
            unit,
        )
        line = self.notice.lines.get(key)
        if line is None:
            self.notice.lines[key] = line = Line(
                number=str(len(self.notice.lines) + 1),
                unit=unit,
                name=name,
                gtin_sent=gtin,
                gtin=normalise_gtin(gtin) or "",
                supplier_code=supplier,
                buyer_code=buyer,
                order=order,
                order_line=order_line,
                pack_size=self._amount("pack_size"),
                source_line=self.row,
                source_path=self.settings.sheet,
            )
            if gtin and not line.gtin:
                self.log("bad_gtin", "gtin", line_id=line.number, value=gtin)
        return key, line

    def _gtin(self):
        cell = self.values.get("gtin")
        if cell is None:
            unsaid = self._text("code")
            return unsaid if len(unsaid) >= 12 and normalise_gtin(unsaid) else ""
        text, damage = code(cell)
        if damage in ("cut", "date"):
            return self._damaged("gtin", text, damage)
        mended = mend_gtin(text)
        if mended:
            self.log("lost_zeros", "gtin", field=self.header("gtin"), value=text, mended=mended)
        return mended or text

    def _text(self, name):
        """A code of the row as text."""
        cell = self.values.get(name)
        if cell is None:
            return ""
        text, damage = code(cell)
        return "" if damage in ("cut", "date") else text

    def _damaged(self, name, text, damage):
        self.log(f"sheet_{damage}", name, field=self.header(name), value=text)
        return ""

    # -- how much -------------------------------------------------------------

    def _quantity(self):
        """``(quantity or None, unit code)`` of the row."""
        name = next((name for name in _AMOUNTS if name in self.values), "quantity")
        read = self._amount_of(name) if name in self.values else None
        unit = (
            text_of(self.values.get("unit") if name == "quantity" else None)
            or (read.unit if read else "")
            or self.settings.units.get(name, "")
            or self.settings.unit
            or _AMOUNTS[name]
        )
        return (read.value if read else None), unit and self.notices.cached(
            "unit code", unit, lambda: unit_code(unit)
        )

    def _amount(self, name):
        read = self._amount_of(name) if name in self.values else None
        return read.value if read else None

    def _amount_of(self, name):
        cell = self.values[name]
        mark = self.settings.marks.get(name, "")
        read = self.notices.cached(name, cell, lambda: amount(cell, mark))
        if read is None and reference(text_of(cell)):
            digits = isinstance(cell, str) and cell.replace(".", "").replace(",", "").isdigit()
            kind = "ambiguous_number" if digits else "bad_number"
            self.log(kind, name, field=self.header(name), value=text_of(cell)[:80])
        return read

    def _add_quantity(self, key, line, quantity, units):
        serials = sum(1 for serial, _lot, _qty in units if serial)
        if quantity is None:
            said = [qty for _serial, _lot, qty in units if qty is not None]
            quantity = Decimal(serials) if serials else sum(said) if said else None
        elif serials == 1 and len(units) == 1:
            self.notice.counts[key].append(quantity)
        if quantity is not None:
            line.quantity = (line.quantity or Decimal(0)) + quantity
            self.notice.sum += quantity
            self.notices._sum += quantity
        if "weight" in self.values and "quantity" in self.values:
            self.notice.weights[key] += self._amount("weight") or 0

    # -- lots and serials -----------------------------------------------------

    def _units(self, quantity):
        """List of (serial, lot, quantity or None)."""
        serials = [n for cell in self._cells("serial") for n in self._serials(cell, quantity)]
        lots = [pair for cell in self._cells("lot") for pair in self._lots(cell, quantity)]
        self.notices.count(len(serials) + len(lots))
        weight = quantity if "quantity" not in self.values and "weight" in self.values else None
        if serials:
            lot = lots[0][0] if len(lots) == 1 else ""
            alone = weight if len(serials) == 1 else None
            return [(serial, lot, alone) for serial in serials]
        if len(lots) == 1 and lots[0][1] is None:
            return [("", lots[0][0], quantity)]
        return [("", lot, said) for lot, said in lots]

    def _cells(self, name):
        """The cells of a field, in any of its columns."""
        values = self.values
        if name not in self.settings.repeated:
            return (values[name],) if name in values else ()
        return [
            cell
            for key, cell in values.items()
            if key == name or (isinstance(key, tuple) and key[0] == name)
        ]

    def _number(self, cell, name):
        """A lot or serial number as text, with what a spreadsheet did to it on the record."""
        text, damage = code(cell)
        if damage in ("cut", "date"):
            return self._damaged(name, text, damage)
        if damage == "number":
            self.log("sheet_number", name, field=self.header(name), value=text)
        return reference(text)

    def _serials(self, cell, quantity):
        text = self._number(cell, "serial")
        count = int(quantity) if quantity is not None and quantity == int(quantity) else None
        parts = split_list(text, count)
        for part in parts:
            found = parse_range(part, MOST_IN_RANGE)
            if found is None:
                yield part
            elif len(parts) == 1 and count not in (None, found.count):
                self.log("range_count", "serial", value=part, count=found.count, quantity=count)
                yield part
            else:
                self.notices.count(found.count)
                yield from found

    def _lots(self, cell, quantity):
        text = self._number(cell, "lot")
        if not text:
            return []
        if text.isalnum():  # one lot, as most cells are
            return [(text, None)]
        pairs = lots_with_quantities(text, self.settings.marks.get("quantity", "") or ".")
        if pairs and (len(pairs) > 1 or quantity is None or pairs[0][1] == quantity):
            return pairs
        return [(lot, None) for part in _parted(text) for lot in _lot_range(part)]

    # -- where, until when ----------------------------------------------------

    def _package(self):
        pallet = self._package_number("pallet")
        carton = self._package_number("carton")
        key = self.notice.package(pallet, self.row) if pallet else None
        if carton and carton != pallet:
            # Cartons are numbered from one on every pallet, unless they have a code.
            number = carton if len(carton) > 4 or not pallet else f"{pallet}/{carton}"
            key = self.notice.package(number, self.row, key)
        return key

    def _package_number(self, name):
        cell = self.values.get(name)
        if cell is None:
            return ""
        text, damage = code(cell)
        if damage in ("cut", "date"):
            return self._damaged(name, text, damage)
        if damage and len(text) == 17 and sscc18(text.zfill(18)):
            self.log("lost_zeros", name, field=self.header(name), value=text, mended=text.zfill(18))
            text = text.zfill(18)
        return reference(text)

    def _date(self, name):
        cell = self.values.get(name)
        if cell is None:
            return None
        last = name != "made"
        epoch = self.settings.epoch
        read = self.notices.cached((name, "day"), cell, lambda: day(cell, epoch, last))
        if read is None:
            if reference(text_of(cell)):
                self.log("bad_date", name, field=self.header(name), value=text_of(cell)[:80])
            return None
        column = self.settings.dates[name]
        found = self.notices.cached((name, "found"), cell, lambda: column.value(read))
        if found:
            return found
        dates = set(read.choices.values())
        if len(dates) > 1:
            self.log("ambiguous_date", name, **_two(self.header(name), cell, dates))
        else:
            self.log("bad_date", name, field=self.header(name), value=text_of(cell)[:80])
        return None

    def _date_code(self, dates):
        kind = text_of(self.values.get("date_kind")).casefold()
        name = next((name for words, name in _KINDS_OF_DATE if any(w in kind for w in words)), "")
        if name and "date_code" in self.values and not dates[name]:
            dates[name] = self._date("date_code")

    def _add_units(self, key, line, units, dates, package):
        if not units and (dates["expiry"] or dates["best_before"]):
            units = [("", "", None)]
        for serial, lot, quantity in units:
            if not serial:
                same = key, lot, dates["expiry"], dates["best_before"], dates["made"], package
                known = self.notice.lots.get(same)
                if known and known.quantity is not None and quantity is not None:
                    known.quantity += quantity
                    continue
            unit = Unit(lot, serial, quantity, package=package, source_line=self.row, **dates)
            line.units.append(unit)
            if not serial:
                self.notice.lots[same] = unit


def _parted(text):
    """Lots of one cell: line breaks and semicolons part them, commas with a blank behind, too."""
    parts = [part.strip() for line in text.splitlines() for part in line.split(";")]
    parts = [piece.strip() for part in parts for piece in part.split(", ")]
    return [part for part in parts if part] or [text]


def _lot_range(text):
    """Lots of a range that is written with a word: a hyphen is often a part of the lot."""
    found = parse_range(text, 1000, hyphens=False)
    return list(found) if found else [text]
