from odoo import api, models

#: Beginnings of a mail's text that is a notice itself.
_NOTICE = (b"UNA", b"UNB+", b"ISA", b"<?xml")


class MailThread(models.AbstractModel):
    """Mails to an address for shipping notices keep their files as they were sent.

    Odoo decodes attachments of a text type to characters, and puts a replacement where
    that fails: an XML file in Latin-1 would be damaged before anybody reads it.
    """

    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Give mails with notices their attachments byte by byte."""
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        if not any(route[0] == "trace.asn.exchange" for route in routes or ()):
            return routes
        message_dict["attachments"] = self._trace_as_sent(
            message, message_dict.get("attachments") or []
        )
        automatic = message.get("Auto-Submitted", "no").lower() != "no" or "List-Id" in message
        return [self._trace_mark(route, automatic) for route in routes]

    @api.model
    def _trace_mark(self, route, automatic):
        """Tell the exchange whether a machine wrote the mail."""
        if route[0] != "trace.asn.exchange" or not automatic:
            return route
        model, thread_id, values, *rest = route
        return (model, thread_id, {**(values or {}), "trace_automatic": True}, *rest)

    @api.model
    def _trace_as_sent(self, message, attachments):
        """Attachments with the bytes of the mail's parts instead of decoded characters."""
        parts = {}
        for part in message.walk():
            if not part.is_multipart():
                name = part.get_filename() or "attachment"
                parts.setdefault(name, []).append(part.get_payload(decode=True))
        found = []
        for attachment in attachments:
            raw = parts.get(attachment[0])
            if raw and isinstance(attachment[1], (str, bytes)):
                attachment = attachment._replace(content=raw.pop(0))
            found.append(attachment)
        return found or self._trace_body_file(message)

    @api.model
    def _trace_body_file(self, message):
        """A mail without attachments whose text is the notice."""
        if message.is_multipart():
            return []
        data = message.get_payload(decode=True) or b""
        if not (message.get_filename() or data.lstrip().startswith(_NOTICE)):
            return []
        return [self._Attachment(message.get_filename() or "message.txt", data, {})]
