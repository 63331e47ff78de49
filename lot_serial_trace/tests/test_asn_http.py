from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .asn_case import AsnCase
from .test_asn_exchange import zipped


@tagged("post_install", "-at_install")
class TestAsnHttp(AsnCase, HttpCase):
    """A supplier's machine posts files to /trace/asn and is told by status and JSON."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = new_test_user(
            cls.env, "edi_machine", groups="lot_serial_trace.group_trace_user"
        )
        cls.channel = cls.env["trace.asn.channel"].create(
            {"name": "Machines", "kind": "http", "user_ids": [(6, 0, cls.machine.ids)]}
        )

    def key(self, user):
        keys = self.env["res.users.apikeys"].with_user(user)
        return keys._generate(None, "asn", fields.Datetime.now() + timedelta(days=1))

    def post(self, data=None, user=None, query="", headers=None, files=None):
        sent = {"Authorization": f"Bearer {self.key(user or self.machine)}"}
        if not files:
            sent["Content-Type"] = "application/xml"
        return self.url_open(
            f"/trace/asn{query}", data=data, files=files, headers={**sent, **(headers or {})}
        )

    def exchange(self, answer):
        return self.env["trace.asn.exchange"].browse(answer.json()["exchange"])

    def test_created_and_again(self):
        data = self.document(self.devices("S1"))
        answer = self.post(data, query="?name=n.xml", headers={"X-Request-Id": "r-1"})
        self.assertEqual(answer.status_code, 201, answer.text)
        told = answer.json()
        self.assertEqual((told["number"], told["state"]), ("LS-1", "expected"))
        self.assertEqual(told["notices"][0]["id"], told["id"])
        exchange = self.exchange(answer)
        self.assertEqual(exchange.attachment_id.raw, data)
        self.assertEqual((exchange.name, exchange.road), ("n.xml", "http"))
        self.assertEqual((exchange.sender, exchange.reference), ("edi_machine", "r-1"))
        self.assertEqual((exchange.channel_id, exchange.create_uid), (self.channel, self.machine))
        self.assertTrue(exchange.remote_address)
        again = self.post(data)
        self.assertEqual(again.status_code, 200)
        self.assertEqual((again.json()["id"], again.json()["duplicate"]), (told["id"], True))

    def test_name_of_the_file(self):
        disposition = {"Content-Disposition": 'attachment; filename="ls 1.xml"'}
        answer = self.post(self.document(self.devices("S1")), headers=disposition)
        self.assertEqual(self.exchange(answer).name, "ls 1.xml")

    def test_what_is_refused_is_kept(self):
        for data, status, code in (
            (self.document(self.devices("S1"))[:-30], 422, "damaged"),
            (b"%PDF-1.4", 415, "PDF"),
            (b"<Invoice/>", 415, "not a shipping notice"),
            (b"PK\x03\x04 cut", 422, "archive"),
        ):
            with self.subTest(code):
                answer = self.post(data)
                self.assertEqual(answer.status_code, status, answer.text)
                self.assertIn(code, answer.json()["error"])
                (finding,) = answer.json()["findings"]
                self.assertTrue(finding["message"] and finding["remedy"])
                exchange = self.exchange(answer)
                self.assertEqual((exchange.state, exchange.attachment_id.raw), ("parked", data))
                self.assertEqual(self.post(data).status_code, status, "again the same answer")

    def test_flaws_are_told(self):
        answer = self.post(self.document(self.devices("S1", "S1"), order="NOPE"))
        self.assertEqual(answer.status_code, 201)
        codes = {finding["code"]: finding for finding in answer.json()["findings"]}
        self.assertLessEqual({"duplicate_serial", "asn_no_order"}, set(codes))
        self.assertTrue(codes["duplicate_serial"]["line"])

    def test_several_files(self):
        files = [
            ("a", ("a.xml", self.document(self.devices("S1"), number="A"))),
            ("b", ("b.xml", self.document(self.devices("S2"), number="B"))),
        ]
        answer = self.post(files=files)
        self.assertEqual(answer.status_code, 201, answer.text)
        numbers = [file["number"] for file in answer.json()["files"]]
        self.assertEqual(numbers, ["A", "B"])
        answer = self.post(files=[*files, ("c", ("c.xml", b"<cut trt"))])
        self.assertEqual(answer.status_code, 422)
        states = [file["state"] for file in answer.json()["files"]]
        self.assertEqual(states, ["expected", "expected", "parked"])

    def test_an_archive(self):
        data = zipped(
            **{"a.xml": self.document(self.devices("S1"), number="A"), "b.xml": b"<cut trt"}
        )
        answer = self.post(data)
        self.assertEqual(answer.status_code, 422)
        self.assertEqual([notice["number"] for notice in answer.json()["notices"]], ["A"])
        self.assertIn("damaged", answer.json()["error"])
        data = zipped(**{"again.xml": b"<cut trt", "c.xml": self.document(self.devices("S3"))})
        answer = self.post(data)
        self.assertEqual(answer.status_code, 422, "the file is parked still")
        self.assertIn("damaged", answer.json()["error"])

    def test_nothing_is_kept_of(self):
        count = self.env["trace.asn.exchange"].search_count([])
        data = self.document(self.devices("S1"))
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.post(b"a=b", headers=form)
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, "no_file"))
        self.assertIn("application/octet-stream", answer.json()["error"])
        self.channel.max_megabytes = 0.001
        self.assertEqual(self.post(data).status_code, 413)
        auditor = new_test_user(
            self.env, "edi_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        answer = self.post(data, user=auditor)
        self.assertEqual((answer.status_code, answer.json()["code"]), (403, "forbidden"))
        wrong = self.url_open(
            "/trace/asn", data=data, headers={"Authorization": "Bearer 0123456789"}
        )
        self.assertEqual(wrong.status_code, 401)
        self.assertEqual(self.url_open("/trace/asn", data=data).status_code, 401)
        self.assertEqual(self.env["trace.asn.exchange"].search_count([]), count)

    def test_a_session_is_no_key(self):
        """Another site cannot make a browser that is logged in post for it."""
        self.authenticate("edi_machine", "edi_machine")
        answer = self.url_open("/trace/asn", data=self.document(self.devices("S1")))
        self.assertEqual(answer.status_code, 401)

    def test_too_many(self):
        self.channel.rate_limit = 2
        codes = [
            self.post(self.document(self.devices("S1"), number=f"R{n}")).status_code
            for n in range(3)
        ]
        self.assertEqual(codes, [201, 201, 429])
        answer = self.post(self.document(self.devices("S1")))
        self.assertEqual(answer.headers["Retry-After"], "60")
        other = new_test_user(self.env, "edi_2", groups="lot_serial_trace.group_trace_user")
        answer = self.post(self.document(self.devices("S9")), user=other)
        self.assertEqual(answer.status_code, 201, "each user has an own count")

    def test_the_channels_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.machine.company_ids |= other
        self.channel.company_id = other
        answer = self.post(self.document(self.devices("S1")))
        self.assertEqual(self.exchange(answer).company_id, other)
