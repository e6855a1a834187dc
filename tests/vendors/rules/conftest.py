import csv
import io
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import portal.vendors
from portal.core.language import say
from portal.vendors.rules import Atlas, Problem, Scale, read_atlas, read_scale

DATA = Path(portal.vendors.__file__).parent / "data"


@dataclass(frozen=True)
class CutFile:
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[Problem, ...]


def cut(text: str, delimiter: str = ";") -> CutFile:
    """A file cut into cells, with the lines that cannot be; as a reader of spreadsheets would hand it over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = tuple(next(reader))
    rows, problems, line = [], [], reader.line_num + 1
    for cells in reader:
        start, line = line, reader.line_num + 1
        if not any(cells):
            problems.append(Problem(start, "", say("Ligne vide.")))
        elif len(cells) != len(header):
            problems.append(Problem(start, "", say("Ligne de %(count)s cellules.", count=len(cells))))
        else:
            rows.append((start, tuple(cells)))
    return CutFile(header, tuple(rows), tuple(problems))


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
def scale(scale_document) -> Scale:
    return read_scale(scale_document)
