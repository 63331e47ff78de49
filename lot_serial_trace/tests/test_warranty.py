from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import TraceCase


class WarrantyWords:
    """Words for what is done with units under warranty."""

    def deliver(self, *units, **kwargs):
        """Deliver units and return the done picking."""
        picking = self.picking("out", list(units), **kwargs)
        self.assertIs(self.validate(picking), True)
        return picking

    def bring_back(self, picking, quantity=None):
        """A return of a delivery, done."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = quantity or line.move_quantity
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        return back

    def warranties(self, number, **values):
        """Warranties of a number, the oldest first."""
        domain = [("number", "=", number), *((name, "=", text) for name, text in values.items())]
        return self.env["trace.warranty"].search(domain, order="id")


class WarrantyCase(WarrantyWords, TraceCase):
    """Devices with two years of warranty, milk in lots with one month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Europe/Berlin"
        cls.device.trace_warranty_months = 24
        cls.milk.trace_warranty_months = 1


@tagged("post_install", "-at_install")
class TestWarranty(WarrantyCase):
    """Each number that is delivered is covered from then on; returns, exchanges, corrections."""

    def test_a_delivery_begins_it(self):
        self.receive((self.device, "SN1", 1), (self.milk, "L1", 9))
        picking = self.deliver((self.device, "SN1", 1), (self.milk, "L1", 4))
        one = self.warranties("SN1")
        today = self.env["trace.warranty"]._today(self.env.company)
        self.assertEqual((one.partner_id, one.lot_id.name), (self.customer, "SN1"))
        self.assertEqual((one.start, one.months, one.state), (today, 24, "running"))
        self.assertEqual((one.end.year, one.end.month), (today.year + 2, today.month))
        self.assertEqual((one.document, one.document_id), (picking.name, picking.id))
        self.assertEqual(self.warranties("L1").quantity, 4)
        self.assertEqual(self.env["trace.warranty"]._of(one.lot_id), {one.lot_id.id: one})

    def test_receipts_and_moves_inside_begin_nothing(self):
        self.receive((self.device, "SN1", 1))
        self.validate(self.picking("int", [(self.device, "SN1", 1)]))
        self.assertFalse(self.warranties("SN1"))

    def test_days_are_those_of_the_place_of_sale(self):
        self.env.company.partner_id.tz = "Asia/Tokyo"
        day = self.env["trace.warranty"]._day(
            datetime(2026, 1, 30, 15, 30), self.stock, self.env.company
        )
        self.assertEqual(day, date(2026, 1, 31))
        self.warehouse.partner_id = self.env["res.partner"].create(
            {"name": "New York", "tz": "America/New_York"}
        )
        day = self.env["trace.warranty"]._day(
            datetime(2026, 1, 30, 15, 30), self.stock, self.env.company
        )
        self.assertEqual(day, date(2026, 1, 30))

    def test_from_the_order_or_from_the_delivery(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", False)
        for start, wanted in (("sale", date(2026, 1, 31)), ("delivery", None), (False, 1)):
            self.device.trace_warranty_start = start
            number = f"SN-{start}"
            self.receive((self.device, number, 1))
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "warehouse_id": self.warehouse.id,
                    "order_line": [
                        Command.create({"product_id": self.device.id, "product_uom_qty": 1})
                    ],
                }
            )
            order.action_confirm()
            order.date_order = "2026-01-30 23:30:00"
            order.picking_ids.move_ids.move_line_ids.lot_id = self.lot(self.device, number)
            order.picking_ids.move_ids.picked = True
            order.picking_ids.button_validate()
            one = self.warranties(number)
            today = one._today(self.env.company)
            self.assertEqual(one.start, today if start == "delivery" else date(2026, 1, 31), wanted)
            self.assertEqual((one.document, one.document_model), (order.name, "sale.order"))

    def test_what_a_supplier_sends_to_the_customer(self):
        picking = self.picking(
            "in",
            [(self.device, "SN1", 1)],
            dest=self.customers,
        )
        picking.move_ids.partner_id = self.customer
        self.validate(picking)
        self.assertEqual(self.warranties("SN1").partner_id, self.customer)

    def test_category_and_no_warranty(self):
        parent = self.env["product.category"].create(
            {"name": "Machines", "trace_warranty_months": 36, "trace_warranty_start": "delivery"}
        )
        child = self.env["product.category"].create({"name": "Small", "parent_id": parent.id})
        product = self._product("Drill", "serial", categ_id=child.id)
        self.assertEqual(product._trace_warranty_terms()[product], (36, "delivery"))
        self.assertEqual(product.product_tmpl_id.trace_warranty_term, 36)
        child.trace_warranty_months = 12
        self.assertEqual(product._trace_warranty_terms()[product], (12, "delivery"))
        product.trace_warranty_months = 6
        self.assertEqual(product._trace_warranty_terms()[product].months, 6)
        product.trace_warranty_none = True
        self.assertEqual(product._trace_warranty_terms()[product].months, 0)
        self.receive((product, "D1", 1))
        self.deliver((product, "D1", 1))
        self.assertFalse(self.warranties("D1"))

    def test_a_return_ends_it_and_a_new_sale_begins_another(self):
        self.receive((self.device, "SN1", 1))
        picking = self.deliver((self.device, "SN1", 1))
        back = self.bring_back(picking)
        first = self.warranties("SN1")
        self.assertEqual((first.state, first.closed_as), ("ended", "returned"))
        self.assertIn(back.name, first.closed_reason)
        self.deliver((self.device, "SN1", 1))
        second = self.warranties("SN1") - first
        self.assertEqual(second.state, "running")
        self.assertEqual(self.env["trace.warranty"]._of(first.lot_id)[first.lot_id.id], second)

    def test_of_a_lot_as_many_units_as_came_back(self):
        self.receive((self.milk, "L1", 9))
        one = self.deliver((self.milk, "L1", 4))
        other = self.deliver((self.milk, "L1", 3), partner=self.supplier)
        self.bring_back(one, 3)
        first, second = self.warranties("L1")
        self.assertEqual((first.returned, first.state), (3, "running"))
        self.assertEqual((second.returned, second.state), (0, "running"))
        self.bring_back(other, 3)
        self.assertEqual((second.returned, second.closed_as), (3, "returned"))
        self.assertEqual(first.state, "running")

    def test_an_exchange_moves_the_rest(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.deliver((self.device, "SN1", 1))
        old = self.warranties("SN1")
        old.sudo().write({"start": "2026-01-31", "end": old.end - timedelta(days=100)})
        new = old._move_to(self.lot(self.device, "SN2"))
        self.assertEqual((old.state, old.replaced_by_id), ("moved", new))
        self.assertEqual((new.state, new.replaces_id, new.end), ("running", old, old.end))
        self.assertEqual((new.number, new.partner_id), ("SN2", self.customer))
        self.assertFalse(old._move_to(self.lot(self.device, "SN2")), "moved already")

    def test_an_exchange_booked_as_return_and_sale(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        picking = self.deliver((self.device, "SN1", 1))
        old = self.warranties("SN1")
        old.sudo().end = old.end - timedelta(days=100)
        self.bring_back(picking)
        self.deliver((self.device, "SN2", 1))
        fresh = self.warranties("SN2")
        self.assertGreater(fresh.end, old.end)
        one, two = self.lot(self.device, "SN1"), self.lot(self.device, "SN2")
        self.env["trace.warranty"]._move_pairs([(one, two), (two.browse(), two)])
        self.assertEqual((old.state, fresh.end), ("moved", old.end))
        self.assertEqual(len(self.warranties("SN2")), 1)

    def test_nothing_is_left_to_move(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.deliver((self.device, "SN1", 1))
        old = self.warranties("SN1")
        old.sudo().write({"start": "2020-01-01", "end": "2022-01-01"})
        self.assertEqual(old.state, "ended")
        self.assertFalse(old._move_to(self.lot(self.device, "SN2")))

    def test_corrections(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 9))
        picking = self.deliver((self.device, "SN1", 1), (self.milk, "L1", 4))
        device = picking.move_line_ids.filtered(lambda line: line.product_id == self.device)
        device.lot_id = self.lot(self.device, "SN2")
        self.assertEqual(self.warranties("SN1").state, "void")
        self.assertEqual(self.warranties("SN2").state, "running")
        (picking.move_line_ids - device).quantity = 2
        self.assertEqual(self.warranties("L1").quantity, 2)
        device.quantity = 0
        self.assertEqual(self.warranties("SN2").state, "void")

    def test_a_return_that_was_none(self):
        self.receive((self.device, "SN1", 1))
        back = self.bring_back(self.deliver((self.device, "SN1", 1)))
        one = self.warranties("SN1")
        self.assertEqual(one.closed_as, "returned")
        back.move_line_ids.quantity = 0
        self.assertFalse(one.closed_as)
        self.assertEqual((one.state, one.returned), ("running", 0))

    def test_state_is_told_by_the_calendar(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.deliver((self.device, "SN1", 1), (self.device, "SN2", 1))
        old, young = self.warranties("SN1"), self.warranties("SN2")
        today = old._today(self.env.company)
        old.sudo().write({"start": "2020-01-01", "end": today - timedelta(days=1)})
        young.sudo().end = today
        self.assertEqual((old.state, young.state, young.days_left), ("ended", "running", 0))
        model = self.env["trace.warranty"]
        both = [("id", "in", (old | young).ids)]
        self.assertEqual(model.search([("state", "=", "running"), *both]), young)
        self.assertEqual(model.search([("state", "in", ("ended", "void")), *both]), old)
        self.assertEqual(model.search([("state", "!=", "running"), *both]), old)

    # -- people ---------------------------------------------------------------

    def test_a_claim_goes_to_the_desk(self):
        self.receive((self.device, "SN1", 1))
        self.deliver((self.device, "SN1", 1))
        user = new_test_user(self.env, "claimer", groups="lot_serial_trace.group_trace_user")
        one = self.warranties("SN1").with_user(user)
        action = one.action_claim()
        picture = (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                {"name": "broken.png", "raw": b"a picture", "res_model": "trace.warranty.wizard"}
            )
        )
        wizard = self.env["trace.warranty.wizard"].with_user(user).browse(action["res_id"])
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.write({"reason": "100 % dead", "attachment_ids": [Command.set(picture.ids)]})
        wizard.action_confirm()
        claim = self.env["trace.exception"].search([("kind", "=", "warranty_claim")])
        self.assertEqual(
            (claim.lot_name, claim.partner_id, claim.state), ("SN1", self.customer, "new")
        )
        self.assertIn("100 % dead", claim.name)
        self.assertIn("Under warranty until", claim.remedy)
        self.assertEqual(claim.message_ids.attachment_ids.mapped("name"), ["broken.png"])
        self.assertEqual(one.claim_count, 1)
        self.assertEqual(claim.action_open_subject()["res_id"], one.id)
        claim.with_user(user)._resolve("exchanged", "new unit SN2")
        again = one._claim("broken again")
        self.assertNotEqual(again, claim)
        self.assertEqual(one._claim("and again"), again)

    def test_only_quality_moves_and_voids(self):
        self.receive((self.device, "SN1", 1))
        self.deliver((self.device, "SN1", 1))
        one = self.warranties("SN1")
        user = new_test_user(self.env, "worker", groups="lot_serial_trace.group_trace_user")
        quality = new_test_user(self.env, "checker", groups="lot_serial_trace.group_trace_quality")
        with self.assertRaises(AccessError):
            one.with_user(user).action_void()
        wizard = (
            self.env["trace.warranty.wizard"]
            .with_user(user)
            .create({"what": "void", "reason": "I want to", "warranty_ids": [Command.set(one.ids)]})
        )
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        with self.assertRaises(UserError):
            one.with_user(user).write({"end": "2099-01-01"})
        with self.assertRaises(UserError):
            one.unlink()
        action = one.with_user(quality).action_void()
        wizard = self.env["trace.warranty.wizard"].with_user(quality).browse(action["res_id"])
        with Form(wizard) as form:
            form.reason = "opened by the customer"
        wizard.action_confirm()
        self.assertEqual((one.state, one.closed_reason), ("void", "opened by the customer"))

    def test_certificate(self):
        self.receive((self.device, "SN1", 1))
        self.deliver((self.device, "SN1", 1))
        one = self.warranties("SN1")
        self.assertEqual(one._digital_link(), "https://id.gs1.org/01/09501101530003/21/SN1")
        name, content = one._certificate()
        self.assertEqual((name, content[:5]), ("Warranty SN1.pdf", b"%PDF-"))
        self.device.barcode = False
        self.assertEqual(one._digital_link(), "")

    def test_smart_button(self):
        self.receive((self.device, "SN1", 1))
        lot = self.lot(self.device, "SN1")
        self.assertFalse(lot.trace_warranty_text)
        self.deliver((self.device, "SN1", 1))
        lot.invalidate_recordset()
        self.assertIn("until", lot.trace_warranty_text)
        self.assertEqual(lot.action_trace_warranties()["res_id"], self.warranties("SN1").id)


@tagged("post_install", "-at_install")
class TestWarrantyQueries(WarrantyCase):
    """Many units cost as many queries as few; without months there is none."""

    def queries(self, count):
        numbers = [f"Q{count}-{index}" for index in range(count)]
        self.receive(*((self.device, number, 1) for number in numbers))
        picking = self.deliver(*((self.device, number, 1) for number in numbers))
        lines = picking.move_line_ids.browse(picking.move_line_ids.ids)
        self.env["trace.warranty"].search([("number", "in", numbers)])._void("again")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["trace.warranty"]._cover_lines(lines)
        after = self.cr.sql_log_count
        self.assertEqual(
            self.env["trace.warranty"].search_count(
                [("number", "in", numbers), ("closed_as", "=", False)]
            ),
            count,
        )
        return after - before

    def test_constant(self):
        self.queries(1)
        self.assertEqual(self.queries(2), self.queries(60))

    def test_no_months_no_query(self):
        self.env.cr.execute("DELETE FROM trace_warranty")  # what demo data have sold
        self.env.invalidate_all()
        self.receive((self.device, "SN1", 1))
        self.env["product.template"].search([("trace_warranty_months", ">", 0)]).write(
            {"trace_warranty_months": 0}
        )
        self.env["product.category"].search([]).trace_warranty_months = 0
        picking = self.deliver((self.device, "SN1", 1))
        self.assertFalse(self.env["trace.warranty"].search_count([]))
        self.assertFalse(self.env["trace.warranty"]._offered())
        lines = picking.move_line_ids
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.env["trace.warranty"]._cover_lines(lines)
            self.env["trace.warranty"]._correct_lines(lines)
