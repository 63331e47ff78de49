from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from . import trace_regulator_sql as sql

#: Rows that the database hands over at a time.
BATCH = 2_000


class TraceRegulator(models.AbstractModel):
    """Reads the ledger as authorities ask for it, of any length in constant memory.

    A scope is a plain dict: ``companies`` (ids), ``zone`` (the clock of places that have none), and
    if given ``products``, ``lots``, ``warehouses``, ``partners``, ``pickings`` (ids), ``since`` and
    ``until`` (days, both included). Rows
    are dicts with the keys of ``core.fsma204.KEYS``; they are read by a cursor of the server and
    handed over as they come. Days and times are those of the clock of the place, with its name.
    """

    _name = "trace.regulator"
    _description = "Records for Authorities"

    # -- reading --------------------------------------------------------------

    @api.model
    def _stream(self, query):
        """Rows of a query as dicts, read by a cursor of the server."""
        cursor = self.env.cr._cnx.cursor(name="trace_regulator")
        try:
            cursor.itersize = BATCH
            cursor.execute(query.code, query.params)
            names = None
            for row in cursor:
                names = names or [column.name for column in cursor.description]
                yield dict(zip(names, row, strict=True))
        finally:
            cursor.close()

    @api.model
    def _tables(self, regime, scope):
        return SQL("%s, %s", sql.goods(regime, scope.get("products")), sql.places())

    @api.model
    def _where(self, scope, *more):
        """Condition on movements: what is asked about."""
        parts = [SQL("TRUE"), *more]
        if scope.get("lots"):
            parts.append(SQL("e.lot_id = ANY(%s)", scope["lots"]))
        parts += self._days(SQL("e.event_time"), SQL("own.tz"), scope)
        if scope.get("pickings"):
            parts.append(
                SQL(
                    "e.document_model = 'stock.picking' AND e.document_id = ANY(%s)",
                    scope["pickings"],
                )
            )
        if scope.get("warehouses"):
            parts.append(SQL("own.warehouse_id = ANY(%s)", scope["warehouses"]))
        if scope.get("partners"):
            parts.append(
                SQL("(r.id = ANY(%(ids)s) OR rc.id = ANY(%(ids)s))", ids=scope["partners"])
            )
        return SQL(" AND ").join(SQL("(%s)", part) for part in parts)

    @api.model
    def _days(self, moment, zone, scope):
        """Conditions: on one of the days asked about, by the clock of the place.

        A day more on either side is what the index is asked for.
        """
        local = SQL("(%s)::date", _local(moment, zone, scope))
        for name, sign, step in (("since", SQL(">="), -1), ("until", SQL("<="), 2)):
            day = scope.get(name)
            if day:
                yield SQL("%s %s %s", moment, sign, day + timedelta(days=step))
                yield SQL("%s %s %s", local, sign, day)

    @api.model
    def _moved(self, regime, way, scope, *more):
        """SQL of movements with all that is told of them, in the order in which they happened."""
        return SQL(
            "WITH %s SELECT %s %s ORDER BY e.event_time, e.id",
            self._tables(regime, scope),
            self._columns(way, scope),
            sql.moved(way, scope["companies"], self._where(scope, *more), _joins(way)),
        )

    @api.model
    def _count(self, regime, way, scope, *more):
        """SQL of how many movements there are."""
        return SQL(
            "(SELECT count(*) %s)", sql.moved(way, scope["companies"], self._where(scope, *more))
        )

    @api.model
    def _columns(self, way, scope):
        sides = {
            "other_id": sql.OTHER_ID,
            "other_name": sql.OTHER_NAME,
            "other_gln": sql.OTHER_GLN,
        }
        return SQL(
            """
            e.id, e.product_id, e.lot_id, e.event_time, e.company_id, e.company_name,
            e.document_id AS picking_id, e.tracking, e.lot_name, e.expiration_date,
            COALESCE(e.gtin, g.gtin) AS gtin, %(tlc)s AS tlc, %(dates)s,
            (SELECT name FROM (VALUES (e.result_package_name), (e.package_name)) AS n(name)
                WHERE name ~ '^([0-9]{2})?[0-9]{18}$' LIMIT 1) AS sscc,
            %(sources)s, COALESCE(src.complete_name, began.name) AS assigned_by,
            e.quantity::float AS quantity, e.uom, %(description)s AS description,
            COALESCE(g.commodity, e.product_name) AS commodity, g.variety, g.ndc, g.strength,
            g.dosage_form, g.container_size, e.product_name, e.product_code, g.ftl_id,
            %(other_id)s AS other_id, %(other_name)s AS other_name,
            %(address)s, own.partner_id AS own_id, own.name AS own_name,
            %(from)s, %(to)s, %(when)s, ref.ref_type, ref.ref_number, e.document,
            %(harvest)s,
            COALESCE(r.trace_fsma_exempt, FALSE) AS exempt, %(consumer)s AS consumer,
            lot.trace_made AS made_on, e.batch
            """,
            tlc=sql.TLC,
            dates=_dates(scope),
            sources=sql.source_columns("lot"),
            description=sql.description(),
            when=_when(SQL("e.event_time"), SQL("own.tz"), scope),
            harvest=_harvest(),
            consumer=sql.consumer(),
            **{
                side: SQL(
                    "%s AS %s, %s AS %s",
                    SQL("own.name") if mine else sides["other_name"],
                    SQL.identifier(f"{side}_name"),
                    SQL("own.gln") if mine else sides["other_gln"],
                    SQL.identifier(f"{side}_gln"),
                )
                for side, mine in (("from", way not in sql.CAME), ("to", way in sql.CAME))
            },
            other_id=sides["other_id"],
            other_name=sides["other_name"],
            address=sql.address(),
        )

    # -- what describes it ----------------------------------------------------

    @api.model
    def _locations(self, partner_ids):
        """Location descriptions of partners by name: one query."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT p.id, p.complete_name AS name, p.phone,
                    NULLIF(concat_ws(', ', NULLIF(p.street, ''), NULLIF(p.street2, '')), '')
                        AS street,
                    p.city, COALESCE(s.code, s.name) AS state, p.zip,
                    COALESCE(c.name->>'en_US', c.code) AS country, c.code AS country_code,
                    CASE WHEN COALESCE(p.partner_latitude, 0) != 0
                            OR COALESCE(p.partner_longitude, 0) != 0
                        THEN p.partner_latitude || ', ' || p.partner_longitude END AS geo,
                    p.global_location_number AS gln, p.trace_ffrn AS ffrn,
                    p.trace_source_url AS url
                FROM res_partner p
                LEFT JOIN res_country_state s ON s.id = p.state_id
                LEFT JOIN res_country c ON c.id = p.country_id
                WHERE p.id = ANY(%s) ORDER BY p.complete_name, p.id
                """,
                list(partner_ids),
            )
        )

    @api.model
    def _described(self, regime, product_ids):
        """What is told of products: one query."""
        return self.env.execute_query_dict(
            SQL(
                """
                WITH %s
                SELECT f.name->>'en_US' AS ftl, g.gtin, %s AS description, g.code
                FROM goods g LEFT JOIN trace_ftl_food f ON f.id = g.ftl_id
                WHERE g.id = ANY(%s) ORDER BY 1, g.name, g.id
                """,
                sql.goods(regime),
                sql.description(name="g.name"),
                list(product_ids),
            )
        )


