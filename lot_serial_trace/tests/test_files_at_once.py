import os
import threading
import time
from pathlib import Path

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestFilesAtOnce(TransactionCase):
    """A document is kept although another process writes, or left behind, half of the same file."""

    def setUp(self):
        super().setUp()
        self.files = self.env["ir.attachment"]
        self.patch(self.env.registry["ir.attachment"], "_storage", lambda self: "file")

    def half(self, content):
        """The path of a file that was begun, as a writer leaves it."""
        sha = self.files._compute_checksum(content)
        path = Path(self.files._full_path(f"{sha[:2]}/{sha}"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[: len(content) // 2])
        self.addCleanup(path.unlink, missing_ok=True)
        return path

    def test_another_one_is_writing_it(self):
        content = b"the same notice at once " + os.urandom(2000)
        path = self.half(content)
        begun = path.stat().st_ino

        def go_on():
            time.sleep(0.05)
            with path.open("ab") as file:
                file.write(content[len(content) // 2 :])

        writer = threading.Thread(target=go_on)
        writer.start()
        kept = self.files.create({"name": "notice.xml", "raw": content})
        writer.join()
        self.env.invalidate_all()
        self.assertEqual(kept.raw, content)
        self.assertEqual(path.stat().st_ino, begun, "it was waited for, not written again")

    def test_a_killed_one_left_half_of_it(self):
        content = b"a notice of yesterday " + os.urandom(2000)
        self.half(content)
        kept = self.files.create({"name": "notice.xml", "raw": content})
        self.env.invalidate_all()
        self.assertEqual(kept.raw, content)
