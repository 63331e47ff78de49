from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import steps
from .trace_event_sql import gtin, plain_name, product_name
from .trace_event_statement import (
    LINES,
    Shape,
    filled,
    packing_after,
    shape_of,
    statement,
)
from .trace_event_way import move_orders
from .trace_till import Till

#: What tells the document of an event that is no movement.
NOTE_DOCUMENT = ("document", "document_model", "document_id")
#: Lines are few up to here.
FEW = 100
#: What the ledger reads of a line in the database. When it moved is told beside it: Odoo has just
#: written that, and writes the state next. To send both at once is half the work.
READ = (
    "product_id",
    "company_id",
    "move_id",
    "picking_id",
    "lot_id",
    "lot_name",
    "quantity_product_uom",
    "location_id",
    "location_dest_id",
    "package_id",
    "result_package_id",
)


class TraceEvent(models.Model):
    """The ledger: what happened to which lot or serial number, where and when.

    Every done movement of a tracked product becomes one row, written by one
    ``INSERT ... SELECT`` per batch inside the business transaction (see
    ``stock.move.line``). Changes to done movements, renamed and deleted numbers,
    holds and overrides add rows; nothing is ever changed or deleted, and a
    database trigger refuses both. Only what a retention class lets go is taken out
    one day, through one door (``trace_event_purging.py``).

    Rows carry values (names, GTIN, GLN, quantities), not only ids: they outlive
    the records they tell of. Ids are plain integers without foreign keys, so that
    deleting a record cannot touch the ledger.

    Times are UTC. ``event_time`` is when it happened (a sale made offline: when
    the cashier made it; a correction: when the corrected movement was made),
    ``record_time`` when this database learned of it.
    Business step and disposition are GS1 CBV 2.0 words (``core/steps.py``).
    """

    _name = "trace.event"
    _description = "Traceability Event"
    _order = "event_time desc, id desc"
    _rec_name = "document"
    _log_access = False

    kind = fields.Selection(
        [
            ("movement", "Movement"),
            ("correction", "Correction"),
            ("packing", "Packing"),
            ("number", "Number changed"),
            ("hold", "Hold"),
            ("release", "Release"),
            ("override", "Override"),
            ("disposition", "Recalled goods"),
            ("purge", "Purge"),
        ],
        required=True,
        readonly=True,
    )
    recorded = fields.Selection(
        [("live", "As it happened"), ("history", "From history")],
        required=True,
        readonly=True,
        help="From history: read from movements that were done before the add-on was installed.",
    )
    event_time = fields.Datetime(required=True, readonly=True)
    record_time = fields.Datetime(required=True, readonly=True)
    event_type = fields.Char(readonly=True, help="EPCIS event type")
    action = fields.Char(readonly=True, help="EPCIS action: ADD, OBSERVE or DELETE")
    biz_step = fields.Selection(
        lambda self: [(word, self.env._(label)) for word, label in steps.BIZ_STEPS],
        "Business Step",
        readonly=True,
        help="GS1 CBV business step",
    )
    disposition = fields.Selection(
        lambda self: [(word, self.env._(label)) for word, label in steps.DISPOSITIONS],
        readonly=True,
        help="GS1 CBV disposition",
    )
    company_id = fields.Integer("Company ID", readonly=True)
    company_name = fields.Char("Company", readonly=True)
    product_id = fields.Integer("Product ID", readonly=True)
    product_name = fields.Char("Product", readonly=True)
    product_code = fields.Char("Internal Reference", readonly=True)
    gtin = fields.Char("GTIN", readonly=True, help="14 digits, from the product's barcode")
    tracking = fields.Char(readonly=True)
    lot_id = fields.Integer("Lot ID", readonly=True)
    lot_name = fields.Char("Lot/Serial", readonly=True)
    batch = fields.Char(readonly=True, help="Manufacturer's batch of a serial-numbered unit")
    expiration_date = fields.Datetime("Expires", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the product's unit")
    uom = fields.Char("Unit", readonly=True)
    source_id = fields.Integer("From ID", readonly=True)
    source_name = fields.Char("From", readonly=True)
    source_usage = fields.Char(readonly=True)
    source_gln = fields.Char("From GLN", readonly=True)
    dest_id = fields.Integer("To ID", readonly=True)
    dest_name = fields.Char("To", readonly=True)
    dest_usage = fields.Char(readonly=True)
    dest_gln = fields.Char("To GLN", readonly=True)
    package_id = fields.Integer("Package ID", readonly=True)
    package_name = fields.Char("Package", readonly=True)
    result_package_id = fields.Integer("Destination Package ID", readonly=True)
    result_package_name = fields.Char("Destination Package", readonly=True)
    container_id = fields.Integer("Container ID", readonly=True)
    container_name = fields.Char(
        "Container", readonly=True, help="The package that gets or loses content: EPCIS parentID"
    )
    content_id = fields.Integer("Packed Package ID", readonly=True)
    content_name = fields.Char(
        "Packed Package", readonly=True, help="The package that is put in or taken out"
    )
    supplier_id = fields.Integer("Supplier ID", readonly=True)
    supplier_name = fields.Char(
        "Supplier", readonly=True, help="Who sent it, where the goods come from a supplier"
    )
    partner_id = fields.Integer("Partner ID", readonly=True)
    partner_name = fields.Char("Partner", readonly=True)
    partner_gln = fields.Char("Partner GLN", readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Integer("Document ID", readonly=True)
    origin = fields.Char("Source Document", readonly=True)
    move_line_id = fields.Integer("Move Line ID", readonly=True)
    corrects_id = fields.Integer("Corrects Event", readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Integer("User ID", readonly=True)
    user_name = fields.Char("User", readonly=True)

    _lot_time_idx = models.Index("(lot_id, event_time)")
    _company_time_idx = models.Index("(company_id, event_time)")
    _document_idx = models.Index("(document_model, document_id)")
    _move_line_idx = models.Index("(move_line_id) WHERE move_line_id IS NOT NULL")
    # Who got what: an answer about 66,000 deliveries is read from this index alone. Only movements
    # have a usage of their places, and few of them reach or leave a customer.
    _sold_idx = models.Index(
        "(lot_id) INCLUDE (event_time, product_id, partner_id, quantity, dest_usage, "
        "company_id, move_line_id, id) WHERE dest_usage = 'customer' OR source_usage = 'customer'"
    )
    _partner_idx = models.Index(
        "(partner_id) WHERE partner_id IS NOT NULL "
        "AND (dest_usage = 'customer' OR source_usage = 'supplier')"
    )
    _correction_idx = models.Index("(move_line_id) WHERE kind = 'correction'")
    _one_movement_idx = models.UniqueIndex("(move_line_id) WHERE kind = 'movement'")

    def init(self):
        """Make the table append-only for everybody who comes through SQL, too.

        The owner of the table can still disable the trigger: evidence comes from
        the seals over the rows; the trigger keeps honest people honest.
        """
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION trace_event_refuse() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'trace_event is append-only: % refused', TG_OP
                USING HINT = 'Record a correction instead.';
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS trace_event_append_only ON trace_event;
            CREATE TRIGGER trace_event_append_only BEFORE UPDATE OR DELETE ON trace_event
                FOR EACH ROW EXECUTE FUNCTION trace_event_refuse();
            DROP TRIGGER IF EXISTS trace_event_no_truncate ON trace_event;
            CREATE TRIGGER trace_event_no_truncate BEFORE TRUNCATE ON trace_event
                FOR EACH STATEMENT EXECUTE FUNCTION trace_event_refuse();
            """
        )

    # -- guards ---------------------------------------------------------------

    def write(self, vals):
        """Refuse: the ledger is append-only."""
        if self:
            raise UserError(self.env._("The traceability ledger cannot be changed, only added to."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Entries of the traceability ledger cannot be deleted."))

    # -- writing --------------------------------------------------------------

    @api.model
    def _record_lines(self, lines, kind="movement", reasons=None, redated=()):
        """Write the events of done (or just now becoming done) move lines: one query.

        :param lines: ``stock.move.line`` records; those of untracked products are left out
        :param kind: ``movement`` or ``correction``
        :param reasons: dict line id -> text, for corrections
        :param redated: ids of lines whose correction is about the date of the movement
        """
        if not lines:
            return
        self._flush_sources(lines)
        reasons = reasons or {}
        till = self.env.context.get("trace_till")
        till = till if isinstance(till, Till) else None
        ids = lines.ids
        user = self.env.user
        partner = user.sudo().partner_id
        partner.flush_recordset(["name"])
        given = {
            "lines": ids,
            "reasons": [reasons.get(line_id) for line_id in ids],
            "redated": [line_id in redated for line_id in ids],
            "dates": [line.date or None for line in lines],
            "till": till.res_id if till else None,
            "user": user.id,
            "user's partner": partner.id,
        }
        query = filled(self._statement(shape_of(lines, kind, till)), given)
        self._execute(query, len(ids) <= FEW)

    @api.model
    def _record_notes(self, kind, lots, reason, biz_step="", disposition="", **values):
        """Write one event per lot that is no movement (hold, release, rename, override): one query.

        :param lots: ``stock.lot`` records
        :param reason: text kept with the event, or dict lot id -> text
        :param values: ``document``, ``document_model``, ``document_id``, ``company_id``
        """
        if not lots:
            return
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        document = tuple(values.get(name) for name in NOTE_DOCUMENT)
        self._insert_notes(
            kind,
            [
                (
                    lot.id,
                    lot.product_id.id,
                    reason[lot.id] if isinstance(reason, dict) else reason,
                    *document,
                )
                for lot in lots
            ],
            company,
            biz_step,
            disposition,
        )

    @api.model
    def _insert_notes(self, kind, rows, company, biz_step="", disposition=""):
        """Write events that are no movements: one query.

        :param rows: list of (lot id or None, product id, reason, and ``NOTE_DOCUMENT``)
        """
        lots = self.env["stock.lot"].browse({row[0] for row in rows if row[0]})
        lots.flush_recordset(["name", "trace_batch", "expiration_date", "product_id"])
        user = self.env.user
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_event (kind, recorded, event_time, record_time, event_type,
                    action, biz_step, disposition, company_id, company_name, product_id,
                    product_name, product_code, gtin, tracking, lot_id, lot_name,
                    batch, expiration_date, uom, document, document_model,
                    document_id, reason, user_id, user_name)
                SELECT %s, 'live', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                    'ObjectEvent', 'OBSERVE', %s, %s, %s, %s, p.id, %s, p.default_code, %s,
                    t.tracking, l.id, l.name, l.trace_batch, l.expiration_date, %s, c.document,
                    c.document_model, c.document_id, c.reason, %s, %s
                FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::int[])
                    AS c(lot_id, product_id, reason, document, document_model, document_id)
                LEFT JOIN stock_lot l ON l.id = c.lot_id
                JOIN product_product p ON p.id = COALESCE(l.product_id, c.product_id)
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN uom_uom u ON u.id = t.uom_id
                """,
                kind,
                biz_step or None,
                disposition or None,
                company.id,
                company.name,
                product_name(),
                gtin("p.barcode"),
                plain_name("u.name"),
                user.id,
                user.name,
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )
        self.invalidate_model()

    @api.model
    def _flush_sources(self, lines):
        """Send to the database what the ledger's SQL is about to read."""
        lines.flush_recordset(READ)
        lines.lot_id.flush_recordset(["name", "trace_batch", "expiration_date"])
        lines.move_id.flush_recordset(
            ["reference", "origin", "partner_id", "is_inventory", "scrap_id", "picking_id"]
        )
        lines.picking_id.flush_recordset(["name", "origin", "partner_id"])
        (lines.package_id | lines.result_package_id).flush_recordset(["name"])
        for orders in move_orders(lines.move_id):
            orders.flush_recordset(["name"])

    @api.model
    def _insert(self, lines, kind):
        """Insert the events of ``lines``, told by the database alone, as history is.

        :param lines: SQL of FROM items: move lines ``l``, and ``c`` with the columns reason and,
            for corrections, redated
        """
        [(last_id,)] = self.env.execute_query(
            SQL("SELECT last_value FROM trace_event_id_seq WHERE is_called UNION ALL SELECT 0")
        )[:1]
        self._execute(statement(self.env, Shape(kind), lines))
        if kind == "movement":
            self.env.cr.execute(packing_after(last_id))

    @api.model
    def _execute(self, query, few=False):
        """Insert events.

        To let the planner look for another order of the joins than the one they are written in
        takes longer than to move one unit, so it is told not to; for a few lines it need not
        look for other ways to join, either.
        """
        settings = ["join_collapse_limit = 1"]
        if few:
            settings += ["enable_hashjoin = off", "enable_mergejoin = off"]
        begin = SQL("; ").join(SQL(f"SET LOCAL {setting}") for setting in settings)
        end = SQL("; ").join(SQL(f"RESET {setting.split()[0]}") for setting in settings)
        self.env.cr.execute(SQL("%s; %s; %s", begin, query, end))
        self.invalidate_model()

    @api.model
    @tools.ormcache("shape")
    def _statement(self, shape):
        """The statement that writes lines of a shape: to put it together takes a while, too."""
        return statement(self.env, shape, LINES)

    # -- reading --------------------------------------------------------------

    @api.depends("biz_step", "lot_name")
    def _compute_display_name(self):
        for event in self:
            event.display_name = f"{event.biz_step or event.kind} {event.lot_name or ''}".strip()

    def action_open_document(self):
        """Open the document behind the event, as far as it still exists."""
        self.ensure_one()
        return self._open_record(self.document_model, self.document_id)

    def action_open_lot(self):
        """Open the lot or serial number, as far as it still exists."""
        self.ensure_one()
        return self._open_record("stock.lot", self.lot_id)

    def _open_record(self, model, res_id):
        record = self.env[model].browse(res_id).exists() if model in self.env else None
        if not record:
            raise UserError(
                self.env._("This record no longer exists. The ledger keeps what it said.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "view_mode": "form",
        }
