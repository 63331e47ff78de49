from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ..core.capture import SCANNED
from .trace_scan import MOVED_METHODS


class StockMoveLine(models.Model):
    """How the number on a line was captured, noted once, when the goods have moved.

    On the line and not looked up in the scans: the Scan Compliance Rate counts over
    millions of lines, and what policy required then must not change with the policy.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    trace_method = fields.Selection(MOVED_METHODS, "Captured By", readonly=True, copy=False)
    trace_required = fields.Boolean("Scan Required", readonly=True, copy=False)
    trace_user_id = fields.Many2one("res.users", "Captured By Whom", readonly=True, copy=False)

    _trace_required_idx = models.Index("(date) WHERE trace_required")

    def _auto_init(self):
        """Add empty columns: no value is computed for a million old lines."""
        for name, kind in (
            ("trace_method", "varchar"),
            ("trace_required", "boolean"),
            ("trace_user_id", "int4"),
        ):
            if not column_exists(self.env.cr, "stock_move_line", name):
                create_column(self.env.cr, "stock_move_line", name, kind)
        return super()._auto_init()

    def _trace_record(self):
        """Beside the ledger: how each number was captured."""
        result = super()._trace_record()
        self._trace_note_capture()
        return result

    def _trace_note_capture(self):
        """Note method, person and whether a scan was required: one or two statements."""
        if not self:
            return
        required = set(self._trace_scan_required().ids)
        captures = self._trace_captures()
        till = "pos" if self.env["trace.gate"]._at_till() else None
        rows = [
            (line_id, method or till, user_id or self.env.uid, line_id in required)
            for line_id in self.ids
            for method, _reason, user_id in [captures.get(line_id, (None, "", None))]
            if method or till or line_id in required
        ]
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_move_line l
                SET trace_method = v.method, trace_user_id = v.user_id,
                    trace_required = v.required
                FROM unnest(%s::int[], %s::varchar[], %s::int[], %s::boolean[])
                    AS v(id, method, user_id, required)
                WHERE l.id = v.id
                """,
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )
        self.invalidate_recordset(["trace_method", "trace_user_id", "trace_required"], flush=False)

    def _trace_captured(self):
        """SQL of the common table ``captured``: how the number on each line was captured last.

        A scan of its label counts more than what was typed before or after. A package of
        ours that was scanned stands for what is known to be in it; scans that were taken
        back or refused stand for nothing.
        """
        return SQL(
            """
            scans AS (
                SELECT s.move_line_id AS line_id, s.id, s.method, s.user_id, s.reason, s.number
                FROM trace_scan s
                WHERE s.move_line_id = ANY(%(lines)s) AND s.verdict != 'stop'
                    AND s.undone_at IS NULL
                UNION ALL
                SELECT (op->>1)::int, s.id, s.method, s.user_id, s.reason, NULL
                FROM trace_scan s, jsonb_array_elements(s.effect->'ops') AS op
                WHERE s.picking_id = ANY(%(pickings)s) AND s.kind = 'package'
                    AND s.verdict != 'stop' AND s.undone_at IS NULL
                    AND op->>0 IN ('create', 'write')
            ),
            captured AS (
                SELECT DISTINCT ON (l.id) l.id AS line_id, s.method, s.user_id, s.reason
                FROM scans s
                JOIN stock_move_line l ON l.id = s.line_id
                LEFT JOIN stock_lot lot ON lot.id = l.lot_id
                WHERE l.id = ANY(%(lines)s)
                    AND (s.number IS NULL OR s.number = COALESCE(lot.name, l.lot_name))
                ORDER BY l.id, s.method = ANY(%(scanned)s) DESC, s.id DESC
            )
            """,
            lines=self.ids,
            pickings=self.picking_id.ids,
            scanned=list(SCANNED),
        )

    def _trace_captures(self):
        """dict line id -> ``(method, reason, user id)`` of captured lines: one query."""
        self.env["trace.scan"].flush_model()
        self.flush_model(["lot_id", "lot_name", "picking_id"])
        rows = self.env.execute_query(
            SQL(
                "WITH %s SELECT line_id, method, reason, user_id FROM captured",
                self._trace_captured(),
            )
        )
        return {
            line_id: (method, reason or "", user_id) for line_id, method, reason, user_id in rows
        }

    def _trace_scan_required(self):
        """The lines whose number policy wants scanned: movements of an operation type only."""
        policies = self.env["trace.policy"]
        if not policies._may_find(["not_scanned"], self.company_id.ids):
            return self.browse()
        lines = self.filtered(lambda line: line.move_id.picking_type_id)
        cases = {line: self.env["trace.gate"]._key("not_scanned", line) for line in lines}
        keys = list(dict.fromkeys(cases.values()))
        answers = policies._resolve([dict(key) for key in keys])
        required = {
            key for key, (severity, _rule) in zip(keys, answers, strict=True) if severity != "off"
        }
        return lines.filtered(lambda line: cases[line] in required)

    @api.model
    def _trace_method_name(self, method):
        """A way to capture a number in words, for sentences."""
        names = dict(self._fields["trace_method"]._description_selection(self.env))
        return names.get(method) or self.env._("entered without a scan")
