from dataclasses import dataclass, replace
from functools import cached_property

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .trace_question_sql import stamped

#: What is asked from: key of a question -> model of its ids. ``numbers``, ``operations`` and
#: ``places`` are no lists of ids.
ASKED = {
    "lots": "stock.lot",
    "products": "product.product",
    "suppliers": "res.partner",
    "customers": "res.partner",
    "asns": "trace.asn",
    "purchases": "purchase.order",
    "sales": "sale.order",
    "pos_orders": "pos.order",
    "pickings": "stock.picking",
    "packages": "stock.package",
}
DIRECTIONS = ("backward", "forward", "both")
#: What else a question may say.
OTHER = ("numbers", "operations", "places", "from", "to", "direction")
#: Sections that join what was reached more than once: better to walk once and keep it.
WALKED_OFTEN = {"summary", "reserved", "production", "open_orders"}
#: Entries of one list of a question.
MOST = 100_000


@dataclass
class Scope:
    """The lots that a question is about, as FROM items ``reach(lot_id, at, level)``.

    Each walk is made at most once and only where a section wants it. With more than one
    section it is kept as text of arrays: that costs neither Python nor a temporary table, so
    that a replica answers, too.
    """

    edge: object
    starts: list
    direction: str
    companies: list
    kept: bool

    @property
    def asked(self):
        """Ids of the lots that were asked about."""
        return [start.lot_id for start in self.starts]

    @cached_property
    def ahead(self):
        """The asked lots and what became of them; ``at``: since when they are concerned."""
        starts = [(one.lot_id, one.since) for one in self.starts if one.ahead]
        return self._reach(starts, True, self.direction != "backward")

    @cached_property
    def behind(self):
        """The asked lots and what they were made from; ``at``: until when it matters."""
        starts = [(one.lot_id, one.until) for one in self.starts if one.behind]
        return self._reach(starts, False, self.direction != "forward")

    def read_once(self):
        """For a statement that joins it more than once: common tables, and the scope of those."""
        tables = SQL(
            "ahead(lot_id, at, level) AS MATERIALIZED (SELECT reach.* FROM %s), "
            "behind(lot_id, at, level) AS MATERIALIZED (SELECT reach.* FROM %s)",
            self.ahead,
            self.behind,
        )
        named = replace(self)
        named.ahead, named.behind = SQL("ahead AS reach"), SQL("behind AS reach")
        return tables, named

    def _reach(self, starts, forward, walk):
        if not walk or not starts:
            return _as_asked(starts, forward)
        reach = self.edge._reach(starts, forward, self.companies)
        if not self.kept:
            return reach
        [columns] = self.edge.env.execute_query(
            SQL(
                "SELECT array_agg(lot_id)::text, array_agg(at)::text, array_agg(level)::text "
                "FROM (SELECT * FROM %s ORDER BY lot_id) ordered",
                reach,
            )
        )
        return _listed(*columns)


def _as_asked(starts, forward):
    """The FROM item of lots from which nothing is walked."""
    always = "-infinity" if forward else "infinity"
    return _listed(
        [lot_id for lot_id, _time in starts],
        [fields.Datetime.to_string(time) or always for _lot_id, time in starts],
        [0] * len(starts),
    )


def _listed(lots, times, levels):
    return SQL(
        "unnest(%s::int[], %s::timestamp[], %s::int[]) AS reach(lot_id, at, level)",
        lots or [],
        times or [],
        levels or [],
    )


