from odoo import api, models


class TraceQuarantine(models.AbstractModel):
    """A faulty kit: which of its parts is the faulty one nobody has said, so all go aside."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.quarantine"

    @api.model
    def _allotted(self, lines):
        found = super()._allotted(lines)
        returned = self._returned()
        parts = lines.filtered(lambda line: line.move_id._trace_parts())
        if not parts or not returned:
            return found
        goods = self.env["product.product"].browse({one.product_id for one in returned.faulty})
        kits = goods.filtered("is_kits").ids
        whole = [one for one in returned.faulty if one.product_id in kits]
        why = "; ".join(dict.fromkeys(one.why for one in whole if one.why))
        return {**found, **(dict.fromkeys(parts, (None, why)) if whole else {})}
