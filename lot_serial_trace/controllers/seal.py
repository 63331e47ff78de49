import json

from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route

from ..core import sealing


class Seals(Controller):
    """What is known of seals outside: public keys to everybody, anchors and proofs to readers."""

    @route("/trace/keys", type="http", auth="public", readonly=True)
    def keys(self):
        """The public keys by which proofs are checked, and which blocks each has signed."""
        keys = request.env["trace.seal.key"].sudo().search([], order="id")
        return _json(
            {
                "keys": [
                    {
                        "fingerprint": key.fingerprint,
                        "algorithm": "Ed25519",
                        "public_key": key.public_key,
                        "pem": sealing.public_pem(key.public_key),
                        "announced_in_block": key.announced_in,
                        "announced_by": key.announced_by,
                        "signs_from_block": key.first_block or None,
                        "signs_to_block": key.last_block or None,
                        "began_anew": bool(key.reason),
                    }
                    for key in keys
                ]
            }
        )

    @route("/lot_serial_trace/anchor/<int:number>.json", type="http", auth="user", readonly=True)
    def anchor(self, number):
        """A block as an anchor file."""
        try:
            block = request.env["trace.block"].search([("number", "=", number)])
        except AccessError:
            raise NotFound from None
        if not block:
            raise NotFound
        return _file(*block._anchor_file())

    @route("/lot_serial_trace/proof/<int:lot_id>.json", type="http", auth="user", readonly=True)
    def proof(self, lot_id):
        """The proof of a lot or serial number."""
        lot = request.env["stock.lot"].browse(lot_id).exists()
        try:
            lot.check_access("read")
        except AccessError:
            raise NotFound from None
        if not lot:
            raise NotFound
        return _file(*request.env["trace.block"]._proof_file(lot))


def _json(found):
    content = json.dumps(found, indent=1)
    return request.make_response(content, headers=[("Content-Type", "application/json")])


def _file(name, content):
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Disposition", content_disposition(name)),
    ]
    return request.make_response(content, headers=headers)
