from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .asn_case import AsnCase
from .soap_server import SoapServer

PASSWORD = "s3cret-pa55"


@tagged("post_install", "-at_install")
class TestAsnSoap(AsnCase):
    """Notices are fetched from a real SOAP service, stored, and then acknowledged."""

    def setUp(self):
        super().setUp()
        self.server = SoapServer()
        self.addCleanup(self.server.close)
        # the job commits after each document: here into a savepoint
        self.enterContext(self.enter_registry_test_mode())
        self.channel = self.env["trace.asn.channel"].create(
            {
                "name": "Dairy",
                "kind": "soap",
                "soap_wsdl": self.server.wsdl,
                "soap_operation": "Fetch",
                "soap_ack_operation": "Acknowledge",
                "soap_documents_path": "Document",
                "soap_content_path": "Content",
                "soap_name_path": "FileName",
                "soap_key_path": "Id",
                "soap_argument_ids": [
                    (0, 0, {"name": "Customer", "value": "C-{user}"}),
                    (0, 0, {"name": "Window.Since", "value": "{since_date}"}),
                    (0, 0, {"use": "ack", "name": "Id", "value": "{id}"}),
                ],
                "soap_user": "shop",
                "soap_password": PASSWORD,
            }
        )

    def offer(self, number, *serials):
        data = self.document(self.devices(*serials), number=number)
        self.server.queue[number] = (f"{number}.xml", data)
        return data

    def committing(self, method, *args):
        """Run a method of channels that commits, with a cursor that may."""
        self.env.flush_all()
        with self.env.registry.cursor() as cursor:
            getattr(self.channel.with_env(self.env(cr=cursor)), method)(*args)
        self.env.invalidate_all()

    def poll(self):
        """The scheduled job comes."""
        self.committing("_poll_channel", self.channel.id)
        return self.channel.exchange_ids.sorted("id")

    def test_documents_arrive_and_are_acknowledged(self):
        data = self.offer("D1", "S1")
        self.offer("D2", "S2")
        first, second = self.poll()
        self.assertEqual((first.name, first.road, first.state), ("D1.xml", "soap", "done"))
        self.assertEqual((first.sender, first.reference), ("Dairy: Fetch", "D1"))
        self.assertEqual(first.attachment_id.raw, data)
        self.assertEqual(second.asn_ids.state, "expected")
        self.assertEqual(self.server.acknowledged, ["D1", "D2"])
        self.assertTrue(self.channel.last_success)
        self.assertEqual((self.channel.failures, self.channel.last_error), (0, False))
        self.assertIn(">C-shop<", self.server.requests[0])
        self.assertEqual(len(self.poll()), 2, "the queue is empty now")

    def test_an_empty_queue_is_no_failure(self):
        self.assertFalse(self.poll())
        self.assertTrue(self.channel.last_success)
        self.assertEqual(len(self.server.requests), 1)

    def test_a_bad_document_stops_no_other(self):
        self.server.queue["X"] = ("x.xml", b"<cut trt")
        self.offer("D2", "S2")
        bad, good = self.poll()
        self.assertEqual((bad.state, good.state), ("parked", "done"))
        self.assertEqual(self.server.acknowledged, ["X", "D2"], "it is kept here now")

    def test_the_same_document_twice(self):
        self.offer("D1", "S1")
        self.poll()
        self.offer("D1", "S1")
        first, again = self.poll()
        self.assertEqual((again.state, again._notices()), ("again", first.asn_ids))

    def test_what_was_not_acknowledged_comes_again(self):
        self.offer("D1", "S1")
        self.server.manner = "busy"
        self.assertEqual(self.poll().state, "done", "stored before it is acknowledged")
        self.assertEqual(self.channel.failures, 1)
        self.assertIn("503", self.channel.last_error)
        self.server.manner = "good"
        self.channel.sudo().next_run = False
        self.assertEqual(self.poll()[1].state, "again")
        self.assertEqual((self.server.queue, self.channel.failures), ({}, 0))

    def test_without_acknowledging_it_is_asked_once(self):
        self.channel.soap_ack_operation = False
        self.offer("D1", "S1")
        self.poll()
        self.assertEqual(len(self.server.requests), 1)
        self.assertTrue(self.server.queue)

    def test_a_queue_that_never_empties_ends(self):
        """The service takes acknowledgements and gives the document all the same."""
        self.offer("D1", "S1")
        self.channel.soap_argument_ids[-1].value = "another"
        self.poll()
        self.assertEqual(self.server.acknowledged, ["another"])
        self.assertEqual(len(self.server.requests), 3)

    # -- failures -------------------------------------------------------------

    def test_the_pause_grows_with_failures(self):
        self.server.manner = "fault"
        now = fields.Datetime.now()
        pauses = []
        for _time in range(9):
            self.channel.sudo().next_run = False
            self.poll()
            pauses.append(round((self.channel.next_run - now) / timedelta(minutes=1)))
        self.assertEqual(pauses[:3], [30, 60, 120])
        self.assertEqual(pauses[-1], 24 * 60)
        self.assertIn("closed until Monday", self.channel.last_error)
        self.assertEqual(self.channel.failures, 9)
        asked = len(self.server.requests)
        self.poll()
        self.assertEqual(len(self.server.requests), asked, "it is left alone")
        self.server.manner = "good"
        self.committing("action_poll")
        self.assertEqual((self.channel.failures, self.channel.next_run), (0, False))

    def test_wrong_password(self):
        self.server.user = ("shop", PASSWORD)
        self.channel.write({"soap_auth": "basic", "soap_password": "wrong"})
        self.poll()
        self.assertIn("refuses user or password", self.channel.last_error)
        self.channel.write({"soap_password": PASSWORD, "next_run": False})
        self.poll()
        self.assertFalse(self.channel.last_error)

    def test_ws_security(self):
        self.server.token = ("shop", PASSWORD)
        self.channel.soap_auth = "text"
        self.offer("D1", "S1")
        self.assertEqual(self.poll().state, "done")

    def test_a_huge_answer(self):
        self.channel.max_megabytes = 1
        self.server.manner = "huge"
        self.poll()
        self.assertIn("bigger than 2097152 bytes", self.channel.last_error)

    def test_a_document_over_the_limit_is_parked(self):
        self.channel.max_megabytes = 0.01
        self.server.queue["B"] = ("b.xml", b" " * 10_500)
        self.assertIn("at most 10485 are read", self.poll().error)

    def test_a_wrong_field_is_named(self):
        self.channel.soap_documents_path = "Documents.Item"
        self.offer("D1", "S1")
        self.poll()
        self.assertIn("no field Documents.Item", self.channel.last_error)
        self.assertTrue(self.server.queue)

    # -- setting up -----------------------------------------------------------

    def test_the_job_follows_the_channel(self):
        job = self.channel.cron_id
        self.assertEqual((job.interval_number, job.interval_type), (15, "minutes"))
        self.assertTrue(job.active)
        self.channel.soap_minutes = 60
        self.assertEqual(job.interval_number, 60)
        self.channel.active = False
        self.assertFalse(job.active)
        self.offer("D1", "S1")
        self.assertFalse(self.poll())
        self.channel.unlink()
        self.assertFalse(job.exists())
        mail = self.env["trace.asn.channel"].create({"name": "M", "kind": "mail"})
        self.assertFalse(mail.cron_id)

    def test_the_job_runs(self):
        self.offer("D1", "S1")
        self.channel.cron_id.method_direct_trigger()
        self.assertEqual(self.channel.exchange_ids.state, "done")

    def test_test(self):
        self.offer("D1", "S1")
        test = self.env["trace.asn.channel.test"].browse(self.channel.action_test()["res_id"])
        self.assertIn("Fetch(Customer: xsd:string", test.operations)
        self.assertIn('"FileName": "D1.xml"', test.answer)
        self.assertIn("D1.xml (id D1)", test.documents)
        self.assertFalse(test.error)
        self.assertTrue(self.server.queue, "nothing is acknowledged")
        self.assertFalse(self.channel.exchange_ids, "nothing is stored")
        self.channel.soap_operation = "Nothing"
        test = self.env["trace.asn.channel.test"].browse(self.channel.action_test()["res_id"])
        self.assertIn("no operation Nothing", test.error)
        self.assertIn("Acknowledge(", test.operations)

    def test_addresses(self):
        for address in ("file:///etc/passwd", "ftp://x/y", "http://", "x"):
            with self.subTest(address), self.assertRaisesRegex(ValidationError, "begins with"):
                self.channel.soap_wsdl = address
        with self.assertRaisesRegex(ValidationError, "into their fields"):
            self.channel.soap_wsdl = f"http://shop:{PASSWORD}@example.com/?wsdl"
        self.channel.soap_wsdl = self.server.wsdl
        with self.assertRaisesRegex(ValidationError, "Say the WSDL"):
            self.channel.soap_operation = False
        self.channel.soap_hosts = "localhost, example.com"
        self.assertEqual(self.channel._access().hosts, {"localhost", "example.com"})

    def test_secrets_are_for_administrators(self):
        user = new_test_user(self.env, "so_user", groups="lot_serial_trace.group_trace_quality")
        admin = new_test_user(self.env, "so_admin", groups="lot_serial_trace.group_trace_admin")
        mine = self.channel.with_user(user)
        self.assertEqual(mine.name, "Dairy")
        for field in ("soap_password", "soap_user", "soap_wsdl", "soap_argument_ids"):
            with self.subTest(field), self.assertRaises(AccessError):
                mine.read([field])
            self.assertNotIn(field, mine.read()[0])
        for action in (mine.action_poll, mine.action_test):
            with self.assertRaises(AccessError):
                action()
        theirs = self.channel.with_user(admin)
        self.assertEqual(theirs.soap_password, PASSWORD)
        self.assertFalse(theirs.copy().soap_password)

    def test_nothing_secret_is_logged(self):
        self.server.token = ("shop", PASSWORD)
        self.channel.soap_auth = "text"
        self.offer("D1", "S1")
        with self.assertLogs(level="DEBUG") as logs:
            self.poll()
            self.server.manner = "fault"
            self.poll()
            self.env["ir.logging"].search_count([])
        said = "\n".join(logs.output)
        self.assertIn("Fetch", self.server.requests[0])
        # statements are logged at this level; the row of the channel is none of ours
        self.assertNotIn(PASSWORD, "\n".join(li for li in said.splitlines() if "sql_db" not in li))
        self.assertNotIn(PASSWORD, self.channel.last_error or "")
