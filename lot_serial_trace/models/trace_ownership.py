import re
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, email_normalize, get_lang

from .trace_guard import refuse_forgery

#: Who may see how an owner is reached.
MANAGERS = "lot_serial_trace.group_trace_recall"
#: Days after which an address that nobody has confirmed is erased.
UNCONFIRMED = 7
#: Messages that one address, and requests that one number, may bring about within a day.
PER_ADDRESS, PER_NUMBER = 3, 20
#: Names of hosts have a point in them; Odoo takes more for an address than a mail server does.
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class TraceOwnership(models.Model):
    """Somebody has a unit and wants to be told if it is recalled.

    The only purpose of the address is that message. It is left on the public page of the unit and
    counts once it has been confirmed by a link in a mail (``trace.ownership.link``): nobody can
    register somebody else. It goes when the owner withdraws, when the time is over that the
    company has set, when a recall manager erases it on request, and after a week if nobody has
    confirmed it. What stays is a row without any address, so that they can be counted.

    The ledger (``trace.event``) never learns of owners: erasing one breaks no seal. Owners of a
    recalled number become consignees of the case (``trace_recall_owner.py``).
    """

    _name = "trace.ownership"
    _description = "Registered Owner"
    _order = "id desc"
    _rec_name = "number"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    product_id = fields.Many2one("product.product", readonly=True, index=True, ondelete="set null")
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    number = fields.Char("Lot/Serial Number", readonly=True)
    email = fields.Char(readonly=True, groups=MANAGERS)
    lang = fields.Char("Language", readonly=True, groups=MANAGERS)
    state = fields.Selection(
        [("asked", "Not confirmed"), ("confirmed", "Registered"), ("erased", "Erased")],
        required=True,
        readonly=True,
        default="asked",
    )
    asked_at = fields.Datetime("Asked", required=True, readonly=True)
    confirmed_at = fields.Datetime("Confirmed", readonly=True)
    ends_on = fields.Date("Kept Until", readonly=True)
    erased_at = fields.Datetime("Erased On", readonly=True)
    erased_why = fields.Selection(
        [
            ("withdrawn", "Withdrawn"),
            ("time", "Time is over"),
            ("unconfirmed", "Never confirmed"),
            ("request", "Erased on request"),
            ("twice", "Registered already"),
        ],
        "Why Erased",
        readonly=True,
    )
    link_ids = fields.One2many("trace.ownership.link", "ownership_id", groups="base.group_system")

    _once_idx = models.UniqueIndex("(lot_id, lower(email)) WHERE state = 'confirmed'")
    _ends_idx = models.Index("(ends_on) WHERE state = 'confirmed'")
    _asked_idx = models.Index("(asked_at) WHERE state = 'asked'")
    _email_idx = models.Index("(lower(email)) WHERE email IS NOT NULL")

    # -- registering ----------------------------------------------------------

    @api.model
    def _ask(self, lot, company, email, lang):
        """Somebody left an address on the page of a number.

        Whether it is known already, or too many messages went to it today, is not told.

        :return: a sentence about what is wrong with the address, or ""
        """
        address = email_normalize(email)
        if not address or not _ADDRESS.fullmatch(address):
            return self.env._("This is no mail address. Please look at it once more.")
        if not self._is_too_often(lot, address):
            self._take(lot, company, address, lang)
        return ""

    @api.model
    def _is_too_often(self, lot, address):
        since = fields.Datetime.now() - timedelta(days=1)
        self.flush_model()
        [(mails, asked)] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT count(*) FROM trace_ownership_link l
                        JOIN trace_ownership o ON o.id = l.ownership_id
                        WHERE lower(o.email) = %(email)s AND l.made_at > %(since)s),
                    (SELECT count(*) FROM trace_ownership
                        WHERE lot_id = %(lot)s AND asked_at > %(since)s)
                """,
                email=address,
                lot=lot.id,
                since=since,
            )
        )
        return mails >= PER_ADDRESS or asked >= PER_NUMBER

    @api.model
    def _take(self, lot, company, address, lang):
        known = self.search(
            [("lot_id", "=", lot.id), ("email", "=", address), ("state", "=", "confirmed")]
        )
        if known:
            known._send("registered", "withdraw")
            return known
        made = self.create(
            {
                "company_id": company.id,
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "number": lot.name,
                "email": address,
                "lang": lang,
                "asked_at": fields.Datetime.now(),
            }
        )
        made._send("confirm", "confirm")
        return made

    def _confirm(self):
        """The address is right: whoever reads its mail has said so."""
        self.ensure_one()
        twin = self.search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("email", "=", self.email),
                ("state", "=", "confirmed"),
            ],
            limit=1,
        )
        if twin:
            self._erase("twice")
            return twin
        months = self.company_id.trace_owner_months
        self.write(
            {
                "state": "confirmed",
                "confirmed_at": fields.Datetime.now(),
                "ends_on": fields.Date.today() + relativedelta(months=months),
            }
        )
        self._send("registered", "withdraw")
        self.env.ref("lot_serial_trace.cron_recall_consignees").sudo()._trigger()
        return self

    def _send(self, template, purpose):
        """Put a mail into the queue; its link is told in it and nowhere else."""
        url = self.env["trace.ownership.link"]._make(self, purpose)
        self.env.ref(f"lot_serial_trace.mail_ownership_{template}").with_company(
            self.company_id
        ).with_context(trace_owner_url=url).send_mail(self.id, email_values={"auto_delete": True})
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _message_get_default_recipients(self, with_cc=False, all_tos=False):
        """The address that was left, whoever else has it."""
        del with_cc, all_tos
        return {
            one.id: {"email_to": one.email or "", "email_cc": "", "partner_ids": []} for one in self
        }

    def _lang(self):
        """The code of a language that is installed, for templates."""
        return get_lang(self.env, self.lang).code

    # -- erasing --------------------------------------------------------------

    def action_erase(self):
        """Erase the addresses: somebody asked for it."""
        if not self.env.su and not self.env.user.has_group(MANAGERS):
            raise AccessError(self.env._("Only a recall manager can erase owners."))
        self.check_access("read")
        self.sudo()._erase("request")

    def _erase(self, why):
        """Forget who it was, in the cases that concern the unit, too: constant queries."""
        if not self:
            return
        self.env.flush_all()
        self.env["mail.mail"].sudo().search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        for query in _FORGET:
            self.env.cr.execute(
                SQL(query, ids=self.ids, keys=[f"o{id_}" for id_ in self.ids], why=why)
            )
        self.env.invalidate_all()

    @api.model
    def _cron_erase(self):
        """Erase what is over and what nobody has confirmed."""
        while erased := self._erase_due():
            self.env["ir.cron"]._commit_progress(erased)

    @api.model
    def _erase_due(self, limit=1000):
        """Erase some; returns how many."""
        now = fields.Datetime.now()
        old = now - timedelta(days=UNCONFIRMED)
        today = fields.Date.today()
        count = 0
        for domain, why in (
            ([("state", "=", "asked"), ("asked_at", "<", old)], "unconfirmed"),
            ([("state", "=", "confirmed"), ("ends_on", "<", today)], "time"),
        ):
            found = self.search(domain, limit=limit)
            found._erase(why)
            count += len(found)
        return count

    # -- guards ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Owners register themselves."""
        if not self.env.su:
            raise AccessError(self.env._("Owners register themselves on the page of their unit."))
        return super().create(vals_list)

    def write(self, vals):
        """What an owner said is not for others to change."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("Owners are counted. Erase the address instead."))


#: What is done when owners are forgotten. A case keeps that there was one.
_FORGET = (
    "DELETE FROM trace_ownership_link WHERE ownership_id = ANY(%(ids)s)",
    """UPDATE trace_ownership SET email = NULL, lang = NULL, state = 'erased', erased_why = %(why)s,
        erased_at = now() AT TIME ZONE 'UTC' WHERE id = ANY(%(ids)s)""",
    """UPDATE trace_recall_letter SET email = NULL, message_ref = NULL, failure = NULL
        WHERE consignee_id IN (SELECT id FROM trace_recall_consignee WHERE key = ANY(%(keys)s))""",
    """UPDATE trace_recall_consignee SET email = NULL, failure = NULL, lang = NULL,
        state = CASE WHEN state IN ('answered', 'done') THEN state ELSE 'void' END, to_call = FALSE
        WHERE key = ANY(%(keys)s)""",
)
