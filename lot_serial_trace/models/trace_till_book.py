from datetime import UTC, datetime

from odoo import api, models
from odoo.fields import Domain

from ..core.till_book import Mark, Page
from . import trace_till_sql as sql
from .trace_till_shop import fingerprint

#: Lots of a page.
PAGE = 20_000
#: Names of the columns of lots and of holds, in the order in which SQL gives them.
LOTS = ("id", "name", "product", "quantity", "expires", "stop", "made")
HOLDS = ("lot", "name", "product", "reason")
#: Before the first mark there is none: so long before it is looked for changes then.
BEFORE = 10 * 60 * 1_000_000


class TraceTillBook(models.AbstractModel):
    """The book of a till: what may be sold in its shop, and what must not.

    The till keeps it on the device and judges each number by it at once, also without a
    network. It asks for everything when it knows nothing, page by page, and for what changed
    when it is told to (``trace.till.telling``), or was away.

    What changed is derived from the ledger, from lots and orders by their times: nothing is
    written for tills. A row's time is when its transaction began, and others see it when that
    has ended. So each answer notes when the oldest transaction under way began, and changes are
    looked for from the note *before* the last one: whatever an answer could not see yet, even
    what ended while it was being made, the next two do. Rows that come twice change nothing.
    """

    _name = "trace.till.book"
    _inherit = "trace.till.shop"
    _description = "Book of a Till"

    @api.model
    def _answer(self, config, since, page):
        """See ``pos.config.trace_book``."""
        company = config.sudo().company_id
        return self.sudo().with_company(company)._answer_about(config.id, since, page)

    @api.model
    def _answer_about(self, config_id, since, page):
        self.env.flush_all()
        shop = self._shop(self.env["pos.config"].browse(config_id))
        sold_here = self._sold_here(shop)
        known, asked = Mark.read(since), Page.read(page)
        first = asked is None
        holds = self._holds(shop, sold_here.ids) if first else []
        asked = asked or self._first_page(shop, known, holds)
        rows, gone, last = self._lots(shop, asked, sold_here)
        told = self._goods_to_tell(asked, known, sold_here) if first else sold_here.browse()
        following = Page(asked.since, asked.mark, last).write() if last else None
        return {
            "full": not asked.since,
            "cursor": asked.mark.write(),
            "next": following,
            "today": shop.today.isoformat(),
            "kinds": self._kinds(),
            **self._goods(shop, told),
            "lots": _columns(LOTS, rows),
            "gone": gone,
            "holds": self._holds_to_tell(asked, known, holds) if first else None,
        }

    # -- since when -----------------------------------------------------------

    @api.model
    def _first_page(self, shop, known, holds):
        """The page to begin with: of what changed since the mark ``known``, or of everything."""
        prints = self._stock_print(shop), self._policy_print(shop), fingerprint(holds)
        now = self._oldest_begin()
        if known and known.stock == prints[0]:
            return Page(known.back, Mark(*prints, known.now, now), 0)
        return Page(0, Mark(*prints, now - BEFORE, now), 0)

    @api.model
    def _oldest_begin(self):
        """When the oldest transaction under way began (epoch, microseconds)."""
        [(began,)] = self.env.execute_query(sql.OLDEST_BEGIN)
        return began

    # -- lots -----------------------------------------------------------------

    @api.model
    def _lots(self, shop, page, sold_here):
        """The lots of a page, those that are gone, and after which one to go on, if at all."""
        # What compiling would take is more than what it would save.
        self.env.cr.execute("SET LOCAL jit = off")
        if not page.since:
            stop = self._stop_sql(shop, sold_here)
            lots = sql.lots(shop, sold_here.ids, stop, page.after, limit=PAGE)
            rows = self.env.execute_query(lots)
            return rows, _sold(rows), rows[-1][0] if len(rows) == PAGE else None
        found = self.env.execute_query(sql.changed(shop, _moment(page.since), page.after, PAGE))
        ids = [lot_id for (lot_id,) in found]
        goods = self.env["stock.lot"].browse(ids).exists().product_id & sold_here
        stop = self._stop_sql(shop, goods)
        rows = self.env.execute_query(sql.lots(shop, goods.ids, stop, ids=ids)) if goods else []
        left = set(ids).difference(row[0] for row in rows)
        return rows, _sold(rows) + self._left(left), ids[-1] if len(ids) == PAGE else None

    @api.model
    def _left(self, lots):
        """How lots left the shop: list of [id, ``sold`` or ``moved``]."""
        if not lots:
            return []
        ways = self.env.execute_query(sql.last_ways(sorted(lots)))
        sold = {lot_id for lot_id, usage, _document in ways if usage == "customer"}
        return [[lot_id, "sold" if lot_id in sold else "moved"] for lot_id in sorted(lots)]

    # -- holds ----------------------------------------------------------------

    @api.model
    def _holds(self, shop, products):
        """The holds that mean the shop, as in ``HOLDS``; not those that a permission lets pass."""
        rows = self.env.execute_query(sql.holds(shop, products))
        passed = self._passed(shop, [("on_hold", row[2], row[1], 0, row[4]) for row in rows])
        return [row[:4] for place, row in enumerate(rows) if place not in passed]

    @api.model
    def _holds_to_tell(self, page, known, holds):
        """All of them, or None if they are as they were."""
        if page.since and known.holds == page.mark.holds:
            return None
        return _columns(HOLDS, holds)

    # -- products -------------------------------------------------------------

    @api.model
    def _goods_to_tell(self, page, known, sold_here):
        """All of them at first, and when policies change; then those that changed."""
        if not page.since or known.policy != page.mark.policy:
            return sold_here
        since = _moment(page.since)
        changed = Domain.OR(
            Domain(f"{path}write_date", ">=", since)
            for path in ("", "product_tmpl_id.", "product_uom_ids.")
        )
        return sold_here.search(Domain("id", "in", sold_here.ids) & changed)

    @api.model
    def _goods(self, shop, products):
        """Products, and the profiles of severities that they name."""
        severities = self._severities(shop, products)
        warranties = products._trace_warranty_terms()
        profiles = []
        told = {}
        for product in products.with_context(display_default_code=False):
            if severities[product] not in profiles:
                profiles.append(severities[product])
            told[product.id] = {
                "name": product.display_name,
                "tracking": product.tracking,
                "profile": profiles.index(severities[product]),
                "codes": [
                    code
                    for code in (product.barcode, *product.product_uom_ids.mapped("barcode"))
                    if code
                ],
                "warranty": warranties[product].months,
            }
        return {"profiles": profiles, "products": told}


def _moment(since):
    """A mark's time (UTC, naive)."""
    return datetime.fromtimestamp(since / 1e6, UTC).replace(tzinfo=None)


def _columns(names, rows):
    """Rows as a dict of lists, which is shorter and quicker to read."""
    columns = zip(*rows, strict=True) if rows else ([] for _name in names)
    return dict(zip(names, map(list, columns), strict=True))


def _sold(rows):
    """Those of which nothing is left but by the book."""
    return [[row[0], "sold"] for row in rows if not row[3]]
