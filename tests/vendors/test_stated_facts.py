"""Facts set from the list, asked by a link, kept as a draft: what is unknown stays so, and who said it is written."""

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import mail, tokens
from portal.core.errors import Refused
from portal.core.language import Language
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.vendors import queries, services
from portal.vendors.models import FactsRequest, FormDraft, Service, Vendor
from portal.vendors.rules.facts import Access, Volume
from portal.vendors.rules.tier import Tier
from portal.vendors.services import ServiceSheet
from tests.conftest import NOW
from tests.factories.two_at_once import overlapping
from tests.factories.vendors import entered
from tests.factories.world import vendor_of

FACTS = "/sous-traitants/faits"
ALL = {
    "categories": ["identification"], "has_special": "non", "subjects": ["clients"], "volume": "moins_1000",
    "locations": "France", "access": "aucun", "criticality": "1", "customer_relation": "aucune", "chain": "aucune",
}  # fmt: skip


@pytest.fixture
def secrets(portal_settings):
    return portal_settings.secrets


def listed(dpo, count=3):
    """Vendors as an import leaves them: a service each, and nothing known of it."""
    vendors = [entered(dpo, f"Société {n:03}") for n in range(count)]
    for vendor in vendors:
        services.add_service(dpo, vendor, ServiceSheet("Prestation à préciser"))
    dpo.session.commit()
    return vendors


def held(session):
    return session.scalars(select(Service).order_by(Service.id)).all()


def test_facts_are_seen_before_they_are_written_and_rank_every_vendor_at_once(as_, dpo, session):
    listed(dpo)
    page = as_(Role.DPO)
    asked = page.get(f"{FACTS}?tous=1&criticite=non_classe")
    chosen = {"v": asked.all("//input[@name='v']/@value"), "s": asked.all("//input[@name='s']/@value")}
    assert len(chosen["v"]) == len(chosen["s"]) == 3
    seen = page.post(FACTS, {**chosen, **ALL, "then": "apercu"}, page="/sous-traitants", status=200)
    assert "3 auraient une criticité connue. Rien n’est encore enregistré." in seen.words
    assert session.scalars(select(Vendor.tier)).all() == [None] * 3
    again = {}
    for control in seen.all("//form[@class='form']//input[@type='hidden'][@name!='csrf_token']"):
        again.setdefault(control.get("name"), []).append(control.get("value"))
    page.post(FACTS, {**again, "then": "enregistrer"}, page="/sous-traitants")
    session.expire_all()
    assert session.scalars(select(Vendor.tier)).all() == [Tier.LOW] * 3
    told = session.scalars(select(JournalEntry).where(JournalEntry.action == "service.revised")).all()
    assert {entry.vendor_id for entry in told} == set(session.scalars(select(Vendor.id)))


def test_what_is_known_stays_and_what_is_not_answered_stays_unknown(as_, dpo, session):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, ServiceSheet("Paie", volume=Volume.OVER_1M))
    session.commit()
    page, [service] = as_(Role.DPO), held(session)
    given = {"v": vendor.id, "s": service.id, "volume": "moins_1000", "access": "aucun", "then": "enregistrer"}
    page.post(FACTS, given, page="/sous-traitants")
    session.refresh(service)
    assert (service.volume, service.access, service.chain) == (Volume.OVER_1M, Access.NONE, None)
    page.post(FACTS, {**given, "remplacer": "1"}, page="/sous-traitants")
    session.refresh(service)
    assert service.volume is Volume.UNDER_1K
    assert session.get_one(Vendor, vendor.id).tier is None, "two facts rank nothing"


