"""A shipment out of EPCIS events, and the notice made of it."""

from collections import Counter
from decimal import Decimal

from .checks import check
from .epc import Epc, is_misread, parse_gln
from .epcis_packing import told_apart
from .flaws import FlawLog
from .form import Advice, Line, Package, Party, PartyId, Unit

_DEEPEST = 100  # packages in each other
_FROM = ("owning_party", "possessing_party", "location")
_TO = ("location", "possessing_party", "owning_party")
#: Master data of a party [CBV 2.0, 9.2]: attribute -> field.
_PARTY = {
    "name": "name",
    "streetaddressone": "street",
    "city": "city",
    "postalcode": "postal_code",
    "countrycode": "country",
}


class Shipment:
    """Everything that is shipped under one despatch advice.

    :param epcis.Document document: the file
    :param epcis_packing.Packing packing: the state, while events are applied
    :param epcis.Event event: the first of the shipping events

    :ivar action: see :attr:`.form.Advice.action`
    """

    def __init__(self, document, packing, event):
        self.log = FlawLog()
        self.action = "original"
        self._document = document
        self._packing = packing
        self._event = event
        self._packages = []
        self._lines = {}  # (GTIN, unit of measure) -> line
        self._unsure = set()  # lines of which a quantity is unknown
        self._loaded = set()
        self._empty = []  # (thing, package)

    # loading -------------------------------------------------------------------------

    def load(self, event, tops):
        """Take what an event ships.

        :param tops: what is shipped under this advice and not again later
        """
        apart = told_apart(event, self._packing.lots, self.log)  # first: it may tell lots
        for epc, line in event.tops:
            if epc in tops and epc not in self._loaded:
                self._load_top(epc, line, event, tops)
        for epc, quantity, unit in apart:
            self._amount(epc, quantity, unit, None, event.line)

    def _load_top(self, epc, line, event, tops):
        around = self._packing.around.get(epc)
        if around is not None and self._comes_along(around, tops):
            return
        if around is not None:
            values = {"inner": epc.label, "outer": around.label}
            self.log.add("left_parent", line or event.line, event.path, **values)
        self._take(epc, None, 0, line or event.line)

    def _comes_along(self, around, tops):
        """Whether a parent is shipped, too: the thing is listed beside it."""
        for _level in range(_DEEPEST):
            if around is None:
                return False
            if around in tops:
                return True
            around = self._packing.around.get(around)
        return False

    def _take(self, epc, package, depth, line):
        """Take a thing and all that is in it."""
        todo = [(epc, package, depth, line)]
        while todo:
            epc, package, depth, line = todo.pop()
            if epc in self._loaded:
                continue
            self._loaded.add(epc)
            if self._is_package(epc):
                package = self._pack(epc, package, depth, line)
                todo += self._contents(epc, package, depth + 1)
            else:
                self._item(epc, package, line)

    def _is_package(self, epc):
        return epc.kind == "sscc" or epc in self._packing.inner or epc in self._packing.loose

    def _pack(self, epc, around, depth, line):
        if depth >= _DEEPEST:
            values = {"inner": epc.label, "outer": self._packages[around].number}
            self.log.add("packing_loop", line, self._event.path, **values)
            return around
        sscc = epc.number if epc.kind == "sscc" else ""
        package = Package(len(self._packages), epc.label, sscc, parent=around, source_line=line)
        self._packages.append(package)
        return package.key

    def _contents(self, epc, package, depth):
        """What is in a package: things to take; quantities are taken at once."""
        inner = self._packing.inner.get(epc, {})
        amounts = Counter()
        for found, quantity, unit in self._packing.loose.get(epc, ()):
            if quantity is None:
                self._amount(found, None, unit, package, 0)
            else:
                amounts[found, unit] += quantity
        for (found, unit), quantity in amounts.items():
            if quantity:
                self._amount(found, quantity, unit, package, 0)
        if not inner and not amounts:
            self._empty.append((epc, package))
        return [(found, package, depth, line) for found, line in reversed(inner.items())]

    def pack_late(self):
        """Look again into what was empty: some clocks pack after they shipped."""
        empty, self._empty = self._empty, []
        for epc, package in empty:
            todo = self._contents(epc, package, 1)
            if todo:
                self.log.add("packed_late", self._event.line, self._event.path, outer=epc.label)
            for found, _package, depth, line in todo:
                self._take(found, package, depth, line)
        for epc, _package in self._empty:
            self.log.add("empty_package", self._event.line, self._event.path, outer=epc.label)

    # lines ---------------------------------------------------------------------------

    def _line(self, epc, unit, package):
        key = epc.gtin, unit
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(
                number=str(len(self._lines) + 1),
                quantity=Decimal(0),
                unit=unit,
                gtin_sent=epc.gtin,
                gtin=epc.gtin,
                source_line=self._event.line,
                source_path=self._event.path,
            )
            self._describe(line, epc)
        if package is not None and (not line.packages or line.packages[-1] != package):
            line.packages.append(package)
        return line

    def _describe(self, line, epc):
        told = self._document.names.get(Epc("class", epc.gtin), {})
        line.name = told.get("regulatedproductname") or told.get("descriptionshort", "")
        line.supplier_code = told.get("additionaltradeitemidentification", "")
        if is_misread(epc):
            values = {"line_id": line.number, "value": epc.number[:80]}
            self.log.add("bad_epc", line.source_line, line.source_path, **values)

    def _item(self, epc, package, source_line):
        """A single thing, counted as one [EPCIS 2.0, 7.3.3.3]."""
        if epc.kind in ("class", "lot"):
            self._amount(epc, None, "", package, source_line)
            return
        line = self._line(epc, "EA", package)
        line.quantity += 1
        unit = Unit(
            serial=epc.number, quantity=Decimal(1), package=package, source_line=source_line
        )
        self._date(unit, epc)
        unit.lot = unit.lot or self._packing.lots.get(epc, "")
        line.units.append(unit)
        self._check_item(epc, line, source_line)

    def _check_item(self, epc, line, source_line):
        packing = self._packing
        if epc in packing.gone:
            self.log.add("not_there", source_line, line.source_path, item=epc.label)
        elif epc.kind == "serial" and epc not in packing.around and packing.lacks(epc):
            self.log.add("not_made", source_line, line.source_path, item=epc.label)

    def _amount(self, epc, quantity, unit, package, source_line):
        """A quantity; without a unit of measure it counts items [EPCIS 2.0, 7.3.3.3]."""
        line = self._line(epc, unit or "EA", package)
        if quantity is None:
            self._unsure.add(line.number)
        else:
            line.quantity += quantity
        if epc.kind == "lot":
            made = Unit(lot=epc.number, quantity=quantity, package=package)
            made.source_line = source_line or self._event.line
            self._date(made, epc)
            line.units.append(made)

    def _date(self, unit, epc):
        told = self._packing.known.get(epc)
        if told:
            unit.lot = unit.lot or told.lot
            unit.expiry, unit.best_before, unit.made = told.expiry, told.best_before, told.made

    # the notice ------------------------------------------------------------------------

    def advice(self, place=0):
        """The notice.

        :param int place: 0 for the first of the document
        :rtype: form.Advice
        """
        document, event = self._document, self._event
        made = Advice(format="epcis", version=document.version, profile=document.guideline)
        made.number = self._number(place)
        made.issued = document.created and document.created.date()
        made.action = self.action
        made.note = document.note
        made.despatched = event.day
        made.orders = event.numbers("po")
        made.supplier = (
            self._party(event.sources, _FROM)
            or self._named(document.sender)
            or self._named(event.place)
        )
        made.ship_to = self._party(event.destinations, _TO) or self._named(document.receiver)
        made.buyer = self._party(event.destinations, ("owning_party",))
        made.packages = self._packages
        made.lines = list(self._lines.values())
        self._finish(made)
        return made

    def _number(self, place):
        for kind in ("desadv", "bol", "inv"):
            numbers = self._event.numbers(kind)
            if numbers:
                return numbers[0]
        number = self._document.number or self._event.id
        return f"{number}/{place + 1}" if number and place else number

    def _finish(self, advice):
        log = FlawLog()
        log.flaws = [*self._document.log.flaws, *self.log.flaws]
        log.counts = self._document.log.counts + self.log.counts
        for line in advice.lines:
            if line.number in self._unsure:
                line.quantity = None
            bare = sum(1 for unit in line.units if not (unit.lot or unit.last_day))
            if bare:
                place = line.source_line, line.source_path
                log.add("no_lot_told", *place, line_id=line.number, count=bare)
            line.packages = list(dict.fromkeys(line.packages))
        check(advice, log)
        advice.flaws, advice.flaw_counts = log.flaws, log.counts

    def _party(self, places, kinds):
        for kind in kinds:
            for name, value in places:
                if name == kind:
                    return self._named(value)
        return None

    def _named(self, text):
        """The party or place with an identifier; ``None`` without one."""
        if not text:
            return None
        gln = parse_gln(text)
        party = Party(gln=gln)
        kind, scheme = ("gln", "GLN") if gln else ("other", "")
        party.ids.append(PartyId(kind, scheme, gln or text))
        told = self._document.names.get(text) or self._document.names.get(gln, {})
        for attribute, field in _PARTY.items():
            setattr(party, field, told.get(attribute, ""))
        return party
