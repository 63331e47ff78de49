"""How long a till's browser takes with 100,000 numbers: read, keep on the device, open, judge.

A real browser with a database of its own (IndexedDB) and made-up answers of a server; what the
server takes is measured by ``pos.py``. Targets: what was loaded is read and written, and opened
again at the next start, in a second each (of the 5 s that a till may take with the server's part),
and 95 of 100 verdicts take 30 ms at most.

    make bench k=pos_device
    BENCH_POS_DEVICE=5000 make bench k=pos_device

The second one is a short trial with so many numbers.
"""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COUNT = 100_000
#: Seconds at most, by what is measured.
TARGETS = {
    "read the answer": 1.0,
    "write to the device": 1.0,
    "write what changed": 1.0,
    "open from the device": 1.0,
    "verdict, 95 of 100": 0.030,
}
#: A browser's clock tells no more (seconds).
TICK = 0.0001
#: Seconds that the browser has for all.
PATIENCE = 180
BROWSERS = ("google-chrome", "chromium", "chromium-browser")
HERE = Path(__file__).parent
TILL = HERE.parent / "lot_serial_trace/static/src/pos"
FILES = (
    *(HERE / name for name in ("pos_device.html", "pos_device.js")),
    *(TILL / name for name in ("book_store.js", "judge.js", "lot_book.js")),
)


class Handler(SimpleHTTPRequestHandler):
    """Gives the page to the browser and takes its figures."""

    def __init__(self, *args, figures, **kwargs):
        self.figures = figures
        super().__init__(*args, **kwargs)

    def do_POST(self):
        """What the page has measured."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.figures.put(json.loads(body))

    def log_message(self, *_args):
        """Nothing: the table is what counts."""


def measure(browser, count):
    """The figures of a page in a browser."""
    figures = queue.Queue()
    with tempfile.TemporaryDirectory() as folder:
        for file in FILES:
            shutil.copy(file, folder)
        handler = partial(Handler, directory=folder, figures=figures)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/pos_device.html?count={count}"
            try:
                return look_at(browser, address, figures)
            finally:
                server.shutdown()


def look_at(browser, address, figures):
    """Open the page until it has sent what it measured."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        switches = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        command = [browser, *switches, "--no-first-run", address]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, **quiet) as process:
            try:
                return figures.get(timeout=PATIENCE)
            finally:
                process.terminate()


def main(count=COUNT):
    """Measure and print; 1 if a target is missed."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("The till's numbers on a device: needs Chromium.")
        return 0
    figures = measure(browser, count)
    if "error" in figures:
        sys.exit(figures["error"])
    print(f"\n{count:,} numbers in a browser\n{'':44}{'seconds':>10}{'target':>10}")
    missed = 0
    for name, target in TARGETS.items():
        late = figures[name] > target
        missed |= late
        shown = f"{figures[name]:.4f}" if figures[name] > TICK else f"< {2 * TICK:.4f}"
        print(f"{name:44}{shown:>10}{target:10.3f} {'NO' if late else 'met'}")
    return int(missed)


if __name__ == "__main__":
    sizes = sys.argv[1:] or os.environ.get("BENCH_POS_DEVICE", "").split()
    sys.exit(main(*map(int, sizes)))
