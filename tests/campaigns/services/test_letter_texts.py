"""Messages in our own words: sent from then on, journalled, given back; and tried on oneself without counting."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.authz.policy import Actor, Role
from portal.campaigns import queries, services
from portal.campaigns.models import LetterText, Wave, WaveAudit
from portal.campaigns.rules import LetterKind
from portal.core import mail as post
from portal.core.language import Language
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.composition import COMPOSED
from tests.factories.campaigns import account_at, campaign_of, started_wave
from tests.factories.people import user_of
from tests.factories.world import vendor_of

KIND = LetterKind.INVITATION
OURS = "Bonjour {nom},\n\nNotre organisation vous prie de remplir ce questionnaire <b>vite</b>.\n\n{lien}\n\nMerci."


def reworded(**changes):
    return replace(queries.shipped_words(KIND), **{"body_fr": OURS, **changes})


def said(row):
    return post.render(row.template, row.language, {**row.payload["values"], "link": "https://vigie.test/x"})


@pytest.fixture
def dpo(ctx):
    user = user_of(ctx.session, Role.DPO)
    return Context(ctx.session, Actor(user.role, user.id, user.name, user.email, Language.FR), ctx.now)


@pytest.mark.both_databases
def test_a_wave_writes_in_our_words_and_in_those_it_was_shipped_with_in_the_other_language(ctx):
    services.write_letter(ctx, KIND, reworded())
    vendor = vendor_of(ctx.session)
    for language in Language:
        account_at(ctx.session, vendor, password_hash="x", language=language, name=f"Awa {language.value}")
    started_wave(ctx, campaign_of(ctx))
    letters = {row.language: said(row) for row in ctx.session.scalars(select(Mail))}
    assert "Notre organisation vous prie" in letters[Language.FR].body
    assert "Awa fr" in letters[Language.FR].body
    assert "You process personal data" in letters[Language.EN].body
    for letter in letters.values():
        assert "https://vigie.test/x" in letter.body.splitlines()


def test_every_wording_is_in_the_journal_and_the_shipped_one_comes_back_in_one_act(ctx):
    services.write_letter(ctx, KIND, reworded())
    services.write_letter(ctx, KIND, reworded(subject_fr="À vous de répondre"))
    assert services.restore_letter(ctx, KIND)
    assert not services.restore_letter(ctx, KIND)
    ctx.session.commit()
    assert queries.texts_in_force(ctx) == {}
    entries = ctx.session.scalars(
        select(JournalEntry).where(JournalEntry.action.startswith("letter.")).order_by(JournalEntry.id)
    ).all()
    assert [entry.action for entry in entries] == ["letter.written", "letter.written", "letter.restored"]
    assert entries[0].after["body_fr"] == OURS
    assert entries[2].before["subject_fr"] == "À vous de répondre"


@pytest.mark.parametrize("body", ["", "{lien}", OURS.replace("{lien}", "")])
def test_a_blank_message_or_one_without_its_link_is_not_kept(ctx, body):
    with pytest.raises(services.UnsoundLetter):
        services.write_letter(ctx, KIND, reworded(body_fr=body))
    assert ctx.session.scalar(select(func.count(LetterText.id))) == 0


def test_a_message_written_as_it_was_shipped_changes_nothing(ctx):
    services.write_letter(ctx, KIND, queries.shipped_words(KIND))
    assert ctx.session.scalar(select(func.count(LetterText.id))) == 0


def counted(ctx):
    tables = (Audit, Wave, WaveAudit, QuestionnaireVersion)
    return [ctx.session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_trial_is_the_real_message_marked_and_counts_nowhere(dpo):
    vendor = vendor_of(dpo.session)
    account_at(dpo.session, vendor)
    services.write_letter(dpo, KIND, reworded())
    campaign = campaign_of(dpo)
    before = counted(dpo)
    services.send_trial(dpo, campaign)
    (row,) = dpo.session.scalars(select(Mail)).all()
    letter = said(row)
    assert (row.recipient, row.series, row.vendor_id) == (dpo.actor.email, "", None)
    assert letter.subject.startswith("[Essai] ")
    assert "vous seul recevez ce message" in letter.body
    assert "Notre organisation vous prie" in letter.body
    assert counted(dpo) == before
    wave = started_wave(dpo, campaign)
    (invitations,) = queries.wave_overview(dpo, wave).letters
    assert (invitations.sent, invitations.waiting) == (0, 1), "the trial is none of them"


@pytest.mark.parametrize("key", ["socle-rgpd", COMPOSED])
def test_the_form_tried_is_the_one_that_the_wave_then_asks(dpo, key):
    vendor = vendor_of(dpo.session)
    campaign = campaign_of(dpo, questionnaire_key=key)
    tried = services.asked_of(dpo, campaign, services.first_vendor(dpo, campaign))
    started_wave(dpo, campaign)
    asked = select(QuestionnaireVersion.sha256).join(Audit).where(Audit.vendor_id == vendor.id)
    assert dpo.session.scalars(asked).all() == [tried.sha256]
