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
    "twice_on_order",
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
        cls.pen = cls.goods("Pen", "4006381333955", "none")
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

    def test_what_is_taken_off_is_free_for_others_at_once(self):
        self.tour("let_go")
        self.assertFalse(self.env["trace.till.claim"].search([]))

    def test_a_managers_pin(self):
        """Ann may sell; only Mia's PIN lets a refused number pass, and Mia's name is kept."""
        if "advanced_employee_ids" not in self.config._fields:
            self.skipTest("pos_hr is not installed")
        ann, mia = (
            self.env["hr.employee"]
            .sudo()
            .create([{"name": "Ann", "pin": "1234"}, {"name": "Mia", "pin": "5651"}])
        )
        self.config.write(
            {
                "module_pos_hr": True,
                "basic_employee_ids": [(6, 0, ann.ids)],
                "advanced_employee_ids": [(6, 0, mia.ids)],
            }
        )
        self.tour("pin")
        pack = self.sold()["LAMP-HELD"]
        self.assertEqual((pack.trace_pass_by, pack.trace_pass_reason), ("Mia", "Tested by hand"))
        let = self.env["trace.exception"].search([("pos_order_id", "=", pack.order_id.id)])
        self.assertEqual((let.kind, let.state), ("pos_held_sale", "resolved"))
        self.assertIn("Mia", let.resolution_reason)

    def test_one_button_pays(self):
        """Where payment is one button the same is looked at as before the payment screen."""
        self.config.write(
            {
                "use_fast_payment": True,
                "fast_payment_method_ids": [(6, 0, self.bank_payment_method.ids)],
            }
        )
        self.tour("fast", self.quality)
        self.assertEqual(set(self.sold()), {"LAMP-1", "LAMP-3"})

    def test_numbers_in_a_combo(self):
        combos = self.env["product.combo"].create(
            [
                {
                    "name": name,
                    "combo_item_ids": [(0, 0, {"product_id": one.id}) for one in products],
                }
                for name, products in (("Light", self.lamp | self.radio), ("Pencil", self.pen))
            ]
        )
        self.env["product.product"].create(
            {
                "name": "Bedside Set",
                "type": "combo",
                "available_in_pos": True,
                "list_price": 15,
                "taxes_id": False,
                "combo_ids": [(6, 0, combos.ids)],
            }
        )
        self.tour("combo")
        packs = self.sold()
        self.assertEqual(set(packs), {"LAMP-1", "LAMP-2"})
        self.assertTrue(packs["LAMP-1"].pos_order_line_id.combo_parent_id)
        self.assertEqual(packs["LAMP-1"].lot_id.location_id.usage, "customer")

    def test_codes_of_packs(self):
        self.env.user.group_ids += self.env.ref("uom.group_uom")
        unit = self.lamp.uom_id
        for product, code, pieces in ((self.lamp, "LAMPS-2", 2), (self.cream, "CREAMS-6", 6)):
            pack = self.env["uom.uom"].create(
                {"name": f"Pack of {pieces}", "relative_factor": pieces, "relative_uom_id": unit.id}
            )
            product.uom_ids += pack
            self.env["product.uom"].create(
                {"product_id": product.id, "uom_id": pack.id, "barcode": code}
            )
        self.tour("packs")

    def test_the_only_one_there_is(self):
        self.tour("only")

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
