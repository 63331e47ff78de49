"""A small works that makes cough syrup: honey and thyme to bulk to bottles to customers.

Played once when the add-on is installed with demo data and manufacturing is there, so that the
trace explorer has something to show: two suppliers, a lot used by two orders, one order taken
apart again, a return.
"""

from odoo import Command

from .story import Story

#: What is made of what: lot, product, quantity, and the lots that go into it.
ORDERS = (
    ("SY-BULK-1", "bulk", 60, (("HON-2601", 40), ("THY-88", 5))),
    ("SY-BULK-2", "bulk", 60, (("HON-2601", 10), ("HON-2602", 30), ("THY-88", 5))),
    ("CS-1001", "bottle", 100, (("SY-BULK-1", 20),)),
    ("CS-1002", "bottle", 150, (("SY-BULK-1", 30), ("SY-BULK-2", 5))),
    ("CS-1003", "bottle", 200, (("SY-BULK-2", 40),)),
    ("CS-1004", "bottle", 50, (("SY-BULK-2", 10),)),
)
RECEIVED = (
    ("HON-2601", "honey", 50, "Imkerei Sonnenhang"),
    ("HON-2602", "honey", 80, "Imkerei Sonnenhang"),
    ("THY-88", "thyme", 12, "Herba Provence SARL"),
)
DELIVERED = (
    ("CS-1001", 60, "Market Street Pharmacy"),
    ("CS-1001", 30, "Lakeside Drugstore"),
    ("CS-1002", 90, "Lakeside Drugstore"),
    ("CS-1003", 120, "Market Street Pharmacy"),
    ("CS-1003", 40, "Harbour Clinic"),
)
PRODUCTS = {
    "honey": ("Honey", "kg", 11.0),
    "thyme": ("Thyme extract", "kg", 48.0),
    "bulk": ("Cough syrup, bulk", "kg", 0.0),
    "bottle": ("Cough syrup 200 ml", "unit", 7.9),
}


def main(env):
    """Play it; without manufacturing there is nothing to play."""
    if "mrp.production" in env:
        Works(env).play()


class Works(Story):
    """Receipts, orders and deliveries, each through its own button."""

    def __init__(self, env):
        super().__init__(env, lambda *_words: None)
        self.warehouse = self._ref("warehouse_dc")
        self.stock = self.warehouse.lot_stock_id
        self.lots = {}
        self.partners = {}

    def play(self):
        """From the bees to the clinic."""
        self.products = {key: self._product(*values) for key, values in PRODUCTS.items()}
        for name, key, quantity, supplier in RECEIVED:
            self._transfer("in", self._lot(name, key), quantity, supplier)
        made = {name: self._make(name, *order) for name, *order in ORDERS}
        for name, quantity, customer in DELIVERED:
            self._transfer("out", self.lots[name], quantity, customer)
        self._transfer("back", self.lots["CS-1001"], 6, "Lakeside Drugstore")
        self._take_apart(made["CS-1004"])

    def _product(self, name, uom, price):
        unit = "uom.product_uom_kgm" if uom == "kg" else "uom.product_uom_unit"
        return self.env["product.product"].create(
            {
                "name": name,
                "categ_id": self._ref("category").id,
                "is_storable": True,
                "tracking": "lot",
                "uom_id": self.env.ref(unit).id,
                "list_price": price,
            }
        )

    def _lot(self, name, key):
        self.lots[name] = self.env["stock.lot"].create(
            {"name": name, "product_id": self.products[key].id}
        )
        return self.lots[name]

    def _partner(self, name):
        """The one of that name, whom other parts of the story may know, too."""
        partners = self.env["res.partner"]
        self.partners[name] = (
            self.partners.get(name)
            or partners.search([("name", "=", name)], limit=1)
            or partners.create({"name": name, "is_company": True})
        )
        return self.partners[name]

    def _transfer(self, way, lot, quantity, partner):
        """Receive, deliver, or take back."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        customer = self.env.ref("stock.stock_location_customers")
        source, dest = {
            "in": (supplier, self.stock),
            "out": (self.stock, customer),
            "back": (customer, self.stock),
        }[way]
        kind = self.warehouse.out_type_id if way == "out" else self.warehouse.in_type_id
        places = {"location_id": source.id, "location_dest_id": dest.id}
        goods = {"product_id": lot.product_id.id, "product_uom_id": lot.product_id.uom_id.id}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": self._partner(partner).id,
                "origin": "Cough syrup",
                **places,
                "move_line_ids": [
                    Command.create({**goods, **places, "lot_id": lot.id, "quantity": quantity})
                ],
            }
        )
        picking.action_confirm()
        picking.move_line_ids.picked = True
        self._validate(picking)

    def _make(self, name, key, quantity, parts):
        """A manufacturing order, done."""
        product = self.products[key]
        needed = {}
        for lot_name, used in parts:
            goods = self.lots[lot_name].product_id
            needed[goods] = needed.get(goods, 0) + used
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": goods.id,
                            "product_uom_qty": used,
                            "product_uom": goods.uom_id.id,
                        }
                    )
                    for goods, used in needed.items()
                ],
            }
        )
        order.action_confirm()
        order.lot_producing_ids = self._lot(name, key)
        order.qty_producing = quantity
        for move in order.move_raw_ids:
            move.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                [
                    {
                        "move_id": move.id,
                        "product_id": move.product_id.id,
                        "lot_id": self.lots[lot_name].id,
                        "quantity": used,
                        "location_id": self.stock.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                    for lot_name, used in parts
                    if self.lots[lot_name].product_id == move.product_id
                ]
            )
            move.picked = True
        order.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()
        if order.state != "done":
            raise AssertionError(f"{order.name} should be done and is {order.state}")
        return order

    def _take_apart(self, order):
        """What was filled in the wrong bottles goes back to the tank."""
        unbuild = self.env["mrp.unbuild"].create(
            {
                "mo_id": order.id,
                "product_id": order.product_id.id,
                "lot_id": order.lot_producing_ids.id,
                "product_qty": order.product_qty,
                "product_uom_id": order.product_uom_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
            }
        )
        unbuild.action_unbuild()
