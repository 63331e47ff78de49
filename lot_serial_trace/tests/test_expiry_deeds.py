from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .expiry_case import ExpiryCase


@tagged("post_install", "-at_install")
class TestExpiryDeeds(ExpiryCase):
    """What rules do by themselves: once, recorded, undone by people and then left alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
                "trace_quarantine": True,
            }
        )
        cls.warehouse.trace_quarantine_id = cls.quarantine
        cls.actions = cls.env["trace.expiry.action"]

    def of(self, rule, kind=None):
        domain = [("rule_id", "=", rule.id)]
        return self.actions.search(domain + ([("kind", "=", kind)] if kind else []), order="id")

    def row(self, lot):
        return self.dues.search([("lot_id", "=", lot.id)])

    def test_nothing_is_done_unless_wanted(self):
        rule = self.rule(warn=30, stop=20, pull=10)
        lot = self.stock_up("M1", 1)
        self.evaluate()
        self.assertEqual(self.row(lot).stage, "pull")
        self.assertFalse(self.of(rule))
        self.assertEqual(lot.trace_status, "free")
        self.assertFalse(self.env["stock.picking"].search([("origin", "ilike", rule.name)]))

    # -- holds ----------------------------------------------------------------

    def test_hold_and_release_when_the_date_was_wrong(self):
        rule = self.rule(stop=5, hold_from="stop")
        wrong, right = self.stock_up("M1", 1), self.stock_up("M2", 1)
        self.evaluate()
        self.assertEqual(set((wrong | right).mapped("trace_status")), {"held"})
        holds = self.of(rule, "hold").hold_ids
        self.assertEqual(set(holds.mapped("origin_id")), {rule.id})
        self.evaluate()
        self.assertEqual(len(self.of(rule, "hold")), 1, "nobody is held twice")
        self.set_left(wrong, 40)
        self.evaluate()
        self.assertEqual((wrong.trace_status, right.trace_status), ("free", "held"))

    def test_only_the_rule_releases_its_holds(self):
        self.rule(stop=5, hold_from="stop")
        lot = self.stock_up("M1", 1)
        self.env["trace.hold"]._place(lot, "smells", "quality")
        self.evaluate()
        self.set_left(lot, 40)
        self.evaluate()
        active = lot.trace_hold_ids.filtered(lambda hold: hold.state == "active")
        self.assertEqual(active.source, "quality")
        self.assertEqual(lot.trace_status, "held")

    def test_a_date_that_is_gone_releases_nothing(self):
        self.rule(stop=5, hold_from="stop")
        lot = self.stock_up("M1", 1)
        self.evaluate()
        self.set_left(lot, None)
        self.evaluate()
        self.assertEqual(lot.trace_status, "held")

    def test_held_goods_stay_held_where_the_rule_does_not_reach(self):
        """The rule is for the shelf; in quarantine it says nothing, and the date is as it was."""
        self.rule(stop=5, hold_from="stop", location_id=self.shelf.id)
        lot = self.stock_up("M1", 1)
        self.evaluate()
        quants = self.env["stock.quant"].search([("lot_id", "=", lot.id)])
        quants._update_available_quantity(self.milk, self.shelf, -5, lot_id=lot)
        quants._update_available_quantity(self.milk, self.quarantine, 5, lot_id=lot)
        lot.note = "looked at"
        self.evaluate()
        self.assertEqual(lot.trace_status, "held")

    def test_what_a_person_released_is_not_held_again(self):
        quality = new_test_user(
            self.env, "expiry_quality", groups="lot_serial_trace.group_trace_quality"
        )
        rule = self.rule(stop=5, hold_from="stop")
        lot = self.stock_up("M1", 1)
        self.evaluate()
        self.of(rule, "hold").hold_ids.with_user(quality)._release("tasted: good")
        self.evaluate()
        self.assertEqual(lot.trace_status, "free")

    # -- pull lists -----------------------------------------------------------

    def test_pull_list(self):
        rule = self.rule(pull=5, pull_from="pull", name="Pull rule")
        first, second = self.stock_up("M1", 1), self.stock_up("M2", 1, place=self.stock)
        self.stock_up("M3", 9)
        self.evaluate()
        action = self.of(rule, "pull")
        picking = action.picking_id
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.move_line_ids.lot_id, first | second)
        self.assertEqual(picking.move_line_ids.location_dest_id, self.quarantine)
        quants = self.env["stock.quant"].search(
            [("lot_id", "in", (first | second).ids), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(set(quants.mapped("reserved_quantity")), {5})
        self.evaluate()
        self.assertEqual(self.of(rule, "pull"), action, "one list is enough")
        picking.move_ids.picked = True
        picking.with_context(skip_expired=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.evaluate()
        self.assertEqual(self.of(rule, "pull"), action, "what is in quarantine stays")
        self.assertEqual(self.row(first).location_id, self.quarantine)

    def test_new_goods_make_a_new_list(self):
        rule = self.rule(pull=5, pull_from="pull")
        self.stock_up("M1", 1)
        self.evaluate()
        late = self.stock_up("M2", 1)
        self.evaluate()
        pulls = self.of(rule, "pull")
        self.assertEqual(len(pulls), 2)
        self.assertEqual(pulls[-1].picking_id.move_line_ids.lot_id, late)

    def test_undone_and_cancelled_lists_are_not_made_again(self):
        rule = self.rule(pull=5, pull_from="pull")
        lot = self.stock_up("M1", 1)
        self.evaluate()
        action = self.of(rule, "pull")
        action.action_undo()
        self.assertEqual(action.picking_id.state, "cancel")
        self.assertTrue(action.undone_at)
        self.evaluate()
        self.assertEqual(self.of(rule, "pull"), action)
        self.assertEqual(self.row(lot).state, "open")
        other = self.stock_up("M2", 1)
        self.evaluate()
        self.of(rule, "pull")[-1].picking_id.action_cancel()
        self.evaluate()
        self.assertEqual(len(self.of(rule, "pull")), 2)
        self.assertEqual(self.row(other).state, "open")

    def test_done_lists_cannot_be_undone(self):
        rule = self.rule(pull=5, pull_from="pull")
        self.stock_up("M1", 1)
        self.evaluate()
        action = self.of(rule, "pull")
        action.picking_id.move_ids.picked = True
        action.picking_id.with_context(skip_expired=True).button_validate()
        with self.assertRaisesRegex(UserError, "Return it"):
            action.action_undo()

    def test_hold_and_pull_make_one_transfer(self):
        self.rule(pull=5, pull_from="pull", hold_from="pull")
        lot = self.stock_up("M1", 1)
        self.evaluate()
        lines = self.env["stock.move.line"].search([("lot_id", "=", lot.id)])
        self.assertEqual(len(lines), 1)
        self.assertEqual(lot.trace_status, "held")
        lines.picking_id.move_ids.picked = True
        lines.picking_id.with_context(skip_expired=True).button_validate()
        self.assertEqual(lines.picking_id.state, "done", "held goods may go to quarantine")

    def test_what_is_reserved_stays_with_its_order(self):
        rule = self.rule(pull=5, pull_from="pull")
        lot = self.stock_up("M1", 1, quantity=5)
        delivery = self.picking("out", [(self.milk, "M1", 3)], source=self.shelf)
        self.evaluate()
        line = self.of(rule, "pull").picking_id.move_line_ids
        self.assertEqual((line.lot_id, line.quantity), (lot, 2))
        self.assertEqual(delivery.move_line_ids.quantity, 3)

    def test_no_place_to_pull_to_is_said_and_stops_nobody_else(self):
        self.warehouse.trace_quarantine_id = False
        self.quarantine.trace_quarantine = False
        failing = self.rule(pull=5, pull_from="pull", product_id=self.milk.id)
        bread = self._product("Bread", "lot", use_expiration_date=True, expiration_time=9)
        other = self.rule(pull=5, mark_from="pull", product_id=bread.id)
        self.stock_up("M1", 1)
        self.stock_up("B1", 1, product=bread)
        run = self.evaluate()
        self.assertIn("quarantine place", failing.failure)
        self.assertEqual(len(self.of(other, "mark")), 1)
        self.assertEqual(run.phase, "done")
        failing.pull_to_id = self.stock.copy({"name": "Bin"})
        self.evaluate()
        self.assertFalse(failing.failure)
        self.assertEqual(self.of(failing, "pull").picking_id.state, "assigned")

    # -- the rest -------------------------------------------------------------

    def test_mark_down(self):
        rule = self.rule(warn=9, pull=2, mark_from="warn", mark_percent=40)
        lot = self.stock_up("M1", 5)
        self.evaluate()
        row = self.row(lot)
        self.assertEqual((row.state, row.marked_percent), ("marked", 40))
        self.assertEqual(row.marked_until, self.today + timedelta(days=5))
        self.evaluate()
        self.assertEqual(len(self.of(rule, "mark")), 1)
        self.of(rule, "mark").action_undo()
        self.evaluate()
        self.assertEqual((row.state, row.marked_percent), ("open", 0))

    def test_scrap_is_proposed_and_done_at_once(self):
        rule = self.rule(pull=2, scrap_from="expired")
        lots = self.stock_up("M1", -1) | self.stock_up("M2", -2)
        self.stock_up("M3", 1)
        self.evaluate()
        self.evaluate()
        scraps = self.of(rule, "scrap").scrap_ids
        self.assertEqual(scraps.lot_id, lots)
        self.assertEqual(set(scraps.mapped("state")), {"draft"})
        self.assertEqual(set(lots.mapped("product_qty")), {5})
        self.dues.search([("lot_id", "in", lots.ids)]).action_scrap_now()
        self.assertEqual(set(scraps.mapped("state")), {"done"})
        self.assertTrue(all(scraps.mapped("date_done")))
        self.assertEqual(len(set(scraps.mapped("name"))), 2)
        self.env.invalidate_all()
        self.assertEqual(set(lots.mapped("product_qty")), {0})
        self.evaluate()
        self.assertFalse(self.dues.search([("lot_id", "in", lots.ids)]))

    def test_scrap_queries_do_not_grow_with_lots(self):
        self.rule(pull=2, scrap_from="expired")
        counts = []
        for size in (2, 12):
            lots = self.env["stock.lot"]
            for n in range(size):
                lots |= self.stock_up(f"S{size}-{n}", -1, quantity=1)
            self.evaluate()
            rows = self.dues.search([("lot_id", "in", lots.ids)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.action_scrap_now()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # Odoo asks for each quant; one by one it would be some fifty per lot.
        self.assertLess((counts[1] - counts[0]) / 10, 20)

    def test_donation(self):
        charity = self.env["res.partner"].create({"name": "Food Bank"})
        rule = self.rule(
            warn=9,
            pull=5,
            donate_from="warn",
            donate_to_id=self.customers.id,
            donate_partner_id=charity.id,
        )
        lot = self.stock_up("M1", 7)
        self.evaluate()
        picking = self.of(rule, "donate").picking_id
        self.assertEqual(picking.partner_id, charity)
        self.assertEqual(picking.picking_type_id, self.warehouse.out_type_id)
        self.assertEqual(picking.move_line_ids.lot_id, lot)
        self.assertEqual(picking.move_line_ids.location_dest_id, self.customers)
        picking.move_ids.picked = True
        picking.with_context(skip_expired=True).button_validate()
        self.assertEqual(picking.state, "done")

    def test_goods_without_a_date_are_left_alone(self):
        rule = self.rule(stop=5, hold_from="stop", mark_from="stop", pull=4, pull_from="stop")
        self.stock_up("M1", None)
        self.evaluate()
        self.assertEqual(self.stages(), {"M1": "undated"})
        self.assertFalse(self.of(rule))

    # -- by hand --------------------------------------------------------------

    def do(self, user, rows, kind, **values):
        return (
            self.env["trace.expiry.wizard"]
            .with_user(user)
            .with_context(active_model="trace.expiry.due", active_ids=rows.ids)
            .create({"kind": kind, **values})
            .action_do()
        )

    def test_people_do_it_from_the_list(self):
        user = new_test_user(self.env, "expiry_user", groups="lot_serial_trace.group_trace_user")
        auditor = new_test_user(
            self.env, "expiry_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        lots = self.stock_up("M1", -1) | self.stock_up("M2", -1)
        self.evaluate()
        rows = self.dues.search([("lot_id", "in", lots.ids)])
        with self.assertRaises(AccessError):
            self.do(auditor, rows, "pull")
        with self.assertRaises(AccessError):
            self.do(user, rows, "hold")
        action = self.do(user, rows, "pull")
        picking = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(picking.move_line_ids.lot_id, lots)
        with self.assertRaisesRegex(UserError, "under way already"):
            self.do(user, rows, "scrap")
        self.assertEqual(self.actions.search([("picking_id", "=", picking.id)]).user_id, user)

    def test_preview_counts_and_changes_nothing(self):
        rule = self.rule(stop=5, hold_from="stop", active=False)
        for n in range(3):
            self.stock_up(f"M{n}", 1)
        before = self.dues.search_count([])
        with freeze_time(self.today):
            self.assertEqual(rule._preview()["stop"], (3, 1))
            self.assertIn("3 lots in 1 place", rule.action_preview()["params"]["message"])
        self.assertEqual(self.dues.search_count([]), before)


@tagged("post_install", "-at_install")
class TestExpiryTelling(ExpiryCase):
    """One message per owner and rule, when there is news; one exception per rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = new_test_user(
            cls.env, "expiry_owner", groups="lot_serial_trace.group_trace_user"
        )
        cls.milk.responsible_id = False
        cls.stock.trace_user_id = cls.owner

    def activities(self, rule):
        return self.env["mail.activity"].search(
            [("res_model", "=", rule._name), ("res_id", "=", rule.id)]
        )

    def test_one_activity_for_many_lots(self):
        rule = self.rule(warn=10, stop=5, tell_from="warn", name="Dairy")
        for n in range(30):
            self.stock_up(f"M{n}", 7)
        self.evaluate()
        activity = self.activities(rule)
        self.assertEqual(activity.user_id, self.owner)
        self.assertEqual(activity.summary, "30 lots: Dairy")
        self.assertIn("and 10 more", activity.note)
        self.evaluate()
        self.assertEqual(self.activities(rule).note, activity.note, "no news")
        self.stock_up("new", 7)
        self.evaluate()
        self.assertEqual(self.activities(rule), activity, "never a second one")
        self.assertEqual(activity.summary, "1 lots: Dairy")
        self.evaluate(self.today + timedelta(days=3))
        self.assertEqual(activity.summary, "31 lots: Dairy", "a further stage is news")
        told = self.env["trace.expiry.action"].search([("rule_id", "=", rule.id)])
        self.assertEqual(set(told.mapped("kind")), {"tell"})
        self.assertEqual(len(told), 3)

    def test_owners_without_the_app_get_a_message(self):
        clerk = new_test_user(self.env, "expiry_clerk", groups="base.group_user")
        rule = self.rule(warn=10, tell_from="warn", user_id=clerk.id, name="Dairy")
        self.stock_up("M1", 7)
        self.evaluate()
        self.assertFalse(self.activities(rule))
        message = self.env["mail.message"].search([("subject", "=", "1 lots: Dairy")])
        self.assertEqual(message.partner_ids, clerk.partner_id)

    def test_instead_of_an_activity_per_lot(self):
        lots = [self.stock_up(f"M{n}", 1) for n in range(3)]
        for lot in lots:
            lot.alert_date = "2020-01-01"
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("lot_serial_trace.expiry_digests", "True")
        self.env["stock.lot"]._alert_date_exceeded()
        reminders = [("res_model", "=", "stock.lot"), ("res_id", "in", [lot.id for lot in lots])]
        self.assertFalse(self.env["mail.activity"].search_count(reminders))
        self.evaluate()
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", self.owner.partner_id.id)]
        )
        self.assertEqual(len(messages), 1)
        self.assertIn("M2", messages.body)
        parameters.set_param("lot_serial_trace.expiry_digests", False)
        self.env["stock.lot"]._alert_date_exceeded()
        self.assertEqual(self.env["mail.activity"].search_count(reminders), 3, "as Odoo does it")

    def test_one_exception_per_rule_that_closes_itself(self):
        rule = self.rule(pull=5, name="Dairy")
        lots = [self.stock_up(f"M{n}", 1) for n in range(3)]
        self.evaluate()
        desk = self.env["trace.exception"].search([("expiry_rule_id", "=", rule.id)])
        self.assertEqual(len(desk), 1)
        self.assertEqual(desk.name, "3 lots are past their pull date (Dairy)")
        self.assertEqual(desk.user_id, self.owner)
        self.assertEqual(desk.action_open_subject()["res_model"], "trace.expiry.due")
        self.stock_up("M9", 1)
        self.evaluate()
        self.assertEqual(
            self.env["trace.exception"].search([("expiry_rule_id", "=", rule.id)]), desk
        )
        self.assertEqual(desk.name, "4 lots are past their pull date (Dairy)")
        for lot in [*lots, self.lot(self.milk, "M9")]:
            self.set_left(lot, 50)
        self.evaluate()
        self.assertEqual(desk.state, "resolved")

    def test_queries_do_not_grow_with_lots(self):
        self.rule(warn=10, tell_from="warn", mark_from="warn")
        counts = []
        for size in (1, 1, 30):
            for n in range(size):
                self.stock_up(f"S{len(counts)}-{n}", 7)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.evaluate()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[2] - counts[1], 12)


