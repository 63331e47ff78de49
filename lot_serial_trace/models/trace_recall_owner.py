from odoo import fields, models
from odoo.tools import SQL

from . import trace_recall_consignee_sql as consignee_sql
from . import trace_recall_owner_sql as owner_sql


class TraceRecall(models.Model):
    """Registered owners of recalled units are told like customers, and counted beside them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    owners_text = fields.Char("Registered Owners", compute="_compute_owners_text")

    def _compute_owners_text(self):
        """How many there are, for who may not see who they are, too: one query."""
        self.env["trace.recall.consignee"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT recall_id, count(*), count(*) FILTER (WHERE notified_at IS NOT NULL),
                    count(*) FILTER (WHERE answered_at IS NOT NULL)
                FROM trace_recall_consignee
                WHERE recall_id = ANY(%s) AND company_id = ANY(%s) AND kind = 'owner'
                    AND state != 'void'
                GROUP BY recall_id
                """,
                self.ids,
                self._seen(),
            )
        )
        counts = {recall: figures for recall, *figures in rows}
        for recall in self:
            mine = counts.get(recall.id)
            recall.owners_text = mine and self.env._(
                "%(count)s registered owners, %(told)s told, %(answered)s have answered",
                count=mine[0],
                told=mine[1],
                answered=mine[2],
            )

    def _has_news(self):
        """Somebody has registered who has one of the units."""
        return super()._has_news() or self._has_new_owner()

    def _has_new_owner(self):
        if self.is_drill:
            return False
        companies = (self.company_ids | self.company_id).ids
        scope = consignee_sql.scope_of(self)
        return self.env.execute_query(owner_sql.new_owners(self, scope, companies))[0][0]

    def _effectiveness_beside(self, mine):
        """Owners are not in the figures: their units are those of who sold them."""
        yield from super()._effectiveness_beside(mine)
        if self.owners_text:
            yield self.env._("Not in these figures: %s.", self.owners_text)


class TraceRecallConsignee(models.Model):
    """An owner has left a mail address and nothing else: nobody can call him."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.consignee"

    kind = fields.Selection(
        selection_add=[("owner", "Registered owner")], ondelete={"owner": "cascade"}
    )
    role = fields.Selection(
        selection_add=[("owner", "Registered owner")], ondelete={"owner": "cascade"}
    )

    def _bounce(self, why):
        """There is no telephone to call."""
        done = super()._bounce(why)
        self.filtered(lambda one: one.kind == "owner" and one.to_call).write({"to_call": False})
        return done
