from datetime import timedelta
from email.message import Message

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Controller, request, route

from ..core.asn import LIMITS

#: Codes of files that are something else than a notice.
_OTHER_FORMATS = ("unknown_format", "wrong_document", "format_not_taken")
_FORM = "application/x-www-form-urlencoded"


class AsnController(Controller):
    """``POST /trace/asn``: a supplier's machine sends shipping notices with an API key.

    The body is the file, or ``multipart/form-data`` with any number of files. The answer
    is JSON, for one file as ``trace.asn.import_document`` gives it, for several
    ``{"files": [...]}``:

    ===  ==============================================================
    201  notices were made of it
    200  the same file or the same notices were here already
    400  there is no file in the request
    401  no valid API key (an HTML page, from Odoo)
    403  the key's user may not take in notices
    413  bigger than the channel takes; not kept
    415  kept and parked: it is no shipping notice in a format that is taken
    422  kept and parked: it cannot be read, the findings say where and why
    429  too many files within a minute; not kept, ``Retry-After`` tells when to come again
    ===  ==============================================================
    """

    @route(
        "/trace/asn",
        type="http",
        auth="bearer",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=2 * LIMITS.size,
    )
    def take(self, **_query):
        """Take in the files of the request."""
        channel = request.env["trace.asn.channel"]._of_road("http")
        files = self._files()
        refused = self._refuse(channel, files)
        if refused:
            return refused
        arrivals = request.env["trace.asn.exchange"]
        origin = {
            "sender": request.env.user.login,
            "remote_address": request.httprequest.remote_addr,
            "reference": request.httprequest.headers.get("X-Request-Id"),
        }
        taken = [arrivals._arrive(data, name, "http", channel, **origin) for name, data in files]
        told = [arrival._for_machines() for arrival in taken]
        answer = told[0] if len(told) == 1 else {"files": told}
        return self._answer(answer, max(map(self._status, taken)))

    def _files(self):
        """The files of the request as ``(name, bytes)``."""
        http = request.httprequest
        several = [
            (file.filename or key, file.read()) for key, file in http.files.items(multi=True)
        ]
        data = b"" if several or http.mimetype == _FORM else http.get_data()
        return several or ([(self._name(), data)] if data else [])

    def _name(self):
        """What the sender calls the file: ``Content-Disposition``, or ``?name=``."""
        header = Message()
        header["Content-Disposition"] = request.httprequest.headers.get("Content-Disposition", "")
        return header.get_filename() or request.httprequest.args.get("name") or "notice"

    def _refuse(self, channel, files):
        """The answer to a request of which nothing is kept, or None."""
        env = request.env
        try:
            env["trace.asn.exchange"].check_access("create")
        except AccessError:
            return self._error(403, "forbidden", env._("This user may not take in notices."))
        if not files:
            hint = env._(
                "There is no file in the request. Send it as the body, with the content type "
                "application/xml or application/octet-stream, or as multipart/form-data."
            )
            return self._error(400, "no_file", hint)
        limit = min(channel._size_limit(), LIMITS.size)
        if any(len(data) > limit for _name, data in files):
            return self._error(413, "too_big", env._("At most %s bytes are taken.", limit))
        return self._refuse_haste(channel, len(files))

    def _refuse_haste(self, channel, count):
        since = fields.Datetime.now() - timedelta(minutes=1)
        lately = (
            request.env["trace.asn.exchange"]
            .sudo()
            .search_count(
                [
                    ("create_uid", "=", request.env.uid),
                    ("road", "=", "http"),
                    ("create_date", ">=", since),
                ]
            )
        )
        limit = channel.rate_limit or 300
        if not lately or lately + count <= limit:
            return None
        words = request.env._("At most %s files a minute are taken.", limit)
        return self._error(429, "too_many", words, [("Retry-After", "60")])

    def _status(self, arrival):
        """HTTP status that tells what became of an arrival; the worst is the highest."""
        told = arrival._parked_file() or arrival.duplicate_of_id or arrival
        if told.state == "parked":
            return 415 if told.error_code in _OTHER_FORMATS else 422
        return 200 if arrival.state in ("again", "dismissed") else 201

    def _error(self, status, code, message, headers=()):
        return self._answer({"error": message, "code": code}, status, headers)

    def _answer(self, content, status, headers=()):
        return request.make_json_response(content, headers=headers, status=status)
