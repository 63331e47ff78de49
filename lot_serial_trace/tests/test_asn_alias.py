from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .asn_case import GTIN, OTHER_GLN, STRANGER_GLN, AsnCase


@tagged("post_install", "-at_install")
class TestAsnAlias(AsnCase):
    """What a person chose once is known the next time, can be seen, and can be forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "learner", groups="lot_serial_trace.group_trace_user")
        cls.aliases = cls.env["trace.asn.alias"]
        cls.number = 0

    def next_notice(self, *lines, **options):
        self.__class__.number += 1
        return self.notice(*lines, number=f"A{self.number}", **options)

    def fix(self, asn, **choices):
        """A person chooses and presses Match again."""
        mine = asn.with_user(self.user)
        product = choices.pop("product", None)
        if product:
            mine.line_ids.product_id = product
        if choices:
            mine.write(choices)
        mine.action_match()

    def learned(self, kind):
        return self.aliases.search([("kind", "=", kind), ("create_uid", "=", self.user.id)])

    def test_supplier(self):
        self.fix(
            self.next_notice(self.devices("S1"), gln=STRANGER_GLN), partner_id=self.supplier.id
        )
        alias = self.learned("supplier")
        self.assertEqual((alias.scheme, alias.code), ("gln", STRANGER_GLN))
        self.assertEqual((alias.partner_id, alias.write_uid), (self.supplier, self.user))
        later = self.next_notice(self.devices("S2"), gln=STRANGER_GLN)
        self.assertEqual((later.partner_id, later.partner_by), (self.supplier, "memory"))
        alias.with_user(self.user).unlink()
        later = self.next_notice(self.devices("S3"), gln=STRANGER_GLN)
        self.assertFalse(later.partner_id, "forgotten")

    def test_a_person_goes_before_the_catalogue(self):
        asn = self.next_notice(self.devices("S1"))
        self.assertEqual(asn.line_ids.matched_by, "gtin")
        self.fix(asn, product=self.milk)
        later = self.next_notice(self.devices("S2"))
        self.assertEqual(
            (later.line_ids.product_id, later.line_ids.matched_by), (self.milk, "memory")
        )

    def test_the_latest_choice_counts_and_the_change_is_said(self):
        first = self.next_notice(self.line(None, 1, supplier_code="X1"))
        self.fix(first, product=self.milk)
        second = self.next_notice(self.line(None, 1, supplier_code="X1"))
        self.assertEqual(second.line_ids.product_id, self.milk)
        self.fix(second, product=self.device)
        (alias,) = self.learned("product")
        self.assertEqual((alias.product_id, alias.asn_id), (self.device, second))
        self.assertIn("it meant", second.message_ids[0].body)
        first.action_match()
        self.assertEqual(alias.product_id, self.device, "an older choice does not come back")

    def test_codes_are_the_suppliers_own(self):
        self.fix(self.next_notice(self.line(None, 1, supplier_code="X1")), product=self.milk)
        other = self.env["res.partner"].create(
            {"name": "Other", "is_company": True, "global_location_number": OTHER_GLN}
        )
        asn = self.next_notice(self.line(None, 1, supplier_code="X1"), gln=OTHER_GLN, order="")
        self.assertEqual(asn.partner_id, other)
        self.assertFalse(asn.line_ids.product_id)

    def test_an_item_without_any_code_is_known_by_its_name(self):
        self.fix(self.next_notice(self.line(None, 1)), product=self.milk)
        alias = self.learned("product")
        self.assertEqual((alias.scheme, alias.code), ("item", "Mystery"))
        self.assertEqual(self.next_notice(self.line(None, 2)).line_ids.product_id, self.milk)

    def test_order(self):
        asn = self.next_notice(self.devices("S1"), order="THEIR-77")
        self.assertEqual(asn.state, "parsed")
        self.fix(asn, picking_ids=[(6, 0, self.receipt.ids)])
        self.assertEqual(self.learned("order").purchase_id, self.order)
        later = self.next_notice(self.devices("S2"), order="THEIR-77")
        self.assertEqual((later.state, later.purchase_ids), ("expected", self.order))
        self.assertEqual(later.line_ids.purchase_id, self.order)
        self.order.button_cancel()
        later = self.next_notice(self.devices("S3"), order="THEIR-77")
        self.assertEqual(later.state, "parsed", "a cancelled order is no open one")

    def test_place(self):
        asn = self.next_notice(self.devices("S1"), dock=STRANGER_GLN)
        other = self.env["stock.warehouse"].create({"name": "Annex", "code": "ANX"})
        self.fix(asn, warehouse_id=other.id)
        self.assertEqual(self.learned("place").warehouse_id, other)
        later = self.next_notice(self.devices("S2"), dock=STRANGER_GLN)
        self.assertEqual(later.warehouse_id, other)
        self.assertIn("asn_wrong_ship_to", self.kinds(later))

    def test_many_codes_at_once_cost_no_more_queries(self):
        def queries(count):
            lines = [
                self.line(None, 1, number=str(i), supplier_code=f"{count}-{i}")
                for i in range(count)
            ]
            asn = self.next_notice(*lines)
            asn.with_user(self.user).line_ids.product_id = self.milk
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["trace.asn.products"].sudo()._remember(asn.sudo())
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        small, large = queries(10), queries(300)
        self.assertLess(large, small + 5)
        self.assertEqual(self.aliases.search_count([("code", "=like", "300-%")]), 300)

    def test_an_administrator_adds_rows_that_make_sense(self):
        admin = new_test_user(self.env, "al_admin", groups="lot_serial_trace.group_trace_admin")
        values = {
            "kind": "product",
            "scheme": "supplier_code",
            "code": "Z1",
            "owner_id": self.supplier.id,
            "product_id": self.milk.id,
        }
        aliases = self.aliases.with_user(admin)
        alias = aliases.create(values)
        self.assertEqual(alias.meaning, self.milk.display_name)
        line = self.line(None, 1, supplier_code="Z1")
        self.assertEqual(self.next_notice(line).line_ids.product_id, self.milk)
        with self.assertRaisesRegex(ValidationError, "Say what code Z2 means"):
            aliases.create({**values, "code": "Z2", "product_id": False})
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            aliases.create({**values, "product_id": self.device.id})
            self.env.flush_all()

    def test_users_forget_but_do_not_forge(self):
        self.fix(self.next_notice(self.line(None, 1, supplier_code="X1")), product=self.milk)
        alias = self.learned("product").with_user(self.user)
        with self.assertRaises(AccessError):
            alias.product_id = self.device
        with self.assertRaises(AccessError):
            alias.copy({"code": GTIN})

    def test_other_companies_learn_for_themselves(self):
        self.fix(
            self.next_notice(self.devices("S1"), gln=STRANGER_GLN), partner_id=self.supplier.id
        )
        other = self.env["res.company"].create({"name": "Other"})
        data = self.document(self.devices("S9"), gln=STRANGER_GLN, number="O1")
        files = self.env["trace.asn.exchange"].with_company(other)
        self.assertFalse(files._arrive(data, "o.xml").asn_ids.partner_id)
