from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audits import services, tasks
from portal.audits.models import Audit, AuditFinding, Review
from portal.audits.queries import get_audit
from portal.audits.rules import AuditState, ReviewVerdict
from portal.audits.services import Judgement, review_fingerprint
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.core.mail import render
from portal.core.stale import StaleWrite
from portal.evidence.rules import EvidenceVerdict
from portal.evidence.services import evidence_fingerprint
from portal.findings.models import Finding
from portal.findings.rules import FindingState, Severity
from portal.findings.services import CorrectiveAction, amend_finding
from portal.identity.models import User
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.web.manifest import finding_sightings
from tests.conftest import NOW
from tests.factories.findings import settle
from tests.factories.people import user_of
from tests.factories.review import accepted, case_of, examined, sent_case
from tests.factories.two_at_once import both
from tests.factories.world import contact_of, vendor_of

pytestmark = pytest.mark.both_databases

SOON = date(2026, 12, 8)
BAD = Judgement(ReviewVerdict.TO_CORRECT, comment="Précisez.", to_return=True)


def journal(session, action):
    session.commit()
    return session.scalars(select(JournalEntry).where(JournalEntry.action == action).order_by(JournalEntry.id)).all()


def mails(session, template):
    return session.scalars(select(Mail).where(Mail.template == f"audits/emails/{template}").order_by(Mail.id)).all()


def jobs(session, kind):
    return session.scalars(select(Job).where(Job.kind == kind)).all()


def action(**changes):
    values = {
        "severity": Severity.MAJOR, "title": "Écart", "action": "Corriger", "proof_expected": "Capture",
        "responsible": "Nuage Clair", "due_on": SOON,
    }  # fmt: skip
    return CorrectiveAction(**{**values, **changes})


# --- one answer


def test_a_verdict_is_kept_with_who_gave_it_and_when(session, sent):
    review = sent.judge("a.contrat", "ameliorable", comment="Ajoutez l'annexe.", note="Déjà dit en 2025.")
    assert (review.verdict, review.comment, review.note) == (
        ReviewVerdict.IMPROVABLE, "Ajoutez l'annexe.", "Déjà dit en 2025.",
    )  # fmt: skip
    assert (review.reviewer_id, review.reviewed_at, review.round) == (sent.reviewer.id, NOW, 1)
    assert sent.submitted().reviewers[review.id] == sent.reviewer.name


def test_a_second_verdict_replaces_the_first_and_the_journal_keeps_both(session, sent):
    sent.judge("a.contrat", "acceptable")
    sent.judge("a.contrat", "a_corriger", comment="Non signé.")
    assert len(session.scalars(select(Review).where(Review.audit_id == sent.audit.id)).all()) == 1
    first, second = journal(session, "answer.reviewed")[-2:]
    assert (first.before, first.after["verdict"]) == ({}, "acceptable")
    assert (second.before["verdict"], second.after["verdict"]) == ("acceptable", "a_corriger")
    assert second.vendor_id == sent.vendor.id


def test_the_same_verdict_again_writes_nothing(session, sent):
    sent.judge("a.contrat")
    sent.judge("a.contrat")
    assert len(journal(session, "answer.reviewed")) == 1


@pytest.mark.parametrize("state", [s for s in AuditState if s is not AuditState.SUBMITTED])
def test_only_what_was_sent_is_judged(sent, state):
    sent.audit.state = state
    with pytest.raises(Refused, match="envoyé par le prestataire"):
        sent.judge("a.contrat")


@pytest.mark.parametrize("key", ["a.inconnu", "", "b.texte"])
def test_a_question_that_was_not_asked_is_not_found(sending, key):
    case = sending(a_chiffre="non")  # hides b.texte
    with pytest.raises(NotFound):
        case.judge(key)


def test_a_question_goes_back_only_with_a_word_to_the_vendor(sent):
    with pytest.raises(Refused, match="ce qui est attendu"):
        sent.judge("a.contrat", "a_corriger", to_return=True)


