from odoo.http import Controller, request, route

from ..core.rate import Rate
from .product_page import html, language, never_kept, shown_in, visitor

#: Visits in ten minutes from one address, at each worker.
VISITS = Rate(60, 600)


class Owners(Controller):
    """What the links in mails to owners lead to: confirm, or withdraw."""

    @route(
        "/trace/owner/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
        max_content_length=16 * 1024,
    )
    def owner(self, token, lang="", **_form):
        """Ask whether it is meant, then do it: programs that check mails open links, too.

        A foreign page cannot have somebody send this form: it would have to know the link.
        """
        shown_in(language(lang))
        if not VISITS.allows(visitor()):
            return self._page("too_many", 429, [("Retry-After", "600")])
        posted = request.httprequest.method == "POST"
        link = request.env["trace.ownership.link"].sudo()._find(token, lock=posted)
        if not link:
            return self._page("gone", 404)
        owner, purpose = link.ownership_id, link.purpose
        values = {"company": owner.company_id, "number": owner.number, "product": self._name(owner)}
        if not posted:
            return self._page(f"ask_{purpose}", 200, **values)
        link._use()
        return self._page(f"done_{purpose}", 200, **values)

    def _name(self, owner):
        return owner.product_id.with_context(display_default_code=False).display_name or ""

    def _page(self, outcome, status, headers=(), **values):
        known = {"company": None, "outcome": outcome, **values}
        return never_kept(html("ownership_page", known, status, headers))
