from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.web.controllers.utils import clean_action

#: Products that a scan screen is told when it opens; it asks for the rest.
PRODUCTS = 200
#: Scans of a transfer that the screen is told when it opens.
SCANS = 20


class StockPicking(models.Model):
    """Transfers, scanned: what the scan screens and machines call."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    #: Where a ``trace.scan`` points to its transfer.
    _trace_scan_field = "picking_id"

    def trace_scan_open(self) -> dict:
        """What a scan screen shows of a transfer when it opens.

        :return: dict with

            * ``id``, ``name``, ``state``, ``partner``, ``source``, ``destination``: of the
              transfer; ``scheduled``: UTC, ``YYYY-MM-DD HH:MM:SS``
            * ``step``: ``incoming``, ``internal``, ``outgoing`` or ``other``
            * ``asn``: numbers of its shipping notices
            * ``progress``: see :meth:`trace_scan`
            * ``products``: the first 200, unfinished first; ``product_count``: all of them
            * ``scans``: the last 20, newest first: dicts ``uuid``, ``raw``, ``product``,
              ``number``, ``quantity``, ``verdict``, ``message``, ``method``, ``at``, ``undone``
            * ``typed_needs_reason``: policy wants a reason for typed numbers
            * ``locations_needed``: people work with places inside the warehouse
            * ``can_accept``: a shipping notice may be taken in as advised
            * ``can_finish``: the user may validate the transfer
            * ``can_pack``: the user works with packages, which can get an SSCC
        :raises UserError: if called on more or less than one transfer
        """
        self._trace_one("read")
        rows = self._trace_product_rows()
        return {
            "id": self.id,
            "name": self.name,
            "step": self._trace_step(),
            "state": self.state,
            "partner": self.partner_id.display_name or "",
            "scheduled": fields.Datetime.to_string(self.scheduled_date) or "",
            "source": self.location_id.display_name,
            "destination": self.location_dest_id.display_name,
            "asn": self.sudo().trace_asn_ids.mapped("name"),
            "progress": self._trace_progress(),
            "products": self._trace_named(rows[:PRODUCTS]),
            "product_count": len(rows),
            "scans": self.env["trace.scan"]._rows(self, SCANS),
            **self._trace_allowed(),
        }

    def trace_scan(
        self,
        code: str,
        method: str = "scanned",
        uuid: str | None = None,
        device: str | None = None,
        reason: str | None = None,
        scanned_at: str | None = None,
        product_id: int | None = None,
        location_id: int | None = None,
        package_id: int | None = None,
        quantity: float | None = None,
    ) -> dict:
        """Take one scanned or typed code into the transfer.

        Idempotent by ``uuid``: sent again, it answers as before and changes nothing.

        :param code: text as it came from the scanner: GS1 element string, bracketed form,
            Digital Link, EAN/UPC, SSCC, the barcode of a place, or a plain number
        :param method: ``scanned``, ``camera`` or ``typed``
        :param uuid: the scan's own id, made by the device
        :param device: name of the device
        :param reason: why the number was typed
        :param scanned_at: when it was scanned, UTC, ``YYYY-MM-DD HH:MM:SS``
        :param product_id: ``pending_product_id`` of the answer before
        :param location_id: id of the ``location`` that an answer told last
        :param package_id: id of the ``package`` that an answer told last
        :param quantity: how many in the product's unit, where a person said so
        :return: dict with

            * ``scan_id``, ``uuid``: of the scan, which is kept whatever the verdict
            * ``verdict``: ``good``, ``warn`` (taken, but look) or ``stop`` (not taken);
              ``message``: a sentence for the person
            * ``kind``: what the code was: ``number``, ``product``, ``location``, ``package``,
              ``sscc`` (of a shipping notice), ``count`` or ``none``
            * ``product``, ``product_id``, ``number``, ``quantity``; ``expires``: ``YYYY-MM-DD``
            * ``pending_product_id``: the label has another barcode with the number
            * ``location``, ``package``: ``{"id", "name"}`` that hold for the next scans, or None
            * ``permit``: only where the gate stops the goods and the user may let them pass:
              default values of a ``trace.pass`` (``default_...`` keys of the context)
            * ``undo``: the scan can be taken back with :meth:`trace_scan_undo`
            * ``changed``: the products that changed: dicts ``id``, ``name``, ``code``,
              ``tracking``, ``uom``, ``wanted``, ``captured``, ``advised``, ``place`` (where
              to take it next, or to put it; empty: nowhere special)
            * ``progress``: dict ``wanted``, ``captured`` (all products together),
              ``advised`` (None without notice), ``advised_captured``, ``unexpected``
        :raises UserError: if called on more or less than one transfer, or a detail is malformed
        """
        self._trace_one("write")
        return self.env["trace.scan"]._take(
            self,
            code,
            method=method,
            uuid=uuid,
            device=device,
            reason=reason,
            scanned_at=scanned_at,
            product_id=product_id,
            location_id=location_id,
            package_id=package_id,
            quantity=quantity,
        )

    def trace_scan_undo(self, uuid: str) -> dict:
        """Take back one scan, if it is the last on its line.

        The scan is kept, with who took it back. Asked again, the answer is the same.

        :param uuid: of the scan
        :return: see :meth:`trace_scan`, and ``undone_uuid``; ``stop`` (and None) if something
            came after the scan
        :raises UserError: there is no such scan on the transfer
        """
        self._trace_one("write")
        return self.env["trace.scan"]._take_back(self, uuid)

    def trace_scan_accept(self) -> dict:
        """Take in as advised what the shipping notices of the receipt announce.

        :return: see :meth:`trace_scan`; ``stop`` where policy wants each number scanned
        """
        self._trace_one("write")
        return self.env["trace.scan"]._accept(self)

    def trace_scan_new_package(self) -> dict:
        """Make a package with an SSCC of ours; scan its name to pack into it.

        :return: ``{"id", "name"}`` of the package
        :raises UserError: the company has no GS1 Company Prefix, or its numbers are used up
        """
        self._trace_one("write")
        company, warehouse = self.company_id, self.picking_type_id.warehouse_id
        (name,) = self.env["trace.sscc"]._next(company, warehouse)
        package = self.env["stock.package"].create({"name": name})
        return {"id": package.id, "name": package.name}

    def trace_scan_finish(self) -> dict:
        """Validate the transfer.

        :return: ``{"done": True, "message": str, "backorder": {"id", "name"} | None}``,
            ``{"done": False, "action": dict}`` if Odoo or the gate asks something first, or
            ``{"done": False, "message": str}`` if there is nothing to validate
        """
        self._trace_one("write")
        if self.state in ("done", "cancel"):
            return {"done": False, "message": self.env._("%s is finished already.", self.name)}
        result = self.button_validate()
        if isinstance(result, dict):
            # As for a button: the screen opens it as it is.
            return {"done": False, "action": clean_action(result, self.env)}
        backorder = self.backorder_ids.filtered(lambda other: other.state != "cancel")[:1]
        return {
            "done": True,
            "message": self.env._("%s is done.", self.name),
            "backorder": {"id": backorder.id, "name": backorder.name} if backorder else None,
        }

    # -- for trace.scan -------------------------------------------------------

    def _trace_understand(self, code, details, found):
        self.env["trace.scan.transfer"]._understand(self, code, details, found)

    def _trace_undo(self, scan):
        self.env["trace.scan.transfer"]._undo(self, scan)

    def _trace_scan_vals(self):
        return {
            "picking_id": self.id,
            "step": self._trace_step(),
            "company_id": self.company_id.id,
        }

    def _trace_scan_state(self, product, rows=None):
        """What of an answer tells how far the transfer is."""
        if rows is None:
            rows = self._trace_product_rows([product.id]) if product else []
        return {"changed": self._trace_named(rows), "progress": self._trace_progress()}

    def _trace_one(self, operation):
        if len(self) != 1:
            raise UserError(self.env._("Scan into one transfer at a time."))
        self.check_access(operation)

    def _trace_step(self):
        code = self.picking_type_code
        return code if code in ("incoming", "internal", "outgoing") else "other"

    def _trace_allowed(self):
        """What the screen offers."""
        open_now = self.state not in ("done", "cancel", "draft")
        may_write = self.has_access("write")
        groups = "stock.group_stock_multi_locations"
        return {
            "typed_needs_reason": self.env["trace.scan.transfer"]._typed_needs_reason(self),
            "locations_needed": self.env.user.has_group(groups),
            "can_accept": open_now and may_write and self._trace_can_accept(),
            "can_finish": open_now and may_write,
            "can_pack": open_now and may_write and self._trace_can_pack(),
        }

    def _trace_can_pack(self):
        """Whether new packages can be numbered by GS1's rules, by this user."""
        warehouse, company = self.sudo().picking_type_id.warehouse_id, self.sudo().company_id
        prefix = warehouse.trace_gs1_prefix or company.trace_gs1_prefix
        return bool(prefix) and self.env.user.has_group("stock.group_tracking_lot")
