"""SQL of the figures: for each source what counted on which day, and when what counted changed.

``rows(name, days)`` has a row for each company, warehouse, shop, day and code: ``numerator`` and
``denominator``, the number of records, and of times median and ninth decile. ``bounds`` is a
relation of the days: ``company_id``, ``day``, ``since`` and ``until`` (UTC, the end not included).
What the figures mean is written in ``core/figures.py``. ``changed(since)`` has company and moment
of what was written since. Everything is read from the very records that the drill-down shows.
"""

from dataclasses import dataclass

from odoo.tools import SQL

from ..core.figures import SECONDS

#: Columns of ``rows``, as in ``trace.kpi.day``.
COLUMNS = (
    *("code", "company_id", "warehouse_id", "config_id", "day"),
    *("numerator", "denominator", "records", "median", "p90"),
)
#: User that does what rules say: the one of the crons.
MACHINE = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Records that figures are counted in.

    :param codes: the figures
    :param rows: SQL that counts, with places for the bounds and their first and last moment
    :param changed: SQL of ``company_id`` and ``moment``, with a place for a moment
    """

    codes: tuple
    rows: str
    changed: str


_TIMES = """
    percentile_cont(0.5) WITHIN GROUP (ORDER BY {0})::float AS median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY {0})::float AS p90
