import random

from odoo import api, fields, models
from odoo.exceptions import UserError

from .trace_guard import refuse_forgery

#: Nobody can tell beforehand which units will be asked for.
_dice = random.SystemRandom()


class TraceSpotCheck(models.Model):
    """Some units of a pallet that was taken in as advised must be seen.

    When the pallet is booked, units are drawn at random and asked for by number. Each
    that is scanned is ticked; when all are, the check has passed. A unit of the pallet
    that is not on the notice, or one that cannot be found, fails the check: the
    whole pallet is taken out of the receipt again and must be scanned unit by unit, and
    the desk hears of it.
    """

    _name = "trace.spot.check"
    _description = "Spot Check"
    _order = "id desc"
    _rec_name = "packages"

    picking_id = fields.Many2one(
        "stock.picking", "Receipt", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    packages = fields.Char(readonly=True, help="SSCC of what was taken in; empty: all of it")
    state = fields.Selection(
        [("open", "To Check"), ("passed", "Passed"), ("failed", "Failed")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    unit_ids = fields.One2many("trace.spot.check.unit", "check_id", "Units", readonly=True)
    line_ids = fields.Many2many("stock.move.line", string="Taken In", readonly=True)
    reason = fields.Char(readonly=True, help="Why it failed")

    @api.depends("packages", "picking_id")
    def _compute_display_name(self):
        for check in self:
            check.display_name = check.packages or check.picking_id.name

    @api.model
    def _ask(self, picking, lines, packages, count):
        """Draw ``count`` units of ``lines`` and ask for them; nothing drawn, nothing asked."""
        drawn = _dice.sample(lines.ids, min(count, len(lines)))
        if not drawn:
            return self.browse()
        outer = packages.filtered(lambda p: p.parent_id not in packages) if packages else ()
        return self.create(
            {
                "picking_id": picking.id,
                "packages": ", ".join(package.display_name for package in outer) or False,
                "line_ids": [(6, 0, lines.ids)],
                "unit_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": line.product_id.id,
                            "number": line.lot_id.name or line.lot_name,
                            "package": line.result_package_id.name,
                        },
                    )
                    for line in lines.browse(drawn)
                ],
            }
        )

    @api.model
    def _scanned(self, picking, product, number):
        """Hear that a number was scanned on a receipt.

        :return: ``(verdict, sentence, move line id)`` if an open check is about it, else None
        """
        checks = self.sudo().search([("picking_id", "=", picking.id), ("state", "=", "open")])
        for check in checks:
            unit = check.unit_ids.filtered(
                lambda unit: unit.product_id == product and unit.number == number
            )
            if unit:
                unit.found = True
                line = check.line_ids.filtered(
                    lambda line: number in (line.lot_id.name, line.lot_name)
                )
                return "good", check._tick(), line[:1].id
        suspects = checks.filtered(lambda check: product in check.unit_ids.product_id)
        if suspects and self.env["trace.asn.receiving"].sudo()._is_unadvised(
            picking.sudo(), product, number
        ):
            suspects[0]._fail(self.env._("%s is not on the shipping notice", number))
            return "stop", suspects[0]._say_failed(), False
        return None

    def _tick(self):
        left = self.unit_ids.filtered(lambda unit: not unit.found)
        if left:
            return self._say_open()
        self.state = "passed"
        return self.env._("Spot check passed.")

    def _say_open(self):
        """Which units are still asked for."""
        left = self.unit_ids.filtered(lambda unit: not unit.found)
        return self.env._(
            "Spot check: scan %(numbers)s (%(done)s of %(all)s seen).",
            numbers=", ".join(left.mapped("number")),
            done=len(self.unit_ids) - len(left),
            all=len(self.unit_ids),
        )

    def _say_failed(self):
        return self.env._(
            "%(reason)s. What was taken in as advised is taken out again: scan each unit.",
            reason=self.reason,
        )

    def _fail(self, reason):
        """Take the pallet out of the receipt again and tell the desk."""
        self.ensure_one()
        self.write({"state": "failed", "reason": reason})
        lines = self.line_ids.filtered(lambda line: line.state not in ("done", "cancel"))
        count = len(lines)
        picking = self.picking_id
        product = self.unit_ids.product_id[:1]
        receiving = self.env["trace.asn.receiving"].sudo()
        case = receiving._case("spot_check_wrong", picking, product.id)
        ((severity, rule),) = self.env["trace.policy"]._resolve([case])
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "spot_check_wrong",
                    "values": {
                        "package": self.packages or picking.name,
                        "reason": reason,
                        "count": count,
                    },
                    "severity": severity,
                    "policy_id": rule.id if rule else False,
                    "company_id": self.company_id.id,
                    "picking_id": picking.id,
                    "partner_id": picking.partner_id.id,
                    "product_id": product.id,
                    "asn_id": picking.trace_asn_ids[:1].id,
                    "lot_name": self.packages,
                }
            ]
        )
        lines.unlink()

    def action_not_found(self):
        """A person says that a unit that was asked for is not there."""
        self.ensure_one()
        self.check_access("read")
        self.picking_id.check_access("write")
        if self.state != "open":
            raise UserError(self.env._("This spot check has ended."))
        left = self.unit_ids.filtered(lambda unit: not unit.found)
        self.sudo()._fail(self.env._("not found: %s", ", ".join(left.mapped("number"))))

    def write(self, vals):
        """Checks are ticked by scans."""
        refuse_forgery(self, vals, set())
        return super().write(vals)


class TraceSpotCheckUnit(models.Model):
    """A unit that a spot check asks for."""

    _name = "trace.spot.check.unit"
    _description = "Unit of a Spot Check"
    _order = "check_id, id"
    _rec_name = "number"

    check_id = fields.Many2one(
        "trace.spot.check", required=True, readonly=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    number = fields.Char("Lot/Serial", required=True, readonly=True)
    package = fields.Char(readonly=True)
    found = fields.Boolean("Seen", readonly=True)
