from datetime import date, datetime

from odoo.tests import tagged

from .regulator_case import LETTUCE, NIGHT, RegulatorCase


@tagged("post_install", "-at_install")
class TestRegulator(RegulatorCase):
    """What authorities are given is what happened, worked out by hand."""

    def receipt(self, number="R-186", quantity=12, **values):
        picking = self.receive((self.lettuce, number, quantity), **values)
        return self.happened(picking, NIGHT)

    def ship(self, partner, number="R-186", quantity=5):
        picking = self.picking("out", [(self.lettuce, number, quantity)], partner=partner)
        self.validate(picking)
        return picking

    def test_a_receipt_in_full(self):
        """Every column, by the clock of the house: it was still the day before there."""
        picking = self.receipt()
        picking.write({"trace_ref_type": "BOL", "trace_ref_number": "B-1"})
        event = self.events(("document", "=", picking.name), ("kind", "=", "correction"))[-1:]
        [row] = self.book(self.request())["Receiving"]
        where = {
            "(a)(1) TLC - GTIN": LETTUCE,
            "(a)(1) TLC - Batch": "R-186",
            "(b)(1) TLC - Assigned By": "Green Valley Packing",
            "(a)(2) Qty & UOM": "12 Units",
            "(a)(3) Product Description": (
                "Green Valley Romaine, Romaine lettuce, 24 heads, carton"
            ),
            "(a)(4) Immediate Previous Source (IPS) Location - (Shipped from Location)": (
                "Fresh Foods"
            ),
            "(a)(5) Receive Location": "Our House - Trace Test",
            "(a)(6) Receive Date": datetime(2026, 3, 1),
            "(a)(7) TLC Source ReferenceFFRN": "12345678901",
            "(b)(5) TLC Source Reference - Assigned By": "Green Valley Packing",
            "(a)(8) Ref Doc": "BOL B-1",
            "(a)(7) TLC Source Name": "Green Valley Packing",
            "(a)(7) TLC Source Street": "1 Main Street",
            "(a)(7) TLC Source City": "Salinas",
            "(a)(7) TLC Source State": "GA",
            "(a)(7) TLC Source Country": "United States",
            "(a)(7) TLC Source Zip Code": "30263",
            "(a)(7) TLC Source Phone Number": "(555) 010-1234",
            "Paragraph (21 CFR)": "1.1345(a)",
            "Quantity": 12,
            "Unit of Measure": "Units",
            "Local Time": datetime(2026, 3, 1, 23, 30),
            "Time Zone": "America/Los_Angeles",
            "Own Document": picking.name,
            "Ledger Entry": event.id,
        }
        self.assertEqual({key: value for key, value in row.items() if value is not None}, where)

    def test_businesses_get_shipments_consumers_do_not(self):
        """What a consumer got is no shipment, and the file says how many there were."""
        self.receipt()
        shipped = self.ship(self.customer)
        self.ship(self.consumer, quantity=2)
        sheets = self.book(self.request())
        [row] = sheets["Shipping"]
        self.assertEqual(row["(4) Ship-To Location"], "Corner Shop")
        self.assertEqual(row["(5) Ship-From Location"], "Our House - Trace Test")
        self.assertEqual(row["Ship-From Location ID**"], "9501101020009")
        self.assertEqual(row["(2) Qty & UOM"], "5 Units")
        self.assertEqual(row["(8) Ref Doc Type and Number"], f"DEL {shipped.name}")
        self.assertIn("not listed: 1.", str(sheets["Read me"]))
        self.assertEqual(
            [place["Business or Farm Name"] for place in sheets["Locations"]],
            ["Corner Shop", "Fresh Foods", "Green Valley Packing", "Our House - Trace Test"],
        )
        self.assertEqual(sheets["Locations"][1]["Zip or Postal Code"], "30241")
        self.assertEqual(sheets["Products"][0]["FTL List Category"], self.food.name)

    def test_from_house_to_house(self):
        """A transfer to another house of one's own is shipped and received."""
        other = self.env["stock.warehouse"].create(
            {"name": "Second House", "code": "SEC", "partner_id": self.house.id}
        )
        self.receipt()
        moved = self.picking("int", [(self.lettuce, "R-186", 4)], dest=other.lot_stock_id)
        self.validate(moved)
        sheets = self.book(self.request(warehouse_ids=[(6, 0, (self.warehouse | other).ids)]))
        [shipped] = sheets["Shipping"]
        self.assertEqual(shipped["(4) Ship-To Location"], "Our House - Second House")
        received = sheets["Receiving"][-1]
        key = "(a)(4) Immediate Previous Source (IPS) Location - (Shipped from Location)"
        self.assertEqual(received[key], "Our House - Trace Test")
        self.assertEqual(received["(a)(5) Receive Location"], "Our House - Second House")

    def test_transformed(self):
        """Salad of two lots: a row for each of them, made where we are; its code is ours."""
        if "mrp.production" not in self.env:
            self.skipTest("Manufacturing is not installed")
        salad = self._product("Salad", "lot", categ_id=self.greens.id)
        self.receipt("R-1", 3)
        self.receipt("R-2", 3)
        order = self.env["mrp.production"].create(
            {
                "product_id": salad.id,
                "product_qty": 2,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "move_raw_ids": [
                    (0, 0, {"product_id": self.lettuce.id, "product_uom_qty": 4}),
                ],
            }
        )
        order.action_confirm()
        order.action_assign()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": "S-1", "product_id": salad.id}
        )
        order.qty_producing = 2
        order.move_raw_ids.picked = True
        order.button_mark_done()
        rows = self.book(self.request())["Transformation"]
        told = {
            (
                row["FTL Food Used TLC - Batch"],
                row["FTL Food Used Qty"],
                row["FTL Food Used UOM"],
                row["FTL Food Produced TLC - Batch"],
                row["FTL Food Produced Qty"],
                row["Transform Location- TLCS"],
                row["Reference Document Number for Transformation Event"],
            )
            for row in rows
        }
        made = ("Units", "S-1", 2, "Our House - Trace Test", order.name)
        self.assertEqual(told, {("R-1", 3, *made), ("R-2", 1, *made)})
        asked = self.request(numbers="R-2")
        self.assertEqual(len(self.book(asked)["Transformation"]), 1)

    def test_sprouts(self):
        """Sprouts are packed from seeds that are on no list, and are told with the seeds' history;
        what else went into the package is not.
        """
        if "mrp.production" not in self.env:
            self.skipTest("Manufacturing is not installed")
        sprouts = self._product(
            "Alfalfa sprouts", "lot", categ_id=self.greens.id, trace_fsma_made="sprouts"
        )
        seeds, tray = (self._product(name, "lot") for name in ("Alfalfa seeds", "Tray"))
        self.receive((seeds, "SEED-1", 5))
        self.receive((tray, "TRAY-1", 5))
        order = self.make(sprouts, "SP-1", seeds, tray)
        [row] = self.book(self.request())["Initial Packing Sprouts"]
        self.assertEqual(row["TLC - Batch"], "SP-1")
        self.assertIsNone(row["(b)(6) Seed Lot Code"], "nobody has said which lot is of seeds")
        gaps = self.env["trace.regulator.gap"]
        missing = [("code", "=", "lot_seeds"), ("res_id", "=", order.lot_producing_ids.id)]
        self.validate(self.picking("out", [(sprouts, "SP-1", 1)], partner=self.customer))
        gaps._refresh(self.env.company)
        self.assertTrue(gaps.search(missing))
        self.env["trace.seed"].create(
            {
                "lot_id": self.lot(seeds, "SEED-1").id,
                "conditioner_id": self.packer.id,
                "conditioned": "2026-01-05",
                "description": "Medicago sativa, 10 kg bag",
            }
        )
        sheets = self.book(self.request())
        [row] = sheets["Initial Packing Sprouts"]
        told = {key: value for key, value in row.items() if key.startswith("(b)") and value}
        self.assertTrue(told.pop("(b)(7) Date the Seeds Were Received"))
        self.assertEqual(
            told,
            {
                "(b)(2) Seed Conditioner or Processor": "Green Valley Packing",
                "(b)(2) Date of Conditioning or Processing": datetime(2026, 1, 5),
                "(b)(5) Description of the Seeds": "Medicago sativa, 10 kg bag",
                "(b)(6) Seed Lot Code": "SEED-1",
            },
        )
        self.assertEqual(row["Quantity Received"], 1)
        lacking = {one["Key data element"] for one in sheets["Missing"]}
        self.assertIn("Seed packinghouse", lacking)
        self.assertNotIn("Seed conditioner", lacking)
        self.assertFalse(sheets["Transformation"])
        gaps._refresh(self.env.company)
        self.assertFalse(gaps.search(missing))

    def test_packed_from_an_exempt_farm(self):
        """Other key data elements are kept of it: who sent it, and nothing of the harvest."""
        if "mrp.production" not in self.env:
            self.skipTest("Manufacturing is not installed")
        hearts = self._product("Hearts", "lot", categ_id=self.greens.id, trace_fsma_made="packing")
        self.supplier.trace_fsma_exempt = True
        self.receive((self.lettuce, "FARM-2", 3))
        self.make(hearts, "P-1", self.lettuce)
        sheets = self.book(self.request())
        [row] = sheets["Initial Packing from Exempt"]
        self.assertEqual(
            (row["TLC - Batch"], row["(c)(4) Received From"], row["Paragraph (21 CFR)"]),
            ("P-1", "Fresh Foods", "1.1330(c)"),
        )
        self.assertFalse(sheets["Initial Packing"])
        self.assertNotIn("Farm", {one["Key data element"] for one in sheets["Missing"]})
        self.supplier.trace_fsma_exempt = False
        sheets = self.book(self.request())
        self.assertFalse(sheets["Initial Packing from Exempt"])
        self.assertEqual(sheets["Initial Packing"][0]["TLC - Batch"], "P-1")
        self.assertIn("Farm", {one["Key data element"] for one in sheets["Missing"]})

    def make(self, product, number, *parts):
        """One of a product, of one of each part."""
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "move_raw_ids": [
                    (0, 0, {"product_id": part.id, "product_uom_qty": 1}) for part in parts
                ],
            }
        )
        order.action_confirm()
        order.action_assign()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": number, "product_id": product.id}
        )
        order.qty_producing = 1
        order.move_raw_ids.picked = True
        order.button_mark_done()
        return order

    def test_fish_grows_in_a_pond(self):
        """What a lot of aquaculture calls its field is the container."""
        self.receipt()
        farm = self.place("Trout Farm", "GA", "30250", trace_aquaculture=True)
        self.lot(self.lettuce, "R-186").write(
            {"trace_farm_id": farm.id, "trace_field": "Pond 3", "trace_harvest_from": "2026-02-27"}
        )
        sheets = self.book(self.request())
        [row] = sheets["Harvesting"]
        self.assertEqual((row["Field Name"], row["Aquaculture Container"]), (None, "Pond 3"))
        lacking = {one["Key data element"] for one in sheets["Missing"]}
        self.assertNotIn("Field, growing area or container", lacking)

    def test_what_a_product_or_its_category_says(self):
        """The nearest category counts, and the product before it."""
        self.receipt()
        self.assertEqual(self.request().count, 1)
        self.lettuce.product_tmpl_id.trace_ftl_exempt = True
        self.assertEqual(self.request().count, 0)

    def test_exempt_suppliers_and_vessels(self):
        """Who receives from them assigns the code; fish is landed, not received."""
        self.supplier.trace_fsma_exempt = True
        self.receipt("FARM-1")
        [row] = self.book(self.request())["Receiving"]
        self.assertEqual(row["Paragraph (21 CFR)"], "1.1345(b)")
        self.assertEqual(row["(a)(7) TLC Source Name"], "Our House - Trace Test")
        self.supplier.write({"trace_fsma_exempt": False, "trace_vessel": True})
        lot = self.lot(self.lettuce, "FARM-1")
        lot.write({"trace_harvest_from": "2026-02-20", "trace_field": "FAO 67"})
        sheets = self.book(self.request())
        self.assertFalse(sheets["Receiving"])
        [row] = sheets["First Land-Based Receiving"]
        self.assertEqual(row["(d) Harvest Date, Last"], datetime(2026, 2, 20))
        self.assertEqual(row["Fishing Vessel"], "Fresh Foods")

    def test_what_the_farm_told(self):
        """Harvesting and cooling are told of lots whose farm told them."""
        self.receipt()
        farm = self.place("Sunny Farm", "GA", "30250")
        self.lot(self.lettuce, "R-186").write(
            {
                "trace_farm_id": farm.id,
                "trace_field": "Field 7",
                "trace_harvest_from": "2026-02-27",
                "trace_cooled_on": "2026-02-28",
                "trace_cooled_id": self.packer.id,
            }
        )
        sheets = self.book(self.request())
        [harvested], [cooled] = sheets["Harvesting"], sheets["Cooling"]
        self.assertEqual(harvested["Harvest Location"], "Sunny Farm")
        self.assertEqual(harvested["Field Name"], "Field 7")
        self.assertEqual(cooled["Cooling Location"], "Green Valley Packing")
        self.assertEqual(cooled["Cooling Date"], datetime(2026, 2, 28))

    def test_corrections_count(self):
        """What a done receipt was corrected to is what is told."""
        picking = self.receipt()
        picking.move_line_ids.quantity = 9
        [row] = self.book(self.request())["Receiving"]
        self.assertEqual(row["Quantity"], 9)

    def test_by_lot_by_day_and_by_place(self):
        """Days are those of the house, the last one included."""
        self.receipt("A-1")
        self.receipt("A-2")
        self.assertEqual(self.request(numbers="A-1\r\n\n A-1 ").count, 1)
        self.assertEqual(self.request(lot_ids=self.lot(self.lettuce, "A-2").ids).count, 1)
        self.assertEqual(self.request(date_from="2026-03-01", date_to="2026-03-01").count, 2)
        self.assertEqual(self.request(date_from="2026-03-02").count, 0)
        self.assertEqual(self.request(date_to="2026-02-28").count, 0)
        self.assertEqual(self.request(partner_ids=self.supplier.ids).count, 2)
        self.assertEqual(self.request(partner_ids=self.customer.ids).count, 0)
        unknown = self.request(numbers="A-1\nZZZ")
        self.assertEqual((unknown.count, unknown.unknown), (1, "ZZZ"))
        nothing = self.request(numbers="ZZZ")
        self.assertEqual(nothing.count, 0, "an unknown code is no question about everything")
        about = self.book(unknown)["Read me"]
        self.assertIn({"What": "Lot codes not found", "Says": "ZZZ"}, about)

    def test_food_law(self):
        """One step back and one step forward, on paper and as CSV."""
        self.receipt()
        self.ship(self.customer)
        self.ship(self.consumer, quantity=1)
        request = self.request("food178")
        files = self.files(request)
        [back], [forward] = files["one_step_back.csv"], files["one_step_forward.csv"]
        self.assertEqual(
            [back[key] for key in ("Date", "Supplier", "ZIP", "Lot", "Quantity", "Unit")],
            ["2026-03-01", "Fresh Foods", "30241", "R-186", "12", "Units"],
        )
        self.assertEqual(
            [forward[key] for key in ("Customer", "Street", "Quantity")],
            ["Corner Shop", "1 Main Street", "5"],
        )
        request.action_pdf()
        self.assertTrue(self.content(self.latest(request)).startswith(b"%PDF"))
        self.assertEqual(
            (request.due_at - request.asked_at).total_seconds() / 3600,
            self.env.company.trace_food_hours,
        )

    def test_medicines(self):
        """A statement about one shipment tells its medicines and nothing else."""
        pills = self._product(
            "Pills",
            "lot",
            barcode="00312345678906",
            trace_regime="drug",
            trace_strength="20 mg",
            trace_dosage_form="tablet",
            trace_container_size="30 tablets",
        )
        self.receive((pills, "P1", 10), (self.lettuce, "L1", 1))
        out = self.picking("out", [(pills, "P1", 4)])
        self.validate(out)
        request = self.request("dscsa", picking_ids=[(6, 0, out.ids)])
        sheets = self.book(request)
        [row] = sheets["Shipped"]
        self.assertFalse(sheets["Received"])
        self.assertEqual(
            [row[key] for key in ("NDC", "Strength", "Number of Containers", "Lot", "To")],
            ["1234567890", "20 mg", 4, "P1", "Corner Shop"],
        )
        self.assertEqual(row["From: Address"], "1 Main Street, Salinas, CA 93940, United States")
        self.assertIn("no longer part of it", str(sheets["Read me"]))
        request.action_pdf()
        self.assertEqual(self.latest(request).kind, "pdf")

    def test_devices(self):
        """Sold with customer; who bought for himself is named only where that is wanted."""
        self.device.product_tmpl_id.trace_regime = "device"
        self.receive((self.device, "D1", 1), (self.device, "D2", 1))
        for number, partner in (("D1", self.customer), ("D2", self.consumer)):
            self.lot(self.device, number).trace_made = date(2026, 1, 5)
            self.validate(self.picking("out", [(self.device, number, 1)], partner=partner))
        first, second = self.book(self.request("udi"))["Sold"]
        self.assertEqual(first["UDI"], "(01)09501101530003(11)260105(21)D1")
        self.assertEqual((first["Customer"], second["Customer"]), ("Corner Shop", "Consumer"))
        named = self.book(self.request("udi", consumers=True))["Sold"]
        self.assertEqual(named[1]["Customer"], "Jane Roe")

    def test_as_many_queries_for_many_as_for_one(self):
        """Ten times as many rows need no more queries."""

        def queries():
            request = self.request()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            request._want("xlsx")
            return self.env.cr.sql_log_count - before, request.count

        self.receipt("Q-0")
        queries()
        few, one = queries()
        self.receive(*((self.lettuce, f"Q-{number}", 1) for number in range(1, 31)))
        many, all_ = queries()
        self.assertEqual((one, all_), (1, 31))
        self.assertEqual(few, many)
