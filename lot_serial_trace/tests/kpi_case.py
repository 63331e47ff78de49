from datetime import datetime, time, timedelta

from .common import TraceCase


class KpiCase(TraceCase):
    """A company of its own, in which nobody else asks, counts or recalls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.env["res.company"].create({"name": "Measured"})
        cls.ours.partner_id.tz = "UTC"
        cls.house = cls.env["stock.warehouse"].search([("company_id", "=", cls.ours.id)], limit=1)
        cls.there = cls.env(context={**cls.env.context, "allowed_company_ids": cls.ours.ids})
        cls.table = cls.env["trace.kpi.day"]
        cls.today = cls.table._today(cls.ours)

    @classmethod
    def noon(cls, days_ago, hour=12):
        """A moment so many days ago."""
        return datetime.combine(cls.today - timedelta(days=days_ago), time(hour))

    @classmethod
    def question(cls, seconds, days_ago=0, hour=0, **values):
        """An answered question of the company."""
        moment = cls.noon(days_ago, hour)
        return cls.env["trace.run"].create(
            {
                "name": "Question",
                "company_id": cls.ours.id,
                "company_ids": [(6, 0, cls.ours.ids)],
                "user_id": cls.env.uid,
                "requested_at": moment,
                "answered_at": moment,
                "cycle_seconds": seconds,
                **values,
            }
        )

    @classmethod
    def closed(cls, hours, days_ago=0, **values):
        """A recall case that was closed after so many hours."""
        end = cls.noon(days_ago, 0)
        recall = cls.env["trace.recall"].create(
            {
                "title": "Glass",
                "company_id": cls.ours.id,
                "company_ids": [(6, 0, cls.ours.ids)],
                "initiated_at": end - timedelta(hours=hours),
                **values,
            }
        )
        recall.sudo().write({"state": "closed", "closed_at": end})
        return recall

    def count(self):
        """Do what the cron does, without committing."""
        self.table._note_changes()
        while self.table._step():
            pass

    def figure(self, code, **asked):
        """A figure as the home screen tells it."""
        told = self.there["trace.home"].overview(**asked)
        parts = [*told["figures"], *told["touchless"]["parts"]]
        parts += [one for figure in told["figures"] for one in figure["beside"]]
        return next(one for one in parts if one["code"] == code)
