"""Opening, following and taking back the signature of a contract in the portal; what a signatory does is beside."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import NOBODY, Role
from portal.contracts import services, signing_queries
from portal.contracts.models import ContractVersion
from portal.contracts.rules.life import ContractAct, ContractState
from portal.contracts.rules.signing_order import MOST_REMINDERS, SignatoryState, SigningSide, SigningState
from portal.core import process
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.core.seal import NoSealKey
from portal.identity.services import Caller
from portal.jobs import mail
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from tests.factories.signing import (
    OURS,
    THEIRS,
    again,
    agreed,
    letters_to,
    link_sent,
    opened,
    signatory_of,
    signs,
    with_seal_key,
)

pytestmark = pytest.mark.usefixtures("app")
CALLER = Caller("192.0.2.77", "Mozilla/5.0")


@pytest.fixture
def sealed(ctx, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)


@pytest.fixture
def contract(ctx, sealed):
    return agreed(ctx)


def noted(session, action):
    session.commit()
    return session.scalars(select(JournalEntry).where(JournalEntry.action == action)).all()


def test_the_first_in_order_is_written_to_with_what_is_signed_and_the_second_waits(ctx, session, contract):
    signing = opened(ctx, contract)
    version = session.scalars(select(ContractVersion).where(ContractVersion.contract_id == contract.id)).one()
    assert signing.file_sha256 == signing.file.sha256
    assert (signing.text_sha256, signing.state) == (version.sha256, SigningState.OPEN)
    assert [(one.rank, one.name, one.state) for one in signing.signatories] == [
        (1, THEIRS.name, SignatoryState.ASKED), (2, OURS.name, SignatoryState.WAITING),
    ]  # fmt: skip
    assert not letters_to(ctx, OURS.email, "signing_asked")
    (letter,) = letters_to(ctx, THEIRS.email, "signing_asked")
    said = mail.letter_of(process.settings(), letter)
    token = link_sent(ctx, THEIRS.email)
    assert f"/contrats/signer#{token}" in said.body
    assert signing.file_sha256 in said.body
    assert contract.title in said.body.replace("\u202f", " ")
    (entry,) = noted(session, "contract.signing_opened")
    assert token not in str(entry.after) + str(letter.payload) + str(vars(signing.signatories[0]))
    assert entry.after["sha256"] == signing.file_sha256


@pytest.mark.parametrize("language", list(Language))
def test_the_letter_names_commands_that_find_the_digest_it_gives(ctx, contract, language):
    """Windows digests by SHA-1 unless told otherwise: the value found would be another."""
    opened(ctx, contract)
    (letter,) = letters_to(ctx, THEIRS.email, "signing_asked")
    letter.language = language
    body = mail.letter_of(process.settings(), letter).body
    assert re.findall(r"certutil -hashfile \w+ (\w+)|shasum -a (\d+)", body) == [("SHA256", ""), ("", "256")]


def test_a_letter_comes_from_whoever_opened_the_signature_even_when_another_signs(ctx, session, acting, sealed):
    legal = acting(Role.LEGAL)
    contract = agreed(legal)
    signing = opened(legal, contract)
    signs(Context(session, NOBODY, ctx.now), signing, THEIRS)
    (letter,) = letters_to(ctx, OURS.email, "signing_asked")
    assert letter.payload["values"]["contact"]["email"] == legal.actor.email
    assert mail.context_of(process.settings(), letter.payload).reply_to == legal.actor.email


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ((OURS,), "sous-traitant"),
        ((THEIRS,), "notre organisation"),
        ((OURS, replace(THEIRS, email=OURS.email.upper())), "adresse"),
        ((OURS, replace(THEIRS, email="erwan")), "incomplète"),
        ((OURS, replace(THEIRS, name="http://x")), "nom de chaque"),
        ((OURS, replace(THEIRS, capacity=" ")), "qualité"),
        ((OURS, *(replace(THEIRS, email=f"e{n}@x.example") for n in range(8))), "Huit"),
    ],
)
def test_people_who_cannot_sign_together_are_refused(ctx, contract, entries, told):
    with pytest.raises(Refused, match=told):
        services.open_signing(ctx, contract, 1, entries)


def test_a_text_with_a_blank_cannot_be_signed(ctx, sealed):
    contract = agreed(ctx, breach_contact="")
    with pytest.raises(Refused, match="Il manque encore"):
        services.open_signing(ctx, contract, 1, (OURS, THEIRS))


def test_failed_checks_without_a_reason_keep_a_text_from_being_signed(ctx, contract):
    """Drafting refuses them already: a version that came otherwise is refused here too."""
    version = contract.versions[0]
    ctx.session.refresh(version, ["facts"])
    failed = [{"check": "adequacy", "fact": "transfers", "message": "Espagne"}]
    version.facts = {**version.facts, "problems": failed, "despite": " "}
    ctx.session.flush()
    with pytest.raises(Refused, match="pas de sens"):
        services.open_signing(ctx, contract, 1, (OURS, THEIRS))
    version.facts = {**version.facts, "despite": "Relu avec le DPO."}
    ctx.session.flush()
    assert services.open_signing(ctx, contract, 1, (OURS, THEIRS)).state is SigningState.OPEN


def test_only_the_newest_version_of_an_agreed_text_is_signed_and_it_says_which(ctx, contract):
    services.draft_version(ctx, contract, Language.FR)
    contract = again(ctx, contract)
    with pytest.raises(Refused, match="texte convenu"):
        services.open_signing(ctx, contract, 1, (OURS, THEIRS))
    services.do_act(ctx, contract, ContractAct.SUBMIT)
    services.do_act(ctx, contract, ContractAct.AGREE)
    with pytest.raises(Refused, match="version 2 est plus récente"):
        services.open_signing(ctx, contract, 1, (OURS, THEIRS))
    with pytest.raises(Refused, match="impression"):
        services.open_signing(ctx, contract, 2, (OURS, THEIRS))


def test_without_a_key_to_seal_with_no_signature_is_opened(ctx, tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), seal_file=tmp_path / "none.json")])
    with pytest.raises(NoSealKey):
        services.open_signing(ctx, agreed(ctx), 1, (OURS, THEIRS))


@pytest.mark.parametrize("act", [ContractAct.TAKE_BACK, ContractAct.DISCARD])
def test_a_text_being_signed_is_not_taken_away_nor_drafted_again(ctx, contract, act):
    opened(ctx, contract)
    with pytest.raises(Refused, match="en cours de signature"):
        services.do_act(ctx, contract, act, why="Une autre idée.")
    with pytest.raises(Refused, match="en cours de signature"):
        services.draft_version(ctx, contract, Language.FR)
    with pytest.raises(Refused, match="déjà en cours"):
        services.open_signing(ctx, contract, 1, (OURS, THEIRS))


def test_a_signature_taken_back_is_told_to_those_who_had_a_link_and_the_text_stays_agreed(ctx, session, contract):
    signing = opened(ctx, contract)
    with pytest.raises(Refused, match="pourquoi"):
        services.withdraw_signing(ctx, contract, " ")
    services.withdraw_signing(ctx, contract, "Une annexe manque.")
    session.refresh(signing)
    assert (signing.state, contract.state) == (SigningState.WITHDRAWN, ContractState.AGREED)
    assert (
        "Une annexe manque."
        in mail.letter_of(process.settings(), letters_to(ctx, THEIRS.email, "signing_over")[0]).body
    )
    assert not letters_to(ctx, OURS.email, "signing_over"), "who never heard of it need not hear that it is over"
    assert noted(session, "contract.signing_withdrawn")[0].after["why"] == "Une annexe manque."
    assert opened(ctx, contract).id != signing.id


def test_a_signatory_is_changed_before_they_sign_and_their_former_link_opens_nothing(ctx, session, contract):
    signing = opened(ctx, contract)
    former = link_sent(ctx, THEIRS.email)
    held = signatory_of(ctx, signing, THEIRS)
    for wrong in (replace(THEIRS, email=OURS.email), replace(THEIRS, email="x")):
        with pytest.raises(Refused):
            services.change_signatory(ctx, contract, held.id, wrong)
    new = replace(THEIRS, name="Anaïs Le Goff", email="anais@relation.example", side=SigningSide.OURS)
    changed = services.change_signatory(ctx, contract, held.id, new)
    assert changed.side is SigningSide.VENDOR, "nobody changes sides"
    with pytest.raises(NotFound):
        services.find_signatory(ctx, former, CALLER)
    assert services.find_signatory(ctx, link_sent(ctx, new.email), CALLER).name == "Anaïs Le Goff"
    (entry,) = noted(session, "contract.signatory_changed")
    assert (entry.before["email"], entry.after["email"]) == (THEIRS.email, new.email)
    signs(ctx, signing, new)
    with pytest.raises(Refused, match="a déjà signé"):
        services.change_signatory(ctx, contract, held.id, THEIRS)


@pytest.mark.both_databases
def test_reminders_are_bounded_keep_the_link_and_end_with_the_time_to_sign(ctx, session, contract, backend):
    signing = opened(ctx, contract)
    token = link_sent(ctx, THEIRS.email)
    for day in range(1, 40):
        for _twice in range(2):
            later = Context(session, ctx.actor, ctx.now + timedelta(days=day))
            services.follow_signings(later, later.today)
    reminders = letters_to(ctx, THEIRS.email, "signing_reminder")
    assert len(reminders) == MOST_REMINDERS
    assert token in mail.letter_of(process.settings(), reminders[-1]).body
    session.refresh(signing)
    assert (signing.state, contract.state) == (SigningState.EXPIRED, ContractState.AGREED)
    assert len(noted(session, "contract.signing_expired")) == 1
    assert not signing_queries.is_being_signed(ctx, contract.id)
    assert session.scalars(select(Notice).where(Notice.template == "contracts/emails/notice_signing")).all() == []


def test_the_owner_is_told_that_the_time_has_passed(ctx, session, acting, sealed):
    legal = acting(Role.LEGAL)
    contract = agreed(ctx)
    contract.owner_id = legal.actor.id
    opened(ctx, contract)
    later = Context(session, ctx.actor, ctx.now + timedelta(days=31))
    assert services.follow_signings(later, later.today) == 1
    (notice,) = session.scalars(
        select(Notice).where(Notice.user_id == legal.actor.id, Notice.about.endswith(":signing"))
    )
    assert notice.values["outcome"] == "expired"
