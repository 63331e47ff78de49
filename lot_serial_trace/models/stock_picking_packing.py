from odoo import api, fields, models

from ..core.gs1 import is_sscc


class StockPicking(models.Model):
    """Transfers: their packages and what they are marked with."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    trace_lacks_sscc = fields.Boolean(
        compute="_compute_trace_lacks_sscc", help="Its own packages could get an SSCC."
    )

    @api.depends("move_line_ids.result_package_id.name", "picking_type_code")
    @api.depends_context("company")
    def _compute_trace_lacks_sscc(self):
        """What comes from a supplier bears the supplier's numbers."""
        numbering = {
            warehouse.company_id
            for warehouse in self.env["stock.warehouse"].sudo().search([])
            if warehouse.trace_gs1_prefix or warehouse.company_id.trace_gs1_prefix
        }
        for picking in self:
            picking.trace_lacks_sscc = (
                picking.company_id in numbering
                and picking.picking_type_code != "incoming"
                and any(not is_sscc(package.name) for package in picking._trace_packed())
            )

    def _trace_packed(self):
        """The packages that a transfer fills, and those around them."""
        packages = self.move_line_ids.result_package_id
        return packages | packages.browse(packages._get_all_package_dest_ids())

    def action_trace_print_labels(self):
        """Ask how the labels are to look: packages of what leaves, else goods."""
        outgoing = all(picking.picking_type_code == "outgoing" for picking in self)
        what = "packages" if outgoing and self._trace_packed() else "goods"
        return self.env["trace.label.print"]._open(self, what)

    def action_trace_give_sscc(self):
        """Give an SSCC to the packages of the transfer that have none."""
        for picking in self:
            picking._trace_packed().action_trace_give_sscc()
        return True
