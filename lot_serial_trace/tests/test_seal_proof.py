import copy
import json
import os
import subprocess
import sys
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import trace_block_proof
from .seal_case import SealCase

TOOL = Path(__file__).parents[2] / "tools/verify_proof.py"


@tagged("post_install", "-at_install")
class TestSealProof(SealCase):
    """A proof is checked by a program that has never heard of Odoo, and no other passes."""

    def setUp(self):
        super().setUp()
        if not TOOL.exists():
            self.skipTest("the checker is not part of the add-on")
        self.home = self.folder()
        path, self.fingerprint, self.pem = self.key_file()
        self.path = path
        with self.key(path):
            self.seal()
            self.sealed_receipt("P1", "P2", "P3")
            self.first = self.blocks.search([], limit=1)
            self.validate(self.picking("out", [(self.device, "P2", 1)]))
            self.seal()
            self.sealed_receipt("P9")
        self.number = self.lot(self.device, "P2")

    def check(self, bundle, *options):
        """Check a bundle as a stranger does: ``(exit code, what was printed)``."""
        file = os.path.join(self.home, "proof.json")
        with open(file, "w", encoding="utf-8") as out:
            out.write(bundle if isinstance(bundle, str) else json.dumps(bundle))
        done = subprocess.run(
            [sys.executable, "-I", str(TOOL), file, *options],
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def save(self, name, content):
        path = os.path.join(self.home, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        return path

    def test_proven(self):
        bundle = self.blocks.proof([self.number.id])
        code, told = self.check(bundle)
        self.assertEqual(code, 0, told)
        self.assertIn("receiving 1.00 Units of Device [P2]", told.replace("1.0 ", "1.00 "))
        self.assertIn("for Customer", told)
        self.assertIn("2 events are what was sealed, in 2 blocks", told)
        self.assertIn(f"Signed by the key {self.fingerprint}", told)
        written = json.dumps(bundle)
        self.assertIn(r"\"P2\"", written)
        for name in ("P1", "P3", "P9"):
            self.assertNotIn(rf"\"{name}\"", written, "nothing of other numbers")

    def test_key_that_is_trusted(self):
        bundle = self.blocks.proof([self.number.id])
        pem = self.save("seal.pub.pem", self.pem)
        self.assertEqual(self.check(bundle, "--key", pem)[0], 0)
        self.assertEqual(self.check(bundle, "--key", self.fingerprint.upper())[0], 0)
        code, told = self.check(bundle, "--key", "0" * 32)
        self.assertEqual(code, 1)
        self.assertIn("not by the one that you trust", told)
        self.assertEqual(self.check(bundle, "--key", self.save("no.pem", "no key"))[0], 2)
        self.assertEqual(self.check(bundle, "--key", "/nowhere")[0], 2)

    def test_anchor(self):
        anchor = self.first._anchor()
        bundle = self.blocks.proof([self.number.id], anchor=anchor)
        file = self.save("anchor.json", json.dumps(anchor))
        code, told = self.check(bundle, "--anchor", file)
        self.assertEqual(code, 0, told)
        self.assertIn("The anchor agrees", told)
        with self.key(self.path):
            self.sealed_receipt("P10")
        later = self.blocks.search([], limit=1)._anchor()
        code, told = self.check(bundle, "--anchor", self.save("later.json", json.dumps(later)))
        self.assertEqual(code, 1)
        self.assertIn("older than the anchor", told)
        anchor["hash"] = "0" * 64
        self.assertEqual(self.check(bundle, "--anchor", self.save("x", json.dumps(anchor)))[0], 2)

    def test_anchor_in_between(self):
        """Of a block of which no event is proven."""
        anchor = self.first._anchor()
        other = self.lot(self.device, "P9").id
        code, told = self.check(
            self.blocks.proof([other], anchor=anchor),
            "--anchor",
            self.save("anchor.json", json.dumps(anchor)),
        )
        self.assertEqual(code, 0, told)
        code, told = self.check(
            self.blocks.proof([other]), "--anchor", self.save("anchor.json", json.dumps(anchor))
        )
        self.assertEqual(code, 1)
        self.assertIn("Ask for one made for this anchor", told)

    def test_tampered(self):
        """Each part of a bundle is needed as it is."""
        good = self.blocks.proof([self.number.id])
        self.assertEqual(self.check(good)[0], 0)
        for name, change in TAMPERING.items():
            with self.subTest(name):
                bundle = copy.deepcopy(good)
                change(bundle)
                self.assertNotEqual(bundle, good)
                code, told = self.check(bundle)
                self.assertEqual(code, 1, told)
                self.assertIn("NOT PROVEN", told)

    def test_not_a_proof(self):
        for text in ("", "{", "[]", "{}", '{"format": "other"}', "[" * 100_000):
            with self.subTest(text[:20]):
                code, told = self.check(text)
                self.assertEqual(code, 2, told)
        self.assertIn("lot_serial_trace", told + self.check("{}")[1])

    def test_many_events_of_a_block_bring_its_hashes(self):
        self.patch(trace_block_proof, "WAYS", 0)
        bundle = self.blocks.proof([self.number.id])
        self.assertIn("leaves", bundle["blocks"][0])
        self.assertEqual(self.check(bundle)[0], 0)
        leaves = bundle["blocks"][0]["leaves"]
        leaves[0] = "00" * 32
        self.assertEqual(self.check(bundle)[0], 1)

    def test_not_sealed_yet(self):
        self.validate(self.picking("in", [(self.device, "P20", 1)]))
        code, told = self.check(self.blocks.proof([self.lot(self.device, "P20").id]))
        self.assertEqual(code, 1)
        self.assertIn("not sealed yet", told)

    def test_without_signature_only_an_anchor_proves(self):
        self.past_odoo("DELETE FROM trace_block")
        anchor = self.seal()._anchor()
        bundle = self.blocks.proof([self.number.id])
        code, told = self.check(bundle)
        self.assertEqual(code, 1)
        self.assertIn("not signed", told)
        code, told = self.check(bundle, "--anchor", self.save("a.json", json.dumps(anchor)))
        self.assertEqual(code, 0, told)

    def test_in_parts(self):
        self.patch(trace_block_proof, "MOST_EVENTS", 1)
        first = self.blocks.proof([self.number.id])
        second = self.blocks.proof([self.number.id], after=first["next"])
        self.assertNotIn("next", second)
        for bundle in (first, second):
            self.assertEqual(self.check(bundle)[0], 0)
        with self.assertRaisesRegex(UserError, "more than 1 events"):
            self.blocks._proof_file(self.number)

    def test_queries_do_not_grow(self):
        def queries(lots):
            before = self.cr.sql_log_count
            self.blocks.proof(lots.ids)
            return self.cr.sql_log_count - before

        lots = self.env["stock.lot"].search([("product_id", "=", self.device.id)])
        queries(lots)
        self.assertEqual(queries(self.number), queries(lots))

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "proof_stranger",
            "lot_serial_trace.group_trace_auditor",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaisesRegex(UserError, "no event to prove"):
            self.blocks.with_user(stranger).proof([self.number.id])
        auditor = new_test_user(self.env, "proof_auditor", "lot_serial_trace.group_trace_auditor")
        bundle = self.blocks.with_user(auditor).proof([self.number.id])
        self.assertEqual(self.check(bundle)[0], 0)
        worker = new_test_user(self.env, "proof_worker", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.blocks.with_user(worker).proof([self.number.id])


def _text(bundle):
    event = bundle["blocks"][0]["events"][0]
    event["text"] = event["text"].replace("P2", "P7")


def _header(bundle):
    block = bundle["blocks"][0]
    header = json.loads(block["header"])
    header["sealed_at"] = "2020-01-01T00:00:00Z"
    block["header"] = json.dumps(header, sort_keys=True, separators=(",", ":"))


def _head(bundle):
    bundle["head"]["header"] = bundle["head"]["header"].replace('"events":', '"events":1')


def _other_block(bundle):
    one, two = bundle["blocks"]
    one["events"], two["events"] = two["events"], one["events"]


def _key(bundle):
    [name] = bundle["keys"]
    bundle["keys"][name] = bundle["keys"][name][:-2] + "A="


def _names(bundle):
    names = bundle["fields"]["1"]
    names[0], names[1] = names[1], names[0]


TAMPERING = {
    "text of an event": _text,
    "place of an event": lambda bundle: bundle["blocks"][0]["events"][0].update(index=0),
    "way of an event": lambda bundle: bundle["blocks"][0]["events"][0]["path"].reverse(),
    "way of an event cut": lambda bundle: bundle["blocks"][0]["events"][0]["path"].pop(),
    "way of a block": lambda bundle: bundle["blocks"][0]["path"].pop(),
    "statement of a block": _header,
    "statement of the newest block": _head,
    "events of another block": _other_block,
    "signature": lambda bundle: bundle["head"].update(signature="AAAA"),
    "no signature": lambda bundle: bundle["head"].update(signature=""),
    "key": _key,
    "no key": lambda bundle: bundle["keys"].clear(),
    "names of columns": _names,
    "no newest block": lambda bundle: bundle.update(head=None),
    "no events": lambda bundle: [block["events"].clear() for block in bundle["blocks"]],
    "another number of the block": lambda bundle: bundle["blocks"][0].update(path=None),
}
