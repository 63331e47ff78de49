from collections import defaultdict, namedtuple

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import file_path, format_date

from ..core.labels import Label, goods_label, pallet_label
from ..core.labels.fonts import Fonts
from .trace_asn_receiving import local_day

#: Goods of one number: what a label needs. ``number`` may not be a record yet, on a receipt.
Goods = namedtuple("Goods", "product number batch expires best_before quantity")
#: A font for most scripts of the world, which Odoo brings along.
FONT = "web/static/fonts/google/Open_Sans/Open_Sans-%s.ttf"


class TraceLabel(models.AbstractModel):
    """Turns lots, transfers and packages into labels (``core/labels``)."""

    _name = "trace.label"
    _description = "Labels"

    # -- goods ----------------------------------------------------------------

    @api.model
    def _goods(self, records):
        """What is to be labelled: list of Goods, in the order of ``records``."""
        if records._name == "stock.picking":
            return self._goods_of_lines(records.move_line_ids)
        if records._name == "stock.quant":
            return [self._of_lot(quant.lot_id, quant.quantity) for quant in records if quant.lot_id]
        on_hand = self._on_hand(records)
        return [self._of_lot(lot, on_hand.get(lot.id, 0)) for lot in records]

    @api.model
    def _on_hand(self, lots):
        """dict lot id -> quantity inside: ``product_qty`` asks the same, lot by lot."""
        self.env["stock.quant"].flush_model(["lot_id", "quantity", "location_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT q.lot_id, sum(q.quantity) FROM stock_quant q
                JOIN stock_location l ON l.id = q.location_id
                WHERE q.lot_id = ANY(%s) AND l.usage IN ('internal', 'transit')
                GROUP BY q.lot_id
                """,
                lots.ids,
            )
        )
        return dict(rows)

    @api.model
    def _of_lot(self, lot, quantity):
        return Goods(
            lot.product_id,
            lot.name or "",
            lot.trace_batch or "",
            self._day(lot.expiration_date, lot.company_id),
            self._day(lot.use_date, lot.company_id),
            quantity,
        )

    @api.model
    def _day(self, moment, company):
        receiving = self.env["trace.asn.receiving"]
        return local_day(moment, receiving._zone(company or self.env.company))

    @api.model
    def _goods_of_lines(self, lines):
        """What a transfer moves; before it is done its numbers may be names only."""
        found = {}
        for line in lines:
            if not (line.lot_id or line.lot_name) or line.state == "cancel":
                continue
            if line.lot_id:
                goods = self._of_lot(line.lot_id, line.quantity_product_uom)
            else:
                expires = self._day(line.expiration_date, line.company_id)
                batch, quantity = line.trace_batch or "", line.quantity_product_uom
                goods = Goods(line.product_id, line.lot_name, batch, expires, None, quantity)
            known = found.get(goods[:2])
            if known:
                goods = known._replace(quantity=known.quantity + goods.quantity)
            found[goods[:2]] = goods
        return list(found.values())

    @api.model
    def _goods_label(self, goods, with_quantity=False):
        """The label of goods.

        :raises LabelError: the number cannot stand on a GS1 label
        """
        product = goods.product
        is_serial = product.tracking == "serial"
        best_before = goods.best_before if goods.best_before != goods.expires else None
        more = self._amount(goods) if with_quantity and not is_serial else {}
        return goods_label(
            product.display_name,
            goods.number,
            product.barcode,
            serial=is_serial,
            batch=goods.batch,
            lines=self._lines(goods, best_before),
            note=self.env._("Internal label: the product has no GTIN as its barcode."),
            expiry=goods.expires,
            best_before=best_before,
            **more,
        )

    @api.model
    def _lines(self, goods, best_before):
        lines = []
        if goods.batch:
            lines.append((self.env._("Batch"), goods.batch))
        if best_before:
            lines.append((self.env._("Best before"), format_date(self.env, best_before)))
        if goods.expires:
            lines.append((self.env._("Use by"), format_date(self.env, goods.expires)))
        return tuple(lines)

    @api.model
    def _amount(self, goods):
        """Quantity as GS1 tells it: kilograms of what is weighed, else pieces."""
        uom = goods.product.uom_id
        kilogram = self.env.ref("uom.product_uom_kgm", raise_if_not_found=False)
        if kilogram and uom._has_common_reference(kilogram):
            return {"kilograms": uom._compute_quantity(goods.quantity, kilogram, round=False)}
        whole = goods.quantity == int(goods.quantity) and goods.quantity > 0
        return {"count": int(goods.quantity)} if whole else {}

    @api.model
    def _internal_label(self, goods, reason):
        """For a number that no GS1 label can carry."""
        lines = self._lines(goods, goods.best_before)
        return Label(goods.product.display_name, goods.number, lines=lines, note=reason)

    # -- logistic units -------------------------------------------------------

    @api.model
    def _package_labels(self, packages, picking=None):
        """Labels of packages, for what is in them now, or will be once the transfer is done."""
        contents = self._contents(packages)
        addresses = self._addresses(packages, picking)
        return [
            self._package_label(package, contents[package.id], addresses[package.id])
            for package in packages
        ]

    @api.model
    def _package_label(self, package, contents, addresses):
        products = {product for product, _lot in contents}
        lots = {lot for _product, lot in contents}
        product = products.pop() if len(products) == 1 else None
        lot = lots.pop() if product and len(lots) == 1 else None
        total = sum(contents.values())
        lines = self._package_lines(package)
        title = product.display_name if product else self._mixed(contents)
        if not package.valid_sscc:
            note = self.env._("Internal label: the package has no SSCC.")
            return Label(title, package.name, lines=lines, note=note)
        goods = self._of_lot(lot, total) if lot else None
        same_day = goods and goods.best_before == goods.expires
        return pallet_label(
            title,
            package.name,
            gtin=product and product.barcode,
            count=int(total) if total == int(total) else None,
            lot=goods.number if goods and product.tracking == "lot" else "",
            expiry=goods and goods.expires,
            best_before=goods.best_before if goods and not same_day else None,
            lines=lines,
            **addresses,
        )

    @api.model
    def _mixed(self, contents):
        count = len({product for product, _lot in contents})
        return self.env._("%s products", count) if count else ""

    @api.model
    def _package_lines(self, package):
        if not package.shipping_weight:
            return ()
        unit = (
            package.package_type_id.weight_uom_name
            or package.env["product.template"]._get_weight_uom_name_from_ir_config_parameter()
        )
        return ((self.env._("Gross weight"), f"{package.shipping_weight:g} {unit}"),)

    @api.model
    def _contents(self, packages):
        """dict package id -> {(product, lot): quantity}, what is in inner packages included."""
        outer_of = self._outer_of(packages)
        inner = list(outer_of)
        found = {package.id: defaultdict(float) for package in packages}
        quants = self.env["stock.quant"]._read_group(
            [("package_id", "in", inner), ("quantity", ">", 0)],
            ["package_id", "product_id", "lot_id"],
            ["quantity:sum"],
        )
        full = {package.id for package, *_rest in quants}
        lines = self.env["stock.move.line"]._read_group(
            [
                ("result_package_id", "in", [one for one in inner if one not in full]),
                ("state", "not in", ("done", "cancel")),
            ],
            ["result_package_id", "product_id", "lot_id"],
            ["quantity_product_uom:sum"],
        )
        for package, product, lot, quantity in [*quants, *lines]:
            for outer in outer_of[package.id]:
                found[outer][product, lot] += quantity
        return found

    @api.model
    def _outer_of(self, packages):
        """dict id of a package inside -> ids of those of ``packages`` that hold it."""
        outer_of = defaultdict(set)
        for package in packages:
            outer_of[package.id].add(package.id)
        for inner in packages.search([("id", "child_of", packages.ids)]):
            holders = map(int, inner.parent_path.strip("/").split("/"))
            outer_of[inner.id].update(set(holders) & set(packages.ids))
        planned, _ids = packages._get_all_children_package_dest_ids()
        for package, inside in planned.items():
            for inner in inside:
                outer_of[inner].add(package.id)
        return outer_of

    @api.model
    def _addresses(self, packages, picking=None):
        """dict package id -> sender and receiver, of the last transfer that took it."""
        pickings = {package.id: picking for package in packages}
        if not picking:
            outer_of = self._outer_of(packages)
            lines = self.env["stock.move.line"].search(
                [("result_package_id", "in", list(outer_of)), ("picking_id", "!=", False)],
                order="id",
            )
            for line in lines:
                for outer in outer_of[line.result_package_id.id]:
                    pickings[outer] = line.picking_id
        return {
            package.id: self._sender_and_receiver(package, pickings[package.id])
            for package in packages
        }

    @api.model
    def _sender_and_receiver(self, package, picking):
        company = package.company_id or (picking and picking.company_id) or self.env.company
        if picking and picking.picking_type_code == "incoming":
            return {}
        sender = picking and picking.picking_type_id.warehouse_id.partner_id
        receiver = picking and picking.partner_id
        return {
            "sender": _address(sender or company.partner_id),
            "receiver": _address(receiver) if receiver else (),
        }

    # -- style ----------------------------------------------------------------

    @api.model
    def _fonts(self):
        return Fonts(*(file_path(FONT % weight) for weight in ("Regular", "Bold")))


def _address(partner):
    """Name and address as lines, without empty ones."""
    partner = partner.sudo()
    text = f"{partner.display_name}\n{partner._display_address(without_company=True)}"
    names = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(dict.fromkeys(names))
