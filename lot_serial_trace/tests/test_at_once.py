from functools import partial
from threading import Barrier, Thread
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

#: What is left of a test, in the order in which it can be deleted.
LEFTOVERS = (
    "trace_exception",
    "trace_hold",
    "trace_event",
    "stock_quant",
    "stock_move_line",
    "stock_move",
    "stock_lot",
    "trace_number_claim",
)


class AtOnceCase(BaseCase):
    """Words for what people do at the same moment, on real connections that commit.

    Requests are run as Odoo runs them: again, if the database says that another one was first.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.connection = db_connect(get_db_name())
        cls.product_ids = {}

    @classmethod
    def request(cls, work):
        """Run ``work(env)`` in a transaction of its own."""
        with cls.connection.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            return service.retrying(partial(work, env), env)

    @classmethod
    def prepare(cls, env):
        for tracking in ("serial", "lot"):
            product = env["product.product"].create(
                {"name": f"At once: {tracking}", "is_storable": True, "tracking": tracking}
            )
            cls.product_ids[tracking] = product.id
            # Odoo's own answer is asked for, whatever an administrator, or the demo, has decided.
            env["trace.policy"].create(
                {"code": "duplicate_serial", "severity": "off", "product_id": product.id}
            )

    @classmethod
    def clean(cls):
        """Take away what was committed, and the products."""
        cls.clean_goods()
        products = list(cls.product_ids.values())
        cls.request(lambda env: env["product.product"].browse(products).product_tmpl_id.unlink())

    @classmethod
    def clean_goods(cls):
        """Take away goods and all that was done with them; the ledger lets go of it for once."""
        products = list(cls.product_ids.values())
        with cls.connection.cursor() as cr:
            cr.execute("ALTER TABLE trace_event DISABLE TRIGGER trace_event_append_only")
            cr.execute(
                "DELETE FROM stock_picking WHERE id IN (SELECT picking_id FROM stock_move "
                "WHERE product_id = ANY(%s)) RETURNING id",
                [products],
            )
            cr.execute(
                "DELETE FROM trace_exception WHERE document_model = 'stock.picking' "
                "AND NOT EXISTS (SELECT FROM stock_picking p WHERE p.id = document_id)"
            )
            for table in LEFTOVERS:
                cr.execute(f"DELETE FROM {table} WHERE product_id = ANY(%s)", [products])
            cr.execute("ALTER TABLE trace_event ENABLE TRIGGER trace_event_append_only")

    def at_once(self, works):
        """Run ``work(env)`` of each of ``works`` in threads whose transactions all have begun.

        :return: list of errors, None where there was none
        """
        gate = Barrier(len(works))
        errors = [None] * len(works)

        def begin(index, work):
            first = [True]

            def wait_and_work(env):
                if first.pop() if first else False:
                    env.cr.execute("SELECT 1 FROM stock_lot LIMIT 1")  # what it sees is fixed
                    gate.wait(30)
                return work(env)

            try:
                self.request(wait_and_work)
            except Exception as error:
                errors[index] = error

        threads = [Thread(target=begin, args=pair) for pair in enumerate(works)]
        # Odoo waits some seconds before it runs a request again, and logs why as an error.
        with patch.object(service.time, "sleep"), mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
        return errors

    def receipt(self, env, tracking, names):
        """Receive ``names``."""
        self.transfer(env, "in", tracking, [{"lot_name": name} for name in names]).button_validate()

    def delivery(self, env, lots):
        """Deliver lots of one unit each."""
        tracking = lots.product_id.tracking
        self.transfer(env, "out", tracking, [{"lot_id": lot.id} for lot in lots]).button_validate()

    def transfer(self, env, kind, tracking, lines):
        """A transfer with these lines, ready to be validated."""
        warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        outside = {"in": "suppliers", "out": "customers"}[kind]
        places = [env.ref(f"stock.stock_location_{outside}").id, warehouse.lot_stock_id.id]
        source, dest = places if kind == "in" else reversed(places)
        where = {"location_id": source, "location_dest_id": dest}
        product = {"product_id": self.product_ids[tracking]}
        values = {**where, **product, "quantity": 1, "picked": True}
        picking = env["stock.picking"].create(
            {
                **where,
                "picking_type_id": warehouse[f"{kind}_type_id"].id,
                "move_ids": [
                    (0, 0, {**where, **product, "product_uom_qty": len(lines), "picked": True})
                ],
            }
        )
        env["stock.move.line"].create(
            [
                {**values, **line, "move_id": picking.move_ids.id, "picking_id": picking.id}
                for line in lines
            ]
        )
        return picking

    def count(self, table, where, *values):
        """Rows of a table, as everybody sees it now."""
        with self.connection.cursor() as cr:
            cr.execute(f"SELECT count(*) FROM {table} WHERE {where}", values)
            return cr.fetchone()[0]


@tagged("post_install", "-at_install")
class TestAtOnce(AtOnceCase):
    """What happens at the same moment: a number exists once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.clean)
        cls.request(cls.prepare)

    def test_eight_receipts_of_the_same_serials(self):
        names = [f"ONCE-{index}" for index in range(20)]
        errors = self.at_once([partial(self.receipt, tracking="serial", names=names)] * 8)
        self.assertEqual(errors.count(None), 1)
        for error in filter(None, errors):
            self.assertIsInstance(error, UserError)
            self.assertIn("already been assigned", str(error))
        mine = "product_id = %s AND {} LIKE 'ONCE-%%'"
        product = self.product_ids["serial"]
        self.assertEqual(self.count("stock_lot", mine.format("name"), product), 20)
        self.assertEqual(
            self.count("trace_event", f"{mine.format('lot_name')} AND kind = 'movement'", product),
            20,
        )

    def test_eight_receipts_of_the_same_batches(self):
        """Lots may come again: all receipts go through, and all mean the same lots."""
        names = ["BATCH-2", "BATCH-1"]
        errors = self.at_once(
            [
                partial(self.receipt, tracking="lot", names=names[:: 1 if index % 2 else -1])
                for index in range(4)
            ]
        )
        self.assertEqual(errors, [None] * 4)
        product = self.product_ids["lot"]
        self.assertEqual(self.count("stock_lot", "product_id = %s", product), 2)
        self.assertEqual(
            self.count(
                "stock_quant q JOIN stock_location l ON l.id = q.location_id",
                "product_id = %s AND l.usage = 'internal' AND quantity > 0 "
                "HAVING sum(quantity) = 8",
                product,
            )
            > 0,
            True,
        )

    def test_a_number_made_and_another_renamed_to_it(self):
        product = self.product_ids["serial"]

        def make(env, name="RENAMED"):
            return env["stock.lot"].create({"product_id": product, "name": name}).id

        other = self.request(partial(make, name="OTHER"))
        errors = self.at_once(
            [make, lambda env: env["stock.lot"].browse(other).write({"name": "RENAMED"})]
        )
        self.assertEqual(errors.count(None), 1)
        self.assertEqual(
            self.count("stock_lot", "product_id = %s AND name = 'RENAMED'", product), 1
        )

    def test_a_name_that_was_free_again(self):
        """A claim from before does not keep two from meeting."""
        product = self.product_ids["serial"]

        def make(env):
            return env["stock.lot"].create({"product_id": product, "name": "AGAIN"}).id

        first = self.request(make)
        self.request(lambda env: env["stock.lot"].browse(first).unlink())
        errors = self.at_once([make, make, make])
        self.assertEqual(errors.count(None), 1)
        self.assertEqual(self.count("stock_lot", "product_id = %s AND name = 'AGAIN'", product), 1)

    def test_two_deliveries_of_one_unit(self):
        self.request(partial(self.receipt, tracking="serial", names=["UNIT"]))
        deliver = partial(self.deliver_named, name="UNIT")
        self.set_policy("unknown_number", "block")
        errors = self.at_once([deliver, deliver])
        self.assertEqual(errors.count(None), 1)
        self.assertEqual(
            self.count(
                "trace_event", "lot_name = 'UNIT' AND dest_usage = 'customer' AND kind = 'movement'"
            ),
            1,
        )

    def test_a_hold_while_a_unit_leaves(self):
        """Either it is gone, or it is held and stays; never both."""
        self.request(partial(self.receipt, tracking="serial", names=["HELD"]))

        def hold(env):
            lot = self.lots(env, "HELD")
            if lot.location_id.usage == "internal":
                env["trace.hold"]._place(lot, "found at the same moment")

        self.at_once([partial(self.deliver_named, name="HELD"), hold])
        gone = self.count(
            "trace_event", "lot_name = 'HELD' AND dest_usage = 'customer' AND kind = 'movement'"
        )
        held = self.count("trace_event", "lot_name = 'HELD' AND kind = 'hold'")
        self.assertEqual(gone + held, 1)

    def deliver_named(self, env, name):
        """Deliver the unit of that number; dialogs are answered."""
        lots = self.lots(env, name)
        picking = self.transfer(env, "out", "serial", [{"lot_id": lot.id} for lot in lots])
        picking.with_context(trace_confirmed=True).button_validate()
        if picking.state != "done":
            raise UserError("not done")  # pylint: disable=translation-required

    def lots(self, env, name):
        """The serial numbers of that name."""
        return env["stock.lot"].search(
            [("product_id", "=", self.product_ids["serial"]), ("name", "=", name)]
        )

    def set_policy(self, code, severity):
        """A policy for the serial product of this class, until the test is over."""
        policy = self.request(
            lambda env: (
                env["trace.policy"]
                .create(
                    {"code": code, "severity": severity, "product_id": self.product_ids["serial"]}
                )
                .id
            )
        )
        self.addCleanup(self.request, lambda env: env["trace.policy"].browse(policy).unlink())

    def packages(self, env, names):
        """Make packages, to be forgotten after the test."""
        return env["stock.package"].create([{"name": name} for name in names])

    def forget_packages(self, lead):
        with self.connection.cursor() as cr:
            cr.execute("DELETE FROM stock_package WHERE name LIKE %s", [f"{lead}%"])
            cr.execute("DELETE FROM trace_number_claim WHERE name ~ '^[0-9]{18}$'")

    def test_eight_people_number_packages(self):
        """With a prefix that nobody has used: its sequence is made once, too."""
        self.addCleanup(self.forget_packages, "09529999")

        def lend(env, prefix):
            kept, env.company.trace_gs1_prefix = env.company.trace_gs1_prefix, prefix
            return kept

        def pack(env):
            self.packages(env, env["trace.sscc"]._next(env.company, count=20))

        kept = self.request(partial(lend, prefix="9529999"))
        self.addCleanup(self.request, partial(lend, prefix=kept))
        errors = self.at_once([pack] * 8)
        self.assertEqual(errors, [None] * 8)
        lead = "name LIKE '09529999%%'"
        self.assertEqual(self.count("stock_package", lead), 160)
        self.assertEqual(self.count("ir_sequence", "code = 'trace.sscc.0.9529999'"), 1)
        self.assertEqual(self.count("(SELECT DISTINCT name FROM stock_package) p", lead), 160)

    def test_two_people_type_the_same_sscc(self):
        self.addCleanup(self.forget_packages, "395299990000")
        errors = self.at_once([partial(self.packages, names=["395299990000000010"])] * 2)
        self.assertEqual(errors.count(None), 1)
        self.assertIn("is a package already", str(next(filter(None, errors))))
