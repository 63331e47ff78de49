"""What the XML and the JSON syntax of EPCIS events have in common."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from . import cbv
from .epc import Epc, parse_epc, parse_gln
from .epcis import Ilmd
from .values import parse_date

#: ILMD attribute in small letters -> field [CBV 2.0, 9.4].
_ILMD = {
    "lotnumber": "lot",
    "itemexpirationdate": "expiry",
    "bestbeforedate": "best_before",
    "productiondate": "made",
    "manufacturedate": "made",
}


def parse_moment(text):
    """A date and time, or ``None``.

    :rtype: datetime.datetime | None
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def parse_created(text):
    """When the document was made; without a zone, by Greenwich time.

    :rtype: datetime.datetime | None
    """
    moment = parse_moment(text)
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def parse_amount(text):
    """An exact number, in whatever notation XML and JSON allow; ``None`` when it is none.

    :rtype: decimal.Decimal | None
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return None
    return number


def local_name(name):
    """An attribute's name without namespace, prefix or vocabulary, in small letters."""
    for mark in ("}", "#", ":", "/"):
        name = name.rpartition(mark)[2]
    return name.casefold()


def key_of(identifier):
    """How :attr:`.epcis.Document.names` calls a product or place."""
    epc, _lot = parse_epc(identifier)
    if epc.gtin:
        return Epc("class", epc.gtin)
    return parse_gln(identifier) or identifier


class EventBuilder:
    """Completes events from the texts that both syntaxes have.

    :param epcis.Document document: where events and flaws go
    """

    def __init__(self, document):
        self._document = document
        self._pool = {}  # the same serial is in several events, but once in memory

    def epc(self, text):
        """The key of an identifier."""
        epc, lot = parse_epc(text)
        epc = self._pool.setdefault(epc, epc)
        if lot:
            self._document.lots[epc] = lot
        return epc

    def complete(self, event, raw):
        """Fill what needs checking and add the event to the document.

        :param dict raw: texts of the elements, by their names
        """
        self._time(event, raw)
        event.action = raw.get("action", "").upper()
        if event.kind in cbv.WITH_ACTION and event.action not in cbv.ACTIONS:
            self._flaw(event, "action", raw)
        if event.kind == "TransformationEvent":
            event.action = ""
        for name, words in (("bizStep", cbv.STEPS), ("disposition", cbv.DISPOSITIONS)):
            text = raw.get(name, "")
            if text and cbv.word(text) not in words and not cbv.is_own(text):
                self._flaw(event, name, raw)
        event.step = cbv.word(raw.get("bizStep", ""))
        self._document.events.append(event)

    def _time(self, event, raw):
        moment = parse_moment(raw.get("eventTime", ""))
        if moment is None:
            self._flaw(event, "eventTime", raw)
            return
        zone = self._zone(event, raw)
        try:
            moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
            event.moment = moment.timestamp()
            event.day = moment.astimezone(zone).date()
        except OverflowError:  # a zone away from the first or last day that there is
            event.moment, event.day = 0, moment.date()

    def _zone(self, event, raw):
        text = raw.get("eventTimeZoneOffset", "")
        moment = parse_moment(f"2000-01-01T00:00:00{text}") if text else None
        if moment is None or moment.tzinfo is None:
            self._flaw(event, "eventTimeZoneOffset", raw)
            return UTC
        return moment.tzinfo

    def ilmd(self, event, pairs):
        """Master data from ``(name, text)`` pairs; ``None`` when there is none."""
        made = Ilmd()
        for name, text in pairs:
            field = _ILMD.get(local_name(name))
            if not field or not text or getattr(made, field):
                continue
            value = text if field == "lot" else parse_date(text)
            if value is None:
                values = {"field": local_name(name), "value": text[:80]}
                self._document.log.add("bad_date", event.line, event.path, **values)
            else:
                setattr(made, field, value)
        return made if made != Ilmd() else None

    def amount(self, event, text):
        """The quantity in a quantity element."""
        number = parse_amount(text) if text else None
        if text and number is None:
            values = {"field": "quantity", "value": text[:80]}
            self._document.log.add("bad_number", event.line, event.path, **values)
        return number

    def _flaw(self, event, name, raw):
        value = raw.get(name, "")[:80] or "-"
        values = {"event": event.path, "field": name, "value": value}
        self._document.log.add("event_field", event.line, event.path, **values)
