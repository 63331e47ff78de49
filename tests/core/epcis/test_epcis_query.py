"""Queries: what is asked is asked, what is not understood is refused, tokens fit their query."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lot_serial_trace.core.epcis.query import Problem, named, parse


def test_conditions():
    query = parse(
        {
            "GE_eventTime": "2026-01-01T00:00:00+01:00",
            "EQ_bizStep": "https://ref.gs1.org/cbv/BizStep-shipping|picking",
            "eventType": "ObjectEvent",
            "MATCH_epc": "a|b",
        }
    )
    assert query.conditions == [
        ("event_time", ">=", datetime(2025, 12, 31, 23)),
        ("biz_step", "in", ["shipping", "picking"]),
        ("event_type", "in", ["ObjectEvent"]),
    ]
    assert query.ledger[1:] == [
        ("biz_step", "in", ["shipping", "returning", "picking"]),
        ("event_type", "in", ["ObjectEvent", "AssociationEvent"]),
    ]
    assert query.names == [("MATCH_epc", ["a", "b"])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("EQ_colour", "red"),
        ("perPage", "1001"),
        ("perPage", "²"),
        ("GE_eventTime", "2026-01-01T00:00:00"),
        ("GE_eventTime", "0001-01-01T00:00:00+14:00"),
        ("eventType", "QuantityEvent"),
        ("orderBy", "colour"),
        ("MATCH_epc", "|"),
        ("nextPageToken", "abc"),
    ],
)
def test_refused(name, text):
    with pytest.raises(Problem) as caught:
        parse({name: text})
    assert caught.value.kind == "QueryParameterException"


@pytest.mark.parametrize("order", [{}, {"orderBy": "eventTime"}])
def test_a_token_turns_the_page_of_its_own_query_only(order):
    query = parse({"EQ_action": "ADD", **order})
    moment = datetime(2026, 1, 2)
    token = query.token(moment.isoformat() if order else 5, 1, 5, [99, 7])
    again = parse({"EQ_action": "ADD", **order, "nextPageToken": token, "perPage": "7"})
    assert (again.after, again.until) == ([moment if order else 5, 1, 5], [99, 7])
    with pytest.raises(Problem):
        parse({"EQ_action": "DELETE", **order, "nextPageToken": token})


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["nextPageToken", "perPage", "LT_recordTime"]))
def test_any_text_is_read_or_refused(text, name):
    try:
        parse({name: text})
    except Problem:
        pass


@pytest.mark.parametrize(
    "definition",
    [
        [],
        {"EQ_colour": ["red"]},
        {"EQ_action": [7]},
        {"EQ_action": ["ADD|DELETE"]},
        {"EQ_action": []},
        {"perPage": "7"},
        {"EQ_action": {"a": "b"}},
    ],
)
def test_a_named_query_is_tried_before_it_is_kept(definition):
    with pytest.raises(Problem):
        named(definition)


def test_a_named_query_is_asked_as_parameters_are():
    definition = {"EXISTS_errorDeclaration": True, "GE_eventTime": "2026-01-01T00:00:00Z"}
    assert parse(named(definition)).wrong_only
