from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .trace_hold_sql import insert

#: What is entered of a disposition beside the lot and the quantity.
DETAILS = (
    "reference",
    "method",
    "witness",
    "happened_at",
    "test_result",
    "remark",
)
#: What the ledger is told of each kind that is no movement: business step and disposition.
NOTES = {
    "destroy": ("destroying", "destroyed"),
    "return": ("returning", "returned"),
    "rework": ("repairing", "non_sellable_other"),
}


class TraceRecallDisposition(models.Model):
    """Entering what becomes of goods: many lots at once, with a constant number of queries.

    Beside what Odoo asks for a transfer, that is. Each kind has its own way (``_enter_return``
    and so on); all of them end in rows (``_keep``), a step of the case and a new balance.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.disposition"

    @api.model
    def _enter(self, recall, kind, wanted, side="stock", **said):
        """Enter what becomes of goods of a running case.

        :param wanted: dict ``trace.recall.lot`` -> quantity; None: all that is there
        :param side: ``stock``, or ``customer`` for what somebody reported
        :param said: values of the rows (``DETAILS``), and what the kind needs: ``partner``,
            ``place``, ``document``, ``proof`` (attachments), ``extra_cost``
        :return: the rows
        """
        self._check_right(kind)
        recall.ensure_one()
        recall.check_access("read")
        self._check_running(recall)
        scopes = self._checked_scopes(recall, wanted)
        wanted = self._rounded(wanted)
        enter = self._enter_reported if side == "customer" else getattr(self, f"_enter_{kind}")
        said = {name: value for name, value in said.items() if value}
        rows = enter(recall.sudo(), kind, {scope: wanted[scope] for scope in scopes}, said)
        rows = self.browse(rows.ids)
        rows._tell_entered(recall)
        recall.sudo()._look_at_balance()
        return rows

    @api.model
    def _check_running(self, recall):
        if recall.is_drill:
            raise UserError(self.env._("A drill moves no goods."))
        if recall.state != "running":
            raise UserError(
                self.env._(
                    "%s is not running: its goods are decided about while it is.",
                    recall.display_name,
                )
            )

    @api.model
    def _checked_scopes(self, recall, wanted):
        scopes = self.env["trace.recall.lot"].union(*wanted)
        scopes.check_access("read")
        strange = scopes.filtered(lambda scope: scope.recall_id != recall or not scope.lot_id)
        out = scopes.filtered(lambda scope: scope.state == "excluded")
        if not scopes or strange or out:
            raise UserError(
                self.env._(
                    "Choose lots of the case: %s", ", ".join((strange | out).mapped("lot_name"))
                )
            )
        return scopes.sudo()

    @api.model
    def _rounded(self, wanted):
        """Quantities as their unit counts them; serial numbers are one by one."""
        rounded = dict(wanted)
        for scope, quantity in wanted.items():
            if quantity is None:
                continue
            unit = scope.product_id.uom_id
            serial = scope.product_id.tracking == "serial"
            if unit.compare(quantity, 0) <= 0 or (serial and unit.compare(quantity, 1) > 0):
                raise UserError(
                    self.env._(
                        "%(quantity)s of %(lot)s cannot be: %(why)s",
                        quantity=quantity,
                        lot=scope.lot_name,
                        why=self.env._("a serial number is one unit.")
                        if serial
                        else self.env._("a quantity is more than 0."),
                    )
                )
            rounded[scope] = unit.round(quantity)
        return rounded

    # -- by kind --------------------------------------------------------------

    @api.model
    def _enter_return(self, recall, kind, wanted, said):
        """Make transfers to the suppliers, of the receipts that the goods came with."""
        goods = self._goods(wanted)
        receipts = self._receipts(goods)
        partner = said.get("partner")
        for row in goods:
            receipt = receipts.get((row["lot_id"], row["company_id"]), {})
            to = partner.id if partner else receipt.get("partner_id")
            same = receipt and self._same_partner(to, receipt.get("partner_id"))
            row.update(partner_id=to, origin_move_id=receipt.get("move_id") if same else None)
        self._check_suppliers(goods)
        return self._keep(recall, kind, self._send(recall, kind, goods), said)

    @api.model
    def _same_partner(self, one, other):
        partners = self.env["res.partner"]
        return partners.browse(one).commercial_partner_id == (
            partners.browse(other).commercial_partner_id
        )

    @api.model
    def _check_suppliers(self, goods):
        nobody = dict.fromkeys(row["lot_name"] for row in goods if not row["partner_id"])
        if nobody:
            raise UserError(
                self.env._(
                    "Nobody knows who supplied %s: choose to whom it goes.",
                    ", ".join(list(nobody)[:5]) + (", …" if len(nobody) > 5 else ""),
                )
            )

    @api.model
    def _enter_destroy(self, recall, kind, wanted, said):
        """Make transfers to a scrap place; what happened there is said when it has happened."""
        goods = self._goods(wanted)
        places = {
            company_id: said.get("place") or self._scrap_place(company_id)
            for company_id in {row["company_id"] for row in goods}
        }
        for row in goods:
            row["dest_id"] = places[row["company_id"]].id
        return self._keep(recall, kind, self._send(recall, kind, goods), said)

    @api.model
    def _scrap_place(self, company_id):
        """The first place for scrap of a company, as Odoo's scrap orders choose it."""
        place = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "in", (company_id, False))],
            order="company_id, id",
            limit=1,
        )
        if not place:
            raise UserError(self.env._("There is no place for scrap: make one first."))
        return place

    @api.model
    def _enter_release(self, recall, kind, wanted, said):
        """End the case's hold of lots that a test found good; other holds stay."""
        if not said.get("test_result"):
            raise UserError(self.env._("Say what the test found: an auditor will read it."))
        parts = [scope.lot_name for scope, quantity in wanted.items() if quantity is not None]
        goods = [{**row, "picking_id": None} for row in self._on_hand(dict.fromkeys(wanted))]
        if parts and not self._are_whole(goods, wanted):
            raise UserError(
                self.env._(
                    "A hold is on all of a lot. To release a part of %s give it a lot number of "
                    "its own first.",
                    parts[0],
                )
            )
        rows = self._keep(recall, kind, goods, said, state="done")
        rows._release_holds(recall)
        return rows

    @api.model
    def _are_whole(self, goods, wanted):
        there = {row["scope_id"]: row["quantity"] for row in goods}
        return all(
            quantity is None
            or scope.product_id.uom_id.compare(quantity, there.get(scope.id, 0)) == 0
            for scope, quantity in wanted.items()
        )

    def _release_holds(self, recall):
        """Release exactly the holds that the case has placed on these lots."""
        found = self[:1].test_result
        number = f" ({self[:1].reference})" if self[:1].reference else ""
        holds = self.env["trace.hold"].search(
            [
                ("origin_model", "=", recall._name),
                ("origin_id", "=", recall.id),
                ("lot_id", "in", self.lot_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "=", "active"),
            ]
        )
        keys = {(row.lot_id, row.company_id) for row in self}
        holds = (holds | self.scope_id.hold_id).filtered(
            lambda hold: hold.state == "active" and (hold.lot_id, hold.company_id) in keys
        )
        self.scope_id.sudo().write({"state": "released"})
        holds._release(
            self.env._(
                "%(recall)s: found good by test: %(found)s%(number)s",
                recall=recall.name,
                found=found,
                number=number,
            )
        )

    @api.model
    def _enter_reported(self, recall, kind, wanted, said):
        """Write down what became of goods that are not ours to move."""
        if kind not in ("return", "destroy", "rework"):
            raise UserError(self.env._("Goods at a customer's cannot be released or claimed for."))
        if any(quantity is None for quantity in wanted.values()):
            raise UserError(self.env._("Say how much was reported of each lot."))
        partner = said.get("partner")
        goods = [
            {**self._of_scope(scope), "quantity": quantity, "picking_id": None, "side": "customer"}
            for scope, quantity in wanted.items()
        ]
        for row in goods:
            row["partner_id"] = partner.id if partner else None
        rows = self._keep(recall, kind, goods, said, state="done")
        rows._tell_ledger()
        return rows

    # -- keeping --------------------------------------------------------------

    @api.model
    def _of_scope(self, scope):
        return {
            "scope_id": scope.id,
            "lot_id": scope.lot_id.id,
            "lot_name": scope.lot_name or scope.lot_id.name,
            "product_id": scope.product_id.id or scope.lot_id.product_id.id,
            "company_id": scope.company_id.id,
        }

    @api.model
    def _keep(self, recall, kind, goods, said, state="planned"):
        """Write the rows: one for each lot and transfer, by two queries.

        :param goods: dicts of scope, lot, quantity and transfer
        """
        if not goods:
            raise UserError(
                self.env._("There is nothing on hand of these lots that could go this way.")
            )
        common = self._common(recall, kind, said, state)
        summed = {}
        for row in goods:
            key = row["scope_id"], row.get("picking_id")
            if key in summed:
                summed[key]["quantity"] += row["quantity"]
                continue
            summed[key] = {
                **common,
                **{name: row.get(name) for name in PER_ROW},
                "side": row.get("side", "stock"),
            }
        rows = insert(self.sudo(), list(summed.values()))
        rows._keep_proof(said.get("proof"))
        return rows

    @api.model
    def _common(self, recall, kind, said, state):
        document = said.get("document")
        now = fields.Datetime.now()
        [(entry,)] = self.env.execute_query(SQL("SELECT nextval('trace_recall_entry')"))
        return {
            "recall_id": recall.id,
            "kind": kind,
            "state": state,
            "entry": entry,
            "document_model": document._name if document else None,
            "document_id": document.id if document else None,
            "document": document.display_name if document else None,
            "user_id": self.env.uid,
            "done_at": now if state == "done" else None,
            "done_by_id": self.env.uid if state == "done" else None,
            **{name: said.get(name) for name in DETAILS},
        }

    def _keep_proof(self, attachments):
        """Link attachments to all rows: one query. They are kept with the case."""
        if not attachments or not self:
            return
        attachments.sudo().write({"res_model": "trace.recall", "res_id": self[:1].recall_id.id})
        self.env.cr.execute(
            """
            INSERT INTO trace_recall_disposition_proof_rel (disposition_id, attachment_id)
            SELECT d, a FROM unnest(%s::int[]) AS d, unnest(%s::int[]) AS a ON CONFLICT DO NOTHING
            """,
            (self.ids, attachments.ids),
        )
        self.invalidate_recordset(["proof_ids"])

    # -- telling --------------------------------------------------------------

    def _tell_entered(self, recall):
        """One step of the case for all that was entered together."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        first = self[:1]
        says = self.env._("%(kind)s: %(goods)s", kind=kinds[first.kind], goods=self._in_short())
        if first.side == "customer":
            who = first.partner_id.display_name or self.env._("customers")
            says = self.env._("Reported by %(who)s: %(what)s", who=who, what=says)
        papers = ", ".join(
            dict.fromkeys([*self.picking_id.mapped("name"), *filter(None, self.mapped("document"))])
        )
        recall.sudo()._note(
            "disposition",
            f"{says} ({papers})" if papers else says,
            deed=first.kind,
            entry=first.entry,
            side=first.side,
            lots=len(self.lot_id),
            quantities=self._by_unit(),
        )

    def _by_unit(self):
        sums = defaultdict(float)
        for row in self:
            sums[row.uom_id.name] += row.quantity
        return dict(sums)

    def _in_short(self):
        """Quantities and lots for a sentence."""
        figure = self.env["trace.recall.balance"]._figure
        units = ", ".join(
            f"{figure(rows[0].product_id, sum(rows.mapped('quantity')))} {unit.name}"
            for unit, rows in self.grouped("uom_id").items()
        )
        lots = self.mapped("lot_name")
        some = ", ".join(dict.fromkeys(lots[:3])) + (f", … ({len(lots)})" if len(lots) > 3 else "")
        return self.env._("%(quantity)s of %(lots)s", quantity=units, lots=some)

    def _tell_ledger(self):
        """Tell the ledger what is no movement: an event for each lot, a query for each company."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for (company, kind), rows in self.grouped(lambda row: (row.company_id, row.kind)).items():
            notes = [
                (
                    row.lot_id.id,
                    row.product_id.id,
                    row._told(kinds),
                    row.recall_id.name,
                    "trace.recall",
                    row.recall_id.id,
                )
                for row in rows
            ]
            self.env["trace.event"].sudo()._insert_notes(
                "disposition", notes, company, *NOTES.get(kind, ("", ""))
            )

    def _told(self, kinds):
        """What happened to goods of a lot, as the ledger keeps it."""
        quantity = self.env["trace.recall.balance"]._figure(self.product_id, self.quantity)
        words = [f"{kinds[self.kind]}: {quantity} {self.uom_id.name}"]
        if self.side == "customer":
            who = self.partner_id.display_name or self.env._("a customer")
            words.append(self.env._("reported by %s", who))
        if self.state == "cancelled":
            words.append(self.env._("entered by mistake"))
        return ", ".join([*words, *filter(None, (self.document, self.reference, self.remark))])


#: Values that differ from row to row.
PER_ROW = (
    "scope_id",
    "lot_id",
    "lot_name",
    "product_id",
    "company_id",
    "quantity",
    "picking_id",
    "partner_id",
    "pass_id",
)
