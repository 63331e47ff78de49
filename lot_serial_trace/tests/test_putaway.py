from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_storage_rules import StorageCase


@tagged("post_install", "-at_install")
class TestPutaway(StorageCase):
    """Goods go where rules that know their lot send them, and the line says why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bench = cls.shelf.create({"name": "Bench", "location_id": cls.stock.id})

    def rule(self, matter, place, **values):
        return self.env["trace.putaway.rule"].create(
            {"matter": matter, "location_id": place.id, **values}
        )

    def hold(self, number, product=None):
        lot = self.put(product or self.milk, number, self.stock, quantity=0)
        self.env["trace.hold"]._place(lot, "leaks")
        return lot

    def captured(self, *rows):
        """A receipt onto which numbers are put as a list, as imports and notices do it.

        :param rows: (number, quantity, day of expiry or None)
        """
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": sum(row[1] for row in rows),
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        done = picking._trace_capture_numbers(
            [
                {
                    "product_id": self.milk.id,
                    "number": number,
                    "quantity": quantity,
                    "expires": expires,
                }
                for number, quantity, expires in rows
            ],
            "imported",
        )
        self.assertEqual(done["refused"], [])
        return picking

    def places(self, picking):
        """dict number -> place of the lines."""
        return {
            line.lot_id.name or line.lot_name: line.location_dest_id
            for line in picking.move_line_ids
        }

    def in_days(self, days):
        return fields.Date.today() + timedelta(days=days)

    # -- roads ----------------------------------------------------------------

    def test_list_of_numbers(self):
        self.rule("life", self.bench, life=10)
        picking = self.captured(("L1", 1, self.in_days(5)), ("L2", 2, self.in_days(50)))
        self.assertEqual(self.places(picking), {"L1": self.bench, "L2": self.stock})
        short = picking.move_line_ids.filtered(lambda line: line.lot_name == "L1")
        self.assertEqual(short.trace_why_here, "less than 10 days left")

    def test_scan(self):
        self.milk.barcode = "09501101530010"
        self.rule("any", self.bench, product_id=self.milk.id, note="near the till")
        picking = self.captured(("L0", 1, None))
        picking.move_ids.product_uom_qty = 5
        for _times in range(2):
            answer = picking.trace_scan("(01)09501101530010(10)L1")
            self.assertIn(answer["verdict"], ("good", "warn"), answer["message"])
        line = picking.move_line_ids.filtered(lambda line: line.lot_name == "L1")
        self.assertEqual((line.location_dest_id, line.quantity), (self.bench, 2), "one line")
        self.assertEqual(line.trace_why_here, "Milk: near the till")

    def test_scan_taken_back(self):
        self.milk.barcode = "09501101530010"
        self.rule("life", self.bench, life=10)
        picking = self.captured(("L0", 1, None))
        picking.move_ids.product_uom_qty = 5
        day = self.in_days(3).strftime("%y%m%d")
        answer = picking.trace_scan(f"(01)09501101530010(17){day}(10)L1")
        self.assertEqual(self.places(picking)["L1"], self.bench)
        undone = picking.trace_scan_undo(answer["uuid"])
        self.assertNotEqual(undone["verdict"], "stop", undone["message"])
        self.assertNotIn("L1", self.places(picking))

    def test_reservation_of_an_internal_transfer(self):
        self.milk.categ_id = self.env["product.category"].create({"name": "Dairy"})
        self.rule("any", self.bench, categ_id=self.milk.categ_id.id)
        dock = self.shelf.create(
            {"name": "Dock", "location_id": self.warehouse.view_location_id.id}
        )
        self.put(self.milk, "L1", dock, quantity=3)
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": 3,
                "location_id": dock.id,
                "location_dest_id": self.stock.id,
                "picking_type_id": self.warehouse.int_type_id.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.move_line_ids.location_dest_id, self.bench)

    def test_typed_by_hand_is_put_away_before_it_is_done(self):
        self.rule("any", self.bench, product_id=self.milk.id)
        picking = self.receive((self.milk, "L1", 2))
        self.assertEqual(picking.move_line_ids.location_dest_id, self.bench)

    def test_what_a_person_put_elsewhere_stays_there(self):
        self.rule("any", self.bench, product_id=self.milk.id)
        picking = self.captured(("L1", 1, None), ("L2", 1, None))
        mine = picking.move_line_ids.filtered(lambda line: line.lot_name == "L1")
        mine.location_dest_id = self.bins[0]
        self.assertTrue(mine.trace_by_hand)
        self.assertFalse(mine.trace_why_here)
        picking.action_assign()
        self.validate(picking)
        self.assertEqual(self.places(picking), {"L1": self.bins[0], "L2": self.bench})

    def test_goods_fetched_from_where_a_rule_put_them_are_not_sent_back(self):
        self.rule("trouble", self.bench)
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "asn_flaw",
                    "severity": "warn",
                    "values": {"asn": "LS-1", "error": "bad"},
                    "product_id": self.milk.id,
                    "lot_name": "L1",
                }
            ]
        )
        self.put(self.milk, "L1", self.bench)
        picking = self.picking("int", [(self.milk, "L1", 1)], source=self.bench, dest=self.stock)
        self.validate(picking)
        self.assertEqual(picking.move_line_ids.location_dest_id, self.stock)

    def test_put_back_to_where_the_transfer_goes_rules_count_again(self):
        self.rule("any", self.bench, product_id=self.milk.id)
        picking = self.captured(("L1", 1, None))
        line = picking.move_line_ids
        line.location_dest_id = self.bins[0]
        line.location_dest_id = self.stock
        self.assertFalse(line.trace_by_hand)

    # -- what is the matter ---------------------------------------------------

    def test_held_and_recalled(self):
        self.hold("L1")
        self.rule("held", self.bench)
        picking = self.captured(("L1", 1, None), ("L2", 1, None))
        self.assertEqual(self.places(picking), {"L1": self.bench, "L2": self.stock})

    def test_trouble_with_the_notice(self):
        self.rule("trouble", self.bench)
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "asn_flaw",
                    "severity": severity,
                    "values": {"asn": "LS-1", "error": "bad"},
                    "product_id": self.milk.id,
                    "lot_name": number,
                }
                for number, severity in (("L1", "warn"), ("L2", "note"))
            ]
        )
        picking = self.captured(("L1", 1, None), ("L2", 1, None))
        self.assertEqual(self.places(picking), {"L1": self.bench, "L2": self.stock})

    def test_resolved_trouble_is_none(self):
        self.rule("trouble", self.bench)
        exception = self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "asn_flaw",
                    "severity": "warn",
                    "values": {"asn": "LS-1", "error": "bad"},
                    "product_id": self.milk.id,
                    "lot_name": "L1",
                }
            ]
        )
        exception._resolve("accepted", "fine")
        self.assertEqual(self.places(self.captured(("L1", 1, None))), {"L1": self.stock})

    def test_share_of_life(self):
        self.rule("life", self.bench, life=50, life_unit="percent")
        picking = self.captured(("L1", 1, self.in_days(14)), ("L2", 1, self.in_days(16)))
        self.assertEqual(self.places(picking), {"L1": self.bench, "L2": self.stock})

    def test_outside_of_where_the_transfer_goes_it_gets_its_own_movement(self):
        outside = self.shelf.create(
            {"name": "Inspection", "location_id": self.warehouse.view_location_id.id}
        )
        rule = self.rule("life", outside, life=10)
        self.assertEqual(
            self.places(self.captured(("L0", 1, self.in_days(5)))), {"L0": self.stock}, "no step"
        )
        rule.location_in_id = self.stock
        picking = self.captured(("L1", 1, self.in_days(5)), ("L2", 2, self.in_days(50)))
        picking.with_context(trace_confirmed=True).button_validate()
        ends = {move.location_dest_id: move.quantity for move in picking.move_ids}
        self.assertEqual(ends, {outside: 1, self.stock: 2})

    def test_quarantine_wins(self):
        self.warehouse.action_trace_make_quarantine()
        self.hold("L1")
        self.rule("held", self.bench)
        picking = self.captured(("L1", 1, None))
        picking.with_context(trace_confirmed=True).button_validate()
        self.assertEqual(picking.move_line_ids.location_dest_id, self.warehouse.trace_quarantine_id)

    # -- Odoo's rules ---------------------------------------------------------

    def odoo_rule(self, place, **values):
        return self.env["stock.putaway.rule"].create(
            {
                "location_in_id": self.stock.id,
                "location_out_id": place.id,
                "company_id": self.warehouse.company_id.id,
                **values,
            }
        )

    def test_without_a_rule_of_ours_odoos_decide(self):
        self.rule("life", self.bench, life=10)
        self.odoo_rule(self.bins[0], product_id=self.milk.id)
        picking = self.captured(("L1", 1, self.in_days(50)))
        self.assertEqual(self.places(picking), {"L1": self.bins[0]})
        self.assertFalse(picking.move_line_ids.trace_why_here)

    def test_odoos_capacity_counts_for_our_rules(self):
        category = self.env["stock.storage.category"].create(
            {
                "name": "Small",
                "max_weight": 1000,
                "capacity_ids": [(0, 0, {"product_id": self.milk.id, "quantity": 2})],
            }
        )
        self.bins[:2].storage_category_id = category
        self.shelf.storage_category_id = category
        self.put(self.milk, "OLD", self.bins[0], quantity=2)
        self.put(self.milk, "OLD", self.shelf, quantity=2)
        self.rule("any", self.shelf, product_id=self.milk.id)
        picking = self.captured(("L1", 2, None))
        self.assertEqual(self.places(picking), {"L1": self.bins[1]})

    # -- what fits ------------------------------------------------------------

    def test_the_next_place_in_which_the_lot_fits(self):
        self.shelf.trace_mixing = "lot_per_product"
        self.odoo_rule(self.bins[0], product_id=self.milk.id)
        self.put(self.milk, "OLD", self.bins[0])
        picking = self.captured(("OLD", 1, None), ("L1", 1, None), ("L2", 1, None))
        places = self.places(picking)
        self.assertEqual(places["OLD"], self.bins[0])
        self.assertEqual({places["L1"], places["L2"]}, set(self.bins[1:]))
        moved = picking.move_line_ids.filtered(lambda line: line.lot_name == "L1")
        self.assertEqual(moved.trace_why_here, "Fits; not Bin 1: Lots mixed")

    def test_goods_of_the_same_lot_are_kept_together(self):
        self.shelf.trace_mixing = "lot_per_product"
        self.odoo_rule(self.bins[0], product_id=self.milk.id)
        self.put(self.milk, "OLD", self.bins[0])
        self.put(self.milk, "L1", self.bins[2])
        self.assertEqual(self.places(self.captured(("L1", 1, None))), {"L1": self.bins[2]})

    def test_what_another_transfer_brings_counts(self):
        self.shelf.trace_mixing = "lot_per_product"
        self.odoo_rule(self.bins[0], product_id=self.milk.id)
        self.captured(("L1", 1, None))
        self.assertEqual(self.places(self.captured(("L2", 1, None))), {"L2": self.bins[1]})

    def test_full_house_goods_stay_where_odoo_sends_them_and_the_gate_warns(self):
        self.stock.trace_mixing = "one_lot"
        for number, place in enumerate(self.stock.child_internal_location_ids):
            self.put(self.milk, f"OLD{number}", place)
        picking = self.captured(("L1", 1, None))
        self.assertEqual(self.places(picking), {"L1": self.stock})
        self.assertEqual(self.found(picking), [("mixed_lots", "L1")])

    def test_goods_go_where_their_storage_class_is_taken(self):
        self.milk.trace_class_ids = self.chilled
        self.bins[1].trace_class_ids = self.chilled
        self.bins[0].trace_class_ids = self.frozen
        picking = self.captured(("L1", 1, None))
        self.assertEqual(self.places(picking), {"L1": self.bins[1]})
        self.assertEqual(picking.move_line_ids.trace_why_here, "Takes its storage class")

    # -- size, people ---------------------------------------------------------

    def test_chilled_goods_do_not_leave_a_full_cold_room_for_another_place(self):
        """That lots lie together is said by the gate; that they are warm nobody would."""
        self.milk.trace_class_ids = self.chilled
        flammable = self.env["trace.storage.class"].create({"name": "Fire", "hazard": "GHS02"})
        cold, cabinet, _free = self.bins
        cold.write({"trace_class_ids": self.chilled.ids, "trace_mixing": "lot_per_product"})
        cabinet.trace_class_ids = flammable
        self.odoo_rule(cold, product_id=self.milk.id)
        self.put(self.milk, "OLD", cold)
        picking = self.captured(("NEW", 1, None))
        self.assertEqual(self.places(picking), {"NEW": cold})
        self.assertEqual(self.found(picking), [("mixed_lots", "NEW")])

    def test_thousand_lines_take_the_queries_of_ten(self):
        self.rule("life", self.bench, life=10)
        self.rule("held", self.bench)
        self.rule("trouble", self.bench)
        self.bench.trace_class_ids = self.chilled

        def queries(count, letter):
            units = [(self.milk, f"{letter}{n}", 1) for n in range(count)]
            picking = self.picking("in", units)
            picking.move_line_ids.expiration_date = self.in_days(2)
            lines = picking.move_line_ids.browse(picking.move_line_ids.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines._trace_put_away()
            self.env.flush_all()
            used = self.env.cr.sql_log_count - before
            self.assertEqual(lines.location_dest_id, self.bench)
            return used

        queries(3, "W")
        small, large = queries(10, "A"), queries(1000, "B")
        self.assertLessEqual(large, small + 10, "reading in chunks")

    def test_without_rules_nothing_is_asked(self):
        picking = self.picking("in", [(self.milk, "L1", 1)])
        picking.move_line_ids._trace_put_away()
        with self.assertQueryCount(0):
            picking.move_line_ids._trace_put_away()

    def test_packer_without_the_app(self):
        self.rule("life", self.bench, life=10)
        self.rule("trouble", self.bench)
        self.hold("L1")
        self.rule("held", self.bench)
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        picking = self.picking("in", [(self.milk, "L1", 1)]).with_user(packer)
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(picking.move_line_ids.location_dest_id, self.bench)

    def test_rules_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        self.rule("any", warehouse.lot_stock_id, company_id=other.id)
        self.assertEqual(self.places(self.captured(("L1", 1, None))), {"L1": self.stock})

    def test_rules_do_not_send_goods_to_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        refused = self.assertRaisesRegex(ValidationError, "another warehouse")
        with refused, self.env.cr.savepoint():
            self.rule("any", other.lot_stock_id, location_in_id=self.stock.id)
        self.rule("any", other.lot_stock_id)
        self.assertEqual(self.places(self.captured(("L1", 1, None))), {"L1": self.stock})

    def test_rule_says_how_little_life_is_meant(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.rule("life", self.bench)
