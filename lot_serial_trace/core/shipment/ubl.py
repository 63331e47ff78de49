"""A shipment as UBL 2.1 Despatch Advice, in the shape of Peppol BIS Despatch Advice 3.

Lots and serial numbers are item instances. UBL has no quantity for an instance, so each lot
has a line of its own; the serial numbers of a product in one package share a line. Elements
come in the order of the schema, which is part of the format. It is written as it is made: ten
thousand serial numbers take no more memory than one.
"""

from contextlib import contextmanager
from itertools import groupby
from xml.sax.saxutils import XMLGenerator

from ..condense import plain
from ..gs1 import is_sscc

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_NAMESPACES = {
    "xmlns": f"{_UBL}DespatchAdvice-2",
    "xmlns:cac": f"{_UBL}CommonAggregateComponents-2",
    "xmlns:cbc": f"{_UBL}CommonBasicComponents-2",
}
_CUSTOMIZATION = "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3"
_PROFILE = "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3"
#: What stands where the format demands something that nobody knows.
_UNKNOWN = "NA"
#: ISO 6523 code of a GLN, of a GTIN; schemes of the UNECE pallet and package codes.
_GLN, _GTIN = "0088", "0160"
_CHARACTERS = {code: None for code in range(32) if code not in (9, 10, 13)}


def write_ubl(shipment, out):
    """Write the notice to a binary file.

    :param shipment: :class:`~.form.Shipment`
    """
    _Writer(out).document(shipment)


