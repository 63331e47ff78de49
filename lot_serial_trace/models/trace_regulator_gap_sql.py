"""SQL that finds what authorities would miss today: all of a company in a few statements."""

from odoo.tools import SQL

from . import trace_regulator_sql as sql

#: What a partner's address lacks (21 CFR 1.1310), as ``core.fsma204.location_lacks`` says it.
_LACKS = (
    ("phone", "COALESCE(p.phone, '') = ''"),
    ("city", "COALESCE(p.city, '') = ''"),
    ("country", "p.country_id IS NULL"),
    (
        "street",
        "COALESCE(p.street, '') = '' AND COALESCE(p.partner_latitude, 0) = 0 "
        "AND COALESCE(p.partner_longitude, 0) = 0",
    ),
    ("state", "c.code = 'US' AND p.state_id IS NULL"),
    ("zip", "c.code = 'US' AND COALESCE(p.zip, '') = ''"),
)


def lacks():
    """SQL of the parts that the address ``p`` in the country ``c`` lacks, empty for none."""
    return SQL(
        "concat_ws(',', %s)",
        SQL(", ").join(SQL("CASE WHEN %s THEN %s END", SQL(when), part) for part, when in _LACKS),
    )


def insert(law, company, user, tables, found):
    """Statement that writes gaps down.

    :param tables: common tables of ``found``
    :param found: SQL of ``(code, model, id, detail, count, last)`` queries
    """
    return SQL(
        """
        WITH %(tables)s
        INSERT INTO trace_regulator_gap (company_id, law, code, res_model, res_id, detail,
            row_count, last_at, create_uid, create_date, write_uid, write_date)
        SELECT %(company)s, %(law)s, f.code, f.model, f.id, f.detail, f.count, f.last, %(user)s,
            now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
        FROM (%(found)s) f (code, model, id, detail, count, last)
        """,
        tables=tables,
        company=company,
        law=law,
        user=user,
        found=SQL(" UNION ALL ").join(SQL("(%s)", one) for one in found),
    )


def movements(companies, received, shipped):
    """Common tables of the movements that are looked at: ``m``, and ``lots`` in them.

    :param received, shipped: conditions
    """
    columns = SQL(
        """
        e.product_id, e.lot_id, e.source_usage, e.dest_usage, r.id AS partner_id,
        own.partner_id AS own_id, e.document_model, e.document_id, e.origin, e.event_time,
        COALESCE(r.trace_vessel, FALSE) AS vessel
        """
    )
    return SQL(
        """
        m AS MATERIALIZED (
            SELECT 'in' AS way, %(columns)s %(received)s
            UNION ALL SELECT 'out', %(columns)s %(shipped)s
        ), lots AS MATERIALIZED (
            SELECT lot_id, min(product_id) AS product_id, count(*) AS count,
                max(event_time) AS last, bool_or(vessel AND way = 'in') AS landed
            FROM m WHERE lot_id IS NOT NULL GROUP BY lot_id
        ), moved AS MATERIALIZED (
            SELECT product_id, count(*) AS count, max(event_time) AS last FROM m GROUP BY 1
        )
        """,
        columns=columns,
        received=sql.moved("in", companies, received),
        shipped=sql.moved("out", companies, shipped),
    )


def of_products():
    """What is missing on products under FSMA 204."""
    moved = SQL("JOIN moved v ON v.product_id = g.id")
    return [
        SQL(
            """
            SELECT 'untracked', 'product.template', g.product_tmpl_id, min(g.name), 0,
                NULL::timestamp
            FROM goods g
            WHERE g.listed AND g.active AND g.type = 'consu' AND g.tracking = 'none'
            GROUP BY g.product_tmpl_id
            """
        ),
        SQL(
            "SELECT 'product_gtin', 'product.product', g.id, g.name, v.count, v.last "
            "FROM goods g %s WHERE g.listed AND g.gtin IS NULL",
            moved,
        ),
        SQL(
            """
            SELECT 'product_description', 'product.template', g.product_tmpl_id, min(g.name),
                sum(v.count), max(v.last)
            FROM goods g %s
            WHERE g.listed AND (COALESCE(g.commodity, '') = '' OR COALESCE(g.packaging, '') = '')
            GROUP BY g.product_tmpl_id
            """,
            moved,
        ),
    ]


def of_lots():
    """What is missing on lots: who assigned their codes, and where they were harvested."""
    return [
        SQL(
            """
            SELECT 'lot_source', 'stock.lot', lot.id, lot.name, n.count, n.last
            FROM lots n JOIN stock_lot lot ON lot.id = n.lot_id
            %s
            WHERE src.id IS NULL AND COALESCE(lot.trace_tlc_url, '') = ''
            """,
            sql.sources("lot"),
        ),
        SQL(
            """
            SELECT 'lot_harvest', 'stock.lot', lot.id, lot.name, n.count, n.last
            FROM lots n JOIN stock_lot lot ON lot.id = n.lot_id
            JOIN goods g ON g.id = n.product_id
            WHERE lot.trace_harvest_from IS NULL AND (n.landed OR g.made IN ('packing', 'sprouts')
                AND EXISTS (SELECT FROM trace_edge o WHERE o.lot_id = lot.id AND o.side = 'out')
                AND NOT EXISTS (SELECT FROM trace_edge o
                    JOIN trace_edge i ON i.operation = o.operation
                        AND i.operation_id = o.operation_id AND i.side = 'in'
                    JOIN stock_lot il ON il.id = i.lot_id
                    WHERE o.lot_id = lot.id AND o.side = 'out'
                        AND (il.trace_harvest_from IS NOT NULL OR EXISTS (
                            SELECT FROM trace_event f
                            JOIN res_partner s ON s.id = f.supplier_id AND s.trace_fsma_exempt
                            WHERE f.lot_id = il.id AND f.source_usage = 'supplier'))))
            """
        ),
        SQL(
            """
            SELECT 'lot_seeds', 'stock.lot', lot.id, lot.name, n.count, n.last
            FROM lots n JOIN stock_lot lot ON lot.id = n.lot_id
            JOIN goods g ON g.id = n.product_id AND g.made = 'sprouts'
            WHERE EXISTS (SELECT FROM trace_edge o WHERE o.lot_id = lot.id AND o.side = 'out')
                AND NOT EXISTS (SELECT FROM trace_seed s WHERE s.lot_id = lot.id)
                AND NOT EXISTS (SELECT FROM trace_edge o
                    JOIN trace_edge i ON i.operation = o.operation
                        AND i.operation_id = o.operation_id AND i.side = 'in'
                    JOIN trace_seed s ON s.lot_id = i.lot_id
                    WHERE o.lot_id = lot.id AND o.side = 'out')
            """
        ),
    ]


