from datetime import datetime, timedelta

from odoo.tests import new_test_user, tagged

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

#: What the till refuses in these tests; out of the box only holds are refused.
REFUSED = (
    "expired",
    "past_stop_sale",
    "unknown_number",
    "not_in_shop",
    "sold_already",
    "in_other_order",
    "wrong_product",
)


@tagged("post_install", "-at_install")
class TestTillCapture(TestPointOfSaleHttpCommon):
    """A cashier scans: each number is on the order once, or refused with a sentence.

    The tours press the keys of a scanner, without pauses, at a till whose cashier has no other
    right than to sell.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in ("group_trace_admin", "group_trace_quality"):
            cls.env.user.group_ids += cls.env.ref(f"lot_serial_trace.{group}")
        cls.env.user.group_ids += cls.env.ref("stock.group_stock_manager")
        cls.env["trace.policy"].search([]).active = False
        cls.env["trace.expiry.rule"].search([]).active = False
        cls.config = cls.main_pos_config
        cls.shop = cls.config.picking_type_id.default_location_src_id
        cls.lamp = cls.goods("Lamp", "4006381333931", "serial")
        cls.cream = cls.goods("Cream", "4012345678901", "lot", use_expiration_date=True)
        cls.radio = cls.goods("Radio", "4006381333962", "serial")
        cls.goods("Pen", "4006381333955", "none")
        cls.give(cls.lamp, "LAMP-HELD", *(f"LAMP-{i}" for i in range(1, 31)))
        cls.give(cls.radio, "RADIO-1")
        for name, days in {
            "CREAM-1": 400,
            "CREAM-2": 400,
            "CREAM-STOP": 2,
            "CREAM-OLD": -3,
        }.items():
            cls.give(cls.cream, name, quantity=20, expires=days)
        cls.give(cls.lamp, "LAMP-FAR", place=cls.far())
        cls.env["trace.hold"]._place(cls.lot("LAMP-HELD"), "battery leaks")
        cls.cashier = new_test_user(
            cls.env, "bare_cashier", groups="base.group_user,point_of_sale.group_pos_user"
        )
        cls.quality = new_test_user(
            cls.env,
            "quality_cashier",
            groups="base.group_user,point_of_sale.group_pos_user,"
            "lot_serial_trace.group_trace_quality",
        )

    @classmethod
    def goods(cls, name, barcode, tracking, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "barcode": barcode,
                "is_storable": True,
                "tracking": tracking,
                "available_in_pos": True,
                "list_price": 10,
                "taxes_id": False,
                **values,
            }
        )

    @classmethod
    def give(cls, product, *names, quantity=1, place=None, expires=None):
        """Put numbers into the shop, or into another place."""
        for name in names:
            lot = cls.env["stock.lot"].create({"product_id": product.id, "name": name})
            if expires:
                lot.expiration_date = datetime.now() + timedelta(days=expires)
            cls.env["stock.quant"]._update_available_quantity(
                product, place or cls.shop, quantity, lot_id=lot
            )

    @classmethod
    def far(cls):
        """Another warehouse's stock."""
        warehouse = cls.env["stock.warehouse"].create({"name": "Far Away", "code": "FARAW"})
        return warehouse.lot_stock_id

    @classmethod
    def lot(cls, name):
        return cls.env["stock.lot"].search([("name", "=", name)])

    def block(self, *codes):
        for code in codes:
            self.env["trace.policy"].create({"code": code, "severity": "block"})
        self.env["trace.expiry.rule"].create({"name": "Stop", "stop_unit": "days", "stop_at": 10})

    def tour(self, name, user=None):
        user = user or self.cashier
        self.config.with_user(user).open_ui()
        self.start_tour(
            f"/pos/ui/{self.config.id}", f"lot_serial_trace_till_{name}", login=user.login
        )

    def sold(self):
        """dict number -> what was captured, of paid orders."""
        lines = self.env["pos.order"].search([("state", "=", "paid")]).lines
        return {pack.lot_name: pack for pack in lines.pack_lot_ids}

    def test_scans(self):
        self.tour("scan")
        packs = self.sold()
        self.assertEqual(len(packs), 17)
        pack = packs["LAMP-10"]
        self.assertEqual(
            (pack.trace_method, pack.trace_raw), ("scanned", "010400638133393121LAMP-10")
        )
        self.assertTrue(pack.trace_at)
        self.assertEqual(packs["LAMP-11"].trace_raw, "LAMP-11")
        self.assertEqual(packs["CREAM-1"].pos_order_line_id.qty, 3)
        self.assertIn("\x1d17300101", packs["CREAM-1"].trace_raw)

    def test_as_many_numbers_as_pieces(self):
        self.tour("quantity")

    def test_refusals(self):
        self.block(*REFUSED)
        self.tour("refusals")

    def test_refusals_without_network(self):
        self.block(*REFUSED)
        self.tour("refusals_offline")

    def test_let_pass(self):
        self.tour("pass", self.quality)
        pack = self.sold()["LAMP-HELD"]
        self.assertEqual(
            (pack.trace_pass_by, pack.trace_pass_reason), (self.quality.name, "Tested by hand")
        )
        self.assertEqual(pack.trace_said, '[["on_hold","block"]]')

    def test_gate_before_payment(self):
        self.tour("gate", self.quality)
        packs = self.sold()
        self.assertEqual(set(packs), {"LAMP-1", "LAMP-3"})
        self.assertEqual(packs["LAMP-3"].trace_pass_reason, "Looked at, is dry")
        self.assertFalse(packs["LAMP-1"].trace_pass_by)

    def test_named_tells_no_more_than_the_product(self):
        till = self.config.with_user(self.cashier)
        self.assertEqual(till.trace_named("LAMP-FAR"), self.lamp.ids)
        self.assertEqual(till.trace_named("NOBODY-KNOWS"), [])
        self.lamp.available_in_pos = False
        self.assertEqual(till.trace_named("LAMP-FAR"), [])
