"""The vendor's contracts: what it was sent or what binds it; read, ask, sign, download, nothing of others."""

from dataclasses import replace

import pytest

from portal.authz.policy import Role
from portal.contracts import services
from portal.contracts.message_models import ContractMessage
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractAct, ContractState, CopyReading
from portal.contracts.services.remarks import comment_paragraph
from portal.core.language import Language
from portal.notices.models import Notice
from portal.vendors.models import Vendor
from portal.web import guard
from tests.factories.signatures import contract_of
from tests.factories.signing import OURS, THEIRS, again, agreed, code_sent, opened, with_seal_key
from tests.factories.spaces import space_of

MARK = "Zéphyr-7Q"


@pytest.fixture
def contract(app, ctx, session, space, monkeypatch, tmp_path):
    """A contract agreed with the vendor of the space."""
    with_seal_key(ctx, monkeypatch, tmp_path)
    made = agreed(ctx)
    moved(session, made, space.vendor)
    return again(ctx, made)


def moved(session, made, vendor):
    """Give a contract to another vendor, which no act of ours does once it is drafted."""
    made.vendor_id = vendor.id
    session.flush()
    session.commit()


def words_of(page, contract):
    return page.get(f"/espace/contrats/{contract.id}").words


def test_a_vendor_reads_what_it_was_sent_and_no_draft_that_came_after(ctx, session, page, contract):
    assert contract.title in page.get("/espace/contrats").words
    services.do_act(ctx, contract, ContractAct.TAKE_BACK)
    session.commit()
    assert contract.title not in page.get("/espace/contrats").words, "what is drafted again is ours"
    page.get(f"/espace/contrats/{contract.id}", status=404)
    services.do_act(ctx, again(ctx, contract), ContractAct.SEND)
    services.type_facts(
        ctx, contract, {"vendor.breach_contact": "Secret du brouillon 9Z"}, reasons={"vendor.breach_contact": "essai"}
    )
    services.draft_version(ctx, again(ctx, contract), Language.FR, despite="essai")
    session.commit()
    assert "Secret du brouillon 9Z" not in words_of(page, contract)
    assert page.client.get(f"/espace/contrats/{contract.id}/fichier").data.startswith(b"%PDF")


def test_nothing_internal_is_shown(ctx, session, page, contract):
    made = services.assemble_contract_draft(ctx, contract, Language.FR)
    anchor = next(iter(made.assembly.lines))
    comment_paragraph(ctx, contract, anchor, f"{MARK} : ne cédez rien ici.")
    session.commit()
    shown = page.get(f"/espace/contrats/{contract.id}")
    assert MARK not in shown.words
    for ours in ("Position préférée", "Repli", "Ligne rouge", "sur 32", "Couverte"):
        assert ours not in shown.words
    assert not shown.all("//aside")
    assert "juriste" not in shown.words.casefold()


def test_a_question_reaches_whoever_answers_for_the_contract_and_the_answer_comes_back(
    ctx, session, as_, page, acting, contract
):
    legal = acting(Role.LEGAL)
    contract.owner_id = legal.actor.id
    session.commit()
    at = f"/espace/contrats/{contract.id}"
    page.post(at, {"text": " "}, status=422)
    page.post(at, {"text": "Pourquoi 24 heures ?"})
    told = session.query(Notice).filter_by(user_id=legal.actor.id, about=f"contract:{contract.id}:message").one()
    assert "Pourquoi 24 heures" in told.values["text"]
    staff = as_(Role.LEGAL)
    assert "Pourquoi 24 heures" in staff.get(f"/contrats/{contract.id}/echanges").words
    staff.post(f"/contrats/{contract.id}/echanges", {"text": "C'est notre position."})
    assert "notre position" in words_of(page, contract)
    assert [one.from_vendor for one in session.query(ContractMessage).order_by(ContractMessage.id)] == [True, False]
    as_(Role.MANAGEMENT).post(f"/contrats/{contract.id}/echanges", {"text": "x"}, status=403)


