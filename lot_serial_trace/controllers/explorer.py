import json

from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route

#: What a browser may do with a page that strangers see: show it, nothing else.
_CLOSED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
_STATUS = {"shown": 200, "ended": 410, "revoked": 410, "unknown": 404, "too_many": 429}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Explorer(Controller):
    """What leaves the explorer: a spreadsheet for who asked, a page for who has a link."""

    @route(
        "/lot_serial_trace/explorer.xlsx",
        type="http",
        auth="user",
        methods=["POST"],
        readonly=True,
    )
    def spreadsheet(self, question, **_form):
        """The answer to a question, all of it, one sheet for each of its parts."""
        explorer = request.env["trace.explorer"]
        try:
            asked = json.loads(question)
        except ValueError:
            raise UserError(request.env._("The question cannot be read.")) from None
        name, content = explorer._spreadsheet(asked)
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers=headers)

    @route(
        "/trace/shared/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def shared(self, token, **_query):
        """One stored answer, for whoever has the link."""
        http = request.httprequest
        outcome, share = request.env["trace.share"]._visit(
            token, http.remote_addr, http.user_agent.string
        )
        response = request.render("lot_serial_trace.shared_trace", share._page(outcome))
        response.status_code = _STATUS[outcome]
        response.headers.update(_CLOSED)
        if outcome == "too_many":
            response.headers["Retry-After"] = "600"
        return response
