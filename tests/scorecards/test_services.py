from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.audits import queries as audits
from portal.audits import services as audit_services
from portal.audits.rules import ReviewVerdict
from portal.audits.services import Judgement
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.core.errors import Forbidden, Refused
from portal.core.language import Language
from portal.core.translation import translate
from portal.evidence.rules import EvidenceVerdict
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.scorecards import overview, queries, services, tasks
from portal.scorecards.models import Scorecard
from portal.scorecards.snapshot import thaw_sentence
from portal.vendors.models import PortfolioMonth
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.questionnaires import published, raw_document, raw_question
from tests.factories.review import case_of, sent_case
from tests.factories.world import audit_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


def term(card, key):
    return next(term for term in card.detail["terms"] if term["question"] == key)


def again(case):
    """The same vendor asked once more, later."""
    other = case_of(case.session)
    other.audit.vendor_id = case.vendor.id
    case.session.flush()
    case.session.expire(other.audit)
    audit = audits.get_audit(case.judging, other.audit.id, to=Permission.AUDIT_VIEW)
    return replace(case, audit=audit, proofs={})


def test_a_snapshot_adds_up_as_on_paper(system, sent):
    card = services.take_snapshot(system, sent.audit, reason="submitted")
    # 5 + 3 × 1 × 0.85 (supplied) × 0.83 (176 days of 548) + 1 + 2 = 10.1165 out of 11
    assert [term(card, key)["contribution"] for key in ("a.contrat", "a.chiffre", "a.role", "b.mesures")] == [
        "5.0", "2.11650", "1.0", "2.0",
    ]  # fmt: skip
    assert Decimal(card.detail["contribution"]) == Decimal("10.1165")
    assert (card.detail["maximum"], card.basis_points, card.grade) == (11, 9196, "A")
    assert card.residual_points == 4 * (10_000 - 9196)
    assert (card.vendor_id, card.audit_id, card.taken_at, card.reason) == (
        sent.vendor.id, sent.audit.id, NOW, "submitted",
    )  # fmt: skip


def test_a_snapshot_is_journaled(session, system, sent):
    card = services.take_snapshot(system, sent.audit, reason="asked")
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "scorecard.taken")).one()
    assert (entry.object_id, entry.vendor_id, entry.after["reason"]) == (card.id, sent.vendor.id, "asked")


def test_what_the_vendor_types_before_sending_counts_for_nothing(system, sent):
    before = services.take_snapshot(system, sent.audit, reason="submitted").basis_points
    word = Judgement(ReviewVerdict.IMPROVABLE, comment="Précisez.", to_return=True)
    audit_services.give_verdict(sent.judging, sent.audit, "a.role", word)
    audit_services.return_questions(sent.judging, sent.audit, due_on=date(2026, 12, 8))
    sent.answer(a_role="autre")
    draft = services.take_snapshot(system, sent.audit, reason="asked")
    assert term(draft, "a.role")["mark"] == "0.5", "the verdict on what was sent, not what is being typed"
    sent.send()
    assert term(services.take_snapshot(system, sent.audit, reason="submitted"), "a.role")["mark"] == "0.0"
    assert before > draft.basis_points


def test_an_audit_that_sent_nothing_is_not_measured(session, system):
    case = case_of(session)
    case.answer()
    with pytest.raises(Refused, match="rien à mesurer"):
        services.take_snapshot(system, case.audit, reason="asked")
    with pytest.raises(Refused, match="rien à mesurer"):
        services.measure_again(case.judging, case.vendor)


def test_verdicts_and_proofs_move_the_level(system, sent):
    sent.judge("a.role", "ameliorable")
    audit_services.judge_evidence(sent.judging, sent.audit, sent.proofs["a.chiffre"], EvidenceVerdict.VERIFIED, "")
    card = services.take_snapshot(system, sent.audit, reason="evidence")
    assert (term(card, "a.role")["contribution"], term(card, "a.chiffre")["multiplier"]) == ("0.5", "1")
    audit_services.judge_evidence(
        sent.judging, sent.audit, sent.proofs["a.chiffre"], EvidenceVerdict.REJECTED, "Autre site."
    )
    assert term(services.take_snapshot(system, sent.audit, reason="evidence"), "a.chiffre")["multiplier"] == "0.6"


def test_a_critical_question_at_zero_caps_the_whole(session, system):
    case = sent_case(session, a_contrat="non")
    card = services.take_snapshot(system, case.audit, reason="submitted")
    assert [cap["question"] for cap in card.detail["caps"]] == ["a.contrat"]
    assert card.basis_points <= 5000


