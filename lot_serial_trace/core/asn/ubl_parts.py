"""Parties and packages of UBL documents."""

from .form import Package, Party, PartyId
from .values import is_gln, sscc18
from .xml_fields import text_of

_GLN_SCHEMES = {"0088", "GLN", "EAN", "ILN", "EAN-UCC", "GS1"}
_SSCC_SCHEMES = {"SSCC", "0011", "NVE"}


def scheme_of(node):
    """The scheme of an identifier: its id, else its name, else ``""``."""
    return (node.get("schemeID") or node.get("schemeName") or "").strip()


def id_kind(scheme, value):
    """Kind of an identifier, for :class:`~.form.PartyId`."""
    scheme = scheme.upper()
    if scheme in _GLN_SCHEMES or (not scheme and is_gln(value)):
        return "gln"
    if "VAT" in scheme:
        return "vat"
    return "registry" if scheme else "other"


def read_party(node, log):
    """Read a party with its wrapper (``DespatchSupplierParty`` ...) or bare.

    :param safe_xml.Node node: the element
    :param flaws.FlawLog log: where a bad GLN goes
    :rtype: form.Party
    """
    inner = node.find("Party")
    inner = node if inner is None else inner
    endpoint = inner.find("EndpointID")
    party = Party(
        name=text_of(inner, "PartyName/Name"),
        legal_name=text_of(inner, "PartyLegalEntity/RegistrationName")
        or text_of(inner, "PartyTaxScheme/RegistrationName"),
        endpoint=text_of(inner, "EndpointID"),
        endpoint_scheme="" if endpoint is None else scheme_of(endpoint),
        street=text_of(inner, "PostalAddress/StreetName"),
        city=text_of(inner, "PostalAddress/CityName"),
        postal_code=text_of(inner, "PostalAddress/PostalZone"),
        country=text_of(inner, "PostalAddress/Country/IdentificationCode"),
    )
    for found, path, kind in _identifiers(node, inner):
        _add_id(party, found, kind, path, log)
    return party


def _identifiers(node, inner):
    """Triples (element, its path, kind or None)."""
    for path, kind in (
        ("PartyIdentification/ID", None),
        ("PartyTaxScheme/CompanyID", "vat"),
        ("PartyLegalEntity/CompanyID", None),
        ("EndpointID", None),
    ):
        for found in inner.iterfind(path):
            yield found, f"{node.tag}/Party/{path}", kind
    for tag in ("CustomerAssignedAccountID", "AdditionalAccountID"):
        for found in node.iterfind(tag):
            yield found, f"{node.tag}/{tag}", "account"


def _add_id(party, found, kind, path, log):
    value, scheme = found.text or "", scheme_of(found)
    ident = PartyId(kind or id_kind(scheme, value), scheme, value)
    if not value or ident in party.ids:  # the endpoint repeats the identification as a rule
        return
    party.ids.append(ident)
    if ident.kind == "gln" and not party.gln:
        party.gln = value
        if not is_gln(value):
            log.add("bad_gln", found.line, path, party=party.label, value=value)


class Packages:
    """The tree of handling units and packages, gathered from header and lines.

    :ivar found: list of :class:`~.form.Package`; a package's key is its index
    """

    def __init__(self, log):
        self.found = []
        self._log = log
        self._by_number = {}
        self._contents = []  # (line number, package key, numbers in it)

    def take(self, node, path, parent=None):
        """Read a handling unit or package and what is in it; returns its key.

        The same number under several lines is one mixed pallet.
        """
        number = text_of(node, "ID")
        package = self._by_number.get(number)
        if package is None:
            package = self._new(node, number, parent, path)
        for tag in ("ActualPackage", "Package", "ContainedPackage"):
            for inner in node.iterfind(tag):
                self.take(inner, f"{path}/{tag}", package.key)
        for line in node.iterfind("HandlingUnitDespatchLine"):
            self._contents.append((text_of(line, "ID"), package.key, self._numbers(line)))
        return package.key

    def _new(self, node, number, parent, path):
        package = Package(
            key=len(self.found),
            number=number,
            sscc=sscc18(number),
            type_code=text_of(node, "TransportHandlingUnitTypeCode")
            or text_of(node, "PackagingTypeCode"),
            parent=parent,
            source_line=node.line,
        )
        self.found.append(package)
        if number:
            self._by_number[number] = package
            self._check_sscc(node.find("ID"), package, path)
        return package

    def _check_sscc(self, found, package, path):
        digits = package.number.isdecimal() and len(package.number) == 18
        meant = digits or scheme_of(found).upper() in _SSCC_SCHEMES
        if meant and not package.sscc:
            self._log.add("bad_sscc", found.line, f"{path}/ID", value=package.number)

    def _numbers(self, node):
        """The lot and serial numbers that a handling unit says it holds of a line."""
        paths = ("SerialID", "LotIdentification/LotNumberID")
        instances = node.iterfind("Item/ItemInstance")
        return {text_of(instance, path) for instance in instances for path in paths} - {""}

    def fill(self, lines):
        """Tell lines and units in which package they are, where the document says so.

        :param lines: all lines; handling units of the header may name any of them
        """
        by_number = {line.number: line for line in lines}
        for number, key, unit_numbers in self._contents:
            line = by_number.get(number)
            if line is None:
                continue
            if key not in line.packages:
                line.packages.append(key)
            for unit in line.units:
                if unit.serial in unit_numbers or (not unit.serial and unit.lot in unit_numbers):
                    unit.package = key
        for line in lines:
            if len(line.packages) == 1:
                for unit in line.units:
                    unit.package = line.packages[0]
