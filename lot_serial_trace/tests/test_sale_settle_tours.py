from odoo.tests import HttpCase, new_test_user, tagged

from .till_case import TillCase

TILL = "base.group_user,point_of_sale.group_pos_"


@tagged("post_install", "-at_install")
class TestSaleSettleTours(TillCase, HttpCase):
    """A unit was sold twice: who closes the till sees it, and a guide leads to its end."""

    def setUp(self):
        super().setUp()
        self.customer.write({"email": "c@example.com", "phone": "+1 555"})
        self.device.available_in_pos = True
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.sell(self.device, 1, "SN1")
        self.sale = self.sell(self.device, 1, "SN1")
        # The browser's session has the same name.
        self.shift, self.session = self.session, None
        self.about = self.conflicts(
            ("pos_order_id", "=", self.sale.id), ("kind", "=", "pos_double_sale")
        )

    # -- closing ------------------------------------------------------------------

    def close_by(self, name, groups):
        user = new_test_user(self.env, "closing_person", groups)
        url = f"/pos/ui/{self.config.id}"
        self.start_tour(url, f"lot_serial_trace_closing_of_a_{name}", login=user.login)

    def test_a_cashier_sees_what_is_open(self):
        self.close_by("cashier", f"{TILL}user")

    def test_a_manager_is_led_there_and_may_close_all_the_same(self):
        self.close_by("manager", f"{TILL}manager,lot_serial_trace.group_trace_user")
        self.assertEqual(self.shift.state, "closed")
        self.assertEqual(self.about.state, "new", "closing settles nothing")

    # -- settling -----------------------------------------------------------------

    def settle(self, name, groups="lot_serial_trace.group_trace_user,stock.group_stock_user"):
        user = new_test_user(self.env, "settling_person", groups)
        self.start_tour(
            f"/odoo/action-lot_serial_trace.action_trace_exception/{self.about.id}",
            f"lot_serial_trace_settle_{name}",
            login=user.login,
        )

    def test_another_number_was_handed_over(self):
        self.settle("swap")
        self.assertEqual(self.sale.picking_ids.state, "done")
        self.assertEqual(self.sale.lines.pack_lot_ids.lot_name, "SN2")
        self.assertEqual((self.about.state, self.about.resolution), ("resolved", "corrected"))

    def test_write_to_the_buyer(self):
        self.settle("contact")

    def test_the_buyer_brings_it_back(self):
        self.settle("refund", f"lot_serial_trace.group_trace_user,{TILL}manager")
        refund = self.sale.lines.refund_orderline_ids.order_id
        self.assertEqual((refund.state, refund.lines.pack_lot_ids.lot_name), ("draft", "SN1"))
        self.assertEqual(self.about.state, "resolved")

    def test_the_unit_cannot_be_found(self):
        self.settle("write_off")
        self.assertEqual(self.sale.picking_ids.state, "cancel")
        self.assertIn("Nobody knows", self.about.resolution_reason)

    def test_it_is_all_right(self):
        self.settle("accept")
        self.assertEqual((self.about.state, self.about.resolution), ("resolved", "accepted"))
