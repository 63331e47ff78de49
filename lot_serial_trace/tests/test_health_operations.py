from odoo.tests import tagged

from .test_health import HealthCase
from .test_trace import GenealogyCase


@tagged("post_install", "-at_install")
class TestHealthOperations(HealthCase, GenealogyCase):
    """Operations and the links between what went in and what came out."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10))
        self.order = self.make(self.cheese, "C1", (self.milk, "M1", 2))

    def own_products(self):
        return (
            self.cheese | self.pizza | self.env["product.product"].search([("name", "=", "Curd")])
        )

    def edges(self):
        return [
            ("operation", "=", "production"),
            ("operation_id", "=", self.order.id),
        ]

    def test_nothing_is_found_where_nothing_is_wrong(self):
        self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        self.unbuild(self.make(self.pizza, "P2", (self.milk, "M1", 1)))
        self.assertEqual(self.kinds(), [])

    def test_operation_without_its_link(self):
        self.past_odoo("DELETE FROM trace_edge WHERE operation_id = %s", self.order.id)
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["no_edge"] * 2)
        self.assertEqual(set(found.mapped("lot_name")), {"M1", "C1"})
        self.assertEqual(found.mapped("document_model"), ["mrp.production"] * 2)
        found.action_repair()
        self.assertEqual(self.kinds(), [])
        self.assertEqual(self.env["trace.edge"].search_count(self.edges()), 2)

    def test_link_without_its_movement(self):
        self.past_odoo(
            "INSERT INTO trace_edge (operation, operation_id, side, lot_id, lot_name, product_id, "
            "quantity, first_time, last_time, company_id, operation_name) "
            "SELECT operation, operation_id, side, %s, 'M7', product_id, quantity, first_time, "
            "last_time, company_id, operation_name FROM trace_edge "
            "WHERE operation_id = %s AND side = 'in'",
            self.env["stock.lot"].create({"name": "M7", "product_id": self.milk.id}).id,
            self.order.id,
        )
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["stray_edge"])
        self.assertEqual(found.lot_name, "M7")
        found.action_repair()
        self.assertEqual(self.kinds(), [])

    def test_link_of_another_quantity(self):
        self.past_odoo(
            "UPDATE trace_edge SET quantity = 9 WHERE operation_id = %s AND side = 'in'",
            self.order.id,
        )
        self.assertEqual(self.kinds(), ["stray_edge"])

    def test_consumed_before_it_was_made(self):
        order = self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        self.past_odoo(
            "UPDATE stock_move_line SET date = date - interval '3 days' "
            "WHERE lot_id = %s AND move_id IN %s",
            self.lot(self.cheese, "C1").id,
            tuple(order.move_raw_ids.ids),
        )
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["time_reversal"])
        self.assertEqual(found.lot_name, "C1")

    def test_untracked_between_tracked(self):
        curd = self._product("Curd", "none")
        first = self.make(self.cheese, "C2", (self.milk, "M1", 1))
        self.findings._look_at_rest()
        mine = [("kind", "=", "chain_broken"), ("product_id", "=", curd.id)]
        self.assertFalse(self.findings.search(mine))
        making = first.copy({"product_id": curd.id, "bom_id": False})
        making.product_id = curd
        self.assertEqual(making.product_id, curd)
        making.action_confirm()
        making.qty_producing = 1
        making.move_raw_ids.move_line_ids.lot_id = self.lot(self.milk, "M1")
        making.move_raw_ids.quantity = 1
        making.move_raw_ids.picked = True
        making.button_mark_done()
        self.findings._look_at_rest()
        self.assertFalse(self.findings.search(mine), "nothing is made of it yet")
        self.make_of(curd)
        self.findings._look_at_rest()
        found = self.findings.search(mine)
        self.assertEqual((len(found), found.weight), (1, 1))
        self.assertEqual(found.action_repair()["res_id"], curd.id)

    def make_of(self, product):
        """A tracked product of an untracked one."""
        order = self.env["mrp.production"].create(
            {
                "product_id": self.pizza.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "bom_id": False,
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "product_uom": product.uom_id.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"product_id": self.pizza.id, "name": "P9"}
        )
        order.qty_producing = 1
        order.move_raw_ids.quantity = 1
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
