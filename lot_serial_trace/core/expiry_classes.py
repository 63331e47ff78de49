"""Expiry rules for a whole stock at once.

Two products that no rule tells apart are of one class, and so are two places of
one company. Rules are decided once per pair of classes, and not per lot: some
hundred rules make some thousand pairs, however many lots there are.
"""

from . import expiry


class Classes:
    """Numbers the classes of goods and places that :class:`expiry.Rule` s make.

    Rules for a customer are left out: goods in stock are nobody's yet.
    """

    def __init__(self, rules):
        self.rules = [rule for rule in rules if rule.partner_id is None]
        self._products = {rule.product_id for rule in self.rules}
        self._categories = {rule.categ_id for rule in self.rules}
        self._places = {rule.location_id for rule in self.rules}
        self._goods_numbers = {}
        self._place_numbers = {}

    @property
    def named_products(self):
        """Ids of the products that rules name."""
        return self._products - {None}

    def goods(self, product_id, categ_ids):
        """Number of the class of a product; for others of its category ask with None."""
        key = (
            product_id if product_id in self._products else None,
            tuple(id_ for id_ in categ_ids if id_ in self._categories),
        )
        return self._goods_numbers.setdefault(key, len(self._goods_numbers))

    def place(self, location_ids, company_id):
        """Number of the class of a place."""
        key = (tuple(id_ for id_ in location_ids if id_ in self._places), company_id)
        return self._place_numbers.setdefault(key, len(self._place_numbers))

    def limits(self):
        """Yield ``(goods class, place class, Limits)`` for every pair."""
        for (product_id, categ_ids), goods in self._goods_numbers.items():
            case = expiry.Case(product_id=product_id, categ_ids=categ_ids)
            fitting = [rule for rule in self.rules if self._may_fit(rule, case)]
            for (location_ids, company_id), place in self._place_numbers.items():
                case = expiry.Case(
                    product_id=product_id,
                    categ_ids=categ_ids,
                    location_ids=location_ids,
                    company_id=company_id,
                )
                yield goods, place, expiry.limits(fitting, case)

    def _may_fit(self, rule, case):
        return rule.product_id in (None, case.product_id) and (
            rule.categ_id is None or rule.categ_id in case.categ_ids
        )
