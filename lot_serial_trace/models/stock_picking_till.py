from contextlib import contextmanager
from dataclasses import replace
from math import log2

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

from .trace_till_packs import packs_of

#: Attempts to book a transfer of which nobody knows what hinders it, for each halving of it.
TRIES = 6
#: So many numbers are named in one exception.
MOST = 20


class Apart:
    """What is set apart while a till makes transfers; travels in the context.

    ``why`` maps the id of a transfer to the reasons why it is not done, by number. ``bare``:
    numbers are not even written down now. ``inferred`` maps the ids of move lines whose number is
    a guess to why; ``parts`` are those of them that are in a kit.
    """

    def __init__(self):
        self.pickings = ()
        self.why = {}
        self.bare = False
        self.inferred = {}
        self.parts = set()

    def add(self, picking, why):
        """Note a transfer that stays open, and why."""
        self.pickings |= picking
        self.why.setdefault(picking.id, {}).update(why)

    @contextmanager
    def trying(self, cr, bare=False):
        """What is set apart in the block is forgotten again if the block fails."""
        pickings, why, self.bare = self.pickings, dict(self.why), bare
        try:
            with cr.savepoint():
                yield
        except BaseException:
            self.pickings, self.why = pickings, why
            raise
        finally:
            self.bare = False


