"""How long the home screen takes on a large database, and how long counting past days takes.

A history of movements (``trace_data.py``) is written into a copy of the database with the add-on,
moved so that it ends today; all its captures were required. Beside them stand questions, counts,
exceptions and expiring goods. Then the figures of all past days are counted as the cron does it,
the home screen is asked, and asked for the same without what was counted before: that is what the
counting saves.

    make bench k=home
    BENCH_HOME="100000 5000000" make bench k=home

With more than one size, the last table compares the largest with the smallest.
"""

import json
import os
import sys
import time
from datetime import timedelta
from statistics import median
from trace import child, copied

import trace_data
from common import odoo

SIZES = (100_000,)
#: How often the screen is asked; the median counts.
TIMES = 5
#: Seconds and queries of the home screen, at most.
SECONDS, QUERIES = 1.0, 40
PERIODS = (7, 30, 90, 365)
#: Of so many movements one has a question, a count, an exception, expiring goods.
SHARE = {"run": 100, "count": 10, "exception": 500, "expiry": 250}
FORM = "{:44}{:>10}{:>9}{:>9}  {:4}"

#: What stands beside the movements; ``%(every)s``: of so many movements one.
BESIDE = {
    "run": """
        INSERT INTO trace_run (name, state, purpose, company_id, requested_at, answered_at,
            cycle_seconds, write_date)
        SELECT 'Bench', 'answered', 'curiosity', company_id, date, date, id %% 50 / 10.0, now()
        FROM stock_move_line WHERE id %% %(every)s = 0 AND state = 'done'
    """,
    "count": """
        INSERT INTO trace_count_result (company_id, warehouse_id, location_id, product_id, lot_id,
            source, session, counted_at, theory_qty, counted_qty, difference_qty, quantity_right,
            location_right, lot_right, superseded)
        SELECT l.company_id, a.warehouse_id, a.id, l.product_id, l.lot_id, 'scan',
            'bench ' || l.date::date, l.date, 10, 10 - (l.id %% 40 = 0)::int,
            -(l.id %% 40 = 0)::int, l.id %% 40 != 0, l.id %% 40 != 0, TRUE, FALSE
        FROM stock_move_line l JOIN stock_location a ON a.id = l.location_dest_id
        WHERE l.id %% %(every)s = 0 AND l.state = 'done' AND l.lot_id IS NOT NULL
    """,
    "exception": """
        INSERT INTO trace_exception (name, kind, severity, severity_order, state, state_order,
            company_id, opened_at, user_id)
        SELECT 'Bench', (ARRAY['expired', 'unknown', 'on_hold'])[1 + id %% 3], 'warn', 2, 'new', 0,
            company_id, date, CASE WHEN id %% 2 = 0 THEN 2 END
        FROM stock_move_line WHERE id %% %(every)s = 0 AND state = 'done'
    """,
    "expiry": """
        INSERT INTO trace_expiry_due (lot_id, location_id, product_id, company_id, stage, state,
            quantity, value)
        SELECT DISTINCT ON (lot_id, location_dest_id) lot_id, location_dest_id, product_id,
            company_id, (ARRAY['warn', 'stop', 'expired'])[1 + id %% 3], 'open', 1, 10
        FROM stock_move_line
        WHERE id %% %(every)s = 0 AND state = 'done' AND lot_id IS NOT NULL
        ON CONFLICT DO NOTHING
    """,
}


def fill(env, lines):
    """Write the history and what stands beside it; commits."""
    begin = time.perf_counter()
    told = trace_data.fill(env(su=True), int(lines))
    env.cr.execute(
        """
        UPDATE stock_move_line SET date = date + age.days * interval '1 day',
            trace_required = lot_id IS NOT NULL,
            trace_method = CASE WHEN id % 20 = 0 THEN 'typed' ELSE 'scanned' END
        FROM (SELECT current_date - max(date)::date AS days FROM stock_move_line
            WHERE state = 'done') age
        WHERE state = 'done'
        """
    )
    for name, query in BESIDE.items():
        env.cr.execute(query, {"every": SHARE[name]})
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE stock_move_line, trace_run, trace_count_result")
    return {"lines": told.lines, "seconds": time.perf_counter() - begin}


