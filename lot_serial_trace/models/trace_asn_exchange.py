import hashlib

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from ..core.asn import AsnError
from ..core.asn.containers import is_container, unpack
from .trace_guard import again_if_taken, refuse_forgery

ROADS = [
    ("upload", "Upload"),
    ("mail", "Mail"),
    ("http", "HTTP"),
    ("soap", "SOAP"),
    ("api", "Web service"),
]
#: state -> the states that may follow it
NEXT = {
    "new": {"done", "again", "parked", "dismissed"},
    "parked": {"done", "again", "dismissed"},
    "dismissed": {"done", "again", "parked"},
    "done": set(),
    "again": set(),
}
#: How much of an original the form shows.
PREVIEW = 20_000


class TraceAsnExchange(models.Model):
    """One arrival: a file as it came, by whichever road, and what became of it.

    The original is stored before anything can go wrong with reading it. Its way::

        new -> done       notices were made of it
            -> again      the same file, or the same notices, were here already
            -> parked     it cannot be read, or must not be: on the desk, until a person
                          reads it again, or dismisses it with a reason
            -> dismissed

    An archive and a mail are arrivals as well; the files in them are arrivals with
    a ``parent_id``, and it goes to such a container as it goes to them. The bytes of a
    file are kept once: a repeated arrival points to the first.
    """

    _name = "trace.asn.exchange"
    _description = "Arrival of Shipping Notices"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(required=True, readonly=True, index="trigram")
    kind = fields.Selection(
        [("file", "File"), ("archive", "Archive"), ("mail", "Mail")],
        required=True,
        readonly=True,
        default="file",
    )
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
        tracking=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    arrived_at = fields.Datetime("Arrived", required=True, default=fields.Datetime.now)

    # whence
    channel_id = fields.Many2one(
        "trace.asn.channel", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    road = fields.Selection(ROADS, required=True, readonly=True, default="upload", index=True)
    sender = fields.Char(
        "From", readonly=True, help="Mail address, user, or operation of a web service"
    )
    remote_address = fields.Char("IP Address", readonly=True)
    reference = fields.Char(
        "Sender's Reference", readonly=True, help="Message-ID of the mail, or the service's id"
    )
    parent_id = fields.Many2one(
        "trace.asn.exchange", "Came In", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    child_ids = fields.One2many("trace.asn.exchange", "parent_id", "Files", readonly=True)

    # the original
    attachment_id = fields.Many2one(
        "ir.attachment", "Original", readonly=True, ondelete="restrict", copy=False
    )
    file_size = fields.Integer("Size", readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True, copy=False, index="btree_not_null")
    preview = fields.Text(compute="_compute_preview")

    # what became of it
    error = fields.Text("What is Wrong", readonly=True)
    error_code = fields.Char(readonly=True)
    error_line = fields.Integer("Line in File", readonly=True)
    remedy = fields.Text("What to Do", readonly=True)
    tries = fields.Integer("Times Read", readonly=True)
    read_at = fields.Datetime("Last Read", readonly=True)
    dismiss_reason = fields.Text(readonly=True, tracking=True)
    duplicate_of_id = fields.Many2one(
        "trace.asn.exchange", "First Arrival", readonly=True, ondelete="restrict", index=True
    )
    duplicate_ids = fields.One2many(
        "trace.asn.exchange", "duplicate_of_id", "Arrived Again", readonly=True
    )
    asn_ids = fields.One2many("trace.asn", "exchange_id", "Notices", readonly=True)
    known_asn_ids = fields.Many2many(
        "trace.asn", string="Here Already", readonly=True, help="Notices that the file repeats"
    )
    asn_count = fields.Integer(compute="_compute_asn_count")
    exception_ids = fields.One2many("trace.exception", "exchange_id", readonly=True)

    _same_file = models.UniqueIndex(
        "(company_id, sha256) WHERE duplicate_of_id IS NULL AND sha256 IS NOT NULL"
    )

    @api.depends("attachment_id")
    def _compute_preview(self):
        for exchange in self:
            exchange.preview = exchange._text(PREVIEW)

    def _original(self):
        """The bytes that arrived; a form asks for sizes instead of contents."""
        return self.attachment_id.with_context(bin_size=False).raw or b""

    def _text(self, limit):
        """The beginning of the original, or nothing when it is no text."""
        data = self._original()[:limit]
        if b"\0" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return False
        encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        return data.decode(encoding, errors="replace")

    @api.depends("asn_ids", "known_asn_ids", "child_ids.asn_ids", "child_ids.known_asn_ids")
    def _compute_asn_count(self):
        for exchange in self:
            exchange.asn_count = len(exchange._notices())

    def _notices(self):
        """The notices that arrivals brought or repeated."""
        every = self | self.child_ids
        return every.asn_ids | every.known_asn_ids

    # -- coming in ------------------------------------------------------------

    @api.model
    def _arrive(self, data, name, road="upload", channel=None, refusal=None, **origin):
        """Take in a file. Bad content is no error: it makes a parked arrival.

        :param bytes data: the file; the same bytes twice are one notice
        :param str name: for people; the format is found in the data
        :param str road: key of :data:`ROADS`
        :param channel: ``trace.asn.channel``; none: the company's for this road, if any
        :param refusal: ``(what is wrong, what to do)``: keep the file, do not read it
        :param origin: values for ``sender``, ``remote_address``, ``reference``,
            ``parent_id``
        :return: the arrival; of state ``again`` when the file was here already
        """
        self.check_access("create")
        channel = channel or self.env["trace.asn.channel"]._of_road(road)
        if channel.company_id and channel.company_id != self.env.company:
            arrivals = self.with_company(channel.company_id)
            return arrivals._arrive(data, name, road, channel, refusal, **origin).with_env(self.env)
        values = {
            "name": name or self.env._("Unnamed"),
            "kind": "archive" if is_container(data) else "file",
            "road": road,
            "channel_id": channel.id,
            "company_id": self.env.company.id,
            "sender": self.env.user.name,
            "file_size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            **origin,
        }
        first = self._first(values["sha256"])
        exchange = first._repeat(values) if first else self._keep(data, values)
        if refusal and not first:
            exchange._park(*refusal)
        elif not first:
            exchange._read(data)
        return exchange.with_env(self.env)

    @api.model
    def _first(self, sha256):
        """The arrival that brought these bytes first."""
        return self.sudo().search(
            [
                ("sha256", "=", sha256),
                ("duplicate_of_id", "=", False),
                ("company_id", "=", self.env.company.id),
            ]
        )

    @api.model
    def _new(self, values):
        return self.sudo().with_context(mail_create_nolog=True).create(values)

    @api.model
    def _keep(self, data, values):
        """Store the original."""
        with again_if_taken():
            exchange = self._new(values)
        exchange.attachment_id = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": exchange.name,
                    "raw": data,
                    "res_model": self._name,
                    "res_id": exchange.id,
                }
            )
        )
        return exchange

    def _repeat(self, values):
        """Note that the same bytes came again; try once more what could not be read."""
        if self.state == "parked" and self.attachment_id:
            self._read(self._original())
        for asn in self._notices():
            asn.message_post(body=self.env._("The same file arrived again: %s", values["name"]))
        again = self._new(
            {**values, "duplicate_of_id": self.id, "attachment_id": self.attachment_id.id}
        )
        again._end("again", known_asn_ids=self._notices().ids)
        return again

    # -- reading --------------------------------------------------------------

    def _read(self, data):
        """Make notices of the original, or park it and say why.

        A bug of ours must not cost the supplier's file: it parks the arrival as well.
        """
        self.ensure_one()
        self.write({"tries": self.tries + 1, "read_at": fields.Datetime.now()})
        try:
            with self.env.cr.savepoint():
                self._check_size()
                self._open(data) if self.kind == "archive" else self._make_notices()
        except AsnError as error:
            wrong, remedy = self.env["trace.asn.reading"]._explain(error)
            self._park(wrong, remedy, error.line, error.code)
        except (OperationalError, ConcurrencyError):  # another transaction: Odoo tries again
            raise
        except Exception as error:
            self.env["trace.asn.reading"]._log(self.name)
            self._park(
                self.env._("Reading failed unexpectedly: %s", error),
                self.env._("The original is kept. Press Read again after the next update."),
            )

    def _check_size(self):
        limit = self.channel_id._size_limit()
        if self.channel_id and self.file_size > limit:
            raise AsnError("too_big", size=self.file_size, limit=limit)

    def _make_notices(self):
        made, known = self.env["trace.asn.reading"]._read(self)
        for asn in made:
            asn._arrived()
        self._end("done" if made else "again", known_asn_ids=known.ids)

    def _open(self, data):
        """Take in the files of an archive."""
        if self.parent_id.kind == "archive":
            raise AsnError("nested_archive")
        for member in unpack(data, self.name):
            self._take_part(member.data, member.name)
        self._follow_files()

    def _take_part(self, data, name, refusal=None):
        """Take in a file of this container."""
        origin = {name: self[name] for name in ("sender", "remote_address", "reference")}
        files = self.with_company(self.company_id)
        return files._arrive(
            data, name, self.road, self.channel_id, refusal, parent_id=self.id, **origin
        )

    def _follow_files(self):
        """It goes to a container as it goes to the files in it."""
        for container in self:
            states = container.child_ids.mapped("state")
            parked = states.count("parked")
            if parked:
                wrong = self.env._(
                    "%(count)s of %(total)s files are parked", count=parked, total=len(states)
                )
                container._end("parked", error=wrong, remedy=self.env._("Open them below."))
            else:
                container._end(
                    next((one for one in ("done", "again") if one in states), "dismissed")
                )

    def _park(self, wrong, remedy, line=0, code=False):
        """Keep the file for a person."""
        self._end("parked", error=wrong, error_line=line, error_code=code, remedy=remedy)
        case = {
            "kind": "asn_unreadable",
            "values": {"file": self.name, "error": wrong},
            "company_id": self.company_id.id,
            "exchange_id": self.id,
        }
        ((severity, _rule),) = self.env["trace.policy"]._resolve(
            [{"code": case["kind"], "company_id": self.company_id.id}]
        )
        self.env["trace.exception"]._open_many([{**case, "severity": severity}])

    def action_read_again(self):
        """Read parked and dismissed originals again: a reader may have learned the format."""
        self.check_access("write")
        for exchange in self.sudo().filtered(lambda one: one.state in ("parked", "dismissed")):
            exchange.with_company(exchange.company_id)._read_again()

    def _read_again(self):
        files = self.child_ids.filtered(lambda one: one.state == "parked")
        if files:
            files.action_read_again()
        elif self.attachment_id:
            self._read(self._original())

    # -- states ---------------------------------------------------------------

    def _end(self, state, **values):  # pylint: disable=missing-return
        """The one writer of ``state``: clears or sets what belongs to it.

        :param state: one that :data:`NEXT` allows
        :raises UserError: the arrival cannot go there from where it is
        """
        clear = dict.fromkeys(("error", "error_line", "error_code", "remedy", "dismiss_reason"))
        for exchange in self:
            if state not in NEXT[exchange.state] and state != exchange.state:
                raise UserError(self.env._("%s was read: it stays so.", exchange.name))
        # past the guard in write()  pylint: disable=super-method-mismatch
        super(TraceAsnExchange, self.sudo()).write({"state": state, **clear, **values})
        if state != "parked":
            self._settle(values.get("dismiss_reason"))
        for container in self.parent_id.filtered(lambda one: one.state != "new"):
            container._follow_files()

    def _settle(self, reason):
        open_ones = self.sudo().exception_ids.filtered(lambda one: one.state != "resolved")
        if open_ones:
            open_ones._resolve("mistake" if reason else "corrected", reason or self.env._("Read"))

    def action_dismiss(self):
        """Open the dialog that asks why the files are of no use."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dismiss"),
            "res_model": "trace.asn.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exchange_ids": self.ids},
        }

    def _dismiss(self, reason):
        """Put parked files aside for good: they are kept, and can be read again.

        :param reason: text for an auditor; required
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: an auditor will read the reason."))
        files = self | self.child_ids
        files.filtered(lambda one: one.state == "parked" and not one.child_ids)._end(
            "dismissed", dismiss_reason=reason.strip()
        )

    # -- guards ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse arrivals of which nothing arrived."""
        if not self.env.su:
            raise UserError(self.env._("Upload the supplier's file: arrivals are recorded by it."))
        return super().create(vals_list)

    def write(self, vals):
        """What arrived stays as it arrived; what becomes of it is for the buttons."""
        if "state" in vals:
            raise UserError(self.env._("The state of an arrival follows from what happens to it."))
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What arrived is evidence and is kept. Dismiss it instead."))

    # -- buttons --------------------------------------------------------------

    def action_open_notices(self):
        """Open the notices that the file brought or repeated."""
        return self._notices()._get_records_action(name=self.env._("Shipping Notices"))

    def action_download(self):
        """Download the original."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
        }
