from odoo import api, models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    """Bounced notices of a recall find their consignee by the number of the message.

    The mail itself is gone by then: it held the link, which is not to stay in the database.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        refs = [ref for ref in message_dict.get("bounced_msg_ids") or [] if ref]
        if refs:
            letters = self.env["trace.recall.letter"].sudo().search([("message_ref", "in", refs)])
            if letters:
                why = _reason(email_message) or html2plaintext(message_dict.get("body") or "")
                letters.write({"failure": " ".join(why.split())[:200]})
                letters.consignee_id._bounce(" ".join(why.split()))
        return super()._routing_handle_bounce(email_message, message_dict)


def _reason(message):
    """What the mail server says in a report, e.g. "550 5.1.1 no such user"."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                code = block.get("Diagnostic-Code") if hasattr(block, "get") else None
                if code:
                    return str(code).partition(";")[2] or str(code)
    return ""
