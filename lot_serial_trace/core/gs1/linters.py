"""The content checks of the GS1 Syntax Dictionary, by the names it uses.

Every check takes the text of one component and the year from which centuries are
counted, and returns None or ``(code, index, values)``: a key into
:data:`messages.ERRORS`, where in the component the fault begins, and more values
for the sentence. Checks accept any text.

Left out: company prefixes are only looked at for their first four digits, since the
register of prefixes is neither free nor stable.
"""

import re
from functools import partial

from biip.checksums import gs1_standard_check_digit

from .dates import read_date, read_time
from .dictionary import CODE_LISTS
from .keys import is_digits
from .tables import COUPON_OPTIONS, COUPONS

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CHECK_PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _primes(count):
    found = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


#: Weights of the characters before a check pair, counted from the right.
CHECK_PAIR_WEIGHTS = _primes(97)


def _charset(pattern, code, text, year):
    wrong = re.search(pattern, text)
    return (code, wrong.start(), {"found": _visible(wrong[0])}) if wrong else None


def _visible(char):
    """A character for a sentence: blanks and control characters by their number."""
    return f"U+{ord(char):04X}" if char <= " " or "\x7f" <= char <= "\xa0" else char


def _cset64(text, year):
    body = text.rstrip("=")
    wrong = _charset(r"[^A-Za-z0-9_-]", "not_cset64", body, year)
    padding = len(text) - len(body)
    if not wrong and padding and (padding > 2 or len(text) % 3):
        return "bad_padding", len(body), {}
    return wrong


def _csum(text, year):
    if not is_digits(text) or len(text) < 2:
        return _csetnumeric(text, year) or ("too_short", 0, {"length": len(text), "wanted": 2})
    expected = str(gs1_standard_check_digit(text[:-1]))
    return None if text[-1] == expected else ("check_digit", 0, {"expected": expected})


