import re
from collections import defaultdict

from odoo import api, fields, models

from ..core import gs1
from ..core.capture import numbers
from .trace_scan_reading import Stop

#: Hits of one kind that are offered.
HITS = 6
#: Numbers that are taken from one paste.
LONGEST_LIST = 10_000
#: Characters from which the beginning of a name is searched for.
SHORTEST = 2

#: What can be named: kind, model, fields that name it, key of the question.
NAMED = (
    ("lot", "stock.lot", ("name",), "lots"),
    ("package", "stock.package", ("name",), "packages"),
    ("product", "product.product", ("default_code", "barcode", "name"), "products"),
    ("purchase", "purchase.order", ("name",), "purchases"),
    ("sale", "sale.order", ("name",), "sales"),
    ("pos_order", "pos.order", ("pos_reference",), "pos_orders"),
    ("asn", "trace.asn", ("name",), "asns"),
    ("picking", "stock.picking", ("name", "origin"), "pickings"),
    ("production", "mrp.production", ("name",), "operations"),
    ("unbuild", "mrp.unbuild", ("name",), "operations"),
    ("repair", "repair.order", ("name",), "operations"),
    ("place", "stock.location", ("complete_name", "name", "barcode"), "places"),
)
#: Places in which something can lie; of others only what went through them is known.
OURS = [("usage", "in", ("internal", "transit", "inventory", "production"))]
#: Other people's names for it: fields without an index, looked at where nothing else is found.
ALSO = (
    ("lot", "stock.lot", ("ref",), "lots"),
    ("purchase", "purchase.order", ("partner_ref",), "purchases"),
    ("sale", "sale.order", ("client_order_ref",), "sales"),
    ("pos_order", "pos.order", ("name",), "pos_orders"),
)


