"""The page of a personal link: read, ask for a code, sign, refuse; and the same for one of ours who signs."""

import hashlib
from dataclasses import replace

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import tasks
from portal.contracts.rules.life import ContractState
from portal.contracts.rules.signing_order import MOST_TRIES, SignatoryState
from portal.core.language import Language
from tests.factories.people import user_of
from tests.factories.signing import (
    OURS,
    THEIRS,
    agreed,
    code_sent,
    link_sent,
    opened,
    signatory_of,
    signs,
    with_seal_key,
)
from tests.printing_cache import nothing_printed

PAGE = "/contrats/signer"


@pytest.fixture
def contract(app, ctx, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    return agreed(ctx)


@pytest.fixture
def signing(ctx, session, contract):
    made = opened(ctx, contract)
    session.commit()
    return made


def given(ctx, **more):
    return {"token": link_sent(ctx, THEIRS.email), **more}


def test_a_link_opens_the_contract_and_nothing_of_ours_then_signs_it(as_, ctx, session, signing):
    guest = as_(None)
    assert "Un contrat à signer" in guest.get(PAGE).words
    page = guest.post(PAGE, given(ctx), status=200)
    assert signing.contract.title in page.words
    assert "notifie" in page.one("//div[@lang='fr']").text_content(), "the text itself"
    for ours in ("Position préférée", "Couverte", "Repli acceptable"):
        assert ours not in page.words
    assert not page.all("//aside"), "no margin"
    assert not page.all("//input[@name='code']"), "one thing to do first"
    file = guest.client.post(PAGE, data={**given(ctx, then="pdf"), "csrf_token": page.csrf})
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment")
    page = guest.post(PAGE, given(ctx, then="code"), status=200)
    assert THEIRS.email in page.words
    assert page.all("//input[@name='code'][@autocomplete='one-time-code'][@inputmode='numeric']")
    refused = guest.post(PAGE, given(ctx, then="signer", code="", name=THEIRS.name), status=422)
    assert "Cochez la case" in refused.words
    assert refused.all(f"//input[@name='name'][@value='{THEIRS.name}']"), "what was typed stays"
    code = code_sent(ctx, THEIRS.email)
    done = guest.post(PAGE, given(ctx, then="signer", code=code, name="erwan KERLO", consent="y"), status=200)
    assert "Vous avez signé" in done.words
    session.expire_all()
    assert signatory_of(ctx, signing, THEIRS).state is SignatoryState.SIGNED


def test_wrong_codes_count_although_the_page_is_an_error(as_, ctx, session, signing):
    """The cheapest way round: a refused request that forgets it was one."""
    guest = as_(None)
    guest.post(PAGE, given(ctx, then="code"), status=200)
    good = code_sent(ctx, THEIRS.email)
    wrong = f"{(int(good) + 7) % 1_000_000:06}"
    for _try in range(MOST_TRIES):
        guest.post(PAGE, given(ctx, then="signer", code=wrong, name=THEIRS.name, consent="y"), status=422)
    page = guest.post(PAGE, given(ctx, then="signer", code=good, name=THEIRS.name, consent="y"), status=422)
    assert "plus valable" in page.words
    session.expire_all()
    assert signatory_of(ctx, signing, THEIRS).state is SignatoryState.ASKED


def test_a_refusal_takes_a_reason_and_the_page_says_it_is_over(as_, ctx, session, signing):
    guest = as_(None)
    page = guest.post(PAGE, given(ctx, then="refuser", **{"refus-why": ""}), status=422)
    assert "ce qui ne convient pas" in page.words
    page = guest.post(PAGE, given(ctx, then="refuser", **{"refus-why": "Le plafond de la clause 12."}), status=200)
    assert "a refusé de signer" in page.words
    assert "Le plafond de la clause 12." in page.words
    session.expire_all()
    assert signing.contract.state is ContractState.WITH_VENDOR
    again = guest.post(PAGE, given(ctx), status=200)
    assert not again.all("//button[@value='signer'] | //button[@value='code']")


def test_a_link_nobody_sent_and_one_whose_turn_is_not_come_open_nothing(as_, ctx, signing):
    guest = as_(None)
    for token in ("0" * 64, "x", link_sent(ctx, THEIRS.email)[:-1]):
        assert "pas reconnu" in guest.post(PAGE, {"token": token}, status=404).words
    assert guest.post(PAGE, {"token": ""}, status=422)


def test_the_page_is_in_the_signatory_s_language(as_, ctx, session, contract):
    opened(ctx, contract, OURS, replace(THEIRS, language=Language.EN))
    session.commit()
    page = as_(None).post(PAGE, given(ctx), status=200)
    assert "Get my code" in page.words
    assert "simple electronic signature" in page.words
    assert page.one("//div[@lang='fr']").text_content(), "the contract stays in its own language"


def test_one_of_ours_signs_from_their_account_with_a_code_all_the_same_and_nobody_else(as_, ctx, session, signing):
    director = user_of(session, Role.MANAGEMENT, name=OURS.name, email=OURS.email)
    where = f"/contrats/{signing.contract_id}/signer"
    client = as_(director)
    assert "signent avant vous" in client.get(where).words
    signs(ctx, signing, THEIRS)
    session.commit()
    assert client.get(f"/contrats/{signing.contract_id}/signatures").all(f"//a[@href='{where}']")
    client.post(where, {"then": "signer", "code": "123456", "name": OURS.name, "consent": "y"}, status=422)
    client.post(where, {"then": "code"}, status=200)
    code = code_sent(ctx, OURS.email)
    page = client.post(where, {"then": "signer", "code": code, "name": OURS.name, "consent": "y"}, status=200)
    assert "Tout le monde a signé" in page.words
    as_(Role.LEGAL).get(where, status=404)
    as_(Role.EXPERT).get(where, status=403)


def test_the_digest_shown_is_that_of_the_file_that_is_offered(as_, ctx, session, signing):
    """Whoever compares it with what they downloaded must not find another, and doubt the contract."""
    guest, ours = as_(None), as_(Role.LEGAL)
    followed = f"/contrats/{signing.contract_id}/signatures"
    assert "fichier à signer" in guest.post(PAGE, given(ctx), status=200).words
    assert "Fichier à signer" in ours.get(followed).words
    for entry in (THEIRS, OURS):
        signs(ctx, signing, entry)
    session.commit()
    assert "Empreinte SHA-256 du fichier signé :" in guest.post(PAGE, given(ctx), status=200).words
    with nothing_printed():
        record = tasks.seal_signed_contract(Context(session, SYSTEM, ctx.now), signing_id=signing.id, job_id=1)
        record(Context(session, SYSTEM, ctx.now))
        session.commit()
    page = guest.post(PAGE, given(ctx), status=200)
    offered = guest.client.post(PAGE, data={**given(ctx, then="pdf"), "csrf_token": page.csrf}).data
    copy = hashlib.sha256(offered).hexdigest()
    for shown in (page, ours.get(followed)):
        assert shown.all(f"//*[@data-portal-copy='{copy}']")
        assert shown.all(f"//*[@data-portal-copy='{signing.file_sha256}']"), "and what was signed, which it carries"
        assert "fichier à signer" not in shown.words.lower()
