"""GS1 XML DespatchAdvice, version 3 (business message standard Despatch Advice 3.x).

A message may hold several notices; each becomes one :class:`~.form.Advice`. The
standard leaves all children unqualified; some senders qualify them, so both are read.

Logistic units come as a flat list: ``levelIdentification`` numbers them and
``parentLevelIdentification`` names the one around. Some senders number the levels
(pallet 1, case 2) instead of the units; then the parent is the last unit of that level,
as it is when numbers are unique. Lines stand inside the unit that holds them, or
directly in the notice when there are no units.
"""

from collections import defaultdict

from .checks import check
from .errors import AsnError
from .flaws import FlawLog
from .form import Advice, Line, Package, Unit
from .gs1_xml_parts import read_party
from .safe_xml import records
from .values import gtin14, reference, sscc18
from .xml_fields import FieldReader, text_of

NAME = "GS1 XML 3 despatch advice"
NAMESPACE = "urn:gs1:ecom:despatch_advice:xsd:3"
_SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_KNOWN = {
    "",
    NAMESPACE,
    _SBDH,
    "urn:gs1:ecom:ecom_common:xsd:3",
    "urn:gs1:shared:shared_common:xsd:3",
}
_ADVICE, _UNIT, _LINE = "despatchAdvice", "despatchAdviceLogisticUnit", "despatchAdviceLineItem"
_IDENTITY = "logisticUnitIdentification"
_DATA, _SERIAL = "transactionalItemData", "serialNumber"
_CUT = (
    (_ADVICE, "*"),
    (_UNIT, _UNIT),
    (_UNIT, _LINE),
    ("transactionalTradeItem", _DATA),
    (_DATA, _SERIAL),
)
_DEEPEST = 100  # logistic units in each other
_ACTIONS = {  # documentActionCode, then documentStatusCode
    "CHANGE_BY_REFRESH": "replace",
    "CORRECT": "replace",
    "DELETE": "cancel",
    "COPY": "copy",
    "ADDITIONAL_TRANSMISSION": "copy",
}
_CODES = {  # whose code for the product an additionalTradeItemIdentification is
    "SUPPLIER_ASSIGNED": "supplier_code",
    "VENDOR_ASSIGNED": "supplier_code",
    "SELLER_ASSIGNED": "supplier_code",
    "MANUFACTURERS_PART_NUMBER": "supplier_code",
    "BUYER_ASSIGNED": "buyer_code",
}


def takes(name):
    """Whether a document of this :class:`~.safe_xml.Name` is read here."""
    return name.namespace == NAMESPACE and name.local in ("despatchAdviceMessage", _ADVICE)


def read(source, document):
    """Read the notices of a message.

    :param safe_xml.Source source: the opened file
    :param safe_xml.Name document: its document element
    :returns: list of :class:`~.form.Advice`
    :raises errors.AsnError: see :func:`safe_xml.records`
    """
    found, version, reader = [], "", _Reader()
    for node in records(source, document, _KNOWN, _CUT):
        if node.path == ("StandardBusinessDocumentHeader",):
            version = text_of(node, "DocumentIdentification/TypeVersion")
        elif node.path == (_ADVICE,):
            found.append(reader)
            reader = _Reader()
        else:
            reader.record(node)
    if document.local == _ADVICE:
        found.append(reader)
    if not found:
        raise AsnError("wrong_document", found="a GS1 message without a despatch advice")
    return [reader.finish(version, source.lied) for reader in found]


