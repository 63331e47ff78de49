from odoo import fields, models
from odoo.fields import Command

from .marks import BY_RULE


class StockMove(models.Model):
    """Quantities that go to quarantine have movements of their own, and nobody waits for them.

    Odoo takes what one movement brought on to the next one, wherever it lies, and pushes it
    on by rules of the place. A movement into quarantine is the end: no rule follows it and
    none is chained to it. Steps that waited for the goods ask for so much less; who wanted
    them outside of the warehouse is served from stock.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    trace_instead_id = fields.Many2one(
        "stock.location",
        "Instead Of",
        readonly=True,
        copy=False,
        help="Where the goods would have gone if they had not been quarantined: the place to "
        "which they return when the hold is released.",
    )

    def _set_location_dest_id(self):
        """Lines follow their movement by Odoo's rules, not by hand."""
        mine = self.with_context(trace_putaway=BY_RULE)
        return super(StockMove, mine)._set_location_dest_id()

    def _skip_push(self):
        return super()._skip_push() or self.location_dest_id._trace_in_quarantine()

    def _trace_set_apart(self, lines, place):
        """Give ``lines`` of the movement one of their own that ends in ``place``.

        :return: the movement that the lines are on now
        """
        self.ensure_one()
        quantity = sum(lines.mapped("quantity_product_uom"))
        following = self.move_dest_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        instead = self.location_final_id or self.location_dest_id
        if self.state == "draft":
            self._action_confirm(merge=False)
        apart = self._trace_split_off(lines, quantity)
        apart.write(
            {
                "location_dest_id": place.id,
                "location_final_id": False,
                "trace_instead_id": instead.id if place._trace_in_quarantine() else False,
                "move_dest_ids": [Command.clear()],
            }
        )
        following._trace_do_without(quantity)
        return apart

    def _trace_split_off(self, lines, quantity):
        """The movement with ``lines`` and nothing else: this one, if nothing more is asked for."""
        compare = self.product_id.uom_id.compare
        if self.move_line_ids.filtered("picked") <= lines:
            if compare(self.product_qty, quantity) <= 0:
                return self
        part = min(quantity, self.product_qty)
        values = self._split(part) or self.copy_data(self._prepare_move_split_vals(0))
        apart = self.create([{**one, "picked": True} for one in values])
        lines.with_context(preserve_state=True).write({"move_id": apart.id})
        apart._action_confirm(merge=False, create_proc=False)
        (self | apart)._recompute_state()
        return apart

    def _trace_do_without(self, quantity):
        """Of these movements, which waited for goods: so much will not come."""
        for move in self.sorted(lambda move: (move.date, move.id), reverse=True):
            reserved = sum(move.move_line_ids.mapped("quantity_product_uom"))
            part = min(quantity, move.product_qty - reserved)
            if move.product_id.uom_id.compare(part, 0) > 0:
                quantity -= part
                move._trace_give_up(part)

    def _trace_give_up(self, quantity):
        """Ask for so much less; what is wanted elsewhere is taken from stock instead."""
        all_of_it = self.product_id.uom_id.compare(quantity, self.product_qty) >= 0
        if not self._trace_stays_inside():
            rest = self if all_of_it else self._trace_split_rest(quantity)
            rest.write({"procure_method": "make_to_stock", "move_orig_ids": [Command.clear()]})
            rest._recompute_state()
            return
        following = self.move_dest_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if all_of_it:
            self.move_dest_ids = [Command.clear()]
            self._action_cancel()
        else:
            self._split(quantity)
        following._trace_do_without(quantity)

    def _trace_split_rest(self, quantity):
        rest = self.create(
            [
                {**values, "move_orig_ids": False, "procure_method": "make_to_stock"}
                for values in self._split(quantity)
            ]
        )
        rest._action_confirm(merge=False, create_proc=False)
        return rest

    def _trace_stays_inside(self):
        """Whether the movement is a step within a warehouse and nobody's own wish."""
        source, dest = self.location_id, self.location_dest_id
        return dest.usage == "internal" and source.warehouse_id == dest.warehouse_id
