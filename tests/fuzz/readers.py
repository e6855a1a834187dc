"""Fuzzing of the readers of contracts: `python -m tests.fuzz.readers --minutes 10 [--check]`.

Sound files of each format are damaged at random, inside their ZIP too, and read: each must give a document that holds
together or a refusal in words, within ten seconds, opening no file for writing and no socket of the network.
With `--engine atheris` (to be installed apart) the damage is led by the code it reaches. With `--check`, what is read
is checked against article 28 too, within the same ten seconds, and every passage shown must stand where it says.
"""

import argparse
import importlib
import os
import random
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.docx import render_docx
from portal.core.documents.markup import to_html
from portal.core.documents.text import tree_text
from portal.core.language import Language
from portal.documents_in import reader
from portal.documents_in.document import SourceDocument
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.checking import check_contract
from tests.factories.contracts import facts
from tests.factories.paper import markdown_of, odt_of
from tests.printing_cache import render_pdf

SECONDS = 10.0
INTERESTING = (
    *(b"\x00", b"\xff" * 4, b"<", b"]]>", b"%PDF-", b"PK\x03\x04", b"\n" * 50, b"(" * 30, b"99999999999", b"&#0;"),
    *(b"1.1.1.1.1.1 ", b"| | |\n", b"-\n", b"\x0c", *map(str.encode, ("Article 1 – ", "« ", "\u00ad"))),
)
NAMES = ("a.docx", "a.odt", "a.pdf", "a.html", "a.md", "a.txt")


def seeds() -> dict[str, list[bytes]]:
    """Sound files, by the name they are given to the reader."""
    books = library.cached()
    trees = [assemble_contract(books, books.templates[0], facts(), language).document for language in Language]
    texts = [tree_text(tree) for tree in trees]
    return {
        "a.docx": [render_docx(tree) for tree in trees],
        "a.odt": [odt_of(text) for text in texts],
        "a.pdf": [render_pdf(tree) for tree in trees],
        "a.html": [str(to_html(tree)).encode() for tree in trees],
        "a.md": [markdown_of(text).encode() for text in texts],
        "a.txt": [text.encode() for text in texts] + [text.encode("cp1252", "replace") for text in texts],
    }


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with a few wounds."""
    if zipfile.is_zipfile(BytesIO(data)) and chance.random() < 0.8:
        try:
            return _inside(data, chance)
        except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, NotImplementedError, ValueError):
            pass  # it was wounded before
    return _wounded(data, chance)


def _inside(data: bytes, chance: random.Random) -> bytes:
    """One member of a ZIP wounded, the archive sound."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        names = [name for name in source.namelist() if name.endswith(".xml")]
        chosen = chance.choice(names)
        for name in source.namelist():
            content = source.read(name)
            if name != chosen:
                copy.writestr(name, content)
            elif chance.random() < 0.5:
                copy.writestr(name, _rearranged(content, chance))
            elif chance.random() < 0.9:
                copy.writestr(name, _wounded(content, chance))
    return target.getvalue()


def _rearranged(content: bytes, chance: random.Random) -> bytes:
    """XML that is still XML: attributes changed, elements repeated."""
    parts = content.split(b'"')
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(parts))
        if place % 2 and not parts[place].startswith(b"http"):
            parts[place] = chance.choice([b"", b"-1", b"0", b"99999999999999999999", b"abc", b"8", parts[place] * 3])
    return b'"'.join(parts)