@tagged("post_install", "-at_install")
class TestExpiryCompanies(ExpiryCase):
    """Goods belong to the company of their place, whoever owns the record of the lot."""

    def test_each_company_sees_and_handles_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        lot = self.stock_up("M1", 1, quantity=2)
        lot.company_id = False
        self.milk.company_id = False
        self.env["stock.quant"].with_company(other)._update_available_quantity(
            self.milk, warehouse.lot_stock_id, 7, lot_id=lot
        )
        self.rule(stop=5, company_id=self.env.company.id, mark_from="stop")
        self.evaluate()
        rows = self.dues.search([("lot_id", "=", lot.id)])
        self.assertEqual(rows.company_id, self.env.company, "the rule is this company's")
        self.rule(stop=5, company_id=False, name="All", hold_from="stop")
        self.evaluate()
        rows = self.dues.search([("lot_id", "=", lot.id)])
        self.assertEqual(
            {row.company_id: row.quantity for row in rows}, {self.env.company: 2, other: 7}
        )
        hold = self.env["trace.hold"].search([("lot_id", "=", lot.id)])
        self.assertEqual(hold.company_id, other)
        user = new_test_user(
            self.env,
            "expiry_other",
            groups="lot_serial_trace.group_trace_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        seen = self.dues.with_user(user).search([("lot_id", "=", lot.id)])
        self.assertEqual(seen.location_id, warehouse.lot_stock_id)
        self.assertFalse(self.actions_of(user, "mark"))
        self.assertTrue(self.actions_of(user, "hold"))

    def actions_of(self, user, kind):
        return self.env["trace.expiry.action"].with_user(user).search([("kind", "=", kind)])
