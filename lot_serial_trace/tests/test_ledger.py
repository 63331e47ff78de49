import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestLedger(TraceCase):
    """What moves a tracked product is in the ledger, once, and stays there as written."""

    def test_receipt_is_one_event_per_unit_with_values(self):
        picking = self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        events = self.events(("document_id", "=", picking.id))
        self.assertEqual(events.mapped("lot_name"), ["SN1", "SN2"])
        event = events[0]
        self.assertEqual(
            (event.biz_step, event.disposition, event.action, event.event_type),
            ("receiving", "in_progress", "OBSERVE", "ObjectEvent"),
        )
        self.assertEqual(event.gtin, "09501101530003")
        self.assertEqual(event.partner_name, "Supplier")
        self.assertEqual(event.document, picking.name)
        self.assertEqual(event.origin, "TEST")
        self.assertEqual((event.source_usage, event.dest_usage), ("supplier", "internal"))
        self.assertEqual(event.user_id, self.env.uid)
        self.assertEqual(event.recorded, "live")
        self.assertEqual(event.quantity, 1)

    def test_quantity_is_in_the_products_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        picking = self.picking("in", [(self.milk, "L1", 1)])
        picking.move_line_ids.product_uom_id = dozen
        picking.move_line_ids.quantity = 2
        picking.button_validate()
        self.assertEqual(self.events(("document_id", "=", picking.id)).quantity, 24)

    def test_variants_are_told_apart(self):
        sizes = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [(0, 0, {"name": name}) for name in ("Small", "Large")],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Glove",
                "is_storable": True,
                "tracking": "lot",
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {"attribute_id": sizes.id, "value_ids": [(6, 0, sizes.value_ids.ids)]},
                    )
                ],
            }
        )
        small, large = template.product_variant_ids
        picking = self.receive((small, "G1", 1), (large, "G1", 1))
        self.assertEqual(
            set(self.events(("document_id", "=", picking.id)).mapped("product_name")),
            {"Glove (Small)", "Glove (Large)"},
        )
        run = self.env["trace.run"]._ask(self.lot(large, "G1"))
        self.assertEqual(run.stock_ids.product_name, "Glove (Large)")

    def test_a_barcode_is_a_gtin_only_with_its_check_digit(self):
        for number, (barcode, gtin) in enumerate(
            (
                ("4012345678901", "04012345678901"),
                ("96385074", "00000096385074"),
                ("12345678", False),
                ("4012345678902", False),
                ("ABC", False),
            )
        ):
            with self.subTest(barcode):
                self.device.barcode = barcode
                self.receive((self.device, f"SN{number}", 1))
                self.assertEqual(self.events(("lot_name", "=", f"SN{number}")).gtin, gtin)

    def test_way_of_one_unit(self):
        self.receive((self.device, "SN1", 1))
        self.validate(self.picking("int", [(self.device, "SN1", 1)]))
        self.validate(self.picking("out", [(self.device, "SN1", 1)], source=self.shelf))
        self.validate(
            self.picking("in", [(self.device, "SN1", 1)], source=self.customers, dest=self.stock)
        )
        steps = self.events(("lot_name", "=", "SN1"), ("product_id", "=", self.device.id))
        self.assertEqual(
            steps.mapped("biz_step"), ["receiving", "storing", "shipping", "receiving"]
        )
        self.assertEqual(steps[3].disposition, "returned")

    def test_scrap_and_count(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.lot(self.device, "SN1").id,
                "location_id": self.stock.id,
                "scrap_qty": 1,
            }
        )
        scrap.action_validate()
        self.assertEqual(self.events(("lot_name", "=", "SN1"))[-1].biz_step, "destroying")
        quant = self.env["stock.quant"]._gather(
            self.milk, self.stock, self.lot(self.milk, "L1"), strict=True
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 3
        quant.action_apply_inventory()
        counted = self.events(("lot_name", "=", "L1"))[-1]
        self.assertEqual((counted.biz_step, counted.quantity), ("cycle_counting", 2))

    def test_untracked_products_stay_out(self):
        plain = self._product("Plain", "none")
        picking = self.picking("in", [(plain, False, 3), (self.device, "SN1", 1)])
        self.validate(picking)
        self.assertEqual(self.events(("document_id", "=", picking.id)).product_id, self.device.id)

    def test_line_added_to_a_done_transfer(self):
        picking = self.receive((self.device, "SN1", 1))
        lot = self.env["stock.lot"].create({"name": "SN9", "product_id": self.device.id})
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": self.device.id,
                "lot_id": lot.id,
                "quantity": 1,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
            }
        )
        self.assertEqual(self.events(("lot_name", "=", "SN9")).kind, "movement")

    def test_edit_of_a_done_line_is_a_correction(self):
        picking = self.receive((self.milk, "L1", 5))
        first = self.events(("document_id", "=", picking.id))
        picking.move_line_ids.quantity = 3
        correction = self.events(("document_id", "=", picking.id)) - first
        self.assertEqual((correction.kind, correction.quantity), ("correction", 3))
        self.assertEqual(correction.corrects_id, first.id)
        self.assertIn("5.0 → 3.0", correction.reason)
        self.assertEqual(first.quantity, 5, "the first event says what was said first")

    def test_write_without_change_is_no_correction(self):
        picking = self.receive((self.milk, "L1", 5))
        picking.move_line_ids.write({"quantity": 5})
        self.assertEqual(len(self.events(("document_id", "=", picking.id))), 1)

    def test_backdating_a_done_transfer_is_a_correction(self):
        picking = self.receive((self.milk, "L1", 5))
        self.env.cr.cache.clear()  # a later transaction
        picking.date_done = "2026-01-02 03:04:05"
        self.assertIn(
            "→ 2026-01-02 03:04:05", self.events(("document_id", "=", picking.id))[-1].reason
        )

    def test_nobody_changes_or_deletes_an_event(self):
        event = self.events(
            ("document_id", "=", self.receive((self.device, "SN1", 1)).id),
        )
        with self.assertRaises(UserError):
            event.sudo().write({"lot_name": "other"})
        with self.assertRaises(UserError):
            event.sudo().unlink()
        for statement in (
            "UPDATE trace_event SET lot_name = 'other'",
            "DELETE FROM trace_event",
            "TRUNCATE trace_event",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RaiseException),
                self.cr.savepoint(),
            ):
                self.cr.execute(statement)

    def test_renamed_number_is_told(self):
        self.receive((self.device, "SN1", 1))
        self.lot(self.device, "SN1").name = "SN1-B"
        told = self.events(("kind", "=", "number"))[-1]
        self.assertEqual((told.lot_name, told.reason), ("SN1-B", "renamed from SN1 to SN1-B"))

    def test_number_with_history_cannot_be_deleted(self):
        self.receive((self.device, "SN1", 1))
        lot = self.lot(self.device, "SN1")
        self.validate(self.picking("int", [(self.device, "SN1", 1)], dest=self.suppliers))
        self.env["stock.quant"]._quant_tasks()
        with self.assertRaisesRegex(UserError, "SN1 has moved"):
            lot.unlink()
        self.env["stock.lot"].create({"name": "new", "product_id": self.device.id}).unlink()

    def test_queries_do_not_grow_with_the_batch(self):
        def extra(count):
            picking = self.picking(
                "in", [(self.device, f"Q{count}-{number}", 1) for number in range(count)]
            )
            picking.button_validate()
            self.env.flush_all()
            before = self.cr.sql_log_count
            picking.move_line_ids._trace_record()
            return self.cr.sql_log_count - before

        few, many = extra(2), extra(100)
        # The events, and how the numbers were captured.
        self.assertLessEqual(many, 2)
        self.assertLessEqual(many, few)
