from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import freeze_time

from ..core import expiry
from .common import TraceCase


class ExpiryCase(TraceCase):
    """A stock of milk with dates, looked at on a day."""

    today = date(2026, 6, 15)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.expiry.rule"].search([]).active = False
        cls.env.company.partner_id.tz = "Europe/Brussels"
        cls.warehouse.partner_id = cls.env["res.partner"].create(
            {"name": "Dock", "tz": "Europe/Brussels"}
        )
        cls.zone = ZoneInfo("Europe/Brussels")
        cls.rules = cls.env["trace.expiry.rule"]
        cls.dues = cls.env["trace.expiry.due"]
        cls.runs = cls.env["trace.expiry.run"]

    def rule(self, **values):
        """A rule; boundaries in short: ``stop=3`` for days, ``stop="25%"`` for a share."""
        for name in expiry.BOUNDARIES:
            at = values.pop(name, None)
            if isinstance(at, str):
                values |= {f"{name}_unit": "percent", f"{name}_at": float(at.rstrip("%"))}
            elif at is not None:
                values |= {f"{name}_unit": "days", f"{name}_at": at}
        return self.rules.create({"name": "Rule", **values})

    def stock_up(self, name, left, quantity=5, place=None, product=None):
        """Put a lot into stock that has ``left`` days left today; None: without a date."""
        product = product or self.milk
        lot = self.lot(product, name) or self.env["stock.lot"].create(
            {"name": name, "product_id": product.id}
        )
        self.set_left(lot, left)
        self.env["stock.quant"]._update_available_quantity(
            product, place or self.shelf, quantity, lot_id=lot
        )
        return lot

    def set_left(self, lot, left):
        """Correct the date of a lot to ``left`` days from today."""
        day = None if left is None else self.today + timedelta(days=left)
        lot.expiration_date = day and expiry.end_of(day, self.zone)
        if left is None:
            lot.write({"use_date": False, "removal_date": False, "alert_date": False})

    def evaluate(self, day=None, at=time(12)):
        """Make a whole pass on a day (UTC)."""
        with freeze_time(datetime.combine(day or self.today, at)):
            return self.runs._evaluate()

    def stages(self, *lots):
        """Map number -> stage, of the milk, or of some lots."""
        domain = [("lot_id", "in", [lot.id for lot in lots])] if lots else []
        rows = self.dues.search([("product_id", "=", self.milk.id), *domain])
        return {row.lot_id.name: row.stage for row in rows}
