from odoo.tests import tagged

from ..models.quant_batch import ONE_BY_ONE
from .common import TraceCase


@tagged("post_install", "-at_install")
class TestNoStock(TraceCase):
    """Goods are booked that are not there, or that others have reserved: many at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.policy(cls, "unknown_number", "off")

    def lots(self, *names):
        return self.env["stock.lot"].create(
            [{"product_id": self.device.id, "name": name} for name in names]
        )

    def put(self, *names):
        """Devices in stock, first come first."""
        for lot in self.lots(*names):
            self.env["stock.quant"]._update_available_quantity(
                self.device, self.stock, 1, lot_id=lot
            )

    def deliver(self, *names):
        """Deliver exactly these, whoever has reserved them."""
        picking = self.picking("out", [(self.device, name, 1) for name in names])
        picking.with_context(trace_confirmed=True, skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")

    def waiting(self, quantity):
        """Somebody else's delivery, reserved."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.device.id,
                "product_uom_qty": quantity,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "picking_type_id": self.warehouse.out_type_id.id,
            }
        )
        move._action_confirm(merge=False)
        move._action_assign()
        return move

    def reserved(self, move):
        return sorted(move.move_line_ids.lot_id.mapped("name"))

    def test_many_unknown_numbers_are_one_thing_to_look_into(self):
        self.policy("unknown_number", "warn")
        names = [f"J{number:02}" for number in range(30)]
        self.lots(*names)
        self.deliver(*names)
        found = self.env["trace.exception"].search([("kind", "=", "unknown_number")])
        self.assertEqual(found.mapped("lot_name"), ["J00, J01, J02, … (30)"])
        self.assertEqual(found.quantity, 30)
        self.assertFalse(found.lot_id)

    def test_queries_are_constant(self):
        """Thousands that were never received: nobody is asked for each of them."""

        def queries(count):
            names = [f"Q{count}-{number}" for number in range(count)]
            self.lots(*names)
            picking = self.picking("out", [(self.device, name, 1) for name in names])
            self.env.flush_all()
            before = self.cr.sql_log_count
            picking.with_context(trace_confirmed=True).button_validate()
            self.env.flush_all()
            self.assertEqual(picking.state, "done")
            return self.cr.sql_log_count - before

        queries(2)
        # Odoo inserts by the hundred, and what it reads ahead depends on the database.
        self.assertLess(queries(45) - queries(10), 5)

    def test_what_others_have_reserved_is_taken_from_them(self):
        self.put("S1", "S2", "S3", "S4")
        move = self.waiting(2)
        self.assertEqual(self.reserved(move), ["S1", "S2"])
        self.lots("GHOST")
        self.deliver("S1", "GHOST")
        self.assertEqual(self.reserved(move), ["S2", "S3"])

    def test_who_gets_others_instead_may_lose_them_too(self):
        """The next unit that is free is taken by the same delivery, further down."""
        self.put("S1", "S2", "S3", "S4")
        move = self.waiting(1)
        self.deliver("S1", "S2", "S3")
        self.assertEqual(self.reserved(move), ["S4"])
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.device.id), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual(sum(quants.mapped("reserved_quantity")), 1)

    def test_the_same_as_odoo_alone(self):
        """Switched off, Odoo asks line by line, and comes to the same."""

        def left(lead):
            names = [f"{lead}{number}" for number in range(6)]
            self.put(*names[:5])
            self.lots(names[5])
            move = self.waiting(3)
            self.deliver(names[0], names[3], names[5], names[1])
            found = [name.removeprefix(lead) for name in self.reserved(move)]
            move._action_cancel()
            self.env["stock.quant"].search([("product_id", "=", self.device.id)]).unlink()
            return found

        mine = left("A")
        self.env["ir.config_parameter"].sudo().set_param(ONE_BY_ONE, "1")
        self.assertEqual(mine, left("B"))