def count_days(env):
    """Count all past days as the cron does: number of steps."""
    days, steps = env["trace.kpi.day"].sudo(), 1
    days._note_changes()
    env.cr.commit()
    while days._step():
        env.cr.commit()
        steps += 1
    env.cr.commit()
    return steps


def change(env):
    """One day of half a year ago has changed: what the cron does about it."""
    day = env["trace.kpi.day"].sudo()._today(env.company) - timedelta(days=180)
    days = env["trace.kpi.day"].sudo()
    days._note([("scan", env.company.id, day)])
    return days._step()


def from_records(env):
    """The figures of a year from the records, without what was counted before."""
    from odoo.tools import SQL

    from odoo.addons.lot_serial_trace.models import trace_kpi_sql as counting

    days = env["trace.kpi.day"].sudo()
    today = days._today(env.company)
    year = days._bounds([(env.company.id, today - timedelta(days=back)) for back in range(365)])
    for name in counting.SOURCES:
        env.execute_query(
            SQL(
                "SELECT code, sum(numerator), sum(denominator) FROM (%s) k GROUP BY code",
                counting.rows(name, year),
            )
        )


def timed(env, call, *args, times=TIMES):
    """Median seconds and queries of a call; called once before, as a server has been."""
    if times > 1:
        call(*args)
    seconds = []
    for _time in range(times):
        env.invalidate_all()
        queries, begin = env.cr.sql_log_count, time.perf_counter()
        call(*args)
        seconds.append(time.perf_counter() - begin)
    return [median(seconds), env.cr.sql_log_count - queries]


def measure(env, _argument):
    """Figures of all of it."""
    home = env["trace.home"]
    figures = {"all past days counted": timed(env, count_days, env, times=1)}
    figures["one day that changed"] = timed(env, change, env, times=1)
    figures["changes looked for"] = timed(env, env["trace.kpi.day"].sudo()._note_changes, times=1)
    for days in PERIODS:
        figures[f"home, {days} days"] = timed(env, home.overview, days)
    figures["the year from the records instead"] = timed(env, from_records, env, times=1)
    env.cr.rollback()
    return figures


def size(lines):
    """Measure one size and print it; its figures, and whether a target is missed."""
    name = f"{os.environ['BENCH_WITH']}_home"
    with copied(os.environ["BENCH_WITH"], name):
        told = child("fill", name, lines)
        print(f"\n{told['lines']:,} lines, written in {told['seconds']:.0f} s", flush=True)
        figures = child("measure", name, 0)
    print("\n" + FORM.format("", "seconds", "queries", "target", ""))
    missed = False
    for name, (seconds, queries) in figures.items():
        is_home = name.startswith("home")
        late = is_home and (seconds > SECONDS or queries > QUERIES)
        missed |= late
        verdict = ("NO" if late else "met") if is_home else ""
        target = f"{SECONDS:g}" if is_home else "-"
        print(FORM.format(name, f"{seconds:.3f}", queries, target, verdict), flush=True)
    return figures, missed


def main(sizes):
    """Measure and print; 1 if a target is missed."""
    found, missed = {}, False
    for lines in sizes:
        found[lines], late = size(lines)
        missed |= late
    if len(sizes) > 1:
        small, large = found[min(sizes)], found[max(sizes)]
        print(f"\n{'largest beside smallest':44}{'ratio':>10}")
        for name, (seconds, _queries) in large.items():
            print(f"{name:44}{seconds / small[name][0]:10.1f}")
    return int(missed)


if __name__ == "__main__":
    parts = {"fill": fill, "measure": measure}
    if sys.argv[1:2] and sys.argv[1] in parts:
        part, database, argument = sys.argv[1:]
        with odoo(database) as environment:
            print(json.dumps(parts[part](environment, argument)))
    else:
        sizes = sys.argv[1:] or os.environ.get("BENCH_HOME", "").split()
        sys.exit(main([int(lines) for lines in sizes] or SIZES))
