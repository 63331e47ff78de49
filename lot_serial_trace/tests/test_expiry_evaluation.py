from datetime import date, datetime, time, timedelta
from random import Random
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..core import expiry
from ..models import trace_expiry_run
from .expiry_case import ExpiryCase


@tagged("post_install", "-at_install")
class TestExpiryEvaluation(ExpiryCase):
    """The list of expiring goods is what rules, dates, stock and calendars say, and no more."""

    def test_stages_by_day(self):
        self.rule(warn=10, stop=5, pull=2)
        for name, left in (("ok", 10), ("warn", 9), ("stop", 4), ("pull", 1), ("over", -1)):
            self.stock_up(name, left)
        self.evaluate()
        self.assertEqual(
            self.stages(), {"warn": "warn", "stop": "stop", "pull": "pull", "over": "expired"}
        )
        row = self.dues.search([("lot_id", "=", self.lot(self.milk, "stop").id)])
        self.assertEqual(row.due_day, self.today)
        self.assertEqual(row.last_day, self.today + timedelta(days=4))
        self.assertEqual((row.quantity, row.warehouse_id), (5, self.warehouse))

    def test_without_a_rule_the_dates_of_the_lot_count(self):
        lot = self.stock_up("M1", 20)
        lot.alert_date = datetime.combine(self.today, time(23))
        self.evaluate(self.today)
        self.assertEqual(self.stages(), {}, "it is tomorrow in Brussels")
        self.evaluate(self.today + timedelta(days=1))
        self.assertEqual(self.stages(), {"M1": "warn"})
        self.assertFalse(self.dues.search([("lot_id", "=", lot.id)]).rule_id)
        self.evaluate(self.today + timedelta(days=21))
        self.assertEqual(self.stages(), {"M1": "expired"})

    def test_share_of_life(self):
        self.milk.expiration_time = 40
        self.rule(stop="25%")
        self.stock_up("A", 10)
        self.stock_up("B", 9)
        made = self.stock_up("C", 10)
        made.trace_made = self.today - timedelta(days=90)
        self.evaluate()
        self.assertEqual(self.stages(), {"B": "stop", "C": "stop"})

    def test_most_specific_rule_of_each_boundary(self):
        cold = self.env["stock.location"].create(
            {"name": "Cold", "usage": "internal", "location_id": self.shelf.id}
        )
        general = self.rule(warn=30, stop=5)
        here = self.rule(stop=8, location_id=self.shelf.id)
        self.rule(stop_unit="never", location_id=cold.id)
        self.rule(stop=99, partner_id=self.customer.id)
        lot = self.stock_up("M1", 6)
        self.stock_up("M1", 6, place=cold)
        self.stock_up("M1", 6, place=self.stock)
        self.evaluate()
        found = {
            row.location_id: (row.stage, row.rule_id)
            for row in self.dues.search([("lot_id", "=", lot.id)])
        }
        self.assertEqual(
            found,
            {
                self.shelf: ("stop", here),
                cold: ("warn", general),
                self.stock: ("warn", general),
            },
        )

    def test_goods_without_a_date_are_a_list_of_their_own(self):
        self.rule(stop=5)
        self.stock_up("none", None)
        self.milk.expiration_time = 0
        by_chance = self.env["stock.lot"].create({"name": "now", "product_id": self.milk.id})
        self.assertTrue(by_chance.expiration_date, "Odoo says that it expires now")
        self.env["stock.quant"]._update_available_quantity(
            self.milk, self.shelf, 1, lot_id=by_chance
        )
        self.evaluate(self.today + timedelta(days=900))
        rows = self.dues.search([("product_id", "=", self.milk.id)])
        self.assertEqual(
            {row.lot_id.name: (row.stage, row.hint) for row in rows},
            {"none": ("undated", "empty"), "now": ("undated", "by_chance")},
        )
        self.assertFalse(any(rows.mapped("last_day")))

    def test_what_does_not_expire_is_left_out(self):
        self.rule(stop=5)
        lot = self.stock_up("D1", 1, product=self.device, quantity=1)
        self.evaluate()
        self.assertFalse(self.dues.search([("lot_id", "=", lot.id)]))

    def test_twice_is_once(self):
        self.rule(warn=10, stop=5)
        lot = self.stock_up("M1", 1)
        self.evaluate()
        row = self.dues.search([("lot_id", "=", lot.id)])
        since = row.since
        run = self.evaluate(at=time(13))
        self.assertEqual(run.changed, 0)
        self.assertEqual(self.dues.search([("lot_id", "=", lot.id)]), row)
        self.assertEqual(row.since, since)

    def test_rows_follow_stock_dates_and_rules(self):
        rule = self.rule(stop=5)
        first = self.stock_up("M1", 1)
        self.stock_up("M2", 1)
        self.evaluate()
        self.env["stock.quant"]._update_available_quantity(self.milk, self.shelf, -5, lot_id=first)
        self.evaluate()
        self.assertEqual(self.stages(), {"M2": "stop"}, "sold")
        self.set_left(self.lot(self.milk, "M2"), 7)
        self.evaluate()
        self.assertEqual(self.stages(), {}, "the date was wrong")
        rule.stop_at = 8
        self.evaluate()
        self.assertEqual(self.stages(), {"M2": "stop"}, "the rule is stricter")

    def test_packages_and_owners_are_one_row(self):
        lot = self.stock_up("M1", -1)
        package = self.env["stock.package"].create({})
        self.env["stock.quant"]._update_available_quantity(
            self.milk, self.shelf, 3, lot_id=lot, package_id=package
        )
        self.milk.standard_price = 2
        self.evaluate()
        row = self.dues.search([("lot_id", "=", lot.id)])
        self.assertEqual((row.quantity, row.value), (8, 16))

    def test_owner(self):
        people = [
            self.env["res.users"].create({"name": name, "login": name})
            for name in ("of rule", "of place", "of product")
        ]
        rule = self.rule(stop=5, user_id=people[0].id)
        self.stock.trace_user_id = people[1]
        self.milk.responsible_id = people[2]
        row = self.dues
        for person in people:
            self.stock_up("M1", 1, quantity=1)
            self.evaluate()
            row = self.dues.search([("product_id", "=", self.milk.id)])
            self.assertEqual(row.user_id, person)
            (rule if rule.user_id else self.stock)[
                "user_id" if rule.user_id else "trace_user_id"
            ] = False

    def test_the_clock_of_the_place(self):
        """06:30 UTC: still the last day in Los Angeles, over in Brussels and Tokyo."""
        self.rule(warn=10)
        lot = self.stock_up("M1", 0)
        for tz, stage in (
            ("America/Los_Angeles", "warn"),
            ("Europe/Brussels", "expired"),
            ("Asia/Tokyo", "expired"),
        ):
            self.warehouse.partner_id.tz = tz
            self.evaluate(self.today + timedelta(days=1), time(6, 30))
            self.assertEqual(self.stages(lot), {"M1": stage}, tz)

    def test_the_day_the_clocks_change(self):
        """1 November 2026 has 25 hours in Los Angeles: the label's day lasts until the end."""
        self.env.company.partner_id.tz = self.warehouse.partner_id.tz = "America/Los_Angeles"
        lot = self.stock_up("M1", 0)
        zone = self.rules._zone(self.env.company)
        lot.expiration_date = expiry.end_of(date(2026, 11, 1), zone)
        self.assertEqual(lot.expiration_date, datetime(2026, 11, 2, 7, 59, 59))
        self.rule(warn=10)
        self.evaluate(date(2026, 11, 2), time(7, 59))
        self.assertEqual(self.stages(), {"M1": "warn"})
        self.evaluate(date(2026, 11, 2), time(8))
        self.assertEqual(self.stages(), {"M1": "expired"})

    def test_sql_and_core_agree(self):
        """A thousand lots with odd dates, places and rules: both say the same."""
        lots = self._odd_lots(Random(4))
        self._odd_rules(Random(5))
        self.env.flush_all()
        moment = datetime.combine(self.today, time(22, 30))
        with freeze_time(moment):
            self.runs._evaluate()
            expected = self._stages_by_core(lots)
        rows = self.dues.search([("lot_id", "in", lots.ids)])
        found = {
            (row.lot_id.name, row.location_id.name): (row.stage, row.rule_id.id) for row in rows
        }
        self.assertEqual(found, expected)
        self.assertEqual(
            {stage for stage, _rule in found.values()}, {"warn", "stop", "pull", "expired"}
        )

    def _odd_lots(self, random):
        self.env.company.partner_id.tz = "America/Los_Angeles"
        goods = [
            self._product(
                f"P{n}",
                "lot",
                use_expiration_date=True,
                expiration_time=40 * n,
                use_time=n,
                removal_time=2 * n,
                categ_id=self.env["product.category"].create({"name": f"C{n}"}).id,
            )
            for n in range(1, 5)
        ]
        places = [self.shelf, self.stock]
        lots = self.env["stock.lot"].create(
            [{"name": f"L{n}", "product_id": random.choice(goods).id} for n in range(300)]
        )
        for lot in lots:
            moment = datetime.combine(self.today, time(random.randrange(24)))
            lot.expiration_date = moment + timedelta(days=random.randrange(-20, 90))
            lot.alert_date = False
            if random.random() < 0.3:
                lot.use_date = False
            if random.random() < 0.5:
                lot.trace_made = self.today - timedelta(days=random.randrange(200))
            self.env["stock.quant"]._update_available_quantity(
                lot.product_id, random.choice(places), 1, lot_id=lot
            )
        return lots

    def _odd_rules(self, random):
        goods = self.env["product.product"].search([("name", "in", ["P1", "P2", "P3", "P4"])])
        for _n in range(20):
            values = {"date_by": random.choice(["expiration", "use", "removal"])}
            for boundary in ("warn", "stop", "pull"):
                if random.random() < 0.7:
                    unit = random.choice(["days", "percent", "never"])
                    values |= {f"{boundary}_unit": unit, f"{boundary}_at": random.randrange(50)}
            if random.random() < 0.4:
                values["product_id"] = random.choice(goods).id
            if random.random() < 0.4:
                values["categ_id"] = random.choice(goods).categ_id.id
            if random.random() < 0.4:
                values["location_id"] = random.choice([self.shelf, self.stock]).id
            self.rule(**values)

    def _stages_by_core(self, lots):
        expected = {}
        dates = self.rules._dates(lots, self.env.company)
        quants = self.env["stock.quant"].search(
            [("lot_id", "in", lots.ids), ("location_id.usage", "=", "internal")]
        )
        for quant in quants:
            place = quant.location_id
            ask = (quant.product_id.id, place.parent_path, None, self.env.company.id)
            (limits,) = self.rules._limits([ask])
            stage = expiry.stage(limits, dates[quant.lot_id.id], self.rules._today(place))
            if stage == "ok":
                continue
            limit = getattr(limits, stage, None) or limits.pull or limits.stop or limits.warn
            expected[quant.lot_id.name, place.name] = (stage, limit.rule_id if limit else False)
        return expected


