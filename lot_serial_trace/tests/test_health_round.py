import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.trace_health_round import HEALTH_AT, HEALTH_WHOLE
from .test_health import HealthCase


@tagged("post_install", "-at_install")
class TestHealthRound(HealthCase):
    """Rounds go on where they stopped, end with a score, and tell the desk once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Health Ltd"})
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)])
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": cls.stock.id}
        )
        cls.rounds = cls.env["trace.health.round"]

    def furnish(self):
        super().furnish()
        self.env["ir.config_parameter"].set_param(HEALTH_AT, False)
        self.env["ir.config_parameter"].set_param(HEALTH_WHOLE, False)
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.validate(self.picking("int", [(self.milk, "M1", 4), (self.milk, "M2", 4)]))

    def run_round(self, whole=True):
        """A whole round; returns the company's record."""
        self.env["ir.config_parameter"].set_param(HEALTH_AT, json.dumps(self.rounds._begin(whole)))
        steps = 0
        while self.rounds._step():
            steps += 1
            self.assertLess(steps, 100)
        return self.latest()

    def latest(self):
        return self.env["trace.health"].search(
            [("company_id", "=", self.company.id), ("latest", "=", True)]
        )

    def inflate(self, quantity):
        """More stock of M1 than its movements say."""
        self.past_odoo(
            "UPDATE stock_quant SET quantity = %s WHERE lot_id = %s AND location_id = %s",
            quantity,
            self.lot(self.milk, "M1").id,
            self.stock.id,
        )

    def desk(self):
        return self.env["trace.exception"].search(
            [("kind", "=", "trace_health"), ("company_id", "=", self.company.id)]
        )

    def test_score_is_the_share_that_can_be_traced(self):
        record = self.run_round()
        self.assertEqual((record.score, record.movements, record.findings), (1, 4, 0))
        self.assertEqual(record.grade, "good")
        self.inflate(9)
        record = self.run_round()
        self.assertEqual(record.findings, 1)
        self.assertAlmostEqual(record.score, (2 + 2 * 0.5) / 4, 6, "both of M1 count a half")
        self.past_odoo(
            "UPDATE stock_move_line SET lot_id = NULL WHERE lot_id = %s AND location_id = %s",
            self.lot(self.milk, "M2").id,
            self.suppliers.id,
        )
        record = self.run_round()
        self.assertAlmostEqual(
            record.score, 2 * 0.5 / 4, 6, "one has no number, the other of M2 no origin now"
        )
        self.assertEqual(
            len(self.env["trace.health"].search([("company_id", "=", self.company.id)])),
            1,
            "one record a day",
        )

    def test_movements_longer_ago_count_for_the_other_score(self):
        self.inflate(9)
        self.past_odoo(
            "UPDATE stock_move_line SET date = date - interval '200 days' WHERE lot_id = %s",
            self.lot(self.milk, "M1").id,
        )
        record = self.run_round()
        self.assertEqual((record.score, record.movements), (1, 2))
        self.assertEqual((record.score_all, record.movements_all), (0.75, 4))

    def test_gaps_of_the_ledger_count(self):
        self.env["trace.ledger.gap"].sudo().create(
            {
                "kind": "missing",
                "move_line_id": self.env["stock.move.line"]
                .search([("company_id", "=", self.company.id)], limit=1)
                .id,
                "company_id": self.company.id,
            }
        )
        record = self.run_round()
        self.assertEqual((record.score, record.findings), (0.75, 1))
        line = record.count_ids.filtered(lambda one: one.kind == "ledger_gap")
        self.assertEqual(line.count, 1)
        self.assertEqual(line.action_open()["res_model"], "trace.ledger.gap")

    def test_days_stay_for_the_trend(self):
        before = self.run_round()
        before.date = fields.Date.subtract(before.date, days=1)
        now = self.run_round()
        self.assertNotEqual(before, now)
        self.assertEqual((before.latest, now.latest), (False, True))
        self.assertTrue(now.count_ids)
        self.inflate(9)
        first = self.run_round().count_ids[0]
        self.assertEqual(
            (first.kind, first.count), ("unexplained", 1), "what was found comes first"
        )

    def test_desk_hears_once_and_is_told_when_it_is_over(self):
        self.inflate(9)
        self.run_round()
        self.run_round()
        desk = self.desk()
        self.assertEqual((len(desk), desk.times_seen, desk.details["count"]), (1, 2, 1))
        self.assertIn("75.0 %", desk.name)
        lot = self.lot(self.milk, "M2")
        self.past_odoo("UPDATE stock_lot SET name = 'X' WHERE id = %s", lot.id)
        self.run_round()
        self.assertEqual((self.desk(), desk.details["count"]), (desk, 2))
        self.inflate(6)
        lot.invalidate_recordset()
        self.env["trace.event"]._record_notes("number", lot, "renamed")
        self.run_round()
        self.assertEqual(desk.state, "resolved", "a rename that the ledger knows is no flaw")

    def test_a_stopped_round_goes_on_where_it_was(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(HEALTH_AT, json.dumps(self.rounds._begin(True)))
        self.assertTrue(self.rounds._step())
        place = json.loads(parameters.get_param(HEALTH_AT))
        self.assertEqual(place["phase"], "lines", "the first range held all numbers")
        while self.rounds._step():
            pass
        self.assertFalse(parameters.get_param(HEALTH_AT))
        self.assertTrue(json.loads(parameters.get_param(HEALTH_WHOLE))["ended"])

    def test_ranges_hold_so_many_movements(self):
        from ..models import trace_health_round

        self.patch(trace_health_round, "LINES", 3)
        first = self.lot(self.milk, "M1").id
        among, following = self.rounds._range_of_lots({"next": first})
        self.assertTrue(among)
        self.assertEqual(following, first + 1, "the range ends where there would be too many")

    def test_other_nights_look_at_what_moved_since(self):
        self.run_round()
        self.inflate(9)
        place = self.rounds._begin()
        self.assertFalse(place["whole"], "the last whole round is not a week ago")
        place["since"] = place["event"]
        parameters = self.env["ir.config_parameter"]

        def since():
            parameters.set_param(HEALTH_AT, json.dumps(place))
            while self.rounds._step():
                pass
            return self.latest().findings

        self.assertEqual(since(), 0, "nothing of it moved")
        self.validate(self.picking("out", [(self.milk, "M1", 1)]))
        self.assertEqual(since(), 1)
        place["since"] = self.rounds._top("trace_event", "id")
        self.inflate(5)
        self.assertEqual(since(), 0, "what was found is looked at again")

    def test_button(self):
        self.inflate(9)
        said = self.rounds._check_now()
        self.assertEqual(said["params"]["type"], "warning")
        self.assertEqual(self.latest().findings, 1)

    def test_rights(self):
        self.inflate(9)
        record = self.run_round()
        groups = ("auditor", "user", "quality")
        people = {
            name: new_test_user(
                self.env,
                f"hr_{name}",
                f"lot_serial_trace.group_trace_{name}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for name in groups
        }
        finding = self.findings.search([("company_id", "=", self.company.id)])
        for name, user in people.items():
            self.assertEqual(record.with_user(user).findings, 1)
            self.assertIn("M1", finding.with_user(user).name)
            with self.assertRaises(AccessError):
                record.with_user(user).write({"score": 1})
            with self.assertRaises(AccessError):
                finding.with_user(user).unlink()
            if name != "quality":
                with self.assertRaises(AccessError):
                    finding.with_user(user).action_repair()
        with self.assertRaises(AccessError):
            self.rounds.with_user(people["auditor"])._check_now()
        action = finding.with_user(people["quality"]).action_repair()
        self.assertEqual(action["res_model"], "stock.quant")
        self.assertIn(("lot_id", "=", self.lot(self.milk, "M1").id), action["domain"])
        stranger = new_test_user(
            self.env,
            "hr_stranger",
            "lot_serial_trace.group_trace_quality",
            company_id=self.env.ref("base.main_company").id,
            company_ids=[(6, 0, self.env.ref("base.main_company").ids)],
        )
        self.assertNotIn(finding, self.findings.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            finding.with_user(stranger).action_repair()

    def test_movement_gets_its_number(self):
        line = self.picking("in", [(self.milk, "M3", 3)])
        self.warehouse.in_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        line.move_line_ids.lot_name = False
        self.validate(line)
        finding = self.look()
        self.assertEqual(finding.mapped("kind"), ["no_number"])
        user = new_test_user(
            self.env,
            "hr_q",
            "lot_serial_trace.group_trace_quality",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        action = finding.with_user(user).action_repair()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create({"number": "M3"})
        )
        wizard.action_give()
        self.assertEqual(line.move_line_ids.lot_id.name, "M3")
        self.assertFalse(finding.exists())
        event = self.events(("move_line_id", "=", line.move_line_ids.id))[-1]
        self.assertEqual((event.kind, event.lot_name), ("correction", "M3"))
        quants = self.env["stock.quant"].search(
            [("lot_id.name", "=", "M3"), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual(quants.quantity, 3, "the stock has it, too")
        with self.assertRaises(UserError):
            wizard.action_give()
