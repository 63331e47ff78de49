"""Databases that say about themselves whether they are complete.

The note is a JSON object in the comment of the database, written when the work is done. An
interrupted install leaves the note ``building`` and is thrown away by the next run; a database
without a note of ours is somebody else's and never touched.
"""

import ast
import json
import os
import shutil
from pathlib import Path

from .base import ADDON, Stop, digest, lock, say, tree_digest
from .odoo import Odoo, Problem
from .postgres import Cluster, Server

OWNER = "lot_serial_trace"
NAME = "lot_serial_trace"
# Beside the add-on's dependencies: what its soft hooks are for.
OPTIONAL = [
    "mrp",
    "repair",
    "stock_dropshipping",
    "mrp_subcontracting",
    "pos_hr",
    "pos_mrp",
    "pos_online_payment",
    "pos_restaurant",
    "pos_sale",
    "pos_self_order",
]
LAYOUT = "2"  # raise when templates of earlier tools will not do any more
# Changes here need no new install: tests, and what browsers load file by file.
NOT_INSTALLED = ("tests", "static", "readme")
HAS_ODOO = "SELECT to_regclass('ir_module_module') IS NOT NULL"
RUN_AT_INSTALL = ("init", "_auto_init")


def manifest() -> dict:
    """The add-on's manifest."""
    return ast.literal_eval((ADDON / "__manifest__.py").read_text())


def addon_digest() -> str:
    """Changes with anything of the add-on that an upgrade could bring into a database."""
    return tree_digest(ADDON, NOT_INSTALLED)


def structure_digest() -> str:
    """Changes with what an install leaves in a database: data files, fields, hooks.

    Not with the bodies of methods, so that after the most frequent edit a test runs at once.
    """
    parts = []
    for path in sorted(ADDON.rglob("*")):
        name = path.relative_to(ADDON)
        if (
            path.is_file()
            and name.parts[0] not in NOT_INSTALLED
            and "__pycache__" not in name.parts
        ):
            parts += [str(name), _structure(path) if path.suffix == ".py" else path]
    return digest(*parts)


