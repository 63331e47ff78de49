"""UK FSA: food and allergy alerts.

https://data.food.gov.uk/food-alerts/id -- lists and details differ in shape (``type`` and
``alertURL`` are texts or objects, labels may be doubled). No GTIN; batches and dates are
prose: "All date codes up to and including August 2026". OGL v3.
"""

import re

from .form import Item, Mark, Notice
from .marks import batches, prose, whole, year_of
from .record import scalar
from .source import Request, Source

_NOTATION = re.compile(r"FSA-(PRIN|AA|FAFA)-[\w-]+")
_KINDS = {"PRIN": "Product recall", "AA": "Allergy alert", "FAFA": "Food alert for action"}
_DATES = (
    "useByDescription",
    "bestBeforeDescription",
    "sellByDescription",
    "displayUntilDescription",
)
_BATCHES = ("batchCode", "lotNumber", "lotNumberDescription", "batchTextDescription")


def fits(data):
    """Whether a record is an alert of the FSA."""
    return "notation" in data or "food-alerts" in str(data.get("@id", ""))


def read(record, head):
    """Make a notice of an alert."""
    notice = Notice(
        "uk_fsa",
        number=record.line_of("notation") or _notation(record),
        version=_version(record.line_of("notation")),
        title=record.line_of("title", "shortTitle"),
        published=record.when("created", "issued"),
        modified=record.when("modified"),
        status=record.line_of("status.label"),
        klass=_kind(record),
        category=record.line_of("productDetails.productCategory"),
        hazard=_hazard(record),
        reason=record.text("description"),
        action=record.text("actionTaken"),
        authority="FSA",
        country="GB",
        area=", ".join(_areas(record)),
        firms=_firms(record),
        urls=record.urls("alertURL", "@id", "relatedMedia"),
        items=_items(record),
    )
    if not notice.number:
        record.flaw("no_number", "notation")
    return notice


def _notation(record):
    found = _NOTATION.search(record.line_of("@id"))
    return found[0] if found else ""


def _version(notation):
    found = re.search(r"-update-(\d+)$", notation)
    return found[1] if found else ""


def _kind(record):
    for value in record.many("type"):
        name = scalar(value).rsplit("/", 1)[-1]
        if name in _KINDS:
            return _KINDS[name]
    found = _NOTATION.match(record.line_of("notation"))
    return _KINDS[found[1]] if found else ""


def _hazard(record):
    found = []
    for part in record.records("problem"):
        found += part.texts("riskStatement") + part.texts("hazard") + part.texts("pathogenRisk")
        labels = [one.line_of("label") for one in part.records("allergen")]
        found.append(", ".join(filter(None, labels)))
    return "\n".join(dict.fromkeys(filter(None, found)))


def _areas(record):
    for part in record.records("country"):
        name = part.text("label", "prefLabel").split("\n")[0]
        if name:
            yield name


def _firms(record):
    names = record.texts("reportingBusiness.commonName") or record.texts("reportingBusiness")
    names += [part.line_of("commonName") for part in record.records("otherBusiness")]
    return list(dict.fromkeys(filter(None, names)))


def _items(record):
    found = []
    year = year_of(record.line_of("created"))
    for part in record.records("productDetails"):
        item = Item(product=part.line_of("productName"), pack=part.text("packSizeDescription"))
        prose(item, item.product, "productDetails.productName", day_first=True, year=year)
        said = []
        for batch in part.records("batchDescription"):
            said += _batch(item, batch, year)
        item.codes = "\n".join(said)
        found.append(item)
    return whole(found)


def _batch(item, batch, year):
    """Read one batch: its codes, and what its dates are."""
    said = []
    for name in _BATCHES:
        if text := batch.text(name):
            add = prose if name == _BATCHES[-1] else batches
            add(item, text, f"batchDescription.{name}", day_first=True, year=year)
            said.append(text)
    for name in _DATES:
        if text := batch.text(name):
            found = Item()
            prose(found, f"best before {text}", f"batchDescription.{name}", False, True, year)
            item.marks += [_as_date(mark) for mark in found.marks]
            said.append(text)
    return said


def _as_date(mark):
    """A date in a field for best-before dates is one."""
    if mark.kind not in ("date", "date_range"):
        return mark
    return Mark(mark.kind, mark.value, mark.last, mark.text, mark.field, "best_by")


# -- asking ------------------------------------------------------------------


def first(asked):
    """Alerts made or changed since a day, the latest first."""
    params = {"_limit": asked.size or 100, "_sort": "-created", **dict(asked.filters)}
    params.setdefault("since", f"{asked.since}T00:00:00Z")
    return Request(asked.url, params=tuple(params.items()), headers={"Accept": "application/json"})


def following(asked, request, page):
    """The next page, when this one was full."""
    params = dict(request.params)
    if len(page.notices) < int(params["_limit"]):
        return None
    skip = int(params.get("_offset", 0)) + len(page.notices)
    params = {**params, "_offset": skip}
    return Request(asked.url, params=tuple(params.items()), headers=request.headers)


SOURCES = (
    Source(
        "uk_fsa",
        "Food Standards Agency (UK)",
        fits,
        read,
        authority="FSA",
        country="GB",
        url="https://data.food.gov.uk/food-alerts/id",
        lists=("items",),
        key_fields="notation, title, productDetails",
        size=100,
        first=first,
        next=following,
    ),
)
