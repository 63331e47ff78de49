import os
import tempfile
from contextlib import contextmanager
from unittest.mock import patch

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from odoo.tools import SQL

from ..core import sealing
from ..models.trace_seal_key import SETTING
from .common import TraceCase


class SealCase(TraceCase):
    """Sealed events of three transfers, and words for who goes past Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.blocks = cls.env["trace.block"]
        cls.checks = cls.env["trace.seal.check"]
        cls.keys = cls.env["trace.seal.key"]
        # What a developer has set up for the server is not what is tested.
        cls.enterClassContext(patch.dict(os.environ, {SETTING: ""}))

    def furnish(self):
        super().furnish()
        # Nor what was sealed before, perhaps with a key that is not here.
        for table in ("trace_block", "trace_seal_key", "trace_seal_check"):
            self.past_odoo("DELETE FROM %s", SQL.identifier(table))
        self.past_odoo("DELETE FROM trace_exception WHERE kind LIKE 'seal_%%'")

    def seal(self):
        """Seal all that is there; returns the newest block."""
        while self.blocks._seal_next(self.blocks._drawn()):
            pass
        return self.blocks.search([], limit=1)

    def sealed_receipt(self, *names):
        """Receive devices with these numbers and seal; returns their events."""
        before = self.events()
        self.receive(*((self.device, name, 1) for name in names))
        self.seal()
        return self.events() - before

    def past_odoo(self, query, *args):
        """Do what the owner of the database can do."""
        self.env.flush_all()
        for table in ("trace_event", "trace_block"):
            self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(table)))
        self.env.cr.execute(SQL(query, *args))
        for table in ("trace_event", "trace_block"):
            self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", SQL.identifier(table)))
        self.env.invalidate_all()

    def found(self, **question):
        """What a verification finds: list of ``(kind, block, event id)``."""
        result = self.blocks._verify(**question)
        self.assertEqual(result["ok"], not result["faults"])
        return [(fault["kind"], fault["block"], fault["event_id"]) for fault in result["faults"]]

    def key_file(self, name="seal.pem"):
        """Make a private key; returns ``(path, fingerprint, public PEM)``."""
        key = Ed25519PrivateKey.generate()
        path = os.path.join(self.folder(), name)
        with open(path, "wb") as file:
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        public = sealing.public_of(key)
        return path, sealing.fingerprint(public), sealing.public_pem(public)

    def folder(self):
        """A folder for the files of the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    @contextmanager
    def key(self, path):
        """Seal with the key in a file."""
        with patch.dict(os.environ, {SETTING: str(path)}):
            yield
