import json
import os
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from ..core import archive, parquet
from ..models.trace_archive import FOLDER, VARIABLE
from .archive_case import ArchiveCase


class CopyCase(ArchiveCase):
    """A folder for copies."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.startPatcher(patch.dict(os.environ, {VARIABLE: folder.name}))

    def copies(self, month="2019-03-01"):
        """The copies of a month of the company."""
        return self.env["trace.archive"].search(
            [("company_id", "=", self.env.company.id), ("month", "=", month)], order="part"
        )

    def make(self):
        """Make all copies that are missing."""
        archives = self.env["trace.archive"]
        while archives._make_next(self.env.company):
            pass

    def file(self, one):
        return self.folder / one.path


@tagged("post_install", "-at_install")
class TestArchive(CopyCase):
    """A month that is over is copied into a file that says of itself whether it is whole."""

    def furnish(self):
        super().furnish()
        self.one = self.live("2019-03-10", self.device, 'ONE "1", é')
        self.two = self.live("2019-04-10", self.milk, "TWO", quantity=2.5)
        self.seal()

    def test_each_month_has_its_file(self):
        self.make()
        march, april = self.copies(), self.copies("2019-04-01")
        self.assertEqual((march.state, march.row_count, march.part), ("verified", 2, 1))
        self.assertEqual(april.row_count, 2)
        company = self.env.company.id
        self.assertEqual(
            march.path,
            f"{self.env.cr.dbname}/company={company}/month=2019-03/"
            f"ledger-{company}-2019-03.parquet",
        )
        self.assertEqual(march.size, self.file(march).stat().st_size)
        (this_month,) = self.env.execute_query(SQL("SELECT date_trunc('month', now())::date"))[0]
        self.assertFalse(self.env["trace.archive"].search([("month", ">=", this_month)]))
        self.assertFalse(list(self.folder.rglob("*.part")), "nothing half done is left")

    def test_it_holds_what_the_ledger_says(self):
        self.make()
        rows = pyarrow.parquet.read_table(self.file(self.copies())).to_pylist()
        events = self.events(("lot_id", "=", self.one.id))
        self.assertEqual([row["id"] for row in rows], events.ids)
        names = [name for name, _kind in archive.COLUMNS]
        for row, event in zip(rows, events, strict=True):
            for name in names:
                value = row[name]
                if isinstance(value, datetime):
                    value = value.replace(tzinfo=None)
                if isinstance(value, Decimal):
                    value = float(value)
                self.assertEqual(event[name] or None, value or None, name)

    def test_all_of_the_ledger_is_copied(self):
        """Another field of the ledger needs another version of the files."""
        stored = {name for name, field in self.env["trace.event"]._fields.items() if field.store}
        self.assertEqual(stored, {name for name, _kind in archive.COLUMNS})

    def test_the_manifest_vouches(self):
        self.make()
        march, april = self.copies(), self.copies("2019-04-01")
        path = self.file(april).with_name(archive.manifest_name(april.name))
        says = json.loads(path.read_bytes())
        self.assertEqual(says["sha256"], archive.file_digest(self.file(april)))
        self.assertEqual((says["rows"], says["month"], says["part"]), (2, "2019-04", 1))
        self.assertEqual(april.manifest_hash, archive.file_digest(path))
        self.assertEqual(says["previous_manifest"], april.previous_id.manifest_hash)
        self.assertEqual(april.previous_id, march)
        block = self.env["trace.block"].search([("number", "=", says["blocks"][0]["number"])])
        self.assertEqual(says["blocks"][0]["root"], block.root)
        self.assertLessEqual(april.block_first, april.block_last)

    def test_nothing_is_copied_twice(self):
        self.make()
        self.assertEqual(self.env["trace.archive"]._pending(self.env.company), [])
        self.assertFalse(self.env["trace.archive"]._make_next(self.env.company))

    def test_what_comes_late_has_a_file_of_its_own(self):
        self.make()
        first = self.copies()
        content = self.file(first).read_bytes()
        self.live("2019-03-20", self.device, "LATE")
        self.assertFalse(self.env["trace.archive"]._make_next(self.env.company), "not sealed yet")
        self.seal()
        self.make()
        _first, late = self.copies()
        self.assertEqual((late.part, late.row_count, late.after_id), (2, 2, first.until_id))
        self.assertTrue(late.name.endswith("2019-03-2.parquet"))
        self.assertEqual(self.file(first).read_bytes(), content)

    def test_a_big_month_has_several_files(self):
        with patch("odoo.addons.lot_serial_trace.models.trace_archive_making.PART_ROWS", 1):
            self.make()
        self.assertEqual(self.copies().mapped("row_count"), [1, 1])
        self.assertEqual(self.copies().mapped("state"), ["verified"] * 2)

    # -- checking -------------------------------------------------------------

    def test_a_changed_file_is_found(self):
        self.make()
        one = self.copies()
        path = self.file(one)
        content = path.read_bytes()
        for changed, says in (
            (content[:-1] + b"x", "is not what it was: SHA-256"),
            (content[: len(content) // 2], "is not what it was: SHA-256"),
            (None, "is gone"),
        ):
            path.write_bytes(changed) if changed else path.unlink()
            self.assertFalse(one._check())
            self.assertEqual(one.state, "broken")
            self.assertIn(says, one.fault)
        path.write_bytes(content)
        self.assertTrue(one._check())
        self.assertEqual((one.state, one.fault), ("verified", False))

    def test_a_changed_manifest_is_found(self):
        self.make()
        one = self.copies()
        path = self.file(one).with_name(archive.manifest_name(one.name))
        path.write_bytes(path.read_bytes().replace(b"2019-03", b"2018-03"))
        self.assertFalse(one._check())
        self.assertIn("manifest", one.fault)

    def test_an_entry_changed_before_it_was_copied_is_found(self):
        """The file is whole, but what it holds is not what was sealed."""
        event = self.events(("lot_id", "=", self.one.id))[1]
        self.env.cr.execute("ALTER TABLE trace_event DISABLE TRIGGER trace_event_append_only")
        self.env.cr.execute("UPDATE trace_event SET quantity = 7 WHERE id = %s", [event.id])
        self.env.cr.execute("ALTER TABLE trace_event ENABLE TRIGGER trace_event_append_only")
        self.make()
        one = self.copies()
        self.assertEqual(one.state, "broken")
        self.assertIn(f"Entry {event.id} in the file", one.fault)
        self.assertIn("is not the one that was sealed", one.fault)

    def test_an_entry_that_was_smuggled_in_is_found(self):
        event = self.events(("lot_id", "=", self.one.id))[0]
        names = ", ".join(
            f'"{name}"'
            for name, _kind in archive.COLUMNS
            if name not in ("id", "kind", "move_line_id")
        )
        self.env.cr.execute(
            f"INSERT INTO trace_event (id, kind, {names}) SELECT -5, 'number', {names} "
            "FROM trace_event WHERE id = %s",
            [event.id],
        )
        with patch.object(type(self.env["trace.archive"]), "_among", _among_all):
            self.make()
        self.assertIn("Entry -5", self.copies().fault)
        self.assertIn("is in no seal", self.copies().fault)

    def test_a_file_of_other_rows_is_found(self):
        """Somebody writes a good file anew without an entry, and its hash into the database."""
        self.make()
        one = self.copies()
        path = self.file(one)
        table = pyarrow.parquet.read_table(path)
        pyarrow.parquet.write_table(table.slice(0, 1), path)
        one.file_hash = archive.file_digest(path)
        self.assertFalse(one._check())

    # -- reading back ---------------------------------------------------------

    def test_read_back_for_looking(self):
        self.make()
        one = self.copies("2019-04-01")
        action = one.action_read()
        entries = self.env["trace.archive.event"].search(action["domain"], order="id")
        events = self.events(("lot_id", "=", self.two.id))
        self.assertEqual(entries.mapped("id"), events.ids)
        self.assertEqual(entries.mapped("quantity"), [2.5, 2.5])
        self.assertEqual(entries.mapped("lot_name"), ["TWO", "TWO"])
        self.assertEqual(one.read_count, 2)
        one.action_read()
        self.assertEqual(one.read_count, 2, "read again, not twice")
        with self.assertRaises(UserError):
            entries[0].write({"lot_name": "x"})
        self.assertEqual(
            len(self.events(("lot_id", "=", self.two.id))), 2, "the ledger is as it was"
        )
        one.action_forget()
        self.assertFalse(self.env["trace.archive.event"].search(action["domain"]))

    def test_reading_back_makes_the_hashes_anew(self):
        """All kinds of values come back from the file as they were sealed, digits and all."""
        self.make()
        for one in self.copies() | self.copies("2019-04-01"):
            self.assertEqual(one._read_back(), one.row_count)

    def test_read_back_after_the_purge(self):
        self.retention(copy_required=True)
        self.make()
        self.purge()
        self.assertEqual(self.left(self.two), 0)
        one = self.copies("2019-04-01")
        self.assertTrue(one._check())
        self.assertEqual(one._read_back(), 2)

    # -- purging wants a copy -------------------------------------------------

    def test_nothing_goes_without_a_checked_copy(self):
        self.retention(copy_required=True)
        wizard = self.look()
        self.assertEqual(wizard.count, 0)
        self.assertEqual({*wizard.stay_ids.mapped("outcome")}, {"no_copy"})
        self.make()
        broken = self.copies()
        broken.state = "broken"
        self.assertEqual(self.look().count, 2, "only that of April")
        broken.state = "verified"
        stone = self.purge()
        self.assertEqual(stone.purged, 4)
        self.assertIn(f"{broken.name} {broken.file_hash}", stone.copies)
        self.assertTrue(stone.manifests)

    def test_a_copy_that_was_lost_is_noticed_in_time(self):
        self.retention(copy_required=True)
        self.make()
        wizard = self.look()
        self.file(self.copies()).unlink()
        with self.assertRaisesRegex(UserError, "is gone"):
            self.order(wizard)
        self.assertEqual(self.left(self.one), 2)

    def test_a_late_entry_needs_its_own_copy(self):
        self.retention(copy_required=True)
        self.make()
        late = self.live("2019-03-20", self.device, "LATE")
        self.seal()
        wizard = self.look()
        self.assertEqual(wizard.count, 4)
        self.purge(wizard)
        self.assertEqual(self.left(late), 2)

    def test_copies_in_the_database_are_none(self):
        self.retention(copy_required=True)
        with patch.dict(os.environ):
            del os.environ[VARIABLE]
            self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
            self.make()
            self.assertFalse(self.copies().outside)
            with self.assertRaisesRegex(UserError, "kept in the database"):
                self.order()

    # -- where ----------------------------------------------------------------

    def test_without_a_folder_it_is_an_attachment(self):
        with patch.dict(os.environ):
            del os.environ[VARIABLE]
            self.make()
            one = self.copies()
            self.assertEqual((one.path, one.state, one.outside), (False, "verified", True))
            self.assertTrue(one.attachment_id and one.manifest_id)
            self.assertEqual(one._read_back(), 2)

    def test_the_folder_stays_below_the_base(self):
        for folder in ("../elsewhere", "/etc", "a/../../b"):
            self.env["ir.config_parameter"].set_param(FOLDER, folder)
            with self.assertRaisesRegex(UserError, "lies outside the folder"):
                self.env["trace.archive"].action_make()
        self.env["ir.config_parameter"].set_param(FOLDER, "ledger/mine")
        self.make()
        self.assertTrue(self.copies().path.startswith("ledger/mine/company="))

    def test_a_folder_that_is_not_there(self):
        with patch.dict(os.environ, {VARIABLE: str(self.folder / "missing")}):
            with self.assertRaisesRegex(UserError, "does not exist"):
                self.env["trace.archive"].action_make()

    def test_without_the_library_it_says_so(self):
        self.make()
        with patch.object(parquet, "pyarrow", None):
            with self.assertRaisesRegex(UserError, "pip install pyarrow"):
                self.env["trace.archive"].action_make()
            with self.assertRaisesRegex(UserError, "pip install pyarrow"):
                self.copies().action_check()
        self.assertEqual(self.copies().state, "verified", "a missing library breaks no copy")

    # -- who may --------------------------------------------------------------

    def test_administrators_make_auditors_check(self):
        self.make()
        one = self.copies()
        for group, makes, checks in (
            ("user", False, False),
            ("quality", False, False),
            ("auditor", False, True),
            ("admin", True, True),
        ):
            person = new_test_user(
                self.env, f"copy_{group}", groups=f"lot_serial_trace.group_trace_{group}"
            )
            mine = one.with_user(person)
            for button, may in (
                ("action_make", makes),
                ("action_read", makes),
                ("action_forget", makes),
                ("action_check", checks),
            ):
                if may:
                    getattr(mine, button)()
                else:
                    with self.assertRaises(AccessError):
                        getattr(mine, button)()

    def test_of_their_own_companies(self):
        self.make()
        company = self.env["res.company"].create({"name": "Other"})
        admin = new_test_user(
            self.env,
            "copy_other",
            groups="lot_serial_trace.group_trace_admin",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        archives = self.env(user=admin)["trace.archive"]
        self.assertFalse(archives.search([]))
        archives.action_make()
        self.assertFalse(archives.search([]))
        with self.assertRaises(AccessError):
            self.copies().with_user(admin).action_check()


def _among_all(self, company, month, after_id, until_id):
    """As without the range of ids: what a forger would have."""
    return SQL("company_id = %s AND date_trunc('month', event_time) = %s", company.id, month)


@tagged("post_install", "-at_install")
class TestArchiveDownload(CopyCase, HttpCase):
    """Administrators and auditors fetch copies of their companies; nobody else does."""

    def test_download(self):
        self.live("2019-03-10", self.device, "ONE")
        self.seal()
        self.make()
        one = self.copies()
        for group, status in (("user", 404), ("auditor", 200), ("admin", 200)):
            new_test_user(
                self.env, f"fetch_{group}", groups=f"lot_serial_trace.group_trace_{group}"
            )
            self.authenticate(f"fetch_{group}", f"fetch_{group}")
            for what, name in (("file", one.name), ("manifest", archive.manifest_name(one.name))):
                answer = self.url_open(f"/lot_serial_trace/archive/{one.id}/{what}")
                self.assertEqual(answer.status_code, status, group)
                if status == 200:
                    wanted = self.file(one).with_name(name)
                    self.assertEqual(answer.content, wanted.read_bytes())
                    self.assertIn(name, answer.headers["Content-Disposition"])
        self.assertEqual(
            self.url_open(f"/lot_serial_trace/archive/{one.id}/other").status_code, 404
        )
        self.file(one).unlink()
        self.assertEqual(self.url_open(f"/lot_serial_trace/archive/{one.id}/file").status_code, 404)
        one.sudo().path = "../../../etc/passwd"
        self.assertEqual(self.url_open(f"/lot_serial_trace/archive/{one.id}/file").status_code, 404)
