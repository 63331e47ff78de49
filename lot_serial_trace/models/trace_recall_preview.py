from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Rows of each list that are shown.
SHOWN = 8
#: Why other lots may be concerned, too: what they share with those asked about.
SHARED = ("receipt", "batch", "made", "ingredients")


class TraceRecallPreview(models.Model):
    """What confirming would mean, before anybody is stopped.

    Asked of the questions that any trace asks (``trace.question``), and of the stock and the
    genealogy by a few queries, whatever the number of lots. The smallest scope that is safe is
    what was asked about and what has been made of it since. The widest is all that was received,
    batched or made together with it, or of the same ingredients, and what became of that: between
    them somebody has to decide, and sees here what each would cost.

    It is kept as it was computed, with its time: a preview of 10,000 lots takes seconds.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    preview = fields.Json(readonly=True, copy=False)
    previewed_at = fields.Datetime("Looked Ahead", readonly=True, copy=False)

    def _preview(self):
        """What confirming would mean.

        :return: dict ``asked``, ``lots``, ``made_into`` (counts); ``products`` (as in the summary
            of a question); ``units``: dict unit -> ``on_hand``, ``in_transit``, ``delivered``,
            ``returned``; ``places`` and ``place_count``; ``customers``, ``deliveries``,
            ``unknown_deliveries`` and ``consignees`` (those with most); ``orders`` and
            ``order_list``; ``value``: list of amounts with ids of currencies; ``held`` (lots
            that are on hold already), ``cases`` (other running cases), ``gaps``; ``shares``:
            dict of ``SHARED`` -> lots; ``narrow`` and ``wide``: lots of both scopes;
            ``companies``: names of those whose goods are not part of the case
        """
        self.ensure_one()
        lots = self.sudo().lot_ids
        if not lots:
            raise UserError(self.env._("Add the lots and serial numbers it is about first."))
        asked = self.with_context(allowed_company_ids=self._readable_companies().ids)
        asked.env.flush_all()
        questions = asked.env["trace.question"]
        question = {"lots": lots.ids, "direction": "forward"}
        answer = questions.answer(question, ["summary"])["summary"]
        scope = questions._scope(questions._checked(question))
        found = {
            **{name: answer[name] for name in TOLD},
            "products": answer["products"][:SHOWN],
            "product_count": len(answer["products"]),
            "units": _by_unit(answer["products"]),
            "consignees": asked._rows_of(scope, "customers"),
            "order_list": asked._rows_of(scope, "open_orders"),
            **asked._in_house(scope),
            **asked._shares(lots),
            **asked._elsewhere(scope),
        }
        return {**found, "narrow": found["lots"]}

    def _readable_companies(self):
        """The companies of the case in which the user works."""
        companies = self._companies()
        return companies if self.env.su else companies & self.env.user.company_ids

    @api.model
    def _rows_of(self, scope, section):
        """The first rows of a section."""
        return self.env["trace.question"]._section(section, scope, SHOWN)["rows"]

    # -- in the house ---------------------------------------------------------

    @api.model
    def _in_house(self, scope):
        """Places and what the goods there have cost: one query, a row per place."""
        price = SQL(
            "COALESCE(CASE WHEN t.lot_valuated THEN (l.standard_price ->> %(c)s)::numeric END, "
            "(p.standard_price ->> %(c)s)::numeric, 0)",
            c=SQL("a.company_id::text"),
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT a.id AS place_id, a.complete_name AS name, a.company_id,
                    count(DISTINCT q.lot_id)::int AS lots, sum(q.quantity)::float AS quantity,
                    min(t.uom_id) AS uom_id, count(DISTINCT t.uom_id)::int AS uoms,
                    sum(q.quantity * %(price)s)::float AS value
                FROM %(ahead)s
                JOIN stock_quant q ON q.lot_id = reach.lot_id AND q.quantity != 0
                JOIN stock_location a ON a.id = q.location_id
                JOIN stock_lot l ON l.id = q.lot_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE a.usage IN ('internal', 'transit') AND a.company_id = ANY(%(companies)s)
                GROUP BY a.id ORDER BY lots DESC, a.complete_name
                """,
                price=price,
                ahead=scope.ahead,
                companies=scope.companies,
            )
        )
        value = defaultdict(float)
        for row in rows:
            company = self.env["res.company"].browse(row["company_id"])
            value[company.currency_id.id] += row["value"]
        return {
            "places": [
                {name: row[name] for name in ("place_id", "name", "lots")} for row in rows[:SHOWN]
            ],
            "place_count": len(rows),
            "value": [{"currency_id": key, "amount": amount} for key, amount in value.items()],
        }

    # -- what it shares -------------------------------------------------------

    def _shares(self, lots):
        """How many other lots share something with ``lots``, and how wide that would be."""
        others = {kind: self._sharing(kind, lots) for kind in SHARED}
        every = set(lots.ids).union(*others.values())
        return {
            "shares": {kind: len(ids) for kind, ids in others.items()},
            "wide": len(self._walked(every)),
        }

    def _sharing_any(self, lots):
        """Ids of ``lots`` and of all that share something with them."""
        asked = self.with_context(allowed_company_ids=self._readable_companies().ids)
        asked.env.flush_all()
        return set(lots.ids).union(*(asked._sharing(kind, lots) for kind in SHARED))

    def _walked(self, lot_ids):
        """Ids of lots and of what became of them: one query."""
        starts = [(lot_id, None) for lot_id in sorted(lot_ids)]
        reach = self.env["trace.edge"]._reach(starts, True, self._readable_companies().ids)
        return [lot_id for (lot_id,) in self.env.execute_query(SQL("SELECT lot_id FROM %s", reach))]

    def _sharing(self, kind, lots):
        """Ids of other lots that share a ``kind`` of thing with ``lots``: one query."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT o.lot_id FROM (%s) o JOIN stock_lot l ON l.id = o.lot_id "
                "WHERE o.lot_id != ALL(%s) AND (l.company_id IS NULL OR l.company_id = ANY(%s))",
                getattr(self, f"_sql_same_{kind}")(lots),
                lots.ids,
                self.env.companies.ids,
            )
        )
        return {lot_id for (lot_id,) in rows}

    def _sql_same_receipt(self, lots):
        """Lots of the same product that came with the same receipt."""
        return SQL(
            """
            SELECT o.lot_id FROM trace_event e
            JOIN trace_event o ON o.document_model = e.document_model
                AND o.document_id = e.document_id AND o.product_id = e.product_id
                AND o.source_usage = 'supplier'
            WHERE e.lot_id = ANY(%s) AND e.source_usage = 'supplier' AND e.document_id IS NOT NULL
                AND e.company_id = ANY(%s)
            """,
            lots.ids,
            self.env.companies.ids,
        )

    def _sql_same_batch(self, lots):
        """Serial numbers with the same batch of the manufacturer."""
        return SQL(
            """
            SELECT o.id AS lot_id FROM stock_lot l
            JOIN stock_lot o ON o.product_id = l.product_id AND o.trace_batch = l.trace_batch
            WHERE l.id = ANY(%s) AND l.trace_batch != ''
            """,
            lots.ids,
        )

    def _sql_same_made(self, lots):
        """Lots that came out of the same operation."""
        return SQL(
            """
            SELECT o.lot_id FROM trace_edge e
            JOIN trace_edge o ON o.operation = e.operation AND o.operation_id = e.operation_id
                AND o.side = 'out' AND o.lot_id > 0
            WHERE e.lot_id = ANY(%s) AND e.side = 'out' AND e.operation IN ('production', 'unbuild')
                AND e.company_id = ANY(%s)
            """,
            lots.ids,
            self.env.companies.ids,
        )

    def _sql_same_ingredients(self, lots):
        """Lots into which went what these lots were made from, directly."""
        return SQL(
            """
            SELECT n.lot_id FROM (
                SELECT DISTINCT i.lot_id FROM trace_edge e
                JOIN trace_edge i ON i.operation = e.operation AND i.operation_id = e.operation_id
                    AND i.side = 'in' AND i.lot_id > 0
                WHERE e.lot_id = ANY(%(lots)s) AND e.side = 'out' AND e.operation = 'production'
                    AND e.company_id = ANY(%(companies)s)
            ) i
            JOIN trace_edge u ON u.lot_id = i.lot_id AND u.side = 'in'
            JOIN trace_edge n ON n.operation = u.operation AND n.operation_id = u.operation_id
                AND n.side = 'out' AND n.lot_id > 0 AND n.company_id = ANY(%(companies)s)
            """,
            lots=lots.ids,
            companies=self.env.companies.ids,
        )

    # -- elsewhere ------------------------------------------------------------

    def _elsewhere(self, scope):
        """Holds and other cases that have these lots, and companies that are left out."""
        [row] = self.env.execute_query_dict(
            SQL(
                """
                SELECT count(*) FILTER (WHERE l.trace_status != 'free')::int AS held,
                    ARRAY(SELECT DISTINCT r.id FROM %(ahead)s
                        JOIN trace_recall_lot s ON s.lot_id = reach.lot_id
                            AND s.state IN ('scoped', 'held')
                        JOIN trace_recall r ON r.id = s.recall_id AND r.state = 'running'
                            AND NOT COALESCE(r.is_drill, FALSE) AND r.id != %(id)s) AS cases,
                    ARRAY(SELECT DISTINCT a.company_id FROM %(ahead)s
                        JOIN stock_quant q ON q.lot_id = reach.lot_id AND q.quantity > 0
                        JOIN stock_location a ON a.id = q.location_id
                        WHERE a.company_id != ALL(%(companies)s)) AS others
                FROM %(ahead)s JOIN stock_lot l ON l.id = reach.lot_id
                """,
                ahead=scope.ahead,
                id=self.id,
                companies=scope.companies,
            )
        )
        cases = self.search([("id", "in", row["cases"])])
        others = self.env["res.company"].browse(row["others"]) & self.env.user.company_ids
        return {
            "held": row["held"],
            "cases": [{"id": case.id, "name": case.display_name} for case in cases],
            "companies": others.mapped("name"),
        }

    # -- on the form ----------------------------------------------------------

    def action_preview(self):
        """Look ahead, and keep what was seen."""
        self.ensure_one()
        self._check_right()
        found = self._preview()
        self.sudo().write({"preview": found, "previewed_at": fields.Datetime.now()})

    def action_widen(self):
        """Take all that shares something with the lots into the draft."""
        self.ensure_one()
        self._check_right()
        if self.state != "draft":
            raise UserError(self.env._("Extend a running case with lots of your choice."))
        lots = self.sudo().lot_ids
        ids = sorted(self._sharing_any(lots) - set(lots.ids))
        self.sudo().lot_ids |= lots.browse(ids)
        self._note("widened", self.env._("Widened by %s lots.", len(ids)), lots=ids)
        self.action_preview()


#: What of a question's summary is told as it is.
TOLD = (
    "asked",
    "lots",
    "made_into",
    "customers",
    "deliveries",
    "unknown_deliveries",
    "orders",
    "gaps",
)


def _by_unit(products):
    """dict unit -> quantities of all products that have it."""
    units = {}
    for row in products:
        mine = units.setdefault(row["uom"], dict.fromkeys(QUANTITIES, 0))
        for name in QUANTITIES:
            mine[name] = round(mine[name] + row[name], 6)
    return units


QUANTITIES = ("on_hand", "in_transit", "delivered", "returned")
