import base64

from .common import TraceCase

#: Says who saw goods destroyed, and how.
SEEN = {"witness": "Ada Miller", "method": "burnt"}


class DisposalCase(TraceCase):
    """Words for running recalls and what becomes of their goods.

    Nothing is sent to quarantine and one witness is wanted, unless a test says otherwise.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.company = cls.env.company
        cls.company.write(
            {
                "trace_recall_two": False,
                "trace_recall_witnesses": 1,
                "trace_recall_proof": False,
                "trace_recall_tolerance_percent": 0,
                "trace_recall_tolerance_quantity": 0,
            }
        )
        cls.deeds = cls.env["trace.recall.disposition"]
        cls.scrap_place = cls.env["stock.location"].create(
            {"name": "Furnace", "usage": "inventory", "company_id": cls.company.id}
        )

    def recall(self, *lots, **values):
        """A case about lots that is running."""
        recall = self.env["trace.recall"].create(
            {
                "title": "Glass",
                "reason": "Glass in the jar",
                "lot_ids": [(6, 0, [lot.id for lot in lots])],
                **values,
            }
        )
        recall._confirm()
        self.assertEqual((recall.state, recall.phase), ("running", "done"))
        return recall

    def scope(self, recall, lot):
        """The row of a lot in the case."""
        return recall.scope_ids.filtered(lambda one: one.lot_id == lot)

    def enter(self, recall, kind, wanted, **said):
        """Enter what becomes of lots.

        :param wanted: dict lot -> quantity, or lots of which all goes
        """
        if not isinstance(wanted, dict):
            wanted = dict.fromkeys(wanted)
        asked = {self.scope(recall, lot): quantity for lot, quantity in wanted.items()}
        return self.deeds._enter(recall, kind, asked, **said)

    def destroy(self, recall, wanted, **said):
        """Destroy goods before a witness."""
        rows = self.enter(recall, "destroy", wanted, **{**SEEN, **said})
        rows._finish()
        return rows

    def balance(self, recall, lot):
        """The balance of a lot, counted now."""
        recall._look_at_balance()
        return recall.balance_ids.filtered(lambda row: row.lot_id == lot)

    def photo(self):
        """Something to attach."""
        return self.env["ir.attachment"].create(
            {"name": "photo.png", "datas": base64.b64encode(b"picture")}
        )

    def count(self, lot, quantity, place=None):
        """Count a lot in a place."""
        place = place or self.stock
        quant = self.env["stock.quant"]._gather(lot.product_id, place, lot, strict=True)
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    def on_hand(self, lot):
        """How much of a lot lies in the warehouse."""
        domain = [
            ("lot_id", "=", lot.id),
            ("location_id", "child_of", self.warehouse.view_location_id.id),
        ]
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))
