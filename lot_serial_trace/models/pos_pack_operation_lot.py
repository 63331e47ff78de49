from datetime import UTC, datetime
from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

#: How a number got on a line at the till.
METHODS = [
    ("scanned", "Scanned"),
    ("camera", "Camera"),
    ("typed", "Typed"),
    ("chosen", "Chosen"),
    ("inferred", "Inferred"),
]
#: What the till tells of a captured number beside the number itself.
TOLD = (
    "trace_method",
    "trace_raw",
    "trace_at",
    "trace_said",
    "trace_pass_by",
    "trace_pass_reason",
)
#: So many characters of what a till sends are kept.
LONGEST = 2000


class PosPackOperationLot(models.Model):
    """A number captured at the till: how, when, and what the cashier was told about it.

    The till makes the ``uuid``, by which it keeps the number on the device until the server
    has it (``static/src/pos/pack_store.js``), and by which the server knows a number that is
    sent twice. Which lot or serial number record is meant, the server finds out by itself.
    """

    _inherit = "pos.pack.operation.lot"

    uuid = fields.Char(default=lambda self: str(uuid4()), readonly=True, copy=False, index=True)
    trace_method = fields.Selection(METHODS, "Captured By", readonly=True)
    trace_raw = fields.Char("Code", readonly=True, copy=False, help="What the scanner sent")
    trace_at = fields.Datetime("Captured At", readonly=True, copy=False)
    trace_said = fields.Text(
        "Told the Cashier",
        readonly=True,
        copy=False,
        help="Technical: JSON list of [code, severity]",
    )
    trace_pass_by = fields.Char("Let Pass By", readonly=True, copy=False)
    trace_pass_reason = fields.Char("Why Let Pass", readonly=True, copy=False)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, copy=False, index="btree_not_null"
    )

    _trace_lot_name_idx = models.Index("(lot_name)")

    def _auto_init(self):
        """Give each number that is there already a uuid of its own: a default would be shared."""
        if not column_exists(self.env.cr, self._table, "uuid"):
            create_column(self.env.cr, self._table, "uuid", "varchar")
            self.env.cr.execute(
                SQL("UPDATE %s SET uuid = gen_random_uuid()", SQL.identifier(self._table))
            )
        return super()._auto_init()

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "uuid", *TOLD]

    @api.model_create_multi
    def create(self, vals_list):
        """A number that the till sends again, because it missed the answer, is the same number."""
        vals_list = [self._trace_readable(vals) for vals in vals_list]
        known = self._trace_sent_before(vals_list)
        fresh = [vals for vals in vals_list if _key(vals) not in known]
        created = iter(super().create(fresh))
        return self.concat(
            *(known[_key(vals)] if _key(vals) in known else next(created) for vals in vals_list)
        )

    def write(self, vals):
        """What a till sends never stops a sale."""
        return super().write(self._trace_readable(vals))

    def _trace_link_lots(self):
        """Link numbers to their lot or serial number records, as far as there are any: a query."""
        loose = self.sudo().filtered(lambda pack: pack.lot_name and not pack.lot_id)
        if not loose:
            return
        loose.flush_recordset(["lot_name", "pos_order_line_id"])
        self.env["stock.lot"].flush_model(["name", "product_id", "company_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE pos_pack_operation_lot k SET lot_id = found.lot_id
                FROM (%s) found WHERE found.id = k.id AND found.lot_id IS NOT NULL
                """,
                lots_of_packs(SQL("p.id = ANY(%s)", loose.ids)),
            )
        )
        loose.invalidate_recordset(["lot_id"], flush=False)

    @api.model
    def _trace_sent_before(self, vals_list):
        """dict (uuid, order line id) -> the number that is here already: one query, if any."""
        keys = {_key(vals) for vals in vals_list} - {None}
        found = self.search([("uuid", "in", [uuid for uuid, _line in keys])]) if keys else self
        mine = {(pack.uuid, pack.pos_order_line_id.id): pack for pack in found}
        return {key: pack for key, pack in mine.items() if key in keys}

    @api.model
    def _trace_readable(self, vals):
        """``vals`` without what cannot be kept: an unknown method, endless texts, a chosen lot,
        characters that no database takes (a camera reads binary codes, too).
        """
        if vals.keys().isdisjoint((*TOLD, "lot_id", "lot_name", "uuid")):
            return vals
        vals = {name: _storable(value) for name, value in vals.items()}
        if not self.env.su:
            vals.pop("lot_id", None)
        if not isinstance(vals.get("uuid", ""), str):
            vals.pop("uuid")
        if vals.get("trace_method") not in dict(METHODS):
            vals.pop("trace_method", None)
        if "trace_at" in vals:
            vals["trace_at"] = _moment(vals["trace_at"])
        if isinstance(vals.get("lot_name"), str):
            vals["lot_name"] = vals["lot_name"].strip()
        for name in TOLD[1:]:
            if isinstance(vals.get(name), str):
                vals[name] = vals[name][:LONGEST]
        return vals


def lots_of_packs(which):
    """SQL of the lot that a number ``p`` captured at a till means: id, lot_id."""
    return SQL(
        """
        SELECT p.id, (
            SELECT x.id FROM stock_lot x
            WHERE x.product_id = l.product_id AND x.name = p.lot_name
                AND (x.company_id IS NULL OR x.company_id = o.company_id)
            ORDER BY x.company_id LIMIT 1) AS lot_id
        FROM pos_pack_operation_lot p
        JOIN pos_order_line l ON l.id = p.pos_order_line_id
        JOIN pos_order o ON o.id = l.order_id
        WHERE %s
        """,
        which,
    )


def _storable(value):
    """A text without what PostgreSQL refuses; anything else as it is."""
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _moment(value):
    """A moment as Odoo or as ISO 8601 writes it, in UTC; False for anything else."""
    if not isinstance(value, str):
        return value or False
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return False


def _key(vals):
    """What makes a number that comes from a till one, None if it says nothing."""
    uuid, line_id = vals.get("uuid"), vals.get("pos_order_line_id")
    return (uuid, line_id) if uuid and line_id else None
