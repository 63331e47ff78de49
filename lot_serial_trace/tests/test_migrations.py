from pathlib import Path

from odoo.modules.migration import load_script
from odoo.tests import tagged

from .common import TraceCase

FOLDER = Path(__file__).parents[1] / "migrations"


def migrate(cr, version, name):
    """Run a migration script as an upgrade does."""
    script = FOLDER / version / name
    load_script(str(script), f"trace_{script.stem}".replace("-", "_")).migrate(cr, "19.0.1.0.0")


@tagged("post_install", "-at_install")
class TestMigrations(TraceCase):
    """What earlier versions have left is understood by this one, and nothing of it is changed."""

    def test_scripts_are_found_by_odoo(self):
        for script in FOLDER.rglob("*.py"):
            with self.subTest(script.name):
                self.assertRegex(script.parent.name, r"^19\.0\.\d+\.\d+\.\d+$")
                self.assertRegex(script.name, r"^(pre|post|end)-")
                module = load_script(str(script), f"trace_{script.stem}".replace("-", "_"))
                self.assertTrue(callable(module.migrate))

    def old_hold(self, name="OLD"):
        """A hold as the version before quarantine transfers had left it."""
        self.receive((self.milk, name, 5))
        lot = self.lot(self.milk, name)
        hold = self.env["trace.hold"]._place(lot, "leaking")
        self.env.flush_all()
        self.cr.execute("UPDATE trace_hold SET goods = NULL WHERE id = %s", [hold.id])
        self.cr.execute("DELETE FROM trace_hold_effect WHERE hold_id = %s", [hold.id])
        self.env.invalidate_all()
        return hold

    def test_goods_of_old_holds_had_stayed(self):
        old = self.old_hold()
        self.receive((self.milk, "NEW", 5))
        new = self.env["trace.hold"]._place(self.lot(self.milk, "NEW"), "leaking", goods="move")
        self.env.flush_all()
        migrate(self.cr, "19.0.1.3.0", "post-holds.py")
        self.env.invalidate_all()
        self.assertEqual((old.goods, new.goods), ("stay", "move"))

    def test_old_holds_hold_and_can_be_released(self):
        hold = self.old_hold()
        delivery = self.picking("out", [(self.milk, "OLD", 1)])
        with self.assertRaisesRegex(Exception, "leaking"), self.cr.savepoint():
            delivery._action_done()
        hold._release("tested")
        self.assertEqual(hold.lot_id.trace_status, "free")
        delivery._action_done()
        self.assertEqual(delivery.state, "done")

    def test_old_answers_have_their_times_and_parts(self):
        self.receive((self.milk, "OLD", 5))
        lot = self.lot(self.milk, "OLD")
        run = self.env["trace.run"]._ask(lot)
        counts = run.counts
        self.env.flush_all()
        self.cr.execute(
            "UPDATE trace_run SET requested_at = NULL, cycle_seconds = NULL, counts = NULL, "
            "question = NULL, answered_by_id = NULL WHERE id = %s",
            [run.id],
        )
        migrate(self.cr, "19.0.1.4.0", "post-runs.py")
        self.env.invalidate_all()
        self.assertEqual((run.requested_at, run.answered_by_id), (run.asked_at, self.env.user))
        self.assertEqual((run.question, run.counts), ({"lots": lot.ids}, counts))
        self.assertEqual(run.cycle_seconds, run.seconds)
