"""SQL that reads the ledger as authorities ask for it.

What happened, when, and how much is the ledger's word. What describes it (addresses, commodities,
who assigned a code) is as it is known today, so that a gap that was repaired is repaired in what
is told of the past, too.
"""

from odoo.tools import SQL

from .trace_event_sql import gtin, plain_name
from .trace_question_sql import told

#: Sold over the counter: to a consumer.
_AT_TILL = SQL(
    "(e.biz_step = 'retail_selling' OR e.document_model IN ('pos.order', 'pos.session'))"
)


def goods(regime, product_ids=None):
    """Common table ``goods``: all products; ``listed`` are those that are asked about.

    :param regime: ``ftl`` (Food Traceability List), ``food``, ``drug`` or ``device``
    :param product_ids: only these are listed
    """
    return SQL(
        """
        categ AS MATERIALIZED (
            SELECT own.id, %(food)s AS ftl_id, %(law)s AS regime FROM product_category own
        ), goods AS MATERIALIZED (
            SELECT g.*, %(regime)s AND %(only)s AS listed FROM (
                SELECT p.id, p.default_code AS code, %(gtin)s AS gtin, t.tracking, t.type,
                    CASE WHEN t.trace_ftl_exempt THEN NULL
                        ELSE COALESCE(t.trace_ftl_id, c.ftl_id) END AS ftl_id,
                    NULLIF(COALESCE(t.trace_regime, c.regime), 'none') AS regime,
                    t.trace_fsma_made AS made, t.trace_brand AS brand,
                    t.trace_commodity AS commodity, t.trace_variety AS variety,
                    t.trace_packaging AS packaging, t.trace_ndc AS ndc,
                    t.trace_strength AS strength, t.trace_dosage_form AS dosage_form,
                    t.trace_container_size AS container_size,
                    %(uom)s AS uom, %(name)s AS name, p.product_tmpl_id,
                    p.active AND t.active AS active, t.company_id
                FROM product_product p
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN uom_uom u ON u.id = t.uom_id
                LEFT JOIN categ c ON c.id = t.categ_id
            ) g
        )
        """,
        food=_nearest("trace_ftl_id"),
        law=_nearest("trace_regime"),
        gtin=gtin("p.barcode"),
        uom=plain_name("u.name"),
        name=plain_name("t.name"),
        regime=_of_regime(regime),
        only=SQL("g.id = ANY(%s)", product_ids) if product_ids else SQL("TRUE"),
    )


def _of_regime(regime):
    """What is on the Food Traceability List is food."""
    if regime == "ftl":
        return SQL("g.ftl_id IS NOT NULL")
    if regime == "food":
        return SQL("(COALESCE(g.regime = 'food', FALSE) OR g.ftl_id IS NOT NULL)")
    return SQL("COALESCE(g.regime = %s, FALSE)", regime)


def _nearest(column):
    """SQL of what the nearest category that says something says."""
    return SQL(
        """
        (SELECT up.%(c)s FROM product_category up
        WHERE starts_with(own.parent_path, up.parent_path) AND up.%(c)s IS NOT NULL
        ORDER BY length(up.parent_path) DESC LIMIT 1)
        """,
        c=SQL.identifier(column),
    )


def places():
    """Common table ``place``: of each location the address, its name and its clock.

    A warehouse that shares the address of its company is told apart by its name.
    """
    return SQL(
        """
        place AS MATERIALIZED (
            SELECT l.id, l.warehouse_id, p.id AS partner_id,
                CASE WHEN w.id IS NULL OR strpos(p.complete_name, w.name) > 0 THEN p.complete_name
                    ELSE concat_ws(' - ', p.complete_name, w.name) END AS name,
                COALESCE(l.trace_gln, p.global_location_number) AS gln,
                COALESCE(wp.tz, cp.tz) AS tz
            FROM stock_location l
            LEFT JOIN stock_warehouse w ON w.id = l.warehouse_id
            LEFT JOIN res_partner wp ON wp.id = w.partner_id
            LEFT JOIN res_company co ON co.id = COALESCE(l.company_id, w.company_id)
            LEFT JOIN res_partner cp ON cp.id = co.partner_id
            LEFT JOIN res_partner p ON p.id = COALESCE(wp.id, cp.id)
        )
        """
    )


