"""Compares notices with own products and lots: a score, and the words that made it.

A catalogue is built once for a batch of notices: GTINs, codes and rare words lead to few
candidates, so that 500 notices find theirs among 50,000 products in a second or two. Lots
are compared for candidates only. Every piece of evidence has a weight; they add up so that
none of them makes a certainty. Nothing is decided here: a person looks.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import log

from ..gs1.keys import check_digit, is_restricted
from ..ranges import Range
from .form import LOT_KINDS
from .numbers import quick_gtin
from .text_dates import first_day, last_day

#: What a piece of evidence is worth, in percent of certainty that is left.
WEIGHTS = {
    "gtin": 85,
    "upc": 75,  # its check digit or first digit had to be added
    "level": 60,  # the case of our unit, or the unit of our case
    "restricted": 30,  # numbered by a shop
    "ndc": 80,
    "model": 45,
    "supplier_code": 45,
    "brand": 25,
    "firm": 25,
    "words": 55,  # at most
    "lot": 65,
    "lot_like": 50,  # but for case, spaces and signs
    "lot_range": 55,
    "lot_prefix": 40,
    "date": 35,
    "date_range": 25,
    "all": 20,
}
#: A lot's number without anything else: the longer, the less by chance.
ALONE = ((10, 45), (8, 35), (6, 20), (0, 5))
ALONE_LEAST = 8
#: Candidates of words for one product of a notice.
MOST = 25
#: Part of the certainty that is left when a notice names lots and none of ours is among them.
OTHER_LOTS = 0.6

_WORD = re.compile(r"[^\W_]{2,}")
_SIGNS = re.compile(r"[^A-Z0-9]")
_COMMON = frozenset(
    "and the with for from of in by oz lb lbs net wt ml pack packs case cases bag bags box boxes "
    "can cans bottle bottles jar jars ct count each per inc llc ltd co corp company brand product "
    "products recall recalled recalls due possible potential contamination undeclared das der die "
    "und mit von les des avec pour de la le un une el los con gmbh sa sarl fresh natural original "
    "all new small large size".split()
)


@dataclass(slots=True)
class Product:
    """A product of ours.

    :param codes: internal reference, and suppliers' codes
    :param gtins: barcodes of the product and its packagings, as they are
    :param suppliers: names of those who deliver it, and its brand
    """

    id: int
    name: str
    gtins: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    suppliers: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot or serial number of ours; dates are ISO days, or empty."""

    id: int
    product: int
    name: str
    best_by: str = ""
    company: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to think that goods are meant.

    :param kind: key of :data:`WEIGHTS`, or ``no_lot``: ours are none of the lots named
    :param theirs: the very words of the notice
    :param ours: what they were found in
    :param field: where the notice says it
    """

    kind: str
    theirs: str
    ours: str
    field: str = ""
    weight: int = 0

    def as_dict(self):
        """What is stored."""
        names = ("kind", "theirs", "ours", "field", "weight")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(slots=True)
class Match:
    """That a product of ours, or one lot of it, is meant by an item of a notice.

    :param item: which item of the notice
    :param lot: id; None: the product as a whole
    """

    item: int
    product: int
    lot: int | None
    score: int
    evidence: list[Evidence]


def words_of(text):
    """Words that tell products apart, without case and accents."""
    text = (text or "").lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(one for one in text if not unicodedata.combining(one))
    return [word for word in _WORD.findall(text) if word not in _COMMON]


def score_of(evidence):
    """How sure all pieces together make: 0 to 99."""
    doubt = 1.0
    for piece in evidence:
        doubt *= 1 - piece.weight / 100
    return min(99, round(100 * (1 - doubt)))


def plain_lot(text):
    """A number without case, spaces and signs, for comparing."""
    return _SIGNS.sub("", text.upper())


class Catalogue:
    """Own products, arranged for being found.

    :param products: iterable of :class:`Product`
    """

    def __init__(self, products):
        self.products = {product.id: product for product in products}
        self._gtins, self._levels = defaultdict(list), defaultdict(list)
        self._codes, self._firms = defaultdict(set), defaultdict(set)
        self._posts, self._words = defaultdict(list), {}
        for product in self.products.values():
            self._add(product)
        total = max(2, len(self.products))
        self._rare = {word: log(total / len(ids)) + 0.1 for word, ids in self._posts.items()}
        self._seldom = max(200, total // 100)

    def _add(self, product):
        for text in product.gtins:
            gtin = quick_gtin(text.replace(" ", "").replace("-", ""))
            if gtin:
                self._gtins[gtin].append(product.id)
                self._levels[gtin[1:13]].append(product.id)
        for code in product.codes:
            if len(plain_lot(code)) >= 4 and any(map(str.isdigit, code)):
                self._codes[plain_lot(code)].add(product.id)
        for name in product.suppliers:
            if words := frozenset(words_of(name)):
                self._firms[words].add(product.id)
        words = self._words[product.id] = frozenset(words_of(product.name))
        for word in words:
            self._posts[word].append(product.id)

    # -- products -------------------------------------------------------------

    def products_of(self, notice, item):
        """Evidence that products are meant by an item: dict id -> list of :class:`Evidence`."""
        found = defaultdict(list)
        self._by_numbers(item, found)
        self._by_words(notice, item, found)
        self._by_firm(notice, item, found)
        return found

    def _by_numbers(self, item, found):
        seen = set()
        for mark in item.marks:
            for kind, ids in self._numbered(mark):
                for product in ids:
                    if (kind, mark.value, product) not in seen:
                        seen.add((kind, mark.value, product))
                        found[product].append(self._number(kind, mark, product))

    def _numbered(self, mark):
        """Pairs (kind of evidence, ids of products) for a number of a notice."""
        if mark.kind == "model":
            yield "model", self._codes.get(plain_lot(mark.value), ())
        gtin = mark.value
        if mark.kind == "ndc":
            gtin = _ndc(mark.value)
        elif mark.kind not in ("gtin", "upc") or len(gtin) != 14:
            return
        kind = "restricted" if is_restricted(gtin) and mark.kind != "ndc" else mark.kind
        yield kind, self._gtins.get(gtin, ())
        if mark.kind == "gtin" and kind == "gtin":
            same = self._gtins.get(gtin, ())
            others = [one for one in self._levels.get(gtin[1:13], ()) if one not in same]
            yield "level", others  # another level of packing has another first digit

    def _number(self, kind, mark, product):
        ours = ", ".join(
            self.products[product].gtins if kind != "model" else self.products[product].codes
        )
        return Evidence(kind, mark.text or mark.value, ours[:200], mark.field, WEIGHTS[kind])

    def _by_words(self, notice, item, found):
        """Names of ours whose words are nearly all in the notice's."""
        theirs = dict.fromkeys(words_of(" ".join([item.product, *item.brands])[:2_000]))
        counts = Counter()
        for word in theirs:
            ids = self._posts.get(word, ())
            if len(ids) <= self._seldom:
                counts.update(ids)
        likely = [product for product, _count in counts.most_common(MOST * 4)]
        scored = sorted(((self._covered(one, theirs), one) for one in likely), reverse=True)
        for part, product in scored[:MOST]:
            shared = [word for word in theirs if word in self._words[product]]
            if part < 0.5 or (len(shared) < 2 and part < 1):
                continue
            weight = round(WEIGHTS["words"] * part * (1 if len(shared) > 2 else 0.7))
            words = ", ".join(shared)
            name = self.products[product].name
            found[product].append(Evidence("words", words, name, "product", weight))
            self._by_brand(item, product, found)

    def _covered(self, product, theirs):
        """Which part of the weight of a name's words is in the notice."""
        mine = self._words[product]
        total = sum(self._rare[word] for word in mine)
        return sum(self._rare[word] for word in mine if word in theirs) / total if total else 0

    def _by_brand(self, item, product, found):
        mine = self._words[product] | {
            word for name in self.products[product].suppliers for word in words_of(name)
        }
        for brand in item.brands:
            words = words_of(brand)
            if words and len(words) <= 6 and mine.issuperset(words):
                name = self.products[product].name
                found[product].append(Evidence("brand", brand, name, "brand", WEIGHTS["brand"]))
                return

    def _by_firm(self, notice, item, found):
        """A firm of the notice delivers it to us: adds to other evidence only."""
        for firm in notice.firms:
            words = set(words_of(firm))
            for theirs, ids in self._firms.items() if words else ():
                if words == theirs or (len(theirs) > 1 and words.issuperset(theirs)):
                    for product in ids & found.keys():
                        name = ", ".join(self.products[product].suppliers)
                        found[product].append(
                            Evidence("firm", firm, name[:200], "firm", WEIGHTS["firm"])
                        )


