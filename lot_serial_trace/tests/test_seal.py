import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..core import sealing
from ..models import trace_block
from .seal_case import SealCase


@tagged("post_install", "-at_install")
class TestSeal(SealCase):
    """Events are sealed into blocks that go on from each other, and hold."""

    def test_columns_of_the_ledger_are_all_sealed(self):
        """A column that is added needs a new version of the field list (``core/sealing.py``)."""
        stored = {
            name
            for name, field in self.env["trace.event"]._fields.items()
            if field.store and field.column_type
        }
        self.assertEqual(stored, set(sealing.FIELDS[sealing.VERSION]))
        for names in sealing.FIELDS.values():
            self.assertEqual(list(names), sorted(names))

    def test_first_version_stays_as_it_is(self):
        self.assertEqual(
            sealing.fields_hash(1),
            "56f17ee57f2d35d8d7ca636339258432292a36f4e09252dc872daae24ceb87b7",
        )

    def test_blocks_go_on_from_each_other(self):
        events = self.sealed_receipt("S1", "S2")
        first = self.blocks.search([], limit=1)
        self.assertEqual(first.last_id, events[-1].id)
        self.sealed_receipt("S3")
        second = self.blocks.search([], limit=1)
        self.assertEqual(second.number, first.number + 1)
        self.assertEqual(second.previous_hash, first.block_hash)
        self.assertEqual(second.first_id, first.last_id + 1)
        self.assertEqual(second.event_count, 1)
        self.assertEqual(self.found(), [])

    def test_many_events_are_cut_into_blocks(self):
        self.seal()
        before = self.blocks.search([], limit=1).number
        self.patch(trace_block, "BLOCK_EVENTS", 3)
        self.sealed_receipt(*(f"S{number}" for number in range(8)))
        counts = self.blocks.search([("number", ">", before)], order="number").mapped("event_count")
        self.assertEqual(counts, [3, 3, 2])
        self.assertEqual(self.found(), [])

    def test_nothing_to_seal_makes_no_block(self):
        head = self.seal()
        self.assertEqual(self.blocks._seal_next(self.blocks._drawn()), 0)
        self.assertEqual(self.seal(), head)

    def test_ids_that_were_never_used_are_no_gap(self):
        self.seal()
        with self.cr.savepoint() as savepoint:
            self.receive((self.device, "GONE", 1))
            savepoint.rollback()
            self.env.invalidate_all()
        events = self.sealed_receipt("S1")
        head = self.blocks.search([], limit=1)
        self.assertLess(head.first_id, events.id)
        self.assertEqual(self.found(), [])

    def test_queries_do_not_grow_with_events(self):
        def queries(count, lead):
            self.receive(*((self.device, f"{lead}{number}", 1) for number in range(count)))
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.blocks._seal_next(self.blocks._drawn())
            sealed = self.cr.sql_log_count
            self.blocks._verify()
            return sealed - before

        self.seal()
        self.assertEqual(queries(1, "A"), queries(30, "B"))

    # -- guards ---------------------------------------------------------------

    def test_blocks_are_not_changed(self):
        self.sealed_receipt("S1")
        block = self.blocks.search([], limit=1)
        with self.assertRaises(UserError):
            block.write({"root": "x"})
        with self.assertRaises(UserError):
            block.unlink()
        for statement in (
            "UPDATE trace_block SET root = 'x'",
            "DELETE FROM trace_block",
            "TRUNCATE trace_block",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.Error),
                self.cr.savepoint(),
            ):
                self.cr.execute(statement)

    def test_who_may_read(self):
        self.sealed_receipt("S1")
        for group, may in (("auditor", True), ("admin", True), ("user", False)):
            user = new_test_user(
                self.env, f"seal_{group}", groups=f"lot_serial_trace.group_trace_{group}"
            )
            if may:
                self.assertTrue(self.blocks.with_user(user).search([], limit=1).block_hash)
                self.checks.with_user(user)._ask()
                continue
            with self.assertRaises(AccessError):
                self.blocks.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.checks.with_user(user)._ask()
