from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestCount(ScanCase):
    """A place is counted by scanning what lies in it; differences reach the stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf.barcode = "SHELF-1"

    def start(self, **details):
        self.begun = self.env["trace.count"].trace_start(code="SHELF-1", **details)
        return self.env["trace.count"].browse(self.begun["id"])

    def count(self, count, code, verdict="good", **details):
        answer = count.trace_count_scan(code, uuid=str(uuid4()), **details)
        self.assertEqual(answer["verdict"], verdict, answer["message"])
        return answer

    def on_hand(self, product, number=None, place=None):
        self.env.invalidate_all()
        lot = self.lot(product, number) if number else self.env["stock.lot"]
        domain = [
            ("product_id", "=", product.id),
            ("location_id", "=", (place or self.shelf).id),
            ("lot_id", "=", lot.id),
        ]
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))

    def test_more_less_and_just_right(self):
        bag = self._product("Bag", "none", barcode="4012345678925")
        self.put(bag, quantity=5, place=self.shelf)
        self.put(self.milk, "A", 10, place=self.shelf)
        self.put(self.device, "S1", place=self.shelf)
        count = self.start()
        for _time in range(4):
            self.count(count, "4012345678925")
        self.count(count, "(01)04012345678901(10)A(30)12")
        answer = self.count(count, "S1")
        self.assertEqual(answer["row"]["counted"], 1)
        done = count.trace_count_finish()
        self.assertTrue(done["done"], done["message"])
        self.assertEqual(
            {(row["name"], row["number"], row["difference"]) for row in done["differences"]},
            {(bag.display_name, "", -1), (self.milk.display_name, "A", 2)},
        )
        self.assertEqual(
            (self.on_hand(bag), self.on_hand(self.milk, "A"), self.on_hand(self.device, "S1")),
            (4, 12, 1),
        )
        moves = self.env["stock.move"].search(
            [("is_inventory", "=", True), ("product_id", "=", self.device.id)]
        )
        self.assertEqual(moves.mapped("quantity"), [0])

    def test_blind_count_hides_what_should_be_there(self):
        self.put(self.milk, "A", 10, place=self.shelf)
        for blind in (True, False):
            count = self.start(blind=blind)
            answer = self.count(count, "(01)04012345678901(10)A")
            self.assertEqual(answer["row"]["theory"], None if blind else 10)
            self.assertEqual(answer["progress"]["wanted"], 0 if blind else 10)
            count.trace_count_finish(apply=False)

    def test_a_serial_number_counts_once(self):
        self.put(self.device, "S1", place=self.shelf)
        count = self.start()
        self.count(count, "S1")
        answer = self.count(count, "S1", "warn")
        self.assertIn("already", answer["message"])
        self.assertEqual(answer["row"]["counted"], 1)

    def test_number_found_elsewhere_and_number_found_nowhere(self):
        self.put(self.device, "S1")
        count = self.start()
        answer = self.count(count, "S1", "warn")
        self.assertIn("should be in", answer["message"])
        answer = self.count(count, "(01)04012345678932(21)NEW", "warn")
        self.assertIn("new", answer["message"])
        count.trace_count_finish()
        self.assertEqual(self.on_hand(self.device, "NEW"), 1)
        self.assertEqual(self.on_hand(self.device, "S1"), 1)
        self.assertEqual(self.on_hand(self.device, "S1", self.stock), 0)

    def test_what_was_not_found(self):
        self.put(self.device, "S1", place=self.shelf)
        self.put(self.device, "S2", place=self.shelf)
        count = self.start()
        self.count(count, "S1")
        count.trace_count_finish()
        self.assertEqual(self.on_hand(self.device, "S2"), 1)
        count = self.start()
        self.count(count, "S1")
        done = count.trace_count_finish(missing_is_zero=True)
        self.assertEqual([row["number"] for row in done["differences"]], ["S2"])
        self.assertEqual(self.on_hand(self.device, "S2"), 0)

    def test_what_moves_during_the_count_is_no_difference(self):
        lot = self.put(self.milk, "A", 10, place=self.shelf)
        count = self.start()
        self.count(count, "(01)04012345678901(10)A(30)9")
        self.env["stock.quant"]._update_available_quantity(self.milk, self.shelf, -4, lot_id=lot)
        self.env.flush_all()
        count.trace_count_finish()
        self.assertEqual(self.on_hand(self.milk, "A"), 5)

    def test_goods_in_packages_stay_in_them(self):
        package = self.env["stock.package"].create({"name": "BOX"})
        self.put(self.milk, "A", 6, place=self.shelf, package=package)
        self.put(self.milk, "A", 4, place=self.shelf)
        count = self.start()
        self.count(count, "(01)04012345678901(10)A(30)9")
        count.trace_count_finish()
        self.assertEqual(self.on_hand(self.milk, "A"), 9)
        self.assertEqual(sum(package.quant_ids.mapped("quantity")), 6)

    def test_product_then_number(self):
        self.put(self.device, "S1", place=self.shelf)
        count = self.start()
        answer = self.count(count, "4012345678932")
        self.assertTrue(answer["pending_product_id"])
        self.count(count, "S1", product_id=self.device.id)

    def test_other_place_and_unknown_codes(self):
        self.stock.barcode = "STOCK"
        count = self.start()
        self.assertIn("is counted", self.count(count, "STOCK", "stop")["message"])
        self.assertIn("Counting", self.count(count, "SHELF-1")["message"])
        self.assertIn("Which product", self.count(count, "???", "stop")["message"])
        self.assertIn(
            "belongs to no", self.count(count, "(01)00614141123452(10)A", "stop")["message"]
        )

    def test_undo(self):
        count = self.start()
        first = self.count(count, "(01)04012345678901(10)A(30)5", "warn")
        second = self.count(count, "(01)04012345678901(10)A(30)2", "warn")
        self.assertEqual(count.trace_count_undo(first["uuid"])["progress"]["captured"], 2)
        self.assertEqual(count.trace_count_undo(second["uuid"])["progress"]["captured"], 0)
        self.assertFalse(count.sudo().line_ids)
        self.assertEqual(len(self.env["trace.scan"].search([("count_id", "=", count.id)])), 2)

    def test_same_scan_sent_again(self):
        count = self.start()
        uuid = str(uuid4())
        for _time in range(2):
            answer = count.trace_count_scan("(01)04012345678901(10)A(30)5", uuid=uuid)
        self.assertEqual(answer["progress"]["captured"], 5)

    def test_goes_on_after_a_reload_and_tells_of_others(self):
        counter = new_test_user(self.env, "counter", groups="stock.group_stock_user")
        count = self.start()
        self.count(count, "(01)04012345678901(10)A(30)5", "warn")
        self.assertEqual(self.start(), count)
        self.assertEqual((len(self.begun["rows"]), len(self.begun["scans"])), (1, 1))
        self.assertEqual(self.begun["warning"], "")
        other = self.env["trace.count"].with_user(counter).trace_start(code="SHELF-1")
        self.assertIn(self.env.user.name, other["warning"])
        with self.assertRaisesRegex(UserError, "Begin your own"):
            count.with_user(counter).trace_count_scan("X")

    def test_user_submits_and_manager_applies(self):
        counter = new_test_user(self.env, "counter", groups="stock.group_stock_user")
        manager = new_test_user(self.env, "boss", groups="stock.group_stock_manager")
        self.put(self.milk, "A", 10, place=self.shelf)
        counts = self.env["trace.count"].with_user(counter)
        count = counts.browse(counts.trace_start(code="SHELF-1")["id"])
        self.count(count, "(01)04012345678901(10)A(30)9")
        done = count.trace_count_finish()
        self.assertIn("stock manager", done["message"])
        self.assertEqual((self.on_hand(self.milk, "A"), count.state), (10, "submitted"))
        done = count.with_user(manager).trace_count_finish()
        self.assertEqual((self.on_hand(self.milk, "A"), count.state), (9, "done"))
        self.assertIn("finished", self.count(count, "X", "stop")["message"])

    def test_who_may_not_count(self):
        reader = new_test_user(self.env, "reader", groups="lot_serial_trace.group_trace_auditor")
        with self.assertRaises(AccessError):
            self.env["trace.count"].with_user(reader).trace_start(code="SHELF-1")
        with self.assertRaisesRegex(UserError, "is no place"):
            self.env["trace.count"].trace_start(code="NOWHERE")
        with self.assertRaisesRegex(UserError, "Nothing can be counted"):
            self.env["trace.count"].trace_start(location_id=self.suppliers.id)
        self.assertFalse(self.start().trace_count_finish()["done"])
