from odoo.tests import tagged

from .regulator_case import NIGHT, RegulatorCase


@tagged("post_install", "-at_install")
class TestRegulatorGaps(RegulatorCase):
    """What is missing is found, one by one, and is gone when it is repaired."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gaps = cls.env["trace.regulator.gap"]
        for partner, number in ((cls.supplier, "4"), (cls.customer, "5"), (cls.packer, "6")):
            partner.global_location_number = f"950110102000{number}"

    def found(self, *records, law="fsma204"):
        """Codes of what is missing on our records, in alphabetical order."""
        self.gaps._refresh(self.env.company)
        ours = {(record._name, record.id) for record in records or self.ours()}
        found = self.gaps.search([("law", "=", law), ("company_id", "=", self.env.company.id)])
        return sorted(gap.code for gap in found if (gap.res_model, gap.res_id) in ours)

    def ours(self):
        """All records on which something may be missing."""
        return [
            self.lettuce,
            self.lettuce.product_tmpl_id,
            self.lot(self.lettuce, "R-186"),
            self.house,
            self.supplier,
            self.customer,
            self.receipt,
            self.delivery,
        ]

    def world(self):
        """A receipt and a delivery of which nothing is missing."""
        self.receipt = self.receive((self.lettuce, "R-186", 12))
        self.delivery = self.picking("out", [(self.lettuce, "R-186", 5)])
        self.validate(self.delivery)

    def test_each_gap_by_itself(self):
        """Whole, nothing is missing; without one thing that one is, and nothing else."""
        self.world()
        self.assertEqual(self.found(), [])
        lot = self.lot(self.lettuce, "R-186")
        breaks = {
            "product_gtin": lambda: self.lettuce.write({"barcode": False}),
            "product_description": lambda: self.lettuce.write({"trace_packaging": False}),
            "lot_source": lambda: self.supplier.write({"trace_tlc_source_id": False}),
            "lot_harvest": lambda: self.supplier.write({"trace_vessel": True}),
            "partner_address": lambda: self.customer.write({"zip": False}),
            "partner_gln": lambda: self.customer.write({"global_location_number": False}),
            "place_address": lambda: self.house.write({"phone": False}),
        }
        for code, break_it in breaks.items():
            with self.subTest(code), self.env.cr.savepoint(flush=True) as undone:
                break_it()
                self.env.flush_all()
                self.assertEqual(self.found(), [code])
                undone.close(rollback=True)
            self.env.invalidate_all()
        self.assertEqual(self.found(), [])
        self.supplier.trace_tlc_source_id = False
        self.assertEqual(self.found(), ["lot_source"])
        lot.trace_tlc_source_id = self.packer
        self.assertEqual(self.found(), [], "repaired on the lot")

    def test_papers(self):
        """A receipt without a paper of the supplier, from nobody, a delivery to nobody."""
        self.world()
        self.receipt.origin = False
        bare = self.picking("in", [(self.lettuce, "R-186", 1)])
        bare.write({"origin": False, "partner_id": False})
        bare.move_ids.write({"partner_id": False, "origin": False})
        self.validate(bare)
        gone = self.picking("out", [(self.lettuce, "R-186", 1)])
        gone.partner_id = False
        gone.move_ids.partner_id = False
        self.validate(gone)
        self.assertEqual(self.found(bare), ["no_supplier", "receipt_reference"])
        self.assertEqual(self.found(gone), ["no_recipient"])
        self.assertEqual(self.found(bare, law="food178"), ["food_supplier"])
        self.assertEqual(self.found(gone, law="food178"), ["food_customer"])
        bare.trace_ref_number = "LS-77"
        self.assertEqual(self.found(bare), ["no_supplier"])
        self.assertEqual(self.found(self.receipt), [], "the ledger keeps what it came for")

    def test_untracked_goods_medicines_and_devices(self):
        bulk = self._product("Loose leaves", "none", categ_id=self.greens.id)
        self.assertEqual(self.found(bulk.product_tmpl_id), ["untracked"])
        pills = self._product("Pills", "lot", trace_regime="drug", trace_strength="20 mg")
        self.assertEqual(self.found(pills, law="dscsa"), ["drug_description", "drug_number"])
        pills.write({"trace_dosage_form": "tablet", "trace_container_size": "30"})
        pills.trace_ndc = "12345-678-90"
        self.assertEqual(self.found(pills, law="dscsa"), [])
        device = self._product("Pump", "serial", trace_regime="device")
        self.assertEqual(self.found(device, law="udi"), ["device_number"])

    def test_what_consumers_lack_is_no_gap(self):
        self.world()
        self.validate(self.picking("out", [(self.lettuce, "R-186", 1)], partner=self.consumer))
        self.assertEqual(self.found(self.consumer), [])

    def test_only_what_moved_in_the_years_that_are_kept(self):
        self.world()
        self.supplier.trace_tlc_source_id = False
        for picking in (self.receipt, self.delivery):
            self.happened(picking, NIGHT.replace(year=2020))
        self.assertEqual(self.found(self.lot(self.lettuce, "R-186")), [])
        self.env.company.trace_fsma_years = 20
        self.assertEqual(self.found(self.lot(self.lettuce, "R-186")), ["lot_source"])

    def test_a_click_leads_to_the_record_that_repairs_it(self):
        self.world()
        self.supplier.trace_tlc_source_id = False
        self.env.flush_all()
        action = self.gaps.with_user(self.user)._open_now()
        self.assertEqual(action["res_model"], "trace.regulator.gap")
        lot = self.lot(self.lettuce, "R-186")
        gap = self.gaps.with_user(self.user).search(
            [("res_model", "=", "stock.lot"), ("res_id", "=", lot.id)]
        )
        self.assertEqual((gap.record_name, gap.row_count, gap.must), ("R-186", 2, True))
        self.assertEqual(gap.duty, "Supplier")
        opened = gap.action_repair()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("stock.lot", lot.id))

    def test_as_many_queries_for_many_lots_as_for_one(self):
        def queries():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.gaps._refresh(self.env.company)
            return self.env.cr.sql_log_count - before

        self.supplier.trace_tlc_source_id = False
        self.receive((self.lettuce, "G-0", 1))
        queries()
        few = queries()
        self.receive(*((self.lettuce, f"G-{number}", 1) for number in range(1, 31)))
        self.env.flush_all()
        self.assertEqual(queries(), few)
        lots = self.env["stock.lot"].search([("product_id", "=", self.lettuce.id)])
        self.assertEqual(self.found(*lots), ["lot_source"] * 31)


@tagged("post_install", "-at_install")
class TestTraceabilityPlan(RegulatorCase):
    """Plans are versioned; what was in force stays as it was."""

    def test_versions(self):
        plans = self.env["trace.regulator.plan"]
        plans.search([]).sudo().write({"state": "superseded"})
        company = self.env.company
        self.env["trace.regulator.gap"]._refresh(company)
        missing = [("code", "=", "no_plan"), ("company_id", "=", company.id)]
        self.assertTrue(self.env["trace.regulator.gap"].search(missing))
        first = plans.create({"codes": "By hand, day and line."})
        first.action_put_in_force()
        self.env["trace.regulator.gap"]._refresh(company)
        self.assertFalse(self.env["trace.regulator.gap"].search(missing))
        self.assertEqual(first.state, "in_force")
        self.assertTrue(self.content(first).startswith(b"%PDF"))
        copied = first.action_new_version()
        second = plans.browse(copied["res_id"])
        self.assertEqual((second.codes, second.state, second.version), (first.codes, "draft", 0))
        second.action_put_in_force()
        self.assertEqual((first.state, second.state), ("superseded", "in_force"))
        self.assertEqual(second.version, first.version + 1)
        self.assertTrue(first.superseded_at)
        self.assertTrue(self.content(first), "kept")
