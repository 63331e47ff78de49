from odoo import api, models

from ..core import fefo


class TraceFefo(models.Model):
    """Somebody corrects which lot a done line took, or how much of it: its row says so, too.

    What else was free at that moment is not known any more. But the lot that had been entered
    by mistake had not gone: it was free, and may be the one that should have.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.fefo"

    @api.model
    def _correct(self, lines, before):
        """Bring the rows of done ``lines`` up to date: one query, and one for each that differs.

        :param before: dict line id -> what the line said, by name of field
        """
        lines = lines.filtered(lambda line: not before[line.id].keys().isdisjoint(FOLLOWED))
        if not lines:
            return
        rows = self.search([("move_line_id", "in", lines.ids)])
        gone = rows.filtered(lambda row: row._is_void(before[row.move_line_id.id]))
        gone.unlink()
        for row in rows - gone:
            said = before[row.move_line_id.id]
            lot = said.get("lot_id") or row.move_line_id.lot_id
            row.write(row._corrected(lot))

    def _is_void(self, said):
        """Whether the line took nothing that could be judged, after all."""
        line = self.move_line_id
        if not line.lot_id or line.product_id.uom_id.compare(line.quantity_product_uom, 0) <= 0:
            return True
        return any(
            name in said and said[name] != line[name]
            for name in ("product_id", "location_id", "location_dest_id")
        )

    def _corrected(self, before):
        """Values of the row, whose line had named the lot ``before``."""
        line = self.move_line_id
        day = self._day_of(line.lot_id)
        back = self._day_of(before) if before != line.lot_id else None
        verdict, by = fefo.correct(self.verdict, day, self.better_date, back)
        better, better_day = {
            "back": (before, back),
            "better": (self.better_lot_id, self.better_date),
            None: (self.better_lot_id.browse(), None),
        }[by]
        quantity = line.quantity_product_uom
        wrong = quantity if by == "back" else min(self.broken_quantity, quantity)
        broken = wrong if verdict == "broken" else 0.0
        return {
            "verdict": verdict,
            "lot_id": line.lot_id.id,
            "lot_date": day,
            "better_lot_id": better.id,
            "better_date": better_day,
            "days": (day - better_day).days if day and better_day else 0,
            "quantity": quantity,
            "broken_quantity": broken,
            "kept_count": int(verdict != "broken"),
            "rate": float(verdict != "broken"),
            "unit_rate": 1 - broken / quantity,
        }

    def _day_of(self, lot):
        moment = lot.removal_date or lot.expiration_date
        return self.env["trace.calendar"]._day(moment, self.company_id)


#: What a row tells of its line.
FOLLOWED = {"lot_id", "quantity", "product_id", "location_id", "location_dest_id"}
