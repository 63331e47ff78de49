from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .asn_case import AsnCase
from .rule_case import RuleCase


@tagged("post_install", "-at_install")
class TestRecallRuleConditions(RuleCase):
    """Each kind of condition means the same lots to the database and in memory."""

    def test_product_and_category(self):
        food = self.env["product.category"].create({"name": "Food"})
        dairy = self.env["product.category"].create({"name": "Dairy", "parent_id": food.id})
        self.milk.categ_id = dairy
        self.receive((self.milk, "M1", 5), (self.device, "D1", 1))
        self.assertMeans(self.rule(self.so("product", self.milk)), "M1")
        self.assertMeans(self.rule(self.so("category", food)), "M1")
        others = [self.never("category", dairy), self.so("product", self.milk, self.device)]
        self.assertMeans(self.rule(others), "D1")

    def test_gtin_of_the_product_or_of_a_packaging(self):
        self.receive((self.milk, "M1", 5), (self.device, "D1", 1))
        rule = self.rule(self.so("gtin", "9501101530003"))
        self.assertMeans(rule, "D1")
        self.env["product.uom"].create(
            {
                "product_id": self.milk.id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
                "barcode": "00036000291452",
            }
        )
        self.assertMeans(self.rule(self.so("gtin", "036000291452")), "M1")

    def test_numbers(self):
        names = ("A007", "A010", "A0100", "a010", "A120", "A121", "00123", "123")
        self.receive(*[(self.milk, name, 1) for name in names])
        mine = self.so("product", self.milk)
        self.assertMeans(
            self.rule([mine, self.so("range", "A007", "A120")]), "A007", "A010", "A120"
        )
        self.assertMeans(self.rule([mine, self.so("range", "00120", "00987")]), "00123")
        self.assertMeans(self.rule([mine, self.so("range", "98", "200")]), "123")
        self.assertMeans(
            self.rule([mine, self.so("pattern", "A01*", "#23")]), "A010", "A0100", "123"
        )
        listed = self.so("list", "a010, 123", "A119..A121")
        self.assertMeans(self.rule([mine, listed]), "a010", "123", "A120", "A121")

    def test_numbers_with_signs_that_mean_something_to_databases(self):
        names = ("5%", "5_", "5x", "5.1", "5\\", "5(1", "5[a]")
        self.receive(*[(self.milk, name, 1) for name in names])
        mine = self.so("product", self.milk)
        self.assertMeans(self.rule([mine, self.so("pattern", "5%")]), "5%")
        self.assertMeans(self.rule([mine, self.so("pattern", "5_*")]), "5_")
        self.assertMeans(self.rule([mine, self.so("pattern", "5\\\\")]), "5\\")
        self.assertMeans(self.rule([mine, self.so("range", "5.1", "5.9")]), "5.1")
        self.assertMeans(self.rule([mine, self.so("range", "5(1", "5(7")]), "5(1")

    def test_serial_range_and_the_manufacturers_batch(self):
        self.receive((self.milk, "A010", 1), (self.device, "A011", 1), (self.device, "D1", 1))
        self.lot(self.device, "D1").trace_batch = "A012"
        ours = self.so("product", self.milk, self.device)
        self.assertMeans(self.rule([ours, self.so("serial_range", "A007", "A120")]), "A011")
        found = self.rule([ours, self.so("range", "A007", "A120")])
        self.assertMeans(found, "A010", "A011", "D1")

    def test_supplier_and_its_addresses(self):
        depot = self.env["res.partner"].create({"name": "Depot", "parent_id": self.supplier.id})
        other = self.env["res.partner"].create({"name": "Other"})
        self.receive((self.milk, "M1", 5), partner=depot)
        self.receive((self.milk, "M2", 5), partner=other)
        self.assertMeans(self.rule(self.so("supplier", self.supplier)), "M1")
        self.assertMeans(self.rule(self.so("supplier", depot)), "M1")
        not_from_there = [self.so("product", self.milk), self.never("supplier", self.supplier)]
        self.assertMeans(self.rule(not_from_there), "M2")

    def test_a_receipt_that_was_corrected_is_none(self):
        picking = self.receive((self.milk, "M1", 5))
        rule = self.rule(self.so("supplier", self.supplier))
        picking.move_line_ids.quantity = 0
        self.assertMeans(rule)

    def test_days(self):
        self.receive((self.milk, "M1", 5), (self.milk, "M2", 5), (self.milk, "M3", 5))
        first, second = self.lot(self.milk, "M1"), self.lot(self.milk, "M2")
        first.trace_made = second.trace_made = date(2026, 5, 31)
        second.trace_made = date(2026, 6, 1)
        may = {"day_from": date(2026, 5, 1), "day_to": date(2026, 5, 31)}
        self.assertMeans(self.rule(self.so("made", **may)), "M1")
        mine = self.so("product", self.milk)
        self.assertMeans(self.rule([mine, self.never("made", **may)]), "M2", "M3")

    def test_the_day_of_expiry_is_the_companys(self):
        """The last second of 31 May in Tokyo is in the middle of the day in London."""
        self.env.company.partner_id.tz = "Asia/Tokyo"
        self.receive((self.milk, "M1", 5), (self.milk, "M2", 5))
        self.lot(self.milk, "M1").expiration_date = datetime(2026, 5, 31, 14, 59, 59)
        self.lot(self.milk, "M2").expiration_date = datetime(2026, 5, 31, 15, 0, 0)
        mine = self.so("product", self.milk)
        until = self.so("expires", day_to=date(2026, 5, 31))
        self.assertMeans(self.rule([mine, until]), "M1")
        self.assertMeans(self.rule([mine, self.so("expires", day_from=date(2026, 6, 1))]), "M2")

    def test_day_of_receipt(self):
        picking = self.receive((self.milk, "M1", 5))
        self.receive((self.milk, "M2", 5))
        picking.move_line_ids.date = datetime(2026, 5, 10, 12)
        mine = self.so("product", self.milk)
        day = date(2026, 5, 10)
        self.assertMeans(self.rule([mine, self.so("received", day_from=day, day_to=day)]), "M1")

    def test_origin_is_the_products_or_the_suppliers(self):
        peru = self.env.ref("base.pe")
        self.supplier.country_id = peru
        self.receive((self.milk, "M1", 5))
        other = self.env["res.partner"].create({"name": "Other"})
        self.receive((self.device, "D1", 1), partner=other)
        ours = self.so("product", self.milk, self.device)
        self.assertMeans(self.rule([ours, self.so("origin", peru)]), "M1")
        if "country_of_origin" in self.device.product_tmpl_id._fields:
            self.device.product_tmpl_id.country_of_origin = peru
            self.assertMeans(self.rule([ours, self.so("origin", peru)]), "M1", "D1")

    def test_made_from_a_lot(self):
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.make(self.cheese, "C2", (self.milk, "M2", 2))
        self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        rule = self.rule(self.so("ancestor", self.lot(self.milk, "M1")))
        self.assertMeans(rule, "M1", "C1", "P1")
        pizza = [
            self.so("product", self.pizza, self.cheese),
            self.never("ancestor", self.lot(self.milk, "M1")),
        ]
        self.assertMeans(self.rule(pizza), "C2")

    def test_was_at_a_place(self):
        self.receive((self.milk, "M1", 5), (self.milk, "M2", 5))
        into = self.picking("int", [(self.milk, "M1", 5)])
        self.validate(into)
        into.move_line_ids.date = datetime(2026, 5, 10, 12)
        out = self.picking("int", [(self.milk, "M1", 5)], source=self.shelf, dest=self.stock)
        self.validate(out)
        out.move_line_ids.date = datetime(2026, 5, 12, 12)

        def between(since, until):
            return self.rule(
                self.so(
                    "place",
                    self.shelf,
                    time_from=datetime(2026, 5, since),
                    time_to=datetime(2026, 5, until),
                )
            )

        for since, until in ((9, 11), (11, 12), (9, 20), (12, 13)):
            self.assertMeans(between(since, until), "M1")
        for since, until in ((1, 10), (13, 20)):
            self.assertMeans(between(since, until))
        self.assertMeans(self.rule(self.so("place", self.shelf)), "M1")

    def test_alternatives_and_negation(self):
        self.receive((self.milk, "A1", 5), (self.milk, "B1", 5), (self.device, "A2", 1))
        rule = self.rule(
            [self.so("product", self.milk), self.never("pattern", "B*")],
            [self.so("product", self.device), self.so("list", "A2")],
        )
        self.assertMeans(rule, "A1", "A2")
        rows = dict(self.env.execute_query(rule._sql_lots(self.env.companies)))
        self.assertEqual(rows[self.lot(self.device, "A2").id], [1], "which alternative it was")

    def test_what_says_nothing_is_refused(self):
        for condition in (
            {"kind": "product"},
            {"kind": "range", "first": "A1"},
            {"kind": "range", "first": "A9", "last": "A1"},
            {"kind": "gtin", "numbers": "123"},
            {"kind": "pattern", "numbers": "*"},
            {"kind": "made"},
        ):
            with self.subTest(condition), self.assertRaises(ValidationError):
                self.rule(condition)

    def test_what_a_rule_names_cannot_be_deleted(self):
        self.rule(self.so("product", self.pizza))
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.pizza.unlink()
            self.env.flush_all()

    def test_in_words(self):
        rule = self.rule(
            [self.so("product", self.milk), self.so("range", "A007", "A120")],
            [self.never("list", "X1", "X2")],
        )
        self.assertEqual(
            rule.sentence,
            "Lots whose product is Milk and whose number is between A007 and A120;\n"
            "or whose number is none of X1 or X2",
        )


@tagged("post_install", "-at_install")
class TestRecallRuleNotice(AsnCase, RuleCase):
    """Numbers of a shipping notice: those that it advises, so far as they exist, and what came."""

    def test_advised_and_received(self):
        asn = self.notice(self.devices("D1", "D2"))
        rule = self.rule(self.so("asn", asn))
        self.assertMeans(rule)
        self.env["stock.lot"].create({"name": "D1", "product_id": self.device.id})
        self.assertMeans(rule, "D1")
        asn.sudo().picking_ids |= self.receive((self.milk, "M3", 5))
        self.assertMeans(rule, "D1", "M3")
        devices = [self.so("product", self.milk, self.device), self.never("asn", asn)]
        self.receive((self.milk, "M4", 5))
        self.assertMeans(self.rule(devices), "M4")
