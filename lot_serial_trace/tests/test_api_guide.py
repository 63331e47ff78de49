import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .asn_case import AsnCase
from .recall_case import ConsigneeCase
from .seal_case import SealCase

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/api.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Between what one example prints and the next.
MARK = "==== end of an example"


@tagged("post_install", "-at_install")
class TestApiGuide(AsnCase, ConsigneeCase, SealCase, HttpCase):
    """What the guide for machines shows can be typed as it is, and is answered as it says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ("trace_quality", "trace_auditor", "trace_recall")
        cls.machine = new_test_user(
            cls.env,
            "api_machine",
            groups=",".join(f"lot_serial_trace.group_{name}" for name in groups),
        )

    def setUp(self):
        super().setUp()
        if not PAGE.exists():
            self.skipTest("the guide is not part of the add-on")
        if not shutil.which("curl"):
            self.skipTest("curl is not installed")
        self.home = Path(self.folder())
        with self.key(self.key_file()[0]):
            self.seal()
        self.certificate = self.env["trace.certificate"]._issue(self.lot(self.milk, "M1"))
        (self.home / "notice.xml").write_bytes(self.document(self.devices("SN-1", "SN-2")))
        (self.home / "certificate.pdf").write_bytes(self.certificate._bytes())
        (self.home / "tools").symlink_to(ROOT / "tools")

    def surroundings(self):
        """What the examples find in their environment."""
        keys = self.env["res.users.apikeys"].with_user(self.machine)
        return {
            "PATH": os.environ["PATH"],
            "URL": self.base_url(),
            "KEY": keys._generate(None, "guide", fields.Datetime.now() + timedelta(days=1)),
            "LOT": str(self.lot(self.milk, "M1").id),
            "TRANSFER": str(self.receipt.id),
            "RECALL": str(self.recall.id),
            "TOKEN": self.certificate.token,
        }

    def run_all(self, blocks):
        """What each example prints; they run one after the other in one shell."""
        script = ["set -euo pipefail"]
        for number, (language, text) in enumerate(blocks):
            if language == "python":
                (self.home / f"{number}.py").write_text(text)
                text = f"{sys.executable} -I {number}.py\n"
            script.append(f"{text}\necho; echo '{MARK}'")
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            done = subprocess.run(
                ["bash", "-c", "\n".join(script)],
                cwd=self.home,
                env=self.surroundings(),
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        printed = done.stdout.split(MARK)
        self.assertEqual((done.returncode, len(printed) - 1), (0, len(blocks)), done)
        return printed[:-1]

    def check_shape(self, shown, told, where):
        """Whatever is shown is told, of the same kind; more may be told."""
        if isinstance(shown, dict):
            self.assertIsInstance(told, dict, where)
            for key, value in shown.items():
                self.assertIn(key, told, where)
                self.check_shape(value, told[key], f"{where}.{key}")
        elif isinstance(shown, list):
            self.assertIsInstance(told, list, where)
            self.assertEqual(bool(shown), bool(told), f"{where}: {told}")
            for one, other in zip(shown, told, strict=False):
                self.check_shape(one, other, where)
        elif shown is not None and told is not None:
            number = isinstance(shown, float) and isinstance(told, int | float)
            self.assertTrue(number or type(shown) is type(told), f"{where}: {told!r}")

    def test_examples(self):
        blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
        examples = [block for block in blocks if block[0] != "json"]
        self.assertGreater(len(examples), 15)
        printed = dict(zip(examples, self.run_all(examples), strict=True))
        for block, following in pairwise(blocks):
            if following[0] != "json":
                continue
            with self.subTest(block[1]):
                shown, told = json.loads(following[1]), json.loads(printed[block])
                self.check_shape(shown, told, "answer")
        self.assertIn("SN-7", self.receipt.move_line_ids.mapped("lot_name"), "it was scanned")
        self.assertEqual(self.lot(self.milk, "M2").trace_status, "recalled", "held and released")
        self.assertEqual(self.env["trace.asn"].search_count([("name", "=", "LS-1")]), 1)
        run = self.env["trace.run"].search([("user_id", "=", self.machine.id)])
        self.assertEqual(run.purpose, "audit")

    def test_an_anchor_is_for_those_who_look_after_the_ledger(self):
        blocks = self.env["trace.block"]
        anchor = blocks.with_user(self.machine).newest_anchor()
        self.assertEqual(anchor["block"], blocks.search([], order="number desc", limit=1).number)
        with self.assertRaises(AccessError):
            blocks.with_user(self.worker).newest_anchor()

    def test_a_case_of_others_is_not_exported(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "api_stranger",
            groups="lot_serial_trace.group_trace_recall",
            company_id=elsewhere.id,
            company_ids=elsewhere.ids,
        )
        with self.assertRaises(AccessError):
            self.recall.with_user(stranger).export_file("balance")
