"""From what a scanner sent to what it says.

A text is taken for GS1 data only on evidence:

* a symbology identifier of a GS1 symbol (``]C1 ]d2 ]Q3 ]e0 ]J1`` …) or of an EAN/UPC symbol;
* FNC1 in front, as GS (0x1D), spelled out (``<GS>``, ``{GS}``, ``\\x1d``, ``Alt029``,
  ``Control]`` …) or as ``^``; or GS inside a text that begins with an application identifier;
* an application identifier in brackets in front;
* ``http://`` or ``https://`` and a GS1 key in the path;
* 01 or 02 and a GTIN with the right check digit, or 00 and an SSCC, if the whole text can
  then be read to its end. With a wrong check digit the text is refused if more fields follow.

On evidence, what does not fit is an error. Anything else is plain text: an ordinary
serial number such as ``10ABC123`` never becomes lot ``ABC123``. A plain number of 8, 12,
13 or 14 digits with the right check digit is offered as GTIN, one of 18 as SSCC.

Separators between fields: GS, or one of its spellings. If a text has neither, one kind of
character that no field may contain (``|``, ``^``, ``~``, ``#``, a space …) is tried in their
place, and kept if the whole text can then be read.
"""

import re
from datetime import date

from .brackets import looks_bracketed, read_bracketed
from .dictionary import AI_LENGTHS, AIS
from .digital_link import looks_like_uri, read_digital_link
from .keys import (
    GTIN_LENGTHS,
    check_digit,
    expand_upc_e,
    has_check_digit,
    is_digits,
    is_restricted,
    is_sscc,
)
from .messages import Gs1Error
from .reading import Context, check_relations, read_field, settle_repeats
from .result import Element, Gs1Result, promote
from .tables import (
    ENVELOPE,
    ENVELOPE_END,
    FRAME,
    MAX_LENGTH,
    SEPARATOR,
    SYMBOLOGIES,
    SYMBOLOGY_LETTERS,
)

SYMBOLOGY_ID = re.compile(rf"\][{SYMBOLOGY_LETTERS}][0-9A-Fa-f]")
SEPARATORS = re.compile(SEPARATOR)

#: Characters that no field may contain, besides # in the seldom (8010).
ODD = re.compile(r'[^!"%-?A-Z_a-z]')

#: Errors of a text cut at what was no separator.
MISCUT = ("unknown_ai", "no_value", "empty")

#: A key in front that is hardly there by chance.
STRONG = re.compile(r"0[12][0-9]{14}|00[0-9]{18}")


def parse(text, *, year=None, lenient=False, marked=False):
    """Read a scan.

    :param text: what the scanner sent or somebody typed
    :param year: year from which two-digit years are counted, this year by default
    :param lenient: report flaws that do not touch the numbers and dates of the item, such as
        an unknown country code or application identifier, as warnings
    :param marked: take the text for GS1 data on the caller's word, as if FNC1 stood in front
    :return: :class:`Gs1Result`
    :raise Gs1Error: if the text is GS1 data with a fault; nothing else is raised
    """
    if len(text) > MAX_LENGTH:
        raise Gs1Error("too_much", length=len(text), limit=MAX_LENGTH)
    context = Context(year or date.today().year, lenient)
    start = len(text) - len(text.lstrip(FRAME))
    body = text.strip(FRAME)
    symbology = SYMBOLOGY_ID.match(body)
    symbology = symbology[0] if symbology else None
    if symbology:
        start += len(symbology)
        body = body[len(symbology) :]
    kind = "gs1" if marked else SYMBOLOGIES.get(symbology, (None, None))[1]
    if not body and (kind or not symbology):
        raise Gs1Error("empty", position=start)
    return _Scan(text, symbology, kind, body, start, context).read()


