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

    def test_broken_file_is_rejected_and_kept(self):
        data = self.document(self.devices("S1"))[:-30]
        asn = self.env["trace.asn"]._import(data, "cut.xml")
        self.assertEqual((asn.state, asn.name), ("rejected", "cut.xml"))
        self.assertEqual(asn.attachment_id.raw, data)
        self.assertIn("damaged", asn.error)
        self.assertIn("(line ", asn.error)
        self.assertIn("send it again", asn.error)
        (exception,) = self.env["trace.exception"].search([("asn_id", "=", asn.id)])
        self.assertEqual(exception.kind, "asn_unreadable")
        self.assertIn("cut.xml could not be read: The XML is damaged", exception.name)
        self.assertIn("corrected file", exception.remedy)

    def test_anything_at_all_is_taken_in(self):
        for data, words in (
            (b"", "empty"),
            (b"\x00\xff\x01", "binary data"),
            (b"%PDF-1.4", "PDF"),
            (b"UNA:+.? '", "EDIFACT"),
            (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE"),
        ):
            with self.subTest(words):
                asn = self.env["trace.asn"]._import(data, "x")
                self.assertEqual(asn.state, "rejected")
                self.assertIn(words, asn.error)

    def test_a_readers_bug_costs_nothing(self):
        data = self.document(self.devices("S1"))
        with (
            patch.object(reading.ubl, "read", side_effect=ZeroDivisionError("oops")),
            self.assertLogs("odoo.addons.lot_serial_trace.models.trace_asn_reading", "ERROR"),
        ):
            asn = self.env["trace.asn"]._import(data, "ls1.xml")
        self.assertEqual(asn.state, "rejected")
        self.assertIn("oops", asn.error)
        asn.action_read_again()
        self.assertEqual((asn.state, asn.error, asn.unit_count), ("expected", False, 1))
        self.assertEqual(self.kinds(asn), [])

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
        with self.assertRaisesRegex(UserError, "evidence"):
            asn.unlink()
        with self.assertRaisesRegex(UserError, "LS-1"):
            asn.attachment_id.unlink()
        with self.assertRaisesRegex(UserError, "LS-1"):
            asn.attachment_id.raw = b"other"
        self.env["ir.attachment"].create({"name": "free", "raw": b"x"}).unlink()

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
        self.assertEqual(model.browse(answer["id"]).create_uid, user)
        broken = base64.b64encode(b"<a").decode()
        self.assertIn("damaged", model.import_document(name="x", content_base64=broken)["error"])
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
        self.assertIn("LS-1", action["params"]["message"])
        asns = self.env["trace.asn"].search(action["params"]["next"]["domain"])
        self.assertEqual(sorted(asns.mapped("state")), ["expected", "expected", "rejected"])
        self.assertIn(known, asns)
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
