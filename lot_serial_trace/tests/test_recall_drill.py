import hashlib
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_trace import GenealogyCase


class DrillCase(GenealogyCase):
    """Milk that became cheese, was sold to two known customers and to nobody known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.recalls = cls.env["trace.recall"]
        cls.customer.write({"email": "shop@example.com", "phone": "+49 30 1"})
        cls.silent = cls.env["res.partner"].create({"name": "Silent"})
        cls.manager = new_test_user(cls.env, "dr_manager", "lot_serial_trace.group_trace_recall")

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.device, "S1", 1))
        self.deliver("M1", 4)
        self.deliver("M1", 1, partner=self.silent)
        self.m1 = self.lot(self.milk, "M1")

    def deliver(self, number, quantity, partner=None, product=None):
        picking = self.picking(
            "out", [(product or self.milk, number, quantity)], partner=partner or self.customer
        )
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        return picking

    def drill(self, lots=None, **values):
        """A drill about chosen lots, or one that draws."""
        how = {"drill_how": "random"}
        if lots:
            how = {"drill_how": "chosen", "lot_ids": [(6, 0, lots.ids)]}
        return self.recalls.create({"title": "Drill", "is_drill": True, **how, **values})

    def started(self, lots=None, **values):
        drill = self.drill(lots or self.m1, **values)
        drill._drill_start()
        self.assertEqual((drill.state, drill.phase, drill.error), ("running", "done", False))
        return drill

    def tasks(self, drill, kind):
        return drill.drill_task_ids.filtered(lambda task: task.kind == kind)

    def finish(self, drill):
        """Do what people do, all of it right."""
        for task in self.tasks(drill, "address"):
            task.action_right()
        for task in self.tasks(drill, "find"):
            drill.trace_drill_scan(task.lot_id.name)
        drill._drill_end()

    def checks(self, drill):
        return {check["name"]: check["value"] for check in drill.drill_result["checks"]}


@tagged("post_install", "-at_install")
class TestDrill(DrillCase):
    """A drill runs through all a case runs through, is measured, and closes with a verdict."""

    def test_from_start_to_verdict(self):
        drill = self.started()
        self.assertTrue(drill.name.startswith("RD/"))
        self.assertTrue(drill.drill_backward_at and drill.scope_at and drill.drill_contacts_at)
        self.assertEqual(drill.drill_back_run_id.purpose, "drill")
        self.assertEqual(drill.scope_ids.lot_id, self.m1)
        customers = drill.consignee_ids.filtered(lambda one: one.kind == "customer")
        self.assertEqual(set(customers.mapped("name")), {self.customer.name, self.silent.name})
        self.assertEqual(self.tasks(drill, "address").name, self.customer.name)
        find = self.tasks(drill, "find")
        self.assertEqual((find.lot_id, find.quantity), (self.m1, 5))
        self.finish(drill)
        self.assertEqual(drill.state, "closed")
        self.assertEqual(
            {name: value for name, value in self.checks(drill).items() if name != "hours"},
            {"contacts": 50, "addresses": 100, "found": 100, "balance": 100},
        )
        self.assertEqual(drill.drill_verdict, "failed", "95 % of the customers are wanted")
        self.assertIn("50 %", drill.drill_text)

    def test_passed(self):
        self.silent.email = "silent@example.com"
        drill = self.started()
        self.assertEqual(len(self.tasks(drill, "address")), 2)
        self.finish(drill)
        self.assertEqual(drill.drill_verdict, "passed")
        self.assertEqual(drill.drill_result["within"], {"2": True, "4": True, "24": True})

    def test_no_effect_on_goods_tills_and_mail(self):
        """Before and after are the same, but for what belongs to the drill itself."""

        def world():
            self.env.flush_all()
            self.env.invalidate_all()
            counts = {
                model: self.env[model].search_count([])
                for model in (
                    "trace.hold",
                    "trace.hold.effect",
                    "stock.move",
                    "stock.picking",
                    "stock.move.line",
                    "mail.mail",
                    "trace.recall.letter",
                    "trace.event",
                    "trace.exception",
                )
            }
            quants = self.env["stock.quant"].search([("lot_id", "=", self.m1.id)], order="id")
            return (
                counts,
                [(one.quantity, one.reserved_quantity, one.location_id) for one in quants],
                self.m1.trace_status,
                self.env["bus.bus"].search_count([]),
            )

        self.deliver("S1", 1, product=self.device)
        waiting = self.picking("out", [(self.milk, "M1", 2)])
        waiting.action_assign()
        before = world()
        drill = self.started()
        self.finish(drill)
        self.assertEqual(world(), before)
        self.assertFalse(drill.scope_ids.hold_id)
        self.assertEqual(waiting.state, "assigned")
        self.validate(waiting)
        self.assertEqual(waiting.state, "done", "the goods may leave")

    def test_late_arrivals_do_not_join(self):
        drill = self.started()
        self.receive((self.milk, "M1", 3))
        self.deliver("M1", 1)
        self.assertEqual(drill.scope_ids.lot_id, self.m1)
        self.assertEqual(drill.state, "running")

    def test_backward_and_forward_through_production(self):
        self.make(self.cheese, "C1", (self.milk, "M1", 2))
        drill = self.started(self.lot(self.cheese, "C1"))
        made_from = drill.drill_back_run_id.line_ids.filtered(lambda one: one.role == "made_from")
        self.assertEqual(made_from.mapped("lot_name"), ["M1"])
        forward = self.started(self.m1)
        self.assertEqual(set(forward.scope_ids.mapped("lot_name")), {"M1", "C1"})

    def test_time_by_hand(self):
        """Started 3 h 30 min ago, a pause of an hour in it: 3.5 h with it, 2.5 h without."""
        drill = self.started()
        now = fields.Datetime.now()
        drill.sudo().initiated_at = now - timedelta(hours=3, minutes=30)
        self.env["trace.recall.drill.pause"].create(
            {
                "recall_id": drill.id,
                "begun_at": now - timedelta(hours=3),
                "ended_at": now - timedelta(hours=2),
                "reason": "lunch",
            }
        )
        self.assertAlmostEqual(drill._drill_measured(now).seconds, 3.5 * 3600, delta=2)
        self.assertAlmostEqual(drill._drill_measured(now).paused, 3600, delta=2)
        drill.sudo().write({"drill_hours": 3, "drill_pauses_count": False})
        self.finish(drill)
        self.assertAlmostEqual(self.checks(drill)["hours"], 2.5, delta=0.01)
        self.assertEqual(drill.drill_result["within"], {"2": False, "4": True, "24": True})
        self.assertIn("3 h 30 min", drill.drill_text)

    def test_too_late(self):
        self.silent.email = "silent@example.com"
        drill = self.started()
        drill.sudo().initiated_at = fields.Datetime.now() - timedelta(hours=4, minutes=1)
        self.finish(drill)
        self.assertEqual(drill.drill_verdict, "failed")
        self.assertEqual(drill.drill_text.split("\n")[0], "Not passed.")

    def test_pauses_are_said(self):
        drill = self.started()
        with self.assertRaisesRegex(UserError, "Say why"):
            drill._drill_pause(" ")
        drill._drill_pause("Shift is over")
        self.assertTrue(drill.drill_standing)
        self.assertTrue(drill.clock["standing"])
        with self.assertRaisesRegex(UserError, "stands already"):
            drill._drill_pause("again")
        drill._drill_resume()
        self.assertFalse(drill.drill_standing)
        with self.assertRaisesRegex(UserError, "runs already"):
            drill._drill_resume()
        self.assertEqual(drill.drill_pause_ids.user_id, self.env.user)
        self.assertEqual(
            drill.step_ids.filtered(lambda step: step.kind == "pause").says, "Pause: Shift is over"
        )

    def test_what_is_not_done_counts_as_not_done(self):
        drill = self.started()
        drill._drill_end()
        checks = self.checks(drill)
        self.assertEqual((checks["addresses"], checks["found"]), (0, 0))
        self.assertEqual(drill.drill_verdict, "failed")

    def test_half_of_it_is_found(self):
        drill = self.started()
        answer = drill.trace_drill_scan("M1", 2)
        self.assertEqual((answer["verdict"], answer["left"]), ("good", 1))
        drill._drill_end()
        self.assertEqual(self.checks(drill)["found"], 40, "2 of 5")

    def test_scans(self):
        drill = self.started()
        for code in ("S1", "nothing", ""):
            answer = drill.trace_drill_scan(code)
            self.assertEqual(answer["verdict"], "stop", code)
            self.assertTrue(answer["message"])
        self.assertEqual(drill.trace_drill_scan("M1")["verdict"], "good")
        again = drill.trace_drill_scan("M1")
        self.assertEqual(again["verdict"], "stop")
        self.assertIn("already", again["message"])
        self.assertTrue(drill.drill_found_at)

    def test_not_there(self):
        drill = self.started()
        self.tasks(drill, "find").action_missing()
        self.tasks(drill, "address").action_wrong()
        drill._drill_end()
        checks = self.checks(drill)
        self.assertEqual((checks["addresses"], checks["found"]), (0, 0))
        with self.assertRaisesRegex(UserError, "does not run"):
            self.tasks(drill, "find").action_missing()

    def test_nothing_to_measure(self):
        """A lot that lies untouched: nobody got it, so no share of customers fails."""
        self.receive((self.milk, "M9", 1))
        drill = self.started(self.lot(self.milk, "M9"))
        self.finish(drill)
        checks = self.checks(drill)
        self.assertEqual((checks["contacts"], checks["addresses"]), (None, None))
        self.assertEqual(drill.drill_verdict, "passed")
        self.assertIn("nothing to measure", drill.drill_text)

    def test_loss_opens_the_balance(self):
        """The stock says 4 where the ledger says 5 of 10: 90 % is accounted for."""
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.m1.id), ("location_id", "=", self.stock.id)]
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_quant SET quantity = 4 WHERE id = %s", [quant.id])
        quant.invalidate_recordset()
        drill = self.started()
        drill._drill_end()
        self.assertEqual(self.checks(drill)["balance"], 90)

    def test_only_once(self):
        drill = self.started()
        with self.assertRaises(UserError):
            drill._drill_start()
        drill._drill_end()
        with self.assertRaises(UserError):
            drill._drill_end()
        with self.assertRaises(UserError):
            drill._drill_pause("late")

    def test_buttons_of_cases_do_the_same(self):
        """Confirm starts a drill, Close judges it."""
        drill = self.drill(self.m1)
        drill._confirm()
        self.assertTrue(drill.drill_backward_at)
        drill._close()
        self.assertTrue(drill.drill_verdict)

    def test_who_may(self):
        drill = self.drill(self.m1)
        people = {
            name: new_test_user(self.env, f"dr_{name}", f"lot_serial_trace.group_trace_{name}")
            for name in ("auditor", "user", "quality")
        }
        for user in people.values():
            with self.assertRaises(AccessError):
                drill.with_user(user)._drill_start()
        drill.with_user(self.manager)._drill_start()
        with self.assertRaises(AccessError):
            drill.with_user(people["auditor"]).trace_drill_scan("M1")
        answer = drill.with_user(people["user"]).trace_drill_scan("M1")
        self.assertEqual(answer["verdict"], "good")
        self.assertEqual(self.tasks(drill, "find").user_id, people["user"])
        with self.assertRaises(AccessError):
            self.tasks(drill, "address").with_user(people["user"]).write({"state": "good"})
        for user in people.values():
            with self.assertRaises(AccessError):
                drill.with_user(user)._drill_end()
        drill.with_user(self.manager)._drill_end()
        self.assertTrue(drill.with_user(people["auditor"]).drill_text)
        with self.assertRaises(UserError):
            drill.with_user(self.manager).write({"drill_verdict": "passed"})

    def test_other_companies(self):
        drill = self.started()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "dr_stranger",
            "lot_serial_trace.group_trace_recall",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.env.flush_all()
        for model in ("task", "pause", "history"):
            found = self.env[f"trace.recall.drill.{model}"].with_user(stranger).search([])
            self.assertNotIn(drill.id, found.recall_id.ids)

    def test_past_notice(self):
        """What if it came today: the lots matched with it, but for those that were refused."""
        notice = (
            self.env["trace.notice"]
            .sudo()
            .create({"title": "Glass", "source": "manual", "company_id": self.env.company.id})
        )
        for lot, state in ((self.m1, "proposed"), (self.lot(self.device, "S1"), "refused")):
            self.env["trace.notice.match"].sudo().create(
                {
                    "notice_id": notice.id,
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "state": state,
                }
            )
        drill = self.drill(drill_how="notice", drill_notice_id=notice.id)
        drill._drill_start()
        self.assertEqual(drill.lot_ids, self.m1)
        self.assertFalse(notice.recall_ids, "the notice has no case because of a drill")
        with self.assertRaisesRegex(UserError, "choose another one"):
            notice.match_ids.sudo().state = "refused"
            self.drill(drill_how="notice", drill_notice_id=notice.id)._drill_start()

    def test_terms_are_frozen(self):
        drill = self.started().with_user(self.manager)
        with self.assertRaises(UserError):
            drill.drill_hours = 100


@tagged("post_install", "-at_install")
class TestDrillDraw(DrillCase):
    """The lot of a drill is drawn, so that nobody chooses an easy one; a draw can be repeated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dairy = cls.env["product.category"].create({"name": "Dairy"})
        cls.tools = cls.env["product.category"].create({"name": "Tools"})
        cls.milk.categ_id, cls.device.categ_id = cls.dairy, cls.tools

    def furnish(self):
        super().furnish()
        self.receive(*[(self.milk, f"D{number}", 1) for number in range(5)])
        for number in range(5):
            self.deliver(f"D{number}", 1)
        self.deliver("S1", 1, product=self.device)

    def mine(self, **values):
        """A drill that draws among the goods of this test."""
        categories = self.dairy | self.tools
        return self.drill(**{"drill_categ_ids": [(6, 0, categories.ids)], **values})

    def drawn(self, seed, **values):
        drill = self.mine(**values).sudo()
        drill._drill_draw_lot(seed)
        return drill

    def test_the_same_seed_draws_the_same_lot(self):
        lots = [self.drawn(seed).lot_ids for seed in (1, 2, 3, 4, 5, 6)]
        self.assertEqual(lots, [self.drawn(seed).lot_ids for seed in (1, 2, 3, 4, 5, 6)])
        self.assertGreater(len({lot.id for lot in lots}), 1)

    def test_what_is_kept(self):
        drill = self.drawn(42)
        expected = sorted(
            self.env["stock.lot"]
            .search([("product_id", "in", (self.milk | self.device).ids), ("name", "!=", "x")])
            .ids
        )
        self.assertEqual(drill.drill_draw["seed"], "42")
        self.assertEqual(drill.drill_draw["candidates"], 7, "M1, D0 to D4, S1")
        digest = hashlib.sha256(",".join(map(str, expected)).encode()).hexdigest()
        self.assertEqual(drill.drill_draw["digest"], digest)
        self.assertIn("42", drill.drill_draw_text)

    def test_each_category_alike(self):
        """One device, six lots of milk: the device comes in about half of the draws."""
        devices = sum(self.drawn(seed).lot_ids.product_id == self.device for seed in range(60))
        self.assertGreater(devices, 18)
        alike = sum(
            self.drawn(seed, drill_weight="lots").lot_ids.product_id == self.device
            for seed in range(60)
        )
        self.assertLess(alike, 18)

    def test_by_deliveries(self):
        """M1 went out twice of eight times: its chance is a quarter, not a seventh."""
        times = sum(
            self.drawn(seed, drill_weight="deliveries").lot_ids.name == "M1" for seed in range(100)
        )
        self.assertTrue(15 <= times <= 38, times)

    def test_only_what_fits(self):
        tools = {"drill_categ_ids": [(6, 0, self.tools.ids)]}
        self.assertEqual(self.drawn(1, **tools).lot_ids.name, "S1")
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        with self.assertRaisesRegex(UserError, "No lot fits"):
            self.drawn(1, drill_warehouse_id=other.id)
        self.assertTrue(self.drawn(1, drill_warehouse_id=self.warehouse.id).lot_ids)
        with self.assertRaisesRegex(UserError, "No lot fits"):
            self.drawn(1, drill_days=-1)

    def test_drawn_at_the_start_not_before(self):
        drill = self.mine()
        self.assertFalse(drill.lot_ids)
        drill._drill_start()
        self.assertEqual(len(drill.lot_ids), 1)
        self.assertEqual(drill.drill_draw["lot"], drill.lot_ids.id)
        self.assertIn("drawn", drill.step_ids.mapped("kind"))

    def test_one_query(self):
        """However many lots there are; one more looks the categories up."""
        drill = self.mine().sudo()
        since = fields.Datetime.now() - timedelta(days=1)
        drill._drill_drawn(0.5, since)
        self.env.flush_all()
        with self.assertQueryCount(2):
            drill._drill_drawn(0.5, since)


