from odoo import api, models
from odoo.tools import SQL

#: So many names are spelled out in a row; who wants more opens the list behind it.
NAMED = 3
#: So many numbers are spelled out, more are counted.
SPELLED = 20


class TraceHoldFacts(models.AbstractModel):
    """What a person should know before goods are put on hold.

    Each fact is one statement over all the lots, so that ten thousand of them are as
    few queries as one. A fact becomes a row of the dialog: a label, how many, a
    sentence, and a list to open.
    """

    _name = "trace.hold.facts"
    _description = "Facts Before a Hold"

    @api.model
    def _rows(self, lots, location=None):
        """Rows about ``lots`` for the dialog, those without anything to say left out.

        :param location: the hold is for goods at or below this place only
        :return: list of dicts ``key``, ``label``, ``value``, ``text``, ``tone``
        """
        if not lots:
            return []
        self.env.flush_all()
        path = location.parent_path if location else ""
        reserved = self._reserved(lots, path)
        rows = [
            self._numbers_row(lots),
            *self._stock_rows(lots, path, location),
            self._reserved_row([one for one in reserved if not one["picked"]]),
            self._short_row(lots, reserved),
            self._picked_row([one for one in reserved if one["picked"]]),
            self._customers_row(lots),
            self._held_row(lots),
        ]
        return [row for row in rows if row]

    @api.model
    def _row(self, key, label, value, text="", tone=""):
        return {"key": key, "label": label, "value": value, "text": text, "tone": tone}

    # -- rows -----------------------------------------------------------------

    @api.model
    def _numbers_row(self, lots):
        counts = self.env["stock.lot"]._read_group(
            [("id", "in", lots.ids)], ["product_id"], ["__count"], order="__count desc"
        )
        if len(lots) <= SPELLED and len(counts) == 1:
            text = f"{counts[0][0].display_name}: {', '.join(lots.mapped('name'))}"
        else:
            text = self._some(
                [f"{product.display_name} ({self._amount(n)})" for product, n in counts]
            )
        return self._row("numbers", self.env._("Numbers"), self._amount(len(lots)), text)

    @api.model
    def _stock_rows(self, lots, path, location):
        """On hand where the hold is for, what of it is in quarantine, what lies elsewhere."""
        places = self._places(lots)
        here = [place for place in places if place["path"].startswith(path)]
        safe = [place for place in here if place["quarantine"]]
        yield self._row(
            "on_hand",
            self.env._("On hand"),
            self._total(here),
            self._listed(here) or self.env._("Nothing in stock. Whatever comes back is held."),
        )
        if safe:
            yield self._row(
                "quarantine",
                self.env._("In quarantine already"),
                self._total(safe),
                self._listed(safe),
                "good",
            )
        if len(here) < len(places):
            rest = [place for place in places if place not in here]
            text = self.env._(
                "Not at %(place)s, stays free: %(places)s",
                place=location.display_name,
                places=self._listed(rest),
            )
            yield self._row("elsewhere", self.env._("Elsewhere"), self._total(rest), text, "warn")

    @api.model
    def _reserved_row(self, reserved):
        if not reserved:
            return None
        return self._row(
            "reserved",
            self.env._("Reserved"),
            self._total(reserved),
            self.env._(
                "Taken off %s. Other stock is reserved where there is any.",
                self._some(self._documents(reserved)),
            ),
            "warn",
        )

    @api.model
    def _short_row(self, lots, reserved):
        short = self._short(lots, [one for one in reserved if not one["picked"]])
        if not short:
            return None
        products = self.env["product.product"].browse(short)
        text = self._some(
            [f"{product.display_name} ({self._amount(short[product.id])})" for product in products]
        )
        return self._row(
            "short",
            self.env._("Will be missing"),
            self._amount(sum(short.values())),
            self.env._("No other stock for: %s", text),
            "stop",
        )

    @api.model
    def _picked_row(self, picked):
        if not picked:
            return None
        return self._row(
            "picked",
            self.env._("Picked already"),
            self._total(picked),
            self.env._(
                "On %s. They stay there and are stopped at Validate: take them out by hand.",
                self._some(self._documents(picked)),
            ),
            "stop",
        )

    @api.model
    def _customers_row(self, lots):
        customers = self._customers(lots)
        if not customers:
            return None
        names = [
            f"{one['name'] or self.env._('nobody named')} ({self._amount(one['quantity'])})"
            for one in customers
        ]
        return self._row(
            "customers",
            self.env._("With customers"),
            self._total(customers),
            self.env._("%s. A hold does not bring them back.", self._some(names)),
            "warn",
        )

    @api.model
    def _held_row(self, lots):
        held = self._active_holds(lots)
        if not held:
            return None
        return self._row(
            "held",
            self.env._("On hold already"),
            self._amount(len(held.lot_id)),
            self.env._(
                "%s. They stay on hold until every hold is released.",
                self._some(list(dict.fromkeys(held.mapped("reason")))),
            ),
            "note",
        )

    # -- facts ----------------------------------------------------------------

    @api.model
    def _places(self, lots):
        """Where the lots are in stock, most first."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT a.complete_name AS name, a.parent_path AS path,
                    sum(q.quantity) AS quantity,
                    EXISTS (SELECT FROM stock_location p WHERE p.trace_quarantine
                        AND a.parent_path LIKE p.parent_path || '%%') AS quarantine
                FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
                WHERE q.lot_id = ANY(%s) AND a.usage IN ('internal', 'transit')
                    AND (a.company_id IS NULL OR a.company_id = %s)
                GROUP BY a.id HAVING sum(q.quantity) > 0
                ORDER BY sum(q.quantity) DESC, a.complete_name
                """,
                lots.ids,
                self.env.company.id,
            )
        )

    @api.model
    def _reserved(self, lots, path):
        """What open documents have of the lots: one row for each product, document and place."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT l.product_id, l.picked, m.reference AS name, a.warehouse_id,
                    sum(l.quantity_product_uom) AS quantity
                FROM stock_move_line l
                JOIN stock_move m ON m.id = l.move_id
                JOIN stock_location a ON a.id = l.location_id
                WHERE l.lot_id = ANY(%s) AND l.company_id = %s AND a.parent_path LIKE %s
                    AND l.state IN ('assigned', 'partially_available') AND l.quantity > 0
                    AND a.usage IN ('internal', 'transit')
                GROUP BY 1, 2, 3, 4 ORDER BY m.reference
                """,
                lots.ids,
                self.env.company.id,
                f"{path}%",
            )
        )

    @api.model
    def _short(self, lots, reserved):
        """dict product id -> how much of what is freed no other free stock of the house covers.

        An estimate: reservation also minds places, owners and expiry.
        """
        wanted = {}
        for one in reserved:
            key = one["product_id"], one["warehouse_id"]
            wanted[key] = wanted.get(key, 0) + one["quantity"]
        if not wanted:
            return {}
        free = self._free(lots, {product for product, _house in wanted})
        short = {}
        for (product, house), quantity in wanted.items():
            missing = quantity - max(free.get((product, house), 0), 0)
            if missing > 0:
                short[product] = short.get(product, 0) + missing
        return short

    @api.model
    def _free(self, lots, product_ids):
        """dict (product id, warehouse id) -> stock that is free and not of ``lots``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT q.product_id, a.warehouse_id, sum(q.quantity - q.reserved_quantity)
                FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
                LEFT JOIN stock_lot l ON l.id = q.lot_id
                WHERE q.product_id = ANY(%s) AND a.usage = 'internal'
                    AND (a.company_id IS NULL OR a.company_id = %s)
                    AND q.quantity > q.reserved_quantity
                    AND coalesce(l.trace_status, 'free') = 'free'
                    AND NOT (q.lot_id IS NOT NULL AND q.lot_id = ANY(%s))
                GROUP BY 1, 2
                """,
                list(product_ids),
                self.env.company.id,
                lots.ids,
            )
        )
        return {(product, house): quantity for product, house, quantity in rows}

    @api.model
    def _customers(self, lots):
        """Who has how much of the lots: what went there less what came back."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT p.id, p.complete_name AS name, sum(CASE WHEN d.usage = 'customer'
                    THEN l.quantity_product_uom ELSE -l.quantity_product_uom END) AS quantity
                FROM stock_move_line l
                JOIN stock_location s ON s.id = l.location_id
                JOIN stock_location d ON d.id = l.location_dest_id
                LEFT JOIN stock_picking k ON k.id = l.picking_id
                LEFT JOIN res_partner p ON p.id = k.partner_id
                WHERE l.lot_id = ANY(%s) AND l.company_id = %s AND l.state = 'done'
                    AND (d.usage = 'customer') != (s.usage = 'customer')
                GROUP BY p.id HAVING sum(CASE WHEN d.usage = 'customer'
                    THEN l.quantity_product_uom ELSE -l.quantity_product_uom END) > 0
                ORDER BY 3 DESC, 2
                """,
                lots.ids,
                self.env.company.id,
            )
        )

    @api.model
    def _active_holds(self, lots):
        return self.env["trace.hold"]._active(lots.ids, self.env.company)

    # -- words ----------------------------------------------------------------

    @api.model
    def _some(self, names):
        """The first names, and how many more there are."""
        text = ", ".join(names[:NAMED])
        more = len(names) - NAMED
        return (
            self.env._("%(names)s and %(count)s more", names=text, count=more) if more > 0 else text
        )

    @api.model
    def _documents(self, rows):
        return list(dict.fromkeys(row["name"] or "–" for row in rows))

    @api.model
    def _listed(self, places):
        return self._some([f"{one['name']} ({self._amount(one['quantity'])})" for one in places])

    @api.model
    def _total(self, rows):
        return self._amount(sum(row["quantity"] for row in rows))

    @api.model
    def _amount(self, quantity):
        """A quantity without needless zeros."""
        return f"{quantity:,.3f}".rstrip("0").rstrip(".")
