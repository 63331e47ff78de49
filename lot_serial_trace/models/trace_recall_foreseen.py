from odoo import api, fields, models


class TraceRecallForeseen(models.Model):
    """The preview on the form, and the lists behind its rows."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    foreseen = fields.Json("What It Means", compute="_compute_foreseen")

    @api.depends("preview")
    @api.depends_context("lang")
    def _compute_foreseen(self):
        for recall in self:
            seen = recall.preview
            recall.foreseen = self.env["trace.recall.foresight"]._rows(seen) if seen else []

    # -- lists ----------------------------------------------------------------

    def action_show(self, key):
        """Open the list behind a row."""
        self.ensure_one()
        model, domain = self._behind(key)
        return {
            "type": "ir.actions.act_window",
            "name": self.env[model]._description,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False},
        }

    def _behind(self, key):
        """Model and domain of what a row tells of."""
        reached = self._reached_ids()
        inside = ("location_id.usage", "in", ("internal", "transit"))
        if key in ("stock", "stock_value"):
            return "stock.quant", [("lot_id", "in", reached), inside]
        if key == "delivered":
            return "trace.delivery", [("lot_id", "in", reached)]
        if key == "cases":
            ids = [one["id"] for one in (self.preview or {}).get("cases", [])]
            return "trace.recall", [("id", "in", ids)]
        if key == "orders":
            states = ("assigned", "partially_available")
            return "stock.move.line", [("lot_id", "in", reached), ("state", "in", states)]
        if key == "held":
            return "trace.hold", [("lot_id", "in", reached), ("state", "=", "active")]
        if key == "wide":
            return "stock.lot", [("id", "in", self._wide_ids())]
        return "stock.lot", [("id", "in", reached)]

    def _reached_ids(self):
        """Ids of the lots asked about and of those made of them: one query."""
        return self._walked(self.sudo().lot_ids.ids)

    def _wide_ids(self):
        return self._walked(self._sharing_any(self.sudo().lot_ids))
