from odoo import api, fields, models
from odoo.tools import SQL

from .trace_expiry_due import COSTS
from .trace_recall_late import OPEN

#: Cases and drills that are named.
NAMED = 6
#: Kinds of exceptions that are named, those with most of them.
KINDS = 5


class TraceHome(models.AbstractModel):
    """What waits for somebody now: read from the records, as far as the user may see them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.home"

    @api.model
    def _now(self, asked):
        """``exceptions``, ``expiring``, ``recalls`` and ``health`` of :meth:`overview`."""
        return {
            "exceptions": self._exceptions(),
            "expiring": self._expiring(asked),
            "recalls": self._recalls(),
            "health": self._health(),
        }

    @api.model
    def _exceptions(self):
        """The desk.

        :return: dict ``count``, ``block`` (how many of them stop goods), ``mine``, ``nobody``
            (without an owner), ``oldest`` (moment, or False), ``kinds``: list of ``[kind, title,
            count]``, those with most first
        """
        desk = self.env["trace.exception"]
        open_ones = [
            ("state", "!=", "resolved"),
            ("company_id", "in", self.env.companies.ids),
        ]
        rows = desk._read_group(
            open_ones, ["kind", "severity", "user_id"], ["__count", "opened_at:min"]
        )
        kinds = {}
        for kind, _severity, _user, count, _oldest in rows:
            kinds[kind] = kinds.get(kind, 0) + count
        titles = dict(desk._fields["kind"]._description_selection(self.env))
        most = sorted(kinds.items(), key=lambda one: -one[1])[:KINDS]
        oldest = min((row[4] for row in rows), default=False)
        return {
            "count": sum(kinds.values()),
            "block": sum(row[3] for row in rows if row[1] == "block"),
            "mine": sum(row[3] for row in rows if row[2] == self.env.user),
            "nobody": sum(row[3] for row in rows if not row[2]),
            "oldest": fields.Datetime.to_string(oldest) or False,
            "kinds": [[kind, titles.get(kind, kind), count] for kind, count in most],
        }

    @api.model
    def _expiring(self, asked):
        """Goods that have passed a boundary.

        :return: list of dicts ``stage``, ``title``, ``count`` (lots in places), ``values``: list of
            ``[currency id, value at cost]``, empty for who must not see costs
        """
        due = self.env["trace.expiry.due"]
        domain = [("company_id", "in", [*self.env.companies.ids, False])]
        if asked["warehouse_id"]:
            domain.append(("warehouse_id", "=", asked["warehouse_id"]))
        sees_costs = self.env.user.has_groups(COSTS)
        measures = ["__count", "value:sum"] if sees_costs else ["__count"]
        stages = {}
        for stage, company, count, *value in due._read_group(
            domain, ["stage", "company_id"], measures
        ):
            about = stages.setdefault(stage, {"count": 0, "values": {}})
            about["count"] += count
            if sees_costs:
                currency = (company or self.env.company).sudo().currency_id.id
                about["values"][currency] = about["values"].get(currency, 0) + value[0]
        titles = due._fields["stage"]._description_selection(self.env)
        return [
            {
                "stage": stage,
                "title": title,
                "count": stages[stage]["count"],
                "values": [list(one) for one in stages[stage]["values"].items()],
            }
            for stage, title in reversed(titles)
            if stage in stages
        ]

    @api.model
    def _recalls(self):
        """Cases and drills that are not closed.

        :return: dict ``cases``, ``drills``: how many; ``named``: list of dicts ``id``, ``name``,
            ``title``, ``is_drill``, ``severity_class``, ``state``, ``since``, ``late``
        """
        recalls = self.env["trace.recall"]
        open_ones = [("state", "in", OPEN), ("parent_id", "=", False)]
        counts = dict(recalls._read_group(open_ones, ["is_drill"], ["__count"]))
        states = dict(recalls._fields["state"]._description_selection(self.env))
        named = recalls.search(
            open_ones, order="is_drill, severity_class, initiated_at, id", limit=NAMED
        )
        return {
            "cases": counts.get(False, 0),
            "drills": counts.get(True, 0),
            "named": [
                {
                    "id": recall.id,
                    "name": recall.name or "",
                    "title": recall.title,
                    "is_drill": recall.is_drill,
                    "severity_class": recall.severity_class,
                    "state": states[recall.state],
                    "since": fields.Datetime.to_string(recall.initiated_at) or False,
                    "late": recall.late_text or "",
                }
                for recall in named
            ],
        }

    @api.model
    def _health(self):
        """How well goods can be traced: list of dicts ``company``, ``score``, ``grade``, ``flaws``,
        ``date``; empty before the first nightly check.
        """
        latest = self.env["trace.health"].search(
            [("latest", "=", True), ("company_id", "in", self.env.companies.ids)],
            order="company_id",
        )
        return [
            {
                "id": one.id,
                "company": one.company_id.sudo().name,
                "score": one.score,
                "grade": one.grade,
                "flaws": one.findings,
                "date": fields.Date.to_string(one.date),
            }
            for one in latest
        ]

    # -- first steps ----------------------------------------------------------

    @api.model
    def _steps(self):
        """What to do first, until all of it was done.

        :return: list of dicts ``title``, ``text``, ``action`` (id, or False where the user may
            not), ``done``
        """
        done = self._done()
        if all(done.values()):
            return []
        words = self._step_words()
        return [
            {
                "title": words[name][0],
                "text": words[name][1],
                "action": self._action_id(*words[name][2:]),
                "done": is_done,
            }
            for name, is_done in done.items()
        ]

    @api.model
    def _done(self):
        """dict step -> whether it was done: one query."""
        mine = SQL("company_id = ANY(%s)", self.env.companies.ids)
        shared = SQL("(company_id IS NULL OR company_id = ANY(%s))", self.env.companies.ids)
        steps = {
            "setup": SQL("FROM trace_setup WHERE state = 'done' AND %s", mine),
            "products": SQL("FROM product_template WHERE tracking != 'none' AND active"),
            "receive": SQL("FROM trace_event WHERE %s", mine),
            "policy": SQL("FROM trace_policy WHERE code = 'not_scanned' AND %s", shared),
            "count": SQL("FROM trace_inventory_accuracy WHERE %s", mine),
            "ask": SQL("FROM trace_run WHERE %s", mine),
            "drill": SQL("FROM trace_recall WHERE %s", mine),
        }
        [row] = self.env.execute_query(
            SQL(
                "SELECT %s",
                SQL(", ").join(SQL("EXISTS(SELECT %s)", query) for query in steps.values()),
            )
        )
        return dict(zip(steps, row, strict=True))

    @api.model
    def _step_words(self):
        """Step -> title, text, action, who may do it."""
        return {
            "setup": (
                self.env._("Say what you sell"),
                self.env._("The guide sets policies to suit, and can be undone."),
                "lot_serial_trace.action_trace_setup_open",
                "lot_serial_trace.group_trace_admin",
            ),
            "products": (
                self.env._("Say which goods have numbers"),
                self.env._("Turn on tracking by lots or serial numbers for a product."),
                "stock.product_template_action_product",
                "stock.group_stock_user",
            ),
            "receive": (
                self.env._("Receive goods with their numbers"),
                self.env._("With a scanner, a camera, or from the supplier's shipping notice."),
                "lot_serial_trace.action_scan_home",
                "lot_serial_trace.group_trace_user",
            ),
            "policy": (
                self.env._("Want numbers to be scanned"),
                self.env._("A policy \u201cNot scanned\u201d starts the Scan Compliance Rate."),
                "lot_serial_trace.action_trace_policy",
                "lot_serial_trace.group_trace_admin",
            ),
            "count": (
                self.env._("Count a place"),
                self.env._("The first count starts the Inventory Accuracy Rate."),
                "lot_serial_trace.action_scan_count",
                "lot_serial_trace.group_trace_user",
            ),
            "ask": (
                self.env._("Ask where a lot came from and went"),
                self.env._("Each question is timed: the Lot Traceability Cycle Time."),
                "lot_serial_trace.action_trace_explorer",
                "lot_serial_trace.group_trace_user,lot_serial_trace.group_trace_auditor",
            ),
            "drill": (
                self.env._("Rehearse a recall"),
                self.env._("A drill holds nothing and tells nobody; its clock runs."),
                "lot_serial_trace.action_trace_recall",
                "lot_serial_trace.group_trace_recall",
            ),
        }

    @api.model
    def _action_id(self, name, groups):
        """Id of an action that the user may use; False for others."""
        return self.env.user.has_groups(groups) and self.env.ref(name).id
