from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import SQL

WORK = "lot_serial_trace.activity_recall"
APPROVE = "lot_serial_trace.activity_recall_approve"
#: Who works on tasks.
WORKERS = "lot_serial_trace.group_trace_user"
MANAGERS = "lot_serial_trace.group_trace_recall"
#: Places that a task names.
NAMED = 12


class TraceRecallTasks(models.Model):
    """Tasks: one for whoever is in charge of the places of a warehouse, one for each company.

    Never one per lot. Which task is for what is kept (``tasks``), so that a case that grows does
    not give the same work twice, and a case that ends takes back what nobody has done.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    tasks = fields.Json(readonly=True, copy=False)

    def _make_tasks(self):
        """Make the tasks that are not made yet."""
        self.ensure_one()
        made = dict(self.tasks or {})
        wanted = {**self._tasks_of_places(), **self._tasks_of_companies()}
        new = {key: task for key, task in wanted.items() if key not in made}
        if new:
            activities = self._activities(WORK, new.values())
            made.update(zip(new, activities.ids, strict=True))
            self.tasks = made
            self._note("tasks", self.env._("%s tasks were made.", len(new)), ids=activities.ids)

    def _activities(self, kind, tasks):
        """Make activities; nobody waits for their mails."""
        model_id = self.env["ir.model"]._get_id(self._name)
        kind = self.env.ref(kind)
        return (
            self.env["mail.activity"]
            .sudo()
            .create(
                [
                    {
                        "res_model_id": model_id,
                        "res_id": self.id,
                        "activity_type_id": kind.id,
                        "date_deadline": fields.Date.context_today(self),
                        **task,
                    }
                    for task in tasks
                ]
            )
        )

    def _drop_tasks(self):
        """Take back what nobody has done."""
        kinds = self.env.ref(WORK) | self.env.ref(APPROVE)
        self.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id in kinds
        ).unlink()

    # -- places ---------------------------------------------------------------

    def _tasks_of_places(self):
        """dict key -> values of the task for a warehouse and who is in charge there."""
        groups = defaultdict(list)
        for row in self._places_with_goods():
            company = self.env["res.company"].browse(row["company_id"])
            user = self._worker(row["user_id"], company)
            groups[row["warehouse_id"] or 0, company, user].append(row)
        return {
            f"place/{warehouse}/{company.id}/{user.id}": self._task_of_places(warehouse, user, rows)
            for (warehouse, company, user), rows in groups.items()
        }

    def _places_with_goods(self):
        """A row per place with goods of the scope: one query."""
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT w.*, a.warehouse_id, a.complete_name AS name, (
                    SELECT k.trace_user_id FROM stock_location k
                    WHERE k.trace_user_id IS NOT NULL AND a.parent_path LIKE k.parent_path || '%%'
                    ORDER BY length(k.parent_path) DESC LIMIT 1) AS user_id
                FROM (
                    SELECT q.location_id, s.company_id, count(DISTINCT s.lot_id)::int AS lots
                    FROM trace_recall_lot s
                    JOIN stock_quant q ON q.lot_id = s.lot_id AND q.quantity > 0
                    WHERE s.recall_id = %s AND s.state IN ('scoped', 'held')
                    GROUP BY q.location_id, s.company_id
                ) w
                JOIN stock_location a ON a.id = w.location_id AND a.company_id = w.company_id
                WHERE a.usage IN ('internal', 'transit')
                ORDER BY w.lots DESC, a.complete_name
                """,
                self.id,
            )
        )

    def _task_of_places(self, warehouse_id, user, rows):
        warehouse = self.env["stock.warehouse"].browse(warehouse_id)
        items = [Markup("<li>%s: %s</li>") % (row["name"], row["lots"]) for row in rows[:NAMED]] + (
            [Markup("<li>…</li>")] if len(rows) > NAMED else []
        )
        return {
            "user_id": user.id,
            "summary": self.env._(
                "Take recalled goods aside in %s",
                warehouse.name if warehouse_id else rows[0]["name"],
            ),
            "note": Markup("<p>%s</p><ul>%s</ul>")
            % (self.env._("Numbers of lots, by place:"), Markup().join(items)),
        }

    # -- companies ------------------------------------------------------------

    def _tasks_of_companies(self):
        """dict key -> values of the task for who follows the case in a company."""
        groups = self.env["trace.recall.lot"]._read_group(
            [("recall_id", "=", self.id), ("state", "in", ("scoped", "held"))],
            ["company_id"],
            ["__count"],
        )
        return {
            f"company/{company.id}": {
                "user_id": self._manager_of(company).id,
                "summary": self.env._(
                    "Follow the recall at %(company)s: %(lots)s lots and serial numbers",
                    company=company.name,
                    lots=lots,
                ),
            }
            for company, lots in groups
        }

    # -- people ---------------------------------------------------------------

    def _worker(self, user_id, company):
        """Who is in charge of a place, if he can work on the case; else who manages it."""
        user = self.env["res.users"].browse(user_id or ())
        if user.active and user.has_group(WORKERS) and company in user.company_ids:
            return user
        return self._manager_of(company)

    def _manager_of(self, company):
        """Who is responsible; in companies where he does not work, a recall manager there."""
        mine = self.user_id or self.approver_id
        if company in mine.company_ids:
            return mine
        return self._managers_of(company)[:1] or mine

    def _managers_of(self, company):
        group = self.env.ref(MANAGERS)
        return group.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    def _tell_managers(self):
        """A task for each recall manager who can confirm what somebody else asked for."""
        managers = self._managers_of(self.company_id) - self.env.user
        summary = self.env._("Confirm recall %s", self.name)
        self._activities(APPROVE, [{"user_id": user.id, "summary": summary} for user in managers])
