"""Command line: ``python3 -m tools COMMAND``. Usually called by `make`."""

import importlib
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - told before anything else is imported
    sys.exit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")

from .base import Stop

COMMANDS = {
    "run": "serve.run",
    "demo": "serve.demo",
    "test": "suite.test",
    "test-core": "suite.test_core",
    "test-system": "suite.test_system",
    "test-odoo": "compare.test_odoo",
    "bench": "suite.bench",
    "lint": "lint.check",
    "format": "lint.format",
    "clean": "clean.clean",
    "distclean": "clean.distclean",
    "pictures": "pictures.pictures",
    "versions": "clean.versions",
    "lock": "pythonenv.lock_requirements",
}


def main() -> int:
    """Run one command; the exit code is for `make`."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in COMMANDS:
        print(f"usage: python3 -m tools {{{'|'.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    module, function = COMMANDS[name].split(".")
    try:
        return getattr(importlib.import_module(f"tools.{module}"), function)()
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())
