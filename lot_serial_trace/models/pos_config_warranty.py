from odoo import models


class PosConfig(models.Model):
    """What the till may know of warranties: whether a number has one, never whose it is."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.config"

    def trace_warranty_of(self, numbers: list[dict]) -> list[dict | None]:
        """Tell what the warranties of numbers say; for anybody who may sell in this shop.

        :param numbers: dicts with ``product_id`` and ``number``
        :return: in the same order, None where there is no warranty, or a dict with ``number``,
            ``product_id``, ``state`` (running, ended, moved), ``start``, ``end`` (YYYY-MM-DD),
            ``days_left``, ``text`` (a sentence), ``document`` (with which it was sold),
            ``named`` (whether a customer is known; who it is is not told) and ``replaced_by``
        """
        self.ensure_one()
        self.check_access("read")
        company = self.sudo().company_id
        pairs = [_pair(one) for one in numbers]
        found = self.env["trace.warranty"].sudo()._of_numbers(filter(all, pairs), company)
        return [found[pair]._for_till() if pair in found else None for pair in pairs]


def _pair(one):
    """Product and number of what a client sent, whatever it is."""
    product, number = one.get("product_id"), one.get("number")
    known = isinstance(product, int) and isinstance(number, str)
    return (product, number.strip()) if known else (None, None)
