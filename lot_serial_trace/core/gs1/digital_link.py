"""GS1 Digital Link URIs: ``https://id.gs1.org/01/09521234543213/10/ABC?17=261231``.

Rules follow the standard as the reference engine reads it. Besides, old short names
(``/gtin/…/ser/…``) and GTINs with 8, 12 or 13 digits are accepted. Compressed URIs are
recognised and refused.
"""

import re
from urllib.parse import quote

from .dictionary import AIS
from .keys import GTIN_LENGTHS, has_check_digit, is_digits
from .messages import Gs1Error
from .reading import field_error, read_value
from .tables import SHORT_ATTRIBUTES, SHORT_NAMES

URI = re.compile(
    r"(?:https?|HTTPS?)://"
    r"(?P<host>[^/_~?#@!$&'()*+,;=%]+)"
    r"(?P<path>/[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?"
    r"(?:#.*)?"
)
CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")
SCHEME = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://")
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CANONICAL_STEM = "https://id.gs1.org"


class Pair:
    """A field of the URI as written: its AI's entry, value, and where the value stands."""

    def __init__(self, entry, raw, position, plus=False):
        self.entry = entry
        self.position = position
        self.value = _decode(raw, plus)
        self.exact = self.value == raw
        if entry.ai == "01" and len(self.value) in GTIN_LENGTHS:
            self.value = self.value.zfill(14)

    def read(self, context):
        """The element that the pair stands for."""
        return read_value(self.entry, self.value, self.position, context, exact=self.exact)


def looks_like_uri(text):
    """Whether the text is a web address."""
    return SCHEME.match(text) is not None


def read_digital_link(text, position, context):
    """The elements of a GS1 Digital Link URI, or None if the web address is none.

    :param position: index of ``text`` in the scanned text
    :raise Gs1Error: if it is one and not right
    """
    uri = URI.fullmatch(text) if CHARACTERS.fullmatch(text) else None
    segments = _segments(uri["path"], position + uri.start("path")) if uri else []
    pairs, rest = _path_pairs(segments)
    if not pairs:
        if segments:
            _refuse_compressed(segments[-1])
        context.warn("no_digital_link")
        return None
    if not _plausible(pairs[0], context):
        return None
    if rest:
        context.tolerate(Gs1Error("uri_end", position=rest[0], found=rest[1] or "/"))
    attributes = _query_pairs(uri["query"] or "", position + uri.start("query"), context)
    _check_order(pairs, context)
    _check_attributes(pairs, attributes, context)
    return [pair.read(context) for pair in pairs + attributes]


def _segments(path, position):
    """The parts of a path with their positions: list of ``(position, text)``."""
    found = []
    for text in path.split("/")[1:]:
        position += 1
        found.append((position, text))
        position += len(text)
    return found


def _path_pairs(segments):
    """The fields at the end of a path, the key first, and a last segment without partner.

    :return: ``(pairs, rest)``; pairs is empty if there is no key, rest None if all is used
    """
    for count in (len(segments), len(segments) - 1):
        for at in range(count - 2, -1, -2):
            entry = _named(segments[at][1])
            if entry is None:
                break
            if entry.key is not None:
                pairs = [
                    Pair(_named(segments[i][1]), segments[i + 1][1], segments[i + 1][0])
                    for i in range(at, count, 2)
                ]
                return pairs, segments[-1] if count < len(segments) else None
    return [], None


def _named(text):
    return AIS.get(text) or AIS.get(SHORT_NAMES.get(text.lower()))


def _plausible(pair, context):
    """Whether the key looks like one: ``/01/`` in the path of any web page is no GTIN."""
    if pair.entry.pattern.fullmatch(pair.value):
        return True
    try:
        pair.read(context)
    except Gs1Error as error:
        context.warn("almost", cause=error)
    return False


def _query_pairs(query, position, context):
    pairs = []
    for text in query.split("&"):
        name, equals, value = text.partition("=")
        entry = AIS.get(name) or AIS.get(SHORT_ATTRIBUTES.get(name))
        if equals and entry:
            pairs.append(Pair(entry, value, position + len(name) + 1, plus=True))
        elif equals and is_digits(name):
            context.tolerate(Gs1Error("no_ai", position=position, found=name))
        position += len(text) + 1
    return pairs


def _decode(text, plus):
    if plus:
        text = text.replace("+", " ")
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), text)


def _is_sequence(key, qualifiers):
    """Whether the qualifiers stand in an order that the key allows."""
    for alternative in key:
        left = iter(alternative)
        if all(ai in left for ai in qualifiers):
            return True
    return False


def _check_order(pairs, context):
    key, ais = pairs[0].entry.key, []
    for pair in pairs[1:]:
        ais.append(pair.entry.ai)
        if not _is_sequence(key, ais):
            context.tolerate(field_error("uri_order", pair.entry, pair.position))
            return


def _check_attributes(pairs, attributes, context):
    path = [pair.entry.ai for pair in pairs]
    seen = set(path)
    for pair in attributes:
        entry = pair.entry
        if entry.ai in seen:
            context.tolerate(field_error("uri_repeated", entry, pair.position))
        elif not entry.attribute:
            context.tolerate(field_error("uri_attribute", entry, pair.position))
        elif _belongs_into_path(entry.ai, path):
            context.tolerate(field_error("uri_path", entry, pair.position))
        seen.add(entry.ai)


def _belongs_into_path(ai, path):
    key = AIS[path[0]].key
    return any(_is_sequence(key, [*path[1:at], ai, *path[at:]]) for at in range(1, len(path) + 1))


#: First bytes of a compressed URI that begins with a GTIN: AI 01, and tables that start with it.
COMPRESSED_GTIN = (0x01, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F)


def _refuse_compressed(segment):
    """Refuse what decodes, base64url bit by bit, to a valid GTIN in 47 bits."""
    position, text = segment
    if len(text) < 10 or any(char not in BASE64URL for char in text):
        return
    bits = "".join(format(BASE64URL.index(char), "06b") for char in text[:10])
    gtin = str(int(bits[8:55], 2)).zfill(14)
    if int(bits[:8], 2) in COMPRESSED_GTIN and len(gtin) == 14 and has_check_digit(gtin):
        raise Gs1Error("uri_compressed", position=position, found=text[:20])


def write_digital_link(pairs, stem):
    """A GS1 Digital Link URI.

    :param pairs: list of ``(entry, value)``, values checked
    :param stem: what stands before the first key, ``https://id.gs1.org`` in canonical URIs
    :raise Gs1Error: if no field is a key, or one cannot stand in the query
    """
    key = next((entry for entry, _value in pairs if entry.key is not None), None)
    if key is None:
        raise Gs1Error("no_key")
    values = {}
    for entry, value in pairs:
        values.setdefault(entry.ai, quote(value, safe=""))
    qualifiers = max(key.key, key=lambda names: sum(ai in values for ai in names))
    path = [key.ai] + [ai for ai in qualifiers if ai in values]
    rest = [AIS[ai] for ai in values if ai not in path]
    wrong = next((entry for entry in rest if not entry.attribute), None)
    if wrong:
        raise field_error("uri_attribute", wrong, 0)
    rest.sort(key=lambda entry: not entry.predefined)
    query = "&".join(f"{entry.ai}={values[entry.ai]}" for entry in rest)
    link = stem.rstrip("/") + "".join(f"/{ai}/{values[ai]}" for ai in path)
    return f"{link}?{query}" if query else link
