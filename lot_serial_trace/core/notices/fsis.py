"""US FSIS: recalls and alerts for meat, poultry and eggs.

https://www.fsis.usda.gov/fsis/api/recall/v/1 -- the whole list in one answer, in English and
Spanish; unknown filters are ignored. Texts have been turned into lists in June 2026: both
shapes are read. Lots are in the HTML of ``field_product_items`` and ``field_summary``.
"""

import re

from .form import Item, Notice
from .marks import prose, whole, year_of
from .record import severity
from .source import Request, Source

_LANGS = {"english": "en", "spanish": "es", "español": "es", "en": "en", "es": "es"}
_QUOTED = re.compile(r"[“\"]([^”\"]{3,150})[”\"]")
#: Its server turns away what does not look like a browser.
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (like a browser)",
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "en-US,en;q=0.9",
}


def fits(data):
    """Whether a record is one of FSIS."""
    return "field_title" in data or "field_recall_number" in data or "impacted_products" in data


def read(record, head):
    """Make a notice of a record, of the API or of a list of pages."""
    if "impacted_products" in record:
        record.data = _from_pages(record.data)
    notice = Notice(
        "fsis",
        number=record.line_of("field_recall_number", "field_recall_number_export"),
        lang=_LANGS.get(record.line_of("langcode").lower(), "en"),
        title=record.line_of("field_title"),
        published=record.when("field_recall_date"),
        initiated=record.when("field_recall_date"),
        modified=record.when("field_last_modified_date"),
        ended=record.when("field_closed_date"),
        status=_status(record),
        klass=record.line_of("field_recall_classification", "field_risk_level"),
        category=record.line_of("field_processing"),
        reason=record.line_of("field_recall_reason"),
        hazard=record.line_of("field_recall_reason"),
        action=record.text("field_summary"),
        authority="FSIS",
        country="US",
        area=record.text("field_states"),
        firms=record.texts("field_establishment"),
        urls=_addresses(record),
    )
    notice.severity = severity(notice.klass)
    notice.items = _items(record, notice)
    if not notice.number:
        record.flaw("no_number", "field_recall_number")
        notice.number = notice.urls[0].rstrip("/").rsplit("/", 1)[-1] if notice.urls else ""
    return notice


def _from_pages(data):
    """The shape in which FSIS's pages are passed on."""
    names = {
        "id": "field_recall_number",
        "title": "field_title",
        "url": "field_recall_url",
        "reasons": "field_recall_reason",
        "status": "field_recall_type",
        "risk_level": "field_risk_level",
        "start_date": "field_recall_date",
        "end_date": "field_closed_date",
        "summary": "field_summary",
        "establishment": "field_establishment",
        "impacted_products": "field_product_items",
        "states": "field_states",
    }
    found = {ours: data.get(theirs) for theirs, ours in names.items()}
    found["field_recall_classification"] = {
        "high": "Class I",
        "low": "Class II",
        "marginal": "Class III",
    }.get(str(data.get("risk_level") or "").lower(), data.get("risk_level"))
    return found


def _status(record):
    status = record.line_of("field_recall_type")
    if not status and record.line_of("field_active_notice").lower() == "true":
        return "Active"
    return status


def _addresses(record):
    found = record.urls("field_recall_url", "field_press_release", "field_en_press_release")
    path = record.line_of("field_press_release")
    if path.startswith("/"):
        found.append("https://www.fsis.usda.gov" + path)
    return found


def _items(record, notice):
    """An item for each product; what the summary adds counts for all of them."""
    year = year_of(notice.published)
    found = []
    for text in _products(record):
        item = Item(product=text, codes=text, brands=_QUOTED.findall(text)[:3])
        prose(item, text, "field_product_items", year=year)
        found.append(item)
    if not found:
        found = [Item(product=notice.title)]
    rest = Item()
    prose(rest, notice.action, "field_summary", year=year)
    rest.marks = [mark for mark in rest.marks if not _is_news(mark)]
    establishment = rest.of_kind("establishment")
    for item in found:
        item.marks += establishment
        if not item.of_kind("lot", "lot_range", "date", "date_range", "gtin"):
            item.marks += [mark for mark in rest.marks if mark.kind != "establishment"]
    return whole(found)


def _is_news(mark):
    """A date of a press release that tells nothing about goods."""
    return mark.kind.startswith("date") and mark.meaning not in ("best_by", "made")


def _products(record):
    """Products: a list, or one text with bullets or lines."""
    values = record.many("field_product_items")
    if len(values) > 1:
        return record.texts("field_product_items")
    text = record.text("field_product_items")
    parts = re.split(r"\n+|,?\s*•\s*|(?<=[.”\"]),\s+(?=\d+[-. ]|Caja|Paquete)", text)
    return [" ".join(part.split()) for part in parts if len(part.strip()) > 2]


def first(asked):
    """Everything; filters that FSIS does not know would be ignored by it."""
    return Request(asked.url, params=asked.filters, headers=_HEADERS)


SOURCES = (
    Source(
        "fsis",
        "USDA FSIS meat, poultry, eggs (US)",
        fits,
        read,
        authority="FSIS",
        country="US",
        url="https://www.fsis.usda.gov/fsis/api/recall/v/1",
        lists=("data", "results", "rows"),
        key_fields="field_recall_number, field_title, field_product_items",
        whole=True,
        first=first,
        tags=False,
    ),
)
