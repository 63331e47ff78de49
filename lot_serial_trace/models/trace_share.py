import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

#: A link ends after so many days at the latest.
LONGEST = 366
#: Wrong links from one address, and visits of one link, that are answered within ten minutes.
WRONG_LINKS = 20
VISITS = 200
WINDOW = timedelta(minutes=10)
#: Days for which visits with a wrong link are kept.
KEEP_WRONG = 90
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class TraceShare(models.Model):
    """A link by which somebody without a login reads one stored answer, and nothing else.

    The link carries 256 random bits; only their SHA-256 is kept, so that nobody who reads the
    database can open what was shared. It ends by itself, can be revoked at any time, and every
    visit is kept with time and address.
    """

    _name = "trace.share"
    _description = "Shared Trace"
    _order = "id desc"
    _rec_name = "recipient"

    run_id = fields.Many2one("trace.run", "Answer", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    recipient = fields.Char("For", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Shared by", required=True, readonly=True)
    shared_at = fields.Datetime(required=True, readonly=True)
    expires_at = fields.Datetime("Ends", required=True, readonly=True)
    revoked_at = fields.Datetime("Revoked", readonly=True)
    revoked_by_id = fields.Many2one("res.users", "Revoked by", readonly=True)
    token_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    visit_ids = fields.One2many("trace.share.visit", "share_id", readonly=True)
    visits = fields.Integer(compute="_compute_visits")
    last_visit_at = fields.Datetime("Last Visit", compute="_compute_visits")
    state = fields.Selection(
        [("active", "Active"), ("ended", "Ended"), ("revoked", "Revoked")],
        compute="_compute_state",
    )

    _token_idx = models.UniqueIndex("(token_hash)")

    @api.depends("visit_ids")
    def _compute_visits(self):
        groups = self.env["trace.share.visit"]._read_group(
            [("share_id", "in", self.ids), ("outcome", "=", "shown")],
            ["share_id"],
            ["__count", "visited_at:max"],
        )
        found = {share.id: (count, last) for share, count, last in groups}
        for share in self:
            share.visits, share.last_visit_at = found.get(share.id, (0, False))

    @api.depends("expires_at", "revoked_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for share in self:
            ended = "ended" if share.expires_at and share.expires_at <= now else "active"
            share.state = "revoked" if share.revoked_at else ended

    # -- sharing --------------------------------------------------------------

    @api.model
    def _may_share(self):
        return self.env.su or self.env.user.has_group("lot_serial_trace.group_trace_quality")

    @api.model
    def share(self, question: dict, recipient: str, days: int = 14, run: int = 0) -> dict:
        """Keep the answer to a question and make a link to it.

        :param recipient: for whom the link is; it is told on the page
        :param days: after so many days it ends
        :param run: id of a ``trace.run`` that is shared instead of asking anew
        :return: dict ``id``, ``run``, ``url`` (told this once) and ``expires_at``
        :raises AccessError: the caller does not belong to Quality
        """
        if not self._may_share():
            raise AccessError(self.env._("Only Quality may share answers outside of the company."))
        recipient = " ".join(str(recipient or "").split())[:200]
        if not recipient:
            raise UserError(self.env._("Say for whom the link is."))
        if not 1 <= int(days) <= LONGEST:
            raise UserError(self.env._("A link ends after 1 to %s days.", LONGEST))
        run = run or self.env["trace.explorer"].keep(question, "audit")
        answer = self.env["trace.run"].browse(run)
        answer.check_access("read")
        return self._make(answer, recipient, int(days))

    @api.model
    def _make(self, answer, recipient, days):
        token = secrets.token_urlsafe(32)
        now = fields.Datetime.now()
        made = self.sudo().create(
            {
                "run_id": answer.id,
                "recipient": recipient,
                "user_id": self.env.uid,
                "shared_at": now,
                "expires_at": now + timedelta(days=days),
                "token_hash": _hash(token),
            }
        )
        return {
            "id": made.id,
            "run": answer.id,
            "url": f"{self.get_base_url()}/trace/shared/{token}",
            "expires_at": fields.Datetime.to_string(made.expires_at),
        }

    def action_revoke(self):
        """End links now."""
        if not self._may_share():
            raise AccessError(self.env._("Only Quality may revoke links."))
        self.check_access("read")
        self.filtered(lambda share: not share.revoked_at).sudo().write(
            {"revoked_at": fields.Datetime.now(), "revoked_by_id": self.env.uid}
        )

    # -- visiting -------------------------------------------------------------

    @api.model
    def _visit(self, token, address, agent):
        """Let somebody in who has a link, or say why not; either is kept.

        :return: ``(outcome, share)``; outcome is ``shown``, ``ended``, ``revoked``, ``unknown``
            or ``too_many``
        """
        token = token if _TOKEN.fullmatch(token or "") else ""
        share = self.sudo().search([("token_hash", "=", _hash(token))], limit=1)
        if self._is_hasty(share, address):
            return "too_many", self.browse()
        outcome = "unknown"
        if share:
            outcome = "shown" if share.state == "active" else share.state
        self.env["trace.share.visit"].sudo().create(
            {
                "share_id": share.id,
                "visited_at": fields.Datetime.now(),
                "address": (address or "")[:100],
                "agent": (agent or "")[:300],
                "outcome": outcome,
            }
        )
        return outcome, share if outcome == "shown" else self.browse()

    @api.model
    def _is_hasty(self, share, address):
        """Whether an address tries links out, or one link is called too often."""
        self.env["trace.share.visit"].flush_model()
        [(wrong, often)] = self.env.execute_query(
            SQL(
                """
                SELECT
                    (SELECT count(*) FROM trace_share_visit WHERE outcome = 'unknown'
                        AND address = %(address)s AND visited_at > %(since)s),
                    (SELECT count(*) FROM trace_share_visit
                        WHERE share_id = %(share)s AND visited_at > %(since)s)
                """,
                address=(address or "")[:100],
                share=share.id or None,
                since=fields.Datetime.now() - WINDOW,
            )
        )
        return wrong >= WRONG_LINKS or often >= VISITS


class TraceShareVisit(models.Model):
    """Somebody opened a shared link, or tried one that is none."""

    _name = "trace.share.visit"
    _description = "Visit of a Shared Trace"
    _order = "id desc"
    _log_access = False
    _rec_name = "address"

    share_id = fields.Many2one("trace.share", index=True, readonly=True, ondelete="cascade")
    visited_at = fields.Datetime("When", required=True, readonly=True)
    address = fields.Char("IP Address", readonly=True)
    agent = fields.Char("Program", readonly=True)
    outcome = fields.Selection(
        [
            ("shown", "Shown"),
            ("ended", "Refused: ended"),
            ("revoked", "Refused: revoked"),
            ("unknown", "Refused: no such link"),
        ],
        required=True,
        readonly=True,
    )

    _wrong_idx = models.Index("(address, visited_at) WHERE outcome = 'unknown'")

    @api.autovacuum
    def _gc_wrong(self):
        """Forget visits with links that never were."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_WRONG)
        self.search(
            [("outcome", "=", "unknown"), ("visited_at", "<", limit)], limit=10_000
        ).unlink()


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