def _ndc(text):
    """The GTIN of a US drug code of ten digits, or nothing."""
    digits = text.replace("-", "")
    if len(digits) != 10:
        return ""
    return "003" + digits + check_digit("3" + digits)


# -- lots --------------------------------------------------------------------


def lot_evidence(item, lot):
    """Evidence that a lot of a product is meant: list, empty when it is not.

    :param form.Item item: what the notice says
    :param Lot lot: one of ours
    """
    found = []
    for mark in item.marks:
        kind = _lot_kind(mark, lot)
        if kind:
            found.append(
                Evidence(kind, mark.text or mark.value, lot.name, mark.field, WEIGHTS[kind])
            )
    found = sorted(found, key=lambda piece: -piece.weight)[:1]
    return found + _date_evidence(item, lot)


def _lot_kind(mark, lot):
    """How a mark names a lot, if it does."""
    if mark.kind in ("lot", "serial"):
        if mark.value == lot.name:
            return "lot"
        same = plain_lot(mark.value)
        return "lot_like" if len(same) > 2 and same == plain_lot(lot.name) else ""
    if mark.kind in ("lot_range", "serial_range"):
        return "lot_range" if in_range(lot.name, mark.value, mark.last) else ""
    if mark.kind in ("lot_prefix", "serial_prefix"):
        return "lot_prefix" if lot.name.upper().startswith(mark.value.upper()) else ""
    return ""


