import hashlib
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..core.notices import matching as core
from ..core.notices.form import Item, Mark, Notice

#: Notices that are compared together; the products are read once for them.
BATCH = 500
#: Lots of candidate products that are looked at for one batch.
MOST_LOTS = 200_000
#: Matches that are proposed for one notice.
MOST_MATCHES = 500
#: Days for which notices are compared again with what has come in since.
AGAIN_DAYS = 120
#: Evidence of words alone: what was refused for them is not proposed again.
WORDS = {"words", "brand", "firm", "no_lot", "all"}


class TraceNoticeMatching(models.AbstractModel):
    """Compares notices with products and lots: some queries for a batch, however many there are.

    The products are read once and arranged (``core/notices/matching.py``); lots are read of the
    products that a notice may be about, and by the very numbers that notices name. Everything
    else happens in memory.
    """

    _name = "trace.notice.matching"
    _description = "Matching of Recall Notices"

    @api.model
    def _match_waiting(self):
        """Compare what waits for it, batch by batch, each committed."""
        notices, catalogues = self.env["trace.notice"].sudo(), {}
        while batch := notices.search([("to_match", "=", True)], limit=BATCH, order="id"):
            self._match(batch, catalogues)
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                return

    @api.model
    def _match_arrived(self, arrivals):
        """Compare what somebody has just brought, in the same transaction."""
        notices = arrivals.sudo().version_ids.notice_id
        self._match(notices.filtered("to_match"))

    @api.model
    def _cron_match_again(self):
        """Compare recent notices with the lots that have come in since."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=AGAIN_DAYS)
        recent = (
            self.env["trace.notice"]
            .sudo()
            .search(
                [("arrived_at", ">=", since), ("state", "!=", "parked"), ("ended_on", "=", False)]
            )
        )
        recent.write({"to_match": True})
        self.env["ir.cron"]._commit_progress(remaining=len(recent))
        self._match_waiting()

    @api.model
    def _match(self, notices, catalogues=None):
        """Propose what of ours the notices may be about.

        What was judged stays; proposals that no longer hold are taken back.

        :param notices: ``trace.notice`` in superuser mode
        :param catalogues: dict companies -> catalogue, to be used again for the next batch
        """
        catalogues = {} if catalogues is None else catalogues
        together = notices.browse(notices.ids)  # read together, however they were found
        for companies, group in together.grouped("company_ids").items():
            for ids in split_every(BATCH, group.ids):
                if companies not in catalogues:
                    catalogues[companies] = core.Catalogue(self._products(companies))
                self._match_batch(group.browse(ids), companies, catalogues[companies])

    @api.model
    def _match_batch(self, notices, companies, catalogue):
        published = {notice.id: _as_core(notice) for notice in notices}
        candidates = {
            notice: [catalogue.products_of(one, item) for item in one.items]
            for notice, one in published.items()
        }
        by_product, named = self._lots(companies, published, candidates)
        refused = self._refused(notices)
        found = {
            notice.id: core.matches_of(
                candidates[notice.id],
                published[notice.id].items,
                by_product,
                named,
                notice.feed_id.min_score or 45,
            )[:MOST_MATCHES]
            for notice in notices
        }
        self._keep(notices, found, refused, by_product, named)
        notices.write({"to_match": None})
        notices._follow()
        notices._act()

    # -- what is ours ---------------------------------------------------------

    @api.model
    def _products(self, companies):
        """Our products as :class:`core.notices.matching.Product`: one query."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT p.id,
                       (SELECT string_agg(DISTINCT v.value, ' ')
                          FROM jsonb_each_text(t.name) AS v) AS name,
                       p.barcode, p.default_code, u.barcodes, s.codes, s.names, s.called
                  FROM product_product p
                  JOIN product_template t ON t.id = p.product_tmpl_id
                  LEFT JOIN (SELECT product_id, array_agg(barcode) AS barcodes
                               FROM product_uom GROUP BY product_id) u ON u.product_id = p.id
                  LEFT JOIN (SELECT i.product_tmpl_id, array_agg(DISTINCT i.product_code) AS codes,
                                    array_agg(DISTINCT r.name) AS names,
                                    string_agg(DISTINCT i.product_name, ' ') AS called
                               FROM product_supplierinfo i JOIN res_partner r ON r.id = i.partner_id
                              GROUP BY i.product_tmpl_id) s ON s.product_tmpl_id = t.id
                 WHERE t.type = 'consu' AND (t.company_id IS NULL OR t.company_id = ANY(%s))
                """,
                companies.ids,
            )
        )
        for product, name, barcode, code, barcodes, codes, names, called in self.env.cr.fetchall():
            yield core.Product(
                product,
                " ".join(filter(None, (name, called))),
                [one for one in (barcode, *(barcodes or ())) if one],
                [one for one in (code, *(codes or ())) if one],
                [one for one in names or () if one],
            )

    @api.model
    def _lots(self, companies, published, candidates):
        """Lots that may be meant: of candidate products, and by name.

        :return: dict product -> lots, and dict number (plain) -> lots
        """
        products, names = set(), set()
        for notice, one in published.items():
            for item, found in zip(one.items, candidates[notice], strict=True):
                names |= core.lot_names(item)
                if core.names_lots(item):
                    products |= found.keys()
        by_product, named = defaultdict(list), defaultdict(list)
        for row in self._sql_lots(companies, list(products), list(names)):
            lot = core.Lot(row[0], row[1], row[2], row[3] or "", row[4])
            by_product[lot.product].append(lot)
            named[core.plain_lot(lot.name)].append(lot)
        return by_product, named

    @api.model
    def _sql_lots(self, companies, products, names):
        if not products and not names:
            return []
        self.env.cr.execute(
            SQL(
                """
                SELECT l.id, l.product_id, l.name,
                       to_char(coalesce(l.expiration_date, l.use_date) AT TIME ZONE 'UTC'
                               AT TIME ZONE %(zone)s, 'YYYY-MM-DD'),
                       l.company_id
                  FROM (
                        (SELECT id FROM stock_lot WHERE product_id = ANY(%(products)s)
                          ORDER BY id DESC LIMIT %(most)s)
                        UNION
                        SELECT x.id FROM unnest(%(names)s::varchar[]) AS n
                          JOIN stock_lot x ON x.name = n
                       ) AS found
                  JOIN stock_lot l ON l.id = found.id
                 WHERE l.company_id IS NULL OR l.company_id = ANY(%(companies)s)
                """,
                products=products,
                names=names,
                most=MOST_LOTS,
                companies=companies.ids,
                zone=str(self.env["trace.calendar"]._zone(companies[:1])),
            )
        )
        return self.env.cr.fetchall()

    # -- what is proposed -----------------------------------------------------

    @api.model
    def _refused(self, notices):
        """What a person has refused for its words: pairs (product, signature)."""
        rows = (
            self.env["trace.notice.match"]
            .sudo()
            ._read_group(
                [
                    ("state", "=", "refused"),
                    ("signature", "!=", False),
                    ("notice_id.company_id", "in", notices.company_id.ids),
                ],
                ["product_id", "signature"],
            )
        )
        return {(product.id, signature) for product, signature in rows}

    @api.model
    def _keep(self, notices, found, refused, by_product, named):
        """Write proposals: new ones, better known ones, and without those that do not hold."""
        matches = self.env["trace.notice.match"].sudo()
        known = {
            (one.notice_id.id, one.product_id.id, one.lot_id.id or None): one
            for one in matches.search([("notice_id", "in", notices.ids)])
        }
        lots = {
            lot.id: lot for group in (by_product, named) for one in group.values() for lot in one
        }
        items = {notice.id: notice.item_ids for notice in notices}
        fresh, kept = [], matches
        for notice, ours in found.items():
            for match in ours:
                row = self._row(notice, match, lots, items[notice])
                before = known.get((notice, match.product, match.lot))
                if before:
                    kept |= before
                    self._refresh(before, row)
                elif (match.product, row["signature"]) not in refused:
                    fresh.append(row)
        matches.create(fresh)
        gone = matches.browse([one.id for one in known.values()]) - kept
        gone.filtered(lambda one: one.state == "proposed").unlink()

    def _refresh(self, before, row):
        values = {name: row[name] for name in ("score", "evidence", "item_id")}
        if before.state == "proposed" and (
            before.score != row["score"] or before.item_id.id != row["item_id"]
        ):
            before.write(values)

    @api.model
    def _row(self, notice, match, lots, items):
        """Values of a proposal."""
        lot = lots.get(match.lot)
        item = items[match.item : match.item + 1]
        return {
            "notice_id": notice,
            "item_id": item.id,
            "product_id": match.product,
            "lot_id": match.lot,
            "lot_name": lot.name if lot else False,
            "company_id": lot.company if lot else False,
            "score": match.score,
            "evidence": [piece.as_dict() for piece in match.evidence],
            "signature": _signature(match),
        }


def _signature(match):
    """What stands for evidence of words alone; nothing when there is more than words."""
    if any(piece.kind not in WORDS for piece in match.evidence):
        return False
    words = sorted(
        f"{piece.kind}:{piece.theirs.casefold()}"
        for piece in match.evidence
        if piece.kind in ("words", "brand")
    )
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:32] if words else False


def _as_core(notice):
    """A stored notice as the readers gave it, as far as comparing needs it."""
    items = [
        Item(
            product=item.product or "",
            brands=[one for one in (item.brands or "").split(", ") if one],
            marks=[
                Mark(**{name: value for name, value in mark.items() if name in Mark.__slots__})
                for mark in item.marks or []
            ],
        )
        for item in notice.item_ids
    ]
    firms = (notice.firms or "").splitlines()
    return Notice(notice.source, notice.number or "", title=notice.title, firms=firms, items=items)