def _joins(way):
    return SQL(
        """
        LEFT JOIN stock_lot lot ON lot.id = e.lot_id
        LEFT JOIN res_partner farm ON farm.id = lot.trace_farm_id
        LEFT JOIN res_partner cooled ON cooled.id = lot.trace_cooled_id
        LEFT JOIN res_partner oa ON oa.id = %s
        LEFT JOIN res_country_state oa_state ON oa_state.id = oa.state_id
        LEFT JOIN res_country oa_country ON oa_country.id = oa.country_id
        %s %s
        """,
        sql.OTHER_ID,
        sql.sources("lot"),
        sql.references(way),
    )


def _harvest():
    return SQL(
        """
        farm.id AS farm_id, farm.complete_name AS farm_name, %s,
        COALESCE(lot.trace_harvester, NULLIF(concat_ws(' ', farm.complete_name, farm.phone), ''))
            AS harvester,
        lot.trace_harvest_from AS harvest_from,
        COALESCE(lot.trace_harvest_to, lot.trace_harvest_from) AS harvest_to,
        cooled.id AS cooled_id, cooled.complete_name AS cooled_name,
        lot.trace_cooled_on AS cooled_on
        """,
        sql.field_of(SQL("lot.trace_field")),
    )


def _dates(scope, expires=None):
    """The date of the lot: when it was packed, or else when it expires."""
    expires = expires or SQL("e.expiration_date")
    return SQL(
        """
        COALESCE(lot.trace_made, (%(expires)s AT TIME ZONE 'UTC'
            AT TIME ZONE %(zone)s)::date) AS tlc_date,
        CASE WHEN lot.trace_made IS NOT NULL THEN 'PACK DATE'
            WHEN %(expires)s IS NOT NULL THEN 'EXPIRATION DATE' END AS tlc_date_type,
        (%(expires)s AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS expires_on
        """,
        expires=expires,
        zone=scope["zone"],
    )


def _local(moment, zone, scope):
    """SQL of a moment by the clock of a place."""
    return SQL("%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(%s, %s)", moment, zone, scope["zone"])


def _when(moment, zone, scope):
    """Day, time and name of the clock of a place."""
    return SQL(
        "(%(local)s)::date AS day, date_trunc('second', %(local)s) AS local_time, "
        "COALESCE(%(zone)s, %(else)s) AS zone",
        local=_local(moment, zone, scope),
        zone=zone,
        **{"else": scope["zone"]},
    )
