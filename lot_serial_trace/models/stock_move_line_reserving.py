from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .quant_batch import changed_elsewhere, in_batches
from .trace_hold_sql import can_insert, insert

#: Add-ons whose ``create`` of a line does nothing for goods in stock that wait to move.
KNOWN_MAKERS = ("stock", "stock_account", "mrp", "mrp_subcontracting", "lot_serial_trace")
#: Stored fields that another value follows from; a line is inserted with them.
FOLLOWING = ("company_id", "product_uom_id", "quantity_product_uom", "state", "picked")
PLACES = ("location_id", "location_dest_id")
DATES = ("expiration_date", "removal_date")
#: Add-ons whose stored fields of a line are given here, or are empty as long as it waits.
#: None: what every model has.
KNOWN_FIELDS = {None, "base", "stock", "product_expiry", "mrp", "lot_serial_trace"}


class StockMoveLine(models.Model):
    """Goods of known quants are reserved for movements of known quantity: by two queries.

    The ORM writes lines in hundreds, computes what is known here, and looks for the quants
    again: for ten thousand serial numbers on their way to quarantine that is most of the time.
    Where another add-on has a say in lines or quants, the ORM does it as ever.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    @api.model
    def _trace_reserve_rows(self, vals_list, quant_ids):
        """Make lines that wait, in the unit of the product, and reserve their quants.

        :param quant_ids: the quant of each line
        """
        if not self._trace_plain_rows(vals_list, quant_ids) or not self._trace_lock(quant_ids):
            return self.create(vals_list)
        moves = self.env["stock.move"].browse(dict.fromkeys(v["move_id"] for v in vals_list))
        # With all that they want, new ones are ready.
        moves.filtered(lambda move: move.state == "draft").state = "assigned"
        rows = self._trace_full_rows(vals_list)
        lines = insert(self, rows)
        lines._trace_reserve_quants(quant_ids, [vals["quantity"] for vals in vals_list])
        lines._trace_tell_orm(rows)
        lines.check_access("create")
        moves._recompute_state()
        return lines

    @api.model
    def _trace_plain_rows(self, vals_list, quant_ids):
        """Whether these lines can be inserted as they are."""
        if len(vals_list) < 2 or not all(quant_ids) or not self._trace_plain_to_make():
            return False
        names = vals_list[0].keys()
        products = self.env["product.product"]
        return can_insert(self, names) and all(
            vals.keys() == names
            and products.browse(vals["product_id"]).uom_id.id == vals["product_uom_id"]
            for vals in vals_list
        )

    @api.model
    def _trace_lock(self, quant_ids):
        """Whether nobody else is changing one of the quants: then Odoo takes others."""
        quants = self.env["stock.quant"].sudo().browse(dict.fromkeys(quant_ids))
        return len(quants.try_lock_for_update(allow_referencing=True)) == len(quants)

    @api.model
    def _trace_plain_to_make(self):
        """Whether nobody unknown takes part in making lines or reserving quants."""
        return (
            in_batches(self.env)
            and not changed_elsewhere(self, {"create"}, KNOWN_MAKERS)
            and not changed_elsewhere(self.env["stock.quant"], {"write"})
            and all(
                field._module in KNOWN_FIELDS
                for field in self._fields.values()
                if field.store and field.column_type
            )
        )

    @api.model
    def _trace_full_rows(self, vals_list):
        """The values of all columns that are not empty."""
        now = fields.Datetime.now()
        dates = self._trace_dates_of_lots(vals_list)
        states = self._trace_states_then(vals_list)
        moves = self.env["stock.move"].browse(states)
        picked = {move.id: {"picked": move.picked} for move in moves}
        following = {
            move.id: {"company_id": move.company_id.id, "state": states[move.id], "date": now}
            for move in moves
        }
        return [
            {
                **picked[vals["move_id"]],
                **vals,
                **following[vals["move_id"]],
                "quantity_product_uom": vals["quantity"],
                **dates[vals["lot_id"]],
            }
            for vals in vals_list
        ]

    @api.model
    def _trace_states_then(self, vals_list):
        """dict move id -> its state when it has these lines, too: they are born with it."""
        quantities = defaultdict(float)
        for vals in vals_list:
            quantities[vals["move_id"]] += vals["quantity"]
        states = {}
        for move in self.env["stock.move"].browse(quantities):
            whole = move.quantity + quantities[move.id]
            ready = move.product_uom.compare(whole, move.product_uom_qty) >= 0
            states[move.id] = "assigned" if ready else "partially_available"
        return states

    @api.model
    def _trace_dates_of_lots(self, vals_list):
        """dict lot id -> its dates, where lines have them, too."""
        names = [name for name in DATES if name in self._fields]
        lots = self.env["stock.lot"].browse(dict.fromkeys(vals["lot_id"] for vals in vals_list))
        return {lot.id: {name: lot[name] for name in names} for lot in lots}

    def _trace_reserve_quants(self, quant_ids, quantities):
        quants = self.env["stock.quant"].sudo().browse(quant_ids)
        quants.flush_model(["reserved_quantity"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_quant q
                SET reserved_quantity = round(COALESCE(q.reserved_quantity, 0) + c.quantity, %s),
                    write_uid = %s, write_date = %s
                FROM (SELECT id, sum(quantity) AS quantity
                    FROM unnest(%s::int[], %s::numeric[]) AS t(id, quantity) GROUP BY id) c
                WHERE q.id = c.id
                """,
                self.env["decimal.precision"].precision_get("Product Unit"),
                self.env.uid,
                fields.Datetime.now(),
                quant_ids,
                quantities,
            )
        )
        quants.invalidate_recordset(["reserved_quantity"], flush=False)
        quants.modified(["reserved_quantity"])

    def _trace_tell_orm(self, rows):
        """What depends on new lines is computed anew, but for what they were inserted with."""
        for field in self._fields.values():
            for inverse in self.pool.field_inverses[field] if field.type == "many2one" else ():
                if inverse.store or inverse.type == "one2many":
                    self.env[inverse.model_name].invalidate_model([inverse.name], flush=False)
        self.modified([name for name, field in self._fields.items() if field.store], create=True)
        for name in (*FOLLOWING, *PLACES):
            self.env.remove_to_compute(self._fields[name], self)
        self._trace_know_dates(rows)

    def _trace_know_dates(self, rows):
        """Dates that lots have are known; others may be computed from the day of the transfer."""
        products = self.env["product.product"].browse({row["product_id"] for row in rows})
        names = [name for name in DATES if name in self._fields]
        dated = set(products.filtered("use_expiration_date").ids) if names else set()
        for name in names:
            known = [
                line_id
                for line_id, row in zip(self._ids, rows, strict=True)
                if row[name] or row["product_id"] not in dated
            ]
            self.env.remove_to_compute(self._fields[name], self.browse(known))
