"""US CPSC: recalls of consumer goods; JSON, XML, the web site's table and the old XML.

https://www.saferproducts.gov/RestWebServices/Recall -- no paging; an unknown parameter gives
everything. Models, serials and date codes are in the prose of ``Description`` only, and
``LastPublishDate`` does not move when that is edited.
"""

import re

from .form import Item, Mark, Notice
from .marks import barcode, prose, whole, year_of
from .record import Record, scalar
from .source import Request, Source

_TABLE = {  # column of the site's export -> field of the API
    "Recall Number": "RecallNumber",
    "Date": "RecallDate",
    "Recall Heading": "Title",
    "Name of product": "Name",
    "Description": "Description",
    "Hazard Description": "Hazards",
    "Consumer Action": "Remedies",
    "Units": "NumberOfUnits",
    "Manufacturers": "Manufacturers",
    "Importers": "Importers",
    "Distributors": "Distributors",
    "Manufactured In": "ManufacturerCountries",
}
_OLD = {  # attribute of the XML feed of 2015 -> field of the API
    "recallNo": "RecallNumber",
    "recDate": "RecallDate",
    "prname": "Name",
    "type": "Type",
    "hazard": "Hazards",
    "manufacturer": "Manufacturers",
    "country_mfg": "ManufacturerCountries",
    "recallURL": "URL",
    "UPC": "ProductUPCs",
}
_FIRMS = ("Manufacturers.Manufacturer", "Importers.Importer", "Distributors.Distributor")
_SOLD = re.compile(
    r"\s+(?:stores?|nationwide|online|from\s+\w+\s+\d{4}|from)\b.*|,\s+of\b.*", re.DOTALL
)


def fits(data):
    """Whether a record is one of CPSC."""
    return "RecallNumber" in data or "Recall Number" in data or "recallNo" in data


def read(record, head):
    """Make a notice of a record."""
    for names, mark in ((_TABLE, "Recall Heading"), (_OLD, "recallNo")):
        if mark in record:
            data = record.data
            record.data = {names.get(name, name): value for name, value in data.items()}
    notice = Notice(
        "cpsc",
        number=record.line_of("RecallNumber", "Product Safety Warning Number", "RecallID"),
        title=record.line_of("Title", "Name"),
        published=record.when("RecallDate", "Product Safety Warning Date"),
        modified=record.when("LastPublishDate"),
        klass="",
        category=record.line_of("Type"),
        hazard="\n".join(_names(record, "Hazards", "Hazard")),
        reason="\n".join(_names(record, "Hazards", "Hazard")),
        action="\n".join(_names(record, "Remedies", "Remedy")) or record.text("Remedy"),
        authority="CPSC",
        country="US",
        origin=", ".join(_names(record, "ManufacturerCountries", "ManufacturerCountry")),
        area="\n".join(_names(record, "Retailers", "Retailer")) or record.text("Sold At"),
        firms=_firms(record),
        urls=record.urls("URL"),
        images=_images(record),
    )
    notice.initiated = notice.published
    notice.items = _items(record, notice)
    if not record.line_of("RecallNumber"):
        record.flaw("no_number", "RecallNumber")
    return notice


def _names(record, path, inside, *names):
    """Names of the objects of a list; they may be plain texts as well."""
    found = []
    for value in record.many(path, inside):
        part = Record(value, record.file, record.number) if isinstance(value, dict) else None
        text = (
            part.line_of(*(names or ("Name", "Country", "Option", "Caption")))
            if part
            else scalar(value)
        )
        found += [" ".join(text.split())] if text else []
    return list(dict.fromkeys(found))


def _firms(record):
    found = []
    for path in _FIRMS:
        field, inside = path.split(".")
        found += [_SOLD.sub("", name).strip(" ,") for name in _names(record, field, inside)]
    return list(dict.fromkeys(filter(None, found)))


def _images(record):
    return [url for part in record.records("Images", "Image") for url in part.urls("URL")]


def _items(record, notice):
    """Products; the description's numbers count for each of them."""
    description = record.text("Description")
    year = year_of(notice.published)
    said = Item()
    prose(said, description, "Description", year=year)
    prose(said, notice.title, "Title", year=year)
    found = []
    for part in record.records("Products", "Product"):
        item = Item(
            product=part.line_of("Name") or notice.title,
            codes=description,
            quantity=part.line_of("NumberOfUnits"),
            models=part.texts("Model", split=r"[,;]\s*"),
        )
        prose(item, part.text("Description"), "Products.Description", year=year)
        item.marks += [Mark("model", one, text=one, field="Products.Model") for one in item.models]
        found.append(item)
    if not found:
        product = record.line_of("Name") or notice.title
        found = [Item(product=product, codes=description, quantity=record.line_of("NumberOfUnits"))]
    for item in found:
        item.marks += said.marks
        for text in _names(record, "ProductUPCs", "ProductUPC", "UPC", "Name"):
            barcode(record, item, text, "ProductUPCs")
    return whole(found)


def first(asked):
    """Recalls since a day; what CPSC does not know as a parameter makes it send everything."""
    params = {"format": "json", "RecallDateStart": asked.since, **dict(asked.filters)}
    return Request(asked.url, params=tuple(params.items()))


SOURCES = (
    Source(
        "cpsc",
        "CPSC consumer goods (US)",
        fits,
        read,
        authority="CPSC",
        country="US",
        url="https://www.saferproducts.gov/RestWebServices/Recall",
        lists=("results", "Recalls"),
        key_fields="RecallNumber, Title, Description",
        whole=True,
        first=first,
    ),
)
