"""The reader follows the Syntax Dictionary, whole, and the browser's table follows suit."""

import random
import subprocess
import sys

import pytest
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from gs1_compact import ADDON

from lot_serial_trace.core import gs1
from lot_serial_trace.core.gs1 import dictionary, tables
from lot_serial_trace.core.gs1.linters import LINTERS

#: Values of components whose content cannot be drawn at random.
SAMPLES = {
    "yymmd0": "261231",
    "yymmdd": "261231",
    "yyyymmdd": "20261231",
    "hhmi": "2359",
    "hh": "23",
    "mi": "59",
    "ss": "59",
    "iso3166": "250",
    "iso3166999": "999",
    "iso3166alpha2": "FR",
    "iso4217": "978",
    "iso5218": "2",
    "latitude": "0900000000",
    "longitude": "1800000000",
    "mediatype": "80",
    "packagetype": "PX",
    "pieceoftotal": "0102",
    "posinseqslash": "1/2",
    "winding": "9",
    "yesno": "1",
    "zero": "0",
    "hyphen": "-",
    "iban": "GB98MIDL07009312345678",
    "couponcode": "012345612345611110123",
    "couponposoffer": "00123456123456" + "0" + "123456",
    "csumalpha": "1987654Ad4X4bL5ttr2310c2K",
    "pcenc": "A%20B",
}


def value_of(entry, rng):
    """A right value of an application identifier, as long as it may be."""
    value = ""
    for part in entry.components:
        known = next((SAMPLES[name] for name in part.linters if name in SAMPLES), None)
        digits = "".join(rng.choice("123456789") for _ in range(part.high))
        if known is None and "csum" in part.linters:
            known = digits[:-1] + gs1.check_digit(digits[:-1])
        value += known or digits
    return value


@pytest.mark.parametrize("ai", gs1.AIS)
def test_every_identifier_is_read_in_every_form(ai):
    entry = gs1.AIS[ai]
    value = value_of(entry, random.Random(ai))
    separator = "" if entry.predefined else "\x1d"
    other = "99" if ai == "91" else "91"
    for text in (
        f"]C1{ai}{value}",
        f"]C1{ai}{value}{separator}{other}A",
        gs1.build_bracketed({ai: value}),
        "]C1" + gs1.build_element_string({ai: value, other: "A"}),
    ):
        element = gs1.parse(text, year=2026).elements[0]
        assert (element.ai, element.value, element.title) == (ai, value, entry.title)


@pytest.mark.parametrize("ai", [ai for ai, entry in gs1.AIS.items() if entry.key is not None])
def test_every_key_makes_a_digital_link(ai):
    value = value_of(gs1.AIS[ai], random.Random(ai))
    assert gs1.parse(gs1.build_digital_link({ai: value})).get(ai) == value


def test_identifiers_are_told_by_their_first_two_digits():
    for ai in gs1.AIS:
        assert dictionary.AI_LENGTHS[ai[:2]] == len(ai)


def test_every_check_of_the_dictionary_exists():
    used = {
        name for entry in gs1.AIS.values() for part in entry.components for name in part.linters
    }
    assert used <= set(LINTERS)


def test_every_measure_has_a_unit():
    measures = [entry for ai, entry in gs1.AIS.items() if len(ai) == 4 and "31" <= ai[:2] <= "36"]
    assert len(measures) > 300
    assert all(entry.unit for entry in measures)
    assert set(tables.UNITS) == {entry.ai[:3] for entry in measures}


@pytest.mark.parametrize("ai", gs1.AIS)
def test_biip_knows_the_same_identifiers(ai):
    other = GS1ApplicationIdentifier.extract(ai)
    assert (other.ai, other.separator_required) == (ai, not gs1.AIS[ai].predefined)


def test_the_browsers_table_is_up_to_date():
    tool = ADDON.parent / "tools" / "gs1_table.py"
    done = subprocess.run([sys.executable, tool, "--check"], check=False)
    assert done.returncode == 0, "run tools/gs1_table.py"
