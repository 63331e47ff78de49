#!/usr/bin/env python3
"""Check a proof of lots or serial numbers without Odoo and without access to its database.

    python3 verify_proof.py proof.json
    python3 verify_proof.py proof.json --key seal.pub.pem
    python3 verify_proof.py proof.json --anchor anchor.json

One file; needs Python 3.9 or later and, for the signature, the library "cryptography".
It ends with 0 if everything is proven, 1 if something is not, 2 if there is nothing to check.

What it does, so that you need not trust it: each event's text, with a zero byte before it, is
hashed with SHA-256; with the hashes beside it that gives the root that its block states
(RFC 9162, section 2.1). The block's statement is hashed, and with the hashes beside it that gives
the root that the newest block states of all blocks before it. The newest block's statement is
signed (Ed25519, RFC 8032). So one signature, or one hash that you noted earlier, proves all.
"""

import argparse
import base64
import json
import sys
from hashlib import sha256

PROOF, BLOCK, ANCHOR = (f"lot_serial_trace.{name}/1" for name in ("proof", "block", "anchor"))
MOST = 1_000_000_000  # bytes of a file


class Unusable(Exception):
    """There is nothing to check, and why."""


class Broken(Exception):
    """Something is not proven, and what."""


def main(arguments=None):
    """Check what the command line says; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("proof", help="the file to check")
    parser.add_argument("--key", help="the public key that you trust: a PEM file or a fingerprint")
    parser.add_argument("--anchor", help="an anchor file that you got earlier")
    parser.add_argument("--quiet", action="store_true", help="do not list the events")
    options = parser.parse_args(arguments)
    try:
        check(options)
    except Unusable as problem:
        print(f"Nothing to check: {problem}")
        return 2
    except Broken as problem:
        print(f"NOT PROVEN: {problem}")
        return 1
    return 0


def check(options):
    """Check a bundle and say what it proves."""
    bundle = read(options.proof, PROOF, "a proof")
    if not bundle.get("head"):
        raise Broken("none of these events was sealed when the file was made.")
    head = header_of(bundle["head"])
    blocks = [(header_of(block), block) for block in bundle["blocks"]]
    proven = 0
    names = {text_hash(",".join(fields)): fields for fields in bundle["fields"].values()}
    for header, block in blocks:
        leads_to_head(header, block, head, bundle["head"])
        fields = names.get(header["fields"])
        if fields is None:
            raise Broken(f"the file does not name the columns of block {header['number']}.")
        for event in events_of(header, block, fields):
            proven += 1
            if not options.quiet:
                print(f"Proven: {told(event)} (event {event.get('id')}, block {header['number']})")
    print(f"{proven} events are what was sealed, in {len(blocks)} blocks; {newest(head)}")
    check_anchor(options.anchor, bundle, head)
    check_signature(options, bundle, head)
    if bundle.get("unsealed"):
        raise Broken(f"{bundle['unsealed']} events were not sealed yet when the file was made.")
    if not proven:
        raise Broken("the file holds no event.")


def newest(head):
    """What is to be said of the newest block."""
    return f"the newest block is {head['number']}, sealed {head['sealed_at']}."


# -- files ----------------------------------------------------------------------------


def read(name, kind, what):
    """Read a JSON file of a kind."""
    try:
        with open(name, "rb") as file:
            content = file.read(MOST + 1)
        found = json.loads(content.decode("utf-8")) if len(content) <= MOST else None
    except OSError as error:
        raise Unusable(f"{name} cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise Unusable(f"{name} is not JSON; it was cut off or changed on its way.") from None
    if not isinstance(found, dict) or found.get("format") != kind:
        raise Unusable(f"{name} is not {what} of lot_serial_trace.")
    return found


def header_of(block):
    """The statement of a block, read from the very text that was hashed."""
    header = json.loads(block["header"])
    if header.get("format") != BLOCK:
        raise Broken(f"block {block.get('number')} is of a form that this program does not know.")
    return header


def told(event):
    """An event in a line."""
    way = " to ".join(filter(None, (event.get("source_name"), event.get("dest_name"))))
    number = event.get("lot_name")
    parts = [
        (event.get("event_time") or "").replace("T", " ")[:16],
        event.get("biz_step") or event.get("kind"),
        f"{event.get('quantity')} {event.get('uom') or ''} of" if event.get("quantity") else "",
        event.get("product_name"),
        f"[{number}]" if number else "",
        f"from {way}" if event.get("source_name") else way,
        f"({event['document']})" if event.get("document") else "",
        f"for {event['partner_name']}" if event.get("partner_name") else "",
    ]
    return " ".join(str(part).strip() for part in parts if part)


# -- hashes (RFC 9162, 2.1) -----------------------------------------------------------


def leaf_hash(data):
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left, right):
    """The hash of two hashes."""
    return sha256(b"\x01" + left + right).digest()


def root_of(level):
    """The root over leaf hashes."""
    while len(level) > 1:
        pairs = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0] if level else sha256(b"").digest()


def root_by(leaf, index, size, path):
    """The root to which the hashes beside the way lead; None if they lead nowhere."""
    if not 0 <= index < size:
        return None
    node, last = index, size - 1
    for beside in path:
        if not last:
            return None
        if node % 2 or node == last:
            leaf = node_hash(beside, leaf)
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            leaf = node_hash(leaf, beside)
        node, last = node // 2, last // 2
    return None if last else leaf


def hashes(texts):
    """Hashes that are written as hexadecimal digits."""
    return [bytes.fromhex(text) for text in texts]


def text_hash(text):
    """The hash of a text, as hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def events_of(header, block, fields):
    """Each event of a block, as a dict of its columns, when it is proven."""
    number, size, root = header["number"], header["events"], header["root"]
    leaves = hashes(block["leaves"]) if "leaves" in block else None
    if leaves is not None and (root_of(leaves).hex() != root or len(leaves) != size):
        raise Broken(f"the hashes of block {number} do not give its root.")
    for entry in block["events"]:
        text, index = entry["text"], entry["index"]
        leaf = leaf_hash(text.encode())
        if leaves is not None:
            good = 0 <= index < size and leaves[index] == leaf
        else:
            top = root_by(leaf, index, size, hashes(entry["path"]))
            good = top is not None and top.hex() == root
        event = dict(zip(fields, json.loads(text)))  # noqa: B905 (Python 3.9)
        if not good:
            raise Broken(f"event {event.get('id')} is not what block {number} has sealed.")
        yield event


