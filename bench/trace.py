"""How long questions take that follow lots through a factory, and how fast history is read.

A history of 100,000 movements (``trace_data.py``) is written into a copy of the database without
the add-on, and Odoo's own ways to follow a lot are measured on it, each for a minute at most. Then
the add-on is installed on that copy, reads the history into its ledger, and answers the same
questions. Beside it stands what SQL over Odoo's own tables takes, with the add-on's index over
lots, for the same answer. The copy is dropped.

    make bench k=trace
    BENCH_TRACE="100000 1000000 5000000" make bench k=trace

With more than one size, the last table compares the largest with the smallest. A million
movements need 2 GB on the disk, five million 15 GB.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from contextlib import contextmanager
from statistics import median

import psycopg2
import trace_data
from common import forget_peak, odoo, peak
from psycopg2.errors import QueryCanceled

SIZES = (100_000,)
#: Odoo's own ways are given so many seconds.
PATIENCE = 60
#: How often a question is asked; the median counts.
TIMES = 5
#: Events a second that are read from history, and verified: five million lines in two minutes,
#: a million events in five seconds.
RATE, VERIFIED = 50_000, 200_000
#: Connections over which an archive is verified by night.
CONNECTIONS = 2
#: The largest of the sizes may take so much longer than the smallest.
GROWTH = 2
FORM = "{:42}{:>9}{:>8}{:>6}{:>8}{:>9}{:>9}{:>8}{:>8}  {:4}{:>8}{:>6}"
HEAD = (
    *("", "plain s", "queries", "MB", "ratio", "SQL s"),
    *("ours s", "queries", "target", "", "rows", "MB"),
)


# -- what plain Odoo does ---------------------------------------------------------


class TimeUp(Exception):
    """Odoo was given a minute and is not done."""


@contextmanager
def patience(env):
    """Stop whatever takes longer than ``PATIENCE``, in Python or in the database."""

    def ring(_signal, _frame):
        raise TimeUp

    env.cr.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def unfold(env, lot_id):
    """Odoo's report about a lot with everything unfolded, as a person would: number of rows."""
    report = env["stock.traceability.report"].with_context(model="stock.lot", active_id=lot_id)
    todo, rows = report.get_lines(), 0
    while todo:
        row = todo.pop()
        rows += 1
        if row["unfoldable"]:
            todo += report.get_lines(
                row["id"],
                model_id=row["model_id"],
                model_name=row["model"],
                level=row["level"] + 1,
            )
    return rows


def look(env, lot_id):
    """Odoo's report about a lot, folded: number of rows."""
    report = env["stock.traceability.report"]
    return len(report.with_context(model="stock.lot", active_id=lot_id).get_lines())


def deliveries(env, lot_id):
    """The deliveries that Odoo counts on the form of a lot."""
    return len(env["stock.lot"].browse(lot_id).delivery_ids)


def customers(env, lot_id):
    """The customers of these deliveries."""
    return len(env["stock.lot"].browse(lot_id).delivery_ids.partner_id)


# -- what SQL over Odoo's tables takes --------------------------------------------

#: Lots that a lot went into, whenever: dates would make it slower.
DOWN = """
    WITH RECURSIVE reach(lot_id) AS (
        SELECT %(lot)s
        UNION
        SELECT made.lot_id FROM reach
        JOIN stock_move_line used ON used.lot_id = reach.lot_id AND used.state = 'done'
        JOIN stock_move_line_consume_rel c ON c.produce_line_id = used.id
        JOIN stock_move_line made ON made.id = c.consume_line_id AND made.lot_id IS NOT NULL
    )
"""
UP = """
    WITH RECURSIVE reach(lot_id) AS (
        SELECT %(lot)s
        UNION
        SELECT used.lot_id FROM reach
        JOIN stock_move_line made ON made.lot_id = reach.lot_id AND made.state = 'done'
        JOIN stock_move_line_consume_rel c ON c.consume_line_id = made.id
        JOIN stock_move_line used ON used.id = c.produce_line_id AND used.lot_id IS NOT NULL
    )
"""
GONE = """
    JOIN stock_move_line l ON l.lot_id = reach.lot_id AND l.state = 'done'
    JOIN stock_location b ON b.id = l.location_dest_id AND b.usage = 'customer'
    JOIN stock_picking p ON p.id = l.picking_id
"""
BARE = {
    "lots": UP + "SELECT lot_id FROM reach",
    "made": DOWN + "SELECT lot_id FROM reach",
    "summary": DOWN
    + "SELECT count(DISTINCT p.id), count(DISTINCT p.partner_id), sum(l.quantity), "
    + f"min(l.date), max(l.date) FROM reach {GONE}",
    "list": DOWN
    + "SELECT p.id, p.name, r.complete_name, l.lot_id, l.quantity, l.date FROM reach "
    + f"{GONE} JOIN res_partner r ON r.id = p.partner_id",
    "history": """
        SELECT l.date, p.name, a.complete_name, b.complete_name, l.quantity
        FROM stock_move_line l
        JOIN stock_location a ON a.id = l.location_id
        JOIN stock_location b ON b.id = l.location_dest_id
        LEFT JOIN stock_picking p ON p.id = l.picking_id
        WHERE l.lot_id = %(lot)s AND l.state = 'done' ORDER BY l.date, l.id
    """,
}


