"""Office and OpenDocument files looked into part by part; run in the child alone.

Parts are known by what they hold, never by their name or ending, which whoever made the file chose.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import IO
from urllib.parse import urlsplit
from zipfile import ZipFile, ZipInfo

from defusedxml.ElementTree import DefusedXMLParser

from portal.core.archives import Limits
from portal.core.files.active import (
    HEAD,
    ActiveFoundError,
    ActiveKind,
    Embedded,
    EmbeddedKind,
    in_part,
    is_program,
)
from portal.core.files.active_compound import look_in_compound
from portal.core.files.active_pdf import look_in_pdf
from portal.core.files.kinds import OLE, display_name
from portal.core.files.office import MACROS, identify_office_file
from portal.core.files.refusals import WrongType

BLOCK = 64 * 1024
DEEPEST = 3
"""How many files may be inside one another."""
DDE_WORDS = frozenset({"DDE", "DDEAUTO"})
SCRIPT_ADDRESSES = ("vnd.sun.star.script:", "macro:", "service:", "javascript:", "vbscript:")
RUNNING_ACTIONS = ("ppaction://program", "ppaction://macro")
_WORDS = (
    b"instrText", b"fldSimple", b"ddeLink", b"dde-source", b"dde-connection", b"event-listener", b"applet", b"href",
    b"hlink", b"floating-frame", b"Relationship",
)  # fmt: skip
"""Names of elements and attributes that matter: XML lets none of them be written otherwise, unlike what they hold."""
_LONGEST_WORD = 32


def look_in_archive(file: IO[bytes], depth: int = 0) -> Iterator[Embedded]:
    """What an Office file holds beside its text; raises ActiveFoundError, or Unsafe for what hides in an inner one."""
    with ZipFile(file) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            with archive.open(member) as part:
                head = part.read(HEAD)
            if is_program(member.filename, head):
                raise ActiveFoundError(ActiveKind.PROGRAM, in_part(member.filename))
            if head.startswith((OLE, b"PK\x03\x04", b"%PDF")):
                yield from _inner(archive, member, head, depth)
            elif head.startswith((b"ID3", b"RIFF", b"\x00\x00\x00\x18ftyp", b"\x00\x00\x00\x20ftyp", b"FWS", b"CWS")):
                yield Embedded(EmbeddedKind.MEDIA, display_name(member.filename))
            else:
                yield from _text(archive, member, head)


def _inner(archive: ZipFile, member: ZipInfo, head: bytes, depth: int) -> Iterator[Embedded]:
    """A file inside the file."""
    if depth + 1 >= DEEPEST:
        raise ActiveFoundError(ActiveKind.NESTED, in_part(member.filename))
    content = archive.read(member)
    yield Embedded(EmbeddedKind.OBJECT, display_name(member.filename))
    with _named(member.filename):
        yield from look_in_content(content, member.filename, depth + 1)


def look_in_content(content: bytes, name: str, depth: int) -> Iterator[Embedded]:
    """A file found inside another, whatever it is."""
    if is_program(name, content[:HEAD]):
        raise ActiveFoundError(ActiveKind.PROGRAM, in_part(name))
    if depth >= DEEPEST:
        raise ActiveFoundError(ActiveKind.NESTED, in_part(name))
    if content.startswith(OLE):
        yield from look_in_compound(content, name)
    elif content.startswith(b"PK\x03\x04"):
        identify_office_file(BytesIO(content), Limits())
        yield from look_in_archive(BytesIO(content), depth)
    elif b"%PDF" in content[:1024]:
        yield from look_in_pdf(BytesIO(content), look_in_content, depth)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What an inner document is refused for is said of it."""
    try:
        yield
    except WrongType as refusal:
        kind = ActiveKind.MACROS if refusal.sentence.text == MACROS else ActiveKind.ELSEWHERE
        raise ActiveFoundError(kind, in_part(name)) from refusal


