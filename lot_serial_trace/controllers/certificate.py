import hashlib
import re
import zipfile
from tempfile import TemporaryFile

from werkzeug.exceptions import NotFound
from werkzeug.wsgi import wrap_file

from odoo.exceptions import AccessError
from odoo.http import Controller, Response, content_disposition, request, route

from ..core.rate import Rate

#: A file that is compared may have so many bytes.
BIGGEST = 32 * 1024 * 1024
#: Checks a minute from one address, at each worker.
CHECKS = Rate(60, 60)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
#: What a browser may do with the page: its own script, to hash a file that stays where it is.
_CLOSED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}


class Certificates(Controller):
    """The page behind a certificate's code, and many certificates as one file."""

    @route(
        "/trace/check/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
        readonly=True,
        max_content_length=BIGGEST,
    )
    def check(self, token, **_form):
        """Whether a certificate is genuine, and what happened since; a file may be compared.

        Nothing is written, so there is nothing that a foreign page could have somebody do.
        """
        if not CHECKS.allows(request.httprequest.remote_addr):
            return self._page({"outcome": "too_many"}, 429, [("Retry-After", "60")])
        known = _TOKEN.fullmatch(token)
        values = request.env["trace.certificate"]._checked(token, self._digest()) if known else None
        if not values:
            return self._page({"outcome": "unknown"}, 404)
        return self._page({"outcome": "known", **values}, 200)

    def _digest(self):
        """SHA-256 of the file that was sent, if one was."""
        file = request.httprequest.files.get("file")
        if not file or not file.filename:
            return None
        digest = hashlib.sha256()
        while piece := file.stream.read(1 << 20):
            digest.update(piece)
        return digest.hexdigest()

    def _page(self, values, status, headers=()):
        response = request.render("lot_serial_trace.certificate_check", values)
        response.status_code = status
        response.headers.update(_CLOSED)
        response.headers.extend(headers)
        return response

    @route(
        "/lot_serial_trace/certificates/<int:job_id>.zip",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def archive(self, job_id):
        """All certificates of a job, packed into a file on disk and sent from there."""
        job = request.env["trace.certificate.job"].browse(job_id).exists()
        try:
            job.check_access("read")
            job.certificate_ids.check_access("read")
        except AccessError:
            raise NotFound from None
        if not job.certificate_ids:
            raise NotFound
        file = TemporaryFile()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, content in job._files():
                archive.writestr(name, content)
        headers = [
            ("Content-Type", "application/zip"),
            ("Content-Length", file.tell()),
            ("Content-Disposition", content_disposition(f"{job.name}.zip")),
        ]
        file.seek(0)
        body = wrap_file(request.httprequest.environ, file)
        return Response(body, headers=headers, direct_passthrough=True)
