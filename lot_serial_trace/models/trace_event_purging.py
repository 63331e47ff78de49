from odoo import api, models
from odoo.tools import SQL


class TraceEvent(models.Model):
    """The one door out of the ledger: a tombstone names the entry, and a seal covers it.

    Both are looked up by the trigger, for each row, whoever deletes and by whatever road. So an
    entry can go only after it was written down that it goes, by whom and by which rule, and after
    its hash was sealed: the archive is verified without it as with it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.event"

    def init(self):
        """Open the door in the trigger that keeps the table append-only."""
        result = super().init()
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION trace_event_refuse() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    IF EXISTS (SELECT FROM trace_tombstone_event n WHERE n.id = OLD.id)
                        -- one chain over all ids: what is not behind its end is sealed
                        AND EXISTS (SELECT FROM trace_block b WHERE b.last_id >= OLD.id)
                    THEN
                        RETURN OLD;
                    END IF;
                END IF;
                RAISE EXCEPTION 'trace_event is append-only: % refused', TG_OP
                USING HINT = 'Record a correction instead.';
            END $$ LANGUAGE plpgsql;
            """
        )
        return result

    @api.model
    def _record_purge(self, tombstone, says):
        """Write into the ledger what is done to it."""
        user, company = self.env.user, tombstone.company_id
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_event (kind, recorded, event_time, record_time, company_id,
                    company_name, document, document_model, document_id, reason, user_id,
                    user_name)
                VALUES ('purge', 'live', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                    %s, %s, %s, %s, %s, %s, %s, %s)
                """,
                company.id,
                company.name,
                tombstone.name,
                tombstone._name,
                tombstone.id,
                says,
                user.id,
                user.name,
            )
        )
        self.invalidate_model()
