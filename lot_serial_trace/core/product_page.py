"""The page behind a GS1 Digital Link: what is asked, what may be said, and where links lead.

A Digital Link on a unit is opened by anybody: by who bought it, by who found it, by who copied
its label, by a program. What is said follows from few facts (:class:`Facts`), and what must not
be told apart comes out the same: a number that nobody knows, and one that has not been sold.
"""

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import quote

from .gs1 import Gs1Error, normalise_gtin, parse
from .gs1.digital_link import CANONICAL_STEM

#: States of the page. ``PRODUCT``: no number was asked about.
PRODUCT, UNKNOWN, GENUINE, EXPIRED, RECALLED = (
    "product",
    "unknown",
    "genuine",
    "expired",
    "recalled",
)
#: States in which the number is told to be one of ours that somebody has.
KNOWN = (GENUINE, EXPIRED, RECALLED)
#: Where the words of GS1's link types are.
VOCABULARY = "https://ref.gs1.org/voc/"
#: Where a linkset is told how to be read as JSON-LD.
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
#: Values of ``linkType`` that ask for all links.
ALL = ("linkset", "all")
#: Flaws of an address after which nobody knows what it means: a ``/`` that was not escaped.
MISPLACED = ("uri_end", "uri_order")
#: A GTIN is written with 8, 12, 13 or 14 digits on products.
LENGTHS = (14, 13, 12, 8)


class NoLink(ValueError):
    """An address that is no Digital Link of a product."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks about.

    :param gtin: 14 digits
    :param lot: batch or lot (10)
    :param serial: serial number (21)
    :param expiry: expiry date (17) as the code says it
    """

    gtin: str
    lot: str = ""
    serial: str = ""
    expiry: dt.date | None = None

    @property
    def path(self):
        """The canonical path, values escaped."""
        parts = [("01", self.gtin), ("10", self.lot), ("21", self.serial)]
        return "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in parts if value)

    @property
    def is_unit(self):
        """Whether a number is asked about, and not the product alone."""
        return bool(self.lot or self.serial)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a number.

    :param is_sold: a customer has it, as far as anybody knows
    :param recalls: ids of the published cases about it
    :param batch: batch printed beside a serial number
    :param expires: last good day
    """

    is_sold: bool = False
    recalls: tuple = field(default=())
    batch: str = ""
    expires: dt.date | None = None


def read(target):
    """What a Digital Link asks about.

    Escapes are those of the address as it was sent: ``%2F`` is a character of a number, ``/``
    ends it. Attributes of others (``17=…``) are read, what is no attribute is passed over.

    :param target: path and query as they were sent
    :raises NoLink: there is no GTIN in it, or something in it is wrong
    """
    try:
        found = parse(CANONICAL_STEM + target, lenient=True)
    except Gs1Error as error:
        raise NoLink(str(error)) from error
    if found.form != "digital_link" or not normalise_gtin(found.gtin):
        raise NoLink("no GTIN")
    if any(warning.code in MISPLACED for warning in found.warnings):
        raise NoLink("more than the address of a unit")
    try:
        asked = Asked(found.gtin, _decoded(found.lot), _decoded(found.serial), found.expiry)
    except UnicodeError as error:
        raise NoLink("no UTF-8") from error
    if not (asked.lot + asked.serial).isprintable():
        raise NoLink("control characters")
    return asked


def _decoded(value):
    """A number with what GS1 does not allow in one, and people use all the same: ``é``."""
    value = value or ""
    return value if value.isascii() else value.encode("latin-1").decode()


def spellings(gtin):
    """The GTIN as it may be written as a product's barcode.

    >>> spellings("00012345678905")
    ['00012345678905', '0012345678905', '012345678905']
    """
    return [gtin[14 - size :] for size in LENGTHS if not int(gtin[: 14 - size] or 0)]


def state_of(asked, facts, today):
    """What the page says.

    A recall is told whether the unit was sold or not: whoever has it in his hands must know.

    :param facts: :class:`Facts`, or None where the number is not known
    :param today: the day where the goods are
    """
    if not asked.is_unit:
        return PRODUCT
    if facts is None or _is_other_batch(asked, facts):
        return UNKNOWN
    if facts.recalls:
        return RECALLED
    if not facts.is_sold:
        return UNKNOWN
    return EXPIRED if facts.expires and facts.expires < today else GENUINE


def _is_other_batch(asked, facts):
    return bool(asked.serial and asked.lot and facts.batch and asked.lot != facts.batch)


def has_other_date(asked, facts):
    """Whether the code says another expiry date than we do: somebody may have changed it."""
    return bool(asked.expiry and facts and facts.expires and asked.expiry != facts.expires)


# -- links --------------------------------------------------------------------


def links(asked, may_register):
    """GS1 link type -> where on the page it leads (the fragment).

    They follow from the address and the product alone, never from what is known of the number.
    """
    found = {"defaultLink": "", "pip": "", "recallStatus": "recall"}
    if asked.is_unit:
        found["verificationService"] = ""
        if may_register:
            found["registerProduct"] = "register"
    return found


def link_type(text):
    """The name of a link type as ``linkType`` says it: with prefix, as address, or bare."""
    for prefix in ("gs1:", VOCABULARY, "https://gs1.org/voc/", "http://gs1.org/voc/"):
        text = text.removeprefix(prefix)
    return text


def linkset(anchor, description, titles, languages):
    """An RFC 9264 linkset as JSON takes it.

    :param anchor: address of what the links are about
    :param titles: dict link type -> ``(title, address)``
    :param languages: languages in which the pages are written
    """
    # The second name is the one of GS1-Conformant Resolver before 1.2, and still allowed.
    entry = {"anchor": anchor, "description": description, "itemDescription": description}
    for name, (title, href) in titles.items():
        link = {"href": href, "title": title, "type": "text/html", "hreflang": languages}
        entry[VOCABULARY + name] = [link]
    return {"linkset": [entry]}


def description_file(root, name):
    """What a GS1-conformant resolver says of itself at ``/.well-known/gs1resolver``."""
    return {
        "name": name,
        "resolverRoot": root,
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "contact": {"fn": name},
    }


# -- languages ----------------------------------------------------------------


def language_tag(code):
    """How browsers and programs call a language.

    >>> language_tag("de_CH"), language_tag("sr@latin"), language_tag("sr@Cyrl")
    ('de-CH', 'sr-Latn', 'sr-Cyrl')
    """
    language, _at, script = code.partition("@")
    script = {"latin": "Latn", "cyrillic": "Cyrl"}.get(script, script)
    return "-".join(filter(None, (language.replace("_", "-"), script)))


def best_language(wanted, installed):
    """The code of the installed language that serves best, or None.

    >>> best_language(["de-AT", "fr"], ["en_US", "fr_FR", "de_DE"])
    'de_DE'

    :param wanted: tags as a browser sends them, the dearest first
    :param installed: codes, the first ones preferred where several serve
    """
    for tag in wanted:
        code = tag.replace("_", "-").lower()
        tags = {one: language_tag(one).lower() for one in installed}
        same = [one for one in installed if tags[one] == code]
        near = [one for one in installed if tags[one].split("-")[0] == code.split("-")[0]]
        if same or near:
            return (same or near)[0]
    return None
