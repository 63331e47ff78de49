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
              ``expires`` (last good day), ``stop`` (last day of sale) and ``made``, as days since
              1970. Rows replace those of the same id
            * ``gone``: list of [lot id, ``sold`` or ``moved``]: no longer there. In a full answer
              of numbers that were sold and are not booked yet: those are in ``lots``, too, with
              quantity 0
            * ``holds``: dict of lists ``lot``, ``name``, ``product``, ``reason``: all that mean
              this shop; None: as they were
        """
        self.ensure_one()
        self.check_access("read")
        answer = self.env["trace.till.book"]._answer(self, since, page)
        return {**answer, "may_pass": self._trace_may_pass()}

    def trace_check(self, numbers, order_uuid, partner_id=None, order_name=None):
        """Give the server's word on numbers of an order, and keep them for it.

        :param numbers: list of dicts ``product_id``, ``number`` and ``quantity``
        :param order_uuid: the order's, as the till made it; numbers asked for before stay kept
        :param partner_id: the customer, if one is chosen
        :param order_name: what the till calls the order: other tills are told who has a number
        :return: for each number a list of dicts ``code``, ``severity`` (note, warn or block),
            ``title``, ``text`` and ``remedy``, most important first; empty: nothing to say
        """
        self.ensure_one()
        self.check_access("read")
        name = order_name if isinstance(order_name, str) else ""
        return self.env["trace.till.check"]._word(self, numbers, order_uuid, partner_id, name)

    def trace_let_go(self, order_uuid, numbers=None):
        """Give up numbers that are kept for an order which is not paid.

        :param numbers: list of dicts ``product_id`` and ``number``; None: all of the order
        """
        self.ensure_one()
        self.check_access("read")
        keys = None
        if numbers is not None:
            keys = [(int(one["product_id"]), str(one["number"])) for one in numbers]
        self.env["trace.till.claim"].sudo()._release([str(order_uuid or "")], keys)

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
