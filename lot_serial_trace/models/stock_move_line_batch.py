from contextlib import nullcontext

from odoo import api, models
from odoo.exceptions import UserError

from .quant_batch import (
    QuantBatch,
    ReservationBatch,
    changed_elsewhere,
    in_batches,
    one_of_each_kind,
    together,
)
from .reserve_plan import open_plan

#: Add-ons whose ``write`` of a line does nothing but what ``_trace_set_lots`` does, while the
#: line is not done, reserves nothing and is not taken as part of an entire package.
KNOWN_WRITERS = ("stock", "stock_account", "mrp", "lot_serial_trace")


class StockMoveLine(models.Model):
    """Lines are booked together: what they change on quants and lots is written once.

    Odoo's own code runs; only the quants it asks answer from memory (``quant_batch.py``),
    and numbers are given to lines in one go. What differs for the reader: numbers made by
    a receipt carry no note "created" in their chatter, because the ledger tells it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _action_done(self):
        if len(self) < 2 or not in_batches(self.env):
            return super()._action_done()
        self._trace_match_numbers()
        with together(LineBatch(self)):
            return super()._action_done()

    @api.model_create_multi
    def create(self, vals_list):
        """Lines that reserve do so together; those of a plan when all movements have theirs."""
        plan = open_plan(self.env)
        if plan and plan.postpone(vals_list):
            return self.browse()
        if plan:
            plan.write()
        with self._trace_reserving(len(vals_list)):
            return super().create(vals_list)

    def unlink(self):
        """Lines that give up reservations do so together."""
        with self._trace_reserving(len(self)):
            return super().unlink()

    def _trace_reserving(self, count):
        if count < 2 or not in_batches(self.env):
            return nullcontext()
        return together(ReservationBatch(self.env))

    def _check_company(self, fnames=None):
        """One of each kind is checked; if it is wrong, Odoo says which ones are."""
        try:
            return super(StockMoveLine, one_of_each_kind(self))._check_company(fnames)
        except UserError:
            super()._check_company(fnames)
            raise

    # -- numbers --------------------------------------------------------------

    def _trace_match_numbers(self):
        """Link lines to the lots that have their numbers already: as Odoo does, but together.

        Odoo looks for all of them with the company of the last line; here each line is
        looked up with its own.
        """
        numbered = self.filtered(
            lambda line: line.lot_name and not line.lot_id and line._trace_takes_new_number()
        )
        groups = numbered.grouped(lambda line: (line.product_id, line.company_id))
        for (product, company), lines in groups.items():
            lots = self.env["stock.lot"].search(
                [
                    ("company_id", "in", (False, company.id)),
                    ("product_id", "=", product.id),
                    ("name", "in", lines.mapped("lot_name")),
                ]
            )
            by_name = {lot.name: lot for lot in lots}
            lines._trace_set_lots(
                {line: by_name[line.lot_name] for line in lines if line.lot_name in by_name}
            )

    def _trace_takes_new_number(self):
        return (
            self.product_id.tracking != "none"
            and self.move_id.picking_type_id.use_create_lots
            and self.product_uom_id.compare(self.quantity, 0) > 0
        )

    def _create_and_assign_production_lot(self):
        """Numbers that are new: one create, and the lines get them together."""
        if len(self) < 2 or not in_batches(self.env):
            return super()._create_and_assign_production_lot()
        # Serial numbers given twice are made twice, so that Odoo's check finds them.
        wanted = self.grouped(
            lambda line: (line.product_id, line.lot_name, line.tracking == "serial" and line.id)
        )
        lots = self.env["stock.lot"].with_context(mail_create_nolog=True)
        lots = lots.create([lines[0]._prepare_new_lot_vals() for lines in wanted.values()])
        self._trace_set_lots(
            {
                line: lot
                for lot, lines in zip(lots.with_env(self.env), wanted.values(), strict=True)
                for line in lines
            }
        )

    def _trace_set_lots(self, lots):
        """Write ``lots``, a dict line -> lot, into lines that are not done yet."""
        lines = self.browse(line.id for line in lots)
        if not lines._trace_plain_to_number():
            for line, lot in lots.items():
                line.lot_id = lot
            return
        field = self._fields["lot_id"]
        lines.check_access("write")
        lines.modified(["lot_id"], before=True)
        for line, lot in lots.items():
            field.write(line, lot)
        lines.modified(["lot_id"])
        lines._validate_fields(["lot_id"])

    def _trace_plain_to_number(self):
        """Whether a lot on these lines changes nothing else, neither quants nor packages."""
        return not changed_elsewhere(self, {"write"}, KNOWN_WRITERS) and all(
            line.state != "done"
            and line.move_id
            and not line.is_entire_pack
            and line.move_id._should_bypass_reservation(line.location_id)
            for line in self
        )


class LineBatch(QuantBatch):
    """The quants that a batch of lines takes from and gives to."""

    def __init__(self, lines):
        super().__init__(lines.env)
        self.lines = lines

    def begin(self, found):
        """Load what Odoo has just read for these lines, unless a product is taken by package."""
        lines = self.lines.exists().sudo()
        keys = {key for line in lines for key in self._keys(line)}
        model = self.env["stock.quant"]
        browse = self.env["product.product"].browse, self.env["stock.location"].browse
        strategies = {
            model._get_removal_strategy(browse[0](product), browse[1](place))
            for product, place in {key[:2] for key in keys}
        }
        if "least_packages" not in strategies and not model._is_inventory_mode():
            self.load(found, keys)

    def _keys(self, line):
        product, lot, owner = line.product_id.id, line.lot_id.id, line.owner_id.id
        yield product, line.location_id.id, lot, line.package_id.id, owner
        yield product, line.location_dest_id.id, lot, line.result_package_id.id, owner
