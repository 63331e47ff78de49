"""Numbering logistic units: serial shipping container codes of one's own.

An SSCC is an extension digit, the GS1 Company Prefix, a serial reference that fills up to 17
digits, and a check digit. The prefix is lent by GS1 and has 4 to 12 digits; the shorter it is,
the more units can be numbered. A number must not be used again within a year of the unit's
shipment, and better never.
"""

from .keys import check_digit, is_digits, is_sscc

#: Digits of a GS1 Company Prefix.
PREFIX_LENGTHS = range(4, 13)
#: Digits of prefix and serial reference together.
ROOM = 16


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> what is wrong and what to do; ``%(found)s`` is what was given.
FLAWS = {
    "prefix_digits": _(
        "A GS1 Company Prefix consists of digits only, and %(found)s does not. "
        "Copy it from the certificate of your GS1 organisation."
    ),
    "prefix_length": _(
        "A GS1 Company Prefix has 4 to 12 digits, and %(found)s has %(length)s. "
        "Copy it from the certificate of your GS1 organisation; it is the beginning of your "
        "product barcodes, not a whole one."
    ),
    "prefix_restricted": _(
        "%(found)s is no GS1 Company Prefix: numbers that begin so are for use inside one "
        "company only. Copy it from the certificate of your GS1 organisation."
    ),
    "extension": _("The extension digit of an SSCC is one digit, 0 to 9, not %(found)s."),
    "exhausted": _(
        "All %(capacity)s numbers of GS1 Company Prefix %(prefix)s with extension digit "
        "%(extension)s are used. Choose another extension digit in the settings, or ask GS1 for "
        "a further prefix."
    ),
}


class SsccError(ValueError):
    """No SSCC can be made; ``FLAWS[code] % values`` says why."""

    def __init__(self, code, **values):
        self.code, self.values = code, values
        self.template = FLAWS[code]
        super().__init__(self.template % values)


def check_prefix(prefix):
    """Refuse what is no GS1 Company Prefix.

    :raise SsccError: with a sentence for the person who typed it
    """
    if not is_digits(prefix):
        raise SsccError("prefix_digits", found=prefix)
    if len(prefix) not in PREFIX_LENGTHS:
        raise SsccError("prefix_length", found=prefix, length=len(prefix))
    if prefix[0] == "2" or prefix[:2] in ("02", "04"):
        raise SsccError("prefix_restricted", found=prefix)


def capacity(prefix):
    """How many units a prefix can number with one extension digit."""
    return 10 ** (ROOM - len(prefix))


def build_sscc(extension, prefix, serial):
    """The SSCC of a serial reference.

    >>> build_sscc("3", "9521234", 1)
    '395212340000000014'

    :param serial: 0 to ``capacity(prefix) - 1``
    :raise SsccError: if the prefix is none, or its numbers are used up
    """
    check_prefix(prefix)
    if len(extension) != 1 or not is_digits(extension):
        raise SsccError("extension", found=extension)
    if not 0 <= serial < capacity(prefix):
        raise SsccError("exhausted", capacity=capacity(prefix), prefix=prefix, extension=extension)
    body = f"{extension}{prefix}{serial:0{ROOM - len(prefix)}d}"
    return body + check_digit(body)


def is_own_sscc(text, prefixes):
    """Whether an SSCC is numbered with one of these prefixes."""
    return is_sscc(text) and any(text[1:].startswith(prefix) for prefix in prefixes)
