"""Notices from before arrivals were kept get the arrival that brought them."""

from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Make an arrival for each notice that has none; the columns that went there still hold."""
    if not column_exists(cr, "trace_asn", "file_size"):
        return
    cr.execute(
        """
        WITH made AS (
            INSERT INTO trace_asn_exchange (name, kind, state, company_id, arrived_at, road,
                attachment_id, file_size, sha256, tries, read_at, dismiss_reason, create_uid,
                create_date, write_uid, write_date)
            SELECT COALESCE(file_name, name), 'file',
                CASE WHEN error IS NULL THEN 'done' ELSE 'dismissed' END, company_id, create_date,
                COALESCE(channel, 'upload'), attachment_id, file_size, sha256, 1, create_date,
                error, create_uid, create_date, write_uid, write_date
            FROM trace_asn WHERE exchange_id IS NULL
            RETURNING id, company_id, sha256
        )
        UPDATE trace_asn a SET exchange_id = m.id,
            -- what could not be read is no message of its file: reading again makes those
            position = CASE WHEN a.error IS NULL THEN 1 ELSE 0 END
        FROM made m WHERE a.exchange_id IS NULL
            AND m.company_id = a.company_id AND m.sha256 = a.sha256
        """
    )
    cr.execute(
        """
        UPDATE ir_attachment f SET res_model = 'trace.asn.exchange', res_id = e.id
        FROM trace_asn_exchange e WHERE e.attachment_id = f.id AND f.res_model = 'trace.asn'
        """
    )
    cr.execute("ALTER TABLE trace_asn ALTER exchange_id SET NOT NULL")
