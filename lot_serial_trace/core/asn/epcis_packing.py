"""What is in what, as EPCIS events change it."""

_DEEPEST = 100  # units in each other


class Packing:
    """The state of the goods after the events applied so far.

    :param flaws.FlawLog log: where contradictions go
    :param dict lots: serial -> lot, where its identifier or a quantity beside it told it

    :ivar known: thing -> its :class:`~.epcis.Ilmd`, or None when it was made without
    :ivar inner: parent -> dict of the things in it
    :ivar loose: parent -> list of ``(class or lot, quantity, unit)`` in it
    :ivar around: thing -> its parent
    :ivar gone: things that no longer exist
    :ivar made: GTINs of which serials are commissioned in this document
    """

    def __init__(self, log, lots):
        self._log = log
        self.known = {}
        self.lots = lots
        self.inner = {}
        self.loose = {}
        self.around = {}
        self.gone = set()
        self.made = set()

    def apply(self, event):
        """Let an event change the state."""
        change = self._CHANGES.get((event.kind, event.action))
        if change:
            change(self, event)

    # things come and go ------------------------------------------------------------

    def _make(self, event):
        for epc, line in event.epcs:
            if self.known.get(epc) is not None and epc not in self.gone:
                self._note("made_twice", event, line, item=epc.label)
            self.gone.discard(epc)
            self.known[epc] = event.ilmd
            self.made.add(epc.gtin)
        for epc, _quantity, _unit in event.quantities:
            if event.ilmd:
                self.known[epc] = event.ilmd

    def _end(self, event):
        self.gone.update(epc for epc, _line in event.epcs)

    def _transform(self, event):
        self.gone.update(event.inputs)
        self._make(event)

    # packing -------------------------------------------------------------------------

    def _pack(self, event):
        parent = event.parent
        if parent is None:
            return
        for epc, line in event.epcs:
            self._put(epc, parent, event, line or event.line)
        for found in told_apart(event, self.lots, self._log):
            self.loose.setdefault(parent, []).append(found)

    def _observe(self, event):
        """What was seen in a parent is in it, whatever the events before said."""
        parent = event.parent
        if parent is None or not (event.epcs or event.quantities):
            return
        seen = {epc for epc, _line in event.epcs}
        for epc in [epc for epc in self.inner.get(parent, ()) if epc not in seen]:
            self._take_out(epc)
        self.loose.pop(parent, None)
        self._pack(event)

    def _put(self, epc, parent, event, line):
        if epc.kind in ("class", "lot"):
            self.loose.setdefault(parent, []).append((epc, None, ""))
            return
        self._check(epc, event, line)
        before = self.around.get(epc)
        if before == parent:
            return
        if not self._may_hold(parent, epc):
            self._note("packing_loop", event, line, inner=epc.label, outer=parent.label)
            return
        if before is not None:
            values = {"inner": epc.label, "first": before.label, "second": parent.label}
            self._note("two_parents", event, line, **values)
            self._take_out(epc)
        self.around[epc] = parent
        self.inner.setdefault(parent, {})[epc] = line

    def _check(self, epc, event, line):
        if epc in self.gone:
            self._note("not_there", event, line, item=epc.label)
        elif epc.kind == "serial" and self.lacks(epc):
            self._note("not_made", event, line, item=epc.label)

    def lacks(self, epc):
        """Whether others of its GTIN were made in this document, but not this one."""
        return epc.gtin in self.made and epc not in self.known

    def _may_hold(self, parent, epc):
        """Whether ``parent`` is not inside of the thing, nor too deep in others."""
        for _level in range(_DEEPEST):
            if parent == epc:
                return False
            parent = self.around.get(parent)
            if parent is None:
                return True
        return False

    def _take_out(self, epc):
        parent = self.around.pop(epc, None)
        if parent is not None:
            self.inner[parent].pop(epc, None)

    def _unpack(self, event):
        parent = event.parent
        if parent is None or (parent not in self.inner and parent not in self.loose):
            self._note("not_packed", event, event.line, outer=parent.label if parent else "?")
            return
        if not (event.epcs or event.quantities):
            for epc in list(self.inner.pop(parent, ())):
                self.around.pop(epc, None)
            self.loose.pop(parent, None)
        for epc, line in event.epcs:
            if self.around.get(epc) == parent:
                self._take_out(epc)
            else:
                self._note("not_in", event, line, inner=epc.label, outer=parent.label)
        for epc, quantity, unit in event.quantities:
            self._take_loose(parent, epc, quantity, unit)

    def _take_loose(self, parent, epc, quantity, unit):
        if quantity is not None:
            self.loose.setdefault(parent, []).append((epc, -quantity, unit))
            return
        left = [found for found in self.loose.get(parent, ()) if found[0] != epc]
        self.loose[parent] = left

    def _note(self, code, event, line, **values):
        self._log.add(code, line or event.line, event.path, **values)

    _CHANGES = {
        ("ObjectEvent", "ADD"): _make,
        ("ObjectEvent", "DELETE"): _end,
        ("TransformationEvent", ""): _transform,
        ("AggregationEvent", "ADD"): _pack,
        ("AggregationEvent", "OBSERVE"): _observe,
        ("AggregationEvent", "DELETE"): _unpack,
    }


def told_apart(event, lots, log):
    """Quantities of an event beside its serials.

    Some senders list serials and then say again how many there are of their GTIN. Such
    a sum adds nothing, but may tell the lot.

    :param dict lots: serial -> lot, to be completed
    """
    serials = {}
    for epc, _line in event.epcs:
        if epc.kind == "serial":
            serials.setdefault(epc.gtin, []).append(epc)
    apart = []
    for found in event.quantities:
        epc, quantity, unit = found
        same = serials.get(epc.gtin)
        if not same or (epc.kind == "lot" and quantity != len(same)):
            apart.append(found)
            continue
        if epc.kind == "lot":
            lots.update(dict.fromkeys(same, epc.number))
        if not unit and quantity not in (None, len(same)):
            values = {"count": len(same), "item": epc.label, "quantity": quantity}
            log.add("sum_differs", event.line, event.path, **values)
    return apart
