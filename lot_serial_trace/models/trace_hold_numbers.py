from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import number_list
from ..core.asn import AsnError
from ..core.gs1.keys import normalise_gtin
from ..core.numbers import FLAWS

#: What may be said about a number of a list, and what comes of it.
VERDICTS = {
    "wrong": "stop",
    "no_product": "stop",
    "unknown": "stop",
    "several": "stop",
    "twice": "skip",
    "held": "warn",
    "not_here": "note",
    "ready": "good",
}


class TraceHoldNumbers(models.AbstractModel):
    """Lists of numbers that are to be put on hold: looked through before anything happens.

    The list is read by ``core/number_list.py``, as for a transfer; here its numbers are
    looked up among the lots that exist, with the product that the list names, the one
    that is chosen, or any.
    """

    _name = "trace.hold.numbers"
    _description = "List of Numbers to Hold"

    @api.model
    def _preview(self, *args):
        """What the screen shows of a list; see ``trace.hold.wizard.preview_numbers``."""
        try:
            found, error = self._look_through(*args), ""
        except AsnError as caught:
            found, error = [], self._say(caught)
        lots = self.env["stock.lot"].union(*(lot for _entry, lot, _verdict, _said in found))
        return {
            "error": error,
            "rows": [self._row(*one) for one in found],
            "counts": Counter(verdict for _entry, _lot, verdict, _said in found),
            "outcomes": VERDICTS,
            "products": [{"id": p.id, "name": p.display_name} for p in lots.product_id],
        }

    @api.model
    def _lots(self, text, file, product_id, ranges, held):
        """The lots of a list that can be put on hold.

        :param held: those that are on hold already, too
        """
        try:
            found = self._look_through(text, file, product_id, ranges)
        except AsnError as error:
            raise UserError(self._say(error)) from error
        wanted = {"good", "note", "warn"} if held else {"good", "note"}
        return self.env["stock.lot"].union(
            *(lot for _entry, lot, verdict, _said in found if VERDICTS[verdict] in wanted)
        )

    @api.model
    def _say(self, error):
        return self.env["stock.picking"]._trace_list_error(error)

    @api.model
    def _row(self, entry, lot, verdict, said):
        product = lot.product_id.id if len(lot) == 1 else False
        return [entry.line, entry.number, product, verdict, said, None, None, entry.range]

    @api.model
    def _look_through(self, text, file, product_id, ranges):
        """List of (entry, lots, verdict, sentence) about every number of a list."""
        chosen = self.env["product.product"].browse(product_id or ()).exists()
        tracking = chosen.tracking or "serial"
        if file:
            data = self.env["stock.picking"]._trace_file(file)
            entries = number_list.read_file(data, ranges, tracking)
        else:
            entries = number_list.read_text(text or "", ranges, tracking)
        products = self._products(entries)
        lots = self._known([entry.number for entry in entries if not entry.flaw])
        every = tuple(one["id"] for some in lots.values() for one in some)
        records = self.env["stock.lot"]
        told, seen = [], set()
        for entry in entries:
            wanted = self._wanted(entry, products, chosen)
            mine = self._matching(lots.get(entry.number, ()), wanted)
            found = records.browse([one["id"] for one in mine]).with_prefetch(every)
            told.append((entry, found, *self._verdict(entry, mine, found, wanted, seen)))
            seen.update(found.ids)
        return told

    @api.model
    def _verdict(self, entry, mine, lots, wanted, seen):
        """``(verdict, sentence)`` about one number: the first that holds."""
        if entry.flaw:
            return "wrong", self.env._(FLAWS.get(entry.flaw) or number_list.FLAWS[entry.flaw])
        if wanted is not None and not wanted:
            named = next(filter(None, (entry.gtin, *entry.products)), "")
            return "no_product", self.env._("%s is no product here.", named)
        if not mine:
            return "unknown", ""
        if len(mine) > 1:
            names = lots.product_id.mapped("display_name")
            return "several", self.env["trace.hold.facts"]._some(names)
        if mine[0]["id"] in seen:
            return "twice", ""
        if mine[0]["held"]:
            return "held", mine[0]["held"]
        return ("ready", mine[0]["place"]) if mine[0]["place"] else ("not_here", "")

    @api.model
    def _matching(self, lots, wanted):
        return [one for one in lots if wanted is None or one["product_id"] in wanted]

    @api.model
    def _wanted(self, entry, products, chosen):
        """Ids of the products an entry may be of; None: nothing is said about it."""
        texts = [text for text in (entry.gtin, *entry.products) if text]
        if not texts:
            return set(chosen.ids) if chosen else None
        for text in texts:
            found = products.get(normalise_gtin(text)) or products.get(text)
            if found:
                return found
        return set()

    @api.model
    def _products(self, entries):
        """dict text or GTIN -> ids of the products it names; archived ones have stock, too."""
        texts = {text for entry in entries for text in (entry.gtin, *entry.products) if text}
        if not texts:
            return {}
        gtins = {gtin for text in texts if (gtin := normalise_gtin(text))}
        forms = {gtin[14 - n :] for gtin in gtins for n in (8, 12, 13, 14) if len(gtin) == 14}
        products = self.env["product.product"].with_context(active_test=False)
        named = list(texts)
        by_text = {}
        for product in products.search(
            [
                "|",
                "|",
                ("barcode", "in", [*named, *forms]),
                ("default_code", "in", named),
                ("name", "in", named),
            ]
        ):
            codes = {product.barcode, product.default_code, product.name}
            for text in filter(None, codes | {normalise_gtin(product.barcode)}):
                by_text.setdefault(text, set()).add(product.id)
        return by_text

    @api.model
    def _known(self, numbers):
        """What exists of these numbers: dict number -> list of dicts, by one query.

        ``place``: where it is in stock; ``held``: why it is on hold.
        """
        if not numbers:
            return {}
        self.env.flush_all()
        company = self.env.company.id
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.name, l.product_id,
                    (SELECT min(a.complete_name) FROM stock_quant q
                        JOIN stock_location a ON a.id = q.location_id
                        WHERE q.lot_id = l.id AND q.quantity > 0
                            AND a.usage IN ('internal', 'transit')
                            AND (a.company_id IS NULL OR a.company_id = %s)) AS place,
                    CASE WHEN l.trace_status != 'free' THEN (
                        SELECT string_agg(h.reason, '; ' ORDER BY h.id) FROM trace_hold h
                        WHERE h.lot_id = l.id AND h.state = 'active' AND h.company_id = %s
                    ) END AS held
                FROM stock_lot l
                -- not the trigram index, which is slow for thousands of exact names
                WHERE l.name || '' = ANY(%s) AND (l.company_id IS NULL OR l.company_id = %s)
                ORDER BY l.id
                """,
                company,
                company,
                list(set(numbers)),
                company,
            )
        )
        known = {}
        for row in rows:
            known.setdefault(row["name"], []).append(row)
        return known