def leads_to_head(header, block, head, head_block):
    """A block is one of those that the newest block states, or is it."""
    number = header["number"]
    if number == head["number"]:
        if block["header"] != head_block["header"]:
            raise Broken(f"block {number} is in the file twice, and differs.")
        return
    leaf = leaf_hash(sha256(block["header"].encode()).digest())
    top = root_by(leaf, number - 1, head["number"] - 1, hashes(block["path"]))
    if top is None or top.hex() != head["blocks"]:
        raise Broken(f"block {number} is not one of those that block {head['number']} states.")


# -- who vouches for it ---------------------------------------------------------------


def check_anchor(name, bundle, head):
    """The chain is the one that was there when an anchor was made."""
    if not name:
        return
    anchor = read(name, ANCHOR, "an anchor")
    wanted = text_hash(anchor["header"])
    if wanted != anchor.get("hash"):
        raise Unusable(f"{name} was changed: its hash is not that of its block.")
    number = header_of(anchor)["number"]
    for block in [bundle["head"], *bundle["blocks"], *bundle.get("anchors", [])]:
        header = header_of(block)
        if header["number"] == number:
            leads_to_head(header, block, head, bundle["head"])
            if text_hash(block["header"]) != wanted:
                raise Broken(f"block {number} is not the one that the anchor knows.")
            print(f"The anchor agrees: block {number} is the one that it knows.")
            return
    if number > head["number"]:
        raise Broken(
            f"the anchor knows block {number}, but the newest in the file is {head['number']}: "
            "the file is older than the anchor, or blocks were cut off."
        )
    raise Broken(f"the file does not lead to block {number}. Ask for one made for this anchor.")


def check_signature(options, bundle, head):
    """The newest block is signed by a key, and by the one that the reader trusts."""
    if not head["key"]:
        if options.key or not options.anchor:
            raise Broken(
                "the newest block is not signed. Whoever made the file may have made up all of "
                "it; only an anchor that you got earlier (--anchor) can tell."
            )
        print("The blocks are not signed; the anchor alone vouches for them.")
        return
    public = base64.b64decode(bundle["keys"].get(head["key"]) or "")
    if sha256(public).hexdigest()[:32] != head["key"]:
        raise Broken(f"the file does not hold the key {head['key']} that signed.")
    if not signed(public, bundle["head"]["signature"], bundle["head"]["header"]):
        raise Broken(f"the signature of block {head['number']} is wrong.")
    if options.key and trusted(options.key) != head["key"]:
        raise Broken(f"it is signed by the key {head['key']}, not by the one that you trust.")
    print(f"Signed by the key {head['key']}" + (", which you trust." if options.key else "."))
    if not options.key:
        print(
            "Compare this with the key that was published (--key checks it): the file itself "
            "brought it along."
        )


def trusted(given):
    """The fingerprint of the key that the reader trusts."""
    plain = given.replace(":", "").replace(" ", "").lower()
    if len(plain) == 32 and set(plain) <= set("0123456789abcdef"):
        return plain
    serialization = library()
    try:
        with open(given, "rb") as file:
            key = serialization.load_pem_public_key(file.read(100_000))
        raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    except OSError as error:
        raise Unusable(f"{given} cannot be read ({error.strerror}).") from None
    except Exception:
        raise Unusable(f"{given} is neither a fingerprint nor a public key of Ed25519.") from None
    return sha256(raw).hexdigest()[:32]


def library():
    """The part of the library "cryptography" that reads keys."""
    try:
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        raise Unusable(
            "the signature needs the library “cryptography” (pip install cryptography)."
        ) from None
    return serialization


def signed(public, signature, text):
    """Whether a signature over a text is that of a key."""
    library()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(base64.b64decode(signature or ""), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as flaw:
        print(f"NOT PROVEN: the file was changed or is incomplete ({flaw!r}).")
        sys.exit(1)
