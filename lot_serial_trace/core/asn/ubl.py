"""UBL 2.0 to 2.4 DespatchAdvice, with the profiles built on it.

All 2.x versions share one namespace and only add to each other [OASIS UBL 2.4,
section 3], so there is one reader for plain UBL, Peppol BIS Despatch Advice 3, EHF,
A-NZ, Türkiye's and Peru's. Elements outside of what is read here are skipped.

A lot given for a line holds for all units of the line [Peppol BIS Despatch Advice 3,
section 5]. UBL has no quantity per item instance; ``checks.share_out`` deduces it
where only one answer is possible.
"""

from dataclasses import replace

from ..numbers import parse_range
from .checks import check
from .flaws import FlawLog
from .form import Advice, Line, Party, Unit
from .safe_xml import Name, records
from .ubl_parts import Packages, id_kind, read_party, scheme_of
from .udi import read_trace
from .values import gtin14, reference
from .xml_fields import FieldReader, text_of

NAME = "UBL 2.x DespatchAdvice (XML)"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
DOCUMENT = Name(_UBL + "DespatchAdvice-2", "DespatchAdvice")
_KNOWN = {
    DOCUMENT.namespace,
    _UBL + "CommonAggregateComponents-2",
    _UBL + "CommonBasicComponents-2",
}
_CUT = (("DespatchLine", "Item", "ItemInstance"),)
_PEPPOL = "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3"
_PEPPOL_PROCESS = "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3"

_GTIN_SCHEMES = {"0160", "GTIN", "EAN", "EAN13", "EAN-13", "UPC", "SRV"}
#: Names under which lots and dates are put into free item properties.
_LOT_NAMES = {"lot", "lotnumber", "lotid", "batch", "batchnumber", "batchid", "charge"}
_EXPIRY_NAMES = {"expiry", "expirydate", "expirationdate", "useby", "usebydate"}
_BEST_NAMES = {"bestbefore", "bestbeforedate", "bbd", "mhd"}
_STATUS = {  # DocumentStatusCode: words of UBL's own list, codes of UNCL 1225
    "cancelled": "cancel",
    "canceled": "cancel",
    "revised": "replace",
    "1": "cancel",
    "5": "replace",
    "7": "copy",
    "31": "copy",
}


def takes(name):
    """Whether a document of this :class:`~.safe_xml.Name` is read here."""
    return name == DOCUMENT


def read(source, document):
    """Read a DespatchAdvice.

    :param safe_xml.Source source: the opened file
    :param safe_xml.Name document: its document element
    :returns: list of one :class:`~.form.Advice`
    :raises errors.AsnError: see :func:`safe_xml.records`
    """
    reader = _Reader()
    for record in records(source, document, _KNOWN, _CUT):
        reader.record(record)
    if source.lied:
        reader.log.add("encoding", 1)
    return [reader.finish()]


