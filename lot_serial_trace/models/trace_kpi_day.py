import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import expiry
from ..core.figures import FIGURES
from . import trace_kpi_sql as counting

_logger = logging.getLogger(__name__)

#: ir.config_parameter keys: until when changes of each source were looked for, and when
#: everything was last counted again.
KPI_SEEN = "lot_serial_trace.kpi_seen"
KPI_WHOLE = "lot_serial_trace.kpi_whole"
#: What a long transaction writes has the time of its beginning.
LATE = timedelta(hours=2)
#: Days after which everything is counted again: what was deleted leaves no trace of a change.
WHOLE_AFTER = timedelta(days=6, hours=12)
#: Days of a source and company that are counted by one step, and committed.
STEP = 30
#: Days that are counted whenever somebody asks: today, and yesterday until the night is over.
LIVE = 2


class TraceKpiDay(models.Model):
    """What counted on each day that is over, for the four figures and the touchless rate.

    A row for each company, warehouse, shop, day and figure. Written by SQL only, by a cron: it
    looks which days have changed since it last looked (``_note_changes``), notes them as
    ``trace.kpi.due``, and counts them again in steps that are committed one by one, the latest
    days first (``_step``). A cron that was stopped goes on where it was. ``trace.kpi`` puts
    today, counted live, beside these rows.
    """

    _name = "trace.kpi.day"
    _description = "Figures of a Day"
    _order = "day desc, code, id"
    _rec_name = "day"
    _log_access = False

    code = fields.Selection(
        lambda self: [(code, self.env._(figure.title)) for code, figure in FIGURES.items()],
        "Figure",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True, ondelete="cascade")
    config_id = fields.Many2one("pos.config", "Shop", readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True)
    numerator = fields.Float(readonly=True)
    denominator = fields.Float(readonly=True)
    records = fields.Integer("Counted", readonly=True)
    median = fields.Float(readonly=True, aggregator=None)
    p90 = fields.Float("Ninth Decile", readonly=True, aggregator=None)

    _once_idx = models.UniqueIndex(
        "(company_id, code, day, (COALESCE(warehouse_id, 0)), (COALESCE(config_id, 0)))"
    )

    # -- days -----------------------------------------------------------------

    @api.model
    def _bounds(self, pairs):
        """Days with their beginning and end by the company's clock.

        :param pairs: list of ``(company id, day)``
        :return: list of ``(company id, day, since, until)``
        """
        calendar = self.env["trace.calendar"]
        companies = self.env["res.company"].browse({company_id for company_id, _day in pairs})
        zones = {company.id: calendar._zone(company) for company in companies}
        return [
            (
                company_id,
                day,
                expiry.begin_of(day, zones[company_id]),
                expiry.begin_of(day + timedelta(days=1), zones[company_id]),
            )
            for company_id, day in pairs
        ]

    @api.model
    def _today(self, company):
        """The day that it is by a company's clock."""
        zone = self.env["trace.calendar"]._zone(company)
        return expiry.day_of(fields.Datetime.now(), zone)

    @api.model
    def _live(self, companies):
        """The days that are counted whenever somebody asks: list of ``(company id, day)``."""
        return [
            (company.id, self._today(company) - timedelta(days=back))
            for company in companies
            for back in range(LIVE)
        ]

    # -- what has changed -----------------------------------------------------

    @api.model
    def _note_changes(self):
        """Note the days of which something was written since this was last done."""
        parameters = self.env["ir.config_parameter"].sudo()
        seen = json.loads(parameters.get_param(KPI_SEEN) or "{}")
        now, whole = fields.Datetime.now(), self._is_whole()
        since = {name: self._since(seen.get(name), whole) for name in counting.SOURCES}
        self.env.flush_all()
        self._note([row for name in since for row in self._changed(name, since[name])])
        if whole:
            self._note_all()
            parameters.set_param(KPI_WHOLE, fields.Datetime.to_string(now))
        seen = dict.fromkeys(counting.SOURCES, fields.Datetime.to_string(now))
        parameters.set_param(KPI_SEEN, json.dumps(seen))

    @api.model
    def _is_whole(self):
        """Whether everything is to be counted again."""
        last = self.env["ir.config_parameter"].sudo().get_param(KPI_WHOLE)
        return not last or fields.Datetime.to_datetime(last) < fields.Datetime.now() - WHOLE_AFTER

    @api.model
    def _since(self, seen, whole):
        if whole or not seen:
            return fields.Datetime.to_datetime("1970-01-01")
        return fields.Datetime.to_datetime(seen) - LATE

    @api.model
    def _changed(self, name, since):
        """Days of a source that have changed: set of ``(source, company id, day)``."""
        rows = self.env.execute_query(counting.changed(name, since))
        calendar = self.env["trace.calendar"]
        companies = self.env["res.company"].browse({row[1] for row in rows})
        zones = {company.id: calendar._zone(company) for company in companies}
        return {
            (name, company_id, expiry.day_of(moment, zones[company_id]))
            for name, company_id, moment in rows
        }

    @api.model
    def _note(self, due):
        """Have days counted again.

        :param due: list of ``(source, company id, day)``
        """
        if not due:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_kpi_due (source, company_id, day)
                SELECT * FROM unnest(%s::varchar[], %s::int[], %s::date[])
                ON CONFLICT DO NOTHING
                """,
                *(list(column) for column in zip(*due, strict=True)),
            )
        )
        self.env["trace.kpi.due"].invalidate_model()

    @api.model
    def _note_all(self):
        """Have all days counted again that there are rows of: their records may be gone."""
        sources = {code: name for name in counting.SOURCES for code in counting.SOURCES[name].codes}
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_kpi_due (source, company_id, day)
                SELECT DISTINCT s.source, k.company_id, k.day FROM trace_kpi_day k
                JOIN unnest(%s::varchar[], %s::varchar[]) AS s(code, source) ON s.code = k.code
                ON CONFLICT DO NOTHING
                """,
                list(sources),
                list(sources.values()),
            )
        )
        self.env["trace.kpi.due"].invalidate_model()

    # -- counting -------------------------------------------------------------

    @api.model
    def _step(self):
        """Count the next days that are due.

        :return: how many days are left
        """
        due = self.env["trace.kpi.due"]
        live = self._live(self.env["res.company"].search([]))  # pylint: disable=no-search-all
        taken, left = due._take(live, STEP)
        by_source = {}
        for name, company_id, day in taken:
            by_source.setdefault(name, []).append((company_id, day))
        for name, pairs in by_source.items():
            self._count(name, pairs)
        return left

    @api.model
    def _count(self, name, pairs):
        """Write what counted in a source on some days: two statements.

        :param pairs: list of ``(company id, day)``
        """
        self.env.flush_all()
        codes = list(counting.SOURCES[name].codes)
        days = self._bounds(pairs)
        self.env.cr.execute(
            SQL(
                "DELETE FROM trace_kpi_day k USING %s b WHERE k.company_id = b.company_id "
                "AND k.day = b.day AND k.code = ANY(%s)",
                counting.bounds(days),
                codes,
            )
        )
        columns = SQL(", ").join(map(SQL.identifier, counting.COLUMNS))
        self.env.cr.execute(
            SQL(
                "INSERT INTO trace_kpi_day (%s) SELECT %s FROM (%s) counted",
                columns,
                columns,
                counting.rows(name, days),
            )
        )
        self.invalidate_model()

    @api.model
    def _cron(self):
        """Note what has changed and count it; each step is committed."""
        commit = self.env["ir.cron"]._commit_progress
        self.env["trace.kpi.dashboard"]._load_later()
        self._note_changes()
        left = self._step()
        while commit(STEP, remaining=left) and left:
            left = self._step()
        _logger.info("Figures: %s days left", left)

    @api.model
    def action_refresh(self):
        """Have the figures of past days counted now, in the background."""
        self.check_access("read")
        self.env.ref("lot_serial_trace.cron_kpi").sudo()._trigger()
