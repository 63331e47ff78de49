from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.trace_gate_passing import Blocked
from ..models.trace_till import Till
from .common import TraceCase


@tagged("post_install", "-at_install")
class TestPass(TraceCase):
    """Permissions: what Quality allows beforehand passes the gate, as far as it was allowed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.packer = new_test_user(cls.env, "p_packer", groups="stock.group_stock_user")
        cls.user = new_test_user(cls.env, "p_user", groups="lot_serial_trace.group_trace_user")
        cls.quality = new_test_user(
            cls.env, "p_quality", groups="lot_serial_trace.group_trace_quality"
        )
        cls.auditor = new_test_user(
            cls.env, "p_auditor", groups="lot_serial_trace.group_trace_auditor"
        )

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "HELD", 10))
        self.held = self.lot(self.milk, "HELD")
        self.hold = self.env["trace.hold"]._place(self.held, "leaking")

    def permit(self, **values):
        values = {
            "lot_ids": [Command.set(self.held.ids)],
            "location_dest_id": self.customers.id,
            "reason": "analysis in the laboratory",
            **values,
        }
        return self.env["trace.pass"].with_user(self.quality).create(values)

    def deliver(self, quantity=1, user=None, **kwargs):
        picking = self.picking("out", [(self.milk, "HELD", quantity)], **kwargs)
        picking.with_user(user or self.packer)._action_done()
        self.assertEqual(picking.state, "done")
        return picking

    def refused(self):
        return self.assertRaisesRegex(UserError, "leaking")

    # -- what passes ----------------------------------------------------------

    def test_what_is_allowed_passes_and_is_told(self):
        permit = self.permit()
        picking = self.deliver()
        event = self.events(("kind", "=", "override"))
        self.assertEqual(len(event), 1)
        self.assertEqual((event.lot_name, event.document), ("HELD", picking.name))
        self.assertEqual((event.document_model, event.document_id), (picking._name, picking.id))
        self.assertIn("analysis in the laboratory", event.reason)
        self.assertIn("p_quality", event.reason)
        self.assertEqual(event.user_id, self.packer.id)
        exception = self.env["trace.exception"].search([("pass_id", "=", permit.id)])
        self.assertEqual((exception.state, exception.resolution), ("resolved", "passed"))
        self.assertEqual(exception.severity, "block")
        self.assertIn("analysis", exception.resolution_reason)
        self.assertEqual(exception.resolved_by_id, self.quality)
        self.assertEqual(permit.use_count, 1)
        self.assertEqual(permit.used_quantity, 1)

    def test_without_a_permission_it_does_not(self):
        with self.refused():
            self.deliver()

    def test_the_button_asks_nothing_where_a_permission_covers_all(self):
        self.permit()
        picking = self.picking("out", [(self.milk, "HELD", 1)]).with_user(self.packer)
        self.assertIs(picking.button_validate(), True)

    def test_the_block_that_somebody_had_opened_ends_with_it(self):
        picking = self.picking("out", [(self.milk, "HELD", 1)])
        self.validate(picking)
        exception = self.env["trace.exception"].search([("kind", "=", "on_hold")])
        self.assertEqual(exception.state, "new")
        self.permit(picking_id=picking.id)
        self.assertIs(self.validate(picking), True)
        self.assertEqual((exception.state, exception.resolution), ("resolved", "passed"))

    def test_everything_on_a_document(self):
        self.receive((self.device, "SN1", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "leaking, too")
        picking = self.picking("out", [(self.milk, "HELD", 1), (self.device, "SN1", 1)])
        self.permit(lot_ids=False, location_dest_id=False, picking_id=picking.id)
        picking._action_done()
        self.assertEqual(picking.state, "done")
        with self.refused():
            self.deliver()

    def test_scrap_production_counts_and_interfaces_ask_the_same_gate(self):
        """A move without a transfer stands for all roads that have none."""
        self.permit(location_dest_id=self.shelf.id)
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.shelf.id,
            }
        )
        move._action_confirm()
        move.lot_ids = self.held
        move.picked = True
        move.with_user(self.packer)._action_done()
        self.assertEqual(move.state, "done")
        event = self.events(("kind", "=", "override"))
        self.assertEqual((event.document_model, event.document_id), ("stock.move", move.id))

    def test_a_sale_at_the_till_is_no_conflict(self):
        self.permit()
        picking = self.picking("out", [(self.milk, "HELD", 1)])
        picking.with_context(trace_till=Till("Shop/0001", "pos.session", 1))._action_done()
        desk = self.env["trace.exception"]
        self.assertFalse(desk.search([("kind", "=like", "pos_%")]))
        self.assertEqual(desk.search([("kind", "=", "on_hold")]).resolution, "passed")

    def test_other_findings_than_holds(self):
        self.hold._release("tested")
        self.policy("expired", "block")
        self.held.expiration_date = fields.Datetime.now() - timedelta(days=1)
        self.permit(code="on_hold")
        with self.assertRaisesRegex(UserError, "expired on"):
            self.deliver()
        self.permit(code="expired")
        self.deliver()

    # -- what does not --------------------------------------------------------

    def test_elsewhere_to_others_or_through_other_operations(self):
        other = self.env["res.partner"].create({"name": "Other"})
        for values in (
            {"location_dest_id": self.shelf.id},
            {"partner_id": other.id},
            {"picking_type_id": self.warehouse.int_type_id.id},
            {"code": "expired"},
            {"lot_ids": [Command.create({"name": "X", "product_id": self.milk.id})]},
        ):
            with self.subTest(values):
                self.permit(**values)
                with self.refused():
                    self.deliver()
        self.permit(
            location_dest_id=self.customers.location_id.id,
            partner_id=self.customer.id,
            picking_type_id=self.warehouse.out_type_id.id,
        )
        self.deliver()

    def test_a_quantity_is_used_up(self):
        permit = self.permit(quantity=3)
        self.deliver(2)
        self.assertEqual(permit.status, "active")
        with self.refused():
            self.deliver(2)
        self.deliver(1)
        self.assertEqual((permit.status, permit.used_quantity), ("used", 3))
        with self.refused():
            self.deliver(1)

    def test_expired_and_revoked_ones_do_nothing(self):
        permit = self.permit()
        self.env.flush_all()
        self.cr.execute("UPDATE trace_pass SET until = now() AT TIME ZONE 'UTC'")
        permit.invalidate_recordset()
        with self.refused():
            self.deliver()
        self.assertEqual(permit.status, "expired")
        permit = self.permit()
        wizard = self.env["trace.pass.revoke"].with_user(self.quality)
        wizard.create({"pass_ids": permit.ids, "reason": "sample is enough"}).action_revoke()
        with self.refused():
            self.deliver()
        self.assertEqual((permit.status, permit.revoked_by_id), ("revoked", self.quality))
        found = self.env["trace.pass"].search([("status", "in", ("expired", "revoked"))])
        self.assertEqual(len(found), 2)
        self.assertFalse(self.env["trace.pass"].search([("status", "=", "active")]))

    def test_a_later_hold_stops_again(self):
        self.permit()
        self.env["trace.hold"]._place(self.held, "recalled", "recall")
        with self.assertRaisesRegex(UserError, "recalled"):
            self.deliver()
        self.permit()
        self.deliver()

    def test_a_permission_of_another_company_does_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["trace.pass"].create(
            {
                "picking_type_id": False,
                "lot_ids": [Command.set(self.held.ids)],
                "location_dest_id": self.customers.id,
                "reason": "theirs",
                "company_id": company.id,
            }
        )
        with self.refused():
            self.deliver()

    # -- giving ---------------------------------------------------------------

    def test_only_quality_gives_and_revokes(self):
        permit = self.permit()
        values = {"picking_id": self.picking("out", []).id, "reason": "x"}
        for user in (self.packer, self.user, self.auditor):
            with self.subTest(user.login):
                mine = self.env["trace.pass"].with_user(user)
                with self.assertRaisesRegex(AccessError, "Only Quality can let"):
                    mine.create(values)
                with self.assertRaises(AccessError):
                    permit.with_user(user)._revoke("because")
                with self.assertRaises(AccessError):
                    mine._ask_for(self.hold)
        self.assertEqual(permit.status, "active")

    def test_nobody_changes_deletes_or_forges_one(self):
        permit = self.permit(quantity=1)
        for values in ({"quantity": 5}, {"until": "2090-01-01"}, {"lot_ids": [(5,)]}):
            with self.subTest(values), self.assertRaises(UserError):
                permit.write(values)
        with self.assertRaises(UserError):
            permit.unlink()
        with self.assertRaises(UserError):
            permit.sudo().unlink()
        with self.assertRaisesRegex(UserError, "kept as it was"):
            self.permit(granted_by_id=self.packer.id)
        forged = self.env["trace.pass"].with_user(self.quality)
        forged = forged.with_context(
            default_granted_by_id=self.packer.id,
            default_used_quantity=-100,
            default_last_hold_id=10**6,
        ).create(
            {
                "lot_ids": [Command.set(self.held.ids)],
                "location_dest_id": self.customers.id,
                "reason": "mine",
            }
        )
        self.assertEqual((forged.granted_by_id, forged.used_quantity), (self.quality, 0))
        self.assertEqual(forged.last_hold_id, self.hold.id)

    def test_a_context_from_outside_is_no_permission(self):
        picking = self.picking("out", [(self.milk, "HELD", 1)])
        for key, value in (
            ("trace_permit", {"id": 1}),
            ("trace_override", {"reason": "x", "user_id": self.quality.id}),
            ("trace_override", "x"),
        ):
            with self.subTest(key), self.refused():
                picking.with_user(self.packer).with_context(**{key: value})._action_done()

    def test_what_is_missing_is_said(self):
        for values, sentence in (
            ({"lot_ids": False}, "what may pass"),
            ({"location_dest_id": False}, "where it may go"),
            ({"reason": "  "}, "why these goods"),
            ({"until": fields.Datetime.now() - timedelta(days=1)}, "over already"),
        ):
            with self.subTest(sentence), self.assertRaisesRegex(ValidationError, sentence):
                self.permit(**values)
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception):  # noqa: B017
            self.permit(quantity=-1)

    def test_from_a_lot_a_hold_an_exception_and_a_refused_transfer(self):
        picking = self.picking("out", [(self.milk, "HELD", 1)])
        self.validate(picking)
        exception = self.env["trace.exception"].search([("kind", "=", "on_hold")])
        for records in (self.held, self.hold, exception, picking):
            with self.subTest(records._name):
                passes = self.env["trace.pass"].with_user(self.quality)
                context = passes._ask_for(records.with_user(self.quality))["context"]
                permit = passes.with_context(**context).create(
                    {"reason": "sample", "location_dest_id": self.customers.id}
                )
                self.assertTrue(permit.lot_ids == self.held or permit.picking_id == picking)

    def test_the_refusal_offers_a_permission_to_quality_only(self):
        picking = self.picking("out", [(self.milk, "HELD", 2)])
        with self.assertRaises(Blocked) as refusal:
            picking.with_user(self.packer)._action_done()
        self.assertEqual(refusal.exception.context, {})
        with self.assertRaises(Blocked) as refusal:
            picking.with_user(self.quality)._action_done()
        passes = self.env["trace.pass"].with_user(self.quality)
        permit = passes.with_context(**refusal.exception.context).create({"reason": "sample"})
        self.assertEqual((permit.lot_ids, permit.quantity), (self.held, 2))
        self.assertEqual((permit.picking_id, permit.code), (picking, "on_hold"))
        picking.with_user(self.quality)._action_done()
        self.assertEqual((picking.state, permit.status), ("done", "used"))

    def test_of_several_companies_each_has_its_own(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        permit = self.permit()
        stranger = new_test_user(
            self.env,
            "p_stranger",
            groups="lot_serial_trace.group_trace_quality",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            permit.with_user(stranger).read(["reason"])
        self.assertFalse(self.env["trace.pass"].with_user(stranger).search([]))

    # -- speed ----------------------------------------------------------------

    def test_queries_are_constant(self):
        def queries(count):
            names = [f"Q{count}-{number}" for number in range(count)]
            self.receive(*((self.device, name, 1) for name in names))
            lots = self.env["stock.lot"].search([("name", "in", names)])
            self.env["trace.hold"]._place(lots, "leaking")
            self.permit(lot_ids=[Command.set(lots.ids)])
            picking = self.picking("out", [(self.device, name, 1) for name in names])
            self.env.flush_all()
            lines = picking.move_line_ids
            lines.mapped("product_id.display_name")
            before = self.cr.sql_log_count
            verdicts = self.env["trace.gate"]._examine(lines)
            self.assertEqual(len([one for one in verdicts if one.permit]), count)
            self.env["trace.gate"]._settle(verdicts)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(3), queries(40))
