"""Of whom and what the rows of a file speak, gathered as they go by."""

from collections import Counter

from .gaps import lacking
from .kde import CTES

#: Keys of a record that are places: id of the partner -> key of the name.
PLACES = {
    "other_id": "other_name",
    "own_id": "own_name",
    "source_id": "source_name",
    "farm_id": "farm_name",
    "cooled_id": "cooled_name",
    "seed_grower_id": "seed_grower",
    "seed_conditioner_id": "seed_conditioner",
    "seed_packer_id": "seed_packer",
    "seed_supplier_id": "seed_supplier",
}
#: Keys of a record that are products.
PRODUCTS = ("product_id", "used_product_id")


class Told:
    """What is to be described beside the rows, and what the rows do not say.

    It grows with the number of partners, products and kinds of gaps, not with that of rows.
    """

    def __init__(self):
        self.places = {}
        self.products = set()
        self.missing = Counter()
        self.rows = Counter()

    def learn(self, cte, record):
        """Note of whom a record speaks, and what is missing in it."""
        self.rows[cte] += 1
        for key, name in PLACES.items():
            if record.get(key):
                self.places.setdefault((record[key], record.get(name) or ""), None)
        self.products.update(record[key] for key in PRODUCTS if record.get(key))
        self.missing.update((cte, kde.title) for kde in lacking(cte, record))

    def lacks(self):
        """What is missing: list of ``(cte, kde, rows without it, rows)``, as the law has them."""
        return [
            (cte, kde, self.missing[code, kde.title], self.rows[code])
            for code, cte in CTES.items()
            for kde in cte.kdes
            if self.missing[code, kde.title]
        ]