def of_partners():
    """What is missing in addresses, of others and of one's own."""
    address = SQL(
        """
        JOIN res_partner p ON p.id = n.id LEFT JOIN res_country c ON c.id = p.country_id
        CROSS JOIN LATERAL (SELECT %s AS parts) k
        """,
        lacks(),
    )
    theirs = SQL(
        "(SELECT partner_id AS id, count(*) AS count, max(event_time) AS last FROM m "
        "WHERE partner_id IS NOT NULL AND NOT EXISTS (SELECT FROM place o "
        "WHERE o.partner_id = m.partner_id) GROUP BY 1) n"
    )
    own = SQL(
        "(SELECT own_id AS id, count(*) AS count, max(event_time) AS last FROM m "
        "WHERE own_id IS NOT NULL GROUP BY 1) n"
    )
    said = SQL("'res.partner', p.id, k.parts, n.count, n.last")
    return [
        SQL("SELECT 'partner_address', %s FROM %s %s WHERE k.parts != ''", said, theirs, address),
        SQL("SELECT 'place_address', %s FROM %s %s WHERE k.parts != ''", said, own, address),
        SQL(
            "SELECT 'partner_gln', 'res.partner', p.id, p.complete_name, n.count, n.last "
            "FROM %s %s WHERE COALESCE(p.global_location_number, '') = ''",
            theirs,
            address,
        ),
    ]


def of_documents(codes=("no_supplier", "no_recipient"), references=True):
    """What is missing on receipts and deliveries."""
    found = [
        _documents(codes[0], SQL("m.source_usage = 'supplier' AND m.partner_id IS NULL")),
        _documents(codes[1], SQL("m.dest_usage = 'customer' AND m.partner_id IS NULL")),
    ]
    if references:
        missing = SQL(
            """
            m.way = 'in' AND m.source_usage = 'supplier' AND COALESCE(m.origin, '') = ''
            AND NOT EXISTS (SELECT FROM stock_picking pi WHERE m.document_model = 'stock.picking'
                AND pi.id = m.document_id AND pi.trace_ref_number > '')
            AND NOT EXISTS (SELECT FROM stock_picking_trace_asn_rel ar
                WHERE m.document_model = 'stock.picking' AND ar.stock_picking_id = m.document_id)
            """
        )
        found.append(_documents("receipt_reference", missing))
    return found


def _documents(code, condition):
    return SQL(
        """
        SELECT %s, m.document_model, m.document_id, NULL::varchar, count(*), max(m.event_time)
        FROM m WHERE m.document_id IS NOT NULL AND (%s)
        GROUP BY m.document_model, m.document_id
        """,
        code,
        condition,
    )


def of_operations(company, since, models):
    """Orders in which listed food was used without a lot.

    :param models: dict operation -> model of the order
    """
    return [
        SQL(
            """
            SELECT 'untracked_input', %s, x.operation_id, min(x.operation_name), count(*),
                max(x.last_time)
            FROM trace_edge x JOIN goods g ON g.id = x.product_id AND g.listed
            WHERE x.operation = %s AND x.side = 'in' AND x.lot_id < 0 AND x.company_id = %s
                AND x.last_time >= %s
            GROUP BY x.operation_id
            """,
            model,
            operation,
            company,
            since,
        )
        for operation, model in models.items()
    ]


def of_plan(company):
    """No traceability plan, where there is listed food."""
    return [
        SQL(
            """
            SELECT 'no_plan', 'res.company', co.id, co.name, 0, NULL::timestamp
            FROM res_company co
            WHERE co.id = %s AND EXISTS (SELECT FROM goods g WHERE g.listed AND g.active
                    AND (g.company_id IS NULL OR g.company_id = co.id))
                AND NOT EXISTS (SELECT FROM trace_regulator_plan p
                    WHERE p.company_id = co.id AND p.state = 'in_force')
            """,
            company,
        )
    ]


def of_regime(law, company):
    """What is missing on medicines and devices."""
    mine = SQL("g.listed AND g.active AND (g.company_id IS NULL OR g.company_id = %s)", company)
    head = "SELECT %s, 'product.product', g.id, g.name, 0, NULL::timestamp FROM goods g WHERE %s"
    if law == "udi":
        return [SQL(head + " AND g.gtin IS NULL", "device_number", mine)]
    return [
        SQL(head + " AND g.gtin IS NULL AND COALESCE(g.ndc, '') = ''", "drug_number", mine),
        SQL(
            head + " AND (COALESCE(g.strength, '') = '' OR COALESCE(g.dosage_form, '') = '' "
            "OR COALESCE(g.container_size, '') = '')",
            "drug_description",
            mine,
        ),
    ]
