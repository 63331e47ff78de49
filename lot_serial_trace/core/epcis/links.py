"""GS1 keys between the two ways to write them: EPC URNs and Digital Links.

Digital Link is the canonical form, by which events are hashed and looked for. To write a URN
takes the length of the company prefix in the key, which the key does not tell: it is found among
the prefixes of the partners that are known, else the Digital Link stays what it is.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from .. import gs1
from ..asn.epc import parse_epc
from .names import STEM, escaped

_URN = re.compile(r"urn:epc:(id|idpat|class):([a-z]+):(\d+)\.([^.]*)(?:\.(.*))?", re.DOTALL)
#: Scheme -> (AI, digits without check digit, AI of what follows or "+" where it is appended).
_PLAIN_KEYS = {
    "sgln": ("414", 12, "254"),
    "pgln": ("417", 12, ""),
    "gsrn": ("8018", 17, ""),
    "gsrnp": ("8017", 17, ""),
    "gsin": ("402", 16, ""),
    "gdti": ("253", 12, "+"),
    "sgcn": ("255", 12, "+"),
    "grai": ("8003", 12, "+"),
}
_NO_CHECK_DIGIT = {"giai": "8004", "ginc": "401"}
_KEYS = ("00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010")
_LINK = re.compile(
    rf"https?://[^/?#\s]+/(?:[^?#\s]*?/)??({'|'.join(_KEYS)}|8017|8018)/([^/?#\s]+)"
    r"(?:/([^?#\s]*))?(?:[?#].*)?"
)
_SHORT = {
    "gtin": "01", "sscc": "00", "gln": "414", "party": "417", "gdti": "253", "gcn": "255",
    "ginc": "401", "gsin": "402", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010",
    "gsrnp": "8017", "gsrn": "8018", "lot": "10", "ser": "21", "cpv": "22",
}  # fmt: skip
_SHORT_LINK = re.compile(rf"/({'|'.join(sorted(_SHORT, key=len, reverse=True))})/")


@lru_cache(maxsize=256)
def canonical(text):
    """An identifier in the form by which it is compared; what is no GS1 key stays.

    >>> canonical("urn:epc:id:sgtin:4012345.011111.987")
    'https://id.gs1.org/01/04012345111118/21/987'
    >>> canonical("https://example.com/shop/01/4012345111118/10/A/21/987?17=261231")
    'https://id.gs1.org/01/04012345111118/21/987'
    """
    if text.startswith("urn:epc:"):
        return _from_urn(text)
    if text.startswith(("https://", "http://")):
        return _from_link(text)
    return text


def _from_urn(text):
    match = _URN.fullmatch(text)
    if not match:
        return text
    form, scheme, prefix, reference, more = match.groups()
    if scheme in ("sgtin", "lgtin", "itip", "upui"):
        return _item(form, scheme, prefix + ".", reference, more) or text
    if scheme == "sscc":
        digits = reference[:1] + prefix + reference[1:]
        return f"{STEM}/00/{_checked(digits)}" if _is_key(digits, 17) else text
    if scheme in _NO_CHECK_DIGIT:
        rest = text.split(".", 1)[1]
        return f"{STEM}/{_NO_CHECK_DIGIT[scheme]}/{prefix}{_again(rest)}"
    if scheme == "cpi":
        part = f"{STEM}/8010/{prefix}{_again(reference)}"
        return f"{part}/8011/{more}" if more and more != "*" else part
    return _plain(scheme, prefix, reference, more) or text


def _plain(scheme, prefix, reference, more):
    """Keys that are a prefix, a reference, a check digit and maybe something behind it."""
    if scheme not in _PLAIN_KEYS:
        return ""
    ai, length, behind = _PLAIN_KEYS[scheme]
    digits = prefix + (reference or "")
    if not _is_key(digits, length):
        return ""
    key = ("0" if scheme == "grai" else "") + digits
    key = f"{STEM}/{ai}/{_checked(key)}"
    if not more or more == "*" or (scheme == "sgln" and more == "0"):
        return key
    return f"{key}/254/{_again(more)}" if behind == "254" else key + _again(more)


def _item(form, scheme, prefix, reference, more):
    digits = reference[:1] + prefix[:-1] + reference[1:]
    if not _is_key(digits, 13):
        return ""
    key = f"{STEM}/01/{_checked(digits)}"
    if scheme == "itip":
        piece, total, *serial = (more or "").split(".", 2)
        key = f"{STEM}/8006/{_checked(digits)}{piece}{total}"
        more = "".join(serial)
    if form == "idpat" or not more or more == "*":
        return key
    ai = {"lgtin": "10", "upui": "235"}.get(scheme, "21")
    return f"{key}/{ai}/{_again(more)}"


def _again(text):
    """Escaped for a URN -> escaped for a Digital Link."""
    return escaped(unquote(text))


def _is_key(digits, length):
    return len(digits) == length and digits.isascii() and digits.isdigit()


def _checked(digits):
    return digits + gs1.check_digit(digits)


def _from_link(text):
    match = _LINK.fullmatch(_SHORT_LINK.sub(lambda m: f"/{_SHORT[m[1]]}/", text, count=3))
    if not match:
        return text
    ai, key, rest = match.groups()
    if ai == "01":
        if len(key) not in (8, 12, 13, 14) or not key.isdigit():
            return text
        key = key.zfill(14)
    if ai in ("00", "402", "414", "417", "8017", "8018") and not key.isdigit():
        return text
    return f"{STEM}/{ai}/{key}{_qualifiers(ai, (rest or '').strip('/').split('/'))}"


def _qualifiers(ai, parts):
    """The finest one that is there: the serial number, else the lot."""
    found = dict(zip(parts[::2], parts[1::2], strict=False))
    wanted = {"414": ("254",), "8010": ("8011",)}.get(ai, ("21", "235", "10"))
    return next((f"/{name}/{found[name]}" for name in wanted if name in found), "")


# -- Digital Link -> URN ----------------------------------------------------------


class Prefixes:
    """Company prefixes that are known.

    :param found: texts of 6 to 12 digits
    """

    def __init__(self, found=()):
        self._found = frozenset(prefix for prefix in found if prefix.isdigit())
        self._lengths = sorted({len(prefix) for prefix in self._found}, reverse=True)

    def of(self, digits):
        """The prefix with which a key begins, the longest that is known; or ``""``."""
        for length in self._lengths:
            if digits[:length] in self._found:
                return digits[:length]
        return ""

    def urn(self, text, lot_class=False):
        """An identifier as an EPC URN, if the prefix is known and it is a GS1 key.

        >>> Prefixes(["4012345"]).urn("https://id.gs1.org/01/04012345111118/21/9%2F7")
        'urn:epc:id:sgtin:4012345.011111.9%2F7'
        >>> Prefixes(["4012345"]).urn("https://id.gs1.org/414/4012345000054/254/12")
        'urn:epc:id:sgln:4012345.00005.12'

        :param lot_class: a product without lot is a class, too (``idpat``)
        """
        link = canonical(text)
        if not link.startswith(STEM + "/"):
            return text
        ai, key, *more = link[len(STEM) + 1 :].split("/")
        number = more[1] if len(more) == 2 else ""
        write = {"01": self._gtin, "00": self._sscc, "414": self._sgln, "417": self._pgln}.get(ai)
        return (write and write(key, more[0] if more else "", number)) or text

    def _gtin(self, key, ai, number):
        prefix = self.of(key[1:])
        if not prefix or (ai and ai not in ("10", "21")):
            return ""
        item = f"{prefix}.{key[0]}{key[1 + len(prefix) : 13]}"
        if not number:
            return f"urn:epc:idpat:sgtin:{item}.*"
        kind = "id:sgtin" if ai == "21" else "class:lgtin"
        return f"urn:epc:{kind}:{item}.{_for_urn(number)}"

    def _sscc(self, key, _ai, _number):
        prefix = self.of(key[1:])
        return prefix and f"urn:epc:id:sscc:{prefix}.{key[0]}{key[1 + len(prefix) : 17]}"

    def _sgln(self, key, _ai, number):
        prefix = self.of(key)
        rest = key[len(prefix) : 12]
        return prefix and f"urn:epc:id:sgln:{prefix}.{rest}.{_for_urn(number) or '0'}"

    def _pgln(self, key, _ai, _number):
        prefix = self.of(key)
        return prefix and f"urn:epc:id:pgln:{prefix}.{key[len(prefix) : 12]}"


def _for_urn(number):
    """Escaped for a Digital Link -> escaped for a URN [EPC Tag Data Standard, table A-1]."""
    found = quote(unquote(number), safe="!'()*+,:;=_-.")
    return "%2A" if found == "*" else found  # the asterisk alone stands for any number


def prefixes(context):
    """dict of prefix -> namespace that contexts define."""
    found = {}
    for each in context:
        if isinstance(each, dict):
            for name, value in each.items():
                value = value.get("@id") if isinstance(value, dict) else value
                if isinstance(value, str) and not name.startswith("@"):
                    found[name] = value
    return found


def is_item(text):
    """Whether an identifier names one thing, and not any number of a kind."""
    epc, _lot = parse_epc(text)
    return epc.kind not in ("lot", "class")
