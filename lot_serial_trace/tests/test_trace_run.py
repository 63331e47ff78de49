from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestCompare(TraceCase):
    """The same question asked again says what is new, gone and otherwise."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "L1", 10))
        self.validate(self.picking("out", [(self.milk, "L1", 2)]))
        self.first = self.env["trace.run"]._ask(self.lot(self.milk, "L1"), "recall")

    def again(self):
        return self.env["trace.run"].browse(self.first.action_repeat()["res_id"])

    def changes(self, run):
        return {
            (change.kind, change.role, change.quantity_before, change.quantity_after)
            for change in run.change_ids
        }

    def test_nothing_changed(self):
        again = self.again()
        self.assertEqual((again.digest, again.change_ids.ids), (self.first.digest, []))
        self.assertTrue(again.same_as_before)
        self.assertIn("same", again.change_text)

    def test_a_sale_more(self):
        self.validate(self.picking("out", [(self.milk, "L1", 3)]))
        again = self.again()
        self.assertFalse(again.same_as_before)
        self.assertEqual(
            self.changes(again),
            {
                ("added", "customer", 0, 3),
                ("added", "path", 0, 3),
                ("changed", "consignee", 2, 5),
                ("changed", "stock", 8, 5),
                ("changed", "balance", 0, 0),
            },
        )
        self.assertIn("2 new, 0 gone, 3 changed", again.change_text)
        changed = again.change_ids.filtered(lambda one: one.role == "consignee")
        self.assertIn("2 → 5", changed.what)
        balance = again.change_ids.filtered(lambda one: one.role == "balance")
        self.assertEqual(balance.what, "on hand: 8 → 5; sold: 2 → 5")

    def test_a_correction_is_gone_and_new(self):
        other = self.env["stock.lot"].create({"name": "L2", "product_id": self.milk.id})
        picking = self.env["stock.picking"].search(
            [("partner_id", "=", self.customer.id)], order="id desc", limit=1
        )
        picking.move_line_ids.lot_id = other
        gone = {(kind, role) for kind, role, _before, _after in self.changes(self.again())}
        self.assertIn(("gone", "customer"), gone)
        self.assertIn(("gone", "consignee"), gone)

    def test_two_selected_answers(self):
        self.validate(self.picking("out", [(self.milk, "L1", 3)]))
        later = self.env["trace.run"]._ask(self.lot(self.milk, "L1"))
        action = (later | self.first).action_compare()
        self.assertEqual(action["domain"], [("run_id", "=", later.id)])
        self.assertTrue(later.change_ids)
        with self.assertRaisesRegex(UserError, "two answers"):
            later.action_compare()


@tagged("post_install", "-at_install")
class TestRequest(TraceCase):
    """A question that waits for a person: the clock runs until the answer is complete."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "L1", 10))
        self.lot_l1 = self.lot(self.milk, "L1")
        self.auditor = new_test_user(
            self.env, "r_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        self.clerk = new_test_user(self.env, "r_clerk", groups="lot_serial_trace.group_trace_user")

    def request(self, question=None, note="Where is it?"):
        runs = self.env["trace.run"].with_user(self.auditor)
        return runs._request("audit", note, self.clerk, question)

    def test_the_clock_runs_until_the_answer(self):
        run = self.request({"lots": self.lot_l1.ids})
        self.assertEqual((run.state, run.user_id), ("requested", self.auditor))
        self.assertEqual(run.sudo().activity_ids.user_id, self.clerk)
        run.sudo().requested_at = fields.Datetime.now() - timedelta(hours=2)
        run.with_user(self.clerk).action_answer()
        self.assertEqual((run.state, run.answered_by_id), ("answered", self.clerk))
        self.assertAlmostEqual(run.cycle_seconds, 7200, delta=60)
        self.assertLess(run.seconds, 60)
        self.assertFalse(run.sudo().activity_ids)
        self.assertEqual(run.supplier_ids.mapped("partner_name"), ["Supplier"])
        self.assertEqual((run.user_id, run.purpose), (self.auditor, "audit"))
        with self.assertRaisesRegex(UserError, "answered already"):
            run.with_user(self.clerk).action_answer()

    def test_in_words_only(self):
        run = self.request()
        action = run.with_user(self.clerk).action_answer()
        self.assertEqual(action["res_model"], "trace.ask")
        wizard = self.env["trace.ask"].with_user(self.clerk).browse(action["res_id"])
        wizard.numbers = "L1\n"
        wizard.action_ask()
        self.assertEqual((run.state, run.lot_ids), ("answered", self.lot_l1))

    def test_who_may(self):
        run = self.request({"lots": self.lot_l1.ids})
        with self.assertRaises(AccessError):
            run.with_user(self.auditor).action_answer()
        with self.assertRaisesRegex(UserError, "cannot answer"):
            self.env["trace.run"]._request("audit", "why", self.auditor)
        with self.assertRaisesRegex(UserError, "Say what"):
            self.request(note=" ")
        with self.assertRaises(UserError):
            run.with_user(self.clerk).write({"state": "answered"})

    def test_status_in_words(self):
        """On the screen and in files nobody reads the words that programs use."""
        self.env["trace.hold"]._place(self.lot_l1, "leaking")
        run = self.env["trace.run"]._ask(self.lot_l1, "audit")
        stock = self.env["trace.run.line"].search([("run_id", "=", run.id), ("role", "=", "stock")])
        words = dict(stock._fields["status"]._description_selection(self.env))
        self.assertEqual({words[line.status] for line in stock}, {"On hold"})
        self.assertEqual({line._cell("status") for line in stock}, {"On hold"})
        _name, file = self.env["trace.run.export"]._export(run, "stock", "csv")
        with file:
            self.assertIn(b"On hold", file.read())
        for word in ("incoming", "outgoing", "internal", "production", "repair", "till"):
            self.assertIn(word, words)

    def test_cycle_time(self):
        waiting = self.request({"lots": self.lot_l1.ids})
        waiting.sudo().requested_at = fields.Datetime.now() - timedelta(hours=3)
        slow = self.request({"lots": self.lot_l1.ids})
        slow.sudo().requested_at = fields.Datetime.now() - timedelta(hours=1)
        slow.with_user(self.clerk).action_answer()
        quick = self.env["trace.run"]._ask(self.lot_l1, "audit")
        self.env.flush_all()
        rows = self.env["trace.cycle.time"].browse((waiting | slow | quick).ids)
        self.assertEqual(rows.mapped("waited"), [True, True, False])
        self.assertEqual(rows.mapped("answered_count"), [0, 1, 1])
        self.assertAlmostEqual(rows[0].open_hours, 3, delta=0.1)
        self.assertAlmostEqual(rows[1].cycle_hours, 1, delta=0.1)
        self.assertLess(rows[2].cycle_seconds, 60)
        [(purpose, count, hours)] = self.env["trace.cycle.time"]._read_group(
            [("id", "in", rows.ids)], ["purpose"], ["answered_count:sum", "cycle_hours:avg"]
        )
        self.assertEqual((purpose, count), ("audit", 2), "open ones are no part of the average")
        self.assertAlmostEqual(hours, 0.5, delta=0.1)
