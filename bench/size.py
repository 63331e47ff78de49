"""How much room the ledger takes on the disk: by table and index, for each event, and for a year.

The history of ``trace_data.py`` is written into a copy of the database, read into the ledger and
sealed, as ``bench/trace.py`` does it. Then PostgreSQL is asked how big its files are. Indexes have
grown entry by entry, as they do on a server. Where ``pyarrow`` is there, copies of all months are
written, too. Nothing is timed, so it may run beside other work.

    make bench k=size
    BENCH_SIZE="100000 1000000" make bench k=size

Several sizes show whether an event takes as much in a long history.
"""

import json
import os
import sys
from tempfile import TemporaryDirectory
from trace import child, copied, fill, install, read_history, seal, settle

from common import odoo

SIZES = (100_000,)
#: Events of a year for which the last column is.
YEAR = 100_000_000
#: What takes fewer bytes an event is no part of the ledger: settings, lists, other records.
SMALL = 2
HEAD = ("", "rows", "MB", "bytes an event", "GB a year")
FORM = "{:56}{:>12}{:>10}{:>16}{:>11}"

#: Tables with their rows, and indexes; what PostgreSQL keeps beside a table counts as its own.
FILES = """
    SELECT c.relname, i.relname, CASE WHEN i.oid IS NULL THEN pg_table_size(c.oid)
        ELSE pg_relation_size(i.oid) END, c.reltuples::bigint
    FROM pg_class c
    JOIN LATERAL (
        SELECT NULL::oid, NULL
        UNION ALL
        SELECT o.oid, o.relname FROM pg_index x JOIN pg_class o ON o.oid = x.indexrelid
        WHERE x.indrelid = c.oid
    ) i(oid, relname) ON TRUE
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
"""


def files(env, _argument=None):
    """List of [table, index or None, bytes, rows]."""
    env.cr.execute("ANALYZE")
    env.cr.execute(FILES)
    return [list(row) for row in env.cr.fetchall()]


def copies(env):
    """Bytes of Parquet files of all months, and how many events they have; None without pyarrow."""
    from odoo.addons.lot_serial_trace.models.trace_archive_making import load_parquet

    if not load_parquet().available():
        return None
    archives = env["trace.archive"].sudo()
    with TemporaryDirectory() as folder:
        os.environ["LOT_SERIAL_TRACE_ARCHIVE"] = folder
        while archives._make_next(env.company):
            pass
        made = archives.search([])
        return [sum(made.mapped("size")), sum(made.mapped("row_count"))]


def measure(env, _argument):
    """The same after history was read and sealed; how many events there are, and the copies."""
    events = read_history(env)
    seal(env)
    settle(env)
    return {"events": events, "files": files(env), "copies": copies(env)}


def print_row(name, rows, size, events):
    """One line of the table."""
    each = size / events
    print(
        FORM.format(
            name, f"{rows:,}" if rows else "", f"{size / 1e6:.1f}", f"{each:.0f}",
            f"{each * YEAR / 1e9:.1f}",
        ),
        flush=True,
    )  # fmt: skip


def of_the_app(before, after):
    """Files that were not there before the app was: its tables, and its indexes on Odoo's."""
    known = {(table, index) for table, index, _size, _rows in before}
    return [row for row in after if (row[0], row[1]) not in known]


def print_files(empty, before, found):
    """A row for each file of some size, all of the app's, and by what Odoo's own tables grew.

    :param empty: bytes of all tables before there was a history
    """
    events, after = found["events"], found["files"]
    mine = of_the_app(before, after)
    rest = total = 0
    print("\n" + FORM.format(*HEAD))
    for table, index, size, rows in sorted(mine, key=lambda row: (row[0], row[1] or "")):
        total += size
        if size / events < SMALL:
            rest += size
        else:
            print_row(f"  {index}" if index else table, 0 if index else rows, size, events)
    print_row("the ledger", 0, total - rest, events)
    print_row("Odoo's own tables", 0, sum(row[2] for row in after) - total - empty, events)
    if found["copies"]:
        size, rows = found["copies"]
        print_row("copies outside the database", rows, size, rows)


def size(lines):
    """Measure one size and print it."""
    name = f"{os.environ['BENCH_WITHOUT']}_s"
    with copied(os.environ["BENCH_WITHOUT"], name):
        empty = sum(row[2] for row in child("files", name, 0))
        told = child("fill", name, lines)
        before = child("files", name, 0)
        install(name)
        found = child("measure", name, 0)
    print(f"\n{told['lines']:,} movements, {told['lots']:,} lots, {found['events']:,} events")
    print_files(empty, before, found)


if __name__ == "__main__":
    parts = {"fill": fill, "files": files, "measure": measure}
    if sys.argv[1:2] and sys.argv[1] in parts:
        part, database, argument = sys.argv[1:]
        with odoo(database) as environment:
            print(json.dumps(parts[part](environment, argument)))
    else:
        for wanted in sys.argv[1:] or os.environ.get("BENCH_SIZE", "").split() or SIZES:
            size(int(wanted))
