import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .epcis_case import EpcisCase, document, link, told

PAGE = Path(__file__).parents[2] / "docs/epcis.md"


@tagged("post_install", "-at_install")
class TestEpcisQueries(EpcisCase):
    """One repository: own events and partners', by query, by name and by identifier."""

    about = f"MATCH_anyEPC={quote(link('N-1'), safe='')}"

    def furnish(self):
        super().furnish()
        self.receive((self.device, "N-1", 1))
        self.jobs._capture(
            document(
                told("N-1"),
                told(
                    epcList=None,
                    type="AggregationEvent",
                    action="ADD",
                    bizStep="packing",
                    parentID="urn:epc:id:sscc:4012345.1112223334",
                    childEPCs=[link("N-1")],
                    readPoint={"id": "urn:epc:id:sgln:4012345.00005.0"},
                ),
                told("N-1", bizStep="https://example.com/steps/blessing", **{"shop:a": "x"}),
            )
        )

    def steps(self, path, **headers):
        return [event["bizStep"] for event in self.listed(self.ask(path, **headers))]

    def test_own_and_partners(self):
        blessing = "https://example.com/steps/blessing"
        found = self.steps(f"events?{self.about}")
        self.assertEqual(found, ["receiving", "shipping", "packing", blessing])
        packed = self.steps("events?MATCH_parentID=https://id.gs1.org/00/140123451112223334")
        self.assertEqual(packed, [])
        sscc = quote("urn:epc:id:sscc:4012345.1112223334", safe="")
        self.assertEqual(self.steps(f"events?MATCH_parentID={sscc}"), ["packing"])
        self.assertEqual(self.steps(f"epcs/{sscc}/events"), ["packing"])
        place = quote("https://id.gs1.org/414/4012345000054", safe="")
        there = self.steps(f"events?{self.about}&EQ_readPoint={place}")
        self.assertEqual(there, ["packing"])
        self.assertEqual(self.steps(f"events?{self.about}&EQ_bizStep={blessing}"), [blessing])
        self.assertEqual(self.steps(f"events?{self.about}&eventType=AggregationEvent"), ["packing"])
        self.assertEqual(self.steps(f"events?{self.about}&LT_eventTime=2020-01-01T00:00:00Z"), [])

    def test_pages_over_both(self):
        for order, count in (("", 4), ("&orderBy=eventTime", 4), ("&orderBy=recordTime", 4)):
            for way in ("ASC", "DESC"):
                path = f"events?{self.about}{order}&orderDirection={way}&perPage=1"
                found = []
                while path and len(found) < 9:
                    answer = self.ask(path)
                    found += self.listed(answer)
                    path = answer.links.get("next", {}).get("url", "").partition("/epcis/v2/")[2]
                self.assertEqual(len(found), count, (order, way))
                self.assertEqual(len({event["eventID"] for event in found}), count)
                times = [event["eventTime"][:10] for event in found]
                if order == "&orderBy=eventTime":
                    self.assertEqual(times, sorted(times, reverse=way == "DESC"))

    def test_pages_within_a_second(self):
        times = [f"2026-10-03T08:00:00.{number}00Z" for number in (3, 1, 2, 2)]
        self.jobs._capture(
            document(*(told(f"T-{n}", eventTime=time) for n, time in enumerate(times)))
        )
        since = "GE_eventTime=2026-10-03T08:00:00.200Z&LT_eventTime=2026-10-03T08:00:00.300Z"
        between = self.listed(self.ask(f"events?{since}"))
        self.assertEqual([event["eventTime"] for event in between], times[2:])
        path = "events?GE_eventTime=2026-10-03T08:00:00Z&LT_eventTime=2026-10-03T08:00:01Z"
        path, found = f"{path}&orderBy=eventTime&orderDirection=ASC&perPage=1", []
        while path and len(found) < 9:
            answer = self.ask(path)
            found += self.listed(answer)
            path = answer.links.get("next", {}).get("url", "").partition("/epcis/v2/")[2]
        self.assertEqual([event["eventTime"] for event in found], sorted(times))
        self.assertEqual(len({event["eventID"] for event in found}), 4)

    def test_partners_events_as_xml(self):
        answer = self.ask(f"events?{self.about}", Accept="application/xml")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("<parentID>urn:epc:id:sscc:4012345.1112223334</parentID>", answer.text)

    def test_an_own_event_by_its_identifier(self):
        self.mark_all()
        (own,) = self.env["trace.epcis"]._stream(self.lot_domain())
        name = quote(own["eventID"], safe="")
        self.assertEqual(self.listed(self.ask(f"events/{name}")), [own])
        self.assertEqual(self.listed(self.ask(f"events/{own['eventID']}")), [own], "not escaped")
        self.assertEqual(self.ask(f"events/{name}", self.elsewhere).status_code, 404)
        self.assertEqual(self.ask(f"events/{name}", self.partner_machine).status_code, 403)
        marks = self.env["trace.epcis.mark"]
        before = marks.search_count([])
        self.mark_all()
        self.assertEqual(marks.search_count([]), before, "marked once")

    def mark_all(self):
        last = self.env["trace.epcis.mark"]._mark_next()
        while last:
            last = self.env["trace.epcis.mark"]._mark_next(last)

    def lot_domain(self):
        return [("lot_id", "=", self.lot(self.device, "N-1").id)]

    # -- named queries ----------------------------------------------------------

    def test_a_named_query(self):
        asked = {"MATCH_anyEPC": [link("N-1")], "EQ_bizStep": ["packing", "receiving"]}
        made = self.ask("queries", None, json.dumps({"name": "packed", "query": asked}))
        self.assertEqual((made.status_code, made.headers["Location"][-6:]), (201, "packed"))
        self.assertEqual(self.ask("queries/packed").json(), {"name": "packed", "query": asked})
        self.assertIn({"name": "packed", "query": asked}, self.ask("queries").json())
        first = self.ask("queries/packed/events?perPage=1")
        rest = self.ask(first.links["next"]["url"].partition("/epcis/v2/")[2])
        found = [event["bizStep"] for answer in (first, rest) for event in self.listed(answer)]
        self.assertEqual(found, ["receiving", "packing"])
        again = self.ask("queries", None, json.dumps({"name": "packed", "query": asked}))
        self.assertEqual(again.status_code, 409)
        self.assertEqual(self.ask("queries/packed/events?EQ_action=ADD").status_code, 400)
        self.assertEqual(self.ask("queries/packed", self.elsewhere).status_code, 404)
        self.assertEqual(self.ask("queries/packed", self.reader, method="DELETE").status_code, 403)
        self.assertEqual(self.ask("queries/packed", method="DELETE").status_code, 204)
        self.assertEqual(self.ask("queries/packed/events").status_code, 404)

    def test_what_no_query_can_be(self):
        wrong = (b"", b"[]", b'{"name": 7}', b'{"name": "a/b", "query": {}}', b"[" * 50_000)
        more = ({"EQ_colour": ["red"]}, {"EQ_action": [1]}, {"perPage": "7"}, None)
        bodies = [*wrong, *(json.dumps({"name": "a", "query": one}) for one in more)]
        for body in bodies:
            answer = self.ask("queries", None, body)
            self.assertEqual(answer.status_code, 400, body[:40])
        with self.assertRaises(ValidationError):
            self.env["trace.epcis.query"].create({"name": "a", "query": {"EQ_colour": "red"}})

    def test_nobody_is_called_back(self):
        for path in ("queries/a/subscriptions", "queries/a/subscriptions/b"):
            self.assertEqual(self.ask(path).status_code, 501)
        self.assertEqual(self.ask("queries/a/subscriptions", None, b"{}").status_code, 501)

    def test_discovery(self):
        for path in ("capture", "events"):
            answer = self.url_open(f"/epcis/v2/{path}", method="OPTIONS")
            self.assertEqual(answer.status_code, 204)
            self.assertIn("POST", answer.headers["Allow"], path)

    def test_the_examples_of_the_guide(self):
        if not PAGE.exists() or not shutil.which("curl"):
            self.skipTest("there is no guide, or no curl")
        blocks = re.findall(r"^```\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        script = "".join(blocks).replace("URL=https://example.com\n", "")
        self.assertEqual(script.count("curl "), 9)
        event = {"@context": "https://example.com/c", **told("N-9")}
        with TemporaryDirectory() as folder, self.allow_requests(all_requests=True):
            Path(folder, "events.jsonld").write_bytes(document(told("N-7"), told("N-8")))
            Path(folder, "event.json").write_text(json.dumps(event))
            told_ = subprocess.run(
                ["bash", "-euc", f'curl() {{ command curl -sSf "$@"; }}\n{script}'],
                cwd=folder,
                env={
                    "PATH": os.environ["PATH"],
                    "URL": self.base_url(),
                    "KEY": self.keys[self.both],
                },
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        self.assertEqual((told_.returncode, told_.stderr), (0, ""), told_.stdout[-500:])
        self.assertEqual(len(self.told_of("N-7", "N-8", "N-9")), 3)
        self.assertFalse(self.env["trace.epcis.query"].search([("name", "=", "shipped")]))
