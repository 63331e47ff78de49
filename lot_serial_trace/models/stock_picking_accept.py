from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.condense import plain
from ..core.reconcile import Item
from .trace_asn_receiving import OPEN, exact

#: What is taken in as advised: rows for ``_trace_capture_numbers``, and dict product id ->
#: quantity of products that carry no numbers.
Load = namedtuple("Load", "rows loose")


class StockPicking(models.Model):
    """Goods of a trusted supplier are taken in as the notice says, without scanning each.

    Whether a supplier is trusted is policy ("Taken in as advised"); by default nobody is.
    A spot check then asks for some of the units by number (``trace.spot.check``).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    trace_can_accept = fields.Boolean(compute="_compute_trace_can_accept")
    trace_check_ids = fields.One2many("trace.spot.check", "picking_id", "Spot Checks")

    @api.depends("state")
    def _compute_trace_can_accept(self):
        for picking in self:
            picking.trace_can_accept = picking._trace_can_accept()

    def _trace_can_accept(self):
        """Whether policy lets the notices of the receipt be taken in as advised."""
        self.ensure_one()
        picking = self.sudo()
        if picking.state in ("draft", "done", "cancel"):
            return False
        asns = picking.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        products = asns.line_ids.product_id & picking.move_ids.product_id
        return bool(products) and not picking._trace_distrust(products)

    def _trace_accept_advised(self, packages=None, spot_check=None):
        """Book what the notices of the receipt say, as policy lets.

        Numbers that are captured already stay as they are; what came with an earlier
        receipt is left out. The goods lie in packages named by SSCC, nested as sent.

        :param packages: ``trace.asn.package`` records or SSCCs, each with all that is in it;
            None: everything that the open notices announce for the receipt
        :param spot_check: how many units must be scanned afterwards; None: as policy says
        :return: dict of ``_trace_capture_numbers`` with ``check`` (the ``trace.spot.check``,
            may be empty), ``to_check`` (the numbers that it asks for) and ``message``
        :raises UserError: the supplier is not trusted, or there is nothing to take in
        """
        self.ensure_one()
        self.check_access("write")
        chosen = self._trace_chosen_packages(packages)
        load = self.sudo()._trace_load(chosen)
        if not load.rows and not load.loose:
            raise UserError(self.env._("The shipping notice announces nothing more for this."))
        answers = self._trace_check_trust(load)
        result = self._trace_capture_numbers(load.rows, "asn")
        self._trace_take_loose(load.loose)
        self.sudo()._trace_nest(chosen)
        check = self._trace_ask_for_units(result, chosen, spot_check, answers)
        self._trace_note_acceptance(result, answers, check)
        return {
            **result,
            "check": check,
            "to_check": check.unit_ids.mapped("number"),
            "message": self._trace_say_accepted(result, load, check),
        }

    # -- what is taken in -----------------------------------------------------

    def _trace_chosen_packages(self, packages):
        """The packages with all that is in them; None for everything."""
        if packages is None:
            return None
        if not isinstance(packages, models.BaseModel):
            packages = self._trace_packages_by_sscc(packages)
        known = self.sudo().trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        strange = packages.sudo().filtered(lambda package: package.asn_id not in known)
        if strange:
            raise UserError(
                self.env._(
                    "%(package)s is not on a shipping notice that %(transfer)s waits for.",
                    package=strange[0].display_name,
                    transfer=self.name,
                )
            )
        chosen = level = packages.sudo()
        while level:
            level = level.child_ids - chosen
            chosen |= level
        return chosen

    def _trace_packages_by_sscc(self, ssccs):
        asns = self.sudo().trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        found = (
            self.env["trace.asn.package"]
            .sudo()
            .search([("asn_id", "in", asns.ids), ("sscc", "in", list(ssccs))])
        )
        missing = set(ssccs) - set(found.mapped("sscc"))
        if missing:
            raise UserError(
                self.env._(
                    "%(package)s is not on a shipping notice that %(transfer)s waits for.",
                    package=", ".join(sorted(missing)),
                    transfer=self.name,
                )
            )
        return found

    def _trace_load(self, packages):
        """What the open notices announce for the receipt, in ``packages`` or at all."""
        lines = self.env["trace.asn.line"].browse(
            self.env["trace.asn.receiving"]._lines_for(self)[self]
        )
        units = self.env["trace.asn.unit"].search(
            [("line_id", "in", lines.ids), ("outcome", "=", False)]
        )
        if packages is not None:
            units = units.filtered(lambda unit: self._trace_package_of(unit) in packages)
        rows = [row for unit in units if (row := self._trace_advised_row(unit))]
        return Load(rows, self._trace_loose(lines) if packages is None else {})

    def _trace_advised_row(self, unit):
        """A row for ``_trace_capture_numbers``; None where there is no number to capture."""
        line = unit.line_id
        serial = line.product_id.tracking == "serial"
        number = unit.serial if serial else unit.lot or unit.serial
        if line.product_id.tracking == "none" or not number:
            return None
        quantity = 1.0 if serial else None
        if not serial and unit.quantity_known and line.product_qty_known and line.quantity:
            quantity = unit.quantity * line.product_qty / line.quantity
        package = self._trace_package_of(unit)
        return {
            "product_id": line.product_id.id,
            "number": number,
            "batch": unit.lot if serial else None,
            "expires": unit.expiry or unit.best_before or None,
            "made": unit.made or None,
            "quantity": quantity,
            "package": package.sscc or package.name or None,
        }

    def _trace_package_of(self, unit):
        """The package that a unit is in: its own, or the only one of its line."""
        packages = unit.package_id or unit.line_id.package_ids
        return packages if len(packages) == 1 else packages.browse()

    def _trace_loose(self, lines):
        """dict product id -> advised quantity, of products that carry no numbers."""
        loose = {}
        for line in lines:
            if line.product_id.tracking == "none" and line.product_qty_known:
                loose[line.product_id.id] = loose.get(line.product_id.id, 0) + line.product_qty
        return loose

    def _trace_take_loose(self, loose):
        """Set what came of products without numbers, move by move."""
        for move in self._trace_open_moves():
            left = loose.get(move.product_id.id)
            if not left or move.picked:
                continue
            taken = min(left, move.product_qty)
            loose[move.product_id.id] = left - taken
            move.quantity = move.product_id.uom_id._compute_quantity(taken, move.product_uom)
            move.picked = True

    def _trace_nest(self, packages):
        """Put the packages that hold packages around them, as sent."""
        if packages is None:
            asns = self.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
            packages = asns.package_ids
        parents = packages.filtered("parent_id").grouped("parent_id")
        if not parents:
            return
        names = {(p.sscc or p.name or "") for p in packages | packages.parent_id} - {""}
        inside = self.move_line_ids.result_package_id
        made = {package.name: package for package in inside}
        made.update(self._trace_packages(names - made.keys()))
        for parent, children in parents.items():
            outer = made.get(parent.sscc or parent.name)
            names = {child.sscc or child.name for child in children}
            inner = self.env["stock.package"].union(*(made[n] for n in names if n in made))
            if outer and inner:
                inner.package_dest_id = outer

    # -- trust ----------------------------------------------------------------

    def _trace_answers(self, products):
        """dict product -> (severity, policy or None) of taking it in as advised."""
        receiving = self.env["trace.asn.receiving"]
        cases = [receiving._case("asn_accepted", self, product.id) for product in products]
        answers = self.env["trace.policy"]._resolve(cases)
        return dict(zip(products, answers, strict=True))

    def _trace_distrust(self, products):
        """The products that policy wants scanned unit by unit."""
        answers = self._trace_answers(products)
        return products.filtered(lambda p: answers[p][0] in ("block", "quarantine"))

    def _trace_check_trust(self, load):
        """dict product -> (severity, policy); raises where policy wants every unit scanned."""
        ids = {row["product_id"] for row in load.rows} | load.loose.keys()
        products = self.env["product.product"].browse(sorted(ids))
        distrusted = self.sudo()._trace_distrust(products)
        if distrusted:
            raise UserError(
                self.env._(
                    "Scan each unit of %s: no policy lets this supplier's notice be taken in as "
                    "it is. An administrator can set the policy “Taken in as advised”.",
                    ", ".join(distrusted[:3].mapped("display_name")),
                )
            )
        return self.sudo()._trace_answers(products)

    def _trace_note_acceptance(self, result, answers, check):
        """Tell the desk what was taken in unseen, where policy wants to hear it."""
        lines = self.env["stock.move.line"].sudo().browse(result["line_ids"])
        notices = ", ".join(self.sudo().trace_asn_ids.mapped("name"))
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "asn_accepted",
                    "values": {
                        "product": product.display_name,
                        "quantity": plain(exact(sum(mine.mapped("quantity_product_uom")))),
                        "asn": notices,
                        "checks": len(check.unit_ids),
                    },
                    "severity": answers[product][0],
                    "policy_id": answers[product][1].id if answers[product][1] else False,
                    "company_id": self.company_id.id,
                    "picking_id": self.id,
                    "partner_id": self.partner_id.id,
                    "product_id": product.id,
                    "asn_id": self.sudo().trace_asn_ids[:1].id,
                }
                for product, mine in lines.grouped("product_id").items()
            ]
        )

    # -- spot check -----------------------------------------------------------

    def _trace_ask_for_units(self, result, packages, count, answers):
        if count is None:
            count = max((rule.spot_check for _s, rule in answers.values() if rule), default=0)
        lines = self.env["stock.move.line"].sudo().browse(result["line_ids"])
        return self.env["trace.spot.check"].sudo()._ask(self.sudo(), lines, packages, count)

    def _trace_say_accepted(self, result, load, check):
        sentence = self.env._(
            "%(count)s numbers taken in as advised.", count=result["added"] + result["again"]
        )
        if load.loose:
            sentence = f"{sentence} {self.env._('Products without numbers, too.')}"
        if result["refused"]:
            refused = self.env._(
                "%(count)s could not be taken: %(first)s",
                count=len(result["refused"]),
                first=result["refused"][0]["message"],
            )
            sentence = f"{sentence} {refused}"
        return f"{sentence} {check._say_open()}".strip() if check else sentence

    # -- buttons --------------------------------------------------------------

    def action_trace_accept(self):
        """Take the whole notice in as advised."""
        result = self._trace_accept_advised()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if result["refused"] or result["check"] else "success",
                "message": result["message"],
                "sticky": bool(result["check"]),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_trace_checks(self):
        """Open the spot checks of the receipt."""
        return self.trace_check_ids._get_records_action(name=self.env._("Spot Checks"))

    def _trace_check_findings(self):
        """Items of open spot checks, for the comparison: dict picking -> list of (item, values)."""
        checks = self.env["trace.spot.check"].search(
            [("picking_id", "in", self.ids), ("state", "=", "open")]
        )
        found = {}
        for check in checks:
            left = check.unit_ids.filtered(lambda unit: not unit.found)
            item = Item(left.product_id[:1].id, label=left.product_id[:1].display_name)
            values = {
                "lot": ", ".join(left.mapped("number")),
                "product": item.label,
                "quantity": str(len(left)),
                "package": check.packages or check.picking_id.name,
            }
            found.setdefault(check.picking_id, []).append((item, values))
        return found
