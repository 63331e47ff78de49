"""What the cells of a column mean, decided for the column as a whole.

One cell rarely tells whether 02/03/2026 is in February or in March, or whether 1.234
is more than a thousand: the other cells of its column, and the other columns of its
file, do. Where they do not, nothing is guessed.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ..gs1.keys import has_check_digit, is_digits, normalise_gtin
from .sheet import EPOCHS

#: Years that a date in a notice may have.
YEARS = range(1990, 2100)
#: Orders in which day, month and year are written.
ORDERS = ("ymd", "dmy", "mdy")
#: The days that a spreadsheet's serial number of a date may mean, 2010 to 2060 or so;
#: what is below them as five digits is a Julian date.
_SERIALS = range(40_000, 58_500)
_JULIANS = range(18_001, 39_367)
_DITTO = {
    '"',
    "''",
    "”",
    "〃",
    "dito",
    "ditto",
    "do.",
    "idem",
    "id.",
    "same",
    "same as above",
    "s.o.",
}

_MONTHS = {
    1: "jan jän janv januar january janvier enero ene gen gennaio janeiro stycznia sty tammi",
    2: "feb fev fév fevr february februar fevrier febrero febbraio fevereiro luty lut helmi",
    3: "mar mär mrz march märz maerz mars marzo março maart mrt marzec maalis",
    4: "apr avr april avril abr abril aprile kwi huhti",
    5: "may mai mayo mag maggio mei maj maio touko",
    6: "jun june juni juin junio giu giugno junho cze kesä",
    7: "jul july juli juil juillet julio lug luglio julho lip heinä",
    8: "aug august août aout ago agosto augustus sie elo",
    9: "sep sept september septembre sep septiembre set settembre setembro wrz syys",
    10: "oct okt october oktober octobre octubre ott ottobre out outubro paz loka",
    11: "nov november novembre noviembre novembro lis marras",
    12: "dec dez dezember december dic dicembre decembre diciembre dezembro gru joulu",
}


def _bare(word):
    text = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in text if not unicodedata.combining(char))


_MONTH_OF = {_bare(name): month for month, names in _MONTHS.items() for name in names.split()}


def text_of(cell):
    """A cell as text, or ``""``; numbers without a decimal point that says nothing."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else str(cell)


def is_ditto(cell):
    """Whether a cell says "same as above" in words or marks."""
    return isinstance(cell, str) and len(cell) < 14 and cell.casefold() in _DITTO


# -- numbers ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity with the unit that was written beside it, if any."""

    value: Decimal
    unit: str = ""


_AMOUNT = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<digits>\d[\d.,'’\u00a0\u202f ]*)\s*(?P<unit>[^\d\s][^\d]{0,15})?"
)
_UNIT_FIRST = re.compile(r"(?P<unit>[A-Za-z]{1,6})\.?\s*(?P<digits>\d[\d.,]*)")


def decimal_mark(cells, default=""):
    """Which character parts the decimals in a column: ``.``, ``,`` or ``""`` if unknown.

    :param default: where the column does not tell
    """
    found = {_mark(cell) for cell in cells if isinstance(cell, str)} - {""}
    return found.pop() if len(found) == 1 else default if not found else "?"


def _mark(text):
    """The decimal mark that one number proves, or ``""``."""
    digits = re.search(r"\d[\d.,]*", text)
    digits = digits[0].rstrip(".,") if digits else ""
    marks = [char for char in digits if char in ".,"]
    if len(set(marks)) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 else ""
    if len(marks) > 1:  # 1.234.567
        return "," if marks[0] == "." else "."
    if len(marks) == 1:
        whole, _mark, rest = re.split(r"([.,])", digits)
        if len(rest) != 3 or len(whole) > 3 or whole == "0":
            return marks[0]
    return ""