def test_a_signatory_with_an_account_signs_from_the_space_with_a_code_all_the_same(ctx, session, page, space, contract):
    me = replace(THEIRS, email=space.admin.email)
    opened(ctx, contract, OURS, me)
    session.commit()
    where = f"/espace/contrats/{contract.id}/signer"
    assert page.get("/espace/contrats").all(f"//a[@href='{where}']")
    page.get(where)
    page.post(where, {"then": "signer", "code": "000000", "name": me.name, "consent": "y"}, status=422)
    page.post(where, {"then": "code"}, status=200)
    code = code_sent(ctx, me.email)
    signed = page.post(where, {"then": "signer", "code": code, "name": me.name, "consent": "y"}, status=200)
    assert "Vous avez signé" in signed.words


def test_what_waits_for_my_signature_is_the_first_thing_to_do_and_only_for_me(
    ctx, session, page, colleague, space, contract
):  # fmt: skip
    """It stood under « Contrats » alone: the home of whoever was to sign said nothing of it."""
    assert contract.title not in page.get("/espace/").words
    opened(ctx, contract, OURS, replace(THEIRS, email=space.admin.email))
    session.commit()
    first, then = page.get("/espace/").all("//ol[@class='todo']")
    assert f"À signer : {contract.title}" in " ".join(first.text_content().split())
    assert first.xpath(f".//a[@href='/espace/contrats/{contract.id}/signer']")
    assert contract.title not in then.text_content()
    assert contract.title not in colleague.get("/espace/").words


def test_a_colleague_who_is_no_signatory_does_not_sign(ctx, session, colleague, contract):
    opened(ctx, contract)
    session.commit()
    colleague.get(f"/espace/contrats/{contract.id}/signer", status=404)


@pytest.mark.parametrize("reading", [None, CopyReading.OTHER_NAME, CopyReading.UNREADABLE, CopyReading.READ])
def test_a_copy_that_nobody_has_read_may_be_another_s_and_is_shown_to_none(ctx, session, page, space, reading):
    made = contract_of(ctx, session.get_one(Vendor, space.vendor.id), reading=reading, title="Accord signé ailleurs")
    session.commit()
    shown = "Accord signé ailleurs" in page.get("/espace/contrats").words
    assert shown is (reading is CopyReading.READ)
    assert page.client.get(f"/espace/contrats/{made.id}/fichier").status_code == (200 if shown else 404)


def test_no_address_of_a_contract_gives_a_vendor_one_of_another(app, ctx, session, as_, space, contract):
    """Every rule of the map that takes a contract, with those of B in every state that B itself would see."""
    other = space_of(session, name=f"{MARK} SA").vendor
    theirs = agreed(ctx)
    theirs.title = f"{MARK} accord"
    moved(session, theirs, other)
    signing = opened(ctx, again(ctx, theirs), OURS, THEIRS)
    kept = contract_of(ctx, other, title=f"{MARK} signé")
    session.commit()
    client = as_(space.admin)
    token = client.csrf("/espace/")
    asked = 0
    for state in (ContractState.WITH_VENDOR, ContractState.AGREED, ContractState.IN_FORCE, ContractState.TERMINATED):
        session.query(Contract).filter(Contract.id == theirs.id).update({"state": state})
        session.commit()
        for rule, path in addresses(app, [theirs.id, kept.id], [one.id for one in signing.signatories]):
            for method in {"GET", "POST"} & rule.methods:
                given = {"csrf_token": token, "then": "pdf", "text": "x"}
                found = client.client.open(path, method=method, data=given)
                asked += 1
                refused = {404} if rule.endpoint.startswith("vendor_space.") else {403, 404}
                assert found.status_code in refused, f"{method} {path}: {found.status_code}"
                assert MARK.encode() not in found.get_data(), path
                found.close()
    assert asked > 200, "the map was walked"
    assert MARK not in client.get("/espace/contrats").words
    assert session.query(ContractMessage).count() == 0


def addresses(app, contracts, signatories):
    """Every rule that takes a contract, with each of these contracts."""
    for rule in app.url_map.iter_rules():
        if "contract_id" not in rule.arguments or guard.declared(app, rule.endpoint) == guard.PUBLIC:
            continue
        for contract_id in contracts:
            values = {"number": 1, "signatory_id": signatories[0], "contract_id": contract_id}
            for name in rule.arguments - set(values):
                values[name] = next(iter(sorted(getattr(rule._converters[name], "items", None) or [1])))
            yield rule, rule.build(values)[1]
