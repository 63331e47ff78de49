"""Despatch advices in the XML of single systems and providers, read by tables of paths.

A dialect is told by its document element. What its table does not name is skipped.
Another one is another entry in :data:`DIALECTS`: no code.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from .checks import check
from .errors import AsnError
from .flaws import FlawLog
from .form import Advice, Line, Package, Party, PartyId, Unit
from .safe_xml import records
from .values import gtin14, is_gln, reference, sscc18
from .xml_fields import FieldReader, text_of

NAME = "despatch advices of metasfresh, Mascot and Russian providers (XML)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where the fields are: paths begin at the record, a child of the document element.

    :param header: field of the notice -> path
    :param parties: role -> {field of the party -> path}
    :param packages: tag of a package -> {field -> path from it}
    :param lines: tag of a line -> {field of line or unit, or ``package`` -> path from it}
    :param cut: see :func:`.safe_xml.records`
    """

    header: dict
    parties: dict
    packages: dict
    lines: dict
    cut: tuple = ()


_METASFRESH_LINE = {
    "number": "EDI_DesadvLine_ID/Line",
    "gtin": "EDI_DesadvLine_ID/GTIN",
    "name": "EDI_DesadvLine_ID/ProductDescription",
    "supplier_code": "EDI_DesadvLine_ID/M_Product_ID/Value",
    "buyer_code": "EDI_DesadvLine_ID/ProductNo",
    "unit": "EDI_DesadvLine_ID/C_UOM_ID/X12DE355",
    "order": "EDI_DesadvLine_ID/OrderPOReference",
    "order_line": "EDI_DesadvLine_ID/OrderLine",
    "lot": "LotNumber",
    "best_before": "BestBeforeDate",
}
_MASCOT_PARTY = {
    "name": "Name1",
    "street": "Address",
    "city": "City",
    "postal_code": "PostalCode",
    "country": "CountryCode",
}


def _below(tag, paths):
    return {name: f"{tag}/{path}" for name, path in paths.items()}


#: Name of the document element -> dialect.
DIALECTS = {
    "EDI_Exp_Desadv": Dialect(  # metasfresh
        header={"number": "DocumentNo", "order": "POReference", "despatched": "MovementDate"},
        parties={
            "buyer": {"name": "C_BPartner_ID/Name", "gln": "C_BPartner_ID/EdiRecipientGLN"},
            "ship_to": {
                "name": "C_BPartner_Location_ID/Name",
                "gln": "C_BPartner_Location_ID/GLN",
            },
        },
        packages={
            "EDI_Exp_Desadv_Pack": {"number": "IPA_SSCC18", "type_code": "M_HU_PackagingCode_Text"}
        },
        lines={
            "EDI_Exp_Desadv_Pack_Item": {**_METASFRESH_LINE, "quantity": "QtyCUsPerLU"},
            "EDI_Exp_DesadvLineWithNoPack": {
                **_METASFRESH_LINE,
                "quantity": "EDI_DesadvLine_ID/QtyDeliveredInUOM",
            },
        },
        cut=(("EDI_Exp_Desadv_Pack", "EDI_Exp_Desadv_Pack_Item"),),
    ),
    "DESADV": Dialect(  # Russian providers
        header={
            "number": "NUMBER",
            "issued": "DATE",
            "expected": "DELIVERYDATE",
            "order": "ORDERNUMBER",
        },
        parties={
            "supplier": {"gln": "HEAD/SUPPLIER"},
            "seller": {"gln": "HEAD/SENDER"},
            "buyer": {"gln": "HEAD/BUYER"},
            "ship_to": {"gln": "HEAD/DELIVERYPLACE"},
            "originator": {"gln": "HEAD/RECIPIENT"},
        },
        packages={"PACKINGSEQUENCE": {"number": "SSCC"}},
        lines={
            "POSITION": {
                "number": "POSITIONNUMBER",
                "gtin": "PRODUCT",
                "supplier_code": "PRODUCTIDSUPPLIER",
                "buyer_code": "PRODUCTIDBUYER",
                "quantity": "DELIVEREDQUANTITY",
                "unit": "DELIVEREDUNIT",
                "name": "DESCRIPTION",
                "lot": "BATCHNUMBER",
                "expiry": "EXPIREDATE",
                "best_before": "BESTBEFOREDATE",
                "made": "PRODUCTIONDATE",
            }
        },
        cut=(("HEAD", "PACKINGSEQUENCE"), ("PACKINGSEQUENCE", "POSITION")),
    ),
    "DespatchAdvice": Dialect(  # Mascot International
        header={
            "number": "DeliveryNoteNumber",
            "order": "BuyerOrderReference",
            "issued": "DespatchAdviceDate",
            "despatched": "DespatchDate",
            "expected": "ExpectedDeliveryDate",
        },
        parties={
            "supplier": _below("SupplierParty", _MASCOT_PARTY),
            "buyer": _below("BuyerParty", _MASCOT_PARTY),
            "ship_to": _below("DeliveryToParty", _MASCOT_PARTY),
        },
        packages={"Packages": {"number": "PackageID"}},
        lines={
            "DespatchLines": {
                "number": "Line",
                "order_line": "BuyerLineReference",
                "supplier_code": "SupplierMaterialNumber",
                "gtin": "EAN",
                "name": "ProductDescription",
                "quantity": "Quantity",
                "unit": "UnitOfMeasure",
                "lot": "BatchNumber",
                "serial": "SerialNumber",
                "package": "PackageIdentification/PackageID",
            }
        },
    ),
}
_LINE_TEXTS = ("name", "unit", "supplier_code", "buyer_code")
_DAYS = ("expiry", "best_before", "made")


