from functools import partial

from odoo import Command, fields
from odoo.tests import tagged

from .test_at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestReturnAtOnce(AtOnceCase):
    """Two tills take the same unit back at the same moment: both refunds stand, one is told of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.clean)
        cls.request(cls.prepare)

    @classmethod
    def prepare(cls, env):  # pylint: disable=missing-return
        super().prepare(env)
        warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        journal = {"name": "Back at once", "type": "bank", "code": "BATON"}
        method = {"name": "Back at once", "journal_id": env["account.journal"].create(journal).id}
        till = env["pos.config"].create(
            {
                "name": "Back at once",
                "picking_type_id": warehouse.pos_type_id.id,
                "payment_method_ids": [Command.create(method)],
            }
        )
        cls.till_id = till.id
        cls.session_id = env["pos.session"].create({"config_id": till.id}).id

    @classmethod
    def clean(cls):
        with cls.connection.cursor() as cr:
            mine = "SELECT id FROM pos_order WHERE session_id = %s"
            cr.execute(
                f"DELETE FROM trace_exception WHERE pos_order_id IN ({mine})", [cls.session_id]
            )
            cr.execute(
                "DELETE FROM pos_pack_operation_lot WHERE pos_order_line_id IN "
                f"(SELECT id FROM pos_order_line WHERE order_id IN ({mine}))",
                [cls.session_id],
            )
            cr.execute(
                "UPDATE pos_order_line SET refunded_orderline_id = NULL "
                f"WHERE order_id IN ({mine})",
                [cls.session_id],
            )
            for table in ("pos_order_line", "pos_order", "pos_session"):
                column = {"pos_order_line": "order_id", "pos_order": "session_id"}.get(table, "id")
                wanted = mine if table == "pos_order_line" else "SELECT %s"
                cr.execute(f"DELETE FROM {table} WHERE {column} IN ({wanted})", [cls.session_id])

        def forget(env):
            till = env["pos.config"].browse(cls.till_id)
            methods = till.payment_method_ids
            till.unlink()
            journals = methods.journal_id
            methods.unlink()
            journals.unlink()

        cls.request(forget)
        return super().clean()

    def order(self, env, quantity, refunded=None, state="draft"):
        """An order with the unit, as it is when it comes from a till; returns its id."""
        line = {
            "product_id": self.product_ids["serial"],
            "name": "unit",
            "qty": quantity,
            "price_subtotal": 0,
            "price_subtotal_incl": 0,
            "refunded_orderline_id": refunded,
            "pack_lot_ids": [Command.create({"lot_name": "UNIT-BACK"})],
        }
        order = env["pos.order"].create(
            {
                "session_id": self.session_id,
                "company_id": env.company.id,
                "date_order": fields.Datetime.now(),
                "state": state,
                "amount_tax": 0,
                "amount_total": 0,
                "amount_paid": 0,
                "amount_return": 0,
                "lines": [Command.create(line)],
            }
        )
        return order.id, order.lines.id

    def pay(self, env, order_id):
        order = env["pos.order"].browse(order_id)
        order.state = "paid"
        env["trace.return"]._check(order)

    def test_one_of_two_refunds_is_told(self):
        self.request(partial(self.receipt, tracking="serial", names=["UNIT-BACK"]))
        _sale, sold = self.request(partial(self.order, quantity=1, state="paid"))
        refunds = [
            self.request(partial(self.order, quantity=-1, refunded=sold))[0] for _till in range(2)
        ]
        errors = self.at_once([partial(self.pay, order_id=refund) for refund in refunds])
        self.assertEqual(errors, [None, None])
        told = self.request(
            lambda env: (
                env["trace.exception"].search([("pos_order_id", "in", refunds)]).mapped("kind")
            )
        )
        self.assertEqual(told, ["returned_already"])
