from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools.barcode import check_barcode_encoding

from ..core import gate_storage

#: What a place may mix; see ``core/gate_storage.py``.
MIXING = [
    ("anything", "Anything"),
    ("lot_per_product", "One lot of each product"),
    ("one_lot", "One lot at all"),
    ("one_date", "One expiry date of each product"),
]
#: Fields of which what places say is made, and where they lie.
SAYING = (
    "trace_quarantine",
    "location_id",
    "trace_class_ids",
    "trace_mixing",
    "trace_date_window",
    "storage_category_id",
    "active",
)


class StockLocation(models.Model):
    """Places with their Global Location Number and whether they are quarantine."""

    _inherit = "stock.location"

    trace_gln = fields.Char(
        "GLN", help="Global Location Number, 13 digits. Empty: the warehouse address's GLN is used."
    )
    trace_quarantine = fields.Boolean(
        "Quarantine Place", help="Goods on hold may be moved here, and nowhere else in the house."
    )

    trace_user_id = fields.Many2one(
        "res.users",
        "Looks After Expiry",
        domain="[('share', '=', False)]",
        help="Who is told of goods that expire here, and in places below.",
    )

    trace_class_ids = fields.Many2many(
        "trace.storage.class",
        "stock_location_trace_class_rel",
        "location_id",
        "class_id",
        string="Takes Storage Classes",
        help="Goods of other classes do not belong here, nor below. Empty: as the place around "
        "it says; if none does, everything.",
    )
    trace_mixing = fields.Selection(
        MIXING,
        "May Mix",
        help="For this place and each place below it. Empty: as its storage category says, or "
        "the place around it.",
    )
    trace_date_window = fields.Integer(
        "Days Apart", help="For “One expiry date”: by how many days dates may differ."
    )

    _trace_date_window_positive = models.Constraint(
        "CHECK(trace_date_window >= 0)", "Dates cannot differ by less than no day."
    )

    # -- quarantine -----------------------------------------------------------

    def _trace_in_quarantine(self):
        """Whether the place is quarantine or lies in a place that is."""
        self.ensure_one()
        return self.id in self._trace_quarantine_paths()

    @api.model
    @tools.ormcache()
    def _trace_quarantine_paths(self):
        """dict id -> path of every place that is quarantine or lies in one, of all companies."""
        places = self.sudo().with_context(active_test=False)
        return {
            place.id: place.parent_path
            for place in places.search(
                [("id", "child_of", places.search([("trace_quarantine", "=", True)]).ids)]
            )
        }

    def _trace_quarantine_below(self):
        """Ids of the quarantine places at or below these places."""
        tops = tuple(place.parent_path for place in self if place.parent_path)
        paths = self._trace_quarantine_paths().items()
        return [place_id for place_id, path in paths if path.startswith(tops)]

    def _trace_quarantine_for(self, company=None):
        """The place to which goods of this place go when they are quarantined, or none.

        :param company: whose goods they are; None: the company of the warehouse
        """
        self.ensure_one()
        return self._trace_quarantines_for(company)[self]

    def _trace_quarantines_for(self, company=None):
        """dict place -> where its goods go when they are quarantined (empty: nowhere).

        What the warehouse names; else the topmost place in it that is marked as quarantine.
        """
        none = self.browse()
        found = {}
        for warehouse in self.sudo().warehouse_id:
            if not company or warehouse.company_id == company:
                found[warehouse] = warehouse._trace_quarantine_place()
        return {
            place: found.get(place.sudo().warehouse_id, none).with_env(self.env) for place in self
        }

    def _is_outgoing(self):
        """As Odoo says, who asks the database for the inter-company place each time, though."""
        self.ensure_one()
        name = "stock.stock_location_inter_company"
        between = self.env["ir.model.data"]._xmlid_to_res_id(name)
        if self.usage == "customer" or not between:
            return super()._is_outgoing()
        return f"/{between}/" in f"/{self.parent_path}"

    @api.model_create_multi
    def create(self, vals_list):
        """A place made in quarantine is quarantine at once, and what it says counts."""
        places = super().create(vals_list)
        known = self._trace_quarantine_paths()
        if any(place.location_id.id in known or place._trace_speaks() for place in places):
            self.env.registry.clear_cache()
        return places

    def write(self, vals):
        """What a place says counts at once."""
        result = super().write(vals)
        if not vals.keys().isdisjoint(SAYING):
            self.env.registry.clear_cache()
        return result

    def _trace_speaks(self):
        """Whether the place itself says something about its goods."""
        place = self.sudo()
        return bool(
            place.trace_quarantine
            or place.trace_class_ids
            or place.trace_mixing
            or place.storage_category_id.trace_mixing
        )

    # -- putaway --------------------------------------------------------------

    def _get_putaway_strategy(self, *args, **kwargs):
        place = super(
            StockLocation, self.with_context(trace_arriving_at=self.id)
        )._get_putaway_strategy(*args, **kwargs)
        return place.with_env(self.env)

    def _check_can_be_used(self, *args, **kwargs):
        """Quarantine is no place to put goods away, unless that is where they arrive.

        Nor is a place in which the number does not fit that is being put away.
        """
        plan, goods = self.env.context.get("trace_goods") or (None, None)
        if isinstance(plan, gate_storage.Plan) and plan.conflicts(goods, self.id):
            return False
        if self._trace_in_quarantine():
            arriving = self.browse(self.env.context.get("trace_arriving_at") or [])
            if not arriving._trace_quarantine_paths().get(arriving.id):
                return False
        return super()._check_can_be_used(*args, **kwargs)

    # -- number ---------------------------------------------------------------

    @api.constrains("trace_gln")
    def _check_trace_gln(self):
        for location in self.filtered("trace_gln"):
            if not check_barcode_encoding(location.trace_gln, "ean13"):
                raise ValidationError(
                    self.env._(
                        "%s is not a GLN: 13 digits with a right check digit are wanted.",
                        location.trace_gln,
                    )
                )
