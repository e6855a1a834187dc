"""What a file handed in is: the bytes we hold, for who may see them, and its seals."""

import json
from datetime import date
from io import BytesIO

import pytest

from portal.authz.policy import Role
from portal.contracts import file_check, services
from portal.contracts.file_check import BorneSeal, ReadFile
from portal.core import process
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.seal import FoundSeal, SealState, make_seal_key, seal_pdf
from portal.core.stored import keep
from portal.seed.plain_pdf import plain_pdf
from portal.vendors.services import keep_signed_copy, seal_signed_copy
from tests.factories.desk import drafted, matter

PRINTED, COPY = plain_pdf("Accord", ["Un an."]), plain_pdf("Accord signé", ["Un an."])


@pytest.fixture
def contract(ctx, session):
    """A contract whose version has a file, and a signed copy."""
    contract, version = drafted(ctx, matter(session), Language.FR)
    blob = process.store().put(BytesIO(PRINTED), filename="a.pdf", allowed={"pdf"}, made_here=True)
    version.pdf_file_id = keep(session, blob, at=ctx.now).id
    copy = keep_signed_copy(ctx, seal_signed_copy(BytesIO(COPY), "signed.pdf"))
    services.record_version_signed(ctx, contract, 1, date(2026, 11, 24), copy)
    session.commit()
    return contract


def handed(client, data):
    return client.post("/contrats/verifier", data={"file": (BytesIO(data), "recu.pdf")}, status=200)


def test_a_file_of_a_version_and_a_signed_copy_are_known_by_their_bytes_alone(as_, contract):
    client = as_(Role.LEGAL)
    page = handed(client, PRINTED)
    assert page.all(f"//a[@href='/contrats/{contract.id}?version=1']")
    assert "Détenu ici" in page.words
    assert "exemplaire signé le 24 novembre 2026" in handed(client, COPY).words
    changed = handed(client, PRINTED.replace(b"Un an.", b"Dix an"))
    assert "Pas détenu ici" in changed.words
    assert contract.title not in changed.words


def test_a_contract_out_of_reach_is_not_confirmed_to_exist(as_, contract):
    client = as_(Role.BUYER)
    for data in (PRINTED, COPY):
        words = handed(client, data).words
        assert "Pas détenu ici" in words
        assert contract.title not in words
    as_(Role.EXPERT).get("/contrats/verifier", status=403)


def test_nothing_handed_in_is_kept(as_, contract, session):
    before = session.query(file_check.StoredFile).count()
    handed(as_(Role.LEGAL), plain_pdf("Autre", []))
    assert session.query(file_check.StoredFile).count() == before


def test_a_file_without_bytes_or_too_large_is_refused_in_words(as_, monkeypatch):
    client = as_(Role.LEGAL)
    assert "vide" in client.post("/contrats/verifier", data={"file": (BytesIO(b""), "a.pdf")}, status=422).words
    monkeypatch.setattr(file_check, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="50"):
        file_check.read_file(b"x" * 11)


@pytest.mark.parametrize("state", SealState)
@pytest.mark.parametrize("is_ours", [True, False])
def test_each_state_of_a_seal_is_said_with_its_reason_and_whose_it_is(as_, monkeypatch, ctx, state, is_ours):
    found = FoundSeal("Brume Logiciels", "cd" * 32, state, ctx.now, None, good_when_made=True)
    read = ReadFile("ab" * 32, 9, (BorneSeal(found, is_ours),), None)
    monkeypatch.setattr(file_check, "read_file", lambda _: read)
    words = handed(as_(Role.LEGAL), b"x").words
    said = {"whole": "Pas un octet n’a changé", "continued": "complété ensuite :", "altered": "il ne prouve rien"}
    assert said[state.value] in words
    assert ("notre organisation" in words) == is_ours


def test_the_seal_of_the_organisation_is_told_from_any_other_by_page_and_command(app, as_, ctx, session, tmp_path):
    made = process.settings().seal_file
    made.unlink(missing_ok=True)
    make_seal_key(made, "Maison Verdier", at=ctx.now)
    session.commit()
    sealed = seal_pdf(PRINTED)
    words = handed(as_(Role.LEGAL), sealed).words
    assert "notre organisation (Maison Verdier)" in words
    assert "Pas un octet" in words
    file = tmp_path / "a.pdf"
    run = app.test_cli_runner().invoke
    file.write_bytes(sealed)
    found = run(args=["contracts", "verify", str(file), "--json"])
    assert found.exit_code == 0, found.output
    (seal,) = json.loads(found.output)["seals"]
    assert (seal["ours"], seal["state"], seal["signer"]) == (True, "whole", "Maison Verdier")
    file.write_bytes(sealed.replace(b"Un an.", b"Dix an"))
    changed = run(args=["contracts", "verify", str(file)])
    assert changed.exit_code == 1
    assert "a été modifié" in changed.output
    made.unlink()
    assert "selon son certificat" in handed(as_(Role.LEGAL), sealed).words
    file.write_bytes(b"rien")
    assert run(args=["contracts", "verify", str(file)]).exit_code == 1


def test_the_command_names_what_is_held(app, contract, tmp_path):
    file = tmp_path / "a.pdf"
    for data, version in ((PRINTED, 1), (COPY, None)):
        file.write_bytes(data)
        found = app.test_cli_runner().invoke(args=["contracts", "verify", str(file), "--json"])
        assert found.exit_code == 0, found.output
        assert [one["version"] for one in json.loads(found.output)["held"]] == [version]
