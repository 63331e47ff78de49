from odoo.tests import Form, tagged

from .moves_case import MovesCase

COUNTED = ("OBSERVE", "cycle_counting", "")
STORED = ("OBSERVE", "storing", "sellable_not_accessible")


@tagged("post_install", "-at_install")
class TestMovesLosses(MovesCase):
    """Scrapping ends a unit, counting only says how many there are, relocating moves it."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.device, "S1", 1))
        self.milk_lot, self.unit = self.lot(self.milk, "M1"), self.lot(self.device, "S1")

    def quant(self, product, lot, place=None):
        return self.env["stock.quant"]._gather(product, place or self.stock, lot, strict=True)

    def count(self, found):
        quant = self.quant(self.milk, self.milk_lot).with_context(inventory_mode=True)
        quant.inventory_quantity = found
        quant.action_apply_inventory()
        return self.last("M1")

    def test_scrap(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.unit.id,
                "location_id": self.stock.id,
                "scrap_qty": 1,
            }
        )
        scrap.action_validate()
        self.assertEqual(self.told_of("S1")[-1], ("DELETE", "destroying", "destroyed"))
        event = self.last("S1")
        self.assertEqual(
            (event.document, event.document_model, event.document_id),
            (scrap.name, "stock.scrap", scrap.id),
        )

    def test_count_up_down_and_right(self):
        for found, quantity, way in ((12, 2, "internal"), (9, 3, "inventory"), (9, 0, None)):
            with self.subTest(found=found):
                event = self.count(found)
                self.assertEqual(self.told_of("M1")[-1], COUNTED)
                self.assertEqual(event.quantity, quantity)
                if way:
                    self.assertEqual(event.dest_usage, way)

    def test_lost_by_a_count(self):
        self.count(0)
        self.assertEqual(self.told_of("M1")[-1], COUNTED, "lost, not destroyed")

    def test_relocated_by_the_wizard(self):
        wizard = self.env["stock.quant.relocate"].create(
            {
                "quant_ids": [(6, 0, self.quant(self.device, self.unit).ids)],
                "dest_location_id": self.shelf.id,
            }
        )
        wizard.action_relocate_quants()
        self.assertEqual(self.told_of("S1")[-1], STORED)
        self.assertEqual(self.last("S1").dest_id, self.shelf.id)

    def test_relocated_by_writing_the_place_on_the_lot(self):
        self.unit.location_id = self.shelf
        self.assertEqual(self.told_of("S1")[-1], STORED)
        self.assertEqual(self.last("S1").dest_id, self.shelf.id)

    def test_relocated_within_a_transfer_form(self):
        picking = self.picking("int", [(self.milk, "M1", 4)])
        with Form(picking) as form:
            form.note = "shelf"
        self.validate(picking)
        self.assertEqual(self.told_of("M1")[-1], STORED)
        self.assertEqual(self.last("M1").quantity, 4)
