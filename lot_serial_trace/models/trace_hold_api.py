from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..core.gs1.keys import normalise_gtin
from .trace_hold import GOODS, REASONS

#: Numbers or holds in one call.
MOST = 10_000


class TraceHoldApi(models.Model):
    """What machines ask of holds (``/json/2/trace.hold/...``)."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    @api.model
    def place_on_hold(
        self,
        numbers: list,
        reason: str,
        source: str = "manual",
        company_id: int | None = None,
        goods: str | None = None,
    ) -> dict:
        """Put lots and serial numbers on hold, all in one transaction, in force at once.

        Asking again is harmless: a number that has this hold already (same reason, source and
        place) is answered with it.

        :param numbers: up to 10,000 dicts with ``lot`` (the number, as on the label), one of
            ``product_id`` (id), ``gtin`` (8 to 14 digits, of the product or of a pack of it) or
            ``product`` (internal reference), and optionally ``location`` (id, full name or
            barcode of a place: the hold is for goods at or below it; without: wherever they are)
        :param reason: sentence that everybody who is stopped will read
        :param source: ``quality``, ``asn``, ``expiry``, ``recall`` or ``manual``
        :param company_id: whose goods; by default the user's company
        :param goods: ``move``: make a transfer to quarantine; ``stay``: leave them where they
            are; by default as policy says
        :return: ``placed``: list of dicts ``index`` (place in ``numbers``, from 0), ``hold_id``,
            ``lot_id``, ``lot``, ``product_id``, ``existing`` (was on hold so already);
            ``unknown``: list of dicts ``index``, ``code`` (``bad_entry``, ``unknown_product``,
            ``ambiguous_product``, ``unknown_number``, ``unknown_place``), ``message``: nothing was
            done for these; ``short``: names of the documents that lack goods now; ``transfers``:
            ids of the transfers to quarantine
        :raises AccessError: the user is not in the Quality group, or the company is not his
        :raises ValidationError: no reason, more than 10,000 numbers, a word that is not listed
        """
        self._check_right()
        self._check_words(source, goods)
        company = self._api_company(company_id)
        lots, places, unknown = self._find_numbers(numbers, company)
        if not (reason or "").strip():
            raise ValidationError(self.env._("Say why: whoever is stopped will read the reason."))
        known = self._known_holds(lots.values(), reason.strip(), source, company)
        fresh = {}
        for index, lot in lots.items():
            if (lot.id, places[index].id) not in known:
                fresh.setdefault(places[index], set()).add(lot.id)
        made = self.sudo()
        for place, ids in fresh.items():
            made |= self._place(
                self.env["stock.lot"].browse(sorted(ids)),
                reason,
                source,
                company,
                location=place,
                goods=goods,
            ).sudo()
        by_key = known | {(hold.lot_id.id, hold.location_id.id): hold.id for hold in made}
        placed = [
            {
                "index": index,
                "hold_id": by_key[lot.id, places[index].id],
                "lot_id": lot.id,
                "lot": lot.name,
                "product_id": lot.product_id.id,
                "existing": (lot.id, places[index].id) in known,
            }
            for index, lot in lots.items()
        ]
        short = made.effect_ids.filtered(lambda effect: effect.kind == "short")
        return {
            "placed": placed,
            "unknown": unknown,
            "short": sorted(set(short.mapped("document"))),
            "transfers": made._transfers().ids,
        }

    @api.model
    def release_holds(
        self,
        reason: str,
        hold_ids: list | None = None,
        numbers: list | None = None,
        company_id: int | None = None,
    ) -> dict:
        """Release holds, by their ids or all those of numbers.

        Asking again is harmless: what is released already is answered as such. A recall's holds
        are released with the recall, or by their ids: a number alone does not mean them.

        :param reason: why the goods may move again
        :param hold_ids: up to 10,000 ids, as ``place_on_hold`` returned them
        :param numbers: up to 10,000 dicts as for ``place_on_hold``; with ``location`` only the
            holds for that place are released, without all of the number
        :param company_id: whose goods ``numbers`` are; by default the user's company
        :return: ``released``: ids of the holds that were released now; ``not_active``: ids that
            had been released before, or are no holds of the user's companies; ``unknown``: list
            of dicts as for ``place_on_hold``, also with code ``not_on_hold`` or ``recalled``
        :raises AccessError: the user is not in the Quality group, or the company is not his
        :raises ValidationError: no reason, or too many
        """
        self._check_right()
        if not (reason or "").strip():
            raise ValidationError(self.env._("Say why the goods may move again."))
        self._check_many(hold_ids or [])
        asked = self.search([("id", "in", hold_ids or [])])
        found, unknown = self.browse(), []
        if numbers:
            company = self._api_company(company_id)
            found, unknown = self._holds_of_numbers(numbers, company)
        released = (asked | found)._release(reason)
        return {
            "released": released.ids,
            "not_active": sorted(set(hold_ids or []) - set(released.ids)),
            "unknown": unknown,
        }

    # -- checking -------------------------------------------------------------

    @api.model
    def _check_words(self, source, goods):
        for word, words in ((source, REASONS), (goods, GOODS)):
            if word is not None and word not in dict(words):
                raise ValidationError(
                    self.env._(
                        "“%(word)s” is none of: %(words)s.",
                        word=word,
                        words=", ".join(key for key, _label in words),
                    )
                )

    @api.model
    def _check_many(self, entries):
        if not isinstance(entries, list):
            raise ValidationError(self.env._("A list is wanted."))
        if len(entries) > MOST:
            raise ValidationError(
                self.env._(
                    "%(count)s are too many: send %(most)s at a time.",
                    count=len(entries),
                    most=MOST,
                )
            )

    @api.model
    def _api_company(self, company_id):
        company = self.env["res.company"].browse(company_id) if company_id else self.env.company
        if company not in self.env.user.company_ids:
            raise AccessError(self.env._("This company is none of yours."))
        return company

    # -- finding --------------------------------------------------------------

    @api.model
    def _find_numbers(self, numbers, company):
        """Look up entries of a call, set by set.

        :return: dict index -> lot, dict index -> place (empty: everywhere), list of what is unknown
        """
        self._check_many(numbers)
        unknown = {}
        entries = {}
        for index, entry in enumerate(numbers):
            if self._well_formed(entry):
                entries[index] = entry
            else:
                unknown[index] = (
                    "bad_entry",
                    self.env._("“lot” and one of “product_id”, “gtin” and “product” are wanted."),
                )
        products = self._api_products(entries, company, unknown)
        lots = self._api_lots(entries, products, company, unknown)
        places = self._api_places(entries, company, unknown)
        told = [
            {"index": index, "code": code, "message": message}
            for index, (code, message) in sorted(unknown.items())
        ]
        known = {index: lot for index, lot in lots.items() if index not in unknown}
        return known, places, told

    @api.model
    def _well_formed(self, entry):
        if not isinstance(entry, dict) or not isinstance(entry.get("lot"), str):
            return False
        given = [entry.get(name) for name in ("product_id", "gtin", "product")]
        kinds = (int, str, str)
        return (
            any(given)
            and all(
                not one or isinstance(one, kind) for one, kind in zip(given, kinds, strict=True)
            )
            and isinstance(entry.get("location") or 0, (int, str))
        )

    @api.model
    def _api_products(self, entries, company, unknown):
        """dict index -> id of the product."""
        model = self.env["product.product"].sudo().with_context(active_test=False)
        domain = [("company_id", "in", (False, company.id))]
        ids = model.search([*domain, ("id", "in", self._said(entries, "product_id"))])
        codes = model.search([*domain, ("default_code", "in", self._said(entries, "product"))])
        by = {
            "product_id": {product.id: product for product in ids},
            "gtin": self._by_gtin(model, domain, self._said(entries, "gtin")),
            "product": codes.grouped("default_code"),
        }
        found = {}
        for index, entry in entries.items():
            name = next(name for name in by if entry.get(name))
            said = normalise_gtin(entry[name]) if name == "gtin" else entry[name]
            product = by[name].get(said, model)
            if len(product) == 1:
                found[index] = product.id
            elif product:
                unknown[index] = (
                    "ambiguous_product",
                    self.env._("%s is more than one product.", entry[name]),
                )
            else:
                unknown[index] = "unknown_product", self.env._("%s is no product.", entry[name])
        return found

    @api.model
    def _said(self, entries, name):
        return list({entry[name] for entry in entries.values() if entry.get(name)})

    @api.model
    def _by_gtin(self, model, domain, said):
        """dict GTIN of 14 digits -> products that have it as barcode, themselves or on a pack."""
        wanted = {gtin for gtin in map(normalise_gtin, said) if gtin}
        forms = {gtin[cut:] for gtin in wanted for cut in (0, 1, 2, 6) if not gtin[:cut].strip("0")}
        found = {}
        for product in model.search([*domain, ("barcode", "in", list(forms))]):
            gtin = normalise_gtin(product.barcode)
            found[gtin] = found.get(gtin, model) | product
        for pack in self.env["product.uom"].sudo().search([("barcode", "in", list(forms))]):
            gtin = normalise_gtin(pack.barcode)
            found[gtin] = found.get(gtin, model) | pack.product_id
        return found

    @api.model
    def _api_lots(self, entries, products, company, unknown):
        """dict index -> lot, of the company or of all: one query."""
        self.env["stock.lot"].flush_model(["name", "product_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.index, l.id FROM unnest(%s::int[], %s::int[], %s::varchar[])
                    AS c(index, product_id, name)
                JOIN stock_lot l ON l.product_id = c.product_id AND l.name = c.name
                    AND (l.company_id IS NULL OR l.company_id = %s)
                ORDER BY l.company_id NULLS FIRST
                """,
                list(products),
                list(products.values()),
                [entries[index]["lot"].strip() for index in products],
                company.id,
            )
        )
        lots = self.env["stock.lot"].sudo().browse(lot_id for _index, lot_id in rows)
        found = {index: lot for (index, _id), lot in zip(rows, lots, strict=True)}
        for index in products.keys() - found.keys():
            unknown[index] = (
                "unknown_number",
                self.env._("%s is no number of this product.", entries[index]["lot"]),
            )
        return dict(sorted(found.items()))

    @api.model
    def _api_places(self, entries, company, unknown):
        """dict index -> place; empty where none was given."""
        model = self.env["stock.location"].sudo()
        said = self._said(entries, "location")
        names = [name for name in said if isinstance(name, str)]
        domain = [("company_id", "in", (False, company.id))]
        domain += ["|", ("id", "in", [one for one in said if isinstance(one, int)])]
        domain += ["|", ("complete_name", "in", names), ("barcode", "in", names)]
        found = {}
        for place in model.search(domain):
            found |= dict.fromkeys((place.id, place.complete_name, place.barcode), place)
        places = {}
        for index, entry in entries.items():
            wanted = entry.get("location")
            places[index] = found.get(wanted, model) if wanted else model
            if wanted and not places[index]:
                unknown[index] = "unknown_place", self.env._("%s is no place.", wanted)
        return places

    @api.model
    def _known_holds(self, lots, reason, source, company):
        """Holds in force that say the same: dict (lot id, place id) -> hold id."""
        held = self.sudo()._active([lot.id for lot in lots], company)
        return {
            (hold.lot_id.id, hold.location_id.id): hold.id
            for hold in held
            if (hold.reason, hold.source) == (reason, source)
        }

    @api.model
    def _holds_of_numbers(self, numbers, company):
        """The holds in force that are meant by ``numbers``, and what is unknown."""
        lots, places, unknown = self._find_numbers(numbers, company)
        held = self._active([lot.id for lot in lots.values()], company).grouped("lot_id")
        found = []
        for index, lot in lots.items():
            mine = held.get(lot.with_env(self.env), self.browse())
            if places[index]:
                mine = mine.filtered(lambda hold, place=places[index]: hold.location_id == place)
            recalled = mine.filtered(lambda hold: hold.source == "recall")
            found += (mine - recalled).ids
            if recalled:
                message = self.env._("A recall holds %s: release it there.", lot.name)
                unknown.append({"index": index, "code": "recalled", "message": message})
            elif not mine:
                message = self.env._("%s is not on hold.", lot.name)
                unknown.append({"index": index, "code": "not_on_hold", "message": message})
        return self.browse(dict.fromkeys(found)), unknown
