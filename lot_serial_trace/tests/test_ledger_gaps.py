import json

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..models.trace_ledger_gap import GAP_NEXT
from .common import TraceCase


@tagged("post_install", "-at_install")
class TestLedgerGaps(TraceCase):
    """Nothing tracked moves without an event: what went past the ledger is found and put right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gaps = cls.env["trace.ledger.gap"]
        cls.env["ir.config_parameter"].set_param(GAP_NEXT, cls.gaps._last_id() + 1)

    def furnish(self):
        super().furnish()
        self.picking_in = self.receive((self.milk, "M1", 10), (self.device, "S1", 1))
        self.milk_line = self.line("M1")

    def line(self, name):
        return self.picking_in.move_line_ids.filtered(lambda line: line.lot_id.name == name)

    def past_odoo(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def inserted(self, **values):
        """A done move line that no Odoo method wrote; returns its id."""
        names = (
            "move_id, picking_id, product_id, product_uom_id, location_id, location_dest_id, "
            "company_id, date, lot_id, state"
        )
        self.past_odoo(
            f"INSERT INTO stock_move_line (quantity, quantity_product_uom, {names}) "
            f"SELECT %s, %s, {names} FROM stock_move_line WHERE id = %s RETURNING id",
            values.get("quantity", 4),
            values.get("quantity", 4),
            self.milk_line.id,
        )
        return self.env.cr.fetchone()[0]

    def found(self):
        """Run the check over what this test did: ``(kind, move line id)``."""
        self.gaps._check_range(self.milk_line.id, self.gaps._last_id())
        return [(gap.kind, gap.move_line_id) for gap in self.gaps.search([], order="id")]

    def test_nothing_is_found_where_nothing_is_wrong(self):
        self.milk_line.quantity = 7  # corrected as it should be
        self.validate(self.picking("out", [(self.milk, "M1", 2)]))
        self.assertEqual(self.found(), [])

    def test_movement_past_odoo_is_found_and_recorded(self):
        line_id = self.inserted()
        self.assertEqual(self.found(), [("missing", line_id)])
        gap = self.gaps.search([])
        self.assertEqual(
            (gap.quantity, gap.lot_id.name, gap.document, gap.document_id),
            (4, "M1", self.picking_in.name, self.picking_in.id),
        )
        gap.action_record()
        event = self.events(("move_line_id", "=", line_id))
        self.assertEqual((event.recorded, event.kind, event.quantity), ("history", "movement", 4))
        self.assertEqual(self.found(), [])

    def test_empty_line_moved_nothing(self):
        self.inserted(quantity=0)
        self.assertEqual(self.found(), [])

    def test_quantity_changed_past_odoo(self):
        self.past_odoo(
            "UPDATE stock_move_line SET quantity = 3, quantity_product_uom = 3 WHERE id = %s",
            self.milk_line.id,
        )
        self.assertEqual(self.found(), [("differs", self.milk_line.id)])
        gap = self.gaps.search([])
        self.assertEqual((gap.quantity, gap.ledger_quantity), (3, 10))
        gap.action_record()
        event = self.events(("move_line_id", "=", self.milk_line.id))[-1]
        self.assertEqual((event.kind, event.recorded, event.quantity), ("correction", "history", 3))
        self.assertEqual(self.found(), [])

    def test_lot_and_place_changed_past_odoo(self):
        for column, value in (
            ("lot_id", self.lot(self.device, "S1").id),
            ("location_dest_id", self.shelf.id),
        ):
            with self.subTest(column), self.cr.savepoint() as savepoint:
                self.past_odoo(
                    f"UPDATE stock_move_line SET {column} = %s WHERE id = %s",
                    value,
                    self.milk_line.id,
                )
                self.assertEqual(self.found(), [("differs", self.milk_line.id)])
                savepoint.rollback()

    def test_movement_that_vanished(self):
        line_id = self.milk_line.id
        for statement in (
            "UPDATE stock_move_line SET state = 'draft' WHERE id = %s",
            "DELETE FROM stock_move_line WHERE id = %s",
        ):
            with self.subTest(statement), self.cr.savepoint() as savepoint:
                self.past_odoo(statement, line_id)
                self.gaps._check_range(line_id, line_id)
                gap = self.gaps.search([])
                self.assertEqual((gap.kind, gap.move_line_id), ("gone", line_id))
                gap.action_record()
                event = self.events(("move_line_id", "=", line_id))[-1]
                self.assertEqual(
                    (event.kind, event.quantity, event.lot_name), ("correction", 0, "M1")
                )
                self.assertFalse(self.gaps._check_range(line_id, line_id))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_history_that_is_still_read_is_no_gap(self):
        line_id = self.inserted()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("lot_serial_trace.backfill_next", line_id)
        parameters.set_param("lot_serial_trace.backfill_last", line_id)
        self.assertEqual(self.found(), [])

    def test_rounds_go_on_where_they_stopped(self):
        first = self.inserted()
        for _line in range(4):
            last = self.inserted()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(GAP_NEXT, first)
        self.assertEqual(self.gaps._check_next(size=2), last - first - 1)
        self.assertEqual(self.gaps._check_next(size=2), last - first - 3)
        self.assertFalse(self.desk(), "told when the round is complete")
        self.assertEqual(self.gaps._check_next(size=2), 0)
        self.assertEqual(parameters.get_param(GAP_NEXT), "1", "the next round begins")
        health = self.gaps._health()
        self.assertEqual((health["missing"], health["gaps"]), (5, 5))
        self.assertTrue(health["checked_at"])
        self.assertEqual(self.desk().details["count"], 5)

    def desk(self):
        return self.env["trace.exception"].search([("kind", "=", "ledger_gap")])

    def test_one_exception_a_round(self):
        self.inserted()
        self.inserted()
        for _round in range(2):
            self.env["ir.config_parameter"].set_param(GAP_NEXT, self.milk_line.id)
            self.gaps._check_next()
        self.assertEqual((len(self.desk()), self.desk().times_seen), (1, 2))

    def test_reads_by_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.gaps._found(lambda column: SQL("%s BETWEEN 1 AND 1000", SQL(column)))
        [(plan,)] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))
        plan = json.dumps(plan)
        for index in ("stock_move_line_pkey", "trace_event_move_line_idx"):
            self.assertIn(index, plan)

    def test_queries_do_not_grow_with_the_range(self):
        def queries(count):
            first = self.inserted()
            for _line in range(count):
                last = self.inserted()
            self.env.flush_all()
            before = self.cr.sql_log_count
            gaps = self.gaps._check_range(first, last)
            checked = self.cr.sql_log_count - before
            gaps._record()
            return checked, self.cr.sql_log_count - before

        self.assertEqual(queries(2)[0], 2)
        self.assertEqual(queries(2), queries(40))

    def test_the_button_says_what_was_found(self):
        """The list's button sends the selected ids, none at first."""

        def pressed():
            self.env["ir.config_parameter"].set_param(GAP_NEXT, self.milk_line.id)
            return call_kw(self.gaps, "action_check", [[]], {})["params"]

        line_id = self.inserted()
        found = pressed()
        self.assertEqual(found["type"], "warning")
        self.gaps.search([("move_line_id", "=", line_id)]).action_record()
        gaps = self.gaps.search_count([])
        self.assertIn(str(gaps) if gaps else "every movement", pressed()["message"])

    def test_rights(self):
        self.inserted()
        self.found()
        auditor = new_test_user(self.env, "g_auditor", "lot_serial_trace.group_trace_auditor")
        worker = new_test_user(self.env, "g_worker", "lot_serial_trace.group_trace_user")
        cashier = new_test_user(self.env, "g_cashier", "point_of_sale.group_pos_user")
        quality = new_test_user(self.env, "g_quality", "lot_serial_trace.group_trace_quality")
        gap = self.gaps.search([])
        self.assertEqual(gap.with_user(auditor).kind, "missing")
        for user in (auditor, worker):
            with self.assertRaises(AccessError):
                gap.with_user(user).action_record()
        with self.assertRaises(AccessError):
            self.gaps.with_user(auditor).action_check()
        with self.assertRaises(AccessError):
            gap.with_user(cashier).read(["kind"])
        with self.assertRaises(AccessError):
            gap.with_user(quality).write({"kind": "gone"})
        gap.with_user(quality).action_record()
        self.assertFalse(self.gaps.search([]))

    def test_other_company_sees_nothing(self):
        self.inserted()
        self.found()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "g_stranger",
            "lot_serial_trace.group_trace_quality",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.gaps.with_user(stranger).search([]))
        self.assertEqual(self.gaps.with_user(stranger)._health(other)["gaps"], 0)
