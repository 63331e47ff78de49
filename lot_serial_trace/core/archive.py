"""The ledger's copies outside the database: what is in them and how they vouch for themselves.

A copy is a Parquet file of one company and month (of ``event_time``, UTC), with a manifest in JSON
beside it. Entries that a closed month gets later come into a further part of it; no file is ever
changed. Each manifest names the SHA-256 of its file and of the manifest that was made before it,
so that none can be exchanged or left out unnoticed.

:data:`COLUMNS` is version :data:`SCHEMA_VERSION` of what a file holds. Another field of the ledger
is another version.
"""

import json
import re
from hashlib import sha256
from pathlib import Path

FORMAT = "lot_serial_trace ledger"
SCHEMA_VERSION = 1
INT, TEXT, TIME, DECIMAL = "int", "text", "time", "decimal"

#: Name and type of what is kept of an entry, as the ledger calls it. Times are UTC.
COLUMNS = (
    ("id", INT),
    ("kind", TEXT),
    ("recorded", TEXT),
    ("event_time", TIME),
    ("record_time", TIME),
    ("event_type", TEXT),
    ("action", TEXT),
    ("biz_step", TEXT),
    ("disposition", TEXT),
    ("company_id", INT),
    ("company_name", TEXT),
    ("product_id", INT),
    ("product_name", TEXT),
    ("product_code", TEXT),
    ("gtin", TEXT),
    ("tracking", TEXT),
    ("lot_id", INT),
    ("lot_name", TEXT),
    ("batch", TEXT),
    ("expiration_date", TIME),
    ("quantity", DECIMAL),
    ("uom", TEXT),
    ("source_id", INT),
    ("source_name", TEXT),
    ("source_usage", TEXT),
    ("source_gln", TEXT),
    ("dest_id", INT),
    ("dest_name", TEXT),
    ("dest_usage", TEXT),
    ("dest_gln", TEXT),
    ("package_id", INT),
    ("package_name", TEXT),
    ("result_package_id", INT),
    ("result_package_name", TEXT),
    ("container_id", INT),
    ("container_name", TEXT),
    ("content_id", INT),
    ("content_name", TEXT),
    ("supplier_id", INT),
    ("supplier_name", TEXT),
    ("partner_id", INT),
    ("partner_name", TEXT),
    ("partner_gln", TEXT),
    ("document", TEXT),
    ("document_model", TEXT),
    ("document_id", INT),
    ("origin", TEXT),
    ("move_line_id", INT),
    ("corrects_id", INT),
    ("reason", TEXT),
    ("user_id", INT),
    ("user_name", TEXT),
)
#: Digits after the point that a file keeps of a quantity. How many of them the ledger wrote is
#: kept beside it (``quantity_scale``): 1 and 1.00 are the same quantity, but not the same seal.
DECIMAL_DIGITS = 20
#: Further columns of a file: the digits written of the quantity, and the hash that was sealed.
SCALE, LEAF = "quantity_scale", "leaf_hash"

_CHUNK = 1024 * 1024


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> (what happened, what to do). Both may hold ``%(name)s`` placeholders.
TROUBLES = {
    "no_pyarrow": (
        _("Parquet files cannot be written or read: the Python library pyarrow is missing"),
        _("Install it where Odoo runs (pip install pyarrow) and restart Odoo."),
    ),
    "no_folder": (
        _("The folder %(folder)s for copies of the ledger does not exist or cannot be used"),
        _("Make it, writable for the user that Odoo runs as, or correct the configuration."),
    ),
    "outside": (
        _("%(path)s lies outside the folder for copies of the ledger, %(folder)s"),
        _("Name a folder below it, without “..”."),
    ),
    "missing": (
        _("The file %(name)s is gone"),
        _("Put it back from a backup, or make the copy again while its entries are still here."),
    ),
    "file_hash": (
        _("The file %(name)s is not what it was: SHA-256 is %(found)s, it should be %(wanted)s"),
        _("Put it back from a backup, or make the copy again while its entries are still here."),
    ),
    "manifest_hash": (
        _("The manifest of %(name)s is not what it was when the copy was made"),
        _("Put it back from a backup, or make the copy again while its entries are still here."),
    ),
    "unreadable": (
        _("The file %(name)s cannot be read as Parquet: %(reason)s"),
        _("Put it back from a backup, or make the copy again while its entries are still here."),
    ),
    "schema": (
        _("The file %(name)s has columns of version %(found)s; this app reads up to %(known)s"),
        _("Update the app, or read the file with another program."),
    ),
    "count": (
        _("The file %(name)s holds %(found)s entries, its manifest says %(wanted)s"),
        _("Put it back from a backup, or make the copy again while its entries are still here."),
    ),
    "not_sealed": (
        _("Entry %(event)s in the file %(name)s is in no seal"),
        _("Somebody wrote it past the ledger. Check the seals."),
    ),
    "leaf": (
        _("Entry %(event)s in the file %(name)s is not the one that was sealed in block %(block)s"),
        _("It was changed before the copy was made. Check the seals: they say what differs."),
    ),
    "value": (
        _("Entry %(event)s read back from the file %(name)s differs from what was sealed"),
        _("Keep the file and ask whoever looks after the app."),
    ),
}


