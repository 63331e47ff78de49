import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .trace_event_history import BACKFILL_LAST, BACKFILL_NEXT

_logger = logging.getLogger(__name__)

#: ir.config_parameter keys: next move line id to look at, when the last round was complete,
#: and how many movements it looked at.
GAP_NEXT = "lot_serial_trace.gap_next"
GAP_CHECKED_AT = "lot_serial_trace.gap_checked_at"
#: Move line ids looked at in one statement; each is committed.
GAP_BATCH = 100_000
#: Move line ids that the button looks at while somebody waits.
GAP_BUTTON = 500_000
#: Quantities that differ by less are the same.
ROUNDING = 0.00001

KINDS = [
    ("missing", "Not in the ledger"),
    ("differs", "The ledger says something else"),
    ("gone", "In the ledger only"),
]


class TraceLedgerGap(models.Model):
    """Movements that the ledger does not tell as they are: nothing tracked moves without one.

    Every way that Odoo has ends in the ledger; what goes past Odoo (SQL, a module that does
    not call on, a restored table) does not. Each night all done movements of tracked products
    are compared with what the ledger says last of them, in ranges of move line ids that are
    committed one by one: a run that is stopped goes on where it was. What is found stays here
    until it is put right; "Record now" writes it into the ledger, marked as from history.

    History that is still being read is no gap.
    """

    _name = "trace.ledger.gap"
    _description = "Gap in the Ledger"
    _order = "date desc, id desc"
    _rec_name = "document"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    move_line_id = fields.Integer("Move Line ID", required=True, readonly=True, aggregator=None)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True, ondelete="cascade")
    date = fields.Datetime(readonly=True)
    quantity = fields.Float("Moved", digits="Product Unit", readonly=True)
    ledger_quantity = fields.Float("In the Ledger", digits="Product Unit", readonly=True)
    source_name = fields.Char("From", readonly=True)
    dest_name = fields.Char("To", readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Integer("Document ID", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="cascade")

    _line_idx = models.UniqueIndex("(move_line_id)")

    # -- looking --------------------------------------------------------------

    @api.model
    def _check_range(self, first, last):
        """Compare the movements of a range of move line ids with the ledger; see ``_compare``."""
        return self._compare(lambda column: SQL("%s BETWEEN %s AND %s", SQL(column), first, last))

    @api.model
    def _compare(self, among):
        """Compare movements with the ledger: two statements.

        :param among: function that makes SQL of which move lines, given the column of their id
        :return: the gaps found among them
        """
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM trace_ledger_gap WHERE %s", among("move_line_id")))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_ledger_gap (kind, move_line_id, product_id, lot_id, date,
                    quantity, ledger_quantity, source_name, dest_name, document, document_model,
                    document_id, company_id, create_uid, write_uid, create_date, write_date)
                SELECT g.*, %(user)s, %(user)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                FROM (%(found)s) g RETURNING id
                """,
                found=self._found(among),
                user=self.env.uid,
            )
        )
        found = [gap_id for (gap_id,) in self.env.cr.fetchall()]
        self.invalidate_model()
        return self.browse(found)

    @api.model
    def _found(self, among):
        """SQL of the gaps among move lines; reads by index on both sides."""
        parameters = self.env["ir.config_parameter"].sudo()
        return SQL(
            """
            WITH said AS (
                SELECT DISTINCT ON (move_line_id) * FROM trace_event
                WHERE %(events)s
                    AND kind IN ('movement', 'correction')
                ORDER BY move_line_id, id DESC
            ), moved AS (
                SELECT l.* FROM stock_move_line l
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE %(lines)s AND l.state = 'done'
                    AND (l.lot_id IS NOT NULL OR t.tracking IN ('lot', 'serial'))
            )
            SELECT CASE WHEN l.id IS NULL THEN 'gone' WHEN e.id IS NULL THEN 'missing'
                    ELSE 'differs' END AS kind,
                COALESCE(l.id, e.move_line_id) AS move_line_id, p.id, lot.id,
                COALESCE(l.date, e.event_time), l.quantity_product_uom, e.quantity,
                COALESCE(a.complete_name, e.source_name), COALESCE(b.complete_name, e.dest_name),
                COALESCE(e.document, pi.name, m.reference),
                COALESCE(e.document_model, CASE WHEN pi.id IS NOT NULL THEN 'stock.picking'
                    WHEN m.id IS NOT NULL THEN 'stock.move' END),
                COALESCE(e.document_id, pi.id, m.id), co.id
            FROM moved l
            FULL JOIN said e ON e.move_line_id = l.id
            LEFT JOIN stock_move m ON m.id = l.move_id
            LEFT JOIN stock_picking pi ON pi.id = l.picking_id
            LEFT JOIN stock_location a ON a.id = l.location_id
            LEFT JOIN stock_location b ON b.id = l.location_dest_id
            LEFT JOIN product_product p ON p.id = COALESCE(l.product_id, e.product_id)
            LEFT JOIN stock_lot lot ON lot.id = COALESCE(l.lot_id, e.lot_id)
            LEFT JOIN res_company co ON co.id = COALESCE(l.company_id, e.company_id)
            WHERE (e.id IS NULL AND l.quantity_product_uom != 0
                    AND NOT l.id BETWEEN %(unread)s AND %(read_until)s
                    -- purged: see trace.tombstone
                    AND NOT EXISTS (SELECT FROM trace_tombstone_event n
                        WHERE n.move_line_id = l.id))
                OR (l.id IS NULL AND e.quantity != 0 AND NOT EXISTS (
                    -- of products that are not tracked any more
                    SELECT FROM stock_move_line o WHERE o.id = e.move_line_id AND o.state = 'done'))
                OR abs(l.quantity_product_uom - e.quantity) > %(rounding)s
                OR l.product_id != e.product_id OR l.lot_id IS DISTINCT FROM e.lot_id
                    AND l.id IS NOT NULL AND e.id IS NOT NULL
                OR l.location_id != e.source_id OR l.location_dest_id != e.dest_id
            """,
            events=among("move_line_id"),
            lines=among("l.id"),
            unread=int(parameters.get_param(BACKFILL_NEXT, 1)),
            read_until=int(parameters.get_param(BACKFILL_LAST, 0)),
            rounding=ROUNDING,
        )

    @api.model
    def _last_id(self):
        """The highest move line id that anything is known of."""
        return self.env.execute_query(
            SQL(
                "SELECT greatest((SELECT max(id) FROM stock_move_line), "
                "(SELECT max(move_line_id) FROM trace_event WHERE move_line_id IS NOT NULL), 0)"
            )
        )[0][0]

    @api.model
    def _check_next(self, size=GAP_BATCH):
        """Look at the next ``size`` move line ids of the round.

        :return: ids left to look at; 0 when the round is complete
        """
        parameters = self.env["ir.config_parameter"].sudo()
        first, end = int(parameters.get_param(GAP_NEXT, 1)), self._last_id()
        until = min(first + size - 1, end)
        if first <= end:
            self.sudo()._check_range(first, until)
        if until < end:
            parameters.set_param(GAP_NEXT, until + 1)
            return end - until
        parameters.set_param(GAP_NEXT, 1)
        parameters.set_param(GAP_CHECKED_AT, fields.Datetime.to_string(fields.Datetime.now()))
        self._tell()
        return 0

    @api.model
    def _cron_check(self):
        """Look at everything that moved, in ranges that are committed one by one."""
        commit = self.env["ir.cron"]._commit_progress
        left = self._check_next()
        while commit(GAP_BATCH, remaining=left) and left:
            left = self._check_next()
        _logger.info("Ledger check: %s move line ids left", left)

    @api.model
    def _tell(self):
        """Put what the round found on the desk: one exception for each company."""
        groups = self.sudo()._read_group([], ["company_id"], ["__count", "date:min"])
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "ledger_gap",
                    "company_id": company.id,
                    "values": {"count": count, "since": fields.Datetime.to_string(since) or "?"},
                }
                for company, count, since in groups
            ]
        )

    @api.model
    def _health(self, companies=None):
        """How complete the ledger is, as the last round found it.

        :param companies: ``res.company`` records; those of the user if not given
        :return: dict ``missing``, ``differs``, ``gone`` (numbers of movements), ``gaps`` (their
            sum), ``checked_at`` (end of the last complete round, False if there was none)
        """
        companies = companies or self.env.companies
        groups = self.sudo()._read_group(
            [("company_id", "in", companies.ids)], ["kind"], ["__count"]
        )
        health = {**dict.fromkeys(dict(KINDS), 0), **dict(groups)}
        checked_at = self.env["ir.config_parameter"].sudo().get_param(GAP_CHECKED_AT)
        return {
            **health,
            "gaps": sum(health.values()),
            "checked_at": fields.Datetime.to_datetime(checked_at) or False,
        }

    # -- putting right --------------------------------------------------------

    def _record(self):
        """Write what is missing into the ledger, marked as from history, and look again."""
        lines = {kind: gaps.mapped("move_line_id") for kind, gaps in self.grouped("kind").items()}
        events = self.env["trace.event"]
        missing, differs = lines.get("missing", []), lines.get("differs", [])
        if missing:
            events._insert(events._chosen(missing), "movement")
        if differs:
            reason = self.env._("The movement was changed past the ledger.")
            events._insert(events._chosen(differs, reason), "correction")
        if lines.get("gone"):
            events._record_gone(
                lines["gone"], self.env._("The movement is no longer in the database.")
            )
        changed = missing + differs
        if changed:
            self.env["trace.edge"]._rebuild(SQL("l.id = ANY(%s)", changed), [])
        numbers = self.mapped("move_line_id")
        self.sudo().unlink()
        self.sudo()._compare(lambda column: SQL("%s = ANY(%s)", SQL(column), numbers))

    # -- buttons --------------------------------------------------------------

    def action_record(self):
        """Write the selected movements into the ledger as they are now."""
        if not self.env.user.has_group("lot_serial_trace.group_trace_quality"):
            raise AccessError(self.env._("Quality writes what is missing into the ledger."))
        self.check_access("read")
        self._record()

    @api.model
    def _look_now(self):
        """Look at as much as can be waited for, and leave the rest to the cron.

        :return: ids left to look at
        """
        self.env["ir.config_parameter"].sudo().set_param(GAP_NEXT, 1)
        left = self._check_next(GAP_BUTTON)
        if left:
            self.env.ref("lot_serial_trace.cron_ledger_gap").sudo()._trigger()
        return left

    def action_check(self):
        """Look at everything now, or as much as can be waited for; the cron does the rest."""
        if not self.env.user.has_group("lot_serial_trace.group_trace_user"):
            raise AccessError(self.env._("Auditors read what the nightly check has found."))
        left = self._look_now()
        count = self.search_count([])
        if left:
            message = self.env._(
                "Found so far: %s. The rest is looked at in the background.", count
            )
        elif count:
            message = self.env._("Movements that the ledger does not tell as they are: %s", count)
        else:
            message = self.env._("The ledger tells every movement of a lot or serial number.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if count or left else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_document(self):
        """Open the document of the movement, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record(self.document_model, self.document_id)
