"""What happens once, at installation and removal."""


def post_init(env):
    """Queue the history that was there before the add-on."""
    env["trace.event"]._start_backfill()


def uninstall(env):
    """Drop what the registry does not know of: the trigger function of the ledger.

    The table goes with its model, and the trigger with the table.
    """
    env.cr.execute("DROP FUNCTION IF EXISTS trace_event_refuse() CASCADE")
