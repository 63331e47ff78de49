import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .trace_guard import refuse_forgery

#: Numbers of a question up to which the path of each one is kept.
PATHS = 1_000
#: Unknown numbers that an answer names.
UNKNOWN = 10

PURPOSES = [
    ("curiosity", "Look-up"),
    ("recall", "Recall"),
    ("audit", "Audit"),
    ("customer", "Customer's question"),
    ("drill", "Drill"),
]


class TraceRun(models.Model):
    """A question to the ledger with its answer as it was given, and how long it took.

    Asked with ``_ask``: the question (``trace.question``) finds the lots and walks, each section
    of the answer is inserted by one statement, whatever the number of lots. The answer is kept
    as lines of plain values with its digest, so that it can be asked again and compared
    (``trace_run_change``), printed and exported.

    A question that somebody else is to answer is a run in the state "requested"
    (``trace_run_request``). The Lot Traceability Cycle Time (``trace.cycle.time``) is measured
    from these records: from the request to the complete answer.
    """

    _name = "trace.run"
    _description = "Trace"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "requested_at desc, id desc"

    name = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("requested", "Requested"), ("answered", "Answered")],
        default="answered",
        required=True,
        readonly=True,
        index=True,
    )
    purpose = fields.Selection(PURPOSES, required=True, default="curiosity")
    note = fields.Text("Remark")
    question = fields.Json(readonly=True)
    question_text = fields.Text("Asked", readonly=True)
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
    requested_at = fields.Datetime("Requested", readonly=True, index=True)
    asked_at = fields.Datetime(readonly=True, help="When the ledger was asked")
    answered_at = fields.Datetime("Answered", readonly=True)
    seconds = fields.Float(
        digits=(12, 4), readonly=True, help="From asking the ledger to the complete answer"
    )
    query_count = fields.Integer("Queries", readonly=True)
    digest = fields.Char(
        readonly=True, help="SHA-256 over the answer: the same answer, the same digest."
    )
    counts = fields.Json(readonly=True)
    line_ids = fields.One2many("trace.run.line", "run_id", readonly=True)
    supplier_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "supplier")])
    made_from_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "made_from")])
    path_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "path")])
    made_into_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "made_into")])
    stock_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "stock")])
    customer_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "customer")])
    consignee_ids = fields.One2many("trace.run.line", "run_id", domain=[("role", "=", "consignee")])

    _answered_idx = models.Index("(company_id, answered_at) WHERE state = 'answered'")

    # -- asking ---------------------------------------------------------------

    @api.model
    def _ask(self, question, purpose="curiosity", repeats=None, request=None):
        """Ask where lots came from and where they went, and keep the answer.

        :param question: dict (see ``trace.question``) or ``stock.lot`` records
        :param purpose: one of ``curiosity``, ``recall``, ``audit``, ``customer``, ``drill``
        :param repeats: the ``trace.run`` that is asked again; what changed since is kept
        :param request: the requested ``trace.run`` that this answers
        :return: the ``trace.run``
        """
        self.check_access("read")
        started, queries = time.perf_counter(), self.env.cr.sql_log_count
        asked_at = fields.Datetime.now()
        question = self._as_question(question)
        scope = self._scope(question)
        quiet = self.sudo().with_context(tracking_disable=True)
        run = quiet._begin(question, scope, purpose, asked_at, repeats, request)
        run._keep(self.env["trace.question"], scope, PATHS)
        run._finish(scope, started, queries)
        if repeats:
            run._compare(repeats.sudo())
        return self.browse(run.id)

    @api.model
    def _as_question(self, question):
        """The question as a dict that can be kept."""
        if isinstance(question, models.BaseModel):
            if not question:
                raise UserError(self.env._("Choose at least one lot or serial number to trace."))
            question.check_access("read")
            return {"lots": question.ids}
        return question

    @api.model
    def _scope(self, question):
        """The lots that a question is about, as far as the user may know of them."""
        questions = self.env["trace.question"]
        questions._check_right()
        checked = questions._checked(question)
        self.env.flush_all()
        return questions._scope(checked)

    def _begin(self, question, scope, purpose, asked_at, repeats, request):
        """The record of a question that is about to be answered."""
        words = self.env["trace.question"].with_user(self.env.user)._words(question)
        values = {
            "name": self._title(scope.asked) or words.split("\n")[0][:200],
            "question": question,
            "question_text": words,
            "purpose": purpose,
            "lot_ids": [(6, 0, scope.asked)],
            "company_ids": [(6, 0, self.env.companies.ids)],
            "asked_at": asked_at,
            "repeats_id": repeats.id if repeats else False,
        }
        if request:
            request = request.sudo()
            request.write({**values, "company_id": self.env.company.id, "purpose": request.purpose})
            return request
        return self.create(
            {
                **values,
                "requested_at": asked_at,
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
            }
        )

    def _finish(self, scope, started, queries):
        """Sum up what was kept, and stop the clock."""
        counts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT role, count(*)::int FROM trace_run_line "
                    "WHERE run_id = %s GROUP BY role",
                    self.id,
                )
            )
        )
        digest, summary = self._digest(), self._summary(counts, scope)
        now = fields.Datetime.now()
        waited = self.state == "requested"
        seconds = time.perf_counter() - started
        self.write(
            {
                "counts": counts,
                "digest": digest,
                "summary": summary,
                "state": "answered",
                "answered_at": now,
                "answered_by_id": self.env.uid,
                "seconds": seconds,
                "cycle_seconds": (now - self.requested_at).total_seconds() if waited else seconds,
                "query_count": self.env.cr.sql_log_count - queries,
            }
        )
        if waited:
            self._answered()

    @api.model
    def _title(self, lot_ids):
        lots = self.env["stock.lot"].browse(lot_ids[:3])
        if not lots:
            return ""
        names = ", ".join(lots.mapped("name")) + (" …" if len(lot_ids) > 3 else "")
        return f"{names} ({', '.join(lots.product_id[:2].mapped('name'))})"

    def _summary(self, counts, scope):
        """The answer in a sentence or three, for the person who asked."""
        parts = self._says_unknown()
        if not self.lot_ids:
            return " ".join([*parts, self.env._("No lot or serial number fits the question.")])
        for role, sentence in (
            ("supplier", self.env._("Came from %s.")),
            ("stock", self.env._("Now: %s.")),
            ("consignee", self.env._("Went to %s.")),
        ):
            names = self._most(role)
            if names:
                parts.append(sentence % ", ".join(names))
        if not counts.get("stock"):
            parts.append(self.env._("Nothing is on hand."))
        if counts.get("balance") and (missing := self._unbalanced()):
            parts.append(self.env._("Lots whose balance does not close: %s.", missing))
        [(gaps,)] = self.env.execute_query(self.env["trace.question"]._sql_gaps(scope))
        if gaps:
            parts.append(
                self.env._(
                    "In %s operations it went into goods that are not tracked: where those are "
                    "the ledger cannot tell.",
                    gaps,
                )
            )
        if len(self.lot_ids) > PATHS:
            parts.append(self.env._("The path of each number is kept for up to %s numbers.", PATHS))
        return " ".join(parts)

    def _says_unknown(self):
        """Which of the numbers nobody knows here: who asked may have mistyped one of them."""
        unknown = self.env["trace.question"]._unknown(self.question or {})
        if not unknown:
            return []
        named = ", ".join(unknown[:UNKNOWN]) + (" …" if len(unknown) > UNKNOWN else "")
        return [self.env._("Not known here: %s", f"{named}.")]

    def _most(self, role):
        """The partners or places with most of the goods, as text; several products by name."""
        name = SQL("dest_name") if role == "stock" else SQL("partner_name")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT name, sum(quantity)::float, count(*), count(*) OVER (),
                    string_agg(concat_ws(' ', quantity::float, product_name), ', '
                        ORDER BY quantity DESC)
                FROM (
                    SELECT %s AS name, product_name, sum(quantity) AS quantity
                    FROM trace_run_line WHERE run_id = %s AND role = %s AND quantity != 0
                    GROUP BY 1, 2
                ) goods
                GROUP BY name ORDER BY sum(quantity) DESC, name LIMIT 5
                """,
                name,
                self.id,
                role,
            )
        )
        names = []
        for who, quantity, products, _all, goods in rows:
            much = f"{quantity:g}" if products == 1 else goods
            who = who or self.env._("unknown")
            names.append(who if role == "supplier" else f"{who} ({much})")
        more = rows[0][3] - len(rows) if rows else 0
        return names + ([self.env._("%s more", more)] if more else [])

    def write(self, vals):
        """People add a purpose and a remark; the answer stays as it was given."""
        refuse_forgery(self, vals, {"purpose", "note"})
        return super().write(vals)

    # -- buttons --------------------------------------------------------------

    def action_repeat(self):
        """Ask the same again and say what has changed since."""
        self.ensure_one()
        question = self.question or {"lots": self.lot_ids.ids}
        return self._ask(question, self.purpose, repeats=self)._get_records_action()

    def action_print(self):
        """Print the answer."""
        return self.env.ref("lot_serial_trace.action_report_trace_run").report_action(self)
