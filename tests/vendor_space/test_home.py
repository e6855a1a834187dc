from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.core import mail as post
from portal.core import process
from portal.core.clock import legal_date, now
from portal.core.dates import written
from portal.core.language import Language
from portal.core.pages import PAGE_SIZE
from portal.findings.rules import FindingState
from portal.jobs.models import Mail
from portal.samples.models import CaseSample, SampleState
from portal.samples.rules.columns import SampleKind
from portal.vendor_space.home_page import AT_MOST
from tests.factories.campaigns import account_at, campaign_of, started_wave
from tests.factories.law import finding_of
from tests.factories.people import user_of
from tests.factories.spaces import SECRET, SIGNATORY, answer_all, space_of
from tests.factories.world import audit_of, vendor_of


def test_home_says_one_thing_to_do_first_with_its_day_in_letters_and_what_it_takes(session, page, space):
    soon = legal_date(now()) + timedelta(days=3)
    audit_of(session, space.vendor, questionnaire_version_id=space.audit.questionnaire_version_id, due_on=soon)
    session.commit()
    found = page.get("/espace/")
    first, then = found.all("//ol[@class='todo']")
    assert len(first) == len(then) == 1
    said = " ".join(first.text_content().split())
    effort = "6 à 7 questions selon vos réponses, 30 minutes au plus"
    for words in ("à rendre dans 3 jours", written(soon, Language.FR), effort, "Commencer"):
        assert words in said
    assert "Ensuite" in found.words
    assert effort in then.text_content()
    assert len(found.all("//a[contains(@class, 'button--next')]")) == 1
    assert not then.xpath(".//*[contains(@class, 'button')]")
    assert not then.xpath(".//*[contains(@class, 'todo__item--first')]")


def test_a_finding_says_what_it_takes(session, page, space):
    soon = legal_date(now()) + timedelta(days=3)
    finding_of(session, space.audit, "b.delai", due_on=soon, proof_expected="La procédure signée.")
    finding_of(session, space.audit, "a.choix", due_on=soon)
    session.commit()
    found = page.get("/espace/")
    first, then = found.all("//ol[@class='todo']")
    assert "Une réponse à écrire et une preuve à joindre" in first.text_content()
    assert "Une réponse à écrire" in then.text_content()
    assert "preuve" not in then.xpath("./li")[0].text_content()


def test_a_further_page_of_what_is_asked_has_no_first_thing_to_do(session, page, space):
    for _ in range(PAGE_SIZE):
        audit_of(session, space.vendor, questionnaire_version_id=space.audit.questionnaire_version_id)
    session.commit()
    found = page.get("/espace/?page=2")
    assert len(found.all("//ol[@class='todo']/li")) == 1
    assert not found.all("//a[contains(@class, 'button--next')]")
    assert "Vous n’avez rien à faire." not in found.words


def test_what_is_over_is_folded_by_year_with_its_count_and_what_is_read_is_not(session, page, space):
    def ended(state, year, **facts):
        at = datetime(year, 6, 1, tzinfo=UTC)
        version = space.audit.questionnaire_version_id
        audit = audit_of(session, space.vendor, questionnaire_version_id=version, state=state, **facts)
        audit.submitted_at = audit.accepted_at = at
        return audit

    for year in (2024, 2025, 2025):
        ended(AuditState.ACCEPTED, year)
    ended(AuditState.CANCELLED, 2024)
    midnight = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)  # in Paris it is 2025 already
    finding_of(session, space.audit, "a.choix", state=FindingState.CLOSED, closed_at=midnight)
    reading = finding_of(session, space.audit, "b.delai", state=FindingState.ANSWERED)
    session.commit()
    found = page.get("/espace/")
    years = found.all("//details[@class='year']")
    assert [" ".join(year.xpath("./summary")[0].text_content().split()) for year in years] == [
        "2025 : 3 terminés", "2024 : 2 terminés",
    ]  # fmt: skip
    assert [len(year.xpath("./ul/li")) for year in years] == [3, 2]
    assert all(year.get("open") is None for year in years)
    (link,) = found.all(f"//a[@href='/espace/constats/{reading.id}']")
    assert not link.xpath("./ancestor::details")


