from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audits import queries, services
from portal.audits.models import Answer
from portal.audits.rules import AuditState
from portal.audits.services import PostedAnswer
from portal.authz.policy import Permission, Role
from portal.core.errors import NotFound, Refused
from portal.core.stale import StaleWrite, fingerprint
from portal.journal.models import JournalEntry
from tests.factories.spaces import SIGNATORY, answer_all, proof_of

pytestmark = pytest.mark.both_databases


def stored(session, audit, key):
    return session.scalars(
        select(Answer).where(Answer.audit_id == audit.id, Answer.question_key == key)
    ).one_or_none()  # fmt: skip


def test_an_answer_is_kept_with_its_version_its_author_and_the_progress(session, space, admin):
    saved = services.save_answer(admin, space.audit, "a.choix", posted="nous", comment=" Bien. ", base=0)
    assert (saved.version, saved.value, saved.comment) == (1, "nous", "Bien.")
    assert (saved.answered, saved.expected) == (1, 6)
    row = stored(session, space.audit, "a.choix")
    assert (row.updated_by_id, row.updated_at) == (space.admin.id, admin.now)
    assert space.audit.state is AuditState.IN_PROGRESS


def test_saving_again_raises_the_version_and_journals_before_and_after(session, space, admin):
    services.save_answer(admin, space.audit, "b.delai", posted="30", comment="", base=0)
    saved = services.save_answer(admin, space.audit, "b.delai", posted="15", comment="", base=1)
    assert saved.version == 2
    session.commit()
    entry = session.scalars(
        select(JournalEntry).where(JournalEntry.action == "answer.saved").order_by(JournalEntry.id.desc())
    ).first()
    assert (entry.before["value"], entry.after["value"]) == ("30", "15")
    assert entry.vendor_id == space.vendor.id


def test_the_same_answer_again_writes_nothing_and_never_conflicts(session, space, admin, colleague):
    services.save_answer(admin, space.audit, "b.delai", posted="30", comment="", base=0)
    session.commit()
    entries = session.scalar(select(func.count(JournalEntry.id)))
    again = services.save_answer(colleague, space.audit, "b.delai", posted=" 30 ", comment="", base=0)
    session.commit()
    assert again.version == 1
    assert session.scalar(select(func.count(JournalEntry.id))) == entries
    assert stored(session, space.audit, "b.delai").updated_by_id == space.admin.id


def test_the_slower_of_two_people_gets_both_texts_and_overwrites_nothing(session, space, admin, colleague):
    services.save_answer(colleague, space.audit, "a.choix", posted="autre", comment="Le siège", base=0)
    with pytest.raises(StaleWrite) as caught:
        services.save_answer(admin, space.audit, "a.choix", posted="nous", comment="", base=0)
    theirs = caught.value.theirs
    assert (theirs.value, theirs.comment, theirs.version) == ("autre", "Le siège", 1)
    assert (theirs.by, theirs.at) == (space.respondent.name, colleague.now)
    assert stored(session, space.audit, "a.choix").value == {"v": "autre"}
    settled = services.save_answer(admin, space.audit, "a.choix", posted="nous", comment="", base=theirs.version)
    assert settled.version == 2


def test_a_late_second_save_conflicts_as_a_late_first_one_does(space, admin, colleague):
    services.save_answer(admin, space.audit, "b.delai", posted="1", comment="", base=0)
    services.save_answer(colleague, space.audit, "b.delai", posted="2", comment="", base=1)
    with pytest.raises(StaleWrite):
        services.save_answer(admin, space.audit, "b.delai", posted="3", comment="", base=1)


def test_the_name_of_someone_who_is_not_of_the_vendor_is_not_told(session, space, admin, acting):
    dpo = acting(Role.DPO)
    session.add(
        Answer(
            audit_id=space.audit.id, question_key="b.delai", value={"v": "9"}, updated_at=admin.now,
            updated_by_id=dpo.actor.id,
        )
    )  # fmt: skip
    session.flush()
    with pytest.raises(StaleWrite) as caught:
        services.save_answer(admin, space.audit, "b.delai", posted="1", comment="", base=0)
    assert caught.value.theirs.by == ""


@pytest.mark.parametrize("base", [5, -1])
def test_a_version_nobody_gave_is_a_conflict_and_not_a_way_in(session, space, admin, base):
    with pytest.raises(StaleWrite):
        services.save_answer(admin, space.audit, "b.delai", posted="1", comment="", base=base)
    assert stored(session, space.audit, "b.delai") is None


