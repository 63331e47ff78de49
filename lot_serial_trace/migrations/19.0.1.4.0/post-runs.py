"""Answers from before have a clock and counts, too: they were answered at once."""


def migrate(cr, version):
    """Fill in what was not kept then, from what was."""
    cr.execute(
        """
        UPDATE trace_run r SET requested_at = r.asked_at, answered_by_id = r.user_id,
            cycle_seconds = r.seconds, state = 'answered',
            counts = (SELECT jsonb_object_agg(role, lines) FROM (
                SELECT role, count(*) AS lines FROM trace_run_line l
                WHERE l.run_id = r.id GROUP BY role) parts)
        WHERE r.requested_at IS NULL
        """
    )
