from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .till_case import TillCase


@tagged("post_install", "-at_install")
class TestSaleSettle(TillCase):
    """A conflict about a sold number has an end: another number, a refund, a correction, a yes."""

    def furnish(self):
        super().furnish()
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.first = self.sell(self.device, 1, "SN1")
        self.sale = self.sell(self.device, 1, "SN1")

    def about(self, kind="pos_double_sale"):
        return self.conflicts(("pos_order_id", "=", self.sale.id), ("kind", "=", kind))

    def settle(self, about, way, **values):
        wizard = self.env["trace.sale.settle"].create(
            {"exception_id": about.id, "way": way, **values}
        )
        return wizard, wizard.action_settle()

    def test_the_guide_says_who_has_it(self):
        self.customer.write({"email": "c@example.com", "phone": "+1 555"})
        action = self.about().action_settle_sale()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(
            (wizard.partner_id, wizard.email, wizard.phone, wizard.order_id, wizard.product_id),
            (self.customer, "c@example.com", "+1 555", self.sale, self.device),
        )
        self.assertEqual(wizard.picking_id, self.sale.picking_ids)
        composer = wizard.action_mail()
        self.assertEqual(composer["context"]["default_partner_ids"], self.customer.ids)

    def test_another_number_was_handed_over(self):
        about, stranded = self.about(), self.about("pos_stranded")
        new = self.lot(self.device, "SN2")
        with self.assertRaises(UserError):
            self.settle(about, "swap")
        self.settle(about, "swap", new_lot_ids=new.ids)
        self.assertEqual(self.sale.picking_ids.state, "done")
        self.assertEqual(new.location_id.usage, "customer")
        self.assertEqual(self.sale.lines.pack_lot_ids.lot_id, new)
        self.assertEqual(set((about | stranded).mapped("state")), {"resolved"})

    def test_a_number_that_was_missing(self):
        self.sale = self.sell(self.device, 1)
        new = self.lot(self.device, "SN2")
        about = self.about("pos_stranded")
        self.settle(about, "swap", new_lot_ids=new.ids)
        self.assertEqual(self.sale.picking_ids.state, "done")
        self.assertEqual(self.sale.lines.pack_lot_ids.lot_name, "SN2")
        self.assertEqual(about.state, "resolved")

    def test_a_number_that_is_booked_is_corrected(self):
        self.policy("unknown_number", "warn")
        self.sale = self.sell(self.device, 1, "SNTWO")
        new = self.lot(self.device, "SN2")
        self.settle(self.about("pos_unknown_sale"), "swap", new_lot_ids=new.ids)
        self.assertEqual(new.location_id.usage, "customer")
        old = self.lot(self.device, "SNTWO")
        self.assertFalse(old.quant_ids.filtered("quantity"))
        self.assertEqual(self.events(("lot_id", "=", new.id))[-1].kind, "correction")

    # -- warranty -----------------------------------------------------------------

    def covered(self, number):
        """Warranties of a number that count: document, partner, days."""
        found = self.env["trace.warranty"].search(
            [("number", "=", number), ("closed_as", "=", False)]
        )
        return [(one.document, one.partner_id, one.start, one.end) for one in found]

    def test_the_warranty_is_that_of_the_unit_handed_over(self):
        """Days and buyer stay; the unit that was not sold has no warranty of this sale."""
        self.device.trace_warranty_months = 24
        self.receive((self.device, "SN3", 1))
        self.sale = self.sell(self.device, 1, "SN1")
        [before] = self.covered("SN1")
        self.settle(self.about(), "swap", new_lot_ids=self.lot(self.device, "SN2").ids)
        self.assertEqual(self.covered("SN1"), [])
        self.assertEqual(self.covered("SN2"), [before])
        void = self.env["trace.warranty"].search([("number", "=", "SN1")])
        self.assertIn("SN2", void.closed_reason)

    def test_another_unit_of_the_order_keeps_its_warranty(self):
        self.device.trace_warranty_months = 24
        self.receive((self.device, "SN3", 1))
        self.sell(self.device, 1, "SN2")
        self.sale = self.sync(self.order([(self.device, 2, "SN1", "SN2")]))
        about = self.about().filtered(lambda one: one.lot_name == "SN1")
        self.settle(about, "swap", new_lot_ids=self.lot(self.device, "SN3").ids)
        self.assertEqual(len(self.covered("SN3")), 1)
        self.assertIn(self.sale.name, [row[0] for row in self.covered("SN2")])

    def test_the_warranty_of_a_booked_number_that_was_wrong(self):
        self.policy("unknown_number", "warn")
        self.device.trace_warranty_months = 24
        self.sale = self.sell(self.device, 1, "SNTWO")
        [before] = self.covered("SNTWO")
        new = self.lot(self.device, "SN2")
        self.settle(self.about("pos_unknown_sale"), "swap", new_lot_ids=new.ids)
        self.assertEqual((self.covered("SNTWO"), self.covered("SN2")), ([], [before]))

    def test_a_number_that_was_missing_is_covered_since_the_sale(self):
        self.device.trace_warranty_months = 24
        self.sale = self.sell(self.device, 1)
        new = self.lot(self.device, "SN2")
        self.settle(self.about("pos_stranded"), "swap", new_lot_ids=new.ids)
        [(document, partner, start, _end)] = self.covered("SN2")
        self.assertEqual((document, partner), (self.sale.name, self.customer))
        self.assertEqual(str(start), "2026-03-04")

    # -- others -------------------------------------------------------------------

    def test_refund_of_this_unit_alone(self):
        lines = [(self.device, 2, "SN2", "SN1"), (self.milk, 1)]
        self.sale = self.sync(self.order(lines))
        _wizard, action = self.settle(self.about(), "refund")
        refund = self.env["pos.order"].browse(action["res_id"])
        self.assertTrue(refund.is_refund)
        self.assertEqual((refund.lines.qty, refund.lines.pack_lot_ids.lot_name), (-1, "SN1"))
        self.assertEqual(refund.amount_total, -10)
        self.assertEqual(self.about().state, "resolved")

    def test_what_cannot_be_found_is_written_off(self):
        self.policy("unknown_number", "warn")
        self.sale = self.sell(self.device, 1, "GHOST")
        ghost = self.lot(self.device, "GHOST")
        self.assertEqual(
            ghost.quant_ids.filtered(lambda q: q.location_id == self.stock).quantity, -1
        )
        self.settle(self.about("pos_unknown_sale"), "write_off", reason="Label misread")
        self.assertFalse(sum(q.quantity for q in ghost.quant_ids if q.location_id == self.stock))

    def test_a_transfer_that_waits_is_given_up(self):
        about, stranded = self.about(), self.about("pos_stranded")
        self.settle(about, "write_off", reason="Nobody knows")
        self.assertEqual(self.sale.picking_ids.state, "cancel")
        self.assertEqual(set((about | stranded).mapped("state")), {"resolved"})

    def test_all_right_as_it_is(self):
        about = self.about()
        with self.assertRaises(UserError):
            self.settle(about, "accept")
        self.settle(about, "accept", reason="Two units, one label")
        self.assertEqual((about.state, about.resolution), ("resolved", "accepted"))
        self.assertEqual(self.about("pos_stranded").state, "new")

    # -- at closing ---------------------------------------------------------------

    def test_who_closes_sees_what_is_open(self):
        data = self.session.get_closing_control_data()["trace_conflicts"]
        self.assertEqual((data["count"], len(data["names"])), (2, 2))
        self.assertIn(f"/{self.session.id}", data["url"])
        self.assertEqual(self.session.trace_conflict_count, 2)
        opened = self.env["trace.exception"].search(self.session.action_trace_conflicts()["domain"])
        self.assertEqual(opened.pos_order_id, self.sale)

    def test_a_plain_cashier_sees_them_without_the_way_there(self):
        cashier = new_test_user(
            self.env, "closing_cashier", "base.group_user,point_of_sale.group_pos_user"
        )
        data = self.session.with_user(cashier).get_closing_control_data()["trace_conflicts"]
        self.assertEqual((data["count"], data["url"]), (2, ""))
