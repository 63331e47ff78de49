"""Where all of a lot is: what lies in the house, what left it and to whom, and what is missing.

Two kinds of facts meet. The stock says what lies where now; the ledger, summed up, says what
went through the doors: to and from customers, suppliers, production, counts and scrap, and
places that are no company's. What came minus what is somewhere is the difference; it is told,
not hidden.
"""

from collections import defaultdict

#: Quantities below are nothing: rounding of floats.
NOTHING = 0.000001


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: Where goods can be, in the order in which people ask.
STATES = (
    ("on_hand", _("On hand")),
    ("quarantine", _("In quarantine")),
    ("held", _("On hold")),
    ("in_transit", _("On the way")),
    ("subcontractor", _("At a subcontractor")),
    ("customer", _("With a customer")),
    ("till", _("Sold at the till")),
    ("handed_over", _("With another company of the group")),
    ("supplier", _("Returned to the supplier")),
    ("consumed", _("Used in production")),
    ("built_in", _("Built in at a repair")),
    ("taken_apart", _("Taken apart")),
    ("scrapped", _("Scrapped")),
    ("lost", _("Lost, by count")),
)

#: How goods came to be there.
ORIGINS = (
    ("received", _("Received")),
    ("made", _("Made")),
    ("other_company", _("From another company of the group")),
    ("taken_out", _("Taken out at a repair")),
    ("found", _("Found, by count")),
    ("returned", _("Came back without having been sold here")),
)


def account(stock, flows):
    """Say where all of one lot is.

    :param stock: dicts of what lies in the house, from the database: ``place_id``, ``usage``,
        ``shared`` (the place is no company's), ``quantity``, ``reserved``, ``in_date``, ``held``,
        ``quarantine``, ``subcontractor``; whatever else they have is handed on
    :param flows: dicts of the ledger summed up: ``usage``, ``place_id`` (in the house),
        ``partner_id`` (customers, suppliers), ``way``, ``shared``, ``came`` and ``left``
        (quantities that reached and left there), ``since`` (last arrival), ``biz_step`` (of that
        arrival); whatever else they have is handed on
    :return: ``(places, came, difference)``: dicts with ``state``, ``quantity`` and what was
        handed on; quantities by origin; what came and is nowhere
    """
    came = defaultdict(float)
    doors = defaultdict(list)
    for flow in flows:
        doors[flow["usage"]].append(flow)
    places = [
        *_house(stock, doors, came),
        *_customers(doors["customer"], came),
        *_suppliers(doors["supplier"], came),
        *_production(doors["production"], came),
        *_counts(doors["inventory"], came),
    ]
    places = [place for place in places if abs(place["quantity"]) > NOTHING]
    came = {name: came[name] for name, _label in ORIGINS if came[name] > NOTHING}
    difference = sum(came.values()) - sum(place["quantity"] for place in places)
    order = [name for name, _label in STATES]
    places.sort(key=lambda place: (order.index(place["state"]), -place["quantity"]))
    return places, came, 0 if abs(difference) <= NOTHING else difference


def _house(stock, doors, came):
    """What lies in the house; of places that are no company's only what the ledger gives us."""
    flows = {flow["place_id"]: flow for name in ("internal", "transit") for flow in doors[name]}
    ours = {
        place_id: flow["came"] - flow["left"] for place_id, flow in flows.items() if flow["shared"]
    }
    for row in stock:
        quantity = row["quantity"]
        if row["shared"]:
            quantity = max(min(ours.get(row["place_id"], 0), quantity), 0)
            ours[row["place_id"]] = ours.get(row["place_id"], 0) - quantity
        since = flows.get(row["place_id"], {}).get("since") or row["in_date"]
        yield {**row, "state": _state(row), "quantity": quantity, "since": since}
    for place_id, quantity in ours.items():
        if quantity > 0:
            yield {**flows[place_id], "state": "handed_over", "quantity": quantity}
        came["other_company"] += max(-quantity, 0)


def _state(row):
    if row["quarantine"]:
        return "quarantine"
    if row["held"]:
        return "held"
    if row["usage"] == "transit":
        return "in_transit"
    return "subcontractor" if row["subcontractor"] else "on_hand"


def _customers(flows, came):
    """Who has how much. What came back from somebody else is taken off the latest sales."""
    net = [[flow["came"] - flow["left"], flow] for flow in flows]
    back = -sum(quantity for quantity, _flow in net if quantity < 0)
    having = [entry for entry in net if entry[0] > 0]
    having.sort(key=lambda entry: entry[1]["since"], reverse=True)
    for entry in having:
        taken = min(back, entry[0])
        entry[0] -= taken
        back -= taken
    came["returned"] += back
    for quantity, flow in having:
        state = "till" if flow["biz_step"] == "retail_selling" else "customer"
        yield {**flow, "state": state, "quantity": quantity}


def _suppliers(flows, came):
    for flow in flows:
        came["received"] += flow["left"]
        yield {**flow, "state": "supplier", "quantity": flow["came"]}


def _production(flows, came):
    """Used and made; taking apart gives back what was used."""
    ways = {flow["way"]: flow for flow in flows}
    apart, made, part = ways.get("apart"), ways.get("made"), ways.get("part")
    back = apart["left"] if apart else 0
    if made:
        came["made"] += made["left"]
        used = max(made["came"] - back, 0)
        back -= made["came"] - used
        yield {**made, "state": "consumed", "quantity": used}
    came["made"] += back
    if apart:
        yield {**apart, "state": "taken_apart", "quantity": apart["came"]}
    if part:
        came["taken_out"] += max(part["left"] - part["came"], 0)
        yield {**part, "state": "built_in", "quantity": max(part["came"] - part["left"], 0)}


def _counts(flows, came):
    for flow in flows:
        lost = flow["came"] - flow["left"]
        came["found"] += max(-lost, 0)
        state = "lost" if flow["way"] == "count" else "scrapped"
        yield {**flow, "state": state, "quantity": max(lost, 0)}
