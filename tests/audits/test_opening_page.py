"""The page that opens an audit: what services call for is proposed and explained, what nobody said is asked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits.models import Audit
from portal.audits.opening_page import opening_page
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.clock import legal_date, now
from portal.core.language import Language
from portal.journal.models import JournalEntry
from portal.questionnaires.definition import Bilingual
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.composition import COMPOSED, PackCondition, PackRule
from portal.vendors.models import Service
from portal.vendors.rules.facts import Access
from tests.audits.test_views import later
from tests.conftest import NOW
from tests.factories.desk import entity_of, service_of
from tests.factories.people import user_of
from tests.factories.questionnaires import shipped
from tests.factories.world import audit_of, vendor_of

PATH = "/audits/nouveau?vendor_id={}"
ALL = PackRule("socle-rgpd", Bilingual("parce que tous", "because all"))


@pytest.fixture
def vendor(session):
    """A vendor whose one service takes withdrawals; nobody has said the rest."""
    found = vendor_of(session, owner=user_of(session, Role.BUYER, name="Nadia Roy"))
    service_of(session, found, handles_withdrawals=True, name="Retours")
    session.commit()
    return found


def ticked(page):
    return page.all("//input[@name='packs'][@checked]/@value")


def test_what_services_call_for_is_ticked_and_says_why(as_, vendor):
    page = as_(Role.DPO).get(PATH.format(vendor.id))
    assert ticked(page)[0] == "socle-rgpd"
    assert "relation-client-retractation" in ticked(page)
    assert "parce que des rétractations, retours ou remboursements passent par lui" in page.words


def test_the_composed_questionnaire_is_frozen_once_and_each_key_asked_once(as_, session, vendor):
    client = as_(Role.DPO)
    packs = ticked(client.get(PATH.format(vendor.id)))
    client.post(PATH.format(vendor.id), {"packs": packs, "due_on": later(30)})
    version = session.scalars(select(QuestionnaireVersion)).one()
    assert (version.key, version.packs) == (COMPOSED, packs)
    frozen = questionnaire_of(session, version)
    held = {question.key for key in packs for question in shipped()[key].questions}
    assert sorted(question.key for question in frozen.questions) == sorted(held)
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "audit.opened"))
    assert entry.after["packs"] == packs
    assert "reason" not in entry.after


def test_taking_one_off_asks_why_and_the_journal_keeps_it(as_, session, vendor):
    client = as_(Role.DPO)
    typed = {"packs": ["socle-rgpd"], "due_on": later(30)}
    proposed = ticked(client.get(PATH.format(vendor.id)))
    refused = client.post(PATH.format(vendor.id), typed, status=422)
    assert "dites pourquoi" in refused.words
    assert ticked(refused) == ["socle-rgpd"], "what was ticked is not lost"
    client.post(PATH.format(vendor.id), typed | {"reason": "Le contrat finit en mars."})
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "audit.opened"))
    assert entry.after["taken_off"] == [key for key in proposed if key != "socle-rgpd"] != []
    assert entry.after["reason"] == "Le contrat finit en mars."


def test_a_questionnaire_under_way_within_another_is_not_asked_again(as_, session, vendor):
    client = as_(Role.DPO)
    client.post(PATH.format(vendor.id), {"packs": ticked(client.get(PATH.format(vendor.id))), "due_on": later(30)})
    again = {"packs": ["socle-rgpd"], "reason": "Encore.", "due_on": later(30)}
    assert "déjà en cours" in client.post(PATH.format(vendor.id), again, status=422).words
    assert len(session.scalars(select(Audit)).all()) == 1


@pytest.mark.parametrize("ahead", [0, 90])
def test_what_is_accepted_until_a_day_is_asked_before_its_end_only_by_an_explicit_act(as_, session, vendor, ahead):
    client, path = as_(Role.DPO), PATH.format(vendor.id)
    until = legal_date(now()) + timedelta(days=ahead)
    audit_of(session, vendor, state=AuditState.ACCEPTED, accepted_until=until)
    session.commit()
    shown = client.get(path)
    assert "40 questions, acceptées jusqu’au" in shown.words
    assert len(shown.all("//main//details[summary[contains(., 'acceptées jusqu')]]//li")) == 40
    typed = {"packs": ticked(shown), "due_on": later(30)}
    assert "avant leur jour" in client.post(path, typed, status=422).words
    assert session.scalars(select(Audit).where(Audit.state != AuditState.ACCEPTED)).all() == []
    client.post(path, typed | {"before_its_day": "y"})
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "audit.asked_again"))
    assert entry.after["accepted_until"] == until.isoformat()
    assert sorted(entry.after["questions"]) == sorted(question.key for question in shipped()["socle-rgpd"].questions)


def test_what_was_accepted_until_a_day_gone_by_is_asked_without_a_word(as_, session, vendor):
    audit_of(session, vendor, state=AuditState.ACCEPTED, accepted_until=legal_date(now()) - timedelta(days=1))
    session.commit()
    assert "acceptées jusqu" not in as_(Role.DPO).get(PATH.format(vendor.id)).words


def test_nothing_is_asked_without_a_questionnaire(as_, vendor):
    page = as_(Role.DPO).post(PATH.format(vendor.id), {"due_on": later(30)}, status=422)
    assert "Choisissez au moins un questionnaire" in page.words


def model(session, vendor, *conditions):
    rules = [ALL, PackRule("relation-client-retractation", conditions=conditions)]
    return opening_page(Context(session, SYSTEM, NOW), vendor, shipped(), rules, Language.FR)


def asking(fact, *values):
    return PackCondition(fact, frozenset(values), Bilingual("parce que c'est ainsi", "because"))


def test_a_reason_names_the_services_that_make_it_where_there_are_several(session, vendor):
    service_of(session, vendor, name="Paie", handles_withdrawals=False)
    page = model(session, vendor, asking("withdrawals", "oui"))
    assert page.packs[1].hint.replace("\u202f", " ") == "parce que c’est ainsi (« Retours »)"


def test_a_fact_nobody_stated_is_a_question_to_its_owner_and_never_a_no(session, vendor, as_):
    page = model(session, vendor, asking("cloud", "oui"), asking("ai", "oui"))
    assert page.proposed == ("socle-rgpd",)
    assert page.undecided == 1
    [service] = page.unanswered
    assert service.name == "Retours"
    assert service.questions == (
        "Est-ce un logiciel ou un hébergement en nuage\u202f?", "Utilise-t-il l’intelligence artificielle\u202f?",
    )  # fmt: skip
    assert page.owner.name == "Nadia Roy"
    for row in session.scalars(select(Service)):
        row.is_cloud, row.uses_ai = False, False
    session.flush()
    said = model(session, vendor, asking("cloud", "oui"), asking("ai", "oui"))
    assert (said.proposed, said.undecided, said.unanswered) == (("socle-rgpd",), 0, [])


def test_the_question_leads_to_whoever_can_answer_it(as_, session):
    vendor = vendor_of(session)
    service = service_of(session, vendor, access=Access.UNKNOWN, chain=None)
    session.commit()
    page = as_(Role.DPO).get(PATH.format(vendor.id))
    assert page.all(f"//a[@href='/sous-traitants/{vendor.id}/prestations/{service.id}/questions']")
    assert "ni oui ni non" in page.words


def test_an_entity_of_the_group_decides_for_the_services_it_buys(session, vendor):
    bank, shop = entity_of(session, is_financial=True), entity_of(session, is_financial=False)
    rule = asking("financial", "oui")
    assert model(session, vendor, rule).undecided == 1, "no entity is named, and the group has both"
    [service] = session.scalars(select(Service))
    service.legal_entity_id = shop.id
    session.flush()
    assert model(session, vendor, rule).undecided == 0
    service.legal_entity_id = bank.id
    session.flush()
    assert model(session, vendor, rule).proposed == ("socle-rgpd", "relation-client-retractation")


def test_a_service_that_has_ended_calls_for_nothing(session, vendor):
    [service] = session.scalars(select(Service))
    service.ended_on = NOW.date()
    session.flush()
    page = model(session, vendor, asking("withdrawals", "oui"))
    assert (page.proposed, page.unanswered[0].number) == (("socle-rgpd",), None)
