"""Messages and the files that hold them, for EDIFACT, X12 and their like."""

from collections import Counter

from .checks import check
from .edi import Notes
from .errors import AsnError
from .flaws import FlawLog
from .values import parse_decimal


class Message:
    """Takes the segments of one message and fills an advice.

    :param form.Advice advice: what is filled
    :param edi.Segment start: the message's first segment
    :param str root: path of the message, such as ``UNH[1]``
    :param str control: its control number
    :cvar NOTES: class of :attr:`notes`
    """

    NOTES = Notes

    def __init__(self, advice, start, root, control):
        self.advice = advice
        self.log = FlawLog()
        self.notes = self.NOTES(self.log, root)
        self._control = control
        self._count = 0
        self.count(start)

    def take(self, segment):
        """Take one segment of the message's body."""
        raise NotImplementedError

    def complete(self):
        """Bring together what was read."""
        raise NotImplementedError

    def count(self, segment):
        """Count a segment, and tell what is odd in how it is written."""
        self._count += 1
        if segment.oddity:
            code, values = segment.oddity
            self.log.add(code, segment.line, self.notes.where(segment.tag), **values)

    def end(self, trailer):
        """The message ends with its trailer: number of segments, control number."""
        self.count(trailer)
        announced = parse_decimal(trailer.get(1))
        path = self.notes.where(trailer.tag)
        if announced is not None and announced != self._count:
            values = {"announced": trailer.get(1), "count": self._count}
            self.log.add("segment_count", trailer.line, path, **values)
        tell_control(self.log, self._control, trailer, path)

    def cut_off(self, following):
        """The message ends because something else begins, or the file ends."""
        self.log.add("cut_off", following.line, self.notes.root)

    def done(self):
        """Check the whole and hand it over.

        :rtype: form.Advice
        """
        self.notes.path = ""
        self.complete()
        check(self.advice, self.log)
        self.advice.flaws, self.advice.flaw_counts = self.log.flaws, self.log.counts
        return self.advice


class File:
    """Splits a file into messages; those of other kinds are counted and left out.

    :param charset: values of a ``charset`` flaw, or None
    :cvar STANDARD: what its messages are called, such as ``EDIFACT``
    """

    STANDARD = ""

    def __init__(self, charset=None):
        self._charset = charset
        self._others = Counter()
        self.messages = []
        self.message = None  # the one being read

    def begin(self, message):
        """A notice begins."""
        self.message = message
        self.messages.append(message)

    def skip(self, kind):
        """A message of another kind begins."""
        self._others[kind[:20] or "?"] += 1

    def close(self, trailer=None, following=None):
        """The open message ends, with its trailer or without."""
        message, self.message = self.message, None
        if message and trailer:
            message.end(trailer)
        elif message:
            message.cut_off(following)

    def end(self, segment):
        """The file ends; ``segment`` tells where, and what stands behind the last one."""
        self.close(following=segment)
        if segment.oddity and self.messages and segment.oddity[0] == "annotation":
            self.last_log.add("annotation", segment.line, **segment.oddity[1])

    @property
    def last_log(self):
        """Where flaws of what is around messages go: the last notice's."""
        return self.messages[-1].log if self.messages else None

    def advices(self):
        """The notices, in file order.

        :raises AsnError: ``no_message``, ``wrong_document``
        """
        if not self.messages:
            if not self._others:
                raise AsnError("no_message", found=f"{self.STANDARD} interchange")
            raise AsnError("wrong_document", found=f"{self.STANDARD} {min(self._others)}")
        log = self.messages[0].log
        if self._charset:
            log.add("charset", 1, **self._charset)
        if self._others:
            found = ", ".join(f"{count} × {kind}" for kind, count in self._others.items())
            log.add("other_messages", 1, found=found)
        return [message.done() for message in self.messages]


def tell_control(log, start, trailer, path):
    """The control number of a header and of its trailer must be the same."""
    end = trailer.get(2)
    if end and end.lstrip("0") != start.lstrip("0"):
        log.add("control_number", trailer.line, path, start=start[:40], end=end[:40])


def tell_count(log, trailer, count, path):
    """The trailer of what is around messages must tell their number."""
    announced = parse_decimal(trailer.get(1))
    if announced is not None and announced != count:
        log.add("message_count", trailer.line, path, announced=trailer.get(1)[:40], count=count)
