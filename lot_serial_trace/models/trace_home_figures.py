from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import figures
from ..core.figures import BESIDE, FIGURES, MAIN, TOUCHLESS
from .trace_kpi_sql import bounds

#: What a figure of several together has instead of one's own.
TOGETHER = "touchless"
READERS = "lot_serial_trace.group_trace_user,lot_serial_trace.group_trace_auditor"
#: Figure -> action that begins it, and whose it is.
BEGIN = {
    "cycle_time": ("action_trace_explorer", READERS),
    "accuracy_quantity": ("action_scan_count", "lot_serial_trace.group_trace_user"),
    "scan": ("action_trace_policy", "lot_serial_trace.group_trace_admin"),
    "recall_time": ("action_trace_recall", "lot_serial_trace.group_trace_recall"),
}


class TraceHome(models.AbstractModel):
    """The figures of the home screen: three queries for all of them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.home"

    @api.model
    def _measured(self, period, asked, places):
        """``figures`` and ``touchless`` of :meth:`overview`."""
        self.env.flush_all()
        found = Found(self._sums(period, asked))
        times, waits = self._times(period, asked), self._waits()
        names = {(one["warehouse_id"], one["config_id"]): one["name"] for one in places}

        def figure(code):
            about = self._figure(code, found)
            best, worst = self._ranked(code, found, names)
            return {
                **about,
                **times.get(code, {"median": None, "p90": None}),
                **waits.get(code, {"open": 0, "open_seconds": 0}),
                "trend": found.trend(code, period),
                "best": best,
                "worst": worst,
                "beside": [self._figure(one, found) for one in BESIDE.get(code, ())],
                "begin": self._begin(code),
            }

        return {
            "figures": [figure(code) for code in MAIN],
            "touchless": self._touchless(found),
        }

    @api.model
    def _figure(self, code, found):
        """One figure.

        :return: dict ``code``, ``title``, ``definition``, ``unit``, ``counted`` (what the records
            are), ``records``, ``value`` (None: nothing counted), ``before`` (in as many days
            before), ``change`` (``better``, ``worse``, ``same``, None), ``target``, ``verdict``
        """
        figure = FIGURES[code]
        target = self.env.company.sudo()._trace_target(code)
        above, below, records = found.total(code, "now")
        value = figures.value(above, below)
        before = figures.value(*found.total(code, "before")[:2])
        return {
            "code": code,
            "title": self.env._(figure.title),
            "definition": self.env._(figure.definition),
            "unit": figure.unit,
            "counted": self.env._(figure.counted),
            "records": records,
            "value": value,
            "before": before,
            "change": figures.change(figure, value, before),
            "target": target or None,
            "verdict": figures.verdict(figure, value, target),
        }

    @api.model
    def _touchless(self, found):
        """What was settled without a person: all together, and in parts."""
        parts = [self._figure(code, found) for code in TOUCHLESS]
        found.join(TOUCHLESS, TOGETHER)
        above, below, records = found.total(TOGETHER, "now")
        value = figures.value(above, below)
        target = parts[0]["target"]
        return {
            "value": value,
            "records": records,
            "target": target,
            "verdict": figures.verdict(FIGURES[TOUCHLESS[0]], value, target),
            "parts": parts,
        }

    @api.model
    def _ranked(self, code, found, names):
        """Best and worst places, as lists of dicts."""
        places = []
        for (_company, warehouse, config), (above, below, records) in found.places(code).items():
            key = (False, config) if config else (warehouse or False, False)
            if key in names:
                places.append((key, above, below, records))
        return [
            [
                {
                    "name": names[key],
                    "warehouse_id": key[0],
                    "config_id": key[1],
                    "value": value,
                    "records": records,
                }
                for key, value, records in rows
            ]
            for rows in figures.ranked(FIGURES[code], places)
        ]

    @api.model
    def _begin(self, code):
        """What to do where nothing has counted yet, and the action that does it."""
        action, groups = BEGIN[code]
        return {
            "text": self.env._(FIGURES[code].begin),
            "action": self._action_id(f"lot_serial_trace.{action}", groups),
        }

    # -- queries --------------------------------------------------------------

    @api.model
    def _sums(self, period, asked):
        """Sums of this time and of the one before: as a whole, by point of the trend, by place."""
        return self.env.execute_query(
            SQL(
                """
                WITH kpi AS (
                    SELECT k.*, CASE WHEN day >= %(since)s THEN 'now' ELSE 'before' END AS part,
                        date_trunc(%(bucket)s, day::timestamp)::date AS point
                    FROM (%(kpi)s) k
                    WHERE company_id = ANY(%(companies)s) AND %(place)s
                        AND day >= %(before)s AND day <= %(until)s
                )
                SELECT code, part, point, company_id, warehouse_id, config_id,
                    grouping(point, company_id), sum(numerator), sum(denominator),
                    sum(records)::int
                FROM kpi
                GROUP BY GROUPING SETS ((code, part), (code, part, point),
                    (code, part, company_id, warehouse_id, config_id))
                """,
                kpi=self.env["trace.kpi"]._table_query,
                since=period["since"],
                until=period["until"],
                before=period["since"] - timedelta(days=period["days"]),
                bucket=period["bucket"],
                companies=self.env.companies.ids,
                place=self._sql_place(asked),
            )
        )

    @api.model
    def _sql_place(self, asked):
        conditions = [
            SQL("%s = %s", SQL.identifier(name), value) for name, value in asked.items() if value
        ]
        return SQL(" AND ").join(conditions) if conditions else SQL("TRUE")

    @api.model
    def _times(self, period, asked):
        """Median and ninth decile of the times themselves: of times, not of days."""
        if asked["config_id"]:
            return {}
        table = self.env["trace.kpi.day"].sudo()
        spans = [
            (company.id, period["since"], first[2], last[3])
            for company in self.env.companies
            for first, last in [
                table._bounds([(company.id, period["since"]), (company.id, period["until"])])
            ]
        ]
        warehouse = asked["warehouse_id"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'cycle_time', %(median)s, %(p90)s FROM (
                    SELECT c.cycle_seconds AS seconds FROM trace_cycle_time c
                    JOIN %(bounds)s b ON c.company_id = b.company_id AND c.state = 'answered'
                        AND c.answered_at >= b.since AND c.answered_at < b.until
                    WHERE %(cycle)s) timed
                UNION ALL
                SELECT 'recall_time', %(median)s, %(p90)s FROM (
                    SELECT r.closed_hours * 3600 AS seconds FROM trace_recall_time r
                    JOIN %(bounds)s b ON r.company_id = b.company_id AND r.kind = 'case'
                        AND r.state = 'closed' AND r.closed_at >= b.since AND r.closed_at < b.until
                    WHERE %(recall)s) timed
                """,
                bounds=bounds(spans),
                median=SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::float"),
                p90=SQL("percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)::float"),
                # Where goods lay is looked up for each question: only if it is asked.
                cycle=SQL("c.warehouse_id = %s", warehouse) if warehouse else SQL("TRUE"),
                recall=SQL("r.warehouse_id = %s", warehouse) if warehouse else SQL("TRUE"),
            )
        )
        return {code: {"median": median, "p90": p90} for code, median, p90 in rows}

    @api.model
    def _waits(self):
        """What has no end yet: how many, and how long the longest takes so far."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'cycle_time', count(*), extract(epoch FROM %(now)s - min(requested_at))
                FROM trace_run WHERE state = 'requested' AND company_id = ANY(%(companies)s)
                UNION ALL
                SELECT 'recall_time', count(*), extract(epoch FROM %(now)s - min(initiated_at))
                FROM trace_recall WHERE state IN ('draft', 'approval', 'running')
                    AND is_drill IS NOT TRUE AND parent_id IS NULL
                    AND company_id = ANY(%(companies)s)
                """,
                now=fields.Datetime.now(),
                companies=self.env.companies.ids,
            )
        )
        return {
            code: {"open": count, "open_seconds": float(seconds or 0)}
            for code, count, seconds in rows
        }


