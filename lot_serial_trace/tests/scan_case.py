from uuid import uuid4

from .common import TraceCase


class ScanCase(TraceCase):
    """Transfers to scan into, and words for what a person with a scanner does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk.barcode = "4012345678901"
        cls.device.barcode = "4012345678932"

    def transfer(self, kind, *wanted, source=None, dest=None):
        """A confirmed transfer, reserved if it takes from stock.

        :param wanted: ``(product, quantity)`` pairs
        """
        places = {
            "in": (self.suppliers, self.stock),
            "out": (self.stock, self.customers),
            "int": (self.stock, self.stock),
        }[kind]
        source, dest = source or places[0], dest or places[1]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse[f"{kind}_type_id"].id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                        },
                    )
                    for product, quantity in wanted
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def put(self, product, number=None, quantity=1, place=None, package=None):
        """Goods in stock, made known without a receipt."""
        lot = self.env["stock.lot"]
        if number:
            lot = self.lot(product, number) or lot.create(
                {"product_id": product.id, "name": number}
            )
        self.env["stock.quant"]._update_available_quantity(
            product, place or self.stock, quantity, lot_id=lot, package_id=package
        )
        return lot

    def scan(self, picking, code, verdict="good", **details):
        """Scan; the answer, which has the verdict that the test expects."""
        answer = picking.trace_scan(code, uuid=str(uuid4()), **details)
        self.assertEqual(answer["verdict"], verdict, answer["message"])
        return answer

    def lines(self, picking, picked=True):
        """``(number, quantity)`` of the lines that were scanned, or were not, sorted."""
        self.env.invalidate_all()
        return sorted(
            (line.lot_id.name or line.lot_name or "", line.quantity_product_uom)
            for line in picking.move_line_ids
            if line.picked == picked
        )

    def state_of(self, picking):
        """All that a scan may change, to see that undo restores it."""
        self.env.flush_all()
        self.env.invalidate_all()
        lines = [
            (
                line.product_id.id,
                line.lot_id.id,
                line.lot_name or "",
                line.quantity,
                line.product_uom_id.id,
                line.picked,
                line.location_id.id,
                line.location_dest_id.id,
                line.package_id.id,
                line.result_package_id.id,
                str(line.expiration_date),
                line.trace_batch or "",
            )
            for line in picking.move_line_ids
        ]
        moves = [
            (move.product_id.id, move.quantity, move.picked, move.state)
            for move in picking.move_ids
        ]
        quants = self.env["stock.quant"].search([("product_id", "in", picking.product_id.ids)])
        stock = [
            (quant.lot_id.id, quant.location_id.id, quant.quantity, quant.reserved_quantity)
            for quant in quants
        ]
        return sorted(lines), sorted(moves), sorted(stock), picking.state
