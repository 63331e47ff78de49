import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user

from .common import TraceCase

GTIN = "04012345000771"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
V2 = "/epcis/v2"


def link(serial):
    """A unit with a serial number."""
    return f"https://id.gs1.org/01/{GTIN}/21/{serial}"


def told(*serials, **more):
    """An event that a partner tells of units."""
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-10-01T08:00:00+02:00",
        "eventTimeZoneOffset": "+02:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "epcList": [link(serial) for serial in serials],
        **more,
    }
    return {name: value for name, value in event.items() if value is not None}


def document(*events):
    """A document of events, as bytes."""
    found = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-10-01T08:00:00Z",
        "sender": "4012345000009",
        "epcisBody": {"eventList": list(events)},
    }
    return json.dumps(found).encode()


class EpcisCase(TraceCase, HttpCase):
    """A partner's machine that may send events, people who may read them, and their keys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        capture = "lot_serial_trace.group_trace_epcis_capture"
        user = "lot_serial_trace.group_trace_user"
        cls.partner_machine = new_test_user(
            cls.env, "epcis_partner", groups=f"base.group_user,{capture}"
        )
        cls.reader = new_test_user(cls.env, "epcis_reader", groups=user)
        cls.both = new_test_user(cls.env, "epcis_both", groups=f"{user},{capture}")
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.elsewhere = new_test_user(
            cls.env,
            "epcis_elsewhere",
            groups=f"{user},{capture}",
            company_id=company.id,
            company_ids=company.ids,
        )
        cls.device = cls._product("EPCIS Device", "serial", barcode=GTIN)
        cls.jobs = cls.env["trace.epcis.capture"].with_user(cls.both)
        cls.keys = {}

    def furnish(self):
        super().furnish()
        until = fields.Datetime.now() + timedelta(days=1)
        for user in (self.partner_machine, self.reader, self.both, self.elsewhere):
            keys = self.env["res.users.apikeys"].with_user(user)
            self.keys[user] = keys._generate("epcis", "epcis", until)

    def ask(self, path, user=None, data=None, method=None, **headers):
        """An answer of the web service; ``path`` as it stands behind ``/epcis/v2``."""
        key = self.keys[user or self.both]
        sent = {"Authorization": f"Bearer {key}", **headers}
        if data is not None:
            sent.setdefault("Content-Type", "application/ld+json")
            method = method or "POST"
        return self.url_open(f"{V2}/{path}", data=data, headers=sent, method=method)

    def listed(self, answer):
        """The events of an answer."""
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]

    def told_of(self, *serials):
        """Partners' events about units, as a person with all rights sees them."""
        domain = [("item_ids.number", "in", serials), ("company_id", "=", self.env.company.id)]
        return self.env["trace.epcis.event"].search(domain, order="id")
