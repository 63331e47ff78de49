from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..core.fsma204 import CTES, GAPS, LOCATIONS, PRODUCTS, columns, location_row, row
from ..core.regulator.sheets import Sheet
from . import trace_regulator_sql as sql
from .trace_regulator import _dates, _when

#: Operations in which food is transformed; a repair is none.
TRANSFORMING = ("production", "unbuild")
#: Events that are the making of something; by what the product says of itself.
MADE = ("packing", "sprouts", "transformation")


class TraceRegulatorFsma(models.AbstractModel):
    """FSMA 204: critical tracking events with their key data elements, a sheet for each kind.

    Receipts and shipments are movements of the ledger between the own house, suppliers,
    businesses and other houses of one's own; what goes to consumers is none. What was made is
    read from the edges of the genealogy, one row for each food used and each lot that came of
    it. Harvesting and cooling are told as far as the farm told it: they are of the lot.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _fsma204_sheets(self, scope, told):
        """The sheets of the sortable spreadsheet, one after the other.

        :param told: :class:`Told`, which learns of whom and what the rows speak
        """
        for code, cte in CTES.items():
            yield Sheet(self.env._(cte.title), columns(code), self._fsma_rows(code, scope, told))
        yield Sheet(
            self.env._("Locations"),
            [title for title, _key in LOCATIONS],
            self._location_rows(told),
        )
        yield Sheet(
            self.env._("Products"),
            [title for title, _key in PRODUCTS],
            self._product_rows("ftl", told),
        )
        yield Sheet(self.env._("Missing"), self._missing_columns(), self._missing_rows(told))

    @api.model
    def _fsma_rows(self, code, scope, told):
        for record in self._stream(self._fsma_query(code, scope)):
            record["paragraph"] = self._paragraph(code, record)
            told.learn(code, record)
            yield row(code, record)

    @api.model
    def _paragraph(self, code, record):
        if code == "receiving":
            return "1.1345(b)" if record["exempt"] else "1.1345(a)"
        return CTES[code].section

    @api.model
    def _fsma_query(self, code, scope):
        """SQL of the events of a kind."""
        if code in MADE:
            return self._made(code, scope)
        way, more = self._fsma_part(code)
        return self._moved("ftl", way, scope, *more)

    @api.model
    def _fsma_part(self, code):
        """Which movements events of a kind are: ``(way, conditions)``."""
        business = SQL("NOT %s", sql.consumer())
        vessel = SQL("e.source_usage = 'supplier' AND COALESCE(r.trace_vessel, FALSE)")
        here = SQL("e.source_usage = 'supplier'")
        lot = SQL("SELECT FROM stock_lot h WHERE h.id = e.lot_id")
        return {
            "shipping": ("out", [business]),
            "receiving": ("in", [business, SQL("NOT (%s)", vessel)]),
            "landing": ("in", [vessel]),
            "harvesting": (
                "in",
                [
                    here,
                    SQL("NOT (%s)", vessel),
                    SQL(
                        "EXISTS (%s AND (h.trace_harvest_from IS NOT NULL "
                        "OR h.trace_farm_id IS NOT NULL))",
                        lot,
                    ),
                ],
            ),
            "cooling": (
                "in",
                [
                    here,
                    SQL(
                        "EXISTS (%s AND (h.trace_cooled_on IS NOT NULL "
                        "OR h.trace_cooled_id IS NOT NULL))",
                        lot,
                    ),
                ],
            ),
        }[code]

    # -- what describes them --------------------------------------------------

    @api.model
    def _location_rows(self, told):
        known = {row["id"]: row for row in self._locations({place for place, _n in told.places})}
        for place, name in sorted(told.places, key=lambda one: (one[1], one[0])):
            yield location_row({**known.get(place, {}), "name": name})

    @api.model
    def _product_rows(self, regime, told):
        for product in self._described(regime, told.products):
            yield tuple(product[key] for _title, key in PRODUCTS)

    @api.model
    def _missing_columns(self):
        return [
            self.env._("Event"),
            self.env._("Paragraph (21 CFR)"),
            self.env._("Key data element"),
            self.env._("Rows without it"),
            self.env._("Rows"),
            self.env._("Whose duty"),
            self.env._("How to repair"),
        ]

    @api.model
    def _missing_rows(self, told):
        duties = self._duties()
        for cte, kde, count, rows in told.lacks():
            gap = GAPS[kde.gap]
            words = (self.env._(cte.title), kde.paragraph, self.env._(kde.title))
            yield (*words, count, rows, duties[gap.duty], self.env._(gap.repair))

    @api.model
    def _duties(self):
        """Who must say what is missing, in words."""
        return {
            "own": self.env._("Own"),
            "supplier": self.env._("Supplier"),
            "customer": self.env._("Customer"),
        }

    # -- what was made --------------------------------------------------------

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
                COALESCE(ig.variety, og.variety) AS variety %(seeds)s
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
            seeds=_seeds() if code == "sprouts" else SQL(),
            made=self._made_from(code, scope),
        )

    @api.model
    def _made_from(self, code, scope):
        packed = SQL("COALESCE(og.made, '') IN ('packing', 'sprouts') AND og.listed")
        if code != "transformation":
            packed = SQL("og.made = %s AND og.listed", code)
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
            %(seeds)s
            LEFT JOIN res_partner farm ON farm.id = COALESCE(il.trace_farm_id, lot.trace_farm_id)
            LEFT JOIN res_partner cooled
                ON cooled.id = COALESCE(il.trace_cooled_id, lot.trace_cooled_id)
            %(sources)s
            WHERE (og.ftl_id IS NOT NULL OR i.id IS NOT NULL) AND %(packed)s AND %(asked)s
            """,
            operations=list(TRANSFORMING),
            where=self._where_made(scope),
            sources=sql.sources("lot"),
            packed=SQL("NOT (%s)", packed) if code == "transformation" else packed,
            used=_SEED if code == "sprouts" else SQL("ig.ftl_id IS NOT NULL"),
            seeds=_seeds_joined() if code == "sprouts" else SQL(),
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


#: A lot that was used is one of seeds, as its form says; other parts are nobody's business.
_SEED = SQL("EXISTS (SELECT FROM trace_seed s WHERE s.lot_id = i.lot_id)")


def _seeds_joined():
    """Joins of what is known of the seeds: of the lot of seeds, or else of that of sprouts."""
    partners = SQL(" ").join(
        SQL(
            "LEFT JOIN res_partner %(name)s ON %(name)s.id = seed.%(name)s_id",
            name=SQL.identifier(name),
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
