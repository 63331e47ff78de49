from odoo import models

#: Records that can be asked about, beside those of optional apps that may not be there.
ASKABLE = {
    "stock.lot",
    "stock.picking",
    "stock.package",
    "stock.location",
    "product.product",
    "product.template",
    "res.partner",
    "purchase.order",
    "sale.order",
    "pos.order",
    "trace.asn",
    "mrp.production",
    "mrp.unbuild",
    "repair.order",
}
#: Records on which Odoo has a button "Traceability".
REPORTED = {"stock.lot", "stock.picking", "mrp.production"}


class IrActionsActions(models.Model):
    """ "Ask" stands in the Actions of everything that can be asked about.

    The actions are bound to ``trace.ask`` once, and shown on all of these models: those of
    apps that are not installed, or installed later, need no data of their own.
    """

    _inherit = "ir.actions.actions"

    def _get_bindings(self, model_name):
        found = super()._get_bindings(model_name)
        if model_name not in ASKABLE:
            return found
        ours = super()._get_bindings("trace.ask").get("action", ())
        plain = self.env["ir.model.data"]._xmlid_to_res_id(
            "lot_serial_trace.action_plain_report", raise_if_not_found=False
        )
        ours = tuple(one for one in ours if one["id"] != plain or model_name in REPORTED)
        return {**found, "action": (*found.get("action", ()), *ours)}


class IrActionsClient(models.Model):
    """Odoo's buttons "Traceability" lead to the explorer, for those who have this app.

    Odoo's own report stays where it is for everybody else, and in the Actions of the same
    records for those who have it.
    """

    _inherit = "ir.actions.client"

    def _get_action_dict(self):
        return self._trace_instead() or super()._get_action_dict()

    def _trace_instead(self):
        """The explorer, where Odoo's report was asked for and there is something to explore."""
        core = self.env["ir.model.data"]._xmlid_to_res_id(
            "stock.action_stock_report", raise_if_not_found=False
        )
        selected = self._trace_selected()
        if self.id != core or not selected or not self._trace_may_explore():
            return None
        lots = self.env["trace.question"]._lots_of(*selected)
        return self.env["trace.explorer"]._action({"lots": lots}) if lots else None

    def _trace_may_explore(self):
        return self.env["trace.event"].has_access("read")

    def _trace_selected(self):
        """What the button stands on: ``(model, ids)``, or nothing."""
        context = self.env.context
        model, ids = context.get("active_model"), context.get("active_ids")
        ids = ids or [context["active_id"]] if context.get("active_id") else ids
        return (model, ids) if model in ASKABLE and model in self.env and ids else None

    def _trace_plain_report(self):
        """Odoo's own report about what is selected."""
        model, ids = self._trace_selected() or ("stock.lot", [0])
        return {
            "type": "ir.actions.client",
            "tag": "stock_report_generic",
            "name": self.env._("Traceability Report"),
            "context": {
                "active_id": ids[0],
                "active_ids": ids[:1],
                "active_model": model,
                "model": "stock.traceability.report",
                "url": "/stock/output_format/stock?active_id=:active_id&active_model=:active_model",
            },
        }
