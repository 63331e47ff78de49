"""The fast comparison against a slow one that looks at each unit by itself.

The reference knows nothing of sums, pools or keys: it takes pieces one by one out of
what the notice leaves, as a person on the dock would.
"""

from collections import Counter
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lot_serial_trace.core.reconcile import Item, reconcile

PRODUCTS = {"phone": True, "milk": False}  # product -> tracked by serial number
NUMBERS = ("1", "2", "3")


def items(numbers, most):
    """Random items; serial numbers are one piece each."""

    def item(drawn):
        product, number, quantity = drawn
        serial = PRODUCTS[product]
        quantity = 1 if serial and number else quantity
        return Item(product, number, Decimal(quantity), serial=serial)

    drawn = st.tuples(
        st.sampled_from(sorted(PRODUCTS)), st.sampled_from(numbers), st.integers(1, most)
    )
    return st.lists(drawn.map(item), max_size=7)


def pieces(found, serial_once):
    """Counter (product, number) -> pieces; a serial number is one, however often listed."""
    counts = Counter()
    for item in found:
        counts[item.product, item.number] += int(item.quantity)
    if serial_once:
        for product, number in counts:
            if PRODUCTS[product] and number:
                counts[product, number] = 1
    return counts


def slow(advised, captured):
    """Counter (code, product, number), piece by piece."""
    found = twice("asn_duplicate", advised) + twice("captured_twice", captured)
    told, came = pieces(advised, serial_once=True), pieces(captured, serial_once=True)
    loose = {product: told.pop((product, "")) for product in PRODUCTS if (product, "") in told}
    seen, unexpected = Counter(), set()
    for key, count in came.items():
        rest = max(count - told[key], 0)
        if key[0] in loose:
            seen[key[0]] += rest
        elif key not in told:
            unexpected.add(key)
        elif rest:
            found["asn_over", *key] += 1
        if count < told[key]:
            found["asn_under", *key] += 1
    for product, count in loose.items():
        if seen[product] > count:
            found["asn_over", product, ""] += 1
        elif seen[product] < count:
            found["asn_under" if seen[product] else "asn_missing", product, ""] += 1
    return found + strangers({key for key in told if not came[key]}, unexpected)


def twice(code, side):
    """Serial numbers that stand for more than one piece."""
    counts = pieces(side, serial_once=False)
    return Counter(
        (code, *key) for key, count in counts.items() if PRODUCTS[key[0]] and key[1] and count > 1
    )


def strangers(missing, unexpected):
    """Numbers on one side only; on both under different products they are one mistake."""
    found = Counter()
    for key in unexpected:
        homes = [home for home in missing if home[1] == key[1] and home[0] != key[0]]
        missing -= set(homes[:1])
        found["asn_wrong_product" if homes else "asn_unexpected", *key] += 1
    found.update(("asn_missing", *key) for key in missing)
    return found


@settings(max_examples=600, deadline=None)
@given(items((*NUMBERS, ""), 4), items((*NUMBERS, ""), 4))
def test_same_as_piece_by_piece(advised, captured):
    found = Counter(
        (finding.code, finding.ref.product, finding.ref.number)
        for finding in reconcile(advised, captured)
    )
    assert found == slow(advised, captured)


@settings(max_examples=200, deadline=None)
@given(items((*NUMBERS, ""), 4), items((*NUMBERS, ""), 4), st.randoms())
def test_order_of_items_does_not_matter(advised, captured, random):
    def codes(*sides):
        return Counter((f.code, f.ref.product, f.values["lot"]) for f in reconcile(*sides))

    before = codes(advised, captured)
    random.shuffle(advised)
    random.shuffle(captured)
    assert codes(advised, captured) == before


@settings(max_examples=200, deadline=None)
@given(items((*NUMBERS, ""), 4))
def test_what_comes_as_advised_is_silent_but_for_what_is_listed_twice(advised):
    found = {finding.code for finding in reconcile(advised, advised, ordered=advised)}
    assert found <= {"asn_duplicate", "captured_twice"}