def _wounded(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8, 30))):
        at = chance.randrange(max(len(damaged), 1))
        match chance.randrange(6):
            case 0:
                damaged[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del damaged[at : at + chance.randint(1, 2000)]
            case 2:
                damaged[at:at] = damaged[max(0, at - chance.randint(1, 500)) : at] * chance.randint(1, 5)
            case 3:
                damaged[at:at] = chance.choice(INTERESTING) * chance.randint(1, 3)
            case 4:
                del damaged[at:]
            case 5:
                other = chance.randrange(max(len(damaged), 1))
                size = chance.randint(1, 300)
                damaged[at : at + size] = damaged[other : other + size]
    return bytes(damaged)


def attempt(data: bytes, name: str, *, whole: bool = False) -> str:
    """Read one file, and check what it says when `whole`; returns how it went, raises what may never happen."""
    start = time.monotonic()
    try:
        document = read_document(data, name)
    except UnreadableDocument as refusal:
        if not str(refusal.sentence).endswith("."):
            raise AssertionError(f"Refusal without a sentence: {refusal.sentence}") from refusal
        outcome = "refused"
    else:
        if not all(document.text[p.start : p.end] == p.text for p in document.paragraphs):
            raise AssertionError("A paragraph is not where it says.")
        if whole:
            examine(document)
        outcome = "read"
    if time.monotonic() - start > SECONDS + 1:
        raise AssertionError(f"{time.monotonic() - start:.1f} s")
    return outcome


def examine(document: SourceDocument) -> None:
    """Check a document; raises when a passage it shows is not in the text."""
    found = check_contract(document, load_rulebook())
    spans = [span for finding in found.requirements for span in finding.spans] + [term.span for term in found.terms]
    if not all(document.text[span.start : span.end] == span.quote for span in spans):
        raise AssertionError("A passage is not where it says.")


def watch(folder: Path) -> None:
    """Refuse, for the rest of this process, any file written outside `folder` and any network address."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            path = str(arguments[0])
            if not path.startswith((str(folder), "/dev/null")):
                raise PermissionError(f"A reader writes to {path}")
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            raise PermissionError(f"A reader calls {arguments[1]}")

    sys.addaudithook(hook)


def run(minutes: float, seed: int, *, whole: bool = False, report: Callable[[str], object] = print) -> int:
    """Fuzz for so long; returns how many files broke a reader, kept in a temporary folder with their trace."""
    chance = random.Random(seed)
    corpus = seeds()
    folder = Path(tempfile.mkdtemp(prefix="readers-"))
    sys.dont_write_bytecode = True
    watch(folder)
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    broken = 0
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        name = chance.choice(NAMES)
        data = mutated(chance.choice(corpus[name]), chance)
        start = time.monotonic()
        try:
            outcomes[f"{name} {attempt(data, name, whole=whole)}"] += 1
        except Exception:
            broken += 1
            (folder / f"{broken}-{name}").write_bytes(data)
            report(f"{folder / f'{broken}-{name}'}\n{traceback.format_exc()}")
        slowest = max(slowest, (time.monotonic() - start, name))
    report(f"{sum(outcomes.values())} files, {broken} broke a reader, slowest {slowest[0]:.2f} s ({slowest[1]})")
    report(", ".join(f"{what}: {count}" for what, count in sorted(outcomes.items())))
    return broken


def led(minutes: float) -> None:
    """The same under Atheris, which keeps what reaches new code; it ends the process itself."""
    import atheris

    chance = random.Random(0)
    folder = Path(tempfile.mkdtemp(prefix="readers-"))
    for name, files in seeds().items():
        for rank, data in enumerate(files):
            (folder / f"{rank}-{name}").write_bytes(bytes([NAMES.index(name)]) + data)

    def one(data: bytes) -> None:
        if data:
            attempt(data[1:], NAMES[data[0] % len(NAMES)])

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance.seed(seed)
        return data[:1] + mutated(data[1:] or b"a", chance)[: most - 1]

    for name in [name for name in sys.modules if name.startswith(reader.__name__)]:
        del sys.modules[name]
    with atheris.instrument_imports(include=[reader.__name__]):
        led_module = importlib.import_module(reader.__name__)
    globals().update(read=led_module.read, Unreadable=led_module.Unreadable)
    arguments = [sys.argv[0], f"-max_total_time={int(minutes * 60)}", "-max_len=2000000", "-timeout=12", str(folder)]
    atheris.Setup(arguments, one, custom_mutator=mutate)
    atheris.Fuzz()


def main() -> None:
    """Read the arguments and fuzz; exit 1 when a reader broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", choices=("own", "atheris"), default="own")
    parser.add_argument("--check", action="store_true", help="check what is read, with the own engine")
    given = parser.parse_args()
    if given.engine == "atheris":
        led(given.minutes)
    else:
        raise SystemExit(1 if run(given.minutes, given.seed, whole=given.check) else 0)


if __name__ == "__main__":
    main()
