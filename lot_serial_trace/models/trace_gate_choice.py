from odoo import api, models

from ..core.findings import Finding

#: Codes about the choice among lots. The scan screen says them by itself; at validation they
#: are asked only where a policy wants it.
CODES = ("other_number", "later_expiry")


class TraceGate(models.AbstractModel):
    """The gate about the choice: is it the reserved number, and the one that expires first?"""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.gate"

    @api.model
    def _codes_worth_asking(self, lines, codes):
        rules = self.env["trace.policy"]._rules()
        wanted = {rule.code for rule in rules if rule.severity != "off"}
        codes = [code for code in codes if code not in CODES or code in wanted]
        return super()._codes_worth_asking(lines, codes)

    @api.model
    def _findings(self, lines, codes):
        found = super()._findings(lines, codes)
        chosen = []
        if "other_number" in codes:
            chosen += self._other_numbers(lines)
        if "later_expiry" in codes:
            chosen += self._later_expiries(lines)
        return found + self._decided_by_policy(chosen, lines)

    @api.model
    def _decided_by_policy(self, found, lines):
        """Those that a policy is about: without one, only the scan screen speaks."""
        by_id = {line.id: line for line in lines}
        cases = [self._case(finding, by_id[finding.ref]) for finding in found]
        answers = self.env["trace.policy"]._resolve(cases) if cases else []
        return [one for one, (_severity, rule) in zip(found, answers, strict=True) if rule]

    @api.model
    def _later_expiries(self, lines):
        judged = self.env["trace.fefo.judging"].sudo()._judge(lines.sudo())
        broken = [(line, one) for line, _shelf, one in judged if one.verdict == "broken"]
        lots = self.env["stock.lot"].sudo().browse(one.better.lot for _line, one in broken)
        names = {lot.id: lot.name for lot in lots}
        return [
            Finding(
                "later_expiry",
                {
                    "lot": line.lot_id.name,
                    "product": line.product_id.display_name,
                    "reserved": names[one.better.lot],
                    "date": one.better.day.isoformat(),
                },
                ref=line.id,
            )
            for line, one in broken
        ]

    @api.model
    def _other_numbers(self, lines):
        """Numbers taken instead of those that were reserved for the movement.

        Two lines of one movement may exchange theirs: that changes nothing.
        """
        found = []
        for move, some in lines.grouped("move_id").items():
            reserved = move.move_line_ids.trace_reserved_lot_id
            left = reserved - some.lot_id
            for line in some:
                if left and line.lot_id and line.lot_id not in reserved:
                    found.append(
                        self._other_number(line, line.trace_reserved_lot_id & left or left)
                    )
        return found

    @api.model
    def _other_number(self, line, reserved):
        return Finding(
            "other_number",
            {
                "lot": line.lot_id.name,
                "product": line.product_id.display_name,
                "reserved": reserved[:1].name,
            },
            ref=line.id,
        )
