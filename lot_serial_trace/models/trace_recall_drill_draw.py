import secrets
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import drill
from .trace_question_sql import told

#: Chance of a lot.
CHANCES = {
    "lots": SQL("1::numeric"),
    "deliveries": SQL("sold.deliveries::numeric"),
    "categories": SQL("1 / count(*) OVER (PARTITION BY t.categ_id)::numeric"),
}


class TraceRecallDrillDraw(models.Model):
    """Which lot a drill is about: drawn, so that nobody can choose one that is easy.

    The draw can be done again: from the seed, the moment and the terms follow the candidates (their
    number and the SHA-256 of their ids are kept) and the lot. One query, however many lots.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    drill_draw = fields.Json("Draw", readonly=True, copy=False)
    drill_draw_text = fields.Text("How It Was Drawn", readonly=True, copy=False)

    def _drill_draw_lot(self, seed=None):
        """Draw the lot.

        :param seed: to do a draw again
        """
        self.ensure_one()
        seed = str(seed if seed is not None else secrets.randbits(63))
        since = fields.Datetime.now() - timedelta(days=self.drill_days)
        drawn = self._drill_drawn(drill.point(seed), since)
        if not drawn:
            raise UserError(
                self.env._(
                    "No lot fits the terms of %(name)s: none was delivered since %(since)s. Take "
                    "more days, other categories or another warehouse.",
                    name=self.name or self.title,
                    since=since.date(),
                )
            )
        lot_id, candidates, digest = drawn
        weights = dict(self._fields["drill_weight"]._description_selection(self.env))
        says = self.env._(
            "Drawn from %(count)s lots and serial numbers that were delivered since %(since)s. "
            "%(weight)s. Seed %(seed)s.",
            count=candidates,
            since=since.date(),
            weight=weights[self.drill_weight],
            seed=seed,
        )
        self.write(
            {
                "lot_ids": [(6, 0, [lot_id])],
                "drill_draw_text": says,
                "drill_draw": {
                    "seed": seed,
                    "since": fields.Datetime.to_string(since),
                    "weight": self.drill_weight,
                    "candidates": candidates,
                    "digest": digest,
                    "lot": lot_id,
                },
            }
        )
        self._note("drawn", says, **self.drill_draw)

    def _drill_drawn(self, point, since):
        """The lot at a point from 0 to 1 of all chances: ``(id, how many, digest)``, or None."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH sold AS (
                    SELECT e.lot_id, count(*) AS deliveries
                    FROM trace_event e %(place)s
                    WHERE e.event_time >= %(since)s AND e.dest_usage = 'customer'
                        AND e.source_usage != 'customer' AND %(told)s
                    GROUP BY e.lot_id
                ), candidate AS MATERIALIZED (
                    SELECT sold.lot_id, %(chance)s AS chance
                    FROM sold JOIN stock_lot l ON l.id = sold.lot_id
                    JOIN product_product p ON p.id = l.product_id
                    JOIN product_template t ON t.id = p.product_tmpl_id
                    WHERE %(categories)s
                ), upto AS (
                    SELECT lot_id, sum(chance) OVER (ORDER BY lot_id) AS upto,
                        sum(chance) OVER () AS total, count(*) OVER () AS candidates
                    FROM candidate
                )
                SELECT lot_id, candidates::int, (SELECT encode(sha256(convert_to(
                    string_agg(lot_id::text, ',' ORDER BY lot_id), 'UTF8')), 'hex') FROM candidate)
                FROM upto WHERE upto > %(point)s::numeric * total
                ORDER BY upto, lot_id LIMIT 1
                """,
                place=self._drill_from_place(),
                since=since,
                told=told(self.company_id.ids),
                chance=CHANCES[self.drill_weight],
                categories=self._drill_of_categories(),
                point=point,
            )
        )
        return rows[0] if rows else None

    def _drill_from_place(self):
        """SQL join: only what left the warehouse of the terms."""
        if not self.drill_warehouse_id:
            return SQL()
        return SQL(
            "JOIN stock_location f ON f.id = e.source_id AND f.parent_path LIKE %s",
            f"{self.drill_warehouse_id.sudo().view_location_id.parent_path}%",
        )

    def _drill_of_categories(self):
        if not self.drill_categ_ids:
            return SQL("TRUE")
        categories = self.env["product.category"].search(
            [("id", "child_of", self.drill_categ_ids.ids)]
        )
        return SQL("t.categ_id = ANY(%s)", categories.ids)
