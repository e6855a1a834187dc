"""The archive: checked by its own list, the same for the same state, read by an inspector, proved entry by entry."""

import json
import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.authority import package
from portal.authority.index_document import COMMAND, MOST_SHOWN, index_document
from portal.authority.package import ArchiveWriter, readme
from portal.core import process
from portal.core.documents.text import tree_text
from portal.core.language import Language
from portal.core.seal import read_seal_key
from portal.journal import signed_heads
from tests.authority.conftest import archive_of, wrong_sums
from tests.conftest import NOW
from tests.factories.printed import failures

CELLS = st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.text(max_size=12), st.just({"day": "2026-03-01"}))


@pytest.fixture
def content(dpo, world, key, content_of):
    return content_of(dpo, "vendor", world.vendor, checker="<!doctype html>")


def test_the_archive_is_checked_by_the_command_that_it_states(dpo, content, without_printer, tmp_path):
    whole, members = archive_of(dpo, content)
    assert COMMAND in members["LISEZMOI-README.txt"].decode()
    with ZipFile(BytesIO(whole)) as archive:
        archive.extractall(tmp_path)
    clean = subprocess.run(COMMAND.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert clean.returncode == 0, clean.stdout
    assert len(clean.stdout.splitlines()) == len(members) - 1
    victim = tmp_path / "contrats" / "contrats-en-vigueur.csv"
    victim.write_bytes(victim.read_bytes().replace(b"S", b"T", 1))
    changed = subprocess.run(COMMAND.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert changed.returncode == 1
    assert [line for line in changed.stdout.splitlines() if not line.endswith(": OK")] == [
        line for line in changed.stdout.splitlines() if line.startswith("contrats/contrats-en-vigueur.csv")
    ]


def test_one_byte_changed_in_any_member_is_named(dpo, content, without_printer):
    _, members = archive_of(dpo, content)
    assert wrong_sums(members) == []
    for name in members:
        if name != "SHA256SUMS":
            held = members[name]
            spoiled = {**members, name: bytes([held[0] ^ 1]) + held[1:]}
            assert wrong_sums(spoiled) == [name]
    assert wrong_sums({**members, "ajoute.txt": b"x"}) == ["ajoute.txt"]
    assert wrong_sums({name: one for name, one in members.items() if name != "contenu.json"}) == ["contenu.json"]


def test_the_same_state_gives_the_same_bytes_but_for_the_moment(dpo, world, content, content_of, without_printer):
    first, _ = archive_of(dpo, content)
    later = replace(dpo, now=dpo.now + timedelta(days=3))
    again, _ = archive_of(later, content_of(dpo, "vendor", world.vendor, checker="<!doctype html>"))
    assert first == again
    told = [index_document(content, [], built_at=NOW + timedelta(days=n), built_by="Ana") for n in (0, 3)]
    assert told[0].blocks == told[1].blocks
    assert told[0].cover != told[1].cover


def test_the_signed_copy_is_in_it_as_it_is_in_the_vault(dpo, content, without_printer):
    _, members = archive_of(dpo, content)
    (copy,) = [one for part in content["parts"] if part["key"] == "contrats" for one in part["copies"]]
    assert members[f"contrats/fichiers/{copy['name']}"].startswith(b"%PDF")
    assert f"{copy['sha256']}  contrats/fichiers/{copy['name']}" in members["SHA256SUMS"].decode()


def test_each_entry_is_proved_without_a_word_of_another_vendor(dpo, world, content, without_printer):
    _, members = archive_of(dpo, content)
    proofs = {name: text.decode() for name, text in members.items() if name.startswith("journal/preuves/")}
    assert len(proofs) == len(content["entries"]) > 0
    for text in proofs.values():
        found = signed_heads.check_proof(text, read_seal_key(process.settings().seal_file))
        assert json.loads(found.content)["vendor_id"] == world.vendor.id
        assert "Autre Société" not in text


def test_without_a_key_the_lack_of_proofs_is_a_gap(dpo, world, content_of, without_printer):
    content = content_of(dpo, "vendor", world.vendor)
    _, members = archive_of(dpo, content)
    assert not [name for name in members if name.startswith("journal/preuves/")]
    assert any("sans preuve" in gap for gap in content["gaps"])
    assert "aucune" in tree_text(index_document(content, [], built_at=NOW, built_by="Ana"))


def test_the_index_says_what_is_missing_first_and_how_much(content):
    document = index_document(content, [], built_at=NOW, built_by="Ana")
    assert document.blocks[0].title == "Ce qui manque ou n’est pas connu"
    text = tree_text(document)
    count = len(content["gaps"]) + sum(len(part["gaps"]) for part in content["parts"])
    assert f"relevés dans ce dossier : {count}." in text.replace("\u202f", " ")
    assert "Accord Hébergeur Sud" in text
    assert COMMAND in text
    for part in content["parts"]:
        for gap in part["gaps"]:
            assert gap in text


def test_the_index_says_that_it_prints_the_last_entries_alone(content):
    entry = {"at": {"at": NOW.isoformat()}, "actor": "Ana", "role": "DPO", "action": "Fiche modifiée", "label": "Sud"}
    for count, is_cut in ((MOST_SHOWN, False), (MOST_SHOWN + 1, True)):
        content["entries"] = [{**entry, "number": n + 1} for n in range(count)]
        text = tree_text(index_document(content, [], built_at=NOW, built_by="Ana"))
        assert (f"les {MOST_SHOWN} dernières écritures sur {count}" in text) == is_cut


def test_an_english_file_is_in_english(dpo, world, key, content_of):
    content = content_of(dpo, "vendor", world.vendor, language=Language.EN)
    text = tree_text(index_document(content, [], built_at=NOW, built_by="Ana"))
    assert "inconnu" not in text.replace("inconnues", "")
    assert "no contract" in text or "Contracts in force" in text
    assert "FILE FOR THE SUPERVISORY AUTHORITY" in readme(content)


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5), records=st.booleans())
def test_whatever_a_table_holds_it_is_written(rows, records):
    table = {"name": "t", "title": "T", "records": records, "columns": ["A", "B", "C"], "rows": rows}
    content = {
        "language": "fr", "organisation": "O", "on": "2026-03-01", "gaps": [], "entries": [], "checker": "",
        "subject": {"kind": "vendor", "key": "k", "name": "N"},
        "parts": [{"key": "p", "title": "P", "is_in": True, "tables": [table], "copies": [], "gaps": []}],
    }  # fmt: skip
    text = tree_text(index_document(content, [], built_at=NOW, built_by="Ana"))
    if any(cell is None for row in rows for cell in (row[1:] if records else row)):
        assert "inconnu" in text.replace("inconnues", "")
    assert package._csv(table, Language.FR).count(b"\r\n") >= len(rows) + 1


def test_an_archive_writes_streams_and_names_each_member_once():
    out = BytesIO()
    with ArchiveWriter(out) as archive:
        archive.add("a.bin", iter([b"x" * 70_000, b"y"]), packed=False)
    with ZipFile(out) as found:
        assert found.namelist() == ["a.bin", "SHA256SUMS"]
        assert {one.date_time for one in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert wrong_sums({name: found.read(name) for name in found.namelist()}) == []


@pytest.mark.pdf
def test_the_index_prints_as_an_accessible_pdf(dpo, content):
    _, members = archive_of(dpo, content)
    assert failures(members["index.pdf"]) == []
