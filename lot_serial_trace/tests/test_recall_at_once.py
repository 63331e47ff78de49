from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..models import trace_recall_working as working
from .test_at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestRecallAtOnce(AtOnceCase):
    """Cases and the people around them at the same moment, and a job that dies in the middle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request(cls.prepare)
        cls.addClassCleanup(cls.clean)

    def setUp(self):
        super().setUp()
        self.case_ids = []
        self.addCleanup(self.clean_cases)

    def clean_cases(self):
        with self.connection.cursor() as cr:
            cr.execute(
                "DELETE FROM mail_activity WHERE res_model = 'trace.recall' AND res_id = ANY(%s)",
                [self.case_ids],
            )
            cr.execute("DELETE FROM trace_recall WHERE id = ANY(%s)", [self.case_ids])
        self.registry.clear_cache()
        self.clean_goods()

    def case_of(self, names):
        """A draft about lots in stock."""

        def make(env):
            self.receipt(env, "lot", names)
            lots = env["stock.lot"].search([("product_id", "=", self.product_ids["lot"])])
            recall = env["trace.recall"].create(
                {"title": "At once", "reason": "glass", "lot_ids": [(6, 0, lots.ids)]}
            )
            return recall.id

        self.case_ids.append(self.request(make))
        return self.case_ids[-1]

    def count(self, query, *args):
        with self.connection.cursor() as cr:
            cr.execute(query, args)
            return cr.fetchone()[0]

    def held(self):
        return self.count(
            "SELECT count(*) FROM trace_hold WHERE product_id = %s AND state = 'active'",
            self.product_ids["lot"],
        )

    def test_two_confirm(self):
        case_id = self.case_of(["AO1", "AO2", "AO3"])

        def confirm(env):
            return env["trace.recall"].browse(case_id)._confirm()

        errors = self.at_once([confirm, confirm])
        self.assertEqual(sum(error is None for error in errors), 1, errors)
        self.assertEqual(self.held(), 3)
        runs = "SELECT count(*) FROM trace_recall_step WHERE recall_id = %s AND kind = 'running'"
        self.assertEqual(self.count(runs, case_id), 1)

    def test_a_delivery_while_it_is_confirmed(self):
        """Either the goods had left before, or they do not leave."""
        case_id = self.case_of(["AO1", "AO2"])

        def ship(env):
            lots = env["stock.lot"].search([("product_id", "=", self.product_ids["lot"])])
            self.delivery(env, lots).button_validate()

        def confirm(env):
            return env["trace.recall"].browse(case_id)._confirm()

        errors = self.at_once([ship, confirm])
        self.assertIsNone(errors[1])
        self.assertEqual(self.held(), 2)
        gone = self.count(
            "SELECT count(*) FROM stock_move_line l JOIN stock_location b "
            "ON b.id = l.location_dest_id WHERE l.product_id = %s AND l.state = 'done' "
            "AND b.usage = 'customer'",
            self.product_ids["lot"],
        )
        self.assertEqual(gone, 0 if errors[0] else 2)
        known = self.count(
            "SELECT COALESCE(sum(delivered_qty), 0) FROM trace_recall_lot WHERE recall_id = %s",
            case_id,
        )
        if known != gone:  # the delivery had begun before, and ended after the trace
            self.request(self.look_again(case_id))
            known = self.count(
                "SELECT sum(delivered_qty) FROM trace_recall_lot WHERE recall_id = %s", case_id
            )
        self.assertEqual(known, gone)

    def look_again(self, case_id):
        def look(env):
            recall = env["trace.recall"].browse(case_id)
            recall.looked_at = "2020-01-01 00:00:00"
            env["trace.recall"]._look_for_late()
            while recall._has_work():
                recall._acting()._step()

        return look

    def test_a_receipt_while_it_is_confirmed(self):
        """More of a lot comes in at the moment: it is on hold, whoever was first."""
        case_id = self.case_of(["AO1", "AO2"])

        def receive(env):
            return self.receipt(env, "lot", ["AO1"])

        def confirm(env):
            return env["trace.recall"].browse(case_id)._confirm()

        errors = self.at_once([receive, confirm])
        self.assertIsNone(errors[1])
        self.assertEqual(self.held(), 2)
        free = self.count(
            "SELECT count(*) FROM stock_lot WHERE product_id = %s AND trace_status = 'free'",
            self.product_ids["lot"],
        )
        self.assertEqual(free, 0)

    def test_killed_in_the_middle(self):
        """What was committed stays, what was not is done again, and nothing is doubled."""
        names = [f"AO{n}" for n in range(9)]
        case_id = self.case_of(names)
        with patch.object(working, "SLICE", 2), patch.object(working, "AT_ONCE", 0):
            self.request(lambda env: env["trace.recall"].browse(case_id)._confirm())
            self.assertEqual(self.held(), 2)
            steps = 0
            while self.one_step(case_id, die=steps % 2 == 0):
                steps += 1
                self.assertLess(steps, 60)
        self.assertEqual(self.held(), len(names))
        held = "SELECT count(*) FROM trace_recall_lot WHERE recall_id = %s AND state = 'held'"
        self.assertEqual(self.count(held, case_id), len(names))
        tasks = (
            "SELECT count(*) FROM mail_activity WHERE res_model = 'trace.recall' AND res_id = %s"
        )
        self.assertEqual(self.count(tasks, case_id), 2)
        traced = "SELECT count(*) FROM trace_recall_step WHERE recall_id = %s AND kind = 'traced'"
        self.assertEqual(self.count(traced, case_id), 1)

    def one_step(self, case_id, die):
        """A step of the job on a connection of its own, which ends with it or is cut."""
        with self.connection.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            recall = env["trace.recall"].browse(case_id)
            if not recall._has_work():
                return False
            recall._acting()._step()
            env.flush_all()
            if die:
                cr.rollback()
            return True
