"""Permissions: what Quality has allowed beforehand although the gate would block it.

A permission names numbers, or everything on one document, and may name a finding, a
place to go to, an operation type and a customer; it has an end and may have a quantity.
The model ``trace.pass`` collects those in force; this module says, without a database,
which blocked movement goes by which of them, and uses their quantities up.
"""

from collections import defaultdict
from dataclasses import dataclass

#: Quantities closer than this are the same.
EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Permit:
    """A permission as plain values; ``None`` (or an empty text) means "any".

    :param numbers: (product id, number) pairs; None where it is for all on the document
    :param left: what may still go, in the product's unit; None: no limit
    :param dest_path: path of the place to go to, or into
    :param holds_until: the last hold that there was when it was given: later ones stop again
    """

    id: int
    company_id: int
    code: str | None = None
    numbers: frozenset | None = None
    picking_id: int | None = None
    picking_type_id: int | None = None
    partner_id: int | None = None
    dest_path: str = ""
    left: float | None = None
    holds_until: int = 0


@dataclass(frozen=True, slots=True)
class Blocked:
    """A finding that stops a movement.

    :param ref: the movement (a move line id): several findings may stop one
    :param number: (product id, number)
    :param partner_ids: the partner and its commercial parents
    :param hold_id: the latest hold on the number, 0 if there is none
    """

    ref: object
    code: str
    company_id: int
    number: tuple
    picking_id: int | None = None
    picking_type_id: int | None = None
    partner_ids: tuple = ()
    dest_path: str = ""
    quantity: float = 0.0
    hold_id: int = 0


def fits(permit, blocked):
    """Whether ``permit`` is about ``blocked`` at all, whatever quantity is left."""
    return (
        permit.company_id == blocked.company_id
        and permit.code in (None, blocked.code)
        and (permit.numbers is None or blocked.number in permit.numbers)
        and permit.picking_id in (None, blocked.picking_id)
        and permit.picking_type_id in (None, blocked.picking_type_id)
        and (permit.partner_id is None or permit.partner_id in blocked.partner_ids)
        and blocked.dest_path.startswith(permit.dest_path)
        and (blocked.code != "on_hold" or blocked.hold_id <= permit.holds_until)
    )


class Permits:
    """The permissions in force, sorted so that a movement does not try them all."""

    def __init__(self, permits):
        self.left = {permit.id: permit.left for permit in permits}
        self._by_number = defaultdict(list)
        self._by_document = defaultdict(list)
        for permit in permits:
            if permit.numbers is None:
                self._by_document[permit.picking_id].append(permit)
            for number in permit.numbers or ():
                self._by_number[number].append(permit)
        self._counted = set()

    def admit(self, blocked):
        """The id of the permission by which ``blocked`` goes, or None; its quantity is used.

        A movement that is stopped for several reasons counts once.
        """
        for permit in (*self._by_number[blocked.number], *self._by_document[blocked.picking_id]):
            if fits(permit, blocked) and self._use(permit, blocked):
                return permit.id
        return None

    def _use(self, permit, blocked):
        key = (permit.id, blocked.ref)
        left = self.left[permit.id]
        if left is None or key in self._counted:
            return True
        if blocked.quantity > left + EPSILON:
            return False
        self._counted.add(key)
        self.left[permit.id] = left - blocked.quantity
        return True
