from odoo.tests import HttpCase, new_test_user, tagged

from .moves_case import MovesCase


@tagged("post_install", "-at_install")
class TestWhereaboutsTour(MovesCase, HttpCase):
    """A warehouse user asks of a lot where it is, in a browser, and follows the answer."""

    def test_from_the_lot_to_the_delivery(self):
        new_test_user(self.env, "asker", groups="lot_serial_trace.group_trace_user")
        self.receive((self.milk, "M1", 10))
        pallet, box = self.env["stock.package"].create(
            [{"name": "106141412345678908"}, {"name": "BOX"}]
        )
        box.package_dest_id = pallet
        packed = self.picking("int", [(self.milk, "M1", 6)])
        packed.move_line_ids.result_package_id = box
        self.validate(packed)
        self.validate(self.picking("out", [(self.milk, "M1", 4)]))
        lot = self.lot(self.milk, "M1")
        self.start_tour(
            f"/odoo/action-lot_serial_trace.action_trace_lot/{lot.id}",
            "lot_serial_trace_where_is_it",
            login="asker",
        )
