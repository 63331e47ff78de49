import json

from openepcis_client.core.client import Client
from openepcis_client.core.config import ClientConfig
from openepcis_client.events import Capture, Query

from odoo.tests import tagged

from .epcis_case import V2, EpcisCase, document, link, told


class Bearer:
    """A key that was made here is the only way to be somebody."""

    def __init__(self, key):
        self.key = key

    def bearer(self):
        return self.key

    def invalidate(self):
        """A key that is refused stays refused."""


@tagged("post_install", "-at_install")
class TestEpcisClient(EpcisCase):
    """A client library that others wrote (openepcis-client) reads and sends events."""

    def client(self, key):
        # Odoo's tests compare a request's time limit with a number.
        config = ClientConfig(self.base_url() + V2, request_timeout=30)
        return Client(config, Bearer(key), self.opener)

    def test_queries(self):
        self.receive((self.device, "CL-1", 1))
        query = Query(self.client(self.keys[self.reader]))
        self.assertEqual(query.check(), "")
        [event] = query.for_epc(link("CL-1"))
        self.assertEqual(event["bizStep"], "receiving")
        self.assertIn(event, query.page(since="2026-01-01T00:00:00+00:00", per_page=1000).events)
        self.assertIn("did not accept", Query(self.client("wrong")).check())

    def test_capture(self):
        capture = Capture(self.client(self.keys[self.both]))
        self.assertEqual(capture.check(), "")
        receipt = capture.submit(json.loads(document(told("CL-2"))))
        self.assertTrue(receipt.answerable)
        outcome = capture.outcome(receipt)
        self.assertTrue(outcome.settled and outcome.known and outcome.success, outcome)
        [event] = Query(self.client(self.keys[self.both])).for_epc(link("CL-2"))
        self.assertEqual(event["bizStep"], "shipping")
        receipt = capture.submit(json.loads(document(told("CL-3", action="TAKE"))))
        outcome = capture.outcome(receipt)
        self.assertFalse(outcome.success)
        self.assertTrue(outcome.errors)
        self.assertEqual(capture.outcome("never-seen").known, False)
