from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models import trace_till_book
from .book_case import BookCase

EPOCH = datetime(1970, 1, 1)


@tagged("post_install", "-at_install")
class TestTillBook(BookCase):
    """A till hears what may be sold in its shop, whole or as far as it changed."""

    # -- everything -----------------------------------------------------------

    def test_what_is_in_the_shop(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        milk = self.lot(self.milk, "L1")
        milk.write({"expiration_date": "2030-01-02 03:04:05", "trace_made": "2029-01-01"})
        book = self.book()
        self.assertTrue(book["full"])
        self.assertEqual(self.quantities(book), {"SN1": 1, "L1": 5})
        place = book["lots"]["id"].index(milk.id)
        self.assertEqual(
            {name: values[place] for name, values in book["lots"].items()},
            {
                "id": milk.id,
                "name": "L1",
                "product": self.milk.id,
                "quantity": 5,
                "expires": (datetime(2030, 1, 2) - EPOCH).days,
                "stop": None,
                "made": (datetime(2029, 1, 1) - EPOCH).days,
            },
        )
        told = book["products"][self.device.id]
        self.assertEqual(
            (told["name"], told["tracking"], told["codes"]),
            ("Device", "serial", ["09501101530003"]),
        )
        self.assertEqual(book["profiles"][told["profile"]]["on_hold"], "block")
        self.assertEqual(book["kinds"]["sold_already"]["title"], "Sold already")

    def test_pages_make_the_same_book(self):
        self.receive(*((self.device, f"SN{index}", 1) for index in range(7)))
        whole = self.book()
        with patch.object(trace_till_book, "PAGE", 3):
            first = self.config.with_user(self.cashier).trace_book()
            self.assertEqual((len(first["lots"]["id"]), first["full"]), (3, True))
            paged = self.book()
            self.assertEqual(self.changes(paged)["lots"], whole["lots"])
        self.assertEqual(paged["lots"], whole["lots"])
        self.assertEqual(paged["products"], whole["products"])

    def test_stock_changed_past_the_ledger_comes_with_everything(self):
        """Changes are told by the ledger; a till asks for everything twice a day, and when
        somebody presses the sign. Before payment the server looks at the stock itself."""
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.policy("unknown_number", "warn")
        lot = self.lot(self.device, "SN1")
        # that was yesterday
        self.env.flush_all()
        for command in (
            "ALTER TABLE trace_event DISABLE TRIGGER USER",
            "UPDATE trace_event SET record_time = record_time - interval '1 day'",
            "ALTER TABLE trace_event ENABLE TRIGGER USER",
            "UPDATE stock_lot SET write_date = write_date - interval '1 day'",
        ):
            self.env.cr.execute(command)
        book = self.book()
        self.env.cr.execute("UPDATE stock_quant SET quantity = 0 WHERE lot_id = %s", [lot.id])
        self.env["stock.quant"].invalidate_model()
        changes = self.changes(book)
        self.assertFalse(changes["full"])
        self.assertEqual((self.quantities(changes), self.gone(changes)), ({}, {}))
        self.assertEqual(self.quantities(self.book()), {"SN2": 1})
        one = {"product_id": self.device.id, "number": "SN1", "quantity": 1}
        [said] = self.config.with_user(self.cashier).trace_check([one], "mine")
        self.assertEqual([word["code"] for word in said], ["unknown_number"])

    def test_places_of_the_shop_quarantine_aside(self):
        quarantine = self.env["stock.location"].create(
            {"name": "Q", "usage": "internal", "location_id": self.stock.id}
        )
        quarantine.trace_quarantine = True
        self.receive((self.milk, "L1", 5))
        self.receive((self.milk, "L1", 3), dest=self.shelf)
        self.receive((self.milk, "L1", 2), (self.device, "BAD", 1), dest=quarantine)
        self.assertEqual(self.quantities(self.book()), {"L1": 8})

    def test_what_tills_do_not_sell_is_left_out(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.milk.available_in_pos = False
        self.assertEqual(self.quantities(self.book()), {"SN1": 1})
        item = {"product_id": self.milk.id}
        self.env["product.combo"].create({"name": "Menu", "combo_item_ids": [(0, 0, item)]})
        self.assertEqual(self.quantities(self.book()), {"SN1": 1, "L1": 5})
        self.device.active = False
        self.assertEqual(self.quantities(self.book()), {"L1": 5})

    def test_goods_that_are_not_there_balance_those_that_are(self):
        self.receive((self.device, "SN1", 1), dest=self.shelf)
        self.env["stock.quant"]._update_available_quantity(
            self.device, self.stock, -1, lot_id=self.lot(self.device, "SN1")
        )
        self.assertEqual(self.quantities(self.book()), {})

    def test_the_same_number_of_two_products(self):
        self.receive((self.device, "X1", 1), (self.milk, "X1", 5))
        book = self.book()
        self.assertEqual(book["lots"]["name"], ["X1", "X1"])
        self.assertEqual(set(book["lots"]["product"]), {self.device.id, self.milk.id})

    def test_a_till_that_asks_for_no_numbers_has_none(self):
        self.receive((self.device, "SN1", 1))
        self.config.picking_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        book = self.book()
        self.assertEqual((book["lots"]["id"], book["products"]), ([], {}))

    def test_the_last_day_of_sale_by_rules_of_the_place(self):
        self.receive((self.milk, "L1", 5), (self.milk, "L2", 5))
        self.receive((self.milk, "L1", 5), dest=self.shelf)
        lots = self.lot(self.milk, "L1") | self.lot(self.milk, "L2")
        lots.expiration_date = "2030-03-20 12:00:00"
        self.env["trace.expiry.rule"].create(
            [
                {"name": "All", "stop_unit": "days", "stop_at": 3},
                {
                    "name": "Shelf",
                    "stop_unit": "days",
                    "stop_at": 10,
                    "location_id": self.shelf.id,
                },
            ]
        )
        book = self.book()
        days = [EPOCH + timedelta(days=day) for day in book["lots"]["stop"]]
        self.assertEqual([f"{day:%m-%d}" for day in days], ["03-10", "03-17"])

    def test_queries_do_not_grow_with_the_lots(self):
        self.env["trace.expiry.rule"].create({"name": "A", "stop_unit": "days", "stop_at": 3})

        def count(book=None):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            answer = self.config.with_user(self.cashier).trace_book(book and book["cursor"])
            return answer, self.env.cr.sql_log_count - before

        self.receive(*((self.milk, f"A{index}", 1) for index in range(10)))
        self.book()
        few, first = count()
        _few, changes = count(few)
        self.receive(*((self.milk, f"B{index}", 1) for index in range(990)))
        many, second = count()
        self.assertEqual(len(many["lots"]["id"]), 1000)
        self.assertLessEqual(second, first)
        more, third = count(many)
        self.assertEqual(len(more["lots"]["id"]), 1000)
        self.assertLessEqual(third, changes)
        self.assertLessEqual(first, 30)

    # -- what changed ---------------------------------------------------------

    def test_goods_that_come_and_go(self):
        book = self.book()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 5))
        changes = self.changes(book)
        self.assertFalse(changes["full"])
        self.assertEqual(self.quantities(changes), {"SN1": 1, "SN2": 1, "L1": 5})
        other = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"})
        away = self.picking("int", [(self.device, "SN1", 1)], dest=other.lot_stock_id)
        self.validate(away)
        self.validate(self.picking("out", [(self.device, "SN2", 1), (self.milk, "L1", 2)]))
        changes = self.changes(changes)
        self.assertEqual(self.quantities(changes), {"L1": 3})
        self.assertEqual(self.gone(changes), {"SN1": "moved", "SN2": "sold"})

    def test_the_same_answer_to_the_same_question(self):
        book = self.book()
        self.receive((self.device, "SN1", 1))
        first, again = self.changes(book), self.changes(book)
        self.assertEqual(first["lots"], again["lots"])

    def test_names_dates_and_products_that_change(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.lot(self.device, "SN1").name = "SN9"
        self.device.write({"name": "Machine", "barcode": "4006381333931"})
        changes = self.changes(self.book())
        self.assertEqual(self.quantities(changes)["SN9"], 1)
        told = changes["products"][self.device.id]
        self.assertEqual((told["name"], told["codes"]), ("Machine", ["4006381333931"]))

    def test_other_rules_make_another_book(self):
        book = self.book()
        self.env["trace.expiry.rule"].create({"name": "A", "stop_unit": "days", "stop_at": 3})
        self.assertTrue(self.changes(book)["full"])

    def test_another_place_makes_another_book(self):
        book = self.book()
        self.new_shop("Corner", self.stock)
        self.assertTrue(self.changes(book)["full"])

    def test_nonsense_gets_everything(self):
        self.receive((self.device, "SN1", 1))
        for since in ("", "x", "1.2.3", "9.a.b.c.1.2", 5, ["a"]):
            with self.subTest(since):
                answer = self.book(since)
                self.assertEqual((answer["full"], self.quantities(answer)), (True, {"SN1": 1}))
        page = self.config.with_user(self.cashier).trace_book(None, "5;x")
        self.assertTrue(page["full"])

    # -- sold and not booked --------------------------------------------------

    def test_sales_that_are_booked_at_closing(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 5))
        self.open("closing")
        book = self.book()
        self.sell(self.device, 1, "SN1")
        self.sell(self.milk, 2, "L1")
        changes = self.changes(book)
        self.assertEqual(self.quantities(changes)["L1"], 3)
        self.assertEqual(self.gone(changes), {"SN1": "sold"})
        whole = self.book()
        self.assertEqual(self.quantities(whole), {"SN1": 0, "SN2": 1, "L1": 3})
        self.assertEqual(self.gone(whole), {"SN1": "sold"})
        self.sell(self.device, -1, "SN1")
        self.assertEqual(self.quantities(self.changes(changes))["SN1"], 1)
        self.sell(self.milk, 3, "L1")
        self.close()
        self.assertEqual(self.quantities(self.book()), {"SN1": 1, "SN2": 1})

    def test_what_came_back_can_be_sold_before_it_is_booked(self):
        self.receive((self.device, "SN1", 1))
        self.validate(self.picking("out", [(self.device, "SN1", 1)]))
        self.open("closing")
        self.sell(self.device, -1, "SN1")
        self.assertEqual(self.quantities(self.book()), {"SN1": 1})

    def test_sales_that_are_booked_at_once_count_once(self):
        self.receive((self.milk, "L1", 5))
        self.open("real")
        book = self.book()
        self.sell(self.milk, 2, "L1")
        self.assertEqual(self.quantities(self.changes(book)), {"L1": 3})
        self.assertEqual(self.quantities(self.book()), {"L1": 3})

    def test_sales_that_are_shipped_later(self):
        self.receive((self.device, "SN1", 1))
        self.open("real")
        self.sell(self.device, 1, "SN1", shipping_date="2026-12-24")
        self.assertEqual(self.gone(self.book()), {"SN1": "sold"})

    # -- holds ----------------------------------------------------------------

    def test_holds_that_mean_the_shop(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.receive((self.milk, "L2", 5), dest=self.shelf)
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"}).lot_stock_id
        self.receive((self.device, "FAR1", 1), dest=far)
        holds = self.env["trace.hold"]
        book = self.book()
        holds._place(self.lot(self.device, "SN1"), "leaks", goods="stay")
        holds._place(self.lot(self.device, "SN1"), "smells", goods="stay")
        holds._place(self.lot(self.device, "FAR1"), "wherever it is")
        holds._place(self.lot(self.milk, "L1"), "elsewhere", location=far)
        on_shelf = self.lot(self.milk, "L1") | self.lot(self.milk, "L2")
        holds._place(on_shelf, "too warm", location=self.shelf, goods="stay")
        changes = self.changes(book)
        self.assertEqual(
            self.held(changes),
            {"SN1": "leaks; smells", "FAR1": "wherever it is", "L2": "too warm"},
        )
        self.assertIsNone(self.changes(changes)["holds"], "as they were")
        holds.search([("lot_id.name", "in", ("SN1", "L2", "FAR1"))])._release("fine")
        self.assertEqual(self.held(self.changes(changes)), {})

    def test_a_permission_counts_at_the_till(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        lots = self.lot(self.device, "SN1") | self.lot(self.device, "SN2")
        self.env["trace.hold"]._place(lots, "leaks", goods="stay")
        kind = self.config.picking_type_id
        values = {"reason": "tested", "lot_ids": lots[0].ids, "picking_type_id": kind.id}
        permission = self.env["trace.pass"].create(values)
        self.assertEqual(self.held(self.book()), {"SN2": "leaks"})
        permission._revoke("leaks after all")
        self.assertEqual(set(self.held(self.book())), {"SN1", "SN2"})

    # -- whose ----------------------------------------------------------------

    def test_shops_of_a_warehouse(self):
        north, kind = self.new_shop("North", self.stock)
        south, other = self.new_shop("South", self.stock)
        tills = self.new_till("North Till", kind), self.new_till("South Till", other)
        self.receive((self.milk, "N", 5), (self.milk, "B", 1), dest=north)
        self.receive((self.milk, "S", 5), (self.milk, "B", 2), dest=south)
        for till, wanted in zip(tills, ({"N": 5, "B": 1}, {"S": 5, "B": 2}), strict=True):
            with self.at(till):
                self.assertEqual(self.quantities(self.book()), wanted)
        self.assertEqual(self.quantities(self.book()), {"N": 5, "S": 5, "B": 3})
        with self.at(tills[1]):
            self.open("closing")
            self.sell(self.milk, 1, "B")
            self.assertEqual(self.quantities(self.book())["B"], 1)
        with self.at(tills[0]):
            self.assertEqual(self.quantities(self.book())["B"], 1)
        self.assertEqual(self.quantities(self.book())["B"], 2)

    def test_other_companies_are_not_told_of(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= company
        theirs = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self.receive((self.milk, "OURS", 5))
        self.env["stock.quant"]._update_available_quantity(
            self.milk,
            theirs.lot_stock_id,
            3,
            lot_id=self.env["stock.lot"].create({"name": "THEIRS", "product_id": self.milk.id}),
        )
        holds = self.env["trace.hold"]
        holds._place(self.lot(self.milk, "OURS"), "theirs only", company=company)
        book = self.book()
        self.assertEqual((self.quantities(book), self.held(book)), ({"OURS": 5}, {}))

    def test_rights(self):
        self.receive((self.device, "SN1", 1))
        self.assertFalse(self.book()["may_pass"])
        with self.assertRaises(AccessError):
            self.lot(self.device, "SN1").with_user(self.cashier).read(["trace_status"])
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "other cashier",
            groups="base.group_user,point_of_sale.group_pos_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        nobody = new_test_user(self.env, "no cashier", groups="base.group_user")
        for user in (stranger, nobody):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.config.with_user(user).trace_book()
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.config.with_user(user).trace_check([], "uuid")

    # -- severities -----------------------------------------------------------

    def test_severities_are_those_of_policy(self):
        kind = self.config.picking_type_id
        other, _kind = self.new_shop("Elsewhere", self.stock)
        self.policy("expired", "note")
        self.policy("expired", "warn", categ_id=self.milk.categ_id.id)
        self.policy("sold_already", "block", picking_type_id=kind.id)
        self.policy("unknown_number", "block", location_id=self.stock.id)
        self.policy("not_in_shop", "block", location_id=other.id)
        self.policy("past_stop_sale", "quarantine", product_id=self.milk.id)
        book = self.book()

        def of(product):
            return book["profiles"][book["products"][product.id]["profile"]]

        self.assertEqual((of(self.milk)["expired"], of(self.device)["expired"]), ("warn", "warn"))
        self.assertEqual(of(self.milk)["sold_already"], "block")
        self.assertEqual(of(self.milk)["unknown_number"], "block")
        self.assertEqual(of(self.milk)["not_in_shop"], "warn")
        self.assertEqual(
            (of(self.milk)["past_stop_sale"], of(self.device)["past_stop_sale"]), ("block", "warn")
        )

    def test_products_alike_share_a_profile(self):
        more = [self._product(f"P{index}", "lot", available_in_pos=True) for index in range(3)]
        self.policy("expired", "block", product_id=more[0].id)
        book = self.book()
        profiles = [book["products"][product.id]["profile"] for product in more]
        self.assertEqual(profiles[1], profiles[2])
        self.assertNotEqual(profiles[0], profiles[1])

    def test_other_policies_are_told_with_the_changes(self):
        book = self.book()
        self.assertEqual(self.changes(book)["full"], False)
        self.policy("expired", "block")
        changes = self.changes(book)
        self.assertFalse(changes["full"])
        told = changes["products"][self.milk.id]
        self.assertEqual(changes["profiles"][told["profile"]]["expired"], "block")
