"""The US food traceability rule: 21 CFR part 1, subpart S (FSMA section 204).

Which critical tracking events (CTE) there are, which key data elements (KDE) each of them wants
(:mod:`kde`), in which columns they are handed over (:mod:`layout`) and which are missing
(:mod:`gaps`). Records are plain dicts with the keys of :data:`kde.KEYS`; nothing here knows of a
database.
"""

from .gaps import GAPS, Gap, lacking, location_lacks
from .kde import CTES, KEYS, Cte, Kde
from .layout import LOCATIONS, PRODUCTS, columns, location_row, row
from .told import Told

__all__ = [
    "CTES",
    "GAPS",
    "KEYS",
    "LOCATIONS",
    "PRODUCTS",
    "Cte",
    "Gap",
    "Kde",
    "Told",
    "columns",
    "lacking",
    "location_lacks",
    "location_row",
    "row",
]
