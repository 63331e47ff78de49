from datetime import datetime, timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import TraceCase

START = datetime(2026, 3, 2, 8)


class RecallCase(TraceCase):
    """Cases whose stamps are set by hand, so that times can be worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.times = cls.env["trace.recall.time"]
        cls.food = cls.env["product.category"].create({"name": "Food"})
        cls.milk.categ_id = cls.food

    @classmethod
    def case(cls, title="Glass", state="running", drill=False, start=START, **hours):
        """A case; ``hours`` are those from its start to a stamp."""
        recall = cls.env["trace.recall"].create(
            {"title": title, "is_drill": drill, "initiated_at": start}
        )
        stamps = {f"{name}_at": start + timedelta(hours=value) for name, value in hours.items()}
        recall.sudo().write({"state": state, **stamps})
        return recall

    def row(self, recall):
        self.env.flush_all()
        self.times.invalidate_model()
        return self.times.browse(recall.id)


@tagged("post_install", "-at_install")
class TestRecallTime(RecallCase):
    """Recall Resolution Time says what the stamps say, and leaves nothing out silently."""

    def test_by_hand(self):
        """8:00 first known; held 9:30, scope 10:00, notice 12:00; 95 % a day later; closed 3 days
        later.
        """
        recall = self.case(
            state="closed",
            held=1.5,
            scope=2,
            first_notice=4,
            answered=24,
            accounted=48.25,
            closed=72,
        )
        row = self.row(recall)
        self.assertEqual((row.kind, row.state, row.date), ("case", "closed", START))
        self.assertEqual(
            [
                row.hold_hours,
                row.scope_hours,
                row.notice_hours,
                row.answered_hours,
                row.accounted_hours,
                row.closed_hours,
                row.so_far_hours,
            ],
            [1.5, 2, 4, 24, 48.25, 72, 72],
        )
        self.assertEqual((row.open_count, row.closed_count, row.open_hours), (0, 1, 0))

    def test_open_ones_count_with_the_time_so_far(self):
        now = datetime.now().replace(microsecond=0)
        open_case = self.case(start=now - timedelta(hours=10), held=2)
        closed = self.case(state="closed", start=now - timedelta(hours=100), held=4, closed=6)
        row = self.row(open_case)
        self.assertAlmostEqual(row.open_hours, 10, delta=0.1)
        self.assertAlmostEqual(row.so_far_hours, 10, delta=0.1)
        [(held, closing, so_far, count)] = self.times._read_group(
            [("recall_id", "in", (open_case | closed).ids)],
            [],
            ["hold_hours:avg", "closed_hours:avg", "so_far_hours:avg", "case_count:sum"],
        )
        self.assertEqual((held, closing, count), (3, 6, 2), "an open case has no time to close")
        self.assertAlmostEqual(so_far, 8, delta=0.1)

    def test_each_kind_has_its_own_row(self):
        case, drill = self.case(), self.case(drill=True, state="closed", closed=3)
        cancelled = self.case(state="cancelled", held=1)
        merged = self.case(state="cancelled")
        merged.sudo().parent_id = case
        kinds = {one: self.row(one).kind for one in (case, drill, cancelled, merged)}
        self.assertEqual(
            kinds, {case: "case", drill: "drill", cancelled: "cancelled", merged: "merged"}
        )
        self.assertEqual(self.row(cancelled).hold_hours, 1, "its times are kept")
        self.assertEqual(self.row(cancelled).open_count, 0)

    def test_category_is_that_of_most_lots(self):
        self.receive((self.milk, "M1", 1), (self.milk, "M2", 1), (self.device, "S1", 1))
        recall = self.case()
        for lot in self.env["stock.lot"].search(
            [("product_id", "in", (self.milk | self.device).ids)]
        ):
            self.env["trace.recall.lot"].create(
                {
                    "recall_id": recall.id,
                    "lot_id": lot.id,
                    "product_id": lot.product_id.id,
                    "company_id": self.env.company.id,
                    "why": "asked",
                }
            )
        row = self.row(recall)
        self.assertEqual((row.categ_id, row.lot_count), (self.food, 3))

    def test_other_companies(self):
        recall = self.case()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "rt_stranger",
            "lot_serial_trace.group_trace_recall",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.env.flush_all()
        mine = self.times.with_user(stranger).search([("recall_id", "=", recall.id)])
        self.assertFalse(mine)

    def test_groups(self):
        recall = self.case()
        self.env.flush_all()
        for group in ("auditor", "user"):
            reader = new_test_user(self.env, f"rt_{group}", f"lot_serial_trace.group_trace_{group}")
            self.assertTrue(self.times.with_user(reader).browse(recall.id).date)
        packer = new_test_user(self.env, "rt_packer", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.times.with_user(packer).search([])


@tagged("post_install", "-at_install")
class TestRecallDeadlines(RecallCase):
    """Late cases are red, the responsible hears of it once, then his manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deadlines = cls.env["trace.recall.deadline"]
        cls.deadlines.search([]).unlink()
        cls.manager = new_test_user(cls.env, "rt_boss", "lot_serial_trace.group_trace_recall")
        cls.owner = new_test_user(cls.env, "rt_owner", "lot_serial_trace.group_trace_recall")
        cls.limits = cls.deadlines.create(
            {
                "severity_class": "I",
                "hold_hours": 2,
                "notice_hours": 24,
                "escalate_hours": 3,
                "manager_id": cls.manager.id,
            }
        )
        cls.env["trace.recall"].search([]).sudo().write({"state": "closed"})

    def late(self, hours, **stamps):
        recall = self.case(
            start=datetime.now().replace(microsecond=0) - timedelta(hours=hours), **stamps
        )
        recall.write({"severity_class": "I", "user_id": self.owner.id})
        return recall

    def cron(self):
        self.env["trace.recall.escalation"].sudo()._cron()

    def told(self, recall):
        escalations = self.env["trace.recall.escalation"].search([("recall_id", "=", recall.id)])
        return {(one.milestone, one.level, one.user_id) for one in escalations}

    def test_in_time_and_late(self):
        good, late = self.late(1), self.late(2.5)
        self.assertFalse(good.is_late)
        self.assertEqual(good.next_due_at, good.initiated_at + timedelta(hours=2))
        self.assertTrue(late.is_late)
        self.assertEqual(late.late_text, "Goods on hold")
        self.assertEqual(late.next_due_at, late.initiated_at + timedelta(hours=24))
        recalls = self.env["trace.recall"]
        self.assertEqual(recalls.search([("is_late", "=", True)]), late)
        self.assertIn(good, recalls.search([("is_late", "=", False)]))

    def test_what_was_reached_is_not_late(self):
        """Nor is a case without deadlines, a drill, or one that is over."""
        self.assertFalse(self.late(10, held=1).is_late)
        self.assertFalse(self.late(10, state="closed").is_late)
        recall = self.late(10)
        recall.severity_class = "II"
        self.assertFalse(recall.is_late)
        drill = self.case(drill=True, start=datetime.now() - timedelta(hours=10))
        drill.severity_class = "I"
        self.assertFalse(drill.is_late)

    def test_responsible_then_manager_once_each(self):
        recall = self.late(3)
        self.cron()
        self.assertEqual(self.told(recall), {("hold", "responsible", self.owner)})
        self.cron()
        self.assertEqual(len(recall.activity_ids), 1, "told once")
        recall.sudo().initiated_at -= timedelta(hours=2.5)
        self.cron()
        self.cron()
        self.assertEqual(
            self.told(recall),
            {("hold", "responsible", self.owner), ("hold", "manager", self.manager)},
        )
        self.assertEqual(recall.activity_ids.user_id, self.owner | self.manager)
        self.assertEqual(len(recall.activity_ids), 2)
        self.assertEqual(len(recall.step_ids.filtered(lambda step: step.kind == "late")), 2)

    def test_over_when_it_comes(self):
        recall = self.late(3)
        self.cron()
        recall.sudo().held_at = datetime.now()
        self.cron()
        self.assertFalse(recall.activity_ids)
        self.assertTrue(self.env["trace.recall.escalation"].search([]).ended_at)

    def test_own_company_goes_first(self):
        self.deadlines.create(
            {"severity_class": "I", "company_id": self.env.company.id, "hold_hours": 5}
        )
        self.assertFalse(self.late(3).is_late)
        self.assertTrue(self.late(6).is_late)

    def test_nobody_is_left_alone(self):
        """Without a responsible whoever made the case is told."""
        recall = self.late(3)
        recall.user_id = False
        self.cron()
        self.assertEqual(self.told(recall), {("hold", "responsible", recall.create_uid)})

    def test_queries_do_not_grow(self):
        def queries(count):
            recalls = self.env["trace.recall"]
            for _number in range(count):
                recalls |= self.late(1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            recalls.mapped("is_late")
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(20))

    def test_who_sets_them(self):
        with self.assertRaises(AccessError):
            self.limits.with_user(self.manager).hold_hours = 3
        admin = new_test_user(self.env, "rt_admin", "lot_serial_trace.group_trace_admin")
        self.limits.with_user(admin).hold_hours = 3
        self.assertEqual(self.limits.hold_hours, 3)

    def test_one_for_each_class(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.deadlines.create({"severity_class": "I", "hold_hours": 5})
            self.env.flush_all()
