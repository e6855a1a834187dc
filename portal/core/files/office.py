"""Which Office document an archive is, and whether it would do more than be read."""

from typing import IO
from xml.etree.ElementTree import ParseError
from zipfile import ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.core.archives import Limits, broken, directory, inflate, read
from portal.core.files.refusals import WrongType
from portal.core.language import N_, say

CONTENT_TYPES = "[Content_Types].xml"
PART_LIMIT = 4 * 1024 * 1024
"""Bytes of a part that only lists other parts; real ones take a few kilobytes."""

OOXML = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
}
ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
ACTIVE_TYPES = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "dialogsheet", "activex")
"""In what a package declares of its parts, whatever their names."""
RUN_AT_OPENING = ("/vbaproject", "/xlmacrosheet", "/xlintlmacrosheet", "/activexcontrolbinary", "/control")
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/", "/dialogsheets/", "/intlmacrosheets/")
MACROS = N_("Ce fichier contient des macros : enregistrez-le sans macros (.docx, .xlsx, .pptx) ou en PDF.")
ODF_MACRO_FOLDERS = ("basic/", "scripts/")
FETCHED_AT_OPENING = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument")
"""Relationships that a word processor follows by itself; a hyperlink waits for a click and is no matter."""


def identify_office_file(file: IO[bytes], limits: Limits) -> str | None:
    """The extension this archive deserves, or None for any other archive.

    Raises Unsafe when it is damaged or a bomb, WrongType when it carries macros or fetches something when opened.
    """
    members = directory(file, limits)
    names = {member.filename for member in members}
    if CONTENT_TYPES in names:
        kind = _ooxml(file, members)
    elif "mimetype" in names:
        kind = ODF.get(read(file, "mimetype", 200).strip())
        if kind and any(name.lower().startswith(ODF_MACRO_FOLDERS) for name in names):
            raise _macros()
    else:
        kind = None
    inflate(file, members, limits)
    return kind


def _ooxml(file: IO[bytes], members: list[ZipInfo]) -> str | None:
    declared = {
        node.get("ContentType", "").strip().lower() for node in _xml(read(file, CONTENT_TYPES, PART_LIMIT)).iter()
    }
    if any(active in kind for kind in declared for active in ACTIVE_TYPES):
        raise _macros()
    if any(part in f"/{member.filename.lower()}" for member in members for part in MACRO_PARTS):
        raise _macros()
    for member in members:
        if member.filename.lower().endswith(".rels"):
            _refuse_fetching(read(file, member.filename, PART_LIMIT))
    mains = [OOXML[kind] for kind in declared if kind in OOXML]
    return mains[0] if len(mains) == 1 else None


def _refuse_fetching(relationships: bytes) -> None:
    for node in _xml(relationships).iter():
        if node.get("Type", "").lower().endswith(RUN_AT_OPENING):
            raise _macros()
        if node.get("TargetMode", "").lower() == "external" and node.get("Type", "").endswith(FETCHED_AT_OPENING):
            raise WrongType(
                say("Ce document va chercher un contenu ailleurs dès son ouverture : enregistrez-le en PDF.")
            )


def _xml(content: bytes):  # type: ignore[no-untyped-def] # defusedxml's stubs return Any
    try:
        return fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as failure:
        raise broken() from failure


def _macros() -> WrongType:
    return WrongType(MACROS)
