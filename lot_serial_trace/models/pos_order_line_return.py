from odoo import api, fields, models

from ..core.returns import Faulty

CONDITIONS = [("good", "Good"), ("faulty", "Faulty")]

#: What the till tells of goods that come back.
TOLD = ("trace_condition", "trace_condition_note", "trace_exchange_uuid")
#: So many characters of what a cashier writes are kept.
LONGEST = 500


class PosOrderLine(models.Model):
    """A line of goods that come back says in what condition they are.

    The condition decides where they go when the sale is booked (``trace_quarantine_return.py``).
    In an exchange the line of what the customer gets names the line of what he brought.
    """

    _inherit = "pos.order.line"

    trace_condition = fields.Selection(
        CONDITIONS,
        "Condition",
        readonly=True,
        copy=False,
        help="Of goods that came back. Faulty ones go to quarantine and not to the shelf.",
    )
    trace_condition_note = fields.Char("What Is Wrong", readonly=True, copy=False)
    trace_exchange_uuid = fields.Char(
        "Exchanged For Line",
        readonly=True,
        copy=False,
        help="Technical: uuid of the line by which the goods came back that these replace",
    )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), *TOLD]

    @api.model_create_multi
    def create(self, vals_list):
        """What a till sends never stops a sale."""
        return super().create([_readable(vals) for vals in vals_list])

    def write(self, vals):
        """What a till sends never stops a sale."""
        return super().write(_readable(vals))

    def _trace_come_back(self):
        """The lines by which goods came back, and not went out."""
        return self.filtered(lambda line: line.product_id.uom_id.compare(line.qty, 0) < 0)

    def _trace_numbers(self):
        """What a line says of its numbers: list of (number, quantity)."""
        self.ensure_one()
        names = [pack.lot_name for pack in self.pack_lot_ids if pack.lot_name]
        if not names or self.product_id.tracking == "none":
            return [("", abs(self.qty))]
        each = 1.0 if self.product_id.tracking == "serial" else abs(self.qty) / len(names)
        return [(name, each) for name in names]

    def _trace_keys(self):
        """The numbers of a line as (product id, number)."""
        return [
            (self.product_id.id, number) for number, _quantity in self._trace_numbers() if number
        ]

    def _trace_faulty(self):
        """The faulty goods that came back by these lines, as :class:`core.returns.Faulty`."""
        return [
            Faulty(line.product_id.id, number, quantity, line.trace_condition_note or "")
            for line in self._trace_come_back()
            if line.trace_condition == "faulty"
            for number, quantity in line._trace_numbers()
        ]


def _readable(vals):
    """``vals`` with what can be kept of what a till says about goods that come back."""
    if vals.keys().isdisjoint(TOLD):
        return vals
    vals = dict(vals)
    for name in TOLD:
        value = vals.get(name)
        if name in vals:
            vals[name] = value[:LONGEST] if isinstance(value, str) else False
    if vals.get("trace_condition") not in (False, None, *dict(CONDITIONS)):
        vals["trace_condition"] = False
    return vals
