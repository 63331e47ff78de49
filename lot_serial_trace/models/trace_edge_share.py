from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..core import attribution
from .trace_event_sql import plain_name


class TraceEdge(models.Model):
    """How much of the lots asked about is in those that they reached: see ``core/attribution.py``.

    Operations alone do not tell: a lot that was made and bought, too, or found by a count, holds
    more than its operations gave. So what the ledger says came from outside is taken into account.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.edge"

    @api.model
    def _shares(self, starts, forward, company_ids=None):
        """Say how much of the lots asked about is in each lot reached, or the other way round.

        Two queries, whatever the number of lots.

        :param starts: as in ``_reach``
        :param forward: how much of the asked lots is in each later lot, in the unit of the asked
            ones; else how much of each earlier lot is in the asked ones, in its own unit
        :return: dict lot id -> dict of ``quantity`` (None where it cannot be said), ``at_most``
            (None: unknown), ``uom``, ``certain``, ``why`` (a sentence, where it cannot be said);
            without the lots asked about
        """
        direction = "forward" if forward else "backward"
        links = self._links(starts, direction, company_ids)
        asked = {lot_id for lot_id, _time in starts}
        far = "outputs" if forward else "inputs"
        reached = {lot for link in links for lot in link[far]} - asked
        rows = self._share_rows(links, reached | asked, company_ids)
        shares = _shares(_operations(rows), asked, forward)
        if forward and len({row["unit"] for row in rows if row["lot_id"] in asked}) > 1:
            shares = dict.fromkeys(reached, attribution.Share(None, 0.0, "asked_units"))
        units = {row["lot_id"]: row["unit"] for row in rows}
        mine = units.get(next(iter(asked), 0), "")
        return {
            lot: self._share(shares.get(lot), mine if forward else units.get(lot, ""))
            for lot in reached
        }

    @api.model
    def _share(self, share, unit):
        """A share for people. A lot that was reached and holds nothing was booked out of order."""
        if not share or not (share.at_most or share.why):
            share = attribution.Share(None, 0.0, "order")
        return {
            "quantity": share.quantity,
            "at_most": share.at_most or None,
            "uom": unit,
            "certain": share.certain,
            "why": share.why and self.env._(attribution.WHYS[share.why]),
        }

    @api.model
    def _share_rows(self, links, lot_ids, company_ids):
        """What operations took and gave, and what came from outside: one query."""
        return self.env.execute_query_dict(
            SQL(
                """
                WITH linked AS (
                    SELECT * FROM unnest(%(ids)s::int[], %(kinds)s::varchar[])
                        AS o(operation_id, operation)
                ), part AS (
                    SELECT e.operation, e.operation_id, e.side, e.lot_id, e.product_id,
                        e.quantity, e.last_time
                    FROM linked JOIN trace_edge e USING (operation_id, operation)
                    UNION ALL
                    SELECT e.operation, e.operation_id, e.side, e.lot_id, e.product_id,
                        e.quantity, e.last_time
                    FROM unnest(%(lots)s::int[]) AS r(lot_id)
                    JOIN trace_edge e ON e.lot_id = r.lot_id AND e.side = 'out'
                    LEFT JOIN linked o USING (operation_id, operation)
                    WHERE o.operation IS NULL
                        AND (%(companies)s::int[] IS NULL OR e.company_id = ANY(%(companies)s))
                    UNION ALL
                    SELECT 'outside', move_line_id, 'out', lot_id, product_id, quantity, event_time
                    FROM (
                        SELECT DISTINCT ON (move_line_id) * FROM trace_event
                        WHERE kind IN ('movement', 'correction') AND move_line_id IN (
                            SELECT move_line_id FROM trace_event WHERE lot_id = ANY(%(lots)s)
                                AND kind IN ('movement', 'correction')
                                AND source_usage IN ('supplier', 'inventory'))
                        ORDER BY move_line_id, id DESC
                    ) e
                    WHERE lot_id = ANY(%(lots)s) AND quantity > 0
                        AND source_usage IN ('supplier', 'inventory')
                        AND dest_usage NOT IN ('supplier', 'inventory')
                        AND (%(companies)s::int[] IS NULL OR company_id = ANY(%(companies)s))
                )
                SELECT part.*, %(unit)s AS unit, t.tracking = 'serial' AS single
                FROM part
                LEFT JOIN product_product p ON p.id = part.product_id
                LEFT JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN uom_uom u ON u.id = t.uom_id
                """,
                kinds=[link["operation"] for link in links],
                ids=[link["operation_id"] for link in links],
                lots=list(lot_ids),
                companies=None if company_ids is None else list(company_ids),
                unit=plain_name("u.name"),
            )
        )


def _operations(rows):
    """Rows of the database as operations of ``core/attribution.py``."""
    parts = defaultdict(lambda: {"in": [], "out": []})
    times = {}
    for row in rows:
        key = (row["operation"], row["operation_id"])
        times[key] = max(times.get(key, row["last_time"]), row["last_time"])
        parts[key][row["side"]].append(
            attribution.Part(
                row["lot_id"],
                row["quantity"] or 0.0,
                row["product_id"] or 0,
                row["unit"] or "",
                bool(row["single"]),
            )
        )
    return [
        attribution.Operation(key, times[key], tuple(sides["in"]), tuple(sides["out"]))
        for key, sides in parts.items()
    ]


def _shares(operations, asked, forward):
    if forward:
        return attribution.forward(operations, asked).shares
    return attribution.backward(operations, asked)
