"""Parties of GS1 XML messages."""

from .form import Party, PartyId
from .values import is_gln
from .xml_fields import text_of

_KINDS = {  # additionalPartyIdentificationTypeCode
    "BUYER_ASSIGNED_IDENTIFIER_FOR_A_PARTY": "account",
    "SELLER_ASSIGNED_IDENTIFIER_FOR_A_PARTY": "account",
    "DUNS": "registry",
    "DUNS_PLUS_FOUR": "registry",
    "TAX_REGISTRATION_NUMBER": "vat",
}


def read_party(node, log):
    """Read a transactional party (``shipper``, ``shipTo`` ...).

    :param safe_xml.Node node: the element
    :param flaws.FlawLog log: where a bad GLN goes
    :rtype: form.Party
    """
    party = Party(
        name=text_of(node, "address/name") or text_of(node, "partyName"),
        legal_name=text_of(node, "organisationDetails/organisationName"),
        street=text_of(node, "address/streetAddressOne"),
        city=text_of(node, "address/city"),
        postal_code=text_of(node, "address/postalCode"),
        country=text_of(node, "address/countryCode"),
    )
    _gln(party, node, log)
    for found in node.iterfind("additionalPartyIdentification"):
        scheme = found.get("additionalPartyIdentificationTypeCode", "").strip()
        _add(party, _KINDS.get(scheme.upper(), "other"), scheme, found.text)
    for found in node.iterfind("dutyFeeTaxRegistration/dutyFeeTaxRegistrationID"):
        _add(party, "vat", "", found.text)
    return party


def _gln(party, node, log):
    gln = text_of(node, "gln")
    if not gln.strip("0"):  # zeros stand in for a required element
        return
    party.gln = gln
    _add(party, "gln", "GLN", gln)
    if not is_gln(gln):
        log.add("bad_gln", node.line, f"{node.tag}/gln", party=party.label, value=gln)


def _add(party, kind, scheme, value):
    if value:
        party.ids.append(PartyId(kind, scheme, value))
