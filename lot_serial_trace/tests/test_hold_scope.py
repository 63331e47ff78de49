from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestHoldScope(TraceCase):
    """A hold in a place holds what lies there, and what was taken from there to quarantine."""

    def furnish(self):
        super().furnish()
        self.bin = self.env["stock.location"].create(
            {"name": "Bin", "usage": "internal", "location_id": self.shelf.id}
        )
        self.quarantine = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "trace_quarantine": True,
            }
        )
        self.receive((self.milk, "L", 10))
        self.receive((self.milk, "L", 5), dest=self.bin)
        self.milk_l = self.lot(self.milk, "L")

    def hold(self, location=None, reason="leaking", **kwargs):
        kwargs.setdefault("goods", "stay")
        return self.env["trace.hold"]._place(self.milk_l, reason, location=location, **kwargs)

    def reserved(self, quantity=15):
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": quantity,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        return {line.location_id: line.quantity for line in move.move_line_ids}

    def quant(self, place):
        return self.env["stock.quant"]._gather(self.milk, place, self.milk_l, strict=True)

    def test_gate(self):
        self.hold(self.shelf)
        with self.assertRaisesRegex(UserError, "leaking"):
            self.picking("out", [(self.milk, "L", 1)], source=self.bin)._action_done()
        self.picking("out", [(self.milk, "L", 1)])._action_done()

    def test_reservation_takes_what_lies_elsewhere(self):
        self.hold(self.shelf)
        self.assertEqual(self.reserved(), {self.stock: 10})

    def test_reservation_of_a_hold_everywhere(self):
        self.hold()
        self.assertEqual(self.reserved(), {})

    def test_a_place_with_a_similar_path_is_another(self):
        """“1/2” is no part of “1/23”: paths end with a slash."""
        places = self.env["stock.location"]
        twin = places.create(
            {"name": "Twin", "usage": "internal", "location_id": self.shelf.location_id.id}
        )
        self.hold(twin)
        self.assertEqual(self.reserved(), {self.stock: 10, self.bin: 5})

    def test_held_goods_stay_held_in_quarantine(self):
        self.hold(self.shelf)
        self.picking("int", [(self.milk, "L", 5)], source=self.bin, dest=self.quarantine)
        picking = self.picking("int", [(self.milk, "L", 5)], source=self.bin, dest=self.quarantine)
        picking._action_done()
        self.assertTrue(self.quant(self.quarantine).trace_held)
        with self.assertRaisesRegex(UserError, "leaking"):
            self.picking("out", [(self.milk, "L", 1)], source=self.quarantine)._action_done()

    def test_status_at_each_step(self):
        status = []
        holds = [self.hold(self.shelf), self.hold(), self.hold(source="recall")]
        holds.append(self.hold(self.shelf, source="recall"))
        status.append(self.milk_l.trace_status)
        for hold in (holds[2], holds[1], holds[0], holds[3]):
            hold._release("tested")
            status.append(self.milk_l.trace_status)
        self.assertEqual(status, ["recalled", "held", "partial", "partial", "free"])

    def test_quants_know_that_they_are_held(self):
        quants = self.quant(self.stock) | self.quant(self.bin)
        self.assertEqual(quants.mapped("trace_held"), [False, False])
        self.hold(self.shelf)
        quants.invalidate_recordset()
        self.assertEqual(quants.mapped("trace_held"), [False, True])
        found = self.env["stock.quant"].search
        mine = ("product_id", "=", self.milk.id), ("location_id.usage", "=", "internal")
        self.assertEqual(found([*mine, ("trace_held", "=", True)]), self.quant(self.bin))
        self.assertEqual(found([*mine, ("trace_held", "=", False)]), self.quant(self.stock))
        self.assertEqual(found([*mine, ("trace_held", "!=", True)]), self.quant(self.stock))
        self.assertEqual(len(found([*mine, ("trace_held", "in", [True, False])])), 2)

    def test_held_quants_cost_one_query(self):
        self.hold(self.shelf)
        self.env.flush_all()
        quants = self.quant(self.stock) | self.quant(self.bin)
        quants.location_id._trace_quarantine_paths()
        quants.invalidate_recordset()
        with self.assertQueryCount(1):
            quants.mapped("trace_held")

    def test_what_covers_goods(self):
        self.hold(self.shelf, "on the shelf")
        self.hold(None, "everywhere")
        covering = self.env["trace.hold"]._covering(self.milk_l, self.env.company)
        self.assertEqual(
            covering,
            {self.milk_l.id: [("on the shelf", self.shelf.parent_path), ("everywhere", None)]},
        )
        reasons = self.env["trace.hold"]._reasons_at
        found = covering[self.milk_l.id]
        self.assertEqual(reasons(found, self.stock), ["everywhere"])
        self.assertEqual(reasons(found, self.bin), ["on the shelf", "everywhere"])
        self.assertEqual(reasons(found, self.quarantine), ["on the shelf", "everywhere"])

    def test_place_of_another_company_or_of_a_customer(self):
        other = self.env["res.company"].create({"name": "Other"})
        there = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        with self.assertRaisesRegex(UserError, "belongs to Other"):
            self.hold(there.lot_stock_id)
        with self.assertRaisesRegex(UserError, "no place of goods in stock"):
            self.hold(self.customers)

    def test_who_asked_is_kept(self):
        picking = self.picking("int", [(self.milk, "L", 1)])
        hold = self.hold(origin=picking)
        self.assertEqual(hold.origin, picking.name)
        self.assertEqual(hold.action_open_origin()["res_id"], picking.id)
