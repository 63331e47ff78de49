"""Expiry rules: the most specific that sets a boundary wins; days are local days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lot_serial_trace.core import expiry
from lot_serial_trace.core.expiry import Case, Dates, Limit, Limits, Rule

CASE = Case(
    product_id=10,
    categ_ids=(42, 41),
    location_ids=(53, 52, 51),
    partner_ids=(31, 30),
    company_id=1,
)
DAY = date(2026, 6, 30)


def stop(rule_id, **values):
    return Rule(rule_id, stop_unit="days", stop_at=1, **values)


def winner(*rules, boundary="stop"):
    limit = getattr(expiry.limits(rules, CASE), boundary)
    return limit.rule_id if limit else None


def test_only_what_agrees_applies():
    for values in (
        {"product_id": 11},
        {"categ_id": 40},
        {"location_id": 50},
        {"partner_id": 32},
        {"company_id": 2},
    ):
        assert winner(stop(1, **values)) is None
    assert winner(stop(1, partner_id=30)) == 1, "the commercial parent"


def test_goods_in_stock_are_nobodys_customers():
    case = Case(product_id=10)
    assert expiry.limits([stop(1, partner_id=31)], case).stop is None


def test_order_of_specificity():
    rules = [
        stop(1, sequence=20),
        stop(2, sequence=10),
        stop(3, sequence=10),
        stop(4, sequence=30, company_id=1),
        stop(5, location_id=51),
        stop(6, location_id=53),
        stop(7, categ_id=41),
        stop(8, categ_id=42),
        stop(9, categ_id=42, location_id=51),
        stop(10, product_id=10),
        stop(11, partner_id=30),
    ]
    while rules:
        assert winner(*rules) == rules[-1].id
        assert winner(*reversed(rules)) == rules[-1].id
        rules.pop()


def test_each_boundary_has_its_own_winner():
    rules = [
        Rule(1, stop_unit="days", stop_at=3, warn_unit="days", warn_at=30),
        Rule(2, partner_id=31, min_life_unit="percent", min_life_at=50),
    ]
    found = expiry.limits(rules, CASE)
    assert (found.warn.rule_id, found.stop.rule_id, found.pull, found.min_life.rule_id) == (
        1,
        1,
        None,
        2,
    )


def test_never_ends_the_search():
    rules = [stop(1), Rule(2, product_id=10, stop_unit="never")]
    limit = expiry.limits(rules, CASE).stop
    assert limit.rule_id == 2
    assert not limit.passed(Dates(expiration=DAY), DAY + timedelta(days=900))


@pytest.mark.parametrize(
    ("at", "last_day_of_sale"), [(0, DAY), (3, date(2026, 6, 27)), (-2, date(2026, 7, 2))]
)
def test_the_last_day_of_sale(at, last_day_of_sale):
    limit = Limit("days", at)
    dates = Dates(expiration=DAY)
    assert not limit.passed(dates, last_day_of_sale)
    assert limit.passed(dates, last_day_of_sale + timedelta(days=1))
    assert limit.due(dates) == last_day_of_sale + timedelta(days=1)


def test_share_of_life():
    limit = Limit("percent", 50)
    made = Dates(expiration=DAY, made=DAY - timedelta(days=21))
    assert made.life("expiration") == 21
    assert limit.wanted(made) == 11, "ten and a half days are not left with ten"
    shelf = Dates(expiration=DAY, shelf=(("expiration", 100),), received=DAY)
    assert limit.wanted(shelf) == 50, "what the product says goes before the day of receipt"
    received = Dates(expiration=DAY, received=DAY - timedelta(days=10))
    assert limit.wanted(received) == 5
    assert limit.wanted(Dates(expiration=DAY)) == 0, "nothing is known: until the day itself"


def test_production_after_the_date_is_no_life():
    assert Dates(expiration=DAY, made=DAY + timedelta(days=1)).life("expiration") == 0


def test_shares_do_not_suffer_from_fractions():
    for whole in range(1, 400):
        for percent in (10, 20, 30, 70):
            wanted = Limit("percent", percent).days(whole)
            assert wanted == -(-whole * percent // 100), (whole, percent)


def test_the_date_that_counts():
    dates = Dates(expiration=DAY, use=date(2026, 6, 1))
    assert Limit("days", 0, "use").due(dates) == date(2026, 6, 2)
    assert Limit("days", 0, "removal").due(dates) == date(2026, 7, 1), "empty: expiration"
    assert Dates(use=DAY).last("expiration") == DAY
    assert Dates().last("use") is None


def test_no_date_passes_nothing():
    limit = Limit("days", 5)
    assert limit.due(Dates()) is None
    assert not limit.passed(Dates(), DAY)
    assert limit.left(Dates(), DAY) is None
    assert expiry.stage(Limits(stop=limit), Dates(), DAY) == "ok"


def test_stages_follow_each_other():
    wanted = Limits(Limit("days", 10), Limit("days", 5), Limit("days", 2))
    dates = Dates(expiration=DAY)
    stages = [expiry.stage(wanted, dates, DAY - timedelta(days=left)) for left in range(11, -2, -1)]
    assert stages == (["ok"] * 2 + ["warn"] * 5 + ["stop"] * 3 + ["pull"] * 2 + ["expired"])


@pytest.mark.parametrize("name", ["America/Los_Angeles", "Asia/Tokyo", "UTC", "Pacific/Apia"])
@pytest.mark.parametrize("day", [DAY, date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 31)])
def test_a_day_is_a_day_everywhere(name, day):
    zone = ZoneInfo(name)
    assert expiry.day_of(expiry.end_of(day, zone), zone) == day
    assert expiry.day_of(expiry.begin_of(day, zone), zone) == day
    second = timedelta(seconds=1)
    assert expiry.day_of(expiry.end_of(day, zone) + second, zone) == day + timedelta(days=1)
    assert expiry.day_of(expiry.begin_of(day, zone) - second, zone) == day - timedelta(days=1)


def test_clocks_change_at_midnight():
    zone = ZoneInfo("America/Havana")  # 2026-03-08 begins at one o'clock
    assert expiry.day_of(expiry.begin_of(date(2026, 3, 8), zone), zone) == date(2026, 3, 8)
    assert expiry.day_of(None, zone) is None
    assert expiry.begin_of(date(2026, 1, 2), ZoneInfo("Asia/Tokyo")) == datetime(2026, 1, 1, 15)


def test_earliest_good_date():
    zone = ZoneInfo("Asia/Tokyo")
    for limit in (Limit("days", 3), Limit("percent", 10), Limit("days", 0)):
        moment = expiry.earliest_good(limit, DAY, zone, life=30)
        good = Dates(expiration=expiry.day_of(moment, zone), shelf=(("expiration", 30),))
        bad = Dates(
            expiration=expiry.day_of(moment - timedelta(seconds=1), zone),
            shelf=(("expiration", 30),),
        )
        assert not limit.passed(good, DAY)
        assert limit.passed(bad, DAY)
    assert expiry.earliest_good(Limit("never"), DAY, zone) is None
