"""Looking into a ZIP (an Office file is one) without trusting what it says of itself.

A small archive may declare, or hide, terabytes: sizes are read from the directory before anything is unpacked, then
checked by inflating each member with a ceiling and throwing the bytes away. Memory use does not depend on the archive.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import say

BLOCK = 64 * 1024
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
ENCRYPTED = 0x1
UTF8_NAME = 0x800
LARGEST_NAME = 300
"""Bytes allowed per directory entry, on average: its fixed 46, its path and what some writers add."""


class Unsafe(Refused):
    """The archive is damaged, protected, or larger than it seems."""


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold, in members and bytes, and how many times its own size once unpacked."""

    members: int = 10_000
    unpacked: int = 256 * 1024 * 1024
    ratio: int = 200
    always_fine: int = 16 * 1024 * 1024
    """Under this many bytes the ratio says nothing: blank sheets compress very well."""


def directory(file: IO[bytes], limits: Limits) -> list[ZipInfo]:
    """The members as declared; raises Unsafe, having read nothing but the directory."""
    size = _directory_size(file)
    if size > limits.members * LARGEST_NAME:
        raise _too_many(limits)
    try:
        with ZipFile(file) as archive:
            members = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, struct.error) as failure:
        raise broken() from failure
    if len(members) > limits.members:
        raise _too_many(limits)
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise Unsafe(say("Ce fichier est protégé par un mot de passe : retirez-le, puis envoyez le fichier à nouveau."))
    if len({member.filename for member in members}) != len(members) or any(_escapes(m.filename) for m in members):
        raise broken()
    _refuse_overlaps(members)
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > limits.unpacked or (total > limits.always_fine and total > packed * limits.ratio):
        raise _bomb()
    return members


def inflate(file: IO[bytes], members: list[ZipInfo], limits: Limits) -> None:
    """Unpack every member into nothing; raises Unsafe when its real size or its checksum is not the declared one."""
    room = limits.unpacked
    for member in members:
        room -= _inflate_one(file, member, room)


def read(file: IO[bytes], name: str, most: int) -> bytes:
    """One member whole, at most `most` bytes; raises Unsafe when it is larger or missing."""
    with ZipFile(file) as archive:
        try:
            with archive.open(name) as member:
                content = _taken(member, most + 1)
        except (KeyError, BadZipFile, EOFError, zlib.error, NotImplementedError, ValueError, struct.error) as failure:
            raise broken() from failure
    if len(content) > most:
        raise _bomb()
    return content


def _taken(member: IO[bytes], most: int) -> bytes:
    """So many bytes at most, held once: asked for whole, they would be copied to each larger room in turn."""
    taken = BytesIO()
    while more := member.read(min(_AT_ONCE, most - taken.tell())):
        taken.write(more)
    return taken.getvalue()


_AT_ONCE = 1024 * 1024


def _inflate_one(file: IO[bytes], member: ZipInfo, room: int) -> int:
    size = checksum = 0
    for plain in _plain(file, member):
        size += len(plain)
        checksum = zlib.crc32(plain, checksum)
        # A member larger than it declares is a lie whatever room is left: stop before inflating the rest of it.
        if size > min(member.file_size, room):
            raise _bomb()
    if size != member.file_size or checksum != member.CRC:
        raise broken()
    return size


def _plain(file: IO[bytes], member: ZipInfo) -> Iterator[bytes]:
    """The member's bytes, at most BLOCK at a time whatever the compression."""
    packed = _packed(file, member)
    if member.compress_type == ZIP_STORED:
        yield from packed
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for block in packed:
        while block:
            # Once the stream has ended, zlib keeps its last tail: asked again, it would give nothing, for ever.
            if inflater.eof:
                raise broken()
            try:
                yield inflater.decompress(block, BLOCK)
            except zlib.error as failure:
                raise broken() from failure
            block = inflater.unconsumed_tail  # noqa: PLW2901 - the same block, less what was consumed
    if not inflater.eof or inflater.unused_data:
        raise broken()


def _packed(file: IO[bytes], member: ZipInfo) -> Iterator[bytes]:
    """The member's bytes as stored; both headers must name the same member."""
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) != LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise broken()
    name_length, extra_length = LOCAL_HEADER.unpack(header)[-2:]
    if file.read(name_length) != _raw_name(member) or member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise broken()
    file.seek(extra_length, 1)
    left = member.compress_size
    while left:
        block = file.read(min(BLOCK, left))
        if not block:
            raise broken()
        left -= len(block)
        yield block


def _raw_name(member: ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & UTF8_NAME else "cp437")


def _directory_size(file: IO[bytes]) -> int:
    """Bytes of the central directory; looked up as zipfile does, since it reads that many at once."""
    end = file.seek(0, 2)
    start = file.seek(max(0, end - END_OF_DIRECTORY.size - 0xFFFF))
    tail = file.read(end - start)
    at = len(tail) - END_OF_DIRECTORY.size
    if at < 0:
        raise broken()
    if not (tail[at : at + 4] == b"PK\x05\x06" and tail.endswith(b"\x00\x00")):
        at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END_OF_DIRECTORY.size:
        raise broken()
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        # ZIP64: no Office file of an acceptable size needs it, and it lets the two directories disagree.
        raise broken()
    fields = END_OF_DIRECTORY.unpack_from(tail, at)
    return int(fields[5])


def _refuse_overlaps(members: list[ZipInfo]) -> None:
    """Members that share bytes are how an archive of a megabyte unpacks to a petabyte."""
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:
            raise _bomb()
        end = member.header_offset + LOCAL_HEADER.size + len(_raw_name(member)) + member.compress_size


def _escapes(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name


def broken() -> Unsafe:
    """The refusal of a file no reader could open whole."""
    return Unsafe(say("Ce fichier est endommagé : ouvrez-le, enregistrez-le à nouveau, puis réessayez."))


def _bomb() -> Unsafe:
    return Unsafe(say("Ce fichier se déploie en un volume anormal une fois décompressé : il n'a pas été ouvert."))


def _too_many(limits: Limits) -> Unsafe:
    return Unsafe(say("Ce fichier contient plus de %(count)s éléments : il n'a pas été ouvert.", count=limits.members))
