from odoo import api, fields, models
from odoo.tools import SQL

from ..core import drill
from .trace_recall_deadline import MILESTONES

#: Moments of a drill: field -> key of its row on the clock.
MOMENTS = {
    "drill_backward_at": "backward",
    "scope_at": "forward",
    "drill_contacts_at": "contacts",
    "drill_addresses_at": "addresses",
    "drill_found_at": "found",
    "closed_at": "closed",
}
#: What the clock of a case is read from.
STAMPS = ("initiated_at", *MILESTONES.values())


class TraceRecallDrillMeasuring(models.Model):
    """What a drill came to: its percentages, its verdict, its clock.

    * customers with an address: of the customers known by name those with e-mail or telephone;
      goods sold to nobody known are told beside it, they are no part of the percentage;
    * addresses that are right, units found: of what was drawn for people to do; each place counts
      alike, half of the units found is half a place;
    * balance closed: 100 % less the sum of the differences, both losses and surplus, of all that
      was received or made (``trace.question``, mass balance).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    drill_verdict = fields.Selection(
        [("passed", "Passed"), ("failed", "Not passed")], "Verdict", readonly=True, copy=False
    )
    drill_text = fields.Text("Verdict in Words", readonly=True, copy=False)
    drill_result = fields.Json(readonly=True, copy=False)

    # -- measuring ------------------------------------------------------------

    def _drill_judge(self, now):
        """Give the verdict."""
        self.ensure_one()
        measured = self._drill_measured(now)
        checks = drill.checks(measured, self._drill_limits())
        passed = all(check.passed for check in checks)
        self.write(
            {
                "drill_verdict": "passed" if passed else "failed",
                "drill_result": {
                    "seconds": measured.seconds,
                    "paused": measured.paused,
                    "within": {
                        str(hours): measured.seconds <= hours * 3600 for hours in drill.ASKED_HOURS
                    },
                    **self._drill_unknown(),
                    "checks": [
                        {
                            "name": check.name,
                            "value": check.value,
                            "limit": check.limit,
                            "passed": check.passed,
                        }
                        for check in checks
                    ],
                },
            }
        )
        head = self.env._("The drill is passed.") if passed else self.env._("Not passed.")
        self.drill_text = "\n".join([head, *(text for text, _good in self._drill_sentences())])

    def _drill_measured(self, now):
        """What the drill has come to by now, as :class:`core.drill.Measured`."""
        pauses = [drill.Pause(one.begun_at, one.ended_at) for one in self.drill_pause_ids]
        return drill.Measured(
            seconds=(now - self.initiated_at).total_seconds(),
            paused=drill.paused(pauses, self.initiated_at, now),
            contacts=self._drill_contacts(),
            addresses=self._drill_addresses_right(),
            found=self._drill_found(),
            balance=drill.closed_share(self._drill_balance()),
        )

    def _drill_contacts(self):
        self.env["trace.recall.consignee"].flush_model()
        [(known, reachable)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*), count(*) FILTER (WHERE
                    COALESCE(c.email, '') != '' OR COALESCE(c.phone, '') != '')
                FROM trace_recall_consignee c
                WHERE c.recall_id = %s AND c.kind IN ('customer', 'till') AND c.parent_id IS NULL
                    AND c.is_beyond IS NOT TRUE AND c.state != 'void'
                """,
                self.id,
            )
        )
        return drill.share(reachable, known)

    def _drill_unknown(self):
        """Quantities that went to nobody known, by unit."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT u.key, sum(u.value::numeric)::float
                FROM trace_recall_consignee c CROSS JOIN LATERAL jsonb_each_text(c.quantities) u
                WHERE c.recall_id = %s AND c.kind = 'unknown' AND c.state != 'void'
                GROUP BY 1 ORDER BY 1
                """,
                self.id,
            )
        )
        return {"unknown": dict(rows)}

    def _drill_addresses_right(self):
        tasks = self.drill_task_ids.filtered(lambda task: task.kind == "address")
        return drill.share(len(tasks.filtered(lambda task: task.state == "good")), len(tasks))

    def _drill_found(self):
        tasks = self.drill_task_ids.filtered(lambda task: task.kind == "find")
        shares = [min(task.found_qty / task.quantity, 1) for task in tasks if task.quantity]
        return drill.share(sum(shares), len(shares))

    def _drill_balance(self):
        """List of ``(came, difference)`` of the lots in scope."""
        self.env["trace.recall.lot"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT (COALESCE(received_qty, 0) + COALESCE(made_qty, 0)
                    + COALESCE(from_other_qty, 0))::float, COALESCE(balance_qty, 0)::float
                FROM trace_recall_lot WHERE recall_id = %s AND state != 'excluded'
                """,
                self.id,
            )
        )

    # -- words ----------------------------------------------------------------

    @api.model
    def _drill_words(self):
        return {
            "hours": self.env._("Time on the clock"),
            "contacts": self.env._("Customers with an address"),
            "addresses": self.env._("Addresses that are right"),
            "found": self.env._("Units found"),
            "balance": self.env._("Balance closed"),
        }

    def _drill_sentences(self):
        """The verdict line by line: ``(sentence, whether it is good)``."""
        words = self._drill_words()
        result = self.drill_result or {"checks": []}
        for check in result["checks"]:
            yield self._drill_sentence(words[check["name"]], check), check["passed"]
        if result.get("paused"):
            yield (
                self.env._(
                    "With pauses: %(whole)s; pauses: %(paused)s.",
                    whole=self._drill_time(result["seconds"]),
                    paused=self._drill_time(result["paused"]),
                ),
                True,
            )
        unknown = ", ".join(
            f"{value:g} {unit}" for unit, value in result.get("unknown", {}).items()
        )
        if unknown:
            yield self.env._("Sold to nobody known, reached by public notice: %s.", unknown), True

    @api.model
    def _drill_sentence(self, word, check):
        if check["name"] == "hours":
            value = self._drill_time(check["value"] * 3600)
            limit = f"{check['limit']:g} h"
            return self.env._(
                "%(what)s: %(value)s, at most %(limit)s wanted.",
                what=word,
                value=value,
                limit=limit,
            )
        if check["value"] is None:
            return self.env._("%s: there was nothing to measure.", word)
        return self.env._(
            "%(what)s: %(value)s %%, at least %(limit)s %% wanted.",
            what=word,
            value=f"{check['value']:.4g}",
            limit=f"{check['limit']:g}",
        )

    @api.model
    def _drill_time(self, seconds):
        """Seconds in words: two units are enough."""
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
        if minutes:
            return self.env._("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)
        return self.env._("%s s", rest)

    # -- clock ----------------------------------------------------------------

    @api.depends(
        "state", "severity_class", *STAMPS, *MOMENTS, "drill_pause_ids.ended_at", "drill_hours"
    )
    def _compute_clock(self):
        drills = self.filtered("is_drill")
        done = super(TraceRecallDrillMeasuring, self - drills)._compute_clock()
        for recall in drills:
            recall.clock = recall._drill_clock()
        return done

    def _drill_clock(self):
        started = self.state != "draft" or bool(self.drill_draw)
        end = self.closed_at or self.cancelled_at
        pauses = [
            drill.Pause(one.begun_at, one.ended_at) for one in self.drill_pause_ids if one.ended_at
        ]
        standing = self.drill_pause_ids.filtered(lambda one: not one.ended_at)[:1]
        now = fields.Datetime.now()
        words, text = self._drill_moments(), fields.Datetime.to_string
        return {
            "start": started and text(self.initiated_at) or False,
            "end": text(end) or False,
            "now": text(now),
            "paused": drill.paused(pauses, self.initiated_at, end or now) if started else 0,
            "standing": text(standing.begun_at) or False,
            "pausesCount": self.drill_pauses_count,
            "limit": self.drill_hours,
            "rows": [
                {"key": key, "label": words[key], "at": text(self[name]) or False, "due": False}
                for name, key in MOMENTS.items()
            ],
        }

    @api.model
    def _drill_moments(self):
        return {
            "backward": self.env._("Traced back"),
            "forward": self.env._("Traced forward"),
            "contacts": self.env._("Customers listed"),
            "addresses": self.env._("Addresses confirmed"),
            "found": self.env._("Units found"),
            "closed": self.env._("Verdict"),
        }
