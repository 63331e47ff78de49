from odoo import models
from odoo.exceptions import AccessError


class PosConfig(models.Model):
    """A unit is scanned at the till: did we sell it, when, to whom, what is to be done with it?

    A plain cashier may ask for his shop. He hears of sales of the companies that he works for,
    and of people no more than the name that he would see on the order.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.config"

    def trace_find_sale(self, raw: str) -> list:
        """The sales of a scanned lot or serial number, the latest first, twenty at most.

        :param raw: text as it came from the scanner, or was typed
        :return: list of dicts

            * ``road``: ``till`` or ``delivery``; ``order``: its name; ``date``: UTC; ``shop``
            * ``partner_id``, ``partner``: the customer, empty if none was named
            * ``order_id``, ``order_uuid``, ``line_id``, ``line_uuid``: what a refund refers to
            * ``product_id``, ``product``, ``tracking``, ``number``, ``quantity``; ``kit``: what
              it was sold in, if it was a part of a kit
            * ``back``: how much of it came back; ``refunded``: whether all of it did;
              ``back_order``, ``back_date``
            * ``warranty_until``: day or empty; ``in_warranty``
            * ``recalled``; ``held``: the reason; ``expired``: the last good day, if it is over
            * ``notes``: what is to be said, list of dicts ``code``, ``severity``, ``text``,
              ``remedy``; ``may_refund``: whether this till can pay it back
        """
        return self.trace_ask_return(raw)["sales"]

    def trace_ask_return(self, raw: str, partner_id: int | None = None) -> dict:
        """The same for a customer who stands at the till, also where nothing was sold.

        :param partner_id: who brings it, if the order names somebody
        :return: dict with ``sales``; ``number``, ``product_id``, ``product``: what was scanned, as
            far as it is known; ``notes``: what is to be said where there is no sale;
            ``may_take``: whether it may be taken back without one; ``quarantine``: the place of
            goods that must not be sold, empty if the shop has none
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only cashiers can ask who bought a unit."))
        partner = self.env["res.partner"]
        if type(partner_id) is int:
            partner = partner.sudo().browse(partner_id).exists()
        raw = raw if isinstance(raw, str) else ""
        # The cashier's rights end here: what he may hear is decided by what is answered.
        return self.env["trace.return"].sudo()._answer(self.sudo(), raw, partner)
