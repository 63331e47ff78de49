import json
from uuid import uuid4

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .till_case import TillCase


@tagged("post_install", "-at_install")
class TestPosSale(TillCase):
    """A sale that reaches the server stands; each reason against it is on the desk, once."""

    def kinds(self, order):
        return sorted(self.conflicts(("pos_order_id", "=", order.id)).mapped("kind"))

    def captured(self, number, method="scanned", **values):
        return {"lot_name": number, "uuid": str(uuid4()), "trace_method": method, **values}

    def test_each_reason_has_a_kind(self):
        self.open()
        self.policy("unknown_number", "block")
        self.policy("expired", "warn")
        self.receive((self.device, "HELD", 1), (self.milk, "OLD", 5), (self.device, "SN1", 1))
        self.lot(self.milk, "OLD").expiration_date = "2020-01-01"
        self.env["trace.hold"]._place(self.lot(self.device, "HELD"), "leaking")
        self.sell(self.device, 1, "SN1")
        for product, number, kind in (
            (self.device, "HELD", "pos_held_sale"),
            (self.device, "NEW", "pos_unknown_sale"),
            (self.milk, "OLD", "pos_expired_sale"),
            (self.device, "SN1", "pos_double_sale"),
        ):
            order = self.sell(product, 1, number)
            [one] = self.conflicts(("pos_order_id", "=", order.id), ("kind", "!=", "pos_stranded"))
            self.assertEqual((one.kind, one.lot_name), (kind, number))
            self.assertIn("had not told the cashier", one.remedy)

    def test_a_number_of_another_shop_or_product(self):
        self.open()
        other = self.env["stock.warehouse"].create({"name": "Other shop", "code": "OSH"})
        self.receive((self.device, "FAR", 1), dest=other.lot_stock_id)
        self.receive((self.milk, "MILK", 1))
        causes = [
            self.conflicts(("pos_order_id", "=", self.sell(self.device, 1, number).id)).mapped(
                "cause"
            )
            for number in ("FAR", "MILK")
        ]
        self.assertEqual(causes, [["not_in_shop"], ["wrong_product"]])

    def test_several_reasons_are_kept_each(self):
        self.open()
        self.policy("expired", "block")
        self.receive((self.milk, "L1", 5))
        self.lot(self.milk, "L1").expiration_date = "2020-01-01"
        self.env["trace.hold"]._place(self.lot(self.milk, "L1"), "leaking")
        order = self.sell(self.milk, 1, "L1")
        self.assertEqual(self.kinds(order), ["pos_expired_sale", "pos_held_sale"])

    def test_an_order_that_comes_twice_is_judged_once(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "leaking")
        data = self.order([(self.device, 1, self.captured("SN1"))])
        order = self.sync(dict(data))
        again = self.sync(dict(data))
        self.assertEqual(order, again)
        self.assertEqual(len(order.lines.pack_lot_ids), 1)
        held = self.conflicts(("pos_order_id", "=", order.id))
        self.assertEqual((held.kind, held.times_seen), ("pos_held_sale", 1))

    def test_a_number_that_comes_twice_is_one(self):
        """A draft whose answer was lost is sent again, with the same numbers."""
        self.open()
        data = self.order([(self.device, 1)], state="draft", payment_ids=[], amount_paid=0)
        order = self.sync(data)
        pack = self.captured("SN1")
        for _time in range(2):
            order.lines.write({"pack_lot_ids": [Command.create(dict(pack))]})
        self.assertEqual(order.lines.pack_lot_ids.mapped("uuid"), [pack["uuid"]])

    def test_what_was_let_pass_is_closed_with_its_reason(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "leaking")
        pack = self.captured(
            "SN1",
            trace_said=json.dumps([["on_hold", "block"]]),
            trace_pass_by="Mia",
            trace_pass_reason="For the lab",
        )
        order = self.sell(self.device, 1, pack)
        one = self.conflicts(("pos_order_id", "=", order.id))
        self.assertEqual(
            (one.kind, one.state, one.resolution), ("pos_held_sale", "resolved", "passed")
        )
        self.assertIn("For the lab (let pass at the till by Mia)", one.resolution_reason)
        event = self.events(("kind", "=", "override"), ("lot_name", "=", "SN1"))
        self.assertEqual((event.document, event.document_id), (order.name, order.id))

    def test_a_permission_given_before_is_used_and_is_no_conflict(self):
        self.open()
        self.receive((self.milk, "L1", 9))
        lot = self.lot(self.milk, "L1")
        self.env["trace.hold"]._place(lot, "leaking", goods="stay")
        permit = self.env["trace.pass"].create(
            {
                "code": "on_hold",
                "lot_ids": [Command.set(lot.ids)],
                "picking_type_id": self.warehouse.pos_type_id.id,
                "quantity": 2,
                "until": fields.Datetime.add(fields.Datetime.now(), days=1),
                "reason": "Outlet",
            }
        )
        orders = [self.sell(self.milk, 2, "L1") for _time in range(2)]
        self.assertEqual([self.kinds(order) for order in orders], [[], ["pos_held_sale"]])
        self.assertEqual(permit.status, "used")

    def test_a_refusal_counts_also_if_the_server_knows_better_now(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        said = json.dumps([["on_hold", "block"], ["not_in_shop", "warn"], 7])
        order = self.sell(self.device, 1, self.captured("SN1", trace_said=said))
        one = self.conflicts(("pos_order_id", "=", order.id))
        self.assertEqual((one.cause, one.state), ("on_hold", "new"))
        self.assertIn("had told the cashier (Block)", one.remedy)

    def test_what_makes_no_sense_is_taken_all_the_same(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        pack = self.captured("SN1", "telepathy", trace_at="yesterday", trace_said="{", lot_id=-1)
        kept = self.sell(self.device, 1, pack).lines.pack_lot_ids
        self.assertEqual(
            (kept.lot_id, kept.trace_method, kept.trace_at),
            (self.lot(self.device, "SN1"), False, False),
        )

    def test_what_no_database_takes_is_taken_all_the_same(self):
        """A camera reads binary codes, and the clock of a device says anything."""
        self.open()
        self.receive((self.device, "SN1", 1))
        pack = self.captured(
            " SN1\x00 ", trace_raw="\x00SN1\ud800", trace_at="0001-01-01T00:00:00+14:00"
        )
        kept = self.sell(self.device, 1, pack).lines.pack_lot_ids
        self.assertEqual(
            (kept.lot_name, kept.lot_id, kept.trace_raw, kept.trace_at),
            ("SN1", self.lot(self.device, "SN1"), "SN1?", False),
        )
        self.assertFalse(self.conflicts(("product_id", "=", self.device.id)))

    def test_odd_quantities_stop_nothing(self):
        """Half a unit, a number of goods without numbers: what is good of it is booked."""
        self.open()
        self.receive(*((self.device, f"SN{index}", 1) for index in range(1, 3)))
        snack = self._product("Snack", "none")
        order = self.sync(
            self.order([(self.device, 0.5, "SN1"), (snack, 1, "SN2"), (self.device, 1, "SN2")])
        )
        moves = order.picking_ids.move_ids
        self.assertIn("done", moves.filtered(lambda one: one.product_id == snack).mapped("state"))
        sold = self.lot(self.device, "SN2").quant_ids.filtered(lambda one: one.quantity > 0)
        self.assertEqual(sold.location_id.usage, "customer")

    def test_a_draft_is_not_judged(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "leaking")
        order = self.sync(
            self.order([(self.device, 1, "SN1")], state="draft", payment_ids=[], amount_paid=0)
        )
        self.assertFalse(self.conflicts(("pos_order_id", "=", order.id)))

    # -- one bad number holds up nothing else -----------------------------------

    def test_the_rest_of_an_order_is_booked(self):
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 9))
        self.sell(self.device, 1, "SN1")
        order = self.sync(self.order([(self.device, 3, "SN1", "SN2"), (self.milk, 2, "L1")]))
        by_state = order.picking_ids.grouped("state")
        done = by_state.pop("done")
        self.assertEqual(set(done.move_line_ids.lot_id.mapped("name")), {"SN2", "L1"})
        left = self.env["stock.picking"].union(*by_state.values())
        self.assertEqual(sorted(left.mapped("move_ids.product_uom_qty")), [1, 1])
        stranded = self.conflicts(("pos_order_id", "=", order.id), ("kind", "=", "pos_stranded"))
        told = " ".join(stranded.mapped("name"))
        self.assertIn("SN1: it was sold already", told)
        self.assertIn("no number was captured", told)

    def test_the_rest_of_a_session_is_booked(self):
        self.open("closing")
        numbers = [f"SN{n}" for n in range(6)]
        self.receive(*((self.device, number, 1) for number in numbers))
        for number in (*numbers, "SN0"):
            self.sell(self.device, 1, number)
        self.sell(self.device, 1)
        self.close()
        lots = self.env["stock.lot"].search([("product_id", "=", self.device.id)])
        sold = lots.quant_ids.filtered(lambda one: one.location_id.usage == "customer")
        self.assertEqual(sorted(sold.lot_id.mapped("name")), numbers)
        self.assertEqual(self.session.state, "closed")
        stranded = self.conflicts(("kind", "=", "pos_stranded"))
        self.assertEqual(len(stranded), 2)
        self.assertEqual(stranded.picking_id.pos_session_id, self.session)

    def test_double_sale_is_told_when_it_is_made_not_at_closing(self):
        self.open("closing")
        self.receive((self.device, "SN1", 1))
        self.sell(self.device, 1, "SN1")
        self.assertEqual(self.kinds(self.sell(self.device, 1, "SN1")), ["pos_double_sale"])

    def test_sold_returned_and_sold_again_in_one_day(self):
        self.open("closing")
        self.receive((self.device, "SN1", 1))
        for quantity in (1, -1, 1):
            self.sell(self.device, quantity, "SN1")
        self.close()
        self.assertEqual(set(self.session.picking_ids.mapped("state")), {"done"})
        self.assertFalse(self.conflicts())

    def test_halves_are_the_last_resort(self):
        """Something hinders one number that nobody foresaw."""
        self.open("closing")
        numbers = [f"SN{n}" for n in range(8)]
        self.receive(*((self.device, number, 1) for number in numbers))
        for number in numbers:
            self.sell(self.device, 1, number)
        # A unit lies twice where it goes, in a place below: foreseen is only the place itself.
        below = self.env["stock.location"].create(
            {"name": "Below", "usage": "customer", "location_id": self.customers.id}
        )
        self.env["stock.quant"].sudo().create(
            {
                "product_id": self.device.id,
                "location_id": below.id,
                "lot_id": self.lot(self.device, "SN5").id,
                "quantity": 2,
            }
        )
        self.close()
        left = self.session.picking_ids.filtered(lambda one: one.state != "done")
        self.assertEqual(left.move_line_ids.lot_id.mapped("name"), ["SN5"])
        done = (self.session.picking_ids - left).move_line_ids.lot_id
        self.assertEqual(len(done), 7)

    def test_what_cannot_even_be_written_down(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        other = self.env["res.company"].create({"name": "Other"})
        lot = self.lot(self.device, "SN1")
        self.env.cr.execute(
            "UPDATE stock_lot SET company_id = %s WHERE id = %s", [other.id, lot.id]
        )
        self.env.invalidate_all()
        order = self.sell(self.device, 1, "SN1")
        self.assertEqual(order.state, "paid")

    def test_queries_do_not_grow_with_the_numbers(self):
        self.open()
        self.policy("unknown_number", "warn")
        counts = []
        for size in (4, 40):
            numbers = [f"Q{size}-{n}" for n in range(size)]
            self.receive(*((self.device, number, 1) for number in numbers))
            data = self.order([(self.device, size, *numbers)], state="draft", payment_ids=[])
            order = self.sync({**data, "amount_paid": 0})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["trace.till.sale"].sudo()._judge(order)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    # -- how numbers were captured ----------------------------------------------

    def test_numbers_count_with_the_way_they_were_captured(self):
        self.open()
        self.policy("not_scanned", "note", picking_type_id=self.warehouse.pos_type_id.id)
        methods = {"SN1": "scanned", "SN2": "typed", "SN3": "chosen", "SN4": "camera"}
        self.receive(*((self.device, number, 1) for number in methods))
        order = self.sync(
            self.order([(self.device, 4, *(self.captured(*one) for one in methods.items()))])
        )
        lines = order.picking_ids.move_line_ids
        self.assertEqual({line.lot_id.name: line.trace_method for line in lines}, methods)
        self.assertEqual(set(lines.mapped("trace_required")), {True})
        self.env.flush_all()
        rate = self.env["trace.scan.compliance"]._rate([("move_line_id", "in", lines.ids)])
        self.assertEqual(rate, 0.5)
        scans = self.env["trace.scan"].search([("move_line_id", "in", lines.ids)])
        self.assertEqual(
            {scan.number: (scan.method, scan.step) for scan in scans},
            {number: (method, "till") for number, method in methods.items()},
        )

    # -- rights -------------------------------------------------------------------

    def cashier(self):
        return new_test_user(
            self.env, "trace_cashier", groups="base.group_user,point_of_sale.group_pos_user"
        )

    def test_a_plain_cashier_sells_refunds_and_closes(self):
        cashier = self.cashier()
        for mode in ("real", "closing"):
            with self.subTest(mode):
                numbers = [f"{mode}{n}" for n in range(3)]
                self.receive(*((self.device, number, 1) for number in numbers))
                self.env["trace.hold"]._place(self.lot(self.device, numbers[1]), "leaking")
                admin, self.env = self.env, self.env(user=cashier)
                self.config = self.config.with_env(self.env)
                admin.company.point_of_sale_update_stock_quantities = mode
                self.config.open_ui()
                self.session = self.config.current_session_id
                self.session.set_opening_control(0, "")
                for number in (*numbers, f"{mode} new", numbers[0]):
                    self.sell(self.device, 1, number)
                self.sell(self.device, -1, numbers[2])
                self.close()
                self.env = admin
                self.config = self.config.with_env(admin)
                self.assertEqual(self.session.with_env(admin).state, "closed")
                held = self.lot(self.device, numbers[1])
                self.assertEqual(held.location_id.usage, "customer")
                event = self.events(
                    ("lot_name", "=", numbers[1]), ("biz_step", "=", "retail_selling")
                )
                self.assertEqual(event.user_id, cashier.id)

    def test_a_plain_cashier_reads_nothing_of_it(self):
        env = self.env(user=self.cashier())
        self.receive((self.device, "SN1", 1))
        lot = self.lot(self.device, "SN1")
        with self.assertRaises(AccessError):
            lot.with_env(env).read(["name"])
        names = [name for name in env.registry if name.startswith("trace.")]
        readable = [
            name
            for name in names
            if not env[name]._abstract and not env[name]._transient and env[name].has_access("read")
        ]
        # What goods must be kept cool is no secret, and what the law lists is none.
        self.assertEqual(sorted(readable), ["trace.ftl.food", "trace.storage.class"])

    def test_a_cashier_cannot_link_a_number_to_a_lot(self):
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        pack = self.sell(self.device, 1, "SN1").lines.pack_lot_ids
        pack.with_user(self.cashier()).write({"lot_id": self.lot(self.device, "SN2").id})
        self.assertEqual(pack.lot_id.name, "SN1")

    def test_time_of_sale_decides(self):
        """Sold offline while it was good: what expires before the network is back is no fault."""
        self.open()
        self.policy("expired", "block")
        self.receive((self.milk, "L1", 5))
        now = fields.Datetime.now()
        self.lot(self.milk, "L1").expiration_date = fields.Datetime.subtract(now, days=2)
        early = self.sell(self.milk, 1, "L1", date_order=fields.Datetime.subtract(now, days=2))
        late = self.sell(self.milk, 1, "L1", date_order=now)
        self.assertEqual((self.kinds(early), self.kinds(late)), ([], ["pos_expired_sale"]))
