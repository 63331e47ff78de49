"""Whether blocks hold: each in itself, to the one before, and against an anchor.

What only the database can tell, whether the events are still what was sealed, is found there
(``models/trace_block_verify.py``); ``compare`` says what happened to those of one block.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256

from . import merkle, sealing
from .sealing import _

ANCHOR_FORMAT = "lot_serial_trace.anchor/1"
#: So many characters of a file are read as an anchor.
ANCHOR_LIMIT = 100_000
#: Among so many changed events of one block it is looked whether they changed places.
PLACES = 64

#: What can be wrong: kind -> two or three words.
KINDS = {
    "changed": _("Changed"),
    "deleted": _("Deleted"),
    "inserted": _("Inserted"),
    "reordered": _("Reordered"),
    "truncated": _("Cut off at the end"),
    "signature": _("Signature"),
    "chain": _("Chain of blocks"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was sealed.

    :param kind: key into :data:`KINDS`
    :param block: number of the block
    :param message: sentence with ``%(name)s`` placeholders
    :param values: for the sentence
    :param event_id: event, if it is about one
    """

    kind: str
    block: int
    message: str
    values: dict = field(default_factory=dict)
    event_id: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it is kept.

    :param header: :class:`~.sealing.Header` made of what is kept
    :param hash: as it is kept, 64 hexadecimal digits
    :param signature: base64, or empty
    :param leaves: packed leaf hashes
    :param ids: packed event ids
    :param peaks: peaks of the tree over the hashes of all earlier blocks
    """

    header: sealing.Header
    hash: str
    signature: str
    leaves: bytes
    ids: bytes
    peaks: bytes

    def after(self):
        """The peaks of the tree over the hashes of all blocks up to this one."""
        leaf = merkle.leaf_hash(bytes.fromhex(self.hash))
        return merkle.grow(self.peaks, self.header.number - 1, leaf)


def content_faults(block):
    """Return what is wrong with a block in itself."""
    header, found = block.header, []
    if header.hash != block.hash:
        found.append(_("What block %(block)s says of itself was changed."))
    if merkle.root(block.leaves).hex() != header.root:
        found.append(_("The hashes of the events that block %(block)s keeps were changed."))
    if sha256(block.ids).hexdigest() != header.ids or not (
        len(block.ids) // 4 == len(block.leaves) // merkle.SIZE == header.events
    ):
        found.append(_("The list of events that block %(block)s keeps was changed."))
    return [Fault("chain", header.number, text, {"block": header.number}) for text in found]


def chain_faults(block, before):
    """Return where a block does not go on from the one before.

    :param before: :class:`Block`, or None for the first one
    """
    header = block.header
    number = header.number
    expected = before.header.number + 1 if before else 1
    if number != expected:
        return [_missing(expected, number)]
    previous, peaks, first = sealing.NOTHING, b"", None
    if before:
        previous, peaks, first = before.hash, before.after(), before.header.last_id + 1
    found = []
    if header.previous != previous:
        found.append(_("Block %(block)s does not go on from the block before it."))
    if merkle.peaks_root(peaks).hex() != header.blocks:
        found.append(_("Block %(block)s tells otherwise of the blocks before it."))
    if first is not None and header.first_id != first:
        found.append(_("Block %(block)s does not begin where the one before it ends."))
    return [Fault("chain", number, text, {"block": number}) for text in found]


def _missing(first, after):
    if after <= first:
        return Fault(
            "chain", after, _("Block %(block)s is there twice or out of place."), {"block": after}
        )
    if after - first == 1:
        return Fault("chain", first, _("Block %(block)s is missing."), {"block": first})
    return Fault(
        "chain",
        first,
        _("The blocks %(block)s to %(last)s are missing."),
        {"block": first, "last": after - 1},
    )


# -- who signed ---------------------------------------------------------------------


class Signers:
    """Who may sign the next block: the key that signs now, or one that it has announced.

    :param current: fingerprint of the key that signed last, or empty
    :param announced: fingerprints that it has announced
    :param publics: dict fingerprint -> public key, all that are known
    """

    def __init__(self, current="", announced=(), publics=None):
        self.current, self.announced = current, set(announced)
        self.publics = dict(publics or {})

    def may(self, key):
        """Whether a key may sign as things stand."""
        return bool(key) and (key == self.current or key in self.announced)

    def faults(self, block, anew=()):
        """Take the next block; return what is wrong with who signed it, and how.

        :param anew: fingerprints of keys that somebody with the right has begun anew with, after
            the key before was lost
        """
        header = block.header
        announced = header.announces and _fingerprint(header.announces)
        if announced:
            self.publics[announced] = header.announces
        found = self._who(header, announced, anew)
        if not found and header.key:
            found = self._how(block)
        self._go_on(header, announced)
        return found

    def _who(self, header, announced, anew):
        number, key = header.number, header.key
        if not key and self.current:
            return [_signature(number, _("Block %(block)s is not signed, those before it are."))]
        if not key or self.may(key):
            return []
        if announced == key and (not self.current or key in anew):
            return []
        if announced == key:
            text = _(
                "From block %(block)s on another key signs (%(key)s), which the key before has "
                "not announced."
            )
        else:
            text = _("Block %(block)s is signed by a key that nobody has announced (%(key)s).")
        return [_signature(number, text, key)]

    def _how(self, block):
        header = block.header
        public = self.publics.get(header.key, "")
        if sealing.signed(public, block.signature, header.text):
            return []
        return [_signature(header.number, _("The signature of block %(block)s is wrong."))]

    def _go_on(self, header, announced):
        if header.key and header.key != self.current:
            self.current, self.announced = header.key, set()
        if announced and announced != header.key:
            self.announced.add(announced)


def _fingerprint(public):
    """The fingerprint of a public key that may be no key."""
    try:
        return sealing.fingerprint(public)
    except ValueError:
        return ""


def _signature(number, text, key=""):
    return Fault("signature", number, text, {"block": number, "key": key})


# -- events -------------------------------------------------------------------------


def compare(number, sealed, found, moved=None):
    """Say what happened to the events of a block.

    :param sealed: dict event id -> leaf hash, as it was sealed
    :param found: dict event id -> leaf hash, as it is now
    :param moved: function that gives the leaf hash of the event at one id as it would be at
        another: ``moved(at, there)``
    :return: list of faults, in the order of ids
    """
    gone = sealed.keys() - found.keys()
    extra = found.keys() - sealed.keys()
    changed = {one for one in sealed.keys() & found.keys() if sealed[one] != found[one]}
    places = _places(sealed, gone | changed, extra | changed, moved)
    kinds = dict.fromkeys(gone, "deleted") | dict.fromkeys(extra, "inserted")
    kinds |= dict.fromkeys(changed, "changed") | dict.fromkeys(places, "reordered")
    return [
        _event_fault(number, kinds[event_id], event_id, places.get(event_id))
        for event_id in sorted(kinds.keys() - (gone & set(places.values())))
    ]


def _places(sealed, were, now, moved):
    """Map event id -> id that its content was sealed with, for those that changed places."""
    if not moved or len(were) > PLACES or len(now) > PLACES:
        return {}
    return {at: was for at in now for was in were if at != was and moved(at, was) == sealed[was]}


_SAYS = {
    "changed": _("Event %(event)s of block %(block)s was changed after it was sealed."),
    "deleted": _("Event %(event)s of block %(block)s was deleted."),
    "inserted": _("Event %(event)s was inserted into block %(block)s after it was sealed."),
    "reordered": _("Event %(event)s of block %(block)s was sealed as event %(was)s."),
}


def _event_fault(number, kind, event_id, was):
    values = {"event": event_id, "block": number, "was": was}
    return Fault(kind, number, _SAYS[kind], values, event_id)


def purge_fault(number, purge, name):
    """A purge that names other events than the ledger itself tells, in a block."""
    text = _(
        "Purge %(purge)s (%(name)s) does not name what the ledger says was purged: what it names "
        "counts as deleted."
    )
    return Fault("deleted", number, text, {"block": number, "purge": purge, "name": name})


# -- anchors ------------------------------------------------------------------------


class AnchorProblem(Exception):
    """A file that is no anchor: a sentence for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain, noted outside the database."""

    number: int
    hash: str
    text: str
    signature: str = ""


def anchor_file(text, signature, **more):
    """Return the content of an anchor file as a dict.

    :param text: the header's text
    :param more: what else it shall say to people
    """
    header = json.loads(text)
    return {
        "format": ANCHOR_FORMAT,
        "block": header["number"],
        "hash": sealing.text_hash(text),
        "header": text,
        "signature": signature or "",
        **more,
    }


def read_anchor(content):
    """Read an anchor file.

    :param content: text, bytes or the dict that was read from it
    :raise AnchorProblem: when it is none
    """
    found = content
    if not isinstance(content, dict):
        found = _json(content)
    if not isinstance(found, dict) or found.get("format") != ANCHOR_FORMAT:
        raise AnchorProblem(_("This is no anchor file. Choose one that was mailed or downloaded."))
    text = found.get("header")
    number = _json(text).get("number") if isinstance(text, str) else None
    if not isinstance(number, int) or sealing.text_hash(text) != found.get("hash"):
        raise AnchorProblem(
            _("The anchor file was changed: its hash is not that of the block it tells of.")
        )
    return Anchor(number, found["hash"], text, str(found.get("signature") or ""))


def _json(content):
    try:
        if len(content) > ANCHOR_LIMIT:
            raise ValueError
        found = json.loads(content)
    except (ValueError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def anchor_faults(anchor, kept, newest):
    """Return what an anchor says against the chain.

    :param kept: hash of the block with the anchor's number, or None if there is none
    :param newest: number of the newest block there is, 0 if there is none
    """
    values = {"block": anchor.number, "newest": newest}
    if anchor.number > newest:
        text = _("The blocks %(newest)s to %(block)s were cut off: the anchor knows %(block)s.")
        values["newest"] = newest + 1
        if newest + 1 == anchor.number:
            text = _("Block %(block)s, the newest when the anchor was made, was cut off.")
        return [Fault("truncated", anchor.number, text, values)]
    if kept != anchor.hash:
        text = _("Block %(block)s is not the one that the anchor knows: it was made anew.")
        return [Fault("chain", anchor.number, text, values)]
    return []
