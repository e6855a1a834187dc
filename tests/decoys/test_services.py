"""What reaches invented people is told of the right vendor, once, and opens a breach when it should not have come."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from random import Random

import pytest
from sqlalchemy import func, select

from portal.core.clock import LEGAL_ZONE
from portal.core.errors import Refused
from portal.decoys import services
from portal.decoys.models import Decoy, DecoyMessage
from portal.decoys.rules import DecoyVerdict, Means, ReceivedMessage, read_message
from portal.decoys.services import BatchSheet, ReceivedByHand
from portal.incidents.models import Incident
from portal.journal.models import JournalEntry
from tests.factories.desk import service_of
from tests.factories.world import contact_of, vendor_of


def mail(to, sender="promo@spam.example", subject="Offre", digest=None):
    return ReceivedMessage(frozenset([to]), sender, subject, digest or f"{to}{sender}{subject}")


def count(ctx, kind):
    return ctx.session.scalar(select(func.count()).select_from(kind))


@pytest.mark.both_databases
def test_a_stranger_opens_one_breach_that_names_vendor_batch_and_date(ctx, batch_of):
    batch = batch_of(name="Fichier de mars")
    first, second, _ = services.hand_out(ctx, batch)
    assert services.receive(ctx, [mail(first.email), mail(second.email), mail("personne@courrier.example")]) == 2
    (incident,) = ctx.session.scalars(select(Incident)).all()
    assert incident.vendor_id == batch.vendor_id
    for words in ("Acme", "Fichier de mars", "01/09/2026", "24/11/2026", "promo@spam.example"):
        assert words in incident.facts["what"]
    assert not incident.is_shared, "the vendor does not learn which of its customers is none"
    assert {one.incident_id for one in ctx.session.scalars(select(DecoyMessage))} == {incident.id}


@pytest.mark.both_databases
def test_a_message_read_twice_is_noted_once(ctx, batch_of):
    (person,) = services.hand_out(ctx, batch_of(number=1))
    assert [services.receive(ctx, [mail(person.email), mail(person.email)]) for _ in range(2)] == [1, 0]
    assert (count(ctx, DecoyMessage), count(ctx, Incident)) == (1, 1)


def test_the_vendor_its_contacts_and_we_may_write_while_the_service_lasts(ctx, batch_of):
    vendor = vendor_of(ctx.session, name="Acme", website="https://www.acme.fr")
    contact_of(ctx.session, vendor).email = "ana@groupe-acme.eu"
    service = service_of(ctx.session, vendor)
    batch = batch_of(vendor, service=service)
    people = services.hand_out(ctx, batch)
    senders = ("news@mail.acme.fr", "ana@groupe-acme.eu", "vigie@localhost.example")
    services.receive(ctx, [mail(one.email, sender) for one, sender in zip(people, senders, strict=True)])
    verdicts = ctx.session.scalars(select(DecoyMessage.verdict).order_by(DecoyMessage.id)).all()
    assert verdicts == [DecoyVerdict.EXPECTED, DecoyVerdict.EXPECTED, DecoyVerdict.STRANGER]


def test_after_the_last_day_of_the_service_the_vendor_itself_is_told_of(ctx, batch_of):
    vendor = vendor_of(ctx.session, name="Acme", website="https://www.acme.fr")
    service = service_of(ctx.session, vendor)
    service.ended_on = ctx.today - timedelta(days=1)
    (person,) = services.hand_out(ctx, batch_of(vendor, service=service, number=1))
    services.receive(ctx, [mail(person.email, "news@acme.fr")])
    (incident,) = ctx.session.scalars(select(Incident)).all()
    assert "a pris fin le 23/11/2026" in incident.facts["what"]
    assert incident.facts["services"] == [service.id]


def test_what_was_not_handed_over_yet_accuses_nobody(ctx, batch_of):
    (person,) = services.hand_out(ctx, batch_of(number=1, planted=None))
    services.receive(ctx, [mail(person.email)])
    assert ctx.session.scalars(select(DecoyMessage.verdict)).all() == [DecoyVerdict.NOT_PLANTED]
    assert count(ctx, Incident) == 0


def test_a_breach_that_is_over_does_not_take_a_new_leak(ctx, batch_of):
    first, second, _ = services.hand_out(ctx, batch_of())
    services.receive(ctx, [mail(first.email)])
    held = ctx.session.scalars(select(Incident)).one()
    held.state = next(one for one in type(held.state) if one.is_over)
    ctx.session.flush()
    services.receive(ctx, [mail(second.email)])
    assert count(ctx, Incident) == 2


def letter(ctx, **told):
    at = datetime(2026, 11, 20, 12, tzinfo=LEGAL_ZONE)
    usual = {"received_at": at, "means": Means.POST, "sender": "Un inconnu", "subject": "Une lettre"}
    return ReceivedByHand(**{**usual, **told})


@pytest.mark.both_databases
def test_a_letter_and_a_call_are_noted_by_hand_whatever_the_writing(ctx, batch_of):
    batch = batch_of(number=1)
    (person,) = services.hand_out(ctx, batch)
    by_post = letter(ctx, name=f"{person.last_name.upper()} {person.first_name}", postal_code=person.postal_code)
    (noted,) = services.note_by_hand(ctx, by_post)
    assert (noted.batch_id, noted.verdict) == (batch.id, DecoyVerdict.STRANGER)
    assert services.note_by_hand(ctx, by_post) == [noted], "told twice, noted once"
    call = letter(ctx, means=Means.PHONE, phone="+33" + person.phone.replace(" ", "")[1:])
    assert services.note_by_hand(ctx, call)[0].means is Means.PHONE
    assert count(ctx, Incident) == 1


@pytest.mark.parametrize(
    "told",
    [{"name": "Jean Personne", "postal_code": "00000"}, {"phone": "06 00 00 00 00"}, {}, {"name": "Jean"}],
)
def test_what_reached_nobody_invented_is_refused(ctx, batch_of, told):
    batch_of()
    with pytest.raises(Refused):
        services.note_by_hand(ctx, letter(ctx, **told))
    with pytest.raises(Refused, match="pas encore venue"):
        services.note_by_hand(ctx, letter(ctx, phone="0", received_at=ctx.now + timedelta(days=2)))


def test_nothing_of_a_person_is_in_the_tables_in_clear_and_who_looked_is_noted(ctx, batch_of):
    people = services.hand_out(ctx, batch_of(number=2))
    rows = ctx.session.scalars(select(Decoy)).all()
    for person in people:
        for words in (person.last_name, person.email, person.phone):
            assert not [row for row in rows if words in row.sealed]
    ctx.session.commit()
    told = ctx.session.scalars(select(JournalEntry).where(JournalEntry.action == "decoys.read")).one()
    assert told.after == {"people": 2}
    assert not [one for one in people if one.email in str(told.after) + told.object_label]


@pytest.mark.parametrize("number", [0, 201])
def test_a_batch_is_of_a_sensible_number(ctx, domain, number):
    with pytest.raises(Refused, match="Entre 1 et"):
        services.make_batch(ctx, vendor_of(ctx.session), BatchSheet("x", None, number))


def test_without_a_domain_nobody_is_invented(ctx):
    with pytest.raises(Refused, match="VIGIE_DECOYS_DOMAIN"):
        services.make_batch(ctx, vendor_of(ctx.session), BatchSheet("x", None, 1))


def test_nothing_is_handed_over_tomorrow(ctx, batch_of):
    with pytest.raises(Refused, match="pas encore venu"):
        services.note_planted(ctx, batch_of(), ctx.today + timedelta(days=1))


def test_of_ten_thousand_messages_each_is_attributed_and_none_falsely(ctx, batch_of):
    chance = Random(20261128)
    owner = {}
    for turn in range(10):
        batch = batch_of(vendor_of(ctx.session, name=f"Société {turn}"), number=20)
        owner |= {person.email: batch.id for person in services.hand_out(ctx, batch)}
    emails = sorted(owner)
    raws, expected = [], []
    for turn in range(10_000):
        email = chance.choice(emails)
        address = written(chance, email) if turn % 2 else near(chance, email)
        message = EmailMessage()
        message["From"], message["Subject"] = "x@y.example", f"n° {turn}"
        message[chance.choice(["To", "Cc", "Delivered-To", "X-Original-To"])] = address
        raws.append(message.as_bytes())
        expected.append([owner[email]] if turn % 2 else [])
    read = [read_message(raw) for raw in raws]
    assert all(read)
    found = services.attribute(ctx, read)
    by_message = {}
    for decoy, message in found:
        by_message.setdefault(message.digest, []).append(decoy.batch_id)
    assert [by_message.get(one.digest, []) for one in read] == expected


def written(chance, email):
    """An address as mail programs write it."""
    way = chance.randrange(4)
    return [email, email.upper(), f"Léa <{email}>", f"autre@x.example, <{email}>"][way]


def near(chance, email):
    """An address that almost is one of ours."""
    local, _, domain = email.partition("@")
    digit = str((int(local[-1]) + 1) % 10)
    way = chance.randrange(4)
    return [
        f"{local[:-1]}{digit}{chance.randrange(10)}@{domain}", f"{local}@{domain}.evil.example", f"{local}x@{domain}",
        f"x{email}",
    ][way]  # fmt: skip
