from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .kpi_case import KpiCase

GROUPS = ("user", "quality", "recall", "auditor", "admin")


@tagged("post_install", "-at_install")
class TestHome(KpiCase):
    """The home screen says what the records say, and leads to as many as it has counted."""

    def check(self, code, value, records, **asked):
        """The figure is as worked out by hand, and its records are as many as it says."""
        figure = self.figure(code, **asked)
        self.assertAlmostEqual(figure["value"], value)
        self.assertEqual(figure["records"], records)
        action = self.there["trace.home"].open_records(code, **asked)
        found = self.there[action["res_model"]].search_count(action["domain"])
        return figure, found

    # -- the four figures -----------------------------------------------------

    def test_cycle_time(self):
        """10 s and 20 s this month, 60 s before; one question waits for an answer."""
        self.question(10, 3)
        self.question(20, 4)
        self.question(60, 40)
        self.question(5, 0, state="requested", answered_at=False)
        self.count()
        figure, found = self.check("cycle_time", 15, 2)
        self.assertEqual((found, figure["median"], figure["open"]), (2, 15, 1))
        self.assertEqual((figure["before"], figure["change"]), (60, "better"))
        self.assertEqual((figure["target"], figure["verdict"]), (4 * 3600, "good"))
        known = {day: value for day, value, _records in figure["trend"] if value is not None}
        self.assertEqual(
            known,
            {str(self.today - timedelta(days=3)): 10, str(self.today - timedelta(days=4)): 20},
        )
        self.assertEqual(len(figure["trend"]), 30)
        self.check("cycle_time", 30, 3, days=90)

    def test_recall_time(self):
        """Two cases took 10 and 20 days; a drill, a cancelled one and an open one do not count."""
        self.closed(240, 5)
        self.closed(480, 6)
        self.closed(1, 5, is_drill=True)
        self.closed(1, 5).sudo().state = "cancelled"
        self.env["trace.recall"].create(
            {
                "title": "Open",
                "company_id": self.ours.id,
                "initiated_at": self.noon(50),
            }
        )
        self.count()
        figure, found = self.check("recall_time", 15 * 86400, 2)
        self.assertEqual((found, figure["verdict"], figure["open"]), (2, "good", 1))
        self.assertGreater(figure["open_seconds"], 48 * 86400)

    def test_scan_compliance(self):
        """Five captures were required, three of them scanned; other warehouses are not meant."""
        self.policy("not_scanned", "note", picking_type_id=self.warehouse.in_type_id.id)
        receipt = self.picking("in", [(self.device, "?", 5)])
        receipt.move_line_ids.unlink()
        for number in range(3):
            receipt.trace_scan(f"HOME-{number}", product_id=self.device.id)
        for number in (3, 4):
            receipt.trace_scan(
                f"HOME-{number}", product_id=self.device.id, method="typed", reason="torn"
            )
        receipt.with_context(skip_backorder=True, trace_confirmed=True).button_validate()
        home, here = self.env["trace.home"], {"warehouse_id": self.warehouse.id}
        told = home.overview(**here)
        [scan] = [one for one in told["figures"] if one["code"] == "scan"]
        self.assertEqual((scan["value"], scan["records"], scan["verdict"]), (0.6, 5, "bad"))
        for wrong, count in ((False, 5), (True, 2)):
            action = home.open_records("scan", wrong=wrong, **here)
            self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), count)
        whole = home.overview()
        [scan] = [one for one in whole["figures"] if one["code"] == "scan"]
        self.assertGreaterEqual(scan["records"], 5)

    def test_inventory_accuracy(self):
        """By the books 10 and 10 in one place and 20 in another; counted 10, 8 and 20.

        2 of 40 differ; one of two places is right; all three numbers were there.
        """
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        for number, place, quantity in (
            ("ACC-1", self.stock, 10),
            ("ACC-2", self.stock, 10),
            ("ACC-3", self.shelf, 20),
        ):
            lot = self.env["stock.lot"].create({"name": number, "product_id": self.milk.id})
            quants._update_available_quantity(self.milk, place, quantity, lot_id=lot)
        here = quants.search([("lot_id.name", "like", "ACC-"), ("product_id", "=", self.milk.id)])
        self.assertEqual(len(here), 3)
        for quant in here:
            quant.inventory_quantity = 8 if quant.lot_id.name == "ACC-2" else quant.quantity
        here.action_apply_inventory()
        told = self.env["trace.home"].overview(warehouse_id=self.warehouse.id)
        [figure] = [one for one in told["figures"] if one["code"] == "accuracy_quantity"]
        self.assertEqual((figure["value"], figure["records"]), (0.95, 3))
        by_place, by_lot = figure["beside"]
        self.assertEqual((by_place["value"], by_place["records"]), (0.5, 2))
        self.assertEqual((by_lot["value"], by_lot["records"]), (1, 3))
        action = self.env["trace.home"].open_records(
            "accuracy_quantity", warehouse_id=self.warehouse.id
        )
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 3)

    # -- without a person -----------------------------------------------------

    def test_touchless(self):
        """Two of four expiry actions were a rule's and stand; one of two notices was clear."""
        actions = self.env["trace.expiry.action"]
        for user, kind, undone in (
            (self.env.ref("base.user_root"), "hold", False),
            (self.env.ref("base.user_root"), "pull", False),
            (self.env.ref("base.user_root"), "hold", self.noon(1)),
            (self.env.ref("base.user_admin"), "scrap", False),
            (self.env.ref("base.user_root"), "tell", False),
        ):
            actions.create(
                {
                    "kind": kind,
                    "user_id": user.id,
                    "company_id": self.ours.id,
                    "done_at": self.noon(3),
                    "undone_at": undone,
                }
            )
        for number, state in enumerate(("clear", "refused", "review", "parked")):
            self.env["trace.notice"].create(
                {
                    "title": f"Notice {number}",
                    "state": state,
                    "source": "cpsc",
                    "company_id": self.ours.id,
                    "arrived_at": self.noon(3),
                }
            )
        self.count()
        self.check("touchless_expiry", 0.5, 4)
        self.check("touchless_notice", 0.5, 2)
        told = self.there["trace.home"].overview()["touchless"]
        self.assertEqual((told["value"], told["records"]), (0.5, 6))

    # -- places ---------------------------------------------------------------

    def test_best_and_worst(self):
        """Sums of a place are its own; places where little was counted are not compared."""
        houses = self.house | self.env["stock.warehouse"].create(
            [
                {"name": name, "code": name, "company_id": self.ours.id}
                for name in ("HW1", "HW2", "HW3")
            ]
        )
        rows = [(houses[0], 90, 100), (houses[1], 30, 100), (houses[2], 60, 100), (houses[3], 1, 2)]
        self.table.create(
            [
                {
                    "code": "scan",
                    "company_id": self.ours.id,
                    "warehouse_id": house.id,
                    "day": self.today - timedelta(days=5),
                    "numerator": above,
                    "denominator": below,
                    "records": below,
                }
                for house, above, below in rows
            ]
        )
        self.env.flush_all()
        figure = self.figure("scan")
        best = [(one["name"], one["value"]) for one in figure["best"]]
        self.assertEqual(best, [(houses[0].name, 0.9), ("HW2", 0.6)])
        self.assertEqual([one["name"] for one in figure["worst"]], ["HW1"])
        self.assertEqual(self.figure("scan", warehouse_id=houses[1].id)["value"], 0.3)
        self.assertAlmostEqual(figure["value"], 181 / 302)

    # -- now ------------------------------------------------------------------

    def test_what_waits(self):
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "expired",
                    "values": {"lot": name, "product": "Device", "date": "-"},
                    "severity": severity,
                    "company_id": self.ours.id,
                }
                for name, severity in (("A", "warn"), ("B", "block"))
            ]
        )
        drill = self.env["trace.recall"].create(
            {"title": "Drill", "is_drill": True, "company_id": self.ours.id}
        )
        drill.company_ids = self.ours
        user = self.person("recall")
        told = self.env["trace.home"].with_user(user).overview()
        desk = told["exceptions"]
        self.assertEqual((desk["count"], desk["block"], desk["nobody"]), (2, 1, 2))
        self.assertEqual([kind[::2] for kind in desk["kinds"]], [["expired", 2]])
        self.assertEqual((told["recalls"]["cases"], told["recalls"]["drills"]), (0, 1))
        self.assertEqual(told["recalls"]["named"][0]["title"], "Drill")
        done = {step["title"]: step["done"] for step in told["steps"]}
        self.assertEqual(len(done), 7)
        self.assertFalse(done["Count a place"])
        self.assertTrue(done["Rehearse a recall"])

    # -- rights and cost ------------------------------------------------------

    def person(self, group, company=None):
        company = company or self.ours
        return new_test_user(
            self.env,
            f"home_{group}_{company.id}",
            groups="base.group_user"
            if group == "employee"
            else f"lot_serial_trace.group_trace_{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_every_group(self):
        self.question(10, 3)
        self.count()
        for group in GROUPS:
            with self.subTest(group):
                user = self.person(group)
                home = self.env["trace.home"].with_user(user)
                told = home.overview()
                self.assertEqual(told["figures"][0]["value"], 10)
                sees = any(stage["values"] for stage in told["expiring"])
                self.assertFalse(sees)
                for code in ("cycle_time", "scan", "accuracy_lot", "recall_time", "touchless_asn"):
                    action = home.open_records(code, wrong=True)
                    self.env[action["res_model"]].with_user(user).search_count(action["domain"])
                rows = self.env["trace.kpi"].with_user(user).search([])
                self.assertEqual(rows.company_id, self.ours)
        with self.assertRaises(AccessError):
            self.env["trace.home"].with_user(self.person("employee")).overview()
        with self.assertRaises(AccessError):
            self.env["trace.home"].with_user(
                self.person("employee", self.env.company)
            ).open_records("scan")

    def test_other_companies_see_nothing(self):
        self.question(10, 3)
        self.count()
        strange = self.env["res.company"].create({"name": "Strange"})
        user = self.person("admin", strange)
        told = self.env["trace.home"].with_user(user).overview()
        self.assertIsNone(told["figures"][0]["value"])
        self.assertEqual(told["exceptions"]["count"], 0)
        self.assertNotIn(self.house.name, [place["name"] for place in told["places"]])
        self.assertFalse(self.env["trace.kpi"].with_user(user).search_count([]))
        self.assertFalse(self.env["trace.kpi.day"].with_user(user).search_count([]))

    def test_queries_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.there["trace.home"].overview(days=90)
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        self.env["stock.warehouse"].create(
            [{"name": f"HQ{n}", "code": f"HQ{n}", "company_id": self.ours.id} for n in range(5)]
        )
        for ago in range(20):
            self.question(ago, ago)
        self.count()
        queries()
        self.assertLessEqual(queries(), few + 1)
        self.assertLess(few, 40)

    def test_bad_questions(self):
        home = self.there["trace.home"]
        with self.assertRaisesRegex(UserError, "7, 30, 90 or 365"):
            home.overview(days=10**6)
        with self.assertRaisesRegex(UserError, "no such figure"):
            home.open_records("luck")
        with self.assertRaisesRegex(UserError, "target"):
            self.ours.trace_target_scan = 101
