from collections import Counter
from time import monotonic

from markupsafe import Markup
from psycopg2.errors import QueryCanceled

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from ..core.recall.flaws import CriteriaError

#: Lots shown, and up to how many it is counted how many of them are in stock.
SHOWN, COUNTED = 20, 20_000
#: Seconds after which a preview gives up: the form is waiting.
PATIENCE = 4


class TraceRecallRule(models.Model):
    """What a rule would catch now, told while it is being written.

    Each change of the form asks the database once for the lots, or for their count where they are
    many; the reasons of the first ones are told one by one. A question that takes too long is
    given up, so that the form never hangs; the list of all lots (*Show Them*) has as much time as
    any list.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.rule"

    preview = fields.Html("Meant Now", compute="_compute_preview", sanitize=False)

    @api.depends(
        "company_id",
        "condition_ids.says",
        "condition_ids.joined",
        "condition_ids.sequence",
        "condition_ids.negated",
        "condition_ids.kind",
        "condition_ids.numbers",
    )
    @api.depends_context("allowed_company_ids", "lang", "tz")
    def _compute_preview(self):
        for rule in self:
            rule.preview = rule._previewed()

    def _previewed(self):
        if not self.condition_ids:
            return _note(self.env._("Add a condition to see which lots it means."))
        started = monotonic()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                found = self._look()
        except CriteriaError as error:
            return _note(self.env["trace.recall.condition"]._flaw(error), "warning")
        except QueryCanceled:
            text = self.env._("Counting takes long. Save, and press “Show Them” for the list.")
            return _note(text, "warning")
        return self._drawn(*found, int(1000 * (monotonic() - started)))

    def _look(self):
        """Counts of lots, of those in stock and by alternative, and the first ones with why."""
        self.env.cr.execute(
            SQL("SET LOCAL statement_timeout = %s; SET LOCAL jit = off", f"{PATIENCE}s")
        )
        rows = self.env.execute_query(SQL("%s LIMIT %s", self._visible(), COUNTED + 1))
        if len(rows) > COUNTED:
            total, counts = self._counted()
            stocked = None
        else:
            total, stocked = len(rows), self._stocked([lot_id for lot_id, _places in rows])
            counts = Counter(place for _lot_id, places in rows for place in places)
        lots = self.env["stock.lot"].browse(lot_id for lot_id, _places in rows[:SHOWN])
        facts = self.env["trace.recall.facts"].sudo()._of(lots, [self._parsed()], self._scope())
        self.env.cr.execute("SET LOCAL statement_timeout TO DEFAULT; SET LOCAL jit TO DEFAULT")
        return total, stocked, counts, lots, self._why_of(facts)

    def _visible(self):
        """SQL of the lots meant whose company the user works in."""
        return self._sql_lots(self.env.companies)

    def _counted(self):
        """How many lots are meant, and by which alternative: too many to look at each."""
        count = len(self._alternatives())
        by_place = SQL(", ").join(
            SQL("count(*) FILTER (WHERE %s = ANY(m.why))", place) for place in range(count)
        )
        [(total, *counts)] = self.env.execute_query(
            SQL(
                "SELECT count(*)%s FROM (%s) m",
                SQL(", %s", by_place) if count > 1 else SQL(),
                self._visible(),
            )
        )
        return total, dict(enumerate(counts))

    def _stocked(self, lot_ids):
        """How many of the lots are in stock."""
        self.env["stock.quant"].flush_model(["lot_id", "quantity", "location_id", "company_id"])
        [(count,)] = self.env.execute_query(
            SQL(
                """
                SELECT count(DISTINCT q.lot_id) FROM stock_quant q
                JOIN stock_location a ON a.id = q.location_id
                    AND a.usage IN ('internal', 'transit')
                WHERE q.lot_id = ANY(%s) AND q.quantity > 0 AND q.company_id = ANY(%s)
                """,
                lot_ids,
                self._whose(self.env.companies),
            )
        )
        return count

    # -- drawing --------------------------------------------------------------

    def _drawn(self, total, stocked, counts, lots, reasons, milliseconds):
        if not total:
            text = self.env._(
                "No lot matches yet. The rule will catch those that come in, once it is in force."
            )
            return _note(text)
        return Markup("<div class='o_trace_rule_preview'>%s%s%s</div>") % (
            self._drawn_counts(total, stocked, milliseconds),
            self._drawn_alternatives(counts),
            self._drawn_lots(total, lots, reasons),
        )

    def _drawn_counts(self, total, stocked, milliseconds):
        told = self.env._("%s lots and serial numbers match", _amount(total))
        if total == 1:
            told = self.env._("1 lot or serial number matches")
        if stocked is not None:
            told += ", " + self.env._("%s of them are in stock", _amount(stocked))
        took = self.env._("(%s ms)", milliseconds)
        return Markup(
            "<p><b class='o_trace_rule_count'>%s</b> <span class='text-muted'>%s</span></p>"
        ) % (
            told,
            took,
        )

    def _drawn_alternatives(self, counts):
        """How many each alternative means, where there are several."""
        words = self._words()
        if len(words) < 2:
            return ""
        rows = Markup().join(
            Markup("<li><b>%s</b> %s</li>") % (_amount(counts.get(place, 0)), "; ".join(some))
            for place, some in enumerate(words)
        )
        return Markup("<ul class='mb-2'>%s</ul>") % rows

    def _drawn_lots(self, total, lots, reasons):
        lots.fetch(["name", "product_id"])
        rows = Markup().join(
            Markup("<tr><td><a href='/odoo/stock.lot/%s' target='_blank'>%s</a></td>")
            % (lot.id, lot.name)
            + Markup("<td>%s</td><td>%s</td></tr>")
            % (lot.product_id.sudo().display_name, reasons.get(lot.id, ""))
            for lot in lots.sudo()
        )
        head = Markup("<tr><th>%s</th><th>%s</th><th>%s</th></tr>") % (
            self.env._("Number"),
            self.env._("Product"),
            self.env._("Why"),
        )
        more = ""
        if total > len(lots):
            left = self.env._("and %s more", _amount(total - len(lots)))
            more = Markup("<p class='text-muted'>%s</p>") % left
        table = Markup("<table class='table table-sm'><thead>%s</thead><tbody>%s</tbody></table>%s")
        return table % (head, rows, more)

    # -- buttons --------------------------------------------------------------

    def action_show_lots(self):
        """Open the list of all lots that the rule means now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meant by %s", self.name),
            "res_model": "stock.lot",
            "view_mode": "list,form",
            "domain": [("trace_recall_rule_id", "=", self.id)],
            "context": {"create": False},
        }


def _note(text, tone="info"):
    return Markup("<div class='alert alert-%s mb-0'>%s</div>") % (tone, text)


def _amount(number):
    """A figure with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u202f")
