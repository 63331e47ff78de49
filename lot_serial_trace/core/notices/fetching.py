"""Asks services for notices, over HTTP and within bounds.

A service of somebody else is not trusted: only http and https, only its own host (and
those that an administrator names), so many bytes, so many seconds. One that says to wait
is waited for as long as patience lasts; longer pauses are the caller's. What was right
the last time need not be sent again (ETag).
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests

from ..asn.errors import AsnError

_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (500, 502, 504)
_HOPS = 4
_CHUNK = 64 * 1024
_AGENT = "lot-serial-trace (recall notices)"


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
        _("Set a filter or a shorter time on the feed, or allow bigger answers."),
    ),
    "busy": (
        _("%(host)s asks to wait %(seconds)s seconds (HTTP %(status)s)"),
        _("It is asked again after that. With a key of its own more may be asked."),
    ),
    "denied": (
        _("%(host)s refuses us (HTTP %(status)s)"),
        _("Check key, user and password of the feed; some services refuse machines."),
    ),
    "http": (
        _("%(host)s answers with HTTP %(status)s"),
        _("Check the address. It is tried again later."),
    ),
    "address": (
        _("%(url)s is not fetched: only http and https are"),
        _("Correct the address of the feed."),
    ),
    "other_host": (
        _("The service points to another host, %(host)s"),
        _("If you trust that host, add it to the feed."),
    ),
}


class FeedTrouble(AsnError):
    """A service could not be asked.

    :ivar wait: seconds after which it may be asked again; 0: it did not say
    """

    def __init__(self, code, wait=0, **values):
        super().__init__(code, **values)
        self.wait = wait

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
    """How much a service may take, and who asks.

    :param hosts: hosts that it may point to, beside its own
    :param timeout: seconds for one answer
    :param size: bytes of one answer, unpacked
    :param tries: how often one question is asked
    :param patience: seconds that are waited altogether
    """

    hosts: frozenset[str] = frozenset()
    timeout: float = 60
    size: int = 64 * 1024 * 1024
    tries: int = 4
    patience: float = 60
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service sent.

    :param data: bytes; of ``unchanged`` none
    :param tag, modified: to be given back the next time
    """

    data: bytes
    status: int = 200
    tag: str = ""
    modified: str = ""
    unchanged: bool = False


class Fetcher:
    """Asks one service; one session for all pages of a run.

    :param Access access: its bounds
    :param str url: the address whose host may be asked
    :param sleep: for tests
    """

    def __init__(self, access, url, sleep=time.sleep):
        self._access = access
        self._own = urlsplit(url).hostname
        self._left = access.patience
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers["User-Agent"] = _AGENT

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._session.close()

    def ask(self, request, tag="", modified=""):
        """The answer to a question.

        :param source.Request request: the question
        :param tag, modified: what the service gave with the answer of the last time
        :rtype: Answer
        :raises FeedTrouble: there is none
        """
        headers = dict(request.headers)
        if tag:
            headers["If-None-Match"] = tag
        if modified:
            headers["If-Modified-Since"] = modified
        for again in range(1, self._access.tries + 1):
            try:
                return self._once(request, headers)
            except FeedTrouble as trouble:
                if not self._wait(trouble, again):
                    raise
        raise AssertionError  # the last try returns or raises

    def _wait(self, trouble, again):
        """Wait before the next try, if there is one and the pause is short enough."""
        passing = trouble.code in ("unreachable", "timeout", "busy") or (
            trouble.code == "http" and trouble.values["status"] in _AGAIN
        )
        pause = trouble.wait or 2 ** (again - 1)
        if not passing or again == self._access.tries or pause > self._left:
            return False
        self._left -= pause
        self._sleep(pause)
        return True

    def _once(self, request, headers):
        url, until = request.url, time.monotonic() + self._access.timeout
        params, method, body = request.params, request.method, request.json
        for _hop in range(_HOPS):
            host = self._host(url)
            response = self._send(method, url, params, body, headers, host)
            with response:
                moved = response.status_code in _REDIRECTS and response.headers.get("Location")
                if not moved:
                    return self._answer(response, host, until)
            url, params = urljoin(url, moved), ()
            if response.status_code == 303:
                method, body = "GET", None
        raise FeedTrouble("http", host=host, status=response.status_code)

    def _host(self, url):
        """The host of an address that may be asked."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FeedTrouble("address", url=url[:200])
        if parts.hostname != self._own and parts.hostname not in self._access.hosts:
            raise FeedTrouble("other_host", host=parts.hostname)
        return parts.hostname

    def _send(self, method, url, params, body, headers, host):
        auth = None
        if host == self._own:  # what is secret is for the service only
            auth = (self._access.user, self._access.password) if self._access.user else None
            if self._access.token:
                headers = {**headers, "Authorization": f"Bearer {self._access.token}"}
        try:
            return self._session.request(
                method,
                url,
                params=params or None,
                json=body,
                headers=headers,
                auth=auth,
                stream=True,
                allow_redirects=False,
                timeout=self._access.timeout,
            )
        except requests.Timeout as error:
            raise self._late(host) from error
        except (requests.RequestException, ValueError) as error:
            reason = type(error).__name__
            raise FeedTrouble("unreachable", host=host, reason=reason) from error

    def _late(self, host):
        return FeedTrouble("timeout", host=host, seconds=f"{self._access.timeout:g}")

    def _answer(self, response, host, until):
        status = response.status_code
        if status == 304:
            return Answer(b"", status, unchanged=True)
        if status in (429, 503):
            wait = _seconds(response.headers.get("Retry-After"))
            raise FeedTrouble("busy", wait, host=host, seconds=wait or "?", status=status)
        if status in (401, 403):
            raise FeedTrouble("denied", host=host, status=status)
        if status not in (200, 404):
            raise FeedTrouble("http", host=host, status=status)
        data = self._body(response, host, until)
        if status == 404 and b'"NOT_FOUND"' not in data:  # openFDA: nothing was found
            raise FeedTrouble("http", host=host, status=status)
        tag = response.headers.get("ETag", "")[:200]
        return Answer(data, status, tag, response.headers.get("Last-Modified", "")[:100])

    def _body(self, response, host, until):
        body = bytearray()
        try:
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > self._access.size:
                    raise FeedTrouble("too_big", host=host, limit=self._access.size)
                if time.monotonic() > until:  # one byte now and then is no answer
                    raise self._late(host)
        except requests.Timeout as error:
            raise self._late(host) from error
        except requests.RequestException as error:
            reason = type(error).__name__
            raise FeedTrouble("unreachable", host=host, reason=reason) from error
        return bytes(body)


def _seconds(text):
    """Seconds that a Retry-After asks for: a number or a date."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text), 7 * 86_400)
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0, min(int((when - datetime.now(UTC)).total_seconds()) + 1, 7 * 86_400))
