import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .trace_certificate import BATCH
from .trace_guard import refuse_forgery

_logger = logging.getLogger(__name__)

#: Certificates whose files are read together for the archive.
READ = 100


class TraceCertificateJob(models.Model):
    """Certificates for thousands of numbers, made in the background.

    The cron makes them in batches that are committed one by one; what is made already is known
    by its certificate, so a job that was stopped goes on where it was. If a batch fails the job
    stops with the reason, and Retry goes on. At the end all of them are one file.
    """

    _name = "trace.certificate.job"
    _description = "Certificates in the Background"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serial Numbers", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True)
    lang = fields.Char("Language", readonly=True)
    public = fields.Boolean("For Everybody", readonly=True)
    asked_at = fields.Datetime("Asked", required=True, readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    total = fields.Integer(readonly=True)
    certificate_ids = fields.One2many("trace.certificate", "job_id", "Certificates", readonly=True)
    done = fields.Integer("Made", compute="_compute_done")
    progress = fields.Float(compute="_compute_done")
    error = fields.Text(readonly=True)

    @api.depends("certificate_ids", "total")
    def _compute_done(self):
        groups = self.env["trace.certificate"]._read_group(
            [("job_id", "in", self.ids)], ["job_id"], ["__count"]
        )
        made = {job.id: count for job, count in groups}
        for job in self:
            job.done = made.get(job.id, 0)
            job.progress = 100 * job.done / job.total if job.total else 100

    def write(self, vals):
        """Nothing of it is for people to write."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    # -- making ---------------------------------------------------------------

    @api.model
    def _ask(self, lots, public=False):
        """Have certificates of ``lots`` made in the background; returns the job."""
        self.env["trace.certificate"]._may_issue()
        lots.check_access("read")
        now = fields.Datetime.now()
        job = self.sudo().create(
            {
                "name": self.env._(
                    "Certificates of %(count)s numbers, %(asked)s", count=len(lots), asked=now
                ),
                "lot_ids": [(6, 0, lots.ids)],
                "total": len(lots),
                "company_id": self.env.company.id,
                "user_id": self.env.uid,
                "lang": self.env.lang,
                "public": public,
                "asked_at": now,
            }
        )
        self._wake()
        return self.browse(job.id)

    @api.model
    def _wake(self):
        self.env.ref("lot_serial_trace.cron_certificates").sudo()._trigger()

    @api.model
    def _cron(self):
        """Make certificates for all jobs that run, in batches that are committed one by one."""
        commit = self.env["ir.cron"]._commit_progress
        jobs = self.search([("state", "=", "running")], order="id")
        left = sum(job.total - job.done for job in jobs)
        commit(remaining=left)
        for job in jobs:
            while job.state == "running":
                made = job._make_next()
                left -= made
                if not commit(made, remaining=max(left, 0)):
                    return

    def _make_next(self, size=BATCH):
        """Make the next certificates: a constant number of queries; returns how many."""
        self.ensure_one()
        lots = self._left(size)
        if not lots:
            self.write({"state": "done", "ended_at": fields.Datetime.now()})
            return 0
        maker = (
            self.env["trace.certificate"]
            .with_user(self.user_id)
            .with_context(
                lang=self.lang, tz=self.user_id.tz, allowed_company_ids=self.company_id.ids
            )
        )
        try:
            with self.env.cr.savepoint():
                maker._issue(lots.with_env(maker.env), self.public, self)
        except Exception as error:
            _logger.exception("Certificates: %s", self.name)
            words = str(error) if isinstance(error, UserError) else type(error).__name__
            self.write({"state": "failed", "error": words})
            return 0
        return len(lots)

    def _left(self, size):
        """The next numbers that have no certificate of this job."""
        self.env.flush_all()
        field = self._fields["lot_ids"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.%(lot)s FROM %(relation)s asked
                WHERE asked.%(job)s = %(id)s AND NOT EXISTS (SELECT FROM trace_certificate c
                    WHERE c.job_id = %(id)s AND c.lot_id = asked.%(lot)s)
                ORDER BY 1 LIMIT %(size)s
                """,
                lot=SQL.identifier(field.column2),
                relation=SQL.identifier(field.relation),
                job=SQL.identifier(field.column1),
                id=self.id,
                size=size,
            )
        )
        return self.env["stock.lot"].browse(lot_id for (lot_id,) in rows)

    def _files(self):
        """Names and contents of the certificates, read in batches."""
        ids = self.certificate_ids.ids
        for start in range(0, len(ids), READ):
            part = self.certificate_ids.browse(ids[start : start + READ])
            for certificate in part.with_context(bin_size=False):
                yield certificate.file_name, certificate._bytes()
            part.invalidate_recordset(["content"])

    # -- buttons --------------------------------------------------------------

    def action_download(self):
        """Download all certificates as one file."""
        self.ensure_one()
        url = f"/lot_serial_trace/certificates/{self.id}.zip"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_certificates(self):
        """Open the certificates of the job."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_certificate"
        )
        return {**action, "domain": [("job_id", "in", self.ids)], "context": {}}

    def action_retry(self):
        """Go on where it failed or was cancelled."""
        self._must_be_mine()
        self.sudo().write({"state": "running", "error": False, "ended_at": False})
        self._wake()

    def action_cancel(self):
        """Make no more; what is made stays."""
        self._must_be_mine()
        self.sudo().write({"state": "cancelled", "ended_at": fields.Datetime.now()})

    def _must_be_mine(self):
        self.check_access("read")
        self.env["trace.certificate"]._may_issue()
        quality = self.env.user.has_group("lot_serial_trace.group_trace_quality")
        if not quality and self.user_id != self.env.user:
            raise AccessError(self.env._("Somebody else asked for this. Quality may decide it."))
