from collections import namedtuple
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import SQL

from ..core.reconcile import Item, Tolerance, condense, reconcile

#: States in which a notice tells what to expect.
OPEN = ("expected", "receiving", "reconciled")

#: What comparing one receipt gave: advised and captured items, findings, and whether
#: it is the last of its back order chain.
Comparison = namedtuple("Comparison", "advised captured findings last")


class TraceAsnReceiving(models.AbstractModel):
    """Compares shipping notices with what a receipt captured.

    Advised and captured numbers are fetched in one query each for any number of
    receipts; ``core/reconcile.py`` compares; policy says how severe a difference is.
    """

    _name = "trace.asn.receiving"
    _description = "Comparison of Shipping Notices with Receipts"

    # -- what is advised, captured, ordered -----------------------------------

    @api.model
    def _advised(self, pickings):
        """dict picking -> list of :class:`core.reconcile.Item`, from its open notices.

        An item's ``ref`` is the id of its ``trace.asn.unit``; it has none where the
        notice gives a quantity without numbers.
        """
        rows = self._advised_rows(pickings)
        labels = self._labels(row["product_id"] for row in rows)
        items = {picking: [] for picking in pickings}
        for (picking_id, _line_id), units in self._by_line(rows).items():
            items[pickings.browse(picking_id)] += self._line_items(units, labels)
        return items

    @api.model
    def _advised_rows(self, pickings):
        """One row per advised unit, and one per line without units."""
        for model in ("trace.asn", "trace.asn.line", "trace.asn.unit"):
            self.env[model].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                WITH %s
                SELECT r.picking_id, l.id AS line_id, a.name AS source,
                    l.product_id, t.tracking, u.id AS unit_id, u.serial, u.lot,
                    COALESCE(u.expiry, u.best_before) AS expiry,
                    CASE WHEN l.product_qty_known THEN l.product_qty END AS line_quantity,
                    CASE WHEN u.quantity_known AND l.product_qty_known AND l.quantity != 0
                        THEN u.quantity * l.product_qty / l.quantity END AS quantity
                FROM scope r
                JOIN trace_asn_line l ON l.id = r.line_id AND l.product_id IS NOT NULL
                JOIN trace_asn a ON a.id = l.asn_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN trace_asn_unit u ON u.line_id = l.id
                WHERE r.picking_id = ANY(%s)
                ORDER BY r.picking_id, l.id, u.id
                """,
                self._scope(pickings.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)),
                pickings.ids,
            )
        )

    @api.model
    def _scope(self, asns):
        """SQL of the common table ``scope``: which line of the notices is for which receipt.

        A line that names an order is for the receipts of that order, and for those that
        were made without one.
        """
        return SQL(
            """
            ordered AS (
                SELECT DISTINCT m.picking_id, o.order_id
                FROM stock_picking_trace_asn_rel r
                JOIN stock_move m ON m.picking_id = r.stock_picking_id
                JOIN purchase_order_line o ON o.id = m.purchase_line_id
                WHERE r.trace_asn_id = ANY(%(asns)s)
            ),
            scope AS (
                SELECT r.stock_picking_id AS picking_id, l.id AS line_id
                FROM stock_picking_trace_asn_rel r
                JOIN trace_asn_line l ON l.asn_id = r.trace_asn_id
                WHERE r.trace_asn_id = ANY(%(asns)s) AND (l.purchase_id IS NULL
                    OR r.stock_picking_id NOT IN (SELECT picking_id FROM ordered)
                    OR (r.stock_picking_id, l.purchase_id) IN (SELECT * FROM ordered))
            )
            """,
            asns=asns.ids,
        )

    @api.model
    def _by_line(self, rows):
        groups = {}
        for row in rows:
            groups.setdefault((row["picking_id"], row["line_id"]), []).append(row)
        return groups

    @api.model
    def _line_items(self, rows, labels):
        """The items of one line: its numbers, and what of its quantity they leave open."""
        items = [item for row in rows if (item := self._unit_item(row, labels))]
        first = rows[0]
        total = first["line_quantity"]
        counted = sum(item.quantity for item in items if item.quantity is not None)
        rest = None if total is None else exact(total) - counted
        if (rest is None and not items) or (rest is not None and rest > 0):
            items.append(
                Item(
                    first["product_id"],
                    quantity=rest,
                    serial=first["tracking"] == "serial",
                    label=labels[first["product_id"]],
                    source=first["source"],
                )
            )
        return items

    @api.model
    def _unit_item(self, row, labels):
        """An advised number in the terms in which the product is tracked, or None."""
        tracking = row["tracking"]
        serial = tracking == "serial"
        number = row["serial"] if serial else row["lot"] or row["serial"]
        if tracking == "none" or not number:
            return None
        quantity = row["quantity"]
        if quantity is not None:
            quantity = exact(quantity)
        return Item(
            row["product_id"],
            number,
            Decimal(1) if serial else quantity,
            row["expiry"],
            serial,
            labels[row["product_id"]],
            row["source"],
            row["unit_id"],
        )

    @api.model
    def _captured(self, pickings):
        """dict picking -> list of :class:`core.reconcile.Item`; ``ref`` is the move line's id."""
        done = pickings.filtered(lambda picking: picking.state == "done")
        lines = done.move_line_ids.filtered(lambda line: line.quantity)
        labels = self._labels(lines.product_id.ids)
        items = {picking: [] for picking in pickings}
        for line in lines:
            tracking = line.product_id.tracking
            zone = self._zone(line.company_id)
            items[line.picking_id].append(
                Item(
                    line.product_id.id,
                    "" if tracking == "none" else line.lot_id.name or line.lot_name or "",
                    exact(line.quantity_product_uom),
                    local_day(line.lot_id.expiration_date or line.expiration_date, zone),
                    tracking == "serial",
                    labels[line.product_id.id],
                    ref=line.id,
                )
            )
        return items

    @api.model
    def _ordered(self, pickings):
        """Items of what the receipts ask for; moves that were added by hand ask for nothing."""
        return [
            Item(move.product_id.id, quantity=exact(move.product_qty))
            for move in pickings.move_ids
            if move.product_qty and move.state != "cancel"
        ]

    @api.model
    def _labels(self, product_ids):
        products = self.env["product.product"].browse(dict.fromkeys(product_ids))
        return {product.id: product.display_name for product in products}

    @api.model
    def _zone(self, company):
        """The company's time zone: dates on labels are local days."""
        return ZoneInfo(company.partner_id.tz or self.env.user.tz or "UTC")

    @api.model
    def _is_unadvised(self, picking, product, number):
        """Whether the notices of a receipt say that this number is not in it.

        Three queries, whatever the size of the notices: asked at every scan. A notice
        that leaves numbers of the product open forbids none.
        """
        asns = picking.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        if not asns:
            return False
        lines = self.env["trace.asn.line"].search(
            [("asn_id", "in", asns.ids), ("product_id", "=", product.id)]
        )
        if any(line._leaves_open() for line in lines):
            return False
        return not self.env["trace.asn.unit"].search_count(
            [("line_id", "in", lines.ids), "|", ("serial", "=", number), ("lot", "=", number)],
            limit=1,
        )

    # -- comparing ------------------------------------------------------------

    @api.model
    def _compare(self, pickings):
        """Compare receipts, each with those it is a back order of, with their notices.

        What is missing is not said before the last of such a chain is done, and what
        an earlier one brought too much is not said again.

        :param pickings: done receipts
        :return: dict picking -> :class:`Comparison`, for receipts that a notice advises
            something for
        """
        advised = {picking: items for picking, items in self._advised(pickings).items() if items}
        pickings = pickings.filtered(lambda picking: picking in advised)
        chains = self._chains(pickings)
        own = self._captured(pickings.union(*chains.values()))
        tolerances = self._tolerances(pickings, own)
        compared = {}
        for picking in pickings:
            captured = [item for member in chains[picking] for item in own[member]]
            findings = reconcile(
                advised[picking],
                captured,
                self._ordered(chains[picking]),
                tolerances[picking],
                datetime.now(self._zone(picking.company_id)).date(),
            )
            last = all(member.state in ("done", "cancel") for member in chains[picking])
            mine = {item.ref for item in own[picking]}
            due = [finding for finding in findings if self._is_due(finding, last, mine)]
            compared[picking] = Comparison(advised[picking], captured, due, last)
        return compared

    @api.model
    def _chains(self, pickings):
        """dict picking -> receipts of the same notices and the same back order chain."""

        def root(picking):
            while picking.backorder_id:
                picking = picking.backorder_id
            return picking

        members = pickings.trace_asn_ids.picking_ids.sorted("id").grouped(root)
        return {picking: members[root(picking)] for picking in pickings}

    @api.model
    def _is_due(self, finding, last, mine):
        """Whether a finding is to be reported with this receipt.

        :param last: nothing more is to come
        :param mine: ids of the receipt's move lines
        """
        if finding.code in ("asn_missing", "asn_under"):
            return last
        if finding.ref.source:  # about the notice as a whole, not about what was captured
            return last
        return finding.ref.ref in mine or finding.ref.ref is None

    @api.model
    def _tolerances(self, pickings, captured):
        """dict picking -> dict product id -> :class:`core.reconcile.Tolerance`."""
        wanted = [
            (picking, product_id)
            for picking in pickings
            for product_id in {item.product for item in captured[picking]}
        ]
        answers = self.env["trace.policy"]._resolve(
            [self._case("short_life", picking, product_id) for picking, product_id in wanted]
        )
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        tolerances = {picking: {} for picking in pickings}
        for (picking, product_id), (_severity, rule) in zip(wanted, answers, strict=True):
            tolerances[picking][product_id] = Tolerance(
                rounding=Decimal(1).scaleb(-digits),
                min_life_days=rule.min_life_days if rule else 0,
            )
        return tolerances

    @api.model
    def _case(self, code, picking, product_id):
        return {
            "code": code,
            "company_id": picking.company_id.id,
            "product_id": product_id,
            "partner_id": picking.partner_id.id,
            "picking_type_id": picking.picking_type_id.id,
        }

    # -- settling -------------------------------------------------------------

    @api.model
    def _settle(self, pickings):
        """Compare done receipts with their notices and put the differences on the desk.

        :param pickings: done receipts, in superuser mode
        :return: the exceptions
        """
        asns = pickings.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        if not asns:
            return self.env["trace.exception"]
        compared = self._compare(pickings)
        exceptions = self._open(compared)
        self._note_outcomes(compared)
        asns._received()
        return exceptions

    @api.model
    def _open(self, compared):
        cases = [
            (picking, finding)
            for picking, comparison in compared.items()
            for finding in condense(comparison.findings)
        ]
        answers = self.env["trace.policy"]._resolve(
            [self._case(finding.code, picking, finding.ref.product) for picking, finding in cases]
        )
        return self.env["trace.exception"]._open_many(
            [
                {**self._exception(picking, finding), "severity": severity}
                for (picking, finding), (severity, _rule) in zip(cases, answers, strict=True)
            ]
        )

    @api.model
    def _exception(self, picking, finding):
        item = finding.ref
        asns = picking.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        asn = asns.filtered(lambda asn: asn.name == item.source) or asns
        line = self.env["stock.move.line"]
        if item.ref and not item.source:  # captured
            line = line.browse(item.ref)
        return {
            "kind": finding.code,
            "values": self.env["trace.asn"]._localise(finding.values),
            "hint": finding.hint,
            "company_id": picking.company_id.id,
            "partner_id": picking.partner_id.id,
            "picking_id": picking.id,
            "asn_id": asn[:1].id,
            "product_id": item.product,
            "lot_id": line.lot_id.id,
            "lot_name": finding.values["lot"] if finding.values["lot"] != "–" else False,
            "quantity": float(finding.values["quantity"]),
        }

    @api.model
    def _note_outcomes(self, compared):
        """Write on the advised numbers whether they came: two queries."""
        outcomes = {"received": [], "missing": []}
        for comparison in compared.values():
            came = {(item.product, item.number) for item in comparison.captured}
            for item in comparison.advised:
                if (item.product, item.number) in came:
                    outcomes["received"].append(item.ref)
                elif comparison.last:
                    outcomes["missing"].append(item.ref)
        for outcome, ids in outcomes.items():
            self.env.cr.execute(
                SQL("UPDATE trace_asn_unit SET outcome = %s WHERE id = ANY(%s)", outcome, ids)
            )
        self.env["trace.asn.unit"].invalidate_model(["outcome"])


def exact(quantity):
    """A database quantity as the decimal that its shortest spelling says."""
    return Decimal(repr(quantity))


def local_day(moment, zone):
    """The local date of a naive UTC moment; None for none."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None
