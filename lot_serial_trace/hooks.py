"""What happens once, at installation and removal."""

from .models import trace_edge_sql


def post_init(env):
    """Queue the history that was there before the add-on; with demo data play the story."""
    env["trace.event"]._start_backfill()
    if env.ref("lot_serial_trace.demo_formula", raise_if_not_found=False):
        from .demo import counting, greens, recall, story, works

        story.main(env, say=lambda *_words: None)
        story.fill_the_cold_room(env)
        counting.main(env)
        works.main(env)
        greens.main(env)
        recall.main(env)
        while env["trace.health.round"]._step():
            pass


def uninstall(env):
    """Drop what the registry does not know of: functions of the database, the bookmarks.

    The tables go with their models, and the ledger's trigger with its table.
    """
    env.cr.execute("DROP FUNCTION IF EXISTS trace_event_refuse() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS trace_block_refuse() CASCADE")
    env.cr.execute(trace_edge_sql.dropped())
    env.cr.execute("DROP FUNCTION IF EXISTS trace_tombstone_refuse() CASCADE")
    env.cr.execute("DROP SEQUENCE IF EXISTS trace_certificate_number")
    env.cr.execute("DROP SEQUENCE IF EXISTS trace_recall_entry")
    env["ir.config_parameter"].search([("key", "=like", "lot_serial_trace.%")]).unlink()
