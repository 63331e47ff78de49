from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.archive import ArchiveTrouble
from ..models.trace_tombstone_purging import digest_of

#: What somebody types who means it.
WORD = "PURGE"


class TracePurgeWizard(models.TransientModel):
    """Shows what would go from the ledger, and has it go if somebody means it.

    What is shown has a digest, over the ids of all entries that would go. Ordering the purge
    makes it anew: if anything else would go by now, nothing does, and the person looks again.
    """

    _name = "trace.purge.wizard"
    _description = "Purge the Ledger"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    looked_at = fields.Datetime("As of", required=True, readonly=True)
    count = fields.Integer("Entries", readonly=True)
    digest = fields.Char(readonly=True)
    go_ids = fields.One2many(
        "trace.purge.wizard.line", "wizard_id", "Would Go", domain=[("outcome", "=", "go")]
    )
    stay_ids = fields.One2many(
        "trace.purge.wizard.line", "wizard_id", domain=[("outcome", "!=", "go")]
    )
    class_count = fields.Integer(readonly=True)
    word = fields.Char("Type PURGE")

    @api.depends("looked_at")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("What Would Go")

    @api.model
    def _check_right(self):
        if not self.env.user.has_group("lot_serial_trace.group_trace_admin"):
            raise AccessError(self.env._("Only a traceability administrator purges the ledger."))

    @api.model
    def _look(self, company):
        """Open the screen that shows what would go now."""
        self._check_right()
        now = fields.Datetime.now()
        rows, digest = self._ask(company, now)
        wizard = self.create(
            {
                "company_id": company.id,
                "looked_at": now,
                "count": sum(row["events"] for row in rows if row["outcome"] == "go"),
                "digest": digest,
                "class_count": self.env["trace.retention"].search_count(
                    [("company_id", "=", company.id)]
                ),
                "go_ids": [(0, 0, row) for row in rows],
            }
        )
        return wizard._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Would Go from the Ledger"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    @api.model
    def _ask(self, company, now):
        """What would go, and what stays although its time is over: one query.

        :return: list of dicts of a line's values, and the digest of what would go
        """
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH told AS MATERIALIZED (
                    SELECT d.*, COALESCE(d.reason, CASE WHEN NOT d.sealed THEN 'unsealed'
                        WHEN NOT d.copied THEN 'no_copy' ELSE 'go' END) AS outcome
                    FROM (%s) d
                )
                SELECT class_id, date_trunc('month', event_time)::date AS month, outcome,
                    count(*) AS events, count(DISTINCT lot_id) AS lots, NULL AS digest
                FROM told GROUP BY 1, 2, 3
                UNION ALL
                SELECT NULL, NULL, NULL, count(*), 0, %s FROM told WHERE outcome = 'go'
                ORDER BY 2, 1
                """,
                self.env["trace.retention"]._due(company, now),
                digest_of("event_id"),
            )
        )
        digest = next(row["digest"] for row in rows if row["outcome"] is None)
        return [
            {name: value for name, value in row.items() if name != "digest"}
            for row in rows
            if row["outcome"]
        ], digest

    def action_look_again(self):
        """Look anew, with what has changed since."""
        return self._look(self.company_id)

    def action_make_copies(self):
        """Copy the months that have no copy, then look again."""
        self._check_right()
        self.env["trace.archive"].with_company(self.company_id).action_make()
        return self._look(self.company_id)

    def action_order(self):
        """Have go what is shown: nothing else, and nothing if that has changed."""
        self.ensure_one()
        self._check_right()
        if (self.word or "").strip() != WORD:
            raise UserError(self.env._("What is purged is gone. Type %s if you mean it.", WORD))
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This is another company's ledger."))
        if not self.count:
            raise UserError(self.env._("There is nothing that may go."))
        stones = self.env["trace.tombstone"]._order_purge(self.company_id, self.looked_at)
        if self._digest(stones) != self.digest:
            raise UserError(
                self.env._(
                    "What may go has changed since you looked. Nothing was purged: look again."
                )
            )
        self._check_copies(stones)
        stones._begin()
        return stones.with_env(self.env)._get_records_action(name=self.env._("Purges"))

    def _digest(self, stones):
        """The digest over all that the tombstones name."""
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM trace_tombstone_event n WHERE n.tombstone_id = ANY(%s)",
                digest_of("n.id"),
                stones.ids,
            )
        )[0][0]

    def _check_copies(self, stones):
        """Look once more whether the copies are there, as long as there is something to copy."""
        archives = self.env["trace.archive"].sudo()
        for stone in stones.filtered("retention_id.copy_required"):
            for one in archives._holding(stone):
                try:
                    one._compare_hashes()
                except ArchiveTrouble as trouble:
                    raise UserError(one._trouble(trouble)) from trouble
                if not one.outside:
                    raise UserError(
                        self.env._(
                            "%s is kept in the database: Odoo keeps attachments there. Name a "
                            "folder for copies in the server's configuration.",
                            one.name,
                        )
                    )
