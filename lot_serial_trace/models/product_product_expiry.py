from odoo import models


class ProductProduct(models.Model):
    """From a product to what of it expires."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def action_trace_expiring(self):
        """Open the expiring goods of the product."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_expiry_due"
        )
        return {**action, "domain": [("product_id", "in", self.ids)], "context": {}}


class ProductTemplate(models.Model):
    """From a product to what of its variants expires."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    def action_trace_expiring(self):
        """Open the expiring goods of all variants."""
        return self.product_variant_ids.action_trace_expiring()
