import re

from markupsafe import Markup

from odoo import api, models, tools

#: Beginnings of files that come along with notices and are none.
_ASIDE = re.compile(
    rb"%PDF-|\xff\xd8\xff|\x89PNG|GIF8|II\*\0|MM\0\*|BM.{4}\0{4}|RIFF.{4}(?:WEBP|WAVE|AVI )"
    rb"|\{\\rtf|-----BEGIN PGP|BEGIN:VC|<!doctype html|<html",
    re.IGNORECASE | re.DOTALL,
)
_ASIDE_NAMES = re.compile(
    r"\.(p7s|p7m|p7c|asc|sig|vcf|ics|docx?|odt|pptx?|svg|html?|eml|winmail\.dat)$"
    r"|^att\d+\.txt$|^winmail\.dat$",
    re.IGNORECASE,
)


class TraceAsnMail(models.Model):
    """Notices that come by mail: each attachment that can be one is a file that arrived.

    Pictures, signatures, PDF and the like stay on the message only. Nobody gets a bounce:
    what is wrong is on the desk, and a known sender is told if the channel says so.
    """

    _inherit = "trace.asn.exchange"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail came to a channel's address."""
        values = dict(custom_values or {})
        automatic = values.pop("trace_automatic", False)
        channel = self.env["trace.asn.channel"].sudo().browse(values.get("channel_id"))
        company = channel.company_id or self.env.company
        mail = self.with_company(company)._new(
            {
                "name": msg_dict.get("subject") or self.env._("Mail without a subject"),
                "kind": "mail",
                "road": "mail",
                "channel_id": channel.id,
                "company_id": company.id,
                "sender": msg_dict.get("email_from"),
                "reference": msg_dict.get("message_id"),
            }
        )
        mail._take_mail(msg_dict.get("attachments") or [])
        if mail.state == "parked" and not automatic:
            mail._answer_refusal()
        return mail

    def message_update(self, msg_dict, update_vals=None):
        """The supplier answered, perhaps with the corrected file."""
        if any(not self._is_aside(name, data) for name, data, _info in self._files(msg_dict)):
            self.message_new(msg_dict, {"channel_id": self.channel_id.id, "trace_automatic": True})
        return super().message_update(msg_dict, update_vals)

    @api.model
    def _files(self, msg_dict):
        """Attachments as ``(name, bytes, info)``."""
        return [
            (name, content.encode() if isinstance(content, str) else content, info)
            for name, content, info in msg_dict.get("attachments") or []
            if isinstance(content, (str, bytes))
        ]

    def _take_mail(self, attachments):
        """Take in the files of a mail."""
        refusal = self._refuse_sender()
        files = self._files({"attachments": attachments})
        for name, data, info in files:
            if not (info or {}).get("cid") and not self._is_aside(name, data):
                self._take_part(data, name, refusal)
        if self.child_ids:
            self._follow_files()
        else:
            names = ", ".join(name for name, _data, _info in files) or "–"
            self._park(
                self.env._("No attachment of the mail can be a shipping notice: %s", names),
                self.env._("Ask the supplier to attach the notice as a file, or dismiss the mail."),
            )

    @api.model
    def _is_aside(self, name, data):
        """Whether an attachment only comes along: a logo, a signature, a delivery note as PDF."""
        return bool(_ASIDE_NAMES.search(name or "") or _ASIDE.match(data[:100].lstrip()))

    def _refuse_sender(self):
        """Why nothing from this sender is read, or None."""
        if not self.channel_id or self.channel_id._accepts_sender(self.sender):
            return None
        return (
            self.env._("%s may not send notices to this address", self.sender or "?"),
            self.env._(
                "If you trust the file, press Read again. Add the sender to the channel or to "
                "the contacts."
            ),
        )

    # -- answering ------------------------------------------------------------

    def _answer_refusal(self):
        """Tell a known sender what is wrong, in a mail that no machine answers."""
        channel = self.channel_id
        contact = channel.reply_on_refusal and channel._contact(self.sender)
        if not contact or not channel._accepts_sender(self.sender):
            return
        company = self.company_id
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._("Not read: %s", self.name),
                "body_html": self._refusal_text(contact),
                "email_to": tools.email_normalize(self.sender),
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "references": self.reference,
                "headers": repr(
                    {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
                ),
                "model": self._name,
                "res_id": self.id,
                "is_notification": True,
            }
        )

    def _refusal_text(self, contact):
        texts = self.with_context(lang=contact.lang or self.env.lang)
        parked = texts.child_ids.filtered(lambda one: one.state == "parked") or texts
        rows = Markup().join(
            Markup("<li>%s: %s</li>") % (one.name, one._error_text()) for one in parked
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._("These shipping notices could not be read and are not expected:"),
            rows,
        )

    # -- gateway --------------------------------------------------------------

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Suppliers send many notices an hour: only strangers can be a loop."""
        if self.env["trace.asn.channel"]._contact(email_from_normalized):
            return None
        return [("kind", "=", "mail"), ("sender", "ilike", email_from_normalized)]
