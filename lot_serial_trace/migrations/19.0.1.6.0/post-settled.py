"""Notices from before say, too, when they were compared: when they were last written."""


def migrate(cr, version):
    """Fill in what was not kept then, from what was."""
    cr.execute(
        """
        UPDATE trace_asn SET settled_at = write_date
        WHERE settled_at IS NULL AND (state = 'reconciled'
            OR state = 'closed' AND goods_at IS NOT NULL)
        """
    )
