import base64

import pypdfium2
import zxingcpp

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TraceCase

SSCC = "395212340000000014"


@tagged("post_install", "-at_install")
class TestLabels(TraceCase):
    """Labels say what the scan screens read: lots, serial numbers and packages, PDF and ZPL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "UTC"
        cls.milk.write({"barcode": "09521234543213", "expiration_time": 30, "use_time": 10})

    def wizard(self, records, **values):
        """The dialog, filled in."""
        action = records.action_trace_print_labels()
        wizard = self.env["trace.label.print"].browse(action["res_id"])
        wizard.write(values)
        return wizard

    def printed(self, records, **values):
        """The file, as the browser downloads it."""
        wizard = self.wizard(records, **values)
        self.assertIn(f"/{wizard.id}/file/", wizard.action_print()["url"])
        return base64.b64decode(wizard.file)

    def scanned(self, pdf):
        """What a scanner reads, page by page."""
        pages = (page.render(scale=300 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf))
        return [sorted(code.text for code in zxingcpp.read_barcodes(page)) for page in pages]

    def test_each_serial_gets_a_label(self):
        receipt = self.receive(*((self.device, f"S{i}", 1) for i in range(3)))
        expected = [[f"(01)09501101530003(21)S{i}"] for i in range(3)]
        self.assertEqual(self.scanned(self.printed(receipt)), expected)
        lots = receipt.move_line_ids.lot_id.sorted("name")
        self.assertEqual(self.scanned(self.printed(lots)), expected)

    def test_what_is_still_expected_can_be_labelled_too(self):
        receipt = self.picking("in", [(self.device, "S1", 1)])
        self.assertEqual(self.scanned(self.printed(receipt)), [["(01)09501101530003(21)S1"]])

    def test_a_lot_says_its_dates_and_quantity(self):
        self.receive((self.milk, "L1", 24))
        lot = self.lot(self.milk, "L1")
        lot.write({"expiration_date": "2030-12-31 12:00:00", "use_date": "2030-12-01 12:00:00"})
        data = "(01)09521234543213(15)301201(17)301231(10)L1"
        self.assertEqual(self.scanned(self.printed(lot)), [[data]])
        with_quantity = self.printed(lot, with_quantity=True)
        self.assertEqual(self.scanned(with_quantity), [[data + "(30)24"]])

    def test_dates_are_days_of_the_company(self):
        self.receive((self.milk, "L1", 1))
        lot = self.lot(self.milk, "L1")
        self.warehouse.company_id.partner_id.tz = "Asia/Tokyo"
        lot.write({"expiration_date": "2030-12-30 20:00:00", "use_date": "2030-12-30 20:00:00"})
        self.assertIn("(17)301231", self.scanned(self.printed(lot))[0][0])

    def test_goods_by_weight_say_kilograms(self):
        cheese = self._product(
            "Cheese",
            "lot",
            barcode="09521234543206",
            uom_id=self.env.ref("uom.product_uom_gram").id,
        )
        self.receive((cheese, "C1", 12500))
        lot = self.lot(cheese, "C1")
        self.assertEqual(
            self.scanned(self.printed(lot, with_quantity=True)),
            [["(01)09521234543206(3103)012500(10)C1"]],
        )

    def test_one_label_for_each_unit_of_a_lot(self):
        self.receive((self.milk, "L1", 3))
        wizard = self.wizard(self.lot(self.milk, "L1"), per_unit=True, copies=2)
        self.assertEqual(wizard.label_count, 6)

    def test_without_gtin_the_label_is_internal_and_says_so(self):
        plain = self._product("Plain", "lot", barcode="SHELF-12")
        self.receive((plain, "P1", 1))
        wizard = self.wizard(self.lot(plain, "P1"))
        self.assertEqual(wizard.without_gtin, 1)
        wizard.action_print()
        self.assertEqual(self.scanned(base64.b64decode(wizard.file)), [["P1"]])
        zpl = self.printed(self.lot(plain, "P1"), print_format="zpl", size="100x50").decode()
        self.assertIn("no GTIN", zpl)

    def test_numbers_that_cannot_be_printed_are_named_first(self):
        self.receive((self.device, "S1", 1), (self.device, "S 2", 1), (self.device, "X" * 21, 1))
        lots = self.env["stock.lot"].search([("product_id", "=", self.device.id)])
        wizard = self.wizard(lots)
        self.assertIn("S 2 of", wizard.problems)
        with self.assertRaisesRegex(UserError, "has 21 characters"):
            wizard.action_print()
        wizard.internal_anyway = True
        wizard.action_print()
        self.assertEqual(
            {texts[0] for texts in self.scanned(base64.b64decode(wizard.file))},
            {"(01)09501101530003(21)S1", "S 2", "X" * 21},
        )

    def test_a_barcode_too_wide_for_the_label_is_told(self):
        self.receive((self.device, "ABCDEFGHIJKLMNOPQRST", 1))
        lot = self.lot(self.device, "ABCDEFGHIJKLMNOPQRST")
        with self.assertRaisesRegex(UserError, "does not fit on a label of 50"):
            self.printed(lot, code128=True)

    def test_a_pallet_says_what_is_on_it_before_and_after_it_is_shipped(self):
        self.receive((self.milk, "L1", 480))
        lot = self.lot(self.milk, "L1")
        lot.write({"expiration_date": "2030-12-31 12:00:00", "use_date": "2030-12-31 12:00:00"})
        delivery = self.picking("out", [(self.milk, "L1", 480)])
        package = delivery.action_put_in_pack()
        package.name = SSCC
        for _state in ("packed", "shipped"):
            codes = self.scanned(self.printed(delivery, datamatrix=False))[0]
            self.assertIn(f"(00){SSCC}", codes)
            self.assertIn("(02)09521234543213", "".join(codes))
            self.assertIn("(37)480", "".join(codes))
            self.assertIn("(10)L1", "".join(codes))
            self.validate(delivery)

    def test_a_mixed_pallet_says_its_number_only(self):
        self.receive((self.milk, "L1", 1), (self.device, "S1", 1))
        delivery = self.picking("out", [(self.milk, "L1", 1), (self.device, "S1", 1)])
        package = delivery.action_put_in_pack()
        package.name = SSCC
        self.assertEqual(self.scanned(self.printed(package, datamatrix=False)), [[f"(00){SSCC}"]])

    def test_a_package_without_sscc_gets_an_internal_label(self):
        package = self.env["stock.package"].create({"name": "BOX-1"})
        self.assertEqual(self.scanned(self.printed(package, datamatrix=False)), [["BOX-1"]])

    def test_a_label_printer_is_told_in_its_language(self):
        self.receive((self.device, "S1", 1))
        lot = self.lot(self.device, "S1")
        zpl = self.printed(lot, print_format="zpl", dpi="300").decode()
        self.assertIn("^FD_1010950110153000321S1^FS", zpl)
        self.assertIn("^PW591", zpl)

    def test_links_lead_to_the_companys_own_pages(self):
        self.env.company.trace_link_stem = "https://example.com/"
        self.receive((self.device, "S1", 1))
        codes = self.scanned(self.printed(self.lot(self.device, "S1"), datamatrix=False, link=True))
        self.assertEqual(codes, [["https://example.com/01/09501101530003/21/S1"]])

    def test_many_labels_take_no_more_queries_than_few(self):
        self.receive(*((self.device, f"S{i:03}", 1) for i in range(120)))
        lots = self.env["stock.lot"].search([("product_id", "=", self.device.id)], order="name")
        self.printed(lots[:1])
        wizard = self.wizard(lots)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            wizard.action_print()

    def test_nothing_to_label_is_said(self):
        with self.assertRaisesRegex(UserError, "nothing to label"):
            self.printed(self.picking("in", []))

    def test_who_sees_no_stock_prints_no_labels(self):
        self.receive((self.device, "S1", 1))
        lot = self.lot(self.device, "S1")
        user = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "lb-stranger",
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        with self.assertRaises(AccessError):
            lot.with_user(user).action_trace_print_labels()
