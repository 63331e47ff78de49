from werkzeug.wsgi import wrap_file

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, Response, content_disposition, request, route

from .trace_run import MIMETYPES


class RecallExport(Controller):
    """Downloads of balance and dispositions, for whoever may read the case."""

    @route(
        "/trace/recall/<int:recall_id>/<string:part>.<string:kind>",
        type="http",
        auth="user",
        readonly=True,
    )
    def export(self, recall_id, part, kind):
        """One part of a case as XLSX or CSV."""
        recall = request.env["trace.recall"].browse(recall_id)
        try:
            if not recall.exists():
                raise request.not_found()
            exports = request.env["trace.recall.balance.export"]
            name, file = exports._export(recall, part, kind)
        except (AccessError, MissingError, UserError):
            raise request.not_found() from None
        headers = [
            ("Content-Type", MIMETYPES[kind]),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return Response(
            wrap_file(request.httprequest.environ, file), headers=headers, direct_passthrough=True
        )
