from datetime import date, datetime
from zoneinfo import ZoneInfo

from odoo.tests import freeze_time, new_test_user, tagged

from ..core import expiry
from .life_case import LifeCase

LAST_DAY = date(2026, 6, 30)
#: An hour before midnight in Tokyo, and an hour after.
BEFORE, AFTER = datetime(2026, 6, 30, 14), datetime(2026, 6, 30, 16)


@tagged("post_install", "-at_install")
class TestCalendar(LifeCase):
    """A day is over at the same moment for everybody: who asks, and from where, changes nothing.

    The company has no time zone of its own, as most have none; its people work in Tokyo. A
    colleague in Los Angeles, where it is 16 hours earlier, and a job without a time zone get
    the same answers from the gate, reservation, the list of expiring goods and labels.
    """

    zone = ZoneInfo("Asia/Tokyo")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = cls.warehouse.partner_id.tz = False
        cls.env["res.users"].search([]).tz = cls.zone.key
        groups = "stock.group_stock_user,lot_serial_trace.group_trace_user"
        cls.people = [
            new_test_user(cls.env, f"clock_{number}", groups=groups, tz=tz)
            for number, tz in enumerate(
                ("America/Los_Angeles", "Asia/Tokyo", "Europe/Paris", False)
            )
        ]

    def setUp(self):
        super().setUp()
        with freeze_time("2026-06-01"):
            self.bad = self.put_lots({"BAD": (0, 10)})
        self.bad.expiration_date = self.bad.removal_date = expiry.end_of(LAST_DAY, self.zone)

    def at(self, moment):
        """Each of the people at a moment: environment of ``trace.calendar``."""
        for user in self.people:
            with freeze_time(moment), self.subTest(tz=user.tz, moment=moment):
                yield user

    def test_today(self):
        for moment, day in ((BEFORE, date(2026, 6, 30)), (AFTER, date(2026, 7, 1))):
            for user in self.at(moment):
                calendar = self.env["trace.calendar"].with_user(user)
                self.assertEqual(calendar._today(self.shelf), day)
                self.assertEqual(calendar._latest_today(self.env.company), day)
                self.assertEqual(
                    calendar._day(self.bad.expiration_date, self.env.company), LAST_DAY
                )

    def test_gate(self):
        self.policy("expired", "block")
        for moment, found in ((BEFORE, []), (AFTER, ["expired"])):
            for user in self.at(moment):
                lines = self.picking("out", [(self.milk, "BAD", 1)]).move_line_ids
                verdicts = self.env["trace.gate"].with_user(user)._examine(lines)
                self.assertEqual([one.finding.code for one in verdicts], found)
                for one in verdicts:
                    self.assertEqual(one.finding.values["date"], "2026-06-30", "as on the label")

    def test_last_day_of_sale(self):
        """Sold as long as a day is left: not on the last one."""
        self.stop_below(1)
        self.policy("past_stop_sale", "block")
        self.bad.expiration_date = expiry.end_of(date(2026, 7, 1), self.zone)
        for moment, found in ((BEFORE, []), (AFTER, ["past_stop_sale"])):
            for user in self.at(moment):
                lines = self.picking("out", [(self.milk, "BAD", 1)]).move_line_ids
                verdicts = self.env["trace.gate"].with_user(user)._examine(lines)
                self.assertEqual([one.finding.code for one in verdicts], found)

    def test_reservation(self):
        self.policy("expired", "block")
        self.bad.removal_date = False
        for moment, quantity in ((BEFORE, 5), (AFTER, 0)):
            for user in self.at(moment):
                picking = self.wanted(5)
                picking.do_unreserve()
                picking.with_user(user).action_assign()
                self.assertEqual(picking.move_ids.quantity, quantity)
                picking.action_cancel()

    def test_list(self):
        for moment, stage, left in ((BEFORE, "warn", 0), (AFTER, "expired", -1)):
            self.rule(warn_unit="days", warn_at=5, product_id=self.milk.id)
            for user in self.at(moment):
                self.env["trace.expiry.run"].with_user(user).sudo()._evaluate()
                row = self.env["trace.expiry.due"].search([("lot_id", "=", self.bad.id)])
                self.env.invalidate_all()
                self.assertEqual(row.stage, stage)
                self.assertEqual(row.with_user(user).days_left, left)
                self.assertEqual(self.bad.with_user(user).trace_days_left, left)

    def test_a_label_is_read_as_it_was_written(self):
        for user in self.at(BEFORE):
            scans = self.env["trace.scan"].with_user(user)
            moment = scans._end_of_day(LAST_DAY, self.env.company)
            self.assertEqual(moment, datetime(2026, 6, 30, 14, 59, 59))
            labels = self.env["trace.label"].with_user(user)
            self.assertEqual(labels._day(moment, self.env.company), LAST_DAY)
            receiving = self.env["trace.asn.receiving"].with_user(user)
            self.assertEqual(receiving._zone(self.env.company), self.zone)

    def test_holds_of_corrected_dates_go_by_the_latest_clock(self):
        """What one warehouse calls expired is not released because another does not yet."""
        rule = self.rule(stop_unit="days", stop_at=0, product_id=self.milk.id, hold_from="expired")
        west = self.env["res.partner"].create({"name": "West", "tz": "America/Los_Angeles"})
        self.env["stock.warehouse"].create({"name": "West", "code": "WST", "partner_id": west.id})
        with freeze_time(AFTER):
            self.env["trace.expiry.run"]._evaluate()
            hold = self.bad.trace_hold_ids
            self.assertEqual((hold.state, hold.origin_id), ("active", rule.id))
            self.env.company.partner_id.tz = "America/Los_Angeles"
            self.warehouse.partner_id = self.env["res.partner"].create(
                {"name": "East", "tz": "Asia/Tokyo"}
            )
            self.bad.expiration_date = expiry.end_of(LAST_DAY, ZoneInfo("America/Los_Angeles"))
            self.env.flush_all()
            self.cr.execute("UPDATE trace_hold SET placed_at = placed_at - interval '1 day'")
            hold.invalidate_recordset()
            rule._release_corrected()
            self.assertEqual(hold.state, "active")