def test_a_service_left_out_and_a_vendor_out_of_reach_do_not_change(as_, dpo, session, buyer):
    mine = entered(buyer, "À moi")
    services.add_service(buyer, mine, ServiceSheet("Une"))
    services.add_service(buyer, mine, ServiceSheet("Deux"))
    listed(dpo, 1)
    one, two, theirs = held(session)
    page = as_(Role.DPO)
    page.post(FACTS, {"v": [mine.id], "s": [one.id, theirs.id], **ALL, "then": "enregistrer"}, page="/sous-traitants")
    session.expire_all()
    assert [row.access for row in (one, two, theirs)] == [Access.NONE, Access.UNKNOWN, Access.UNKNOWN]
    assert [row.id for row in queries.services_to_describe(buyer, [mine.id, theirs.vendor_id])] == [one.id, two.id]


def test_setting_facts_costs_the_same_statements_for_many_vendors(dpo, session, statements):
    counts = []
    for size in (3, 30):
        ids = [vendor.id for vendor in listed(dpo, size)]
        session.expunge_all()
        statements.clear()
        found = queries.services_to_describe(dpo, ids)
        stated = {"volume": Volume.UNDER_1K, "access": Access.NONE}
        assert services.state_facts(dpo, found, [one.id for one in found], stated, replace=False) == size
        session.flush()
        counts.append(len(statements))
    assert counts[0] == counts[1]


def asked_of(dpo, secrets, session, email="marie@acme.test"):
    vendor = entered(dpo, "Acme")
    service = services.add_service(dpo, vendor, ServiceSheet("Paie", volume=Volume.OVER_1M))
    found = services.ask_facts(dpo, secrets, service, email, Language.FR)
    row = session.scalars(select(Mail).where(Mail.recipient == email).order_by(Mail.id.desc())).first()
    return vendor, service, found, tokens.derive(secrets.tokens, row.payload["token"])


def test_somebody_without_an_account_answers_by_a_link_and_nothing_changes_before_it_is_accepted(
    as_, dpo, secrets, session
):
    vendor, service, _found, token = asked_of(dpo, secrets, session)
    vendor_of(session, name="Zéphyr-7Q")
    session.commit()
    guest = as_(None)
    assert "Code du lien" in guest.get("/sous-traitants/questions").words
    questions = guest.post("/sous-traitants/questions", {"token": token}, status=200)
    assert "Que fait Acme pour nous ?" in questions.words
    assert "Zéphyr" not in questions.words
    assert not questions.all("//select[@name='volume']/option[@selected]/@value[.='plus_1000000']"), (
        "what we know is ours"
    )
    given = {"token": token, "repondre": "1", **ALL, "name": "Marie Petit"}
    assert "transmises" in guest.post("/sous-traitants/questions", given, status=200).words
    session.refresh(service)
    assert (service.access, service.volume) == (Access.UNKNOWN, Volume.OVER_1M), "a proposal is no fact"
    assert "déjà reçu" in guest.post("/sous-traitants/questions", given, status=410).words
    page = as_(Role.DPO)
    sheet = page.get(f"/sous-traitants/{vendor.id}")
    assert "Réponses de Marie Petit sur" in sheet.words
    request_id = session.scalars(select(FactsRequest.id)).one()
    at = f"/sous-traitants/{vendor.id}/questions/{request_id}"
    page.post(at, {"then": "accepter"}, page=f"/sous-traitants/{vendor.id}")
    session.expire_all()
    assert (service.access, service.volume, vendor.tier) == (Access.NONE, Volume.UNDER_1K, Tier.LOW)
    told = session.scalars(select(JournalEntry).where(JournalEntry.action == "service.revised")).one()
    assert told.after["by"] == "Marie Petit (marie@acme.test)"
    page.post(at, {"then": "accepter"}, page=f"/sous-traitants/{vendor.id}", status=422)


def test_answers_set_aside_change_nothing_and_an_empty_answer_is_none(dpo, secrets, session):
    _vendor, service, found, _token = asked_of(dpo, secrets, session)
    for stated, name, told in (({}, "Marie", "une question"), ({"access": Access.NONE}, "http://x", "nom de personne")):
        with pytest.raises(Refused, match=told):
            services.answer_facts_request(dpo, found, stated, name)
    services.answer_facts_request(dpo, found, {"access": Access.NONE}, "Marie")
    session.refresh(found)
    services.set_facts_aside(dpo, found)
    assert service.access is Access.UNKNOWN
    with pytest.raises(Refused, match="déjà réglée"):
        services.accept_facts(dpo, found)


