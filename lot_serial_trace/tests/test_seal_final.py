from functools import partial
from threading import Event, Thread
from unittest.mock import patch

from odoo.service import model as service
from odoo.tests import tagged

from ..models import trace_block_final
from ..models.trace_block_final import WAITING
from .test_at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestSealFinal(AtOnceCase):
    """Sealing while others write, on connections of their own that commit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.clean)
        cls.request(cls.prepare)
        cls.forget_blocks()
        cls.addClassCleanup(cls.forget_blocks)

    @classmethod
    def forget_blocks(cls):
        """Take away all blocks: the events of this class go, too."""
        with cls.connection.cursor() as cr:
            cr.execute("ALTER TABLE trace_block DISABLE TRIGGER USER")
            cr.execute("DELETE FROM trace_block")
            cr.execute("ALTER TABLE trace_block ENABLE TRIGGER USER")
            cr.execute("DELETE FROM trace_exception WHERE kind IN ('seal_broken', 'seal_waiting')")
            cr.execute("DELETE FROM trace_seal_check")

    def seal(self):
        """Seal as the cron does; returns the last id that is sealed."""
        self.request(lambda env: env["trace.block"]._cron_seal())
        return self.request(lambda env: env["trace.block"]._newest_id())

    def verify(self):
        """What a verification of everything finds."""
        return self.request(lambda env: env["trace.block"]._verify()["faults"])

    def note(self, env, name, begun=None, end=None):
        """Write an event; wait before the end of the transaction."""
        env["trace.event"]._insert_notes(
            "hold", [(None, self.product_ids["lot"], name, None, None, None)], env.company
        )
        if begun:
            begun.set()
            end.wait(30)

    def ids(self, reason):
        with self.connection.cursor() as cr:
            cr.execute("SELECT id FROM trace_event WHERE reason = %s", [reason])
            return [event_id for (event_id,) in cr.fetchall()]

    def test_low_id_that_is_committed_late(self):
        """It is never behind a sealed one: sealing waits for it, and others do not wait."""
        begun, end = Event(), Event()
        slow = Thread(
            target=self.request, args=(partial(self.note, name="SLOW", begun=begun, end=end),)
        )
        slow.start()
        self.assertTrue(begun.wait(30))
        self.request(partial(self.note, name="QUICK"))
        with patch.object(trace_block_final, "PATIENCE", 0.3):
            before = self.seal()
        [quick] = self.ids("QUICK")
        self.assertLess(before, quick, "nothing was sealed past the transaction under way")
        kept = self.request(lambda env: env["ir.config_parameter"].get_param(WAITING))
        self.assertTrue(kept)
        end.set()
        slow.join(30)
        [late] = self.ids("SLOW")
        self.assertLess(late, quick)
        self.assertGreaterEqual(self.seal(), quick)
        self.assertFalse(self.request(lambda env: env["ir.config_parameter"].get_param(WAITING)))
        self.assertEqual(self.verify(), [])
        sealed = self.request(lambda env: env["trace.block"]._blocks_of([late, quick]))
        self.assertEqual(set(sealed), {late, quick})

    def test_rolled_back_ids_are_a_gap_that_holds(self):
        with self.connection.cursor() as cr:
            cr.execute("SELECT nextval('trace_event_id_seq') FROM generate_series(1, 5)")
            cr.rollback()
        self.request(partial(self.note, name="AFTER"))
        [after] = self.ids("AFTER")
        self.assertEqual(self.seal(), after)
        self.assertEqual(self.verify(), [])

    def test_waits_only_for_who_was_there(self):
        """A transaction that began later does not keep sealing from ending."""
        begun, end = Event(), Event()
        self.request(partial(self.note, name="FIRST"))
        [first] = self.ids("FIRST")
        later = Thread(
            target=self.request, args=(partial(self.note, name="LATER", begun=begun, end=end),)
        )
        blocks = type(self.request(lambda env: env["trace.block"]))
        original = blocks._writing
        seen = []

        def writing(self_):
            found = original(self_)
            if not seen:
                seen.append(found)
                later.start()
                begun.wait(30)
            return found

        try:
            with patch.object(blocks, "_writing", writing):
                self.assertEqual(self.seal(), first)
        finally:
            end.set()
            later.join(30)
        self.assertGreater(self.seal(), first)

    def test_one_seals_at_a_time(self):
        self.request(partial(self.note, name="ONCE"))
        until = self.ids("ONCE")[0]
        with self.connection.cursor() as cr:
            cr.execute("SELECT pg_advisory_xact_lock(%s)", [0x5EA1_B10C])
            sealed = self.request(lambda env: env["trace.block"]._seal_next(until))
            self.assertEqual(sealed, 0)
        self.assertEqual(self.seal(), until)

    def test_four_writers_are_never_sent_back(self):
        """They write while blocks are sealed, and no transaction has to run again."""
        replays, stop = [], Event()

        def work(number):
            for index in range(12):
                self.request(partial(self.note, name=f"W{number}-{index}"))

        def seal_on():
            while not stop.is_set():
                self.seal()

        threads = [Thread(target=work, args=(number,)) for number in range(4)]
        sealer = Thread(target=seal_on)
        with patch.object(
            service.time,
            "sleep",
            lambda seconds: replays.append(seconds) if seconds > 0.3 else None,
        ):
            sealer.start()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
            stop.set()
            sealer.join(60)
        self.assertEqual(replays, [])
        with self.connection.cursor() as cr:
            cr.execute("SELECT count(*), max(id) FROM trace_event WHERE reason ~ '^W[0-3]-[0-9]+$'")
            count, last = cr.fetchone()
        self.assertEqual(count, 48)
        self.assertEqual(self.seal(), last)
        self.assertEqual(self.verify(), [])
