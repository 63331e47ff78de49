from odoo.tests import tagged

from .asn_case import AsnCase


@tagged("post_install", "-at_install")
class TestAsnLive(AsnCase):
    """While goods come in the scan screen tells how much of the notice is there already."""

    def put(self, *units, picking=None, picked=True):
        """Put numbers on the receipt: ``(product, number, quantity)``."""
        picking = picking or self.receipt
        for product, number, quantity in units:
            move = picking.move_ids.filtered(lambda move, p=product: move.product_id == p)
            self.env["stock.move.line"].create(
                {
                    **move[:1]._prepare_move_line_vals(quantity=0),
                    "lot_name": number,
                    "quantity": quantity,
                    "picked": picked,
                }
            )

    def live(self, picking=None, product_ids=None):
        """``{product: (advised, advised_captured, unexpected)}``."""
        picking = picking or self.receipt
        rows = self.env["trace.asn.receiving"]._live(picking, product_ids)
        return {
            self.env["product.product"].browse(product_id): (
                row["advised"],
                row["advised_captured"],
                row["unexpected"],
            )
            for product_id, row in rows.items()
        }

    def furnish(self):
        super().furnish()
        self.receipt.move_line_ids.unlink()

    def test_without_notice_nothing_is_said(self):
        self.put((self.device, "S0", 1))
        self.assertEqual(self.live(), {})

    def test_numbers(self):
        self.notice(self.devices("S0", "S1", "S2"), self.lots(("L1", ""), quantity=30))
        self.assertEqual(self.live(), {self.device: (3, 0, 0), self.milk: (30, 0, 0)})
        self.put((self.device, "S0", 1), (self.device, "S9", 1), (self.milk, "L1", 31))
        self.put((self.device, "S1", 1), picked=False)
        self.assertEqual(self.live(), {self.device: (3, 1, 1), self.milk: (30, 30, 1)})
        self.assertEqual(self.live(product_ids=self.device.ids), {self.device: (3, 1, 1)})

    def test_same_serial_twice(self):
        self.notice(self.devices("S0", "S0", "S1", quantity=3))
        self.put((self.device, "S0", 1), (self.device, "S0", 1))
        self.assertEqual(self.live(), {self.device: (2, 1, 1)})

    def test_notice_that_leaves_numbers_open(self):
        self.notice(self.devices("S0", quantity=3), self.lots(quantity=30))
        self.put(*((self.device, f"X{i}", 1) for i in range(3)), (self.milk, "L7", 10))
        self.assertEqual(self.live(), {self.device: (3, 2, 1), self.milk: (30, 10, 0)})

    def test_lots_without_quantities_share_the_lines_quantity(self):
        self.notice(self.lots(("L1", ""), ("L2", ""), quantity=30))
        self.put((self.milk, "L1", 20), (self.milk, "L2", 11))
        self.assertEqual(self.live(), {self.milk: (30, 30, 1)})

    def test_product_that_no_notice_names(self):
        self.notice(self.devices("S0"))
        self.put((self.milk, "L1", 4))
        self.assertEqual(self.live(), {self.device: (1, 0, 0), self.milk: (None, 0, 4)})

    def test_back_order_expects_the_rest(self):
        self.notice(self.devices("S0", "S1", "S2"), self.lots(quantity=30))
        self.put((self.device, "S0", 1), (self.milk, "L1", 12), (self.device, "S8", 1))
        self.receipt.with_context(skip_backorder=True, trace_confirmed=True).button_validate()
        rest = self.order.picking_ids - self.receipt
        self.put((self.device, "S1", 1), (self.device, "S0", 1), picking=rest)
        self.assertEqual(self.live(rest), {self.device: (2, 1, 1), self.milk: (18, 0, 0)})

    def test_agrees_with_the_comparison_afterwards(self):
        self.notice(
            self.devices("S0", "S1", "S2", "S3", quantity=6),
            self.lots(("L1", ""), quantity=10),
            self.lots(quantity=5, number="3"),
        )
        self.put(
            *((self.device, f"S{i}", 1) for i in (0, 1, 7, 8)),
            (self.milk, "L1", 12),
            (self.milk, "L2", 4),
        )
        self.assertEqual(self.live(), {self.device: (6, 4, 0), self.milk: (15, 15, 1)})

    def test_queries(self):
        serials = [f"S{i}" for i in range(50)]
        self.notice(self.devices(*serials))
        self.put(*((self.device, serial, 1) for serial in serials[:40]))
        self.env.flush_all()
        self.receipt.trace_asn_ids.mapped("state")
        with self.assertQueryCount(1):
            self.env["trace.asn.receiving"]._live(self.receipt)
