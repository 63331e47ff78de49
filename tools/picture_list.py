"""The pictures of the documentation: what each shows, who sees it, and how to get there.

A test sees to it that every picture in the documentation is here, and that every one here is in
the documentation (``tests/core/test_pictures.py``).
"""

from dataclasses import dataclass

DESKTOP, SHORT, PHONE = (1400, 900), (1400, 640), (390, 780)


@dataclass(frozen=True)
class Picture:
    """A picture of the demo.

    :param name: file in docs/images
    :param path: address, with ``{id}`` where a record is found
    :param login: who is logged in; the password is the same
    :param size: of the window
    :param find: model, and the domain of the record as JSON; the youngest one is taken
    :param steps: what is done there: ``click=SELECTOR | TEXT``, ``see=SELECTOR | TEXT``,
        ``type=SELECTOR | TEXT``
    :param by_hand: how it is made, where no page of the demo shows it
    """

    name: str
    path: str = ""
    login: str = "quality"
    size: tuple[int, int] = DESKTOP
    find: tuple[str, str] | None = None
    steps: tuple[str, ...] = ()
    by_hand: str = ""


def _form(name, path, model, domain, *steps, **values):
    """A record's form."""
    return Picture(name, f"/odoo/{path}/{{id}}", find=(model, domain), steps=steps, **values)


def _paper(name, what):
    return Picture(name, by_hand=f"print {what} and take its first page as a picture")


def _till(name, what):
    return Picture(name, by_hand=f"at the till of the demo's shop, {what}")


PICTURES = (
    # README and the tour
    _form("trace.png", "traces", "trace.run", '[["name", "like", "T2-"]]', size=SHORT),
    Picture("exceptions.png", "/odoo/trace-exceptions", size=SHORT),
    Picture("ledger.png", "/odoo/trace-ledger", size=SHORT),
    Picture(
        "setup-ask.png",
        "/odoo/action-lot_serial_trace.action_trace_setup_open",
        "admin",
        SHORT,
        steps=("click=button[name=action_again]", "see=h1 | What do you sell?"),
    ),
    _form(
        "setup-done.png", "trace-setup", "trace.setup", '[["state", "=", "done"]]', login="admin"
    ),
    # receiving
    Picture("scan-home.png", "/odoo/trace-scan", "warehouse", PHONE),
    Picture("scan-look.png", by_hand="scan a unit that no notice names, in a window like a phone"),
    Picture("scan-stop.png", by_hand="scan a unit on hold, in a window like a phone"),
    Picture("import-numbers.png", by_hand="paste 500 numbers into Import Numbers of a receipt"),
    Picture("arrivals.png", "/odoo/notice-arrivals", "warehouse", SHORT),
    # counting
    Picture("count-campaign.png", by_hand="a campaign of all places that has begun"),
    Picture("count-places.png", by_hand="Scan > Count as who counts it, in a window like a phone"),
    Picture("count-approve.png", by_hand="a place of a campaign that waits for approval"),
    # holds and expiry
    Picture("hold-numbers.png", by_hand="Holds > Place on Hold, with a list of numbers"),
    Picture("hold-place.png", by_hand="a lot with customers waiting: Place on Hold"),
    Picture("hold-stop.png", by_hand="validate a delivery whose lot was put on hold since"),
    Picture("let-pass.png", "/odoo/trace-permissions/new", size=SHORT),
    _form(
        "warehouse-quarantine.png",
        "action-stock.action_warehouse_form",
        "stock.warehouse",
        '[["code", "=", "DC"]]',
        login="admin",
    ),
    Picture("receipt-quarantine.png", by_hand="receive a lot that a policy sends to quarantine"),
    Picture("putaway-by-lot.png", "/odoo/trace-putaway-rules", "admin", SHORT),
    _form(
        "place-storage.png",
        "action-stock.action_location_form",
        "stock.location",
        '[["name", "=", "Cold Room"]]',
        login="admin",
    ),
    Picture("where-is-it.png", by_hand="Where Is It on a number that lies in several places"),
    Picture("labels-dialog.png", by_hand="a transfer with packages: Print > Labels"),
    _paper("label-pallet.png", "the logistic label of a pallet"),
    Picture("expiring-goods.png", "/odoo/expiring-goods", size=SHORT),
    Picture("why-not.png", by_hand="Why Not on a delivery that got a part of what it wants"),
    Picture("fefo.png", "/odoo/fefo", size=SHORT),
    _paper("delivery-slip.png", "the delivery slip of a delivery with packages"),
    _paper("certificate-of-contents.png", "the certificate of contents of a delivery"),
    Picture(
        "try-a-case.png", "/odoo/trace-policies", "admin", steps=("click=button[name=action_try]",)
    ),
    # tracing
    Picture("trace-ask.png", "/odoo/action-lot_serial_trace.action_trace_ask", size=SHORT),
    _form("trace-answer.png", "traces", "trace.run", '[["name", "like", "HON-2601"]]'),
    Picture(
        "explorer.png",
        "/odoo/trace-explorer",
        steps=("type=.o_trace_explorer input | HON-2601", "see=.o_trace_explorer | CS-1001"),
    ),
    Picture("explorer-shared.png", by_hand="the page of a link that Share made"),
    Picture("trace-changes.png", by_hand="Ask Again on an answer to which something was added"),
    # archive
    Picture("seals-verification.png", by_hand="verify after changing an entry behind our back"),
    Picture("archive-purge.png", "/odoo/trace-retention", "admin", SHORT),
    Picture("trace-health.png", "/odoo/trace-health", size=SHORT),
    _paper("certificate.png", "a certificate of a lot"),
    # the till
    _till("till-refused.png", "scan a unit on hold"),
    _till("till-offline.png", "cut the line and sell"),
    _till("till-return.png", "take a unit back"),
    _till("till-receipt.png", "sell a thermometer and print"),
    _form("warranty-form.png", "trace-warranties", "trace.warranty", '[["number", "like", "T2-"]]'),
    _paper("warranty-certificate.png", "the certificate of a warranty"),
    # recalls
    _form("recall-notice.png", "recall-notices", "trace.notice", '[["number", "=", "2026-118"]]'),
    _form(
        "recall-case.png",
        "recalls",
        "trace.recall",
        '[["is_drill", "=", false], ["state", "=", "running"]]',
        login="recall",
    ),
    Picture("recall-page.png", by_hand="the page of the link in a customer's mail"),
    Picture("recall-balance.png", "/odoo/recall-balance", "recall", SHORT),
    _form(
        "recall-drill.png",
        "recall-drills",
        "trace.recall",
        '[["is_drill", "=", true], ["state", "=", "closed"]]',
        login="recall",
    ),
    # the public product page
    Picture(
        "product-page.png",
        by_hand="open the pages of a recalled, a sold and an unknown unit, and of an owner, in a "
        "window like a phone, and put them side by side",
    ),
    # authorities
    Picture(
        "regulator-request.png",
        by_hand="write a request of the FDA about two lots of food on the list down, one of which "
        "nobody knows, and make the spreadsheet",
    ),
    Picture(
        "regulator-missing.png",
        "/odoo/action-lot_serial_trace.action_trace_regulator_gap_now",
        size=SHORT,
    ),
    _paper("regulator-plan.png", "a traceability plan"),
)
