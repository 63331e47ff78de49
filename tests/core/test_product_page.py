"""What a Digital Link asks, what the page may say, and the linkset."""

import datetime as dt

import pytest

from lot_serial_trace.core import product_page as page
from lot_serial_trace.core.product_page import Asked, Facts, NoLink, read, state_of
from lot_serial_trace.core.rate import Rate, network

GTIN = "09501101530003"
TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (f"/01/{GTIN}", Asked(GTIN)),
        ("/01/9501101530003/21/S-1", Asked(GTIN, serial="S-1")),
        (f"/01/{GTIN}/10/L1/21/S1", Asked(GTIN, "L1", "S1")),
        (f"/01/{GTIN}/21/A%2FB%26C%3F", Asked(GTIN, serial="A/B&C?")),
        (f"/01/{GTIN}/10/%22x%22", Asked(GTIN, '"x"')),
        (f"/01/{GTIN}/10/L1?17=261231", Asked(GTIN, "L1", expiry=dt.date(2026, 12, 31))),
        (f"/01/{GTIN}/10/L1?linkType=gs1:pip&utm_source=x&lang=de", Asked(GTIN, "L1")),
        (f"/01/{GTIN}/22/V2/10/L1", Asked(GTIN, "L1")),
        (f"/01/{GTIN}/10/L%20%C3%A9", Asked(GTIN, "L é")),
    ],
)
def test_read(target, wanted):
    assert read(target) == wanted


@pytest.mark.parametrize(
    "target",
    [
        "/01/09501101530004",
        "/01/nonsense",
        "/01/",
        f"/01/{GTIN}/21/",
        f"/01/{GTIN}/21/{'x' * 21}",
        f"/01/{GTIN}/21/a b",
        f"/01/{GTIN}/21/%E9",
        f"/01/{GTIN}/21/a%00b",
        f"/01/{GTIN}/10/%0D%0Ax",
        f"/01/{GTIN}/21/A/B",
        f"/01/{GTIN}/21/A/10/B",
        f"/01/{GTIN}/21/{'x' * 10_000}",
        "/00/012345678901234560",
        f"/21/S1/01/{GTIN}/10",
    ],
)
def test_what_is_no_link(target):
    try:
        found = read(target)
    except NoLink:
        return
    assert not found.is_unit, found


def test_path_is_what_was_read():
    for asked in (Asked(GTIN), Asked(GTIN, "L/1", "S 1%"), Asked(GTIN, serial='"é')):
        assert read(asked.path) == asked
    assert Asked(GTIN, "L/1", "é").path == f"/01/{GTIN}/10/L%2F1/21/%C3%A9"


def test_spellings():
    assert page.spellings(GTIN) == [GTIN, GTIN[1:]]
    assert page.spellings("00000012345670")[-1] == "12345670"
    assert page.spellings("19501101530000") == ["19501101530000"]


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (None, "unknown"),
        (Facts(), "unknown"),
        (Facts(is_sold=True), "genuine"),
        (Facts(is_sold=True, batch="L2"), "unknown"),
        (Facts(is_sold=True, batch="L1"), "genuine"),
        (Facts(is_sold=True, expires=TODAY), "genuine"),
        (Facts(is_sold=True, expires=TODAY - dt.timedelta(1)), "expired"),
        (Facts(is_sold=False, expires=TODAY - dt.timedelta(1)), "unknown"),
        (Facts(is_sold=True, recalls=(7,), expires=TODAY - dt.timedelta(1)), "recalled"),
        (Facts(is_sold=False, recalls=(7,)), "recalled"),
    ],
)
def test_state(facts, wanted):
    assert state_of(Asked(GTIN, "L1", "S1"), facts, TODAY) == wanted
    assert state_of(Asked(GTIN), facts, TODAY) == "product"


def test_other_date():
    asked = Asked(GTIN, "L1", expiry=TODAY)
    assert not page.has_other_date(asked, Facts(expires=TODAY))
    assert not page.has_other_date(asked, Facts())
    assert not page.has_other_date(asked, None)
    assert page.has_other_date(asked, Facts(expires=TODAY + dt.timedelta(1)))


def test_links_do_not_tell_what_is_known():
    assert set(page.links(Asked(GTIN), True)) == {"defaultLink", "pip", "recallStatus"}
    assert page.links(Asked(GTIN, "L1"), True)["registerProduct"] == "register"
    assert "registerProduct" not in page.links(Asked(GTIN, "L1"), False)


def test_link_type():
    for text in ("gs1:pip", "pip", "https://ref.gs1.org/voc/pip", "https://gs1.org/voc/pip"):
        assert page.link_type(text) == "pip"


def test_linkset():
    made = page.linkset("https://a.example/01/1", "Milk", {"pip": ("T", "https://b")}, ["en"])
    [entry] = made["linkset"]
    assert entry["anchor"] == "https://a.example/01/1"
    assert entry["https://ref.gs1.org/voc/pip"] == [
        {"href": "https://b", "title": "T", "type": "text/html", "hreflang": ["en"]}
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["de-AT", "en"], "de_DE"),
        (["fr-CA", "fr"], "fr_CA"),
        (["tlh", "EN"], "en_US"),
        (["tlh"], None),
        ([], None),
    ],
)
def test_best_language(wanted, found):
    assert page.best_language(wanted, ["en_US", "de_DE", "fr_FR", "fr_CA"]) == found


def test_rate_spent_without_counting():
    now = [0]
    rate = Rate(2, 60, clock=lambda: now[0])
    assert not rate.is_spent("a")
    assert rate.allows("a")
    assert not rate.is_spent("a")
    assert rate.allows("a")
    assert rate.is_spent("a")
    assert not rate.is_spent("b")
    now[0] = 60
    assert not rate.is_spent("a")


def test_network():
    assert network("2001:db8::17") == network("2001:db8::ffff") == "2001:db8::/64"
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network(None) == ""
    assert network("unix:") == "unix:"
