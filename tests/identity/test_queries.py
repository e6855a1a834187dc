from dataclasses import replace
from datetime import timedelta

import pytest

from portal.authz.policy import Actor, Role
from portal.core.errors import NotFound
from portal.core.landing import Landing
from portal.identity import queries, services
from portal.identity.queries import AccountFilter, AccountState
from portal.jobs.models import Mail, MailState
from tests.factories.people import user_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def admin(acting):
    return acting(Role.ADMIN)


def names(page):
    return [row.name for row in page.rows]


def test_a_strangers_token_finds_no_session(ctx):
    assert queries.find_session(ctx.session, "0" * 43, ctx.now) is None


def test_accounts_are_listed_by_name_address_or_age(admin, ctx):
    for n, name in enumerate(["Zoé", "Anne", "Marc"]):
        user_of(ctx.session, Role.DPO, name=name, email=f"{9 - n}@exemple.test", created_at=ctx.now + timedelta(n))
    wanted = AccountFilter(role=Role.DPO)
    assert names(queries.accounts(admin, wanted)) == ["Anne", "Marc", "Zoé"]
    assert names(queries.accounts(admin, wanted, sort="-nom")) == ["Zoé", "Marc", "Anne"]
    assert names(queries.accounts(admin, wanted, sort="adresse")) == ["Marc", "Anne", "Zoé"]
    assert names(queries.accounts(admin, wanted, sort="-depuis")) == ["Marc", "Anne", "Zoé"]
    assert names(queries.accounts(admin, wanted, sort="inconnu")) == ["Anne", "Marc", "Zoé"]


def test_an_account_whose_newest_message_did_not_arrive_shows_it_until_one_does(admin, ctx):
    user = user_of(ctx.session, Role.DPO, email="anne@exemple.test")
    user_of(ctx.session, Role.DPO, email="marc@exemple.test")

    def sent(n, state):
        facts = {
            "template": "t",
            "recipient": user.email,
            "language": user.language,
            "payload": {},
            "subject": f"n° {n}",
        }
        ctx.session.add(Mail(message_id=f"<{n}@x>", queued_at=ctx.now, state=state, reason="550 unknown", **facts))
        ctx.session.flush()
        shown = queries.accounts(admin, AccountFilter(role=Role.DPO)).rows
        return {row.email: row.undelivered.subject for row in shown if row.undelivered}

    assert sent(1, MailState.SENT) == {}
    assert sent(2, MailState.REFUSED) == {"anne@exemple.test": "n° 2"}
    assert sent(3, MailState.PROMISED) == {"anne@exemple.test": "n° 2"}, "one under way says nothing yet"
    assert sent(4, MailState.SENT) == {}


def test_words_are_looked_for_in_names_and_addresses_without_wildcards(admin, ctx):
    user_of(ctx.session, Role.DPO, name="Anne 100%", email="anne@exemple.test")
    user_of(ctx.session, Role.DPO, name="Marc", email="marc@exemple.test")
    assert names(queries.accounts(admin, AccountFilter(words="ANNE@"))) == ["Anne 100%"]
    assert names(queries.accounts(admin, AccountFilter(words="100%"))) == ["Anne 100%"]
    assert names(queries.accounts(admin, AccountFilter(words="%", role=Role.DPO))) == ["Anne 100%"]


def test_each_state_is_found_and_shown(admin, ctx, secrets):
    waiting = user_of(ctx.session, Role.LEGAL, name="Waiting")
    services.invite(ctx, secrets, waiting, landing=Landing("dashboard.home"))
    late = user_of(ctx.session, Role.LEGAL, name="Late")
    services.invite(replace(ctx, now=ctx.now - timedelta(days=30)), secrets, late, landing=Landing("dashboard.home"))
    user_of(ctx.session, Role.LEGAL, name="Open", password_hash="x")
    user_of(ctx.session, Role.LEGAL, name="Closed", password_hash="x", disabled_at=ctx.now)
    found = {
        state: names(queries.accounts(admin, AccountFilter(role=Role.LEGAL, state=state))) for state in AccountState
    }
    assert found == {
        AccountState.INVITED: ["Late", "Waiting"],
        AccountState.OPEN: ["Open"],
        AccountState.CLOSED: ["Closed"],
    }
    shown = {row.name: row for row in queries.accounts(admin, AccountFilter(role=Role.LEGAL)).rows}
    assert shown["Waiting"].is_waiting
    assert not shown["Late"].is_waiting
    assert shown["Late"].invitation_until < ctx.now
    assert queries.account(admin, waiting.id) == shown["Waiting"]


def test_pages_hold_fifty_and_cost_the_same_statements_whatever_the_number(admin, ctx, statements):
    def cost(page=1):
        statements.clear()
        found = queries.accounts(admin, AccountFilter(), page=page)
        return found, len(statements)

    _few, first = cost()
    for _ in range(120):
        user_of(ctx.session, Role.BUYER)
    page, many = cost()
    assert (len(page.rows), page.total, many) == (50, 121, first)
    assert len(cost(page=3)[0].rows) == 21
    assert cost(page=4)[0].rows == []


def test_the_last_visit_is_that_of_any_session(admin, ctx, caller):
    user = user_of(ctx.session, Role.DPO)
    for days in (3, 1, 2):
        services.open_session(replace(ctx, now=ctx.now - timedelta(days=days)), user, caller)
    assert queries.account(admin, user.id).seen_at == ctx.now - timedelta(days=1)


def test_an_account_that_does_not_exist_is_not_found(admin, ctx):
    for read in (queries.get_user, queries.account):
        with pytest.raises(NotFound):
            read(admin, 10**6)
    with pytest.raises(NotFound):
        queries.me(ctx)


def test_one_sees_ones_own_open_sessions_only(ctx, caller):
    user, other = user_of(ctx.session, Role.DPO), user_of(ctx.session, Role.DPO)
    own = replace(ctx, actor=Actor(user.role, user.id))
    services.open_session(ctx, other, caller)
    services.open_session(replace(ctx, now=ctx.now - timedelta(hours=2)), user, caller)
    token = services.open_session(ctx, user, caller)
    mine = queries.find_session(ctx.session, token, ctx.now).session
    assert [one.id for one in queries.open_sessions(own)] == [mine.id]


def test_staff_to_choose_from_are_open_and_of_the_roles_asked(ctx):
    dpo = user_of(ctx.session, Role.DPO, name="B")
    legal = user_of(ctx.session, Role.LEGAL, name="A")
    user_of(ctx.session, Role.DPO, disabled_at=ctx.now)
    user_of(ctx.session, Role.BUYER)
    assert queries.staff(ctx.session, Role.DPO, Role.LEGAL) == [legal, dpo]


def test_an_administrator_without_second_factor_owes_one_and_nobody_else(ctx, caller):
    for role in Role:
        user = user_of(ctx.session, role, totp_sealed=None, totp_confirmed_at=None)
        token = services.open_session(ctx, user, caller)
        assert queries.find_session(ctx.session, token, ctx.now).owes_enrolment is (role is Role.ADMIN)