class _Scan:
    """One scan on its way through the rules at the head of this module."""

    def __init__(self, raw, symbology, kind, body, start, context):
        self.raw = raw
        self.symbology = symbology
        self.kind = kind
        self.body = body
        self.start = start
        self.context = context

    def read(self):
        """The result."""
        if self.kind == "ean":
            return self.read_ean()
        if looks_like_uri(self.body):
            return self.read_uri()
        if looks_bracketed(self.body):
            if self.kind == "gs1":
                self.context.warn("printed_brackets")
            return self.result("bracketed", read_bracketed(self.body, self.start, self.context))
        if self.body.startswith(ENVELOPE):
            inner = self.body[len(ENVELOPE) :].rstrip(ENVELOPE_END)
            return self.read_marked(inner, self.start + len(ENVELOPE))
        if self.kind == "gs1" or self.has_separators():
            return self.read_marked(self.body, self.start)
        return self.read_unmarked() if STRONG.match(self.body) else self.plain()

    def result(self, form, elements, **found):
        """Put a result together."""
        elements = settle_repeats(elements, self.context)
        check_relations(elements, self.context)
        found = promote(elements) | found
        if found.get("gtin") and is_restricted(found["gtin"]):
            self.context.warn("restricted", position=self.start, found=found["gtin"])
        return Gs1Result(
            raw=self.raw,
            symbology=self.symbology,
            form=form,
            text=self.body,
            elements=tuple(elements),
            warnings=tuple(self.context.warnings),
            **found,
        )

    def plain(self, cause=None):
        """A text that is no GS1 data, with the key that a bare number may be."""
        if cause:
            self.context.warn("almost", position=self.start, cause=cause)
        body = self.body
        found = {}
        if len(body) in GTIN_LENGTHS and has_check_digit(body):
            found["gtin"] = body.zfill(14)
        elif is_sscc(body):
            found["sscc"] = body
        elif len(body) in (12, 13, 14) and is_digits(body):
            expected = check_digit(body[:-1])
            self.context.warn("no_gtin", position=self.start, found=body, expected=expected)
        return self.result("plain", [], **found)

    def read_uri(self):
        """A web address: a GS1 Digital Link or plain text."""
        elements = read_digital_link(self.body, self.start, self.context)
        return self.plain() if elements is None else self.result("digital_link", elements)

    def has_separators(self):
        """Whether FNC1 stands in front, or somewhere behind an application identifier."""
        body = self.body
        if body[:1] == "^" and is_digits(body[1:2]):
            return True
        first = SEPARATORS.search(body)
        if first is None:
            return False
        return first.start() == 0 or body[: AI_LENGTHS.get(body[:2], 0)] in AIS

    def read_marked(self, text, start):
        """Element strings that say that they are some."""
        elements = self.read_elements(text, start)
        if self.symbology and self.kind != "gs1":
            self.context.warn("no_symbology")
        return self.result("element_string", elements)

    def read_unmarked(self):
        """A text that begins with a GTIN or SSCC: element strings if all of it fits."""
        try:
            return self.read_marked(self.body, self.start)
        except Gs1Error as error:
            self.context.warnings.clear()
            if error.code == "check_digit" and self.follows_more():
                raise
            return self.plain(error)

    def follows_more(self):
        """Whether readable fields follow the key in front."""
        length = 20 if self.body.startswith("00") else 16
        try:
            self.read_elements(self.body[length:], self.start + length)
        except Gs1Error:
            return False
        finally:
            self.context.warnings.clear()
        return True

    def read_elements(self, text, start):
        """The elements of a text, by whatever separates its fields.

        :raise Gs1Error: if it cannot be read to its end
        """
        if text.startswith("^"):
            return read_fields(_every("^", text), text, start, self.context)
        cuts = [match.span() for match in SEPARATORS.finditer(text)]
        if cuts:
            return read_fields(cuts, text, start, self.context)
        attempts = [("", False)]
        odd = set(ODD.findall(text))
        if len(odd) == 1:
            attempts.append((odd.pop(), False))
        if self.context.lenient:
            attempts += [(separator, True) for separator, _lenient in reversed(attempts)]
        return self.try_each(attempts, text, start)

    def try_each(self, attempts, text, start):
        """The elements by the first attempt that reads the whole text.

        :param attempts: list of ``(separator, lenient)``
        :raise Gs1Error: if none does: what is wrong with the fields
        """
        cause = None
        for separator, lenient in attempts:
            trial = Context(self.context.year, lenient)
            try:
                elements = read_fields(_every(separator, text), text, start, trial)
            except Gs1Error as error:
                if cause is None or separator and error.code not in MISCUT:
                    cause = error
                continue
            if self.kind == "gs1" and not separator or all(part.ai for part in elements):
                self.context.warnings += trial.warnings
                if separator:
                    self.context.warn("other_separator", position=start, found=separator)
                return elements
        raise cause

    def read_ean(self):
        """A symbol of the EAN/UPC family, with or without a composite component."""
        number, composite, rest = self.body.partition("]e0")
        if composite:
            number = number.removesuffix("|")
        gtin = self.ean_gtin(number)
        if not composite:
            return self.result("plain", [], gtin=gtin)
        key = Element("01", AIS["01"].title, gtin, self.start)
        elements = self.read_elements(rest, self.start + len(self.body) - len(rest))
        return self.result("element_string", [key, *elements])

    def ean_gtin(self, number):
        """The 14 digits of what an EAN/UPC symbol carries; add-on digits are dropped.

        :raise Gs1Error: if it is no GTIN
        """
        if self.symbology == "]E3" and len(number) in (15, 18):
            number = number[:13]
        lengths = (8,) if self.symbology == "]E4" else (13, 12, 8, 7, 6)
        where = {"position": self.start, "found": number}
        if len(number) not in lengths or not is_digits(number):
            raise Gs1Error("gtin_length", wanted=lengths[0], **where)
        upc = expand_upc_e(number) if self.symbology != "]E4" else None
        if upc or has_check_digit(number) and len(number) >= 8:
            return (upc or number).zfill(14)
        raise Gs1Error("gtin_check_digit", expected=check_digit(number[:-1]), **where)


def _every(separator, text):
    """Where a separator of one character stands: list of ``(start, end)``."""
    return [(at, at + 1) for at, char in enumerate(text) if char == separator]


def read_fields(cuts, text, start, context):
    """The elements between separators.

    :param cuts: where the separators stand, list of ``(start, end)``
    :param start: index of ``text`` in the scanned text
    :raise Gs1Error: if there are none, or one is not right
    """
    elements = []
    at = 0
    for end, following in cuts:
        elements += read_field(text[at:end], start + at, context)
        at = following
    elements += read_field(text[at:], start + at, context)
    if not elements:
        raise Gs1Error("empty", position=start)
    return elements
