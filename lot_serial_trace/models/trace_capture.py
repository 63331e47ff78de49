from odoo import api, fields, models
from odoo.tools import SQL

#: Columns of a move line that a captured number sets, with their types.
COLUMNS = {
    "lot_id": "int",
    "lot_name": "varchar",
    "trace_batch": "varchar",
    "expiration_date": "timestamp",
    "trace_made": "date",
    "quantity": "numeric",
    "product_uom_id": "int",
    "picked": "bool",
    "date": "timestamp",
    "location_id": "int",
    "package_id": "int",
    "owner_id": "int",
    "result_package_id": "int",
}
#: What a reservation is for.
PLACE = ("location_id", "lot_id", "package_id", "owner_id")


class TraceCapture(models.AbstractModel):
    """Writes and creates many lines of transfers at once, each with values of its own.

    Odoo's ``write`` takes one set of values for all lines, and reserves stock line by
    line with three queries each. Here all lines are one statement, all reservations
    three. What Odoo does beside the row is done for all lines together: reservations,
    states of moves, packages that are no longer entire, computed fields.
    """

    _name = "trace.capture"
    _description = "Capture of Many Numbers"

    @api.model
    def _update_lines(self, values):
        """Write ``values`` (line id -> dict) on lines that are not done, in one statement.

        Odoo's ``write`` takes one set of values for all lines. What it does beside the
        row is done here for all lines together: reservations, states, computed fields.
        """
        lines = self.env["stock.move.line"].browse(values)
        if not lines:
            return
        before = {line.id: self._reserved(line) for line in lines}
        changed = {name: self._changed(lines, values, name) for name in COLUMNS}
        changed["date"] = changed["picked"] | changed["quantity"]
        now = fields.Datetime.now()
        for line in changed["date"]:
            values[line.id]["date"] = now
        self._write_columns(lines, values, [name for name in COLUMNS if changed[name]])
        for name, these in changed.items():
            these.invalidate_recordset([name], flush=False)
        for name, these in changed.items():
            these.modified([name])
        after = {line.id: self._reserved(line) for line in lines}
        self._reserve(before, after)
        if not_entire := lines._get_lines_not_entire_pack():
            not_entire.write({"is_entire_pack": False})
        changed["quantity"].move_id._recompute_state()

    @api.model
    def _changed(self, lines, values, name):
        def says(line):
            value = line[name]
            return value.id if isinstance(value, models.BaseModel) else value

        return lines.filtered(
            lambda line: name in values[line.id] and values[line.id][name] != says(line)
        )

    @api.model
    def _as_column(self, line, name, values):
        value = values[name] if name in values else line[name]
        value = value.id if isinstance(value, models.BaseModel) else value
        return None if value is False and COLUMNS[name] != "bool" else value

    @api.model
    def _write_columns(self, lines, values, names):
        if not names:
            return
        lines.flush_recordset()
        columns = [
            [self._as_column(line, name, values[line.id]) for line in lines] for name in names
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_move_line l
                SET %s, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                FROM unnest(%s::int[], %s) AS c(id, %s) WHERE l.id = c.id
                """,
                SQL(", ").join(
                    SQL("%s = c.%s", SQL.identifier(name), SQL.identifier(name)) for name in names
                ),
                self.env.uid,
                lines.ids,
                SQL(", ").join(
                    SQL("%s::" + COLUMNS[name] + "[]", column)
                    for name, column in zip(names, columns, strict=True)
                ),
                SQL(", ").join(SQL.identifier(name) for name in names),
            )
        )

    @api.model
    def _create_lines(self, vals_list):
        """Create lines; stock is reserved for all of them together."""
        reservations = Reservations()
        lines = (
            self.env["stock.move.line"]
            .with_context(reserved_quant=reservations)
            .create(vals_list)
            .with_env(self.env)
        )
        self._reserve({}, dict(enumerate(reservations.asked)))
        return lines

    # -- reservations ---------------------------------------------------------

    @api.model
    def _reserve(self, before, after):
        """Move reservations from one set of places to another.

        :param before: dict key -> ``((product, location, lot, package, owner), quantity)``
            or None; ``after`` likewise
        """
        changes = {}
        for sign, reserved in ((-1, before), (1, after)):
            for place, quantity in filter(None, reserved.values()):
                changes[place] = changes.get(place, 0.0) + sign * quantity
        changes = {
            place: quantity
            for place, quantity in changes.items()
            if not place[0].uom_id.is_zero(quantity)
        }
        quants = self._lock_quants(changes)
        for place, quantity in changes.items():
            product, location, lot, package, owner = place
            quant = quants.get(place)
            if quant:
                quant.reserved_quantity = max(0, quant.reserved_quantity + quantity)
            else:  # not in stock or in another's hands: Odoo knows what to do
                self.env["stock.quant"]._update_reserved_quantity(
                    product, location, quantity, lot_id=lot, package_id=package, owner_id=owner
                )

    @api.model
    def _reserved(self, line):
        """Place and quantity of a line's reservation, None if it has none."""
        reserves = line.product_id.is_storable and not line.move_id._should_bypass_reservation(
            line.location_id
        )
        place = line.product_id, *(line[name] for name in PLACE)
        return (place, line.quantity_product_uom) if reserves else None

    @api.model
    def _lock_quants(self, places):
        """dict place -> its quant, locked, for the places that have one: two queries."""
        if not places:
            return {}
        products, locations, lots, *_rest = zip(*places, strict=True)
        quants = self.env["stock.quant"].sudo()
        found = quants.search(
            [
                ("product_id", "in", {product.id for product in products}),
                ("location_id", "in", {location.id for location in locations}),
                ("lot_id", "in", {lot.id for lot in lots}),
            ]
        )
        quant_of = {
            (q.product_id, q.location_id, q.lot_id, q.package_id, q.owner_id): q
            for q in found.sorted("id", reverse=True)
            if q.lot_id
        }
        wanted = quants.union(*(quant_of[place] for place in places if place in quant_of))
        locked = wanted.try_lock_for_update(allow_referencing=True)
        return {place: quant for place, quant in quant_of.items() if quant in locked}


class Reservations:
    """Stands for the quants while Odoo creates lines, and notes what it would reserve."""

    def __init__(self):
        self.asked = []

    def _update_reserved_quantity(self, product, location, quantity, **place):
        key = (product, location, place["lot_id"], place["package_id"], place["owner_id"])
        self.asked.append((key, quantity))
