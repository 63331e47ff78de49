from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..core import sealing
from .seal_case import SealCase


@tagged("post_install", "-at_install")
class TestSealKeys(SealCase):
    """Who may sign is said by the chain; the private key never comes into the database."""

    def furnish(self):
        super().furnish()
        self.receive((self.device, "S0", 1))
        self.count = 0

    def seal_one(self):
        """Seal one more event; returns its block."""
        self.count += 1
        self.sealed_receipt(f"K{self.count}")
        return self.blocks.search([], limit=1)

    def kinds(self):
        return [kind for kind, _block, _event in self.found()]

    def desk(self):
        return self.env["trace.exception"].search([("kind", "=", "seal_waiting")])

    def test_without_a_key(self):
        block = self.seal_one()
        self.assertFalse(block.key_id)
        self.assertFalse(block.signature)
        result = self.blocks._verify()
        self.assertTrue(result["ok"])
        self.assertIn("not signed", " ".join(result["notes"]))

    def test_first_key_announces_itself(self):
        self.seal_one()
        path, fingerprint, pem = self.key_file()
        with self.key(path):
            block = self.seal_one()
            self.assertEqual(block.key_id, fingerprint)
            self.assertEqual(sealing.fingerprint(block.announces), fingerprint)
            self.assertFalse(self.seal_one().announces)
            self.assertEqual(self.kinds(), [])
        kept = self.keys.search([])
        self.assertEqual((kept.fingerprint, kept.public_pem), (fingerprint, pem))
        self.assertEqual((kept.first_block, kept.last_block), (block.number, block.number + 1))
        self.assertNotIn("not signed", " ".join(self.blocks._verify()["notes"]))

    def test_once_signed_sealing_waits_for_its_key(self):
        path, _fingerprint, _pem = self.key_file()
        with self.key(path):
            head = self.seal_one()
        self.receive((self.device, "LATE", 1))
        self.assertTrue(self.blocks._waits())
        with self.assertRaises(sealing.KeyProblem):
            self.blocks._seal_next(self.blocks._drawn())
        self.assertIn("no key is set up now", self.desk().name)
        for content in (b"", b"-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n"):
            other = f"{path}.other"
            with open(other, "wb") as file:
                file.write(content)
            with self.subTest(content), self.key(other):
                self.assertTrue(self.blocks._waits())
        with self.key(path):
            self.assertFalse(self.blocks._waits())
            self.assertEqual(self.seal().number, head.number + 1)

    def test_file_that_is_not_there(self):
        with self.key("/nowhere/seal.pem"):
            self.assertTrue(self.blocks._waits(), "a key was wanted: nothing is sealed without")
        self.assertIn("/nowhere/seal.pem cannot be read", self.desk().name)

    def test_other_kinds_of_keys(self):
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with self.assertRaisesRegex(sealing.KeyProblem, "of another kind"):
            sealing.private_key(pem)
        for text in ("", "AAAA", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"):
            with self.subTest(text), self.assertRaisesRegex(sealing.KeyProblem, "no public key"):
                sealing.public_key(text)

    def test_rotation(self):
        old, old_name, _pem = self.key_file("old.pem")
        new, new_name, new_pem = self.key_file("new.pem")
        with self.key(old):
            self.seal_one()
            self.keys._announce(new_pem)
            said = self.blocks.search([], limit=1)
            self.assertEqual((said.event_count, said.key_id), (0, old_name))
            self.assertEqual(self.seal_one().key_id, old_name, "until the file is changed")
        with self.key(new):
            self.assertEqual(self.seal_one().key_id, new_name)
            self.assertEqual(self.kinds(), [])
        with self.key(old):
            self.assertTrue(self.blocks._waits(), "the old key signs no more")
        kept = self.keys.search([("fingerprint", "=", new_name)])
        self.assertEqual((kept.announced_by, kept.announced_in), (old_name, said.number))

    def test_key_that_nobody_announced(self):
        old, _name, _pem = self.key_file("old.pem")
        new, new_name, _pem = self.key_file("new.pem")
        with self.key(old):
            self.seal_one()
        with self.key(new):
            self.assertTrue(self.blocks._waits())
            with self.assertRaisesRegex(UserError, "Say why"):
                self.keys._begin_anew(" ")
            self.keys._begin_anew("the disk with the old one burnt")
            self.assertEqual(self.seal_one().key_id, new_name)
            result = self.blocks._verify()
            self.assertTrue(result["ok"], result["faults"])
            self.assertIn("the disk with the old one burnt", " ".join(result["notes"]))
            # somebody who only wrote blocks with another key is found
            self.past_odoo("UPDATE trace_seal_key SET reason = NULL")
            self.assertEqual(self.kinds(), ["signature"])

    def test_signature_that_is_wrong_or_gone(self):
        path, _fingerprint, _pem = self.key_file()
        with self.key(path):
            first = self.seal_one()
            second = self.seal_one()
            for values in (
                f"signature = '{first.signature}'",
                "signature = NULL",
                "signature = '%%'",
            ):
                with self.subTest(values), self.cr.savepoint() as savepoint:
                    self.past_odoo(f"UPDATE trace_block SET {values} WHERE id = {second.id}")
                    self.assertEqual(self.found(), [("signature", second.number, 0)])
                    savepoint.rollback()

    def test_chain_made_anew_with_another_key(self):
        """Whoever owns the database can make all blocks anew, but not with the key in the file."""
        path, _fingerprint, _pem = self.key_file()
        other, _name, _pem = self.key_file("other.pem")
        with self.key(path):
            event = self.events()[-1]
            self.seal_one()
        self.past_odoo("UPDATE trace_event SET lot_name = 'X' WHERE id = %s", event.id)
        self.past_odoo("DELETE FROM trace_block")
        self.past_odoo("DELETE FROM trace_seal_key")
        with self.key(other):
            self.seal()
        with self.key(path):
            self.assertEqual(self.kinds(), ["signature"])

    def test_who_changes_keys(self):
        path, _fingerprint, pem = self.key_file()
        with self.key(path):
            self.seal_one()
            for group in ("auditor", "quality"):
                user = new_test_user(
                    self.env, f"key_{group}", groups=f"lot_serial_trace.group_trace_{group}"
                )
                with self.assertRaises(AccessError):
                    self.keys.with_user(user)._announce(pem)
                with self.assertRaises(AccessError):
                    self.keys.with_user(user)._begin_anew("x")
            with self.assertRaisesRegex(UserError, "signs already"):
                self.keys._announce(pem)
        with self.assertRaises(UserError):
            self.keys.search([]).unlink()