def test_what_is_not_acceptable_is_refused_with_its_sentence(space, admin):
    with pytest.raises(Refused, match="au plus 365"):
        services.save_answer(admin, space.audit, "b.delai", posted="400", comment="", base=0)


def test_a_comment_that_was_not_posted_stays(space, admin):
    services.save_answer(admin, space.audit, "a.choix", posted="autre", comment="Le siège", base=0)
    saved = services.save_answer(admin, space.audit, "a.choix", posted="nous", comment=None, base=1)
    assert saved.comment == "Le siège"


def test_what_the_answer_still_owes_is_told_with_it(space, admin):
    saved = services.save_answer(admin, space.audit, "a.choix", posted="autre", comment="", base=0)
    assert [owed.reason.value for owed in saved.owed] == ["comment"]
    assert saved.answered == 0


def test_an_answer_opens_the_questions_that_depend_on_it(space, admin):
    with pytest.raises(Refused, match="pas ouverte"):
        services.save_answer(admin, space.audit, "a.suite", posted="AES", comment="", base=0)
    assert "a.suite" in services.save_answer(admin, space.audit, "a.chiffre", posted="oui", comment="", base=0).shown
    assert services.save_answer(admin, space.audit, "a.suite", posted="AES", comment="", base=0).version == 1


def test_another_vendor_s_audit_does_not_exist(space, stranger):
    with pytest.raises(NotFound):
        services.save_answer(stranger, space.audit, "b.delai", posted="1", comment="", base=0)


def test_a_question_of_no_questionnaire_does_not_exist(space, admin):
    with pytest.raises(NotFound):
        services.save_answer(admin, space.audit, "z.inconnue", posted="1", comment="", base=0)


@pytest.mark.parametrize("state", [AuditState.SUBMITTED, AuditState.ACCEPTED, AuditState.CANCELLED])
def test_nothing_is_answered_once_it_is_not_the_vendor_s_turn(session, space, admin, state):
    space.audit.state = state
    session.flush()
    with pytest.raises(Refused):
        services.save_answer(admin, space.audit, "b.delai", posted="1", comment="", base=0)
    sheet = services.open_answers_to_write(admin, space.audit.id)
    with pytest.raises(Refused):
        services.save_section(admin, sheet, [PostedAnswer("b.delai", "1")])
    assert stored(session, space.audit, "b.delai") is None


def test_a_returned_round_opens_only_what_was_returned(session, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=space.admin.language, signatory=SIGNATORY)
    space.audit.state, space.audit.round = AuditState.RETURNED, 2
    space.audit.returned_questions = ["b.delai"]
    session.flush()
    sheet = queries.open_sheet(admin, space.audit.id, to=Permission.SPACE_VIEW)
    assert sheet.open_keys == {"b.delai"}
    with pytest.raises(Refused, match="pas ouverte"):
        services.save_answer(admin, space.audit, "a.choix", posted="autre", comment="", base=1)
    assert services.save_answer(admin, space.audit, "b.delai", posted="10", comment="", base=1).version == 2


def test_a_returned_answer_opens_what_it_newly_asks(session, space, admin):
    answer_all(admin, space.audit, but=frozenset({"a.suite", "a.chiffre"}))
    services.save_answer(admin, space.audit, "a.chiffre", posted="non", comment="", base=0)
    services.submit_answers(admin, space.audit, language=space.admin.language, signatory=SIGNATORY)
    space.audit.state, space.audit.round = AuditState.RETURNED, 2
    space.audit.returned_questions = ["a.chiffre"]
    session.flush()
    services.save_answer(admin, space.audit, "a.chiffre", posted="oui", comment="", base=1)
    sheet = queries.open_sheet(admin, space.audit.id, to=Permission.SPACE_VIEW)
    assert sheet.open_keys == {"a.chiffre", "a.suite"}


def test_a_section_is_saved_whole_and_one_refused_does_not_hold_the_others_back(session, space, admin):
    sheet = services.open_answers_to_write(admin, space.audit.id)
    kept = services.save_section(
        admin,
        sheet,
        [
            PostedAnswer("b.delai", "beaucoup"),
            PostedAnswer("b.jour", "2026-01-31"),
            PostedAnswer("b.liste", [{"nom": "Hôte"}]),
        ],
    )
    assert set(kept.refused) == {"b.delai"}
    assert stored(session, space.audit, "b.delai") is None
    assert stored(session, space.audit, "b.jour").value == {"v": "2026-01-31"}
    assert stored(session, space.audit, "b.liste").value == {"v": [{"nom": "Hôte"}]}
    assert space.audit.answered == 2


