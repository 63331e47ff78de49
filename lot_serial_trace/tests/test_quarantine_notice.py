from odoo.tests import tagged

from .asn_case import AsnCase


@tagged("post_install", "-at_install")
class TestQuarantineNotice(AsnCase):
    """What is not as advised goes to quarantine where policy says so: as much as differs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.warehouse.action_trace_make_quarantine()
        cls.quarantine = cls.warehouse.trace_quarantine_id

    def quarantined(self, product):
        """dict number -> quantity in quarantine."""
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.quarantine.id)]
        )
        return {quant.lot_id.name: quant.quantity for quant in quants if quant.quantity}

    def test_numbers_that_were_not_advised(self):
        self.policy("asn_unexpected", "quarantine")
        self.full_notice()
        self.done(*self.full_capture([*self.all_devices(9), "S99"]))
        self.assertEqual(self.quarantined(self.device), {"S99": 1})
        self.assertEqual(self.lot(self.device, "S99").trace_status, "held")
        self.assertEqual(self.lot(self.device, "S1").trace_status, "free")
        self.assertIn("asn_unexpected", self.kinds(self.receipt))

    def test_only_the_surplus_of_a_lot(self):
        self.policy("asn_over", "quarantine")
        self.full_notice()
        self.done(*self.full_capture(lots=[("L1", 34)]))
        self.assertEqual(self.quarantined(self.milk), {"L1": 4})
        lot = self.lot(self.milk, "L1")
        self.assertEqual(lot.trace_status, "partial")
        self.assertEqual(lot.trace_hold_ids.location_id, self.quarantine)
        free = self.env["stock.quant"]._get_reserve_quantity(self.milk, self.stock, 40)
        self.assertEqual(sum(quantity for _quant, quantity in free), 30)

    def test_surplus_without_quarantine_holds_the_lot(self):
        self.quarantine.trace_quarantine = False
        self.warehouse.trace_quarantine_id = False
        self.policy("asn_over", "quarantine")
        self.full_notice()
        self.done(*self.full_capture(lots=[("L1", 34)]))
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "held")

    def test_difference_of_a_product_quarantines_all_its_lots(self):
        self.policy("over_order", "quarantine")
        self.full_notice()
        self.done(*self.full_capture(lots=[("L1", 20), ("L2", 20)]))
        self.assertEqual(self.quarantined(self.milk), {"L1": 20, "L2": 20})
        self.assertEqual(self.quarantined(self.device), {})

    def test_what_did_not_come_is_no_reason(self):
        self.policy("asn_missing", "quarantine")
        self.full_notice()
        self.done(*self.full_capture(self.all_devices(8)))
        self.assertEqual(self.quarantined(self.device), {})

    def test_a_part_counts_as_scanned_like_the_whole(self):
        self.milk.barcode = "09501101530010"
        self.policy("asn_over", "quarantine")
        self.policy("not_scanned", "warn")
        self.full_notice()
        self.receipt.move_line_ids.filtered(lambda line: line.product_id == self.device).unlink()
        self.receipt.trace_scan("(01)09501101530010(10)L1(17)280531", quantity=34)
        self.last(self.receipt).button_validate()
        self.assertEqual(self.quarantined(self.milk), {"L1": 4})
        lines = self.receipt.move_line_ids.filtered(lambda line: line.lot_id.name == "L1")
        self.assertEqual(lines.mapped("trace_method"), ["scanned", "scanned"])

    def test_the_comparison_is_as_before(self):
        self.policy("asn_over", "quarantine")
        asn = self.full_notice()
        self.done(*self.full_capture(lots=[("L1", 34)]))
        self.assertEqual(self.kinds(self.receipt), ["asn_over", "over_order"])
        self.assertEqual(
            set(asn.unit_ids.filtered(lambda unit: unit.lot == "L1").mapped("outcome")), {"differs"}
        )
        milk = self.order.order_line.filtered(lambda line: line.product_id == self.milk)
        self.assertEqual(milk.qty_received, 34)

    def held_on_the_shelf(self, name):
        lot = self.env["stock.lot"].create({"name": name, "product_id": self.milk.id})
        self.env["trace.hold"]._place(lot, "broken pallet", location=self.shelf)
        return lot

    def test_a_lot_that_is_held_elsewhere_is_held_here_too(self):
        self.policy("asn_unexpected", "quarantine")
        lot = self.held_on_the_shelf("L9")
        self.full_notice()
        self.done(*self.full_capture(lots=[("L1", 29), ("L9", 1)]))
        self.assertEqual(lot.trace_status, "held")
        mine = lot.trace_hold_ids.filtered(lambda hold: hold.source == "asn")
        self.assertEqual((len(mine), mine.location_id.id), (1, False))

    def test_the_surplus_of_a_lot_that_is_held_elsewhere(self):
        self.policy("asn_over", "quarantine")
        lot = self.held_on_the_shelf("L1")
        self.full_notice()
        self.done(*self.full_capture(lots=[("L1", 34)]))
        mine = lot.trace_hold_ids.filtered(lambda hold: hold.source == "asn")
        self.assertEqual(mine.location_id, self.quarantine)

    def test_goods_for_a_place_in_which_they_are_held_are_told_before(self):
        """Once, and only where they go there."""
        self.policy("asn_held", "warn")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": self.milk.id})
        hold = self.env["trace.hold"]._place(lot, "broken pallet", location=self.shelf)
        self.full_notice()
        self.capture(*self.full_capture())
        lines = self.receipt.move_line_ids.filtered(lambda line: line.product_id == self.milk)
        receiving = self.env["trace.asn.receiving"]

        def told():
            found = [one.finding for one in receiving._ask(self.receipt)]
            return [one.values["reason"] for one in found if one.code == "asn_held"]

        self.assertEqual(told(), [])
        lines.location_dest_id = self.shelf
        self.assertEqual(told(), ["broken pallet"])
        self.last(self.receipt).button_validate()
        self.assertEqual(hold.state, "active")
        kinds = self.kinds(self.receipt)
        self.assertEqual((kinds.count("asn_held"), kinds.count("hold_arrived")), (1, 0))
