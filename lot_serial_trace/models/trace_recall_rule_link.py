from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Lots of one case opened from a rule: beyond that the rule is too wide to be meant.
MOST = 200_000
#: A running case hears of so many different reasons one by one.
REASONS = 10


class TraceRecallRule(models.Model):
    """From a rule to a case: by a button, or by the lots that it catches."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.rule"

    def action_open_case(self):
        """Make a draft case of all lots that the rule means, in the user's companies."""
        self.ensure_one()
        self.env["trace.recall"]._check_right()
        if self.flaw:
            raise UserError(self._flawed(self.flaw))
        rows = self.env.execute_query(
            SQL("SELECT m.* FROM (%s) m LIMIT %s", self._sql_lots(self.env.companies), MOST + 1)
        )
        if len(rows) > MOST:
            raise UserError(
                self.env._("The rule means more than %s lots: say more closely which.", MOST)
            )
        if not rows:
            raise UserError(self.env._("The rule means no lot. A case needs at least one."))
        recall = self._make_case(self.env.companies)
        self._keep_case_lots(recall, {lot_id: self._why_at(places) for lot_id, places in rows})
        return recall._get_records_action()

    def _make_case(self, companies):
        whose = companies.browse(self._whose(companies))
        return self.env["trace.recall"].create(
            {
                "title": self.name,
                "reason": self.sentence,
                "company_id": (whose & self.env.company or whose)[:1].id,
                "company_ids": [(6, 0, whose.ids)],
                "rule_ids": [(6, 0, self.ids)],
            }
        )

    def _keep_case_lots(self, recall, reasons):
        """Write the lots of a draft and why they are in it: two queries."""
        field = recall._fields["lot_ids"]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT %s, unnest(%s::int[]) ON CONFLICT DO NOTHING",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                recall.id,
                list(reasons),
            )
        )
        recall.invalidate_recordset(["lot_ids"])
        lots = self.env["stock.lot"].sudo().browse(reasons)
        lots.fetch(["name", "product_id"])
        deeds = dict.fromkeys(lots.ids, {"deed": "joined", "recall_id": recall.id})
        self.sudo()._record(lots, reasons, recall.company_id, "case", recall, deeds)

    # -- caught lots ----------------------------------------------------------

    def _join_case(self, lots, reasons, company):
        """Have caught lots join the rule's case, or one made for them: returns the case."""
        recall = self.recall_id
        if recall.state not in ("draft", "approval", "running"):
            recall = self.with_company(company)._make_case(company)
            self.with_context(trace_rule_changing=True).recall_id = recall
        if self not in recall.rule_ids:
            recall.rule_ids |= self
        groups = lots.grouped(lambda lot: reasons[lot.id])
        if len(groups) > REASONS:
            groups = {self.sentence: lots}
        for why, some in groups.items():
            recall._join(some, "rule", self._reason(why))
        return recall


class TraceRecall(models.Model):
    """A case knows by which rules lots came into it, and why each did."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    rule_ids = fields.Many2many("trace.recall.rule", string="Rules", copy=False)

    def _said(self):
        return super()._said() | {"rule_ids"}

    def _after_confirm(self):
        """What was asked about because a rule meant it says so, and why."""
        result = super()._after_confirm()
        self.env["trace.recall.lot"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_recall_lot s SET why = 'rule', why_text = h.why
                FROM (
                    SELECT DISTINCT ON (recall_id, lot_id) recall_id, lot_id, why
                    FROM trace_recall_rule_hit WHERE recall_id = ANY(%s)
                    ORDER BY recall_id, lot_id, id DESC
                ) h
                WHERE s.recall_id = h.recall_id AND s.lot_id = h.lot_id AND s.why = 'asked'
                """,
                self.ids,
            )
        )
        self.env["trace.recall.lot"].invalidate_model(["why", "why_text"])
        return result
