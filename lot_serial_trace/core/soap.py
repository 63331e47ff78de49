"""Asks a SOAP service for documents.

What service and operations are called, with which arguments, and where in the answer
the documents are is configuration; :mod:`zeep` knows the protocol. A service of somebody else is
not trusted: it is reached at its own host only (also what its WSDL imports, where its
address points and where it redirects to), by http and https, within a time, and it
sends no more than so many bytes and no document type declaration. Nothing is logged:
requests hold passwords.
"""

import base64
import binascii
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
import zeep
import zeep.exceptions
import zeep.helpers
from lxml import etree
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

from .asn.errors import AsnError

_REDIRECTS = (301, 302, 303, 307, 308)
_HOPS = 3
_CHUNK = 64 * 1024
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> (what happened, what to do)
TROUBLES = {
    "unreachable": (
        _("%(host)s cannot be reached: %(reason)s"),
        _("Check the address and the network. It is tried again later."),
    ),
    "timeout": (
        _("%(host)s did not answer within %(seconds)s seconds"),
        _("It is tried again later. Allow more time if the service is slow."),
    ),
    "too_big": (
        _("The answer of %(host)s is bigger than %(limit)s bytes"),
        _("Ask for fewer documents at once, or allow bigger files on the channel."),
    ),
    "denied": (
        _("%(host)s refuses user or password (HTTP %(status)s)"),
        _("Check user, password and the kind of authentication."),
    ),
    "http": (
        _("%(host)s answers with HTTP %(status)s"),
        _("Check the address. It is tried again later."),
    ),
    "address": (
        _("%(url)s is not fetched: only http and https are"),
        _("Ask the service's owner for a WSDL that names no other addresses."),
    ),
    "other_host": (
        _("The service points to another host, %(host)s"),
        _("If you trust that host, add it to the channel."),
    ),
    "wsdl": (
        _("The WSDL cannot be used: %(reason)s"),
        _("Check its address; open it in a browser."),
    ),
    "operation": (
        _("The service has no operation %(name)s"),
        _("Press Test to see the operations that it has."),
    ),
    "argument": (
        _("Arguments of %(name)s do not fit: %(reason)s"),
        _("Press Test to see what the operation takes."),
    ),
    "fault": (
        _("The service reports: %(reason)s"),
        _("Ask its owner, if the words do not help. It is tried again later."),
    ),
    "answer": (
        _("The answer cannot be understood: %(reason)s"),
        _("Ask the service's owner. It is tried again later."),
    ),
    "path": (
        _("The answer has no field %(path)s"),
        _("Press Test to see a sample of the answer, and correct the field."),
    ),
}


class SoapTrouble(AsnError):
    """A service could not be asked, or did not answer as it should."""

    @property
    def message(self):
        """Template of the sentence that says what happened."""
        return TROUBLES[self.code][0]

    @property
    def remedy(self):
        """Template of the sentence that says what to do."""
        return TROUBLES[self.code][1]


@dataclass(frozen=True, slots=True)
class Access:
    """Where a service is, who asks, and how much it may take.

    :param wsdl: URL
    :param service: name in the WSDL, with ``port``; empty: its first
    :param auth: ``none``, ``basic`` (HTTP), ``text`` or ``digest`` (WS-Security
        UsernameToken)
    :param hosts: further hosts that the service may point to
    :param timeout: seconds for one request
    :param size: bytes of one answer
    """

    wsdl: str
    service: str = ""
    port: str = ""
    auth: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    hosts: frozenset[str] = frozenset()
    timeout: float = 30
    size: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where in an answer the documents are; dotted field names.

    :param documents: the list of documents; empty: the answer itself
    :param content: the file in a document; empty: the document itself
    :param name: file name; empty: none is told
    :param key: by which a document is acknowledged; empty: none is told
    """

    documents: str = ""
    content: str = ""
    name: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of an answer."""

    data: bytes
    name: str = ""
    key: str = ""


class _Transport(Transport):
    """HTTP as described above; zeep's own follows every address and logs what it sends."""

    def __init__(self, access):
        super().__init__(timeout=access.timeout, operation_timeout=access.timeout)
        self.session.adapters.pop("file://")
        self.access = access
        self.hosts = {urlsplit(access.wsdl).hostname, *access.hosts}
        if access.auth == "basic":
            self.session.auth = (access.user.encode(), access.password.encode())

    def load(self, url):
        response = self._fetch("GET", url)
        if response.status_code != 200:
            raise self._status(url, response.status_code)
        return response.content

    def get(self, address, params, headers):
        return self._fetch("GET", address, params=params, headers=headers)

    def post(self, address, message, headers):
        return self._fetch("POST", address, data=message, headers=headers)

    def _fetch(self, method, url, **options):
        until = time.monotonic() + self.access.timeout
        for _hop in range(_HOPS):
            host = self._check(url)
            try:
                response = self._request(method, url, until, options)
            except requests.Timeout as error:
                seconds = f"{self.access.timeout:g}"
                raise SoapTrouble("timeout", host=host, seconds=seconds) from error
            except requests.RequestException as error:
                reason = type(error).__name__
                raise SoapTrouble("unreachable", host=host, reason=reason) from error
            moved = response.status_code in _REDIRECTS and response.headers.get("Location")
            if not moved:
                break
            url = urljoin(url, moved)
        if moved or response.status_code in (401, 403):
            raise self._status(url, response.status_code)
        return response

    def _check(self, url):
        """The host of a URL that may be fetched."""
        parts = urlsplit(str(url))
        if parts.scheme not in ("http", "https"):
            raise SoapTrouble("address", url=str(url)[:200])
        if parts.hostname not in self.hosts:
            raise SoapTrouble("other_host", host=parts.hostname)
        return parts.hostname

    def _request(self, method, url, until, options):
        """One request whose answer is read within bounds."""
        response = self.session.request(
            method,
            url,
            stream=True,
            allow_redirects=False,
            timeout=self.access.timeout,
            **options,
        )
        with response:
            response._content = self._body(response, url, until)
        response._content_consumed = True
        return response

    def _body(self, response, url, until):
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self.access.size:
                host = urlsplit(url).hostname
                raise SoapTrouble("too_big", host=host, limit=self.access.size)
            if time.monotonic() > until:  # one byte now and then is no answer
                raise requests.Timeout
        return bytes(body)

    def _status(self, url, status):
        code = "denied" if status in (401, 403) else "http"
        return SoapTrouble(code, host=urlsplit(url).hostname, status=status)


