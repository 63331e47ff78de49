import json

from odoo.tests import tagged

from ..models.pos_config_telling import TOLD
from ..models.trace_hold_tills import MOST
from .book_case import BookCase


@tagged("post_install", "-at_install")
class TestTillTelling(BookCase):
    """Open tills are told that something in their shop changed, once a transaction."""

    def furnish(self):
        super().furnish()
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.open("closing")
        self.heard()

    def heard(self, till=None):
        """How often a till was told since it was asked last, as if a transaction had ended."""
        till = till or self.config
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.cr.precommit.data.pop(TOLD, None)
        bus = self.env["bus.bus"].sudo()
        types = [json.loads(one.message)["type"] for one in bus.search([])]
        bus.search([]).unlink()
        return types.count(f"{till.access_token}-TRACE_BOOK")

    def test_goods_that_come_and_go(self):
        self.receive((self.device, "SN2", 1), (self.milk, "L2", 5))
        self.assertEqual(self.heard(), 1)
        self.validate(self.picking("out", [(self.device, "SN2", 1)]))
        self.assertEqual(self.heard(), 1)

    def test_goods_of_other_places(self):
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"}).lot_stock_id
        self.receive((self.device, "SN2", 1), dest=far)
        self.assertEqual(self.heard(), 0)
        lines = self.receive((self.device, "SN3", 1)).move_line_ids
        self.heard()
        lines.location_dest_id = far
        self.assertEqual(self.heard(), 1, "corrected away")

    def test_holds(self):
        lots = self.env["stock.lot"].create(
            [{"product_id": self.device.id, "name": f"H{i}"} for i in range(MOST + 50)]
        )
        self.heard()
        holds = self.env["trace.hold"]._place(lots, "leaks")
        self.assertEqual(self.heard(), 1)
        holds._release("fine")
        self.assertEqual(self.heard(), 1)
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"}).lot_stock_id
        self.env["trace.hold"]._place(lots[0], "leaks", location=far)
        self.assertEqual(self.heard(), 0)
        self.env["trace.hold"]._place(lots[0], "leaks", location=self.warehouse.view_location_id)
        self.assertEqual(self.heard(), 1)

    def test_sales_at_other_tills(self):
        other = self.new_till("Beside", self.config.picking_type_id)
        _place, kind = self.new_shop("Corner", self.stock)
        corner = self.new_till("Corner", kind)
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"}).pos_type_id
        far = self.new_till("Far away", far)
        for till in (corner, far):
            with self.at(till):
                self.open("closing")
        with self.at(other):
            self.open("closing")
            self.heard()
            self.sell(self.device, 1, "SN1")
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.cr.precommit.data.pop(TOLD, None)
        messages = self.env["bus.bus"].sudo().search([])
        types = [json.loads(one.message)["type"] for one in messages]
        told = [
            till.name
            for till in (self.config, other, corner, far)
            if f"{till.access_token}-TRACE_BOOK" in types
        ]
        self.assertEqual(told, ["Trace Shop", "Beside", "Corner"])

    def test_names_and_dates(self):
        self.lot(self.milk, "L1").expiration_date = "2030-01-01"
        self.assertEqual(self.heard(), 1)
        self.lot(self.milk, "L1").name = "L9"
        self.assertEqual(self.heard(), 1)
        self.lot(self.milk, "L9").note = "fine"
        self.assertEqual(self.heard(), 0)

    def test_rules_and_permissions(self):
        policy = self.policy("expired", "block")
        self.assertEqual(self.heard(), 1)
        policy.unlink()
        self.assertEqual(self.heard(), 1)
        self.env["trace.expiry.rule"].create({"name": "A", "stop_unit": "days", "stop_at": 3})
        self.assertEqual(self.heard(), 1)
        values = {"reason": "tested", "lot_ids": self.lot(self.device, "SN1").ids}
        permission = self.env["trace.pass"].create(
            {**values, "location_dest_id": self.customers.id}
        )
        self.assertEqual(self.heard(), 1)
        permission._revoke("no")
        self.assertEqual(self.heard(), 1)

    def test_a_closed_till_is_told_nothing(self):
        self.close()
        self.heard()
        self.receive((self.device, "SN2", 1))
        self.assertEqual(self.heard(), 0)
        self.open()
        self.heard()
        self.receive((self.device, "SN3", 1))
        self.assertEqual(self.heard(), 1)

    def test_cost(self):
        """Nothing while no till is open; with one no more for a thousand numbers than for one."""

        def cost(count, name):
            picking = self.picking("in", [(self.milk, f"{name}{i}", 1) for i in range(count)])
            lines = picking.move_line_ids
            self.env.flush_all()
            self.env["pos.config"]._trace_tell_moved(lines)  # what a server knows already
            self.env.cr.precommit.data.pop(TOLD, None)
            before = self.env.cr.sql_log_count
            self.env["pos.config"]._trace_tell_moved(lines)
            self.env.cr.precommit.run()
            return self.env.cr.sql_log_count - before

        cost(1, "W")
        few = cost(1, "A")
        self.assertEqual((few, cost(200, "B")), (1, 1))
        self.close()
        self.heard()
        self.assertEqual(cost(10, "C"), 0)
