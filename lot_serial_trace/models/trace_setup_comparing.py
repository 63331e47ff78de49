from odoo import models

from ..core import policy, setup
from ..core.findings import KINDS
from .trace_setup_change import plain

#: What makes two records of a model one case, beside their company.
NAMING = {
    "trace.policy": ("code", *(name for name in policy.LEVELS if name != "company_id")),
    "trace.expiry.rule": ("product_id", "categ_id", "location_id", "partner_id"),
    "trace.retention": ("categ_id",),
    "trace.recall.deadline": ("severity_class",),
    "trace.recall.drill.plan": (),
}
#: Words of a record, and what is taken where one begins: nobody's decision.
WORDS = ("name", "note", "company_id", "next_date")


class TraceSetup(models.Model):
    """What is there already: one query for each model.

    Who has decided a case keeps it. So does who has decided for more goods what is as strict: the
    set-up never makes anything milder.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.setup"

    def _compare(self, rows):
        """Say of each record to be made whether somebody has decided its case already."""
        for model, names in NAMING.items():
            mine = [row for row in rows if row["res_model"] == model]
            theirs = self._theirs(model, names) if mine else {}
            for row in mine:
                self._compare_one(row, theirs, names)

    def _compare_one(self, row, theirs, names):
        make = row["payload"]["make"]
        twin = theirs.get(tuple(make.get(name) or False for name in names))
        if twin:
            row.update(self._met(twin, make))
            return
        if row["res_model"] == "trace.policy":
            rule = self._policy_now(make)
            severity = rule.severity if rule else KINDS[make["code"]].severity
            row["before"] = self._severity_said(severity)
            wider = rule and self._owned("trace.policy").browse(rule.id)
        else:
            wider = self._wider(row["res_model"], theirs, names, make)
        if wider and setup.covers(row["area"], plain(wider, _numbers(wider))[wider.id], make):
            row.update(state="yours", before=self._twin_said(wider), res_id=wider.id)

    def _theirs(self, model, names):
        """dict named case -> the record that decides it; of several the company's own, youngest."""
        company = self.company_id.id
        own = ("company_id", "in", (company, False))
        if model == "trace.recall.deadline":
            own = ("company_id", "=", company)  # those of all companies are where one begins
        records = self._owned(model).search([own], order="id")
        ranked = records.sorted(lambda one: (bool(one.company_id), one.id))
        return {tuple(_value(one[name]) for name in names): one for one in ranked}

    def _met(self, twin, make):
        """What a row says where the case is decided."""
        names = [name for name in make if name not in WORDS]
        there = plain(twin, names)[twin.id]
        same = all((there[name] or False) == (make[name] or False) for name in names)
        return {
            "state": "same" if same else "yours",
            "before": self._twin_said(twin),
            "res_id": twin.id,
        }

    def _wider(self, model, theirs, names, make):
        """The record for the nearest category above, or for all goods, that counts by now."""
        if "categ_id" not in names or not make.get("categ_id"):
            return None
        for categ_id in (*self._upwards(make)[1:], False):
            values = {**make, "categ_id": categ_id}
            found = theirs.get(tuple(values.get(name) or False for name in names))
            if found:
                return found
        return None

    def _upwards(self, make):
        """Ids of the category and its parents, nearest first."""
        category = self.env["product.category"].browse(make.get("categ_id") or ())
        return tuple(map(int, reversed((category.parent_path or "").split("/")[:-1])))

    def _policy_now(self, make):
        """The policy that counts in the case now, if any: it names less."""
        case = policy.Case(
            code=make["code"],
            company_id=self.company_id.id,
            picking_type_id=make.get("picking_type_id"),
            categ_ids=self._upwards(make),
        )
        return self.env["trace.policy"]._rules().choose(case)

    def _twin_said(self, twin):
        if twin._name == "trace.policy":
            return self._policy_said(twin)
        if twin._name == "trace.recall.deadline":
            return self._hours_said(twin)
        if twin._name == "trace.recall.drill.plan":
            return self.env._("Every %s months", twin.months)
        return f"{twin.says}; {twin.does}" if "does" in twin._fields else twin.says


def _value(value):
    return value.id if isinstance(value, models.BaseModel) else value or False


def _numbers(record):
    """Fields by which two records are compared."""
    kinds = ("selection", "integer", "float", "boolean")
    return [
        name
        for name, field in record._fields.items()
        if field.store and field.type in kinds and not name.startswith(("message_", "activity_"))
    ]
