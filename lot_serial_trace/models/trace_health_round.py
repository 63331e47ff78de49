import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: ir.config_parameter keys: where the round is, and the end of the last one over everything.
HEALTH_AT = "lot_serial_trace.health_at"
HEALTH_WHOLE = "lot_serial_trace.health_whole"
#: Move lines looked at together, and committed; numbers looked at together where few moved.
LINES = 100_000
LOTS = 5_000
#: Days after which a round looks at everything again, and not only at what moved since.
WHOLE_AFTER = timedelta(days=6)
#: Events that may have been written late by a transaction that began before the last round.
LATE = 20_000
#: Steps while somebody waits.
STEPS = 8


class TraceHealthRound(models.AbstractModel):
    """One look at everything, in steps that are committed one by one.

    ``lots``: numbers in ranges of about as many movements; ``lines``: movements that name no
    number, in ranges; ``rest``: what is about no number, the score, the desk. Where the round is
    stands in a parameter, so that a stopped one goes on where it was.

    Once a week a round looks at everything: what was changed past Odoo leaves no event. On other
    nights it looks at the numbers that moved since, and at what was found before.
    """

    _name = "trace.health.round"
    _description = "Check of Trace Health"

    @api.model
    def _begin(self, whole=None):
        """Where a new round begins.

        :param whole: over everything; None: if the last one is a week ago
        """
        parameters = self.env["ir.config_parameter"].sudo()
        last = json.loads(parameters.get_param(HEALTH_WHOLE) or "{}")
        if whole is None:
            ended = fields.Datetime.to_datetime(last.get("ended"))
            whole = not ended or ended < fields.Datetime.now() - WHOLE_AFTER
        return {
            "phase": "lots",
            "next": 1,
            "whole": whole,
            "since": max(0, last.get("event", 0) - LATE),
            "event": self._top("trace_event", "id"),
        }

    @api.model
    def _place(self):
        """Where the round is; a new one where there is none under way."""
        place = self.env["ir.config_parameter"].sudo().get_param(HEALTH_AT)
        return json.loads(place) if place else self._begin()

    @api.model
    def _step(self):
        """Take the next step of the round.

        :return: roughly how many steps are left; 0: the round is complete
        """
        place = self._place()
        following = getattr(self, f"_step_{place['phase']}")(place)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(HEALTH_AT, json.dumps(following) if following else False)
        return self._left(following) if following else 0

    @api.model
    def _step_lots(self, place):
        among, following = self._lots(place)
        if among:
            self.env["trace.health.finding"]._look_at_lots(among)
        if following:
            return {**place, "next": following}
        return {**place, "phase": "lines", "next": 1}

    @api.model
    def _step_lines(self, place):
        among, following = self._lines(place)
        if among:
            self.env["trace.health.finding"]._look_at_lines(among)
        if following:
            return {**place, "next": following}
        return {**place, "phase": "rest"}

    @api.model
    def _step_rest(self, place):
        self.env["trace.health.finding"]._look_at_rest()
        self.env["trace.health"].sudo()._conclude()
        parameters = self.env["ir.config_parameter"].sudo()
        last = json.loads(parameters.get_param(HEALTH_WHOLE) or "{}")
        last["event"] = place["event"]
        if place["whole"]:
            last["ended"] = fields.Datetime.to_string(fields.Datetime.now())
        parameters.set_param(HEALTH_WHOLE, json.dumps(last))
        return None

    # -- which ----------------------------------------------------------------

    @api.model
    def _lots(self, place):
        """The next numbers: ``(among, where to go on)``; None where there are no more."""
        return self._range_of_lots(place) if place["whole"] else self._lots_since(place)

    @api.model
    def _range_of_lots(self, place):
        first = place["next"]
        end = max(
            self._top("stock_lot", "id"),
            self._top("trace_event", "lot_id"),
            self._top("trace_edge", "lot_id"),
        )
        found = self.env.execute_query(
            SQL(
                "SELECT lot_id FROM stock_move_line WHERE lot_id >= %s "
                "ORDER BY lot_id OFFSET %s LIMIT 1",
                first,
                LINES,
            )
        )
        until = max(found[0][0] - 1, first) if found else end
        return _between(first, until), until + 1 if until < end else None

    @api.model
    def _lots_since(self, place):
        ids = self._column(
            SQL(
                """
                SELECT lot_id FROM (
                    SELECT lot_id FROM trace_event WHERE id > %(since)s
                    UNION SELECT lot_ref FROM trace_health_finding
                ) moved
                WHERE lot_id >= %(first)s ORDER BY lot_id LIMIT %(size)s
                """,
                since=place["since"],
                first=place["next"],
                size=LOTS,
            )
        )
        return _among(ids), ids[-1] + 1 if len(ids) == LOTS else None

    @api.model
    def _lines(self, place):
        """The next movements: ``(among, where to go on)``."""
        first = place["next"]
        if place["whole"]:
            end = self._top("stock_move_line", "id")
            until = min(first + 5 * LINES - 1, end)
            return _between(first, until), until + 1 if until < end else None
        ids = self._column(
            SQL(
                """
                SELECT move_line_id FROM (
                    SELECT move_line_id FROM trace_event WHERE id > %(since)s AND lot_id IS NULL
                    UNION SELECT move_line_id FROM trace_health_finding WHERE lot_ref IS NULL
                ) moved
                WHERE move_line_id >= %(first)s ORDER BY move_line_id LIMIT %(size)s
                """,
                since=place["since"],
                first=first,
                size=LINES,
            )
        )
        return _among(ids), ids[-1] + 1 if len(ids) == LINES else None

    @api.model
    def _left(self, place):
        if place["phase"] != "lots":
            return 1 + (place["phase"] == "lines")
        return 3 + (self._top("stock_lot", "id") - place["next"]) // LINES

    @api.model
    def _top(self, table, column):
        return self._column(
            SQL(
                "SELECT COALESCE(max(%s), 0) FROM %s", SQL.identifier(column), SQL.identifier(table)
            )
        )[0]

    @api.model
    def _column(self, query):
        return [value for (value,) in self.env.execute_query(query)]

    # -- running --------------------------------------------------------------

    @api.model
    def _cron(self):
        """Go on with the round that is under way, or begin one; each step is committed."""
        commit = self.env["ir.cron"]._commit_progress
        left = self._step()
        while commit(1, remaining=left) and left:
            left = self._step()
        _logger.info("Trace health: %s steps left", left)

    @api.model
    def _check_now(self):
        """Look at everything now, or as much as can be waited for; the cron does the rest."""
        if not self.env.user.has_group("lot_serial_trace.group_trace_user"):
            raise AccessError(self.env._("Auditors read what the nightly check has found."))
        gaps_left = self.env["trace.ledger.gap"]._look_now()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(HEALTH_AT, json.dumps(self._begin(whole=True)))
        left = 1
        for _number in range(STEPS):
            left = left and self.sudo()._step()
        if left:
            self.env.ref("lot_serial_trace.cron_health").sudo()._trigger()
        return self._said(gaps_left or left)

    @api.model
    def _said(self, left):
        count = self.env["trace.health.finding"].search_count([])
        count += self.env["trace.ledger.gap"].search_count([])
        if left:
            message = self.env._(
                "Found so far: %s. The rest is looked at in the background.", count
            )
        elif count:
            message = self.env._("Flaws found: %s", count)
        else:
            message = self.env._("Nothing was found that breaks a trace.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if count or left else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _between(first, last):
    return lambda column: SQL("%s BETWEEN %s AND %s", SQL(column), first, last)


def _among(ids):
    return (lambda column: SQL("%s = ANY(%s)", SQL(column), ids)) if ids else None
