from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.core.mail import render
from portal.findings import services, tasks
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import FindingState, Severity
from portal.findings.services import CorrectiveAction, FindingSource
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.factories.review import sent_case
from tests.factories.two_at_once import both
from tests.factories.world import vendor_of

SOON = date(2026, 12, 8)


def journal(session, action):
    session.commit()
    return session.scalars(select(JournalEntry).where(JournalEntry.action == action).order_by(JournalEntry.id)).all()


def mails(session, template):
    return session.scalars(select(Mail).where(Mail.template == f"findings/emails/{template}").order_by(Mail.id)).all()


def jobs(session, kind):
    return session.scalars(select(Job).where(Job.kind == kind)).all()


def action(**changes):
    values = {
        "severity": Severity.MAJOR, "title": "Écart", "action": "Corriger", "proof_expected": "Capture",
        "responsible": "Nuage Clair", "due_on": SOON,
    }  # fmt: skip
    return CorrectiveAction(**{**values, **changes})


@pytest.fixture
def finding(sent):
    return services.open_finding(
        sent.judging, sent.vendor, FindingSource("audit", sent.audit.id), "a.contrat", action()
    )


def test_what_changes_is_told_and_what_does_not_is_not(session, sent, finding):
    services.amend_finding(sent.judging, finding, action())
    assert not journal(session, "finding.amended")
    services.amend_finding(sent.judging, finding, action(due_on=date(2027, 1, 15)))
    entry = journal(session, "finding.amended")[-1]
    assert (entry.before, entry.after) == ({"due_on": "2026-12-08"}, {"due_on": "2027-01-15"})
    assert [mail.payload["values"]["what"] for mail in mails(session, "changed")] == [
        "opened",
        "amended",
    ]
    with pytest.raises(Refused, match="déjà passée"):
        services.amend_finding(sent.judging, finding, action(due_on=date(2026, 1, 1)))


def test_a_late_finding_may_be_reworded_without_moving_its_date(sent, finding):
    finding.due_on = date(2026, 11, 1)
    sent.session.flush()
    services.amend_finding(sent.judging, finding, action(title="Mieux dit", due_on=date(2026, 11, 1)))
    assert finding.title == "Mieux dit"


def test_the_vendor_answers_then_the_reviewer_then_it_is_closed(session, sent, finding):
    message = services.reply_to_finding(sent.answering, finding, "Signé le 20.", sent.proofs["a.chiffre"])
    assert finding.state is FindingState.ANSWERED
    assert [job.payload for job in jobs(session, "audits.tell_finding_answered")] == [
        {"finding_id": finding.id, "message_id": message.id}
    ]
    services.send_message_to_vendor(sent.judging, finding, "Il manque la page 3.")
    assert finding.state is FindingState.OPEN
    services.reply_to_finding(sent.answering, finding, "La voici.")
    services.settle_finding(sent.judging, finding, FindingState.CLOSED, "Page 3 reçue.")
    assert (finding.state, finding.closed_at, finding.closing_reason) == (FindingState.CLOSED, NOW, "Page 3 reçue.")
    assert [mail.payload["values"]["what"] for mail in mails(session, "changed")] == [
        "opened",
        "message",
        "settled",
    ]
    for act in (
        lambda: services.reply_to_finding(sent.answering, finding, "Encore."),
        lambda: services.send_message_to_vendor(sent.judging, finding, "Encore."),
        lambda: services.amend_finding(sent.judging, finding, action(title="Autre")),
        lambda: services.settle_finding(sent.judging, finding, FindingState.ACCEPTED_RISK, "Encore."),
    ):
        with pytest.raises(Refused, match="rouvrez-le"):
            act()


def test_an_internal_note_moves_nothing_and_reaches_nobody(session, sent, finding):
    services.reply_to_finding(sent.answering, finding, "Fait.")
    before = len(mails(session, "changed"))
    services.note_internally(sent.judging, finding, "Je n'y crois pas.")
    assert finding.state is FindingState.ANSWERED
    assert len(mails(session, "changed")) == before
    note = session.scalars(select(FindingMessage).where(FindingMessage.internal)).one()
    assert note.text == "Je n'y crois pas."


def test_a_finding_ends_corrected_or_accepted_and_always_with_a_reason(sent, finding):
    with pytest.raises(Refused, match="se clôt"):
        services.settle_finding(sent.judging, finding, FindingState.ANSWERED, "…")
    with pytest.raises(Refused, match="pourquoi"):
        services.settle_finding(sent.judging, finding, FindingState.ACCEPTED_RISK, "")


def test_reopening_says_why_and_the_journal_keeps_why_it_was_closed(session, sent, finding):
    with pytest.raises(Refused, match="déjà ouvert"):
        services.reopen_finding(sent.judging, finding, "Pour rien.")
    services.settle_finding(sent.judging, finding, FindingState.ACCEPTED_RISK, "Accepté par la direction.")
    with pytest.raises(Refused, match="pourquoi"):
        services.reopen_finding(sent.judging, finding, "")
    services.reopen_finding(sent.judging, finding, "Incident.")
    assert (finding.state, finding.closed_at, finding.closing_reason) == (FindingState.OPEN, None, "")
    entry = journal(session, "finding.reopened")[-1]
    assert entry.before["closing_reason"] == "Accepté par la direction."
    assert entry.after["reason"] == "Incident."


