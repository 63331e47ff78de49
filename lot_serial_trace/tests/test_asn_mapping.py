from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .asn_case import GLN, GTIN, OUR_MILK, AsnCase


def table(*rows):
    """Bytes of a CSV file."""
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


@tagged("post_install", "-at_install")
class TestAsnTables(AsnCase):
    """Tables are read by their headers; where those say nothing, a person says it once."""

    HEAD = ("Wer", "Was", "Davon", "Bis wann")

    def strange(self, *numbers, head=HEAD):
        """A table that nobody can read by its header."""
        return table(head, *[(OUR_MILK, number, 10, "02/03/2027") for number in numbers])

    def arrive(self, data, name="liste.csv"):
        return self.env["trace.asn.exchange"]._arrive(data, name)

    def map(self, exchange, **values):
        """Answer the dialog and return what it opens."""
        action = exchange.action_map_columns()
        wizard = Form(self.env["trace.asn.mapping.wizard"].with_context(**action["context"])).save()
        for line, name in zip(
            wizard.line_ids, ("buyer_code", "lot", "quantity", "expiry"), strict=True
        ):
            line.field = name
        wizard.write({"date_order": "mdy", "order_name": self.order.name, **values})
        return wizard.action_save()

    def test_table_with_known_headers_is_read_and_matched(self):
        data = table(
            ("Lieferant GLN", GLN),
            ("Lieferschein", "Bestellung", "EAN", "Menge", "Seriennummer"),
            ("LS-77", self.order.name, GTIN, 2, "SN1-SN2"),
        )
        exchange = self.arrive(data)
        self.assertEqual(exchange.state, "done")
        asn = exchange.asn_ids
        self.assertEqual((asn.name, asn.format), ("LS-77", "table"))
        self.assertEqual(asn.line_ids.product_id, self.device)
        self.assertEqual(asn.picking_ids, self.receipt)
        self.assertEqual(asn.unit_ids.mapped("serial"), ["SN1", "SN2"])

    def test_unknown_columns_are_parked_and_mapped(self):
        exchange = self.arrive(self.strange("L1", "L2"))
        self.assertEqual(exchange.state, "parked")
        self.env.invalidate_all()
        # as the web client reads it, which asks for sizes instead of contents
        seen = exchange.with_context(bin_size=True).read(["is_table", "preview"])[0]
        self.assertTrue(seen["is_table"])
        self.assertIn("Bis wann", seen["preview"])
        self.assertIn("Bis wann", exchange.error)
        self.assertIn("Map Columns", exchange.remedy)
        action = self.map(exchange, partner_id=self.supplier.id)
        self.assertEqual(exchange.state, "done")
        self.assertFalse(exchange.is_table)
        asn = exchange.asn_ids
        self.assertEqual((action["res_model"], action["res_id"]), ("trace.asn", asn.id))
        self.assertEqual(asn.line_ids.product_id, self.milk)
        self.assertEqual(
            [(unit.lot, unit.quantity, str(unit.expiry)) for unit in asn.unit_ids],
            [("L1", 10, "2027-02-03"), ("L2", 10, "2027-02-03")],
        )
        self.assertEqual((asn.partner_id, asn.picking_ids), (self.supplier, self.receipt))
        later = self.arrive(self.strange("L3"), "morgen.csv")
        self.assertEqual(later.asn_ids.unit_ids.lot, "L3")

    def test_dialog_proposes_and_shows_the_first_rows(self):
        exchange = self.arrive(self.strange("L1", "L2", head=("Wer", "Lot", "Davon", "Bis")))
        wizard = self.env["trace.asn.mapping.wizard"].with_context(
            default_attachment_id=exchange.attachment_id.id
        )
        values = wizard.default_get(list(wizard._fields))
        lines = [line for _command, _id, line in values["line_ids"]]
        self.assertEqual([line["header"] for line in lines], ["Wer", "Lot", "Davon", "Bis"])
        self.assertEqual([line["field"] for line in lines], [False, "lot", False, "expiry"])
        self.assertEqual(lines[1]["sample"], "L1 | L2")

    def test_answer_is_changed_not_doubled(self):
        exchange = self.arrive(self.strange("L1"))
        self.map(exchange, name="First")
        action = self.env["trace.asn.mapping.wizard"].with_context(
            default_attachment_id=exchange.attachment_id.id
        )
        wizard = Form(action).save()
        self.assertEqual((wizard.name, wizard.date_order), ("First", "mdy"))
        self.assertEqual(
            wizard.line_ids.mapped("field"), ["buyer_code", "lot", "quantity", "expiry"]
        )
        wizard.date_order = "dmy"
        wizard.action_save()
        (mapping,) = self.env["trace.asn.mapping"].search([])
        self.assertEqual(mapping.date_order, "dmy")
        later = self.arrive(self.strange("L9"))
        self.assertEqual(str(later.asn_ids.unit_ids.expiry), "2027-03-02")

    def test_table_without_header(self):
        exchange = self.arrive(table((OUR_MILK, "L1", 5, "x"), (OUR_MILK, "L2", 6, "y")))
        self.assertEqual(exchange.state, "parked")
        action = exchange.action_map_columns()
        wizard = Form(self.env["trace.asn.mapping.wizard"].with_context(**action["context"])).save()
        for line, name in zip(
            wizard.line_ids, ("buyer_code", "lot", "quantity", "ignore"), strict=True
        ):
            line.field = name
        wizard.write({"has_header": False, "order_name": self.order.name})
        wizard.action_save()
        self.assertEqual(exchange.asn_ids.unit_ids.mapped("lot"), ["L1", "L2"])

    def test_answer_that_says_nothing_is_refused(self):
        exchange = self.arrive(self.strange("L1"))
        action = exchange.action_map_columns()
        wizard = Form(self.env["trace.asn.mapping.wizard"].with_context(**action["context"])).save()
        wizard.line_ids.field = False
        with self.assertRaisesRegex(UserError, "lot, the serial number or the quantity"):
            wizard.action_save()
        wizard.line_ids[1].field = "lot"
        with self.assertRaisesRegex(UserError, "names the product"):
            wizard.action_save()
        self.assertEqual(exchange.state, "parked")

    def test_two_answers_for_one_header_are_refused(self):
        self.map(self.arrive(self.strange("L1")))
        mapping = self.env["trace.asn.mapping"].search([])
        with self.assertRaisesRegex(ValidationError, "same header"):
            mapping.copy()

    def test_mappings_are_of_one_company(self):
        self.map(self.arrive(self.strange("L1")))
        other = self.env["res.company"].create({"name": "Other Company"})
        self.assertEqual(len(self.env["trace.asn.mapping"]._core_mappings(self.env.company)), 1)
        self.assertFalse(self.env["trace.asn.mapping"]._core_mappings(other))
        stranger = new_test_user(
            self.env,
            "mapping stranger",
            groups="lot_serial_trace.group_trace_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["trace.asn.mapping"].with_user(stranger).search([]))
        self.assertFalse(self.env["trace.asn.mapping.line"].with_user(stranger).search([]))

    def test_a_warehouse_user_maps_an_auditor_does_not(self):
        exchange = self.arrive(self.strange("L1"))
        auditor = new_test_user(
            self.env, "mapping auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        with self.assertRaises(AccessError):
            self.env["trace.asn.mapping.wizard"].with_user(auditor).create({})
        user = new_test_user(self.env, "mapping user", groups="lot_serial_trace.group_trace_user")
        self.env = self.env(user=user)
        self.map(exchange.with_user(user))
        self.assertEqual(exchange.state, "done")

    def test_other_files_have_no_columns(self):
        exchange = self.arrive(b"%PDF-1.4 \n a,b,c\n d,e,f\n")
        self.assertEqual((exchange.state, exchange.is_table), ("parked", False))
