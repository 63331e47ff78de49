from datetime import datetime

from .common import TraceCase

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<DespatchAdvice xmlns="urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">"""
# numbers that neither the demo data nor another test uses
GLN = "4099999000005"
DOCK_GLN = "4099999000012"
OTHER_GLN = "4099999000029"
STRANGER_GLN = "4099999000036"
GTIN = "4099999001002"
CASE_GTIN = "14099999001009"
OUR_MILK = "TRT-MILK"


class AsnCase(TraceCase):
    """An order of ten devices and thirty milk from a supplier with a GLN, and its notices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.device.barcode = GTIN
        cls.milk.default_code = OUR_MILK
        cls.supplier.write({"global_location_number": GLN, "is_company": True})
        cls.warehouse.partner_id = cls.env["res.partner"].create(
            {"name": "Dock", "global_location_number": DOCK_GLN}
        )
        cls.order = cls.purchase((cls.device, 10), (cls.milk, 30))
        cls.receipt = cls.order.picking_ids

    @classmethod
    def purchase(cls, *lines, confirm=True, **values):
        """A purchase order; ``lines`` are ``(product, quantity)``."""
        order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.supplier.id,
                "picking_type_id": cls.warehouse.in_type_id.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_qty": quantity, "price_unit": 1})
                    for product, quantity in lines
                ],
                **values,
            }
        )
        if confirm:
            order.button_confirm()
        return order

    def line(self, product, quantity, units=(), **options):
        """XML of a despatch line.

        :param units: list of ``(serial, lot, expiry)``
        :param options: ``number``, ``unit``, ``gtin``, ``supplier_code``, ``buyer_code``, ``order``
        """
        get = options.get
        codes = ""
        for tag, code in (
            ("BuyersItemIdentification", get("buyer_code")),
            ("SellersItemIdentification", get("supplier_code")),
            ("StandardItemIdentification", get("gtin", product and product.barcode)),
        ):
            if code:
                codes += f"<cac:{tag}><cbc:ID>{code}</cbc:ID></cac:{tag}>"
        order = get("order")
        order = order and f"<cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>"
        unit, name = get("unit", "C62"), product.name if product else "Mystery"
        return f"""<cac:DespatchLine><cbc:ID>{get("number", "1")}</cbc:ID>
            <cbc:DeliveredQuantity unitCode="{unit}">{quantity}</cbc:DeliveredQuantity>
            <cac:OrderLineReference><cbc:LineID>NA</cbc:LineID>{order or ""}
            </cac:OrderLineReference><cac:Item><cbc:Name>{name}</cbc:Name>{codes}
            {"".join(self._instance(*unit) for unit in units)}</cac:Item></cac:DespatchLine>"""

    @staticmethod
    def _instance(serial="", lot="", expiry=""):
        parts = f"<cbc:SerialID>{serial}</cbc:SerialID>" if serial else ""
        if lot or expiry:
            number = f"<cbc:LotNumberID>{lot}</cbc:LotNumberID>" if lot else ""
            day = f"<cbc:ExpiryDate>{expiry}</cbc:ExpiryDate>" if expiry else ""
            parts += f"<cac:LotIdentification>{number}{day}</cac:LotIdentification>"
        return f"<cac:ItemInstance>{parts}</cac:ItemInstance>"

    def document(self, *lines, number="LS-1", gln=GLN, order=None, **options):
        """Bytes of a notice."""
        get = options.get
        order = self.order.name if order is None else order
        named = (
            f"<cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>" if order else ""
        )
        ident = f'<cbc:ID schemeID="0088">{gln}</cbc:ID>'
        ident = f"<cac:PartyIdentification>{ident}</cac:PartyIdentification>"
        return f"""{HEAD}<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>
            {get("head", "")}{named}
            <cac:DespatchSupplierParty><cac:Party>{ident if gln else ""}
            <cac:PartyName><cbc:Name>{get("supplier", "Somebody")}</cbc:Name></cac:PartyName>
            {get("supplier_ids", "")}</cac:Party></cac:DespatchSupplierParty>
            <cac:DeliveryCustomerParty><cac:Party><cac:PartyIdentification>
            <cbc:ID schemeID="0088">{get("dock", DOCK_GLN)}</cbc:ID></cac:PartyIdentification>
            </cac:Party></cac:DeliveryCustomerParty>{"".join(lines)}</DespatchAdvice>""".encode()

    def arrive(self, data, name="notice.xml", **options):
        """Take in a file."""
        return self.env["trace.asn.exchange"]._arrive(data, name, **options)

    def notice(self, *lines, **options):
        """Import a notice of these lines."""
        return self.env["trace.asn"]._import(self.document(*lines, **options), "notice.xml")

    def devices(self, *serials, quantity=None, **options):
        """A line of devices with serial numbers."""
        units = [(serial, "", "") for serial in serials]
        return self.line(self.device, quantity or len(serials), units, **options)

    def lots(self, *lots, quantity=None, **options):
        """A line of milk; ``lots`` are ``(lot, expiry)``."""
        units = [("", lot, expiry) for lot, expiry in lots]
        options = {"number": "2", "buyer_code": OUR_MILK, **options}
        return self.line(self.milk, quantity, units, **options)

    def kinds(self, records):
        """Kinds of the open exceptions about notices or receipts, sorted."""
        field = {
            "trace.asn": "asn_id",
            "trace.asn.exchange": "exchange_id",
            "stock.picking": "picking_id",
        }[records._name]
        found = self.env["trace.exception"].search(
            [(field, "in", records.ids), ("state", "!=", "resolved")]
        )
        return sorted(found.mapped("kind"))

    def capture(self, *units, picking=None):
        """Put numbers on the receipt: ``(product, number, quantity, expiry)``."""
        picking = picking or self.receipt
        picking.move_line_ids.unlink()
        for product, number, quantity, *expiry in units:
            move = picking.move_ids.filtered(lambda move, p=product: move.product_id == p)
            self.env["stock.move.line"].create(
                {
                    **move._prepare_move_line_vals(quantity=0),
                    "lot_name": number,
                    "quantity": quantity,
                    "picked": True,
                    **({"expiration_date": expiry[0]} if expiry else {}),
                }
            )
        return picking

    def done(self, *units):
        """Receive these units; no back order, differences confirmed."""
        picking = self.capture(*units)
        self.last(picking).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def last(self, picking):
        """The receipt as a person validates it who has read the dialog; no back order."""
        return picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids, trace_confirmed=True
        )

    def with_rest(self, picking):
        """The same, with a back order for the rest."""
        return picking.with_context(skip_backorder=True, trace_confirmed=True)

    def all_devices(self, count=10):
        return [f"S{i}" for i in range(count)]

    def full_notice(self, **options):
        return self.notice(
            self.devices(*self.all_devices()),
            self.lots(("L1", "2028-05-31"), quantity=30),
            **options,
        )

    def full_capture(self, serials=None, lots=(("L1", 30),)):
        serials = self.all_devices() if serials is None else serials
        return [(self.device, serial, 1) for serial in serials] + [
            (self.milk, lot, quantity, datetime(2028, 5, 31, 21, 59, 59)) for lot, quantity in lots
        ]
