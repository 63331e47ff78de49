"""US FDA: openFDA's enforcement reports for food, drugs and devices, and iRES.

https://open.fda.gov/apis/ -- weekly; ``code_info`` is prose; ``recall_number`` may be empty;
no match is HTTP 404. The answer of iRES has upper-case names and STATUSCODE 400 for success.
"""

import hashlib

from .form import Item, Mark, Notice
from .marks import barcode, prose, whole, year_of
from .record import severity
from .source import Request, Source

_URL = "https://api.fda.gov/{}/enforcement.json"
_IRES = {  # field of iRES -> field of openFDA
    "RECALLNUM": "recall_number",
    "RECALLEVENTID": "event_id",
    "PHASETXT": "status",
    "PRODUCTTYPESHORT": "product_type",
    "PRODUCTDESCRIPTIONTXT": "product_description",
    "PRODUCTDISTRIBUTEDQUANTITY": "product_quantity",
    "PRODUCTSHORTREASONTXT": "reason_for_recall",
    "CODEINFOTXT": "code_info",
    "CODEINFORMATION": "code_info",
    "DISTRIBUTIONAREASUMMARYTXT": "distribution_pattern",
    "FIRMLEGALNAM": "recalling_firm",
    "RECALLINITIATIONDT": "recall_initiation_date",
    "ENFORCEMENTREPORTDT": "report_date",
    "EVENTLMD": "modified",
    "TERMINATIONDT": "termination_date",
    "VOLUNTARYTYPETXT": "voluntary_mandated",
}
_DEVICE = {  # field of device/recall -> field of enforcement
    "cfres_id": "recall_number",
    "product_res_number": "recall_number",
    "res_event_number": "event_id",
    "recall_status": "status",
    "event_date_initiated": "recall_initiation_date",
    "event_date_posted": "report_date",
    "event_date_terminated": "termination_date",
}


_KINDS = {"food": "openfda_food", "drug": "openfda_drug", "devi": "openfda_device"}


def fits(data):
    """Whether a record is one of FDA's."""
    return (
        "reason_for_recall" in data
        or ("recall_number" in data and "product_description" in data)
        or "PRODUCTSHORTREASONTXT" in data
        or "RECALLEVENTID" in data
    )


def read(record, head, source="openfda_food"):
    """Make a notice of a record."""
    record.data = _renamed(record.data)
    kind = record.line_of("product_type").lower()[:4]
    notice = Notice(
        _KINDS.get(kind, source),
        number=record.line_of("recall_number"),
        title=_title(record),
        initiated=record.when("recall_initiation_date"),
        published=record.when("report_date", "center_classification_date"),
        modified=record.when("modified"),
        ended=record.when("termination_date"),
        status=record.line_of("status"),
        klass=record.line_of("classification"),
        category=record.line_of("product_type"),
        reason=record.text("reason_for_recall"),
        hazard=record.text("reason_for_recall"),
        action=record.text("action"),
        authority="FDA",
        country="US",
        origin=record.line_of("country"),
        area=record.text("distribution_pattern"),
        firms=record.texts("recalling_firm"),
        urls=record.urls("more_info", "url"),
        items=[_item(record)],
    )
    notice.severity = severity(notice.klass)
    notice.number = notice.number or _number(record)
    return notice


def _renamed(data):
    names = _IRES if "RECALLEVENTID" in data or "RECALLNUM" in data else _DEVICE
    found = dict(data)
    for theirs, ours in names.items():
        if theirs in data and not found.get(ours):
            found[ours] = data[theirs]
    if data.get("CENTERCLASSIFICATIONTYPETXT") in ("1", "2", "3"):
        found["classification"] = f"Class {data['CENTERCLASSIFICATIONTYPETXT']}"
    return found


def _title(record):
    firm, product = record.line_of("recalling_firm"), record.line_of("product_description")
    return ": ".join(filter(None, (firm, product)))[:250]


def _number(record):
    """A number for a record without one: its event, and what it is about."""
    record.flaw("no_number", "recall_number")
    event = record.line_of("event_id")
    about = record.text("product_description") + record.text("code_info")
    if not (event or about):
        return ""
    return f"{event or 'FDA'}/{hashlib.sha256(about.encode()).hexdigest()[:8]}"


def _item(record):
    item = Item(
        product=record.text("product_description"),
        codes="\n".join(filter(None, (record.text("code_info"), record.text("more_code_info")))),
        quantity=record.line_of("product_quantity"),
        brands=record.texts("openfda.brand_name"),
    )
    year = year_of(record.line_of("recall_initiation_date")[:4], record.line_of("report_date")[:4])
    prose(item, item.product, "product_description", year=year)
    prose(item, item.codes, "code_info", codes=True, year=year)
    if not item.of_kind(
        "date", "date_range", "lot", "lot_range"
    ):  # dates may be in the reason only
        prose(item, record.text("reason_for_recall"), "reason_for_recall", year=year)
    for text in record.texts("openfda.upc"):
        barcode(record, item, text, "openfda.upc")
    for text in record.texts("openfda.package_ndc"):
        item.marks.append(Mark("ndc", text, text=text, field="openfda.package_ndc"))
    whole([item])
    return item


# -- asking ------------------------------------------------------------------


def first(asked):
    """Reports since a day, the latest first; paged."""
    search = f"report_date:[{asked.since.replace('-', '')} TO {asked.until.replace('-', '')}]"
    own = dict(asked.filters)
    if own.get("search"):
        search = f"({search}) AND ({own.pop('search')})"
    params = {"search": search, "limit": asked.size or 500, "sort": "report_date:desc", **own}
    if asked.key:
        params["api_key"] = asked.key
    return Request(asked.url, params=tuple(params.items()))


def following(asked, request, page):
    """The next page; behind record 25,000 the service gives a link instead."""
    params = dict(request.params)
    skip = int(params.get("skip", 0)) + len(page.notices)
    if not page.notices or page.total is None or skip >= page.total or skip > 25_000:
        return None
    return Request(asked.url, params=tuple({**params, "skip": skip}.items()))


def refusal(head):
    """What the service says instead of records; that there are none is no refusal."""
    error = head.get("error")
    if isinstance(error, dict):
        if error.get("code") == "NOT_FOUND":
            return ""
        return f"{error.get('code', '')}: {error.get('message', '')}"
    if "STATUSCODE" in head and str(head["STATUSCODE"]) != "400":
        return str(head.get("MESSAGE") or head["STATUSCODE"])
    return str(error) if error else ""


def follow(page, head, _rows):
    """How many records there are altogether."""
    results = head.get("meta", {}).get("results", {}) if isinstance(head.get("meta"), dict) else {}
    total = results.get("total") if isinstance(results, dict) else None
    page.total = int(total) if str(total).isdigit() else None


def _source(kind, part, title):
    return Source(
        kind,
        title,
        fits,
        lambda record, head: read(record, head, kind),
        authority="FDA",
        country="US",
        url=_URL.format(part),
        lists=("results", "RESULT"),
        key_fields="recall_number, product_description, code_info",
        size=500,
        first=first,
        next=following,
        refusal=refusal,
        follow=follow,
    )


SOURCES = (
    _source("openfda_food", "food", "openFDA food (US)"),
    _source("openfda_drug", "drug", "openFDA drugs (US)"),
    _source("openfda_device", "device", "openFDA devices (US)"),
)
