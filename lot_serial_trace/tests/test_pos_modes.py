from odoo import Command, fields
from odoo.tests import tagged

from .till_case import TillCase

SOLD = ("biz_step", "=", "retail_selling")


@tagged("post_install", "-at_install")
class TestPosModes(TillCase):
    """Each way to sell at a till books the captured number once and tells the ledger once."""

    def furnish(self):
        super().furnish()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.device, "SN3", 1))

    def need(self, model, field):
        """Skip where the module that brings ``field`` is not installed."""
        if model not in self.env or field not in self.env[model]._fields:
            self.skipTest(f"{model}.{field} is not installed")

    def sold(self, number="SN1"):
        return self.events(("lot_name", "=", number), SOLD)

    def at(self, number):
        """Where a serial number is."""
        quants = self.lot(self.device, number).quant_ids
        return quants.filtered(lambda quant: quant.quantity > 0).location_id

    def assert_sold_once(self, *numbers):
        for number in numbers:
            self.assertEqual(self.at(number).usage, "customer", number)
            self.assertEqual(self.sold(number).mapped("quantity"), [1.0], number)
        self.assertFalse(self.conflicts())

    def draft(self, data):
        """``data`` of an order as the till sends it before it is paid."""
        return {
            **data,
            "state": "draft",
            "payment_ids": [],
            "amount_paid": 0,
            "lines": [Command.create(dict(line[2])) for line in data["lines"]],
        }

    # -- Odoo's own -----------------------------------------------------------

    def test_two_orders_of_two_sessions(self):
        self.open()
        self.sell(self.device, 1, "SN1")
        first = self.session
        self.config = self.config.copy({"name": "Second Till"})
        self.open()
        self.assertNotEqual(self.session, first)
        self.sell(self.device, 1, "SN2")
        self.assert_sold_once("SN1", "SN2")

    def test_the_next_session_of_a_till(self):
        self.open("closing")
        self.sell(self.device, 1, "SN1")
        self.close()
        self.open("closing")
        self.sell(self.device, 1, "SN2")
        self.close()
        self.assert_sold_once("SN1", "SN2")

    def test_an_order_that_comes_after_its_session_was_closed(self):
        """The till was without network when the session was closed elsewhere."""
        self.open()
        late = self.order([(self.device, 1, "SN1")])
        self.close()
        self.open()
        self.sync(late)
        self.assert_sold_once("SN1")

    def test_the_same_order_sent_twice(self):
        """The till missed the answer and sends its order again."""
        self.open()
        data = self.order([(self.device, 1, "SN1")])
        again = {**data, "lines": [Command.create(dict(data["lines"][0][2]))]}
        order = self.sync(data)
        self.env["pos.order"].sync_from_ui([again])
        self.assertEqual(order.lines.pack_lot_ids.mapped("lot_name"), ["SN1"])
        self.assert_sold_once("SN1")

    def test_with_an_invoice(self):
        self.open()
        order = self.sell(self.device, 2, "SN1", "SN2", to_invoice=True)
        self.assertEqual(order.account_move.state, "posted")
        self.assert_sold_once("SN1", "SN2")

    def test_invoiced_goods_move_at_once_also_where_stock_moves_at_closing(self):
        self.open("closing")
        self.sell(self.device, 1, "SN1", to_invoice=True)
        self.close()
        self.assert_sold_once("SN1")

    def test_shipped_later(self):
        """The delivery takes the number that the cashier captured."""
        self.config.write({"ship_later": True, "warehouse_id": self.warehouse.id})
        self.open()
        order = self.sell(self.device, 1, "SN2", shipping_date=fields.Date.today())
        [line] = order.picking_ids.move_line_ids
        self.assertEqual(line.lot_id.name, "SN2")
        self.assertEqual(self.at("SN2"), self.stock)
        self.assertFalse(self.sold("SN2"), "nothing has left yet")
        line.picked = True
        order.picking_ids.button_validate()
        self.assertEqual(self.at("SN2").usage, "customer")
        sent = self.events(("lot_name", "=", "SN2"), ("biz_step", "=", "shipping"))
        self.assertEqual(sent.quantity, 1)
        self.assertFalse(self.sold("SN2"), "sent, not handed over the counter")

    def test_shipped_later_and_put_on_hold_in_between(self):
        self.config.write({"ship_later": True, "warehouse_id": self.warehouse.id})
        self.open()
        order = self.sell(self.device, 1, "SN2", shipping_date=fields.Date.today())
        self.env["trace.hold"]._place(self.lot(self.device, "SN2"), "leaks")
        self.assertNotIn("SN2", order.picking_ids.move_line_ids.lot_id.mapped("name"))

    # -- other modules --------------------------------------------------------

    def test_restaurant_order_that_grows(self):
        """Sent to the kitchen, one more piece, then paid."""
        self.need("pos.config", "floor_ids")
        self.config.module_pos_restaurant = True
        self.open()
        data = self.order([(self.device, 1, "SN1"), (self.device, 1, "SN2")])
        order = self.sync(self.draft({**data, "lines": data["lines"][:1]}))
        self.assertFalse(self.sold())
        first = order.lines
        paid = {
            **data,
            "id": order.id,
            "lines": [
                Command.update(first.id, {"uuid": first.uuid}),
                data["lines"][1],
            ],
        }
        self.sync(paid)
        self.assertEqual(sorted(order.lines.pack_lot_ids.mapped("lot_name")), ["SN1", "SN2"])
        self.assert_sold_once("SN1", "SN2")

    def test_cashier_of_the_shop(self):
        self.need("pos.order", "employee_id")
        self.config.module_pos_hr = True
        cashier = self.env["hr.employee"].create({"name": "Cashier"})
        self.open()
        order = self.sell(self.device, 1, "SN1", employee_id=cashier.id)
        self.assertEqual(order.employee_id, cashier)
        self.assert_sold_once("SN1")

    def sale_order(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.device.id, "product_uom_qty": 1})
                ],
            }
        )
        order.action_confirm()
        return order

    def test_sale_order_settled_at_the_till(self):
        """The unit goes over the counter; the delivery of the sale order is not needed."""
        self.need("pos.order.line", "sale_order_line_id")
        sale = self.sale_order()
        self.assertEqual(sale.picking_ids.state, "assigned")
        reserved = sale.picking_ids.move_line_ids.lot_id.name
        self.open()
        data = self.order([(self.device, 1, reserved)])
        data["lines"][0][2].update(
            sale_order_origin_id=sale.id, sale_order_line_id=sale.order_line.id
        )
        self.sync(data)
        self.assertEqual(sale.picking_ids.filtered("sale_id").mapped("state"), ["cancel"])
        self.assertEqual(sale.order_line.qty_delivered, 1)
        self.assert_sold_once(reserved)

    def test_sale_order_settled_with_another_unit(self):
        self.need("pos.order.line", "sale_order_line_id")
        sale = self.sale_order()
        reserved = sale.picking_ids.move_line_ids.lot_id.name
        other = next(name for name in ("SN1", "SN2", "SN3") if name != reserved)
        self.open()
        data = self.order([(self.device, 1, other)])
        data["lines"][0][2].update(
            sale_order_origin_id=sale.id, sale_order_line_id=sale.order_line.id
        )
        self.sync(data)
        self.assert_sold_once(other)
        self.assertEqual(self.at(reserved), self.stock)

    def kit(self):
        """A product that is made of a device when it is sold."""
        self.need("mrp.bom", "type")
        kit = self.env["product.product"].create({"name": "Kit", "is_storable": True})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.device.id, "product_qty": 1})],
            }
        )
        return kit

    def test_kit(self):
        """Nobody scans what is in the box: Odoo takes what is reserved, and everybody is told
        that it is a guess."""
        kit = self.kit()
        self.open()
        order = self.sell(kit, 1)
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        line = order.picking_ids.move_line_ids
        self.assertEqual(line.trace_method, "inferred")
        event = self.sold(line.lot_id.name)
        self.assertEqual(event.quantity, 1)
        self.assertIn("part of a kit", event.reason)
        told = self.conflicts()
        self.assertEqual((told.kind, told.lot_id), ("pos_kit_guess", line.lot_id))
        self.assertEqual((told.pos_order_id, told.severity), (order, "warn"))
        # somebody opens the box of the customer and reads the number
        other = "SN3" if line.lot_id.name != "SN3" else "SN2"
        right = self.lot(self.device, other)
        self.env["trace.sale.settle"].create(
            {"exception_id": told.id, "way": "swap", "new_lot_ids": right.ids}
        ).action_settle()
        self.assertEqual((line.lot_id, told.state), (right, "resolved"))
        self.assertEqual(self.at(other).usage, "customer")

    def test_kits_at_closing(self):
        kit = self.kit()
        self.open("closing")
        self.sell(kit, 2)
        self.sell(self.device, 1, "SN3")
        session = self.session
        self.close()
        told = self.conflicts()
        self.assertEqual(set(told.mapped("kind")), {"pos_kit_guess"})
        self.assertEqual(sorted(told.mapped("lot_name")), ["SN1", "SN2"])
        self.assertEqual(told.pos_session_id, session)

    def test_kits_where_nobody_wants_to_hear_of_it(self):
        self.policy("pos_kit_guess", "off")
        kit = self.kit()
        self.open()
        order = self.sell(kit, 1)
        self.assertFalse(self.conflicts())
        self.assertEqual(order.picking_ids.move_line_ids.trace_method, "inferred")

    def test_self_order_without_a_number(self):
        """A guest at the kiosk scans nothing: the sale stands, the desk knows."""
        self.need("pos.config", "self_ordering_mode")
        self.open()
        snack = self._product("Snack", "none")
        order = self.sync(self.order([(self.device, 1), (snack, 1)], source="kiosk"))
        self.assertEqual(order.source, "kiosk")
        stranded = self.conflicts(("pos_order_id", "=", order.id))
        self.assertIn("no number was captured", " ".join(stranded.mapped("name")))
        snacks = order.picking_ids.move_ids.filtered(lambda move: move.product_id == snack)
        self.assertEqual(snacks.state, "done", "one line never holds up another")

    def test_paid_online(self):
        """The payment provider's call books the order, not the till."""
        self.need("pos.payment", "online_account_payment_id")
        self.open()
        data = self.order([(self.device, 1, "SN1")])
        order = self.sync(self.draft(data))
        self.assertFalse(self.sold())
        order = order.with_user(self.env.ref("base.public_user")).sudo()
        order.add_payment(
            {
                "amount": 10.0,
                "payment_method_id": self.config.payment_method_ids.id,
                "pos_order_id": order.id,
            }
        )
        order._process_saved_order(False)
        self.assertEqual(order.state, "paid")
        self.assert_sold_once("SN1")
