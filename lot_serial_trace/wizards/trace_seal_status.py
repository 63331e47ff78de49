import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import sealing
from ..core.sealing import KeyProblem


class TraceSealStatus(models.TransientModel):
    """How the archive stands: what is sealed, by which key, and whether it was verified.

    From here an auditor verifies it, with an anchor file if there is one, and an administrator
    announces the next key, or begins anew where one was lost.
    """

    _name = "trace.seal.status"
    _description = "Seals"

    block_id = fields.Many2one("trace.block", "Newest Block", compute="_compute_status")
    sealed_at = fields.Datetime(compute="_compute_status")
    block_hash = fields.Char("Hash", compute="_compute_status")
    key_id = fields.Char("Signed by", compute="_compute_status")
    sealed_events = fields.Integer("Events Sealed", compute="_compute_status")
    unsealed = fields.Integer("Not Sealed Yet", compute="_compute_status")
    signed = fields.Boolean(compute="_compute_status")
    waits = fields.Char(compute="_compute_status")
    file_key = fields.Char("Key in the File", compute="_compute_status")
    check_id = fields.Many2one("trace.seal.check", "Last Verified", compute="_compute_check")
    check_result = fields.Char("Result", compute="_compute_check")
    faults = fields.Integer(compute="_compute_check")
    running_id = fields.Many2one("trace.seal.check", "Under Way", compute="_compute_check")
    running_progress = fields.Integer(compute="_compute_check")

    scope = fields.Selection(
        [("all", "Whole archive"), ("range", "Range of events")], "Verify", default="all"
    )
    first_id = fields.Integer("From Event")
    last_id = fields.Integer("To Event")
    anchor = fields.Binary("Anchor File", help="What was cut off at the end is found by it.")
    anchor_name = fields.Char()
    public = fields.Text("Next Public Key")
    reason = fields.Char("What happened to the key before")

    @api.depends("scope")
    def _compute_status(self):
        blocks = self.env["trace.block"]
        head = blocks.search([], limit=1)
        unsealed, _since = blocks._unsealed()
        total = blocks._read_group([], [], ["event_count:sum"])[0][0]
        waits, file_key = self._key_state()
        for status in self:
            status.block_id = head
            status.sealed_at = head.sealed_at
            status.block_hash = head.block_hash
            status.key_id = head.key_id
            status.sealed_events = total
            status.unsealed = unsealed
            status.signed = bool(head.key_id or file_key)
            status.waits = waits
            status.file_key = file_key

    @api.model
    def _key_state(self):
        """``(why sealing waits, fingerprint of the key in the file)``."""
        keys, waits, file_key = self.env["trace.seal.key"], False, False
        try:
            key = keys._private()
            file_key = key and sealing.fingerprint(sealing.public_of(key))
            keys._signer(self.env["trace.block"]._head())
        except KeyProblem as problem:
            waits = keys._sentence(problem)
        return waits, file_key

    @api.depends("scope")
    def _compute_check(self):
        checks = self.env["trace.seal.check"]
        last = checks.search([("state", "=", "done"), ("scope", "!=", "range")], limit=1)
        running = checks.search([("state", "=", "running"), ("scope", "!=", "night")], limit=1)
        for status in self:
            status.check_id = last
            status.check_result = last.result
            status.faults = last.fault_count
            status.running_id = running
            status.running_progress = running.progress

    def _compute_display_name(self):
        for status in self:
            status.display_name = self.env._("Seals")

    # -- buttons --------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open the screen."""
        return self.create({})._get_records_action(
            name=self.env._("Seals"), context=self.env.context
        )

    def action_verify(self):
        """Verify what was chosen."""
        self.ensure_one()
        if self.scope == "range" and not (self.first_id or self.last_id):
            raise UserError(self.env._("Say from which event to which."))
        anchor = self.anchor and base64.b64decode(self.anchor).decode(errors="replace")
        check = self.env["trace.seal.check"]._ask(
            self.scope, self.first_id, self.last_id or self.first_id, anchor or None
        )
        return check._get_records_action(name=self.env._("Verification"))

    def action_anchor(self):
        """Download the newest block as an anchor file."""
        if not self.block_id:
            raise UserError(self.env._("Nothing is sealed yet."))
        return self.block_id.action_anchor()

    def action_mail_anchor(self):
        """Mail the newest block to those whom the settings name."""
        if not self.block_id:
            raise UserError(self.env._("Nothing is sealed yet."))
        return self.block_id.action_mail_anchor()

    def action_announce(self):
        """Announce the next key in a block that the key of today signs."""
        self.env["trace.seal.key"]._announce(self.public or "")
        return self.action_open()

    def action_begin_anew(self):
        """Go on with the key in the file, although the one before did not announce it."""
        self.env["trace.seal.key"]._begin_anew(self.reason)
        return self.action_open()

    def action_check(self):
        """Open the last verification."""
        return (self.running_id or self.check_id)._get_records_action()
