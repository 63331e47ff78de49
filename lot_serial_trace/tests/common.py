from copy import copy

from odoo.tests import TransactionCase


class TraceCase(TransactionCase):
    """A warehouse, a serial-tracked and a lot-tracked product, and words for what people do.

    What all tests of a class find is made in ``furnish``: once, by the words of the first test,
    and before the savepoint to which each test returns.
    """

    _found = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        # What the demo has decided about goods is not what is tested.
        for model in ("trace.expiry.rule", "trace.putaway.rule", "trace.recall.rule"):
            cls.env[model].search([]).active = False
        saying = ["|", ("trace_class_ids", "!=", False), ("trace_mixing", "!=", False)]
        cls.env["stock.location"].search(saying).write(
            {"trace_class_ids": [(5,)], "trace_mixing": False}
        )
        cls.warehouse = cls._own_warehouse()
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": cls.stock.id}
        )
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.supplier = cls.env["res.partner"].create({"name": "Supplier"})
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.device = cls._product("Device", "serial", barcode="09501101530003")
        cls.milk = cls._product("Milk", "lot", use_expiration_date=True, expiration_time=30)
        cls._found = None

    @classmethod
    def _own_warehouse(cls):
        """The warehouse of these tests: a whole run has made it beforehand."""
        warehouses = cls.env["stock.warehouse"]
        values = {"name": "Trace Test", "code": "TRT", "company_id": cls.env.company.id}
        found = warehouses.search([(name, "=", value) for name, value in values.items()])
        return found or warehouses.create(values)

    def setUp(self):
        self._furnish_once()
        super().setUp()

    def furnish(self):
        """Make what all tests of the class find; what is put on ``self`` each of them has.

        Only what a roll-back undoes: no patches, no files.
        """

    def _furnish_once(self):
        cls = type(self)
        if cls._found is None:
            before = {*vars(self)}
            cleanups = len(self._cleanups)
            self.furnish()
            self.cr.flush()
            self.assertEqual(len(self._cleanups), cleanups, "the next test would go without")
            cls._found = {name: self.__dict__[name] for name in {*vars(self)} - before}
        for name, value in cls._found.items():
            # What can be added to is each test's own.
            setattr(self, name, copy(value) if isinstance(value, list | dict | set) else value)

    @classmethod
    def _product(cls, name, tracking, **values):
        return cls.env["product.product"].create(
            {"name": name, "is_storable": True, "tracking": tracking, **values}
        )

    def picking(self, kind, units, source=None, dest=None, partner=None):
        """An assigned transfer with one line per unit.

        :param kind: ``in``, ``out`` or ``int``
        :param units: list of ``(product, number, quantity)``; numbers that exist are linked
        """
        picking_type = self.warehouse[f"{kind}_type_id"]
        places = {
            "in": (self.suppliers, self.stock),
            "out": (self.stock, self.customers),
            "int": (self.stock, self.shelf),
        }[kind]
        source, dest = source or places[0], dest or places[1]
        partner = partner or {"in": self.supplier, "out": self.customer}.get(kind)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "partner_id": partner.id if partner else False,
                "origin": "TEST",
            }
        )
        numbers = {(product, number) for product, number, _quantity in units}
        lots = {
            (lot.product_id, lot.name): lot
            for lot in self.env["stock.lot"].search(
                [("product_id", "in", [product.id for product, _n in numbers])]
            )
        }
        for product in {product for product, _n, _q in units}:
            mine = [unit for unit in units if unit[0] == product]
            move = self.env["stock.move"].create(
                {
                    "product_id": product.id,
                    "product_uom_qty": sum(quantity for _p, _n, quantity in mine),
                    "picking_id": picking.id,
                    "location_id": source.id,
                    "location_dest_id": dest.id,
                }
            )
            move._action_confirm(merge=False)
            move.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                [
                    {
                        "move_id": move.id,
                        "picking_id": picking.id,
                        "product_id": product.id,
                        "quantity": quantity,
                        "picked": True,
                        "location_id": source.id,
                        "location_dest_id": dest.id,
                        **(
                            {"lot_id": lots[product, number].id}
                            if (product, number) in lots
                            else {"lot_name": number}
                        ),
                    }
                    for _p, number, quantity in mine
                ]
            )
        return picking

    def validate(self, picking):
        """Press Validate; returns what the button returns."""
        return picking.button_validate()

    def receive(self, *units, **kwargs):
        """Receive units and return the done picking."""
        picking = self.picking("in", list(units), **kwargs)
        self.assertIs(self.validate(picking), True)
        return picking

    def lot(self, product, name):
        """The lot or serial number record of a product."""
        return self.env["stock.lot"].search([("product_id", "=", product.id), ("name", "=", name)])

    def events(self, *domain):
        """Events in the order in which they were written."""
        self.env.flush_all()
        return self.env["trace.event"].search(list(domain), order="id")

    def policy(self, code, severity, **values):
        """Set a policy."""
        return self.env["trace.policy"].create({"code": code, "severity": severity, **values})
