from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..core.gs1 import is_sscc
from .common import TraceCase

PREFIX = "9521234"
FOREIGN = "340123450000000017"


@tagged("post_install", "-at_install")
class TestSscc(TraceCase):
    """Packages are numbered by GS1's rules where somebody asked for it, and never twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.warehouse.company_id
        cls.company.write({"trace_gs1_prefix": PREFIX, "trace_sscc_extension": "3"})
        cls.packages = cls.env["stock.package"]
        cls.types = cls.env["stock.package.type"]

    def test_names_stay_as_they_were_until_somebody_asks(self):
        self.assertFalse(self.packages.create({}).valid_sscc)

    def test_the_setting_asks_for_all_but_boxes_that_are_used_again(self):
        self.company.trace_sscc_new = True
        tote = self.types.create({"name": "Tote", "package_use": "reusable"})
        self.assertTrue(self.packages.create({}).valid_sscc)
        self.assertFalse(self.packages.create({"package_type_id": tote.id}).valid_sscc)

    def test_a_package_type_asks_for_itself(self):
        pallet = self.types.create({"name": "Pallet", "trace_sscc": "always"})
        package = self.packages.create({"package_type_id": pallet.id})
        self.assertTrue(package.valid_sscc)
        self.assertEqual(package.name[:8], "3" + PREFIX)
        self.company.trace_sscc_new = True
        pallet.trace_sscc = "never"
        self.assertFalse(self.packages.create({"package_type_id": pallet.id}).valid_sscc)

    def test_without_prefix_a_sentence_says_where_to_enter_it(self):
        self.company.trace_gs1_prefix = False
        pallet = self.types.create({"name": "Pallet", "trace_sscc": "always"})
        with self.assertRaisesRegex(UserError, "GS1 Company Prefix.*settings"):
            self.packages.create({"package_type_id": pallet.id})

    def test_what_is_no_prefix_is_refused(self):
        for wrong in ("952", "95212x4", "9521234567890"):
            with self.assertRaisesRegex(ValidationError, wrong):
                self.company.trace_gs1_prefix = wrong
        with self.assertRaises(ValidationError):
            self.warehouse.trace_gs1_prefix = "1"

    def test_used_up_numbers_are_said_to_be(self):
        self.company.trace_gs1_prefix = "952123456789"
        sequence = self.env["trace.sscc"]._sequence("952123456789", "3")
        sequence.number_next_actual = 9999
        self.assertTrue(self.env["trace.sscc"]._next(self.company))
        with self.assertRaisesRegex(UserError, "All 10000 numbers.*another extension digit"):
            self.env["trace.sscc"]._next(self.company)
        self.company.trace_sscc_extension = "4"
        self.assertTrue(self.env["trace.sscc"]._next(self.company)[0].startswith("4"))

    def test_companies_with_one_prefix_share_its_numbers(self):
        other = self.env["res.company"].create(
            {"name": "Sister", "trace_gs1_prefix": PREFIX, "trace_sscc_extension": "3"}
        )
        numbers = self.env["trace.sscc"]
        given = numbers._next(self.company, count=3) + numbers._next(other, count=3)
        self.assertEqual(len(set(given)), 6)

    def test_a_warehouse_may_have_its_own_prefix(self):
        self.company.trace_sscc_new = True
        self.warehouse.trace_gs1_prefix = "9529999"
        self.receive((self.device, "S1", 1))
        delivery = self.picking("out", [(self.device, "S1", 1)])
        package = delivery.action_put_in_pack()
        self.assertEqual(delivery.move_line_ids.result_package_id, package)
        self.assertEqual(package.name[1:8], "9529999")

    def test_a_sequence_set_back_gives_no_number_again(self):
        numbers = self.env["trace.sscc"]
        first = self.packages.create(
            [{"name": name} for name in numbers._next(self.company, count=3)]
        )
        numbers._sequence(PREFIX, "3").number_next_actual = 1
        self.assertFalse({*numbers._next(self.company, count=2)} & {*first.mapped("name")})

    def test_numbers_are_given_to_packages_that_are_there(self):
        packages = self.packages.create([{"name": "OLD-1"}, {"name": FOREIGN}, {"name": "OLD-2"}])
        packages.action_trace_give_sscc()
        self.assertTrue(all(packages.mapped("valid_sscc")))
        self.assertEqual(packages[1].name, FOREIGN, "a supplier's number stays")
        self.assertEqual(packages[0].trace_former_name, "OLD-1")

    def test_a_transfer_gives_numbers_to_its_packages(self):
        self.receive((self.device, "S1", 1))
        delivery = self.picking("out", [(self.device, "S1", 1)])
        package = delivery.action_put_in_pack()
        self.assertTrue(delivery.trace_lacks_sscc)
        delivery.action_trace_give_sscc()
        self.assertTrue(is_sscc(package.name))
        self.assertFalse(delivery.trace_lacks_sscc)

    def test_no_second_package_with_an_sscc(self):
        self.packages.create({"name": FOREIGN})
        with self.assertRaisesRegex(ValidationError, f"SSCC {FOREIGN} is a package already"):
            self.packages.create({"name": FOREIGN})
        other = self.packages.create({"name": "BOX"})
        with self.assertRaises(ValidationError):
            other.name = FOREIGN
        self.packages.create([{"name": "BOX"}, {"name": "BOX"}])

    def test_a_suppliers_number_may_come_again_when_its_package_is_gone(self):
        """Ours may not, wherever the package is now."""
        ours = self.env["trace.sscc"]._next(self.company)[0]
        for name in (FOREIGN, ours):
            package = self.packages.create({"name": name})
            self.env["stock.quant"].create(
                {
                    "product_id": self._product("Gone", "none").id,
                    "location_id": self.customers.id,
                    "quantity": 1,
                    "package_id": package.id,
                }
            )
        self.assertTrue(self.packages.create({"name": FOREIGN}))
        with self.assertRaises(ValidationError):
            self.packages.create({"name": ours})

    def test_what_a_supplier_advises_is_booked_as_advised(self):
        """But nobody gets past the check by saying so from outside."""
        receipt = self.picking("in", [])
        self.packages.create({"name": FOREIGN})
        with self.assertRaises(ValidationError):
            self.packages.with_context(trace_advised=True).create({"name": FOREIGN})
        quant = {"product_id": self._product("Here", "none").id, "location_id": self.stock.id}
        package = self.packages.search([("name", "=", FOREIGN)])
        self.env["stock.quant"].create({**quant, "quantity": 1, "package_id": package.id})
        made = receipt._trace_packages([FOREIGN])
        self.assertNotEqual(made[FOREIGN], package, "one is here already, another is advised")

    def test_a_thousand_numbers_take_no_more_queries_than_one(self):
        packages = self.packages.create([{"name": f"P{i}"} for i in range(50)])
        packages[0].action_trace_give_sscc()
        self.env.flush_all()
        with self.assertQueryCount(3):
            self.env["trace.sscc"]._next(self.company, count=1000)

    def test_a_user_of_the_warehouse_packs_without_rights_on_sequences(self):
        self.company.trace_sscc_new = True
        user = self.env["res.users"].create(
            {
                "name": "Packer",
                "login": "lb-packer",
                "group_ids": [(6, 0, [self.env.ref("stock.group_stock_user").id])],
            }
        )
        self.assertTrue(self.packages.with_user(user).create({}).valid_sscc)

    def test_a_new_package_on_the_scan_screen_takes_the_next_scans(self):
        self.env.user.group_ids += self.env.ref("stock.group_tracking_lot")
        self.receive((self.device, "S1", 1))
        delivery = self.picking("out", [(self.device, "S1", 1)])
        delivery.move_line_ids.unlink()
        self.assertTrue(delivery.trace_scan_open()["can_pack"])
        made = delivery.trace_scan_new_package()
        self.assertTrue(is_sscc(made["name"]))
        answer = delivery.trace_scan(made["name"], "typed", reason="New package")
        self.assertEqual(answer["package"], made)
        delivery.trace_scan("S1", package_id=made["id"])
        self.assertEqual(delivery.move_line_ids.result_package_id.id, made["id"])

    def test_without_prefix_the_scan_screen_offers_no_new_package(self):
        self.env.user.group_ids += self.env.ref("stock.group_tracking_lot")
        self.company.trace_gs1_prefix = False
        delivery = self.picking("out", [])
        delivery.action_confirm()
        self.assertFalse(delivery.trace_scan_open()["can_pack"])
