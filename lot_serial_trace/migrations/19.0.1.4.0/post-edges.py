"""Edges from before goods without a number had any: the walk could not say where a chain breaks."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Read history once more, in the background: what the ledger has is passed over."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    if env["trace.edge"]._operation_sources():
        env["trace.event"]._start_backfill()
