from datetime import UTC, datetime, time
from uuid import uuid4

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import gs1
from ..core.capture import PROBLEMS, capture
from .trace_guard import again_if_taken

METHODS = [
    ("scanned", "Scanned"),
    ("camera", "Camera"),
    ("typed", "Typed"),
    ("pasted", "Pasted"),
    ("imported", "Imported"),
    ("asn", "From shipping notice"),
    ("generated", "Generated"),
    ("pos", "Till"),
]

STEPS = [
    ("incoming", "Receipt"),
    ("internal", "Transfer"),
    ("outgoing", "Delivery"),
    ("other", "Other"),
]


class Stop(Exception):
    """A scan that cannot be taken; its text is for the person who scanned."""


class TraceScan(models.Model):
    """One scan or typed entry, as it came and as it was understood.

    ``stock.picking.trace_scan`` takes a code: it is read (``core/gs1``), the product
    is found on the transfer, the number is put on a line, and the answer says in
    one word (good, warn, stop) and one sentence what happened. Whatever the answer,
    the scan is kept: a refused scan is evidence, too. A scan that is sent twice (the
    network stalled) carries the same ``uuid`` and gets the first answer again.
    """

    _name = "trace.scan"
    _description = "Scan"
    _order = "scanned_at desc, id desc"
    _rec_name = "raw"

    uuid = fields.Char(required=True, readonly=True, default=lambda self: str(uuid4()), copy=False)
    raw = fields.Char("Code", readonly=True)
    form = fields.Char(
        readonly=True, help="How the code was read: GS1 element string, link, plain text"
    )
    gtin = fields.Char("GTIN", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    number = fields.Char("Lot/Serial", readonly=True)
    batch = fields.Char(readonly=True)
    expires = fields.Date(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    step = fields.Selection(STEPS, readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True, index="btree_not_null")
    move_line_id = fields.Integer("Move Line ID", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, index=True)
    device = fields.Char(readonly=True)
    method = fields.Selection(METHODS, required=True, readonly=True, default="scanned")
    reason = fields.Char(readonly=True, help="Why the number was typed instead of scanned")
    verdict = fields.Selection(
        [("good", "Good"), ("warn", "Look"), ("stop", "Stop")], required=True, readonly=True
    )
    message = fields.Char("Answer", readonly=True)
    scanned_at = fields.Datetime(required=True, readonly=True)
    recorded_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _uuid_unique = models.Constraint("UNIQUE(uuid)", "This scan is recorded already.")

    @api.model
    def _take(self, picking, code, **details):
        """Put a scanned code on a transfer and say what happened.

        :param picking: ``stock.picking`` in preparation
        :param code: text as it came from the scanner
        :param details: ``method``, ``uuid``, ``device``, ``reason``, ``scanned_at``, ``product_id``
            (the product scanned just before, for labels with two barcodes)
        :return: dict, see ``stock.picking.trace_scan``
        """
        code = str(code) if type(code) in (str, int) else ""
        details = self._check_details(details)
        found = {"raw": _storable(code)[:1000], "picking_id": picking.id, "verdict": "good"}
        known = details["uuid"] and self.sudo().search([("uuid", "=", details["uuid"])])
        if known:
            return known._answer_again(found)
        try:
            self._understand(picking, code, details.get("product_id"), found)
        except Stop as stop:
            found.update(verdict="stop", message=str(stop))
        return self._keep(picking, found, details)._answer(found.get("pending"))

    @api.model
    def _check_details(self, details):
        """Details as they can be kept; says what is wrong with a call before anything happens."""
        checked = {"product_id": details.get("product_id")}
        for name in ("uuid", "device", "reason"):
            checked[name] = _storable(str(details.get(name) or ""))[:1000] or None
        if len(checked["uuid"] or "") > 64:
            raise UserError(self.env._("uuid has more than 64 characters."))
        checked["method"] = details.get("method") or "scanned"
        if checked["method"] not in dict(METHODS):
            methods = ", ".join(dict(METHODS))
            raise UserError(self.env._("method is not one of: %s", methods))
        checked["scanned_at"] = self._moment(details.get("scanned_at"))
        return checked

    @api.model
    def _moment(self, text):
        """A UTC moment written as Odoo or as ISO 8601 writes it; now, if there is none."""
        if not text:
            return fields.Datetime.now()
        try:
            moment = datetime.fromisoformat(str(text))
        except ValueError:
            raise UserError(
                self.env._("scanned_at is not a time like 2026-01-31 13:45:00: %s", text)
            ) from None
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return moment.replace(microsecond=0)

    @api.model
    def _understand(self, picking, code, product_id, found):
        if picking.state in ("done", "cancel"):
            raise Stop(self.env._("%s is finished. Open the next transfer.", picking.name))
        scan = self._read(code)
        found.update(form=scan.form, gtin=scan.gtin)
        product = self._product(picking, scan, product_id)
        found["product_id"] = product.id
        taken = capture(scan, product.tracking)
        found.update(
            number=taken.number, batch=taken.batch, expires=taken.expires, quantity=taken.quantity
        )
        if taken.problem == "no_number":
            found.update(
                pending=product.id,
                message=self.env._("%s. Now scan its number.", product.display_name),
            )
        elif taken.problem:
            values = {"product": product.display_name, "number": taken.number}
            sentence = self.env._(PROBLEMS[taken.problem])
            raise Stop(sentence % values)
        else:
            picking._trace_put(product, taken, found)

    @api.model
    def _read(self, code):
        try:
            return gs1.parse(code or "", lenient=True)
        except gs1.Gs1Error as error:
            raise Stop(self.env._(error.template, **error.values)) from error

    @api.model
    def _product(self, picking, scan, product_id):
        """The product of a scan: by GTIN, else the one scanned before, else the one that waits."""
        waiting = picking.move_ids.filtered(lambda m: m.state not in ("done", "cancel")).product_id
        if scan.gtin:
            product = waiting.filtered(lambda p: gs1.same_gtin(p.barcode, scan.gtin))[:1]
            if product:
                return product
            raise Stop(self._not_here(picking, scan))
        tracked = waiting.filtered(lambda p: p.tracking != "none")
        for guess in (
            tracked.filtered(lambda p: p.id == product_id),
            tracked.filtered(lambda p: scan.text in (p.barcode, p.default_code)),
            picking.move_line_ids.filtered(
                lambda line: scan.text in (line.lot_id.name, line.lot_name)
            ).product_id,
            self._advised(picking, scan.text) & tracked,
            tracked,
        ):
            if len(guess) == 1:
                return guess
        raise Stop(self.env._("Which product is %s? Scan the product's barcode first.", scan.text))

    @api.model
    def _advised(self, picking, number):
        """The products under which shipping notices of the transfer announce ``number``."""
        items = picking._trace_asn_expected().get(picking.sudo(), [])
        return self.env["product.product"].browse(
            {item.product for item in items if item.number == number}
        )

    @api.model
    def _not_here(self, picking, scan):
        forms = [scan.gtin, scan.gtin.lstrip("0"), scan.gtin[1:], scan.gtin[2:], scan.gtin[6:]]
        product = self.env["product.product"].search([("barcode", "in", forms)], limit=1)
        if product:
            return self.env._(
                "%(product)s is not on %(transfer)s. Put it aside and ask the office.",
                product=product.display_name,
                transfer=picking.name,
            )
        return self.env._(
            "GTIN %s belongs to no product. Add it as the product's barcode, then scan again.",
            scan.gtin,
        )

    @api.model
    def _keep(self, picking, found, details):
        step = picking.picking_type_code
        vals = {
            **{
                name: _storable(value) if isinstance(value, str) else value
                for name, value in found.items()
                if name in self._fields
            },
            **{name: details[name] for name in ("method", "device", "reason", "scanned_at")},
            "uuid": details["uuid"] or str(uuid4()),
            "step": step if step in dict(STEPS) else "other",
            "user_id": self.env.uid,
            "company_id": picking.company_id.id,
        }
        with again_if_taken():
            return self.sudo().create(vals)

    def _answer_again(self, found):
        """The first answer to a scan that is sent again."""
        if (self.picking_id.id, self.raw or "") != (found["picking_id"], found["raw"]):
            raise UserError(
                self.env._("uuid %s belongs to another scan. Each scan needs its own.", self.uuid)
            )
        return self._answer()

    def _answer(self, pending=None):
        """The answer to the scanner."""
        self.ensure_one()
        return {
            "scan_id": self.id,
            "uuid": self.uuid,
            "verdict": self.verdict,
            "message": self.message or "",
            "kind": "number" if self.number else "none",
            "product": self.product_id.display_name or "",
            "product_id": self.product_id.id or None,
            "number": self.number or "",
            "expires": fields.Date.to_string(self.expires) if self.expires else None,
            "quantity": self.quantity,
            "pending_product_id": pending or None,
            "location": None,
            "package": None,
            "undo": False,
            "changed": [],
            "progress": self.picking_id.sudo()._trace_progress(),
        }

    @api.model
    def _rows(self, domain, limit):
        """The last scans as the screens list them."""
        return [
            {
                "uuid": scan.uuid,
                "raw": scan.raw or "",
                "product": scan.product_id.display_name or "",
                "number": scan.number or "",
                "quantity": scan.quantity,
                "verdict": scan.verdict,
                "message": scan.message or "",
                "method": scan.method,
                "at": fields.Datetime.to_string(scan.scanned_at),
                "undone": False,
            }
            for scan in self.sudo().search(domain, limit=limit)
        ]

    @api.model
    def _end_of_day(self, day, company):
        """The last second of a local day as UTC: goods may be used on the day on the label."""
        zone = pytz.timezone(company.partner_id.tz or self.env.user.tz or "UTC")
        local = zone.localize(datetime.combine(day, time(23, 59, 59)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)


def _storable(text):
    """``text`` with what a database cannot keep written out: NUL and halves of characters."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
