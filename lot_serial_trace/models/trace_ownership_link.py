import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .trace_recall_letter import hashed

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
#: Hours for which an address can be confirmed.
CONFIRM = 48


class TraceOwnershipLink(models.Model):
    """A link in a mail to an owner: to confirm, or to withdraw. It does one thing, once.

    It carries 256 random bits; only their SHA-256 is kept, so that nobody who reads the database
    can speak for others. That it never was, was used and has ended are the same.
    """

    _name = "trace.ownership.link"
    _description = "Link of a Registered Owner"
    _log_access = False
    _rec_name = "purpose"

    ownership_id = fields.Many2one(
        "trace.ownership", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ownership_id.company_id")
    purpose = fields.Selection(
        [("confirm", "Confirm"), ("withdraw", "Withdraw")], required=True, readonly=True
    )
    made_at = fields.Datetime(required=True, readonly=True)
    expires_at = fields.Datetime(readonly=True, help="Empty: as long as the owner is kept")
    token_hash = fields.Char(required=True, readonly=True, groups="base.group_system")

    _token_idx = models.UniqueIndex("(token_hash)")

    @api.model
    def _make(self, ownership, purpose):
        """The address of a new link, told this once."""
        token, now = secrets.token_urlsafe(32), fields.Datetime.now()
        self.create(
            {
                "ownership_id": ownership.id,
                "purpose": purpose,
                "made_at": now,
                "expires_at": now + timedelta(hours=CONFIRM) if purpose == "confirm" else False,
                "token_hash": hashed(token),
            }
        )
        return f"{ownership.company_id._trace_page_root()}/trace/owner/{token}"

    @api.model
    def _find(self, token, lock=False):
        """The link with this token, if it still holds."""
        token = token if _TOKEN.fullmatch(token or "") else ""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM trace_ownership_link l
                JOIN trace_ownership o ON o.id = l.ownership_id
                WHERE l.token_hash = %s AND (l.expires_at IS NULL
                        OR l.expires_at > now() AT TIME ZONE 'UTC')
                    AND o.state = CASE l.purpose WHEN 'confirm' THEN 'asked' ELSE 'confirmed' END
                %s
                """,
                hashed(token),
                SQL("FOR UPDATE OF o") if lock else SQL(""),
            )
        )
        return self.browse(id_ for (id_,) in rows)

    def _use(self):
        """Do what the link is for."""
        owner, purpose = self.ownership_id, self.purpose
        self.unlink()
        if purpose == "confirm":
            owner._confirm()
        else:
            owner._erase("withdrawn")
