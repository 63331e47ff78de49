"""How often somebody may ask: counts within a window of time, in memory, bounded."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
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

    def is_spent(self, caller):
        """Whether the next call would be one too many; nothing is counted."""
        with self._lock:
            start, count = self._seen.get(caller, (0, 0))
            return count >= self._most and self._clock() - start < self._seconds


def network(address):
    """Whom an address stands for: itself, and of IPv6 the network that one connection has.

    >>> network("2001:db8::17"), network("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7')
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
