"""Answers of earlier versions: asked when they were answered, and shown by their parts."""


def migrate(cr, version):
    """Fill what earlier versions did not write down; what was answered stays as it is."""
    cr.execute(
        """
        UPDATE trace_run r
        SET requested_at = COALESCE(r.requested_at, r.asked_at),
            cycle_seconds = COALESCE(r.cycle_seconds, r.seconds),
            answered_by_id = COALESCE(r.answered_by_id, r.user_id),
            question = COALESCE(r.question, jsonb_build_object('lots', COALESCE(
                (SELECT jsonb_agg(l.stock_lot_id ORDER BY l.stock_lot_id)
                FROM stock_lot_trace_run_rel l WHERE l.trace_run_id = r.id), '[]'))),
            counts = (SELECT jsonb_object_agg(c.role, c.number) FROM (
                SELECT role, count(*) AS number FROM trace_run_line
                WHERE run_id = r.id GROUP BY role) c)
        WHERE r.requested_at IS NULL OR r.counts IS NULL AND r.state = 'answered'
        """
    )
