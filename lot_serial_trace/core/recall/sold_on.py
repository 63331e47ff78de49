"""To whom goods were sold on: lines of text as people type them, on a phone, too."""

import re
from dataclasses import dataclass

#: Buyers that one answer may name.
MOST = 500
#: Letters that are read of a line, and kept of a name.
LONGEST, NAME = 300, 120
_MAIL = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]+")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d\s()/.-]{5,}\d(?![\w])")
_NUMBER = re.compile(
    r"(?:^|[\s,;:(])(?:x\s*)?(\d{1,6}(?:[.,]\d{1,3})?)\s*(?:x|pcs?|stk|st|units?)?\s*[).]?$", re.I
)
_EDGES = " \t,;:-–/()<>\"'"


@dataclass(frozen=True)
class Buyer:
    """Somebody who got goods from a consignee.

    :param quantity: how much, in the goods' unit; None: not said
    """

    name: str
    email: str = ""
    phone: str = ""
    quantity: float | None = None


def read(text):
    """Buyers named in a text, one a line: ``Name, mail or telephone, quantity``.

    :return: list of :class:`Buyer`, each once; the first that is said of one counts
    """
    buyers = {}
    for line in (text or "").splitlines():
        buyer = _read_line(line.strip()[:LONGEST])
        if buyer:
            buyers.setdefault(key(buyer), buyer)
    return list(buyers.values())


def key(buyer):
    """Who it is, however his name is written."""
    return " ".join((buyer.email or buyer.phone or buyer.name).casefold().split())


def _read_line(line):
    line, email = _cut(_MAIL, line)
    line, phone = _cut(_PHONE, line)
    line = line.strip(_EDGES)
    quantity = _NUMBER.search(line)
    if quantity and quantity.start():
        line = line[: quantity.start()]
    name = " ".join(line.strip(_EDGES).split())[:NAME]
    if not (name or email or phone):
        return None
    amount = float(quantity[1].replace(",", ".")) if quantity and quantity.start() else None
    return Buyer(name or email or phone, email.lower(), " ".join(phone.split()), amount)


def _cut(pattern, line):
    """The line without what the pattern finds first, and that."""
    found = pattern.search(line)
    if not found:
        return line, ""
    return f"{line[: found.start()]} , {line[found.end() :]}", found[0].strip()
