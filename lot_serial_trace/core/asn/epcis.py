"""EPCIS 1.x and 2.0: from what happened to the goods to a shipping notice.

A notice is not in the file as such. It follows from events: serials are commissioned
with lot and expiry, packed into cases and pallets, and the pallets are shipped. So the
events are put in the order in which they happened (:attr:`Event.moment`, not file order),
applied to :class:`~.epcis_packing.Packing`, and each shipment takes with it what is in
its logistic units at that moment.

Shipping events with the same despatch advice number are one notice. Goods that are
shipped again later in the file are in the last notice only: files of distributors
tell the whole way from the maker.

An error declaration says that an event did not happen as told [EPCIS 2.0, 7.4.1.2]; it
is left out. Where a shipping event is declared an error or made void and nothing takes
its place, the notice is a cancellation.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from . import cbv, flaws_epcis  # noqa: F401 (its kinds are used)
from .epc import Epc, parse_number
from .epcis_goods import Shipment
from .epcis_packing import Packing
from .errors import AsnError
from .flaws import FlawLog

_SHIPPED = frozenset(("shipping",))
#: Taken for shipping where no event says so itself.
_LEFT = frozenset(("departing", "consigning"))
_NOTICES = 2000  # in one file
_DAY = 24 * 3600


@dataclass(slots=True)
class Ilmd:
    """Master data of an instance or lot, given when it came into being."""

    lot: str = ""
    expiry: date | None = None
    best_before: date | None = None
    made: date | None = None


@dataclass(slots=True)
class Event:
    """One event, from whatever syntax.

    :param kind: ``ObjectEvent`` ...
    :param path: ``EventList/ObjectEvent[3]``; the number counts all events
    :param moment: when it happened, for comparison only; events that do not say it
        take that of the event before
    :param day: the local day of it
    :param epcs: list of ``(Epc, line)``; outputs for a transformation
    :param quantities: list of ``(Epc, quantity, unit)``
    :param inputs: epcs that a transformation used up
    :param transactions: list of ``(type, identifier)``; likewise sources, destinations
    :param void: whether it is declared to be an error
    :param corrected_by: identifiers of the events that replace it
    """

    kind: str
    line: int
    path: str
    id: str = ""
    moment: float = 0
    day: date | None = None
    action: str = ""
    step: str = ""
    parent: Epc | None = None
    epcs: list = field(default_factory=list)
    quantities: list = field(default_factory=list)
    inputs: list = field(default_factory=list)
    ilmd: Ilmd | None = None
    transactions: list = field(default_factory=list)
    sources: list = field(default_factory=list)
    destinations: list = field(default_factory=list)
    place: str = ""
    void: bool = False
    corrected_by: list = field(default_factory=list)

    @property
    def tops(self):
        """What the event names: list of ``(Epc, line)``."""
        return self.epcs or ([(self.parent, self.line)] if self.parent else [])

    def numbers(self, kind):
        """Numbers of its business transactions of a type, once each."""
        found = (parse_number(value) for name, value in self.transactions if name == kind)
        return list(dict.fromkeys(filter(None, found)))

    @property
    def key(self):
        """What events of one shipment have in common."""
        return tuple(self.numbers("desadv")) or (
            tuple(self.transactions),
            tuple(self.sources),
            tuple(self.destinations),
        )

    @property
    def deed(self):
        """What tells that another event is about the same happening."""
        epcs = tuple(epc for epc, _line in self.epcs)
        return self.kind, self.moment, self.action, self.step, self.parent, epcs


@dataclass(slots=True)
class Document:
    """What the file says besides its events.

    :param created: when it was made
    :param number: identifier of the message
    :param names: class of a product, GLN or other identifier of a place -> dict of its
        attributes, their names in small letters
    :param lots: serial -> lot, where its own identifier tells
    :param guideline: implementation guide
    """

    version: str = ""
    created: datetime | None = None
    number: str = ""
    sender: str = ""
    receiver: str = ""
    guideline: str = ""
    note: str = ""
    names: dict = field(default_factory=dict)
    lots: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    log: FlawLog = field(default_factory=FlawLog)


def advices(document):
    """Read the shipping notices out of a document.

    :param Document document: with all its events
    :returns: list of :class:`~.form.Advice`, at least one
    :raises errors.AsnError: nothing was shipped
    """
    _check_times(document)
    events = sorted(document.events, key=lambda event: event.moment)
    live, void = _without_errors(document, events)
    steps = _shipping_steps([*live, *void])
    plan = _Plan(document, live, void, steps)
    shipments = plan.carry_out()
    if not shipments:
        raise AsnError("wrong_document", found=_what(document))
    if len(shipments) > _NOTICES:
        raise AsnError("too_many_notices", limit=_NOTICES)
    return [shipment.advice(place) for place, shipment in enumerate(shipments)]


def _check_times(document):
    limit = document.created and document.created.timestamp() + _DAY
    last = 0
    for event in document.events:
        if event.day is None:
            event.moment = last
        elif limit and event.moment > limit:
            document.log.add(
                "event_later", event.line, event.path, event=event.path, date=event.day
            )
        last = event.moment


def _without_errors(document, events):
    """Split into events that hold and events that are declared to be errors."""
    void = [event for event in events if event.void]
    if not void:
        return events, []
    ids = {event.id for event in void} - {""}
    deeds = {event.deed for event in void}
    for event in void:
        document.log.add("event_void", event.line, event.path, event=event.path)
    live = [
        event
        for event in events
        if not (event.void or event.id in ids or (not event.id and event.deed in deeds))
    ]
    return live, void


def _shipping_steps(events):
    return _SHIPPED if any(event.step in _SHIPPED for event in events) else _LEFT


def _what(document):
    """Words for a document that ships nothing, and why perhaps."""
    steps = dict.fromkeys(event.step for event in document.events if event.step in cbv.STEPS)
    told = ", ".join(list(steps)[:4]).replace("_", " ")
    hints = [f"it tells of {told}"] if told else []
    hints += [flaw.text for flaw in document.log.flaws if flaw.code == "event_field"][:2]
    tail = f" ({'; '.join(hints)})" if hints else ""
    return f"an EPCIS document without a shipping event{tail}"


class _Plan:
    """Which event ships what, and then the shipments themselves."""

    def __init__(self, document, live, void, steps):
        self._document = document
        self._live = live
        self._shipping = [event for event in live if self._ships(event, steps)]
        self._annulled = [event for event in void if event.step in steps]
        self._last = {}  # what was shipped -> key of the last shipment
        self._left = Counter()  # key -> how many things of it were not shipped again
        self._emptied = set()  # keys of which all was made void
        self._again = {}  # key -> things that had been shipped before
        self._follow(steps)
        numbers = (tuple(event.numbers("desadv")) for event in self._annulled)
        self._withdrawn = set(numbers) - {()}
        self._corrected = {id_ for event in self._annulled for id_ in event.corrected_by if id_}

    def _ships(self, event, steps):
        return (
            event.step in steps
            and event.kind in ("ObjectEvent", "TransactionEvent")
            and event.action != "DELETE"
        )

    def _follow(self, steps):
        """Follow the goods through all shipments; the last one has them."""
        for event in self._live:
            if event.step == "void_shipping":
                self._void(event)
            elif self._ships(event, steps):
                self._emptied.discard(event.key)
                for epc, _line in event.tops:
                    before = self._leave(epc)
                    if before not in (None, event.key):
                        self._again[event.key] = self._again.get(event.key, 0) + 1
                    self._last[epc] = event.key
                    self._left[event.key] += 1

    def _leave(self, epc):
        """Take a thing out of its last shipment; returns that one's key."""
        key = self._last.pop(epc, None)
        if key is not None:
            self._left[key] -= 1
        return key

    def _void(self, event):
        """Undo shipping; a shipment of which nothing is left is cancelled."""
        keys = {self._leave(epc) for epc, _line in event.tops} - {None}
        if event.quantities and not event.epcs:
            keys.add(event.key)
        empty = {key for key in keys if not self._left[key]}
        self._emptied |= empty
        if empty or not keys:
            self._annulled.append(event)

    def carry_out(self):
        """Apply the events in order.

        :returns: list of :class:`~.epcis_goods.Shipment`
        """
        packing = Packing(self._document.log, self._document.lots)
        found = {}
        shipping = {id(event) for event in self._shipping}
        tops = {}  # key -> everything shipped under it
        for epc, key in self._last.items():
            tops.setdefault(key, set()).add(epc)
        for event in self._live:
            packing.apply(event)
            if id(event) in shipping and self._has_goods(event):
                shipment = found.get(event.key)
                if shipment is None:
                    shipment = found[event.key] = self._new(event, packing)
                shipment.load(event, tops.get(event.key, ()))
        for shipment in found.values():
            shipment.pack_late()
        return [*found.values(), *self._cancellations(found, packing)]

    def _has_goods(self, event):
        """Whether anything of the event was not shipped again or made void later."""
        if event.quantities and event.key not in self._emptied:
            return True
        return any(self._last.get(epc) == event.key for epc, _line in event.tops)

    def _new(self, event, packing):
        shipment = Shipment(self._document, packing, event)
        again = self._again.get(event.key)
        if again:
            shipment.log.add("shipped_again", event.line, event.path, count=again)
        if self._replaces(event):
            shipment.action = "replace"
        return shipment

    def _replaces(self, event):
        """Whether an event that is declared an error named this one in its place."""
        return event.id in self._corrected or tuple(event.numbers("desadv")) in self._withdrawn

    def _cancellations(self, found, packing):
        """Notices that were made void and that no other takes the place of."""
        live = {event.id for event in self._shipping}
        cancelled = {}
        for event in self._annulled:
            if event.key in found or live.intersection(event.corrected_by):
                continue
            shipment = cancelled.get(event.key)
            if shipment is None:
                shipment = cancelled[event.key] = Shipment(self._document, packing, event)
                shipment.action = "cancel"
            shipment.load(event, {epc for epc, _line in event.tops})
        return list(cancelled.values())