def amount(cell, mark=""):
    """A quantity, or None if the cell is none or may be two.

    :param mark: the column's decimal mark; where it is ``""`` or ``"?"``, 1.234 is not
        read: it may be one or a thousand
    :rtype: Amount | None
    """
    if isinstance(cell, bool) or isinstance(cell, date):
        return None
    if isinstance(cell, int | float):
        return Amount(Decimal(repr(cell)))
    match = _AMOUNT.fullmatch(cell) or _UNIT_FIRST.fullmatch(cell)
    if not match:
        return None
    digits = re.sub(r"['’\u00a0\u202f ]", "", match["digits"]).rstrip(".,")
    sign = match.groupdict().get("sign") or ""
    value = _value(digits, _mark(digits) or mark)
    if value is None:
        return None
    return Amount(-value if sign == "-" else value, (match["unit"] or "").strip(" .()[]"))


def _value(digits, mark):
    marks = {char for char in digits if char in ".,"}
    if not marks:
        return Decimal(digits)
    if mark not in (".", ","):
        return None
    other = "," if mark == "." else "."
    whole, _mark, rest = digits.partition(mark)
    groups = whole.split(other)
    if other in rest or mark in rest or any(len(group) != 3 for group in groups[1:]):
        return None
    return Decimal("".join(groups) + (f".{rest}" if rest else ""))


