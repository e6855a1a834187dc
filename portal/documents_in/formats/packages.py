"""Opens the ZIP that a DOCX or an ODT is, with limits on sizes, and without entities or network."""

from io import BytesIO

from lxml import etree

from portal.core import archives
from portal.core.documents.word_xml import Element
from portal.core.language import Sentence, say
from portal.documents_in.errors import UnreadableDocument

LIMITS = archives.Limits(members=5_000, unpacked=200 * 1024 * 1024, ratio=200, always_fine=16 * 1024 * 1024)
PART_LIMIT = 40 * 1024 * 1024
"""Bytes of one part of text; a contract of 500 pages takes about ten million."""
DEEPEST = 200


class ZipPackage:
    """The parts of one file; raises UnreadableDocument when it is damaged, protected or a bomb."""

    def __init__(self, data: bytes) -> None:
        self._file = BytesIO(data)
        try:
            self._members = {member.filename: member for member in archives.directory(self._file, LIMITS)}
        except archives.Unsafe as refusal:
            raise UnreadableDocument(refusal.sentence) from refusal

    def __contains__(self, name: str) -> bool:
        """Whether the part exists."""
        return name in self._members

    def bytes(self, name: str) -> bytes:
        """One part whole."""
        try:
            archives.inflate(self._file, [self._members[name]], LIMITS)
            return archives.read(self._file, name, PART_LIMIT)
        except KeyError as failure:
            raise damaged_part(name) from failure
        except archives.Unsafe as refusal:
            raise UnreadableDocument(refusal.sentence) from refusal

    def xml(self, name: str) -> Element:
        """One part as a tree; no entity is opened, nothing is fetched."""
        return parse_xml(self.bytes(name), name)


def parse_xml(content: bytes, name: str) -> Element:
    """The tree of an XML text; raises UnreadableDocument when it is none or declares entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as failure:
        raise damaged_part(name) from failure
    if root.getroottree().docinfo.doctype:
        raise UnreadableDocument(
            say(
                "Ce fichier déclare des entités dans « %(part)s », ce qu'aucun traitement de texte ne fait : "
                "il n'a pas été ouvert.",
                part=name,
            )
        )
    return root


def tracked_change_remarks(*, inserted: int, deleted: int, moved: int, comments: int) -> tuple[Sentence, ...]:
    """What the reader of a revised document must know of how it was read."""
    said = []
    if inserted or deleted or moved:
        said.append(
            say(
                "Des révisions n'étaient pas acceptées : elles sont lues comme acceptées (ajouts : %(inserted)s, "
                "suppressions : %(deleted)s, déplacements : %(moved)s).",
                inserted=inserted,
                deleted=deleted,
                moved=moved,
            )
        )
    if comments:
        said.append(say("Commentaires en marge, non lus : %(count)s.", count=comments))
    return tuple(said)


def damaged_part(name: str) -> UnreadableDocument:
    """The refusal of a file with a part that cannot be read."""
    return UnreadableDocument(
        say(
            "Ce fichier est endommagé (partie « %(part)s ») : ouvrez-le, enregistrez-le à nouveau, puis réessayez.",
            part=name,
        )
    )
