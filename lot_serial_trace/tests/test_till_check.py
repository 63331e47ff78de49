from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .book_case import BookCase


@tagged("post_install", "-at_install")
class TestTillCheck(BookCase):
    """The server's word on the numbers of an order: what it finds, and what it keeps for whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("expired", "unknown_number", "no_number"):
            cls.env["trace.policy"].create({"code": code, "severity": "block"})

    def check(self, *numbers, order="mine", partner=None):
        """Ask about ``(product, number)`` or ``(product, number, quantity)``."""
        return self.config.with_user(self.cashier).trace_check(
            [
                dict(zip(("product_id", "number", "quantity"), (one[0].id, *one[1:]), strict=False))
                for one in numbers
            ],
            order,
            partner and partner.id,
        )

    def codes(self, *numbers, **kwargs):
        """The codes found about each."""
        return [[one["code"] for one in said] for said in self.check(*numbers, **kwargs)]

    def text(self, *number):
        """The sentences about a number."""
        return [one["text"] for one in self.check(number)[0]]

    # -- what is found --------------------------------------------------------

    def test_nothing_to_say(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.assertEqual(self.codes((self.device, "SN1"), (self.milk, "L1", 5)), [[], []])

    def test_where_it_is_instead(self):
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"}).lot_stock_id
        self.receive((self.device, "SN1", 1), dest=far)
        self.assertEqual(
            self.text(self.device, "SN1"), ["SN1 of Device is not in this shop but in FAR/Stock"]
        )

    def test_quarantine_is_not_the_shop(self):
        place = {"name": "Q", "usage": "internal", "location_id": self.stock.id}
        quarantine = self.env["stock.location"].create({**place, "trace_quarantine": True})
        self.receive((self.device, "SN1", 1), dest=quarantine)
        self.assertIn(quarantine.display_name, self.text(self.device, "SN1")[0])

    def test_who_sold_it(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 2))
        delivery = self.picking("out", [(self.device, "SN1", 1)])
        self.validate(delivery)
        self.assertIn(f"sold before: {delivery.name}", self.text(self.device, "SN1")[0])
        self.open("real")
        order = self.sell(self.device, 1, "SN2")
        self.assertIn(f"sold before: {order.name}", self.text(self.device, "SN2")[0])
        self.close()
        self.open("closing")
        order = self.sell(self.milk, 2, "L1")
        self.assertIn(f"sold before: {order.name}", self.text(self.milk, "L1")[0])

    def test_another_shop_sold_what_should_lie_here(self):
        _place, kind = self.new_shop("Corner", self.stock)
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 2), dest=self.shelf)
        with self.at(self.new_till("Corner", kind)):
            self.open("closing")
            order = self.sell(self.device, 1, "SN1")
            self.sell(self.milk, 1, "L1")
        kind = self.warehouse.pos_type_id.copy({"name": "Shelf", "sequence_code": "SH"})
        kind.default_location_src_id = self.shelf
        with self.at(self.new_till("Shelf", kind)):
            self.assertIn(order.name, self.text(self.device, "SN1")[0])
            self.assertEqual(self.codes((self.milk, "L1", 2)), [[]])

    def test_numbers_nobody_knows(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.validate(self.picking("out", [(self.device, "SN1", 1)], dest=self.suppliers))
        self.assertEqual(
            self.codes((self.device, "SN0"), (self.device, "SN1"), (self.device, "")),
            [["unknown_number"], ["unknown_number"], ["no_number"]],
        )

    def test_a_number_of_another_product(self):
        self.receive((self.milk, "X1", 5))
        self.assertEqual(self.codes((self.device, "X1")), [["wrong_product"]])
        self.assertIn("is a number of Milk and not of Device", self.text(self.device, "X1")[0])
        self.receive((self.device, "X1", 1))
        self.assertEqual(self.codes((self.device, "X1"), (self.milk, "X1")), [[], []])

    def test_more_than_there_is(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.assertEqual(
            self.codes((self.device, "SN1"), (self.device, "SN1")), [["twice_on_order"]] * 2
        )
        self.assertEqual(self.codes((self.milk, "L1", 3), (self.milk, "L1", 2)), [[], []])
        self.assertEqual(
            self.codes((self.milk, "L1", 3), (self.milk, "L1", 3)), [["too_few_left"]] * 2
        )

    def test_what_is_wrong_with_the_lot(self):
        self.receive((self.milk, "OLD", 5), (self.milk, "LAST", 5), (self.device, "BAD", 1))
        now = fields.Datetime.now()
        self.lot(self.milk, "OLD").expiration_date = now - timedelta(days=3)
        self.lot(self.milk, "LAST").expiration_date = now + timedelta(days=3)
        self.env["trace.expiry.rule"].create({"name": "A", "stop_unit": "days", "stop_at": 10})
        self.env["trace.hold"]._place(self.lot(self.device, "BAD"), "leaks", goods="stay")
        said = self.check((self.milk, "OLD"), (self.milk, "LAST"), (self.device, "BAD"))
        self.assertEqual(
            [[(one["code"], one["severity"]) for one in some] for some in said],
            [
                [("expired", "block"), ("past_stop_sale", "warn")],
                [("past_stop_sale", "warn")],
                [("on_hold", "block")],
            ],
        )
        self.assertEqual(said[2][0]["text"], "BAD of Device is on hold: leaks")
        self.assertIn("Take another unit", said[2][0]["remedy"])

    def test_the_book_says_the_same_of_days(self):
        """Whoever asks the server on the last day hears what the till would have said."""
        self.receive((self.milk, "L1", 5))
        self.env["trace.expiry.rule"].create({"name": "A", "stop_unit": "days", "stop_at": 2})
        today = fields.Date.from_string(self.book()["today"])
        epoch = fields.Date.from_string("1970-01-01")
        for days, wanted in ((1, ["past_stop_sale"]), (2, [])):
            self.lot(self.milk, "L1").expiration_date = f"{today + timedelta(days)} 12:00:00"
            stop = self.book()["lots"]["stop"][0]
            self.assertEqual(stop < (today - epoch).days, bool(wanted))
            self.assertEqual(self.codes((self.milk, "L1")), [wanted])

    def test_a_customer_who_wants_more(self):
        self.receive((self.milk, "L1", 5))
        self.lot(self.milk, "L1").expiration_date = fields.Datetime.now() + timedelta(days=20)
        values = {"name": "C", "partner_id": self.customer.id, "min_life_unit": "days"}
        self.env["trace.expiry.rule"].create({**values, "min_life_at": 30})
        self.assertEqual(self.codes((self.milk, "L1")), [[]])
        [[said]] = self.check((self.milk, "L1"), partner=self.customer)
        self.assertIn("Customer wants 30", said["text"])

    def test_policy_for_the_customer(self):
        self.policy("unknown_number", "off", partner_id=self.customer.id)
        self.assertEqual(self.codes((self.device, "SN0")), [["unknown_number"]])
        self.assertEqual(self.codes((self.device, "SN0"), partner=self.customer), [[]])

    def test_a_permission_makes_it_a_note(self):
        self.receive((self.device, "BAD", 1))
        lot = self.lot(self.device, "BAD")
        self.env["trace.hold"]._place(lot, "leaks", goods="stay")
        values = {"reason": "tested", "lot_ids": lot.ids, "location_dest_id": self.customers.id}
        self.env["trace.pass"].create(values)
        [[said]] = self.check((self.device, "BAD"))
        self.assertEqual((said["code"], said["severity"]), ("on_hold", "note"))

    def test_what_comes_back_is_not_asked_about(self):
        self.assertEqual(self.codes((self.device, "SN0", -1)), [[]])

    def test_nonsense_is_said_nothing_about(self):
        till = self.config.with_user(self.cashier)
        untracked = self._product("Plain", "none")
        numbers = [
            {},
            {"product_id": "x", "number": "SN1"},
            {"product_id": 2**31 - 1, "number": "SN1"},
            {"product_id": untracked.id, "number": "SN1"},
            {"product_id": self.device.id, "number": 5, "quantity": "many"},
        ]
        self.assertEqual(till.trace_check(numbers, None), [[]] * 5)
        self.assertEqual(len(till.trace_check([{"product_id": self.device.id}], None)[0]), 1)

    def test_nothing_of_other_companies(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        lot = self.env["stock.lot"].create({"name": "SN1", "product_id": self.device.id})
        self.env["stock.quant"]._update_available_quantity(
            self.device, theirs.lot_stock_id, 1, lot_id=lot
        )
        self.assertEqual(self.codes((self.device, "SN1")), [["unknown_number"]])

    # -- what is kept ---------------------------------------------------------

    def test_the_first_till_gets_it(self):
        self.receive((self.device, "SN1", 1))
        self.assertEqual(self.codes((self.device, "SN1"), order="one"), [[]])
        self.assertEqual(self.codes((self.device, "SN1"), order="one"), [[]], "asked again")
        self.assertEqual(self.codes((self.device, "SN1"), order="two"), [["in_other_order"]])
        self.assertIn("another open order: Trace Shop", self.text(self.device, "SN1")[0])

    def test_who_has_it_is_named(self):
        """Two tills of one shop have different names, and each has many orders."""
        self.receive((self.device, "SN1", 1))
        corner = self.new_till("Corner", self.warehouse.pos_type_id)
        one = {"product_id": self.device.id, "number": "SN1", "quantity": 1}
        corner.with_user(self.cashier).trace_check([one], "one", order_name="T 12")
        self.assertIn("another open order: T 12 (Corner)", self.text(self.device, "SN1")[0])
        # a till may send anything
        corner.with_user(self.cashier).trace_check([one], "one", order_name=7)
        self.assertIn("another open order: Corner", self.text(self.device, "SN1")[0])

    def test_a_draft_of_another_till_is_named(self):
        self.receive((self.device, "SN1", 1))
        self.open()
        data = self.order([(self.device, 1, "SN1")], state="draft", floating_order_name="Table 7")
        self.sync({**data, "payment_ids": [], "amount_paid": 0})
        self.assertIn("another open order: Table 7 (Trace Shop)", self.text(self.device, "SN1")[0])

    def test_a_lot_is_enough_for_several(self):
        self.receive((self.milk, "L1", 5))
        self.assertEqual(self.codes((self.milk, "L1", 3), order="one"), [[]])
        self.assertEqual(self.codes((self.milk, "L1", 2), order="two"), [[]])
        self.assertEqual(self.codes((self.milk, "L1", 1), order="three"), [["in_other_order"]])

    def test_what_is_given_up_is_free(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        both = (self.device, "SN1"), (self.device, "SN2")
        till = self.config.with_user(self.cashier)
        self.codes(*both, order="one")
        till.trace_let_go("one", [{"product_id": self.device.id, "number": "SN1"}])
        self.assertEqual(self.codes(*both, order="two"), [[], ["in_other_order"]])
        till.trace_let_go("one")
        self.assertEqual(self.codes(*both, order="two"), [[], []])

    def test_time_frees_it(self):
        self.receive((self.device, "SN1", 1))
        self.codes((self.device, "SN1"), order="one")
        claims = self.env["trace.till.claim"]
        past = fields.Datetime.now() - timedelta(days=1)
        claims.search([("order_uuid", "=", "one")]).sudo().until = past
        self.env.flush_all()
        self.assertEqual(self.codes((self.device, "SN1"), order="two"), [[]])
        claims._forget()
        self.assertFalse(claims.search([("order_uuid", "=", "one")]))

    def test_a_draft_keeps_its_numbers_until_it_is_cancelled(self):
        self.receive((self.device, "SN1", 1))
        self.open()
        self.codes((self.device, "SN1"), order="one")
        data = self.order([(self.device, 1, "SN1")], state="draft", uuid="one")
        draft = self.sync({**data, "payment_ids": [], "amount_paid": 0})
        self.assertEqual(self.codes((self.device, "SN1"), order="two"), [["in_other_order"]])
        draft.action_pos_order_cancel()
        self.assertEqual(self.codes((self.device, "SN1"), order="two"), [[]])

    def test_payment_ends_a_claim(self):
        self.receive((self.device, "SN1", 1))
        self.open()
        self.codes((self.device, "SN1"), order="one")
        self.sell(self.device, 1, "SN1", uuid="one")
        self.assertFalse(self.env["trace.till.claim"].search([("order_uuid", "=", "one")]))
        self.assertEqual(self.codes((self.device, "SN1"), order="two"), [["sold_already"]])

    # -- cost -----------------------------------------------------------------

    def test_queries_do_not_grow_with_the_numbers(self):
        self.env["trace.expiry.rule"].create({"name": "A", "stop_unit": "days", "stop_at": 3})
        numbers = [(self.milk, f"L{index}", 1) for index in range(1000)]
        self.receive(*numbers)

        def count(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.check(*some)), len(some))
            return self.env.cr.sql_log_count - before

        count(numbers[:2])
        few = count(numbers[:10])
        self.assertLessEqual(count(numbers), few)
        self.assertLessEqual(few, 45)
