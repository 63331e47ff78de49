from odoo import fields
from odoo.tests import new_test_user

from .common import TraceCase


class ConsigneeCase(TraceCase):
    """A case about milk that shops and people got, with its consignees found."""

    #: Whether the case is there before each test.
    staged = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.env.company.email = "quality@example.com"
        cls.customer.write(
            {
                "is_company": True,
                "email": "customer@example.com",
                "phone": "+49 30 1",
                "street": "A",
            }
        )
        cls.ann = partners.create({"name": "Ann", "email": "ann@example.com", "street": "B"})
        cls.bob = partners.create({"name": "Bob", "street": "Main Street 3", "city": "Town"})
        cls.cora = partners.create({"name": "Cora", "phone": "+49 30 3"})
        groups = "lot_serial_trace.group_trace_"
        cls.manager = new_test_user(
            cls.env, "rc_manager", groups=groups + "recall", email="rc_manager@example.com"
        )
        cls.worker = new_test_user(cls.env, "rc_worker", groups=groups + "user")
        if cls.staged:
            cls.recall = cls("setUpClass").scene()

    def deliver(self, partner, number, quantity, **more):
        """A done delivery of milk; nobody known: no partner."""
        picking = self.picking("out", [(self.milk, number, quantity)], **more)
        picking.partner_id = partner
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        return picking

    def scene(self):
        """M1 to all of them, M2 to the customer, too."""
        self.receive((self.milk, "M1", 40), (self.milk, "M2", 20))
        self.deliver(self.customer, "M1", 10)
        self.deliver(self.customer, "M2", 4)
        self.deliver(self.ann, "M1", 2)
        self.deliver(self.bob, "M1", 3)
        self.deliver(self.cora, "M1", 1)
        return self.case("M1", "M2")

    def case(self, *numbers, **values):
        """A case that runs, about lots of milk, with its consignees."""
        lots = self.env["stock.lot"].browse()
        for number in numbers:
            lots |= self.lot(self.milk, number)
        recall = self.env["trace.recall"].create(
            {
                "title": "Milk: glass in the bottle",
                "reason": "Glass may be in the bottle.",
                "hazard": "Cuts.",
                "instructions": "<p>Do <b>not</b> drink it.</p>",
                "lot_ids": [(6, 0, lots.ids)],
                "user_id": self.manager.id,
                **values,
            }
        )
        recall._confirm()
        while recall.phase != "done":
            recall.sudo()._work_now()
        self.assertEqual(recall.state, "running")
        return recall

    def of(self, recall, who):
        """The consignee of a partner or with a name."""
        domain = [("recall_id", "=", recall.id)]
        if isinstance(who, str):
            domain.append(("name", "=", who))
        else:
            domain.append(("partner_id", "=", who.id))
        found = self.env["trace.recall.consignee"].search(domain)
        self.assertEqual(len(found), 1, who)
        return found

    def tell(self, recall):
        """Switch notices on and do what the cron does; returns the mails in the queue."""
        recall.with_user(self.manager).action_tell()
        return self.slices(recall)

    def slices(self, recall, kind="mail"):
        """All slices of a kind; returns the mails that were put into the queue."""
        before = self.env["mail.mail"].search([]).ids
        while recall.sudo()._tell_slice(kind):
            pass
        return self.env["mail.mail"].search([("id", "not in", before)])

    def sent(self, mails):
        """The mail server has taken these mails."""
        for mail in mails:
            mail._postprocess_sent_message([], [mail.email_to])

    def link(self, consignee):
        """A token for the reply page."""
        return self.env["trace.recall.letter"]._make(consignee, "mail", 30)[consignee.id]

    def ago(self, **delta):
        """A moment some time ago."""
        return fields.Datetime.subtract(fields.Datetime.now(), **delta)