def test_answers_are_settled_once_by_whoever_is_first(committed, secrets):
    with committed.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        _vendor, service, found, _token = asked_of(ctx, secrets, session)
        services.answer_facts_request(ctx, found, {"access": Access.NONE}, "Marie")
        number, service_id = found.id, service.id

    def settle(by):
        return lambda ctx: by(ctx, ctx.session.get_one(FactsRequest, number))

    took, left = overlapping(
        committed, settle(services.accept_facts), settle(services.set_facts_aside), read=FactsRequest
    )
    assert (took, type(left)) == (1, Refused)
    with committed.reading() as session:
        assert session.get_one(FactsRequest, number).accepted
        assert session.get_one(Service, service_id).access is Access.NONE


def test_asking_again_ends_the_former_link_and_the_letter_is_ours(dpo, secrets, session):
    _vendor, service, _found, token = asked_of(dpo, secrets, session)
    services.ask_facts(dpo, secrets, service, "marie@acme.test", Language.EN)
    with pytest.raises(Refused, match="plus récent"):
        services.find_facts_request(dpo, token)
    for row in session.scalars(select(Mail)):
        letter = mail.render(row.template, row.language, {**row.payload["values"], "link": "https://x.test/"})
        assert "Acme" in letter.subject


# -- the form of a service saves as it goes


def test_a_service_half_typed_is_found_again_and_saves_nothing(as_, dpo, session):
    vendor = entered(dpo, "Acme")
    service = services.add_service(dpo, vendor, ServiceSheet("Paie"))
    session.commit()
    page = as_(Role.DPO)
    at = f"/sous-traitants/{vendor.id}/prestations/{service.id}"
    draft = f"/sous-traitants/{vendor.id}/prestations/brouillon?prestation={service.id}"
    shown = page.get(at)
    typed = {"name": "Paie et primes", "purpose": "Payer", "volume": "moins_1000"}
    seen = shown.all("//input[@name='seen']/@value")[0]
    page.post(draft, {**typed, "seen": seen}, page=at, status=200)
    again = page.get(at)
    assert "Votre brouillon du" in again.words
    assert again.all("//input[@name='name']/@value") == ["Paie et primes"]
    session.refresh(service)
    assert service.name == "Paie"
    assert "brouillon" not in as_(Role.LEGAL).get(at).words.split("Enregistrer")[0].lower(), "it is its person's alone"
    page.post(draft, {"jeter": "1"}, page=at)
    assert page.get(at).all("//input[@name='name']/@value") == ["Paie"]


def test_a_draft_ends_when_it_is_saved_and_writes_over_no_colleague(as_, dpo, session):
    vendor = entered(dpo, "Acme")
    service = services.add_service(dpo, vendor, ServiceSheet("Paie", volume=Volume.UNDER_1K))
    session.commit()
    page, colleague = as_(Role.DPO), as_(Role.LEGAL)
    at = f"/sous-traitants/{vendor.id}/prestations/{service.id}"
    draft = f"/sous-traitants/{vendor.id}/prestations/brouillon?prestation={service.id}"
    seen = page.get(at).all("//input[@name='seen']/@value")[0]
    mine = {"name": "Paie à moi", "volume": "moins_1000"}
    page.post(draft, {**mine, "seen": seen}, page=at, status=200)
    colleague.post(at, {"name": "Paie à elle", "volume": "moins_1000"})
    kept = page.get(at)
    assert kept.all("//input[@name='seen']/@value") == [seen], "the mark of when it was typed"
    found = page.client.post(at, data={"csrf_token": page.csrf(at), **mine, "seen": seen})
    assert found.status_code == 409
    assert session.scalars(select(FormDraft)).all(), "nothing is lost"
    page.post(at, {**mine, "take": "name"})
    assert session.scalars(select(FormDraft)).all() == []
