from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .asn_case import AsnCase
from .common import TraceCase
from .test_number_import import workbook


class HoldScreenCase(TraceCase):
    """Words for what is seen in the dialog."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = new_test_user(
            cls.env, "hold quality", groups="lot_serial_trace.group_trace_quality"
        )

    def wizard(self, action):
        """The dialog that an action opens."""
        self.assertEqual(action["res_model"], "trace.hold.wizard")
        return self.env["trace.hold.wizard"].browse(action["res_id"])

    def facts(self, wizard):
        """dict key of a row -> (how many, sentence)."""
        wizard.invalidate_recordset(["facts"])
        return {row["key"]: (row["value"], row["text"]) for row in wizard.facts}

    def ordered(self, product, quantity):
        """A delivery that has reserved its goods."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customers.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking


@tagged("post_install", "-at_install")
class TestHoldDialog(HoldScreenCase):
    """Before a hold is placed the dialog says what it will do; afterwards, what it did."""

    def furnish(self):
        super().furnish()
        self.receive(*((self.device, name, 1) for name in ("A", "B", "C")))
        self.lots = self.lot(self.device, "A") | self.lot(self.device, "B")

    def test_what_is_on_hand_reserved_and_missing(self):
        delivery = self.ordered(self.device, 3)
        facts = self.facts(self.wizard(self.lots.action_place_hold()))
        self.assertEqual(facts["numbers"], ("2", f"{self.device.display_name}: A, B"))
        self.assertEqual(facts["on_hand"], ("2", f"{self.stock.display_name} (2)"))
        self.assertEqual(facts["reserved"][0], "2")
        self.assertIn(delivery.name, facts["reserved"][1])
        self.assertEqual(facts["short"][0], "2")
        self.assertNotIn("picked", facts)

    def test_other_stock_is_counted_on(self):
        self.ordered(self.device, 1)
        facts = self.facts(self.wizard(self.lots.action_place_hold()))
        self.assertEqual(facts["reserved"][0], "1")
        self.assertNotIn("short", facts)

    def test_picked_already(self):
        delivery = self.ordered(self.device, 1)
        delivery.move_line_ids.picked = True
        facts = self.facts(self.wizard(self.lots.action_place_hold()))
        self.assertEqual(facts["picked"][0], "1")
        self.assertNotIn("reserved", facts)

    def test_with_customers(self):
        self.validate(self.picking("out", [(self.device, "A", 1)]))
        facts = self.facts(self.wizard(self.lots.action_place_hold()))
        self.assertEqual(facts["customers"][0], "1")
        self.assertIn("Customer (1)", facts["customers"][1])
        back = self.picking(
            "in", [(self.device, "A", 1)], source=self.customers, partner=self.customer
        )
        self.validate(back)
        facts = self.facts(self.wizard(self.lots.action_place_hold()))
        self.assertNotIn("customers", facts)

    def test_in_quarantine_and_on_hold_already(self):
        self.shelf.trace_quarantine = True
        self.validate(self.picking("int", [(self.device, "A", 1)]))
        self.env["trace.hold"]._place(self.lots[0], "dented")
        facts = self.facts(self.wizard(self.lots.action_place_hold()))
        self.assertEqual(facts["quarantine"], ("1", f"{self.shelf.display_name} (1)"))
        self.assertEqual(facts["held"][0], "1")
        self.assertIn("dented", facts["held"][1])

    def test_only_in_one_place(self):
        self.validate(self.picking("int", [(self.device, "A", 1)]))
        wizard = self.wizard(self.lots.action_place_hold())
        with Form(wizard) as form:
            form.reason = "wet"
            form.scope = "place"
            form.location_id = self.shelf
        facts = self.facts(wizard)
        self.assertEqual(facts["on_hand"], ("1", f"{self.shelf.display_name} (1)"))
        self.assertEqual(facts["elsewhere"][0], "1")

    def test_a_place_must_be_said(self):
        wizard = self.wizard(self.lots.action_place_hold())
        wizard.write({"reason": "wet", "scope": "place", "location_id": False})
        with self.assertRaisesRegex(UserError, "in which place"):
            wizard.action_confirm()

    def test_each_row_opens_its_list(self):
        self.ordered(self.device, 3)
        wizard = self.wizard(self.lots.action_place_hold())
        for row in wizard.facts:
            with self.subTest(row["key"]):
                if row["key"] == "short":
                    continue
                action = wizard.action_show(row["key"])
                found = self.env[action["res_model"]].search(action["domain"])
                self.assertEqual(f"{len(found)}", row["value"])

    def test_place_and_release(self):
        wizard = self.wizard(self.lots.with_user(self.quality).action_place_hold())
        wizard = wizard.with_user(self.quality)
        wizard.reason = "leaking"
        wizard.action_confirm()
        self.assertEqual(wizard.stage, "done")
        self.assertEqual(set(self.lots.mapped("trace_status")), {"held"})
        self.assertEqual(self.facts(wizard)["holds"][0], "2")
        again = self.env["trace.hold"]._place(self.lots[0], "a second reason")
        release = self.wizard(wizard.hold_ids.action_release()).with_user(self.quality)
        self.assertIn("a second reason", self.facts(release)["others"][1])
        release.reason = "dry again"
        release.action_confirm()
        self.assertEqual(self.lots.mapped("trace_status"), ["held", "free"])
        self.assertEqual(again.state, "active")
        with self.assertRaisesRegex(UserError, "Nothing is on hold"):
            wizard.hold_ids.action_release()

    def test_what_came_of_it(self):
        """Afterwards the same screen says what was done, and what a release undid."""
        self.warehouse.trace_quarantine_id = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "location_id": self.warehouse.view_location_id.id,
                "trace_quarantine": True,
            }
        )
        delivery = self.ordered(self.device, 3)
        wizard = self.wizard(self.lots.action_place_hold())
        wizard.write({"reason": "leaking", "goods": "move"})
        wizard.action_confirm()
        facts = self.facts(wizard)
        self.assertEqual((facts["freed"][0], facts["short"][0]), ("2", "2"))
        self.assertIn(delivery.name, facts["freed"][1])
        transfer = wizard.hold_ids[0]._transfers()
        self.assertEqual(facts["moved"][0], "2")
        self.assertIn(transfer.name, facts["moved"][1])
        effects = wizard.action_show("moved")
        found = self.env[effects["res_model"]].search(effects["domain"])
        self.assertEqual(found.picking_id, transfer)
        release = self.wizard(wizard.hold_ids.action_release())
        self.assertIn(delivery.name, self.facts(release)["freed"][1])
        release.reason = "dry"
        release.action_confirm()
        facts = self.facts(release)
        self.assertEqual((facts["holds"][0], facts["freed"][0]), ("2", "2"))
        self.assertEqual(delivery.move_ids.quantity, 3)

    def test_a_hold_says_where_and_who_asked(self):
        wizard = self.wizard(self.lots[0].action_place_hold())
        wizard.write({"reason": "wet", "scope": "place", "location_id": self.stock.id})
        wizard.action_confirm()
        hold = wizard.hold_ids
        self.assertEqual(hold.where, f"Only in {self.stock.display_name}")
        self.assertEqual(self.lots[0].trace_status, "partial")
        everywhere = self.env["trace.hold"]._place(self.lots[1], "wet", origin=self.customer)
        self.assertEqual(everywhere.where, "Wherever the goods are")
        self.assertEqual(everywhere.origin, self.customer.display_name)
        self.assertEqual(everywhere.action_open_lot()["res_id"], self.lots[1].id)

    def test_a_reason_is_wanted(self):
        wizard = self.wizard(self.lots.action_place_hold())
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_confirm()

    def test_the_same_queries_for_few_and_many(self):
        counts = {}
        for count in (5, 200):
            product = self._product(f"Many {count}", "serial")
            lots = self.env["stock.lot"].create(
                [{"product_id": product.id, "name": f"N{i}"} for i in range(count)]
            )
            for lot in lots:
                self.env["stock.quant"]._update_available_quantity(
                    product, self.stock, 1, lot_id=lot
                )
            self.ordered(product, count)
            wizard = self.wizard(lots.action_place_hold())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.facts(wizard)["reserved"][0], str(count))
            counts[count] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[200], counts[5] + 1)