def test_an_empty_message_is_no_message(sent, finding):
    with pytest.raises(Refused, match="Écrivez"):
        services.reply_to_finding(sent.answering, finding, "")
    assert finding.state is FindingState.OPEN


def test_a_vendor_answers_its_own_findings_with_its_own_proofs(session, sent, finding):
    other = sent_case(session, name="Autre Maison")
    with pytest.raises(NotFound):
        services.reply_to_finding(other.answering, finding, "Moi ?")
    with pytest.raises(NotFound):
        services.reply_to_finding(sent.answering, finding, "Voici.", other.proofs["a.chiffre"])
    with pytest.raises(Forbidden):
        services.reply_to_finding(sent.judging, finding, "À sa place.")


def test_reviewers_are_told_that_a_finding_was_answered(session, sent, finding):
    message = services.reply_to_finding(sent.answering, finding, "Fait.")
    tasks.tell_finding_answered(Context(session, SYSTEM, NOW), finding_id=finding.id, message_id=message.id)
    (mail,) = mails(session, "answered")
    assert (mail.recipient, mail.payload["link"]) == (sent.reviewer.email, f"findings.show?finding_id={finding.id}")


@pytest.mark.parametrize("what", ["opened", "amended", "message", "settled", "reopened"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", ["findings/emails/changed", "audits/emails/finding"])
def test_every_word_about_a_finding_can_be_written_also_when_promised_before_the_template_moved(
    what, language, template
):
    values = {"name": "N", "what": what, "title": "T", "due_on": "2026-12-08", "organisation": "O", "link": "https://x"}
    letter = render(template, language, values)
    assert "T" in letter.subject
    assert "https://x" in letter.body


# --- a finding opened elsewhere than in an audit

SOURCE = FindingSource("case_sample", 7)


def test_a_gap_measured_elsewhere_is_a_finding_told_to_the_vendor_and_journaled_with_its_place(session, sent):
    made = services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-late", action())
    assert (made.audit_id, made.origin, made.origin_id, made.question_key) == (None, "case_sample", 7, "refund-late")
    assert made.state is FindingState.OPEN
    assert [mail.recipient for mail in mails(session, "changed")] == [sent.contact.email]
    [entry] = journal(session, "finding.opened")
    assert (entry.after["origin"], entry.after["question"]) == ("case_sample:7", "refund-late")


def test_one_thing_of_one_place_has_one_finding(sent):
    made = services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-late", action())
    with pytest.raises(Refused, match="déjà ouvert"):
        services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-late", action())
    others = [
        (SOURCE, "refund-short"), (replace(SOURCE, id=8), "refund-late"),
        (replace(SOURCE, kind="mystery_test"), "refund-late"),
    ]  # fmt: skip
    for source, subject in others:
        assert services.open_finding(sent.judging, sent.vendor, source, subject, action()).id != made.id
    assert services.findings_at(sent.judging, "case_sample", 7).keys() == {"refund-late", "refund-short"}
    assert services.findings_at(sent.judging, "case_sample", 9) == {}


def test_a_gap_measured_elsewhere_is_due_in_the_future_and_opened_by_whoever_works_findings(acting, sent):
    with pytest.raises(Refused, match="déjà passée"):
        services.open_finding(
            sent.judging, sent.vendor, SOURCE, "refund-late", action(due_on=NOW.date() - timedelta(days=1))
        )
    for role in (Role.LEGAL, Role.MANAGEMENT, Role.VENDOR_ADMIN):
        with pytest.raises(Forbidden):
            services.open_finding(acting(role), sent.vendor, SOURCE, "refund-late", action())


def test_it_is_answered_reworded_and_closed_as_any_other(session, sent):
    made = services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-late", action())
    services.reply_to_finding(sent.answering, made, "Corrigé.", None)
    assert made.state is FindingState.ANSWERED
    services.amend_finding(sent.judging, made, action(title="Autrement"))
    services.settle_finding(sent.judging, made, FindingState.CLOSED, "Nouvel échantillon sans faute.")
    assert (made.title, made.state) == ("Autrement", FindingState.CLOSED)


def test_of_two_people_who_open_the_same_one_at_the_same_moment_one_opens_it_and_the_other_is_told(committed):
    with committed.session(write=True) as session:
        vendor_id = vendor_of(session).id
        session.commit()

    def open_it(ctx, _number):
        return services.open_finding(ctx, ctx.session.get_one(Vendor, vendor_id), SOURCE, "refund-late", action()).id

    results = both(committed, open_it)
    assert [type(found) for found in sorted(results, key=str)] == [int, Refused], results
    with committed.reading() as session:
        assert len(session.scalars(select(Finding)).all()) == 1
