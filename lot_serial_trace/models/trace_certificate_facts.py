import json
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..core.certificate import strangers_names_gone
from ..core.gs1 import normalise_gtin
from .trace_event_sql import product_name

FORMAT = "lot_serial_trace.certificate/1"


class TraceCertificateFacts(models.AbstractModel):
    """What certificates of lots and serial numbers say: a constant number of queries for a batch.

    The answer is plain data, the same that goes into the PDF as JSON. Times are UTC, as
    ``2026-01-31T23:59:59Z``. Where a certificate is for everybody, the names of customers and
    what leads to them are left out (``core/certificate.py``).
    """

    _name = "trace.certificate.facts"
    _description = "Facts of Certificates"

    @api.model
    def _of_lots(self, lots, company, public):
        """dict lot id -> facts.

        :param lots: ``stock.lot`` records that the user may read
        :param public: for everybody: without names of customers
        """
        env = self.with_context(allowed_company_ids=company.ids).env
        facts, lots = env[self._name], env["stock.lot"].browse(lots.ids)
        lots.check_access("read")
        events = facts._events(lots.ids, company)
        parents = facts._parents(lots.ids, company)
        notices = facts._notices(lots.ids, company)
        holds = facts._holds(lots, company)
        places = {one["lot"].id: one["places"] for one in env["trace.whereabouts"]._answer(lots)}
        found = {}
        for lot in lots:
            told = {
                **facts._identity(lot),
                "origin": _origins(events[lot.id], notices[lot.id]),
                "made_from": parents[lot.id],
                "path": [_step(event) for event in events[lot.id] if event["latest"]],
                "places": [_place(place) for place in places[lot.id]],
                "holds": holds[lot.id],
                "events": [event["id"] for event in events[lot.id]],
            }
            found[lot.id] = strangers_names_gone(told) if public else told
        return found

    @api.model
    def _shipment(self, picking, told, lots, public):
        """What is said of a transfer; its quantities are put with the facts of its lots."""
        quantities = defaultdict(float)
        for line in picking.move_line_ids.filtered(lambda line: line.state == "done"):
            quantities[line.lot_id.id] += line.quantity_product_uom
        for lot, unit in zip(lots, told, strict=True):
            unit["shipped"] = quantities[lot.id]
        return {
            "number": picking.name,
            "done_at": _moment(picking.date_done),
            "customer": "" if public else picking.partner_id.display_name or "",
            "order": "" if public else picking.origin or "",
        }

    @api.model
    def _identity(self, lot):
        product = lot.product_id
        return {
            "number": lot.name,
            "kind": "serial" if product.tracking == "serial" else "lot",
            "product": product.display_name,
            "reference": product.default_code or "",
            "gtin": normalise_gtin(product.barcode) or "",
            "batch": lot.trace_batch or "",
            "made": _day(lot.trace_made),
            "expires": _day(lot.expiration_date),
            "best_before": _day(lot.use_date),
            "uom": product.uom_id.name,
            "status": lot.trace_status,
        }

    @api.model
    def _events(self, lot_ids, company):
        """dict lot id -> its events in the order of time; ``latest``: a movement as it counts."""
        found = defaultdict(list)
        for event in self.env.execute_query_dict(
            SQL(
                """
                SELECT e.id, e.lot_id, e.event_time, e.kind, e.biz_step, e.quantity::float, e.uom,
                    e.source_name, e.source_usage, e.dest_name, e.dest_usage, e.partner_name,
                    e.supplier_name, e.document, e.origin,
                    e.kind IN ('movement', 'correction') AND e.quantity != 0 AND NOT EXISTS (
                        SELECT FROM trace_event c WHERE c.kind = 'correction'
                            AND c.move_line_id = e.move_line_id AND c.id > e.id) AS latest
                FROM trace_event e
                WHERE e.lot_id = ANY(%s) AND e.company_id = %s
                ORDER BY e.event_time, e.id
                """,
                lot_ids,
                company.id,
            )
        ):
            found[event["lot_id"]].append(event)
        return found

    @api.model
    def _parents(self, lot_ids, company):
        """dict lot id -> the numbers that it was made of, with who supplied them: one query.

        Each lot is walked back by itself: what another one was made of is not told.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT start, reach.level, l.name, %(product)s, (
                    SELECT json_agg(DISTINCT e.supplier_name)::text FROM trace_event e
                    WHERE e.lot_id = l.id AND e.source_usage = 'supplier'
                        AND e.company_id = %(company)s AND e.supplier_name IS NOT NULL)
                FROM unnest(%(lots)s::int[]) AS start
                CROSS JOIN LATERAL trace_reach(ARRAY[start], ARRAY[NULL]::timestamp[], FALSE,
                    ARRAY[%(company)s]) AS reach
                JOIN stock_lot l ON l.id = reach.lot_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE reach.level > 0
                ORDER BY start, reach.level, l.name, l.id
                """,
                product=product_name(),
                company=company.id,
                lots=lot_ids,
            )
        )
        found = defaultdict(list)
        for lot_id, level, number, product, suppliers in rows:
            found[lot_id].append(
                {
                    "level": level,
                    "number": number,
                    "product": product,
                    "suppliers": json.loads(suppliers or "[]"),
                }
            )
        return found

    @api.model
    def _notices(self, lot_ids, company):
        """dict lot id -> dict receipt -> the notices that announced it."""
        field = self.env["stock.picking"]._fields["trace_asn_ids"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT l.lot_id, pi.name, a.name
                FROM stock_move_line l
                JOIN stock_picking pi ON pi.id = l.picking_id
                JOIN %(relation)s told ON told.%(picking)s = pi.id
                JOIN trace_asn a ON a.id = told.%(asn)s
                WHERE l.lot_id = ANY(%(lots)s) AND l.state = 'done' AND l.company_id = %(company)s
                ORDER BY 1, 2, 3
                """,
                relation=SQL.identifier(field.relation),
                picking=SQL.identifier(field.column1),
                asn=SQL.identifier(field.column2),
                lots=lot_ids,
                company=company.id,
            )
        )
        found = defaultdict(lambda: defaultdict(list))
        for lot_id, receipt, notice in rows:
            found[lot_id][receipt].append(notice)
        return found

    @api.model
    def _holds(self, lots, company):
        """dict lot id -> what stopped it, when, and when it was free again."""
        found = defaultdict(list)
        holds = self.env["trace.hold"].sudo()
        domain = [("lot_id", "in", lots.ids), ("company_id", "=", company.id)]
        for hold in holds.search(domain, order="placed_at, id"):
            found[hold.lot_id.id].append(
                {
                    "source": hold.source,
                    "reason": hold.reason,
                    "placed_at": _moment(hold.placed_at),
                    "released_at": _moment(hold.released_at),
                    "release_reason": hold.release_reason or "",
                    "only_in": hold.location_id.complete_name or "",
                }
            )
        return found


def _origins(events, notices):
    """Where the goods came from: the movements that brought them into the house."""
    return [
        {
            "when": _moment(event["event_time"]),
            "way": event["source_usage"],
            "supplier": event["supplier_name"] or event["partner_name"] or ""
            if event["source_usage"] == "supplier"
            else "",
            "document": event["document"] or "",
            "order": event["origin"] or "",
            "notices": notices.get(event["document"], []),
            "quantity": event["quantity"],
        }
        for event in events
        if event["latest"]
        and event["source_usage"] in ("supplier", "production", "inventory")
        and event["dest_usage"] != event["source_usage"]
    ]


def _step(event):
    return {
        "event": event["id"],
        "when": _moment(event["event_time"]),
        "step": event["biz_step"] or "",
        "from": event["source_name"] or "",
        "from_usage": event["source_usage"] or "",
        "to": event["dest_name"] or "",
        "to_usage": event["dest_usage"] or "",
        "partner": event["partner_name"] or "",
        "quantity": event["quantity"],
        "document": event["document"] or "",
    }


def _place(place):
    return {
        "state": place["state"],
        "place": place.get("place") or "",
        "quantity": place["quantity"],
        "since": _moment(place.get("since")),
        "partner": place.get("partner") or "",
        "document": place.get("document") or "",
    }


def _moment(value):
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def _day(value):
    return value.strftime("%Y-%m-%d") if value else ""