class Service:
    """A SOAP service, as its WSDL describes it.

    :param Access access: where it is
    :raises SoapTrouble: it is not there, or not usable
    """

    def __init__(self, access):
        settings = zeep.Settings(
            strict=True,
            forbid_dtd=True,
            forbid_entities=True,
            xml_huge_tree=True,  # bounded by Access.size
            force_https=False,
        )
        token = None
        if access.auth in ("text", "digest"):
            digest = access.auth == "digest"
            token = UsernameToken(access.user, access.password, use_digest=digest)
        try:
            client = zeep.Client(
                access.wsdl, wsse=token, transport=_Transport(access), settings=settings
            )
            self._service = client.bind(access.service or None, access.port or None)
        except SoapTrouble:
            raise
        except Exception as error:  # zeep and lxml have many ways to say that it is no WSDL
            raise SoapTrouble("wsdl", reason=_short(error)) from error
        if self._service is None:
            raise SoapTrouble("wsdl", reason="it has no service")

    def operations(self):
        """The operations with what they take and give, one a line, sorted."""
        every = self._service._binding._operations.values()
        return sorted(str(operation) for operation in every)

    def call(self, name, arguments):
        """Call an operation.

        :param str name: the operation
        :param dict arguments: see :func:`arguments`
        :returns: the answer as dicts, lists and plain values
        """
        try:
            operation = self._service[name]
        except AttributeError as error:
            raise SoapTrouble("operation", name=name) from error
        try:
            return self._rewrap(name, zeep.helpers.serialize_object(operation(**arguments), dict))
        except SoapTrouble:
            raise
        except zeep.exceptions.Fault as error:
            raise SoapTrouble("fault", reason=_short(error)) from error
        except (zeep.exceptions.ValidationError, TypeError, ValueError) as error:
            raise SoapTrouble("argument", name=name, reason=_short(error)) from error
        except Exception as error:  # a broken answer, again in many ways
            raise SoapTrouble("answer", reason=_short(error)) from error

    def _rewrap(self, name, answer):
        """Undo that zeep leaves out the outer element when it has one field only.

        What the WSDL says is what an administrator can look up, whatever the number of fields.
        """
        output = self._service._binding._operations[name].output
        kind = getattr(getattr(output, "body", None), "type", None)
        fields = getattr(kind, "elements", ())
        if answer is None or len(fields) != 1 or kind.attributes or output.header.type._element:
            return answer
        return {fields[0][0]: answer}


def _short(error):
    """What an error says, without the whole answer in it."""
    return str(error).split("\nContent:")[0][:300] or type(error).__name__


def arguments(rows, values):
    """Arguments of a call.

    :param rows: pairs of dotted name and text; ``{name}`` in it is a placeholder
    :param values: dict placeholder -> text; unknown ones stay as they are
    :rtype: dict
    """
    found = {}
    for path, text in rows:
        *outer, last = path.split(".")
        inner = found
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = _PLACEHOLDER.sub(
            lambda match: str(values.get(match[1], match[0])), text or ""
        )
    return found


def documents(answer, mapping):
    """The documents of an answer.

    :param answer: as :meth:`Service.call` returns it
    :param Mapping mapping: where they are
    :rtype: list of :class:`Document`
    :raises SoapTrouble: the answer has no such field
    """
    if answer is None:
        return []
    found = []
    for item in _walk(answer, mapping.documents):
        for content in _walk(item, mapping.content):
            name, key = _text(item, mapping.name), _text(item, mapping.key)
            found.append(Document(_bytes(content), name, key))
    return found


def _walk(value, path):
    """The values at a dotted path; lists on the way are gone through, nothing is left out."""
    values = [value]
    for name in filter(None, path.split(".")):
        values = [_field(one, name, path) for one in _flat(values)]
    return [one for one in _flat(values) if one is not None]


def _flat(values):
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        elif value is not None:
            yield value


def _field(value, name, path):
    if not isinstance(value, dict) or name not in value:
        raise SoapTrouble("path", path=path)
    return value[name]


def _text(item, path):
    values = _walk(item, path) if path else []
    return str(values[0]) if values else ""


def _bytes(content):
    """The file that a field holds: bytes, an XML element, base64, or text."""
    if isinstance(content, (bytes, bytearray)):
        return bytes(content)
    if etree.iselement(content):
        return etree.tostring(content, encoding="utf-8", xml_declaration=True, with_tail=False)
    if isinstance(content, dict) and "_value_1" in content:  # xs:any, or text with attributes
        return b"".join(_bytes(one) for one in _flat([content["_value_1"]]))
    if not isinstance(content, str):
        raise SoapTrouble("answer", reason=f"a document is {type(content).__name__}")
    return _unpack_text(content)


def _unpack_text(text):
    """Base64 in a text field, as it is; everything that a notice begins with is none."""
    if len(text) >= 16 and _BASE64.fullmatch(text):
        try:
            return base64.b64decode(text)
        except binascii.Error:
            pass
    return text.encode()
