import json
from unittest.mock import patch
from urllib.parse import quote

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.lot_serial_trace.core.epcis import writing, xml
from odoo.addons.lot_serial_trace.core.epcis.digest import event_id
from odoo.addons.lot_serial_trace.core.epcis.flaws import Refused

from .epcis_case import GTIN, EpcisCase, document, link, told

CAPTURE = "odoo.addons.lot_serial_trace.models.trace_epcis_capture"
TAKING = "odoo.addons.lot_serial_trace.models.trace_epcis_taking"


@tagged("post_install", "-at_install")
class TestEpcisCapture(EpcisCase):
    """What partners tell comes in once, as evidence, by those who may send it."""

    # -- coming in --------------------------------------------------------------

    def test_a_document(self):
        self.receive((self.device, "C-1", 1))
        ledger = self.env["trace.event"].search_count([])
        answer = self.ask("capture", self.partner_machine, document(told("C-1"), told("C-2")))
        self.assertEqual(answer.status_code, 202, answer.text)
        self.assertEqual(answer.headers["GS1-EPCIS-Capture-Limit"], "100000")
        path = answer.headers["Location"].partition("/epcis/v2/")[2]
        job = self.ask(path, self.partner_machine).json()
        expected = {"running": False, "success": True, "captureErrorBehaviour": "rollback"}
        self.assertEqual({**job, **expected, "errors": []}, job)
        self.assertTrue(job["captureID"] in path and job["createdAt"] and job["finishedAt"])
        event = self.told_of("C-1")
        self.assertEqual(event.item_ids.lot_id, self.lot(self.device, "C-1"))
        self.assertEqual((event.biz_step, event.event_hash), ("shipping", event_id(told("C-1"))))
        self.assertEqual(str(event.event_time), "2026-10-01 06:00:00")
        self.assertEqual(event.sender, "4012345000009")
        self.assertEqual(self.env["trace.event"].search_count([]), ledger, "evidence, no movement")
        self.assertEqual(event.capture_id.attachment_id.raw, document(told("C-1"), told("C-2")))

    def test_what_is_here_already_is_no_error(self):
        made = told("C-1")
        job = self.jobs._capture(document(made, told("C-2"), made, {**made, "eventID": "urn:x:1"}))
        self.assertEqual((job.state, job.taken, job.known, job.wrong), ("done", 2, 2, 0))
        again = self.jobs._capture(document(made, told("C-3")))
        self.assertEqual((again.taken, again.known), (1, 1))
        self.assertEqual(len(self.told_of("C-1")), 1)
        other = self.jobs.with_user(self.elsewhere)._capture(document(made))
        self.assertEqual((other.taken, other.company_id), (1, self.elsewhere.company_id))

    def test_all_or_nothing(self):
        data = document(told("C-1"), told("C-2", action="LOOK", eventTime=None), told("C-3"))
        job = self.jobs._capture(data)
        self.assertEqual((job.state, job.taken, job.wrong), ("failed", 0, 1))
        self.assertFalse(self.told_of("C-1", "C-3"))
        machine = job._for_machines()
        self.assertFalse(machine["success"] or machine["running"])
        places = [(one["index"], one["line"], one["field"]) for one in machine["errors"]]
        self.assertEqual(places, [(2, 1, "action"), (2, 1, "eventTime")][::-1])
        self.assertIn("eventTime is missing", machine["errors"][0]["detail"])
        self.assertEqual(machine["errors"][0]["type"], "epcisException:ValidationException")

    def test_what_is_right(self):
        data = document(told("C-1"), told("C-2", action="LOOK"), None, told("C-3"))
        answer = self.ask("capture", None, data, **{"GS1-Capture-Error-Behaviour": "proceed"})
        job = self.jobs.search([("name", "=", answer.json()["captureID"])])
        self.assertEqual((job.state, job.taken, job.wrong), ("done", 2, 2))
        self.assertTrue(self.told_of("C-1") and self.told_of("C-3"))
        self.assertFalse(job._for_machines()["success"])
        wrong = self.ask("capture", None, data, **{"GS1-Capture-Error-Behaviour": "hope"})
        self.assertEqual(wrong.status_code, 400)

    def test_one_event(self):
        made = {"@context": "https://example.com/c", **told("C-1", eventID="urn:uuid:one")}
        answer = self.ask("events", self.partner_machine, json.dumps(made))
        self.assertEqual(answer.status_code, 201, answer.text)
        where = answer.headers["Location"].partition("/epcis/v2/")[2]
        self.assertEqual(self.listed(self.ask(where))[0]["epcList"], [link("C-1")])
        (named,) = self.listed(self.ask("events/urn:uuid:one"))
        self.assertEqual(named["eventID"], "urn:uuid:one")
        self.assertEqual(self.ask("events", None, json.dumps(made)).status_code, 201, "known")
        clash = self.ask("events", None, json.dumps({**made, "action": "ADD"}))
        self.assertEqual((clash.status_code, clash.json()["field"]), (409, "eventID"))
        wrong = self.ask("events", None, json.dumps({**made, "action": "LOOK"}))
        self.assertEqual((wrong.status_code, wrong.json()["field"]), (400, "action"))
        self.assertEqual(self.ask("events/urn:uuid:two").status_code, 404)

    def test_an_identifier_means_one_event(self):
        job = self.jobs._capture(
            document(told("C-1", eventID="urn:x:1"), told("C-2", eventID="urn:x:1"))
        )
        self.assertEqual(job.state, "failed")
        self.assertIn("says something else", job.error_text)

    def test_an_identifier_that_is_not_that_of_the_content(self):
        job = self.jobs._capture(document(told("C-1", eventID=event_id(told("C-2")))))
        self.assertTrue(job.event_ids.altered)
        right = self.jobs._capture(document(told("C-3", eventID=event_id(told("C-3")))))
        self.assertFalse(right.event_ids.altered)

    def test_xml(self):
        event = {**told("C-1"), "eventID": event_id(told("C-1"))}
        for version in ("1.2", "2.0"):
            data = "".join(xml.document([event], version)).encode()
            answer = self.ask("capture", None, data, **{"Content-Type": "application/xml"})
            self.assertEqual(answer.status_code, 202, answer.text)
        self.assertEqual(self.told_of("C-1").event_hash, event["eventID"])
        self.assertFalse(self.told_of("C-1").altered)

    def test_what_is_refused_at_once(self):
        laughs = b'<!DOCTYPE l [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><l>&m;</l>'
        before = self.jobs.search_count([])
        bodies = (b"", b"{", b"[1]", b"\xff\xfe", laughs, b'{"a":' + b"[" * 99_999)
        for data in bodies:
            answer = self.ask("capture", None, data)
            self.assertEqual(answer.status_code, 400, data[:20])
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        text = self.ask("capture", None, b"x=1", **{"Content-Type": "text/csv"})
        self.assertEqual(text.status_code, 415)
        with patch("odoo.addons.lot_serial_trace.controllers.epcis_capture.SIZE", 10):
            self.assertEqual(self.ask("capture", None, document()).status_code, 413)
        self.assertEqual(self.url_open("/epcis/v2/capture", data=b"{}").status_code, 401)
        self.assertEqual(self.jobs.search_count([]), before, "nothing is kept")

    def test_unicode_and_strange_values(self):
        strange = {"shop:text": "Käse 🧀 \u2028", "shop:deep": {"shop:a": [1, 2.5, None, True]}}
        job = self.jobs._capture(document(told("Ü", epcList=[link("%C3%9C")], **strange)))
        self.assertEqual(job.state, "done", job.error_text)
        self.assertEqual(job.event_ids.content["shop:text"], strange["shop:text"])
        self.assertEqual(job.event_ids.content["shop:deep"], strange["shop:deep"])
        self.assertEqual(job.event_ids.item_ids.number, "Ü")
        bad = self.jobs._capture(document(told("C-1", **{"shop:x": "\0"})))
        self.assertEqual(bad.state, "failed")

    # -- declared errors --------------------------------------------------------

    def test_a_declared_error_marks_the_event(self):
        error = {
            "declarationTime": "2026-10-02T08:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": [event_id(told("C-2"))],
        }
        self.jobs._capture(document(told("C-1")))
        job = self.jobs._capture(document(told("C-1", errorDeclaration=error), told("C-2")))
        self.assertEqual((job.taken, job.known), (1, 1))
        event = self.told_of("C-1")
        self.assertEqual((event.error_reason, event.declared_by_id), ("incorrect_data", job))
        self.assertEqual(event._for_machines()["errorDeclaration"], error)
        found = self.listed(self.ask("events?EXISTS_errorDeclaration=true&perPage=1000"))
        self.assertIn(event.event_hash, [one["eventID"] for one in found])
        first = self.jobs._capture(document(told("C-9", errorDeclaration=error)))
        self.assertTrue(first.event_ids.error_time, "declared wrong before it was told")

    # -- goods that come later --------------------------------------------------

    def test_numbers_are_linked_when_they_come(self):
        self.jobs._capture(document(told("C-7")))
        item = self.told_of("C-7").item_ids
        self.assertEqual((item.product_id, item.lot_id.id), (self.device, False))
        self.receive((self.device, "C-7", 1))
        lot = self.lot(self.device, "C-7")
        self.assertEqual(lot.with_user(self.reader).trace_epcis_count, 1, "before it is linked")
        self.env["trace.epcis.item"]._cron()
        self.assertEqual(item.lot_id, lot)
        self.receive((self.device, "C-70", 1))
        both = lot | self.lot(self.device, "C-70")
        both.invalidate_recordset(["trace_epcis_count"])
        both.mapped("product_id.tracking")
        with self.assertQueryCount(1):
            self.assertEqual(both.mapped("trace_epcis_count"), [1, 0])
        action = lot.with_user(self.reader).action_trace_epcis_events()
        found = self.env["trace.epcis.event"].search(action["domain"])
        self.assertEqual(found, self.told_of("C-7"))

    def test_products_are_linked_when_they_get_their_gtin(self):
        self.device.barcode = False
        self.jobs._capture(document(told("C-8")))
        self.assertFalse(self.told_of("C-8").item_ids.product_id)
        self.device.barcode = GTIN[1:]
        self.env["trace.epcis.item"]._cron()
        self.assertEqual(self.told_of("C-8").item_ids.product_id, self.device)

    # -- in the background ------------------------------------------------------

    def big(self, *events, behaviour="rollback"):
        """A job that waits."""
        with patch(f"{CAPTURE}.AT_ONCE", 0):
            return self.jobs._capture(document(*events), behaviour).sudo()

    def go_on(self, job, rounds=99):
        """The cron, killed after so many commits."""
        left = [rounds]

        def commit(*_args, **_more):
            self.env.flush_all()
            left[0] -= 1
            return left[0] > 0

        with patch(f"{TAKING}.BATCH", 2):
            job._go_on(commit)
        self.env.invalidate_all()

    def test_a_big_document_goes_on_where_it_was(self):
        names = [f"B-{number}" for number in range(7)]
        job = self.big(*map(told, names), told("B-0"))
        self.assertEqual(job.state, "waiting")
        self.assertTrue(job._for_machines()["running"])
        for rounds in (2, 3, 2):  # within the look at all, and within the writing
            self.go_on(job, rounds)
            seen = self.env["trace.epcis.event"].with_user(self.reader)
            self.assertFalse(seen.search([("capture_id", "=", job.id)]), "all or nothing")
        self.assertTrue(0 < job.position < 8)
        self.go_on(job)
        self.assertEqual((job.state, job.taken, job.known, job.position), ("done", 7, 1, 8))
        self.assertEqual(seen.search_count([("capture_id", "=", job.id)]), 7)

    def test_a_big_document_with_an_error(self):
        events = [told("B-1"), told("B-2"), told("B-3"), told("B-4", action="LOOK")]
        job = self.big(*events)
        self.go_on(job)
        self.assertEqual((job.state, job.taken, job.wrong), ("failed", 0, 1))
        self.assertFalse(job.event_ids)
        job = self.big(*events, behaviour="proceed")
        self.go_on(job)
        self.assertEqual((job.state, job.taken, job.wrong), ("done", 3, 1))

    def test_an_error_that_comes_to_light_while_writing(self):
        job = self.big(
            told("B-1", eventID="urn:x:1"), told("B-2"), told("B-3"), told("B-4", eventID="urn:x:1")
        )
        self.go_on(job)
        self.assertEqual((job.state, job.taken), ("failed", 0))
        self.assertFalse(self.told_of("B-1", "B-2"), "what was written is taken back")

    def test_what_another_document_brings_meanwhile_stays(self):
        job = self.big(told("B-1"), told("B-2"), told("B-3"), told("B-4"))
        self.go_on(job, 4)
        other = self.jobs._capture(document(told("B-1")))
        self.assertEqual(self.told_of("B-1").with_user(self.reader).capture_id, other)
        job._fail()
        self.assertTrue(self.told_of("B-1"))
        self.assertFalse(self.told_of("B-2"))

    def test_a_constant_number_of_queries(self):
        self.jobs._capture(document(told("Q-0")))
        self.env.flush_all()
        with self.assertQueryCount(30):
            self.jobs._capture(document(*(told(f"Q-{number}") for number in range(200))))
            self.env.flush_all()

    # -- rights -----------------------------------------------------------------

    def test_who_may_send(self):
        self.assertEqual(self.ask("capture", self.reader, document()).status_code, 403)
        self.assertEqual(self.ask("events", self.reader, b"{}").status_code, 403)
        with self.assertRaises(UserError):
            self.jobs.create({"state": "done"})
        job = self.jobs._capture(document(told("C-1")))
        for record in (job, job.event_ids.with_user(self.both)):
            with self.assertRaises(UserError):
                record.write({"sender": "me"} if record == job else {"biz_step": "receiving"})
            with self.assertRaises(UserError):
                record.unlink()
        for forge in (lambda one: one.unlink(), lambda one: one.write({"raw": b"{}"})):
            with self.assertRaises(UserError):
                forge(job.attachment_id.sudo())

    def test_who_may_see(self):
        mine = self.jobs._capture(document(told("C-1")))
        theirs = self.jobs.with_user(self.partner_machine)._capture(document(told("C-2")))
        seen = self.ask("capture", self.partner_machine).json()
        self.assertEqual([one["captureID"] for one in seen], [theirs.name])
        self.assertEqual(self.ask(f"capture/{mine.name}", self.partner_machine).status_code, 404)
        self.assertEqual(self.ask(f"capture/{theirs.name}", self.reader).status_code, 200)
        self.assertEqual(self.ask(f"capture/{mine.name}", self.elsewhere).status_code, 404)
        self.assertEqual(self.ask("events", self.partner_machine).status_code, 403)
        epc = quote(link("C-1"), safe="")
        self.assertEqual(self.listed(self.ask(f"events?MATCH_epc={epc}", self.elsewhere)), [])

    def test_pages_of_jobs(self):
        made = [self.jobs._capture(document(told(f"P-{n}"))).name for n in range(3)]
        first = self.ask("capture?perPage=2")
        link_ = first.links["next"]["url"].partition("/epcis/v2/")[2]
        second = self.ask(link_)
        found = [one["captureID"] for answer in (first, second) for one in answer.json()]
        self.assertEqual(found[:3], made[::-1])

    # -- files ------------------------------------------------------------------

    def test_upload(self):
        files = [("a.jsonld", document(told("U-1"))), ("b.txt", b"hello")]
        attachments = self.env["ir.attachment"].with_user(self.both)
        wizard = self.env["trace.epcis.upload"].with_user(self.both).create(
            {"attachment_ids": [attachments.create({"name": n, "raw": d}).id for n, d in files]}
        )  # fmt: skip
        action = wizard.action_upload()
        good, bad = self.jobs.search(action["domain"], order="id")
        self.assertEqual((good.state, good.taken, good.road), ("done", 1, "upload"))
        self.assertEqual((bad.state, bad.file_name), ("failed", "b.txt"))
        self.assertIn("cannot be read", bad.error_text)
        with self.assertRaises(AccessError):
            self.env["trace.epcis.upload"].with_user(self.reader).create({})

    def test_a_document_that_is_none_keeps_nothing(self):
        before = self.jobs.search_count([])
        with self.assertRaises(Refused):
            self.jobs._capture(b"{}")
        self.assertEqual(self.jobs.search_count([]), before)

    # -- there and back ---------------------------------------------------------

    def test_round_trip(self):
        self.receive((self.device, "R-1", 1), (self.device, "R-2", 1), (self.milk, "R", 5))
        line = self.env["stock.move.line"].search([("lot_id.name", "=", "R-2")])
        line.lot_id = line.lot_id.copy({"name": "R-3"})
        self.validate(self.picking("out", [(self.device, "R-1", 1)]))
        lots = self.env["stock.lot"].search([("name", "in", ("R-1", "R-2", "R-3", "R"))])
        epcis = self.env["trace.epcis"]
        told_ = list(epcis._stream([("lot_id", "in", lots.ids)]))
        ids = {one["eventID"] for one in told_}
        self.assertEqual({event_id(one) for one in told_}, ids)
        other = self.jobs.with_user(self.elsewhere)
        documents = [
            writing.document(told_),
            xml.document(told_, "2.0"),
            xml.document(told_, "1.2", prefixes=epcis._prefixes()),
        ]
        for number, pieces in enumerate(documents):
            job = other._capture("".join(pieces).encode())
            self.assertEqual(job.error_text, False)
            self.assertEqual(job.taken, 0 if number else len(ids))
        here = self.env["trace.epcis.event"].search(
            [("company_id", "=", self.elsewhere.company_id.id)]
        )
        self.assertEqual(set(here.mapped("event_hash")), ids)
        self.assertFalse(any(here.mapped("altered")))
        again = [one._for_machines() for one in here]
        self.assertEqual({event_id(one) for one in again}, ids)
        wrong = [one["eventID"] for one in told_ if "errorDeclaration" in one]
        self.assertEqual(here.filtered("error_time").mapped("event_hash"), wrong)
