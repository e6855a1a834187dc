"""A vendor's calendar has what is expected of it and nothing else, and dies with what gave a right to it."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.audits import queries, services
from portal.audits.services import DelegationOrder
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.calendars.models import CalendarAddress
from portal.contracts.models import Contract
from portal.contracts.queries import KNOWN
from portal.contracts.rules.life import ContractState
from portal.identity import services as identity
from portal.incidents import services as incidents
from portal.samples.models import CaseSample
from portal.vendors.memberships import end_membership
from portal.vendors.models import Membership
from tests.conftest import NOW
from tests.factories.incidents import FACTS, WHY, declared
from tests.factories.law import finding_of
from tests.factories.requests import WHO, entrusted, recorded
from tests.factories.spaces import actor_of, used_proof_of
from tests.factories.world import audit_of, full_vendor, vendor_of, vendor_user

pytestmark = pytest.mark.both_databases
TODAY = NOW.date()
SOON = TODAY + timedelta(days=20)


def given(client):
    """The address as its person copies it."""
    page = client.follow(client.post("/espace/echeances/adresse", {}))
    return page.one("//code").text_content().partition("localhost")[2]


def events(client, path):
    answer = client.client.get(path)
    assert answer.status_code == 200
    return {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def contract_of(session, vendor):
    return session.scalars(select(Contract).filter_by(vendor_id=vendor.id)).one()


def everything(session, name):
    """A vendor of whom something of every kind is expected in twenty days, and of whom we are to decide something."""
    vendor = full_vendor(session, name=name)
    audit = audit_of(session, vendor, due_on=SOON)
    finding = finding_of(session, audit, "usage.propre", due_on=SOON)
    finding.title = f"Écart de {name}"
    for proof in ("a.pdf", "b.pdf"):
        used_proof_of(session, vendor, f"{name}-{proof}", kind="insurance", expires_on=SOON)
    for sample in session.scalars(select(CaseSample).filter_by(vendor_id=vendor.id)):
        sample.due_on = SOON
    contract = contract_of(session, vendor)
    contract.state, contract.awaited_on, contract.expires_on = ContractState.IN_FORCE, SOON, SOON
    contract.copy_reading = KNOWN[0]
    session.commit()
    return vendor, audit, finding


def test_a_vendor_reads_what_is_expected_of_it_and_nothing_of_another(as_, session):
    vendor, audit, finding = everything(session, "Atelier")
    _, other, _ = everything(session, "Brume")
    client = as_(vendor_user(session, vendor))
    found = events(as_(None), given(client))
    assert {f"audit-{audit.id}", f"finding-{finding.id}"} <= found.keys()
    assert f"audit-{other.id}" not in found
    assert {key.split("-")[0] for key in found} == {"audit", "finding", "evidence", "sample", "contract"}
    assert [key for key in found if key.startswith("contract")] == [f"contract-end-{contract_of(session, vendor).id}"]
    assert str(found[f"audit-{audit.id}"]["url"]).endswith(f"/espace/audits/{audit.id}?pour={vendor.id}")
    told = " ".join(str(event["summary"]) + str(event.get("description", "")) for event in found.values())
    for hidden in ("Brume", "décider", "mineur", "majeur", "critique", finding.severity.value):
        assert hidden not in told
    page = client.get("/espace/echeances")
    assert page.all(f"//a[contains(@href, '/espace/audits/{audit.id}?')]")
    assert not page.all(f"//a[contains(@href, '/espace/audits/{other.id}?')]")


def test_an_account_of_several_vendors_reads_all_of_them_each_by_its_name_until_it_leaves_one(as_, session):
    (first, audit, _), (second, other, _) = everything(session, "Atelier"), everything(session, "Brume")
    user = vendor_user(session, first)
    path = given(as_(user))
    assert not str(events(as_(None), path)[f"audit-{audit.id}"].get("description", ""))
    joined = Membership(user_id=user.id, vendor_id=second.id, role=Role.VENDOR_READER)
    session.add(joined)
    session.commit()
    found = events(as_(None), path)
    assert str(found[f"audit-{other.id}"]["description"]) == "Brume"
    end_membership(Context(session, SYSTEM, NOW), joined, user)
    session.commit()
    assert f"audit-{other.id}" not in events(as_(None), path)


@pytest.mark.parametrize("closing", ["membership", "account"])
def test_a_closed_account_s_address_does_not_come_back_with_it(as_, session, closing):
    vendor = vendor_of(session)
    user = vendor_user(session, vendor)
    path = given(as_(user))
    ctx = Context(session, SYSTEM, NOW)
    if closing == "membership":
        end_membership(ctx, session.scalars(select(Membership).filter_by(user_id=user.id)).one(), user)
        session.add(Membership(user_id=user.id, vendor_id=vendor.id, role=Role.VENDOR_ADMIN))
    else:
        identity.disable(ctx, user)
    session.commit()
    assert as_(None).client.get(path).status_code == 404
    identity.enable(ctx, user)
    session.commit()
    assert as_(None).client.get(path).status_code == 404
    assert session.scalars(select(CalendarAddress)).all() == []


def test_who_answers_for_nobody_reads_nothing_though_the_account_is_open(as_, session):
    user = vendor_user(session, vendor_of(session))
    path = given(as_(user))
    session.delete(session.scalars(select(Membership).filter_by(user_id=user.id)).one())
    session.commit()
    assert as_(None).client.get(path).status_code == 404


def test_an_address_is_stopped_and_replaced_by_its_vendor(as_, session):
    client = as_(vendor_user(session, vendor_of(session)))
    first = given(client)
    second = given(client)
    assert as_(None).client.get(first).status_code == 404
    assert events(as_(None), second) == {}
    client.post("/espace/echeances/adresse/retrait", {})
    assert as_(None).client.get(second).status_code == 404


def test_the_statements_of_a_vendor_s_calendar_do_not_grow_with_its_dates(as_, session, statements):
    vendor = vendor_of(session)
    path, counted = given(as_(vendor_user(session, vendor))), []
    for _ in range(2):
        for _ in range(4):
            audit_of(session, vendor, due_on=SOON)
        session.commit()
        statements.clear()
        events(as_(None), path)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 10


def test_a_part_with_a_date_stands_in_the_calendar_of_who_owes_it_and_of_who_gave_it_alone(
    as_, session, portal_settings
):
    vendor = vendor_of(session, name="Atelier")
    audit = audit_of(session, vendor, due_on=SOON)
    giver, colleague, other = (vendor_user(session, vendor) for _ in range(3))
    session.commit()
    ctx = Context(session, actor_of(giver, vendor), NOW)
    section = queries.open_sheet(ctx, audit.id, to=Permission.AUDIT_ANSWER).questionnaire.sections[0]

    def give(part, **order):
        order = DelegationOrder(colleague.email, **order)
        row = services.give_part(ctx, portal_settings.secrets, audit.id, section.key, part, order)
        session.commit()
        return row

    dated = give("", due_on=SOON - timedelta(days=2))
    give(section.questions[0].key)
    seen = {who.id: events(as_(None), given(as_(who))) for who in (giver, colleague, other)}
    key = f"part-{dated.id}"
    assert [key in seen[who.id] for who in (giver, colleague, other)] == [True, True, False]
    assert [sum(one.startswith("part-") for one in found) for found in seen.values()] == [1, 1, 0]
    mine = seen[colleague.id][key]
    assert str(mine["summary"]) == f"À répondre\u202f: {section.title.fr}"
    assert mine.decoded("dtstart") == dated.due_on
    assert f"confie={dated.id}" in str(mine["url"])
    assert as_(colleague).get("/espace/" + str(mine["url"]).partition("/espace/")[2]).words
    assert colleague.email in str(seen[giver.id][key]["summary"])
    dated.done_at = NOW
    session.commit()
    assert key not in events(as_(None), given(as_(colleague)))


def test_open_breaches_and_what_is_asked_for_a_person_are_in_the_vendor_s_calendar(as_, session):
    """Dated by what the vendor knows: not by our awareness, nor by what we decided."""
    vendor, other = vendor_of(session, name="Atelier"), vendor_of(session, name="Brume")
    user = vendor_user(session, vendor)
    theirs, ours = Context(session, actor_of(user, vendor), NOW), Context(session, SYSTEM, NOW)
    breach = declared(theirs, vendor)
    incidents.set_awareness(ours, breach, NOW - timedelta(days=2), WHY)
    hidden = incidents.record_breach(ours, vendor, FACTS, aware_at=NOW)
    task = entrusted(ours, recorded(ours, other), vendor, due_on=SOON)
    theirs_too = entrusted(ours, recorded(ours, vendor), other, due_on=SOON)
    session.commit()
    path = given(as_(user))
    found = events(as_(None), path)
    assert found.keys() == {f"breach-{breach.id}", f"person-request-{task.id}"}
    assert found[f"breach-{breach.id}"]["dtstart"].dt == TODAY + timedelta(days=3)
    assert found[f"person-request-{task.id}"]["dtstart"].dt == SOON
    told = " ".join(str(event["summary"]) + str(event.get("description", "")) for event in found.values())
    assert not any(word in told for word in (WHO, "Brume", hidden.reference))

    incidents.ask_precision(ours, breach, "Combien de personnes ?")
    incidents.note_internally(ours, breach, "Une note pour nous.")
    session.commit()
    asked = events(as_(None), path)
    assert asked.keys() == {f"breach-asked-{breach.id}", f"person-request-{task.id}"}
    assert asked[f"breach-asked-{breach.id}"]["dtstart"].dt == TODAY + timedelta(days=1)
    incidents.add_phase(theirs, breach, FACTS, "Douze, d'après le journal des accès.")
    assert f"breach-{breach.id}" in events(as_(None), path)
    incidents.withdraw_incident(ours, breach, WHY)
    session.commit()
    assert events(as_(None), path).keys() == {f"person-request-{task.id}"}
    assert events(as_(None), given(as_(vendor_user(session, other)))).keys() == {f"person-request-{theirs_too.id}"}
