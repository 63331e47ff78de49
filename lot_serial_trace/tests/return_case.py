from uuid import uuid4

from odoo import Command

from .common import TraceCase

PRICE = 10.0


class ReturnCase(TraceCase):
    """A shop with a till, and words for what is sold and taken back there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=cls.env.ref("base.user_admin"))
        cls.env["trace.policy"].search([]).active = False
        cls.company = cls.env.company
        journal = cls.env["account.journal"].create(
            {"name": "Return Cash", "type": "cash", "code": "RTCSH"}
        )
        method = cls.env["pos.payment.method"].create(
            {"name": "Return Cash", "journal_id": journal.id}
        )
        cls.config = cls.env["pos.config"].create(
            {
                "name": "Return Shop",
                "picking_type_id": cls.warehouse.pos_type_id.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )
        cls.company.point_of_sale_update_stock_quantities = "real"
        cls.device.available_in_pos = cls.milk.available_in_pos = True

    def open(self, update_stock="real"):
        self.company.point_of_sale_update_stock_quantities = update_stock
        self.config.open_ui()
        self.session = self.config.current_session_id
        self.session.set_opening_control(0, "")

    def close(self):
        self.session.post_closing_cash_details(self.session.cash_register_balance_end)
        self.assertTrue(self.session.close_session_from_ui()["successful"])
        self.env.flush_all()

    def make_quarantine(self):
        self.warehouse.action_trace_make_quarantine()
        self.quarantine = self.warehouse.trace_quarantine_id

    def line(self, product, quantity, *numbers, of=None, **values):
        """A line as the till sends it; ``of`` is the line that it refunds."""
        return {
            "uuid": str(uuid4()),
            "product_id": product.id,
            "qty": quantity,
            "price_unit": PRICE,
            "price_subtotal": PRICE * quantity,
            "price_subtotal_incl": PRICE * quantity,
            "tax_ids": [Command.set([])],
            "pack_lot_ids": [Command.create({"lot_name": name}) for name in numbers],
            **({"refunded_orderline_id": of.id} if of else {}),
            **values,
        }

    def order(self, *lines, partner=None, **values):
        """Send an order through the till's own interface and return it."""
        amount = sum(line["price_subtotal"] for line in lines)
        partner = self.customer if partner is None else partner
        data = {
            "name": "Order",
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "state": "paid",
            "session_id": self.session.id,
            "company_id": self.company.id,
            "user_id": self.env.uid,
            "partner_id": partner.id,
            "pricelist_id": self.config.pricelist_id.id,
            "date_order": "2026-03-04 05:06:07",
            "lines": [Command.create(line) for line in lines],
            "payment_ids": [
                Command.create(
                    {
                        "amount": amount,
                        "name": "2026-03-04 05:06:07",
                        "payment_method_id": self.config.payment_method_ids.id,
                    }
                )
            ],
            "amount_paid": amount,
            "amount_total": amount,
            "amount_tax": 0,
            "amount_return": 0,
            **values,
        }
        self.env["pos.order"].sync_from_ui([data])
        order = self.env["pos.order"].search([("uuid", "=", data["uuid"])])
        self.assertIn(order.state, (data["state"], "done"))
        return order

    def sell(self, product, quantity, *numbers, **values):
        return self.order(self.line(product, quantity, *numbers), **values)

    def refund(self, sale, *numbers, quantity=1, partner=None, date=None, **values):
        """Take numbers of a sale back, as the till does."""
        of = sale.lines.filtered(lambda line: line.qty > 0)[:1]
        line = self.line(of.product_id, -quantity, *numbers, of=of, **values)
        more = {"date_order": date} if date else {}
        return self.order(
            line, partner=sale.partner_id if partner is None else partner, is_refund=True, **more
        )

    def on_hand(self, product, number, place):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("lot_id.name", "=", number),
                ("location_id", "=", place.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def desk(self, *kinds):
        return self.env["trace.exception"].search([("kind", "in", kinds)], order="id")
