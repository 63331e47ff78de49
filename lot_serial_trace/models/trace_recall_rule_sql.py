"""The SQL of recall rules: which of a million lots are meant, by one statement.

It says what ``core/recall/criteria.py`` says in Python; a test compares both. Each alternative
is a query of its own, so that each can go by its own index; a condition that needs other tables
is a set of lots or products, found once.
"""

from os.path import commonprefix

from odoo.tools import SQL

from ..core import expiry
from ..core.recall.patterns import Pattern
from .trace_question_sql import latest

#: Models and fields that these conditions read.
READS = {
    "stock.lot": [
        "name",
        "product_id",
        "company_id",
        "trace_batch",
        "trace_made",
        "expiration_date",
        "use_date",
    ],
    "product.product": ["barcode", "product_tmpl_id"],
    "product.template": ["categ_id", "tracking"],
    "product.category": ["parent_path"],
    "product.uom": ["barcode", "product_id"],
}
#: The same for conditions on what happened to lots.
READS_OF = {
    "supplier": {"res.partner": ["commercial_partner_id"]},
    "origin": {"res.partner": ["commercial_partner_id", "country_id"]},
    "asn": {"stock.picking": ["trace_asn_ids"], "stock.move.line": ["lot_id", "picking_id"]},
    "place": {
        "stock.location": ["parent_path"],
        "stock.move.line": [
            "lot_id",
            "location_id",
            "location_dest_id",
            "quantity_product_uom",
            "date",
            "state",
            "company_id",
        ],
    },
}


def flush(env, kinds):
    """Send to the database what conditions of these kinds read."""
    wanted = dict(READS)
    for kind in kinds:
        for model, names in READS_OF.get(kind, {}).items():
            wanted[model] = [*wanted.get(model, ()), *names]
    for model, names in wanted.items():
        env[model].flush_model([name for name in names if name in env[model]._fields])


