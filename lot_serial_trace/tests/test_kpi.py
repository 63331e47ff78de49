from datetime import timedelta

from odoo.tests import tagged

from .kpi_case import KpiCase


@tagged("post_install", "-at_install")
class TestKpi(KpiCase):
    """Days that are over are counted once, and again when something about them has changed."""

    def rows(self, code="cycle_time"):
        self.env.flush_all()
        mine = [("company_id", "=", self.ours.id), ("code", "=", code)]
        return {
            row.day: (row.numerator, row.denominator, row.records)
            for row in self.table.search(mine)
        }

    def due(self):
        return self.env["trace.kpi.due"].search([("company_id", "=", self.ours.id)]).mapped("day")

    def test_days_that_are_over(self):
        """Three questions on one day, one on another; today is not kept but counted live."""
        for seconds, ago in ((10, 5), (20, 5), (60, 5), (7, 9), (1, 0)):
            self.question(seconds, ago)
        self.count()
        self.assertEqual(
            self.rows(),
            {
                self.today - timedelta(days=5): (90, 3, 3),
                self.today - timedelta(days=9): (7, 1, 1),
            },
        )
        [(seconds, hours, records)] = self.there["trace.kpi"]._read_group(
            [("code", "=", "cycle_time"), ("company_id", "=", self.ours.id)],
            aggregates=["seconds:avg", "hours:avg", "records:sum"],
        )
        self.assertEqual((seconds, records), (98 / 5, 5), "a quotient of sums")
        self.assertAlmostEqual(hours, 98 / 5 / 3600)
        [row] = self.table.search(
            [("company_id", "=", self.ours.id), ("day", "=", self.today - timedelta(days=5))]
        )
        self.assertEqual((row.median, row.p90), (20, 52))

    def test_only_days_that_changed(self):
        early, late = self.question(10, 5), self.question(20, 9)
        self.count()
        self.env.cr.execute(
            "UPDATE trace_run SET write_date = write_date - interval '1 day' WHERE id IN %s",
            [(early.id, late.id)],
        )
        late.sudo().cycle_seconds = 30
        self.table._note_changes()
        self.assertEqual(self.due(), [self.today - timedelta(days=9)])
        while self.table._step():
            pass
        self.assertEqual(self.rows()[self.today - timedelta(days=9)], (30, 1, 1))
        self.assertFalse(self.due())

    def test_what_was_deleted_is_found_when_all_is_counted_again(self):
        gone = self.question(10, 5)
        self.count()
        gone.sudo().unlink()
        self.env["ir.config_parameter"].sudo().set_param("lot_serial_trace.kpi_whole", False)
        self.count()
        self.assertEqual(self.rows(), {})

    def test_a_stopped_cron_goes_on(self):
        """The latest days first, and each step is whole in itself."""
        for ago in range(3, 80):
            self.question(ago, ago)
        self.table._note_changes()
        others = [("company_id", "!=", self.ours.id)]
        self.env["trace.kpi.due"].search(others).unlink()
        left = self.table._step()
        self.assertEqual((left, len(self.rows())), (47, 30))
        self.assertEqual(min(self.rows()), self.today - timedelta(days=32))
        while self.table._step():
            pass
        self.assertEqual(len(self.rows()), 77)

    def test_days_are_those_of_the_companys_clock(self):
        """At 13:00 UTC it is tomorrow in Auckland, whatever the season."""
        self.ours.partner_id.tz = "Pacific/Auckland"
        self.question(10, 5, hour=13)
        self.question(10, 5, hour=10)
        self.count()
        self.assertEqual(
            set(self.rows()),
            {self.today - timedelta(days=4), self.today - timedelta(days=5)},
        )

    def test_statements_do_not_grow(self):
        self.question(1, 5)
        self.count()

        def statements():
            before = self.env.cr.sql_log_count
            self.count()
            return self.env.cr.sql_log_count - before

        few = statements()
        for ago in range(3, 25):
            self.question(1, ago)
        self.env.flush_all()
        self.assertLessEqual(statements(), few + 5)
