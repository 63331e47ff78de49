from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestCompanies(TraceCase):
    """Two companies share products, and so the records of lots: neither acts on the other.

    The same lot ``SHARED`` is in stock of both.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.home = cls.env.company
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.there = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1)
        group = "lot_serial_trace.group_trace_quality"
        cls.stranger = new_test_user(
            cls.env,
            "c_stranger",
            groups=group,
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )
        cls.traveller = new_test_user(
            cls.env,
            "c_traveller",
            groups=group,
            company_id=cls.home.id,
            company_ids=[(6, 0, (cls.home | cls.other).ids)],
        )
        cls.neighbour = new_test_user(cls.env, "c_neighbour", groups=group)

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "SHARED", 10))
        self.in_other("in", 7)
        self.shared = self.lot(self.milk, "SHARED")
        self.assertFalse(self.shared.company_id)

    def in_other(self, kind, quantity, number="SHARED", product=None):
        """Move goods in the other company's warehouse."""
        companies = (self.other | self.home).ids
        there = {
            "warehouse": self.there,
            "stock": self.there.lot_stock_id,
            "env": self.env(context={**self.env.context, "allowed_company_ids": companies}),
        }
        with patch.multiple(self, **there):
            picking = self.picking(kind, [(product or self.milk, number, quantity)])
            picking._action_done()
        self.assertEqual(picking.company_id, self.other)
        return picking

    def reserve(self, warehouse, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": quantity,
                "company_id": warehouse.company_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        return move

    def test_a_hold_stops_its_company_only(self):
        mine, theirs = self.reserve(self.warehouse, 4), self.reserve(self.there, 4)
        self.env["trace.hold"]._place(self.shared, "secret of Home", company=self.home)
        self.assertEqual((mine.quantity, theirs.quantity), (0, 4), "reservations freed")
        self.assertEqual(self.reserve(self.there, 3).quantity, 3, "still reserved there")
        self.assertEqual(self.reserve(self.warehouse, 3).quantity, 0, "not here")
        self.assertEqual(self.in_other("out", 1).state, "done")
        with self.assertRaisesRegex(UserError, "secret of Home"):
            self.picking("out", [(self.milk, "SHARED", 1)])._action_done()

    def test_each_company_reads_its_own_reason(self):
        self.env["trace.hold"]._place(self.shared, "secret of Home", company=self.home)
        self.env["trace.hold"]._place(self.shared, "reason of Other", company=self.other)
        with self.assertRaises(UserError) as caught:
            self.in_other("out", 1)
        self.assertIn("reason of Other", str(caught.exception))
        self.assertNotIn("secret of Home", str(caught.exception))

    def test_quarantine_by_policy_in_both(self):
        self.policy("duplicate_serial", "quarantine", company_id=False)
        self.receive((self.device, "D1", 1))
        lot = self.lot(self.device, "D1")
        self.env["trace.hold"]._place(lot, "mine", company=self.home)
        self.in_other("in", 1, "D1", self.device)
        self.assertEqual(lot.trace_hold_ids.company_id, self.home, "its first one there")
        self.picking("in", [(self.device, "D1", 1)], dest=self.shelf)._action_done()
        self.assertEqual(len(lot.trace_hold_ids), 1, "held here already")

    def test_stock_of_the_other_is_no_duplicate_and_not_on_hand(self):
        self.policy("duplicate_serial", "block", company_id=False)
        self.policy("unknown_number", "block", company_id=False)
        self.receive((self.device, "D1", 1))
        self.in_other("in", 1, "D1", self.device)
        self.receive((self.device, "D2", 1))
        with self.assertRaisesRegex(UserError, "D2 of Device is not on hand"):
            self.in_other("out", 1, "D2", self.device)

    def test_holds_of_the_other_can_be_neither_read_nor_released(self):
        hold = self.env["trace.hold"]._place(self.shared, "secret of Home", company=self.home)
        theirs = hold.with_user(self.stranger)
        with self.assertRaises(AccessError):
            theirs.read(["reason"])
        with self.assertRaises(AccessError):
            theirs._release("because")
        with self.assertRaises(AccessError):
            self.env["trace.hold.wizard"].with_user(self.stranger).create(
                {"mode": "release", "hold_ids": [(6, 0, hold.ids)], "reason": "because"}
            ).action_confirm()
        self.assertEqual(hold.state, "active")
        hold.with_user(self.neighbour)._release("tested good")
        self.assertEqual(hold.state, "released")

    def test_an_answer_of_both_is_for_those_who_have_both(self):
        ask = self.env["trace.run"].with_user(self.traveller)
        ask = ask.with_context(allowed_company_ids=(self.home | self.other).ids)
        run = ask._ask(self.shared)
        self.assertEqual(set(run.stock_ids.mapped("quantity")), {10, 7})
        for user, seen in ((self.neighbour, 0), (self.stranger, 0), (self.traveller, 1)):
            companies = user.company_ids.ids
            env = self.env(user=user, context={"allowed_company_ids": companies})
            with self.subTest(user.login):
                self.assertEqual(env["trace.run"].search_count([("id", "=", run.id)]), seen)
                lines = env["trace.run.line"].search_count([("run_id", "=", run.id)])
                self.assertEqual(bool(lines), bool(seen))

    def test_the_walk_ends_at_the_companys_door(self):
        """What the other made of the lot is not told, not even that it made something."""
        made = self.env["stock.lot"].create({"name": "MADE", "product_id": self.device.id})
        self.env.cr.execute(
            "INSERT INTO trace_edge (operation, operation_id, side, lot_id, first_time, last_time,"
            " company_id) VALUES ('production', -1, 'in', %(lot)s, now(), now(), %(company)s),"
            " ('production', -1, 'out', %(made)s, now(), now(), %(company)s)",
            {"lot": self.shared.id, "made": made.id, "company": self.other.id},
        )
        here = self.env["trace.run"].with_user(self.neighbour)._ask(self.shared)
        there = self.env["trace.run"].with_user(self.stranger)._ask(self.shared)
        self.assertFalse(here.made_into_ids)
        self.assertEqual(there.made_into_ids.lot_id, made.id)
