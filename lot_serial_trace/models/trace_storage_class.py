from odoo import api, fields, models, tools

from ..core import gate_storage

TEMPERATURES = [
    ("ambient", "Ambient"),
    ("cool", "Cool"),
    ("chilled", "Chilled"),
    ("frozen", "Frozen"),
    ("deep_frozen", "Deep-frozen"),
]
#: Usual limits in °C, to begin with.
USUAL = {
    "ambient": (15, 25),
    "cool": (8, 15),
    "chilled": (2, 8),
    "frozen": (-25, -18),
    "deep_frozen": (-90, -60),
}


class TraceStorageClass(models.Model):
    """How goods must be stored: at what temperature, and away from what.

    Product categories and products say which classes their goods have, places which
    classes they take. Nothing is checked where a place says nothing.
    """

    _name = "trace.storage.class"
    _description = "Storage Class"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    temperature = fields.Selection(TEMPERATURES)
    temperature_min = fields.Float("From (°C)", digits=(4, 1))
    temperature_max = fields.Float("To (°C)", digits=(4, 1))
    hazard = fields.Char("Hazard Class", help="GHS or ADR class, such as “ADR 3” or “GHS02”.")
    apart_ids = fields.Many2many(
        "trace.storage.class",
        "trace_storage_class_apart_rel",
        "class_id",
        "other_id",
        string="Never Beside",
        domain="[('id', '!=', id)]",
        help="Goods of these classes must not lie together in one place, or in the places below "
        "the one that says what it takes. It is enough to name it on one of both.",
    )
    note = fields.Text()

    _temperatures = models.Constraint(
        "CHECK(temperature IS NULL OR temperature_min <= temperature_max)",
        "The lower limit of the temperature is above the upper one.",
    )

    _says_something = models.Constraint(
        "CHECK(temperature IS NOT NULL OR COALESCE(trim(hazard), '') != '')",
        "A storage class says a temperature or a hazard class: otherwise it would change nothing.",
    )

    @api.onchange("temperature")
    def _onchange_temperature(self):
        if self.temperature:
            self.temperature_min, self.temperature_max = USUAL[self.temperature]

    @api.model_create_multi
    def create(self, vals_list):
        """Classes count at once."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Classes count at once."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Classes count at once."""
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("self.env.lang")
    def _classes(self):
        """dict id -> :class:`core.gate_storage.StorageClass`, of all active ones."""
        records = self.sudo().search([("active", "=", True)])
        apart = {record.id: set(record.apart_ids.ids) for record in records}
        for class_id, others in list(apart.items()):
            for other in others:
                apart.setdefault(other, set()).add(class_id)
        return {
            record.id: gate_storage.StorageClass(
                record.id,
                record.name,
                bool(record.temperature),
                bool((record.hazard or "").strip()),
                frozenset(apart[record.id]),
            )
            for record in records
        }
