from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.trace_till import Till
from .common import TraceCase


@tagged("post_install", "-at_install")
class TestGate(TraceCase):
    """What may not move is stopped on every road; what policy leaves alone is left alone."""

    def hold(self, product, name, reason="leaking"):
        return self.env["trace.hold"]._place(self.lot(product, name), reason)

    def exceptions(self, kind):
        return self.env["trace.exception"].search([("kind", "=", kind)], order="id")

    def test_default_leaves_odoo_alone(self):
        self.receive((self.milk, "OLD", 5))
        self.lot(self.milk, "OLD").expiration_date = datetime.now() - timedelta(days=1)
        picking = self.picking("out", [(self.milk, "OLD", 1)])
        self.assertIs(picking.with_context(skip_expired=True).button_validate(), True)
        self.assertFalse(self.exceptions("expired"))

    def test_no_query_while_nothing_is_held_and_no_policy_set(self):
        self.env["trace.policy"].search([]).active = False
        picking = self.picking("in", [(self.device, f"N{number}", 1) for number in range(5)])
        lines = picking.move_line_ids
        lines.mapped("lot_id.trace_status")
        self.env.flush_all()
        self.env["trace.policy"]._rules()
        self.env["trace.expiry.rule"]._rules()
        with self.assertQueryCount(0):
            self.assertFalse(self.env["trace.gate"]._examine(lines))

    def test_queries_are_constant(self):
        self.policy("duplicate_serial", "warn")
        self.policy("unknown_number", "warn")

        def queries(count):
            picking = self.picking(
                "in", [(self.device, f"C{count}-{number}", 1) for number in range(count)]
            )
            self.env.flush_all()
            picking.move_line_ids.mapped("product_id.display_name")
            before = self.cr.sql_log_count
            self.env["trace.gate"]._examine(picking.move_line_ids)
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(60))

    # -- holds ----------------------------------------------------------------

    def test_numbers_are_matched_unless_policy_wants_new_ones(self):
        self.receive((self.milk, "L1", 5))
        self.receive((self.milk, "L1", 5))
        self.assertEqual(len(self.lot(self.milk, "L1")), 1)
        self.policy("known_number", "block")
        again = self.picking("in", [(self.milk, "L1", 5)])
        again.move_line_ids.write({"lot_id": False, "lot_name": "L1"})
        with self.assertRaisesRegex(UserError, "exists already"):
            again._action_done()
        self.receive((self.milk, "L2", 5))

    def test_held_lot_is_not_reserved(self):
        self.receive((self.milk, "HELD", 5), (self.milk, "GOOD", 5))
        self.hold(self.milk, "HELD")
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": 8,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.move_line_ids.lot_id.name, "GOOD")
        self.assertEqual(move.quantity, 5)

    def test_hold_frees_reservation_and_takes_other_stock(self):
        self.receive((self.milk, "FIRST", 5))
        self.receive((self.milk, "SECOND", 5))
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": 5,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.move_line_ids.lot_id.name, "FIRST")
        self.hold(self.milk, "FIRST")
        self.assertEqual(move.move_line_ids.lot_id.name, "SECOND")
        self.assertEqual(move.state, "assigned")

    def test_held_lot_cannot_leave_but_may_be_counted_scrapped_returned_quarantined(self):
        self.receive((self.milk, "HELD", 10))
        self.hold(self.milk, "HELD")
        for kind, dest in (("out", self.customers), ("int", self.shelf)):
            with self.subTest(dest.name), self.assertRaisesRegex(UserError, "leaking"):
                self.picking(kind, [(self.milk, "HELD", 1)], dest=dest)._action_done()
        quarantine = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "trace_quarantine": True,
            }
        )
        for dest in (quarantine, self.suppliers):
            picking = self.picking("int", [(self.milk, "HELD", 1)], dest=dest)
            self.assertIs(self.validate(picking), True, dest.name)

    def test_person_gets_a_dialog_and_the_desk_an_exception(self):
        self.receive((self.milk, "HELD", 10))
        self.hold(self.milk, "HELD")
        action = self.validate(self.picking("out", [(self.milk, "HELD", 1)]))
        self.assertEqual(action["res_model"], "trace.gate.wizard")
        wizard = self.env["trace.gate.wizard"].browse(action["res_id"])
        self.assertTrue(wizard.blocked)
        self.assertIn("HELD of Milk is on hold: leaking", wizard.line_ids.message)
        self.assertEqual(self.exceptions("on_hold").lot_name, "HELD")

    def test_quality_lets_pass_with_a_reason_which_is_kept(self):
        self.receive((self.milk, "HELD", 10))
        self.hold(self.milk, "HELD")
        picking = self.picking("out", [(self.milk, "HELD", 1)])
        wizard = self.env["trace.gate.wizard"].browse(self.validate(picking)["res_id"])
        with self.assertRaises(UserError):
            wizard.action_continue()
        wizard.reason = "customer collects for analysis"
        wizard.action_continue()
        self.assertEqual(picking.state, "done")
        event = self.events(("kind", "=", "override"))[-1]
        self.assertEqual((event.lot_name, event.reason), ("HELD", "customer collects for analysis"))

    def test_stock_user_cannot_let_pass(self):
        user = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.receive((self.milk, "HELD", 10))
        self.hold(self.milk, "HELD")
        picking = self.picking("out", [(self.milk, "HELD", 1)]).with_user(user)
        wizard = (
            self.env["trace.gate.wizard"]
            .with_user(user)
            .browse(picking.button_validate()["res_id"])
        )
        wizard.reason = "I am in a hurry"
        with self.assertRaises(UserError):
            wizard.action_continue()
        # A context from outside opens nothing: it is plain JSON, not our object.
        with self.assertRaises(UserError):
            picking.with_context(
                trace_confirmed=True, trace_override={"reason": "x"}, trace_till={"order": "x"}
            ).button_validate()

    def test_release_frees_after_the_last_hold(self):
        self.receive((self.milk, "HELD", 10))
        lot = self.lot(self.milk, "HELD")
        first, second = self.hold(self.milk, "HELD"), self.hold(self.milk, "HELD", "recalled")
        first._release("tested")
        self.assertEqual(lot.trace_status, "held")
        second._release("withdrawn")
        self.assertEqual(lot.trace_status, "free")
        self.assertIs(self.validate(self.picking("out", [(self.milk, "HELD", 1)])), True)
        kinds = self.events(("lot_id", "=", lot.id)).mapped("kind")
        self.assertEqual(kinds.count("hold"), 2)
        self.assertEqual(kinds.count("release"), 2)

    def test_only_quality_holds_and_releases(self):
        self.receive((self.milk, "HELD", 10))
        hold = self.hold(self.milk, "HELD")
        user = new_test_user(self.env, "clerk", groups="lot_serial_trace.group_trace_user")
        with self.assertRaises(UserError):
            hold.with_user(user)._release("because")

    # -- other findings -------------------------------------------------------

    def test_expired_blocks_by_policy(self):
        self.policy("expired", "block")
        self.receive((self.milk, "OLD", 5))
        self.lot(self.milk, "OLD").expiration_date = datetime.now() - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "OLD of Milk expired on"):
            self.picking("out", [(self.milk, "OLD", 1)])._action_done()

    def test_unknown_number_is_noted(self):
        self.policy("unknown_number", "note")
        self.env["stock.lot"].create({"name": "GHOST", "product_id": self.device.id})
        self.validate(self.picking("out", [(self.device, "GHOST", 1)]))
        self.assertEqual(self.exceptions("unknown_number").lot_name, "GHOST")

    def test_serial_received_twice(self):
        self.policy("duplicate_serial", "block")
        self.receive((self.device, "SN1", 1))
        picking = self.picking("in", [(self.device, "SN1", 1)], dest=self.shelf)
        with self.assertRaisesRegex(
            UserError, "Serial number SN1 of Device is already in TRT/Stock"
        ):
            picking._action_done()

    def test_warning_is_confirmed_with_one_click_and_recorded(self):
        self.policy("unknown_number", "warn")
        self.env["stock.lot"].create({"name": "GHOST", "product_id": self.device.id})
        picking = self.picking("out", [(self.device, "GHOST", 1)])
        wizard = self.env["trace.gate.wizard"].browse(self.validate(picking)["res_id"])
        self.assertFalse(wizard.blocked)
        wizard.action_continue()
        self.assertEqual(picking.state, "done")
        self.assertEqual(len(self.exceptions("unknown_number")), 1)

    def test_quarantine_lets_goods_in_and_holds_them(self):
        self.policy("duplicate_serial", "quarantine")
        self.receive((self.device, "SN1", 1))
        picking = self.picking("in", [(self.device, "SN1", 1)], dest=self.shelf)
        picking._action_done()
        self.assertEqual(self.lot(self.device, "SN1").trace_status, "held")

    def test_till_is_never_refused(self):
        self.receive((self.milk, "HELD", 10))
        self.hold(self.milk, "HELD")
        till = Till("Shop/0001", "pos.session", 1)
        picking = self.picking("out", [(self.milk, "HELD", 1)]).with_context(trace_till=till)
        picking._action_done()
        self.assertEqual(picking.state, "done")
        conflict = self.exceptions("pos_held_sale")
        self.assertIn("sold at Shop/0001 although", conflict.name)
        self.assertEqual(self.events(("lot_name", "=", "HELD"))[-1].biz_step, "retail_selling")

    def test_same_finding_again_is_one_exception(self):
        self.receive((self.milk, "HELD", 10))
        self.hold(self.milk, "HELD")
        picking = self.picking("out", [(self.milk, "HELD", 1)])
        self.validate(picking)
        self.validate(picking)
        self.assertEqual(self.exceptions("on_hold").times_seen, 2)