class Statement:
    """Puts the conditions of a rule into SQL over lots ``l``.

    :param zones: list of (ids of companies, None for lots of none, and their time zone)
    :param scope: ids of the companies in which something must have happened; None: any
    :param moved: ids of move lines that count as done
    """

    def __init__(self, env, zones, scope=None, moved=()):
        self.env = env
        self.zones = zones
        self.scope = None if scope is None else list(scope)
        self.moved = list(moved)

    def lots(self, criteria, where):
        """SQL of ``lot_id`` and ``why``, the places of the alternatives that mean the lot.

        :param where: SQL condition on lots ``l`` that are looked at
        """
        parts = [
            SQL(
                "SELECT l.id AS lot_id, %s AS place FROM stock_lot l WHERE %s AND %s",
                place,
                where,
                SQL(" AND ").join(self.condition(one) for one in conditions),
            )
            for place, conditions in enumerate(criteria.alternatives)
        ]
        if len(parts) == 1:
            return SQL("SELECT m.lot_id, ARRAY[m.place] AS why FROM (%s) m", parts[0])
        return SQL(
            "SELECT m.lot_id, array_agg(m.place ORDER BY m.place) AS why FROM (%s) m "
            "GROUP BY m.lot_id",
            SQL(" UNION ALL ").join(parts),
        )

    def condition(self, one):
        """SQL of a condition, negated where it is."""
        said = getattr(self, f"_{one.kind}")(one)
        return SQL("(%s) IS NOT TRUE", said) if one.negated else SQL("(%s)", said)

    # -- products -------------------------------------------------------------

    def _goods(self, where):
        return SQL(
            "l.product_id IN (SELECT p.id FROM product_product p "
            "JOIN product_template t ON t.id = p.product_tmpl_id WHERE %s)",
            where,
        )

    def _product(self, one):
        return SQL("l.product_id = ANY(%s)", list(one.ids))

    def _category(self, one):
        return self._goods(SQL("t.categ_id IN (%s)", below("product_category", one.ids)))

    def _gtin(self, one):
        forms = list(one.texts)
        return self._goods(
            SQL(
                "p.barcode = ANY(%s) OR p.id IN "
                "(SELECT u.product_id FROM product_uom u WHERE u.barcode = ANY(%s))",
                forms,
                forms,
            )
        )

    # -- numbers --------------------------------------------------------------

    def _list(self, one):
        return SQL("%s OR %s", numbers(SQL("l.name"), one), numbers(SQL("l.trace_batch"), one))

    _pattern = _range = _list

    def _serial_range(self, one):
        return SQL(
            "(%s) AND %s", numbers(SQL("l.name"), one), self._goods(SQL("t.tracking = 'serial'"))
        )

    # -- days -----------------------------------------------------------------

    def _made(self, one):
        return between(SQL("l.trace_made"), one.since, one.until)

    def _expires(self, one):
        return self._days(SQL("COALESCE(l.expiration_date, l.use_date)"), SQL("l.company_id"), one)

    def _received(self, one):
        day = self._days(SQL("e.event_time"), SQL("e.company_id"), one)
        return self._from_supplier(day)

    def _days(self, moment, company, one):
        """A moment is on one of the days, by the clock of the company."""
        parts = []
        for companies, zone in self.zones:
            since = expiry.begin_of(one.since, zone) if one.since else None
            until = expiry.end_of(one.until, zone) if one.until else None
            within = between(moment, since, until)
            parts.append(SQL("%s AND %s", within, _of(company, companies, len(self.zones) > 1)))
        return SQL("(%s)", SQL(" OR ").join(parts))

    # -- where it came from ---------------------------------------------------

    def _from_supplier(self, where):
        return SQL(
            "l.id IN (SELECT e.lot_id FROM trace_event e WHERE e.source_usage = 'supplier' "
            "AND e.lot_id IS NOT NULL AND %s AND %s)",
            where,
            told(self.scope),
        )

    def _supplier(self, one):
        return self._from_supplier(
            SQL(
                "e.supplier_id IN (SELECT s.id FROM res_partner s "
                "WHERE s.id = ANY(%(ids)s) OR s.commercial_partner_id = ANY(%(ids)s))",
                ids=list(one.ids),
            )
        )

    def _origin(self, one):
        ids = list(one.ids)
        sent = self._from_supplier(
            SQL(
                "e.supplier_id IN (SELECT s.id FROM res_partner s "
                "JOIN res_partner c ON c.id = s.commercial_partner_id "
                "WHERE COALESCE(s.country_id, c.country_id) = ANY(%s))",
                ids,
            )
        )
        if not country_known(self.env):
            return sent
        grown = self._goods(SQL("t.country_of_origin = ANY(%s)", ids))
        return SQL("%s OR %s", grown, sent)

    def _asn(self, one):
        return SQL(
            "l.id IN (SELECT a.lot_id FROM (%s) a WHERE a.asn_id = ANY(%s))",
            advised(self.env, self.scope),
            list(one.ids),
        )

    def _ancestor(self, one):
        starts = [(lot_id, None) for lot_id in one.ids]
        reach = self.env["trace.edge"]._reach(starts, True, self.scope)
        return SQL("l.id IN (SELECT reach.lot_id FROM %s)", reach)

    def _place(self, one):
        places = below("stock_location", one.ids)
        before = SQL("s.date < %s", one.since) if one.since else SQL("FALSE")
        within = between(SQL("s.date"), one.since, one.until)
        return SQL(
            """
            l.id IN (SELECT s.lot_id FROM (%(stays)s) s
            GROUP BY s.lot_id HAVING COALESCE(sum(s.quantity) FILTER (WHERE %(before)s), 0) > 1e-6
                OR bool_or(s.quantity > 1e-6 AND %(within)s))
            """,
            stays=stays(places, self.scope, self.moved),
            before=before,
            within=within,
        )


# -- pieces -------------------------------------------------------------------


def below(table, ids):
    """SQL of the ids of records of a tree and of those below them."""
    return SQL(
        "SELECT c.id FROM %(table)s c JOIN %(table)s top ON top.id = ANY(%(ids)s) "
        "AND c.parent_path LIKE top.parent_path || '%%'",
        table=SQL.identifier(table),
        ids=list(ids),
    )


def between(column, since, until):
    """Condition: a column is within both ends, each of which may be open; NULL is not."""
    parts = [SQL("%s IS NOT NULL", column)]
    if since is not None:
        parts.append(SQL("%s >= %s", column, since))
    if until is not None:
        parts.append(SQL("%s <= %s", column, until))
    return SQL("(%s)", SQL(" AND ").join(parts))