def test_an_older_snapshot_never_changes(session, system, sent):
    card = services.take_snapshot(system, sent.audit, reason="submitted")
    kept = (card.basis_points, dict(card.detail))
    sent.judge("a.contrat", "a_corriger")
    services.take_snapshot(system, sent.audit, reason="asked")
    session.commit()
    session.expire_all()
    read = queries.get_card(system, card.id)
    assert (read.basis_points, read.detail) == kept


def test_the_scale_and_the_sentences_are_kept_with_the_snapshot_in_any_language(system, sent):
    card = services.take_snapshot(system, sent.audit, reason="submitted")
    assert [grade["key"] for grade in card.detail["scale"]["grades"]] == ["A", "B", "C", "D", "E"]
    assert card.detail["scale"]["evidence"]["supplied"] == "0.85"
    reasons = [thaw_sentence(reason) for reason in term(card, "a.chiffre")["reasons"]]
    (dated,) = [reason for reason in reasons if "until" in reason.values]
    assert "1er juin 2027" in translate(dated, Language.FR)
    assert "1 June 2027" in translate(dated, Language.EN)


def test_an_unchanged_level_is_not_taken_twice(session, system, sent):
    assert services.take_snapshot_if_changed(system, sent.audit, reason="evidence") is not None
    assert services.take_snapshot_if_changed(system, sent.audit, reason="evidence") is None
    sent.judge("a.role", "ameliorable")
    assert services.take_snapshot_if_changed(system, sent.audit, reason="evidence") is not None


def test_only_the_newest_audit_of_a_questionnaire_speaks_for_its_vendor(session, system, sent):
    newer = again(sent)
    assert [audit.id for audit in queries.current_audits(system, sent.vendor.id)] == [sent.audit.id]
    newer.answer(a_role="autre")
    newer.send()
    assert [audit.id for audit in queries.current_audits(system, sent.vendor.id)] == [newer.audit.id]
    assert services.take_snapshot_if_current(system, sent.audit, reason="accepted") is None
    assert services.take_snapshot_if_current(system, newer.audit, reason="accepted").audit_id == newer.audit.id
    assert {card.audit_id for card in services.measure_again(sent.judging, sent.vendor)} == {newer.audit.id}


def test_an_audit_counts_until_later_ones_have_asked_all_that_it_asked(session, system, sent):
    [pack] = sent.audit.questionnaire_version.packs
    newer = again(sent)
    newer.answer(a_role="autre")
    newer.send()
    composed = QuestionnaireVersion(
        key="compose", version="1", sha256="0" * 64, title={}, content={}, published_at=NOW, packs=["autre"]
    )
    session.add(composed)
    newer.audit.questionnaire_version = composed
    session.flush()
    both = [sent.audit.id, newer.audit.id]
    assert [audit.id for audit in queries.current_audits(system, sent.vendor.id)] == both, "it asked something else"
    composed.packs = ["autre", pack]
    session.flush()
    assert [audit.id for audit in queries.current_audits(system, sent.vendor.id)] == [newer.audit.id]


def test_only_a_reviewer_takes_a_measure(session, sent):
    for role in (Role.LEGAL, Role.MANAGEMENT, Role.BUYER, Role.EXPERT):
        with pytest.raises(Forbidden):
            services.measure_again(sent.acting(user_of(session, role)), sent.vendor)
    with pytest.raises(Forbidden):
        services.take_snapshot(sent.answering, sent.audit, reason="asked")


def test_proofs_are_looked_at_once_a_day_from_early_morning(session, system):
    night = replace(system, now=NOW.replace(hour=2))
    assert services.queue_expiry_check(night) == 0, "three in the morning in Paris"
    assert [services.queue_expiry_check(system), services.queue_expiry_check(system)] == [1, 0]
    assert services.queue_expiry_check(replace(system, now=NOW + timedelta(days=1))) == 1
    assert len(session.scalars(select(Job).where(Job.kind == "scorecards.look_for_expired")).all()) == 2
    assert not session.scalars(select(Scorecard)).all()


# --- several questionnaires: none hides another


def asked_too(case, *questions, **answers):
    """The same vendor has answered another questionnaire, and sent it."""
    key = f"bref-{questions[0]['kind'].replace('_', '-')}"
    version = published(case.session, parse_questionnaire(raw_document(*questions, key=key)))
    audit = audit_of(case.session, case.vendor, questionnaire_version_id=version.id, opened_at=NOW)
    other = replace(case, audit=audits.get_audit(case.judging, audit.id, to=Permission.AUDIT_VIEW), proofs={})
    for name, posted in answers.items():
        asked = name.replace("_", ".", 1)
        audit_services.save_answer(other.answering, other.audit, asked, posted=posted, comment=None, base=0)
    other.send()
    return other


