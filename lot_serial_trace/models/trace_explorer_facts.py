from odoo import api, fields, models
from odoo.tools import SQL

#: Events that the panel beside the picture tells of.
LATEST = 8
#: Rows of one page of the timeline, at most.
PAGE = 500

#: What the browser is told of an event.
TOLD = (
    "id",
    "kind",
    "event_time",
    "record_time",
    "recorded",
    "biz_step",
    "disposition",
    "product_name",
    "lot_id",
    "tracking",
    "lot_name",
    "quantity",
    "uom",
    "source_id",
    "source_name",
    "source_usage",
    "dest_id",
    "dest_name",
    "dest_usage",
    "result_package_name",
    "partner_name",
    "supplier_name",
    "document",
    "document_model",
    "document_id",
    "origin",
    "reason",
    "user_name",
)


class TraceExplorer(models.AbstractModel):
    """What happened to numbers, where they are, and what is to be known about one of them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.explorer"

    # -- in order of time -----------------------------------------------------

    @api.model
    @api.readonly
    def events(
        self,
        lots: list[int],
        after: list | None = None,
        limit: int = 200,
        newest: bool = False,
    ) -> dict:
        """What happened to lots, in order of time: one page.

        Corrections are applied: a movement is told as it was corrected to, and one that was
        taken back is not told.

        :param lots: ids of lots
        :param after: ``next`` of the page before; none for the first page
        :param limit: events of the page
        :param newest: the latest first
        :return: dict ``rows``: list of dicts, as in the ledger, with the words for ``step``;
            ``next``: what to ask for the next page, or false
        """
        self._check()
        limit = max(1, min(int(limit), PAGE))
        rows = self._events(self._readable(lots).ids, after, limit + 1, newest)
        more, rows = len(rows) > limit, rows[:limit]
        steps = dict(self.env["trace.event"]._fields["biz_step"]._description_selection(self.env))
        for row in rows:
            row["step"] = steps.get(row["biz_step"]) or row["biz_step"] or ""
            row["event_time"] = fields.Datetime.to_string(row["event_time"])
            row["record_time"] = fields.Datetime.to_string(row["record_time"])
        last = [rows[-1]["event_time"], rows[-1]["id"]] if more else False
        return {"rows": rows, "next": last}

    @api.model
    def _readable(self, lots):
        """Lots of these ids that the asker may read."""
        ids = [lot_id for lot_id in lots or () if type(lot_id) is int]
        return self.env["stock.lot"].search([("id", "in", ids)])

    @api.model
    def _events(self, lot_ids, after, limit, newest):
        way = SQL("DESC" if newest else "ASC")
        time, event_id = after or (None, None)
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT %(told)s, EXISTS (SELECT FROM trace_event o WHERE o.kind = 'movement'
                    AND o.move_line_id = e.move_line_id AND o.id < e.id) AS corrected
                FROM trace_event e
                WHERE e.lot_id = ANY(%(lots)s) AND e.company_id = ANY(%(companies)s)
                    AND (%(time)s::timestamp IS NULL OR
                        (e.event_time, e.id) %(beyond)s (%(time)s::timestamp, %(id)s::int))
                    AND (e.kind NOT IN ('movement', 'correction') OR e.quantity != 0
                        AND NOT EXISTS (SELECT FROM trace_event c WHERE c.kind = 'correction'
                            AND c.move_line_id = e.move_line_id AND c.id > e.id))
                ORDER BY e.event_time %(way)s, e.id %(way)s
                LIMIT %(limit)s
                """,
                told=SQL(", ").join(SQL.identifier("e", name) for name in TOLD),
                lots=lot_ids,
                companies=self.env.companies.ids,
                time=time,
                id=event_id,
                beyond=SQL("<" if newest else ">"),
                way=way,
                limit=limit,
            )
        )

    # -- where they are -------------------------------------------------------

    @api.model
    @api.readonly
    def places(self, lots: list[int]) -> dict:
        """Where lots are now, summed up by place and product: what is where.

        :param lots: ids of lots
        :return: dict with

            * ``rows``: list of dicts ``state``, ``place`` (the path, outermost first),
              ``place_id``, ``partner``, ``partner_id``, ``product``, ``uom``, ``quantity``,
              ``reserved``, ``packages``, ``lots`` (ids), ``since`` (last arrival)
            * ``states``: dict state -> word
            * ``missing``: list of dicts ``lot``, ``quantity``: what came and is nowhere
        """
        self._check()
        found, missing = {}, []
        for one in self.env["trace.whereabouts"]._answer(self._readable(lots)):
            lot = one["lot"]
            for place in one["places"]:
                key = (place["state"], place.get("place_id"), place.get("partner_id"))
                row = found.setdefault((*key, lot.product_id.id), self._place(place, lot))
                row["quantity"] += place["quantity"]
                row["reserved"] += place.get("reserved") or 0
                row["packages"].update(filter(None, [place.get("package")]))
                row["lots"][lot.id] = True
                row["since"] = max(row["since"], _text(place.get("since")))
            if one["difference"]:
                missing.append({"lot": lot.id, "name": lot.name, "quantity": one["difference"]})
        rows = [
            {**row, "packages": sorted(row["packages"]), "lots": list(row["lots"])}
            for row in found.values()
        ]
        return {"rows": rows, "states": self._states(), "missing": missing}

    @api.model
    def _place(self, place, lot):
        inside = place["state"] in ("on_hand", "quarantine", "held", "in_transit", "subcontractor")
        return {
            "state": place["state"],
            "place": (place.get("place") or "").split("/") if inside else [],
            "place_id": place.get("place_id") or 0,
            "partner": place.get("partner") or "",
            "partner_id": place.get("partner_id") or 0,
            "product": lot.product_id.display_name,
            "uom": lot.product_id.uom_id.name,
            "quantity": 0,
            "reserved": 0,
            "packages": set(),
            "lots": {},
            "since": "",
        }

    @api.model
    def _states(self):
        states = self.env["trace.whereabouts.line"]._fields["state"]
        return dict(states._description_selection(self.env))

    # -- one of them ----------------------------------------------------------

    @api.model
    @api.readonly
    def about(self, lot: int) -> dict:
        """What is to be known about one lot or serial number.

        :param lot: id of the lot
        :return: dict ``id``, ``name``, ``product``, ``product_id``, ``uom``, ``status`` (word of
            ``stock.lot``), ``status_label``, ``expires``, ``expired``, ``batch``, ``made``,
            ``holds`` (list of dicts ``reason``, ``since``), ``places`` (list of dicts ``state``,
            ``where``, ``quantity``, ``reserved``, ``package``), ``difference``, ``purged``
            (sentences about what retention took out of the ledger), ``events`` (the latest, as
            :meth:`events` tells them)
        :raises AccessError: the caller may not read it
        """
        self._check()
        lot = self._readable([lot])
        if not lot:
            return {}
        statuses = dict(lot._fields["trace_status"]._description_selection(self.env))
        [answer] = self.env["trace.whereabouts"]._answer(lot)
        words = self._states()
        return {
            "id": lot.id,
            "name": lot.name,
            "product": lot.product_id.display_name,
            "product_id": lot.product_id.id,
            "uom": lot.product_id.uom_id.name,
            "status": lot.trace_status,
            "status_label": statuses.get(lot.trace_status, ""),
            "expires": _text(lot.expiration_date),
            "expired": bool(lot.expiration_date and lot.expiration_date < fields.Datetime.now()),
            "batch": lot.trace_batch or "",
            "made": fields.Date.to_string(lot.trace_made) or "",
            "holds": self._holds(lot),
            "places": [_where(place, words) for place in answer["places"]],
            "difference": answer["difference"],
            "purged": self.env["trace.tombstone"]._says(lot.ids),
            "events": self.events(lot.ids, limit=LATEST, newest=True)["rows"],
        }

    @api.model
    def _holds(self, lot):
        holds = self.env["trace.hold"]
        if not holds.has_access("read"):
            return []
        active = holds.search([("lot_id", "=", lot.id), ("state", "=", "active")])
        return [{"reason": hold.reason, "since": _text(hold.placed_at)} for hold in active]


def _where(place, words):
    return {
        "state": place["state"],
        "label": words.get(place["state"], ""),
        "where": place.get("place") or place.get("partner") or "",
        "quantity": place["quantity"],
        "reserved": place.get("reserved") or 0,
        "package": place.get("package") or "",
        "document": place.get("document") or "",
        "document_model": place.get("document_model") or "",
        "document_id": place.get("document_id") or 0,
    }


def _text(moment):
    return fields.Datetime.to_string(moment) if moment else ""
