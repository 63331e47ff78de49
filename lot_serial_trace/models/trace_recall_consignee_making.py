from odoo import api, fields, models
from odoo.tools import SQL

from . import trace_recall_consignee_sql as consignee_sql
from . import trace_recall_owner_sql as owner_sql

#: Goods of consignees that are many for tables whose statistics are old.
MANY = 1_000


class TraceRecall(models.Model):
    """Whom the goods of a case have reached: found in the ledger, kept up with it.

    A constant number of queries, whatever the number of consignees, and the same again whenever
    a sale or a return comes in late: what was told stays as it was told, what changed is
    corrected, and who has more than he was told of is told again.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    consignee_ids = fields.One2many("trace.recall.consignee", "recall_id", "Consignees")
    consignees_at = fields.Datetime("Consignees Looked For", readonly=True, copy=False)
    consignees_event = fields.Integer(readonly=True, copy=False)

    def _after_confirm(self):
        """Make the consignees as soon as the scope is known, or has grown."""
        done = super()._after_confirm()
        for recall in self:
            before = recall.consignee_count
            recall._refresh_consignees()
            recall._note_found(before)
        return done

    def _note_found(self, before):
        count = self.consignee_count
        if count != before or not before:
            self._note(
                "consignees",
                self.env._("%s consignees were found.", count),
                consignees=count,
                before=before,
            )

    def _narrow(self, lots, reason, relatives=False):
        """Who has only what was taken out is not concerned any more."""
        narrowed = super()._narrow(lots, reason, relatives)
        self.filtered(lambda one: one.consignees_at)._refresh_consignees()
        return narrowed

    def _after_merge(self, other):
        """Take over the consignees of the other case, with what they were told and said."""
        super()._after_merge(other)
        if not other.sudo().consignees_at:
            return
        self.env.flush_all()
        for query in consignee_sql.take_over(self, other):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        if self.state == "running":
            self._refresh_consignees()

    def _closing_obstacles(self):
        """Who has not been told, or has not answered."""
        obstacles = super()._closing_obstacles()
        mine = self.sudo()._effectiveness_counts().get(self.id)
        if mine and mine["open"] + mine["bounced"]:
            obstacles.append(
                self.env._(
                    "%(open)s consignees have not been told, %(bounced)s notices bounced.",
                    open=mine["open"],
                    bounced=mine["bounced"],
                )
            )
        if mine and mine["answered"] + mine["refused"] < mine["total"]:
            obstacles.append(
                self.env._(
                    "%(missing)s of %(total)s consignees have not answered.",
                    missing=mine["total"] - mine["answered"] - mine["refused"],
                    total=mine["total"],
                )
            )
        return obstacles

    def write(self, vals):
        """Another depth is for other consignees."""
        done = super().write(vals)
        if "depth" in vals:
            for recall in self.filtered(lambda one: one.consignees_at):
                recall.sudo()._refresh_consignees()
        return done

    def _refresh_consignees(self):
        """Find the consignees of the case, or what has become of them: idempotent."""
        for recall in self.sudo():
            recall._refresh_mine()

    def _refresh_mine(self):
        self.ensure_one()
        self.env.flush_all()
        companies = (self.company_ids | self.company_id).ids
        cr = self.env.cr
        # Two who look at once would both find somebody new.
        cr.execute(SQL("SELECT FROM trace_recall WHERE id = %s FOR NO KEY UPDATE", self.id))
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier("pg_temp", consignee_sql.REACHED)))
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(max(id), 0) FROM trace_event"))
        cr.execute(consignee_sql.gather(self, companies))
        cr.execute(SQL("ANALYZE %s", SQL.identifier(consignee_sql.REACHED)))
        cr.execute(consignee_sql.put_consignees(self, companies))
        words = self.env._("Owner of")
        cr.execute(owner_sql.put_owners(self, consignee_sql.REACHED, words))
        cr.execute(consignee_sql.put_lines(self))
        if cr.rowcount > MANY:
            # The planner knows of none of these rows, and would join each with all others.
            cr.execute("ANALYZE trace_recall_consignee, trace_recall_consignee_line")
        cr.execute(consignee_sql.empty_lines(self))
        cr.execute(consignee_sql.sum_up(self, self.depth))
        self.env.invalidate_all()
        self.write({"consignees_at": fields.Datetime.now(), "consignees_event": last})

    @api.model
    def _cron_consignees(self):
        """Look whether cases that run have reached somebody else since: late sales, returns."""
        for recall in self.search([("state", "=", "running"), ("consignees_at", "!=", False)]):
            if recall._has_news():
                recall._refresh_consignees()
            self.env["ir.cron"]._commit_progress(1)

    def _has_news(self):
        """Whether the ledger says something new of the lots of the case."""
        [(news,)] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (SELECT FROM trace_event e JOIN trace_recall_lot s
                    ON s.lot_id = e.lot_id AND s.recall_id = %s WHERE e.id > %s)
                """,
                self.id,
                self.consignees_event,
            )
        )
        return news
