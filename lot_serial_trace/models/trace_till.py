from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Till:
    """Marks stock work done for a sale at the till; travels in the context key ``trace_till``.

    An object and not a dict, because a context that comes by RPC is plain JSON:
    no client can pretend to be a till to get past the gate.

    :param order: name of the POS order or session
    :param model, res_id: the record behind it
    :param numbers: ``(product id, number)`` of what was looked at when it was sold
    """

    order: str
    model: str
    res_id: int
    numbers: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Override:
    """A block let pass by somebody with the right to; context key ``trace_override``.

    An object for the same reason as :class:`Till`.
    """

    reason: str
    user_id: int
