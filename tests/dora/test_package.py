"""A package from outside: bounded, and each thing wrong with its files named."""

import io
import zipfile

import pytest

from portal.core.errors import Refused
from portal.dora import package
from portal.dora.package import read_package, write_package
from portal.dora.reference import structure
from portal.dora.rules.defects import OF_A_PACKAGE, DoraRule
from tests.factories.dora import NOW, sound_rows

R = DoraRule


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def files():
    _name, content = write_package(structure(), sound_rows(), NOW)
    return files_of(content)


def changed(files, ending, content):
    (name,) = [one for one in files if one.endswith(ending)]
    return packed({**files, name: content(files[name])} if content else {k: v for k, v in files.items() if k != name})


def test_a_package_of_ours_is_read_as_it_was_written(files):
    read = read_package(structure(), packed(files))
    assert read.defects == []
    wanted = sound_rows()
    assert {code: [row.cells for row in rows] for code, rows in read.rows.items()} == {
        code: [{one.code: row.cell(one.code) for one in structure().tables[code].columns} for row in rows]
        for code, rows in wanted.items()
    }
    assert read.rows["B_05.01"][1].line == 3


PLANTED = [
    (R.FILE_MISSING, "B_07.01", "", "b_07.01.csv", None),
    (R.FILE_UNREAD, "B_06.01", "", "b_06.01.csv", lambda held: held.replace("é".encode(), b"\xe9")),
    (R.FILE_UNREAD, "B_06.01", "", "b_06.01.csv", lambda held: held + b'"jamais ferme'),
    (R.COLUMNS_WRONG, "B_06.01", "c0050", "b_06.01.csv", lambda held: held.replace(b"c0050", b"c0055")),
    (R.COLUMNS_WRONG, "B_06.01", "", "b_06.01.csv", lambda held: held.replace(b"c0010,", b"c0010,extra,")),
    (R.COLUMNS_WRONG, "B_06.01", "", "b_06.01.csv", lambda _held: b""),
    (R.COLUMNS_WRONG, "B_06.01", "", "b_06.01.csv", lambda held: held + b"F3,trop,peu\r\n"),
    (R.PACKAGE_WRONG, "", "", "reportPackage.json", None),
    (R.PACKAGE_WRONG, "", "", "FilingIndicators.csv", None),
    (R.PACKAGE_WRONG, "", "", "parameters.csv", lambda held: held.replace(b"rs:", b"rs:X")),
]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: f"{one[0].value}-{one[3]}")
def test_what_is_wrong_with_a_file_is_named(files, planted):
    rule, table, column, ending, change = planted
    found = read_package(structure(), changed(files, ending, change)).defects
    assert (rule, table, column) in {(one.rule, one.table, one.column) for one in found}


def test_every_rule_of_a_package_has_its_planted_defect():
    assert {one[0] for one in PLANTED} == OF_A_PACKAGE


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + b"\0" * 18, b"x" * 100])
def test_what_is_no_package_is_refused(content):
    if content.startswith(b"PK"):
        assert read_package(structure(), content).defects
    else:
        with pytest.raises(Refused):
            read_package(structure(), content)


def test_a_package_too_large_or_that_swells_is_refused(monkeypatch):
    with pytest.raises(Refused):
        read_package(structure(), packed({"a/reports/b_01.01.csv": b"\0" * (80 * 1024 * 1024)}))
    monkeypatch.setattr(package, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="Mo"):
        read_package(structure(), b"x" * 11)


def test_a_table_too_long_is_read_to_a_bound_and_told(files, monkeypatch):
    monkeypatch.setattr(package, "MOST_ROWS", 1)
    read = read_package(structure(), packed(files))
    assert len(read.rows["B_02.01"]) == 1
    assert R.FILE_UNREAD in {one.rule for one in read.defects}


def test_a_name_that_a_spreadsheet_would_run_is_kept_from_it():
    rows = sound_rows()
    rows["B_05.01"][0].cells["c0050"] = "=cmd()"
    _name, content = write_package(structure(), rows, NOW)
    (held,) = [one for name, one in files_of(content).items() if name.endswith("b_05.01.csv")]
    assert b",'=cmd()," in held
