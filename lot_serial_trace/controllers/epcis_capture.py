from urllib.parse import quote

from odoo.exceptions import AccessError
from odoo.http import Controller, request, route

from ..core.epcis import flaws
from ..core.epcis.reading import SIZE
from ..core.rate import Rate
from .epcis_road import (
    ASKED,
    CAPTURE,
    JSON,
    MORE,
    SENT,
    V2,
    XML,
    EpcisRoad,
    discovery,
    problem,
)

#: Documents of one user, of each worker: a big one takes seconds to look through.
SENDS = Rate(120, 60)
_MEDIA = (*JSON, XML, "text/xml", "application/octet-stream", "")
_JOBS = (30, 1000)


class EpcisCapture(EpcisRoad, Controller):
    """``/epcis/v2/capture`` and ``POST /epcis/v2/events``: partners' events come in.

    Who sends them has the right *EPCIS capture*, which nobody but administrators has by another
    one; a machine with this right alone sees its own jobs and nothing else.
    """

    @route(f"{V2}/capture", **SENT)
    def capture(self):
        """Take in a document: 202, and where the job is."""
        if request.httprequest.method == "OPTIONS":  # Odoo brings it to each route
            return discovery(MORE, **CAPTURE)
        headers = request.httprequest.headers
        behaviour = headers.get("GS1-Capture-Error-Behaviour") or headers.get(
            "GS1-EPCIS-Capture-Error-Behaviour", "rollback"
        )
        if behaviour not in ("rollback", "proceed"):
            return _invalid("GS1-Capture-Error-Behaviour is rollback or proceed.")
        data, refused = self._body(_MEDIA)
        return refused or self._taken(lambda jobs: self._job_made(jobs, data, behaviour))

    @route(f"{V2}/events", **SENT)
    def event(self):
        """Take in one event: 201, and where it is."""
        if request.httprequest.method == "OPTIONS":
            return discovery(MORE, **CAPTURE)
        data, refused = self._body((*JSON, ""))
        return refused or self._taken(lambda jobs: self._event_made(jobs, data))

    @route(f"{V2}/capture", **ASKED)
    def jobs(self, perPage="", nextPageToken=""):
        """Jobs that the user may see, the latest first."""
        if request.httprequest.method == "OPTIONS":
            return discovery(MORE, **CAPTURE)
        size = int(perPage) if perPage.isascii() and perPage.isdigit() and len(perPage) < 9 else 0
        size = min(size or _JOBS[0], _JOBS[1])
        after = nextPageToken.isascii() and nextPageToken.isdigit() and len(nextPageToken) < 10
        domain = [("id", "<", int(nextPageToken))] if after else []
        return self._seen(lambda jobs: self._page(jobs.search(domain, limit=size + 1), size))

    @route(f"{V2}/capture/<string:name>", **ASKED)
    def job(self, name):
        """One job."""
        if request.httprequest.method == "OPTIONS":
            return discovery()
        return self._seen(lambda jobs: self._one(jobs.search([("name", "=", name)])))

    # -- taking in ------------------------------------------------------------

    def _body(self, media):
        """The document that was sent, and the answer where it is refused."""
        http = request.httprequest
        refused = self._refuse()
        if refused:
            return b"", refused
        if not SENDS.allows(request.env.uid):
            return b"", self._hasty("At most 120 documents a minute.")
        if http.mimetype not in media:
            words = f"Send one of {', '.join(filter(None, media))}."
            return b"", problem("UnsupportedMediaTypeException", words, 415)
        data = b"" if (http.content_length or 0) > SIZE else http.get_data()
        if (http.content_length or len(data)) > SIZE:
            words = f"At most {SIZE} bytes are taken."
            return b"", problem("CaptureLimitExceededException", words, 413)
        return data, None

    def _taken(self, take):
        """What ``take`` answers, or why nothing was taken in."""
        try:
            return take(request.env["trace.epcis.capture"])
        except AccessError:
            return problem("SecurityException", "This user may not capture events.", 403)
        except flaws.Refused as refused:
            if refused.flaw["code"] in ("too_big", "many_events"):
                return problem("CaptureLimitExceededException", str(refused), 413)
            return _refusal(refused.flaw)

    def _job_made(self, jobs, data, behaviour):
        job = jobs._capture(data, behaviour)
        found = {"captureID": job.name}
        return self._json(found, 202, Location=f"{V2}/capture/{job.name}", **CAPTURE)

    def _event_made(self, jobs, data):
        _job, digest = jobs._capture_event(data)
        location = f"{V2}/events/{quote(digest, safe='')}"
        return self._json({"eventID": digest}, 201, Location=location)

    # -- telling --------------------------------------------------------------

    def _seen(self, tell):
        refused = self._refuse()
        if refused:
            return refused
        try:
            return tell(request.env["trace.epcis.capture"])
        except AccessError:
            return problem("SecurityException", "This user may not see captures.", 403)

    def _one(self, job):
        return self._json(job._for_machines()) if job else self._unknown()

    def _page(self, jobs, size):
        page = jobs[:size]
        more = {}
        if len(jobs) > size:
            address = f"{request.httprequest.base_url}?perPage={size}&nextPageToken={page[-1].id}"
            more["Link"] = f'<{address}>; rel="next"'
        return self._json([job._for_machines() for job in page], **more)


def _invalid(detail, **more):
    return problem("ValidationException", detail, 400, **more)


def _refusal(flaw):
    """400 for a document or an event, or 409 for an identifier that is taken."""
    place = {name: flaw[name] for name in ("line", "field") if flaw[name]}
    detail = flaws.told(flaw)
    if flaw["code"] == "taken":
        return problem("ResourceAlreadyExistsException", detail, 409, **place)
    return _invalid(detail, **place)
