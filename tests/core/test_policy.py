"""The most specific policy wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lot_serial_trace.core.policy import LEVELS, Case, Rule, Rules, beats, choose, misses

CASE = Case(
    "expired",
    company_id=1,
    product_id=10,
    picking_type_id=20,
    partner_ids=(31, 30),
    categ_ids=(42, 41, 40),
    location_ids=(52, 57, 51, 50),
)


def winner(*rules):
    rule = choose(rules, CASE)
    return rule.id if rule else None


def test_only_what_agrees_applies():
    assert winner(Rule(1, "on_hold", "block")) is None
    assert winner(Rule(1, "expired", "block", company_id=2)) is None
    assert winner(Rule(1, "expired", "block", partner_id=99)) is None
    assert winner(Rule(1, "expired", "block", categ_id=99)) is None
    assert winner(Rule(1, "expired", "block", location_id=99)) is None
    assert winner(Rule(1, "expired", "block", partner_id=30)) == 1, "the commercial parent"
    assert winner(Rule(1, "expired", "block", location_id=50)) == 1, "the place it lies in"


def test_order_of_specificity():
    rules = [
        Rule(1, "expired", "note"),
        Rule(2, "expired", "note", company_id=1),
        Rule(3, "expired", "note", location_id=50),
        Rule(4, "expired", "note", location_id=52),
        Rule(5, "expired", "note", picking_type_id=20),
        Rule(6, "expired", "note", categ_id=40),
        Rule(7, "expired", "note", categ_id=42),
        Rule(8, "expired", "note", product_id=10),
        Rule(9, "expired", "note", partner_id=30),
        Rule(10, "expired", "note", partner_id=31),
    ]
    while rules:
        assert winner(*rules) == rules[-1].id
        assert winner(*reversed(rules)) == rules[-1].id
        rules.pop()


def test_of_equals_the_younger_wins():
    assert winner(Rule(1, "expired", "block"), Rule(2, "expired", "off")) == 2


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"product_id": 10}, ("partner_id", "names")),
        ({"partner_id": 30, "product_id": 10}, ("partner_id", "nearer")),
        ({"partner_id": 31, "location_id": 50}, ("location_id", "nearer")),
        ({"partner_id": 31, "location_id": 52}, (None, "younger")),
        ({"partner_id": 31}, ("location_id", "names")),
    ],
)
def test_why_it_wins_is_the_first_thing_in_which_they_differ(other, why):
    first = Rule(9, "expired", "block", partner_id=31, location_id=52)
    second = Rule(8, "expired", "off", **other)
    assert list(Rules([second, first]).ranked(CASE)) == [first, second]
    assert beats(first, CASE, second) == why


def test_what_does_not_fit_is_named():
    rule = Rule(1, "expired", "block", partner_id=99, product_id=10, location_id=98)
    assert misses(rule, CASE) == ["partner_id", "location_id"]
    assert not misses(Rule(1, "expired", "block", partner_id=30), CASE)


def test_codes_that_are_on_for_a_company():
    rules = Rules(
        [
            Rule(1, "expired", "block", company_id=1),
            Rule(2, "known_number", "off", company_id=1),
            Rule(3, "no_number", "warn"),
        ]
    )
    assert rules.codes_on([1]) == {"expired", "no_number"}
    assert rules.codes_on([2]) == {"no_number"}


# -- against a slow reference ---------------------------------------------------

IDS = st.none() | st.integers(1, 3)
CHAINS = st.lists(st.integers(1, 3), unique=True, max_size=3).map(tuple)
RULES = st.lists(
    st.builds(
        Rule,
        id=st.just(0),
        code=st.sampled_from(["expired", "on_hold"]),
        severity=st.just("warn"),
        **dict.fromkeys(LEVELS, IDS),
    ),
    max_size=30,
).map(lambda rules: [_numbered(rule, number) for number, rule in enumerate(rules, 1)])
CASES = st.builds(
    Case,
    code=st.just("expired"),
    company_id=IDS,
    product_id=IDS,
    picking_type_id=IDS,
    partner_ids=CHAINS,
    categ_ids=CHAINS,
    location_ids=CHAINS,
)


def _numbered(rule, number):
    values = {name: getattr(rule, name) for name in LEVELS}
    return Rule(id=number, code=rule.code, severity=rule.severity, **values)


def _slow(rules, case):
    """As the issue says it: of those that agree, sorted by one thing after the other."""
    single = {
        "product_id": [case.product_id],
        "picking_type_id": [case.picking_type_id],
        "company_id": [case.company_id],
        "partner_id": list(case.partner_ids),
        "categ_id": list(case.categ_ids),
        "location_id": list(case.location_ids),
    }
    fitting = [
        rule
        for rule in rules
        if rule.code == case.code
        and all(
            getattr(rule, name) is None or getattr(rule, name) in single[name] for name in LEVELS
        )
    ]

    def key(rule):
        distances = []
        for name in LEVELS:
            named = getattr(rule, name)
            distances.append(99 if named is None else single[name].index(named))
        return (*distances, -rule.id)

    return sorted(fitting, key=key)


@given(RULES, CASES)
def test_as_the_slow_reference_has_it(rules, case):
    assert list(Rules(rules).ranked(case)) == _slow(rules, case)


@given(RULES, CASES)
def test_what_applies_misses_nothing(rules, case):
    applied = {rule.id for rule in Rules(rules).ranked(case)}
    for rule in rules:
        fits = rule.code == case.code and not misses(rule, case)
        assert fits == (rule.id in applied)


@given(RULES, CASES)
def test_each_beats_the_next_for_a_reason_that_holds(rules, case):
    ranked = list(Rules(rules).ranked(case))
    for first, second in zip(ranked, ranked[1:], strict=False):
        level, how = beats(first, case, second)
        if how == "younger":
            assert first.named == second.named and first.id > second.id
        elif how == "names":
            assert getattr(second, level) is None
        else:
            ids = dict(zip(LEVELS, case.answers, strict=True))[level]
            assert ids.index(getattr(first, level)) < ids.index(getattr(second, level))


def test_a_case_does_not_try_every_policy(monkeypatch):
    """With 5,000 policies a case looks at what it names, not at all of them."""
    rules = Rules([Rule(number, "expired", "warn", product_id=number) for number in range(1, 5001)])
    rules.choose(CASE)  # puts them in order
    looked = []
    named = Rule.named.fget
    monkeypatch.setattr(Rule, "named", property(lambda rule: looked.append(rule) or named(rule)))
    assert rules.choose(CASE).id == 10
    assert not looked
