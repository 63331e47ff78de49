from odoo import api, fields, models

from ..core.numbers import split_list
from ..core.recall.flaws import CriteriaError

#: So many numbers are answered at once, and so many lots of one name.
MOST, LONGEST = 200, 500


class TraceRecallRuleTry(models.TransientModel):
    """Says of sample numbers whether a rule means them, and by which condition.

    A person pastes numbers; each is answered at once, for every product that has it. Numbers
    that nobody has received are judged by what they say themselves and by the product that is
    chosen: what cannot be known yet is told as such.
    """

    _name = "trace.recall.rule.try"
    _description = "Try Numbers on a Recall Rule"

    rule_id = fields.Many2one("trace.recall.rule", required=True, ondelete="cascade")
    sentence = fields.Text(related="rule_id.sentence")
    numbers = fields.Text(help="One in a line, or separated by commas")
    product_id = fields.Many2one(
        "product.product",
        "Product of New Numbers",
        domain="[('tracking', '!=', 'none')]",
        help="For numbers that are not in the database yet.",
    )
    answer = fields.Char(compute="_compute_line_ids")
    line_ids = fields.One2many("trace.recall.rule.try.line", "try_id", compute="_compute_line_ids")

    @api.depends("numbers", "product_id", "rule_id")
    def _compute_line_ids(self):
        for record in self:
            numbers = list(dict.fromkeys(split_list(record.numbers or "")))
            try:
                lines = record._answers(numbers[:MOST]) if numbers else []
            except CriteriaError as error:
                record.answer = self.env["trace.recall.condition"]._flaw(error)
                record.line_ids = [(5,)]
                continue
            record.answer = record._summary(lines, len(numbers))
            record.line_ids = [(5,), *((0, 0, line) for line in lines)]

    def _summary(self, lines, count):
        if not count:
            return False
        hits = sum(line["verdict"] == "match" for line in lines)
        told = self.env._("%(hits)s of %(count)s match", hits=hits, count=len(lines))
        if count > MOST:
            told += ". " + self.env._("Only the first %s are answered.", MOST)
        return told

    def _answers(self, numbers):
        """Values of the lines: those of known lots, and of numbers that nobody knows."""
        rule = self.rule_id._origin
        parsed = rule._parsed()
        lots = self._lots(numbers)
        facts = self.env["trace.recall.facts"].sudo()
        known = facts._of(lots, [parsed], rule._scope()) if lots else {}
        by_name = lots.grouped("name")
        new = [number for number in numbers if number not in by_name]
        product = self.product_id._origin
        judged = facts._of_numbers([(product, number) for number in new]) if new else []
        unknown = dict(zip(new, judged, strict=True))
        lines = []
        for number in numbers:
            for lot in by_name.get(number, ()):
                names = lot.product_id.sudo().display_name
                lines.append(self._line(rule, parsed, known[lot.id], names))
            if number in unknown:
                lines.append(self._line(rule, parsed, unknown[number], product.display_name))
        return lines

    @api.model
    def _lots(self, numbers):
        domain = [
            ("name", "in", numbers),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]
        return self.env["stock.lot"].search(domain, limit=LONGEST)

    def _line(self, rule, parsed, facts, product):
        verdicts = parsed.judge(facts)
        if any(all(some) for some in verdicts):
            verdict = "match"
        elif any(False not in some for some in verdicts):
            verdict = "unsure"
        else:
            verdict = "miss"
        return {
            "number": facts.number,
            "product": product or "",
            "known": facts.known,
            "verdict": verdict,
            "why": self._why(rule, verdict, verdicts),
        }

    def _why(self, rule, verdict, verdicts):
        """Which conditions decide: all of an alternative that matches, or those that fail."""
        told = []
        for some, said in zip(rule._alternatives(), verdicts, strict=True):
            pairs = list(zip(some, said, strict=True))
            if verdict == "match" and all(said):
                told.append("; ".join(one.says for one, _yes in pairs))
            elif verdict == "miss":
                told.append("; ".join(self._failed(one) for one, yes in pairs if yes is False))
            elif verdict == "unsure" and False not in said:
                open_ = "; ".join(one.says for one, yes in pairs if yes is None)
                told.append(self.env._("To be seen when it comes: %s", open_))
        return "\n".join(told)

    def _failed(self, condition):
        """The condition's opposite: that is how the lot is."""
        return condition._words(condition.negated)


class TraceRecallRuleTryLine(models.TransientModel):
    """What a recall rule says of one number."""

    _name = "trace.recall.rule.try.line"
    _description = "Number Tried on a Recall Rule"

    try_id = fields.Many2one("trace.recall.rule.try", required=True, ondelete="cascade")
    number = fields.Char()
    product = fields.Char()
    known = fields.Boolean("In the Database")
    verdict = fields.Selection(
        [
            ("match", "Matches"),
            ("unsure", "May match"),
            ("miss", "Does not match"),
        ],
        "Answer",
    )
    why = fields.Text()
