"""The demo story, from outside: what a warehouse user, an auditor and a stranger see of it."""

import base64
import subprocess

import pytest
import requests

from .conftest import clean_environment

BROKEN = b"<?xml version='1.0'?><DespatchAdvice><unclosed>"


@pytest.fixture
def server(start):
    """A running server with the demo data."""
    server = start()
    server.wait_for("is running:")
    return server


def call(server, session, model, method, *args, **kwargs):
    """Call a model's method as the browser does."""
    return server.call(
        session,
        f"/web/dataset/call_kw/{model}/{method}",
        {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
    )


def test_story_in_the_database_of_make_run(server):
    auditor = server.login("auditor", "auditor")
    kinds = {
        row["kind"] for row in call(server, auditor, "trace.exception", "search_read", [], ["kind"])
    }
    assert {"asn_missing", "asn_unexpected", "short_life", "asn_unreadable"} <= kinds
    runs = call(
        server,
        auditor,
        "trace.run",
        "search_read",
        [["name", "like", "T2-"]],
        ["summary", "query_count"],
    )
    assert "Came from Alpenmilch Kooperative eG." in runs[0]["summary"]
    assert "Noah Parent" in runs[0]["summary"]
    assert runs[0]["query_count"] <= 50  # the same however many numbers there are
    report = f"/report/pdf/lot_serial_trace.report_trace_run/{runs[0]['id']}"
    printed = auditor.get(server.url + report)
    assert printed.content.startswith(b"%PDF")
    with pytest.raises(AssertionError, match="not allowed|Access"):
        call(server, auditor, "trace.exception", "action_take", [1])


def test_honey_is_followed_through_the_works(server):
    auditor = server.login("auditor", "auditor")
    question = {"numbers": ["HON-2601"], "direction": "forward"}
    answer = call(server, auditor, "trace.question", "answer", question, ["lots", "customers"])
    made = {row["lot_name"]: row["level"] for row in answer["lots"]["rows"]}
    assert made["CS-1001"] == 2
    assert "HON-2602" not in made
    got = {row["partner_name"] for row in answer["customers"]["rows"]}
    assert got == {"Market Street Pharmacy", "Lakeside Drugstore", "Harbour Clinic"}


def test_what_is_wrong_is_said_and_kept(server):
    warehouse = server.login("warehouse", "warehouse")
    answer = call(
        server,
        warehouse,
        "trace.asn",
        "import_document",
        name="broken.xml",
        content_base64=base64.b64encode(BROKEN).decode(),
    )
    assert (answer["state"], answer["id"]) == ("parked", False)
    assert "XML" in answer["error"]
    arrival = answer["exchange"]
    kept = call(server, warehouse, "trace.asn.exchange", "read", [arrival], ["attachment_id"])[0]
    original = warehouse.get(f"{server.url}/web/content/{kept['attachment_id'][0]}?download=true")
    assert original.content == BROKEN


def test_nobody_is_let_in_without_a_login(server):
    page = requests.get(f"{server.url}/odoo/trace-ledger", timeout=60)
    assert "/web/login" in page.url


def test_make_demo_tells_the_story_again(server):
    told = subprocess.run(
        ["make", "demo"],
        cwd=server.home,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    for words in (
        "Notice AM-LS-",
        "was advised on",
        "was received but is not on",
        "days left, 90 wanted",
        "Sold at the till",
        "receiving > storing > arriving > retail_selling; to Noah Parent",
        "the check digit of 09501101530004 must be 3",
        # the turns, and what it all comes to
        "Guided set-up for food in Baby Care: ",
        "comes in wrong: parsed",
        "It corrects the first one, which is superseded; still open: 0",
        "is on hold: The display of this batch may stay dark",
        "not for the first time",
        "1 place(s), blindly, by Wanda Warehouse, then Quentin Quality",
        "25, the books say 26",
        "Approved, and on the stock: ",
        "Passed, 1 lot",
        "closed after ",
        "The FDA asks for RH-",
        "Transformation 1",
        "Lot Traceability Cycle Time: ",
        "Inventory Accuracy Rate: ",
        "Scan Compliance Rate: 100.0 %",
        "Recall Resolution Time: ",
    ):
        assert words in told.stdout, words
