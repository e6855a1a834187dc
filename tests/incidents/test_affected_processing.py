"""What the map says a breach touches: proposed, ticked by a person, frozen with the breach."""

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.chain.models import ChainLink, LinkSource
from portal.chain.services import company_of_vendor
from portal.core.language import Language
from portal.incidents import services
from portal.incidents.affected_processing import held_lines, proposed_lines, to_tick
from portal.incidents.breach_register import register_csv
from portal.incidents.letters import BreachLetter, LetterMatter, letter_tree
from portal.incidents.models import IncidentStatement
from portal.incidents.services import AffectedSheet
from portal.processing import services as register
from tests.conftest import NOW
from tests.factories.desk import service_of
from tests.factories.incidents import FACTS, declared
from tests.factories.register import activity_of, controller_sheet
from tests.factories.world import vendor_of, vendor_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def host(session, app):
    return vendor_of(session, name="Callisto")


@pytest.fixture
def shop(session, app):
    return vendor_of(session, name="Europe")


@pytest.fixture
def incident(session, host):
    return declared(Context(session, SYSTEM, NOW), host, FACTS)


def line_on(ours, session, vendor, name):
    number = service_of(session, vendor, started_on=None).id
    return activity_of(ours, controller_sheet(name=name), (number,))


def engages(ctx, upper, lower):
    """One vendor engages another."""
    above, below = (company_of_vendor(ctx, one) for one in (upper, lower))
    link = ChainLink(engaging_id=above.id, engaged_id=below.id, service="Hébergement",
                     source_kind=LinkSource.LIST, source="liste", valid_from=ctx.today)  # fmt: skip
    ctx.session.add(link)
    ctx.session.flush()


def test_lines_that_rest_on_the_vendor_are_proposed_and_no_other(ours, session, host, shop, incident):
    mine = line_on(ours, session, host, "Vente en ligne")
    line_on(ours, session, shop, "Paie")
    found = proposed_lines(ours, incident)
    assert [(one.activity_id, one.name, one.via) for one in found] == [(mine.id, "Vente en ligne", "")]
    assert found[0].subjects == ("clients",)
    assert found[0].categories == ("identification",)
    assert found[0].volume == "moins_10000"


def test_lines_of_whoever_depends_on_the_vendor_are_proposed_with_through_whom(ours, session, host, shop, incident):
    line_on(ours, session, host, "Vente en ligne")
    line_on(ours, session, shop, "Paie")
    engages(ours, shop, host)
    assert [(one.name, one.via) for one in proposed_lines(ours, incident)] == [
        ("Vente en ligne", ""), ("Paie", "Europe"),
    ]  # fmt: skip


def test_nobody_looked_is_not_none(ours, session, incident, as_):
    page = as_(Role.DPO).get(f"/violations/{incident.id}")
    assert "Pas encore regardé" in page.words
    services.note_affected(ours, incident, AffectedSheet([], None, adds_facts=True))
    session.commit()
    assert "Aucune fiche du registre n’est concernée" in as_(Role.DPO).get(f"/violations/{incident.id}").words


def test_what_was_ticked_stays_as_it_was_said_whatever_the_register_says_next(ours, session, host, incident):
    mine = line_on(ours, session, host, "Vente en ligne")
    services.note_affected(ours, incident, AffectedSheet(proposed_lines(ours, incident), 430, adds_facts=True))
    assert incident.known.persons == 430
    assert incident.known.subjects == ("clients",)
    register.amend_activity(ours, mine, controller_sheet(name="Boutique"))
    assert [one.name for one in held_lines(incident)] == ["Vente en ligne"]
    assert [one.name for one in proposed_lines(ours, incident)] == ["Boutique"]
    assert [one.name for one in to_tick(proposed_lines(ours, incident), held_lines(incident))] == ["Vente en ligne"]


def test_a_line_gives_no_number_of_persons_by_itself_and_facts_are_added_only_if_wanted(ours, session, host, incident):
    line_on(ours, session, host, "Vente en ligne")
    services.note_affected(ours, incident, AffectedSheet(proposed_lines(ours, incident), None, adds_facts=False))
    assert (incident.known.persons, incident.known.subjects, incident.known.categories) == (None, (), ())
    assert len(held_lines(incident)) == 1


def test_letters_and_register_name_what_was_ticked(ours, session, host, incident):
    line_on(ours, session, host, "Vente en ligne")
    services.note_affected(ours, incident, AffectedSheet(proposed_lines(ours, incident), None, adds_facts=True))
    matter = LetterMatter(incident, {}, "Maison Verdelet", "dpo@verdelet.example", NOW)
    assert "Vente en ligne" in str(letter_tree(BreachLetter.NOTIFICATION, matter, Language.FR))
    assert "Vente en ligne" not in str(letter_tree(BreachLetter.CLIENT, matter, Language.FR)), "our records are ours"
    assert "Vente en ligne" in register_csv([incident], Language.FR).decode("utf-8-sig")


def test_the_vendor_reads_nothing_of_it(ours, session, host, incident, as_):
    line_on(ours, session, host, "Vente en ligne")
    services.note_affected(ours, incident, AffectedSheet(proposed_lines(ours, incident), 430, adds_facts=True))
    said = session.scalars(select(IncidentStatement).order_by(IncidentStatement.id.desc())).first()
    assert said.internal
    page = as_(vendor_user(session, host)).get(f"/espace/violations/{incident.id}")
    assert "Vente en ligne" not in page.text
    assert "430" not in page.words


def test_it_is_ticked_on_its_page_and_shown(ours, session, host, incident, as_):
    mine = line_on(ours, session, host, "Vente en ligne")
    client, here = as_(Role.DPO), f"/violations/{incident.id}"
    assert "Vente en ligne" in client.get(f"{here}/traitements").words
    client.post(f"{here}/traitements", {"lines": [str(mine.id)], "persons": "12", "adds": "y"})
    words = client.get(here).words
    assert "Vente en ligne" in words
    assert "De 1 000 à 10 000 personnes" in words
    session.expire_all()
    assert incident.known.persons == 12