def bare(env, name, lot_id):
    """Rows that a statement brings."""
    env.cr.execute(BARE[name], {"lot": lot_id})
    return len(env.cr.fetchall())


# -- what the add-on does -----------------------------------------------------------


def ask(env, lot_id, direction, section):
    """Rows of a section of the answer about a lot; of the summary how many deliveries it counts."""
    question = {"lots": [lot_id], "direction": direction}
    answer = env["trace.question"].answer(question, sections=[section])[section]
    return answer["deliveries"] if section == "summary" else len(answer["rows"])


def read_history(env):
    """Read the history into the ledger, in batches that are committed: number of events."""
    events = env["trace.event"].sudo()
    while events._backfill_more():
        env.cr.commit()
    env.cr.commit()
    return events.search_count([])


def settle(env):
    """What autovacuum does on a server within minutes."""
    connection = psycopg2.connect(dbname=env.cr.dbname)
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE trace_event, trace_edge")
    connection.close()


def seal(env):
    """Seal all events, in groups that are committed: number of events."""
    env.cr.execute("SELECT max(id) FROM trace_event")
    [until] = env.cr.fetchone()
    blocks, sealed = env["trace.block"].sudo(), 0
    while count := blocks._seal_next(until):
        env.cr.commit()
        sealed += count
    return sealed


def verify(env, connections):
    """Verify all that is sealed, over so many connections: number of events."""
    outcome = env["trace.block"].sudo()._verify(connections=connections)
    if not outcome["ok"]:
        sys.exit(f"verified: {outcome['faults'][:3]}")
    return outcome["events"]


# -- what is asked ------------------------------------------------------------------

#: The lot that a question is about, Odoo's own way, bare SQL, direction and section of ours, and
#: seconds and queries at most.
Question = namedtuple("Question", "lot plain bare direction section seconds queries")
QUESTIONS = {
    "serial number: where from": Question("serial", unfold, "lots", "backward", "lots", 0.010, 2),
    "raw lot: forward, in short": Question(
        "raw", customers, "summary", "forward", "summary", 0.050, None
    ),
    "raw lot: deliveries, listed": Question(
        "raw", deliveries, "list", "forward", "deliveries", 0.150, None
    ),
    "raw lot: what it went into": Question("raw", None, "made", "forward", "lots", None, None),
    "lot in everything: deliveries": Question(
        "mega", deliveries, "list", "forward", "deliveries", 0.600, None
    ),
    "lot of 2,000 moves: history": Question(
        "long", look, "history", "both", "history", 0.010, None
    ),
}


def measured(env, call, *args, times=TIMES):
    """Seconds and queries of a call, its rows, and how much memory it needed at its peak.

    Called once before, so that what a server reads once is not counted.
    """
    call(*args)
    forget_peak()
    seconds = []
    for _time in range(times):
        env.invalidate_all()
        queries, begin = env.cr.sql_log_count, time.perf_counter()
        rows = call(*args)
        seconds.append(time.perf_counter() - begin)
    return [median(seconds), env.cr.sql_log_count - queries, rows, peak()]


def once(env, call, *args):
    """The same for what is done once."""
    forget_peak()
    queries, begin = env.cr.sql_log_count, time.perf_counter()
    rows = call(*args)
    return [time.perf_counter() - begin, env.cr.sql_log_count - queries, rows, peak()]


# -- in one database ----------------------------------------------------------------


def fill(env, lines):
    """Write the history: what there is to ask about, and how long it took."""
    begin = time.perf_counter()
    told = vars(trace_data.fill(env(su=True), int(lines)))
    return {**told, "seconds": time.perf_counter() - begin}


def plain(env, told):
    """Figures of Odoo's own ways; None for those that are not done in a minute."""
    lots = json.loads(told)
    figures = {}
    for name, question in QUESTIONS.items():
        if not question.plain:
            continue
        env.invalidate_all()
        try:
            with patience(env):
                figures[name] = once(env, question.plain, env, lots[question.lot])
        except (TimeUp, QueryCanceled):
            figures[name] = None
        env.cr.rollback()
    return figures


def ours(env, told):
    """Figures of the add-on, and of bare SQL."""
    lots = json.loads(told)
    work = {"history": once(env, read_history, env)}
    settle(env)
    answers, bares = {}, {}
    for name, question in QUESTIONS.items():
        lot = lots[question.lot]
        bares[name] = measured(env, bare, env, question.bare, lot)
        answers[name] = measured(env, ask, env, lot, question.direction, question.section)
    work["seal"] = once(env, seal, env)
    work["verify"] = once(env, verify, env, 1)
    work["verify on two"] = once(env, verify, env, CONNECTIONS)
    return {"work": work, "bare": bares, "answers": answers}


# -- all of it ------------------------------------------------------------------------


