"""Which column of a supplier's table is what, told by its header in many languages."""

import re
import unicodedata
from dataclasses import dataclass, field

from .headers import SYNONYMS

#: What names a product, a number of it, or how much: a table of goods has two of them.
PRODUCT = ("gtin", "supplier_code", "code", "buyer_code", "name")
CONTENT = ("lot", "serial", "quantity", "weight", "cases")
FIELDS = tuple(SYNONYMS)
DATES = ("expiry", "best_before", "made", "date_code", "issued", "despatched", "expected")
#: Fields that may have several columns: Serial 1, Serial 2 ...
REPEATED = ("serial", "lot")

_CLAUSE = re.compile(r"^(\s*\([a-z]?\d{0,2}[a-z]?\))+", re.IGNORECASE)
_UNIT_IN_HEADER = re.compile(r"[(\[]\s*([^()\[\]]{1,12})\s*[)\]]")


def plain(header):
    """A header as synonyms are written: no case, accents, punctuation; one word for number.

    >>> plain("N° de Lot:"), plain("Lot-Number*"), plain("LIEFERSCHEIN_NR.")
    ('no de lot', 'lot no', 'lieferschein no')
    """
    text = _CLAUSE.sub("", str(header)).replace("ß", "ss").replace("ł", "l").replace("Ł", "L")
    text = text.replace("n°", "no ").replace("N°", "no ").replace("nº", "no ").replace("Nº", "no ")
    text = text.replace("№", "no ").replace("#", " no ").replace("&", " and ").replace("ø", "o")
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"[^\w]+|_", " ", text)
    text = re.sub(r"(?<=[a-z])(nummer|number|nr)\b", "no", " ".join(text.split()))
    text = re.sub(r"\b(number|numbers|num|numero|nummer|nr|nro|nos|n)\b", "no", text)
    return re.sub(r"\bno( no)+\b", "no", " ".join(text.split()))


def _index():
    sure, weak = {}, {}
    for name, headers in SYNONYMS.items():
        for header in headers:
            into = weak if header.endswith("*") else sure
            into.setdefault(plain(header.rstrip("*")), name)
    return sure, weak


_SURE, _WEAK = _index()


def known(header):
    """``(field, is sure)`` of a header, or None.

    A unit in brackets and a number behind it do not matter: ``Net weight (kg)``,
    ``Serial 2``.
    """
    if not isinstance(header, str) or len(header) > 120:
        return None
    for text in _spellings(header):
        if text in _SURE:
            return _SURE[text], True
        if text in _WEAK:
            return _WEAK[text], False
    return None


def _spellings(header):
    """Ways to read a header, the nearest first."""
    whole = plain(header)
    yield whole
    bare = plain(_UNIT_IN_HEADER.sub(" ", _CLAUSE.sub("", header)))
    yield bare
    for text in (whole, bare):
        yield re.sub(r" \d{1,3}$", "", text)
        yield text.removesuffix(" no")
        yield text.removeprefix("no ")
        yield f"{text} no"
    # two languages in one header: "Lot / Charge"
    for part in re.split(r"[/|\n]", header):
        if part.strip() and part.strip() != header.strip():
            yield plain(part)


def unit_of(header):
    """The unit that a header names in brackets, or ``""``: ``Net weight (kg)``."""
    match = _UNIT_IN_HEADER.search(_CLAUSE.sub("", str(header)))
    return match[1].strip() if match else ""


@dataclass(slots=True)
class Header:
    """The header of a table of goods.

    :param row: number of its row in the file
    :param texts: the headers as written, by column
    :param columns: field -> list of column indexes, the surest first
    """

    row: int
    texts: list
    columns: dict = field(default_factory=dict)

    def first(self, name):
        """Index of the field's column, or None."""
        return next(iter(self.columns.get(name, ())), None)

    @property
    def is_goods(self):
        """Whether this is a table of goods: what, and which or how much."""
        has = self.columns.keys()
        numbers = {"lot", "serial"} & has
        named = any(name in has for name in PRODUCT)
        return bool((named and any(name in has for name in CONTENT)) or len(numbers) == 2)


def assign(texts, row=0):
    """Give each column its field.

    :param texts: headers by column; None where there is none
    :rtype: Header
    """
    header = Header(row, [text if isinstance(text, str) else "" for text in texts])
    seen = {index: found for index, text in enumerate(texts) if (found := known(text))}
    for is_sure in (True, False):
        for index, (name, sure) in seen.items():
            if sure == is_sure and (sure or name not in header.columns):
                header.columns.setdefault(name, []).append(index)
    _product_or_name(header)
    return header


def _product_or_name(header):
    """Where two columns could be the code, the one called just "product" is the name."""
    if "name" in header.columns:
        return
    codes = header.columns.get("code", [])
    also_names = [index for index in codes if plain(header.texts[index]) in _WEAK]
    others = [index for index in codes if index not in also_names]
    others += [
        i for name in ("gtin", "supplier_code", "buyer_code") for i in header.columns.get(name, ())
    ]
    if also_names and others:
        header.columns["name"] = also_names
        header.columns["code"] = [index for index in codes if index not in also_names]
        if not header.columns["code"]:
            del header.columns["code"]


def find(rows, most=60):
    """The header among the first rows of a sheet, or None.

    Titles may stand above it, and its words may stand in two rows, one over several
    columns.

    :param rows: list of ``(row number, cells)``
    """
    best = None
    for place, (number, cells) in enumerate(rows[:most]):
        candidates = [assign(cells, number)]
        if place:
            candidates.append(assign(_joined(rows[place - 1][1], cells), number))
        for header in candidates:
            if header.is_goods and (best is None or len(header.columns) > len(best.columns) + 1):
                best = header
    return best


def _joined(above, cells):
    """Two rows of header as one: a word above several columns belongs to each of them."""
    joined, over = [], ""
    for index, cell in enumerate(cells):
        top = above[index] if index < len(above) else None
        over = top if isinstance(top, str) else over
        both = " ".join(part for part in (over, cell) if isinstance(part, str))
        joined.append(both if known(both) else cell)
    return joined
