from odoo import api, models

from ..core import gate_storage


class TraceGate(models.AbstractModel):
    """May goods lie where they are going: storage classes, and what a place may mix."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.gate"

    @api.model
    def _codes_worth_asking(self, lines, codes):
        """Storage is looked at only where a place says something about it."""
        if not self.env["trace.storage"]._rooms(lines.location_dest_id):
            codes = [code for code in codes if code not in gate_storage.CODES]
        return super()._codes_worth_asking(lines, codes)

    @api.model
    def _findings(self, lines, codes):
        found = super()._findings(lines, codes)
        if not set(codes).isdisjoint(gate_storage.CODES):
            found += [one for one in self._storage_findings(lines.sudo()) if one.code in codes]
        return found

    @api.model
    def _storage_findings(self, lines):
        """Findings about goods that come into a place: a count records what is there."""
        storage = self.env["trace.storage"]
        rooms = storage._rooms(lines.location_dest_id)
        coming = lines.filtered(
            lambda line: (
                line.location_dest_id.id in rooms
                and line.location_id != line.location_dest_id
                and not (line.is_inventory and line.location_id.usage == "inventory")
            )
        )
        goods = storage._goods(coming)
        plan = storage._plan(coming.location_dest_id, goods.values(), coming.company_id[:1])
        return gate_storage.examine(
            [(line.id, goods[line], line.location_dest_id.id) for line in coming], plan
        )
