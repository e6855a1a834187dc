"""What a signatory does: reads, asks for a code, signs, refuses; what each act leaves as proof."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import NOBODY, Role
from portal.contracts import services
from portal.contracts.rules.life import ContractState
from portal.contracts.rules.signing_order import (
    CODE_LASTS,
    CODES_AN_HOUR,
    MOST_TRIES,
    SignatoryState,
    SigningActKind,
    SigningState,
)
from portal.contracts.signing_models import ContractSigningAct
from portal.core import process
from portal.core.clock import midnight
from portal.core.errors import NotFound, Refused
from portal.identity.services import Caller, Throttled
from portal.jobs import mail
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from tests.factories.signing import (
    BY_LINK,
    OURS,
    THEIRS,
    agreed,
    code_sent,
    letters_to,
    link_sent,
    opened,
    signatory_of,
    signs,
    with_seal_key,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def guest(session, ctx):
    """A stranger: the link alone says who they are."""
    return Context(session, NOBODY, ctx.now)


@pytest.fixture
def signing(ctx, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    return opened(ctx, agreed(ctx))


def attempt(guest, signatory, code, **changes):
    given = {"name": THEIRS.name, "consents": True, **changes}
    return services.sign_contract(guest, signatory.id, code=code, trace=BY_LINK, **given)


def acts(session, kind):
    wanted = select(ContractSigningAct).where(ContractSigningAct.kind == kind)
    return session.scalars(wanted.order_by(ContractSigningAct.id)).all()


@pytest.mark.both_databases
def test_each_signs_in_turn_with_a_code_and_what_proves_it_is_kept(ctx, session, guest, signing, backend):
    with pytest.raises(Refused, match="signent avant vous"):
        services.send_code(guest, signatory_of(ctx, signing, OURS).id, BY_LINK)
    signs(guest, signing, THEIRS)
    assert signing.state is SigningState.OPEN
    assert session.query(Job).filter_by(kind="contracts.seal").count() == 0
    with pytest.raises(Refused, match="Vous avez signé"):
        signs(guest, signing, THEIRS)
    signs(guest, signing, OURS)
    assert signing.state is SigningState.COMPLETE
    assert session.query(Job).filter_by(kind="contracts.seal").count() == 1
    first, second = acts(session, SigningActKind.SIGNED)
    assert (first.name, first.email, first.sha256) == (THEIRS.name, THEIRS.email, signing.file_sha256)
    assert (first.network, first.user_agent) == ("192.0.2.0/24", BY_LINK.user_agent), "no address of one machine"
    assert second.email == OURS.email
    assert len(acts(session, SigningActKind.OPENED)) == 2
    session.commit()
    noted = select(JournalEntry).where(JournalEntry.action == "contract.signatory_signed").order_by(JournalEntry.id)
    assert [entry.after["by"] for entry in session.scalars(noted)] == [f"{x.name} ({x.email})" for x in (THEIRS, OURS)]


def test_a_code_is_kept_as_a_hash_alone_and_stands_in_its_letter_alone(ctx, session, guest, signing):
    signatory = signatory_of(ctx, signing, THEIRS)
    services.send_code(guest, signatory.id, BY_LINK)
    code = code_sent(ctx, THEIRS.email)
    letter = letters_to(ctx, THEIRS.email, "signing_code")[-1]
    assert "Votre code pour signer" in mail.letter_of(process.settings(), letter).body
    assert code in mail.letter_of(process.settings(), letter).subject
    session.commit()
    journal = [str(entry.after) for entry in session.scalars(select(JournalEntry))]
    kept = [str(vars(signatory)), str(letter.payload), *journal, *map(str, map(vars, acts(session, "code_sent")))]
    assert not any(code in text for text in kept)
    token = link_sent(ctx, THEIRS.email)
    assert not any(token in text for text in kept)


def test_five_wrong_codes_end_a_code_and_another_opens_the_way_again(ctx, session, guest, signing):
    signatory = signatory_of(ctx, signing, THEIRS)
    services.send_code(guest, signatory.id, BY_LINK)
    good = code_sent(ctx, THEIRS.email)
    wrong = f"{(int(good) + 1) % 1_000_000:06}"
    for left in range(MOST_TRIES - 1, 0, -1):
        with pytest.raises(Refused, match=f"restants : {left}|restants\u202f: {left}"):
            attempt(guest, signatory, wrong)
    with pytest.raises(Refused, match="cinq fois"):
        attempt(guest, signatory, wrong)
    with pytest.raises(Refused, match="plus valable"):
        attempt(guest, signatory, good)
    assert signatory.state is SignatoryState.ASKED
    assert len(acts(session, SigningActKind.WRONG_CODE)) == MOST_TRIES
    services.send_code(guest, signatory.id, BY_LINK)
    code = code_sent(ctx, THEIRS.email)
    assert attempt(guest, signatory, f" {code[:3]} {code[3:]} ").id == signing.id
    assert signatory.state is SignatoryState.SIGNED


@pytest.mark.parametrize(
    ("changes", "told"), [({"name": "Erwan"}, "Écrivez votre nom"), ({"consents": False}, "Cochez la case")]
)
def test_what_is_lacking_is_said_and_costs_no_try(ctx, guest, signing, changes, told):
    signatory = signatory_of(ctx, signing, THEIRS)
    services.send_code(guest, signatory.id, BY_LINK)
    with pytest.raises(Refused, match=told):
        attempt(guest, signatory, code_sent(ctx, THEIRS.email), **changes)
    assert signatory.code_tries == 0


def test_without_a_code_with_one_too_old_or_with_that_of_another_nobody_signs(ctx, session, guest, signing):
    signatory = signatory_of(ctx, signing, THEIRS)
    for code in ("", "000000"):
        with pytest.raises(Refused, match="plus valable"):
            attempt(guest, signatory, code)
    services.send_code(guest, signatory.id, BY_LINK)
    former = code_sent(ctx, THEIRS.email)
    late = Context(session, NOBODY, ctx.now + CODE_LASTS)
    with pytest.raises(Refused, match="plus valable"):
        attempt(late, signatory, former)
    services.send_code(guest, signatory.id, BY_LINK)
    assert code_sent(ctx, THEIRS.email) != former
    with pytest.raises(Refused, match="pas le code"):
        attempt(guest, signatory, former)


def test_codes_are_bounded_by_the_hour(ctx, session, guest, signing):
    signatory = signatory_of(ctx, signing, THEIRS)
    for _time in range(CODES_AN_HOUR):
        services.send_code(guest, signatory.id, BY_LINK)
    with pytest.raises(Refused, match="Cinq codes"):
        services.send_code(guest, signatory.id, BY_LINK)
    services.send_code(Context(session, NOBODY, ctx.now + timedelta(hours=1, seconds=1)), signatory.id, BY_LINK)


def test_a_refusal_says_why_ends_it_for_all_and_brings_the_text_back_to_the_negotiation(
    ctx, session, acting, guest, signing
):
    legal = acting(Role.LEGAL)
    signing.contract.owner_id = legal.actor.id
    signatory = signatory_of(ctx, signing, THEIRS)
    with pytest.raises(Refused, match="ce qui ne convient pas"):
        services.refuse_to_sign(guest, signatory.id, " ", BY_LINK)
    services.refuse_to_sign(guest, signatory.id, "La clause 9 n'est pas celle convenue.", BY_LINK)
    assert (signing.state, signing.contract.state) == (SigningState.REFUSED, ContractState.WITH_VENDOR)
    (notice,) = session.scalars(
        select(Notice).where(Notice.user_id == legal.actor.id, Notice.about.endswith(":signing"))
    )
    assert "clause 9" in notice.values["why"]
    with pytest.raises(Refused, match="a refusé de signer"):
        services.send_code(guest, signatory.id, BY_LINK)
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "contract.signature_refused")).one()
    assert "clause 9" in entry.after["why"]
    assert not letters_to(ctx, OURS.email, "signing_asked")


def test_links_that_open_nothing_are_counted_against_where_they_come_from(ctx, guest, signing):
    caller = Caller("198.51.100.9", "Mozilla/5.0")
    for number in range(30):
        with pytest.raises(NotFound):
            services.find_signatory(guest, f"{number:064}", caller)
    with pytest.raises(Throttled):
        services.find_signatory(guest, link_sent(ctx, THEIRS.email), caller)
    elsewhere = replace(caller, address="198.51.100.10")
    assert services.find_signatory(guest, link_sent(ctx, THEIRS.email), elsewhere).name == THEIRS.name


@pytest.mark.parametrize(("hour", "signs_it"), [(23, True), (24, False)])
def test_the_last_day_that_a_letter_names_is_open_to_its_end(ctx, session, signing, hour, signs_it):
    """« Le lien vaut jusqu'au … »: opened in the morning, it still opens on the evening of that day."""
    (letter,) = letters_to(ctx, THEIRS.email, "signing_asked")
    last = date.fromisoformat(letter.payload["values"]["until"])
    late = Context(session, NOBODY, midnight(last) + timedelta(hours=hour))
    if signs_it:
        services.send_code(late, signatory_of(ctx, signing, THEIRS).id, BY_LINK)
        return
    with pytest.raises(Refused, match="délai"):
        services.send_code(late, signatory_of(ctx, signing, THEIRS).id, BY_LINK)


def test_a_signature_past_its_time_is_signed_by_nobody(ctx, session, signing):
    late = Context(session, NOBODY, signing.expires_at)
    with pytest.raises(Refused, match="délai"):
        services.send_code(late, signatory_of(ctx, signing, THEIRS).id, BY_LINK)