# -- dates --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """A date as written.

    :param shape: what texts of one column have in common: order is decided per shape
    :param choices: dict order -> date; one entry where there is no choice
    """

    shape: str
    choices: dict


def day(cell, epoch=1900, last=True):
    """What a cell may mean as a date, or None.

    :param epoch: of the workbook's serial numbers
    :param last: of a month without day, the last day (an expiry); else the first
    :rtype: Day | None
    """
    if isinstance(cell, date):
        return Day("typed", {"": cell}) if cell.year in YEARS else None
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, float):
        cell = int(cell)
    text = re.sub(
        r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$", "", str(cell)
    )
    if is_digits(text):
        return _digits_only(text, epoch, last)
    return _with_month_name(text, last) or _with_separators(text, last)


def _digits_only(text, epoch, last):
    number = int(text)
    if len(text) == 5 and number in _SERIALS:
        return Day("serial", {"": EPOCHS[epoch] + timedelta(days=number)})
    if len(text) == 5 and number in _JULIANS:
        return _only("julian", _julian(text))
    if len(text) == 8:
        parts = {"ymd": (text[:4], text[4:6], text[6:]), "dmy": (text[4:], text[2:4], text[:2]),
                 "mdy": (text[4:], text[:2], text[2:4])}  # fmt: skip
        return _choose("8", parts, last)
    if len(text) == 6:
        parts = {"ymd": (text[:2], text[2:4], text[4:]), "dmy": (text[4:], text[2:4], text[:2]),
                 "mdy": (text[4:], text[:2], text[2:4]), "my": (text[2:], text[:2], None),
                 "ym": (text[:4], text[4:], None)}  # fmt: skip
        return _choose("6", parts, last)
    if len(text) == 4:
        return _choose(
            "4", {"my": (text[2:], text[:2], None), "ym": (text[:2], text[2:], None)}, last
        )
    return None


def _julian(text):
    year, days = 2000 + int(text[:2]), int(text[2:])
    found = date(year, 1, 1) + timedelta(days=days - 1) if days else None
    return found if found and found.year == year else None


def _only(shape, found):
    return Day(shape, {"": found}) if found else None


def _choose(shape, parts, last):
    """The dates that ``parts`` (order -> year, month, day) give."""
    dates = {order: _date(*texts, last) for order, texts in parts.items()}
    dates = {order: found for order, found in dates.items() if found}
    return Day(shape, dates) if dates else None


def _date(year, month, day_, last):
    """A date; of a month without a day, or with day 00, its first or last day."""
    try:
        year, month = int(year), int(month)
        year += 2000 if year < 100 else 0
        end = calendar.monthrange(year, month)[1]
        number = int(day_) if day_ is not None and int(day_) else end if last else 1
        return date(year, month, number) if year in YEARS else None
    except (ValueError, calendar.IllegalMonthError):
        return None


def _with_separators(text, last):
    parts = re.fullmatch(r"(\d{1,4})\s*([./\-\s])\s*(\d{1,4})(?:\s*\2\s*(\d{2,4}))?\.?", text)
    if not parts:
        return None
    first, mark, second, third = parts.groups()
    if third is None:
        return _month_and_year(first, second, mark, last)
    if len(first) == 4:
        return _choose(f"y{mark}", {"ymd": (first, second, third)}, last)
    if len(first) > 2 or len(second) > 2 or len(third) == 3:
        return None
    orders = {"dmy": (third, second, first)}
    if mark != ".":
        orders["mdy"] = (third, first, second)
    if len(third) == 2 and len(first) == 2:
        orders["ymd"] = (first, second, third)
    return _choose(f"d{mark}{len(third)}", orders, last)


def _month_and_year(first, second, mark, last):
    if len(first) == 4:
        return _choose(f"ym{mark}", {"ym": (first, second, None)}, last)
    if len(second) in (2, 4):
        return _choose(f"my{mark}", {"my": (second, first, None)}, last)
    return None


def _with_month_name(text, last):
    words = re.findall(r"\d+|[^\W\d_]+", text)
    names = [word for word in words if not word.isdigit()]
    names = [
        word for word in names if _bare(word) not in ("de", "of", "the", "st", "nd", "rd", "th")
    ]
    numbers = [word for word in words if word.isdigit()]
    month = _MONTH_OF.get(_bare(names[0])) if len(names) == 1 else None
    if not month or not 1 <= len(numbers) <= 2 or len(text) > 30:
        return None
    if len(numbers) == 1:
        return _only("named", _date(numbers[0], month, None, last))
    day_, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    return _only("named", _date(year, month, day_, last))


#: Dots are written between day, month and year in this order.
_USUAL = {"d.2": "dmy", "d.4": "dmy"}


class DateColumn:
    """Decides in which order the dates of a column are written.

    :ivar doubtful: shapes with more than one order left
    """

    def __init__(self, preferred=""):
        self._orders = {}  # shape -> orders that fit every cell
        self._left = {}
        self._differ = {}  # shape -> pairs of orders that were seen to give other dates
        self.preferred = preferred

    def see(self, cell_day):
        """Take one cell's :class:`Day` into account."""
        orders = set(cell_day.choices)
        known = self._orders.get(cell_day.shape)
        self._orders[cell_day.shape] = orders if known is None else known & orders
        if len(set(cell_day.choices.values())) > 1:
            self._differ.setdefault(cell_day.shape, []).append(cell_day.choices)

    def left(self, shape):
        """The orders that are left for a shape, those that give the same dates as one."""
        if shape not in self._left:
            self._left[shape] = self._reduce(shape)
        return self._left[shape]

    def _reduce(self, shape):
        orders = self._orders.get(shape) or set()
        for usual in (self.preferred, _USUAL.get(shape)):
            if usual in orders:
                return {usual}
        years = {order: self._years(shape, order) for order in orders}
        near = [order for order in orders if years[order] <= 4]
        if len(near) == 1 and all(years[order] >= 8 for order in orders if order != near[0]):
            return {near[0]}
        if shape[0] == "d" and len(orders) > 1:  # a year of two digits comes last as a rule
            orders = orders - {"ymd"}
        if "my" in orders and "mdy" in orders:  # the day would be the 20th in all of them
            orders = orders - {"mdy"}
        seen = {}
        for order in sorted(orders):
            dates = tuple(choices.get(order) for choices in self._differ.get(shape, ()))
            seen.setdefault(dates, order)
        return set(seen.values())

    def _years(self, shape, order):
        """How many years lie between the dates that an order gives: goods of one file are near."""
        years = [choices[order].year for choices in self._differ.get(shape, ()) if order in choices]
        return max(years) - min(years) if years else 0

    @property
    def decided(self):
        """dict shape -> the one order that is left."""
        return {
            shape: next(iter(self.left(shape)))
            for shape in self._orders
            if len(self.left(shape)) == 1
        }

    def settle(self, others):
        """Let the other date columns of the file decide where this one cannot.

        :param others: list of :class:`DateColumn`
        """
        for shape in self._orders:
            left = self.left(shape)
            if len(left) > 1:
                told = {
                    order
                    for column in others
                    for other_shape, order in column.decided.items()
                    if order in left and other_shape not in ("typed", "named", "serial", "julian")
                }
                if len(told) == 1:
                    self._orders[shape] = told
                    self._left.clear()

    def within(self, first, last):
        """Drop the orders that give a date outside of a time, if another one gives none."""
        for shape in self._orders:
            left = self.left(shape)
            good = {
                order
                for order in left
                if all(
                    first <= choices[order] <= last
                    for choices in self._differ.get(shape, ())
                    if order in choices
                )
            }
            if len(left) > 1 and len(good) == 1:
                self._orders[shape] = good
                self._left.clear()

    def value(self, cell_day):
        """The date of a cell, or None where the column's order is in doubt.

        A cell that contradicts its column stands for itself where it can be read in
        one way only.
        """
        left = self.left(cell_day.shape)
        dates = {cell_day.choices[order] for order in left if order in cell_day.choices}
        if not dates and len(set(cell_day.choices.values())) == 1 and not left:
            dates = set(cell_day.choices.values())
        return dates.pop() if len(dates) == 1 else None


