"""Readers of suppliers' shipping notices (advance ship notices, despatch advices).

:func:`read` turns the bytes of a file into :class:`Advice` objects, whatever the format.
It either returns notices with the flaws that they have, each with its place in the
file, or raises :class:`AsnError`, which says what the file is and what to do.

A reader is a module that is named in :data:`XML_READERS` or :data:`READERS`. It has
``NAME``, how to call its format in a sentence, and

* for XML: ``takes(name)``, whether a document element of this :class:`~.safe_xml.Name`
  is read by it, and ``read(source, document)`` for a :class:`~.safe_xml.Source`;
* for all else: ``recognises(data)``, told by the beginning of the file, and
  ``read(data, filename, limits, mappings)``;

both return a list of at least one :class:`Advice`, in file order.
"""

from . import (
    detect,
    edifact,
    epcis_json,
    epcis_xml,
    gs1_xml,
    stratedi,
    table,
    ubl,
    x12,
    xml_dialects,
)
from .errors import ERRORS, AsnError, UnknownColumns, UnsupportedFormat
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
    "UnknownColumns",
    "UnsupportedFormat",
    "read",
]

#: Asked in this order; the first that takes a file reads it.
XML_READERS = (ubl, gs1_xml, epcis_xml, xml_dialects)
READERS = (edifact, x12, stratedi, epcis_json, table)


def read(data, filename="", limits=LIMITS, mappings=()):
    """Read the shipping notices of a file.

    :param bytes data: the file as it came
    :param str filename: its name, for messages only; the format is found in the data
    :param Limits limits: how big a file may be
    :param mappings: how suppliers name their columns, for readers of tables
    :returns: list of :class:`Advice`, at least one, in file order
    :raises AsnError: nothing can be read; :class:`UnsupportedFormat` when the file
        is something else
    """
    if len(data) > limits.size:
        raise AsnError("too_big", size=len(data), limit=limits.size)
    if detect.looks_like_xml(data):
        return _read_xml(open_xml(data, limits))
    for reader in READERS:
        if reader.recognises(data):
            return reader.read(data, filename, limits, mappings)
    detect.refuse_text(data, _supported())


def _read_xml(source):
    document = detect.xml_document(source)
    for reader in XML_READERS:
        if reader.takes(document):
            return reader.read(source, document)
    detect.refuse_document(document, _supported())


def _supported():
    return ", ".join(reader.NAME for reader in (*XML_READERS, *READERS))
