"""What happens once, at installation and removal."""


def post_init(env):
    """Queue the history that was there before the add-on; with demo data play the story."""
    env["trace.event"]._start_backfill()
    if env.ref("lot_serial_trace.demo_formula", raise_if_not_found=False):
        from .demo import story

        story.main(env, say=lambda *_words: None)
        story.fill_the_cold_room(env)
        while env["trace.health.round"]._step():
            pass


def uninstall(env):
    """Drop what the registry does not know of: the ledger's trigger function, the bookmarks.

    The table goes with its model, and the trigger with the table.
    """
    env.cr.execute("DROP FUNCTION IF EXISTS trace_event_refuse() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS trace_block_refuse() CASCADE")
    env["ir.config_parameter"].search([("key", "=like", "lot_serial_trace.%")]).unlink()
