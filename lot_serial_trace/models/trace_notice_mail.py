from odoo import api, models, tools

from ..core.asn import AsnError
from ..core.notices import generic, kind_of
from .trace_asn_mail import _ASIDE, _ASIDE_NAMES


class TraceNoticeMail(models.Model):
    """Notices that come by mail: data as attachments, or the words of the mail itself.

    A supplier writes that lots are to be sent back; an authority sends a table. Attachments that
    hold notices are read; where there are none, subject and text are the notice. Pictures and PDF
    stay on the message. Nobody gets a bounce.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.notice.arrival"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail came to a feed's address."""
        values = dict(custom_values or {})
        feed = self.env["trace.notice.feed"].sudo().browse(values.get("feed_id"))
        origin = {
            "sender": msg_dict.get("email_from"),
            "reference": msg_dict.get("message_id"),
        }
        subject = msg_dict.get("subject") or self.env._("Mail without a subject")
        arrivals = self.sudo().browse()
        for name, data, source in self._files(msg_dict):
            arrivals |= self._arrive(data, name, "mail", feed, source, **origin)
        if not arrivals:
            data = self._text_of(msg_dict, subject)
            arrivals = self._arrive(data, subject, "mail", feed, "typed", **origin)
        self.env["trace.notice.matching"]._match_arrived(arrivals)
        return arrivals[:1]

    @api.model
    def _files(self, msg_dict):
        """Attachments that can be notices, as ``(name, bytes, kind)``."""
        for name, content, info in msg_dict.get("attachments") or []:
            data = content.encode() if isinstance(content, str) else content
            aside = not isinstance(data, bytes) or (info or {}).get("cid")
            if aside or _ASIDE_NAMES.search(name or "") or _ASIDE.match(data[:100].lstrip()):
                continue
            try:
                yield name, data, kind_of(data, name)
            except AsnError:
                yield name, data, ""  # parked, and says why

    @api.model
    def _text_of(self, msg_dict, subject):
        """Subject and text of a mail, as a record that the readers know."""
        text = tools.html2plaintext(msg_dict.get("body") or "")
        sender = (msg_dict.get("email_from") or "").partition("<")[0].strip(' "')
        return generic.typed(
            title=subject,
            reason=text,
            number=msg_dict.get("message_id"),
            firm=sender,
            published=str(msg_dict.get("date") or ""),
        )
