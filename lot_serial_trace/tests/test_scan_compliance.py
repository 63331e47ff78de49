from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestScanCompliance(TraceCase):
    """Where policy wants numbers scanned, those that were not are heard of and counted."""

    def furnish(self):
        super().furnish()
        self.compliance = self.env["trace.scan.compliance"]
        self.here = [("picking_type_id.warehouse_id", "=", self.warehouse.id)]

    def require(self, severity="note", **values):
        return self.policy(
            "not_scanned", severity, **{"picking_type_id": self.warehouse.in_type_id.id, **values}
        )

    def receipt(self, *units):
        """A receipt whose numbers are still to be captured."""
        picking = self.picking("in", [(product, "?", quantity) for product, quantity in units])
        picking.move_line_ids.unlink()
        return picking

    def scan(self, picking, number, product=None, **details):
        product = product or self.device
        return picking.trace_scan(number, product_id=product.id, **details)

    def done(self, picking):
        picking.with_context(skip_backorder=True, trace_confirmed=True).button_validate()
        self.assertEqual(picking.state, "done")

    def methods(self):
        rows = self.compliance.search([*self.here, ("required", "=", True)])
        return {row.lot_id.name: row.method for row in rows}

    def test_small_world(self):
        """Ten required captures, six of them scanned, one kept out because nothing was required."""
        self.receive((self.device, "EARLY", 1))
        self.require()
        first = self.receipt((self.device, 5))
        for number in ("A1", "A2", "A3"):
            self.scan(first, number)
        self.scan(first, "A4", method="camera")
        self.scan(first, "A5", method="typed", reason="torn label")
        self.done(first)
        second = self.receipt((self.device, 4))
        rows = [{"product_id": self.device.id, "number": number} for number in ("B1", "B2")]
        second._trace_capture_numbers(rows, "pasted")
        self.scan(second, "B3")
        self.scan(second, "B4", method="typed", reason="torn label")
        self.done(second)
        self.assertIs(self.validate(self.picking("out", [(self.device, "A1", 1)])), True)
        third = self.receipt((self.milk, 7))
        self.scan(third, "L1", self.milk, quantity=7)
        self.done(third)
        self.assertEqual(self.compliance._rate(self.here), 6 / 10)
        self.assertEqual(
            self.methods(),
            {
                **dict.fromkeys(("A1", "A2", "A3", "B3", "L1"), "scanned"),
                "A4": "camera",
                "A5": "typed",
                "B4": "typed",
                "B1": "pasted",
                "B2": "pasted",
            },
        )
        by_product = dict(
            self.compliance._read_group(
                [*self.here, ("required", "=", True)], ["product_id"], ["rate:avg"]
            )
        )
        self.assertEqual(by_product, {self.device: 5 / 9, self.milk: 1})

    def test_skipped_scans_count(self):
        self.require()
        picking = self.picking("in", [(self.device, "S1", 1), (self.device, "S2", 1)])
        self.done(picking)
        self.assertEqual(self.compliance._rate(self.here), 0)
        self.assertEqual(set(self.methods().values()), {"none"})
        rows = self.compliance.search(self.here)
        self.assertEqual(rows.user_id, self.env.user)
        self.assertEqual(rows.location_id, self.stock)
        lines = self.env["stock.move.line"].search(rows.action_open_lines()["domain"])
        self.assertEqual(lines, picking.move_line_ids)

    def test_nothing_required_nothing_counted(self):
        self.receive((self.device, "S1", 1))
        self.assertIsNone(self.compliance._rate(self.here))
        self.assertEqual(len(self.compliance.search(self.here)), 1, "known all the same")

    def test_later_policy_does_not_rewrite_the_past(self):
        rule = self.require()
        self.done(self.picking("in", [(self.device, "S1", 1)]))
        rule.severity = "off"
        self.done(self.picking("in", [(self.device, "S2", 1)]))
        self.assertEqual(self.methods(), {"S1": "none"})

    def test_scan_of_another_number_on_the_line_is_no_scan(self):
        self.require()
        picking = self.receipt((self.device, 1))
        self.scan(picking, "S1")
        picking.move_line_ids.lot_name = "S2"
        self.done(picking)
        self.assertEqual(self.methods(), {"S2": "none"})

    def test_typed_first_scanned_later_is_scanned(self):
        self.require()
        picking = self.receipt((self.device, 1))
        self.scan(picking, "S1", method="typed", reason="torn")
        self.scan(picking, "S1")
        self.done(picking)
        self.assertEqual(self.methods(), {"S1": "scanned"})

    def test_person_who_scanned(self):
        self.require()
        packer = new_test_user(self.env, "rate_packer", groups="stock.group_stock_user")
        picking = self.receipt((self.device, 1))
        self.scan(picking.with_user(packer), "S1")
        self.done(picking)
        self.assertEqual(self.compliance.search(self.here).user_id, packer)

    # -- at validation --------------------------------------------------------

    def test_warning_before_validation(self):
        self.require("warn")
        picking = self.receipt((self.device, 2))
        self.scan(picking, "S1")
        self.scan(picking, "S2", method="typed", reason="torn label")
        action = picking.button_validate()
        dialog = self.env["trace.gate.wizard"].browse(action["res_id"])
        self.assertEqual(
            dialog.line_ids.mapped("message"),
            ["S2 of Device was not scanned (Typed: torn label)"],
        )
        dialog.with_context(**action["context"]).action_continue()
        found = self.env["trace.exception"].search([("picking_id", "=", picking.id)])
        self.assertEqual((found.kind, found.severity), ("not_scanned", "warn"))

    def test_block(self):
        self.require("block", product_id=self.device.id)
        picking = self.picking("in", [(self.device, "S1", 1), (self.milk, "L1", 5)])
        with self.assertRaisesRegex(UserError, "S1 of Device was not scanned"):
            picking.with_context(trace_confirmed=True).button_validate()
        with self.assertRaises(UserError):
            picking._action_done()
        self.scan(picking, "S1")
        self.done(picking)

    def test_a_reason_may_be_enough(self):
        self.require("block", reason_counts=True)
        picking = self.receipt((self.device, 1))
        self.scan(picking, "S1", method="typed", reason="torn label")
        self.done(picking)
        found = self.env["trace.exception"].search([("picking_id", "=", picking.id)])
        self.assertEqual((found.severity, found.name), ("note", found.name))
        self.assertIn("torn label", found.name)
        self.assertEqual(self.compliance._rate(self.here), 0, "typed is typed")

    def test_many_are_one_exception(self):
        self.require()
        self.done(self.picking("in", [(self.device, f"S{i}", 1) for i in range(30)]))
        found = self.env["trace.exception"].search([("kind", "=", "not_scanned")])
        self.assertEqual(len(found), 1)
        self.assertIn("(30)", found.lot_name)
        self.assertFalse(found.lot_id)

    def test_counts_and_scrap_are_no_scan_points(self):
        self.policy("not_scanned", "block")
        quant = self.env["stock.quant"].create(
            {
                "product_id": self.milk.id,
                "location_id": self.shelf.id,
                "lot_id": self.env["stock.lot"]
                .create({"product_id": self.milk.id, "name": "L1"})
                .id,
                "inventory_quantity": 4,
            }
        )
        quant.action_apply_inventory()
        self.assertEqual(quant.quantity, 4)

    def test_off_costs_one_statement(self):
        self.receive((self.device, "W", 1))
        picking = self.picking("in", [(self.device, "S1", 1)])
        self.validate(picking)
        self.env.flush_all()
        with self.assertQueryCount(1):
            picking.move_line_ids._trace_note_capture()

    def test_who_may_read(self):
        auditor = new_test_user(
            self.env, "rate_reader", groups="lot_serial_trace.group_trace_auditor"
        )
        self.compliance.with_user(auditor).search_count([])
