from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.core.mail import render
from portal.core.stored import StoredFile
from portal.findings import queries, services, tasks
from portal.findings.models import Finding, FindingMessage, MergedFinding
from portal.findings.rules import ClosingBasis, FindingAct, FindingState, Severity, StaleReason, state_after
from portal.findings.services import CorrectiveAction, FindingSource
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.vendors.models import Contact, Vendor
from tests.conftest import NOW
from tests.factories.findings import WHY, settle
from tests.factories.review import sent_case
from tests.factories.two_at_once import both, overlapping
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
    assert entry.before == {"due_on": "2026-12-08", "postponements": 0}
    assert entry.after == {"due_on": "2027-01-15", "postponements": 1}
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
    settle(sent.judging, finding)
    assert (finding.state, finding.closed_at, finding.closing_reason) == (FindingState.CLOSED, NOW, WHY)
    assert told(session) == ["settled"]  # what waited was answered before any digest
    for act in (
        lambda: services.reply_to_finding(sent.answering, finding, "Encore."),
        lambda: services.send_message_to_vendor(sent.judging, finding, "Encore."),
        lambda: services.amend_finding(sent.judging, finding, action(title="Autre")),
        lambda: settle(sent.judging, finding, FindingState.WAIVED),
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


def test_reopening_says_why_and_the_journal_keeps_why_it_was_closed(session, sent, finding):
    with pytest.raises(Refused, match="déjà ouvert"):
        services.reopen_finding(sent.judging, finding, "Pour rien.")
    settle(sent.judging, finding, FindingState.WAIVED, "Accepté par la direction.")
    with pytest.raises(Refused, match="pourquoi"):
        services.reopen_finding(sent.judging, finding, "")
    services.reopen_finding(sent.judging, finding, "Un incident le montre.")
    assert (finding.state, finding.closed_at, finding.closing_reason) == (FindingState.OPEN, None, "")
    entry = journal(session, "finding.reopened")[-1]
    assert entry.before["closing_reason"] == "Accepté par la direction."
    assert entry.after["reason"] == "Un incident le montre."


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


def answered(session, sent, finding):
    message = services.reply_to_finding(sent.answering, finding, "Fait.")
    tasks.tell_finding_answered(Context(session, SYSTEM, NOW), finding_id=finding.id, message_id=message.id)
    assert len(notices(session, "notice_answered")) == 1
    return message


@pytest.mark.parametrize(
    "act",
    [
        settle,
        lambda ctx, finding: settle(ctx, finding, FindingState.WAIVED),
        lambda ctx, finding: services.fail_retest(ctx, finding, WHY),
        lambda ctx, finding: services.send_message_to_vendor(ctx, finding, "Il manque la page 3."),
    ],
)
def test_no_digest_asks_to_close_what_we_acted_on_since_the_vendor_answered(session, sent, finding, act):
    message = answered(session, sent, finding)
    act(sent.judging, finding)
    assert notices(session, "notice_answered") == []
    # Nor does the job, when we were quicker than it.
    tasks.tell_finding_answered(Context(session, SYSTEM, NOW), finding_id=finding.id, message_id=message.id)
    assert notices(session, "notice_answered") == []


def test_an_answer_that_waits_for_us_is_still_told_after_what_is_expected_was_reworded(session, sent, finding):
    answered(session, sent, finding)
    services.amend_finding(sent.judging, finding, action(title="Autre"))
    assert len(notices(session, "notice_answered")) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_no_digest_asks_for_a_date_that_was_decided(session, sent, finding, accepted):
    services.propose_date(sent.answering, finding, SOON + timedelta(days=7), "Le matériel arrive plus tard.")
    assert len(notices(session, "notice_date")) == 1
    services.decide_date(sent.judging, finding, finding.proposed_due_on, accepted=accepted)
    assert notices(session, "notice_date") == []


def test_no_digest_gives_the_former_day_of_what_a_letter_made_due_tomorrow(session, sent, finding):
    assert told(session) == ["opened"]
    services.amend_finding(sent.judging, finding, action(due_on=NOW.date() + timedelta(days=1)))
    assert session.scalars(select(Mail).where(Mail.template == "findings/emails/changed")).all()
    assert told(session) == []


def test_no_digest_tells_the_vendor_to_answer_a_message_that_it_answered(session, sent, finding):
    services.send_message_to_vendor(sent.judging, finding, "Il manque la page 3.")
    assert told(session) == ["opened", "message"]
    services.reply_to_finding(sent.answering, finding, "La voici.")
    assert told(session) == []


@pytest.mark.parametrize(
    "what",
    [
        "opened",
        "amended",
        "message",
        "failed",
        "date_accepted",
        "date_refused",
        "settled",
        "reopened",
    ],
)
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


@pytest.mark.parametrize("ended", [FindingState.CLOSED, FindingState.WAIVED])
def test_a_settled_finding_seen_again_is_open_again_with_its_messages_and_its_first_day(session, sent, finding, ended):
    services.reply_to_finding(sent.answering, finding, "Signé.")
    settle(sent.judging, finding, ended)
    later = Context(session, sent.judging.actor, NOW + timedelta(days=400))
    wanted = action(due_on=SOON + timedelta(days=400), title="De nouveau")
    again = services.open_finding(later, sent.vendor, SOURCE, finding.subject, wanted)
    assert again.id == finding.id
    assert (again.state, again.opened_at, again.closed_at, again.closing_reason) == (FindingState.OPEN, NOW, None, "")
    assert (again.title, again.due_on) == ("De nouveau", SOON + timedelta(days=400))
    assert session.scalars(select(FindingMessage.text).where(FindingMessage.finding_id == again.id)).all() == ["Signé."]
    entry = journal(session, "finding.reopened")[-1]
    assert (entry.before["closing_reason"], entry.after["origin"]) == (WHY, "case_sample:7")
    assert told(session) == ["settled" if ended is FindingState.CLOSED else "waived", "reopened"]


def test_a_live_finding_seen_again_is_amended_and_stays_as_open_as_it_was(session, sent, finding):
    services.reply_to_finding(sent.answering, finding, "Signé.")
    services.open_finding(sent.judging, sent.vendor, SOURCE, finding.subject, action(title="Mieux dit"))
    assert (finding.state, finding.title) == (FindingState.ANSWERED, "Mieux dit")
    assert told(session) == ["amended"]
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
    settle(sent.judging, finding)
    assert services.continued_action(finding, lighter) == lighter
    assert services.continued_action(None, lighter) == lighter


def test_a_finding_that_was_merged_is_found_by_the_number_it_had_and_its_history_with_it(session, sent, finding):
    settle(sent.judging, finding)
    kept = services.open_finding(sent.judging, sent.vendor, SOURCE, "refund-late", action())
    session.add(MergedFinding(id=987654, finding_id=kept.id, content={}))
    entry = journal(session, "finding.opened")[-1]
    table = JournalEntry.__table__
    held = session.execute(select(table).where(table.c.id == entry.id)).mappings().one()
    before = {**held, "id": entry.id + 500, "object_id": 987654, "hash": "0" * 64}
    session.execute(insert(table).values(before))
    assert queries.get_finding(sent.judging, 987654, to=Permission.FINDING_VIEW).id == kept.id
    assert [one.id for one in queries.history_of(sent.judging, kept)] == [entry.id + 500, entry.id]
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
    settle(sent.judging, made)
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


def test_a_gap_seen_at_the_moment_when_its_finding_is_closed_is_open_again(committed):
    with committed.transaction() as session:
        vendor_id = vendor_of(session).id
        ctx = Context(session, SYSTEM, NOW)
        number = services.open_finding(ctx, session.get_one(Vendor, vendor_id), SOURCE, "refund-late", action()).id

    def close(ctx):
        services.pass_retest(ctx, queries.get_finding(ctx, number, to=Permission.FINDING_WORK), WHY)

    def see_again(ctx):
        vendor = ctx.session.get_one(Vendor, vendor_id)
        return services.open_finding(ctx, vendor, SOURCE, "refund-late", action()).state

    assert overlapping(committed, close, see_again, read=Finding) == [None, FindingState.OPEN]
    with committed.reading() as session:
        noted = select(JournalEntry.action).where(JournalEntry.object_type == "Finding").order_by(JournalEntry.id)
        assert session.scalars(noted).all() == ["finding.opened", "finding.clos", "finding.reopened"]
        assert session.get_one(Finding, number).state is FindingState.OPEN


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


# --- the table of acts, retests, acceptances, other dates


def does(act, sent, finding):
    """One act, as its side does it."""
    ours, theirs = sent.judging, sent.answering
    finding.proposed_due_on = SOON + timedelta(days=7) if act is FindingAct.DECIDE_DATE else None
    sent.session.flush()
    return {
        FindingAct.AMEND: lambda: services.amend_finding(ours, finding, action(title="Dit autrement")),
        FindingAct.SEE_AGAIN: lambda: services.open_finding(ours, sent.vendor, SOURCE, finding.subject, action()),
        FindingAct.ASK: lambda: services.send_message_to_vendor(ours, finding, "Et ?"),
        FindingAct.REPLY: lambda: services.reply_to_finding(theirs, finding, "Voici."),
        FindingAct.ASSIGN: lambda: services.assign_finding(theirs, finding, person(sent)),
        FindingAct.PROPOSE_DATE: lambda: services.propose_date(theirs, finding, SOON + timedelta(days=9), LATER),
        FindingAct.DECIDE_DATE: lambda: services.decide_date(ours, finding, finding.proposed_due_on, accepted=False),
        FindingAct.CONFIRM: lambda: services.pass_retest(ours, finding, WHY),
        FindingAct.FAIL_RETEST: lambda: services.fail_retest(ours, finding, WHY),
        FindingAct.WAIVE: lambda: services.waive_finding(ours, finding, WHY, SOON),
        FindingAct.REOPEN: lambda: services.reopen_finding(ours, finding, WHY),
    }[act]


LATER = "La mise à jour arrive la semaine suivante."


def person(sent):
    return sent.session.scalars(select(Contact).where(Contact.vendor_id == sent.vendor.id)).one()


@pytest.mark.parametrize("act", [one for one in FindingAct if one is not FindingAct.SEE_AGAIN])
def test_an_act_leads_where_the_table_says_and_is_refused_everywhere_else(sent, finding, act):
    for state in FindingState:
        finding.state = state
        if (after := state_after(act, state)) is None:
            with pytest.raises(Refused):
                does(act, sent, finding)()
            assert finding.state is state
        else:
            does(act, sent, finding)()
            assert finding.state is after


def test_the_vendor_does_nothing_that_is_ours(sent, finding):
    theirs = sent.answering
    services.propose_date(theirs, finding, SOON + timedelta(days=9), LATER)
    for act in (
        lambda: services.pass_retest(theirs, finding, WHY),
        lambda: services.fail_retest(theirs, finding, WHY),
        lambda: services.waive_finding(theirs, finding, WHY, SOON),
        lambda: services.reopen_finding(theirs, finding, WHY),
        lambda: services.decide_date(theirs, finding, finding.proposed_due_on, accepted=True),
    ):
        with pytest.raises(Forbidden):
            act()
    assert (finding.state, finding.due_on) == (FindingState.OPEN, SOON)


def test_nothing_is_closed_on_a_proof_that_nobody_gave_nor_on_one_given_before_it_was_asked_again(sent, finding):
    proof = sent.session.get_one(StoredFile, sent.proofs["a.chiffre"].stored_file_id)
    for words in ("", "ok", "!!! 12 345 !!!"):
        with pytest.raises(Refused, match="pourquoi"):
            services.pass_retest(sent.judging, finding, words)
    services.reply_to_finding(sent.answering, finding, "C'est fait, croyez-nous.")
    with pytest.raises(Refused, match="Aucune preuve"):
        services.pass_retest(sent.judging, finding, WHY, ClosingBasis.PROOF)
    services.reply_to_finding(sent.answering, finding, "Voici.", proof)
    sent.at = NOW + timedelta(hours=1)
    services.fail_retest(sent.judging, finding, "La pièce concerne un autre service.")
    assert (finding.state, finding.failed_retests, finding.asked_at) == (FindingState.OPEN, 1, sent.at)
    with pytest.raises(Refused, match="Aucune preuve"):
        services.pass_retest(sent.judging, finding, WHY, ClosingBasis.PROOF)
    services.reply_to_finding(sent.answering, finding, "La bonne.", proof)
    services.pass_retest(sent.judging, finding, WHY, ClosingBasis.PROOF)
    assert (finding.state, finding.closing_basis) == (FindingState.CLOSED, ClosingBasis.PROOF)
    assert finding.closed_by == sent.reviewer.name


def test_a_retest_that_fails_is_read_by_the_vendor(session, sent, finding):
    services.reply_to_finding(sent.answering, finding, "Fait.")
    services.fail_retest(sent.judging, finding, "Il manque la signature.")
    last = session.scalars(select(FindingMessage).order_by(FindingMessage.id.desc())).first()
    assert (last.text, last.internal, last.from_vendor) == ("Il manque la signature.", False, False)
    assert told(session) == ["failed"]
    assert journal(session, "finding.retest_failed")[-1].after["failed_retests"] == 1


def test_an_acceptance_has_a_reason_and_a_last_day_within_what_its_severity_allows(sent, finding):
    last = NOW.date() + timedelta(days=180)
    for until in (None, NOW.date(), last + timedelta(days=1)):
        with pytest.raises(Refused, match="jusqu"):
            services.waive_finding(sent.judging, finding, WHY, until)
    with pytest.raises(Refused, match="pourquoi"):
        services.waive_finding(sent.judging, finding, "oui", last)
    services.waive_finding(sent.judging, finding, WHY, last)
    services.waive_finding(sent.judging, finding, "Toujours vrai cette année.", last)
    assert (finding.waivers, finding.waived_level, finding.closed_by) == (2, -1, sent.reviewer.name)
    assert finding.planned.stale(NOW.date(), sent.vendor.level_points) is None
    sent.vendor.level_points = 7300
    assert finding.planned.stale(NOW.date(), 7300) is StaleReason.LEVEL_MOVED
    services.reopen_finding(sent.judging, finding, "Le service continue.")
    assert (finding.state, finding.waived_until, finding.waivers) == (FindingState.OPEN, None, 2)


def test_another_date_moves_nothing_until_we_accept_it_and_every_delay_is_counted(session, sent, finding):
    theirs = sent.answering
    saturday = SOON + timedelta(days=4)
    for day in (SOON, SOON - timedelta(days=1), NOW.date() + timedelta(days=63)):
        with pytest.raises(Refused, match="Proposez un jour"):
            services.propose_date(theirs, finding, day, LATER)
    with pytest.raises(Refused, match="pourquoi"):
        services.propose_date(theirs, finding, saturday, "?")
    services.propose_date(theirs, finding, saturday, LATER)
    monday = saturday + timedelta(days=2)
    assert (finding.due_on, finding.proposed_due_on, finding.postponements) == (SOON, monday, 0)
    assert [one.values["proposed_on"] for one in notices(session, "notice_date")] == [str(monday)]
    with pytest.raises(Refused, match="attend plus de réponse"):
        services.decide_date(sent.judging, finding, saturday, accepted=True)
    services.decide_date(sent.judging, finding, monday, accepted=False)
    assert (finding.due_on, finding.proposed_due_on, finding.postponements) == (SOON, None, 0)
    for times in (1, 2, 3):
        services.propose_date(theirs, finding, finding.due_on + timedelta(days=7), LATER)
        services.decide_date(sent.judging, finding, finding.proposed_due_on, accepted=True)
        assert (finding.postponements, finding.first_due_on) == (times, SOON)
    with pytest.raises(Refused, match="repoussée 3 fois"):
        services.propose_date(theirs, finding, finding.due_on + timedelta(days=7), LATER)
    services.amend_finding(sent.judging, finding, action(due_on=finding.due_on + timedelta(days=7)))
    assert finding.postponements == 4, "what we put off ourselves counts as well"
    assert told(session)[1:3] == ["date_refused", "date_accepted"]


def test_what_is_agreed_is_never_due_on_a_day_off(sent):
    christmas = services.open_finding(sent.judging, sent.vendor, SOURCE, "a", action(due_on=date(2026, 12, 25)))
    assert christmas.due_on == date(2026, 12, 28)
    services.amend_finding(sent.judging, christmas, action(due_on=date(2027, 1, 2)))
    assert christmas.due_on == date(2027, 1, 4)


def test_whoever_is_in_charge_is_one_of_the_vendor(session, sent, finding):
    other = sent_case(session, name="Autre Maison")
    mine, stranger = person(sent), person(other)
    with pytest.raises(Refused, match="chez ce prestataire"):
        services.assign_finding(sent.answering, finding, stranger)
    services.assign_finding(sent.answering, finding, mine)
    assert (finding.contact_id, finding.responsible) == (mine.id, mine.name)
    for act in (
        lambda: services.assign_finding(other.answering, finding, stranger),
        lambda: services.propose_date(other.answering, finding, SOON + timedelta(days=9), LATER),
    ):
        with pytest.raises(NotFound):
            act()
