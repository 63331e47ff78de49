from odoo.tests import new_test_user, tagged

from .asn_case import CASE_GTIN, GLN, GTIN, OTHER_GLN, OUR_MILK, STRANGER_GLN, AsnCase

VAT = """<cac:PartyTaxScheme><cbc:CompanyID>%s</cbc:CompanyID>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"""


@tagged("post_install", "-at_install")
class TestAsnMatching(AsnCase):
    """Exact identifiers find supplier, order, receipt, product and unit; else a person is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "matcher", groups="lot_serial_trace.group_trace_user")

    def milk_line(self, quantity=30, **options):
        return self.lots(("L1", ""), quantity=quantity, **{"buyer_code": "", **options})

    # -- supplier -------------------------------------------------------------

    def supplier_of(self, **options):
        self.__class__.serial_number = getattr(self, "serial_number", 0) + 1
        asn = self.notice(self.devices("S1"), number=f"N{self.serial_number}", **options)
        return asn.partner_id

    def test_supplier_by_gln(self):
        self.assertEqual(self.supplier_of(), self.supplier)
        address = self.env["res.partner"].create(
            {
                "name": "Dairy dock",
                "parent_id": self.supplier.id,
                "type": "delivery",
                "global_location_number": OTHER_GLN,
            }
        )
        self.assertTrue(address)
        self.assertEqual(self.supplier_of(gln=OTHER_GLN), self.supplier)

    def test_supplier_by_vat_registry_and_reference(self):
        self.supplier.write(
            {
                "vat": "BE0477472701",
                "company_registry": "0477472701",
                "ref": "V-1040",
                "country_id": self.env.ref("base.be").id,
            }
        )
        country = "<cbc:IdentificationCode>BE</cbc:IdentificationCode>"
        country = f"<cac:PostalAddress><cac:Country>{country}</cac:Country></cac:PostalAddress>"
        ident = "<cac:PartyIdentification><cbc:ID %s</cbc:ID></cac:PartyIdentification>"
        for ids in (
            VAT % "BE 0477.472.701",
            country + VAT % "0477472701",
            ident % 'schemeID="0208">0477472701',
            ident % 'schemeName="BE:VAT">BE0477472701',
            ident % ">V-1040",
        ):
            with self.subTest(ids):
                self.assertEqual(self.supplier_of(gln="", supplier_ids=ids), self.supplier)

    def test_supplier_by_exact_name(self):
        self.supplier.name = "100% Milk_Co"
        self.assertEqual(self.supplier_of(gln="", supplier="100% milk_co"), self.supplier)
        self.supplier.name = "100 per cent MilkXCo"
        self.assertFalse(self.supplier_of(gln="", supplier="100% Milk_Co"), "no pattern search")

    def test_names_are_no_patterns(self):
        """A supplier called "%" must not make the search load every contact."""
        matching = self.env["trace.asn.matching"]
        self.assertEqual(matching._literally("5%_\\"), "5\\%\\_\\\\")

    def test_gln_beats_name(self):
        self.env["res.partner"].create({"name": "Somebody", "is_company": True})
        self.assertEqual(self.supplier_of(), self.supplier)

    def test_two_that_fit_are_none(self):
        self.env["res.partner"].create({"name": "Twin", "global_location_number": GLN})
        self.assertFalse(self.supplier_of())

    def test_unknown_supplier_is_parked_helped_and_remembered(self):
        asn = self.notice(self.devices("S1"), gln=STRANGER_GLN, supplier="Stranger Ltd")
        self.assertEqual((asn.state, asn.partner_id.id), ("parsed", False))
        self.assertEqual(self.kinds(asn), ["asn_no_order", "asn_unknown_supplier"])
        exception = asn.exception_ids.filtered(lambda one: one.kind == "asn_unknown_supplier")
        self.assertIn(f"Stranger Ltd (GLN {STRANGER_GLN})", exception.name)
        self.assertIn("Match again", exception.remedy)
        self.assertIn(exception.remedy, asn.open_points)
        mine = asn.with_user(self.user)
        mine.partner_id = self.supplier
        mine.action_match()
        self.assertEqual((asn.state, asn.partner_by), ("expected", "person"))
        self.assertEqual((self.kinds(asn), asn.open_points), ([], False))
        self.assertEqual(exception.resolution, "corrected")
        later = self.notice(self.devices("S2"), number="LS-2", gln=STRANGER_GLN)
        self.assertEqual((later.partner_id, later.partner_by), (self.supplier, "memory"))
        self.assertEqual(later.state, "expected")
        self.assertEqual(self.supplier.global_location_number, GLN, "contacts are not touched")

    # -- orders ---------------------------------------------------------------

    def test_order_and_receipt(self):
        asn = self.notice(self.devices("S1"))
        self.assertEqual((asn.purchase_ids, asn.picking_ids), (self.order, self.receipt))
        self.assertEqual(asn.line_ids.purchase_id, self.order)
        self.assertEqual(asn.warehouse_id, self.warehouse)
        self.assertEqual(self.receipt.trace_asn_ids, asn)

    def test_order_by_the_suppliers_number(self):
        self.order.partner_ref = "SO-77"
        self.assertEqual(self.notice(self.devices("S1"), order="SO-77").purchase_ids, self.order)

    def test_several_orders_in_one_notice(self):
        second = self.purchase((self.device, 5))
        asn = self.notice(
            self.devices("S1", order=self.order.name),
            self.devices("S2", number="2", order=second.name),
            order="",
        )
        self.assertEqual(asn.purchase_ids, self.order | second)
        self.assertEqual([line.purchase_id for line in asn.line_ids], [self.order, second])
        expected = asn.picking_ids._trace_asn_expected()
        self.assertEqual([item.number for item in expected[self.receipt]], ["S1"])
        self.assertEqual([item.number for item in expected[second.picking_ids]], ["S2"])

    def test_orders_that_do_not_count(self):
        draft = self.purchase((self.device, 5), confirm=False)
        asn = self.notice(self.devices("S1"), order=draft.name)
        self.assertEqual((asn.state, self.kinds(asn)), ("parsed", ["asn_no_order"]))
        self.assertFalse(asn.purchase_ids)
        draft.button_confirm()
        asn.action_match()
        self.assertEqual((asn.state, asn.picking_ids), ("expected", draft.picking_ids))
        other = self.env["res.partner"].create({"name": "Other supplier"})
        foreign = self.purchase((self.device, 5), partner_id=other.id)
        asn = self.notice(self.devices("S1"), order=foreign.name, number="LS-2")
        self.assertEqual(asn.state, "parsed")

    def test_receipt_chosen_by_a_person(self):
        asn = self.notice(self.devices("S1"), order="")
        self.assertEqual(self.kinds(asn), ["asn_no_order"])
        mine = asn.with_user(self.user)
        mine.picking_ids = self.receipt
        mine.action_match()
        self.assertEqual(asn.state, "expected")
        self.assertEqual(
            [item.number for item in self.receipt._trace_asn_expected()[self.receipt]], ["S1"]
        )

    def test_warehouse_by_location_gln(self):
        self.stock.trace_gln = OTHER_GLN
        asn = self.notice(self.devices("S1"), dock=OTHER_GLN, order="X")
        self.assertEqual(asn.warehouse_id, self.warehouse)

    def test_cancellation_expects_nothing(self):
        head = "<cbc:DocumentStatusCode>Cancelled</cbc:DocumentStatusCode>"
        asn = self.notice(self.devices("S1"), head=head)
        self.assertEqual(
            (asn.state, asn.action, self.kinds(asn)), ("parsed", "cancel", ["asn_cancelled"])
        )

    # -- products -------------------------------------------------------------

    def matched(self, line):
        """Product of the one line of a notice, and how it was found."""
        self.__class__.serial_number = getattr(self, "serial_number", 0) + 1
        found = self.notice(line, number=f"P{self.serial_number}").line_ids
        return found.product_id, found.matched_by

    def test_product_by_gtin_in_any_length(self):
        for barcode in (GTIN, f"0{GTIN}"):
            for gtin in (GTIN, f"0{GTIN}", f"{GTIN[:6]}-{GTIN[6:]}"):
                self.device.barcode = barcode
                with self.subTest(barcode=barcode, gtin=gtin):
                    self.assertEqual(
                        self.matched(self.devices("S1", gtin=gtin)), (self.device, "gtin")
                    )

    def test_short_gtin(self):
        self.device.barcode = "96385074"
        self.assertEqual(
            self.matched(self.devices("S1", gtin="00000096385074")), (self.device, "gtin")
        )

    def test_gtin_of_two_products_fits_none(self):
        self._product("Copy", "lot", barcode=f"0{GTIN}")
        self.assertFalse(self.matched(self.devices("S1"))[0])

    def test_gtin_with_wrong_check_digit_matches_nothing(self):
        self.device.barcode = "4099999001003"
        asn = self.notice(self.devices("S1", gtin="4099999001003"))
        self.assertFalse(asn.line_ids.product_id)
        self.assertIn("asn_unknown_product", self.kinds(asn))

    def test_product_by_packaging(self):
        case = self.env["uom.uom"].create(
            {
                "name": "Case of 12",
                "relative_factor": 12,
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
            }
        )
        self.milk.uom_ids = case
        self.env["product.uom"].create(
            {"product_id": self.milk.id, "uom_id": case.id, "barcode": CASE_GTIN}
        )
        asn = self.notice(self.milk_line(2, gtin=CASE_GTIN))
        line = asn.line_ids
        self.assertEqual((line.product_id, line.matched_by), (self.milk, "packaging"))
        self.assertEqual((line.uom_id, line.product_qty), (case, 24))
        asn.action_match()
        self.assertEqual(line.product_qty, 24, "matching again does not lose the case")

    def test_product_by_suppliers_and_own_code(self):
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_tmpl_id": self.milk.product_tmpl_id.id,
                "product_code": "M-7",
            }
        )
        self.assertEqual(self.matched(self.milk_line(supplier_code="M-7")), (self.milk, "supplier"))
        self.assertEqual(self.matched(self.milk_line(buyer_code=OUR_MILK)), (self.milk, "buyer"))
        other = self.env["res.partner"].create({"name": "Other"})
        self.env["product.supplierinfo"].create(
            {
                "partner_id": other.id,
                "product_tmpl_id": self.device.product_tmpl_id.id,
                "product_code": "X-1",
            }
        )
        self.assertFalse(
            self.matched(self.milk_line(supplier_code="X-1"))[0], "another supplier's code"
        )

    def test_codes_that_fit_two_products_fit_none(self):
        self.device.default_code = OUR_MILK
        self.assertFalse(self.matched(self.milk_line(buyer_code=OUR_MILK))[0])

    def test_unknown_product_is_parked_helped_and_remembered(self):
        asn = self.notice(self.devices("S1"), self.milk_line(supplier_code="NEW-1"))
        self.assertEqual((asn.state, self.kinds(asn)), ("parsed", ["asn_unknown_product"]))
        self.assertIn("Milk (NEW-1)", asn.exception_ids.name)
        info = self.milk.seller_ids
        self.assertFalse(info.product_code)
        line = asn.line_ids[1].with_user(self.user)
        line.product_id = self.milk
        asn.with_user(self.user).action_match()
        self.assertEqual((asn.state, line.matched_by, self.kinds(asn)), ("expected", "person", []))
        self.assertEqual(info.product_code, "NEW-1", "the vendor line learned the code")
        self.assertEqual(self.matched(self.milk_line(supplier_code="NEW-1")), (self.milk, "memory"))
        self.env["trace.asn.alias"].search([("code", "=", "NEW-1")]).unlink()
        self.assertEqual(
            self.matched(self.milk_line(supplier_code="NEW-1")), (self.milk, "supplier")
        )

    def test_memory_without_a_vendor_line(self):
        self.milk.seller_ids.unlink()
        asn = self.notice(self.milk_line(supplier_code="NEW-2"))
        asn.line_ids.with_user(self.user).product_id = self.milk
        asn.action_match()
        self.assertEqual(self.matched(self.milk_line(supplier_code="NEW-2")), (self.milk, "memory"))
        self.assertFalse(self.milk.seller_ids, "no vendor line without a price is made")

    def test_many_unknown_products_are_one_exception(self):
        lines = [self.line(None, 1, number=str(i), supplier_code=f"X{i}") for i in range(30)]
        asn = self.notice(*lines)
        (exception,) = asn.exception_ids.filtered(lambda one: one.kind == "asn_unknown_product")
        self.assertIn("… (30)", exception.name)

    # -- units of measure -----------------------------------------------------

    def quantity(self, quantity, unit, product=None, **options):
        """What a line is in the product's unit; None when that is not certain."""
        self.__class__.serial_number = getattr(self, "serial_number", 0) + 1
        product = product or self.milk
        product.default_code = f"TRT-{product.name}"
        code = product.default_code
        line = self.line(product, quantity, unit=unit, buyer_code=code, gtin="", **options)
        found = self.notice(line, number=f"Q{self.serial_number}").line_ids
        return found.product_qty if found.product_qty_known else None

    def test_pieces_and_measures(self):
        flour = self._product("Flour", "lot", uom_id=self.env.ref("uom.product_uom_kgm").id)
        for quantity, unit, product, wanted in (
            (7, "C62", self.milk, 7),
            (7, "EA", self.milk, 7),
            (7, "h87", self.milk, 7),
            (2, "DZN", self.milk, 24),
            (1500, "GRM", flour, 1.5),
            (2, "TNE", flour, 2000),
            (7, "EA", flour, None),
            (7, "KGM", self.milk, None),
            (7, "ZZZ", self.milk, None),
            (7, "XCS", self.milk, None),
        ):
            with self.subTest(quantity=quantity, unit=unit, product=product.name):
                self.assertEqual(self.quantity(quantity, unit, product), wanted)

    def test_cases(self):
        piece = self.env.ref("uom.product_uom_unit").id
        case = self.env["uom.uom"].create(
            {"name": "Case of 6", "relative_factor": 6, "relative_uom_id": piece}
        )
        self.milk.uom_ids = case
        self.assertEqual(self.quantity(5, "XCS"), 30)
        self.assertEqual(self.quantity(5, "CS"), 30)
        self.milk.uom_ids |= self.env["uom.uom"].create(
            {"name": "Pallet", "relative_factor": 600, "relative_uom_id": piece}
        )
        self.assertIsNone(self.quantity(5, "XCS"), "case or pallet?")
        order = self.purchase((self.milk, 5))
        order.button_cancel()

    def test_unknown_unit_is_noted_but_parks_nothing(self):
        self.assertIsNone(self.quantity(5, "XQQ"))
        asn = self.env["trace.asn"].search([], limit=1)
        self.assertEqual((asn.state, self.kinds(asn)), ("expected", ["asn_unknown_unit"]))

    # -- cost -----------------------------------------------------------------

    def test_five_thousand_lines_take_the_queries_of_ten(self):
        self.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": self.supplier.id,
                    "product_tmpl_id": self.milk.product_tmpl_id.id,
                    "product_code": f"C{i}",
                }
                for i in range(5000)
            ]
        )

        def queries(count, number):
            lines = [self.milk_line(1, number=str(i), supplier_code=f"C{i}") for i in range(count)]
            asn = self.notice(*lines, number=number)
            self.assertEqual(asn.state, "expected")
            asn.line_ids.sudo().write({"product_id": False})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            asn.action_match()
            self.env.flush_all()
            self.assertEqual(asn.line_ids.product_id, self.milk)
            return self.env.cr.sql_log_count - before

        queries(2, "warm")
        small, large = queries(10, "small"), queries(5000, "large")
        self.assertLess(large, small + 40)
