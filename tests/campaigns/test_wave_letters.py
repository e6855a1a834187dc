"""The letters as they are read: rendered from what was promised, in both languages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits.models import Answer, Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.campaigns import services, wave_letters
from portal.campaigns.models import WaveAudit
from portal.campaigns.wave_letters import LetterDraft
from portal.core import mail as post
from portal.core import process
from portal.core.language import Language
from portal.jobs.models import Mail
from portal.vendors.queries import correspondents
from tests.factories.campaigns import account_at, campaign_of, reachable_vendor, started_wave
from tests.factories.world import vendor_of, vendor_user


@pytest.fixture
def write(ctx):
    """`write("reminder", language, …)` gives the letter that one vendor would read."""

    def make(template, language, *, state=AuditState.OPENED, due_on=None, newcomer=False, key=""):
        vendor = vendor_of(ctx.session)
        account_at(ctx.session, vendor, password_hash=None if newcomer else "x", language=language, name="Awa Diop")
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        audit = ctx.session.scalars(select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id)).one()
        (person,) = correspondents(ctx.session, [vendor.id])
        if template != "invitation" or due_on:
            wave_letters.send(
                ctx, wave, [LetterDraft(template, person, audit.id, due_on or audit.due_on, state, key or ":x")]
            )
        row = ctx.session.scalars(
            select(Mail).where(Mail.template == f"campaigns/emails/{template}").order_by(Mail.id.desc())
        ).first()
        return post.render(row.template, row.language, {**row.payload["values"], "link": "https://vigie.test/x"})

    return make


def words(letter):
    return " ".join(f"{letter.subject} {letter.body}".split())


@pytest.mark.parametrize(
    ("language", "day", "effort"),
    [(Language.FR, "jeudi 24 décembre 2026", "heure"), (Language.EN, "Thursday 24 December 2026", "hour")],
)
def test_an_invitation_says_who_asks_why_how_long_and_until_when(write, portal_settings, language, day, effort):
    letter = write("invitation", language)
    text = words(letter)
    assert portal_settings.organisation in letter.subject
    assert day in letter.subject
    assert "Awa Diop" in text
    assert "28" in text
    assert effort in text
    assert re.search(r"enregistrée|saved", text), "that they may stop and come back"
    assert "https://vigie.test/x" in letter.body.splitlines()


@pytest.mark.parametrize("language", list(Language))
def test_a_newcomer_is_told_what_the_link_does_and_how_long_it_works(write, language):
    newcomer, known = words(write("invitation", language, newcomer=True)), words(write("invitation", language))
    told = re.compile(r"vaut 14 jours|good for 14 days")
    assert told.search(newcomer)
    assert not told.search(known)


@pytest.mark.parametrize("language", list(Language))
def test_an_invitation_sent_after_its_deadline_does_not_pretend_otherwise(write, ctx, language):
    letter = write("invitation", language, due_on=ctx.today - timedelta(days=3))
    assert re.search(r"personne à qui l’adresser|nobody to send it to", words(letter))
    assert "2026" not in letter.subject


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", ["reminder", "late"])
def test_a_reminder_knows_where_the_vendor_stands(write, language, template):
    opened, started, returned = (
        words(write(template, language, state=state, key=f":{state}"))
        for state in (AuditState.OPENED, AuditState.IN_PROGRESS, AuditState.RETURNED)
    )
    assert re.search(r"1 heure|1 hour", opened)
    assert re.search(r"gardé|kept", started)
    assert re.search(r"compléments|additions", returned)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", ["invitation", "reminder", "late"])
def test_letters_are_short_and_name_no_date_in_iso(write, language, template):
    text = words(write(template, language))
    assert len(text.split()) < 190
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text)


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (1, Language.FR, "Réponses en retard d’un sous-traitant : "),
        (3, Language.FR, "Réponses en retard de 3 sous-traitants : "),
        (1, Language.EN, "Late answers of a processor: "),
        (3, Language.EN, "Late answers of 3 processors: "),
    ],
)
def test_an_escalation_counts_and_names_the_silent(count, language, said):
    values = {
        "organisation": "Lannec", "campaign": "Annuelle", "title": "Socle", "count": count, "more": 0,
        "late": [
            {"vendor": f"Acme {n}", "due_on": "2026-12-24", "is_reached": True, "reminders": n, "is_returned": False}
            for n in range(count)
        ], "link": "https://vigie.test",
        "contact": None, "portal": "https://vigie.test",
    }  # fmt: skip
    letter = post.render("campaigns/emails/escalation", language, values)
    assert letter.subject.startswith(said)
    assert sum("Acme" in line for line in letter.body.splitlines()) == count


def test_a_wave_writes_to_the_people_in_charge_and_its_reminders_also_to_those_who_answered(ctx):
    vendor = vendor_of(ctx.session)
    officer, respondent = vendor_user(ctx.session, vendor), vendor_user(ctx.session, vendor, Role.VENDOR_RESPONDENT)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    assert ctx.session.scalars(select(Mail.recipient)).all() == [officer.email]
    audit = ctx.session.scalars(select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id)).one()
    facts = {"value": {"v": "oui"}, "updated_at": ctx.now, "updated_by_id": respondent.id}
    ctx.session.add(Answer(audit_id=audit.id, question_key="x", **facts))
    ctx.session.flush()
    people = wave_letters.people_for(ctx, [audit])[vendor.id]
    assert {person.user_id for person in people} == {officer.id, respondent.id}


@pytest.mark.parametrize("language", list(Language))
def test_more_time_is_said_with_the_day_the_person_to_ask_and_no_false_urgency(ctx, language):
    vendor = reachable_vendor(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    audit = ctx.session.scalars(select(Audit).where(Audit.vendor_id == vendor.id)).one()
    services.extend(ctx, wave, [audit.id], ctx.today + timedelta(days=60))
    mail = ctx.session.scalars(select(Mail).where(Mail.template == "campaigns/emails/extended")).one()
    letter = post.render(mail.template, language, {**mail.payload["values"], "link": "https://vigie.test/x"})
    assert "25 janvier 2027" in letter.subject or "25 January 2027" in letter.subject
    assert "https://vigie.test/x" in letter.body
    assert process.settings().organisation in letter.body


@pytest.mark.parametrize("language", list(Language))
def test_an_invitation_says_how_many_answers_are_there_already(write, monkeypatch, language):
    assert not re.search(r"déjà là|already there", words(write("invitation", language)))
    monkeypatch.setattr(wave_letters, "counts_here", lambda _ctx, ids, _asked: dict.fromkeys(ids, (26, 38)))
    told = {Language.FR: "26 réponses sur 38 sont déjà là", Language.EN: "26 of 38 answers are already there"}
    assert told[language] in words(write("invitation", language))
