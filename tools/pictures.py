"""make pictures: every picture of the documentation, from the running demo.

``tools/picture_list.py`` says which there are. ``make run`` serves them, after ``make demo`` has
played; ``make pictures k=NAME`` makes those whose name has NAME in it. Pictures of paper and of
tills are made by hand and only named.
"""

import json
import os
import time
from pathlib import Path

from . import devtools
from .base import ROOT, Stop, say
from .kit import prepare
from .picture_list import PICTURES, Picture
from .serve import _running_url

FOLDER = ROOT / "docs/images"
#: Odoo's texts move when the mouse or the clock does: nothing does for the picture.
STILL = """(() => {
    const style = document.createElement("style");
    style.textContent = "*{animation:none!important;transition:none!important;" +
        "caret-color:transparent!important} .o_notification_manager{display:none!important}";
    document.head.append(style);
})()"""
#: No request is under way and nothing is being drawn.
SETTLED = """new Promise((done) => {
    let last = performance.now();
    new PerformanceObserver(() => { last = performance.now(); })
        .observe({entryTypes: ["resource"]});
    const look = () => performance.now() - last > 700 && !document.querySelector(".o_blockUI")
        ? document.fonts.ready.then(() => done(true)) : setTimeout(look, 100);
    setTimeout(look, 300);
})"""


def pictures() -> int:
    """Make those that ``k`` names, or all."""
    wanted = [one for one in PICTURES if os.environ.get("k", "") in one.name]
    if not wanted:
        raise Stop(f"No picture has “{os.environ['k']}” in its name, see tools/picture_list.py.")
    url = _running_url()
    if not url:
        raise Stop("Start the demo with `make run`, play it with `make demo`, then come again.")
    path = ":".join([*map(str, prepare(tests=True).path), os.environ["PATH"]])
    failed = take(url, [one for one in wanted if not one.by_hand], FOLDER, path)
    for one in wanted:
        if one.by_hand:
            say(f"by hand: {one.name}: {one.by_hand}")
    return 1 if failed else 0


def take(url: str, wanted: list[Picture], folder: Path, path: str | None = None) -> list[str]:
    """Make pictures of the server at ``url``; one that fails stops no other.

    :return: names of those that failed
    """
    failed = []
    with devtools.page(path) as page:
        person = None
        for one in sorted(wanted, key=lambda picture: picture.login):
            try:
                if one.login != person:
                    person = _log_in(page, url, one.login)
                (folder / one.name).write_bytes(_picture(page, url, one))
                say(f"made {one.name}")
            except Stop as stop:
                failed.append(one.name)
                say(f"FAILED {one.name}: {str(stop).splitlines()[0]}")
    return failed


def _log_in(page: devtools.Page, url: str, login: str) -> str:
    page.forget()
    page.go(f"{url}/web/login")
    page.see("input[name=login]")
    page.value(
        "(() => { const form = document.querySelector('form.oe_login_form');"
        f"form.login.value = form.password.value = {json.dumps(login)}; form.submit(); }})()"
    )
    page.until("location.pathname.startsWith('/odoo')", f"the login of {login}")
    page.see(".o_main_navbar")
    return login


def _picture(page: devtools.Page, url: str, one: Picture) -> bytes:
    page.resize(*one.size)
    address = one.path.format(id=_found(page, one)) if one.find else one.path
    page.go(url + address)
    for step in one.steps:
        kind, _equals, rest = step.partition("=")
        selector, _bar, text = rest.partition(" | ")
        getattr(page, kind)(selector, text)
        page.value(SETTLED)
    page.value(SETTLED)
    page.value(STILL)
    time.sleep(0.3)
    return page.picture()


def _found(page: devtools.Page, one: Picture) -> int:
    """The record that a picture shows, as the person who is logged in sees it."""
    model, domain = one.find
    question = {
        "params": {
            "model": model,
            "method": "search",
            "args": [json.loads(domain)],
            "kwargs": {"limit": 1, "order": "id desc"},
        }
    }
    ids = page.value(
        f"fetch('/web/dataset/call_kw/{model}/search', {{method: 'POST',"
        " headers: {'Content-Type': 'application/json'},"
        f" body: {json.dumps(json.dumps(question))}}})"
        ".then((answer) => answer.json()).then((answer) => answer.result)"
    )
    if not ids:
        raise Stop(f"There is no {model} with {domain}: play the demo first (`make demo`).")
    return ids[0]
