from odoo.tests import tagged
from odoo.tools import SQL

from .archive_case import ArchiveCase
from .test_migrations import migrate


@tagged("post_install", "-at_install")
class TestPurgeForged(ArchiveCase):
    """A tombstone excuses only what the sealed ledger says: whoever owns the database can write it.

    The database's own door is no help here: it opens to whatever a tombstone names.
    """

    def furnish(self):
        super().furnish()
        self.old = self.live("2019-03-10", self.device, "OLD-1")
        self.other = self.live("2019-03-10", self.device, "OLD-2")
        self.rule = self.retention()
        self.seal()
        self.known = self.faults()

    def faults(self, **question):
        """What a verification finds: set of ``(kind, event id)``."""
        found = self.env["trace.block"]._verify(**question)["faults"]
        return {(fault["kind"], fault["event_id"]) for fault in found}

    def entries(self, lot):
        """Ids of a lot's entries."""
        return self.events(("lot_id", "=", lot.id)).ids

    def name(self, stone, event_ids):
        """Name entries in a tombstone and delete them, as the owner of the database can."""
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO trace_tombstone_event (id, tombstone_id) SELECT unnest(%s), %s",
            [event_ids, stone.id],
        )
        self.env.cr.execute("DELETE FROM trace_event WHERE id = ANY(%s)", [event_ids])
        self.assertEqual(self.env.cr.rowcount, len(event_ids), "the door is open to it")
        self.env.invalidate_all()

    def past_the_trigger(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE trace_event DISABLE TRIGGER USER")
        self.env.cr.execute(SQL(query, *args))
        self.env.cr.execute("ALTER TABLE trace_event ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def test_a_tombstone_that_somebody_made(self):
        stone = self.env["trace.tombstone"].create(
            {"name": "forged", "company_id": self.env.company.id, "retention_id": self.rule.id}
        )
        gone = self.entries(self.old)
        self.name(stone, gone)
        expected = {("deleted", event_id) for event_id in [*gone, 0]}
        self.assertEqual(self.faults() - self.known, expected)
        self.assertIn(("deleted", gone[0]), self.faults(first=gone[0]), "one record, too")
        says = [fault["says"] for fault in self.env["trace.block"]._verify()["faults"]]
        self.assertTrue(any(f"Purge {stone.id} (forged)" in one for one in says), says)

    def test_an_entry_that_was_added_to_a_purge(self):
        self.env["trace.legal.hold"].create(
            {"name": "C", "reason": "C", "lot_ids": self.other.ids, "relatives": False}
        )
        stone = self.purge()
        self.seal()
        self.assertEqual(self.faults(), self.known)
        added = self.entries(self.other)[:1]
        self.name(stone, added)
        self.assertIn(("deleted", added[0]), self.faults())

    def test_the_ledger_was_made_to_fit(self):
        later = self.live("2026-03-10", self.device, "NEW-1")
        stone = self.purge()
        self.seal()
        told = self.events(("document_model", "=", stone._name)).sorted("id")[-1]
        (added, *_others) = self.entries(later)
        self.name(stone, [added])
        self.past_the_trigger(
            "UPDATE trace_event SET reason = %s WHERE id = %s", stone._digest_now(), told.id
        )
        self.assertIn(("changed", told.id), self.faults())
        self.assertIn(("deleted", added), self.faults(first=added), "one record, too")

    def test_what_the_ledger_tells_excuses(self):
        """While it goes on, after some were spared, stopped, and at its end."""
        lots = [self.live("2019-04-10", self.device, f"LONG-{index}") for index in range(3)]
        self.seal()
        stone = self.order()
        stone.sudo()._purge_batch(3)
        self.assertEqual(self.faults(), self.known, "it goes on")
        self.env["trace.legal.hold"].create(
            {"name": "C", "reason": "C", "lot_ids": lots[1].ids, "relatives": False}
        )
        while stone.sudo()._purge_batch(2) > 2 and not stone.spared:
            pass
        self.assertEqual(self.faults(), self.known, "some were spared")
        stone.action_stop()
        self.seal()
        self.assertEqual(self.faults(), self.known, "stopped")
        again = self.purge()
        self.seal()
        self.assertEqual(self.faults(), self.known, "and the rest at another time")
        self.assertFalse(again and self.entries(lots[2]))

    def test_purges_of_earlier_versions_are_told_at_the_upgrade(self):
        """They told what was ordered, not what was left of it after some were spared."""
        stone = self.purge()
        told = self.events(("document_model", "=", stone._name))
        self.past_the_trigger(
            "UPDATE trace_event SET reason = 'Purged' WHERE id = ANY(%s)", told.ids
        )
        stone.spared = 1
        self.assertIn(("deleted", 0), self.faults())
        migrate(self.cr, "19.0.1.6.0", "post-purges.py")
        self.env.invalidate_all()
        self.seal()
        self.assertEqual(self.faults(), self.known)
