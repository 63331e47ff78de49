from odoo.tests import tagged
from odoo.tools import SQL

from ..models.trace_block_sql import packed
from .seal_case import SealCase


@tagged("post_install", "-at_install")
class TestSealTampering(SealCase):
    """Whoever owns the database can change the ledger, and each way of doing it is found."""

    def furnish(self):
        super().furnish()
        self.seal()
        self.one, self.two, self.three = self.sealed_receipt("S1", "S2", "S3").ids
        self.number = self.blocks.search([], limit=1).number
        self.assertEqual(self.found(), [])

    def test_changed(self):
        for column in ("lot_name", "dest_name", "partner_name", "reason"):
            with self.subTest(column), self.cr.savepoint() as savepoint:
                self.past_odoo(f"UPDATE trace_event SET {column} = 'X' WHERE id = %s", self.two)
                self.assertEqual(self.found(), [("changed", self.number, self.two)])
                savepoint.rollback()

    def test_changed_back(self):
        self.past_odoo("UPDATE trace_event SET lot_name = 'X' WHERE id = %s", self.two)
        self.assertEqual(len(self.found()), 1)
        self.past_odoo("UPDATE trace_event SET lot_name = 'S2' WHERE id = %s", self.two)
        self.assertEqual(self.found(), [])

    def test_what_differs_is_said(self):
        self.past_odoo(
            "UPDATE trace_event SET lot_name = 'X9', quantity = 5 WHERE id = %s", self.two
        )
        [fault] = self.blocks._verify()["faults"]
        self.assertIn(f"Event {self.two} of block {self.number} was changed", fault["says"])
        self.assertIn("Lot/Serial: the ledger says X9", fault["says"])
        self.assertIn("says S2", fault["says"])
        self.assertIn("Quantity: the ledger says 5", fault["says"])

    def test_deleted(self):
        self.past_odoo("DELETE FROM trace_event WHERE id = %s", self.one)
        self.assertEqual(self.found(), [("deleted", self.number, self.one)])

    def test_inserted(self):
        """Between sealed events there are ids that were rolled back, and below them all."""
        with self.cr.savepoint() as savepoint:
            self.receive((self.device, "GONE", 1))
            savepoint.rollback()
            self.env.invalidate_all()
        gap = self.three + 1
        self.sealed_receipt("S4")
        first = self.blocks.search([], order="number", limit=1).number
        for event_id, block in ((gap, self.number + 1), (-5, first)):
            with self.subTest(event_id), self.cr.savepoint() as inner:
                self.past_odoo(
                    "INSERT INTO trace_event (id, kind, recorded, event_time, record_time) "
                    "VALUES (%s, 'hold', 'live', now(), now())",
                    event_id,
                )
                self.assertEqual(self.found(), [("inserted", block, event_id)])
                inner.rollback()

    def test_reordered(self):
        for now, was in ((-1, self.one), (self.one, self.two), (self.two, -1)):
            self.past_odoo("UPDATE trace_event SET id = %s WHERE id = %s", now, was)
        self.assertEqual(
            self.found(),
            [("reordered", self.number, self.one), ("reordered", self.number, self.two)],
        )

    def test_last_blocks_cut_off(self):
        """In themselves the blocks that are left hold: an anchor tells."""
        anchor = self.blocks.search([], limit=1)._anchor()
        self.past_odoo(
            "DELETE FROM trace_block WHERE number = %s; DELETE FROM trace_event WHERE id >= %s",
            self.number,
            self.one,
        )
        self.assertEqual(self.found(), [])
        self.assertEqual(self.found(anchor=anchor), [("truncated", self.number, 0)])

    def test_block_in_between_deleted(self):
        self.sealed_receipt("S4")
        self.past_odoo("DELETE FROM trace_block WHERE number = %s", self.number)
        self.assertEqual(self.found(), [("chain", self.number, 0)])

    def test_header_changed(self):
        for column, value in (("previous_hash", "0" * 64), ("sealed_at", "2020-01-01")):
            with self.subTest(column), self.cr.savepoint() as savepoint:
                self.past_odoo(
                    "UPDATE trace_block SET %s = %s WHERE number = %s",
                    SQL.identifier(column),
                    value,
                    self.number,
                )
                self.assertIn(("chain", self.number, 0), self.found())
                savepoint.rollback()

    def test_hashes_of_events_changed_with_them(self):
        """A block whose hashes were made to fit a changed event does not give its root."""
        self.past_odoo("UPDATE trace_event SET lot_name = 'X' WHERE id = %s", self.two)
        self.past_odoo(
            "UPDATE trace_block SET leaves = %s WHERE number = %s",
            self.leaves_now(),
            self.number,
        )
        self.assertEqual(self.found(), [("chain", self.number, 0)])

    def leaves_now(self):
        where = SQL("id BETWEEN %s AND %s", self.one, self.three)
        return bytes(self.env.execute_query(packed(1, where))[0][2])

    def test_chain_made_anew(self):
        """Who makes all blocks anew deceives who has no anchor and no key; an anchor tells."""
        anchor = self.blocks.search([], limit=1)._anchor()
        self.past_odoo("UPDATE trace_event SET lot_name = 'X' WHERE id = %s", self.two)
        self.past_odoo("DELETE FROM trace_block")
        self.seal()
        self.assertEqual(self.found(), [])
        [(kind, block, _event)] = self.found(anchor=anchor)
        self.assertIn(kind, ("chain", "truncated"))
        self.assertEqual(block, self.number)

    def test_one_record(self):
        self.past_odoo("UPDATE trace_event SET lot_name = 'X' WHERE id = %s", self.two)
        self.assertEqual(self.found(first=self.one), [])
        self.assertEqual(self.found(first=self.two), [("changed", self.number, self.two)])
        self.assertEqual(
            self.found(first=self.one, last=self.three), [("changed", self.number, self.two)]
        )

    def test_not_sealed_yet(self):
        self.receive((self.device, "S9", 1))
        event = self.events()[-1]
        result = self.blocks._verify(first=event.id)
        self.assertTrue(result["ok"])
        self.assertIn("not sealed yet", " ".join(result["notes"]))
