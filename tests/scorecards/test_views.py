import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.audits import queries as audits
from portal.audits import services as audit_services
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.core.clock import legal_date, now
from portal.core.language import Language
from portal.evidence.rules import EvidenceVerdict
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.scorecards import services
from portal.scorecards.models import Scorecard
from portal.vendors.models import Membership
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.questionnaires import both, published, raw_document, raw_question
from tests.factories.review import case_of, sent_case
from tests.factories.world import audit_of


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


@pytest.fixture
def card(session, system, sent):
    """A snapshot of good answers: 10.1165 points of 11."""
    found = services.take_snapshot(system, sent.audit, reason="submitted")
    session.commit()
    return found


def numbers(cells):
    return [Decimal(cell.text_content().strip().replace("\u202f", "").replace(",", ".") or "0") for cell in cells]


def test_the_printed_terms_multiply_and_add_up_to_the_printed_total(session, system, as_):
    case = sent_case(session, a_contrat="partiel", b_mesures=["mfa"])
    case.judge("a.role", "ameliorable")
    audit_services.judge_evidence(case.judging, case.audit, case.proofs["a.chiffre"], EvidenceVerdict.VERIFIED, "")
    card = services.take_snapshot(system, case.audit, reason="asked")
    session.commit()
    page = as_(Role.DPO).get(f"/garanties/{card.id}")
    table = page.all("//section[@id='calcul']//table[.//tfoot]")[-1]
    total, whole = Decimal(0), Decimal(0)
    for row in table.xpath(".//tbody/tr[td and not(@class)]"):
        weight, mark, proof, fresh, points, out_of = numbers(row.xpath("./td"))
        assert weight * mark * proof * fresh == points
        total, whole = total + points, whole + out_of
    assert numbers(table.xpath("./tfoot//td[@class='num']")) == [total, whole]
    subtotals = [numbers(row.xpath("./td[@class='num']")) for row in table.xpath(".//tbody/tr[@class='list__sum']")]
    assert [sum(column) for column in zip(*subtotals, strict=True)] == [total, whole]
    level = int(total / whole * 10_000)
    assert level == card.basis_points
    assert f"{level / 100:.2f}".replace(".", ",") in page.words


def test_what_proofs_and_answers_cost_adds_up_too(as_, card):
    page = as_(Role.DPO).get(f"/garanties/{card.id}")
    rows = page.all("//table[contains(@aria-label, 'faute de preuve')]//tr")
    kept, proofs, answers = numbers([row.xpath("./td")[-1] for row in rows])
    assert kept + proofs + answers == 11
    assert answers == 0


def test_every_word_of_the_derivation_follows_the_reader(session, as_, card):
    french = as_(Role.DPO).get(f"/garanties/{card.id}")
    assert "Preuve fournie, à vérifier, valable jusqu’au 1er juin 2027." in french.words
    assert "91,96" in french.words
    english = as_(user_of(session, Role.DPO, language=Language.EN)).get(f"/garanties/{card.id}")
    assert "1 June 2027" in english.words
    assert "91.96" in english.words
    assert "Do you encrypt the data?" in english.words
    assert "Demonstrated guarantees".lower() in english.words.lower()


def test_the_words_of_the_scale_are_set_as_the_page_around_them(session, as_, card):
    page = as_(Role.DPO).get(f"/garanties/{card.id}")
    assert "et rien d’autre" in page.words
    assert "n'" not in page.one("//main").text_content()


def test_it_is_never_called_compliance(as_, card):
    page = as_(Role.DPO).get(f"/garanties/{card.id}")
    assert "Niveau de garanties démontrées" in page.words
    assert not re.search(r"conform", page.words, re.IGNORECASE)


def test_a_cap_says_what_it_costs(session, system, as_):
    case = sent_case(session, a_contrat="non")
    card = services.take_snapshot(system, case.audit, reason="submitted")
    session.commit()
    page = as_(Role.DPO).get(f"/garanties/{card.id}")
    assert card.detail["caps"]
    assert "Question critique à zéro" in page.words
    assert "Avons-nous signé un contrat" in page.all("//div[contains(@class, 'callout')]")[0].text_content()


def test_three_answers_at_most_are_suggested_with_where_they_lead(session, system, as_):
    case = sent_case(session, a_contrat="partiel", a_role="autre", b_mesures=["mfa"])
    card = services.take_snapshot(system, case.audit, reason="submitted")
    session.commit()
    page = as_(Role.DPO).get(f"/garanties/{card.id}")
    links = page.all("//ol[@class='plain-list']//a/@href")
    assert len(links) == 3
    assert links[0].startswith(f"/audits/{case.audit.id}?section=a#q-")
    levels = [Decimal(found.replace(",", ".")) for found in re.findall(r"Niveau\s*: ([\d,]+) sur 100", page.words)]
    assert levels == sorted(levels, reverse=True)


def test_the_scale_shown_is_the_one_used_then(session, as_, card):
    page = as_(Role.DPO).get(f"/garanties/{card.id}")
    assert card.scale_sha256[:12] in page.words
    detail = dict(card.detail)
    detail["scale"] = {**detail["scale"], "evidence": {**detail["scale"]["evidence"], "supplied": "0.7"}}
    session.add(
        Scorecard(
            vendor_id=card.vendor_id, audit_id=card.audit_id, taken_at=NOW, reason="asked", basis_points=1,
            coverage_points=1, grade="E", inherent=None, tier=None, residual_points=None, detail=detail,
            scale_sha256="f" * 64,
        )
    )  # fmt: skip
    session.commit()
    other = as_(Role.DPO).get(f"/garanties/{card.id + 1}")
    assert "70\u202f%" in other.text
    assert "risque inhérent inconnu" in other.words


