from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from . import trace_regulator_sql as sql
from .trace_regulator import _dates, _when

#: Operations in which food is transformed; a repair is none.
TRANSFORMING = ("production", "unbuild")
#: Events that are the making of something.
MADE = ("packing", "exempt", "sprouts", "transformation")


class TraceRegulatorMade(models.AbstractModel):
    """FSMA 204: what was packed for the first time, and what was transformed.

    Read from the edges of the genealogy, a row for each lot that was used and each that came of
    it. Sprouts are told with the seeds that they grew from, which are on no list.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _made(self, code, scope):
        """SQL of transformations, or of initial packing: one row for each pair of lots."""
        return SQL(
            """
            WITH %(tables)s
            SELECT o.id, o.product_id, o.lot_id, o.last_time AS event_time, o.company_id,
                %(out)s, %(dates)s, NULL::varchar AS sscc, %(sources)s,
                COALESCE(src.complete_name, began.name) AS assigned_by,
                began.place_id AS own_id, began.place_name AS own_name, %(when)s, %(harvest)s,
                %(used)s,
                'WO' AS ref_type, o.operation_name AS ref_number, o.operation_name AS document,
                COALESCE(ig.commodity, og.commodity) AS commodity,
                COALESCE(ig.variety, og.variety) AS variety %(more)s
            %(made)s
            ORDER BY o.last_time, o.operation_id, o.id, i.id
            """,
            tables=self._tables("ftl", scope),
            out=SQL(
                """
                og.gtin, o.lot_name AS tlc, %s AS description, o.quantity::float AS quantity,
                og.uom
                """,
                sql.description("og", "o.product_name"),
            ),
            dates=_dates(scope, SQL("lot.expiration_date")),
            sources=sql.source_columns("lot"),
            when=_when(SQL("o.last_time"), SQL("began.tz"), scope),
            harvest=_told_of_input(),
            used=SQL(
                """
                i.product_id AS used_product_id, ig.gtin AS used_gtin,
                i.lot_name AS used_tlc, NULL AS used_sscc,
                COALESCE(il.trace_made, il.expiration_date::date) AS used_date,
                CASE WHEN il.trace_made IS NOT NULL THEN 'PACK DATE'
                    WHEN il.expiration_date IS NOT NULL THEN 'EXPIRATION DATE' END
                    AS used_date_type,
                i.quantity::float AS used_quantity, ig.uom AS used_uom,
                CASE WHEN i.id IS NOT NULL THEN %s END AS used_description,
                i.first_time::date AS received_on
                """,
                sql.description("ig", "i.product_name"),
            ),
            more=_more(code),
            made=self._made_from(code, scope),
        )

    @api.model
    def _made_from(self, code, scope):
        return SQL(
            """
            FROM (
                SELECT DISTINCT x.operation, x.operation_id FROM trace_edge x
                JOIN goods g ON g.id = x.product_id AND g.listed
                WHERE x.operation = ANY(%(operations)s) AND %(where)s
            ) op
            JOIN trace_edge o ON o.operation = op.operation AND o.operation_id = op.operation_id
                AND o.side = 'out'
            JOIN goods og ON og.id = o.product_id
            LEFT JOIN (trace_edge i JOIN goods ig ON ig.id = i.product_id AND %(used)s)
                ON i.operation = o.operation AND i.operation_id = o.operation_id
                AND i.side = 'in'
            LEFT JOIN stock_lot il ON il.id = i.lot_id
            LEFT JOIN stock_lot lot ON lot.id = o.lot_id
            %(joined)s
            LEFT JOIN res_partner farm ON farm.id = COALESCE(il.trace_farm_id, lot.trace_farm_id)
            LEFT JOIN res_partner cooled
                ON cooled.id = COALESCE(il.trace_cooled_id, lot.trace_cooled_id)
            %(sources)s
            WHERE (og.ftl_id IS NOT NULL OR i.id IS NOT NULL) AND %(packed)s AND %(asked)s
            """,
            operations=list(TRANSFORMING),
            where=self._where_made(scope),
            sources=sql.sources("lot"),
            packed=_PACKED[code],
            used=_SEED if code == "sprouts" else SQL("ig.ftl_id IS NOT NULL"),
            joined=_joined(code),
            asked=self._asked_made(scope),
        )

    @api.model
    def _asked_made(self, scope):
        """Condition on pairs of lots: a lot that was used is told with what came of it, and one
        that came of it with all that was used.
        """
        parts = [SQL("TRUE"), *self._days(SQL("o.last_time"), SQL("began.tz"), scope)]
        if scope.get("lots"):
            parts.append(
                SQL("(o.lot_id = ANY(%(lots)s) OR i.lot_id = ANY(%(lots)s))", lots=scope["lots"])
            )
        if scope.get("warehouses"):
            parts.append(SQL("began.warehouse_id = ANY(%s)", scope["warehouses"]))
        return SQL(" AND ").join(parts)

    @api.model
    def _where_made(self, scope):
        """Condition on edges: the operations that may be asked about."""
        parts = [SQL("x.company_id = ANY(%s)", scope["companies"])]
        if scope.get("lots"):
            parts.append(SQL("x.lot_id = ANY(%s)", scope["lots"]))
        if scope.get("since"):
            parts.append(SQL("x.last_time >= %s", scope["since"] - timedelta(days=1)))
        if scope.get("partners"):
            parts.append(SQL("FALSE"))
        return SQL(" AND ").join(parts)


def _told_of_input():
    """What the farm told, of the food that was used, or else of what came of it."""
    return SQL(
        """
        farm.id AS farm_id, farm.complete_name AS farm_name,
        %s,
        COALESCE(il.trace_harvester, lot.trace_harvester,
            NULLIF(concat_ws(' ', farm.complete_name, farm.phone), '')) AS harvester,
        COALESCE(il.trace_harvest_from, lot.trace_harvest_from) AS harvest_from,
        cooled.id AS cooled_id, cooled.complete_name AS cooled_name,
        COALESCE(il.trace_cooled_on, lot.trace_cooled_on) AS cooled_on
        """,
        sql.field_of(SQL("COALESCE(il.trace_field, lot.trace_field)")),
    )


#: Which lots are of an event: by what the product says of itself, and who sent what was packed.
_PACKED = {
    "packing": SQL("og.made = 'packing' AND og.listed AND free.id IS NULL"),
    "exempt": SQL("og.made = 'packing' AND og.listed AND free.id IS NOT NULL"),
    "sprouts": SQL("og.made = 'sprouts' AND og.listed"),
    "transformation": SQL("NOT (COALESCE(og.made, '') IN ('packing', 'sprouts') AND og.listed)"),
}
#: Who sent what was used, if the rule does not apply to him.
_FREE = SQL(
    """
    LEFT JOIN LATERAL (
        SELECT s.id, s.complete_name AS name FROM trace_event f
        JOIN res_partner s ON s.id = f.supplier_id AND s.trace_fsma_exempt
        WHERE f.lot_id = i.lot_id AND f.source_usage = 'supplier' AND f.quantity != 0
        ORDER BY f.event_time, f.id LIMIT 1
    ) free ON TRUE
    """
)
#: A lot that was used is one of seeds, as its form says; other parts are nobody's business.
_SEED = SQL("EXISTS (SELECT FROM trace_seed s WHERE s.lot_id = i.lot_id)")


def _joined(code):
    """Joins that an event has beside the others."""
    if code == "sprouts":
        return _seeds_joined()
    return _FREE if code in ("packing", "exempt") else SQL()


def _more(code):
    """Columns that an event has beside the others."""
    if code == "sprouts":
        return _seeds()
    if code == "exempt":
        return SQL(", free.id AS other_id, free.name AS other_name, free.name AS from_name")
    return SQL()


def _seeds_joined():
    """Joins of what is known of the seeds: of the lot of seeds, or else of that of sprouts."""
    partners = SQL(" ").join(
        SQL(
            "LEFT JOIN res_partner %s ON %s = %s",
            SQL.identifier(name),
            SQL.identifier(name, "id"),
            SQL.identifier("seed", f"{name}_id"),
        )
        for name in ("grower", "conditioner", "packer", "supplier")
    )
    return SQL(
        """
        LEFT JOIN LATERAL (
            SELECT s.* FROM trace_seed s WHERE s.lot_id IN (il.id, lot.id)
            ORDER BY s.lot_id = il.id DESC LIMIT 1
        ) seed ON TRUE %s
        """,
        partners,
    )


def _seeds():
    return SQL(
        """
        , grower.id AS seed_grower_id, grower.complete_name AS seed_grower,
        seed.harvested AS seed_harvested,
        conditioner.id AS seed_conditioner_id, conditioner.complete_name AS seed_conditioner,
        seed.conditioner_lot AS seed_conditioner_lot, seed.conditioned AS seed_conditioned,
        packer.id AS seed_packer_id, packer.complete_name AS seed_packer,
        seed.packer_lot AS seed_packer_lot, seed.packed AS seed_packed,
        supplier.id AS seed_supplier_id, supplier.complete_name AS seed_supplier,
        seed.description AS seed_description, COALESCE(seed.code, i.lot_name) AS seed_lot,
        COALESCE(seed.received, i.first_time::date) AS seed_received
        """
    )
