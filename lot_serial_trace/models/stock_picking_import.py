import base64
import binascii
from collections import Counter

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import number_list
from ..core.asn import AsnError
from ..core.gs1.keys import normalise_gtin
from ..core.numbers import FLAWS

#: What may be said about a number of a list, what comes of it, and in which order it is
#: decided: the first that holds.
VERDICTS = {
    "wrong": "stop",
    "no_product": "stop",
    "twice": "skip",
    "on_transfer": "skip",
    "held": "warn",
    "unknown": "stop",
    "other_expiry": "stop",
    "in_stock": "warn",
    "sold": "warn",
    "not_here": "warn",
    "unadvised": "warn",
    "odd": "warn",
    "known": "good",
    "new": "good",
}
#: Verdicts that the gate has an opinion about -> its code.
GATE_CODES = {"held": "on_hold", "in_stock": "duplicate_serial"}


class StockPicking(models.Model):
    """Lists of numbers, pasted or imported: looked through first, then put on the transfer.

    The list is read by ``core/number_list.py``; what is known about its numbers is
    fetched by one statement. The screen shows what was found, number by number, and
    sends the same list again to have it put on: there is no draft to go stale, and a
    list that is sent twice changes nothing the second time.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def action_trace_import_numbers(self):
        """Open the dialog in which numbers are pasted or dropped."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "trace_import_numbers",
            "name": self.env._("Import Lot/Serial Numbers"),
            "target": "new",
            "params": {"picking_id": self.id},
        }

    def trace_preview_numbers(
        self,
        text: str = "",
        file: str | None = None,
        product_id: int | None = None,
        ranges: bool = True,
    ) -> dict:
        """Look through a list of lot and serial numbers without changing anything.

        :param text: a list as pasted: a number per line, several parted by commas,
            ranges such as ``SN001-SN050``, or a table with a header
        :param file: a text file or Excel workbook instead, Base64
        :param product_id: product of the numbers for which the list names none
        :param ranges: whether ``SN001-SN050`` means fifty numbers
        :return: dict with

            * ``error``: why the list cannot be read, or empty
            * ``rows``: lists ``[line, number, product id, verdict, what is said about it,
              expiry, quantity, range]``, in the order of the list; ``verdict`` is one of
              ``new``, ``known``, ``in_stock``, ``sold``, ``not_here``, ``unadvised``,
              ``odd``, ``twice``, ``on_transfer``, ``held``, ``unknown``, ``other_expiry``,
              ``no_product``, ``wrong``
            * ``counts``: dict verdict -> how many
            * ``outcomes``: dict verdict -> ``good``, ``warn``, ``skip`` or ``stop``
            * ``products``: list of dicts ``id``, ``name``, ``tracking``, ``wanted``,
              ``captured`` of the transfer
        :raises UserError: if called on more or less than one transfer
        """
        self._trace_one("read")
        try:
            found = self._trace_look_through(text, file, product_id, ranges)
            error = ""
        except AsnError as caught:
            found, error = [], self._trace_list_error(caught)
        return {
            "error": error,
            "rows": [self._trace_list_row(*one) for one in found],
            "counts": Counter(verdict for _entry, _product, verdict, _said in found),
            "outcomes": self._trace_outcomes(),
            "products": self._trace_list_products(),
        }

    def trace_import_numbers(
        self,
        text: str = "",
        file: str | None = None,
        product_id: int | None = None,
        ranges: bool = True,
        warned: bool = True,
    ) -> dict:
        """Put a list of lot and serial numbers on the transfer.

        What cannot be taken is left out and told; sent again, the list changes nothing.
        See :meth:`trace_preview_numbers` for ``text``, ``file``, ``product_id`` and
        ``ranges``.

        :param warned: take numbers with a warning, too
        :return: dict with ``added``, ``again`` (on the transfer before), ``left_out``
            (how many), ``refused`` (list of dicts ``number``, ``message``, at most 100),
            ``message``
        :raises UserError: the list cannot be read, or the transfer is finished
        """
        self._trace_one("write")
        try:
            found = self._trace_look_through(text, file, product_id, ranges)
        except AsnError as error:
            raise UserError(self._trace_list_error(error)) from error
        outcomes = self._trace_outcomes()
        wanted = {"good", "warn"} if warned else {"good"}
        rows = [
            self._trace_list_values(entry, product)
            for entry, product, verdict, _said in found
            if outcomes[verdict] in wanted
        ]
        done = self._trace_capture_numbers(rows, "imported" if file else "pasted")
        verdicts = Counter(outcomes[verdict] for _entry, _product, verdict, _said in found)
        left_out = len(found) - len(rows) - verdicts["skip"] + len(done["refused"])
        again = done["again"] + verdicts["skip"]
        return {
            "added": done["added"],
            "again": again,
            "left_out": left_out,
            "refused": [
                {"number": one["number"], "message": one["message"]}
                for one in done["refused"][:100]
            ],
            "message": self._trace_import_message(done["added"], again, left_out),
        }

    def _trace_outcomes(self):
        """What comes of a verdict: what the gate would block is not even tried."""
        products = self._trace_open_moves().product_id
        policies = self.env["trace.policy"]
        cases = [
            (verdict, policies._case_of(code, self, product.id))
            for verdict, code in GATE_CODES.items()
            for product in products
        ]
        answers = policies._resolve([case for _verdict, case in cases])
        blocked = {
            verdict
            for (verdict, _case), (severity, _rule) in zip(cases, answers, strict=True)
            if severity == "block"
        }
        return {**VERDICTS, **dict.fromkeys(blocked, "stop")}

    def _trace_import_message(self, added, again, left_out):
        parts = [self.env._("%s numbers added.", added)]
        if again:
            parts.append(self.env._("%s were there already.", again))
        if left_out:
            parts.append(self.env._("%s were left out.", left_out))
        return " ".join(parts)

    # -- reading --------------------------------------------------------------

    def _trace_look_through(self, text, file, product_id, ranges):
        """List of (entry, product, verdict, sentence) about every number of a list."""
        tracked = self._trace_open_moves().product_id.filtered(lambda p: p.tracking != "none")
        usual = tracked.filtered(lambda p: p.id == product_id) or self._trace_usual(tracked)
        tracking = usual.tracking or tracked[:1].tracking or "serial"
        if file:
            entries = number_list.read_file(self._trace_file(file), ranges, tracking)
        else:
            entries = number_list.read_text(text or "", ranges, tracking)
        products = self._trace_find_products(entries, tracked, usual)
        return self._trace_verdicts(list(zip(entries, products, strict=True)))

    def _trace_usual(self, tracked):
        """The product that numbers without a product are of: the only one, or that still waits."""
        if len(tracked) <= 1:
            return tracked
        moves = self._trace_open_moves().filtered(lambda move: move.product_id in tracked)
        open_ones = moves.filtered(
            lambda move: (
                move.product_id.uom_id.compare(
                    sum(move.move_line_ids.filtered("picked").mapped("quantity_product_uom")),
                    move.product_qty,
                )
                < 0
            )
        ).product_id
        return open_ones if len(open_ones) == 1 else tracked.browse()

    def _trace_file(self, file):
        try:
            return base64.b64decode(file, validate=True)
        except (binascii.Error, ValueError):
            raise UserError(self.env._("The file is not Base64.")) from None

    def _trace_list_error(self, error):
        wrong, remedy = self.env["trace.asn.reading"]._explain(error)
        return f"{wrong}. {remedy}"

    def _trace_find_products(self, entries, tracked, usual):
        """The product of each entry: by the label's GTIN, by what its row says, else the usual."""
        by_code = {}
        for product in tracked:
            codes = [product.barcode, product.default_code, product.name, product.display_name]
            gtin = normalise_gtin(product.barcode)
            for text in set(filter(None, [*codes, gtin])):
                by_code.setdefault(text, []).append(product)
        none = tracked.browse()
        return [self._trace_product_of(entry, by_code, usual, none) for entry in entries]

    def _trace_product_of(self, entry, by_code, usual, none):
        texts = [normalise_gtin(entry.gtin) or entry.gtin, *entry.products]
        for text in filter(None, texts):
            found = by_code.get(text) or by_code.get(normalise_gtin(text)) or ()
            if len(found) == 1:
                return found[0]
        return none if any(texts) else usual

    # -- what is known --------------------------------------------------------

    def _trace_verdicts(self, found):
        """Complete (entry, product) with verdict and sentence; two queries and the notices'."""
        pairs = [(entry, product) for entry, product in found if product and not entry.flaw]
        facts = self._trace_facts({(p.id, e.number) for e, p in pairs})
        here = {
            (line.product_id.id, line.lot_id.name or line.lot_name)
            for line in self.move_line_ids
            if line.picked
        }
        items = self._trace_asn_expected().get(self.sudo(), [])
        advised = {(item.product, item.number) for item in items}
        open_ones = {item.product for item in items if not item.number} if items else None
        seen = set()
        told = []
        for entry, product in found:
            key = product.id, entry.number
            case = {
                "facts": facts.get(key),
                "twice": key in seen and not self._trace_is_another(entry, product),
                "here": key in here,
                "unadvised": items and key not in advised and product.id not in open_ones,
            }
            told.append((entry, product, *self._trace_verdict(entry, product, case)))
            seen.add(key)
        return told

    def _trace_is_another(self, entry, product):
        """A lot may come in several rows, each with its quantity; a serial number may not."""
        return product.tracking == "lot" and entry.quantity is not None

    def _trace_verdict(self, entry, product, case):
        """``(verdict, sentence)`` about one number: the first that holds."""
        if entry.flaw:
            return "wrong", self.env._(FLAWS.get(entry.flaw) or number_list.FLAWS[entry.flaw])
        if not product:
            return "no_product", self._trace_say_product(entry)
        facts = case["facts"] or {}
        told = self._trace_why_not_again(entry, facts, case) or self._trace_why_look(
            product, facts, case
        )
        if told:
            return told
        if entry.odd:
            return "odd", ""
        return ("known" if facts else "new"), ""

    def _trace_why_not_again(self, entry, facts, case):
        """Why a number is not put on, or not once more."""
        if case["twice"]:
            return "twice", ""
        if case["here"]:
            return "on_transfer", ""
        if facts.get("held"):
            return "held", facts["held"]
        if not facts and not self.picking_type_id.use_create_lots:
            return "unknown", ""
        if self._trace_expiry_differs(entry, facts):
            return "other_expiry", facts["expires"].isoformat()
        return None

    def _trace_why_look(self, product, facts, case):
        """Why somebody should look at a number before it is put on."""
        arrives = self.picking_type_code == "incoming"
        if arrives and product.tracking == "serial" and facts.get("place"):
            return "in_stock", facts["place"]
        if arrives and product.tracking == "serial" and facts.get("sold"):
            return "sold", facts["sold"]
        if not arrives and not facts.get("here"):
            return "not_here", facts.get("place") or ""
        return ("unadvised", "") if case["unadvised"] else None

    def _trace_say_product(self, entry):
        named = next(filter(None, (entry.gtin, *entry.products)), "")
        return named and self.env._("%s is not on this transfer.", named)

    def _trace_expiry_differs(self, entry, facts):
        return bool(entry.expires and facts.get("expires") and facts["expires"] != entry.expires)

    def _trace_facts(self, pairs):
        """What is known of numbers: dict (product id, number) -> dict, by one query.

        ``place``: where it is in stock; ``here``: it is below the transfer's source;
        ``sold``: the customer's place that has it; ``held``: why it is on hold;
        ``expires``: local day.
        """
        if not pairs:
            return {}
        for model in ("stock.lot", "stock.quant", "trace.hold"):
            self.env[model].flush_model()
        products, numbers = zip(*pairs, strict=True)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.product_id, l.name, l.expiration_date,
                    min(a.complete_name) FILTER (WHERE a.usage IN ('internal', 'transit')) AS place,
                    bool_or(a.usage IN ('internal', 'transit')
                        AND a.parent_path LIKE %s) AS here,
                    min(a.complete_name) FILTER (WHERE a.usage = 'customer') AS sold,
                    CASE WHEN l.trace_status != 'free' THEN (
                        SELECT string_agg(h.reason, '; ' ORDER BY h.id) FROM trace_hold h
                        WHERE h.lot_id = l.id AND h.state = 'active' AND h.company_id = %s
                            AND (h.location_id IS NULL OR EXISTS (
                                SELECT FROM stock_quant x
                                JOIN stock_location here ON here.id = x.location_id
                                JOIN stock_location top ON top.id = h.location_id
                                WHERE x.lot_id = l.id AND x.quantity > 0
                                    AND here.parent_path LIKE %s
                                    AND here.parent_path LIKE top.parent_path || '%%'))
                    ) END AS held
                FROM unnest(%s::int[], %s::varchar[]) AS c(product_id, name)
                JOIN stock_lot l ON l.product_id = c.product_id AND l.name = c.name
                    AND (l.company_id IS NULL OR l.company_id = %s)
                LEFT JOIN stock_quant q ON q.lot_id = l.id AND q.quantity > 0
                LEFT JOIN stock_location a ON a.id = q.location_id
                    AND (a.company_id IS NULL OR a.company_id = %s)
                GROUP BY l.id
                """,
                f"{self.location_id.parent_path}%",
                self.company_id.id,
                f"{self.location_id.parent_path}%",
                list(products),
                list(numbers),
                self.company_id.id,
                self.company_id.id,
            )
        )
        calendar = self.env["trace.calendar"]
        facts = {}
        for row in rows:
            moment = row.pop("expiration_date")
            row["expires"] = calendar._day(moment, self.company_id)
            facts[row["product_id"], row["name"]] = row
        return facts

    # -- telling --------------------------------------------------------------

    def _trace_list_row(self, entry, product, verdict, said):
        return [
            entry.line,
            entry.number,
            product.id,
            verdict,
            said,
            entry.expires and entry.expires.isoformat(),
            entry.quantity,
            entry.range,
        ]

    def _trace_list_values(self, entry, product):
        """A row for ``_trace_capture_numbers``."""
        return {
            "product_id": product.id,
            "number": entry.number,
            "batch": entry.batch,
            "expires": entry.expires,
            "made": entry.made,
            "quantity": entry.quantity,
        }

    def _trace_list_products(self):
        moves = self._trace_open_moves().filtered(lambda move: move.product_id.tracking != "none")
        return [
            {
                "id": product.id,
                "name": product.display_name,
                "tracking": product.tracking,
                "wanted": sum(of.mapped("product_qty")),
                "captured": sum(of.move_line_ids.filtered("picked").mapped("quantity_product_uom")),
            }
            for product, of in moves.grouped("product_id").items()
        ]