@tagged("post_install", "-at_install")
class TestDrillHistory(DrillCase):
    """Drills over time: pass rate and times, nothing left out."""

    def test_by_hand(self):
        """One passed in 1 h, one failed in 5 h, one never ended."""
        self.silent.email = "silent@example.com"
        drills = self.recalls
        for hours in (1, 5):
            drill = self.started()
            drill.sudo().initiated_at = fields.Datetime.now() - timedelta(hours=hours)
            self.finish(drill)
            drills |= drill
        drills |= self.drill(self.m1)
        self.env.flush_all()
        history = self.env["trace.recall.drill.history"]
        [(count, judged, passed, rate, hours)] = history._read_group(
            [("recall_id", "in", drills.ids)],
            [],
            [
                "drill_count:sum",
                "judged_count:sum",
                "passed_count:sum",
                "pass_rate:avg",
                "hours:avg",
            ],
        )
        self.assertEqual((count, judged, passed, rate), (3, 2, 1, 50))
        self.assertAlmostEqual(hours, 3, delta=0.01)
        row = history.browse(drills[0].id)
        self.assertEqual((row.balance, row.verdict), (100, "passed"))
        self.assertTrue(row.has_balance)
        self.assertFalse(history.browse(drills[-1].id).has_balance, "never ended: not 0 %")
        self.assertEqual(row.categ_id, self.milk.categ_id)
