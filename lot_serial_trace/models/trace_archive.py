import logging
import os
import time
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core import archive

_logger = logging.getLogger(__name__)

#: Where copies are kept: option in odoo.conf, and what the environment says instead of it.
OPTION, VARIABLE = "lot_serial_trace_archive", "LOT_SERIAL_TRACE_ARCHIVE"
#: ir.config_parameter key: the folder below it; the database's name if it is not set.
FOLDER = "lot_serial_trace.archive_folder"
#: Seconds that buttons work while somebody waits.
BUTTON = 20


class TraceArchive(models.Model):
    """A month of a company's ledger in a Parquet file outside the database, with its manifest.

    A copy is made of a month that is over, of sealed entries only, so that nothing can be committed
    later among those that it has. What comes for the month afterwards (a sale made offline) goes
    into another part. Each copy is read back at once and compared with the seals, and again
    whenever somebody asks; a purge asks for it (``trace.retention``).

    Files lie in the folder that the server's configuration names, or, where it names none, with
    Odoo's attachments. What is written into them: ``trace_archive_making.py``; how they are
    checked and read: ``trace_archive_reading.py``.
    """

    _name = "trace.archive"
    _description = "Copy of the Ledger"
    _order = "month desc, company_id, part desc"

    name = fields.Char("File", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    month = fields.Date(required=True, readonly=True, help="Its first day; times are UTC")
    part = fields.Integer(required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        [("made", "Not checked"), ("verified", "Checked"), ("broken", "Faulty")],
        default="made",
        required=True,
        readonly=True,
    )
    fault = fields.Text("What Is Wrong", readonly=True)
    row_count = fields.Integer("Entries", readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    size_text = fields.Char("Size", compute="_compute_size_text")
    after_id = fields.Integer(
        "After Entry", readonly=True, aggregator=None, help="Entries with greater ids are in it"
    )
    until_id = fields.Integer("Up To Entry", readonly=True, aggregator=None)
    first_time = fields.Datetime("First Entry", readonly=True)
    last_time = fields.Datetime("Last Entry", readonly=True)
    block_first = fields.Integer("First Block", readonly=True, aggregator=None)
    block_last = fields.Integer("Last Block", readonly=True, aggregator=None)
    schema_version = fields.Integer(readonly=True, aggregator=None)
    file_hash = fields.Char("SHA-256", readonly=True)
    manifest_hash = fields.Char("SHA-256 of the Manifest", readonly=True)
    previous_id = fields.Many2one("trace.archive", "Made After", readonly=True, ondelete="restrict")
    path = fields.Char(readonly=True, help="Below the folder that the configuration names")
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    manifest_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    outside = fields.Boolean("Outside the Database", readonly=True)
    made_at = fields.Datetime(readonly=True)
    made_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    verified_at = fields.Datetime("Checked", readonly=True)
    read_count = fields.Integer("Read Back", compute="_compute_read_count")

    _part_idx = models.UniqueIndex("(company_id, month, part)")
    _range_idx = models.Index("(company_id, month, until_id)")

    @api.depends("size")
    def _compute_size_text(self):
        for one in self:
            one.size_text = tools.human_size(one.size)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Copies of the ledger are kept: each vouches for the next."))

    # -- where files are ------------------------------------------------------

    @api.model
    def _base(self):
        """The folder that the server's configuration names for copies, or None."""
        return os.environ.get(VARIABLE) or tools.config.get(OPTION) or None

    @api.model
    def _folder(self):
        """The folder for this database's copies below the base."""
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param(FOLDER) or self.env.cr.dbname

    @contextmanager
    def _files(self):
        """Paths of file and manifest, as long as the block runs.

        :raises ArchiveTrouble: they cannot be reached
        """
        self.ensure_one()
        if self.path:
            file = archive.below(self._base() or "", self.path)
            yield file, file.with_name(archive.manifest_name(file.name))
            return
        with TemporaryDirectory() as folder:
            yield tuple(
                _local(one.sudo(), os.path.join(folder, str(one.id)))
                for one in (self.attachment_id, self.manifest_id)
            )

    # -- what others ask ------------------------------------------------------

    @api.model
    def _holding(self, stone):
        """The checked copies that hold what a ``trace.tombstone`` names."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT a.id FROM trace_tombstone_event n JOIN trace_event e ON e.id = n.id
                JOIN trace_archive a ON a.company_id = e.company_id AND a.state = 'verified'
                    AND a.month = date_trunc('month', e.event_time)::date
                    AND e.id > a.after_id AND e.id <= a.until_id
                WHERE n.tombstone_id = %s
                """,
                stone.id,
            )
        )
        return self.browse(sorted(archive_id for (archive_id,) in rows))

    def _manifests_digest(self):
        """SHA-256 over the hashes of these copies' manifests, one a line, in the order of ids."""
        hashes = "".join(f"{one.manifest_hash}\n" for one in self.sorted("id"))
        return archive.digest(hashes.encode())

    def _trouble(self, trouble):
        """What an ``ArchiveTrouble`` says, in the user's language."""
        return ". ".join(
            self.env._(text, **trouble.values) for text in (trouble.message, trouble.remedy)
        )

    # -- buttons --------------------------------------------------------------

    def _check_right(self):
        if not self.env.user.has_group("lot_serial_trace.group_trace_admin"):
            raise AccessError(
                self.env._("Only a traceability administrator makes copies of the ledger.")
            )

    @api.model
    def action_make(self):
        """Copy the months that have no copy; what takes longer is done in the background."""
        self._check_right()
        until = time.monotonic() + BUTTON
        made = self.browse()
        try:
            left = bool(self.env.companies)
            while left and time.monotonic() < until:
                one = self.sudo()._make_next(self.env.companies)
                made, left = made | one, bool(one)
        except archive.ArchiveTrouble as trouble:
            raise UserError(self._trouble(trouble)) from trouble
        if left:
            self.env.ref("lot_serial_trace.cron_archive").sudo()._trigger()
        return self._notify(*self._made_text(made, left))

    def _made_text(self, made, left):
        broken = made.filtered(lambda one: one.state == "broken")
        if broken:
            return self.env._("%(file)s: %(fault)s", file=broken[0].name, fault=broken[0].fault), 1
        if left:
            return self.env._("Copies made: %s. The rest is made in the background.", len(made)), 1
        if made:
            return self.env._("Copies made and checked: %s", len(made)), 0
        return (
            self.env._("There is nothing to copy: every sealed entry of the past months has one."),
            0,
        )

    def action_check(self):
        """Read the copies back and compare them with the seals."""
        if not self.env.user.has_groups(
            "lot_serial_trace.group_trace_admin,lot_serial_trace.group_trace_auditor"
        ):
            raise AccessError(self.env._("Administrators and auditors check copies."))
        self.check_access("read")
        faults = [f"{one.name}: {one.fault}" for one in self if not one.sudo()._check()]
        if faults:
            return self._notify("\n".join(faults), True)
        return self._notify(
            self.env._(
                "%s entries read back: every one is what was sealed.",
                sum(self.mapped("row_count")),
            ),
            False,
        )

    def _notify(self, message, trouble):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if trouble else "success",
                "sticky": bool(trouble),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_download(self):
        """Fetch the file."""
        return self._fetch("file")

    def action_download_manifest(self):
        """Fetch the manifest."""
        return self._fetch("manifest")

    def _fetch(self, what):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_serial_trace/archive/{self.id}/{what}",
            "target": "download",
        }


def _local(attachment, path):
    """Path of an attachment's content: that of the filestore, or written to ``path``."""
    if attachment.store_fname:
        return attachment._full_path(attachment.store_fname)
    with open(path, "wb") as file:
        file.write(attachment.raw or b"")
    return path
