import json

from odoo.exceptions import AccessError
from odoo.http import Controller, request, route

from ..core.epcis import query
from .epcis_road import ASKED, MORE, SENT, V2, EpcisRoad, discovery, problem

_MOST = 64 * 1024
_NAME = 200


class EpcisQueries(EpcisRoad, Controller):
    """``/epcis/v2/queries``: named queries. Subscriptions are refused, not ignored (501)."""

    @route(f"{V2}/queries", **ASKED)
    def queries(self, **_page):
        """The company's named queries."""
        if request.httprequest.method == "OPTIONS":
            return discovery(MORE)
        return self._with(
            lambda found: self._json([one._for_machines() for one in found.search([])])
        )

    @route(f"{V2}/queries", **SENT)
    def make(self):
        """Keep a query under a name: 201, and where it is."""
        if request.httprequest.method == "OPTIONS":  # Odoo brings it to each route
            return discovery(MORE)
        return self._with(self._make)

    @route(f"{V2}/queries/<string:name>", **ASKED)
    def query(self, name):
        """What is asked under a name."""
        if request.httprequest.method == "OPTIONS":
            return discovery("GET, DELETE, OPTIONS")
        return self._with(lambda found: self._json(_named(found, name)._for_machines()))

    @route(f"{V2}/queries/<string:name>", **{**SENT, "methods": ["DELETE"]})
    def forget(self, name):
        """Forget a query."""
        if request.httprequest.method == "OPTIONS":
            return discovery("GET, DELETE, OPTIONS")

        def forget(found):
            _named(found, name).unlink()
            return discovery("GET, DELETE, OPTIONS")

        return self._with(forget)

    @route(
        [
            f"{V2}/queries/<string:name>/subscriptions",
            f"{V2}/queries/<string:name>/subscriptions/<string:_subscription>",
        ],
        **{**SENT, "methods": ["GET", "POST", "DELETE"]},
    )
    def subscribe(self, name, _subscription="", **_parameters):
        """Nobody is called back: whoever wants to know asks."""
        words = "There are no subscriptions here: ask /queries/{name}/events from time to time."
        return self._refuse() or problem("ImplementationException", words, 501)

    @route(f"{V2}/queries/<string:name>/events", **ASKED)
    def events_named(self, name, **parameters):
        """Events that a named query finds; only the page is the request's to choose."""
        if request.httprequest.method == "OPTIONS":
            return discovery()
        known = ("perPage", "nextPageToken")
        page = {one: parameters.pop(one) for one in known if one in parameters}

        def ask(epcis):
            if parameters:
                words = f"{min(parameters)[:80]} cannot be added to a named query."
                raise query.Problem("QueryParameterException", words)
            found = _named(epcis.env["trace.epcis.query"], name)
            return epcis._page(query.parse({**query.named(found.query), **page}))

        return self._told(ask)

    def _make(self, queries):
        data = request.httprequest.get_data()
        try:
            found = json.loads(data) if len(data) <= _MOST else None
        except (ValueError, RecursionError):
            found = None
        name = found.get("name") if isinstance(found, dict) else None
        if not isinstance(name, str) or not name.strip() or len(name) > _NAME or "/" in name:
            words = "Send a JSON object with name, a text without /, and query."
            raise query.Problem("QueryValidationException", words)
        query.named(found.get("query"))
        if queries.search_count([("name", "=", name)], limit=1):
            raise query.Problem("ResourceAlreadyExistsException", "The name is taken.", 409)
        queries.create({"name": name, "query": found["query"]})
        return self._json({"name": name}, 201, Location=f"{V2}/queries/{name}")

    def _with(self, answer):
        """What ``answer`` says of named queries, or why it may not."""
        refused = self._refuse()
        if refused:
            return refused
        try:
            return answer(request.env["trace.epcis.query"])
        except AccessError:
            return problem("SecurityException", "This user may not do that.", 403)
        except query.Problem as wrong:
            return problem(wrong.kind, wrong.detail, wrong.status)


def _named(queries, name):
    """A query by its name.

    :raises Problem: there is none
    """
    found = queries.search([("name", "=", name)], limit=1)
    if not found:
        raise query.Problem("NoSuchNameException", "There is no query of this name.", 404)
    return found