def _structure(path: Path) -> str:
    """A Python file without the bodies of its methods, except those that an install runs."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name not in RUN_AT_INSTALL:
                    method.body = []
    return ast.dump(tree)


def assets_digest() -> str:
    """Changes whenever compiled assets of the add-on are out of date."""
    return digest(tree_digest(ADDON / "static"), ADDON / "__manifest__.py")


def note(server: Server, database: str) -> dict | None:
    """What a database says about itself: None without the database, ``{}`` without a note."""
    row = server.sql(
        "SELECT coalesce(shobj_description(oid, 'pg_database'), '{}') FROM pg_database"
        f" WHERE datname = '{database}'"
    )
    if not row:
        return None
    try:
        found = json.loads(row)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.get("owner") == OWNER else {}


def set_note(server: Server, database: str, **values: str) -> None:
    """Replace the note; durable when this returns."""
    text = json.dumps({"owner": OWNER} | values)
    server.sql(f"COMMENT ON DATABASE \"{database}\" IS '{text}'")


def drop(server: Server, data: Path, database: str) -> None:
    """Drop a database of ours with its files.

    :raise Stop: for a database without our note on a server that is not ours
    """
    if note(server, database) == {} and not isinstance(server, Cluster):
        raise Stop(
            f"The database {database} exists on PGHOST and is not ours. Set DB=another_name."
        )
    server.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    shutil.rmtree(data / "filestore" / database, ignore_errors=True)


def create(odoo: Odoo, database: str, template: str | None = None) -> None:
    """Make a fresh database, marked as being built, empty or as a copy with its files.

    An empty one is made as Odoo makes it: collation C, and trigrams for its search indexes.
    """
    drop(odoo.server, odoo.data, database)
    source = template or "template0"
    options = "" if template else " ENCODING 'UTF8' LC_COLLATE 'C'"
    odoo.server.sql(f'CREATE DATABASE "{database}" TEMPLATE "{source}"{options}')
    set_note(odoo.server, database, state="building")
    if template:
        _copy_files(odoo, template, database)
    else:
        odoo.server.sql("CREATE EXTENSION IF NOT EXISTS pg_trgm", database)


def _copy_files(odoo: Odoo, template: str, database: str) -> None:
    """Copy a filestore by hard links: its files are named by content and never change."""
    files = odoo.data / "filestore"
    if (files / template).exists():
        shutil.copytree(files / template, files / database, copy_function=os.link)


def demo_database(odoo: Odoo, database: str) -> None:
    """The database of `make run`: made when it is missing or half-made, upgraded when it is old."""
    with lock(odoo.home / "database.lock"):
        found = note(odoo.server, database)
        wanted = {"state": "ready", "addon": addon_digest(), "odoo": odoo.kit.source.key}
        if found == {} and odoo.server.sql(HAS_ODOO, database) == "t":
            raise Stop(f"The database {database} is not of `make run`. Set DB=another_name.")
        if not found or found.get("state") != "ready":
            _install_demo(odoo, database, interrupted=found is not None)
        elif found["odoo"] != wanted["odoo"]:
            say("Odoo's code has changed: upgrading everything")
            odoo.upgrade(database, "base")
        elif found["addon"] != wanted["addon"]:
            say("the add-on has changed: upgrading it")
            odoo.upgrade(database, "lot_serial_trace")
        else:
            return
        set_note(odoo.server, database, **wanted)


def _install_demo(odoo: Odoo, database: str, *, interrupted: bool) -> None:
    if interrupted:
        say("the last install did not finish: starting it afresh")
    say("installing Odoo and the add-on with demo data (one to three minutes)")
    create(odoo, database)
    # With manufacturing, so that there is something to trace; the add-on does without it.
    problems = odoo.install(database, ["mrp", "lot_serial_trace"], "--with-demo")
    for problem in problems:
        if problem.level != "WARNING":
            say(f"WARNING: Odoo's log says: {problem}")
    say("compiling the first pages")
    odoo.inside("page_assets", database)


def template(odoo: Odoo, optional: list[str] | None = None) -> str:
    """A database with all that the add-on depends on and demo data, but without the add-on.

    Made once for each combination of Odoo, libraries, PostgreSQL and dependencies.

    :param optional: modules beside the dependencies; ``OPTIONAL`` if not given
    :return: its name
    """
    needed = manifest()["depends"]
    optional = OPTIONAL if optional is None else optional
    name = f"lst_tpl_{template_key(odoo, [*needed, *optional])}"
    with lock(odoo.data / f"{name}.lock"):
        if (note(odoo.server, name) or {}).get("state") != "ready":
            # The richer one grows on the plain one, so that both cost little more than one.
            create(odoo, name, template(odoo, []) if optional else None)
            say(f"installing {', '.join(optional or needed)} once for all tests")
            odoo.install(name, optional or needed, "--with-demo", "--skip-auto-install")
            set_note(odoo.server, name, state="ready")
    return name


def template_key(odoo: Odoo, modules: list[str]) -> str:
    """Changes with everything that a template is made of."""
    return digest(
        LAYOUT,
        odoo.kit.source.key,
        str(odoo.kit.python),
        str(odoo.server.programs.major),
        *sorted(modules),
    )


def forget_demo(odoo: Odoo, database: str) -> None:
    """Let the next module come without its demo data, as in a database that is in use.

    Odoo loads demo data of a module when those that it depends on have theirs.
    """
    odoo.server.sql("UPDATE ir_module_module SET demo = false", database)


def remember_demo(odoo: Odoo, database: str) -> None:
    """Undo ``forget_demo``: some of Odoo's tests ask whether there are demo data."""
    statement = "UPDATE ir_module_module SET demo = true WHERE state = 'installed' AND name != '{}'"
    odoo.server.sql(statement.format(NAME), database)


def installed(odoo: Odoo, database: str, base: str, *, afresh: bool) -> list[Problem]:
    """A copy of a template with the add-on on it.

    :param base: the template
    :param afresh: install even when an earlier copy is up to date
    :return: what Odoo's log says against the install; empty when there was none
    """
    wanted = {"state": "ready", "structure": structure_digest(), "template": base}
    found = note(odoo.server, database) or {}
    if not afresh and {key: found.get(key) for key in wanted} == wanted:
        return []
    create(odoo, database, base)
    problems = odoo.install(database, ["lot_serial_trace"])
    set_note(odoo.server, database, **wanted)
    return problems
