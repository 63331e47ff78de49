"""PDF/A-3b (ISO 19005-3): files that say the same in thirty years, with data inside.

reportlab draws; here is what it leaves out: the colours' meaning, metadata as XMP, files inside
with what they are to the page, and the line ends that the standard wants. Written in one go, so a
certificate costs no second pass through another library.

Whoever draws must use fonts that are embedded, and says whether all letters were in them. If not
the file is the same but does not claim to be PDF/A.
"""

from dataclasses import dataclass
from hashlib import md5
from types import SimpleNamespace
from xml.sax.saxutils import escape
from zlib import compress

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFCatalog,
    PDFCrossReferenceTable,
    PDFDictionary,
    PDFDocument,
    PDFFile,
    PDFIndirectObject,
    PDFName,
    PDFStream,
    PDFString,
    PDFTrailer,
)
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas

PRODUCER = "lot_serial_trace"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{time}</xmp:CreateDate>
<xmp:ModifyDate>{time}</xmp:ModifyDate>
{claim}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
_CLAIM = "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n"


@dataclass(frozen=True)
class Inside:
    """A file inside the PDF.

    :param name: its file name, ASCII
    :param content: bytes
    :param mimetype: e.g. ``application/json``
    :param says: what it is, for the reader's list of attachments
    :param relation: what it is to the page: ``Data``, ``Source``, ``Supplement``
    """

    name: str
    content: bytes
    mimetype: str
    says: str
    relation: str = "Data"


class Archive:
    """A PDF/A-3b file that is being drawn.

    :param out: binary file
    :param title, author, subject: told in the metadata
    :param moment: when it is made, UTC
    :param icc: an ICC profile for RGB, as bytes: what the colours mean
    :param fonts: see :class:`labels.fonts.Fonts`; must have its own fonts
    :param language: e.g. ``en-US``
    """

    def __init__(self, out, title, author, subject, moment, icc, fonts, language="en"):
        first = fonts.own[0] if fonts.own else None
        canvas = Canvas(out, pdfVersion=(1, 7), initialFontName=first, lang=language)
        self.canvas = canvas
        self._claims = True
        self._texts = {"title": title, "author": author, "subject": subject}
        self._moment, self._icc = moment, icc
        self._inside = []
        self._document = document = canvas._doc
        document.__class__, document.Catalog.__class__ = _Document, _Catalog
        document._timeStamp = SimpleNamespace(YMDhms=moment.timetuple()[:6], dhh=0, dmm=0)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(subject)
        canvas.setCreator(PRODUCER)
        canvas.setProducer(PRODUCER)

    def put_inside(self, inside):
        """Add a file, see :class:`Inside`."""
        self._inside.append(inside)

    def save(self, embedded=True):
        """Write the file.

        :param embedded: whether all letters were in fonts that are in the file
        :return: whether it is PDF/A
        """
        used = map(getFont, self._document.fontMapping)
        self._claims = embedded and all(font._dynamicFont for font in used)
        catalog = self._document.Catalog
        catalog.Metadata = self._metadata()
        catalog.OutputIntents = PDFArray([self._intent()])
        specs = [self._spec(inside) for inside in self._inside]
        if specs:
            names = [part for one, ref in specs for part in (PDFString(one.name), ref)]
            catalog.Names = PDFDictionary(
                {"EmbeddedFiles": PDFDictionary({"Names": PDFArray(names)})}
            )
            catalog.AF = PDFArray([ref for _one, ref in specs])
        self.canvas.save()
        return self._claims

    def _metadata(self):
        text = _XMP.format(
            **{name: escape(value) for name, value in self._texts.items()},
            producer=PRODUCER,
            time=self._moment.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            claim=_CLAIM if self._claims else "",
        )
        return self._stream(text.encode(), {"Type": "Metadata", "Subtype": "XML"})

    def _intent(self):
        profile = self._stream(compress(self._icc), {"Filter": "FlateDecode"}, N=3)
        return PDFDictionary(
            {
                "Type": PDFName("OutputIntent"),
                "S": PDFName("GTS_PDFA1"),
                "OutputConditionIdentifier": PDFString("sRGB"),
                "Info": PDFString("sRGB"),
                "DestOutputProfile": self._document.Reference(profile),
            }
        )

    def _spec(self, inside):
        kind = "/" + inside.mimetype.replace("/", "#2F")  # raw: PDFName would escape the escape
        names = {"Type": "EmbeddedFile", "Filter": "FlateDecode"}
        parameters = PDFDictionary(
            {
                "ModDate": PDFString(self._moment.strftime("D:%Y%m%d%H%M%S+00'00'")),
                "Size": len(inside.content),
                "CheckSum": PDFString(md5(inside.content, usedforsecurity=False).digest()),
            }
        )
        file = self._stream(compress(inside.content), names, Subtype=kind, Params=parameters)
        file = self._document.Reference(file)
        spec = PDFDictionary(
            {
                "Type": PDFName("Filespec"),
                "F": PDFString(inside.name),
                "UF": PDFString(inside.name),
                "Desc": PDFString(inside.says),
                "AFRelationship": PDFName(inside.relation),
                "EF": PDFDictionary({"F": file, "UF": file}),
            }
        )
        return inside, self._document.Reference(spec)

    def _stream(self, content, names, **values):
        names = {key: PDFName(name) for key, name in names.items()}
        return PDFStream(PDFDictionary({**names, **values}), content)


class _Catalog(PDFCatalog):
    """reportlab's root of a file, with two more entries."""

    __NoDefault__ = [*PDFCatalog.__NoDefault__, "OutputIntents", "AF"]
    __Refs__ = __NoDefault__


class _Document(PDFDocument):
    """reportlab's document, with a line end before every ``endstream`` (ISO 19005-3, 6.1.7.1)."""

    def format(self):
        """The whole file."""
        catalog, info = self.Reference(self.Catalog), self.Reference(self.info)
        file, keys = PDFFile(self._pdfVersion), []
        # Objects that are written may bring others along.
        while len(keys) + 1 in self.numberToId:
            key = self.numberToId[len(keys) + 1]
            text = PDFIndirectObject(key, self.idToObject[key]).format(self)
            self.idToOffset[key] = file.add(_ended(text))
            keys.append(key)
        table = PDFCrossReferenceTable()
        table.addsection(0, keys)
        start = file.add(table.format(self))
        trailer = PDFTrailer(
            startxref=start, Size=len(keys) + 1, Root=catalog, Info=info, ID=self.ID()
        )
        file.add(trailer.format(self))
        return file.format(self)


def _ended(text):
    head, word, tail = text.rpartition(b"endstream")
    return head + b"\n" + word + tail if tail == b"\nendobj\n" and word else text
