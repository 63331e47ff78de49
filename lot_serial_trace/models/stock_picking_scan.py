from odoo import fields, models
from odoo.exceptions import UserError

from .trace_scan import Stop

#: Products that a scan screen is told at once; it asks no more of a longer list.
PRODUCTS = 200
#: Scans of a transfer that the screen is told when it opens.
SCANS = 20


class StockPicking(models.Model):
    """Transfers, scanned: what the scan screens ask for and tell."""

    _inherit = "stock.picking"

    def trace_scan_open(self) -> dict:
        """What a scan screen shows of a transfer when it opens.

        :return: ``{"id", "name", "step": "incoming" | "internal" | "outgoing" | "other", "state",
            "partner", "scheduled", "source", "destination", "asn": [numbers of notices],
            "progress": see :meth:`trace_scan`, "products": the first 200, unfinished first,
            "product_count", "scans": the last 20, newest first, "typed_needs_reason": bool,
            "locations_needed": bool, "can_accept": bool, "can_finish": bool}``
        :raises UserError: if called on more or less than one transfer
        """
        self._trace_one("read")
        products = self._trace_products()
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
            "progress": self.sudo()._trace_progress(),
            "products": products[:PRODUCTS],
            "product_count": len(products),
            "scans": self.env["trace.scan"]._rows([("picking_id", "=", self.id)], SCANS),
            "typed_needs_reason": False,
            "locations_needed": self.env.user.has_group("stock.group_stock_multi_locations"),
            "can_accept": False,
            "can_finish": self.state not in ("done", "cancel"),
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
            Digital Link, EAN/UPC, or a plain number
        :param method: ``scanned``, ``camera`` or ``typed``
        :param uuid: the scan's own id, made by the device
        :param device: name of the device
        :param reason: why the number was typed
        :param scanned_at: when it was scanned, UTC, ``YYYY-MM-DD HH:MM:SS``
        :param product_id: product of the scan before, where the label has two barcodes
        :param location_id: place that was scanned before
        :param package_id: package that was scanned before
        :param quantity: how many, where a person said so
        :return: ``{"verdict": "good" | "warn" | "stop", "message": str, "product": str,
            "number": str, "expires": "YYYY-MM-DD" | None, "quantity": float, "scan_id": int,
            "pending_product_id": int | None, "progress": {"wanted": float, "captured": float}}``
        :raises UserError: if called on more or less than one transfer
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
        )

    def trace_scan_undo(self, uuid: str) -> dict:
        """Take back one scan, if it is the last on its line.

        :param uuid: of the scan
        :return: see :meth:`trace_scan`
        """
        self._trace_one("write")
        raise UserError(self.env._("Scans cannot be taken back yet."))

    def trace_scan_numbers(self, product_id: int, offset: int = 0, limit: int = 80) -> dict:
        """The numbers of a product on the transfer: captured, reserved and advised.

        :return: ``{"count": int, "rows": [{"line_id", "number", "quantity", "expires",
            "captured": bool, "advised": bool, "method"}]}``
        """
        self._trace_one("read")
        domain = [("picking_id", "=", self.id), ("product_id", "=", product_id)]
        lines = self.env["stock.move.line"]
        found = lines.search(domain, offset=offset, limit=limit, order="picked desc, id desc")
        return {
            "count": lines.search_count(domain),
            "rows": [
                {
                    "line_id": line.id,
                    "number": line.lot_id.name or line.lot_name or "",
                    "quantity": line.quantity_product_uom,
                    "expires": None,
                    "captured": line.picked,
                    "advised": False,
                    "method": "",
                }
                for line in found
            ],
        }

    def trace_scan_accept(self) -> dict:
        """Take in as advised what the shipping notices of the receipt announce.

        :return: see :meth:`trace_scan`
        """
        self._trace_one("write")
        raise UserError(self.env._("Accepting as advised is not possible yet."))

    def trace_scan_finish(self) -> dict:
        """Validate the transfer.

        :return: ``{"done": True, "message": str, "backorder": {"id", "name"} | None}``,
            ``{"done": False, "action": dict}`` if Odoo asks something first, or
            ``{"done": False, "message": str}``
        """
        self._trace_one("write")
        result = self.button_validate()
        if isinstance(result, dict):
            return {"done": False, "action": result}
        backorder = self.backorder_ids[:1]
        return {
            "done": True,
            "message": self.env._("%s is done.", self.name),
            "backorder": {"id": backorder.id, "name": backorder.name} if backorder else None,
        }

    def _trace_one(self, operation):
        if len(self) != 1:
            raise UserError(self.env._("Scan into one transfer at a time."))
        self.check_access(operation)

    def _trace_step(self):
        code = self.picking_type_code
        return code if code in ("incoming", "internal", "outgoing") else "other"

    def _trace_products(self):
        return [
            {
                "id": product.id,
                "name": product.display_name,
                "code": product.barcode or product.default_code or "",
                "tracking": product.tracking,
                "uom": product.uom_id.name,
                "wanted": sum(moves.mapped("product_qty")),
                "captured": sum(
                    moves.move_line_ids.filtered("picked").mapped("quantity_product_uom")
                ),
                "advised": None,
            }
            for product, moves in self.move_ids.grouped("product_id").items()
        ]

    def _trace_put(self, product, taken, found):
        """Put a captured number on a line of the transfer.

        :param taken: ``core.capture.Capture``
        :param found: values of the ``trace.scan``, completed here
        :raises Stop: if it cannot be taken; nothing is changed then
        """
        lot = self.env["stock.lot"].search(
            [
                ("product_id", "=", product.id),
                ("name", "=", taken.number),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        )
        self._trace_check_number(product, taken, lot)
        lines = self.move_line_ids.filtered(
            lambda line: line.product_id == product and line.state not in ("done", "cancel")
        )
        same = lines.filtered(lambda line: taken.number in (line.lot_id.name, line.lot_name))
        if product.tracking == "serial" and same.filtered("picked"):
            found.update(
                verdict="warn",
                move_line_id=same[:1].id,
                message=self.env._("%s was scanned already.", taken.number),
            )
            return
        self.sudo().trace_asn_ids._start_receiving()
        with self.env.cr.savepoint():
            line = self._trace_fill_line(product, taken, lot, lines, same)
            found.update(move_line_id=line.id, quantity=found["quantity"] or 1.0)
            found["verdict"], found["message"] = self._trace_say(line, taken)

    def _trace_check_number(self, product, taken, lot):
        if not lot and not self.picking_type_id.use_create_lots:
            raise Stop(
                self.env._(
                    "%(number)s of %(product)s is not known here. Scan again, or call the office.",
                    number=taken.number,
                    product=product.display_name,
                )
            )
        if taken.expires and lot.expiration_date:
            known = fields.Datetime.context_timestamp(
                lot.with_context(tz=self.company_id.partner_id.tz or self.env.user.tz),
                lot.expiration_date,
            ).date()
            if known != taken.expires:
                raise Stop(
                    self.env._(
                        "The label of %(number)s says %(label)s, but its expiry is known as "
                        "%(known)s. Put it aside and call Quality.",
                        number=taken.number,
                        label=taken.expires,
                        known=known,
                    )
                )

    def _trace_fill_line(self, product, taken, lot, lines, same):
        """Return the line that carries the number now; quantities follow the scans."""
        quantity = taken.quantity or 1.0
        if same:
            line = same[0]
            if line.picked:
                line.quantity += quantity
            elif taken.quantity:
                line.quantity = quantity
            line.picked = True
            return line
        spare = lines.filtered(lambda line: not line.picked)
        spare = spare.filtered(lambda line: not line.lot_id and not line.lot_name) or spare
        values = {"picked": True, "quantity": quantity, "lot_id": lot.id}
        if not lot:
            values["lot_name"] = taken.number
            values["trace_batch"] = taken.batch or False
        if taken.expires and product.use_expiration_date and self.picking_type_code == "incoming":
            values["expiration_date"] = self.env["trace.scan"]._end_of_day(
                taken.expires, self.company_id
            )
        values |= self._trace_place(product, lot, quantity)
        if spare and spare[0].quantity <= quantity:
            spare[0].write(values)
            return spare[0]
        if spare:
            spare[0].quantity -= quantity
        move = (spare or lines).move_id[:1] or self.move_ids.filtered(
            lambda move: move.product_id == product
        )[:1]
        return self.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                **values,
            }
        )

    def _trace_place(self, product, lot, quantity):
        """Where the scanned unit lies, as move line values; nothing for goods that arrive."""
        if not lot or self.location_id.should_bypass_reservation():
            return {}
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("lot_id", "=", lot.id),
                ("location_id", "child_of", self.location_id.id),
                ("quantity", ">", 0),
            ]
        )
        if not quants:
            return {}
        best = max(
            quants, key=lambda q: (q.quantity - q.reserved_quantity >= quantity, q.quantity, -q.id)
        )
        return {
            "location_id": best.location_id.id,
            "package_id": best.package_id.id,
            "owner_id": best.owner_id.id,
        }

    def _trace_say(self, line, taken):
        """Verdict and sentence about a line that has just been scanned."""
        gate = self.env["trace.gate"]
        verdicts = gate._examine(line)
        blocked = [verdict for verdict in verdicts if verdict.severity == "block"]
        if blocked:
            raise Stop(
                f"{gate._sentence(blocked[0])}. {self.env._(blocked[0].finding.kind.remedy)}"
            )
        if verdicts:
            return "warn", gate._sentence(verdicts[0])
        receiving = self.env["trace.asn.receiving"].sudo()
        if receiving._is_unadvised(self.sudo(), line.product_id, taken.number):
            return "warn", self.env._("%s is not on the shipping notice.", taken.number)
        captured = sum(line.move_id.move_line_ids.filtered("picked").mapped("quantity_product_uom"))
        if line.product_id.uom_id.compare(captured, line.move_id.product_qty) > 0:
            return "warn", self.env._("%s: more than ordered.", taken.number)
        return "good", f"{line.product_id.display_name} {taken.number}"

    def _trace_progress(self):
        """What is wanted and what is captured of tracked products, in their units."""
        moves = self.move_ids.filtered(
            lambda move: move.product_id.tracking != "none" and move.state != "cancel"
        )
        picked = moves.move_line_ids.filtered("picked")
        return {
            "wanted": sum(moves.mapped("product_qty")),
            "captured": sum(picked.mapped("quantity_product_uom")),
            "advised": None,
            "advised_captured": 0,
            "unexpected": 0,
        }
