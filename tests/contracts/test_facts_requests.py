"""What a contract lacks, on one sheet; asked of the vendor by a link; printed only once legal has accepted it."""

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.contracts import queries, services
from portal.contracts.models import Contract, ContractFactsRequest, ContractVersion
from portal.core import mail, tokens
from portal.core.clock import now
from portal.core.errors import Refused
from portal.core.language import Language
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.vendors.models import Vendor
from tests.factories.desk import contract_of, matter
from tests.factories.world import vendor_of, vendor_user

MEASURE = {"fr": "Chiffrement des disques"}


@pytest.fixture
def secrets(portal_settings):
    return portal_settings.secrets


@pytest.fixture
def contract(app, ctx, session):
    """A contract whose vendor has said neither its breach contact nor its legal form."""
    made = contract_of(Context(session, SYSTEM, now()), matter(session, breach_contact="", legal_form=""))
    session.commit()
    return made


def asked_of(session, secrets, contract, *keys):
    """A request sent to the vendor, and the token of its link."""
    found = services.ask_contract_facts(
        Context(session, SYSTEM, now()), secrets, contract, "nina@vendor.test", keys, Language.FR
    )
    row = session.scalars(select(Mail).where(Mail.recipient == "nina@vendor.test").order_by(Mail.id.desc())).first()
    session.commit()
    return found, tokens.derive(secrets.tokens, row.payload["token"])


def sheet(contract):
    return f"/contrats/{contract.id}/manque"


def test_the_sheet_says_each_thing_lacking_once_with_where_it_is_typed(as_, ctx, session):
    subject = matter(session, country="CH", breach_contact="")
    made = contract_of(ctx, subject, transfers__mechanism="none")
    session.commit()
    page = as_(Role.LEGAL).get(sheet(made))
    lines = {line.get("id"): " ".join(line.text_content().split()) for line in page.all("//ul[@class='awaited']/li")}
    assert "Empêche de rédiger" in lines["manque-transfers-mechanism"]
    assert "Suisse" in lines["manque-transfers-mechanism"]
    assert "À demander au sous-traitant" in lines["manque-vendor-breach_contact"]
    assert "À demander" not in lines["manque-transfers-mechanism"]
    links = page.all("//li[@id='manque-vendor-breach_contact']//a/@href")
    assert links == [f"/contrats/{made.id}/faits?corriger=vendor.breach_contact&langue=fr#fait-vendor-breach_contact"]
    assert not as_(Role.MANAGEMENT).get(sheet(made)).all("//main//form//input[@name='fait']")


def test_what_the_vendor_sends_is_proposed_and_printed_only_once_accepted(as_, session, secrets, contract):
    vendor_of(session, name="Zéphyr-7Q")
    found, token = asked_of(session, secrets, contract, "vendor.breach_contact", "vendor.legal_form", "measures")
    guest = as_(None)
    page = guest.post("/contrats/informations", {"token": token}, status=200)
    assert "Point de contact du sous-traitant" in page.words
    assert "Verdier" not in page.one("//main").text_content(), "nothing of ours but the title"
    assert "Zéphyr" not in page.words
    row = {"measures": "1", "measures:0:theme": "Chiffrement", "measures:0:measure": "Disques chiffrés"}
    given = {"token": token, "vendor__breach_contact": "alerte@vendor.test", **row, "name": "Nina Roy"}
    more = guest.post("/contrats/informations", {**given, "then": "ligne:measures"}, status=200)
    assert len(more.all("//div[@data-portal-rows]/fieldset[@class='row-card']")) == 2
    assert "transmises" in guest.post("/contrats/informations", {**given, "then": "repondre"}, status=200).words
    session.expire_all()
    assert contract.typed.keys() == {"agreement.reference"}, "a proposal is no fact"
    acting = Context(session, SYSTEM, now())
    again = queries.get_contract(acting, contract.id, to=Permission.CONTRACT_DRAFT)
    services.draft_version(acting, again, Language.FR)
    assert "alerte@vendor.test" not in str(session.query(ContractVersion).one().tree)
    session.commit()
    guest.post("/contrats/informations", {**given, "then": "repondre"}, status=410)
    legal = as_(Role.LEGAL)
    shown = legal.get(sheet(contract))
    assert "Proposé par Nina Roy" in shown.words
    assert "Disques chiffrés" in shown.words
    at = f"/contrats/{contract.id}/propositions/{found.id}"
    legal.post(at, {"then": "accepter", "fait": ["vendor.breach_contact"]}, page=sheet(contract))
    session.expire_all()
    kept = session.get_one(Contract, contract.id)
    assert kept.typed["vendor.breach_contact"] == "alerte@vendor.test"
    assert "measures" not in kept.typed
    told = session.scalars(select(JournalEntry).where(JournalEntry.action == "contract.facts_settled")).one()
    assert told.after["by"] == "Nina Roy (nina@vendor.test)"
    assert "measures" in told.before
    legal.post(at, {"then": "accepter", "fait": ["measures"]}, page=sheet(contract), status=422)


