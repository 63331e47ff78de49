"""Pieces of SQL that the sections of an answer share."""

from odoo.tools import SQL

from .trace_event_sql import plain_name, product_name

#: Columns that are moments; machines read them as text.
TIMES = {"event_time", "last_time", "expiration_date"}

#: Whom to call, beside the name.
CONTACT = ("email", "phone", "address", "lang")
LOT = ("lot_id", "lot_name", "product_id", "product_name")
DOCUMENT = ("document", "document_model", "document_id", "origin")
PARTNER = ("partner_id", "partner_name")


def stamped(name):
    """SQL of a column of a section as machines read it."""
    column = SQL.identifier("s", name)
    if name in TIMES:
        return SQL("COALESCE(left(%s::text, 19), '') AS %s", column, _as(name))
    if name.endswith("_id"):
        return SQL("COALESCE(%s, 0) AS %s", column, _as(name))
    if name in TEXTS:
        return SQL("COALESCE(%s, '') AS %s", column, _as(name))
    return SQL("%s AS %s", column, _as(name))


def _as(name):
    return SQL.identifier(name)


TEXTS = {
    *CONTACT,
    "lot_name",
    "product_name",
    "partner_name",
    "document",
    "document_model",
    "origin",
    "uom",
    "biz_step",
    "source_name",
    "dest_name",
    "package_name",
    "status",
    "notice",
    "role",
}


def latest(alias="e"):
    """Condition: no correction tells otherwise of this movement."""
    return SQL(
        "NOT EXISTS (SELECT FROM trace_event later WHERE later.kind = 'correction' "
        "AND later.move_line_id = %(e)s.move_line_id AND later.id > %(e)s.id)",
        e=SQL.identifier(alias),
    )


def told(companies, alias="e"):
    """Condition: a movement that took place in one of the companies, as it is told last.

    Only movements have a usage of their place, so that partial indexes by usage need no kind.
    """
    return SQL(
        "%(e)s.company_id = ANY(%(companies)s) AND %(e)s.quantity != 0 AND %(latest)s",
        e=SQL.identifier(alias),
        companies=companies,
        latest=latest(alias),
    )


def goods():
    """Join of the product ``g`` of a lot ``l``: looked up once for each product, not each lot."""
    return SQL(
        """
        JOIN LATERAL (
            SELECT p.id AS product_id, %s AS product_name, %s AS uom
            FROM product_product p
            JOIN product_template t ON t.id = p.product_tmpl_id
            JOIN uom_uom u ON u.id = t.uom_id
            WHERE p.id = l.product_id OFFSET 0
        ) g ON TRUE
        """,
        product_name(),
        plain_name("u.name"),
    )


def lot_columns():
    """The lot ``l`` and its product, with :func:`goods` joined."""
    return SQL("l.id AS lot_id, l.name AS lot_name, g.product_id, g.product_name")


def unit():
    """The unit of :func:`goods`."""
    return SQL("g.uom")


def contact(companies):
    """SQL columns and joins of the partner with id ``w.partner_id``: ``(columns, joins)``.

    An address without a mail address or a telephone is reached through its company. What is
    private to a company in which the user does not work is not told.
    """
    columns = SQL(
        """
        COALESCE(NULLIF(c.email, ''), cp.email) AS email,
        COALESCE(NULLIF(c.phone, ''), cp.phone) AS phone,
        NULLIF(concat_ws(', ', NULLIF(c.street, ''), NULLIF(c.street2, ''),
            NULLIF(concat_ws(' ', NULLIF(c.zip, ''), NULLIF(c.city, '')), ''), cs.name,
            %s), '') AS address,
        COALESCE(c.lang, cp.lang) AS lang
        """,
        plain_name("cc.name"),
    )
    joins = SQL(
        """
        LEFT JOIN res_partner c ON c.id = w.partner_id
            AND (c.company_id IS NULL OR c.company_id = ANY(%s))
        LEFT JOIN res_partner cp ON cp.id = c.commercial_partner_id
        LEFT JOIN res_country_state cs ON cs.id = c.state_id
        LEFT JOIN res_country cc ON cc.id = c.country_id
        """,
        companies,
    )
    return columns, joins
