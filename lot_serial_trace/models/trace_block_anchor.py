import json

from odoo import api, models
from odoo.exceptions import UserError

from ..core.seal_check import anchor_file
from ..core.sealing import Header
from .trace_block import _utc

#: ir.config_parameter keys: who gets an anchor each day, and the block that was sent last.
ANCHOR_TO = "lot_serial_trace.anchor_to"
ANCHOR_SENT = "lot_serial_trace.anchor_sent"


class TraceBlock(models.Model):
    """Anchors: a block's hash, noted where whoever changes the database cannot change it.

    A chain that was made anew as a whole, or cut off at its end, is as good in itself as the
    right one. An anchor tells: it is mailed each day to people who keep their mail elsewhere,
    and can be downloaded. It discloses nothing of the events.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.block"

    def _header(self):
        """The header of the block, as it was hashed."""
        self.ensure_one()
        return Header(
            number=self.number,
            version=self.version,
            first_id=self.first_id,
            last_id=self.last_id,
            events=self.event_count,
            ids=self.ids_hash,
            root=self.root,
            blocks=self.blocks_root,
            previous=self.previous_hash,
            sealed_at=_utc(self.sealed_at),
            key=self.key_id or "",
            announces=self.announces or "",
        )

    @api.model
    @api.readonly
    def newest_anchor(self) -> dict:
        """Return the anchor of the newest block: the method for machines (``/json/2``).

        :return: what an anchor file says, to be kept where nobody changes it and to be given to
            ``trace.seal.check/verify`` or to the checker of proofs later; empty while nothing is
            sealed
        :raises AccessError: the caller is neither auditor nor administrator of traceability
        """
        head = self.search([], order="number desc", limit=1)
        return head._anchor() if head else {}

    def _anchor(self):
        """Return the anchor of the block, as a dict."""
        self.ensure_one()
        parameters = self.env["ir.config_parameter"].sudo()
        return anchor_file(
            self._header().text,
            self.signature,
            database=self.env.cr.dbname,
            uuid=parameters.get_param("database.uuid"),
            url=parameters.get_param("web.base.url"),
        )

    def _anchor_file(self):
        """Return ``(name, content)`` of the anchor as a file."""
        return f"anchor-{self.number}.json", json.dumps(self._anchor(), indent=1)

    def action_anchor(self):
        """Download the anchor of the block."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_serial_trace/anchor/{self.number}.json",
            "target": "download",
        }

    # -- by mail --------------------------------------------------------------

    @api.model
    def _cron_anchor(self):
        """Mail the newest block to whoever the settings name, if there is a new one."""
        parameters = self.env["ir.config_parameter"].sudo()
        to = parameters.get_param(ANCHOR_TO)
        head = self.sudo().search([], order="number desc", limit=1)
        if not to or not head or parameters.get_param(ANCHOR_SENT) == str(head.number):
            return
        head._mail_anchor(to)
        parameters.set_param(ANCHOR_SENT, str(head.number))

    def _mail_anchor(self, to):
        """Mail the anchor of the block."""
        name, content = self._anchor_file()
        attachment = self.env["ir.attachment"].create(
            {"name": name, "raw": content.encode(), "mimetype": "application/json"}
        )
        template = self.env.ref("lot_serial_trace.mail_anchor")
        template.send_mail(
            self.id,
            email_values={
                "email_to": to,
                "recipient_ids": [],
                "attachment_ids": [(4, attachment.id)],
            },
        )

    def action_mail_anchor(self):
        """Mail the anchor of the block now."""
        self.ensure_one()
        self.check_access("read")
        to = self.env["ir.config_parameter"].sudo().get_param(ANCHOR_TO)
        if not to:
            raise UserError(
                self.env._("Nobody is named in the settings (Traceability > Ledger) to mail it to.")
            )
        self.sudo()._mail_anchor(to)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("Mailed to %s.", to)},
        }
