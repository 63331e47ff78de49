from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TraceCase
from .test_trace import GenealogyCase


class QuestionCase(TraceCase):
    """Words for asking."""

    def ask(self, *sections, **question):
        """The rows of one section, or the answer of several."""
        answer = self.env["trace.question"].answer(question, list(sections) or None)
        return answer[sections[0]]["rows"] if len(sections) == 1 else answer

    def starting(self, **question):
        """Numbers from which a question starts."""
        starts = self.env["trace.question"]._starts(question)
        return set(
            self.env["stock.lot"].browse([lot_id for lot_id, _since in starts]).mapped("name")
        )

    def at(self, picking, when):
        """Let a transfer have been done at another time."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE trace_event DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE trace_event SET event_time = %s WHERE document_model = 'stock.picking' "
            "AND document_id = %s",
            (when, picking.id),
        )
        self.env.cr.execute("ALTER TABLE trace_event ENABLE TRIGGER USER")
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSections(QuestionCase):
    """Each section tells what is true now, corrections applied, with whom to call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier.write({"email": "farm@example.com", "phone": "+49 1"})
        cls.customer.write(
            {
                "email": "shop@example.com",
                "phone": "+31 2",
                "street": "Canal 1",
                "zip": "1000",
                "city": "Amsterdam",
                "country_id": cls.env.ref("base.nl").id,
                "lang": "en_US",
            }
        )

    def furnish(self):
        super().furnish()
        self.receipt = self.receive((self.milk, "L1", 10), (self.milk, "L2", 5))
        self.l1 = self.lot(self.milk, "L1")

    def sell(self, quantity, number="L1", **values):
        picking = self.picking("out", [(self.milk, number, quantity)], **values)
        self.validate(picking)
        return picking

    def test_customers_to_call(self):
        first = self.sell(2)
        self.sell(3)
        [row] = self.ask("customers", lots=self.l1.ids)
        self.assertEqual((row["partner_id"], row["partner_name"]), (self.customer.id, "Customer"))
        self.assertEqual((row["quantity"], row["returned"], row["deliveries"]), (5, 0, 2))
        self.assertEqual((row["email"], row["phone"]), ("shop@example.com", "+31 2"))
        self.assertEqual(row["address"], "Canal 1, 1000 Amsterdam, Netherlands")
        self.assertEqual((row["lang"], row["uom"]), ("en_US", self.milk.uom_id.name))
        self.env.flush_all()
        event = self.events(("document_id", "=", first.id))
        self.assertEqual(row["event_time"], fields.Datetime.to_string(event.event_time))

    def test_an_address_is_reached_through_its_company(self):
        dock = self.env["res.partner"].create(
            {"name": "Dock", "parent_id": self.customer.id, "type": "delivery"}
        )
        dock.write({"email": False, "phone": False})
        self.sell(1, partner=dock)
        [row] = self.ask("customers", lots=self.l1.ids)
        self.assertEqual((row["partner_id"], row["email"]), (dock.id, "shop@example.com"))
        self.assertEqual(self.starting(customers=self.customer.ids), {"L1"})

    def test_sold_to_nobody_known_is_counted(self):
        picking = self.picking("out", [(self.milk, "L1", 1)])
        picking.partner_id = False
        picking.move_ids.partner_id = False
        self.validate(picking)
        answer = self.ask("summary", "customers", lots=self.l1.ids)
        self.assertEqual(answer["summary"]["unknown_deliveries"], 1)
        self.assertEqual([row["partner_id"] for row in answer["customers"]["rows"]], [0])

    def test_correction_replaces_what_was_said(self):
        picking = self.sell(2)
        picking.move_line_ids.lot_id = self.lot(self.milk, "L2")
        self.assertFalse(self.ask("customers", lots=self.l1.ids))
        [row] = self.ask("deliveries", numbers=["L2"])
        self.assertEqual((row["quantity"], row["document"]), (2, picking.name))

    def test_what_came_back(self):
        self.sell(4)
        back = self.picking(
            "in", [(self.milk, "L1", 1)], source=self.customers, partner=self.customer
        )
        self.validate(back)
        answer = self.ask("customers", "returned", "balance", lots=self.l1.ids)
        [customer], [returned] = answer["customers"]["rows"], answer["returned"]["rows"]
        self.assertEqual((customer["quantity"], customer["returned"]), (4, 1))
        self.assertEqual((returned["quantity"], returned["document"]), (1, back.name))
        [balance] = answer["balance"]["rows"]
        self.assertEqual(
            [balance[name] for name in ("received", "on_hand", "sold", "returned", "difference")],
            [10, 7, 4, 1, 0],
        )

    def test_suppliers_with_documents(self):
        [row] = self.ask("suppliers", lots=self.l1.ids)
        self.assertEqual((row["partner_name"], row["email"]), ("Supplier", "farm@example.com"))
        self.assertEqual(
            (row["document"], row["document_model"], row["origin"], row["quantity"]),
            (self.receipt.name, "stock.picking", "TEST", 10),
        )

    def test_stock_and_what_is_promised(self):
        self.validate(self.picking("int", [(self.milk, "L1", 4)]))
        order = self.picking("out", [(self.milk, "L1", 3)], source=self.shelf)
        order.move_line_ids.picked = False
        answer = self.ask("stock", "reserved", "open_orders", lots=self.l1.ids)
        places = {row["dest_name"]: row for row in answer["stock"]["rows"]}
        self.assertEqual(
            {name: row["quantity"] for name, row in places.items()},
            {"TRT/Stock": 6, "TRT/Stock/Shelf": 4},
        )
        [reserved], [hit] = answer["reserved"]["rows"], answer["open_orders"]["rows"]
        self.assertEqual((reserved["document"], reserved["quantity"]), (order.name, 3))
        self.assertEqual(
            (hit["partner_name"], hit["email"], hit["status"], hit["lot_count"]),
            ("Customer", "shop@example.com", "outgoing", 1),
        )

    def test_held_stock_says_so(self):
        self.env["trace.hold"]._place(self.l1, "leaking", goods="stay")
        [row] = self.ask("stock", lots=self.l1.ids)
        self.assertEqual(row["status"], "held")

    def test_scrap(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.milk.id,
                "lot_id": self.l1.id,
                "scrap_qty": 2,
                "location_id": self.stock.id,
            }
        )
        scrap.action_validate()
        answer = self.ask("scrapped", "balance", lots=self.l1.ids)
        [row], [balance] = answer["scrapped"]["rows"], answer["balance"]["rows"]
        self.assertEqual((row["quantity"], row["document_model"]), (2, "stock.scrap"))
        self.assertEqual(
            (balance["scrapped"], balance["on_hand"], balance["difference"]), (2, 8, 0)
        )

    def test_between_warehouses(self):
        transit = self.env.company.internal_transit_location_id
        transit.active = True
        self.validate(self.picking("int", [(self.milk, "L1", 4)], dest=transit))
        answer = self.ask("transit", "stock", "balance", lots=self.l1.ids)
        [row], [balance] = answer["transit"]["rows"], answer["balance"]["rows"]
        self.assertEqual((row["quantity"], row["place_id"]), (4, transit.id))
        self.assertEqual(
            (balance["in_transit"], balance["on_hand"], balance["difference"]), (4, 6, 0)
        )

    def test_a_difference_is_explained_line_by_line(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = 7 WHERE lot_id = %s AND location_id = %s",
            (self.l1.id, self.stock.id),
        )
        self.env.invalidate_all()
        [row] = self.ask("balance", lots=self.l1.ids)
        self.assertEqual((row["received"], row["on_hand"], row["difference"]), (10, 7, 3))
        self.assertEqual(
            row["lines"],
            [
                {
                    "place": "TRT/Stock",
                    "place_id": self.stock.id,
                    "ledger": 10,
                    "stock": 7,
                    "difference": 3,
                }
            ],
        )

    def test_counting_is_an_adjustment(self):
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.l1.id), ("location_id", "=", self.stock.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 9
        quant.action_apply_inventory()
        [row] = self.ask("balance", lots=self.l1.ids)
        self.assertEqual((row["adjusted"], row["on_hand"], row["difference"]), (1, 9, 0))

    def test_pages(self):
        for _turn in range(3):
            self.sell(1)
        question = {"lots": self.l1.ids}
        answer = self.env["trace.question"].answer
        pages = [answer(question, ["deliveries"], 2, start)["deliveries"] for start in (0, 2, 4)]
        self.assertEqual(
            [(page["total"], len(page["rows"])) for page in pages], [(3, 2), (3, 1), (3, 0)]
        )
        documents = [row["document"] for page in pages for row in page["rows"]]
        self.assertEqual(documents, [row["document"] for row in self.ask("deliveries", **question)])

    def test_queries_do_not_grow_with_the_answer(self):
        """The origin of a unit: one query finds it, one answers; all sections: one each."""
        question = self.env["trace.question"]
        for lots in (self.l1.ids, (self.l1 | self.lot(self.milk, "L2")).ids):
            self.env.flush_all()
            question.answer({"lots": lots}, ["suppliers"])
            with self.assertQueryCount(2):
                question.answer({"lots": lots, "direction": "backward"}, ["suppliers"])
            question.answer({"lots": lots})
            with self.assertQueryCount(20):
                question.answer({"lots": lots})

    def test_what_is_not_understood(self):
        answer = self.env["trace.question"].answer
        for question, message in (
            ({"lot": [1]}, "lot"),
            ({"lots": "L1"}, "a list of ids"),
            ({"lots": [True]}, "a list of ids"),
            ({"numbers": [1]}, "a list of texts"),
            ({"lots": [1], "direction": "up"}, "backward, forward, both"),
            ({"operations": [["magic", 1]]}, "production"),
            ({"places": [{"from": "2026-01-01"}]}, "location_id"),
            ({"places": [{"location_id": 1, "from": "2026-01-02", "to": "2026-01-01"}]}, "later"),
            ({"lots": [1], "from": "yesterday"}, "yesterday"),
            ({}, "nothing to start from"),
            ([], "a dict"),
        ):
            with self.subTest(question), self.assertRaisesRegex(ValidationError, message):
                answer(question)
        with self.assertRaisesRegex(ValidationError, "gossip"):
            answer({"lots": self.l1.ids}, ["gossip"])
        with self.assertRaisesRegex(ValidationError, "limit"):
            answer({"lots": self.l1.ids}, ["stock"], -1)

    def test_unknown_numbers_are_told(self):
        answer = self.ask("lots", "summary", numbers=["L1", "NOPE"])
        self.assertEqual(answer["unknown"], ["NOPE"])
        self.assertEqual(answer["summary"]["asked"], 1)


@tagged("post_install", "-at_install")
class TestStarts(QuestionCase):
    """From whatever is asked, the lots are found; exposure counts the moments."""

    def furnish(self):
        super().furnish()
        self.receipt = self.receive((self.milk, "L1", 10), (self.device, "SN1", 1))
        self.other = self.env["res.partner"].create({"name": "Other Supplier"})
        self.receive((self.milk, "L2", 10), partner=self.other)

    def test_products_suppliers_transfers(self):
        self.assertEqual(self.starting(products=self.milk.ids), {"L1", "L2"})
        self.assertEqual(self.starting(suppliers=self.supplier.ids), {"L1", "SN1"})
        self.assertEqual(self.starting(suppliers=self.other.ids), {"L2"})
        self.assertEqual(self.starting(pickings=self.receipt.ids), {"L1", "SN1"})
        self.assertEqual(self.starting(numbers=["SN1", "L2"]), {"SN1", "L2"})

    def test_in_a_window(self):
        self.at(self.receipt, "2026-01-05 12:00:00")
        window = {"from": "2026-01-01", "to": "2026-01-31"}
        self.assertEqual(self.starting(suppliers=self.supplier.ids, **window), {"L1", "SN1"})
        self.assertEqual(self.starting(suppliers=self.other.ids, **window), set())
        self.assertEqual(self.starting(products=self.milk.ids, **window), {"L1"})

    def test_customers_and_sales(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [(0, 0, {"product_id": self.device.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        order.picking_ids.action_assign()
        self.assertEqual(self.starting(sales=order.ids), {"SN1"}, "reserved for it")
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        self.assertEqual(self.starting(sales=order.ids), {"SN1"})
        self.assertEqual(self.starting(customers=self.customer.ids), {"SN1"})

    def test_purchases_and_direct_sales(self):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.other.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [(0, 0, {"product_id": self.milk.id, "product_qty": 2})],
            }
        )
        order.button_confirm()
        line = order.picking_ids.move_line_ids or self.env["stock.move.line"].create(
            {
                "move_id": order.picking_ids.move_ids.id,
                "picking_id": order.picking_ids.id,
                "product_id": self.milk.id,
            }
        )
        line.write({"lot_name": "P1", "quantity": 2, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(self.starting(purchases=order.ids), {"P1"})
        straight = self.picking(
            "in", [(self.milk, "D1", 1)], dest=self.customers, partner=self.other
        )
        straight.move_ids.partner_id = self.customer
        self.validate(straight)
        self.assertIn("D1", self.starting(suppliers=self.other.ids))
        self.assertEqual(self.starting(customers=self.customer.ids), {"D1"})
        [balance] = self.ask("balance", numbers=["D1"])
        self.assertEqual((balance["received"], balance["sold"], balance["difference"]), (1, 1, 0))

    def test_packages(self):
        box = self.env["stock.package"].create({"name": "BOX"})
        picking = self.picking("int", [(self.milk, "L2", 4)])
        picking.move_line_ids.result_package_id = box
        self.validate(picking)
        self.assertEqual(self.starting(packages=box.ids), {"L2"})

    def stay(self, number, came, gone):
        """Let a lot have lain on the shelf between two days of January."""
        self.receive((self.milk, number, 5))
        for day, source, dest in ((came, self.stock, self.shelf), (gone, self.shelf, self.stock)):
            if day:
                picking = self.picking("int", [(self.milk, number, 5)], source=source, dest=dest)
                self.validate(picking)
                self.at(picking, datetime(2026, 1, day))

    def exposed(self, first, last):
        starts = self.env["trace.question"]._starts(
            {
                "places": [
                    {
                        "location_id": self.shelf.id,
                        "from": f"2026-01-{first:02}",
                        "to": f"2026-01-{last:02}",
                    }
                ]
            }
        )
        lots = self.env["stock.lot"]
        return {lots.browse(lot_id).name: since.day for lot_id, since in starts}

    def test_what_shared_a_place(self):
        self.stay("BEFORE", 2, 5)
        self.stay("INTO", 3, 12)
        self.stay("WITHIN", 11, 13)
        self.stay("STILL", 15, None)
        self.stay("AFTER", 21, 25)
        self.assertEqual(self.exposed(10, 20), {"INTO": 10, "WITHIN": 11, "STILL": 15})
        self.assertEqual(self.exposed(5, 10), {"INTO": 5}, "left at that moment: was not there")
        self.assertEqual(self.exposed(26, 30), {"STILL": 26})

    def test_twice_in_a_place(self):
        self.stay("TWICE", 2, 5)
        for day, source, dest in ((20, self.stock, self.shelf), (25, self.shelf, self.stock)):
            picking = self.picking("int", [(self.milk, "TWICE", 5)], source=source, dest=dest)
            self.validate(picking)
            self.at(picking, datetime(2026, 1, day))
        self.assertEqual(self.exposed(7, 10), {})
        self.assertEqual(self.exposed(4, 22), {"TWICE": 4})

    def test_deliveries_before_the_exposure_do_not_count(self):
        self.receive((self.milk, "E1", 9))
        early = self.picking("out", [(self.milk, "E1", 1)])
        self.validate(early)
        self.at(early, "2026-01-01")
        move = self.picking("int", [(self.milk, "E1", 5)])
        self.validate(move)
        self.at(move, "2026-01-10")
        self.validate(self.picking("out", [(self.milk, "E1", 2)], source=self.shelf))
        place = {"location_id": self.shelf.id, "from": "2026-01-05", "to": "2026-01-20"}
        [row] = self.ask("customers", places=[place])
        self.assertEqual(row["quantity"], 2)


@tagged("post_install", "-at_install")
class TestThroughProduction(GenealogyCase, QuestionCase):
    """What became of a lot, and what it was made from, is answered by the same sections."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.order = self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        self.validate(self.picking("out", [(self.pizza, "P1", 1)]))

    def test_to_the_customer_of_what_was_made(self):
        answer = self.ask("lots", "customers", "summary", "balance", numbers=["M1"])
        self.assertEqual(
            [
                (row["role"], row["level"], row["lot_name"], row["document"])
                for row in answer["lots"]["rows"]
            ],
            [("asked", 0, "M1", ""), ("made_into", 1, "C1", "M1"), ("made_into", 2, "P1", "C1")],
        )
        [row] = answer["customers"]["rows"]
        self.assertEqual((row["partner_name"], row["product_id"]), ("Customer", self.pizza.id))
        self.assertEqual((answer["summary"]["made_into"], answer["summary"]["customers"]), (2, 1))
        balance = {row["lot_name"]: row for row in answer["balance"]["rows"]}
        self.assertEqual((balance["M1"]["consumed"], balance["M1"]["on_hand"]), (2, 8))
        self.assertEqual((balance["C1"]["made"], balance["C1"]["consumed"]), (1, 1))
        self.assertEqual({row["difference"] for row in balance.values()}, {0})

    def test_from_the_supplier_of_what_went_in(self):
        [row] = self.ask("suppliers", numbers=["P1"])
        self.assertEqual((row["lot_name"], row["partner_name"]), ("M1", "Supplier"))
        self.assertFalse(self.ask("suppliers", numbers=["P1"], direction="forward"))

    def test_operations(self):
        question = self.env["trace.question"]
        asked = {"operations": [["production", self.order.id]]}
        self.assertEqual(self.starting(**asked), {"C1"})
        behind = question._starts(asked, forward=False)
        self.assertEqual([lot_id for lot_id, _until in behind], self.lot(self.milk, "M1").ids)
        [row] = self.ask("customers", **asked)
        self.assertEqual(row["product_id"], self.pizza.id)

    def test_in_production(self):
        order = self.env["mrp.production"].create(
            {
                "product_id": self.cheese.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "bom_id": False,
                "move_raw_ids": [(0, 0, {"product_id": self.milk.id, "product_uom_qty": 3})],
            }
        )
        order.action_confirm()
        order.action_assign()
        [row] = self.ask("production", products=self.milk.ids)
        self.assertEqual(
            (row["document"], row["document_model"], row["quantity"]),
            (order.name, "mrp.production", 3),
        )


@tagged("post_install", "-at_install")
class TestApi(QuestionCase, HttpCase):
    """Machines ask by JSON-2; nobody hears of another company, and not everybody may ask."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "L1", 10), (self.milk, "L2", 10))
        self.customer.write({"email": "shop@example.com", "phone": "+31 2"})
        self.validate(self.picking("out", [(self.milk, "L1", 2)]))
        self.picking("out", [(self.milk, "L2", 3)]).move_line_ids.picked = False
        self.lots = self.env["stock.lot"].search([("product_id", "=", self.milk.id)])

    def post(self, user, **values):
        keys = self.env["res.users.apikeys"].with_user(user)
        key = keys._generate("rpc", "trace", fields.Datetime.now() + timedelta(days=1))
        return self.url_open(
            "/json/2/trace.question/answer",
            json=values,
            headers={"Authorization": f"Bearer {key}"},
        )

    def test_a_recalls_question_in_one_call(self):
        user = new_test_user(self.env, "trace_machine", groups="lot_serial_trace.group_trace_user")
        answer = self.post(
            user,
            question={"lots": self.lots.ids, "direction": "both"},
            sections=["summary", "customers", "open_orders", "stock", "suppliers"],
            limit=50,
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        told = answer.json()
        [customer] = told["customers"]["rows"]
        self.assertEqual(
            (customer["partner_name"], customer["email"], customer["quantity"]),
            ("Customer", "shop@example.com", 2),
        )
        [order] = told["open_orders"]["rows"]
        self.assertEqual((order["quantity"], order["phone"]), (3, "+31 2"))
        self.assertEqual({row["quantity"] for row in told["stock"]["rows"]}, {8, 10})
        self.assertEqual({row["partner_name"] for row in told["suppliers"]["rows"]}, {"Supplier"})
        self.assertEqual(told["summary"]["lots"], 2)
        self.assertEqual((told["stock"]["total"], told["unknown"]), (2, []))

    def test_what_is_wrong_is_a_sentence(self):
        user = new_test_user(self.env, "trace_machine", groups="lot_serial_trace.group_trace_user")
        answer = self.post(user, question={"lots": ["L1"]})
        self.assertEqual(answer.status_code, 422, answer.text)
        self.assertIn("a list of ids", answer.text)

    def test_groups(self):
        question = {"lots": self.lots.ids}
        for group, allowed in (
            ("lot_serial_trace.group_trace_user", True),
            ("lot_serial_trace.group_trace_auditor", True),
            ("lot_serial_trace.group_trace_quality", True),
            ("lot_serial_trace.group_trace_admin", True),
            ("stock.group_stock_user", False),
            ("base.group_user", False),
            ("base.group_portal", False),
        ):
            user = new_test_user(self.env, group, groups=group)
            asking = self.env["trace.question"].with_user(user)
            with self.subTest(group):
                if allowed:
                    self.assertEqual(asking.answer(question)["summary"]["lots"], 2)
                else:
                    with self.assertRaises(AccessError):
                        asking.answer(question)

    def test_other_companies_are_not_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "trace_stranger",
            groups="lot_serial_trace.group_trace_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        asking = self.env["trace.question"].with_user(user)
        answer = asking.answer({"lots": self.lots.ids})
        for name in ("suppliers", "customers", "deliveries", "stock", "open_orders", "reserved"):
            self.assertEqual(answer[name]["total"], 0, name)
        self.assertEqual({row["received"] for row in answer["balance"]["rows"]}, {0})
        for question in (
            {"suppliers": self.supplier.ids},
            {"customers": self.customer.ids},
            {"pickings": self.env["stock.picking"].search([]).ids},
            {"places": [{"location_id": self.stock.id}]},
        ):
            self.assertEqual(asking.answer(question)["lots"]["total"], 0, question)
        self.lots.company_id = self.env.company
        self.assertEqual(asking.answer({"lots": self.lots.ids})["lots"]["total"], 0)
