"""Notices of anybody: tables, JSON, XML and news feeds whose fields have usual names.

A supplier's list, a retailer's export, a typed notice, an RSS feed. Names are compared
without case and signs, in some languages.
"""

import hashlib
import json
import re

from .form import Item, Mark, Notice
from .marks import barcode, batches, prose, whole, year_of
from .record import Record, severity
from .source import Source

_NAMES = {
    "number": "number notice recallnumber recallno reference ref id guid noticeid numero nummer "
    "aktenzeichen",
    "title": "title subject heading headline name recalltitle titre titel betreff",
    "published": "published publishdate date pubdate datepublished issued created publication "
    "updated datum",
    "modified": "modified lastmodified datemodified lastupdated",
    "initiated": "initiated recalldate start startdate",
    "version": "version revision",
    "lang": "lang language",
    "status": "status state",
    "klass": "class classification recallclass severity risklevel klasse",
    "category": "category type producttype kategorie",
    "reason": "reason reasonforrecall description summary cause motif grund content",
    "hazard": "hazard risk risks hazards gefahr risque",
    "action": "action instructions remedy whattodo advice",
    "authority": "authority publisher agency source issuer behoerde",
    "country": "country countrycode land pays",
    "origin": "origin countryoforigin manufacturedin herkunft",
    "area": "area distribution states region",
    "firm": "firm company manufacturer recallingfirm supplier vendor importer distributor creator "
    "firma hersteller",
    "url": "url link href website page",
    "image": "image images picture photo",
    "product": "product productname item article productdescription produkt produit products "
    "affectedproducts",
    "brand": "brand brands marke marque",
    "model": "model models modelnumber catalognumber modell modele",
    "gtin": "gtin upc ean barcode barcodes gtins upcs eans gtincode upccode eancode strichcode",
    "lot": "lot lots lotnumber lotnumbers batch batches batchnumber lotcode lotcodes batchcode "
    "codes codeinfo charge chargen numerodelot",
    "serial": "serial serials serialnumber serialnumbers sn seriennummer numerodeserie",
    "date": "bestby bestbefore expiry expirydate expirationdate expiration useby usebydate "
    "bestbeforedate mhd ddm dlc",
    "pack": "pack size packsize packaging",
    "quantity": "quantity units qty",
}
_KNOWN = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
_SIGNS = re.compile(r"[^a-z0-9]")
_LIST = r"[,;|\n]\s*"


def fits(data):
    """Whether a record says what it is about."""
    names = {_KNOWN.get(_SIGNS.sub("", name.lower())) for name in data}
    return bool(names & {"title", "product", "gtin", "lot"})


def read(record, head, source="generic"):
    """Make a notice of a record."""
    named = Record(_named(record.data), record.file, record.number, record.line)
    named.flaws = record.flaws
    notice = Notice(
        source,
        number=named.line_of("number"),
        lang=(named.line_of("lang") or "en")[:5].lower(),
        version=named.line_of("version"),
        title=(named.line_of("title") or named.line_of("product"))[:250],
        published=named.when("published", day_first=True),
        modified=named.when("modified", day_first=True),
        initiated=named.when("initiated", day_first=True),
        status=named.line_of("status"),
        klass=named.line_of("klass"),
        category=named.line_of("category"),
        reason=named.text("reason"),
        hazard=named.text("hazard"),
        action=named.text("action"),
        authority=named.line_of("authority"),
        country=named.line_of("country"),
        origin=named.line_of("origin"),
        area=named.text("area"),
        firms=named.texts("firm"),
        urls=named.urls("url", "number"),
        images=named.urls("image"),
    )
    notice.severity = severity(notice.klass)
    notice.items = _items(named, notice)
    notice.number = notice.number or _number(record, notice)
    return notice


def _named(data):
    """The record by our names; the first of several columns that says something."""
    found = {}
    for name, value in data.items():
        ours = _KNOWN.get(_SIGNS.sub("", name.lower()))
        if ours and value not in (None, "", [], {}) and not found.get(ours):
            found[ours] = value
    return found


def _number(record, notice):
    """Of a notice without number: its address, else what it says."""
    record.flaw("no_number")
    if notice.urls:
        return notice.urls[0][:200]
    words = f"{notice.title}|{notice.published}|{notice.reason[:500]}"
    return hashlib.sha256(words.encode()).hexdigest()[:12] if words != "||" else ""


def _items(named, notice):
    """Products: objects of a list, or the record itself."""
    parts = [value for value in named.many("product") if isinstance(value, dict)]
    if not parts:
        return whole([_item(named, notice)])
    found = []
    for value in parts:
        part = Record(_named(value), named.file, named.number, named.line)
        part.flaws = named.flaws
        found.append(_item(part, notice, part.line_of("product", "title")))
    return whole(found)


def _item(named, notice, name=""):
    item = Item(
        product=name or named.text("product") or notice.title,
        brands=named.texts("brand", split=_LIST),
        models=named.texts("model", split=_LIST),
        pack=named.line_of("pack"),
        quantity=named.line_of("quantity"),
    )
    year = year_of(notice.published)
    for text in named.texts("gtin", split=_LIST):
        barcode(named, item, text, "gtin")
    item.codes = "\n".join(
        filter(None, (named.text("lot"), named.text("serial"), named.text("date")))
    )
    _numbers(named, item, year)
    prose(item, item.product, "product", day_first=True, year=year)
    prose(item, notice.reason, "reason", day_first=True, year=year)
    item.marks += [Mark("model", one, text=one[:200], field="model") for one in item.models]
    return item


def _numbers(named, item, year):
    batches(item, named.text("lot"), "lot", True, year)
    for name, word in (("serial", "serial numbers: "), ("date", "best before ")):
        if text := named.text(name):
            prose(item, word + text, name, day_first=True, year=year)


def typed(**values):
    """The bytes of a notice that somebody typed in, or wrote in a mail.

    :param values: by the names above; lists are taken
    """
    told = {name: value for name, value in values.items() if value}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _source(kind, title):
    return Source(
        kind,
        title,
        fits,
        lambda record, head: read(record, head, kind),
        lists=("notices", "recalls", "results", "records", "items", "alerts", "data", "entries"),
        key_fields="title or product, number, gtin, lot",
    )


SOURCES = (
    _source("generic", "Any table, JSON, XML or RSS"),
    _source("typed", "Typed in"),
)
