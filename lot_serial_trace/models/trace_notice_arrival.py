import hashlib
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from ..core.asn import AsnError
from .trace_guard import refuse_forgery

_logger = logging.getLogger(__name__)

ROADS = [
    ("http", "HTTP"),
    ("soap", "SOAP"),
    ("mail", "Mail"),
    ("upload", "Upload"),
    ("typed", "Typed"),
]
PREVIEW = 20_000
#: Flaws that are listed.
MOST_FLAWS = 200
#: Days for which answers are kept that brought nothing new.
KEEP_DAYS = 30


class TraceNoticeArrival(models.Model):
    """A file of recall notices as it arrived: an answer of a feed, a mail, an upload.

    The original is kept with its SHA-256. ``new`` -> ``done`` (read), ``again`` (the same bytes
    came before) or ``parked``: it could not be read, says why, and can be read again when a
    reader has learned the format. Single values that could not be used are listed; they never
    cost the rest.
    """

    _name = "trace.notice.arrival"
    _description = "Arrival of Recall Notices"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("new", "New"),
            ("done", "Read"),
            ("again", "Here Already"),
            ("parked", "Parked"),
            ("dismissed", "Dismissed"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    feed_id = fields.Many2one(
        "trace.notice.feed", readonly=True, index="btree_not_null", ondelete="set null"
    )
    road = fields.Selection(ROADS, required=True, readonly=True, default="upload")
    source = fields.Char("Format", readonly=True)
    arrived_at = fields.Datetime("Arrived", required=True, default=fields.Datetime.now)
    sender = fields.Char("From", readonly=True)
    reference = fields.Char("Sender's Reference", readonly=True)
    url = fields.Char("Address", readonly=True)

    attachment_id = fields.Many2one(
        "ir.attachment", "Original", readonly=True, ondelete="restrict", copy=False
    )
    file_size = fields.Integer("Size", readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True, index="btree_not_null")
    preview = fields.Text(compute="_compute_preview")

    error = fields.Text("What is Wrong", readonly=True)
    error_line = fields.Integer("Line in File", readonly=True)
    remedy = fields.Text("What to Do", readonly=True)
    flaws = fields.Text("Not Usable", readonly=True, help="Values that could not be used")
    flaw_count = fields.Integer("Flaws", readonly=True)
    tries = fields.Integer("Times Read", readonly=True)
    read_at = fields.Datetime("Last Read", readonly=True)
    new_count = fields.Integer("New", readonly=True)
    changed_count = fields.Integer("Edited", readonly=True)
    known_count = fields.Integer("Known", readonly=True)
    old_count = fields.Integer("Too Old", readonly=True)
    version_ids = fields.One2many("trace.notice.version", "arrival_id", "Brought", readonly=True)

    def _compute_preview(self):
        for arrival in self:
            data = arrival._original()[:PREVIEW]
            text = b"\0" not in data[:1000] and data.decode("utf-8-sig", "replace")
            arrival.preview = text or False

    def _original(self):
        return self.attachment_id.with_context(bin_size=False).raw or b""

    def _told(self):
        """What came, in a sentence."""
        return self.env._(
            "%(new)s new, %(changed)s edited, %(known)s known already",
            new=sum(self.mapped("new_count")),
            changed=sum(self.mapped("changed_count")),
            known=sum(self.mapped("known_count")),
        )

    # -- coming in ------------------------------------------------------------

    @api.model
    def _arrive(self, data, name, road="upload", feed=None, source="", **origin):
        """Take in a file. Bad content is no error: it makes a parked arrival.

        :param bytes data: the file
        :param feed: ``trace.notice.feed`` by which it came, if any
        :param source: key of :data:`core.notices.SOURCES`; empty: the file tells
        :param origin: values for ``sender``, ``reference``, ``url``
        :return: the arrival
        """
        return self._arrive_page(data, name, road, feed, source, **origin)[0]

    @api.model
    def _arrive_page(self, data, name, road="upload", feed=None, source="", **origin):
        """As :meth:`_arrive`, with the :class:`core.notices.Page` that was read, or None."""
        company = feed.company_id if feed else self.env.company
        if not source and feed and road != "mail":
            source = feed.source
        digest = hashlib.sha256(data).hexdigest()
        values = {
            "name": name or self.env._("Unnamed"),
            "road": road,
            "feed_id": feed.id if feed else False,
            "company_id": company.id,
            "source": source,
            "file_size": len(data),
            "sha256": digest,
            **origin,
        }
        arrivals = self.with_company(company).sudo().with_context(mail_create_nolog=True)
        arrival = arrivals.create(values)
        arrival._keep(data)
        return arrival.with_env(self.env), arrival._read(data)

    def _keep(self, data):
        """Store the original, once for the same bytes."""
        before = self.search(
            [
                ("sha256", "=", self.sha256),
                ("company_id", "=", self.company_id.id),
                ("attachment_id", "!=", False),
            ],
            limit=1,
        )
        self.attachment_id = before.attachment_id or self.env["ir.attachment"].create(
            {"name": self.name, "raw": data, "res_model": self._name, "res_id": self.id}
        )

    # -- reading --------------------------------------------------------------

    def _read(self, data):
        """Make notices of the original, or park it and say why.

        A bug of ours must not cost the file: it parks the arrival as well.

        :return: the :class:`core.notices.Page`, or None when it is parked
        """
        self.ensure_one()
        self.write({"tries": self.tries + 1, "read_at": fields.Datetime.now()})
        reading = self.env["trace.notice.reading"]
        try:
            with self.env.cr.savepoint():
                page = reading._read(self, data)
        except AsnError as error:
            wrong, remedy = self.env["trace.asn.reading"]._explain(error)
            self._park(wrong, remedy, error.line)
        except (OperationalError, ConcurrencyError):  # another transaction: Odoo tries again
            raise
        except Exception as error:
            _logger.exception("Notices of %s", self.name)
            self._park(
                self.env._("Reading failed unexpectedly: %s", error),
                self.env._("The original is kept. Press Read again after the next update."),
            )
        else:
            return page
        return None

    def _park(self, wrong, remedy, line=0):
        """Keep the file for a person, and say so on the desk."""
        self._end("parked", error=wrong, remedy=remedy, error_line=line)
        feed = self.feed_id
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "notice_unreadable",
                    "values": {"file": self.name, "error": wrong},
                    "company_id": self.company_id.id,
                    "user_id": feed.user_id.id,
                    # of a feed that is asked every hour one is enough
                    "document_model": feed._name if feed else self._name,
                    "document_id": feed.id or self.id,
                }
            ]
        )

    def _end(self, state, **values):
        """The one writer of ``state``: clears or sets what belongs to it."""
        clear = dict.fromkeys(("error", "remedy", "error_line"))
        self.sudo().write({"state": state, **clear, **values})
        if state != "parked":
            self._settle()

    def _settle(self):
        """What was unreadable is read, or put aside."""
        documents = [(one._name, one.id) for one in (self, *self.feed_id)]
        for model, res_id in documents:
            open_ones = (
                self.env["trace.exception"]
                .sudo()
                .search(
                    [
                        ("kind", "=", "notice_unreadable"),
                        ("document_model", "=", model),
                        ("document_id", "=", res_id),
                        ("state", "!=", "resolved"),
                    ]
                )
            )
            if open_ones:
                open_ones._resolve("corrected", self.env._("Read"))

    # -- guards ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse arrivals of which nothing arrived."""
        if not self.env.su:
            raise UserError(self.env._("Upload the file: arrivals are recorded by it."))
        return super().create(vals_list)

    def write(self, vals):
        """What arrived stays as it arrived."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    # -- buttons --------------------------------------------------------------

    def action_read_again(self):
        """Read originals again: a reader may have learned the format."""
        self.check_access("write")
        for arrival in self.sudo().filtered("attachment_id"):
            arrival.with_company(arrival.company_id)._read(arrival._original())
        self.env["trace.notice.matching"]._match_arrived(self)

    def action_dismiss(self):
        """Put parked files aside: they are kept, and can be read again."""
        self.check_access("write")
        self.sudo().filtered(lambda one: one.state == "parked")._end("dismissed")

    def action_open_notices(self):
        """Open the notices that the file brought."""
        notices = self.version_ids.notice_id
        return notices._get_records_action(name=self.env._("Recall Notices"))

    def action_download(self):
        """Download the original."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
        }

    # -- cleaning -------------------------------------------------------------

    @api.autovacuum
    def _gc_answers(self):
        """Forget answers of feeds that brought nothing new, after some weeks."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        old = self.sudo().search(
            [
                ("road", "in", ("http", "soap")),
                ("state", "=", "done"),
                ("flaw_count", "=", 0),
                ("arrived_at", "<", limit),
                ("version_ids", "=", False),
            ],
            limit=1000,
        )
        others = self.sudo().search(
            [("attachment_id", "in", old.attachment_id.ids), ("id", "not in", old.ids)]
        )
        shared = others.attachment_id
        alone = old.filtered(lambda one: one.attachment_id not in shared)
        alone.unlink()  # and its attachments with it
