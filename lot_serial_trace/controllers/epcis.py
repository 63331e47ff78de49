import json
import re
from tempfile import TemporaryFile
from urllib.parse import urlencode

from werkzeug.wsgi import wrap_file

from odoo.exceptions import AccessError
from odoo.http import Controller, Response, content_disposition, request, route

from ..core.epcis import query, words, writing, xml
from ..core.rate import Rate
from ..core.steps import BIZ_STEPS, DISPOSITIONS

#: Requests of one user, of each worker.
ASKS = Rate(600, 60)
_VERSIONS = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-Extensions": words.OWN_NAMESPACE,
    "GS1-Vendor-Version": "1",
}
_JSON = ("application/json", "application/ld+json")
_XML = "application/xml"
#: Below which resource names are looked up -> the parameter that a name is.
_BELOW = {
    "eventTypes": "eventType",
    "epcs": "MATCH_anyEPC",
    "bizSteps": "EQ_bizStep",
    "dispositions": "EQ_disposition",
    "readPoints": "EQ_readPoint",
    "bizLocations": "EQ_bizLocation",
}
_V2 = "/epcis/v2"
_ASKED = {
    "type": "http",
    "auth": "public",
    "methods": ["GET"],
    "csrf": False,
    "save_session": False,
    "readonly": True,
}


class EpcisFiles(Controller):
    """Files of events, written while they are sent."""

    @route("/trace/epcis/<string:what>.<string:kind>", type="http", auth="user", readonly=True)
    def export(self, what, kind, ids=""):
        """Events of numbers or of transfers as EPCIS 2.0 (json) or 1.2 (xml)."""
        column = {"lots": ("stock.lot", "lot_id"), "transfers": ("stock.picking", "document_id")}
        numbers = [int(one) for one in ids.split(",") if one.isascii() and one.isdigit()]
        known = what in column and kind in ("json", "xml")
        if not known or not request.env["trace.epcis"]._fits(numbers):
            raise request.not_found()
        model, name = column[what]
        records = request.env[model].browse(numbers).exists()
        try:
            records.check_access("read")
            request.env["trace.event"].check_access("read")
        except AccessError:
            raise request.not_found() from None
        domain = [(name, "in", records.ids)]
        if what == "transfers":
            domain.append(("document_model", "=", model))
        epcis = request.env["trace.epcis"]
        found = epcis._stream(domain)
        pieces = (
            writing.document(found)
            if kind == "json"
            else xml.document(found, "1.2", prefixes=epcis._prefixes())
        )
        file = TemporaryFile()  # sent after the cursor is closed, and never whole in memory
        file.writelines(writing.chunks(pieces))
        file.seek(0)
        name = f"epcis-{what}.{'jsonld' if kind == 'json' else 'xml'}"
        headers = [
            ("Content-Type", "application/ld+json" if kind == "json" else _XML),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return Response(
            wrap_file(request.httprequest.environ, file), headers=headers, direct_passthrough=True
        )


class EpcisQuery(Controller):
    """``/epcis/v2``: the query interface of EPCIS 2.0, read-only.

    Who asks sends an API key as bearer, of all rights or of the scope ``epcis``, and is answered
    what its user may read in the ledger. Errors are ``application/problem+json`` with the
    standard's names.
    """

    @route(
        [f"{_V2}/", f"{_V2}/<path:_path>"],
        type="http",
        auth="public",
        methods=["OPTIONS"],
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def discover(self, _path=""):
        """What versions are spoken and what may be done."""
        return _discovery()

    @route(f"{_V2}/events", **_ASKED)
    def events(self, **parameters):
        """Events, by the parameters of a simple query."""
        return self._answer(parameters)

    @route(f"{_V2}/<string:resource>/<path:name>/events", **_ASKED)
    def events_of(self, resource, name, **parameters):
        """Events of one type, EPC, step, disposition or place."""
        if resource not in _BELOW:
            return _problem("NoSuchResourceException", "There is no such resource.", 404)
        # Two slashes in an address become one on their way.
        name = re.sub(r"^(https?):/+", r"\1://", name)
        return self._answer({**parameters, _BELOW[resource]: name})

    @route(f"{_V2}/<string:resource>", **_ASKED)
    def collection(self, resource):
        """Types, steps and dispositions that events can have."""
        if request.httprequest.method == "OPTIONS":  # Odoo brings it to each route
            return _discovery()
        refused = self._refuse()
        members = {
            "eventTypes": sorted(words.EVENTS),
            "bizSteps": [word for word, _label in BIZ_STEPS if word in words.STEPS],
            "dispositions": [word for word, _label in DISPOSITIONS],
        }.get(resource)
        if refused or members is None:
            return refused or _problem("NoSuchResourceException", "There is no such resource.", 404)
        found = {"@context": words.CONTEXT, "type": "Collection", "member": members}
        return Response(json.dumps(found), headers={**_VERSIONS, "Content-Type": _JSON[0]})

    # -- answering ------------------------------------------------------------

    def _answer(self, parameters):
        if request.httprequest.method == "OPTIONS":
            return _discovery()
        kind = self._wanted()
        refused = self._refuse()
        if refused:
            return refused
        if not kind:
            return _problem("NotAcceptableException", "Ask for JSON or XML.", 406)
        try:
            asked = query.parse(parameters)
            found, token = request.env["trace.epcis"]._page(asked)
        except query.Problem as problem:
            return _problem(problem.kind, problem.detail, problem.status)
        except AccessError:
            return _problem("SecurityException", "This user may not read the ledger.", 403)
        headers = {**_VERSIONS, "Content-Type": kind, "Cache-Control": "no-store"}
        if token:
            headers["Link"] = f'<{self._next(token)}>; rel="next"'
        pieces = xml.query_document(found) if kind == _XML else writing.query_document(found)
        return Response(b"".join(writing.chunks(pieces)), headers=headers)

    def _next(self, token):
        """The address of the next page: this one with another token."""
        given = request.httprequest.args.to_dict()
        return f"{request.httprequest.base_url}?{urlencode({**given, 'nextPageToken': token})}"

    def _wanted(self):
        """The type in which to answer, or None."""
        accepted = request.httprequest.accept_mimetypes
        return accepted.best_match([*_JSON, _XML], default=None) if accepted else _JSON[0]

    def _refuse(self):
        """The answer to somebody who may not ask, or None: then the request is its user's."""
        header = request.httprequest.headers.get("Authorization", "")
        scheme, _blank, key = header.partition(" ")
        keys = request.env["res.users.apikeys"]
        uid = (
            scheme.casefold() == "bearer"
            and key.strip()
            and keys._check_credentials(scope="epcis", key=key.strip())
        )
        if not uid:
            answer = _problem("SecurityException", "Send an API key as bearer token.", 401)
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        if not ASKS.allows(uid):
            answer = _problem("TooManyRequests", "At most 600 requests a minute.", 429)
            answer.headers["Retry-After"] = "60"
            return answer
        request.update_env(user=uid)
        request.update_context(allowed_company_ids=request.env.user.company_ids.ids)
        return None


def _discovery():
    return Response(status=204, headers={**_VERSIONS, "Allow": "GET, OPTIONS"})


def _problem(kind, detail, status):
    """An answer as RFC 7807 has it."""
    found = {"type": f"epcisException:{kind}", "title": kind, "status": status, "detail": detail}
    headers = {**_VERSIONS, "Content-Type": "application/problem+json"}
    return Response(json.dumps(found), status=status, headers=headers)
