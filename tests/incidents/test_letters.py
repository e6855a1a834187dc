"""The documents of a breach: every element that the law asks for is in them, known or as a visible blank."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.documents.tree import Blank, Text
from portal.core.language import Language
from portal.documents_in.reader import read_document
from portal.incidents.letters import BreachLetter, LetterMatter, letter_tree
from portal.incidents.models import reference_of
from portal.incidents.rules.breach_facts import BreachFacts
from portal.vendors.models import Service
from tests.conftest import NOW
from tests.factories.incidents import WHAT, WHOLE, assessed, declared, notified
from tests.factories.world import vendor_of

SAID = (WHAT, WHOLE.consequences, WHOLE.measures)


@pytest.fixture
def matter(session, app):
    incident = declared(Context(session, SYSTEM, NOW), vendor_of(session, name="Callisto"), WHOLE)
    return LetterMatter(incident, {}, "Maison Verdelet", "Claire Dumas, dpo@verdelet.example", NOW)


def parts(value, kind):
    """Every inline of a kind, in order."""
    if isinstance(value, kind):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from parts(getattr(value, one.name), kind)
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one, kind)


def words(tree):
    return " ".join(text.text for text in parts(tree, Text))


@pytest.mark.parametrize("language", [*Language])
@pytest.mark.parametrize("kind", [*BreachLetter])
def test_what_is_known_is_in_every_document(matter, kind, language):
    told = words(letter_tree(kind, matter, language))
    for text in SAID:
        assert text in told
    assert "dpo@verdelet.example" in told


@pytest.mark.parametrize(("language", "written"), [(Language.FR, "12\u202f000"), (Language.EN, "12,000")])
def test_a_number_is_written_as_the_page_and_the_register_write_it(matter, session, language, written):
    matter.incident.facts = {**matter.incident.facts, "persons": 12000, "records": 12000}
    told = words(letter_tree(BreachLetter.NOTIFICATION, matter, language))
    assert told.count(written) == 2
    assert "12000" not in told


@pytest.mark.parametrize("kind", [*BreachLetter])
def test_a_document_in_english_quotes_as_english_does(matter, kind):
    assert "«" not in words(letter_tree(kind, matter, Language.EN))


@pytest.mark.parametrize("kind", [*BreachLetter])
def test_what_is_not_known_is_a_blank_and_nothing_is_invented(matter, kind):
    matter.incident.facts = BreachFacts(what=WHAT).plain()
    full, bare = letter_tree(kind, matter, Language.FR), letter_tree(kind, replace(matter, officer=""), Language.FR)
    assert len(list(parts(bare, Blank))) > len(list(parts(full, Blank))) >= 3
    assert "Aucune signalée" not in words(bare), "unknown data are not « no sensitive data »"


def test_the_notification_says_that_its_order_was_not_verified_and_asks_for_the_reasons_of_a_delay(matter):
    tree = letter_tree(BreachLetter.NOTIFICATION, matter, Language.FR)
    assert "n'ont pas été vérifiés" in words(tree)
    assert "Motifs du retard" not in words(tree)
    late = replace(matter, now=matter.incident.notify_by.replace(year=2027))
    assert "Motifs du retard" in words(letter_tree(BreachLetter.NOTIFICATION, late, Language.FR))


def test_what_is_added_to_a_notification_made_in_time_needs_no_reason_of_delay(session, matter):
    notified(Context(session, SYSTEM, NOW), assessed(Context(session, SYSTEM, NOW), matter.incident))
    later = replace(matter, now=matter.incident.notify_by + timedelta(days=9))
    told = words(letter_tree(BreachLetter.NOTIFICATION, later, Language.FR))
    assert "Complémentaire" in told
    assert "Motifs du retard" not in told


def test_a_service_that_ended_since_the_breach_is_named(as_, session):
    ctx = Context(session, SYSTEM, NOW)
    vendor = vendor_of(session, name="Callisto")
    ended = Service(vendor_id=vendor.id, name="Standard de nuit", ended_on=NOW.date() - timedelta(days=1))
    session.add(ended)
    session.flush()
    incident = declared(ctx, vendor, replace(WHOLE, services=(ended.id,)))
    session.commit()
    client = as_(Role.DPO)
    here = f"/violations/{incident.id}"
    written = client.client.get(f"{here}/lettres/notification-fr.docx").get_data()
    assert "Standard de nuit" in read_document(written, "lettre.docx").text
    assert "Standard de nuit" in client.get(here).words
    client.post(f"{here}/faits", {"what": WHAT, "services": str(ended.id), "persons": "950"})
    session.expire_all()
    assert incident.known.services == (ended.id,)


def test_a_document_is_dated_of_the_day_in_paris(matter):
    """At half past midnight on the first of January in Paris, it is still December in UTC."""
    late = replace(matter, now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    for kind in BreachLetter:
        assert letter_tree(kind, late, Language.FR).subtitle == "1er janvier 2027"
    assert reference_of(7, late.now) == "VD-2027-0007"


@pytest.mark.parametrize(("language", "zone"), [(Language.FR, "(heure de Paris)"), (Language.EN, "(Paris time)")])
def test_every_hour_that_the_authority_or_a_client_reads_says_its_zone(matter, language, zone):
    facts = {**matter.incident.facts, "began_at": NOW.isoformat(), "noticed_at": NOW.isoformat()}
    matter.incident.facts = facts
    assert words(letter_tree(BreachLetter.NOTIFICATION, matter, language)).count(zone) == 4
    assert words(letter_tree(BreachLetter.CLIENT, matter, language)).count(zone) == 3


def test_a_client_does_not_read_that_its_processor_noticed_before_it_was_aware(matter):
    """We are the processor of this letter; whoever noticed is the one that we engaged."""
    for language, label in (
        (Language.FR, "Découverte par le sous-traitant"),
        (Language.EN, "Noticed by the processor"),
    ):
        ours, client = (
            [text.text for text in parts(letter_tree(kind, matter, language), Text)]
            for kind in (BreachLetter.NOTIFICATION, BreachLetter.CLIENT)
        )
        assert label in ours
        assert label not in client


def test_a_document_leaves_as_word(as_, session, matter):
    session.commit()
    found = as_(Role.DPO).client.get(f"/violations/{matter.incident.id}/lettres/notification-fr.docx")
    assert found.status_code == 200
    assert found.get_data().startswith(b"PK")
