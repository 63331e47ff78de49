from odoo import api, fields, models

from ..core.capture import PROBLEMS, capture, numbers
from .trace_guard import again_if_taken
from .trace_scan_reading import Item, Stop


class TraceScanCounting(models.AbstractModel):
    """What a code means in a count: one more of something in the place.

    A serial number counts once. A number that the books have elsewhere, or nowhere, is
    counted all the same: it lies here, and the person is told.
    """

    _name = "trace.scan.counting"
    _inherit = ["trace.scan.reading"]
    _description = "Scans of a Count"

    @api.model
    def _understand(self, count, code, details, found):
        """Count what a code says.

        :raises Stop: it cannot be counted; nothing is changed then
        """
        if count.state != "open":
            raise Stop(self.env._("This count is finished. Begin another one."))
        scan = self._read(code)
        found.update(form=scan.form, gtin=scan.gtin)
        place = self._place(scan)
        if place:
            self._say_place(count, place, found)
            return
        item = self._which(count, scan, details)
        product = item.product
        self._check_wanted(count, product)
        found.update(product_id=product.id, kind="product")
        taken = capture(scan, product.tracking)
        if item.named and scan.form == "plain" and product.tracking != "none":
            taken = capture(scan, "none")
            found["pending"] = True
        elif taken.problem == "no_number":
            found["pending"] = True
        if found.get("pending"):
            found["message"] = self.env._("%s. Now scan its number.", product.display_name)
            return
        if taken.problem:
            values = {"product": product.display_name, "number": taken.number}
            raise Stop(self.env._(PROBLEMS[taken.problem], **values))
        self._count(count, item, taken, details, found)

    @api.model
    def _check_wanted(self, count, product):
        """A campaign may want some goods of a place only."""
        task = count.sudo().task_id
        if task and not task._takes(product.sudo()):
            raise Stop(
                self.env._("%s is not to be counted now. Leave it as it is.", product.display_name)
            )

    @api.model
    def _say_place(self, count, place, found):
        found.update(kind="location", location_id=place.id)
        if place != count.location_id:
            names = {"other": place.display_name, "place": count.location_id.display_name}
            raise Stop(
                self.env._("This is %(other)s, but %(place)s is counted. Finish it first.", **names)
            )
        found["message"] = self.env._("Counting %s", place.display_name)

    @api.model
    def _which(self, count, scan, details):
        """The :class:`Item` that a code means.

        :raises Stop: it cannot be told
        """
        waiting = self._by_id(details.get("product_id"))
        item = self._item(scan)
        if item and (scan.form != "plain" or scan.gtin or not waiting):
            return item
        names = [name for name in numbers(scan) if name.isprintable()]
        product = waiting or self._of_number(count, names)
        if product:
            return Item(product, 1.0, False)
        if item:
            return item
        if scan.gtin or scan.content_gtin:
            gtin = scan.gtin or scan.content_gtin
            raise Stop(self.env._("GTIN %s belongs to no product.", gtin))
        raise Stop(
            self.env._("Which product is %s? Scan the product's barcode first.", scan.text[:60])
        )

    @api.model
    def _by_id(self, product_id):
        products = self.env["product.product"]
        if type(product_id) is not int or not 0 < product_id < 2**31:
            return products
        return products.search([("id", "=", product_id)])

    @api.model
    def _of_number(self, count, names):
        """The product of a number: one that lies here before others."""
        lots = self._lots(names, company=count.company_id) if names else self.env["stock.lot"]
        if len(lots.product_id) > 1:
            here = [("location_id", "=", count.location_id.id), ("lot_id", "in", lots.ids)]
            lots = self.env["stock.quant"].search([*here, ("quantity", ">", 0)]).lot_id
        return lots.product_id if len(lots.product_id) == 1 else lots.product_id.browse()

    @api.model
    def _count(self, count, item, taken, details, found):
        product, number = item.product, taken.number
        quantity = self._how_many(item, taken, details)
        lot = self._lots((number,), product, count.company_id)[:1] if number else None
        found.update(
            kind="number" if number else "product",
            number=number,
            expires=taken.expires,
            quantity=quantity,
        )
        row = self._row(count, product, number, lot)
        if product.tracking == "serial" and row.counted:
            found.update(
                verdict="warn", message=self.env._("%s was counted already.", number), rows=row
            )
            return
        row._add(quantity, details["scanned_at"])
        found.update(effect={"row": row.id, "quantity": quantity}, rows=row)
        said = " ".join(filter(None, (product.display_name, number)))
        found["message"] = f"{said}: {row.counted:g} {product.uom_id.name}"
        surprise = number and self._surprise(count, product, number, lot)
        if surprise:
            found.update(verdict="warn", message=surprise)

    @api.model
    def _how_many(self, item, taken, details):
        product = item.product
        asked = details.get("quantity")
        if product.tracking == "serial":
            if item.factor != 1.0 or asked not in (None, 1.0):
                raise Stop(self.env._("Serial numbers are counted one by one. Scan each piece."))
            return 1.0
        measured = self._measured(product, taken.measures)
        if asked is not None:
            quantity = asked
        elif measured is not None:
            quantity = measured * (taken.quantity or 1.0)
        else:
            quantity = (taken.quantity or 1.0) * item.factor
        return product.uom_id.round(quantity)

    @api.model
    def _row(self, count, product, number, lot):
        """The row of a number on the count."""
        lines = self.env["trace.count.line"].sudo()
        key = {"count_id": count.id, "product_id": product.id, "number": number}
        row = lines.search([(name, "=", value) for name, value in key.items()])
        if row:
            return row
        with again_if_taken():
            return lines.create({**key, "lot_id": lot.id if lot else False})

    @api.model
    def _surprise(self, count, product, number, lot):
        """What is odd about a number that lies here."""
        values = {"number": number, "product": product.display_name}
        if not lot:
            return self.env._("%(number)s of %(product)s is new: counted as found.", **values)
        if product.tracking != "serial":
            return None
        other = self.env["stock.quant"].search(
            [
                ("lot_id", "=", lot.id),
                ("quantity", ">", 0),
                ("location_id", "!=", count.location_id.id),
                ("location_id.usage", "in", ("internal", "transit", "customer")),
            ],
            limit=1,
        )
        # A campaign's blind count tells nothing that the books know.
        if other and not (count.blind and count.task_id):
            values["place"] = other.location_id.display_name
            return self.env._("%(number)s should be in %(place)s: counted as found here.", **values)
        return None

    @api.model
    def _undo(self, count, scan):
        """Count less by what a scan counted.

        :raises Stop: the count is finished
        """
        if not scan.effect:
            raise Stop(self.env._("This scan changed nothing, so there is nothing to take back."))
        if count.state != "open":
            raise Stop(self.env._("This count is finished. Begin another one."))
        row = self.env["trace.count.line"].sudo().browse(scan.effect["row"]).exists()
        left = row.product_id.uom_id.round(row.counted - scan.effect["quantity"])
        if left > 0:
            row._add(-scan.effect["quantity"], fields.Datetime.now())
        else:
            row.unlink()
