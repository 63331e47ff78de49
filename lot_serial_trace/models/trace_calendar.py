from functools import cache
from zoneinfo import ZoneInfo

from odoo import api, fields, models, tools

from ..core import expiry


class TraceCalendar(models.AbstractModel):
    """Which day a date means, and which day it is: the same for whoever asks.

    * A date on a label is a day. It is kept as the last second of that day by the
      company's clock, and read by that clock (``_zone``).
    * Whether the day is over is said by the clock of the place where the goods are
      (``_place_zone``, ``_today``): that of the warehouse's address, or else the company's.

    Never by the clock of the user: the gate would let pass at night what the list of
    expiring goods, made by a job, calls expired. Capture, gate, reservation, evaluation,
    FEFO, labels and tills all ask here.
    """

    _name = "trace.calendar"
    _description = "Local Days"

    @api.model
    def _zone(self, company):
        """The time zone in which the dates on a company's labels are written, and read.

        A company without one has that of most of its people.
        """
        return ZoneInfo(company.sudo().partner_id.tz or self._zone_of_people(company))

    @api.model
    @tools.ormcache("company.id")
    def _zone_of_people(self, company):
        groups = (
            self.env["res.users"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id), ("share", "=", False), ("tz", "!=", False)],
                ["tz"],
                order="__count DESC, tz",
                limit=1,
            )
        )
        return groups[0][0] if groups else "UTC"

    @api.model
    def _place_zone(self, location):
        """The time zone whose clock says whether a day is over in a place."""
        location = location.sudo()
        tz = location.warehouse_id.partner_id.tz
        return ZoneInfo(tz) if tz else self._zone(self._company_of(location.company_id))

    @api.model
    def _company_of(self, company):
        """The company by whose clock goes what belongs to none: the main one."""
        return company or self.env.ref("base.main_company")

    @api.model
    def _today(self, location):
        """The local day in a place."""
        return expiry.day_of(fields.Datetime.now(), self._place_zone(location))

    @api.model
    def _latest_today(self, company):
        """The day in those of a company's warehouses where it is latest."""
        now = fields.Datetime.now()
        stocks = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)])
        zones = {self._place_zone(place) for place in stocks.lot_stock_id} | {self._zone(company)}
        return max(expiry.day_of(now, zone) for zone in zones)

    @api.model
    def _day(self, moment, company):
        """The day that a moment kept for a date on a label means; None for none."""
        return expiry.day_of(moment, self._zone(company))

    @api.model
    def _oldest_good(self, day, company):
        """The earliest expiration date (UTC) of what is still good on ``day``."""
        return expiry.begin_of(day, self._zone(company))


class Dates:
    """The calendar of a batch: each clock is looked up once."""

    def __init__(self, env):
        calendar = env["trace.calendar"]
        self.zone = cache(calendar._zone)
        self.today = cache(calendar._today)

    def day(self, moment, company):
        """The day that a moment kept for a date on a label means; None for none."""
        return expiry.day_of(moment, self.zone(company)) if moment else None
