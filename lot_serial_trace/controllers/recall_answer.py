from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route
from odoo.tools import get_lang

from ..core.rate import Rate
from ..core.recall import photo

#: Visits in ten minutes from one address, and of one link, at each worker. A company's clerks
#: come from one address.
BY_ADDRESS, BY_LINK = Rate(300, 600), Rate(60, 600)
#: What is read of a request: the photos and some text.
BIGGEST = photo.MOST * photo.BIGGEST + 1024 * 1024
_CLOSED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}


class RecallAnswers(Controller):
    """The page on which a consignee of a recall answers, without a login and on any phone."""

    @route(
        "/recall/answer/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
        max_content_length=BIGGEST,
    )
    def answer(self, token, lang="", **form):
        """Show the notice and take the answer.

        A foreign page cannot have somebody send this form: it would have to know the link, which
        is all that anybody needs. What is wrong and what has ended are told alike.
        """
        address = request.httprequest.remote_addr
        if not BY_ADDRESS.allows(address) or not BY_LINK.allows(token[:64]):
            return self._page({"outcome": "too_many"}, lang, 429, [("Retry-After", "600")])
        one = request.env["trace.recall.letter"].sudo()._consignee(token)
        if not one:
            return self._page({"outcome": "gone"}, lang, 404)
        one = one.with_context(lang=self._lang(lang, one))
        if request.httprequest.method != "POST":
            if request.httprequest.method == "GET":
                one._mark_opened()
            return self._page(one._page(), one.env.lang, 200)
        return self._take(one, form)

    def _take(self, one, form):
        if not one._may_answer_again():
            return self._page({"outcome": "too_many"}, one.env.lang, 429)
        texts = {name: text for name, text in form.items() if isinstance(text, str)}
        says = one._answer(texts, "page", self._photos())
        if says:
            return self._page(one._page(texts, says), one.env.lang, 422)
        return self._page(one._page(kept=True), one.env.lang, 200)

    def _photos(self):
        """``(name, bytes)`` of what was sent; no more is read than is taken."""
        files = request.httprequest.files.getlist("photos")[: photo.MOST + 1]
        return [
            (file.filename, file.stream.read(photo.BIGGEST + 1)) for file in files if file.filename
        ]

    @route(
        "/recall/preview/<int:consignee_id>",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def preview(self, consignee_id, lang=""):
        """The page as the consignee sees it, for who may read him; nothing can be sent."""
        one = request.env["trace.recall.consignee"].browse(consignee_id)
        try:
            one.check_access("read")
        except AccessError:
            raise request.not_found() from None
        if not one.exists():
            raise request.not_found()
        one = one.sudo().with_context(lang=self._lang(lang, one))
        return self._page({**one._page(), "preview": True}, one.env.lang, 200)

    @route("/recall/<int:recall_id>/consignees.csv", type="http", auth="user", readonly=False)
    def consignees(self, recall_id):
        """Whom mail does not reach, with a link for each, for a mail merge."""
        made = self._made(recall_id, lambda recall: recall._consignees_csv())
        return self._file(*made, "text/csv; charset=utf-8")

    @route(
        "/recall/<int:recall_id>/letters/<string:batch>.pdf",
        type="http",
        auth="user",
        readonly=False,
    )
    def letters(self, recall_id, batch):
        """Letters that were printed together; each time with links of their own."""
        made = self._made(recall_id, lambda recall: recall._batch_pdf(batch))
        return self._file(*made, "application/pdf")

    def _made(self, recall_id, make):
        recall = request.env["trace.recall"].browse(recall_id).exists()
        try:
            made = recall and make(recall)
        except AccessError:
            made = None
        if not made:
            raise request.not_found()
        return made

    def _file(self, name, content, mimetype):
        headers = [
            ("Content-Type", mimetype),
            ("Content-Disposition", content_disposition(name)),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers=headers)

    def _lang(self, wanted, one):
        """The language that was asked for, else the consignee's, if they are installed."""
        known = dict(one._page_languages())
        return next((code for code in (wanted, one.lang) if code in known), None) or (
            get_lang(request.env).code
        )

    def _page(self, values, lang, status, headers=()):
        lang = get_lang(request.env, lang).code
        request.update_context(lang=lang)
        response = request.render(
            "lot_serial_trace.recall_answer",
            {"says": (), "kept": False, "preview": False, **values},
        )
        response.status_code = status
        response.headers.update(_CLOSED)
        response.headers.extend(headers)
        return response
