from odoo import api, models
from odoo.tools import SQL

from ..core import permits
from ..core.findings import Finding

#: Asked about goods that a recall case holds and that leave the house for good.
CODE = "outside_case"
#: Where held goods may go by themselves, see ``core.gate``: for a case that is not enough.
WAYS = ("supplier", "inventory")


class TraceGate(models.AbstractModel):
    """Goods that a recall holds leave only as the case has decided.

    Held goods may be scrapped and sent back; those of a recall only by a disposition of their
    case: that very lot, with that transfer, so much of it, and with the witnesses and the proof
    that policy wants. Each planned disposition is such a permission (``core/permits.py``), and
    it is used up by the movement itself. Counts are let pass: what is lost shows in the balance.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.gate"

    @api.model
    def _codes_worth_asking(self, lines, codes):
        if CODE in codes and not any(self._may_leave_a_case(line) for line in lines.sudo()):
            codes = [code for code in codes if code != CODE]
        return super()._codes_worth_asking(lines, codes)

    @api.model
    def _may_leave_a_case(self, line):
        """Whether goods on hold go out of the house: told from what is in memory."""
        return (
            line.lot_id.trace_status not in (False, "free")
            and line.location_dest_id.usage in WAYS
            and line.location_id.usage in ("internal", "transit")
            and not (line.is_inventory and line.location_dest_id.usage == "inventory")
        )

    @api.model
    def _findings(self, lines, codes):
        found = super()._findings(lines, codes)
        if CODE in codes:
            leaving = lines.filtered(lambda line: self._may_leave_a_case(line.sudo()))
            found += self._outside_case(leaving)
        return found

    @api.model
    def _outside_case(self, lines):
        """Findings about lines that no disposition is for: two queries, one where no case is."""
        cases = self._holding_cases(lines)
        mine = lines.filtered(lambda line: (line.lot_id.id, line.company_id.id) in cases)
        if not mine:
            return []
        deeds = self._planned_deeds(mine)
        book = permits.Permits([self._deed_permit(deed) for deed in deeds])
        return [
            Finding(
                CODE,
                {
                    "lot": line.lot_id.name,
                    "product": line.product_id.display_name,
                    "recall": cases[line.lot_id.id, line.company_id.id],
                },
                ref=line.id,
            )
            for line in mine
            if not book.admit(self._leaving(line))
        ]

    @api.model
    def _holding_cases(self, lines):
        """dict (lot id, company id) -> number of the case that holds it: one query."""
        self.env["trace.hold"].flush_model(["state", "origin_model", "origin_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.lot_id, h.company_id, string_agg(DISTINCT r.name, ', ')
                FROM trace_hold h JOIN trace_recall r ON r.id = h.origin_id
                WHERE h.lot_id = ANY(%s) AND h.state = 'active'
                    AND h.origin_model = 'trace.recall' AND r.state = 'running'
                GROUP BY h.lot_id, h.company_id
                """,
                lines.lot_id.ids,
            )
        )
        return {(lot, company): name for lot, company, name in rows}

    @api.model
    def _planned_deeds(self, lines):
        deeds = self.env["trace.recall.disposition"].sudo()
        found = deeds.search(
            [
                ("lot_id", "in", lines.lot_id.ids),
                ("company_id", "in", lines.company_id.ids),
                ("state", "=", "planned"),
                ("side", "=", "stock"),
                ("picking_id", "in", lines.picking_id.ids),
            ]
        )
        return found - found.browse().union(*found._lacking_proof())

    @api.model
    def _deed_permit(self, deed):
        """A planned disposition as a permission."""
        return permits.Permit(
            id=deed.id,
            company_id=deed.company_id.id,
            code=CODE,
            numbers=frozenset({(deed.lot_id.product_id.id, deed.lot_id.name)}),
            picking_id=deed.picking_id.id,
            left=deed.quantity,
        )

    @api.model
    def _leaving(self, line):
        return permits.Blocked(
            ref=line.id,
            code=CODE,
            company_id=line.company_id.id,
            number=(line.product_id.id, line.lot_id.name),
            picking_id=line.picking_id.id or None,
            quantity=line.quantity_product_uom,
        )
