import os
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo import api, fields, models
from odoo.release import version as odoo_version
from odoo.tools import SQL

from ..core import archive
from .trace_block_sql import leaf

#: Entries in one file at most: a month that has more has several parts. So an attachment, which
#: Odoo holds in memory, stays small, too.
PART_ROWS = 1_000_000


class TraceArchive(models.Model):
    """Writing copies: PostgreSQL sends a month as CSV, which becomes a file group by group."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.archive"

    @api.model
    def _pending(self, companies):
        """Months that are over and have sealed entries without a copy: one query.

        :return: list of ``(company id, month as date, number of entries)``, the oldest first
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT e.company_id, m.month, count(*)
                FROM trace_event e
                JOIN LATERAL (SELECT date_trunc('month', e.event_time)::date AS month) m ON TRUE
                LEFT JOIN (SELECT company_id, month, max(until_id) AS until_id
                    FROM trace_archive GROUP BY 1, 2) a USING (company_id, month)
                WHERE e.company_id = ANY(%s) AND e.id > COALESCE(a.until_id, 0)
                    AND e.event_time < date_trunc('month', now() AT TIME ZONE 'UTC')
                    AND e.id <= (%s)
                GROUP BY 1, 2 ORDER BY 2, 1
                """,
                companies.ids,
                self.env["trace.retention"]._last_sealed(),
            )
        )

    @api.model
    def _make_next(self, companies):
        """Make and check the next copy that is missing; an empty recordset if there is none.

        :raises ArchiveTrouble: it cannot be made
        """
        load_parquet().require()
        pending = self._pending(companies)
        if not pending:
            return self.browse()
        company_id, month, _count = pending[0]
        one = self._make(self.env["res.company"].browse(company_id), month)
        one._check()
        return one

    @api.model
    def _make(self, company, month):
        """Make a copy of what a month has that no copy has."""
        before = self.search(
            [("company_id", "=", company.id), ("month", "=", month)], order="part desc", limit=1
        )
        after_id, part = before.until_id, before.part + 1
        facts = self._facts(company, month, after_id)
        folder, name = archive.place(company.id, month, part)
        previous = self.search([("company_id", "=", company.id)], order="id desc", limit=1)
        with self._workplace(folder) as (target, path):
            draft = Path(target, f".{name}.part")
            draft.unlink(missing_ok=True)
            rows = load_parquet().write(
                draft,
                lambda sink: self._produce(sink, company, month, facts),
                {"company": company.name},
            )
            size, file_hash = draft.stat().st_size, archive.file_digest(draft)
            manifest = archive.manifest(
                **self._says(company, month, part, facts, previous),
                file=name,
                rows=rows,
                size=size,
                sha256=file_hash,
            )
            kept = self._keep(draft, name, manifest, path)
        return self.create(
            {
                **kept,
                **self._values(company, month, part, facts, previous),
                "name": name,
                "row_count": rows,
                "size": size,
                "file_hash": file_hash,
                "manifest_hash": archive.digest(manifest),
            }
        )

    def _values(self, company, month, part, facts, previous):
        """The values of a copy but those about the file."""
        return {
            "company_id": company.id,
            "month": month,
            "part": part,
            **{name: facts[name] for name in ("after_id", "until_id", "first_time", "last_time")},
            "block_first": facts["blocks"][0]["number"],
            "block_last": facts["blocks"][-1]["number"],
            "schema_version": archive.SCHEMA_VERSION,
            "previous_id": previous.id,
            "made_at": fields.Datetime.now(),
            "made_by_id": self.env.uid,
        }

    # -- what is in it --------------------------------------------------------

    @api.model
    def _among(self, company, month, after_id, until_id):
        """SQL condition of the entries of a copy."""
        return SQL(
            "company_id = %s AND event_time >= %s AND event_time < %s::date + interval '1 month' "
            "AND id > %s AND id <= %s",
            company.id,
            month,
            month,
            after_id,
            until_id,
        )

    @api.model
    def _facts(self, company, month, after_id):
        """What a copy is about: dict of ids, times and blocks; three queries."""
        (sealed,) = self.env.execute_query(self.env["trace.retention"]._last_sealed())[0]
        among = self._among(company, month, after_id, sealed)
        further = self.env.execute_query(
            SQL(
                "SELECT id FROM trace_event WHERE %s ORDER BY id LIMIT 1 OFFSET %s",
                among,
                PART_ROWS,
            )
        )
        until = further[0][0] - 1 if further else sealed
        among = self._among(company, month, after_id, until)
        first_id, last_id, first, last = self.env.execute_query(
            SQL(
                "SELECT min(id), max(id), min(event_time), max(event_time) FROM trace_event "
                "WHERE %s",
                among,
            )
        )[0]
        blocks = self.env.execute_query_dict(
            SQL(
                "SELECT number, version, first_id, last_id, root, block_hash AS hash "
                "FROM trace_block WHERE last_id >= %s AND first_id <= %s AND event_count > 0 "
                "ORDER BY number",
                first_id,
                last_id,
            )
        )
        return {
            "after_id": after_id,
            "until_id": until,
            "first_id": first_id,
            "last_id": last_id,
            "first_time": first,
            "last_time": last,
            "blocks": blocks,
            "among": among,
        }

    def _says(self, company, month, part, facts, previous):
        """The facts of a manifest but those about the file."""
        parameters = self.env["ir.config_parameter"].sudo()
        return {
            "database": parameters.get_param("database.uuid"),
            "company": {"id": company.id, "name": company.name},
            "month": f"{month:%Y-%m}",
            "part": part,
            "after_id": facts["after_id"],
            "until_id": facts["until_id"],
            "first_id": facts["first_id"],
            "last_id": facts["last_id"],
            "first_time": f"{facts['first_time'].isoformat()}Z",
            "last_time": f"{facts['last_time'].isoformat()}Z",
            "blocks": facts["blocks"],
            "previous_manifest": previous.manifest_hash or "",
            "made_at": f"{fields.Datetime.now().isoformat()}Z",
            "made_by": self.env.user.name,
            "made_with": f"lot_serial_trace, Odoo {odoo_version}",
        }

    @api.model
    def _produce(self, sink, company, month, facts):
        """Have PostgreSQL write the entries of a copy as CSV."""
        query = SQL(
            "COPY (SELECT %s, %s, %s FROM trace_event e WHERE %s ORDER BY e.id) "
            "TO STDOUT (FORMAT csv)",
            SQL(", ").join(_column(name, kind) for name, kind in archive.COLUMNS),
            SQL("scale(e.quantity)"),
            leaf_digits({block["version"]: block["last_id"] for block in facts["blocks"]}),
            facts["among"],
        )
        self.env.cr._obj.copy_expert(self.env.cr.mogrify(query.code, query.params).decode(), sink)

    # -- where it is put ------------------------------------------------------

    @api.model
    def _workplace(self, folder):
        """Context manager of ``(folder to write in, path of that folder below the base or "")``."""
        return _Workplace(self._base(), self._folder(), folder)

    def _keep(self, draft, name, manifest, path):
        """Put file and manifest where they stay; returns the values that say where."""
        if path:
            draft.with_name(archive.manifest_name(name)).write_bytes(manifest)
            _to_disk(draft)
            draft.replace(draft.with_name(name))
            return {"path": f"{path}/{name}", "outside": True}
        attachments = self.env["ir.attachment"].sudo()
        file, says = attachments.create(
            [
                {"name": name, "raw": draft.read_bytes(), "mimetype": "application/octet-stream"},
                {
                    "name": archive.manifest_name(name),
                    "raw": manifest,
                    "mimetype": "application/json",
                },
            ]
        )
        return {
            "attachment_id": file.id,
            "manifest_id": says.id,
            "outside": attachments._storage() != "db",
        }

    @api.model
    def _cron_archive(self):
        """Copy the past months of the companies that want it, each committed on its own."""
        companies = self.env["res.company"].search([("trace_archive_monthly", "=", True)])
        commit = self.env["ir.cron"]._commit_progress
        while companies and self._make_next(companies) and commit(1):
            pass


class _Workplace:
    """The folder in which a file is written: where it stays, or one that is thrown away."""

    def __init__(self, base, top, folder):
        self.base = base
        self.path = f"{top}/{folder}" if base else ""
        self.spare = None

    def __enter__(self):
        if not self.base:
            self.spare = TemporaryDirectory()
            return self.spare.name, ""
        target = archive.below(self.base, self.path)
        try:
            target.mkdir(parents=True, exist_ok=True)
            if not os.access(target, os.W_OK):
                raise PermissionError
        except OSError:
            raise archive.ArchiveTrouble("no_folder", folder=target) from None
        return target, self.path

    def __exit__(self, *_error):
        if self.spare:
            self.spare.cleanup()


def _to_disk(path):
    """Have a file survive a power cut before anybody relies on it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _column(name, kind):
    """SQL of a column as it goes into a file."""
    column = SQL.identifier("e", name)
    if kind == archive.TIME:
        return SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS.US')", column)
    if kind == archive.DECIMAL:
        return SQL("round(%s, %s)", column, archive.DECIMAL_DIGITS)
    return column


def leaf_digits(versions):
    """SQL of the hash under which an entry was sealed, in hexadecimal digits.

    :param versions: dict version of the field list -> last id that was sealed by it
    """
    cases = SQL(" ").join(
        SQL("WHEN id <= %s THEN %s", last_id, leaf(version))
        for version, last_id in sorted(versions.items())
    )
    return SQL("encode(CASE %s END, 'hex')", cases)


def load_parquet():
    """The writer of files; its library is large, so that only who makes copies loads it."""
    from ..core import parquet

    return parquet
