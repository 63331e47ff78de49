"""Every scan of the shared vectors says what the vector lists, here as in the browser."""

import pytest
from gs1_compact import VECTORS, compact

from lot_serial_trace.core import gs1


def read(vector):
    return gs1.parse(vector["text"], **({"year": VECTORS["year"]} | vector.get("options", {})))


def named(vectors):
    return [pytest.param(vector, id=vector["note"]) for vector in vectors]


@pytest.mark.parametrize("vector", named(v for v in VECTORS["vectors"] if "expect" in v))
def test_says_what_it_should(vector):
    assert compact(read(vector).as_dict()) == vector["expect"]


@pytest.mark.parametrize("vector", named(v for v in VECTORS["vectors"] if "error" in v))
def test_is_refused_with_the_reason(vector):
    with pytest.raises(gs1.Gs1Error) as caught:
        read(vector)
    told = caught.value.as_dict()
    assert {"ai": None} | vector["error"] == {
        name: told[name] for name in ("ai", "code", "position")
    }
    assert str(caught.value).endswith(".")