def test_an_acceptable_answer_is_not_sent_back(sent):
    with pytest.raises(Refused, match="acceptable n’est pas à renvoyer"):
        sent.judge("a.contrat", "acceptable", comment="Merci.", to_return=True)


@pytest.mark.parametrize("role", [Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.ADMIN])
def test_only_a_reviewer_judges(session, sent, role):
    other = sent.acting(user_of(session, role))
    with pytest.raises(Forbidden):
        services.give_verdict(other, sent.audit, "a.contrat", Judgement(ReviewVerdict.ACCEPTABLE))
    for act in (
        lambda: services.accept_remaining_answers(other, sent.audit),
        lambda: services.accept_audit(other, sent.audit),
        lambda: services.return_questions(other, sent.audit, due_on=SOON),
        lambda: services.cancel_audit(other, sent.audit, "…"),
        lambda: services.open_finding_on_answer(other, sent.audit, "a.contrat", action()),
        lambda: services.judge_evidence(other, sent.audit, sent.proofs["a.chiffre"], EvidenceVerdict.VERIFIED, ""),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_vendor_judges_nothing(sent):
    with pytest.raises(Forbidden):
        services.give_verdict(sent.answering, sent.audit, "a.contrat", Judgement(ReviewVerdict.ACCEPTABLE))


# --- two reviewers


def test_a_reviewer_who_is_late_overwrites_nothing_and_sees_the_other_verdict(session, sent):
    seen = review_fingerprint(None)
    sent.judge("a.contrat", "a_corriger", comment="Non signé.")
    other = sent.acting(user_of(session, Role.DPO))
    with pytest.raises(StaleWrite) as caught:
        services.give_verdict(other, sent.audit, "a.contrat", Judgement(ReviewVerdict.ACCEPTABLE), seen=seen)
    assert caught.value.theirs.comment == "Non signé."
    assert caught.value.by == sent.reviewer.name
    assert sent.submitted().verdicts["a.contrat"].verdict is ReviewVerdict.TO_CORRECT
    services.give_verdict(
        other,
        sent.audit,
        "a.contrat",
        Judgement(ReviewVerdict.ACCEPTABLE),
        seen=review_fingerprint(caught.value.theirs),
    )
    assert sent.submitted().verdicts["a.contrat"].verdict is ReviewVerdict.ACCEPTABLE


def test_two_who_say_the_same_do_not_conflict(session, sent):
    sent.judge("a.contrat", "ameliorable")
    other = sent.acting(user_of(session, Role.DPO))
    kept = services.give_verdict(
        other, sent.audit, "a.contrat", Judgement(ReviewVerdict.IMPROVABLE), seen=review_fingerprint(None)
    )
    assert kept.reviewer_id == sent.reviewer.id


def test_an_invented_mark_on_an_answer_without_verdict_is_harmless(sent):
    services.give_verdict(
        sent.judging, sent.audit, "a.contrat", Judgement(ReviewVerdict.ACCEPTABLE), seen="n'importe quoi"
    )
    assert "a.contrat" in sent.submitted().verdicts


def test_of_two_verdicts_at_the_same_moment_one_is_kept_and_the_other_is_told(committed):
    with committed.session(write=True) as session:
        audit_id = sent_case(session).audit.id
        session.commit()

    def judge(ctx, number):
        audit = get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
        word = Judgement(ReviewVerdict.IMPROVABLE if number else ReviewVerdict.TO_CORRECT, comment=f"mot {number}")
        return services.give_verdict(ctx, audit, "a.contrat", word, seen=review_fingerprint(None)).comment

    results = both(committed, judge)
    assert sum(isinstance(found, StaleWrite) for found in results) == 1, results
    with committed.reading() as session:
        kept = session.scalars(select(Review.comment)).all()
        assert kept == [found for found in results if isinstance(found, str)]


def test_of_accepting_and_returning_at_the_same_moment_only_one_happens(committed):
    with committed.session(write=True) as session:
        case = sent_case(session)
        case.judge_all(a_contrat="ameliorable")
        services.give_verdict(case.judging, case.audit, "a.role", BAD)
        audit_id = case.audit.id
        session.commit()

    def decide(ctx, number):
        audit = get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
        return services.return_questions(ctx, audit, due_on=SOON)

    results = both(committed, decide)
    assert sum(isinstance(found, Refused) for found in results) == 1, results
    with committed.reading() as session:
        audit = session.get_one(Audit, audit_id)
        assert (audit.state, audit.round, audit.returned_questions) == (AuditState.RETURNED, 2, ["a.role"])


# --- all at once


def test_the_rest_is_acceptable_only_where_nothing_calls_for_a_word(session, sending):
    case = sending(a_contrat="partiel", a_role="autre", b_mesures=["mfa"])
    keys = services.accept_remaining_answers(case.judging, case.audit)
    assert keys == ["a.chiffre", "b.mesures", "b.texte", "b.delai", "b.depuis", "b.liste"]
    assert case.submitted().left == ("a.contrat", "a.role")
    assert journal(session, "answers.accepted_together")[-1].after == {"questions": keys}


def test_what_was_judged_already_is_not_judged_over(sent):
    sent.judge("a.contrat", "a_corriger")
    services.accept_remaining_answers(sent.judging, sent.audit)
    assert sent.submitted().verdicts["a.contrat"].verdict is ReviewVerdict.TO_CORRECT
    assert sent.submitted().left == ()
    with pytest.raises(Refused, match="demande votre avis"):
        services.accept_remaining_answers(sent.judging, sent.audit)


@pytest.mark.parametrize(
    "facts", [{"expires_on": date(2026, 11, 1)}, {"issued_on": date(2025, 6, 1)}, {"verdict": EvidenceVerdict.REJECTED}]
)
def test_an_answer_whose_proof_does_not_hold_waits_for_a_word(session, app, facts):
    case = case_of(session)
    case.proofs["a.chiffre"] = None
    case.answer()
    case.prove(**facts)
    case.send()
    assert "a.chiffre" not in services.accept_remaining_answers(case.judging, case.audit)


# --- proofs


def test_a_proof_is_verified_once_and_the_score_is_told(session, sent):
    proof = sent.proofs["a.chiffre"]
    services.judge_evidence(sent.judging, sent.audit, proof, EvidenceVerdict.VERIFIED, "Périmètre lu.")
    services.judge_evidence(sent.judging, sent.audit, proof, EvidenceVerdict.VERIFIED, "Périmètre lu.")
    assert (proof.verdict, proof.verified_by_id, proof.verified_at) == (EvidenceVerdict.VERIFIED, sent.reviewer.id, NOW)
    told = [job for job in jobs(session, "scorecards.on_evidence") if job.payload["evidence_id"] == proof.id]
    assert len(told) == 1
    assert journal(session, "evidence.judged")[-1].after == {"verdict": "verifie", "verdict_note": "Périmètre lu."}


def test_a_proof_is_set_aside_only_with_a_reason(sent):
    with pytest.raises(Refused, match="pourquoi ce fichier"):
        services.judge_evidence(sent.judging, sent.audit, sent.proofs["a.chiffre"], EvidenceVerdict.REJECTED, "")


def test_a_proof_examined_by_another_meanwhile_is_not_judged_over(session, sent):
    proof = sent.proofs["a.chiffre"]
    seen = evidence_fingerprint(proof)
    services.judge_evidence(sent.judging, sent.audit, proof, EvidenceVerdict.REJECTED, "Autre site.", seen=seen)
    with pytest.raises(Refused, match="entre-temps"):
        services.judge_evidence(sent.judging, sent.audit, proof, EvidenceVerdict.VERIFIED, "", seen=seen)


def test_a_proof_of_another_audit_or_not_yet_sent_is_not_judged(session, sent):
    foreign = sent_case(session, name="Autre Maison").proofs["a.chiffre"]
    with pytest.raises(NotFound):
        services.judge_evidence(sent.judging, sent.audit, foreign, EvidenceVerdict.VERIFIED, "")
    services.give_verdict(sent.judging, sent.audit, "a.chiffre", BAD)
    services.return_questions(sent.judging, sent.audit, due_on=SOON)
    draft = sent.prove(issued_on=date(2026, 11, 1))
    with pytest.raises(NotFound):
        services.judge_evidence(sent.judging, sent.audit, draft, EvidenceVerdict.VERIFIED, "")


# --- sending back


def test_only_the_marked_questions_go_back(session, sent):
    sent.judge_all()
    services.give_verdict(sent.judging, sent.audit, "b.mesures", BAD)
    assert services.return_questions(sent.judging, sent.audit, due_on=SOON) == ["b.mesures"]
    assert (sent.audit.state, sent.audit.round, sent.audit.due_on) == (AuditState.RETURNED, 2, SOON)
    entry = journal(session, "audit.returned")[-1]
    assert entry.after["questions"] == ["b.mesures"]
    assert entry.before["due_on"] == "2026-12-24"


def test_the_vendor_is_written_to_with_the_day_and_a_link_to_the_work(session, sent):
    services.give_verdict(sent.judging, sent.audit, "b.mesures", BAD)
    services.return_questions(sent.judging, sent.audit, due_on=SOON)
    (mail,) = mails(session, "returned")
    assert mail.recipient == sent.contact.email
    assert mail.payload["link"] == f"vendor_space.audit?audit_id={sent.audit.id}&pour={sent.vendor.id}"
    letter = render(mail.template, mail.language, {**mail.payload["values"], "link": "https://x"})
    assert "mardi 8 décembre 2026" in letter.body
    assert letter.subject.startswith("Une question vous revient")


def test_nothing_marked_nothing_returned(sent):
    sent.judge_all(a_contrat="a_corriger")
    with pytest.raises(Refused, match="Aucune question"):
        services.return_questions(sent.judging, sent.audit, due_on=SOON)


def test_a_day_gone_by_is_no_deadline(sent):
    services.give_verdict(sent.judging, sent.audit, "b.mesures", BAD)
    with pytest.raises(Refused, match="déjà passée"):
        services.return_questions(sent.judging, sent.audit, due_on=NOW.date() - timedelta(days=1))


def returned(case, *keys):
    for key in keys:
        services.give_verdict(case.judging, case.audit, key, BAD)
    services.return_questions(case.judging, case.audit, due_on=SOON)


def test_what_was_sent_back_is_judged_again_even_unchanged(sent):
    sent.judge_all()
    returned(sent, "b.mesures")
    sent.send()
    submitted = sent.submitted()
    assert submitted.left == ("b.mesures",)
    assert submitted.verdicts["a.contrat"].round == 1, "an answer that did not move keeps its verdict"
    with pytest.raises(Refused, match=r"sans verdict\W+1"):
        services.accept_audit(sent.judging, sent.audit)


def test_a_question_that_appears_in_a_later_round_is_judged(session, app):
    case = sent_case(session, a_chiffre="non")
    case.judge_all()
    assert "b.texte" not in {q.key for q in case.submitted().asked}
    returned(case, "a.chiffre")
    case.answer(a_chiffre="partiel")
    case.send()
    assert case.submitted().left == ("a.chiffre", "b.texte")


def test_while_the_vendor_answers_again_the_reviewer_sees_what_was_sent(sent):
    sent.judge_all()
    returned(sent, "a.contrat")
    sent.answer(a_contrat="non")
    submitted = sent.submitted()
    assert submitted.answer("a.contrat").value == "oui"
    assert submitted.verdicts["a.contrat"].verdict is ReviewVerdict.TO_CORRECT, "the verdict that sent it back shows"
    assert submitted.marked == ()
    sent.send()
    assert sent.submitted().answer("a.contrat").value == "non"


def test_a_verdict_of_the_first_round_may_be_changed_in_the_second(sent):
    sent.judge_all()
    returned(sent, "b.mesures")
    sent.send()
    sent.judge("a.contrat", "ameliorable")
    verdicts = sent.submitted().verdicts
    assert (verdicts["a.contrat"].verdict, verdicts["a.contrat"].round) == (ReviewVerdict.IMPROVABLE, 2)


# --- accepting


def test_an_audit_is_accepted_once_every_answer_is_judged(session, sent):
    with pytest.raises(Refused, match=r"sans verdict\W+8"):
        services.accept_audit(sent.judging, sent.audit)
    sent.judge_all()
    assert services.accept_audit(sent.judging, sent.audit) == []
    assert (sent.audit.state, sent.audit.accepted_at) == (AuditState.ACCEPTED, NOW)
    with pytest.raises(Refused, match="Seul un questionnaire envoyé"):
        services.accept_audit(sent.judging, sent.audit)
    assert [job.payload for job in jobs(session, "scorecards.on_acceptance")] == [{"audit_id": sent.audit.id}]


def test_an_audit_with_questions_to_send_back_is_not_accepted(sent):
    sent.judge_all()
    services.give_verdict(sent.judging, sent.audit, "b.mesures", BAD)
    with pytest.raises(Refused, match="renvoyez-les"):
        services.accept_audit(sent.judging, sent.audit)


def test_bad_answers_open_findings_with_the_action_written_in_the_questionnaire(session, sending):
    case = sending(a_contrat="non", a_chiffre="partiel", a_role="autre")
    case.judge_all(a_contrat="a_corriger", a_chiffre="ameliorable", a_role="a_corriger")
    opened = {finding.subject: finding for finding in services.accept_audit(case.judging, case.audit)}
    assert {key: finding.severity for key, finding in opened.items()} == {
        "a.contrat": Severity.CRITICAL, "a.chiffre": Severity.MINOR, "a.role": Severity.MAJOR,
    }  # fmt: skip
    contract = opened["a.contrat"]
    assert (contract.title, contract.action, contract.proof_expected) == (
        "Pas de contrat signé", "Signer le contrat.", "Contrat signé.",
    )  # fmt: skip
    assert opened["a.chiffre"].title == "Réponse insuffisante\u202f: Chiffrez-vous les données\u202f?", (
        "no fault is named"
    )
    assert (contract.responsible, contract.due_on) == ("Nuage Clair SAS", date(2026, 12, 9)), "15 days"
    assert "Corriger la situation" in opened["a.role"].action
    assert mails(session, "accepted")[0].payload["values"]["count"] == 3


def test_an_answer_found_acceptable_opens_nothing_whatever_the_file_says(sending):
    case = sending(a_contrat="non")
    case.judge_all()
    assert services.accept_audit(case.judging, case.audit) == []


def test_a_finding_already_open_is_not_opened_twice_and_counts_for_the_vendor(session, sending):
    case = sending(a_contrat="non")
    case.judge_all(a_contrat="a_corriger")
    services.open_finding_on_answer(case.judging, case.audit, "a.contrat", action(title="À ma façon"))
    assert services.accept_audit(case.judging, case.audit) == []
    assert [f.title for f in session.scalars(select(Finding))] == ["À ma façon"]
    (mail,) = mails(session, "accepted")
    assert [found["title"] for found in mail.payload["values"]["findings"]] == ["À ma façon"]
    assert mail.payload["link"] == f"vendor_space.findings?pour={case.vendor.id}", "where they are, not the home"


def next_audit(case, **changes):
    """The same vendor a year later: asked again, answered with these changes and judged bad where they are."""
    later = sent_case(case.session, name="Autre", **changes)
    later.audit.vendor_id, later.audit.vendor = case.vendor.id, case.vendor
    case.session.flush()
    later.judge_all(a_contrat="a_corriger")
    return later


@pytest.mark.parametrize("settled", [None, FindingState.CLOSED, FindingState.WAIVED])
def test_the_same_gap_the_next_year_is_the_same_finding_open_again_if_it_was_settled(session, app, sending, settled):
    case = sending(a_contrat="partiel")
    case.judge_all(a_contrat="a_corriger")
    [finding] = services.accept_audit(case.judging, case.audit)
    amend_finding(case.judging, finding, action(title="À ma façon", due_on=SOON))
    if settled is not None:
        settle(case.judging, finding, settled)
    later = next_audit(case, a_contrat="non")
    [again] = services.accept_audit(case.judging, later.audit)
    assert (again.id, again.state, again.opened_at) == (finding.id, FindingState.OPEN, NOW)
    assert again.severity is Severity.CRITICAL, "graver than a year before"
    assert (again.title, again.due_on) == (
        ("À ma façon", SOON) if settled is None else ("Pas de contrat signé", date(2026, 12, 9))
    )
    links = session.scalars(select(AuditFinding).order_by(AuditFinding.id)).all()
    assert [(link.audit_id, link.finding_id) for link in links] == [
        (case.audit.id, finding.id), (later.audit.id, finding.id),
    ]  # fmt: skip
    with app.test_request_context():
        seen = [sighting.place for sighting in finding_sightings(case.judging, finding.id)]
    assert len(seen) == 2, "revu dans l'audit du…"


def test_findings_are_written_in_the_language_of_the_vendor(sending):
    case = sending(language=Language.EN, a_contrat="non")
    case.judge_all(a_contrat="a_corriger")
    (finding,) = services.accept_audit(case.judging, case.audit)
    assert (finding.title, finding.action) == ("No signed contract", "Sign the contract.")


# --- withdrawing


def test_an_audit_still_with_its_vendor_is_withdrawn_with_a_reason(session, app):
    case = case_of(session)
    with pytest.raises(Refused, match="pourquoi"):
        services.cancel_audit(case.judging, case.audit, "")
    services.cancel_audit(case.judging, case.audit, "Doublon.")
    assert case.audit.state is AuditState.CANCELLED
    assert mails(session, "cancelled")[0].recipient == case.contact.email
    with pytest.raises(Refused, match="encore chez le prestataire"):
        services.cancel_audit(case.judging, case.audit, "Encore.")


def test_what_was_sent_is_not_withdrawn(sent):
    with pytest.raises(Refused):
        services.cancel_audit(sent.judging, sent.audit, "Trop tard.")


# --- findings


def test_a_finding_opened_by_hand_waits_for_the_closing_and_is_told_there_with_the_others(session, sent):
    services.open_finding_on_answer(sent.judging, sent.audit, "a.contrat", action())
    assert not session.scalars(select(Notice)).all()
    with pytest.raises(Refused, match="déjà ouvert"):
        services.open_finding_on_answer(sent.judging, sent.audit, "a.contrat", action())


def test_a_finding_is_about_a_question_that_was_asked_and_due_in_the_future(sent):
    with pytest.raises(NotFound):
        services.open_finding_on_answer(sent.judging, sent.audit, "z.inconnu", action())
    with pytest.raises(Refused, match="déjà passée"):
        services.open_finding_on_answer(sent.judging, sent.audit, "a.role", action(due_on=date(2026, 11, 23)))


# --- asking one vendor


def test_one_vendor_is_asked_and_a_newcomer_gets_a_link_that_opens_its_account(session, app):
    vendor = vendor_of(session)
    contact_of(session, vendor)
    dpo = Context(session, SYSTEM, NOW)
    asked = services.open_and_invite(dpo, vendor, examined(), due_on=SOON)
    assert (asked.invited, asked.audit.vendor_id, asked.audit.due_on) == (1, vendor.id, SOON)
    (mail,) = mails(session, "asked")
    assert mail.payload["link"] == "identity.invitation"
    assert mail.payload["token"]
    assert session.scalars(select(User).where(User.email == mail.recipient)).one().password_hash is None
    assert "8 décembre" in render(mail.template, mail.language, {**mail.payload["values"], "link": "x"}).body


@pytest.mark.both_databases
def test_the_invitation_of_a_second_audit_says_how_many_answers_are_there(session, app, backend):
    case = accepted(sent_case(session))
    case.at = NOW + timedelta(days=365)  # one of the eight rests on a proof that has expired
    day = SOON + timedelta(days=365)
    asked = services.open_and_invite(case.judging, case.vendor, examined(), due_on=day)
    assert asked.audit.carries
    mail = mails(session, "asked")[-1]
    told = render(mail.template, mail.language, {**mail.payload["values"], "link": "x"}).body
    assert "7 réponses sur 8 sont déjà là" in " ".join(told.split())


def test_the_invitation_of_a_first_audit_promises_nothing(session, app):
    vendor = vendor_of(session)
    contact_of(session, vendor)
    asked = services.open_and_invite(Context(session, SYSTEM, NOW), vendor, examined(), due_on=SOON)
    assert not asked.audit.carries
    (mail,) = mails(session, "asked")
    assert "déjà là" not in render(mail.template, mail.language, {**mail.payload["values"], "link": "x"}).body


def test_someone_with_an_account_lands_on_the_questionnaire(session, app):
    case = sent_case(session)
    case.judge_all()
    services.accept_audit(case.judging, case.audit)
    asked = services.open_and_invite(case.judging, case.vendor, examined(), due_on=SOON)
    (mail,) = mails(session, "asked")
    assert mail.recipient == case.contact.email
    assert mail.payload["link"] == f"vendor_space.audit?audit_id={asked.audit.id}&pour={case.vendor.id}"


def test_the_same_questionnaire_is_not_asked_twice_at_once(session, app):
    case = case_of(session)
    with pytest.raises(Refused, match="déjà en cours"):
        services.open_and_invite(case.judging, case.vendor, examined(), due_on=SOON)
    services.cancel_audit(case.judging, case.audit, "Doublon.")
    assert services.open_and_invite(case.judging, case.vendor, examined(), due_on=SOON).audit.id != case.audit.id


def test_a_vendor_without_contact_is_asked_and_nobody_told(session, app):
    assert (
        services.open_and_invite(Context(session, SYSTEM, NOW), vendor_of(session), examined(), due_on=SOON).invited
        == 0
    )


def test_who_may_not_open_an_audit_asks_nobody(session, app):
    buyer = case_of(session).acting(user_of(session, Role.BUYER))
    with pytest.raises(Forbidden):
        services.open_and_invite(buyer, vendor_of(session), examined(), due_on=SOON)


# --- telling the reviewers


def test_reviewers_are_told_once_that_a_vendor_has_sent(session, sent):
    english = user_of(session, Role.DPO, language=Language.EN)
    user_of(session, Role.DPO, disabled_at=NOW)
    user_of(session, Role.LEGAL)
    system = Context(session, SYSTEM, NOW)
    tasks.tell_reviewers(system, audit_id=sent.audit.id, round=1)
    tasks.tell_reviewers(system, audit_id=sent.audit.id, round=1)
    told = session.scalars(select(Notice)).all()
    assert {notice.user_id for notice in told} == {sent.reviewer.id, english.id}
    assert {notice.about for notice in told} == {f"audit:{sent.audit.id}"}
    assert "Examination" in render(told[0].template, Language.EN, told[0].values).subject


def test_a_job_that_comes_late_tells_nobody_of_what_is_over(session, sent):
    returned(sent, "b.mesures")
    tasks.tell_reviewers(Context(session, SYSTEM, NOW), audit_id=sent.audit.id, round=1)
    assert not session.scalars(select(Notice)).all()


def test_the_receipt_is_mailed_to_whoever_sent_and_to_the_people_in_charge_as_the_answers_are_sent(session, sent):
    (mail,) = mails(session, "received")
    assert (mail.recipient, mail.queued_at) == (sent.contact.email, NOW), "in the transaction of the sending"
    assert mail.payload["link"].startswith(f"vendor_space.receipt?audit_id={sent.audit.id}&number=1")
    assert len(mail.payload["values"]["sha256"]) == 64
