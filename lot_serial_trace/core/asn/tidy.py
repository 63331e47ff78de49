"""Texts of a size that a database and a screen can hold.

Nobody's serial number has a million characters, but a file may say so. What is longer
than any real one is cut and noted; the original is kept anyway.
"""

from dataclasses import fields

from .form import Advice, Line, Package, Party, PartyId

_NUMBER = 100  # lot, serial
_TEXT = 500
_LONG = {"note": 10_000, "trace_id": 1000}


def _texts(kind):
    return tuple(field.name for field in fields(kind) if field.default == "")


_FIELDS = {kind: _texts(kind) for kind in (Advice, Line, Package, Party)}
_PARTIES = ("supplier", "seller", "ship_to", "buyer", "originator")


def tidy(advice, log):
    """Cut what is too long and take out what no text may hold.

    :param form.Advice advice: as read
    :param flaws.FlawLog log: where cuts are noted
    """
    _tidy(advice, _FIELDS[Advice], log)
    advice.orders = [_cut(number, _TEXT) for number in advice.orders]
    for role in _PARTIES:
        _party(getattr(advice, role), log)
    for package in advice.packages:
        _tidy(package, _FIELDS[Package], log)
    for line in advice.lines:
        _tidy(line, _FIELDS[Line], log)
        for unit in line.units:
            if _is_odd(unit.serial) or _is_odd(unit.lot) or _is_odd(unit.trace_id):
                _tidy(unit, ("serial", "lot"), log, _NUMBER)
                _tidy(unit, ("trace_id",), log)


def _is_odd(text):
    return len(text) > _NUMBER or "\0" in text


def _party(party, log):
    if party:
        _tidy(party, _FIELDS[Party], log)
        party.ids = [
            PartyId(ident.kind, _cut(ident.scheme, _TEXT), _cut(ident.value, _TEXT))
            for ident in party.ids
        ]


def _tidy(thing, names, log, longest=_TEXT):
    for name in names:
        text = getattr(thing, name)
        limit = _LONG.get(name, longest)
        if len(text) > limit or "\0" in text:
            setattr(thing, name, _cut(text, limit))
        if len(text) > limit:
            place = getattr(thing, "source_line", 0), getattr(thing, "source_path", "")
            values = {"field": name, "value": text[:40].replace("\0", ""), "length": len(text)}
            log.add("too_long", *place, limit=limit, **values)


def _cut(text, limit):
    return text[:limit].replace("\0", "")
