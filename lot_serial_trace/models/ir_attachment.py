import os
import time
from contextlib import suppress

from odoo import api, models
from odoo.exceptions import UserError

#: Fields that hold or name the content.
CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "file_size", "url", "type"}
#: Seconds to wait for whoever is writing the same file.
WAITS = (0.02, 0.1, 0.5)


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

    @api.model
    def _get_path(self, bin_data, sha):
        """Two that keep the same document at once do not lose it, nor does who comes after a kill.

        A file that another process is just writing looks to Odoo like other content with the
        same hash; so does for ever one that a killed process left half-written.
        """
        for wait in WAITS:
            with suppress(UserError):
                return super()._get_path(bin_data, sha)
            time.sleep(wait)
        path = self._full_path(f"{sha[:2]}/{sha}")
        with open(path, "rb") as file:
            broken = self._compute_checksum(file.read()) != sha
        if broken:
            os.unlink(path)
        return super()._get_path(bin_data, sha)

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
