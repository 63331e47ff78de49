"""Holds from before goods went to quarantine by themselves: their goods stayed where they were."""


def migrate(cr, version):
    """Say so, instead of nothing; holds that were placed since say it themselves."""
    cr.execute("UPDATE trace_hold SET goods = 'stay' WHERE goods IS NULL")
