from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from .trace_expiry_doing import ORDER

#: Config parameter: owners get digests instead of Odoo's activity for each lot.
DIGESTS = "lot_serial_trace.expiry_digests"

#: Goods that a digest names one by one.
NAMED = 20


class TraceExpiryTelling(models.Model):
    """Owners hear of what is new once, in one message per rule; the desk gets one row per rule.

    News is a lot in a place that has reached a further stage since its owner was told last.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.expiry.rule"

    @api.model
    def _tell_all(self):
        """Tell whoever is to be told, by every rule; then what no rule is about, if set so."""
        for rule in self.search([("tell_from", "!=", False)]):
            rule._tell(rule._news(ORDER[ORDER.index(rule.tell_from) :]))
        if self.env["ir.config_parameter"].sudo().get_param(DIGESTS):
            self.browse()._tell(self.browse()._news(ORDER))
        self.search([("pull_unit", "in", ("days", "percent"))])._put_on_desk()

    def _news(self, stages):
        """Rows that have gone further than their owner knows: marked as told, and returned."""
        self.env["trace.expiry.due"].flush_model()
        rank = SQL("array_position(%s::varchar[], %s)", ORDER, SQL("d.told_stage"))
        rows = self.env.execute_query(
            SQL(
                """
                WITH fresh AS (
                    SELECT d.id, COALESCE(%(rank)s, 0)
                        < array_position(%(order)s::varchar[], d.stage) AS news
                    FROM trace_expiry_due d
                    WHERE d.rule_id IS NOT DISTINCT FROM %(rule)s AND d.stage = ANY(%(stages)s)
                        AND d.told_stage IS DISTINCT FROM d.stage)
                UPDATE trace_expiry_due d SET told_stage = d.stage
                FROM fresh WHERE fresh.id = d.id
                RETURNING d.id, fresh.news
                """,
                rank=rank,
                order=ORDER,
                rule=self.id or None,
                stages=stages,
            )
        )
        dues = self.env["trace.expiry.due"]
        dues.invalidate_model(["told_stage"])
        return dues.search([("id", "in", [id_ for id_, news in rows if news])])

    def _tell(self, rows):
        """One message to each owner of ``rows``."""
        for (user, _company), mine in rows.grouped(
            lambda row: (row.user_id, row.company_id)
        ).items():
            if user and user.active:
                self._tell_owner(user, mine)
                self.env["trace.expiry.action"]._record("tell", mine, told_id=user.id)

    def _tell_owner(self, user, rows):
        translated = self.with_context(lang=user.lang)
        subject = translated._digest_subject(rows)
        body = translated._digest(rows.with_context(lang=user.lang))
        readable = self and self.with_user(user).has_access("read")
        if readable and self.tell_by == "activity":
            self._plan_activity(user, subject, body)
        else:
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids, subject=subject, body=body
            )

    def _plan_activity(self, user, subject, body):
        """The owner's open activity about this rule says the newest; there is never a second."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        open_ones = self.activity_ids.filtered(
            lambda activity: (
                activity.user_id == user
                and activity.activity_type_id == todo
                and activity.automated
            )
        )
        if open_ones:
            open_ones[0].write({"summary": subject, "note": body})
        else:
            self.activity_schedule(
                activity_type_id=todo.id, summary=subject, note=body, user_id=user.id
            )

    def _digest_subject(self, rows):
        return self.env._(
            "%(count)s lots: %(rule)s",
            count=len(rows),
            rule=self.name or self.env._("expiring goods"),
        )

    def _digest(self, rows):
        stages = dict(rows._fields["stage"]._description_selection(self.env))
        counts = Counter(rows.mapped("stage"))
        heads = Markup("").join(
            Markup("<li>%s: %s</li>") % (stages[stage], counts[stage])
            for stage in reversed(ORDER)
            if counts[stage]
        )
        lines = Markup("").join(
            Markup(
                "<tr><td>%s</td><td>%s</td><td>%s</td><td class='text-nowrap'>%s</td>"
                "<td class='text-nowrap'>%s</td></tr>"
            )
            % (
                row.product_id.display_name,
                row.lot_id.name,
                row.location_id.display_name,
                f"{row.quantity:g}",
                fields.Date.to_string(row.last_day) or "",
            )
            for row in rows.sorted(lambda row: (row.last_day, row.id))[:NAMED]
        )
        more = len(rows) - NAMED
        rest = Markup("<p>%s</p>") % self.env._("and %s more", more) if more > 0 else ""
        return Markup(
            "<p>%s</p><ul>%s</ul><table class='table table-sm'>%s</table>%s"
            "<p><a href='/odoo/expiring-goods'>%s</a></p>"
        ) % (
            self.env._("New since the last message:"),
            heads,
            lines,
            rest,
            self.env._("Open the list"),
        )

    # -- the desk -------------------------------------------------------------

    def _put_on_desk(self):
        """One exception per rule while goods are past their pull date and nothing is done."""
        groups = self.env["trace.expiry.due"]._read_group(
            [
                ("rule_id", "in", self.ids),
                ("stage", "in", ("pull", "expired")),
                ("state", "in", ("open", "marked")),
                ("location_id", "not in", list(self._quarantine())),
                ("company_id", "!=", False),
            ],
            ["rule_id", "company_id"],
            ["__count", "quantity:sum", "user_id:recordset"],
        )
        found = [
            (rule, company, count, quantity, rule.user_id or users[:1])
            for rule, company, count, quantity, users in groups
        ]
        self.env["trace.exception"]._keep_for_rules(self, found)

    @api.model
    def _quarantine(self):
        return self.env["stock.location"]._trace_quarantine_paths()
