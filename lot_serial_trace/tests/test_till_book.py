from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged

from ..models import trace_till_book
from .common_till import TillCase

EPOCH = datetime(1970, 1, 1)


@tagged("post_install", "-at_install")
class TestTillBook(TillCase):
    """A till hears what may be sold in its shop, whole or as far as it changed."""

    # -- everything -----------------------------------------------------------

    def test_what_is_in_the_shop(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        milk = self.lot(self.milk, "L1")
        milk.write({"expiration_date": "2030-01-02 03:04:05", "trace_made": "2029-01-01"})
        book = self.book()
        self.assertTrue(book["full"])
        self.assertEqual(self.quantities(book), {"SN1": 1, "L1": 5})
        row = {
            name: values[book["lots"]["id"].index(milk.id)] for name, values in book["lots"].items()
        }
        self.assertEqual(
            row,
            {
                "id": milk.id,
                "name": "L1",
                "product": self.milk.id,
                "quantity": 5,
                "expires": (datetime(2030, 1, 2, 3, 4, 5) - EPOCH).total_seconds(),
                "stop": None,
                "made": (datetime(2029, 1, 1) - EPOCH).days,
            },
        )
        told = book["products"][self.device.id]
        self.assertEqual(
            (told["name"], told["tracking"], told["codes"]),
            ("Device", "serial", ["09501101530003"]),
        )
        self.assertEqual(book["profiles"][told["profile"]]["on_hold"], "block")
        self.assertEqual(book["kinds"]["sold_already"]["title"], "Sold already")

    def test_pages_make_the_same_book(self):
        self.receive(*((self.device, f"SN{index}", 1) for index in range(7)))
        whole = self.book()
        with patch.object(trace_till_book, "PAGE", 3):
            first = self.till.with_user(self.cashier).trace_book()
            self.assertEqual((len(first["lots"]["id"]), first["full"]), (3, True))
            paged = self.book()
        self.assertEqual(paged["lots"], whole["lots"])
        self.assertEqual(paged["products"], whole["products"])

    def test_places_of_the_shop_quarantine_aside(self):
        self.warehouse.action_trace_make_quarantine()
        quarantine = self.env["stock.location"].create(
            {"name": "Q", "usage": "internal", "location_id": self.stock.id}
        )
        quarantine.trace_quarantine = True
        self.receive((self.milk, "L1", 5))
        self.receive((self.milk, "L1", 3), dest=self.shelf)
        self.receive((self.milk, "L1", 2), (self.device, "BAD", 1), dest=quarantine)
        self.assertEqual(self.quantities(self.book()), {"L1": 8})

    def test_what_is_not_sold_at_tills_is_left_out(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 5))
        self.milk.available_in_pos = False
        self.assertEqual(self.quantities(self.book()), {"SN1": 1})
        item = {"product_id": self.milk.id}
        self.env["product.combo"].create({"name": "Menu", "combo_item_ids": [(0, 0, item)]})
        self.assertEqual(self.quantities(self.book()), {"SN1": 1, "L1": 5})

    def test_goods_that_are_not_there_balance_those_that_are(self):
        self.receive((self.device, "SN1", 1), dest=self.shelf)
        self.env["stock.quant"]._update_available_quantity(
            self.device, self.stock, -1, lot_id=self.lot(self.device, "SN1")
        )
        self.assertEqual(self.quantities(self.book()), {})
