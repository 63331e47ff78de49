from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnQuestions(ReturnCase):
    """A unit is scanned: the till hears who bought it, and what is to be done with it."""

    def furnish(self):
        super().furnish()
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 9))

    def ask(self, raw, partner=None):
        self.env.flush_all()
        return self.config.trace_ask_return(raw, partner.id if partner else None)

    def codes(self, answer):
        notes = answer["sales"][0]["notes"] if answer["sales"] else answer["notes"]
        return [note["code"] for note in notes]

    # -- sold at a till -------------------------------------------------------

    def test_sold(self):
        order = self.sell(self.device, 1, "SN1")
        [sale] = self.config.trace_find_sale("SN1")
        self.assertEqual(
            (sale["road"], sale["order"], sale["order_uuid"], sale["line_uuid"]),
            ("till", order.pos_reference, order.uuid, order.lines.uuid),
        )
        self.assertEqual(
            (sale["date"], sale["shop"], sale["partner"], sale["product_id"], sale["number"]),
            ("2026-03-04 05:06:07", self.config.name, "Customer", self.device.id, "SN1"),
        )
        self.assertEqual((sale["refunded"], sale["may_refund"], sale["notes"]), (False, True, []))

    def test_what_a_scanner_sends_is_read(self):
        self.sell(self.device, 1, "SN1")
        for raw in ("]d2010950110153000321SN1", "(01)09501101530003(21)SN1", " SN1\r"):
            with self.subTest(raw):
                self.assertEqual(len(self.ask(raw)["sales"]), 1)

    def test_digits_that_make_a_gtin_may_be_a_number(self):
        self.receive((self.device, "4006381333931", 1))
        self.sell(self.device, 1, "4006381333931")
        self.assertEqual(len(self.ask("4006381333931")["sales"]), 1)

    def test_the_product_in_the_code_counts(self):
        other = self._product("Other", "serial")
        self.receive((other, "SN1", 1))
        self.sell(other, 1, "SN1")
        self.assertEqual(self.codes(self.ask("(01)09501101530003(21)SN1")), ["return_unknown"])
        self.assertEqual(self.ask("SN1")["sales"][0]["product_id"], other.id)

    def test_the_same_number_of_two_products(self):
        other = self._product("Other", "serial")
        self.receive((other, "SN1", 1))
        self.sell(self.device, 1, "SN1", date_order="2026-01-01 10:00:00")
        self.sell(other, 1, "SN1", date_order="2026-02-01 10:00:00")
        self.assertEqual(
            [sale["product_id"] for sale in self.ask("SN1")["sales"]], [other.id, self.device.id]
        )

    def test_drafts_are_no_sales(self):
        order = self.send(self.line(self.device, 1, "SN1"), state="draft", payment_ids=[])
        self.assertEqual(order.lines.pack_lot_ids.lot_name, "SN1")
        self.assertFalse(self.ask("SN1")["sales"])

    # -- back already ---------------------------------------------------------

    def test_returned_already(self):
        sale = self.sell(self.device, 1, "SN1")
        back = self.refund(sale, "SN1", date="2026-03-05 09:00:00")
        answer = self.ask("SN1")
        [told] = answer["sales"]
        self.assertEqual(
            (told["refunded"], told["may_refund"], told["back_order"], told["back_date"]),
            (True, False, back.pos_reference, "2026-03-05 09:00:00"),
        )
        self.assertEqual(self.codes(answer), ["returned_already"])

    def test_a_refund_that_names_no_sale_counts_for_the_last_one(self):
        self.sell(self.device, 1, "SN1", date_order="2026-03-01 09:00:00")
        self.send(self.line(self.device, -1, "SN1"), date_order="2026-03-02 09:00:00")
        self.sell(self.device, 1, "SN1", date_order="2026-03-03 09:00:00")
        self.assertEqual(
            [(sale["date"], sale["refunded"]) for sale in self.ask("SN1")["sales"]],
            [("2026-03-03 09:00:00", False), ("2026-03-01 09:00:00", True)],
        )

    def test_recent_sales_of_a_lot(self):
        for day in range(1, 26):
            sale = self.sell(self.milk, 0.25, "L1", date_order=f"2026-03-{day:02} 09:00:00")
        self.refund(sale, "L1", quantity=0.25, date="2026-03-28 09:00:00")
        sales = self.ask("L1")["sales"]
        self.assertEqual(len(sales), 20)
        self.assertEqual(sales[0]["date"], "2026-03-25 09:00:00")
        self.assertEqual([sale["refunded"] for sale in sales], [True] + [False] * 19)

    # -- other roads ----------------------------------------------------------

    def test_delivered(self):
        self.validate(self.picking("out", [(self.device, "SN1", 1)]))
        [sale] = self.ask("SN1")["sales"]
        self.assertEqual(
            (sale["road"], sale["order"], sale["partner"], sale["may_refund"]),
            ("delivery", "TEST", "Customer", False),
        )

    def test_delivered_and_back(self):
        self.validate(self.picking("out", [(self.device, "SN1", 1)]))
        self.validate(
            self.picking("in", [(self.device, "SN1", 1)], self.customers, partner=self.customer)
        )
        self.assertEqual(self.codes(self.ask("SN1")), ["returned_already"])

    def test_a_corrected_delivery_was_no_sale(self):
        picking = self.picking("out", [(self.device, "SN1", 1)])
        self.validate(picking)
        picking.move_line_ids.quantity = 0
        self.assertEqual(self.codes(self.ask("SN1")), ["return_unknown"])

    # -- what is to be said ---------------------------------------------------

    def test_never_sold(self):
        answer = self.ask("SN2")
        self.assertEqual(self.codes(answer), ["return_unknown"])
        self.assertEqual((answer["product_id"], answer["may_take"]), (self.device.id, True))
        self.policy("return_unknown", "block")
        self.assertFalse(self.ask("SN2")["may_take"])

    def test_the_code_of_a_product_is_no_number(self):
        for raw in ("9501101530003", "(01)09501101530003", "]d20109501101530003"):
            with self.subTest(raw):
                answer = self.ask(raw)
                self.assertEqual((self.codes(answer), answer["may_take"]), (["no_number"], False))

    def test_nothing_at_all(self):
        for raw in ("", "NOBODY KNOWS", "x" * 5000, "\x00", "(01)12(21)"):
            with self.subTest(raw[:20]):
                answer = self.ask(raw)
                self.assertEqual((answer["sales"], answer["may_take"]), ([], False))
                self.assertTrue(answer["notes"][0]["text"])
        self.assertEqual(self.config.trace_find_sale(None), [])

    def test_another_customer(self):
        self.sell(self.device, 1, "SN1")
        self.assertEqual(self.codes(self.ask("SN1", self.customer)), [])
        self.assertEqual(self.codes(self.ask("SN1", self.supplier)), ["return_other_customer"])
        self.assertTrue(self.ask("SN1", self.supplier)["sales"][0]["may_refund"])
        self.policy("return_other_customer", "block")
        self.assertFalse(self.ask("SN1", self.supplier)["sales"][0]["may_refund"])

    def test_people_of_a_company_are_one_customer(self):
        ann, bob = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.customer.id} for name in ("Ann", "Bob")]
        )
        self.sell(self.device, 1, "SN1", partner=ann)
        self.assertEqual(self.codes(self.ask("SN1", bob)), [])

    def test_recalled(self):
        self.sell(self.device, 1, "SN1")
        self.make_quarantine()
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "battery burns", "recall")
        answer = self.ask("SN1")
        [sale] = answer["sales"]
        self.assertEqual((sale["recalled"], sale["held"]), (True, "battery burns"))
        self.assertEqual(sale["notes"][0]["code"], "on_hold")
        self.assertIn("battery burns", sale["notes"][0]["text"])
        self.assertEqual(answer["quarantine"], self.quarantine.display_name)
        self.assertTrue(sale["may_refund"])

    def test_expired(self):
        self.sell(self.milk, 1, "L1")
        self.lot(self.milk, "L1").expiration_date = "2020-01-01 12:00:00"
        [sale] = self.ask("L1")["sales"]
        self.assertEqual(sale["expired"], "2020-01-01")
        self.assertEqual(sale["notes"][0]["code"], "expired")

    # -- rights ---------------------------------------------------------------

    def test_a_bare_cashier_may_ask_and_reads_nothing_else(self):
        self.sell(self.device, 1, "SN1")
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "leaks", goods="stay")
        cashier = new_test_user(self.env, "bare_cashier", "point_of_sale.group_pos_user")
        answer = self.config.with_user(cashier).trace_ask_return("SN1", self.customer.id)
        [sale] = answer["sales"]
        self.assertEqual((sale["partner"], sale["held"]), ("Customer", "leaks"))
        self.assertFalse([key for key in sale if "mail" in key or "phone" in key])
        with self.assertRaises(AccessError):
            self.env["trace.hold"].with_user(cashier).search([])

    def test_others_may_not_ask(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.config.with_user(clerk).trace_find_sale("SN1")

    def test_sales_of_other_companies_are_not_told(self):
        self.sell(self.device, 1, "SN1")
        other = self.env["res.company"].create({"name": "Other"})
        cashier = new_test_user(
            self.env,
            "other_cashier",
            "point_of_sale.group_pos_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.config.with_user(cashier).trace_find_sale("SN1")

    # -- cost -----------------------------------------------------------------

    def test_many_sales_cost_no_more_queries(self):
        counts = []
        for many in (1, 18):
            for _i in range(many):
                self.sell(self.milk, 0.1, "L1")
            self.env.flush_all()
            self.env.invalidate_all()
            self.config.trace_ask_return("L1", self.customer.id)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.config.trace_ask_return("L1", self.customer.id)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
