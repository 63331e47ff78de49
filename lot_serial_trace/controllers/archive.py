import os

from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError
from odoo.http import Controller, Stream, request, route

from ..core.archive import ArchiveTrouble, manifest_name

MIMETYPES = {"file": "application/vnd.apache.parquet", "manifest": "application/json"}


class ArchiveFiles(Controller):
    """Copies of the ledger, for administrators and auditors of their company."""

    @route(
        '/lot_serial_trace/archive/<int:archive_id>/<any("file", "manifest"):what>',
        type="http",
        auth="user",
        readonly=True,
    )
    def fetch(self, archive_id, what):
        """Send a copy, or its manifest, piece by piece."""
        one = request.env["trace.archive"].browse(archive_id).exists()
        if not self._may(one):
            raise NotFound
        if not one.path:
            attachment = one.sudo().attachment_id if what == "file" else one.sudo().manifest_id
            return attachment._to_http_stream().get_response(as_attachment=True)
        try:
            with one._files() as (file, manifest):
                return _stream(file if what == "file" else manifest, one.name, what)
        except ArchiveTrouble:
            raise NotFound from None

    def _may(self, one):
        if not one or not request.env.user.has_groups(
            "lot_serial_trace.group_trace_admin,lot_serial_trace.group_trace_auditor"
        ):
            return False
        try:
            one.check_access("read")
        except AccessError:
            return False
        return True


def _stream(path, name, what):
    if not path.is_file():
        raise NotFound
    stat = os.stat(path)
    return Stream(
        type="path",
        path=str(path),
        mimetype=MIMETYPES[what],
        download_name=name if what == "file" else manifest_name(name),
        last_modified=stat.st_mtime,
        size=stat.st_size,
        etag=f"{int(stat.st_mtime)}-{stat.st_size}",
    ).get_response(as_attachment=True)
