"""The certificate is read back by a decoder that knows nothing of this code."""

import io

import pypdfium2
import zxingcpp
from PIL import Image

from lot_serial_trace.core.labels.fonts import Fonts
from lot_serial_trace.core.paper import Letterhead
from lot_serial_trace.core.warranty_pdf import Certificate, write_certificates

LINK = "https://id.gs1.org/01/09501101530003/21/SN1"


def certificate(**values):
    return Certificate(
        **{
            "title": "Warranty Certificate",
            "product": "Drill",
            "caption": "Serial number",
            "number": "SN1",
            "rows": [("Covered until", "01/31/2028"), ("Customer", "Ada")],
            "link": LINK,
            "under_link": "Scan",
            "text": ("Covered for 24 months.",),
            **values,
        }
    )


def letterhead(**values):
    head = {"name": "Shop", "lines": ["Street 1"], "logo": None, "color": "#714b67"}
    return Letterhead(**{**head, "footer": ["Shop", ""], **values})


def written(*certificates, **values):
    return pypdfium2.PdfDocument(write_certificates(certificates, letterhead(**values), Fonts()))


def words(page):
    return page.get_textpage().get_text_range()


def test_says_what_is_covered_and_leads_to_it():
    [page] = written(certificate())
    text = words(page)
    for word in ("Warranty Certificate", "Drill", "SN1", "01/31/2028", "Ada", "Shop", LINK):
        assert word in text
    image = page.render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [LINK]


def test_without_a_gtin_there_is_no_code():
    [page] = written(certificate(link=""))
    assert not zxingcpp.read_barcodes(page.render(scale=2).to_pil())


def test_what_counts_no_more_says_so():
    [page] = written(certificate(stamp="Void"))
    assert "Void" in words(page)


def test_a_page_each():
    pages = list(written(*(certificate(number=f"SN{index}") for index in range(3))))
    assert [f"SN{index}" in words(page) for index, page in enumerate(pages)] == [True] * 3


def test_long_texts_stay_on_the_page():
    long = "a very long name " * 20
    [page] = written(certificate(product=long, number="N" * 200, rows=[("Customer", long)] * 5))
    width = page.get_width()
    pages = page.get_textpage()
    boxes = [pages.get_charbox(index) for index in range(pages.count_chars())]
    assert max(right for _left, _bottom, right, _top in boxes) <= width


def test_a_logo_is_drawn_and_nonsense_is_not():
    image = io.BytesIO()
    Image.new("RGBA", (300, 100), "#ff0000").save(image, "PNG")
    [page] = written(certificate(), logo=image.getvalue())
    red = page.render(scale=1).to_pil().getpixel((100, 60))
    assert red[0] > 200 > red[1]
    assert len(written(certificate(), logo=b"<svg/>", color="no colour")) == 1
