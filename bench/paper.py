"""Contracts of the other side: CPU to read 60 pages in each format, to check them, and how time grows to 500 pages.

`python -m bench paper` alone. A PDF is counted with its child process, which serves many files; starting it
has a line of its own.
"""

import resource
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pypdf

from bench.limits import Limits
from bench.measure import Report
from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.docx import render_docx
from portal.core.documents.markup import to_html
from portal.core.documents.pdf import render_pdf
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Document
from portal.core.language import Language
from portal.documents_in.formats import pdf
from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.checking import check_contract
from tests.factories.contracts import facts
from tests.factories.paper import markdown_of, odt_of

SIZES = (60, 125, 250, 500)
PAGES_OF_OURS = 22
"""Pages of one contract of ours as PDF; other formats are that text as many times."""
DENSE = 3000
"""Characters of a page set small, as processors print their agreements; a page of ours has some two thousand."""
TURNS = 3
"""Readings of one file by one child."""
AIM = 1000.0
"""CPU milliseconds for 60 pages, read and checked."""
GROWTH = 1.35
"""How much dearer a page may be at 500 pages than at 60: 1 is a straight line."""


def contracts(report: Report, _limits: Limits | None = None) -> None:
    """Every format at every size, then what the check adds."""
    books = library.load()
    tree = assemble_contract(books, books.templates[0], facts(), Language.FR).document
    book = load_rulebook()
    for name, made in makers(tree).items():
        spent = {size: cpu(made(size), f"a.{name}") for size in SIZES}
        add(report, f"reading {name}", spent)
        document = read_document(made(SIZES[0]), f"a.{name}")
        check_contract(document, book)
        both = spent[SIZES[0]] + least(partial(check_contract, document, book), times=5)
        told = f"{len(document.text):,} characters"
        report.add(f"reading and checking {name}, {SIZES[0]} pages of ours", both, "ms", AIM, told)
    report.add("starting the child that reads PDF files, once", started(tree), "ms", None)
    for language in Language:
        text = tree_text(assemble_contract(books, books.templates[0], facts(), language).document)
        read = {size: read_document(dense(text, size).encode(), "a.txt") for size in SIZES}
        check_contract(read[SIZES[0]], book)
        spent = {size: least(partial(check_contract, document, book), times=5) for size, document in read.items()}
        add(report, f"checking dense pages, {language.value}", spent)


def add(report: Report, what: str, spent: dict[int, float]) -> None:
    """One line for the aim, one for how a page grows dearer."""
    first, last = SIZES[0], SIZES[-1]
    told = ", ".join(f"{size} p. {spent[size]:,.0f} ms" for size in SIZES)
    report.add(f"{what}, {first} pages", spent[first], "ms", AIM, told)
    report.add(
        f"{what}, a page at {last} against one at {first}", (spent[last] / last) / (spent[first] / first), "×", GROWTH
    )


def dense(text: str, pages: int) -> str:
    """So many dense pages of a text; each turn is numbered, so that no sentence is read twice for nothing."""
    turns = pages * DENSE // len(text) + 1
    told = "\n".join(f"{line} ({turn})" for turn in range(turns) for line in text.split("\n"))
    return told[: pages * DENSE]


def makers(tree: Document) -> dict[str, Callable[[int], bytes]]:
    """How to make a file of so many pages, by extension."""
    text = tree_text(tree)
    printed = render_pdf(tree)

    def times(size: int) -> float:
        return size / PAGES_OF_OURS

    return {
        "docx": lambda size: render_docx(longer(tree, times(size))),
        "odt": lambda size: odt_of(repeated(text, times(size))),
        "html": lambda size: str(to_html(longer(tree, times(size)))).encode(),
        "md": lambda size: markdown_of(repeated(text, times(size))).encode(),
        "txt": lambda size: repeated(text, times(size)).encode(),
        "pdf": lambda size: merged(printed, size),
    }


def longer(tree: Document, times: float) -> Document:
    """The contract with its articles so many times."""
    return Document(tree.title, tree.language, whole(tree.blocks, times), contents=False)


def repeated(text: str, times: float) -> str:
    """The text so many times."""
    return "\n".join(whole(tuple(text.split("\n")), times))


def whole(parts: tuple, times: float) -> tuple:
    """A sequence so many times, its last turn cut short."""
    return parts * int(times) + parts[: int(len(parts) * (times % 1))]


def merged(printed: bytes, size: int) -> bytes:
    """A PDF of so many pages."""
    source = pypdf.PdfReader(BytesIO(printed))
    writer = pypdf.PdfWriter()
    for number in range(size):
        writer.add_page(source.pages[number % len(source.pages)])
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def cpu(data: bytes, name: str) -> float:
    """CPU milliseconds to read one file, in this process and its child once started, the best of three."""

    def times(turns: int) -> float:
        return used(lambda: [read_document(data, name) for _ in range(turns)])

    return (times(1 + TURNS) - times(1)) / TURNS


def started(tree: Document) -> float:
    """CPU milliseconds that the first PDF costs beyond the next ones."""
    data = render_pdf(tree)
    return max(0.0, used(lambda: read_document(data, "a.pdf")) - cpu(data, "a.pdf"))


def used(action: Callable[[], object]) -> float:
    """CPU milliseconds of an action, a new child's included, the best of three."""
    best = float("inf")
    for _ in range(3):
        pdf.stop()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.process_time()
        action()
        spent = time.process_time() - start
        pdf.stop()  # a child is counted once it has ended
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, (spent + child) * 1000)
    return best


def least(action: Callable[[], object], *, times: int) -> float:
    """CPU milliseconds of an action in this process, the best of a few."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        action()
        best = min(best, (time.process_time() - start) * 1000)
    return best