@tagged("post_install", "-at_install")
class TestHoldRoadsIn(HoldScreenCase):
    """The dialog is opened from wherever somebody finds out."""

    def furnish(self):
        super().furnish()
        self.receipt = self.receive((self.device, "A", 1), (self.device, "B", 1))
        self.lots = self.receipt.move_line_ids.lot_id

    def test_from_a_transfer(self):
        wizard = self.wizard(self.receipt.action_trace_place_hold())
        self.assertEqual(wizard.lot_ids, self.lots)
        self.assertEqual(wizard.origin_text, self.receipt.display_name)

    def test_from_stock(self):
        quants = self.lots.quant_ids.filtered(lambda quant: quant.location_id == self.stock)
        wizard = self.wizard(quants.action_trace_place_hold())
        self.assertEqual((wizard.lot_ids, wizard.location_id), (self.lots, self.stock))
        self.assertEqual(wizard.scope, "everywhere")

    def test_from_an_exception(self):
        exceptions = self.env["trace.exception"]._open_many(
            [
                {"kind": "expired", "values": values, "product_id": self.device.id, **more}
                for values, more in (
                    ({"lot": "A", "product": "D", "date": "x"}, {"lot_id": self.lots[0].id}),
                    ({"lot": "B", "product": "D", "date": "x"}, {"lot_name": "B"}),
                )
            ]
        )
        self.assertEqual(self.wizard(exceptions.action_place_hold()).lot_ids, self.lots)

    def test_nothing_to_hold(self):
        empty = self.env["stock.picking"].create({"picking_type_id": self.warehouse.in_type_id.id})
        with self.assertRaisesRegex(UserError, "no lot or serial number"):
            empty.action_trace_place_hold()

    def test_only_quality(self):
        for group in ("lot_serial_trace.group_trace_user", "stock.group_stock_user"):
            user = new_test_user(self.env, f"no {group}", groups=group)
            with self.subTest(group), self.assertRaisesRegex(AccessError, "Only Quality"):
                self.lots.with_user(user).action_place_hold()
            with self.subTest(group), self.assertRaisesRegex(AccessError, "Only Quality"):
                self.env["trace.hold.wizard"].with_user(user).preview_numbers("A")


