from odoo import fields, models


class TraceTombstoneEvent(models.Model):
    """Which entries of the ledger a purge takes out: the id of a row is that of its entry.

    A row whose entry is gone can no more be changed or deleted, by nobody; one whose entry is
    still there can be taken back.
    """

    _name = "trace.tombstone.event"
    _description = "Purged Ledger Entry"
    _log_access = False
    _rec_name = "id"

    tombstone_id = fields.Many2one(
        "trace.tombstone", required=True, readonly=True, ondelete="restrict"
    )
    move_line_id = fields.Integer("Move Line ID", readonly=True)

    _tombstone_idx = models.Index("(tombstone_id, id)")
    # Movements that have no entry any more are no gap in the ledger.
    _move_line_idx = models.Index("(move_line_id) WHERE move_line_id IS NOT NULL")

    def init(self):
        """Have the rows outlast whoever would rather forget them."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION trace_tombstone_refuse() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    IF EXISTS (SELECT FROM trace_event e WHERE e.id = OLD.id) THEN
                        RETURN OLD;
                    END IF;
                END IF;
                RAISE EXCEPTION 'tombstones are kept: % refused', TG_OP;
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS trace_tombstone_kept ON trace_tombstone_event;
            CREATE TRIGGER trace_tombstone_kept BEFORE UPDATE OR DELETE ON trace_tombstone_event
                FOR EACH ROW EXECUTE FUNCTION trace_tombstone_refuse();
            DROP TRIGGER IF EXISTS trace_tombstone_no_truncate ON trace_tombstone_event;
            CREATE TRIGGER trace_tombstone_no_truncate BEFORE TRUNCATE ON trace_tombstone_event
                FOR EACH STATEMENT EXECUTE FUNCTION trace_tombstone_refuse();
            """
        )
