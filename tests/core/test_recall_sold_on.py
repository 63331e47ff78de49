import pytest

from lot_serial_trace.core.recall.sold_on import LONGEST, NAME, Buyer, read


@pytest.mark.parametrize(
    ("line", "buyer"),
    [
        ("Corner Shop", Buyer("Corner Shop")),
        ("Corner Shop, 12", Buyer("Corner Shop", "", "", 12)),
        (
            "Corner Shop, corner@Example.com, 12",
            Buyer("Corner Shop", "corner@example.com", "", 12),
        ),
        ("Café Blau; 030 1234567; 4", Buyer("Café Blau", "", "030 1234567", 4)),
        ("Ann +49 (30) 123-4567", Buyer("Ann", "", "+49 (30) 123-4567")),
        ("ann@example.com", Buyer("ann@example.com", "ann@example.com")),
        ("Ann <ann@example.com> x 3", Buyer("Ann", "ann@example.com", "", 3)),
        ("Bob 1,5", Buyer("Bob", "", "", 1.5)),
        ("Hotel 4 Seasons", Buyer("Hotel 4 Seasons")),
        ("+49 170 5551234", Buyer("+49 170 5551234", "", "+49 170 5551234")),
        ("3 pcs", Buyer("3 pcs")),
        ("山田商店, 2", Buyer("山田商店", "", "", 2)),
    ],
)
def test_lines_as_people_type_them(line, buyer):
    assert read(line) == [buyer]


@pytest.mark.parametrize("text", ["", None, "\n \n", " , ; ", "---"])
def test_nobody(text):
    assert read(text) == []


def test_each_once():
    assert [one.name for one in read("Ann, a@x.org\nBob\nANN again, A@X.org\nbob")] == [
        "Ann",
        "Bob",
    ]


def test_lines_are_bounded():
    [buyer] = read("x" * 100_000)
    assert len(buyer.name) == NAME < LONGEST


@pytest.mark.parametrize("line", ["(" * 300, "1 " * 150, "a@" * 150, "+1-" * 100, "@." * 150])
def test_hostile_lines_are_read_quickly(line):
    assert len(read("\n".join([line] * 500))) <= 1
