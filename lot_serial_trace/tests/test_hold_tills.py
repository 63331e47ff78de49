import json

from odoo import Command
from odoo.tests import tagged

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

from ..models.trace_hold_tills import MOST
from .common import TraceCase


@tagged("post_install", "-at_install")
class TestHoldTills(TraceCase):
    """Open tills are told of holds: one message each, with a bounded number of numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=cls.env.ref("base.user_admin"))
        journal = cls.env["account.journal"].create(
            {"name": "Hold Cash", "type": "cash", "code": "HLDCS"}
        )
        method = cls.env["pos.payment.method"].create(
            {"name": "Hold Cash", "journal_id": journal.id}
        )
        cls.till = cls.env["pos.config"].create(
            {
                "name": "Hold Shop",
                "picking_type_id": cls.warehouse.pos_type_id.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )

    def furnish(self):
        super().furnish()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.lots = self.lot(self.device, "SN1") | self.lot(self.device, "SN2")

    def open(self):
        self.till.open_ui()
        self.till.current_session_id.set_opening_control(0, "")

    def heard(self):
        """What the till has been told since it was asked last."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        bus = self.env["bus.bus"].sudo()
        messages = [json.loads(one.message) for one in bus.search([], order="id")]
        bus.search([]).unlink()
        name = f"{self.till.access_token}-TRACE_HOLDS"
        return [message["payload"] for message in messages if message["type"] == name]

    def place(self, lots, **values):
        return self.env["trace.hold"]._place(lots, "battery leaks", **values)

    def test_placed_and_released(self):
        self.open()
        self.heard()
        holds = self.place(self.lots)
        [told] = self.heard()
        self.assertEqual((told["what"], told["count"], told["here"]), ("placed", 2, 2))
        self.assertEqual(
            told["lots"][0],
            {
                "id": self.lots[0].id,
                "name": "SN1",
                "product_id": self.device.id,
                "product": self.device.display_name,
                "reason": "battery leaks",
                "place": "",
            },
        )
        holds._release("dry")
        [told] = self.heard()
        self.assertEqual((told["what"], told["count"]), ("released", 2))

    def test_what_another_hold_holds_is_not_free(self):
        self.open()
        holds = self.place(self.lots)
        self.place(self.lots[0])
        self.heard()
        holds._release("dry")
        [told] = self.heard()
        self.assertEqual([lot["name"] for lot in told["lots"]], ["SN2"])

    def test_closed_tills_hear_nothing(self):
        self.place(self.lots)
        self.assertEqual(self.heard(), [])

    def test_holds_of_another_place_are_not_the_shops(self):
        self.open()
        self.heard()
        other = self.env["stock.warehouse"].create({"name": "Far away", "code": "FAR"})
        self.place(self.lots, location=other.lot_stock_id)
        self.assertEqual(self.heard(), [])
        self.place(self.lots, location=self.shelf)
        [told] = self.heard()
        self.assertEqual(told["lots"][0]["place"], self.shelf.display_name)

    def test_a_message_is_bounded_and_names_what_is_in_the_shop(self):
        self.open()
        lots = self.env["stock.lot"].create(
            [{"product_id": self.device.id, "name": f"L{i}"} for i in range(MOST + 50)]
        )
        self.heard()
        self.place(lots | self.lots)
        [told] = self.heard()
        self.assertEqual((told["count"], told["here"], len(told["lots"])), (MOST + 52, 2, MOST))
        self.assertEqual([lot["name"] for lot in told["lots"][:2]], ["SN1", "SN2"])


@tagged("post_install", "-at_install")
class TestHoldTillTour(TestPointOfSaleHttpCommon):
    """A cashier sees that a number must not be sold, loudest when it is on the order."""

    def test_cashier_is_told(self):
        self.env["product.product"].create(
            {
                "name": "Held Device",
                "is_storable": True,
                "tracking": "serial",
                "available_in_pos": True,
            }
        )
        self.main_pos_config.with_user(self.pos_user).open_ui()
        self.start_pos_tour("lot_serial_trace_hold_till")
