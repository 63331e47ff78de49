"""XML from strangers, read as a stream.

Built on expat rather than on a tree parser, because a stream knows the exact line
and column of everything, needs memory for one record only, and lets a document
type declaration be refused the moment it begins: no entity is ever declared, so
none can be expanded or fetched. Bytes, nesting and elements per record are limited.
"""

import codecs
import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from xml.parsers import expat

from .errors import AsnError

_SEPARATOR = "\n"  # between namespace and local name; no namespace name can hold it
_CHUNK = 1 << 16
_DECLARATION = re.compile(rb"""<\?xml[^>]{1,200}?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']""")
_EXPAT_READS = {"utf-8", "utf-16", "iso8859-1", "ascii"}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, with whose mark it begins
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16"),  # no mark: the first character tells
    (b"\0<", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a document is read before it is refused.

    :param size: bytes of the file
    :param depth: nested elements
    :param elements: elements of one record (a line without its item instances, a
        party ...); 250,000 take about 60 MB
    :param paths: different paths of elements; a rich notice has some hundred
    """

    size: int = 64 * 1024 * 1024
    depth: int = 100
    elements: int = 250_000
    paths: int = 20_000


LIMITS = Limits()


class Node(Element):
    """An element of a record; ``tag`` is the local name for known namespaces.

    :ivar line: line in the file where its start tag begins
    :ivar path: for what :func:`records` yields: tuple of the tags above and its own
    """

    __slots__ = ("line", "path")


@dataclass(frozen=True, slots=True)
class Name:
    """Name of an element; ``namespace`` is empty when it has none.

    :param attributes: of the element at hand; they do not count for equality
    """

    namespace: str
    local: str
    attributes: dict = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A file made ready for expat; see :func:`open_xml`.

    :param encoding: encoding to force, or ``None`` to let expat find it
    :param skipped: line breaks in front of the document that were cut off
    :param lied: UTF-8 was promised, Windows-1252 delivered
    """

    data: bytes
    encoding: str | None
    skipped: int
    lied: bool
    limits: Limits


def open_xml(data, limits=LIMITS):
    """Check the size and find the encoding.

    :param bytes data: the file
    :rtype: Source
    :raises AsnError: ``too_big``, ``bad_encoding``
    """
    if len(data) > limits.size:
        raise AsnError("too_big", size=len(data), limit=limits.size)
    body = data.lstrip(b" \t\r\n")  # the declaration must come first, senders forget it
    skipped = data[: len(data) - len(body)].count(b"\n")
    encoding, certain = _encoding(body)
    if encoding == "utf-8" and not _is_utf8(body):
        return Source(body.decode("cp1252", "replace").encode(), "utf-8", skipped, True, limits)
    if encoding in _EXPAT_READS:
        return Source(body, None if certain else encoding, skipped, False, limits)
    try:
        return Source(body.decode(encoding).encode(), "utf-8", skipped, False, limits)
    except (UnicodeError, LookupError):  # LookupError: a codec such as "zip", not of text
        raise AsnError("bad_encoding", encoding=encoding) from None


def _encoding(body):
    """Python's name of the encoding, and whether expat would find the same."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name, True
    declared = _DECLARATION.match(body)
    if not declared:
        return "utf-8", True
    name = declared[1].decode("ascii")
    try:
        name = codecs.lookup(name).name
    except LookupError:
        raise AsnError("bad_encoding", encoding=name) from None
    if name.startswith(("utf-16", "utf-32")):  # cannot be: the declaration was readable
        return "utf-8", False
    return name, True


def _is_utf8(body):
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Found(Exception):
    """Carries a result out of expat's callbacks and stops the parser."""


def document_name(source, envelopes=frozenset()):
    """Name of the document element, looking through known envelopes.

    :param Source source: the file
    :param envelopes: names of wrappers whose first child is a header and whose
        second is the document
    :rtype: Name
    :raises AsnError: ``broken_xml``, ``dtd``
    """
    depth = children = 0
    enveloped = False

    def start(name, attributes):
        nonlocal depth, children, enveloped
        depth += 1
        children += depth == 2
        name = _split(name, attributes)
        if depth == 1:
            enveloped = name in envelopes
        if (depth == 1 and not enveloped) or (depth == 2 and children == 2):
            raise _Found(name)

    def end(_name):
        nonlocal depth
        depth -= 1

    parser = _parser(source)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        for _ in _feed(parser, source):
            pass
    except _Found as found:
        return found.args[0]
    raise AsnError("broken_xml", reason="an envelope without a document")


def records(source, document, known, cut=()):
    """Yield the children of the document element, each as a small tree.

    A document with 100,000 item instances must not be in memory as a whole, so
    elements whose path ends like one of ``cut`` come on their own, before the element
    that they belong to, and are not part of it.

    :param Source source: the file
    :param Name document: element whose children are the records
    :param known: namespaces whose elements are called by local name alone; others
        are called ``{namespace}local``
    :param cut: ends of paths, ``("DespatchLine", "Item", "ItemInstance")``; ``*`` is
        any element
    :returns: iterator of :class:`Node`
    :raises AsnError: ``broken_xml``, ``dtd``, ``too_deep``, ``too_many_elements``,
        after the records in front of the fault were yielded
    """
    parser = _parser(source)
    builder = _Builder(parser, source, document, _Places(known, cut, source.limits.paths))
    for _ in _feed(parser, source):
        yield from builder.take()


def _parser(source):
    parser = expat.ParserCreate(source.encoding, _SEPARATOR)
    parser.buffer_text = True

    def refuse(*_args):
        raise _error(parser, source, "dtd")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _feed(parser, source):
    """Push the file through ``parser``, stopping after each chunk."""
    try:
        for start in range(0, len(source.data), _CHUNK):
            parser.Parse(source.data[start : start + _CHUNK], False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        line, column = error.lineno + source.skipped, error.offset + 1
        reason = expat.errors.messages[error.code]
        raise AsnError("broken_xml", line, column, reason=reason) from None


def _error(parser, source, code, **values):
    line = parser.CurrentLineNumber + source.skipped
    return AsnError(code, line, parser.CurrentColumnNumber + 1, **values)


def _split(name, attributes):
    namespace, _, local = name.rpartition(_SEPARATOR)
    return Name(namespace, local, attributes)


class _Place:
    """A path of elements that occurs in the document.

    :ivar inner: expat's name of an element below -> its place
    """

    __slots__ = ("cut", "inner", "path", "tag")

    def __init__(self, path, cut):
        self.path = path
        self.tag = path[-1] if path else ""
        self.cut = cut
        self.inner = {}


class _Places:
    """The tree of places, which grows while the document is read."""

    def __init__(self, known, cut, limit):
        self._known = known
        self._cut = tuple(cut)
        self._left = limit
        self.root = _Place((), False)

    def below(self, place, name):
        """The place of a new element; ``None`` when there are too many of them."""
        if not self._left:
            return None
        self._left -= 1
        namespace, _, local = name.rpartition(_SEPARATOR)
        tag = local if namespace in self._known else f"{{{namespace}}}{local}"
        path = (*place.path, tag)
        place.inner[name] = _Place(path, any(_ends_like(path, cut) for cut in self._cut))
        return place.inner[name]


def _ends_like(path, pattern):
    end = path[-len(pattern) :]
    pairs = zip(end, pattern, strict=False)
    return len(end) == len(pattern) and all(want in ("*", tag) for tag, want in pairs)


class _Builder:
    """Builds :class:`Node` trees below the document element."""

    def __init__(self, parser, source, document, places):
        self._parser = parser
        self._source = source
        self._document = _SEPARATOR.join(filter(None, (document.namespace, document.local)))
        self._new_place = places.below
        self._depth = 0
        self._inside = False  # below the document element
        self._stack = []  # open nodes, from the record down
        self._places = [places.root]  # their places, with the document's in front
        self._elements = 0  # of the record, without what was cut out
        self._text = []
        self._done = []
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append

    def take(self):
        """Hand over the records finished since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, name, attributes):
        self._depth += 1
        if self._depth > self._source.limits.depth:
            raise self._too("too_deep", self._source.limits.depth)
        self._text.clear()
        if self._inside:
            self._open(name, attributes)
        else:
            self._inside = name == self._document

    def _open(self, name, attributes):
        self._elements += 1
        if self._elements > self._source.limits.elements:
            raise self._too("too_many_elements", self._source.limits.elements)
        above = self._places[-1]
        place = above.inner.get(name) or self._new_place(above, name)
        if place is None:
            raise self._too("too_many_names", self._source.limits.paths)
        node = Node(place.tag, attributes)
        node.line = self._parser.CurrentLineNumber + self._source.skipped
        self._stack.append(node)
        self._places.append(place)

    def _end(self, name):
        self._depth -= 1
        if self._stack:
            self._close(self._stack.pop(), self._places.pop())
        elif name == self._document:
            self._inside = False

    def _close(self, node, place):
        if not len(node):
            node.text = "".join(self._text).strip()
        self._text.clear()
        if self._stack and not place.cut:
            self._stack[-1].append(node)
            return
        node.path = place.path
        self._elements -= sum(1 for _ in node.iter()) if len(node) else 1
        self._done.append(node)

    def _too(self, code, limit):
        return _error(self._parser, self._source, code, limit=limit)


def put(found, name, value):
    """Add what an element says to a dict; a name that comes again makes a list.

    A value that is a list itself cannot be told from several: elements have texts and dicts.
    """
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]
