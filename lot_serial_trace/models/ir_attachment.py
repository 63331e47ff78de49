from odoo import api, models
from odoo.exceptions import UserError

#: Fields that hold or name the content.
CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "file_size", "url", "type"}


class IrAttachment(models.Model):
    """Originals of shipping notices and of partners' events are evidence: kept as they came."""

    _inherit = "ir.attachment"

    def write(self, vals):
        """Refuse to change the content of an original."""
        if not CONTENT.isdisjoint(vals):
            self._trace_except_originals()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_trace_originals(self):
        self._trace_except_originals()

    def _trace_except_originals(self):
        kept = self.env["trace.asn.exchange"].sudo()
        kept = kept.search([("attachment_id", "in", self.ids)], limit=1)
        if kept:
            raise UserError(
                self.env._("This is the original of shipping notice %s: it is kept.", kept.name)
            )
        documents = self.env["trace.epcis.capture"].sudo()
        if documents.search_count([("attachment_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("What a partner sent is kept."))
