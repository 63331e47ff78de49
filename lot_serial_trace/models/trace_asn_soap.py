import json
from datetime import timedelta
from urllib.parse import urlsplit

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError

from ..core import soap
from ..core.asn import AsnError

ADMIN = "lot_serial_trace.group_trace_admin"
#: Without an acknowledgement the same documents would come for ever.
ROUNDS = 20
#: Longest pause after failures.
LONGEST_PAUSE = timedelta(days=1)
SAMPLE = 5000


class TraceAsnSoap(models.Model):
    """A SOAP service that is asked for notices at intervals.

    Each channel has a scheduled job of its own. A document is stored and committed
    before it is acknowledged, so none is lost: at worst it comes again, and is known. After
    a failure the pause doubles, up to a day. ``core/soap.py`` says what a
    service may and may not do.
    """

    _inherit = "trace.asn.channel"

    soap_wsdl = fields.Char("WSDL", groups=ADMIN, help="Address of the service's description")
    soap_service = fields.Char("Service", groups=ADMIN, help="Empty: the first in the WSDL")
    soap_port = fields.Char("Port", groups=ADMIN, help="Empty: the first of the service")
    soap_operation = fields.Char("Fetch By", groups=ADMIN, help="Operation that gives documents")
    soap_ack_operation = fields.Char(
        "Acknowledge By",
        groups=ADMIN,
        help="Operation that takes a document from the queue, called once it is stored. "
        "Without one the service is asked once each time.",
    )
    soap_argument_ids = fields.One2many(
        "trace.asn.channel.argument", "channel_id", "Arguments", groups=ADMIN
    )
    soap_documents_path = fields.Char(
        "Documents Are In",
        groups=ADMIN,
        help="Field of the answer that lists them, such as Result.Document. Empty: the answer.",
    )
    soap_content_path = fields.Char(
        "File Is In",
        groups=ADMIN,
        help="Field of a document that holds the file: bytes, base64, text or XML. "
        "Empty: the document itself.",
    )
    soap_name_path = fields.Char("File Name Is In", groups=ADMIN)
    soap_key_path = fields.Char(
        "Id Is In", groups=ADMIN, help="Field of a document by which it is acknowledged"
    )
    soap_auth = fields.Selection(
        [
            ("none", "None"),
            ("basic", "HTTP basic"),
            ("text", "WS-Security, password as text"),
            ("digest", "WS-Security, password digest"),
        ],
        "Authentication",
        default="none",
        groups=ADMIN,
    )
    soap_user = fields.Char("User", groups=ADMIN, copy=False)
    soap_password = fields.Char("Password", groups=ADMIN, copy=False)
    soap_hosts = fields.Char(
        "Other Hosts",
        groups=ADMIN,
        help="Further hosts that the service may point to, separated by commas",
    )
    soap_timeout = fields.Integer("Time-out (Seconds)", default=30, groups=ADMIN)
    soap_minutes = fields.Integer("Ask Every (Minutes)", default=15)
    cron_id = fields.Many2one("ir.cron", "Scheduled Job", readonly=True, copy=False, groups=ADMIN)
    last_run = fields.Datetime("Last Asked", readonly=True, copy=False)
    last_success = fields.Datetime(readonly=True, copy=False)
    next_run = fields.Datetime(
        "Not Before", readonly=True, copy=False, help="After a failure the service is left alone."
    )
    failures = fields.Integer(readonly=True, copy=False, help="In a row")
    last_error = fields.Text(readonly=True, copy=False)

    _intervals = models.Constraint(
        "CHECK (soap_timeout BETWEEN 1 AND 600 AND soap_minutes >= 1)",
        "A time-out is 1 to 600 seconds, an interval a minute or more.",
    )

    @api.constrains("kind", "soap_wsdl", "soap_operation")
    def _check_soap(self):
        for channel in self.filtered(lambda channel: channel.kind == "soap").sudo():
            if channel.soap_wsdl:
                channel._check_address()
            if channel.active and not (channel.soap_wsdl and channel.soap_operation):
                raise ValidationError(
                    self.env._("Say the WSDL and the operation that gives documents.")
                )

    def _check_address(self):
        parts = urlsplit(self.soap_wsdl)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValidationError(self.env._("The WSDL's address begins with http:// or https://."))
        if parts.username or parts.password:
            raise ValidationError(
                self.env._("Write user and password into their fields, not into the address.")
            )

    # -- the job --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Give SOAP channels their scheduled job."""
        channels = super().create(vals_list)
        channels._sync_jobs()
        return channels

    def write(self, vals):
        """Let the scheduled job follow."""
        result = super().write(vals)
        if {"kind", "active", "soap_minutes", "name"} & set(vals):
            self._sync_jobs()
        return result

    def unlink(self):
        """Take the scheduled jobs along."""
        jobs = self.sudo().cron_id
        result = super().unlink()
        jobs.unlink()
        return result

    def _sync_jobs(self):
        for channel in self.sudo():
            if channel.kind == "soap" and not channel.cron_id:
                channel.cron_id = self.env["ir.cron"].sudo().create(channel._job())
            elif channel.cron_id:
                channel.cron_id.write(channel._job())

    def _job(self):
        return {
            "name": self.env._("Shipping notices: %s", self.name),
            "model_id": self.env["ir.model"]._get_id(self._name),
            "state": "code",
            "code": f"model._poll_channel({self.id})",
            "interval_number": self.soap_minutes or 15,
            "interval_type": "minutes",
            "active": self.kind == "soap" and self.active,
            "user_id": self.env.ref("base.user_root").id,
        }

    # -- asking ---------------------------------------------------------------

    @api.model
    def _poll_channel(self, channel_id):
        """Ask the service of a channel, unless it is to be left alone: the job's method."""
        channel = self.browse(channel_id).exists()
        now = fields.Datetime.now()
        if channel.active and channel.kind == "soap" and (channel.next_run or now) <= now:
            channel._poll()

    def _poll(self):
        """Fetch documents until there are none; commits after each.

        :return: the arrivals
        """
        self.ensure_one()
        channel = self.sudo().with_company(self.company_id)
        arrivals = self.env["trace.asn.exchange"]
        try:
            arrivals = channel._drain()
        except AsnError as trouble:
            channel._failed(trouble)
        else:
            channel._succeeded()
        self.env["ir.cron"]._commit_progress()
        return arrivals

    def _drain(self):
        """Ask again while there are documents that were not seen in this run, and time."""
        service = soap.Service(self._access())
        arrivals, seen = self.env["trace.asn.exchange"], set()
        for _round in range(ROUNDS if self.soap_ack_operation else 1):
            documents = [one for one in self._fetch(service) if one not in seen]
            for document in documents:
                arrival, seconds_left = self._take(service, document)
                arrivals |= arrival
                if not seconds_left:
                    return arrivals
            seen.update(documents)
            if not documents:
                break
        return arrivals

    def _fetch(self, service):
        answer = service.call(self.soap_operation, self._arguments("fetch"))
        return soap.documents(answer, self._mapping())

    def _take(self, service, document):
        """Store a document, commit, then take it from the queue.

        :return: the arrival, and for how long the job may go on
        """
        arrivals = self.env["trace.asn.exchange"]
        try:
            arrival = arrivals._arrive(
                document.data,
                document.name or document.key,
                "soap",
                self,
                sender=f"{self.name}: {self.soap_operation}",
                reference=document.key,
            )
            seconds_left = self.env["ir.cron"]._commit_progress(1)
        except (OperationalError, ConcurrencyError):  # somebody else has it: it comes again
            self.env.cr.rollback()
            return arrivals, 0
        if self.soap_ack_operation and document.key:
            service.call(self.soap_ack_operation, self._arguments("ack", document.key))
        return arrival, seconds_left

    def _access(self):
        """Where the service is, and who asks."""
        hosts = (self.soap_hosts or "").replace(",", " ").split()
        return soap.Access(
            wsdl=self.soap_wsdl,
            service=self.soap_service or "",
            port=self.soap_port or "",
            auth=self.soap_auth or "none",
            user=self.soap_user or "",
            password=self.soap_password or "",
            hosts=frozenset(hosts),
            timeout=self.soap_timeout or 30,
            # base64 makes four characters of three bytes; several documents may come at once
            size=2 * self._size_limit(),
        )

    def _mapping(self):
        return soap.Mapping(
            self.soap_documents_path or "",
            self.soap_content_path or "",
            self.soap_name_path or "",
            self.soap_key_path or "",
        )

    def _today(self):
        """The company's day: jobs have no clock of their own."""
        return self.env["trace.calendar"]._day(fields.Datetime.now(), self.company_id)

    def _arguments(self, use, key=""):
        """Arguments of the operation that fetches or acknowledges."""
        rows = self.soap_argument_ids.filtered(lambda row: row.use == use)
        since = self.last_success or fields.Datetime.now() - timedelta(days=30)
        gln = self.company_id.partner_id.global_location_number
        values = {
            "id": key,
            "since": f"{since:%Y-%m-%dT%H:%M:%SZ}",
            "since_date": f"{since:%Y-%m-%d}",
            "today": f"{self._today():%Y-%m-%d}",
            "gln": gln or "",
            "user": self.soap_user or "",
            "password": self.soap_password or "",
        }
        return soap.arguments([(row.name, row.value) for row in rows], values)

    # -- how it went ----------------------------------------------------------

    def _succeeded(self):
        now = fields.Datetime.now()
        self.write(
            {
                "last_run": now,
                "last_success": now,
                "next_run": False,
                "failures": 0,
                "last_error": False,
            }
        )

    def _failed(self, trouble):
        """Say what is wrong, and leave the service alone for twice as long as last time."""
        now, failures = fields.Datetime.now(), self.failures + 1
        pause = timedelta(minutes=self.soap_minutes or 15) * 2 ** min(failures, 12)
        self.write(
            {
                "last_run": now,
                "next_run": now + min(pause, LONGEST_PAUSE),
                "failures": failures,
                "last_error": self._explain(trouble),
            }
        )

    @api.model
    def _explain(self, trouble):
        return ". ".join(self.env["trace.asn.reading"]._explain(trouble)).strip()

    # -- buttons --------------------------------------------------------------

    def action_poll(self):
        """Ask now, whatever happened before."""
        self.ensure_one()
        self.check_access("write")
        arrivals = self._poll()
        if self.last_error:
            kind, words = "danger", self.last_error
        else:
            kind, words = "success", self.env._("%s documents arrived.", len(arrivals))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": words,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_test(self):
        """Show the operations and a sample answer; nothing is stored or acknowledged."""
        self.ensure_one()
        self.check_access("write")
        test = self.env["trace.asn.channel.test"].create(
            {"channel_id": self.id, **self.sudo()._sample()}
        )
        return test._get_records_action(name=self.env._("Test"), target="new")

    def _sample(self):
        """What the service offers and answers, as text."""
        found = {}
        try:
            service = soap.Service(self._access())
            found["operations"] = "\n".join(service.operations())
            answer = service.call(self.soap_operation, self._arguments("fetch"))
            found["answer"] = json.dumps(answer, indent=2, default=_shown)[:SAMPLE]
            found["documents"] = self._sample_documents(answer)
        except AsnError as trouble:
            found["error"] = self._explain(trouble)
        return found

    def _sample_documents(self, answer):
        documents = soap.documents(answer, self._mapping())
        lines = [
            self.env._(
                "%(name)s (id %(key)s): %(size)s bytes, begins with %(start)s",
                name=one.name or "–",
                key=one.key or "–",
                size=len(one.data),
                start=repr(one.data[:40])[2:-1],
            )
            for one in documents
        ]
        return "\n".join(lines) or self.env._("The queue is empty.")


def _shown(value):
    """Bytes and elements in a sample answer."""
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    return str(value)
