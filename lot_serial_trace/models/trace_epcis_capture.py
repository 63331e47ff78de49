import hashlib
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.epcis import flaws, reading
from .trace_guard import refuse_forgery

#: Events of a document that is taken in while its sender waits.
AT_ONCE = 500
#: Flaws that are kept; all of them are counted.
MOST_ERRORS = 1000


class TraceEpcisCapture(models.Model):
    """A document of events that somebody sent, and what became of it: EPCIS's capture job.

    The document is kept as it came. A small one is taken in at once, a bigger one by a cron in
    batches that are committed one by one (``trace_epcis_taking.py``); a job that was stopped goes
    on behind its last batch. ``rollback`` takes all events or none, ``proceed`` those that are
    right. Events that are here already are counted and left alone.

        waiting -> running -> done     all that could be is here; errors tell of the rest
                           -> failed   nothing of it was taken in
    """

    _name = "trace.epcis.capture"
    _description = "EPCIS Capture"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Capture ID", required=True, readonly=True, default=lambda s: uuid4().hex)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    behaviour = fields.Selection(
        [("rollback", "All or nothing"), ("proceed", "What is right")],
        "If Something is Wrong",
        required=True,
        readonly=True,
        default="rollback",
    )
    road = fields.Selection(
        [("http", "HTTP"), ("upload", "Upload")], required=True, readonly=True, default="http"
    )
    user_id = fields.Many2one(
        "res.users", "Sent by", required=True, readonly=True, default=lambda self: self.env.user
    )
    created_at = fields.Datetime(
        "Arrived", required=True, readonly=True, default=fields.Datetime.now
    )
    finished_at = fields.Datetime("Ended", readonly=True)

    # the document
    file_name = fields.Char("File", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "Original", readonly=True, copy=False)
    file_size = fields.Integer("Size", readonly=True, aggregator=None)
    sha256 = fields.Char("SHA-256", readonly=True)
    media = fields.Selection([("json", "JSON"), ("xml", "XML")], "Format", readonly=True)
    version = fields.Char(readonly=True)
    sender = fields.Char("From", readonly=True, help="As the document says it")

    # what became of it
    total = fields.Integer("Events", readonly=True)
    checked = fields.Integer("Looked at", readonly=True, help="Events that were checked")
    position = fields.Integer("Gone Through", readonly=True, help="Events that are settled")
    taken = fields.Integer("Taken in", readonly=True)
    known = fields.Integer("Here Already", readonly=True)
    wrong = fields.Integer(readonly=True)
    errors = fields.Json(readonly=True)
    error_text = fields.Text("What is Wrong", compute="_compute_error_text")
    event_ids = fields.One2many("trace.epcis.event", "capture_id", readonly=True)

    _name_idx = models.UniqueIndex("(name)")

    @api.depends("errors")
    @api.depends_context("lang")
    def _compute_error_text(self):
        for job in self:
            job.error_text = "\n".join(map(self._told, job.errors or ())) or False

    @api.model
    def _told(self, flaw):
        return flaws.told(flaw, self.env._)

    @api.model_create_multi
    def create(self, vals_list):
        """Only a document makes a job: who may send one does not write what became of it."""
        if not self.env.su:
            raise UserError(self.env._("Upload the file, or send it to the web service."))
        return super().create(vals_list)

    def write(self, vals):
        """Nothing of it is for people to write."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What a partner sent is kept."))

    # -- coming in ------------------------------------------------------------

    @api.model
    def _capture(self, data, behaviour="rollback", road="http", name=""):
        """Take in a document.

        :param bytes data: EPCIS 2.0 JSON-LD, or XML of 1.x or 2.0
        :returns: the job; small documents are done with it
        :raises flaws.Refused: it is no such document; nothing is kept
        """
        self.check_access("create")
        frame = reading.examine(data)
        job = self._keep(data, frame, behaviour=behaviour, road=road, file_name=name)
        if frame.count <= AT_ONCE:
            job._take_at_once(list(reading.events(data, frame)))
        else:
            self.env.ref("lot_serial_trace.cron_epcis_capture").sudo()._trigger()
        return job.with_env(self.env)

    @api.model
    def _capture_event(self, data):
        """Take in one event in JSON.

        :returns: the job and the event's identifier by content
        :raises flaws.Refused: it is no right event; nothing is kept
        """
        self.check_access("create")
        found = reading.single(data)
        if found.flaws:
            raise _refused(found.flaws[0])
        job = self._keep(data, reading.Frame("json", "2.0", count=1))
        job._take_at_once([found])
        if job.wrong:
            raise _refused(job.errors[0])
        return job.with_env(self.env), found.digest

    @api.model
    def _keep(self, data, frame, **values):
        """A job with its document."""
        job = self.sudo().create(
            {
                "file_size": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "media": frame.media,
                "version": frame.version,
                "sender": frame.sender[:200],
                "total": frame.count,
                **values,
            }
        )
        job.attachment_id = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": job.file_name or f"{job.name}.{'jsonld' if job.is_json() else 'xml'}",
                    "raw": data,
                    "res_model": self._name,
                    "res_id": job.id,
                }
            )
        )
        return job

    def is_json(self):
        """Whether the document is in JSON."""
        return self.media == "json"

    @api.model
    def _keep_refused(self, data, name, flaw):
        """Keep a file of which nothing could be read, and why."""
        self.check_access("create")
        job = self._keep(data, reading.Frame("json"), road="upload", file_name=name)
        job.write({"media": False, "wrong": 1, "errors": [flaw]})
        job._end("failed")
        return job.with_env(self.env)

    def _end(self, state):
        self.write({"state": state, "finished_at": fields.Datetime.now()})

    def _note(self, found):
        """Note flaws: of each event once in the count, in words as many as are kept."""
        if found:
            kept = list(self.errors or ())
            kept += found[: max(MOST_ERRORS - len(kept), 0)]
            count = len({flaw["index"] for flaw in found})
            self.write({"errors": kept, "wrong": self.wrong + count})

    # -- telling --------------------------------------------------------------

    def _for_machines(self):
        """The job as EPCIS's web service tells it."""
        self.ensure_one()
        running = self.state in ("waiting", "running")
        found = {
            "captureID": self.name,
            "createdAt": _moment(self.created_at),
            "running": running,
            "success": not self.wrong,
            "captureErrorBehaviour": self.behaviour,
            "errors": [self._problem(flaw) for flaw in self.errors or ()],
        }
        return found if running else {**found, "finishedAt": _moment(self.finished_at)}

    @api.model
    def _problem(self, flaw):
        """A flaw as RFC 7807 has it, with its place."""
        place = {name: flaw[name] for name in ("index", "line", "field") if flaw[name]}
        return {
            "type": "epcisException:ValidationException",
            "title": "EPCIS event or document is not valid",
            "status": 400,
            "detail": self._told(flaw),
            **place,
        }

    # -- buttons --------------------------------------------------------------

    def action_download(self):
        """Download the document as it came."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    def action_events(self):
        """Open the events of the document."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_epcis_event"
        )
        return {**action, "domain": [("capture_id", "in", self.ids)], "context": {}}


def _refused(flaw):
    found = flaws.Refused(flaw["code"])
    found.flaw = flaw
    return found


def _moment(when):
    return when.isoformat(timespec="seconds") + "Z" if when else None
