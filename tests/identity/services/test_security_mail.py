"""Each thing that happens to an account is told to its holder, in their language, with nothing that lets anybody in."""

from dataclasses import replace

import pyotp
import pytest

from portal.authz.policy import NOBODY, Role
from portal.core.errors import Refused
from portal.core.language import Language
from portal.identity import rules, second_factor, services, tasks
from portal.identity.models import LinkPurpose
from portal.identity.services import passwords
from tests.factories.people import user_of

PASSWORD, NEW = "une phrase de marée", "une autre phrase salée"


@pytest.fixture(params=list(Language))
def user(request, ctx):
    return user_of(
        ctx.session, Role.DPO, language=request.param, password_hash=passwords.hash_password(PASSWORD)
    )  # fmt: skip


@pytest.fixture
def own(ctx, user):
    return services.as_user(ctx, user)


@pytest.fixture
def told(ctx, mailbox, user):
    """`told(subject in French, in English)`: one message, to the holder, of this subject, that opens nothing."""

    def read(*subjects):
        (message,) = mailbox(ctx)
        assert message.to == user.email
        assert message.subject == subjects[list(Language).index(user.language)]
        assert "#" not in message.text
        assert "/mot-de-passe" in message.link
        return message

    return read


def enrol(ctx, secrets, user):
    second_factor.begin(ctx, secrets, user)
    totp = pyotp.TOTP(second_factor.pending(secrets, user, "Vigie").secret.replace(" ", ""))
    return services.confirm_second_factor(ctx, secrets, user, totp.at(ctx.now)), totp


def test_a_second_factor_added(own, secrets, user, told):
    enrol(own, secrets, user)
    told("Un second facteur protège votre compte", "A second factor protects your account")


def enrolled(ctx, secrets, user):
    second_factor.begin(ctx, secrets, user)
    totp = pyotp.TOTP(second_factor.pending(secrets, user, "Vigie").secret.replace(" ", ""))
    return second_factor.confirm(ctx, secrets, user, totp.at(ctx.now))


def test_a_second_factor_given_up(own, secrets, caller, user, told):
    """With a recovery code, so that this too is told; each in its own message."""
    codes = enrolled(own, secrets, user)
    assert codes
    later = replace(own, now=own.now.replace(minute=(own.now.minute + 2) % 60))
    code = pyotp.TOTP(second_factor._open(secrets, user.totp_sealed)).at(later.now)
    services.remove_second_factor(later, secrets, caller, user, code)
    told("Votre second facteur est désactivé", "Your second factor is off")


def test_a_recovery_code_used(own, secrets, caller, user, told):
    codes = enrolled(own, secrets, user)
    services.renew_recovery_codes(own, secrets, caller, user, codes[0])
    assert "9" in told("Un code de secours a servi", "A recovery code was used").text


def test_a_code_of_the_telephone_is_not_told_of(own, secrets, caller, user, mailbox):
    enrolled(own, secrets, user)
    later = replace(own, now=own.now.replace(minute=(own.now.minute + 2) % 60))
    code = pyotp.TOTP(second_factor._open(secrets, user.totp_sealed)).at(later.now)
    services.renew_recovery_codes(later, secrets, caller, user, code)
    assert mailbox(own) == []


def test_a_password_chosen_anew_by_a_link(ctx, secrets, user, mailbox):
    link = services.send_reset(ctx, secrets, user)
    (asked,) = mailbox(ctx)
    services.use_link(
        replace(ctx, actor=NOBODY), secrets, asked.token, LinkPurpose.PASSWORD_RESET, NEW, release=ctx.session.commit
    )
    assert link.used_at is not None
    subject = {Language.FR: "Votre mot de passe a été changé", Language.EN: "Your password was changed"}
    assert mailbox(ctx)[-1].subject == subject[user.language]


def test_sessions_ended_by_an_administrator(ctx, caller, user, told):
    services.open_session(ctx, user, caller)
    assert services.end_sessions_of(replace(ctx, actor=ctx.actor), user) == 1
    told("Vos sessions ont été fermées", "Your sessions were closed")
    assert services.end_sessions_of(ctx, user) == 0


def test_attempts_that_fail(ctx, secrets, caller, user, told):
    for _ in range(rules.FAILURES_PER_ACCOUNT):
        with pytest.raises(Refused):
            services.sign_in(
                replace(ctx, actor=NOBODY), secrets, caller, user.email, "mauvais", release=ctx.session.commit
            )  # fmt: skip
    tasks.tell_slowed(ctx, user.id)
    told("Quelqu\u2019un échoue à entrer dans votre compte", "Somebody fails to get into your account")


def test_nothing_is_told_of_attempts_at_an_address_without_account(ctx, mailbox):
    tasks.tell_slowed(ctx, None)
    invited = user_of(ctx.session, Role.DPO)
    tasks.tell_slowed(ctx, invited.id)
    assert mailbox(ctx) == []


def test_a_new_browser(ctx, user, told):
    services.tell_new_browser(ctx, user, "Mozilla/5.0 (X11; Linux) Firefox/140.0", rules.network_part("192.0.2.77"))
    message = told("Connexion depuis un nouveau navigateur", "Signed in from a new browser")
    assert "Firefox, Linux" in message.text
    assert "192.0.2.0/24" in message.text
    assert "192.0.2.77" not in message.text
