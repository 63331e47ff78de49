from odoo import api, models
from odoo.tools import SQL

from .trace_question_balance import CAME, NOTHING, WENT

#: Section of an answer -> role of its lines. The section of the lots tells its roles itself.
KEPT = {
    "suppliers": "supplier",
    "stock": "stock",
    "transit": "transit",
    "reserved": "reserved",
    "production": "production",
    "open_orders": "order",
    "customers": "consignee",
    "deliveries": "customer",
    "returned": "returned",
    "scrapped": "scrapped",
    "purged": "purged",
}
#: Columns of a line that are no part of what it says.
NOT_SAID = ["id", "run_id", "sequence"]


class TraceRun(models.Model):
    """Keeping an answer: each section becomes lines by one statement, inside the database.

    Neither the lines nor their digest pass through Python: an answer of 66,000 deliveries
    is kept in seconds.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run"

    def _keep(self, questions, scope, paths):
        """Insert the lines of the answer.

        :param questions: ``trace.question`` of the user who asks
        :param paths: number of lots up to which the path of each one is kept
        """
        self.ensure_one()
        sections = questions._sections()
        build, columns = sections["lots"]
        self._keep_lines(build(scope, SQL()), columns)
        for name, role in KEPT.items():
            build, columns = sections[name]
            self._keep_lines(build(scope, SQL()), columns, role)
        if len(scope.starts) <= paths:
            build, columns = sections["history"]
            self._keep_lines(build(scope, SQL()), columns, "path")
        self._keep_balance(questions, scope)
        self.invalidate_recordset()

    def _keep_lines(self, query, columns, role=None):
        names = SQL(", ").join(SQL.identifier(name) for name in columns)
        self.env.cr.execute(
            SQL(
                "INSERT INTO trace_run_line (run_id, sequence%(role)s, %(names)s) "
                "SELECT %(run)s, row_number() OVER ()%(value)s, %(names)s FROM (%(query)s) s",
                run=self.id,
                role=SQL(", role") if role else SQL(),
                value=SQL(", %s", role) if role else SQL(),
                names=names,
                query=query,
            )
        )

    def _keep_balance(self, questions, scope):
        """Keep the balance of the lots asked about, and of all that does not close."""
        figures = SQL(", ").join(
            SQL("%s::text, s.%s", name, SQL.identifier(name)) for name in (*CAME, *WENT, "lines")
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_run_line (run_id, sequence, role, lot_id, lot_name, product_id,
                    product_name, quantity, uom, figures)
                SELECT %(run)s, row_number() OVER (), 'balance', s.lot_id, s.lot_name, s.product_id,
                    s.product_name, s.difference, s.uom, jsonb_build_object(%(figures)s)
                FROM (%(query)s) s
                WHERE s.lot_id = ANY(%(asked)s) AND (%(sides)s) != 0
                    OR abs(s.difference) > %(nothing)s
                """,
                run=self.id,
                figures=figures,
                query=questions._sql_balance(scope, SQL()),
                asked=scope.asked,
                sides=SQL(" + ").join(
                    SQL("abs(%s)", SQL.identifier("s", name)) for name in (*CAME, *WENT)
                ),
                nothing=NOTHING,
            )
        )

    def _unbalanced(self):
        """How many lots have a balance that does not close."""
        return self.env.execute_query(
            SQL(
                "SELECT count(*) FROM trace_run_line WHERE run_id = %s AND role = 'balance' "
                "AND abs(quantity) > %s",
                self.id,
                NOTHING,
            )
        )[0][0]

    def _digest(self):
        """SHA-256 over the sorted SHA-256 of what each line says, as JSON without empty values."""
        return self.env.execute_query(
            SQL(
                """
                SELECT encode(sha256(convert_to(COALESCE(
                    string_agg(leaf, E'\\n' ORDER BY leaf COLLATE "C"), ''), 'UTF8')), 'hex')
                FROM (
                    SELECT encode(sha256(convert_to(%s::text, 'UTF8')), 'hex') AS leaf
                    FROM trace_run_line l WHERE run_id = %s
                ) leaves
                """,
                self._said("l"),
                self.id,
            )
        )[0][0]

    @api.model
    def _said(self, alias):
        """SQL of what a line says, without empty values: new columns change no old digest."""
        return SQL("jsonb_strip_nulls(to_jsonb(%s) - %s::text[])", SQL.identifier(alias), NOT_SAID)
