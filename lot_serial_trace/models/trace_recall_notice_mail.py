from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_date, frozendict, get_lang

from .ir_qweb import KEPT_CODE
from .trace_recall_report import plain_text
from .trace_recall_telling import REMINDER, TOKENS

#: Lots that a notice names; the reply page names all.
NAMED = 100


class TraceRecallConsignee(models.Model):
    """The notice to a consignee: what the templates put into it, and what became of the mail."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.consignee"

    over_at = fields.Datetime("Told That It Is Over", readonly=True)
    reply_url = fields.Char("Where to Answer", compute="_compute_reply_url")

    @api.depends_context(TOKENS)
    def _compute_reply_url(self):
        """The link, while the notice is being written; later nobody knows it any more."""
        tokens = self.env.context.get(TOKENS) or {}
        for one in self:
            token = tokens.get(one.id)
            path = f"/recall/answer/{token}" if token else f"/recall/preview/{one.id}"
            one.reply_url = one.get_base_url() + path

    # -- for templates --------------------------------------------------------

    def _rows(self, limit=None):
        """What they got, lot by lot: list of dicts of texts ``product``, ``lot``, ``quantity``,
        ``documents``, ``date``.

        Who was named as a buyer is told the lots that it may be, and nothing of who sold to him.
        """
        self.ensure_one()
        lines = self._lines() or self.parent_id._lines()
        own = bool(self.line_ids)
        return [
            {
                "product": line.product_name or "",
                "lot": line.lot_name or "",
                "quantity": f"{line.quantity:g} {line.uom or ''}".strip() if own else "",
                "documents": (line.documents or "") if own else "",
                "date": format_date(self.env, line.last_time) if own and line.last_time else "",
            }
            for line in lines[:limit]
        ]

    def _goods_table(self):
        """The same as HTML for a mail."""
        rows = self._rows(NAMED)
        heads = (
            self.env._("Product"),
            self.env._("Lot/Serial"),
            self.env._("Quantity"),
            self.env._("Documents"),
        )
        cell = Markup('<td style="padding:4px 12px 4px 0;border-bottom:1px solid #ccc">%s</td>')
        head = Markup('<th style="padding:4px 12px 4px 0;text-align:left">%s</th>')
        body = [
            Markup("<tr>%s</tr>")
            % Markup().join(
                cell % row[name] for name in ("product", "lot", "quantity", "documents")
            )
            for row in rows
        ]
        more = len(self._lines()) - len(rows)
        table = Markup('<table style="border-collapse:collapse"><tr>%s</tr>%s</table>') % (
            Markup().join(head % name for name in heads),
            Markup().join(body),
        )
        if more > 0:
            words = self.env._("and %s more lots: the page behind the link names all.", more)
            table += Markup("<p>%s</p>") % words
        return table

    def _is_again(self):
        """Whether they were told before, of less."""
        return bool(self.notified_at) and not self._is_reminder()

    def _prefix(self):
        """What the subject of a reminder begins with."""
        return self.env._("Reminder: ") if self._is_reminder() else ""

    def _is_reminder(self):
        return bool(self.env.context.get(REMINDER))

    def _plain(self, name):
        """A text of the case without its markup."""
        return plain_text(self.sudo().recall_id[name])

    # -- sending --------------------------------------------------------------

    def _message_get_default_recipients(self, with_cc=False, all_tos=False):
        """The address of the case alone, whatever the partner's has become: it holds a link."""
        del with_cc, all_tos
        return {
            one.id: {"email_to": one.email or "", "email_cc": "", "partner_ids": []} for one in self
        }

    def _queue(self, kind):
        """Put notices into the mail queue and mark who gets them."""
        recall = self.recall_id
        tokens = self.env["trace.recall.letter"]._make(self, kind, recall.answer_days or 90)
        refs, code = {}, {}
        for (role, company), mine in self.grouped(lambda one: (one.role, one.company_id)).items():
            template = recall._template_for("over" if kind == "over" else role)
            template = template.with_company(company)
            template = template.with_context(
                **{TOKENS: frozendict(tokens), REMINDER: kind == "reminder", KEPT_CODE: code}
            )
            # The link is not to stay in the database: the mail goes as soon as it is sent.
            mails = template.send_mail_batch(mine.ids, email_values={"auto_delete": True})
            refs.update(zip(mine.ids, mails.mapped("message_id"), strict=True))
        self._mark_queued(kind, refs)

    def _mark_queued(self, kind, refs):
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_recall_letter l SET message_ref = ref.message
                FROM unnest(%s::int[], %s::varchar[]) AS ref(id, message)
                WHERE l.consignee_id = ref.id AND l.kind = %s AND l.message_ref IS NULL
                    AND l.sent_at IS NULL
                """,
                list(refs),
                list(refs.values()),
                kind,
            )
        )
        self.env["trace.recall.letter"].invalidate_model()
        now = fields.Datetime.now()
        if kind == "mail":
            self.write({"state": "sending", "failure": False})
            return
        if kind == "over":
            self.write({"over_at": now, "to_call": False})
            return
        for one in self:
            one.write({"state": "reminded", "reminded_at": now, "reminders": one.reminders + 1})

    def _queue_alone(self, kind):
        """Queue one notice; what is wrong with it stops only this one."""
        try:
            with self.env.cr.savepoint():
                self._queue(kind)
        except Exception as error:
            self.env.invalidate_all()
            self._bounce(str(error)[:200] or type(error).__name__)

    def _mark_sent(self, letter):
        """The mail server has taken the mail."""
        now = fields.Datetime.now()
        letter.write({"sent_at": now, "failure": False})
        if letter.kind != "mail":
            return
        for one in self:
            values = {"notified_at": one.notified_at or now, "told_quantity": one.quantity}
            if one.state in ("sending", "bounced", "to_notify"):
                values["state"] = "notified"
            one.write({**values, "failure": False})
        self.recall_id._note_first_notice()

    def _bounce(self, why):
        """The notice did not arrive: they are to be called."""
        for one in self:
            state = {} if one._is_over() else {"state": "bounced", "to_call": True}
            one.write({**state, "failure": (why or "")[:200]})

    def _lang(self):
        """The code of a language that is installed, for templates."""
        return get_lang(self.env, self.lang).code

    # -- test -----------------------------------------------------------------

    def _send_test(self, to):
        """Send the notice to ``to`` with a link that only shows the page to who logs in."""
        self.ensure_one()
        return (
            self.recall_id._template_for(self.role)
            .with_company(self.company_id)
            .send_mail(
                self.id,
                force_send=False,
                email_values={"email_to": to, "recipient_ids": [], "email_cc": False},
            )
        )
