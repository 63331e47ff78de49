from werkzeug.wsgi import wrap_file

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, Response, content_disposition, request, route

MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class TraceRunExport(Controller):
    """Downloads of parts of an answer, for whoever may read the answer."""

    @route(
        "/trace/run/<int:run_id>/<string:part>.<string:kind>",
        type="http",
        auth="user",
        readonly=True,
    )
    def export(self, run_id, part, kind):
        """One part of an answer as XLSX or CSV."""
        run = request.env["trace.run"].browse(run_id)
        try:
            if not run.exists():
                raise request.not_found()
            name, file = request.env["trace.run.export"]._export(run, part, kind)
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
