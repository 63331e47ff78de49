from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from odoo import api, models
from odoo.tools import SQL

from ..core import merkle, sealing
from ..core.seal_check import (
    Fault,
    Signers,
    anchor_faults,
    chain_faults,
    compare,
    content_faults,
    read_anchor,
)
from .trace_block_sql import leaf_texts, leaves

#: Blocks that are looked at together, and faults that are told one by one.
CHUNK_BLOCKS = 48
MOST_FAULTS = 1_000
#: So many changed events are compared with their documents.
MOST_COMPARED = 100


class TraceBlock(models.Model):
    """Whether the ledger still says what was sealed.

    Block by block: what it says of itself gives its hash, the hashes of its events give its root,
    it goes on from the block before, a key signed it that the chain itself has announced. And in
    SQL, for many blocks at once: the events that are there give the hashes that were sealed. Only
    where they do not, events are looked at one by one.

    Blocks are checked in chunks that need nothing of each other, so a check can be stopped and
    taken up again, or use two connections.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.block"

    @api.model
    def _verify(self, first=None, last=None, anchor=None, connections=1):
        """Verify the archive, or a range of events with the blocks around them.

        :param first: first event id; the whole archive if neither is given
        :param last: last event id
        :param anchor: what an anchor file says (text, bytes or dict): finds what was cut off
        :param connections: to the database; more than one sees only what is committed
        :return: dict ``ok``, ``events``, ``blocks``, ``purged`` (numbers that were looked at),
            ``fault_count``, ``faults`` (the first of them: list of dicts ``block``,
            ``event_id``, ``kind``, ``says``), ``notes`` (sentences)
        """
        if first is None and last is None:
            found = self._verify_after(0, None, connections)
            notes = self._notes()
        else:
            first, last = first or last, last or first
            found = self._verify_range(first, last)
            notes = self._notes() + self._range_notes(first, last)
        found["faults"] += self._end_faults(anchor)
        return self._outcome(found, notes)

    @api.model
    def _outcome(self, found, notes=()):
        """What ``_verify`` returns."""
        faults = found["faults"]
        return {
            "ok": not faults,
            "events": found["events"],
            "blocks": found["blocks"],
            "purged": found["purged"],
            "fault_count": len(faults),
            "faults": self._told(faults[:MOST_FAULTS]),
            "notes": list(notes),
        }

    @api.model
    def _told(self, faults):
        """Faults as people read them; of changed events, what differs from their documents."""
        changed = [fault.event_id for fault in faults if fault.kind == "changed"]
        differs = self._differences(changed[:MOST_COMPARED])
        return [
            {
                "block": fault.block,
                "event_id": fault.event_id,
                "kind": fault.kind,
                "says": " ".join(
                    filter(None, (self._sentence(fault), differs.get(fault.event_id)))
                ),
            }
            for fault in faults
        ]

    @api.model
    def _sentence(self, fault):
        message = self.env._(fault.message)
        return message % fault.values

    # -- blocks ---------------------------------------------------------------

    @api.model
    def _verify_after(self, after, upto=None, connections=1):
        """Verify the blocks with numbers above ``after`` and not above ``upto``.

        :return: dict ``events``, ``blocks``, ``purged``, ``faults`` (list of ``Fault``)
        """
        ranges = self._chunks(after, upto)
        if connections > 1 and len(ranges) > 1:
            found = self._in_parallel(ranges, connections)
        else:
            purges = {}
            found = [self._verify_chunk(*numbers, purges) for numbers in ranges]
        total = {
            name: sum(chunk[name] for chunk in found) for name in ("events", "blocks", "purged")
        }
        return {**total, "faults": list(chain.from_iterable(chunk["faults"] for chunk in found))}

    @api.model
    def _chunks(self, after, upto=None):
        """Ranges of block numbers ``(after, upto)``, each of a chunk of blocks."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT max(number) FROM (
                    SELECT number, (row_number() OVER (ORDER BY number) - 1) / %s AS chunk
                    FROM trace_block WHERE number > %s AND %s
                ) b GROUP BY chunk ORDER BY chunk
                """,
                CHUNK_BLOCKS,
                after,
                SQL("number <= %s", upto) if upto is not None else SQL("TRUE"),
            )
        )
        ends = [number for (number,) in rows]
        return list(zip([after, *ends], ends, strict=False))

    @api.model
    def _in_parallel(self, ranges, connections):
        """Verify chunks over several connections that all see what this transaction sees."""
        [(snapshot,)] = self.env.execute_query(SQL("SELECT pg_export_snapshot()"))

        def verify(mine):
            with self.env.registry.cursor() as cr:
                cr.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
                blocks = self.with_env(self.env(cr=cr))
                purges = {}
                return [blocks._verify_chunk(*numbers, purges) for numbers in mine]

        shares = [ranges[start::connections] for start in range(connections)]
        with ThreadPoolExecutor(connections) as pool:
            found = list(chain.from_iterable(pool.map(verify, shares)))
        return sorted(found, key=lambda chunk: chunk["after"])

    @api.model
    def _verify_chunk(self, after, upto, purges):
        """Verify the blocks with numbers above ``after`` and not above ``upto``.

        :param purges: what is known of purges, see ``_purged``
        """
        where = SQL("number > %s AND number <= %s", after, upto)
        kept = self._kept(where)
        earlier = self._kept(SQL("number <= %s", after), "number DESC", limit=1)
        before = earlier[0] if earlier else None
        signers = self._signers_after(after)
        anew = self.env["trace.seal.key"]._anew()
        same = self._same(where)
        faults, purged = [], 0
        for block in kept:
            faults += content_faults(block) + chain_faults(block, before)
            faults += signers.faults(block, anew)
            if not same.get(block.header.number):
                found, gone = self._event_faults(block, purges)
                faults, purged = faults + found, purged + gone
            before = block
        events = sum(block.header.events for block in kept)
        return {
            "after": after,
            "events": events,
            "blocks": len(kept),
            "purged": purged,
            "faults": faults,
        }

    @api.model
    def _signers_after(self, number):
        return self.env["trace.seal.key"]._signers(number) if number else Signers()

    @api.model
    def _same(self, where):
        """Map number of a block -> whether its events are just those that were sealed."""
        rows = []
        for version in sealing.FIELDS:
            # An id below the first one of the first block was inserted, too.
            within = SQL(
                "id BETWEEN CASE WHEN b.number > 1 THEN b.first_id ELSE -2147483647 END "
                "AND b.last_id"
            )
            rows += self.env.execute_query(
                SQL(
                    """
                    SELECT b.number, f.leaves = b.leaves
                    FROM trace_block b CROSS JOIN LATERAL (
                        -- an event's leaf has its id in it, so these need not be compared
                        SELECT COALESCE(string_agg(leaf, '' ORDER BY id), '') AS leaves
                        FROM (%s) l
                    ) f
                    WHERE %s AND b.version = %s
                    """,
                    leaves(version, within),
                    where,
                    version,
                )
            )
        return dict(rows)

    # -- events ---------------------------------------------------------------

    @api.model
    def _event_faults(self, block, purges):
        """Say what happened to the events of a block: ``(faults, number that were purged)``."""
        header = block.header
        ids = sealing.unpacked_ids(block.ids)
        sealed = dict(zip(ids, merkle.split(block.leaves), strict=False))
        version = header.version if header.version in sealing.FIELDS else sealing.VERSION
        found = {
            event_id: bytes(leaf)
            for event_id, leaf in self.env.execute_query(leaves(version, _within(header)))
        }
        purged, faults = self._purged(header.number, sealed.keys() - found.keys(), purges)
        for event_id in purged:
            del sealed[event_id]
        moved = self._moved(version, sealed, found)
        return compare(header.number, sealed, found, moved) + faults, len(purged)

    @api.model
    def _moved(self, version, sealed, found):
        """Function that says what an event's leaf hash would be if it had another id."""
        wrong = [one for one, leaf in found.items() if sealed.get(one) != leaf]
        texts = dict(
            self.env.execute_query(leaf_texts(version, SQL("id = ANY(%s)", wrong[:MOST_FAULTS])))
        )

        def moved(at, there):
            text = sealing.with_id(texts[at], version, there) if at in texts else ""
            return merkle.leaf_hash(text.encode())

        return moved

    # -- a range --------------------------------------------------------------

    @api.model
    def _verify_range(self, first, last):
        """Verify the blocks of a range of events; of other events in them nothing is told."""
        rows = self.env.execute_query(
            SQL(
                "SELECT min(number), max(number) FROM trace_block "
                "WHERE last_id >= %s AND first_id <= %s AND event_count > 0",
                first,
                last,
            )
        )
        lowest, highest = rows[0]
        if lowest is None:
            return {"events": 0, "blocks": 0, "purged": 0, "faults": []}
        found = self._verify_after(lowest - 1, highest)
        found["faults"] = [
            fault
            for fault in found["faults"]
            if not fault.event_id or first <= fault.event_id <= last
        ] + self._line_faults(highest)
        [(found["events"],)] = self.env.execute_query(
            SQL("SELECT count(*) FROM trace_event WHERE id BETWEEN %s AND %s", first, last)
        )
        return found

    @api.model
    def _line_faults(self, checked):
        """Whether the newest block holds, and says what the blocks before it say.

        :param checked: number of the newest block that was verified already
        """
        head, found = self._head(), []
        if head.header.number > checked:
            signers = self._signers_after(head.header.number - 1)
            found = content_faults(head)
            found += signers.faults(head, self.env["trace.seal.key"]._anew())
        [(hashes,)] = self.env.execute_query(
            SQL(
                """
                SELECT string_agg(sha256('\\x00'::bytea || decode(block_hash, 'hex')), ''
                    ORDER BY number) FROM trace_block WHERE number < %s
                """,
                head.header.number,
            )
        )
        if merkle.root(bytes(hashes or b"")).hex() != head.header.blocks:
            text = self.env._("The newest block tells otherwise of the blocks before it.")
            found.append(Fault("chain", head.header.number, text))
        return found

    @api.model
    def _range_notes(self, first, last):
        newest = self._newest_id()
        if last <= newest:
            return []
        if first > newest:
            return [self.env._("What happened there is not sealed yet.")]
        return [self.env._("What happened after event %s is not sealed yet.", newest)]

    # -- the end --------------------------------------------------------------

    @api.model
    def _end_faults(self, anchor):
        """What anchors say against the chain: the given one, and the key in the file."""
        found = self._key_faults()
        return found + self._anchor_faults(read_anchor(anchor)) if anchor else found

    @api.model
    def _anchor_faults(self, anchor):
        [(newest, kept)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(max(number), 0), max(block_hash) FILTER (WHERE number = %s) "
                "FROM trace_block",
                anchor.number,
            )
        )
        return anchor_faults(anchor, kept, newest)

    @api.model
    def _key_faults(self):
        """Whether the newest block is signed by the key in the file, or one that announced it.

        The file is outside the database: whoever made a chain anew could not sign for it.
        """
        keys = self.env["trace.seal.key"]
        try:
            key, head = keys._private(), self._head()
        except sealing.KeyProblem:
            return []
        if not key or not head or not head.header.key:
            return []
        fingerprint = sealing.fingerprint(sealing.public_of(key))
        if keys._signers(head.header.number).may(fingerprint):
            return []
        text = self.env._(
            "The newest block is not signed by the key in the file, nor by one that announced it."
        )
        return [Fault("signature", head.header.number, text)]

    @api.model
    def _notes(self):
        """What else is to be known of the archive as it is."""
        head = self._head()
        if not head:
            return [self.env._("Nothing is sealed yet.")]
        notes = []
        if not head.header.key:
            notes.append(
                self.env._(
                    "The blocks are not signed: only an anchor proves that they were not all "
                    "made anew."
                )
            )
        keys = self.env["trace.seal.key"].sudo().search([("reason", "!=", False)])
        notes += [
            self.env._(
                "From block %(block)s on the key %(key)s signs without the word of the one "
                "before: %(reason)s",
                block=key.announced_in,
                key=key.fingerprint,
                reason=key.reason,
            )
            for key in keys
        ]
        return notes


def _within(header):
    """SQL of the events of a block."""
    if header.number == 1:
        return SQL("id <= %s", header.last_id)
    return SQL("id BETWEEN %s AND %s", header.first_id, header.last_id)
