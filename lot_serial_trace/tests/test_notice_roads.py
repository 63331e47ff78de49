import json
from email.message import EmailMessage

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .notice_case import NoticeCase, fda, page
from .soap_server import SoapServer


@tagged("post_install", "-at_install")
class TestNoticeRoads(NoticeCase):
    """Notices come by SOAP, by mail, as files and typed in, and end alike."""

    def test_soap(self):
        server = SoapServer()
        self.addCleanup(server.close)
        server.queue["N1"] = ("n1.json", json.dumps(page(fda())).encode())
        server.queue["N2"] = ("n2.json", b"<cut")
        feed = self.feeds.create(
            {
                "name": "Hub",
                "road": "soap",
                "source": "openfda_food",
                "soap_wsdl": server.wsdl,
                "soap_operation": "Fetch",
                "soap_arguments": "Customer=C-{user}\nWindow.Since={since_date}",
                "soap_ack_operation": "Acknowledge",
                "soap_ack_arguments": "Id={id}",
                "soap_documents_path": "Document",
                "soap_content_path": "Content",
                "soap_name_path": "FileName",
                "soap_key_path": "Id",
                "user_name": "shop",
            }
        )
        self.poll(feed)
        self.assertFalse(feed.last_error)
        self.assertEqual(server.acknowledged, ["N1", "N2"], "it is kept here now")
        self.assertIn(">C-shop<", server.requests[0])
        self.assertEqual(self.notice().feed_id, feed)
        self.assertEqual(self.notice().state, "review")
        arrivals = self.env["trace.notice.arrival"].search([("feed_id", "=", feed.id)])
        self.assertEqual(set(arrivals.mapped("state")), {"done", "parked"})

    # -- mail -----------------------------------------------------------------

    def send(self, body, *files, subject="Recall of Zorbel Starfire Nectar 250 g"):
        domain = self.env["mail.alias.domain"].create(
            {"name": "rn.example.com", "bounce_alias": "b.rn", "catchall_alias": "c.rn"}
        )
        self.env.company.alias_domain_id = domain
        self.feeds.create({"name": "Mail", "road": "mail", "alias_name": "recall-notices"})
        message = EmailMessage()
        message["From"], message["To"] = "QA <qa@maker.example>", "recall-notices@rn.example.com"
        message["Subject"], message["Message-Id"] = subject, "<77@maker.example>"
        message.set_content(body)
        for name, kind, data in files:
            main, sub = kind.split("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=name)
        self.env["mail.thread"].message_process(None, message.as_bytes())

    def test_a_mail_that_says_it_in_words(self):
        self.send("Please send back lots HX221 and HX225 of the honey, UPC 0 12345 67890 5.")
        notice = self.notice("<77@maker.example>")
        self.assertEqual(notice.title, "Recall of Zorbel Starfire Nectar 250 g")
        self.assertEqual(self.proposed(notice), ["HX221", "HX225"])
        self.assertEqual(notice.firms, "QA")

    def test_a_mail_with_a_table(self):
        table = b"number,title,gtin,lot\nR-5,Honey,012345678905,HX224\n"
        self.send(
            "See attached", ("r.csv", "text/csv", table), ("a.pdf", "application/pdf", b"%PDF-")
        )
        notice = self.notice("R-5")
        self.assertEqual((notice.source, self.proposed(notice)), ("generic", ["HX224"]))

    # -- files and typing -----------------------------------------------------

    def test_upload(self):
        files = self.env["ir.attachment"].create(
            [
                {"name": "fda.json", "raw": json.dumps(page(fda())).encode()},
                {"name": "logo.png", "raw": b"\x89PNG\0\0\0"},
            ]
        )
        self.env["trace.notice.upload"].create({"attachment_ids": files.ids}).action_upload()
        self.assertEqual((self.notice().source, self.notice().state), ("openfda_food", "review"))
        parked = self.env["trace.notice.arrival"].search([("name", "=", "logo.png")])
        self.assertEqual(parked.state, "parked")
        self.assertIn("neither JSON, XML nor a table", parked.error)
        self.assertTrue(parked.attachment_id)

    def test_typing_in(self):
        dialog = self.env["trace.notice.type"].create(
            {
                "title": "Glass in honey",
                "authority": "County",
                "number": "C-1",
                "severity_class": "II",
                "gtin": "0 12345 67890 5",
                "lot": "HX220 to HX222, best by 08/2030",
                "hazard": "Cuts",
            }
        )
        notice = self.notices.browse(dialog.action_take()["res_id"])
        self.assertEqual((notice.source, notice.severity_class), ("typed", "II"))
        self.assertEqual(self.proposed(notice), ["HX221"])
        original = json.loads(notice.version_ids.arrival_id.attachment_id.raw)
        self.assertEqual(original["hazard"], "Cuts")

    def test_who_may_bring_notices(self):
        worker = self.env["res.users"].create(
            {
                "name": "W",
                "login": "w-notice",
                "group_ids": [(4, self.env.ref("lot_serial_trace.group_trace_user").id)],
            }
        )
        with self.assertRaises(AccessError):
            self.env["trace.notice.type"].with_user(worker).create({"title": "x"})
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(UserError):
            self.notices.with_user(admin).create({"title": "forged", "source": "typed"})

    def test_nothing_is_forged(self):
        self.serve(fda())
        self.poll()
        admin = self.env.ref("base.user_admin")
        notice = self.notice().with_user(admin)
        for vals in ({"state": "clear"}, {"title": "other"}, {"sha256": "0"}):
            with self.assertRaises(UserError):
                notice.write(vals)
        with self.assertRaises(UserError):
            notice.match_ids[:1].write({"state": "confirmed"})
        with self.assertRaises(AccessError):
            notice.unlink()
        notice.user_id = admin
