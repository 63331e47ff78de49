import json
from datetime import UTC, datetime
from uuid import uuid4

from odoo import api, models
from odoo.tools import SQL

from ..core.till_sale import SALES, STOPPING, told


class TraceTillPacks(models.AbstractModel):
    """Numbers captured at a till become scans of the movements that they cause.

    So they count like those of the scan screens: in the Scan Compliance Rate, for the policy
    *Not scanned*, and for whoever asks how a number was captured. A number is kept once,
    however often its goods are tried to be booked.
    """

    _name = "trace.till.packs"
    _description = "Numbers of a Till"

    @api.model
    def _keep(self, packs):
        """Write the scans: one statement.

        :param packs: dict move line -> number captured at a till
        """
        self._write([self._row(line, pack) for line, pack in packs.items() if pack.trace_method])

    @api.model
    def _keep_guessed(self, lines):
        """Write that nobody captured the numbers of move lines: one statement."""
        till = self.env["trace.gate"]._at_till()
        self._write([self._row_guessed(line, till.order) for line in lines])

    @api.model
    def _write(self, rows):
        if not rows:
            return
        names = list(rows[0])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_scan (%(names)s, recorded_at, create_uid, create_date,
                    write_uid, write_date)
                SELECT %(names)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(%(columns)s)
                ON CONFLICT (uuid) DO UPDATE SET move_line_id = EXCLUDED.move_line_id,
                    picking_id = EXCLUDED.picking_id
                """,
                names=SQL(", ").join(SQL.identifier(name) for name in names),
                columns=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), SQL(COLUMNS[name])) for name in names
                ),
                rows=json.dumps(rows, default=str),
                now=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
                uid=self.env.uid,
            )
        )

    @api.model
    def _row(self, line, pack):
        order = pack.order_id
        said = told(pack.trace_said).values()
        verdict = "warn" if any(one in (*STOPPING, "warn") for one in said) else "good"
        return {
            **self._row_of_line(line, pack.lot_name),
            "uuid": pack.uuid,
            "raw": pack.trace_raw or pack.lot_name,
            "user_id": order.user_id.id or self.env.uid,
            "device": order.config_id.name,
            "method": pack.trace_method,
            "reason": pack.trace_pass_reason or None,
            "verdict": verdict,
            "scanned_at": (pack.trace_at or order.date_order).isoformat(),
        }

    @api.model
    def _row_guessed(self, line, device):
        return {
            **self._row_of_line(line, line.lot_id.name),
            "uuid": str(uuid4()),
            "raw": line.lot_id.name,
            "user_id": self.env.uid,
            "device": device,
            "method": "inferred",
            "reason": None,
            "verdict": "good",
            "scanned_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(),
        }

    @api.model
    def _row_of_line(self, line, number):
        return {
            "kind": "number",
            "product_id": line.product_id.id,
            "number": number,
            "quantity": line.quantity_product_uom,
            "step": "till",
            "picking_id": line.picking_id.id,
            "move_line_id": line.id,
            "pending": False,
            "holds_serial": False,
            "company_id": line.company_id.id,
        }

    @api.model
    def _name_transfers(self, pickings):
        """Tell open exceptions about sold numbers on which transfer their goods wait."""
        lines = pickings.move_line_ids
        numbers = {line.lot_id.name or line.lot_name: line.picking_id for line in lines}
        desk = self.env["trace.exception"].sudo()
        about = desk.search(
            [
                ("kind", "in", SALES),
                ("state", "!=", "resolved"),
                ("picking_id", "=", False),
                ("pos_order_id", "!=", False),
                ("product_id", "in", lines.product_id.ids),
                ("lot_name", "in", list(numbers)),
            ]
        )
        for picking, some in about.grouped(lambda one: numbers[one.lot_name]).items():
            some.with_context(tracking_disable=True).write({"picking_id": picking.id})


#: Columns of a scan, with their types.
COLUMNS = {
    **dict.fromkeys(
        ("uuid", "raw", "kind", "number", "step", "device", "method", "reason", "verdict"),
        "varchar",
    ),
    **dict.fromkeys(("product_id", "picking_id", "move_line_id", "user_id", "company_id"), "int"),
    "quantity": "numeric",
    "scanned_at": "timestamp",
    "pending": "boolean",
    "holds_serial": "boolean",
}


def packs_of(move_lines, order_lines):
    """dict move line -> the number captured at the till that it comes from, in their order."""
    by_number = {}
    for pack in order_lines.pack_lot_ids.filtered("lot_name"):
        by_number.setdefault((pack.product_id.id, pack.lot_name), []).append(pack)
    found = {}
    for line in move_lines.sorted("id"):
        mine = by_number.get((line.product_id.id, line.lot_id.name or line.lot_name))
        if mine:
            found[line] = mine.pop(0)
    return found
