"""Many contracts: each file a row, refusals with their sentence, hostile archives refused, work not done twice."""

import io
import os
import struct
import zipfile

import pytest

from portal.contracts import library
from portal.core.documents.text import tree_text
from portal.core.errors import Refused
from portal.core.language import Language
from portal.paper import batch_files, batch_table
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from tests.factories.papers import bare

CONTRACT = tree_text(bare(Language.EN)).encode()


def archive(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return data


def rows(sources, done=frozenset()):
    return list(batch_files.check_files(sources, load_rulebook(), done))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "dpa.txt").write_bytes(CONTRACT)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / ".hidden.txt").write_bytes(CONTRACT)
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    os.symlink("/etc/hostname", tmp_path / "link.txt")
    return tmp_path


def test_a_folder_gives_its_files_by_name_without_hidden_ones_links_or_noise(folder):
    assert [source.name for source in batch_files.files_of_folder(folder)] == ["acme/dpa.txt", "broken.pdf"]


def test_a_refusal_is_a_row_with_its_sentence_and_the_next_file_is_read(folder):
    (folder / "zz.txt").write_bytes(CONTRACT)
    first, refused, last = rows(batch_files.files_of_folder(folder))
    assert first.check is not None
    assert last.check == first.check
    assert refused.check is None
    assert str(refused.refusal)
    assert len(refused.sha256) == 64


def test_files_already_done_are_not_read_again(folder):
    [first, *_] = rows(batch_files.files_of_folder(folder))
    again = rows(batch_files.files_of_folder(folder), done={first.sha256})
    assert [(row.known, row.check is None) for row in again] == [(True, True), (False, True)]


def test_an_archive_gives_its_files_in_their_order():
    data = archive(**{"b/one.txt": CONTRACT, "__MACOSX/b/._one.txt": b"x", "a.txt": CONTRACT})
    found = rows(batch_files.files_of_archive(data))
    assert [row.name for row in found] == ["b/one.txt", "a.txt"]
    assert all(row.check is not None for row in found)


def test_a_file_that_would_fill_the_disk_is_refused_as_a_row(monkeypatch):
    monkeypatch.setattr(batch_files, "LARGEST", 1000)
    [refused, fine] = rows(
        batch_files.files_of_archive(archive(**{"large.txt": b"x" * 2000, "small.txt": b"Contract. " * 50}))
    )
    assert "dépasse" in str(refused.refusal)
    assert fine.refusal is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x.txt", "a/../../b.txt"])
def test_a_name_that_leaves_the_archive_refuses_it_whole(name):
    with pytest.raises(Refused):
        batch_files.files_of_archive(archive(**{name: CONTRACT}))


def test_a_bomb_refuses_the_archive_before_it_is_unpacked():
    with pytest.raises(Refused, match="anormal"):
        batch_files.files_of_archive(archive(**{f"{n}.txt": bytes(20 * 1024 * 1024) for n in range(5)}))


def test_a_member_that_lies_about_its_size_is_a_refused_row():
    data = archive(**{"a.txt": b"x" * 5000, "b.txt": CONTRACT})
    raw = bytearray(data.getvalue())
    at = raw.find(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    lied, fine = rows(batch_files.files_of_archive(io.BytesIO(bytes(raw))))
    assert lied.check is None
    assert str(lied.refusal)
    assert fine.check is not None


def test_a_link_in_an_archive_is_left_out():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
        package.writestr("a.txt", CONTRACT)
    assert [source.name for source in batch_files.files_of_archive(data)] == ["a.txt"]


def test_a_file_that_is_no_archive_is_refused():
    with pytest.raises(Refused):
        batch_files.files_of_archive(io.BytesIO(b"PK not a zip"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Refused, match="n’existe pas"):
        batch_files.load_file(tmp_path / "nowhere.txt")


@pytest.mark.parametrize("language", Language)
def test_the_table_has_a_row_per_file_and_a_column_per_requirement(folder, language):
    rulebook = load_rulebook()
    header, body = batch_table.batch_table(
        rows(batch_files.files_of_folder(folder)), rulebook, library.cached().obligations, language
    )
    assert len(header) == len(set(header)) == 5 + len(rulebook.requirements) + 2
    assert all(len(row) == len(header) for row in body)
    assert [row[0] for row in body] == ["acme/dpa.txt", "broken.pdf"]
    assert body[1][-2]


def test_statuses_are_counted_in_their_order(folder):
    [first, _] = rows(batch_files.files_of_folder(folder))
    counts = batch_table.count_statuses(first.check)
    assert sum(counts.values()) == len(first.check.requirements)
    assert list(counts) == [status for status in RequirementStatus if status in counts]
