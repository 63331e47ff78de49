"""`make clean`, after all other tests of the checkout have run: file names give the order."""

import subprocess

import psutil

from .conftest import clean_environment


def test_clean_leaves_nothing(checkout):
    subprocess.run(["make", "clean"], cwd=checkout, env=clean_environment(), check=True)
    assert not (checkout / ".odoo").exists()
    commands = [" ".join(process.cmdline()) for process in _processes()]
    assert [command for command in commands if str(checkout) in command] == []


def _processes():
    """Processes that are still there when they are asked."""
    for process in psutil.process_iter():
        try:
            process.cmdline()
        except psutil.NoSuchProcess:
            continue
        yield process
