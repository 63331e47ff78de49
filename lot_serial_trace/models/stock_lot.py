from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from .quant_batch import one_of_each_kind
from .trace_exception import READERS

#: Characters of a number; PostgreSQL indexes 2,700 bytes.
LONGEST_NAME = 500


class StockLot(models.Model):
    """A lot or serial number, with what traceability adds to it.

    ``trace_status`` is written by holds only. Renaming or deleting a number that
    has a history would make the past unreadable: a rename is kept as an event,
    deleting is refused.
    """

    _inherit = "stock.lot"

    trace_status = fields.Selection(
        [
            ("free", "Free"),
            ("partial", "Held in places"),
            ("held", "On hold"),
            ("recalled", "Recalled"),
        ],
        "Traceability Status",
        default="free",
        readonly=True,
        copy=False,
    )
    trace_batch = fields.Char(
        "Manufacturer's Batch",
        copy=False,
        help="The batch or lot (AI 10) printed beside the serial number (AI 21) on the label.",
    )
    trace_made = fields.Date(
        "Produced On",
        copy=False,
        help="Where it is known, the life of the goods is counted from this day.",
    )
    trace_hold_ids = fields.One2many("trace.hold", "lot_id", "Holds", readonly=True, groups=READERS)
    trace_exception_count = fields.Integer(compute="_compute_trace_exception_count", groups=READERS)

    # Odoo has a trigram index only; after a bulk load the planner picks it for
    # exact names, too, and 2,000 look-ups take seconds.
    _trace_product_name_idx = models.Index("(product_id, name)")
    _trace_held_idx = models.Index("(product_id) WHERE trace_status != 'free'")

    def _auto_init(self):
        """Add the status with a database default: no rewrite of a million lots."""
        if not column_exists(self.env.cr, "stock_lot", "trace_status"):
            self.env.cr.execute(
                "ALTER TABLE stock_lot ADD COLUMN trace_status varchar DEFAULT 'free'"
            )
        return super()._auto_init()

    def _compute_trace_exception_count(self):
        counts = self.env["trace.exception"]._count_by(self, "lot_id")
        for lot in self:
            lot.trace_exception_count = counts[lot.id]

    def _trace_update_status(self):
        """Derive the status from the active holds: two queries for any number of lots.

        Rows are written even where nothing changes: of two people who release the last two
        holds at once, the second must meet the first, or the lot would look held for ever.
        """
        self.env["trace.hold"].flush_model(["lot_id", "state", "source", "location_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot l SET trace_status = s.status
                FROM (
                    SELECT c.id, CASE
                        WHEN count(h.id) = 0 THEN 'free'
                        WHEN bool_or(h.source = 'recall' AND h.location_id IS NULL) THEN 'recalled'
                        WHEN bool_or(h.location_id IS NULL) THEN 'held'
                        ELSE 'partial' END AS status
                    FROM unnest(%s::int[]) AS c(id)
                    LEFT JOIN trace_hold h ON h.lot_id = c.id AND h.state = 'active'
                    GROUP BY c.id
                ) s
                WHERE l.id = s.id
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["trace_status"])

    # -- guards ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """New numbers are free: only holds set the status. They are claimed, to exist once."""
        self._trace_check_names(vals.get("name") for vals in vals_list)
        claims = self.env["trace.number.claim"].sudo()
        default = self.env.context.get("default_product_id")
        claimed = {
            (int(vals.get("product_id") or default), vals["name"])
            for vals in vals_list
            if vals.get("name") and (vals.get("product_id") or default)
        }
        claims._claim(claimed)
        lots = super().create(vals_list)
        claims._claim({(lot.product_id.id, lot.name) for lot in lots} - claimed)
        if any(lot.trace_status != "free" for lot in lots):
            lots._trace_refuse_status()
        return lots

    def _check_company(self, fnames=None):
        """One of each kind is checked; if it is wrong, Odoo says which ones are."""
        try:
            return super(StockLot, one_of_each_kind(self))._check_company(fnames)
        except UserError:
            super()._check_company(fnames)
            raise

    @api.model
    def _trace_check_names(self, names):
        """Refuse what the index over names cannot hold, before the database does."""
        if any(len(name or "") > LONGEST_NAME for name in names):
            raise UserError(
                self.env._("A number has %s characters at most. Scan one at a time.", LONGEST_NAME)
            )

    def _trace_refuse_status(self):
        raise UserError(
            self.env._("The traceability status follows from holds. Place or release a hold.")
        )

    def write(self, vals):
        """A rename is told to the ledger; the status is not for writing, by import or otherwise."""
        if "trace_status" in vals:
            self._trace_refuse_status()
        self._trace_check_names([vals.get("name")])
        renamed = {}
        if "name" in vals:
            renamed = {lot.id: lot.name for lot in self if lot.name != vals["name"]}
        result = super().write(vals)
        if not vals.keys().isdisjoint(("name", "product_id", "company_id")):
            numbers = {(lot.product_id.id, lot.name) for lot in self}
            self.env["trace.number.claim"].sudo()._claim(numbers)
        if renamed:
            lots = self.browse(renamed)
            self.env["trace.event"]._record_notes(
                "number",
                lots,
                {
                    lot.id: self.env._(
                        "renamed from %(old)s to %(new)s", old=renamed[lot.id], new=lot.name
                    )
                    for lot in lots
                },
            )
            self.env["trace.edge"]._rename(lots)
        return result

    @api.ondelete(at_uninstall=False)
    def _trace_unlink_except_history(self):
        # History may not be in the ledger yet; Odoo would only empty the lot of done lines.
        moved = self.env.execute_query(
            SQL(
                """
                SELECT l.name FROM stock_lot l
                WHERE l.id = ANY(%s) AND (
                    EXISTS (SELECT FROM trace_event e
                        WHERE e.lot_id = l.id AND e.kind = 'movement')
                    OR EXISTS (SELECT FROM stock_move_line m
                        WHERE m.lot_id = l.id AND m.state = 'done'))
                LIMIT 5
                """,
                self.ids,
            )
        )
        if moved:
            raise UserError(
                self.env._(
                    "%s has moved and stays: without it nobody could tell later what happened. "
                    "Archive the product or correct the transfer instead.",
                    ", ".join(name or "?" for (name,) in moved),
                )
            )

    # -- buttons --------------------------------------------------------------

    def action_trace(self):
        """Ask where the selected numbers came from and where they went."""
        return self.env["trace.run"]._ask(self)._get_records_action()

    def action_trace_print_labels(self):
        """Ask how the labels are to look."""
        return self.env["trace.label.print"]._open(self)

    def action_place_hold(self):
        """Open the dialog that puts the selected numbers on hold."""
        return self.env["trace.hold.wizard"]._ask_to_place(self)

    def action_release_holds(self):
        """Open the dialog that releases the holds of the selected numbers."""
        return self.trace_hold_ids.filtered(lambda hold: hold.state == "active").action_release()

    def action_trace_exceptions(self):
        """Open the exceptions about the number."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_exception"
        )
        return {**action, "domain": [("lot_id", "in", self.ids)], "context": {}}