def size(lines):
    """Measure one size and print it; figures of our answers, and whether a target is missed."""
    name = f"{os.environ['BENCH_WITHOUT']}_t"
    with copied(os.environ["BENCH_WITHOUT"], name):
        told = child("fill", name, lines)
        print(
            f"\n{told['lines']:,} lines, {told['lots']:,} lots, written in {told['seconds']:.0f} s",
            flush=True,
        )
        theirs = child("plain", name, json.dumps(told))
        install(name)
        figures = child("ours", name, json.dumps(told))
    missed = print_work(told["lines"], figures["work"])
    print("\n" + FORM.format(*HEAD))
    for name in QUESTIONS:
        missed |= print_question(name, theirs, figures["bare"][name], figures["answers"][name])
    return figures["answers"], missed


@contextmanager
def copied(source, name):
    """A copy of a database, as long as it is needed."""
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    cr = connection.cursor()
    cr.execute(f'DROP DATABASE IF EXISTS "{name}"')
    cr.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield
    finally:
        cr.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        connection.close()


def child(what, database, told):
    """What a part of the benchmark tells, done in a process of its own."""
    script = [sys.executable, sys.argv[0], what, database, str(told)]
    done = subprocess.run(script, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def install(database):
    """Install the add-on."""
    options = ["-d", database, "-i", "lot_serial_trace", "--stop-after-init", "--no-http"]
    command = [sys.executable, "-m", "odoo", "server", *options, "--log-level=error"]
    subprocess.run(command, check=True)


def print_work(lines, work):
    """Rows about the ledger; whether a target is missed."""
    print(f"\n{'':42}{'seconds':>9}{'events':>11}{'a second':>10}{'target':>9}  {'':4}{'MB':>7}")
    missed = False
    for key, name, target in (
        ("history", "history read into the ledger", RATE),
        ("seal", "sealed", None),
        ("verify", "verified", None),
        ("verify on two", "verified over two connections", VERIFIED),
    ):
        seconds, _queries, events, memory = work[key]
        rate = events / seconds
        verdict = "" if target is None else "met" if rate >= target else "NO"
        missed |= verdict == "NO"
        wanted = f"{target:,}" if target else "-"
        print(
            f"{name:42}{seconds:9.1f}{events:11,}{rate:10,.0f}{wanted:>9}  {verdict:4}{memory:7.0f}"
        )
    seconds = work["history"][0]
    print(f"{'  of five million lines that would be':42}{seconds * 5e6 / lines:9.0f}", flush=True)
    return missed


def print_question(name, theirs, bares, mine):
    """A row about a question; whether a target is missed."""
    question = QUESTIONS[name]
    seconds, queries, rows, memory = mine
    late = question.seconds is not None and seconds > question.seconds
    many = question.queries is not None and queries > question.queries
    verdict = "" if question.seconds is None else "NO" if late or many else "met"
    print(
        FORM.format(
            name,
            *beside(theirs.get(name, []), seconds),
            f"{bares[0]:.4f}",
            f"{seconds:.4f}",
            queries,
            question.seconds or "-",
            verdict,
            f"{rows:,}",
            f"{memory:.0f}",
        ),
        flush=True,
    )
    return late or many


def beside(theirs, seconds):
    """Odoo's seconds, queries and megabytes, and how much longer that is; empty: it has no such
    way.
    """
    if theirs is None:
        return f"> {PATIENCE}", "-", "-", f"> {PATIENCE / seconds:,.0f}"
    if not theirs:
        return "none", "-", "-", "-"
    return f"{theirs[0]:.2f}", theirs[1], f"{theirs[3]:.0f}", f"{theirs[0] / seconds:,.0f}"


def main(sizes):
    """Measure and print; 1 if a target is missed."""
    answers, missed = {}, False
    for lines in sizes:
        answers[lines], late = size(lines)
        missed |= late
    if len(sizes) > 1:
        missed |= compare(answers[min(sizes)], answers[max(sizes)])
    return int(missed)


def compare(small, large):
    """How much longer the same takes in the largest history; whether that is too long."""
    print(f"\n{'largest beside smallest':42}{'ratio':>9}{'a row':>9}{'target':>9}")
    missed = False
    for name in QUESTIONS:
        ratio = large[name][0] / small[name][0]
        # Some have more to tell in a longer history.
        by_row = ratio / max(1, large[name][2] / max(1, small[name][2]))
        missed |= by_row > GROWTH
        verdict = "NO" if by_row > GROWTH else "met"
        print(f"{name:42}{ratio:9.2f}{by_row:9.2f}{GROWTH:9}  {verdict}")
    return missed


if __name__ == "__main__":
    parts = {"fill": fill, "plain": plain, "ours": ours}
    if sys.argv[1:2] and sys.argv[1] in parts:
        part, database, argument = sys.argv[1:]
        with odoo(database) as environment:
            print(json.dumps(parts[part](environment, argument)))
    else:
        sizes = sys.argv[1:] or os.environ.get("BENCH_TRACE", "").split()
        sys.exit(main([int(lines) for lines in sizes] or SIZES))
