from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .archive_case import ArchiveCase


@tagged("post_install", "-at_install")
class TestLegalHold(ArchiveCase):
    """What a legal hold covers stays, whatever the classes say, until somebody releases it."""

    def hold(self, **values):
        return self.env["trace.legal.hold"].create(
            {"name": "Case", "reason": "Court order", "relatives": False, **values}
        )

    def furnish(self):
        super().furnish()
        self.one = self.live("2019-03-10", self.device, "ONE")
        self.two = self.live("2020-05-10", self.milk, "TWO", quantity=3)
        self.retention()
        self.seal()

    def kept(self):
        """Names of the lots that stay for a legal hold."""
        kept = self.env["trace.legal.hold"]._covered(self.env.company)
        mine = (self.one | self.two).filtered(lambda lot: lot.id in kept)
        return sorted(mine.mapped("name"))

    def test_without_a_hold_nothing_stays(self):
        self.assertEqual(self.kept(), [])
        self.assertEqual(self.look().count, 4)

    def test_by_lot(self):
        self.hold(lot_ids=self.one.ids)
        self.assertEqual(self.kept(), ["ONE"])
        self.assertEqual(self.look().count, 2)

    def test_by_product(self):
        self.hold(product_ids=self.milk.ids)
        self.assertEqual(self.kept(), ["TWO"])

    def test_by_partner_and_his_contacts(self):
        """Goods went to a contact of the customer: the hold on the customer means them."""
        person = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        self.one = self.live("2019-06-10", self.device, "SUB", sold=False)
        self.validate(self.picking("out", [(self.device, "SUB", 1)], partner=person))
        hold = self.hold(partner_ids=self.customer.ids)
        self.assertEqual(self.kept(), ["SUB", "TWO"])
        hold.partner_ids = person
        self.assertEqual(self.kept(), ["SUB"])
        hold.partner_ids = self.supplier
        self.assertEqual(self.kept(), ["SUB", "TWO"])

    def test_by_period(self):
        self.hold(date_from="2020-01-01", date_to="2020-05-10")
        self.assertEqual(self.kept(), ["TWO"])
        self.hold(date_to="2019-03-10")
        self.assertEqual(self.kept(), ["ONE", "TWO"])

    def test_criteria_narrow_together(self):
        self.hold(lot_ids=self.one.ids, date_from="2020-01-01")
        self.assertEqual(self.kept(), [])

    def test_one_that_names_nothing_keeps_everything(self):
        self.hold()
        self.assertEqual(self.kept(), ["ONE", "TWO"])
        self.assertEqual(self.look().count, 0)

    def test_released(self):
        hold = self.hold(lot_ids=self.one.ids)
        with self.assertRaisesRegex(UserError, "Say first why"):
            hold.action_release()
        hold.release_reason = "Settled"
        hold.action_release()
        self.assertEqual((hold.state, hold.released_by_id), ("released", self.env.user))
        self.assertEqual(self.kept(), [])
        admin = new_test_user(self.env, "hold_admin", groups="lot_serial_trace.group_trace_admin")
        with self.assertRaisesRegex(UserError, "kept as it was"):
            hold.with_user(admin).name = "Another case"

    def test_who_may(self):
        hold = self.hold(lot_ids=self.one.ids)
        for group in ("user", "quality", "auditor"):
            person = new_test_user(
                self.env, f"legal_{group}", groups=f"lot_serial_trace.group_trace_{group}"
            )
            with self.assertRaises(AccessError):
                hold.with_user(person).action_release()
            with self.assertRaises(AccessError):
                self.env(user=person)["trace.legal.hold"].create({"name": "x", "reason": "x"})
            self.assertEqual(hold.with_user(person).name, "Case")
        with self.assertRaises(UserError):
            hold.unlink()

    def test_who_placed_it_cannot_be_forged(self):
        admin = new_test_user(self.env, "legal_admin", groups="lot_serial_trace.group_trace_admin")
        someone = self.env.ref("base.user_demo", raise_if_not_found=False) or self.env.user
        hold = self.env(user=admin)["trace.legal.hold"].create(
            {"name": "x", "reason": "x", "placed_by_id": someone.id, "state": "released"}
        )
        self.assertEqual((hold.placed_by_id, hold.state), (admin, "active"))
        with self.assertRaises(UserError):
            hold.write({"state": "released"})
