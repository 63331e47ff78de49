"""National Drug Codes inside GTINs, and unique device identifiers as people read them."""

#: A GTIN-14 of a US medicine: indicator digit, 03, ten digits of the NDC, check digit.
_PREFIX, _LENGTH = "03", 14


def ndc_of(gtin):
    """The ten digits of the National Drug Code that a GTIN holds; None if it holds none.

    Where the labeler's part ends is known by the FDA's list only, so there are no hyphens.

    >>> ndc_of("00312345678906"), ndc_of("09501101530003"), ndc_of(None)
    ('1234567890', None, None)
    """
    if not gtin or len(gtin) != _LENGTH or gtin[1:3] != _PREFIX:
        return None
    return gtin[3:13]


def udi(gtin, serial=None, lot=None, expires=None, made=None):
    """A unique device identifier with its application identifiers, as it is printed.

    :param expires, made: dates

    >>> from datetime import date
    >>> udi("09501101530003", serial="S1", expires=date(2027, 3, 1))
    '(01)09501101530003(17)270301(21)S1'
    """
    parts = [
        ("01", gtin),
        ("11", made and made.strftime("%y%m%d")),
        ("17", expires and expires.strftime("%y%m%d")),
        ("10", lot),
        ("21", serial),
    ]
    return "".join(f"({ai}){value}" for ai, value in parts if value)
