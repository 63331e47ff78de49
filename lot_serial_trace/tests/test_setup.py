from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..core.setup_trades import TRADES
from .common import TraceCase

#: All that a set-up may touch.
TOUCHED = (
    "trace.policy",
    "trace.expiry.rule",
    "trace.retention",
    "trace.recall.deadline",
    "trace.recall.drill.plan",
    "stock.location",
    "stock.warehouse",
    "product.category",
    "res.company",
)
#: Who wrote last, and that somebody was asked, are no settings.
NO_SETTING = {"write_date", "write_uid", "trace_setup_offered", "parent_path"}


@tagged("post_install", "-at_install")
class TestSetup(TraceCase):
    """A guided set-up shows what it would do, does that, and takes exactly that back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Set-up Ltd"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}, su=False
        )
        cls.env.user.group_ids += cls.env.ref("lot_serial_trace.group_trace_admin")
        cls.warehouse = (
            cls.env["stock.warehouse"].sudo().search([("company_id", "=", cls.company.id)])
        )
        cls.food, cls.toys = (
            cls.env["product.category"]
            .sudo()
            .create([{"name": "Set-up Food"}, {"name": "Set-up Toys"}])
        )

    def world(self):
        """Every stored value that the set-up could have touched."""
        self.env.flush_all()
        rows = {}
        for model in TOUCHED:
            self.env.cr.execute(
                SQL(
                    "SELECT id, to_jsonb(one) - %s::text[] FROM %s one",
                    list(NO_SETTING),
                    SQL.identifier(self.env[model]._table),
                )
            )
            for row_id, values in self.env.cr.fetchall():
                # nothing is nothing, whether it is NULL, false or 0
                rows[model, row_id] = {key: value for key, value in values.items() if value}
        return rows

    def begin(self, *trades, **categories):
        """A set-up that shows what it would set."""
        one = self.env["trace.setup"].create({})
        for line in one.trade_ids:
            line.chosen = line.trade in trades or line.trade in categories
            line.categ_ids = categories.get(line.trade, self.env["product.category"])
        one.action_look()
        return one

    def of(self, one, area, *states):
        return one.change_ids.filtered(
            lambda change: change.area == area and change.state in (states or ("plan", "done"))
        )

    def made(self, one, area):
        line = self.of(one, area)[:1]
        return self.env[line.res_model].browse(line.res_id)

    def test_each_trade_does_what_it_shows_and_undoes_it(self):
        before = self.world()
        for trade in TRADES:
            with self.subTest(trade):
                one = self.begin(trade)
                self.assertEqual(self.world(), before, "looking changes nothing")
                shown = one.change_ids._to_do()
                self.assertTrue(shown)
                one.action_set()
                self.assertEqual(set(shown.mapped("state")), {"done"})
                self.assertNotEqual(self.world(), before)
                for line in shown:
                    record = self.env[line.res_model].browse(line.res_id)
                    for name, value in (line.payload.get("make") or line.payload["new"]).items():
                        there = record[name]
                        there = there.id if hasattr(there, "ids") else there
                        self.assertIn(value or False, (there or False, str(there)), line.key)
                one.action_undo()
                self.assertEqual(one.state, "undone")
                self.assertEqual(set(shown.mapped("state")), {"undone"})
                self.assertEqual(self.world(), before, "everything is as it was")

    def test_it_counts_at_once(self):
        """What is set is what the gate and the expiry rules ask from then on."""
        one = self.begin("food", medicine=self.food)
        one.action_set()
        policies = self.env["trace.policy"].sudo()
        milk = self.milk.sudo()
        asks = [{"code": "duplicate_serial", "company_id": self.company.id, "product_id": milk.id}]
        self.assertEqual(policies._resolve(asks)[0][0], "warn")
        milk.categ_id = self.food
        self.assertEqual(policies._resolve(asks)[0][0], "block", "medicine is stricter")
        [limits] = self.env["trace.expiry.rule"]._limits(
            [(milk.id, self.warehouse.lot_stock_id.parent_path, None, self.company.id)]
        )
        self.assertEqual(limits.stop.at, 30)
        [(severity, rule)] = policies._resolve(
            [
                {
                    "code": "not_scanned",
                    "company_id": self.company.id,
                    "product_id": self.device.id,
                    "picking_type_id": self.warehouse.in_type_id.id,
                }
            ]
        )
        self.assertEqual((severity, rule.company_id), ("note", self.company.id))
        self.assertTrue(self.warehouse._trace_quarantine_place())

    def test_what_was_decided_before_stays(self):
        mine = self.env["trace.policy"].create({"code": "expired", "severity": "note"})
        self.env["trace.retention"].create({"name": "Ours", "years": 30, "basis": "move"})
        self.company.sudo().trace_recall_witnesses = 3
        one = self.begin("medicine")
        kept = {(line.area, line.before): line.state for line in one.change_ids}
        self.assertEqual(kept["policy", "Note"], "yours")
        self.assertEqual(kept["recall", "3"], "same", "three witnesses are more than two")
        self.assertEqual(self.of(one, "retention", "yours").res_model, "trace.retention")
        one.action_set()
        self.assertEqual(mine.severity, "note")
        self.assertEqual(self.company.trace_recall_witnesses, 3)
        one.action_undo()
        self.assertTrue(mine.exists())

    def test_nothing_becomes_milder_for_some_goods(self):
        """What is decided for all goods counts for those of a category, where it is as strict."""
        self.env["trace.policy"].create({"code": "duplicate_serial", "severity": "block"})
        self.env["trace.policy"].create({"code": "no_number", "severity": "note"})
        self.env["trace.retention"].create({"name": "Ours", "years": 30, "basis": "move"})
        one = self.begin(food=self.food)
        states = {line.title: (line.before, line.state) for line in one.change_ids}
        self.assertEqual(states["Serial number twice"], ("Block", "yours"))
        self.assertEqual(states["No number captured"], ("Note", "plan"), "ours is stricter")
        self.assertEqual(self.of(one, "retention", "yours").scope, "Set-up Food")
        one.action_set()
        later = self.begin(medicine=self.food)
        self.assertEqual(self.of(later, "expiry", "yours").before[:12], "warn 30 days")

    def test_a_line_that_nobody_wants_is_left_out(self):
        one = self.begin("food")
        self.of(one, "drill").action_want()
        self.of(one, "expiry").action_want()
        self.of(one, "expiry").action_want()
        one.action_set()
        self.assertEqual(self.of(one, "drill").state, "plan")
        self.assertEqual(self.of(one, "expiry").state, "done")
        plans = self.env["trace.recall.drill.plan"]
        self.assertFalse(plans.search([("company_id", "=", self.company.id)]))

    def test_twice_does_nothing_more(self):
        self.begin("food").action_set()
        world = self.world()
        again = self.begin("food")
        self.assertEqual(set(again.change_ids.mapped("state")), {"same"})
        self.assertIn("nothing to do", again.says)
        with self.assertRaises(UserError):
            again.action_set()
        self.assertEqual(self.world(), world)

    def test_what_somebody_changed_since_is_left_and_said(self):
        one = self.begin("medicine")
        one.action_set()
        policy = self.env["trace.policy"].search(
            [("company_id", "=", self.company.id), ("code", "=", "expired")]
        )
        policy.severity = "warn"
        gone = self.made(one, "expiry")
        gone.unlink()
        self.made(one, "retention").note = "Our lawyer says so."
        self.company.sudo().trace_recall_witnesses = 5
        one.action_undo()
        left = one.change_ids.filtered(lambda line: line.state == "left")
        self.assertEqual(
            set(left.mapped("remark")),
            {
                "Changed since: Severity. It is left as it is.",
                "Changed since: Why. It is left as it is.",
                "Changed since: Witnesses of a Destruction. It is left as it is.",
            },
        )
        self.assertEqual(policy.severity, "warn")
        self.assertEqual(self.company.trace_recall_witnesses, 5)
        self.assertFalse(self.company.trace_recall_proof, "the other one goes back")
        self.assertIn("had been deleted", self.of(one, "expiry", "undone").remark)
        self.assertIn("3 lines", one.says)

    def test_what_is_in_use_is_archived(self):
        """A quarantine with goods in it cannot be deleted, nor archived: it stays."""
        one = self.begin("food")
        one.action_set()
        place = self.made(one, "place").sudo()
        line, plan = self.of(one, "place"), self.made(one, "drill")
        self.env["stock.quant"].sudo()._update_available_quantity(self.device, place, 1)
        plan.next_date = "2020-01-01"
        plan.sudo()._make_drill()
        one.action_undo()
        self.assertEqual(line.state, "left")
        self.assertIn("in use", line.remark)
        self.assertTrue(place.exists().active)
        drill = self.of(one, "drill", "left", "undone")
        self.assertTrue(drill.state == "undone" or not plan.active, drill.remark)

    def test_changed_between_looking_and_setting(self):
        one = self.begin("food")
        self.of(one, "drill").action_want()
        self.env["trace.policy"].create({"code": "expired", "severity": "warn"})
        answer = one.action_set()
        self.assertEqual((one.state, answer["tag"]), ("look", "display_notification"))
        self.assertEqual(self.of(one, "policy", "yours").title, "Expired")
        self.assertFalse(self.of(one, "drill").wanted, "what was taken out stays out")
        one.action_set()
        self.assertEqual(one.state, "done")

    def test_steps_in_their_order(self):
        one = self.env["trace.setup"].create({})
        with self.assertRaisesRegex(UserError, "at least one"):
            one.action_look()
        for step in (one.action_set, one.action_undo, one.action_back):
            with self.assertRaisesRegex(UserError, "elsewhere"):
                step()
        one.trade_ids[0].chosen = True
        one.action_look()
        one.action_back()
        self.assertFalse(one.change_ids)
        self.assertEqual(self.env["trace.setup"].action_open()["res_id"], one.id)

    def test_categories_get_their_warranty_back(self):
        self.toys.trace_warranty_months = 36
        one = self.begin(electronics=self.food + self.toys)
        self.assertEqual(
            {line.scope: line.state for line in self.of(one, "warranty", "plan", "same")},
            {"Set-up Food": "plan", "Set-up Toys": "same"},
        )
        one.action_set()
        self.assertEqual((self.food + self.toys).mapped("trace_warranty_months"), [24, 36])
        one.action_undo()
        self.assertEqual((self.food + self.toys).mapped("trace_warranty_months"), [0, 36])

    def test_one_company_only(self):
        other = self.env["res.company"].sudo().create({"name": "Neighbour"})
        before = self.world()
        one = self.begin("medicine")
        one.action_set()
        after = self.world()
        for key in set(after) - set(before):
            self.assertEqual(after[key]["company_id"], self.company.id, key)
        changed = {key for key in before if after[key] != before[key]}
        self.assertEqual(changed, {("res.company", self.company.id)})
        stranger = new_test_user(
            self.env(su=True),
            "setup_stranger",
            groups="lot_serial_trace.group_trace_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            one.with_user(stranger).with_company(other).action_undo()

    def test_many_categories_cost_no_more_queries(self):
        def cost(count):
            categories = (
                self.env["product.category"]
                .sudo()
                .create([{"name": f"Cost {count}-{turn}"} for turn in range(count)])
            )
            one = self.env["trace.setup"].create({})
            line = one.trade_ids.filtered(lambda line: line.trade == "electronics")
            line.write({"chosen": True, "categ_ids": [(6, 0, categories.ids)]})
            for kind in self.of(one, "drill"):
                kind.wanted = False
            self.env.flush_all()
            self.env.invalidate_all()
            counts = []
            for step in (one.action_look, one.action_set, one.action_undo):
                start = self.env.cr.sql_log_count
                step()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - start)
            return counts

        cost(1)  # warms what is asked once
        few, many = cost(2), cost(12)
        for step, one, other in zip(("look", "set", "undo"), few, many, strict=True):
            self.assertLessEqual(other, one + 12, step)

    def test_who_may(self):
        one = self.begin("food")
        people = {
            name: new_test_user(
                self.env(su=True),
                f"setup_{name}",
                groups=f"lot_serial_trace.group_trace_{name}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for name in ("user", "quality", "auditor", "admin")
        }
        for name in ("user", "quality", "auditor"):
            mine = one.with_user(people[name])
            with self.subTest(name), self.assertRaises(AccessError):
                mine.action_set()
            with self.subTest(name), self.assertRaises(AccessError):
                mine.change_ids.action_want()
        mine = one.with_user(people["admin"])
        with self.assertRaises(AccessError):
            mine.change_ids.write({"payload": {"make": {"code": "expired"}}})
        mine.action_set()
        self.assertEqual(mine.done_by_id, people["admin"], "without rights on stock settings")
        mine.action_undo()

    def test_offered_once_to_administrators(self):
        setups = self.env["trace.setup"]
        user = new_test_user(
            self.env(su=True),
            "setup_nobody",
            groups="lot_serial_trace.group_trace_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.env["trace.policy"].sudo().search([("company_id", "=", False)]).unlink()
        self.assertFalse(setups.with_user(user).offer())
        self.assertTrue(setups.offer())
        self.assertFalse(setups.offer(), "once")
        self.company.sudo().trace_setup_offered = False
        self.env["trace.policy"].create({"code": "expired", "severity": "note"})
        self.assertFalse(setups.offer(), "somebody has begun already")
