from lxml import html

from odoo.tests import tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestDeliverySlip(TraceCase):
    """The slip tells numbers, batches, dates and packages, and stays readable with many of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "UTC"
        for group in ("stock.group_lot", "product_expiry.group_expiry_date"):
            cls.env.user.group_ids += cls.env.ref(f"{group}_on_delivery_slip")

    def slip(self, picking):
        """The text of the rows of the slip."""
        body, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "stock.report_deliveryslip", picking.ids
        )
        rows = html.fromstring(body).xpath("//table//tr")
        texts = (" ".join(row.text_content().split()) for row in rows)
        return [text for text in texts if text]

    def delivery(self, *units):
        """A delivery of units that were received before."""
        self.receive(*units)
        return self.picking("out", list(units))

    def test_many_serials_are_a_line(self):
        delivery = self.delivery(*((self.device, f"SN{i:04}", 1) for i in range(1, 51)))
        self.validate(delivery)
        rows = [row for row in self.slip(delivery) if "Device" in row]
        self.assertEqual(len(rows), 1)
        self.assertIn("SN0001 – SN0050", rows[0])
        self.assertIn("50", rows[0])

    def test_what_is_not_done_yet_tells_its_numbers_too(self):
        delivery = self.delivery((self.device, "S1", 1), (self.device, "S2", 1))
        self.assertTrue(any("S1 – S2" in row for row in self.slip(delivery)))

    def test_batch_and_dates(self):
        self.receive((self.device, "S1", 1), (self.milk, "L1", 5))
        self.lot(self.device, "S1").trace_batch = "B7"
        self.lot(self.milk, "L1").write(
            {"expiration_date": "2030-12-31 12:00:00", "use_date": "2030-12-01 12:00:00"}
        )
        delivery = self.picking("out", [(self.device, "S1", 1), (self.milk, "L1", 5)])
        self.validate(delivery)
        rows = self.slip(delivery)
        self.assertTrue(any("Batch B7" in row for row in rows))
        milk = next(row for row in rows if "L1" in row)
        self.assertIn("12/31/2030", milk)
        self.assertIn("Best before 12/01/2030", milk)

    def test_each_package_lists_its_own(self):
        delivery = self.delivery(*((self.device, f"S{i}", 1) for i in range(1, 5)))
        lines = delivery.move_line_ids
        for pair in (lines[:2], lines[2:]):
            pair.result_package_id = self.env["stock.package"].create({})
        delivery.move_line_ids.result_package_id[0].name = "395212340000000014"
        self.validate(delivery)
        rows = self.slip(delivery)
        self.assertIn("SSCC 395212340000000014", rows)
        self.assertEqual(sum("S1 – S2" in row for row in rows), 1)
        self.assertEqual(sum("S3 – S4" in row for row in rows), 1)

    def test_who_did_not_ask_for_numbers_gets_none(self):
        self.env.user.group_ids -= self.env.ref("stock.group_lot_on_delivery_slip")
        delivery = self.delivery((self.device, "S1", 1))
        self.assertFalse(any("S1" in row for row in self.slip(delivery)))
        self.validate(delivery)
        self.assertFalse(any("S1" in row for row in self.slip(delivery)))

    def test_a_backorder_does_not_tell_what_was_sent(self):
        self.receive(*((self.device, f"S{i}", 1) for i in range(1, 4)))
        delivery = self.picking("out", [(self.device, f"S{i}", 1) for i in range(1, 4)])
        delivery.move_line_ids[2].picked = False
        delivery.with_context(skip_backorder=True).button_validate()
        rows = self.slip(delivery)
        self.assertTrue(any("S1 – S2" in row for row in rows))
        self.assertFalse(any("S3" in row for row in rows))

    def test_a_kit_lists_its_own(self):
        if "mrp.bom" not in self.env:
            self.skipTest("Manufacturing is not installed")
        kit = self._product("Kit", "none")
        bom = {"product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom"}
        line = {"product_id": self.device.id, "product_qty": 2}
        self.env["mrp.bom"].create({**bom, "bom_line_ids": [(0, 0, line)]})
        self.receive((self.device, "S1", 1), (self.device, "S2", 1))
        delivery = self.picking("out", [])
        places = {"location_id": self.stock.id, "location_dest_id": self.customers.id}
        move = {"product_id": kit.id, "product_uom_qty": 1, "picking_id": delivery.id}
        self.env["stock.move"].create({**move, **places})
        delivery.action_confirm()
        delivery.action_assign()
        delivery.move_ids.picked = True
        self.validate(delivery)
        rows = self.slip(delivery)
        self.assertEqual(sum("S1 – S2" in row for row in rows), 1)
        self.assertTrue(any(row == "Kit" for row in rows))
