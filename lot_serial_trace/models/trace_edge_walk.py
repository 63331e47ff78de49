from odoo import api, models
from odoo.tools import SQL

from . import trace_edge_sql

SIDES = ("inputs", "outputs")


class TraceEdge(models.Model):
    """The walk: where lots came from and what they became, as far as time allows.

    Forward, a lot is tainted from a moment on, and taints what comes out of the operations that
    use it and have not ended by then. Backward, a lot matters until it is used, and so does what
    went into the operations that made it and had begun by then. Inputs may be booked after
    outputs, so an operation begins and ends with the earlier and the later of the two. In a
    repair the old part leaves before the new one comes.

    Goods that are not tracked break the chain: what went into them may be in all that was made
    of them since. The walk ends there and says so (``_links``); it goes on only if told to.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.edge"

    def init(self):
        """Make the functions that walk."""
        self.env.cr.execute(trace_edge_sql.functions())
        return super().init()

    @api.model
    def _reach(self, starts, forward, company_ids=None, untracked=False):
        """SQL of what lots reach, to be joined: a FROM item named ``reach``.

        Its columns: ``lot_id``; ``at``, forward the earliest time from which the lot is tainted
        (``-infinity``: always), backward the latest until which it matters (``infinity``);
        ``level``, the fewest operations between. Every lot once, the starts at level 0. Only
        what a lot did from ``at`` on (backward: until ``at``) is concerned.

        :param starts: list of ``(lot id, time or None)``: since when it is tainted, or until
            when it matters; None: always
        :param company_ids: walk operations of these companies only; None for all
        :param untracked: go on through goods that are not tracked, too; those have the id of
            their product as a negative ``lot_id``
        """
        arguments = _arguments(starts, forward, company_ids, untracked)
        return SQL("trace_reach(%s) AS reach", arguments)

    @api.model
    def _links(self, starts, direction, company_ids=None, limit=None, untracked=False):
        """The operations that a walk goes through: one query.

        :param starts: as in ``_reach``
        :param direction: ``forward`` or ``backward``
        :param limit: no more operations than this, the nearest first
        :return: list of dicts, in order of level and time: ``operation``, ``operation_id``,
            ``name``, ``time`` (when it ended), ``level``, ``inputs``, ``outputs`` (ids of the
            lots concerned), ``untracked_inputs``, ``untracked_outputs`` (ids of products: here
            the trace has a gap)
        """
        forward = direction == "forward"
        arguments = _arguments(starts, forward, company_ids, untracked)
        companies = _or_none(company_ids)
        rows = self.env.execute_query_dict(
            trace_edge_sql.links(forward, arguments, companies, limit)
        )
        return [_without_untracked(row) for row in rows]


def _arguments(starts, forward, company_ids, untracked):
    """SQL of the arguments of ``trace_reach``."""
    return SQL(
        "%s::int[], %s::timestamp[], %s, %s::int[], %s",
        [lot_id for lot_id, _time in starts],
        [time or None for _lot_id, time in starts],
        bool(forward),
        _or_none(company_ids),
        bool(untracked),
    )


def _or_none(ids):
    return None if ids is None else list(ids)


def _without_untracked(link):
    """A link whose untracked goods are told apart from its lots."""
    lots = {side: [lot for lot in link[side] if lot > 0] for side in SIDES}
    products = {f"untracked_{side}": [-lot for lot in link[side] if lot < 0] for side in SIDES}
    return {**link, **lots, **products}
