from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.figures import FIGURES, bucket

#: Days that can be looked back.
PERIODS = (7, 30, 90, 365)


class TraceHome(models.AbstractModel):
    """The home screen: the four figures, and what waits for somebody.

    Figures of days that are over are read from ``trace.kpi.day``, today is counted live; what
    waits is read from the records themselves, by their indexes. A constant number of queries,
    whatever the number of movements, companies and places. Nothing is written, so that a replica
    can serve it. Everything is of the companies that the user has chosen.
    """

    _name = "trace.home"
    _description = "Traceability Home"

    @api.model
    @api.readonly
    def overview(
        self, days: int = 30, warehouse_id: int | None = None, config_id: int | None = None
    ) -> dict:
        """What the home screen shows.

        :param days: how many days to look back: 7, 30, 90 or 365; today is the last one
        :param warehouse_id: only figures of this warehouse
        :param config_id: only figures of this shop
        :return: dict with

            * ``period``: ``days``, ``since`` and ``until`` (first and last day), ``bucket``: what
              the points of a trend are, ``waiting``: days that are still to be counted
            * ``places``: list of dicts ``warehouse_id``, ``config_id``, ``name``
            * ``figures``: list of dicts, see ``_figure``
            * ``touchless``: the same for what was settled without a person, together and in parts
            * ``exceptions``, ``expiring``, ``recalls``, ``health``: what waits now, see
              ``trace_home_now``
            * ``steps``: what to do first, see ``_steps``; empty when all was done
        :raises AccessError: the caller reads no traceability records
        """
        self._check()
        period = self._period(days)
        places = self._places()
        asked = {"warehouse_id": warehouse_id or None, "config_id": config_id or None}
        return {
            "period": {
                **period,
                "since": fields.Date.to_string(period["since"]),
                "until": fields.Date.to_string(period["until"]),
                "waiting": self._waiting(),
            },
            "places": places,
            **self._measured(period, asked, places),
            **self._now(asked),
            "steps": self._steps(),
        }

    @api.model
    @api.readonly
    def open_records(
        self,
        code: str,
        days: int = 30,
        since: str | None = None,
        until: str | None = None,
        warehouse_id: int | None = None,
        config_id: int | None = None,
        wrong: bool = False,
    ) -> dict:
        """Action that shows the very records that a figure was counted in.

        :param code: the figure
        :param since, until: first and last day, for a point of a trend; else ``days`` back
        :param wrong: only those that lower it
        """
        self._check()
        if code not in FIGURES:
            raise UserError(self.env._("There is no such figure: %s", code))
        period = self._period(days)
        place = {"warehouse_id": warehouse_id, "config_id": config_id}
        return self.env["trace.kpi.records"]._open(
            code,
            self.env.companies,
            fields.Date.to_date(since) or period["since"],
            fields.Date.to_date(until) or period["until"],
            {name: value for name, value in place.items() if value},
            wrong,
        )

    @api.model
    def _check(self):
        self.env["trace.kpi"].check_access("read")

    @api.model
    def _period(self, days):
        """The days that are shown: today is the last one, by the main company's clock."""
        if days not in PERIODS:
            raise UserError(self.env._("Look back 7, 30, 90 or 365 days."))
        until = self.env["trace.kpi.day"]._today(self.env.company)
        return {
            "days": days,
            "since": until - timedelta(days=days - 1),
            "until": until,
            "bucket": bucket(days),
        }

    @api.model
    def _places(self):
        """Warehouses and shops of the companies, as they are called."""
        several = len(self.env.companies) > 1
        mine = [("company_id", "in", self.env.companies.ids)]
        names = ("warehouse_id", "stock.warehouse"), ("config_id", "pos.config")
        return [
            {
                "warehouse_id": False,
                "config_id": False,
                name: one.id,
                "name": f"{one.name} ({one.company_id.name})" if several else one.name,
            }
            for name, model in names
            for one in self.env[model].sudo().search(mine, order="company_id, id")
        ]

    @api.model
    def _waiting(self):
        """Days that are over and still to be counted."""
        live = self.env["trace.kpi.day"].sudo()._live(self.env.companies)
        return self.env["trace.kpi.due"].sudo()._waiting(live, self.env.companies)
