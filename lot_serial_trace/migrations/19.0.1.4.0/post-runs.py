"""Answers from before have a clock and counts, too: they were answered at once."""


def migrate(cr, version):
    """Fill in what was not kept then, from what was."""
    cr.execute(
        """
        UPDATE trace_run r SET requested_at = r.asked_at, answered_by_id = r.user_id,
            cycle_seconds = r.seconds, state = 'answered',
            question = jsonb_build_object('lots', COALESCE(
                (SELECT jsonb_agg(l.stock_lot_id ORDER BY l.stock_lot_id)
                FROM stock_lot_trace_run_rel l WHERE l.trace_run_id = r.id), '[]')),
            counts = (SELECT jsonb_object_agg(role, lines) FROM (
                SELECT role, count(*) AS lines FROM trace_run_line l
                WHERE l.run_id = r.id GROUP BY role) parts)
        WHERE r.requested_at IS NULL
        """
    )
