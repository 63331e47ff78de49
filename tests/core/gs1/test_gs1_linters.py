"""The content checks: the least that passes and the least that does not.

Whole fields are in the shared vectors; here is what those do not reach.
"""

import pytest

from lot_serial_trace.core.gs1.linters import LINTERS

GOOD = {
    "cset39": ["#-/0Z", ""],
    "cset64": ["-_Az09", "1==", "12=", ""],
    "cset82": ["!\"%&'()*+,-./:;<=>?_", "az"],
    "couponcode": [
        "6123456789012"
        + "123456"
        + "15"
        + "512345"
        + "9"
        + "123"
        + "1"
        + "3"
        + "11"
        + "4123"
        + "9",
        "012345612345611110123" + "3260630" + "4260601" + "50123456" + "6" + "11234567",
        "012345612345611110123" + "9" + "5271",
    ],
    "couponposoffer": ["1" + "6123456789012" + "123456" + "9123456789012345"],
    "csum": ["00", "96385074"],
    "csumalpha": ["!!22", "12345_NOPQRSTUVWXYZDN"],
    "gcppos1": ["0000", "1234AB"],
    "gcppos2": ["X1234"],
    "hasnondigit": ["1A", "/"],
    "hh": ["00", "23"],
    "hhmi": ["0000", "2359"],
    "hyphen": ["-"],
    "iban": ["BE71096123456769", "CH5604835012345678009"],
    "importeridx": ["-", "_", "a"],
    "iso3166": ["004", "894"],
    "iso3166999": ["999", "276"],
    "iso3166alpha2": ["AD", "ZW"],
    "iso4217": ["008", "978", "999"],
    "iso5218": ["0", "9"],
    "latitude": ["0000000000", "1800000000"],
    "longitude": ["3600000000"],
    "mediatype": ["01", "99"],
    "mi": ["59"],
    "nonzero": ["0010"],
    "nozeroprefix": ["10"],
    "packagetype": ["1A", "ZZ", "9"],
    "pcenc": ["%00%fF", "plain"],
    "pieceoftotal": ["11", "0203", "999999"],
    "posinseqslash": ["1/1", "9/10", "100/100"],
    "ss": ["00"],
    "winding": ["0", "1", "9"],
    "yesno": ["0", "1"],
    "yymmd0": ["260200", "000229"],
    "yymmdd": ["280229"],
    "yyyymmd0": ["21000200"],
    "yyyymmdd": ["20000229"],
    "zero": ["0", "000"],
}
BAD = {
    "cset39": ["a", "A_", "é"],
    "cset64": ["=", "12==", "1===", "1=2", "A B"],
    "cset82": [" ", "#", "$", "@", "[", "^", "`", "{", "~", "\x7f", "é"],
    "couponcode": [
        "",
        "7",
        "0",
        "012345A12345611110123",
        "01234561234561111012",
        "0123456123456111101234",
        "012345612345611110123" + "3260631",
        "012345612345611110123" + "3260601" + "4260630",
        "012345612345611110123" + "4260601" + "3260630",
        "012345612345611110123" + "8",
        "012345612345611110123" + "1" + "3" + "11" + "4123" + "7",
    ],
    "couponposoffer": ["", "2", "07", "00123456", "00123456123456", "001234561234560123456" + "0"],
    "csum": ["", "0", "96385075", "9638507A", "\u0661\u0662"],
    "csumalpha": ["", "2", "!!23", "A" * 100],
    "gcppos1": ["", "123", "12A4"],
    "gcppos2": ["1234", "1123"],
    "hasnondigit": ["", "0123"],
    "hh": ["24", "1", "123", "1a"],
    "hhmi": ["2400", "2360", "235", "23599"],
    "hyphen": ["", "0", "-0"],
    "iban": ["BE71", "BE71096123456768", "XX71096123456769", "be71096123456769"],
    "importeridx": ["", "+", "ab"],
    "iso3166": ["000", "999", "4", "FR"],
    "iso3166999": ["998"],
    "iso3166alpha2": ["AA", "fr", "FRA"],
    "iso4217": ["000", "EUR"],
    "iso5218": ["3", "", "01"],
    "latitude": ["1800000001", "180000000"],
    "longitude": ["3600000001", "36000000000"],
    "mediatype": ["00", "11", "79"],
    "mi": ["60", "1"],
    "nonzero": ["0", "000", "A1"],
    "nozeroprefix": ["0", "01", ""],
    "packagetype": ["", "XXX", "1a"],
    "pcenc": ["%", "%1", "%g0"],
    "pieceoftotal": ["", "1", "0102030", "0001", "0100", "0201"],
    "posinseqslash": ["", "1", "0/1", "1/0", "2/1", "01/2", "1/2/3"],
    "ss": ["60"],
    "winding": ["2", ""],
    "yesno": ["2", "y"],
    "yymmd0": ["260001", "261301", "260132", "270229", "26010", "2601011", "26O101"],
    "yymmdd": ["260100", "270229"],
    "yyyymmd0": ["00000101", "20261301"],
    "yyyymmdd": ["21000229", "20260100"],
    "zero": ["", "1", "01"],
}


def cases(table):
    return [(name, text) for name, texts in table.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), cases(GOOD))
def test_accepts(name, text):
    assert LINTERS[name](text, 2026) is None


@pytest.mark.parametrize(("name", "text"), cases(BAD))
def test_refuses(name, text):
    code, index, values = LINTERS[name](text, 2026)
    assert code
    assert 0 <= index <= len(text)
    assert isinstance(values, dict)


def test_nothing_is_left_untested():
    assert set(GOOD) | {"csetnumeric"} == set(LINTERS) == set(BAD) | {"csetnumeric"}
