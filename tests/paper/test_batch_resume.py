"""A batch interrupted goes on where it stopped, and is made again when the readings have changed."""

from dataclasses import replace

import pytest

from portal.core.documents.text import tree_text
from portal.core.errors import Refused
from portal.core.language import Language
from portal.paper import batch_files
from portal.paper.batch_resume import check_or_resume
from portal.paper.rulebook_files import load_rulebook
from tests.factories.papers import bare


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "contracts"
    folder.mkdir()
    text = tree_text(bare(Language.EN))
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"{name}\n\n{text}", "utf-8")
    (folder / "d.pdf").write_bytes(b"%PDF")
    return batch_files.files_of_folder(folder)


def test_a_batch_stopped_half_way_reads_only_the_rest(sources, tmp_path):
    kept = tmp_path / "kept.jsonl"
    rows = check_or_resume(sources, load_rulebook(), kept)
    first, second = next(rows), next(rows)
    rows.close()
    again = list(check_or_resume(sources, load_rulebook(), kept))
    assert [row.known for row in again] == [True, True, False, False]
    assert [again[0].check, again[1].check] == [first.check, second.check]
    assert again[0].document == first.document
    assert [row.known for row in check_or_resume(sources, load_rulebook(), kept)] == [
        True,
        True,
        True,
        False,
    ]


def test_a_line_cut_short_by_a_stop_is_read_again(sources, tmp_path):
    kept = tmp_path / "kept.jsonl"
    list(check_or_resume(sources, load_rulebook(), kept))
    kept.write_text(kept.read_text("utf-8")[:-2000], "utf-8")
    assert [row.known for row in check_or_resume(sources, load_rulebook(), kept)] == [
        True,
        True,
        False,
        False,
    ]
    assert [row.known for row in check_or_resume(sources, load_rulebook(), kept)] == [
        True,
        True,
        True,
        False,
    ]


def test_other_readings_make_every_row_again(sources, tmp_path):
    kept = tmp_path / "kept.jsonl"
    list(check_or_resume(sources, load_rulebook(), kept))
    fewer = replace(load_rulebook(), requirements=load_rulebook().requirements[:2])
    assert not any(row.known for row in check_or_resume(sources, fewer, kept))


def test_a_file_that_is_something_else_is_refused_with_its_line(sources, tmp_path):
    kept = tmp_path / "kept.jsonl"
    kept.write_text("{}\nhello\n{}\n", "utf-8")
    with pytest.raises(Refused, match="ligne 1"):
        list(check_or_resume(sources, load_rulebook(), kept))
