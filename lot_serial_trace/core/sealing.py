"""The block that seals a range of the ledger: its header, hash and signature.

A block covers the events with ids from ``first_id`` to ``last_id``, in this order. Each is a leaf
of the block's tree (``merkle``): a JSON array of the columns that ``FIELDS`` names. The header
says what is sealed: the names of the columns, the root over the leaves, the ids, the previous
block's hash and the root of the tree over all earlier blocks. The block's hash is the SHA-256 of
the header's bytes, and the signature (Ed25519, RFC 8032) is over these bytes, too. Nothing of it
depends on this program: ``tools/verify_proof.py`` checks it with a hash function and a signature.

A key is known by its fingerprint. The first block that it signs announces it, or an earlier block,
signed by the key before it: that is how keys change without losing the line.
"""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

FORMAT = "lot_serial_trace.block/1"
#: Previous hash of the first block.
NOTHING = "0" * 64

#: Version of the leaves -> columns of ``trace_event``, in alphabetical order. A version that has
#: sealed something stays for good; columns that are added to the ledger make a new version, and
#: none may ever be renamed or dropped.
FIELDS = {
    1: (
        "action",
        "batch",
        "biz_step",
        "company_id",
        "company_name",
        "container_id",
        "container_name",
        "content_id",
        "content_name",
        "corrects_id",
        "dest_gln",
        "dest_id",
        "dest_name",
        "dest_usage",
        "disposition",
        "document",
        "document_id",
        "document_model",
        "event_time",
        "event_type",
        "expiration_date",
        "gtin",
        "id",
        "kind",
        "lot_id",
        "lot_name",
        "move_line_id",
        "origin",
        "package_id",
        "package_name",
        "partner_gln",
        "partner_id",
        "partner_name",
        "product_code",
        "product_id",
        "product_name",
        "quantity",
        "reason",
        "record_time",
        "recorded",
        "result_package_id",
        "result_package_name",
        "source_gln",
        "source_id",
        "source_name",
        "source_usage",
        "supplier_id",
        "supplier_name",
        "tracking",
        "uom",
        "user_id",
        "user_name",
    ),
}
VERSION = max(FIELDS)


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


class KeyProblem(Exception):
    """A key that cannot be used: a sentence for the administrator, with its values."""

    def __init__(self, message, **values):
        super().__init__(message % values)
        self.message, self.values = message, values


@dataclass(frozen=True, slots=True)
class Header:
    """What a block says and its signature is over.

    :param number: 1 for the first block, without gaps
    :param version: key into :data:`FIELDS`; a hash of the names goes with it
    :param events: number of events; ids of the range that are not among them were never used
    :param ids: SHA-256 over the ids, each as four bytes, the highest first
    :param root: root of the tree over the events
    :param blocks: root of the tree over the hashes of all earlier blocks
    :param previous: hash of the block before
    :param sealed_at: UTC, ``2026-01-31T23:59:59Z``
    :param key: fingerprint of the key that signs, or empty
    :param announces: public key that may sign from the next block on, or this one; or empty
    """

    number: int
    version: int
    first_id: int
    last_id: int
    events: int
    ids: str
    root: str
    blocks: str
    previous: str
    sealed_at: str
    key: str = ""
    announces: str = ""

    @property
    def text(self):
        """The one way to write it: JSON in ASCII, sorted, without spaces."""
        said = {"format": FORMAT, "fields": fields_hash(self.version), **asdict(self)}
        return json.dumps(said, sort_keys=True, separators=(",", ":"))

    @property
    def hash(self):
        """SHA-256 of the text."""
        return text_hash(self.text)


def text_hash(text):
    """Return the SHA-256 of a text, as hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def fields_hash(version):
    """Return the SHA-256 over the names of a version's columns, with commas between them."""
    return text_hash(",".join(FIELDS.get(version, ())))


def with_id(text, version, event_id):
    """Return the text of an event as it would be if it had another id."""
    values = json.loads(text)
    values[FIELDS[version].index("id")] = str(event_id)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def unpacked_ids(packed):
    """Return event ids that are packed as they are hashed and kept: four bytes each."""
    return [int.from_bytes(packed[start : start + 4], "big") for start in range(0, len(packed), 4)]


# -- keys ---------------------------------------------------------------------------


def private_key(pem):
    """Read a private key.

    :param pem: bytes of a PEM file, as ``openssl genpkey -algorithm ed25519`` writes it
    :raise KeyProblem: when it is none
    """
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except TypeError:
        raise KeyProblem(
            _("The key file is locked by a password. Keep it without one, readable to Odoo only.")
        ) from None
    except Exception:  # the library has many ways to say no
        raise KeyProblem(
            _(
                "The key file holds no private key in PEM format. Make one with "
                "“openssl genpkey -algorithm ed25519 -out seal.pem”."
            )
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyProblem(
            _(
                "The key file holds a key of another kind. Make one with "
                "“openssl genpkey -algorithm ed25519 -out seal.pem”."
            )
        )
    return key


def public_of(key):
    """Return the public key of a private one, as text."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def public_key(text):
    """Read a public key that a person gave: PEM, or the text that is kept.

    :return: the text that is kept: 32 bytes in base64
    :raise KeyProblem: when it is none
    """
    text = text.strip()
    try:
        if text.startswith("-----BEGIN PUBLIC KEY-----"):
            key = serialization.load_pem_public_key(text.encode())
        else:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except Exception:  # the library has many ways to say no
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyProblem(
            _(
                "This is no public key of Ed25519. Paste what "
                "“openssl pkey -in seal.pem -pubout” prints."
            )
        )
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def public_pem(public):
    """Return a public key as a PEM text."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def fingerprint(public):
    """Return how a public key is called: the first 32 digits of its SHA-256."""
    return sha256(base64.b64decode(public)).hexdigest()[:32]


def sign(key, text):
    """Return the signature of a private key over a text, as text."""
    return base64.b64encode(key.sign(text.encode())).decode()


def signed(public, signature, text):
    """Whether ``signature`` is that of the private key of ``public`` over ``text``."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError, TypeError, binascii.Error):
        return False
    return True
