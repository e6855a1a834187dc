"""Reading contracts of the other side: CPU for 60 pages in each format, and how time grows to 500 pages.

`python -m bench.paper` alone. A PDF is counted with its child process, started once.
"""

import resource
import time
from collections.abc import Callable
from io import BytesIO

import pypdf

from bench.limits import Limits
from bench.measure import Report
from portal.contracts import library, rules
from portal.core.documents.docx import render_docx
from portal.core.documents.markup import to_html
from portal.core.documents.pdf import render_pdf
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Document
from portal.core.language import Language
from portal.paper import reading
from portal.paper.reading import pdf
from tests.factories.contracts import facts
from tests.factories.paper import markdown_of, odt_of

SIZES = (60, 125, 250, 500)
PAGES_OF_OURS = 22
"""Pages of one contract of ours as PDF; other formats are that text as many times."""
AIM = 1000.0
"""CPU milliseconds for 60 pages."""
GROWTH = 1.35
"""How much dearer a page may be at 500 pages than at 60: 1 is a straight line."""


def read_all(report: Report, _limits: Limits | None = None) -> None:
    """Every format at every size."""
    books = library.load()
    tree = rules.assemble(books, books.templates[0], facts(), Language.FR).document
    for name, made in makers(tree).items():
        spent = {size: cpu(made(size), f"a.{name}") for size in SIZES}
        first, last = SIZES[0], SIZES[-1]
        growth = (spent[last] / last) / (spent[first] / first)
        told = ", ".join(f"{size} p. {spent[size]:,.0f} ms" for size in SIZES)
        report.add(f"reading {name}, {first} pages", spent[first], "ms", AIM, told)
        report.add(f"reading {name}, a page at {last} against one at {first}", growth, "×", GROWTH)


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
    """CPU milliseconds to read one file, in this process and its child, the best of three."""
    best = float("inf")
    for _ in range(3):
        pdf.stop()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.process_time()
        reading.read(data, name)
        spent = time.process_time() - start
        pdf.stop()  # a child is counted once it has ended
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, (spent + child) * 1000)
    return best


if __name__ == "__main__":
    alone = Report()
    read_all(alone)
    alone.show()
