from .common import TraceCase


class RecallCase(TraceCase):
    """Goods of a bad batch in stock and at a customer, and words for what recall managers do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.trace_recall_two = False
        cls.manager = cls._user("recall_manager", "group_trace_recall")
        cls.second = cls._user("second_manager", "group_trace_recall")
        cls.reader = cls._user("recall_reader", "group_trace_user")
        cls.auditor = cls._user("recall_auditor", "group_trace_auditor")

    @classmethod
    def _user(cls, login, group, **values):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "group_ids": [(6, 0, cls.env.ref(f"lot_serial_trace.{group}").ids)],
                **values,
            }
        )

    def milk_lots(self, *names, quantity=10):
        """Lots of milk that were received and are in stock."""
        self.receive(*[(self.milk, name, quantity) for name in names])
        return self.env["stock.lot"].search(
            [("product_id", "=", self.milk.id), ("name", "in", names)], order="id"
        )

    def deliver(self, *units, **kwargs):
        """Deliver units to the customer."""
        picking = self.picking("out", list(units), **kwargs)
        self.assertIs(self.validate(picking), True)
        return picking

    def draft(self, lots, **values):
        """A draft about lots, made by the manager."""
        recalls = self.env["trace.recall"].with_user(self.manager)
        return recalls.with_context(tracking_disable=True).create(
            {
                "title": "Glass in the jar",
                "reason": "glass",
                "lot_ids": [(6, 0, lots.ids)],
                **values,
            }
        )

    def running(self, lots, **values):
        """A case that is confirmed, with all that follows done."""
        recall = self.draft(lots, **values)
        recall._confirm()
        self.work(recall)
        return recall

    def work(self, recall):
        """What the job would do."""
        job = recall.sudo().with_user(self.env.ref("base.user_root"))
        while job._has_work():
            self.assertTrue(job._try_step(), job.error)

    def states(self, recall):
        """dict number -> state of the rows of a case."""
        return {row.lot_name: row.state for row in recall.sudo().scope_ids}

    def holds(self, lots):
        """Active holds of lots."""
        return self.env["trace.hold"].search([("lot_id", "in", lots.ids), ("state", "=", "active")])

    def kinds(self, recall):
        """What happened to a case, in order."""
        return recall.sudo().step_ids.sorted("id").mapped("kind")
