"""What a scan means for a product: which of the label's values is the number to keep."""

import re
from dataclasses import dataclass, replace
from datetime import date

#: An application identifier in brackets inside plain text: a scan that lost its beginning.
GARBLED = re.compile(r"(^\d{2,4}\)|\((01|02|10|11|13|15|16|17|21|30|37)\))")


#: Methods by which the label itself was read.
SCANNED = ("scanned", "camera")

#: Longest number that is taken: GS1 allows 20 characters, own labels carry more.
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Capture:
    """A lot or serial number as captured for one product.

    :param number: what becomes the lot or serial number; empty if the label has none
    :param batch: the batch printed beside a serial number
    :param expires: last day of use, None if the label does not say
    :param made: day of production, None if the label does not say
    :param quantity: units that the label stands for, None if it does not say
    :param problem: key into :data:`PROBLEMS`, empty if the label fits the product
    :param measures: what the label says of weight, volume, length or area: tuple of
        ``(UNECE Rec 20 code, number)``
    """

    number: str = ""
    batch: str = ""
    expires: date | None = None
    quantity: float | None = None
    problem: str = ""
    measures: tuple = ()
    made: date | None = None


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


PROBLEMS = {
    "no_number": _("The label carries no number for %(product)s. Scan the other barcode on it."),
    "serial_for_lot": _(
        "%(product)s is tracked by lot, but the label carries a serial number only. "
        "Scan the barcode with the lot (10)."
    ),
    "garbled": _("%(number)s is a part of a label, not a number. Scan the label again."),
    "invisible": _(
        "The number has a character in it that cannot be seen or printed. "
        "Scan the label again, or type what is printed on it."
    ),
    "too_long": _("%(number)s… is too long for a number. Scan one label at a time."),
    "case": _(
        "%(product)s carries serial numbers, and this is the label of a case. Scan each piece."
    ),
}


def capture(scan, tracking):
    """Take from a scan what a product of this tracking needs.

    A serial-numbered product takes the serial (21) and keeps the lot (10) beside it as
    batch; if the label has a lot only, that is its number. A product tracked by lot takes
    the lot (10); a serial number alone is not a lot. Plain text is the number itself. A
    product without numbers is counted: its label says how much.

    :param scan: ``core.gs1.Gs1Result``
    :param tracking: ``serial``, ``lot`` or ``none``
    """
    expires = scan.expiry or scan.best_before
    quantity = float(scan.count) if scan.count else None
    measures = net_measures(scan)
    if tracking == "none":
        return Capture(quantity=quantity, measures=measures)
    if scan.form == "plain" and not scan.gtin:
        return Capture(number=scan.text[:LONGEST], problem=_flaw(scan.text))
    if tracking == "serial":
        number, batch = (scan.serial, scan.lot) if scan.serial else (scan.lot, None)
        quantity, measures = 1.0, ()
    else:
        number, batch = scan.lot, None
    if not number:
        problem = "serial_for_lot" if tracking == "lot" and scan.serial else "no_number"
        return Capture("", "", expires, quantity, problem, measures, scan.production)
    problem = "" if f"{number}{batch or ''}".isprintable() else "invisible"
    return Capture(number, batch or "", expires, quantity, problem, measures, scan.production)


def net_measures(scan):
    """Weights and dimensions of the goods alone, as ``(unit code, number)``: (310n) to (316n)
    and their like in other units. Logistic ones, (330n) and on, weigh the pallet, too.
    """
    return tuple(
        (element.unit, float(element.number))
        for element in scan.measures
        if element.ai[:2] in ("31", "32", "35", "36")
    )


def numbers(scan):
    """What of a scan may be a lot or serial number, the likeliest first."""
    if scan.form == "plain":
        return () if scan.gtin else (scan.text,)
    return tuple(number for number in (scan.serial, scan.lot) if number)


def is_part(scan):
    """Whether a scan says something of goods but neither which product nor which number.

    >>> from .gs1 import parse
    >>> is_part(parse("(17)271231")), is_part(parse("(10)A(17)271231"))
    (True, False)
    """
    if scan.form == "plain" or scan.gtin or scan.content_gtin or numbers(scan):
        return False
    dated = scan.expiry or scan.best_before or scan.production
    return bool(dated or scan.count or net_measures(scan))


def complete(taken, before):
    """``taken``, completed by what another barcode of the same label said just before.

    :param taken: :class:`Capture`
    :param before: object with ``number``, ``batch``, ``expires``, ``made`` and ``quantity``, or
        None
    """
    if before is None:
        return taken
    found = {
        name: getattr(before, name) or getattr(taken, name)
        for name in ("number", "batch", "expires", "made", "quantity")
        if not getattr(taken, name)
    }
    if taken.problem == "no_number" and found.get("number"):
        found["problem"] = ""
    return replace(taken, **found)


def _flaw(text):
    """What is wrong with plain text as a number: key into :data:`PROBLEMS`, or empty.

    Control characters, and what turns or hides the characters around it, make two
    numbers that look the same: no label has them.
    """
    if len(text) > LONGEST:
        return "too_long"
    if not text.isprintable():
        return "invisible"
    return "garbled" if GARBLED.search(text) else ""
