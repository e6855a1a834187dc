from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.core.mail import render
from portal.core.stored import StoredFile
from portal.findings import queries, services, tasks
from portal.findings.models import Finding, FindingMessage, MergedFinding
from portal.findings.rules import FindingState, Severity
from portal.findings.services import CorrectiveAction, FindingSource
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.factories.review import sent_case
from tests.factories.two_at_once import both
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases

SOON = date(2026, 12, 8)


def journal(session, action):
    session.commit()
    return session.scalars(select(JournalEntry).where(JournalEntry.action == action).order_by(JournalEntry.id)).all()


def notices(session, template="notice"):
    wanted = f"findings/emails/{template}"
    return session.scalars(select(Notice).where(Notice.template == wanted).order_by(Notice.id)).all()


def told(session):
    return [notice.values["what"] for notice in notices(session)]


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
    assert told(session) == [
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
    message = services.reply_to_finding(
        sent.answering, finding, "Signé le 20.", session.get_one(StoredFile, sent.proofs["a.chiffre"].stored_file_id)
    )
    assert finding.state is FindingState.ANSWERED
    assert [job.payload for job in jobs(session, "audits.tell_finding_answered")] == [
        {"finding_id": finding.id, "message_id": message.id}
    ]
    services.send_message_to_vendor(sent.judging, finding, "Il manque la page 3.")
    assert finding.state is FindingState.OPEN
    services.reply_to_finding(sent.answering, finding, "La voici.")
    services.settle_finding(sent.judging, finding, FindingState.CLOSED, "Page 3 reçue.")
    assert (finding.state, finding.closed_at, finding.closing_reason) == (FindingState.CLOSED, NOW, "Page 3 reçue.")
    assert told(session) == [
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
    before = len(notices(session))
    services.note_internally(sent.judging, finding, "Je n'y crois pas.")
    assert finding.state is FindingState.ANSWERED
    assert len(notices(session)) == before
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


def test_a_vendor_answers_its_own_findings(session, sent, finding):
    other = sent_case(session, name="Autre Maison")
    with pytest.raises(NotFound):
        services.reply_to_finding(other.answering, finding, "Moi ?")
    with pytest.raises(Forbidden):
        services.reply_to_finding(sent.judging, finding, "À sa place.")


def test_reviewers_are_told_that_a_finding_was_answered(session, sent, finding):
    message = services.reply_to_finding(sent.answering, finding, "Fait.")
    tasks.tell_finding_answered(Context(session, SYSTEM, NOW), finding_id=finding.id, message_id=message.id)
    (notice,) = notices(session, "notice_answered")
    assert (notice.user_id, notice.about) == (sent.reviewer.id, f"finding:{finding.id}")


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
    assert made.subject == "refund-late"
    assert made.state is FindingState.OPEN
    assert [notice.user_id for notice in notices(session)] == [sent.contact.id]
    about = f"finding:{made.id}"
    assert not session.scalars(select(Mail).where(Mail.about == about)).all(), "it waits for the morning"
    [entry] = journal(session, "finding.opened")
    assert (entry.after["origin"], entry.after["question"]) == ("case_sample:7", "refund-late")


def test_a_subject_of_a_vendor_is_one_finding_whatever_shows_it(session, sent):
    made = services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-late", action())
    for source in (SOURCE, replace(SOURCE, id=8), replace(SOURCE, kind="mystery_test")):
        assert services.open_finding(sent.judging, sent.vendor, source, "refund-late", action()).id == made.id
    assert services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-short", action()).id != made.id
    other = sent_case(session, name="Autre Maison")
    assert services.open_finding(other.judging, other.vendor, SOURCE, "refund-late", action()).id != made.id
    assert told(session) == ["opened", "opened", "opened"]
    seen = [entry.after["origin"] for entry in journal(session, "finding.seen_again")]
    assert seen == ["case_sample:7", "case_sample:8", "mystery_test:7"]


def test_two_rows_of_one_subject_are_refused_by_the_table_itself(session, sent, finding):
    values = {column.key: getattr(finding, column.key) for column in Finding.__table__.columns if column.key != "id"}
    session.add(Finding(**values))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@pytest.mark.parametrize("ended", [FindingState.CLOSED, FindingState.ACCEPTED_RISK])
def test_a_settled_finding_seen_again_is_open_again_with_its_messages_and_its_first_day(session, sent, finding, ended):
    services.reply_to_finding(sent.answering, finding, "Signé.")
    services.settle_finding(sent.judging, finding, ended, "Vu.")
    later = Context(session, sent.judging.actor, NOW + timedelta(days=400))
    wanted = action(due_on=SOON + timedelta(days=400), title="De nouveau")
    again = services.open_finding(later, sent.vendor, SOURCE, finding.subject, wanted)
    assert again.id == finding.id
    assert (again.state, again.opened_at, again.closed_at, again.closing_reason) == (FindingState.OPEN, NOW, None, "")
    assert (again.title, again.due_on) == ("De nouveau", SOON + timedelta(days=400))
    assert session.scalars(select(FindingMessage.text).where(FindingMessage.finding_id == again.id)).all() == ["Signé."]
    entry = journal(session, "finding.reopened")[-1]
    assert (entry.before["closing_reason"], entry.after["origin"]) == ("Vu.", "case_sample:7")
    assert told(session) == ["opened", "settled", "reopened"]


def test_a_live_finding_seen_again_is_amended_and_stays_as_open_as_it_was(session, sent, finding):
    services.reply_to_finding(sent.answering, finding, "Signé.")
    services.open_finding(sent.judging, sent.vendor, SOURCE, finding.subject, action(title="Mieux dit"))
    assert (finding.state, finding.title) == (FindingState.ANSWERED, "Mieux dit")
    assert told(session) == ["opened", "amended"]
    past = action(due_on=NOW.date() - timedelta(days=1))
    with pytest.raises(Refused, match="déjà passée"):
        services.open_finding(sent.judging, sent.vendor, SOURCE, finding.subject, past)


def test_what_is_proposed_for_a_live_finding_is_never_lighter_nor_later(sent, finding):
    lighter = action(severity=Severity.MINOR, due_on=SOON + timedelta(days=90), title="Nouvelle mesure")
    found = services.continued_action(finding, lighter)
    assert (found.severity, found.due_on, found.title) == (Severity.MAJOR, SOON, "Nouvelle mesure")
    graver = action(severity=Severity.CRITICAL, due_on=SOON - timedelta(days=9))
    assert services.continued_action(finding, graver) == graver
    assert services.agreed_action(finding) == action()
    services.settle_finding(sent.judging, finding, FindingState.CLOSED, "Vu.")
    assert services.continued_action(finding, lighter) == lighter
    assert services.continued_action(None, lighter) == lighter


def test_a_finding_that_was_merged_is_found_by_the_number_it_had_and_its_history_with_it(session, sent, finding):
    services.settle_finding(sent.judging, finding, FindingState.CLOSED, "Vu.")
    kept = services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-late", action())
    session.add(MergedFinding(id=987654, finding_id=kept.id, content={}))
    entry = journal(session, "finding.opened")[-1]
    session.execute(update(JournalEntry).where(JournalEntry.id == entry.id).values(object_id=987654))
    assert queries.get_finding(sent.judging, 987654, to=Permission.FINDING_VIEW).id == kept.id
    assert [one.id for one in queries.history_of(sent.judging, kept)] == [entry.id]
    message = services.reply_to_finding(sent.answering, kept, "Fait.")
    tasks.tell_finding_answered(Context(session, SYSTEM, NOW), finding_id=987654, message_id=message.id)
    assert notices(session, "notice_answered")[-1].about == f"finding:{kept.id}"
    with pytest.raises(NotFound):
        queries.get_finding(sent.judging, 987655, to=Permission.FINDING_VIEW)


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


def test_two_people_who_open_the_same_one_at_the_same_moment_have_one_finding_between_them(committed):
    with committed.session(write=True) as session:
        vendor_id = vendor_of(session).id
        session.commit()

    def open_it(ctx, number):
        vendor = ctx.session.get_one(Vendor, vendor_id)
        return services.open_finding(ctx, vendor, FindingSource("case_sample", number), "refund-late", action()).id

    first, second = both(committed, open_it)
    assert first == second
    with committed.reading() as session:
        assert len(session.scalars(select(Finding)).all()) == 1
        opened = session.scalars(select(JournalEntry.action).where(JournalEntry.object_type == "Finding"))
        assert sorted(opened) == ["finding.opened", "finding.seen_again"]


def test_a_file_that_came_with_a_message_is_read_by_whoever_sees_the_finding_and_its_files(session, as_, sent, finding):
    proof = sent.proofs["a.chiffre"]
    file = session.get_one(StoredFile, proof.stored_file_id)
    message = services.reply_to_finding(sent.answering, finding, "Voici.", file)
    assert queries.get_message_file(sent.judging, finding.id, message.id, to=Permission.EVIDENCE_VIEW).id == file.id
    for finding_id, message_id in ((finding.id + 1, message.id), (finding.id, message.id + 1)):
        with pytest.raises(NotFound):
            queries.get_message_file(sent.judging, finding_id, message_id, to=Permission.EVIDENCE_VIEW)
    session.commit()
    address = f"/audits/constats/{finding.id}/messages/{message.id}/fichier"
    assert as_(sent.reviewer).get(f"/audits/constats/{finding.id}").all(f"//a[@href='{address}']")
    as_(Role.MANAGEMENT).get(address, status=403)
    as_(Role.BUYER).get(address, status=404)
