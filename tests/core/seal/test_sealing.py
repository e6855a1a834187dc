"""The seal on a PDF: valid for tools that are not ours, within both profiles, and undone by one byte."""

import subprocess
from dataclasses import replace
from io import BytesIO

import pytest

from portal.core import process
from portal.core.documents.tree import Document, Paragraph, Text
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.seal import NoSealKey, NotSealed, SealState, make_seal_key, read_seals, seal_pdf
from portal.core.seal.sealing_child import TIMESTAMP_SECONDS
from portal.seed.plain_pdf import plain_pdf
from tests.factories.printed import failures, tool
from tests.factories.timestamps import answering_server, silent_server
from tests.printing_cache import render_pdf

NAME = "Maison Verdier"
ACCORD = Document("Accord", Language.FR, (Paragraph((Text("Un an."),)),), sha256="ab" * 32, initials=True)


@pytest.fixture
def told(app, tmp_path, monkeypatch):
    """Set the portal's seal: `told(timestamps_url=…)`; gives its key."""

    def tell(**changes):
        settings = replace(process.settings(), seal_file=tmp_path / "seal.json", **changes)
        monkeypatch.setattr(process, "_settings", [settings])
        return settings

    tell()
    return tell


@pytest.fixture
def key(told, ctx):
    return make_seal_key(process.settings().seal_file, NAME, at=ctx.now)


def read(pdf, tmp_path):
    """What pdfsig says of a file."""
    (tmp_path / "a.pdf").write_bytes(pdf)
    return subprocess.run([tool("pdfsig"), str(tmp_path / "a.pdf")], check=False, capture_output=True, text=True).stdout


@pytest.mark.pdf
def test_a_sealed_file_that_comes_back_is_kept(key):
    sealed = seal_pdf(render_pdf(ACCORD))
    blob = process.store().put(BytesIO(sealed), filename="accord.pdf", allowed={"pdf"})
    assert b"".join(process.store().open(blob)) == sealed


@pytest.mark.pdf
def test_pdfsig_and_the_validator_of_both_profiles_find_nothing_to_say(key, tmp_path):
    printed = render_pdf(ACCORD)
    sealed = seal_pdf(printed)
    said = read(sealed, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert said.count("Signature #") == 1
    assert f"Common Name: {NAME}" in said
    assert failures(sealed) == []
    assert sealed.startswith(printed)


def test_our_seal_is_known_by_its_certificate_and_not_by_its_name(key, ctx, tmp_path):
    (ours,) = read_seals(seal_pdf(plain_pdf("Accord", [])))
    assert (ours.signer, ours.state, ours.good_when_made) == (NAME, SealState.WHOLE, True)
    assert ours.timestamped_at is None
    assert ours.sha256 in key.fingerprints
    renewed = make_seal_key(process.settings().seal_file, NAME, at=ctx.now, replace=True)
    assert ours.sha256 in renewed.fingerprints
    stranger = make_seal_key(tmp_path / "other.json", NAME, at=ctx.now)
    assert ours.sha256 not in stranger.fingerprints


def test_one_changed_byte_is_seen_and_what_is_added_afterwards_too(key):
    pdf = plain_pdf("Accord", ["Un an."])
    sealed = seal_pdf(pdf)
    at = sealed.index(b"Un an.")
    changed = sealed[:at] + b"Dix an" + sealed[at + 6 :]
    assert [one.state for one in read_seals(changed)] == [SealState.ALTERED]
    assert [one.state for one in read_seals(sealed + b"\n% une page de plus\n")] == [SealState.CONTINUED]
    assert read_seals(pdf) == ()


def test_a_file_has_one_seal(key):
    sealed = seal_pdf(plain_pdf("Accord", []))
    with pytest.raises(NotSealed, match="déjà"):
        seal_pdf(sealed)


def test_what_is_no_pdf_is_neither_sealed_nor_read(key):
    with pytest.raises(NotSealed):
        seal_pdf(b"%PDF-1.7 rien")
    with pytest.raises(Refused):
        read_seals(b"%PDF-1.7 rien")


def test_without_a_key_nothing_is_sealed(told):
    with pytest.raises(NoSealKey):
        seal_pdf(plain_pdf("Accord", []))


@pytest.mark.pdf
def test_a_server_that_answers_gives_a_timestamp_within_both_profiles(key, told):
    with answering_server() as address:
        told(timestamps_url=address)
        sealed = seal_pdf(render_pdf(ACCORD))
    (one,) = read_seals(sealed)
    assert one.timestamped_at is not None
    assert one.state is SealState.WHOLE
    assert failures(sealed) == []


def test_a_server_that_is_gone_costs_the_timestamp_and_not_the_seal(key, told):
    with answering_server() as address:
        pass
    told(timestamps_url=address)
    (one,) = read_seals(seal_pdf(plain_pdf("Accord", [])))
    assert (one.state, one.timestamped_at) == (SealState.WHOLE, None)


@pytest.mark.faults
def test_a_server_that_never_answers_costs_the_timestamp_and_not_the_seal(key, told):
    with silent_server() as (address, _):
        told(timestamps_url=address)
        (one,) = read_seals(seal_pdf(plain_pdf("Accord", [])))
    assert (one.state, one.timestamped_at) == (SealState.WHOLE, None)
    assert TIMESTAMP_SECONDS < 30
