import base64
import binascii

from odoo import api, models
from odoo.exceptions import ValidationError


class TraceAsnApi(models.Model):
    """What machines ask of shipping notices (``/json/2``, ``/trace/asn``)."""

    _inherit = "trace.asn"

    @api.model
    def import_document(self, name: str, content_base64: str) -> dict:
        """Take in one file of shipping notices: the method for machines (``/json/2``).

        Sending the same file again is harmless: the answer tells the notices that are
        there already. A file that cannot be read is kept, parked, and the answer says why.

        :param name: file name, as the sender calls it
        :param content_base64: the file, base64
        :return: ``exchange`` (id of the arrival), ``state``, ``duplicate`` (was here
            already), ``error`` (why the file was refused, or false) and ``notices``: list of
            dicts with ``id``, ``number``, ``state`` and ``findings``, which are dicts ``code``,
            ``severity``, ``message``, ``remedy``, ``line`` (in the file, 0: none), ``path``.
            For the first notice ``id``, ``number``, ``state`` and ``findings`` stand beside
            ``notices`` as well; ``id`` and ``number`` are false and ``state`` is
            ``parked`` when there is none.
        :raises ValidationError: the content is not base64
        """
        return self.env["trace.asn.exchange"]._arrive_base64(name, content_base64, "api")

    @api.model
    def _import(self, data, filename, road="upload"):
        """Take in a file and return its notices; none when it cannot be read."""
        exchange = self.env["trace.asn.exchange"]._arrive(data, filename, road)
        return exchange._notices()

    def _for_machines(self):
        """A notice in the shape that :meth:`import_document` returns."""
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.name,
            "state": self.state,
            "findings": self._findings_for_machines(),
        }

    def _findings_for_machines(self):
        """Flaws and open exceptions."""
        flaws = [
            {
                "code": flaw.code,
                "severity": flaw.severity,
                "message": flaw.message,
                "remedy": flaw.remedy,
                "line": flaw.source_line,
                "path": flaw.source_path or "",
            }
            for flaw in self.flaw_ids
        ]
        open_ones = self.exception_ids.filtered(lambda one: one.state != "resolved")
        return flaws + [
            {
                "code": exception.kind,
                "severity": exception.severity,
                "message": exception.name,
                "remedy": exception.remedy,
                "line": 0,
                "path": "",
            }
            for exception in open_ones
            if exception.kind != "asn_flaw"
        ]


class TraceAsnExchangeApi(models.Model):
    """What machines are answered about an arrival."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn.exchange"

    @api.model
    def upload_file(self, name: str, content_base64: str) -> dict:
        """Take in a file that a person dropped; see ``trace.asn.import_document``."""
        return self._arrive_base64(name, content_base64, "upload")

    @api.model
    def _arrive_base64(self, name, content_base64, road):
        try:
            data = base64.b64decode(content_base64, validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise ValidationError(self.env._("content_base64 is not base64.")) from None
        return self._arrive(data, name, road)._for_machines()

    def _for_machines(self):
        """An arrival in the shape that ``trace.asn.import_document`` returns."""
        self.ensure_one()
        told = self._parked_file() or self.duplicate_of_id or self
        notices = [asn._for_machines() for asn in self._notices()]
        none = {"id": False, "number": False, "state": told.state, "findings": told._as_findings()}
        return {
            **(notices[0] if notices else none),
            "exchange": self.id,
            "duplicate": self.state == "again",
            "error": told._error_text() or False,
            "notices": notices,
        }

    def _parked_file(self):
        """The first file of a container that is parked, or repeats one that is."""
        files = self.child_ids.sorted("id")
        firsts = [file.duplicate_of_id or file for file in files]
        return next((one for one in firsts if one.state == "parked"), self.browse())

    def _error_text(self):
        return " ".join(
            text if text.endswith(".") else f"{text}." for text in (self.error, self.remedy) if text
        )

    def _as_findings(self):
        if not self.error:
            return []
        return [
            {
                "code": "asn_unreadable",
                "severity": "warn",
                "message": self.error,
                "remedy": self.remedy or "",
                "line": self.error_line,
                "path": "",
            }
        ]
