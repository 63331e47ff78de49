import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from .trace_hold_sql import insert

_logger = logging.getLogger(__name__)

#: Lots that are acted on at once; a button does so many, the rest is for the job.
SLICE = 500
#: Minutes after which movements that had begun before a rule was in force have ended.
SETTLED = 15
#: Numbers named in one exception.
NAMED = 20


class TraceRecallRule(models.Model):
    """Standing: rules act on what is in stock, and on whatever comes in later.

    Stock is looked through by one statement per rule, in slices that are committed one by one:
    when a rule is put in force or changed, and once a day. What comes in is judged as it comes,
    all of it together, and nothing is asked while no rule is in force. Goods are never refused
    here: they are held, they join a case, or the desk is told. A rule that fails keeps nothing
    from moving; the failure is on its form, and the job finds the goods in stock.

    A hold that a person has released is not placed again by the same rule.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.rule"

    # -- what comes in --------------------------------------------------------

    @api.model
    def _standing(self, lots, company, road, document=None):
        """Act on goods of a company that just came in, or went.

        :param lots: ``stock.lot`` records
        :param road: key of ``trace_recall_rule_hit.ROADS``
        :param document: record with which they came; may be None
        :return: the ``trace.recall.rule.hit`` records
        """
        hits = self.env["trace.recall.rule.hit"]
        if not lots or not self._by_scope(company):
            return hits
        try:
            with self.env.cr.savepoint():
                return self.sudo()._meet(lots, company, road, document)
        except (OperationalError, ConcurrencyError):
            raise  # the request is run again
        except Exception as error:
            # Odoo would swallow it at a till and strand the goods.
            _logger.exception("Recall rules could not be asked")
            self.sudo()._note_failure(error)
            return hits

    @api.model
    def _meet(self, lots, company, road, document):
        by_rule = {}
        for lot_id, found in self._caught(lots, company).items():
            for rule_id, why, _facts in found:
                by_rule.setdefault(rule_id, {})[lot_id] = why
        hits = self.env["trace.recall.rule.hit"]
        for rule_id, reasons in by_rule.items():
            hits |= self.browse(rule_id)._act(reasons, company, road, document)
        return hits

    @api.model
    def _standing_unknown(self, packs, order, road):
        """The same for numbers of a till's order that have no record: only the desk is told.

        :param packs: ``pos.pack.operation.lot`` records
        """
        packs = packs.filtered(lambda pack: not pack.lot_id)
        pairs = [(pack.product_id, pack.lot_name) for pack in packs]
        rules = [one for some in self._by_scope(order.company_id).values() for one in some]
        if not pairs or not rules:
            return
        facts = dict(enumerate(self.env["trace.recall.facts"].sudo()._of_numbers(pairs)))
        found = {}
        self._add_caught(found, rules, facts)
        self.sudo()._tell_unknown(found, packs, order, road)

    @api.model
    def _tell_unknown(self, found, packs, order, road):
        kind = "recall_sold" if road == "sale" else "recall_arrived"
        vals = []
        for place, caught in found.items():
            pack = packs[place]
            for rule_id, why, _facts in caught:
                rule = self.browse(rule_id)
                vals.append(
                    {
                        "kind": kind,
                        "values": {
                            "lot": pack.lot_name,
                            "product": pack.product_id.display_name,
                            "document": order.display_name,
                            "rule": rule.name,
                            "reason": why,
                        },
                        "company_id": order.company_id.id,
                        "lot_name": pack.lot_name,
                        "product_id": pack.product_id.id,
                        "pos_order_id": order.id,
                        "document_model": self._name,
                        "document_id": rule_id,
                    }
                )
        self.env["trace.exception"]._open_many(vals)

    @api.model
    def _note_failure(self, error):
        rules = self.browse(rule_id for rule_id, _company, _parsed in self._in_force())
        rules._say_failure(str(error).strip().split("\n")[0])

    def _say_failure(self, text):
        silent = self.with_context(trace_rule_changing=True)
        silent.filtered(lambda rule: rule.failure != text).write({"failure": text})

    # -- acting ---------------------------------------------------------------

    def _act(self, reasons, company, road, document=None):
        """Do what the rule says with lots that it caught: returns the hits.

        :param reasons: dict lot id -> why
        """
        self.ensure_one()
        lots = self.env["stock.lot"].browse(reasons)
        deeds = getattr(self, f"_act_{self.action}")(lots, reasons, company)
        told = [lot.id for lot in lots if deeds[lot.id]["deed"] not in ("was_held", "left")]
        if road != "stock" or self.action == "tell":
            self._tell(lots.browse(told), reasons, company, road, document)
        return self._record(lots, reasons, company, road, document, deeds)

    def _act_hold(self, lots, reasons, company):
        holds = self.env["trace.hold"]
        mine = holds.search(
            [
                ("lot_id", "in", lots.ids),
                ("company_id", "=", company.id),
                ("origin_model", "=", self._name),
                ("origin_id", "=", self.id),
            ]
        )
        active = mine.filtered(lambda hold: hold.state == "active").lot_id
        left = (mine.lot_id - active) & lots
        fresh = lots - mine.lot_id
        texts = {lot.id: self._reason(reasons[lot.id]) for lot in fresh}
        placed = holds._place(fresh, texts, "recall", company, origin=self) if fresh else holds
        return {
            **{hold.lot_id.id: {"deed": "held", "hold_id": hold.id} for hold in placed},
            **{lot.id: {"deed": "was_held"} for lot in active},
            **{lot.id: {"deed": "left"} for lot in left},
        }

    def _reason(self, why):
        """What whoever is stopped reads."""
        return self.env._(
            "Recall rule %(rule)s, version %(version)s: %(why)s",
            rule=self.name,
            version=self.version,
            why=why,
        )

    def _act_case(self, lots, reasons, company):
        recall = self._join_case(lots, reasons, company)
        return {lot.id: {"deed": "joined", "recall_id": recall.id} for lot in lots}

    def _act_tell(self, lots, reasons, company):
        return {lot.id: {"deed": "told"} for lot in lots}

    def _record(self, lots, reasons, company, road, document, deeds):
        """Keep what the rule caught: one query."""
        hits = self.env["trace.recall.rule.hit"]
        if not lots:
            return hits
        common = {
            "rule_id": self.id,
            "version": self.version,
            "company_id": company.id,
            "at": fields.Datetime.now(),
            "road": road,
            "document": document.display_name if document else False,
        }
        nothing = {"hold_id": False, "recall_id": False}
        rows = [
            {
                **common,
                "lot_id": lot.id,
                "lot_name": lot.name,
                "product_id": lot.product_id.id,
                "why": reasons[lot.id],
                **nothing,
                **deeds[lot.id],
            }
            for lot in lots
        ]
        return insert(hits, rows)

    # -- telling --------------------------------------------------------------

    def _tell(self, lots, reasons, company, road, document):
        """Put what the rule caught on the desk: one exception for each product."""
        if not lots:
            return
        kind = {"stock": "recall_found", "sale": "recall_sold"}.get(road, "recall_arrived")
        groups = list(lots.grouped("product_id").items())
        cases = [
            {"code": kind, "company_id": company.id, "product_id": product.id}
            for product, _lots in groups
        ]
        answers = self.env["trace.policy"]._resolve(cases)
        self.env["trace.exception"]._open_many(
            [
                {
                    **self._told(kind, some, reasons, company, document),
                    "severity": severity,
                    "policy_id": policy.id if policy else False,
                }
                for (_product, some), (severity, policy) in zip(groups, answers, strict=True)
            ]
        )

    def _told(self, kind, lots, reasons, company, document):
        more = len(lots) - NAMED
        names = [*lots[:NAMED].mapped("name"), *([f"… ({more})"] if more > 0 else ())]
        why = dict.fromkeys(reasons[lot.id] for lot in lots)
        about = {"stock.picking": "picking_id", "pos.order": "pos_order_id"}
        name = about.get(document._name) if document else None
        return {
            "kind": kind,
            "values": {
                "lot": ", ".join(names),
                "product": lots.product_id.display_name,
                "document": document.display_name if document else "–",
                "rule": self.name,
                "reason": " / ".join(list(why)[:2]),
            },
            "company_id": company.id,
            "lot_id": lots.id if len(lots) == 1 else False,
            "lot_name": lots.name if len(lots) == 1 else False,
            "product_id": lots.product_id.id,
            "document_model": self._name,
            "document_id": self.id,
            **({name: document.id} if name else {}),
        }

    # -- what is in stock -----------------------------------------------------

    def _apply_soon(self):
        """Act on the first lots in stock at once, and have a job see to the rest."""
        for rule in self.filtered(lambda rule: rule.state == "standing"):
            rule.sudo()._try_slice()
        self._trigger_job()
        return True

    @api.model
    def _trigger_job(self):
        """At once, and again when what is just moving, and knows nothing of the rule, has ended."""
        now = fields.Datetime.now()
        job = self.env.ref("lot_serial_trace.cron_recall_rules").sudo()
        job._trigger(at=[now, now + timedelta(minutes=SETTLED)])

    def action_apply(self):
        """Look through the stock now."""
        self.check_access("write")
        return self._apply_soon()

    def _try_slice(self):
        """Act on a slice of the stock: how many lots. What cannot be done is said on the rule."""
        try:
            with self.env.cr.savepoint():
                count = self._slice()
        except (UserError, ValueError) as error:
            self._say_failure(str(error))
            return 0
        if self.failure:
            self._say_failure(False)
        return count

    def _slice(self):
        rows = self.env.execute_query(self._sql_due(SLICE))
        by_company = {}
        for lot_id, company_id, places in rows:
            by_company.setdefault(company_id, {})[lot_id] = self._why_at(places)
        for company_id, reasons in by_company.items():
            self._act(reasons, self.env["res.company"].browse(company_id), "stock")
        if len(rows) < SLICE:
            self.with_context(trace_rule_changing=True).applied_at = fields.Datetime.now()
        return len(rows)

    def _sql_due(self, limit):
        """SQL of the goods in stock that this version of the rule has not caught yet."""
        companies = self.env["res.company"].search([("active", "=", True)])
        self.env["stock.quant"].flush_model(["lot_id", "quantity", "location_id"])
        self.env["trace.recall.rule.hit"].flush_model()
        return SQL(
            """
            SELECT m.lot_id, q.company_id, m.why
            FROM (%(lots)s) m
            JOIN (
                SELECT q.lot_id, a.company_id FROM stock_quant q
                JOIN stock_location a ON a.id = q.location_id AND a.usage IN ('internal', 'transit')
                WHERE q.quantity > 0 AND q.lot_id IS NOT NULL AND a.company_id = ANY(%(whose)s)
                GROUP BY 1, 2
            ) q ON q.lot_id = m.lot_id
            WHERE NOT EXISTS (
                SELECT FROM trace_recall_rule_hit h
                WHERE h.rule_id = %(rule)s AND h.lot_id = m.lot_id
                    AND h.company_id = q.company_id AND h.version >= %(version)s)
            ORDER BY q.company_id, m.lot_id LIMIT %(limit)s
            """,
            lots=self._sql_lots(companies),
            whose=self._whose(companies),
            rule=self.id,
            version=self.version,
            limit=limit,
        )

    @api.model
    def _cron(self):
        """Look through the stock for every rule in force, slice by slice."""
        self._look_through(self.env["ir.cron"]._commit_progress)

    @api.model
    def _look_through(self, commit):
        """The same; ``commit`` keeps what is done and tells whether there is time left."""
        rules = self.search([("state", "=", "standing")], order="id")
        commit(remaining=len(rules))
        for rule in rules:
            while rule._try_slice() == SLICE:
                if not commit():
                    return
            if not commit(1):
                return
