from datetime import UTC, datetime
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import expiry
from .trace_guard import again_if_taken
from .trace_scan_reading import Stop

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
#: How the number on a movement was captured: at the till there are further ways.
MOVED_METHODS = [*METHODS, ("chosen", "Chosen"), ("inferred", "Inferred")]

STEPS = [
    ("incoming", "Receipt"),
    ("internal", "Transfer"),
    ("outgoing", "Delivery"),
    ("count", "Count"),
    ("look_up", "Look-up"),
    ("till", "Till"),
    ("other", "Other"),
]

KINDS = [
    ("number", "Lot or Serial"),
    ("product", "Product"),
    ("location", "Place"),
    ("package", "Package"),
    ("sscc", "Advised Package"),
    ("count", "Quantity"),
    ("none", "Nothing"),
]

#: Details of a scan that are kept as they came.
KEPT = ("method", "device", "reason", "scanned_at")


class TraceScan(models.Model):
    """One scan or typed entry, as it came and as it was understood.

    A screen sends a code to its document (``stock.picking.trace_scan``,
    ``trace.count.trace_count_scan``): it is read, put where it belongs, and the answer
    says in one word (good, warn, stop) and one sentence what happened. Whatever the
    answer, the scan is kept: a refused scan is evidence, too. A scan that is sent twice
    (the network stalled) carries the same ``uuid`` and gets the first answer again.

    What a scan changed is kept in ``effect``, so that it can be taken back exactly; the
    scan itself stays, with who took it back and when.

    ==========================  ====================================================
    ``trace.scan.reading``      which place, package, product or number a code names
    ``trace.scan.transfer``     what a code means on a transfer
    ``trace.scan.package``      packages on a transfer
    ``trace.scan.line``         puts goods on move lines, and takes them back
    ==========================  ====================================================
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
    kind = fields.Selection(KINDS, readonly=True, help="What the code was understood as")
    gtin = fields.Char("GTIN", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    number = fields.Char("Lot/Serial", readonly=True)
    batch = fields.Char(readonly=True)
    expires = fields.Date(readonly=True)
    made = fields.Date("Produced On", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    step = fields.Selection(STEPS, readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True, index="btree_not_null")
    count_id = fields.Many2one("trace.count", readonly=True, index="btree_not_null")
    move_line_id = fields.Integer("Move Line ID", readonly=True)
    location_id = fields.Many2one(
        "stock.location", "Place", readonly=True, help="The place that holds for the next scans"
    )
    package_id = fields.Many2one(
        "stock.package", readonly=True, help="The package that holds for the next scans"
    )
    user_id = fields.Many2one("res.users", readonly=True, index=True)
    device = fields.Char(readonly=True)
    method = fields.Selection(MOVED_METHODS, required=True, readonly=True, default="scanned")
    reason = fields.Char(readonly=True, help="Why the number was typed instead of scanned")
    verdict = fields.Selection(
        [("good", "Good"), ("warn", "Look"), ("stop", "Stop")], required=True, readonly=True
    )
    message = fields.Char("Answer", readonly=True)
    pending = fields.Boolean(readonly=True, help="The label has more barcodes to scan")
    # Technical: what has to be done to take the scan back.
    effect = fields.Json(readonly=True, copy=False)
    undone_at = fields.Datetime("Taken Back", readonly=True)
    undone_by_id = fields.Many2one("res.users", "Taken Back By", readonly=True)
    # A serial number is put on a transfer once, also by two people in the same moment.
    holds_serial = fields.Boolean(readonly=True, copy=False)
    scanned_at = fields.Datetime(required=True, readonly=True)
    recorded_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _uuid_unique = models.Constraint("UNIQUE(uuid)", "This scan is recorded already.")
    _move_line_idx = models.Index("(move_line_id) WHERE move_line_id IS NOT NULL")
    _serial_once = models.UniqueIndex("(picking_id, product_id, number) WHERE holds_serial")

    @api.model
    def _take(self, document, code, **details):
        """Put a scanned code on a document and say what happened.

        :param document: ``stock.picking`` or ``trace.count``
        :param code: text as it came from the scanner
        :param details: see ``stock.picking.trace_scan``
        :return: dict, see ``stock.picking.trace_scan``
        """
        code = str(code) if type(code) in (str, int) else ""
        details = self._check_details(details)
        raw = _storable(code)[:1000]
        known = details["uuid"] and self.sudo().search([("uuid", "=", details["uuid"])])
        if known:
            return known._answer_again(document, raw)
        found = {"raw": raw, "verdict": "good", "kind": "none"}
        more = {}
        try:
            document._trace_understand(code, details, found)
        except Stop as stop:
            found.update(verdict="stop", message=str(stop), pending=False, effect=None)
            more = {"permit": stop.permit} if stop.permit else {}
        return self._keep(document, found, details)._answer(found.get("rows"), **more)

    @api.model
    def _check_details(self, details):
        """Details as they can be kept; says what is wrong with a call before anything happens."""
        checked = dict(details)
        for name in ("uuid", "device", "reason"):
            checked[name] = _storable(str(details.get(name) or ""))[:1000].strip() or None
        if len(checked["uuid"] or "") > 64:
            raise UserError(self.env._("uuid has more than 64 characters."))
        checked["method"] = details.get("method") or "scanned"
        if checked["method"] not in dict(METHODS):
            methods = ", ".join(dict(METHODS))
            raise UserError(self.env._("method is not one of: %s", methods))
        checked["scanned_at"] = self._moment(details.get("scanned_at"))
        checked["quantity"] = self._amount(details.get("quantity"))
        return checked

    @api.model
    def _amount(self, quantity):
        """A quantity that a person gave; None, if there is none."""
        if quantity is None or quantity is False or quantity == "":
            return None
        try:
            amount = float(quantity)
        except (TypeError, ValueError):
            amount = 0.0
        if not 0 < amount < 1e9:
            raise UserError(self.env._("quantity is not a number above zero: %s", quantity))
        return amount

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
    def _keep(self, document, found, details):
        vals = {
            **{
                name: _storable(value) if isinstance(value, str) else value
                for name, value in found.items()
                if name in self._fields
            },
            **{name: details[name] for name in KEPT},
            **document._trace_scan_vals(),
            "uuid": details["uuid"] or str(uuid4()),
            "user_id": self.env.uid,
        }
        with again_if_taken():
            return self.sudo().create(vals)

    @api.model
    def _before(self, document, details):
        """The scan before this one, of the same person with the same device, if it is recent."""
        scan = self.sudo().search(
            [
                (document._trace_scan_field, "=", document.id),
                ("user_id", "=", self.env.uid),
                ("device", "=", details["device"] or False),
            ],
            order="id desc",
            limit=1,
        )
        age = details["scanned_at"] - (scan.scanned_at or details["scanned_at"])
        return scan if abs(age.total_seconds()) <= 120 and not scan.undone_at else scan.browse()

    # -- answering ------------------------------------------------------------

    def _answer_again(self, document, raw):
        """The first answer to a scan that is sent again."""
        if (self[document._trace_scan_field].id, self.raw or "") != (document.id, raw):
            raise UserError(
                self.env._("uuid %s belongs to another scan. Each scan needs its own.", self.uuid)
            )
        return self._answer()

    def _answer(self, rows=None, **changes):
        """The answer to the scanner, see ``stock.picking.trace_scan``.

        :param rows: how far the product is, if that is known already
        """
        self.ensure_one()
        document = self.picking_id or self.count_id
        product = self.product_id
        return {
            "scan_id": self.id,
            "uuid": self.uuid,
            "verdict": self.verdict,
            "message": self.message or "",
            "kind": self.kind or "none",
            "product": product.display_name or "",
            "product_id": product.id or None,
            "number": self.number or "",
            "expires": fields.Date.to_string(self.expires) if self.expires else None,
            "quantity": self.quantity,
            "pending_product_id": (self.pending and product.id) or None,
            "location": _brief(self.location_id),
            "package": _brief(self.package_id),
            "undo": bool(self.effect) and not self.undone_at,
            **document._trace_scan_state(product, rows),
            **changes,
        }

    @api.model
    def _rows(self, document, limit):
        """The last scans of a document as the screens list them, newest first."""
        domain = [(document._trace_scan_field, "=", document.id)]
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
                "undone": bool(scan.undone_at),
            }
            for scan in self.sudo().search(domain, order="id desc", limit=limit)
        ]

    @api.model
    def _accept(self, picking):
        """Take in as advised, and keep that as one scan."""
        found = {"raw": "", "verdict": "good", "kind": "sscc"}
        try:
            self.env["trace.scan.transfer"]._accept(picking, found)
        except Stop as stop:
            found.update(verdict="stop", message=str(stop))
        return self._keep(picking, found, self._check_details({"method": "asn"}))._answer()

    # -- taking back ----------------------------------------------------------

    @api.model
    def _take_back(self, document, uuid):
        """Undo the scan ``uuid`` of ``document``; the answer tells what came of it."""
        domain = [("uuid", "=", str(uuid)), (document._trace_scan_field, "=", document.id)]
        scan = self.sudo().search(domain)
        if not scan:
            raise UserError(self.env._("There is no such scan on %s.", document.display_name))
        if scan.undone_at:
            return scan._answer_undone(self.env._("Taken back: %s", scan._named()))
        try:
            with self.env.cr.savepoint():
                document._trace_undo(scan)
        except Stop as stop:
            return scan._answer(verdict="stop", message=str(stop), undone_uuid=None)
        scan._mark_undone()
        return scan._answer_undone(self.env._("Taken back: %s", scan._named()))

    def _mark_undone(self):
        self.write(
            {
                "undone_at": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
                "holds_serial": False,
                "pending": False,
            }
        )

    def _answer_undone(self, message):
        return self._answer(
            verdict="good", message=message, pending_product_id=None, undone_uuid=self.uuid
        )

    def _named(self):
        """A scan in two words."""
        words = (self.product_id.display_name, self.number)
        return " ".join(word for word in words if word) or self.raw or ""

    @api.model
    def _end_of_day(self, day, company):
        """The last second of a local day as UTC: goods may be used on the day on the label."""
        return expiry.end_of(day, self.env["trace.calendar"]._zone(company))


def _brief(record):
    return {"id": record.id, "name": record.display_name} if record else None


def _storable(text):
    """``text`` with what a database cannot keep written out: NUL and halves of characters."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
