from collections import namedtuple
from datetime import datetime
from decimal import Decimal

from odoo import api, models

from ..core.findings import Finding
from ..core.reconcile import reconcile
from ..core.tolerance import Leeway, Tolerance
from .trace_asn_receiving import OPEN, exact

#: What comparing a group of receipts gave: the receipts asked about, advised and captured
#: items (the latter of these receipts, as dict receipt -> items), findings, and whether
#: nothing more is to come.
Comparison = namedtuple("Comparison", "pickings advised captured findings last")

#: What a group is compared with, fetched for all groups at once.
Facts = namedtuple("Facts", "lines items captured known now ended")

#: A finding about a receipt, with its severity and the policy that gave it (or None).
Difference = namedtuple("Difference", "finding severity rule picking")

#: Findings that can be told only when nothing more is to come.
IN_THE_END = ("asn_missing", "asn_under")


class TraceAsnComparing(models.AbstractModel):
    """Compares receipts with their notices.

    Receipts that the same lines of a notice announce are compared together: back
    orders, several receipts of one notice, several notices of one receipt. What is
    missing is told when the last of them is done; what one of them captured is told
    with that one, once.
    """

    _inherit = "trace.asn.receiving"

    @api.model
    def _noticed(self, pickings):
        """Those of ``pickings`` that bring goods which an open notice announces."""
        receipts = pickings.filtered(
            lambda picking: picking.picking_type_code == "incoming" and not picking.return_id
        )
        return receipts.filtered(
            lambda picking: any(asn.state in OPEN for asn in picking.trace_asn_ids)
        )

    @api.model
    def _examine(self, comparisons):
        """The findings of comparisons with the severities that policy gives them.

        :return: list of :class:`Difference`, without those that are switched off
        """
        found = [
            (finding, picking)
            for comparison in comparisons
            for finding, picking in self._attributed(comparison)
        ] + self._open_checks(comparisons)
        keys = list(dict.fromkeys((f.code, picking, f.ref.product) for f, picking in found))
        answers = self.env["trace.policy"]._resolve([self._case(*key) for key in keys])
        answers = dict(zip(keys, answers, strict=True))
        differences = [
            Difference(finding, *answers[finding.code, picking, finding.ref.product], picking)
            for finding, picking in found
        ]
        told = self._told_by_gate(keys)
        return [
            one
            for one in differences
            if one.severity != "off"
            and not (
                one.finding.code == "asn_in_stock"
                and (one.picking, one.finding.ref.product) in told
            )
        ]

    @api.model
    def _told_by_gate(self, keys):
        """(receipt, product id) for which the gate says that a number is in stock already."""
        asked = [(picking, product) for code, picking, product in keys if code == "asn_in_stock"]
        answers = self.env["trace.policy"]._resolve(
            [self._case("duplicate_serial", *key) for key in asked]
        )
        return {key for key, (severity, _) in zip(asked, answers, strict=True) if severity != "off"}

    @api.model
    def _open_checks(self, comparisons):
        """Pairs of a finding and a receipt: units that spot checks still ask for."""
        pickings = self.env["stock.picking"].union(*(c.pickings for c in comparisons))
        return [
            (Finding("spot_check_open", values, ref=item), picking)
            for picking, found in pickings._trace_check_findings().items()
            for item, values in found
        ]

    @api.model
    def _attributed(self, comparison):
        """Pairs of a finding and the receipt that captured it, or the latest one."""
        homes = {
            item.ref: picking for picking, items in comparison.captured.items() for item in items
        }
        last = comparison.pickings[-1]
        return [(f, homes.get(self._line_id(f), last)) for f in comparison.findings]

    @api.model
    def _line_id(self, finding):
        """Id of the move line that a finding is about; None if it is about the notice."""
        return None if finding.ref.source else finding.ref.ref

    @api.model
    def _compare(self, pickings, closing=None):
        """Compare receipts with their notices: a constant number of queries.

        :param pickings: receipts that are done or about to be
        :param closing: those of ``pickings`` after which no back order comes; None: as they are
        :return: list of :class:`Comparison`, for receipts that a notice advises something for
        """
        groups, lines = self._groups(pickings)
        if not groups:
            return []
        facts = self._facts(pickings, pickings.union(*groups), lines, closing)
        return [self._compare_group(group, group & pickings, facts) for group in groups]

    @api.model
    def _facts(self, pickings, members, lines, closing):
        done = pickings.filtered(lambda picking: picking.state == "done")
        now = pickings - done
        captured = self._captured(members, now)
        known = {
            company: self._known((i for p in now & mine for i in captured[p]), company)
            for company, mine in members.grouped("company_id").items()
        }
        items = self._items({line_id for ids in lines.values() for line_id in ids})
        members.move_ids.mapped("product_qty")  # into the cache, for all groups at once
        return Facts(lines, items, captured, known, now, done | (closing or done))

    @api.model
    def _compare_group(self, group, pickings, facts):
        """One comparison; ``pickings`` are those of the group that were asked about."""
        line_ids = dict.fromkeys(line_id for member in group for line_id in facts.lines[member])
        advised = [item for line_id in line_ids for item in facts.items[line_id]]
        mine = {picking: facts.captured[picking] for picking in pickings}
        everything = [item for member in group for item in facts.captured[member]]
        products = {item.product for item in advised + everything}
        company = group.company_id[:1]
        findings = reconcile(
            advised,
            everything,
            self._ordered(group),
            self._tolerances(pickings[-1], line_ids, products),
            datetime.now(self._zone(company)).date(),
            facts.known[company],
        )
        last = all(p in facts.ended or p.state in ("done", "cancel") for p in group)
        return Comparison(pickings, advised, mine, self._due(findings, last, mine), last)

    @api.model
    def _groups(self, pickings):
        """Receipts that belong together, and what is announced for each.

        :return: ``(list of recordsets, dict picking -> ids of notice lines)``
        """
        members = self._noticed(pickings.trace_asn_ids.picking_ids | pickings).sorted("id")
        lines = {member: ids for member, ids in self._lines_for(members).items() if ids}
        group_of = {}
        for member, ids in lines.items():
            met = {group_of[line_id] for line_id in ids if line_id in group_of}
            group = frozenset({member}).union(*met)
            touched = [line_id for line_id, other in group_of.items() if other in met]
            group_of.update(dict.fromkeys([*touched, *ids], group))
        groups = [members.browse(sorted(m.id for m in group)) for group in set(group_of.values())]
        return [group for group in groups if group & pickings], lines

    @api.model
    def _due(self, findings, last, mine):
        """The findings to be told now.

        :param last: nothing more is to come
        :param mine: dict picking -> captured items of the receipts that were asked about
        """
        captured = [item for items in mine.values() for item in items]
        ids = {item.ref for item in captured}
        products = {item.product for item in captured}

        def due(finding):
            if finding.code in IN_THE_END or self._falls_short(finding):
                return last
            line_id = self._line_id(finding)
            if line_id:
                return line_id in ids
            return last or (finding.code != "asn_duplicate" and finding.ref.product in products)

        return [finding for finding in findings if due(finding)]

    @api.model
    def _falls_short(self, finding):
        """Whether packs may be explained by the rest that is still to come."""
        values = finding.values
        return finding.code == "asn_unit_mismatch" and (
            Decimal(values["quantity"]) < Decimal(values["advised"])
        )

    # -- what policy lets pass ------------------------------------------------

    @api.model
    def _tolerances(self, picking, line_ids, product_ids):
        """dict product id -> :class:`core.tolerance.Tolerance`."""
        codes = ("asn_over", "asn_under", "over_order", "short_life")
        products = self.env["product.product"].browse(product_ids)
        cases = [self._case(code, picking, product.id) for product in products for code in codes]
        rules = iter([rule for _severity, rule in self.env["trace.policy"]._resolve(cases)])
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        packs = self._packs(line_ids, products)
        tolerances = {}
        for product in products:
            over, under, order, life = (next(rules) for _code in codes)
            tolerances[product.id] = Tolerance(
                self._leeway(over),
                self._leeway(under),
                self._leeway(order),
                Decimal(1).scaleb(-digits),
                life.min_life_days if life else 0,
                exact(life.min_life_percent) / 100 if life else Decimal(0),
                product.expiration_time if product.use_expiration_date else 0,
                packs[product],
            )
        return tolerances

    @api.model
    def _leeway(self, rule):
        if not rule:
            return Leeway()
        return Leeway(exact(rule.tolerance_percent) / 100, exact(rule.tolerance_quantity))

    @api.model
    def _packs(self, line_ids, products):
        """dict product -> sizes of its packs, as we and the notice know them."""
        sizes = {product: set() for product in products}
        for line in self.env["trace.asn.line"].browse(line_ids):
            if line.pack_size:
                sizes[line.product_id].add(exact(line.pack_size))
        for product, known in sizes.items():
            for uom in product.uom_ids | product.seller_ids.product_uom_id:
                size = uom._compute_quantity(1, product.uom_id, round=False, raise_if_failure=False)
                known.add(exact(size))
        return {product: tuple(sorted(known)) for product, known in sizes.items()}

    @api.model
    def _case(self, code, picking, product_id):
        return self.env["trace.policy"]._case_of(code, picking, product_id)
