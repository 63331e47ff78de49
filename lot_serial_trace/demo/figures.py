"""The figures in words, as ``make demo`` prints them."""

from datetime import timedelta

from odoo import fields

from ..core.figures import FIGURES, SECONDS

#: Whole days that are looked at, with today.
DAYS = 28


def told(env):
    """A line for each figure, with what it was counted from."""
    since = fields.Date.context_today(env.user) - timedelta(days=DAYS - 1)
    domain = [("day", ">=", since), ("company_id", "=", env.company.id)]
    groups = env["trace.kpi"]._read_group(
        domain, ["code"], ["rate:avg", "seconds:avg", "records:sum"]
    )
    found = {code: values for code, *values in groups}
    return [_line(figure, *found.get(code, (None, None, 0))) for code, figure in FIGURES.items()]


def _line(figure, rate, seconds, count):
    if not count:
        return f"{figure.title}: nothing was counted"
    value = _span(seconds) if figure.unit == SECONDS else f"{rate:.1f} %"
    return f"{figure.title}: {value} of {count:.0f} {figure.counted}"


def _span(seconds):
    return f"{seconds:.2f} s" if seconds < 600 else f"{seconds / 3600:.1f} h"
