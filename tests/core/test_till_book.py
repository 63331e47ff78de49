import pytest

from lot_serial_trace.core.till_book import VERSION, Mark, Page

MARK = Mark("stock", "policy", "holds", 5, 7)


def test_marks_and_pages_come_back_as_they_went():
    assert Mark.read(MARK.write()) == MARK
    page = Page(3, MARK, 42)
    assert Page.read(page.write()) == page


@pytest.mark.parametrize(
    "text",
    [None, "", 5, [], "x", "1.a.b.c.x.7", "1.a.b.5.7", f"{VERSION}9.a.b.c.5.7", "1.a.b.c.5.7.9"],
)
def test_what_cannot_be_read_means_that_nothing_is_known(text):
    assert Mark.read(text) is None
    assert Page.read(text) is None


@pytest.mark.parametrize("text", ["3;42", "x;42;" + MARK.write(), "3;42;x", "3;4;2;x"])
def test_broken_pages(text):
    assert Page.read(text) is None
