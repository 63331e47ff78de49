"""What kind of file is this? Senders' file names and types are not trusted."""

import re

from .errors import AsnError, UnsupportedFormat
from .safe_xml import Name, document_name

_SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_ENVELOPES = frozenset({Name(_SBDH, "StandardBusinessDocument")})
_UBL_2 = re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:(\w+)-2")
#: Starts of files that people send instead, or that a later reader will take.
_SIGNATURES = (
    (re.compile(rb"%PDF-"), "a PDF document"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive or an Excel or Word file"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Excel or Word file"),
    (re.compile(rb"\x1f\x8b"), "a gzip archive"),
    (re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|II\*\0|MM\0\*"), "a picture"),
    (re.compile(rb"UNA.{6}|UNB\+|UNH\+", re.DOTALL), "an EDIFACT message"),
    (re.compile(rb"ISA[^A-Za-z0-9\s]"), "an ANSI X12 interchange"),
)
_DOCUMENTS = (
    (re.compile(r"urn:gs1:ecom:"), "another GS1 XML message"),
    (re.compile(r"urn:ean\.ucc:"), "a GS1 XML message of version 2"),
    (re.compile(r"urn:epcglobal:epcis"), "an EPCIS document without events"),
    (re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-1"), "UBL 1.0"),
)


def looks_like_xml(data):
    """Whether the first character is ``<``, in any Unicode encoding."""
    start = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return start.startswith(b"<")


def refuse_text(data, supported):
    """Say what a file that no reader takes seems to be.

    :param str supported: what can be read, for the message
    :raises AsnError: always
    """
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise AsnError("empty")
    for pattern, found in _SIGNATURES:
        if pattern.match(start):
            raise UnsupportedFormat(found, supported)
    raise UnsupportedFormat("binary data" if b"\0" in start else "plain text or CSV", supported)


def xml_document(source):
    """Name of the XML document inside known envelopes.

    :raises AsnError: see :func:`safe_xml.document_name`
    """
    return document_name(source, _ENVELOPES)


def refuse_document(name, supported):
    """Say what an XML document that no reader takes is.

    :param str supported: what can be read, for the message
    :raises AsnError: always
    """
    ubl = _UBL_2.fullmatch(name.namespace)
    if ubl:
        raise AsnError("wrong_document", found=f"a UBL {name.local}")
    for pattern, found in _DOCUMENTS:
        if pattern.match(name.namespace):
            raise UnsupportedFormat(found, supported)
    space = f" of namespace {name.namespace[:200]}" if name.namespace else " without a namespace"
    raise UnsupportedFormat(f"an XML document <{name.local[:80]}>{space}", supported)
