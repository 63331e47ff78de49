"""Readers of suppliers' shipping notices (advance ship notices, despatch advices).

:func:`read` turns the bytes of a file into one :class:`Advice`, whatever the format.
It either returns a notice with the flaws that it has, each with its place in the
file, or raises :class:`AsnError`, which says what the file is and what to do.
"""

from . import detect, ubl
from .errors import ERRORS, AsnError, UnsupportedFormat
from .flaws import FLAWS, Flaw
from .form import Advice, Line, Package, Party, PartyId, Unit
from .safe_xml import LIMITS, Limits, open_xml

__all__ = [
    "ERRORS",
    "FLAWS",
    "LIMITS",
    "Advice",
    "AsnError",
    "Flaw",
    "Limits",
    "Line",
    "Package",
    "Party",
    "PartyId",
    "Unit",
    "UnsupportedFormat",
    "read",
]


def read(data, filename="", limits=LIMITS):
    """Read a shipping notice.

    :param bytes data: the file as it came
    :param str filename: its name, for messages only; the format is found in the data
    :param Limits limits: how big a file may be
    :rtype: Advice
    :raises AsnError: nothing can be read; :class:`UnsupportedFormat` when the file
        is something else
    """
    if not detect.looks_like_xml(data):
        detect.refuse_text(data)
    source = open_xml(data, limits)
    document = detect.xml_document(source)
    if not ubl.is_despatch_advice(document):
        detect.refuse_document(document)
    return ubl.read(source)
