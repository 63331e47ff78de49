from odoo import fields
from odoo.tests import tagged

from .till_case import TillCase


@tagged("post_install", "-at_install")
class TestPosInfer(TillCase):
    """Lots that nobody captured are inferred where a shop wants it, and called a guess."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "LATE", 9), (self.milk, "SOON", 3), (self.milk, "HELD", 9))
        for number, days in (("HELD", 1), ("SOON", 10), ("LATE", 20)):
            now = fields.Datetime.now()
            self.lot(self.milk, number).expiration_date = fields.Datetime.add(now, days=days)
        self.env["trace.hold"]._place(self.lot(self.milk, "HELD"), "leaks", goods="stay")

    def left(self):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.milk.id), ("location_id", "child_of", self.stock.id)]
        )
        return {quant.lot_id.name: quant.quantity for quant in quants if quant.quantity}

    def test_off_unless_wanted(self):
        self.open("closing")
        self.sell(self.milk, 2)
        self.close()
        self.assertEqual(self.left(), {"LATE": 9, "SOON": 3, "HELD": 9})
        self.assertEqual(self.conflicts().kind, "pos_stranded")

    def test_first_expired_first_out_and_called_a_guess(self):
        self.config.trace_infer_lots = True
        self.policy("not_scanned", "note", picking_type_id=self.warehouse.pos_type_id.id)
        self.open("closing")
        first, second = self.sell(self.milk, 2), self.sell(self.milk, 2)
        captured = self.sell(self.milk, 1, {"lot_name": "LATE", "trace_method": "scanned"})
        self.close()
        self.assertEqual(self.left(), {"LATE": 7, "HELD": 9})
        self.assertEqual(self.session.picking_ids.mapped("state"), ["done"])
        packs = (first | second).lines.pack_lot_ids
        self.assertEqual(sorted(packs.mapped("lot_name")), ["LATE", "SOON", "SOON"])
        self.assertEqual(set(packs.mapped("trace_method")), {"inferred"})
        self.assertEqual(captured.lines.pack_lot_ids.trace_method, "scanned")
        lines = self.session.picking_ids.move_line_ids
        self.assertEqual(
            sorted(lines.mapped("trace_method")), ["inferred", "inferred", "inferred", "scanned"]
        )
        events = self.events(("move_line_id", "in", lines.ids))
        guesses = events.filtered("reason")
        self.assertEqual(len(guesses), 3)
        self.assertIn("Inferred", guesses[0].reason)
        self.env.flush_all()
        rate = self.env["trace.scan.compliance"]._rate([("move_line_id", "in", lines.ids)])
        self.assertEqual(rate, 0.25)

    def test_the_only_one_in_the_shop_is_a_guess_too(self):
        """Odoo takes it where nobody scanned; the till says so."""
        self.policy("not_scanned", "note", picking_type_id=self.warehouse.pos_type_id.id)
        self.open()
        order = self.sell(self.milk, 1, {"lot_name": "LATE", "trace_method": "inferred"})
        line = order.picking_ids.move_line_ids
        self.assertEqual(line.trace_method, "inferred")
        self.assertIn("the only one", self.events(("move_line_id", "=", line.id)).reason)
        self.env.flush_all()
        rate = self.env["trace.scan.compliance"]._rate([("move_line_id", "=", line.id)])
        self.assertEqual(rate, 0)

    def test_the_first_of_a_sale_that_comes_back_is_a_guess_too(self):
        """Odoo takes it where one of several is refunded and nobody scanned which."""
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.open()
        self.sell(self.device, 2, "SN1", "SN2")
        back = self.sell(self.device, -1, {"lot_name": "SN1", "trace_method": "inferred"})
        line = back.picking_ids.move_line_ids
        self.assertEqual(line.trace_method, "inferred")
        self.assertIn("one of several", self.events(("move_line_id", "=", line.id)).reason)

    def test_what_is_not_there_is_not_guessed(self):
        self.config.trace_infer_lots = True
        self.open("closing")
        self.sell(self.milk, 20)
        self.sell(self.device, 1)
        self.close()
        self.assertEqual(self.left(), {"HELD": 9})
        waiting = self.session.picking_ids.filtered(lambda one: one.state != "done").move_ids
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in waiting},
            {self.milk: 8, self.device: 1},
        )
