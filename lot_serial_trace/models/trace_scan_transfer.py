from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ..core.capture import LONGEST, PROBLEMS, capture, complete, is_part, numbers
from .trace_asn_receiving import local_day
from .trace_scan_line import Job
from .trace_scan_reading import Item, Stop


class TraceScanTransfer(models.AbstractModel):
    """What a code means on a transfer.

    A code is, in this order: a place (for the next scans), a package, a part of a label
    (only an expiry date, only a count), or goods. Goods are a product and a number,
    which may come in one barcode or in two, in either order: what one barcode of a label
    leaves open, the next of the same person may complete.
    """

    _name = "trace.scan.transfer"
    _inherit = ["trace.scan.package"]
    _description = "Scans on a Transfer"

    @api.model
    def _understand(self, picking, code, details, found):
        """Do what a code says on a transfer.

        :param details: as checked by ``trace.scan._check_details``
        :param found: values of the ``trace.scan``, completed here
        :raises Stop: it cannot be done; nothing is changed then
        """
        self._check_open(picking)
        scan = self._read(code)
        found.update(form=scan.form, gtin=scan.gtin)
        self._check_typed(picking, details)
        before = self.env["trace.scan"]._before(picking, details)
        place = self._place(scan)
        if place:
            self._take_place(picking, place, details, found)
            return
        self._keep_context(picking, details, found)
        if self._take_package(picking, scan, details, found):
            return
        if is_part(scan):
            self._take_part(picking, scan, before, details, found)
        else:
            self._take_goods(picking, scan, before, details, found)

    @api.model
    def _check_open(self, picking):
        if picking.state in ("done", "cancel"):
            raise Stop(self.env._("%s is finished. Open the next transfer.", picking.name))
        if picking.state == "draft":
            raise Stop(self.env._("%s is a draft. Mark it as to do first.", picking.name))

    @api.model
    def _check_typed(self, picking, details):
        typed = details["method"] == "typed" and not details["reason"]
        if typed and self._typed_needs_reason(picking):
            raise Stop(self.env._("Say why the number is typed, not scanned: is the label torn?"))

    @api.model
    def _typed_needs_reason(self, picking):
        return self._severity("typed_no_reason", picking) not in ("off", "note")

    # -- places ---------------------------------------------------------------

    @api.model
    def _role(self, picking, place):
        """What a place is on a transfer: ``source``, ``dest``, ``both`` or None."""
        path = place.parent_path
        inside = {
            name: path.startswith(root.parent_path) and not root.should_bypass_reservation()
            for name, root in (("source", picking.location_id), ("dest", picking.location_dest_id))
        }
        if inside["source"] and inside["dest"]:
            source, dest = picking.location_id.parent_path, picking.location_dest_id.parent_path
            if source == dest:
                return "both"
            # The narrower of the two says more.
            return "source" if len(source) > len(dest) else "dest"
        return next((name for name, is_in in inside.items() if is_in), None)

    @api.model
    def _take_place(self, picking, place, details, found):
        """A place holds for the next scans, or is where the last ones go."""
        role = self._role(picking, place)
        found.update(kind="location", location_id=place.id, package_id=None)
        if not role:
            places = {"place": place.display_name, "transfer": picking.name}
            raise Stop(
                self.env._(
                    "%(place)s is not a place of %(transfer)s. Go to the right place.", **places
                )
            )
        if place.usage == "view":
            raise Stop(
                self.env._("%s only holds other places. Scan one of them.", place.display_name)
            )
        moved = role == "both" and self._scans_since_place(picking, details)
        if moved:
            found["effect"] = self._send_to(moved, place)
            found["location_id"] = None
            found["message"] = self.env._("To %s", place.display_name)
        elif role == "dest":
            found["message"] = self.env._("Next scans go to %s", place.display_name)
        else:
            found["message"] = self.env._("Next scans come from %s", place.display_name)

    @api.model
    def _scans_since_place(self, picking, details):
        """Scans of goods since the last place: where any place may be either, goods in hand
        make the next one the place they go to.
        """
        scans = self.env["trace.scan"].sudo()
        mine = [("picking_id", "=", picking.id), ("user_id", "=", self.env.uid)]
        mine += [("device", "=", details["device"] or False), ("undone_at", "=", False)]
        last = scans.search([*mine, ("kind", "=", "location")], order="id desc", limit=1)
        if not last.location_id:
            return scans.browse()
        return scans.search([*mine, ("id", ">", last.id), ("move_line_id", "!=", 0)])

    @api.model
    def _keep_context(self, picking, details, found):
        """Place and package that the screen says hold, if they may."""
        place = self._record("stock.location", details.get("location_id"))
        if place and self._role(picking, place):
            found["location_id"] = place.id
        found["package_id"] = self._record("stock.package", details.get("package_id")).id

    @api.model
    def _record(self, model, record_id):
        """A record that a client names by id, if there is such a one for this user."""
        records = self.env[model]
        if type(record_id) is not int or not 0 < record_id < 2**31:
            return records
        return records.search([("id", "=", record_id)])

    # -- parts of labels ------------------------------------------------------

    @api.model
    def _take_part(self, picking, scan, before, details, found):
        """An expiry date or a count alone: for the number scanned before, or the next one."""
        taken = capture(scan, "lot")
        found["kind"] = "count" if taken.quantity and not (taken.expires or taken.made) else "none"
        if self._amends(before, taken):
            found.update(product_id=before.product_id.id, number=before.number)
            self._amend(picking, before, taken, found)
            return
        part = before if before.pending else None
        taken = complete(taken, part)
        product = self._product_on(picking, details.get("product_id")) or (
            part.product_id if part else self.env["product.product"]
        )
        found.update(
            product_id=product.id,
            number=taken.number,
            batch=taken.batch,
            expires=taken.expires,
            made=taken.made,
            quantity=taken.quantity,
            pending=True,
            message=self.env._("Now scan the number on the label."),
        )

    @api.model
    def _amends(self, before, taken):
        """Whether the scan before put goods on a line and lacks what this part says."""
        if not before.move_line_id or before.verdict == "stop" or not before.effect:
            return False
        if (taken.expires and before.expires) or (taken.made and before.made):
            return False
        return not (taken.quantity and before.effect.get("said"))

    @api.model
    def _amend(self, picking, before, taken, found):
        """Complete the number scanned before: take it back and take it anew."""
        self._undo(picking, before)
        before._mark_undone()
        known = complete(replace(taken, problem=""), before)
        if not taken.quantity:
            known = replace(known, quantity=before.quantity)
        job = Job(picking, before.product_id, known, said=bool(taken.quantity))
        try:
            self._settle(job, (before.location_id, before.package_id), found)
        except Stop as stop:
            taken_back = self.env._("%s was taken back.", before.number)
            raise Stop(f"{stop} {taken_back}") from stop

    # -- goods ----------------------------------------------------------------

    @api.model
    def _take_goods(self, picking, scan, before, details, found):
        scan, item = self._product(picking, scan, before, details)
        if not item:
            self._ask_product(scan, found)
            return
        product = item.product
        found.update(product_id=product.id, kind="product")
        taken = self._captured(scan, product, item)
        part = (
            before if before.pending and before.product_id in (product, product.browse()) else None
        )
        taken = complete(taken, part)
        found.update(
            number=taken.number,
            batch=taken.batch,
            expires=taken.expires,
            made=taken.made,
            quantity=taken.quantity,
        )
        if taken.problem == "no_number":
            found.update(
                pending=True,
                message=self.env._("%s. Now scan its number.", product.display_name),
            )
            return
        if taken.problem:
            values = {"product": product.display_name, "number": taken.number}
            raise Stop(self.env._(PROBLEMS[taken.problem], **values))
        found["kind"] = "number" if taken.number else "product"
        quantity, said = self._quantity(item, taken, details)
        job = Job(picking, product, replace(taken, quantity=quantity), said=said)
        place = self._record("stock.location", found.get("location_id"))
        package = self._record("stock.package", found.pop("into", found.get("package_id")))
        self._settle(job, (place, package), found)

    @api.model
    def _captured(self, scan, product, item):
        taken = capture(scan, product.tracking)
        if scan.form == "plain" and not scan.gtin and item.named and product.tracking != "none":
            taken = replace(taken, number="", problem="no_number")
        if product.tracking == "serial" and item.factor != 1.0:
            taken = replace(taken, problem="case")
        return taken

    @api.model
    def _quantity(self, item, taken, details):
        """How many units of the product a scan stands for, and whether anybody said so."""
        product = item.product
        asked = details.get("quantity")
        if product.tracking == "serial":
            if asked not in (None, 1.0):
                raise Stop(self.env._("Serial numbers are taken one by one. Scan each piece."))
            return 1.0, True
        measured = self._measured(product, taken.measures)
        if asked is not None:
            quantity = asked
        elif measured is not None:
            quantity = measured * (taken.quantity or 1.0)
        else:
            quantity = (taken.quantity or 1.0) * item.factor
        rounded = product.uom_id.round(quantity)
        if rounded <= 0 or product.uom_id.compare(rounded, quantity):
            values = {"quantity": quantity, "product": product.display_name}
            unit = product.uom_id.name
            raise Stop(
                self.env._(
                    "%(quantity)s %(unit)s of %(product)s cannot be counted in this unit.",
                    **values,
                    unit=unit,
                )
            )
        return rounded, bool(asked or taken.quantity or measured is not None)

    @api.model
    def _settle(self, job, context, found):
        """Put goods on a line of the transfer and say so."""
        if self._is_spot_check(job, found):
            return
        job.source, job.dest, job.package = self._context(job.picking, *context)
        self._check_number(job)
        line = self._put(job)
        found.update(
            move_line_id=line.id,
            quantity=job.quantity,
            expires=job.expires,
            made=job.made,
            effect=job.effect(),
            holds_serial=job.product.tracking == "serial" and bool(job.ops),
            rows=job.rows,
            **dict(zip(("verdict", "message"), self._say(job, line), strict=True)),
        )

    @api.model
    def _is_spot_check(self, job, found):
        """Whether the number answers a spot check of what was taken in as advised."""
        checked = self.env["trace.spot.check"]._scanned(job.picking, job.product, job.number)
        if checked:
            names = ("verdict", "message", "move_line_id")
            found.update(zip(names, checked, strict=True))
        return bool(checked)

    @api.model
    def _context(self, picking, place, package):
        role = self._role(picking, place) if place else None
        source = place if role in ("source", "both") else place.browse()
        dest = place if role == "dest" else place.browse()
        return source, dest, package

    @api.model
    def _ask_product(self, scan, found):
        """A number that may be of several products: the next barcode may tell."""
        number = numbers(scan)[0]
        taken = capture(scan, "serial" if number == scan.serial else "lot")
        if taken.problem and taken.problem != "no_number":
            values = {"product": "", "number": taken.number}
            raise Stop(self.env._(PROBLEMS[taken.problem], **values))
        found.update(
            verdict="warn",
            kind="number",
            number=number,
            expires=taken.expires,
            made=taken.made,
            quantity=taken.quantity,
            pending=True,
            message=self.env._("Which product is %s? Scan the product's barcode.", number),
        )

    # -- which product --------------------------------------------------------

    @api.model
    def _product(self, picking, scan, before, details):
        """The scan as it is to be read and the :class:`Item` it means, or None.

        :raises Stop: it is a product that is not on the transfer
        """
        waiting = self._product_on(picking, details.get("product_id"))
        item = self._item(scan, lambda found: self._those_on(picking, found))
        if item and self._is_on(picking, item.product):
            return scan, item
        bare = scan.form == "plain" and bool(scan.text)
        if bare and (not scan.gtin or self._may_be_number(picking, scan, item, waiting)):
            scan = replace(scan, gtin=None)
            guess = waiting or self._guess(picking, numbers(scan))
            if guess:
                return scan, self._numbered(guess)
        if item or scan.gtin or scan.content_gtin:
            return scan, self._unexpected(picking, scan, item)
        guess = waiting or self._guess(picking, numbers(scan))
        if not guess and not numbers(scan):
            raise Stop(self.env._("%s says nothing about goods here.", scan.text[:60]))
        return scan, self._numbered(guess) if guess else None

    @api.model
    def _numbered(self, product):
        return Item(product, 1.0, False)

    @api.model
    def _may_be_number(self, picking, scan, item, waiting):
        """Whether digits that could be a GTIN are a number: eight digits often are."""
        if item:
            return False
        known = self._ranked(picking, (scan.text,))
        return bool(known) or (bool(waiting) and len(scan.text) == 8)

    @api.model
    def _product_on(self, picking, product_id):
        """The product that a client names, if the transfer has it."""
        product = self._record("product.product", product_id)
        return product if product and self._is_on(picking, product) else product.browse()

    @api.model
    def _is_on(self, picking, product):
        return bool(self._those_on(picking, product))

    @api.model
    def _those_on(self, picking, products):
        """Those of ``products`` for which a transfer has an open move."""
        groups = self.env["stock.move"]._read_group(
            [
                ("picking_id", "=", picking.id),
                ("product_id", "in", products.ids),
                ("state", "not in", ("done", "cancel")),
            ],
            ["product_id"],
        )
        return products.browse([product.id for (product,) in groups])

    @api.model
    def _guess(self, picking, names):
        """The product of the transfer to which a number belongs, if there is but one."""
        ranked = self._ranked(picking, names)
        best = {product for product, rank in ranked if rank == ranked[0][1]}
        if not best:
            best = self._tracked_on(picking)
        return self.env["product.product"].browse(best if len(best) == 1 else ())

    @api.model
    def _ranked(self, picking, names):
        """Products that know one of these numbers: on a line, advised, or in the books."""
        names = [name for name in names if len(name) <= LONGEST and name.isprintable()]
        if not names:
            return []
        self.env["stock.move.line"].flush_model(["picking_id", "lot_id", "lot_name"])
        self.env["stock.lot"].flush_model(["name", "product_id"])
        return self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                    SELECT DISTINCT product_id FROM stock_move
                    WHERE picking_id = %(picking)s AND state NOT IN ('done', 'cancel')),
                known AS (
                    SELECT product_id, 1 AS rank FROM stock_move_line
                    WHERE picking_id = %(picking)s AND lot_name = ANY(%(names)s)
                    UNION SELECT l.product_id, 1 FROM stock_move_line l
                    JOIN stock_lot o ON o.id = l.lot_id
                    WHERE l.picking_id = %(picking)s AND o.name = ANY(%(names)s)
                    UNION SELECT l.product_id, 2 FROM stock_picking_trace_asn_rel r
                    JOIN trace_asn_unit u ON u.asn_id = r.trace_asn_id
                    JOIN trace_asn_line l ON l.id = u.line_id
                    WHERE r.stock_picking_id = %(picking)s
                        AND (u.name = ANY(%(names)s) OR u.serial = ANY(%(names)s)
                            OR u.lot = ANY(%(names)s))
                    UNION SELECT o.product_id, 3 FROM stock_lot o
                    WHERE o.name = ANY(%(names)s)
                        AND (o.company_id IS NULL OR o.company_id = %(company)s))
                SELECT product_id, min(rank) FROM known JOIN asked USING (product_id)
                GROUP BY product_id ORDER BY 2, 1
                """,
                picking=picking.id,
                company=picking.company_id.id,
                names=list(names),
            )
        )

    @api.model
    def _tracked_on(self, picking):
        """Ids of the tracked products of a transfer, two at most."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT m.product_id FROM stock_move m
                JOIN product_product p ON p.id = m.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE m.picking_id = %s AND m.state NOT IN ('done', 'cancel')
                    AND t.tracking != 'none'
                LIMIT 2
                """,
                picking.id,
            )
        )
        return {product for (product,) in rows}

    @api.model
    def _unexpected(self, picking, scan, item):
        """A product that the transfer does not ask for: refused, or let in by policy."""
        if not item:
            code = scan.gtin or scan.content_gtin
            raise Stop(
                self.env._(
                    "GTIN %s belongs to no product. Add it as the product's barcode, "
                    "then scan again.",
                    code,
                )
            )
        severity = self._severity("unexpected_product", picking, item.product)
        if severity in ("block", "quarantine"):
            values = {"product": item.product.display_name, "transfer": picking.name}
            raise Stop(self._finding("unexpected_product", **values))
        return item

    # -- checking -------------------------------------------------------------

    @api.model
    def _check_number(self, job):
        """Find the lot of a job and refuse what cannot be.

        :raises Stop: the number is not known where it must be, or its expiry differs
        """
        if not job.number:
            return
        job.lot = self._lots((job.number,), job.product, job.picking.company_id)[:1]
        if not job.lot and not job.picking.picking_type_id.use_create_lots:
            raise Stop(
                self.env._(
                    "%(number)s of %(product)s is not known here. Scan again, or call the office.",
                    number=job.number,
                    product=job.product.display_name,
                )
            )
        known = job.expires and self._known_expiry(job)
        if known and known != job.expires:
            raise Stop(
                self.env._(
                    "The label of %(number)s says %(label)s, but its expiry is known as "
                    "%(known)s. Put it aside and call Quality.",
                    number=job.number,
                    label=job.expires,
                    known=known,
                )
            )

    @api.model
    def _known_expiry(self, job):
        """The local day on which a number expires, as far as it is known already."""
        if job.lot.expiration_date:
            zone = self.env["trace.asn.receiving"]._zone(job.picking.company_id)
            return local_day(job.lot.expiration_date, zone)
        scanned = self.env["trace.scan"].sudo()
        return scanned.search(
            [
                ("picking_id", "=", job.picking.id),
                ("product_id", "=", job.product.id),
                ("number", "=", job.number),
                ("expires", "!=", False),
                ("verdict", "!=", "stop"),
                ("undone_at", "=", False),
            ],
            limit=1,
        ).expires
