import io

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import archive, merkle, sealing
from .trace_archive_making import leaf_digits, load_parquet


class TraceArchive(models.Model):
    """Checking copies against the seals, and reading them back for people who ask.

    What is read back goes into a table of its own (``trace.archive.event``) and never into the
    ledger. While it is loaded its hashes are made anew from the values in the file: what is not
    what was sealed is refused.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.archive"

    # -- checking -------------------------------------------------------------

    def _check(self):
        """Compare a copy with its manifest and the seals, and keep what was found.

        :return: whether it is good
        """
        self.ensure_one()
        fault = False
        try:
            self._compare()
        except archive.ArchiveTrouble as trouble:
            if trouble.code == "no_pyarrow":
                raise UserError(self._trouble(trouble)) from trouble
            fault = self._trouble(trouble)
        state = "broken" if fault else "verified"
        self.write({"state": state, "fault": fault, "verified_at": fields.Datetime.now()})
        return not fault

    def _compare(self):
        """Refuse a copy that is not good, with the first difference.

        :raises ArchiveTrouble: what is wrong
        """
        parquet = load_parquet()
        parquet.require()
        self._compare_hashes()
        with self._files() as (path, _manifest):
            found = parquet.count(path, self.name)
            if found != self.row_count:
                raise archive.ArchiveTrouble(
                    "count", name=self.name, found=found, wanted=self.row_count
                )
            for ids, leaves in parquet.leaves(path, self.name):
                self._compare_leaves(ids, merkle.split(leaves))

    def _compare_hashes(self):
        """Refuse a file or manifest that is not what was made: what was checked then still holds.

        :raises ArchiveTrouble: what is wrong
        """
        with self._files() as (path, manifest_path):
            archive.check_file(path, self.name, self.file_hash)
            self._compare_manifest(manifest_path)

    def _compare_manifest(self, path):
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError:
            name = archive.manifest_name(self.name)
            raise archive.ArchiveTrouble("missing", name=name) from None
        says = archive.read_manifest(content, self.name, self.manifest_hash)
        if says["sha256"] != self.file_hash:
            raise archive.ArchiveTrouble("manifest_hash", name=self.name)

    def _compare_leaves(self, ids, leaves):
        """Compare hashes of entries with those that the blocks keep: one query."""
        sealed = {}
        for block in self.env["trace.block"]._kept(
            SQL("last_id >= %s AND first_id <= %s AND event_count > 0", ids[0], ids[-1])
        ):
            number = block.header.number
            whole = merkle.root(block.leaves).hex() == block.header.root
            sealed.update(
                (event_id, (leaf if whole else None, number))
                for event_id, leaf in zip(
                    sealing.unpacked_ids(block.ids), merkle.split(block.leaves), strict=False
                )
            )
        for event_id, leaf in zip(ids, leaves, strict=True):
            if event_id not in sealed:
                raise archive.ArchiveTrouble("not_sealed", event=event_id, name=self.name)
            wanted, number = sealed[event_id]
            if leaf != wanted:
                raise archive.ArchiveTrouble("leaf", event=event_id, name=self.name, block=number)

    # -- reading back ---------------------------------------------------------

    def _compute_read_count(self):
        groups = self.env["trace.archive.event"]._read_group(
            [("archive_id", "in", self.ids)], ["archive_id"], ["__count"]
        )
        counts = {one.id: count for one, count in groups}
        for one in self:
            one.read_count = counts.get(one.id, 0)

    def _read_back(self):
        """Load the entries of the copy into ``trace.archive.event``; returns how many.

        :raises ArchiveTrouble: the copy is not good
        """
        self.ensure_one()
        self._compare()
        self._forget()
        rows = self._load()
        self.env["trace.archive.event"].invalidate_model()
        return rows

    def _load(self):
        """Copy the file into a table that lasts until the end of the transaction, then over."""
        self.env.cr.execute("DROP TABLE IF EXISTS trace_archive_reading")
        columns = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(_TYPES[kind]))
            for name, kind in archive.columns()
        )
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE trace_archive_reading (%s) ON COMMIT DROP", columns)
        )
        with self._files() as (path, _manifest):
            for chunk in load_parquet().to_csv(path, self.name):
                self.env.cr._obj.copy_expert(
                    "COPY trace_archive_reading FROM STDIN (FORMAT csv)", io.BytesIO(chunk)
                )
        self.env.cr.execute(
            "UPDATE trace_archive_reading SET quantity = round(quantity, quantity_scale)"
        )
        self._compare_values()
        names = SQL(", ").join(SQL.identifier(name) for name, _kind in archive.COLUMNS)
        self.env.cr.execute(
            SQL(
                "INSERT INTO trace_archive_event (%s, archive_id) "
                "SELECT %s, %s FROM trace_archive_reading",
                names,
                names,
                self.id,
            )
        )
        return self.env.cr.rowcount

    def _compare_values(self):
        """Make the hashes anew from the values that were read, and compare."""
        versions = dict(
            self.env.execute_query(
                SQL("SELECT version, max(last_id) FROM trace_block GROUP BY version")
            )
        )
        wrong = self.env.execute_query(
            SQL(
                "SELECT id FROM trace_archive_reading e WHERE %s IS DISTINCT FROM leaf_hash "
                "ORDER BY id LIMIT 1",
                leaf_digits(versions),
            )
        )
        if wrong:
            raise archive.ArchiveTrouble("value", event=wrong[0][0], name=self.name)

    def _forget(self):
        """Drop what was read back."""
        self.env.cr.execute(
            SQL("DELETE FROM trace_archive_event WHERE archive_id = ANY(%s)", self.ids)
        )
        self.env["trace.archive.event"].invalidate_model()

    def action_read(self):
        """Read the copies back and show their entries."""
        self._check_right()
        self.check_access("read")
        try:
            for one in self.sudo():
                one._read_back()
        except archive.ArchiveTrouble as trouble:
            raise UserError(self._trouble(trouble)) from trouble
        return self.action_open_entries()

    def action_forget(self):
        """Drop what was read back; the copies stay."""
        self._check_right()
        self.check_access("read")
        self.sudo()._forget()

    def action_open_entries(self):
        """Show the entries that were read back."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries Read Back"),
            "res_model": "trace.archive.event",
            "view_mode": "list,form",
            "domain": [("archive_id", "in", self.ids)],
        }


_TYPES = {
    archive.INT: "integer",
    archive.TEXT: "varchar",
    archive.TIME: "timestamp",
    archive.DECIMAL: "numeric",
    "hash": "text",
}
