"""Compound files (OLE) with the streams a test wants, written from the format's own description [MS-CFB]."""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SMALLEST = 4096
"""Under it a stream would stand in a stream of its own kind: each is filled up to it."""


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of these streams, by path (« VBA/dir »), their storages made."""
    tree: dict = {}
    for path, content in streams.items():
        *folders, last = path.split("/")
        at = tree
        for folder in folders:
            at = at.setdefault(folder, {})
        at[last] = content.ljust(SMALLEST, b"\0")
    entries: list[list] = [["Root Entry", 5, FREE, END, 0]]
    data: list[bytes] = []
    chains: list[list[int]] = []
    _add(tree, 0, entries, data, chains)
    directory = b"".join(_entry(*one) for one in entries)
    directory += _entry("", 0, FREE, 0, 0) * (-len(entries) % 4)
    first = len(data)
    blocks = [directory[at : at + SECTOR] for at in range(0, len(directory), SECTOR)]
    chains.append(list(range(first, first + len(blocks))))
    data += blocks
    table_at = len(data)
    count = (len(data) + 1) // (SECTOR // 4 - 1) + 1
    table = [FREE] * (count * (SECTOR // 4))
    for chain in chains:
        for here, after in zip(chain, [*chain[1:], END], strict=True):
            table[here] = after
    for number in range(count):
        table[table_at + number] = FAT
    header = struct.pack(
        "<8s16s6H10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, count, first, 0,
        SMALLEST, END, 0, END, 0,
    )  # fmt: skip
    places = [table_at + number for number in range(count)] + [FREE] * (109 - count)
    return (
        (header + struct.pack("<109I", *places)).ljust(SECTOR, b"\0")
        + b"".join(data)
        + struct.pack(f"<{len(table)}I", *table)
    )


def _add(tree: dict, parent: int, entries: list[list], data: list[bytes], chains: list[list[int]]) -> None:
    """The children of a storage, each to the right of the one before."""
    before = None
    for name, content in tree.items():
        number = len(entries)
        if before is None:
            entries[parent][2] = number
        else:
            entries[before].append(number)
        if isinstance(content, dict):
            entries.append([name, 1, FREE, 0, 0])
            _add(content, number, entries, data, chains)
        else:
            blocks = [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]
            chains.append(list(range(len(data), len(data) + len(blocks))))
            entries.append([name, 2, FREE, len(data), len(content)])
            data += blocks
        before = number


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = FREE) -> bytes:
    wide = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", wide, len(wide) + 2 if name else 0, kind, 1, FREE, right, child, b"", 0, 0, 0, start, size
    )
