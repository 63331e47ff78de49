"""PDF/A-3b, part by part, as ISO 19005-3 asks; read back by a library that did not write it."""

import io
import re
from datetime import datetime
from hashlib import md5
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pypdfium2
import pytest
import reportlab
import zxingcpp
from PIL import Image, ImageCms

from lot_serial_trace.core.certificate_pdf import Certificate, Facts, Table, write_certificate
from lot_serial_trace.core.labels.fonts import Fonts
from lot_serial_trace.core.paper import Letterhead
from lot_serial_trace.core.pdfa import Inside

MOMENT = datetime(2026, 11, 23, 4, 5, 6)
LINK = "https://example.com/trace/check/" + "A" * 43
#: reportlab brings a font that may be embedded.
VERA = Path(reportlab.__file__).parent / "fonts"
FONTS = Fonts(str(VERA / "Vera.ttf"), str(VERA / "VeraBd.ttf"))
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
INSIDE = [
    Inside("certificate.json", b'{"a": 1}', "application/json", "The same for machines"),
    Inside("proof.json", b"{}", "application/json", "The proof", "Supplement"),
]


def logo(mode="RGBA"):
    out = io.BytesIO()
    Image.new(mode, (900, 300), 7 if mode == "P" else None).save(
        out, "JPEG" if mode == "CMYK" else "PNG"
    )
    return out.getvalue()


def written(fonts=FONTS, image=None, **values):
    certificate = Certificate(
        **{
            "title": "Certificate",
            "subject": "Milk & <Honey>",
            "caption": "Lot",
            "number": "M1",
            "reference": "TC-00000001",
            "parts": [Facts("What it is", [("GTIN", "09501101530003")])],
            "link": LINK,
            "under_link": "Scan this code",
            "page": "Page %s",
            "inside": INSIDE,
            "language": "de-DE",
            **values,
        }
    )
    head = Letterhead("Dairy & Co", ["Street 1"], image, "#714b67", ["Foot"])
    return write_certificate(certificate, head, fonts, ICC, MOMENT)


@pytest.fixture(scope="module")
def pdf():
    content, is_pdfa = written(image=logo())
    assert is_pdfa
    return content


@pytest.fixture(scope="module")
def root(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True).trailer["/Root"]


