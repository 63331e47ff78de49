import logging
from collections import namedtuple

from odoo import models
from odoo.exceptions import UserError

from ..core.condense import plain
from ..core.shipment.form import group

_logger = logging.getLogger(__name__)

#: What the delivery slip says of lines that differ in their number only; ``first``: the line
#: that says it for the others.
SlipGroup = namedtuple("SlipGroup", "first text batch best_before quantity")


class StockPicking(models.Model):
    """Deliveries: what is told to the customer about the units.

    The slip goes with the goods, the certificate and the list where somebody wants them, the
    shipping notice (UBL) also by itself, to the customers who are set up for it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    #: kind -> (how it is made, end of the file name, MIME type)
    _TRACE_DOCUMENTS = {
        "certificate": ("_certificate", "contents.pdf", "application/pdf"),
        "list": ("_list", "contents.csv", "text/csv"),
        "notice": ("_notice", "despatch-advice.xml", "application/xml"),
    }

    def _trace_document(self, kind):
        """Name, content and MIME type of a document."""
        self.ensure_one()
        maker, ending, mimetype = self._TRACE_DOCUMENTS[kind]
        if kind == "notice" and self.state != "done":
            raise UserError(
                self.env._("%s is not done yet: a shipping notice tells what was sent.", self.name)
            )
        name = f"{self.name.replace('/', '-')}-{ending}"
        return name, getattr(self.env["trace.shipment"], maker)(self), mimetype

    def _trace_attach(self, kind):
        """The document, kept on the transfer; one that is there is replaced."""
        name, content, mimetype = self._trace_document(kind)
        attachments = self.env["ir.attachment"]
        mine = [("res_model", "=", self._name), ("res_id", "=", self.id), ("name", "=", name)]
        found = attachments.search(mine, limit=1)
        if found:
            found.raw = content
            return found
        values = {"res_model": self._name, "res_id": self.id, "name": name, "raw": content}
        return attachments.create({**values, "mimetype": mimetype})

    def _trace_download(self, kind):
        if len(self) != 1:
            raise UserError(self.env._("Choose one transfer at a time."))
        attachment = self._trace_attach(kind)
        url = f"/web/content/{attachment.id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_trace_certificate(self):
        """Attach and download the certificate of contents."""
        return self._trace_download("certificate")

    def action_trace_contents_list(self):
        """Attach and download the contents, a row for each unit."""
        return self._trace_download("list")

    def action_trace_notice(self):
        """Attach and download the shipping notice as UBL Despatch Advice."""
        return self._trace_download("notice")

    def action_trace_send_documents(self):
        """Write to the customer, with slip, certificate, list and shipping notice."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Choose the customer first."))
        kinds = [kind for kind in self._TRACE_DOCUMENTS if kind != "notice" or self.state == "done"]
        attachments = self.env["ir.attachment"].union(*map(self._trace_attach, kinds))
        template = self.env.ref("lot_serial_trace.mail_shipment")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Shipping Documents"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "default_attachment_ids": attachments.ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
            },
        }

    # -- by itself ------------------------------------------------------------

    def _action_done(self):
        result = super()._action_done()
        self._trace_send_notices()
        return result

    def _trace_send_notices(self):
        """Send the shipping notice to those who are set up for it; goods never wait for it."""
        for picking in self:
            if picking.state != "done" or picking.picking_type_code != "outgoing":
                continue
            wish = picking.partner_id.sudo()._trace_shipping_notice()
            if wish == "never":
                continue
            try:
                with self.env.cr.savepoint():
                    picking._trace_send_notice(wish)
            except Exception as error:
                _logger.exception("No shipping notice for %s", picking.name)
                reason = " ".join(str(error).split())
                picking._message_log(
                    body=self.env._("The shipping notice could not be made: %s", reason)
                )

    def _trace_send_notice(self, wish):
        attachment = self._trace_attach("notice")
        if wish == "mail":
            template = self.env.ref("lot_serial_trace.mail_shipping_notice")
            template.sudo().send_mail(
                self.id, email_values={"attachment_ids": [(4, attachment.id)]}
            )

    # -- on the slip ----------------------------------------------------------

    def _trace_slip_groups(self):
        """dict line id -> SlipGroup: numbers in a row are one range, 500 of them a line or two.

        Lines are put together only if the slip shows them in the same place: same package, same
        kit, same product and unit.
        """
        lines = {line.id: line for line in self.move_line_ids}
        places = {}
        for unit in self.env["trace.shipment"]._units(self.sudo()):
            line = lines[unit.ref]
            key = (line.move_id, line.package_history_id, line.result_package_id)
            if unit.number:
                places.setdefault((*key, line.product_uom_id), []).append(unit)
        found = {}
        for units in places.values():
            for one in group(units):
                members = [lines[unit.ref] for unit in one.units]
                sample, quantity = one.units[0], sum(line.quantity for line in members)
                first = min(line.id for line in members)
                told = SlipGroup(first, one.text, sample.batch, sample.best_before, quantity)
                found.update((line.id, told) for line in members)
        return found

    def _trace_slip_text(self, move, groups):
        """The numbers of a move that is not done yet, for the slip."""
        told = dict.fromkeys(groups[line.id] for line in move.move_line_ids if line.id in groups)
        if len(told) == 1:
            return next(iter(told)).text
        return "; ".join(f"{one.text} ({plain(one.quantity)})" for one in told)
