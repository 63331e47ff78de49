from odoo import models
from odoo.tools import SQL, format_datetime

#: Rules that are named; of the others only the number is said.
RULES = 3


class TraceRun(models.Model):
    """An answer about lots of whose history something was purged says so."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run"

    def _summary(self, counts, scope):
        summary = super()._summary(counts, scope)
        return f"{summary} {self._purged_says()}" if counts.get("purged") else summary

    def _purged_says(self):
        entries, until, rules = self.env.execute_query(
            SQL(
                "SELECT sum(quantity)::int, max(last_time), array_agg(DISTINCT notice) "
                "FROM trace_run_line WHERE run_id = %s AND role = 'purged'",
                self.id,
            )
        )[0]
        return self.env._(
            "Not in this answer: %(count)s entries up to %(until)s that were purged by %(rules)s.",
            count=entries,
            until=format_datetime(self.env, until, dt_format="short"),
            rules=", ".join(f"“{rule}”" for rule in rules[:RULES])
            + (" …" if len(rules) > RULES else ""),
        )
