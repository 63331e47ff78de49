from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import walk
from .trace_event_sql import product_name

#: Numbers that are drawn, the nearest first. What a trace reaches beyond them is counted.
MOST = 20_000
#: Which record an operation of the walk is, by the word that the edges have for it.
RECORDS = {
    "production": "mrp.production",
    "unbuild": "mrp.unbuild",
    "repair_in": "repair.order",
    "repair_out": "repair.order",
}


class TraceExplorer(models.AbstractModel):
    """What the explorer shows: one question, seen as graph, time, table and places.

    Every method reads only, so that a replica can serve it, and asks a constant number of
    queries, whatever the number of lots. The browser gets the whole graph in one answer, as
    plain values: folding, levels, grouping and sorting happen there, without a word to the
    server. What the asker's companies and record rules do not show is not in it.
    """

    _name = "trace.explorer"
    _description = "Trace Explorer"

    @api.model
    @api.readonly
    def explore(self, question: dict) -> dict:
        """Answer a question as a graph.

        :param question: dict as ``trace.question`` takes it: ``lots``, ``numbers``, ``products``,
            ``suppliers``, ``customers``, ..., ``direction``, ``from``, ``to``
        :return: dict with

            * ``title``; ``asked``: ids of the lots that the question is about
            * ``lots``: list of dicts ``id``, ``name``, ``product`` (index into ``products``),
              ``level`` (negative: what they were made of, positive: what became of them),
              ``since`` (when it was reached, or false), ``status``, ``expires``, ``on_hand``,
              ``reserved``
            * ``products``: list of dicts ``id``, ``name``, ``uom``
            * ``operations``: list of dicts ``kind``, ``id``, ``name``, ``time``, ``way``
              (``backward`` or ``forward``), ``inputs`` and ``outputs`` (ids of lots),
              ``untracked`` (ids of goods without a number: there the trace has a gap)
            * ``untracked``: dict id -> name of these goods
            * ``partners``: list of dicts ``id``, ``name``
            * ``flows``: who sent and who got: list of dicts ``lot``, ``partner`` (index into
              ``partners``), ``way`` (``supplier`` or ``customer``), ``quantity``, ``back``
              (returned), ``documents``, ``first``, ``last``
            * ``total``: how many lots there are; ``more``: how many of them are not in ``lots``
        :raises AccessError: the caller reads no traceability records
        :raises UserError: the question cannot be understood or names nothing
        """
        return self._answer(question, MOST)

    @api.model
    def _answer(self, question, most):
        """The answer, of ``most`` lots at most."""
        self._check()
        asked, levels, links, total = self._walked(question, most)
        lots, products = self._lots(levels)
        shown = {lot["id"] for lot in lots}
        links = [_within(link, shown) for link in links]
        partners, flows = self._flows(lots, question)
        asked = [lot_id for lot_id in asked if lot_id in shown]
        return {
            "question": question,
            "title": self._title(lots, products, asked),
            "asked": asked,
            "lots": lots,
            "products": products,
            "operations": [link for link in links if link["inputs"] or link["outputs"]],
            "untracked": self._untracked(links),
            "partners": partners,
            "flows": flows,
            "total": total,
            "more": max(0, total - len(levels)),
            "asked_at": _said(fields.Datetime.now()),
            "records": RECORDS,
            "kinds": self._kinds(),
            "can_share": self.env["trace.share"]._may_share(),
        }

    @api.model
    @api.readonly
    def question_of(self, run: int) -> dict:
        """The question that a kept answer was given to."""
        run = self.env["trace.run"].browse(run)
        run.check_access("read")
        return run.question or {"lots": run.lot_ids.ids}

    @api.model
    def keep(self, question: dict, purpose: str = "curiosity") -> int:
        """Ask a question once more and keep its answer, with its time and digest.

        :param purpose: as in ``trace.run``
        :return: id of the ``trace.run``
        """
        self._check()
        return self.env["trace.run"]._ask(question, purpose).id

    @api.model
    def _action(self, question):
        """The explorer, with a question."""
        action = self.env["ir.actions.client"]._for_xml_id("lot_serial_trace.action_trace_explorer")
        return {**action, "params": {"question": question}}

    @api.model
    def _check(self):
        """Who reads the ledger may explore it."""
        self.env["trace.event"].check_access("read")
        self.env["stock.lot"].check_access("read")
        self.env.flush_all()

    # -- walking --------------------------------------------------------------

    @api.model
    def _walked(self, question, most):
        """Everything that a question reaches, the nearest first.

        :return: ``(asked, levels, links, total)``: ids of the lots to begin with, dict lot id ->
            ``(level, since)``, dicts of operations, and how many lots there are
        """
        direction = question.get("direction") or "both"
        asked, found, links, counts = {}, {}, [], []
        for way in ("backward", "forward"):
            starts = self._starts(question, way)
            asked.update(dict.fromkeys(lot_id for lot_id, _moment in starts))
            if direction in (way, "both"):
                found[way], count = self._reached(starts, way, most)
                counts.append(count)
                links += self._operations(starts, way, most)
            else:
                found[way] = {lot_id: (0, moment) for lot_id, moment in starts}
        back = {lot_id: steps for lot_id, (steps, _at) in found["backward"].items()}
        forth = {lot_id: steps for lot_id, (steps, _at) in found["forward"].items()}
        near = walk.nearest(asked, back, forth)
        levels = {
            lot_id: (level, found["forward"].get(lot_id, (0, None))[1])
            for lot_id, level in list(near.items())[:most]
        }
        if not asked:
            raise UserError(self.env._("Nothing that can be followed is known of this."))
        # What is left out is counted, and then the asked lots twice: once for each way.
        left_out = max(counts) > most
        total = sum(counts) - (len(counts) - 1) * len(asked) if left_out else len(near)
        return list(asked), levels, links, total

    @api.model
    def _starts(self, question, way):
        """The lots that a question begins with: list of ``(lot id, moment or None)``."""
        return self.env["trace.question"]._starts(question, forward=way == "forward")

    @api.model
    def _reached(self, starts, way, most):
        """What is reached one way: dict lot id -> ``(steps, since)``, and how many there are."""
        companies = self.env.companies.ids
        reach = self.env["trace.edge"]._reach(starts, way == "forward", companies)
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id, level, NULLIF(NULLIF(at, '-infinity'), 'infinity'), "
                "count(*) OVER () FROM %s ORDER BY level, lot_id LIMIT %s",
                reach,
                most,
            )
        )
        found = {lot_id: (level, at) for lot_id, level, at, _total in rows}
        return found, rows[0][3] if rows else 0

    @api.model
    def _operations(self, starts, way, most):
        """The operations between them, the nearest first."""
        links = self.env["trace.edge"]._links(starts, way, self.env.companies.ids, limit=most)
        return [
            {
                "kind": link["operation"],
                "id": link["operation_id"],
                "name": link["name"] or "",
                "time": _said(link["time"]),
                "way": way,
                "inputs": link["inputs"],
                "outputs": link["outputs"],
                "untracked": [*link["untracked_inputs"], *link["untracked_outputs"]],
            }
            for link in links
        ]

    @api.model
    def _untracked(self, links):
        """Names of the goods without a number that operations used: there the trace has gaps."""
        ids = {product_id for link in links for product_id in link["untracked"]}
        products = self.env["product.product"].sudo().browse(ids)
        return {product.id: product.display_name for product in products}

    # -- describing -----------------------------------------------------------

    @api.model
    def _lots(self, levels):
        """Dicts of the lots that the asker may read, and of their products."""
        lots = self.env["stock.lot"]._search([("id", "in", list(levels))])
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.name, l.product_id, %(product)s AS product_name, u.name AS uom,
                    l.trace_status AS status, l.expiration_date AS expires,
                    q.on_hand, q.reserved
                FROM stock_lot l
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN uom_uom u ON u.id = t.uom_id
                LEFT JOIN LATERAL (
                    SELECT sum(quantity)::float AS on_hand,
                        sum(reserved_quantity)::float AS reserved
                    FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
                    WHERE q.lot_id = l.id AND a.usage IN ('internal', 'transit')
                        AND (a.company_id IS NULL OR a.company_id = ANY(%(companies)s))
                ) q ON TRUE
                WHERE l.id IN %(lots)s
                ORDER BY l.name, l.id
                """,
                product=product_name(),
                companies=self.env.companies.ids,
                lots=lots.subselect(),
            )
        )
        products = {}
        for row in rows:
            product_id, name, uom = row.pop("product_id"), row.pop("product_name"), row.pop("uom")
            words = {"id": product_id, "name": name, "uom": self._translated(uom)}
            row["product"] = products.setdefault(product_id, (len(products), words))[0]
            row["level"], since = levels[row["id"]]
            row["since"], row["expires"] = _said(since), _said(row["expires"])
            row["on_hand"], row["reserved"] = row["on_hand"] or 0, row["reserved"] or 0
        return rows, [words for _index, words in products.values()]

    @api.model
    def _kinds(self):
        """Words for the kinds of operations."""
        kinds = self.env["trace.edge"]._fields["operation"]
        return dict(kinds._description_selection(self.env))

    @api.model
    def _translated(self, names):
        """A translated name as SQL gives it, in the asker's language."""
        return names.get(self.env.lang) or names.get("en_US") or next(iter(names.values()), "")

    @api.model
    def _title(self, lots, products, asked):
        """ "A1, A2 and 5 more (Milk)": what the question is about."""
        about = [lot for lot in lots if lot["id"] in set(asked)]
        names = ", ".join(lot["name"] for lot in about[:3])
        if len(about) > 3:
            names = self.env._("%(names)s and %(count)s more", names=names, count=len(about) - 3)
        goods = dict.fromkeys(products[lot["product"]]["name"] for lot in about)
        return f"{names} ({', '.join(list(goods)[:2])})" if about else ""

    @api.model
    def _flows(self, lots, question):
        """Who sent and who got lots, corrections applied: one query.

        Of a lot that was reached forward only what left since then counts.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.lot_id, s.way, s.partner_id,
                    (array_agg(s.partner_name ORDER BY e.id DESC))[1],
                    sum(s.went)::float, sum(s.back)::float,
                    count(DISTINCT (e.document_model, e.document_id)),
                    min(e.event_time), max(e.event_time)
                FROM unnest(%(lots)s::int[], %(levels)s::int[], %(since)s::timestamp[])
                    AS r(lot_id, level, since)
                JOIN trace_event e ON e.lot_id = r.lot_id
                CROSS JOIN LATERAL (
                    SELECT 'supplier' AS way, COALESCE(e.supplier_id, e.partner_id) AS partner_id,
                        COALESCE(e.supplier_name, e.partner_name) AS partner_name,
                        e.quantity AS went, 0 AS back
                    WHERE e.source_usage = 'supplier' AND r.level <= 0
                    UNION ALL
                    SELECT 'supplier', e.partner_id, e.partner_name, 0, e.quantity
                    WHERE e.dest_usage = 'supplier' AND r.level <= 0
                    UNION ALL
                    SELECT 'customer', e.partner_id, e.partner_name, e.quantity, 0
                    WHERE e.dest_usage = 'customer' AND r.level >= 0
                        AND (r.since IS NULL OR e.event_time >= r.since)
                    UNION ALL
                    SELECT 'customer', e.partner_id, e.partner_name, 0, e.quantity
                    WHERE e.source_usage = 'customer' AND r.level >= 0
                ) s
                WHERE e.kind IN ('movement', 'correction') AND e.quantity != 0
                    AND e.company_id = ANY(%(companies)s)
                    AND (%(start)s::timestamp IS NULL OR e.event_time >= %(start)s)
                    AND (%(end)s::timestamp IS NULL OR e.event_time <= %(end)s)
                    AND NOT EXISTS (SELECT FROM trace_event c WHERE c.kind = 'correction'
                        AND c.move_line_id = e.move_line_id AND c.id > e.id)
                GROUP BY e.lot_id, s.way, s.partner_id
                ORDER BY min(e.event_time), e.lot_id
                """,
                lots=[lot["id"] for lot in lots],
                levels=[lot["level"] for lot in lots],
                since=[lot["since"] or None for lot in lots],
                companies=self.env.companies.ids,
                start=question.get("from") or None,
                end=question.get("to") or None,
            )
        )
        partners, flows = {}, []
        for lot_id, way, partner_id, name, quantity, back, documents, first, last in rows:
            words = {"id": partner_id or 0, "name": name or self._nobody(way)}
            index = partners.setdefault((partner_id, words["name"]), (len(partners), words))[0]
            flows.append(
                {
                    "lot": lot_id,
                    "partner": index,
                    "way": way,
                    "quantity": quantity,
                    "back": back,
                    "documents": documents,
                    "first": _said(first),
                    "last": _said(last),
                }
            )
        return [words for _index, words in partners.values()], flows

    @api.model
    def _nobody(self, way):
        if way == "supplier":
            return self.env._("Supplier not recorded")
        return self.env._("Customer not recorded")


def _within(link, shown):
    """A link without the lots that are not shown."""
    return {
        **link,
        "inputs": [lot_id for lot_id in link["inputs"] if lot_id in shown],
        "outputs": [lot_id for lot_id in link["outputs"] if lot_id in shown],
    }


def _said(moment):
    """A moment for the browser; infinity is no moment."""
    return fields.Datetime.to_string(moment) if moment and moment.year < 9999 else False
