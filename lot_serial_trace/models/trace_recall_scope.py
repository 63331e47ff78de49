from types import SimpleNamespace

from odoo import api, fields, models
from odoo.tools import SQL

from .trace_event_sql import plain_name

#: Columns of a row of the scope -> columns of the balance of its lot.
FIGURES = {
    "received_qty": "received",
    "made_qty": "made",
    "from_other_qty": "from_other",
    "on_hand_qty": "on_hand",
    "in_transit_qty": "in_transit",
    "delivered_qty": "sold",
    "returned_qty": "returned",
    "consumed_qty": "consumed",
    "destroyed_qty": "scrapped",
    "adjusted_qty": "adjusted",
    "sent_back_qty": "sent_back",
    "handed_over_qty": "handed_over",
    "balance_qty": "difference",
}

#: Why a lot is in a scope that was walked to; all others stay whatever a walk says.
WALKED = "reached"


class TraceRecallScope(models.Model):
    """The scope of a case: its lots are walked to and kept by one statement, however many.

    Rows are per lot and company: where companies share products they share the record of a lot,
    and each has its own part of the case. To walk again adds what was not reached before and
    changes nothing else.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    def _acting(self):
        """The case in the name of who confirmed it, in all of its companies.

        :return: the case in superuser mode
        """
        self.ensure_one()
        who = self.sudo().approver_id or self.env.user
        companies = self._companies()
        return (
            self.with_user(who)
            .sudo()
            .with_context(allowed_company_ids=companies.ids, lang=who.lang, tracking_disable=True)
        )

    def _companies(self):
        """The companies of the case, that which leads it first."""
        case = self.sudo()
        return case.company_id | case.company_ids

    # -- walking --------------------------------------------------------------

    def _walk_in(self, lots, why, text=None, forward=True):
        """Take ``lots`` into the scope, and what became of them: one statement.

        :param lots: ``stock.lot`` records
        :param why: why they are in it; what is reached from them says so
        :param text: sentence kept with them
        :param forward: False: what they were made from instead
        :return: the ``trace.recall.lot`` that are new, or in the scope again
        """
        self.ensure_one()
        self.env.flush_all()
        starts = [(lot_id, None) for lot_id in lots.ids]
        reach = self.env["trace.edge"]._reach(starts, forward, self._companies().ids)
        return self._insert_lots(reach, why, text, 1 if forward else -1)

    def _insert_lots(self, reach, why, text=None, sign=1, walked=WALKED):
        """Insert rows for what a FROM item ``reach(lot_id, at, level)`` gives.

        :param walked: why lots are in it that are operations away
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO trace_recall_lot AS s (recall_id, lot_id, lot_name, product_id,
                    company_id, why, why_text, level, tainted_at, joined_at, state, uom_name,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(recall)s, l.id, l.name, l.product_id, c.company_id,
                    CASE reach.level WHEN 0 THEN %(why)s ELSE %(walked)s END, %(text)s,
                    reach.level * %(sign)s,
                    CASE WHEN reach.at IN ('-infinity', 'infinity') THEN NULL ELSE reach.at END,
                    %(now)s, 'scoped', %(uom)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                FROM %(reach)s
                JOIN stock_lot l ON l.id = reach.lot_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN uom_uom u ON u.id = t.uom_id
                CROSS JOIN LATERAL unnest(%(parts)s) AS c(company_id)
                ORDER BY reach.level, l.id, c.company_id
                ON CONFLICT (recall_id, lot_id, company_id) DO UPDATE SET state = 'scoped',
                    why = excluded.why, why_text = excluded.why_text,
                    joined_at = excluded.joined_at
                WHERE s.state IN ('excluded', 'released') AND excluded.why != %(reached)s
                RETURNING s.id
                """,
                recall=self.id,
                why=why,
                walked=walked,
                reached=WALKED,
                text=text or None,
                sign=sign,
                now=now,
                uom=plain_name("u.name"),
                uid=self.env.uid,
                reach=reach,
                parts=self._sql_parts(),
            )
        )
        self._tell_planner(len(rows), "trace_recall_lot")
        self.env["trace.recall.lot"].invalidate_model()
        self.invalidate_recordset(["scope_ids"])
        return self.env["trace.recall.lot"].browse(row_id for (row_id,) in rows)

    def _sql_parts(self):
        """SQL of the companies of the case that lot ``l`` concerns, as an array.

        Those that have or had goods of it; if none did, the one that leads the case.
        """
        companies = self._companies().ids
        if len(companies) == 1:
            return SQL(
                "CASE WHEN l.company_id IS NULL OR l.company_id = %s THEN %s END",
                *(companies[0], companies),
            )
        return SQL(
            """
            CASE WHEN l.company_id IS NOT NULL
                THEN CASE WHEN l.company_id = ANY(%(companies)s) THEN ARRAY[l.company_id] END
                ELSE COALESCE(NULLIF(ARRAY(
                    SELECT x FROM unnest(%(companies)s) AS x WHERE EXISTS (
                        SELECT FROM trace_event e WHERE e.lot_id = l.id AND e.company_id = x)
                    OR EXISTS (SELECT FROM stock_quant q WHERE q.lot_id = l.id
                        AND q.company_id = x)), '{}'), ARRAY[%(main)s]) END
            """,
            companies=companies,
            main=companies[0],
        )

    @api.model
    def _sql_companies_with(self, lots, companies):
        """SQL of the ids of those of ``companies`` that have or had goods of ``lots``."""
        return SQL(
            """
            SELECT x AS id FROM unnest(%(companies)s) AS x
            WHERE EXISTS (SELECT FROM trace_event e
                    WHERE e.lot_id = ANY(%(lots)s) AND e.company_id = x)
                OR EXISTS (SELECT FROM stock_quant q
                    WHERE q.lot_id = ANY(%(lots)s) AND q.company_id = x)
                OR EXISTS (SELECT FROM stock_lot l
                    WHERE l.id = ANY(%(lots)s) AND l.company_id = x)
            """,
            companies=list(companies),
            lots=lots.ids,
        )

    # -- figures --------------------------------------------------------------

    def _count_goods(self):
        """Write what each lot of the scope comes to, of each company its part: a query each."""
        self.ensure_one()
        self.env.flush_all()
        for company in self._companies():
            self.env.cr.execute(self._sql_count(company))
        self.env["trace.recall.lot"].invalidate_model()

    def _sql_count(self, company):
        reach = SQL(
            "(SELECT lot_id, abs(level) AS level FROM trace_recall_lot "
            "WHERE recall_id = %s AND company_id = %s AND lot_id IS NOT NULL) AS reach",
            self.id,
            company.id,
        )
        scope = SimpleNamespace(ahead=reach, companies=company.ids)
        return SQL(
            "UPDATE trace_recall_lot s SET %s FROM (%s) b "
            "WHERE s.recall_id = %s AND s.company_id = %s AND s.lot_id = b.lot_id",
            SQL(", ").join(
                SQL("%s = b.%s", SQL.identifier(mine), SQL.identifier(theirs))
                for mine, theirs in FIGURES.items()
            ),
            self.env["trace.question"]._sql_balance(scope, SQL()),
            self.id,
            company.id,
        )

    # -- who is in it ---------------------------------------------------------

    def _asked_lots(self):
        """The lots from which the scope is walked: those that no walk has found."""
        rows = self.sudo().scope_ids.filtered_domain(
            [("why", "!=", WALKED), ("state", "in", ("scoped", "held"))]
        )
        return rows.lot_id

    def _lots_in_scope(self):
        """The lots that are in the scope now."""
        return self.sudo().scope_ids.filtered(lambda row: row.state in ("scoped", "held")).lot_id
