from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestForgery(TraceCase):
    """What machinery found cannot be written by people, whatever the screen would allow.

    ``readonly`` is for screens. Here people write by RPC and by import, as the
    people they are.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(cls.env, "f_packer", groups="stock.group_stock_user")
        cls.user = new_test_user(cls.env, "f_user", groups="lot_serial_trace.group_trace_user")
        cls.quality = new_test_user(
            cls.env, "f_quality", groups="lot_serial_trace.group_trace_quality"
        )

    def exception(self):
        values = {"lot": "SN1", "product": "Device", "date": "-"}
        return self.env["trace.exception"]._open_many(
            [{"kind": "expired", "values": values, "severity": "warn"}]
        )

    def test_nobody_frees_a_held_number_by_writing(self):
        self.receive((self.device, "SN1", 1))
        lot = self.lot(self.device, "SN1")
        self.env["trace.hold"]._place(lot, "leaking")
        for user in (self.packer, self.quality, self.env.ref("base.user_admin")):
            with self.subTest(user.login), self.assertRaisesRegex(UserError, "follows from holds"):
                lot.with_user(user).write({"trace_status": "free"})
        self.assertEqual(lot.trace_status, "held")

    def test_nobody_makes_a_number_that_looks_held(self):
        lots = self.env["stock.lot"].with_user(self.packer)
        values = {"name": "NEW", "product_id": self.device.id}
        with self.assertRaisesRegex(UserError, "follows from holds"):
            lots.create({**values, "trace_status": "recalled"})
        with self.assertRaisesRegex(UserError, "follows from holds"):
            lots.with_context(default_trace_status="held").create({**values, "name": "NEW 2"})
        self.assertEqual(lots.create({**values, "name": "NEW 3"}).trace_status, "free")

    def test_an_import_frees_nothing(self):
        lot = self.env["stock.lot"].create({"name": "SN1", "product_id": self.device.id})
        self.env["trace.hold"]._place(lot, "leaking")
        lot.with_user(self.packer).load([".id", "trace_status"], [[str(lot.id), "free"]])
        self.assertEqual(lot.trace_status, "held")

    def test_an_exception_says_what_was_found(self):
        mine = self.exception().with_user(self.user)
        for values in (
            {"name": "nothing happened"},
            {"state": "resolved"},
            {"resolution_reason": "it was like this when I came"},
            {"resolved_by_id": self.quality.id},
            {"severity": "note"},
            {"opened_at": "2020-01-01 00:00:00"},
            {"company_id": self.env["res.company"].create({"name": "Elsewhere"}).id},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "kept as it was"):
                mine.write(values)
        mine.user_id = self.quality
        self.assertEqual(mine.user_id, self.quality)

    def test_buttons_ask_for_rights_before_they_act(self):
        exception = self.exception()
        auditor = new_test_user(
            self.env, "f_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        for user in (auditor, self.packer):
            mine = exception.with_user(user)
            for action in (
                mine.action_take,
                mine.action_reopen,
                lambda mine=mine: mine._resolve("accepted", "because"),
            ):
                with self.assertRaises(AccessError):
                    action()
        self.assertEqual(exception.state, "new")

    def test_reopening_leaves_open_ones_alone(self):
        exception = self.exception().with_user(self.user)
        exception.action_reopen()
        self.assertEqual(exception.state, "new", "it was not resolved")

    def test_an_answer_stays_as_it_was_given(self):
        self.receive((self.device, "SN1", 1))
        run = self.env["trace.run"].with_user(self.user)._ask(self.lot(self.device, "SN1"))
        for values in (
            {"digest": "0" * 64},
            {"summary": "Never heard of it."},
            {"seconds": 0.001, "query_count": 0},
            {"answered_at": "2020-01-01 00:00:00"},
            {"lot_ids": [(5,)]},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "kept as it was"):
                run.write(values)
        with mute_logger("odoo.models"), self.assertRaises(UserError):
            run.write({"line_ids": [(5,)]})
        run.write({"purpose": "audit", "note": "asked by the authority"})
        self.assertEqual(run.purpose, "audit")

    def test_people_without_the_app_leave_no_traces(self):
        self.receive((self.device, "SN1", 1))
        with self.assertRaises(AccessError):
            self.lot(self.device, "SN1").with_user(self.packer).action_trace()

    def test_a_context_from_outside_changes_no_stock(self):
        """Keys that machinery sets for itself do nothing when a client sends them."""
        self.receive((self.milk, "L1", 5))
        lot = self.lot(self.milk, "L1")
        self.env["trace.hold"]._place(lot, "leaking")
        sent = {
            "trace_skip_held": True,
            "trace_override": {"reason": "I may", "user_id": 2},
            "trace_till": {"order": "x", "model": "pos.order", "res_id": 1},
        }
        picking = self.picking("out", [(self.milk, "L1", 1)])
        with self.assertRaisesRegex(UserError, "leaking"):
            picking.with_context(**sent)._action_done()
        more = self.picking("in", [(self.milk, "L1", 3)])
        more.with_context(**sent)._action_done()
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual(quants.mapped("quantity"), [8], "one quant, not two")
