from functools import partial
from unittest.mock import patch

from odoo.tests import tagged

from ..models import trace_event_history
from ..models.trace_event_history import BACKFILL_LAST, BACKFILL_NEXT
from .test_at_once import AtOnceCase

NAMES = [f"OLD-{index}" for index in range(9)]


@tagged("post_install", "-at_install")
class TestHistoryAtOnce(AtOnceCase):
    """A long history is read over several connections, and may be stopped at any moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.clean)
        cls.request(cls.prepare)
        kept = cls.request(lambda env: cls.bookmark(env))
        cls.addClassCleanup(cls.request, lambda env: cls.bookmark(env, *kept))

    @classmethod
    def bookmark(cls, env, *values):
        """Where reading is, and how far it goes; with values these are set."""
        parameters = env["ir.config_parameter"]
        names = (BACKFILL_NEXT, BACKFILL_LAST)
        found = [parameters.get_param(name) for name in names]
        for name, value in zip(names, values, strict=False):
            parameters.set_param(name, value)
        return found

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean_goods)
        self.request(partial(self.receipt, tracking="lot", names=NAMES))
        with self.connection.cursor() as cr:
            cr.execute("ALTER TABLE trace_event DISABLE TRIGGER trace_event_append_only")
            cr.execute("DELETE FROM trace_event WHERE product_id = %s", [self.product_ids["lot"]])
            cr.execute("ALTER TABLE trace_event ENABLE TRIGGER trace_event_append_only")
            cr.execute(
                "SELECT min(id), max(id) FROM stock_move_line WHERE product_id = %s",
                [self.product_ids["lot"]],
            )
            self.range = cr.fetchone()
        self.request(lambda env: self.bookmark(env, *self.range))

    def read_all(self):
        """Read in batches of two, over two connections beside the one of the job."""

        def work(env):
            while env["trace.event"]._backfill_more():
                env.cr.commit()

        with patch.object(trace_event_history, "BACKFILL_BATCH", 2):
            self.request(work)

    def told(self):
        """Number of movements that the ledger has."""
        return self.count("trace_event", "product_id = %s", self.product_ids["lot"])

    def test_all_is_read_once(self):
        self.read_all()
        self.assertEqual(self.told(), len(NAMES))
        self.request(lambda env: self.bookmark(env, *self.range))
        self.read_all()
        self.assertEqual(self.told(), len(NAMES), "again changes nothing")

    def test_stopped_half_way(self):
        """What the other connections have written stays; the rest is read when it goes on."""

        def stop(*_args):
            raise KeyboardInterrupt

        edges = self.registry["trace.edge"]
        with patch.object(edges, "_rebuild_range", stop), self.assertRaises(KeyboardInterrupt):
            self.read_all()
        self.assertEqual(self.told(), 4, "one batch of each connection")
        looked_at = self.request(lambda env: self.bookmark(env))[0]
        self.assertEqual(int(looked_at), self.range[0], "it goes on from there")
        self.read_all()
        self.assertEqual(self.told(), len(NAMES))
