from odoo import api, models
from odoo.tools import SQL

from ..core.recall import criteria
from .trace_recall_rule_sql import Statement, flush

#: Alternatives that are told of one lot.
TOLD = 2


class TraceRecallRule(models.Model):
    """Which lots a rule means: by one statement over all of them, or of some that just move.

    Both say the same: the statement for a million lots is made from the same criteria by which
    a single number is judged in memory.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.rule"

    def _scope(self):
        """Ids of the companies in which something must have happened; None: any."""
        return self.company_id._origin.ids or None

    def _whose(self, companies):
        """Ids of those of the companies whose goods the rule is for."""
        mine = self.company_id._origin
        return (companies & mine if mine else companies).ids

    def _sql_lots(self, companies):
        """SQL of the lots that the rule means: ``lot_id`` and ``why``, the places of alternatives.

        :param companies: whose lots; lots of no company are everybody's
        :raises CriteriaError: the conditions cannot be understood
        """
        self.ensure_one()
        parsed = self._parsed()
        flush(self.env, parsed.kinds)
        facts = self.env["trace.recall.facts"]
        statement = Statement(self.env, facts._zone_groups(), self._scope())
        whose = SQL("(l.company_id IS NULL OR l.company_id = ANY(%s))", self._whose(companies))
        return statement.lots(parsed, whose)

    @api.model
    def _matches(self, lots, company=None):
        """Why rules in force mean lots; no query while there is no rule.

        :param company: whose goods; None: the user's company
        :return: dict lot id -> list of (rule id, sentence); lots that no rule means are left out
        """
        return {
            lot_id: [(rule_id, why) for rule_id, why, _facts in found]
            for lot_id, found in self._caught(lots, company or self.env.company).items()
        }

    @api.model
    def _caught(self, lots, company):
        """The same with the facts behind it."""
        found = {}
        known = self.env["trace.recall.facts"].sudo()
        for company_id, rules in self._by_scope(company).items():
            parsed = [one for _id, one in rules]
            facts = known._of(lots, parsed, company_id and [company_id])
            self._add_caught(found, rules, facts)
        return found

    @api.model
    def _by_scope(self, company):
        """Rules in force for goods of a company, by the company in which they look; None: any."""
        groups = {}
        for rule_id, company_id, parsed in self._in_force():
            if company_id in (None, company.id):
                groups.setdefault(company_id, []).append((rule_id, parsed))
        return groups

    @api.model
    def _add_caught(self, found, rules, facts):
        for rule_id, parsed in rules:
            words = None
            for key, known in facts.items():
                places = parsed.matching(known)
                if places:
                    words = words or self.sudo().browse(rule_id)._words()
                    why = _why(words, parsed, places, known)
                    found.setdefault(key, []).append((rule_id, why, known))

    # -- in words -------------------------------------------------------------

    def _words(self):
        """What each condition says, as lists like those of the alternatives."""
        return [[one.says for one in some] for some in self._alternatives()]

    def _why_of(self, facts):
        """Why the rule means lots: dict key -> sentence, for those that it means."""
        parsed = self._parsed()
        words = self._words()
        reasons = {}
        for key, known in facts.items():
            places = parsed.matching(known)
            if places:
                reasons[key] = _why(words, parsed, places, known)
        return reasons

    def _why_at(self, places):
        """The same from the places of alternatives, as ``_sql_lots`` gives them."""
        words = self._words()
        return _alternatives([words[place] for place in places])


def _why(words, parsed, places, facts):
    told = []
    for place in places:
        pairs = zip(words[place], parsed.alternatives[place], strict=True)
        told.append([f"{text}{_actual(one, facts)}" for text, one in pairs])
    return _alternatives(told)


def _alternatives(told):
    return " / ".join("; ".join(some) for some in told[:TOLD])


def _actual(one, facts):
    """The day that a lot has, behind the days that are asked for."""
    if one.kind not in criteria.DATED:
        return ""
    days = getattr(facts, one.kind)
    days = sorted(days) if one.kind == "received" else [days] if days else []
    return f" ({', '.join(str(day) for day in days[:3])})" if days else ""