class StockPicking(models.Model):
    """Transfers of a till: one bad serial number holds up nothing but itself.

    Odoo books all goods of an order, and at closing those of a whole session, in one transfer;
    what it cannot book leaves all of it undone, without a word. Here the numbers on which it
    would choke, and pieces without a number, get transfers of their own that stay open for the
    desk, and the rest is done. Should it still fail, the rest is booked in halves until what
    hinders it is alone. Nothing raises.

    All this is done in superuser mode: a cashier has no rights on stock, and needs none.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    @api.model
    def _create_picking_from_pos_order_lines(
        self, location_dest_id, lines, picking_type, partner=False
    ):
        till = self.env["trace.gate"]._at_till()
        if not till:
            return super()._create_picking_from_pos_order_lines(
                location_dest_id, lines, picking_type, partner
            )
        lines = lines.sudo()
        numbers = {(pack.product_id.id, pack.lot_name) for pack in lines.pack_lot_ids}
        apart = Apart()
        mine = self.sudo().with_context(
            trace_till=replace(till, numbers=frozenset(numbers)), trace_apart=apart
        )
        apart.pickings = mine.browse()
        people = partner.sudo() if partner else partner
        pickings = mine._trace_make(location_dest_id, lines, picking_type.sudo(), people)
        pickings._trace_book_rest()
        apart.pickings._trace_book_late()
        apart.pickings._trace_reserve_lots()
        pickings |= pickings.backorder_ids | apart.pickings
        empty = pickings.filtered(lambda one: not one.move_ids and one.state != "done")
        empty.unlink()
        pickings -= empty
        pickings._trace_report_stranded()
        mine._trace_tell_parts()
        return self.browse(pickings.ids)

    @api.model
    def _trace_make(self, dest, lines, kind, partner):
        """Make the transfers; of lines for which that fails, alone those that are to blame."""
        apart = self.env.context["trace_apart"]
        try:
            with apart.trying(self.env.cr):
                # Odoo's own, for a part of the lines.  pylint: disable-next=super-method-mismatch
                return super()._create_picking_from_pos_order_lines(dest, lines, kind, partner)
        except (UserError, IntegrityError) as error:
            if len(lines) < 2:
                return self._trace_make_bare(dest, lines, kind, partner, error)
        half = len(lines) // 2
        return self._trace_make(dest, lines[:half], kind, partner) | self._trace_make(
            dest, lines[half:], kind, partner
        )

    @api.model
    def _trace_make_bare(self, dest, line, kind, partner, error):
        """A transfer without numbers for a line whose numbers cannot even be written down."""
        apart = self.env.context["trace_apart"]
        why = " ".join(str(error).split())
        try:
            with apart.trying(self.env.cr, bare=True):
                # pylint: disable-next=super-method-mismatch
                pickings = super()._create_picking_from_pos_order_lines(dest, line, kind, partner)
        except (UserError, IntegrityError):
            self._trace_tell_lost(line, why)
            return self.browse()
        for picking in pickings:
            apart.add(picking, {line.product_id.display_name: why})
        return pickings

    def _create_move_from_pos_order_lines(self, lines):
        result = super()._create_move_from_pos_order_lines(lines)
        apart = self.env.context.get("trace_apart")
        if isinstance(apart, Apart) and not apart.bare:
            captured = self.move_ids - self.move_ids._trace_parts()
            packs = packs_of(captured.move_line_ids, lines)
            self.env["trace.till.packs"]._keep(packs)
            self._trace_mark_only(packs, apart)
            self._trace_mark_parts(lines, apart)
            self._trace_infer(lines, apart)
            self._trace_set_short_apart(apart)
            choking = self.move_line_ids._trace_chokes()
            if choking:
                why = {line.lot_id.name or line.lot_name: text for line, text in choking.items()}
                apart.add(self._trace_split_lines(choking), why)
        return result

    # -- setting apart --------------------------------------------------------

    def _trace_set_short_apart(self, apart):
        """Give pieces without a number a transfer of their own."""
        short = {
            move: move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom"))
            for move in self.move_ids
            if move.product_id.tracking != "none" and _asks_for_numbers(move)
        }
        short = {m: rest for m, rest in short.items() if m.product_id.uom_id.compare(rest, 0) > 0}
        if not short:
            return
        picking = self._trace_twin()
        for move, rest in short.items():
            if move.move_line_ids:
                values = [{**one, "picking_id": picking.id} for one in move._split(rest)]
                move = self.env["stock.move"].create(values)
                move._action_confirm(merge=False, create_proc=False)
                move.move_line_ids.unlink()
            else:
                move.picking_id = picking
        why = self.env._("no number was captured")
        apart.add(picking, {move.product_id.display_name: why for move in picking.move_ids})

    def _trace_split_lines(self, lines):
        """Give lines a transfer of their own, with movements of their own: returns it."""
        picking = self._trace_twin()
        every = self.env["stock.move.line"].union(*lines)
        for move, some in every.grouped("move_id").items():
            own = move._trace_split_off(some, sum(some.mapped("quantity_product_uom")))
            own.write({"picking_id": picking.id, "picked": True})
        every.with_context(preserve_state=True).write({"picking_id": picking.id})
        return picking

    def _trace_twin(self):
        """An empty transfer like this one."""
        self.ensure_one()
        return self.create(
            {
                **self._prepare_picking_vals(
                    self.partner_id,
                    self.picking_type_id,
                    self.location_id.id,
                    self.location_dest_id.id,
                ),
                "origin": self.origin,
                "pos_session_id": self.pos_session_id.id,
                "pos_order_id": self.pos_order_id.id,
            }
        )

    # -- booking --------------------------------------------------------------

    def _trace_book(self):
        """Move the goods; whether that went well."""
        try:
            with self.env.cr.savepoint():
                self._action_done()
        except (UserError, IntegrityError) as error:
            self._trace_note_why(error)
            return False
        return all(picking.state == "done" for picking in self)

    def _trace_note_why(self, error):
        apart = self.env.context.get("trace_apart")
        for picking in self if isinstance(apart, Apart) else ():
            apart.why[picking.id] = {"": " ".join(str(error).split())}

    def _trace_book_rest(self):
        """Book transfers that Odoo could not, in halves, until what hinders them is alone."""
        apart = self.env.context["trace_apart"]
        for picking in self.filtered(lambda one: one.state not in ("done", "cancel")):
            if picking in apart.pickings or not picking.move_line_ids:
                continue
            tries = [TRIES * (2 + int(log2(len(picking.move_line_ids))))]
            apart.pickings |= picking._trace_book_halves(tries)

    def _trace_book_halves(self, tries):
        """Book a transfer that fails as a whole in two parts; returns what could not be booked.

        :param tries: list of how often it may still be tried: what hinders all of a session is
            not found out number by number
        """
        lines = self.move_line_ids
        if len(lines) < 2 or tries[0] <= 0:
            self._trace_book()
            return self
        other = self._trace_split_lines(lines[len(lines) // 2 :])
        left = self.browse()
        for part in (self, other):
            tries[0] -= 1
            if not part._trace_book():
                left |= part._trace_book_halves(tries)
        return left | other

    def _trace_book_late(self):
        """Book what can be booked now: a unit that came back and was sold again in one day."""
        numbered = self.filtered("move_line_ids").filtered(lambda one: one.state != "done")
        chokes = numbered.move_line_ids._trace_chokes()
        for picking in numbered:
            if not any(line in chokes for line in picking.move_line_ids):
                picking._trace_book()

    def _trace_reserve_lots(self):
        """Reserve lots for what waits without a number, as Odoo does for its backorders.

        The goods have left the shop: as many are not to be promised to somebody else. Serial
        numbers are not reserved, that would say which unit it was.
        """
        waiting = self.move_ids.filtered(
            lambda move: (
                move.state in ("confirmed", "partially_available")
                and move.product_id.tracking == "lot"
                and not move.move_line_ids
                and move.location_id.usage == "internal"
            )
        )
        try:
            with self.env.cr.savepoint():
                waiting.picked = False
                waiting.with_context(trace_till=None)._action_assign()
        except (UserError, IntegrityError):
            return

    # -- telling --------------------------------------------------------------

    def _trace_report_stranded(self):
        """Odoo says nothing of a sale whose goods it cannot move: the desk does."""
        left = self.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and any(move.product_id.tracking != "none" for move in picking.move_ids)
            )
        )
        if not left:
            return
        self.env["trace.exception"]._open_many([picking._trace_stranded() for picking in left])
        self.env["trace.till.packs"]._name_transfers(left)

    def _trace_stranded(self):
        till = self.env["trace.gate"]._at_till()
        return {
            "kind": "pos_stranded",
            "values": {
                "till": till.order,
                "transfer": self.name,
                "reason": self._trace_why_stranded(),
            },
            "company_id": self.company_id.id,
            "picking_id": self.id,
            "pos_order_id": till.res_id if till.model == "pos.order" else False,
            "pos_session_id": till.res_id if till.model == "pos.session" else False,
            "product_id": self.move_ids.product_id.id if len(self.move_ids) == 1 else False,
            "partner_id": self.partner_id.id,
        }

    def _trace_why_stranded(self):
        """Why the goods of a sale did not move, by number; a bounded number of them."""
        why = self.env.context["trace_apart"].why.get(self.id) or {}
        if not why:
            return self.env._("no number was captured")
        told = [f"{number}: {text}" if number else text for number, text in why.items()]
        more = [self.env._("%s more", len(told) - MOST)] if len(told) > MOST else []
        return "; ".join(told[:MOST] + more)

    @api.model
    def _trace_tell_lost(self, line, why):
        """Goods for which not even a transfer could be made."""
        till = self.env["trace.gate"]._at_till()
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "pos_stranded",
                    "values": {
                        "till": till.order,
                        "transfer": line.product_id.display_name,
                        "reason": why,
                    },
                    "company_id": line.company_id.id,
                    "product_id": line.product_id.id,
                    "pos_order_id": line.order_id.id,
                }
            ]
        )


def _asks_for_numbers(move):
    kind = move.picking_type_id
    return kind.use_create_lots or kind.use_existing_lots
