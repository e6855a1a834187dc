"""A thread under a question: asked, answered, closed by somebody; told in digests, never by a mail of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audits import services, thread_queries
from portal.audits.exchange_models import QuestionMessage
from portal.audits.rules import AuditState
from portal.audits.waiting_exchanges import waiting_exchanges
from portal.authz.policy import Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.jobs.models import Mail
from portal.notices.models import Notice
from tests.factories.people import user_of

pytestmark = pytest.mark.both_databases
KEY = "a.choix"


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


def thread(ctx, space, key=KEY):
    return thread_queries.threads_of(ctx, space.audit.id)[key]


def waiting(ctx):
    return [(one.audit_id, one.question_key) for one in waiting_exchanges(ctx, most=5)]


def test_a_question_waits_for_us_until_somebody_answers_it(session, space, colleague, dpo):
    services.ask_about_question(colleague, space.audit.id, KEY, " Parlez-vous du groupe ? ")
    assert thread(dpo, space).waits
    assert waiting(dpo) == [(space.audit.id, KEY)]
    [told] = session.scalars(select(Notice)).all()
    assert (told.user_id, told.template) == (dpo.actor.id, "audits/emails/notice_question")
    services.answer_question(dpo, space.audit.id, KEY, "Du seul service rendu.")
    assert not thread(dpo, space).waits
    assert waiting(dpo) == []
    people = set(session.scalars(select(Notice.user_id)))
    assert people == {space.admin.id, space.respondent.id}, "whoever asked, and the people in charge; nobody of ours"
    assert session.scalars(select(Mail)).all() == [], "one digest, never a mail a message"
    services.ask_about_question(colleague, space.audit.id, KEY, "Merci.")
    assert waiting(dpo) == [(space.audit.id, KEY)]


def test_a_thread_is_closed_by_somebody_or_not_at_all(session, ctx, space, colleague, dpo, acting):
    services.ask_about_question(colleague, space.audit.id, KEY, "Merci.")
    with pytest.raises(Forbidden):
        services.close_thread(ctx, space.audit.id, KEY)  # the system is nobody
    with pytest.raises(NotFound):
        services.close_thread(acting(Role.LEGAL), space.audit.id, KEY)  # reads, and does not review
    with pytest.raises(NotFound):
        services.close_thread(colleague, space.audit.id, KEY)
    assert thread(dpo, space).waits
    closing = services.close_thread(dpo, space.audit.id, KEY)
    assert (closing.author_id, closing.author_name, closing.text) == (dpo.actor.id, dpo.actor.name, "")
    assert thread(dpo, space).is_closed
    assert waiting(dpo) == []
    with pytest.raises(Refused):
        services.close_thread(dpo, space.audit.id, KEY)
    services.ask_about_question(colleague, space.audit.id, KEY, "Encore une chose.")
    assert waiting(dpo) == [(space.audit.id, KEY)], "the vendor opens it again by writing"


def test_a_thread_is_of_one_vendor_and_of_a_question_that_was_asked(session, space, colleague, stranger, dpo):
    for who, audit_id, key in ((stranger, space.audit.id, KEY), (colleague, space.audit.id, "zz")):
        with pytest.raises(NotFound):
            services.ask_about_question(who, audit_id, key, "Bonjour ?")
    with pytest.raises(NotFound):
        services.answer_question(dpo, space.audit.id, KEY, "Réponse à personne.")
    buyer = replace(dpo, actor=replace(dpo.actor, role=Role.BUYER, id=user_of(session, Role.BUYER).id))
    assert waiting(buyer) == []


def test_what_is_empty_too_long_or_too_much_is_refused_and_said(session, space, colleague):
    for text, why in ((" ", "Écrivez"), ("x" * 4001, "4000 caractères")):
        with pytest.raises(Refused, match=why):
            services.ask_about_question(colleague, space.audit.id, KEY, text)
    for number in range(50):
        session.add(QuestionMessage(
            vendor_id=space.vendor.id, audit_id=space.audit.id, question_key=KEY, at=colleague.now,
            author_name="Ana", from_vendor=True, text=f"{number}",
        ))  # fmt: skip
    session.flush()
    with pytest.raises(Refused, match="en un jour"):
        services.ask_about_question(colleague, space.audit.id, KEY, "51")
    tomorrow = replace(colleague, now=colleague.now + timedelta(days=1, minutes=1))
    services.ask_about_question(tomorrow, space.audit.id, KEY, "51")


def test_questions_go_on_after_sending_and_end_with_the_audit(session, space, colleague, dpo):
    space.audit.state = AuditState.SUBMITTED
    services.ask_about_question(colleague, space.audit.id, KEY, "Avez-vous vu notre précision ?")
    space.audit.state = AuditState.ACCEPTED
    with pytest.raises(Refused, match="clos"):
        services.ask_about_question(colleague, space.audit.id, KEY, "Et maintenant ?")
    services.answer_question(dpo, space.audit.id, KEY, "Oui.")
    assert thread(colleague, space).count == 2


def test_the_statements_do_not_grow_with_the_threads(session, space, colleague, dpo, statements):
    services.ask_about_question(colleague, space.audit.id, KEY, "Un ?")
    statements.clear()
    waiting(dpo)
    one = len(statements)
    for key in ("a.chiffre", "b.delai", "b.liste"):
        services.ask_about_question(colleague, space.audit.id, key, "Deux ?")
    statements.clear()
    assert len(waiting(dpo)) == 4
    assert len(statements) == one == 1
    assert session.scalar(select(func.count()).select_from(QuestionMessage)) == 4
