from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .trace_hold_sql import insert
from .trace_recall_disposition_doing import DETAILS, PER_ROW

#: Columns that a part that is still to go has in common with the part that has gone.
SAME = (
    *PER_ROW,
    *DETAILS,
    "recall_id",
    "kind",
    "side",
    "entry",
    "document_model",
    "document_id",
    "document",
    "user_id",
)


class TraceRecallDisposition(models.Model):
    """How dispositions end: done with proof, done by the warehouse, or undone.

    Whatever the warehouse validated counts (``_settle``): in part, a part is done and the rest
    follows with the backorder; not at all, the goods are open again.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.disposition"

    # -- done -----------------------------------------------------------------

    def _finish(self, proof=None, **said):
        """Say how it went, and have the transfers done.

        :param proof: attachments
        :param said: values of ``DETAILS``, and ``result_lot_id`` of a rework
        """
        planned = self.filtered(lambda row: row.state == "planned")
        for kind in set(planned.mapped("kind")):
            self._check_right(kind)
        planned.check_access("read")
        for recall in planned.recall_id:
            self._check_running(recall)
        rows = planned.sudo()
        rows.write({name: value for name, value in said.items() if value})
        rows._keep_proof(proof)
        rows._check_proof()
        rows._move()
        rows.filtered(lambda row: row.kind == "rework")._finish_rework()
        for recall in rows.recall_id:
            recall._look_at_balance()
            self._tell_done(
                recall, rows.filtered(lambda row, recall=recall: row.recall_id == recall)
            )

    @api.model
    def _tell_done(self, recall, rows):
        done = rows.filtered(lambda row: row.state == "done")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for kind, mine in done.grouped("kind").items():
            says = self.env._("Done: %(kind)s, %(goods)s", kind=kinds[kind], goods=mine._in_short())
            if mine[:1].witness:
                says = self.env._("%(what)s, witnessed by %(who)s", what=says, who=mine[:1].witness)
            recall._note("disposed", says, deed=kind, quantities=mine._by_unit())

    def _check_proof(self):
        """What policy wants to be known of a destruction."""
        lacking = self._lacking_proof()
        if lacking:
            raise UserError("\n".join(dict.fromkeys(lacking.values())))

    def _lacking_proof(self):
        """dict row -> sentence: what its company wants to be said before goods are destroyed."""
        lacking = {}
        for row in self.filtered(lambda row: row.kind == "destroy" and row.side == "stock"):
            company = row.company_id
            names = [name for name in (row.witness or "").split(",") if name.strip()]
            if len(names) < company.trace_recall_witnesses:
                lacking[row] = self.env._(
                    "Say who witnessed the destruction: %s names, with commas between them.",
                    company.trace_recall_witnesses,
                )
            elif company.trace_recall_proof and not row.proof_ids:
                lacking[row] = self.env._(
                    "Attach a proof of the destruction: a photo, or the disposer's receipt."
                )
        return lacking

    def _move(self):
        """Validate the transfers; of those that hold more than these rows, a part."""
        for picking, rows in self.grouped("picking_id").items():
            if not picking or picking.state in ("done", "cancel"):
                continue
            mine = picking.move_line_ids.filtered(
                lambda line, rows=rows: line.lot_id in rows.lot_id and line.move_id.trace_recall_id
            )
            picking.move_line_ids.picked = False
            mine.picked = True
            picking.with_context(skip_backorder=True, trace_confirmed=True)._action_done()

    # -- what the warehouse did -----------------------------------------------

    @api.model
    def _settle(self, recalls):
        """Look how transfers ended: two queries where none has, whatever the number of lots."""
        self._drop_excluded(recalls)
        self.flush_model()
        self.env["stock.picking"].flush_model(["state", "backorder_id"])
        self.env["stock.move.line"].flush_model(["state", "lot_id", "quantity_product_uom"])
        found = self.env.execute_query_dict(
            SQL(
                """
                SELECT d.id, d.quantity::float AS wanted, p.date_done,
                    (SELECT min(b.id) FROM stock_picking b WHERE b.backorder_id = p.id
                        AND b.state NOT IN ('done', 'cancel')) AS backorder_id,
                    COALESCE((SELECT sum(l.quantity_product_uom) FROM stock_move_line l
                        WHERE l.picking_id = p.id AND l.lot_id = d.lot_id AND l.state = 'done'),
                        0)::float AS moved
                FROM trace_recall_disposition d LEFT JOIN stock_picking p ON p.id = d.picking_id
                WHERE d.recall_id = ANY(%s) AND d.state = 'planned' AND d.side = 'stock'
                    AND d.kind IN ('return', 'destroy')
                    AND (p.id IS NULL OR p.state IN ('done', 'cancel'))
                """,
                recalls.ids,
            )
        )
        rows = self.sudo().browse([one["id"] for one in found])
        for row, one in zip(rows, found, strict=True):
            row._settle_one(**one)
        self._insert_rests(rows, found)

    @api.model
    def _drop_excluded(self, recalls):
        """Goods that left the scope are not disposed of for the case."""
        planned = self.sudo().search(
            [
                ("recall_id", "in", recalls.ids),
                ("state", "=", "planned"),
                ("scope_id.state", "=", "excluded"),
            ]
        )
        if planned:
            planned._take_back(self.env._("No longer part of the recall."))

    def _settle_one(self, id, wanted, moved, date_done, backorder_id):  # pylint: disable=redefined-builtin
        """Write how one ended; nothing is sent before all are."""
        unit = self.product_id.uom_id
        if unit.compare(moved, 0) > 0:
            self.write(
                {
                    "state": "done",
                    "quantity": min(moved, wanted),
                    "done_at": date_done or fields.Datetime.now(),
                    "done_by_id": self.env.uid,
                }
            )
        elif backorder_id:
            self.write({"picking_id": backorder_id})
        else:
            self._mark_cancelled()

    @api.model
    def _insert_rests(self, rows, found):
        """The parts that are still to go with a backorder: one query."""
        rests = []
        for row, one in zip(rows, found, strict=True):
            rest = row.product_id.uom_id.round(one["wanted"] - one["moved"])
            if one["moved"] and one["backorder_id"] and row.product_id.uom_id.compare(rest, 0) > 0:
                rests.append(
                    {
                        **{name: self._plain(row, name) for name in SAME},
                        "quantity": rest,
                        "picking_id": one["backorder_id"],
                        "state": "planned",
                    }
                )
        if rests:
            insert(self.sudo(), rests)

    @api.model
    def _plain(self, row, name):
        value = row[name]
        return value.id if isinstance(value, models.BaseModel) else value

    # -- undone ---------------------------------------------------------------

    def _undo(self):
        """Take back what has not happened yet: transfers lose the goods, permissions end."""
        rows = self.filtered(lambda row: row.state != "cancelled")
        for kind in set(rows.mapped("kind")):
            self._check_right(kind)
        rows.check_access("read")
        for recall in rows.recall_id:
            self._check_running(recall)
        rows = rows.sudo()
        rows |= rows._with_claim()
        rows._check_undoable()
        rows._take_back(self.env._("Entered by mistake."))
        for recall in rows.recall_id:
            recall._look_at_balance()

    def _take_back(self, reason):
        """Undo what is under way, whoever asked for it: a person, or the end of the case."""
        self._drop_from_transfers()
        self._drop_from_orders()
        permits = self.pass_id.filtered(lambda one: one.state == "active")
        if permits:
            permits._revoke(reason)
        self._drop_claims()
        self._mark_cancelled()
        self.filtered(lambda row: row.side == "customer" or row.kind == "rework")._tell_ledger()
        for recall, mine in self.grouped("recall_id").items():
            recall._note("undone", self.env._("Undone: %s", mine._in_short()), lots=len(mine))

    def _check_undoable(self):
        for row in self:
            if row.state == "done" and row.side == "stock" and row.kind != "claim":
                raise UserError(
                    self.env._(
                        "%(what)s is done: the goods are gone or free. Say what is wrong with a "
                        "count, a return or a new hold.",
                        what=row.display_name,
                    )
                )

    def _drop_from_transfers(self):
        """Take the goods off their transfers; where holds send goods to quarantine, they go."""
        lots = defaultdict(set)
        for row in self.filtered(lambda row: row.state == "planned" and row.picking_id):
            lots[row.picking_id].add(row.lot_id)
        lines = self.env["stock.move.line"].sudo()
        for picking, mine in lots.items():
            lines |= picking.move_line_ids.filtered(
                lambda line, mine=mine: (
                    line.lot_id in mine
                    and line.move_id.trace_recall_id
                    and line.state not in ("done", "cancel")
                )
            )
        if not lines:
            return
        lines.move_id._trace_drop_lines(lines)
        holds = self.scope_id.hold_id.filtered(lambda hold: hold.state == "active")
        self.env["trace.hold.effect"].sudo()._insert(holds.sudo()._to_quarantine())

    def _mark_cancelled(self):
        self.write(
            {
                "state": "cancelled",
                "undone_at": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
            }
        )