def _of(column, companies, matters):
    if not matters:
        return SQL("TRUE")
    own = SQL("%s = ANY(%s)", column, [id_ for id_ in companies if id_])
    return SQL("(%s OR %s IS NULL)", own, column) if None in companies else own


def told(companies):
    """Condition: an event ``e`` of these companies (None: any), as it is told last."""
    mine = SQL() if companies is None else SQL("e.company_id = ANY(%s) AND ", companies)
    return SQL("%se.quantity != 0 AND %s", mine, latest())


def country_known(env):
    """Whether products say where they are from: a field of *Delivery*."""
    return "country_of_origin" in env["product.template"]._fields


def numbers(column, one):
    """Condition: a column is one of the numbers, or in one of the ranges or patterns."""
    parts = []
    if one.texts:
        parts.append(SQL("%s = ANY(%s)", column, list(one.texts)))
    for span in one.spans:
        parts.append((_pattern if isinstance(span, Pattern) else _range)(column, span))
    return SQL(" OR ").join(parts)


def _pattern(column, pattern):
    return SQL("(%s LIKE %s AND %s ~ %s)", column, pattern.like, column, f"^(?:{pattern.regex})$")


def _range(column, span):
    """Lengths and ends first: they are cheap and leave little for the regular expression."""
    short, long_ = len(span.first), len(span.last)
    shape = f"^(?:{span.shape})$"
    exact = SQL('%s COLLATE "C"', column)
    if short == long_:
        return SQL(
            "(%s BETWEEN %s AND %s AND length(%s) = %s AND %s ~ %s)",
            *(exact, span.first, span.last, column, short, column, shape),
        )
    alike = commonprefix((span.first, span.last))
    return SQL(
        "(%(exact)s LIKE %(alike)s AND length(%(column)s) BETWEEN %(short)s AND %(long)s "
        "AND (length(%(column)s) > %(short)s OR %(exact)s >= %(first)s) "
        "AND (length(%(column)s) < %(long)s OR %(exact)s <= %(last)s) AND %(column)s ~ %(shape)s)",
        exact=exact,
        alike=alike.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%",
        column=column,
        short=short,
        long=long_,
        first=span.first,
        last=span.last,
        shape=shape,
    )


def advised(env, scope):
    """SQL of ``asn_id`` and ``lot_id``: what notices advised, if it exists, and what came."""
    rel = env["stock.picking"]._fields["trace_asn_ids"]
    mine = SQL() if scope is None else SQL("AND n.company_id = ANY(%s)", scope)
    return SQL(
        """
        SELECT u.asn_id, x.id AS lot_id FROM trace_asn_unit u
        JOIN trace_asn_line n ON n.id = u.line_id %(mine)s
        JOIN stock_lot x ON x.product_id = n.product_id AND x.name = u.name
            AND (x.company_id IS NULL OR x.company_id = n.company_id)
        UNION ALL
        SELECT r.%(asn)s, m.lot_id FROM %(rel)s r
        JOIN trace_asn n ON n.id = r.%(asn)s %(mine)s
        JOIN stock_move_line m ON m.picking_id = r.%(picking)s AND m.lot_id IS NOT NULL
        """,
        mine=mine,
        rel=SQL.identifier(rel.relation),
        asn=SQL.identifier(rel.column2),
        picking=SQL.identifier(rel.column1),
    )


def stays(places, scope, moved):
    """SQL of done movements into and out of places: lot, date and quantity, below zero if out.

    :param places: SQL of the ids of the places
    """
    mine = SQL() if scope is None else SQL("AND m.company_id = ANY(%s)", scope)
    way = """
        SELECT m.lot_id, m.date, {sign}m.quantity_product_uom AS quantity FROM stock_move_line m
        WHERE m.{here} IN (%(places)s) AND m.{there} NOT IN (%(places)s) AND m.lot_id IS NOT NULL
            AND (m.state = 'done' OR m.id = ANY(%(moved)s)) %(mine)s
    """
    came = way.format(sign="", here="location_dest_id", there="location_id")
    left = way.format(sign="-", here="location_id", there="location_dest_id")
    return SQL(f"{came} UNION ALL {left}", places=places, moved=list(moved), mine=mine)