def test_a_year_shows_its_latest_and_counts_them_all(session, page, space):
    for day in range(1, AT_MOST + 2):
        audit = audit_of(session, space.vendor, questionnaire_version_id=space.audit.questionnaire_version_id)
        audit.state, audit.accepted_at = AuditState.ACCEPTED, datetime(2025, 3, day, tzinfo=UTC)
    session.commit()
    found = page.get("/espace/")
    (year,) = found.all("//details[@class='year']")
    assert f"2025 : {AT_MOST + 1} terminés" in " ".join(year.text_content().split())
    assert len(year.xpath("./ul/li")) == AT_MOST
    (link,) = found.all("//a[@href='/espace/envois']")
    assert len(page.get(link.get("href")).all("//ul[@class='plain-list']/li")) == AT_MOST + 1


def test_a_sample_that_was_called_off_is_over_and_says_so(session, page, space):
    at, day = datetime(2025, 3, 1, tzinfo=UTC), date(2025, 3, 1)
    session.add(
        CaseSample(
            vendor_id=space.vendor.id, kind=SampleKind.CASES, state=SampleState.CANCELLED, asked_at=at, due_on=day,
            period_from=day, period_to=day, population=10, size=5, confidence="0.95", margin="0.05", seed="0",
        )
    )  # fmt: skip
    session.commit()
    (year,) = page.get("/espace/").all("//details[@class='year']")
    assert "Annulé" in year.text_content()


def test_a_late_audit_says_so_and_since_when(session, page, space):
    space.audit.due_on = legal_date(now()) - timedelta(days=2)
    session.commit()
    assert "attendu il y a 2 jours" in page.get("/espace/").words


def test_home_tells_how_far_one_is_and_what_is_left_to_do_is_only_to_send(session, page, space, admin):
    services.save_answer(admin, space.audit, "b.delai", posted="3", comment="", base=0)
    session.commit()
    assert "1 réponse sur 6" in page.get("/espace/").words
    services.save_answer(admin, space.audit, "b.delai", posted="", comment="", base=1)
    answer_all(admin, space.audit, but=frozenset({"b.delai"}))
    services.save_answer(admin, space.audit, "b.delai", posted="3", comment="", base=2)
    session.commit()
    assert "Tout est répondu : il reste à envoyer." in page.get("/espace/").words


def test_a_vendor_with_nothing_to_do_is_told_so_and_sees_what_it_sent(session, page, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=space.admin.language, signatory=SIGNATORY)
    session.commit()
    found = page.get("/espace/")
    assert "Vous n’avez rien à faire." in found.words
    assert "Envoyé, en cours de lecture" in found.words
    assert "accusé de réception en préparation" in found.words
    page.post("/langue", {"language": "en", "next": "/espace/"}, page="/espace/")
    assert "Sent, being read" in page.get("/espace/").words


def test_an_account_bound_to_no_vendor_is_told_so(session, as_, space):
    stray = as_(user_of(session, Role.VENDOR_ADMIN))
    found = stray.follow(stray.get("/espace/", status=302))
    assert "Petit audit" not in found.words
    assert "Plus personne ne vous a confié de réponses." in found.words


def test_the_audit_page_says_who_asks_until_when_how_long_it_takes_and_where_to_start(page, space):
    found = page.get(f"/espace/audits/{space.audit.id}")
    effort = "30 minutes au plus, recherche des preuves comprise"
    for words in ("Merci de répondre.", effort, "Demandé par", "dans 30 jours", "Commencer"):
        assert words in found.words
    links = found.all("//nav[contains(@class, 'stepper')]//a[contains(@class, 'stepper__link')]/@href")
    assert links == [f"/espace/audits/{space.audit.id}/sections/{key}" for key in ("a", "b")]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ((), "sections/a#q-a.chiffre"),
        ((("a.choix", "nous"),), "sections/a#q-a.mesures"),
        ((("b.delai", "3"),), "sections/b#q-b.document"),
        ((("b.liste", [{"nom": "Hôte"}]),), "sections/a#q-a.chiffre"),
        ((("a.choix", "nous"), ("b.delai", "3")), "sections/a#q-a.mesures"),
        ((("b.delai", "3"), ("a.choix", "nous")), "sections/a#q-a.mesures"),
    ],
)
def test_the_work_is_taken_up_after_the_last_answer_then_from_the_start(session, page, space, admin, given, place):
    for key, posted in given:
        services.save_answer(admin, space.audit, key, posted=posted, comment="", base=0)
    session.commit()
    found = page.get(f"/espace/audits/{space.audit.id}/reprendre", status=302)
    assert found.response.headers["Location"] == f"/espace/audits/{space.audit.id}/{place}"


