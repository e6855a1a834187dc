import csv
import io
import tomllib
from pathlib import Path

import pytest

import portal.vendors
from portal.core.language import say
from portal.core.spreadsheets import Problem, Row, Table
from portal.vendors.rules.countries import Atlas, read_atlas
from portal.vendors.rules.tier import InherentScale, read_scale

DATA = Path(portal.vendors.__file__).parent / "data"


def cut(text: str, delimiter: str = ";") -> Table:
    """A short text cut into cells without guessing its delimiter, in the shape that files are read into."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = tuple(next(reader))
    rows, problems = [], []
    for line, cells in enumerate(reader, 2):
        if not any(cells):
            continue
        sound = len(cells) == len(header)
        rows.append(Row(line, tuple(cells), sound))
        if not sound:
            problems.append(Problem(line, None, say("Ligne de %(count)s cellules.", count=len(cells))))
    return Table("csv", 1, header, tuple(rows), tuple(problems))


@pytest.fixture(name="cut", scope="session")
def cut_fixture():
    return cut


@pytest.fixture(scope="session")
def countries_document() -> dict:
    return tomllib.loads((DATA / "countries.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def scale_document() -> dict:
    return tomllib.loads((DATA / "inherent.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def atlas(countries_document) -> Atlas:
    return read_atlas(countries_document)


@pytest.fixture(scope="session")
def scale(scale_document) -> InherentScale:
    return read_scale(scale_document)
