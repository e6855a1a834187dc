"""The ZIP that a workbook or a document is: read within limits, written back with the parts that changed."""

import posixpath
import zipfile
from collections.abc import Mapping
from io import BytesIO

from lxml import etree

from portal.core import archives
from portal.core.documents.word_xml import Element
from portal.core.errors import Refused
from portal.core.files import identify_office_file
from portal.core.language import say

LIMITS = archives.Limits(members=3_000, unpacked=120 * 1024 * 1024, ratio=150, always_fine=16 * 1024 * 1024)
PART_LIMIT = 40 * 1024 * 1024
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATION = f"{{{_PACKAGE}/relationships}}Relationship"
_TYPES = f"{{{_PACKAGE}/content-types}}"


class FormPackage:
    """The parts of one form; raises Refused for a bomb, macros, damage, or any other kind of file."""

    def __init__(self, data: bytes) -> None:
        self._file = BytesIO(data)
        kind = identify_office_file(self._file, LIMITS)
        if kind not in {"xlsx", "docx"}:
            raise not_a_form()
        self.kind: str = kind
        self._changed: dict[str, bytes] = {}
        with zipfile.ZipFile(self._file) as archive:
            self._members = archive.infolist()
        self.names = {member.filename for member in self._members}

    def has(self, name: str) -> bool:
        """Whether the part exists, or was added."""
        return name in self.names or name in self._changed

    def xml(self, name: str) -> Element:
        """One part as a tree: no entity is opened, nothing is fetched."""
        content = self._changed.get(name)
        if content is None:
            content = archives.read(self._file, name, PART_LIMIT)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as failure:
            raise archives.broken() from failure
        if root.getroottree().docinfo.doctype:
            raise archives.broken()
        return root

    def change(self, name: str, root: Element) -> None:
        """Have a part written as this tree."""
        self._changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def links(self, owner: str) -> Mapping[str, tuple[str, str]]:
        """Where the relations of a part lead: their kind and the part's name, by identifier."""
        path = relations_path(owner)
        if not self.has(path):
            return {}
        folder = posixpath.dirname(owner)
        return {
            link.get("Id", ""): (
                link.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/"),
            )
            for link in self.xml(path).iter(_RELATION)
            if link.get("TargetMode") != "External"
        }

    def link(self, owner: str, kind: str, target: str) -> str:
        """Add a relation from one part to another; its identifier."""
        path = relations_path(owner)
        if self.has(path):
            root = self.xml(path)
        else:
            root = etree.Element(
                f"{{{_PACKAGE}/relationships}}Relationships", None, {None: f"{_PACKAGE}/relationships"}
            )
        taken = {link.get("Id", "") for link in root}
        identifier = next(name for name in (f"rIdVigie{rank}" for rank in range(1, 1000)) if name not in taken)
        place = posixpath.relpath(target, posixpath.dirname(owner))
        etree.SubElement(root, _RELATION, Id=identifier, Type=f"{RELATIONS}/{kind}", Target=place)
        self.change(path, root)
        return identifier

    def declare(self, name: str, content_type: str) -> None:
        """Say what kind of part a new one is."""
        root = self.xml("[Content_Types].xml")
        etree.SubElement(root, f"{_TYPES}Override", PartName=f"/{name}", ContentType=content_type)
        self.change("[Content_Types].xml", root)

    def written(self) -> bytes:
        """The whole file, with the parts that were changed or added."""
        out = BytesIO()
        with zipfile.ZipFile(self._file) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
            for member in self._members:
                content = self._changed.get(member.filename)
                kept = zipfile.ZipInfo(member.filename, member.date_time)
                kept.compress_type, kept.external_attr = member.compress_type, member.external_attr
                after.writestr(kept, before.read(member) if content is None else content)
            for name, content in self._changed.items():
                if name not in self.names:
                    after.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        return out.getvalue()


def relations_path(owner: str) -> str:
    """The part that holds the relations of another."""
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def not_a_form() -> Refused:
    """The refusal of anything that is no workbook and no document."""
    return Refused(
        say(
            "Ce fichier n'est ni un classeur Excel (XLSX) ni un document Word (DOCX) : enregistrez-le dans l'un des "
            "deux formats."
        )
    )
