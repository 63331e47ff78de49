import io
from datetime import UTC
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..core.asn.units import UOM_XMLIDS
from ..core.gs1 import normalise_gtin
from ..core.shipment.csv import write_csv
from ..core.shipment.form import Party, Shipment, Unit
from ..core.shipment.pdf import Words, write_certificate
from ..core.shipment.ubl import write_ubl
from .trace_asn_receiving import local_day

#: What UNECE calls a unit that only the two parties know.
MUTUAL = "ZZ"


class TraceShipment(models.AbstractModel):
    """What a delivery holds, for its receiver: certificate, list and shipping notice.

    Numbers, batches, GTINs and expiry dates are those of the ledger, as they were when the goods
    left; what is not tracked comes from the transfer. One query finds all units.
    """

    _name = "trace.shipment"
    _description = "Contents of Shipments"

    # -- documents ------------------------------------------------------------

    @api.model
    def _certificate(self, picking):
        """The certificate of contents as PDF, in the customer's language."""
        there, picking = self._speaking(picking)
        out = io.BytesIO()
        shipment = there._shipment(picking)
        fonts = there.env["trace.label"]._fonts()
        write_certificate(shipment, there._words(picking, shipment), fonts, out)
        return out.getvalue()

    @api.model
    def _list(self, picking):
        """The contents as CSV, one row a unit, in UTF-8 as spreadsheets want it."""
        there, picking = self._speaking(picking)
        out = io.StringIO(newline="")
        write_csv(there._shipment(picking), out)
        return out.getvalue().encode("utf-8-sig")

    @api.model
    def _notice(self, picking):
        """The shipping notice as UBL Despatch Advice."""
        there, picking = self._speaking(picking)
        out = io.BytesIO()
        write_ubl(there._shipment(picking), out)
        return out.getvalue()

    @api.model
    def _speaking(self, picking):
        """This model and the transfer in the customer's language."""
        lang = picking.partner_id.lang or self.env.lang
        return self.with_context(lang=lang), picking.with_context(lang=lang)

    @api.model
    def _words(self, picking, shipment):
        company = picking.company_id
        day = picking.date_done or picking.scheduled_date
        name = self.env._("Certificate of Contents %s", picking.name)
        return Words(
            name,
            [
                (self.env._("Sender"), company.display_name),
                (self.env._("Receiver"), picking.partner_id.display_name or ""),
                (
                    self.env._("Shipped"),
                    format_date(
                        self.env, local_day(day, self.env["trace.asn.receiving"]._zone(company))
                    ),
                ),
                (self.env._("Order"), picking.origin or ""),
                (self.env._("Units"), str(len(shipment.units))),
                (self.env._("Packages"), str(len({u.packages for u in shipment.units} - {()}))),
            ],
            [
                self.env._("Package"),
                self.env._("GTIN"),
                self.env._("Product"),
                self.env._("Lot or Batch"),
                self.env._("Serial Number"),
                self.env._("Use by"),
                self.env._("Best before"),
                self.env._("Produced"),
                self.env._("Quantity"),
                self.env._("Order"),
            ],
            self.env._("Page %(page)s"),
            self._company_lines(company),
            lambda day: format_date(self.env, day) if day else "",
        )

    @api.model
    def _company_lines(self, company):
        """What the company's letters say of it at the foot."""
        words = [company.name, company.street, company.zip, company.city, company.country_id.name]
        more = [company.phone, company.email, company.website, company.vat]
        return [" · ".join(filter(None, words)), " · ".join(filter(None, more))]

    # -- the shipment ---------------------------------------------------------

    @api.model
    def _shipment(self, picking):
        """:class:`~core.shipment.form.Shipment` of a transfer that the user may read."""
        picking.ensure_one()
        picking.check_access("read")
        picking = picking.sudo()
        company = picking.company_id
        sender = picking.picking_type_id.warehouse_id.partner_id or company.partner_id
        done = picking.date_done or picking.scheduled_date
        zone = self.env["trace.asn.receiving"]._zone(company)
        return Shipment(
            number=picking.name,
            issued=local_time(done, zone),
            supplier=self._party(company.partner_id, sender),
            customer=self._party(picking.partner_id.commercial_partner_id, picking.partner_id),
            despatched=local_day(picking.date_done, zone),
            expected=local_day(picking.date_deadline, zone),
            carrier="carrier_id" in picking and picking.carrier_id.name or "",
            tracking="carrier_tracking_ref" in picking and picking.carrier_tracking_ref or "",
            units=self._units(picking),
            outstanding=self._outstanding(picking),
        )

    @api.model
    def _party(self, owner, place):
        """Who it is and where; what the place does not say, its owner does."""
        scheme, endpoint = "", ""
        if "peppol_endpoint" in owner._fields and owner.peppol_endpoint and owner.peppol_eas:
            scheme, endpoint = owner.peppol_eas, owner.peppol_endpoint
        return Party(
            name=owner.name or place.display_name or "",
            gln=place.global_location_number or owner.global_location_number or "",
            scheme=scheme,
            endpoint=endpoint,
            street=place.street or "",
            city=place.city or "",
            zip=place.zip or "",
            country=place.country_id.code or "",
        )

    @api.model
    def _units(self, picking):
        """What the transfer moved, or is to move: list of Unit, by package and number."""
        rows = self._rows(picking)
        zone = self.env["trace.asn.receiving"]._zone(picking.company_id)
        moves = {move.id: move for move in picking.move_ids}
        paths = self._paths(picking)
        made = {}
        units = []
        for row in rows:
            if row["move_id"] not in made:
                made[row["move_id"]] = self._of_move(moves[row["move_id"]])
            expires = local_day(row["expiry"], zone)
            best_before = local_day(row["best"], zone)
            common = made[row["move_id"]]
            quantity = row["quantity"] * common["factor"]
            units.append(
                Unit(
                    **common["unit"],
                    number=row["number"] or "",
                    batch=row["batch"] or "",
                    expires=expires,
                    best_before=best_before if best_before != expires else None,
                    made=row["made"],
                    quantity=Decimal(f"{quantity:.6f}"),
                    packages=paths.get(row["line_id"], ()),
                    origin=row["origin"] or "",
                    ref=row["line_id"],
                )
            )
        return sorted(units, key=lambda unit: (unit.packages, unit.product, unit.number))

    @api.model
    def _of_move(self, move):
        """What all units of a move have in common."""
        product = move.product_id
        sale = move.sale_line_id.order_id
        uom, code, factor = self._unit_code(product.uom_id)
        return {
            "factor": factor,
            "unit": {
                "product": product.name,
                "reference": product.default_code or "",
                "gtin": normalise_gtin(product.barcode) or "",
                "is_serial": product.tracking == "serial",
                "uom": uom.name,
                "code": code,
                "order": sale.client_order_ref or "",
                "sale": sale.name or move.picking_id.origin or "",
                "sale_line": str(move.sale_line_id.id or ""),
            },
        }

    @api.model
    def _unit_code(self, uom):
        """A unit as others know it: ``(unit, UNECE code, factor from ours)``."""
        unit = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        if uom == unit:
            return uom, "C62", 1
        for code, xmlid in UOM_XMLIDS.items():
            if uom == self.env.ref(xmlid, raise_if_not_found=False):
                return uom, code, 1
        if unit and uom._has_common_reference(unit):
            return unit, "C62", uom._compute_quantity(1, unit, round=False)
        return uom, MUTUAL, 1

    @api.model
    def _rows(self, picking):
        """Lines with their numbers, what the ledger says of them, and where they came from."""
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id AS line_id, l.move_id, l.quantity_product_uom::float AS quantity,
                    COALESCE(e.lot_name, lot.name, l.lot_name) AS number,
                    CASE WHEN t.tracking = 'serial'
                        THEN COALESCE(e.batch, lot.trace_batch, l.trace_batch) END AS batch,
                    COALESCE(e.expiration_date, lot.expiration_date, l.expiration_date) AS expiry,
                    lot.use_date AS best, asn.made, origin.partner_name AS origin
                FROM stock_move_line l
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN stock_lot lot ON lot.id = l.lot_id
                LEFT JOIN LATERAL (
                    SELECT lot_name, batch, expiration_date FROM trace_event
                    WHERE move_line_id = l.id AND lot_id = l.lot_id
                    ORDER BY id DESC LIMIT 1) e ON true
                LEFT JOIN LATERAL (
                    SELECT partner_name FROM trace_event
                    WHERE lot_id = l.lot_id AND source_usage = 'supplier'
                    ORDER BY event_time, id LIMIT 1) origin ON true
                LEFT JOIN LATERAL (
                    SELECT u.made FROM trace_asn_unit u
                    JOIN trace_asn_line a ON a.id = u.line_id
                    WHERE u.name = lot.name AND a.product_id = l.product_id AND u.made IS NOT NULL
                    ORDER BY u.id DESC LIMIT 1) asn ON true
                WHERE l.picking_id = %s AND l.state != 'cancel' AND l.quantity_product_uom > 0
                ORDER BY l.id
                """,
                picking.id,
            )
        )

    @api.model
    def _paths(self, picking):
        """dict line id -> names of the packages it lies in, the outermost first."""
        lines = picking.move_line_ids.filtered("result_package_id")
        holders = {
            history.package_id.id: history.parent_dest_id for history in picking.package_history_ids
        }
        paths = {}
        for package in lines.result_package_id:
            path, inner = [], package
            while inner and inner.id not in {one.id for one in path}:
                path.append(inner)
                inner = holders.get(inner.id) or inner.package_dest_id
            paths[package.id] = tuple(one.name for one in reversed(path))
        return {line.id: paths[line.result_package_id.id] for line in lines}

    @api.model
    def _outstanding(self, picking):
        """dict ``(reference, product)`` -> what follows with open backorders."""
        found = {}
        for move in picking.backorder_ids.move_ids:
            if move.state in ("done", "cancel"):
                continue
            product = move.product_id
            key = (product.default_code or "", product.name)
            _uom, _code, factor = self._unit_code(product.uom_id)
            quantity = Decimal(f"{move.product_qty * factor:.6f}")
            found[key] = found.get(key, Decimal(0)) + quantity
        return found


def local_time(moment, zone):
    """The local time of a naive UTC moment."""
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