def test_once_all_is_answered_one_is_led_to_the_last_look(session, page, space, admin):
    answer_all(admin, space.audit)
    found = page.get(f"/espace/audits/{space.audit.id}/reprendre", status=302)
    assert found.response.headers["Location"].endswith("/envoi")
    assert "Vérifier et envoyer" in page.get(f"/espace/audits/{space.audit.id}").words


def test_the_reader_s_language_is_that_of_every_word(session, as_, space):
    space.admin.language = Language.EN
    session.commit()
    client = as_(space.admin)
    found = client.get(f"/espace/audits/{space.audit.id}")
    assert found.tree.get("lang") == "en"
    assert "Thank you for answering." in found.words
    found = client.get(f"/espace/audits/{space.audit.id}/sections/a")
    for words in ("Do you encrypt the data?", "Backups included.", "A stolen disk must yield nothing.", "Someone else"):
        assert words in found.words
    assert "Chiffrez-vous" not in found.text


def test_what_is_the_reviewer_s_is_on_no_page(session, page, space, admin):
    answer_all(admin, space.audit)
    for path in ("", "/sections/a", "/sections/b", "/envoi"):
        text = page.get(f"/espace/audits/{space.audit.id}{path}").text
        assert SECRET not in text
        assert "critical" not in text


def test_pages_cost_the_same_number_of_statements_whatever_the_number_of_audits(session, page, space, statements):
    version = space.audit.questionnaire_version_id

    def add(year):
        audit_of(session, space.vendor, questionnaire_version_id=version)
        over = audit_of(session, space.vendor, questionnaire_version_id=version, state=AuditState.ACCEPTED)
        over.submitted_at = over.accepted_at = datetime(year, 3, 1, tzinfo=UTC)
        finding_of(session, space.audit, f"q{year}", is_answer=False)
        finding_of(session, space.audit, f"r{year}", is_answer=False, state=FindingState.ANSWERED)
        session.commit()

    def cost(path):
        page.get(path)
        statements.clear()
        page.get(path)
        return len(statements)

    add(2001)
    few = [cost(path) for path in ("/espace/", "/espace/envois")]
    for year in range(2002, 2012):
        add(year)
    assert [cost(path) for path in ("/espace/", "/espace/envois")] == few
    assert max(few) <= 10, "one of them for what colleagues ask, one for what is to be signed"


@pytest.mark.parametrize("state", [AuditState.CANCELLED, AuditState.ACCEPTED])
def test_an_audit_that_is_over_is_read_and_no_longer_answered(session, page, space, state):
    session.get_one(Audit, space.audit.id).state = state
    session.commit()
    found = page.get(f"/espace/audits/{space.audit.id}/sections/a")
    assert not found.all("//form[@data-portal-answers]")
    page.get(f"/espace/audits/{space.audit.id}/envoi", status=302)
    page.get(f"/espace/audits/{space.audit.id}/reprendre", status=302)


def test_another_vendor_s_audit_is_not_found(session, page, space):
    other = space_of(session, name="Autre Maison SA")
    session.commit()
    for path in ("", "/sections/a", "/envoi", "/envoi/merci", "/reprendre"):
        page.get(f"/espace/audits/{other.audit.id}{path}", status=404)


def test_the_mail_the_home_and_the_page_of_an_audit_give_one_figure(ctx, as_, portal_settings):
    process.prepare(portal_settings)
    vendor = vendor_of(ctx.session)
    person = account_at(ctx.session, vendor)
    started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    audit = ctx.session.scalars(select(Audit).where(Audit.vendor_id == vendor.id)).one()
    row = ctx.session.scalars(select(Mail).where(Mail.about == f"audit:{audit.id}")).one()
    letter = post.render(row.template, Language.FR, {**row.payload["values"], "link": "https://vigie.test/x"})
    ctx.session.commit()
    client = as_(person)
    told = "29 à 39 questions selon vos réponses, 1 heure 45 au plus"
    assert told in client.get("/espace/").words
    assert told in client.get(f"/espace/audits/{audit.id}").words
    text = " ".join(letter.body.split())
    assert "29 questions, 39 au plus selon vos réponses. Prévoyez 1 heure 45 au plus" in text