def objects(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    for number in range(1, reader.trailer["/Size"]):
        yield reader.get_object(number)


def test_header_and_trailer(pdf):
    """6.1.2 and 6.1.3: version 1.7, four bytes that are no text, an ID, nothing after the end."""
    first, second = pdf.split(b"\n")[:2]
    assert first == b"%PDF-1.7"
    assert second[:1] == b"%" and all(byte > 127 for byte in second[1:5])
    assert pdf.endswith(b"%%EOF\n") or pdf.endswith(b"%%EOF")
    assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/ID"]
    assert b"/Encrypt" not in pdf


def test_streams_end_on_a_line_of_their_own(pdf):
    """6.1.7.1: the length is right, and a line end stands before ``endstream``."""
    assert len(re.findall(rb"endstream", pdf)) == len(re.findall(rb"\nendstream\nendobj\n", pdf))


def test_metadata(root):
    """6.6: XMP, not compressed, says PDF/A-3b and the same as the document's information."""
    stream = root["/Metadata"]
    assert "/Filter" not in stream
    text = stream.get_data().decode()
    assert text.startswith("<?xpacket begin") and text.endswith('<?xpacket end="w"?>')
    tree = ElementTree.fromstring(text)
    space = "{http://www.aiim.org/pdfa/ns/id/}"
    assert tree.find(f".//{space}part").text == "3"
    assert tree.find(f".//{space}conformance").text == "B"
    dates = re.findall(r"<xmp:(?:Create|Modify)Date>(.*?)<", text)
    assert dates == ["2026-11-23T04:05:06+00:00"] * 2
    assert "Milk &amp; &lt;Honey&gt;" in text


def test_information_says_the_same(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.metadata["/CreationDate"] == "D:20261123040506+00'00'"
    assert reader.metadata.title == reader.xmp_metadata.dc_title["x-default"]
    assert reader.metadata["/Producer"] == reader.xmp_metadata.pdf_producer


def test_colours_have_a_meaning(root):
    """6.2.3: one output intent with a profile for the colours that are used."""
    [intent] = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"]
    assert (profile["/N"], profile.get_data()) == (3, ICC)


def test_every_font_is_embedded(pdf):
    """6.2.11: fonts are in the file, with their widths and the way back to text."""
    fonts = [one for one in objects(pdf) if getattr(one, "get", dict().get)("/Type") == "/Font"]
    assert fonts
    for font in fonts:
        assert font["/FontDescriptor"]["/FontFile2"].get_data()
        assert font["/ToUnicode"]
        assert font["/FontDescriptor"]["/Flags"] & 4, "symbolic: its own letters"
        assert len(font["/Widths"]) == font["/LastChar"] - font["/FirstChar"] + 1


def test_no_scripts_and_no_notes(pdf):
    """6.5 and 6.6.1: nothing that acts, nothing that is shown here and not there."""
    for word in (b"/JavaScript", b"/Launch", b"/Annots", b"/AcroForm", b"/LZWDecode"):
        assert word not in pdf


def test_files_inside(pdf, root):
    """6.8: each says what it is to the page, what kind it is, and is named in two places."""
    assert len(root["/AF"]) == 2
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    for inside, spec, name in zip(INSIDE, root["/AF"], names[::2], strict=True):
        spec = spec.get_object()
        file = spec["/EF"]["/F"]
        assert spec["/F"] == spec["/UF"] == name == inside.name
        assert spec["/AFRelationship"] == f"/{inside.relation}"
        assert spec["/Desc"] == inside.says
        assert file["/Subtype"] == "/application/json"
        assert file["/Params"]["/Size"] == len(inside.content)
        assert file["/Params"]["/ModDate"]
        checksum = file["/Params"]["/CheckSum"]
        raw = checksum.original_bytes if isinstance(checksum, str) else checksum
        assert raw == md5(inside.content).digest()
        assert file.get_data() == inside.content


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "P", "CMYK", "LA", "1"])
def test_logos_have_the_colours_of_a_screen(mode):
    """6.2.4: nothing in inks, which the profile does not tell."""
    content, is_pdfa = written(image=logo(mode))
    assert is_pdfa
    assert b"DeviceCMYK" not in content
    assert b"/XObject" in content


def test_letters_without_a_font_are_no_pdfa():
    for text in ("\u725b\u4e73", "\u0416" if FONTS.embeds("\u4e00") else "\u4e00"):
        content, is_pdfa = written(subject=text)
        assert not is_pdfa
        assert b"pdfaid:part" not in content


def test_no_font_of_its_own():
    _content, is_pdfa = written(fonts=Fonts())
    assert not is_pdfa


def test_spaces_of_dates():
    """Babel writes times with spaces that few fonts have."""
    assert written(reference="4:50\u202fAM")[1]


def test_long_certificates():
    """All rows are printed, on pages that say whose they are, with a code that can be read."""
    rows = [(f"R{number:03}", "x" * 200) for number in range(150)]
    content, _ok = written(
        parts=[
            Facts("Facts", [("Long", "word " * 300)] * 3),
            Table("Table", [("A", 1), ("B", 3)], rows, "and more"),
            Table("Empty", [("A", 1)], []),
        ],
        stamp="On hold",
        text=["small print " * 60],
    )
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) > 3
    everything = "\n".join(texts)
    assert all(row[0] in everything for row in rows)
    assert "Empty" not in everything
    assert all(f"Page {number}" in text for number, text in enumerate(texts, 1))
    assert all("M1" in text for text in texts)
    last = document[len(texts) - 1].render(scale=3).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(last)] == [LINK]