def receipts():
    """Condition: goods came into the house, or from another one of one's own."""
    return SQL(
        """
        e.dest_usage = 'internal' AND (
            e.source_usage = 'supplier'
            OR e.source_usage = 'customer' AND NOT %s
            OR e.source_usage = 'transit'
            OR e.source_usage = 'internal' AND own.warehouse_id != other.warehouse_id)
        """,
        _AT_TILL,
    )


def shipments():
    """Condition: goods left the house, or for another one of one's own; not over the counter."""
    return SQL(
        """
        e.source_usage = 'internal' AND (
            e.dest_usage = 'customer' AND NOT %s
            OR e.dest_usage IN ('supplier', 'transit')
            OR e.dest_usage = 'internal' AND own.warehouse_id != other.warehouse_id)
        """,
        _AT_TILL,
    )


def sold():
    """Condition: goods went to a customer, over the counter too."""
    return SQL("e.dest_usage = 'customer' AND e.source_usage != 'customer'")


def came_back():
    """Condition: goods came back from a customer."""
    return SQL("e.source_usage = 'customer' AND e.dest_usage != 'customer'")


#: Movements that can be asked about, and those of them that came into the house.
WAYS = {"in": receipts, "out": shipments, "sold": sold, "back": came_back}
CAME = ("in", "back")


def between_businesses():
    """Condition: not between places of one's own."""
    return SQL(
        "(e.source_usage IN ('supplier', 'customer') OR e.dest_usage IN ('supplier', 'customer'))"
    )


def consumer():
    """SQL: whether the partner of a movement is a person who buys for himself."""
    return SQL(
        "(r.id IS NOT NULL AND NOT COALESCE(rc.is_company, FALSE) "
        "AND 'customer' IN (e.source_usage, e.dest_usage))"
    )


def moved(way, companies, where, joins=None):
    """FROM and WHERE of the movements of ``goods``, received or shipped.

    Joined are ``g`` (goods), ``own`` and ``other`` (the own place and that at the other end),
    ``r``, ``rc`` (the other side's address, and whose it is).

    :param way: one of :data:`WAYS`
    :param where: more conditions
    :param joins: what else is to be told of them
    """
    return SQL(
        """
        FROM trace_event e
        JOIN goods g ON g.id = e.product_id AND g.listed
        JOIN place own ON own.id = e.%(own)s
        JOIN place other ON other.id = e.%(other)s
        LEFT JOIN res_partner r ON r.id = %(partner)s
        LEFT JOIN res_partner rc ON rc.id = r.commercial_partner_id
        %(joins)s
        WHERE (%(way)s) AND %(told)s AND %(where)s
        """,
        own=SQL("dest_id" if way in CAME else "source_id"),
        other=SQL("source_id" if way in CAME else "dest_id"),
        partner=SQL("COALESCE(e.supplier_id, e.partner_id)" if way == "in" else "e.partner_id"),
        way=WAYS[way](),
        told=told(companies),
        where=where,
        joins=joins or SQL(),
    )


#: Where it came from or went to: a partner; between own houses, the other house.
OTHER_ID = SQL(
    "CASE WHEN 'internal' = e.source_usage AND 'internal' = e.dest_usage OR r.id IS NULL "
    "AND 'transit' IN (e.source_usage, e.dest_usage) THEN other.partner_id ELSE r.id END"
)
OTHER_NAME = SQL(
    "CASE WHEN 'internal' = e.source_usage AND 'internal' = e.dest_usage OR r.id IS NULL "
    "AND 'transit' IN (e.source_usage, e.dest_usage) THEN other.name "
    "ELSE COALESCE(r.complete_name, e.partner_name, e.supplier_name) END"
)
OTHER_GLN = SQL("COALESCE(r.global_location_number, e.partner_gln, other.gln)")
#: The traceability lot code; of a unit with a serial number that of its batch.
TLC = SQL("CASE WHEN e.tracking = 'serial' THEN COALESCE(e.batch, e.lot_name) ELSE e.lot_name END")
#: Name of a package that is a logistic unit with a number of GS1's.
_SSCC = SQL("'^[0-9]{18}$'")


def address():
    """Columns of the address ``oa`` of the other side."""
    return SQL(
        """
        concat_ws(', ', NULLIF(oa.street, ''), NULLIF(oa.street2, '')) AS other_street,
        oa.zip AS other_zip, oa.city AS other_city,
        COALESCE(oa_state.code, oa_state.name) AS other_state, %s AS other_country
        """,
        plain_name("oa_country.name"),
    )


