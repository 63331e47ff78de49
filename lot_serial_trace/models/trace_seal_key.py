import os
from dataclasses import dataclass
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, config

# Sentences of KeyProblem are translated where they are said.
# pylint: disable=prefer-env-translation
from ..core import sealing
from ..core.seal_check import Signers
from ..core.sealing import KeyProblem, _

#: Where the private key is: in the environment, or (in small letters) in odoo.conf.
SETTING = "LOT_SERIAL_TRACE_SEAL_KEY"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs the next blocks.

    :param key: private key, or None: blocks are chained but not signed
    :param fingerprint: of the key, or empty
    """

    key: object = None
    fingerprint: str = ""

    @classmethod
    def of(cls, key):
        """The signer with a private key."""
        return cls(key, sealing.fingerprint(sealing.public_of(key)))

    def sign(self, text):
        """The signature over a header's text, or an empty one."""
        return sealing.sign(self.key, text) if self.key else ""

    def begins(self, head):
        """The public key, where the block after ``head`` is the first one to be signed."""
        if not self.key or (head and head.header.key):
            return ""
        return sealing.public_of(self.key)


class TraceSealKey(models.Model):
    """The public keys by which seals are checked.

    The private key is never in the database: it is a file that only the server's account can
    read, named in the environment or in odoo.conf. Whoever changes the database, its owner too,
    cannot sign.

    A key may sign when the chain itself says so: the first block to be signed announces its own
    key; a later key is announced in a block that the key before it signs. When a key was lost,
    an administrator begins anew with another and says why; that stays to be seen here.

    Without a key blocks are chained but not signed. Once blocks were signed, sealing waits when
    the key is missing: a copy of the database, for tests, does not continue the chain.
    """

    _name = "trace.seal.key"
    _description = "Public Key of Seals"
    _order = "id desc"
    _rec_name = "fingerprint"

    fingerprint = fields.Char(required=True, readonly=True)
    public_key = fields.Char(required=True, readonly=True, help="Ed25519, 32 bytes in base64")
    public_pem = fields.Text("Public Key (PEM)", compute="_compute_public_pem")
    announced_by = fields.Char(
        "Announced by", readonly=True, help="The fingerprint of the key that signed this."
    )
    announced_in = fields.Integer("In Block", readonly=True, aggregator=None)
    first_block = fields.Integer("Signs from Block", compute="_compute_blocks")
    last_block = fields.Integer("To Block", compute="_compute_blocks")
    reason = fields.Char(readonly=True, help="Why it begins without the word of the key before.")

    _fingerprint_idx = models.UniqueIndex("(fingerprint)")

    @api.depends("public_key")
    def _compute_public_pem(self):
        for key in self:
            key.public_pem = sealing.public_pem(key.public_key)

    @api.depends("fingerprint")
    def _compute_blocks(self):
        reigns = dict(
            (fingerprint, (first, last))
            for fingerprint, first, last in self.env["trace.block"]
            .sudo()
            ._read_group(
                [("key_id", "in", self.mapped("fingerprint"))],
                ["key_id"],
                ["number:min", "number:max"],
            )
        )
        for key in self:
            key.first_block, key.last_block = reigns.get(key.fingerprint, (0, 0))

    # -- the private key ------------------------------------------------------

    @api.model
    def _path(self):
        """Where the private key is, as the environment or odoo.conf says; empty: nowhere."""
        return os.environ.get(SETTING) or config.get(SETTING.lower()) or ""

    @api.model
    def _private(self):
        """Read the private key; None where none is set up.

        :raise KeyProblem: when it cannot be read
        """
        path = self._path()
        if not path:
            return None
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise KeyProblem(
                _("The key file %(path)s cannot be read: %(why)s."),
                path=path,
                why=error.strerror or str(error),
            ) from None
        return sealing.private_key(content)

    # -- who may sign ---------------------------------------------------------

    @api.model
    def _signer(self, head):
        """Who signs the block after ``head``.

        :return: :class:`Signer`
        :raise KeyProblem: when sealing must wait
        """
        key = self._private()
        current = head.header.key if head else ""
        if not key and not current:
            return Signer()
        if not key:
            raise KeyProblem(
                _(
                    "Blocks were signed by the key %(key)s, and no key is set up now. Set "
                    "LOT_SERIAL_TRACE_SEAL_KEY to its file."
                ),
                key=current,
            )
        signer = Signer.of(key)
        if current and not self._signers(head.header.number).may(signer.fingerprint):
            raise KeyProblem(
                _(
                    "The key in the file (%(key)s) is not the one that signs (%(current)s), nor "
                    "has that one announced it. Put the former key back and announce the new "
                    "one, or, if it was lost, begin anew with this one."
                ),
                key=signer.fingerprint,
                current=current,
            )
        return signer

    @api.model
    def _signers(self, number):
        """Who may sign after the block ``number``, as the chain says: two queries.

        :return: :class:`~..core.seal_check.Signers`
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT number, COALESCE(key_id, ''), announces FROM trace_block "
                "WHERE number <= %s AND announces IS NOT NULL ORDER BY number",
                number,
            )
        )
        newest = self.env.execute_query(
            SQL(
                "SELECT key_id FROM trace_block WHERE number <= %s AND key_id IS NOT NULL "
                "ORDER BY number DESC LIMIT 1",
                number,
            )
        )
        current = newest[0][0] if newest else ""
        publics = {_named(public): public for _number, _key, public in rows}
        announced = {_named(public) for _number, key, public in rows if key == current}
        return Signers(current, announced - {current}, publics)

    @api.model
    def _anew(self):
        """Fingerprints of keys that somebody has begun anew with."""
        return set(self.sudo().search([("reason", "!=", False)]).mapped("fingerprint"))

    # -- changing the key -----------------------------------------------------

    @api.model
    def _keep(self, public, head, reason=False):
        """Keep a public key that a block has announced."""
        fingerprint = sealing.fingerprint(public)
        if self.sudo().search_count([("fingerprint", "=", fingerprint)], limit=1):
            return
        self.sudo().create(
            {
                "fingerprint": fingerprint,
                "public_key": public,
                "announced_by": head.header.key,
                "announced_in": head.header.number,
                "reason": reason,
            }
        )

    @api.model
    def _announce(self, public):
        """Let the key that signs now announce the one that follows it, in a block of its own.

        :param public: PEM, or 32 bytes in base64
        """
        self._check_admin()
        public = self._said(sealing.public_key, public)
        head = self._lock()
        signer = self._said(self._signer, head)
        if not signer.key:
            raise UserError(
                self.env._("No key signs yet. The first one needs no announcement: set it up.")
            )
        if sealing.fingerprint(public) == signer.fingerprint:
            raise UserError(self.env._("This key signs already."))
        if signer.begins(head):
            head = self.env["trace.block"]._append(head, [(b"", b"")], signer)
        self.env["trace.block"]._append(head, [(b"", b"")], signer, public)

    @api.model
    def _begin_anew(self, reason):
        """Go on with the key in the file although the key before it has not announced it."""
        self._check_admin()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: an auditor will read the reason."))
        head = self._lock()
        key = self._said(self._private)
        if not key:
            raise UserError(self.env._("No key is set up."))
        signer = Signer.of(key)
        known = self.sudo().search([("fingerprint", "=", signer.fingerprint)])
        if known.first_block:
            raise UserError(self.env._("This key has signed before. Take one that is new."))
        known.unlink()
        public = sealing.public_of(key)
        self.env["trace.block"]._append(head, [(b"", b"")], signer, public, reason.strip())

    @api.model
    def _lock(self):
        """Keep others from sealing until this transaction ends; returns the newest block."""
        blocks = self.env["trace.block"]
        if not blocks._take_turn():
            raise UserError(self.env._("Events are being sealed just now. Try again in a minute."))
        return blocks._head()

    def _said(self, work, *arguments):
        """Run ``work``; what is wrong with a key is said to the person who asked."""
        try:
            return work(*arguments)
        except KeyProblem as problem:
            raise UserError(self._sentence(problem)) from None

    @api.model
    def _sentence(self, problem):
        """A key's problem in the user's language."""
        message = self.env._(problem.message)
        return message % problem.values

    def _check_admin(self):
        if not self.env.user.has_group("lot_serial_trace.group_trace_admin"):
            raise AccessError(self.env._("Administrators of traceability change keys."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if any(key.first_block for key in self):
            raise UserError(
                self.env._("Keys that have signed are kept: seals are checked by them.")
            )


def _named(public):
    """The fingerprint of a key that somebody may have tampered with."""
    try:
        return sealing.fingerprint(public)
    except ValueError:
        return ""
