from datetime import datetime, timedelta
from functools import partial

from odoo.tests import tagged

from .test_hold_at_once import StockAtOnceCase


@tagged("post_install", "-at_install")
class TestExpiryAtOnce(StockAtOnceCase):
    """Two look at what expires at once, or one pulls goods while another reserves them."""

    def setUp(self):
        super().setUp()
        self.others = self.request(self.rest)
        self.addCleanup(self.request, self.forget)

    def rest(self, env):
        """The rules of others rest meanwhile: returns their ids."""
        env["product.product"].browse(self.product_ids["lot"]).use_expiration_date = True
        others = env["trace.expiry.rule"].search([])
        others.active = False
        return others.ids

    def forget(self, env):
        """Take away what rules did, and the rules; the others are in force again."""
        rules = env["trace.expiry.rule"].search([("product_id", "=", self.product_ids["lot"])])
        env["trace.expiry.action"].search([("rule_id", "in", rules.ids)]).unlink()
        env["stock.scrap"].search([("product_id", "=", self.product_ids["lot"])]).unlink()
        env.cr.execute(
            "DELETE FROM trace_exception WHERE document_model = %s AND document_id = ANY(%s)",
            ["trace.expiry.rule", rules.ids],
        )
        rules.unlink()
        env["trace.expiry.rule"].browse(self.others).active = True

    def rule(self, env, **values):
        """A rule by which goods are pulled five days before; returns its id."""
        common = {
            "name": "At once",
            "product_id": self.product_ids["lot"],
            "pull_unit": "days",
            "pull_at": 5,
            "user_id": env.ref("base.user_admin").id,
        }
        return env["trace.expiry.rule"].create({**common, **values}).id

    def expiring(self, *names):
        """Lots in stock, ten of each, that are good until tomorrow."""
        self.stock(*names, tracking="lot", quantity=10)

        def date(env):
            mine = [("product_id", "=", self.product_ids["lot"]), ("name", "in", names)]
            tomorrow = datetime.now() + timedelta(days=1)
            # Odoo reserves them still.
            env["stock.lot"].search(mine).write(
                {"expiration_date": tomorrow, "removal_date": tomorrow}
            )

        self.request(date)

    def evaluate(self, env):
        env["trace.expiry.run"]._evaluate()

    def mine(self, table, where="TRUE"):
        return self.count(table, f"product_id = %s AND {where}", self.product_ids["lot"])

    def assert_done_once(self, rule, *kinds):
        for kind in kinds:
            done = self.count("trace_expiry_action", "rule_id = %s AND kind = %s", rule, kind)
            self.assertEqual(done, 1, kind)

    def test_two_evaluations(self):
        """What a rule does is done once, and everybody is told once."""
        self.expiring("OLD-1", "OLD-2", "OLD-3")
        deeds = {"hold_from": "pull", "mark_from": "pull", "tell_from": "pull"}
        rule = self.request(partial(self.rule, **deeds))
        self.assertEqual(self.at_once([self.evaluate] * 2), [None] * 2)
        self.assertEqual(self.mine("trace_expiry_due", "stage = 'pull' AND state = 'marked'"), 3)
        self.assertEqual(self.mine("trace_hold", "state = 'active'"), 3)
        self.assertEqual(
            self.count("mail_activity", "res_model = 'trace.expiry.rule' AND res_id = %s", rule), 1
        )
        self.assert_done_once(rule, "hold", "mark", "tell")

    def test_two_evaluations_that_find_nothing_new_but_act(self):
        """The list is as it was, so they do not meet there: goods are pulled once all the same."""
        self.expiring("OLD-1", "OLD-2", "OLD-3")
        rule = self.request(self.rule)
        self.request(self.evaluate)
        self.request(
            lambda env: env["trace.expiry.rule"].browse(rule).write({"scrap_from": "pull"})
        )
        self.assertEqual(self.at_once([self.evaluate] * 2), [None] * 2)
        self.assertEqual(self.mine("stock_scrap", "state = 'draft'"), 3)
        self.assert_done_once(rule, "scrap")

    def test_pulled_while_another_reserves(self):
        """No unit is promised to two: it is pulled, or it is the customer's."""
        place = self.request(self.place)
        self.addCleanup(self.forget_place, place)
        for turn in range(3):
            name = f"PULLED-{turn}"
            self.expiring(name)
            self.request(partial(self.rule, name=name, sequence=turn))
            self.request(self.evaluate)
            pull = partial(self.pull, name=name, place=place)
            reserve = partial(self.reserve, quantity=6)
            self.assertEqual(self.at_once([reserve, pull]), [None] * 2)
            self.assert_promised_once(name)

    def test_pulled_while_a_reservation_that_it_cannot_see(self):
        """Somebody changes the quant, so that a reservation makes another one; the pull list,
        which began before, does not take the same goods again.
        """
        place = self.request(self.place)
        self.addCleanup(self.forget_place, place)
        self.expiring("UNSEEN")
        self.request(self.rule)
        self.request(self.evaluate)
        self.unseen(partial(self.pull, name="UNSEEN", place=place), self.reserve)
        self.assert_promised_once("UNSEEN")

    def place(self, env):
        """A place to pull to; returns its id."""
        stock = self.warehouse(env).lot_stock_id
        return env["stock.location"].create({"name": "At once", "location_id": stock.id}).id

    def forget_place(self, place):
        self.clean_goods()
        self.request(lambda env: env["stock.location"].browse(place).unlink())

    def pull(self, env, name, place):
        """Make the pull list for a lot, as the button does."""
        rows = env["trace.expiry.due"].search([("lot_id.name", "=", name)])
        rows._pull(env["stock.location"].browse(place))

    def assert_promised_once(self, name):
        where = "lot_id IN (SELECT id FROM stock_lot WHERE product_id = %s AND name = %s)"
        product = self.product_ids["lot"]
        with self.connection.cursor() as cr:
            cr.execute(
                f"SELECT sum(quantity), sum(reserved_quantity) FROM stock_quant WHERE {where}",
                [product, name],
            )
            [quantity, reserved] = cr.fetchone()
            cr.execute(
                f"SELECT sum(quantity_product_uom) FROM stock_move_line WHERE {where}",
                [product, name],
            )
            [promised] = cr.fetchone()
        self.assertEqual((quantity, reserved), (10, promised))
        self.assertLessEqual(promised, 10)
        self.assertGreater(promised, 0)
