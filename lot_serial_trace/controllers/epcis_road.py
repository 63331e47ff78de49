import json
from urllib.parse import urlencode

from odoo.exceptions import AccessError
from odoo.http import Response, request

from ..core.epcis import query, words, writing, xml
from ..core.epcis.reading import EVENTS, SIZE
from ..core.rate import Rate

#: Requests of one user, of each worker.
ASKS = Rate(600, 60)
#: Where the standard's resources are.
V2 = "/epcis/v2"
VERSIONS = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-Extensions": words.OWN_NAMESPACE,
    "GS1-Vendor-Version": "1",
}
#: What may be captured, and how errors are met.
CAPTURE = {
    "GS1-EPCIS-Capture-Limit": str(EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(SIZE),
    "GS1-Capture-Error-Behaviour": "all",
}
#: What may be done where something can be sent.
MORE = "GET, POST, OPTIONS"
JSON = ("application/json", "application/ld+json")
XML = "application/xml"
#: How routes that only read are declared, and those that write.
ASKED = {
    "type": "http",
    "auth": "public",
    "methods": ["GET"],
    "csrf": False,
    "save_session": False,
    "readonly": True,
}
SENT = {**ASKED, "methods": ["POST"], "readonly": False}


class EpcisRoad:
    """What all resources of EPCIS's web service have in common.

    Who asks sends an API key as bearer, of all rights or of the scope ``epcis``, and is answered
    what its user may read. Errors are ``application/problem+json`` with the standard's names.
    """

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
            answer = problem("SecurityException", "Send an API key as bearer token.", 401)
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        if not ASKS.allows(uid):
            return self._hasty("At most 600 requests a minute.")
        request.update_env(user=uid)
        user = request.env.user
        companies = user.company_id | user.company_ids  # the first is the one that is written to
        request.update_context(allowed_company_ids=companies.ids)
        return None

    def _hasty(self, words):
        answer = problem("TooManyRequests", words, 429)
        answer.headers["Retry-After"] = "60"
        return answer

    def _json(self, content, status=200, **headers):
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        headers = {**VERSIONS, "Content-Type": JSON[0], "Cache-Control": "no-store", **more}
        return Response(json.dumps(content), status=status, headers=headers)

    def _unknown(self):
        return problem("NoSuchResourceException", "There is no such resource.", 404)

    def _told(self, ask, needed=False):
        """The answer to a question.

        :param ask: function of ``trace.epcis`` that gives events and the token of the next page
        :param needed: whether it is an error if there are none
        """
        kind = self._wanted()
        refused = self._refuse()
        if refused:
            return refused
        if not kind:
            return problem("NotAcceptableException", "Ask for JSON or XML.", 406)
        try:
            found, token = ask(request.env["trace.epcis"])
        except query.Problem as wrong:
            return problem(wrong.kind, wrong.detail, wrong.status)
        except AccessError:
            return problem("SecurityException", "This user may not read the ledger.", 403)
        if needed and not found:
            return self._unknown()
        headers = {**VERSIONS, "Content-Type": kind, "Cache-Control": "no-store"}
        if token:
            headers["Link"] = f'<{self._next(token)}>; rel="next"'
        pieces = xml.query_document(found) if kind == XML else writing.query_document(found)
        return Response(b"".join(writing.chunks(pieces)), headers=headers)

    def _next(self, token):
        """The address of the next page: this one with another token."""
        given = request.httprequest.args.to_dict()
        return f"{request.httprequest.base_url}?{urlencode({**given, 'nextPageToken': token})}"

    def _wanted(self):
        """The type in which to answer, or None."""
        accepted = request.httprequest.accept_mimetypes
        return accepted.best_match([*JSON, XML], default=None) if accepted else JSON[0]


def discovery(allow="GET, OPTIONS", **more):
    """The answer to OPTIONS: versions, and what may be done."""
    return Response(status=204, headers={**VERSIONS, **more, "Allow": allow})


def problem(kind, detail, status, **more):
    """An answer as RFC 7807 has it."""
    found = {"type": f"epcisException:{kind}", "title": kind, "status": status, "detail": detail}
    headers = {**VERSIONS, "Content-Type": "application/problem+json"}
    return Response(json.dumps({**found, **more}), status=status, headers=headers)
