"""EU Safety Gate (RAPEX): alerts on consumer goods, one record an alert.

The list gives ids only and is asked by POST; details come one by one. Barcodes may be short
or text, a batch number may be a date, a range or several. CC BY 4.0.
"""

from .form import Item, Mark, Notice
from .marks import barcode, batches, prose, whole, year_of
from .source import Request, Source

_PAGE = "https://ec.europa.eu/safety-gate-alerts/screen/webReport/alertDetail/{}"
_PICTURE = "https://ec.europa.eu/safety-gate-alerts/public/api/notification/image/{}"


def fits(data):
    """Whether a record is an alert or an entry of the list."""
    return ("reference" in data and ("product" in data or "id" in data)) or "alert_number" in data


def read(record, head):
    """Make a notice of an alert; an entry of the list alone has no product."""
    if "alert_number" in record:
        return _read_mirror(record)
    alert = record.line_of("id")
    notice = Notice(
        "safety_gate",
        number=record.line_of("reference"),
        title=_title(record),
        published=record.when("publicationDate", "creationDate"),
        modified=record.when("modificationDate"),
        klass=_kind(record),
        category=record.line_of("product.productCategory.name").replace("_", " ").capitalize(),
        hazard=_hazard(record),
        reason=_version(record, "risk", "riskDescription"),
        action=", ".join(_measures(record)),
        authority="Safety Gate",
        country=record.line_of("country.key") or "EU",
        origin=record.line_of("traceability.countryOrigin.name"),
        area=", ".join(_countries(record)),
        firms=record.texts("traceability.onlineTrader"),
        urls=[_PAGE.format(alert)] if alert else [],
        images=_images(record),
    )
    notice.items = whole([_item(record, notice)])
    if not notice.number:
        record.flaw("no_number", "reference")
        notice.number = alert
    return notice


def _version(record, path, name):
    """A text in English, else in the first language that it has."""
    parts = list(record.records(f"{path}.versions"))
    english = [part for part in parts if part.line_of("language.key") == "EN"]
    for part in english + parts:
        if text := part.text(name):
            return text
    return record.text(f"{path}.{name}")


def _title(record):
    name = record.line_of("product.nameSpecific")
    product = _version(record, "product", "name")
    brands = ", ".join(_values(record, "product.brands", "brand"))
    return " – ".join(dict.fromkeys(filter(None, (product, brands, name))))[:250]


def _values(record, path, name):
    """Values of a list of objects; plain texts are taken as well."""
    found = []
    for value in record.many(path):
        text = value.get(name) if isinstance(value, dict) else value
        if text:
            found.append(" ".join(str(text).split()))
    return found


def _kind(record):
    name = record.line_of("notificationType.name", "notificationType.code")
    return name.replace("_", " ").capitalize()


def _hazard(record):
    names = [part.line_of("name", "key") for part in record.records("risk.riskType")]
    return ", ".join(name.replace("_", " ").capitalize() for name in names if name)


def _measures(record):
    for part in record.records("measureTaken.measures"):
        name = part.line_of("measureCategory.name", "measureCategory.key")
        if name:
            yield name.replace("_", " ").capitalize()


def _countries(record):
    for part in record.records("reactingCountries"):
        name = part.line_of("country.name", "name")
        if name:
            yield name


def _images(record):
    paths = [part.line_of("id") for part in record.records("product.photos")]
    return [_PICTURE.format(one) for one in paths if one]


def _item(record, notice):
    item = Item(
        product=notice.title,
        codes="\n".join(_values(record, "product.batchNumbers", "batchNumber")),
        pack=_version(record, "product", "packageDescription"),
        brands=_values(record, "product.brands", "brand"),
        models=_values(record, "product.modelTypes", "modelType"),
    )
    year = year_of(notice.published)
    for text in _values(record, "product.barcodes", "barcode"):
        barcode(record, item, text, "product.barcodes")
    for text in _values(record, "product.batchNumbers", "batchNumber"):
        batches(item, text, "product.batchNumbers", True, year)
    description = _version(record, "product", "description")
    prose(item, description, "product.description", day_first=True, year=year)
    item.marks += [
        Mark("model", one, text=one[:200], field="product.modelTypes") for one in item.models
    ]
    item.codes = "\n".join(filter(None, (item.codes, description)))
    return item


def _read_mirror(record):
    notice = Notice(
        "safety_gate",
        number=record.line_of("alert_number"),
        title=record.line_of("product_name", "product_description", "product_category"),
        published=record.when("alert_date", "publication_date", day_first=True),
        modified=record.when("modification_date", day_first=True),
        klass=record.line_of("alert_level", "alert_type"),
        category=record.line_of("product_category"),
        hazard=record.line_of("risk_type", "alert_risk", "alert_description"),
        reason=record.text("alert_description"),
        action=record.text("measures_operators", "measures_authorities"),
        authority="Safety Gate",
        country=record.line_of("alert_country") or "EU",
        origin=record.line_of("product_country", "product_counterfeit"),
        urls=record.urls("rapex_url"),
        images=record.urls("product_image"),
    )
    item = Item(
        product=notice.title,
        codes=record.text("product_batch_number"),
        brands=record.texts("product_brand"),
        models=record.texts("product_model_type", split=r"[,;]\s*"),
    )
    for text in record.texts("product_barcode", split=r"[,;]\s*"):
        barcode(record, item, text, "product_barcode")
    batches(item, item.codes, "product_batch_number", True)
    prose(item, record.text("product_description"), "product_description", day_first=True)
    notice.items = whole([item])
    return notice


# -- asking ------------------------------------------------------------------


def first(asked):
    """The first page of the list."""
    return Request(asked.url, "POST", asked.filters, {"language": "en", "page": 0})


def following(asked, request, page):
    """Another page, until one is empty or older than what is asked for."""
    days = [notice.modified or notice.published for notice in page.notices]
    if not page.notices or (all(days) and max(days)[:10] < asked.since):
        return None
    return Request(
        asked.url, "POST", request.params, {**request.json, "page": request.json["page"] + 1}
    )


def detail(asked, alert):
    """The whole of one alert."""
    base = asked.url.split("/notification", 1)[0]
    return Request(f"{base}/notification/{alert}", params=(("language", "en"),))


def follow(page, head, rows):
    """Entries of the list that have no product are asked for one by one."""
    page.listing = [
        str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id") and not _full(row)
    ]
    total = head.get("totalElements") or head.get("total")
    page.total = int(total) if str(total).isdigit() else None


def _full(row):
    product = row.get("product")
    return isinstance(product, dict) and ("versions" in product or "barcodes" in product)


SOURCES = (
    Source(
        "safety_gate",
        "EU Safety Gate consumer goods",
        fits,
        read,
        authority="Safety Gate",
        country="EU",
        url="https://ec.europa.eu/safety-gate-alerts/public/api/notification/carousel/",
        lists=("content", "notifications", "results", "data"),
        key_fields="reference, product",
        first=first,
        next=following,
        detail=detail,
        follow=follow,
    ),
)
