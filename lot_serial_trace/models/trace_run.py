import hashlib
import json
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from ..core import walk
from .trace_event_sql import plain_name, product_name
from .trace_guard import refuse_forgery

PURPOSES = [
    ("curiosity", "Look-up"),
    ("recall", "Recall"),
    ("audit", "Audit"),
    ("customer", "Customer's question"),
    ("drill", "Drill"),
]

ROLES = [
    ("supplier", "Came from"),
    ("made_from", "Made from"),
    ("path", "Path"),
    ("made_into", "Made into"),
    ("stock", "Where it is now"),
    ("customer", "Went to"),
]


class TraceRun(models.Model):
    """A question about lots or serial numbers, with its answer as it was given.

    Asked with ``_ask``: the walk (``trace.edge``), the ledger (``trace.event``) and
    the stock are read with one query each, whatever the number of lots. The answer
    is kept as lines of plain values with its digest, so that it can be repeated and
    compared, and its time and number of queries, from which the Lot Traceability
    Cycle Time is measured.
    """

    _name = "trace.run"
    _description = "Trace"
    _order = "asked_at desc, id desc"

    name = fields.Char(required=True, readonly=True)
    purpose = fields.Selection(PURPOSES, required=True, default="curiosity")
    note = fields.Text("Remark")
    summary = fields.Text("In short", readonly=True)
    lot_ids = fields.Many2many("stock.lot", string="Asked about", readonly=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_ids = fields.Many2many(
        "res.company",
        string="Companies Asked",
        readonly=True,
        help="Whose records the answer is made of: who reads it must have access to all of them.",
    )
    asked_at = fields.Datetime(readonly=True)
    answered_at = fields.Datetime(readonly=True)
    seconds = fields.Float(digits=(12, 4), readonly=True)
    query_count = fields.Integer("Queries", readonly=True)
    digest = fields.Char(
        readonly=True, help="SHA-256 over the answer: the same answer, the same digest."
    )
    repeats_id = fields.Many2one("trace.run", readonly=True)
    same_as_before = fields.Boolean(compute="_compute_same_as_before")
    line_ids = fields.One2many("trace.run.line", "run_id", readonly=True)
    supplier_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "supplier")])
    made_from_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "made_from")])
    path_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "path")])
    made_into_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "made_into")])
    stock_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "stock")])
    customer_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "customer")])

    @api.depends("digest", "repeats_id.digest")
    def _compute_same_as_before(self):
        for run in self:
            run.same_as_before = bool(run.repeats_id) and run.digest == run.repeats_id.digest

    # -- asking ---------------------------------------------------------------

    @api.model
    def _ask(self, lots, purpose="curiosity", repeats=None):
        """Ask where ``lots`` came from and where they went, and keep the answer.

        :param lots: ``stock.lot`` records
        :param purpose: one of ``curiosity``, ``recall``, ``audit``, ``customer``, ``drill``
        :return: the ``trace.run``
        """
        if not lots:
            raise UserError(self.env._("Choose at least one lot or serial number to trace."))
        lots.check_access("read")
        self.check_access("read")
        self.env.flush_all()
        asked_at, started, queries = (
            fields.Datetime.now(),
            time.perf_counter(),
            self.env.cr.sql_log_count,
        )
        lines = self._answer(lots.ids)
        seconds, queries = time.perf_counter() - started, self.env.cr.sql_log_count - queries
        run = self.sudo().create(
            {
                "name": self._title(lots),
                "summary": self._summary(lines),
                "purpose": purpose,
                "lot_ids": [(6, 0, lots.ids)],
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
                "company_ids": [(6, 0, self.env.companies.ids)],
                "asked_at": asked_at,
                "answered_at": fields.Datetime.now(),
                "seconds": seconds,
                "query_count": queries,
                "digest": _digest(lines),
                "repeats_id": repeats.id if repeats else False,
            }
        )
        self.env["trace.run.line"].sudo()._insert(run, lines)
        return self.browse(run.id)

    @api.model
    def _title(self, lots):
        names = ", ".join(lots[:3].mapped("name")) + (" …" if len(lots) > 3 else "")
        return f"{names} ({', '.join(lots.product_id[:2].mapped('name'))})"

    @api.model
    def _summary(self, lines):
        """The answer in a sentence or three, for the person who asked."""
        parts = []
        for role, sentence in (
            ("supplier", self.env._("Came from %s.")),
            ("stock", self.env._("Now: %s.")),
            ("customer", self.env._("Went to %s.")),
        ):
            mine = [line for line in lines if line["role"] == role]
            place = "dest_name" if role == "stock" else "partner_name"
            totals = {}
            for line in mine:
                name = line.get(place) or self.env._("unknown")
                totals[name] = totals.get(name, 0) + line["quantity"]
            names = [
                name if role == "supplier" else f"{name} ({quantity:g})"
                for name, quantity in list(totals.items())[:5]
            ]
            if names:
                more = len(totals) - len(names)
                names += [self.env._("%s more", more)] if more else []
                parts.append(sentence % ", ".join(names))
        if not any(line["role"] == "stock" for line in lines):
            parts.append(self.env._("Nothing is on hand."))
        return " ".join(parts)

    @api.model
    def _answer(self, lot_ids):
        """Return the answer about lots as dicts of ``trace.run.line`` values: three queries."""
        companies = self.env.companies.ids
        edges = self.env["trace.edge"]._walk(lot_ids, companies)
        back, forth = walk.levels(edges, lot_ids)
        reached = sorted({*lot_ids, *back, *forth})
        asked = set(lot_ids)
        lines = []
        names = {}
        for event in self._events(reached, companies):
            lot_id = event["lot_id"]
            names[lot_id] = event
            level = max(back.get(lot_id, 0), forth.get(lot_id, 0))
            if event["source_usage"] == "supplier" and (lot_id in back or lot_id in asked):
                lines.append(_line("supplier", _from_supplier(event), level))
            if event["dest_usage"] == "customer" and (lot_id in forth or lot_id in asked):
                lines.append(_line("customer", event, level))
            if lot_id in asked:
                lines.append(_line("path", event, 0))
        lines += _relatives("made_from", back, edges, names)
        lines += _relatives("made_into", forth, edges, names)
        lines += [
            {"role": "stock", "level": forth.get(row["lot_id"], 0), **row}
            for row in self._stock(sorted({*lot_ids, *forth}), companies)
        ]
        return lines

    @api.model
    def _events(self, lot_ids, company_ids):
        """The movements of lots as the ledger tells them, corrections applied, in order of time."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT lot_id, lot_name, product_id, product_name, event_time, biz_step,
                    disposition, quantity, uom, source_name, source_usage, dest_name, dest_usage,
                    partner_id, partner_name, supplier_id, supplier_name, document,
                    document_model, document_id, origin
                FROM (
                    SELECT DISTINCT ON (move_line_id) * FROM trace_event
                    WHERE kind IN ('movement', 'correction') AND company_id = ANY(%(companies)s)
                    AND move_line_id IN (SELECT move_line_id FROM trace_event
                        WHERE lot_id = ANY(%(lots)s) AND kind IN ('movement', 'correction'))
                    ORDER BY move_line_id, id DESC
                ) latest
                WHERE lot_id = ANY(%(lots)s) AND quantity != 0
                ORDER BY event_time, id
                """,
                lots=lot_ids,
                companies=company_ids,
            )
        )

    @api.model
    def _stock(self, lot_ids, company_ids):
        """What is on hand of lots now, by place and package."""
        self.env["stock.quant"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT q.lot_id, l.name AS lot_name, q.product_id, %(product)s AS product_name,
                    a.complete_name AS dest_name, a.usage AS dest_usage, pk.name AS document,
                    sum(q.quantity) AS quantity,
                    %(uom)s AS uom, min(q.in_date) AS event_time
                FROM stock_quant q
                JOIN stock_lot l ON l.id = q.lot_id
                JOIN stock_location a ON a.id = q.location_id
                JOIN product_product p ON p.id = q.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN uom_uom u ON u.id = t.uom_id
                LEFT JOIN stock_package pk ON pk.id = q.package_id
                WHERE q.lot_id = ANY(%(lots)s) AND a.usage IN ('internal', 'transit')
                AND (q.company_id IS NULL OR q.company_id = ANY(%(companies)s))
                GROUP BY q.lot_id, l.id, q.product_id, p.id, t.id, u.id, a.id, pk.name
                HAVING sum(q.quantity) != 0
                ORDER BY l.name, a.complete_name
                """,
                product=product_name(),
                uom=plain_name("u.name"),
                lots=lot_ids,
                companies=company_ids,
            )
        )

    def write(self, vals):
        """People add a purpose and a remark; the answer stays as it was given."""
        refuse_forgery(self, vals, {"purpose", "note"})
        return super().write(vals)

    # -- buttons --------------------------------------------------------------

    def action_repeat(self):
        """Ask the same again and say whether the answer is still the same."""
        self.ensure_one()
        return self._ask(self.lot_ids, self.purpose, repeats=self)._get_records_action()

    def action_print(self):
        """Print the answer."""
        return self.env.ref("lot_serial_trace.action_report_trace_run").report_action(self)


class TraceRunLine(models.Model):
    """One line of an answer, as plain values: it says later what it said then."""

    _name = "trace.run.line"
    _description = "Trace Answer"
    _order = "run_id, sequence, id"
    _log_access = False

    run_id = fields.Many2one("trace.run", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id")
    sequence = fields.Integer()
    role = fields.Selection(ROLES, required=True)
    level = fields.Integer("Steps Away", help="Operations between the asked number and this one")
    lot_id = fields.Integer("Lot ID")
    lot_name = fields.Char("Lot/Serial")
    product_id = fields.Integer("Product ID")
    product_name = fields.Char("Product")
    event_time = fields.Datetime("When")
    biz_step = fields.Selection(
        lambda self: self.env["trace.event"]._fields["biz_step"]._description_selection(self.env),
        "Step",
    )
    disposition = fields.Selection(
        lambda self: self.env["trace.event"]._fields["disposition"]._description_selection(self.env)
    )
    quantity = fields.Float(digits="Product Unit")
    uom = fields.Char("Unit")
    source_name = fields.Char("From")
    dest_name = fields.Char("To")
    partner_id = fields.Integer("Partner ID")
    partner_name = fields.Char("Partner")
    document = fields.Char()
    document_model = fields.Char()
    document_id = fields.Integer("Document ID")
    origin = fields.Char("Source Document")

    @api.model
    def _insert(self, run, lines):
        """Keep the lines of an answer: the ORM batches them into few statements."""
        known = set(self._fields)
        self.create(
            [
                {
                    **{name: value for name, value in line.items() if name in known},
                    "run_id": run.id,
                    "sequence": number,
                }
                for number, line in enumerate(lines)
            ]
        )

    def _cell(self, name):
        """The value of a field as the printed record shows it."""
        value = self[name]
        if name == "event_time":
            return format_datetime(self.env, value, dt_format="short") if value else ""
        if name == "quantity":
            return f"{value:g}"
        if name == "biz_step":
            return dict(self._fields[name]._description_selection(self.env)).get(value, "")
        return value or ""

    def action_open_document(self):
        """Open the document of the line, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record(self.document_model, self.document_id)


def _from_supplier(event):
    """The event as told of its sender: goods sent straight to a customer have two partners."""
    return {
        **event,
        "partner_id": event["supplier_id"] or event["partner_id"],
        "partner_name": event["supplier_name"] or event["partner_name"],
    }


def _line(role, event, level):
    return {"role": role, "level": level, **event}


def _relatives(role, levels, edges, names):
    """One line per related lot and the operation through which it was first reached."""
    direction = "backward" if role == "made_from" else "forward"
    seen = set()
    lines = []
    for way, via, _operation, operation_id, lot_id, operation in sorted(
        edges, key=lambda edge: (levels.get(edge[4], 0), edge[4], edge[3])
    ):
        if way != direction or lot_id in seen or not levels.get(lot_id):
            continue
        seen.add(lot_id)
        event = names.get(lot_id, {})
        lines.append(
            {
                "role": role,
                "level": levels[lot_id],
                "lot_id": lot_id,
                "lot_name": event.get("lot_name"),
                "product_id": event.get("product_id"),
                "product_name": event.get("product_name"),
                "origin": operation or str(operation_id),
                "document": names.get(via, {}).get("lot_name"),
            }
        )
    return lines


def _digest(lines):
    """SHA-256 over the answer as canonical JSON, independent of the order of lines."""
    plain = sorted(json.dumps(line, sort_keys=True, default=str) for line in lines)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()
