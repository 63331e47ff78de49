from odoo import api, fields, models

from ..core.capture import LONGEST, numbers
from ..core.expiry import day_of
from ..core.findings import KINDS, Finding
from ..core.returns import Return, examine, last_good
from .trace_return_check import Brought
from .trace_scan_reading import Stop

#: So many characters of a code are read.
READ = 4000


class TraceReturn(models.AbstractModel):
    """The answer for a cashier who has a unit in the hand and a customer before the till.

    A constant number of queries, whatever the number of sales of a number.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.return"

    @api.model
    def _answer(self, config, raw, customer):
        """See ``pos.config.trace_ask_return``."""
        try:
            products, names = self._read_code(raw)
        except Stop as stop:
            note = {"code": "unreadable", "severity": "block", "text": str(stop), "remedy": ""}
            return self._sheet(config, raw[:60], product=None, notes=[note])
        rows = self._sales(names, products, self.env.companies)
        if rows:
            return self._sheet(
                config, rows[0]["number"], sales=self._told_sales(config, rows, customer)
            )
        bare = self._bare_product(raw)
        if bare:
            return self._sheet(config, raw.strip()[:60], bare, [self._wants_number(bare)])
        return self._nothing_sold(config, products[:1], names, raw[:60], customer)

    @api.model
    def _read_code(self, raw):
        """The products and the numbers that a code may mean; a GTIN may be of several products."""
        reading = self.env["trace.scan.reading"]
        scan = reading._read(raw[:READ])
        # Digits that make a GTIN by chance may be a number all the same.
        names = [scan.text] if scan.form == "plain" else numbers(scan)
        names = [name for name in names if 0 < len(name) <= LONGEST and name.isprintable()]
        products = self.env["product.product"]
        if scan.form == "plain":
            return products, names
        codes = reading._product_codes(scan)
        # What was sold may be archived by now.
        products = products.with_context(active_test=False).search([("barcode", "in", codes)])
        item = None if products else reading._item(scan)
        return item.product if item else products, names

    @api.model
    def _bare_product(self, raw):
        """The product of a code that names no number of it, or none."""
        reading = self.env["trace.scan.reading"]
        scan = reading._read(raw[:READ])
        item = None if numbers(scan) else reading._item(scan)
        return item.product if item else self.env["product.product"]

    @api.model
    def _wants_number(self, product):
        text = self.env._("This is the code of %s, not of one unit", product.display_name)
        remedy = self.env._("Scan the barcode with the lot or serial number, or type the number.")
        return {"code": "no_number", "severity": "block", "text": text, "remedy": remedy}

    @api.model
    def _sheet(self, config, number, product=None, notes=(), sales=(), may_take=False):
        shop = config.picking_type_id.default_location_src_id
        quarantine = shop._trace_quarantine_for(config.company_id) if shop else shop
        return {
            "number": number,
            "product_id": product.id if product else False,
            "product": product.display_name if product else "",
            "sales": list(sales),
            "notes": list(notes),
            "may_take": may_take,
            "quarantine": quarantine.display_name or "",
        }

    @api.model
    def _nothing_sold(self, config, product, names, raw, customer):
        """Where nobody has sold a number: which product it is, if that can be told."""
        if names and not product:
            lots = self.env["trace.scan.reading"]._lots(names)
            product = lots.product_id if len(lots.product_id) == 1 else product
        number = names[0] if names else raw
        values = {"lot": number, "product": product.display_name or self.env._("unknown goods")}
        finding = Finding("return_unknown", values)
        [(severity, _rule)] = self._decided(
            config, [(finding, Brought(product, number, 1, customer))]
        )
        note = self.env["trace.till.check"]._said(finding, severity)
        tracked = names and product.tracking in ("lot", "serial") and product.available_in_pos
        may_take = bool(tracked) and severity != "block"
        return self._sheet(config, number, product, [note], may_take=may_take)

    # -- sales ----------------------------------------------------------------

    @api.model
    def _told_sales(self, config, rows, customer):
        """Sales as the till shows them."""
        products = self.env["product.product"].browse({row["product_id"] for row in rows})
        lots = self.env["stock.lot"]._trace_named(
            (row["product_id"], row["number"]) for row in rows
        )
        facts = self._facts(config, lots)
        notes = self._notes(config, rows, customer, products)
        sales = []
        for row, said in zip(rows, notes, strict=True):
            product = products.browse(row["product_id"])
            fact = facts.get((product.id, row["number"]), dict(NOTHING_KNOWN))
            said = [*self._warnings(row["number"], product, fact), *said]
            sales.append({**self._told_sale(config, row, product), **fact, "notes": said})
        for sale in sales:
            blocked = any(note["severity"] == "block" for note in sale["notes"])
            sale["may_refund"] = sale.pop("here") and not sale["refunded"] and not blocked
        return sales

    @api.model
    def _told_sale(self, config, row, product):
        shop = self.env["pos.config"].browse(row["config_id"] or [])
        left = row["quantity"] - row["back"]
        here = (
            row["road"] == "till"
            and bool(row["line_id"])
            and row["company_id"] == config.company_id.id
            and shop.currency_id == config.currency_id
        )
        return {
            "road": row["road"],
            "order": row["document"] or "",
            "order_id": row["order_id"] or False,
            "order_uuid": row["order_uuid"] or "",
            "line_id": row["line_id"] or False,
            "line_uuid": row["line_uuid"] or "",
            "date": fields.Datetime.to_string(row["date"]),
            "shop": shop.name or "",
            "partner_id": row["partner_id"] or False,
            "partner": row["partner"] or "",
            "product_id": product.id,
            "product": product.display_name,
            "tracking": product.tracking,
            "number": row["number"],
            "quantity": row["quantity"],
            "back": row["back"],
            "refunded": product.uom_id.compare(left, 0) <= 0,
            "back_order": row["back_order"] or "",
            "back_date": fields.Datetime.to_string(row["back_date"]) or "",
            "here": here,
        }

    # -- the number -----------------------------------------------------------

    @api.model
    def _facts(self, config, lots):
        """dict (product id, number) -> what is known of the number itself, to the company."""
        company = config.company_id
        shop = config.picking_type_id.default_location_src_id
        covering = self.env["trace.hold"]._covering(lots, company)
        warranties = self.env["trace.warranty"]._of(lots)
        bad = self._last_good_days(config, lots)
        found = {}
        for lot in lots:
            warranty = warranties.get(lot.id)
            reasons = self.env["trace.hold"]._reasons_at(covering.get(lot.id, ()), shop)
            found[lot.product_id.id, lot.name] = {
                "warranty_until": fields.Date.to_string(warranty.end) if warranty else "",
                "in_warranty": bool(warranty) and warranty.state == "running",
                "recalled": bool(reasons) and lot.trace_status == "recalled",
                "held": "; ".join(reasons),
                "expired": bad.get(lot.id, ""),
            }
        return found

    @api.model
    def _last_good_days(self, config, lots):
        """dict lot id -> the last good day of lots that must not be sold any more."""
        rules = self.env["trace.expiry.rule"]
        company, shop = config.company_id, config.picking_type_id.default_location_src_id
        dates = rules._dates(lots, company)
        today = rules._today(shop)
        limits = rules._limits(
            [(lot.product_id.id, shop.parent_path, None, company.id) for lot in lots]
        )
        found = {}
        for lot, limit in zip(lots, limits, strict=True):
            last = last_good(limit, dates[lot.id], today)
            if not last and lot.expiration_date and lot.expiration_date <= fields.Datetime.now():
                last = dates[lot.id].expiration
            if last:
                found[lot.id] = fields.Date.to_string(last)
        return found

    # -- words ----------------------------------------------------------------

    @api.model
    def _notes(self, config, rows, customer, products):
        """What is to be said of each sale, by policy: a list of notes for each row."""
        zone = self.env["trace.expiry.rule"]._zone(config.company_id)
        buyers = self.env["res.partner"].browse({row["partner_id"] for row in rows} - {None})
        whole = {buyer.id: buyer.commercial_partner_id.id for buyer in buyers}
        asks = [
            Return(
                ref,
                lot=row["number"],
                product=products.browse(row["product_id"]).display_name,
                # Whether anything can come back at all; how much is asked later.
                quantity=0.0 if row["back"] < row["quantity"] else 1.0,
                sold=row["quantity"],
                back=row["back"],
                order=row["back_order"] or "",
                date=fields.Date.to_string(day_of(row["back_date"], zone)) or "",
                buyer=whole.get(row["partner_id"]),
                customer=customer.commercial_partner_id.id or None,
                buyer_name=row["partner"] or "",
                customer_name=customer.display_name or "",
            )
            for ref, row in enumerate(rows)
        ]
        found = list(examine(asks))
        cases = [
            (
                one,
                Brought(
                    products.browse(rows[one.ref]["product_id"]), one.values["lot"], 1, customer
                ),
            )
            for one in found
        ]
        notes = [[] for _row in rows]
        for one, (severity, _rule) in zip(found, self._decided(config, cases), strict=True):
            if severity != "off":
                notes[one.ref].append(self.env["trace.till.check"]._said(one, severity))
        return notes

    @api.model
    def _decided(self, config, cases):
        """Policy about findings: list of (severity, rule)."""
        return self.env["trace.policy"]._resolve(
            [self._case(finding.code, config, brought) for finding, brought in cases]
        )

    @api.model
    def _warnings(self, number, product, fact):
        """What everybody is to hear of the goods themselves: they do not go to the shelf."""
        values = {"lot": number, "product": product.display_name}
        notes = []
        if fact["held"]:
            text = self.env._(KINDS["on_hold"].message)
            if fact["recalled"]:
                text = self.env._("%(lot)s of %(product)s is recalled: %(reason)s")
            notes.append(("on_hold", text % {**values, "reason": fact["held"]}))
        if fact["expired"]:
            text = self.env._("%(lot)s of %(product)s is too old to sell, good until %(date)s")
            notes.append(("expired", text % {**values, "date": fact["expired"]}))
        remedy = self.env._("It may be paid back. Put it into quarantine, not on the shelf.")
        return [
            {"code": code, "severity": "warn", "text": text, "remedy": remedy}
            for code, text in notes
        ]


#: Of a number without a record.
NOTHING_KNOWN = {
    "warranty_until": "",
    "in_warranty": False,
    "recalled": False,
    "held": "",
    "expired": "",
}
