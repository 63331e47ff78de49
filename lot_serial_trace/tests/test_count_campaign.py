from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .scan_case import ScanCase


class CampaignCase(ScanCase):
    """Two counters, a manager, two places, and words for counting for a campaign."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf.barcode = "SHELF-1"
        cls.bin = cls.shelf.copy({"name": "Bin", "barcode": "BIN-1"})
        cls.bag = cls._product("Bag", "none", barcode="4012345678925", standard_price=2)
        cls.milk.standard_price = 3
        cls.anna, cls.ben = (
            new_test_user(cls.env, name, groups="stock.group_stock_user")
            for name in ("anna", "ben")
        )
        cls.boss = new_test_user(cls.env, "boss", groups="stock.group_stock_manager")

    def campaign(self, start=True, **values):
        campaign = (
            self.env["trace.count.campaign"]
            .with_user(self.boss)
            .create({"name": "Test", "location_ids": self.shelf.ids + self.bin.ids, **values})
        )
        if start:
            campaign.action_start()
        return campaign

    def wanted(self, **values):
        """What a campaign draws: ``(place, products, numbers)``."""
        campaign = self.campaign(start=False, **values)
        return [
            (
                self.env["stock.location"].browse(place.location_id).name,
                self.env["product.product"].browse(place.product_ids).mapped("name"),
                self.env["stock.lot"].browse(place.lot_ids).mapped("name"),
            )
            for place in self.env["trace.count.drawing"]._draw(campaign)
        ]

    def begin(self, task, user):
        self.told = self.env["trace.count"].with_user(user).trace_start(task_id=task.id)
        return self.env["trace.count"].with_user(user).browse(self.told["id"])

    def scan_into(self, count, *codes):
        for code in codes:
            answer = count.trace_count_scan(code, uuid=str(uuid4()))
            self.assertNotEqual(answer["verdict"], "stop", answer["message"])
        return answer

    def count(self, task, user, *codes):
        """Count a place for a campaign; what the end answers."""
        count = self.begin(task, user)
        if codes:
            self.scan_into(count, *codes)
        self.end = count.trace_count_finish()
        self.env.flush_all()
        self.env.invalidate_all()
        return count

    def rows(self, campaign):
        self.env.flush_all()
        found = self.env["trace.inventory.accuracy"].search(
            [("campaign_id", "=", campaign.id)], order="id"
        )
        return {
            (row.product_id.name, row.number or ""): (row.theory_qty, row.counted_qty, row.user_id)
            for row in found
        }

    def on_hand(self, product, place):
        self.env.invalidate_all()
        domain = [("product_id", "=", product.id), ("location_id", "=", place.id)]
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))


@tagged("post_install", "-at_install")
class TestCountDrawing(CampaignCase):
    """What is counted: whole places, dear goods, what expires, what looks wrong."""

    def test_whole_places_and_empty_ones(self):
        self.put(self.bag, quantity=1, place=self.shelf)
        self.assertEqual(self.wanted(), [("Shelf", [], [])])
        self.assertEqual(self.wanted(include_empty=True), [("Bin", [], []), ("Shelf", [], [])])
        self.assertEqual(self.wanted(location_ids=self.bin.ids), [])

    def test_classes_by_value(self):
        """Worth 800, 150 and 50, in a company of its own: A ends at 80 %, B at 95 %."""
        company = self.env["res.company"].create({"name": "Classes"})
        self.boss.company_ids += company
        self.env.user.company_ids += company
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=company.ids))
        stock = self.env["stock.warehouse"].search([("company_id", "=", company.id)]).lot_stock_id
        for name, worth in (("Dear", 800), ("Middling", 150), ("Cheap", 50), ("Free", 0)):
            product = self.env["product.product"].create(
                {"name": name, "is_storable": True, "standard_price": worth}
            )
            self.put(product, quantity=1, place=stock)
        values = {"method": "abc", "location_ids": [], "company_id": company.id}
        self.assertEqual(self.wanted(**values)[0][1], ["Dear"])
        self.assertEqual(self.wanted(**values, abc_a=False, abc_b=True)[0][1], ["Middling"])
        [(_place, rest, _lots)] = self.wanted(**values, abc_a=False, abc_c=True)
        self.assertEqual(rest, ["Cheap", "Free"])
        self.assertFalse(self.wanted(**values, abc_by="turnover"))

    def test_classes_by_what_left(self):
        self.put(self.bag, quantity=5, place=self.shelf)
        values = {"method": "abc", "abc_by": "turnover", "abc_a_percent": 100, "abc_b_percent": 100}
        before = self.wanted(**values)
        self.assertNotIn(["Bag"], [goods for _place, goods, _lots in before])
        picking = self.transfer("out", (self.bag, 2), source=self.shelf)
        picking.button_validate()
        self.assertEqual(self.wanted(**values), [("Shelf", ["Bag"], [])])

    def test_what_expires(self):
        for number, days in (("SOON", 10), ("LATE", 60)):
            lot = self.put(self.milk, number, 1, place=self.shelf)
            lot.expiration_date = fields.Datetime.now() + timedelta(days=days)
        self.put(self.bag, quantity=1, place=self.bin)
        self.assertEqual(self.wanted(method="expiry"), [("Shelf", ["Milk"], ["SOON"])])
        self.assertEqual(
            self.wanted(method="expiry", expiry_days=60), [("Shelf", ["Milk"], ["SOON", "LATE"])]
        )

    def test_risks(self):
        def only(risk):
            names = ("hold", "exception", "negative", "twice", "never")
            chosen = {f"risk_{name}": name == risk for name in names}
            return self.wanted(method="risk", **chosen)

        held = self.put(self.milk, "HELD", 1, place=self.shelf)
        self.env["trace.hold"]._place(held, "test")
        doubted = self.put(self.milk, "DOUBT", 1, place=self.shelf)
        values = {"lot": "DOUBT", "product": "Milk", "date": "-"}
        self.env["trace.exception"]._open_many(
            [{"kind": "expired", "values": values, "severity": "warn", "lot_id": doubted.id}]
        )
        self.put(self.bag, quantity=-2, place=self.bin)
        self.put(self.device, "TWICE", 1, place=self.shelf)
        self.put(self.device, "TWICE", 1, place=self.bin)
        self.assertEqual(only("hold"), [("Shelf", ["Milk"], ["HELD"])])
        self.assertEqual(only("exception"), [("Shelf", ["Milk"], ["DOUBT"])])
        self.assertEqual(only("negative"), [("Bin", ["Bag"], [])])
        self.assertEqual(
            only("twice"), [("Bin", ["Device"], ["TWICE"]), ("Shelf", ["Device"], ["TWICE"])]
        )
        self.assertEqual(len(only("never")), 2)
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.bag.id), ("location_id", "=", self.bin.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 3
        quant.action_apply_inventory()
        self.assertIn(("Bin", ["Device"], ["TWICE"]), only("never"))
        self.assertFalse(only(None))

    def test_products_lots_limits_and_what_was_counted_lately(self):
        self.put(self.bag, quantity=1, place=self.shelf)
        self.put(self.bag, quantity=1, place=self.bin)
        lot = self.put(self.milk, "A", 1, place=self.shelf)
        bags = {"method": "product", "product_ids": self.bag.ids}
        both = [("Bin", ["Bag"], []), ("Shelf", ["Bag"], [])]
        self.assertEqual(self.wanted(**bags), both)
        self.assertEqual(self.wanted(**bags, task_limit=1), both[:1])
        self.assertEqual(self.wanted(method="lot", lot_ids=lot.ids), [("Shelf", ["Milk"], ["A"])])
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.bag.id), ("location_id", "=", self.bin.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 1
        quant.action_apply_inventory()
        self.assertEqual(self.wanted(**bags, fresh_days=30), both[1:])


@tagged("post_install", "-at_install")
class TestCountCampaign(CampaignCase):
    """From the draw to the stock: dealt, counted blindly, counted again, approved, applied."""

    def test_places_are_dealt_and_counted_by_whom_they_are_given(self):
        for place in (self.shelf, self.bin):
            self.put(self.bag, quantity=3, place=place)
        campaign = self.campaign(counter_ids=(self.anna + self.ben).ids, approval="none")
        first, second = campaign.task_ids
        self.assertEqual((first.user_id, second.user_id), (self.anna, self.ben))
        counts = self.env["trace.count"]
        listed = counts.with_user(self.anna).trace_tasks()
        mine = [row for row in listed if row["campaign"] == "Test"]
        self.assertEqual([(row["id"], row["mine"]) for row in mine], [(first.id, True)])
        with self.assertRaisesRegex(UserError, "ben.*'s to count"):
            self.begin(second, self.anna)
        # The place's own barcode begins the task, too.
        told = counts.with_user(self.anna).trace_start(code=first.location_id.barcode)
        self.assertEqual(told["task"]["id"], first.id)
        self.count(first, self.anna, *["4012345678925"] * 3)
        self.assertEqual((first.state, campaign.state, campaign.progress), ("done", "running", 50))
        self.count(second, self.ben, *["4012345678925"] * 3)
        self.assertEqual((campaign.state, campaign.done_count), ("done", 2))
        with self.assertRaisesRegex(UserError, "counted already"):
            self.begin(second, self.ben)

    def test_blind_is_blind(self):
        """Nothing that the server sends to the counter tells what the books say."""
        self.put(self.bag, quantity=777, place=self.shelf)
        self.put(self.device, "S1")  # by the books in another place
        campaign = self.campaign()
        task = campaign.task_ids
        count = self.begin(task, self.anna)
        sent = [self.env["trace.count"].with_user(self.anna).trace_tasks(), self.told]
        sent.append(self.scan_into(count, "4012345678925"))
        answer = count.trace_count_scan("(01)04012345678932(21)S1", uuid=str(uuid4()))
        self.assertEqual(answer["verdict"], "good", answer["message"])
        sent.append(answer)
        sent.append(self.env["trace.count"].with_user(self.anna).trace_start(task_id=task.id))
        sent.append(count.trace_count_finish())
        self.assertNotIn("777", str(sent))
        self.assertNotIn("776", str(sent))
        self.assertEqual(sent[-1]["differences"], [])
        self.assertEqual(sent[-2]["rows"][0]["theory"], None)
        line = count.line_ids.filtered(lambda row: row.product_id == self.bag)
        line.read(["counted"])
        for name in ("theory", "difference", "differs", "value_difference"):
            with self.subTest(name), self.assertRaises(AccessError):
                line.read([name])
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.bag.id), ("location_id", "=", self.shelf.id)]
        )
        self.assertFalse(quant.inventory_quantity_set, "not before it is settled")

    def test_differences_are_counted_again_by_somebody_else(self):
        """Bags differ by 40 % and 8; milk by 10 % only; a surplus device is found by Anna alone."""
        self.put(self.bag, quantity=10, place=self.shelf)
        self.put(self.milk, "A", 10, place=self.shelf)
        campaign = self.campaign(
            recount_percent=10, counter_ids=(self.anna + self.ben).ids, approval="none"
        )
        task = campaign.task_ids
        milk = "(01)04012345678901(10)A(30)9"
        self.count(task, self.anna, *["4012345678925"] * 6, milk, "(01)04012345678932(21)X1")
        self.assertIn("Somebody else", self.end["message"])
        self.assertEqual((task.state, task.user_id), ("recount", self.ben))
        self.assertEqual(self.on_hand(self.bag, self.shelf), 10)
        with self.assertRaisesRegex(UserError, "ben.*'s to count"):
            self.begin(task, self.anna)
        task.user_id = False
        with self.assertRaisesRegex(UserError, "Somebody else counts"):
            self.begin(task, self.anna)
        count = self.begin(task, self.ben)
        self.assertEqual((self.told["warning"], self.told["task"]["again"]), ("", True))
        answer = count.trace_count_scan(milk, uuid=str(uuid4()))
        self.assertEqual(answer["verdict"], "stop", "milk is not counted again")
        self.scan_into(count, *["4012345678925"] * 10)
        count.trace_count_finish()
        self.env.invalidate_all()
        self.assertEqual(
            self.rows(campaign),
            {
                ("Milk", "A"): (10, 9, self.anna),
                ("Bag", ""): (10, 10, self.ben),
                ("Device", "X1"): (0, 0, self.ben),
            },
        )
        self.assertEqual((task.state, campaign.state), ("done", "done"))
        self.assertEqual(self.on_hand(self.bag, self.shelf), 10)
        self.assertEqual(self.on_hand(self.milk, self.shelf), 9)
        self.assertFalse(self.lot(self.device, "X1"), "a misread number becomes none")

    def test_goods_that_moved_while_they_were_counted_are_counted_again(self):
        self.put(self.bag, quantity=100, place=self.shelf)
        task = self.campaign(recount_percent=50).task_ids
        count = self.begin(task, self.anna)
        self.scan_into(count, "4012345678925")
        self.env["stock.quant"]._update_available_quantity(self.bag, self.shelf, -1)
        count.trace_count_scan("4012345678925", quantity=95)
        count.trace_count_finish()
        self.assertEqual(task.state, "recount")

    def test_approval_by_value_and_quantity_with_reasons(self):
        self.put(self.bag, quantity=10, place=self.shelf)
        self.put(self.bag, quantity=10, place=self.bin)
        campaign = self.campaign(
            recount=False, approval="over", approve_quantity=3, approve_value=100
        )
        bin_task, shelf_task = campaign.task_ids.sorted("location_id")[::-1]
        if bin_task.location_id != self.bin:
            bin_task, shelf_task = shelf_task, bin_task
        self.count(bin_task, self.anna, *["4012345678925"] * 7)
        self.assertEqual((bin_task.state, self.on_hand(self.bag, self.bin)), ("done", 7))
        self.count(shelf_task, self.ben, *["4012345678925"] * 6)
        self.assertEqual((shelf_task.state, self.on_hand(self.bag, self.shelf)), ("approve", 10))
        self.assertEqual((shelf_task.difference_count, shelf_task.value_difference), (1, -8))
        with self.assertRaises(AccessError):
            shelf_task.with_user(self.ben).action_approve()
        with self.assertRaisesRegex(UserError, "Bag"):
            shelf_task.with_user(self.boss).action_approve()
        reason = self.env.ref("lot_serial_trace.count_reason_theft")
        line = shelf_task.line_ids.with_user(self.boss)
        line.reason_id = reason
        with self.assertRaisesRegex(UserError, "kept as it was recorded"):
            line.counted = 10
        shelf_task.with_user(self.boss).action_approve()
        self.assertEqual((shelf_task.state, self.on_hand(self.bag, self.shelf)), ("done", 6))
        self.assertEqual((shelf_task.approved_by_id, campaign.state), (self.boss, "done"))
        moves = self.env["stock.move"].search(
            [("product_id", "=", self.bag.id), ("is_inventory", "=", True)]
        )
        self.assertIn("Test: ", moves[-1].inventory_name)
        self.assertEqual(len(self.rows(campaign)), 1, "both places; recorded once each")

    def test_manager_has_it_counted_again(self):
        self.put(self.bag, quantity=10, place=self.shelf)
        task = self.campaign(recount=False).task_ids
        self.count(task, self.anna, "4012345678925")
        task.with_user(self.boss).action_count_again()
        self.assertEqual(task.state, "recount")
        self.count(task, self.ben, *["4012345678925"] * 10)
        self.assertEqual((task.state, self.on_hand(self.bag, self.shelf)), ("done", 10))

    def test_movement_before_approval_is_no_difference(self):
        self.put(self.bag, quantity=10, place=self.shelf)
        campaign = self.campaign(recount=False, reason_required=False)
        self.count(campaign.task_ids, self.anna, *["4012345678925"] * 9)
        self.env["stock.quant"]._update_available_quantity(self.bag, self.shelf, -4)
        campaign.task_ids.with_user(self.boss).action_approve()
        self.assertEqual(self.on_hand(self.bag, self.shelf), 5)
        self.assertEqual(self.rows(campaign), {("Bag", ""): (10, 9, self.anna)})

    def test_a_campaign_of_some_goods_leaves_the_others_alone(self):
        self.put(self.bag, quantity=2, place=self.shelf)
        for number in ("A", "B"):
            self.put(self.milk, number, 2, place=self.shelf)
        lot = self.lot(self.milk, "A")
        campaign = self.campaign(method="lot", lot_ids=lot.ids, recount=False, approval="none")
        count = self.begin(campaign.task_ids, self.anna)
        self.assertEqual(self.told["task"]["goods"], ["Milk A"])
        answer = count.trace_count_scan("4012345678925", uuid=str(uuid4()))
        self.assertEqual(answer["verdict"], "stop")
        count.trace_count_finish()
        self.assertEqual(self.rows(campaign), {("Milk", "A"): (2, 0, self.anna)})
        self.assertEqual(self.on_hand(self.milk, self.shelf), 2)

    def test_empty_place_that_is_empty_counts_as_right(self):
        campaign = self.campaign(location_ids=self.bin.ids, include_empty=True)
        self.count(campaign.task_ids, self.anna)
        self.assertTrue(self.end["done"])
        rates = self.env["trace.inventory.accuracy"]._rates([("campaign_id", "=", campaign.id)])
        self.assertEqual(rates, {"quantity": 1, "location": 1, "lot": None})
        self.assertEqual(campaign.state, "done")

    def test_two_who_count_one_place(self):
        """A task that is given to another person in the middle of a count is counted once."""
        self.put(self.bag, quantity=1, place=self.shelf)
        task = self.campaign(approval="none").task_ids
        count = self.begin(task, self.anna)
        self.scan_into(count, "4012345678925")
        task.with_user(self.boss).user_id = self.ben
        self.count(task, self.ben, "4012345678925")
        self.assertEqual(task.state, "done")
        end = count.trace_count_finish()
        self.assertFalse(end["done"])
        self.assertIn("Somebody else", end["message"])
        self.assertTrue(count.trace_count_finish()["done"])

    def test_repeats(self):
        self.put(self.bag, quantity=1, place=self.shelf)
        campaign = self.campaign(repeat=True, counter_ids=self.anna.ids, days_to_count=3)
        today = fields.Date.context_today(campaign)
        self.assertEqual(campaign.next_date, campaign._after(today))
        campaign.next_date = today - timedelta(days=70)
        with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
            self.env["trace.count.campaign"]._cron()
        again = self.env["trace.count.campaign"].search([("origin_id", "=", campaign.id)])
        self.assertEqual((len(again), again.state, again.repeat), (1, "running", False))
        self.assertEqual(again.date_due, today + timedelta(days=3))
        self.assertEqual(again.task_ids.user_id, self.anna)
        self.assertGreater(campaign.next_date, today)

    def test_cancel_and_what_is_kept(self):
        self.put(self.bag, quantity=1, place=self.shelf)
        campaign = self.campaign()
        with self.assertRaisesRegex(UserError, "kept"):
            campaign.unlink()
        with self.assertRaisesRegex(UserError, "kept as it was recorded"):
            campaign.state = "done"
        self.count(campaign.task_ids, self.anna)
        campaign.action_cancel()
        self.assertEqual((campaign.task_ids.state, campaign.state), ("cancelled", "cancelled"))
        self.assertEqual(len(self.rows(campaign)), 1)
        self.assertEqual(self.on_hand(self.bag, self.shelf), 1)
        with self.assertRaisesRegex(UserError, "nothing to count"):
            self.campaign(location_ids=self.bin.ids)

    def test_many_rows_are_settled_with_as_many_queries_as_few(self):
        def settle(name, numbers):
            place = self.shelf.copy({"name": name})
            lots = self.env["stock.lot"].create(
                [{"product_id": self.milk.id, "name": f"{name}{number}"} for number in numbers]
            )
            stock = {"product_id": self.milk.id, "location_id": place.id, "quantity": 5}
            self.env["stock.quant"].create([{**stock, "lot_id": lot.id} for lot in lots])
            task = self.campaign(location_ids=place.ids, recount=False).task_ids
            count = self.begin(task, self.anna)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(count.trace_count_finish()["done"])
            self.env.flush_all()
            self.assertEqual(len(task.line_ids), len(numbers))
            return self.env.cr.sql_log_count - before

        few = settle("FEW", range(10))
        self.assertLessEqual(settle("MANY", range(300)), few + 8)

    def test_other_companys_campaigns(self):
        self.put(self.bag, quantity=1, place=self.shelf)
        campaign = self.campaign()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="stock.group_stock_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(campaign.with_user(stranger).search([("id", "=", campaign.id)]))
        with self.assertRaisesRegex(UserError, "not to be counted"):
            self.begin(campaign.task_ids, stranger)
        with self.assertRaises(AccessError):
            campaign.with_user(self.anna).name = "Mine"
