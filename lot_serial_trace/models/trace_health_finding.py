from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ..core import health
from . import trace_health_sql as checks
from .trace_edge import OPERATIONS
from .trace_event_history import BACKFILL_LAST, BACKFILL_NEXT

#: Model of the document behind an operation.
OPERATION_MODELS = {
    "production": "mrp.production",
    "unbuild": "mrp.unbuild",
    "repair_in": "repair.order",
    "repair_out": "repair.order",
}
#: How long an event may wait for its seal.
UNSEALED = timedelta(days=1)
#: What is updated where a finding is found again.
KEPT = [name for name in checks.COLUMNS if name not in ("kind", "company_id", "lot_ref")]


class TraceHealthFinding(models.Model):
    """A flaw that breaks or weakens a trace: one number, movement or product.

    Found by queries over many numbers at once (``trace_health_sql.py``), kept until it is
    found no more. What a kind means, how much it counts and what to do is said in
    ``core/health.py``. Movements that are missing in the ledger are kept by
    ``trace.ledger.gap``, and only counted here.
    """

    _name = "trace.health.finding"
    _description = "Flaw in a Trace"
    _order = "weight desc, kind, date desc, id desc"
    _log_access = False

    kind = fields.Selection(
        lambda self: [(flaw.code, self.env._(flaw.title)) for flaw in health.FLAWS.values()],
        "What is wrong",
        required=True,
        readonly=True,
    )
    subject = fields.Char(required=True, readonly=True)
    weight = fields.Float(readonly=True, aggregator=None, help="What it takes from the score")
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="cascade")
    lot_ref = fields.Integer("Lot ID", readonly=True, aggregator=None)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True, ondelete="set null")
    lot_name = fields.Char("Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    location_id = fields.Many2one("stock.location", "Place", readonly=True, ondelete="set null")
    move_line_id = fields.Integer("Move Line ID", readonly=True, aggregator=None)
    quantity = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    date = fields.Datetime(readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Integer("Document ID", readonly=True, aggregator=None)
    other = fields.Char(readonly=True)
    found_at = fields.Datetime("First Found", readonly=True)
    # Technical: the look that saw it last.
    look = fields.Char(readonly=True)

    name = fields.Char("Finding", compute="_compute_words")
    meaning = fields.Text("What it means", compute="_compute_words")
    remedy = fields.Text("What to do", compute="_compute_words")
    repair = fields.Char(compute="_compute_words")

    _subject_idx = models.UniqueIndex("(subject)")
    _lot_idx = models.Index("(lot_ref) WHERE lot_ref IS NOT NULL")
    _line_idx = models.Index("(move_line_id) WHERE move_line_id IS NOT NULL")
    _kind_idx = models.Index("(company_id, kind)")

    @api.depends_context("lang", "tz")
    @api.depends("kind")
    def _compute_words(self):
        for finding in self:
            flaw = health.FLAWS[finding.kind]
            sentence = self.env._(flaw.message)
            finding.name = sentence % finding._values()
            finding.meaning = self.env._(flaw.meaning)
            finding.remedy = self.env._(flaw.remedy)
            finding.repair = flaw.repair

    def _values(self):
        """What belongs into the sentence."""
        none = "?"
        return {
            "lot": self.lot_name or none,
            "product": self.product_id.display_name or none,
            "place": self.location_id.complete_name or none,
            "document": self.document or none,
            "quantity": f"{self.quantity:g}",
            "date": format_datetime(self.env, self.date, dt_format="short") if self.date else none,
            "other": self.other or none,
        }

    # -- looking --------------------------------------------------------------

    @api.model
    def _look_at_lots(self, among):
        """Look at numbers: a constant number of queries.

        :param among: function that makes SQL of which numbers, given the column of their id
        """
        self.env.flush_all()
        self._keep(self._lot_checks(among), among("lot_ref"))

    @api.model
    def _look_at_lines(self, among):
        """Look at movements that name no number, see ``_look_at_lots``."""
        self.env.flush_all()
        unnumbered = SQL("lot_ref IS NULL AND %s", among("move_line_id"))
        self._keep([checks.no_number(among)], unnumbered)

    @api.model
    def _look_at_rest(self):
        """Look at what is about no number: products, and the seals."""
        self.env.flush_all()
        others = SQL("lot_ref IS NULL AND move_line_id IS NULL")
        self._keep(self._other_checks(), others)

    @api.model
    def _lot_checks(self, among):
        """The queries over numbers."""
        found = [
            checks.serial_quantity(among),
            checks.receipts(among, self._notices()),
            checks.time_reversal(among),
            checks.stock(among),
            checks.names(among),
        ]
        sources = self.env["trace.edge"]._operation_sources()
        if sources and not self._history_unread():
            columns = [name for name in OPERATIONS if name in self.env["stock.move"]._fields]
            found.append(checks.edges(among, sources, columns, OPERATION_MODELS))
        return found

    @api.model
    def _other_checks(self):
        """The queries about everything else."""
        found = [checks.unsealed(fields.Datetime.now() - UNSEALED)]
        if "production_id" in self.env["stock.move"]._fields:
            found.append(checks.chain_broken())
        return found

    @api.model
    def _notices(self):
        """SQL of which notice tells of which receipt."""
        field = self.env["stock.picking"]._fields["trace_asn_ids"]
        return SQL(
            "(SELECT %s AS asn_id, %s AS picking_id FROM %s)",
            SQL.identifier(field.column2),
            SQL.identifier(field.column1),
            SQL.identifier(field.relation),
        )

    @api.model
    def _history_unread(self):
        """Whether movements from before the add-on are still being read."""
        parameters = self.env["ir.config_parameter"].sudo()
        first = int(parameters.get_param(BACKFILL_NEXT, 1))
        return first <= int(parameters.get_param(BACKFILL_LAST, 0))

    @api.model
    def _keep(self, queries, looked_at):
        """Write what queries find; what is among ``looked_at`` and not found any more goes."""
        look = uuid4().hex
        for query in queries:
            self._keep_found(query, look)
        self.env.cr.execute(
            SQL("DELETE FROM trace_health_finding WHERE %s AND look != %s", looked_at, look)
        )
        self.invalidate_model()

    @api.model
    def _keep_found(self, query, look):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_health_finding (
                    subject, lot_id, weight, look, found_at, %(names)s)
                SELECT DISTINCT ON (subject) * FROM (
                    SELECT concat_ws('|', f.kind, f.company_id, 'L' || f.lot_ref,
                            'P' || f.location_id, 'M' || f.move_line_id, f.document_model,
                            f.document_id, f.other,
                            CASE WHEN f.lot_ref IS NULL THEN f.product_id END) AS subject,
                        lot.id AS known_lot, w.weight, %(look)s,
                        now() AT TIME ZONE 'UTC' AS found_at,
                        %(columns)s
                    FROM (%(query)s) f
                    JOIN (VALUES %(weights)s) AS w(kind, weight) ON w.kind = f.kind
                    LEFT JOIN stock_lot lot ON lot.id = f.lot_ref
                    LEFT JOIN product_product product ON product.id = f.product_id
                ) found
                ORDER BY subject
                ON CONFLICT (subject) DO UPDATE SET look = excluded.look, weight = excluded.weight,
                    lot_id = excluded.lot_id, %(again)s
                """,
                names=SQL(", ").join(map(SQL.identifier, checks.COLUMNS)),
                columns=SQL(", ").join(
                    SQL.identifier(
                        "product" if name == "product_id" else "f",
                        "id" if name == "product_id" else name,
                    )
                    for name in checks.COLUMNS
                ),
                look=look,
                query=query,
                weights=SQL(", ").join(
                    SQL("%s", (flaw.code, flaw.weight)) for flaw in health.FLAWS.values()
                ),
                again=SQL(", ").join(
                    SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in KEPT
                ),
            )
        )

    # -- putting right --------------------------------------------------------

    def _fix(self):
        """Put right what needs nobody's word, and look at these numbers again."""
        for kind, found in self.grouped("kind").items():
            fix = getattr(self, f"_fix_{kind}", None)
            if fix is None:
                raise UserError(self.env._("%s: somebody has to decide this.", found[0].name))
            fix(found)
        self._look_again()

    def _fix_no_edge(self, found):
        operations = {tuple(one._operation()) for one in found}
        edges = self.env["trace.edge"].sudo()
        edges._replace(sorted(operations), edges._operation_sources(), [])

    _fix_stray_edge = _fix_no_edge

    def _fix_renamed_past(self, found):
        """Tell the ledger of names that were changed past it."""
        self.env["trace.event"].sudo()._record_notes(
            "number",
            found.lot_id,
            {
                one.lot_id.id: self.env._(
                    "renamed past the ledger from %(old)s to %(new)s",
                    old=one.other,
                    new=one.lot_id.name,
                )
                for one in found
            },
        )

    def _operation(self):
        """Kind and id of the operation that a link is of."""
        return self.other.split()[0], self.document_id

    def _look_again(self):
        """Look at the same numbers, movements and products again."""
        finder = self.sudo()
        lots, lines = (
            finder.filtered("lot_ref").mapped("lot_ref"),
            finder.filtered(lambda one: not one.lot_ref).mapped("move_line_id"),
        )
        if lots:
            finder._look_at_lots(lambda column: SQL("%s = ANY(%s)", SQL(column), lots))
        if any(lines):
            finder._look_at_lines(lambda column: SQL("%s = ANY(%s)", SQL(column), lines))
        if not all(one.lot_ref or one.move_line_id for one in finder.exists()):
            finder._look_at_rest()

    # -- buttons --------------------------------------------------------------

    def action_repair(self):
        """Put it right, ask what is needed for it, or lead to where it is done."""
        self.check_access("read")
        if not self.env.user.has_group("lot_serial_trace.group_trace_quality"):
            raise AccessError(self.env._("Quality puts flaws in traces right."))
        kinds = {one.repair for one in self}
        if kinds == {"fix"}:
            self._fix()
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        if len(self) > 1:
            raise UserError(
                self.env._("Choose one at a time, or only such that need nobody's word.")
            )
        return self._ask_number() if kinds == {"ask"} else self._lead()

    def _ask_number(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give the Movement a Number"),
            "res_model": "trace.health.number",
            "view_mode": "form",
            "target": "new",
            "context": {"default_finding_id": self.id},
        }

    def _lead(self):
        """To where it is put right."""
        if self.kind in ("negative_stock", "no_origin", "unexplained", "serial_twice"):
            return self._open_count()
        if self.kind == "time_reversal":
            return self._open_moves()
        return self.action_open()

    def _open_count(self):
        """The counting screen, with these goods."""
        action = self.env["stock.quant"].action_view_inventory()
        return {
            **action,
            "domain": [
                ("lot_id", "=", self.lot_id.id),
                ("location_id.usage", "in", ["internal", "transit"]),
            ],
            "context": {"default_lot_id": self.lot_id.id, "inventory_mode": True},
        }

    def _open_moves(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.stock_move_line_action")
        domain = [("lot_id", "=", self.lot_id.id), ("state", "=", "done")]
        return {**action, "domain": domain, "context": {}}

    def action_open(self):
        """Open the document, the number or the product that it is about."""
        self.ensure_one()
        if self.document_model in self.env and self.document_id:
            return self.env["trace.event"]._open_record(self.document_model, self.document_id)
        if self.lot_id:
            return self.lot_id._get_records_action()
        if self.lot_ref:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "lot_serial_trace.action_trace_event"
            )
            return {**action, "domain": [("lot_id", "=", self.lot_ref)], "context": {}}
        return self.product_id._get_records_action()
