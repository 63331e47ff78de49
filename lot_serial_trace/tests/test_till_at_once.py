from functools import partial
from threading import Event, Thread

from odoo.tests import tagged

from .test_at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestTillAtOnce(AtOnceCase):
    """Tills that ask at the same moment, and changes that end after they began to be looked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.clean)
        cls.request(cls.prepare)

    @classmethod
    def prepare(cls, env):  # pylint: disable=missing-return
        super().prepare(env)
        products = env["product.product"].browse(cls.product_ids.values())
        products.available_in_pos = True
        warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        journal = {"name": "At once", "type": "bank", "code": "ATONC"}
        method = {"name": "At once", "journal_id": env["account.journal"].create(journal).id}
        methods = env["pos.payment.method"].create(method)
        tills = env["pos.config"].create(
            [
                {
                    "name": f"At once {number}",
                    "picking_type_id": warehouse.pos_type_id.id,
                    "payment_method_ids": [(6, 0, methods.ids)],
                }
                for number in range(2)
            ]
        )
        cls.till_ids = tills.ids

    @classmethod
    def clean(cls):  # pylint: disable=missing-return
        def forget(env):
            products = env["product.product"].browse(cls.product_ids.values())
            products.available_in_pos = False
            tills = env["pos.config"].browse(cls.till_ids)
            env["trace.till.claim"].search([("config_id", "in", tills.ids)]).unlink()
            methods = tills.payment_method_ids
            tills.unlink()
            journals = methods.journal_id
            methods.unlink()
            journals.unlink()

        cls.request(forget)
        super().clean()

    def check(self, env, till, order, tracking, name, quantity, words):
        """Ask about a number and keep the answer."""
        one = {"product_id": self.product_ids[tracking], "number": name, "quantity": quantity}
        config = env["pos.config"].browse(self.till_ids[till])
        words[order] = [one["code"] for one in config.trace_check([one], order)[0]]

    def both_ask(self, tracking, name, quantity):
        words = {}
        ask = partial(self.check, tracking=tracking, name=name, quantity=quantity, words=words)
        errors = self.at_once(
            [partial(ask, till=0, order=f"{name}-0"), partial(ask, till=1, order=f"{name}-1")]
        )
        self.assertEqual(errors, [None, None])
        return sorted(words.values())

    def test_two_tills_never_both_get_a_serial(self):
        self.request(partial(self.receipt, tracking="serial", names=["UNIT-1"]))
        self.assertEqual(self.both_ask("serial", "UNIT-1", 1), [[], ["in_other_order"]])

    def test_two_tills_never_get_more_of_a_lot_than_there_is(self):
        self.request(partial(self.receipt, tracking="lot", names=["LOT-1"]))
        self.assertEqual(self.both_ask("lot", "LOT-1", 1), [[], ["in_other_order"]])

    # -- late commits ---------------------------------------------------------

    def book(self, since=None):
        """The book of the first till, in a transaction of its own."""
        config = self.till_ids[0]
        return self.request(lambda env: env["pos.config"].browse(config).trace_book(since))

    def names(self, answer):
        return set(answer["lots"]["name"])

    def while_others_work(self, work, meanwhile):
        """Begin ``work(env)``, call ``meanwhile``, and only then let the work be committed."""
        worked, go_on, errors = Event(), Event(), []

        def slowly(env):
            work(env)
            env.flush_all()
            worked.set()
            go_on.wait(60)

        def run():
            try:
                self.request(slowly)
            except Exception as error:
                errors.append(error)
            worked.set()

        thread = Thread(target=run)
        thread.start()
        worked.wait(60)
        try:
            result = meanwhile()
        finally:
            go_on.set()
            thread.join(60)
        self.assertFalse(errors)
        return result

    def test_what_is_committed_late_is_not_missed(self):
        book = self.book()
        # Others look twice while it is under way: each time the mark goes on.
        receive = partial(self.receipt, tracking="serial", names=["LATE-1"])
        second = self.while_others_work(
            receive, lambda: self.book(self.book(book["cursor"])["cursor"])
        )
        self.assertNotIn("LATE-1", self.names(second))
        third = self.book(second["cursor"])
        self.assertFalse(third["full"])
        self.assertIn("LATE-1", self.names(third))

    def test_what_ends_while_an_answer_is_made_is_not_missed(self):
        """An answer sees the database as it was when it began: what it did not see comes later."""
        began, go_on, answers = Event(), Event(), {}

        def look(env):
            env.cr.execute("SELECT 1 FROM stock_lot LIMIT 1")  # what it sees is fixed
            began.set()
            go_on.wait(60)
            config = env["pos.config"].browse(self.till_ids[0])
            answers["second"] = config.trace_book(first["cursor"])

        first = self.book(self.book()["cursor"])
        worked, commit = Event(), Event()

        def receive(env):
            self.receipt(env, "serial", ["WHILE-1"])
            env.flush_all()
            worked.set()
            commit.wait(60)

        threads = [Thread(target=self.request, args=[receive])]
        threads[0].start()
        worked.wait(60)
        threads.append(Thread(target=self.request, args=[look]))
        threads[1].start()
        began.wait(60)
        commit.set()
        threads[0].join(60)
        go_on.set()
        threads[1].join(60)
        self.assertNotIn("WHILE-1", self.names(answers["second"]))
        self.assertIn("WHILE-1", self.names(self.book(answers["second"]["cursor"])))

    def test_old_changes_are_not_told_for_ever(self):
        self.request(partial(self.receipt, tracking="serial", names=["OLD-1"]))
        with self.connection.cursor() as cr:
            cr.execute("ALTER TABLE trace_event DISABLE TRIGGER trace_event_append_only")
            cr.execute(
                "UPDATE trace_event SET record_time = record_time - interval '1 day' "
                "WHERE lot_name = 'OLD-1'"
            )
            cr.execute("ALTER TABLE trace_event ENABLE TRIGGER trace_event_append_only")
            cr.execute(
                "UPDATE stock_lot SET write_date = write_date - interval '1 day' "
                "WHERE name = 'OLD-1'"
            )
        book = self.book()
        self.assertIn("OLD-1", self.names(book))
        self.assertNotIn("OLD-1", self.names(self.book(book["cursor"])))
