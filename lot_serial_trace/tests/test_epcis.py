import json
from datetime import timedelta
from urllib.parse import quote

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.lot_serial_trace.core.epcis.digest import event_id

from .common import TraceCase

GTIN = "04012345000771"


@tagged("post_install", "-at_install")
class TestEpcis(TraceCase, HttpCase):
    """Partners' machines and people get the ledger's events as EPCIS, with their own rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "lot_serial_trace.group_trace_user,stock.group_stock_user"
        cls.machine = new_test_user(cls.env, "epcis_machine", groups=groups)
        cls.auditor = new_test_user(
            cls.env, "epcis_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        cls.nobody = new_test_user(cls.env, "epcis_nobody", groups="base.group_user")
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.other = new_test_user(
            cls.env, "epcis_other", groups=groups, company_id=company.id, company_ids=company.ids
        )
        cls.supplier.trace_gs1_prefix = "4012345"
        cls.device = cls._product("EPCIS Device", "serial", barcode=GTIN)

    def setUp(self):
        super().setUp()
        self.receive((self.device, "E-1", 1), (self.device, "E-2", 1), (self.milk, "EPC", 5))
        self.one = self.lot(self.device, "E-1")
        self.link = f"https://id.gs1.org/01/{GTIN}/21/E-1"

    def ask(self, path, user=None, key=None, **headers):
        if key is None:
            keys = self.env["res.users.apikeys"].with_user(user or self.machine)
            key = keys._generate("epcis", "epcis", fields.Datetime.now() + timedelta(days=1))
        sent = {"Authorization": f"Bearer {key}", **headers}
        return self.url_open(f"/epcis/v2/{path}", headers=sent)

    def told(self, answer):
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]

    def of_one(self, user=None, more=""):
        return self.told(self.ask(f"events?MATCH_epc={quote(self.link, safe='')}{more}", user))

    # -- queries ----------------------------------------------------------------

    def test_events_of_a_serial_number(self):
        (event,) = self.of_one()
        self.assertEqual((event["bizStep"], event["epcList"]), ("receiving", [self.link]))
        self.assertEqual(event["eventID"], event_id(event))
        self.assertEqual(self.of_one(more="&EQ_bizStep=shipping"), [])
        below = self.ask(f"epcs/{quote(self.link, safe='')}/events")
        self.assertEqual(self.told(below), [event])
        urn = quote("urn:epc:id:sgtin:4012345.000077.E-1", safe="")
        self.assertEqual(self.told(self.ask(f"events?MATCH_anyEPC={urn}")), [event])

    def test_a_correction_declares_an_error(self):
        before = self.of_one()[0]
        line = self.env["stock.move.line"].search([("lot_id", "=", self.one.id)])
        line.lot_id = self.lot(self.device, "E-2").copy({"name": "E-3"})
        found = self.told(
            self.ask(f"events?MATCH_epcClass=https://id.gs1.org/01/{GTIN}&perPage=99")
        )
        wrong = [event for event in found if "errorDeclaration" in event]
        self.assertEqual([event["eventID"] for event in wrong], [before["eventID"]])
        (corrective,) = wrong[0]["errorDeclaration"]["correctiveEventIDs"]
        true = [event for event in found if event["eventID"] == corrective]
        self.assertEqual(true[0]["epcList"], [self.link.replace("E-1", "E-3")])

    def test_pages_are_not_moved_by_what_is_written_meanwhile(self):
        gtin = quote(f"https://id.gs1.org/01/{GTIN}", safe="")
        first = self.ask(f"events?MATCH_epcClass={gtin}&perPage=1")
        (event,) = self.told(first)
        self.receive((self.device, "E-9", 1))
        link = first.links["next"]["url"].partition("/epcis/v2/")[2]
        second = self.ask(link)
        (other,) = self.told(second)
        self.assertNotEqual(event, other)
        self.assertNotIn("next", second.links, "what came later is not part of it")
        elsewhere = self.ask(link.replace("perPage=1", "EQ_action=ADD"))
        self.assertEqual(elsewhere.status_code, 400)

    def test_xml(self):
        answer = self.ask(f"events?MATCH_epc={quote(self.link)}", Accept="application/xml")
        self.assertEqual(answer.headers["Content-Type"].split(";")[0], "application/xml")
        self.assertIn(f"<epc>{self.link}</epc>", answer.text)
        self.assertEqual(self.ask("events?perPage=1", Accept="image/png").status_code, 406)

    def test_what_is_refused_says_so(self):
        for path in ("EQ_colour=red", "perPage=0", "GE_eventTime=today", "nextPageToken=x"):
            answer = self.ask(f"events?{path}")
            self.assertEqual(answer.status_code, 400, path)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
            self.assertEqual(answer.json()["type"], "epcisException:QueryParameterException")
        self.assertEqual(self.ask("colours/red/events").status_code, 404)
        self.assertEqual(self.ask("eventTypes/QuantityEvent/events").status_code, 400)

    def test_discovery(self):
        answer = self.url_open("/epcis/v2/events", method="OPTIONS")
        self.assertEqual((answer.status_code, answer.headers["GS1-EPCIS-Max"]), (204, "2.0.0"))
        self.assertIn("ObjectEvent", self.ask("eventTypes").json()["member"])

    # -- rights -----------------------------------------------------------------

    def test_everybody_is_told_what_he_may_read(self):
        self.assertEqual(len(self.of_one(self.auditor)), 1)
        self.assertEqual(self.of_one(self.other), [], "another company's")
        refused = self.ask("events", self.nobody)
        self.assertEqual((refused.status_code, refused.json()["status"]), (403, 403))
        self.assertEqual(self.ask("events", key="wrong").status_code, 401)
        self.assertEqual(self.url_open("/epcis/v2/events").status_code, 401)

    # -- files ------------------------------------------------------------------

    def test_files(self):
        self.authenticate("epcis_machine", "epcis_machine")
        found = self.url_open(self.one.action_trace_epcis()["url"])
        document = json.loads(found.content)
        self.assertEqual(document["epcisBody"]["eventList"], self.of_one())
        old = self.url_open(self.one.action_trace_epcis_old()["url"])
        self.assertIn("<epc>urn:epc:id:sgtin:4012345.000077.E-1</epc>", old.text)
        picking = self.events(("lot_id", "=", self.one.id))[0].document_id
        transfer = self.env["stock.picking"].browse(picking)
        found = json.loads(self.url_open(transfer.action_trace_epcis()["url"]).content)
        self.assertEqual(len(found["epcisBody"]["eventList"]), 3)
        self.authenticate("epcis_other", "epcis_other")
        hidden = self.url_open(self.one.action_trace_epcis()["url"])
        self.assertNotIn("E-1", hidden.text)

    def test_a_trace_run_has_a_file_of_what_was_asked_about(self):
        run = self.env["trace.run"].create(
            {"name": "R", "company_id": self.env.company.id, "lot_ids": [(6, 0, self.one.ids)]}
        )
        self.assertEqual(run.action_trace_epcis(), self.one.action_trace_epcis())
        run.lot_ids = False
        with self.assertRaises(UserError):
            run.action_trace_epcis()

    def test_a_constant_number_of_queries(self):
        epcis = self.env["trace.epcis"]
        ledger = self.env["trace.event"].search([("lot_id", "!=", 0)], limit=2)
        epcis._events(ledger)
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            epcis._events(self.env["trace.event"].search([("lot_id", "!=", 0)], limit=50))
