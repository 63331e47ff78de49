from freezegun import freeze_time

from odoo.tools import SQL, mute_logger

from .common import TraceCase


class ArchiveCase(TraceCase):
    """Words for a ledger that grows old: goods of long ago, seals, classes, purges."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.retention"].search([]).active = False
        cls.env["trace.legal.hold"].search([("state", "=", "active")]).write({"state": "released"})
        cls.env.flush_all()
        cls.category = cls.env["product.category"].create({"name": "Archive Test"})
        (cls.device | cls.milk).categ_id = cls.category

    def retention(self, **values):
        """A class of two years for the goods of these tests, without copies."""
        return self.env["trace.retention"].create(
            {
                "name": "Test",
                "categ_id": self.category.id,
                "years": 2,
                "copy_required": False,
                **values,
            }
        )

    def live(self, when, product, number, *, sold=True, quantity=1):
        """Goods that came and, the day after, were delivered; returns the lot."""
        with freeze_time(when):
            self.receive((product, number, quantity))
        if sold:
            with freeze_time(f"{when[:8]}{int(when[8:]) + 1:02}"):
                self.assertIs(
                    self.validate(self.picking("out", [(product, number, quantity)])), True
                )
        return self.lot(product, number)

    def seal(self):
        """Seal all there is."""
        self.env.flush_all()
        blocks = self.env["trace.block"]
        last = self.env.execute_query(SQL("SELECT max(id) FROM trace_event"))[0][0]
        while blocks._seal_next(last):
            pass

    def look(self):
        """The screen that shows what would go."""
        action = self.env["trace.purge.wizard"]._look(self.env.company)
        return self.env["trace.purge.wizard"].browse(action["res_id"])

    def order(self, wizard=None, word="PURGE"):
        """Say that what is shown may go; returns the tombstones."""
        wizard = wizard or self.look()
        wizard.word = word
        before = self.env["trace.tombstone"].search([])
        wizard.action_order()
        return self.env["trace.tombstone"].search([]) - before

    def purge(self, wizard=None, size=20_000):
        """Order and carry out; returns the tombstones."""
        stones = self.order(wizard)
        for stone in stones:
            while stone.sudo()._purge_batch(size):
                pass
        return stones

    def left(self, lot):
        """Entries of a lot that are still in the ledger."""
        return len(self.events(("lot_id", "=", lot.id)))

    def refused_by_the_database(self, statement, *params):
        """Run SQL that the database must refuse; returns what it says."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(statement, params)
        except Exception as error:
            return str(error)
        return self.fail(f"not refused: {statement}")
