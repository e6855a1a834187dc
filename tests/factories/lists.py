"""Lists of vendors as people hand them in: sound, doubled, faulty, and meant to harm."""

import io
import random
import zipfile
from functools import cache

import openpyxl

from portal.core.spreadsheets import write_csv
from tests.factories.files import workbook

HEADER = ("Nom", "Raison sociale", "Pays", "Prestation", "E-mail du contact", "Budget")
ROWS = (
    ("Acme", "Acme SAS", "France", "Hébergement", "dpo@acme.test", "10 k€"),
    ("ACME SAS", "", "FR", "Sauvegarde", "dpo@acme.test", "12 k€"),
    ("Beta GmbH", "", "Allemagne", "Paie", "", ""),
)
"""Three rows, two companies: one certain double."""
FAULTY = (
    ("Acme", "", "Frence", "Hébergement", "", ""),
    ("", "", "FR", "Sans nom", "adresse@", ""),
)


def csv_of(rows: tuple[tuple[str, ...], ...] = ROWS, header: tuple[str, ...] = HEADER) -> bytes:
    """A CSV as a French spreadsheet writes it."""
    return write_csv(header, rows)


@cache
def noise(size: int) -> bytes:
    """Random bytes, the same each time."""
    return random.Random(1).randbytes(size)


def with_formulas() -> bytes:
    """A workbook where a cell is computed."""
    book = openpyxl.Workbook()
    book.active.append(["Nom", "Pays"])
    book.active.append(["Acme", '=HYPERLINK("http://x.test";"FR")'])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def bomb() -> bytes:
    """A workbook of 200 kB whose sheet unpacks to 200 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if not name.startswith("xl/worksheets/"):
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as sheet:
            for _ in range(200):
                sheet.write(b" " * 1024 * 1024)
    return out.getvalue()