class ArchiveTrouble(Exception):
    """A copy cannot be made, read or believed.

    :param code: key of :data:`TROUBLES`
    :param values: dict for the placeholders of message and remedy
    """

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def message(self):
        """Template of the sentence that says what happened."""
        return TROUBLES[self.code][0]

    @property
    def remedy(self):
        """Template of the sentence that says what to do."""
        return TROUBLES[self.code][1]

    @property
    def text(self):
        """Both sentences in English, for logs and tests."""
        return f"{self.message % self.values}. {self.remedy % self.values}"

    def __str__(self):
        return self.text


# -- where --------------------------------------------------------------------------


def below(folder, *parts):
    """Return a path below a folder that exists; nothing leads out of it, nor a link.

    :raises ArchiveTrouble: ``no_folder``, ``outside``
    """
    base = Path(folder)
    if not base.is_absolute() or not base.is_dir():
        raise ArchiveTrouble("no_folder", folder=folder)
    base = base.resolve()
    path = base.joinpath(*map(str, parts)).resolve()
    if not path.is_relative_to(base):
        raise ArchiveTrouble("outside", path="/".join(map(str, parts)), folder=folder)
    return path


def place(company_id, month, part):
    """Return folder and name of a file.

    ``("company=1/month=2026-03", "ledger-1-2026-03.parquet")``: the folders name values, as
    DuckDB, Spark and Trino read them.

    :param month: any day of the month
    :param part: 1 for the month as it was closed, 2 and more for what came later
    """
    month = f"{month:%Y-%m}"
    further = f"-{part}" if part > 1 else ""
    return f"company={company_id}/month={month}", f"ledger-{company_id}-{month}{further}.parquet"


def manifest_name(name):
    """Return the name of the manifest of a file."""
    return re.sub(r"\.parquet$", "", name) + ".manifest.json"


# -- what a copy says of itself -----------------------------------------------------


def manifest(**facts):
    """Return a manifest as bytes: the same facts, the same bytes."""
    says = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "columns": [{"name": name, "type": kind} for name, kind in columns()],
        **facts,
    }
    return (json.dumps(says, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def columns():
    """All columns of a file: those of the ledger and those of the copy."""
    return (*COLUMNS, (SCALE, "int"), (LEAF, "hash"))


def read_manifest(content, name, wanted):
    """Return what a manifest says.

    :param content: its bytes
    :param name: of the file, for the sentence
    :param wanted: its SHA-256 as it was kept
    :raises ArchiveTrouble: ``manifest_hash``, ``schema``
    """
    if digest(content) != wanted:
        raise ArchiveTrouble("manifest_hash", name=name)
    says = json.loads(content)
    if says["schema_version"] > SCHEMA_VERSION:
        found = says["schema_version"]
        raise ArchiveTrouble("schema", name=name, found=found, known=SCHEMA_VERSION)
    return says


def digest(content):
    """SHA-256 of bytes, in hexadecimal digits."""
    return sha256(content).hexdigest()


def file_digest(path):
    """SHA-256 of a file, in hexadecimal digits; read piece by piece."""
    hashed = sha256()
    with Path(path).open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()


def check_file(path, name, wanted):
    """Refuse a file that is gone or is not what it was.

    :raises ArchiveTrouble: ``missing``, ``file_hash``
    """
    if not Path(path).is_file():
        raise ArchiveTrouble("missing", name=name)
    found = file_digest(path)
    if found != wanted:
        raise ArchiveTrouble("file_hash", name=name, found=found, wanted=wanted)
