from uuid import uuid4

from odoo import Command
from odoo.tests import new_test_user

from .common import TraceCase


class TillCase(TraceCase):
    """A shop with a till, a cashier with no other right than to sell, and words for both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=cls.env.ref("base.user_admin"))
        cls.env["trace.policy"].search([]).active = False
        cls.env["trace.expiry.rule"].search([]).active = False
        (cls.device | cls.milk).available_in_pos = True
        cls.till = cls.new_till("Till", cls.warehouse.pos_type_id)
        cls.cashier = new_test_user(
            cls.env, "bare cashier", groups="base.group_user,point_of_sale.group_pos_user"
        )

    @classmethod
    def new_till(cls, name, kind, company=None):
        """A till that sells through an operation type."""
        company = company or cls.env.company
        journal = {"name": name, "type": "cash", "code": name[-5:], "company_id": company.id}
        method = cls.env["pos.payment.method"].create(
            {
                "name": name,
                "journal_id": cls.env["account.journal"].create(journal).id,
                "company_id": company.id,
            }
        )
        return cls.env["pos.config"].create(
            {
                "name": name,
                "picking_type_id": kind.id,
                "payment_method_ids": [Command.set(method.ids)],
                "company_id": company.id,
            }
        )

    @classmethod
    def new_shop(cls, name, parent):
        """A place and an operation type that sells from it."""
        place = cls.env["stock.location"].create(
            {"name": name, "usage": "internal", "location_id": parent.id}
        )
        kind = cls.warehouse.pos_type_id.copy(
            {"name": name, "sequence_code": name, "default_location_src_id": place.id}
        )
        return place, kind

    def open(self, till=None, update_stock="real"):
        """Open a till; ``update_stock`` is ``real`` or ``closing``."""
        till = till or self.till
        self.env.company.point_of_sale_update_stock_quantities = update_stock
        till.open_ui()
        till.current_session_id.set_opening_control(0, "")
        return till.current_session_id

    def close(self, session):
        session.post_closing_cash_details(session.cash_register_balance_end)
        self.assertTrue(session.close_session_from_ui()["successful"])
        self.env.flush_all()

    def order(self, till, product, quantity, *numbers, state="paid", uuid=None):
        """What a till sends of an order."""
        amount = 10.0 * quantity
        payment = {
            "amount": amount,
            "name": "2026-03-04 05:06:07",
            "payment_method_id": till.payment_method_ids.id,
        }
        return {
            "name": "Order",
            "uuid": uuid or str(uuid4()),
            "access_token": str(uuid4()),
            "state": state,
            "session_id": till.current_session_id.id,
            "company_id": till.company_id.id,
            "user_id": self.env.uid,
            "partner_id": self.customer.id,
            "pricelist_id": till.pricelist_id.id,
            "date_order": "2026-03-04 05:06:07",
            "lines": [
                Command.create(
                    {
                        "uuid": str(uuid4()),
                        "product_id": product.id,
                        "qty": quantity,
                        "price_unit": 10.0,
                        "price_subtotal": amount,
                        "price_subtotal_incl": amount,
                        "tax_ids": [Command.set([])],
                        "pack_lot_ids": [Command.create({"lot_name": name}) for name in numbers],
                    }
                )
            ],
            "payment_ids": [Command.create(payment)] if state == "paid" else [],
            "amount_paid": amount if state == "paid" else 0,
            "amount_total": amount,
            "amount_tax": 0,
            "amount_return": 0,
        }

    def sell(self, product, quantity, *numbers, till=None, **values):
        """Send an order through the till's own interface and return it."""
        data = self.order(till or self.till, product, quantity, *numbers, **values)
        self.env["pos.order"].sync_from_ui([data])
        return self.env["pos.order"].search([("uuid", "=", data["uuid"])])

    # -- the book -------------------------------------------------------------

    def book(self, till=None, since=None):
        """The whole answer for a till, its pages put together."""
        till = (till or self.till).with_user(self.cashier)
        answer = page = till.trace_book(since)
        while page["next"]:
            page = till.trace_book(since, page["next"])
            for table in ("lots", "holds"):
                for name, values in page[table].items():
                    if table == "lots":
                        answer[table][name] += values
            answer["gone"] += page["gone"]
        return answer

    def quantities(self, answer):
        """dict number -> quantity, of an answer."""
        return dict(zip(answer["lots"]["name"], answer["lots"]["quantity"], strict=True))

    def gone(self, answer):
        """dict number -> why, of an answer."""
        lots = self.env["stock.lot"].browse([lot_id for lot_id, _why in answer["gone"]])
        return dict(zip(lots.mapped("name"), [why for _id, why in answer["gone"]], strict=True))

    def held(self, answer):
        """dict number -> reason, of an answer."""
        return dict(zip(answer["holds"]["name"], answer["holds"]["reason"], strict=True))
