from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.asn.epc import parse_epc
from ..core.epcis.links import canonical

#: What is asked, by the parts of an answer.
PARTS = ("trace.event", "trace.epcis.event")
#: Parameter -> parts of an event in which partners' goods are looked for.
_ROLES = {
    "MATCH_epc": ("thing", "child"),
    "MATCH_epcClass": ("thing", "child"),
    "MATCH_parentID": ("parent",),
    "MATCH_anyEPC": ("thing", "child", "parent", "input", "output"),
    "MATCH_anyEPCClass": ("thing", "child", "input", "output"),
}
_PLACES = {"EQ_readPoint": "read_point", "EQ_bizLocation": "biz_location"}


class TraceEpcis(models.AbstractModel):
    """One repository for who asks: the ledger's events, and those that partners told.

    Both are read by key, never by offset, and merged: a page costs what is on it. Our own events
    have ``trace:entry``, by which they can be told from others'.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.epcis"

    @api.model
    def _page(self, query):
        """Events of a page, and the token of the next one or ``""``.

        :param query: :class:`~core.epcis.query.Query`
        """
        until = query.until or self._ends()
        rows = []
        for part, end in enumerate(until):
            if query.order != "id" or len(rows) <= query.per_page or query.descending:
                rows += self._keys(part, query, end)
        rows.sort(reverse=query.descending)
        page, token = rows[: query.per_page], ""
        if len(rows) > query.per_page:
            value, part, row_id = page[-1]
            value = row_id if query.order == "id" else value.isoformat()
            token = query.token(value, part, row_id, until)
        return self._told_of(page), token

    @api.model
    def _ends(self):
        """The last rows that there are now."""
        return [self.env[model].search([], order="id desc", limit=1).id or 0 for model in PARTS]

    @api.model
    def _keys(self, part, query, end):
        """Sorting keys of the next rows of a part: ``(value, part, id)``."""
        domain = self._partners(query) if part else self._ledger(query)
        domain &= Domain("id", "<=", end) & _behind(query, part)
        way = "desc" if query.descending else "asc"
        order = f"id {way}" if query.order == "id" else f"{query.order} {way}, id {way}"
        rows = self.env[PARTS[part]].search(domain, order=order, limit=query.per_page + 1)
        timed = query.order != "id"
        return [(row[query.order] if timed else part, part, row.id) for row in rows]

    @api.model
    def _told_of(self, page):
        """The events of rows, in their order; a correction in the ledger is two."""
        ids = {part: [row_id for _value, at, row_id in page if at == part] for part in (0, 1)}
        partners = self.env["trace.epcis.event"].browse(ids[1])
        found = {(1, one.id): [one._for_machines()] for one in partners}
        ledger = self.env["trace.event"].browse(ids[0])
        for entry, event in self._events_by_entry(ledger):
            found.setdefault((0, entry), []).append(event)
        return [event for _value, *key in page for event in found.get(tuple(key), ())]

    @api.model
    def _ledger(self, query):
        domain = self._exportable() & Domain.AND(
            [_condition(*condition) for condition in query.ledger]
            + [self._named(*named) for named in query.names]
        )
        return domain & Domain("kind", "=", "correction") if query.wrong_only else domain

    @api.model
    def _partners(self, query):
        domain = Domain.AND(
            [_condition(*condition) for condition in query.conditions]
            + [_told(*named) for named in query.names]
        )
        return domain & Domain("error_time", "!=", False) if query.wrong_only else domain

    # -- one event ------------------------------------------------------------

    @api.model
    def _by_id(self, name):
        """The events with an identifier: what was told, and whether it was declared wrong."""
        self.env["trace.event"].check_access("read")
        partners = self.env["trace.epcis.event"].search(
            ["|", ("event_hash", "=", name), ("event_ref", "=", name)], limit=100
        )
        own = self._own_by_id(name)
        return own + [one._for_machines() for one in partners]

    @api.model
    def _own_by_id(self, name):
        """Our own events with an identifier; a declared error has the one of the wrong event."""
        entries = self.env["trace.epcis.mark"]._entries(name)
        lines = [line_id for line_id in entries.mapped("move_line_id") if line_id]
        corrections = self.env["trace.event"].search(
            [("move_line_id", "in", lines), ("kind", "=", "correction")]
        )
        found = [
            event
            for _entry, event in self._events_by_entry(entries | corrections)
            if event["eventID"] == name
        ]
        wrong = [event for event in found if "errorDeclaration" in event]
        return wrong[-1:] or found[:1]


def _behind(query, part):
    """Domain of what stands behind the last row of the page before."""
    if not query.after:
        return Domain.TRUE
    value, last_part, last_id = query.after
    sign = "<" if query.descending else ">"
    later = (part > last_part) != query.descending
    if query.order != "id":
        if part == last_part:
            return _sql(f"(%s, %s) {sign} (%s, %s)", query.order, "id", value, last_id)
        return _sql(f"%s {sign}{'=' if later else ''} %s", query.order, value)
    if part == last_part:
        return Domain("id", sign, last_id)
    return Domain.TRUE if later else Domain.FALSE


def _condition(column, operator, value):
    """Domain of a condition; times to the microsecond, where Odoo would take whole seconds."""
    if operator == "in":
        return Domain(column, operator, value)
    return _sql(f"%s {operator} %s", column, value)


def _sql(code, *values):
    """Domain of a condition in SQL; texts among the values are columns."""

    def to_sql(_model, alias, _query):
        return SQL(
            code,
            *(SQL.identifier(alias, one) if isinstance(one, str) else one for one in values),
        )

    return Domain.custom(to_sql=to_sql)


def _told(parameter, identifiers):
    """Domain of partners' events about what is named."""
    names = [canonical(text) for text in identifiers]
    if parameter in _PLACES:
        return Domain(_PLACES[parameter], "in", names)
    gtins = [epc.gtin for epc, _lot in map(parse_epc, names) if epc.kind == "class"]
    goods = Domain("epc", "in", names) | Domain("gtin", "in", gtins)
    return Domain("item_ids", "any", goods & Domain("part", "in", _ROLES[parameter]))