class TraceQuestion(models.AbstractModel):
    """A question to the ledger: what it is about, in which direction, and its answer.

    A question is a plain dict, so that machines send it, runs keep it and links carry it:

    * ``lots``, ``products``, ``suppliers``, ``customers``, ``asns``, ``purchases``, ``sales``,
      ``pos_orders``, ``pickings``, ``packages``: lists of ids;
    * ``numbers``: lots and serial numbers as on the label;
    * ``operations``: pairs such as ``["production", 12]``; ``unbuild``, ``repair``;
    * ``places``: dicts ``location_id`` (or ``workcenter_id``), ``from`` and ``to``: all that was
      there between the two moments;
    * ``from``, ``to``: what came, went or was made in this time only (not for lots, numbers,
      operations and single documents);
    * ``direction``: ``backward`` (where from), ``forward`` (where to), ``both``.

    Times are UTC. First the lots are found from which to start (one query for all kinds,
    ``trace_question_starts``), then the walk (``trace.edge``) reaches what they were made from
    and what became of them, then each section is one query that joins what was reached to the
    ledger, the stock or open orders (``trace_question_sections``, ``_stock``, ``_orders``,
    ``_balance``). How many lots there are changes no number of queries.

    What belongs to companies in which the user does not work is not told.
    """

    _name = "trace.question"
    _description = "Trace Question"

    @api.model
    def _sections(self):
        """Name of a section -> how its query is made (scope, page), names of its columns."""
        return {}

    # -- answering ------------------------------------------------------------

    @api.model
    @api.readonly
    def answer(
        self,
        question: dict,
        sections: list | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> dict:
        """Answer a question about lots and serial numbers: the method for machines (``/json/2``).

        Quantities are in the product's unit; times are UTC (``2026-11-23 04:30:00``). Corrections
        are applied. Ids are 0 and texts empty where there is none.

        :param question: dict, see the model; several lots, products, documents in one call
        :param sections: which of those below; by default all but ``history`` and ``links``
        :param limit: rows of each section; by default all
        :param offset: rows of each section that are passed over
        :return: dict with ``unknown`` (numbers of the question that are not known) and, for each
            section but ``summary``, a dict ``total`` (rows there are) and ``rows``: list of dicts.
            Of lots they tell ``lot_id``, ``lot_name``, ``product_id``, ``product_name``; of
            documents ``document``, ``document_model``, ``document_id``, ``origin``; of partners
            ``partner_id``, ``partner_name`` and, marked with *, ``email``, ``phone``,
            ``address``, ``lang``.

            * ``summary``: dict ``asked``, ``lots`` (reached, with those asked about),
              ``made_from``, ``made_into``, ``suppliers``, ``customers``, ``deliveries``,
              ``unknown_deliveries`` (to nobody known), ``places``, ``orders``, ``gaps``
              (operations where the goods go into something that is not tracked); and
              ``products``: list of dicts ``product_id``, ``product_name``, ``uom``, ``lots``,
              ``delivered``, ``returned``, ``on_hand``, ``in_transit``
            * ``lots``: ``role`` (``asked``, ``made_from``, ``made_into``), ``level`` (operations
              away), ``event_time`` (concerned since, until), ``origin`` (the operation),
              ``document`` (the lot on the other side of it), ``expiration_date``, ``status``
            * ``suppliers``*: one row for each lot and receipt: ``quantity``, ``uom``,
              ``event_time``, document, ``notice`` (shipping notices)
            * ``customers``*: one row for each customer and product: ``quantity`` (delivered),
              ``returned``, ``uom``, ``event_time`` (first), ``last_time``, ``deliveries``;
              ``partner_id`` 0: sold to nobody known
            * ``deliveries``, ``returned``, ``scrapped``, ``history`` (of the asked lots): one row
              for each movement: ``event_time``, ``quantity``, ``uom``, ``biz_step``, partner,
              document and, but for deliveries, ``source_name``, ``dest_name``
            * ``stock``, ``transit``: ``dest_name`` (place), ``place_id``, ``package_name``,
              ``quantity``, ``reserved``, ``uom``, ``event_time`` (there since), ``status``
              (``free``, ``held``, ``quarantine``)
            * ``reserved``, ``production``: one row for each lot and open document: ``quantity``,
              ``uom``, ``event_time`` (planned), ``status``
            * ``open_orders``*: one row for each document and product that would be hit, sales at
              tills that are not booked yet, too
            * ``balance``: one row for each lot: ``received``, ``made``, ``from_other``,
              ``on_hand``, ``in_transit``, ``sold``, ``returned``, ``consumed``, ``scrapped``,
              ``adjusted``, ``sent_back``, ``handed_over``, ``difference`` and ``lines``: dicts
              ``place``, ``place_id``, ``ledger``, ``stock``, ``difference``, which add up to it.
              received + made + from_other = on_hand + in_transit + sold - returned + consumed
              + scrapped + adjusted + sent_back + handed_over + difference
            * ``purged``: what retention took out of the ledger and no other section can tell: one
              row for each lot and purge: ``quantity`` (number of entries), ``event_time``,
              ``last_time`` (of the first and the last of them), ``notice`` (the rule), document
            * ``links``: dicts ``operation``, ``operation_id``, ``name``, ``time``, ``level``,
              ``inputs``, ``outputs`` (ids of lots), ``direction``, and ``untracked_inputs``,
              ``untracked_outputs`` (ids of products: there the trace has a gap)
        :raises AccessError: the caller reads no traceability records
        :raises ValidationError: the question cannot be understood; the message says where
        """
        self._check_right()
        question = self._checked(question)
        names = self._chosen(sections)
        self._check_page(limit, offset)
        self.env.flush_all()
        scope = self._scope(question, kept=len(names) > 1 or not WALKED_OFTEN.isdisjoint(names))
        answer = {"unknown": self._unknown(question)}
        for name in names:
            answer[name] = self._section(name, scope, limit, offset)
        return answer

    @api.model
    def _section(self, name, scope, limit=None, offset=0):
        """One section of the answer: a query, and one for the total of a page."""
        if name == "summary":
            return self._summary(scope)
        if name == "links":
            return self._page_of(self._operations(scope), limit, offset)
        build, columns = self._sections()[name]
        page = SQL()
        if limit is not None or offset:
            page = SQL("LIMIT %s OFFSET %s", limit, offset)
        rows = self._rows(build(scope, page), columns)
        total = offset + len(rows)
        if limit is not None and len(rows) == limit or offset and not rows:
            [(total,)] = self.env.execute_query(
                SQL("SELECT count(*) FROM (%s) s", build(scope, SQL()))
            )
        return {"total": total, "rows": rows}

    @api.model
    def _rows(self, query, columns):
        """Fetch a section as dicts for machines; the database writes the times."""
        self.env.cr.execute(
            SQL("SELECT %s FROM (%s) s", SQL(", ").join(map(stamped, columns)), query)
        )
        return [dict(zip(columns, row, strict=True)) for row in self.env.cr.fetchall()]

    @api.model
    def _page_of(self, rows, limit, offset):
        until = None if limit is None else offset + limit
        return {"total": len(rows), "rows": rows[offset:until]}

    @api.model
    def _operations(self, scope):
        """The operations that link what was reached."""
        rows = []
        for direction in ("backward", "forward"):
            if scope.direction not in (direction, "both"):
                continue
            when = "since" if direction == "forward" else "until"
            starts = [(one.lot_id, getattr(one, when)) for one in scope.starts]
            links = self.env["trace.edge"]._links(starts, direction, scope.companies)
            rows += [
                {**link, "direction": direction, "time": fields.Datetime.to_string(link["time"])}
                for link in links
            ]
        return rows

    @api.model
    def _scope(self, question, kept=True):
        """What a checked question is about."""
        return Scope(
            self.env["trace.edge"],
            self._spans(question),
            question["direction"],
            self.env.companies.ids,
            kept,
        )

    # -- checking -------------------------------------------------------------

    @api.model
    def _check_right(self):
        """Whoever reads lots and the ledger may ask."""
        self.env["stock.lot"].check_access("read")
        self.env["trace.event"].check_access("read")

    @api.model
    def _chosen(self, sections):
        known = ["summary", *self._sections(), "links"]
        if sections is None:
            return [name for name in known if name not in ("history", "links")]
        for name in sections if isinstance(sections, list) else [sections]:
            if name not in known:
                self._refuse("sections", name, ", ".join(known))
        return list(dict.fromkeys(sections))

    @api.model
    def _check_page(self, limit, offset):
        for name, value in (("limit", limit), ("offset", offset)):
            if value is not None and (not _is_id(value) or value < 0) or value is False:
                self._refuse(name, value, self.env._("a number from 0"))

    @api.model
    def _checked(self, question):
        """The question, complete, or a sentence about what is wrong with it."""
        if not isinstance(question, dict):
            self._refuse("question", question, self.env._("a dict"))
        for key in question:
            if key not in (*ASKED, *OTHER):
                self._refuse("question", key, ", ".join((*ASKED, *OTHER)))
        for key in ASKED:
            self._check_list(question, key, _is_id, self.env._("a list of ids"))
        self._check_list(question, "numbers", _is_text, self.env._("a list of texts"))
        self._check_list(
            question, "operations", self._is_operation, '["production" | "unbuild" | "repair", id]'
        )
        checked = {key: value for key, value in question.items() if value}
        checked["direction"] = self._checked_direction(question)
        checked["places"] = [self._checked_place(place) for place in question.get("places") or []]
        for key in ("from", "to"):
            checked[key] = self._moment(key, question.get(key))
        if not any(checked.get(key) for key in (*ASKED, "numbers", "operations", "places")):
            raise ValidationError(
                self.env._("The question names nothing to start from: a lot, a product, a place.")
            )
        return checked

    @api.model
    def _check_list(self, question, key, fits, wanted):
        values = question.get(key) or []
        if not isinstance(values, list) or not all(map(fits, values)):
            self._refuse(key, values, wanted)
        if len(values) > MOST:
            raise ValidationError(
                self.env._(
                    "“%(key)s” has %(count)s entries: ask for %(most)s at a time.",
                    key=key,
                    count=len(values),
                    most=MOST,
                )
            )

    @api.model
    def _is_operation(self, value):
        kinds = ("production", "unbuild", "repair", "repair_in", "repair_out")
        return (
            isinstance(value, (list, tuple))
            and len(value) == 2
            and value[0] in kinds
            and _is_id(value[1])
        )

    @api.model
    def _checked_direction(self, question):
        direction = question.get("direction") or "both"
        if direction not in DIRECTIONS:
            self._refuse("direction", direction, ", ".join(DIRECTIONS))
        return direction

    @api.model
    def _checked_place(self, place):
        wanted = '{"location_id": id, "from": "2026-01-31 08:00:00", "to": ...}'
        if not isinstance(place, dict) or set(place) - {
            "location_id",
            "workcenter_id",
            "from",
            "to",
        }:
            self._refuse("places", place, wanted)
        ids = [place.get(name) for name in ("location_id", "workcenter_id") if place.get(name)]
        if len(ids) != 1 or not _is_id(ids[0]):
            self._refuse("places", place, wanted)
        times = {key: self._moment(key, place.get(key)) for key in ("from", "to")}
        if times["from"] and times["to"] and times["from"] >= times["to"]:
            raise ValidationError(
                self.env._("A place is asked about from one moment to a later one.")
            )
        return {**place, **times}

    @api.model
    def _moment(self, key, value):
        """A moment as text without a zone (UTC), or None."""
        try:
            return fields.Datetime.to_string(fields.Datetime.to_datetime(value or None)) or None
        except (TypeError, ValueError):
            self._refuse(key, value, "2026-01-31 08:00:00")

    @api.model
    def _refuse(self, key, value, wanted):
        raise ValidationError(
            self.env._(
                "“%(key)s” cannot be “%(value)s”: %(wanted)s is understood.",
                key=key,
                value=str(value)[:100],
                wanted=wanted,
            )
        )


def _is_id(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _is_text(value):
    return isinstance(value, str)