class TraceExplorer(models.AbstractModel):
    """What somebody may have meant: anything scanned, typed or pasted.

    Each hit carries the question that is asked if it is chosen. Only what the asker may read
    is found.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.explorer"

    @api.model
    @api.readonly
    def find(self, text: str) -> dict:
        """Say what a text may stand for.

        :param text: a scan, the beginning of a name, or a list of numbers
        :return: dict with

            * ``hits``: list of dicts ``kind``, ``label``, ``detail``, ``exact`` (the whole name
              was given) and ``question``
            * ``unknown``: numbers of a list that are nothing here
            * ``message``: a sentence if there is something to say, or empty
        """
        self._check()
        parts = split(text)
        if len(parts) > LONGEST_LIST:
            words = self.env._("%(count)s numbers are too many for one question: %(most)s at most.")
            return _found([], message=words % {"count": len(parts), "most": LONGEST_LIST})
        if len(parts) > 1:
            return self._find_list(parts)
        if not parts:
            return _found([])
        try:
            scan = self.env["trace.scan.reading"]._read(parts[0])
        except Stop as stop:
            return _found([], message=str(stop))
        hits = self._find_label(scan) if scan.form != "plain" or scan.gtin else []
        hits = hits or self._find_named(parts[0])
        return _found(hits, message=self._remark(parts[0], scan, hits))

    @api.model
    def _remark(self, text, scan, hits):
        """What is to be said about what was found, or was not."""
        if not hits:
            return self.env._("%s is nothing known here.", text[:60])
        named = numbers(scan) if scan.form != "plain" else ()
        if named and hits[0]["kind"] == "product":
            return self.env._("%s is not known; this is its product.", named[0])
        return ""

    # -- one label ------------------------------------------------------------

    @api.model
    def _find_label(self, scan):
        """What a GS1 code names: a package, a number of a product, or the product."""
        reading = self.env["trace.scan.reading"]
        package = reading._package(scan) if scan.sscc else None
        if package:
            return [self._hit("package", package, "packages", True)]
        item = reading._item(scan)
        lots = reading._lots(numbers(scan), item and item.product) if numbers(scan) else ()
        if lots:
            return [self._hit("lot", lot, "lots", True) for lot in lots]
        return [self._hit("product", item.product, "products", not numbers(scan))] if item else []

    # -- names ----------------------------------------------------------------

    @api.model
    def _find_named(self, text):
        """Records whose name is the text or begins with it: a constant number of queries."""
        hits = self._hits(NAMED, text, beginnings=len(text) >= SHORTEST)
        hits += self._find_partners(text)
        hits = hits or self._hits(ALSO, text, beginnings=False)
        return sorted(hits, key=lambda hit: not hit["exact"])

    @api.model
    def _hits(self, named, text, beginnings):
        hits = []
        for kind, model, names, key in named:
            if model in self.env and self.env[model].has_access("read"):
                for record in self._search_named(self.env[model], names, text, beginnings):
                    exact = any(_same(record[name], text) for name in names)
                    hits.append(self._hit(kind, record, key, exact))
        return hits

    @api.model
    def _search_named(self, records, names, text, beginnings):
        names = [name for name in names if name in records._fields]
        ours = OURS if records._name == "stock.location" else []
        exact = records.search([*ours, *_any(names, "=", text)], limit=HITS)
        if not beginnings or len(exact) >= HITS:
            return exact
        begins = re.sub(r"([\\%_])", r"\\\1", text) + "%"
        return exact | records.search(
            [*ours, *_any(names, "=ilike", begins), ("id", "not in", exact.ids)],
            limit=HITS - len(exact),
            order="id desc",
        )

    @api.model
    def _find_partners(self, text):
        """Partners, as those who sent and as those who got."""
        if len(text) < SHORTEST or not self.env["res.partner"].has_access("read"):
            return []
        hits = []
        for partner in self.env["res.partner"].search([("name", "ilike", text)], limit=HITS):
            exact = _same(partner.name, text)
            sends = partner.supplier_rank or not partner.customer_rank
            gets = partner.customer_rank or not partner.supplier_rank
            hits += [self._hit("supplier", partner, "suppliers", exact)] if sends else []
            hits += [self._hit("customer", partner, "customers", exact)] if gets else []
        return hits

    @api.model
    def _hit(self, kind, record, key, exact):
        about = record.id
        if key == "operations":
            about = [kind, record.id]
        elif key == "places":
            # What is there, not all that ever was: for that there is a time to be named.
            now = fields.Datetime.to_string(fields.Datetime.now())
            about = {"location_id": record.id, "from": now}
        return {
            "kind": kind,
            "label": record.display_name if kind != "lot" else record.name,
            "detail": self._detail(record),
            "exact": exact,
            "question": {key: [about]},
        }

    @api.model
    def _detail(self, record):
        """What tells a record from another of the same name."""
        for name in ("partner_id", "product_id", "location_id"):
            if name in record._fields and record[name]:
                return record[name].sudo().display_name
        return ""

    # -- lists ----------------------------------------------------------------

    @api.model
    def _find_list(self, parts):
        """Many numbers at once: they are looked up together."""
        scans = {part: self._scanned(part) for part in parts}
        lots = self._lots_named({name for scan in scans.values() for name in scan["numbers"]})
        packages = self._packages_named({name for scan in scans.values() for name in scan["packs"]})
        products = self._products_coded({code for scan in scans.values() for code in scan["codes"]})
        found, packed, unknown = set(), set(), []
        for part, scan in scans.items():
            goods = {products[code] for code in scan["codes"] if code in products}
            mine = [
                lot_id
                for name in scan["numbers"]
                for lot_id, product_id in lots.get(name, ())
                if not goods or product_id in goods
            ]
            packs = [packages[name] for name in scan["packs"] if name in packages]
            found.update(mine)
            packed.update(packs)
            unknown += [] if mine or packs else [part]
        question = {"lots": sorted(found), "packages": sorted(packed)}
        question = {key: ids for key, ids in question.items() if ids}
        label = self.env._(
            "%(known)s of %(all)s numbers", known=len(scans) - len(unknown), all=len(scans)
        )
        hit = {"kind": "list", "label": label, "detail": "", "exact": True, "question": question}
        message = self.env._("None of these numbers is known here.") if not question else ""
        return _found([hit] if question else [], unknown, message)

    @api.model
    def _scanned(self, part):
        """What a part of a list may be: numbers, packages and codes of its product."""
        try:
            scan = gs1.parse(part, lenient=True)
        except gs1.Gs1Error:
            return {"numbers": (part,), "packs": (part,), "codes": ()}
        if scan.form == "plain":
            return {"numbers": (part,), "packs": (part,), "codes": ()}
        codes = self.env["trace.scan.reading"]._product_codes(scan) if scan.gtin else ()
        named = numbers(scan)
        return {"numbers": named[:1], "packs": (scan.sscc,) if scan.sscc else (), "codes": codes}

    @api.model
    def _lots_named(self, names):
        found = defaultdict(list)
        for lot in self.env["stock.lot"].search_fetch(
            [("name", "in", list(names))], ["name", "product_id"]
        ):
            found[lot.name].append((lot.id, lot.product_id.id))
        return found

    @api.model
    def _packages_named(self, names):
        packages = self.env["stock.package"]
        if not packages.has_access("read"):
            return {}
        return {pack.name: pack.id for pack in packages.search([("name", "in", list(names))])}

    @api.model
    def _products_coded(self, codes):
        products = self.env["product.product"].search([("barcode", "in", list(codes))])
        return {product.barcode: product.id for product in products}


def split(text):
    """The parts of what was typed or pasted, each once; a scan's own characters do not part it.

    >>> split("A1, A2\\n A1;A3"), split(" MO 0012 "), split("(01)09501101530003(10)A,B")
    (['A1', 'A2', 'A3'], ['MO 0012'], ['(01)09501101530003(10)A,B'])
    """
    text = str(text or "")
    cut = r"[\n\r\t]+" if re.search(r"\x1d|^\s*(\]|\(\d{2,4}\)|https?:)", text) else r"[\n\r\t,;]+"
    parts = (part.strip(" ") for part in re.split(cut, text))
    return list(dict.fromkeys(part for part in parts if part))


def _found(hits, unknown=(), message=""):
    return {"hits": hits, "unknown": list(unknown), "message": message}


def _any(names, operator, value):
    return ["|"] * (len(names) - 1) + [(name, operator, value) for name in names]


def _same(name, text):
    return (name or "").casefold() == text.casefold()
