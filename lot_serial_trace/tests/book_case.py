from contextlib import contextmanager

from odoo import Command
from odoo.tests import new_test_user

from .till_case import TillCase


class BookCase(TillCase):
    """A shop, a cashier with no other right than to sell, and words for the book of a till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.expiry.rule"].search([]).active = False
        (cls.device | cls.milk).available_in_pos = True
        cls.cashier = new_test_user(
            cls.env, "bare cashier", groups="base.group_user,point_of_sale.group_pos_user"
        )

    @classmethod
    def new_till(cls, name, kind, company=None):
        """Another till, which sells through an operation type."""
        company = company or cls.env.company
        journal = {"name": name, "type": "cash", "code": name[:5], "company_id": company.id}
        method = {"name": name, "company_id": company.id}
        method["journal_id"] = cls.env["account.journal"].create(journal).id
        methods = cls.env["pos.payment.method"].create(method)
        values = {"name": name, "picking_type_id": kind.id, "company_id": company.id}
        return cls.env["pos.config"].create(
            {**values, "payment_method_ids": [Command.set(methods.ids)]}
        )

    @classmethod
    def new_shop(cls, name, parent):
        """A place in ``parent`` and an operation type that sells from it."""
        place = cls.env["stock.location"].create(
            {"name": name, "usage": "internal", "location_id": parent.id}
        )
        kind = cls.warehouse.pos_type_id.copy({"name": name, "sequence_code": name})
        kind.default_location_src_id = place
        return place, kind

    @contextmanager
    def at(self, till):
        """Work at another till until the end of the block."""
        before = self.config, getattr(self, "session", None)
        self.config, self.session = till, till.current_session_id
        try:
            yield
        finally:
            self.config, self.session = before

    # -- the book -------------------------------------------------------------

    def book(self, since=None):
        """The whole answer to a cashier at the till, its pages put together."""
        till = self.config.with_user(self.cashier)
        page = answer = till.trace_book(since)
        while page["next"]:
            page = till.trace_book(since, page["next"])
            for name, values in page["lots"].items():
                answer["lots"][name] += values
            answer["gone"] += page["gone"]
        return answer

    def changes(self, book):
        """What changed since a book."""
        return self.book(book["cursor"])

    def quantities(self, answer):
        """dict number -> quantity, of an answer."""
        return dict(zip(answer["lots"]["name"], answer["lots"]["quantity"], strict=True))

    def gone(self, answer):
        """dict number -> why, of an answer."""
        names = {lot.id: lot.name for lot in self.env["stock.lot"].search([])}
        return {names[lot_id]: why for lot_id, why in answer["gone"]}

    def held(self, answer):
        """dict number -> reason, of an answer."""
        return dict(zip(answer["holds"]["name"], answer["holds"]["reason"], strict=True))
