from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .rule_case import RuleCase


@tagged("post_install", "-at_install")
class TestRecallRuleStanding(RuleCase):
    """A rule in force acts on the stock, and on whatever comes in later, on every road."""

    def bad(self, **values):
        """A rule in force for numbers of our products that begin with BAD."""
        ours = self.so("product", *self.goods())
        return self.rule([ours, self.so("pattern", "BAD*")], start=True, **values)

    def tearDown(self):
        failed = self.rules.search([("failure", "!=", False)])
        self.assertFalse(failed.mapped("failure"), "a failure is said on the rule, not raised")
        super().tearDown()

    def status(self, product, name):
        return self.lot(product, name).trace_status

    def test_stock_when_it_is_put_in_force(self):
        self.receive((self.milk, "BAD1", 5), (self.milk, "GOOD", 5))
        self.env["stock.lot"].create({"name": "BAD2", "product_id": self.milk.id})
        rule = self.bad()
        self.assertEqual(self.status(self.milk, "BAD1"), "recalled")
        self.assertEqual(self.status(self.milk, "GOOD"), "free")
        self.assertEqual(self.status(self.milk, "BAD2"), "free", "there is none of it")
        hold = self.lot(self.milk, "BAD1").trace_hold_ids
        self.assertEqual((hold.origin_model, hold.origin_id), (rule._name, rule.id))
        self.assertEqual(
            hold.reason,
            f"Recall rule Glass, version {rule.version}: product is one of ours; "
            "number is like BAD*".replace("one of ours", rule.condition_ids[0]._what()),
        )
        self.assertEqual(self.caught().mapped("deed"), ["held"])
        self.assertTrue(rule.applied_at)

    def test_receipts(self):
        rule = self.bad()
        picking = self.receive((self.milk, "BAD1", 5), (self.milk, "GOOD", 5))
        self.assertEqual(self.status(self.milk, "BAD1"), "recalled")
        self.assertEqual(self.status(self.milk, "GOOD"), "free")
        hit = self.caught()
        self.assertEqual((hit.road, hit.rule_id, hit.version), ("receipt", rule, rule.version))
        self.assertEqual(hit.document, picking.name)
        exception = self.on_desk("recall_arrived")
        self.assertEqual(exception.picking_id, picking)
        self.assertIn("BAD1 of Milk came in", exception.name)

    def test_returns(self):
        self.receive((self.milk, "BAD1", 5))
        self.picking("out", [(self.milk, "BAD1", 5)])._action_done()
        self.bad()
        self.assertFalse(self.caught(), "all are with customers")
        self.picking("in", [(self.milk, "BAD1", 2)], source=self.customers)._action_done()
        self.assertEqual(self.caught().road, "return")
        self.assertEqual(self.status(self.milk, "BAD1"), "recalled")

    def test_production_made_from_it(self):
        self.receive((self.milk, "M1", 10))
        self.rule(
            [self.so("ancestor", self.lot(self.milk, "M1")), self.so("product", self.cheese)],
            start=True,
        )
        self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.assertEqual(self.status(self.cheese, "C1"), "recalled")
        self.assertEqual(self.caught().road, "production")
        self.assertEqual(self.status(self.milk, "M1"), "free")

    def test_counts(self):
        self.bad()
        lot = self.env["stock.lot"].create({"name": "BAD1", "product_id": self.milk.id})
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": self.milk.id,
                "lot_id": lot.id,
                "location_id": self.shelf.id,
                "inventory_quantity": 3,
            }
        ).action_apply_inventory()
        self.assertEqual(self.caught().road, "inventory")
        self.assertEqual(lot.trace_status, "recalled")

    def test_corrected_to_a_number_that_is_meant(self):
        picking = self.receive((self.milk, "GOOD", 5))
        other = self.env["stock.lot"].create({"name": "BAD1", "product_id": self.milk.id})
        self.bad()
        picking.move_line_ids.lot_id = other
        self.assertEqual(other.trace_status, "recalled")

    def test_supplier_is_known_when_it_comes(self):
        self.rule(self.so("supplier", self.supplier), start=True)
        self.receive((self.milk, "NEW", 5))
        self.assertEqual(self.status(self.milk, "NEW"), "recalled")

    def test_place_is_known_when_it_comes(self):
        self.rule(self.so("place", self.shelf), start=True)
        self.receive((self.milk, "NEW", 5), dest=self.shelf)
        self.assertEqual(self.status(self.milk, "NEW"), "recalled")

    def test_what_a_person_released_stays_free(self):
        rule = self.bad()
        self.receive((self.milk, "BAD1", 5))
        self.lot(self.milk, "BAD1").trace_hold_ids._release("tested, it is fine")
        self.receive((self.milk, "BAD1", 5))
        rule.action_apply()
        self.assertEqual(self.status(self.milk, "BAD1"), "free")
        self.assertEqual(self.caught().mapped("deed"), ["held", "left"])

    def test_it_is_held_once(self):
        rule = self.bad()
        self.receive((self.milk, "BAD1", 5))
        self.receive((self.milk, "BAD1", 5))
        rule.action_apply()
        self.look()
        self.assertEqual(len(self.lot(self.milk, "BAD1").trace_hold_ids), 1)
        self.assertEqual(self.caught().mapped("deed"), ["held", "was_held"])

    def test_tell_only(self):
        self.receive((self.milk, "BAD1", 5))
        rule = self.bad(action="tell")
        self.assertEqual(self.status(self.milk, "BAD1"), "free")
        found = self.on_desk("recall_found")
        self.assertIn("BAD1 of Milk is in stock", found.name)
        self.receive((self.milk, "BAD2", 5))
        self.assertIn("BAD2", self.on_desk("recall_arrived").name)
        rule.action_apply()
        self.assertEqual(found.times_seen, 1, "told once for each version")

    def test_join_a_case(self):
        self.receive((self.milk, "BAD1", 5))
        rule = self.bad(action="case")
        recall = rule.recall_id
        self.assertEqual((recall.state, recall.rule_ids), ("draft", rule))
        self.assertEqual(recall.lot_ids.mapped("name"), ["BAD1"])
        self.receive((self.milk, "BAD2", 5))
        self.assertEqual(rule.recall_id, recall)
        self.assertEqual(set(recall.lot_ids.mapped("name")), {"BAD1", "BAD2"})
        self.assertEqual(self.caught().recall_id, recall)

    def test_off_by_policy(self):
        self.policy("recall_arrived", "off")
        self.bad()
        self.receive((self.milk, "BAD1", 5))
        self.assertFalse(self.on_desk("recall_arrived"))
        self.assertEqual(self.status(self.milk, "BAD1"), "recalled", "held all the same")

    def test_not_in_force_nothing_happens(self):
        rule = self.bad()
        rule.action_stop()
        self.receive((self.milk, "BAD1", 5))
        self.look()
        self.assertFalse(self.caught())

    def test_a_wider_rule_finds_the_rest(self):
        self.receive((self.milk, "BAD1", 5), (self.milk, "WORSE", 5))
        rule = self.bad()
        rule.condition_ids[1].numbers = "BAD*\nWORSE"
        self.look()
        self.assertEqual(self.status(self.milk, "WORSE"), "recalled")
        last = self.caught(("lot_name", "=", "WORSE"))
        self.assertEqual(last.version, rule.version)

    def test_the_job_comes_at_once_and_again(self):
        """What was moving when the rule was changed did not know of it."""
        rule = self.bad()
        job = self.env.ref("lot_serial_trace.cron_recall_rules")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        triggers.unlink()
        rule.condition_ids[1].numbers = "BAD*\nWORSE"
        times = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]).mapped("call_at")
        self.assertGreaterEqual((max(times) - min(times)).total_seconds(), 15 * 60)

    def test_companies(self):
        """A company's rule is for its goods, one of no company for those of all."""
        other = self.env["res.company"].create({"name": "Other"})
        rule = self.bad(company_id=other.id)
        self.receive((self.milk, "BAD1", 5))
        self.assertFalse(self.caught())
        rule.company_id = False
        self.look()
        self.assertEqual(self.caught().company_id, self.env.company)

    # -- cost -----------------------------------------------------------------

    def test_no_rule_costs_nothing(self):
        lots = self.env["stock.lot"].create({"name": "X", "product_id": self.milk.id})
        self.rules._in_force()
        with self.assertQueryCount(0):
            self.rules._standing(lots, self.env.company, "receipt")
            self.assertEqual(self.rules._matches(lots), {})

    def test_queries_do_not_grow_with_lots_or_rules(self):
        ours = self.so("product", *self.goods())
        for number in range(3):
            self.rule([ours, self.so("list", f"NOBODY{number}")], start=True)
        lots = self.env["stock.lot"].create(
            [{"name": f"X{n}", "product_id": self.milk.id} for n in range(200)]
        )
        self.env.flush_all()
        self.rules._in_force()
        for some in (lots[:1], lots):
            with self.assertQueryCount(3):  # a savepoint, and one for all rules
                self.rules._standing(some, self.env.company, "receipt")

    def test_queries_of_every_kind_of_fact(self):
        """One for each kind of fact, and a few for the clocks of companies, however many lots."""
        self.receive((self.milk, "M1", 5))
        start = self.lot(self.milk, "M1")
        nobody = self.so("list", "NOBODY")
        for condition in (
            self.so("supplier", self.supplier),
            self.so("received", day_from="2020-01-01"),
            self.so("ancestor", start),
            self.so("place", self.shelf),
            self.so("expires", day_from="2020-01-01"),
        ):
            self.rule([nobody, condition], start=True)
        lots = self.env["stock.lot"].create(
            [{"name": f"X{n}", "product_id": self.milk.id} for n in range(200)]
        )
        counts = []
        self.rules._standing(lots[:1], self.env.company, "receipt")  # to warm up
        for some in (lots[:1], lots):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rules._standing(some, self.env.company, "receipt")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 14)

    def test_catching_many_costs_no_more_queries(self):
        self.bad()
        counts = []
        for count in (2, 5, 50):  # the first to warm up
            lots = self.env["stock.lot"].create(
                [{"name": f"BAD{count}-{n}", "product_id": self.milk.id} for n in range(count)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rules._standing(lots, self.env.company, "receipt")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2] - counts[1], 3, counts)

    # -- trouble --------------------------------------------------------------

    def test_a_failure_keeps_no_goods_from_moving(self):
        rule = self.bad()
        facts = type(self.env["trace.recall.facts"])
        with (
            patch.object(facts, "_of", side_effect=ValueError("the walk is broken")),
            mute_logger("odoo.addons.lot_serial_trace.models.trace_recall_rule_standing"),
        ):
            self.receive((self.milk, "BAD1", 5))
        self.assertEqual(rule.failure, "the walk is broken")
        self.assertEqual(self.status(self.milk, "BAD1"), "free")
        self.look()
        self.assertEqual(self.status(self.milk, "BAD1"), "recalled", "the job finds it")
        self.assertFalse(rule.failure)

    def test_who_receives_needs_no_rights(self):
        self.bad()
        packer = self.env["res.users"].create(
            {
                "name": "Packer",
                "login": "rule_packer",
                "group_ids": [(6, 0, self.env.ref("stock.group_stock_user").ids)],
            }
        )
        picking = self.picking("in", [(self.milk, "BAD1", 5)])
        picking.with_user(packer).button_validate()
        self.assertEqual(self.status(self.milk, "BAD1"), "recalled")