def test_what_is_accepted_over_a_known_fact_keeps_who_said_it(session, secrets, contract, ctx):
    found, _token = asked_of(session, secrets, contract, "vendor.address", "measures")
    given = {
        "vendor.address": "1 rue Neuve, 29000 Quimper",
        "measures": [{"theme": {"fr": "Accès"}, "measure": MEASURE}],
    }
    services.propose_contract_facts(ctx, found, given, "Nina Roy")
    session.refresh(found)
    assert services.settle_contract_facts(ctx, contract, found, ["vendor.address", "measures"]) == 2
    assert contract.overrides["vendor.address"]["reason"] == "Nina Roy (nina@vendor.test)"
    assert contract.typed["measures"] == given["measures"]


@pytest.mark.parametrize("key", ["controller.name", "tier", "transfers.mechanism", "service.roles", "nonsense"])
def test_the_vendor_is_never_asked_for_what_is_ours_to_say(session, secrets, contract, key):
    with pytest.raises(Refused, match="au moins une information"):
        asked_of(session, secrets, contract, key)


def test_only_what_was_asked_is_kept_and_nothing_is_no_answer(session, secrets, contract, ctx):
    found, _token = asked_of(session, secrets, contract, "vendor.legal_form")
    for given, name, told in (
        ({}, "Nina", "une question"),
        ({"vendor.legal_form": "SAS"}, "http://x", "nom de personne"),
    ):
        with pytest.raises(Refused, match=told):
            services.propose_contract_facts(ctx, found, given, name)
    services.propose_contract_facts(ctx, found, {"vendor.legal_form": "SAS", "vendor.name": "Intrus"}, "Nina")
    session.refresh(found)
    assert found.answers == {"vendor.legal_form": "SAS"}


def test_asking_again_ends_the_former_link_and_the_letter_is_in_its_language(session, secrets, contract, ctx):
    _found, token = asked_of(session, secrets, contract, "vendor.legal_form")
    services.ask_contract_facts(ctx, secrets, contract, "nina@vendor.test", ["measures"], Language.EN)
    with pytest.raises(Refused, match="plus récent"):
        services.find_contract_facts_request(ctx, token)
    subjects = [
        mail.render(row.template, row.language, {**row.payload["values"], "link": "https://x.test/"}).subject
        for row in session.scalars(select(Mail).order_by(Mail.id))
    ]
    assert [one.split()[0] for one in subjects] == ["Il", "We"]


@pytest.mark.both_databases
def test_a_request_of_another_contract_is_not_settled_here(as_, ctx, session, secrets, contract):
    found, _token = asked_of(session, secrets, contract, "vendor.legal_form")
    other = contract_of(ctx, matter(session))
    session.commit()
    as_(Role.LEGAL).post(
        f"/contrats/{other.id}/propositions/{found.id}", {"then": "accepter"}, page=sheet(other), status=404
    )
    assert session.get_one(ContractFactsRequest, found.id).settled_at is None


def test_facts_asked_are_answered_from_the_vendor_s_account_and_nobody_else_s(as_, session, secrets, contract):
    asked, token = asked_of(session, secrets, contract, "vendor.breach_contact")
    theirs, other = (
        as_(vendor_user(session, one)) for one in (session.get_one(Vendor, contract.vendor_id), vendor_of(session))
    )
    where = f"/espace/contrats/informations/{asked.id}"
    other.get(where, status=404)
    assert not other.get("/espace/contrats").all(f"//a[@href='{where}']")
    assert theirs.get("/espace/contrats").all(f"//a[@href='{where}']")
    form = theirs.get(where)
    (name,) = form.all("//input[@name='name']/@value")
    assert name == theirs.user.name
    name = "Nina Roy"  # what a person signs with
    assert "Répondez à une question" in theirs.post(where, {"name": name, "then": "repondre"}, status=422).words
    theirs.post(where, {"name": name, "vendor__breach_contact": "alerte@brume.example", "then": "repondre"})
    session.expire_all()
    kept = session.get_one(ContractFactsRequest, asked.id)
    assert (kept.answered_by, list(kept.answers)) == (name, ["vendor.breach_contact"])
    theirs.get(where, status=404)
    with pytest.raises(Refused):
        services.find_contract_facts_request(Context(session, SYSTEM, now()), token)
