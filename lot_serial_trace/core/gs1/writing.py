"""Making GS1 data: for labels, receipts and links."""

from datetime import date

from .brackets import write_bracketed
from .dictionary import AIS
from .digital_link import CANONICAL_STEM, write_digital_link
from .messages import Gs1Error
from .reading import Context, read_value
from .tables import GS

#: Names of the usual fields, in the order in which they are written: fields that need no
#: separator first.
NAMES = {
    "sscc": "00",
    "gtin": "01",
    "content_gtin": "02",
    "production": "11",
    "packaging": "13",
    "best_before": "15",
    "sell_by": "16",
    "expiry": "17",
    "lot": "10",
    "serial": "21",
    "count": "37",
}


def build_element_string(fields=None, *, fnc1=GS, **named):
    """An element string without symbology identifier.

    >>> build_element_string(gtin="09521234543213", lot="A1", expiry=date(2026, 12, 31))
    '01095212345432131726123110A1'

    :param fields: dict of AI to value, written in its order
    :param fnc1: what separates fields, between those that need it
    :param named: fields by the names in :data:`NAMES`; a GTIN may have 8, 12, 13 or 14
        digits, dates are dates or ``YYMMDD``; None and "" are left out
    :raise Gs1Error: if a value is not as the dictionary says
    """
    parts = []
    for entry, value in _checked(fields, named):
        if parts and not parts[-1][0].predefined:
            parts[-1] = (parts[-1][0], parts[-1][1] + fnc1)
        parts.append((entry, entry.ai + value))
    return "".join(text for _entry, text in parts)


def build_bracketed(fields=None, **named):
    """The text to print under a barcode: ``(01)09521234543213(10)A1``.

    Parameters and errors are those of :func:`build_element_string`.
    """
    return write_bracketed((entry.ai, value) for entry, value in _checked(fields, named))


def build_digital_link(fields=None, *, stem=CANONICAL_STEM, **named):
    """A GS1 Digital Link URI.

    >>> build_digital_link(gtin="9521234543213", lot="A/1", serial="7")
    'https://id.gs1.org/01/09521234543213/10/A%2F1/21/7'

    :param stem: scheme, host and path before the key
    :raise Gs1Error: if a value is not as the dictionary says, or there is no key

    Other parameters are those of :func:`build_element_string`.
    """
    return write_digital_link(_checked(fields, named), stem)


def _checked(fields, named):
    """The fields as list of ``(entry, value)``, every value checked."""
    unknown = set(named) - set(NAMES)
    if unknown:
        raise TypeError(f"Unknown field: {', '.join(sorted(unknown))}")
    wanted = [(NAMES[name], named[name]) for name in NAMES if named.get(name) not in (None, "")]
    wanted += (fields or {}).items()
    context = Context(date.today().year, lenient=False)
    pairs = []
    for ai, value in wanted:
        entry = AIS.get(ai)
        if entry is None:
            raise Gs1Error("no_ai", found=ai)
        value = _written(ai, value)
        read_value(entry, value, 0, context)
        pairs.append((entry, value))
    return pairs


def _written(ai, value):
    if isinstance(value, date):
        return value.strftime("%y%m%d")
    value = str(value)
    return value.zfill(14) if ai in ("01", "02", "03") and len(value) in (8, 12, 13) else value
