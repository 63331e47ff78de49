"""What a source of notices is: who publishes, how its records look, how it is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .form import Notice, Page


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a service."""

    url: str
    method: str = "GET"
    params: tuple = ()
    json: dict | None = None
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a feed wants to know.

    :param url: the service's address
    :param since: ISO day; notices published or changed since then
    :param until: ISO day of today
    :param key: of the service, if one is needed
    :param filters: pairs (parameter, value) of the administrator
    :param size: records a page
    """

    url: str
    since: str
    until: str
    key: str = ""
    filters: tuple = ()
    size: int = 0


def plain_first(asked):
    """One file that holds everything."""
    return Request(asked.url, params=asked.filters)


def no_next(_asked, _request, _page):
    """There are no further pages."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher of notices.

    :param kind: key
    :param title: name for people
    :param fits: whether a record is one of this source
    :param read: makes a :class:`Notice` of a :class:`.record.Record`; second argument is
        what stands beside the records
    :param lists: names of fields in which files have the records
    :param key_fields: fields that every record has, told when a file does not fit
    :param whole: one file holds everything; what is old is left out here
    :param first, next: make the :class:`Request` of the first and of a further page
    :param detail: makes the request of one record of a listing
    :param refusal: what the service says in place of records: a sentence, or nothing
    :param follow: completes a :class:`Page` with what stands beside the records
    :param tags: whether its ETags can be trusted
    """

    kind: str
    title: str
    fits: Callable[[dict], bool]
    read: Callable[..., Notice]
    authority: str = ""
    country: str = ""
    url: str = ""
    lists: tuple = ()
    key_fields: str = ""
    whole: bool = False
    size: int = 0
    first: Callable[[Asked], Request] = plain_first
    next: Callable[[Asked, Request, Page], Request | None] = no_next
    detail: Callable | None = None
    refusal: Callable[[dict], str] = lambda head: ""
    follow: Callable[[Page, dict, list], None] = lambda page, head, rows: None
    tags: bool = True
