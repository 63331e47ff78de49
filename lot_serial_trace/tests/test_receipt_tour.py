import io

import zxingcpp
from PIL import Image

from odoo.tests import tagged

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon


@tagged("post_install", "-at_install")
class TestReceiptTour(TestPointOfSaleHttpCommon):
    """The receipt says how long each unit is good and covered, and leads to it by a code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].sudo().search([]).active = False
        tracked = {"is_storable": True, "available_in_pos": True, "lst_price": 10}
        cls.device, cls.milk = cls.env["product.product"].create(
            [
                {
                    "name": "Receipt Device",
                    "tracking": "serial",
                    "barcode": "09501101530003",
                    "trace_warranty_months": 24,
                    **tracked,
                },
                {
                    "name": "Receipt Milk",
                    "tracking": "lot",
                    "use_expiration_date": True,
                    "barcode": "09501101537774",
                    **tracked,
                },
            ]
        )

    def put_cheese_on_shelf(self):
        """The only lot there is."""
        cheese = self.env["product.product"].create(
            {
                "name": "Receipt Cheese",
                "tracking": "lot",
                "is_storable": True,
                "available_in_pos": True,
                "use_expiration_date": True,
                "barcode": "09521234543213",
            }
        )
        lot = self.env["stock.lot"].create(
            {
                "name": "CH-1",
                "product_id": cheese.id,
                "expiration_date": "2031-06-01 12:00:00",
            }
        )
        shelf = self.main_pos_config.picking_type_id.default_location_src_id
        self.env["stock.quant"].sudo()._update_available_quantity(cheese, shelf, 5, lot_id=lot)

    def codes_of(self, order):
        """What a decoder reads on the receipt that was mailed."""
        mailed = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", "pos.order"), ("res_id", "=", order.id)],
                limit=1,
                order="id desc",
            )
        )
        image = Image.open(io.BytesIO(mailed.raw))
        codes = [code.text for code in zxingcpp.read_barcodes(image)]
        return sorted(text for text in codes if "/pos/ticket/" not in text)

    def test_number_expiry_warranty_and_code(self):
        """Printed, mailed, and while the network is gone."""
        self.put_cheese_on_shelf()
        self.main_pos_config.trace_receipt_qr = True
        self.main_pos_config.with_user(self.pos_user).open_ui()
        self.start_pos_tour("lot_serial_trace_receipt")
        order = self.env["pos.order"].search([("lines.product_id", "=", self.device.id)])
        self.assertEqual(
            self.codes_of(order),
            [
                "https://id.gs1.org/01/09501101530003/21/R-1",
                "https://id.gs1.org/01/09501101537774/10/L1",
            ],
        )
        warranty = self.env["trace.warranty"].sudo().search([("number", "=", "R-1")])
        self.assertEqual((warranty.state, warranty.document), ("running", order.name))

    def test_the_buyer_of_some_goods_is_wanted(self):
        """Asked before payment, never stopped unless policy says so; the answer is kept."""
        buyer = self.env["res.partner"].create({"name": "Receipt Buyer"})
        policies = self.env["trace.policy"].sudo()
        for product, severity in ((self.device, "warn"), (self.milk, "block")):
            policies.create(
                {"code": "customer_wanted", "severity": severity, "product_id": product.id}
            )
        self.main_pos_config.with_user(self.pos_user).open_ui()
        self.start_pos_tour("lot_serial_trace_customer")
        told = {
            order.lines.pack_lot_ids.lot_name: (order.partner_id, order.trace_no_customer)
            for order in self.env["pos.order"].search([("state", "=", "paid")])
        }
        nobody = self.env["res.partner"]
        self.assertEqual(
            told, {"C-1": (nobody, True), "C-2": (buyer, False), "C-3": (buyer, False)}
        )
        self.assertEqual(
            self.env["trace.warranty"].sudo().search([("number", "=", "C-2")]).partner_id, buyer
        )
