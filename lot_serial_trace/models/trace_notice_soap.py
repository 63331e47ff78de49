from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import soap
from .trace_notice_feed import ADMIN

#: Without an acknowledgement the same documents would come for ever.
ROUNDS = 20


class TraceNoticeSoap(models.Model):
    """A SOAP service that is asked for notices at intervals.

    A document is stored and committed before it is acknowledged, so none is lost: at worst it
    comes again, and is known. ``core/soap.py`` says what a service may and may not do.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.notice.feed"

    soap_wsdl = fields.Char("WSDL", groups=ADMIN, help="Address of the service's description")
    soap_service = fields.Char("Service", groups=ADMIN, help="Empty: the first in the WSDL")
    soap_port = fields.Char("Port", groups=ADMIN, help="Empty: the first of the service")
    soap_operation = fields.Char("Fetch By", groups=ADMIN, help="Operation that gives documents")
    soap_arguments = fields.Text(
        "Arguments",
        groups=ADMIN,
        help="One a line, with dots for what is inside: Window.Since={since_date}. Known are "
        "{since}, {since_date}, {today}, {user} and {password}.",
    )
    soap_ack_operation = fields.Char(
        "Acknowledge By", groups=ADMIN, help="Called once a document is stored"
    )
    soap_ack_arguments = fields.Text(
        "Arguments of Acknowledging", groups=ADMIN, help="{id} is the document's: Id={id}"
    )
    soap_documents_path = fields.Char(
        "Documents Are In", groups=ADMIN, help="Field of the answer. Empty: the answer itself."
    )
    soap_content_path = fields.Char(
        "File Is In", groups=ADMIN, help="Field of a document. Empty: the document itself."
    )
    soap_name_path = fields.Char("File Name Is In", groups=ADMIN)
    soap_key_path = fields.Char("Id Is In", groups=ADMIN)
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

    @api.constrains("road", "polling", "soap_wsdl", "soap_operation")
    def _check_soap(self):
        for feed in self.sudo().filtered(lambda feed: feed.road == "soap"):
            if feed.polling and not (feed.soap_wsdl and feed.soap_operation):
                raise ValidationError(
                    self.env._("Say the WSDL and the operation that gives documents.")
                )
            if feed.soap_wsdl and not feed.soap_wsdl.startswith(("http://", "https://")):
                raise ValidationError(
                    self.env._("The WSDL's address begins with http:// or https://.")
                )

    def _drain_soap(self):
        """Ask again while there are documents that were not seen in this run."""
        service = soap.Service(self._soap_access())
        arrivals, seen = self.env["trace.notice.arrival"], set()
        for _round in range(ROUNDS if self.soap_ack_operation else 1):
            fetched = service.call(self.soap_operation, self._soap_values(self.soap_arguments))
            documents = [one for one in soap.documents(fetched, self._mapping()) if one not in seen]
            for document in documents:
                arrivals |= self._take_document(service, document)
            seen.update(documents)
            if not documents:
                break
        return arrivals

    def _take_document(self, service, document):
        """Store a document, commit, then take it from the queue."""
        arrival, _page = self.env["trace.notice.arrival"]._arrive_page(
            document.data,
            document.name or document.key or self.name,
            "soap",
            self,
            sender=f"{self.name}: {self.soap_operation}",
            reference=document.key,
        )
        self.env["ir.cron"]._commit_progress()
        if self.soap_ack_operation and document.key:
            values = self._soap_values(self.soap_ack_arguments, document.key)
            service.call(self.soap_ack_operation, values)
        return arrival

    def _soap_access(self):
        hosts = (self.hosts or "").replace(",", " ").split()
        return soap.Access(
            wsdl=self.soap_wsdl,
            service=self.soap_service or "",
            port=self.soap_port or "",
            auth=self.soap_auth or "none",
            user=self.user_name or "",
            password=self.password or "",
            hosts=frozenset(hosts),
            timeout=self.timeout or 60,
            size=2 * self._size_limit(),  # base64 makes four characters of three bytes
        )

    def _mapping(self):
        return soap.Mapping(
            self.soap_documents_path or "",
            self.soap_content_path or "",
            self.soap_name_path or "",
            self.soap_key_path or "",
        )

    def _soap_values(self, lines, key=""):
        """Arguments of an operation."""
        asked = self._asked()
        values = {
            "id": key,
            "since": f"{asked.since}T00:00:00Z",
            "since_date": asked.since,
            "today": f"{fields.Date.today():%Y-%m-%d}",
            "user": self.user_name or "",
            "password": self.password or "",
        }
        rows = [line.partition("=") for line in (lines or "").splitlines() if "=" in line]
        return soap.arguments([(name.strip(), text.strip()) for name, _sign, text in rows], values)
