from email.message import EmailMessage
from email.mime.application import MIMEApplication

from odoo.tests import tagged

from .asn_case import AsnCase
from .test_asn_exchange import zipped

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@tagged("post_install", "-at_install")
class TestAsnMail(AsnCase):
    """Real mails through Odoo's gateway: files become arrivals byte by byte, nothing bounces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create(
            {"name": "asn.example.com", "bounce_alias": "b.asn", "catchall_alias": "c.asn"}
        )
        cls.env.company.alias_domain_id = domain
        cls.supplier.email = "edi@supplier.example"
        cls.channel = cls.env["trace.asn.channel"].create(
            {"name": "Notices", "kind": "mail", "alias_name": "notices"}
        )

    def mail(self, *files, sender="EDI <edi@supplier.example>", body="See attached.", **headers):
        """A mail as a supplier's machine writes it; ``files`` are (name, type, bytes)."""
        message = EmailMessage()
        message["From"], message["To"] = sender, "notices@asn.example.com"
        message["Subject"] = headers.pop("subject", "Shipping notice")
        self.__class__.count = getattr(self, "count", 0) + 1
        message["Message-Id"] = f"<{self.count}@supplier.example>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        for name, kind, data in files:
            main, sub = kind.split("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=name)
        return message

    def send(self, message):
        """Hand a mail to the gateway; returns its arrival."""
        data = message if isinstance(message, bytes) else message.as_bytes()
        res_id = self.env["mail.thread"].message_process(None, data)
        return self.env["trace.asn.exchange"].browse(res_id)

    def sent(self):
        """Mails that went out to the supplier."""
        return self.env["mail.mail"].sudo().search([("email_to", "ilike", "supplier.example")])

    def test_address(self):
        self.assertEqual(self.channel.alias_email, "notices@asn.example.com")
        self.assertEqual(self.channel.alias_id.alias_contact, "everyone")

    def test_one_notice(self):
        data = self.document(self.devices("S1"))
        mail = self.send(self.mail(("n.xml", "application/xml", data)))
        self.assertEqual((mail.kind, mail.state, mail.road), ("mail", "done", "mail"))
        self.assertEqual((mail.name, mail.channel_id), ("Shipping notice", self.channel))
        self.assertEqual(mail.sender, '"EDI" <edi@supplier.example>')
        self.assertTrue(mail.reference)
        file = mail.child_ids
        self.assertEqual((file.name, file.attachment_id.raw), ("n.xml", data))
        self.assertEqual(file.asn_ids.state, "expected")
        self.assertEqual(file.asn_ids.channel, "mail")
        self.assertIn("See attached.", mail.message_ids.filtered("body")[-1].body)
        self.assertFalse(self.sent())

    def test_text_types_keep_their_bytes(self):
        """Odoo's gateway would read this as UTF-8 and put replacement characters."""
        text = self.document(self.devices("S1")).decode().replace("Somebody", "Käserei Çelik")
        data = text.replace("UTF-8", "ISO-8859-1", 1).encode("iso-8859-1")
        for number, kind in enumerate(("text/xml", "text/plain", "application/octet-stream")):
            with self.subTest(kind):
                this = data.replace(b"LS-1", b"T-%d" % number)
                message = self.mail()
                part = MIMEApplication(this)
                part.replace_header("Content-Type", kind)
                part.add_header("Content-Disposition", "attachment", filename="n.xml")
                message.make_mixed()
                message.attach(part)
                file = self.send(message.as_bytes()).child_ids
                self.assertEqual(file.attachment_id.raw, this)
                self.assertEqual(file.asn_ids.supplier_name, "Käserei Çelik")

    def test_several_files_an_archive_and_what_comes_along(self):
        files = [
            ("logo.png", "image/png", PNG),
            ("a.xml", "application/xml", self.document(self.devices("S1"), number="A")),
            (
                "b.zip",
                "application/zip",
                zipped(**{"c.xml": self.document(self.devices("S2"), number="C")}),
            ),
            ("delivery.pdf", "application/pdf", b"%PDF-1.4 delivery note"),
            ("smime.p7s", "application/pkcs7-signature", b"\x30\x80"),
        ]
        mail = self.send(self.mail(*files))
        self.assertEqual(mail.state, "done")
        self.assertEqual(sorted(mail.child_ids.mapped("name")), ["a.xml", "b.zip"])
        self.assertEqual(len(mail.message_ids.attachment_ids), 5, "all is kept on the message")
        self.assertEqual(mail.child_ids.child_ids.asn_ids.name, "C")

    def test_tables_are_not_taken_for_pictures(self):
        """An .xls begins as Word files do, and a table may begin with BM as bitmaps do."""
        self.assertFalse(self.env["trace.asn.exchange"]._is_aside("a.xls", b"\xd0\xcf\x11\xe0" * 9))
        self.assertFalse(self.env["trace.asn.exchange"]._is_aside("b.csv", b"BM no;SKU;Qty\n1;A;2"))
        bitmap = b"BM\n\x01\x00\x00\x00\x00\x00\x006\x00"
        self.assertTrue(self.env["trace.asn.exchange"]._is_aside("c.bin", bitmap))

    def test_one_bad_file_of_two(self):
        good = ("a.xml", "application/xml", self.document(self.devices("S1")))
        mail = self.send(self.mail(good, ("b.csv", "text/csv", b"\x00\x01")))
        self.assertEqual(mail.state, "parked")
        self.assertEqual(sorted(mail.child_ids.mapped("state")), ["done", "parked"])
        self.assertEqual(self.channel.parked_count, 1)
        self.assertEqual(self.channel.exchange_count, 3)

    def test_a_mail_without_a_notice_is_parked_with_its_reason(self):
        mail = self.send(self.mail(("delivery.pdf", "application/pdf", b"%PDF-1.4")))
        self.assertEqual((mail.state, mail.child_ids.ids), ("parked", []))
        self.assertIn("delivery.pdf", mail.error)
        self.assertEqual(self.kinds(mail), ["asn_unreadable"])
        mail._dismiss("a delivery note on paper")
        self.assertEqual((mail.state, self.kinds(mail)), ("dismissed", []))

    def test_the_mail_is_the_notice(self):
        data = self.document(self.devices("S1"))
        head = b"From: edi@supplier.example\nTo: notices@asn.example.com\nMessage-Id: <%s>\n"
        for number, kind in enumerate((b"text/xml", b"application/xml", b"text/plain")):
            with self.subTest(kind):
                this = data.replace(b"LS-1", b"B-%d" % number)
                mail = self.send(head % b"b%d@x" % number + b"Content-Type: %s\n\n" % kind + this)
                self.assertEqual((mail.state, mail.asn_count), ("done", 1))

    def test_the_same_mail_and_the_same_file_again(self):
        file = ("n.xml", "application/xml", self.document(self.devices("S1")))
        message = self.mail(file)
        first = self.send(message)
        self.assertFalse(self.send(message), "the gateway knows the Message-Id")
        again = self.send(self.mail(file))
        self.assertEqual((again.state, again._notices()), ("again", first._notices()))

    # -- senders --------------------------------------------------------------

    def test_strangers_are_kept_unread_and_not_answered(self):
        self.channel.reply_on_refusal = True
        file = ("n.xml", "application/xml", self.document(self.devices("S1")))
        mail = self.send(self.mail(file, sender="who@elsewhere.example"))
        self.assertEqual((mail.state, mail.child_ids.state), ("parked", "parked"))
        self.assertIn("may not send notices", mail.child_ids.error)
        self.assertFalse(mail.child_ids.asn_ids)
        self.assertEqual(mail.child_ids.tries, 0)
        self.assertFalse(self.env["mail.mail"].sudo().search([("email_to", "ilike", "elsewhere")]))
        mail.child_ids.action_read_again()
        self.assertEqual((mail.state, mail.child_ids.asn_ids.state), ("done", "expected"))

    def test_listed_senders(self):
        self.channel.write({"sender_policy": "listed", "senders": "a@b.example\n@SUPPLIER.example"})
        accepts = self.channel._accepts_sender
        self.assertTrue(accepts("Anybody <x@supplier.example>"))
        self.assertTrue(accepts("A@B.example"))
        self.assertFalse(accepts("x@b.example"))
        self.assertFalse(accepts("x@notsupplier.example"))
        self.assertFalse(accepts("nonsense"))
        self.channel.sender_policy = "anyone"
        self.assertTrue(accepts("x@b.example"))

    def test_a_known_sender_is_told_if_wanted(self):
        bad = ("n.xml", "application/xml", b"<cut trt")
        self.send(self.mail(bad))
        self.assertFalse(self.sent(), "not asked for")
        self.channel.reply_on_refusal = True
        mail = self.send(self.mail(("n2.xml", "application/xml", b"<cut off trt")))
        answer = self.sent()
        self.assertIn("Not read: Shipping notice", answer.subject)
        self.assertIn("n2.xml: The XML is damaged", answer.body_html)
        self.assertIn("auto-replied", answer.headers)
        self.assertEqual(answer.references, mail.reference)

    def test_machines_are_not_answered(self):
        self.channel.reply_on_refusal = True
        bad = ("n.xml", "application/xml", b"<cut trt")
        mail = self.send(self.mail(bad, Auto_Submitted="auto-generated"))
        self.assertEqual(mail.state, "parked")
        self.assertFalse(self.sent())

    def test_a_corrected_file_in_the_answer(self):
        mail = self.send(self.mail(("n.xml", "application/xml", b"<cut trt")))
        answer = self.mail(
            ("n.xml", "application/xml", self.document(self.devices("S1"))),
            In_Reply_To=mail.reference,
            References=mail.reference,
        )
        self.assertEqual(self.send(answer), mail, "it is on the thread")
        later = self.env["trace.asn.exchange"].search([("kind", "=", "mail")], limit=1)
        self.assertNotEqual(later, mail)
        self.assertEqual((later.state, later.asn_count), ("done", 1))

    def test_many_mails_of_one_supplier_are_no_loop(self):
        for number in range(23):
            data = self.document(self.devices(f"S{number}"), number=f"M{number}")
            self.assertEqual(self.send(self.mail(("n.xml", "application/xml", data))).state, "done")

    def test_the_channels_supplier_and_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        supplier = self.env["res.partner"].create({"name": "Nameless"})
        self.channel.write(
            {"company_id": other.id, "partner_id": supplier.id, "sender_policy": "anyone"}
        )
        self.env["mail.alias.domain"].search([("name", "=", "asn.example.com")]).company_ids = [
            (4, other.id)
        ]
        other.alias_domain_id = self.env.company.alias_domain_id
        self.channel.alias_domain_id = self.env.company.alias_domain_id
        data = self.document(self.devices("S1"), gln="", supplier="Who Knows")
        mail = self.send(self.mail(("n.xml", "application/xml", data)))
        asn = mail.child_ids.asn_ids
        self.assertEqual((mail.company_id, asn.company_id), (other, other))
        self.assertEqual((asn.partner_id, asn.partner_by), (supplier, "channel"))

    # -- limits ---------------------------------------------------------------

    def test_size_and_format(self):
        self.channel.write({"max_megabytes": 0.001, "formats": "ubl"})
        data = self.document(self.devices(*(f"S{n}" for n in range(60))))
        mail = self.send(self.mail(("n.xml", "application/xml", data)))
        self.assertIn("at most 1048 are read", mail.child_ids.error)
        self.channel.write({"max_megabytes": 1, "formats": "edifact, x12"})
        mail.action_read_again()
        self.assertIn("This is ubl, but the channel takes only", mail.child_ids.error)
        self.channel.formats = " UBL "
        mail.action_read_again()
        self.assertEqual((mail.state, mail.child_ids.state), ("done", "done"))
