"""What a scan means for a product: which of the label's values is the number to keep."""

import re
from dataclasses import dataclass
from datetime import date

#: An application identifier in brackets inside plain text: a scan that lost its beginning.
GARBLED = re.compile(r"(^\d{2,4}\)|\((01|02|10|11|13|15|16|17|21|30|37)\))")


#: Longest number that is taken: GS1 allows 20 characters, own labels carry more.
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Capture:
    """A lot or serial number as captured for one product.

    :param number: what becomes the lot or serial number; empty if the label has none
    :param batch: the batch printed beside a serial number
    :param expires: last day of use, None if the label does not say
    :param quantity: units that the label stands for, None if it does not say
    :param problem: key into :data:`PROBLEMS`, empty if the label fits the product
    """

    number: str = ""
    batch: str = ""
    expires: date | None = None
    quantity: float | None = None
    problem: str = ""


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
    "untracked": _("%(product)s carries no lot or serial numbers; count it instead."),
}


def capture(scan, tracking):
    """Take from a scan what a product of this tracking needs.

    A serial-numbered product takes the serial (21) and keeps the lot (10) beside it as
    batch; if the label has a lot only, that is its number. A product tracked by lot takes
    the lot (10); a serial number alone is not a lot. Plain text is the number itself.

    :param scan: ``core.gs1.Gs1Result``
    :param tracking: ``serial``, ``lot`` or ``none``
    """
    expires = scan.expiry or scan.best_before
    quantity = float(scan.count) if scan.count else None
    if tracking == "none":
        return Capture(quantity=quantity, problem="untracked")
    if scan.form == "plain" and not scan.gtin:
        return Capture(number=scan.text[:LONGEST], problem=_flaw(scan.text))
    if tracking == "serial":
        number, batch = (scan.serial, scan.lot) if scan.serial else (scan.lot, None)
        quantity = 1.0
    else:
        number, batch = scan.lot, None
    if not number:
        problem = "serial_for_lot" if tracking == "lot" and scan.serial else "no_number"
        return Capture(expires=expires, quantity=quantity, problem=problem)
    problem = "" if f"{number}{batch or ''}".isprintable() else "invisible"
    return Capture(number, batch or "", expires, quantity, problem)


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