@tagged("post_install", "-at_install")
class TestHoldFromNotice(AsnCase):
    """What a notice advises can be held, so far as it exists."""

    def test_from_a_notice(self):
        asn = self.notice(self.devices("A", "B", "X", quantity=3))
        lots = self.env["stock.lot"].create(
            [{"product_id": self.device.id, "name": name} for name in ("A", "B", "C")]
        )
        action = asn.action_place_hold()
        wizard = self.env["trace.hold.wizard"].browse(action["res_id"])
        self.assertEqual(wizard.lot_ids, lots[:2])
        self.assertEqual((wizard.source, wizard.origin_model), ("asn", "trace.asn"))


@tagged("post_install", "-at_install")
class TestHoldNumbers(HoldScreenCase):
    """A list of numbers is looked through before anything happens; what can go on goes on."""

    def furnish(self):
        super().furnish()
        self.other = self._product("Other", "serial", default_code="OTH-1")
        self.receive(
            (self.device, "A", 1),
            (self.device, "B", 1),
            (self.device, "X", 1),
            (self.other, "X", 1),
        )

    def preview(self, text="", **options):
        """list of (line, number, verdict)."""
        found = self.env["trace.hold.wizard"].preview_numbers(text, **options)
        self.assertFalse(found["error"])
        return [(row[0], row[1], row[3]) for row in found["rows"]]

    def asked(self, text="", **options):
        """Numbers that the dialog is opened with."""
        action = self.env["trace.hold.wizard"].ask_for_numbers(text, **options)
        return self.wizard(action).lot_ids

    def test_what_each_number_is(self):
        self.env["trace.hold"]._place(self.lot(self.device, "B"), "dented")
        gone = self.env["stock.lot"].create({"product_id": self.device.id, "name": "GONE"})
        text = "A\nB\nX\nNEVER\nA\nGONE\n4006381333931\n"
        self.assertEqual(
            self.preview(text),
            [
                (1, "A", "ready"),
                (2, "B", "held"),
                (3, "X", "several"),
                (4, "NEVER", "unknown"),
                (5, "A", "twice"),
                (6, "GONE", "not_here"),
                (7, "4006381333931", "wrong"),
            ],
        )
        self.assertEqual(self.asked(text), self.lot(self.device, "A") | gone)
        held = self.asked(text, held=True)
        self.assertEqual(held, self.lot(self.device, "A") | self.lot(self.device, "B") | gone)

    def test_the_product_by_column_or_chosen(self):
        self.assertEqual(self.preview("X", product_id=self.other.id), [(1, "X", "ready")])
        self.assertEqual(self.asked("X", product_id=self.other.id), self.lot(self.other, "X"))
        for name in ("OTH-1", "Other", self.device.barcode, self.device.barcode.lstrip("0")):
            with self.subTest(name):
                product = self.device if name.isdigit() else self.other
                file = workbook(("Product", "Serial"), (name, "X"))
                self.assertEqual(self.asked(file=file), self.lot(product, "X"))
        file = workbook(("Product", "Serial"), ("Cheese", "X"))
        self.assertEqual(self.preview(file=file), [(2, "X", "no_product")])

    def test_labels_name_their_product(self):
        label = f"(01){self.device.barcode}(21)X"
        self.assertEqual(self.asked(label), self.lot(self.device, "X"))

    def test_what_cannot_be_read_says_why(self):
        found = self.env["trace.hold.wizard"].preview_numbers(file="UEsDBHhsLyBicm9rZW4=")
        self.assertTrue(found["error"])
        with self.assertRaisesRegex(UserError, "no lot or serial number"):
            self.asked("NEVER")

    def test_other_companies_have_their_own(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["stock.lot"].create(
            {"product_id": self.device.id, "name": "THEIRS", "company_id": other.id}
        )
        self.assertEqual(self.preview("THEIRS"), [(1, "THEIRS", "unknown")])

    def test_the_same_queries_for_few_and_many(self):
        counts = {}
        for count in (10, 500):
            product = self._product(f"List {count}", "serial")
            self.env["stock.lot"].create(
                [{"product_id": product.id, "name": f"L{i:04}"} for i in range(count)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.preview(f"L0000..L{count - 1:04}", product_id=product.id)
            self.assertEqual(len(rows), count)
            counts[count] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[500], counts[10] + 1)


@tagged("post_install", "-at_install")
class TestHoldBadges(HoldScreenCase):
    """Held goods are seen where they lie and where they are picked."""

    def furnish(self):
        super().furnish()
        self.receive(*((self.device, f"S{i}", 1) for i in range(6)))
        self.held = self.lot(self.device, "S0")

    def test_stock_and_lines_show_it(self):
        delivery = self.ordered(self.device, 1)
        delivery.move_line_ids.write({"lot_id": self.held.id, "picked": True})
        self.env["trace.hold"]._place(self.held, "leaking")
        self.assertEqual(delivery.move_line_ids.trace_status, "held")
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.device.id), ("trace_status", "=", "held")]
        )
        self.assertEqual(quants.lot_id, self.held)

    def test_stock_shows_a_hold_where_it_holds(self):
        milk = [(self.milk, "L1", 4)]
        self.receive(*milk)
        self.validate(self.picking("int", [(self.milk, "L1", 1)]))
        lot = self.lot(self.milk, "L1")
        self.env["trace.hold"]._place(lot, "warm", location=self.shelf, goods="stay")
        domain = [("lot_id", "=", lot.id), ("location_id.usage", "=", "internal")]
        held = self.env["stock.quant"].search([*domain, ("trace_held", "=", True)])
        self.assertEqual(held.location_id, self.shelf)

    def test_one_query_for_a_page(self):
        quants = self.env["stock.quant"].search([("product_id", "=", self.device.id)])
        self.env.flush_all()
        self.env.invalidate_all()
        quants.mapped("lot_id")
        with self.assertQueryCount(1):
            quants.mapped("trace_status")

    def test_a_transfer_tells_what_will_stop_it(self):
        delivery = self.ordered(self.device, 2)
        self.assertFalse(delivery.trace_held_count)
        delivery.move_line_ids[0].write({"lot_id": self.held.id, "picked": True})
        self.env["trace.hold"]._place(self.held, "leaking")
        worker = new_test_user(self.env, "hold worker", groups="stock.group_stock_user")
        seen = delivery.with_user(worker)
        self.assertEqual(seen.trace_held_count, 1)
        self.assertIn("S0 of Device is on hold: leaking", seen.trace_held_text)
        lines = self.env["stock.move.line"].search(seen.action_trace_held_lines()["domain"])
        self.assertEqual(lines.lot_id, self.held)
        self.policy("on_hold", "off")
        delivery.invalidate_recordset()
        self.assertFalse(delivery.trace_held_count, "nothing will stop it")

    def test_no_query_while_nothing_is_held(self):
        delivery = self.ordered(self.device, 2)
        delivery.move_line_ids.mapped("lot_id.trace_status")
        delivery.mapped("state")
        with self.assertQueryCount(0):
            self.assertFalse(delivery.trace_held_count)
