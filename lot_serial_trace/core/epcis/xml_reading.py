"""An event in XML as the dict that JSON-LD would have.

Version 1 hides what it added later in ``extension`` and ``baseExtension`` wrappers; they are
looked through. XML names have a namespace where JSON-LD has a prefix: namespaces get prefixes of
the document's own, which its context tells.
"""

import re
from decimal import Decimal, InvalidOperation

from ..asn.safe_json import Number
from ..asn.safe_xml import put
from . import words

_EPCIS, _QUERY = "urn:epcglobal:epcis:xsd:", "urn:epcglobal:epcis-query:xsd:"
KNOWN = {
    "",
    *(start + version for start in (_EPCIS, _QUERY) for version in ("1", "2")),
    "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
}
#: Elements that come alone, whatever is around them.
CUT = (
    ("VocabularyElementList", "VocabularyElement"),
    ("EventList", "*"),
    ("EventList", "extension", "*"),
)
_WRAPPERS = ("extension", "baseExtension")
_LISTS = {
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), "epc"),
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
#: Kind of word of the types in a list.
_TYPES = {"bizTransaction": "transaction", "source": "party", "destination": "party"}
_WORDS = ("bizStep", "disposition")
_NUMBERS = frozenset(
    ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.A)
_NAME = re.compile(r"\{(.*)\}(.*)", re.DOTALL)


class Converter:
    """Converts the events of one document."""

    def __init__(self):
        self._prefixes = {_bare(uri): prefix for prefix, uri in words.PREFIXES.items()}
        self._prefixes[words.OWN_NAMESPACE] = words.OWN_PREFIX
        self._own = {}  # prefix -> namespace

    def event(self, node):
        """An event and the contexts that tell its prefixes.

        :param node: :class:`..asn.safe_xml.Node`
        :returns: ``(dict, list)``
        """
        found = {"type": node.tag}
        for each in _looked_through(node):
            name = self._name(each.tag)
            value = self._value(each)
            put(found, name, value)
        return found, [dict(self._own)] if self._own else []

    def _value(self, node):
        tag = node.tag
        if tag in _LISTS:
            return [self._member(each) for each in node]
        if tag in _QUANTITIES:
            return [self._quantity(each) for each in node]
        if tag in _WORDS:
            return words.bare(tag, _text(node))
        special = getattr(self, f"_{tag}", None) if tag.isidentifier() else None
        return special(node) if special else self._strange(node)

    def _member(self, node):
        text = _text(node)
        if node.tag == "epc":
            return text
        kind = node.get("type")
        if kind is None:
            return {node.tag: text}
        return {"type": words.bare(_TYPES.get(node.tag, "party"), kind.strip()), node.tag: text}

    def _quantity(self, node):
        found = {self._name(each.tag): _text(each) for each in node}
        found = {name: text for name, text in found.items() if text}  # xsi:nil: it is not known
        if "quantity" in found:
            found["quantity"] = _number(found["quantity"])
        return found

    def _readPoint(self, node):
        return {self._name(each.tag): self._strange(each) for each in _looked_through(node)}

    _bizLocation = _readPoint

    def _errorDeclaration(self, node):
        found = {}
        for each in _looked_through(node):
            if each.tag == "correctiveEventIDs":
                value = [_text(one) for one in each]
            elif each.tag == "reason":
                value = words.bare("reason", _text(each))
            else:
                value = self._strange(each)
            put(found, self._name(each.tag), value)
        return found

    def _ilmd(self, node):
        found = {}
        for each in _looked_through(node):
            put(found, self._name(each.tag), self._strange(each))
        return found

    def _persistentDisposition(self, node):
        found = {}
        for each in node:
            found.setdefault(each.tag, []).append(words.bare("disposition", _text(each)))
        return found

    def _sensorElementList(self, node):
        return [self._sensor(each) for each in node]

    def _sensor(self, node):
        found = {}
        for each in _looked_through(node):
            if each.tag == "sensorReport":
                found.setdefault("sensorReport", []).append(self._attributes(each))
            elif each.tag == "sensorMetadata":
                found["sensorMetadata"] = self._attributes(each)
            else:
                put(found, self._name(each.tag), self._strange(each))
        return found

    def _attributes(self, node):
        return {self._name(_tagged(name)): _attribute(name, value) for name, value in node.items()}

    def _strange(self, node):
        """Somebody's own element: a text, or what is in it."""
        if not len(node):
            return _text(node)
        found = {}
        for each in node:
            put(found, self._name(each.tag), self._strange(each))
        return found

    def _name(self, tag):
        """A name as JSON-LD has it: with a prefix where XML has a namespace."""
        match = _NAME.fullmatch(tag)
        if not match:
            return tag
        space, local = match.groups()
        prefix = self._prefixes.get(space)
        if prefix is None:
            prefix = self._prefixes[space] = f"ns{len(self._own) + 1}"
            self._own[prefix] = space
        return f"{prefix}:{local}"


def _looked_through(node):
    """Children, and those of wrappers in their place; wrappers are few deep."""
    for each in node:
        if each.tag in _WRAPPERS:
            yield from _looked_through(each)
        else:
            yield each


def _text(node):
    return (node.text or "").strip()


def _number(text):
    """A number of XML Schema as JSON has it; other texts stay, and will be refused."""
    if _PLAIN.fullmatch(text):
        return Number(text)
    try:
        found = Decimal(text)
    except InvalidOperation:
        return text
    small = found.is_finite() and abs(found.adjusted()) < 30
    return Number(f"{found:f}") if small else text


def _tagged(name):
    """An attribute's name with its namespace in braces."""
    space, _separator, local = name.rpartition("\n")
    return f"{{{space}}}{local}" if space else local


def _attribute(name, value):
    value = value.strip()
    if name in _NUMBERS:
        return _number(value)
    if name == "booleanValue":
        return {"true": True, "1": True, "false": False, "0": False}.get(value, value)
    if name in ("type", "exception"):
        return value.removeprefix("gs1:")
    return value.removeprefix("cbv:Comp-") if name == "component" else value


def _bare(uri):
    """A namespace as XML has it: JSON-LD ends URNs with a colon."""
    return uri.rstrip(":") if uri.startswith("urn:") else uri
