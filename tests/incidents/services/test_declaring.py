"""A breach is declared in one sentence, then said more of; both sides are written to at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.incidents import queries, services
from portal.incidents.rules.breach_facts import BreachFacts
from portal.incidents.rules.life import IncidentState
from portal.incidents.services import declaring
from portal.jobs.models import Mail
from portal.notices.models import Notice
from tests.conftest import NOW
from tests.factories.incidents import FACTS, WHAT, declared
from tests.factories.people import user_of
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user


@pytest.fixture
def vendor(session, app):
    return vendor_of(session, name="Callisto")


@pytest.fixture
def theirs(session, vendor):
    return Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


def mails(session):
    return [(mail.template, mail.recipient) for mail in session.scalars(select(Mail).order_by(Mail.id))]


def test_one_sentence_is_enough_and_the_clock_starts_when_it_is_sent(session, vendor, theirs):
    incident = declared(theirs, vendor, BreachFacts(what=WHAT))
    assert incident.state is IncidentState.DECLARED
    assert incident.aware_at == incident.declared_at == NOW
    assert incident.notify_by == NOW + timedelta(hours=73), "9:00 sharp: the hour that begins is not counted"
    assert incident.unread_since == NOW


@pytest.mark.parametrize("what", ["", "ok", "azerty azerty azerty azerty", "je ne sais pas ce qui s'est passé ici"])
def test_a_declaration_that_says_nothing_is_refused(vendor, theirs, what):
    with pytest.raises(Refused):
        declared(theirs, vendor, BreachFacts(what=what))


def test_a_vendor_floods_no_mailbox(session, vendor, theirs, ours, monkeypatch):
    monkeypatch.setattr(declaring, "DECLARED_A_DAY", 1)
    monkeypatch.setattr(declaring, "ADDED_A_DAY", 2)
    incident = declared(theirs, vendor, BreachFacts(what=WHAT))
    with pytest.raises(Refused, match="1 fois"):
        declared(theirs, vendor, BreachFacts(what=WHAT))
    services.add_phase(theirs, incident, BreachFacts(what=WHAT), "Les postes sont isolés.")
    written = len(mails(session))
    with pytest.raises(Refused, match="2 fois"):
        services.add_phase(theirs, incident, BreachFacts(what=WHAT), "Les mots de passe sont changés.")
    assert len(mails(session)) == written
    services.record_breach(ours, vendor, BreachFacts(what=WHAT), aware_at=NOW)


def test_a_moment_to_come_is_refused(vendor, theirs):
    with pytest.raises(Refused):
        declared(theirs, vendor, replace(FACTS, noticed_at=NOW + timedelta(minutes=1)))
    with pytest.raises(Refused):
        declared(theirs, vendor, replace(FACTS, began_at=FACTS.noticed_at + timedelta(hours=1)))


def test_whoever_decides_and_the_vendor_are_written_to_at_once_and_not_in_the_digest(session, vendor, theirs):
    dpo = user_of(session, Role.DPO)
    declared(theirs, vendor)
    assert ("incidents/emails/declared", dpo.email) in mails(session)
    assert ("incidents/emails/receipt", theirs.actor.email) in mails(session)
    assert not session.scalars(select(Notice)).all()


@pytest.mark.both_databases
def test_each_phase_is_kept_and_a_number_that_we_corrected_is_not_written_over(session, vendor, theirs, ours):
    incident = declared(theirs, vendor, replace(FACTS, persons=800))
    services.amend_facts(ours, incident, replace(incident.known, persons=950))
    services.add_phase(theirs, incident, replace(FACTS, persons=1200, records=4000))
    assert (incident.known.persons, incident.known.records) == (950, 4000)
    assert BreachFacts.of(incident.vendor_facts).persons == 1200
    said = [one.said for one in queries.statements_of(ours, incident)[0]]
    assert [one.get("persons") for one in said] == [800, 950, 1200]


def test_of_more_words_than_are_shown_the_last_are_and_it_is_said(vendor, theirs, ours, monkeypatch):
    monkeypatch.setattr(queries, "MOST_STATEMENTS", 2)
    incident = declared(theirs, vendor, replace(FACTS, persons=800))
    services.add_phase(theirs, incident, replace(FACTS, persons=900))
    assert queries.statements_of(ours, incident)[1] is queries.own_incident(theirs, incident.id)[2] is False
    services.add_phase(theirs, incident, replace(FACTS, persons=1200))
    shown, is_cut = queries.statements_of(ours, incident)
    assert ([one.said["persons"] for one in shown], is_cut) == ([900, 1200], True)
    _own, shown, is_cut = queries.own_incident(theirs, incident.id)
    assert ([one.said["persons"] for one in shown], is_cut) == ([900, 1200], True)


def test_a_phase_that_says_nothing_new_is_refused(vendor, theirs):
    incident = declared(theirs, vendor)
    with pytest.raises(Refused):
        services.add_phase(theirs, incident, FACTS)


def test_one_vendor_never_reaches_the_breach_of_another(session, vendor, theirs, ours):
    other = vendor_of(session)
    stranger = Context(session, actor_of(vendor_user(session, other), other), NOW)
    incident = declared(theirs, vendor)
    with pytest.raises(NotFound):
        queries.own_incident(stranger, incident.id)
    with pytest.raises(NotFound):
        services.add_phase(stranger, incident, replace(FACTS, persons=3))
    with pytest.raises(NotFound):
        declared(stranger, vendor)
    with pytest.raises(Forbidden):
        services.note_internally(theirs, incident, "Une note.")


def test_what_we_record_ourselves_is_not_shown_to_the_vendor_until_it_is_asked(session, vendor, theirs, ours):
    incident = services.record_breach(ours, vendor, FACTS, aware_at=NOW - timedelta(hours=2))
    assert queries.own_incidents(theirs) == []
    services.ask_precision(ours, incident, "Combien de personnes ?")
    [own] = queries.own_incidents(theirs)
    assert own.facts == BreachFacts(), "what we wrote of it stays ours"
    _, said, _ = queries.own_incident(theirs, incident.id)
    assert [one.text for one in said if one.text] == ["Combien de personnes ?"]


@pytest.mark.parametrize(
    ("moment", "words"), [(NOW + timedelta(hours=1), "venir"), (datetime(2018, 5, 24, 12, tzinfo=UTC), "25 mai 2018")]
)
def test_a_breach_is_learnt_of_since_the_gdpr_and_before_now(session, vendor, theirs, ours, moment, words):
    with pytest.raises(Refused, match=words):
        services.record_breach(ours, vendor, FACTS, aware_at=moment)
    incident = declared(theirs, vendor)
    with pytest.raises(Refused, match=words):
        services.set_awareness(ours, incident, moment, "Le prestataire a téléphoné la veille au soir.")


def test_what_we_recorded_is_ours_even_once_the_vendor_was_asked(session, vendor, theirs, ours):
    """Facts in our own words, and corrections of ours, are in no statement that the vendor reads."""
    incident = services.record_breach(ours, vendor, FACTS, aware_at=NOW - timedelta(hours=2))
    services.amend_facts(ours, incident, replace(FACTS, persons=7))
    services.ask_precision(ours, incident, "Combien de personnes ?")
    _, said, _ = queries.own_incident(theirs, incident.id)
    assert [one.said for one in said] == [{}]
