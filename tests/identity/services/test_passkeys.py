"""Passkeys against an authenticator of our own, which may be made to lie."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.authz.policy import NOBODY, Actor, Role
from portal.core import tokens
from portal.core.errors import NotFound, Refused
from portal.identity import queries, rules, second_factor, services
from portal.identity.models import LoginSession, Passkey, SpentChallenge
from portal.identity.services import BY_PASSWORD, Challenge, ChallengePurpose, Entry, EntryMeans, Throttled, passkeys
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.authenticator import PRESENT, Authenticator, value
from tests.factories.people import user_of

PARTY = rules.relying_party("http://localhost:8000")


@pytest.fixture
def user(ctx):
    return user_of(ctx.session, Role.DPO, name="Jeanne Roy")


@pytest.fixture
def own(ctx, user):
    return replace(ctx, actor=Actor(user.role, user.id, user.name, user.email, user.language))


@pytest.fixture
def visitor(ctx):
    return replace(ctx, actor=NOBODY)


def drawn(purpose, user_id=None, at=NOW):
    return Challenge(tokens.draw(), purpose, at, user_id)


def add(own, secrets, user, device, name="Ordinateur", **changes):
    challenge = drawn(ChallengePurpose.NEW_PASSKEY, user.id)
    asked = services.creation_options(own, secrets, user, PARTY, challenge, "Vigie")
    answer = device.create(asked, **changes)
    return services.add_passkey(own, secrets, user, PARTY, challenge, name=name, answer=answer)


def show(visitor, secrets, caller, device, given=None, **changes):
    challenge = given or drawn(ChallengePurpose.SIGN_IN)
    answer = device.get(services.request_options(secrets, PARTY, challenge), **changes)
    return services.sign_in_with_passkey(visitor, secrets, caller, PARTY, challenge, answer)


def refusal(act, *args, **named):
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    return str(refused.value)


def actions(ctx):
    ctx.session.commit()
    return list(ctx.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


@pytest.mark.both_databases
def test_a_passkey_is_added_journalled_told_to_its_holder_and_opens_the_account(
    own, visitor, secrets, caller, user, mailbox
):
    device = Authenticator()
    added = add(own, secrets, user, device)
    assert (added.name, added.sign_count, added.transports, user.passkey_count) == ("Ordinateur", 0, ["internal"], 1)
    assert "passkey.added" in actions(own)
    [told] = mailbox(own)
    assert told.to == user.email
    assert "Ordinateur" in told.text
    device.count = 7
    assert show(visitor, secrets, caller, device) is user
    assert (added.sign_count, added.used_at) == (7, NOW)
    assert actions(own)[-1] == "passkey.shown"


@pytest.mark.both_databases
def test_what_the_browser_is_asked_names_the_account_to_nobody_and_demands_a_verified_person(own, secrets, user):
    options = json.loads(
        services.creation_options(own, secrets, user, PARTY, drawn(ChallengePurpose.NEW_PASSKEY, user.id), "Vigie")
    )
    assert options["rp"] == {"id": "localhost", "name": "Vigie"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(value(options["user"]["id"])) == 32
    asked = json.loads(services.request_options(secrets, PARTY, drawn(ChallengePurpose.SIGN_IN)))
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])


@pytest.mark.both_databases
def test_the_passkeys_of_an_account_share_a_handle_and_the_same_one_is_not_added_twice(own, secrets, user):
    first, second = Authenticator(), Authenticator()
    add(own, secrets, user, first)
    challenge = drawn(ChallengePurpose.NEW_PASSKEY, user.id)
    options = json.loads(services.creation_options(own, secrets, user, PARTY, challenge, "Vigie"))
    assert [one["id"] for one in options["excludeCredentials"]] == [
        own.session.scalars(select(Passkey.credential_id)).one()
    ]
    add(own, secrets, user, second)
    assert first.handle == second.handle
    assert "déjà enregistrée" in refusal(add, own, secrets, user, first)
    assert user.passkey_count == 2


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://localhost.evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
    ids=["another site", "nobody verified", "nobody there"],
)
def test_an_answer_from_elsewhere_or_without_a_verified_person_is_refused_both_ways(
    own, visitor, secrets, caller, user, lie
):
    device = Authenticator()
    honest = (device.origin, device.flags)
    for name, told in lie.items():
        setattr(device, name, told)
    assert "vérifiée" in refusal(add, own, secrets, user, device)
    device.origin, device.flags = honest
    add(own, secrets, user, device)
    for name, told in lie.items():
        setattr(device, name, told)
    assert "vérifiée" in refusal(show, visitor, secrets, caller, device)
    device.origin, device.flags = honest
    assert show(visitor, secrets, caller, device) is user


@pytest.mark.both_databases
@pytest.mark.parametrize("changes", [{"challenge": "AAAA"}, {"rpId": "evil.example"}])
def test_another_challenge_or_another_site_s_answer_is_refused(own, visitor, secrets, caller, user, changes):
    device = Authenticator()
    add(own, secrets, user, device)
    assert "vérifiée" in refusal(show, visitor, secrets, caller, device, **changes)


@pytest.mark.both_databases
def test_another_key_under_the_same_name_or_another_account_s_handle_is_refused(own, visitor, secrets, caller, user):
    device = Authenticator()
    add(own, secrets, user, device)
    forged = Authenticator(credential_id=device.credential_id, handle=device.handle)
    assert "vérifiée" in refusal(show, visitor, secrets, caller, forged)
    device.handle = b"somebody else's handle, 32 bytes"
    assert "vérifiée" in refusal(show, visitor, secrets, caller, device)


@pytest.mark.both_databases
def test_a_passkey_that_is_not_here_any_more_is_refused(own, visitor, secrets, caller, user):
    device = Authenticator()
    passkey = add(own, secrets, user, device)
    services.remove_passkey(own, user, passkey)
    assert user.passkey_count == 0
    assert "est pas connue ici" in refusal(show, visitor, secrets, caller, device)
    assert "passkey.removed" in actions(own)


@pytest.mark.both_databases
def test_a_closed_account_is_not_opened_by_its_passkey(own, visitor, secrets, caller, user):
    device = Authenticator()
    add(own, secrets, user, device)
    user.disabled_at = NOW
    assert "fermé" in refusal(show, visitor, secrets, caller, device)


@pytest.mark.both_databases
def test_a_challenge_is_good_once_for_its_purpose_its_account_and_ten_minutes(own, visitor, secrets, caller, user):
    device = Authenticator()
    add(own, secrets, user, device)
    challenge = drawn(ChallengePurpose.SIGN_IN)
    assert show(visitor, secrets, caller, device, challenge) is user
    for other in (
        challenge,
        drawn(ChallengePurpose.SECOND_FACTOR),
        drawn(ChallengePurpose.SIGN_IN, user.id),
        drawn(ChallengePurpose.SIGN_IN, at=NOW - timedelta(minutes=rules.CHALLENGE_MINUTES, seconds=1)),
        drawn(ChallengePurpose.SIGN_IN, at=NOW + timedelta(seconds=1)),
    ):
        assert "est plus valable" in refusal(show, visitor, secrets, caller, device, other)
    answer = device.get(services.request_options(secrets, PARTY, challenge))
    with pytest.raises(Refused, match="est plus valable"):
        services.sign_in_with_passkey(visitor, secrets, caller, PARTY, None, answer)


@pytest.mark.both_databases
def test_a_challenge_that_was_answered_badly_is_used_up_too(own, visitor, secrets, caller, user):
    device = Authenticator()
    add(own, secrets, user, device)
    challenge = drawn(ChallengePurpose.SIGN_IN)
    assert "vérifiée" in refusal(show, visitor, secrets, caller, device, challenge, challenge="AAAA")
    assert "est plus valable" in refusal(show, visitor, secrets, caller, device, challenge)


@pytest.mark.both_databases
@pytest.mark.parametrize("told", [4, 5, 0])
def test_a_counter_that_does_not_go_on_is_refused_journalled_and_told(
    own, visitor, secrets, caller, user, mailbox, told
):
    device = Authenticator(count=5)
    passkey = add(own, secrets, user, device)
    device.count = told
    assert "a pu être copiée" in refusal(show, visitor, secrets, caller, device)
    assert passkey.sign_count == 5
    assert actions(own)[-1] == "passkey.suspected"
    assert "compteur revenu en arrière" in mailbox(own)[-1].text


@pytest.mark.both_databases
def test_failures_slow_the_address_they_come_from_and_not_the_holder(own, visitor, secrets, caller, user):
    device = Authenticator()
    add(own, secrets, user, device)
    for _ in range(rules.FAILURES_PER_ADDRESS):
        assert "vérifiée" in refusal(show, visitor, secrets, caller, device, challenge="AAAA")
    with pytest.raises(Throttled):
        show(visitor, secrets, caller, device)
    assert show(visitor, secrets, replace(caller, address="192.0.2.99"), device) is user


@pytest.mark.both_databases
def test_an_account_has_ten_at_most_and_anybody_else_s_is_not_found(own, secrets, user):
    for n in range(rules.PASSKEYS_PER_ACCOUNT):
        add(own, secrets, user, Authenticator(), name=str(n))
    assert "au plus" in refusal(add, own, secrets, user, Authenticator())
    other = user_of(own.session, Role.DPO)
    theirs = replace(own, actor=Actor(other.role, other.id, other.name, other.email, other.language))
    first = services.own_passkeys(own, user)[0]
    with pytest.raises(NotFound):
        services.own_passkey(theirs, other, first.id)


@pytest.mark.both_databases
def test_after_the_password_only_a_passkey_of_the_same_account_passes(own, visitor, secrets, caller, user):
    device, foreign = Authenticator(), Authenticator()
    add(own, secrets, user, device)
    other = user_of(own.session, Role.DPO)
    theirs = replace(own, actor=Actor(other.role, other.id, other.name, other.email, other.language))
    add(theirs, secrets, other, foreign)
    token = services.open_session(visitor, user, caller)
    known = queries.find_session(own.session, token, NOW)
    assert known.owes_second_factor, "a password alone no longer opens an account that has a passkey"

    def passed(with_device):
        challenge = drawn(ChallengePurpose.SECOND_FACTOR, user.id)
        answer = with_device.get(services.request_options(secrets, PARTY, challenge))
        return services.pass_with_passkey(own, secrets, caller, PARTY, challenge, user, known.session.id, answer)

    assert "est pas connue ici" in refusal(passed, foreign)
    assert not queries.find_session(own.session, passed(device), NOW).owes_second_factor
    assert queries.find_session(own.session, token, NOW) is None, "the weaker token opens nothing more"


@pytest.mark.both_databases
@pytest.mark.parametrize(("entry", "owes"), [(Entry(EntryMeans.PASSKEY, is_strong=True), False), (BY_PASSWORD, True)])
def test_coming_in_by_a_passkey_is_two_factors_by_itself(own, visitor, secrets, caller, user, entry, owes):
    add(own, secrets, user, Authenticator())
    token = services.open_session(visitor, user, caller, entry=entry)
    assert queries.find_session(own.session, token, NOW).owes_second_factor is owes


@pytest.mark.both_databases
def test_a_role_that_demands_a_second_factor_keeps_its_last_passkey(own, secrets):
    admin = user_of(own.session, Role.ADMIN, totp_sealed=None, totp_confirmed_at=None)
    mine = replace(own, actor=Actor(admin.role, admin.id, admin.name, admin.email, admin.language))
    first = add(mine, secrets, admin, Authenticator())
    assert second_factor.has_one(admin)
    assert "exige un second facteur" in refusal(services.remove_passkey, mine, admin, first)
    add(mine, secrets, admin, Authenticator())
    services.remove_passkey(mine, admin, first)
    assert admin.passkey_count == 1


@pytest.mark.both_databases
def test_an_administrator_who_takes_a_second_factor_away_takes_the_passkeys_too(
    own, secrets, user, acting, visitor, caller
):
    device = Authenticator()
    add(own, secrets, user, device)
    services.reset_second_factor(acting(Role.ADMIN), user)
    assert (user.passkey_count, own.session.scalar(select(func.count()).select_from(Passkey))) == (0, 0)
    assert not second_factor.has_one(user)
    assert "est pas connue ici" in refusal(show, visitor, secrets, caller, device)


@pytest.mark.both_databases
def test_who_has_just_come_in_has_proved_who_they_are_and_later_no_longer(own, visitor, caller, user):
    token = services.open_session(visitor, user, caller)
    session_id = queries.find_session(own.session, token, NOW).session.id
    later = replace(own, now=NOW + timedelta(minutes=rules.PROOF_MINUTES, seconds=1))
    assert services.is_proved(own, session_id, None)
    assert not services.is_proved(later, session_id, None)
    assert services.is_proved(later, session_id, NOW + timedelta(minutes=5))
    own.session.get_one(LoginSession, session_id).second_factor_at = NOW + timedelta(minutes=1)
    assert services.is_proved(later, session_id, None)


@pytest.mark.both_databases
def test_challenges_that_were_answered_are_forgotten_after_a_day(own, visitor, secrets, caller, user):
    add(own, secrets, user, Authenticator())
    services.erase_expired(replace(own, now=NOW + timedelta(hours=23)))
    assert own.session.scalar(select(func.count()).select_from(SpentChallenge)) == 1
    services.erase_expired(replace(own, now=NOW + timedelta(days=1, minutes=1)))
    assert own.session.scalar(select(func.count()).select_from(SpentChallenge)) == 0


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
NAMED = st.sampled_from(
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle", "transports"]
)
TEXT64 = st.binary(max_size=60).map(lambda raw: json.dumps(raw.hex())[1:-1])


@given(
    st.fixed_dictionaries(
        {"id": JUNK | TEXT64, "rawId": JUNK | TEXT64, "type": st.just("public-key") | JUNK},
        optional={"response": JUNK | st.dictionaries(NAMED, JUNK | TEXT64)},
    ).map(json.dumps)
    | st.text(max_size=60)
    | st.sampled_from(["[" * 19_000, '{"a":' * 3_000, '{"id":"\\ud800","response":{}}', "x" * 20_001])
)
def test_no_answer_of_a_browser_breaks_the_reading(secrets_alone, answer):
    try:
        read = passkeys._read(answer)
        passkeys._transports(read)
    except Refused:
        return
    challenge = drawn(ChallengePurpose.SIGN_IN)
    for verify, more in (
        (passkeys.webauthn.verify_registration_response, {}),
        (
            passkeys.webauthn.verify_authentication_response,
            {"credential_public_key": b"", "credential_current_sign_count": 0},
        ),
    ):
        with pytest.raises(passkeys._failures()):
            verify(
                credential=read, expected_challenge=bytes.fromhex(challenge.part(secrets_alone)),
                expected_rp_id=PARTY.id, expected_origin=PARTY.origin, require_user_verification=True, **more,
            )  # fmt: skip


@pytest.fixture(scope="module")
def secrets_alone(portal_settings):
    return portal_settings.secrets
