from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .trace_policy import selection_codes
from .trace_setup_change import plain

#: Operation types of a warehouse, by the names of scan points.
POINTS = {"in": "in_type_id", "out": "out_type_id", "till": "pos_type_id"}


class TraceSetup(models.Model):
    """What the answers of a set-up come to: the lines that are shown, and then done.

    Each setting becomes rows, ``_plan_AREA`` says which; then all rows are compared with what is
    there (``trace_setup_comparing.py``).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.setup"

    warehouse_ids = fields.Many2many(
        "stock.warehouse", compute="_compute_warehouse_ids", compute_sudo=True
    )

    def _plan(self):
        """Values of lines, in the order in which they are shown."""
        self.trade_ids.categ_ids.mapped("display_name")  # all names in one query
        settings = self._settings()
        rows = [row for one in settings for row in getattr(self, f"_plan_{one.area}")(one)]
        self._compare(rows)
        return [{**row, "sequence": turn} for turn, row in enumerate(rows)]

    def _row(self, one, model, **values):
        """What all rows have."""
        category = self.env["product.category"].browse(one.categ_id or ())
        return {
            "key": f"{one.area}/{one.name}/{one.categ_id or ''}",
            "area": one.area,
            "res_model": model,
            "state": "plan",
            "scope": category.display_name or self.env._("All goods"),
            "why": " ".join(self.env._(why) for why in one.whys),
            "remark": False,
            **values,
        }

    def _made(self, one, model, named, values, **words):
        """A row that makes a record."""
        row = self._row(one, model, **words)
        make = {**named, **values, "company_id": self.company_id.id}
        if "note" in self.env[model]._fields:
            make["note"] = row["why"]
        return {**row, "payload": {"make": make}}

    def _changed(self, one, record, values, **words):
        """A row that changes fields; where they are stricter already there is nothing to do."""
        old = plain(record, values)[record.id]
        new = {name: max(value, old[name] or value) for name, value in values.items()}
        state = "same" if old == new else "plan"
        payload = {"old": old, "new": new}
        row = self._row(one, record._name, res_id=record.id, state=state, **words)
        return {
            **row,
            "payload": payload,
            "before": self._values_said(record, old),
            "after": self._values_said(record, new),
        }

    def _values_said(self, record, values):
        words = {True: self.env._("Yes"), False: self.env._("No")}
        kinds = {name: record._fields[name].type for name in values}
        return ", ".join(
            words[bool(value)] if kinds[name] == "boolean" else str(value)
            for name, value in values.items()
        )

    # -- the areas ------------------------------------------------------------

    def _plan_policy(self, one, named=None, **words):
        titles = dict(selection_codes(self.env))
        named = {"code": one.name, "categ_id": one.categ_id or False, **(named or {})}
        yield self._made(
            one,
            "trace.policy",
            named,
            one.values,
            **{"title": titles[named["code"]], "after": self._policy_said(one.values), **words},
        )

    def _policy_said(self, values):
        """What a policy, or its values, comes to."""
        life = ("min_life_days", "min_life_percent")
        days, percent = (_get(values, name) for name in life)
        parts = [self.env._("%s days left", days)] if days else []
        parts += [self.env._("%g %% of life left", percent)] if percent else []
        said = self._severity_said(values["severity"])
        if not parts:
            return said
        return self.env._(
            "%(severity)s below %(life)s", severity=said, life=self.env._(" or ").join(parts)
        )

    def _severity_said(self, severity):
        field = self.env["trace.policy"]._fields["severity"]
        return dict(field._description_selection(self.env))[severity]

    def _plan_scan(self, one):
        """A policy for each warehouse's operation."""
        for warehouse in self.sudo().warehouse_ids:
            kind = warehouse[POINTS[one.name]]
            if not kind:
                continue
            row = self._row(one, "trace.policy")
            where = [kind.display_name] + ([row["scope"]] if one.categ_id else [])
            yield from self._plan_policy(
                one,
                {"code": "not_scanned", "picking_type_id": kind.id},
                key=f"{row['key']}/{kind.id}",
                scope=", ".join(where),
            )

    def _plan_expiry(self, one):
        named = {"categ_id": one.categ_id or False}
        values = {
            **one.values,
            "name": self._row(one, "trace.expiry.rule")["scope"],
            "user_id": self.user_id.id,
        }
        rule = self.env["trace.expiry.rule"].new({**named, **values})
        yield self._made(
            one,
            "trace.expiry.rule",
            named,
            values,
            title=self.env._("Days before the date"),
            after=f"{rule.says}; {rule.does}",
            before=self.env._("No rule"),
        )

    def _plan_retention(self, one):
        named = {"categ_id": one.categ_id or False}
        values = {**one.values, "name": self._row(one, "trace.retention")["scope"]}
        yield self._made(
            one,
            "trace.retention",
            named,
            values,
            title=self.env._("How long entries are kept"),
            after=self.env["trace.retention"].new({**named, **values}).says,
            before=self.env._("For ever"),
        )

    def _plan_place(self, one):
        """A quarantine for each warehouse that has none."""
        places = self._owned("stock.location").search(
            [
                ("trace_quarantine", "=", True),
                ("usage", "=", "internal"),
                ("warehouse_id", "in", self.sudo().warehouse_ids.ids),
            ]
        )
        for warehouse in self.sudo().warehouse_ids:
            there = places.filtered(lambda place, w=warehouse: place.warehouse_id == w)[:1]
            named = {"location_id": warehouse.view_location_id.id, "usage": "internal"}
            values = {"name": self.env._("Quarantine"), "trace_quarantine": True}
            row = self._made(
                one,
                "stock.location",
                named,
                values,
                title=self.env._("Quarantine place"),
                scope=warehouse.name,
                after=self.env._("A place of its own"),
                before=there.display_name or self.env._("None"),
            )
            state = "same" if there or warehouse.trace_quarantine_id else "plan"
            yield {**row, "key": f"{row['key']}/{warehouse.id}", "state": state}

    def _plan_recall(self, one):
        company = self.company_id.sudo()
        title = company._fields[one.name]._description_string(self.env)
        yield self._changed(one, company, one.values, title=title, scope=company.name)

    def _plan_deadline(self, one):
        deadlines = self._owned("trace.recall.deadline")
        general = deadlines.search(
            [("severity_class", "=", one.name), ("company_id", "=", False)], limit=1
        )
        yield self._made(
            one,
            "trace.recall.deadline",
            {"severity_class": one.name},
            one.values,
            title=self.env._("Recalls of class %s", one.name),
            scope=self.company_id.name,
            before=self._hours_said(general),
            after=self._hours_said(one.values),
        )

    def _hours_said(self, hours):
        if not hours:
            return self.env._("None")
        return self.env._(
            "Hold %(hold)g h, notice %(notice)g h, answers %(answered)g h",
            hold=hours["hold_hours"],
            notice=hours["notice_hours"],
            answered=hours["answered_hours"],
        )

    def _plan_drill(self, one):
        values = {
            **one.values,
            "name": self.env._("Recall drill"),
            "user_id": self.user_id.id or self.env.uid,
            "next_date": str(fields.Date.context_today(self) + relativedelta(months=1)),
        }
        yield self._made(
            one,
            "trace.recall.drill.plan",
            {},
            values,
            title=self.env._("Recall drill"),
            scope=self.company_id.name,
            before=self.env._("None"),
            after=self.env._("Every %s months", one.values["months"]),
        )

    def _plan_warranty(self, one):
        category = self._owned("product.category").browse(one.categ_id)
        title = category._fields["trace_warranty_months"]._description_string(self.env)
        yield self._changed(one, category, one.values, title=title)

    # -- what is there --------------------------------------------------------

    def _owned(self, model):
        return self.env[model].sudo().with_company(self.company_id)

    @api.depends("company_id")
    def _compute_warehouse_ids(self):
        for one in self:
            mine = [("company_id", "=", one.company_id.id)]
            one.warehouse_ids = one._owned("stock.warehouse").search(mine)


def _get(values, name):
    """Of a record or of values that may lack it."""
    return values.get(name) if isinstance(values, dict) else values[name]
