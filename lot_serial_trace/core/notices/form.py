"""What every reader of recall notices makes: one form for all authorities.

No feed has structured lots; what is found in prose is a :class:`Mark` that keeps the
very words, so that a person can judge it. A value that cannot be used is a
:class:`Flaw`, never a reason to leave out the notice.
"""

import hashlib
import json
from dataclasses import dataclass
from dataclasses import field as stored


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> (what is wrong, what to do); values besides their own: record, field
FLAWS = {
    "no_number": (
        _("The notice has no number"),
        _("It is known by its address or its content instead: compare it with its neighbours."),
    ),
    "bad_date": (
        _("%(value)s is no date"),
        _("Look at the notice's page."),
    ),
    "wrong_type": (
        _("%(value)s is not of the kind that is expected here"),
        _("Look at the notice's page; tell us if the authority has changed its format."),
    ),
    "bad_check_digit": (
        _("%(value)s is no GTIN: its check digit is wrong"),
        _("Compare the digits with the product's label."),
    ),
    "long_text": (
        _("The text has %(size)s characters; the first %(limit)s are kept"),
        _("The original has all of it."),
    ),
    "many_values": (
        _("There are %(size)s values; the first %(limit)s are kept"),
        _("The original has all of them."),
    ),
    "not_a_record": (
        _("This is not a notice, but %(value)s"),
        _("It is kept with the file. Tell us if the authority has changed its format."),
    ),
    "nothing_said": (
        _("The notice says nothing: neither title nor product"),
        _("Look at the original."),
    ),
    "cut_off": (
        _("Reading stopped: %(reason)s"),
        _("The notices in front of it were read. The file is asked for again later."),
    ),
    "too_many": (
        _("The file has more than %(limit)s notices; the rest was not read"),
        _("Ask for fewer at once: set a filter or a shorter time."),
    ),
}

TEXT_LIMIT = 100_000
VALUES_LIMIT = 2_000

#: Kinds of marks that name single goods.
LOT_KINDS = ("lot", "lot_range", "lot_prefix", "serial", "serial_range", "serial_prefix")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that identifies goods, as found in a notice.

    :param kind: ``gtin`` (14 digits), ``upc`` (completed to 14 digits, perhaps wrongly),
        ``lot``, ``lot_range``, ``lot_prefix``, the same of ``serial``, ``date``,
        ``date_range`` (an open end is empty), ``model``, ``ndc``, ``establishment``,
        ``all`` (every lot), ``none`` (no codes on the goods)
    :param value: normalised; of a range its first
    :param last: of a range its last
    :param text: the words as published
    :param field: where they were published
    :param meaning: of dates ``best_by``, ``made``, ``sold`` or empty; of ``all``
        ``limited`` if only some; of numbers ``bare`` if no word said what they are
    """

    kind: str
    value: str = ""
    last: str = ""
    text: str = ""
    field: str = ""
    meaning: str = ""

    def as_dict(self):
        """What is stored: without what is empty."""
        names = ("kind", "value", "last", "text", "field", "meaning")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(slots=True)
class Item:
    """One product of a notice.

    :param product: name and description as published
    :param codes: text about its lots, dates and numbers
    :param pack: sizes, packaging
    :param quantity: how much was distributed, as text
    """

    product: str = ""
    codes: str = ""
    pack: str = ""
    quantity: str = ""
    brands: list[str] = stored(default_factory=list)
    models: list[str] = stored(default_factory=list)
    marks: list[Mark] = stored(default_factory=list)

    def of_kind(self, *kinds):
        """The marks of these kinds."""
        return [mark for mark in self.marks if mark.kind in kinds]


@dataclass(frozen=True, slots=True)
class Flaw:
    """A value that could not be used.

    :param code: key of :data:`FLAWS`
    :param file: name of the file
    :param record: which notice of the file, from 1; 0: the file itself
    :param line: line in the file, from 1; 0 when unknown
    :param field: name of the field, as published
    """

    code: str
    file: str = ""
    record: int = 0
    line: int = 0
    field: str = ""
    values: dict = stored(default_factory=dict, compare=False)

    @property
    def message(self):
        """Template of the sentence that says what is wrong."""
        return FLAWS[self.code][0]

    @property
    def remedy(self):
        """Template of the sentence that says what to do."""
        return FLAWS[self.code][1]

    @property
    def text(self):
        """Where, what and what to do, in English."""
        line = f"line {self.line}" if self.line else ""
        record = f"notice {self.record}" if self.record else ""
        place = ", ".join(filter(None, (self.file, record, line, self.field)))
        return f"{place}: {self.message % self.values}. {self.remedy % self.values}"


@dataclass(slots=True)
class Notice:
    """A recall notice as published.

    :param source: kind of reader, see the registry
    :param number: the authority's; what tells notices apart, with ``lang``
    :param version: the authority's number of the version, if any
    :param published: ISO date or time in UTC; so ``modified``, ``initiated``, ``ended``
    :param severity: class ``I``, ``II``, ``III`` or ``none``
    :param klass: the class as published
    :param status: as published
    :param country: ISO code of the authority's country, EU for the Union
    :param origin: where the goods come from, as text
    :param raw: the record as published
    """

    source: str
    number: str = ""
    lang: str = "en"
    version: str = ""
    title: str = ""
    published: str = ""
    modified: str = ""
    initiated: str = ""
    ended: str = ""
    status: str = ""
    severity: str = "none"
    klass: str = ""
    category: str = ""
    reason: str = ""
    hazard: str = ""
    action: str = ""
    authority: str = ""
    country: str = ""
    origin: str = ""
    area: str = ""
    firms: list[str] = stored(default_factory=list)
    urls: list[str] = stored(default_factory=list)
    images: list[str] = stored(default_factory=list)
    items: list[Item] = stored(default_factory=list)
    raw: object = None
    record: int = 0
    line: int = 0
    flaws: list[Flaw] = stored(default_factory=list)

    @property
    def key(self):
        """What tells the notice from others of its source."""
        return (self.source, self.number, self.lang)

    @property
    def original(self):
        """The record as text, always the same for the same content."""
        text = json.dumps(self.raw, ensure_ascii=False, sort_keys=True, indent=1)
        return text.encode("utf-8", "replace").decode()  # escapes can hide half characters

    @property
    def digest(self):
        """SHA-256 of the original: it changes when anything was edited."""
        return hashlib.sha256(self.original.encode()).hexdigest()

    def marks(self, *kinds):
        """Marks of all items."""
        return [mark for item in self.items for mark in item.marks if mark.kind in kinds]


@dataclass(slots=True)
class Page:
    """What a file holds.

    :param notices: list of :class:`Notice`
    :param next: where the next page begins, for the source that was asked; None: no more
    :param total: how many there are altogether, if it is said
    :param flaws: of the file; those of notices are with these
    :param listing: ids to be asked for one by one, where a list has no details
    """

    notices: list[Notice] = stored(default_factory=list)
    next: object = None
    total: int | None = None
    flaws: list[Flaw] = stored(default_factory=list)
    listing: list[str] = stored(default_factory=list)

    @property
    def every_flaw(self):
        """Flaws of the file and of its notices."""
        return [*self.flaws, *(flaw for notice in self.notices for flaw in notice.flaws)]
