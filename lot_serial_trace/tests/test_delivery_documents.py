import csv
import io

import pypdfium2

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..core import asn
from .common import TraceCase

SSCC = "395212340000000014"


@tagged("post_install", "-at_install")
class TestDeliveryDocuments(TraceCase):
    """Customers get what they need to take goods in: certificate, list and shipping notice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "UTC"
        cls.customer.write({"email": "customer@example.com", "lang": "en_US"})

    def delivered(self, *units, **values):
        """A done delivery of units that come from a supplier."""
        self.receive(*units)
        delivery = self.picking("out", list(units), **values)
        package = delivery.action_put_in_pack()
        package.name = SSCC
        self.validate(delivery)
        return delivery

    def notice(self, delivery):
        """The shipping notice, as our own reader reads it."""
        _name, content, _kind = delivery._trace_document("notice")
        (advice,) = asn.read(content, "notice.xml")
        return advice

    def rows(self, delivery):
        """The list of contents, as a spreadsheet reads it."""
        _name, content, _kind = delivery._trace_document("list")
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    def test_the_notice_tells_every_unit(self):
        delivery = self.delivered(
            (self.device, "S1", 1), (self.device, "S2", 1), (self.milk, "L1", 12)
        )
        advice = self.notice(delivery)
        self.assertEqual(advice.number, delivery.name)
        self.assertFalse(advice.flaws)
        found = {
            (line.name, unit.number, float(unit.quantity), advice.packages[unit.package].sscc)
            for line in advice.lines
            for unit in line.units
        }
        self.assertEqual(
            found, {("Device", "S1", 1, SSCC), ("Device", "S2", 1, SSCC), ("Milk", "L1", 12, SSCC)}
        )
        expiry = self.lot(self.milk, "L1").expiration_date.date()
        milk = next(line for line in advice.lines if line.name == "Milk")
        self.assertEqual(milk.units[0].expiry, expiry)

    def test_the_customers_own_order_number_is_told(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "client_order_ref": "PO-77",
                "warehouse_id": self.warehouse.id,
                "order_line": [(0, 0, {"product_id": self.device.id, "product_uom_qty": 1})],
            }
        )
        self.receive((self.device, "S1", 1))
        order.action_confirm()
        delivery = order.picking_ids
        delivery.move_ids.picked = True
        self.validate(delivery)
        advice = self.notice(delivery)
        self.assertEqual(advice.orders, ["PO-77"])
        (row,) = self.rows(delivery)
        self.assertEqual((row["Your order"], row["Our order"]), ("PO-77", order.name))

    def test_numbers_are_those_of_the_day_of_the_shipment(self):
        delivery = self.delivered((self.device, "S1", 1))
        self.lot(self.device, "S1").name = "RENAMED"
        self.assertEqual(self.rows(delivery)[0]["Serial"], "S1")

    def test_the_list_tells_where_goods_came_from(self):
        delivery = self.delivered((self.milk, "L1", 12))
        (row,) = self.rows(delivery)
        self.assertEqual(row["Origin"], "Supplier")
        self.assertEqual((row["Lot"], row["Quantity"], row["Packages"]), ("L1", "12", SSCC))

    def test_inner_packages_are_told_with_what_is_around_them(self):
        self.receive((self.device, "S1", 1))
        delivery = self.picking("out", [(self.device, "S1", 1)])
        box = delivery.action_put_in_pack()
        pallet = self.env["stock.package"].create({"name": SSCC})
        box.package_dest_id = pallet
        self.assertEqual(self.rows(delivery)[0]["Packages"], f"{SSCC} > {box.name}")
        self.validate(delivery)
        self.assertEqual(self.rows(delivery)[0]["Packages"], f"{SSCC} > {box.name}")
        self.assertEqual(self.notice(delivery).packages[0].sscc, SSCC)

    def test_the_certificate_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.device.with_context(lang="fr_FR").name = "Appareil"
        self.customer.lang = "fr_FR"
        delivery = self.delivered((self.device, "S1", 1))
        _name, content, _kind = delivery._trace_document("certificate")
        page = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded()
        self.assertIn("Appareil", page)
        self.assertIn("S1", page)
        self.assertIn(SSCC, page)

    def test_documents_are_kept_once(self):
        delivery = self.delivered((self.device, "S1", 1))
        for _time in range(2):
            for button in ("certificate", "contents_list", "notice"):
                getattr(delivery, f"action_trace_{button}")()
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", delivery.id)]
        )
        self.assertEqual(
            sorted(name.rsplit("-", 1)[-1] for name in kept.mapped("name")),
            ["advice.xml", "contents.csv", "contents.pdf"],
        )

    def test_what_was_not_sent_is_not_announced(self):
        self.receive((self.device, "S1", 1))
        with self.assertRaisesRegex(UserError, "not done yet"):
            self.picking("out", [(self.device, "S1", 1)]).action_trace_notice()

    def test_nobody_gets_a_notice_who_did_not_ask(self):
        delivery = self.delivered((self.device, "S1", 1))
        self.assertFalse(self.sent(delivery))
        self.assertFalse(self.attached(delivery))

    def test_a_notice_is_attached_or_mailed_by_itself(self):
        self.customer.trace_shipping_notice = "attach"
        delivery = self.delivered((self.device, "S1", 1))
        self.assertTrue(self.attached(delivery))
        self.assertFalse(self.sent(delivery))
        self.customer.trace_shipping_notice = "mail"
        self.receive((self.device, "S2", 1))
        other = self.picking("out", [(self.device, "S2", 1)])
        self.validate(other)
        mail = self.sent(other)
        self.assertEqual(mail.attachment_ids, self.attached(other))
        self.assertIn(self.customer, mail.recipient_ids)

    def test_goods_do_not_wait_for_a_notice(self):
        """Whatever goes wrong, the delivery is done and says what is missing."""
        self.customer.trace_shipping_notice = "mail"
        self.env.ref("lot_serial_trace.mail_shipping_notice").unlink()
        self.receive((self.device, "S1", 1))
        delivery = self.picking("out", [(self.device, "S1", 1)])
        with mute_logger("odoo.addons.lot_serial_trace.models.stock_picking_documents"):
            self.validate(delivery)
        self.assertEqual(delivery.state, "done")
        self.assertIn("could not be made", str(delivery.message_ids.mapped("body")))

    def test_the_setting_of_a_company_holds_for_its_addresses(self):
        shop = self.env["res.partner"].create({"name": "Shop", "parent_id": self.customer.id})
        self.customer.trace_shipping_notice = "mail"
        self.assertEqual(shop._trace_shipping_notice(), "mail")
        shop.trace_shipping_notice = "never"
        self.assertEqual(shop._trace_shipping_notice(), "never")

    def test_all_goes_out_with_one_mail(self):
        delivery = self.delivered((self.device, "S1", 1))
        context = delivery.action_trace_send_documents()["context"]
        self.assertEqual(len(context["default_attachment_ids"]), 3)

    def test_many_units_take_no_more_queries_than_few(self):
        delivery = self.delivered(*((self.device, f"S{i:03}", 1) for i in range(100)))
        self.env.invalidate_all()
        with self.assertQueryCount(35):
            self.assertEqual(len(self.env["trace.shipment"]._shipment(delivery).units), 100)

    def test_another_company_sees_nothing(self):
        delivery = self.delivered((self.device, "S1", 1))
        other = self.env["res.company"].create({"name": "Other"})
        user = self.env["res.users"].create(
            {
                "name": "Other",
                "login": "lb-other",
                "company_id": other.id,
                "company_ids": [(6, 0, other.ids)],
                "group_ids": [(6, 0, [self.env.ref("stock.group_stock_user").id])],
            }
        )
        with self.assertRaises(AccessError):
            delivery.with_user(user).with_company(other)._trace_document("list")

    def sent(self, delivery):
        return self.env["mail.mail"].search(
            [("model", "=", "stock.picking"), ("res_id", "=", delivery.id)]
        )

    def attached(self, delivery):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "stock.picking"),
                ("res_id", "=", delivery.id),
                ("name", "like", "despatch-advice.xml"),
            ]
        )


@tagged("post_install", "-at_install")
class TestPortalContents(HttpCase, TraceCase):
    """A customer with the link to his order finds there what was in the delivery."""

    def test_the_link_of_the_order_opens_the_certificate(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [(0, 0, {"product_id": self.device.id, "product_uom_qty": 1})],
            }
        )
        self.receive((self.device, "S1", 1))
        order.action_confirm()
        delivery = order.picking_ids
        path = f"/my/picking/contents/{delivery.id}"
        token = order._portal_ensure_token()
        self.assertEqual(self.url_open(f"{path}?access_token={token}").status_code, 404)
        delivery.move_ids.picked = True
        self.validate(delivery)
        answer = self.url_open(f"{path}?access_token={token}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(self.url_open(f"{path}?access_token=wrong").status_code, 404)