def test_an_older_snapshot_points_to_the_newest(session, system, as_, sent, card):
    newer = services.take_snapshot(replace(system, now=NOW + timedelta(days=5)), sent.audit, reason="asked")
    session.commit()
    assert as_(Role.DPO).get(f"/garanties/{card.id}").all(f"//a[@href='/garanties/{newer.id}']")
    assert not as_(Role.DPO).get(f"/garanties/{newer.id}").all("//div[contains(@class, 'callout--info')]")


def test_a_vendor_measured_on_two_questionnaires_is_known_by_the_weaker_and_each_is_named(session, system, as_, sent):
    short = parse_questionnaire(raw_document(raw_question("a.un", weight=1), key="bref", title=both("Bref")))
    audit = audit_of(session, sent.vendor, questionnaire_version_id=published(session, short).id, opened_at=NOW)
    case = replace(sent, audit=audits.get_audit(system, audit.id, to=Permission.AUDIT_VIEW))
    audit_services.save_answer(case.answering, case.audit, "a.un", posted="non", comment=None, base=0)
    case.send()
    low = services.take_snapshot(system, case.audit, reason="submitted")
    high = services.take_snapshot(replace(system, now=NOW + timedelta(days=1)), sent.audit, reason="submitted")
    session.commit()
    page = as_(Role.DPO).get(f"/garanties/sous-traitant/{sent.vendor.id}")
    assert "le plus bas de ce qu’ils montrent aujourd’hui, celui de «" in page.text
    assert page.all(f"//a[@href='/garanties/{low.id}'][contains(., 'Voir le calcul')]")
    assert [row.text_content() for row in page.all("//th//span[@class='list__detail']")] == ["Examen", "Bref"]
    good = as_(Role.DPO).get(f"/garanties/{high.id}")
    assert "Un autre questionnaire montre moins" in good.words
    assert good.all(f"//a[@href='/garanties/{low.id}']")


def test_the_trend_says_its_message_and_has_its_table(session, system, as_, sent, card):
    path = f"/garanties/sous-traitant/{sent.vendor.id}"
    assert "Une seule mesure" in as_(Role.DPO).get(path).words
    sent.judge("a.contrat", "a_corriger")
    services.take_snapshot(replace(system, now=NOW + timedelta(days=40)), sent.audit, reason="asked")
    session.commit()
    page = as_(Role.DPO).get(path)
    assert "En baisse de 46 points entre le 24 novembre 2026 et le 3 janvier 2027" in page.words
    assert len(page.all("//details[@class='chart__table']//tbody/tr")) == 2
    assert "Recalcul demandé" in page.words


def test_a_vendor_that_sent_nothing_has_no_level_and_the_page_says_what_to_do(session, as_):
    case = case_of(session)
    session.commit()
    page = as_(Role.DPO).get(f"/garanties/sous-traitant/{case.vendor.id}")
    assert "Le niveau n’est pas encore mesuré" in page.words
    assert page.all(f"//a[@href='/audits/nouveau?vendor_id={case.vendor.id}']")
    path = f"/garanties/sous-traitant/{case.vendor.id}/mesure"
    client = as_(Role.DPO)
    assert "rien à mesurer" in client.follow(client.post(path, page="/mon-compte")).words


def test_a_reviewer_measures_again(session, as_, sent, card):
    client = as_(Role.DPO)
    path = f"/garanties/sous-traitant/{sent.vendor.id}"
    done = client.post(f"{path}/mesure", page=path)
    newest = session.scalars(select(Scorecard).order_by(Scorecard.id.desc())).first()
    assert (newest.reason, done.response.headers["Location"]) == ("asked", f"/garanties/{newest.id}")
    assert "Niveau recalculé" in client.follow(done).words


@pytest.mark.parametrize("role", [Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT, Role.ADMIN])
def test_scores_are_never_shown_to_vendors(as_, card, role):
    client = as_(role)
    for path in (f"/garanties/{card.id}", f"/garanties/sous-traitant/{card.vendor_id}"):
        client.get(path, status=403)


def test_management_reads_without_links_to_what_it_may_not_open(as_, card):
    page = as_(Role.MANAGEMENT).get(f"/garanties/{card.id}")
    assert not page.all("//main//a[starts-with(@href, '/audits/')]")
    assert not page.all("//main//form")
    as_(Role.MANAGEMENT).post(f"/garanties/sous-traitant/{card.vendor_id}/mesure", status=403)


def test_an_expert_reads_the_vendors_given_and_a_buyer_their_own(session, as_, card):
    expert = user_of(session, Role.EXPERT)
    session.add(Membership(user_id=expert.id, vendor_id=card.vendor_id, until=legal_date(now()), role=Role.EXPERT))
    as_(expert).get(f"/garanties/{card.id}")
    as_(Role.EXPERT).get(f"/garanties/{card.id}", status=404)
    as_(Role.BUYER).get(f"/garanties/{card.id}", status=404)
    as_(Role.DPO).get("/garanties/999999", status=404)


def test_a_page_costs_the_same_statements_whatever_the_past(session, system, as_, sent, card, statements):
    client = as_(Role.DPO)

    def cost(path):
        statements.clear()
        client.get(path)
        return len(statements)

    paths = [f"/garanties/{card.id}", f"/garanties/sous-traitant/{card.vendor_id}"]
    few = [cost(path) for path in paths]
    for days in range(1, 15):
        services.take_snapshot(replace(system, now=NOW + timedelta(days=days)), sent.audit, reason="asked")
    session.commit()
    assert [cost(path) for path in paths] == few
