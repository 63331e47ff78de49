from odoo.tests import tagged

from .moves_case import MovesCase

ADDED = ("ADD", "packing", "in_progress")
TAKEN_OUT = ("DELETE", "unpacking", "in_progress")
SSCC = "106141412345678908"


@tagged("post_install", "-at_install")
class TestMovesPackages(MovesCase):
    """What goes into a package and what comes out of it are aggregation events of their own.

    One row tells of one number and its container, or of one package and its container.
    """

    def furnish(self):
        super().furnish()
        self.receive((self.device, "S1", 1), (self.device, "S2", 1), (self.milk, "M1", 10))

    def package(self, name, **values):
        return self.env["stock.package"].create({"name": name, **values})

    def packed(self, *units, into, dest=None):
        """Move units into a package."""
        picking = self.picking("int", list(units), dest=dest or self.shelf)
        picking.move_line_ids.result_package_id = into
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        return picking

    def packing(self, *domain):
        """Aggregation events: ``(action, container, number or inner package, quantity)``."""
        events = self.events(("kind", "=", "packing"), *domain)
        self.assertEqual(set(events.mapped("event_type")) - {"AggregationEvent"}, set())
        return [
            (event.action, event.container_name, event.lot_name or event.content_name)
            for event in events
        ]

    def test_packed_while_moved(self):
        box = self.package(SSCC)
        picking = self.packed((self.device, "S1", 1), (self.milk, "M1", 4), into=box)
        self.assertEqual(sorted(self.packing()), [("ADD", SSCC, "M1"), ("ADD", SSCC, "S1")])
        self.assertEqual(self.told_of("M1", "packing"), [ADDED])
        event = self.last("M1", "packing")
        self.assertEqual(
            (event.container_id, event.quantity, event.document_id, event.dest_id),
            (box.id, 4, picking.id, self.shelf.id),
        )
        moved = self.last("M1")
        self.assertEqual((moved.biz_step, moved.result_package_name), ("storing", SSCC))

    def test_put_in_pack_button(self):
        delivery = self.picking("out", [(self.device, "S1", 1)])
        delivery.action_put_in_pack()
        self.validate(delivery)
        package = delivery.move_line_ids.result_package_id
        self.assertEqual(self.packing(), [("ADD", package.name, "S1")])
        self.assertEqual(self.last("S1").biz_step, "shipping")

    def test_received_on_a_pallet(self):
        picking = self.picking("in", [(self.device, "S9", 1)])
        picking.move_line_ids.result_package_id = self.package(SSCC)
        self.validate(picking)
        self.assertEqual(self.told_of("S9"), [("OBSERVE", "receiving", "in_progress")])
        self.assertEqual(self.packing(), [("ADD", SSCC, "S9")])

    def test_entire_package_moves_without_being_packed_again(self):
        box = self.package("BOX")
        self.packed((self.device, "S1", 1), into=box)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.shelf.id,
                "location_dest_id": self.stock.id,
            }
        )
        picking.action_add_entire_packs(box.ids)
        self.go(picking)
        event = self.last("S1")
        self.assertEqual(
            (event.biz_step, event.package_name, event.result_package_name),
            ("storing", "BOX", "BOX"),
        )
        self.assertEqual(self.packing(), [("ADD", "BOX", "S1")])

    def test_unpacked_in_its_place(self):
        box = self.package("BOX")
        self.packed((self.device, "S1", 1), into=box)
        box.unpack()
        self.assertEqual(self.told_of("S1")[-1], ("OBSERVE", "unpacking", "in_progress"))
        self.assertEqual(self.packing()[-1], ("DELETE", "BOX", "S1"))
        self.assertEqual(self.told_of("S1", "packing")[-1], TAKEN_OUT)

    def test_packed_in_its_place(self):
        box = self.package("BOX")
        quant = self.env["stock.quant"]._gather(
            self.device, self.stock, self.lot(self.device, "S1"), strict=True
        )
        quant.move_quants(package_dest_id=box)
        self.assertEqual(self.told_of("S1")[-1], ("OBSERVE", "packing", "in_progress"))
        self.assertEqual(self.packing(), [("ADD", "BOX", "S1")])

    def test_from_one_package_into_another(self):
        box, bag = self.package("BOX"), self.package("BAG")
        self.packed((self.milk, "M1", 10), into=box)
        picking = self.picking("int", [(self.milk, "M1", 3)], source=self.shelf, dest=self.stock)
        picking.move_line_ids.write({"package_id": box.id, "result_package_id": bag.id})
        self.validate(picking)
        self.assertEqual(self.packing()[1:], [("DELETE", "BOX", "M1"), ("ADD", "BAG", "M1")])
        self.assertEqual(self.last("M1", "packing").quantity, 3)

    def test_box_on_a_pallet_moved_and_taken_off(self):
        box, pallet = self.package("BOX"), self.package(SSCC)
        box.package_dest_id = pallet
        picking = self.packed((self.device, "S1", 1), into=box)
        self.assertEqual(box.parent_package_id, pallet)
        self.assertIn(("ADD", SSCC, "BOX"), self.packing())
        nested = self.events(("content_id", "=", box.id))
        self.assertEqual(
            (nested.biz_step, nested.document_id, nested.company_id),
            ("packing", picking.id, self.env.company.id),
        )
        pallet.location_id = self.stock
        self.assertEqual(box.location_id, self.stock)
        self.assertEqual(self.last("S1").biz_step, "storing")
        self.assertEqual(len(self.events(("content_id", "=", box.id))), 1, "still on the pallet")
        pallet.unpack()
        self.assertEqual(self.packing()[-1], ("DELETE", SSCC, "BOX"))
        self.assertEqual(self.told(("content_id", "=", box.id), kind="packing")[-1], TAKEN_OUT)

    def test_box_moved_off_its_pallet(self):
        """Moving the box alone takes it off the pallet, through the transfer."""
        box, pallet = self.package("BOX"), self.package(SSCC)
        box.package_dest_id = pallet
        self.packed((self.device, "S1", 1), into=box)
        off = self.picking("int", [(self.device, "S1", 1)], source=self.shelf, dest=self.stock)
        off.move_line_ids.write({"package_id": box.id, "result_package_id": box.id})
        self.validate(off)
        event = self.events(("content_id", "=", box.id))[-1]
        self.assertEqual(
            (event.action, event.container_name, event.document_id), ("DELETE", SSCC, off.id)
        )

    def test_scrapped_out_of_a_package(self):
        box = self.package("BOX")
        self.packed((self.device, "S1", 1), into=box)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.lot(self.device, "S1").id,
                "package_id": box.id,
                "location_id": self.shelf.id,
                "scrap_qty": 1,
            }
        )
        scrap.action_validate()
        self.assertEqual(self.packing()[-1], ("DELETE", "BOX", "S1"))

    def test_package_of_a_done_transfer_corrected(self):
        box, other = self.package("BOX"), self.package("OTHER")
        picking = self.packed((self.device, "S1", 1), into=box)
        picking.move_line_ids.result_package_id = other
        self.assertEqual(
            self.packing(), [("ADD", "BOX", "S1"), ("DELETE", "BOX", "S1"), ("ADD", "OTHER", "S1")]
        )
        taken_back = self.events(("kind", "=", "packing"))[1]
        self.assertTrue(taken_back.corrects_id)

    def test_date_corrected_packs_nothing(self):
        picking = self.packed((self.device, "S1", 1), into=self.package("BOX"))
        self.env.cr.cache.clear()  # a later transaction
        picking.date_done = "2026-01-02 03:04:05"
        self.assertEqual(len(self.packing()), 1)

    def test_one_query_for_any_number_of_lines(self):
        def extra(count):
            names = [f"Q{count}-{number}" for number in range(count)]
            self.receive(*((self.device, name, 1) for name in names))
            picking = self.packed(
                *((self.device, name, 1) for name in names), into=self.package(f"P{count}")
            )
            self.env.cr.execute("SELECT 1")
            before = self.cr.sql_log_count
            self.env["trace.event"]._record_lines(picking.move_line_ids)
            return self.cr.sql_log_count - before

        few, many = extra(2), extra(50)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 2)