class _Writer:
    """Writes elements; ``cbc`` is a text, ``cac`` has others inside."""

    def __init__(self, out):
        self._xml = XMLGenerator(out, "UTF-8", short_empty_elements=True)

    def cbc(self, name, text, **attributes):
        """A text; nothing where there is none."""
        if text is None or text == "":
            return
        self._xml.startElement(f"cbc:{name}", attributes)
        # XML 1.0 has no other control characters, escaped or not.
        self._xml.characters(str(text).translate(_CHARACTERS))
        self._xml.endElement(f"cbc:{name}")

    @contextmanager
    def cac(self, name):
        """An element with others inside."""
        self._xml.startElement(f"cac:{name}", {})
        yield
        self._xml.endElement(f"cac:{name}")

    def document(self, shipment):
        """The whole notice."""
        self._xml.startDocument()
        self._xml.startElement("DespatchAdvice", _NAMESPACES)
        self.cbc("UBLVersionID", "2.1")
        self.cbc("CustomizationID", _CUSTOMIZATION)
        self.cbc("ProfileID", _PROFILE)
        self.cbc("ID", shipment.number)
        self.cbc("IssueDate", f"{shipment.issued:%Y-%m-%d}")
        self.cbc("IssueTime", f"{shipment.issued:%H:%M:%S}")
        orders = {(unit.order, unit.sale) for unit in shipment.units}
        one_order = orders.pop() if len(orders) == 1 else None
        if one_order:
            self._order(*one_order)
        for name, party in (
            ("DespatchSupplierParty", shipment.supplier),
            ("DeliveryCustomerParty", shipment.customer),
        ):
            with self.cac(name):
                self._party(party)
        self._shipment(shipment)
        self._lines(shipment, bool(one_order))
        self._xml.endElement("DespatchAdvice")
        self._xml.endDocument()

    def _order(self, order, sale):
        if order or sale:
            with self.cac("OrderReference"):
                self.cbc("ID", order or sale)
                self.cbc("SalesOrderID", sale)

    def _party(self, party):
        endpoint = (party.endpoint, party.scheme) if party.endpoint else (party.gln, _GLN)
        with self.cac("Party"):
            self.cbc("EndpointID", endpoint[0], schemeID=endpoint[1])
            if party.gln:
                with self.cac("PartyIdentification"):
                    self.cbc("ID", party.gln, schemeID=_GLN)
            with self.cac("PartyName"):
                self.cbc("Name", party.name or _UNKNOWN)
            if party.country:
                self._address(party)
            with self.cac("PartyLegalEntity"):
                self.cbc("RegistrationName", party.name or _UNKNOWN)

    def _address(self, party):
        with self.cac("PostalAddress"):
            self.cbc("StreetName", party.street)
            self.cbc("CityName", party.city)
            self.cbc("PostalZone", party.zip)
            with self.cac("Country"):
                self.cbc("IdentificationCode", party.country)

    def _shipment(self, shipment):
        outermost = {unit.packages[0] for unit in shipment.units if unit.packages}
        with self.cac("Shipment"):
            self.cbc("ID", shipment.number)
            self.cbc("TotalTransportHandlingUnitQuantity", len(outermost) or None)
            if shipment.carrier:
                with self.cac("Consignment"):
                    self.cbc("ID", "1")
                    with self.cac("CarrierParty"), self.cac("PartyName"):
                        self.cbc("Name", shipment.carrier)
            with self.cac("Delivery"):
                self.cbc("TrackingID", shipment.tracking)
                if shipment.expected:
                    with self.cac("EstimatedDeliveryPeriod"):
                        self.cbc("StartDate", shipment.expected.isoformat())
                        self.cbc("EndDate", shipment.expected.isoformat())
                if shipment.despatched:
                    with self.cac("Despatch"):
                        self.cbc("ActualDespatchDate", shipment.despatched.isoformat())

    # -- lines ----------------------------------------------------------------

    def _lines(self, shipment, one_order):
        outstanding = dict(shipment.outstanding)
        units = sorted(shipment.units, key=_line_key)
        for number, (_key, members) in enumerate(groupby(units, _line_key), 1):
            self._line(number, list(members), one_order, outstanding)

    def _line(self, number, units, one_order, outstanding):
        first = units[0]
        follows = outstanding.pop((first.reference, first.product), None)
        with self.cac("DespatchLine"):
            self.cbc("ID", number)
            quantity = plain(sum(unit.quantity for unit in units))
            self.cbc("DeliveredQuantity", quantity, unitCode=first.code or "C62")
            if follows:
                self.cbc("OutstandingQuantity", plain(follows), unitCode=first.code or "C62")
                self.cbc("OutstandingReason", "Follows with a later delivery")
            with self.cac("OrderLineReference"):
                self.cbc("LineID", _UNKNOWN)
                self.cbc("SalesOrderLineID", first.sale_line)
                if not one_order:
                    self._order(first.order, first.sale)
            self._item(first, units)
            if first.packages:
                self._packages(first.packages)

    def _item(self, first, units):
        with self.cac("Item"):
            self.cbc("Name", first.product)
            # Peppol wants one of the two identifications.
            if first.reference or not first.gtin:
                with self.cac("SellersItemIdentification"):
                    self.cbc("ID", first.reference or first.product)
            if first.gtin:
                with self.cac("StandardItemIdentification"):
                    self.cbc("ID", first.gtin, schemeID=_GTIN)
            for unit in units:
                if unit.number:
                    self._instance(unit)

    def _instance(self, unit):
        with self.cac("ItemInstance"):
            self.cbc("ManufactureDate", unit.made and unit.made.isoformat())
            self.cbc("BestBeforeDate", unit.best_before and unit.best_before.isoformat())
            self.cbc("SerialID", unit.serial)
            if unit.lot or unit.expires:
                with self.cac("LotIdentification"):
                    self.cbc("LotNumberID", unit.lot)
                    self.cbc("ExpiryDate", unit.expires and unit.expires.isoformat())

    def _packages(self, path):
        with self.cac("Shipment"):
            self.cbc("ID", _UNKNOWN)
            with self.cac("TransportHandlingUnit"):
                self._identifier(path[0])
                if len(path) > 1:
                    with self.cac("Package"):
                        self._identifier(path[-1])

    def _identifier(self, name):
        scheme = {"schemeID": "SSCC"} if is_sscc(name) else {}
        self.cbc("ID", name, **scheme)


def _line_key(unit):
    """What shares a line: serial numbers of a product in a package; each lot has its own."""
    lot = "" if unit.is_serial else unit.number
    what = (unit.sale, unit.sale_line, unit.order, unit.reference, unit.product, unit.gtin)
    return (*what, unit.code, unit.is_serial, unit.packages, lot)
