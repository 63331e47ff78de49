"""Health Canada and CFIA: recalls and safety alerts, one daily file a language.

The file has no lots and no UPCs: they are in a table on each notice's page. Records that
bring that table along (``Detail``, as collectors of the pages write it) are read whole.
OGL-Canada.
"""

import re

from .form import Item, Notice
from .marks import barcode, batches, prose, whole, year_of
from .record import severity
from .source import Source

_FRENCH = {  # name in the French file -> in the English one
    "Titre": "Title",
    "Organisation": "Organization",
    "Produit": "Product",
    "Problème": "Issue",
    "Ce que vous devriez faire": "What you should do",
    "Catégorie": "Category",
    "Classe de rappel": "Recall class",
    "Dernière mise à jour": "Last updated",
    "Archivé": "Archived",
}
_UPC = re.compile(r"upc", re.IGNORECASE)
_CODES = re.compile(r"lot|serial|code|batch|expir|best|din", re.IGNORECASE)
_MODELS = re.compile(r"model|catalog", re.IGNORECASE)


def fits(data):
    """Whether a record is one of the file."""
    return "NID" in data


def read(record, head):
    """Make a notice of a record."""
    french = "Titre" in record or "/fr/" in str(record.data.get("URL", ""))
    if "Titre" in record:
        record.data = {_FRENCH.get(name, name): value for name, value in record.data.items()}
    notice = Notice(
        "health_canada",
        number=record.line_of("NID"),
        lang="fr" if french else "en",
        title=record.line_of("Title"),
        published=record.when("Last updated", "Detail.lastUpdated"),
        modified=record.when("Last updated"),
        status="Archived" if record.line_of("Archived") in ("1", "true", "True") else "",
        klass=record.line_of("Recall class").strip("- "),
        category=" / ".join(filter(None, map(record.line_of, ("Organization", "Category")))),
        hazard=record.text("Issue"),
        reason=record.text("Issue"),
        action=record.text("What you should do"),
        authority="Health Canada",
        country="CA",
        firms=record.texts("Detail.brandNames"),
        urls=record.urls("URL"),
        images=record.urls("Detail.images"),
    )
    notice.severity = severity(notice.klass)
    notice.items = _items(record, notice)
    if not notice.number:
        record.flaw("no_number", "NID")
    return notice


def _items(record, notice):
    year = year_of(notice.published)
    found = {}
    for part in record.records("Detail.affectedProducts"):
        name = part.line_of("product", "fields.product", "fields.productName") or notice.title
        item = found.setdefault(name, Item(product=name, brands=record.texts("Detail.brandNames")))
        for field, value in (part.data.get("fields") or {}).items():
            _cell(record, item, field, value, year)
    if not found:
        item = Item(product=record.line_of("Product") or notice.title)
        prose(item, record.text("Product"), "Product", day_first=True, year=year)
        prose(item, notice.title, "Title", day_first=True, year=year)
        found[""] = item
    return whole(list(found.values()))


def _cell(record, item, field, value, year):
    """One cell of the table of affected products."""
    text = str(value or "").strip()
    if not text:
        return
    if _UPC.search(field):
        barcode(record, item, text, field)
    elif _CODES.search(field):
        batches(item, text, field, True, year)
        item.codes = "\n".join(filter(None, (item.codes, text)))
    elif _MODELS.search(field):
        prose(item, f"model number: {text}", field)
        item.models.append(text)
    elif field.lower().startswith("brand"):
        item.brands.append(text)


SOURCES = (
    Source(
        "health_canada",
        "Health Canada and CFIA",
        fits,
        read,
        authority="Health Canada",
        country="CA",
        url="https://recalls-rappels.canada.ca/sites/default/files/"
        "opendata-donneesouvertes/HCRSAMOpenData.json",
        lists=("records", "results", "data"),
        key_fields="NID, Title, Product",
        whole=True,
    ),
)
