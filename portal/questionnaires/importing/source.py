"""From the bytes of a file to what it holds: the syntax is told by the content, never by the name."""

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # nosec B405 - files are parsed by defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import say
from portal.core.spreadsheets import Table, read_table
from portal.questionnaires.importing.json_text import read_json
from portal.questionnaires.importing.tree import check_size
from portal.questionnaires.importing.yaml_text import read_yaml

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
_BOMS: Mapping[bytes, str] = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class ImportSource:
    """A file, once read: its name, and a tree of tables and lists, an XML element, or the rows of a workbook."""

    name: str
    content: Any

    @property
    def stem(self) -> str:
        """The name without its folder and its ending."""
        return self.name.replace("\\", "/").rsplit("/", 1)[-1].split(".", 1)[0]

    @property
    def root(self) -> Element | None:
        """The root of an XML file."""
        return self.content if isinstance(self.content, Element) else None

    @property
    def workbook(self) -> Table | None:
        """The rows of a workbook."""
        return self.content if isinstance(self.content, Table) else None


def read_source(name: str, data: bytes) -> ImportSource:
    """What the file holds; raises Refused for a file that is no questionnaire, or a hostile one."""
    if len(data) > MOST_BYTES:
        raise Refused(say("Ce fichier dépasse %(size)s Mo.", size=MOST_BYTES // MEGABYTE))
    if not data.strip():
        raise Refused(say("Ce fichier est vide."))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return ImportSource(name, read_table(data, "questionnaire.xlsx"))
    beginning = data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if beginning == b"<":
        content: Any = _xml(data)
    else:
        text = _text(data)
        content = _reader(text)(text)
    check_size(content)
    return ImportSource(name, content)


def _reader(text: str) -> Callable[[str], Any]:
    start = text.lstrip()
    return read_json if start.startswith(("{", "[", "//", "/*")) else read_yaml


def _text(data: bytes) -> str:
    encoding = next((name for mark, name in _BOMS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as failure:
        raise Refused(say("Ce fichier n'est pas un texte en UTF-8, ni un classeur.")) from failure
    if "\0" in text:
        raise Refused(say("Ce fichier n'est pas un texte en UTF-8, ni un classeur."))
    return text


def _xml(data: bytes) -> Element:
    """The root; a document type is refused, for it is what entities are declared in."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as failure:
        raise Refused(say("Ce fichier XML déclare un type de document ou des entités : il n'est pas lu.")) from failure
    except (ParseError, ValueError, LookupError) as failure:
        line = getattr(failure, "position", (1, 0))[0]
        raise Refused(say("Ce fichier XML est mal formé, près de la ligne %(line)s.", line=line)) from failure
    return root
