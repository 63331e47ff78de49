"""pytest plugin: write the outcome of each test to the file that GROUND_REPORT names.

A test counts once: failed if any of setup, call and teardown failed, else skipped or passed.
"""

import json
import os
from pathlib import Path

from .narrow import matches


class Report:
    """Collects outcomes; with xdist only the controller sees them all."""

    def __init__(self, target: Path):
        self.target = target
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report) -> None:
        """Keep the worst of a test's phases."""
        if getattr(report, "context", None) and not report.failed:
            return  # a subtest: only its failure counts, and for its test
        before = self.outcomes.get(report.nodeid)
        if report.failed or before == "failed":
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped:
            silent = dict(report.user_properties).get("browser")
            self.outcomes[report.nodeid] = "failed" if silent else "skipped"
        elif report.when == "call":
            self.outcomes[report.nodeid] = "passed"

    def pytest_collectreport(self, report) -> None:
        """A file that cannot be imported is a failure too."""
        if report.failed:
            self.outcomes[report.nodeid] = "failed"

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        self.target.write_text(json.dumps(self.outcomes))


def pytest_addoption(parser) -> None:
    """``--only``: like ``-k``, which would also match the folders: all of ours say "lot"."""
    parser.addoption("--only", default="", help="expression over file, class and test names")


def pytest_collection_modifyitems(config, items) -> None:
    """Drop what ``--only`` does not name."""
    if not (text := config.getoption("--only")):
        return
    chosen, others = [], []
    for item in items:
        name = f"{item.path.stem}::{item.nodeid.partition('::')[2]}"
        (chosen if matches(text, name) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen


def pytest_configure(config) -> None:
    """Register the collector, except in xdist's workers."""
    target = os.environ.get("GROUND_REPORT")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(Path(target)))
