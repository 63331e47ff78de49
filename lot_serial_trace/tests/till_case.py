from uuid import uuid4

from odoo import Command

from .common import TraceCase

#: When the cashier made the sales of these tests; the server hears of them later.
SOLD_AT = "2026-03-04 05:06:07"
PRICE = 10.0


class TillCase(TraceCase):
    """A shop with a till, no policy in force, and words for what a cashier does.

    Orders come through the till's own interface, as its program sends them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=cls.env.ref("base.user_admin"))
        cls.env["trace.policy"].search([]).active = False
        journal = cls.env["account.journal"].create(
            {"name": "Trace Cash", "type": "cash", "code": "TRCSH"}
        )
        method = cls.env["pos.payment.method"].create(
            {"name": "Trace Cash", "journal_id": journal.id}
        )
        cls.config = cls.env["pos.config"].create(
            {
                "name": "Trace Shop",
                "picking_type_id": cls.warehouse.pos_type_id.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )

    def open(self, update_stock="real"):
        """Open the till; ``update_stock`` is ``real`` or ``closing``."""
        self.env.company.point_of_sale_update_stock_quantities = update_stock
        self.config.open_ui()
        self.session = self.config.current_session_id
        self.session.set_opening_control(0, "")

    def close(self):
        self.session.post_closing_cash_details(self.session.cash_register_balance_end)
        self.assertTrue(self.session.close_session_from_ui()["successful"])
        self.env.flush_all()

    def sell(self, product, quantity, *numbers, **values):
        """Sell one product and return the order; ``values`` are those of the order."""
        return self.sync(self.order([(product, quantity, *numbers)], **values))

    def order(self, lines, **values):
        """What the till sends for a paid order.

        :param lines: ``(product, quantity, *numbers)``; a number may be a dict of what was
            captured
        """
        return self.order_of([self.order_line(*line) for line in lines], **values)

    def order_of(self, lines, **values):
        """The same of lines as the till sends them."""
        amount = sum(line["price_subtotal"] for line in lines)
        payment = {
            "amount": amount,
            "name": SOLD_AT,
            "payment_method_id": self.config.payment_method_ids[:1].id,
        }
        return {
            "name": "Order",
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "state": "paid",
            "session_id": self.session.id,
            "company_id": self.config.company_id.id,
            "user_id": self.env.uid,
            "partner_id": self.customer.id,
            "pricelist_id": self.config.pricelist_id.id,
            "date_order": SOLD_AT,
            "lines": [Command.create(line) for line in lines],
            "payment_ids": [Command.create(payment)],
            "amount_paid": amount,
            "amount_total": amount,
            "amount_tax": 0,
            "amount_return": 0,
            **values,
        }

    def order_line(self, product, quantity, *numbers):
        amount = PRICE * quantity
        packs = [number if isinstance(number, dict) else {"lot_name": number} for number in numbers]
        return {
            "uuid": str(uuid4()),
            "product_id": product.id,
            "qty": quantity,
            "price_unit": PRICE,
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
            "tax_ids": [Command.set([])],
            "pack_lot_ids": [Command.create(pack) for pack in packs],
        }

    def sync(self, data):
        """Send an order; the server takes it whatever it says."""
        uuid, draft = data["uuid"], data["state"] == "draft"  # Odoo empties ``data``
        self.env["pos.order"].sync_from_ui([data])
        order = self.env["pos.order"].search([("uuid", "=", uuid)])
        self.assertIn(order.state, ("draft",) if draft else ("paid", "done"))
        return order

    def conflicts(self, *domain):
        """What came to the desk from tills."""
        kinds = [("kind", "=like", "pos_%")]
        return self.env["trace.exception"].search([*kinds, *domain], order="id")
