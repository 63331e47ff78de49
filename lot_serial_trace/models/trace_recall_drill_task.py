from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import drill


class TraceRecallDrillTask(models.Model):
    """What a person does in a drill: confirm an address, find units in a place.

    Both are drawn by the seed of the drill among all customers and places that the trace has
    reached. An address is right or wrong; units are found by scanning their number, or they are
    not there. What is not done when the drill ends counts as not right and not found.
    """

    _name = "trace.recall.drill.task"
    _description = "Task of a Drill"
    _order = "kind, id"

    recall_id = fields.Many2one(
        "trace.recall", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("address", "Confirm an address"), ("find", "Find units")], required=True, readonly=True
    )
    name = fields.Char("Customer or Place", required=True, readonly=True)
    detail = fields.Char("Address or Goods", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True, index="btree_not_null")
    location_id = fields.Many2one("stock.location", "Place", readonly=True)
    quantity = fields.Float("Expected", digits="Product Unit", readonly=True)
    found_qty = fields.Float("Found", digits="Product Unit", readonly=True)
    uom_name = fields.Char("Unit", readonly=True)
    state = fields.Selection(
        [("open", "To do"), ("good", "As it should be"), ("bad", "Not so")],
        required=True,
        readonly=True,
        default="open",
    )
    says = fields.Char("What Was Found", readonly=True)
    scanned = fields.Char(readonly=True, help="The code as it was scanned")
    done_at = fields.Datetime("Done", readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)

    # -- making ---------------------------------------------------------------

    @api.model
    def _make(self, recall):
        """Draw what people have to do: a constant number of queries."""
        seed = (recall.drill_draw or {}).get("seed") or recall.id
        addresses = drill.sample(seed, self._addresses(recall), recall.drill_addresses)
        places = drill.sample(seed, self._places(recall), recall.drill_units)
        self.sudo().create(
            [
                *({"recall_id": recall.id, "kind": "address", **one} for one in addresses),
                *({"recall_id": recall.id, "kind": "find", **one} for one in places),
            ]
        )
        recall._note(
            "drill_tasks",
            self.env._(
                "Drawn for people to do: %(addresses)s addresses, %(places)s places.",
                addresses=len(addresses),
                places=len(places),
            ),
            seed=str(seed),
        )

    @api.model
    def _addresses(self, recall):
        """Customers who can be reached, in an order that is the same each time."""
        consignees = (
            self.env["trace.recall.consignee"]
            .sudo()
            .search_fetch(
                [
                    ("recall_id", "=", recall.id),
                    ("kind", "in", ("customer", "till")),
                    ("parent_id", "=", False),
                    ("is_beyond", "=", False),
                    "|",
                    ("email", "!=", False),
                    ("phone", "!=", False),
                ],
                ["name", "email", "phone", "address"],
                order="id",
            )
        )
        return [
            {
                "name": one.name,
                "detail": ", ".join(filter(None, (one.email, one.phone, one.address))),
            }
            for one in consignees
        ]

    @api.model
    def _places(self, recall):
        """Where units of the scope lie, in an order that is the same each time."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT lot_id, lot_name, product_name, place_id, dest_name, package_name,
                    sum(quantity)::float AS quantity, uom
                FROM trace_run_line
                WHERE run_id = %s AND role = 'stock' AND quantity > 0 AND lot_id IN (
                    SELECT id FROM stock_lot) AND place_id IN (SELECT id FROM stock_location)
                GROUP BY 1, 2, 3, 4, 5, 6, 8 ORDER BY 4, 1, 6
                """,
                recall.run_id.id,
            )
        )
        return [
            {
                "name": " › ".join(filter(None, (row["dest_name"], row["package_name"]))),
                "detail": f"{row['lot_name']} ({row['product_name']})",
                "lot_id": row["lot_id"],
                "location_id": row["place_id"],
                "quantity": row["quantity"],
                "uom_name": row["uom"],
            }
            for row in rows
        ]

    # -- doing ----------------------------------------------------------------

    def _end(self, state, says, found=0.0, scanned=None):
        """Somebody has done it."""
        for recall in self.recall_id:
            recall._drill_must_run()
        if any(task.state != "open" for task in self):
            raise UserError(self.env._("Somebody has done this already."))
        self.sudo().write(
            {
                "state": state,
                "says": says,
                "found_qty": found,
                "scanned": scanned,
                "done_at": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )
        for recall in self.recall_id:
            recall._drill_done(self.filtered(lambda task, mine=recall: task.recall_id == mine))

    def action_right(self):
        """The address is right."""
        self.filtered(lambda task: task.kind == "address")._end("good", self.env._("right"))

    def action_wrong(self):
        """The address is wrong."""
        self.filtered(lambda task: task.kind == "address")._end("bad", self.env._("wrong"))

    def action_missing(self):
        """The units are not there."""
        self.filtered(lambda task: task.kind == "find")._end("bad", self.env._("not there"))
