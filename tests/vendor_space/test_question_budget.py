"""A vendor is told that the rest is optional, in one sentence whatever its level, and may stop there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.audits import services
from portal.audits.services import DelegationOrder, IncompleteAnswers
from portal.authz.context import Context
from portal.core.errors import Refused
from portal.core.language import Language
from portal.scorecards.queries import spared_in
from portal.scorecards.services import take_snapshot
from tests.conftest import NOW
from tests.factories.review import SIGNATORY, case_of
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_user

SAID = "La question restante est facultative."


def answered(session, **answers):
    """A vendor that has answered all but `a.role`."""
    case = case_of(session)
    case.answer(a_role="", **answers)
    session.commit()
    return case


def good(session):
    return answered(session, a_contrat="oui", a_chiffre="non")


def bad(session):
    return answered(session, a_contrat="non", a_chiffre="non")


def send(case):
    sent = services.submit_answers(
        case.answering, case.audit, language=Language.FR, signatory=SIGNATORY, optional=spared_in
    )
    case.session.commit()
    return sent


def test_the_vendor_reads_the_same_words_whichever_way_its_level_goes(session, as_, app):
    pages = []
    for case in (good(session), bad(session)):
        place = f"/espace/audits/{case.audit.id}"
        client = as_(case.contact)
        assert SAID in client.get(place).words
        assert SAID in client.get(f"{place}/sections/a").words
        (content,) = client.get(f"{place}/envoi").all("//main")
        pages.append(" ".join(content.text_content().split()))
    assert pages[0] == pages[1]
    assert SAID in pages[0]


def finished(page, where):
    return len(page.all(f"//*[contains(@class, '{where}')]//span[contains(@class, 'stepper__mark--done')]"))


def test_a_section_where_only_optional_questions_are_left_is_not_told_as_unfinished(session, as_, app):
    case = good(session)
    client, place = as_(case.contact), f"/espace/audits/{case.audit.id}"
    for page, where in ((client.get(place), "stepper--open"), (client.get(f"{place}/sections/b"), "stepper__list")):
        assert finished(page, where) == 2
    other = answered(session, a_contrat="oui", a_chiffre="oui")
    found = as_(other.contact).get(f"/espace/audits/{other.audit.id}")
    assert finished(found, "stepper--open") == 1, "what may still change the level is owed"


def test_a_colleague_is_done_once_only_optional_questions_are_left_in_the_part(session, as_, app, portal_settings):
    case = good(session)
    giver = vendor_user(session, case.vendor)
    ctx = Context(session, actor_of(giver, case.vendor), NOW)
    order = DelegationOrder(case.contact.email)
    row = services.give_part(ctx, portal_settings.secrets, case.audit.id, "a", "", order)
    session.commit()
    client, place = as_(case.contact), f"/espace/audits/{case.audit.id}/sections/a?confie={row.id}"
    page = client.get(place)
    assert "Ce qui reste est facultatif." in page.words
    assert "sans réponse" not in page.words
    assert "Ce qui reste est facultatif" in as_(giver).get(f"/espace/audits/{case.audit.id}").words
    with pytest.raises(Refused, match="rien à répondre"):
        services.nudge_colleague(
            replace(ctx, now=NOW + timedelta(days=1)), portal_settings.secrets, case.audit.id, row.id,
            optional=spared_in,
        )  # fmt: skip
    client.post(place, {"then": "suite"})
    session.refresh(row)
    assert row.done_at is not None


def test_nothing_is_said_while_an_answer_may_still_change_the_level(session, as_, app):
    case = answered(session, a_contrat="oui", a_chiffre="oui")
    words = as_(case.contact).get(f"/espace/audits/{case.audit.id}/envoi").words
    assert "facultative" not in words
    assert "Il manque encore un point" in words
    with pytest.raises(IncompleteAnswers):
        send(case)


@pytest.mark.both_databases
def test_what_is_left_out_is_sent_as_not_asked_and_the_grade_is_the_one_it_would_have_been(session, app, backend):
    case = bad(session)
    sent = send(case)
    assert sent.content["optional"] == ["a.role"]
    assert "a.role" not in sent.content["answers"]
    assert "a.role" not in case.submitted().left
    assert take_snapshot(case.judging, case.audit, reason="asked").grade == "E"


def test_without_the_rule_every_question_is_to_be_answered(session, app):
    with pytest.raises(IncompleteAnswers):
        bad(session).send()


@pytest.mark.parametrize("asked_again", [True, False])
def test_in_a_later_round_it_stays_optional_unless_the_reviewer_asks_for_it(session, app, asked_again):
    case = bad(session)
    send(case)
    case.judge("b.mesures", "a_corriger", comment="Lesquelles ?", to_return=True)
    keys = services.return_questions(case.judging, case.audit, due_on=case.judging.today, with_optional=asked_again)
    assert keys == (["a.role", "b.mesures"] if asked_again else ["b.mesures"])
    session.commit()
    sheet = case.sheet()
    assert ("a.role" in sheet.open_keys) is asked_again
    assert ("a.role" in {item.question for item in sheet.missing}) is asked_again


def test_a_reviewer_sees_how_many_were_left_out_and_may_ask_for_them(session, as_, app):
    case = bad(session)
    send(case)
    client, place = as_(case.reviewer), f"/audits/{case.audit.id}"
    assert "1 question laissée facultative" in client.get(place).words
    form = client.get(f"{place}/renvoi")
    assert "Demander aussi les questions laissées facultatives" in form.words
    client.post(f"{place}/renvoi", {"due_on": "2026-12-20", "with_optional": "y"}, page=f"{place}/renvoi")
    session.expire_all()
    assert case.audit.returned_questions == ["a.role"]
