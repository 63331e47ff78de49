"""Where a till stands with its book: what it hands back to hear only of what changed.

Both are texts to the till. One that cannot be read means that nothing is known.
"""

from dataclasses import astuple, dataclass

#: Changes with what a book contains: tills with an older one get everything.
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of a book.

    :param stock: fingerprint of what says which lots are in the book, and with which dates
    :param policy: fingerprint of what severities follow from
    :param holds: fingerprint of the holds
    :param back: look from here for what changed (epoch, microseconds)
    :param now: and from here the time after
    """

    stock: str
    policy: str
    holds: str
    back: int
    now: int

    def write(self):
        """The mark as a text."""
        return ".".join(map(str, (VERSION, *astuple(self))))

    @classmethod
    def read(cls, text):
        """The mark that a till hands back; None if it means nothing."""
        try:
            version, *prints, back, now = text.split(".")
            mark = cls(*prints, int(back), int(now))
        except (AttributeError, TypeError, ValueError):
            return None
        return mark if version == VERSION else None


@dataclass(frozen=True, slots=True)
class Page:
    """Where an answer of several pages stands.

    :param since: what changed since (epoch, microseconds); 0: everything
    :param mark: of the whole answer, from its first page
    :param after: the last lot told
    """

    since: int
    mark: Mark
    after: int

    def write(self):
        """The page as a text."""
        return f"{self.since};{self.after};{self.mark.write()}"

    @classmethod
    def read(cls, text):
        """The page that a till asks for; None if it means nothing."""
        try:
            since, after, mark = text.split(";")
            page = cls(int(since), Mark.read(mark), int(after))
        except (AttributeError, ValueError):
            return None
        return page if page.mark else None
