"""What a Digital Link asks, what the page may say, and the linkset."""

import datetime as dt
import re
from urllib.parse import urlsplit

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


def is_address(text):
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and parts.netloc and text.isascii() and " " not in text


def check_target(link):
    """A target object of RFC 9264, 4.2.3 and 4.2.4."""
    assert set(link) <= {"href", "title", "type", "hreflang"}
    assert is_address(link["href"])
    assert link["title"]
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", link["type"])
    assert isinstance(link["hreflang"], list), "an array, though there be one language only"
    for tag in link["hreflang"]:
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", tag)


def check_linkset(made):
    """What RFC 9264 (4.2) and GS1-Conformant Resolver (1.2) ask of a set of links as JSON."""
    assert set(made) == {"linkset"}
    for context in made["linkset"]:
        relations = set(context) - {"anchor", "description", "itemDescription"}
        assert is_address(context["anchor"])
        assert context["description"] == context["itemDescription"] != ""
        assert page.VOCABULARY + "defaultLink" in relations
        for relation in relations:
            assert re.fullmatch(r"https://ref\.gs1\.org/voc/[a-zA-Z]+", relation)
            assert isinstance(context[relation], list)
            for link in context[relation]:
                check_target(link)


@pytest.mark.parametrize("asked", [Asked(GTIN), Asked(GTIN, "L1"), Asked(GTIN, "L 1", "Ü/1")])
@pytest.mark.parametrize("may_register", [True, False])
def test_linkset_has_the_shape_of_the_standards(asked, may_register):
    own = "https://a.example" + asked.path
    titles = {
        name: ("Title", f"{own}#{place}" if place else own)
        for name, place in page.links(asked, may_register).items()
    }
    made = page.linkset(own, "Milk", titles, ["en-US", "de-DE", "zh-Hans-CN"])
    check_linkset(made)
    with pytest.raises(AssertionError):
        check_linkset({**made, "more": 1})


def test_description_has_the_shape_of_the_standard():
    made = page.description_file("https://a.example", "Dairy")
    assert is_address(made["resolverRoot"])
    assert not made["resolverRoot"].endswith("/")
    assert made["supportedPrimaryKeys"] == ["01"]
    for kind in made["supportedLinkType"]:
        assert is_address(kind["namespace"])
        assert re.fullmatch(r"[a-zA-Z_][A-Za-z0-9_-]*:", kind["prefix"])


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


def test_languages_with_two_scripts():
    assert page.best_language(["sr-Latn-RS", "sr"], ["en_US", "sr@latin"]) == "sr@latin"
    assert page.best_language(["sr-Cyrl"], ["sr@latin", "sr@Cyrl"]) == "sr@Cyrl"


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
