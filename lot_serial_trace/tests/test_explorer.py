import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import trace_explorer
from ..models.trace_explorer_find import split
from .common import TraceCase
from .test_trace import GenealogyCase


class ExplorerCase(TraceCase):
    """A lot from a supplier, partly sold, and words for asking."""

    def furnish(self):
        super().furnish()
        self.device.barcode = "09501101990012"
        self.receive((self.milk, "M1", 10), (self.device, "SN1", 1), (self.device, "SN2", 1))
        self.validate(self.picking("out", [(self.milk, "M1", 4)]))
        self.explorer = self.env["trace.explorer"]

    def ask(self, *names, user=None, **more):
        """The answer about the lots of these names."""
        lots = self.env["stock.lot"].search(
            [("name", "in", names), ("product_id", "in", (self.milk + self.device).ids)]
        )
        explorer = self.explorer.with_user(user) if user else self.explorer
        return explorer.explore({"lots": lots.ids, **more})


@tagged("post_install", "-at_install")
class TestExplorer(ExplorerCase):
    """One answer has lots, partners and quantities; what one may not see is not in it."""

    def test_suppliers_and_customers(self):
        answer = self.ask("M1")
        [lot] = answer["lots"]
        self.assertEqual((lot["name"], lot["level"], lot["on_hand"]), ("M1", 0, 6))
        flows = [
            (flow["way"], answer["partners"][flow["partner"]]["name"], flow["quantity"])
            for flow in answer["flows"]
        ]
        self.assertEqual(
            sorted(flows), [("customer", "Customer", 4.0), ("supplier", "Supplier", 10.0)]
        )
        self.assertEqual((answer["total"], answer["more"]), (1, 0))
        self.assertIn("M1", answer["title"])
        json.dumps(answer)

    def test_what_came_back_is_told(self):
        back = self.picking(
            "in", [(self.milk, "M1", 1)], source=self.customers, partner=self.customer
        )
        self.validate(back)
        [flow] = [flow for flow in self.ask("M1")["flows"] if flow["way"] == "customer"]
        self.assertEqual((flow["quantity"], flow["back"]), (4, 1))

    def test_corrections_are_applied(self):
        picking = self.picking("out", [(self.device, "SN1", 1)])
        self.validate(picking)
        picking.move_line_ids.lot_id = self.lot(self.device, "SN2")
        self.assertFalse([f for f in self.ask("SN1")["flows"] if f["way"] == "customer"])
        self.assertTrue([f for f in self.ask("SN2")["flows"] if f["way"] == "customer"])

    def test_a_time_window_narrows_deliveries(self):
        self.assertEqual(len(self.ask("M1", **{"from": "2001-01-01 00:00:00"})["flows"]), 2)
        self.assertFalse(self.ask("M1", to="2001-01-01 00:00:00")["flows"])

    def test_as_many_queries_for_many_lots_as_for_one(self):
        numbers = [(self.device, f"B{number}", 1) for number in range(60)]
        self.receive(*numbers)
        names = [name for _product, name, _quantity in numbers]
        self.ask("M1")
        lots = self.env["stock.lot"].search([("name", "in", names)])
        one, many = {"lots": lots[:1].ids}, {"lots": lots.ids}
        for method, *about in (
            ("explore", one, many),
            ("events", lots[:1].ids, lots.ids),
            ("places", lots[:1].ids, lots.ids),
            ("find", names[0] + "\n" + names[1], "\n".join(names)),
        ):
            with self.subTest(method):
                counts = [self._queries(method, argument) for argument in about]
                self.assertLessEqual(counts[1], counts[0])

    def _queries(self, method, argument):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        getattr(self.explorer, method)(argument)
        return self.env.cr.sql_log_count - before

    def test_more_lots_than_are_drawn_are_counted(self):
        self.patch(trace_explorer, "MOST", 2)
        self.receive(*[(self.device, f"C{number}", 1) for number in range(5)])
        answer = self.ask(*[f"C{number}" for number in range(5)])
        self.assertEqual((len(answer["lots"]), answer["total"], answer["more"]), (2, 5, 3))

    def test_auditors_see_all_of_it_and_employees_nothing(self):
        auditor = new_test_user(
            self.env, "ex_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        employee = new_test_user(self.env, "ex_employee", groups="base.group_user")
        self.assertEqual(len(self.ask("M1", user=auditor)["flows"]), 2)
        lot = self.lot(self.milk, "M1")
        mine = self.explorer.with_user(auditor)
        self.assertTrue(mine.find("M1")["hits"])
        self.assertTrue(mine.about(lot.id)["events"])
        self.assertTrue(mine.places(lot.ids)["rows"])
        self.assertEqual(self.env["trace.run"].browse(mine.keep({"lots": lot.ids})).lot_ids, lot)
        for method, argument in (
            ("find", "M1"),
            ("explore", {"lots": lot.ids}),
            ("events", lot.ids),
            ("places", lot.ids),
            ("about", lot.id),
            ("keep", {"lots": lot.ids}),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.explorer.with_user(employee), method)(argument)

    def test_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "ex_stranger",
            groups="lot_serial_trace.group_trace_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        lot = self.lot(self.milk, "M1")
        answer = self.ask("M1", user=stranger)
        self.assertFalse(answer["flows"])
        self.assertFalse(sum(one["on_hand"] for one in answer["lots"]))
        mine = self.explorer.with_user(stranger)
        self.assertFalse(mine.events(lot.ids)["rows"])
        self.assertFalse(mine.places(lot.ids)["rows"])
        self.assertFalse(mine.about(lot.id)["places"])
        lot.company_id = self.env.company
        with self.assertRaises(UserError):
            self.ask("M1", user=stranger)

    def test_nothing_known_is_a_sentence(self):
        with self.assertRaisesRegex(UserError, "known"):
            self.explorer.explore({"products": self._product("New", "lot").ids})

    def test_timeline_page_by_page_both_ways(self):
        lot = self.lot(self.milk, "M1")
        self.validate(self.picking("int", [(self.milk, "M1", 1)]))
        forth = self._pages(lot, newest=False)
        self.assertEqual([row["biz_step"] for row in forth], ["receiving", "shipping", "storing"])
        self.assertEqual([row["id"] for row in self._pages(lot, newest=True)], [
            row["id"] for row in reversed(forth)
        ])  # fmt: skip

    def _pages(self, lot, newest):
        rows, after = [], None
        while after is not False:
            page = self.explorer.events(lot.ids, after=after, limit=1, newest=newest)
            rows, after = rows + page["rows"], page["next"]
        return rows

    def test_places_are_summed_up(self):
        rows = self.explorer.places(self.lot(self.milk, "M1").ids)["rows"]
        told = {row["state"]: (row["place"][-1:], row["partner"], row["quantity"]) for row in rows}
        self.assertEqual(told, {"on_hand": (["Stock"], "", 6), "customer": ([], "Customer", 4)})

    def test_about_a_held_lot(self):
        lot = self.lot(self.milk, "M1")
        self.env["trace.hold"]._place(lot, "smells")
        about = self.explorer.about(lot.id)
        self.assertEqual((about["status"], about["holds"][0]["reason"]), ("held", "smells"))

    def test_kept_answer_leads_back_to_its_question(self):
        lot = self.lot(self.milk, "M1")
        run = self.env["trace.run"].browse(self.explorer.keep({"lots": lot.ids}, "audit"))
        self.assertEqual(run.purpose, "audit")
        self.assertEqual(self.explorer.question_of(run.id)["lots"], lot.ids)
        self.assertEqual(run.action_explore()["params"]["question"]["lots"], lot.ids)

    def test_spreadsheet_holds_text_and_no_formulas(self):
        self.customer.name = '=HYPERLINK("http://x")'
        self.validate(self.picking("out", [(self.milk, "M1", 1)]))
        _name, content = self.explorer._spreadsheet({"lots": self.lot(self.milk, "M1").ids})
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets" in name)
        self.assertIn(b"M1", sheets)
        self.assertIn(b"HYPERLINK", sheets)
        self.assertNotIn(b"<f>", sheets)


@tagged("post_install", "-at_install")
class TestExplorerFind(ExplorerCase):
    """One field finds what was scanned, typed or pasted."""

    def kinds(self, text):
        return {
            (hit["kind"], hit["label"].split(" ")[-1]): hit["question"]
            for hit in self.explorer.find(text)["hits"]
        }

    def test_number_by_its_beginning_and_as_a_whole(self):
        lot = self.lot(self.device, "SN1")
        hits = self.explorer.find("SN1")["hits"]
        self.assertEqual(hits[0]["question"], {"lots": lot.ids})
        self.assertTrue(hits[0]["exact"])
        self.assertFalse([hit for hit in self.explorer.find("SN")["hits"] if hit["exact"]])
        self.assertTrue(self.explorer.find("sn1")["hits"][0]["exact"])

    def test_reference_of_others_where_nothing_else_is_found(self):
        self.lot(self.device, "SN1").ref = "THEIRS-9"
        [hit] = self.explorer.find("THEIRS-9")["hits"]
        self.assertEqual(hit["question"], {"lots": self.lot(self.device, "SN1").ids})

    def test_wildcards_are_plain_characters(self):
        self.assertFalse(self.explorer.find("%N1")["hits"])
        self.assertFalse(self.explorer.find("S_1")["hits"])

    def test_gs1_label_with_product_and_serial(self):
        label = "(01)09501101990012(21)SN1"
        [hit] = self.explorer.find(label)["hits"]
        self.assertEqual(hit["question"], {"lots": self.lot(self.device, "SN1").ids})
        link = "https://id.gs1.org/01/09501101990012/21/SN1"
        self.assertEqual(self.explorer.find(link)["hits"][0]["question"], hit["question"])

    def test_unknown_number_of_a_known_product_is_said(self):
        found = self.explorer.find("(01)09501101990012(21)NIX")
        self.assertEqual(found["hits"][0]["question"], {"products": self.device.ids})
        self.assertFalse(found["hits"][0]["exact"])
        self.assertIn("NIX", found["message"])

    def test_gs1_label_with_a_fault_is_a_sentence(self):
        found = self.explorer.find("(01)09501101990013(21)SN1")
        self.assertFalse(found["hits"])
        self.assertTrue(found["message"])

    def test_package_by_sscc(self):
        sscc = "106141412345678908"
        package = self.env["stock.package"].create({"name": sscc})
        self.assertEqual(
            self.explorer.find(f"(00){sscc}")["hits"][0]["question"], {"packages": package.ids}
        )

    def test_documents_products_and_partners(self):
        picking = self.env["stock.picking"].search([("partner_id", "=", self.customer.id)], limit=1)
        [hit] = [hit for hit in self.explorer.find(picking.name)["hits"] if hit["exact"]]
        answer = self.explorer.explore(hit["question"])
        self.assertEqual([lot["name"] for lot in answer["lots"]], ["M1"])
        self.milk.default_code = "MILK-77"
        self.assertIn({"products": self.milk.ids}, self.kinds("MILK-77").values())
        self.customer.name = "Zebra Shop"
        self.assertIn({"customers": self.customer.ids}, self.kinds("zebra").values())

    def test_place_by_name_path_and_barcode(self):
        """What lies there now; what left it is not there."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf 77 X", "location_id": self.stock.id, "barcode": "SHELF-77-X"}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.milk, shelf, 2, lot_id=self.lot(self.milk, "M1")
        )
        for text in ("shelf 77 x", shelf.complete_name, "SHELF-77-X"):
            [hit] = [hit for hit in self.explorer.find(text)["hits"] if hit["exact"]]
            self.assertEqual((hit["kind"], hit["label"]), ("place", shelf.display_name))
            self.assertEqual(hit["question"]["places"][0]["location_id"], shelf.id)
        answer = self.explorer.explore(hit["question"])
        self.assertEqual([lot["name"] for lot in answer["lots"]], ["M1"])

    def test_list_of_numbers_and_labels(self):
        text = "M1\nSN1, (nothing)\nSN2\tSN1"
        found = self.explorer.find(text)
        [hit] = found["hits"]
        wanted = self.lot(self.milk, "M1") | self.lot(self.device, "SN1")
        wanted |= self.lot(self.device, "SN2")
        self.assertEqual(hit["question"], {"lots": sorted(wanted.ids)})
        self.assertEqual(found["unknown"], ["(nothing)"])

    def test_same_number_of_two_products(self):
        self.receive((self.milk, "SN1", 1))
        both = self.explorer.find("SN1")["hits"]
        self.assertEqual(len([hit for hit in both if hit["exact"]]), 2)
        one = self.explorer.find("(01)09501101990012(21)SN1\n(01)09501101990012(21)SN2")
        wanted = self.lot(self.device, "SN1") | self.lot(self.device, "SN2")
        self.assertEqual(one["hits"][0]["question"], {"lots": sorted(wanted.ids)})

    def test_too_long_a_list(self):
        found = self.explorer.find("\n".join(map(str, range(10_001))))
        self.assertIn("10,001" if "10,001" in found["message"] else "10001", found["message"])

    def test_splitting(self):
        for text, parts in (
            ("A1, A2\n A1;A3", ["A1", "A2", "A3"]),
            (" MO 0012 ", ["MO 0012"]),
            ("(01)09501101990012(10)A,B", ["(01)09501101990012(10)A,B"]),
            ("0109501101990012" + "10A,B\x1d2112", ["010950110199001210A,B\x1d2112"]),
            ("", []),
        ):
            with self.subTest(text):
                self.assertEqual(split(text), parts)


@tagged("post_install", "-at_install")
class TestExplorerGenealogy(GenealogyCase):
    """Operations stand between the lots they made of each other."""

    def test_levels_and_operations(self):
        self.receive((self.milk, "M1", 10))
        order = self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        self.validate(self.picking("out", [(self.pizza, "P1", 1)]))
        explorer = self.env["trace.explorer"]
        answer = explorer.explore({"lots": self.lot(self.cheese, "C1").ids})
        self.assertEqual(
            {lot["name"]: lot["level"] for lot in answer["lots"]}, {"M1": -1, "C1": 0, "P1": 1}
        )
        self.assertEqual(
            {(one["way"], one["kind"], len(one["inputs"])) for one in answer["operations"]},
            {("backward", "production", 1), ("forward", "production", 1)},
        )
        self.assertEqual({flow["way"] for flow in answer["flows"]}, {"supplier", "customer"})
        forward = explorer.explore(
            {"lots": self.lot(self.cheese, "C1").ids, "direction": "forward"}
        )
        self.assertEqual({lot["name"] for lot in forward["lots"]}, {"C1", "P1"})
        [hit] = [hit for hit in explorer.find(order.name)["hits"] if hit["exact"]]
        self.assertIn(
            f"Operations: {order.name}", self.env["trace.question"]._words(hit["question"])
        )
        self.assertIn("C1", {lot["name"] for lot in explorer.explore(hit["question"])["lots"]})
