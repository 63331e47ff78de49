"""What a movement between two kinds of places means in GS1 CBV terms."""

import pytest

from lot_serial_trace.core import steps


@pytest.mark.parametrize(
    ("source", "dest", "way", "action", "step", "disposition"),
    [
        ("supplier", "internal", "move", "OBSERVE", "receiving", "in_progress"),
        ("internal", "internal", "move", "OBSERVE", "storing", "sellable_not_accessible"),
        ("internal", "internal", "count", "OBSERVE", "storing", "sellable_not_accessible"),
        ("internal", "transit", "move", "OBSERVE", "shipping", "in_transit"),
        ("transit", "internal", "move", "OBSERVE", "receiving", "in_progress"),
        ("internal", "customer", "move", "OBSERVE", "shipping", "in_transit"),
        ("internal", "customer", "till", "OBSERVE", "retail_selling", "retail_sold"),
        ("customer", "internal", "till", "OBSERVE", "receiving", "returned"),
        ("internal", "supplier", "move", "OBSERVE", "returning", "returned"),
        ("supplier", "customer", "move", "OBSERVE", "shipping", "in_transit"),
        ("internal", "inventory", "move", "DELETE", "destroying", "destroyed"),
        ("internal", "inventory", "count", "OBSERVE", "cycle_counting", ""),
        ("inventory", "internal", "count", "OBSERVE", "cycle_counting", ""),
        ("internal", "production", "move", "", "commissioning", "inactive"),
        ("production", "internal", "move", "", "commissioning", "active"),
        ("production", "internal", "batch", "", "creating_class_instance", "active"),
        ("internal", "production", "unbuild", "", "disassembling", "inactive"),
        ("production", "internal", "unbuild", "", "disassembling", "active"),
        ("internal", "production", "part_in", "ADD", "installing", ""),
        ("production", "inventory", "part_out", "DELETE", "removing", ""),
        ("internal", "internal", "repaired", "OBSERVE", "repairing", "available"),
        ("supplier", "internal", "hold", "OBSERVE", "receiving", "non_sellable_other"),
        ("customer", "internal", "hold", "OBSERVE", "receiving", "returned"),
        ("internal", "internal", "hold", "OBSERVE", "holding", "non_sellable_other"),
        ("internal", "internal", "pick", "OBSERVE", "picking", "in_progress"),
        ("internal", "internal", "stage", "OBSERVE", "staging_outbound", "in_progress"),
        ("internal", "internal", "inspect", "OBSERVE", "inspecting", "in_progress"),
        ("internal", "internal", "across", "OBSERVE", "arriving", "in_progress"),
        ("internal", "internal", "pack", "OBSERVE", "packing", "in_progress"),
        ("internal", "internal", "unpack", "OBSERVE", "unpacking", "in_progress"),
        ("internal", "internal", "send", "OBSERVE", "shipping", "in_transit"),
        ("internal", "internal", "fetch", "OBSERVE", "receiving", "in_progress"),
        ("transit", "transit", "move", "OBSERVE", "transporting", "in_transit"),
    ],
)
def test_step(source, dest, way, action, step, disposition):
    found = steps.business_step(source, dest, way)
    assert (found.action, found.biz_step, found.disposition) == (action, step, disposition)


def test_every_pair_of_places_has_a_step_with_a_word_for_people():
    words = dict(steps.BIZ_STEPS)
    dispositions = dict(steps.DISPOSITIONS)
    rows = steps.table()
    assert len(rows) == len(steps.USAGES) ** 2 * len(steps.WAYS)
    for *_place, _type, _action, step, disposition in rows:
        assert step in words
        assert not disposition or disposition in dispositions
