from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_recall_drill import DrillCase


@tagged("post_install", "-at_install")
class TestDrillPlan(DrillCase):
    """Plans make drills on working days, remind their owner, or surprise him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.env["trace.recall.drill.plan"]
        cls.plans.search([]).active = False
        cls.env.company.partner_id.tz = "UTC"

    def plan(self, day, **values):
        return self.plans.create(
            {
                "name": "Yearly",
                "next_date": day,
                "months": 6,
                "user_id": self.manager.id,
                "drill_scheme": "sqf",
                "drill_balance_min": 98,
                **values,
            }
        )

    def cron(self, moment):
        with freeze_time(moment):
            for plan in self.plans.sudo().search([]):
                plan._try_to_go_on()

    def drills(self, plan):
        return self.recalls.search([("drill_plan_id", "=", plan.id)], order="id")

    def test_on_the_day(self):
        plan = self.plan(date(2026, 3, 2))
        self.cron(datetime(2026, 3, 1, 12))
        self.assertFalse(self.drills(plan))
        self.cron(datetime(2026, 3, 2, 8))
        self.cron(datetime(2026, 3, 2, 9))
        drill = self.drills(plan)
        self.assertEqual(len(drill), 1)
        self.assertEqual(
            (drill.state, drill.user_id, drill.is_drill), ("draft", self.manager, True)
        )
        self.assertEqual((drill.drill_scheme, drill.drill_hours), ("sqf", 2))
        self.assertEqual(drill.drill_balance_min, 98)
        self.assertFalse(drill.lot_ids, "drawn when it starts")
        self.assertEqual(drill.activity_ids.user_id, self.manager)
        self.assertEqual(plan.next_date, date(2026, 9, 2))

    def test_not_on_a_day_off(self):
        """7 March 2026 is a Saturday: the drill comes on Monday, the plan goes on from the 7th."""
        plan = self.plan(date(2026, 3, 7))
        self.cron(datetime(2026, 3, 8, 8))
        self.assertFalse(self.drills(plan))
        self.cron(datetime(2026, 3, 9, 8))
        self.assertEqual(len(self.drills(plan)), 1)
        self.assertEqual(plan.next_date, date(2026, 9, 7))

    def test_reminder_once(self):
        plan = self.plan(date(2026, 3, 10), remind_days=5)
        self.cron(datetime(2026, 3, 4, 8))
        self.assertFalse(plan.activity_ids)
        self.cron(datetime(2026, 3, 5, 8))
        self.cron(datetime(2026, 3, 6, 8))
        self.assertEqual(len(plan.activity_ids), 1)
        self.assertEqual(plan.activity_ids.date_deadline, date(2026, 3, 10))
        self.cron(datetime(2026, 3, 10, 8))
        self.assertFalse(plan.activity_ids, "the drill is there")

    def test_what_was_missed_long_ago_is_not_made_up(self):
        plan = self.plan(date(2024, 1, 10))
        self.cron(datetime(2026, 3, 10, 8))
        self.assertEqual(len(self.drills(plan)), 1)
        self.assertEqual(plan.next_date, date(2026, 7, 10))

    def test_surprise(self):
        """It comes on a working day within four weeks, and the clock runs at once."""
        plan = self.plan(date(2026, 3, 2), drill_surprise=True)
        self.cron(datetime(2026, 3, 1, 8))
        self.assertFalse(plan.activity_ids, "nobody is reminded")
        day = plan.sudo().surprise_date
        self.assertTrue(date(2026, 3, 2) <= day <= date(2026, 4, 1), day)
        self.assertLess(day.weekday(), 5)
        self.assertNotIn("surprise_date", plan.with_user(self.manager).fields_get())
        # As if that day was today: goods of this test were delivered today.
        plan.sudo().surprise_date = plan.next_date = date.today()
        plan.sudo()._try_to_go_on()
        drill = self.drills(plan)
        self.assertEqual(len(drill.lot_ids), 1)
        begun = drill.initiated_at
        self.assertTrue(drill.clock["start"])
        drill.sudo().initiated_at = begun.replace(year=begun.year - 1)
        drill.with_user(self.manager)._drill_start()
        self.assertEqual(
            drill.initiated_at.year, begun.year - 1, "the clock was running before the start"
        )

    def test_nothing_to_draw_is_told(self):
        plan = self.plan(
            date(2026, 3, 2),
            drill_surprise=True,
            drill_categ_ids=[(6, 0, self.env["product.category"].create({"name": "Empty"}).ids)],
        )
        plan.sudo().surprise_date = date(2026, 3, 2)
        self.cron(datetime(2026, 3, 2, 8))
        drill = self.drills(plan)
        self.assertIn("No lot fits", "".join(drill.step_ids.mapped("says")))
        self.assertEqual(drill.activity_ids.user_id, self.manager)

    def test_one_plan_stops_no_other(self):
        bad = self.plan(date(2026, 3, 2))
        good = self.plan(date(2026, 3, 2))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE trace_recall_drill_plan SET months = 1000000 WHERE id = %s", [bad.id]
        )
        bad.invalidate_recordset()
        with self.assertLogs("odoo.addons.lot_serial_trace.models.trace_recall_drill_plan"):
            self.cron(datetime(2026, 3, 2, 8))
        self.assertFalse(self.drills(bad))
        self.assertEqual(len(self.drills(good)), 1)

    def test_make_now_leaves_the_plan(self):
        plan = self.plan(date(2099, 3, 2), drill_surprise=True)
        action = plan.with_user(self.manager).action_make_now()
        drill = self.recalls.browse(action["res_id"])
        self.assertEqual((drill.drill_plan_id, drill.drill_surprise), (plan, False))
        self.assertEqual(plan.next_date, date(2099, 3, 2))

    def test_missed(self):
        plan = self.plan(date(2026, 3, 2))
        self.cron(datetime(2026, 3, 2, 8))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE trace_recall SET create_date = '2026-03-02' WHERE drill_plan_id = %s", [plan.id]
        )
        self.env.invalidate_all()
        with freeze_time(datetime(2026, 3, 5)):
            self.assertFalse(plan.is_missed)
        plan.invalidate_recordset()
        with freeze_time(datetime(2026, 3, 12)):
            self.assertTrue(plan.is_missed)

    def test_who_plans(self):
        plan = self.plan(date(2026, 3, 2))
        user = new_test_user(self.env, "dp_user", "lot_serial_trace.group_trace_quality")
        self.assertTrue(plan.with_user(user).name)
        with self.assertRaises(AccessError):
            plan.with_user(user).months = 1
        plan.with_user(self.manager).months = 1
