"""What all benchmarks need: Odoo in this process, a meter, a table.

A benchmark measures plain Odoo and Odoo with the add-on in one run, so that what counts is the
ratio between them and not the machine. Each database is measured in a process of its own (the
script runs itself again), one beside the other and not at once. Nothing is committed,
but for the goods that ``gate.py`` puts on hold.
"""

import gc
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

#: The two databases, by what a table calls them: plain Odoo, and with the add-on.
DATABASES = {"plain": "BENCH_WITHOUT", "ours": "BENCH_WITH"}


@contextmanager
def odoo(database):
    """An administrator's environment in a database; what is done in it is rolled back."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["--log-level=error"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        try:
            yield env(user=env.ref("base.user_admin").id)
        finally:
            cr.rollback()


def forget_peak():
    """Measure the peak of this process's memory anew."""
    Path("/proc/self/clear_refs").write_text("5")


def peak():
    """Megabytes that this process has needed since it was told to forget the peak before."""
    status = Path("/proc/self/status").read_text().splitlines()
    [most] = [line for line in status if line.startswith("VmHWM")]
    return int(most.split()[1]) / 1024


class Meter:
    """Of what is called, by name: seconds, seconds of this process's CPU, queries, and megabytes
    of memory at its peak.
    """

    def __init__(self, env):
        self.env = env
        self.figures = {}

    def __call__(self, name, call, *args):
        """Call, write everything to the database, and note what it took."""
        self.env.flush_all()
        self.env.invalidate_all()
        gc.collect()
        forget_peak()
        before = self._now()
        result = call(*args)
        self.env.flush_all()
        after = self._now()
        spent = [end - begin for begin, end in zip(before, after, strict=True)]
        self.figures[name] = [*spent, peak()]
        return result

    def _now(self):
        return time.perf_counter(), time.process_time(), self.env.cr.sql_log_count


def measure(*args, rounds=1):
    """Run the calling script in both databases, in turn: dict plain/ours -> figures.

    :param args: what the script is called with, after the name of the database
    :param rounds: how often; the median counts
    :return: dict ``plain`` or ``ours`` -> dict name -> [seconds, CPU seconds, queries, megabytes]
    """
    runs = {who: [] for who in DATABASES}
    for _round in range(rounds):
        for who, variable in DATABASES.items():
            runs[who].append(_run([who, os.environ[variable], *map(str, args)]))
    return {who: _middle(figures) for who, figures in runs.items()}


def _run(args):
    script = [sys.executable, sys.argv[0], *args]
    done = subprocess.run(script, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _middle(figures):
    return {
        name: [median(column) for column in zip(*(run[name] for run in figures), strict=True)]
        for name in figures[0]
    }


def total(figures, *names):
    """The sum of some figures, and the highest peak; those not measured count nothing."""
    found = [figures[name] for name in names if name in figures] or [[0, 0, 0, 0]]
    *spent, peaks = zip(*found, strict=True)
    return [*map(sum, spent), max(peaks)]


HEAD = (
    *("", "plain s", "ours s", "ratio", "target", ""),
    *("CPU", "ours", "ratio", "queries", "ours", "MB", "ours"),
)
FORM = "{:44}{:>9}{:>9}{:>7}{:>8} {:5}{:>8}{:>8}{:>7}{:>9}{:>7}{:>7}{:>7}"


def print_head(title):
    """The head of a table."""
    print(f"\n{title}\n{FORM.format(*HEAD)}", flush=True)


def print_row(name, plain, ours, target=None):
    """A figure with and without the add-on; returns whether it misses its target."""
    ratio, cpu = (ours[i] / plain[i] if plain[i] else None for i in (0, 1))
    missed = target is not None and ratio > target
    verdict = "" if target is None else "NO" if missed else "met"
    show = [f"{x:.2f}" if x else "-" for x in (plain[0], ours[0], ratio, target)]
    rest = [f"{x:.2f}" if x else "-" for x in (plain[1], ours[1], cpu)]
    counts = [f"{x:.0f}" if x else "-" for i in (2, 3) for x in (plain[i], ours[i])]
    print(FORM.format(name, *show, verdict, *rest, *counts), flush=True)
    return missed