@tagged("post_install", "-at_install")
class TestExpiryRun(ExpiryCase):
    """A pass goes on where it was interrupted, and costs the same whatever the number of lots."""

    def test_interrupted(self):
        self.rule(warn=10)
        lots = [self.stock_up(f"M{n}", 1) for n in range(5)]
        with patch.object(trace_expiry_run, "BATCH", 2), freeze_time(self.today):
            run = self.runs.create({})
            run._step()
            reached = run.last_lot_id
            while reached < lots[0].id:
                run._step()
                reached = run.last_lot_id
            self.assertLess(len(self.stages(*lots)), 5, "the server was killed here")
            again = self.runs._current()
            self.assertEqual(again, run)
            while again.phase != "done":
                again._step()
        self.assertEqual(self.stages(*lots), dict.fromkeys(["M0", "M1", "M2", "M3", "M4"], "warn"))
        self.assertTrue(run.finished_at)
        self.assertNotEqual(self.runs._current(), run, "the next pass is another one")

    def test_batches_find_what_one_finds(self):
        self.rule(warn=10)
        lots = [self.stock_up(f"M{n}", n) for n in range(12)]
        self.evaluate()
        once = self.stages(*lots)
        with patch.object(trace_expiry_run, "BATCH", 3):
            self.assertEqual(self.evaluate().changed, 0)
        self.assertEqual(self.stages(*lots), once)
        self.assertEqual(len(once), 10)

    def test_queries_do_not_grow_with_lots_or_rules(self):
        self.rule(warn=10)
        self.evaluate()
        counts = []
        for size in (1, 40):
            for n in range(size):
                self.stock_up(f"S{size}-{n}", 1)
                self.rule(stop=n, product_id=self.device.id)
            self.env.flush_all()
            self.evaluate()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.evaluate()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 25)