def _text(archive: ZipFile, member: ZipInfo, head: bytes) -> Iterator[Embedded]:
    """A part that is XML, read by a parser when a word that matters is in it."""
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    is_wide = b"\0" in head[:8] or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not (opening.startswith(b"<") or (is_wide and b"<" in head[:8])):
        return
    if not is_wide and not _mentions(archive, member):
        return
    target = _Part(member.filename)
    parser = DefusedXMLParser(target=target)
    with archive.open(member) as part:
        while block := part.read(BLOCK):
            parser.feed(block)
    parser.close()
    for host in dict.fromkeys(target.hosts):
        yield Embedded(EmbeddedKind.LINK, host)


def _mentions(archive: ZipFile, member: ZipInfo) -> bool:
    before = b""
    with archive.open(member) as part:
        while block := part.read(BLOCK):
            text = before + block
            if any(word in text for word in _WORDS):
                return True
            before = block[-_LONGEST_WORD:]
    return False


class _Part:
    """Reads the elements of a part; keeps the hosts it links to, and nothing of the text."""

    def __init__(self, name: str) -> None:
        self.hosts: list[str] = []
        self._name = name
        self._fields: list[list[str]] = [[]]
        """What is written in the fields that are open, the innermost last; Word splits a word over several runs."""
        self._is_instruction = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        local = tag.rpartition("}")[2]
        said = {name.rpartition("}")[2]: value for name, value in attributes.items()}
        if local == "fldChar":
            self._field(said.get("fldCharType", ""))
        elif local == "instrText":
            self._is_instruction = True
        elif local == "fldSimple":
            self._judge(said.get("instr", ""))
        elif local == "ddeLink" or local.startswith("dde-"):
            self._refuse(ActiveKind.DDE)
        elif local == "applet":
            self._refuse(ActiveKind.PROGRAM)
        elif local == "floating-frame":
            self._refuse(ActiveKind.ELSEWHERE)
        self._look_at_address(local, said)

    def data(self, text: str) -> None:
        if self._is_instruction:
            self._fields[-1].append(text)

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] == "instrText":
            self._is_instruction = False

    def close(self) -> None:
        for field in self._fields:
            self._judge("".join(field))

    def _field(self, what: str) -> None:
        if what == "begin":
            self._fields.append([])
        elif len(self._fields) > 1:
            self._judge("".join(self._fields[-1]))
            if what == "end":
                self._fields.pop()

    def _judge(self, instruction: str) -> None:
        first = instruction.split(maxsplit=1)[:1]
        if first and first[0].strip('"').upper() in DDE_WORDS:
            self._refuse(ActiveKind.DDE)

    def _look_at_address(self, local: str, said: Mapping[str, str]) -> None:
        action = said.get("action", "").lower()
        if action.startswith(RUNNING_ACTIONS) or (local == "event-listener" and action == "execute"):
            self._refuse(ActiveKind.LAUNCH)
        address = (said.get("href") or "").strip().lower()
        is_ours = local == "event-listener" and (said.get("macro-name") or "script" in said.get("language", "").lower())
        if is_ours or address.startswith(SCRIPT_ADDRESSES):
            self._refuse(ActiveKind.MACROS)
        if said.get("TargetMode", "").lower() == "external":
            address = said.get("Target", "").strip().lower()
        if host := host_of(address):
            self.hosts.append(host)

    def _refuse(self, kind: ActiveKind) -> None:
        raise ActiveFoundError(kind, in_part(self._name))


def host_of(address: str) -> str:
    """The host that an address leads to outside the document, or what else it opens; empty inside it.

    >>> host_of("https://exemple.test/a"), host_of("#chapitre"), host_of("file:///C:/a.docx"), host_of("mailto:a@b.fr")
    ('exemple.test', '', 'file:', '')
    """
    if address.startswith("\\\\"):
        return "file:"
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme in {"http", "https", "ftp"}:
        return (parts.hostname or "")[:120]
    return "file:" if parts.scheme == "file" else ""
