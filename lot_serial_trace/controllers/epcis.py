import re
from tempfile import TemporaryFile

from werkzeug.wsgi import wrap_file

from odoo.exceptions import AccessError
from odoo.http import Controller, Response, content_disposition, request, route

from ..core.epcis import query, words, writing, xml
from ..core.steps import BIZ_STEPS, DISPOSITIONS
from .epcis_road import ASKED, CAPTURE, MORE, V2, XML, EpcisRoad, discovery

#: Below which resource names are looked up -> the parameter that a name is.
_BELOW = {
    "eventTypes": "eventType",
    "epcs": "MATCH_anyEPC",
    "bizSteps": "EQ_bizStep",
    "dispositions": "EQ_disposition",
    "readPoints": "EQ_readPoint",
    "bizLocations": "EQ_bizLocation",
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
            ("Content-Type", "application/ld+json" if kind == "json" else XML),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return Response(
            wrap_file(request.httprequest.environ, file), headers=headers, direct_passthrough=True
        )


class EpcisQuery(EpcisRoad, Controller):
    """``/epcis/v2``: the query interface of EPCIS 2.0, read-only."""

    @route(
        [f"{V2}/", f"{V2}/<path:_path>"],
        type="http",
        auth="public",
        methods=["OPTIONS"],
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def discover(self, _path=""):
        """What versions are spoken and what may be done."""
        return discovery()

    @route(f"{V2}/events", **ASKED)
    def events(self, **parameters):
        """Events, by the parameters of a simple query."""
        if request.httprequest.method == "OPTIONS":
            return discovery(MORE, **CAPTURE)
        return self._answer(parameters)

    @route(f"{V2}/events/<path:name>", **ASKED)
    def event(self, name, ver="", **_parameters):
        """The event with an identifier."""
        if request.httprequest.method == "OPTIONS":
            return discovery()
        name = re.sub(r"^ni:/+", "ni:///", name)
        if name.startswith("ni:") and "?" not in name:  # who does not escape it asks with ?ver=
            name += f"?ver={ver or 'CBV2.0'}"
        return self._told(lambda epcis: (epcis._by_id(name), ""), needed=True)

    @route(f"{V2}/<string:resource>/<path:name>/events", **ASKED)
    def events_of(self, resource, name, **parameters):
        """Events of one type, EPC, step, disposition or place."""
        if resource not in _BELOW:
            return self._unknown()
        # Two slashes in an address become one on their way.
        name = re.sub(r"^(https?):/+", r"\1://", name)
        return self._answer({**parameters, _BELOW[resource]: name})

    @route(f"{V2}/<string:resource>", **ASKED)
    def collection(self, resource):
        """Types, steps and dispositions that events can have."""
        if request.httprequest.method == "OPTIONS":  # Odoo brings it to each route
            return discovery()
        refused = self._refuse()
        members = {
            "eventTypes": sorted(words.EVENTS),
            "bizSteps": [word for word, _label in BIZ_STEPS if word in words.STEPS],
            "dispositions": [word for word, _label in DISPOSITIONS],
        }.get(resource)
        if refused or members is None:
            return refused or self._unknown()
        found = {"@context": words.CONTEXT, "type": "Collection", "member": members}
        return self._json(found)

    # -- answering ------------------------------------------------------------

    def _answer(self, parameters):
        if request.httprequest.method == "OPTIONS":
            return discovery()
        return self._told(lambda epcis: epcis._page(query.parse(parameters)))