# -- what spreadsheets do to codes --------------------------------------------


_CUT = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,3}", re.IGNORECASE)
_WITH_POINT = re.compile(r"\d{1,18}[.,]0{1,2}")


def code(cell):
    """A code as text, and what a spreadsheet did to it.

    :returns: ``(text, damage)``; damage is ``""``, ``"number"`` (leading zeros may be
        lost), ``"cut"`` (digits are lost), or ``"date"``
    """
    if isinstance(cell, str):
        return _code_text(cell)
    if isinstance(cell, bool):
        return str(cell).upper(), ""
    if isinstance(cell, date):
        return cell.isoformat(), "date"
    if isinstance(cell, int):
        return str(cell), "cut" if abs(cell) >= 10**15 else "number"
    if isinstance(cell, float):
        return (str(int(cell)) if cell.is_integer() else repr(cell)), "number"
    return _code_text(text_of(cell))


def _code_text(text):
    if not text[:1].isdigit():
        return text.removeprefix("'"), ""
    if text.isdigit():
        return text, ""
    if _CUT.fullmatch(text):
        return text, "cut"
    if _WITH_POINT.fullmatch(text):
        return text.replace(",", ".").split(".")[0], "number"
    return text, ""


def mend_gtin(text):
    """A GTIN whose leading zeros got lost, as 12, 13 or 14 digits; ``""`` if it is none."""
    if not is_digits(text) or normalise_gtin(text) or not 7 <= len(text) <= 13:
        return ""
    for length in (12, 13, 14) if len(text) > 8 else (8, 12):
        padded = text.zfill(length)
        if len(text) < length and has_check_digit(padded):
            return padded
    return ""


_LOT_AND_QUANTITY = re.compile(
    r"(?P<lot>[^,;\n()]+?)\s*(?:\(\s*(?P<a>\d[\d.,]*)\s*(?:[^\d\W]{1,8}\.?)?\s*\)"
    r"|\s*[:=]\s*(?P<b>\d[\d.,]*)\s*(?:[^\d\W]{1,8}\.?)?|\s+[x×]\s*(?P<c>\d[\d.,]*))"
)


def lots_with_quantities(text, mark="."):
    """``A1 (50), A2 (30)`` as list of (lot, quantity); None if the cell is not written so."""
    found, end = [], 0
    for match in _LOT_AND_QUANTITY.finditer(text):
        if text[end : match.start()].strip(" ,;+&/\n\t"):
            return None
        quantity = amount(match["a"] or match["b"] or match["c"], mark)
        if quantity is None:
            return None
        found.append((match["lot"].strip(" ,;+&/\n\t"), quantity.value))
        end = match.end()
    if not found or text[end:].strip(" ,;.\n\t"):
        return None
    return found
