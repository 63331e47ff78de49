from odoo import api, fields, models
from odoo.tools import format_date

from ..core.recall import answer as answers

#: Lots that can be answered one by one on the page; who has more answers in total.
ONE_BY_ONE = 100


class TraceRecallConsignee(models.Model):
    """The reply page: what it shows to whoever has the link, and nothing of anybody else."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.consignee"

    @api.model
    def _page_languages(self):
        """``(code, name)`` of the languages in which the page can be read."""
        return [(lang.code, lang.name) for lang in self.env["res.lang"].sudo().search([])]

    def _page(self, form=None, says=(), kept=False):
        """Values of the template ``recall_answer``.

        :param form: what was just sent, where it has to be shown again
        :param says: what is wrong with it
        :param kept: the answer was taken
        """
        self.ensure_one()
        recall = self.recall_id
        goods, lots = self._goods(), self._page_lots(form)
        return {
            "outcome": "known",
            "one": self,
            "company": self.company_id,
            "recall": recall,
            "reason": self._plain("reason"),
            "hazard": self._plain("hazard"),
            "instructions": recall.instructions,
            "rows": self._rows(),
            "units": self._page_units(goods, form),
            "lots": lots,
            "one_by_one": any(value for lot in lots for _name, value in lot["fields"].values()),
            "kinds": self._page_kinds(),
            "form": form or self._page_said(),
            "says": says,
            "kept": kept,
            "answered": format_date(self.env, self.answered_at) if self.answered_at else "",
            "languages": self._page_languages(),
        }

    def _page_kinds(self):
        """What may have become of goods, in words for a shop or for somebody at home."""
        if self.role in ("consumer", "owner"):
            return [
                ("found", self.env._("I still have it")),
                ("sold_on", self.env._("I gave it to somebody else")),
                ("destroyed", self.env._("I have thrown it away")),
                ("returned", self.env._("I have brought or sent it back")),
            ]
        return [
            ("found", self.env._("Found and set aside")),
            ("sold_on", self.env._("Sold or passed on")),
            ("destroyed", self.env._("Destroyed")),
            ("returned", self.env._("Sent back")),
        ]

    def _page_units(self, goods, form):
        """For each unit the fields of the form with what was said."""
        units = []
        for index, unit in enumerate(answers.units_of(goods)):
            told = (self.answered_quantities or {}).get(unit) or {}
            fields_ = self._page_fields(f"unit-{index}", told, form)
            got = sum(one.quantity for one in goods if one.unit == unit)
            units.append({"unit": unit, "got": f"{got:g}" if got else "", "fields": fields_})
        return units

    def _page_lots(self, form):
        """For each lot the same, where there are several but not too many."""
        lines = self._lines()
        if not 1 < len(lines) <= ONE_BY_ONE:
            return []
        return [
            {
                "line": line,
                "got": f"{line.quantity:g} {line.uom or ''}".strip(),
                "fields": self._page_fields(f"lot-{line.id}", self._said_of(line), form),
            }
            for line in lines
        ]

    @api.model
    def _said_of(self, line):
        if not line.is_answered:
            return {}
        return {kind: line[f"{kind}_qty"] for kind in answers.KINDS if line[f"{kind}_qty"]}

    @api.model
    def _page_fields(self, prefix, told, form):
        """dict kind -> ``(name of the field, value)``."""
        made = {}
        for kind in answers.KINDS:
            name = f"{prefix}-{kind}"
            said = f"{told[kind]:g}" if kind in told else ""
            made[kind] = (name, said if form is None else form.get(name) or "")
        return made

    def _page_said(self):
        """The rest of the form as it was answered last."""
        buyers = self.child_ids.filtered(lambda child: child.state != "void")
        rows = [
            ", ".join(
                filter(
                    None,
                    [
                        buyer.name,
                        buyer.email if buyer.email != buyer.name else "",
                        buyer.phone if buyer.phone != buyer.name else "",
                        f"{buyer.quantity:g}" if buyer.quantity else "",
                    ],
                )
            )
            for buyer in buyers
        ]
        last = self.answer_ids[:1]
        return {
            "none": self.has_none,
            "remark": self.remark or "",
            "sold_to": "\n".join(rows),
            "buyers": str(last.sold_on_count) if last.sold_on_count > len(buyers) else "",
        }

    def _mark_opened(self):
        """The page was called; whether a person did it, nobody knows."""
        if not self.opened_at:
            self.sudo().opened_at = fields.Datetime.now()

    def _may_answer_again(self):
        """Whether the page takes one more answer today."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        count = self.env["trace.recall.answer"].search_count(
            [("consignee_id", "=", self.id), ("said_at", ">", since)], limit=OFTEN
        )
        return count < OFTEN


#: Answers of one consignee that are taken within a day.
OFTEN = 50
