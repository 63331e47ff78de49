from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceCount(models.Model):
    """A count of one place by one person."""

    _name = "trace.count"
    _description = "Count"
    _order = "id desc"
    _rec_name = "location_id"

    location_id = fields.Many2one("stock.location", "Place", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    blind = fields.Boolean(readonly=True, default=True)
    state = fields.Selection(
        [("open", "Counting"), ("submitted", "Submitted"), ("done", "Done")],
        default="open",
        required=True,
        readonly=True,
    )

    @api.model
    def trace_start(
        self, location_id: int | None = None, code: str | None = None, blind: bool = True
    ) -> dict:
        """Begin to count a place, or go on with the count of it that one has begun.

        :param location_id: the place
        :param code: or its barcode, as scanned
        :param blind: whether what should be there is hidden from who counts
        :return: ``{"id", "location": {"id", "name"}, "blind": bool, "state", "rows":
            [{"product_id", "name", "number", "counted", "theory": float | None, "uom"}],
            "row_count": int, "scans": [the last 20]}``
        """
        domain = [("id", "=", location_id)] if location_id else [("barcode", "=", code)]
        location = self.env["stock.location"].search(domain, limit=1)
        if not location:
            raise UserError(self.env._("%s is no place here.", code or location_id))
        count = self.sudo().create({"location_id": location.id, "blind": blind})
        return {
            "id": count.id,
            "location": {"id": location.id, "name": location.display_name},
            "blind": count.blind,
            "state": count.state,
            "rows": [],
            "row_count": 0,
            "scans": [],
        }

    def trace_count_scan(
        self,
        code: str,
        method: str = "scanned",
        uuid: str | None = None,
        device: str | None = None,
        reason: str | None = None,
        scanned_at: str | None = None,
        product_id: int | None = None,
        quantity: float | None = None,
    ) -> dict:
        """Count one scanned or typed code; see ``stock.picking.trace_scan``."""
        raise UserError(self.env._("Counting is not possible yet."))

    def trace_count_undo(self, uuid: str) -> dict:
        """Take back one scan of the count."""
        raise UserError(self.env._("Counting is not possible yet."))

    def trace_count_finish(self, missing_is_zero: bool = False, apply: bool = True) -> dict:
        """End the count.

        :return: ``{"done": bool, "message": str, "differences": list}``
        """
        raise UserError(self.env._("Counting is not possible yet."))
