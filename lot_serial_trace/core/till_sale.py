"""Paid orders: which kind of exception a finding about a sold number becomes.

A sale that reaches the server stands, whatever is wrong with its numbers: the goods are gone.
What would have been refused comes to the desk, by what has to be done about it.
"""

import json

from .findings import KINDS, SEVERITIES

#: Kind of exception by finding; any other finding is a ``pos_conflict``.
DESK = {
    "on_hold": "pos_held_sale",
    "expired": "pos_expired_sale",
    "past_stop_sale": "pos_expired_sale",
    "unknown_number": "pos_unknown_sale",
    "sold_already": "pos_double_sale",
    "twice_on_order": "pos_double_sale",
    "in_other_order": "pos_double_sale",
}
#: Kinds of exceptions that somebody resolves by finding the unit.
SALES = ("pos_double_sale", "pos_held_sale", "pos_expired_sale", "pos_unknown_sale", "pos_conflict")
#: Severities that stop a cashier.
STOPPING = ("quarantine", "block")


def desk_kind(code):
    """The kind of exception for a finding about a number that was sold."""
    return DESK.get(code, "pos_conflict")


def told(text):
    """What a till says it told the cashier: dict code -> severity.

    What it sends is not trusted: anything that makes no sense is left out.

    >>> told('[["on_hold", "block"], ["nonsense", "block"], 7]')
    {'on_hold': 'block'}
    """
    try:
        said = json.loads(text or "[]")
    except ValueError:
        return {}
    pairs = [one for one in said if _is_pair(one)] if isinstance(said, list) else []
    return {code: severity for code, severity in pairs}


def _is_pair(one):
    return (
        isinstance(one, list)
        and len(one) == 2
        and all(isinstance(part, str) for part in one)
        and one[0] in KINDS
        and one[1] in SEVERITIES
    )