def kept_of(session, vendor):
    session.refresh(vendor)
    return vendor.card_id, vendor.grade, vendor.level_points


def test_a_short_questionnaire_well_answered_hides_no_weak_level(session, system, app):
    """The last measure of any questionnaire was the level: one easy question made an A of an E."""
    weak = sent_case(session, a_contrat="non")
    low = services.take_snapshot(system, weak.audit, reason="submitted")
    short = asked_too(weak, raw_question("a.un", "yes_no", weight=1), a_un="oui")
    high = services.take_snapshot(system, short.audit, reason="submitted")
    assert (high.grade, high.basis_points) == ("A", 10_000)
    assert kept_of(session, weak.vendor) == (low.id, low.grade, low.basis_points)
    # Nor does the order in which they are measured again.
    services.measure_again(weak.judging, weak.vendor)
    card_id, grade, points = kept_of(session, weak.vendor)
    assert session.get_one(Scorecard, card_id).audit_id == weak.audit.id
    assert (grade, points) == (low.grade, low.basis_points)
    assert [card.id for card, _ in queries.latest_cards(system)] == [card_id]
    assert session.execute(select(PortfolioMonth.vendors, PortfolioMonth.points)).all() == [(1, points)]


def test_what_cannot_be_graded_measures_nothing(session, system, app):
    """A questionnaire without a scored question took its vendor off those of whom nothing was shown."""
    case = case_of(session)
    free = asked_too(case, raw_question("a.mot", "text"), a_mot="Bonjour.")
    assert services.take_snapshot(system, free.audit, reason="submitted").grade == ""
    assert kept_of(session, case.vendor) == (None, "", -1)
    assert case.vendor.risk_points == case.vendor.inherent * 10_000
    assert [row.id for row in overview.never_measured(case.acting(user_of(session, Role.MANAGEMENT)))] == [
        case.vendor.id
    ]


def test_an_audit_that_was_withdrawn_shows_nothing_more(session, system, sent):
    card = services.take_snapshot(system, sent.audit, reason="submitted")
    assert kept_of(session, sent.vendor)[0] == card.id
    sent.judge("a.role", "a_corriger", comment="À refaire.", to_return=True)
    audit_services.return_questions(sent.judging, sent.audit, due_on=date(2026, 12, 8))
    audit_services.cancel_audit(sent.judging, sent.audit, "Ouvert par erreur.")
    [job] = session.scalars(select(Job).where(Job.kind == "scorecards.on_withdrawal"))
    tasks.on_withdrawal(system, **job.payload)
    assert kept_of(session, sent.vendor) == (None, "", -1)
    assert session.execute(select(PortfolioMonth.vendors, PortfolioMonth.points)).all() == [(0, 0)]


def test_an_audit_withdrawn_gives_its_place_back_as_it_stands_today(session, system, sent):
    old = services.take_snapshot(system, sent.audit, reason="submitted")
    newer = again(sent)
    newer.answer(a_contrat="non")
    newer.send()
    services.take_snapshot(system, newer.audit, reason="submitted")
    newer.judge("a.role", "a_corriger", comment="À refaire.", to_return=True)
    audit_services.return_questions(newer.judging, newer.audit, due_on=date(2026, 12, 8))
    audit_services.cancel_audit(newer.judging, newer.audit, "Ouvert par erreur.")
    later = replace(system, now=NOW + timedelta(days=700))
    tasks.on_withdrawal(later, audit_id=newer.audit.id)
    card_id, _grade, points = kept_of(session, sent.vendor)
    assert session.get_one(Scorecard, card_id).audit_id == sent.audit.id
    assert points < old.basis_points, "its proof has run out since"


def test_answers_that_nobody_has_read_lower_a_level_and_never_raise_it(session, system, app):
    """The cheapest lie of a vendor: « oui » everywhere and any file, the year after."""
    weak = sent_case(session, a_contrat="non")
    weak.judge_all(a_contrat="a_corriger")
    audit_services.accept_audit(weak.judging, weak.audit)
    low = services.take_snapshot(system, weak.audit, reason="accepted")
    newer = again(weak)
    newer.answer()
    newer.send()
    high = services.take_snapshot_if_current(system, newer.audit, reason="submitted")
    assert high.basis_points > low.basis_points
    assert kept_of(session, weak.vendor)[0] == low.id
    newer.judge_all()
    audit_services.accept_audit(newer.judging, newer.audit)
    read = services.take_snapshot_if_current(system, newer.audit, reason="accepted")
    assert kept_of(session, weak.vendor)[0] == read.id
