from odoo import api, models
from odoo.tools import SQL

from ..core import merkle, sealing
from ..core.seal_check import purge_fault
from .trace_block_sql import leaves


class TraceBlock(models.Model):
    """Which of the events that are missing were purged by a rule.

    A tombstone excuses only what the ledger itself says of it: whoever owns the database can write
    tombstones, too, but what the ledger tells of a purge is sealed with everything else.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.block"

    @api.model
    def _purged(self, number, gone, purges):
        """Those of a block's missing events that were purged, and the tombstones that are false.

        :param number: of the block
        :param gone: ids of events
        :param purges: dict tombstone -> whether the ledger bears it out; it grows here
        :return: ids of events, and a list of faults
        """
        stones = self.env["trace.tombstone"].sudo()
        named = stones._named(sorted(gone)) if gone else {}
        unknown = set(named.values()) - purges.keys()
        if unknown:
            purges.update(stones._borne_out(unknown))
        false = {stone for stone in named.values() if not purges[stone]}
        return (
            {event_id for event_id, stone in named.items() if stone not in false},
            [purge_fault(number, stone.id, stone.name) for stone in stones.browse(sorted(false))],
        )

    @api.model
    def _unchanged(self, event_ids):
        """Those of the ids of events that are as they were sealed, or not sealed yet."""
        numbers = self._blocks_of(event_ids)
        same = set(event_ids) - numbers.keys()
        for block in self._kept(SQL("number = ANY(%s)", sorted(set(numbers.values())))):
            sealed = dict(
                zip(sealing.unpacked_ids(block.ids), merkle.split(block.leaves), strict=False)
            )
            mine = [one for one, number in numbers.items() if number == block.header.number]
            found = self.env.execute_query(leaves(block.header.version, SQL("id = ANY(%s)", mine)))
            same |= {one for one, leaf in found if sealed.get(one) == bytes(leaf)}
        return same
