"""What a label says, in barcodes and in words."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ..gs1 import Gs1Error, build_element_string, is_sscc, normalise_gtin

#: Longest batch or serial number on a GS1 label, (10) and (21).
LONGEST = 20
#: Greatest weight of a six-digit field.
HEAVIEST = 999_999


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> what is wrong and what to do.
FLAWS = {
    "too_long": _(
        "%(number)s of %(product)s has %(length)s characters; a GS1 label takes %(limit)s at "
        "most. Rename it, or print internal labels for such numbers."
    ),
    "characters": _(
        "%(number)s of %(product)s has %(found)s in it, which a GS1 label cannot carry. "
        "Rename it, or print internal labels for such numbers."
    ),
    "sscc": _(
        "%(number)s is no SSCC, so it cannot be printed on a logistic label. "
        "Give the package an SSCC first, or print an internal label."
    ),
    "too_small": _(
        "The barcode of %(number)s does not fit on a label of %(size)s. "
        "Choose a larger label, or a GS1 DataMatrix."
    ),
}


class LabelError(ValueError):
    """A label cannot be printed; ``FLAWS[code] % values`` says why."""

    def __init__(self, code, **values):
        self.code, self.values = code, values
        self.template = FLAWS[code]
        super().__init__(self.template % values)


@dataclass(frozen=True)
class Label:
    """One label.

    :param title: what is inside, in words
    :param number: what makes it unique, printed large: lot, serial number or SSCC
    :param fields: tuple of ``(AI, value)``, in the order of the barcode; empty on an internal
        label, whose barcode says just ``number``
    :param lines: tuple of ``(caption, text)`` printed for people; the caption may be empty
    :param sender, receiver: lines of an address, on logistic labels
    :param note: small print at the bottom
    """

    title: str
    number: str
    fields: tuple = ()
    lines: tuple = ()
    sender: tuple = ()
    receiver: tuple = ()
    note: str = ""

    @property
    def is_gs1(self):
        """Whether the barcodes follow GS1's rules."""
        return bool(self.fields)

    @property
    def is_pallet(self):
        """Whether it marks a logistic unit."""
        return any(ai == "00" for ai, _value in self.fields)

    def element_string(self, which=None):
        """The fields as one barcode carries them.

        :param which: AIs to take; None: all
        """
        kept = {ai: value for ai, value in self.fields if which is None or ai in which}
        return build_element_string(kept)


def goods_label(title, number, gtin, *, serial=False, batch="", lines=(), note="", **more):
    """The label of a unit (serial) or of units of a lot.

    Without a GTIN it is an internal label: nobody outside could know whose number it is.

    :param number: lot or serial number
    :param batch: manufacturer's batch, where ``number`` is a serial number
    :param more: ``expiry``, ``best_before``, ``production``, ``count``, ``kilograms``
    :param note: printed if the label is an internal one
    :raise LabelError: if the number cannot stand on a GS1 label
    """
    code = normalise_gtin(gtin)
    if not code:
        return Label(title, number, lines=tuple(lines), note=note)
    lot, serial_number = (batch, number) if serial else (number, "")
    for text in filter(None, (lot, serial_number)):
        _check(text, title)
    fields = _fields(code, lot, serial_number, more)
    return Label(title, number, fields, tuple(lines))


def _fields(gtin, lot, serial, more):
    """Fields of fixed length first, so that fewer separators are needed."""
    fields = [("01", gtin)]
    for ai, name in (("11", "production"), ("15", "best_before"), ("17", "expiry")):
        if more.get(name):
            fields.append((ai, f"{more[name]:%y%m%d}"))
    if weight := _weight(more.get("kilograms")):
        fields.append(weight)
    for ai, value in (("10", lot), ("21", serial), ("30", more.get("count"))):
        if value:
            fields.append((ai, str(value)))
    return tuple(fields)


def _weight(kilograms):
    """A net weight (310n) as exactly as six digits tell it, or None.

    >>> _weight(Decimal("12.5"))
    ('3103', '012500')
    """
    if not kilograms:
        return None
    for decimals in (3, 2, 1, 0):
        number = int((Decimal(kilograms) * 10**decimals).to_integral_value())
        if 0 < number <= HEAVIEST:
            return f"310{decimals}", f"{number:06d}"
    return None


def _check(number, product):
    if len(number) > LONGEST:
        raise LabelError(
            "too_long", number=number, product=product, length=len(number), limit=LONGEST
        )
    try:
        build_element_string({"10": number})
    except Gs1Error as error:
        found = sorted({c for c in number if not _allowed(c)})
        names = ", ".join(_name(character) for character in found)
        raise LabelError(
            "characters", number=number, product=product, found=names or number
        ) from error


def _allowed(character):
    try:
        build_element_string({"10": character})
    except Gs1Error:
        return False
    return True


def _name(character):
    """How a character is called in a sentence."""
    return repr(character) if character.isprintable() else f"U+{ord(character):04X}"


def pallet_label(title, sscc, *, gtin=None, count=None, lot="", lines=(), **more):
    """The logistic label of a package: SSCC, and what is in it if that is all alike.

    :param gtin: of the goods inside, if there is one kind only
    :param count: how many of them
    :param lot: their lot, if they have one only
    :param more: ``expiry``, ``best_before``, ``sender``, ``receiver``
    :raise LabelError: if ``sscc`` is none
    """
    if not is_sscc(sscc):
        raise LabelError("sscc", number=sscc)
    content = normalise_gtin(gtin)
    fields = [("00", sscc)]
    if content and count and 0 < count <= 99_999_999:
        fields += [("02", content)]
        for ai, name in (("15", "best_before"), ("17", "expiry")):
            if more.get(name):
                fields.append((ai, f"{more[name]:%y%m%d}"))
        fields.append(("37", str(count)))
        if lot and len(lot) <= LONGEST and all(map(_allowed, lot)):
            fields.append(("10", lot))
    address = {name: tuple(more.get(name) or ()) for name in ("sender", "receiver")}
    return Label(title, sscc, tuple(fields), tuple(lines), **address)


def internal(label, note):
    """The same label without GS1 barcodes."""
    return replace(label, fields=(), note=note)