class _Reader(FieldReader):
    """Takes one notice's elements, the inner ones first, and fills an :class:`Advice`."""

    def __init__(self):
        self.advice = Advice(format="gs1_xml")
        self.log = FlawLog()
        self._shipper = self._receiver = self._ship_from = None
        self._serials = defaultdict(list)  # path of the item data they are in -> elements
        self._units = defaultdict(list)  # path of the line -> units
        self._inside = defaultdict(list)  # path of the logistic unit -> lines and packages
        self._levels = {}  # levelIdentification -> last package
        self._by_number = {}  # SSCC or other number -> package
        self._parents = []  # (package, number of the level or unit around)
        self._place = 0

    def record(self, node):
        """Take one child of the notice, or one of the inner elements that come alone."""
        if node.tag in self._HANDLERS:
            self._HANDLERS[node.tag](self, node)
        elif node.tag in self._PARTIES:
            setattr(self.advice, self._PARTIES[node.tag], read_party(node, self.log))

    def finish(self, version, lied):
        """Check the whole and hand it over.

        :param str version: of the message
        :param bool lied: the encoding was not the one that the file declares
        """
        advice = self.advice
        advice.version = version
        advice.supplier = advice.seller or self._shipper or self._ship_from
        advice.ship_to = advice.ship_to or self._receiver
        for package, around in self._parents:
            self._nest(package, around)
        if lied:
            self.log.add("encoding", 1)
        check(advice, self.log)
        advice.flaws, advice.flaw_counts = self.log.flaws, self.log.counts
        return advice

    # header --------------------------------------------------------------------

    def _on_issued(self, node):
        self.advice.issued = self._date(node, "", node.tag)

    def _on_action(self, node):
        if self.advice.action == "original":
            self.advice.action = _ACTIONS.get((node.text or "").upper(), "original")

    def _on_status(self, node):
        action = _ACTIONS.get((node.text or "").upper())
        self.advice.action = action or self.advice.action

    def _on_number(self, node):
        self.advice.number = text_of(node, "entityIdentification")

    def _on_type(self, node):
        self.advice.type_code = node.text or ""

    def _on_note(self, node):
        self.advice.note = "\n".join(filter(None, (self.advice.note, node.text)))

    def _on_shipper(self, node):
        self._shipper = read_party(node, self.log)

    def _on_receiver(self, node):
        self._receiver = read_party(node, self.log)

    def _on_ship_from(self, node):
        self._ship_from = read_party(node, self.log)

    def _on_carrier(self, node):
        self.advice.carrier = read_party(node, self.log).label

    def _on_order(self, node):
        number = reference(text_of(node, "entityIdentification"))
        if number and number not in self.advice.orders:
            self.advice.orders.append(number)

    def _on_despatch(self, node):
        self.advice.despatched = self._day(
            node, "actualShipDateTime", "despatchDateTime", "shipDateTime", "loadingDateTime"
        )
        expected = self._day(
            node, "estimatedDeliveryDateTime", "estimatedDeliveryDateTimeAtUltimateConsignee"
        )
        begin = self._day(node, "estimatedDeliveryPeriod/beginDate")
        end = self._day(node, "estimatedDeliveryPeriod/endDate")
        self.advice.expected_from = expected or begin or end
        self.advice.expected_until = expected or end or begin

    def _day(self, node, *paths):
        """The first date found; a date with optional time has it one level deeper."""
        for path in paths:
            for deeper in (path, f"{path}/date"):
                day = self._date(node, deeper, node.tag)
                if day:
                    return day
        return None

    def _on_transport(self, node):
        self.advice.shipment = text_of(node, "shipmentIdentification/gsin") or text_of(
            node, "shipmentIdentification/additionalShipmentIdentification"
        )
        self.advice.tracking = text_of(
            node, "carrierTrackAndTraceInformation/packageTrackingNumber"
        )

    # logistic units --------------------------------------------------------------

    def _on_unit(self, node):
        package = self._package(node)
        self.advice.packages.append(package)
        for held in self._inside.pop(node.path, ()):
            if isinstance(held, Line):
                held.packages.append(package.key)
                for unit in held.units:
                    unit.package = package.key
            else:
                held.parent = package.key
        if node.path[-2:-1] == (_UNIT,):
            self._inside[node.path[:-1]].append(package)
        level = text_of(node, "levelIdentification")
        around = self._around(node)
        if around and not self._nest(package, around):
            self._parents.append((package, around))  # perhaps it comes later
        if level:
            self._levels[level] = package
        if package.number:
            self._by_number.setdefault(package.number, package)

    def _package(self, node):
        number = text_of(node, f"{_IDENTITY}/sscc") or text_of(node, "sscc")
        package = Package(
            key=len(self.advice.packages),
            number=number or text_of(node, f"{_IDENTITY}/additionalLogisticUnitIdentification"),
            sscc=sscc18(number),
            type_code=text_of(node, "packageTypeCode"),
            source_line=node.line,
        )
        if number and not package.sscc:
            self.log.add("bad_sscc", node.line, f"{_UNIT}[{package.key + 1}]/sscc", value=number)
        return package

    def _around(self, node):
        """The level or the number of the unit around this one, as sent."""
        parents = ("parentLevelIdentification", "parentLogisticUnitIdentification")
        for path in (*parents, "parentLogisticUnitIdentification/sscc", "parentLogisticUnitId"):
            if text_of(node, path):
                return text_of(node, path)
        return ""

    def _nest(self, package, around):
        """Put a package into the one that ``around`` names, if it is known by now."""
        parent = self._levels.get(around) or self._by_number.get(around)
        if parent is None or parent is package:
            return False
        if self._may_hold(parent, package):
            package.parent = parent.key
        else:
            values = {"inner": package.number or package.key + 1, "outer": around}
            self.log.add("packing_loop", package.source_line, _UNIT, **values)
        return True

    def _may_hold(self, outer, package):
        """Whether ``outer`` is outside of ``package`` and not itself deep inside others."""
        for _level in range(_DEEPEST):
            if outer is package:
                return False
            if outer.parent is None:
                return True
            outer = self.advice.packages[outer.parent]
        return False

    # lines -------------------------------------------------------------------------

    def _on_serial(self, node):
        self._serials[node.path[:-1]].append(node)

    def _on_data(self, node):
        """What is known of some pieces: one lot, and all, one or none of their serials."""
        above = _DATA
        model = Unit(
            lot=text_of(node, "batchNumber") or text_of(node, "lotNumber"),
            quantity=self._number(node, "tradeItemQuantity", above),
            expiry=self._date(node, "itemExpirationDate", above),
            best_before=self._date(node, "bestBeforeDate", above),
            made=self._date(node, "productionDate", above)
            or self._date(node, "packagingDate", above),
            source_line=node.line,
        )
        self._check_lot(node, model.lot)
        quantity = node.find("tradeItemQuantity")
        code = "" if quantity is None else quantity.get("measurementUnitCode", "").strip()
        serials = [found for found in self._serials.pop(node.path, ()) if found.text]
        units = [self._serial(model, found) for found in serials] or [model]
        if len(serials) == 1:
            units[0].quantity = model.quantity
        self._units[node.path[:-2]].append((model, code, units))

    def _serial(self, model, found):
        return Unit(
            lot=model.lot,
            serial=found.text,
            expiry=model.expiry,
            best_before=model.best_before,
            made=model.made,
            source_line=found.line,
        )

    def _check_lot(self, node, lot):
        other = text_of(node, "lotNumber")
        if other and other != lot:
            self.log.add("lot_conflict", node.line, _DATA, lot=lot, other=other)

    def _on_line(self, node):
        self._place += 1
        path = f"{_LINE}[{self._place}]"
        line = Line(number=text_of(node, "lineItemNumber"), source_line=node.line, source_path=path)
        if not line.number:
            line.number = str(self._place)
            self.log.add("no_line_id", node.line, path, line_id=line.number)
        self._quantity(line, node, path)
        line.note = "\n".join(note.text for note in node.iterfind("note") if note.text)
        line.order = reference(text_of(node, "purchaseOrder/entityIdentification"))
        line.order_line = reference(text_of(node, "purchaseOrder/lineItemNumber"))
        parent = reference(text_of(node, "parentLineItemNumber"))
        if parent:
            self.log.add("part_of_line", node.line, path, line_id=line.number, parent=parent)
        item = node.find("transactionalTradeItem")
        if item is not None:
            self._item(line, item, path)
        self._adopt(line, self._units.pop(node.path, ()))
        self.advice.lines.append(line)
        if node.path[-2:-1] == (_UNIT,):
            self._inside[node.path[:-1]].append(line)

    def _quantity(self, line, node, path):
        """Without a unit, the quantity counts items of the GTIN [GS1 XML, Quantity]."""
        line.quantity = self._number(node, "despatchedQuantity", path)
        found = node.find("despatchedQuantity")
        if line.quantity is not None:
            line.unit = found.get("measurementUnitCode", "").strip() or "EA"

    def _item(self, line, item, path):
        line.name = text_of(item, "tradeItemDescription")
        for found in item.iterfind("additionalTradeItemIdentification"):
            whose = found.get("additionalTradeItemIdentificationTypeCode", "").upper()
            field = _CODES.get(whose)
            if field and found.text and not getattr(line, field):
                setattr(line, field, found.text)
        found = item.find("gtin")
        if found is None or not (found.text or "").strip("0"):
            return  # zeros stand in for the required element
        line.gtin_sent = found.text
        line.gtin = gtin14(found.text)
        if not line.gtin:
            where = f"{path}/transactionalTradeItem/gtin"
            self.log.add("bad_gtin", found.line, where, line_id=line.number, value=found.text)

    def _adopt(self, line, groups):
        """Give the line its units, with the quantities that are in its unit of measure."""
        for model, code, units in groups:
            if code and line.unit not in ("EA", "", code) and model.quantity is not None:
                self._note(line, "lot_unit", model, theirs=code, unit=line.unit)
                units[0].quantity = None
            elif len(units) > 1 and model.quantity not in (None, len(units)):
                values = {"count": len(units), "quantity": model.quantity}
                self._note(line, "serial_count", model, **values)
            line.units += [unit for unit in units if unit.number or unit.last_day]

    def _note(self, line, code, data, **values):
        where = f"{line.source_path}/{_DATA}"
        self.log.add(code, data.source_line, where, line_id=line.number, **values)

    _PARTIES = {"shipTo": "ship_to", "buyer": "buyer", "seller": "seller"}
    _HANDLERS = {
        "creationDateTime": _on_issued,
        "documentActionCode": _on_action,
        "documentStatusCode": _on_status,
        "despatchAdviceIdentification": _on_number,
        "deliveryTypeCode": _on_type,
        "note": _on_note,
        "shipper": _on_shipper,
        "receiver": _on_receiver,
        "shipFrom": _on_ship_from,
        "carrier": _on_carrier,
        "purchaseOrder": _on_order,
        "despatchInformation": _on_despatch,
        "despatchAdviceTransportInformation": _on_transport,
        _UNIT: _on_unit,
        _LINE: _on_line,
        _DATA: _on_data,
        _SERIAL: _on_serial,
    }
