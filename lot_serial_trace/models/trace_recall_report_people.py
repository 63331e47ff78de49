from odoo import api, models
from odoo.tools import SQL

from .trace_recall_report import _moment, _stamped

#: Consignees that the file inside names: a file that nobody can open proves nothing.
NAMED = 100_000


class TraceRecallReport(models.AbstractModel):
    """Who got the goods and what became of them; in a drill, what people did."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.report"

    @api.model
    def _tell_consignees(self, case):
        """Figures by kind and state, sentences with their denominators, and who it is."""
        groups = self.env.execute_query_dict(
            SQL(
                """
                SELECT kind, state, count(*)::int AS count,
                    (count(*) FILTER (WHERE is_effective))::int AS effective
                FROM trace_recall_consignee WHERE recall_id = %s GROUP BY 1, 2 ORDER BY 1, 2
                """,
                case.id,
            )
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT name, kind, state, channel, quantity_text AS goods, documents, notified_at,
                    answered_at, is_effective,
                    COALESCE(email, '') != '' OR COALESCE(phone, '') != '' AS reachable
                FROM trace_recall_consignee WHERE recall_id = %s
                ORDER BY state IN ('done', 'answered', 'void'), name, id LIMIT %s
                """,
                case.id,
                NAMED,
            )
        )
        return {
            "is_drill": case.is_drill,
            "groups": groups,
            "says": list(case._effectiveness_says()) if groups and not case.is_drill else [],
            "rows": [_stamped(row) for row in rows],
        }

    @api.model
    def _tell_dispositions(self, case):
        """What became of goods, with who saw it."""
        rows = case.disposition_ids.sorted("id")
        return [
            {
                "kind": self._words(row, "kind"),
                "state": self._words(row, "state"),
                "number": row.lot_name or "",
                "product": row.product_id.display_name or "",
                "quantity": row.quantity,
                "uom": row.product_id.uom_id.name or "",
                "when": _moment(row.happened_at or row.done_at),
                "witness": row.witness or "",
                "method": self._words(row, "method"),
                "document": row.document or row.picking_id.name or "",
                "by": row.done_by_id.name or row.user_id.name or "",
                "proof": [f"{file.name}: {file.checksum}" for file in row.proof_ids],
            }
            for row in rows
        ]

    @api.model
    def _tell_balance(self, case):
        """Lots whose balance is off, with what explains it; the lots have all figures."""
        if not case.is_drill:
            self.env["trace.recall.balance"]._refresh(case)
            rows = case.balance_ids
            off = rows.filtered(lambda row: row.unaccounted_qty)
            return {
                "lots": len(rows),
                "off": [
                    {
                        "number": row.lot_name or "",
                        "product": row.product_id.display_name,
                        "quantity": row.unaccounted_qty,
                        "uom": row.uom_id.name or "",
                        "state": self._words(row, "state"),
                        "explained": row.explained or "",
                        "by": row.explained_by_id.name or "",
                    }
                    for row in off
                ],
            }
        rows = [row for row in self._tell_lots(case) if row["state"] != "excluded"]
        return {
            "lots": len(rows),
            "off": [
                {
                    "number": row["number"],
                    "product": row["product"],
                    "quantity": row["balance_qty"],
                    "uom": row["uom"],
                    "state": "",
                    "explained": "",
                    "by": "",
                }
                for row in rows
                if abs(row["balance_qty"]) > 1e-6
            ],
        }

    # -- drills ---------------------------------------------------------------

    @api.model
    def _tell_verdict(self, case):
        if not case.drill_verdict:
            return {}
        return {
            "passed": case.drill_verdict == "passed",
            "scheme": self._words(case, "drill_scheme"),
            "rows": [[text, good] for text, good in case._drill_sentences()],
            "within": case.drill_result.get("within", {}),
            "result": case.drill_result,
        }

    @api.model
    def _tell_draw(self, case):
        if not case.is_drill:
            return {}
        return {
            "says": case.drill_draw_text or self.env._("Chosen by a person."),
            "surprise": case.drill_surprise,
            **(case.drill_draw or {}),
        }

    @api.model
    def _tell_suppliers(self, case):
        """Where the goods of a drill came from, and what they were made of."""
        run = case.drill_back_run_id
        if not run:
            return []
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT role, level, lot_name AS number, product_name AS product,
                    partner_name AS who, document, event_time AS when,
                    quantity::float AS quantity, uom
                FROM trace_run_line WHERE run_id = %s AND role IN ('supplier', 'made_from')
                ORDER BY role DESC, level, sequence
                """,
                run.id,
            )
        )
        return [_stamped(row) for row in rows]

    @api.model
    def _tell_tasks(self, case):
        return [
            {
                "kind": self._words(task, "kind"),
                "name": task.name,
                "detail": task.detail or "" if task.kind == "find" else "",
                "state": task.state,
                "says": task.says or self.env._("not done"),
                "at": _moment(task.done_at),
                "by": task.user_id.name or "",
            }
            for task in case.drill_task_ids
        ]

    @api.model
    def _tell_pauses(self, case):
        return [
            {
                "from": _moment(one.begun_at),
                "to": _moment(one.ended_at),
                "reason": one.reason,
                "by": one.user_id.name or "",
            }
            for one in case.drill_pause_ids
        ]
