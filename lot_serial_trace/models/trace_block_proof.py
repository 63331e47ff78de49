import json

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core import merkle, sealing
from ..core.seal_check import read_anchor
from .trace_block_sql import leaf_texts

FORMAT = "lot_serial_trace.proof/1"
#: Events in one bundle.
MOST_EVENTS = 50_000
#: A block of which more events are proven brings all its hashes instead of a way for each.
WAYS = 150


class TraceBlock(models.Model):
    """A proof that somebody can check who has no access to the database.

    A bundle holds the events' texts as they were sealed, for each the hashes that lead to the
    root of its block, for each block the hashes that lead to what the newest block says of the
    blocks before it, the newest block with its signature, and the public keys. Of other events,
    of this company or of others, it holds hashes only. ``tools/verify_proof.py`` checks it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.block"

    @api.model
    @api.readonly
    def proof(
        self,
        lots: list | None = None,
        events: list | None = None,
        anchor: dict | None = None,
        after: int = 0,
    ) -> dict:
        """Return the proof of all events of lots or serial numbers, or of single events.

        Of the companies that the user works with; other companies' events are left out.

        :param lots: ids of lots or serial numbers
        :param events: ids of events
        :param anchor: an anchor that the reader has: the bundle then leads to it, too
        :param after: where there are more than 50,000: the bundle of those after this event id,
            which is ``next`` of the bundle before
        :return: the bundle, to be written to a file as JSON; ``next`` is there if there is more
        """
        self._check_reader()
        domain = [("id", ">", after), "|", ("lot_id", "in", lots or []), ("id", "in", events or [])]
        mine = self.env["trace.event"].search(domain, order="id", limit=MOST_EVENTS + 1).ids
        if not mine:
            raise UserError(self.env._("There is no event to prove."))
        bundle = self.sudo()._proof(mine[:MOST_EVENTS], anchor)
        if len(mine) > MOST_EVENTS:
            bundle["next"] = mine[MOST_EVENTS - 1]
        return bundle

    def _check_reader(self):
        user = self.env.user
        if not any(
            user.has_group(f"lot_serial_trace.group_trace_{name}") for name in ("user", "auditor")
        ):
            raise AccessError(self.env._("Users of traceability and auditors make proofs."))

    @api.model
    def _proof(self, event_ids, anchor=None):
        """Return the bundle that proves events: a constant number of queries.

        Called by those who know that the user may read the events.

        :param event_ids: ids of events; those that are not sealed yet are counted
        :param anchor: what an anchor file says (text, bytes or dict)
        :return: dict, see ``docs/archive.md``
        """
        head = self._head()
        numbers = self._blocks_of(event_ids)
        blocks = self._kept(SQL("number = ANY(%s)", sorted(set(numbers.values()))))
        texts = self._texts(blocks, list(numbers))
        anchored = [read_anchor(anchor).number] if anchor else []
        line = self._line(head, [block.header.number for block in blocks] + anchored)
        return {
            "format": FORMAT,
            "head": _stated(head) if head else None,
            "keys": self._publics(head),
            "fields": {str(version): list(names) for version, names in sealing.FIELDS.items()},
            "blocks": [
                {
                    **_stated(block),
                    "path": line.get(block.header.number, []),
                    **_events(block, texts[block.header.number]),
                }
                for block in blocks
            ],
            "anchors": [
                {**_stated(block), "path": line.get(block.header.number, [])}
                for block in self._kept(SQL("number = ANY(%s)", anchored))
            ],
            "unsealed": len(set(event_ids)) - len(numbers),
        }

    @api.model
    def _blocks_of(self, event_ids):
        """Map id of each event that is sealed -> number of its block: one query."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT e.id, b.number FROM trace_event e
                    JOIN LATERAL (
                        SELECT number, first_id FROM trace_block
                        WHERE last_id >= e.id ORDER BY last_id LIMIT 1
                    ) b ON b.first_id <= e.id
                    WHERE e.id = ANY(%s)
                    """,
                    list(event_ids),
                )
            )
        )

    @api.model
    def _texts(self, blocks, event_ids):
        """Map block number -> list of ``(event id, text)``: a query for each field list."""
        found = {block.header.number: [] for block in blocks}
        for version in {block.header.version for block in blocks}:
            mine = [block.header for block in blocks if block.header.version == version]
            rows = self.env.execute_query(
                leaf_texts(
                    version,
                    SQL(
                        "id = ANY(%s) AND id BETWEEN %s AND %s",
                        event_ids,
                        min(header.first_id for header in mine),
                        max(header.last_id for header in mine),
                    ),
                )
            )
            _sort_into(found, mine, rows)
        return found

    @api.model
    def _line(self, head, numbers):
        """Map block number -> hashes that lead from it to what the newest block says: one query.

        The newest block itself needs none.
        """
        wanted = [number for number in numbers if head and number < head.header.number]
        if not wanted:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT block_hash FROM trace_block WHERE number < %s ORDER BY number",
                head.header.number,
            )
        )
        hashes = [merkle.leaf_hash(bytes.fromhex(block_hash)) for (block_hash,) in rows]
        tree = merkle.levels(b"".join(hashes))
        return {
            number: [step.hex() for step in merkle.inclusion(tree, number - 1)]
            for number in wanted
            if number <= len(hashes)
        }

    @api.model
    def _publics(self, head):
        """Map fingerprint -> public key, of all keys that the chain has announced."""
        if not head:
            return {}
        return self.env["trace.seal.key"]._signers(head.header.number).publics

    @api.model
    def _proof_file(self, lots):
        """Return ``(name, content)`` of the bundle of lots as a file."""
        bundle = self.proof(lots.ids)
        if "next" in bundle:
            raise UserError(
                self.env._(
                    "There are more than %s events. Let a program ask for them in parts: "
                    "trace.block/proof, see docs/archive.md.",
                    MOST_EVENTS,
                )
            )
        name = "-".join(lots[:3].mapped("name"))
        plain = "".join(char if char.isalnum() or char in "-_." else "_" for char in name)
        return f"proof-{plain}.json", json.dumps(bundle, indent=1, ensure_ascii=False)


def _stated(block):
    """What a block says, as it was hashed and signed."""
    return {
        "number": block.header.number,
        "header": block.header.text,
        "signature": block.signature,
    }


def _events(block, texts):
    """Events of a block with what leads to its root: a way for each, or all hashes."""
    places = {event_id: index for index, event_id in enumerate(sealing.unpacked_ids(block.ids))}
    events = [
        {"index": places[event_id], "text": text} for event_id, text in texts if event_id in places
    ]
    if len(events) > WAYS:
        return {"leaves": [leaf.hex() for leaf in merkle.split(block.leaves)], "events": events}
    tree = merkle.levels(block.leaves)
    for event in events:
        event["path"] = [step.hex() for step in merkle.inclusion(tree, event["index"])]
    return {"events": events}


def _sort_into(found, headers, rows):
    """Put rows ``(event id, ...)`` in order of ids to their blocks, in order of ids, too."""
    waiting = iter(headers)
    header = next(waiting)
    for row in rows:
        while row[0] > header.last_id:
            header = next(waiting)
        found[header.number].append(row)
