"""How flaws are weighed."""

from lot_serial_trace.core import health


def test_score():
    assert health.score(3, 4) == 0.75
    assert health.score(0, 0) == 1, "where nothing moved nothing is lost"


def test_weights():
    lots = dict(health.weights("lot"))
    assert lots["no_origin"] == health.BREAKS and lots["negative_stock"] == health.WEAKENS
    assert "renamed" not in lots, "what only tells takes nothing away"
    assert set(dict(health.weights("line"))) >= {"no_number", health.GAP}


def test_sentences_have_the_values_that_there_are():
    values = dict.fromkeys(
        ("lot", "product", "place", "document", "quantity", "date", "other"), "x"
    )
    for flaw in health.FLAWS.values():
        assert flaw.message % values
        assert flaw.weight in (health.BREAKS, health.WEAKENS, health.TELLS)
