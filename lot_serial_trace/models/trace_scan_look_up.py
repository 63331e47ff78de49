from odoo import api, fields, models

from ..core.capture import numbers
from ..core.gs1 import is_sscc
from .trace_asn_receiving import local_day
from .trace_scan_reading import Stop

#: Rows of a list that a small screen shows.
ROWS = 50
#: Latest events of a number that are told.
EVENTS = 5


class TraceScan(models.Model):
    """ "What is this?": any code, answered for who holds it in the hand.

    Answers keep to what the user may read: what he may not is left out, not refused.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.scan"

    @api.model
    def trace_look_up(self, code: str) -> dict:
        """What a scanned code is, where it lies and what is to be known about it.

        :param code: text as it came from the scanner, or was typed
        :return: dict with

            * ``verdict``: ``stop`` (unknown, held, recalled or expired), ``warn`` or ``good``;
              ``message``: a sentence for the person
            * ``kind``: ``lot``, ``product``, ``package``, ``location`` or ``unknown``
            * ``title``, ``subtitle``
            * ``facts``: list of dicts ``label``, ``value``, ``tone`` (``good``, ``warn``,
              ``stop`` or empty)
            * ``places``: where it lies, list of dicts ``place``, ``package``, ``quantity``,
              ``uom``, ``reserved``
            * ``elsewhere``: where the rest of a number is, list of dicts ``where``, ``who``,
              ``document``, ``since``, ``quantity``, ``uom``
            * ``links``: records to open, list of dicts ``label``, ``model``, ``id``
        """
        code = str(code or "") if type(code) in (str, int) else ""
        try:
            answer = self._looked_up(code)
        except Stop as stop:
            answer = self._unknown(code, str(stop))
        self._keep_look_up(code, answer)
        return {name: value for name, value in answer.items() if not name.startswith("_")}

    @api.model
    def _keep_look_up(self, code, answer):
        details = self._check_details({})
        found = {
            "raw": code[:1000],
            "verdict": answer["verdict"],
            "message": answer["message"],
            **answer.get("_found", {}),
        }
        self._keep(self.browse(), found, details)

    def _trace_scan_vals(self):
        """A look-up belongs to no document."""
        return {"step": "look_up", "company_id": self.env.company.id}

    @api.model
    def _looked_up(self, code):
        reading = self.env["trace.scan.reading"]
        scan = reading._read(code)
        place = reading._place(scan)
        if place:
            return self._about_place(place)
        package = reading._package(scan)
        if package:
            return self._about_package(package)
        advised = reading._advised_package(scan)
        if advised:
            return self._about_advised(advised)
        item = reading._item(scan)
        names = [name for name in numbers(scan) if name.isprintable()]
        lots = reading._lots(names, item and scan.form != "plain" and item.product) if names else []
        if len(lots) == 1 or (lots and not item):
            return self._about_lot(lots[0], lots[1:])
        if item:
            return self._about_product(item.product, names)
        return self._unknown(code, self.env._("%s is nothing known here.", code[:60]))

    @api.model
    def _unknown(self, code, message):
        return {**self._sheet("unknown", code[:60]), "verdict": "stop", "message": message}

    @api.model
    def _sheet(self, sort, title, subtitle="", **found):
        return {
            "verdict": "good",
            "message": title,
            "kind": sort,
            "title": title,
            "subtitle": subtitle,
            "facts": [],
            "places": [],
            "elsewhere": [],
            "links": [],
            "_found": found,
        }

    @api.model
    def _fact(self, label, value, tone=""):
        return {"label": label, "value": value, "tone": tone}

    @api.model
    def _link(self, record, label=None):
        return {"label": label or record.display_name, "model": record._name, "id": record.id}

    # -- lots -----------------------------------------------------------------

    @api.model
    def _about_lot(self, lot, others):
        sheet = self._sheet(
            "lot",
            lot.name,
            lot.product_id.display_name,
            kind="number",
            product_id=lot.product_id.id,
            number=lot.name,
        )
        facts = [*self._status_facts(lot), *self._expiry_facts(lot)]
        tones = {fact["tone"] for fact in facts}
        sheet["verdict"] = "stop" if "stop" in tones else "warn" if "warn" in tones else "good"
        sheet["message"] = next(
            (f"{fact['label']}: {fact['value']}" for fact in facts if fact["tone"] != "good"),
            f"{lot.product_id.display_name} {lot.name}",
        )
        if lot.trace_batch:
            facts.append(self._fact(self.env._("Manufacturer's batch"), lot.trace_batch))
        sheet["facts"] = facts + self._event_facts(lot)
        sheet["places"] = self._lying([("lot_id", "=", lot.id)])
        sheet["elsewhere"] = self._elsewhere(lot)
        sheet["links"] = [self._link(one) for one in (lot, lot.product_id, *others)]
        return sheet

    @api.model
    def _status_facts(self, lot):
        """Whether the number is held, and why."""
        label = self.env._("Status")
        if lot.trace_status == "free":
            return [self._fact(label, self.env._("Free"), "good")]
        status = dict(lot._fields["trace_status"]._description_selection(self.env))
        holds = self.env["trace.hold"]
        reasons = []
        if holds.has_access("read"):
            domain = [("lot_id", "=", lot.id), ("state", "=", "active")]
            reasons = holds.search(domain).mapped("reason")
        return [self._fact(label, ": ".join([status[lot.trace_status], *reasons]), "stop")]

    @api.model
    def _expiry_facts(self, lot):
        if not lot.expiration_date:
            return []
        day = self._local_day(lot.expiration_date)
        if lot.trace_days_left < 0:
            return [self._fact(self.env._("Expired"), day, "stop")]
        soon = lot.alert_date and lot.alert_date <= fields.Datetime.now()
        return [self._fact(self.env._("Expires"), day, "warn" if soon else "")]

    @api.model
    def _event_facts(self, lot):
        """The latest events of a number, and who has it if it left."""
        events = self.env["trace.event"]
        if not events.has_access("read"):
            return []
        events = events.search(
            [("lot_id", "=", lot.id)], order="event_time desc, id desc", limit=EVENTS
        )
        facts = []
        last = events.filtered(lambda event: event.kind == "movement")[:1]
        if last.dest_usage in ("customer", "supplier"):
            facts.append(self._fact(self.env._("With"), last.partner_name or last.dest_name))
        return facts + [self._fact(self._day(event), self._told(event)) for event in events]

    @api.model
    def _day(self, event):
        return self._local_day(event.event_time)

    @api.model
    def _local_day(self, moment):
        zone = self.env["trace.asn.receiving"]._zone(self.env.company)
        return fields.Date.to_string(local_day(moment, zone))

    @api.model
    def _told(self, event):
        """An event in a few words."""
        steps = dict(event._fields["biz_step"]._description_selection(self.env))
        where = event.dest_name or event.reason
        words = (steps.get(event.biz_step), where, event.document)
        return " · ".join(word for word in words if word)

    @api.model
    def _elsewhere(self, lot):
        """Where the part of a number is that is not in the house."""
        if not self.env["trace.event"].has_access("read"):
            return []
        [answer] = self.env["trace.whereabouts"]._answer(lot)
        states = self.env["trace.whereabouts.line"]._fields["state"]
        words = dict(states._description_selection(self.env))
        return [
            {
                "where": words[place["state"]],
                "who": place.get("partner") or "",
                "document": place.get("document") or "",
                "since": self._local_day(place["since"]),
                "quantity": place["quantity"],
                "uom": lot.product_id.uom_id.name,
            }
            for place in answer["places"]
            if "reserved" not in place
        ][:ROWS]

    # -- everything else ------------------------------------------------------

    @api.model
    def _about_product(self, product, names):
        sheet = self._sheet(
            "product",
            product.display_name,
            product.barcode or product.default_code or "",
            kind="product",
            product_id=product.id,
        )
        tracking = dict(product._fields["tracking"]._description_selection(self.env))
        sheet["facts"] = [self._fact(self.env._("Tracking"), tracking[product.tracking])]
        if names and product.tracking != "none":
            unknown = self.env._("%s is not known", names[0])
            sheet["facts"].insert(0, self._fact(self.env._("Number"), unknown, "warn"))
            sheet.update(verdict="warn", message=unknown)
        sheet["places"] = self._lying([("product_id", "=", product.id)])
        sheet["links"] = [self._link(product)]
        return sheet

    @api.model
    def _about_package(self, package):
        sheet = self._sheet(
            "package", package.name, package.location_id.display_name or "", kind="package"
        )
        if is_sscc(package.name):
            sheet["facts"].append(self._fact("SSCC", package.name))
        if package.parent_package_id:
            outer = package.parent_package_id.complete_name
            sheet["facts"].append(self._fact(self.env._("In"), outer))
        sheet["facts"] += self._contents([("package_id", "child_of", package.id)])
        sheet["places"] = self._lying([("package_id", "child_of", package.id)])
        sheet["links"] = [self._link(package)]
        return sheet

    @api.model
    def _about_advised(self, package):
        """A pallet that has not come yet."""
        asn = package.asn_id
        sheet = self._sheet("package", package.sscc, self.env._("Expected"), kind="sscc")
        sheet["message"] = self.env._("Expected with shipping notice %s", asn.name)
        sheet["facts"] = [
            self._fact(self.env._("Shipping notice"), asn.name),
            self._fact(self.env._("Supplier"), asn.partner_id.display_name or asn.supplier_name),
        ]
        if asn.expected_from:
            day = fields.Date.to_string(asn.expected_from)
            sheet["facts"].append(self._fact(self.env._("Expected"), day))
        if self.env["trace.asn"].has_access("read"):
            sheet["links"].append(self._link(asn))
        pickings = asn.picking_ids.with_env(self.env)._filtered_access("read")
        sheet["links"] += [self._link(picking) for picking in pickings]
        return sheet

    @api.model
    def _about_place(self, place):
        sheet = self._sheet("location", place.display_name, place.barcode or "", kind="location")
        sheet["_found"]["location_id"] = place.id
        sheet["facts"] = self._contents([("location_id", "child_of", place.id)])
        if place._trace_in_quarantine():
            quarantine = self._fact(self.env._("Quarantine"), self.env._("Yes"), "warn")
            sheet["facts"].insert(0, quarantine)
        sheet["links"] = [self._link(place)]
        return sheet

    @api.model
    def _contents(self, domain):
        """What lies somewhere, as one fact a product."""
        groups = self.env["stock.quant"]._read_group(
            [*domain, ("quantity", ">", 0)],
            ["product_id"],
            ["quantity:sum"],
            order="quantity:sum desc",
            limit=ROWS,
        )
        return [
            self._fact(product.display_name, f"{quantity:g} {product.uom_id.name}")
            for product, quantity in groups
        ]

    @api.model
    def _lying(self, domain):
        """Where something lies in the house, the most of it first."""
        inside = [("location_id.usage", "in", ("internal", "transit")), ("quantity", ">", 0)]
        groups = self.env["stock.quant"]._read_group(
            [*domain, *inside],
            ["location_id", "package_id", "product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
            order="quantity:sum desc",
            limit=ROWS,
        )
        return [
            {
                "place": place.display_name,
                "package": package.name or "",
                "quantity": quantity,
                "uom": product.uom_id.name,
                "reserved": reserved,
            }
            for place, package, product, quantity, reserved in groups
        ]
