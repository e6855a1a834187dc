"""Last touch on WeasyPrint's PDF/A-3a, so that the same file is also PDF/UA-1 (ISO 14289-1) for screen readers."""

from collections.abc import Iterator
from typing import Any

import pydyf

_UNIVERSAL = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


AMBIGUOUS_END = b"\r\nendstream"
"""A stream whose last byte is a carriage return: its end cannot be told from its end of line (ISO 19005-3, 6.1.6.1)."""


def finish(document: object, pdf: pydyf.PDF, *, padding: int = 0) -> None:
    """Declare PDF/UA-1 and take running headers and page numbers out of the text read aloud.

    A `finisher` for `weasyprint.HTML.write_pdf`. PDF/A-3 asks that a property foreign to XMP (`pdfuaid:part`) comes
    with the description of its schema. `padding` empty objects change the last byte of what is compressed later on.
    """
    metadata = pdf.objects[_number(pdf.catalog["Metadata"])]
    metadata.compress = False  # readable by tools that know nothing of PDF
    metadata.stream = [part.replace(b"</rdf:RDF>", _UNIVERSAL + b"</rdf:RDF>", 1) for part in metadata.stream]
    _set_aside_running_text(pdf)
    if "AF" in pdf.catalog:  # each file carried is named twice by WeasyPrint, once is enough
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf.objects[:] = [_Settled(item) if isinstance(item, pydyf.Stream) else item for item in pdf.objects]
    for _ in range(padding):
        pdf.add_object(pydyf.Dictionary())


class _Settled(pydyf.Stream):  # type: ignore[misc]
    """A stream compressed once for all (pydyf would do it again for the file's identifier), unless it ends badly."""

    def __init__(self, stream: pydyf.Stream) -> None:
        super().__init__(extra=stream.extra)
        self.number, self.generation, self.free = stream.number, stream.generation, stream.free
        self._bytes: bytes = stream.data
        if self._bytes.endswith(AMBIGUOUS_END):
            stream.compress = False
            self._bytes = stream.data

    @property
    def data(self) -> bytes:
        """The stream as it is written."""
        return self._bytes


def _set_aside_running_text(pdf: pydyf.PDF) -> None:
    """Mark as pagination artefacts the contents no structure element leads to: WeasyPrint's margin boxes."""
    pages = {_number(reference): rank for rank, reference in enumerate(pdf.page_references)}
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    spoken = set(_marks(pdf, root, pages))
    parents = pdf.objects[_number(root["ParentTree"])]["Nums"]
    for page, rank in pages.items():
        elements = parents[parents.index(rank) + 1]
        stream = pdf.objects[_number(pdf.objects[page]["Contents"])].stream
        for position, properties in enumerate(stream):
            if isinstance(properties, dict) and "MCID" in properties and (rank, properties["MCID"]) not in spoken:
                elements[properties["MCID"]] = b"null"
                stream[position - 1 : position + 1] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})


def _marks(pdf: pydyf.PDF, element: Any, pages: dict[int, int]) -> Iterator[tuple[int, int]]:
    """The (page, mark) pairs of the text under one structure element."""
    waiting = [element]
    while waiting:
        element = waiting.pop()
        for kid in element.get("K", ()):
            if isinstance(kid, int):
                yield pages[_number(element["Pg"])], kid
            else:
                waiting.append(pdf.objects[_number(kid)])


def _number(reference: bytes) -> int:
    """The object number of an indirect reference such as `b"12 0 R"`."""
    return int(reference.split()[0])
