"""An empty screen says what belongs there and how it gets there."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

ADDON = Path(__file__).parents[2] / "lot_serial_trace"
#: View modes that can be empty.
MANY = {"list", "kanban", "graph", "pivot", "calendar", "activity"}


def actions():
    """Window actions of the add-on that show many records, with their fields."""
    for file in sorted(ADDON.glob("**/*.xml")):
        for record in ElementTree.parse(file).iter("record"):
            if record.get("model") != "ir.actions.act_window":
                continue
            fields = {field.get("name"): field for field in record}
            modes = fields["view_mode"].text if "view_mode" in fields else "list,form"
            if MANY & set(modes.split(",")):
                yield pytest.param(fields, id=record.get("id"))


def test_there_are_actions():
    assert len(list(actions())) > 50


@pytest.mark.parametrize("fields", actions())
def test_an_empty_screen_has_a_tip(fields):
    assert "help" in fields, "say what belongs here and how it gets here"
    first, *more = fields["help"].iter("p")
    assert "o_view_nocontent" in first.get("class", ""), "the first paragraph is the headline"
    headline = " ".join("".join(first.itertext()).split())
    assert headline and not headline.endswith("."), "a headline"
    text = " ".join(" ".join("".join(one.itertext()).split()) for one in more)
    assert len(text) >= 30 and text.endswith("."), "then a sentence: what to do, or why it is empty"
