from odoo.tests import tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanSpeed(ScanCase):
    """A scan costs the same on a small and on a large transfer."""

    #: Statements of the dearest scan: a lot taken instead of the reserved one.
    MOST = 70

    def queries(self, scan):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        answer = scan()
        self.env.flush_all()
        self.assertIn(answer["verdict"], ("good", "warn"), answer["message"])
        return self.env.cr.sql_log_count - before

    def compare(self, make, scan, large=2000):
        """Scan twice into a transfer of 20 and of many lines: the second scan is counted."""
        counts = []
        for size in (20, large):
            picking = make(size)
            self.queries(lambda picking=picking: scan(picking, 0))
            counts.append(self.queries(lambda picking=picking: scan(picking, 1)))
        self.assertEqual(*counts)
        self.assertLess(counts[0], self.MOST)

    def many(self, size, tracking):
        return self.env["product.product"].create(
            [
                {
                    "name": f"P{number}",
                    "is_storable": True,
                    "tracking": tracking,
                    "barcode": f"{tracking}-{size}-{number}",
                    "weight": 1.5,
                }
                for number in range(size)
            ]
        )

    def test_receipt_of_one_product_with_many_serial_numbers(self):
        self.compare(
            lambda size: self.transfer("in", (self.device, size)),
            lambda picking, at: picking.trace_scan(f"(01)04012345678932(21)SN{at}"),
        )

    def test_receipt_of_many_products(self):
        """Lots that split a line: nothing is computed over the other products."""
        products = {}

        def make(size):
            products["now"] = self.many(size, "lot")
            return self.transfer("in", *((product, 10) for product in products["now"]))

        self.compare(
            make,
            lambda picking, at: picking.trace_scan(
                f"L{at}", product_id=products["now"][at].id, quantity=4
            ),
            large=300,
        )

    def test_number_without_product(self):
        """Which product is asked for: all of the transfer are looked at, at once."""
        self.compare(
            lambda size: self.transfer("in", *((p, 1) for p in self.many(size, "serial"))),
            lambda picking, at: picking.trace_scan(f"WHO{at}"),
            large=300,
        )

    def test_delivery_of_many_serial_numbers(self):
        self.stocked = 0

        def make(size):
            numbers = [f"D{self.stocked}-{at}" for at in range(size)]
            self.stocked += 1
            lots = self.env["stock.lot"].create(
                [{"name": name, "product_id": self.device.id} for name in numbers]
            )
            self.env["stock.quant"].create(
                [
                    {
                        "product_id": self.device.id,
                        "lot_id": lot.id,
                        "location_id": self.stock.id,
                        "quantity": 1,
                    }
                    for lot in lots
                ]
            )
            return self.transfer("out", (self.device, size))

        self.compare(make, lambda picking, at: picking.trace_scan(f"D{self.stocked - 1}-{at}"))

    def test_opening_tells_the_first_products_only(self):
        picking = self.transfer("in", *((p, 1) for p in self.many(210, "serial")))
        opened = picking.trace_scan_open()
        self.assertEqual((len(opened["products"]), opened["product_count"]), (200, 210))
        self.env.invalidate_all()
        with self.assertQueryCount(45):
            picking.trace_scan_open()

    def test_weight_of_the_transfer_follows(self):
        """What is held back while lines change is what Odoo would compute."""
        cheese = self._product("Cheese", "lot", weight=2.0)
        picking = self.transfer("in", (cheese, 10))
        for code, quantity in (("A", 4), ("B", 6), ("B", 3)):
            picking.trace_scan(code, quantity=quantity)
            self.env.flush_all()
            shown = picking.shipping_weight
            picking._compute_shipping_weight()
            self.assertEqual(shown, picking.shipping_weight)
            self.assertTrue(picking.move_ids.picked)
