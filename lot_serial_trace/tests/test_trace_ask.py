import csv
import io
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import TraceCase


class AskCase(TraceCase):
    """Milk that came and went, and people who ask."""

    def furnish(self):
        super().furnish()
        self.receipt = self.receive((self.milk, "L1", 10), (self.device, "SN1", 1))
        self.delivery = self.picking("out", [(self.milk, "L1", 3)])
        self.validate(self.delivery)
        self.l1 = self.lot(self.milk, "L1")
        self.clerk = new_test_user(self.env, "a_clerk", groups="lot_serial_trace.group_trace_user")
        self.auditor = new_test_user(
            self.env, "a_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        self.packer = new_test_user(self.env, "a_packer", groups="stock.group_stock_user")


@tagged("post_install", "-at_install")
class TestAsk(AskCase):
    """One dialog asks about whatever is selected; it answers or lets somebody answer."""

    def selected(self, records, user=None):
        """The dialog, as the action in the menu of records opens it."""
        server = self.env.ref("lot_serial_trace.action_ask_selected").with_user(
            user or self.env.user
        )
        action = server.with_context(active_model=records._name, active_ids=records.ids).run()
        return self.env["trace.ask"].with_user(user or self.env.user).browse(action["res_id"])

    def lots_of(self, records):
        run = self.env["trace.run"].browse(self.selected(records).action_ask()["res_id"])
        return set(run.lot_ids.mapped("name"))

    def test_from_any_record(self):
        for records, names in (
            (self.l1, {"L1"}),
            (self.milk, {"L1"}),
            (self.milk.product_tmpl_id, {"L1"}),
            (self.receipt, {"L1", "SN1"}),
            (self.delivery, {"L1"}),
            (self.stock, {"L1", "SN1"}),
            (self.customer, {"L1"}),
        ):
            with self.subTest(records._name):
                self.assertEqual(self.lots_of(records), names)
        self.supplier.supplier_rank = 1
        self.assertEqual(self.lots_of(self.supplier), {"L1", "SN1"})

    def test_what_is_scanned_or_pasted(self):
        """Labels, lists with commas, packages, names of documents; what is unknown is told."""
        self.device.barcode = "09501101990012"
        sscc = "106141412345678908"
        package = self.env["stock.package"].create({"name": sscc})
        asked = self.env["trace.ask"].create({"numbers": ""})
        for text, wanted in (
            ("(01)09501101990012(21)SN1", {"lots": self.lot(self.device, "SN1").ids}),
            ("L1, SN1", {"lots": (self.l1 | self.lot(self.device, "SN1")).ids}),
            ("L1\n(01)09501101990012(21)NIX", {"lots": self.l1.ids}),
            (f"(00){sscc}", {"packages": package.ids}),
            ("(01)09501101990012", {"products": self.device.ids}),
            (self.delivery.name, {"pickings": self.delivery.ids}),
            ("NIX-1", {}),
        ):
            with self.subTest(text):
                asked.numbers = text
                question = asked._question()
                self.assertEqual(
                    {key: sorted(question[key]) for key in wanted},
                    {key: sorted(ids) for key, ids in wanted.items()},
                )
                self.assertEqual(bool(question.get("numbers")), "NIX" in text)
        self.l1.name = "L,1"
        asked.numbers = "L,1"
        self.assertEqual(asked._question()["lots"], self.l1.ids, "it is called so")

    def test_an_auditor_who_sees_no_orders_asks(self):
        asked = self.env["trace.ask"].with_user(self.auditor).create({"numbers": "L1"})
        self.env.invalidate_all()
        run = self.env["trace.run"].browse(asked.action_ask()["res_id"])
        self.assertEqual((run.lot_ids, run.user_id), (self.l1, self.auditor))

    def test_the_answer_says_what_is_not_known(self):
        asked = self.env["trace.ask"].create({"numbers": "L1\nNIX-1"})
        run = self.env["trace.run"].browse(asked.action_ask()["res_id"])
        self.assertEqual(run.lot_ids, self.l1)
        self.assertIn("Not known here: NIX-1.", run.summary)
        asked.numbers = "L1"
        run = self.env["trace.run"].browse(asked.action_ask()["res_id"])
        self.assertNotIn("Not known here", run.summary)

    def test_the_action_stands_where_it_can_be_asked(self):
        ours = {
            self.env.ref("lot_serial_trace.action_ask_selected").id,
            self.env.ref("lot_serial_trace.action_plain_report").id,
        }

        def bound(model, user):
            actions = self.env["ir.actions.actions"].with_user(user).get_bindings(model)
            return ours & {action["id"] for action in actions.get("action", ())}

        self.assertEqual(bound("stock.lot", self.clerk), ours)
        self.assertEqual(bound("stock.lot", self.auditor), ours)
        self.assertFalse(bound("stock.lot", self.packer))
        self.assertEqual(len(bound("res.partner", self.clerk)), 1, "no report about partners")
        self.assertFalse(bound("res.users", self.clerk))
        if "mrp.production" in self.env:
            self.assertEqual(bound("mrp.production", self.clerk), ours)

    def test_what_is_typed_in(self):
        wizard = (
            self.env["trace.ask"]
            .with_user(self.clerk)
            .create(
                {
                    "numbers": " L1 \n\nSN1\n",
                    "direction": "backward",
                    "purpose": "audit",
                    "note": "asked by phone",
                }
            )
        )
        run = self.env["trace.run"].browse(wizard.action_ask()["res_id"])
        self.assertEqual(set(run.lot_ids.mapped("name")), {"L1", "SN1"})
        self.assertEqual(
            (run.purpose, run.note, run.question["direction"], run.user_id),
            ("audit", "asked by phone", "backward", self.clerk),
        )
        with self.assertRaisesRegex(UserError, "what the question is about"):
            self.env["trace.ask"].create({}).action_ask()

    def test_long_selections_are_kept_whole(self):
        lots = self.env["stock.lot"].create(
            [{"name": f"B{number}", "product_id": self.device.id} for number in range(150)]
        )
        wizard = self.selected(lots)
        self.assertFalse(wizard.lot_ids, "not 150 tags")
        self.assertIn("145", wizard.more_text)
        self.assertEqual(len(wizard._question()["lots"]), 150)

    def test_a_place_and_its_time(self):
        self.validate(self.picking("int", [(self.milk, "L1", 2)]))
        wizard = self.selected(self.shelf)
        wizard.place_to = "2020-01-01 00:00:00"
        run = self.env["trace.run"].browse(wizard.action_ask()["res_id"])
        self.assertFalse(run.lot_ids, "came later")
        self.assertIn("No lot", run.summary)
        self.assertEqual(self.lots_of(self.shelf), {"L1"})

    def test_somebody_else_answers(self):
        wizard = self.selected(self.l1, self.auditor)
        with self.assertRaisesRegex(UserError, "who is to answer"):
            wizard.action_request()
        wizard.assigned_id = self.clerk
        run = self.env["trace.run"].browse(wizard.action_request()["res_id"])
        self.assertEqual((run.state, run.assigned_id), ("requested", self.clerk))
        self.assertIn("L1", run.question_text)

    def test_the_form(self):
        with Form(self.env["trace.ask"].with_user(self.clerk)) as form:
            form.numbers = "L1"
        self.env["trace.ask"].with_user(self.auditor).get_view(view_type="form")

    def test_others_may_not(self):
        with self.assertRaises(AccessError):
            self.env["trace.ask"].with_user(self.packer)._open_for(self.l1)


@tagged("post_install", "-at_install")
class TestTraceabilityButtons(AskCase):
    """Odoo's buttons "Traceability" lead to the explorer; its report stays reachable."""

    def pressed(self, record, user):
        action = self.env.ref("stock.action_stock_report").with_user(user)
        return action.with_context(
            active_model=record._name, active_id=record.id, active_ids=record.ids
        )._get_action_dict()

    def test_to_the_explorer(self):
        for record in (self.l1, self.receipt):
            action = self.pressed(record, self.clerk)
            self.assertEqual(action["tag"], "lot_serial_trace.explorer")
            self.assertIn(self.l1.id, action["params"]["question"]["lots"])

    def test_the_report_stays(self):
        self.assertEqual(self.pressed(self.l1, self.packer)["tag"], "stock_report_generic")
        empty = self.picking("in", [(self.milk, "L9", 1)])
        empty.move_line_ids.unlink()
        self.assertEqual(self.pressed(empty, self.clerk)["tag"], "stock_report_generic")
        action = self.env.ref("lot_serial_trace.action_plain_report").with_user(self.clerk)
        plain = action.with_context(
            active_model="stock.lot", active_id=self.l1.id, active_ids=self.l1.ids
        ).run()
        self.assertEqual(plain["tag"], "stock_report_generic")
        # What Odoo's screen makes of the context of the action.
        asked = {"active_id": plain["context"]["active_id"], "model": "stock.lot"}
        report = self.env["stock.traceability.report"].with_user(self.clerk)
        self.assertTrue(report.with_context(**asked).get_lines())

    def test_other_reports_are_left_alone(self):
        action = self.env.ref("lot_serial_trace.action_trace_explorer").with_user(self.clerk)
        context = {"active_model": "stock.lot", "active_id": self.l1.id}
        self.assertNotIn(
            "question", action.with_context(**context)._get_action_dict()["params"] or {}
        )


@tagged("post_install", "-at_install")
class TestWhoGotWhat(AskCase):
    """Which lots did this customer get; which customers got this lot."""

    def delivered(self, records):
        self.env.flush_all()
        action = records.action_trace_delivered()
        rows = self.env["trace.delivery"].search(action["domain"])
        return {(row.lot_name, row.partner_id.name, row.quantity) for row in rows}

    def test_both_ways(self):
        self.assertEqual(self.delivered(self.l1), {("L1", "Customer", 3)})
        self.assertEqual(self.delivered(self.customer), {("L1", "Customer", 3)})
        self.assertFalse(self.delivered(self.supplier))
        self.assertTrue(self.customer.trace_got_lots)
        self.assertFalse(self.supplier.trace_got_lots)

    def test_at_the_addresses_of_a_company(self):
        dock = self.env["res.partner"].create({"name": "Dock", "parent_id": self.customer.id})
        self.validate(self.picking("out", [(self.device, "SN1", 1)], partner=dock))
        self.assertEqual(self.delivered(self.customer), {("L1", "Customer", 3), ("SN1", "Dock", 1)})

    def test_returns_and_corrections(self):
        back = self.picking(
            "in", [(self.milk, "L1", 1)], source=self.customers, partner=self.customer
        )
        self.validate(back)
        self.assertEqual(self.delivered(self.l1), {("L1", "Customer", 3), ("L1", "Customer", -1)})
        self.delivery.move_line_ids.quantity = 2
        self.assertEqual(self.delivered(self.l1), {("L1", "Customer", 2), ("L1", "Customer", -1)})

    def test_own_companies_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "a_stranger",
            groups="lot_serial_trace.group_trace_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.env.flush_all()
        deliveries = self.env["trace.delivery"].search([("lot_id", "=", self.l1.id)])
        self.assertTrue(deliveries)
        self.assertFalse(
            self.env["trace.delivery"].with_user(stranger).search([("id", "in", deliveries.ids)])
        )


@tagged("post_install", "-at_install")
class TestExport(AskCase, HttpCase):
    """A part of an answer as a file: complete, harmless, for who may read the answer."""

    def furnish(self):
        super().furnish()
        self.customer.write({"name": "=SUM(A1)", "phone": "+31 2"})
        self.run = self.env["trace.run"].with_user(self.auditor)._ask(self.l1, "recall")

    def export(self, part, kind):
        _name, file = self.env["trace.run.export"]._export(self.run, part, kind)
        with file:
            return file.read()

    def test_csv(self):
        rows = list(csv.reader(io.StringIO(self.export("consignee", "csv").decode("utf-8-sig"))))
        told = dict(zip(*rows, strict=True))
        self.assertEqual(told["Partner"], "'=SUM(A1)", "no spreadsheet calculates it")
        self.assertEqual((told["Quantity"], told["Phone"]), ("3.0", "'+31 2"))
        self.assertIn("When (UTC)", told)
        self.assertNotIn("Package", told, "empty in all rows")

    def test_xlsx(self):
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(self.export("path", "xlsx")))
        rows = list(book.active.iter_rows(values_only=True))
        told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        self.assertEqual([row["Step"] for row in told], ["Received", "Shipped"])
        self.assertEqual([row["Quantity"] for row in told], [10, 3])

    def test_more_rows_than_a_sheet_has(self):
        with patch("odoo.addons.lot_serial_trace.models.trace_run_export.SHEET_ROWS", 1):
            import openpyxl

            book = openpyxl.load_workbook(io.BytesIO(self.export("path", "xlsx")))
        self.assertEqual([len(list(sheet.rows)) for sheet in book], [2, 2])

    def test_an_empty_part(self):
        self.assertEqual(self.export("returned", "csv").decode("utf-8-sig").strip(), "")
        self.assertTrue(self.export("returned", "xlsx"))
        with self.assertRaises(UserError):
            self.export("gossip", "csv")
        with self.assertRaises(UserError):
            self.export("path", "exe")

    def test_download(self):
        line = self.env["trace.run.line"].with_context(
            trace_run_id=self.run.id, trace_role="consignee"
        )
        url = line.action_export_csv()["url"]
        self.env.flush_all()
        self.authenticate("a_auditor", "a_auditor")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("text/csv", answer.headers["Content-Type"])
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertIn("SUM", answer.text)
        self.authenticate("a_packer", "a_packer")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self.url_open(url.replace(str(self.run.id), "999999")).status_code, 404)
