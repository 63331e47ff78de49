"""RASFF: notifications on food and feed between authorities of the EU.

There is no public interface; the RASFF Window exports tables. They name neither lot nor
GTIN nor brand, only what, from where and which hazard: of use for the risk of suppliers,
and matched by words of products only. CC BY 4.0.
"""

import re

from .form import Item, Notice
from .source import Source

_COUNTRIES = re.compile(r"\s*,\s*")


def fits(data):
    """Whether a record is a row of the export."""
    return "notifying_country" in data or ("reference" in data and "risk_decision" in data)


def read(record, head):
    """Make a notice of a row."""
    subject = record.line_of("subject")
    notice = Notice(
        "rasff",
        number=record.line_of("reference"),
        title=subject[:250],
        published=record.when("date", "validation_date", day_first=True),
        klass=" / ".join(filter(None, map(record.line_of, ("classification", "risk_decision")))),
        category=" / ".join(filter(None, map(record.line_of, ("category", "type")))),
        hazard=", ".join(record.texts("hazards", split=r"\s*,\s*")),
        reason=subject,
        authority="RASFF",
        country="EU",
        origin=record.line_of("origin"),
        area=", ".join(_COUNTRIES.split(record.line_of("distribution"))),
    )
    notice.items = [Item(product=subject)]
    if not notice.number:
        record.flaw("no_number", "reference")
    return notice


SOURCES = (
    Source(
        "rasff",
        "RASFF food and feed (EU)",
        fits,
        read,
        authority="RASFF",
        country="EU",
        lists=("results", "notifications"),
        key_fields="reference, subject, notifying_country",
        whole=True,
    ),
)
