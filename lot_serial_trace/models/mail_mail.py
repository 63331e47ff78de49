from odoo import models

MODEL = "trace.recall.consignee"


class MailMail(models.Model):
    """Tells a recall whether its notices went out."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Mark the consignees before the mails are gone."""
        notices = self.filtered(lambda mail: mail.model == MODEL)
        if notices:
            notices.sudo()._trace_mark_notices(failure_reason or failure_type)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _trace_mark_notices(self, failure):
        for mail in self:
            letter = self.env["trace.recall.letter"].search(
                [
                    ("consignee_id", "=", mail.res_id),
                    ("message_ref", "=", mail.mail_message_id.message_id),
                ],
                limit=1,
            )
            if not letter:
                continue
            if failure:
                letter.failure = failure
                letter.consignee_id._bounce(failure)
            else:
                letter.consignee_id._mark_sent(letter)
