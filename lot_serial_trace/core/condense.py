"""Findings that say the same about many numbers become one thing to look into."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal


def condense(findings, limit=20):
    """Join findings that say the same about many numbers of one product.

    A lost pallet of 1,000 serial numbers is one thing for one person to look into.

    :param limit: so many findings of a code and product stay single
    :return: list of findings; a joined one names the first three numbers and how many
        there are, adds up the quantities, and has an item without number as ``ref``
    """
    groups = defaultdict(list)
    for finding in findings:
        groups[finding.code, finding.values["product"]].append(finding)
    condensed = []
    for group in groups.values():
        condensed += group if len(group) <= limit else [_join(group)]
    return condensed


def _join(group):
    first = group[0]
    numbers = [finding.values["lot"] for finding in group]
    quantity = sum(Decimal(finding.values["quantity"]) for finding in group)
    values = {
        **first.values,
        "lot": f"{', '.join(numbers[:3])}, … ({len(group)})",
        "quantity": plain(quantity),
    }
    return replace(first, values=values, ref=replace(first.ref, number="", ref=None), hint="")


def plain(quantity):
    """A quantity as a person writes it: no exponent, no trailing zeros.

    >>> plain(Decimal("12.500"))
    '12.5'
    """
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
