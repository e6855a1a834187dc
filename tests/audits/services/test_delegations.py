"""A part is given, followed and taken back; being given answers nothing, and takes no access from anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.audits import delegation_queries, queries, services
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services import DelegationOrder, NameWanted
from portal.authz.policy import Permission, Role
from portal.core import mail as post
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.identity.services import Person
from portal.jobs.models import Mail
from portal.notices.models import Notice
from portal.vendors.colleagues import invite_colleague
from portal.vendors.models import ColleagueInvitation, Membership
from tests.factories.spaces import SIGNATORY, answer_all, proof_of

pytestmark = pytest.mark.both_databases
NOTE = "Voir www.exemple.test avant midi"


@pytest.fixture
def secrets(portal_settings, app):
    return portal_settings.secrets


@pytest.fixture
def give(admin, space, secrets):
    """`give("b", "b.delai", email=…)` gives a part to the respondent, or to another address."""

    def made(section="b", question="", ctx=admin, **order):
        order.setdefault("email", space.respondent.email)
        return services.give_part(ctx, secrets, space.audit.id, section, question, DelegationOrder(**order))

    return made


def later(ctx, **days):
    return replace(ctx, now=ctx.now + timedelta(**days))


def parts(ctx, space):
    sheet = queries.open_sheet(ctx, space.audit.id, to=Permission.SPACE_VIEW)
    return delegation_queries.delegated_parts(ctx, sheet)


def test_a_part_is_never_done_because_it_was_given(space, admin, colleague, give):
    row = give("b", note=NOTE)
    [part] = parts(admin, space)
    assert (part.total, part.left, part.is_done, part.colleague) == (4, 3, False, space.respondent.name)
    sheet = queries.open_sheet(colleague, space.audit.id, to=Permission.AUDIT_ANSWER)
    assert services.finish_part(colleague, sheet, row) == ["b.delai", "b.document", "b.liste"]
    assert row.done_at is None, "saying that it is done does not make it so"
    answer_all(colleague, space.audit)
    sheet = queries.open_sheet(colleague, space.audit.id, to=Permission.AUDIT_ANSWER)
    assert services.finish_part(colleague, sheet, row) == []
    assert row.done_at == colleague.now
    assert parts(admin, space)[0].is_done
    emptied = services.save_answer(colleague, space.audit, "b.delai", posted="", comment="", base=1)
    assert emptied.answered < emptied.expected
    assert not parts(admin, space)[0].is_done, "what was said to be done and is not any more is not shown as done"


def test_handing_on_takes_no_access_from_anybody_and_any_administrator_sends(session, space, admin, colleague, give):
    give("a")
    give("b", "b.delai")
    answer_all(admin, space.audit, but=frozenset({"b.document"}))
    services.attach_proof(colleague, space.audit, "b.document", proof_of(session, space.vendor))
    with pytest.raises(Forbidden):
        services.submit_answers(colleague, space.audit, language=Language.FR, signatory=SIGNATORY)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    assert parts(admin, space) == []
    assert session.scalar(select(func.count()).where(Notice.about.like("delegation:%"))) == 0, "told of nothing to do"


def test_the_colleague_is_told_in_one_digest_in_our_words_alone(session, space, give):
    give("b", note=NOTE, due_on=space.audit.due_on)
    [notice] = session.scalars(select(Notice)).all()
    assert (notice.user_id, notice.template) == (space.respondent.id, "audits/emails/notice_part")
    assert NOTE not in str(notice.values)
    assert "confie=" in notice.values["page"]
    assert f"pour={space.vendor.id}" in notice.values["page"]
    assert session.scalars(select(Mail)).all() == []


def test_an_address_without_account_is_invited_and_the_note_stays_on_the_page(session, space, admin, give):
    with pytest.raises(NameWanted):
        give("b", email="aline@acme.test")
    give("b", email="Aline@acme.test ", name="Aline Roux", note=NOTE)
    [invitation] = session.scalars(select(ColleagueInvitation)).all()
    assert (invitation.email, invitation.role) == ("aline@acme.test", Role.VENDOR_RESPONDENT)
    [letter] = session.scalars(select(Mail)).all()
    assert NOTE not in str(letter.payload)
    give("a", email="aline@acme.test")
    assert session.scalar(select(func.count()).select_from(Mail)) == 1, "an invitation that waits is not sent twice"
    assert [(part.who, part.is_invited) for part in parts(admin, space)] == [("aline@acme.test", True)] * 2
    invitation.closed_at = admin.now
    session.flush()
    assert not any(part.is_invited for part in parts(admin, space)), "withdrawn: nobody is said to be invited"


def test_what_is_asked_of_one_stands_on_ones_home_the_soonest_first(admin, colleague, stranger, give, space):
    undated, dated = give("a"), give("b", due_on=admin.today + timedelta(days=3))
    assert [row.id for row, _ in delegation_queries.given_to_me(colleague)] == [dated.id, undated.id]
    for who in (admin, stranger, replace(colleague, actor=replace(colleague.actor, email=""))):
        assert delegation_queries.given_to_me(who) == []
    assert delegation_queries.first_given_to(admin, space.vendor.id, space.respondent.email) is undated


def test_whoever_may_not_invite_gives_to_colleagues_alone(session, space, colleague, give):
    with pytest.raises(Refused, match="demandez à un responsable"):
        give("b", ctx=colleague, email="aline@acme.test", name="Aline Roux")
    assert give("b", ctx=colleague, email=space.admin.email).given_by_id == space.respondent.id
    assert session.scalars(select(ColleagueInvitation)).all() == []


def test_the_invitations_of_a_day_are_counted_with_those_of_the_colleagues_page(session, space, admin, secrets, give):
    for number in range(10):
        person = Person(f"n{number}@acme.test", "Aline Roux", Role.VENDOR_RESPONDENT, Language.FR)
        invite_colleague(admin, secrets, space.vendor, person)
    with pytest.raises(Refused, match="invitations en un jour"):
        give("a", email="onze@acme.test", name="Aline Roux")
    assert parts(admin, space) == []


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"email": "aline@"}, "incomplète"),
        ({"note": "x" * 1001}, "caractères"),
        ({"due_on": -1}, "déjà passé"),
        ({"due_on": 31}, "d.ici là"),
    ],
)
def test_what_makes_no_sense_is_refused(admin, give, order, why):
    if isinstance(order.get("due_on"), int):
        order = {"due_on": admin.today + timedelta(days=order["due_on"])}
    with pytest.raises(Refused, match=why):
        give("b", **order)


def test_a_part_is_given_to_one_person_who_may_answer_and_exists(session, space, admin, stranger, secrets, give):
    give("b")
    for section, question in (("zz", ""), ("b", "a.choix")):
        with pytest.raises(NotFound):
            give(section, question)
    with pytest.raises(Refused, match="déjà confié"):
        give("b", email=space.respondent.email)
    with pytest.raises(Refused, match="votre propre adresse"):
        give("a", email=admin.actor.email)
    with pytest.raises(NotFound):
        services.give_part(stranger, secrets, space.audit.id, "a", "", DelegationOrder(space.respondent.email))
    held = session.scalars(select(Membership).where(Membership.user_id == space.respondent.id)).one()
    held.role = Role.VENDOR_READER
    with pytest.raises(Refused, match="lit seulement"):
        give("a")


def test_a_colleague_is_reminded_once_a_day_and_five_times_in_all(session, space, admin, secrets, give):
    row = give("b")
    with pytest.raises(Refused, match="laissez-lui un jour"):
        services.nudge_colleague(admin, secrets, space.audit.id, row.id)
    for day in range(1, 6):
        services.nudge_colleague(later(admin, days=day), secrets, space.audit.id, row.id)
        with pytest.raises(Refused, match="déjà partie"):
            services.nudge_colleague(later(admin, days=day, hours=1), secrets, space.audit.id, row.id)
    with pytest.raises(Refused, match="relances sont déjà parties"):
        services.nudge_colleague(later(admin, days=6), secrets, space.audit.id, row.id)
    assert row.nudges == 5
    assert session.scalar(select(func.count()).select_from(Mail)) == 0, "a nudge is a line of the digest"


def reminded(ctx, day, **more):
    return services.remind_colleagues(later(ctx, days=day), ctx.today + timedelta(days=day), **more)


def test_a_colleague_is_reminded_once_by_itself_when_the_date_has_come(session, space, admin, secrets, give):
    row = give("b", due_on=admin.today + timedelta(days=3), note=NOTE)
    session.execute(update(Notice).values(told_at=admin.now))
    assert [reminded(admin, day) for day in (0, 1, 2)] == [0, 0, 0]
    assert [reminded(admin, day) for day in (3, 3, 4)] == [1, 0, 0]
    services.nudge_colleague(later(admin, days=5), secrets, space.audit.id, row.id)
    assert reminded(admin, 6) == 0, "a nudge does not bring the reminder of the date back"
    [notice] = session.scalars(select(Notice).where(Notice.key.contains(":due:"))).all()
    assert (notice.user_id, notice.due_on) == (space.respondent.id, row.due_on)
    assert NOTE not in str(notice.values)
    assert post.render(notice.template, Language.FR, notice.values).subject.startswith("Rappel")


def test_of_an_invited_colleague_who_never_came_whoever_gave_the_part_is_told_once(session, space, admin, give):
    row = give("b", email="new@vendor.example", name="Nadia Brun", due_on=admin.today + timedelta(days=3))
    assert [reminded(admin, day) for day in (2, 3, 3, 4)] == [0, 1, 0, 0]
    [notice] = session.scalars(select(Notice).where(Notice.key.contains(":absent:"))).all()
    assert (notice.user_id, notice.due_on) == (admin.actor.id, row.due_on)
    assert post.render(notice.template, Language.EN, notice.values).subject.endswith("has not opened an account yet")
    assert session.scalar(select(func.count()).select_from(ColleagueInvitation)) == 1, "nothing is sent by itself"


def test_a_date_that_is_not_worked_is_told_the_last_working_day_before_it(admin, give):
    saturday = next(day for day in (admin.today + timedelta(days=n) for n in range(2, 9)) if day.weekday() == 5)
    give("b", due_on=saturday)
    before = (saturday - admin.today).days
    assert [reminded(admin, day) for day in (before - 2, before - 1)] == [0, 1]


def test_nobody_is_reminded_of_what_waits_no_longer(session, space, admin, colleague, secrets, give):
    soon = {"due_on": admin.today + timedelta(days=3)}
    give("b", "b.delai", **soon)
    services.save_answer(colleague, space.audit, "b.delai", posted="3", comment="", base=0)
    taken = give("a", **soon)
    services.take_back(admin, space.audit.id, taken.id)
    today = give("b", due_on=admin.today)
    assert reminded(admin, 0) == 0, "it was given this very day, which the digest says"
    today.done_at = admin.now
    assert reminded(admin, 3) == 0
    left = give("b", "b.document", **soon)
    assert reminded(admin, 3, optional=lambda _ctx, _sheet: {"b.document"}) == 0
    assert reminded(admin, 3) == 1
    session.get_one(Audit, space.audit.id).state = AuditState.SUBMITTED
    left.due_on = admin.today + timedelta(days=4)
    assert reminded(admin, 4) == 0, "it was sent"


def test_only_the_giver_and_administrators_follow_a_part(session, space, admin, colleague, stranger, secrets, give):
    row = give("b")
    with pytest.raises(Forbidden):
        services.take_back(colleague, space.audit.id, row.id)
    with pytest.raises(NotFound):
        services.take_back(stranger, space.audit.id, row.id)
    services.take_back(admin, space.audit.id, row.id)
    assert parts(admin, space) == []
    assert session.scalars(select(Notice)).all() == [], "whoever has nothing to do is told nothing"
    assert services.save_answer(colleague, space.audit, "b.delai", posted="3", comment="", base=0).answered == 1
    with pytest.raises(NotFound):
        services.nudge_colleague(later(admin, days=1), secrets, space.audit.id, row.id)


def test_nothing_is_given_in_an_audit_that_was_sent(session, space, admin, give):
    answer_all(admin, session.get_one(Audit, space.audit.id))
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    with pytest.raises(Refused, match="déjà envoyé"):
        give("b")