def takes(name):
    """Whether a document of this :class:`~.safe_xml.Name` is read here."""
    return not name.namespace and name.local in DIALECTS


def read(source, document):
    """Read a notice.

    :param safe_xml.Source source: the opened file
    :param safe_xml.Name document: its document element
    :returns: list of one :class:`~.form.Advice`
    :raises errors.AsnError: see :func:`safe_xml.records`
    """
    dialect = DIALECTS[document.local]
    reader = _Reader(dialect)
    for node in records(source, document, {""}, dialect.cut):
        reader.record(node)
    if not reader.advice.number and not reader.advice.lines:
        raise AsnError(
            "wrong_document", found=f"an XML document <{document.local}> of its own kind"
        )
    if source.lied:
        reader.log.add("encoding", 1)
    return [reader.finish()]


class _Reader(FieldReader):
    """Takes the document's records one by one and fills an :class:`Advice`."""

    def __init__(self, dialect):
        self.advice = Advice(format="xml")
        self.log = FlawLog()
        self._dialect = dialect
        self._inside = defaultdict(list)  # path of a package -> its lines
        self._by_number = {}  # number -> package
        self._named = []  # (line, number of its package)

    def record(self, node):
        """Take a child of the document, or a line or package that comes alone."""
        if node.tag in self._dialect.lines:
            self._line(node, self._dialect.lines[node.tag])
        elif node.tag in self._dialect.packages:
            self._package(node, self._dialect.packages[node.tag])
        else:
            self._header(node)

    def finish(self):
        """Check the whole and hand it over."""
        advice = self.advice
        advice.supplier = advice.supplier or advice.seller
        advice.ship_to = advice.ship_to or advice.originator
        advice.originator = None
        for line, number in self._named:
            package = self._by_number.get(number)
            if package:
                self._put(line, package)
        check(advice, self.log)
        advice.flaws, advice.flaw_counts = self.log.flaws, self.log.counts
        return advice

    def _header(self, node):
        for name, path in self._dialect.header.items():
            tag, _, rest = path.partition("/")
            if tag == node.tag:
                self._set(name, node, rest)
        for role, paths in self._dialect.parties.items():
            for name, path in paths.items():
                tag, _, rest = path.partition("/")
                text = text_of(node, rest) if rest else node.text or ""
                if tag == node.tag and text:
                    self._party(role, name, text, node)

    def _set(self, name, node, path):
        advice = self.advice
        text = text_of(node, path) if path else node.text or ""
        if name == "order":
            advice.orders += [number for number in (reference(text),) if number]
        elif name == "number":
            advice.number = text
        elif name == "expected":
            advice.expected_from = advice.expected_until = self._date(node, path, node.tag)
        else:
            setattr(advice, name, self._date(node, path, node.tag))

    def _party(self, role, name, text, node):
        party = getattr(self.advice, role) or Party()
        setattr(self.advice, role, party)
        setattr(party, name, text)
        if name == "gln":
            party.ids.append(PartyId("gln", "GLN", text))
            if not is_gln(text):
                self.log.add("bad_gln", node.line, node.tag, party=party.label, value=text)

    def _package(self, node, paths):
        number = text_of(node, paths["number"])
        lines = self._inside.pop(node.path, ())
        if not number:  # a level without a label
            return
        package = Package(len(self.advice.packages), number, sscc18(number))
        package.type_code = text_of(node, paths.get("type_code", "-"))
        package.source_line = node.line
        self.advice.packages.append(package)
        self._by_number[number] = package
        if number.isdecimal() and len(number) == 18 and not package.sscc:
            self.log.add("bad_sscc", node.line, node.tag, value=number)
        for line in lines:
            self._put(line, package)

    def _put(self, line, package):
        line.packages.append(package.key)
        for unit in line.units:
            unit.package = package.key

    def _line(self, node, paths):
        place = len(self.advice.lines) + 1
        path = f"{node.tag}[{place}]"

        def text(name):
            return text_of(node, paths[name]) if name in paths else ""

        line = Line(text("number") or str(place), source_line=node.line, source_path=path)
        line.quantity = self._number(node, paths["quantity"], path)
        for name in _LINE_TEXTS:
            setattr(line, name, text(name))
        line.order, line.order_line = reference(text("order")), reference(text("order_line"))
        self._gtin(line, text("gtin"), node, path)
        unit = Unit(lot=text("lot"), serial=text("serial"), source_line=node.line)
        for name in _DAYS:
            if name in paths:
                setattr(unit, name, self._date(node, paths[name], path))
        unit.quantity = Decimal(1) if unit.serial else None
        if unit.number or unit.last_day:
            line.units.append(unit)
        self.advice.lines.append(line)
        self._inside[node.path[:-1]].append(line)
        self._named.append((line, text("package")))

    def _gtin(self, line, text, node, path):
        line.gtin_sent, line.gtin = text, gtin14(text)
        if text and not line.gtin:
            self.log.add("bad_gtin", node.line, path, line_id=line.number, value=text)
