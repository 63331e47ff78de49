from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockWarehouse(models.Model):
    """A warehouse has one place to which its quarantined goods go."""

    _inherit = "stock.warehouse"

    trace_quarantine_id = fields.Many2one(
        "stock.location",
        "Quarantine",
        domain="[('usage', '=', 'internal'), ('id', 'child_of', view_location_id)]",
        check_company=True,
        copy=False,
        help="Where goods go that are on hold or that were not as advised. Nothing is reserved "
        "out of it. Empty: a place of the warehouse that is marked as quarantine, if there is one.",
    )

    @api.constrains("trace_quarantine_id")
    def _check_trace_quarantine(self):
        for warehouse in self.sudo().filtered("trace_quarantine_id"):
            place = warehouse.trace_quarantine_id
            if place == warehouse.lot_stock_id:
                message = self.env._("All stock cannot be quarantine: choose a place of its own.")
            elif place.usage != "internal" or not place._child_of(warehouse.view_location_id):
                message = self.env._(
                    "%(place)s cannot be the quarantine of %(warehouse)s: it must be an "
                    "internal place of that warehouse.",
                    place=place.display_name,
                    warehouse=warehouse.name,
                )
            else:
                continue
            raise ValidationError(message)

    @api.model_create_multi
    def create(self, vals_list):
        """The place is marked as quarantine, or held goods could not enter it."""
        warehouses = super().create(vals_list)
        warehouses.trace_quarantine_id.sudo().trace_quarantine = True
        return warehouses

    def write(self, vals):
        """The place is marked as quarantine, or held goods could not enter it."""
        result = super().write(vals)
        if vals.get("trace_quarantine_id"):
            self.trace_quarantine_id.sudo().trace_quarantine = True
        return result

    def action_trace_make_quarantine(self):
        """Give warehouses without quarantine a place for it, outside of their stock."""
        for warehouse in self.filtered(lambda warehouse: not warehouse.trace_quarantine_id):
            place = warehouse.view_location_id._trace_quarantine_for(warehouse.company_id)
            warehouse.trace_quarantine_id = place or place.create(
                {
                    "name": self.env._("Quarantine"),
                    "location_id": warehouse.view_location_id.id,
                    "usage": "internal",
                    "company_id": warehouse.company_id.id,
                    "trace_quarantine": True,
                }
            )

    def _trace_quarantine_place(self):
        """The place that the warehouse names; else the topmost that is marked as quarantine."""
        self.ensure_one()
        place = self.trace_quarantine_id
        if place.active and place.company_id in (place.company_id.browse(), self.company_id):
            return place
        marked = self.env["stock.location"].search(
            [
                ("trace_quarantine", "=", True),
                ("usage", "=", "internal"),
                ("company_id", "in", (False, self.company_id.id)),
                ("id", "child_of", self.view_location_id.id),
            ]
        )
        return marked.sorted(lambda place: (place.parent_path.count("/"), place.id))[:1]
