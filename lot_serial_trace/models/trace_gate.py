from collections import namedtuple
from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ..core import gate
from ..core.capture import SCANNED
from .trace_calendar import Dates
from .trace_till import Till

#: A finding of the gate about a move line, with the severity that policy gives it and the
#: permission (``trace.pass``) by which it goes although it would be blocked.
Verdict = namedtuple("Verdict", "finding severity line rule permit", defaults=(None,))

#: What is told of many numbers at once, and of how many of a product still one by one.
JOINED = ("not_scanned", "typed_no_reason", "unknown_number")
ALONE = 20


class TraceGate(models.AbstractModel):
    """The one gate that every movement of a lot or serial number passes.

    ``_examine`` collects the facts of a batch of move lines (at most three
    queries), lets ``core/gate.py`` decide and asks policy for severities. Who
    calls it:

    * ``stock.picking._pre_action_done_hook``: a person validates; warnings and
      blocks come as a dialog;
    * ``stock.move.line._action_done``: every road, also scrap, production,
      adjustments and interfaces. ``_refuse`` raises on a block; ``_settle`` puts
      the rest on the exception desk once the goods have moved.

    A sale at the till is never refused here, because Odoo would swallow the error
    and strand the stock: it is recorded as an exception instead.
    """

    _name = "trace.gate"
    _description = "Traceability Gate"

    # -- asking ---------------------------------------------------------------

    @api.model
    def _examine(self, lines, codes=gate.CODES):
        """Return the verdicts about ``stock.move.line`` records, those switched off left out.

        Costs no query at all while no lot is on hold and no policy is set.
        """
        lines = lines.filtered(
            lambda line: line.product_id.tracking != "none" and (line.quantity or line.is_inventory)
        )
        codes = self._codes_worth_asking(lines, codes)
        if not lines or not codes:
            return []
        by_id = {line.id: line for line in lines}
        found = self._findings(lines, codes)
        severities = self.env["trace.policy"]._resolve(
            [self._case(finding, by_id[finding.ref]) for finding in found]
        )
        verdicts = [
            Verdict(
                finding,
                self._in_force(severity, finding, by_id[finding.ref], rule),
                by_id[finding.ref],
                rule,
            )
            for finding, (severity, rule) in zip(found, severities, strict=True)
            if severity != "off"
        ]
        return self._with_permits(verdicts)

    @api.model
    def _findings(self, lines, codes):
        """What is to be said about ``lines``: the one place for further checks to add theirs.

        :param codes: finding codes that somebody wants to hear of, see ``core.gate.CODES``
        :return: list of ``core.findings.Finding`` with the id of a line as ``ref``; a check asks
            a constant number of queries, and none where nothing is set up
        """
        found = gate.examine(self._asks(lines, codes))
        return [finding for finding in found if finding.code in codes]

    @api.model
    def _in_force(self, severity, finding, line, rule):
        """What a severity comes to for a line.

        Goods that would leave cannot be quarantined any more: they stay. A reason may be
        enough for a number that was typed.
        """
        if finding.values.get("excuse") and rule and rule.reason_counts:
            return "note"
        leaves = line.location_dest_id.usage in ("customer", "production")
        return "block" if severity == "quarantine" and leaves else severity

    @api.model
    def _codes_worth_asking(self, lines, codes):
        codes = self.env["trace.policy"]._may_find(codes, lines.company_id.ids)
        # Holds are on by default: look at what is in memory before asking the database.
        if codes == ["on_hold"] and not any(self._may_be_held(line) for line in lines.sudo()):
            return []
        return codes

    @api.model
    def _may_be_held(self, line):
        if line.lot_id:
            return line.lot_id.trace_status != "free"
        # Numbers not yet linked to a lot arrive, and may; or pass from supplier to customer.
        return bool(line.lot_name) and line.location_dest_id.usage not in ("internal", "transit")

    @api.model
    def _case(self, finding, line):
        return dict(self._key(finding.code, line))

    @api.model
    def _key(self, code, line):
        """What policy is asked about a line: items of a case, to be compared."""
        case = {
            "code": code,
            "company_id": line.company_id.id,
            "product_id": line.product_id.id,
            "partner_id": (line.picking_id.partner_id or line.move_id.partner_id).id,
            "picking_type_id": line.move_id.picking_type_id.id,
            "location_ids": (line.location_id.id, line.location_dest_id.id),
        }
        return tuple(case.items())

    @api.model
    def _asks(self, lines, codes):
        """Collect the facts about ``lines`` as :class:`core.gate.Ask`: two or three queries."""
        lots = self._lots(lines)
        stock = self._stock({lot["id"] for lot in lots.values()})
        dates = Dates(self.env)
        asks = [self._ask(line, lots, stock, dates) for line in lines]
        if "not_scanned" in codes:
            self._add_captures(lines, asks)
        return asks

    @api.model
    def _add_captures(self, lines, asks):
        """Tell the asks how their numbers were captured; movements without an operation type,
        such as counts and scrap, are nobody's scan point.
        """
        captures = lines._trace_captures()
        for line, ask in zip(lines, asks, strict=True):
            method, reason, _user = captures.get(line.id, (None, "", None))
            if line.move_id.picking_type_id and method not in SCANNED:
                ask.unscanned = lines._trace_method_name(method)
                ask.excuse = reason

    @api.model
    def _ask(self, line, lots, stock, dates):
        source, dest = line.location_id, line.location_dest_id
        name = line.lot_id.name or line.lot_name or ""
        company_id = line.company_id.id
        lot = lots.get(line.lot_id.id) or self._lot_of(line, name, lots)
        # One lot record may serve several companies: each has its own stock and holds.
        places = [
            place
            for place in stock.get(lot.get("id"), ())
            if place["company_id"] in (None, company_id)
        ]
        under = f"{source.parent_path}"
        there = sum(place["quantity"] for place in places if place["path"].startswith(under))
        if _made_behind(line):
            there = max(there, line.quantity_product_uom)
        return gate.Ask(
            ref=line.id,
            key=line.product_id.id,
            product=line.product_id.display_name,
            tracking=line.product_id.tracking,
            lot=name,
            quantity=line.quantity_product_uom,
            source=source.usage,
            dest=dest.usage,
            source_name=source.display_name,
            dest_quarantine=dest._trace_in_quarantine(),
            stays=source == dest,
            known=bool(lot) or _made_behind(line),
            hold=self._hold_at(lot, company_id, source),
            expires=dates.day(lot.get("expires"), line.company_id),
            today=dates.today(source) if lot.get("expires") else None,
            on_hand=there,
            elsewhere=next((place["name"] for place in places), ""),
            # Relocations call themselves inventory, too, but they move goods.
            counted=line.is_inventory and "inventory" in (source.usage, dest.usage),
        )

    @api.model
    def _hold_at(self, lot, company_id, place):
        """Why a company's goods of a lot are held at a place; empty if they are not."""
        holds = (lot.get("holds") or {}).get(str(company_id), ())
        return "; ".join(self.env["trace.hold"]._reasons_at(holds, place))

    @api.model
    def _lot_of(self, line, name, lots):
        """Facts of the lot that a line's number will be linked to."""
        return (
            lots.get((line.product_id.id, name, line.company_id.id))
            or lots.get((line.product_id.id, name, None))
            or {}
        )

    @api.model
    def _lots(self, lines):
        """Facts of the lots of ``lines``, by lot id and by (product id, number, company id).

        ``holds`` maps the id of a company, as text, to its holds in force: reason and path of
        the place, None for everywhere.
        """
        self.env["stock.lot"].flush_model(["name", "product_id", "trace_status", "expiration_date"])
        self.env["trace.hold"].flush_model()
        numbers = {
            (line.product_id.id, line.lot_name)
            for line in lines
            if line.lot_name and not line.lot_id
        }
        products, names = zip(*numbers, strict=True) if numbers else ((), ())
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.product_id, l.name, l.company_id, l.expiration_date AS expires,
                    CASE WHEN l.trace_status != 'free' THEN (
                        SELECT jsonb_object_agg(c.company_id, c.holds) FROM (
                            SELECT h.company_id, jsonb_agg(
                                jsonb_build_array(h.reason, top.parent_path) ORDER BY h.id) AS holds
                            FROM trace_hold h
                            LEFT JOIN stock_location top ON top.id = h.location_id
                            WHERE h.lot_id = l.id AND h.state = 'active'
                            GROUP BY h.company_id) c) END AS holds
                FROM stock_lot l
                WHERE l.id IN (
                    SELECT unnest(%s::int[])
                    UNION SELECT x.id FROM unnest(%s::int[], %s::varchar[]) AS c(product_id, name)
                    JOIN stock_lot x ON x.product_id = c.product_id AND x.name = c.name)
                """,
                lines.lot_id.ids,
                list(products),
                list(names),
            )
        )
        facts = {row["id"]: row for row in rows}
        facts.update({(row["product_id"], row["name"], row["company_id"]): row for row in rows})
        return facts

    @api.model
    def _stock(self, lot_ids):
        """Where lots are in stock: lot id -> list of name, path, company and quantity."""
        if not lot_ids:
            return {}
        self.env["stock.quant"].flush_model(["lot_id", "location_id", "quantity"])
        places = {}
        for row in self.env.execute_query_dict(
            SQL(
                """
                SELECT q.lot_id, a.complete_name AS name, a.parent_path AS path,
                    a.company_id, sum(q.quantity) AS quantity
                FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
                WHERE q.lot_id = ANY(%s) AND a.usage IN ('internal', 'transit')
                GROUP BY q.lot_id, a.id HAVING sum(q.quantity) > 0
                """,
                list(lot_ids),
            )
        ):
            places.setdefault(row["lot_id"], []).append(row)
        return places

    # -- acting ---------------------------------------------------------------

    @api.model
    def _refuse(self, verdicts):
        """Raise if something is blocked and nobody with the right let it pass."""
        if self._at_till() or self._override():
            return
        blocked = [verdict for verdict in verdicts if verdict.severity == "block"]
        if blocked:
            raise self._refusal(blocked)

    @api.model
    def _settle(self, verdicts):
        """Put verdicts on the exception desk and quarantine what policy quarantines."""
        if not verdicts:
            return
        passed, others = self._sort_passed(verdicts)
        self.env["trace.exception"]._open_many(
            [self._exception(verdict) for verdict in self._condensed(others)]
        )
        self._quarantine([verdict for verdict in others if verdict.severity == "quarantine"])
        if passed:
            self._settle_passed(passed)

    @api.model
    def _condensed(self, verdicts):
        """Verdicts with those joined that say the same of many numbers in one place.

        A pallet that nobody scanned, or that is not on hand, is one thing to look into.
        """
        groups = {}
        for one in verdicts:
            line = one.line
            many = one.finding.code in JOINED and line.picking_id
            key = (many, line.product_id, line.location_id, one.severity) if many else line
            groups.setdefault((one.finding.code, key), []).append(one)
        return [
            one
            for group in groups.values()
            for one in (group if len(group) <= ALONE else [self._joined(group)])
        ]

    @api.model
    def _joined(self, group):
        finding = group[0].finding
        numbers = [one.finding.values["lot"] for one in group[:3]]
        values = {
            **finding.values,
            "lot": f"{', '.join(numbers)}, … ({len(group)})",
            "quantity": sum(one.line.quantity_product_uom for one in group),
        }
        return group[0]._replace(finding=replace(finding, values=values, ref=None))

    @api.model
    def _quarantine(self, verdicts):
        """Put the lots of ``verdicts`` on hold everywhere, with the finding as the reason.

        Also where one is held in a place: that one ends when the trouble there is over.
        """
        by_company = {}
        for verdict in verdicts:
            reasons = by_company.setdefault(verdict.line.company_id, {})
            reasons[verdict.line.lot_id] = self._sentence(verdict)
        holds = self.env["trace.hold"].sudo()
        for company, reasons in by_company.items():
            free = holds._not_held(self.env["stock.lot"].union(*reasons), company)
            if free:
                texts = {lot.id: reasons[lot] for lot in free}
                holds._place(free, texts, "quality", company=company)

    @api.model
    def _exception(self, verdict):
        line, finding = verdict.line, verdict.finding
        return {
            "kind": finding.code,
            "values": finding.values,
            "severity": "block" if verdict.permit else verdict.severity,
            "company_id": line.company_id.id,
            "lot_id": line.lot_id.id if finding.ref else False,
            "lot_name": finding.values.get("lot"),
            "product_id": line.product_id.id,
            "quantity": finding.values.get("quantity", line.quantity_product_uom),
            "picking_id": line.picking_id.id,
            "partner_id": line.picking_id.partner_id.id,
            "location_id": line.location_id.id,
            "policy_id": verdict.rule.id if verdict.rule else False,
        }

    @api.model
    def _dialog_lines(self, verdicts):
        """Verdicts as the dialog before validation shows them."""
        why = self.env["trace.policy"]._explain(verdict.rule for verdict in verdicts)
        return [
            {
                "severity": verdict.severity,
                "message": self._sentence(verdict),
                "remedy": self.env._(verdict.finding.kind.remedy),
                "why": why[verdict.rule.id if verdict.rule else False],
            }
            for verdict in self._condensed(verdicts)
        ]

    @api.model
    def _sentences(self, verdicts):
        return [f"• {self._sentence(v)}. {self.env._(v.finding.kind.remedy)}" for v in verdicts]

    @api.model
    def _sentence(self, verdict):
        sentence = self.env._(verdict.finding.kind.message)
        return sentence % verdict.finding.values

    @api.model
    def _at_till(self):
        till = self.env.context.get("trace_till")
        return till if isinstance(till, Till) else None


def _made_behind(line):
    """Whether the order that makes the goods is closed after they move: a subcontractor's."""
    move = line.move_id
    return "is_subcontract" in move._fields and move.is_subcontract
