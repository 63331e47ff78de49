"""EPCIS 1.0 to 1.2 and 2.0 in XML.

Version 1 hides what it added later in ``extension`` and ``baseExtension`` wrappers;
version 2 has none. Both are looked through, whatever the version says.
"""

from collections import defaultdict

from . import cbv
from .epcis import Document, Event, advices
from .epcis_event import EventBuilder, key_of, local_name, parse_created
from .safe_xml import records
from .xml_fields import text_of

NAME = "EPCIS 1.x or 2.0 shipping events (XML)"
_EPCIS = "urn:epcglobal:epcis:xsd:"
_QUERY = "urn:epcglobal:epcis-query:xsd:"
_HEALTH = "http://epcis.gs1us.org/hc/ns"
_KNOWN = {
    "",
    _EPCIS + "1",
    _EPCIS + "2",
    _QUERY + "1",
    _QUERY + "2",
    _HEALTH,
    "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
}
_WRAPPERS = ("", "extension/", "baseExtension/", "extension/extension/")
_EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITY_LISTS = (
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputQuantityList",
)
_CUT = (
    ("VocabularyElementList", "VocabularyElement"),
    ("EventList", "*"),
    ("EventList", "extension", "*"),
    *((name, "epc") for name in _EPC_LISTS),
    *((name, "quantityElement") for name in _QUANTITY_LISTS),
)
_RAW = ("eventTime", "eventTimeZoneOffset", "action", "bizStep", "disposition")
_COMPANY = {  # gs1ushc:companyMasterDataRecord [GS1 US DSCSA guideline 1.0] -> CBV's name
    "companyName": "name",
    "street1": "streetaddressone",
    "city": "city",
    "postalCode": "postalcode",
    "country": "countrycode",
}


def takes(name):
    """Whether a document of this :class:`~.safe_xml.Name` is read here."""
    return name.namespace.startswith((_EPCIS, _QUERY)) and name.local in (
        "EPCISDocument",
        "EPCISQueryDocument",
    )


def read(source, document):
    """Read the shipping notices out of an EPCIS document.

    :param safe_xml.Source source: the opened file
    :param safe_xml.Name document: its document element
    :returns: list of :class:`~.form.Advice`
    :raises errors.AsnError: see :func:`safe_xml.records` and :func:`.epcis.advices`
    """
    reader = _Reader(document.attributes)
    for node in records(source, document, _KNOWN, _CUT):
        reader.record(node)
    if source.lied:
        reader.document.log.add("encoding", 1)
    return advices(reader.document)


class _Reader:
    """Takes the document's elements, the inner ones first, and fills a :class:`Document`."""

    def __init__(self, attributes):
        self.document = Document(
            version=attributes.get("schemaVersion", ""),
            created=parse_created(attributes.get("creationDate", "").strip()),
        )
        self._build = EventBuilder(self.document)
        self._lists = defaultdict(list)  # name of the list -> elements of the next event

    def record(self, node):
        """Take an element that came alone."""
        if node.tag == "epc":
            self._lists[node.path[-2]].append((self._build.epc(node.text or ""), node.line))
        elif node.tag == "quantityElement":
            self._lists[node.path[-2]].append(node)
        elif node.tag in cbv.EVENTS:
            self._on_event(node)
            self._lists.clear()
        elif node.tag == "VocabularyElement":
            self._on_vocabulary(node)
        elif node.tag == "EPCISHeader":
            self._on_header(node)

    # header --------------------------------------------------------------------

    def _on_header(self, node):
        document, header = self.document, "StandardBusinessDocumentHeader/"
        document.sender = text_of(node, header + "Sender/Identifier")
        document.receiver = text_of(node, header + "Receiver/Identifier")
        document.number = text_of(node, header + "DocumentIdentification/InstanceIdentifier")
        document.guideline = text_of(node, "guidelineVersion")
        document.note = text_of(node, "dscsaTransactionStatement/legalNotice")

    def _on_vocabulary(self, node):
        told = {
            local_name(found.get("id", "")): found.text
            for found in node.iterfind("attribute")
            if found.text
        }
        if node.get("id") and told:
            self.document.names[key_of(node.get("id").strip())] = told

    def _on_companies(self, node):
        for record in node.iter("companyMasterDataRecord"):
            told = {ours: text_of(record, theirs) for theirs, ours in _COMPANY.items()}
            self.document.names.setdefault(key_of(text_of(record, "identifier")), told)

    # events --------------------------------------------------------------------

    def _on_event(self, node):
        place = len(self.document.events) + 1
        event = Event(node.tag, node.line, f"EventList/{node.tag}[{place}]")
        event.id = self._text(node, "eventID")
        parent = self._text(node, "parentID")
        event.parent = self._build.epc(parent) if parent else None
        self._goods(event)
        event.transactions = self._typed(node, "bizTransactionList/bizTransaction")
        event.sources = self._typed(node, "sourceList/source")
        event.destinations = self._typed(node, "destinationList/destination")
        event.place = self._text(node, "readPoint/id") or self._text(node, "bizLocation/id")
        ilmd = self._find(node, "ilmd")
        if ilmd is not None:
            event.ilmd = self._build.ilmd(event, ((f.tag, f.text) for f in ilmd))
        self._error(event, self._find(node, "errorDeclaration"))
        self._on_companies(node)
        self._build.complete(event, {name: self._text(node, name) for name in _RAW})

    def _goods(self, event):
        for name in ("epcList", "childEPCs", "outputEPCList"):
            event.epcs += self._lists[name]
        event.inputs = [epc for epc, _line in self._lists["inputEPCList"]]
        for name in ("quantityList", "childQuantityList", "outputQuantityList"):
            for found in self._lists[name]:
                event.quantities.append(
                    (
                        self._build.epc(text_of(found, "epcClass")),
                        self._build.amount(event, text_of(found, "quantity")),
                        text_of(found, "uom"),
                    )
                )

    def _error(self, event, error):
        if error is not None:
            event.void = True
            found = error.iterfind("correctiveEventIDs/correctiveEventID")
            event.corrected_by = [each.text for each in found if each.text]

    def _find(self, node, path):
        for wrapper in _WRAPPERS:
            found = node.find(wrapper + path)
            if found is not None:
                return found
        return None

    def _text(self, node, path):
        found = self._find(node, path)
        return (found.text or "") if found is not None else ""

    def _typed(self, node, path):
        """Elements with a type: list of ``(type, identifier)``."""
        for wrapper in _WRAPPERS:
            found = [
                (cbv.word(each.get("type", "").strip()), each.text)
                for each in node.iterfind(wrapper + path)
                if each.text
            ]
            if found:
                return found
        return []
