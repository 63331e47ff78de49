from datetime import date, datetime
from zoneinfo import ZoneInfo

from psycopg2.errors import CheckViolation

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..core import expiry
from .common import TraceCase


@tagged("post_install", "-at_install")
class TestExpiryRule(TraceCase):
    """Rules are found for a product in a place, and for a customer; days are local days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.expiry.rule"].search([]).active = False

    def rule(self, **values):
        return self.env["trace.expiry.rule"].create({"name": "Rule", **values})

    def ask(self, product=None, place=None, partner=None):
        return (
            (product or self.milk).id,
            (place or self.shelf).parent_path,
            partner.id if partner else None,
            self.env.company.id,
        )

    def test_no_rule_costs_nothing(self):
        rules = self.env["trace.expiry.rule"]
        asks = [self.ask()] * 3
        rules._limits(asks)
        with self.assertQueryCount(0):
            self.assertEqual(rules._limits(asks), [expiry.NO_LIMITS] * 3)

    def test_nearest_category_and_place_and_the_customer(self):
        food = self.env["product.category"].create({"name": "Food"})
        dairy = self.env["product.category"].create({"name": "Dairy", "parent_id": food.id})
        self.milk.categ_id = dairy
        general = self.rule(stop_unit="days", stop_at=1, warn_unit="days", warn_at=9)
        self.rule(categ_id=food.id, stop_unit="days", stop_at=2)
        near = self.rule(categ_id=dairy.id, stop_unit="days", stop_at=3)
        shelf = self.rule(categ_id=dairy.id, location_id=self.stock.id, stop_unit="never")
        self.customer.parent_id = self.env["res.partner"].create({"name": "Chain"})
        chain = self.rule(
            partner_id=self.customer.parent_id.id, min_life_unit="percent", min_life_at=50
        )
        asks = [
            self.ask(),
            self.ask(place=self.suppliers),
            self.ask(partner=self.customer),
            self.ask(product=self.device),
        ]
        here, elsewhere, sold, other = self.env["trace.expiry.rule"]._limits(asks)
        self.assertEqual(here.stop.rule_id, shelf.id)
        self.assertEqual(here.warn.rule_id, general.id, "each boundary has a winner of its own")
        self.assertEqual(elsewhere.stop, expiry.Limit("days", 3, "expiration", near.id))
        self.assertFalse(here.min_life)
        self.assertEqual(sold.min_life, expiry.Limit("percent", 50, "expiration", chain.id))
        self.assertEqual(other.stop.rule_id, general.id)

    def test_rules_count_at_once(self):
        rule = self.rule(stop_unit="days", stop_at=1)
        limits = self.env["trace.expiry.rule"]._limits
        self.assertEqual(limits([self.ask()])[0].stop.at, 1)
        rule.stop_at = 2
        self.assertEqual(limits([self.ask()])[0].stop.at, 2)
        rule.active = False
        self.assertFalse(limits([self.ask()])[0].stop)

    def test_many_asks_cost_no_more_queries(self):
        self.rule(stop_unit="days", stop_at=1)
        limits = self.env["trace.expiry.rule"]._limits
        limits([self.ask(partner=self.customer)])
        for count in (1, 100):
            self.env.invalidate_all()
            with self.assertQueryCount(6):
                limits([(self.milk.id, f"1/{n}/", self.customer.id, 1) for n in range(count)])

    def test_senseless_boundaries_are_refused(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.rule(stop_unit="percent", stop_at=101)

    def test_dates_are_the_companys_and_today_is_the_places(self):
        """The label says 30 June; it is over in Tokyo while Los Angeles still sells."""
        self.env.company.partner_id.tz = "America/Los_Angeles"
        tokyo = self.env["res.partner"].create({"name": "Tokyo", "tz": "Asia/Tokyo"})
        self.receive((self.milk, "M1", 5))
        lot = self.lot(self.milk, "M1")
        los_angeles = ZoneInfo("America/Los_Angeles")
        lot.expiration_date = expiry.end_of(date(2026, 6, 30), los_angeles)
        self.assertEqual(lot.expiration_date, datetime(2026, 7, 1, 6, 59, 59))
        rules = self.env["trace.expiry.rule"]
        dates = rules._dates(lot, self.env.company)[lot.id]
        self.assertEqual(dates.expiration, date(2026, 6, 30))
        with freeze_time("2026-07-01 06:00:00"):
            self.warehouse.partner_id.tz = "America/Los_Angeles"
            self.assertEqual(expiry.stage(expiry.NO_LIMITS, dates, rules._today(self.shelf)), "ok")
            self.warehouse.partner_id = tokyo
            self.assertEqual(
                expiry.stage(expiry.NO_LIMITS, dates, rules._today(self.shelf)), "expired"
            )

    def test_jobs_have_no_zone_of_their_own(self):
        company = self.env["res.company"].create({"name": "New"})
        company.partner_id.tz = False
        self.env.user.tz = False
        self.assertEqual(self.env["trace.expiry.rule"]._zone(company), ZoneInfo("UTC"))
        self.env["res.users"].create(
            {
                "name": "Kenji",
                "login": "kenji",
                "tz": "Asia/Tokyo",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
            }
        )
        self.env.registry.clear_cache()
        self.assertEqual(self.env["trace.expiry.rule"]._zone(company), ZoneInfo("Asia/Tokyo"))