def in_range(name, first, last):
    """Whether a number is in a range; case does not count, zeros do."""
    name, first, last = name.strip().upper(), first.upper(), last.upper()
    if name in (first, last):
        return True
    whole, part = Range.between(first, last), Range.between(first, name)
    if not whole or not part:
        return False
    same_width = part.width == whole.width or (
        not whole.width and part.width == len(str(part.first))  # no zeros in front
    )
    alike = (whole.before, whole.after) == (part.before, part.after)
    return alike and same_width and part.last <= whole.last


def _date_evidence(item, lot):
    if not lot.best_by:
        return []
    for mark in item.of_kind("date", "date_range"):
        if mark.meaning in ("made", "sold"):
            continue
        first, last = (
            first_day(mark.value),
            last_day(mark.last if mark.kind == "date_range" else mark.value),
        )
        if (not first or first <= lot.best_by) and (not last or lot.best_by <= last):
            return [Evidence(mark.kind, mark.text, lot.best_by, mark.field, WEIGHTS[mark.kind])]
    return []


def names_lots(item):
    """Whether an item says which lots are meant, by number or by date."""
    return any(
        mark.kind in LOT_KINDS
        or (mark.kind in ("date", "date_range") and mark.meaning in ("best_by", ""))
        for mark in item.marks
    )


def numbers_lots(item):
    """Whether an item says by their numbers which lots are meant."""
    return any(
        mark.kind in LOT_KINDS and mark.meaning not in ("bare", "maybe") for mark in item.marks
    )


def lot_names(item):
    """Numbers of an item, in the spellings by which an index finds them.

    Short ones say too little without the product, whose lots are looked at anyway.
    """
    names = {mark.value for mark in item.of_kind("lot", "serial")}
    names = {name for name in names if len(plain_lot(name)) >= ALONE_LEAST}
    return names | {name.upper() for name in names} | {name.lower() for name in names}


# -- all together ------------------------------------------------------------


def matches_of(candidates, items, lots_by_product, named_lots, least):
    """What of ours a notice means.

    :param candidates: for each item, what :meth:`Catalogue.products_of` has found
    :param items: the notice's
    :param lots_by_product: dict product -> lots of candidates
    :param named_lots: dict number (plain) -> lots of any product that have it
    :param int least: score below which nothing is told
    :rtype: list of :class:`Match`, the surest first
    """
    best = {}
    for at, (item, products) in enumerate(zip(items, candidates, strict=True)):
        for match in _of_item(at, item, products, lots_by_product, named_lots):
            key = (match.product, match.lot)
            if match.score >= least and (key not in best or best[key].score < match.score):
                best[key] = match
    return sorted(best.values(), key=lambda match: (-match.score, match.product, match.lot or 0))


def _of_item(at, item, products, lots_by_product, named_lots):
    for product, evidence in products.items():
        yield from _of_product(at, item, product, evidence, lots_by_product.get(product, ()))
    for mark in item.of_kind("lot", "serial"):
        for lot in named_lots.get(plain_lot(mark.value), ()):
            if lot.product not in products:
                yield _alone(at, item, mark, lot)


def _of_product(at, item, product, evidence, lots):
    any_lot = False
    if names_lots(item):
        for lot in lots:
            more = lot_evidence(item, lot)
            if more and (not numbers_lots(item) or more[0].kind.startswith("lot")):
                any_lot = True
                yield Match(at, product, lot.id, score_of([*evidence, *more]), [*evidence, *more])
    if any_lot:
        return
    if names_lots(item):
        named = [
            mark.text or mark.value
            for mark in item.marks
            if mark.kind in (*LOT_KINDS, "date", "date_range")
        ]
        none = Evidence("no_lot", ", ".join(named)[:200], "")
        yield Match(at, product, None, round(OTHER_LOTS * score_of(evidence)), [*evidence, none])
        return
    every = [
        Evidence("all", mark.text, "", mark.field, WEIGHTS["all"])
        for mark in item.of_kind("all")[:1]
        if mark.meaning != "limited"
    ]
    yield Match(at, product, None, score_of([*evidence, *every]), [*evidence, *every])


def _alone(at, item, mark, lot):
    """A number of ours that a notice names, of a product that nothing else speaks for."""
    size = len(plain_lot(mark.value))
    weight = next(weight for least, weight in ALONE if size >= least)
    if mark.value.isdigit():
        weight = round(weight * 0.7)
    pieces = [Evidence("lot", mark.text or mark.value, lot.name, mark.field, weight)]
    pieces += _date_evidence(item, lot)
    return Match(at, lot.product, lot.id, score_of(pieces), pieces)
