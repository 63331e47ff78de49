import logging
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import merkle, sealing
from ..core.seal_check import Block
from .trace_block_sql import packed

_logger = logging.getLogger(__name__)

#: Events in a block, and events that are sealed in one transaction.
BLOCK_EVENTS = 2_048
GROUP_EVENTS = 24 * BLOCK_EVENTS
#: Key of the advisory lock: one seals at a time.
LOCK = 0x5EA1_B10C
#: What a block keeps as plain bytes: too much, and of no use, to whoever reads records.
BYTES = ("leaves", "ids", "peaks")
#: Columns of the table, in the order in which blocks are written.
COLUMNS = (
    "number",
    "version",
    "first_id",
    "last_id",
    "event_count",
    "ids_hash",
    "root",
    "blocks_root",
    "previous_hash",
    "sealed_at",
    "key_id",
    "announces",
    "block_hash",
    "signature",
    *BYTES,
)


class TraceBlock(models.Model):
    """A seal over a range of the ledger: what it said then is proven by it ever after.

    Events are written unsealed, so that people who sell never wait for each other. Every minute
    those that can no longer change are sealed: they become the leaves of a block's tree
    (``core/merkle.py``), and the block's header says the root, the block before and all blocks
    before (``core/sealing.py``). Where there is a key, kept outside the database, the header is
    signed. There is one chain for the database, over all companies, in the order of event ids.

    A block keeps the hashes of its events, so that it holds, and proves those that are left, when
    some were purged. Blocks are never changed or deleted; a database trigger refuses both.
    Whoever owns the database can go past it, and is found out: by the signature, or by an anchor,
    a block's hash that was noted elsewhere.
    """

    _name = "trace.block"
    _description = "Seal over the Ledger"
    _order = "number desc"
    _rec_name = "number"
    _log_access = False

    number = fields.Integer(required=True, readonly=True, aggregator=None)
    version = fields.Integer("Field List", required=True, readonly=True, aggregator=None)
    first_id = fields.Integer("From Event", required=True, readonly=True, aggregator=None)
    last_id = fields.Integer("To Event", required=True, readonly=True, aggregator=None)
    event_count = fields.Integer("Events", required=True, readonly=True)
    ids_hash = fields.Char("Hash of the Ids", required=True, readonly=True)
    root = fields.Char("Root over the Events", required=True, readonly=True)
    blocks_root = fields.Char("Root over Earlier Blocks", required=True, readonly=True)
    previous_hash = fields.Char("Hash of the Block Before", required=True, readonly=True)
    sealed_at = fields.Datetime(required=True, readonly=True)
    key_id = fields.Char(
        "Signed by", readonly=True, help="The fingerprint of the key; empty: not signed."
    )
    announces = fields.Char(readonly=True, help="A public key that may sign from here on.")
    block_hash = fields.Char("Hash", required=True, readonly=True)
    signature = fields.Char(readonly=True)

    _number_idx = models.UniqueIndex("(number)")
    _last_idx = models.Index("(last_id)")

    def init(self):
        """Give the table its bytes and make it append-only, as that of the events."""
        self.env.cr.execute(
            """
            ALTER TABLE trace_block
                ADD COLUMN IF NOT EXISTS leaves bytea NOT NULL DEFAULT '',
                ADD COLUMN IF NOT EXISTS ids bytea NOT NULL DEFAULT '',
                ADD COLUMN IF NOT EXISTS peaks bytea NOT NULL DEFAULT '';
            -- Hashes cannot be compressed.
            ALTER TABLE trace_block ALTER COLUMN leaves SET STORAGE EXTERNAL;
            CREATE OR REPLACE FUNCTION trace_block_refuse() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'trace_block is append-only: % refused', TG_OP;
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS trace_block_append_only ON trace_block;
            CREATE TRIGGER trace_block_append_only BEFORE UPDATE OR DELETE ON trace_block
                FOR EACH ROW EXECUTE FUNCTION trace_block_refuse();
            DROP TRIGGER IF EXISTS trace_block_no_truncate ON trace_block;
            CREATE TRIGGER trace_block_no_truncate BEFORE TRUNCATE ON trace_block
                FOR EACH STATEMENT EXECUTE FUNCTION trace_block_refuse();
            """
        )

    # -- guards ---------------------------------------------------------------

    def write(self, vals):
        """Refuse: a seal that could be changed would prove nothing."""
        if self:
            raise UserError(self.env._("The seals over the ledger cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The seals over the ledger cannot be deleted."))

    @api.depends("number")
    def _compute_display_name(self):
        for block in self:
            block.display_name = self.env._("Block %s", block.number)

    # -- reading --------------------------------------------------------------

    def action_events(self):
        """Open the events of the block."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "trace.event",
            "view_mode": "list,form",
            "domain": [("id", ">=", self.first_id), ("id", "<=", self.last_id)],
        }

    @api.model
    def _kept(self, where, order="number", limit=None):
        """Return blocks as :class:`~..core.seal_check.Block`: one query.

        :param where: SQL condition on ``trace_block``
        """
        query = SQL(
            "SELECT %s FROM trace_block WHERE %s ORDER BY %s %s",
            SQL(", ").join(map(SQL.identifier, COLUMNS)),
            where,
            SQL(order),
            SQL("LIMIT %s", limit) if limit else SQL(),
        )
        return [_block(row) for row in self.env.execute_query_dict(query)]

    @api.model
    def _head(self):
        """The newest block as it is kept, or None."""
        found = self._kept(SQL("TRUE"), "number DESC", limit=1)
        return found[0] if found else None

    # -- sealing --------------------------------------------------------------

    @api.model
    def _seal_next(self, until, limit=GROUP_EVENTS):
        """Seal the next events, up to the id ``until``: three queries.

        Called in a transaction that began when all ids up to there were final
        (``trace_block_final.py``): one that is committed later would be missed.

        :return: number of events that were sealed; 0 if there is none, or somebody else seals
        """
        if not self._take_turn():
            return 0
        head = self._head()
        signer = self.env["trace.seal.key"]._signer(head)
        after = head.header.last_id if head else 0
        [(count, ids, leaves)] = self.env.execute_query(
            packed(
                sealing.VERSION,
                SQL(
                    "id > %s AND id <= (SELECT max(id) FROM (SELECT id FROM trace_event "
                    "WHERE id > %s AND id <= %s ORDER BY id LIMIT %s) e)",
                    after,
                    after,
                    until,
                    limit,
                ),
            )
        )
        if count:
            self._append(head, list(_cut(bytes(ids), bytes(leaves))), signer)
        return count

    @api.model
    def _take_turn(self):
        """Whether nobody else seals; nobody does then until the end of the transaction."""
        return self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s)", LOCK))[0][0]

    @api.model
    def _append(self, head, parts, signer, announces="", reason=False):
        """Put blocks behind the head.

        :param head: newest :class:`Block`, or None
        :param parts: list of ``(packed ids, packed leaves)``, one for each block
        :param signer: :class:`~.trace_seal_key.Signer`
        :param announces: public key that the last of them announces
        :param reason: why, where that key begins without the word of the one before
        :return: the newest block
        """
        now = fields.Datetime.now()
        blocks = []
        for number, (ids, leaves) in enumerate(parts, 1):
            last = announces if number == len(parts) else ""
            head = _next(head, ids, leaves, signer, now, signer.begins(head) or last)
            blocks.append(head)
        self._insert(blocks, now)
        for block in blocks:
            if block.header.announces:
                self.env["trace.seal.key"]._keep(block.header.announces, block, reason)
        return head

    @api.model
    def _insert(self, blocks, now):
        rows = [
            SQL("(%s)", SQL(", ").join(SQL("%s", value) for value in _values(block, now)))
            for block in blocks
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO trace_block (%s) VALUES %s",
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                SQL(", ").join(rows),
            )
        )
        self.invalidate_model()


def _cut(ids, leaves):
    """Cut what is packed into blocks."""
    for start in range(0, len(ids) // 4, BLOCK_EVENTS):
        end = start + BLOCK_EVENTS
        yield ids[start * 4 : end * 4], leaves[start * merkle.SIZE : end * merkle.SIZE]


def _next(head, ids, leaves, signer, now, announces=""):
    """The block that goes on from ``head`` with these events (or none)."""
    first = head.header.last_id + 1 if head else 1
    peaks = head.after() if head else b""
    header = sealing.Header(
        number=head.header.number + 1 if head else 1,
        version=sealing.VERSION,
        first_id=first,
        last_id=int.from_bytes(ids[-4:], "big") if ids else first - 1,
        events=len(ids) // 4,
        ids=sha256(ids).hexdigest(),
        root=merkle.root(leaves).hex(),
        blocks=merkle.peaks_root(peaks).hex(),
        previous=head.hash if head else sealing.NOTHING,
        sealed_at=_utc(now),
        key=signer.fingerprint,
        announces=announces,
    )
    return Block(header, header.hash, signer.sign(header.text), leaves, ids, peaks)


def _values(block, now):
    """The values of a block for ``COLUMNS``."""
    header = block.header
    return (
        header.number,
        header.version,
        header.first_id,
        header.last_id,
        header.events,
        header.ids,
        header.root,
        header.blocks,
        header.previous,
        now,
        header.key or None,
        header.announces or None,
        block.hash,
        block.signature or None,
        block.leaves,
        block.ids,
        block.peaks,
    )


def _block(row):
    """The :class:`Block` of a row of the table."""
    header = sealing.Header(
        number=row["number"],
        version=row["version"],
        first_id=row["first_id"],
        last_id=row["last_id"],
        events=row["event_count"],
        ids=row["ids_hash"],
        root=row["root"],
        blocks=row["blocks_root"],
        previous=row["previous_hash"],
        sealed_at=_utc(row["sealed_at"]),
        key=row["key_id"] or "",
        announces=row["announces"] or "",
    )
    parts = (bytes(row[name]) for name in BYTES)
    return Block(header, row["block_hash"], row["signature"] or "", *parts)


def _utc(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