"""
_NO_TIMES = "NULL::float AS median, NULL::float AS p90"

SOURCES = {
    "cycle": Source(
        ("cycle_time",),
        """
        SELECT 'cycle_time' AS code, b.company_id, c.warehouse_id, NULL::int AS config_id, b.day,
            sum(c.cycle_seconds)::float AS numerator, count(*)::float AS denominator,
            count(*) AS records,
        """
        + _TIMES.format("c.cycle_seconds")
        + """
        FROM %(bounds)s b
        JOIN trace_cycle_time c ON c.company_id = b.company_id AND c.state = 'answered'
            AND c.answered_at >= b.since AND c.answered_at < b.until
            AND c.answered_at >= %(first)s AND c.answered_at < %(end)s
        GROUP BY b.company_id, c.warehouse_id, b.day
        """,
        """
        SELECT company_id, answered_at AS moment FROM trace_run
        WHERE state = 'answered' AND write_date >= %(since)s
        """,
    ),
    "accuracy": Source(
        ("accuracy_quantity", "accuracy_location", "accuracy_lot"),
        """
        SELECT f.code, n.company_id, n.warehouse_id, NULL::int AS config_id, n.day,
            f.numerator::float, f.denominator::float, f.records,
        """
        + _NO_TIMES
        + """
        FROM (
            SELECT b.company_id, a.warehouse_id, b.day, count(*) AS lots,
                sum(GREATEST(a.theory_qty, 0)) AS theory,
                sum(GREATEST(a.theory_qty, 0) - abs(a.difference_qty)) AS right_theory,
                count(DISTINCT a.place) AS places,
                count(DISTINCT a.place) FILTER (WHERE a.location_right) AS right_places,
                count(a.lot_right) AS numbers, count(*) FILTER (WHERE a.lot_right) AS right_numbers
            FROM %(bounds)s b
            JOIN trace_inventory_accuracy a ON a.company_id = b.company_id
                AND a.counted_at >= b.since AND a.counted_at < b.until
            AND a.counted_at >= %(first)s AND a.counted_at < %(end)s
            GROUP BY b.company_id, a.warehouse_id, b.day
        ) n
        CROSS JOIN LATERAL (VALUES
            ('accuracy_quantity', n.right_theory, n.theory, n.lots),
            ('accuracy_location', n.right_places, n.places, n.places),
            ('accuracy_lot', n.right_numbers, n.numbers, n.numbers)
        ) AS f(code, numerator, denominator, records)
        """,
        # A count is looked at for another week: it may be counted again, approved or refused.
        """
        SELECT company_id, counted_at AS moment FROM trace_inventory_accuracy
        WHERE counted_at >= %(since)s::timestamp - interval '7 days'
        """,
    ),
    "scan": Source(
        ("scan",),
        """
        SELECT 'scan' AS code, b.company_id, c.warehouse_id, c.config_id, b.day,
            sum(c.scanned_count)::float AS numerator, count(*)::float AS denominator,
            count(*) AS records,
        """
        + _NO_TIMES
        + """
        FROM %(bounds)s b
        JOIN trace_scan_compliance c ON c.company_id = b.company_id AND c.required
            AND c.date >= b.since AND c.date < b.until
            AND c.date >= %(first)s AND c.date < %(end)s
        GROUP BY b.company_id, c.warehouse_id, c.config_id, b.day
        """,
        """
        SELECT company_id, date AS moment FROM stock_move_line
        WHERE trace_required AND state = 'done' AND write_date >= %(since)s
        """,
    ),
    "recall": Source(
        ("recall_time",),
        """
        SELECT 'recall_time' AS code, b.company_id, r.warehouse_id, NULL::int AS config_id, b.day,
            sum(r.closed_hours * 3600)::float AS numerator, count(*)::float AS denominator,
            count(*) AS records,
        """
        + _TIMES.format("r.closed_hours * 3600")
        + """
        FROM %(bounds)s b
        JOIN trace_recall_time r ON r.company_id = b.company_id AND r.kind = 'case'
            AND r.state = 'closed' AND r.closed_at >= b.since AND r.closed_at < b.until
            AND r.closed_at >= %(first)s AND r.closed_at < %(end)s
        GROUP BY b.company_id, r.warehouse_id, b.day
        """,
        """
        SELECT company_id, closed_at AS moment FROM trace_recall
        WHERE closed_at IS NOT NULL AND write_date >= %(since)s
        """,
    ),
    "asn": Source(
        ("touchless_asn",),
        """
        SELECT 'touchless_asn' AS code, b.company_id, a.warehouse_id, NULL::int AS config_id, b.day,
            (count(*) FILTER (WHERE l.matched_by IS DISTINCT FROM 'person' AND NOT EXISTS (
                SELECT FROM trace_exception e WHERE e.asn_id = a.id
                AND (e.product_id IS NULL OR e.product_id = l.product_id))))::float AS numerator,
            count(*)::float AS denominator,
            count(*) AS records,
        """
        + _NO_TIMES
        + """
        FROM %(bounds)s b
        JOIN trace_asn a ON a.company_id = b.company_id AND a.state IN ('reconciled', 'closed')
            AND a.settled_at >= b.since AND a.settled_at < b.until
            AND a.settled_at >= %(first)s AND a.settled_at < %(end)s
        JOIN trace_asn_line l ON l.asn_id = a.id
        GROUP BY b.company_id, a.warehouse_id, b.day
        """,
        """
        SELECT a.company_id, a.settled_at AS moment FROM trace_asn a
        WHERE a.settled_at IS NOT NULL AND (a.write_date >= %(since)s OR EXISTS (
            SELECT FROM trace_exception e WHERE e.asn_id = a.id AND e.write_date >= %(since)s))
        """,
    ),
    "expiry": Source(
        ("touchless_expiry",),
        """
        SELECT 'touchless_expiry' AS code, b.company_id, NULL::int AS warehouse_id,
            NULL::int AS config_id, b.day,
            (count(*) FILTER (WHERE a.user_id = %(machine)s AND a.undone_at IS NULL))::float
                AS numerator,
            count(*)::float AS denominator,
            count(*) AS records,
        """
        + _NO_TIMES
        + """
        FROM %(bounds)s b
        JOIN trace_expiry_action a ON a.company_id = b.company_id AND a.kind != 'tell'
            AND a.done_at >= b.since AND a.done_at < b.until
            AND a.done_at >= %(first)s AND a.done_at < %(end)s
        GROUP BY b.company_id, b.day
        """,
        """
        SELECT company_id, done_at AS moment FROM trace_expiry_action
        WHERE kind != 'tell' AND write_date >= %(since)s
        """,
    ),
    "notice": Source(
        ("touchless_notice",),
        """
        SELECT 'touchless_notice' AS code, b.company_id, NULL::int AS warehouse_id,
            NULL::int AS config_id, b.day,
            (count(*) FILTER (WHERE n.state = 'clear'))::float AS numerator,
            count(*)::float AS denominator,
            count(*) AS records,
        """
        + _NO_TIMES
        + """
        FROM %(bounds)s b
        JOIN trace_notice n ON n.company_id = b.company_id
            AND n.state IN ('clear', 'confirmed', 'case', 'refused') AND n.to_match IS NOT TRUE
            AND n.arrived_at >= b.since AND n.arrived_at < b.until
            AND n.arrived_at >= %(first)s AND n.arrived_at < %(end)s
        GROUP BY b.company_id, b.day
        """,
        """
        SELECT company_id, arrived_at AS moment FROM trace_notice
        WHERE arrived_at IS NOT NULL AND write_date >= %(since)s
        """,
    ),
}


def rows(name, days):
    """SQL of what counted in a source on some days.

    The first and the last moment are said once more as they are: the planner knows how little
    lies between constants, and nothing of what it has to join with the days.

    :param days: list of ``(company id, day, since, until)``
    """
    return SQL(
        SOURCES[name].rows,
        bounds=bounds(days),
        first=min((day[2] for day in days), default=None),
        end=max((day[3] for day in days), default=None),
        machine=MACHINE,
    )


def changed(name, since):
    """SQL of when what counts was, that was written since a moment; by quarters of an hour."""
    return SQL(
        """
        SELECT DISTINCT %(name)s AS source, company_id,
            to_timestamp(floor(extract(epoch FROM moment) / 900) * 900) AT TIME ZONE 'UTC'
        FROM (%(changed)s) what WHERE moment IS NOT NULL AND company_id IS NOT NULL
        """,
        name=name,
        changed=SQL(SOURCES[name].changed, since=since),
    )


def bounds(days):
    """SQL of the relation of days that ``rows`` wants.

    :param days: list of ``(company id, day, since, until)``
    """
    columns = list(zip(*days, strict=True)) or [(), (), (), ()]
    return SQL(
        "(SELECT * FROM unnest(%s::int[], %s::date[], %s::timestamp[], %s::timestamp[]) "
        "AS days(company_id, day, since, until))",
        *map(list, columns),
    )


def quotient(figure_unit, numerator, denominator):
    """SQL of a figure; NULL where nothing was counted.

    More may differ than there was to be by the books: that is no less than nothing right.
    """
    if figure_unit == SECONDS:
        return SQL("%s / NULLIF(%s, 0)", numerator, denominator)
    return SQL(
        "CASE WHEN %(below)s > 0 THEN GREATEST(0, %(above)s / %(below)s)::float "
        "WHEN %(above)s < 0 THEN 0.0::float END",
        above=numerator,
        below=denominator,
    )
