"""A headless Chromium that does what it is told, by the DevTools protocol over a pipe.

The pipe needs no library and no port: JSON messages that end with a zero byte, on the browser's
descriptors 3 (in) and 4 (out).
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .base import Stop
from .browser import NAMES

#: One language, one time zone, no scroll bars: the same picture on every machine.
OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--lang=en-US",
)
#: Seconds that an answer, and that something on a page, may take.
ANSWER, PATIENCE = 60, 45


class Page:
    """One page of a browser."""

    def __init__(self, wire: tuple[int, int]):
        self._read, self._write = wire
        self._waiting = b""
        self._turn = 0
        self._session: str | None = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._ask("Page.enable")

    # -- the wire -------------------------------------------------------------

    def _ask(self, method: str, **params) -> dict:
        self._turn += 1
        message = {"id": self._turn, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + ANSWER
        while True:
            answer = self._next(deadline, method)
            if answer.get("id") != self._turn:
                continue  # an event
            if "error" in answer:
                raise Stop(f"{method}: {answer['error']['message']}")
            return answer["result"]

    def _next(self, deadline: float, method: str) -> dict:
        while b"\0" not in self._waiting:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self._read], [], [], left)[0]
            part = os.read(self._read, 1 << 20) if ready else b""
            if not part:
                raise Stop(f"The browser did not answer {method}.")
            self._waiting += part
        message, _zero, self._waiting = self._waiting.partition(b"\0")
        return json.loads(message)

    # -- what a person does ---------------------------------------------------

    def resize(self, width: int, height: int) -> None:
        """Set the size of the window."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def go(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        self._ask("Page.navigate", url=url)
        self.until("document.readyState === 'complete'", f"{url} to load")

    def value(self, expression: str):
        """What an expression of the page comes to; promises are waited for."""
        found = self._ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            details = found["exceptionDetails"]
            raise Stop(details.get("exception", {}).get("description") or details["text"])
        return found["result"].get("value")

    def until(self, expression: str, what: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + PATIENCE
        while not self.value(f"!!({expression})"):
            if time.monotonic() > deadline:
                raise Stop(f"Waited {PATIENCE} s in vain for {what}.")
            time.sleep(0.1)

    def see(self, selector: str, text: str = "") -> None:
        """Wait until an element with a text is there."""
        self.until(_element(selector, text), f"{selector} {text}".strip())

    def click(self, selector: str, text: str = "") -> None:
        """Click on the first element with a text."""
        self.see(selector, text)
        self.value(f"{_element(selector, text)}.click()")

    def type(self, selector: str, text: str) -> None:
        """Write into a field, as a keyboard does, and press Enter."""
        self.see(selector)
        self.value(f"{_element(selector, '')}.focus()")
        self._ask("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self._ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key="Enter",
                code="Enter",
                windowsVirtualKeyCode=13,
                text="\r",
            )

    def forget(self) -> None:
        """Log out: no cookies, nothing stored."""
        self._ask("Network.clearBrowserCookies")

    def picture(self) -> bytes:
        """What is in the window, as PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])


def _element(selector: str, text: str) -> str:
    return (
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        f".find((one) => one.textContent.includes({json.dumps(text)}))"
    )


@contextmanager
def page(path: str | None = None) -> Iterator[Page]:
    """A page of a browser that ends with the block.

    :param path: folders in which the browser is looked for, as in PATH
    """
    program = next(filter(None, (shutil.which(name, path=path) for name in NAMES)), None)
    if not program:
        raise Stop("There is no browser. Install chromium or google-chrome.")
    to_browser, from_us = os.pipe()
    to_us, from_browser = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = _start(program, Path(profile), to_browser, from_browser)
        for end in (to_browser, from_browser):
            os.close(end)
        try:
            yield Page((to_us, from_us))
        finally:
            process.terminate()
            process.wait(20)
            for end in (to_us, from_us):
                os.close(end)


def _start(program: str, profile: Path, read: int, write: int) -> subprocess.Popen:
    """The browser, with the ends of the pipes as its descriptors 3 and 4."""
    shell = f'exec 3<&{read} 4>&{write}; exec "$0" "$@"'
    return subprocess.Popen(
        ["sh", "-c", shell, program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(read, write),
        env=os.environ | {"TZ": "UTC", "LANGUAGE": "en_US"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
