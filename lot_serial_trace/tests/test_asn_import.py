import base64
import hashlib
import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..core import asn as reading
from .asn_case import AsnCase


@tagged("post_install", "-at_install")
class TestAsnImport(AsnCase):
    """Whatever file arrives becomes a notice: kept as it came, once, with a readable verdict."""

    def test_good_file_is_stored_as_sent(self):
        data = self.document(
            self.devices("S1", "S2"), self.lots(("L/01", "2027-05-31"), quantity=30)
        )
        asn = self.env["trace.asn"]._import(data, "ls1.xml")
        self.assertEqual((asn.name, asn.state, asn.channel), ("LS-1", "expected", "upload"))
        self.assertEqual(asn.attachment_id.raw, data)
        self.assertEqual(asn.sha256, hashlib.sha256(data).hexdigest())
        self.assertEqual((asn.file_name, asn.file_size), ("ls1.xml", len(data)))
        self.assertEqual(str(asn.issued), "2026-11-20")
        self.assertEqual(asn.order_text, self.order.name)
        devices, milk = asn.line_ids
        self.assertEqual((devices.item, devices.quantity, devices.unit_code), ("Device", 2, "C62"))
        self.assertEqual(devices.unit_ids.mapped("serial"), ["S1", "S2"])
        self.assertEqual(
            [(unit.lot, unit.quantity, str(unit.expiry)) for unit in milk.unit_ids],
            [("L/01", 30, "2027-05-31")],
        )
        self.assertEqual(asn.unit_count, 3)

    def test_packages_and_flaws(self):
        pallet = "<cac:Shipment><cbc:ID>1</cbc:ID>%s</cac:Shipment>"
        unit = "<cac:TransportHandlingUnit><cbc:ID>%s</cbc:ID>%s</cac:TransportHandlingUnit>"
        box = "<cac:ActualPackage><cbc:ID>BOX</cbc:ID></cac:ActualPackage>"
        line = self.devices("S1").replace(
            "</cac:DespatchLine>",
            pallet % (unit % ("340123450000000017", box)) + "</cac:DespatchLine>",
        )
        asn = self.notice(line, self.lots(("L1", "soon"), quantity=1))
        outer, inner = asn.package_ids
        self.assertEqual(
            (outer.sscc, inner.name, inner.parent_id), ("340123450000000017", "BOX", outer)
        )
        self.assertEqual(asn.line_ids[0].package_ids, outer)
        self.assertEqual(asn.line_ids[0].unit_ids.package_id, outer)
        (flaw,) = asn.flaw_ids.filtered(lambda flaw: flaw.code == "bad_date")
        self.assertEqual(flaw.message, "ExpiryDate is soon, which is not a date")
        self.assertTrue(flaw.source_line)
        self.assertIn("DespatchLine[2]", flaw.source_path)
        self.assertIn("asn_flaw", self.kinds(asn))

    def test_broken_file_is_parked_and_kept(self):
        data = self.document(self.devices("S1"))[:-30]
        exchange = self.arrive(data, "cut.xml")
        self.assertEqual((exchange.state, exchange.name), ("parked", "cut.xml"))
        self.assertFalse(exchange.asn_ids)
        self.assertEqual(exchange.attachment_id.raw, data)
        self.assertIn("damaged", exchange.error)
        self.assertIn("(line ", exchange.error)
        self.assertTrue(exchange.error_line)
        self.assertIn("send it again", exchange.remedy)
        (exception,) = exchange.exception_ids
        self.assertEqual(exception.kind, "asn_unreadable")
        self.assertIn("cut.xml could not be read: The XML is damaged", exception.name)
        self.assertIn("corrected file", exception.remedy)
        self.assertEqual(exception.action_open_subject()["res_id"], exchange.id)

    def test_anything_at_all_is_taken_in(self):
        for data, words in (
            (b"", "empty"),
            (b"\x00\xff\x01", "binary data"),
            (b"%PDF-1.4", "PDF"),
            (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE"),
            (b"PK\x03\x04 cut", "archive is damaged"),
            (b"\x1f\x8b cut", "archive is damaged"),
        ):
            with self.subTest(words):
                exchange = self.arrive(data, "x")
                self.assertEqual(exchange.state, "parked")
                self.assertIn(words, exchange.error)
                self.assertTrue(exchange.remedy)

    def test_a_readers_bug_costs_nothing(self):
        data = self.document(self.devices("S1"))
        with (
            patch.object(reading.ubl, "read", side_effect=ZeroDivisionError("oops")),
            self.assertLogs("odoo.addons.lot_serial_trace.models.trace_asn_reading", "ERROR"),
        ):
            exchange = self.arrive(data, "ls1.xml")
        self.assertEqual((exchange.state, exchange.tries), ("parked", 1))
        self.assertIn("oops", exchange.error)
        self.assertEqual(self.kinds(exchange), ["asn_unreadable"])
        exchange.action_read_again()
        self.assertEqual((exchange.state, exchange.error, exchange.tries), ("done", False, 2))
        self.assertEqual((exchange.asn_ids.state, exchange.asn_ids.unit_count), ("expected", 1))
        self.assertEqual(self.kinds(exchange), [])

    def test_what_was_parked_is_tried_again_when_it_comes_again(self):
        data = self.document(self.devices("S1"))
        with (
            patch.object(reading.ubl, "read", side_effect=ZeroDivisionError("oops")),
            self.assertLogs("odoo.addons.lot_serial_trace.models.trace_asn_reading", "ERROR"),
        ):
            first = self.arrive(data)
        again = self.arrive(data)
        self.assertEqual((first.state, again.state), ("done", "again"))
        self.assertEqual(again.duplicate_of_id, first)
        self.assertEqual(again.attachment_id, first.attachment_id, "the bytes are kept once")
        self.assertEqual(again.known_asn_ids, first.asn_ids)

    def test_dismissed_with_a_reason(self):
        user = new_test_user(self.env, "asn_boss", groups="lot_serial_trace.group_trace_user")
        exchange = self.arrive(b"holiday pictures").with_user(user)
        with self.assertRaisesRegex(UserError, "Say why"):
            exchange._dismiss("")
        wizard = self.env["trace.asn.reject"].with_user(user)
        context = exchange.action_dismiss()["context"]
        wizard.with_context(**context).create({"reason": "no notice"}).action_reject()
        self.assertEqual((exchange.state, exchange.dismiss_reason), ("dismissed", "no notice"))
        self.assertEqual((self.kinds(exchange), exchange.exception_ids.resolution), ([], "mistake"))
        exchange.action_read_again()
        self.assertEqual((exchange.state, exchange.dismiss_reason), ("parked", False))
        self.assertEqual(self.kinds(exchange), ["asn_unreadable"], "back on the desk")

    def test_reading_again_replaces_what_was_read(self):
        asn = self.notice(self.devices("S1", "S2"), order="UNKNOWN")
        asn._reject("test")
        asn.action_read_again()
        self.assertEqual(len(asn.line_ids), 1)
        self.assertEqual(len(asn.unit_ids), 2)
        self.assertFalse(asn.reject_reason)

    def test_same_file_twice_is_one_notice(self):
        first = self.notice(self.devices("S1"))
        again = self.notice(self.devices("S1"))
        self.assertEqual(first, again)
        self.assertIn("arrived again", first.message_ids[0].body)
        self.assertEqual(len(first.line_ids), 1)
        other = self.notice(self.devices("S1"), number="LS-2")
        self.assertNotEqual(first, other)

    def test_companies_do_not_see_each_others_files(self):
        first = self.notice(self.devices("S1"))
        other = self.env["res.company"].create({"name": "Other"})
        asn = self.env["trace.asn"].with_company(other)
        second = asn._import(self.document(self.devices("S1")), "n.xml")
        self.assertNotEqual(first, second)
        self.assertEqual(second.company_id, other)
        self.assertFalse(second.partner_id.company_id - other)
        self.assertFalse(second.picking_ids, "the order belongs to the first company")

    def test_original_cannot_be_lost(self):
        asn = self.notice(self.devices("S1"))
        parked = self.arrive(b"?", "odd.bin")
        with self.assertRaisesRegex(UserError, "evidence"):
            asn.unlink()
        for exchange in (asn.exchange_id, parked):
            with self.assertRaisesRegex(UserError, "evidence"):
                exchange.unlink()
            with self.assertRaisesRegex(UserError, exchange.name):
                exchange.attachment_id.unlink()
            with self.assertRaisesRegex(UserError, exchange.name):
                exchange.attachment_id.raw = b"other"
        self.env["ir.attachment"].create({"name": "free", "raw": b"x"}).unlink()

    def test_what_arrived_cannot_be_changed_by_people(self):
        user = new_test_user(self.env, "asn_forger", groups="lot_serial_trace.group_trace_user")
        exchange = self.arrive(b"?", "odd.bin").with_user(user)
        for values in (
            {"state": "done"},
            {"sha256": "0"},
            {"attachment_id": False},
            {"sender": "somebody else"},
            {"arrived_at": "2020-01-01"},
            {"error": False},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                exchange.write(values)
        with self.assertRaises(UserError):
            exchange.create({"name": "by hand"})
        with self.assertRaises(AccessError):
            exchange.unlink()

    def test_what_was_sent_cannot_be_changed_by_people(self):
        user = new_test_user(self.env, "asn_user", groups="lot_serial_trace.group_trace_user")
        asn = self.notice(self.devices("S1")).with_user(user)
        for values in (
            {"state": "closed"},
            {"name": "X"},
            {"sha256": "0"},
            {"attachment_id": False},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                asn.write(values)
        with self.assertRaises(UserError):
            asn.line_ids.write({"quantity": 5})
        with self.assertRaises(AccessError):
            asn.unit_ids.write({"serial": "X"})
        with self.assertRaises(UserError):
            asn.create({"name": "by hand"})
        with self.assertRaises(UserError):
            asn.sudo().write({"state": "closed"})
        asn.warehouse_id = False

    def test_states_follow_each_other(self):
        asn = self.notice(self.devices("S1"))
        with self.assertRaisesRegex(UserError, "Expected and cannot become Closed"):
            asn.action_close()
        with self.assertRaisesRegex(UserError, "Say why"):
            asn._reject(" ")
        asn._reject("wrong truck")
        self.assertEqual((asn.state, asn.reject_reason), ("rejected", "wrong truck"))

    def test_method_for_machines(self):
        user = new_test_user(self.env, "asn_bot", groups="lot_serial_trace.group_trace_user")
        model = self.env["trace.asn"].with_user(user)
        content = base64.b64encode(self.document(self.devices("S1"), order="NOPE")).decode()
        answer = model.import_document(name="ls.xml", content_base64=content)
        self.assertEqual((answer["number"], answer["state"]), ("LS-1", "parsed"))
        self.assertFalse(answer["duplicate"])
        self.assertFalse(answer["error"])
        self.assertIn("asn_no_order", [finding["code"] for finding in answer["findings"]])
        self.assertTrue(all(finding["remedy"] for finding in answer["findings"]))
        json.dumps(answer)
        again = model.import_document(name="ls.xml", content_base64=content)
        self.assertEqual((again["id"], again["duplicate"]), (answer["id"], True))
        self.assertEqual(model.browse(answer["id"]).channel, "api")
        self.assertEqual(model.browse(answer["id"]).exchange_id.create_uid, user)
        self.assertEqual(again["notices"], answer["notices"])
        broken = base64.b64encode(b"<a").decode()
        answer = model.import_document(name="x", content_base64=broken)
        self.assertEqual((answer["id"], answer["state"], answer["notices"]), (False, "parked", []))
        self.assertIn("damaged", answer["error"])
        self.assertEqual(answer["findings"][0]["code"], "asn_unreadable")
        again = model.import_document(name="x", content_base64=broken)
        self.assertEqual((again["state"], again["duplicate"]), ("parked", True))
        self.assertIn("damaged", again["error"])
        with self.assertRaises(ValidationError):
            model.import_document(name="x", content_base64="no base64!")

    def test_rights(self):
        document = self.document(self.devices("S1"))
        for group in ("group_trace_auditor", "base.group_user"):
            group = group if "." in group else f"lot_serial_trace.{group}"
            user = new_test_user(self.env, f"asn_{group[-7:]}", groups=group)
            with self.subTest(group), self.assertRaises(AccessError):
                self.env["trace.asn"].with_user(user)._import(document, "x")

    def test_upload_of_several_files(self):
        user = new_test_user(self.env, "asn_upload", groups="lot_serial_trace.group_trace_user")
        known = self.notice(self.devices("S1"))
        files = [
            self.document(self.devices("S1")),
            self.document(self.devices("S2"), number="LS-2"),
            b"?",
        ]
        wizard = (
            self.env["trace.asn.upload"]
            .with_user(user)
            .create(
                {
                    "attachment_ids": [
                        (0, 0, {"name": f"{i}.xml", "raw": raw}) for i, raw in enumerate(files)
                    ]
                }
            )
        )
        action = wizard.action_upload()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("already, nothing was done: LS-1", action["params"]["message"])
        self.assertIn("2.xml: This is plain text", action["params"]["message"])
        files = self.env["trace.asn.exchange"].search(action["params"]["next"]["domain"])
        self.assertEqual(sorted(files.mapped("state")), ["again", "done", "parked"])
        self.assertIn(known, files._notices())
        with self.assertRaises(UserError):
            wizard.create({}).action_upload()

    def test_upload_for_a_receipt(self):
        wizard = self.env["trace.asn.upload"].create(
            {
                "picking_id": self.receipt.id,
                "attachment_ids": [
                    (0, 0, {"name": "a", "raw": self.document(self.devices("S1"), order="")})
                ],
            }
        )
        action = wizard.action_upload()
        asn = self.env["trace.asn"].browse(action["res_id"])
        self.assertEqual((asn.state, asn.picking_ids), ("expected", self.receipt))

    def test_large_notice_costs_no_more_queries(self):
        def queries(count, number):
            lines = [
                self.devices(f"S{number}-{i}", number=str(i), supplier_code=f"C{i}")
                for i in range(count)
            ]
            data = self.document(*lines, number=number)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            asn = self.env["trace.asn"]._import(data, "n.xml")
            self.env.flush_all()
            self.assertEqual((asn.state, len(asn.unit_ids)), ("expected", count))
            return self.env.cr.sql_log_count - before

        queries(2, "warm")
        small, large = queries(10, "small"), queries(400, "large")
        self.assertLess(large, small + 15, "inserts and reads come in batches, not per line")
