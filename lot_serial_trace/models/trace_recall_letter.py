import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class TraceRecallLetter(models.Model):
    """A notice that went out to a consignee: how, when, and whether it failed.

    Each carries a link of its own by which it can be answered without a login. The link has 256
    random bits; only their SHA-256 is kept, so that nobody who reads the database can answer for
    others. It serves one consignee of one case, ends by itself and with the case.
    """

    _name = "trace.recall.letter"
    _description = "Notice to a Consignee"
    _order = "id desc"
    _rec_name = "kind"
    _log_access = False

    consignee_id = fields.Many2one(
        "trace.recall.consignee", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("mail", "E-mail"),
            ("reminder", "Reminder"),
            ("letter", "Letter"),
            ("list", "In a list"),
            ("over", "All clear"),
        ],
        required=True,
        readonly=True,
    )
    made_at = fields.Datetime("Made", required=True, readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    expires_at = fields.Datetime("Link Ends", required=True, readonly=True)
    failure = fields.Char(readonly=True)
    email = fields.Char("To", readonly=True)
    message_ref = fields.Char(readonly=True, groups="base.group_system")
    token_hash = fields.Char(required=True, readonly=True, groups="base.group_system")

    _token_idx = models.UniqueIndex("(token_hash)")
    _message_idx = models.Index("(message_ref) WHERE message_ref IS NOT NULL")

    @api.model
    def _make(self, consignees, kind, days):
        """Make a link for each consignee: one query.

        :param days: after so many days the links end
        :return: dict consignee id -> token, told this once
        """
        tokens = {consignee.id: secrets.token_urlsafe(32) for consignee in consignees}
        now = fields.Datetime.now()
        self.env["trace.recall.consignee"].flush_model(["email", "company_id"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_recall_letter (consignee_id, company_id, kind, made_at,
                    expires_at, email, token_hash)
                SELECT c.id, c.company_id, %(kind)s, %(now)s, %(end)s, c.email, made.hash
                FROM unnest(%(ids)s::int[], %(hashes)s::varchar[]) AS made(id, hash)
                JOIN trace_recall_consignee c ON c.id = made.id
                """,
                kind=kind,
                now=now,
                end=now + timedelta(days=days),
                ids=list(tokens),
                hashes=[hashed(token) for token in tokens.values()],
            )
        )
        self.invalidate_model()
        consignees.invalidate_recordset(["letter_ids"])
        return tokens

    @api.model
    def _consignee(self, token):
        """Whose link it is, or nobody: that it never was and that it has ended are the same."""
        token = token if _TOKEN.fullmatch(token or "") else ""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id FROM trace_recall_letter l
                JOIN trace_recall_consignee c ON c.id = l.consignee_id
                JOIN trace_recall r ON r.id = c.recall_id
                WHERE l.token_hash = %s AND l.expires_at > now() AT TIME ZONE 'UTC'
                    AND r.state = 'running' AND c.state != 'void'
                """,
                hashed(token),
            )
        )
        return self.env["trace.recall.consignee"].sudo().browse(id_ for (id_,) in rows)


def hashed(token):
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