class _Reader(FieldReader):
    """Takes the document's records one by one and fills an :class:`Advice`."""

    def __init__(self):
        self.advice = Advice(format="ubl")
        self.log = FlawLog()
        self._process = ""
        self._announced = None  # LineCountNumeric
        self._place = 1  # of the despatch line being read
        self._instances = []  # units of that line
        self._traced = {}  # GTIN in their trace ids -> place of the first
        self._conflicts = []  # (source line, path, field, value, value in the trace id)
        self._packages = Packages(self.log)

    def record(self, node):
        """Take one child of the document, or one item instance of a line."""
        if node.tag in self._HANDLERS:
            self._HANDLERS[node.tag](self, node)
        elif node.tag in self._TEXTS:
            setattr(self.advice, self._TEXTS[node.tag], node.text or "")
        elif node.tag in self._PARTIES:
            setattr(self.advice, self._PARTIES[node.tag], read_party(node, self.log))

    def finish(self):
        """Check the whole and hand it over."""
        self._packages.fill(self.advice.lines)
        self.advice.packages = self._packages.found
        if self.advice.supplier is None or not self.advice.supplier.label:
            self.advice.supplier = self.advice.seller or self.advice.supplier
        if self._process.startswith(_PEPPOL_PROCESS) and not self.advice.profile.startswith(
            _PEPPOL
        ):
            self.log.add("profile", value=self.advice.profile)
        if self._announced not in (None, len(self.advice.lines)):
            self.log.add("line_count", announced=self._announced, count=len(self.advice.lines))
        check(self.advice, self.log)
        self.advice.flaws = self.log.flaws
        self.advice.flaw_counts = self.log.counts
        return self.advice

    # header --------------------------------------------------------------------

    def _on_process(self, node):
        self._process = node.text or ""

    def _on_issued(self, node):
        self.advice.issued = self._date(node, "", node.tag)

    def _on_note(self, node):
        self.advice.note = "\n".join(filter(None, (self.advice.note, node.text)))

    def _on_copy(self, node):
        if node.text == "true" and self.advice.action == "original":
            self.advice.action = "copy"

    def _on_status(self, node):
        self.advice.action = _STATUS.get((node.text or "").casefold(), self.advice.action)

    def _on_line_count(self, node):
        self._announced = self._number(node, "", node.tag)

    def _on_order(self, node):
        number = reference(text_of(node, "ID"))
        if number and number not in self.advice.orders:
            self.advice.orders.append(number)

    # shipment ------------------------------------------------------------------

    def _on_shipment(self, node):
        advice = self.advice
        advice.shipment = reference(text_of(node, "ID"))
        advice.tracking = text_of(node, "Delivery/TrackingID")
        advice.carrier = (
            text_of(node, "Consignment/CarrierParty/PartyName/Name")
            or text_of(node, "ShipmentStage/CarrierParty/PartyName/Name")
            or text_of(node, "Delivery/CarrierParty/PartyName/Name")
        )
        self._shipment_dates(node)
        self._delivery_place(node)
        for unit in node.iterfind("TransportHandlingUnit"):
            self._packages.take(unit, "Shipment/TransportHandlingUnit")

    def _shipment_dates(self, node):
        def first(*paths):
            dates = (self._date(node, path, "Shipment") for path in paths)
            return next((day for day in dates if day), None)

        periods = [
            f"Delivery/{kind}DeliveryPeriod" for kind in ("Estimated", "Promised", "Requested")
        ]
        advice = self.advice
        advice.despatched = first(
            "Delivery/Despatch/ActualDespatchDate",
            "Delivery/Despatch/EstimatedDespatchDate",
            "ShipmentStage/TransitPeriod/StartDate",
        )
        advice.expected_from = first(*(f"{period}/StartDate" for period in periods))
        advice.expected_until = first(
            *(f"{period}/EndDate" for period in periods), "Delivery/LatestDeliveryDate"
        )
        advice.expected_from = advice.expected_from or advice.expected_until
        advice.expected_until = advice.expected_until or advice.expected_from

    def _delivery_place(self, node):
        """The place of delivery is more exact than the customer's own address."""
        ship_to = self.advice.ship_to
        if ship_to is None:
            ship_to = self.advice.ship_to = Party()
        location = node.find("Delivery/DeliveryLocation/ID")
        if location is not None and id_kind(scheme_of(location), location.text or "") == "gln":
            ship_to.gln = location.text
            return
        party = node.find("Delivery/DeliveryParty")
        if party is not None:
            ship_to.gln = read_party(party, self.log).gln or ship_to.gln

    # lines ---------------------------------------------------------------------

    def _on_instance(self, node):
        path = f"DespatchLine[{self._place}]/Item/ItemInstance[{len(self._instances) + 1}]"
        serials = [found.text for found in node.iterfind("SerialID") if found.text]
        unit = Unit(
            serial=serials[0] if serials else "",
            best_before=self._date(node, "BestBeforeDate", path),
            made=self._date(node, "ManufactureDate", path),
            trace_id=text_of(node, "ProductTraceID"),
            source_line=node.line,
        )
        lot = node.find("LotIdentification")
        if lot is not None:
            unit.lot = text_of(lot, "LotNumberID")
            unit.expiry = self._date(lot, "ExpiryDate", f"{path}/LotIdentification")
            self._properties(unit, lot, path)
        self._properties(unit, node, path)
        if unit.trace_id:
            self._trace(unit, path)
        self._instances.append(unit)
        self._instances += [replace(unit, serial=serial) for serial in serials[1:]]

    def _trace(self, unit, path):
        """Fill from the product trace id what the elements left empty, and compare the rest."""
        traced = read_trace(unit.trace_id)
        if traced.reason:
            values = {"value": unit.trace_id[:80], "reason": traced.reason}
            self.log.add("bad_trace", unit.source_line, path, **values)
        for field in ("lot", "serial", "expiry", "made"):
            said, found = getattr(unit, field), getattr(traced, field)
            if found and not said:
                setattr(unit, field, found)
            elif found and found != said:
                self._conflicts.append((unit.source_line, path, field, said, found))
        if traced.gtin:
            self._traced.setdefault(traced.gtin, (unit.source_line, path))

    def _settle_traces(self, line):
        """Compare the line with the trace ids of its units."""
        for gtin, place in self._traced.items():
            if not line.gtin_sent:
                line.gtin = line.gtin_sent = gtin
            elif line.gtin and gtin != line.gtin:
                self._conflicts.append((*place, "gtin", line.gtin, gtin))
        for at, path, field, said, found in self._conflicts:
            values = {"field": field, "value": said, "traced": found}
            self.log.add("trace_conflict", at, path, line_id=line.number, **values)
        self._traced, self._conflicts = {}, []

    def _spell_out(self, line):
        """A single serial that is a range of just as many numbers as were sent."""
        (unit,) = line.units
        found = parse_range(unit.serial)
        if not found or found.count != line.quantity:
            return
        values = {"value": unit.serial[:80], "count": found.count}
        self.log.add(
            "serial_range", unit.source_line, line.source_path, line_id=line.number, **values
        )
        line.units = [replace(unit, serial=serial) for serial in found]

    def _properties(self, unit, holder, path):
        """Fill from free properties what the proper elements left empty."""
        for found in holder:
            if found.tag != "AdditionalItemProperty":
                continue
            name = "".join(filter(str.isalnum, text_of(found, "Name"))).casefold()
            if name in _LOT_NAMES:
                unit.lot = unit.lot or text_of(found, "Value")
            elif name in _EXPIRY_NAMES and not unit.expiry:
                unit.expiry = self._date(found, "Value", f"{path}/AdditionalItemProperty")
            elif name in _BEST_NAMES and not unit.best_before:
                unit.best_before = self._date(found, "Value", f"{path}/AdditionalItemProperty")

    def _on_line(self, node):
        path = f"DespatchLine[{self._place}]"
        line = Line(number=text_of(node, "ID"), source_line=node.line, source_path=path)
        if not line.number:
            line.number = str(self._place)
            self.log.add("no_line_id", node.line, path, line_id=line.number)
        self._line_quantities(line, node, path)
        line.note = "\n".join(note.text for note in node.iterfind("Note") if note.text)
        line.order = self._line_reference(node, "OrderLineReference/OrderReference/ID")
        line.order_line = self._line_reference(node, "OrderLineReference/LineID")
        item = node.find("Item")
        if item is not None:
            self._item(line, item, f"{path}/Item")
        for unit in node.iterfind("Shipment/TransportHandlingUnit"):
            key = self._packages.take(unit, f"{path}/Shipment/TransportHandlingUnit")
            if key not in line.packages:
                line.packages.append(key)
        line.units, self._instances = self._instances, []
        self._place += 1
        self._settle_traces(line)
        self._adopt(line, item, f"{path}/Item")
        if len(line.units) == 1 and line.units[0].serial and line.quantity not in (None, 1):
            self._spell_out(line)
        self.advice.lines.append(line)

    def _line_quantities(self, line, node, path):
        delivered = node.find("DeliveredQuantity")
        if delivered is not None:
            line.unit = delivered.get("unitCode", "").strip()
        line.quantity = self._number(node, "DeliveredQuantity", path)
        line.outstanding = self._number(node, "OutstandingQuantity", path)
        if line.outstanding is None:
            line.outstanding = self._number(node, "BackorderQuantity", path)
        line.outstanding_reason = text_of(node, "OutstandingReason") or text_of(
            node, "BackorderReason"
        )

    def _line_reference(self, node, path):
        numbers = (reference(found.text or "") for found in node.iterfind(path))
        return next(filter(None, numbers), "")

    def _item(self, line, item, path):
        line.name = text_of(item, "Name") or text_of(item, "Description")
        line.buyer_code = text_of(item, "BuyersItemIdentification/ID")
        line.supplier_code = text_of(item, "SellersItemIdentification/ID")
        line.pack_size = self._number(item, "PackSizeNumeric", path)
        found = self._standard_id(item)
        if found is None:
            return
        line.gtin_sent = found.text
        line.gtin = gtin14(found.text)
        scheme = scheme_of(found).upper()
        if not line.gtin and (scheme in _GTIN_SCHEMES or not scheme):
            where = f"{path}/StandardItemIdentification/ID"
            self.log.add("bad_gtin", found.line, where, line_id=line.number, value=found.text)

    def _standard_id(self, item):
        """The element with the GTIN; some put it among the additional identifiers."""
        found = item.find("StandardItemIdentification/ID")
        if found is not None and found.text:
            return found
        for found in item.iterfind("AdditionalItemIdentification/ID"):
            if found.text and scheme_of(found).upper() in _GTIN_SCHEMES:
                return found
        return None

    def _adopt(self, line, item, path):
        """Drop empty instances; take a lot from the item's properties when there is none."""
        line.units = [unit for unit in line.units if unit.number or unit.last_day or unit.trace_id]
        if item is None or any(unit.number for unit in line.units):
            return
        unit = line.units[0] if line.units else Unit(source_line=item.line)
        self._properties(unit, item, path)
        if unit.number and not line.units:
            line.units.append(unit)

    _TEXTS = {
        "UBLVersionID": "version",
        "CustomizationID": "profile",
        "ID": "number",
        "DespatchAdviceTypeCode": "type_code",
    }
    _PARTIES = {
        "DespatchSupplierParty": "supplier",
        "DeliveryCustomerParty": "ship_to",
        "BuyerCustomerParty": "buyer",
        "SellerSupplierParty": "seller",
        "OriginatorCustomerParty": "originator",
    }
    _HANDLERS = {
        "ProfileID": _on_process,
        "CopyIndicator": _on_copy,
        "DocumentStatusCode": _on_status,
        "IssueDate": _on_issued,
        "Note": _on_note,
        "LineCountNumeric": _on_line_count,
        "OrderReference": _on_order,
        "Shipment": _on_shipment,
        "ItemInstance": _on_instance,
        "DespatchLine": _on_line,
    }
