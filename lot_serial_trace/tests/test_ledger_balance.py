from odoo.tests import tagged
from odoo.tools import SQL

from .test_trace import GenealogyCase


@tagged("post_install", "-at_install")
class TestLedgerBalance(GenealogyCase):
    """Whatever road goods took: the ledger, summed up by number and place, is the stock.

    Each test moves goods in its own way; the end of each test compares. Corrections
    replace what they correct.
    """

    def tearDown(self):
        self.assertEqual(self.differences(), [])
        super().tearDown()

    def differences(self):
        """Rows (number, place, quantity by the ledger, quantity in stock) that do not agree."""
        self.env.flush_all()
        products = self.env["product.product"].search([("create_date", ">=", self.cr.now())])
        return self.env.execute_query(
            SQL(
                """
                WITH latest AS (
                    SELECT DISTINCT ON (move_line_id) * FROM trace_event
                    WHERE kind IN ('movement', 'correction') AND product_id = ANY(%(products)s)
                    ORDER BY move_line_id, id DESC
                ), ledger AS (
                    SELECT lot_id, place, sum(quantity) AS quantity FROM (
                        SELECT lot_id, dest_id AS place, quantity FROM latest
                        UNION ALL SELECT lot_id, source_id, -quantity FROM latest) e
                    GROUP BY lot_id, place
                ), stock AS (
                    SELECT lot_id, location_id AS place, sum(quantity) AS quantity
                    FROM stock_quant WHERE product_id = ANY(%(products)s) GROUP BY lot_id, place
                )
                SELECT lot.name, a.complete_name, e.quantity, q.quantity
                FROM ledger e
                FULL JOIN stock q ON q.lot_id IS NOT DISTINCT FROM e.lot_id AND q.place = e.place
                LEFT JOIN stock_lot lot ON lot.id = COALESCE(e.lot_id, q.lot_id)
                LEFT JOIN stock_location a ON a.id = COALESCE(e.place, q.place)
                WHERE abs(COALESCE(e.quantity, 0) - COALESCE(q.quantity, 0)) > 0.00001
                """,
                products=products.ids,
            )
        )

    def test_the_comparison_finds_differences(self):
        self.receive((self.milk, "M1", 10))
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.milk.id), ("location_id", "=", self.stock.id)]
        )
        quant.quantity = 9
        self.assertEqual(self.differences(), [("M1", "TRT/Stock", 10, 9)])
        quant.quantity = 10

    def test_relocations(self):
        self.receive((self.device, "D1", 1), (self.device, "D2", 1))
        lots = self.lot(self.device, "D1"), self.lot(self.device, "D2")
        quants = self.env["stock.quant"]._gather(self.device, self.stock, lots[0], strict=True)
        quants.move_quants(location_dest_id=self.shelf)
        lots[1].location_id = self.shelf

    def test_packages(self):
        self.receive((self.device, "D1", 1))
        packed = self.picking("int", [(self.device, "D1", 1)])
        packed.action_put_in_pack()
        self.validate(packed)
        package = packed.move_line_ids.result_package_id
        package.quant_ids.move_quants(location_dest_id=self.stock)
        package.unpack()

    def test_return(self):
        self.receive((self.device, "D1", 1))
        delivery = self.picking("out", [(self.device, "D1", 1)])
        self.validate(delivery)
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_line_ids.picked = True
        self.validate(back)
        self.assertEqual(back.state, "done")

    def test_straight_to_the_customer_and_below_zero(self):
        self.validate(self.picking("in", [(self.device, "D1", 1)], dest=self.customers))
        self.env["stock.lot"].create({"name": "GHOST", "product_id": self.device.id})
        self.validate(self.picking("out", [(self.device, "GHOST", 1)]))

    def test_made_taken_apart_and_edited(self):
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10), (self.cheese, "C1", 10))
        order = self.make(self.pizza, "P1", (self.milk, "M1", 2), (self.cheese, "C1", 1))
        consumed = order.move_raw_ids.filtered(lambda move: move.product_id == self.milk)
        consumed.move_line_ids.quantity = 0
        self.env["stock.move.line"].create(
            {
                "move_id": consumed.id,
                "product_id": self.milk.id,
                "lot_id": self.lot(self.milk, "M2").id,
                "quantity": 3,
                "location_id": consumed.location_id.id,
                "location_dest_id": consumed.location_dest_id.id,
            }
        )
        self.assertEqual(self.reached(self.pizza, "P1")[0], {"M2", "C1"}, "M1 was corrected away")
        self.unbuild(order)

    def test_counts(self):
        self.receive((self.milk, "M1", 10))
        lot = self.lot(self.milk, "M1")
        for found in (10, 12, 0, 4):
            quant = self.env["stock.quant"]._gather(self.milk, self.stock, lot, strict=True)
            quant = quant.with_context(inventory_mode=True)
            quant.inventory_quantity = found
            quant.action_apply_inventory()

    def test_corrections(self):
        self.receive((self.milk, "M1", 50), (self.milk, "M2", 50))
        picking = self.picking("out", [(self.milk, "M1", 1)])
        self.validate(picking)
        line = picking.move_line_ids
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        line.lot_id = self.lot(self.milk, "M2")
        line.quantity = 2
        line.write({"location_id": self.shelf.id, "owner_id": self.supplier.id})
        line.quantity = 0
        picking.move_ids.quantity = 3
        picking.move_line_ids.filtered(lambda line: not line.lot_id).lot_id = line.lot_id

    def test_lot_in_the_wrong_unit_and_back_order_given_up(self):
        picking = self.picking("in", [(self.milk, "M1", 2)])
        picking.move_line_ids.product_uom_id = self.env.ref("uom.product_uom_dozen")
        picking.move_ids.product_uom_qty = 100
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()
        self.assertEqual(picking.state, "done")
