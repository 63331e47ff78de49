import math

from odoo import api, fields, models
from odoo.tools import SQL

#: Share of the consignees that is checked, by FDA's level; of level B the case says it.
LEVELS = {"A": 1.0, "C": 0.10, "D": 0.02, "E": 0.0}
#: When so many have answered the clock of answers stops.
ENOUGH = 0.95


class TraceRecall(models.Model):
    """How far the notices have come: who was told, reached, answered, and did what was asked.

    Counted are all consignees of the first level that the case is to reach; whoever is not
    counted is told beside it, with the reason. A shop's unknown buyers are one of them, with their
    sales and quantities: they can only be reached by a notice in the shop.

    How many are checked is FDA's level: A all, B a share that the case says, C 10 %, D 2 %,
    E none. The sample is drawn by lot when the first notice goes out and only ever grows.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    effectiveness_level = fields.Selection(
        [
            ("A", "A: all consignees"),
            ("B", "B: a share of them"),
            ("C", "C: 10 %"),
            ("D", "D: 2 %"),
            ("E", "E: none"),
        ],
        "Effectiveness Checks",
        default="A",
        required=True,
        tracking=True,
    )
    effectiveness_share = fields.Float(
        "Share to Check", default=0.5, help="Of level B: more than 10 and less than 100 percent."
    )
    consignee_count = fields.Integer("Number of Consignees", compute="_compute_effectiveness")
    told_count = fields.Integer("Told", compute="_compute_effectiveness")
    bounced_count = fields.Integer("Bounced", compute="_compute_effectiveness")
    reached_count = fields.Integer("Reached", compute="_compute_effectiveness")
    answered_count = fields.Integer("Answered", compute="_compute_effectiveness")
    to_call_count = fields.Integer("To Call", compute="_compute_effectiveness")
    answered_rate = fields.Float("Answered (share)", compute="_compute_effectiveness")
    sample_count = fields.Integer("To Check", compute="_compute_effectiveness")
    effective_count = fields.Integer("Effective", compute="_compute_effectiveness")
    effective_rate = fields.Float("Effectiveness", compute="_compute_effectiveness")
    effectiveness = fields.Json("Effectiveness in Figures", compute="_compute_effectiveness")
    effectiveness_text = fields.Text("How Far It Is", compute="_compute_effectiveness_text")

    _share_within = models.Constraint(
        "CHECK(effectiveness_share > 0.1 AND effectiveness_share < 1)",
        "Level B checks more than 10 and less than 100 percent of the consignees.",
    )

    @api.model
    def _said(self):
        return super()._said() | {"effectiveness_level", "effectiveness_share"}

    # -- counting -------------------------------------------------------------

    @api.depends("consignee_ids.state", "consignee_ids.is_effective", "consignee_ids.to_call")
    def _compute_effectiveness(self):
        counts = self._effectiveness_counts()
        for recall in self:
            mine = counts.get(recall.id) or dict.fromkeys(COUNTS, 0) | {"units": {}}
            total, sample = mine["total"], mine["sample"]
            recall.effectiveness = mine
            recall.consignee_count = total
            recall.told_count = mine["told"]
            recall.bounced_count = mine["bounced"]
            recall.reached_count = mine["reached"]
            recall.answered_count = mine["answered"]
            recall.to_call_count = mine["to_call"]
            recall.answered_rate = mine["answered"] / total if total else 0.0
            recall.sample_count = sample
            recall.effective_count = mine["effective"]
            recall.effective_rate = mine["effective"] / sample if sample else 0.0

    def _effectiveness_counts(self):
        """dict case id -> counts (``COUNTS``) and ``units``: two queries.

        ``units``: dict unit -> dict ``received``, ``answered`` (of those who have answered),
        ``accounted``, ``unknown`` (sold to nobody known).
        """
        self.env["trace.recall.consignee"].flush_model()
        mine = SQL("c.recall_id = ANY(%s) AND c.company_id = ANY(%s)", self.ids, self._seen())
        counts = SQL(", ").join(
            SQL("(count(*) FILTER (WHERE %s))::int AS %s", SQL(condition), SQL.identifier(name))
            for name, condition in COUNTS.items()
            if condition
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT c.recall_id, %s,
                    COALESCE(sum(c.sales) FILTER (WHERE c.kind = 'unknown'), 0)::int
                        AS unknown_sales
                FROM (SELECT c.*, c.parent_id IS NULL AND c.state != 'void'
                    AND c.is_beyond IS NOT TRUE AS counted FROM trace_recall_consignee c
                    WHERE c.kind != 'owner') c
                WHERE %s GROUP BY c.recall_id
                """,
                counts,
                mine,
            )
        )
        found = {row["recall_id"]: {**row, "units": {}} for row in rows}
        for row in self._effectiveness_units(mine):
            found[row.pop("recall_id")]["units"][row.pop("uom")] = row
        return found

    def _seen(self):
        """Whose consignees the user may count."""
        if self.env.su:
            return (self.company_ids | self.company_id).ids
        return self.env.companies.ids

    def _effectiveness_units(self, mine):
        """Quantities by case and unit, of who is counted."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT c.recall_id, u.key AS uom, sum(u.value::numeric)::float AS received,
                    COALESCE(sum(u.value::numeric) FILTER (WHERE %(answered)s), 0)::float
                        AS answered,
                    COALESCE(sum(LEAST(u.value::numeric, COALESCE(a.told, 0))), 0)::float
                        AS accounted,
                    COALESCE(sum(u.value::numeric) FILTER (WHERE c.kind = 'unknown'), 0)::float
                        AS unknown
                FROM trace_recall_consignee c
                CROSS JOIN LATERAL jsonb_each_text(c.quantities) u
                LEFT JOIN LATERAL (SELECT sum(value::numeric) AS told
                    FROM jsonb_each_text(c.answered_quantities -> u.key)) a ON TRUE
                WHERE %(mine)s AND c.parent_id IS NULL AND c.state != 'void'
                    AND c.is_beyond IS NOT TRUE AND c.kind != 'owner'
                GROUP BY 1, 2 ORDER BY 1, 2
                """,
                answered=SQL(ANSWERED),
                mine=mine,
            )
        )

    @api.depends("effectiveness")
    def _compute_effectiveness_text(self):
        for recall in self:
            recall.effectiveness_text = "\n".join(recall._effectiveness_says())

    def _effectiveness_says(self):
        """Sentences with all denominators."""
        self.ensure_one()
        mine = self.effectiveness
        total = mine["total"]
        yield (
            self.env._("Told: %(told)s of %(total)s.", told=mine["told"], total=total)
            + " "
            + self.env._(
                "To tell: %(open)s; bounced: %(bounced)s; certain that they know: %(reached)s.",
                open=mine["open"],
                bounced=mine["bounced"],
                reached=mine["reached"],
            )
        )
        yield self.env._(
            "Answered: %(answered)s of %(total)s (%(rate)s %%); refused: %(refused)s.",
            answered=mine["answered"],
            total=total,
            rate=percent(mine["answered"], total),
            refused=mine["refused"],
        )
        for unit, row in mine["units"].items():
            yield self.env._(
                "%(unit)s: %(received)s got, %(answered)s of them by who has answered, "
                "%(accounted)s accounted for (%(rate)s %%).",
                unit=unit,
                received=f"{row['received']:g}",
                answered=f"{row['answered']:g}",
                accounted=f"{row['accounted']:g}",
                rate=percent(row["accounted"], row["received"]),
            )
        yield self.env._(
            "Effective: %(effective)s of %(sample)s checked (%(rate)s %%), level %(level)s.",
            effective=mine["effective"],
            sample=mine["sample"],
            rate=percent(mine["effective"], mine["sample"]),
            level=self.effectiveness_level,
        )
        yield from self._effectiveness_beside(mine)

    def _effectiveness_beside(self, mine):
        """Who is in the figures without a name, and who is not in them."""
        if mine["unknown"]:
            yield self.env._(
                "In these figures: %(shops)s shops with %(sales)s sales to buyers whom nobody "
                "knows. A shop counts as told when the notice hangs there.",
                shops=mine["unknown"],
                sales=mine["unknown_sales"],
            )
        if mine["second"]:
            yield self.env._(
                "Not in these figures: %(count)s to whom consignees have sold on, of whom "
                "%(answered)s have answered.",
                count=mine["second"],
                answered=mine["second_answered"],
            )
        if mine["void"]:
            yield self.env._(
                "Not in these figures: %s who have nothing of it any more: they gave it back "
                "before they were told, or it left the scope.",
                mine["void"],
            )
        if mine["beyond"]:
            yield self.env._(
                "Not in these figures: %s beyond the depth of the case.", mine["beyond"]
            )

    # -- sample ---------------------------------------------------------------

    def _draw_sample(self):
        """Draw by lot who is checked; who was drawn stays, whoever joins may be drawn, too."""
        self.ensure_one()
        share = LEVELS.get(self.effectiveness_level, self.effectiveness_share)
        self.env["trace.recall.consignee"].flush_model()
        [(total, drawn)] = self.env.execute_query(
            SQL(
                "SELECT count(*), count(*) FILTER (WHERE in_sample) FROM trace_recall_consignee c "
                "WHERE recall_id = %s AND %s",
                self.id,
                SQL(COUNTED),
            )
        )
        more = math.ceil(total * share - 1e-9) - drawn
        if more <= 0:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_recall_consignee SET in_sample = TRUE WHERE id IN (
                    SELECT c.id FROM trace_recall_consignee c
                    WHERE c.recall_id = %s AND %s AND c.in_sample IS NOT TRUE
                    ORDER BY random() LIMIT %s)
                """,
                self.id,
                SQL(COUNTED),
                more,
            )
        )
        self.env["trace.recall.consignee"].invalidate_model(["in_sample"])
        self.invalidate_recordset()
        self._note(
            "sample",
            self.env._(
                "%(more)s of %(total)s consignees were drawn to be checked.",
                more=more,
                total=total,
            ),
            level=self.effectiveness_level,
            total=total,
            drawn=drawn + more,
        )

    # -- clock ----------------------------------------------------------------

    def _note_answers(self):
        """Stop the clock of answers when enough have answered."""
        for recall in self.sudo().filtered(lambda one: not one.answered_at):
            mine = recall._effectiveness_counts().get(recall.id)
            if mine and mine["total"] and mine["answered"] >= ENOUGH * mine["total"]:
                recall.write({"answered_at": fields.Datetime.now()})
                recall._note(
                    "answered",
                    self.env._(
                        "%(answered)s of %(total)s consignees have answered.",
                        answered=mine["answered"],
                        total=mine["total"],
                    ),
                    answered=mine["answered"],
                    total=mine["total"],
                )


#: Condition of the consignee ``c``: the figures are about him.
COUNTED = (
    "c.parent_id IS NULL AND c.state != 'void' AND c.is_beyond IS NOT TRUE AND c.kind != 'owner'"
)
#: He has answered, or the ledger has for him: all came back after he was told.
ANSWERED = "(c.answered_at IS NOT NULL OR c.state = 'done' AND c.is_effective)"
#: Name of a count -> condition.
COUNTS = {
    "total": "c.counted",
    "open": "c.counted AND c.state IN ('to_notify', 'sending') AND c.notified_at IS NULL",
    "told": "c.counted AND c.notified_at IS NOT NULL AND c.state != 'bounced'",
    "bounced": "c.counted AND c.state = 'bounced'",
    "reached": "c.counted AND c.reached_at IS NOT NULL",
    "answered": f"c.counted AND {ANSWERED}",
    "refused": "c.counted AND c.refused",
    "to_call": "c.to_call AND c.state != 'void'",
    "sample": "c.counted AND c.in_sample",
    "effective": "c.counted AND c.in_sample AND c.is_effective",
    "unknown": "c.counted AND c.kind = 'unknown'",
    "second": "c.parent_id IS NOT NULL AND c.state != 'void'",
    "second_answered": "c.parent_id IS NOT NULL AND c.answered_at IS NOT NULL",
    "void": "c.parent_id IS NULL AND c.state = 'void'",
    "beyond": "c.parent_id IS NULL AND c.state != 'void' AND c.is_beyond",
    "unknown_sales": "",
}


def percent(part, whole):
    """A share in percent with one digit; a dash where there is nothing to be shared."""
    return f"{100 * part / whole:.1f}" if whole else "–"
