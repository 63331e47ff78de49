from odoo import models

from .trace_pass import OVERRIDE_GROUP


class PosConfig(models.Model):
    """What a till asks: its book of numbers, and the server's word about those of an order.

    A cashier needs no rights on stock for it: whoever may read the till gets what concerns its
    shop, and nothing else.
    """

    _inherit = "pos.config"

    def trace_book(self, since=None, page=None):
        """Tell what may be sold in the shop: everything, or what changed.

        :param since: ``cursor`` of the last answer, or nothing; one that means nothing any more
            (rules changed, places moved, another version) gets everything
        :param page: ``next`` of the last answer, to go on with it; ``since`` as before
        :return: dict with

            * ``full``: the answer, with its further pages, is everything: forget the old book
            * ``cursor``: to ask with the next time; take it from the last page
            * ``next``: to ask for the next page, or None
            * ``today``: local day in the shop
            * ``may_pass``: the user may let refused numbers pass
            * ``kinds``: dict code -> ``title``, ``message`` (with ``%(name)s``), ``remedy``
            * ``profiles``: list of dicts code -> severity; products of the same answer name them
            * ``products``: dict id -> ``name``, ``tracking``, ``profile`` (place in ``profiles``),
              ``codes``, ``warranty`` (months). All of them on the first page of a full answer,
              otherwise those that changed: they replace what was known of them
            * ``lots``: dict of equally long lists ``id``, ``name``, ``product``, ``quantity``,
              ``expires`` (epoch seconds), ``stop`` (last day of sale, epoch days), ``made``
              (epoch days). Rows replace those of the same id
            * ``gone``: list of [lot id, ``sold`` or ``moved``]: no longer there. In a full answer
              of numbers that were sold and are not booked yet: those are in ``lots``, too, with
              quantity 0
            * ``holds``: dict of lists ``lot``, ``name``, ``product``, ``reason``: all that mean
              this shop, each time
        """
        self.ensure_one()
        self.check_access("read")
        answer = self.env["trace.till.book"]._answer(self, since, page)
        return {**answer, "may_pass": self._trace_may_pass()}

    def _trace_may_pass(self):
        """Whether the user may let pass what the till refuses."""
        return self.env.user.has_group(OVERRIDE_GROUP)

    # -- the shop -------------------------------------------------------------

    def _trace_shop(self):
        """The place from which the till sells."""
        self.ensure_one()
        return self.sudo().picking_type_id.default_location_src_id

    def _trace_customers(self):
        """The place to which the till sells."""
        self.ensure_one()
        place = self.sudo().picking_type_id.default_location_dest_id
        return place or self.env["stock.warehouse"].sudo()._get_partner_locations()[0]
