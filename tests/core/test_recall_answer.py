import pytest

from lot_serial_trace.core.recall import answer as answers
from lot_serial_trace.core.recall.answer import Goods, is_effective, read

JARS = [Goods(7, "Units", 10), Goods(8, "Units", 4)]
MIXED = [Goods(7, "Units", 10), Goods(9, "kg", 2.5)]


def sentences(answer):
    return [sentence for sentence, _values in answer.flaws]


def test_in_total():
    answer = read({"unit-0-found": "12", "unit-0-destroyed": "2"}, JARS)
    assert answer.units == {"Units": {"found": 12, "destroyed": 2}}
    assert not answer.lots
    assert not answer.flaws


def test_lot_by_lot_makes_the_total():
    answer = read({"lot-7-found": "9", "lot-8-found": "4", "lot-7-sold_on": "1"}, JARS)
    assert answer.units == {"Units": {"found": 13, "sold_on": 1}}
    assert answer.lots == {7: {"found": 9, "sold_on": 1}, 8: {"found": 4}}


def test_each_unit_for_itself():
    assert answers.units_of(MIXED) == ["Units", "kg"]
    answer = read({"unit-0-found": "3", "unit-1-destroyed": "1,5"}, MIXED)
    assert answer.units == {"Units": {"found": 3}, "kg": {"destroyed": 1.5}}
    assert answer.total("destroyed") == 1.5


def test_total_and_lots_must_agree():
    answer = read({"unit-0-found": "5", "lot-7-found": "4"}, JARS)
    assert sentences(answer) == [answers.TOTAL_DIFFERS]
    assert answer.flaws[0][1] == {"total": "5", "lots": "4"}
    assert not read({"unit-0-found": "4", "lot-7-found": "4"}, JARS).flaws


@pytest.mark.parametrize("text", ["12", " 12 ", "1 2", "12.0", "12,00", "1\u202f2"])
def test_numbers_as_people_type_them(text):
    assert read({"unit-0-found": text}, JARS).units["Units"]["found"] == 12


@pytest.mark.parametrize(
    "text", ["-1", "ten", "1e5", "nan", "inf", "1.2.3", "99999999999", "1/2", "<b>1</b>", "٣x"]
)
def test_what_is_no_quantity(text):
    answer = read({"unit-0-found": text}, JARS)
    assert sentences(answer) == [answers.NOT_A_NUMBER]
    assert len(answer.flaws[0][1]["value"]) <= 30


def test_none_and_found():
    assert read({"none": "1"}, JARS).none
    answer = read({"none": "1", "unit-0-found": "1"}, JARS)
    assert sentences(answer) == [answers.NONE_AND_FOUND]
    assert not read({"none": "1", "unit-0-sold_on": "14"}, JARS).flaws


def test_nothing_said():
    assert sentences(read({}, JARS)) == [answers.NOTHING_SAID]
    assert sentences(read({"remark": "hello"}, JARS)) == [answers.NOTHING_SAID]
    assert not read({"unit-0-found": "0"}, JARS).flaws, "zero is an answer"


def test_lots_of_others_are_not_read():
    answer = read({"lot-99-found": "5", "none": "1"}, JARS)
    assert not answer.lots
    assert not answer.units


def test_buyers():
    answer = read({"sold_to": "Ann, ann@example.com, 2\nBob", "buyers": "7"}, JARS)
    assert [buyer.name for buyer in answer.buyers] == ["Ann", "Bob"]
    assert answer.buyer_count == 7
    assert sentences(read({"buyers": "many"}, JARS)) == [answers.NOT_A_NUMBER]
    many = "\n".join(f"Buyer {'x' * index}" for index in range(1, 502))
    assert len(many) > 501
    distinct = "\n".join(f"B{index}z" for index in range(501))
    assert sentences(read({"sold_to": distinct}, JARS)) == [answers.TOO_MANY]


def test_remark_is_bounded():
    assert len(read({"none": "1", "remark": "x" * 10_000}, JARS).remark) == answers.REMARK


@pytest.mark.parametrize(
    ("told", "none", "good"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"Units": {"found": 9}}, False, False),
        ({"Units": {"found": 9, "sold_on": 1}}, False, True),
        ({"Units": {"found": 11}}, False, True),
        ({"kg": {"found": 10}}, False, False),
    ],
)
def test_effective(told, none, good):
    assert is_effective({"Units": 10}, told, none) is good


def test_effective_for_every_unit():
    received = {"Units": 10, "kg": 2.5}
    assert not is_effective(received, {"Units": {"found": 12.5}}, False)
    assert is_effective(received, {"Units": {"found": 10}, "kg": {"returned": 2.5}}, False)
