"""The most specific policy wins."""

from lot_serial_trace.core.policy import Case, Rule, choose

CASE = Case(
    "expired",
    company_id=1,
    product_id=10,
    picking_type_id=20,
    partner_ids=(31, 30),
    categ_ids=(42, 41, 40),
)


def winner(*rules):
    rule = choose(rules, CASE)
    return rule.id if rule else None


def test_only_what_agrees_applies():
    assert winner(Rule(1, "on_hold", "block")) is None
    assert winner(Rule(1, "expired", "block", company_id=2)) is None
    assert winner(Rule(1, "expired", "block", partner_id=99)) is None
    assert winner(Rule(1, "expired", "block", categ_id=99)) is None
    assert winner(Rule(1, "expired", "block", partner_id=30)) == 1, "the commercial parent"


def test_order_of_specificity():
    rules = [
        Rule(1, "expired", "note"),
        Rule(2, "expired", "note", company_id=1),
        Rule(3, "expired", "note", picking_type_id=20),
        Rule(4, "expired", "note", categ_id=40),
        Rule(5, "expired", "note", categ_id=42),
        Rule(6, "expired", "note", product_id=10),
        Rule(7, "expired", "note", partner_id=30),
    ]
    while rules:
        assert winner(*rules) == rules[-1].id
        assert winner(*reversed(rules)) == rules[-1].id
        rules.pop()


def test_of_equals_the_younger_wins():
    assert winner(Rule(1, "expired", "block"), Rule(2, "expired", "off")) == 2
