from .common import TraceCase


class MovesCase(TraceCase):
    """Words for reading the ledger as GS1 CBV 2.0 says it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False

    def told(self, *domain, kind="movement"):
        """What the ledger says, in the order of writing: ``(action, step, disposition)``."""
        return [
            (event.action or "", event.biz_step, event.disposition or "")
            for event in self.events(("kind", "=", kind), *domain)
        ]

    def told_of(self, name, kind="movement"):
        """The same of one number."""
        return self.told(("lot_name", "=", name), kind=kind)

    def last(self, name, kind="movement"):
        """The latest event of a number."""
        return self.events(("lot_name", "=", name), ("kind", "=", kind))[-1]

    def go(self, *pickings):
        """Take what is reserved on transfers and validate them, one after the other."""
        for picking in pickings:
            picking.action_assign()
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()
            self.assertEqual(picking.state, "done", picking.picking_type_id.name)

    def steps(self, warehouse=None, **values):
        """Set receipt and delivery steps of the warehouse."""
        (warehouse or self.warehouse).write(values)

    def request(self, product, quantity, dest, source=None, warehouse=None):
        """Have goods brought to a place by rules; returns the transfers, first to last."""
        warehouse = warehouse or self.warehouse
        reference = self.env["stock.reference"].create({"name": "NEED"})
        self.env["stock.rule"].run(
            [
                self.env["stock.rule"].Procurement(
                    product,
                    quantity,
                    product.uom_id,
                    dest,
                    "NEED",
                    "NEED",
                    warehouse.company_id,
                    {
                        "warehouse_id": warehouse,
                        "reference_ids": reference,
                        "partner_id": self.customer.id,
                    },
                )
            ]
        )
        return self.env["stock.picking"].search(
            [("reference_ids", "=", reference.id)], order="id desc"
        )