def sources(lot):
    """Join of ``src``: the partner who assigned the code of the lot ``lot``.

    The lot says it, or else who made it, or whoever received it from somebody exempt or from a
    vessel, or else its supplier's form.
    """
    return SQL(
        """
        LEFT JOIN LATERAL (
            SELECT CASE WHEN here THEN fp.partner_id ELSE s.trace_tlc_source_id END AS partner_id,
                CASE WHEN here THEN fp.name END AS name, fp.partner_id AS place_id,
                fp.name AS place_name, fp.tz, fp.warehouse_id
            FROM trace_event f
            LEFT JOIN place fp ON fp.id = f.dest_id
            LEFT JOIN res_partner s ON s.id = f.supplier_id
            CROSS JOIN LATERAL (SELECT f.source_usage = 'production'
                OR COALESCE(s.trace_fsma_exempt OR s.trace_vessel, FALSE) AS here) h
            WHERE f.lot_id = %(lot)s.id
                AND f.source_usage IN ('production', 'supplier') AND f.quantity != 0
            ORDER BY f.event_time, f.id LIMIT 1
        ) began ON TRUE
        LEFT JOIN res_partner src ON src.id = COALESCE(%(lot)s.trace_tlc_source_id,
            began.partner_id)
        LEFT JOIN res_country_state src_state ON src_state.id = src.state_id
        LEFT JOIN res_country src_country ON src_country.id = src.country_id
        """,
        lot=SQL.identifier(lot),
    )


def source_columns(lot):
    """Columns of :func:`sources`."""
    return SQL(
        """
        src.id AS source_id,
        COALESCE(CASE WHEN src.id = began.partner_id THEN began.name END, src.complete_name)
            AS source_name,
        concat_ws(', ', NULLIF(src.street, ''), NULLIF(src.street2, '')) AS source_street,
        src.city AS source_city, COALESCE(src_state.code, src_state.name) AS source_state,
        %(country)s AS source_country, src.zip AS source_zip, src.phone AS source_phone,
        src.global_location_number AS source_gln, src.trace_ffrn AS source_ffrn,
        COALESCE(%(lot)s.trace_tlc_url, src.trace_source_url) AS source_url,
        src.trace_ggn AS source_ggn
        """,
        country=plain_name("src_country.name"),
        lot=SQL.identifier(lot),
    )


def field_of(name):
    """Columns of the part of the farm ``farm``: a field, or of fish what it grew in."""
    return SQL(
        "CASE WHEN farm.trace_aquaculture IS NOT TRUE THEN %(name)s END AS field_name, "
        "CASE WHEN farm.trace_aquaculture THEN %(name)s END AS container_name",
        name=name,
    )


def description(alias="g", name="e.product_name"):
    """SQL of a product description (21 CFR 1.1310)."""
    return SQL(
        "concat_ws(', ', NULLIF(concat_ws(' ', NULLIF(%(g)s.brand, ''), %(name)s), ''), "
        "NULLIF(%(g)s.commodity, ''), NULLIF(%(g)s.variety, ''), NULLIF(%(g)s.packaging, ''))",
        g=SQL.identifier(alias),
        name=SQL(name),
    )


def references(way):
    """Join of ``ref``: type and number of the reference document of a movement.

    A receipt from a supplier is named by a paper of his, never by one's own number.
    """
    own = SQL("'DEL', e.document")
    if way in CAME:
        own = SQL(
            "CASE WHEN e.source_usage != 'supplier' THEN 'DEL' ELSE 'PO' END, "
            "CASE WHEN e.source_usage != 'supplier' THEN e.document ELSE NULLIF(e.origin, '') END"
        )
    return SQL(
        """
        LEFT JOIN stock_picking pi ON e.document_model = 'stock.picking' AND pi.id = e.document_id
        LEFT JOIN LATERAL (
            SELECT max(a.name) AS name FROM stock_picking_trace_asn_rel ar
            JOIN trace_asn a ON a.id = ar.trace_asn_id
            WHERE ar.stock_picking_id = pi.id AND e.source_usage = 'supplier'
        ) asn ON TRUE
        LEFT JOIN LATERAL (
            SELECT kind AS ref_type, number AS ref_number FROM (VALUES
                (1, COALESCE(pi.trace_ref_type, 'DEL'), NULLIF(pi.trace_ref_number, '')),
                (2, 'ASN', asn.name),
                (3, %s)
            ) AS v(place, kind, number)
            WHERE number IS NOT NULL ORDER BY place LIMIT 1
        ) ref ON TRUE
        """,
        own,
    )