def test_a_section_answers_a_question_that_the_same_section_makes_visible_and_drops_one_it_hides(session, space, admin):
    sheet = services.open_answers_to_write(admin, space.audit.id)
    kept = services.save_section(admin, sheet, [PostedAnswer("a.suite", "AES"), PostedAnswer("a.chiffre", "oui")])
    assert kept.appeared == {"a.suite"}
    assert stored(session, space.audit, "a.suite").value == {"v": "AES"}
    kept = services.save_section(
        admin, kept.sheet, [PostedAnswer("a.chiffre", "non", base=1), PostedAnswer("a.suite", "RSA", base=1)]
    )
    assert not kept.refused
    assert stored(session, space.audit, "a.suite").value == {"v": "AES"}, "hidden, left as it was"


def test_an_answer_left_as_it_was_shown_does_not_conflict_with_the_colleague_who_changed_it(space, admin, colleague):
    services.save_answer(admin, space.audit, "b.delai", posted="30", comment="", base=0)
    services.save_answer(colleague, space.audit, "b.delai", posted="10", comment="", base=1)
    sheet = services.open_answers_to_write(admin, space.audit.id)
    untouched = PostedAnswer("b.delai", "30", "", base=1, seen=fingerprint("30", ""))
    kept = services.save_section(admin, sheet, [untouched])
    assert not kept.refused
    assert kept.sheet.answers["b.delai"].value == "10"
    assert set(services.save_section(admin, sheet, [replace(untouched, posted="40")]).refused) == {"b.delai"}


def test_a_sheet_is_read_and_a_section_saved_with_few_statements(session, space, admin, statements):
    services.open_answers_to_write(admin, space.audit.id)  # the questionnaire itself is read once per process
    session.commit()
    statements.clear()
    sheet = services.open_answers_to_write(admin, space.audit.id)
    assert len(statements) == 2
    services.save_section(
        admin,
        sheet,
        [PostedAnswer("a.chiffre", "oui"), PostedAnswer("a.choix", "nous"), PostedAnswer("a.mesures", ["mfa"])],
    )
    session.commit()
    # Three answers, the audit's progress, the end of the journal (with its lock on PostgreSQL) and its entries.
    assert len(statements) <= 2 + 3 + 1 + 3


def test_locking_reads_what_others_wrote_since(session, space, admin, database):
    """The session may hold an audit read before a slow upload: what it knows of it must be read anew."""
    assert services.open_answers_to_write(admin, space.audit.id).audit.state is AuditState.OPENED
    session.commit()
    with database.session(write=True) as other:
        other.get_one(type(space.audit), space.audit.id).state = AuditState.CANCELLED
        other.commit()
    assert services.open_answers_to_write(admin, space.audit.id).audit.state is AuditState.CANCELLED


def test_when_answers_were_changed_is_known_to_the_sheet(space, admin):
    services.save_answer(admin, space.audit, "b.delai", posted="1", comment="", base=0)
    later = replace(admin, now=admin.now + timedelta(hours=1))
    services.save_answer(later, space.audit, "b.delai", posted="2", comment="", base=1)
    assert services.open_answers_to_write(admin, space.audit.id).touched == {"b.delai": later.now}


def test_whoever_saw_what_is_still_stored_is_not_late(session, space, admin, colleague):
    """A file attached meanwhile makes a row of an empty answer; changed and changed back, it is the same answer."""
    services.attach_proof(colleague, space.audit, "a.chiffre", proof_of(session, space.vendor))
    assert services.save_answer(admin, space.audit, "a.chiffre", posted="oui", comment="", base=0).version == 2
    services.save_answer(colleague, space.audit, "b.delai", posted="1", comment="", base=0)
    services.save_answer(colleague, space.audit, "b.delai", posted="2", comment="", base=1)
    services.save_answer(colleague, space.audit, "b.delai", posted="1", comment="", base=2)
    entry = PostedAnswer("b.delai", "5", "", base=1, seen=fingerprint("1", ""))
    assert services.save_posted_answer(admin, services.open_answers_to_write(admin, space.audit.id), entry).version == 4
