from odoo import api, fields, models
from odoo.exceptions import UserError

from .trace_exception import READERS
from .trace_scan import Stop


class StockPicking(models.Model):
    """Transfers: a person who validates hears the gate before the goods move."""

    _inherit = "stock.picking"

    trace_exception_count = fields.Integer(compute="_compute_trace_exception_count", groups=READERS)
    trace_asn_ids = fields.Many2many(
        "trace.asn", string="Shipping Notices", readonly=True, copy=False, groups=READERS
    )
    trace_asn_count = fields.Integer(compute="_compute_trace_asn_count", groups=READERS)

    @api.depends("trace_asn_ids")
    def _compute_trace_asn_count(self):
        for picking in self:
            picking.trace_asn_count = len(picking.trace_asn_ids)

    def _compute_trace_exception_count(self):
        counts = self.env["trace.exception"]._count_by(self, "picking_id")
        for picking in self:
            picking.trace_exception_count = counts[picking.id]

    def action_trace_exceptions(self):
        """Open the exceptions about the transfer."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_exception"
        )
        return {**action, "domain": [("picking_id", "in", self.ids)], "context": {}}

    # -- the gate -------------------------------------------------------------

    def _pre_action_done_hook(self):
        result = super()._pre_action_done_hook()
        if result is not True or self.env.context.get("trace_confirmed"):
            return result
        return self._trace_ask() or True

    def _trace_ask(self):
        """Return the dialog with what the gate found, or nothing if there is nothing to say.

        Blocks are put on the desk here: the dialog commits, an error would not.
        """
        gate = self.env["trace.gate"]
        lines = self.move_line_ids.filtered(lambda line: line.picked and line.quantity)
        verdicts = [
            verdict
            for verdict in gate._examine(lines)
            if verdict.severity in ("warn", "quarantine", "block")
        ]
        if not verdicts:
            return None
        blocked = [verdict for verdict in verdicts if verdict.severity == "block"]
        self.env["trace.exception"]._open_many([gate._exception(verdict) for verdict in blocked])
        return self.env["trace.gate.wizard"]._ask(self, verdicts)

    @api.model
    def _create_picking_from_pos_order_lines(self, *args, **kwargs):
        """Odoo says nothing of a sale whose goods it cannot move: the desk does."""
        pickings = super()._create_picking_from_pos_order_lines(*args, **kwargs)
        left_behind = (pickings | pickings.backorder_ids).filtered(
            lambda picking: (
                picking.state != "done"
                and any(move.product_id.tracking != "none" for move in picking.move_ids)
            )
        )
        if left_behind:
            left_behind._trace_report_stranded()
        return pickings

    def _trace_report_stranded(self):
        gate = self.env["trace.gate"]
        till = gate._at_till()
        # What the gate found went with the attempt to move the goods.
        found = [gate._exception(verdict) for verdict in gate._examine(self.move_line_ids)]
        self.env["trace.exception"]._open_many(
            found
            + [
                {
                    "kind": "pos_stranded",
                    "values": {
                        "till": till.order if till else "",
                        "transfer": picking.name,
                        "reason": picking._trace_why_stranded(),
                    },
                    "company_id": picking.company_id.id,
                    "picking_id": picking.id,
                    "pos_order_id": till.res_id if till and till.model == "pos.order" else False,
                    "partner_id": picking.partner_id.id,
                }
                for picking in self
            ]
        )

    def _trace_why_stranded(self):
        """Why the goods of a sale did not move: Odoo drops the reason, so ask once more."""
        if not any(line.picked for line in self.move_line_ids):
            return self.env._("no number was captured")
        try:
            with self.env.cr.savepoint():
                self._action_done()
        except UserError as error:
            return " ".join(str(error).split())
        return self.env._("only now they did") if self.state == "done" else self.state

    # -- shipping notices -----------------------------------------------------

    def action_trace_asns(self):
        """Open the shipping notices of the receipt."""
        return self.trace_asn_ids._get_records_action(name=self.env._("Shipping Notices"))

    def _action_done(self):
        result = super()._action_done()
        self._trace_asn_reconcile()
        return result

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        backorder.sudo().trace_asn_ids = self.sudo().trace_asn_ids
        return backorder

    def _trace_asn_expected(self):
        """What shipping notices announce: dict picking -> list of ``core.reconcile.Item``."""
        return self.env["trace.asn.receiving"].sudo()._advised(self.sudo())

    def _trace_asn_reconcile(self):
        """Compare done receipts with their shipping notices; returns the exceptions."""
        done = self.sudo().filtered(lambda picking: picking.state == "done")
        return self.env["trace.asn.receiving"].sudo()._settle(done)

    # -- scanning -------------------------------------------------------------

    def trace_scan(
        self,
        code: str,
        method: str = "scanned",
        uuid: str | None = None,
        device: str | None = None,
        reason: str | None = None,
        scanned_at: str | None = None,
        product_id: int | None = None,
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
        :return: ``{"verdict": "good" | "warn" | "stop", "message": str, "product": str,
            "number": str, "expires": "YYYY-MM-DD" | None, "quantity": float, "scan_id": int,
            "pending_product_id": int | None, "progress": {"wanted": float, "captured": float}}``
        :raises UserError: if called on more or less than one transfer
        """
        if len(self) != 1:
            raise UserError(self.env._("Scan into one transfer at a time."))
        self.check_access("write")
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
        }
