from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .asn_case import AsnCase


@tagged("post_install", "-at_install")
class TestSupplierScore(AsnCase):
    """The scorecard says how well a supplier announces; a letter tells the supplier."""

    def score(self, *domain):
        """The supplier's figures over all shipments."""
        names = ("shipment_count:sum", "noticed:avg", "on_time:avg", "complete:avg", "accuracy:avg")
        self.env.flush_all()
        [row] = self.env["trace.supplier.score"]._read_group(
            [("partner_id", "=", self.supplier.id), *domain], aggregates=names
        )
        return row

    def shipment(self, captured, number):
        """An order of ten devices, its notice, and what came of it."""
        order = self.purchase((self.device, 10))
        serials = [f"{number}{i}" for i in range(10)]
        asn = self.notice(self.devices(*serials), order=order.name, number=number)
        self.receipt = order.picking_ids
        self.done(*((self.device, f"{number}{i}", 1) for i in captured))
        return asn

    def test_small_world(self):
        """Two notices (one with 1 missing and 1 not advised), one receipt without."""
        self.shipment(range(10), "A")
        late = self.shipment([*range(9), 77], "B")
        self.assertEqual((late.units_received, late.units_missing), (9, 1))
        late.goods_at -= timedelta(days=1)
        self.receive((self.device, "C1", 1))
        shipments, noticed, on_time, complete, accuracy = self.score()
        self.assertEqual((shipments, on_time, complete), (3, 0.5, 0.5))
        self.assertAlmostEqual(noticed, 2 / 3)
        self.assertAlmostEqual(accuracy, 19 / 21, msg="of all their numbers together")
        rows = self.env["trace.supplier.score"].search([("asn_id", "=", late.id)])
        self.assertEqual((rows.units_unexpected, rows.discrepancy_count), (1, 2))
        self.assertAlmostEqual(rows.accuracy, 9 / 11)

    def test_false_alarms_do_not_count(self):
        asn = self.shipment([*range(10), 77], "A")
        unexpected = asn.exception_ids.filtered(lambda one: one.kind == "asn_unexpected")
        self.assertAlmostEqual(self.score()[-1], 10 / 11)
        unexpected._resolve("mistake", "was on page two")
        self.assertEqual(self.score()[-1], 1)

    def test_what_is_under_way_is_not_judged(self):
        asn = self.full_notice()
        self.assertEqual([type(one) for one in self.score()[2:]], [bool] * 3, "no figure at all")
        [row] = self.env["trace.supplier.score"].search([("asn_id", "=", asn.id)])
        self.assertFalse(row.arrived or row.judged, "the list shows nothing, not 0 %")

    def test_goods_seen_before_the_notice(self):
        self.receipt.move_line_ids.unlink()
        self.receipt.trace_scan(
            f"(01)0{self.device.barcode}(21)S0", scanned_at="2026-01-01 08:00:00"
        )
        asn = self.full_notice()
        self.receipt.with_context(skip_backorder=True, trace_confirmed=True).button_validate()
        self.assertEqual(asn.goods_at, fields.Datetime.to_datetime("2026-01-01 08:00:00"))
        self.assertEqual(repr(self.score()[2]), "0.0")

    def test_smart_button(self):
        self.shipment(range(10), "A")
        auditor = new_test_user(
            self.env, "sc_reader", groups="lot_serial_trace.group_trace_auditor"
        )
        supplier = self.supplier.with_user(auditor)
        self.assertEqual(supplier.trace_asn_count, 1)
        rows = self.env["trace.supplier.score"].with_user(auditor)
        self.assertEqual(len(rows.search(supplier.action_trace_score()["domain"])), 1)

    # -- the letter -----------------------------------------------------------

    def compose(self, action):
        return self.env["mail.compose.message"].with_context(**action["context"]).create({})

    def test_letter_and_list(self):
        self.supplier.email = "supplier@example.com"
        asn = self.shipment([*range(9), 77], "B")
        for record, action in (
            (self.receipt, self.receipt.action_trace_report_discrepancies),
            (asn, asn.action_report_discrepancies),
        ):
            with self.subTest(record=record._name):
                composer = self.compose(action())
                self.assertEqual(composer.partner_ids, self.supplier)
                self.assertIn(record.name, composer.subject)
                letter, units = composer.attachment_ids.sorted(lambda a: a.name.endswith("csv"))
                text = units.raw.decode("utf-8-sig")
                self.assertIn("B9 of Device (1) was advised on B but not received", text)
                self.assertIn("B77", text)
                self.assertEqual(len(text.strip().splitlines()), 3)
                if letter.name.endswith("html"):
                    self.assertIn(b"was advised on B but not received", letter.raw)
        self.assertFalse(asn.exception_ids.filtered("reported_at"))
        composer.action_send_mail()
        self.assertEqual(len(asn.message_ids[0].attachment_ids), 2)
        self.assertIn(self.supplier, asn.message_ids[0].partner_ids)
        self.assertEqual(len(asn.exception_ids.filtered("reported_at")), 2)
        self.assertEqual(asn.exception_ids.reported_by_id, self.env.user)

    def test_other_messages_mark_nothing(self):
        asn = self.shipment(range(9), "B")
        asn.message_post(body="hello")
        self.assertFalse(asn.exception_ids.filtered("reported_at"))

    def test_in_the_suppliers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.supplier.lang = "de_DE"
        asn = self.shipment(range(9), "B")
        template = self.env.ref("lot_serial_trace.mail_discrepancy_trace_asn")
        template.with_context(lang="de_DE").subject = "Abweichungen {{ object.name }}"
        composer = self.compose(asn.action_report_discrepancies())
        self.assertEqual(composer.subject, "Abweichungen B")

    def test_each_number_of_a_lost_pallet_is_listed(self):
        self.order = self.purchase((self.device, 60))
        self.receipt = self.order.picking_ids
        asn = self.notice(self.devices(*self.all_devices(60)), order=self.order.name)
        self.done((self.device, "S0", 1))
        service = self.env["trace.discrepancy"]
        self.assertEqual(len(service._exceptions(asn)), 1)
        self.assertEqual(len(service._units(asn)), 59)

    def test_no_formulas_in_the_list(self):
        self.assertEqual(self.env["trace.discrepancy"]._harmless("=1+1"), "'=1+1")

    def test_nothing_to_tell(self):
        self.shipment(range(10), "A")
        self.assertFalse(self.receipt.trace_discrepancy_count)
        with self.assertRaisesRegex(Exception, "Nothing is wrong"):
            self.receipt.action_trace_report_discrepancies()
