from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from .marks import RECORDED_NOW
from .trace_hold_sql import covers, flush, insert, may_go


class TraceHoldPlacing(models.Model):
    """Placing: the hold is in force, reservations are given up, good stock is reserved instead.

    All of it happens in the transaction of the caller and with a constant number of queries,
    beside what Odoo asks for each movement that is reserved anew. Whoever moves or reserves the
    goods at the same moment is met at the quant, or at the lot: one of the two runs again.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    @api.model
    def _place(
        self,
        lots,
        reason,
        source="manual",
        company=None,
        *,
        location=None,
        goods=None,
        origin=None,
    ):
        """Put ``lots`` on hold.

        :param lots: ``stock.lot`` records
        :param reason: sentence that everybody who is stopped will read, or dict lot id -> sentence
        :param source: one of ``quality``, ``asn``, ``expiry``, ``recall``, ``manual``
        :param company: whose goods; None: the user's company. Lots of a company are its own.
        :param location: the hold is for goods at or below this place; None: everywhere
        :param goods: ``move``: make a transfer to quarantine; ``stay``: leave them where they are;
            None: as policy says
        :param origin: the record that asked for the hold, if any
        :return: the holds, in the order of ``lots``
        """
        # What a caller sets as defaults is not for the records made here.
        self = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        lots = lots.with_env(self.env)
        reasons = self._checked_reasons(lots, reason)
        company = company or self.env.company
        self._check_location(location, lots.company_id or company)
        stock = self._lock_stock(lots)
        holds = self._create_holds(lots, company, reasons, source, location, goods, origin)
        lots.sudo()._trace_update_status()
        holds._record_events("hold", reasons, "holding", "non_sellable_other")
        holds._take_effect()
        self._rewrite_stock(stock)
        return self.browse(holds.ids)

    @api.model
    def _checked_reasons(self, lots, reason):
        """dict lot id -> sentence."""
        reasons = reason if isinstance(reason, dict) else dict.fromkeys(lots.ids, reason)
        reasons = {lot_id: (text or "").strip() for lot_id, text in reasons.items()}
        if not all(reasons.get(lot_id) for lot_id in lots.ids):
            raise UserError(self.env._("Say why: whoever is stopped will read the reason."))
        return reasons

    @api.model
    def _check_location(self, location, companies):
        if not location:
            return
        if location.usage not in ("view", "internal", "transit"):
            raise UserError(
                self.env._("%s is no place of goods in stock.", location.display_name)
                + " "
                + self.env._(
                    "Choose a place of a warehouse, or none: then goods are held anywhere."
                )
            )
        if location.company_id and companies - location.company_id:
            raise UserError(
                self.env._(
                    "%(place)s belongs to %(company)s. A hold is for the goods of one company: "
                    "choose one of its places.",
                    place=location.display_name,
                    company=location.company_id.name,
                )
            )

    @api.model
    def _lock_stock(self, lots):
        """Have the stock of ``lots`` for itself, see ``_meet_movements``.

        :return: where the rows are, for :meth:`_rewrite_stock`
        """
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT ctid::text FROM stock_quant WHERE lot_id = ANY(%s) FOR NO KEY UPDATE",
                lots.ids,
            )
        )
        return [place for (place,) in rows]

    @api.model
    def _rewrite_stock(self, places):
        """Rewrite what was locked and is as it was: rows that have changed are elsewhere now.

        To write those a second time would cost as much as the change.
        """
        self.env["stock.quant"].flush_model()
        self.env.cr.execute(
            "UPDATE stock_quant SET in_date = in_date WHERE ctid = ANY(%s::tid[])", [places]
        )

    @api.model
    def _meet_movements(self, lots):
        """Rewrite the stock of ``lots`` as it is, to collide with what moves or reserves it now.

        Whoever is second runs again and sees the other: a hold finds the new reservation,
        a reservation the new hold.
        """
        self._rewrite_stock(self._lock_stock(lots))

    @api.model
    def _meet_reservations(self, lots):
        """The same for who takes goods of ``lots`` without a hold, which writes to the lots.

        A reservation that passes by a quant because somebody has it in his hands writes to the
        lot, see ``stock.quant._trace_meet_holds``.
        """
        self._meet_movements(lots)
        self.env["stock.lot"].flush_model(["trace_status"])
        self.env.cr.execute(
            "UPDATE stock_lot SET trace_status = trace_status WHERE id = ANY(%s)", [lots.ids]
        )

    @api.model
    def _create_holds(self, lots, company, reasons, source, location, goods, origin):
        decided = goods or self._goods_by_policy(lots.product_id, company)
        common = {
            "source": source,
            "state": "active",
            "location_id": location.id if location else False,
            "origin_model": origin._name if origin else False,
            "origin_id": origin.id if origin else False,
            "origin": origin.display_name if origin else False,
            "placed_by_id": self.env.uid,
            "placed_at": fields.Datetime.now(),
        }
        rows = [
            {
                **common,
                "lot_id": lot.id,
                "product_id": lot.product_id.id,
                "reason": reasons[lot.id],
                "company_id": (lot.company_id or company).id,
                "goods": decided if goods else decided[lot.product_id],
            }
            for lot in lots
        ]
        holds = insert(self.sudo(), rows) if rows else self.sudo()
        lots.invalidate_recordset(["trace_hold_ids"])
        return holds

    @api.model
    def _goods_by_policy(self, products, company):
        """What is done with the goods on hand of each product: dict product -> move or stay."""
        cases = [
            {"code": "on_hold", "company_id": company.id, "product_id": product.id}
            for product in products
        ]
        answers = self.env["trace.policy"].sudo()._resolve(cases)
        return {
            product: (rule and rule.goods) or "move"
            for product, (_severity, rule) in zip(products, answers, strict=True)
        }

    def _record_events(self, kind, reason, *steps):
        """Write an event per hold into the ledger, for each company its own."""
        for company, holds in self.grouped("company_id").items():
            self.env["trace.event"]._record_notes(
                kind, holds.lot_id, reason, *steps, company_id=company.id
            )

    # -- effect ---------------------------------------------------------------

    def _take_effect(self):
        """Do what the new holds mean for goods on hand and for those who counted on them."""
        effects = self._give_up_reservations()
        self._tell_documents(effects)
        self.env["trace.hold.effect"]._insert(effects + self._to_quarantine())
        self._trace_tell_tills("placed")

    def _give_up_reservations(self):
        """Free what is reserved and not picked and reserve other stock: returns the effects."""
        rows = self._lines_that_wait()
        freed = [row for row in rows if not row["picked"]]
        lines = self.env["stock.move.line"].browse(row["line_id"] for row in freed)
        moves = self.env["stock.move"].browse(dict.fromkeys(row["move_id"] for row in freed))
        before = {move: move.quantity for move in moves}
        lines.unlink()
        moves._trace_assign_together()
        short = {move: before[move] - move.quantity for move in moves}
        return self._as_effects(rows) + self._as_effects(self._shortages(freed, short))

    def _lines_that_wait(self):
        """Goods under the holds that are promised to somebody and would go where they must not.

        :return: list of dicts with ``line_id``, ``picked`` and the values of an effect
        """
        flush(self.env)
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id AS line_id, l.picked, h.id AS hold_id, h.company_id, l.lot_id,
                    l.move_id, l.picking_id, l.location_id, l.quantity_product_uom AS quantity
                FROM trace_hold h
                JOIN stock_move_line l ON l.lot_id = h.lot_id AND l.company_id = h.company_id
                JOIN stock_location a ON a.id = l.location_id
                JOIN stock_location b ON b.id = l.location_dest_id
                WHERE h.id = ANY(%(holds)s) AND l.move_id IS NOT NULL
                    AND l.state NOT IN ('done', 'cancel') AND l.quantity_product_uom > 0
                    AND a.usage IN ('internal', 'transit')
                    AND %(covered)s AND NOT %(may_go)s
                ORDER BY l.id
                """,
                holds=self.ids,
                covered=covers(self.env, "h", "a"),
                may_go=may_go(self.env, "a", "b"),
            )
        )
        # Lines that have just moved are not done yet as far as their state tells.
        moved = self.env.cr.cache.get(RECORDED_NOW, set())
        return [
            {**row, "kind": "picked" if row["picked"] else "freed"}
            for row in rows
            if row["line_id"] not in moved
        ]

    @api.model
    def _shortages(self, freed, short):
        """Which of the goods taken away were not replaced: the last ones of each movement."""
        rows = []
        for row in reversed(freed):
            move = self.env["stock.move"].browse(row["move_id"])
            missing = move.product_uom._compute_quantity(
                short[move], move.product_id.uom_id, rounding_method="HALF-UP"
            )
            if move.product_id.uom_id.compare(missing, 0) > 0:
                quantity = min(missing, float(row["quantity"]))
                rows.append({**row, "kind": "short", "quantity": quantity})
                short[move] -= move.product_id.uom_id._compute_quantity(
                    quantity, move.product_uom, round=False
                )
        return rows[::-1]

    @api.model
    def _as_effects(self, rows):
        """Values of effects about movements, with the document that each is for."""
        names = ("hold_id", "company_id", "lot_id", "kind", "quantity", "location_id")
        moves = self.env["stock.move"].browse(dict.fromkeys(row["move_id"] for row in rows))
        documents = {move.id: move._trace_document() for move in moves}
        effects = []
        for row in rows:
            document = documents[row["move_id"]]
            effects.append(
                {
                    **{name: row[name] for name in names},
                    "quantity": float(row["quantity"]),
                    "move_id": row["move_id"],
                    "picking_id": row["picking_id"],
                    "res_model": document._name,
                    "res_id": document.id,
                    "document": document.display_name,
                }
            )
        return effects

    @api.model
    def _by_document(self, effects):
        """dict record -> its effects (dicts as ``_as_effects`` makes them); reads their lots."""
        lots = self.env["stock.lot"].browse(dict.fromkeys(row["lot_id"] for row in effects))
        lots.fetch(["name", "product_id"])
        groups = defaultdict(lambda: defaultdict(list))
        for effect in effects:
            groups[effect["res_model"]][effect["res_id"]].append(effect)
        return {
            document: by_id[document.id]
            for model, by_id in groups.items()
            for document in self.env[model].browse(by_id).exists()
        }
