from odoo.tests import tagged
from odoo.tools import SQL

from .recall_case import ConsigneeCase


@tagged("post_install", "-at_install")
class TestRecallConsignees(ConsigneeCase):
    """Whom goods have reached: everybody, once, with how much, and the same when asked again."""

    def test_customers_with_their_goods(self):
        recall = self.recall
        one = self.of(recall, self.customer)
        self.assertEqual((one.kind, one.role, one.channel), ("customer", "business", "mail"))
        self.assertEqual((one.quantity, one.lot_count, one.sales), (14, 2, 2))
        self.assertEqual(one.quantities, {self.milk.uom_id.name: 14})
        self.assertEqual(one.email, "customer@example.com")
        lines = {line.lot_name: line for line in one.line_ids}
        self.assertEqual((lines["M1"].quantity, lines["M2"].quantity), (10, 4))
        self.assertIn("OUT", lines["M1"].documents)
        self.assertIn(lines["M1"].documents, one.documents)

    def test_how_each_is_reached(self):
        recall = self.recall
        for partner, role, channel in (
            (self.ann, "consumer", "mail"),
            (self.bob, "consumer", "letter"),
            (self.cora, "consumer", "call"),
        ):
            one = self.of(recall, partner)
            self.assertEqual((one.role, one.channel), (role, channel), partner.name)
        self.assertIn("Main Street 3", self.of(recall, self.bob).address)

    def test_an_address_is_reached_through_its_company(self):
        branch = self.env["res.partner"].create(
            {"name": "Branch", "type": "delivery", "parent_id": self.customer.id}
        )
        self.receive((self.milk, "N1", 5))
        self.deliver(branch, "N1", 5)
        one = self.of(self.case("N1"), branch)
        self.assertEqual((one.email, one.role), ("customer@example.com", "business"))

    def test_unknown_buyers_are_counted_by_shop(self):
        self.receive((self.milk, "N1", 10))
        nobody = self.env["res.partner"]
        self.deliver(nobody, "N1", 2)
        self.deliver(nobody, "N1", 1)
        recall = self.case("N1")
        [one] = recall.consignee_ids.filtered(lambda one: one.kind == "unknown")
        self.assertEqual((one.sales, one.quantity, one.channel), (2, 3, "public"))
        self.assertEqual(one.name, self.warehouse.name)
        self.assertFalse(one.email or one.phone)

    def test_places_of_our_own(self):
        recall = self.recall
        [one] = recall.consignee_ids.filtered(lambda one: one.kind == "place")
        self.assertEqual((one.role, one.warehouse_id), ("shop", self.warehouse))
        self.assertEqual(one.quantity, 40)
        self.assertTrue(all(one.line_ids.mapped("in_stock")))

    def test_another_company_of_ours_is_a_place(self):
        other = self.env["res.company"].create({"name": "Sister"})
        self.receive((self.milk, "N1", 10))
        self.deliver(other.partner_id, "N1", 4)
        recall = self.case("N1")
        one = self.of(recall, other.partner_id)
        self.assertEqual((one.kind, one.role, one.quantity), ("place", "shop", 4))

    def test_through_manufacturing(self):
        if "mrp.production" not in self.env:
            self.skipTest("no manufacturing")
        cheese = self._product("Cheese", "lot")
        self.receive((self.milk, "N1", 10))
        order = self.env["mrp.production"].create(
            {
                "product_id": cheese.id,
                "product_qty": 2,
                "location_src_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": 10,
                            "location_id": self.stock.id,
                            "location_dest_id": cheese.property_stock_production.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": "C1", "product_id": cheese.id}
        )
        order.qty_producing = 2
        move = order.move_raw_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            (
                0,
                0,
                {
                    "product_id": self.milk.id,
                    "lot_id": self.lot(self.milk, "N1").id,
                    "quantity": 10,
                    "location_id": self.stock.id,
                    "location_dest_id": move.location_dest_id.id,
                },
            )
        ]
        move.picked = True
        order.button_mark_done()
        picking = self.picking("out", [(cheese, "C1", 2)])
        picking.partner_id = self.ann
        self.validate(picking)
        one = self.of(self.case("N1"), self.ann)
        self.assertEqual(one.line_ids.lot_name, "C1")

    def test_a_partner_who_is_gone_keeps_his_row(self):
        gone = self.env["res.partner"].create({"name": "Gone", "street": "Nowhere"})
        self.receive((self.milk, "N1", 5))
        picking = self.deliver(gone, "N1", 5)
        picking.partner_id = False
        self.env["stock.move"].search([("partner_id", "=", gone.id)]).partner_id = False
        gone.unlink()
        one = self.of(self.case("N1"), "Gone")
        self.assertEqual((one.quantity, one.channel), (5, "letter"))

    # -- again ----------------------------------------------------------------

    def test_asked_again_nothing_changes(self):
        recall = self.recall
        before = recall.consignee_ids.read(["state", "quantity", "write_date"])
        recall._refresh_consignees()
        self.assertEqual(recall.consignee_ids.read(["state", "quantity", "write_date"]), before)

    def test_a_late_return_corrects(self):
        recall = self.recall
        self.back(self.ann, "M1", 2)
        recall._refresh_consignees()
        one = self.of(recall, self.ann)
        self.assertEqual((one.quantity, one.state), (0, "void"))
        self.assertEqual(one.line_ids.returned, 2)

    def test_who_gives_all_back_after_he_was_told_is_done(self):
        recall = self.recall
        self.sent(self.tell(recall))
        self.back(self.ann, "M1", 2)
        recall._refresh_consignees()
        one = self.of(recall, self.ann)
        self.assertEqual((one.state, one.is_effective), ("done", True))

    def test_who_has_more_than_he_was_told_is_told_again(self):
        recall = self.recall
        self.sent(self.tell(recall))
        one = self.of(recall, self.ann)
        self.assertEqual(one.state, "notified")
        self.env["trace.hold"].search([("lot_id.name", "=", "M2")])._release("for the test")
        self.deliver(self.ann, "M2", 1)
        recall._refresh_consignees()
        self.assertEqual((one.state, one.quantity), ("to_notify", 3))
        [mail] = self.slices(recall)
        self.assertIn("more of these goods", mail.body_html)

    def test_what_leaves_the_scope_concerns_nobody(self):
        recall = self.recall
        recall._narrow(self.lot(self.milk, "M1"), "tested")
        self.assertEqual(self.of(recall, self.ann).state, "void")
        self.assertEqual(self.of(recall, self.customer).quantity, 4)

    def test_depth(self):
        recall = self.recall
        recall.depth = "wholesale"
        told = recall.consignee_ids.filtered(lambda one: not one.is_beyond)
        self.assertEqual(told.partner_id, self.customer)
        recall.depth = "retail"
        self.assertTrue(self.of(recall, self.ann).is_beyond)
        self.assertEqual(recall.effectiveness["beyond"], 3)
        recall.depth = "consumer"
        self.assertFalse(self.of(recall, self.ann).is_beyond)

    def test_an_address_set_right_before_the_notice_is_taken(self):
        recall = self.recall
        self.bob.email = "bob@example.com"
        recall._refresh_consignees()
        self.assertEqual(self.of(recall, self.bob).channel, "mail")
        one = self.of(recall, self.ann)
        one.with_user(self.worker).email = "ann@elsewhere.example"
        recall._refresh_consignees()
        self.assertEqual(one.email, "ann@elsewhere.example", "what a person wrote stays")

    def test_merged_cases(self):
        first = self.recall
        second = self.case("M2", title="Other")
        self.sent(self.tell(second))
        first._merge(second)
        one = self.of(first, self.customer)
        self.assertTrue(one.notified_at)
        self.assertEqual(one.letter_ids.mapped("kind"), ["mail"])

    def test_the_cron_looks_only_at_what_is_new(self):
        recall = self.recall
        self.assertFalse(recall._has_news())
        self.back(self.ann, "M1", 1)
        self.assertTrue(recall._has_news())

    def test_constant_queries(self):
        def queries(count):
            self.receive((self.milk, f"Q{count}", count))
            partners = self.env["res.partner"].create([{"name": f"P{i}"} for i in range(count)])
            self.env.flush_all()
            for partner in partners:
                self.deliver(partner, f"Q{count}", 1)
            recall = self.case(f"Q{count}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            recall._refresh_consignees()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(5))

    def test_five_thousand(self):
        """As many as that take no more queries; they are written where the ledger writes."""
        self.receive((self.milk, "N1", 5_001))
        self.deliver(self.ann, "N1", 1)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH p AS (INSERT INTO res_partner SELECT made.*
                    FROM generate_series(1, 5000) n, res_partner a, jsonb_populate_record(
                        NULL::res_partner,
                        to_jsonb(a) || jsonb_build_object('id', nextval('res_partner_id_seq'),
                            'name', 'P' || n, 'complete_name', 'P' || n,
                            'email', 'p' || n || '@example.com')) made WHERE a.id = %(ann)s
                    RETURNING id, name)
                INSERT INTO trace_event (kind, recorded, event_time, record_time, company_id,
                    product_id, product_name, tracking, lot_id, lot_name, quantity, uom, source_id,
                    source_usage, dest_usage, partner_id, partner_name, document, move_line_id)
                SELECT kind, recorded, event_time, record_time, company_id, product_id,
                    product_name, tracking, lot_id, lot_name, quantity, uom, source_id,
                    source_usage, dest_usage, p.id, p.name, document, -p.id
                FROM trace_event e, p WHERE e.partner_id = %(ann)s AND e.lot_name = 'N1'
                """,
                ann=self.ann.id,
            )
        )
        recall = self.case("N1")
        self.assertEqual(recall.consignee_count, 5_002, "with the place where the rest lies")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            recall._refresh_consignees()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self.assertEqual(
                recall.effectiveness["units"][self.milk.uom_id.name]["received"], 10_001
            )

    def back(self, partner, number, quantity):
        """Goods come back from a customer."""
        picking = self.picking(
            "in", [(self.milk, number, quantity)], source=self.customers, partner=partner
        )
        self.validate(picking)
        self.assertEqual(picking.state, "done")
