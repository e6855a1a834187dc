"""Reading printed files with tools that are not ours: pdftotext, LibreOffice, a PDF/A and PDF/UA validator."""

import shutil
import subprocess
import zipfile
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import page
import pytest
from lxml import etree
from pypdf import PdfReader

MM = 72 / 25.4
TOP, BOTTOM, LEFT, WIDTH = 24, 23, 20, 175
"""Where the text of a page is, in millimetres: running headers end 19 mm from the top, footers start 19 mm from the
bottom."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)


def tool(name: str) -> str:
    """The path of a program, or a visible skip."""
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def failures(pdf: bytes) -> list[str]:
    """Every rule of PDF/UA-1 and PDF/A-3a the file breaks."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in PROFILES]
    assert all(report.rules.total > 100 for report in reports)
    return [
        f"{report.profile}: {failure.rule_id} {failure.message}" for report in reports for failure in report.failures
    ]


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def outline(pdf: bytes) -> list[tuple[int, str, int]]:
    """Depth, title and page (from 1) of each bookmark."""
    document = reader(pdf)

    def flat(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                yield from flat(entry, depth + 1)
            else:
                yield depth, entry.title, document.get_destination_page_number(entry) + 1

    return list(flat(document.outline, 1))


def pdf_text(pdf: bytes, *, skip_pages: Collection[int] = (), content_only: bool = True) -> str:
    """The words in the order the file draws them (`-raw`: the reading order, as the structure tree has it).

    `content_only` crops to the text area, which leaves running headers, references and page numbers out.
    """
    (height,) = {float(sheet.mediabox.height) for sheet in reader(pdf).pages}
    box = {"-x": LEFT, "-y": TOP, "-W": WIDTH, "-H": height / MM - TOP - BOTTOM}
    crop = [part for key, value in box.items() for part in (key, str(round(value * MM)))] if content_only else []
    command = [tool("pdftotext"), "-raw", "-enc", "UTF-8", *crop, "-", "-"]
    whole = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    pages = enumerate(whole.split("\f")[:-1], start=1)
    return "\n".join(f"{text}\f" for number, text in pages if number not in skip_pages)


def through_libreoffice(docx: bytes, folder: Path, kind: str = "pdf") -> bytes:
    """The PDF LibreOffice makes of a Word file, or the Word file when it saves it again."""
    (folder / "source.docx").write_bytes(docx)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [tool("soffice"), profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "made")]
    subprocess.run([*command, str(folder / "source.docx")], capture_output=True, check=True, timeout=120)
    return (folder / "made" / f"source.{kind}").read_bytes()


def part(docx: bytes, name: str):
    """One XML part of a Word file."""
    with zipfile.ZipFile(BytesIO(docx)) as package:
        return etree.fromstring(package.read(name))