def _csumalpha(text, year):
    body = text[:-2]
    if len(text) < 2 or len(body) > len(CHECK_PAIR_WEIGHTS) or _cset82(body, year):
        return "check_pair", 0, {}
    total = sum(
        CSET82.index(char) * weight
        for char, weight in zip(reversed(body), CHECK_PAIR_WEIGHTS, strict=False)
    )
    total %= 1021
    pair = CHECK_PAIR[total // 32] + CHECK_PAIR[total % 32]
    return None if text[-2:] == pair else ("check_pair", 0, {})


def _company_prefix(start, text, year):
    prefix = text[start : start + 4]
    if len(prefix) == 4 and is_digits(prefix):
        return None
    return "company_prefix", start, {}


def _date(length, day_zero, text, year):
    if len(text) == length and read_date(text, year, day_zero):
        return None
    return "bad_date", 0, {}


def _time(length, text, year):
    return None if len(text) == length and read_time(text) else ("bad_time", 0, {})


def _part_of_hour(text, year):
    return _time(4, "00" + text, year)


def _iban(text, year):
    letters = text[4:] + text[:4]
    if (
        len(text) > 10
        and re.fullmatch(r"[0-9A-Z]+", text)
        and text[:2] in CODE_LISTS["iso3166alpha2"]
        and int("".join(str(int(char, 36)) for char in letters)) % 97 == 1
    ):
        return None
    return "bad_iban", 0, {}


def _listed(name, title, text, year):
    return None if text in CODE_LISTS[name] else ("not_listed", 0, {"list": title})


def _country_or_999(text, year):
    return None if text == "999" else _listed("iso3166", "ISO 3166", text, year)


def _one_of(codes, title, text, year):
    return None if len(text) == 1 and text in codes else ("not_listed", 0, {"list": title})


def _at_most(limit, text, year):
    if len(text) == 10 and is_digits(text) and int(text) <= limit:
        return None
    return "bad_position", 0, {}


def _digits_and(pattern, code, text, year):
    return _csetnumeric(text, year) or (None if re.search(pattern, text) else (code, 0, {}))


def _matches(pattern, code, text, year):
    return None if re.fullmatch(pattern, text) else (code, 0, {})


def _percent(text, year):
    wrong = re.search(r"%(?![0-9A-Fa-f]{2})", text)
    return ("bad_percent", wrong.start(), {"found": text[wrong.start() :][:3]}) if wrong else None


def _piece(text, year):
    half = len(text) // 2
    if len(text) % 2 == 0 and is_digits(text) and 0 < int(text[:half]) <= int(text[half:]):
        return None
    return "bad_piece", 0, {}


def _sequence(text, year):
    found = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", text)
    if found and int(found[1]) <= int(found[2]):
        return None
    return "bad_sequence", 0, {}


def _coupon_step(step, text, at, year):
    """How many characters at ``at`` the step takes, or None if they do not fit it."""
    kind, _, plus = step[1:].partition("+")
    if step[0] == "d":
        return int(kind)
    if step[0] == "t":
        return 6 if read_date(text[at : at + 6], year) else None
    digit = text[at : at + 1]
    if step[0] == "o" and digit == "9":
        return 1
    if not digit or digit not in kind:
        return None
    return 1 if step[0] == "c" else 1 + int(digit) + int(plus)


def _coupon_steps(steps, text, at, year):
    """Walk through ``steps`` (see :data:`tables.COUPONS`).

    :return: the index behind them, or None if the text does not follow them
    """
    for step in steps.split():
        taken = _coupon_step(step, text, at, year)
        if taken is None or at + taken > len(text):
            return None
        at += taken
    return at


def _coupon(name, text, year):
    at = _coupon_steps(COUPONS[name], text, 0, year) if is_digits(text) else None
    dates = {}
    for marker, steps in COUPON_OPTIONS.items() if name == "couponcode" else ():
        if at is not None and text[at : at + 1] == marker:
            dates[marker] = text[at + 1 : at + 7]
            at = _coupon_steps(steps, text, at + 1, year)
    backwards = "3" in dates and "4" in dates and dates["4"] > dates["3"]
    return ("bad_coupon", 0, {}) if at != len(text) or backwards else None


_csetnumeric = partial(_charset, r"[^0-9]", "not_digit")
_cset82 = partial(_charset, r"[^!\"%-?A-Z_a-z]", "not_cset82")
_cset39 = partial(_charset, r"[^0-9A-Z#/-]", "not_cset39")

LINTERS = {
    "cset39": _cset39,
    "cset64": _cset64,
    "cset82": _cset82,
    "couponcode": partial(_coupon, "couponcode"),
    "couponposoffer": partial(_coupon, "couponposoffer"),
    "csetnumeric": _csetnumeric,
    "csum": _csum,
    "csumalpha": _csumalpha,
    "gcppos1": partial(_company_prefix, 0),
    "gcppos2": partial(_company_prefix, 1),
    "hasnondigit": partial(_matches, r"(?s).*[^0-9].*", "only_digits"),
    "hh": partial(_time, 2),
    "hhmi": partial(_time, 4),
    "hyphen": partial(_matches, r"-+", "not_hyphen"),
    "iban": _iban,
    "importeridx": partial(_matches, r"[0-9A-Za-z_-]", "not_cset64"),
    "iso3166": partial(_listed, "iso3166", "ISO 3166"),
    "iso3166999": _country_or_999,
    "iso3166alpha2": partial(_listed, "iso3166alpha2", "ISO 3166"),
    "iso4217": partial(_listed, "iso4217", "ISO 4217"),
    "iso5218": partial(_one_of, "0129", "ISO 5218"),
    "latitude": partial(_at_most, 1_800_000_000),
    "longitude": partial(_at_most, 3_600_000_000),
    "mediatype": partial(_listed, "mediatype", "AIDC media type"),
    "mi": _part_of_hour,
    "nonzero": partial(_digits_and, r"[1-9]", "zero"),
    "nozeroprefix": partial(_digits_and, r"\A[1-9]", "leading_zero"),
    "packagetype": partial(_listed, "packagetype", "UNECE Rec 21"),
    "pcenc": _percent,
    "pieceoftotal": _piece,
    "posinseqslash": _sequence,
    "ss": _part_of_hour,
    "winding": partial(_one_of, "019", "0, 1, 9"),
    "yesno": partial(_one_of, "01", "0, 1"),
    "yymmd0": partial(_date, 6, True),
    "yymmdd": partial(_date, 6, False),
    "yyyymmd0": partial(_date, 8, True),
    "yyyymmdd": partial(_date, 8, False),
    "zero": partial(_matches, r"0+", "not_zero"),
}
