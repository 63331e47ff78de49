from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .regulator_case import RegulatorCase

#: Who may do what: (create a request, write a plan, change the list of foods).
MAY = {
    "base.group_user": (False, False, False),
    "lot_serial_trace.group_trace_auditor": (False, False, False),
    "lot_serial_trace.group_trace_user": (True, False, False),
    "lot_serial_trace.group_trace_quality": (True, True, False),
    "lot_serial_trace.group_trace_admin": (True, True, True),
}


@tagged("post_install", "-at_install")
class TestRegulatorAccess(RegulatorCase):
    """Who writes requests and plans down, and that what was handed over stays as it was."""

    def may(self, act):
        """Whether something is allowed; nothing of it is left."""
        try:
            with self.env.cr.savepoint() as undone:
                act()
                undone.close(rollback=True)
        except AccessError:
            return False
        return True

    def test_each_group(self):
        made = self.request()
        lot = self.env["stock.lot"].create({"name": "SEED-1", "product_id": self.lettuce.id})
        for place, (group, rights) in enumerate(MAY.items()):
            user = new_test_user(self.env, f"law{place}", groups=group)
            env = self.env(user=user)
            acts = (
                lambda env=env: env["trace.regulator.request"].create({"law": "fsma204"}),
                lambda env=env: env["trace.regulator.plan"].create({}),
                lambda env=env: env["trace.ftl.food"].create({"name": "Ice cream"}),
            )
            sows = (lambda env=env: env["trace.seed"].create({"lot_id": lot.id}),)
            with self.subTest(group):
                self.assertEqual(tuple(map(self.may, acts)), rights)
                self.assertEqual(tuple(map(self.may, sows)), rights[:1])
                reads = group != "base.group_user"
                self.assertEqual(self.may(lambda env=env: made.with_env(env).read(["name"])), reads)
                for model in ("trace.regulator.gap", "trace.regulator.file", "trace.seed"):
                    self.assertEqual(self.may(lambda e=env, m=model: e[m].search([])), reads)

    def test_auditors_read_files_and_make_none(self):
        auditor = new_test_user(self.env, "lawaudit", groups="lot_serial_trace.group_trace_auditor")
        request = self.request()
        with self.assertRaises(AccessError):
            request.with_user(auditor).action_xlsx()
        request.action_xlsx()
        self.assertTrue(request.file_ids.with_user(auditor).content)

    def test_what_was_handed_over_stays(self):
        request = self.request(numbers="A").with_user(self.user)
        request.action_xlsx()
        file = self.latest(request)
        self.assertEqual(request.state, "answered")
        for act in (
            lambda: request.write({"numbers": "B"}),
            lambda: request.write({"answered_at": fields.Datetime.now()}),
            request.unlink,
            lambda: file.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                act()
        with self.assertRaises(UserError):
            file.write({"sha256": "0"})
        request.note = "sent by mail"
        again = request.copy()
        self.assertEqual((again.state, again.numbers, len(again.file_ids)), ("open", "A", 0))

    def test_the_clock_stops_at_the_first_file(self):
        asked = fields.Datetime.now() - timedelta(hours=3)
        request = self.request(asked_at=asked)
        self.assertEqual(request.due_at, asked + timedelta(hours=24))
        self.assertFalse(request.is_late)
        request.action_xlsx()
        first = request.answered_at
        self.assertAlmostEqual(request.hours, 3, delta=0.05)
        request.action_csv()
        self.assertEqual((request.answered_at, len(request.file_ids)), (first, 2))
        late = self.request(asked_at=asked - timedelta(hours=30))
        self.assertTrue(late.is_late)
        mine = [("id", "in", (request | late).ids)]
        [(hours,)] = self.env[request._name]._read_group(mine, aggregates=["hours:avg"])
        self.assertAlmostEqual(hours, 3, delta=0.05, msg="what is open took no time yet")

    def test_own_companies_only(self):
        """Neither requests nor rows of another company are seen."""
        self.receive((self.lettuce, "R-1", 2))
        other = self.env["res.company"].create({"name": "Other Greens"})
        stranger = new_test_user(
            self.env,
            "lawother",
            groups="lot_serial_trace.group_trace_quality",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        mine = self.request()
        requests = self.env["trace.regulator.request"].with_user(stranger)
        self.assertNotIn(mine, requests.search([]))
        theirs = requests.create({"law": "fsma204"})
        self.assertEqual((theirs.company_id, theirs.count), (other, 0))
        with self.assertRaises(AccessError):
            requests.create({"law": "fsma204", "company_id": self.env.company.id})
        self.env["trace.regulator.gap"]._refresh(self.env.company)
        gaps = self.env["trace.regulator.gap"].with_user(stranger).search([])
        self.assertLessEqual(gaps.company_id, other)

    def test_large_files_are_made_in_the_background(self):
        self.receive((self.lettuce, "R-1", 2))
        path = "odoo.addons.lot_serial_trace.models.trace_regulator_making.AT_ONCE"
        request = self.request().with_user(self.user)
        with patch(path, 0):
            answer = request.action_xlsx()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual((request.state, len(request.file_ids)), ("making", 0))
        with self.enter_registry_test_mode():
            self.env.ref("lot_serial_trace.cron_regulator").method_direct_trigger()
        request.invalidate_recordset()
        self.assertEqual(request.state, "answered")
        self.assertEqual(self.latest(request).user_id, self.user)
        self.assertEqual(self.latest(request).row_count, 1)
