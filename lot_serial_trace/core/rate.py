"""How often somebody may ask: counts within a window of time, in memory, bounded."""

from collections import OrderedDict
from threading import Lock
from time import monotonic


class Rate:
    """At most ``most`` calls within ``seconds`` for each caller.

    Counts are those of one process: with several workers somebody may ask so often at each. That
    is enough against load; what must not be guessed must be too long to be guessed.

    :param callers: so many are remembered, those that came last
    """

    def __init__(self, most, seconds, callers=10_000, clock=monotonic):
        self._most, self._seconds, self._callers, self._clock = most, seconds, callers, clock
        self._seen = OrderedDict()
        self._lock = Lock()

    def allows(self, caller):
        """Whether this call is within bounds; it is counted."""
        now = self._clock()
        with self._lock:
            start, count = self._seen.pop(caller, (now, 0))
            if now - start >= self._seconds:
                start, count = now, 0
            self._seen[caller] = (start, count + 1)
            if len(self._seen) > self._callers:
                self._seen.popitem(last=False)
        return count < self._most
