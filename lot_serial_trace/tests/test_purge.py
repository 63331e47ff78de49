from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .archive_case import ArchiveCase


@tagged("post_install", "-at_install")
class TestPurge(ArchiveCase):
    """Only what was shown goes, only when somebody means it, and it is told that it went."""

    def test_nothing_goes_without_a_class(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        self.seal()
        self.assertEqual(self.look().count, 0)
        self.env["trace.tombstone"]._cron_purge()
        self.assertEqual(self.left(lot), 2)

    def test_a_class_alone_lets_nothing_go(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        self.seal()
        self.env["trace.tombstone"]._cron_purge()
        self.assertEqual(self.left(lot), 2)

    def test_what_is_shown_goes(self):
        old = self.live("2019-03-10", self.device, "OLD-1")
        new = self.live("2026-01-10", self.device, "NEW-1")
        retention = self.retention()
        self.seal()
        wizard = self.look()
        self.assertEqual(
            [(str(line.month), line.events, line.lots) for line in wizard.go_ids],
            [("2019-03-01", 2, 1)],
        )
        stone = self.purge(wizard)
        self.assertEqual(self.left(old), 0)
        self.assertEqual(self.left(new), 2)
        self.assertEqual(
            (stone.state, stone.ordered, stone.purged, stone.spared), ("done", 2, 2, 0)
        )
        self.assertEqual(stone.digest, wizard.digest)
        self.assertEqual(stone.retention_id, retention)
        self.assertEqual(stone.ordered_by_id, self.env.user)

    def test_the_ledger_tells_of_it(self):
        self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        self.seal()
        stone = self.purge()
        told = self.events(("document_model", "=", stone._name), ("document_id", "=", stone.id))
        self.assertEqual(told.mapped("kind"), ["purge", "purge"])
        self.assertTrue(all(stone.digest in event.reason for event in told))
        self.assertEqual(told[0].user_name, self.env.user.name)
        self.assertEqual(told[0].company_id, self.env.company.id)

    def test_answers_say_what_is_gone(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        self.retention(name="Two years")
        self.seal()
        stone = self.purge()
        (about,) = self.env["trace.tombstone"]._about(lot.ids)
        self.assertEqual((about["count"], about["lot_name"]), (2, "OLD-1"))
        self.assertEqual(str(about["until"])[:10], "2019-03-11")
        (says,) = self.env["trace.tombstone"]._says(lot.ids)
        self.assertIn("OLD-1: 2 entries up to", says)
        self.assertIn("Two years", says)
        self.assertEqual(stone.lot_ids.mapped("lot_name"), ["OLD-1"])
        shown = self.env["trace.tombstone.lot"].search(stone.action_open_lots()["domain"])
        self.assertEqual(shown, stone.lot_ids)
        self.assertEqual(self.env["trace.tombstone"]._says(self.lot(self.milk, "NONE").ids), [])

    def test_a_trace_says_what_it_cannot_tell(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        other = self.live("2019-03-10", self.device, "OLD-2")
        self.retention(name="Two years")
        self.seal()
        self.env["trace.legal.hold"].create({"name": "C", "reason": "C", "lot_ids": other.ids})
        stone = self.purge()
        answer = self.env["trace.question"].answer({"lots": [lot.id, other.id]})
        (row,) = answer["purged"]["rows"]
        self.assertEqual((row["lot_id"], row["lot_name"], row["quantity"]), (lot.id, "OLD-1", 2))
        self.assertEqual(row["last_time"][:10], "2019-03-11")
        self.assertEqual((row["notice"], row["document_id"]), (stone.rule, stone.id))
        self.assertEqual(
            self.env["trace.question"].answer({"lots": other.ids})["purged"]["total"], 0
        )
        run = self.env["trace.run"]._ask(lot)
        self.assertIn("Not in this answer: 2 entries up to", run.summary)
        self.assertIn("Two years", run.summary)
        self.assertNotIn("Not in this answer", self.env["trace.run"]._ask(other).summary)
        said = "OLD-1: 2 entries up to"
        self.assertIn(said, self.env["trace.whereabouts"]._ask(lot).summary)
        self.assertIn(said, self.env["trace.explorer"].about(lot.id)["purged"][0])
        self.assertEqual(self.env["trace.explorer"].about(other.id)["purged"], [])

    def test_the_word_must_be_typed(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        self.seal()
        wizard = self.look()
        for word in (False, "", "purge", "yes"):
            with self.assertRaisesRegex(UserError, "Type PURGE"):
                self.order(wizard, word)
        self.assertEqual(self.left(lot), 2)
        self.assertFalse(self.env["trace.tombstone"].search([]))

    def test_more_than_was_shown_does_not_go(self):
        self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        self.seal()
        wizard = self.look()
        self.live("2019-04-10", self.device, "OLD-2")
        self.seal()
        with self.assertRaisesRegex(UserError, "has changed since you looked"):
            self.order(wizard)

    def test_less_than_was_shown_does_not_go_either(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        self.live("2019-03-10", self.device, "OLD-2")
        self.retention()
        self.seal()
        wizard = self.look()
        self.env["trace.legal.hold"].create(
            {"name": "Case 1", "reason": "Court", "lot_ids": lot.ids}
        )
        with self.assertRaisesRegex(UserError, "has changed since you looked"):
            self.order(wizard)

    def test_what_is_held_meanwhile_is_spared(self):
        one = self.live("2019-03-10", self.device, "OLD-1")
        two = self.live("2019-03-12", self.device, "OLD-2")
        self.retention()
        self.seal()
        stone = self.order()
        stone.sudo()._purge_batch(2)
        self.assertEqual((self.left(one), self.left(two)), (0, 2))
        self.env["trace.legal.hold"].create({"name": "Case", "reason": "Court", "lot_ids": two.ids})
        while stone.sudo()._purge_batch(1):
            pass
        self.assertEqual(self.left(two), 2)
        self.assertEqual((stone.state, stone.purged, stone.spared), ("done", 2, 2))
        self.assertFalse(
            self.env["trace.tombstone"]._named(self.events(("lot_id", "=", two.id)).ids)
        )

    def test_it_goes_on_where_it_was_stopped(self):
        lots = [self.live("2019-03-10", self.device, f"OLD-{index}") for index in range(3)]
        self.retention()
        self.seal()
        stone = self.order()
        self.assertEqual(stone.sudo()._purge_batch(4), 2)
        self.assertAlmostEqual(stone.progress, 100 * 4 / 6)
        self.env.invalidate_all()
        self.assertEqual(stone.sudo()._purge_batch(4), 0)
        self.assertEqual(stone.state, "done")
        self.assertEqual([self.left(lot) for lot in lots], [0, 0, 0])

    def test_stop_keeps_the_rest(self):
        self.live("2019-03-10", self.device, "OLD-1")
        lot = self.live("2019-03-12", self.device, "OLD-2")
        self.retention()
        self.seal()
        stone = self.order()
        stone.sudo()._purge_batch(2)
        stone.action_stop()
        self.assertEqual((stone.state, stone.purged, stone.spared), ("stopped", 2, 2))
        self.assertEqual(self.left(lot), 2)
        self.assertEqual(self.look().count, 2, "what was not purged can be purged another time")

    def test_queries_do_not_grow_with_entries(self):
        counts = []
        self.retention()
        for size in (1, 6):
            for index in range(size):
                self.live("2019-03-10", self.device, f"Q-{size}-{index}")
            self.seal()
            stone = self.order().sudo()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            stone._purge_batch()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # -- what is due ----------------------------------------------------------

    def test_unsealed_entries_stay(self):
        self.seal()
        lot = self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        wizard = self.look()
        self.assertEqual(wizard.count, 0)
        self.assertEqual(
            [(line.outcome, line.events) for line in wizard.stay_ids], [("unsealed", 2)]
        )
        self.assertEqual(self.left(lot), 2)

    def test_goods_on_hand_keep_all_they_have(self):
        self.live("2019-03-10", self.device, "HERE-1", sold=False)
        self.retention(basis="event")
        self.seal()
        wizard = self.look()
        self.assertEqual((wizard.count, wizard.stay_ids.outcome), (0, "stock"))

    def test_holds_and_exceptions_keep(self):
        held = self.live("2019-03-10", self.device, "HELD-1")
        doubted = self.live("2019-03-10", self.device, "DOUBT-1")
        self.env["trace.hold"]._place(held, "found late")
        exception = self.env["trace.exception"]._open_many(
            [{"kind": "short_life", "lot_id": doubted.id, "values": _Anything()}]
        )
        self.retention()
        self.seal()
        outcomes = {line.outcome: line.events for line in self.look().stay_ids}
        self.assertEqual(outcomes, {"hold": 2, "exception": 2})
        exception._resolve("accepted", "done")
        self.assertEqual(self.look().count, 2)

    def test_the_lots_last_movement_counts(self):
        """It came long ago and was sold lately: all of it stays."""
        lot = self.live("2019-03-10", self.device, "LATE-1", sold=False)
        self.validate(self.picking("out", [(self.device, "LATE-1", 1)]))
        self.retention(basis="move")
        self.seal()
        self.assertEqual(self.look().count, 0)
        self.env["trace.retention"].search([]).basis = "event"
        self.assertEqual(self.look().count, 1, "by the entry itself, the old one goes")
        self.assertEqual(self.left(lot), 2)

    def test_the_dates_of_the_lot_count(self):
        """Each basis by itself, at a moment when it makes the difference."""
        lot = self.live("2019-03-10", self.milk, "MILK-1", quantity=5)
        self.env["trace.warranty"].create(
            {
                "number": lot.name,
                "lot_id": lot.id,
                "product_id": self.milk.id,
                "company_id": self.env.company.id,
                "start": "2019-03-11",
                "end": "2023-03-11",
            }
        )
        retention = self.retention()
        self.seal()
        (expires,) = set(self.events(("lot_id", "=", lot.id)).mapped("expiration_date"))
        self.assertEqual(str(expires)[:7], "2019-04", "thirty days after it came")
        for basis, last in (
            ("event", "2021-03-11"),
            ("move", "2021-03-11"),
            ("delivery", "2021-03-11"),
            ("expiry", f"2021-{str(expires)[5:10]}"),
            ("warranty", "2025-03-11"),
        ):
            retention.basis = basis
            day = fields.Datetime.to_datetime(last)
            self.assertLess(self.due(lot, day - timedelta(seconds=1)), 2, basis)
            self.assertEqual(self.due(lot, day + timedelta(days=1)), 2, basis)

    def due(self, lot, now):
        """How many entries of a lot may go at a moment."""
        rows = self.env.execute_query_dict(self.env["trace.retention"]._due(self.env.company, now))
        return [row["lot_id"] for row in rows].count(lot.id)

    def test_the_nearest_class_counts(self):
        below = self.env["product.category"].create(
            {"name": "Below", "parent_id": self.category.id}
        )
        self.milk.categ_id = below
        self.live("2019-03-10", self.milk, "MILK-1", quantity=5)
        self.live("2019-03-10", self.device, "DEV-1")
        self.retention(name="general", categ_id=False, years=3)
        self.retention(name="upper", years=100)
        lower = self.retention(name="lower", categ_id=below.id, years=1)
        self.seal()
        mine = self.look().go_ids.filtered(lambda line: str(line.month) == "2019-03-01")
        self.assertEqual(mine.class_id, lower)

    def test_one_class_for_a_category(self):
        self.retention()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.retention(name="again")

    def test_corrected_movements_go_whole_or_not_at_all(self):
        """A movement that was corrected must not come back to life because its correction went."""
        with_two = self.live("2019-03-10", self.milk, "TWO-1", quantity=5)
        other = self.live("2019-03-10", self.milk, "TWO-2", quantity=5, sold=False)
        line = self.env["stock.move.line"].search(
            [("lot_id", "=", with_two.id), ("picking_code", "=", "outgoing")]
        )
        line.lot_id = other
        with freeze_time("2019-03-12"):
            self.validate(self.picking("out", [(self.milk, "TWO-1", 5)]))
        self.env.flush_all()
        self.assertEqual(len(self.events(("move_line_id", "=", line.id))), 2)
        self.env["trace.legal.hold"].create(
            {"name": "C", "reason": "C", "lot_ids": with_two.ids, "relatives": False}
        )
        self.retention(basis="event")
        self.seal()
        wizard = self.look()
        self.assertIn("parted", wizard.stay_ids.mapped("outcome"))
        self.purge(wizard)
        self.assertEqual(len(self.events(("move_line_id", "=", line.id))), 2)

    # -- the door -------------------------------------------------------------

    def test_the_door_is_narrow(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        self.seal()
        event = self.events(("lot_id", "=", lot.id))[0]
        delete = "DELETE FROM trace_event WHERE id = %s"
        self.assertIn("append-only", self.refused_by_the_database(delete, event.id))
        self.retention()
        self.order()
        self.assertIn(
            "append-only",
            self.refused_by_the_database(
                "UPDATE trace_event SET reason = 'x' WHERE id = %s", event.id
            ),
        )
        self.assertIn("append-only", self.refused_by_the_database("TRUNCATE trace_event CASCADE"))
        with self.assertRaises(UserError):
            event.unlink()
        self.env.cr.execute(delete, [event.id])
        self.assertEqual(self.env.cr.rowcount, 1)

    def test_the_door_is_shut_for_what_is_not_sealed(self):
        stone = self.env["trace.tombstone"].create(
            {
                "name": "forged",
                "company_id": self.env.company.id,
                "retention_id": self.retention().id,
            }
        )
        self.seal()
        lot = self.live("2019-03-10", self.device, "OLD-1")
        event = self.events(("lot_id", "=", lot.id))[0]
        self.env.cr.execute(
            "INSERT INTO trace_tombstone_event (id, tombstone_id) VALUES (%s, %s)",
            [event.id, stone.id],
        )
        self.assertIn(
            "append-only",
            self.refused_by_the_database("DELETE FROM trace_event WHERE id = %s", event.id),
        )

    def test_tombstones_stay(self):
        self.live("2019-03-10", self.device, "OLD-1")
        retention = self.retention()
        self.seal()
        stone = self.purge()
        for statement in (
            "DELETE FROM trace_tombstone_event WHERE tombstone_id = %s",
            "UPDATE trace_tombstone_event SET tombstone_id = %s",
        ):
            self.assertIn("are kept", self.refused_by_the_database(statement, stone.id))
        with self.assertRaises(UserError):
            stone.unlink()
        with self.assertRaises(UserError):
            retention.unlink()

    def test_the_archive_still_verifies(self):
        self.live("2019-03-10", self.device, "OLD-1")
        self.live("2026-03-10", self.device, "NEW-1")
        self.retention()
        self.seal()
        self.purge()
        self.seal()
        answer = self.env["trace.block"]._verify()
        self.assertTrue(answer["ok"], answer["faults"])

    def test_purged_movements_are_no_gap(self):
        lot = self.live("2019-03-10", self.device, "OLD-1")
        lines = self.env["stock.move.line"].search([("lot_id", "=", lot.id)])
        self.retention()
        self.seal()
        self.purge()
        gaps = self.env["trace.ledger.gap"]._compare(
            lambda column: SQL("%s = ANY(%s)", SQL(column), lines.ids)
        )
        self.assertFalse(gaps)

    # -- who may --------------------------------------------------------------

    def test_only_administrators_purge(self):
        self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        self.seal()
        stone = self.order()
        for group in ("user", "quality", "auditor"):
            person = new_test_user(
                self.env, f"purge_{group}", groups=f"lot_serial_trace.group_trace_{group}"
            )
            as_person = self.env(user=person)
            with self.assertRaises(AccessError):
                as_person["trace.purge.wizard"]._look(self.env.company)
            for button in ("action_go_on", "action_stop"):
                with self.assertRaises(AccessError):
                    getattr(stone.with_user(person), button)()
            self.assertEqual(stone.with_user(person).state, "ordered", "all may read")
        admin = new_test_user(self.env, "purge_admin", groups="lot_serial_trace.group_trace_admin")
        stone.with_user(admin).action_stop()
        self.assertEqual(stone.state, "stopped")

    def test_an_administrator_of_another_company(self):
        self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        self.seal()
        stone = self.order()
        company = self.env["res.company"].create({"name": "Other"})
        admin = new_test_user(
            self.env,
            "other_admin",
            groups="lot_serial_trace.group_trace_admin",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.env(user=admin)["trace.tombstone"].search([]))
        with self.assertRaises(AccessError):
            stone.with_user(admin).action_stop()
        retention = self.env["trace.retention"].with_user(admin)
        self.assertFalse(retention.search([]))
        retention.create({"name": "Mine", "company_id": company.id, "years": 1})
        self.env["trace.purge.wizard"].with_user(admin).with_company(company)._look(company)
        self.assertEqual(stone.purged, 0)


class _Anything(dict):
    """Values for any sentence."""

    def __missing__(self, key):
        return 1