class Found:
    """Sums of figures as the database gave them: by code and part of the time."""

    def __init__(self, rows):
        self._totals, self._points, self._places = {}, {}, {}
        for code, part, point, company, warehouse, config, level, *sums in rows:
            if level == 3:
                self._totals[code, part] = sums
            elif part == "now" and level == 1:
                self._points[code, point] = sums
            elif part == "now":
                self._places.setdefault(code, {})[company, warehouse, config] = sums

    def total(self, code, part):
        """Numerator, denominator and records of a part of the time, ``now`` or ``before``."""
        return self._totals.get((code, part), (0, 0, 0))

    def places(self, code):
        """dict (company, warehouse, shop) -> numerator, denominator, records."""
        return self._places.get(code, {})

    def trend(self, code, period):
        """Points of the trend: list of ``[first day, value, records]``; None where none counted."""
        return [
            [fields.Date.to_string(day), figures.value(above, below), records]
            for day in figures.points(period["since"], period["until"], period["bucket"])
            for above, below, records in [self._points.get((code, day), (0, 0, 0))]
        ]

    def join(self, codes, name):
        """Have the sums of several codes together, under another name."""
        for part in ("now", "before"):
            self._totals[name, part] = [
                sum(column)
                for column in zip(*(self.total(code, part) for code in codes), strict=True)
            ]
