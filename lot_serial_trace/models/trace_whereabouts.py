import json
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import whereabouts
from .trace_guard import refuse_forgery
from .trace_hold_sql import covers, flush

#: Numbers that the summary tells of one by one.
SUMMARY_LOTS = 20


# An answer on a screen and no wizard.  pylint: disable=no-wizard-in-models
class TraceWhereabouts(models.TransientModel):
    """ "Where is it?": every place where some of a lot is, in the house and with whom outside.

    Two queries answer for any number of lots: the stock (quants, with packages, holds and
    quarantine) and the ledger summed up by door (customers, suppliers, production, counts).
    ``core.whereabouts`` puts them together so that the sums close, and says what is missing.

    Only what belongs to the user's companies is counted. Goods in a place that is no
    company's, as the one between companies, are ours as far as our ledger says so.
    """

    _name = "trace.whereabouts"
    _description = "Where Is It?"

    name = fields.Char(readonly=True)
    lot_ids = fields.Many2many("stock.lot", string="Asked about")
    asked_at = fields.Datetime("As of", readonly=True)
    summary = fields.Text("In short", readonly=True)
    has_difference = fields.Boolean(readonly=True)
    several = fields.Boolean(readonly=True)
    line_ids = fields.One2many("trace.whereabouts.line", "whereabouts_id", readonly=True)

    # -- answering ------------------------------------------------------------

    @api.model
    def _answer(self, lots):
        """Say where lots are: a constant number of queries.

        :param lots: ``stock.lot`` records
        :return: list of dicts, one for each lot: ``lot`` (record), ``places``, ``came``,
            ``difference``; see :func:`core.whereabouts.account`
        """
        lots.check_access("read")
        self.env["trace.event"].check_access("read")
        self.env.flush_all()
        stock, flows = defaultdict(list), defaultdict(list)
        for row in self._stock(lots.ids):
            stock[row["lot_id"]].append({**row, "packages": json.loads(row["packages"] or "[]")})
        for row in self._flows(lots.ids):
            flows[row["lot_id"]].append(row)
        answer = []
        for lot in lots:
            places, came, difference = whereabouts.account(stock[lot.id], flows[lot.id])
            answer.append({"lot": lot, "places": places, "came": came, "difference": difference})
        return answer

    @api.model
    def _stock(self, lot_ids):
        """What lies in the house, by place, package and owner."""
        flush(self.env)
        there = "co.subcontracting_location_id"
        installed = "subcontracting_location_id" in self.env["res.company"]._fields
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT q.lot_id, a.id AS place_id, a.complete_name AS place, a.usage,
                    a.company_id, co.name AS company, a.company_id IS NULL AS shared,
                    pk.id AS package_id, pk.complete_name AS package,
                    packages.tree::text AS packages,
                    o.id AS owner_id, COALESCE(o.complete_name, o.name) AS owner,
                    sum(q.quantity)::float AS quantity,
                    sum(q.reserved_quantity)::float AS reserved, max(q.in_date) AS in_date,
                    a.id = ANY(%(quarantine)s) AS quarantine, %(subcontractor)s AS subcontractor,
                    EXISTS (SELECT FROM trace_hold h
                        WHERE h.lot_id = q.lot_id AND h.state = 'active'
                        AND (h.company_id = a.company_id OR a.company_id IS NULL
                            AND h.company_id = ANY(%(companies)s))
                        AND %(covered)s) AS held
                FROM stock_quant q
                JOIN stock_location a ON a.id = q.location_id
                LEFT JOIN res_company co ON co.id = a.company_id
                LEFT JOIN stock_package pk ON pk.id = q.package_id
                LEFT JOIN LATERAL (
                    SELECT json_agg(json_build_object('id', up.id, 'name', up.name)
                        ORDER BY length(up.parent_path)) AS tree
                    FROM stock_package up
                    WHERE up.id = ANY(string_to_array(rtrim(pk.parent_path, '/'), '/')::int[])
                ) packages ON TRUE
                LEFT JOIN res_partner o ON o.id = q.owner_id
                WHERE q.lot_id = ANY(%(lots)s) AND a.usage IN ('internal', 'transit')
                    AND (a.company_id IS NULL OR a.company_id = ANY(%(companies)s))
                GROUP BY q.lot_id, a.id, co.id, pk.id, packages.tree::text, o.id
                HAVING sum(q.quantity) != 0
                ORDER BY a.complete_name, pk.complete_name, pk.id
                """,
                lots=lot_ids,
                companies=self.env.companies.ids,
                quarantine=list(self.env["stock.location"]._trace_quarantine_paths()),
                covered=covers(self.env, "h", "a"),
                subcontractor=SQL(
                    "COALESCE(position('/' || %s || '/' IN '/' || a.parent_path) > 0, FALSE)",
                    SQL(there),
                )
                if installed
                else SQL("FALSE"),
            )
        )

    @api.model
    def _flows(self, lot_ids):
        """The ledger of lots, corrections applied, summed up by what they reached and left.

        Inside the house by place; outside by partner, and by what was done to them.
        """
        return self.env.execute_query_dict(
            SQL(
                """
                WITH told AS (
                    SELECT e.id, e.lot_id, e.event_time, e.document_id, e.quantity, e.biz_step,
                        e.source_id, e.source_usage, e.dest_id, e.dest_usage, e.partner_id,
                        e.supplier_id
                    FROM trace_event e
                    WHERE e.lot_id = ANY(%(lots)s) AND e.kind IN ('movement', 'correction')
                        AND e.company_id = ANY(%(companies)s) AND e.quantity != 0
                        AND e.source_id != e.dest_id
                        AND NOT EXISTS (SELECT FROM trace_event c WHERE c.kind = 'correction'
                            AND c.move_line_id = e.move_line_id AND c.id > e.id)
                ), flow AS (
                    SELECT e.lot_id, e.document_id, e.quantity, s.way_in, s.usage,
                        -- the latest arrival is the greatest
                        ARRAY[s.way_in::int, extract(epoch FROM e.event_time)::bigint, e.id]
                            AS turn,
                        CASE WHEN s.usage IN ('internal', 'transit') THEN s.place_id END
                            AS place_id,
                        CASE WHEN s.usage IN ('customer', 'supplier') THEN s.partner_id END
                            AS partner_id,
                        CASE s.usage
                            WHEN 'production' THEN CASE e.biz_step WHEN 'disassembling' THEN 'apart'
                                WHEN 'installing' THEN 'part' WHEN 'removing' THEN 'part'
                                ELSE 'made' END
                            WHEN 'inventory' THEN CASE e.biz_step WHEN 'cycle_counting'
                                THEN 'count' ELSE 'scrap' END
                        END AS way
                    FROM told e
                    JOIN LATERAL (VALUES
                        (TRUE, e.dest_usage, e.dest_id, e.partner_id),
                        (FALSE, e.source_usage, e.source_id,
                            CASE WHEN e.source_usage = 'supplier'
                                THEN COALESCE(e.supplier_id, e.partner_id) ELSE e.partner_id END)
                    ) AS s(way_in, usage, place_id, partner_id) ON TRUE
                ), document AS (
                    SELECT lot_id, usage, place_id, partner_id, way, document_id,
                        COALESCE(sum(quantity) FILTER (WHERE way_in), 0) AS came,
                        COALESCE(sum(quantity) FILTER (WHERE NOT way_in), 0) AS left,
                        max(turn) AS turn
                    FROM flow GROUP BY lot_id, usage, place_id, partner_id, way, document_id
                ), door AS (
                    SELECT lot_id, usage, place_id, partner_id, way,
                        sum(came)::float AS came, sum("left")::float AS left,
                        count(document_id) FILTER (WHERE came != 0) AS documents,
                        (max(turn))[3] AS last_id
                    FROM document GROUP BY lot_id, usage, place_id, partner_id, way
                )
                SELECT d.lot_id, d.usage, d.place_id, d.partner_id, d.way, d.came, d.left,
                    d.documents, a.complete_name AS place, a.company_id IS NULL AS shared,
                    e.event_time AS since, e.biz_step, e.partner_name AS partner,
                    e.document, e.document_model, e.document_id, e.company_id,
                    e.company_name AS company, e.result_package_id AS package_id,
                    e.result_package_name AS package
                FROM door d
                JOIN trace_event e ON e.id = d.last_id
                LEFT JOIN stock_location a ON a.id = d.place_id
                """,
                lots=lot_ids,
                companies=self.env.companies.ids,
            )
        )

    # -- showing --------------------------------------------------------------

    @api.model
    def _ask(self, lots):
        """Answer about lots and keep the answer for the screen."""
        answer = self._answer(lots)
        asked = self.sudo().create(
            {
                "name": self._title(lots),
                "lot_ids": [(6, 0, lots.ids)],
                "asked_at": fields.Datetime.now(),
                "summary": self._summary(answer),
                "has_difference": any(one["difference"] for one in answer),
                "several": len(lots) > 1,
                "line_ids": [(0, 0, vals) for one in answer for vals in self._lines(one)],
            }
        )
        return self.browse(asked.id)

    @api.model
    def _title(self, lots):
        names = ", ".join(lots[:3].mapped("name")) + (" …" if len(lots) > 3 else "")
        return f"{names} ({', '.join(lots.product_id[:2].mapped('display_name'))})"

    @api.model
    def _summary(self, answer):
        """What came and where it is, in one sentence for each lot."""
        several = len(answer) > 1
        sentences = [
            f"{one['lot'].name}: {self._sentence(one)}" if several else self._sentence(one)
            for one in answer[:SUMMARY_LOTS]
        ]
        more = len(answer) - SUMMARY_LOTS
        return "\n".join([*sentences, *([self.env._("%s more", more)] if more > 0 else [])])

    @api.model
    def _sentence(self, one):
        """ "Received 10 = On hand 4 + With a customer 6" and what is missing."""
        lines = self.env["trace.whereabouts.line"]
        totals = defaultdict(float)
        for place in one["places"]:
            totals[place["state"]] += place["quantity"]
        states = dict(lines._fields["state"]._description_selection(self.env))
        origins = {name: self.env._(label) for name, label in whereabouts.ORIGINS}
        came = " + ".join(f"{origins[name]} {value:g}" for name, value in one["came"].items())
        now = " + ".join(f"{states[name]} {value:g}" for name, value in totals.items())
        uom = one["lot"].product_id.uom_id.name
        nothing = self.env._("Nothing")
        text = f"{came or nothing} = {now or nothing} ({uom})"
        if one["difference"]:
            missing = f"{one['difference']:g} {uom}"
            text += ". " + self.env._("Not accounted for: %s", missing)
        return text

    @api.model
    def _lines(self, one):
        """Values of the lines about one lot."""
        known = self.env["trace.whereabouts.line"]._fields
        lot = one["lot"]
        base = {"lot_id": lot.id, "product_id": lot.product_id.id}
        for place in one["places"]:
            vals = {name: place[name] for name in place if name in known and name != "lot_id"}
            yield {**base, **vals}
        if one["difference"]:
            yield {**base, "state": "difference", "quantity": one["difference"]}

    def write(self, vals):
        """People say what they ask about; the answer is for machinery."""
        refuse_forgery(self, vals, {"lot_ids"})
        return super().write(vals)

    def action_find(self):
        """Answer about the numbers that were chosen."""
        if not self.lot_ids:
            raise UserError(self.env._("Choose at least one lot or serial number."))
        return self._ask(self.lot_ids)._trace_open()

    def action_list(self):
        """Show the answer as a list that can be grouped, searched and exported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_whereabouts_line"
        )
        return {**action, "domain": [("whereabouts_id", "=", self.id)], "name": self.name}

    def action_again(self):
        """Ask the same again."""
        self.ensure_one()
        return self._ask(self.lot_ids)._trace_open()

    def _trace_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Where is it?"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    @api.depends("name")
    def _compute_display_name(self):
        for asked in self:
            name = asked.name
            asked.display_name = (
                self.env._("Where is %s?", name) if name else self.env._("Where is it?")
            )


class TraceWhereaboutsLine(models.TransientModel):
    """One place where some of a lot is."""

    _name = "trace.whereabouts.line"
    _description = "Place of a Lot"
    _order = "id"
    _rec_name = "place"

    whereabouts_id = fields.Many2one("trace.whereabouts", index=True, ondelete="cascade")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    state = fields.Selection(
        lambda self: [
            *((name, self.env._(label)) for name, label in whereabouts.STATES),
            ("difference", self.env._("Not accounted for")),
        ],
        "Where",
        readonly=True,
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    reserved = fields.Float(digits="Product Unit", readonly=True)
    place = fields.Char(readonly=True)
    place_id = fields.Many2one("stock.location", "Open Place", readonly=True)
    package = fields.Char(readonly=True)
    package_id = fields.Many2one("stock.package", "Open Package", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    partner = fields.Char("Customer or Supplier", readonly=True)
    partner_id = fields.Many2one("res.partner", "Open Partner", readonly=True)
    since = fields.Datetime(readonly=True, help="Last arrival there")
    document = fields.Char("Last Document", readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Integer("Document ID", readonly=True, aggregator=None)
    documents = fields.Integer(readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)

    def action_open_document(self):
        """Open the last document of the line, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record(self.document_model, self.document_id)
